/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_RESET_H
#define _SCSIPORT_RESET_H

#include "sp.h"

void sp_settle(struct sp_hba *sp);
bool sp_is_settling(struct sp_hba *sp);
int sp_reset(struct sp_hba *sp);

#endif /* _SCSIPORT_RESET_H */

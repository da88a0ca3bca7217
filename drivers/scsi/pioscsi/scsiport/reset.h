/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_RESET_H
#define _SCSIPORT_RESET_H

#include "sp.h"

int sp_reset(struct sp_hba *sp);

#endif /* _SCSIPORT_RESET_H */

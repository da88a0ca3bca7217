/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_LOG_H
#define _SCSIPORT_LOG_H

#include "sp.h"

void sp_log_init(struct sp_hba *sp);
void sp_log_flush(struct sp_hba *sp);

#endif /* _SCSIPORT_LOG_H */

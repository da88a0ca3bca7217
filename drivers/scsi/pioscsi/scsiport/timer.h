/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_TIMER_H
#define _SCSIPORT_TIMER_H

#include "sp.h"

void sp_timer_request(struct sp_hba *sp, PHW_TIMER fn, ULONG us);
void sp_timer_run(struct sp_hba *sp);
void sp_timer_run_due(struct sp_hba *sp);
void sp_timer_init(struct sp_hba *sp);
void sp_timer_stop(struct sp_hba *sp);

#endif /* _SCSIPORT_TIMER_H */

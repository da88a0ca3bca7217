/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_DEFER_H
#define _SCSIPORT_DEFER_H

#include "sp.h"

struct sp_call;

void sp_defer(struct sp_hba *sp, PHW_INTERRUPT fn);
void sp_undefer(struct sp_hba *sp, PHW_INTERRUPT fn);
void sp_defer_reset(struct sp_hba *sp);
bool sp_interrupt(struct sp_hba *sp);
void sp_run_callback(struct sp_hba *sp);
void sp_run_callbacks(struct sp_hba *sp);
void sp_enter_between_callbacks(struct sp_hba *sp, struct sp_call *call);
bool sp_enter_after_callbacks(struct sp_hba *sp, struct sp_call *call);

#endif /* _SCSIPORT_DEFER_H */

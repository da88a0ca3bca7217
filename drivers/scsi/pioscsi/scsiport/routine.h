/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_ROUTINE_H
#define _SCSIPORT_ROUTINE_H

#include "sp.h"

/**
 * struct sp_call - a call of a routine
 * @flags: flags of the ISR lock
 * @begun: sp_cpu_ns() when it began
 */
struct sp_call {
	unsigned long flags;
	u64 begun;
};

void sp_enter(struct sp_hba *sp, struct sp_call *call);
void sp_cancel(struct sp_hba *sp, struct sp_call *call);
void sp_show_completed(struct sp_hba *sp);
void sp_leave(struct sp_hba *sp, struct sp_call *call,
	      enum sp_routine routine);
bool sp_is_entered(const struct sp_hba *sp);
bool sp_is_silent(const struct sp_hba *sp);
bool sp_ignores_interrupts(const struct sp_hba *sp);
bool sp_is_closed(const struct sp_hba *sp);

#endif /* _SCSIPORT_ROUTINE_H */

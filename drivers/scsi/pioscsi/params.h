/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_PARAMS_H
#define _PIOSCSI_PARAMS_H

#include <linux/types.h>

/**
 * enum pioscsi_defer - context of PIO beyond the budget
 * @PIOSCSI_DEFER_THREAD: in the interrupt's thread
 * @PIOSCSI_DEFER_BH: in a BH work queue, or a tasklet before 6.9
 * @PIOSCSI_DEFER_INLINE: not deferred; for comparison only
 */
enum pioscsi_defer {
	PIOSCSI_DEFER_THREAD,
	PIOSCSI_DEFER_BH,
	PIOSCSI_DEFER_INLINE,
};

/* Longest budget, µs: ScsiPort's documents allow this in rare cases. */
#define PIOSCSI_BUDGET_MAX_US	1000U

/* Bound for the time of one command at a data port, sectors of 512 bytes. */
#define PIOSCSI_SECTORS_MAX	2048U

int pioscsi_params_check(void);
int pioscsi_defer_default(void);
unsigned int pioscsi_budget_default_us(void);
u64 pioscsi_step_ns(void);
unsigned long pioscsi_turn_jiffies(void);
unsigned int pioscsi_sectors_asked(void);

int pioscsi_defer_parse(const char *name);
const char *pioscsi_defer_name(int defer);

#endif /* _PIOSCSI_PARAMS_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Module parameters of the port: defaults of hosts that are added later. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "params.h"

/* Shorter steps are mostly overhead; longer ones delay other tasks. */
#define PIOSCSI_STEP_MIN_US	1U
#define PIOSCSI_STEP_MAX_US	1000U

/* All other users of the line may wait for as long as a turn. */
#define PIOSCSI_TURN_MIN_MS	1U
#define PIOSCSI_TURN_MAX_MS	20U

static const char *const defer_names[] = {
	[PIOSCSI_DEFER_THREAD] = "thread",
	[PIOSCSI_DEFER_BH] = "bh",
	[PIOSCSI_DEFER_INLINE] = "inline",
};

static char *defer = "thread";
module_param(defer, charp, 0444);
MODULE_PARM_DESC(defer, "context of PIO beyond the budget: thread, bh or inline (default thread)");

static unsigned int hardirq_budget_us = 50;
module_param(hardirq_budget_us, uint, 0444);
MODULE_PARM_DESC(hardirq_budget_us, "longest hold of the CPU in the hard IRQ handler, in us, 0 to 1000 (default 50)");

static unsigned int step_us = 20;
module_param(step_us, uint, 0444);
MODULE_PARM_DESC(step_us, "longest PIO between two preemption points, in us, 1 to 1000 (default 20)");

static unsigned int turn_ms = 4;
module_param(turn_ms, uint, 0444);
MODULE_PARM_DESC(turn_ms, "longest turn of the interrupt's thread or of a BH, in ms rounded up to jiffies, 1 to 20 (default 4)");

static unsigned int max_sectors;
module_param(max_sectors, uint, 0444);
MODULE_PARM_DESC(max_sectors, "longest transfer of an HBA that cannot be masked, in sectors of 512 bytes, up to 2048; 0: as long as fits three quarters of the budget (default 0)");

/**
 * pioscsi_defer_parse() - find the way of deferring by its name
 * @name: the name; a trailing newline is ignored
 *
 * Context: any.
 * Return: an enum pioscsi_defer, or -EINVAL.
 */
int pioscsi_defer_parse(const char *name)
{
	return sysfs_match_string(defer_names, name);
}

/**
 * pioscsi_defer_name() - name a way of deferring
 * @defer: an enum pioscsi_defer
 *
 * Context: any.
 * Return: the name.
 */
const char *pioscsi_defer_name(int defer)
{
	return defer_names[defer];
}

/**
 * pioscsi_params_check() - reject parameters that are out of range
 *
 * Context: task.
 * Return: 0, or -EINVAL after one log line with the reason.
 */
int pioscsi_params_check(void)
{
	if (pioscsi_defer_parse(defer) < 0) {
		pr_err("invalid defer=%s: must be thread, bh or inline\n",
		       defer);
		return -EINVAL;
	}
	if (hardirq_budget_us > PIOSCSI_BUDGET_MAX_US) {
		pr_err("invalid hardirq_budget_us=%u: must be 0 to %u\n",
		       hardirq_budget_us, PIOSCSI_BUDGET_MAX_US);
		return -EINVAL;
	}
	if (step_us < PIOSCSI_STEP_MIN_US || step_us > PIOSCSI_STEP_MAX_US) {
		pr_err("invalid step_us=%u: must be %u to %u\n", step_us,
		       PIOSCSI_STEP_MIN_US, PIOSCSI_STEP_MAX_US);
		return -EINVAL;
	}
	if (turn_ms < PIOSCSI_TURN_MIN_MS || turn_ms > PIOSCSI_TURN_MAX_MS) {
		pr_err("invalid turn_ms=%u: must be %u to %u\n", turn_ms,
		       PIOSCSI_TURN_MIN_MS, PIOSCSI_TURN_MAX_MS);
		return -EINVAL;
	}
	if (max_sectors > PIOSCSI_SECTORS_MAX) {
		pr_err("invalid max_sectors=%u: must be 0 to %u\n", max_sectors,
		       PIOSCSI_SECTORS_MAX);
		return -EINVAL;
	}
	return 0;
}

/**
 * pioscsi_defer_default() - get the way of deferring of new hosts
 *
 * Context: task, after pioscsi_params_check().
 * Return: an enum pioscsi_defer.
 */
int pioscsi_defer_default(void)
{
	return pioscsi_defer_parse(defer);
}

/**
 * pioscsi_budget_default_us() - get the budget of new hosts
 *
 * Context: any.
 * Return: longest hold of the CPU in the hard IRQ handler, µs.
 */
unsigned int pioscsi_budget_default_us(void)
{
	return hardirq_budget_us;
}

/**
 * pioscsi_step_ns() - get the longest PIO between two preemption points
 *
 * Context: any.
 * Return: nanoseconds.
 */
u64 pioscsi_step_ns(void)
{
	return (u64)step_us * NSEC_PER_USEC;
}

/**
 * pioscsi_turn_jiffies() - get the longest turn of a limited bottom half
 *
 * Context: any.
 * Return: jiffies, at least 1.
 */
unsigned long pioscsi_turn_jiffies(void)
{
	return msecs_to_jiffies(turn_ms);
}

/**
 * pioscsi_sectors_asked() - get the parameter max_sectors
 *
 * Context: any.
 * Return: sectors of 512 bytes, or 0 for the port's choice.
 */
unsigned int pioscsi_sectors_asked(void)
{
	return max_sectors;
}

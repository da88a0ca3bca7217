// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verifier: counts broken rules and late routines, and reports each kind
 * once. The code of a miniport cannot be interrupted, only shown.
 */
#include <linux/ktime.h>
#include <linux/math64.h>

#include "log.h"
#include "verify.h"

static const char * const routine_names[SP_NR_ROUTINES] = {
	[SP_FIND_ADAPTER] = "HwScsiFindAdapter",
	[SP_INITIALIZE] = "HwScsiInitialize",
	[SP_START_IO] = "HwScsiStartIo",
	[SP_INTERRUPT] = "HwScsiInterrupt",
	[SP_ENABLE] = "HwScsiEnableInterruptsCallback",
	[SP_DISABLE] = "HwScsiDisableInterruptsCallback",
	[SP_TIMER] = "HwScsiTimer",
	[SP_RESET_BUS] = "HwScsiResetBus",
	[SP_CONTROL] = "HwScsiAdapterControl",
};

/* Limits of the pages for miniports and of Windows' SCSI verifier, ns. */
static const u64 limits[SP_NR_ROUTINES] = {
	[SP_FIND_ADAPTER] = U64_MAX,
	[SP_INITIALIZE] = 5ULL * NSEC_PER_SEC,
	[SP_START_IO] = 1ULL * NSEC_PER_MSEC,
	[SP_INTERRUPT] = 50ULL * NSEC_PER_USEC,
	[SP_ENABLE] = 500ULL * NSEC_PER_MSEC,
	[SP_DISABLE] = 50ULL * NSEC_PER_USEC,
	[SP_TIMER] = 1ULL * NSEC_PER_MSEC,
	[SP_RESET_BUS] = 500ULL * NSEC_PER_MSEC,
	[SP_CONTROL] = 500ULL * NSEC_PER_MSEC,
};

static const char * const rule_names[SP_NR_RULES] = {
	[SP_RULE_TIME] = "a routine took longer than its limit",
	[SP_RULE_COMPLETE] = "a request that is not active was completed",
	[SP_RULE_STATUS] = "a request was completed with an invalid status",
	[SP_RULE_NEXT_LU] = "NextLuRequest beside an untagged request",
	[SP_RULE_CONFIG] =
		"a configuration function was called outside HwScsiFindAdapter",
	[SP_RULE_ADDRESS] =
		"ScsiPortGetPhysicalAddress got an unknown address",
	[SP_RULE_RESET] = "HwScsiResetBus left requests active",
	[SP_RULE_UNMASK] =
		"a deferral did not end with CallDisableInterrupts",
	[SP_RULE_RECUR] =
		"callbacks did not come to an end, the last one was dropped",
	[SP_RULE_QUEUE_FROZEN] =
		"the miniport set SRB_STATUS_QUEUE_FROZEN",
	[SP_RULE_ROUTINE] =
		"a notification of a deferral came without a routine",
};

/**
 * sp_routine_name() - name a routine
 * @routine: the routine
 *
 * Context: any.
 * Return: the name.
 */
const char *sp_routine_name(enum sp_routine routine)
{
	return routine_names[routine];
}

/**
 * sp_rule_name() - say how a rule was broken
 * @rule: the rule
 *
 * Context: any.
 * Return: a clause.
 */
const char *sp_rule_name(enum sp_rule rule)
{
	return rule_names[rule];
}

/**
 * sp_broke_rule() - count a broken rule
 * @sp: the HBA
 * @rule: the rule
 * @value: a number that explains it
 *
 * Context: any.
 */
void sp_broke_rule(struct sp_hba *sp, enum sp_rule rule, u64 value)
{
	if (sp->broken[rule]++ || !sp->drv->verify)
		return;
	sp_warn(sp, false,
		"miniport breaks a rule: %s (%llu); counting further cases\n",
		rule_names[rule], value);
}

/**
 * sp_verify_time() - compare the time of a routine with its limit
 * @sp: the HBA
 * @routine: the routine
 * @ns: time of this call, ns
 *
 * Context: ISR lock, or a routine that does not run twice at a time.
 */
void sp_verify_time(struct sp_hba *sp, enum sp_routine routine, u64 ns)
{
	struct sp_routine_stats *stats = &sp->routine[routine];

	stats->calls++;
	if (ns > stats->max_ns)
		stats->max_ns = ns;
	if (ns <= limits[routine])
		return;
	sp->broken[SP_RULE_TIME]++;
	if (stats->late++ || !sp->drv->verify)
		return;
	sp_warn(sp, false,
		"%s took %llu us, limit %llu us; counting further cases\n",
		routine_names[routine], div_u64(ns, NSEC_PER_USEC),
		div_u64(limits[routine], NSEC_PER_USEC));
}

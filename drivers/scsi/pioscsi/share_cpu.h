/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Share the CPU during PIO. The scheduler does not always preempt a task for
 * another one that has used more than its share of the CPU. So a task that does
 * PIO calls the scheduler at intervals while other tasks are runnable.
 * If they keep the CPU for as long as the interval, as another HBA's thread
 * does, the interval doubles.
 */
#ifndef _PIOSCSI_SHARE_CPU_H
#define _PIOSCSI_SHARE_CPU_H

#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/stat.h>
#include <linux/time64.h>
#include <linux/types.h>

#include "compat.h"

/* Shortest and longest interval of calls of the scheduler. */
#define PIOSCSI_SHARE_MIN_NS	(20ULL * NSEC_PER_USEC)
#define PIOSCSI_SHARE_MAX_NS	(400ULL * NSEC_PER_USEC)

/**
 * struct pioscsi_share - state of a context that does PIO
 * @last: when the last call of the scheduler returned, ns
 * @interval_ns: time until the next call, if other tasks are runnable
 */
struct pioscsi_share {
	u64 last;
	u64 interval_ns;
};

/**
 * pioscsi_share_due() - tell whether to call the scheduler now
 * @share: the state
 * @now: the time, ns
 *
 * Context: task, preemption on.
 * Return: true if so.
 */
static inline bool pioscsi_share_due(const struct pioscsi_share *share, u64 now)
{
	return pioscsi_need_resched() ||
	       (!single_task_running() &&
		now - share->last >= share->interval_ns);
}

/**
 * pioscsi_share_done() - note that the scheduler was called
 * @share: the state
 * @before: the time of the call, ns
 * @after: the time of its return, ns
 *
 * Context: as for pioscsi_share_due().
 */
static inline void pioscsi_share_done(struct pioscsi_share *share, u64 before,
				      u64 after)
{
	u64 interval = max(share->interval_ns, PIOSCSI_SHARE_MIN_NS);

	share->last = after;
	if (after - before < interval)
		share->interval_ns = PIOSCSI_SHARE_MIN_NS;
	else
		share->interval_ns = min(2 * interval, PIOSCSI_SHARE_MAX_NS);
}

#endif /* _PIOSCSI_SHARE_CPU_H */

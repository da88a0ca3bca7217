// SPDX-License-Identifier: GPL-2.0-only
/*
 * The CPU that a miniport's routine shares with other tasks. The functions for
 * miniports don't know their HBA, so each CPU has its own state.
 */
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "../compat.h"
#include "../share_cpu.h"
#include "cpu.h"

static DEFINE_PER_CPU(struct pioscsi_share, shares);

static bool is_due(u64 now)
{
	bool due = pioscsi_share_due(get_cpu_ptr(&shares), now);

	put_cpu_ptr(&shares);
	return due;
}

static void note_call(u64 before, u64 after)
{
	pioscsi_share_done(get_cpu_ptr(&shares), before, after);
	put_cpu_ptr(&shares);
}

/**
 * sp_share_cpu() - let other tasks run
 *
 * Does nothing in a routine that has the ISR lock, and nothing on PREEMPT_RT,
 * where this function cannot see the lock. Such a kernel preempts each routine
 * for a real-time task.
 *
 * Context: a routine of the miniport, or a task; not within an RCU section, and
 *	no spinlock is held with interrupts on.
 */
void sp_share_cpu(void)
{
	u64 now;

	if (IS_ENABLED(CONFIG_PREEMPT_RT) || preempt_count() ||
	    irqs_disabled())
		return;
	/* The clock costs more than this test. */
	if (!pioscsi_need_resched() && single_task_running())
		return;
	now = ktime_get_ns();
	if (!is_due(now))
		return;
	schedule();
	note_call(now, ktime_get_ns());
}

/**
 * sp_waited_ns() - return the time for which this task has waited for a CPU
 *
 * Context: any. In an interrupt it is that of the interrupted task.
 * Return: time, ns; 0 if the kernel does not count it.
 */
u64 sp_waited_ns(void)
{
	KUNIT_STATIC_STUB_REDIRECT(sp_waited_ns);

#ifdef CONFIG_SCHED_INFO
	return current->sched_info.run_delay;
#else
	return 0;
#endif
}

/**
 * sp_cpu_ns() - read a clock that stops while this task waits for a CPU
 *
 * The time that another task takes does not count for a routine.
 *
 * Context: any.
 * Return: time, ns.
 */
u64 sp_cpu_ns(void)
{
	return ktime_get_ns() - sp_waited_ns();
}

/**
 * sp_cpu_ns_since() - return the time since a call of sp_cpu_ns()
 * @begun: its result
 *
 * The scheduler's clock may run faster than ktime_get_ns(). So return at least
 * 0.
 *
 * Context: as that call.
 * Return: time, ns.
 */
u64 sp_cpu_ns_since(u64 begun)
{
	return max_t(s64, sp_cpu_ns() - begun, 0);
}

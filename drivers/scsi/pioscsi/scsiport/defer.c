// SPDX-License-Identifier: GPL-2.0-only
/*
 * The deferral. HwScsiInterrupt masks its HBA and asks for a callback, which
 * runs in the bottom half without a lock. From that request until the miniport
 * has unmasked the HBA, HwScsiInterrupt is not called. Afterwards it is, even
 * if the callback has not returned: a level-triggered line would keep this CPU
 * in its handlers.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>

#include "../compat.h"
#include "cpu.h"
#include "defer.h"
#include "routine.h"
#include "timer.h"
#include "verify.h"

/* Longest time of callbacks in a row, ms: that of the longest legal one. */
#define CALLBACKS_MS	500

/* Callbacks in a row that are allowed even if they take longer. */
#define CALLBACKS_MIN	8U

/**
 * sp_defer() - note that a callback is to be run (CallEnableInterrupts)
 * @sp: the HBA
 * @fn: HwScsiEnableInterruptsCallback
 *
 * A second request before the callback has begun replaces the first, as a DPC
 * is queued once. A request without a routine is counted and ignored.
 *
 * Context: list lock.
 */
void sp_defer(struct sp_hba *sp, PHW_INTERRUPT fn)
{
	lockdep_assert_held(&sp->lock);
	if (!fn) {
		sp_broke_rule(sp, SP_RULE_ROUTINE, CallEnableInterrupts);
		return;
	}
	WRITE_ONCE(sp->enable_fn, fn);
	sp->deferred = true;
	sp->deferrals++;
	WRITE_ONCE(sp->event, true);
}

/*
 * The return of a callback serves an interrupt that came during the deferral.
 * If the callback has returned before, the bottom half has to.
 */
static void end_deferral(struct sp_hba *sp)
{
	if (sp->deferred && !sp->enable_fn && !sp->callback) {
		WRITE_ONCE(sp->held, true);
		WRITE_ONCE(sp->event, true);
	}
	sp->deferred = false;
}

/**
 * sp_undefer() - end a deferral (CallDisableInterrupts)
 * @sp: the HBA
 * @fn: HwScsiDisableInterruptsCallback, called here under the ISR lock
 *
 * A notification without a routine is counted and ignored: the HBA may still
 * be masked, so the deferral has not ended.
 *
 * Context: a routine of the miniport.
 */
void sp_undefer(struct sp_hba *sp, PHW_INTERRUPT fn)
{
	bool entered = sp_is_entered(sp);
	struct sp_call call;
	unsigned long flags;

	if (!fn) {
		sp_broke_rule(sp, SP_RULE_ROUTINE, CallDisableInterrupts);
		return;
	}
	if (!entered)
		sp_enter(sp, &call);
	fn(sp->dx);
	spin_lock_irqsave(&sp->lock, flags);
	end_deferral(sp);
	spin_unlock_irqrestore(&sp->lock, flags);
	if (!entered)
		sp_leave(sp, &call, SP_DISABLE);
}

/**
 * sp_defer_reset() - end a deferral that its callback has left open
 * @sp: the HBA, whose miniport has just reset it
 *
 * HwScsiInterrupt is to be called once, as after each deferral. A late
 * CallDisableInterrupts only unmasks the HBA.
 *
 * Context: owner of the chip; task.
 */
void sp_defer_reset(struct sp_hba *sp)
{
	struct sp_call call;

	sp_enter(sp, &call);
	spin_lock(&sp->lock);
	if (!sp->enable_fn)
		end_deferral(sp);
	spin_unlock(&sp->lock);
	sp_cancel(sp, &call);
}

/* Call HwScsiInterrupt, with the ISR lock. */
static bool call_interrupt(struct sp_hba *sp)
{
	return sp->hw.HwInterrupt(sp->dx);
}

/**
 * sp_interrupt() - handle an interrupt of the line
 * @sp: the HBA
 *
 * During a deferral the miniport is not called.
 *
 * Context: as &pioscsi_ops.interrupt.
 * Return: true if the HBA raised it.
 */
bool sp_interrupt(struct sp_hba *sp)
{
	struct sp_call call;
	bool ours = false;

	sp_enter(sp, &call);
	if (!sp->deferred && !sp_ignores_interrupts(sp))
		ours = call_interrupt(sp);
	sp_leave(sp, &call, SP_INTERRUPT);
	return ours;
}

/* Take the callback, after all routines that run now. */
static PHW_INTERRUPT take_callback(struct sp_hba *sp)
{
	PHW_INTERRUPT fn;
	unsigned long flags;

	spin_lock_irqsave(&sp->isr_lock, flags);
	spin_lock(&sp->lock);
	fn = sp->enable_fn;
	sp->enable_fn = NULL;
	sp->callback = fn;
	spin_unlock(&sp->lock);
	spin_unlock_irqrestore(&sp->isr_lock, flags);
	return fn;
}

/*
 * After the deferral: an interrupt that came meanwhile is not lost. An
 * edge-triggered line does not raise it again, and some chips drop it while
 * they are masked. So HwScsiInterrupt is called once, which is harmless.
 */
static void serve_held(struct sp_hba *sp)
{
	struct sp_call call;

	sp_enter(sp, &call);
	sp->callback = false;
	WRITE_ONCE(sp->held, false);
	if (!sp->deferred && !sp_ignores_interrupts(sp) &&
	    sp->hw.HwInterrupt && call_interrupt(sp))
		sp->caught++;
	sp_leave(sp, &call, SP_INTERRUPT);
	if (READ_ONCE(sp->timer_due))
		sp_timer_run(sp);
}

static void call_enable(struct sp_hba *sp, PHW_INTERRUPT fn)
{
	u64 begun = sp_cpu_ns();

	fn(sp->dx);
	sp_verify_time(sp, SP_ENABLE, sp_cpu_ns_since(begun));
	if (sp->deferred && !sp->enable_fn)
		sp_broke_rule(sp, SP_RULE_UNMASK, 0);
}

/**
 * sp_run_callback() - run the callback of a deferral, if there is one
 * @sp: the HBA
 *
 * Afterwards, and after a deferral that ended without it, an interrupt that
 * came meanwhile is served.
 *
 * Context: owner of the chip; task, interrupts and preemption on.
 */
void sp_run_callback(struct sp_hba *sp)
{
	PHW_INTERRUPT fn = take_callback(sp);

	if (fn)
		call_enable(sp, fn);
	else if (!READ_ONCE(sp->held))
		return;
	serve_held(sp);
	WRITE_ONCE(sp->event, true);
}

/* Callbacks in a row: when they have begun, in jiffies, and their number. */
struct series {
	unsigned long begun;
	unsigned int nr;
};

/*
 * Run one callback of several. Return false if they are too many, and have
 * taken too long. On a busy machine one may have waited for the CPU.
 */
static bool run_one(struct sp_hba *sp, struct series *s)
{
	sp_run_callback(sp);
	pioscsi_cond_resched();
	return ++s->nr < CALLBACKS_MIN ||
	       time_before(jiffies,
			   s->begun + msecs_to_jiffies(CALLBACKS_MS));
}

/**
 * sp_run_callbacks() - run callbacks until none is due
 * @sp: the HBA
 *
 * An HBA whose interrupt does not go away asks for a callback again and again.
 * So a callback may still be due afterwards. A deferral that has ended without
 * its callback is served as well.
 *
 * Context: owner of the chip; task, interrupts and preemption on.
 */
void sp_run_callbacks(struct sp_hba *sp)
{
	struct series s = { .begun = jiffies };

	while ((READ_ONCE(sp->enable_fn) || READ_ONCE(sp->held)) &&
	       run_one(sp, &s))
		;
}

/* The callback that is due will not run. */
static void drop_callback(struct sp_hba *sp)
{
	spin_lock(&sp->lock);
	WRITE_ONCE(sp->enable_fn, NULL);
	end_deferral(sp);
	sp_broke_rule(sp, SP_RULE_RECUR, CALLBACKS_MS);
	spin_unlock(&sp->lock);
}

/**
 * sp_enter_between_callbacks() - begin a routine beside which no callback runs
 * @sp: the HBA
 * @call: state of this call
 *
 * A thread of the port runs the callbacks. If one is still due after the time
 * for callbacks, it is dropped.
 *
 * Context: task; sleeps; the caller does not own the chip.
 */
void sp_enter_between_callbacks(struct sp_hba *sp, struct sp_call *call)
{
	unsigned long end = jiffies + msecs_to_jiffies(CALLBACKS_MS);

	for (;;) {
		sp_enter(sp, call);
		if (!sp->callback &&
		    (!sp->enable_fn || time_after(jiffies, end)))
			break;
		sp_cancel(sp, call);
		usleep_range(100, 1000);
	}
	if (sp->enable_fn)
		drop_callback(sp);
}

/**
 * sp_enter_after_callbacks() - begin a routine that must wait for a callback
 * @sp: the HBA
 * @call: state of this call
 *
 * An interrupt on another CPU may ask for a callback until the ISR lock is
 * held. If callbacks do not come to an end, the last one is dropped.
 *
 * Context: owner of the chip; task.
 * Return: false if a callback was dropped: only a reset or a stop may follow.
 */
bool sp_enter_after_callbacks(struct sp_hba *sp, struct sp_call *call)
{
	struct series s = { .begun = jiffies };
	bool in_time = true;

	for (;;) {
		sp_enter(sp, call);
		if (!sp->enable_fn)
			return true;
		if (!in_time)
			break;
		sp_cancel(sp, call);
		sp->flushed++;
		in_time = run_one(sp, &s);
	}
	drop_callback(sp);
	return false;
}

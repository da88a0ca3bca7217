// SPDX-License-Identifier: GPL-2.0-only
/*
 * HwScsiTimer: one for each HBA, synchronised with HwScsiInterrupt. A timer
 * that expires during a deferral runs after it.
 */
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "../compat.h"
#include "routine.h"
#include "timer.h"

/* Shortest time between two calls, µs. On Windows it is about 10 ms. */
#define TIMER_MIN_US	1000

/**
 * sp_timer_request() - have HwScsiTimer called (RequestTimerCall)
 * @sp: the HBA
 * @fn: the routine
 * @us: delay, µs; 0 cancels
 *
 * A miniport that requests the timer again and again must not take all of the
 * CPU's time.
 *
 * Context: a routine of the miniport.
 */
void sp_timer_request(struct sp_hba *sp, PHW_TIMER fn, ULONG us)
{
	ktime_t at = ktime_add_us(ktime_get(), us);
	unsigned long flags;

	spin_lock_irqsave(&sp->lock, flags);
	sp->timer_fn = us ? fn : NULL;
	sp->timer_due = false;
	if (us)
		hrtimer_start(&sp->timer, max(at, sp->timer_next),
			      HRTIMER_MODE_ABS);
	else
		hrtimer_try_to_cancel(&sp->timer);
	spin_unlock_irqrestore(&sp->lock, flags);
}

/* Take the routine, unless its time has not come or it has to wait. */
static PHW_TIMER take_timer(struct sp_hba *sp)
{
	PHW_TIMER fn = NULL;

	spin_lock(&sp->lock);
	if (sp_is_closed(sp)) {
		/* If it waits for HwScsiInitialize: sp_timer_run_due(). */
		sp->timer_due = true;
	} else if (!hrtimer_is_queued(&sp->timer)) {
		fn = sp->timer_fn;
		sp->timer_fn = NULL;
		sp->timer_due = false;
	}
	if (fn)
		sp->timer_next = ktime_add_us(ktime_get(), TIMER_MIN_US);
	spin_unlock(&sp->lock);
	return fn;
}

/**
 * sp_timer_run() - call HwScsiTimer, if its time has come
 * @sp: the HBA
 *
 * Context: any but NMI.
 */
void sp_timer_run(struct sp_hba *sp)
{
	struct sp_call call;
	PHW_TIMER fn;

	sp_enter(sp, &call);
	fn = take_timer(sp);
	if (fn)
		fn(sp->dx);
	sp_leave(sp, &call, SP_TIMER);
}

static void run_and_serve(struct sp_hba *sp)
{
	sp_timer_run(sp);
	if (READ_ONCE(sp->event) && sp->hba)
		pioscsi_serve_soon(sp->hba);
}

/**
 * sp_timer_run_due() - call HwScsiTimer if it expired before HwScsiInitialize
 * @sp: the HBA, which HwScsiInitialize has started
 *
 * Context: task.
 */
void sp_timer_run_due(struct sp_hba *sp)
{
	if (READ_ONCE(sp->timer_due))
		run_and_serve(sp);
}

static enum hrtimer_restart expired(struct hrtimer *timer)
{
	run_and_serve(container_of(timer, struct sp_hba, timer));
	return HRTIMER_NORESTART;
}

/**
 * sp_timer_init() - prepare the timer of a new HBA
 * @sp: the HBA
 *
 * Context: task.
 */
void sp_timer_init(struct sp_hba *sp)
{
	pioscsi_hrtimer_setup(&sp->timer, expired, CLOCK_MONOTONIC,
			      HRTIMER_MODE_ABS);
}

/**
 * sp_timer_stop() - end the timer
 * @sp: the HBA, which is stopped
 *
 * Context: task; sleeps.
 */
void sp_timer_stop(struct sp_hba *sp)
{
	hrtimer_cancel(&sp->timer);
	sp->timer_fn = NULL;
	sp->timer_due = false;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of the miniport's routines: the ISR lock, and their time.
 */
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/sched.h>

#include "cpu.h"
#include "routine.h"
#include "verify.h"

/**
 * sp_enter() - begin a routine that is synchronised with HwScsiInterrupt
 * @sp: the HBA
 * @call: state of this call
 *
 * Context: any but NMI; the caller has not entered yet.
 */
void sp_enter(struct sp_hba *sp, struct sp_call *call)
	__acquires(&sp->isr_lock)
{
	spin_lock_irqsave(&sp->isr_lock, call->flags);
	sp->isr_task = current;
	call->begun = sp_cpu_ns();
}

/**
 * sp_cancel() - undo sp_enter(), because no routine is called
 * @sp: the HBA
 * @call: state of this call
 *
 * Context: after sp_enter().
 */
void sp_cancel(struct sp_hba *sp, struct sp_call *call)
	__releases(&sp->isr_lock)
{
	sp->isr_task = NULL;
	spin_unlock_irqrestore(&sp->isr_lock, call->flags);
}

/**
 * sp_show_completed() - show the port the requests that a routine has completed
 * @sp: the HBA
 *
 * Context: ISR lock and list lock.
 */
void sp_show_completed(struct sp_hba *sp)
{
	lockdep_assert_held(&sp->isr_lock);
	lockdep_assert_held(&sp->lock);
	list_splice_tail_init(&sp->completed, &sp->done);
	WRITE_ONCE(sp->event, true);
}

/**
 * sp_leave() - end a routine that sp_enter() began
 * @sp: the HBA
 * @call: state of this call
 * @routine: the routine
 *
 * A routine may complete requests and stop their DMA afterwards. So the port
 * ends their commands, and frees their data, when the routine has returned.
 *
 * Context: after sp_enter().
 */
void sp_leave(struct sp_hba *sp, struct sp_call *call, enum sp_routine routine)
	__releases(&sp->isr_lock)
{
	sp_verify_time(sp, routine, sp_cpu_ns_since(call->begun));
	if (!list_empty(&sp->completed)) {
		spin_lock(&sp->lock);
		sp_show_completed(sp);
		spin_unlock(&sp->lock);
	}
	sp_cancel(sp, call);
}

/**
 * sp_is_entered() - tell whether this context holds the ISR lock
 * @sp: the HBA
 *
 * An interrupt handler has the current task of the context that it interrupts,
 * and that context does not run until the handler has left.
 *
 * Context: any.
 * Return: true if it does.
 */
bool sp_is_entered(const struct sp_hba *sp)
{
	return READ_ONCE(sp->isr_task) == current;
}

/**
 * sp_is_silent() - tell whether no routine that can access a request may run
 * @sp: the HBA
 *
 * Context: ISR lock, which keeps the answer true.
 * Return: true if so.
 */
bool sp_is_silent(const struct sp_hba *sp)
{
	return sp->stopped || sp->lost;
}

/**
 * sp_ignores_interrupts() - tell whether HwScsiInterrupt must not be called
 * @sp: the HBA
 *
 * A stopped HBA that still interrupts must not keep its line asserted.
 *
 * Context: ISR lock, which keeps the answer true.
 * Return: true if it must not.
 */
bool sp_ignores_interrupts(const struct sp_hba *sp)
{
	return sp->lost || (sp->stopped && !sp->acks);
}

/**
 * sp_is_closed() - tell whether HwScsiStartIo and HwScsiTimer have to wait
 * @sp: the HBA
 *
 * The miniport takes itself to be alone from CallEnableInterrupts to the return
 * of its callback.
 *
 * Context: ISR lock, which keeps the answer true.
 * Return: true if they have to wait.
 */
bool sp_is_closed(const struct sp_hba *sp)
{
	return sp_is_silent(sp) || sp->enable_fn || sp->callback;
}

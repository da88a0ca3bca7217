// SPDX-License-Identifier: GPL-2.0-only
/*
 * The owner of the chip: every change of &pioscsi_port.owner is in this file.
 *
 * The chip is unmasked in IDLE and IRQ. In all other states it is masked, if it
 * can be, which keeps the hard IRQ handler out without a lock.
 */
#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <scsi/scsi.h>

#include "event.h"
#include "owned_irq.h"
#include "owner.h"
#include "port.h"
#include "wake.h"

/* The legal changes: a bit for each next owner. */
static const u8 next_owners[PIOSCSI_NR_OWNERS] = {
	[PIOSCSI_IDLE] = BIT(PIOSCSI_IRQ) | BIT(PIOSCSI_RUNNING) |
			 BIT(PIOSCSI_RECOVERY),
	[PIOSCSI_IRQ] = BIT(PIOSCSI_IDLE) | BIT(PIOSCSI_DEFERRED),
	[PIOSCSI_DEFERRED] = BIT(PIOSCSI_RUNNING) | BIT(PIOSCSI_RECOVERY),
	[PIOSCSI_RUNNING] = BIT(PIOSCSI_IDLE) | BIT(PIOSCSI_DEFERRED) |
			    BIT(PIOSCSI_DEAD),
	[PIOSCSI_RECOVERY] = BIT(PIOSCSI_DEFERRED) | BIT(PIOSCSI_SUSPENDED) |
			     BIT(PIOSCSI_DEAD),
	[PIOSCSI_SUSPENDED] = BIT(PIOSCSI_RECOVERY) | BIT(PIOSCSI_DEAD),
	[PIOSCSI_DEAD] = BIT(PIOSCSI_IDLE) | BIT(PIOSCSI_RECOVERY) |
			 BIT(PIOSCSI_SUSPENDED) | BIT(PIOSCSI_DEAD),
};

/**
 * pioscsi_owner_change_is_legal() - tell whether an owner may follow another
 * @from: the present owner
 * @to: the next owner
 *
 * Context: any.
 * Return: true if it may.
 */
bool pioscsi_owner_change_is_legal(enum pioscsi_owner from,
				   enum pioscsi_owner to)
{
	return next_owners[from] & BIT(to);
}

/**
 * pioscsi_warn_owner() - report a change of the owner that is not legal
 * @port: the port
 * @owner: the owner that must not follow
 *
 * Context: the port's lock.
 */
void pioscsi_warn_owner(const struct pioscsi_port *port,
			enum pioscsi_owner owner)
{
	KUNIT_STATIC_STUB_REDIRECT(pioscsi_warn_owner, port, owner);

	WARN_ONCE(1, "%s: illegal change of owner from %s to %s, ignoring it\n",
		  dev_name(port->hba.dev), pioscsi_owner_name(port->owner),
		  pioscsi_owner_name(owner));
}

/* Returns false, and changes nothing, if @owner must not follow. */
static bool set_owner(struct pioscsi_port *port, enum pioscsi_owner owner)
	__must_hold(&port->lock)
{
	lockdep_assert_held(&port->lock);
	if (unlikely(!pioscsi_owner_change_is_legal(port->owner, owner))) {
		pioscsi_warn_owner(port, owner);
		return false;
	}
	/*
	 * The next owner may run on another CPU. Its writes to registers must
	 * follow ours. A spinlock orders only those that were made under it.
	 */
	wmb();
	port->in_task = false;
	WRITE_ONCE(port->owner, owner);
	WRITE_ONCE(port->owner_since, jiffies);
	if (port->yield)
		wake_up(&port->owner_wait);
	return true;
}

static void mask_chip(struct pioscsi_port *port)
{
	if (!port->hba.can_mask)
		return;
	if (port->masks_line)
		disable_irq_nosync(port->hba.irq);
	else if (port->hba.ops->mask)
		port->hba.ops->mask(&port->hba);
	port->masked_since = ktime_get_ns();
	pioscsi_record_mask(port);
}

/**
 * pioscsi_mask_again() - mask a chip that a reset may have unmasked
 * @port: the port, whose chip counts as masked
 *
 * No reset enables the interrupt line, and the kernel counts its disabling.
 *
 * Context: owner of the chip, task.
 */
void pioscsi_mask_again(struct pioscsi_port *port)
{
	if (port->hba.can_mask && !port->masks_line && port->hba.ops->mask)
		port->hba.ops->mask(&port->hba);
}

static void unmask_chip(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	u64 ns;

	lockdep_assert_held(&port->lock);
	if (!port->hba.can_mask)
		return;
	ns = ktime_get_ns() - port->masked_since;
	pioscsi_hist_add(&port->stats.masked, ns);
	pioscsi_record_unmask(port, ns);
	if (port->masks_line)
		enable_irq(port->hba.irq);
	else if (port->hba.ops->unmask)
		port->hba.ops->unmask(&port->hba);
}

/* An interrupt that was withdrawn is not known to be one of the HBA. */
static bool is_of_hba(const struct pioscsi_port *port, enum pioscsi_claim claim)
{
	return claim == PIOSCSI_OURS ||
	       (claim == PIOSCSI_HAS_OWNER && !port->hba.can_mask);
}

/**
 * pioscsi_own_irq() - own a chip that interrupts (IDLE to IRQ)
 * @port: the port
 * @now: when the hard IRQ handler began, ns
 *
 * If another context owns the chip, pioscsi_note_owned_irq() decides. It
 * acknowledges a chip that cannot be masked, and may withdraw an interrupt that
 * comes in spite of the mask.
 *
 * Context: hard IRQ, or a thread where the kernel forces that or the line is
 *	nested.
 * Return: the cause of the interrupt; one of the HBA has been acknowledged.
 */
enum pioscsi_claim pioscsi_own_irq(struct pioscsi_port *port, u64 now)
{
	enum pioscsi_claim claim = PIOSCSI_NOT_OURS;
	unsigned long flags;

	spin_lock_irqsave(&port->lock, flags);
	if (port->owner != PIOSCSI_IDLE) {
		claim = pioscsi_note_owned_irq(port, now);
	} else if (port->hba.ops->claim(&port->hba)) {
		claim = PIOSCSI_OURS;
		set_owner(port, PIOSCSI_IRQ);
		WRITE_ONCE(port->stalled, false);
	}
	pioscsi_record_irq(port, claim, now);
	pioscsi_count(is_of_hba(port, claim) ? &port->stats.irqs :
		      &port->stats.irq_none, 1);
	spin_unlock_irqrestore(&port->lock, flags);
	return claim;
}

/**
 * pioscsi_own_polled() - own an idle chip without an interrupt (IDLE to
 * RUNNING)
 * @port: the port
 *
 * Context: any but NMI.
 * Return: false if another context owns the chip.
 */
bool pioscsi_own_polled(struct pioscsi_port *port)
{
	unsigned long flags;
	bool mine;

	spin_lock_irqsave(&port->lock, flags);
	mine = port->owner == PIOSCSI_IDLE;
	if (mine) {
		mask_chip(port);
		set_owner(port, PIOSCSI_RUNNING);
		WRITE_ONCE(port->stalled, false);
	}
	spin_unlock_irqrestore(&port->lock, flags);
	return mine;
}

/**
 * pioscsi_own_deferred() - wake a bottom half (IRQ or RUNNING to DEFERRED)
 * @port: the port, whose context has been saved
 * @path: how the bottom half is woken
 *
 * A chip that the hard IRQ handler owns is masked first.
 *
 * Context: owner of the chip; any but NMI.
 */
void pioscsi_own_deferred(struct pioscsi_port *port, enum pioscsi_path path)
{
	unsigned long flags;

	spin_lock_irqsave(&port->lock, flags);
	if (port->owner == PIOSCSI_IRQ) {
		mask_chip(port);
		pioscsi_count(&port->stats.deferred, 1);
	}
	if (set_owner(port, PIOSCSI_DEFERRED)) {
		pioscsi_record_defer(port, path);
		pioscsi_wake(port, path);
	}
	spin_unlock_irqrestore(&port->lock, flags);
}

/**
 * pioscsi_own_running() - begin a bottom half (DEFERRED to RUNNING)
 * @port: the port
 *
 * Context: softirq or task.
 * Return: false if the deferral is stale: the owner is not %PIOSCSI_DEFERRED
 *	any more, or error handling waits for the chip.
 */
bool pioscsi_own_running(struct pioscsi_port *port)
{
	unsigned long flags;
	bool mine;

	spin_lock_irqsave(&port->lock, flags);
	mine = port->owner == PIOSCSI_DEFERRED && !port->yield;
	if (mine)
		set_owner(port, PIOSCSI_RUNNING);
	spin_unlock_irqrestore(&port->lock, flags);
	return mine;
}

/*
 * Call claim() once more after the unmask. A chip whose line is edge-triggered
 * does not raise it again for an event that came while it was masked.
 */
static bool more_pending(struct pioscsi_port *port, bool leave_timer)
	__must_hold(&port->lock)
{
	bool more = (!leave_timer && pioscsi_timer_due(port)) ||
		    port->irq_pending || port->query_due;

	if (port->owner == PIOSCSI_RUNNING)
		more |= port->hba.ops->claim(&port->hba);
	port->irq_pending = false;
	if (more)
		WRITE_ONCE(port->stalled, false);
	return more;
}

static bool release_if_idle(struct pioscsi_port *port, bool leave_timer)
	__must_hold(&port->lock)
{
	bool masked = port->owner == PIOSCSI_RUNNING;

	if (masked)
		unmask_chip(port);
	if (!more_pending(port, leave_timer)) {
		if (port->timer_fn || pioscsi_needs_poll(port))
			pioscsi_timer_rearm(port);
		/* The retry may have come while the chip had this owner. */
		if (port->stalled && !port->nr_active)
			pioscsi_retry_later(port);
		set_owner(port, PIOSCSI_IDLE);
		return true;
	}
	if (masked) {
		mask_chip(port);
		pioscsi_count(&port->stats.rearmed_pending, 1);
	}
	return false;
}

/**
 * pioscsi_release() - release a chip without work (IRQ or RUNNING to IDLE)
 * @port: the port, whose chip has no work
 * @leave_timer: leave a due timer of the front end to its expiry
 *
 * Under the lock the chip is only unmasked, and its claim() called. The owner
 * starts a command that was queued meanwhile.
 *
 * Context: owner of the chip; any but NMI.
 * Return: false if a command waits, the chip interrupts or the front end's
 *	timer is due. The caller still owns the chip, masked as before, and
 *	serves it.
 */
bool pioscsi_release(struct pioscsi_port *port, bool leave_timer)
{
	unsigned long flags;
	bool idle, task;

	spin_lock_irqsave(&port->lock, flags);
	task = port->in_task;
	port->in_task = false;
	idle = !pioscsi_can_start(port) && release_if_idle(port, leave_timer);
	if (!idle)
		port->in_task = task;
	spin_unlock_irqrestore(&port->lock, flags);
	return idle;
}

/**
 * pioscsi_own_recovery() - own a chip for error handling (IDLE or DEFERRED to
 * RECOVERY)
 * @port: the port
 *
 * A running bottom half yields after its present step of PIO. A bottom half
 * that has not begun becomes stale. The saved context is kept. A dead chip
 * stays dead.
 *
 * Context: task; sleeps.
 */
void pioscsi_own_recovery(struct pioscsi_port *port)
{
	spin_lock_irq(&port->lock);
	wait_event_lock_irq(port->owner_wait, !port->yield, port->lock);
	WRITE_ONCE(port->yield, true);
	wait_event_lock_irq(port->owner_wait,
			    port->owner == PIOSCSI_IDLE ||
			    port->owner == PIOSCSI_DEFERRED ||
			    port->owner == PIOSCSI_DEAD, port->lock);
	if (port->owner == PIOSCSI_IDLE)
		mask_chip(port);
	if (port->owner != PIOSCSI_DEAD)
		set_owner(port, PIOSCSI_RECOVERY);
	spin_unlock_irq(&port->lock);
}

/* Let the next context that waits in pioscsi_own_recovery() have the chip. */
static void end_yield(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	lockdep_assert_held(&port->lock);
	WRITE_ONCE(port->yield, false);
	WRITE_ONCE(port->resume_due, false);
	wake_up(&port->owner_wait);
}

/**
 * pioscsi_recovered() - end error handling (RECOVERY to DEFERRED)
 * @port: the port
 *
 * A bottom half finishes the saved context and unmasks the chip, as after any
 * other deferral. A dead chip stays dead.
 *
 * Context: task.
 */
void pioscsi_recovered(struct pioscsi_port *port)
{
	spin_lock_irq(&port->lock);
	if (port->owner != PIOSCSI_DEAD && set_owner(port, PIOSCSI_DEFERRED)) {
		pioscsi_record_defer(port, PIOSCSI_PATH_HOST_THREAD);
		pioscsi_wake(port, PIOSCSI_PATH_HOST_THREAD);
	}
	end_yield(port);
	spin_unlock_irq(&port->lock);
}

/**
 * pioscsi_own_suspended() - leave a chip alone before a power loss (RECOVERY or
 * DEAD to SUSPENDED)
 * @port: the port
 *
 * Error handling waits until the chip is resumed, or taken out of service. A
 * chip that is dead for good stays so, and no context waits for it.
 *
 * Context: task; owner of the chip, or of a dead one.
 */
void pioscsi_own_suspended(struct pioscsi_port *port)
{
	spin_lock_irq(&port->lock);
	if (port->owner == PIOSCSI_RECOVERY ||
	    (port->owner == PIOSCSI_DEAD && pioscsi_may_retry(port))) {
		set_owner(port, PIOSCSI_SUSPENDED);
		WRITE_ONCE(port->resume_due, true);
	} else {
		end_yield(port);
	}
	spin_unlock_irq(&port->lock);
}

/**
 * pioscsi_own_resumed() - own a chip after a power loss (SUSPENDED to RECOVERY
 * or DEAD)
 * @port: the port
 *
 * A chip that was out of service remains so. It is masked again: the power loss
 * may have unmasked it, and no handler would serve its interrupt.
 *
 * Context: task.
 * Return: false if the chip is not suspended, or was dead before.
 */
bool pioscsi_own_resumed(struct pioscsi_port *port)
{
	bool mine = false;

	spin_lock_irq(&port->lock);
	if (port->owner == PIOSCSI_SUSPENDED) {
		/* Don't count the time without power as masked. */
		port->masked_since = ktime_get_ns();
		set_owner(port, PIOSCSI_RECOVERY);
		mine = !pioscsi_may_retry(port);
		if (!mine) {
			pioscsi_refuse(port, port->refusal);
			pioscsi_own_dead(port);
			end_yield(port);
		}
	}
	spin_unlock_irq(&port->lock);
	return mine;
}

/**
 * pioscsi_own_idle() - unmask the chip for the first time (DEAD to IDLE)
 * @port: the port
 *
 * Context: task.
 */
void pioscsi_own_idle(struct pioscsi_port *port)
{
	spin_lock_irq(&port->lock);
	port->masked_since = ktime_get_ns();
	if (set_owner(port, PIOSCSI_IDLE)) {
		port->refusal = 0;
		port->added = true;
		unmask_chip(port);
	}
	spin_unlock_irq(&port->lock);
}

/**
 * pioscsi_refuse() - mask the chip for good, and refuse new commands
 * @port: the port
 * @host_byte: &pioscsi_port.refusal
 *
 * Context: task; owner of the chip, or of a dead one; the port's lock.
 */
void pioscsi_refuse(struct pioscsi_port *port, int host_byte)
	__must_hold(&port->lock)
{
	lockdep_assert_held(&port->lock);
	/*
	 * It was masked, but a reset that failed may have undone that. No reset
	 * enables the interrupt line, and the kernel counts its disabling.
	 */
	if ((port->owner == PIOSCSI_RECOVERY ||
	     port->owner == PIOSCSI_RUNNING) && !port->masks_line)
		mask_chip(port);
	port->refusal = host_byte;
}

/**
 * pioscsi_own_dead() - take the chip out of service (RECOVERY, RUNNING,
 * SUSPENDED or DEAD to DEAD)
 * @port: the port, after pioscsi_refuse() unless it is suspended
 *
 * Context: task; owner of the chip, or of a dead one; the port's lock.
 */
void pioscsi_own_dead(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	set_owner(port, PIOSCSI_DEAD);
}

/**
 * pioscsi_own_retry() - own a dead chip to reset it once more (DEAD to
 * RECOVERY)
 * @port: the port
 *
 * Context: task; after pioscsi_own_recovery(), which leaves a dead chip alone.
 * Return: false if the chip must not be touched any more.
 */
bool pioscsi_own_retry(struct pioscsi_port *port)
{
	bool retry;

	spin_lock_irq(&port->lock);
	retry = port->owner == PIOSCSI_DEAD && pioscsi_may_retry(port) &&
		set_owner(port, PIOSCSI_RECOVERY);
	if (retry)
		port->refusal = 0;
	spin_unlock_irq(&port->lock);
	return retry;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who owns the chip: every change of &pioscsi_port.owner is here.
 *
 *   DEAD -> IDLE <-> IRQ -> DEFERRED <-> RUNNING <-> IDLE
 *   IDLE, DEFERRED -> RECOVERY -> DEFERRED, DEAD
 *   RECOVERY <-> SUSPENDED
 *   RUNNING -> DEAD -> RECOVERY
 *
 * IDLE and IRQ have the chip unmasked; in all other states it is masked, if it
 * can be, which keeps the hard handler out without a lock.
 */
#include <linux/ktime.h>
#include <linux/lockdep.h>

#include "event.h"
#include "irq.h"
#include "owner.h"
#include "port.h"
#include "queue.h"
#include "timer.h"

/* Interrupts of an owned chip while its owner gets nothing done. */
#define UNOWNED_IRQS_MAX	100U

static void set_owner(struct pioscsi_port *port, enum pioscsi_owner owner)
	__must_hold(&port->lock)
{
	lockdep_assert_held(&port->lock);
	WRITE_ONCE(port->owner, owner);
	if (port->yield)
		wake_up(&port->owner_wait);
}

static void mask_chip(struct pioscsi_port *port)
{
	if (!port->hba.can_mask)
		return;
	port->hba.ops->mask(&port->hba);
	port->masked_since = ktime_get_ns();
	pioscsi_record_mask(port);
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
	port->hba.ops->unmask(&port->hba);
}

/* Whether a chip is there at all, in service or not. */
static bool is_present(const struct pioscsi_port *port)
{
	if (port->owner == PIOSCSI_DEAD)
		return port->dead;
	return port->owner != PIOSCSI_SUSPENDED;
}

/*
 * An interrupt of a chip that nobody may keep from interrupting. Given up it
 * still holds up its line, until somebody acknowledges that. If that is no
 * help, and its owner gets no CPU any more, only the kernel can close the line.
 */
static enum pioscsi_claim note_unowned_irq(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	if (port->hba.can_mask || !is_present(port) ||
	    !port->hba.ops->claim(&port->hba))
		return PIOSCSI_NOT_OURS;
	WRITE_ONCE(port->irq_pending, true);
	if (port->unowned_irq_progress != READ_ONCE(port->progress))
		port->nr_unowned_irqs = 0;
	port->unowned_irq_progress = READ_ONCE(port->progress);
	return port->nr_unowned_irqs++ < UNOWNED_IRQS_MAX ? PIOSCSI_UNOWNED :
							    PIOSCSI_NOT_OURS;
}

/**
 * pioscsi_own_irq() - IDLE to IRQ, if it was this HBA that interrupted
 * @port: the port
 * @now: when the hard handler began, ns
 *
 * While anybody else owns the chip it is masked, so that it cannot have been:
 * then the chip is not touched at all. If it cannot be masked, its interrupt
 * is acknowledged, and whoever owns it is told.
 *
 * Context: hard IRQ.
 * Return: whose the interrupt was; if the HBA's, it has been acknowledged.
 */
enum pioscsi_claim pioscsi_own_irq(struct pioscsi_port *port, u64 now)
{
	enum pioscsi_claim claim = PIOSCSI_NOT_OURS;
	unsigned long flags;

	spin_lock_irqsave(&port->lock, flags);
	if (port->owner != PIOSCSI_IDLE) {
		claim = note_unowned_irq(port);
	} else if (port->hba.ops->claim(&port->hba)) {
		claim = PIOSCSI_OURS;
		set_owner(port, PIOSCSI_IRQ);
		WRITE_ONCE(port->stalled, false);
	}
	pioscsi_record_irq(port, claim, now);
	pioscsi_count(claim == PIOSCSI_NOT_OURS ? &port->stats.irq_none :
		      &port->stats.irqs, 1);
	spin_unlock_irqrestore(&port->lock, flags);
	return claim;
}

/**
 * pioscsi_own_polled() - IDLE to RUNNING: a timer or the watchdog begins
 * @port: the port
 *
 * Context: any but NMI.
 * Return: false if somebody else owns the chip.
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
 * pioscsi_own_deferred() - IRQ or RUNNING to DEFERRED: mask the chip
 * @port: the port, whose context has been saved
 * @path: how the caller will wake the bottom half
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
	pioscsi_record_defer(port, path);
	set_owner(port, PIOSCSI_DEFERRED);
	spin_unlock_irqrestore(&port->lock, flags);
}

/**
 * pioscsi_own_running() - DEFERRED to RUNNING: a bottom half begins
 * @port: the port
 *
 * Context: softirq or task.
 * Return: false if the deferral is stale: error handling has taken the chip or
 *	is about to, and unmasks it.
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
 * What came while the chip was owned. A chip that raises its line by an edge
 * would not do so again for what came while it was masked: so look once more.
 */
static bool more_pending(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	bool more = pioscsi_timer_due(port) || port->irq_pending ||
		    port->query_due;

	if (port->owner == PIOSCSI_RUNNING)
		more |= port->hba.ops->claim(&port->hba);
	port->irq_pending = false;
	if (more)
		WRITE_ONCE(port->stalled, false);
	return more;
}

static bool release_if_idle(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	bool masked = port->owner == PIOSCSI_RUNNING;

	if (masked)
		unmask_chip(port);
	if (!more_pending(port)) {
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
 * pioscsi_release() - IRQ or RUNNING to IDLE
 * @port: the port, whose chip is content
 *
 * Under the lock it is unmasked, and asked whether it has more, and nothing
 * else: a command that was queued meanwhile is for the owner to start.
 *
 * Context: owner of the chip; any but NMI.
 * Return: false if there is such a command, or the chip had more to say when it
 *	was unmasked; the caller owns it still, as before, and serves it.
 */
bool pioscsi_release(struct pioscsi_port *port)
{
	unsigned long flags;
	bool content;

	spin_lock_irqsave(&port->lock, flags);
	content = !pioscsi_can_start(port) && release_if_idle(port);
	spin_unlock_irqrestore(&port->lock, flags);
	return content;
}

/**
 * pioscsi_own_recovery() - IDLE or DEFERRED to RECOVERY
 * @port: the port
 *
 * A bottom half that runs is asked to yield and does so after its present
 * piece; one that has not begun becomes stale. Their context stays saved.
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

/**
 * pioscsi_recovered() - RECOVERY to DEFERRED: as if it had been deferred
 * @port: the port
 *
 * What is left of the saved context is done, and the chip unmasked, by the
 * bottom half like after any other deferral.
 *
 * Context: task.
 */
void pioscsi_recovered(struct pioscsi_port *port)
{
	bool gone;

	spin_lock_irq(&port->lock);
	gone = port->owner == PIOSCSI_DEAD;
	if (!gone) {
		pioscsi_record_defer(port, PIOSCSI_PATH_KICK);
		set_owner(port, PIOSCSI_DEFERRED);
	}
	WRITE_ONCE(port->yield, false);
	wake_up(&port->owner_wait);
	spin_unlock_irq(&port->lock);
	if (!gone)
		pioscsi_kick(port, 0);
}

/**
 * pioscsi_own_suspended() - RECOVERY to SUSPENDED: the chip will lose its power
 * @port: the port
 *
 * Who else wants the chip for error handling waits until it is awake.
 *
 * Context: task; owner of the chip.
 */
void pioscsi_own_suspended(struct pioscsi_port *port)
{
	spin_lock_irq(&port->lock);
	if (port->owner == PIOSCSI_RECOVERY)
		set_owner(port, PIOSCSI_SUSPENDED);
	spin_unlock_irq(&port->lock);
}

/**
 * pioscsi_own_resumed() - SUSPENDED to RECOVERY
 * @port: the port
 *
 * Context: task.
 * Return: false if the chip had been given up before it was asleep.
 */
bool pioscsi_own_resumed(struct pioscsi_port *port)
{
	bool mine;

	spin_lock_irq(&port->lock);
	mine = port->owner == PIOSCSI_SUSPENDED;
	if (mine) {
		/* Asleep, it kept nobody waiting. */
		port->masked_since = ktime_get_ns();
		set_owner(port, PIOSCSI_RECOVERY);
	}
	spin_unlock_irq(&port->lock);
	return mine;
}

/**
 * pioscsi_own_idle() - DEAD to IDLE: unmask for the first time
 * @port: the port
 *
 * Context: task.
 */
void pioscsi_own_idle(struct pioscsi_port *port)
{
	spin_lock_irq(&port->lock);
	port->masked_since = ktime_get_ns();
	set_owner(port, PIOSCSI_IDLE);
	unmask_chip(port);
	spin_unlock_irq(&port->lock);
}

static void own_dead(struct pioscsi_port *port, bool dead)
{
	spin_lock_irq(&port->lock);
	port->dead = dead;
	set_owner(port, PIOSCSI_DEAD);
	spin_unlock_irq(&port->lock);
}

/**
 * pioscsi_own_dead() - RECOVERY or DEAD to DEAD: masked for good
 * @port: the port
 *
 * Context: task; owner of the chip.
 */
void pioscsi_own_dead(struct pioscsi_port *port)
{
	own_dead(port, false);
}

/**
 * pioscsi_close_queue() - the chip is beyond help: take no more commands
 * @port: the port
 *
 * Context: task; owner of the chip.
 */
void pioscsi_close_queue(struct pioscsi_port *port)
{
	spin_lock_irq(&port->lock);
	port->dead = true;
	spin_unlock_irq(&port->lock);
}

/**
 * pioscsi_own_failed() - RECOVERY or RUNNING to DEAD: beyond help
 * @port: the port, without any command
 *
 * Context: task; owner of the chip.
 */
void pioscsi_own_failed(struct pioscsi_port *port)
{
	own_dead(port, true);
}

/**
 * pioscsi_own_retry() - DEAD to RECOVERY: a last try with a chip given up
 * @port: the port
 *
 * Context: task; after pioscsi_own_recovery(), which left it alone.
 * Return: false if the chip is not to be touched any more.
 */
bool pioscsi_own_retry(struct pioscsi_port *port)
{
	bool again;

	spin_lock_irq(&port->lock);
	again = port->owner == PIOSCSI_DEAD && port->dead;
	if (again) {
		port->dead = false;
		set_owner(port, PIOSCSI_RECOVERY);
	}
	spin_unlock_irq(&port->lock);
	return again;
}

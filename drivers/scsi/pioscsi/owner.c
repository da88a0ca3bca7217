// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who owns the chip: every change of &pioscsi_port.owner is here.
 *
 *   GONE -> OPEN <-> IRQ -> DEFERRED <-> RUNNING <-> OPEN
 *   OPEN, DEFERRED -> RECOVERY -> DEFERRED, GONE
 *   RECOVERY <-> ASLEEP
 *   RUNNING -> GONE -> RECOVERY
 *
 * OPEN and IRQ have the chip unmasked; in all other states it is masked, if it
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
#define NOTED_MAX	100U

static void set_owner(struct pioscsi_port *port, enum pioscsi_owner owner)
	__must_hold(&port->lock)
{
	lockdep_assert_held(&port->lock);
	WRITE_ONCE(port->owner, owner);
	if (port->yield)
		wake_up(&port->owner_wait);
}

static void mask(struct pioscsi_port *port)
{
	if (!port->hba.can_mask)
		return;
	port->hba.ops->mask(&port->hba);
	port->masked_since = ktime_get_ns();
	pioscsi_saw_mask(port);
}

static void unmask(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	u64 ns;

	lockdep_assert_held(&port->lock);
	if (!port->hba.can_mask)
		return;
	ns = ktime_get_ns() - port->masked_since;
	pioscsi_hist_add(&port->stats.masked, ns);
	pioscsi_saw_unmask(port, ns);
	port->hba.ops->unmask(&port->hba);
}

/* Whether a chip is there at all, in service or not. */
static bool is_there(const struct pioscsi_port *port)
{
	if (port->owner == PIOSCSI_GONE)
		return port->given_up;
	return port->owner != PIOSCSI_ASLEEP;
}

/*
 * An interrupt of a chip that nobody may keep from interrupting. Given up it
 * still holds up its line, until somebody acknowledges that. If that is no
 * help, and its owner gets no CPU any more, only the kernel can close the line.
 */
static enum pioscsi_claim note(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	if (port->hba.can_mask || !is_there(port) ||
	    !port->hba.ops->claim(&port->hba))
		return PIOSCSI_NOT_OURS;
	WRITE_ONCE(port->rose, true);
	if (port->noted_at != READ_ONCE(port->progress))
		port->noted = 0;
	port->noted_at = READ_ONCE(port->progress);
	return port->noted++ < NOTED_MAX ? PIOSCSI_NOTED : PIOSCSI_NOT_OURS;
}

/**
 * pioscsi_own_irq() - OPEN to IRQ, if it was this HBA that interrupted
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
	if (port->owner != PIOSCSI_OPEN) {
		claim = note(port);
	} else if (port->hba.ops->claim(&port->hba)) {
		claim = PIOSCSI_OURS;
		set_owner(port, PIOSCSI_IRQ);
		WRITE_ONCE(port->stalled, false);
	}
	pioscsi_saw_irq(port, claim, now);
	pioscsi_count(claim == PIOSCSI_NOT_OURS ? &port->stats.not_ours :
		      &port->stats.irqs, 1);
	spin_unlock_irqrestore(&port->lock, flags);
	return claim;
}

/**
 * pioscsi_own_unasked() - OPEN to RUNNING: a timer or the watchdog begins
 * @port: the port
 *
 * Context: any but NMI.
 * Return: false if somebody else owns the chip.
 */
bool pioscsi_own_unasked(struct pioscsi_port *port)
{
	unsigned long flags;
	bool mine;

	spin_lock_irqsave(&port->lock, flags);
	mine = port->owner == PIOSCSI_OPEN;
	if (mine) {
		mask(port);
		set_owner(port, PIOSCSI_RUNNING);
		WRITE_ONCE(port->stalled, false);
	}
	spin_unlock_irqrestore(&port->lock, flags);
	return mine;
}

/**
 * pioscsi_own_deferred() - IRQ or RUNNING to DEFERRED: mask the chip
 * @port: the port, whose context has been saved
 * @way: how the caller will wake the bottom half
 *
 * Context: owner of the chip; any but NMI.
 */
void pioscsi_own_deferred(struct pioscsi_port *port, enum pioscsi_way way)
{
	unsigned long flags;

	spin_lock_irqsave(&port->lock, flags);
	if (port->owner == PIOSCSI_IRQ) {
		mask(port);
		pioscsi_count(&port->stats.deferred, 1);
	}
	pioscsi_saw_defer(port, way);
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
static bool has_more(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	bool more = pioscsi_timer_due(port) || port->rose || port->ask;

	if (port->owner == PIOSCSI_RUNNING)
		more |= port->hba.ops->claim(&port->hba);
	port->rose = false;
	if (more)
		WRITE_ONCE(port->stalled, false);
	return more;
}

static bool open_if_content(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	bool masked = port->owner == PIOSCSI_RUNNING;

	if (masked)
		unmask(port);
	if (!has_more(port)) {
		set_owner(port, PIOSCSI_OPEN);
		return true;
	}
	if (masked) {
		mask(port);
		pioscsi_count(&port->stats.again, 1);
	}
	return false;
}

/**
 * pioscsi_release() - IRQ or RUNNING to OPEN
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
	content = !pioscsi_can_start(port) && open_if_content(port);
	spin_unlock_irqrestore(&port->lock, flags);
	return content;
}

/**
 * pioscsi_own_recovery() - OPEN or DEFERRED to RECOVERY
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
			    port->owner == PIOSCSI_OPEN ||
			    port->owner == PIOSCSI_DEFERRED ||
			    port->owner == PIOSCSI_GONE, port->lock);
	if (port->owner == PIOSCSI_OPEN)
		mask(port);
	if (port->owner != PIOSCSI_GONE)
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
	gone = port->owner == PIOSCSI_GONE;
	if (!gone) {
		pioscsi_saw_defer(port, PIOSCSI_WAY_KICK);
		set_owner(port, PIOSCSI_DEFERRED);
	}
	WRITE_ONCE(port->yield, false);
	wake_up(&port->owner_wait);
	spin_unlock_irq(&port->lock);
	if (!gone)
		pioscsi_kick(port, 0);
}

/**
 * pioscsi_own_asleep() - RECOVERY to ASLEEP: the chip will lose its power
 * @port: the port
 *
 * Who else wants the chip for error handling waits until it is awake.
 *
 * Context: task; owner of the chip.
 */
void pioscsi_own_asleep(struct pioscsi_port *port)
{
	spin_lock_irq(&port->lock);
	if (port->owner == PIOSCSI_RECOVERY)
		set_owner(port, PIOSCSI_ASLEEP);
	spin_unlock_irq(&port->lock);
}

/**
 * pioscsi_own_awake() - ASLEEP to RECOVERY
 * @port: the port
 *
 * Context: task.
 * Return: false if the chip had been given up before it was asleep.
 */
bool pioscsi_own_awake(struct pioscsi_port *port)
{
	bool mine;

	spin_lock_irq(&port->lock);
	mine = port->owner == PIOSCSI_ASLEEP;
	if (mine) {
		/* Asleep, it kept nobody waiting. */
		port->masked_since = ktime_get_ns();
		set_owner(port, PIOSCSI_RECOVERY);
	}
	spin_unlock_irq(&port->lock);
	return mine;
}

/**
 * pioscsi_own_open() - GONE to OPEN: unmask for the first time
 * @port: the port
 *
 * Context: task.
 */
void pioscsi_own_open(struct pioscsi_port *port)
{
	spin_lock_irq(&port->lock);
	port->masked_since = ktime_get_ns();
	set_owner(port, PIOSCSI_OPEN);
	unmask(port);
	spin_unlock_irq(&port->lock);
}

static void own_gone(struct pioscsi_port *port, bool given_up)
{
	spin_lock_irq(&port->lock);
	port->given_up = given_up;
	set_owner(port, PIOSCSI_GONE);
	spin_unlock_irq(&port->lock);
}

/**
 * pioscsi_own_gone() - RECOVERY or GONE to GONE: masked for good
 * @port: the port
 *
 * Context: task; owner of the chip.
 */
void pioscsi_own_gone(struct pioscsi_port *port)
{
	own_gone(port, false);
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
	port->given_up = true;
	spin_unlock_irq(&port->lock);
}

/**
 * pioscsi_own_given_up() - RECOVERY or RUNNING to GONE: beyond help
 * @port: the port, without any command
 *
 * Context: task; owner of the chip.
 */
void pioscsi_own_given_up(struct pioscsi_port *port)
{
	own_gone(port, true);
}

/**
 * pioscsi_own_again() - GONE to RECOVERY: a last try with a chip given up
 * @port: the port
 *
 * Context: task; after pioscsi_own_recovery(), which left it alone.
 * Return: false if the chip is not to be touched any more.
 */
bool pioscsi_own_again(struct pioscsi_port *port)
{
	bool again;

	spin_lock_irq(&port->lock);
	again = port->owner == PIOSCSI_GONE && port->given_up;
	if (again) {
		port->given_up = false;
		set_owner(port, PIOSCSI_RECOVERY);
	}
	spin_unlock_irq(&port->lock);
	return again;
}

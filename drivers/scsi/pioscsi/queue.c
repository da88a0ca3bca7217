// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the midlayer to the chip: a queue for each LUN, served in turn, so
 * that no LUN waits behind another's backlog.
 */
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "complete.h"
#include "event.h"
#include "irq.h"
#include "pio.h"
#include "poll.h"
#include "port.h"
#include "queue.h"
#include "watch.h"

/* How soon a chip that takes no command though it has none is asked again. */
#define RETRY_MS	1

static struct pioscsi_lun *cmd_lun(const struct pioscsi_cmd *cmd)
{
	return cmd->scmd->device->hostdata;
}

/**
 * pioscsi_lun_alloc() - the queue of a new logical unit
 *
 * Context: task; may sleep.
 * Return: the queue, freed by kfree(), or %NULL.
 */
struct pioscsi_lun *pioscsi_lun_alloc(void)
{
	struct pioscsi_lun *lun = kzalloc(sizeof(*lun), GFP_KERNEL);

	if (lun) {
		INIT_LIST_HEAD(&lun->ready);
		INIT_LIST_HEAD(&lun->pending);
	}
	return lun;
}

static void enqueue(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	struct pioscsi_lun *lun = cmd_lun(cmd);

	list_add_tail(&cmd->node, &lun->pending);
	cmd->queued = true;
	if (list_empty(&lun->ready))
		list_add_tail(&lun->ready, &port->ready);
}

static void dequeue(struct pioscsi_cmd *cmd)
{
	struct pioscsi_lun *lun = cmd_lun(cmd);

	list_del(&cmd->node);
	cmd->queued = false;
	if (list_empty(&lun->pending))
		list_del_init(&lun->ready);
}

static bool has_room(const struct pioscsi_port *port)
{
	return !port->stalled && port->nr_active < port->hba.depth;
}

/* The next command of the next LUN, which then goes to the end of the turn. */
static struct pioscsi_cmd *next_pending(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	struct pioscsi_lun *lun;
	struct pioscsi_cmd *cmd;

	lockdep_assert_held(&port->lock);
	if (!has_room(port))
		return NULL;
	lun = list_first_entry_or_null(&port->ready, struct pioscsi_lun, ready);
	if (!lun)
		return NULL;
	cmd = list_first_entry(&lun->pending, struct pioscsi_cmd, node);
	dequeue(cmd);
	if (!list_empty(&lun->ready))
		list_move_tail(&lun->ready, &port->ready);
	return cmd;
}

/* The next one of its LUN, which is the next one in turn. */
static void enqueue_first(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	struct pioscsi_lun *lun = cmd_lun(cmd);

	list_add(&cmd->node, &lun->pending);
	cmd->queued = true;
	list_move(&lun->ready, &port->ready);
}

/* In front: it is the oldest of its LUN, which keeps its turn. */
static void put_back(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	enqueue_first(port, cmd);
	WRITE_ONCE(port->stalled, true);
	pioscsi_count(&port->stats.busy, 1);
	if (!port->watching)
		pioscsi_watch_start(port);
	/* A chip that has no command will not interrupt for the end of one. */
	if (!port->nr_active)
		pioscsi_kick(port, RETRY_MS);
}

/* Hand a command to the chip. The caller owns the chip or holds the lock. */
static int start_cmd(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
{
	int err;

	/* Known before the chip is: it may interrupt at once. */
	port->active[cmd->tag] = cmd;
	WRITE_ONCE(port->nr_active, port->nr_active + 1);
	err = port->hba.ops->start(&port->hba, cmd);
	pioscsi_record_start(port, cmd, err);
	if (err < 0) {
		pioscsi_retire(port, cmd);
		return err;
	}
	if (err == PIOSCSI_START_POLL)
		WRITE_ONCE(port->query_due, true);
	if (!port->watching)
		pioscsi_watch_start(port);
	if (!port->hba.irq)
		pioscsi_poll_start(port);
	return 0;
}

static void start_locked(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	int err = start_cmd(port, cmd);

	if (err == -EBUSY) {
		put_back(port, cmd);
	} else if (err) {
		pioscsi_record_error(port, PIOSCSI_ERR_REFUSED, cmd->tag, err);
		list_add_tail(&cmd->node, &port->refused);
	}
}

static void start_all_locked(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	struct pioscsi_cmd *cmd;

	while ((cmd = next_pending(port)))
		start_locked(port, cmd);
}

/**
 * pioscsi_retire() - a command is no longer the chip's
 * @port: the port
 * @cmd: a started command
 *
 * Context: owner of the chip, or the port's lock.
 */
void pioscsi_retire(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
{
	port->active[cmd->tag] = NULL;
	WRITE_ONCE(port->nr_active, port->nr_active - 1);
	/* It was polled for a command that will not be asked for any more. */
	if (!port->nr_active)
		WRITE_ONCE(port->polled, false);
}

/**
 * pioscsi_can_start() - whether there is a command, and the chip takes it
 * @port: the port
 *
 * Context: owner of the chip; without the port's lock, a hint.
 * Return: true if so.
 */
bool pioscsi_can_start(const struct pioscsi_port *port)
{
	return pioscsi_has_pending(port) && has_room(port);
}

/**
 * pioscsi_end_refused() - end what could not be started under the lock
 * @port: the port
 *
 * A command that ends may bring the next one with it, which takes the lock.
 *
 * Context: any but NMI and the port's lock.
 */
void pioscsi_end_refused(struct pioscsi_port *port)
{
	struct pioscsi_cmd *cmd, *next;
	unsigned long flags;
	LIST_HEAD(refused);

	spin_lock_irqsave(&port->lock, flags);
	list_splice_init(&port->refused, &refused);
	spin_unlock_irqrestore(&port->lock, flags);
	list_for_each_entry_safe(cmd, next, &refused, node)
		pioscsi_fail(cmd, DID_ERROR);
}

/**
 * pioscsi_start_pending() - start what the chip takes, as its owner
 * @port: the port
 * @until: but none after the first when this time has come, ns; %U64_MAX for
 *	all of them
 *
 * Context: owner of the chip, any but NMI. Takes the lock for the queue only.
 * Return: false if the chip would take more.
 */
bool pioscsi_start_pending(struct pioscsi_port *port, u64 until)
{
	struct pioscsi_cmd *cmd;
	unsigned long flags;
	bool first = true;
	int err;

	while (pioscsi_can_start(port)) {
		if (!first && until != U64_MAX && ktime_get_ns() >= until)
			return false;
		first = false;
		spin_lock_irqsave(&port->lock, flags);
		cmd = next_pending(port);
		spin_unlock_irqrestore(&port->lock, flags);
		if (!cmd)
			break;
		err = start_cmd(port, cmd);
		if (err == -EBUSY) {
			spin_lock_irqsave(&port->lock, flags);
			put_back(port, cmd);
			spin_unlock_irqrestore(&port->lock, flags);
		} else if (err) {
			pioscsi_refuse(port, cmd);
		}
	}
	return true;
}

/**
 * pioscsi_queue_first() - queue a command before all others
 * @port: the port
 * @cmd: the command, which is the owner's
 *
 * Context: owner of the chip, who will start it; any but NMI.
 */
void pioscsi_queue_first(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
{
	unsigned long flags;

	spin_lock_irqsave(&port->lock, flags);
	enqueue_first(port, cmd);
	spin_unlock_irqrestore(&port->lock, flags);
}

/**
 * pioscsi_unqueue() - take back a command that was not started
 * @port: the port
 * @cmd: the command
 *
 * Context: the port's lock.
 * Return: true if the command was still waiting.
 */
bool pioscsi_unqueue(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
{
	lockdep_assert_held(&port->lock);
	if (!cmd->queued)
		return false;
	dequeue(cmd);
	return true;
}

/*
 * Why no command is taken: 0 or DID_*. With a chip that was given up it is for
 * the midlayer's error handling to try again, or to take the device offline.
 */
static int refusal(const struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	if (port->dead)
		return DID_TIME_OUT;
	return port->owner == PIOSCSI_DEAD ? DID_NO_CONNECT : 0;
}

/**
 * pioscsi_queuecommand() - take a command from the midlayer
 * @shost: the host
 * @scmd: the command
 *
 * Starts it at once if nobody owns the chip. Otherwise the owner will, before
 * it gives up the chip.
 *
 * Context: any but NMI and hard IRQ.
 * Return: 0; all else is told by the command's result.
 */
scsi_qc_status_t pioscsi_queuecommand(struct Scsi_Host *shost,
				      struct scsi_cmnd *scmd)
{
	struct pioscsi_port *port = shost_priv(shost);
	struct pioscsi_cmd *cmd = scsi_cmd_priv(scmd);
	unsigned long flags;
	int host_byte;

	cmd->scmd = scmd;
	cmd->tag = scsi_cmd_to_rq(scmd)->tag;
	cmd->result = 0;
	cmd->moved = 0;
	cmd->overrun = 0;
	cmd->timeout_extended = false;
	cmd->sensing = false;
	pioscsi_pio_rewind(cmd);

	spin_lock_irqsave(&port->lock, flags);
	host_byte = refusal(port);
	if (port->owner == PIOSCSI_IDLE && list_empty(&port->ready) &&
	    has_room(port)) {
		start_locked(port, cmd);
	} else if (!host_byte) {
		enqueue(port, cmd);
		if (port->owner == PIOSCSI_IDLE)
			start_all_locked(port);
	}
	spin_unlock_irqrestore(&port->lock, flags);
	if (pioscsi_has_refused(port))
		pioscsi_end_refused(port);
	if (host_byte)
		pioscsi_fail(cmd, host_byte);
	if (READ_ONCE(port->query_due))
		pioscsi_poll_chip(port);
	return 0;
}

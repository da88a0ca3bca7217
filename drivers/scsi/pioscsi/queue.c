// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the port to the chip: a queue for each LUN, round robin, so that no
 * LUN waits behind the backlog of another.
 *
 * A target aborts all commands of a LUN if it gets an untagged one beside
 * others. So an untagged command waits until its LUN has no started command,
 * and no other is started before it has ended. Meanwhile the LUN is draining.
 */
#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "event.h"
#include "port.h"
#include "progress.h"
#include "queue.h"
#include "settle.h"
#include "wake.h"

static struct pioscsi_lun *cmd_lun(const struct pioscsi_cmd *cmd)
{
	return cmd->scmd->device->hostdata;
}

/**
 * pioscsi_lun_alloc() - allocate the queue of a logical unit
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

/**
 * pioscsi_enqueue() - queue a command behind the others of its LUN
 * @port: the port
 * @cmd: the command
 *
 * Context: the port's lock.
 */
void pioscsi_enqueue(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	struct pioscsi_lun *lun = cmd_lun(cmd);

	lockdep_assert_held(&port->lock);
	list_add_tail(&cmd->node, &lun->pending);
	cmd->queued = true;
	if (list_empty(&lun->ready))
		list_add_tail(&lun->ready, &port->ready);
}

/**
 * pioscsi_renew_ages() - let the midlayer retry commands that waited for long
 * @port: the port, whose HBA is being resumed
 *
 * The midlayer retries no command that is older than the timeouts of all its
 * attempts. The time of a suspend must not count.
 *
 * Context: task; owner of the chip.
 */
void pioscsi_renew_ages(struct pioscsi_port *port)
{
	struct list_head *const queues[] = { &port->ready, &port->draining };
	struct pioscsi_lun *lun;
	struct pioscsi_cmd *cmd;
	unsigned int i;

	spin_lock_irq(&port->lock);
	for (i = 0; i < port->hba.depth; i++)
		if (port->active[i])
			port->active[i]->scmd->jiffies_at_alloc = jiffies;
	for (i = 0; i < ARRAY_SIZE(queues); i++)
		list_for_each_entry(lun, queues[i], ready)
			list_for_each_entry(cmd, &lun->pending, node)
				cmd->scmd->jiffies_at_alloc = jiffies;
	spin_unlock_irq(&port->lock);
}

static void dequeue(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	struct pioscsi_lun *lun = cmd_lun(cmd);

	lockdep_assert_held(&port->lock);
	list_del(&cmd->node);
	cmd->queued = false;
	if (list_empty(&lun->pending)) {
		list_del_init(&lun->ready);
		lun->draining = false;
	}
}

/* REQUEST SENSE for another command is sent untagged, to the same nexus. */
static bool is_tagged(const struct pioscsi_cmd *cmd)
{
	return cmd->scmd->flags & SCMD_TAGGED && !cmd->sensing &&
	       !cmd_lun(cmd)->no_tags;
}

/*
 * Tell whether a LUN takes a command beside its started ones. Called by the
 * owner of the chip, or under the port's lock while the chip has no owner. A
 * target with sense data for a command expects REQUEST SENSE at any time.
 */
static inline bool lun_takes(const struct pioscsi_cmd *cmd)
{
	const struct pioscsi_lun *lun = cmd_lun(cmd);

	if (cmd->sensing || !lun->nr_active)
		return true;
	return is_tagged(cmd) && !lun->nr_untagged;
}

static void drain_lun(struct pioscsi_port *port, struct pioscsi_lun *lun)
	__must_hold(&port->lock)
{
	lockdep_assert_held(&port->lock);
	list_move_tail(&lun->ready, &port->draining);
	lun->draining = true;
}

static void end_draining(struct pioscsi_port *port, struct pioscsi_lun *lun)
	__must_hold(&port->lock)
{
	lockdep_assert_held(&port->lock);
	if (!lun->draining)
		return;
	lun->draining = false;
	list_move_tail(&lun->ready, &port->ready);
}

/* Find the first LUN whose next command can be started. */
static struct pioscsi_lun *next_lun(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	struct pioscsi_lun *lun, *next;

	list_for_each_entry_safe(lun, next, &port->ready, ready) {
		if (lun_takes(list_first_entry(&lun->pending,
					       struct pioscsi_cmd, node)))
			return lun;
		drain_lun(port, lun);
	}
	return NULL;
}

/* Takes a command of the next LUN, which moves to the end of the list. */
static struct pioscsi_cmd *next_pending(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	struct pioscsi_lun *lun;
	struct pioscsi_cmd *cmd;

	lockdep_assert_held(&port->lock);
	lun = next_lun(port);
	if (!lun)
		return NULL;
	cmd = list_first_entry(&lun->pending, struct pioscsi_cmd, node);
	dequeue(port, cmd);
	if (!list_empty(&lun->ready))
		list_move_tail(&lun->ready, &port->ready);
	return cmd;
}

/* Makes a command the next of its LUN, and its LUN the next one to start. */
static void enqueue_first(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	struct pioscsi_lun *lun = cmd_lun(cmd);

	lockdep_assert_held(&port->lock);
	list_add(&cmd->node, &lun->pending);
	cmd->queued = true;
	list_move(&lun->ready, &port->ready);
	lun->draining = false;
}

static void add_active(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
{
	struct pioscsi_lun *lun = cmd_lun(cmd);

	cmd->tagged = is_tagged(cmd);
	lun->nr_active++;
	lun->nr_untagged += !cmd->tagged;
	pioscsi_progress_offer(port, cmd->tag);
	/* Pairs with check_tag(), which reads the number of the start. */
	smp_store_release(&port->active[cmd->tag], cmd);
	WRITE_ONCE(port->nr_active, port->nr_active + 1);
}

static void remove_active(struct pioscsi_port *port, struct pioscsi_cmd *cmd,
			  struct pioscsi_lun *lun)
{
	lun->nr_active--;
	lun->nr_untagged -= !cmd->tagged;
	WRITE_ONCE(port->active[cmd->tag], NULL);
	WRITE_ONCE(port->nr_active, port->nr_active - 1);
	/* Without a command there is nothing to poll for. */
	if (!port->nr_active)
		WRITE_ONCE(port->polled, false);
}

/* The LUN takes no command beside its started ones; other LUNs may. */
static void put_back_lun(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	enqueue_first(port, cmd);
	drain_lun(port, cmd_lun(cmd));
}

static void start_watch(struct pioscsi_port *port)
{
	if (likely(port->watching))
		return;
	port->watching = true;
	pioscsi_watch_arm(port);
}

/* The port offers a command again whose start() returned such an error. */
static bool is_retried(int err)
{
	return err == -EBUSY || err == -EAGAIN || err == -EINPROGRESS;
}

/* Take back a command that the chip did not accept. */
static int refused(struct pioscsi_port *port, struct pioscsi_cmd *cmd, int err)
{
	remove_active(port, cmd, cmd_lun(cmd));
	if (!is_retried(err))
		pioscsi_record_error(port, PIOSCSI_ERR_REFUSED, cmd->tag, err);
	return err;
}

/* The refused command stays the first of its LUN, and its LUN the next one. */
static void put_back(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	enqueue_first(port, cmd);
	WRITE_ONCE(port->stalled, true);
	pioscsi_count(&port->stats.busy, 1);
	start_watch(port);
	if (!port->nr_active)
		pioscsi_retry_later(port);
}

/* The front end asks for a task, which starts the command. */
static void put_back_until_run(struct pioscsi_port *port,
			       struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	enqueue_first(port, cmd);
	WRITE_ONCE(port->stalled, true);
	start_watch(port);
}

/* Hand a command to the chip. The caller owns the chip or holds the lock. */
static int start_cmd(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
{
	int err;

	if (pioscsi_settle_ms(port))
		return -EBUSY;
	/* Before start(), as the chip may interrupt at once. */
	add_active(port, cmd);
	err = port->hba.ops->start(&port->hba, cmd);
	pioscsi_record_start(port, cmd, min(err, 0));
	if (unlikely(err < 0))
		return refused(port, cmd, err);
	pioscsi_progress_start(port, cmd->tag);
	if (err == PIOSCSI_START_POLL)
		WRITE_ONCE(port->query_due, true);
	start_watch(port);
	if (port->polled || !port->hba.irq)
		pioscsi_poll_start(port);
	return 0;
}

/**
 * pioscsi_start() - start a command without an owner of the chip
 * @port: the port, whose chip has room
 * @cmd: the command
 *
 * A command that the chip or its LUN cannot take just now is queued.
 *
 * Context: the port's lock, owner %PIOSCSI_IDLE.
 * Return: 0, or the error of the front end: the caller ends the command after
 *	it has dropped the lock.
 */
int pioscsi_start(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	struct pioscsi_lun *lun = cmd_lun(cmd);
	int err;

	lockdep_assert_held(&port->lock);
	if (!list_empty(&lun->pending) || !lun_takes(cmd)) {
		pioscsi_enqueue(port, cmd);
		drain_lun(port, lun);
		return 0;
	}
	err = start_cmd(port, cmd);
	if (err != -EBUSY)
		return err;
	put_back(port, cmd);
	return 0;
}

/**
 * pioscsi_start_next() - start the next queued command
 * @port: the port, whose chip has room
 *
 * Takes the lock for the queue only.
 *
 * Context: owner of the chip; any but NMI.
 * Return: %NULL, or a command that the front end refused: the caller ends it.
 */
struct pioscsi_cmd *pioscsi_start_next(struct pioscsi_port *port)
{
	struct pioscsi_cmd *cmd;
	unsigned long flags;
	int err;

	spin_lock_irqsave(&port->lock, flags);
	cmd = next_pending(port);
	spin_unlock_irqrestore(&port->lock, flags);
	if (!cmd)
		return NULL;
	err = start_cmd(port, cmd);
	if (!err)
		return NULL;
	if (!is_retried(err))
		return cmd;
	spin_lock_irqsave(&port->lock, flags);
	if (err == -EAGAIN && cmd_lun(cmd)->nr_active)
		put_back_lun(port, cmd);
	else if (err == -EINPROGRESS)
		put_back_until_run(port, cmd);
	else
		put_back(port, cmd);
	spin_unlock_irqrestore(&port->lock, flags);
	return NULL;
}

/**
 * pioscsi_offer_again() - offer commands again whose start() returned -EAGAIN
 * @hba: the HBA
 *
 * For a front end whose logical unit takes a command beside its started ones
 * from now on.
 *
 * Context: owner of the chip; any but NMI and the port's lock.
 */
void pioscsi_offer_again(struct pioscsi_hba *hba)
{
	struct pioscsi_port *port = pioscsi_port(hba);
	struct pioscsi_lun *lun, *next;
	unsigned long flags;

	spin_lock_irqsave(&port->lock, flags);
	list_for_each_entry_safe(lun, next, &port->draining, ready)
		end_draining(port, lun);
	spin_unlock_irqrestore(&port->lock, flags);
}
EXPORT_SYMBOL_GPL(pioscsi_offer_again);

/**
 * pioscsi_retire() - take a command from the started ones
 * @port: the port
 * @cmd: a started command
 *
 * Context: owner of the chip; any but NMI and the port's lock.
 */
void pioscsi_retire(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
{
	struct pioscsi_lun *lun = cmd_lun(cmd);
	unsigned long flags;

	remove_active(port, cmd, lun);
	/* Only an owner of the chip sets it, and this is the owner. */
	if (likely(!READ_ONCE(lun->draining)))
		return;
	spin_lock_irqsave(&port->lock, flags);
	end_draining(port, lun);
	spin_unlock_irqrestore(&port->lock, flags);
}

/**
 * pioscsi_tags_rejected() - note that a target has rejected a queue tag
 * @cmd: the started command with that tag, which continues untagged
 *
 * From now on the logical unit gets one command at a time, without a tag. The
 * midlayer's next command reduces the queue depth. The block layer may enable
 * interrupts then, which this context does not permit.
 *
 * Context: owner of the chip; any but NMI.
 */
void pioscsi_tags_rejected(struct pioscsi_cmd *cmd)
{
	struct scsi_device *sdev = cmd->scmd->device;
	struct pioscsi_lun *lun = cmd_lun(cmd);

	if (cmd->tagged) {
		cmd->tagged = false;
		lun->nr_untagged++;
	}
	if (lun->no_tags)
		return;
	lun->no_tags = true;
	WRITE_ONCE(lun->depth_due, true);
	pioscsi_log(&pioscsi_shost_port(sdev->host)->hba, KERN_NOTICE,
		    "target %u LUN %llu rejects queue tags, reducing the queue depth to 1\n",
		    sdev->id, sdev->lun);
}
EXPORT_SYMBOL_GPL(pioscsi_tags_rejected);

/**
 * pioscsi_reduce_depth() - have the midlayer send one command at a time
 * @sdev: the logical unit, after pioscsi_tags_rejected()
 *
 * Context: softirq or task; interrupts on, no lock held.
 */
void pioscsi_reduce_depth(struct scsi_device *sdev)
{
	struct pioscsi_lun *lun = sdev->hostdata;

	WRITE_ONCE(lun->depth_due, false);
	scsi_change_queue_depth(sdev, 1);
	/* The midlayer would raise the depth again after two minutes. */
	sdev->max_queue_depth = 1;
}

/**
 * pioscsi_queue_first() - queue a command before all others
 * @port: the port
 * @cmd: the command, which is the owner's
 *
 * Context: owner of the chip, which will start it; any but NMI.
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
	dequeue(port, cmd);
	return true;
}

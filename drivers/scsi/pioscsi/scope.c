// SPDX-License-Identifier: GPL-2.0-only
/*
 * End the commands in the scope of a reset: those of a logical unit, of a
 * target, or all.
 */
#include <linux/list.h>
#include <linux/lockdep.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "complete.h"
#include "port.h"
#include "queue.h"
#include "scope.h"
#include "sense.h"

static bool covers(enum pioscsi_scope scope, const struct scsi_device *sdev,
		   const struct pioscsi_cmd *cmd)
{
	const struct scsi_device *other = cmd->scmd->device;

	switch (scope) {
	case PIOSCSI_SCOPE_LUN:
		return other == sdev;
	case PIOSCSI_SCOPE_TARGET:
		return other->id == sdev->id && other->channel == sdev->channel;
	case PIOSCSI_SCOPE_ALL:
		break;
	}
	return true;
}

/* Drop a saved answer about a command. */
static void drop_answer(struct pioscsi_port *port,
			const struct pioscsi_cmd *cmd)
{
	if (port->xfer.blame == cmd)
		port->xfer.blame = NULL;
	if (port->xfer.cmd != cmd)
		return;
	port->xfer.cmd = NULL;
	port->xfer.len = 0;
	if (port->next == PIOSCSI_XFER || port->next == PIOSCSI_DONE)
		port->next = PIOSCSI_WAIT;
}

/**
 * pioscsi_scope_drop() - forget a started command that the chip has dropped
 * @port: the port
 * @cmd: the command, which the caller ends
 *
 * A saved answer about the command is dropped too.
 *
 * Context: owner of the chip.
 */
void pioscsi_scope_drop(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
{
	drop_answer(port, cmd);
	pioscsi_retire(port, cmd);
}

/* Tell whether the port has saved an end or a blame of a command. */
static bool has_result(const struct pioscsi_port *port,
		       const struct pioscsi_cmd *cmd)
{
	if (port->next == PIOSCSI_FAULT)
		return port->xfer.blame == cmd;
	return port->next == PIOSCSI_DONE && port->xfer.cmd == cmd;
}

/*
 * End a command with its own result if it must not be sent again. A target
 * drops the sense data that it keeps when it is reset. The end of a blamed
 * command does not prove that the chip works, so the count of resets stays.
 * Returns false for other commands.
 */
static bool end_final(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
{
	unsigned int resets = port->resets;

	if (!has_result(port, cmd) || !pioscsi_is_final(cmd->scmd) ||
	    pioscsi_sense_due(port, cmd))
		return false;
	drop_answer(port, cmd);
	pioscsi_complete(port, cmd, false);
	port->resets = resets;
	return true;
}

/**
 * pioscsi_scope_end_started() - end the started commands of a scope
 * @port: the port
 * @scope: the scope
 * @sdev: a device in it; %NULL for %PIOSCSI_SCOPE_ALL
 * @host_byte: their result
 *
 * A command that the chip has ended, and that must not be sent again, ends with
 * its own result instead. The caller must leave &pioscsi_port.next as the saved
 * answer until this returns.
 *
 * Context: owner of the chip; any but NMI.
 */
void pioscsi_scope_end_started(struct pioscsi_port *port,
			       enum pioscsi_scope scope,
			       const struct scsi_device *sdev, int host_byte)
{
	unsigned int tag;

	for (tag = 0; tag < port->hba.depth; tag++) {
		struct pioscsi_cmd *cmd = port->active[tag];

		if (!cmd || !covers(scope, sdev, cmd) || end_final(port, cmd))
			continue;
		pioscsi_scope_drop(port, cmd);
		pioscsi_fail(cmd, host_byte);
	}
}

static struct pioscsi_cmd *next_in(struct list_head *luns,
				   enum pioscsi_scope scope,
				   const struct scsi_device *sdev)
{
	struct pioscsi_lun *lun;
	struct pioscsi_cmd *cmd;

	list_for_each_entry(lun, luns, ready)
		list_for_each_entry(cmd, &lun->pending, node)
			if (covers(scope, sdev, cmd))
				return cmd;
	return NULL;
}

static struct pioscsi_cmd *next_queued(struct pioscsi_port *port,
				       enum pioscsi_scope scope,
				       const struct scsi_device *sdev)
	__must_hold(&port->lock)
{
	return next_in(&port->ready, scope, sdev) ?:
	       next_in(&port->draining, scope, sdev);
}

/**
 * pioscsi_scope_take_queued() - take the queued commands of a scope
 * @port: the port
 * @scope: the scope
 * @sdev: a device in it; %NULL for %PIOSCSI_SCOPE_ALL
 * @taken: list to which they are added
 *
 * Context: the port's lock.
 */
void pioscsi_scope_take_queued(struct pioscsi_port *port,
			       enum pioscsi_scope scope,
			       const struct scsi_device *sdev,
			       struct list_head *taken)
{
	struct pioscsi_cmd *cmd;

	lockdep_assert_held(&port->lock);
	while ((cmd = next_queued(port, scope, sdev))) {
		pioscsi_unqueue(port, cmd);
		list_add_tail(&cmd->node, taken);
	}
}

/**
 * pioscsi_scope_end_taken() - end the commands that were taken from the queues
 * @taken: the commands
 * @host_byte: their result
 *
 * Context: any but NMI. No lock is held.
 */
void pioscsi_scope_end_taken(struct list_head *taken, int host_byte)
{
	struct pioscsi_cmd *cmd, *next;

	list_for_each_entry_safe(cmd, next, taken, node)
		pioscsi_fail(cmd, host_byte);
}

/**
 * pioscsi_scope_end_queued() - end the queued commands of a scope
 * @port: the port
 * @scope: the scope
 * @sdev: a device in it; %NULL for %PIOSCSI_SCOPE_ALL
 * @host_byte: their result
 *
 * Context: task. No lock is held.
 */
void pioscsi_scope_end_queued(struct pioscsi_port *port,
			      enum pioscsi_scope scope,
			      const struct scsi_device *sdev, int host_byte)
{
	LIST_HEAD(taken);

	spin_lock_irq(&port->lock);
	pioscsi_scope_take_queued(port, scope, sdev, &taken);
	spin_unlock_irq(&port->lock);
	pioscsi_scope_end_taken(&taken, host_byte);
}

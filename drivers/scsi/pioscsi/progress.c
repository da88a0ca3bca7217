// SPDX-License-Identifier: GPL-2.0-only
/*
 * The progress of started commands, in the order of their starts. A command
 * that timed out is aborted only if it had its turn. No data has moved then for
 * it and for the commands that were started earlier.
 */
#include <linux/slab.h>
#include <scsi/scsi_cmnd.h>

#include "port.h"
#include "progress.h"

/**
 * pioscsi_progress_alloc() - allocate the slots of a new port
 * @port: the port, whose depth is known
 *
 * Context: task; may sleep.
 * Return: 0 or -ENOMEM.
 */
int pioscsi_progress_alloc(struct pioscsi_port *port)
{
	unsigned int tag;

	port->slots = kcalloc(port->hba.depth, sizeof(*port->slots),
			      GFP_KERNEL);
	if (!port->slots)
		return -ENOMEM;
	for (tag = 0; tag < port->hba.depth; tag++)
		INIT_LIST_HEAD(&port->slots[tag].node);
	INIT_LIST_HEAD(&port->started);
	return 0;
}

/**
 * pioscsi_progress_free() - undo pioscsi_progress_alloc()
 * @port: the port, without commands
 *
 * Context: task.
 */
void pioscsi_progress_free(struct pioscsi_port *port)
{
	kfree(port->slots);
	port->slots = NULL;
}

static void set_progress(struct pioscsi_port *port, struct pioscsi_slot *slot)
{
	unsigned long now = jiffies;

	WRITE_ONCE(slot->at, now);
	WRITE_ONCE(port->progress_at, now);
}

/**
 * pioscsi_progress_start() - record that the chip accepted a command
 * @port: the port
 * @tag: the command's tag
 *
 * Context: owner of the chip, or the port's lock.
 */
void pioscsi_progress_start(struct pioscsi_port *port, unsigned int tag)
{
	struct pioscsi_slot *slot = &port->slots[tag];

	set_progress(port, slot);
	slot->most = 0;
	/* 0 means that no command is started. */
	if (!++port->start_order)
		port->start_order++;
	WRITE_ONCE(slot->order, port->start_order);
	list_add_tail(&slot->node, &port->started);
}

/**
 * pioscsi_progress_moved() - record that data of a command was moved
 * @port: the port
 * @cmd: the command
 *
 * Data that a target repeats, or that has no place in the buffer, is no
 * progress: it might never end.
 *
 * Context: owner of the chip.
 */
void pioscsi_progress_moved(struct pioscsi_port *port,
			    const struct pioscsi_cmd *cmd)
{
	struct pioscsi_slot *slot = &port->slots[cmd->tag];

	if (cmd->moved <= slot->most)
		return;
	slot->most = cmd->moved;
	set_progress(port, slot);
}

/**
 * pioscsi_progress_end() - record the end of a command
 * @port: the port
 * @tag: the command's tag
 *
 * From now on it may be the turn of the command that was started next.
 *
 * Context: owner of the chip, or the port's lock.
 */
void pioscsi_progress_end(struct pioscsi_port *port, unsigned int tag)
{
	struct pioscsi_slot *slot = &port->slots[tag];
	struct list_head *next = slot->node.next;

	/* The chip did not accept it. */
	if (!slot->order)
		return;
	set_progress(port, slot);
	WRITE_ONCE(slot->order, 0);
	if (next != &port->started)
		set_progress(port, list_entry(next, struct pioscsi_slot, node));
	list_del_init(&slot->node);
}

static bool is_recent(unsigned long at, unsigned long period)
{
	return time_before(jiffies, at + period);
}

/**
 * pioscsi_progress_since() - whether a command, or one before it, got on
 * @port: the port
 * @cmd: the command, queued or started
 * @period: jiffies until now
 *
 * A queued command waits for all others, a started one for those that were
 * started earlier.
 *
 * Context: any. The answer may be one moment old.
 * Return: true if there was progress within @period.
 */
bool pioscsi_progress_since(const struct pioscsi_port *port,
			    const struct pioscsi_cmd *cmd,
			    unsigned long period)
{
	unsigned int mine = READ_ONCE(port->slots[cmd->tag].order);
	unsigned int tag;

	if (!mine)
		return is_recent(READ_ONCE(port->progress_at), period);
	for (tag = 0; tag < port->hba.depth; tag++) {
		const struct pioscsi_slot *slot = &port->slots[tag];
		unsigned int order = READ_ONCE(slot->order);

		if (order && (int)(order - mine) <= 0 &&
		    is_recent(READ_ONCE(slot->at), period))
			return true;
	}
	return false;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_PROGRESS_H
#define _PIOSCSI_PROGRESS_H

#include <asm/barrier.h>
#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/types.h>

#include "port.h"

/**
 * struct pioscsi_started - the last start of a command with a tag
 * @order: number of this start, 0 until the chip has accepted the command
 * @at: jiffies when the chip had accepted it
 * @moved: bytes that the command has moved since
 *
 * The owner of the chip writes it at any time.
 */
struct pioscsi_started {
	unsigned int order;
	unsigned long at;
	unsigned int moved;
};

/**
 * struct pioscsi_look - a tag at the last look
 * @started: for the next look
 * @order: number of the start of its command, or 0 if it had no command
 * @most: bytes that the command had moved at most
 * @at: jiffies when this command last made progress, or one that was started
 *	earlier
 */
struct pioscsi_look {
	struct pioscsi_started started;
	unsigned int order;
	unsigned int most;
	u64 at;
};

/**
 * pioscsi_progress_offer() - note that a command is offered to the chip
 * @port: the port
 * @tag: its tag
 *
 * Called before the command is among the started ones. It has no number yet,
 * because a start that the chip refuses is no progress.
 *
 * Context: owner of the chip, or the port's lock.
 */
static inline void pioscsi_progress_offer(struct pioscsi_port *port,
					  unsigned int tag)
{
	struct pioscsi_started *started = &port->looks[tag].started;

	WRITE_ONCE(started->order, 0);
	WRITE_ONCE(started->moved, 0);
}

/**
 * pioscsi_progress_start() - note that the chip has accepted a command
 * @port: the port
 * @tag: its tag
 *
 * Context: as pioscsi_progress_offer(), without a release of the chip or of the
 *	lock in between.
 */
static inline void pioscsi_progress_start(struct pioscsi_port *port,
					  unsigned int tag)
{
	struct pioscsi_started *started = &port->looks[tag].started;

	/* Odd numbers, because 0 means that no command is started. */
	port->start_order += 2;
	WRITE_ONCE(started->at, jiffies);
	/* Pairs with look_at(), which reads the other fields afterwards. */
	smp_store_release(&started->order, port->start_order);
}

/**
 * pioscsi_progress_moved() - note that data of a command was moved
 * @port: the port
 * @cmd: the command
 *
 * Context: owner of the chip.
 */
static inline void pioscsi_progress_moved(struct pioscsi_port *port,
					  const struct pioscsi_cmd *cmd)
{
	WRITE_ONCE(port->looks[cmd->tag].started.moved, cmd->moved);
}

int pioscsi_progress_alloc(struct pioscsi_port *port);
void pioscsi_progress_free(struct pioscsi_port *port);
void pioscsi_progress_look(struct pioscsi_port *port);
bool pioscsi_progress_since(struct pioscsi_port *port,
			    const struct pioscsi_cmd *cmd,
			    unsigned long period);

#endif /* _PIOSCSI_PROGRESS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_PROGRESS_H
#define _PIOSCSI_PROGRESS_H

#include <asm/barrier.h>
#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/types.h>

#include "port.h"

/**
 * struct pioscsi_progress_record - the progress of the command with a tag
 * @start_order: number of its last start, 0 until the chip has accepted it
 * @started_at: jiffies when the chip had accepted it
 * @moved: bytes that it has moved since
 * @checked_order: @start_order at the last check, or 0 without a command
 * @checked_moved: most bytes that the last checks have found moved
 * @progress_at: jiffies when this command last made progress, or one that was
 *	started earlier
 *
 * The owner of the chip writes the first three fields at any time, and
 * &pioscsi_port.progress_lock protects the others.
 */
struct pioscsi_progress_record {
	unsigned int start_order;
	unsigned long started_at;
	unsigned int moved;

	unsigned int checked_order;
	unsigned int checked_moved;
	u64 progress_at;
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
	struct pioscsi_progress_record *record = &port->progress_records[tag];

	WRITE_ONCE(record->start_order, 0);
	WRITE_ONCE(record->moved, 0);
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
	struct pioscsi_progress_record *record = &port->progress_records[tag];

	/* Odd numbers, because 0 means that no command is started. */
	port->start_order += 2;
	WRITE_ONCE(record->started_at, jiffies);
	/* Pairs with check_tag(), which reads the other fields afterwards. */
	smp_store_release(&record->start_order, port->start_order);
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
	WRITE_ONCE(port->progress_records[cmd->tag].moved, cmd->moved);
}

int pioscsi_progress_alloc(struct pioscsi_port *port);
void pioscsi_progress_free(struct pioscsi_port *port);
void pioscsi_progress_check(struct pioscsi_port *port);
bool pioscsi_progress_since(struct pioscsi_port *port,
			    const struct pioscsi_cmd *cmd,
			    unsigned long period);

#endif /* _PIOSCSI_PROGRESS_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The progress of started commands. A command that timed out is aborted only if
 * neither it nor a command before it made progress within its timeout. Progress
 * is a start, new data or an end. Before a started command are those that were
 * started earlier, and before a queued one all others.
 *
 * The path of a command records its start and the bytes moved, by tag. The
 * watchdog and the timeout handler check the records of all tags, and compare
 * them with their last check. They do not access a command: it may end at any
 * time, and its memory is freed with its SCSI device.
 */
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "port.h"
#include "progress.h"

/**
 * pioscsi_progress_alloc() - allocate the progress records of a new port
 * @port: the port, whose depth is known
 *
 * Context: task; may sleep.
 * Return: 0 or -ENOMEM.
 */
int pioscsi_progress_alloc(struct pioscsi_port *port)
{
	port->progress_records = kcalloc(port->hba.depth,
					 sizeof(*port->progress_records),
					 GFP_KERNEL);
	if (!port->progress_records)
		return -ENOMEM;
	spin_lock_init(&port->progress_lock);
	port->progress_at = get_jiffies_64();
	/* Odd numbers, because 0 means that no command is started. */
	port->start_order = 1;
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
	kfree(port->progress_records);
	port->progress_records = NULL;
}

static bool is_later(unsigned int order, unsigned int than)
{
	return (int)(order - than) > 0;
}

/* Keep the number of the earliest start that made progress. */
static void note(unsigned int *earliest, unsigned int order)
{
	if (!*earliest || is_later(*earliest, order))
		*earliest = order;
}

static void note_start(struct pioscsi_port *port,
		       struct pioscsi_progress_record *record)
{
	unsigned long started = READ_ONCE(record->started_at);
	u64 now = get_jiffies_64();
	long ago = (unsigned long)now - started;

	record->checked_moved = 0;
	/* Another command may have started with this tag just now. */
	record->progress_at = now - max(ago, 0L);
	if (time_after64(record->progress_at, port->progress_at))
		port->progress_at = record->progress_at;
}

/*
 * Data that a target repeats, or that has no place in the buffer, is no
 * progress: it might never end.
 */
static void check_tag(struct pioscsi_port *port, unsigned int tag,
		      unsigned int *earliest)
{
	struct pioscsi_progress_record *record = &port->progress_records[tag];
	unsigned int order = 0, moved;

	/* Pairs with add_active(), which clears the old number first. */
	if (smp_load_acquire(&port->active[tag])) {
		/* Pairs with pioscsi_progress_start(). */
		order = smp_load_acquire(&record->start_order);
	}
	if (record->checked_order != order) {
		if (record->checked_order)
			note(earliest, record->checked_order);
		record->checked_order = order;
		if (order)
			note_start(port, record);
	}
	if (!order)
		return;
	moved = READ_ONCE(record->moved);
	if (moved > record->checked_moved) {
		record->checked_moved = moved;
		note(earliest, order);
	}
}

static void check_tags(struct pioscsi_port *port)
	__must_hold(&port->progress_lock)
{
	unsigned int earliest = 0, tag;

	lockdep_assert_held(&port->progress_lock);
	for (tag = 0; tag < port->hba.depth; tag++)
		check_tag(port, tag, &earliest);
	if (!earliest)
		return;
	port->progress_at = get_jiffies_64();
	for (tag = 0; tag < port->hba.depth; tag++) {
		struct pioscsi_progress_record *record;

		record = &port->progress_records[tag];
		if (record->checked_order &&
		    !is_later(earliest, record->checked_order))
			record->progress_at = port->progress_at;
	}
}

/**
 * pioscsi_progress_check() - find out which commands have made progress
 * @port: the port
 *
 * Context: task, often enough: progress counts as made at the time of the check
 *	that finds it.
 */
void pioscsi_progress_check(struct pioscsi_port *port)
{
	spin_lock_irq(&port->progress_lock);
	check_tags(port);
	spin_unlock_irq(&port->progress_lock);
}

/**
 * pioscsi_progress_since() - tell whether a command, or one started before it,
 * made progress
 * @port: the port
 * @cmd: the command, queued or started
 * @period: jiffies until now
 *
 * A queued command waits for all others, a started one for those that were
 * started earlier.
 *
 * Context: task.
 * Return: true if there was progress within @period.
 */
bool pioscsi_progress_since(struct pioscsi_port *port,
			    const struct pioscsi_cmd *cmd,
			    unsigned long period)
{
	const struct pioscsi_progress_record *record;
	u64 at;

	record = &port->progress_records[cmd->tag];
	spin_lock_irq(&port->progress_lock);
	check_tags(port);
	/* A command that is being offered to the chip still waits. */
	at = READ_ONCE(port->active[cmd->tag]) == cmd &&
	     record->checked_order ? record->progress_at : port->progress_at;
	spin_unlock_irq(&port->progress_lock);
	return get_jiffies_64() - at < period;
}

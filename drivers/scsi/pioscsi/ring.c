// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last events of a host. They are always recorded, so that the log of an
 * abort shows its history without tracing.
 */
#include <linux/compiler.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/ratelimit.h>
#include <linux/string.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/time64.h>

#include "port.h"
#include "ring.h"

#define LINE_MAX	100

/* Aborts often come together; log the events of the first one only. */
#define DUMP_INTERVAL	(10 * HZ)

static const char *const path_names[] = {
	[PIOSCSI_PATH_THREAD] = "thread",
	[PIOSCSI_PATH_BH] = "bh",
	[PIOSCSI_PATH_HOST_THREAD] = "host_thread",
	[PIOSCSI_PATH_THROTTLED] = "throttled",
};

static const char *const error_names[PIOSCSI_NR_ERRORS] = {
	[PIOSCSI_ERR_LOST] = "lost",
	[PIOSCSI_ERR_STORM] = "storm",
	[PIOSCSI_ERR_FAULT] = "fault",
	[PIOSCSI_ERR_REFUSED] = "refused",
	[PIOSCSI_ERR_ABORT] = "abort",
	[PIOSCSI_ERR_LUN_RESET] = "lun_reset",
	[PIOSCSI_ERR_TARGET_RESET] = "target_reset",
	[PIOSCSI_ERR_BUS_RESET] = "bus_reset",
	[PIOSCSI_ERR_HOST_RESET] = "host_reset",
	[PIOSCSI_ERR_RESET_SEEN] = "reset_seen",
};

/**
 * struct event_form - text format of an event
 * @name: its name
 * @words: names of the first value, %NULL if it is a number
 * @nr_words: number of names
 * @a: name of the first value, %NULL if there is none
 * @b: name of the second value, %NULL if there is none
 * @hex: the first value is hexadecimal
 */
struct event_form {
	const char *name;
	const char *const *words;
	unsigned int nr_words;
	const char *a;
	const char *b;
	bool hex;
};

static const struct event_form forms[] = {
	[PIOSCSI_EV_START] = {
		"start", .a = "opcode", .b = "err", .hex = true,
	},
	[PIOSCSI_EV_CLAIM] = { "claim" },
	[PIOSCSI_EV_LATER] = { "later", .a = "bytes", .b = "cost_ns" },
	[PIOSCSI_EV_MASK] = { "mask" },
	[PIOSCSI_EV_DEFER] = {
		"defer", path_names, ARRAY_SIZE(path_names), .a = "path",
	},
	[PIOSCSI_EV_PIO_IN] = { "pio_in", .a = "bytes", .b = "ns" },
	[PIOSCSI_EV_PIO_OUT] = { "pio_out", .a = "bytes", .b = "ns" },
	[PIOSCSI_EV_UNMASK] = { "unmask", .a = "masked_ns" },
	[PIOSCSI_EV_COMPLETE] = {
		"complete", .a = "result", .b = "resid", .hex = true,
	},
	[PIOSCSI_EV_ERROR] = {
		"error", error_names, ARRAY_SIZE(error_names), .a = "what",
		.b = "err",
	},
};

/**
 * pioscsi_ring_init() - prepare the ring of a new host
 * @ring: the ring, all zeroes
 *
 * Context: task.
 */
void pioscsi_ring_init(struct pioscsi_ring *ring)
{
	ratelimit_state_init(&ring->dumps, DUMP_INTERVAL, 1);
	/* Do not log the number of suppressed dumps. */
	ratelimit_set_flags(&ring->dumps, RATELIMIT_MSG_ON_RELEASE);
}

/**
 * pioscsi_ring_write_mask() - write the mask that is not recorded yet
 * @ring: the ring
 *
 * Context: as pioscsi_ring_add().
 */
void pioscsi_ring_write_mask(struct pioscsi_ring *ring)
{
	u64 ns = ring->masked_at;

	ring->masked_at = 0;
	pioscsi_ring_write(ring, ns, PIOSCSI_EV_MASK, PIOSCSI_NO_TAG, 0, 0);
}

/**
 * pioscsi_ring_repeats() - tell whether an event repeats the last one
 * @ring: the ring
 * @event: the event
 * @tag: tag of its command, or %PIOSCSI_NO_TAG
 * @a: first value
 * @b: second value
 *
 * An unmask between them does not count.
 *
 * Context: as pioscsi_ring_add().
 * Return: true if it does.
 */
bool pioscsi_ring_repeats(const struct pioscsi_ring *ring,
			  enum pioscsi_event event, int tag, s64 a, s64 b)
{
	unsigned long i = ring->head - 1;
	const struct pioscsi_entry *last = &ring->entry[i % PIOSCSI_RING_SIZE];

	if (last->event == PIOSCSI_EV_UNMASK)
		last = &ring->entry[(i - 1) % PIOSCSI_RING_SIZE];
	return last->event == event && last->tag == tag && last->a == a &&
	       last->b == b;
}

static void copy_entry(const struct pioscsi_entry *from,
		       struct pioscsi_entry *to)
{
	to->ns = READ_ONCE(from->ns);
	to->event = READ_ONCE(from->event);
	to->tag = READ_ONCE(from->tag);
	to->a = READ_ONCE(from->a);
	to->b = READ_ONCE(from->b);
}

/**
 * pioscsi_ring_copy() - copy the events in the ring, oldest first
 * @ring: the ring, which may be written meanwhile
 * @to: room for %PIOSCSI_RING_SIZE events
 *
 * Events that were overwritten during the copy are left out.
 *
 * Context: any.
 * Return: number of events.
 */
unsigned int pioscsi_ring_copy(const struct pioscsi_ring *ring,
			       struct pioscsi_entry *to)
{
	unsigned long head, begun, i;
	unsigned int n, old;

	/* Pairs with pioscsi_ring_write(): entries below head are complete. */
	head = smp_load_acquire(&ring->head);
	n = min_t(unsigned long, head, PIOSCSI_RING_SIZE);
	for (i = 0; i < n; i++)
		copy_entry(&ring->entry[(head - n + i) % PIOSCSI_RING_SIZE],
			   &to[i]);
	/* Pairs with pioscsi_ring_write(): begun is read after the entries. */
	smp_rmb();
	begun = READ_ONCE(ring->begun) - (head - n);
	if (begun <= PIOSCSI_RING_SIZE)
		return n;
	old = min_t(unsigned long, begun - PIOSCSI_RING_SIZE, n);
	memmove(to, to + old, (n - old) * sizeof(*to));
	return n - old;
}

/* Format a time in seconds, like the kernel's log. */
static size_t format_time(u64 time, char *buf, size_t size)
{
	u32 ns;
	u64 s = div_u64_rem(time, NSEC_PER_SEC, &ns);

	return scnprintf(buf, size, "%llu.%06lu", s, ns / NSEC_PER_USEC);
}

/**
 * pioscsi_ring_format() - format an event as text
 * @entry: the event
 * @buf: destination; the text has no newline
 * @size: size of @buf, bytes
 *
 * Context: any.
 */
void pioscsi_ring_format(const struct pioscsi_entry *entry, char *buf,
			 size_t size)
{
	const struct event_form *form = &forms[entry->event];
	size_t n = format_time(entry->ns, buf, size);

	n += scnprintf(buf + n, size - n, " %s", form->name);
	if (entry->tag != PIOSCSI_NO_TAG)
		n += scnprintf(buf + n, size - n, " tag=%d", entry->tag);
	if (entry->a >= 0 && entry->a < form->nr_words)
		n += scnprintf(buf + n, size - n, " %s=%s", form->a,
			       form->words[entry->a]);
	else if (form->a)
		n += scnprintf(buf + n, size - n,
			       form->hex ? " %s=0x%llx" : " %s=%lld",
			       form->a, entry->a);
	if (form->b)
		scnprintf(buf + n, size - n, " %s=%lld", form->b, entry->b);
}

static struct pioscsi_entry *snapshot(const struct pioscsi_ring *ring,
				      unsigned int *n, gfp_t gfp)
{
	struct pioscsi_entry *copy;

	copy = kmalloc_array(PIOSCSI_RING_SIZE, sizeof(*copy), gfp);
	if (copy)
		*n = pioscsi_ring_copy(ring, copy);
	return copy;
}

/**
 * pioscsi_ring_dump() - log the last events before an abort
 * @port: the port
 * @tag: tag of the command to be aborted
 *
 * Does nothing if it was called less than 10 seconds ago.
 *
 * Context: task; may sleep.
 */
void pioscsi_ring_dump(struct pioscsi_port *port, unsigned int tag)
{
	struct pioscsi_entry *copy;
	char line[LINE_MAX];
	unsigned int i, n;

	if (!__ratelimit(&port->ring.dumps))
		return;
	copy = snapshot(&port->ring, &n, GFP_NOIO);
	if (!copy)
		return;
	format_time(ktime_get_ns(), line, sizeof(line));
	dev_info(port->hba.dev, "%s aborting tag %u; last events:\n",
		 line, tag);
	for (i = 0; i < n; i++) {
		pioscsi_ring_format(&copy[i], line, sizeof(line));
		dev_info(port->hba.dev, "%s\n", line);
	}
	kfree(copy);
}

static int events_show(struct seq_file *m, void *unused)
{
	struct pioscsi_port *port = m->private;
	struct pioscsi_entry *copy;
	char line[LINE_MAX];
	unsigned int i, n;

	copy = snapshot(&port->ring, &n, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		pioscsi_ring_format(&copy[i], line, sizeof(line));
		seq_printf(m, "%s\n", line);
	}
	kfree(copy);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(events);

/**
 * pioscsi_ring_add_host() - show the last events of a host
 * @port: the host, whose debugfs directory exists
 *
 * Context: task.
 */
void pioscsi_ring_add_host(struct pioscsi_port *port)
{
	debugfs_create_file("events", 0444, port->debugfs, port, &events_fops);
}

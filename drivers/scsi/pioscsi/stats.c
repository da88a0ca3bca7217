// SPDX-License-Identifier: GPL-2.0-only
/*
 * The counters of each host in debugfs, one value a line.
 */
#include <linux/debugfs.h>
#include <linux/jiffies.h>
#include <linux/seq_file.h>
#include <linux/stddef.h>

#include "port.h"
#include "ring.h"
#include "stats.h"

static struct dentry *stats_root;

#define ERROR_COUNT(error) \
	offsetof(struct pioscsi_stats, errors[error])

static const struct {
	const char *name;
	size_t offset;
} counters[] = {
	{ "irqs", offsetof(struct pioscsi_stats, irqs) },
	{ "irq_none", offsetof(struct pioscsi_stats, irq_none) },
	{ "inline_bursts", offsetof(struct pioscsi_stats, inline_bursts) },
	{ "deferred", offsetof(struct pioscsi_stats, deferred) },
	{ "rearmed_pending", offsetof(struct pioscsi_stats, rearmed_pending) },
	{ "completed", offsetof(struct pioscsi_stats, completed) },
	{ "bytes_in", offsetof(struct pioscsi_stats, bytes_in) },
	{ "bytes_out", offsetof(struct pioscsi_stats, bytes_out) },
	{ "overrun_bytes", offsetof(struct pioscsi_stats, overrun) },
	{ "busy", offsetof(struct pioscsi_stats, busy) },
	{ "timer", offsetof(struct pioscsi_stats, timer) },
	{ "lost", ERROR_COUNT(PIOSCSI_ERR_LOST) },
	{ "storms", ERROR_COUNT(PIOSCSI_ERR_STORM) },
	{ "faults", ERROR_COUNT(PIOSCSI_ERR_FAULT) },
	{ "refused", ERROR_COUNT(PIOSCSI_ERR_REFUSED) },
	{ "aborts", ERROR_COUNT(PIOSCSI_ERR_ABORT) },
	{ "lun_resets", ERROR_COUNT(PIOSCSI_ERR_LUN_RESET) },
	{ "target_resets", ERROR_COUNT(PIOSCSI_ERR_TARGET_RESET) },
	{ "bus_resets", ERROR_COUNT(PIOSCSI_ERR_BUS_RESET) },
	{ "host_resets", ERROR_COUNT(PIOSCSI_ERR_HOST_RESET) },
	{ "resets_seen", ERROR_COUNT(PIOSCSI_ERR_RESET_SEEN) },
	{ "hold_max_ns", offsetof(struct pioscsi_stats, hold.max) },
	{ "masked_max_ns", offsetof(struct pioscsi_stats, masked.max) },
};

static int stats_show(struct seq_file *m, void *unused)
{
	struct pioscsi_port *port = m->private;
	const void *stats = &port->stats;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		const u64 *value = stats + counters[i].offset;

		seq_printf(m, "%s %llu\n", counters[i].name,
			   READ_ONCE(*value));
	}
	seq_printf(m, "accesses %llu\n", READ_ONCE(port->hba.accesses));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

/* Lower bound of each bucket in ns and its count; empty ones are left out. */
static void hist_print(struct seq_file *m, const struct pioscsi_hist *hist)
{
	unsigned int i;

	for (i = 0; i < PIOSCSI_HIST_BUCKETS; i++) {
		u64 count = atomic64_read(&hist->bucket[i]);

		if (count)
			seq_printf(m, "%llu %llu\n", i ? BIT_ULL(i - 1) : 0,
				   count);
	}
}

static int hold_show(struct seq_file *m, void *unused)
{
	struct pioscsi_port *port = m->private;

	hist_print(m, &port->stats.hold);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hold);

static int masked_show(struct seq_file *m, void *unused)
{
	struct pioscsi_port *port = m->private;

	hist_print(m, &port->stats.masked);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(masked);

static int state_show(struct seq_file *m, void *unused)
{
	struct pioscsi_port *port = m->private;
	enum pioscsi_owner owner = READ_ONCE(port->owner);
	unsigned long since = READ_ONCE(port->owner_since);

	seq_printf(m, "owner %s\n", pioscsi_owner_name(owner));
	seq_printf(m, "owner_ms %u\n", jiffies_to_msecs(jiffies - since));
	seq_printf(m, "in_service %d\n", owner != PIOSCSI_DEAD);
	seq_printf(m, "active %u\n", READ_ONCE(port->nr_active));
	seq_printf(m, "depth %u\n", port->hba.depth);
	seq_printf(m, "waiting %d\n", pioscsi_has_queued(port));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(state);

/**
 * pioscsi_stats_init() - make the directory of all hosts
 *
 * Context: task. The driver works without debugfs, so errors are ignored.
 */
void pioscsi_stats_init(void)
{
	stats_root = debugfs_create_dir("pioscsi", NULL);
}

/**
 * pioscsi_stats_exit() - undo pioscsi_stats_init()
 *
 * Context: task.
 */
void pioscsi_stats_exit(void)
{
	debugfs_remove_recursive(stats_root);
}

/**
 * pioscsi_stats_add_host() - show the counters of a host
 * @port: the host, whose number is known
 *
 * Context: task.
 */
void pioscsi_stats_add_host(struct pioscsi_port *port)
{
	char name[16];

	snprintf(name, sizeof(name), "host%u", port->shost->host_no);
	port->debugfs = debugfs_create_dir(name, stats_root);
	debugfs_create_file("stats", 0444, port->debugfs, port, &stats_fops);
	debugfs_create_file("state", 0444, port->debugfs, port, &state_fops);
	debugfs_create_file("hold_ns", 0444, port->debugfs, port, &hold_fops);
	debugfs_create_file("masked_ns", 0444, port->debugfs, port,
			    &masked_fops);
	pioscsi_ring_add_host(port);
}

/**
 * pioscsi_stats_remove_host() - undo pioscsi_stats_add_host()
 * @port: the host
 *
 * Context: task; waits for readers.
 */
void pioscsi_stats_remove_host(struct pioscsi_port *port)
{
	debugfs_remove_recursive(port->debugfs);
}

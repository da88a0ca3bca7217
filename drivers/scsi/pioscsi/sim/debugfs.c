// SPDX-License-Identifier: GPL-2.0-only
/*
 * The faults of each chip in debugfs: pioscsi_sim/chipN/FAULT/, one value a
 * file.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "debugfs.h"
#include "debugfs_lun.h"
#include "debugfs_text.h"
#include "engine.h"
#include "fault.h"
#include "hosts.h"
#include "fault_chip.h"

/* Longest text of a fault rule, bytes. */
#define SIM_RULE_TEXT_MAX	512

static struct dentry *root, *add_host, *remove_host;

static const char *const names[SIM_FAULT_KINDS] = {
	[SIM_FAULT_LOST_IRQ]		= "lost_irq",
	[SIM_FAULT_LATE_IRQ]		= "late_irq",
	[SIM_FAULT_DOUBLE_IRQ]		= "double_irq",
	[SIM_FAULT_STORM]		= "storm",
	[SIM_FAULT_SPURIOUS_IRQ]	= "spurious_irq",
	[SIM_FAULT_DEAD]		= "dead",
	[SIM_FAULT_STUCK]		= "stuck",
	[SIM_FAULT_FULL]		= "full",
	[SIM_FAULT_BAD_CHIP]		= "bad_chip",
	[SIM_FAULT_BUS_RESET]		= "bus_reset",
	[SIM_FAULT_DELAY]		= "delay",
	[SIM_FAULT_HANG]		= "hang",
	[SIM_FAULT_CHECK]		= "check",
	[SIM_FAULT_QUEUE_FULL]		= "queue_full",
	[SIM_FAULT_BUSY]		= "busy",
	[SIM_FAULT_SHORT_DATA]		= "short_data",
	[SIM_FAULT_LONG_DATA]		= "long_data",
	[SIM_FAULT_WRONG_PHASE]		= "wrong_phase",
	[SIM_FAULT_PARITY]		= "parity",
};

/* The files of every fault. */
static int probability_get(void *data, u64 *val)
{
	const struct sim_fault *fault = data;

	*val = READ_ONCE(fault->probability);
	return 0;
}

static int probability_set(void *data, u64 val)
{
	struct sim_fault *fault = data;

	return sim_fault_set(fault, &fault->probability, val);
}
DEFINE_DEBUGFS_ATTRIBUTE(probability_fops, probability_get, probability_set,
			 "%llu\n");

static int interval_get(void *data, u64 *val)
{
	const struct sim_fault *fault = data;

	*val = READ_ONCE(fault->interval);
	return 0;
}

static int interval_set(void *data, u64 val)
{
	struct sim_fault *fault = data;

	return sim_fault_set(fault, &fault->interval, val);
}
DEFINE_DEBUGFS_ATTRIBUTE(interval_fops, interval_get, interval_set, "%llu\n");

static int times_get(void *data, u64 *val)
{
	const struct sim_fault *fault = data;

	*val = READ_ONCE(fault->times);
	return 0;
}

static int times_set(void *data, u64 val)
{
	struct sim_fault *fault = data;

	return sim_fault_set(fault, &fault->times, val);
}
DEFINE_DEBUGFS_ATTRIBUTE(times_fops, times_get, times_set, "%llu\n");

/* The files of the parameters. */
static int number_get(void *data, u64 *val)
{
	*val = READ_ONCE(*(u32 *)data);
	return 0;
}

static int number_set(void *data, u64 val)
{
	return sim_chip_fault_set_number(data, val, U32_MAX);
}
DEFINE_DEBUGFS_ATTRIBUTE(number_fops, number_get, number_set, "%llu\n");

static int sense_key_set(void *data, u64 val)
{
	return sim_chip_fault_set_number(data, val, 0xf);
}
DEFINE_DEBUGFS_ATTRIBUTE(sense_key_fops, number_get, sense_key_set,
			 "0x%02llx\n");

static int sense_code_set(void *data, u64 val)
{
	return sim_chip_fault_set_number(data, val, 0xff);
}
DEFINE_DEBUGFS_ATTRIBUTE(sense_code_fops, number_get, sense_code_set,
			 "0x%02llx\n");

/*
 * The files of the states. A read tells whether the chip is in the state. A
 * write puts the chip into the state or ends it.
 */
static int set_state(struct sim_chip *chip, bool *state, u64 val)
{
	if (val > 1)
		return -ERANGE;
	sim_chip_fault_set(chip, state, val);
	return 0;
}

static int stuck_get(void *data, u64 *val)
{
	const struct sim_chip *chip = data;

	*val = READ_ONCE(chip->fault_state.stuck);
	return 0;
}

static int stuck_set(void *data, u64 val)
{
	struct sim_chip *chip = data;

	return set_state(chip, &chip->fault_state.stuck, val);
}
DEFINE_DEBUGFS_ATTRIBUTE(stuck_fops, stuck_get, stuck_set, "%llu\n");

static int bad_get(void *data, u64 *val)
{
	const struct sim_chip *chip = data;

	*val = READ_ONCE(chip->fault_state.bad);
	return 0;
}

static int bad_set(void *data, u64 val)
{
	struct sim_chip *chip = data;

	return set_state(chip, &chip->fault_state.bad, val);
}
DEFINE_DEBUGFS_ATTRIBUTE(bad_fops, bad_get, bad_set, "%llu\n");

static int dead_get(void *data, u64 *val)
{
	const struct sim_chip *chip = data;

	*val = READ_ONCE(chip->fault_state.dead);
	return 0;
}

static int dead_set(void *data, u64 val)
{
	struct sim_chip *chip = data;

	if (val > 1)
		return -ERANGE;
	if (val)
		sim_chip_fault_die(chip, 0);
	else if (READ_ONCE(chip->fault_state.dead))
		sim_chip_reset(chip);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(dead_fops, dead_get, dead_set, "%llu\n");

static int seed_get(void *data, u64 *val)
{
	const struct sim_chip *chip = data;

	*val = READ_ONCE(chip->window.faults.seed);
	return 0;
}

static int seed_set(void *data, u64 val)
{
	if (val > U32_MAX)
		return -ERANGE;
	sim_chip_fault_seed(data, val);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(seed_fops, seed_get, seed_set, "%llu\n");

static int rules_show(struct seq_file *seq, void *unused)
{
	struct sim_chip *chip = seq->private;

	sim_rules_show(&chip->rules, seq);
	return 0;
}

static int rules_open(struct inode *inode, struct file *file)
{
	return single_open(file, rules_show, inode->i_private);
}

static ssize_t rules_write(struct file *file, const char __user *buf,
			   size_t len, loff_t *pos)
{
	struct seq_file *seq = file->private_data;
	struct sim_chip *chip = seq->private;
	struct sim_rule_error error = { };
	char *text;
	int err;

	text = sim_debugfs_text("fault rule", buf, len, SIM_RULE_TEXT_MAX);
	if (IS_ERR(text))
		return PTR_ERR(text);
	err = sim_rules_command(&chip->rules, text, &error);
	if (err && error.column)
		pr_err("fault rule refused, column %u: %s: \"%s\"\n",
		       error.column, error.reason, strim(text));
	kfree(text);
	return err ?: len;
}

static const struct file_operations rules_fops = {
	.owner = THIS_MODULE,
	.open = rules_open,
	.read = seq_read,
	.write = rules_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static void add_number(struct dentry *dir, const char *name, u32 *number,
		       const struct file_operations *fops)
{
	debugfs_create_file_unsafe(name, 0644, dir, number, fops);
}

static void add_fault(struct sim_chip *chip, struct dentry *parent,
		      enum sim_fault_kind kind)
{
	struct sim_fault *fault = &chip->window.faults.kind[kind];
	struct sim_fault_state *d = &chip->fault_state;
	struct dentry *dir = debugfs_create_dir(names[kind], parent);

	debugfs_create_file_unsafe("probability", 0644, dir, fault,
				   &probability_fops);
	debugfs_create_file_unsafe("interval", 0644, dir, fault,
				   &interval_fops);
	debugfs_create_file_unsafe("times", 0644, dir, fault, &times_fops);
	debugfs_create_u64("injected", 0444, dir, &fault->injected);

	switch (kind) {
	case SIM_FAULT_LATE_IRQ:
		add_number(dir, "us", &d->late_us, &number_fops);
		break;
	case SIM_FAULT_STORM:
		add_number(dir, "length", &d->storm_len, &number_fops);
		break;
	case SIM_FAULT_DEAD:
		add_number(dir, "us", &d->dead_us, &number_fops);
		debugfs_create_file_unsafe("now", 0644, dir, chip, &dead_fops);
		break;
	case SIM_FAULT_STUCK:
		debugfs_create_file_unsafe("now", 0644, dir, chip,
					   &stuck_fops);
		debugfs_create_bool("stubborn", 0644, dir, &d->stubborn);
		break;
	case SIM_FAULT_FULL:
		add_number(dir, "us", &d->full_us, &number_fops);
		break;
	case SIM_FAULT_BAD_CHIP:
		debugfs_create_file_unsafe("now", 0644, dir, chip, &bad_fops);
		break;
	case SIM_FAULT_DELAY:
		add_number(dir, "us", &d->delay_us, &number_fops);
		break;
	case SIM_FAULT_CHECK:
		add_number(dir, "sense_key", &d->sense_key, &sense_key_fops);
		add_number(dir, "asc", &d->asc, &sense_code_fops);
		add_number(dir, "ascq", &d->ascq, &sense_code_fops);
		break;
	default:
		break;
	}
}

/**
 * sim_debugfs_add() - show the faults of a chip
 * @chip: the chip
 * @host_no: its number
 *
 * Context: process context; may sleep. debugfs is a convenience: its errors
 * are ignored.
 */
void sim_debugfs_add(struct sim_chip *chip, unsigned int host_no)
{
	enum sim_fault_kind kind;
	char name[16];

	snprintf(name, sizeof(name), "chip%u", host_no);
	chip->debugfs = debugfs_create_dir(name, root);
	debugfs_create_file_unsafe("seed", 0644, chip->debugfs, chip,
				   &seed_fops);
	debugfs_create_u64("injected", 0444, chip->debugfs,
			   &chip->window.faults.injected);
	debugfs_create_file("rules", 0644, chip->debugfs, chip, &rules_fops);
	sim_debugfs_add_luns(chip);
	for (kind = SIM_FAULT_LOST_IRQ; kind < SIM_FAULT_KINDS; kind++)
		add_fault(chip, chip->debugfs, kind);
}

/**
 * sim_debugfs_remove() - undo sim_debugfs_add()
 * @chip: the chip
 *
 * Context: process context; waits until all accesses of its files have ended.
 */
void sim_debugfs_remove(struct sim_chip *chip)
{
	debugfs_remove_recursive(chip->debugfs);
}

static int add_host_set(void *data, u64 val)
{
	int id;

	if (val != 1)
		return -EINVAL;
	id = sim_hosts_add();
	return id < 0 ? id : 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(add_host_fops, NULL, add_host_set, "%llu\n");

static int remove_host_set(void *data, u64 val)
{
	return val < SIM_HOSTS_MAX ? sim_hosts_remove(val) : -ENOENT;
}
DEFINE_DEBUGFS_ATTRIBUTE(remove_host_fops, NULL, remove_host_set, "%llu\n");

/**
 * sim_debugfs_init() - make the directory of all chips
 *
 * Context: process context; may sleep.
 */
void sim_debugfs_init(void)
{
	root = debugfs_create_dir("pioscsi_sim", NULL);
	add_host = debugfs_create_file("add_host", 0200, root, NULL,
				       &add_host_fops);
	remove_host = debugfs_create_file("remove_host", 0200, root, NULL,
					  &remove_host_fops);
}

/**
 * sim_debugfs_stop() - stop adding and removing hosts
 *
 * Context: process context; waits until a write has ended.
 */
void sim_debugfs_stop(void)
{
	debugfs_remove(add_host);
	debugfs_remove(remove_host);
}

/**
 * sim_debugfs_exit() - undo sim_debugfs_init()
 *
 * Context: process context; may sleep.
 */
void sim_debugfs_exit(void)
{
	debugfs_remove_recursive(root);
}

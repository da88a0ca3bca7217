// SPDX-License-Identifier: GPL-2.0-only
/*
 * The faults of each chip in debugfs: pioscsi_sim/chipN/FAULT/, one value a
 * file.
 */
#include <linux/debugfs.h>
#include <linux/kernel.h>

#include "debugfs.h"
#include "engine.h"
#include "fault.h"

static struct dentry *root;

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

/* The states: whether the chip is in one; to put it there, or to help it. */
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
	else
		sim_chip_reset(chip);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(dead_fops, dead_get, dead_set, "%llu\n");

static int seed_get(void *data, u64 *val)
{
	struct sim_faults *faults = data;

	*val = READ_ONCE(faults->seed);
	return 0;
}

static int seed_set(void *data, u64 val)
{
	if (val > U32_MAX)
		return -ERANGE;
	sim_faults_seed(data, val);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(seed_fops, seed_get, seed_set, "%llu\n");

static void add_fault(struct sim_chip *chip, struct dentry *parent,
		      enum sim_fault_kind kind)
{
	struct sim_fault *fault = &chip->faults.kind[kind];
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
		debugfs_create_u32("us", 0644, dir, &d->late_us);
		break;
	case SIM_FAULT_STORM:
		debugfs_create_u32("length", 0644, dir, &d->storm_len);
		break;
	case SIM_FAULT_DEAD:
		debugfs_create_u32("us", 0644, dir, &d->dead_us);
		debugfs_create_file_unsafe("now", 0644, dir, chip, &dead_fops);
		break;
	case SIM_FAULT_STUCK:
		debugfs_create_file_unsafe("now", 0644, dir, chip,
					   &stuck_fops);
		debugfs_create_bool("stubborn", 0644, dir, &d->stubborn);
		break;
	case SIM_FAULT_FULL:
		debugfs_create_u32("us", 0644, dir, &d->full_us);
		break;
	case SIM_FAULT_BAD_CHIP:
		debugfs_create_file_unsafe("now", 0644, dir, chip, &bad_fops);
		break;
	case SIM_FAULT_DELAY:
		debugfs_create_u32("us", 0644, dir, &d->delay_us);
		break;
	case SIM_FAULT_CHECK:
		debugfs_create_x8("sense_key", 0644, dir, &d->sense_key);
		debugfs_create_x8("asc", 0644, dir, &d->asc);
		debugfs_create_x8("ascq", 0644, dir, &d->ascq);
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
 * are nobody's.
 */
void sim_debugfs_add(struct sim_chip *chip, unsigned int host_no)
{
	enum sim_fault_kind kind;
	char name[16];

	snprintf(name, sizeof(name), "chip%u", host_no);
	chip->debugfs = debugfs_create_dir(name, root);
	debugfs_create_file_unsafe("seed", 0644, chip->debugfs, &chip->faults,
				   &seed_fops);
	debugfs_create_u64("injected", 0444, chip->debugfs,
			   &chip->faults.injected);
	for (kind = SIM_FAULT_LOST_IRQ; kind < SIM_FAULT_KINDS; kind++)
		add_fault(chip, chip->debugfs, kind);
}

/**
 * sim_debugfs_remove() - undo sim_debugfs_add()
 * @chip: the chip
 *
 * Context: process context; waits for those who are about to access a file.
 */
void sim_debugfs_remove(struct sim_chip *chip)
{
	debugfs_remove_recursive(chip->debugfs);
}

/**
 * sim_debugfs_init() - make the directory of all chips
 *
 * Context: process context; may sleep.
 */
void sim_debugfs_init(void)
{
	root = debugfs_create_dir("pioscsi_sim", NULL);
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

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Logical units. One unit can be behind several hosts: each of them reaches the
 * unit through a LUN of its own (lun.h).
 */
#ifndef _PIOSCSI_SIM_UNIT_H
#define _PIOSCSI_SIM_UNIT_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/types.h>

#include "medium.h"
#include "mode.h"
#include "target.h"

/**
 * struct sim_unit - a logical unit
 * @node: in the list of all units (sim_units_mutex)
 * @users: LUNs with a reference (sim_units_mutex)
 * @shared: a LUN of another host may get a reference; constant
 * @host_no: number of the host in its names; 0 if it is shared; constant
 * @target: ID of its target; constant
 * @lun: its LUN; constant
 * @blocks: capacity, logical blocks (written under sim_units_mutex)
 * @epoch: raised each time the unit loses blocks, which ends the commands that
 *	began before (written under sim_units_mutex)
 * @medium: its memory
 * @lock: taken with interrupts off, for a few instructions
 * @mode: mode parameters (written under @lock, single bytes read without)
 * @stopped: in the stopped power condition (single word, no lock)
 * @ejected: its medium is ejected (written under @lock, or before commands find
 *	the unit)
 * @paths: its LUNs (@lock)
 */
struct sim_unit {
	struct list_head node;
	unsigned int users;
	bool shared;
	unsigned int host_no;
	unsigned int target;
	unsigned int lun;
	atomic64_t blocks;
	unsigned int epoch;
	struct sim_medium medium;

	spinlock_t lock;	/* for mode and paths */
	struct sim_mode mode;
	bool stopped;
	bool ejected;
	struct list_head paths;
};

/* Taken to add, remove or resize logical units. */
extern struct mutex sim_units_mutex;

/* A step of a command that changes the medium is in a read-side section. */
extern struct srcu_struct sim_steps;

/* Capacity in logical blocks. */
static inline u64 sim_unit_blocks(const struct sim_unit *unit)
{
	return atomic64_read(&unit->blocks);
}

static inline unsigned int sim_unit_epoch(const struct sim_unit *unit)
{
	/* Pairs with raise_epoch(): the capacity is that of the epoch. */
	return smp_load_acquire(&unit->epoch);
}

/* Bytes of a logical block. */
static inline u32 sim_unit_block(const struct sim_unit *unit)
{
	return 1U << unit->medium.block_shift;
}

struct sim_unit *sim_unit_get(const struct sim_bus_config *config,
			      unsigned int target, unsigned int lun);
void sim_unit_put(struct sim_unit *unit);
void sim_unit_clear(struct sim_unit *unit, u64 size);
void sim_unit_resize(struct sim_unit *unit, u64 size);

#endif /* _PIOSCSI_SIM_UNIT_H */

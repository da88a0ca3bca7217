/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Logical units, and the bus that has them.
 */
#ifndef _PIOSCSI_SIM_LUN_H
#define _PIOSCSI_SIM_LUN_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "medium.h"
#include "mode.h"
#include "target.h"

/*
 * Events that a unit attention condition tells of, in rising precedence: a
 * condition that is pending gives way only to one of the same or higher.
 */
enum sim_ua {
	SIM_UA_NONE,
	SIM_UA_LUN_RESET,
	SIM_UA_BUS_RESET,
	SIM_UA_POWER_ON,
};

/**
 * struct sim_lun - a logical unit
 * @bus: where it is
 * @target: ID of its target
 * @lun: its number
 * @blocks: capacity, logical blocks
 * @medium: its memory
 * @lock: taken with interrupts off, for a few instructions
 * @mode: mode parameters (written under @lock, single bytes read without)
 * @ua: the unit attention condition pending (written under @lock)
 * @stopped: in the stopped power condition (single word, no lock)
 */
struct sim_lun {
	struct sim_bus *bus;
	unsigned int target;
	unsigned int lun;
	u64 blocks;
	struct sim_medium medium;

	spinlock_t lock;	/* for mode, ua */
	struct sim_mode mode;
	enum sim_ua ua;
	bool stopped;
};

/**
 * struct sim_bus - the targets behind one chip
 * @config: what was asked for; constant
 * @lun: all logical units, those of target 0 first; constant
 */
struct sim_bus {
	struct sim_bus_config config;
	struct sim_lun *lun;
};

/* Bytes of a logical block. */
static inline u32 sim_lun_block(const struct sim_lun *lu)
{
	return 1U << lu->medium.block_shift;
}

void sim_lun_init(struct sim_lun *lu, struct sim_bus *bus,
		  unsigned int target, unsigned int lun);
void sim_lun_exit(struct sim_lun *lu);
struct sim_lun *sim_lun_find(const struct sim_bus *bus, unsigned int target,
			     unsigned int lun);
void sim_lun_event(struct sim_lun *lu, enum sim_ua ua);
u16 sim_lun_take_ua(struct sim_lun *lu);

#endif /* _PIOSCSI_SIM_LUN_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Logical units, and the bus that has them.
 */
#ifndef _PIOSCSI_SIM_LUN_H
#define _PIOSCSI_SIM_LUN_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "medium.h"
#include "mode.h"
#include "target.h"

/*
 * Events that unit attention conditions report, in rising precedence. Only the
 * highest reset is pending. The other events are pending beside it.
 */
enum sim_ua {
	SIM_UA_NONE,
	SIM_UA_LUNS_CHANGED,
	SIM_UA_CAPACITY,
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
 * @ua: bits of the unit attention conditions pending (written under @lock)
 * @absent: removed, until it is added again (single word, no lock)
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
	u8 ua;
	bool stopped;
	bool absent;
};

/**
 * struct sim_bus - the targets behind one chip
 * @config: as asked for; constant
 * @slots: LUNs of each target in @lun; constant
 * @mutex: taken to add, remove or resize a logical unit
 * @lun: logical units or %NULL, those of target 0 first. A removed logical unit
 *	stays here, as tasks may still use it.
 */
struct sim_bus {
	struct sim_bus_config config;
	unsigned int slots;
	struct mutex mutex;	/* for adding and removing */
	struct sim_lun **lun;
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
void sim_lun_attention(struct sim_lun *lu, enum sim_ua ua);
u16 sim_lun_take_ua(struct sim_lun *lu);

#endif /* _PIOSCSI_SIM_LUN_H */

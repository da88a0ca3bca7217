/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The objects behind the seam: logical units, and the bus that has them.
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
enum psim_ua {
	PSIM_UA_NONE,
	PSIM_UA_LUN_RESET,
	PSIM_UA_BUS_RESET,
	PSIM_UA_POWER_ON,
};

/**
 * struct psim_lun - a logical unit
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
struct psim_lun {
	struct psim_bus *bus;
	unsigned int target;
	unsigned int lun;
	u64 blocks;
	struct psim_medium medium;

	spinlock_t lock;	/* for mode, ua */
	struct psim_mode mode;
	enum psim_ua ua;
	bool stopped;
};

/**
 * struct psim_bus - the targets behind one chip
 * @config: what was asked for; constant
 * @lun: all logical units, those of target 0 first; constant
 */
struct psim_bus {
	struct psim_bus_config config;
	struct psim_lun *lun;
};

/* Bytes of a logical block. */
static inline u32 psim_lun_block(const struct psim_lun *lu)
{
	return 1U << lu->medium.block_shift;
}

void psim_lun_init(struct psim_lun *lu, struct psim_bus *bus,
		   unsigned int target, unsigned int lun);
void psim_lun_exit(struct psim_lun *lu);
struct psim_lun *psim_lun_find(const struct psim_bus *bus, unsigned int target,
			       unsigned int lun);
void psim_lun_event(struct psim_lun *lu, enum psim_ua ua);
u16 psim_lun_take_ua(struct psim_lun *lu);

#endif /* _PIOSCSI_SIM_LUN_H */

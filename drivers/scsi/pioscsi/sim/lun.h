/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * LUNs, each of which is a path to a logical unit, and the bus that has them.
 */
#ifndef _PIOSCSI_SIM_LUN_H
#define _PIOSCSI_SIM_LUN_H

#include <linux/gfp_types.h>
#include <linux/list.h>
#include <linux/types.h>

#include "target.h"
#include "unit.h"

/*
 * Events that unit attention conditions report, in rising precedence. Only the
 * highest reset is pending. The other events are pending beside it.
 */
enum sim_ua {
	SIM_UA_NONE,
	SIM_UA_LUNS_CHANGED,
	SIM_UA_MODE,
	SIM_UA_CAPACITY,
	SIM_UA_REMOVED,
	SIM_UA_MEDIUM,
	SIM_UA_LUN_RESET,
	SIM_UA_BUS_RESET,
	SIM_UA_POWER_ON,
};

/**
 * struct sim_lun - a LUN: the path of one host to a logical unit
 * @bus: its bus
 * @unit: the logical unit
 * @node: in &sim_unit.paths
 * @target: ID of its target
 * @lun: its number
 * @ua: bits of the unit attention conditions pending (written under the lock
 *	of the unit)
 * @prevent: its host prevents that the medium is ejected (under the same lock)
 * @power_ons: number of times that it has begun as after power on (written
 *	under the same lock)
 * @absent: removed, until it is added again (single word, no lock)
 */
struct sim_lun {
	struct sim_bus *bus;
	struct sim_unit *unit;
	struct list_head node;
	unsigned int target;
	unsigned int lun;
	u16 ua;
	bool prevent;
	unsigned int power_ons;
	bool absent;
};

/**
 * struct sim_bus - the targets behind one chip
 * @config: its properties; constant
 * @slots: LUNs of each target in @lun; constant
 * @lun: LUNs or %NULL, those of target 0 first. A removed one stays here, as
 *	tasks may still use it.
 */
struct sim_bus {
	struct sim_bus_config config;
	unsigned int slots;
	struct sim_lun **lun;
};

static inline struct sim_medium *sim_lun_medium(struct sim_lun *lu)
{
	return &lu->unit->medium;
}

/* Bytes of a logical block. */
static inline u32 sim_lun_block(const struct sim_lun *lu)
{
	return sim_unit_block(lu->unit);
}

/* Tell whether the unit has lost blocks since the task began. */
static inline bool sim_task_stale(const struct sim_task *task)
{
	return task->lu && sim_unit_epoch(task->lu->unit) != task->epoch;
}

void sim_lun_init(struct sim_lun *lu, struct sim_bus *bus,
		  struct sim_unit *unit, unsigned int target, unsigned int lun);
void sim_lun_exit(struct sim_lun *lu);
struct sim_lun *sim_lun_find(const struct sim_bus *bus, unsigned int target,
			     unsigned int lun);
void sim_lun_event(struct sim_lun *lu, enum sim_ua ua);
void sim_lun_power_on(struct sim_lun *lu);
void sim_lun_attention(struct sim_lun *lu, enum sim_ua ua);
void sim_lun_notify(struct sim_lun *lu, enum sim_ua ua);
void sim_lun_attention_all(struct sim_lun *lu, enum sim_ua ua);
void sim_lun_prevent(struct sim_lun *lu, bool prevent);
bool sim_lun_eject(struct sim_lun *lu);
void sim_lun_load(struct sim_lun *lu);
bool sim_lun_is_shared(struct sim_lun *lu);
void sim_luns_reported(struct sim_task *task);
void sim_task_restore_ua(struct sim_task *task);
int sim_task_take_ua(struct sim_task *task, gfp_t gfp);

#endif /* _PIOSCSI_SIM_LUN_H */

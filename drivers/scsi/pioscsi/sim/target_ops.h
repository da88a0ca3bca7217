/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operations by which a chip reaches the targets behind it, so that unit
 * tests can replace the operations of target.h.
 */
#ifndef _PIOSCSI_SIM_TARGET_OPS_H
#define _PIOSCSI_SIM_TARGET_OPS_H

#include "target.h"

/**
 * struct sim_target_ops - the targets, as a chip sees them
 * @has_target: sim_bus_has_target()
 * @bus_reset: sim_bus_reset()
 * @target_reset: sim_target_reset()
 * @lun_reset: sim_lun_reset()
 * @exec: sim_task_exec()
 * @data_in: sim_task_data_in()
 * @data_out: sim_task_data_out()
 * @prepare: sim_task_prepare()
 * @finish: sim_task_finish()
 * @release: sim_task_release(); called once for each task for which @exec
 *	has returned 0
 * @lost: sim_task_lost(); called for each task whose status the host does not
 *	accept, executed or not, after @release
 * @fail: sim_task_fail()
 *
 * Each as the function named there. All may be called in hard IRQ context or
 * with interrupts off. If their @gfp allows blocking, @exec, @prepare and
 * @finish are called in process context.
 */
struct sim_target_ops {
	bool (*has_target)(const struct sim_bus *bus, unsigned int target);
	void (*bus_reset)(struct sim_bus *bus);
	void (*target_reset)(struct sim_bus *bus, unsigned int target);
	void (*lun_reset)(struct sim_bus *bus, unsigned int target,
			  unsigned int lun);
	int (*exec)(struct sim_bus *bus, struct sim_task *task, gfp_t gfp);
	void (*data_in)(struct sim_task *task, void *buf, u32 offset, u32 len);
	u32 (*data_out)(struct sim_task *task, const void *buf, u32 offset,
			u32 len);
	int (*prepare)(struct sim_task *task, u32 offset, gfp_t gfp);
	int (*finish)(struct sim_task *task, gfp_t gfp);
	void (*release)(struct sim_task *task);
	void (*lost)(struct sim_task *task);
	void (*fail)(struct sim_bus *bus, struct sim_task *task,
		     const struct sim_sense *sense);
};

#endif /* _PIOSCSI_SIM_TARGET_OPS_H */

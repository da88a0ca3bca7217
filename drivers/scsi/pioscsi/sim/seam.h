/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a chip asks of the targets behind it, so that there may be other ones
 * than those of target.h.
 */
#ifndef _PIOSCSI_SIM_SEAM_H
#define _PIOSCSI_SIM_SEAM_H

#include "target.h"

/**
 * struct psim_seam - the targets, as a chip sees them
 * @has_target: psim_bus_has_target()
 * @bus_reset: psim_bus_reset()
 * @target_reset: psim_target_reset()
 * @lun_reset: psim_lun_reset()
 * @exec: psim_task_exec()
 * @data_in: psim_task_data_in()
 * @data_out: psim_task_data_out()
 * @finish: psim_task_finish()
 * @release: psim_task_release(); called once for each task for which @exec
 *	has returned 0
 *
 * Each as the function named there. All may be called in hard interrupt
 * context or with interrupts off, except that @exec and @finish with a @gfp
 * that allows blocking are called in process context.
 */
struct psim_seam {
	bool (*has_target)(const struct psim_bus *bus, unsigned int target);
	void (*bus_reset)(struct psim_bus *bus);
	void (*target_reset)(struct psim_bus *bus, unsigned int target);
	void (*lun_reset)(struct psim_bus *bus, unsigned int target,
			  unsigned int lun);
	int (*exec)(struct psim_bus *bus, struct psim_task *task, gfp_t gfp);
	void (*data_in)(struct psim_task *task, void *buf, u32 offset, u32 len);
	void (*data_out)(struct psim_task *task, const void *buf, u32 offset,
			 u32 len);
	int (*finish)(struct psim_task *task, gfp_t gfp);
	void (*release)(struct psim_task *task);
};

#endif /* _PIOSCSI_SIM_SEAM_H */

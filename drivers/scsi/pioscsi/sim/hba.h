/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SIM_HBA_H
#define _PIOSCSI_SIM_HBA_H

#include <linux/atomic.h>

#include <pioscsi/pioscsi.h>

struct sim_bus;
struct sim_chip;
struct sim_lines;

/**
 * struct sim_hba - the front end's state of one simulated HBA
 * @chip: the registers
 * @bus: the targets behind the chip; only the glue accesses them
 * @lines: the host's own interrupt line, if the hosts share none; likewise
 * @isr: SIM_ISR_* that were acknowledged and not yet served; owner of the
 *	chip
 */
struct sim_hba {
	struct sim_chip *chip;
	struct sim_bus *bus;
	struct sim_lines *lines;
	atomic_t isr;
};

extern const struct pioscsi_ops sim_ops;

int sim_hba_init(struct pioscsi_hba *hba);
void sim_hba_power_cut(struct pioscsi_hba *hba);

#endif /* _PIOSCSI_SIM_HBA_H */

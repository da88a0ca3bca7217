/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SIM_HBA_H
#define _PIOSCSI_SIM_HBA_H

#include <linux/atomic.h>

#include <pioscsi/pioscsi.h>

struct psim_bus;
struct psim_chip;

/**
 * struct psim_hba - the front end's state of one simulated HBA
 * @chip: the registers
 * @bus: what stands behind the chip; here only for its owner, the glue
 * @isr: PSIM_ISR_* that were acknowledged and not yet served; owner of the
 *	chip
 */
struct psim_hba {
	struct psim_chip *chip;
	struct psim_bus *bus;
	atomic_t isr;
};

extern const struct pioscsi_ops psim_ops;

int psim_hba_init(struct pioscsi_hba *hba);
void psim_hba_power_cut(struct pioscsi_hba *hba);

#endif /* _PIOSCSI_SIM_HBA_H */

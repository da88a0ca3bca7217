/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who has the data port of the simulated chip.
 */
#ifndef _PIOSCSI_SIM_ARBITER_H
#define _PIOSCSI_SIM_ARBITER_H

struct psim_chip;
struct psim_nexus;

void psim_arb_init(struct psim_chip *chip);
void psim_arb_exit(struct psim_chip *chip);

void psim_arb_queue(struct psim_chip *chip, struct psim_nexus *nexus);
void psim_arb_connect(struct psim_chip *chip);
void psim_arb_disconnect(struct psim_chip *chip);
void psim_arb_present(struct psim_chip *chip);
void psim_arb_update(struct psim_chip *chip);

#endif /* _PIOSCSI_SIM_ARBITER_H */

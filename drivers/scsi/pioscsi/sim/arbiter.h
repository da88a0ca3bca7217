/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The arbiter for the data port of the simulated chip.
 */
#ifndef _PIOSCSI_SIM_ARBITER_H
#define _PIOSCSI_SIM_ARBITER_H

struct sim_chip;
struct sim_nexus;

void sim_arb_init(struct sim_chip *chip);
void sim_arb_exit(struct sim_chip *chip);

void sim_arb_queue(struct sim_chip *chip, struct sim_nexus *nexus);
void sim_arb_connect(struct sim_chip *chip);
void sim_arb_disconnect(struct sim_chip *chip);
void sim_arb_present(struct sim_chip *chip);
void sim_arb_update(struct sim_chip *chip);

#endif /* _PIOSCSI_SIM_ARBITER_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults of the simulated chip itself, and the states that they put it in.
 * Called only if sim_faults_active().
 */
#ifndef _PIOSCSI_SIM_FAULT_CHIP_H
#define _PIOSCSI_SIM_FAULT_CHIP_H

#include <linux/types.h>

#include "rules.h"

struct sim_chip;
struct sim_nexus;

void sim_chip_fault_init(struct sim_chip *chip, u32 seed);
void sim_chip_fault_exit(struct sim_chip *chip);
void sim_chip_fault_reset(struct sim_chip *chip);
void sim_chip_fault_seed(struct sim_chip *chip, u32 seed);
void sim_chip_fault_set(struct sim_chip *chip, bool *state, bool val);
void sim_chip_fault_die(struct sim_chip *chip, u32 us);

bool sim_chip_fault_swallows(struct sim_chip *chip, unsigned int reg, u32 val);
bool sim_chip_fault_refuses(struct sim_chip *chip, enum sim_rule_action action,
			    u32 target, u32 lun);
bool sim_chip_fault_bus_reset(struct sim_chip *chip);
void sim_chip_fault_command(struct sim_chip *chip, struct sim_nexus *nexus);

#endif /* _PIOSCSI_SIM_FAULT_CHIP_H */

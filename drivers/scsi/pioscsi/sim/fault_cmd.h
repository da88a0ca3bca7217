/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults of one command at the simulated chip. Called only if
 * sim_faults_active(), or for a nexus that has a fault.
 */
#ifndef _PIOSCSI_SIM_FAULT_CMD_H
#define _PIOSCSI_SIM_FAULT_CMD_H

#include <linux/types.h>

struct sim_chip;
struct sim_nexus;

void sim_cmd_fault_choose(struct sim_chip *chip, struct sim_nexus *nexus);
bool sim_cmd_fault_instead(struct sim_chip *chip, struct sim_nexus *nexus);
void sim_cmd_fault_data(struct sim_chip *chip, struct sim_nexus *nexus);
void sim_cmd_fault_present(struct sim_chip *chip);
void sim_cmd_fault_data_in(struct sim_chip *chip, struct sim_nexus *nexus,
			   u8 *buf, u32 pos, u32 len);
u32 sim_cmd_fault_data_out(struct sim_chip *chip, struct sim_nexus *nexus,
			   const u8 *buf, u32 pos, u32 len);
bool sim_cmd_fault_end(struct sim_chip *chip, struct sim_nexus *nexus);
void sim_cmd_fault_recovered(struct sim_chip *chip, struct sim_nexus *nexus);
void sim_cmd_fault_close(struct sim_chip *chip, struct sim_nexus *nexus);

#endif /* _PIOSCSI_SIM_FAULT_CMD_H */

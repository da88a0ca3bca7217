/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SIM_PARAMS_H
#define _PIOSCSI_SIM_PARAMS_H

#include <linux/types.h>

#include "line.h"

struct sim_bus_config;
struct sim_chip_config;

int sim_params_check(void);
unsigned int sim_num_hosts(void);
unsigned int sim_num_shared_lines(void);
bool sim_has_irq(void);
enum sim_trigger sim_trigger(void);
unsigned long sim_params_chunks(void);
bool sim_is_dead(unsigned int host_no);
void sim_params_chip(struct sim_chip_config *config, unsigned int host_no);
void sim_params_bus(struct sim_bus_config *config, unsigned int host_no);

#endif /* _PIOSCSI_SIM_PARAMS_H */

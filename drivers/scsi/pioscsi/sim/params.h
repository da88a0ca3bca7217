/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SIM_PARAMS_H
#define _PIOSCSI_SIM_PARAMS_H

#include <linux/types.h>

struct psim_bus_config;
struct psim_chip_config;

int psim_params_check(void);
unsigned int psim_num_hosts(void);
unsigned int psim_num_lines(void);
bool psim_has_irq(void);
bool psim_is_dead(unsigned int host_no);
void psim_params_chip(struct psim_chip_config *config, unsigned int host_no);
void psim_params_bus(struct psim_bus_config *config, unsigned int host_no);

#endif /* _PIOSCSI_SIM_PARAMS_H */

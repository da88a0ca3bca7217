/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The simulated host adapters.
 */
#ifndef _PIOSCSI_SIM_HOSTS_H
#define _PIOSCSI_SIM_HOSTS_H

#include <linux/types.h>

#define SIM_DRV_NAME	"pioscsi_sim"
#define SIM_HOSTS_MAX	32

/**
 * struct sim_host_data - platform data of a host adapter
 * @dead: its chip is dead from the beginning
 */
struct sim_host_data {
	bool dead;
};

int sim_hosts_init(void);
void sim_hosts_exit(void);
int sim_hosts_add(void);
int sim_hosts_remove(unsigned int id);

#endif /* _PIOSCSI_SIM_HOSTS_H */

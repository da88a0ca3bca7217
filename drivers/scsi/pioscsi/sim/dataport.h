/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The data port of the simulated chip.
 */
#ifndef _PIOSCSI_SIM_DATAPORT_H
#define _PIOSCSI_SIM_DATAPORT_H

#include <linux/types.h>

struct sim_chip;

u64 sim_dataport_clock(void);
void sim_dataport_read(struct sim_chip *chip, void *buf, unsigned int bytes);
unsigned int sim_dataport_write(struct sim_chip *chip, const void *buf,
				unsigned int bytes);

#endif /* _PIOSCSI_SIM_DATAPORT_H */

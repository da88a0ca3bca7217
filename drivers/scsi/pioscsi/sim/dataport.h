/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The data port of the simulated chip.
 */
#ifndef _PIOSCSI_SIM_DATAPORT_H
#define _PIOSCSI_SIM_DATAPORT_H

struct psim_chip;

void psim_dataport_read(struct psim_chip *chip, void *buf, unsigned int bytes);
void psim_dataport_write(struct psim_chip *chip, const void *buf,
			 unsigned int bytes);

#endif /* _PIOSCSI_SIM_DATAPORT_H */

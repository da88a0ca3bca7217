/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that is freed once no RCU reader can be looking at it.
 */
#ifndef _PIOSCSI_SIM_GRAVE_H
#define _PIOSCSI_SIM_GRAVE_H

struct sim_grave;

struct sim_grave *sim_grave_add(struct sim_grave *grave, void *mem);
void sim_grave_close(struct sim_grave *grave);

#endif /* _PIOSCSI_SIM_GRAVE_H */

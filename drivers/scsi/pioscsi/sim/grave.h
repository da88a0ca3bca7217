/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that is freed once no RCU reader can be looking at it.
 */
#ifndef _PIOSCSI_SIM_GRAVE_H
#define _PIOSCSI_SIM_GRAVE_H

struct psim_grave;

struct psim_grave *psim_grave_add(struct psim_grave *grave, void *mem);
void psim_grave_close(struct psim_grave *grave);

#endif /* _PIOSCSI_SIM_GRAVE_H */

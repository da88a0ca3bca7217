/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SIM_DEBUGFS_H
#define _PIOSCSI_SIM_DEBUGFS_H

struct psim_chip;

void psim_debugfs_init(void);
void psim_debugfs_exit(void);
void psim_debugfs_add(struct psim_chip *chip, unsigned int host_no);
void psim_debugfs_remove(struct psim_chip *chip);

#endif /* _PIOSCSI_SIM_DEBUGFS_H */

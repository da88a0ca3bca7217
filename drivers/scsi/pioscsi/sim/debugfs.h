/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SIM_DEBUGFS_H
#define _PIOSCSI_SIM_DEBUGFS_H

struct sim_chip;

void sim_debugfs_init(void);
void sim_debugfs_stop(void);
void sim_debugfs_exit(void);
void sim_debugfs_add(struct sim_chip *chip, unsigned int host_no);
void sim_debugfs_remove(struct sim_chip *chip);

#endif /* _PIOSCSI_SIM_DEBUGFS_H */

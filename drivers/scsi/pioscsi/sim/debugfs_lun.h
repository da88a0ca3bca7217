/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files of a chip's logical units in debugfs.
 */
#ifndef _PIOSCSI_SIM_DEBUGFS_LUN_H
#define _PIOSCSI_SIM_DEBUGFS_LUN_H

struct sim_bus;
struct sim_chip;

/* The files that take a command. */
enum sim_lun_command {
	SIM_LUN_ADD,
	SIM_LUN_REMOVE,
	SIM_LUN_RESIZE,
};

int sim_debugfs_lun_command(struct sim_bus *bus, enum sim_lun_command command,
			    const char *text);
void sim_debugfs_add_luns(struct sim_chip *chip);

#endif /* _PIOSCSI_SIM_DEBUGFS_LUN_H */

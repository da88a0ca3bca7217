/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The texts that are written to files in debugfs.
 */
#ifndef _PIOSCSI_SIM_DEBUGFS_TEXT_H
#define _PIOSCSI_SIM_DEBUGFS_TEXT_H

#include <linux/types.h>

char *sim_debugfs_text(const char *name, const char __user *buf, size_t len,
		       size_t max);

#endif /* _PIOSCSI_SIM_DEBUGFS_TEXT_H */

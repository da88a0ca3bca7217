/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taskfiles, and the sectors of a command in pieces that one of them can name.
 */
#ifndef _PIOSCSI_ATA_SAT_TF_H
#define _PIOSCSI_ATA_SAT_TF_H

#include <linux/types.h>

#include "sat.h"

/**
 * struct sat_pair - the 28-bit and the 48-bit form of an ATA command
 * @lba28: COMMAND of the one, 0 if there is none
 * @lba48: COMMAND of the other
 */
struct sat_pair {
	u8 lba28;
	u8 lba48;
};

u64 sat_tf_lba(const struct sat_regs *regs, bool ext);
bool sat_tf_writes(const struct sat_tf *tf);
void sat_tf_command(struct sat_cmd *cmd, u8 command);
void sat_tf_set_features(struct sat_cmd *cmd, u8 feature);
bool sat_tf_flush(struct sat_cmd *cmd);

bool sat_extent_get(struct sat_cmd *cmd);
unsigned int sat_extent_count_byte(const struct sat_cmd *cmd);
void sat_extent_tf(struct sat_cmd *cmd, struct sat_pair command);
bool sat_extent_next(struct sat_cmd *cmd);

#endif /* _PIOSCSI_ATA_SAT_TF_H */

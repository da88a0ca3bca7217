/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The comparison of fault rules with commands, aborts and resets.
 */
#ifndef _PIOSCSI_SIM_RULE_MATCH_H
#define _PIOSCSI_SIM_RULE_MATCH_H

#include <linux/types.h>

#include "cmd.h"

struct sim_rule;

/**
 * struct sim_match - a command, an abort or a reset, compared with rules
 * @target: target ID
 * @lun: LUN, or SIM_RULE_ANY for all LUNs of the target
 * @opcode: operation code, or SIM_RULE_ANY if there is no command
 * @has_range: the command reads, writes or verifies blocks
 * @range: these blocks
 */
struct sim_match {
	u32 target;
	u32 lun;
	u32 opcode;
	bool has_range;
	struct sim_range range;
};

/**
 * struct sim_overlap - the blocks of a command that are in the range of a rule
 * @first: LBA of the first one
 * @last: LBA of the last one
 */
struct sim_overlap {
	u64 first;
	u64 last;
};

void sim_match_init(struct sim_match *match, u32 target, u32 lun,
		    const u8 *cdb);
bool sim_rule_is_for(const struct sim_rule *rule, u32 target, u32 lun);
bool sim_rule_overlaps(const struct sim_rule *rule,
		       const struct sim_range *range,
		       struct sim_overlap *overlap);
bool sim_rule_matches(const struct sim_rule *rule,
		      const struct sim_match *match, u64 *block);

#endif /* _PIOSCSI_SIM_RULE_MATCH_H */

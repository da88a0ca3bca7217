/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes heal the blocks that fault rules make bad, also those of other chips
 * that have the same logical units.
 */
#ifndef _PIOSCSI_SIM_RULE_HEAL_H
#define _PIOSCSI_SIM_RULE_HEAL_H

struct sim_rules;
struct sim_task;

void sim_rules_share(struct sim_rules *rules);
void sim_rules_unshare(struct sim_rules *rules);
void sim_rules_heal(struct sim_rules *rules, const struct sim_task *task);

#endif /* _PIOSCSI_SIM_RULE_HEAL_H */

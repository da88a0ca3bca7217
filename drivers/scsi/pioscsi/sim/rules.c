// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of a chip's fault rules, and the choice of the rule for a command.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "rule_match.h"
#include "rules.h"
#include "target.h"

/*
 * Decide whether the fault happens this time, by the same values as
 * lib/fault-inject.
 */
static bool sim_rule_hit(struct sim_rules *rules, struct sim_rule *rule)
{
	u32 percent;

	if (!rule->times)
		return false;
	rule->seen++;
	if (rule->interval > 1 && rule->seen % rule->interval)
		return false;
	if (rule->probability < SIM_RULE_PERCENT) {
		percent = sim_fault_random(rules->faults) % SIM_RULE_PERCENT;
		if (percent >= rule->probability)
			return false;
	}
	if (rule->times > 0)
		rule->times--;
	rule->hits++;
	return true;
}

/* Tell whether each command has the fault, whatever else happens to it. */
static bool sim_rule_is_sure(const struct sim_rule *rule)
{
	return rule->action == SIM_RULE_TIMEOUT;
}

static void sim_rule_apply(const struct sim_rule *rule,
			   const struct sim_match *match, u64 block,
			   struct sim_inject *inject)
{
	*inject = (struct sim_inject) {
		.action = rule->action,
		.rule = sim_rule_is_sure(rule) ? 0 : rule->id,
		.status = rule->status,
		.sense = rule->sense,
		.arg = rule->arg,
	};
	if (!match->has_range)
		return;
	inject->sense.info_valid = true;
	inject->sense.info = block;
	if (rule->action != SIM_RULE_SENSE || match->range.writes)
		return;
	inject->reads = rule->has_range;
	inject->blocks = block - match->range.lba;
}

/**
 * sim_rules_choose() - find the fault that the rules give a command
 * @rules: the rules
 * @task: the command; cdb, target and lun are set
 * @inject: set to the fault
 *
 * The first rule that matches and hits decides. It counts the fault. If the
 * fault does not happen, the caller gives it back.
 *
 * Context: any.
 * Return: true if there is a fault.
 */
bool sim_rules_choose(struct sim_rules *rules, const struct sim_task *task,
		      struct sim_inject *inject)
{
	struct sim_match match;
	struct sim_rule *rule;
	unsigned long flags;
	bool found = false;
	u64 block;

	sim_match_init(&match, task->target, task->lun, task->cdb);
	raw_spin_lock_irqsave(&rules->lock, flags);
	list_for_each_entry(rule, &rules->list, node) {
		if (rule->action >= SIM_RULE_FAIL_ABORT ||
		    !sim_rule_matches(rule, &match, &block) ||
		    !sim_rule_hit(rules, rule))
			continue;
		sim_rule_apply(rule, &match, block, inject);
		found = true;
		break;
	}
	raw_spin_unlock_irqrestore(&rules->lock, flags);
	return found;
}

/**
 * sim_rules_give_back() - let a rule not count a fault that has not happened
 * @rules: the rules
 * @id: number of the rule, which may have been removed
 *
 * Context: any.
 */
void sim_rules_give_back(struct sim_rules *rules, unsigned int id)
{
	struct sim_rule *rule;
	unsigned long flags;

	raw_spin_lock_irqsave(&rules->lock, flags);
	list_for_each_entry(rule, &rules->list, node) {
		if (rule->id != id)
			continue;
		rule->hits--;
		if (rule->times >= 0)
			rule->times++;
		break;
	}
	raw_spin_unlock_irqrestore(&rules->lock, flags);
}

/**
 * sim_rules_refuse() - decide whether a target refuses an abort or a reset
 * @rules: the rules
 * @action: SIM_RULE_FAIL_ABORT or SIM_RULE_FAIL_RESET
 * @target: target ID
 * @lun: LUN, or SIM_RULE_ANY for a reset of the target
 * @cdb: the command to abort; %NULL for a reset, or if there is no such command
 *
 * Context: any.
 * Return: true if it refuses.
 */
bool sim_rules_refuse(struct sim_rules *rules, enum sim_rule_action action,
		      u32 target, u32 lun, const u8 *cdb)
{
	struct sim_match match;
	struct sim_rule *rule;
	unsigned long flags;
	bool found = false;
	u64 block;

	sim_match_init(&match, target, lun, cdb);
	raw_spin_lock_irqsave(&rules->lock, flags);
	list_for_each_entry(rule, &rules->list, node) {
		found = rule->action == action &&
			sim_rule_matches(rule, &match, &block) &&
			sim_rule_hit(rules, rule);
		if (found)
			break;
	}
	raw_spin_unlock_irqrestore(&rules->lock, flags);
	return found;
}

/* Takes the rules with a number, or all, out of the list. */
static int sim_rules_remove(struct sim_rules *rules, unsigned int id, bool all)
{
	struct sim_rule *rule, *next;
	unsigned long flags;
	LIST_HEAD(removed);

	raw_spin_lock_irqsave(&rules->lock, flags);
	list_for_each_entry_safe(rule, next, &rules->list, node)
		if (all || rule->id == id) {
			list_move(&rule->node, &removed);
			WRITE_ONCE(rules->count, rules->count - 1);
		}
	sim_faults_set_rules(rules->faults, rules->count);
	raw_spin_unlock_irqrestore(&rules->lock, flags);

	if (list_empty(&removed) && !all)
		return -ENOENT;
	list_for_each_entry_safe(rule, next, &removed, node)
		sim_rule_free(rule);
	return 0;
}

static int sim_rules_add(struct sim_rules *rules, struct sim_rule *rule)
{
	unsigned long flags;
	int err = 0;

	raw_spin_lock_irqsave(&rules->lock, flags);
	if (rules->count == SIM_RULES_MAX) {
		err = -ENOSPC;
	} else {
		rule->id = rules->next_id++;
		list_add_tail(&rule->node, &rules->list);
		WRITE_ONCE(rules->count, rules->count + 1);
		sim_faults_set_rules(rules->faults, true);
	}
	raw_spin_unlock_irqrestore(&rules->lock, flags);
	return err;
}

static int sim_rules_refused(struct sim_rule_error *error, unsigned int column,
			     int err, const char *reason)
{
	error->column = column;
	error->reason = reason;
	return err;
}

/**
 * sim_rules_command() - add or remove rules by a command
 * @rules: the rules
 * @text: a rule, "remove N" or "clear"
 * @error: set to the place and the reason if it is refused
 *
 * Context: process context; may sleep.
 * Return: 0; -EINVAL if the text is wrong; -ENOENT if there is no such rule;
 * -ENOSPC if there are SIM_RULES_MAX rules; -ENOMEM.
 */
int sim_rules_command(struct sim_rules *rules, const char *text,
		      struct sim_rule_error *error)
{
	struct sim_rule *rule;
	unsigned int id;
	int err;

	if (sysfs_streq(text, "clear"))
		return sim_rules_remove(rules, 0, true);
	if (str_has_prefix(text, "remove ")) {
		err = kstrtouint(text + 7, 10, &id) ? -EINVAL :
		      sim_rules_remove(rules, id, false);
		if (!err)
			return 0;
		return sim_rules_refused(error, 8, err, "no such rule");
	}
	rule = sim_rule_parse(text, error);
	if (IS_ERR(rule))
		return PTR_ERR(rule);
	err = sim_rules_add(rules, rule);
	if (!err)
		return 0;
	sim_rule_free(rule);
	return sim_rules_refused(error, 1, err, "too many rules");
}

/* Copies the first rule whose number is @id or higher. */
static bool sim_rules_copy(struct sim_rules *rules, unsigned int id,
			   struct sim_rule *copy)
{
	struct sim_rule *rule;
	unsigned long flags;
	bool found = false;

	raw_spin_lock_irqsave(&rules->lock, flags);
	list_for_each_entry(rule, &rules->list, node) {
		found = rule->id >= id;
		if (found) {
			*copy = *rule;
			break;
		}
	}
	raw_spin_unlock_irqrestore(&rules->lock, flags);
	return found;
}

/**
 * sim_rules_show() - list the rules
 * @rules: the rules
 * @seq: destination
 *
 * Text takes long to write, so copies of the rules are written without the lock
 * that each command takes. The bitmap of a copy may have been freed.
 *
 * Context: process context.
 */
void sim_rules_show(struct sim_rules *rules, struct seq_file *seq)
{
	struct sim_rule copy = { };

	while (sim_rules_copy(rules, copy.id + 1, &copy))
		sim_rule_show(&copy, seq);
}

/**
 * sim_rules_restart() - let the counts for interval begin again
 * @rules: the rules
 *
 * Context: any.
 */
void sim_rules_restart(struct sim_rules *rules)
{
	struct sim_rule *rule;
	unsigned long flags;

	raw_spin_lock_irqsave(&rules->lock, flags);
	list_for_each_entry(rule, &rules->list, node)
		rule->seen = 0;
	raw_spin_unlock_irqrestore(&rules->lock, flags);
}

/**
 * sim_rules_init() - prepare a chip without rules
 * @rules: the rules
 * @faults: the chip's faults
 *
 * Context: process context.
 */
void sim_rules_init(struct sim_rules *rules, struct sim_faults *faults)
{
	rules->faults = faults;
	raw_spin_lock_init(&rules->lock);
	INIT_LIST_HEAD(&rules->list);
	INIT_LIST_HEAD(&rules->sharing);
	rules->count = 0;
	rules->next_id = 1;
}

/**
 * sim_rules_exit() - free all rules
 * @rules: the rules, which no context uses any more
 *
 * Context: process context.
 */
void sim_rules_exit(struct sim_rules *rules)
{
	sim_rules_remove(rules, 0, true);
}

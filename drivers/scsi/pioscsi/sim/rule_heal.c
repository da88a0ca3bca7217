// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes heal the blocks that fault rules make bad, also those of other chips
 * that have the same logical units.
 */
#include <linux/bitmap.h>
#include <linux/compiler.h>
#include <linux/rculist.h>
#include <linux/spinlock.h>

#include "rule_heal.h"
#include "rule_match.h"
#include "rules.h"
#include "target.h"

/* The rules of the chips that share their logical units; read under RCU. */
static DEFINE_RAW_SPINLOCK(sharing_lock);	/* for changes of sharing */
static LIST_HEAD(sharing);

/**
 * sim_rules_share() - share the bad blocks with other chips
 * @rules: the rules of a chip whose logical units other chips have as well,
 *	with the same targets and LUNs
 *
 * Context: any.
 */
void sim_rules_share(struct sim_rules *rules)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&sharing_lock, flags);
	list_add_tail_rcu(&rules->sharing, &sharing);
	raw_spin_unlock_irqrestore(&sharing_lock, flags);
}

/**
 * sim_rules_unshare() - undo sim_rules_share()
 * @rules: the rules; nothing happens if they are not shared
 *
 * Context: process context; sleeps.
 */
void sim_rules_unshare(struct sim_rules *rules)
{
	unsigned long flags;

	if (!sim_rules_are_shared(rules))
		return;
	raw_spin_lock_irqsave(&sharing_lock, flags);
	list_del_rcu(&rules->sharing);
	raw_spin_unlock_irqrestore(&sharing_lock, flags);
	synchronize_rcu();
	INIT_LIST_HEAD(&rules->sharing);
}

/* Clears the bits of some blocks, and counts those that were set. */
static void sim_rule_heal(struct sim_rule *rule,
			  const struct sim_overlap *overlap)
{
	unsigned long end = overlap->last - rule->first + 1;
	unsigned long bit = overlap->first - rule->first;
	unsigned long next;

	for (;; bit = next) {
		bit = find_next_bit(rule->bad, end, bit);
		if (bit >= end)
			return;
		next = find_next_zero_bit(rule->bad, end, bit);
		bitmap_clear(rule->bad, bit, next - bit);
		rule->bad_count -= next - bit;
	}
}

static void heal_list(struct sim_rules *rules, const struct sim_match *match)
{
	struct sim_overlap overlap;
	struct sim_rule *rule;
	unsigned long flags;

	if (!READ_ONCE(rules->count))
		return;
	raw_spin_lock_irqsave(&rules->lock, flags);
	list_for_each_entry(rule, &rules->list, node)
		if (rule->bad &&
		    sim_rule_overlaps(rule, &match->range, &overlap) &&
		    sim_rule_is_for(rule, match->target, match->lun))
			sim_rule_heal(rule, &overlap);
	raw_spin_unlock_irqrestore(&rules->lock, flags);
}

/**
 * sim_rules_heal() - let a write heal the bad blocks that it has written
 * @rules: the rules of the chip that has executed it
 * @task: a command that has ended with GOOD
 *
 * Context: any.
 */
void sim_rules_heal(struct sim_rules *rules, const struct sim_task *task)
{
	struct sim_rules *other;
	struct sim_match match;

	sim_match_init(&match, task->target, task->lun, task->cdb);
	if (!match.has_range || !match.range.writes)
		return;
	if (!sim_rules_are_shared(rules)) {
		heal_list(rules, &match);
		return;
	}
	rcu_read_lock();
	list_for_each_entry_rcu(other, &sharing, sharing)
		heal_list(other, &match);
	rcu_read_unlock();
}

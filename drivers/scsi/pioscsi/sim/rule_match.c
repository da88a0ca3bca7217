// SPDX-License-Identifier: GPL-2.0-only
/*
 * The comparison of fault rules with commands, aborts and resets.
 */
#include <linux/bitmap.h>
#include <linux/minmax.h>
#include <scsi/scsi_proto.h>

#include "rule_match.h"
#include "rules.h"

/*
 * Find the blocks that a command reads, writes or verifies. SYNCHRONIZE CACHE
 * has a range, but does none of these.
 */
static bool find_range(const u8 *cdb, struct sim_range *range)
{
	return cdb[0] != SYNCHRONIZE_CACHE && cdb[0] != SYNCHRONIZE_CACHE_16 &&
	       sim_cdb_range(cdb, range);
}

/**
 * sim_match_init() - prepare a comparison with rules
 * @match: set to what the rules are compared with
 * @target: target ID
 * @lun: LUN, or SIM_RULE_ANY for all LUNs of the target
 * @cdb: the command, or %NULL if there is none
 *
 * Context: any.
 */
void sim_match_init(struct sim_match *match, u32 target, u32 lun, const u8 *cdb)
{
	*match = (struct sim_match) {
		.target = target,
		.lun = lun,
		.opcode = cdb ? cdb[0] : SIM_RULE_ANY,
	};
	match->has_range = cdb && find_range(cdb, &match->range);
}

/**
 * sim_rule_is_for() - tell whether a rule is for a logical unit
 * @rule: the rule
 * @target: target ID
 * @lun: LUN, or SIM_RULE_ANY for all LUNs of the target
 *
 * Context: any.
 * Return: true if so.
 */
bool sim_rule_is_for(const struct sim_rule *rule, u32 target, u32 lun)
{
	return (rule->target == SIM_RULE_ANY || rule->target == target) &&
	       (rule->lun == SIM_RULE_ANY || lun == SIM_RULE_ANY ||
		rule->lun == lun);
}

/**
 * sim_rule_overlaps() - find the blocks that are in the range of a rule
 * @rule: the rule, with a range
 * @range: the blocks of a command
 * @overlap: set to those in the range
 *
 * Context: any.
 * Return: true if there are any.
 */
bool sim_rule_overlaps(const struct sim_rule *rule,
		       const struct sim_range *range,
		       struct sim_overlap *overlap)
{
	if (!range->count || range->lba > rule->last ||
	    range->lba + range->count - 1 < rule->first)
		return false;
	overlap->first = max(range->lba, rule->first);
	overlap->last = min(range->lba + range->count - 1, rule->last);
	return true;
}

/* Finds the first bad block of a command. A write does not read any. */
static bool find_bad(const struct sim_rule *rule, const struct sim_range *range,
		     struct sim_overlap *overlap)
{
	unsigned long end = overlap->last - rule->first + 1;
	unsigned long bit;

	if (range->writes)
		return false;
	bit = find_next_bit(rule->bad, end, overlap->first - rule->first);
	overlap->first = rule->first + bit;
	return bit < end;
}

/**
 * sim_rule_matches() - tell whether a rule selects a command
 * @rule: the rule
 * @match: the command
 * @block: set to the first block that the rule selects; without a range, to
 *	the first block of the command
 *
 * Context: any, with the lock of the rules.
 * Return: true if so.
 */
bool sim_rule_matches(const struct sim_rule *rule,
		      const struct sim_match *match, u64 *block)
{
	struct sim_overlap overlap;

	if (!sim_rule_is_for(rule, match->target, match->lun) ||
	    (rule->opcode != SIM_RULE_ANY && rule->opcode != match->opcode))
		return false;
	*block = match->range.lba;
	if (!rule->has_range)
		return true;
	if (!match->has_range ||
	    !sim_rule_overlaps(rule, &match->range, &overlap))
		return false;
	if (rule->bad && !find_bad(rule, &match->range, &overlap))
		return false;
	*block = overlap.first;
	return true;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault rules: faults of the commands for one logical unit, operation code or
 * range of blocks. The chip applies them before its targets see the command.
 */
#ifndef _PIOSCSI_SIM_RULES_H
#define _PIOSCSI_SIM_RULES_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "fault.h"
#include "sense.h"

struct seq_file;
struct sim_nexus;
struct sim_task;

#define SIM_RULES_MAX		64
#define SIM_RULE_ANY		(~0U)	/* any target, LUN or operation code */
#define SIM_RULE_HEAL_MAX	BIT(20)	/* blocks that may be healed */
#define SIM_RULE_PERCENT	100U

/**
 * enum sim_rule_action - the fault of a rule
 * @SIM_RULE_NONE: none
 * @SIM_RULE_SENSE: CHECK CONDITION
 * @SIM_RULE_STATUS: another SAM status
 * @SIM_RULE_TIMEOUT: the command never ends
 * @SIM_RULE_SHORT: the target moves less data
 * @SIM_RULE_LONG: the target moves more data
 * @SIM_RULE_LOST_IRQ: the command's first call for service does not interrupt
 * @SIM_RULE_LATE_IRQ: that call comes late
 * @SIM_RULE_DOUBLE_IRQ: that call comes twice
 * @SIM_RULE_FAIL_ABORT: the target refuses to abort a command
 * @SIM_RULE_FAIL_RESET: the target refuses a LUN or target reset
 */
enum sim_rule_action {
	SIM_RULE_NONE,
	SIM_RULE_SENSE,
	SIM_RULE_STATUS,
	SIM_RULE_TIMEOUT,
	SIM_RULE_SHORT,
	SIM_RULE_LONG,
	SIM_RULE_LOST_IRQ,
	SIM_RULE_LATE_IRQ,
	SIM_RULE_DOUBLE_IRQ,
	SIM_RULE_FAIL_ABORT,
	SIM_RULE_FAIL_RESET,
};

/**
 * struct sim_rule - a fault rule
 * @node: in &sim_rules.list
 * @id: its number
 * @target: target ID, or SIM_RULE_ANY
 * @lun: LUN, or SIM_RULE_ANY
 * @opcode: operation code, or SIM_RULE_ANY
 * @has_range: only commands for blocks from @first to @last
 * @first: LBA of the first block
 * @last: LBA of the last block
 * @action: the fault
 * @sense: for SIM_RULE_SENSE
 * @status: for SIM_RULE_STATUS
 * @arg: bytes for SIM_RULE_SHORT and SIM_RULE_LONG, microseconds for
 *	SIM_RULE_LATE_IRQ
 * @bad: with medium errors, a bit for each block of the range that is bad; a
 *	write clears it
 * @bad_count: number of these bits
 * @probability: percent of the commands that match
 * @interval: N, and the fault happens at each Nth command that matches
 * @times: faults that are left, or -1 without a limit
 * @seen: commands that have matched
 * @hits: faults so far
 *
 * @bad, @bad_count, @times, @seen and @hits are written under &sim_rules.lock.
 */
struct sim_rule {
	struct list_head node;
	unsigned int id;

	u32 target;
	u32 lun;
	u32 opcode;
	bool has_range;
	u64 first;
	u64 last;

	enum sim_rule_action action;
	struct sim_sense sense;
	u8 status;
	u32 arg;
	unsigned long *bad;
	u32 bad_count;

	u32 probability;
	u32 interval;
	s32 times;
	u32 seen;
	u64 hits;
};

/**
 * struct sim_inject - the parameters of a command's fault
 * @action: the rule's, or SIM_RULE_NONE for a fault of the chip
 * @rule: number of the rule, as long as the command may end without the fault;
 *	0 once it has happened
 * @status: SAM status
 * @sense: sense data, for CHECK CONDITION
 * @reads: for CHECK CONDITION: the target executes the command, and reads up
 *	to the first block in error
 * @blocks: blocks before that one
 * @arg: as &sim_rule.arg
 */
struct sim_inject {
	enum sim_rule_action action;
	unsigned int rule;
	u8 status;
	struct sim_sense sense;
	bool reads;
	u32 blocks;
	u32 arg;
};

/**
 * struct sim_rules - the rules of a chip
 * @faults: the chip's faults, with the random numbers
 * @lock: taken with interrupts off, for a walk through the list
 * @list: the rules, by number (@lock)
 * @sharing: in the list of rule_heal.c, or empty; constant in use
 * @count: number of rules (@lock)
 * @next_id: number of the next one (@lock)
 */
struct sim_rules {
	struct sim_faults *faults;
	raw_spinlock_t lock;	/* protects list and counters */
	struct list_head list;
	struct list_head sharing;
	unsigned int count;
	unsigned int next_id;
};

/**
 * struct sim_rule_error - the reason for which a rule is refused
 * @column: column of the error, from 1
 * @reason: the reason in a few words
 */
struct sim_rule_error {
	unsigned int column;
	const char *reason;
};

/* Tell whether other chips have the same logical units. */
static inline bool sim_rules_are_shared(const struct sim_rules *rules)
{
	return !list_empty(&rules->sharing);
}

struct sim_rule *sim_rule_parse(const char *text, struct sim_rule_error *error);
unsigned long *sim_rule_alloc_bad(unsigned int blocks);
void sim_rule_show(const struct sim_rule *rule, struct seq_file *seq);
void sim_rule_free(struct sim_rule *rule);

void sim_rules_init(struct sim_rules *rules, struct sim_faults *faults);
void sim_rules_exit(struct sim_rules *rules);
int sim_rules_command(struct sim_rules *rules, const char *text,
		      struct sim_rule_error *error);
void sim_rules_show(struct sim_rules *rules, struct seq_file *seq);
void sim_rules_restart(struct sim_rules *rules);

bool sim_rules_choose(struct sim_rules *rules, const struct sim_task *task,
		      struct sim_inject *inject);
void sim_rules_give_back(struct sim_rules *rules, unsigned int id);
bool sim_rules_refuse(struct sim_rules *rules, enum sim_rule_action action,
		      u32 target, u32 lun, const u8 *cdb);

#endif /* _PIOSCSI_SIM_RULES_H */

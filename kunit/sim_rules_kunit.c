// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault rules of the simulated chip: their text, and the commands that they
 * match.
 */
#include <kunit/static_stub.h>
#include <linux/bitmap.h>
#include <linux/irqflags.h>
#include <linux/seq_file.h>
#include <scsi/scsi_proto.h>

#include "../sim/engine.h"
#include "../sim/fault_chip.h"
#include "../sim/rule_heal.h"
#include "../sim/rules.h"
#include "sim_rig.h"

struct text_case {
	const char *desc;
	const char *text;
	unsigned int column;	/* 0 if the rule is valid */
};

#define ALL_WORDS \
	"target=1 lun=2 opcode=28 lba=5-9 sense=3/11/00 " \
	"probability=50 interval=3 times=7"
#define LONG_WORD \
	"target=000000000000000000000000000000000000000000000001"

static const struct text_case text_cases[] = {
	{ "only a fault", "timeout" },
	{ "blanks around", "  timeout \t lun=1\n" },
	{ "all words", ALL_WORDS },
	{ "opcode all", "opcode=all status=busy" },
	{ "medium", "lba=0-1048575 medium" },
	{ "no limit", "times=-1 short=512" },
	{ "abort of a command", "opcode=28 lba=5 fail_abort" },
	{ "reset, all opcodes", "opcode=all fail_reset" },
	{ "empty", "", 1 },
	{ "no fault", "lun=1 target=0", 15 },
	{ "unknown word", "timeout colour=red", 9 },
	{ "value missing", "lun timeout", 1 },
	{ "value not wanted", "lun=1 timeout=3", 7 },
	{ "value not a number", "timeout lun=x", 13 },
	{ "value out of range", "timeout target=256", 16 },
	{ "opcode out of range", "opcode=100 timeout", 8 },
	{ "range backwards", "lba=9-5 timeout", 5 },
	{ "sense incomplete", "sense=3/11", 7 },
	{ "sense key out of range", "sense=10/00/00", 7 },
	{ "unknown status", "status=good", 8 },
	{ "two faults", "timeout short", 9 },
	{ "percent above 100", "timeout probability=101", 21 },
	{ "times below -1", "timeout times=-2", 15 },
	{ "medium without range", "medium lun=1", 13 },
	{ "medium with too long a range", "medium lba=0-1048576", 21 },
	{ "medium with all blocks", "medium lba=0-18446744073709551615", 34 },
	{ "reset for an opcode", "opcode=28 fail_reset", 21 },
	{ "reset for a block", "lba=1 fail_reset", 17 },
	{ "word too long", "timeout " LONG_WORD,
	  9 },
	{ "word too long after a value", "lun=1 " LONG_WORD, 7 },
};

KUNIT_ARRAY_PARAM_DESC(text, text_cases, desc);

static void wrong_text_is_refused_with_its_column(struct kunit *test)
{
	const struct text_case *c = test->param_value;
	struct sim_rule_error error = { };
	struct sim_rule *rule;

	rule = sim_rule_parse(c->text, &error);
	KUNIT_EXPECT_EQ_MSG(test, error.column, c->column, "%s", error.reason);
	KUNIT_EXPECT_EQ(test, IS_ERR(rule), !!c->column);
	if (!IS_ERR(rule))
		sim_rule_free(rule);
}

/* Return the rules of a chip that is not used otherwise. */
static struct sim_rules *make_rules(struct kunit *test)
{
	return &sim_rig_build(test, (struct sim_chip_config) {})->chip->rules;
}

static void add(struct kunit *test, struct sim_rules *rules, const char *text)
{
	struct sim_rule_error error = { };

	KUNIT_ASSERT_EQ_MSG(test, 0, sim_rules_command(rules, text, &error),
			    "%s", error.reason);
}

/* A command for 16 blocks from LBA 100 on. */
static struct sim_task blocks(u8 opcode, unsigned int lun)
{
	return (struct sim_task) {
		.cdb = { opcode, [5] = 100, [8] = 16 }, .lun = lun,
	};
}

static bool hit(struct sim_rules *rules, u8 opcode, unsigned int lun,
		struct sim_inject *inject)
{
	struct sim_task task = blocks(opcode, lun);

	return sim_rules_choose(rules, &task, inject);
}

struct match_case {
	const char *desc;
	const char *text;
	bool hits;
	u64 info;
};

/* For READ (10) of 16 blocks from LBA 100 on, LUN 1 of target 0. */
static const struct match_case match_cases[] = {
	{ "all commands", "sense=4/44/00", true, 100 },
	{ "this target and LUN", "target=0 lun=1 sense=4/44/00", true, 100 },
	{ "another target", "target=1 sense=4/44/00" },
	{ "another LUN", "lun=0 sense=4/44/00" },
	{ "this opcode", "opcode=28 sense=4/44/00", true, 100 },
	{ "another opcode", "opcode=2a sense=4/44/00" },
	{ "range before", "lba=0-99 sense=4/44/00" },
	{ "range behind", "lba=116-200 sense=4/44/00" },
	{ "first block", "lba=0-100 sense=4/44/00", true, 100 },
	{ "last block", "lba=115-200 sense=4/44/00", true, 115 },
	{ "in the middle", "lba=107 sense=4/44/00", true, 107 },
	{ "bad block", "lba=107-108 medium", true, 107 },
	{ "no more times", "sense=4/44/00 times=0" },
	{ "not for commands", "fail_abort" },
};

KUNIT_ARRAY_PARAM_DESC(match, match_cases, desc);

static void rule_matches_by_lun_opcode_and_blocks(struct kunit *test)
{
	const struct match_case *c = test->param_value;
	struct sim_rules *rules = make_rules(test);
	struct sim_inject inject = { };

	add(test, rules, c->text);
	KUNIT_EXPECT_EQ(test, hit(rules, READ_10, 1, &inject), c->hits);
	if (!c->hits)
		return;
	KUNIT_EXPECT_TRUE(test, inject.sense.info_valid);
	KUNIT_EXPECT_EQ(test, inject.sense.info, c->info);
	KUNIT_EXPECT_EQ(test, inject.blocks, c->info - 100);
}

static void sense_word_sets_key_and_code(struct kunit *test)
{
	struct sim_rules *rules = make_rules(test);
	struct sim_inject inject = { };

	add(test, rules, "sense=5/24/01");
	KUNIT_EXPECT_TRUE(test, hit(rules, READ_10, 0, &inject));
	KUNIT_EXPECT_EQ(test, inject.sense.key, ILLEGAL_REQUEST);
	KUNIT_EXPECT_EQ(test, inject.sense.code, 0x2401);
}

static void rule_with_lba_ignores_commands_without_blocks(struct kunit *test)
{
	struct sim_rules *rules = make_rules(test);
	struct sim_inject inject = { };

	add(test, rules, "lba=0-1000 timeout");
	KUNIT_EXPECT_FALSE(test, hit(rules, INQUIRY, 0, &inject));
	KUNIT_EXPECT_FALSE(test, hit(rules, SYNCHRONIZE_CACHE, 0, &inject));
	KUNIT_EXPECT_FALSE(test, hit(rules, SYNCHRONIZE_CACHE_16, 0, &inject));
	add(test, rules, "timeout");
	KUNIT_EXPECT_TRUE(test, hit(rules, INQUIRY, 0, &inject));
	KUNIT_EXPECT_FALSE(test, inject.sense.info_valid);
}

static void interval_and_times_count_matches(struct kunit *test)
{
	struct sim_rules *rules = make_rules(test);
	struct sim_inject inject;
	unsigned int i, hits = 0;

	add(test, rules, "lun=0 interval=3 times=2 timeout");
	for (i = 1; i <= 12; i++) {
		KUNIT_EXPECT_FALSE(test, hit(rules, READ_10, 1, &inject));
		if (hit(rules, READ_10, 0, &inject)) {
			KUNIT_EXPECT_EQ(test, i % 3, 0U);
			hits++;
		}
	}
	KUNIT_EXPECT_EQ(test, hits, 2U);
}

static void seed_begins_the_count_for_interval_again(struct kunit *test)
{
	struct sim_rules *rules = make_rules(test);
	struct sim_rig *rig = test->priv;
	struct sim_inject inject;

	add(test, rules, "interval=3 timeout");
	KUNIT_EXPECT_FALSE(test, hit(rules, READ_10, 0, &inject));
	KUNIT_EXPECT_FALSE(test, hit(rules, READ_10, 0, &inject));
	sim_chip_fault_seed(rig->chip, 1);
	KUNIT_EXPECT_FALSE(test, hit(rules, READ_10, 0, &inject));
	KUNIT_EXPECT_FALSE(test, hit(rules, READ_10, 0, &inject));
	KUNIT_EXPECT_TRUE(test, hit(rules, READ_10, 0, &inject));
}

static void probability_is_percent(struct kunit *test)
{
	struct sim_rules *rules = make_rules(test);
	struct sim_inject inject;
	unsigned int i, hits = 0;

	add(test, rules, "probability=25 timeout");
	for (i = 0; i < 4000; i++)
		hits += hit(rules, READ_10, 0, &inject);
	KUNIT_EXPECT_GE(test, hits, 850U);
	KUNIT_EXPECT_LE(test, hits, 1150U);
	add(test, rules, "clear");
	add(test, rules, "probability=0 timeout");
	KUNIT_EXPECT_FALSE(test, hit(rules, READ_10, 0, &inject));
}

static void write_heals_bad_blocks(struct kunit *test)
{
	struct sim_rules *rules = make_rules(test);
	struct sim_task write = blocks(WRITE_10, 0);
	struct sim_inject inject;

	add(test, rules, "lun=0 lba=110-130 medium");
	KUNIT_EXPECT_FALSE(test, hit(rules, WRITE_10, 0, &inject));
	KUNIT_EXPECT_TRUE(test, hit(rules, READ_10, 0, &inject));
	/* Another LUN's write heals nothing. */
	write.lun = 1;
	sim_rules_heal(rules, &write);
	KUNIT_EXPECT_TRUE(test, hit(rules, READ_10, 0, &inject));
	write.lun = 0;
	sim_rules_heal(rules, &write);
	KUNIT_EXPECT_FALSE(test, hit(rules, READ_10, 0, &inject));
	/* The blocks from 116 on remain bad. */
	write = blocks(READ_10, 0);
	write.cdb[5] = 110;
	KUNIT_EXPECT_TRUE(test, sim_rules_choose(rules, &write, &inject));
	KUNIT_EXPECT_EQ(test, inject.sense.info, 116ULL);
}

struct heal_case {
	const char *desc;
	u8 lba;
	u8 count;
	u32 bad;
};

/* Writes, one after the other; the blocks from 100 to 299 are bad at first. */
static const struct heal_case heal_cases[] = {
	{ "before all", 90, 10, 200 },
	{ "the first one", 100, 1, 199 },
	{ "the first one again", 100, 1, 199 },
	{ "in the middle", 120, 20, 179 },
	{ "across healed blocks", 110, 40, 159 },
	{ "into healed blocks", 105, 10, 154 },
	{ "out of healed blocks", 140, 20, 144 },
	{ "across the begin", 80, 30, 140 },
	{ "nearly all", 0, 255, 45 },
	{ "across the end", 250, 255, 0 },
	{ "all again", 90, 255, 0 },
};

static void heal_keeps_the_number_of_bad_blocks_right(struct kunit *test)
{
	struct sim_rules *rules = make_rules(test);
	struct sim_task write = blocks(WRITE_10, 0);
	const struct heal_case *c;
	struct sim_rule *rule;
	unsigned int i;

	add(test, rules, "lba=100-299 medium");
	rule = list_first_entry(&rules->list, struct sim_rule, node);
	KUNIT_EXPECT_EQ(test, rule->bad_count, 200U);
	for (i = 0; i < ARRAY_SIZE(heal_cases); i++) {
		c = &heal_cases[i];
		write.cdb[5] = c->lba;
		write.cdb[8] = c->count;
		sim_rules_heal(rules, &write);
		KUNIT_EXPECT_EQ_MSG(test, rule->bad_count, c->bad, "%s",
				    c->desc);
		KUNIT_EXPECT_EQ_MSG(test, bitmap_weight(rule->bad, 200), c->bad,
				    "%s", c->desc);
	}
}

static void rules_can_be_removed(struct kunit *test)
{
	struct sim_rules *rules = make_rules(test);
	struct sim_rule_error error = { };
	struct sim_inject inject;

	add(test, rules, "lun=0 timeout");
	add(test, rules, "lun=1 timeout");
	KUNIT_EXPECT_TRUE(test, sim_faults_active(rules->faults));
	add(test, rules, "remove 1");
	KUNIT_EXPECT_FALSE(test, hit(rules, READ_10, 0, &inject));
	KUNIT_EXPECT_TRUE(test, hit(rules, READ_10, 1, &inject));
	KUNIT_EXPECT_EQ(test, -ENOENT,
			sim_rules_command(rules, "remove 1", &error));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			sim_rules_command(rules, "remove x", &error));
	KUNIT_EXPECT_EQ(test, error.column, 8U);
	add(test, rules, "clear\n");
	KUNIT_EXPECT_FALSE(test, hit(rules, READ_10, 1, &inject));
	KUNIT_EXPECT_FALSE(test, sim_faults_active(rules->faults));
}

static void rules_have_a_limit(struct kunit *test)
{
	struct sim_rules *rules = make_rules(test);
	struct sim_rule_error error = { };
	unsigned int i;

	for (i = 0; i < SIM_RULES_MAX; i++)
		add(test, rules, "timeout");
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			sim_rules_command(rules, "timeout", &error));
}

/*
 * Takes the numbers of the rules that are listed, as digits, and counts the
 * calls with interrupts off.
 */
static void note_rule(const struct sim_rule *rule, struct seq_file *seq)
{
	seq->count = 10 * seq->count + rule->id;
	seq->index += irqs_disabled();
}

static void list_of_rules_is_written_with_interrupts_on(struct kunit *test)
{
	struct sim_rules *rules = make_rules(test);
	struct seq_file seq = { };

	add(test, rules, "timeout");
	add(test, rules, "timeout");
	add(test, rules, "lba=1 medium");
	add(test, rules, "timeout");
	add(test, rules, "remove 2");
	kunit_activate_static_stub(test, sim_rule_show, note_rule);
	sim_rules_show(rules, &seq);
	kunit_deactivate_static_stub(test, sim_rule_show);
	KUNIT_EXPECT_EQ(test, seq.count, 134);
	KUNIT_EXPECT_EQ(test, seq.index, 0);
}

static const char listed[] =
	"1: lun=1 opcode=28 timeout probability=100 interval=1 times=2 hits=1\n"
	"2: lba=5-9 medium probability=50 interval=2 times=-1 hits=0 bad=5\n";

static void list_of_rules_has_their_words_and_counts(struct kunit *test)
{
	struct sim_rules *rules = make_rules(test);
	struct seq_file seq = { .buf = sim_rig_buf(test), .size = SIM_RIG_BUF };
	struct sim_inject inject;

	add(test, rules, "lun=1 opcode=28 timeout times=3");
	add(test, rules, "lba=5-9 medium probability=50 interval=2");
	KUNIT_EXPECT_TRUE(test, hit(rules, READ_10, 1, &inject));
	sim_rules_show(rules, &seq);
	KUNIT_EXPECT_STREQ(test, seq.buf, listed);
}

static unsigned long *no_memory(unsigned int blocks)
{
	return NULL;
}

static void medium_rule_without_memory_returns_enomem(struct kunit *test)
{
	struct sim_rules *rules = make_rules(test);
	struct sim_rule_error error = { };

	kunit_activate_static_stub(test, sim_rule_alloc_bad, no_memory);
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			sim_rules_command(rules, "lba=1 medium", &error));
	kunit_deactivate_static_stub(test, sim_rule_alloc_bad);
	KUNIT_EXPECT_EQ(test, error.column, 0U);
	KUNIT_EXPECT_EQ(test, rules->count, 0U);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(wrong_text_is_refused_with_its_column,
			 text_gen_params),
	KUNIT_CASE_PARAM(rule_matches_by_lun_opcode_and_blocks,
			 match_gen_params),
	KUNIT_CASE(sense_word_sets_key_and_code),
	KUNIT_CASE(rule_with_lba_ignores_commands_without_blocks),
	KUNIT_CASE(interval_and_times_count_matches),
	KUNIT_CASE(seed_begins_the_count_for_interval_again),
	KUNIT_CASE(probability_is_percent),
	KUNIT_CASE(write_heals_bad_blocks),
	KUNIT_CASE(heal_keeps_the_number_of_bad_blocks_right),
	KUNIT_CASE(rules_can_be_removed),
	KUNIT_CASE(rules_have_a_limit),
	KUNIT_CASE(list_of_rules_is_written_with_interrupts_on),
	KUNIT_CASE(list_of_rules_has_their_words_and_counts),
	KUNIT_CASE(medium_rule_without_memory_returns_enomem),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_rules",
	.init = sim_rig_init,
	.exit = sim_rig_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

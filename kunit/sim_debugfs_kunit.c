// SPDX-License-Identifier: GPL-2.0-only
/*
 * The texts that the simulator's files in debugfs take.
 */
#include <linux/err.h>
#include <linux/sizes.h>

#include "../sim/debugfs_lun.h"
#include "../sim/debugfs_text.h"
#include "../sim/lun.h"
#include "scsi_test.h"
#include "sim_initiator.h"

static int run(struct sim_initiator *ini, enum sim_lun_command command,
	       const char *text)
{
	return sim_debugfs_lun_command(ini->bus, command, text);
}

static bool has_lun(struct sim_initiator *ini, unsigned int lun)
{
	return sim_lun_find(ini->bus, 0, lun);
}

static u64 blocks_of(struct sim_initiator *ini, unsigned int lun)
{
	return sim_unit_blocks(sim_lun_find(ini->bus, 0, lun)->unit);
}

static void numbers_of_lun_commands_are_executed(struct kunit *test)
{
	struct sim_initiator *ini = sim_initiator_create(test, SZ_1M, 512);

	KUNIT_EXPECT_EQ(test, run(ini, SIM_LUN_ADD, "0 5\n"), 0);
	KUNIT_EXPECT_EQ(test, blocks_of(ini, 5), SZ_1M / 512);
	KUNIT_EXPECT_EQ(test, run(ini, SIM_LUN_ADD, " 0\t6  3\n"), 0);
	KUNIT_EXPECT_EQ(test, blocks_of(ini, 6), 3 * SZ_1M / 512);
	KUNIT_EXPECT_EQ(test, run(ini, SIM_LUN_RESIZE, "0 6 2"), 0);
	KUNIT_EXPECT_EQ(test, blocks_of(ini, 6), 2 * SZ_1M / 512);
	KUNIT_EXPECT_EQ(test, run(ini, SIM_LUN_REMOVE, "0 6\n"), 0);
	KUNIT_EXPECT_FALSE(test, has_lun(ini, 6));
	KUNIT_EXPECT_EQ(test, run(ini, SIM_LUN_REMOVE, "0 6\n"), -ENOENT);
}

struct wrong_case {
	const char *desc;
	enum sim_lun_command command;
	const char *text;
};

static const struct wrong_case wrong_cases[] = {
	{ "LUN of 2^32", SIM_LUN_REMOVE, "0 4294967296" },
	{ "target of 2^32", SIM_LUN_REMOVE, "4294967296 0" },
	{ "capacity of 2^32 + 1", SIM_LUN_RESIZE, "0 0 4294967297" },
	{ "text behind a number", SIM_LUN_REMOVE, "0 0x" },
	{ "word behind the numbers", SIM_LUN_REMOVE, "0 0 now" },
	{ "one number too many for remove_lun", SIM_LUN_REMOVE, "0 0 1" },
	{ "one number too many for add_lun", SIM_LUN_ADD, "0 5 1 1" },
	{ "one number too many for resize_lun", SIM_LUN_RESIZE, "0 0 2 2" },
	{ "number missing", SIM_LUN_RESIZE, "0 0" },
	{ "text behind an optional number", SIM_LUN_ADD, "0 5 2MiB" },
	{ "negative", SIM_LUN_ADD, "0 5 -1" },
	{ "empty", SIM_LUN_REMOVE, "" },
	{ "too long", SIM_LUN_REMOVE,
	  "0                                              0" },
};

KUNIT_ARRAY_PARAM_DESC(wrong, wrong_cases, desc);

static void wrong_text_of_lun_command_changes_nothing(struct kunit *test)
{
	const struct wrong_case *c = test->param_value;
	struct sim_initiator *ini = sim_initiator_create(test, SZ_1M, 512);
	struct test_log log;

	test_log_begin(&log);
	KUNIT_EXPECT_EQ(test, run(ini, c->command, c->text), -EINVAL);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "_lun refused: "), 1U);
	KUNIT_EXPECT_FALSE(test, has_lun(ini, 5));
	KUNIT_ASSERT_TRUE(test, has_lun(ini, 0));
	KUNIT_EXPECT_EQ(test, blocks_of(ini, 0), SZ_1M / 512);
}

static void text_that_is_too_long_is_refused_with_a_reason(struct kunit *test)
{
	const char __user *buf = NULL;	/* it is not read */
	struct test_log log;
	char *text;

	test_log_begin(&log);
	text = sim_debugfs_text("add_lun", buf, 48, 47);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(text), -EINVAL);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "add_lun refused: "), 1U);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(numbers_of_lun_commands_are_executed),
	KUNIT_CASE_PARAM(wrong_text_of_lun_command_changes_nothing,
			 wrong_gen_params),
	KUNIT_CASE(text_that_is_too_long_is_refused_with_a_reason),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_debugfs",
	.test_cases = cases,
};

kunit_test_suite(suite);

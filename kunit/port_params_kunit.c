// SPDX-License-Identifier: GPL-2.0-only
/* Parameters of the port: names of the ways to defer, and valid defaults. */
#include <kunit/test.h>
#include <linux/string.h>

#include "../params.h"
#include "scsi_test.h"

struct name_case {
	const char *desc;
	const char *name;
	int defer;
};

static const struct name_case name_cases[] = {
	{ "thread", "thread", PIOSCSI_DEFER_THREAD },
	{ "bh", "bh", PIOSCSI_DEFER_BH },
	{ "inline", "inline", PIOSCSI_DEFER_INLINE },
	{ "as echo writes it", "bh\n", PIOSCSI_DEFER_BH },
	{ "nothing", "", -EINVAL },
	{ "a newline", "\n", -EINVAL },
	{ "in capitals", "BH", -EINVAL },
	{ "with something before", " bh", -EINVAL },
	{ "with something behind", "bh ", -EINVAL },
	{ "the beginning of one", "threa", -EINVAL },
	{ "a number", "1", -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(name, name_cases, desc);

static void defer_name_parses(struct kunit *test)
{
	const struct name_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, pioscsi_defer_parse(c->name), c->defer);
}

static void defer_name_round_trips(struct kunit *test)
{
	int defer;

	for (defer = PIOSCSI_DEFER_THREAD; defer <= PIOSCSI_DEFER_INLINE;
	     defer++) {
		const char *name = pioscsi_defer_name(defer);

		KUNIT_EXPECT_EQ(test, pioscsi_defer_parse(name), defer);
	}
}

static void defaults_are_in_range(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, pioscsi_params_check(), 0);
}

static void defaults_match_documentation(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, pioscsi_defer_default(), PIOSCSI_DEFER_THREAD);
	KUNIT_EXPECT_EQ(test, pioscsi_budget_default_us(), 50);
	KUNIT_EXPECT_EQ(test, pioscsi_step_ns(), 20000);
	KUNIT_EXPECT_EQ(test, pioscsi_sectors_asked(), 0);
	/* Several values are the same number of jiffies. */
	test_expect_param(test, "pioscsi.turn_ms", "4");
}

struct range_case {
	const char *desc;
	const char *name;
	const char *value;
	int err;
};

static const struct range_case range_cases[] = {
	{ "way of deferring", "pioscsi.defer", "inline", 0 },
	{ "unknown way of deferring", "pioscsi.defer", "softirq", -EINVAL },
	{ "no budget", "pioscsi.hardirq_budget_us", "0", 0 },
	{ "longest budget", "pioscsi.hardirq_budget_us", "1000", 0 },
	{ "longer budget", "pioscsi.hardirq_budget_us", "1001", -EINVAL },
	{ "no step", "pioscsi.step_us", "0", -EINVAL },
	{ "shortest step", "pioscsi.step_us", "1", 0 },
	{ "longest step", "pioscsi.step_us", "1000", 0 },
	{ "longer step", "pioscsi.step_us", "1001", -EINVAL },
	{ "no turn", "pioscsi.turn_ms", "0", -EINVAL },
	{ "shortest turn", "pioscsi.turn_ms", "1", 0 },
	{ "longest turn", "pioscsi.turn_ms", "20", 0 },
	{ "longer turn", "pioscsi.turn_ms", "21", -EINVAL },
	{ "longest transfer", "pioscsi.max_sectors", "2048", 0 },
	{ "longer transfer", "pioscsi.max_sectors", "2049", -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(range, range_cases, desc);

static void parameter_out_of_range_is_rejected(struct kunit *test)
{
	const struct range_case *c = test->param_value;

	char reason[64];
	struct test_log log;

	test_set_param(test, c->name, c->value);
	test_log_begin(&log);
	KUNIT_EXPECT_EQ(test, pioscsi_params_check(), c->err);
	snprintf(reason, sizeof(reason), "invalid %s=%s: must be",
		 strchr(c->name, '.') + 1, c->value);
	KUNIT_EXPECT_EQ(test, test_log_count(log, reason), !!c->err);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(defer_name_parses, name_gen_params),
	KUNIT_CASE(defer_name_round_trips),
	KUNIT_CASE(defaults_are_in_range),
	KUNIT_CASE(defaults_match_documentation),
	KUNIT_CASE_PARAM(parameter_out_of_range_is_rejected, range_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "port_params",
	.test_cases = cases,
};

kunit_test_suite(suite);

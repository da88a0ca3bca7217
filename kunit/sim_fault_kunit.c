// SPDX-License-Identifier: GPL-2.0-only
/*
 * The decision whether a fault of the simulated chip happens: by probability,
 * by interval, a number of times, and repeatable by a seed.
 */
#include <kunit/test.h>
#include <linux/limits.h>

#include "../sim/fault.h"

#define KIND	SIM_FAULT_PARITY
#define OTHER	SIM_FAULT_BUSY
#define MANY	10000U

static struct sim_fault *fault(struct kunit *test, enum sim_fault_kind kind)
{
	struct sim_faults *faults = test->priv;

	return &faults->kind[kind];
}

static void arm(struct kunit *test, u32 probability, u32 interval, u32 times)
{
	struct sim_fault *f = fault(test, KIND);

	KUNIT_ASSERT_EQ(test, sim_fault_set(f, &f->probability, probability),
			0);
	KUNIT_ASSERT_EQ(test, sim_fault_set(f, &f->interval, interval), 0);
	KUNIT_ASSERT_EQ(test, sim_fault_set(f, &f->times, times), 0);
}

/* Count the faults among a number of opportunities. */
static unsigned int hits(struct kunit *test, unsigned int opportunities)
{
	unsigned int n = 0;

	while (opportunities--)
		n += sim_fault_hit(test->priv, KIND);
	return n;
}

static void no_fault_is_armed_at_first(struct kunit *test)
{
	struct sim_faults *faults = test->priv;
	unsigned int kind;

	KUNIT_EXPECT_FALSE(test, sim_faults_active(faults));
	for (kind = 0; kind < SIM_FAULT_KINDS; kind++)
		KUNIT_EXPECT_FALSE(test, sim_fault_hit(faults, kind));
	KUNIT_EXPECT_EQ(test, faults->injected, 0);
}

struct chance_case {
	const char *desc;
	u32 probability;
	unsigned int least;
	unsigned int most;
};

static const struct chance_case chance_cases[] = {
	{ "never", 0, 0, 0 },
	{ "seldom", 1, 1, 40 },
	{ "a tenth", 100, 850, 1150 },
	{ "mostly", 999, MANY - 40, MANY - 1 },
	{ "always", 1000, MANY, MANY },
};

KUNIT_ARRAY_PARAM_DESC(chance, chance_cases, desc);

static void probability_is_per_mille(struct kunit *test)
{
	const struct chance_case *c = test->param_value;
	unsigned int n;

	arm(test, c->probability, 0, 0);
	n = hits(test, MANY);
	KUNIT_EXPECT_GE(test, n, c->least);
	KUNIT_EXPECT_LE(test, n, c->most);
	KUNIT_EXPECT_EQ(test, fault(test, KIND)->injected, n);
}

static void interval_hits_exactly_each_nth_opportunity(struct kunit *test)
{
	unsigned int i;

	arm(test, 0, 5, 0);
	for (i = 1; i <= 20; i++)
		KUNIT_EXPECT_EQ(test, hits(test, 1), i % 5 == 0);
}

static void interval_of_one_hits_each_time(struct kunit *test)
{
	arm(test, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, hits(test, 7), 7);
}

static void setting_interval_restarts_count(struct kunit *test)
{
	struct sim_fault *f = fault(test, KIND);

	arm(test, 0, 5, 0);
	KUNIT_EXPECT_EQ(test, hits(test, 4), 0);
	KUNIT_EXPECT_EQ(test, sim_fault_set(f, &f->interval, 5), 0);
	KUNIT_EXPECT_EQ(test, hits(test, 4), 0);
	KUNIT_EXPECT_EQ(test, hits(test, 1), 1);
}

static void setting_times_continues_count(struct kunit *test)
{
	struct sim_fault *f = fault(test, KIND);

	arm(test, 0, 5, 0);
	KUNIT_EXPECT_EQ(test, hits(test, 4), 0);
	KUNIT_EXPECT_EQ(test, sim_fault_set(f, &f->times, 7), 0);
	KUNIT_EXPECT_EQ(test, hits(test, 1), 1);
}

static void probability_and_interval_count_one_hit(struct kunit *test)
{
	arm(test, 1000, 1, 0);
	KUNIT_EXPECT_EQ(test, hits(test, 9), 9);
	KUNIT_EXPECT_EQ(test, fault(test, KIND)->injected, 9);
}

static void fault_disarms_after_last_time(struct kunit *test)
{
	struct sim_faults *faults = test->priv;

	arm(test, 1000, 3, 4);
	KUNIT_EXPECT_TRUE(test, sim_faults_active(faults));
	KUNIT_EXPECT_EQ(test, hits(test, 3), 3);
	KUNIT_EXPECT_EQ(test, fault(test, KIND)->times, 1);
	KUNIT_EXPECT_EQ(test, hits(test, MANY), 1);
	KUNIT_EXPECT_FALSE(test, sim_faults_active(faults));
	KUNIT_EXPECT_EQ(test, fault(test, KIND)->probability, 0);
	KUNIT_EXPECT_EQ(test, fault(test, KIND)->interval, 0);
	KUNIT_EXPECT_EQ(test, fault(test, KIND)->times, 0);
}

static void miss_does_not_count_as_a_time(struct kunit *test)
{
	arm(test, 0, 10, 2);
	KUNIT_EXPECT_EQ(test, hits(test, 9), 0);
	KUNIT_EXPECT_EQ(test, fault(test, KIND)->times, 2);
	KUNIT_EXPECT_EQ(test, hits(test, 100), 2);
}

static void armed_fault_leaves_other_kinds_alone(struct kunit *test)
{
	struct sim_faults *faults = test->priv;

	arm(test, 1000, 0, 0);
	KUNIT_EXPECT_FALSE(test, sim_fault_hit(faults, OTHER));
	KUNIT_EXPECT_EQ(test, hits(test, 3), 3);
	KUNIT_EXPECT_EQ(test, fault(test, OTHER)->injected, 0);
	KUNIT_EXPECT_EQ(test, faults->injected, 3);
}

static void disarmed_faults_are_not_active(struct kunit *test)
{
	arm(test, 1, 0, 0);
	KUNIT_EXPECT_TRUE(test, sim_faults_active(test->priv));
	arm(test, 0, 0, 5);
	KUNIT_EXPECT_FALSE(test, sim_faults_active(test->priv));
}

static void state_is_active_without_a_fault(struct kunit *test)
{
	sim_faults_set_state(test->priv, true);
	KUNIT_EXPECT_TRUE(test, sim_faults_active(test->priv));
	/* The state remains while faults are armed and disarmed. */
	arm(test, 1000, 0, 1);
	KUNIT_EXPECT_EQ(test, hits(test, 5), 1);
	KUNIT_EXPECT_TRUE(test, sim_faults_active(test->priv));
	sim_faults_set_state(test->priv, false);
	KUNIT_EXPECT_FALSE(test, sim_faults_active(test->priv));
}

static u64 pattern(struct kunit *test, u32 seed)
{
	u64 bits = 0;
	unsigned int i;

	sim_faults_seed(test->priv, seed);
	for (i = 0; i < 64; i++)
		bits = bits << 1 | sim_fault_hit(test->priv, KIND);
	return bits;
}

static void same_seed_repeats_the_same_faults(struct kunit *test)
{
	u64 first;

	arm(test, 500, 7, 0);
	first = pattern(test, 42);
	KUNIT_EXPECT_NE(test, pattern(test, 43), first);
	KUNIT_EXPECT_EQ(test, pattern(test, 42), first);
}

struct range_case {
	const char *desc;
	u64 val;
	int probability;
	int interval;
};

static const struct range_case range_cases[] = {
	{ "none", 0, 0, 0 },
	{ "most that is sure", 1000, 0, 0 },
	{ "more than sure", 1001, -ERANGE, 0 },
	{ "most that fits", U32_MAX, -ERANGE, 0 },
	{ "more than fits", U32_MAX + 1ULL, -ERANGE, -ERANGE },
	{ "as much as can be written", U64_MAX, -ERANGE, -ERANGE },
};

KUNIT_ARRAY_PARAM_DESC(range, range_cases, desc);

static void value_out_of_range_is_refused(struct kunit *test)
{
	const struct range_case *r = test->param_value;
	struct sim_fault *f = fault(test, KIND);

	arm(test, 7, 8, 9);
	KUNIT_EXPECT_EQ(test, sim_fault_set(f, &f->probability, r->val),
			r->probability);
	KUNIT_EXPECT_EQ(test, sim_fault_set(f, &f->interval, r->val),
			r->interval);
	KUNIT_EXPECT_EQ(test, sim_fault_set(f, &f->times, r->val),
			r->interval);
	/* A refused value changes nothing. */
	KUNIT_EXPECT_EQ(test, f->probability, r->probability ? 7 : r->val);
	KUNIT_EXPECT_EQ(test, f->interval, r->interval ? 8 : r->val);
	KUNIT_EXPECT_EQ(test, f->times, r->interval ? 9 : r->val);
}

static int init(struct kunit *test)
{
	struct sim_faults *faults;

	faults = kunit_kzalloc(test, sizeof(*faults), GFP_KERNEL);
	if (!faults)
		return -ENOMEM;
	sim_faults_init(faults, 1);
	test->priv = faults;
	return 0;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(no_fault_is_armed_at_first),
	KUNIT_CASE_PARAM(probability_is_per_mille, chance_gen_params),
	KUNIT_CASE(interval_hits_exactly_each_nth_opportunity),
	KUNIT_CASE(interval_of_one_hits_each_time),
	KUNIT_CASE(setting_interval_restarts_count),
	KUNIT_CASE(setting_times_continues_count),
	KUNIT_CASE(probability_and_interval_count_one_hit),
	KUNIT_CASE(fault_disarms_after_last_time),
	KUNIT_CASE(miss_does_not_count_as_a_time),
	KUNIT_CASE(armed_fault_leaves_other_kinds_alone),
	KUNIT_CASE(disarmed_faults_are_not_active),
	KUNIT_CASE(state_is_active_without_a_fault),
	KUNIT_CASE(same_seed_repeats_the_same_faults),
	KUNIT_CASE_PARAM(value_out_of_range_is_refused, range_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_fault",
	.init = init,
	.test_cases = cases,
};

kunit_test_suite(suite);

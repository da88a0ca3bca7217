// SPDX-License-Identifier: GPL-2.0-only
/* Cost of PIO: arithmetic at its limits, and estimates from samples. */
#include <kunit/test.h>
#include <linux/limits.h>

#include "../budget.h"

/* In picoseconds this number of nanoseconds overflows 64 bits. */
#define WRAPS	18446744073709552ULL

struct cost_case {
	const char *desc;
	u32 ps_per_byte;
	unsigned int len;
	u64 ns;
};

static const struct cost_case cost_cases[] = {
	{ "unknown", 0, 1, U64_MAX },
	{ "unknown, nothing to move", 0, 0, U64_MAX },
	{ "nothing to move", 1000000, 0, 0 },
	{ "1 us a byte", 1000000, 512, 512000 },
	{ "less than 1 ns", 1, 999, 0 },
	{ "1 ns", 1, 1000, 1 },
	{ "as slow as can be", U32_MAX, 1000, U32_MAX },
	{ "as much as can be", 1000, UINT_MAX, UINT_MAX },
	{ "both", U32_MAX, UINT_MAX, 18446744065119617ULL },
};

KUNIT_ARRAY_PARAM_DESC(cost, cost_cases, desc);

static void cost_follows_bytes_and_rate(struct kunit *test)
{
	const struct cost_case *c = test->param_value;
	const struct pioscsi_budget in = { { c->ps_per_byte, 7 } };
	const struct pioscsi_budget out = { { 7, c->ps_per_byte } };

	KUNIT_EXPECT_EQ(test,
			pioscsi_budget_cost_ns(&in, DMA_FROM_DEVICE, c->len),
			c->ns);
	KUNIT_EXPECT_EQ(test,
			pioscsi_budget_cost_ns(&out, DMA_TO_DEVICE, c->len),
			c->ns);
}

struct bytes_case {
	const char *desc;
	u32 ps_per_byte;
	u64 ns;
	unsigned int len;
};

static const struct bytes_case bytes_cases[] = {
	{ "unknown", 0, 20000, 64 },
	{ "unknown, no time", 0, 0, 64 },
	{ "no time", 1000, 0, 0 },
	{ "1 us a byte", 1000000, 20000, 20 },
	{ "less than a byte", 1000000, 999, 0 },
	{ "as fast as can be", 1, 20000, 20000000 },
	{ "as slow as can be", U32_MAX, 20000, 0 },
	{ "more than fits the type", 1, U32_MAX, UINT_MAX },
	{ "more than fits in picoseconds", 1, WRAPS, UINT_MAX },
	{ "all the time there is", 1, U64_MAX, UINT_MAX },
	{ "all the time, on a slow bus", U32_MAX, U64_MAX, UINT_MAX },
};

KUNIT_ARRAY_PARAM_DESC(bytes, bytes_cases, desc);

static void bytes_follow_time_and_rate(struct kunit *test)
{
	const struct bytes_case *c = test->param_value;
	const struct pioscsi_budget in = { { c->ps_per_byte, 7 } };
	const struct pioscsi_budget out = { { 7, c->ps_per_byte } };

	KUNIT_EXPECT_EQ(test,
			pioscsi_budget_bytes(&in, DMA_FROM_DEVICE, c->ns),
			c->len);
	KUNIT_EXPECT_EQ(test,
			pioscsi_budget_bytes(&out, DMA_TO_DEVICE, c->ns),
			c->len);
}

struct learn_case {
	const char *desc;
	u32 before;
	unsigned int len;
	u64 ns;
	u32 low;	/* lowest expected estimate */
	u32 high;	/* highest expected estimate */
};

static const struct learn_case learn_cases[] = {
	{ "first sample is taken", 0, 1000, 500000, 500000, 500000 },
	{ "first, the clock did not move", 0, 64, 0, 0, 0 },
	{ "first sample, shortest", 0, 1000, 1, 1, 1 },
	{ "first sample, longest", 0, 64, U64_MAX, U32_MAX / 8, U32_MAX },
	{ "a short piece is no sample", 0, 63, 63000, 0, 0 },
	{ "a short piece corrects none", 8000, 63, 1, 8000, 8000 },
	{ "the same again", 800000, 1000, 800000, 800000, 800000 },
	{ "a bit slower", 800000, 1000, 880000, 810000, 810000 },
	{ "a bit faster", 800000, 1000, 720000, 790000, 790000 },
	{ "interrupted", 800000, 1000, 1000000000, 900000, 900000 },
	{ "preempted for half a year", 800000, 1000, WRAPS, 900000, 900000 },
	{ "preempted for ever", 800000, 1000, U64_MAX, 900000, 900000 },
	{ "the clock did not move", 800000, 1000, 0, 800000, 800000 },
	{ "hardly any time", 800000, 1000, 1, 750000, 750000 },
	{ "cannot become unknown", 1, 10000, 1, 1, 16 },
	{ "cannot become more than the type", U32_MAX / 4, 64, U64_MAX,
	  U32_MAX / 4, U32_MAX },
};

KUNIT_ARRAY_PARAM_DESC(learn, learn_cases, desc);

static void estimate_moves_by_an_eighth_of_sample(struct kunit *test)
{
	const struct learn_case *c = test->param_value;
	struct pioscsi_budget budget = { { c->before, 7 } };

	pioscsi_budget_learn(&budget, DMA_FROM_DEVICE, c->len, c->ns);
	KUNIT_EXPECT_GE(test, budget.ps_per_byte[0], c->low);
	KUNIT_EXPECT_LE(test, budget.ps_per_byte[0], c->high);
	KUNIT_EXPECT_EQ(test, budget.ps_per_byte[1], 7);
}

static void directions_have_separate_estimates(struct kunit *test)
{
	struct pioscsi_budget budget = { { 7, 0 } };

	pioscsi_budget_learn(&budget, DMA_TO_DEVICE, 1000, 500000);
	KUNIT_EXPECT_EQ(test, budget.ps_per_byte[0], 7);
	KUNIT_EXPECT_EQ(test, budget.ps_per_byte[1], 500000);
}

struct reach_case {
	const char *desc;
	u32 before;
	u32 real;	/* ps a byte, in steps of 1000 bytes */
};

static const struct reach_case reach_cases[] = {
	{ "slower by a thousand", 1000, 1000000 },
	{ "faster by a thousand", 1000000, 1000 },
	{ "slow from nothing", 0, 2000000 },
	{ "hardly slower", 1000000, 1010000 },
};

KUNIT_ARRAY_PARAM_DESC(reach, reach_cases, desc);

static void estimate_converges(struct kunit *test)
{
	const struct reach_case *c = test->param_value;
	struct pioscsi_budget budget = { { c->before } };
	unsigned int i;

	for (i = 0; i < 200; i++)
		pioscsi_budget_learn(&budget, DMA_FROM_DEVICE, 1000, c->real);
	KUNIT_EXPECT_GE(test, budget.ps_per_byte[0], c->real - c->real / 50);
	KUNIT_EXPECT_LE(test, budget.ps_per_byte[0], c->real + c->real / 50);
}

struct end_case {
	const char *desc;
	u32 before;
	u64 ns;
	u32 after;
};

static const struct end_case end_cases[] = {
	{ "first", 0, 5000, 5000 },
	{ "more", 8000, 9000, 9000 },
	{ "much more", 8000, 90000, 16000 },
	{ "less", 8000, 4800, 7600 },
	{ "much less", 8000, 1, 7500 },
	{ "for ever", U32_MAX / 4, U64_MAX, U32_MAX / 4 },
};

KUNIT_ARRAY_PARAM_DESC(end, end_cases, desc);

static void slow_command_end_raises_its_estimate(struct kunit *test)
{
	const struct end_case *c = test->param_value;
	struct pioscsi_budget budget = { .end_ns = c->before };

	pioscsi_budget_learn_end(&budget, c->ns);
	KUNIT_EXPECT_EQ(test, budget.end_ns, c->after);
}

struct overhead_case {
	const char *desc;
	u32 before;
	u64 ns;
	u64 most;
	u32 after;
};

static const struct overhead_case overhead_cases[] = {
	{ "first", 0, 5000, 30000, 5000 },
	{ "first, more than there may be", 0, 90000, 30000, 30000 },
	{ "more", 8000, 9000, 30000, 9000 },
	{ "more than there may be", 20000, 90000, 30000, 30000 },
	{ "less", 8000, 4800, 30000, 7600 },
};

KUNIT_ARRAY_PARAM_DESC(overhead, overhead_cases, desc);

static void overhead_is_learned_up_to_its_bound(struct kunit *test)
{
	const struct overhead_case *c = test->param_value;
	struct pioscsi_budget budget = { .overhead_ns = c->before };

	pioscsi_budget_learn_overhead(&budget, c->ns, c->most);
	KUNIT_EXPECT_EQ(test, budget.overhead_ns, c->after);
}

static void overhead_decays_down_to_its_bound(struct kunit *test)
{
	struct pioscsi_budget budget = { .overhead_ns = 640 };

	pioscsi_budget_decay_overhead(&budget, 639);
	KUNIT_EXPECT_EQ(test, budget.overhead_ns, 620);
	pioscsi_budget_decay_overhead(&budget, 620);
	KUNIT_EXPECT_EQ(test, budget.overhead_ns, 620);
	pioscsi_budget_decay_overhead(&budget, 700);
	KUNIT_EXPECT_EQ(test, budget.overhead_ns, 620);
}

/* After two accidents the estimate is three times as long as usual. */
static void overhead_decays_down_to_the_mean_of_samples(struct kunit *test)
{
	struct pioscsi_budget budget = { };
	unsigned int i;

	for (i = 0; i < 20; i++)
		pioscsi_budget_learn_overhead(&budget, 6000, 37500);
	for (i = 0; i < 2; i++)
		pioscsi_budget_learn_overhead(&budget, 37500, 37500);
	KUNIT_EXPECT_GT(test, budget.overhead_ns, 12000);
	for (i = 0; i < 100; i++)
		pioscsi_budget_decay_overhead(&budget, 25000);
	KUNIT_EXPECT_GT(test, budget.overhead_ns, 6000);
	KUNIT_EXPECT_LT(test, budget.overhead_ns, 8000);
}

static void learn_ends(struct pioscsi_budget *budget, unsigned int n, u64 ns)
{
	while (n--)
		pioscsi_budget_learn_end(budget, ns);
}

static void single_slow_end_moves_the_estimate_by_an_eighth(struct kunit *test)
{
	struct pioscsi_budget budget = { .end_ns = 8000 };

	learn_ends(&budget, 16, 8000);
	learn_ends(&budget, 1, 90000);
	KUNIT_EXPECT_EQ(test, budget.end_ns, 9000);
	/* The second one is no accident. */
	learn_ends(&budget, 1, 90000);
	KUNIT_EXPECT_EQ(test, budget.end_ns, 18000);
}

static void slow_end_after_15_fast_ones_raises_the_estimate(struct kunit *test)
{
	struct pioscsi_budget budget = { .end_ns = 8000 };

	learn_ends(&budget, 15, 8000);
	learn_ends(&budget, 1, 90000);
	KUNIT_EXPECT_EQ(test, budget.end_ns, 16000);
	learn_ends(&budget, 15, 1);
	budget.end_ns = 8000;
	learn_ends(&budget, 1, 90000);
	KUNIT_EXPECT_EQ(test, budget.end_ns, 16000);
}

static void
single_long_overhead_moves_estimate_by_an_eighth(struct kunit *test)
{
	struct pioscsi_budget budget = { .overhead_ns = 8000 };
	unsigned int i;

	for (i = 0; i < 300; i++)
		pioscsi_budget_learn_overhead(&budget, 8000, 30000);
	pioscsi_budget_learn_overhead(&budget, 16000, 30000);
	KUNIT_EXPECT_EQ(test, budget.overhead_ns, 9000);
	pioscsi_budget_learn_overhead(&budget, 16000, 30000);
	KUNIT_EXPECT_EQ(test, budget.overhead_ns, 16000);
}

static void too_short_piece_leaves_the_estimate(struct kunit *test)
{
	struct pioscsi_budget budget = { };

	KUNIT_EXPECT_FALSE(test, pioscsi_budget_learn(&budget, DMA_TO_DEVICE,
						      63, 1000));
	KUNIT_EXPECT_TRUE(test, pioscsi_budget_learn(&budget, DMA_TO_DEVICE,
						     64, 1000));
}

static void unknown_end_exceeds_any_budget(struct kunit *test)
{
	struct pioscsi_budget budget = { };

	KUNIT_EXPECT_EQ(test, pioscsi_budget_end_ns(&budget), U64_MAX);
	pioscsi_budget_learn_end(&budget, 1800);
	KUNIT_EXPECT_EQ(test, pioscsi_budget_end_ns(&budget), 1800);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(cost_follows_bytes_and_rate, cost_gen_params),
	KUNIT_CASE_PARAM(bytes_follow_time_and_rate, bytes_gen_params),
	KUNIT_CASE_PARAM(estimate_moves_by_an_eighth_of_sample,
			 learn_gen_params),
	KUNIT_CASE(directions_have_separate_estimates),
	KUNIT_CASE_PARAM(estimate_converges, reach_gen_params),
	KUNIT_CASE_PARAM(slow_command_end_raises_its_estimate, end_gen_params),
	KUNIT_CASE_PARAM(overhead_is_learned_up_to_its_bound,
			 overhead_gen_params),
	KUNIT_CASE(overhead_decays_down_to_its_bound),
	KUNIT_CASE(overhead_decays_down_to_the_mean_of_samples),
	KUNIT_CASE(single_slow_end_moves_the_estimate_by_an_eighth),
	KUNIT_CASE(slow_end_after_15_fast_ones_raises_the_estimate),
	KUNIT_CASE(single_long_overhead_moves_estimate_by_an_eighth),
	KUNIT_CASE(too_short_piece_leaves_the_estimate),
	KUNIT_CASE(unknown_end_exceeds_any_budget),
	{}
};

static struct kunit_suite suite = {
	.name = "port_budget",
	.test_cases = cases,
};

kunit_test_suite(suite);

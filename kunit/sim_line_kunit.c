// SPDX-License-Identifier: GPL-2.0-only
/*
 * The level-triggered interrupt lines of the simulated board.
 */

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>

#include "../compat.h"
#include "../sim/line.h"

#define NUM_CHIPS	2

/* A fake chip, which holds the line high until it is served. */
struct fake_chip {
	struct line_test *ctx;
	bool high;
	unsigned int rises;	/* times that it rises again when served */
	unsigned int calls;	/* calls of the handler */
	unsigned int served;
	unsigned int not_hard;	/* calls outside hard IRQ context */
	bool requested;
};

struct line_test {
	struct sim_lines *lines;
	struct sim_line *line;
	struct fake_chip chip[NUM_CHIPS];
	struct hrtimer timer;
	struct completion fired;
};

static void fake_raise(struct fake_chip *chip)
{
	chip->high = true;
	sim_line_raise(chip->ctx->line);
}

static void fake_lower(struct fake_chip *chip)
{
	chip->high = false;
	sim_line_lower(chip->ctx->line);
}

static irqreturn_t fake_serve(struct fake_chip *chip)
{
	chip->calls++;
	if (!chip->high)
		return IRQ_NONE;
	chip->served++;
	fake_lower(chip);
	if (chip->rises) {
		chip->rises--;
		fake_raise(chip);
	}
	return IRQ_HANDLED;
}

static irqreturn_t fake_handler(int irq, void *data)
{
	struct fake_chip *chip = data;

	if (!in_hardirq() || !irqs_disabled())
		chip->not_hard++;
	return fake_serve(chip);
}

static irqreturn_t fake_thread(int irq, void *data)
{
	return fake_serve(data);
}

static unsigned int line_irq(struct line_test *ctx)
{
	return sim_line_irq(ctx->line);
}

/* Calls that CONFIG_DEBUG_SHIRQ makes do not count. */
static void fake_request(struct kunit *test, unsigned int i)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *chip = &ctx->chip[i];
	int err;

	err = request_irq(line_irq(ctx), fake_handler, IRQF_SHARED,
			  "sim_line_kunit", chip);
	KUNIT_ASSERT_EQ(test, err, 0);
	chip->requested = true;
	if (!chip->high)
		chip->calls = 0;
	chip->not_hard = 0;
}

static void fake_free(struct fake_chip *chip)
{
	free_irq(line_irq(chip->ctx), chip);
	chip->requested = false;
}

/* No handler is requested at first. */
static int line_init(struct kunit *test)
{
	struct line_test *ctx;
	unsigned int i;

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	ctx->lines = sim_lines_create(2, SIM_TRIGGER_LEVEL);
	if (IS_ERR(ctx->lines))
		return PTR_ERR(ctx->lines);
	ctx->line = sim_lines_get(ctx->lines, 1);
	for (i = 0; i < NUM_CHIPS; i++)
		ctx->chip[i].ctx = ctx;
	init_completion(&ctx->fired);
	test->priv = ctx;
	return 0;
}

static void line_exit(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	unsigned int i;

	if (!ctx)
		return;
	for (i = 0; i < NUM_CHIPS; i++)
		if (ctx->chip[i].requested)
			fake_free(&ctx->chip[i]);
	sim_lines_destroy(ctx->lines);
}

static void line_interrupts_once(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *chip = &ctx->chip[0];

	fake_request(test, 0);
	fake_raise(chip);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->calls, 1U);
	KUNIT_EXPECT_EQ(test, chip->served, 1U);
	KUNIT_EXPECT_EQ(test, chip->not_hard, 0U);

	fake_raise(chip);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->calls, 2U);
}

static void line_is_quiet_if_level_falls(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *chip = &ctx->chip[0];
	unsigned long flags;

	fake_request(test, 0);
	local_irq_save(flags);
	fake_raise(chip);
	fake_lower(chip);
	local_irq_restore(flags);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->calls, 0U);
}

static void line_interrupts_if_level_returns(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *chip = &ctx->chip[0];
	unsigned long flags;

	fake_request(test, 0);
	local_irq_save(flags);
	fake_raise(chip);
	fake_lower(chip);
	fake_raise(chip);
	local_irq_restore(flags);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->calls, 1U);
}

static void line_calls_all_sharing_handlers(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *a = &ctx->chip[0], *b = &ctx->chip[1];

	fake_request(test, 0);
	fake_request(test, 1);
	fake_raise(b);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, a->calls, 1U);
	KUNIT_EXPECT_EQ(test, a->served, 0U);
	KUNIT_EXPECT_EQ(test, b->calls, 1U);
	KUNIT_EXPECT_EQ(test, b->served, 1U);
}

static void line_serves_two_chips_at_once(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *a = &ctx->chip[0], *b = &ctx->chip[1];
	unsigned long flags;

	fake_request(test, 0);
	fake_request(test, 1);
	local_irq_save(flags);
	fake_raise(a);
	fake_raise(b);
	local_irq_restore(flags);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, a->calls, 1U);
	KUNIT_EXPECT_EQ(test, a->served, 1U);
	KUNIT_EXPECT_EQ(test, b->calls, 1U);
	KUNIT_EXPECT_EQ(test, b->served, 1U);
}

static void line_stays_high_for_the_other_chip(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *a = &ctx->chip[0], *b = &ctx->chip[1];
	unsigned long flags;

	fake_request(test, 1);
	local_irq_save(flags);
	fake_raise(a);
	fake_raise(b);
	fake_lower(a);
	local_irq_restore(flags);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, b->calls, 1U);
	KUNIT_EXPECT_EQ(test, b->served, 1U);
}

static void line_waits_while_disabled(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *chip = &ctx->chip[0];

	fake_request(test, 0);
	disable_irq(line_irq(ctx));
	fake_raise(chip);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->calls, 0U);
	enable_irq(line_irq(ctx));
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->calls, 1U);
}

static void level_that_fell_while_disabled_is_forgotten(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *chip = &ctx->chip[0];

	fake_request(test, 0);
	disable_irq(line_irq(ctx));
	fake_raise(chip);
	sim_line_sync(ctx->line);
	fake_lower(chip);
	enable_irq(line_irq(ctx));
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->calls, 0U);
}

static void high_line_interrupts_again_after_enable(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *chip = &ctx->chip[0];

	fake_request(test, 0);
	chip->rises = 3;
	fake_raise(chip);
	while (READ_ONCE(chip->high))
		sim_line_sync(ctx->line);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->calls, 4U);
	KUNIT_EXPECT_EQ(test, chip->served, 4U);
}

static irqreturn_t two_conditions_handler(int irq, void *data)
{
	struct fake_chip *chip = data;

	/* The second chip raises the line while the first is served. */
	fake_serve(chip);
	return chip->high ? fake_serve(chip) : IRQ_HANDLED;
}

static void served_interrupt_is_not_repeated(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *chip = &ctx->chip[0];
	int err;

	err = request_irq(line_irq(ctx), two_conditions_handler, 0,
			  "sim_line_kunit", chip);
	KUNIT_ASSERT_EQ(test, err, 0);
	chip->requested = true;
	chip->rises = 1;
	fake_raise(chip);
	sim_line_sync(ctx->line);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->calls, 2U);
	KUNIT_EXPECT_EQ(test, chip->served, 2U);
}

static void line_raised_before_request_irq_interrupts(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *chip = &ctx->chip[0];

	fake_raise(chip);
	sim_line_sync(ctx->line);
	fake_request(test, 0);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->served, 1U);

	fake_free(chip);
	chip->calls = 0;
	fake_raise(chip);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->calls, 0U);
	fake_request(test, 0);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->served, 2U);
}

static void line_waits_for_a_thread(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *chip = &ctx->chip[0];
	int err;

	err = request_threaded_irq(line_irq(ctx), NULL, fake_thread,
				   IRQF_ONESHOT, "sim_line_kunit", chip);
	KUNIT_ASSERT_EQ(test, err, 0);
	chip->requested = true;
	chip->rises = 2;
	fake_raise(chip);
	while (READ_ONCE(chip->high)) {
		sim_line_sync(ctx->line);
		synchronize_irq(line_irq(ctx));
	}
	sim_line_sync(ctx->line);
	synchronize_irq(line_irq(ctx));
	KUNIT_EXPECT_EQ(test, chip->calls, 3U);
	KUNIT_EXPECT_EQ(test, chip->served, 3U);
}

static irqreturn_t masked_handler(int irq, void *data)
{
	struct fake_chip *chip = data;

	chip->calls++;
	return IRQ_WAKE_THREAD;
}

/* Records the number of calls of the handler while the line rose again. */
static irqreturn_t masked_thread(int irq, void *data)
{
	struct fake_chip *chip = data;

	fake_lower(chip);
	fake_raise(chip);
	sim_line_sync(chip->ctx->line);
	chip->served = chip->calls;
	fake_lower(chip);
	return IRQ_HANDLED;
}

static void line_is_masked_until_thread_ends(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *chip = &ctx->chip[0];
	int err;

	err = request_threaded_irq(line_irq(ctx), masked_handler, masked_thread,
				   IRQF_ONESHOT, "sim_line_kunit", chip);
	KUNIT_ASSERT_EQ(test, err, 0);
	chip->requested = true;
	fake_raise(chip);
	sim_line_sync(ctx->line);
	synchronize_irq(line_irq(ctx));
	KUNIT_EXPECT_EQ(test, chip->served, 1U);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->calls, 1U);
}

static enum hrtimer_restart fake_timer(struct hrtimer *timer)
{
	struct line_test *ctx = container_of(timer, struct line_test, timer);

	fake_raise(&ctx->chip[0]);
	complete(&ctx->fired);
	return HRTIMER_NORESTART;
}

static void line_raised_in_hard_irq_is_delivered(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct fake_chip *chip = &ctx->chip[0];

	fake_request(test, 0);
	pioscsi_hrtimer_setup(&ctx->timer, fake_timer, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_HARD);
	hrtimer_start(&ctx->timer, 0, HRTIMER_MODE_REL_HARD);
	wait_for_completion(&ctx->fired);
	hrtimer_cancel(&ctx->timer);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, chip->calls, 1U);
	KUNIT_EXPECT_EQ(test, chip->not_hard, 0U);
}

static void lines_do_not_affect_each_other(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct sim_line *other = sim_lines_get(ctx->lines, 0);

	KUNIT_EXPECT_NE(test, sim_line_irq(other), line_irq(ctx));
	fake_request(test, 0);
	sim_line_raise(other);
	sim_line_sync(other);
	sim_line_sync(ctx->line);
	sim_line_lower(other);
	KUNIT_EXPECT_EQ(test, ctx->chip[0].calls, 0U);
}

static void line_is_level_triggered(struct kunit *test)
{
	struct line_test *ctx = test->priv;
	struct irq_data *data = irq_get_irq_data(line_irq(ctx));

	KUNIT_ASSERT_NOT_NULL(test, data);
	KUNIT_EXPECT_STREQ(test, irq_data_get_irq_chip(data)->name,
			   "pioscsi-sim");
	KUNIT_EXPECT_TRUE(test, irqd_is_level_type(data));
	KUNIT_EXPECT_EQ(test, irqd_get_trigger_type(data),
			(u32)IRQ_TYPE_LEVEL_HIGH);
}

static void line_number_out_of_range_finds_no_line(struct kunit *test)
{
	struct line_test *ctx = test->priv;

	KUNIT_EXPECT_NOT_NULL(test, sim_lines_get(ctx->lines, 0));
	KUNIT_EXPECT_NULL(test, sim_lines_get(ctx->lines, 2));
	KUNIT_EXPECT_NULL(test, sim_lines_get(ctx->lines, UINT_MAX));
}

static void zero_lines_are_refused(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -EINVAL,
			PTR_ERR(sim_lines_create(0, SIM_TRIGGER_LEVEL)));
}

/*
 * Creating more lines than Linux has interrupts fails and is undone, so that it
 * can be repeated.
 */
static void failed_allocation_of_lines_is_undone(struct kunit *test)
{
	struct sim_lines *lines;
	unsigned int i;

	if (IS_ENABLED(CONFIG_SPARSE_IRQ))
		kunit_skip(test, "interrupt numbers do not run out");
	for (i = 0; i < 3; i++) {
		lines = sim_lines_create(NR_IRQS, SIM_TRIGGER_LEVEL);
		KUNIT_EXPECT_EQ(test, PTR_ERR(lines), -ENOSPC);
	}
	lines = sim_lines_create(4, SIM_TRIGGER_LEVEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, lines);
	sim_lines_destroy(lines);
}

static struct kunit_case line_cases[] = {
	KUNIT_CASE(line_interrupts_once),
	KUNIT_CASE(line_is_quiet_if_level_falls),
	KUNIT_CASE(line_interrupts_if_level_returns),
	KUNIT_CASE(line_calls_all_sharing_handlers),
	KUNIT_CASE(line_serves_two_chips_at_once),
	KUNIT_CASE(line_stays_high_for_the_other_chip),
	KUNIT_CASE(line_waits_while_disabled),
	KUNIT_CASE(level_that_fell_while_disabled_is_forgotten),
	KUNIT_CASE(high_line_interrupts_again_after_enable),
	KUNIT_CASE(served_interrupt_is_not_repeated),
	KUNIT_CASE(line_raised_before_request_irq_interrupts),
	KUNIT_CASE(line_waits_for_a_thread),
	KUNIT_CASE(line_is_masked_until_thread_ends),
	KUNIT_CASE(line_raised_in_hard_irq_is_delivered),
	KUNIT_CASE(lines_do_not_affect_each_other),
	KUNIT_CASE(line_is_level_triggered),
	KUNIT_CASE(line_number_out_of_range_finds_no_line),
	KUNIT_CASE(zero_lines_are_refused),
	KUNIT_CASE(failed_allocation_of_lines_is_undone),
	{}
};

static struct kunit_suite line_suite = {
	.name = "sim_line",
	.init = line_init,
	.exit = line_exit,
	.test_cases = line_cases,
};

kunit_test_suite(line_suite);

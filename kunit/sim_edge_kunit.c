// SPDX-License-Identifier: GPL-2.0-only
/*
 * An edge-triggered interrupt line of the simulated board.
 */

#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqflags.h>

#include "../sim/line.h"

struct edge_test {
	struct sim_lines *lines;
	struct sim_line *line;
	unsigned int rises;	/* times that the handler raises the line */
	unsigned int calls;	/* calls of the handler */
	bool requested;
};

static irqreturn_t edge_handler(int irq, void *data)
{
	struct edge_test *ctx = data;

	ctx->calls++;
	if (ctx->rises) {
		ctx->rises--;
		sim_line_lower(ctx->line);
		sim_line_raise(ctx->line);
	}
	return IRQ_HANDLED;
}

/* The handler is requested in the test, so that a failure is seen there. */
static struct edge_test *edge_requested(struct kunit *test)
{
	struct edge_test *ctx = test->priv;
	int err = request_irq(sim_line_irq(ctx->line), edge_handler, 0,
			      "sim_edge_kunit", ctx);

	KUNIT_ASSERT_EQ(test, 0, err);
	ctx->requested = true;
	return ctx;
}

static int edge_init(struct kunit *test)
{
	struct edge_test *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	if (!ctx)
		return -ENOMEM;
	ctx->lines = sim_lines_create(2, SIM_TRIGGER_EDGE);
	if (IS_ERR(ctx->lines))
		return PTR_ERR(ctx->lines);
	ctx->line = sim_lines_get(ctx->lines, 1);
	test->priv = ctx;
	return 0;
}

static void edge_exit(struct kunit *test)
{
	struct edge_test *ctx = test->priv;

	if (!ctx)
		return;
	if (ctx->requested)
		free_irq(sim_line_irq(ctx->line), ctx);
	sim_lines_destroy(ctx->lines);
}

static void edge_interrupts_once_per_rise(struct kunit *test)
{
	struct edge_test *ctx = edge_requested(test);

	sim_line_raise(ctx->line);
	sim_line_sync(ctx->line);
	/* A line that stays high does not interrupt again. */
	KUNIT_EXPECT_EQ(test, ctx->calls, 1U);
	sim_line_lower(ctx->line);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, ctx->calls, 1U);
	sim_line_raise(ctx->line);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, ctx->calls, 2U);
	sim_line_lower(ctx->line);
	sim_line_pulse(ctx->line);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, ctx->calls, 3U);
}

static void edge_while_disabled_interrupts_after_enable(struct kunit *test)
{
	struct edge_test *ctx = edge_requested(test);

	disable_irq(sim_line_irq(ctx->line));
	sim_line_raise(ctx->line);
	sim_line_lower(ctx->line);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, ctx->calls, 0U);
	enable_irq(sim_line_irq(ctx->line));
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, ctx->calls, 1U);
}

static void edge_during_handler_is_not_lost(struct kunit *test)
{
	struct edge_test *ctx = edge_requested(test);

	ctx->rises = 3;
	sim_line_raise(ctx->line);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, ctx->calls, 4U);
}

static void rise_masked_before_its_delivery_comes_later(struct kunit *test)
{
	struct edge_test *ctx = edge_requested(test);
	struct irq_data *data = irq_get_irq_data(sim_line_irq(ctx->line));
	unsigned long flags;

	local_irq_save(flags);
	sim_line_raise(ctx->line);
	data->chip->irq_mask(data);
	local_irq_restore(flags);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, ctx->calls, 0U);
	data->chip->irq_unmask(data);
	sim_line_sync(ctx->line);
	KUNIT_EXPECT_EQ(test, ctx->calls, 1U);
}

static struct kunit_case edge_cases[] = {
	KUNIT_CASE(edge_interrupts_once_per_rise),
	KUNIT_CASE(edge_while_disabled_interrupts_after_enable),
	KUNIT_CASE(edge_during_handler_is_not_lost),
	KUNIT_CASE(rise_masked_before_its_delivery_comes_later),
	{}
};

static struct kunit_suite edge_suite = {
	.name = "sim_edge",
	.init = edge_init,
	.exit = edge_exit,
	.test_cases = edge_cases,
};

kunit_test_suite(edge_suite);

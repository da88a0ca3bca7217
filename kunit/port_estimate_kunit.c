// SPDX-License-Identifier: GPL-2.0-only
/*
 * The estimates of a port that serves commands. Each is sampled in any pattern
 * of commands.
 */
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/processor.h>
#include <linux/time64.h>
#include <scsi/scsi.h>

#include "../budget.h"
#include "fake_cmd.h"
#include "fake_port.h"

/* Bytes of a burst: enough for a sample of the rate. */
#define LEN	64U

/* Far more than the machine of this test needs for any sample. */
#define TOO_HIGH_NS	(500U * NSEC_PER_MSEC)

/* Run the hard IRQ handler for a command with @bursts bursts and its end. */
static irqreturn_t interrupt_for(struct fake_cmd *c, unsigned int bursts,
				 int result)
{
	struct fake_hba *fake = c->fake;

	fake->scripted = 0;
	fake->said = 0;
	fake->logged = 0;
	c->done = 0;
	c->at = 0;
	fake_queue(c);
	while (bursts--)
		fake_say_xfer(c, c->scmd.sc_data_direction, LEN);
	fake_say_done(c, result);
	fake_raise(fake);
	return fake_irq(fake);
}

/* The same for a command that nothing may defer. */
static void serve_at_once(struct fake_cmd *c, unsigned int bursts)
{
	KUNIT_EXPECT_EQ(c->fake->test, interrupt_for(c, bursts, SAM_STAT_GOOD),
			IRQ_HANDLED);
	KUNIT_EXPECT_EQ(c->fake->test, c->done, 1);
}

/* The end of a failed command is deferred. */
static void serve_failed(struct fake_cmd *c)
{
	KUNIT_EXPECT_EQ(c->fake->test,
			interrupt_for(c, 0, SAM_STAT_CHECK_CONDITION),
			IRQ_WAKE_THREAD);
	fake_thread(c->fake);
	KUNIT_EXPECT_EQ(c->fake->test, c->done, 1);
}

static struct fake_cmd *a_command(struct fake_hba *fake,
				  enum dma_data_direction dir,
				  unsigned int bursts)
{
	return fake_cmd(fake, fake_sdev(fake, 0, 0), dir, bursts * LEN);
}

static void first_work_teaches_the_overhead(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->progress = 2;
	serve_at_once(a_command(fake, DMA_NONE, 0), 0);
	KUNIT_EXPECT_GT(test, fake->port->budget.overhead_ns, 0);
}

struct pattern_case {
	const char *desc;
	unsigned int bursts;	/* in each command */
	unsigned int failed;	/* failed commands after each other one */
};

static const struct pattern_case pattern_cases[] = {
	{ "no data", 0 },
	{ "one burst", 1 },
	{ "7 bursts", 7 },
	{ "15 bursts", 15 },
	{ "one burst, then a failed command", 1, 1 },
	{ "3 bursts, then 3 failed commands", 3, 3 },
};

KUNIT_ARRAY_PARAM_DESC(pattern, pattern_cases, desc);

static void serve_pattern(struct kunit *test)
{
	const struct pattern_case *p = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = a_command(fake, DMA_FROM_DEVICE, p->bursts);
	struct fake_cmd *other = a_command(fake, DMA_NONE, 0);
	unsigned int i, k;

	for (i = 0; i < 500; i++) {
		serve_at_once(c, p->bursts);
		for (k = 0; k < p->failed; k++)
			serve_failed(other);
	}
}

static void overhead_is_sampled_in_any_pattern(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->budget.overhead_ns = TOO_HIGH_NS;
	serve_pattern(test);
	KUNIT_EXPECT_LT(test, fake->port->budget.overhead_ns, TOO_HIGH_NS / 2);
}

static void end_is_sampled_in_any_pattern(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->budget.end_ns = TOO_HIGH_NS;
	serve_pattern(test);
	KUNIT_EXPECT_LT(test, fake->port->budget.end_ns, TOO_HIGH_NS / 2);
}

static void both_directions_are_sampled_in_turn(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *in = a_command(fake, DMA_FROM_DEVICE, 1);
	struct fake_cmd *out = a_command(fake, DMA_TO_DEVICE, 1);
	unsigned int i;

	fake->port->budget.ps_per_byte[0] = FAKE_PS_SLOW;
	fake->port->budget.ps_per_byte[1] = FAKE_PS_SLOW;
	for (i = 0; i < 500; i++) {
		serve_at_once(in, 1);
		serve_at_once(out, 1);
	}
	KUNIT_EXPECT_LT(test, fake->port->budget.ps_per_byte[0],
			FAKE_PS_SLOW / 2);
	KUNIT_EXPECT_LT(test, fake->port->budget.ps_per_byte[1],
			FAKE_PS_SLOW / 2);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(first_work_teaches_the_overhead),
	KUNIT_CASE_PARAM(overhead_is_sampled_in_any_pattern,
			 pattern_gen_params),
	KUNIT_CASE_PARAM(end_is_sampled_in_any_pattern, pattern_gen_params),
	KUNIT_CASE(both_directions_are_sampled_in_turn),
	{}
};

static struct kunit_suite suite = {
	.name = "port_estimate",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

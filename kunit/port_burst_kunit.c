// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bursts of data in a context with a budget. A long burst is moved in steps,
 * and the rest is deferred when the budget is used up.
 */
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/processor.h>
#include <linux/time64.h>
#include <scsi/scsi.h>

#include "../budget.h"
#include "../params.h"
#include "fake_cmd.h"
#include "fake_port.h"

/* More than a busy machine needs for an interrupt, and a part of it. */
#define BUDGET_US	(100 * USEC_PER_MSEC)
#define LINGER_NS	(20 * NSEC_PER_MSEC)

#define LEN		65535U

struct burst_case {
	const char *desc;
	u32 ps_per_byte;
	int defer;
	bool stepped;
};

static const struct burst_case burst_cases[] = {
	{ "short, in one piece", 100, PIOSCSI_DEFER_THREAD, false },
	{ "long, in steps of 10 us", USEC_PER_SEC,
	  PIOSCSI_DEFER_THREAD, true },
	{ "long, without a budget", USEC_PER_SEC,
	  PIOSCSI_DEFER_INLINE, false },
};

KUNIT_ARRAY_PARAM_DESC(burst, burst_cases, desc);

static void hard_irq_moves_long_burst_in_steps(struct kunit *test)
{
	const struct burst_case *b = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LEN);

	fake->port->defer = b->defer;
	fake->port->budget.ps_per_byte[0] = b->ps_per_byte;
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, fake->pieces > 1, b->stepped);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, c->len, 0));
}

#define NR_SEGS		8U

struct cut_case {
	const char *desc;
	enum dma_data_direction dir;
	unsigned int segs;	/* entries of the scatter list */
	u32 ps_per_byte;
	u64 linger_ns;		/* time of a piece */
	int defer;
	bool cut;
};

static const struct cut_case cut_cases[] = {
	{ "read", DMA_FROM_DEVICE, 1, USEC_PER_SEC, LINGER_NS,
	  PIOSCSI_DEFER_THREAD, true },
	{ "written", DMA_TO_DEVICE, 1, USEC_PER_SEC, LINGER_NS,
	  PIOSCSI_DEFER_THREAD, true },
	{ "read, many entries", DMA_FROM_DEVICE, NR_SEGS, 1, LINGER_NS,
	  PIOSCSI_DEFER_THREAD, true },
	{ "read, without a budget", DMA_FROM_DEVICE, NR_SEGS, USEC_PER_SEC,
	  LINGER_NS, PIOSCSI_DEFER_INLINE, false },
	{ "read, in time", DMA_FROM_DEVICE, NR_SEGS, USEC_PER_SEC, 0,
	  PIOSCSI_DEFER_THREAD, false },
};

KUNIT_ARRAY_PARAM_DESC(cut, cut_cases, desc);

static void linger_at_data(struct fake_hba *fake, enum fake_op op)
{
	const struct cut_case *s = fake->test->param_value;
	u64 end = ktime_get_ns() + s->linger_ns;

	while ((op == FAKE_IN || op == FAKE_OUT) && ktime_get_ns() < end)
		cpu_relax();
}

/* The estimate may be that of a faster device, and ignores entries. */
static void burst_slower_than_estimated_is_cut(struct kunit *test)
{
	static const struct fake_seg segs[NR_SEGS] = {
		[0 ... NR_SEGS - 1] = { 0, 64 }
	};
	static const struct fake_seg seg = { 0, NR_SEGS * 64 };
	const struct cut_case *s = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_cmd_sg(fake, fake_sdev(fake, 0, 0), s->dir,
					 s->segs == 1 ? &seg : segs, s->segs);
	const u32 overhead = 1000;

	fake_queue(c);
	fake->port->defer = s->defer;
	fake->port->budget_us = BUDGET_US;
	fake->port->budget.ps_per_byte[0] = s->ps_per_byte;
	fake->port->budget.ps_per_byte[1] = s->ps_per_byte;
	fake->port->budget.overhead_ns = overhead;
	fake->hook = linger_at_data;
	fake_say_xfer(c, s->dir, c->len);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake),
			s->cut ? IRQ_WAKE_THREAD : IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, c->done, !s->cut);
	KUNIT_EXPECT_GT(test, c->at, 0);
	fake->hook = NULL;
	if (s->cut) {
		KUNIT_EXPECT_LT(test, fake->pieces * LINGER_NS,
				BUDGET_US * NSEC_PER_USEC);
		KUNIT_EXPECT_LT(test, c->at, c->len);
		/* Data that was not moved is not part of the plan. */
		KUNIT_EXPECT_EQ(test, fake->port->budget.overhead_ns,
				overhead);
		fake_thread(fake);
	}
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, c->len, 0));
	fake_expect_idle(test);
}

/* The clock is read during a long burst in any case. */
static void each_long_burst_is_a_sample(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	u32 *ps = &fake->port->budget.ps_per_byte[0];
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 64);

	*ps = FAKE_PS_SLOW;
	/* The next short burst would be no sample. */
	fake->port->budget.bursts = PIOSCSI_SAMPLE_PERIOD - 1;
	fake_say_xfer(c, DMA_FROM_DEVICE, 64);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, fake->longest, 16);
	KUNIT_EXPECT_LT(test, *ps, FAKE_PS_SLOW);
}

/* A burst as short as a step needs no clock. */
static void burst_of_one_step_is_no_sample(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	u8 *left = &fake->port->budget.bursts;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 16);

	fake->port->budget.ps_per_byte[0] = FAKE_PS_SLOW;
	*left = PIOSCSI_SAMPLE_PERIOD - 1;
	fake_say_xfer(c, DMA_FROM_DEVICE, 16);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, fake->pieces, 1);
	KUNIT_EXPECT_EQ(test, *left, PIOSCSI_SAMPLE_PERIOD - 2);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(hard_irq_moves_long_burst_in_steps, burst_gen_params),
	KUNIT_CASE_PARAM(burst_slower_than_estimated_is_cut, cut_gen_params),
	KUNIT_CASE(each_long_burst_is_a_sample),
	KUNIT_CASE(burst_of_one_step_is_no_sample),
	{}
};

static struct kunit_suite suite = {
	.name = "port_burst",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

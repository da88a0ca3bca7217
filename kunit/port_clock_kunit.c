// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measure the speed of an HBA with a clock that moves seldom, such as one of
 * 32,768 Hz. A time that the clock does not measure well is no sample.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/processor.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <scsi/scsi.h>

#include "../rate.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define TICK_NS		30517U	/* 32,768 Hz */
#define ACCESS_NS	3840U	/* 64 bytes, two in 120 ns */
#define PS_PER_BYTE	60000U

struct tick_case {
	const char *desc;
	u32 tick_ns;
	u64 ns;
	bool sampled;
};

/* Four ticks are a sample. */
static const struct tick_case tick_cases[] = {
	{ "less than 1 ns", 0, 1, true },
	{ "less than 1 ns, no time", 0, 0, false },
	{ "1 ns", 1, 4, true },
	{ "1 ns, too short", 1, 3, false },
	{ "32768 Hz", 30517, 122068, true },
	{ "32768 Hz, too short", 30517, 122067, false },
	{ "longest", U32_MAX, U32_MAX, true },
	{ "longest, too short", U32_MAX, U32_MAX - 1, false },
};

KUNIT_ARRAY_PARAM_DESC(tick, tick_cases, desc);

static void sample_covers_four_ticks_of_the_clock(struct kunit *test)
{
	const struct tick_case *c = test->param_value;
	struct pioscsi_budget budget = { };

	pioscsi_budget_set_tick(&budget, c->tick_ns);
	KUNIT_EXPECT_EQ(test, pioscsi_budget_learn(&budget, DMA_FROM_DEVICE, 64,
						   c->ns), c->sampled);
	KUNIT_EXPECT_EQ(test, pioscsi_budget_known(&budget, DMA_FROM_DEVICE),
			c->sampled);
}

/* Time of the simulated clock, ns; a test runs alone. */
static u64 simulated_ns;

static u64 read_coarse_clock(void)
{
	return div_u64(simulated_ns, TICK_NS) * TICK_NS;
}

static u64 read_stopped_clock(void)
{
	return 0;
}

static u32 coarse_tick(void)
{
	return TICK_NS;
}

static unsigned int idle_in(struct pioscsi_hba *hba, void *buf,
			    unsigned int len)
{
	simulated_ns += ACCESS_NS;
	return len;
}

static unsigned int idle_out(struct pioscsi_hba *hba, const void *buf,
			     unsigned int len)
{
	simulated_ns += ACCESS_NS;
	return len;
}

static void calibrate(struct kunit *test)
{
	static const struct pioscsi_ops idle = {
		.pio_in = idle_in,
		.pio_out = idle_out,
	};
	struct fake_hba *fake = test->priv;
	const struct pioscsi_ops *ops = fake->hba->ops;

	kunit_deactivate_static_stub(test, pioscsi_rate_tick);
	kunit_activate_static_stub(test, pioscsi_rate_tick, coarse_tick);
	memset(&fake->port->budget, 0, sizeof(fake->port->budget));
	simulated_ns = 0;
	fake->hba->can_calibrate = true;
	fake->hba->ops = &idle;
	pioscsi_rate_calibrate(fake->port);
	fake->hba->ops = ops;
}

static void new_hba_is_measured_by_a_coarse_clock(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	const u32 *ps = fake->port->budget.ps_per_byte;
	unsigned int i;

	kunit_activate_static_stub(test, pioscsi_rate_clock,
				   read_coarse_clock);
	calibrate(test);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_GE(test, ps[i], PS_PER_BYTE / 2);
		KUNIT_EXPECT_LE(test, ps[i], PS_PER_BYTE * 2);
	}
}

static void stopped_clock_leaves_the_rate_unknown(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	kunit_activate_static_stub(test, pioscsi_rate_clock,
				   read_stopped_clock);
	calibrate(test);
	KUNIT_EXPECT_FALSE(test, pioscsi_budget_known(&fake->port->budget,
						      DMA_FROM_DEVICE));
	KUNIT_EXPECT_FALSE(test, pioscsi_budget_known(&fake->port->budget,
						      DMA_TO_DEVICE));
	/* In each direction 8 rounds of 1, of 2, and so on, up to 128. */
	KUNIT_EXPECT_EQ(test, simulated_ns, 2 * 8 * 255 * ACCESS_NS);
}

static void wait_at_data(struct fake_hba *fake, enum fake_op op)
{
	u64 end = ktime_get_ns() + 100 * NSEC_PER_USEC;

	fake->logged = 0;
	while (op == FAKE_IN && ktime_get_ns() < end)
		cpu_relax();
}

/* Read five pieces of 64 bytes in a task, each in 100 us or more. */
static u32 rate_after_five_pieces(struct kunit *test, u32 tick_ns)
{
	struct fake_hba *fake = test->priv;
	struct pioscsi_budget *budget = &fake->port->budget;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 5 * 64);

	budget->ps_per_byte[0] = 0;
	pioscsi_budget_set_tick(budget, tick_ns);
	fake_say_xfer(c, DMA_FROM_DEVICE, 5 * 64);
	fake_say_done(c, SAM_STAT_GOOD);
	fake->hook = wait_at_data;
	fake_interrupt(fake);
	fake->hook = NULL;
	KUNIT_EXPECT_EQ(test, c->done, 1);
	return budget->ps_per_byte[0];
}

static void pieces_below_four_ticks_leave_the_rate_unknown(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rate_after_five_pieces(test, NSEC_PER_SEC), 0);
}

/* If another task gets the CPU between two pieces, the sample begins again. */
static void pieces_add_up_to_a_sample(struct kunit *test)
{
	unsigned int i;
	u32 ps = 0;

	for (i = 0; i < 100 && !ps; i++)
		ps = rate_after_five_pieces(test, 100 * NSEC_PER_USEC);
	KUNIT_EXPECT_GE(test, ps,
			100 * NSEC_PER_USEC / 64 * PIOSCSI_PS_PER_NS);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(sample_covers_four_ticks_of_the_clock,
			 tick_gen_params),
	KUNIT_CASE(new_hba_is_measured_by_a_coarse_clock),
	KUNIT_CASE(stopped_clock_leaves_the_rate_unknown),
	KUNIT_CASE(pieces_below_four_ticks_leave_the_rate_unknown),
	KUNIT_CASE(pieces_add_up_to_a_sample),
	{}
};

static struct kunit_suite suite = {
	.name = "port_clock",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

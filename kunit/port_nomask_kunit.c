// SPDX-License-Identifier: GPL-2.0-only
/*
 * An HBA that cannot be masked: the hard IRQ handler defers only errors, an
 * interrupt during the deferral is kept, and transfers are short.
 */
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/processor.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../irq.h"
#include "../params.h"
#include "../rate.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	4096U

static int nomask_init(struct kunit *test)
{
	int err = fake_port_init(test);
	struct fake_hba *fake = test->priv;

	if (!err)
		fake->hba->can_mask = false;
	return err;
}

static void unmaskable_data_runs_in_hard_irq(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LEN);

	fake_slow(fake);
	fake_trace(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "in4096 done0");
	KUNIT_EXPECT_TRUE(test, fake_holds(c, LEN, 0));
}

/* The chip interrupts for two bursts, and @hook lets one use up the budget. */
static void raise_two_bursts(struct fake_hba *fake,
			     void (*hook)(struct fake_hba *fake,
					  enum fake_op op))
{
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 8);

	fake->hook = hook;
	fake->port->budget_us = 20000;
	fake_say_xfer(c, DMA_FROM_DEVICE, 4);
	fake_say_xfer(c, DMA_FROM_DEVICE, 4);
	fake_raise(fake);
}

/* The chip raises another interrupt for the rest of its data. */
static void handler_beyond_budget_leaves_line(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	raise_two_bursts(fake, fake_linger_at_data);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, fake->pieces, 1);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_TRUE(test, fake->pending);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, fake->pieces, 2);
}

/* An interrupt in the middle of each burst, which uses up the budget. */
static void interrupt_at_data(struct fake_hba *fake, enum fake_op op)
{
	fake_linger_at_data(fake, op);
	if (op != FAKE_IN)
		return;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(fake->test, fake_irq(fake), IRQ_HANDLED);
}

/* A thread of the port serves the second burst, and lets error handling in. */
static void expect_one_burst(struct kunit *test,
			     bool (*serve)(struct pioscsi_port *port))
{
	struct fake_hba *fake = test->priv;

	raise_two_bursts(fake, interrupt_at_data);
	KUNIT_EXPECT_TRUE(test, serve(fake->port));
	KUNIT_EXPECT_EQ(test, fake->pieces, 1);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, fake->pieces, 2);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

static void timer_beyond_budget_hands_chip_over(struct kunit *test)
{
	expect_one_burst(test, pioscsi_poll_chip);
}

static void watchdog_beyond_budget_hands_chip_over(struct kunit *test)
{
	expect_one_burst(test, pioscsi_check_lost);
}

static void timer_without_a_request_wakes_no_thread(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->budget_us = 0;
	KUNIT_EXPECT_FALSE(test, pioscsi_poll_chip(fake->port));
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

static void queue_at_data(struct fake_hba *fake, enum fake_op op)
{
	fake_linger_at_data(fake, op);
	if (op == FAKE_IN && fake->pieces == 1)
		fake_queue(fake->hook_arg);
}

/* Commands queued meanwhile start, but the handler does not stay for data. */
static void handler_beyond_budget_starts_commands(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = fake_queued(fake, sdev, DMA_FROM_DEVICE, 8);

	fake->hook = queue_at_data;
	fake->hook_arg = fake_cmd(fake, sdev, DMA_NONE, 0);
	fake->port->budget_us = 20000;
	fake_say_xfer(c, DMA_FROM_DEVICE, 4);
	fake_say_xfer(c, DMA_FROM_DEVICE, 4);
	fake_raise(fake);
	fake->count[FAKE_START] = 0;
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, fake->pieces, 1);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 1);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

static void interrupt_while_owned_is_acknowledged(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_deferred_fault(fake);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "claim ack");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
}

static void foreign_interrupt_while_owned_is_irq_none(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_deferred_fault(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_NONE);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "claim");
}

static void interrupt_after_removal_is_irq_none(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->owner = PIOSCSI_DEAD;
	fake->port->added = false;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_NONE);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	fake->port->added = true;
	fake->port->owner = PIOSCSI_IDLE;
}

/* A pending interrupt would keep the shared line asserted. */
static void interrupt_of_dead_chip_is_acknowledged(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->owner = PIOSCSI_DEAD;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "claim ack");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	fake->port->owner = PIOSCSI_IDLE;
}

/* Devices of the same line are shut down later. */
static void interrupt_after_shutdown_is_acknowledged(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	pioscsi_shutdown_hba(fake->hba);
	fake_trace(fake);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "claim ack");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
}

/*
 * The bottom half may never get the CPU while interrupts go on. The handler
 * returns IRQ_NONE, so that the kernel closes the line.
 */
static void endless_interrupts_while_owned_are_irq_none(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i, handled = 0;

	fake_deferred_fault(fake);
	for (i = 0; i < 1000; i++) {
		fake->logged = 0;
		fake_raise(fake);
		handled += fake_irq(fake) == IRQ_HANDLED;
	}
	KUNIT_EXPECT_GT(test, handled, 10);
	KUNIT_EXPECT_LT(test, handled, 200);
	/* The bottom half has run, so the count starts again. */
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	fake_deferred_fault(fake);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
}

/* Many interrupts are no storm while the owner makes progress. */
static void interrupts_with_progress_stay_acknowledged(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i;

	fake_deferred_fault(fake);
	for (i = 0; i < 1000; i++) {
		fake->logged = 0;
		fake->port->progress++;
		fake_raise(fake);
		KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	}
}

/* Let the chip end a command while another CPU takes its interrupt. */
static void end_at_first_claim(struct fake_hba *fake, enum fake_op op)
{
	struct fake_cmd *c = fake->hook_arg;

	if (op != FAKE_CLAIM || !c)
		return;
	fake->hook_arg = NULL;
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	fake_irq(fake);
}

static void interrupt_while_owned_is_served_at_release(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	fake_deferred_fault(fake);
	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	fake->hook = end_at_first_claim;
	fake->hook_arg = c;
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

struct sectors_case {
	const char *desc;
	bool can_mask;
	u32 in;			/* ps a byte */
	u32 out;
	unsigned int chip;	/* limit of the chip, sectors */
	unsigned int sectors;
};

/* The budget is 1 ms. The block layer rejects a limit below a page. */
#define SECTORS_MIN	((unsigned int)(PAGE_SIZE / 512))

static const struct sectors_case sectors_cases[] = {
	{ "can be masked", true, 1000000, 1000000, 0, PIOSCSI_SECTORS_MAX },
	{ "can be masked, chip's limit", true, 1000000, 1000000, 64, 64 },
	{ "fits the budget", false, 100000, 100000, 0, 14 },
	{ "slower in", false, 100000, 10000, 0, 14 },
	{ "slower out", false, 10000, 100000, 0, 14 },
	{ "chip's limit", false, 100000, 100000, 8, 8 },
	{ "fast", false, 100, 100, 0, PIOSCSI_SECTORS_MAX },
	{ "a page does not fit", false, 1000000, 1000000, 0, SECTORS_MIN },
	{ "nothing is known", false, 0, 0, 0, SECTORS_MIN },
};

KUNIT_ARRAY_PARAM_DESC(sectors, sectors_cases, desc);

static void max_sectors_follow_the_budget(struct kunit *test)
{
	const struct sectors_case *c = test->param_value;
	struct fake_hba *fake = test->priv;

	fake->port->budget_us = 1000;
	fake->port->budget.ps_per_byte[0] = c->in;
	fake->port->budget.ps_per_byte[1] = c->out;
	fake->hba->max_sectors = c->chip;
	fake->hba->can_mask = c->can_mask;
	KUNIT_EXPECT_EQ(test, pioscsi_rate_sectors(fake->port), c->sectors);
}

static unsigned int idle_in(struct pioscsi_hba *hba, void *buf,
			    unsigned int len)
{
	u64 end = ktime_get_ns() + 30 * NSEC_PER_MSEC;

	/* Delay one access, as an interrupt would. */
	if (!hba->accesses++)
		while (ktime_get_ns() < end)
			cpu_relax();
	return len;
}

static unsigned int idle_out(struct pioscsi_hba *hba, const void *buf,
			     unsigned int len)
{
	return len;
}

static void interrupted_measurement_is_discarded(struct kunit *test)
{
	static const struct pioscsi_ops idle = {
		.pio_in = idle_in,
		.pio_out = idle_out,
	};
	struct fake_hba *fake = test->priv;
	const struct pioscsi_ops *ops = fake->hba->ops;
	struct pioscsi_budget *budget = &fake->port->budget;

	memset(budget, 0, sizeof(*budget));
	fake->hba->can_calibrate = true;
	fake->hba->ops = &idle;
	pioscsi_rate_calibrate(fake->port);
	fake->hba->ops = ops;
	KUNIT_EXPECT_GT(test, fake->hba->accesses, 1);
	KUNIT_EXPECT_LT(test, pioscsi_budget_cost_ns(budget, DMA_FROM_DEVICE,
						     64),
			10 * NSEC_PER_MSEC);
}

static void endless_interrupts_after_progress_get_irq_none(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i, handled = 0;

	fake_say_done(fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0),
		      SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_ASSERT_GT(test, fake->port->progress, 0);
	fake_deferred_fault(fake);
	for (i = 0; i < 1000; i++) {
		fake->logged = 0;
		fake_raise(fake);
		handled += fake_irq(fake) == IRQ_HANDLED;
	}
	KUNIT_EXPECT_GT(test, handled, 10);
	KUNIT_EXPECT_LT(test, handled, 200);
}

static void wait_5_ms(void)
{
	u64 end = ktime_get_ns() + 5 * NSEC_PER_MSEC;

	while (ktime_get_ns() < end)
		cpu_relax();
}

static unsigned int slow_out(struct pioscsi_hba *hba, const void *buf,
			     unsigned int len)
{
	wait_5_ms();
	return len;
}

static unsigned int slow_in(struct pioscsi_hba *hba, void *buf,
			    unsigned int len)
{
	wait_5_ms();
	return len;
}

static unsigned int fast_in(struct pioscsi_hba *hba, void *buf,
			    unsigned int len)
{
	return len;
}

static void expect_measured(struct fake_hba *fake,
			    const struct pioscsi_ops *idle, bool slow_write)
{
	const struct pioscsi_ops *ops = fake->hba->ops;
	struct pioscsi_budget *budget = &fake->port->budget;
	u64 in, out;

	memset(budget, 0, sizeof(*budget));
	fake->hba->can_calibrate = true;
	fake->hba->ops = idle;
	pioscsi_rate_calibrate(fake->port);
	fake->hba->ops = ops;
	in = pioscsi_budget_cost_ns(budget, DMA_FROM_DEVICE, 64);
	out = pioscsi_budget_cost_ns(budget, DMA_TO_DEVICE, 64);
	KUNIT_EXPECT_NE(fake->test, in, U64_MAX);
	KUNIT_EXPECT_NE(fake->test, out, U64_MAX);
	KUNIT_EXPECT_GE(fake->test, slow_write ? out : in,
			4 * NSEC_PER_MSEC);
	KUNIT_EXPECT_LT(fake->test, slow_write ? in : out,
			4 * NSEC_PER_MSEC);
}

static void each_direction_is_measured_separately(struct kunit *test)
{
	static const struct pioscsi_ops slow_write = {
		.pio_in = fast_in,
		.pio_out = slow_out,
	};
	static const struct pioscsi_ops slow_read = {
		.pio_in = slow_in,
		.pio_out = idle_out,
	};

	expect_measured(test->priv, &slow_write, true);
	expect_measured(test->priv, &slow_read, false);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(unmaskable_data_runs_in_hard_irq),
	KUNIT_CASE(handler_beyond_budget_leaves_line),
	KUNIT_CASE(handler_beyond_budget_starts_commands),
	KUNIT_CASE(timer_beyond_budget_hands_chip_over),
	KUNIT_CASE(watchdog_beyond_budget_hands_chip_over),
	KUNIT_CASE(timer_without_a_request_wakes_no_thread),
	KUNIT_CASE(interrupt_while_owned_is_acknowledged),
	KUNIT_CASE(foreign_interrupt_while_owned_is_irq_none),
	KUNIT_CASE(interrupt_after_removal_is_irq_none),
	KUNIT_CASE(interrupt_of_dead_chip_is_acknowledged),
	KUNIT_CASE(interrupt_after_shutdown_is_acknowledged),
	KUNIT_CASE(interrupt_while_owned_is_served_at_release),
	KUNIT_CASE(endless_interrupts_while_owned_are_irq_none),
	KUNIT_CASE(interrupts_with_progress_stay_acknowledged),
	KUNIT_CASE_PARAM(max_sectors_follow_the_budget, sectors_gen_params),
	KUNIT_CASE(interrupted_measurement_is_discarded),
	KUNIT_CASE(endless_interrupts_after_progress_get_irq_none),
	KUNIT_CASE(each_direction_is_measured_separately),
	{}
};

static struct kunit_suite suite = {
	.name = "port_nomask",
	.init = nomask_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

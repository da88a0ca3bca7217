// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hard IRQ handler: the test for its own interrupt, and the decision
 * between immediate work and deferral.
 */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "../irq.h"
#include "../owner.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	4096U

static struct fake_cmd *queued_read(struct fake_hba *fake, unsigned int len)
{
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, len);

	fake_trace(fake);
	return c;
}

static void shared_line_not_ours_costs_one_read(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	queued_read(fake, LEN);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_NONE);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "claim");
	KUNIT_EXPECT_EQ(test, fake->port->stats.irq_none, 1);
	KUNIT_EXPECT_EQ(test, fake->port->stats.irqs, 0);
}

struct owned_case {
	const char *desc;
	enum pioscsi_owner owner;
};

static const struct owned_case owned_cases[] = {
	{ "by the hard IRQ handler", PIOSCSI_IRQ },
	{ "by a pending deferral", PIOSCSI_DEFERRED },
	{ "by a running bottom half", PIOSCSI_RUNNING },
	{ "by error handling", PIOSCSI_RECOVERY },
	{ "by no context, it is dead", PIOSCSI_DEAD },
};

KUNIT_ARRAY_PARAM_DESC(owned, owned_cases, desc);

/* Another device raises the shared line while the chip is owned. */
static void owned_chip_is_not_touched(struct kunit *test)
{
	const struct owned_case *c = test->param_value;
	struct fake_hba *fake = test->priv;

	fake->port->owner = c->owner;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_NONE);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	KUNIT_EXPECT_EQ(test, fake->port->owner, c->owner);
	fake->port->owner = PIOSCSI_IDLE;
}

/* The time of the calls below, ns. */
static u64 call_time;

/*
 * Count the calls of the hard IRQ handler that are for the HBA, out of @irqs
 * which are @gap ns apart.
 */
static unsigned int handled_of(struct fake_hba *fake, unsigned int irqs,
			       u64 gap)
{
	unsigned int i, n = 0;

	for (i = 0; i < irqs; i++) {
		call_time += gap;
		n += pioscsi_own_irq(fake->port, call_time) !=
		     PIOSCSI_NOT_OURS;
	}
	return n;
}

/* The gap between calls for a line that stays up, and that of a busy device. */
#define GAP_STUCK	(50 * NSEC_PER_USEC)
#define GAP_BUSY	(100 * NSEC_PER_USEC)

/* Some ATA controllers raise the next interrupt although nIEN is set. */
static void interrupt_of_masked_chip_is_withdrawn(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct test_log log;
	u64 before;

	test_log_begin(&log);
	fake_deferred_read(fake, fake_sdev(fake, 0, 0), LEN);
	before = fake->port->stats.irqs;
	KUNIT_EXPECT_EQ(test, handled_of(fake, 99, GAP_STUCK), 0);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 0);
	KUNIT_EXPECT_EQ(test, handled_of(fake, 1, GAP_STUCK), 1);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 1);
	/* If that does not help, the kernel is to close the line. */
	KUNIT_EXPECT_EQ(test, handled_of(fake, 900, GAP_STUCK), 9);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 10);
	KUNIT_EXPECT_EQ(test, handled_of(fake, 900, GAP_STUCK), 0);
	KUNIT_EXPECT_EQ(test, fake->port->stats.irqs, before);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "withdrawing"), 1);
	fake_thread(fake);
	fake_expect_idle(test);
}

/* Each HBA has its own warning. */
static void calls_of_a_busy_neighbour_withdraw_nothing(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct test_log log;

	test_log_begin(&log);
	fake_deferred_read(fake, fake_sdev(fake, 0, 0), LEN);
	KUNIT_EXPECT_EQ(test, handled_of(fake, 1000, GAP_BUSY), 0);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 0);
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "withdrawing"), 0);
	/* The line stays asserted afterwards. */
	KUNIT_EXPECT_EQ(test, handled_of(fake, 199, GAP_STUCK), 1);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 1);
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "withdrawing"), 1);
	fake_thread(fake);
	fake_expect_idle(test);
}

/* The owner gets no CPU, so the kernel has to disable the line at last. */
static void slow_series_renew_no_withdrawals(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i, n = 0;

	fake_deferred_read(fake, fake_sdev(fake, 0, 0), LEN);
	for (i = 0; i < 20; i++) {
		n += handled_of(fake, 100, GAP_STUCK);
		n += handled_of(fake, 100, GAP_BUSY);
	}
	KUNIT_EXPECT_EQ(test, n, 10);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 10);
	/* Progress of the owner renews the attempts. */
	WRITE_ONCE(fake->port->progress, fake->port->progress + 1);
	KUNIT_EXPECT_EQ(test, handled_of(fake, 100, GAP_STUCK), 1);
	fake_thread(fake);
	fake_expect_idle(test);
}

/* Each call of the handler may take more than 50 us on a slow CPU. */
static void line_stuck_on_a_slow_cpu_is_withdrawn(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_deferred_read(fake, fake_sdev(fake, 0, 0), LEN);
	KUNIT_EXPECT_EQ(test, handled_of(fake, 9999, GAP_BUSY), 0);
	KUNIT_EXPECT_EQ(test, handled_of(fake, 1, GAP_BUSY), 1);
	KUNIT_EXPECT_EQ(test, handled_of(fake, 9999, GAP_BUSY), 0);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 1);
	fake_thread(fake);
	fake_expect_idle(test);
}

/* Fewer than 10,000 calls in a whole transfer, which takes most of a second. */
static void call_from_busy_neighbour(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_IN)
		KUNIT_EXPECT_EQ(fake->test, handled_of(fake, 30, GAP_BUSY), 0);
}

static void calls_during_one_long_transfer_withdraw_nothing(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_deferred_read(fake, fake_sdev(fake, 0, 0), LEN);
	fake->hook = call_from_busy_neighbour;
	fake_thread(fake);
	fake->hook = NULL;
	KUNIT_EXPECT_GT(test, fake->count[FAKE_IN], 0);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 0);
	fake_expect_idle(test);
}

static void interrupt_beside_error_handling_is_not_withdrawn(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->owner = PIOSCSI_RECOVERY;
	KUNIT_EXPECT_EQ(test, handled_of(fake, 300, GAP_STUCK), 0);
	fake->port->owner = PIOSCSI_DEAD;
	KUNIT_EXPECT_EQ(test, handled_of(fake, 300, GAP_STUCK), 0);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 0);
	fake->port->owner = PIOSCSI_IDLE;
}

static void interrupts_beside_progress_are_not_withdrawn(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i;

	fake->port->owner = PIOSCSI_RUNNING;
	for (i = 0; i < 10; i++) {
		KUNIT_EXPECT_EQ(test, handled_of(fake, 50, GAP_STUCK), 0);
		fake->port->progress++;
	}
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 0);
	fake->port->owner = PIOSCSI_IDLE;
}

static void interrupt_is_acknowledged_first(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "claim ack ask claim");
	KUNIT_EXPECT_EQ(test, fake->port->stats.irqs, 1);
}

static void burst_within_budget_runs_in_hard_irq(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, LEN);

	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "in4096 done0");
	KUNIT_EXPECT_TRUE(test, fake_holds(c, LEN, FAKE_POISON));
	KUNIT_EXPECT_FALSE(test, c->direct);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_EQ(test, fake->port->stats.inline_bursts, 1);
	KUNIT_EXPECT_EQ(test, fake->port->stats.deferred, 0);
}

static void burst_beyond_budget_is_deferred(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, LEN);

	fake_slow(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "claim ack ask mask");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
	KUNIT_EXPECT_EQ(test, fake->port->stats.deferred, 1);
	KUNIT_EXPECT_EQ(test, fake->port->stats.inline_bursts, 0);
}

static void deferral_saves_the_answer(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_TO_DEVICE, 2 * LEN + 4);

	fake_slow(fake);
	fake_say_xfer(c, DMA_TO_DEVICE, LEN);
	fake_interrupt(fake);
	fake_slow(fake);
	fake_say_xfer(c, DMA_TO_DEVICE, LEN + 4);
	fake_raise(fake);
	fake_irq(fake);
	KUNIT_EXPECT_EQ(test, fake->port->next, PIOSCSI_XFER);
	KUNIT_EXPECT_PTR_EQ(test, fake->port->xfer.cmd, &c->cmd);
	KUNIT_EXPECT_EQ(test, fake->port->xfer.dir, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, fake->port->xfer.len, LEN + 4);
}

static void each_answer_is_compared_with_budget(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, LEN + 32);

	fake_slow(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, 32);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "in32 mask");
	KUNIT_EXPECT_EQ(test, fake->port->xfer.len, LEN);
}

/* Earlier work of the same interrupt has used up the budget. */
static void time_already_spent_counts(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, 8);

	fake->hook = fake_linger_at_data;
	fake->port->budget_us = 20000;
	fake_say_xfer(c, DMA_FROM_DEVICE, 4);
	fake_say_xfer(c, DMA_FROM_DEVICE, 4);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	/* If the machine was stopped meanwhile, not even the first one runs. */
	KUNIT_EXPECT_LE(test, fake->count[FAKE_IN], 1);
}

static void unknown_cost_is_deferred(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, 4);

	fake->port->budget.ps_per_byte[0] = 0;
	fake_say_xfer(c, DMA_FROM_DEVICE, 4);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_IN], 0);
}

/* Clearing the rest of the buffer takes time too. */
static void clearing_large_rest_is_deferred(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, 4 * LEN);

	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void raise_at_first_ask(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_ASK && fake->count[FAKE_ASK] == 1)
		fake_raise(fake);
}

static void interrupt_during_handler_is_served(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hook = raise_at_first_ask;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake),
			   "claim ack ask claim ack ask claim");
}

static void next_command_starts_in_hard_irq(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = fake_queued(fake, sdev, DMA_NONE, 0);

	fake_fail(fake, FAKE_START, -EBUSY, 1);
	fake_queued(fake, sdev, DMA_NONE, 0);
	fake_trace(fake);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "done0 start1");
}

/* The interrupt's thread has ended its turn, which was limited. */
static struct fake_cmd *read_after_thread(struct fake_hba *fake)
{
	struct fake_cmd *c;

	fake_deferred_read(fake, fake_sdev(fake, 0, 1), LEN);
	fake_thread(fake);
	c = queued_read(fake, 16 * LEN);
	fake_fast(fake);
	/* Less than a step of the hard IRQ handler. */
	fake->port->budget.ps_per_byte[0] = 100;
	fake->pieces = 0;
	fake_say_xfer(c, DMA_FROM_DEVICE, 16 * LEN);
	fake_raise(fake);
	return c;
}

static void burst_after_a_thread_is_one_piece(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = read_after_thread(fake);

	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, c->at, 16 * LEN);
	KUNIT_EXPECT_EQ(test, fake->pieces, 1);
}

static void polled_burst_after_a_thread_is_one_piece(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = read_after_thread(fake);

	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, c->at, 16 * LEN);
	KUNIT_EXPECT_EQ(test, fake->pieces, 1);
}

struct sample_case {
	const char *desc;
	u8 left;	/* bursts until the next sample */
	u32 before;
	bool sampled;
};

/* One of 17 bursts is timed, as the clock costs as much as an access. */
static const struct sample_case sample_cases[] = {
	{ "first of 17", 0, FAKE_PS_SLOW, true },
	{ "second of 17", 16, FAKE_PS_SLOW, false },
	{ "last of 17", 1, FAKE_PS_SLOW, false },
	{ "second, rate unknown", 16, 0, true },
};

KUNIT_ARRAY_PARAM_DESC(sample, sample_cases, desc);

/* The estimate is too high, so a sample lowers it. */
static void one_burst_in_17_corrects_the_estimate(struct kunit *test)
{
	const struct sample_case *s = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, LEN);

	fake->port->defer = PIOSCSI_DEFER_INLINE;
	fake->port->budget.bursts = s->left;
	fake->port->budget.ps_per_byte[0] = s->before;
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, fake->port->budget.ps_per_byte[0] != s->before,
			s->sampled);
	KUNIT_EXPECT_EQ(test, fake->port->budget.bursts,
			(s->left + 16) % 17);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(shared_line_not_ours_costs_one_read),
	KUNIT_CASE_PARAM(owned_chip_is_not_touched, owned_gen_params),
	KUNIT_CASE(interrupt_of_masked_chip_is_withdrawn),
	KUNIT_CASE(calls_of_a_busy_neighbour_withdraw_nothing),
	KUNIT_CASE(slow_series_renew_no_withdrawals),
	KUNIT_CASE(line_stuck_on_a_slow_cpu_is_withdrawn),
	KUNIT_CASE(calls_during_one_long_transfer_withdraw_nothing),
	KUNIT_CASE(interrupt_beside_error_handling_is_not_withdrawn),
	KUNIT_CASE(interrupts_beside_progress_are_not_withdrawn),
	KUNIT_CASE(interrupt_is_acknowledged_first),
	KUNIT_CASE(burst_within_budget_runs_in_hard_irq),
	KUNIT_CASE(burst_beyond_budget_is_deferred),
	KUNIT_CASE(deferral_saves_the_answer),
	KUNIT_CASE(each_answer_is_compared_with_budget),
	KUNIT_CASE(time_already_spent_counts),
	KUNIT_CASE(unknown_cost_is_deferred),
	KUNIT_CASE(clearing_large_rest_is_deferred),
	KUNIT_CASE(interrupt_during_handler_is_served),
	KUNIT_CASE(next_command_starts_in_hard_irq),
	KUNIT_CASE_PARAM(one_burst_in_17_corrects_the_estimate,
			 sample_gen_params),
	KUNIT_CASE(burst_after_a_thread_is_one_piece),
	KUNIT_CASE(polled_burst_after_a_thread_is_one_piece),
	{}
};

static struct kunit_suite suite = {
	.name = "port_irq",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/* Events in the ring: values are true, and no event is missing. */
#include <kunit/test.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <scsi/scsi.h>

#include "../irq.h"
#include "../owner.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	16384U

static struct fake_cmd *queued_read(struct fake_hba *fake)
{
	return fake_queued(fake, fake_sdev(fake, 0, 0), DMA_FROM_DEVICE, LEN);
}

static void expect_deferred(struct fake_hba *fake)
{
	fake_raise(fake);
	KUNIT_EXPECT_EQ(fake->test, fake_irq(fake), IRQ_WAKE_THREAD);
}

/* Check the last event of a kind. */
static void expect_last(struct kunit *test, enum pioscsi_event event, s64 a,
			s64 b)
{
	struct fake_hba *fake = test->priv;
	struct pioscsi_entry *copy, *last = NULL;
	unsigned int i, n;

	copy = kunit_kcalloc(test, PIOSCSI_RING_SIZE, sizeof(*copy),
			     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	n = pioscsi_ring_copy(&fake->port->ring, copy);
	for (i = 0; i < n; i++)
		if (copy[i].event == event)
			last = &copy[i];
	KUNIT_ASSERT_NOT_NULL(test, last);
	KUNIT_EXPECT_EQ(test, last->tag, 0);
	KUNIT_EXPECT_EQ(test, last->a, a);
	KUNIT_EXPECT_EQ(test, last->b, b);
}

/* Check the decision to defer. */
static void expect_later(struct kunit *test, s64 bytes, s64 cost)
{
	expect_last(test, PIOSCSI_EV_LATER, bytes, cost);
}

static void start_that_asks_for_a_poll_records_no_error(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_fail(fake, FAKE_START, PIOSCSI_START_POLL, 1);
	queued_read(fake);
	expect_last(test, PIOSCSI_EV_START, TEST_UNIT_READY, 0);
}

/* A fast chip has more bursts at once; the event has the cost of this one. */
static void fast_data_deferral_records_cost(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	fake->port->fast_data = 1;
	fake_say_xfer(c, DMA_FROM_DEVICE, 512);
	expect_deferred(fake);
	expect_later(test, 512, 512);
}

static void deferred_clearing_records_unknown_cost(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_say_done(queued_read(fake), SAM_STAT_GOOD);
	expect_deferred(fake);
	expect_later(test, 0, -1);
}

static void deferred_end_records_cost(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE,
					 0);

	fake_slow(fake);
	fake->port->budget.end_ns = 4000000000U;
	fake_say_done(c, SAM_STAT_GOOD);
	expect_deferred(fake);
	expect_later(test, 0, 4000000000U);
}

static void unmaskable_hba_records_no_mask(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned long events = fake->port->ring.head;

	fake->hba->can_mask = false;
	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_CLAIM], 2);
	KUNIT_EXPECT_EQ(test, fake->port->ring.head, events);
	fake->hba->can_mask = true;
}

static void suspended_time_is_not_masked_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	pioscsi_suspend_hba(fake->hba);
	fake->port->masked_since = 0;
	pioscsi_resume_hba(fake->hba);
	KUNIT_EXPECT_NE(test, fake->port->masked_since, 0);
	fake_kick(fake);
}

static u64 samples(const struct pioscsi_hist *hist)
{
	unsigned int i;
	u64 n = 0;

	for (i = 0; i < PIOSCSI_HIST_BUCKETS; i++)
		n += atomic64_read(&hist->bucket[i]);
	return n;
}

struct bucket_case {
	const char *desc;
	u64 ns;
	unsigned int bucket;
};

static const struct bucket_case bucket_cases[] = {
	{ "no time", 0, 0 },
	{ "1 ns", 1, 1 },
	{ "31 s", 31 * NSEC_PER_SEC, 35 },
	{ "longest below the last bucket", (1ULL << 38) - 1, 38 },
	{ "shortest of the last bucket", 1ULL << 38, 39 },
	{ "longest", U64_MAX, 39 },
};

KUNIT_ARRAY_PARAM_DESC(bucket, bucket_cases, desc);

static void time_counts_in_its_bucket(struct kunit *test)
{
	const struct bucket_case *c = test->param_value;
	struct pioscsi_hist hist = { };

	pioscsi_hist_add(&hist, c->ns);
	KUNIT_ASSERT_LT(test, c->bucket, PIOSCSI_HIST_BUCKETS);
	KUNIT_EXPECT_EQ(test, samples(&hist), 1);
	KUNIT_EXPECT_EQ(test, atomic64_read(&hist.bucket[c->bucket]), 1);
}

static u64 holds(const struct fake_hba *fake)
{
	return samples(&fake->port->stats.hold);
}

/* Other devices wait for this timer as they wait for the hard IRQ handler. */
static void timer_in_hard_irq_records_hold_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned long flags;

	local_irq_save(flags);
	preempt_count_add(HARDIRQ_OFFSET);
	pioscsi_poll_chip(fake->port);
	preempt_count_sub(HARDIRQ_OFFSET);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, holds(fake), 1);
	KUNIT_EXPECT_GT(test, atomic64_read(&fake->port->stats.hold.max), 0);
}

static void timer_in_task_records_no_hold_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, holds(fake), 0);
}

struct step {
	u8 event;
	s64 a;
};

static const struct step read_steps[] = {
	{ PIOSCSI_EV_UNMASK, 0 },	/* put into service */
	{ PIOSCSI_EV_START, TEST_UNIT_READY },
	{ PIOSCSI_EV_CLAIM, 0 },
	{ PIOSCSI_EV_LATER, LEN },
	{ PIOSCSI_EV_MASK, 0 },
	{ PIOSCSI_EV_DEFER, PIOSCSI_PATH_THREAD },
	{ PIOSCSI_EV_PIO_IN, LEN },
	{ PIOSCSI_EV_COMPLETE, 0 },
	{ PIOSCSI_EV_UNMASK, 0 },
};

static void each_step_of_a_deferred_read_is_recorded(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	u64 masked = samples(&fake->port->stats.masked);
	struct pioscsi_entry *copy;
	unsigned int i, n;

	fake_deferred_read(fake, fake_sdev(fake, 0, 0), LEN);
	fake_thread(fake);
	copy = kunit_kcalloc(test, PIOSCSI_RING_SIZE, sizeof(*copy),
			     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	n = pioscsi_ring_copy(&fake->port->ring, copy);
	KUNIT_ASSERT_EQ(test, n, ARRAY_SIZE(read_steps));
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_EQ(test, copy[i].event, read_steps[i].event);
		if (read_steps[i].event != PIOSCSI_EV_UNMASK)
			KUNIT_EXPECT_EQ(test, copy[i].a, read_steps[i].a);
	}
	KUNIT_EXPECT_EQ(test, samples(&fake->port->stats.masked), masked + 1);
}

static void end_of_error_handling_records_a_deferral(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct pioscsi_entry *copy;
	unsigned int n;

	pioscsi_own_recovery(fake->port);
	pioscsi_recovered(fake->port);
	copy = kunit_kcalloc(test, PIOSCSI_RING_SIZE, sizeof(*copy),
			     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	n = pioscsi_ring_copy(&fake->port->ring, copy);
	KUNIT_ASSERT_GT(test, n, 0);
	KUNIT_EXPECT_EQ(test, copy[n - 1].event, PIOSCSI_EV_DEFER);
	KUNIT_EXPECT_EQ(test, copy[n - 1].a, PIOSCSI_PATH_HOST_THREAD);
	fake_kick(fake);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(start_that_asks_for_a_poll_records_no_error),
	KUNIT_CASE(fast_data_deferral_records_cost),
	KUNIT_CASE(deferred_clearing_records_unknown_cost),
	KUNIT_CASE(deferred_end_records_cost),
	KUNIT_CASE(unmaskable_hba_records_no_mask),
	KUNIT_CASE(suspended_time_is_not_masked_time),
	KUNIT_CASE_PARAM(time_counts_in_its_bucket, bucket_gen_params),
	KUNIT_CASE(timer_in_hard_irq_records_hold_time),
	KUNIT_CASE(timer_in_task_records_no_hold_time),
	KUNIT_CASE(each_step_of_a_deferred_read_is_recorded),
	KUNIT_CASE(end_of_error_handling_records_a_deferral),
	{}
};

static struct kunit_suite suite = {
	.name = "port_event",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

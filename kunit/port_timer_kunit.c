// SPDX-License-Identifier: GPL-2.0-only
/*
 * The front end's timer: one for each host, called only by the owner of the
 * chip. The case sets the time.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <scsi/scsi.h>

#include "../irq.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	4096U
#define LATER	1000000000U	/* us */

/* Calls of the functions below; only one test runs at a time. */
static unsigned int called[2];
static enum pioscsi_owner called_by;
static unsigned int rearms;

static void note(struct pioscsi_hba *hba, unsigned int which)
{
	called[which]++;
	called_by = pioscsi_port(hba)->owner;
}

static void first_fn(struct pioscsi_hba *hba)
{
	note(hba, 0);
	if (rearms) {
		rearms--;
		pioscsi_request_timer(hba, first_fn, LATER);
	}
}

static void second_fn(struct pioscsi_hba *hba)
{
	note(hba, 1);
}

static int timer_init(struct kunit *test)
{
	memset(called, 0, sizeof(called));
	rearms = 0;
	return fake_port_init(test);
}

static void time_passes(struct fake_hba *fake)
{
	fake->port->timer_at = ktime_get();
}

static void due_timer_calls_function_once(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	pioscsi_request_timer(fake->hba, first_fn, LATER);
	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, called[0], 0);
	time_passes(fake);
	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, called[0], 1);
	KUNIT_EXPECT_EQ(test, called_by, PIOSCSI_RUNNING);
	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, called[0], 1);
	KUNIT_EXPECT_EQ(test, fake->port->stats.timer, 1);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_FALSE(test, fake->masked);
}

/* The timer function may change the chip, so the port serves it afterwards. */
static void timer_serves_chip_afterwards(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_NONE, 0);

	fake_say_done(c, SAM_STAT_GOOD);
	pioscsi_request_timer(fake->hba, first_fn, LATER);
	time_passes(fake);
	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void new_request_replaces_pending_timer(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	pioscsi_request_timer(fake->hba, first_fn, LATER);
	time_passes(fake);
	pioscsi_request_timer(fake->hba, second_fn, LATER);
	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, called[1], 0);
	time_passes(fake);
	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, called[0], 0);
	KUNIT_EXPECT_EQ(test, called[1], 1);
}

static void request_of_zero_cancels_timer(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	pioscsi_request_timer(fake->hba, first_fn, LATER);
	KUNIT_EXPECT_TRUE(test, hrtimer_active(&fake->port->timer));
	pioscsi_request_timer(fake->hba, first_fn, 0);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&fake->port->timer));
	time_passes(fake);
	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, called[0], 0);
}

static void timer_function_may_request_timer(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i;

	rearms = 2;
	pioscsi_request_timer(fake->hba, first_fn, LATER);
	for (i = 1; i <= 4; i++) {
		time_passes(fake);
		pioscsi_poll_chip(fake->port);
		KUNIT_EXPECT_EQ(test, called[0], min(i, 3U));
	}
}

/* Many calls without a request of the chip do not count as a storm. */
static void repeated_timer_keeps_running(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i;

	rearms = 200;
	pioscsi_request_timer(fake->hba, first_fn, LATER);
	for (i = 0; i < 200; i++) {
		time_passes(fake);
		pioscsi_poll_chip(fake->port);
		fake->logged = 0;
	}
	KUNIT_EXPECT_EQ(test, called[0], 200);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_STORM], 0);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

static void time_passes_at_ask(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_ASK && fake->count[FAKE_ASK] == 1) {
		time_passes(fake);
		/* The timer expires while the chip is owned. */
		pioscsi_poll_chip(fake->port);
		if (called[0])
			fake_broke(fake, "called the timer beside the owner");
	}
}

static void hard_irq_calls_overdue_timer(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	pioscsi_request_timer(fake->hba, first_fn, LATER);
	fake->hook = time_passes_at_ask;
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, called[0], 1);
	KUNIT_EXPECT_EQ(test, called_by, PIOSCSI_IRQ);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

/* The handler of an unmaskable chip has used up its budget. */
static void hard_irq_beyond_budget_calls_timer(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hba->can_mask = false;
	fake->port->budget_us = 0;
	pioscsi_request_timer(fake->hba, first_fn, LATER);
	time_passes(fake);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, called[0], 1);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

/* Each call requests another one, which is due at once. */
static void again_fn(struct pioscsi_hba *hba)
{
	struct fake_hba *fake = *(struct fake_hba **)hba->priv;

	note(hba, 0);
	fake->logged = 0;
	pioscsi_request_timer(hba, again_fn, LATER);
	hrtimer_try_to_cancel(&fake->port->timer);
	time_passes(fake);
}

static enum hrtimer_restart hold_timer(struct hrtimer *timer)
{
	return HRTIMER_NORESTART;
}

struct again_case {
	const char *desc;
	bool expired;	/* the timer calls, instead of the hard IRQ handler */
};

static const struct again_case again_cases[] = {
	{ "hard IRQ handler", false },
	{ "timer", true },
};

KUNIT_ARRAY_PARAM_DESC(again, again_cases, desc);

static void timer_beyond_budget_is_called_once(struct kunit *test)
{
	const struct again_case *a = test->param_value;
	struct fake_hba *fake = test->priv;

	fake->hba->can_mask = false;
	fake->port->budget_us = 0;
	pioscsi_request_timer(fake->hba, again_fn, LATER);
	hrtimer_cancel(&fake->port->timer);
	fake->port->timer.function = hold_timer;
	time_passes(fake);
	if (a->expired)
		pioscsi_poll_chip(fake->port);
	else
		fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, called[0], 1);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_TRUE(test, fake->port->timer_fn == again_fn);
	/* The timer has expired again, and is cancelled otherwise. */
	KUNIT_EXPECT_EQ(test, hrtimer_get_expires(&fake->port->timer),
			fake->port->timer_at);
}

static void thread_calls_overdue_timer(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LEN);

	fake_slow(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	pioscsi_request_timer(fake->hba, first_fn, LATER);
	fake_raise(fake);
	fake_irq(fake);
	time_passes(fake);
	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, called[0], 0);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, called[0], 1);
	KUNIT_EXPECT_EQ(test, called_by, PIOSCSI_RUNNING);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

static void due_at_unmask(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_UNMASK)
		time_passes(fake);
}

/* The timer expires after the thread has checked it, before the release. */
static void timer_due_at_release_is_called(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hook = due_at_unmask;
	fake_say(fake, PIOSCSI_FAULT);
	pioscsi_request_timer(fake->hba, first_fn, LATER);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, called[0], 1);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_FALSE(test, fake->masked);
}

static void timer_counts_microseconds(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	s64 us;

	pioscsi_request_timer(fake->hba, first_fn, LATER);
	us = ktime_us_delta(fake->port->timer_at, ktime_get());
	KUNIT_EXPECT_LE(test, us, LATER);
	KUNIT_EXPECT_GT(test, us, LATER / 2);
	pioscsi_request_timer(fake->hba, first_fn, 0);
}

/* This is the only case that waits for the real clock. */
static void real_clock_calls_timer(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int ms;

	pioscsi_request_timer(fake->hba, first_fn, 1000);
	for (ms = 0; ms < 10000 && !READ_ONCE(called[0]); ms++)
		usleep_range(1000, 2000);
	KUNIT_EXPECT_EQ(test, called[0], 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(due_timer_calls_function_once),
	KUNIT_CASE(timer_serves_chip_afterwards),
	KUNIT_CASE(new_request_replaces_pending_timer),
	KUNIT_CASE(request_of_zero_cancels_timer),
	KUNIT_CASE(timer_function_may_request_timer),
	KUNIT_CASE(repeated_timer_keeps_running),
	KUNIT_CASE(hard_irq_calls_overdue_timer),
	KUNIT_CASE(hard_irq_beyond_budget_calls_timer),
	KUNIT_CASE_PARAM(timer_beyond_budget_is_called_once, again_gen_params),
	KUNIT_CASE(thread_calls_overdue_timer),
	KUNIT_CASE(timer_due_at_release_is_called),
	KUNIT_CASE(timer_counts_microseconds),
	KUNIT_CASE(real_clock_calls_timer),
	{}
};

static struct kunit_suite suite = {
	.name = "port_timer",
	.init = timer_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/* Rule 26 of the ScsiPort API: HwScsiTimer. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "fake_miniport.h"

static struct mini *of_dx(PVOID dx)
{
	return *(struct mini **)dx;
}

static VOID first(PVOID dx)
{
	mini_note(of_dx(dx), "first");
}

static VOID second(PVOID dx)
{
	mini_note(of_dx(dx), "second");
}

static void request(struct mini *mini, PHW_TIMER fn, ULONG us)
{
	ScsiPortNotification(RequestTimerCall, mini_dx(mini), fn, us);
}

/* The first timer cannot expire between the two requests. */
static void replace_first(struct mini *mini, PHW_TIMER fn, ULONG us)
{
	unsigned long flags;

	local_irq_save(flags);
	request(mini, first, 20000);
	request(mini, fn, us);
	local_irq_restore(flags);
}

static void rule_26_timer_is_called_once_for_a_request(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	request(mini, first, 1000);
	msleep(100);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "first");
	KUNIT_EXPECT_GE(test, mini->sp->routine[SP_TIMER].calls, 1);
}

static void rule_26_last_request_replaces_a_pending_timer(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	replace_first(mini, second, 1000);
	msleep(100);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "second");
}

static void rule_26_zero_cancels_the_request(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	replace_first(mini, first, 0);
	msleep(100);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "");
}

static VOID again(PVOID dx)
{
	struct mini *mini = of_dx(dx);

	mini_note(mini, "again");
	request(mini, first, 1000);
}

static void rule_26_timer_routine_may_request_a_timer(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	request(mini, again, 1000);
	msleep(100);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "again first");
}

#define POLLS	10U

/**
 * struct poll - a timer that requests itself
 * @calls: its calls
 * @longest_us: the longest time from a request to the next call, µs
 */
struct poll {
	unsigned int calls;
	s64 longest_us;
};

/* A user mode kernel calls timers late, so look at the time that was set. */
static VOID poll_again(PVOID dx)
{
	struct mini *mini = of_dx(dx);
	struct poll *poll = mini->arg;
	ktime_t at;

	request(mini, poll_again, 1);
	at = hrtimer_get_expires(&mini->sp->timer);
	poll->longest_us = max(poll->longest_us,
			       ktime_us_delta(at, ktime_get()));
	if (++poll->calls == POLLS)
		request(mini, poll_again, 0);
}

static void timer_that_repeats_is_called_once_in_1_ms(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct poll poll = {};
	unsigned int n;

	mini_load(mini);
	mini->arg = &poll;
	request(mini, poll_again, 1);
	for (n = 0; n < 500 && READ_ONCE(poll.calls) < POLLS; n++)
		msleep(20);
	request(mini, poll_again, 0);
	KUNIT_EXPECT_EQ(test, poll.calls, POLLS);
	KUNIT_EXPECT_GT(test, poll.longest_us, 500);
	KUNIT_EXPECT_LE(test, poll.longest_us, 1000);
}

/* The bound for the calls must not delay a request that comes later. */
static void request_after_a_pause_has_its_own_delay(struct kunit *test)
{
	struct mini *mini = test->priv;
	unsigned long flags;
	ktime_t at;
	s64 us;

	mini_load(mini);
	request(mini, first, 1);
	msleep(100);
	local_irq_save(flags);
	request(mini, second, 1);
	at = hrtimer_get_expires(&mini->sp->timer);
	us = ktime_us_delta(at, ktime_get());
	local_irq_restore(flags);
	KUNIT_EXPECT_LE(test, us, 1);
	msleep(100);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "first second");
}

/* The deferral was not ended when the time came. */
static void timer_expired_in_a_deferral_runs_afterwards(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini_deferred(mini);
	request(mini, first, 1000);
	msleep(50);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "isr");
	mini_thread(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "enable disable first");
}

static VOID complete_first(PVOID dx)
{
	struct mini *mini = of_dx(dx);

	mini->srb[0]->SrbStatus = SRB_STATUS_SUCCESS;
	ScsiPortNotification(RequestComplete, dx, mini->srb[0]);
	ScsiPortNotification(NextRequest, dx, NULL);
}

/* An HBA without interrupts lives from its timer. */
static void polled_hba_completes_requests_in_the_timer(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini->hw[0].HwInterrupt = NULL;
	mini_load(mini);
	KUNIT_EXPECT_EQ(test, mini->fake.hba->irq, 0);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	/* The stub of the midlayer works in this task only. */
	complete_first(mini_dx(mini));
	pioscsi_serve_soon(mini->fake.hba);
	fake_kick(&mini->fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void request_soon(struct mini *mini, enum mini_step step)
{
	if (step == MINI_FIND)
		request(mini, first, 10000);
}

/* KASAN reports a timer that expires in freed memory. */
static void timer_of_an_hba_that_is_not_found_is_stopped(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->hook = request_soon;
	mini->find_ret[0] = SP_RETURN_NOT_FOUND;
	KUNIT_ASSERT_EQ(test, mini_try(mini), 0);
	msleep(50);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "find");
}

/* HwScsiDisableInterruptsCallback of a deferral that HwScsiTimer ends. */
static BOOLEAN unmask(PVOID dx)
{
	struct mini *mini = of_dx(dx);

	mini_note(mini, "unmask");
	mini->deferring = false;
	mini->masked = false;
	return TRUE;
}

static VOID end_deferral(PVOID dx)
{
	of_dx(dx)->no_undefer = false;
	ScsiPortNotification(CallDisableInterrupts, dx, unmask);
}

static void
rule_32_event_in_a_deferral_that_the_timer_ends_is_served(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini->no_undefer = true;
	mini_deferred(mini);
	mini_thread(mini);
	mini_raise(mini);
	mini_trace(mini);
	request(mini, end_deferral, 1000);
	msleep(100);
	mini_settle(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "unmask isr enable disable");
	KUNIT_EXPECT_EQ(test, mini->sp->caught, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rule_26_timer_is_called_once_for_a_request),
	KUNIT_CASE(rule_26_last_request_replaces_a_pending_timer),
	KUNIT_CASE(rule_26_zero_cancels_the_request),
	KUNIT_CASE(rule_26_timer_routine_may_request_a_timer),
	KUNIT_CASE(timer_that_repeats_is_called_once_in_1_ms),
	KUNIT_CASE(request_after_a_pause_has_its_own_delay),
	KUNIT_CASE(timer_expired_in_a_deferral_runs_afterwards),
	KUNIT_CASE(polled_hba_completes_requests_in_the_timer),
	KUNIT_CASE(timer_of_an_hba_that_is_not_found_is_stopped),
	KUNIT_CASE(rule_32_event_in_a_deferral_that_the_timer_ends_is_served),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_timer",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

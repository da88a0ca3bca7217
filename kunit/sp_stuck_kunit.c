// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deferrals that do not come to an end: an abort, a reset and a removal do not
 * wait for them, and a reset ends them.
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/jiffies.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "fake_miniport.h"

/* The fault ends after this time, so that a case that waits for it fails. */
#define FAULT_SECONDS	10

/**
 * struct fault - a fault that keeps a deferral from its end
 * @end: the fault is over, jiffies
 * @over: a routine was called after @end
 * @resets: calls of HwScsiResetBus
 * @stops: calls of HwScsiAdapterControl
 */
struct fault {
	unsigned long end;
	bool over;
	unsigned int resets;
	unsigned int stops;
};

static bool is_over(struct fault *fault)
{
	if (time_after(jiffies, fault->end))
		fault->over = true;
	return fault->over;
}

/* Count the routines, because the log has no room for all of them. */
static void count(struct fault *fault, enum mini_step step)
{
	fault->resets += step == MINI_RESET;
	fault->stops += step == MINI_CONTROL;
}

/* The chip reports an event whenever it is asked. */
static void keep_pending(struct mini *mini, enum mini_step step)
{
	struct fault *fault = mini->arg;

	count(fault, step);
	if (step == MINI_ISR_BEGIN && !is_over(fault))
		mini->pending = 1;
}

static void begin(struct mini *mini, struct fault *fault)
{
	fault->end = jiffies + FAULT_SECONDS * HZ;
	mini->arg = fault;
	mini->hook = keep_pending;
	mini->reset_undefers = true;
}

static struct fake_cmd *load_and_start(struct mini *mini)
{
	mini_load(mini);
	return mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
}

static void expect_end(struct mini *mini, const struct fault *fault)
{
	KUNIT_EXPECT_FALSE_MSG(mini->test, fault->over,
			       "it waited for the end of the fault");
	mini->hook = NULL;
}

/* Call error handling, which must reach the miniport and end the command. */
static void expect_reset(struct mini *mini, struct fault *fault,
			 struct fake_cmd *c)
{
	struct kunit *test = mini->test;

	KUNIT_EXPECT_EQ(test, pioscsi_eh_bus_reset(&c->scmd), SUCCESS);
	expect_end(mini, fault);
	KUNIT_EXPECT_EQ(test, fault->resets, 1);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_RECUR], 1);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	mini_settle(mini);
	mini_run_one(mini);
}

static void abort_of_a_stuck_hba_fails(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fault fault = {};
	struct fake_cmd *c;

	c = load_and_start(mini);
	begin(mini, &fault);
	mini_deferred(mini);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), FAILED);
	expect_end(mini, &fault);
	/* The bottom half runs the callback that is due. */
	mini_trace(mini);
	mini_settle(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "enable disable");
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_RECUR], 0);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void reset_of_a_stuck_hba_reaches_the_miniport(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fault fault = {};
	struct fake_cmd *c;

	c = load_and_start(mini);
	begin(mini, &fault);
	mini_deferred(mini);
	expect_reset(mini, &fault, c);
}

static BOOLEAN recur(PVOID dx)
{
	struct mini *mini = *(struct mini **)dx;

	if (!is_over(mini->arg))
		ScsiPortNotification(CallEnableInterrupts, dx, recur);
	return TRUE;
}

static void
reset_during_a_callback_that_recurs_reaches_the_miniport(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fault fault = {};
	struct fake_cmd *c;

	c = load_and_start(mini);
	begin(mini, &fault);
	ScsiPortNotification(CallEnableInterrupts, mini_dx(mini), recur);
	expect_reset(mini, &fault, c);
}

static void removal_of_a_stuck_hba_calls_stop_adapter(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fault fault = {};

	mini->controls = BIT(ScsiStopAdapter);
	mini_load(mini);
	begin(mini, &fault);
	mini_deferred(mini);
	mini_remove(mini);
	expect_end(mini, &fault);
	KUNIT_EXPECT_EQ(test, fault.stops, 1);
}

static void cache_data(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->CachesData = TRUE;
}

/* HwScsiStartIo is not called while the miniport waits for its callback. */
static void stuck_hba_that_caches_data_is_reset_at_removal(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fault fault = {};

	mini->controls = BIT(ScsiStopAdapter);
	mini->configure = cache_data;
	mini_load(mini);
	mini_run_one(mini);
	begin(mini, &fault);
	mini_deferred(mini);
	mini->nr_srbs = 0;
	mini_remove(mini);
	expect_end(mini, &fault);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 0);
	KUNIT_EXPECT_EQ(test, fault.resets, 1);
	KUNIT_EXPECT_EQ(test, fault.stops, 1);
}

/* The timer that would end the deferral does not come. */
static struct fake_cmd *leave_deferral_open(struct mini *mini)
{
	struct fake_cmd *c;

	c = load_and_start(mini);
	mini->no_undefer = true;
	mini->reset_undefers = true;
	mini_deferred(mini);
	mini_thread(mini);
	KUNIT_EXPECT_TRUE(mini->test, mini->sp->deferred);
	mini->no_undefer = false;
	mini->reads = 0;
	mini_trace(mini);
	return c;
}

static void reset_ends_a_deferral_that_was_left_open(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	c = leave_deferral_open(mini);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	/* An event during the deferral is not lost. */
	KUNIT_EXPECT_EQ(test, mini->reads, 1);
	mini_settle(mini);
	mini_raise(mini);
	KUNIT_EXPECT_EQ(test, mini_irq(mini), IRQ_WAKE_THREAD);
	mini_thread(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "reset isr enable disable");
	mini_run_one(mini);
}

static BOOLEAN unmask(PVOID dx)
{
	mini_note(*(struct mini **)dx, "unmask");
	return TRUE;
}

static void late_end_of_a_deferral_after_a_reset_is_harmless(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	c = leave_deferral_open(mini);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	mini_settle(mini);
	KUNIT_EXPECT_FALSE(test, mini->sp->deferred);
	KUNIT_EXPECT_EQ(test, mini->reads, 1);
	ScsiPortNotification(CallDisableInterrupts, mini_dx(mini), unmask);
	mini_settle(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "reset unmask");
	/* HwScsiInterrupt was not called for it once more. */
	KUNIT_EXPECT_EQ(test, mini->reads, 1);
	mini_run_one(mini);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(abort_of_a_stuck_hba_fails),
	KUNIT_CASE(reset_of_a_stuck_hba_reaches_the_miniport),
	KUNIT_CASE(reset_during_a_callback_that_recurs_reaches_the_miniport),
	KUNIT_CASE(removal_of_a_stuck_hba_calls_stop_adapter),
	KUNIT_CASE(stuck_hba_that_caches_data_is_reset_at_removal),
	KUNIT_CASE(reset_ends_a_deferral_that_was_left_open),
	KUNIT_CASE(late_end_of_a_deferral_after_a_reset_is_harmless),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_stuck",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

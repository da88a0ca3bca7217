// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rule 36 of the ScsiPort API: stop and restart of an HBA.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/hrtimer.h>
#include <linux/irq.h>
#include <linux/jiffies.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../scsiport/power.h"
#include "fake_miniport.h"
#include "pm_ops.h"

/* A request whose end or "next" comes by a callback. */
#define DEFERRED	"start isr enable disable "

static int suspend(struct mini *mini)
{
	return sp_pm_ops.suspend(mini->sp->place.dev);
}

static int resume(struct mini *mini)
{
	return sp_pm_ops.resume(mini->sp->place.dev);
}

static void rule_36_suspend_stops_and_resume_restarts(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->controls = MINI_CONTROLS;
	mini_load(mini);
	mini_run_one(mini);
	mini_trace(mini);
	KUNIT_EXPECT_EQ(test, suspend(mini), 0);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "stop boot");
	KUNIT_EXPECT_EQ(test, resume(mini), 0);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "running restart reset");
	mini_run_one(mini);
}

static VOID note_timer(PVOID dx)
{
	mini_note(*(struct mini **)dx, "timer");
}

static void
rule_36_nothing_is_called_between_stop_and_restart(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini->controls = MINI_CONTROLS;
	mini_load(mini);
	ScsiPortNotification(RequestTimerCall, mini_dx(mini), note_timer,
			     10000);
	suspend(mini);
	mini_trace(mini);
	mini->reads = 0;
	mini_raise(mini);
	KUNIT_EXPECT_EQ(test, mini_irq(mini), IRQ_NONE);
	c = fake_queued(&mini->fake, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	fake_kick(&mini->fake);
	msleep(50);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "");
	KUNIT_EXPECT_EQ(test, mini->reads, 0);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	resume(mini);
	fake_settle(&mini->fake);
	fake_kick(&mini->fake);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
}

/* Complete the front end's own requests in HwScsiStartIo. */
static void complete_own(struct mini *mini, enum mini_step step)
{
	PSCSI_REQUEST_BLOCK srb;

	if (step != MINI_START)
		return;
	srb = mini->srb[mini->nr_srbs - 1];
	if (srb->Function == SRB_FUNCTION_EXECUTE_SCSI)
		return;
	mini_note(mini, srb->Function == SRB_FUNCTION_FLUSH ? "flush" :
		  "shutdown");
	srb->SrbStatus = SRB_STATUS_SUCCESS;
	ScsiPortNotification(RequestComplete, mini_dx(mini), srb);
	ScsiPortNotification(NextRequest, mini_dx(mini), NULL);
}

static void set_caches_data(struct mini *mini,
			    PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->CachesData = TRUE;
}

/* One unit of the miniport has had a request. */
static void load_with_cache(struct mini *mini)
{
	mini->controls = MINI_CONTROLS;
	mini->configure = set_caches_data;
	mini_load(mini);
	mini_run_one(mini);
	mini_trace(mini);
}

static void expect_stop(struct kunit *test,
			void (*hook)(struct mini *mini, enum mini_step step),
			const char *trace)
{
	struct mini *mini = test->priv;

	load_with_cache(mini);
	mini->hook = hook;
	suspend(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), trace);
	resume(mini);
	mini_run_one(mini);
}

static void rule_36_cache_is_flushed_before_stop(struct kunit *test)
{
	expect_stop(test, complete_own, "start flush start shutdown stop boot");
}

static BOOLEAN note_disable(PVOID dx)
{
	mini_note(*(struct mini **)dx, "disable");
	return TRUE;
}

static BOOLEAN note_enable(PVOID dx)
{
	mini_note(*(struct mini **)dx, "enable");
	ScsiPortNotification(CallDisableInterrupts, dx, note_disable);
	return TRUE;
}

/* HwScsiStartIo completes SHUTDOWN, and asks for a callback as well. */
static void defer_in_shutdown(struct mini *mini, enum mini_step step)
{
	complete_own(mini, step);
	if (step == MINI_START &&
	    mini->srb[mini->nr_srbs - 1]->Function == SRB_FUNCTION_SHUTDOWN)
		ScsiPortNotification(CallEnableInterrupts, mini_dx(mini),
				     note_enable);
}

static void rule_36_callback_that_is_due_runs_before_stop(struct kunit *test)
{
	expect_stop(test, defer_in_shutdown,
		    "start flush start shutdown enable disable stop boot");
}

static void unit_without_a_target_is_not_flushed(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	load_with_cache(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 1), DMA_NONE, 0);
	mini_finish(mini, mini->srb[mini->nr_srbs - 1],
		    SRB_STATUS_SELECTION_TIMEOUT);
	KUNIT_EXPECT_EQ(test, c->result, DID_NO_CONNECT << 16);
	mini_trace(mini);
	mini->hook = complete_own;
	suspend(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "start flush start shutdown stop boot");
	resume(mini);
}

static void cache_is_flushed_when_the_targets_have_settled(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct pioscsi_hba *hba;
	unsigned long begun;

	load_with_cache(mini);
	mini->hook = complete_own;
	hba = mini->sp->hba;
	hba->settle_ms = 50;
	pioscsi_settle(hba);
	begun = jiffies;
	suspend(mini);
	KUNIT_EXPECT_GE(test, jiffies - begun, msecs_to_jiffies(50));
	hba->settle_ms = 0;
	resume(mini);
}

static void flush_when(struct mini *mini, enum mini_step step)
{
	if (step != MINI_START)
		return;
	mini->end[mini->nr_ends++] = (struct mini_end){
		mini->srb[mini->nr_srbs - 1], SRB_STATUS_SUCCESS
	};
	mini_raise(mini);
	mini->edge = false;
}

/* No context serves the line, so the front end polls the miniport. */
static void
rule_36_flush_ends_by_a_deferral_without_an_interrupt(struct kunit *test)
{
	struct mini *mini = test->priv;

	load_with_cache(mini);
	mini->hook = flush_when;
	suspend(mini);
	mini->hook = NULL;
	KUNIT_EXPECT_EQ(test, mini->callbacks, 3);
	KUNIT_EXPECT_NOT_NULL(test, strstr(mini_trace(mini),
					   "disable stop boot"));
	resume(mini);
}

static void keep_request(struct mini *mini, enum mini_step step)
{
}

static void refused_flush_leaves_the_unit_usable(struct kunit *test)
{
	struct mini *mini = test->priv;

	load_with_cache(mini);
	mini->hook = keep_request;
	mini->refuses = true;
	suspend(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "start start stop boot");
	mini->refuses = false;
	mini->hook = NULL;
	resume(mini);
	mini_run_one(mini);
}

static unsigned int short_flush_ms(void)
{
	return 10;
}

/* The miniport must not have a request when it stops its HBA. */
static void flush_that_does_not_end_ends_by_a_reset(struct kunit *test)
{
	struct mini *mini = test->priv;

	kunit_activate_static_stub(test, sp_power_flush_ms, short_flush_ms);
	load_with_cache(mini);
	mini->hook = keep_request;
	suspend(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "start reset stop boot");
	mini->hook = NULL;
	resume(mini);
	mini_run_one(mini);
}

/* The next request is asked for by a later interrupt. */
static void complete_and_ask_later(struct mini *mini, enum mini_step step)
{
	PSCSI_REQUEST_BLOCK srb;

	if (step == MINI_ENABLE_BEGIN)
		ScsiPortNotification(NextRequest, mini_dx(mini), NULL);
	if (step != MINI_START)
		return;
	srb = mini->srb[mini->nr_srbs - 1];
	srb->SrbStatus = SRB_STATUS_SUCCESS;
	ScsiPortNotification(RequestComplete, mini_dx(mini), srb);
	mini_raise(mini);
	mini->edge = false;
}

static void rule_09_shutdown_waits_for_next_after_flush(struct kunit *test)
{
	struct mini *mini = test->priv;

	load_with_cache(mini);
	mini->hook = complete_and_ask_later;
	suspend(mini);
	mini->hook = NULL;
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   DEFERRED DEFERRED "stop boot");
	resume(mini);
	mini_run_one(mini);
}

static void rule_36_active_requests_end_before_stop(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini->controls = MINI_CONTROLS;
	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	suspend(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "start reset stop boot");
	resume(mini);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, DID_RESET << 16);
}

static void rule_36_without_restart_the_hba_is_found_again(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->controls = BIT(ScsiStopAdapter);
	mini_load(mini);
	suspend(mini);
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "stop find init query reset");
	mini_run_one(mini);
}

static void hba_found_again_has_zeroed_unit_extensions(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct sp_lu *lu;
	void *ext;

	mini_load(mini);
	mini_run_one(mini);
	ext = ScsiPortGetLogicalUnit(mini_dx(mini), 0, 0, 0);
	KUNIT_ASSERT_NOT_NULL(test, ext);
	memset(ext, 0x5a, 64);
	suspend(mini);
	resume(mini);
	/* A target may miss a selection while it powers up. */
	lu = list_first_entry(&mini->sp->lus, struct sp_lu, node);
	KUNIT_EXPECT_TRUE(test, lu->answered);
	KUNIT_EXPECT_FALSE(test, lu->present);
	mini_run_one(mini);
	ext = ScsiPortGetLogicalUnit(mini_dx(mini), 0, 0, 0);
	KUNIT_ASSERT_NOT_NULL(test, ext);
	KUNIT_EXPECT_NULL(test, memchr_inv(ext, 0, 64));
}

static void restarted_hba_keeps_its_unit_extensions(struct kunit *test)
{
	struct mini *mini = test->priv;
	void *ext;

	mini->controls = MINI_CONTROLS;
	mini_load(mini);
	mini_run_one(mini);
	ext = ScsiPortGetLogicalUnit(mini_dx(mini), 0, 0, 0);
	KUNIT_ASSERT_NOT_NULL(test, ext);
	memset(ext, 0x5a, 64);
	suspend(mini);
	resume(mini);
	KUNIT_EXPECT_PTR_EQ(test, ext,
			    ScsiPortGetLogicalUnit(mini_dx(mini), 0, 0, 0));
	KUNIT_EXPECT_NULL(test, memchr_inv(ext, 0x5a, 64));
}

static void lost_hba_is_out_of_service_after_resume(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	suspend(mini);
	mini->find_ret[1] = SP_RETURN_NOT_FOUND;
	KUNIT_EXPECT_EQ(test, resume(mini), -ENODEV);
	KUNIT_EXPECT_EQ(test, mini->fake.port->owner, PIOSCSI_DEAD);
	c = fake_queued(&mini->fake, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_NE(test, c->result, SAM_STAT_GOOD);
}

/* Whether HwScsiTimer of the HBA is armed, which the removal would free. */
static bool timer_is_armed(struct mini *mini)
{
	return hrtimer_try_to_cancel(&mini->sp->timer);
}

static void request_timer(struct mini *mini, enum mini_step step)
{
	if (step == MINI_INIT || step == MINI_CONTROL)
		ScsiPortNotification(RequestTimerCall, mini_dx(mini),
				     note_timer, 100 * USEC_PER_SEC);
}

static void timer_of_a_failed_initialize_is_stopped(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	suspend(mini);
	mini->hook = request_timer;
	mini->init_fails = true;
	resume(mini);
	KUNIT_EXPECT_EQ(test, mini->fake.port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_FALSE(test, timer_is_armed(mini));
}

static void timer_requested_after_the_stop_is_stopped(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->controls = MINI_CONTROLS;
	mini_load(mini);
	mini->hook = request_timer;
	suspend(mini);
	mini->hook = NULL;
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "stop boot");
	KUNIT_EXPECT_FALSE(test, timer_is_armed(mini));
	resume(mini);
	mini_run_one(mini);
}

static void unsupported_types_are_not_called(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->hw[0].HwAdapterControl = NULL;
	mini_load(mini);
	suspend(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "");
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "find init reset");
}

static void rule_36_hibernation_stops_and_restarts(struct kunit *test)
{
	expect_pm_ops(test, &sp_pm_ops);
	KUNIT_EXPECT_PTR_EQ(test, sp_pm_ops.freeze, sp_pm_ops.suspend);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rule_36_suspend_stops_and_resume_restarts),
	KUNIT_CASE(rule_36_nothing_is_called_between_stop_and_restart),
	KUNIT_CASE(rule_36_cache_is_flushed_before_stop),
	KUNIT_CASE(rule_36_callback_that_is_due_runs_before_stop),
	KUNIT_CASE(unit_without_a_target_is_not_flushed),
	KUNIT_CASE(cache_is_flushed_when_the_targets_have_settled),
	KUNIT_CASE(rule_36_flush_ends_by_a_deferral_without_an_interrupt),
	KUNIT_CASE(refused_flush_leaves_the_unit_usable),
	KUNIT_CASE(flush_that_does_not_end_ends_by_a_reset),
	KUNIT_CASE(rule_09_shutdown_waits_for_next_after_flush),
	KUNIT_CASE(rule_36_active_requests_end_before_stop),
	KUNIT_CASE(rule_36_without_restart_the_hba_is_found_again),
	KUNIT_CASE(hba_found_again_has_zeroed_unit_extensions),
	KUNIT_CASE(restarted_hba_keeps_its_unit_extensions),
	KUNIT_CASE(lost_hba_is_out_of_service_after_resume),
	KUNIT_CASE(timer_of_a_failed_initialize_is_stopped),
	KUNIT_CASE(timer_requested_after_the_stop_is_stopped),
	KUNIT_CASE(unsupported_types_are_not_called),
	KUNIT_CASE(rule_36_hibernation_stops_and_restarts),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_power",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

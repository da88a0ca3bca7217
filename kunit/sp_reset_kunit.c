// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules 34 and 35 of the ScsiPort API, and the notifications about the bus:
 * resets, alone and during a deferral.
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../settle.h"
#include "fake_miniport.h"
#include "fake_task.h"

static void reset_in_callback(struct mini *mini, enum mini_step step)
{
	struct fake_task *task = mini->arg;

	if (step != MINI_ENABLE_BEGIN)
		return;
	mini->hook = NULL;
	fake_task_run(task);
}

/* The reset waits for the callback, which completes one of two requests. */
static void
rule_34_reset_during_the_callback_ends_each_request_once(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c[2];
	struct fake_task task = { .fake = &mini->fake };

	mini->asks = true;
	mini_load(mini);
	c[0] = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	c[1] = mini_started(mini, fake_sdev(&mini->fake, 0, 1), DMA_NONE, 0);
	task.fn = pioscsi_eh_bus_reset;
	task.scmd = &c[1]->scmd;
	mini->hook = reset_in_callback;
	mini->arg = &task;
	mini->end[mini->nr_ends++] =
		(struct mini_end){ mini->srb[0], SRB_STATUS_SUCCESS };
	mini_raise(mini);
	mini_settle(mini);
	KUNIT_EXPECT_EQ(test, fake_task_wait(&task), SUCCESS);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "start start isr enable disable reset");
	KUNIT_EXPECT_EQ(test, c[0]->done, 1);
	KUNIT_EXPECT_EQ(test, c[1]->done, 1);
	KUNIT_EXPECT_EQ(test, c[1]->result, DID_RESET << 16);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_RESET], 0);
}

/* The callback that is due runs before the reset, and is not dropped. */
static void rule_34_reset_runs_a_due_callback_first(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	mini->end[mini->nr_ends++] =
		(struct mini_end){ mini->srb[0], SRB_STATUS_SUCCESS };
	mini_deferred(mini);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "start isr enable disable reset");
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, DID_RESET << 16);
	/* The stale bottom half finds no work. */
	mini_thread(mini);
	mini_settle(mini);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_FALSE(test, mini->masked);
}

static void set_two_buses(struct mini *mini,
			  PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->NumberOfBuses = 2;
	cfg->InitiatorBusId[1] = 0;
}

static struct mini *mini_of_test(void)
{
	return kunit_get_current_test()->priv;
}

static BOOLEAN end_deferral(PVOID dx)
{
	mini_note(mini_of_test(), "disable");
	mini_of_test()->deferring = false;
	return TRUE;
}

static BOOLEAN late_callback(PVOID dx)
{
	mini_note(mini_of_test(), "enable");
	ScsiPortNotification(CallDisableInterrupts, dx, end_deferral);
	return TRUE;
}

static void ask_in_first_reset(struct mini *mini, enum mini_step step)
{
	if (step != MINI_RESET)
		return;
	mini->hook = NULL;
	mini->deferring = true;
	ScsiPortNotification(CallEnableInterrupts, mini_dx(mini),
			     late_callback);
}

/* An interrupt may ask for a callback between the resets of two buses. */
static void rule_34_callback_runs_between_the_resets(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini->configure = set_two_buses;
	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	mini->hook = ask_in_first_reset;
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "start reset enable disable reset");
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void abort_of_a_completed_request_succeeds(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	mini->end[mini->nr_ends++] =
		(struct mini_end){ mini->srb[0], SRB_STATUS_SUCCESS };
	mini_deferred(mini);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	mini_thread(mini);
	mini_settle(mini);
	/* The midlayer ends an aborted command itself. */
	KUNIT_EXPECT_EQ(test, c->done, 0);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "start isr enable disable");
}

/* Retries that the midlayer permits. */
#define RETRIES		5

struct ended_case {
	const char *desc;
	int (*fn)(struct scsi_cmnd *scmd);
	unsigned int len;	/* bytes of a read; 0 for a flush */
	UCHAR scsi_status;
	int result;		/* after a reset */
	int allowed;		/* retries afterwards */
};

static const struct ended_case ended_cases[] = {
	{ "flush, reset", pioscsi_eh_bus_reset, 0, SAM_STAT_CHECK_CONDITION,
	  DID_ERROR << 16, 0 },
	{ "flush with sense data only, reset", pioscsi_eh_bus_reset, 0, 0,
	  DID_ERROR << 16, 0 },
	{ "flush, abort", pioscsi_eh_abort, 0, SAM_STAT_CHECK_CONDITION, 0, 0 },
	{ "read, reset", pioscsi_eh_bus_reset, 512, SAM_STAT_CHECK_CONDITION,
	  DID_RESET << 16, RETRIES },
	{ "read, abort", pioscsi_eh_abort, 512, SAM_STAT_CHECK_CONDITION, 0,
	  RETRIES },
};

KUNIT_ARRAY_PARAM_DESC(ended, ended_cases, desc);

/*
 * The port saves the end of one command only. The ends of the other ones stay
 * with the front end. The target reports a failed write of its cache once.
 */
static void completed_request_with_an_error_is_not_retried(struct kunit *test)
{
	const struct ended_case *e = test->param_value;
	struct mini *mini = test->priv;
	struct fake_cmd *c;
	u8 *sense;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0),
			 e->len ? DMA_FROM_DEVICE : DMA_NONE, e->len);
	c->scmd.allowed = RETRIES;
	sense = mini->srb[0]->SenseInfoBuffer;
	sense[0] = 0x70;
	sense[2] = MEDIUM_ERROR;
	mini->srb[0]->ScsiStatus = e->scsi_status;
	mini->end[mini->nr_ends++] = (struct mini_end){
		mini->srb[0], SRB_STATUS_ERROR | SRB_STATUS_AUTOSENSE_VALID
	};
	mini_deferred(mini);
	KUNIT_EXPECT_EQ(test, e->fn(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, c->scmd.allowed, e->allowed);
	/* The midlayer ends an aborted command itself. */
	KUNIT_EXPECT_EQ(test, c->done, e->result ? 1 : 0);
	if (e->result)
		KUNIT_EXPECT_EQ(test, c->result, e->result);
	mini_thread(mini);
	mini_settle(mini);
}

static void abort_of_an_active_request_fails_without_a_reset(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), FAILED);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "start");
	KUNIT_EXPECT_EQ(test, pioscsi_eh_bus_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void requests_left_by_a_reset_are_counted_and_ended(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	mini->reset_leaves = true;
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_RESET], 1);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	/* A late completion finds no request. */
	ScsiPortNotification(RequestComplete, mini_dx(mini), mini->srb[0]);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void failed_reset_takes_the_hba_out_of_service(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	mini->reset_fails = true;
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, mini->fake.port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

/* Fail a reset while the miniport has a command with a buffer. */
static struct fake_cmd *fail_reset(struct mini *mini)
{
	struct fake_cmd *c;

	mini_load(mini);
	mini->reset_leaves = true;
	mini->reset_fails = true;
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_FROM_DEVICE,
			 512);
	KUNIT_EXPECT_EQ(mini->test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_EQ(mini->test, c->done, 1);
	return c;
}

/* The command has ended, and its buffer may be in use for something else. */
static void failed_reset_leaves_the_miniport_no_request(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct sp_slot *slot;

	fail_reset(mini);
	slot = &mini->sp->slot[0];
	KUNIT_EXPECT_EQ(test, (int)slot->state, SP_FREE);
	KUNIT_EXPECT_NULL(test, slot->cmd);
	KUNIT_EXPECT_NULL(test, ScsiPortGetSrb(mini_dx(mini), 0, 0, 0,
					       mini->srb[0]->QueueTag));
}

static VOID note_timer(PVOID dx)
{
	mini_note(*(struct mini **)dx, "timer");
}

static void no_routine_is_called_after_a_failed_reset(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	fail_reset(mini);
	ScsiPortNotification(RequestTimerCall, mini_dx(mini), note_timer, 1000);
	mini_trace(mini);
	mini->reads = 0;
	mini_raise(mini);
	KUNIT_EXPECT_EQ(test, mini_irq(mini), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, mini->reads, 0);
	c = fake_queued(&mini->fake, fake_sdev(&mini->fake, 0, 1), DMA_NONE, 0);
	fake_kick(&mini->fake);
	msleep(50);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "");
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void failed_reset_stops_the_hba_if_supported(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->controls = BIT(ScsiStopAdapter);
	fail_reset(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "start reset stop");
}

static void expect_service(struct mini *mini)
{
	KUNIT_EXPECT_EQ(mini->test, mini->fake.port->owner, PIOSCSI_DEFERRED);
	mini_run_one(mini);
}

static void reset_after_a_failed_one_restores_service(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	c = fail_reset(mini);
	mini->reset_fails = false;
	mini_trace(mini);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "reset");
	expect_service(mini);
}

static void reset_of_a_stopped_hba_begins_with_a_restart(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini->controls = BIT(ScsiStopAdapter) | BIT(ScsiRestartAdapter);
	c = fail_reset(mini);
	mini_trace(mini);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "restart reset stop");
	mini->reset_fails = false;
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "restart reset");
	expect_service(mini);
}

/* Queue a command while the targets settle, and expect it after that time. */
static void expect_settle_time(struct mini *mini)
{
	struct fake_cmd *c;
	unsigned int before = mini->nr_srbs;

	c = fake_queued(&mini->fake, fake_sdev(&mini->fake, 0, 1), DMA_NONE, 0);
	fake_kick(&mini->fake);
	KUNIT_EXPECT_EQ(mini->test, mini->nr_srbs, before);
	KUNIT_EXPECT_EQ(mini->test, c->done, 0);
	KUNIT_EXPECT_TRUE(mini->test, pioscsi_settle_ms(mini->fake.port));
	fake_settle(&mini->fake);
	fake_kick(&mini->fake);
	KUNIT_EXPECT_EQ(mini->test, mini->nr_srbs, before + 1);
}

static void
rule_35_nothing_starts_in_the_settle_time_of_a_reset(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	pioscsi_suspend_hba(mini->sp->hba);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(mini->sp->hba), 0);
	KUNIT_EXPECT_EQ(test, host_byte(c->result), DID_RESET);
	expect_settle_time(mini);
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
}

static void rule_35_nothing_starts_after_reset_detected(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	ScsiPortNotification(ResetDetected, mini_dx(mini), NULL);
	expect_settle_time(mini);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

static void reset_the_bus(struct mini *mini, enum mini_step step)
{
	if (step == MINI_FIND)
		ScsiPortNotification(ResetDetected, mini_dx(mini), NULL);
}

static void targets_settle_after_a_reset_by_find_adapter(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->hook = reset_the_bus;
	mini_load(mini);
	mini->hook = NULL;
	expect_settle_time(mini);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

/* The active requests stay the miniport's. */
static void reset_detected_ends_no_request(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	ScsiPortNotification(ResetDetected, mini_dx(mini), NULL);
	mini_settle(mini);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	mini_finish(mini, mini->srb[0], SRB_STATUS_BUS_RESET);
	KUNIT_EXPECT_EQ(test, c->result, DID_RESET << 16);
}

static void bus_change_scans_the_bus(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	ScsiPortNotification(BusChangeDetected, mini_dx(mini), 0);
	KUNIT_EXPECT_EQ(test, mini->sp->changed, 1);
	flush_work(&mini->sp->change);
	KUNIT_EXPECT_EQ(test, mini->sp->changed, 0);
	/* There is no such bus. */
	ScsiPortNotification(BusChangeDetected, mini_dx(mini), 200);
	KUNIT_EXPECT_EQ(test, mini->sp->changed, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rule_34_reset_during_the_callback_ends_each_request_once),
	KUNIT_CASE(rule_34_reset_runs_a_due_callback_first),
	KUNIT_CASE(rule_34_callback_runs_between_the_resets),
	KUNIT_CASE(abort_of_a_completed_request_succeeds),
	KUNIT_CASE_PARAM(completed_request_with_an_error_is_not_retried,
			 ended_gen_params),
	KUNIT_CASE(abort_of_an_active_request_fails_without_a_reset),
	KUNIT_CASE(requests_left_by_a_reset_are_counted_and_ended),
	KUNIT_CASE(failed_reset_takes_the_hba_out_of_service),
	KUNIT_CASE(failed_reset_leaves_the_miniport_no_request),
	KUNIT_CASE(no_routine_is_called_after_a_failed_reset),
	KUNIT_CASE(failed_reset_stops_the_hba_if_supported),
	KUNIT_CASE(reset_after_a_failed_one_restores_service),
	KUNIT_CASE(reset_of_a_stopped_hba_begins_with_a_restart),
	KUNIT_CASE(rule_35_nothing_starts_in_the_settle_time_of_a_reset),
	KUNIT_CASE(rule_35_nothing_starts_after_reset_detected),
	KUNIT_CASE(targets_settle_after_a_reset_by_find_adapter),
	KUNIT_CASE(reset_detected_ends_no_request),
	KUNIT_CASE(bus_change_scans_the_bus),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_reset",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

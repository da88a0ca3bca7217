// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules 8 to 15 of the ScsiPort API: when a request is started, and how it
 * ends.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/processor.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../../scsi_priv.h"
#include "fake_miniport.h"

static VOID note_timer(PVOID dx)
{
	struct mini *mini = *(struct mini **)dx;

	if (!irqs_disabled() || !mini->sp->isr_task)
		KUNIT_FAIL(mini->test, "HwScsiTimer ran without the ISR lock");
	mini_note(mini, "timer");
}

static void ask_for_timer(struct mini *mini, enum mini_step step)
{
	u64 end;

	if (step != MINI_START)
		return;
	ScsiPortNotification(RequestTimerCall, mini_dx(mini), note_timer, 1);
	end = ktime_get_ns() + 30 * NSEC_PER_MSEC;
	while (ktime_get_ns() < end)
		cpu_relax();
	mini_note(mini, "started");
}

/* The timer expires inside HwScsiStartIo. The fake checks the locks. */
static void rule_08_timer_and_interrupt_wait_for_start_io(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini->hook = ask_for_timer;
	mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	msleep(30);
	mini_finish_all(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "start started timer isr enable disable");
}

/* Queue a command for each of @nr logical units. */
static void queue_each(struct mini *mini, unsigned int nr)
{
	unsigned int lun;

	for (lun = 0; lun < nr; lun++)
		fake_queue(fake_cmd(&mini->fake, fake_sdev(&mini->fake, 0, lun),
				    DMA_NONE, 0));
}

static void
rule_09_without_next_no_second_request_is_started(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini->no_next = true;
	queue_each(mini, 32);
	fake_kick(&mini->fake);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 1);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	fake_kick(&mini->fake);
	KUNIT_EXPECT_EQ(test, mini->fake.ended, 1);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 1);
}

static void send_next(struct mini *mini, enum mini_step step)
{
	if (step == MINI_ENABLE_BEGIN)
		ScsiPortNotification(NextRequest, mini_dx(mini), NULL);
}

static void rule_09_each_next_starts_one_request(struct kunit *test)
{
	struct mini *mini = test->priv;
	unsigned int n;

	mini_load(mini);
	queue_each(mini, 8);
	mini->hook = send_next;
	for (n = 1; n < 8; n++) {
		KUNIT_EXPECT_EQ(test, mini->nr_srbs, n);
		mini_raise(mini);
		mini_settle(mini);
	}
	mini->hook = NULL;
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 8);
	mini_finish_all(mini);
	KUNIT_EXPECT_EQ(test, mini->fake.ended, 8);
}

static void rule_10_next_starts_no_request_for_a_busy_unit(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *busy, *idle;

	mini_load(mini);
	busy = fake_sdev(&mini->fake, 0, 0);
	idle = fake_sdev(&mini->fake, 0, 1);
	mini->asks = true;
	mini_started(mini, busy, DMA_NONE, 0);
	fake_queued(&mini->fake, busy, DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 1);
	/* The waiting request does not delay other units. */
	mini_started(mini, idle, DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, mini->srb[1]->Lun, 1);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 3);
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
	mini_finish(mini, mini->srb[2], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mini->fake.ended, 3);
}

static void send_next_lu(struct mini *mini, enum mini_step step)
{
	if (step == MINI_ENABLE_BEGIN)
		ScsiPortNotification(NextLuRequest, mini_dx(mini), 0, 0, 0);
}

static void
rule_11_next_lu_starts_one_more_for_the_busy_unit(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *sdev;

	mini_load(mini);
	sdev = fake_sdev(&mini->fake, 0, 0);
	mini_started(mini, sdev, DMA_NONE, 0);
	fake_queued(&mini->fake, sdev, DMA_NONE, 0);
	fake_queued(&mini->fake, sdev, DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 1);
	mini->hook = send_next_lu;
	mini_raise(mini);
	mini_settle(mini);
	mini->hook = NULL;
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 2);
	KUNIT_EXPECT_EQ(test, mini->fake.ended, 0);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
	mini_finish(mini, mini->srb[2], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mini->fake.ended, 3);
}

static void notify(struct mini *mini,
		   void (*hook)(struct mini *mini, enum mini_step step))
{
	mini->hook = hook;
	mini_raise(mini);
	mini_settle(mini);
	mini->hook = NULL;
}

/* Both units have a command that waits; the miniport has room for one. */
static void next_lu_starts_one_request_of_all_units(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *busy;

	mini_load(mini);
	busy = fake_sdev(&mini->fake, 0, 0);
	mini_started(mini, busy, DMA_NONE, 0);
	fake_queued(&mini->fake, busy, DMA_NONE, 0);
	fake_queued(&mini->fake, fake_sdev(&mini->fake, 0, 1), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 1);
	notify(mini, send_next_lu);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 2);
	mini_finish_all(mini);
	KUNIT_EXPECT_EQ(test, mini->fake.ended, 3);
}

/* NextRequest is for idle units, although the busy one has room. */
static void next_starts_no_request_for_a_busy_unit_with_room(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *busy;

	mini_load(mini);
	busy = fake_sdev(&mini->fake, 0, 0);
	mini_started(mini, busy, DMA_NONE, 0);
	notify(mini, send_next_lu);
	mini_started(mini, fake_sdev(&mini->fake, 0, 1), DMA_NONE, 0);
	fake_queued(&mini->fake, busy, DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 2);
	notify(mini, send_next);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 2);
	mini_finish_all(mini);
	KUNIT_EXPECT_EQ(test, mini->fake.ended, 3);
}

/* Each start asks for one more request of its unit. */
static void start_on_one_unit_keeps_the_room_of_another(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *unit[2];

	mini_load(mini);
	unit[0] = fake_sdev(&mini->fake, 0, 0);
	unit[1] = fake_sdev(&mini->fake, 0, 1);
	mini->asks_lu = true;
	mini_started(mini, unit[0], DMA_NONE, 0);
	mini_started(mini, unit[1], DMA_NONE, 0);
	mini_started(mini, unit[0], DMA_NONE, 0);
	mini_started(mini, unit[1], DMA_NONE, 0);
	mini->asks_lu = false;
	mini_finish_all(mini);
	KUNIT_EXPECT_EQ(test, mini->fake.ended, 4);
}

static void next_lu_starts_no_request_of_another_busy_unit(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *unit[2];

	mini_load(mini);
	unit[0] = fake_sdev(&mini->fake, 0, 0);
	unit[1] = fake_sdev(&mini->fake, 0, 1);
	mini_started(mini, unit[1], DMA_NONE, 0);
	notify(mini, send_next);
	mini_started(mini, unit[0], DMA_NONE, 0);
	notify(mini, send_next_lu);
	fake_queued(&mini->fake, unit[1], DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 2);
	mini_started(mini, unit[0], DMA_NONE, 0);
	mini_finish_all(mini);
	KUNIT_EXPECT_EQ(test, mini->fake.ended, 4);
}

static void next_lu_beside_an_untagged_request_is_refused(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *sdev;

	mini->hw[0].TaggedQueuing = FALSE;
	mini_load(mini);
	sdev = fake_sdev(&mini->fake, 0, 0);
	mini->asks_lu = true;
	mini_started(mini, sdev, DMA_NONE, 0);
	fake_queued(&mini->fake, sdev, DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 1);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_NEXT_LU], 1);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
}

static void run_ten(struct mini *mini)
{
	unsigned int n;

	for (n = 0; n < 10; n++) {
		mini_started(mini, fake_sdev(&mini->fake, 0, n), DMA_NONE, 0);
		mini_finish(mini, mini->srb[n], SRB_STATUS_SUCCESS);
	}
	KUNIT_EXPECT_EQ(mini->test, mini->fake.ended, 10);
}

static void rule_12_next_after_completion_works(struct kunit *test)
{
	mini_load(test->priv);
	run_ten(test->priv);
}

static void rule_12_next_before_completion_works(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->next_first = true;
	mini_load(mini);
	run_ten(mini);
}

static void completion_in_the_isr_works(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->in_isr = true;
	mini_load(mini);
	run_ten(mini);
	KUNIT_EXPECT_EQ(test, mini->sp->deferrals, 0);
}

static void rule_13_busy_is_resubmitted(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *sdev;
	struct fake_cmd *c;

	mini_load(mini);
	sdev = fake_sdev(&mini->fake, 0, 0);
	sdev->sdev_state = SDEV_RUNNING;
	c = mini_started(mini, sdev, DMA_NONE, 0);
	mini_finish(mini, mini->srb[0], SRB_STATUS_BUSY);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_BUSY);
	KUNIT_EXPECT_EQ(test, (int)scsi_decide_disposition(&c->scmd),
			ADD_TO_MLQUEUE);
	/* The midlayer sends it again. */
	c->done = 0;
	fake_queue(c);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 2);
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
}

static void complete_again(struct mini *mini, enum mini_step step)
{
	if (step == MINI_ENABLE_ENDED)
		ScsiPortNotification(RequestComplete, mini_dx(mini),
				     mini->srb[0]);
}

static void rule_14_second_completion_is_counted_and_ignored(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	mini->hook = complete_again;
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_COMPLETE], 1);
	/* The midlayer has the command back now. */
	ScsiPortNotification(RequestComplete, mini_dx(mini), mini->srb[0]);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_COMPLETE], 2);
}

static void completion_of_an_unknown_pointer_is_counted(struct kunit *test)
{
	struct mini *mini = test->priv;
	SCSI_REQUEST_BLOCK other = {};

	mini_load(mini);
	ScsiPortNotification(RequestComplete, mini_dx(mini), &other);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_COMPLETE], 1);
}

static void invalid_status_ends_with_an_error(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	mini_finish(mini, mini->srb[0], SRB_STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_STATUS], 1);
}

static void refused_request_ends_with_an_error(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini->refuses = true;
	mini_load(mini);
	c = fake_queued(&mini->fake, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	fake_kick(&mini->fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
}

static void rule_15_active_request_is_not_changed(struct kunit *test)
{
	struct mini *mini = test->priv;
	SCSI_REQUEST_BLOCK before;
	u8 ext[40];

	mini_load(mini);
	mini->asks = true;
	mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	memset(mini->srb[0]->SrbExtension, 0x3c, sizeof(ext));
	before = *mini->srb[0];
	mini_started(mini, fake_sdev(&mini->fake, 0, 1), DMA_NONE, 0);
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_MEMEQ(test, mini->srb[0], &before, sizeof(before));
	memset(ext, 0x3c, sizeof(ext));
	KUNIT_EXPECT_MEMEQ(test, mini->srb[0]->SrbExtension, ext, sizeof(ext));
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

/* The next request of the tag must not depend on the last one's contents. */
static void rule_15_completed_request_is_free(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *sdev;
	struct fake_cmd *c;

	mini_load(mini);
	sdev = fake_sdev(&mini->fake, 0, 0);
	c = mini_started(mini, sdev, DMA_NONE, 0);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	memset(mini->srb[0], 0x5a, sizeof(*mini->srb[0]));
	mini->fake.next_tag = c->rq.tag;
	c = mini_started(mini, sdev, DMA_NONE, 0);
	KUNIT_EXPECT_PTR_EQ(test, mini->srb[1], mini->srb[0]);
	KUNIT_EXPECT_EQ(test, mini->srb[1]->Function,
			SRB_FUNCTION_EXECUTE_SCSI);
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
}

struct timeout_case {
	const char *desc;
	unsigned int timeout;	/* jiffies */
	ULONG seconds;
};

static const struct timeout_case timeout_cases[] = {
	{ "half a second", HZ / 2, 1 },
	{ "a second", HZ, 1 },
	{ "a jiffy more", HZ + 1, 2 },
	{ "a minute", 60 * HZ, 60 },
	{ "without end", UINT_MAX - 1, (UINT_MAX - 1) / HZ + 1 },
};

KUNIT_ARRAY_PARAM_DESC(timeout, timeout_cases, desc);

/* A miniport may take 0 as no timeout, or as one that has passed. */
static void timeout_is_rounded_up_to_seconds(struct kunit *test)
{
	const struct timeout_case *t = test->param_value;
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = fake_cmd(&mini->fake, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	c->rq.timeout = t->timeout;
	fake_queue(c);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	KUNIT_EXPECT_EQ(test, mini->srb[0]->TimeOutValue, t->seconds);
	mini_finish_all(mini);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rule_08_timer_and_interrupt_wait_for_start_io),
	KUNIT_CASE(rule_09_without_next_no_second_request_is_started),
	KUNIT_CASE(rule_09_each_next_starts_one_request),
	KUNIT_CASE(rule_10_next_starts_no_request_for_a_busy_unit),
	KUNIT_CASE(rule_11_next_lu_starts_one_more_for_the_busy_unit),
	KUNIT_CASE(next_lu_starts_one_request_of_all_units),
	KUNIT_CASE(next_starts_no_request_for_a_busy_unit_with_room),
	KUNIT_CASE(start_on_one_unit_keeps_the_room_of_another),
	KUNIT_CASE(next_lu_starts_no_request_of_another_busy_unit),
	KUNIT_CASE(next_lu_beside_an_untagged_request_is_refused),
	KUNIT_CASE(rule_12_next_after_completion_works),
	KUNIT_CASE(rule_12_next_before_completion_works),
	KUNIT_CASE(completion_in_the_isr_works),
	KUNIT_CASE(rule_13_busy_is_resubmitted),
	KUNIT_CASE(rule_14_second_completion_is_counted_and_ignored),
	KUNIT_CASE(completion_of_an_unknown_pointer_is_counted),
	KUNIT_CASE(invalid_status_ends_with_an_error),
	KUNIT_CASE(refused_request_ends_with_an_error),
	KUNIT_CASE(rule_15_active_request_is_not_changed),
	KUNIT_CASE(rule_15_completed_request_is_free),
	KUNIT_CASE_PARAM(timeout_is_rounded_up_to_seconds, timeout_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_start",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

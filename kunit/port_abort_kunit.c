// SPDX-License-Identifier: GPL-2.0-only
/* Aborts: a command inside the chip, in the queue, deferred, or ended. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "fake_cmd.h"
#include "fake_port.h"
#include "fake_task.h"

#define LEN	4096U

static struct fake_cmd *queued(struct fake_hba *fake, struct scsi_device *sdev)
{
	return fake_queued(fake, sdev, DMA_NONE, 0);
}

static void abort_of_a_queued_command_needs_no_chip(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c;

	queued(fake, sdev);
	c = fake_queued_held(fake, sdev);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_ABORT], 0);
	fake_trace(fake);
	fake_kick(fake);
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "unmask");
	KUNIT_EXPECT_EQ(test, c->done, 0);
}

static void abort_keeps_other_queued_commands(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = fake_queued_held(fake, sdev);

	queued(fake, sdev);
	fake_trace(fake);
	pioscsi_eh_abort(&c->scmd);
	fake_kick(fake);
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask start1 unmask");
}

static void abort_of_a_started_command_asks_front_end(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = queued(fake, sdev);
	struct fake_cmd *other = queued(fake, sdev);

	fake_trace(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask forget0 unmask");
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_ABORT], 1);
	/* The midlayer itself ends an aborted command. */
	KUNIT_EXPECT_EQ(test, c->done, 0);
	KUNIT_EXPECT_NULL(test, pioscsi_find_cmd(fake->hba, 0));
	KUNIT_EXPECT_PTR_EQ(test, pioscsi_find_cmd(fake->hba, 1), &other->cmd);
	fake_expect_idle(test);
}

static void abort_of_an_ended_command_succeeds(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));

	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_ABORT], 0);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	fake_expect_idle(test);
}

/* Much to clear: the end of the command waits for the bottom half. */
static void abort_of_a_saved_end_needs_no_chip(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 4 * LEN);

	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_ASSERT_EQ(test, fake->port->next, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_ABORT], 0);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	KUNIT_EXPECT_NULL(test, pioscsi_find_cmd(fake->hba, c->rq.tag));
	fake_expect_idle(test);
}

/* No target knows a command any more after a reset of the bus. */
static void abort_after_a_bus_reset_needs_no_chip(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));

	fake_say(fake, PIOSCSI_RESET);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_ABORT], 0);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_expect_idle(test);
}

static void abort_that_fails_changes_nothing(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));

	fake_fail(fake, FAKE_ABORT, -EIO, 1);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), FAILED);
	fake_kick(fake);
	KUNIT_EXPECT_PTR_EQ(test, pioscsi_find_cmd(fake->hba, 0), &c->cmd);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
}

static void abort_drops_the_saved_context(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_deferred_read(fake, fake_sdev(fake, 0, 0),
						LEN);

	fake_trace(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	/* The midlayer may use the command's memory for another command. */
	KUNIT_EXPECT_NULL(test, fake->port->xfer.cmd);
	KUNIT_EXPECT_EQ(test, fake->port->xfer.len, 0);
	fake_kick(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "forget0 unmask");
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_expect_idle(test);
}

static void abort_keeps_the_context_of_another(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *other = queued(fake, sdev);
	struct fake_cmd *c = fake_deferred_read(fake, sdev, LEN);

	fake_trace(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&other->scmd), SUCCESS);
	fake_kick(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake),
			   "forget0 in4096 done1 unmask");
	KUNIT_EXPECT_TRUE(test, fake_holds(c, LEN, 0));
}

/* The chip has blamed a command, but the port has not handled the fault. */
static struct fake_cmd *deferred_blame(struct fake_hba *fake)
{
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));

	fake_say_blame(c, SAM_STAT_CHECK_CONDITION);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(fake->test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_ASSERT_PTR_EQ(fake->test, fake->port->xfer.blame, &c->cmd);
	return c;
}

static void abort_of_the_blamed_command_drops_the_blame(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = deferred_blame(fake);

	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	KUNIT_EXPECT_NULL(test, fake->port->xfer.blame);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
	fake_expect_idle(test);
}

static void abort_of_another_command_keeps_the_blame(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *other = queued(fake, fake_sdev(fake, 0, 1));
	struct fake_cmd *c = deferred_blame(fake);

	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&other->scmd), SUCCESS);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
}

/* The rate limit of the dump is the port's own. */
static void first_abort_logs_the_last_events(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *a = queued(fake, sdev), *b = queued(fake, sdev);
	struct test_log log;

	memset(&fake->port->ring.entry, 0, sizeof(fake->port->ring.entry));
	fake->port->ring.head = 0;
	fake->port->ring.begun = 0;
	pioscsi_ring_add(&fake->port->ring, PIOSCSI_EV_START, 7, 0x28, 0);
	pioscsi_ring_add(&fake->port->ring, PIOSCSI_EV_LATER, 7, 1234, 99);
	test_log_begin(&log);
	pioscsi_eh_abort(&a->scmd);
	pioscsi_eh_abort(&b->scmd);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "aborting tag 0; last"), 1);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "aborting tag"), 1);
	KUNIT_EXPECT_EQ(test, test_log_count(log, " start tag=7 opcode=0x28"),
			1);
	KUNIT_EXPECT_EQ(test, test_log_count(log, " later tag=7 bytes=1234"),
			1);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "fake_hba"), 3);
}

static void begin_second_abort(struct fake_hba *fake, enum fake_op op)
{
	if (op != FAKE_ABORT || fake->count[FAKE_ABORT] > 1)
		return;
	fake_task_run(fake->hook_arg);
	/* Time for the second one to do what it should not. */
	msleep(50);
	if (fake->count[FAKE_ABORT] > 1)
		fake_broke(fake, "began two aborts at once");
}

static void second_abort_waits_for_the_first(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *a = queued(fake, sdev), *b = queued(fake, sdev);
	struct fake_cmd *c = fake_deferred_read(fake, sdev, LEN);
	struct fake_task task = {
		.fake = fake, .fn = pioscsi_eh_abort, .scmd = &b->scmd
	};

	fake_trace(fake);
	fake->hook = begin_second_abort;
	fake->hook_arg = &task;
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&a->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, fake_task_wait(&task), SUCCESS);
	fake->hook = NULL;
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "forget0 forget1");
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, c->done, 1);
	fake_expect_idle(test);
}

static void run_second_abort(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_ABORT && fake->count[FAKE_ABORT] == 1) {
		fake_task_run(fake->hook_arg);
		/* Time for the second one to begin its wait. */
		msleep(50);
	}
	/* Let the second one run. */
	if (op == FAKE_IN && fake->pieces == 1)
		msleep(20);
}

/* The bottom half begins between the two. */
static void second_abort_interrupts_data_after_the_first(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *a = queued(fake, sdev), *b = queued(fake, sdev);
	struct fake_cmd *c = fake_deferred_read(fake, sdev, LEN);
	struct fake_task second = {
		.fake = fake, .fn = pioscsi_eh_abort, .scmd = &b->scmd
	};

	fake->hook = run_second_abort;
	fake->hook_arg = &second;
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&a->scmd), SUCCESS);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, fake_task_wait(&second), SUCCESS);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_ABORT], 2);
	KUNIT_EXPECT_LT(test, c->at, LEN);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(abort_of_a_queued_command_needs_no_chip),
	KUNIT_CASE(abort_keeps_other_queued_commands),
	KUNIT_CASE(abort_of_a_started_command_asks_front_end),
	KUNIT_CASE(abort_of_an_ended_command_succeeds),
	KUNIT_CASE(abort_of_a_saved_end_needs_no_chip),
	KUNIT_CASE(abort_after_a_bus_reset_needs_no_chip),
	KUNIT_CASE(abort_that_fails_changes_nothing),
	KUNIT_CASE(abort_drops_the_saved_context),
	KUNIT_CASE(abort_keeps_the_context_of_another),
	KUNIT_CASE(abort_of_the_blamed_command_drops_the_blame),
	KUNIT_CASE(abort_of_another_command_keeps_the_blame),
	KUNIT_CASE(first_abort_logs_the_last_events),
	KUNIT_CASE(second_abort_waits_for_the_first),
	KUNIT_CASE(second_abort_interrupts_data_after_the_first),
	{}
};

static struct kunit_suite suite = {
	.name = "port_abort",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

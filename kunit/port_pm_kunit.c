// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend and resume: no context touches a chip without power, and only
 * commands inside the chip are lost.
 */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../irq.h"
#include "fake_cmd.h"
#include "fake_port.h"
#include "fake_task.h"
#include "scsi_test.h"

#define LEN	4096U

static struct fake_cmd *queued_read(struct fake_hba *fake)
{
	return fake_queued(fake, fake_sdev(fake, 0, 0), DMA_FROM_DEVICE, LEN);
}

static void resume(struct fake_hba *fake)
{
	KUNIT_EXPECT_EQ(fake->test, pioscsi_resume_hba(fake->hba), 0);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(fake->test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_FALSE(fake->test, fake->masked);
}

static void suspend_masks_and_resume_resets(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_known_sdev(fake);

	pioscsi_suspend_hba(fake->hba);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_SUSPENDED);
	resume(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "hba unmask");
	KUNIT_EXPECT_TRUE(test, sdev->expecting_cc_ua);
}

static void suspended_chip_is_not_touched(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	bool *can_mask = &fake->hba->can_mask;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		*can_mask = !i;
		pioscsi_suspend_hba(fake->hba);
		fake_trace(fake);
		fake_raise(fake);
		KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_NONE);
		KUNIT_EXPECT_FALSE(test, pioscsi_check_lost(fake->port));
		KUNIT_EXPECT_FALSE(test, pioscsi_poll_chip(fake->port));
		fake_thread(fake);
		KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
		fake->pending = false;
		resume(fake);
	}
	*can_mask = true;
}

static void command_waits_for_resume(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	pioscsi_suspend_hba(fake->hba);
	c = queued_read(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 0);
	resume(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 1);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
}

static void refused_command_is_offered_again_after_resume(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = queued_read(fake)->scmd.device;

	fake_queued_held(fake, sdev);
	KUNIT_ASSERT_TRUE(test, fake->port->stalled);
	pioscsi_suspend_hba(fake->hba);
	fake_trace(fake);
	resume(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "hba done0 start1 unmask");
}

/* The midlayer suspends idle hosts only, so this should not occur. */
static void started_command_is_retried_after_resume(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	fake_slow(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	pioscsi_suspend_hba(fake->hba);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	resume(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, host_byte(c->result), DID_RESET);
}

/* The midlayer would end it with an error instead. */
static void resume_renews_the_age_of_commands(struct kunit *test)
{
	const unsigned long hours_ago = jiffies - 3600 * HZ;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *started = queued_read(fake);
	struct fake_cmd *waiting;

	pioscsi_suspend_hba(fake->hba);
	waiting = queued_read(fake);
	started->scmd.jiffies_at_alloc = hours_ago;
	waiting->scmd.jiffies_at_alloc = hours_ago;
	resume(fake);
	KUNIT_EXPECT_TRUE(test, time_before(hours_ago + 3000 * HZ,
					    started->scmd.jiffies_at_alloc));
	KUNIT_EXPECT_TRUE(test, time_before(hours_ago + 3000 * HZ,
					    waiting->scmd.jiffies_at_alloc));
}

static void failed_resume_takes_hba_out_of_service(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	pioscsi_suspend_hba(fake->hba);
	c = queued_read(fake);
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), -EIO);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, host_byte(c->result), DID_TIME_OUT);
	/* The host can be removed, because error handling is not blocked. */
	KUNIT_EXPECT_FALSE(test, fake->port->yield);
}

static void dead_hba_stays_dead_after_resume(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	fake_fail(fake, FAKE_HBA, -EIO, 1);
	KUNIT_ASSERT_EQ(test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	fake_trace(fake);
	pioscsi_suspend_hba(fake->hba);
	/* The power loss has reset the chip. */
	fake->masked = false;
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "mask");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
}

/* Out of service, and then without power. */
static void suspend_dead(struct fake_hba *fake)
{
	struct fake_cmd *c = queued_read(fake);

	fake_fail(fake, FAKE_HBA, -EIO, 1);
	KUNIT_ASSERT_EQ(fake->test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	KUNIT_ASSERT_EQ(fake->test, fake->port->owner, PIOSCSI_DEAD);
	pioscsi_suspend_hba(fake->hba);
	fake_trace(fake);
}

static void dead_chip_without_power_is_not_touched(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	bool *can_mask = &fake->hba->can_mask;

	*can_mask = false;
	suspend_dead(fake);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_NONE);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	/* With power its line has to be acknowledged again. */
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	*can_mask = true;
}

static void dead_chip_is_masked_again_after_resume(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	suspend_dead(fake);
	/* The power loss. */
	fake->masked = false;
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	KUNIT_EXPECT_TRUE(test, fake->masked);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
}

static void removed_chip_is_not_suspended(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->owner = PIOSCSI_DEAD;
	pioscsi_suspend_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	/* Its removal must not wait for a resume. */
	KUNIT_EXPECT_FALSE(test, fake->port->yield);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	fake->port->owner = PIOSCSI_IDLE;
}

static void lose_mask_at_reset(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_HBA)
		fake->masked = false;
}

static void chip_that_fails_its_reset_is_masked(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	pioscsi_suspend_hba(fake->hba);
	fake->hook = lose_mask_at_reset;
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), -EIO);
	KUNIT_EXPECT_TRUE(test, fake->masked);
}

static void error_handling_waits_for_resume(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);
	struct fake_task task = {
		.fake = fake, .fn = pioscsi_eh_lun_reset, .scmd = &c->scmd
	};

	pioscsi_suspend_hba(fake->hba);
	fake_task_run(&task);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_LUN], 0);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, fake_task_wait(&task), SUCCESS);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_LUN], 1);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

static void idle_chip_is_only_masked_at_shutdown(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_trace(fake);
	pioscsi_shutdown_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 0);
	KUNIT_EXPECT_TRUE(test, fake->masked);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	fake_trace(fake);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_NONE);
	KUNIT_EXPECT_FALSE(test, pioscsi_check_lost(fake->port));
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
}

static void chip_that_cannot_be_masked_is_reset_at_shutdown(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	bool *can_mask = &fake->hba->can_mask;

	*can_mask = false;
	pioscsi_shutdown_hba(fake->hba);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "hba");
	*can_mask = true;
}

static void commands_end_at_shutdown(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c[3];
	unsigned int i;

	c[0] = queued_read(fake);
	fake_fail(fake, FAKE_START, -EBUSY, 1);
	c[1] = queued_read(fake);
	fake_trace(fake);
	pioscsi_shutdown_hba(fake->hba);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask hba done0 done1");
	KUNIT_EXPECT_TRUE(test, fake->masked);
	c[2] = queued_read(fake);
	for (i = 0; i < ARRAY_SIZE(c); i++) {
		KUNIT_EXPECT_EQ(test, c[i]->done, 1);
		KUNIT_EXPECT_EQ(test, host_byte(c[i]->result), DID_NO_CONNECT);
	}
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 2);
}

static void saved_reset_is_dropped_at_shutdown(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	fake_say(fake, PIOSCSI_RESET);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	pioscsi_shutdown_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, fake->port->next, PIOSCSI_WAIT);
	KUNIT_EXPECT_EQ(test, host_byte(c->result), DID_NO_CONNECT);
}

static void transfer_stops_at_shutdown(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	fake_slow(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	pioscsi_shutdown_hba(fake->hba);
	fake_thread(fake);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, c->at, 0);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, host_byte(c->result), DID_NO_CONNECT);
	KUNIT_EXPECT_TRUE(test, fake->masked);
}

static void chip_that_fails_its_reset_at_shutdown_is_masked(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	fake->hook = lose_mask_at_reset;
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	pioscsi_shutdown_hba(fake->hba);
	KUNIT_EXPECT_TRUE(test, fake->masked);
	KUNIT_EXPECT_EQ(test, host_byte(c->result), DID_NO_CONNECT);
}

struct mask_case {
	const char *text;
	bool can_mask;
};

static const struct mask_case mask_cases[] = {
	{ "reset failed at shutdown (-5), leaving it masked", true },
	{ "reset failed at shutdown (-5), leaving it unmasked", false },
};

KUNIT_ARRAY_PARAM_DESC(mask, mask_cases, text);

static void failed_reset_at_shutdown_reports_the_mask(struct kunit *test)
{
	const struct mask_case *m = test->param_value;
	struct fake_hba *fake = test->priv;
	struct test_log log;

	fake->hba->can_mask = m->can_mask;
	queued_read(fake);
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	test_log_begin(&log);
	pioscsi_shutdown_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, test_log_count(log, m->text), 1);
}

static void dead_chip_is_left_alone_at_shutdown(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	fake_fail(fake, FAKE_HBA, -EIO, 1);
	KUNIT_ASSERT_EQ(test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	fake_trace(fake);
	pioscsi_shutdown_hba(fake->hba);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
}

static void fault_before_suspend_resets_the_chip_once(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_say(fake, PIOSCSI_FAULT);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	pioscsi_suspend_hba(fake->hba);
	resume(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(suspend_masks_and_resume_resets),
	KUNIT_CASE(suspended_chip_is_not_touched),
	KUNIT_CASE(command_waits_for_resume),
	KUNIT_CASE(started_command_is_retried_after_resume),
	KUNIT_CASE(resume_renews_the_age_of_commands),
	KUNIT_CASE(refused_command_is_offered_again_after_resume),
	KUNIT_CASE(failed_resume_takes_hba_out_of_service),
	KUNIT_CASE(dead_hba_stays_dead_after_resume),
	KUNIT_CASE(error_handling_waits_for_resume),
	KUNIT_CASE(dead_chip_without_power_is_not_touched),
	KUNIT_CASE(dead_chip_is_masked_again_after_resume),
	KUNIT_CASE(removed_chip_is_not_suspended),
	KUNIT_CASE(chip_that_fails_its_reset_is_masked),
	KUNIT_CASE(idle_chip_is_only_masked_at_shutdown),
	KUNIT_CASE(chip_that_cannot_be_masked_is_reset_at_shutdown),
	KUNIT_CASE(commands_end_at_shutdown),
	KUNIT_CASE(saved_reset_is_dropped_at_shutdown),
	KUNIT_CASE(transfer_stops_at_shutdown),
	KUNIT_CASE(chip_that_fails_its_reset_at_shutdown_is_masked),
	KUNIT_CASE_PARAM(failed_reset_at_shutdown_reports_the_mask,
			 mask_gen_params),
	KUNIT_CASE(dead_chip_is_left_alone_at_shutdown),
	KUNIT_CASE(fault_before_suspend_resets_the_chip_once),
	{}
};

static struct kunit_suite suite = {
	.name = "port_pm",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

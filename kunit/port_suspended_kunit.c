// SPDX-License-Identifier: GPL-2.0-only
/*
 * An HBA that is suspended and not resumed: its bus may remove it, the machine
 * may restart, or it is suspended once more. None of them waits for a resume,
 * nor touches the chip. The machine does not sleep meanwhile.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/notifier.h>
#include <linux/reboot.h>
#include <linux/suspend.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../owner.h"
#include "../pm.h"
#include "fake_cmd.h"
#include "fake_port.h"
#include "fake_task.h"

static struct fake_cmd *queued_read(struct fake_hba *fake)
{
	return fake_queued(fake, fake_sdev(fake, 0, 0), DMA_FROM_DEVICE, 4096);
}

static struct pioscsi_hba *hba_of(struct scsi_cmnd *scmd)
{
	return &pioscsi_shost_port(scmd->device->host)->hba;
}

static int suspend(struct scsi_cmnd *scmd)
{
	pioscsi_suspend_hba(hba_of(scmd));
	return SUCCESS;
}

static int shut_down(struct scsi_cmnd *scmd)
{
	pioscsi_shutdown_hba(hba_of(scmd));
	return SUCCESS;
}

static int remove(struct scsi_cmnd *scmd)
{
	fake_port_remove(*(struct fake_hba **)hba_of(scmd)->priv);
	return SUCCESS;
}

/*
 * Call @fn for a suspended HBA, in a second task because it might wait for ever
 * for a resume.
 */
static void expect_no_wait(struct fake_hba *fake, struct fake_cmd *c,
			   int (*fn)(struct scsi_cmnd *scmd))
{
	struct fake_task task = {
		.fake = fake, .fn = fn, .scmd = &c->scmd
	};

	fake_task_run(&task);
	if (fake_task_wait(&task) == SUCCESS)
		return;
	KUNIT_FAIL(fake->test, "waits for a resume");
	pioscsi_resume_hba(fake->hba);
	fake_task_wait(&task);
}

/*
 * Suspend the HBA and queue a read. Call @fn for the HBA, which must not wait,
 * and which may end the read.
 */
static struct fake_cmd *call_suspended(struct fake_hba *fake,
				       int (*fn)(struct scsi_cmnd *scmd))
{
	struct fake_cmd *c;

	pioscsi_suspend_hba(fake->hba);
	c = queued_read(fake);
	fake_trace(fake);
	expect_no_wait(fake, c, fn);
	return c;
}

static void expect_refused(struct fake_cmd *c)
{
	KUNIT_EXPECT_EQ(c->fake->test, c->done, 1);
	KUNIT_EXPECT_EQ(c->fake->test, host_byte(c->result), DID_NO_CONNECT);
}

static void hba_suspended_twice_is_resumed(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	call_suspended(fake, suspend);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_SUSPENDED);
	KUNIT_EXPECT_TRUE(test, fake->port->yield);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	fake_kick(fake);
	fake_expect_idle(test);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 1);
}

/* A bus removes a device without a resume if its card was taken out. */
static void suspended_hba_is_removed_untouched(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = call_suspended(fake, remove);

	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "done0");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_FALSE(test, fake->port->yield);
	expect_refused(c);
}

static void suspended_hba_is_shut_down_untouched(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	bool *can_mask = &fake->hba->can_mask;
	struct fake_cmd *c;

	/* Each interrupt of such a chip is acknowledged, even if it is dead. */
	*can_mask = false;
	c = call_suspended(fake, shut_down);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_NONE);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "done0");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_FALSE(test, fake->port->yield);
	expect_refused(c);
	expect_refused(queued_read(fake));
	*can_mask = true;
}

static void started_command_ends_at_removal_without_resume(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	pioscsi_suspend_hba(fake->hba);
	fake_trace(fake);
	expect_no_wait(fake, c, shut_down);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "done0");
	expect_refused(c);
}

static void dead_hba_without_power_is_shut_down_untouched(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_fail(fake, FAKE_HBA, -EIO, 1);
	KUNIT_ASSERT_EQ(test, FAILED,
			pioscsi_eh_host_reset(&queued_read(fake)->scmd));
	pioscsi_suspend_hba(fake->hba);
	expect_no_wait(fake, queued_read(fake), shut_down);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_EQ(test, fake->port->refusal, DID_NO_CONNECT);
	KUNIT_EXPECT_FALSE(test, fake->port->yield);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
}

/* The resume of an ATA channel may come after the shutdown. */
static void late_resume_does_not_touch_the_chip(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	call_suspended(fake, shut_down);
	fake_trace(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
}

static void resume_leaves_error_handling_the_chip(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	pioscsi_own_recovery(fake->port);
	fake_trace(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_RECOVERY);
	KUNIT_EXPECT_TRUE(test, fake->port->yield);
	pioscsi_recovered(fake->port);
	fake_kick(fake);
	fake_expect_idle(test);
}

static void error_handling_ends_when_suspended_hba_is_lost(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);
	struct fake_task task = {
		.fake = fake, .fn = pioscsi_eh_lun_reset, .scmd = &c->scmd
	};

	pioscsi_suspend_hba(fake->hba);
	fake_trace(fake);
	fake_task_run(&task);
	expect_no_wait(fake, c, shut_down);
	KUNIT_EXPECT_EQ(test, fake_task_wait(&task), FAILED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "done0");
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_LUN], 0);
	expect_refused(c);
}

/* The kernel calls these functions before it shuts down or suspends disks. */
static int announce_restart(struct scsi_cmnd *scmd)
{
	struct notifier_block *nb = &pioscsi_restart_nb;

	nb->notifier_call(nb, SYS_POWER_OFF, NULL);
	return SUCCESS;
}

static int announce_sleep(unsigned long event)
{
	struct notifier_block *nb = &pioscsi_sleep_nb;

	return notifier_to_errno(nb->notifier_call(nb, event, NULL));
}

static int sleep_begins(void)
{
	return announce_sleep(PM_SUSPEND_PREPARE);
}

/* The kernel does not call this for a notifier that refused the sleep. */
static void sleep_ends(void)
{
	announce_sleep(PM_POST_SUSPEND);
}

static void commands_of_suspended_hba_end_before_restart(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = call_suspended(fake, announce_restart);

	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "done0");
	expect_refused(c);
	expect_refused(queued_read(fake));
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
}

static void machine_cannot_sleep_beside_suspended_hba(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	pioscsi_suspend_hba(fake->hba);
	c = queued_read(fake);
	KUNIT_EXPECT_EQ(test, sleep_begins(), -EBUSY);
	KUNIT_EXPECT_EQ(test, announce_sleep(PM_HIBERNATION_PREPARE), -EBUSY);
	/* Before an image is loaded, too. */
	KUNIT_EXPECT_EQ(test, announce_sleep(PM_RESTORE_PREPARE), -EBUSY);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_SUSPENDED);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	KUNIT_EXPECT_EQ(test, sleep_begins(), 0);
}

static void machine_can_sleep_after_removal_of_suspended_hba(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	pioscsi_suspend_hba(fake->hba);
	fake_port_remove(fake);
	KUNIT_EXPECT_EQ(test, sleep_begins(), 0);
}

static int resume(struct scsi_cmnd *scmd)
{
	msleep(50);
	pioscsi_resume_hba(hba_of(scmd));
	return SUCCESS;
}

/* A front end may resume its chip in the background. */
static void sleep_waits_for_a_resume_that_has_begun(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_task task = { .fake = fake, .fn = resume };

	pioscsi_suspend_hba(fake->hba);
	task.scmd = &queued_read(fake)->scmd;
	fake_task_run(&task);
	KUNIT_EXPECT_EQ(test, sleep_begins(), 0);
	KUNIT_EXPECT_EQ(test, fake_task_wait(&task), SUCCESS);
}

static void restart_waits_for_a_resume_that_has_begun(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_task task = { .fake = fake, .fn = resume };
	struct fake_cmd *c;

	pioscsi_suspend_hba(fake->hba);
	c = queued_read(fake);
	task.scmd = &c->scmd;
	fake_task_run(&task);
	announce_restart(&c->scmd);
	KUNIT_EXPECT_EQ(test, fake_task_wait(&task), SUCCESS);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_kick(fake);
	fake_expect_idle(test);
}

static void hba_in_service_delays_no_sleep_and_no_restart(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	KUNIT_EXPECT_EQ(test, sleep_begins(), 0);
	announce_restart(&c->scmd);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_expect_idle(test);
}

/* The midlayer's flush of its disks would wait for the resume. */
static void hba_is_not_suspended_alone_before_a_sleep(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	KUNIT_EXPECT_EQ(test, sleep_begins(), 0);
	KUNIT_EXPECT_EQ(test, pioscsi_suspend_hba(fake->hba), -EBUSY);
	c = queued_read(fake);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	/* The kernel suspends all devices that it has prepared. */
	fake->hba->dev->power.is_prepared = true;
	KUNIT_EXPECT_EQ(test, pioscsi_suspend_hba(fake->hba), 1);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	fake->hba->dev->power.is_prepared = false;
	sleep_ends();
	KUNIT_EXPECT_EQ(test, pioscsi_suspend_hba(fake->hba), 1);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
}

static void hba_is_not_suspended_alone_before_a_restart(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	announce_restart(NULL);
	KUNIT_EXPECT_EQ(test, pioscsi_suspend_hba(fake->hba), -EBUSY);
	fake_expect_idle(test);
}

static void refused_sleep_lets_hba_be_suspended_alone(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	KUNIT_EXPECT_EQ(test, pioscsi_suspend_hba(fake->hba), 1);
	KUNIT_EXPECT_EQ(test, sleep_begins(), -EBUSY);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	KUNIT_EXPECT_EQ(test, pioscsi_suspend_hba(fake->hba), 1);
	KUNIT_EXPECT_EQ(test, pioscsi_suspend_hba(fake->hba), 0);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(hba_suspended_twice_is_resumed),
	KUNIT_CASE(suspended_hba_is_removed_untouched),
	KUNIT_CASE(suspended_hba_is_shut_down_untouched),
	KUNIT_CASE(started_command_ends_at_removal_without_resume),
	KUNIT_CASE(dead_hba_without_power_is_shut_down_untouched),
	KUNIT_CASE(late_resume_does_not_touch_the_chip),
	KUNIT_CASE(resume_leaves_error_handling_the_chip),
	KUNIT_CASE(error_handling_ends_when_suspended_hba_is_lost),
	KUNIT_CASE(commands_of_suspended_hba_end_before_restart),
	KUNIT_CASE(machine_cannot_sleep_beside_suspended_hba),
	KUNIT_CASE(machine_can_sleep_after_removal_of_suspended_hba),
	KUNIT_CASE(sleep_waits_for_a_resume_that_has_begun),
	KUNIT_CASE(restart_waits_for_a_resume_that_has_begun),
	KUNIT_CASE(hba_in_service_delays_no_sleep_and_no_restart),
	KUNIT_CASE(hba_is_not_suspended_alone_before_a_sleep),
	KUNIT_CASE(hba_is_not_suspended_alone_before_a_restart),
	KUNIT_CASE(refused_sleep_lets_hba_be_suspended_alone),
	{}
};

/* The commands of a failed case still exist here. The removal ends them. */
static void end(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	sleep_ends();
	if (fake && fake->port->owner == PIOSCSI_SUSPENDED)
		fake_port_remove(fake);
}

static struct kunit_suite suite = {
	.name = "port_suspended",
	.init = fake_port_init,
	.exit = end,
	.test_cases = cases,
};

kunit_test_suite(suite);

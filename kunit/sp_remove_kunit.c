// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removal of an HBA of a miniport, in service or suspended.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>
#include <scsi/scsi.h>

#include "../scsiport/power.h"
#include "fake_miniport.h"
#include "fake_task.h"

static int remove_hba(struct scsi_cmnd *scmd)
{
	mini_remove(kunit_get_current_test()->priv);
	return SUCCESS;
}

/* A scan that waits for its INQUIRY, but not for ever. */
static struct {
	struct fake_cmd *inquiry;
	struct completion begun;
} scan;

static void send_inquiry(struct work_struct *work)
{
	unsigned long end = jiffies + 15 * HZ;

	fake_queue(scan.inquiry);
	complete(&scan.begun);
	while (!READ_ONCE(scan.inquiry->done) && time_before(jiffies, end))
		msleep(20);
}

/* The scan began before the suspend, and the card is taken out meanwhile. */
static void removal_of_a_suspended_hba_ends_its_scan(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_task task = { .fake = &mini->fake, .fn = remove_hba };

	mini_load(mini);
	scan.inquiry = fake_cmd(&mini->fake, fake_sdev(&mini->fake, 0, 0),
				DMA_NONE, 0);
	init_completion(&scan.begun);
	sp_pm_ops.suspend(mini->sp->place.dev);
	mini->sp->change.func = send_inquiry;
	queue_work(system_wq, &mini->sp->change);
	wait_for_completion(&scan.begun);
	fake_task_run(&task);
	if (fake_task_wait(&task) != SUCCESS) {
		KUNIT_FAIL(test, "the removal waits for the scan");
		fake_task_wait(&task);
	}
	KUNIT_EXPECT_EQ(test, scan.inquiry->done, 1);
	KUNIT_EXPECT_EQ(test, scan.inquiry->result, DID_NO_CONNECT << 16);
}

static void bus_change_in_a_suspend_scans_the_bus_afterwards(struct kunit *test)
{
#ifdef CONFIG_FREEZER
	struct mini *mini = test->priv;

	mini_load(mini);
	freeze_workqueues_begin();
	ScsiPortNotification(BusChangeDetected, mini_dx(mini), 0);
	msleep(100);
	KUNIT_EXPECT_EQ(test, mini->sp->changed, 1);
	thaw_workqueues();
	flush_work(&mini->sp->change);
	KUNIT_EXPECT_EQ(test, mini->sp->changed, 0);
#else
	kunit_skip(test, "needs the freezer");
#endif
}

static struct kunit_case cases[] = {
	KUNIT_CASE(removal_of_a_suspended_hba_ends_its_scan),
	KUNIT_CASE(bus_change_in_a_suspend_scans_the_bus_afterwards),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_remove",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removal of an HBA of a miniport, in service or suspended.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/freezer.h>
#include <linux/irq.h>
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

static void note_handler(struct mini *mini, enum mini_step step)
{
	if (step == MINI_CONTROL && irq_has_action(mini->drv.irq))
		mini_note(mini, "handler");
}

static void removal_stops_hba_before_freeing_interrupt(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->controls = MINI_CONTROLS;
	mini_load(mini);
	mini_note_intx(mini);
	mini->hook = note_handler;
	mini_remove(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "stop handler boot handler intx_off");
}

static void set_caches_data(struct mini *mini,
			    PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->CachesData = TRUE;
}

static void removal_flushes_the_cache_before_the_stop(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->controls = MINI_CONTROLS;
	mini->configure = set_caches_data;
	mini_load(mini);
	mini_run_one(mini);
	mini_trace(mini);
	mini_remove(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "start start stop boot");
}

static void failed_initialize_turns_the_interrupt_off(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_note_intx(mini);
	mini->init_fails = true;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "intx_off find intx_on init intx_off");
}

static void fail_first_initialize(struct mini *mini, enum mini_step step)
{
	if (step == MINI_INIT)
		mini->init_fails = mini->inits == 1;
}

/* The first HBA is the only one of its function when it fails. */
static void hba_after_a_failed_one_turns_the_interrupt_on(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_note_intx(mini);
	mini->again = 1;
	mini->hook = fail_first_initialize;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 1);
	mini->hook = NULL;
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "intx_off " MINI_WORD_FIND MINI_WORD_FIND
			   "intx_on init intx_off intx_on init query");
}

static void removal_stops_dma_before_freeing_memory(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = mini_make_master;
	mini_load(mini);
	mini_note_dma(mini);
	mini_remove(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "dma_off free_exts free_uncached");
}

static void removal_stops_all_hbas_before_freeing_memory(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->controls = MINI_CONTROLS;
	mini->configure = mini_make_master;
	mini->again = 1;
	KUNIT_ASSERT_EQ(test, mini_try(mini), 2);
	mini_trace(mini);
	mini_note_dma(mini);
	mini_remove(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "stop boot stop boot dma_off dma_off free_exts free_uncached free_exts free_uncached");
}

static void
failed_initialize_stops_dma_before_memory_is_freed(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_note_dma(mini);
	mini->configure = mini_make_master;
	mini->init_fails = true;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "find dma_on dma_on init dma_off free_exts free_uncached");
}

static void fail_second_initialize(struct mini *mini, enum mini_step step)
{
	if (step == MINI_INIT)
		mini->init_fails = mini->inits == 2;
}

#define FOUND	"find dma_on dma_on find dma_on dma_on "
#define FREED	"free_exts free_uncached"
/* Both HBAs end. */
#define ENDED	"dma_off dma_off " FREED " " FREED

/* One of two bus masters of a device fails, as @hook decides. */
static void expect_kept_memory(struct kunit *test,
			       void (*hook)(struct mini *mini,
					    enum mini_step step),
			       const char *trace)
{
	struct mini *mini = test->priv;

	mini_note_dma(mini);
	mini->configure = mini_make_master;
	mini->again = 1;
	mini->hook = hook;
	KUNIT_ASSERT_EQ(test, mini_try(mini), 1);
	mini->hook = NULL;
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), trace);
	mini_remove(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), ENDED);
}

static void memory_of_a_failed_second_hba_is_kept(struct kunit *test)
{
	expect_kept_memory(test, fail_second_initialize,
			   FOUND "init query init");
}

static void memory_of_a_failed_first_hba_is_kept(struct kunit *test)
{
	expect_kept_memory(test, fail_first_initialize,
			   FOUND "init init query");
}

static void make_first_master(struct mini *mini,
			      PPORT_CONFIGURATION_INFORMATION cfg)
{
	if (mini->finds == 1)
		mini_make_master(mini, cfg);
}

/* HwScsiFindAdapter has told the chip an address before it fails. */
static void removal_stops_dma_of_a_failed_hba(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_note_dma(mini);
	mini->configure = make_first_master;
	mini->find_ret[0] = SP_RETURN_ERROR;
	mini->again = 1;
	KUNIT_ASSERT_EQ(test, mini_try(mini), 1);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "find dma_on find init query");
	mini_remove(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "dma_off free_uncached free_exts");
}

static void
failure_of_all_hbas_stops_dma_before_memory_is_freed(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_note_dma(mini);
	mini->configure = mini_make_master;
	mini->init_fails = true;
	mini->again = 1;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   FOUND "init init " ENDED);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(removal_stops_dma_before_freeing_memory),
	KUNIT_CASE(removal_stops_all_hbas_before_freeing_memory),
	KUNIT_CASE(failed_initialize_stops_dma_before_memory_is_freed),
	KUNIT_CASE(memory_of_a_failed_second_hba_is_kept),
	KUNIT_CASE(memory_of_a_failed_first_hba_is_kept),
	KUNIT_CASE(removal_stops_dma_of_a_failed_hba),
	KUNIT_CASE(failure_of_all_hbas_stops_dma_before_memory_is_freed),
	KUNIT_CASE(removal_stops_hba_before_freeing_interrupt),
	KUNIT_CASE(removal_flushes_the_cache_before_the_stop),
	KUNIT_CASE(failed_initialize_turns_the_interrupt_off),
	KUNIT_CASE(hba_after_a_failed_one_turns_the_interrupt_on),
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

// SPDX-License-Identifier: GPL-2.0-only
/*
 * HBAs of miniports without ScsiStopAdapter: a suspend or a shutdown leaves
 * them running, with their interrupts and their DMA.
 */
#include <kunit/test.h>
#include <linux/device.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../scsiport/power.h"
#include "fake_miniport.h"

static void suspend(struct mini *mini)
{
	sp_pm_ops.suspend(mini->sp->place.dev);
}

static void resume(struct mini *mini)
{
	sp_pm_ops.resume(mini->sp->place.dev);
}

static void expect_acknowledged(struct mini *mini)
{
	mini->in_isr = true;
	mini_raise(mini);
	KUNIT_EXPECT_EQ(mini->test, mini_irq(mini), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(mini->test, mini_trace(mini), "isr");
	mini->in_isr = false;
}

static void
interrupt_after_a_suspend_without_stop_is_acknowledged(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	suspend(mini);
	expect_acknowledged(mini);
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "find init query reset");
	mini_run_one(mini);
}

static void
interrupt_after_a_shutdown_without_stop_is_acknowledged(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	sp_power_shutdown(dev_get_drvdata(mini->sp->place.dev));
	mini_trace(mini);
	expect_acknowledged(mini);
}

static void interrupt_after_suspend_noirq_calls_no_routine(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	suspend(mini);
	sp_pm_ops.suspend_noirq(mini->sp->place.dev);
	mini->reads = 0;
	mini_raise(mini);
	KUNIT_EXPECT_EQ(test, mini_irq(mini), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, mini->reads, 0);
	resume(mini);
	mini_run_one(mini);
}

/* HwScsiInterrupt has masked the HBA, which stays so until the resume. */
static void deferral_of_a_suspended_hba_ends_with_the_resume(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	suspend(mini);
	mini_raise(mini);
	KUNIT_EXPECT_EQ(test, mini_irq(mini), IRQ_HANDLED);
	mini->reads = 0;
	KUNIT_EXPECT_EQ(test, mini_irq(mini), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, mini->reads, 0);
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "isr find init query reset");
	mini_run_one(mini);
}

static void restart_turns_the_interrupt_on_after_the_stop(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->controls = MINI_CONTROLS;
	mini_load(mini);
	mini_note_intx(mini);
	suspend(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "stop boot intx_off");
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "running restart intx_on reset");
}

static void last_hba_of_a_device_turns_the_interrupt_off(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->controls = MINI_CONTROLS;
	mini->again = 1;
	KUNIT_ASSERT_EQ(test, mini_try(mini), 2);
	mini_trace(mini);
	mini_note_intx(mini);
	suspend(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "stop boot stop boot intx_off");
}

static void
resume_without_restart_keeps_memory_until_initialize(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = mini_make_master;
	mini_load(mini);
	mini_note_dma(mini);
	suspend(mini);
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "dma_off find dma_on dma_on init free_retired query dma_on reset");
	mini_run_one(mini);
}

/* The HBA may run until HwScsiInitialize, with addresses of its old memory. */
static void failed_resume_keeps_memory_until_removal(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = mini_make_master;
	mini_load(mini);
	mini_note_dma(mini);
	suspend(mini);
	mini->init_fails = true;
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "dma_off find dma_on dma_on init");
	mini_remove(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "dma_off free_exts free_uncached free_retired");
}

/* The failed HwScsiFindAdapter has not declared a bus master. */
static void
removal_after_a_failed_find_stops_dma_before_freeing_memory(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = mini_make_master;
	mini_load(mini);
	mini_note_dma(mini);
	mini->configure = NULL;
	mini->find_ret[1] = SP_RETURN_NOT_FOUND;
	suspend(mini);
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "dma_off find");
	mini_remove(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "dma_off free_exts free_retired");
}

/* Each HwScsiFindAdapter may have given its memory to the HBA. */
static void two_failed_resumes_keep_all_memory_until_removal(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = mini_make_master;
	mini_load(mini);
	mini_note_dma(mini);
	mini->find_ret[1] = SP_RETURN_NOT_FOUND;
	mini->find_ret[2] = SP_RETURN_NOT_FOUND;
	suspend(mini);
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "dma_off find dma_on");
	suspend(mini);
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "dma_off find dma_on");
	mini_remove(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "dma_off free_exts free_uncached free_retired free_retired");
}

/* The port keeps the HBA out of service, so there is no reset. */
static void resume_after_a_failed_resume_frees_old_memory(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = mini_make_master;
	mini_load(mini);
	mini_note_dma(mini);
	mini->find_ret[1] = SP_RETURN_NOT_FOUND;
	suspend(mini);
	resume(mini);
	mini_trace(mini);
	suspend(mini);
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "dma_off find dma_on dma_on init free_retired free_retired query dma_on");
}

/* The buffers of the commands that have ended may have new users. */
static struct fake_cmd *lose_master(struct mini *mini)
{
	struct fake_cmd *c;

	mini->configure = mini_make_master;
	mini_load(mini);
	mini_note_dma(mini);
	mini->reset_leaves = true;
	mini->reset_fails = true;
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(mini->test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_STREQ(mini->test, mini_trace(mini), "start reset dma_off");
	return c;
}

static void
resume_after_a_failed_reset_keeps_dma_off_until_init(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c = lose_master(mini);

	suspend(mini);
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "dma_off find dma_on init free_retired query");
	mini->reset_fails = false;
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "reset dma_on");
	mini_run_one(mini);
}

static void
failed_resume_after_a_failed_reset_leaves_dma_off(struct kunit *test)
{
	struct mini *mini = test->priv;

	lose_master(mini);
	mini->init_fails = true;
	suspend(mini);
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "dma_off find dma_on init dma_off");
	mini_remove(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "dma_off free_exts free_uncached free_retired");
}

/* The fourth call is for the second HBA. Its fake stays the first one. */
static void leave_second_find(struct mini *mini, enum mini_step step)
{
	if (step != MINI_FIND || mini->finds != 4)
		return;
	mini->configure = NULL;
	mini->sp = mini->arg;
}

/* Both HBAs are of one PCI function, which has one switch for DMA. */
static void hba_that_is_not_found_again_stops_no_other_dma(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = mini_make_master;
	mini->again = 1;
	KUNIT_ASSERT_EQ(test, mini_try(mini), 2);
	mini_trace(mini);
	suspend(mini);
	mini_note_dma(mini);
	mini->arg = mini->sp;
	mini->find_ret[3] = SP_RETURN_NOT_FOUND;
	mini->hook = leave_second_find;
	resume(mini);
	mini->hook = NULL;
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "dma_off find dma_on dma_on init free_retired query dma_off find dma_on reset");
}

/* Only a thread copies so much data, so that the request stays completed. */
static const struct fake_seg segs[] = { { .len = 4096 }, { .len = 4096 } };

/* Its command has ended, and the buffer may have a new user. */
static void failed_resume_drops_a_completed_request(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = fake_cmd_sg(&mini->fake, fake_sdev(&mini->fake, 0, 0),
			DMA_FROM_DEVICE, segs, ARRAY_SIZE(segs));
	fake_queue(c);
	mini_settle(mini);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	KUNIT_EXPECT_EQ(test, mini_end_in_isr(mini), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_FALSE(test, list_empty(&mini->sp->done));
	mini->find_ret[1] = SP_RETURN_NOT_FOUND;
	suspend(mini);
	resume(mini);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_TRUE(test, list_empty(&mini->sp->done));
}

static void restart_starts_dma_first(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->controls = MINI_CONTROLS;
	mini->configure = mini_make_master;
	mini_load(mini);
	mini_note_dma(mini);
	suspend(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "stop boot");
	resume(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "running dma_on restart dma_on reset");
	mini_run_one(mini);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(resume_without_restart_keeps_memory_until_initialize),
	KUNIT_CASE(failed_resume_keeps_memory_until_removal),
	KUNIT_CASE(removal_after_a_failed_find_stops_dma_before_freeing_memory),
	KUNIT_CASE(two_failed_resumes_keep_all_memory_until_removal),
	KUNIT_CASE(resume_after_a_failed_resume_frees_old_memory),
	KUNIT_CASE(resume_after_a_failed_reset_keeps_dma_off_until_init),
	KUNIT_CASE(failed_resume_after_a_failed_reset_leaves_dma_off),
	KUNIT_CASE(hba_that_is_not_found_again_stops_no_other_dma),
	KUNIT_CASE(failed_resume_drops_a_completed_request),
	KUNIT_CASE(restart_starts_dma_first),
	KUNIT_CASE(interrupt_after_a_suspend_without_stop_is_acknowledged),
	KUNIT_CASE(interrupt_after_a_shutdown_without_stop_is_acknowledged),
	KUNIT_CASE(interrupt_after_suspend_noirq_calls_no_routine),
	KUNIT_CASE(deferral_of_a_suspended_hba_ends_with_the_resume),
	KUNIT_CASE(restart_turns_the_interrupt_on_after_the_stop),
	KUNIT_CASE(last_hba_of_a_device_turns_the_interrupt_off),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_stop",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

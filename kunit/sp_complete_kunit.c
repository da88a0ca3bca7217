// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completions beside the owner of the chip, which may be on another CPU: the
 * case calls service() while a routine runs.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <scsi/scsi.h>

#include "fake_miniport.h"

/* The owner asks for a completed request, and must not get it yet. */
static void serve_beside(struct mini *mini)
{
	struct pioscsi_hba *hba = mini->sp->hba;
	struct pioscsi_xfer xfer = {};

	KUNIT_EXPECT_EQ(mini->test, hba->ops->service(hba, &xfer),
			PIOSCSI_WAIT);
	KUNIT_EXPECT_NULL(mini->test, xfer.cmd);
	mini_note(mini, "served");
}

static void serve_beside_isr(struct mini *mini, enum mini_step step)
{
	if (step == MINI_ISR_ENDED)
		serve_beside(mini);
}

/* The miniport may reset its chip after it has completed the requests. */
static void completion_in_the_isr_ends_command_after_return(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	mini->hook = serve_beside_isr;
	KUNIT_EXPECT_EQ(test, mini_end_in_isr(mini), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "start isr served");
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void completion_in_isr_that_returns_false_is_served(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	mini->disowns = true;
	KUNIT_EXPECT_EQ(test, mini_end_in_isr(mini), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, mini_irq(mini), IRQ_NONE);
}

static VOID complete_in_timer(PVOID dx)
{
	struct mini *mini = *(struct mini **)dx;

	ScsiPortCompleteRequest(dx, SP_UNTAGGED, SP_UNTAGGED, SP_UNTAGGED,
				SRB_STATUS_SUCCESS);
	serve_beside(mini);
}

/* The deferral was not ended when the time came, so the bottom half runs it. */
static void
completion_in_the_timer_ends_command_after_return(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	mini_deferred(mini);
	ScsiPortNotification(RequestTimerCall, mini_dx(mini), complete_in_timer,
			     1);
	msleep(50);
	mini_thread(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "start isr enable disable served");
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(completion_in_the_isr_ends_command_after_return),
	KUNIT_CASE(completion_in_isr_that_returns_false_is_served),
	KUNIT_CASE(completion_in_the_timer_ends_command_after_return),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_complete",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

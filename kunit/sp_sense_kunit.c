// SPDX-License-Identifier: GPL-2.0-only
/* An overrun whose sense data the port fetches: there is no autosense. */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "fake_miniport.h"

/* Let a READ end with an overrun and CHECK CONDITION. */
static struct fake_cmd *overrun_with_key(struct mini *mini, u8 key)
{
	struct fake_cmd *c;
	u8 *sense;

	mini->hw[0].AutoRequestSense = FALSE;
	mini->hw[0].TaggedQueuing = FALSE;
	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_FROM_DEVICE,
			 512);
	mini->srb[0]->ScsiStatus = SAM_STAT_CHECK_CONDITION;
	mini_finish(mini, mini->srb[0], SRB_STATUS_DATA_OVERRUN);
	KUNIT_ASSERT_EQ(mini->test, mini->nr_srbs, 2);
	KUNIT_EXPECT_EQ(mini->test, mini->srb[1]->Cdb[0], REQUEST_SENSE);
	sense = mini->srb[1]->DataBuffer;
	sense[0] = 0x70;
	sense[2] = key;
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(mini->test, c->done, 1);
	return c;
}

/* The midlayer would take RECOVERED ERROR for a success. */
static void overrun_with_fetched_recovered_error_fails(struct kunit *test)
{
	struct fake_cmd *c = overrun_with_key(test->priv, RECOVERED_ERROR);

	KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
	KUNIT_EXPECT_EQ(test, c->sense[0], 0);
}

static void overrun_with_fetched_medium_error_keeps_sense(struct kunit *test)
{
	struct fake_cmd *c = overrun_with_key(test->priv, MEDIUM_ERROR);

	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, c->sense[2], MEDIUM_ERROR);
}

static void overrun_is_cleared_before_a_command(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = fake_cmd(&mini->fake, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	c->cmd.overran = true;
	fake_queue(c);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	KUNIT_EXPECT_FALSE(test, c->cmd.overran);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(overrun_with_fetched_recovered_error_fails),
	KUNIT_CASE(overrun_with_fetched_medium_error_keeps_sense),
	KUNIT_CASE(overrun_is_cleared_before_a_command),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_sense",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

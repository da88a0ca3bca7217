// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules 16 to 22 and 24 of the ScsiPort API: requests, their extensions, sense
 * data and buffers.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../../scsi_priv.h"
#include "fake_miniport.h"

#define EXT_BYTES	40

static void
rule_16_extensions_of_32_active_requests_are_distinct(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *sdev;
	void *ext[32];
	unsigned int i, j;

	mini->asks_lu = true;
	mini_load(mini);
	KUNIT_ASSERT_EQ(test, mini->fake.hba->depth, 32);
	sdev = fake_sdev(&mini->fake, 0, 0);
	for (i = 0; i < 32; i++) {
		mini_started(mini, sdev, DMA_NONE, 0);
		ext[i] = mini->srb[i]->SrbExtension;
		KUNIT_ASSERT_NOT_NULL(test, ext[i]);
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)ext[i],
						   sizeof(void *)));
		memset(ext[i], i, EXT_BYTES);
	}
	for (i = 0; i < 32; i++) {
		KUNIT_EXPECT_PTR_EQ(test, ext[i], mini->srb[i]->SrbExtension);
		for (j = 0; j < EXT_BYTES; j++)
			KUNIT_EXPECT_EQ(test, ((u8 *)ext[i])[j], i);
	}
	mini->asks_lu = false;
	mini_finish_all(mini);
	KUNIT_EXPECT_EQ(test, mini->fake.ended, 32);
}

static void rule_17_unit_extension_is_zeroed_and_stable(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *sdev;
	void *ext;

	mini_load(mini);
	sdev = fake_sdev(&mini->fake, 1, 2);
	KUNIT_EXPECT_NULL(test,
			  ScsiPortGetLogicalUnit(mini_dx(mini), 0, 1, 2));
	mini_started(mini, sdev, DMA_NONE, 0);
	ext = ScsiPortGetLogicalUnit(mini_dx(mini), 0, 1, 2);
	KUNIT_ASSERT_NOT_NULL(test, ext);
	KUNIT_EXPECT_NULL(test, memchr_inv(ext, 0, 64));
	memset(ext, 1, 64);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_PTR_EQ(test, ext,
			    ScsiPortGetLogicalUnit(mini_dx(mini), 0, 1, 2));
	mini_started(mini, sdev, DMA_NONE, 0);
	KUNIT_EXPECT_PTR_EQ(test, ext,
			    ScsiPortGetLogicalUnit(mini_dx(mini), 0, 1, 2));
	KUNIT_EXPECT_NULL(test, memchr_inv(ext, 1, 64));
	KUNIT_EXPECT_NULL(test,
			  ScsiPortGetLogicalUnit(mini_dx(mini), 0, 2, 2));
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
}

static PSCSI_REQUEST_BLOCK get_srb(struct mini *mini, UCHAR lun, LONG tag)
{
	return ScsiPortGetSrb(mini_dx(mini), 0, 0, lun, tag);
}

/* A miniport may use 0 for "no tag". */
static void rule_18_get_srb_finds_a_request_by_its_tag(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini_started(mini, fake_sdev(&mini->fake, 0, 3), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, mini->srb[0]->QueueTag, 1);
	KUNIT_EXPECT_TRUE(test, mini->srb[0]->SrbFlags &
				SRB_FLAGS_QUEUE_ACTION_ENABLE);
	KUNIT_EXPECT_PTR_EQ(test, get_srb(mini, 3, 1), mini->srb[0]);
	KUNIT_EXPECT_NULL(test, get_srb(mini, 3, 0));
	KUNIT_EXPECT_NULL(test, get_srb(mini, 2, 1));
	KUNIT_EXPECT_NULL(test, get_srb(mini, 3, -1));
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_NULL(test, get_srb(mini, 3, 1));
}

static void
rule_18_get_srb_takes_255_and_minus_1_as_untagged(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->hw[0].TaggedQueuing = FALSE;
	mini_load(mini);
	mini_started(mini, fake_sdev(&mini->fake, 0, 3), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, mini->srb[0]->QueueTag, SP_UNTAGGED);
	KUNIT_EXPECT_FALSE(test, mini->srb[0]->SrbFlags &
				 SRB_FLAGS_QUEUE_ACTION_ENABLE);
	KUNIT_EXPECT_PTR_EQ(test, get_srb(mini, 3, -1), mini->srb[0]);
	KUNIT_EXPECT_PTR_EQ(test, get_srb(mini, 3, 255), mini->srb[0]);
	KUNIT_EXPECT_NULL(test, get_srb(mini, 3, 0));
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

/* MultipleRequestPerLu: a tag, but no queue action. */
static void
several_requests_without_tags_have_a_tag_and_no_action(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *sdev;

	mini->hw[0].TaggedQueuing = FALSE;
	mini->hw[0].MultipleRequestPerLu = TRUE;
	mini->asks_lu = true;
	mini_load(mini);
	sdev = fake_sdev(&mini->fake, 0, 0);
	mini_started(mini, sdev, DMA_NONE, 0);
	mini_started(mini, sdev, DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, mini->srb[1]->QueueTag, 2);
	KUNIT_EXPECT_FALSE(test, mini->srb[1]->SrbFlags &
				 SRB_FLAGS_QUEUE_ACTION_ENABLE);
	KUNIT_EXPECT_PTR_EQ(test, get_srb(mini, 0, 2), mini->srb[1]);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_NEXT_LU], 0);
	mini->asks_lu = false;
	mini_finish_all(mini);
}

static void
rule_19_complete_request_ends_the_matching_requests(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c[4];

	mini->asks = true;
	mini_load(mini);
	c[0] = mini_started(mini, fake_sdev(&mini->fake, 0, 1), DMA_NONE, 0);
	c[1] = mini_started(mini, fake_sdev(&mini->fake, 1, 1), DMA_NONE, 0);
	c[2] = mini_started(mini, fake_sdev(&mini->fake, 2, 0), DMA_NONE, 0);
	c[3] = mini_started(mini, fake_sdev(&mini->fake, 2, 1), DMA_NONE, 0);
	/* All targets, LUN 1. */
	ScsiPortCompleteRequest(mini_dx(mini), 0, SP_UNTAGGED, 1,
				SRB_STATUS_ABORTED);
	mini_raise(mini);
	mini_settle(mini);
	KUNIT_EXPECT_EQ(test, c[0]->done, 1);
	KUNIT_EXPECT_EQ(test, c[1]->done, 1);
	KUNIT_EXPECT_EQ(test, c[2]->done, 0);
	KUNIT_EXPECT_EQ(test, c[3]->done, 1);
	KUNIT_EXPECT_EQ(test, c[0]->result, DID_ERROR << 16);
	mini_finish(mini, mini->srb[2], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, c[2]->result, SAM_STAT_GOOD);
}

static void rule_20_underrun_sets_the_residual(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_FROM_DEVICE,
			 512);
	KUNIT_EXPECT_EQ(test, mini->srb[0]->DataTransferLength, 512);
	memset(mini->srb[0]->DataBuffer, 0x77, 100);
	mini->srb[0]->DataTransferLength = 100;
	mini_finish(mini, mini->srb[0], SRB_STATUS_DATA_OVERRUN);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), 412);
	/* The bytes that did not come are cleared. */
	KUNIT_EXPECT_NULL(test, memchr_inv(fake_data(c), 0x77, 100));
	KUNIT_EXPECT_NULL(test, memchr_inv(fake_data(c) + 100, 0, 412));
}

/* The target had more data than the buffer holds. */
static void overrun_ends_with_an_error(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_FROM_DEVICE,
			 512);
	mini_finish(mini, mini->srb[0], SRB_STATUS_DATA_OVERRUN);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
}

/* Let a READ end with an overrun, CHECK CONDITION and sense data. */
static struct fake_cmd *overrun_with_sense(struct mini *mini, u8 key)
{
	struct fake_cmd *c = mini_started(mini, fake_sdev(&mini->fake, 0, 0),
					  DMA_FROM_DEVICE, 512);
	PSCSI_REQUEST_BLOCK srb = mini->srb[mini->nr_srbs - 1];
	u8 *sense = srb->SenseInfoBuffer;

	sense[0] = 0x70;
	sense[2] = key;
	srb->ScsiStatus = SAM_STAT_CHECK_CONDITION;
	mini_finish(mini, srb,
		    SRB_STATUS_DATA_OVERRUN | SRB_STATUS_AUTOSENSE_VALID);
	KUNIT_EXPECT_EQ(mini->fake.test, c->done, 1);
	return c;
}

/* The midlayer would take RECOVERED ERROR for a success. */
static void overrun_with_recovered_error_is_an_error(struct kunit *test)
{
	struct fake_cmd *c;

	mini_load(test->priv);
	c = overrun_with_sense(test->priv, RECOVERED_ERROR);
	KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
	KUNIT_EXPECT_EQ(test, c->sense[0], 0);
}

static void overrun_with_medium_error_keeps_sense(struct kunit *test)
{
	struct fake_cmd *c;

	mini_load(test->priv);
	c = overrun_with_sense(test->priv, MEDIUM_ERROR);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, c->sense[2], MEDIUM_ERROR);
}

static const struct {
	u8 status;
	u8 scsi_status;
	int result;
} results[] = {
	{ SRB_STATUS_SUCCESS, SAM_STAT_GOOD, SAM_STAT_GOOD },
	/* A command without data has no underrun. */
	{ SRB_STATUS_DATA_OVERRUN, SAM_STAT_GOOD, DID_ERROR << 16 },
	{ SRB_STATUS_DATA_OVERRUN, SAM_STAT_RESERVATION_CONFLICT,
	  SAM_STAT_RESERVATION_CONFLICT },
	{ SRB_STATUS_ERROR, SAM_STAT_RESERVATION_CONFLICT,
	  SAM_STAT_RESERVATION_CONFLICT },
	{ SRB_STATUS_ERROR, SAM_STAT_GOOD, DID_ERROR << 16 },
	{ SRB_STATUS_ERROR | SRB_STATUS_AUTOSENSE_VALID, SAM_STAT_GOOD,
	  SAM_STAT_CHECK_CONDITION },
	{ SRB_STATUS_DATA_OVERRUN | SRB_STATUS_AUTOSENSE_VALID, SAM_STAT_GOOD,
	  SAM_STAT_CHECK_CONDITION },
	{ SRB_STATUS_BUSY, SAM_STAT_GOOD, SAM_STAT_BUSY },
	{ SRB_STATUS_NO_DEVICE, SAM_STAT_GOOD, DID_NO_CONNECT << 16 },
	/* The unit has answered before. */
	{ SRB_STATUS_SELECTION_TIMEOUT, SAM_STAT_GOOD, DID_ERROR << 16 },
	{ SRB_STATUS_NO_HBA, SAM_STAT_GOOD, DID_NO_CONNECT << 16 },
	{ SRB_STATUS_INVALID_PATH_ID, SAM_STAT_GOOD, DID_NO_CONNECT << 16 },
	{ SRB_STATUS_INVALID_TARGET_ID, SAM_STAT_GOOD, DID_NO_CONNECT << 16 },
	{ SRB_STATUS_INVALID_LUN, SAM_STAT_GOOD, DID_NO_CONNECT << 16 },
	{ SRB_STATUS_BUS_RESET, SAM_STAT_GOOD, DID_RESET << 16 },
	{ SRB_STATUS_ABORTED, SAM_STAT_GOOD, DID_ERROR << 16 },
	{ SRB_STATUS_TIMEOUT, SAM_STAT_GOOD, DID_ERROR << 16 },
	{ SRB_STATUS_COMMAND_TIMEOUT, SAM_STAT_GOOD, DID_ERROR << 16 },
	{ SRB_STATUS_PARITY_ERROR, SAM_STAT_GOOD, DID_PARITY << 16 },
	{ SRB_STATUS_UNEXPECTED_BUS_FREE, SAM_STAT_GOOD, DID_ERROR << 16 },
	{ SRB_STATUS_PHASE_SEQUENCE_FAILURE, SAM_STAT_GOOD, DID_ERROR << 16 },
};

static void each_status_has_its_result(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *sdev;
	struct fake_cmd *c;
	unsigned int i;

	mini_load(mini);
	sdev = fake_sdev(&mini->fake, 0, 0);
	for (i = 0; i < ARRAY_SIZE(results); i++) {
		c = mini_started(mini, sdev, DMA_NONE, 0);
		mini->srb[i]->ScsiStatus = results[i].scsi_status;
		mini_finish(mini, mini->srb[i], results[i].status);
		KUNIT_EXPECT_EQ_MSG(test, c->result, results[i].result,
				    "status %u", results[i].status);
	}
}

/* End a command with this status, and ask the midlayer what it does then. */
static int disposition_of(struct mini *mini, UCHAR status)
{
	struct scsi_device *sdev = fake_sdev(&mini->fake, 0, 0);
	struct fake_cmd *c;

	sdev->sdev_state = SDEV_RUNNING;
	c = mini_started(mini, sdev, DMA_NONE, 0);
	c->scmd.allowed = 1;
	mini_finish(mini, mini->srb[mini->nr_srbs - 1], status);
	return scsi_decide_disposition(&c->scmd);
}

static void selection_timeout_of_a_unit_is_retried(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	KUNIT_EXPECT_EQ(test, disposition_of(mini, SRB_STATUS_SUCCESS),
			SUCCESS);
	KUNIT_EXPECT_EQ(test,
			disposition_of(mini, SRB_STATUS_SELECTION_TIMEOUT),
			NEEDS_RETRY);
	/* Once more for the retry. */
	KUNIT_EXPECT_EQ(test,
			disposition_of(mini, SRB_STATUS_SELECTION_TIMEOUT),
			NEEDS_RETRY);
}

static void seventh_selection_timeout_in_a_row_is_final(struct kunit *test)
{
	struct mini *mini = test->priv;
	unsigned int i;

	mini_load(mini);
	disposition_of(mini, SRB_STATUS_SUCCESS);
	for (i = 0; i < 6; i++)
		disposition_of(mini, SRB_STATUS_SELECTION_TIMEOUT);
	disposition_of(mini, SRB_STATUS_SUCCESS);
	for (i = 0; i < 7; i++)
		KUNIT_EXPECT_EQ(test,
				disposition_of(mini,
					       SRB_STATUS_SELECTION_TIMEOUT),
				i < 6 ? NEEDS_RETRY : SUCCESS);
}

static void selection_timeout_in_a_scan_is_not_retried(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	KUNIT_EXPECT_EQ(test,
			disposition_of(mini, SRB_STATUS_SELECTION_TIMEOUT),
			SUCCESS);
}

static void abort_by_the_miniport_is_retried(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	KUNIT_EXPECT_EQ(test, disposition_of(mini, SRB_STATUS_ABORTED),
			NEEDS_RETRY);
}

static void rule_21_valid_autosense_reaches_the_command(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;
	u8 *sense;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	sense = mini->srb[0]->SenseInfoBuffer;
	sense[0] = 0x70;
	sense[2] = 3;
	sense[17] = 9;
	mini->srb[0]->SenseInfoBufferLength = 17;
	mini->srb[0]->ScsiStatus = SAM_STAT_CHECK_CONDITION;
	mini_finish(mini, mini->srb[0],
		    SRB_STATUS_ERROR | SRB_STATUS_AUTOSENSE_VALID);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, c->sense[0], 0x70);
	KUNIT_EXPECT_EQ(test, c->sense[2], 3);
	/* Beyond the given length. */
	KUNIT_EXPECT_EQ(test, c->sense[17], 0);
}

static void end_with_check_condition(struct mini *mini, unsigned int n)
{
	mini->srb[n]->ScsiStatus = SAM_STAT_CHECK_CONDITION;
	mini_finish(mini, mini->srb[n], SRB_STATUS_ERROR);
}

static void rule_21_without_autosense_the_port_fetches_sense(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;
	u8 *sense;

	mini->hw[0].AutoRequestSense = FALSE;
	mini->hw[0].TaggedQueuing = FALSE;
	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_TRUE(test, mini->srb[0]->SrbFlags &
				SRB_FLAGS_DISABLE_AUTOSENSE);
	end_with_check_condition(mini, 0);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 2);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	KUNIT_EXPECT_EQ(test, mini->srb[1]->Cdb[0], REQUEST_SENSE);
	sense = mini->srb[1]->DataBuffer;
	sense[0] = 0x70;
	sense[2] = 6;
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, c->sense[2], 6);
}

/* The port's REQUEST SENSE would wait for the other request. */
static void
without_autosense_a_unit_takes_one_request_in_spite_of_tags(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *sdev;

	mini->hw[0].AutoRequestSense = FALSE;
	mini->hw[0].TaggedQueuing = TRUE;
	mini->asks_lu = true;
	mini_load(mini);
	sdev = fake_sdev(&mini->fake, 0, 0);
	mini_started(mini, sdev, DMA_NONE, 0);
	fake_queued(&mini->fake, sdev, DMA_NONE, 0);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	end_with_check_condition(mini, 0);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 2);
	KUNIT_EXPECT_EQ(test, mini->srb[1]->Cdb[0], REQUEST_SENSE);
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 3);
	mini_finish(mini, mini->srb[2], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mini->fake.ended, 2);
}

static void
rule_22_request_sense_comes_before_other_requests(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *sdev;

	mini->hw[0].AutoRequestSense = FALSE;
	mini->hw[0].TaggedQueuing = FALSE;
	mini_load(mini);
	sdev = fake_sdev(&mini->fake, 0, 0);
	mini_started(mini, sdev, DMA_NONE, 0);
	fake_queued(&mini->fake, sdev, DMA_NONE, 0);
	fake_queued(&mini->fake, sdev, DMA_NONE, 0);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	end_with_check_condition(mini, 0);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 2);
	KUNIT_EXPECT_EQ(test, mini->srb[1]->Cdb[0], REQUEST_SENSE);
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 3);
	KUNIT_EXPECT_EQ(test, mini->srb[2]->Cdb[0], TEST_UNIT_READY);
	mini_finish(mini, mini->srb[2], SRB_STATUS_SUCCESS);
	mini_finish(mini, mini->srb[3], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mini->fake.ended, 3);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rule_16_extensions_of_32_active_requests_are_distinct),
	KUNIT_CASE(rule_17_unit_extension_is_zeroed_and_stable),
	KUNIT_CASE(rule_18_get_srb_finds_a_request_by_its_tag),
	KUNIT_CASE(rule_18_get_srb_takes_255_and_minus_1_as_untagged),
	KUNIT_CASE(several_requests_without_tags_have_a_tag_and_no_action),
	KUNIT_CASE(rule_19_complete_request_ends_the_matching_requests),
	KUNIT_CASE(rule_20_underrun_sets_the_residual),
	KUNIT_CASE(overrun_ends_with_an_error),
	KUNIT_CASE(overrun_with_recovered_error_is_an_error),
	KUNIT_CASE(overrun_with_medium_error_keeps_sense),
	KUNIT_CASE(each_status_has_its_result),
	KUNIT_CASE(selection_timeout_of_a_unit_is_retried),
	KUNIT_CASE(seventh_selection_timeout_in_a_row_is_final),
	KUNIT_CASE(selection_timeout_in_a_scan_is_not_retried),
	KUNIT_CASE(abort_by_the_miniport_is_retried),
	KUNIT_CASE(rule_21_valid_autosense_reaches_the_command),
	KUNIT_CASE(rule_21_without_autosense_the_port_fetches_sense),
	KUNIT_CASE(without_autosense_a_unit_takes_one_request_in_spite_of_tags),
	KUNIT_CASE(rule_22_request_sense_comes_before_other_requests),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_srb",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

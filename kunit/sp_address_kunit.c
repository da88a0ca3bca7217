// SPDX-License-Identifier: GPL-2.0-only
/* ScsiPortGetPhysicalAddress() with requests that a miniport does not have. */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "fake_miniport.h"

static void make_master(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->Master = TRUE;
	cfg->Dma32BitAddresses = TRUE;
}

/* Start a READ of 512 bytes, whose data is not mapped yet. */
static struct fake_cmd *start_read(struct mini *mini)
{
	mini->configure = make_master;
	mini_load(mini);
	return mini_started(mini, fake_sdev(&mini->fake, 0, 0),
			    DMA_FROM_DEVICE, 512);
}

static SCSI_PHYSICAL_ADDRESS address_of(struct mini *mini,
					PSCSI_REQUEST_BLOCK srb, void *va)
{
	ULONG len;

	return ScsiPortGetPhysicalAddress(mini_dx(mini), srb, va, &len);
}

static bool is_mapped(struct mini *mini)
{
	struct sp_slot *slot = mini->srb[0]->OriginalRequest;

	return slot->map;
}

static void finish(struct mini *mini, struct fake_cmd *c)
{
	mini_settle(mini);
	KUNIT_EXPECT_EQ(mini->test, c->done, 1);
	KUNIT_EXPECT_EQ(mini->test, c->result, SAM_STAT_GOOD);
}

/* A miniport may fetch sense data by a request of its own. */
static void copied_request_has_the_address_of_its_buffer(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c = start_read(mini);
	SCSI_REQUEST_BLOCK own = *mini->srb[0];
	SCSI_PHYSICAL_ADDRESS at;

	own.DataBuffer = own.SenseInfoBuffer;
	at = address_of(mini, &own, own.DataBuffer);
	KUNIT_EXPECT_PTR_EQ(test, own.DataBuffer,
			    ScsiPortGetVirtualAddress(mini_dx(mini), at));
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_ADDRESS], 0);
	KUNIT_EXPECT_FALSE(test, is_mapped(mini));
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	finish(mini, c);
}

static void changed_data_buffer_is_no_address(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c = start_read(mini);
	PVOID data = mini->srb[0]->DataBuffer;
	u8 other[4];

	mini->srb[0]->DataBuffer = other;
	KUNIT_EXPECT_EQ(test, 0, address_of(mini, mini->srb[0],
					    other).QuadPart);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_ADDRESS], 1);
	KUNIT_EXPECT_NE(test, 0, address_of(mini, mini->srb[0],
					    data).QuadPart);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	finish(mini, c);
}

/* Only a thread copies so much data, so that the command ends later. */
static const struct fake_seg segs[] = { { .len = 4096 }, { .len = 4096 } };

static void completed_request_is_not_mapped(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini->configure = make_master;
	mini_load(mini);
	c = fake_cmd_sg(&mini->fake, fake_sdev(&mini->fake, 0, 0),
			DMA_FROM_DEVICE, segs, ARRAY_SIZE(segs));
	fake_queue(c);
	mini_settle(mini);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	KUNIT_EXPECT_EQ(test, mini_end_in_isr(mini), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_FALSE(test, list_empty(&mini->sp->done));
	KUNIT_EXPECT_EQ(test, 0, address_of(mini, mini->srb[0],
					    mini->srb[0]->DataBuffer).QuadPart);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_ADDRESS], 1);
	KUNIT_EXPECT_FALSE(test, is_mapped(mini));
	mini_thread(mini);
	finish(mini, c);
}

static void request_with_random_bytes_has_no_address(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c = start_read(mini);
	SCSI_REQUEST_BLOCK own;

	memset(&own, 0x5a, sizeof(own));
	KUNIT_EXPECT_EQ(test, 0,
			address_of(mini, &own, own.DataBuffer).QuadPart);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_ADDRESS], 1);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	finish(mini, c);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(copied_request_has_the_address_of_its_buffer),
	KUNIT_CASE(changed_data_buffer_is_no_address),
	KUNIT_CASE(completed_request_is_not_mapped),
	KUNIT_CASE(request_with_random_bytes_has_no_address),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_address",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A restart by HwScsiFindAdapter that answers another configuration. Requests
 * and extensions of logical units keep their memory.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/align.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../scsiport/dma.h"
#include "../scsiport/power.h"
#include "fake_miniport.h"

#define SRB_EXT_BYTES	40
#define LU_EXT_BYTES	64

static void restart(struct mini *mini)
{
	sp_pm_ops.suspend(mini->sp->place.dev);
	sp_pm_ops.resume(mini->sp->place.dev);
}

static void lower_lu(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->SpecificLuExtensionSize = LU_EXT_BYTES;
}

/* HwScsiFindAdapter fails before it fills in the configuration. */
static void failed_find_keeps_the_size_of_unit_extensions(struct kunit *test)
{
	struct mini *mini = test->priv;
	void *ext;

	mini->hw[0].SpecificLuExtensionSize = 4 * LU_EXT_BYTES;
	mini->configure = lower_lu;
	mini_load(mini);
	mini_run_one(mini);
	ext = ScsiPortGetLogicalUnit(mini_dx(mini), 0, 0, 0);
	KUNIT_ASSERT_NOT_NULL(test, ext);
	mini->find_ret[1] = SP_RETURN_NOT_FOUND;
	mini->configure = NULL;
	restart(mini);
	mini->configure = lower_lu;
	memset(ext, 0x5a, LU_EXT_BYTES);
	/* KASAN reports an access beyond the extension. */
	restart(mini);
	KUNIT_EXPECT_NULL(test, memchr_inv(ext, 0, LU_EXT_BYTES));
}

static void lower_srb(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	if (mini->finds == 1)
		return;
	cfg->SrbExtensionSize = 8;
	cfg->AutoRequestSense = FALSE;
}

static void smaller_request_extension_keeps_its_place(struct kunit *test)
{
	struct mini *mini = test->priv;
	PSCSI_REQUEST_BLOCK srb;
	unsigned int i;

	mini->configure = lower_srb;
	mini->asks = true;
	mini_load(mini);
	restart(mini);
	fake_settle(&mini->fake);
	for (i = 0; i < 2; i++) {
		fake_queued(&mini->fake, fake_sdev(&mini->fake, 0, i), DMA_NONE,
			    0);
		fake_kick(&mini->fake);
		KUNIT_ASSERT_EQ(test, mini->nr_srbs, i + 1);
		srb = mini->srb[i];
		KUNIT_EXPECT_PTR_EQ(test, srb->SenseInfoBuffer,
				    srb->SrbExtension +
				    ALIGN(SRB_EXT_BYTES, 16));
		/* The port has learned that it needs no REQUEST SENSE. */
		KUNIT_EXPECT_FALSE(test, srb->SrbFlags &
					 SRB_FLAGS_DISABLE_AUTOSENSE);
	}
	mini_finish_all(mini);
}

static void expect_dead(struct mini *mini)
{
	mini_load(mini);
	restart(mini);
	KUNIT_EXPECT_STREQ(mini->test, mini_trace(mini), "find");
	KUNIT_EXPECT_EQ(mini->test, mini->fake.port->owner, PIOSCSI_DEAD);
}

static void raise_srb(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->SrbExtensionSize = SRB_EXT_BYTES + mini->finds;
}

static void larger_request_extension_ends_the_service(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = raise_srb;
	expect_dead(mini);
}

static void raise_lu(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->SpecificLuExtensionSize = LU_EXT_BYTES + mini->finds;
}

static void larger_unit_extension_ends_the_service(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = raise_lu;
	expect_dead(mini);
}

static void become_master(struct mini *mini,
			  PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->Master = mini->finds > 1;
	cfg->Dma32BitAddresses = TRUE;
}

static void another_master_bit_ends_the_service(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = become_master;
	expect_dead(mini);
}

static void lose_address_lines(struct mini *mini,
			       PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->Master = TRUE;
	cfg->Dma32BitAddresses = mini->finds == 1;
}

static void fewer_address_lines_end_the_service(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = lose_address_lines;
	expect_dead(mini);
}

static void lose_high_address_lines(struct mini *mini,
				    PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->Master = TRUE;
	cfg->Dma32BitAddresses = TRUE;
	if (mini->finds == 1)
		cfg->Dma64BitAddresses |= SCSI_DMA64_MINIPORT_SUPPORTED;
}

static void loss_of_64_bit_addresses_ends_the_service(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = lose_high_address_lines;
	expect_dead(mini);
}

static void gain_address_lines(struct mini *mini,
			       PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->Master = TRUE;
	cfg->Dma32BitAddresses = TRUE;
	if (mini->finds > 1)
		cfg->Dma64BitAddresses |= SCSI_DMA64_MINIPORT_SUPPORTED;
}

static void more_address_lines_keep_the_service(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = gain_address_lines;
	mini_load(mini);
	restart(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "find init query reset");
	mini_run_one(mini);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(failed_find_keeps_the_size_of_unit_extensions),
	KUNIT_CASE(smaller_request_extension_keeps_its_place),
	KUNIT_CASE(larger_request_extension_ends_the_service),
	KUNIT_CASE(larger_unit_extension_ends_the_service),
	KUNIT_CASE(another_master_bit_ends_the_service),
	KUNIT_CASE(fewer_address_lines_end_the_service),
	KUNIT_CASE(loss_of_64_bit_addresses_ends_the_service),
	KUNIT_CASE(more_address_lines_keep_the_service),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_refind",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

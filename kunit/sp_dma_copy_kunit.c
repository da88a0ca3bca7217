// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data of a bus master that the CPU copies: the kernel's DMA API, or a miniport
 * that answers a read by itself.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../scsiport/data.h"
#include "fake_miniport.h"

static void make_master(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->Master = TRUE;
	cfg->ScatterGather = TRUE;
	cfg->NeedPhysicalAddresses = TRUE;
	cfg->MapBuffers = FALSE;
	cfg->Dma32BitAddresses = TRUE;
	cfg->Dma64BitAddresses = 0;
	cfg->NumberOfPhysicalBreaks = 5;
}

static void make_mapping_master(struct mini *mini,
				PPORT_CONFIGURATION_INFORMATION cfg)
{
	make_master(mini, cfg);
	cfg->MapBuffers = TRUE;
}

/* The miniport asks for addresses all the same. */
static void make_unannounced_master(struct mini *mini,
				    PPORT_CONFIGURATION_INFORMATION cfg)
{
	make_master(mini, cfg);
	cfg->NeedPhysicalAddresses = FALSE;
}

static struct mini *load_master(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = make_master;
	mini_load(mini);
	return mini;
}

static void ask_first(struct mini *mini)
{
	ULONG len;

	ScsiPortGetPhysicalAddress(mini_dx(mini), mini->srb[0],
				   mini->srb[0]->DataBuffer, &len);
}

static unsigned int nr_flushes;

static void count_flush(struct page *page)
{
	nr_flushes++;
}

static void read_direct(struct mini *mini, bool asks)
{
	mini->nr_srbs = 0;
	nr_flushes = 0;
	mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_FROM_DEVICE, 512);
	if (asks)
		ask_first(mini);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

/* The CPU has written the data, and not the HBA. */
static void page_written_by_the_miniport_is_flushed(struct kunit *test)
{
	struct mini *mini = test->priv;

	kunit_activate_static_stub(test, sp_data_flush, count_flush);
	mini->configure = make_mapping_master;
	mini_load(mini);
	read_direct(mini, false);
	KUNIT_EXPECT_GT(test, nr_flushes, 0);
	read_direct(mini, true);
	KUNIT_EXPECT_EQ(test, nr_flushes, 0);
	read_direct(mini, false);
	KUNIT_EXPECT_GT(test, nr_flushes, 0);
}

static void page_written_by_the_hba_is_not_flushed(struct kunit *test)
{
	struct mini *mini = load_master(test);

	kunit_activate_static_stub(test, sp_data_flush, count_flush);
	read_direct(mini, true);
	KUNIT_EXPECT_EQ(test, nr_flushes, 0);
}

static void write_direct(struct mini *mini)
{
	nr_flushes = 0;
	mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_TO_DEVICE, 512);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

static void page_read_by_the_hba_is_not_flushed(struct kunit *test)
{
	struct mini *mini = load_master(test);

	kunit_activate_static_stub(test, sp_data_flush, count_flush);
	write_direct(mini);
	KUNIT_EXPECT_EQ(test, nr_flushes, 0);
}

/* The miniport may read the data by the CPU. */
static void page_that_a_masters_miniport_may_read_is_flushed(struct kunit *test)
{
	struct mini *mini = test->priv;

	kunit_activate_static_stub(test, sp_data_flush, count_flush);
	mini->configure = make_mapping_master;
	mini_load(mini);
	write_direct(mini);
	KUNIT_EXPECT_GT(test, nr_flushes, 0);
}

/* As with SWIOTLB; whether the first page is within reach does not matter. */
static struct fake_cmd *queue_copied(struct mini *mini,
				     enum dma_data_direction dir)
{
	mini->sp->dma_copies = true;
	return fake_queued(&mini->fake, fake_sdev(&mini->fake, 0, 0), dir,
			   2 * SP_LONG_BYTES);
}

/* The host's own thread starts the request. */
static struct sp_slot *start_in_task(struct kunit *test, struct mini *mini)
{
	fake_kick(&mini->fake);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	return mini->srb[0]->OriginalRequest;
}

static void long_write_that_dma_copies_waits_for_a_task(struct kunit *test)
{
	struct mini *mini = load_master(test);
	struct sp_slot *slot;

	queue_copied(mini, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 0);
	slot = start_in_task(test, mini);
	KUNIT_EXPECT_TRUE(test, slot->direct);
	/* The miniport asks for an address with interrupts off. */
	KUNIT_EXPECT_TRUE(test, slot->asked);
	mini_end_in_isr(mini);
	mini_settle(mini);
}

static void long_read_that_dma_copies_ends_in_a_task(struct kunit *test)
{
	struct mini *mini = load_master(test);
	struct fake_cmd *c = queue_copied(mini, DMA_FROM_DEVICE);
	struct sp_slot *slot;

	slot = start_in_task(test, mini);
	/* The miniport may write the data by itself. */
	KUNIT_EXPECT_FALSE(test, slot->asked);
	ask_first(mini);
	KUNIT_EXPECT_EQ(test, mini_end_in_isr(mini), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	mini_thread(mini);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

struct dropping {
	const char *desc;
	int (*fn)(struct scsi_cmnd *scmd);
};

static const struct dropping droppings[] = {
	{ "reset", pioscsi_eh_bus_reset },
	{ "abort", pioscsi_eh_abort },
};

KUNIT_ARRAY_PARAM_DESC(dropping, droppings, desc);

/* It is unmapped with interrupts off. The DMA API copies data of the HBA. */
static void dropped_long_read_is_not_copied(struct kunit *test)
{
	const struct dropping *d = test->param_value;
	struct mini *mini = load_master(test);
	struct fake_cmd *c = queue_copied(mini, DMA_FROM_DEVICE);
	struct sp_slot *slot;

	slot = start_in_task(test, mini);
	ask_first(mini);
	KUNIT_EXPECT_TRUE(test, slot->asked);
	KUNIT_EXPECT_EQ(test, mini_end_in_isr(mini), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, d->fn(&c->scmd), SUCCESS);
	KUNIT_EXPECT_NULL(test, slot->map);
	KUNIT_EXPECT_FALSE(test, slot->asked);
	mini_thread(mini);
	mini_settle(mini);
}

/* The miniport may ask for the first address with interrupts off. */
static void unannounced_long_data_is_mapped_in_a_task(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct sp_slot *slot;
	unsigned int i;

	mini->configure = make_unannounced_master;
	mini_load(mini);
	for (i = 0; i < 2; i++) {
		mini->nr_srbs = 0;
		queue_copied(mini, i ? DMA_TO_DEVICE : DMA_FROM_DEVICE);
		slot = start_in_task(test, mini);
		KUNIT_EXPECT_NOT_NULL(test, slot->map);
		mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	}
}

/* A miniport that moves all data by the CPU needs no addresses. */
static void unannounced_short_data_is_mapped_on_demand(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct sp_slot *slot;

	mini->configure = make_unannounced_master;
	mini_load(mini);
	mini->sp->dma_copies = true;
	mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_FROM_DEVICE, 512);
	slot = mini->srb[0]->OriginalRequest;
	KUNIT_EXPECT_NULL(test, slot->map);
	ask_first(mini);
	KUNIT_EXPECT_NOT_NULL(test, slot->map);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(long_write_that_dma_copies_waits_for_a_task),
	KUNIT_CASE(long_read_that_dma_copies_ends_in_a_task),
	KUNIT_CASE_PARAM(dropped_long_read_is_not_copied, dropping_gen_params),
	KUNIT_CASE(unannounced_long_data_is_mapped_in_a_task),
	KUNIT_CASE(unannounced_short_data_is_mapped_on_demand),
	KUNIT_CASE(page_written_by_the_miniport_is_flushed),
	KUNIT_CASE(page_written_by_the_hba_is_not_flushed),
	KUNIT_CASE(page_read_by_the_hba_is_not_flushed),
	KUNIT_CASE(page_that_a_masters_miniport_may_read_is_flushed),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_dma_copy",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/* Rules 23 and 25 of the ScsiPort API, for bus-master DMA. */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_host.h>

#include "../scsiport/dma.h"
#include "fake_miniport.h"

#define BREAKS		5
#define UNCACHED	3000

static void *uncached;

static void make_master(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	KUNIT_EXPECT_EQ(mini->test, cfg->Dma64BitAddresses,
			SCSI_DMA64_SYSTEM_SUPPORTED);
	cfg->Master = TRUE;
	cfg->ScatterGather = TRUE;
	cfg->NeedPhysicalAddresses = TRUE;
	cfg->MapBuffers = FALSE;
	cfg->Dma32BitAddresses = TRUE;
	cfg->Dma64BitAddresses = 0;
	cfg->NumberOfPhysicalBreaks = BREAKS;
	cfg->AlignmentMask = 3;
	uncached = ScsiPortGetUncachedExtension(mini_dx(mini), cfg, UNCACHED);
}

static struct mini *load_master(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = make_master;
	mini_load(mini);
	return mini;
}

static void make_master_without_list(struct mini *mini,
				     PPORT_CONFIGURATION_INFORMATION cfg)
{
	make_master(mini, cfg);
	cfg->ScatterGather = FALSE;
}

static void rule_23_breaks_reach_the_midlayer(struct kunit *test)
{
	struct mini *mini = load_master(test);

	KUNIT_EXPECT_EQ(test, mini->fake.port->shost->sg_tablesize, BREAKS + 1);
}

static void
rule_23_without_scatter_gather_one_segment_is_sent(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = make_master_without_list;
	mini_load(mini);
	KUNIT_EXPECT_EQ(test, mini->fake.port->shost->sg_tablesize, 1);
	KUNIT_EXPECT_EQ(test, mini->fake.port->shost->virt_boundary_mask, 0);
}

/* A range of virtual addresses on Windows: its pieces meet at pages. */
static const struct fake_seg segs[] = {
	{ .offset = 4096 - 700, .len = 700 }, { .offset = 0, .len = 4096 },
	{ .offset = 0, .len = 512 },
};

#define LEN	(700 + 4096 + 512)

static struct fake_cmd *start_scattered(struct mini *mini)
{
	struct fake_cmd *c = fake_cmd_sg(&mini->fake,
					 fake_sdev(&mini->fake, 0, 0),
					 DMA_FROM_DEVICE, segs,
					 ARRAY_SIZE(segs));

	fake_queue(c);
	mini_settle(mini);
	KUNIT_ASSERT_EQ(mini->test, mini->nr_srbs, 1);
	return c;
}

static void ask_first(struct mini *mini)
{
	ULONG len;

	ScsiPortGetPhysicalAddress(mini_dx(mini), mini->srb[0],
				   mini->srb[0]->DataBuffer, &len);
}

/* Ask for the address at each byte, and compare it with the kernel's list. */
static void expect_pieces(struct mini *mini, struct scatterlist *sgl, int nr)
{
	PSCSI_REQUEST_BLOCK srb = mini->srb[0];
	SCSI_PHYSICAL_ADDRESS address;
	struct scatterlist *sg;
	unsigned int at = 0, i;
	ULONG len;
	int n;

	for_each_sg(sgl, sg, nr, n) {
		for (i = 0; i < sg_dma_len(sg); i++, at++) {
			address = ScsiPortGetPhysicalAddress(mini_dx(mini), srb,
							     srb->DataBuffer +
							     at, &len);
			KUNIT_ASSERT_EQ(mini->test, address.QuadPart,
					sg_dma_address(sg) + i);
			KUNIT_ASSERT_EQ(mini->test, len, sg_dma_len(sg) - i);
		}
	}
	KUNIT_EXPECT_EQ(mini->test, at, LEN);
}

static void rule_25_pieces_cover_the_buffer(struct kunit *test)
{
	struct mini *mini = load_master(test);
	struct fake_cmd *c = start_scattered(mini);
	struct sp_slot *slot = mini->srb[0]->OriginalRequest;

	KUNIT_ASSERT_PTR_EQ(test, slot->map, c->scmd.sdb.table.sgl);
	expect_pieces(mini, slot->map, slot->nr_maps);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_ADDRESS], 0);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_NULL(test, slot->map);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
}

/* A miniport may have as many elements as the buffer can have pages. */
static void rule_25_pieces_meet_at_pages(struct kunit *test)
{
	struct mini *mini = load_master(test);

	KUNIT_EXPECT_EQ(test, mini->fake.port->shost->virt_boundary_mask, 4095);
}

/* It may also compute the first piece from the address of the buffer. */
static void rule_25_buffer_has_the_offset_of_its_first_piece(struct kunit *test)
{
	struct mini *mini = load_master(test);

	start_scattered(mini);
	KUNIT_EXPECT_EQ(test, (uintptr_t)mini->srb[0]->DataBuffer % 4096,
			segs[0].offset);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

/* The last address of the longest buffer is no address of the extensions. */
static void key_of_a_long_buffer_is_within_its_memory(struct kunit *test)
{
	const struct fake_seg seg = { .offset = 4092, .len = SP_TRANSFER_MAX };
	struct mini *mini = load_master(test);
	struct fake_cmd *c = fake_cmd_sg(&mini->fake,
					 fake_sdev(&mini->fake, 0, 0),
					 DMA_FROM_DEVICE, &seg, 1);

	fake_queue(c);
	mini_settle(mini);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	/* KASAN reports an access beyond the memory of the key. */
	((u8 *)mini->srb[0]->DataBuffer)[SP_TRANSFER_MAX - 1] = 0;
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

/* An HBA of ISA with 24 address lines. */
static void make_narrow_master(struct mini *mini,
			       PPORT_CONFIGURATION_INFORMATION cfg)
{
	make_master(mini, cfg);
	cfg->Dma32BitAddresses = FALSE;
}

/* A user mode kernel has no memory for such a mask. */
static int fake_enable(struct sp_hba *sp)
{
	return 0;
}

static int fake_map(struct sp_hba *sp, struct sp_slot *slot)
{
	return 0;
}

static struct mini *load_narrow_master(struct kunit *test)
{
	struct mini *mini = test->priv;

	kunit_activate_static_stub(test, sp_dma_enable, fake_enable);
	kunit_activate_static_stub(test, sp_dma_map, fake_map);
	mini->configure = make_narrow_master;
	mini_load(mini);
	return mini;
}

static void hba_with_24_address_lines_has_low_buffers(struct kunit *test)
{
	struct mini *mini = load_narrow_master(test);

	KUNIT_EXPECT_TRUE(test, sp_dma_gfp(mini->sp) & __GFP_DMA);
	KUNIT_EXPECT_LE(test, mini->fake.hba->depth, 4);
	KUNIT_EXPECT_EQ(test, mini->fake.port->shost->sg_tablesize,
			SG_MAX_SEGMENTS);
	mini->sp->cfg.Dma32BitAddresses = TRUE;
	KUNIT_EXPECT_FALSE(test, sp_dma_gfp(mini->sp) & __GFP_DMA);
	mini->sp->cfg.Dma32BitAddresses = FALSE;
}

static void hba_with_24_address_lines_gets_copied_data(struct kunit *test)
{
	struct mini *mini = load_narrow_master(test);
	struct fake_cmd *c = start_scattered(mini);
	struct sp_slot *slot = mini->srb[0]->OriginalRequest;
	unsigned int i;

	KUNIT_EXPECT_FALSE(test, slot->direct);
	KUNIT_EXPECT_PTR_EQ(test, mini->srb[0]->DataBuffer, slot->bounce);
	for (i = 0; i < LEN; i++)
		((u8 *)slot->bounce)[i] = fake_byte(i);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, LEN, FAKE_POISON));
}

static void make_mapping_master(struct mini *mini,
				PPORT_CONFIGURATION_INFORMATION cfg)
{
	make_master(mini, cfg);
	cfg->MapBuffers = TRUE;
}

/* With MapBuffers the HBA and the CPU see one range. */
static void rule_25_copied_buffer_is_one_piece(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct sp_slot *slot;
	struct fake_cmd *c;
	unsigned int i;

	mini->configure = make_mapping_master;
	mini_load(mini);
	c = start_scattered(mini);
	slot = mini->srb[0]->OriginalRequest;
	ask_first(mini);
	KUNIT_EXPECT_EQ(test, slot->nr_maps, 1);
	expect_pieces(mini, slot->map, slot->nr_maps);
	for (i = 0; i < LEN; i++)
		((u8 *)mini->srb[0]->DataBuffer)[i] = fake_byte(i);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, LEN, 0));
}

static void unaligned_segment_is_copied_and_mapped(struct kunit *test)
{
	const struct fake_seg odd = { .offset = 6, .len = 512 };
	struct mini *mini = load_master(test);
	struct sp_slot *slot;
	struct fake_cmd *c;

	c = fake_cmd_sg(&mini->fake, fake_sdev(&mini->fake, 0, 0),
			DMA_FROM_DEVICE, &odd, 1);
	fake_queue(c);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	slot = mini->srb[0]->OriginalRequest;
	ask_first(mini);
	KUNIT_EXPECT_PTR_EQ(test, slot->map, &slot->single);
	KUNIT_EXPECT_EQ(test, sg_dma_address(slot->map) & 3, 0);
	memset(mini->srb[0]->DataBuffer, 0x42, 512);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake_data(c), 0x42, 512));
}

static int no_room(struct sp_hba *sp, struct sp_slot *slot)
{
	return -ENOMEM;
}

static void ask_in_start(struct mini *mini, enum mini_step step)
{
	ULONG len;

	if (step != MINI_START)
		return;
	ScsiPortGetPhysicalAddress(mini_dx(mini), mini->srb[0],
				   mini->srb[0]->DataBuffer, &len);
	KUNIT_EXPECT_EQ(mini->test, len, 512);
}

/* A miniport may ask until it has all addresses, with interrupts off. */
static void data_that_cannot_be_mapped_is_started_later(struct kunit *test)
{
	struct mini *mini = load_master(test);
	struct fake_cmd *c;

	kunit_activate_static_stub(test, sp_dma_map, no_room);
	mini->hook = ask_in_start;
	c = fake_queued(&mini->fake, fake_sdev(&mini->fake, 0, 0),
			DMA_FROM_DEVICE, 512);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 0);
	kunit_deactivate_static_stub(test, sp_dma_map);
	fake_kick(&mini->fake);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_ADDRESS], 0);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
}

static void miniport_that_asks_for_no_address_gives_data(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct sp_slot *slot;
	struct fake_cmd *c;

	mini->configure = make_mapping_master;
	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_FROM_DEVICE,
			 512);
	slot = mini->srb[0]->OriginalRequest;
	memset(mini->srb[0]->DataBuffer, 0x42, 512);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_NULL(test, slot->map);
	KUNIT_EXPECT_NULL(test, memchr_inv(fake_data(c), 0x42, 512));
}

/* Without an IOMMU the HBA can write to any address that it gets. */
static void passthrough_data_out_of_a_master_is_copied(struct kunit *test)
{
	struct mini *mini = load_master(test);
	struct sp_slot *slot;
	struct fake_cmd *c;

	c = fake_cmd(&mini->fake, fake_sdev(&mini->fake, 0, 0), DMA_TO_DEVICE,
		     512);
	c->rq.cmd_flags = REQ_OP_DRV_OUT;
	fake_queue(c);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	slot = mini->srb[0]->OriginalRequest;
	ask_first(mini);
	KUNIT_EXPECT_PTR_EQ(test, slot->map, &slot->single);
	KUNIT_EXPECT_EQ(test, *(u8 *)slot->bounce, fake_byte(0));
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

static u64 address_of(struct mini *mini, PSCSI_REQUEST_BLOCK srb, void *va,
		      ULONG *len)
{
	return ScsiPortGetPhysicalAddress(mini_dx(mini), srb, va,
					  len).QuadPart;
}

static void *back(struct mini *mini, u64 address)
{
	SCSI_PHYSICAL_ADDRESS at = { .QuadPart = address };

	return ScsiPortGetVirtualAddress(mini_dx(mini), at);
}

static void expect_round_trip(struct mini *mini, PSCSI_REQUEST_BLOCK srb,
			      void *va, ULONG least)
{
	ULONG len = 0;
	u64 address = address_of(mini, srb, va, &len);

	KUNIT_EXPECT_NE(mini->test, address, 0);
	KUNIT_EXPECT_GE(mini->test, len, least);
	KUNIT_EXPECT_PTR_EQ(mini->test, back(mini, address), va);
}

static void shared_memory_has_addresses_both_ways(struct kunit *test)
{
	struct mini *mini = load_master(test);

	KUNIT_ASSERT_NOT_NULL(test, uncached);
	KUNIT_EXPECT_NULL(test, memchr_inv(uncached, 0, UNCACHED));
	expect_round_trip(mini, NULL, uncached, UNCACHED);
	expect_round_trip(mini, NULL, uncached + UNCACHED - 1, 1);
	start_scattered(mini);
	expect_round_trip(mini, NULL, mini->srb[0]->SrbExtension, 40);
	expect_round_trip(mini, NULL, mini->srb[0]->SenseInfoBuffer, 255);
	expect_round_trip(mini, mini->srb[0], mini->srb[0]->SenseInfoBuffer,
			  255);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_ADDRESS], 0);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

static void unknown_address_is_zero_and_counted(struct kunit *test)
{
	struct mini *mini = load_master(test);
	ULONG len = 5;
	u8 other;
	void *end;

	start_scattered(mini);
	KUNIT_EXPECT_EQ(test, address_of(mini, NULL, &other, &len), 0);
	KUNIT_EXPECT_EQ(test, len, 0);
	end = mini->srb[0]->DataBuffer + LEN;
	KUNIT_EXPECT_EQ(test, address_of(mini, mini->srb[0], end, &len), 0);
	KUNIT_EXPECT_EQ(test, address_of(mini, NULL, uncached + UNCACHED,
					 &len), 0);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_ADDRESS], 3);
	KUNIT_EXPECT_NULL(test, back(mini, 1));
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

static void ask_wrongly(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	void *dx = mini_dx(mini);

	KUNIT_EXPECT_NULL(mini->test,
			  ScsiPortGetUncachedExtension(dx, cfg, 100));
	make_master(mini, cfg);
	KUNIT_EXPECT_NOT_NULL(mini->test, uncached);
	KUNIT_EXPECT_NULL(mini->test,
			  ScsiPortGetUncachedExtension(dx, cfg, 100));
}

static void ask_for_too_much(struct mini *mini,
			     PPORT_CONFIGURATION_INFORMATION cfg)
{
	void *dx = mini_dx(mini);

	cfg->Master = TRUE;
	cfg->Dma32BitAddresses = TRUE;
	KUNIT_EXPECT_NULL(mini->test,
			  ScsiPortGetUncachedExtension(dx, cfg,
						       100 * 1024 + 1));
	KUNIT_EXPECT_NOT_NULL(mini->test,
			      ScsiPortGetUncachedExtension(dx, cfg,
							   100 * 1024));
}

static void
uncached_extension_needs_a_master_and_is_given_once(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = ask_wrongly;
	mini_load(mini);
	KUNIT_EXPECT_NULL(test,
			  ScsiPortGetUncachedExtension(mini_dx(mini),
						       &mini->sp->cfg, 100));
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_CONFIG], 1);
}

static void uncached_extension_has_at_most_100_kib(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = ask_for_too_much;
	mini_load(mini);
}

static void make_system_dma(struct mini *mini,
			    PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->DmaChannel = 3;
}

static void system_dma_refuses_the_hba(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = make_system_dma;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rule_23_breaks_reach_the_midlayer),
	KUNIT_CASE(rule_23_without_scatter_gather_one_segment_is_sent),
	KUNIT_CASE(rule_25_pieces_cover_the_buffer),
	KUNIT_CASE(rule_25_pieces_meet_at_pages),
	KUNIT_CASE(rule_25_buffer_has_the_offset_of_its_first_piece),
	KUNIT_CASE(key_of_a_long_buffer_is_within_its_memory),
	KUNIT_CASE(rule_25_copied_buffer_is_one_piece),
	KUNIT_CASE(hba_with_24_address_lines_has_low_buffers),
	KUNIT_CASE(hba_with_24_address_lines_gets_copied_data),
	KUNIT_CASE(unaligned_segment_is_copied_and_mapped),
	KUNIT_CASE(data_that_cannot_be_mapped_is_started_later),
	KUNIT_CASE(miniport_that_asks_for_no_address_gives_data),
	KUNIT_CASE(passthrough_data_out_of_a_master_is_copied),
	KUNIT_CASE(shared_memory_has_addresses_both_ways),
	KUNIT_CASE(unknown_address_is_zero_and_counted),
	KUNIT_CASE(uncached_extension_needs_a_master_and_is_given_once),
	KUNIT_CASE(uncached_extension_has_at_most_100_kib),
	KUNIT_CASE(system_dma_refuses_the_hba),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_dma",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules 23 and 24 of the ScsiPort API: the limits of a request, and its data
 * buffer.
 */
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_host.h>

#include "../eh.h"
#include "../scsiport/data.h"
#include "fake_miniport.h"

static void set_limits(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->MaximumTransferLength = 16 * 1024;
	cfg->AlignmentMask = 7;
	cfg->NumberOfBuses = 2;
	cfg->InitiatorBusId[1] = 0;
	cfg->MaximumNumberOfLogicalUnits = 3;
}

static void rule_23_limits_reach_the_midlayer(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct Scsi_Host *shost;

	mini->configure = set_limits;
	mini_load(mini);
	shost = mini->fake.port->shost;
	KUNIT_EXPECT_EQ(test, shost->max_sectors, 32);
	KUNIT_EXPECT_EQ(test, shost->max_channel, 1);
	KUNIT_EXPECT_EQ(test, shost->max_lun, 3);
	KUNIT_EXPECT_EQ(test, shost->can_queue, 32);
}

static void
rule_23_without_a_limit_requests_are_at_most_128_kib(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	KUNIT_EXPECT_EQ(test, mini->fake.port->shost->max_sectors, 256);
}

static void set_bad_mask(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->AlignmentMask = 5;
}

static void set_bad_length(struct mini *mini,
			   PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->MaximumTransferLength = PAGE_SIZE - 1;
}

static void set_bad_buses(struct mini *mini,
			  PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->NumberOfBuses = 9;
}

static void invalid_alignment_refuses_the_hba(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = set_bad_mask;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
}

static void invalid_transfer_length_refuses_the_hba(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = set_bad_length;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
}

static void invalid_number_of_buses_refuses_the_hba(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = set_bad_buses;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
}

static const struct fake_seg scattered[] = {
	{ .offset = 12, .len = 700 }, { .offset = 0, .len = 4096 },
	{ .offset = 100, .len = 5000 },
};

#define SCATTERED	(700 + 4096 + 5000)

static struct fake_cmd *scattered_cmd(struct mini *mini,
				      enum dma_data_direction dir)
{
	struct fake_cmd *c = fake_cmd_sg(&mini->fake,
					 fake_sdev(&mini->fake, 0, 0), dir,
					 scattered, ARRAY_SIZE(scattered));

	fake_queue(c);
	mini_settle(mini);
	KUNIT_ASSERT_EQ(mini->test, mini->nr_srbs, 1);
	KUNIT_EXPECT_EQ(mini->test, mini->srb[0]->DataTransferLength,
			SCATTERED);
	return c;
}

static void rule_24_scattered_data_in_is_one_range(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;
	unsigned int i;
	u8 *buf;

	mini_load(mini);
	c = scattered_cmd(mini, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, mini->srb[0]->SrbFlags &
			      SRB_FLAGS_UNSPECIFIED_DIRECTION,
			SRB_FLAGS_DATA_IN);
	buf = mini->srb[0]->DataBuffer;
	for (i = 0; i < SCATTERED; i++)
		buf[i] = fake_byte(i);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, SCATTERED, 0));
}

static void rule_24_scattered_data_out_is_one_range(struct kunit *test)
{
	struct mini *mini = test->priv;
	unsigned int i, wrong = 0;
	u8 *buf;

	mini_load(mini);
	scattered_cmd(mini, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, mini->srb[0]->SrbFlags &
			      SRB_FLAGS_UNSPECIFIED_DIRECTION,
			SRB_FLAGS_DATA_OUT);
	buf = mini->srb[0]->DataBuffer;
	for (i = 0; i < SCATTERED; i++)
		wrong += buf[i] != fake_byte(i);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

/* Neither the miniport nor a user may see bytes of another command. */
static void bounce_buffer_of_data_in_is_cleared_first(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	memset(mini->sp->slot[0].bounce, 0x66, SCATTERED);
	scattered_cmd(mini, DMA_FROM_DEVICE);
	KUNIT_EXPECT_NULL(test, memchr_inv(mini->srb[0]->DataBuffer, 0,
					   SCATTERED));
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

/* The midlayer may call the port with preemption off. */
static void long_copy_to_the_miniport_waits_for_a_task(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = fake_cmd_sg(&mini->fake, fake_sdev(&mini->fake, 0, 0),
			DMA_TO_DEVICE, scattered, ARRAY_SIZE(scattered));
	fake_queue(c);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 0);
	KUNIT_EXPECT_EQ(test, mini->fake.port->stats.busy, 0);
	KUNIT_EXPECT_TRUE(test, fake_kick(&mini->fake));
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void long_copy_from_the_miniport_waits_for_a_task(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = scattered_cmd(mini, DMA_FROM_DEVICE);
	*(u8 *)mini->srb[0]->DataBuffer = fake_byte(0);
	KUNIT_EXPECT_EQ(test, mini_end_in_isr(mini), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	mini_thread(mini);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, 1, 0));
}

/* Nothing is to be copied. */
static void long_write_ends_in_the_isr(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = scattered_cmd(mini, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, mini_end_in_isr(mini), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

/* A task that does not run delays the command beyond its timeout. */
static void command_that_waits_for_a_task_can_be_aborted(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct scsi_device *sdev;
	struct fake_cmd *first, *c;

	mini_load(mini);
	sdev = fake_sdev(&mini->fake, 0, 0);
	mini->asks = true;
	first = mini_started(mini, sdev, DMA_NONE, 0);
	c = fake_cmd_sg(&mini->fake, fake_sdev(&mini->fake, 1, 0),
			DMA_TO_DEVICE, scattered, ARRAY_SIZE(scattered));
	fake_queue(c);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	mini_settle(mini);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 1);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, first->done, 1);
}

static void one_aligned_segment_is_used_directly(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_FROM_DEVICE,
			 4096);
	KUNIT_EXPECT_PTR_EQ(test, mini->srb[0]->DataBuffer,
			    sg_virt(c->scmd.sdb.table.sgl));
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

/*
 * The user's CDB and direction may contradict each other. The pages are pinned
 * for reading, e.g. of a file that the user may not write.
 */
static void passthrough_data_out_is_copied(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct fake_cmd *c;

	mini_load(mini);
	c = fake_cmd(&mini->fake, fake_sdev(&mini->fake, 0, 0), DMA_TO_DEVICE,
		     4096);
	c->rq.cmd_flags = REQ_OP_DRV_OUT;
	fake_queue(c);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	memset(mini->srb[0]->DataBuffer, 0x77, 4096);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, 4096, 0));
}

static void rule_23_unaligned_segment_is_copied(struct kunit *test)
{
	const struct fake_seg seg = { .offset = 2, .len = 512 };
	struct mini *mini = test->priv;
	struct fake_cmd *c;
	unsigned int i;
	u8 *buf;

	mini->configure = set_limits;
	mini_load(mini);
	c = fake_cmd_sg(&mini->fake, fake_sdev(&mini->fake, 0, 0),
			DMA_FROM_DEVICE, &seg, 1);
	fake_queue(c);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	buf = mini->srb[0]->DataBuffer;
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)buf, 8));
	for (i = 0; i < 512; i++)
		buf[i] = fake_byte(i);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, 512, 0));
}

/* Pages that are flushed, and the bounce buffer before its copy. */
struct flushed {
	const struct page *page[8];
	unsigned int nr;
	const u8 *bounce;
};

#define NOT_COPIED	0

/* The CPU reads the data after the flush. */
static void note_flush(struct page *page)
{
	struct kunit *test = kunit_get_current_test();
	struct mini *mini = test->priv;
	struct flushed *flushed = mini->arg;

	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 0);
	KUNIT_EXPECT_EQ(test, *flushed->bounce, NOT_COPIED);
	KUNIT_ASSERT_LT(test, flushed->nr, ARRAY_SIZE(flushed->page));
	flushed->page[flushed->nr++] = page;
}

static bool is_flushed(const struct flushed *flushed, const void *byte)
{
	unsigned int i;

	for (i = 0; i < flushed->nr; i++)
		if (flushed->page[i] == virt_to_page(byte))
			return true;
	return false;
}

struct flush_case {
	const char *desc;
	struct fake_seg segs[3];
	unsigned int nr;
};

static const struct flush_case flush_cases[] = {
	{ "direct", { { .offset = PAGE_SIZE - 512, .len = 1024 } }, 1 },
	{ "copied", { { .offset = 12, .len = 700 },
		      { .offset = 0, .len = 4096 },
		      { .offset = 100, .len = 5000 } }, 3 },
};

KUNIT_ARRAY_PARAM_DESC(flush, flush_cases, desc);

/* A cache with aliases would give old data to the CPU. */
static void pages_of_data_out_are_flushed_before_the_start(struct kunit *test)
{
	const struct flush_case *f = test->param_value;
	struct mini *mini = test->priv;
	struct flushed flushed = { };
	struct scatterlist *sg;
	struct fake_cmd *c;
	unsigned int i;

	mini_load(mini);
	flushed.bounce = mini->sp->slot[0].bounce;
	mini->arg = &flushed;
	kunit_activate_static_stub(test, sp_data_flush, note_flush);
	c = fake_cmd_sg(&mini->fake, fake_sdev(&mini->fake, 0, 0),
			DMA_TO_DEVICE, f->segs, f->nr);
	fake_queue(c);
	mini_settle(mini);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	for_each_sg(c->scmd.sdb.table.sgl, sg, f->nr, i) {
		const u8 *buf = sg_virt(sg);

		KUNIT_EXPECT_TRUE(test, is_flushed(&flushed, buf));
		KUNIT_EXPECT_TRUE(test, is_flushed(&flushed,
						   buf + sg->length - 1));
	}
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rule_23_limits_reach_the_midlayer),
	KUNIT_CASE(rule_23_without_a_limit_requests_are_at_most_128_kib),
	KUNIT_CASE(invalid_alignment_refuses_the_hba),
	KUNIT_CASE(invalid_transfer_length_refuses_the_hba),
	KUNIT_CASE(invalid_number_of_buses_refuses_the_hba),
	KUNIT_CASE(rule_24_scattered_data_in_is_one_range),
	KUNIT_CASE(rule_24_scattered_data_out_is_one_range),
	KUNIT_CASE(bounce_buffer_of_data_in_is_cleared_first),
	KUNIT_CASE(long_copy_to_the_miniport_waits_for_a_task),
	KUNIT_CASE(long_copy_from_the_miniport_waits_for_a_task),
	KUNIT_CASE(long_write_ends_in_the_isr),
	KUNIT_CASE(command_that_waits_for_a_task_can_be_aborted),
	KUNIT_CASE(one_aligned_segment_is_used_directly),
	KUNIT_CASE(passthrough_data_out_is_copied),
	KUNIT_CASE(rule_23_unaligned_segment_is_copied),
	KUNIT_CASE_PARAM(pages_of_data_out_are_flushed_before_the_start,
			 flush_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_data",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bounce buffer, for words that straddle two entries of the scatter list,
 * and requests for data that the command does not have.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	512U
#define STRADDLE	99U	/* bytes in the first entry */

static struct fake_cmd *straddling(struct fake_hba *fake,
				   enum dma_data_direction dir)
{
	static const struct fake_seg segs[] = {
		{ 0, STRADDLE }, { 0, LEN - STRADDLE }
	};
	struct fake_cmd *c = fake_cmd_sg(fake, fake_sdev(fake, 0, 0), dir,
					 segs, ARRAY_SIZE(segs));

	fake_queue(c);
	return c;
}

static void serve(struct fake_cmd *c, enum dma_data_direction dir,
		  unsigned int len)
{
	fake_say_xfer(c, dir, len);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(c->fake);
	KUNIT_EXPECT_EQ(c->fake->test, c->done, 1);
}

struct end_case {
	const char *desc;
	enum dma_data_direction dir;
	unsigned int end;	/* bytes after which the target ends the data */
};

static const struct end_case end_cases[] = {
	{ "read, before the word", DMA_FROM_DEVICE, 96 },
	{ "read, in the first entry", DMA_FROM_DEVICE, 98 },
	{ "read, between the entries", DMA_FROM_DEVICE, 99 },
	{ "read, behind the word", DMA_FROM_DEVICE, 100 },
	{ "written, before the word", DMA_TO_DEVICE, 96 },
	{ "written, in the first entry", DMA_TO_DEVICE, 98 },
	{ "written, between the entries", DMA_TO_DEVICE, 99 },
	{ "written, behind the word", DMA_TO_DEVICE, 100 },
};

KUNIT_ARRAY_PARAM_DESC(end, end_cases, desc);

/* The chip tells the target's last byte, also within a word. */
static void early_end_in_a_bounced_word_leaves_residual(struct kunit *test)
{
	const struct end_case *e = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = straddling(fake, e->dir);

	fake->ends_early = e->end + 1;
	serve(c, e->dir, LEN);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), LEN - e->end);
	KUNIT_EXPECT_EQ(test, fake->port->stats.overrun, 0);
	if (e->dir == DMA_FROM_DEVICE)
		KUNIT_EXPECT_TRUE(test, fake_holds(c, e->end, 0));
}

struct lack_case {
	const char *desc;
	enum dma_data_direction dir;	/* direction of the command */
	enum dma_data_direction chip;	/* direction of the chip */
	unsigned int len;		/* bytes of its buffer */
	bool deferred;
};

static const struct lack_case lack_cases[] = {
	{ "written", DMA_TO_DEVICE, DMA_TO_DEVICE, 5, false },
	{ "written, in the thread", DMA_TO_DEVICE, DMA_TO_DEVICE, 5, true },
	{ "read", DMA_FROM_DEVICE, DMA_TO_DEVICE, LEN, false },
	{ "no data", DMA_NONE, DMA_TO_DEVICE, 0, false },
	{ "no data, no direction", DMA_NONE, DMA_NONE, 0, false },
	{ "read, no direction", DMA_FROM_DEVICE, DMA_NONE, LEN, false },
	{ "no data, both directions", DMA_NONE, DMA_BIDIRECTIONAL, 0, false },
	{ "written, both directions", DMA_TO_DEVICE, DMA_BIDIRECTIONAL, 5,
	  false },
};

KUNIT_ARRAY_PARAM_DESC(lack, lack_cases, desc);

static struct fake_cmd *lacking(struct kunit *test)
{
	const struct lack_case *l = test->param_value;
	struct fake_hba *fake = test->priv;

	if (l->deferred)
		fake_slow(fake);
	return fake_queued(fake, fake_sdev(fake, 0, 0), l->dir, l->len);
}

/*
 * The chip raises no interrupt for the rest of its request. The port asks it
 * again, resets it, and sends no byte that the command does not have.
 */
static void request_beyond_the_data_resets_the_hba(struct kunit *test)
{
	const struct lack_case *l = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = lacking(test);
	bool sends = l->dir == DMA_TO_DEVICE && l->chip == DMA_TO_DEVICE;

	fake->port->resets = 3;
	if (sends)
		fake_say_xfer(c, DMA_TO_DEVICE, 100);
	fake_say_xfer(c, l->chip, 95);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->at, sends ? l->len : 0);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_OUT] > 0, sends);
	KUNIT_EXPECT_EQ(test, fake->port->stats.overrun, 0);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	/* The target of a write is to blame, and not the chip. */
	KUNIT_EXPECT_EQ(test, host_byte(c->result),
			l->dir == DMA_TO_DEVICE ? DID_ERROR : DID_RESET);
	KUNIT_EXPECT_EQ(test, fake->port->resets,
			l->dir == DMA_TO_DEVICE ? 3 : 4);
	fake_expect_idle(test);
}

/* A chip with a wide data port may announce whole words. */
static void announcement_beyond_the_data_ends_with_good(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_TO_DEVICE, 5);

	serve(c, DMA_TO_DEVICE, 8);
	KUNIT_EXPECT_EQ(test, c->at, 5);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), 0);
	KUNIT_EXPECT_EQ(test, fake->port->stats.overrun, 0);
}

/* A program changes the buffer while the chip takes the bounced word. */
static void change_last_byte_of_entry(struct fake_hba *fake, enum fake_op op)
{
	struct fake_cmd *c = fake->hook_arg;
	u8 *buf = sg_virt(c->scmd.sdb.table.sgl);

	if (op == FAKE_OUT)
		buf[STRADDLE - 1] = 0;
}

static void write_does_not_change_its_buffer(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = straddling(fake, DMA_TO_DEVICE);
	u8 *buf = sg_virt(c->scmd.sdb.table.sgl);
	u8 sent = buf[STRADDLE - 1];

	fake_say_xfer(c, DMA_TO_DEVICE, STRADDLE - STRADDLE % FAKE_ALIGN);
	fake_interrupt(fake);
	fake->hook = change_last_byte_of_entry;
	fake->hook_arg = c;
	serve(c, DMA_TO_DEVICE, FAKE_ALIGN);
	KUNIT_EXPECT_NE(test, sent, 0);
	KUNIT_EXPECT_EQ(test, buf[STRADDLE - 1], 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(early_end_in_a_bounced_word_leaves_residual,
			 end_gen_params),
	KUNIT_CASE_PARAM(request_beyond_the_data_resets_the_hba,
			 lack_gen_params),
	KUNIT_CASE(announcement_beyond_the_data_ends_with_good),
	KUNIT_CASE(write_does_not_change_its_buffer),
	{}
};

static struct kunit_suite suite = {
	.name = "port_bounce",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

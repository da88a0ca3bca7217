// SPDX-License-Identifier: GPL-2.0-only
/*
 * PIO over scatter lists: each byte is in its place, and no other byte is
 * touched. Pieces have sizes that suit the chip and other tasks.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <scsi/scsi.h>

#include "../params.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	512U
#define MAX_SEGS	16U

struct list_case {
	const char *desc;
	struct fake_seg segs[MAX_SEGS];
};

static const struct list_case list_cases[] = {
	{ "one entry", { { 0, 512 } } },
	{ "one byte", { { 0, 1 } } },
	{ "one entry of odd length", { { 0, 511 } } },
	{ "many entries", {
		{ 0, 512 }, { 0, 512 }, { 0, 512 }, { 0, 512 }, { 0, 512 },
		{ 0, 512 }, { 0, 512 }, { 0, 512 }, { 0, 512 }, { 0, 512 },
		{ 0, 512 }, { 0, 512 }, { 0, 512 }, { 0, 512 }, { 0, 512 },
		{ 0, 512 },
	} },
	{ "entries of unlike length", { { 0, 4 }, { 0, 4096 }, { 8, 100 } } },
	{ "entries of odd length", { { 0, 511 }, { 0, 513 }, { 0, 1000 } } },
	{ "entries of a byte", {
		{ 0, 1 }, { 0, 1 }, { 0, 1 }, { 0, 1 }, { 0, 1 }, { 0, 1 },
		{ 0, 1 },
	} },
	{ "an odd byte between", { { 0, 512 }, { 0, 1 }, { 0, 512 } } },
	{ "an odd end", { { 0, 512 }, { 0, 3 } } },
	{ "an entry at a page's end", { { PAGE_SIZE - 512, 512 } } },
	{ "an entry across pages", { { PAGE_SIZE - 8, 16 }, { 0, 512 } } },
	{ "an odd entry across pages", { { PAGE_SIZE - 3, 10 }, { 1, 511 } } },
	{ "an entry of many pages", { { 4, 3 * PAGE_SIZE } } },
};

KUNIT_ARRAY_PARAM_DESC(list, list_cases, desc);

static struct fake_cmd *list_cmd(struct fake_hba *fake,
				 enum dma_data_direction dir,
				 const struct list_case *list)
{
	unsigned int nr = 0;
	struct fake_cmd *c;

	while (nr < MAX_SEGS && list->segs[nr].len)
		nr++;
	c = fake_cmd_sg(fake, fake_sdev(fake, 0, 0), dir, list->segs, nr);
	fake_queue(c);
	return c;
}

/* Script all of a command's data in one burst, then its end, and serve it. */
static void serve(struct fake_cmd *c, enum dma_data_direction dir,
		  unsigned int len)
{
	if (len)
		fake_say_xfer(c, dir, len);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(c->fake);
	KUNIT_EXPECT_EQ(c->fake->test, c->done, 1);
}

static void expect_good(struct kunit *test, struct fake_cmd *c)
{
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->at, c->len);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), 0);
}

static void hard_irq_reads_scatter_list(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = list_cmd(fake, DMA_FROM_DEVICE, test->param_value);

	serve(c, DMA_FROM_DEVICE, c->len);
	expect_good(test, c);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, c->len, 0));
	KUNIT_EXPECT_EQ(test, fake->port->stats.bytes_in, c->len);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_MASK], 0);
}

/* The fake chip compares the data that arrives. */
static void hard_irq_writes_scatter_list(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = list_cmd(fake, DMA_TO_DEVICE, test->param_value);

	serve(c, DMA_TO_DEVICE, c->len);
	expect_good(test, c);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, c->len, 0));
	KUNIT_EXPECT_EQ(test, fake->port->stats.bytes_out, c->len);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_MASK], 0);
}

/* Make all data run in the thread, in small pieces. */
static void no_budget(struct fake_hba *fake)
{
	fake->port->budget_us = 0;
	fake->port->budget.ps_per_byte[0] = FAKE_PS_SLOW;
	fake->port->budget.ps_per_byte[1] = FAKE_PS_SLOW;
}

static void thread_reads_scatter_list(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = list_cmd(fake, DMA_FROM_DEVICE, test->param_value);

	no_budget(fake);
	serve(c, DMA_FROM_DEVICE, c->len);
	expect_good(test, c);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, c->len, 0));
	KUNIT_EXPECT_GT(test, fake->count[FAKE_MASK], 0);
}

static void thread_writes_scatter_list(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = list_cmd(fake, DMA_TO_DEVICE, test->param_value);

	no_budget(fake);
	serve(c, DMA_TO_DEVICE, c->len);
	expect_good(test, c);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, c->len, 0));
	KUNIT_EXPECT_GT(test, fake->count[FAKE_MASK], 0);
}

/* Bursts of the FIFO's size, none of which ends at the end of an entry. */
static void bursts_fill_consecutive_bytes(struct kunit *test)
{
	static const struct fake_seg segs[] = { { 0, 300 }, { 0, 212 } };
	static const unsigned int bursts[] = { 33, 31, 4, 1, 3, 256, 184 };
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;
	unsigned int i;

	c = fake_cmd_sg(fake, fake_sdev(fake, 0, 0), DMA_FROM_DEVICE, segs,
			ARRAY_SIZE(segs));
	fake_queue(c);
	for (i = 0; i < ARRAY_SIZE(bursts); i++)
		fake_say_xfer(c, DMA_FROM_DEVICE, bursts[i]);
	serve(c, DMA_FROM_DEVICE, 0);
	expect_good(test, c);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, LEN, 0));
}

struct amount_case {
	const char *desc;
	enum dma_data_direction dir;	/* direction of the command */
	enum dma_data_direction chip;	/* direction of the chip */
	unsigned int len;		/* bytes that the chip moves */
	unsigned int resid;
	unsigned int overrun;
};

static const struct amount_case amount_cases[] = {
	{ "read, nothing", DMA_FROM_DEVICE, DMA_FROM_DEVICE, 0, 512, 0 },
	{ "read, a byte", DMA_FROM_DEVICE, DMA_FROM_DEVICE, 1, 511, 0 },
	{ "read, an entry", DMA_FROM_DEVICE, DMA_FROM_DEVICE, 128, 384, 0 },
	{ "read, odd", DMA_FROM_DEVICE, DMA_FROM_DEVICE, 201, 311, 0 },
	{ "read, all but one", DMA_FROM_DEVICE, DMA_FROM_DEVICE, 511, 1, 0 },
	{ "read, one more", DMA_FROM_DEVICE, DMA_FROM_DEVICE, 513, 0, 1 },
	{ "read, much more", DMA_FROM_DEVICE, DMA_FROM_DEVICE, 5000, 0, 4488 },
	{ "write, nothing", DMA_TO_DEVICE, DMA_TO_DEVICE, 0, 512, 0 },
	{ "write, a byte", DMA_TO_DEVICE, DMA_TO_DEVICE, 1, 511, 0 },
	{ "write, odd", DMA_TO_DEVICE, DMA_TO_DEVICE, 201, 311, 0 },
	/* Bytes that the command does not have are not sent. */
	{ "write, one more", DMA_TO_DEVICE, DMA_TO_DEVICE, 513, 0, 0 },
	{ "write, much more", DMA_TO_DEVICE, DMA_TO_DEVICE, 5000, 0, 0 },
	{ "write, read", DMA_TO_DEVICE, DMA_FROM_DEVICE, 512, 512, 512 },
};

KUNIT_ARRAY_PARAM_DESC(amount, amount_cases, desc);

static void residual_and_overrun_are_reported(struct kunit *test)
{
	static const struct fake_seg segs[] = {
		{ 0, 128 }, { PAGE_SIZE - 100, 256 }, { 0, 128 }
	};
	const struct amount_case *a = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	c = fake_cmd_sg(fake, fake_sdev(fake, 0, 0), a->dir, segs,
			ARRAY_SIZE(segs));
	fake_queue(c);
	serve(c, a->chip, a->len);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), a->resid);
	KUNIT_EXPECT_EQ(test, host_byte(c->result),
			a->overrun ? DID_ERROR : DID_OK);
	KUNIT_EXPECT_EQ(test, fake->port->stats.overrun, a->overrun);
	/* A read leaves no stale data; a write does not change its buffer. */
	if (a->dir == DMA_FROM_DEVICE)
		KUNIT_EXPECT_TRUE(test, fake_holds(c, LEN - a->resid, 0));
	else
		KUNIT_EXPECT_TRUE(test, fake_holds(c, LEN, 0));
}

/* The chip's last word is longer than the rest of the buffer. */
static void overrun_of_a_word_is_bounced(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 5);

	serve(c, DMA_FROM_DEVICE, 8);
	KUNIT_EXPECT_EQ(test, c->at, 8);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, 5, 0));
	KUNIT_EXPECT_EQ(test, fake->port->stats.overrun, 3);
}

static void permitted_overrun_ends_with_good(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 8);

	c->cmd.overrun_ok = true;
	serve(c, DMA_FROM_DEVICE, 36);
	KUNIT_EXPECT_EQ(test, c->at, 36);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, 8, 0));
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), 0);
	KUNIT_EXPECT_EQ(test, fake->port->stats.overrun, 28);

	/* It is permitted for one command only. */
	fake_queue(c);
	KUNIT_EXPECT_FALSE(test, c->cmd.overrun_ok);
}

static void data_without_buffer_is_bounced(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_NONE, 0);

	serve(c, DMA_FROM_DEVICE, 100);
	KUNIT_EXPECT_EQ(test, c->at, 100);
	KUNIT_EXPECT_EQ(test, host_byte(c->result), DID_ERROR);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), 0);
}

static void short_read_keeps_status(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LEN);

	fake_say_xfer(c, DMA_FROM_DEVICE, 100);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), LEN - 100);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, 100, 0));
}

struct early_case {
	const char *desc;
	enum dma_data_direction dir;
	unsigned int end;	/* bytes after which the target ends the data */
	bool deferred;
};

static const struct early_case early_cases[] = {
	{ "read", DMA_FROM_DEVICE, 100, false },
	{ "read, in the thread", DMA_FROM_DEVICE, 100, true },
	{ "read, within a word", DMA_FROM_DEVICE, 101, true },
	{ "written", DMA_TO_DEVICE, 100, false },
	{ "written, in the thread", DMA_TO_DEVICE, 100, true },
	{ "written, within a word", DMA_TO_DEVICE, 102, true },
};

KUNIT_ARRAY_PARAM_DESC(early, early_cases, desc);

/* The chip announces bytes, but the target decides when the data ends. */
static void early_end_of_data_leaves_residual(struct kunit *test)
{
	const struct early_case *e = test->param_value;
	struct fake_hba *fake = test->priv;
	/* Words that straddle two entries go through the bounce buffer. */
	const struct fake_seg segs[] = { { 0, 99 }, { 0, 413 } };
	struct fake_cmd *c = fake_cmd_sg(fake, fake_sdev(fake, 0, 0), e->dir,
					 segs, ARRAY_SIZE(segs));

	fake_queue(c);
	if (e->deferred)
		no_budget(fake);
	fake->ends_early = e->end + 1;
	serve(c, e->dir, LEN);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->at, e->end);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), LEN - e->end);
	if (e->dir == DMA_FROM_DEVICE)
		KUNIT_EXPECT_TRUE(test, fake_holds(c, e->end, 0));
}

/* Data continues with the first byte that was not moved. */
static void data_after_pause_continues(struct kunit *test)
{
	const struct early_case *e = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0), e->dir,
					 LEN);

	if (e->deferred)
		no_budget(fake);
	fake->ends_early = e->end + 1;
	fake_say_xfer(c, e->dir, LEN);
	serve(c, e->dir, LEN - e->end);
	expect_good(test, c);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, LEN, 0));
}

/* The chip announces data again and again but never gives any. */
static void announced_data_without_bytes_is_a_storm(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LEN);
	unsigned int i;

	fake->port->spurious_count = 90;
	for (i = 0; i < 20; i++) {
		fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
		fake->ends_always = true;
	}
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_STORM], 1);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake->scripted = fake->said;
}

struct step_case {
	const char *desc;
	u32 ps_per_byte;
	unsigned int first;	/* bytes in the first step of 20 us */
};

static const struct step_case step_cases[] = {
	{ "unknown rate", 0, 64 },
	{ "fast", 1000, 4096 },
	{ "a multiple of the width", 1000000, 20 },
	{ "not a multiple of the width", 900000, 20 },
	{ "less than the width", 10000000, 16 },
	{ "slowest possible", U32_MAX, 16 },
};

KUNIT_ARRAY_PARAM_DESC(step, step_cases, desc);

/* The estimate does not include this piece yet, so it decided its size. */
static void check_piece(struct fake_hba *fake, enum fake_op op)
{
	unsigned int fit;

	if (op != FAKE_IN)
		return;
	fit = pioscsi_budget_bytes(&fake->port->budget, DMA_FROM_DEVICE,
				   pioscsi_step_ns());
	if (fake->piece > max(fit, 16U))
		fake_broke(fake, "took more than a step at a time");
	if (fake->pieces == 1)
		*(unsigned int *)fake->hook_arg = fake->piece;
}

static void each_step_is_bounded(struct kunit *test)
{
	const struct step_case *s = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 4096);
	unsigned int first = 0;

	fake->port->budget_us = 0;
	fake->port->budget.ps_per_byte[0] = s->ps_per_byte;
	fake->hook = check_piece;
	fake->hook_arg = &first;
	serve(c, DMA_FROM_DEVICE, 4096);
	KUNIT_EXPECT_EQ(test, first, s->first);
	expect_good(test, c);
}

/* On such a slow bus each piece is too short for a sample, but many are not. */
static void short_steps_correct_the_estimate(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 16384);

	no_budget(fake);
	serve(c, DMA_FROM_DEVICE, 16384);
	KUNIT_EXPECT_LT(test, fake->port->budget.ps_per_byte[0],
			FAKE_PS_SLOW / 2);
}

/* A target may repeat data that was sent, but may not skip data. */
static void seek_beyond_moved_data_is_ignored(struct kunit *test)
{
	static const struct fake_seg segs[] = {
		{ 0, 4 }, { 0, 4096 }, { 8, 100 }
	};
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_cmd_sg(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, segs,
					 ARRAY_SIZE(segs));

	fake_queue(c);
	fake_say_xfer(c, DMA_FROM_DEVICE, 2048);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 2048);
	pioscsi_seek(&c->cmd, 3072);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 2048);
	KUNIT_EXPECT_EQ(test, c->cmd.at.offset, 2044);
	pioscsi_seek(&c->cmd, 1024);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 1024);
	KUNIT_EXPECT_EQ(test, c->cmd.at.offset, 1020);
	c->at = 1024;
	serve(c, DMA_FROM_DEVICE, c->len - 1024);
	expect_good(test, c);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, c->len, 0));
}

/* A chip's FIFO may take bytes that the target then does not take. */
static void seek_before_the_end_of_a_write_sets_the_residual(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_TO_DEVICE, LEN);

	c->scmd.underflow = LEN;
	fake_say_xfer(c, DMA_TO_DEVICE, LEN);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, LEN);
	pioscsi_seek(&c->cmd, 200);
	serve(c, DMA_TO_DEVICE, 0);
	KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), LEN - 200);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(hard_irq_reads_scatter_list, list_gen_params),
	KUNIT_CASE_PARAM(hard_irq_writes_scatter_list, list_gen_params),
	KUNIT_CASE_PARAM(thread_reads_scatter_list, list_gen_params),
	KUNIT_CASE_PARAM(thread_writes_scatter_list, list_gen_params),
	KUNIT_CASE(bursts_fill_consecutive_bytes),
	KUNIT_CASE_PARAM(residual_and_overrun_are_reported, amount_gen_params),
	KUNIT_CASE(overrun_of_a_word_is_bounced),
	KUNIT_CASE(permitted_overrun_ends_with_good),
	KUNIT_CASE(data_without_buffer_is_bounced),
	KUNIT_CASE(short_read_keeps_status),
	KUNIT_CASE_PARAM(early_end_of_data_leaves_residual, early_gen_params),
	KUNIT_CASE_PARAM(data_after_pause_continues, early_gen_params),
	KUNIT_CASE(announced_data_without_bytes_is_a_storm),
	KUNIT_CASE_PARAM(each_step_is_bounded, step_gen_params),
	KUNIT_CASE(short_steps_correct_the_estimate),
	KUNIT_CASE(seek_beyond_moved_data_is_ignored),
	KUNIT_CASE(seek_before_the_end_of_a_write_sets_the_residual),
	{}
};

static struct kunit_suite suite = {
	.name = "port_pio",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

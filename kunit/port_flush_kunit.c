// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages are flushed after data in and before data out. Otherwise a cache with
 * aliases would give old data to programs that have the page mapped, or to the
 * chip.
 */
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/mm.h>
#include <scsi/scsi.h>

#include "../pio.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	512U

struct flushed {
	struct fake_cmd *c;
	const struct page *page[8];
	unsigned int at[8];	/* position in the data at the last flush */
	unsigned int nr;
	unsigned int calls;
};

/* Find a page in the list; its end if the page was not flushed. */
static unsigned int find(const struct flushed *flushed, const struct page *page)
{
	unsigned int i;

	for (i = 0; i < flushed->nr; i++)
		if (flushed->page[i] == page)
			break;
	return i;
}

static bool is_flushed(const struct flushed *flushed, const struct page *page)
{
	return find(flushed, page) < flushed->nr;
}

static void note_flush(struct page *page)
{
	struct fake_hba *fake = kunit_get_current_test()->priv;
	struct flushed *flushed = fake->hook_arg;
	unsigned int i = find(flushed, page);

	flushed->calls++;
	if (i == ARRAY_SIZE(flushed->page)) {
		fake_broke(fake, "flushed more pages than the list has");
		return;
	}
	flushed->page[i] = page;
	flushed->at[i] = flushed->c->at;
	if (i == flushed->nr)
		flushed->nr++;
}

static void note_flushes(struct flushed *flushed, struct fake_cmd *c)
{
	kunit_activate_static_stub(c->fake->test, pioscsi_pio_flush,
				   note_flush);
	flushed->c = c;
	c->fake->hook_arg = flushed;
}

/* Return the page of a byte of the command's data. */
static const struct page *page_of(const struct fake_cmd *c, unsigned int byte)
{
	struct scatterlist *sg = c->scmd.sdb.table.sgl;

	for (; byte >= sg->length; sg = sg_next(sg))
		byte -= sg->length;
	return virt_to_page((u8 *)sg_virt(sg) + byte);
}

/* The chip gets the bytes of its next piece after this. */
static void check_flushed_before(struct fake_hba *fake, enum fake_op op)
{
	const struct flushed *flushed = fake->hook_arg;
	struct fake_cmd *c = flushed->c;
	unsigned int i;

	for (i = 0; op == FAKE_OUT && i < fake->piece; i++)
		if (!is_flushed(flushed, page_of(c, c->at + i)))
			fake_broke(fake, "sent bytes of a page not flushed");
}

/* Each page was flushed when or after its last byte came. */
static void expect_flushed_after(struct kunit *test,
				 const struct flushed *flushed)
{
	const struct fake_cmd *c = flushed->c;
	unsigned int i, n;

	for (i = 0; i < c->len; i++) {
		n = find(flushed, page_of(c, i));
		KUNIT_ASSERT_LT(test, n, flushed->nr);
		KUNIT_ASSERT_GT(test, flushed->at[n], i);
	}
}

struct flush_case {
	const char *desc;
	enum dma_data_direction dir;
	unsigned int len;	/* bytes from the chip */
	bool deferred;
};

static const struct flush_case flush_cases[] = {
	{ "read", DMA_FROM_DEVICE, LEN, false },
	{ "read, in the thread", DMA_FROM_DEVICE, LEN, true },
	{ "written", DMA_TO_DEVICE, LEN, false },
	{ "written, in the thread", DMA_TO_DEVICE, LEN, true },
};

KUNIT_ARRAY_PARAM_DESC(flush, flush_cases, desc);

/* A word straddles two entries, so it goes through the bounce buffer. */
static void pages_of_data_are_flushed(struct kunit *test)
{
	const struct fake_seg segs[] = { { PAGE_SIZE - 9, 18 }, { 0, 494 } };
	const struct flush_case *f = test->param_value;
	struct fake_hba *fake = test->priv;
	struct flushed flushed = { };
	struct fake_cmd *c;

	c = fake_cmd_sg(fake, fake_sdev(fake, 0, 0), f->dir, segs,
			ARRAY_SIZE(segs));
	note_flushes(&flushed, c);
	fake->hook = check_flushed_before;
	if (f->deferred)
		fake->port->budget_us = 0;
	fake_queue(c);
	fake_say_xfer(c, f->dir, f->len);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	if (f->dir == DMA_FROM_DEVICE)
		expect_flushed_after(test, &flushed);
	KUNIT_EXPECT_EQ(test, flushed.nr, 3);
}

static struct fake_cmd *queue_page(struct fake_hba *fake,
				   const struct flush_case *f,
				   struct flushed *flushed)
{
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0), f->dir,
					 PAGE_SIZE);

	note_flushes(flushed, c);
	if (f->deferred)
		fake->port->budget_us = 0;
	return c;
}

/* A call takes as long as for a whole page, also after a step of few bytes. */
static void page_is_flushed_once_in_many_steps(struct kunit *test)
{
	const struct flush_case *f = test->param_value;
	struct fake_hba *fake = test->priv;
	struct flushed flushed = { };
	struct fake_cmd *c = queue_page(fake, f, &flushed);

	fake->port->budget.ps_per_byte[0] = FAKE_PS_SLOW;
	fake->port->budget.ps_per_byte[1] = FAKE_PS_SLOW;
	fake_say_xfer(c, f->dir, PAGE_SIZE);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->at, PAGE_SIZE);
	KUNIT_EXPECT_GE(test, fake->pieces, 16);
	KUNIT_EXPECT_EQ(test, flushed.calls, 1);
}

static void page_behind_the_data_is_not_flushed(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct flushed flushed = { };
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 2 * PAGE_SIZE);

	note_flushes(&flushed, c);
	fake_say_xfer(c, DMA_FROM_DEVICE, PAGE_SIZE);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->at, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, flushed.nr, 1);
}

/* The command may end, or wait for long, before the page is complete. */
static void part_of_a_page_is_flushed_in_each_burst(struct kunit *test)
{
	const struct flush_case *f = test->param_value;
	struct fake_hba *fake = test->priv;
	struct flushed flushed = { };
	struct fake_cmd *c = queue_page(fake, f, &flushed);

	fake_say_xfer(c, f->dir, LEN);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, flushed.calls, 1);
	fake_say_xfer(c, f->dir, LEN);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, flushed.calls, 2);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(pages_of_data_are_flushed, flush_gen_params),
	KUNIT_CASE_PARAM(page_is_flushed_once_in_many_steps, flush_gen_params),
	KUNIT_CASE_PARAM(part_of_a_page_is_flushed_in_each_burst,
			 flush_gen_params),
	KUNIT_CASE(page_behind_the_data_is_not_flushed),
	{}
};

static struct kunit_suite suite = {
	.name = "port_flush",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

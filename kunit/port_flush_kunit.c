// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages are flushed after a read, because a cache with aliases would show the
 * old data to programs that have the page mapped.
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
	const struct page *page[8];
	unsigned int nr;
};

static bool is_flushed(const struct flushed *flushed, const struct page *page)
{
	unsigned int i;

	for (i = 0; i < flushed->nr; i++)
		if (flushed->page[i] == page)
			return true;
	return false;
}

static void note_flush(struct page *page)
{
	struct fake_hba *fake = kunit_get_current_test()->priv;
	struct flushed *flushed = fake->hook_arg;

	if (is_flushed(flushed, page))
		return;
	if (flushed->nr < ARRAY_SIZE(flushed->page))
		flushed->page[flushed->nr++] = page;
	else
		fake_broke(fake, "flushed more pages than the list has");
}

static void expect_flushed(struct kunit *test, const struct flushed *flushed,
			   const void *byte, bool expected)
{
	KUNIT_EXPECT_EQ(test, is_flushed(flushed, virt_to_page(byte)),
			expected);
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
static void pages_read_into_are_flushed(struct kunit *test)
{
	const struct fake_seg segs[] = { { PAGE_SIZE - 9, 18 }, { 0, 494 } };
	const struct flush_case *f = test->param_value;
	struct fake_hba *fake = test->priv;
	struct flushed flushed = { };
	struct scatterlist *sg;
	struct fake_cmd *c;
	unsigned int i;

	c = fake_cmd_sg(fake, fake_sdev(fake, 0, 0), f->dir, segs,
			ARRAY_SIZE(segs));
	kunit_activate_static_stub(test, pioscsi_pio_flush, note_flush);
	fake->hook_arg = &flushed;
	if (f->deferred)
		fake->port->budget_us = 0;
	fake_queue(c);
	if (f->len)
		fake_say_xfer(c, f->dir, f->len);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	for_each_sg(c->scmd.sdb.table.sgl, sg, ARRAY_SIZE(segs), i) {
		const u8 *buf = sg_virt(sg);
		bool read = f->dir == DMA_FROM_DEVICE;

		expect_flushed(test, &flushed, buf, read);
		expect_flushed(test, &flushed, buf + sg->length - 1, read);
	}
}

static void page_behind_the_data_is_not_flushed(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct flushed flushed = { };
	struct fake_cmd *c;

	kunit_activate_static_stub(test, pioscsi_pio_flush, note_flush);
	fake->hook_arg = &flushed;
	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_FROM_DEVICE,
			2 * PAGE_SIZE);
	fake_say_xfer(c, DMA_FROM_DEVICE, PAGE_SIZE);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->at, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, flushed.nr, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(pages_read_into_are_flushed, flush_gen_params),
	KUNIT_CASE(page_behind_the_data_is_not_flushed),
	{}
};

static struct kunit_suite suite = {
	.name = "port_flush",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

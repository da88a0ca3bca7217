// SPDX-License-Identifier: GPL-2.0-only
/*
 * Long work of the ATA front end lets other tasks run.
 */
#include <kunit/static_stub.h>
#include <linux/sched.h>

#include "fake_ata.h"

/* Words of data that a stuck device gives, and the last one that may wait. */
#define WORDS		400
#define WORD_MAX	257

static const struct pioata_io_ops *fake_ops;
static unsigned int words;
static bool waits;

/* Another task becomes ready with the first word. */
static void in(const struct pioata_io *io, void *buf, unsigned int len)
{
	words++;
	if (words == 1)
		set_tsk_need_resched(current);
	if (words == WORD_MAX + 1)
		waits = test_tsk_need_resched(current);
	fake_ops->in(io, buf, len);
}

static void drain_before_reset_lets_tasks_run(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);
	struct pioata_io_ops ops = *fake->chan.io.ops;

	kunit_activate_static_stub(test, pioata_wait_status,
				   fake_ata_wait_briefly);
	fake_ops = fake->chan.io.ops;
	words = 0;
	waits = true;
	ops.in = in;
	fake->chan.io.ops = &ops;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
	fake->full = WORDS;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_EQ(test, words, WORDS);
	KUNIT_EXPECT_FALSE(test, waits);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(drain_before_reset_lets_tasks_run),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_preempt",
	.test_cases = cases,
};

kunit_test_suite(suite);

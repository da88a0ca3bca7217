// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: a chip whose registers read at random. The front end must keep its
 * state valid, bound the time of each call, and send no data but the command's
 * own (c9x_fuzz_rig.c). Afterwards a reset and a good target bring a good read.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <scsi/scsi.h>

#include "c9x_fuzz_rig.h"

#define SEEDS		16
#define STEPS		3000

static struct fuzz *fuzz;

static int setup(struct kunit *test)
{
	int err = fake_c9x_init(test);

	if (!err)
		fuzz = c9x_fuzz_create(test);
	return err;
}

static void expect_good_read(void)
{
	struct fake_c9x *fake = fuzz->fake;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);

	fake->nr_taken = 0;
	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DI, BS, .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, ST, BS, .in = { 22 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 2);
	fake_c9x_move_in(fake, c, 2, 2);
	KUNIT_EXPECT_EQ(fuzz->test, c->buf[0], 11);
	KUNIT_EXPECT_EQ(fuzz->test, c->buf[1], 22);
	fake_c9x_expect_done(fake, c, 0);
}

static void run(enum fuzz_mode mode, unsigned int seed, bool can_mask)
{
	unsigned int i;

	fuzz->fake->hba->can_mask = can_mask;
	c9x_fuzz_begin(mode, seed);
	for (i = 0; i < STEPS && !fuzz_failed(fuzz); i++)
		c9x_fuzz_step();
	if (fuzz_failed(fuzz))
		return;
	c9x_fuzz_end();
	expect_good_read();
}

/* Otherwise most commands would end at the first check. */
static void expect_reached(struct kunit *test)
{
	static const u8 phases[] = { DO, DI, CD, ST, MO, MI };
	unsigned int i;

	kunit_info(test,
		   "%u announcements, %u ends, %u bytes sent, %u lost, %u disconnected, %u recovered",
		   fuzz->nr_xfer, fuzz->nr_done, fuzz->nr_sent, fuzz->nr_lost,
		   fuzz->nr_disconnected, fuzz->nr_recovered);
	for (i = 0; i < ARRAY_SIZE(phases); i++)
		KUNIT_EXPECT_GT(test, fuzz->regs.phases[phases[i]], STEPS);
	KUNIT_EXPECT_GT(test, fuzz->nr_xfer, 50 * SEEDS);
	KUNIT_EXPECT_GT(test, fuzz->nr_done, 50 * SEEDS);
	KUNIT_EXPECT_GT(test, fuzz->nr_sent, 200 * SEEDS);
	KUNIT_EXPECT_GT(test, fuzz->nr_lost, 50 * SEEDS);
	KUNIT_EXPECT_GT(test, fuzz->nr_disconnected, 10 * SEEDS);
	KUNIT_EXPECT_GT(test, fuzz->nr_recovered, SEEDS);
}

static void run_random(struct kunit *test, bool can_mask)
{
	unsigned int seed;

	for (seed = 0; seed < SEEDS && !fuzz_failed(fuzz); seed++)
		run(FUZZ_RANDOM, seed, can_mask);
	expect_reached(test);
}

static void random_registers_leave_a_usable_chip(struct kunit *test)
{
	run_random(test, true);
}

static void random_registers_without_a_mask_leave_a_usable_chip(struct kunit *t)
{
	run_random(t, false);
}

static void stuck_registers_leave_a_usable_chip(struct kunit *test)
{
	static const enum fuzz_mode modes[] = {
		FUZZ_ZEROS, FUZZ_ONES, FUZZ_NO_CAUSE,
	};
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(modes) && !fuzz_failed(fuzz); i++)
		run(modes[i / 2], 0, i % 2);
}

static void removed_card_ends_in_a_fault(struct kunit *test)
{
	unsigned int seed;

	for (seed = 0; seed < SEEDS && !fuzz_failed(fuzz); seed++)
		run(FUZZ_REMOVED, seed, seed % 2);
	KUNIT_EXPECT_GT(test, fuzz->nr_faults, 10 * SEEDS);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_SLOW(random_registers_leave_a_usable_chip),
	KUNIT_CASE_SLOW(random_registers_without_a_mask_leave_a_usable_chip),
	KUNIT_CASE(stuck_registers_leave_a_usable_chip),
	KUNIT_CASE(removed_card_ends_in_a_fault),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_fuzz",
	.init = setup,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

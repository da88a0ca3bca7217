// SPDX-License-Identifier: GPL-2.0-only
/*
 * The boards with a 53C9x core: set-up of the chip, and the AM53C974's quirks.
 */
#include <kunit/test.h>

#include "../ncr53c9x/am53c974.h"
#include "../ncr53c9x/data.h"
#include "../ncr53c9x/nexus.h"
#include "fake_c9x.h"

static void reset_sets_the_clock_of_25_mhz(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	KUNIT_EXPECT_EQ(test, 0, c9x_reset_chip(fake->chip));
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CLOCK], 5);
	/* 153 units of 8192 * 5 cycles are 250 ms. */
	KUNIT_EXPECT_EQ(test, fake->written[C9X_TIMEOUT], 153);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CTRL1] & C9X_CTRL1_ID, 7);
}

static void reset_sets_the_clock_of_an_am53c974(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake->chip->board = &am53_board;
	fake->written[AM53_DMA_CMD] = 0xff;
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_chip(fake->chip));
	/* The factor 8 is written as 0. */
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CLOCK], 0);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_TIMEOUT], 153);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CTRL3], BIT(3));
	KUNIT_EXPECT_EQ(test, fake->written[AM53_DMA_CMD], 0);
}

static void locked_fifo_of_qemu_7_2_is_unlocked(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_xfer xfer;

	fake->chip->board = &am53_board;
	fake->chip->fifo_tested = false;
	/* The second byte stands for one that stays after it was read. */
	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DI, BS, .in = { 0, 11 }, .len = 2 },
	       { C9X_CMD_COMPLETE | C9X_CMD_DMA, MI, BS | FC, .keep = 16 },
	       { C9X_CMD_TRANSFER, ST, BS, .in = { 22 }, .len = 1 });
	KUNIT_EXPECT_EQ(test, 0, c9x_start(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, 2, c9x_pio_in(fake->hba, c->buf, 2));
	KUNIT_EXPECT_TRUE(test, fake->chip->fifo_locked);
	KUNIT_EXPECT_EQ(test, c->buf[0], 11);
	KUNIT_EXPECT_EQ(test, c->buf[1], 22);
}

static void fifo_of_another_board_is_never_unlocked(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_xfer xfer;

	fake->chip->fifo_tested = false;
	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DI, BS, .in = { 11, 22 }, .len = 2 },
	       { C9X_CMD_TRANSFER, ST, BS });
	KUNIT_EXPECT_EQ(test, 0, c9x_start(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, 2, c9x_pio_in(fake->hba, c->buf, 2));
	KUNIT_EXPECT_FALSE(test, fake->chip->fifo_locked);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(reset_sets_the_clock_of_25_mhz),
	KUNIT_CASE(reset_sets_the_clock_of_an_am53c974),
	KUNIT_CASE(locked_fifo_of_qemu_7_2_is_unlocked),
	KUNIT_CASE(fifo_of_another_board_is_never_unlocked),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_board",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

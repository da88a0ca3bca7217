// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: the interrupt handler of a chip without a mask, which runs beside the
 * owner of the chip.
 */
#include <kunit/test.h>
#include <linux/time64.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/data.h"
#include "../port.h"
#include "fake_c9x.h"

static int setup(struct kunit *test)
{
	int err = fake_c9x_init(test);
	struct fake_c9x *fake = test->priv;

	if (!err)
		fake->hba->can_mask = false;
	return err;
}

static void handle_interrupt(struct fake_c9x *fake)
{
	c9x_claim(fake->hba);
}

/* A target that has answered is present. */
static void
handler_within_a_claim_keeps_the_step_of_the_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, 0, DC, 3 });
	fake_c9x_start(fake, c);
	fake->hook = handle_interrupt;
	fake_c9x_expect_done(fake, c, DID_ERROR << 16);
}

/* Read the only byte of the command. */
static void move_byte(struct fake_c9x *fake)
{
	struct pioscsi_xfer xfer;

	KUNIT_ASSERT_EQ(fake->test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	fake_c9x_move_in(fake, container_of(xfer.cmd, struct c9x_cmd, cmd), 1,
			 1);
}

/* The owner transfers data while the handler reads the registers. */
static void
transfer_within_the_handler_keeps_the_phase(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 1);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, ST, BS, .in = { 11 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake->hook = move_byte;
	handle_interrupt(fake);
	fake_c9x_run_hook(fake);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

/* A target that is slow for each byte. */
static void linger(struct fake_c9x *fake)
{
	fake->now += 15 * NSEC_PER_USEC;
	fake->hook = linger;
}

#define BYTE_IN	{ C9X_CMD_TRANSFER, DI, BS, .in = { 7 }, .len = 1 }

/* Move the announced bytes. Return how many of 8 have been moved so far. */
static unsigned int move_in(struct fake_c9x *fake, struct c9x_cmd *c)
{
	struct pioscsi_xfer xfer;

	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(fake->test, xfer.len, 8 - c->cmd.moved);
	c->cmd.moved += c9x_pio_in(fake->hba, c->buf, xfer.len);
	return c->cmd.moved;
}

/* Nothing is deferred, so other devices would wait for all bytes. */
static void slow_target_does_not_hold_the_handler(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 8);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, BYTE_IN, BYTE_IN,
	       BYTE_IN, BYTE_IN, BYTE_IN, BYTE_IN, BYTE_IN,
	       { C9X_CMD_TRANSFER, ST, BS, .in = { 7 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	pioscsi_port(fake->hba)->in_task = false;
	fake->hook = linger;
	KUNIT_EXPECT_EQ(test, move_in(fake, c), 2);
	/* The next interrupt is pending. A task moves all the rest at once. */
	pioscsi_port(fake->hba)->in_task = true;
	KUNIT_EXPECT_EQ(test, move_in(fake, c), 8);
	fake->hook = NULL;
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(handler_within_a_claim_keeps_the_step_of_the_selection),
	KUNIT_CASE(transfer_within_the_handler_keeps_the_phase),
	KUNIT_CASE(slow_target_does_not_hold_the_handler),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_nomask",
	.init = setup,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * AM53C974: from selection to status, phase by phase, and the data between.
 */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "../am53c974/data.h"
#include "../am53c974/nexus.h"
#include "fake_am53.h"

/* The end of each command: status, COMMAND COMPLETE, and the bus is free. */
#define STATUS_IS(status) \
	{ AM53_CMD_COMPLETE, MI, FC, .in = { status, 0 }, .len = 2 }
#define BUS_GOES_FREE	{ AM53_CMD_ACCEPT, 0, DC }

static void start(struct fake_am53 *fake, struct am53_cmd *c)
{
	KUNIT_EXPECT_EQ(fake->test, 0, am53_start(fake->hba, &c->cmd));
}

static void expect_done(struct fake_am53 *fake, struct am53_cmd *c, int result)
{
	struct pioscsi_xfer xfer;

	KUNIT_EXPECT_EQ(fake->test, fake_am53_ask(fake, &xfer), PIOSCSI_DONE);
	KUNIT_EXPECT_PTR_EQ(fake->test, xfer.cmd, &c->cmd);
	KUNIT_EXPECT_EQ(fake->test, c->cmd.result, result);
	KUNIT_EXPECT_EQ(fake->test, fake->am->bus, AM53_FREE);
}

static void expect_xfer(struct fake_am53 *fake, struct am53_cmd *c,
			unsigned int len)
{
	struct pioscsi_xfer xfer;

	KUNIT_EXPECT_EQ(fake->test, fake_am53_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_PTR_EQ(fake->test, xfer.cmd, &c->cmd);
	KUNIT_EXPECT_EQ(fake->test, xfer.len, len);
}

static void move_in(struct fake_am53 *fake, struct am53_cmd *c,
		    unsigned int len, unsigned int moved)
{
	KUNIT_EXPECT_EQ(fake->test, moved,
			am53_pio_in(fake->hba, c->buf + c->cmd.moved, len));
	c->cmd.moved += moved;
}

static void move_out(struct fake_am53 *fake, struct am53_cmd *c,
		     unsigned int len, unsigned int moved)
{
	KUNIT_EXPECT_EQ(fake->test, moved,
			am53_pio_out(fake->hba, c->buf + c->cmd.moved, len));
	c->cmd.moved += moved;
}

static void command_without_data(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { AM53_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	start(fake, c);
	KUNIT_EXPECT_EQ(test, fake->target, 2);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 7);
	KUNIT_EXPECT_EQ(test, fake->taken[0], 0xc0);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 1, c->scmd.cmnd, 6);
	expect_done(fake, c, SAM_STAT_GOOD);
}

static void status_is_the_result(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 12, DMA_NONE, 0);

	SCRIPT(fake, { AM53_CMD_SELECT, ST, BS | FC, 4 },
	       STATUS_IS(SAM_STAT_CHECK_CONDITION), BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_CHECK_CONDITION);
}

static void long_cdb_goes_by_hand(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 16, DMA_NONE, 0);

	SCRIPT(fake, { AM53_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { AM53_CMD_TRANSFER, CD, BS }, { AM53_CMD_TRANSFER, ST, BS },
	       STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_GOOD);
	/* IDENTIFY, NO OPERATION, CDB */
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 18);
	KUNIT_EXPECT_EQ(test, fake->taken[1], NOP);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 2, c->scmd.cmnd, 16);
}

static void tag_goes_with_the_selection(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 9, 10, DMA_NONE, 0);

	c->scmd.flags = SCMD_TAGGED;
	SCRIPT(fake, { AM53_CMD_SELECT3, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	start(fake, c);
	KUNIT_EXPECT_EQ(test, fake->taken[1], SIMPLE_QUEUE_TAG);
	KUNIT_EXPECT_EQ(test, fake->taken[2], 9);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 3, c->scmd.cmnd, 10);
	expect_done(fake, c, SAM_STAT_GOOD);
}

static void tag_of_a_long_cdb_goes_by_hand(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 9, 16, DMA_NONE, 0);
	static const u8 messages[] = { 0xc0, SIMPLE_QUEUE_TAG, 9, 1, 2, 3 };

	c->scmd.flags = SCMD_TAGGED;
	SCRIPT(fake, { AM53_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { AM53_CMD_TRANSFER, CD, BS }, { AM53_CMD_TRANSFER, ST, BS },
	       STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, messages, sizeof(messages));
}

static void request_sense_has_no_tag(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 9, 6, DMA_NONE, 0);

	c->scmd.flags = SCMD_TAGGED;
	c->scmd.cmnd[0] = REQUEST_SENSE;
	SCRIPT(fake, { AM53_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_GOOD);
}

static void cdb_that_was_broken_off_goes_on(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 10, DMA_NONE, 0);

	SCRIPT(fake, { AM53_CMD_SELECT, CD, BS | FC, 3, .keep = 4 },
	       { AM53_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 11);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 1, c->scmd.cmnd, 10);
}

static void more_than_the_cdb_is_a_fault(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_NONE, 0);
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { AM53_CMD_SELECT, CD, BS | FC, 4 });
	start(fake, c);
	KUNIT_EXPECT_EQ(test, fake_am53_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void reserved_phase_is_a_fault(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { AM53_CMD_SELECT, 5, BS | FC, 4 });
	start(fake, am53_cmd(fake, 0, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, fake_am53_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void busy_bus_takes_nothing(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 1, 6, DMA_NONE, 0);

	SCRIPT(fake, { AM53_CMD_SELECT });
	start(fake, am53_cmd(fake, 0, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, -EBUSY, am53_start(fake->hba, &c->cmd));
}

static void interrupt_at_the_door_comes_first(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 1, 6, DMA_NONE, 0);

	fake_am53_interrupt(fake, MI, RESEL);
	KUNIT_EXPECT_EQ(test, -EBUSY, am53_start(fake->hba, &c->cmd));
}

static void data_in(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_FROM_DEVICE, 3);

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, DI, BS, .in = { 11 }, .len = 1 },
	       { AM53_CMD_TRANSFER, DI, BS, .in = { 22 }, .len = 1 },
	       { AM53_CMD_TRANSFER, ST, BS, .in = { 33 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_xfer(fake, c, 3);
	move_in(fake, c, 2, 2);
	move_in(fake, c, 1, 1);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[0], 11);
	KUNIT_EXPECT_EQ(test, c->buf[1], 22);
	KUNIT_EXPECT_EQ(test, c->buf[2], 33);
}

/* A read of 64 bytes, of which the target has two. */
static struct am53_cmd *two_of_64_bytes(struct fake_am53 *fake)
{
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_FROM_DEVICE, 64);

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, DI, BS, .in = { 11 }, .len = 1 },
	       { AM53_CMD_TRANSFER, ST, BS, .in = { 22 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_xfer(fake, c, 64);
	return c;
}

static void data_in_ends_early(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = two_of_64_bytes(fake);

	move_in(fake, c, 64, 2);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[2], 0x82);
}

/* What the port moves in one piece may be all that there is. */
static void data_in_ends_early_with_a_piece(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = two_of_64_bytes(fake);

	move_in(fake, c, 2, 2);
	move_in(fake, c, 2, 0);
	expect_done(fake, c, SAM_STAT_GOOD);
}

static void slow_byte_comes_later(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	const u8 byte[] = { 11, 22 };
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 }, { AM53_CMD_TRANSFER },
	       { AM53_CMD_TRANSFER }, STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_xfer(fake, c, 2);
	move_in(fake, c, 2, 0);
	KUNIT_EXPECT_EQ(test, fake_am53_ask(fake, &xfer), PIOSCSI_POLL);
	fake_am53_fill(fake, byte, 1);
	fake_am53_interrupt(fake, DI, BS);
	expect_xfer(fake, c, 2);
	move_in(fake, c, 2, 1);
	/* The last one, and with it the end of the phase. */
	fake_am53_fill(fake, byte + 1, 1);
	fake_am53_interrupt(fake, ST, BS);
	expect_xfer(fake, c, 1);
	move_in(fake, c, 1, 1);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[0], 11);
	KUNIT_EXPECT_EQ(test, c->buf[1], 22);
}

static void surplus_in_is_announced(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_FROM_DEVICE, 1);
	u8 scratch[64];

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, DI, BS, .in = { 11 }, .len = 1 },
	       { AM53_CMD_TRANSFER, ST, BS, .in = { 22 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_xfer(fake, c, 1);
	move_in(fake, c, 1, 1);
	expect_xfer(fake, c, 4096);
	KUNIT_EXPECT_EQ(test, 1, am53_pio_in(fake->hba, scratch, 64));
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[1], 0x81);
}

static void data_out_is_counted_when_it_has_landed(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_TO_DEVICE, 40);

	SCRIPT(fake, { AM53_CMD_SELECT, DO, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, DO, BS }, { AM53_CMD_TRANSFER, DO, BS },
	       { AM53_CMD_TRANSFER }, STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	fake->nr_taken = 0;
	expect_xfer(fake, c, 40);
	move_out(fake, c, 40, 32);
	fake_am53_interrupt(fake, ST, BS);
	expect_xfer(fake, c, 8);
	move_out(fake, c, 8, 8);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 42 - 2);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf, 40);
}

static void data_out_ends_early(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_TO_DEVICE, 64);

	SCRIPT(fake, { AM53_CMD_SELECT, DO, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, DO, BS },
	       { AM53_CMD_TRANSFER, ST, BS, .keep = 11 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	start(fake, c);
	expect_xfer(fake, c, 64);
	move_out(fake, c, 64, 16);
	expect_xfer(fake, c, 5);
	move_out(fake, c, 5, 5);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 21);
	KUNIT_EXPECT_EQ(test, fake->flushed, 1);
}

static void data_out_goes_on_after_a_pause(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_TO_DEVICE, 32);

	SCRIPT(fake, { AM53_CMD_SELECT, DO, BS | FC, 4 }, { AM53_CMD_TRANSFER },
	       { AM53_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	fake->nr_taken = 0;
	expect_xfer(fake, c, 32);
	move_out(fake, c, 32, 0);
	fake_am53_interrupt(fake, DO, BS);
	expect_xfer(fake, c, 32);
	move_out(fake, c, 32, 16);
	expect_xfer(fake, c, 16);
	move_out(fake, c, 16, 16);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf, 32);
}

static void unmaskable_chip_is_cut_at_the_fifo(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_TO_DEVICE, 64);

	fake->hba->can_mask = false;
	SCRIPT(fake, { AM53_CMD_SELECT, DO, BS | FC, 4 });
	start(fake, c);
	expect_xfer(fake, c, AM53_FIFO_SIZE);
}

static void unmaskable_chip_goes_on_behind_a_fifo(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_TO_DEVICE, 64);

	fake->hba->can_mask = false;
	SCRIPT(fake, { AM53_CMD_SELECT, DO, BS | FC, 4 },
	       { AM53_CMD_TRANSFER }, { AM53_CMD_TRANSFER });
	start(fake, c);
	expect_xfer(fake, c, AM53_FIFO_SIZE);
	move_out(fake, c, AM53_FIFO_SIZE, 0);
	fake_am53_interrupt(fake, DO, BS);
	expect_xfer(fake, c, 2 * AM53_FIFO_SIZE);
	move_out(fake, c, 2 * AM53_FIFO_SIZE, AM53_FIFO_SIZE);
	KUNIT_EXPECT_EQ(test, fake->am->flying, AM53_FIFO_SIZE);
}

static void locked_fifo_is_found_out(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);

	fake->am->fifo_known = false;
	/* A byte that is still there when it has been read: so to speak. */
	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, DI, BS, .in = { 0, 11 }, .len = 2 },
	       { AM53_CMD_COMPLETE | AM53_CMD_DMA, MI, BS | FC, .keep = 16 },
	       { AM53_CMD_TRANSFER, ST, BS, .in = { 22 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_xfer(fake, c, 2);
	move_in(fake, c, 2, 2);
	KUNIT_EXPECT_TRUE(test, fake->am->locks);
	KUNIT_EXPECT_EQ(test, c->buf[0], 11);
	KUNIT_EXPECT_EQ(test, c->buf[1], 22);
	expect_done(fake, c, SAM_STAT_GOOD);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(command_without_data),
	KUNIT_CASE(status_is_the_result),
	KUNIT_CASE(long_cdb_goes_by_hand),
	KUNIT_CASE(tag_goes_with_the_selection),
	KUNIT_CASE(tag_of_a_long_cdb_goes_by_hand),
	KUNIT_CASE(request_sense_has_no_tag),
	KUNIT_CASE(cdb_that_was_broken_off_goes_on),
	KUNIT_CASE(more_than_the_cdb_is_a_fault),
	KUNIT_CASE(reserved_phase_is_a_fault),
	KUNIT_CASE(busy_bus_takes_nothing),
	KUNIT_CASE(interrupt_at_the_door_comes_first),
	KUNIT_CASE(data_in),
	KUNIT_CASE(data_in_ends_early),
	KUNIT_CASE(data_in_ends_early_with_a_piece),
	KUNIT_CASE(slow_byte_comes_later),
	KUNIT_CASE(surplus_in_is_announced),
	KUNIT_CASE(data_out_is_counted_when_it_has_landed),
	KUNIT_CASE(data_out_ends_early),
	KUNIT_CASE(data_out_goes_on_after_a_pause),
	KUNIT_CASE(unmaskable_chip_is_cut_at_the_fifo),
	KUNIT_CASE(unmaskable_chip_goes_on_behind_a_fifo),
	KUNIT_CASE(locked_fifo_is_found_out),
	{}
};

static struct kunit_suite suite = {
	.name = "am53_phase",
	.init = fake_am53_init,
	.exit = fake_am53_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

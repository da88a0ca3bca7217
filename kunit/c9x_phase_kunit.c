// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: the phases from selection to status, and data.
 */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/data.h"
#include "../ncr53c9x/nexus.h"
#include "../ncr53c9x/phase.h"
#include "fake_c9x.h"

/* The end of a command: status, COMMAND COMPLETE, and the bus goes free. */
#define STATUS_IS(status) \
	{ C9X_CMD_COMPLETE, MI, FC, .in = { status, 0 }, .len = 2 }
#define BUS_GOES_FREE	{ C9X_CMD_ACCEPT, 0, DC }

static void start(struct fake_c9x *fake, struct c9x_cmd *c)
{
	KUNIT_EXPECT_EQ(fake->test, 0, c9x_start(fake->hba, &c->cmd));
}

static void expect_done(struct fake_c9x *fake, struct c9x_cmd *c, int result)
{
	struct pioscsi_xfer xfer;

	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), PIOSCSI_DONE);
	KUNIT_EXPECT_PTR_EQ(fake->test, xfer.cmd, &c->cmd);
	KUNIT_EXPECT_EQ(fake->test, c->cmd.result, result);
	KUNIT_EXPECT_EQ(fake->test, fake->chip->bus, C9X_FREE);
}

static void expect_xfer(struct fake_c9x *fake, struct c9x_cmd *c,
			unsigned int len)
{
	struct pioscsi_xfer xfer;

	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_PTR_EQ(fake->test, xfer.cmd, &c->cmd);
	KUNIT_EXPECT_EQ(fake->test, xfer.len, len);
}

static void move_in(struct fake_c9x *fake, struct c9x_cmd *c,
		    unsigned int len, unsigned int moved)
{
	KUNIT_EXPECT_EQ(fake->test, moved,
			c9x_pio_in(fake->hba, c->buf + c->cmd.moved, len));
	c->cmd.moved += moved;
}

static void move_out(struct fake_c9x *fake, struct c9x_cmd *c,
		     unsigned int len, unsigned int moved)
{
	KUNIT_EXPECT_EQ(fake->test, moved,
			c9x_pio_out(fake->hba, c->buf + c->cmd.moved, len));
	c->cmd.moved += moved;
}

static void command_without_data_ends_with_its_status(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	start(fake, c);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_DEST_ID], 2);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 7);
	KUNIT_EXPECT_EQ(test, fake->taken[0], 0xc0);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 1, c->scmd.cmnd, 6);
	expect_done(fake, c, SAM_STAT_GOOD);
}

static void check_condition_status_becomes_the_result(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 12, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 },
	       STATUS_IS(SAM_STAT_CHECK_CONDITION), BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_CHECK_CONDITION);
}

static void cdb_of_16_bytes_follows_the_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 16, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, ST, BS },
	       STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_GOOD);
	/* IDENTIFY, NO OPERATION, CDB */
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 18);
	KUNIT_EXPECT_EQ(test, fake->taken[1], NOP);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 2, c->scmd.cmnd, 16);
}

static void tag_is_sent_with_the_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 9, 10, DMA_NONE, 0);

	c->cmd.tagged = true;
	SCRIPT(fake, { C9X_CMD_SELECT3, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	start(fake, c);
	KUNIT_EXPECT_EQ(test, fake->taken[1], SIMPLE_QUEUE_TAG);
	KUNIT_EXPECT_EQ(test, fake->taken[2], 9);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 3, c->scmd.cmnd, 10);
	expect_done(fake, c, SAM_STAT_GOOD);
}

static void tag_of_a_cdb_of_16_bytes_follows_the_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 9, 16, DMA_NONE, 0);
	static const u8 messages[] = { 0xc0, SIMPLE_QUEUE_TAG, 9, 1, 2, 3 };

	c->cmd.tagged = true;
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, ST, BS },
	       STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, messages, sizeof(messages));
}

static void request_sense_of_the_port_is_sent_untagged(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 9, 6, DMA_NONE, 0);

	c->cmd.sensing = true;
	c->scmd.cmnd[0] = REQUEST_SENSE;
	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_GOOD);
}

static void interrupted_cdb_is_continued(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 10, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, CD, BS | FC, 3, .keep = 4 },
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 11);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 1, c->scmd.cmnd, 10);
}

static void request_for_more_than_16_cdb_bytes_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 16, DMA_NONE, 0);
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, CD, BS });
	start(fake, c);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void reserved_phase_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { C9X_CMD_SELECT, 5, BS | FC, 4 });
	start(fake, c9x_cmd(fake, 0, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void start_on_a_busy_bus_is_ebusy(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 1, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT });
	start(fake, c9x_cmd(fake, 0, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_start(fake->hba, &c->cmd));
}

static void start_before_a_pending_interrupt_is_ebusy(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 1, 6, DMA_NONE, 0);

	fake_c9x_interrupt(fake, MI, RESEL);
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_start(fake->hba, &c->cmd));
}

static void data_in_moves_all_announced_bytes(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 3);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DI, BS, .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, DI, BS, .in = { 22 }, .len = 1 },
	       { C9X_CMD_TRANSFER, ST, BS, .in = { 33 }, .len = 1 },
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

/* Read 64 bytes, of which the target has two. */
static struct c9x_cmd *two_of_64_bytes(struct fake_c9x *fake)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 64);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DI, BS, .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, ST, BS, .in = { 22 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_xfer(fake, c, 64);
	return c;
}

static void data_in_ending_early_moves_fewer_bytes(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = two_of_64_bytes(fake);

	move_in(fake, c, 64, 2);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[2], 0x82);
}

/* The data ends with the first of two pieces that the port moves. */
static void data_in_ending_between_pieces_moves_no_more(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = two_of_64_bytes(fake);

	move_in(fake, c, 2, 2);
	move_in(fake, c, 2, 0);
	expect_done(fake, c, SAM_STAT_GOOD);
}

static void slow_byte_is_moved_after_its_interrupt(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	const u8 byte[] = { 11, 22 };
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_TRANSFER },
	       { C9X_CMD_TRANSFER }, STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_xfer(fake, c, 2);
	move_in(fake, c, 2, 0);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), -1);
	fake_c9x_fill(fake, byte, 1);
	fake_c9x_interrupt(fake, DI, BS);
	expect_xfer(fake, c, 2);
	move_in(fake, c, 2, 1);
	/* Move the last byte, which ends the phase. */
	fake_c9x_fill(fake, byte + 1, 1);
	fake_c9x_interrupt(fake, ST, BS);
	expect_xfer(fake, c, 1);
	move_in(fake, c, 1, 1);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[0], 11);
	KUNIT_EXPECT_EQ(test, c->buf[1], 22);
}

static void data_in_overrun_is_announced(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 1);
	u8 scratch[64];

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DI, BS, .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, ST, BS, .in = { 22 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_xfer(fake, c, 1);
	move_in(fake, c, 1, 1);
	expect_xfer(fake, c, 4096);
	KUNIT_EXPECT_EQ(test, 1, c9x_pio_in(fake->hba, scratch, 64));
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[1], 0x81);
}

static void data_out_is_counted_after_its_interrupt(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, 40);

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DO, BS }, { C9X_CMD_TRANSFER, DO, BS },
	       { C9X_CMD_TRANSFER }, STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	fake->nr_taken = 0;
	expect_xfer(fake, c, 40);
	move_out(fake, c, 40, 32);
	fake_c9x_interrupt(fake, ST, BS);
	expect_xfer(fake, c, 8);
	move_out(fake, c, 8, 8);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 42 - 2);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf, 40);
}

static void data_out_ending_early_counts_the_taken_bytes(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, 64);

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DO, BS },
	       { C9X_CMD_TRANSFER, ST, BS, .keep = 11 }, STATUS_IS(0),
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

static void data_out_continues_after_a_pause(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, 32);

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_TRANSFER },
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	fake->nr_taken = 0;
	expect_xfer(fake, c, 32);
	move_out(fake, c, 32, 0);
	fake_c9x_interrupt(fake, DO, BS);
	expect_xfer(fake, c, 32);
	move_out(fake, c, 32, 16);
	expect_xfer(fake, c, 16);
	move_out(fake, c, 16, 16);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf, 32);
}

static void unmaskable_chip_announces_one_fifo(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, 64);

	fake->hba->can_mask = false;
	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 });
	start(fake, c);
	expect_xfer(fake, c, C9X_FIFO_SIZE);
}

static void unmaskable_chip_adds_one_fifo_to_acked_bytes(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, 64);

	fake->hba->can_mask = false;
	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER }, { C9X_CMD_TRANSFER });
	start(fake, c);
	expect_xfer(fake, c, C9X_FIFO_SIZE);
	move_out(fake, c, C9X_FIFO_SIZE, 0);
	fake_c9x_interrupt(fake, DO, BS);
	expect_xfer(fake, c, 2 * C9X_FIFO_SIZE);
	move_out(fake, c, 2 * C9X_FIFO_SIZE, C9X_FIFO_SIZE);
	KUNIT_EXPECT_EQ(test, fake->chip->in_flight, C9X_FIFO_SIZE);
}

static void short_cdb_is_padded_to_the_length_of_its_group(struct kunit *test)
{
	static const u8 padding[4];
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	c->scmd.cmnd[0] = READ_10;
	memset(c->scmd.cmnd + 6, 0xff, 10);
	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(2),
	       BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 11);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 1, c->scmd.cmnd, 6);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 7, padding, 4);
}

static void request_beyond_a_vendor_cdb_gets_zeros(struct kunit *test)
{
	static const u8 padding[2];
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	c->scmd.cmnd[0] = 0xc1;
	memset(c->scmd.cmnd + 6, 0xff, 10);
	SCRIPT(fake, { C9X_CMD_SELECT, CD, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, ST, BS },
	       STATUS_IS(2), BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 9);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 7, padding, 2);
}

/* The chip's SELECT commands support CDBs of 6, 10 and 12 bytes only. */
static void cdb_of_7_bytes_follows_the_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 7, DMA_NONE, 0);

	c->scmd.cmnd[0] = 0xc1;
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, ST, BS },
	       STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 2, c->scmd.cmnd, 7);
}

static void request_sense_of_a_user_is_sent_tagged(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 9, 6, DMA_NONE, 0);

	c->cmd.tagged = true;
	c->scmd.cmnd[0] = REQUEST_SENSE;
	SCRIPT(fake, { C9X_CMD_SELECT3, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_GOOD);
}

/* Write one byte, and let the target request another. */
static struct c9x_cmd *write_one_byte_of_two(struct fake_c9x *fake)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, 1);
	struct pioscsi_xfer xfer;

	start(fake, c);
	fake->nr_taken = 0;
	expect_xfer(fake, c, 1);
	move_out(fake, c, 1, 0);
	fake_c9x_interrupt(fake, DO, BS);
	expect_xfer(fake, c, 1);
	move_out(fake, c, 1, 1);
	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), PIOSCSI_POLL);
	KUNIT_EXPECT_EQ(fake->test, c9x_service(fake->hba, &xfer),
			PIOSCSI_POLL);
	return c;
}

static void data_out_overrun_is_aborted(struct kunit *test)
{
	static const u8 sent[] = { 0x80, ABORT_TASK_SET };
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, 0, DC });
	c = write_one_byte_of_two(fake);
	/* An idle chip does not interrupt for the new phase. */
	fake->stat = MO;
	KUNIT_EXPECT_EQ(test, c9x_service(fake->hba, &xfer), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, c->cmd.result, DID_ERROR << 16);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 2);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, sent, 2);
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
}

static void data_out_overrun_without_message_out_is_reset(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER }, { C9X_CMD_SET_ATN });
	c = write_one_byte_of_two(fake);
	fake->chip->refuse_until = jiffies - 1;
	KUNIT_EXPECT_EQ(test, c9x_service(fake->hba, &xfer), PIOSCSI_DONE);
	KUNIT_EXPECT_PTR_EQ(test, xfer.cmd, &c->cmd);
	KUNIT_EXPECT_EQ(test, c->cmd.result, DID_ERROR << 16);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 1);
}

static void data_out_of_a_read_command_is_refused(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 1);
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_SET_ATN });
	start(fake, c);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_POLL);
}

static void start_during_a_reselection_is_ebusy(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);
	const u8 ids = BIT(2) | BIT(7);

	/* The interrupt follows when IDENTIFY is in the FIFO, too. */
	fake_c9x_fill(fake, &ids, 1);
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_start(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->level, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(command_without_data_ends_with_its_status),
	KUNIT_CASE(check_condition_status_becomes_the_result),
	KUNIT_CASE(cdb_of_16_bytes_follows_the_selection),
	KUNIT_CASE(tag_is_sent_with_the_selection),
	KUNIT_CASE(tag_of_a_cdb_of_16_bytes_follows_the_selection),
	KUNIT_CASE(request_sense_of_the_port_is_sent_untagged),
	KUNIT_CASE(interrupted_cdb_is_continued),
	KUNIT_CASE(request_for_more_than_16_cdb_bytes_is_a_fault),
	KUNIT_CASE(reserved_phase_is_a_fault),
	KUNIT_CASE(start_on_a_busy_bus_is_ebusy),
	KUNIT_CASE(start_before_a_pending_interrupt_is_ebusy),
	KUNIT_CASE(data_in_moves_all_announced_bytes),
	KUNIT_CASE(data_in_ending_early_moves_fewer_bytes),
	KUNIT_CASE(data_in_ending_between_pieces_moves_no_more),
	KUNIT_CASE(slow_byte_is_moved_after_its_interrupt),
	KUNIT_CASE(data_in_overrun_is_announced),
	KUNIT_CASE(data_out_is_counted_after_its_interrupt),
	KUNIT_CASE(data_out_ending_early_counts_the_taken_bytes),
	KUNIT_CASE(data_out_continues_after_a_pause),
	KUNIT_CASE(unmaskable_chip_announces_one_fifo),
	KUNIT_CASE(unmaskable_chip_adds_one_fifo_to_acked_bytes),
	KUNIT_CASE(short_cdb_is_padded_to_the_length_of_its_group),
	KUNIT_CASE(request_beyond_a_vendor_cdb_gets_zeros),
	KUNIT_CASE(cdb_of_7_bytes_follows_the_selection),
	KUNIT_CASE(request_sense_of_a_user_is_sent_tagged),
	KUNIT_CASE(data_out_overrun_is_aborted),
	KUNIT_CASE(data_out_overrun_without_message_out_is_reset),
	KUNIT_CASE(data_out_of_a_read_command_is_refused),
	KUNIT_CASE(start_during_a_reselection_is_ebusy),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_phase",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

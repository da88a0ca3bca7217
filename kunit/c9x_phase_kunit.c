// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: the data phases, and phases that are not valid.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/data.h"
#include "../ncr53c9x/nexus.h"
#include "../ncr53c9x/phase.h"
#include "../port.h"
#include "fake_c9x.h"

static void reserved_phase_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { C9X_CMD_SELECT, 5, BS | FC, 4 });
	fake_c9x_start(fake, c9x_cmd(fake, 0, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
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
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 3);
	fake_c9x_move_in(fake, c, 2, 2);
	fake_c9x_move_in(fake, c, 1, 1);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
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
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 64);
	return c;
}

static void data_in_ending_early_moves_fewer_bytes(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = two_of_64_bytes(fake);

	fake_c9x_move_in(fake, c, 64, 2);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[2], 0x82);
}

/* The data ends with the first of two pieces that the port moves. */
static void data_in_ending_between_pieces_moves_no_more(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = two_of_64_bytes(fake);

	fake_c9x_move_in(fake, c, 2, 2);
	fake_c9x_move_in(fake, c, 2, 0);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

/* Start a read whose first byte, 11, comes after its transfer has begun. */
static struct c9x_cmd *read_of_a_slow_byte(struct fake_c9x *fake,
					   unsigned int len)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, len);
	struct pioscsi_xfer xfer;
	const u8 byte = 11;

	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, len);
	fake_c9x_move_in(fake, c, len, 0);
	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), -1);
	fake_c9x_fill(fake, &byte, 1);
	fake_c9x_interrupt(fake, DI, BS);
	fake_c9x_expect_xfer(fake, c, len);
	return c;
}

static void slow_byte_is_moved_after_its_interrupt(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	const u8 byte = 22;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_TRANSFER },
	       { C9X_CMD_TRANSFER }, STATUS_IS(0), BUS_GOES_FREE);
	c = read_of_a_slow_byte(fake, 2);
	fake_c9x_move_in(fake, c, 2, 1);
	/* Move the last byte, which ends the phase. */
	fake_c9x_fill(fake, &byte, 1);
	fake_c9x_interrupt(fake, ST, BS);
	fake_c9x_expect_xfer(fake, c, 1);
	fake_c9x_move_in(fake, c, 1, 1);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[0], 11);
	KUNIT_EXPECT_EQ(test, c->buf[1], 22);
}

/* The port may move announced data in several pieces. */
static void slow_byte_is_moved_once(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_TRANSFER },
	       { C9X_CMD_TRANSFER, ST, BS, .in = { 22 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE);
	c = read_of_a_slow_byte(fake, 4);
	fake_c9x_move_in(fake, c, 1, 1);
	fake_c9x_move_in(fake, c, 3, 1);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[0], 11);
	KUNIT_EXPECT_EQ(test, c->buf[1], 22);
	KUNIT_EXPECT_NULL(test, fake->chip->nexus);
}

static void status_is_not_a_byte_that_is_left_over(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4, .in = { 8 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->flushed, 1);
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
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 1);
	fake_c9x_move_in(fake, c, 1, 1);
	fake_c9x_expect_xfer(fake, c, 4096);
	KUNIT_EXPECT_EQ(test, 1, c9x_pio_in(fake->hba, scratch, 64));
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[1], 0x81);
}

static void data_out_is_counted_after_its_interrupt(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, 40);

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DO, BS }, { C9X_CMD_TRANSFER, DO, BS },
	       { C9X_CMD_TRANSFER }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake->nr_taken = 0;
	fake_c9x_expect_xfer(fake, c, 40);
	fake->stat_reads = 0;
	fake_c9x_move_out(fake, c, 40, 32);
	/* The chip is not asked for the end of the third burst. */
	KUNIT_EXPECT_EQ(test, fake->stat_reads, 2);
	fake_c9x_interrupt(fake, ST, BS);
	fake_c9x_expect_xfer(fake, c, 8);
	fake_c9x_move_out(fake, c, 8, 8);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
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
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 64);
	fake_c9x_move_out(fake, c, 64, 16);
	fake_c9x_expect_xfer(fake, c, 5);
	fake_c9x_move_out(fake, c, 5, 5);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 21);
	KUNIT_EXPECT_EQ(test, fake->flushed, 1);
	KUNIT_EXPECT_EQ(test, fake->chip->announced, 0);
}

static void data_out_of_which_none_is_taken_moves_none(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, 16);

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, ST, BS, .keep = 16 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 16);
	fake_c9x_move_out(fake, c, 16, 0);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 0);
}

/* Start a write during whose first burst the target pauses. */
static struct c9x_cmd *write_with_a_pause(struct fake_c9x *fake,
					  unsigned int len)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, len);

	fake_c9x_start(fake, c);
	fake->nr_taken = 0;
	fake_c9x_expect_xfer(fake, c, len);
	fake_c9x_move_out(fake, c, len, 0);
	fake_c9x_interrupt(fake, DO, BS);
	fake_c9x_expect_xfer(fake, c, len);
	return c;
}

static void data_out_continues_after_a_pause(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_TRANSFER },
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	c = write_with_a_pause(fake, 32);
	fake_c9x_move_out(fake, c, 32, 16);
	fake_c9x_expect_xfer(fake, c, 16);
	fake_c9x_move_out(fake, c, 16, 16);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf, 32);
}

/* The port may move announced data in several pieces. */
static void acked_bytes_are_counted_in_one_piece(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_TRANSFER },
	       { C9X_CMD_TRANSFER, DO, BS }, { C9X_CMD_TRANSFER, DO, BS },
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	c = write_with_a_pause(fake, 48);
	fake->stat_reads = 0;
	fake_c9x_move_out(fake, c, 20, 20);
	fake_c9x_move_out(fake, c, 28, 16);
	/* The chip is not asked for the end of the last burst. */
	KUNIT_EXPECT_EQ(test, fake->stat_reads, 2);
	fake_c9x_expect_xfer(fake, c, 12);
	fake_c9x_move_out(fake, c, 12, 12);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf, 48);
}

static void unmaskable_chip_announces_one_fifo(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, 64);

	fake->hba->can_mask = false;
	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 });
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, C9X_FIFO_SIZE);
}

static void unmaskable_chip_adds_one_fifo_to_acked_bytes(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, 64);

	fake->hba->can_mask = false;
	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER }, { C9X_CMD_TRANSFER });
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, C9X_FIFO_SIZE);
	fake_c9x_move_out(fake, c, C9X_FIFO_SIZE, 0);
	fake_c9x_interrupt(fake, DO, BS);
	fake_c9x_expect_xfer(fake, c, 2 * C9X_FIFO_SIZE);
	fake_c9x_move_out(fake, c, 2 * C9X_FIFO_SIZE, C9X_FIFO_SIZE);
	KUNIT_EXPECT_EQ(test, fake->chip->in_flight, C9X_FIFO_SIZE);
}

/* The target waits for a byte, so it takes no message. */
static void expect_refusal(struct fake_c9x *fake, struct c9x_cmd *c)
{
	struct pioscsi_xfer xfer = { };

	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
	KUNIT_EXPECT_PTR_EQ(fake->test, xfer.blame, &c->cmd);
	KUNIT_EXPECT_EQ(fake->test, c->cmd.result, DID_ERROR << 16);
}

static void data_out_overrun_is_an_error_and_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, 1);

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_TRANSFER });
	fake_c9x_start(fake, c);
	fake->nr_taken = 0;
	fake_c9x_expect_xfer(fake, c, 1);
	fake_c9x_move_out(fake, c, 1, 0);
	fake_c9x_interrupt(fake, DO, BS);
	fake_c9x_expect_xfer(fake, c, 1);
	fake_c9x_move_out(fake, c, 1, 1);
	expect_refusal(fake, c);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 1);
}

static void data_out_of_a_read_command_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 1);

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 });
	fake_c9x_start(fake, c);
	expect_refusal(fake, c);
}

static void message_out_without_a_message_sends_nop(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, MO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->taken[7], NOP);
	/* QEMU 10 needs a NOP command before the bytes. */
	KUNIT_EXPECT_EQ(test, fake->nops, 1);
}

/* IGNORE WIDE RESIDUE is not for a narrow bus. */
static void message_for_a_wide_bus_is_rejected(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	/* A byte is left over in the FIFO. */
	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4, .in = { 8 }, .len = 1 },
	       SENDS(0x23), ACCEPTED(MI), SENDS(1),
	       { C9X_CMD_SET_ATN }, ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->taken[7], MESSAGE_REJECT);
	KUNIT_EXPECT_EQ(test, fake->flushed, 1);
}

/* The port compares the time with its budget after each call. */
static void endless_messages_outside_a_task_end_the_call(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	pioscsi_port(fake->hba)->in_task = false;
	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 },
	       SENDS(NOP), ACCEPTED(MI), SENDS(NOP), ACCEPTED(MI),
	       SENDS(NOP), ACCEPTED(MI), SENDS(NOP), ACCEPTED(MI),
	       SENDS(NOP), ACCEPTED(MI), SENDS(NOP), ACCEPTED(MI));
	fake_c9x_start_and_wait(fake, c9x_cmd(fake, 0, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, fake->next, 3);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->next, 5);
	pioscsi_port(fake->hba)->in_task = true;
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->next, fake->nr);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(reserved_phase_is_a_fault),
	KUNIT_CASE(data_in_moves_all_announced_bytes),
	KUNIT_CASE(data_in_ending_early_moves_fewer_bytes),
	KUNIT_CASE(data_in_ending_between_pieces_moves_no_more),
	KUNIT_CASE(slow_byte_is_moved_after_its_interrupt),
	KUNIT_CASE(slow_byte_is_moved_once),
	KUNIT_CASE(status_is_not_a_byte_that_is_left_over),
	KUNIT_CASE(data_in_overrun_is_announced),
	KUNIT_CASE(data_out_is_counted_after_its_interrupt),
	KUNIT_CASE(data_out_ending_early_counts_the_taken_bytes),
	KUNIT_CASE(data_out_of_which_none_is_taken_moves_none),
	KUNIT_CASE(data_out_continues_after_a_pause),
	KUNIT_CASE(acked_bytes_are_counted_in_one_piece),
	KUNIT_CASE(unmaskable_chip_announces_one_fifo),
	KUNIT_CASE(unmaskable_chip_adds_one_fifo_to_acked_bytes),
	KUNIT_CASE(data_out_overrun_is_an_error_and_a_fault),
	KUNIT_CASE(data_out_of_a_read_command_is_a_fault),
	KUNIT_CASE(message_out_without_a_message_sends_nop),
	KUNIT_CASE(message_for_a_wide_bus_is_rejected),
	KUNIT_CASE(endless_messages_outside_a_task_end_the_call),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_phase",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/* 53C9x: CDBs and messages that are sent again, or in part. */
#include <kunit/test.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

#include "fake_c9x.h"

/* The target takes the CDB, and finds bad parity in it. */
static void restored_cdb_is_sent_from_its_first_byte(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 10, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 },
	       SENDS(RESTORE_POINTERS), ACCEPTED(CD),
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake->nr_taken = 0;
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 10);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->scmd.cmnd, 10);
}

/* A CDB of 16 bytes, of which the target takes the 10 of READ (10). */
static struct c9x_cmd *long_cdb(struct fake_c9x *fake,
				enum dma_data_direction dir)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 16, dir, 2);

	c->scmd.cmnd[0] = READ_10;
	return c;
}

static void cdb_bytes_not_taken_are_not_read_as_data(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = long_cdb(fake, DMA_FROM_DEVICE);

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, CD, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, DI, BS, .keep = 6 },
	       { C9X_CMD_TRANSFER, DI, BS, .keep = 6, .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, ST, BS, .keep = 6, .in = { 22 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 2);
	fake_c9x_move_in(fake, c, 2, 2);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[0], 11);
	KUNIT_EXPECT_EQ(test, c->buf[1], 22);
}

static void cdb_bytes_not_taken_are_not_written_as_data(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = long_cdb(fake, DMA_TO_DEVICE);

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, CD, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, DO, BS, .keep = 6 },
	       { C9X_CMD_TRANSFER });
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 2);
	fake->nr_taken = 0;
	fake_c9x_move_out(fake, c, 2, 0);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 2);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf, 2);
}

static void cdb_bytes_not_taken_are_sent_again(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = long_cdb(fake, DMA_NONE);

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, CD, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, MI, BS, .keep = 6 }, SENDS(NOP),
	       ACCEPTED(CD), { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake->nr_taken = 0;
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 16);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->scmd.cmnd, 16);
}

/* The target takes the first byte of a queue tag message only. */
static void message_bytes_not_taken_are_not_sent_as_cdb(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = long_cdb(fake, DMA_NONE);

	c->cmd.tagged = true;
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, CD, BS, .keep = 1 },
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 18);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 2, c->scmd.cmnd, 16);
}

/* The target disconnects after IDENTIFY, before it takes the CDB. */
static void command_phase_after_a_reselection_gets_the_cdb(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 2, .keep = 6 },
	       SENDS(DISCONNECT), BUS_GOES_FREE, ACCEPTED(CD),
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start_and_wait(fake, c);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 7);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 1, c->scmd.cmnd, 6);
}

/* A target that requests one CDB after the other is reset. */
static void endless_command_phase_after_a_reselection_fails(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer = { };
	int next, i;

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE, ACCEPTED(CD), { C9X_CMD_TRANSFER, CD, BS },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, CD, BS },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, CD, BS },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, CD, BS },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, CD, BS },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, CD, BS });
	fake_c9x_start_and_wait(fake, c9x_cmd(fake, 0, 6, DMA_NONE, 0));
	fake_c9x_reselect(fake, 0);
	for (i = 0, next = PIOSCSI_WAIT; i < 4 && next == PIOSCSI_WAIT; i++)
		next = fake_c9x_ask(fake, &xfer);
	KUNIT_ASSERT_EQ(test, next, PIOSCSI_FAULT);
	KUNIT_ASSERT_NOT_NULL(test, xfer.blame);
	KUNIT_EXPECT_EQ(test, xfer.blame->result, DID_ERROR << 16);
}

/* A target that found bad parity in a message requests it again. */
static void tag_of_a_long_cdb_is_sent_again(struct kunit *test)
{
	static const u8 messages[] = {
		0xc0, SIMPLE_QUEUE_TAG, 0, 0xc0, SIMPLE_QUEUE_TAG, 0,
	};
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = long_cdb(fake, DMA_NONE);

	c->cmd.tagged = true;
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, MO, BS }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, ST, BS },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 22);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, messages, sizeof(messages));
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 6, c->scmd.cmnd, 16);
}

static void reject_of_a_tag_that_was_sent_again_is_noticed(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 5, 6, DMA_NONE, 0);

	c->cmd.tagged = true;
	SCRIPT(fake, { C9X_CMD_SELECT3, MO, BS | FC, 2, .keep = 6 },
	       { C9X_CMD_SET_ATN }, { C9X_CMD_TRANSFER, MI, BS },
	       SENDS(MESSAGE_REJECT), ACCEPTED(CD),
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake->nr_taken = 0;
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 3 + 6);
	KUNIT_EXPECT_EQ(test, fake->taken[0], 0xc0);
	KUNIT_EXPECT_EQ(test, fake->taken[2], 5);
	KUNIT_EXPECT_FALSE(test, fake->chip->slot[5].tagged);
}

/* The chip negates ATN with the last byte, so one byte needs no SET ATN. */
static void message_of_one_byte_is_sent_again_without_atn(struct kunit *test)
{
	static const u8 sent[] = { 0xc0, 0xc0, 1, 2, 3, 4, 5, 6 };
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, MO, BS | FC, 2, .keep = 6 },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, ST, BS },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, sizeof(sent));
	KUNIT_EXPECT_MEMEQ(test, fake->taken, sent, sizeof(sent));
}

/* A CDB of @len bytes for a target that ignores ATN. */
static void expect_cdb_alone(struct fake_c9x *fake, unsigned int len)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, len, DMA_NONE, 0);
	struct kunit *test = fake->test;

	c->scmd.cmnd[0] = 0xc1;
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, CD, BS | FC, .keep = 1 },
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake->nr_taken = 0;
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, len);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->scmd.cmnd, len);
}

static void identify_not_taken_is_not_sent_as_cdb(struct kunit *test)
{
	expect_cdb_alone(test->priv, 16);
	expect_cdb_alone(test->priv, 7);
}

/* Start a command whose target disconnects. */
static struct c9x_cmd *disconnected(struct fake_c9x *fake, unsigned int tag,
				    unsigned int lun, bool tagged)
{
	const struct fake_answer answers[] = {
		{ tagged ? C9X_CMD_SELECT3 : C9X_CMD_SELECT, MI, BS | FC, 4 },
		SENDS(DISCONNECT), BUS_GOES_FREE,
	};
	struct c9x_cmd *c = c9x_cmd(fake, tag, 6, DMA_NONE, 0);

	c->sdev.lun = lun;
	c->cmd.tagged = tagged;
	fake_c9x_script(fake, answers, ARRAY_SIZE(answers));
	fake_c9x_start_and_wait(fake, c);
	return c;
}

/* The target sends a message byte with bad parity. */
#define DAMAGED(byte) \
	{ C9X_CMD_TRANSFER, MI | C9X_STAT_PARITY, FC, .in = { byte }, .len = 1 }

static void damaged_tag_of_a_reselection_is_sent_again(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = disconnected(fake, 5, 0, true);

	SCRIPT(fake, ACCEPTED(MI), SENDS(SIMPLE_QUEUE_TAG), ACCEPTED(MI),
	       DAMAGED(4), { C9X_CMD_SET_ATN }, ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(SIMPLE_QUEUE_TAG),
	       ACCEPTED(MI), SENDS(5), ACCEPTED(ST), STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->taken[fake->nr_taken - 1],
			MSG_PARITY_ERROR);
}

/* The target responds to ATN when the message is complete. */
static void rest_of_a_damaged_message_is_dropped(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = disconnected(fake, 7, 0, true);

	SCRIPT(fake, ACCEPTED(MI), DAMAGED(0x22), { C9X_CMD_SET_ATN },
	       ACCEPTED(MI), SENDS(7), ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(SIMPLE_QUEUE_TAG),
	       ACCEPTED(MI), SENDS(7), ACCEPTED(ST), STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->taken[fake->nr_taken - 1],
			MSG_PARITY_ERROR);
}

static void damaged_tag_that_is_not_sent_again_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;
	unsigned int i;
	int next = PIOSCSI_WAIT;

	disconnected(fake, 5, 0, true);
	SCRIPT(fake, ACCEPTED(MI), DAMAGED(0x22), { C9X_CMD_SET_ATN },
	       ACCEPTED(MO), { C9X_CMD_TRANSFER, MI, BS },
	       SENDS(MESSAGE_REJECT));
	fake_c9x_reselect(fake, 0);
	for (i = 0; i < 8 && next == PIOSCSI_WAIT; i++)
		next = fake_c9x_ask(fake, &xfer);
	KUNIT_EXPECT_EQ(test, next, PIOSCSI_FAULT);
	KUNIT_EXPECT_EQ(test, fake->taken[fake->nr_taken - 1],
			MSG_PARITY_ERROR);
}

/* The target repeats both messages. */
static void identify_may_come_before_a_tag_that_is_sent_again(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;
	struct c9x_cmd *c = disconnected(fake, 5, 0, true);

	SCRIPT(fake, ACCEPTED(MI), DAMAGED(0x22), { C9X_CMD_SET_ATN },
	       ACCEPTED(MO), { C9X_CMD_TRANSFER, MI, BS }, SENDS(0x80),
	       ACCEPTED(MI), SENDS(SIMPLE_QUEUE_TAG), ACCEPTED(MI), SENDS(5),
	       ACCEPTED(ST), STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

static void damaged_identify_of_a_reselection_is_sent_again(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = disconnected(fake, 3, 0, false);

	disconnected(fake, 4, 1, false);
	SCRIPT(fake, { C9X_CMD_SET_ATN }, { C9X_CMD_ACCEPT, MO, BS },
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(0x80), ACCEPTED(ST),
	       STATUS_IS(0), BUS_GOES_FREE);
	/* Neither the LUN nor the bit of IDENTIFY is right. */
	fake_c9x_reselect(fake, 1);
	fake->fifo[1] &= ~0x80;
	fake->stat |= C9X_STAT_PARITY;
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

/* A target that ignores ATN goes on. */
static void damaged_identify_connects_no_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;

	disconnected(fake, 4, 1, false);
	SCRIPT(fake, { C9X_CMD_SET_ATN }, { C9X_CMD_ACCEPT, ST, BS });
	fake_c9x_reselect(fake, 1);
	fake->stat |= C9X_STAT_PARITY;
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 1);
}

/* An abort would end the command in the target only. */
static void tag_after_a_damaged_identify_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;

	disconnected(fake, 5, 0, true);
	SCRIPT(fake, { C9X_CMD_SET_ATN }, ACCEPTED(MI), SENDS(SIMPLE_QUEUE_TAG),
	       ACCEPTED(MI), SENDS(5));
	fake_c9x_reselect(fake, 0);
	fake->stat |= C9X_STAT_PARITY;
	fake->nr_taken = 0;
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(restored_cdb_is_sent_from_its_first_byte),
	KUNIT_CASE(cdb_bytes_not_taken_are_not_read_as_data),
	KUNIT_CASE(cdb_bytes_not_taken_are_not_written_as_data),
	KUNIT_CASE(cdb_bytes_not_taken_are_sent_again),
	KUNIT_CASE(message_bytes_not_taken_are_not_sent_as_cdb),
	KUNIT_CASE(command_phase_after_a_reselection_gets_the_cdb),
	KUNIT_CASE(endless_command_phase_after_a_reselection_fails),
	KUNIT_CASE(tag_of_a_long_cdb_is_sent_again),
	KUNIT_CASE(reject_of_a_tag_that_was_sent_again_is_noticed),
	KUNIT_CASE(message_of_one_byte_is_sent_again_without_atn),
	KUNIT_CASE(identify_not_taken_is_not_sent_as_cdb),
	KUNIT_CASE(damaged_tag_of_a_reselection_is_sent_again),
	KUNIT_CASE(rest_of_a_damaged_message_is_dropped),
	KUNIT_CASE(damaged_tag_that_is_not_sent_again_is_a_fault),
	KUNIT_CASE(identify_may_come_before_a_tag_that_is_sent_again),
	KUNIT_CASE(damaged_identify_of_a_reselection_is_sent_again),
	KUNIT_CASE(damaged_identify_connects_no_command),
	KUNIT_CASE(tag_after_a_damaged_identify_is_a_fault),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_resend",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

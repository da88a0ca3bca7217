// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: messages and disconnection, and the data pointer after a reselection.
 */
#include <kunit/test.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

#include "../ncr53c9x/data.h"
#include "../ncr53c9x/phase.h"
#include "../ncr53c9x/select.h"
#include "../queue.h"
#include "fake_c9x.h"

static int ask(struct fake_c9x *fake, struct pioscsi_cmd **cmd)
{
	struct pioscsi_xfer xfer;
	int next = fake_c9x_ask(fake, &xfer);

	*cmd = xfer.cmd;
	return next;
}

static void expect_wait(struct fake_c9x *fake)
{
	struct pioscsi_cmd *cmd;

	KUNIT_EXPECT_EQ(fake->test, ask(fake, &cmd), PIOSCSI_WAIT);
}

static void start_and_disconnect(struct fake_c9x *fake, struct c9x_cmd *c)
{
	fake_c9x_start(fake, c);
	expect_wait(fake);
	KUNIT_EXPECT_EQ(fake->test, fake->chip->bus, C9X_FREE);
}

/* Read two bytes, of which the target sends one before it disconnects. */
static void read_and_disconnect(struct fake_c9x *fake, struct c9x_cmd *c)
{
	struct pioscsi_cmd *cmd;

	fake_c9x_start(fake, c);
	KUNIT_EXPECT_EQ(fake->test, ask(fake, &cmd), PIOSCSI_XFER);
	c->cmd.moved = c9x_pio_in(fake->hba, c->buf, 2);
	KUNIT_EXPECT_EQ(fake->test, c->cmd.moved, 1);
	expect_wait(fake);
}

static void reselection_continues_at_the_saved_pointer(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, MI, BS, .in = { 11 }, .len = 1 },
	       SENDS(SAVE_POINTERS), ACCEPTED(MI), SENDS(DISCONNECT),
	       BUS_GOES_FREE);
	read_and_disconnect(fake, c);
	SCRIPT(fake, { C9X_CMD_ACCEPT, DI, BS });
	fake_c9x_reselect(fake, 0);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, xfer.len, 1);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 1);
}

static void reselection_without_saved_pointer_rewinds(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, MI, BS, .in = { 11 }, .len = 1 },
	       SENDS(DISCONNECT), BUS_GOES_FREE);
	read_and_disconnect(fake, c);
	SCRIPT(fake, { C9X_CMD_ACCEPT, DI, BS });
	fake_c9x_reselect(fake, 0);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, xfer.len, 2);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 0);
}

static void reselection_without_data_keeps_the_residual(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, MI, BS, .in = { 11 }, .len = 1 },
	       SENDS(DISCONNECT), BUS_GOES_FREE);
	read_and_disconnect(fake, c);
	SCRIPT(fake, { C9X_CMD_ACCEPT, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 1);
}

static void restore_pointers_returns_to_the_saved_pointer(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, MI, BS, .in = { 11 }, .len = 1 },
	       SENDS(RESTORE_POINTERS), ACCEPTED(DI));
	fake_c9x_start(fake, c);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	c->cmd.moved = c9x_pio_in(fake->hba, c->buf, 2);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, xfer.len, 2);
}

static void sync_request_is_rejected(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);
	struct pioscsi_cmd *cmd;

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 },
	       SENDS(EXTENDED_MESSAGE), ACCEPTED(MI), SENDS(3), ACCEPTED(MI),
	       SENDS(1), ACCEPTED(MI), SENDS(25), ACCEPTED(MI), SENDS(15),
	       { C9X_CMD_SET_ATN }, ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	/* The messages take more than one call of service(). */
	while (ask(fake, &cmd) == PIOSCSI_WAIT)
		;
	KUNIT_EXPECT_PTR_EQ(test, cmd, &c->cmd);
	KUNIT_EXPECT_EQ(test, fake->taken[7], MESSAGE_REJECT);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 8);
}

static void rejected_tag_leaves_the_command_untagged(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 6, 6, DMA_NONE, 0);

	c->cmd.tagged = true;
	SCRIPT(fake, { C9X_CMD_SELECT3, MI, BS | FC, 2, .keep = 6 },
	       SENDS(MESSAGE_REJECT), ACCEPTED(CD),
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_FALSE(test, fake->chip->slot[6].tagged);
	KUNIT_EXPECT_TRUE(test,
			  ((struct pioscsi_lun *)c->sdev.hostdata)->no_tags);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 3, c->scmd.cmnd, 6);
}

/* Only a tag that follows a reselection tells the command. */
static void tag_of_a_connected_target_is_ignored(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 3, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE);
	start_and_disconnect(fake, c);
	SCRIPT(fake, { C9X_CMD_ACCEPT, MI, BS }, SENDS(NOP), ACCEPTED(MI),
	       SENDS(SIMPLE_QUEUE_TAG), ACCEPTED(MI), SENDS(77), ACCEPTED(ST),
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_reselect(fake, 0);
	while (fake_c9x_ask(fake, &(struct pioscsi_xfer) { }) == PIOSCSI_WAIT)
		;
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
}

static void parity_error_is_reported_and_fails_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_cmd *cmd;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, MO | C9X_STAT_PARITY, BS,
		 .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	KUNIT_EXPECT_EQ(test, ask(fake, &cmd), PIOSCSI_XFER);
	c9x_pio_in(fake->hba, c->buf, 2);
	fake_c9x_expect_done(fake, c, DID_PARITY << 16);
	KUNIT_EXPECT_EQ(test, fake->taken[7], INITIATOR_ERROR);
}

static void completion_without_status_is_an_error(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, MI, FC, .len = 1 },
	       { C9X_CMD_ACCEPT, 0, DC });
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, DID_ERROR << 16);
}

static void endless_messages_return_to_the_port(struct kunit *test)
{
	static struct fake_answer answers[64];
	struct fake_c9x *fake = test->priv;
	struct pioscsi_cmd *cmd;
	unsigned int i;

	answers[0] = (struct fake_answer){ C9X_CMD_SELECT, MI, BS | FC, 4 };
	for (i = 1; i + 1 < ARRAY_SIZE(answers); i += 2) {
		answers[i] = (struct fake_answer){ C9X_CMD_TRANSFER, MI, FC,
			.in = { NOP }, .len = 1 };
		answers[i + 1] = (struct fake_answer){ C9X_CMD_ACCEPT, MI,
			BS };
	}
	fake_c9x_script(fake, answers, ARRAY_SIZE(answers));
	fake_c9x_start(fake, c9x_cmd(fake, 0, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, ask(fake, &cmd), PIOSCSI_WAIT);
	KUNIT_EXPECT_LT(test, fake->next, 16);
	KUNIT_EXPECT_TRUE(test, c9x_claim(fake->hba));
	fake->next = fake->nr;
}

static void save_after_reselection_saves_restored_pointer(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, MI, BS, .in = { 11 }, .len = 1 },
	       SENDS(DISCONNECT), BUS_GOES_FREE);
	read_and_disconnect(fake, c);
	SCRIPT(fake, { C9X_CMD_ACCEPT, MI, BS }, SENDS(SAVE_POINTERS),
	       ACCEPTED(MI), SENDS(DISCONNECT), BUS_GOES_FREE,
	       { C9X_CMD_ACCEPT, DI, BS });
	fake_c9x_reselect(fake, 0);
	expect_wait(fake);
	fake_c9x_reselect(fake, 0);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, xfer.len, 2);
}

static void message_with_bad_parity_is_requested_again(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, MI | C9X_STAT_PARITY, FC,
		 .in = { DISCONNECT }, .len = 1 },
	       { C9X_CMD_SET_ATN }, ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(NOP), ACCEPTED(ST),
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->taken[7], MSG_PARITY_ERROR);
}

static void status_with_bad_parity_is_not_used(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 },
	       { C9X_CMD_COMPLETE, MI | C9X_STAT_PARITY, FC,
		 .in = { 2, COMMAND_COMPLETE }, .len = 2 },
	       { C9X_CMD_SET_ATN }, ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, 0, DC });
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, DID_PARITY << 16);
	KUNIT_EXPECT_EQ(test, fake->taken[7], INITIATOR_ERROR);
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
}

static void parity_error_is_reported_once(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_cmd *cmd;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, MO | C9X_STAT_PARITY, BS,
		 .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(NOP), ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	KUNIT_EXPECT_EQ(test, ask(fake, &cmd), PIOSCSI_XFER);
	c9x_pio_in(fake->hba, c->buf, 2);
	fake_c9x_expect_done(fake, c, DID_PARITY << 16);
	KUNIT_EXPECT_EQ(test, fake->taken[7], INITIATOR_ERROR);
	KUNIT_EXPECT_EQ(test, fake->taken[8], NOP);
}

static void reject_after_reselection_is_not_for_the_tag(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 4, 6, DMA_NONE, 0);

	c->cmd.tagged = true;
	SCRIPT(fake, { C9X_CMD_SELECT3, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE);
	start_and_disconnect(fake, c);
	SCRIPT(fake, { C9X_CMD_ACCEPT, MI, BS }, SENDS(SIMPLE_QUEUE_TAG),
	       ACCEPTED(MI), SENDS(4), ACCEPTED(MI), SENDS(MESSAGE_REJECT),
	       ACCEPTED(MI), SENDS(DISCONNECT), BUS_GOES_FREE);
	fake_c9x_reselect(fake, 0);
	while (fake_c9x_ask(fake, &(struct pioscsi_xfer) { }) >= 0 &&
	       fake->chip->bus != C9X_FREE)
		;
	KUNIT_EXPECT_TRUE(test, fake->chip->slot[4].tagged);
	KUNIT_EXPECT_TRUE(test, fake->chip->slot[4].disconnected);
}

static void expect_message_is_rejected(struct fake_c9x *fake,
				       const struct fake_answer *answers,
				       unsigned int nr)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);
	struct pioscsi_cmd *cmd;

	fake_c9x_script(fake, answers, nr);
	fake->nr_taken = 0;
	fake_c9x_start(fake, c);
	while (ask(fake, &cmd) == PIOSCSI_WAIT)
		;
	KUNIT_EXPECT_PTR_EQ(fake->test, cmd, &c->cmd);
	KUNIT_EXPECT_EQ(fake->test, fake->nr_taken, 8);
	KUNIT_EXPECT_EQ(fake->test, fake->taken[7], MESSAGE_REJECT);
}

/* The codes 0x20 to 0x2f have two bytes. */
static void reserved_messages_are_rejected_at_their_end(struct kunit *test)
{
	static const struct fake_answer two_bytes[] = {
		{ C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(0x2f), ACCEPTED(MI),
		SENDS(1), { C9X_CMD_SET_ATN }, ACCEPTED(MO),
		{ C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE,
	};
	static const struct fake_answer one_byte[] = {
		{ C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(0x30),
		{ C9X_CMD_SET_ATN }, ACCEPTED(MO),
		{ C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE,
	};

	expect_message_is_rejected(test->priv, two_bytes,
				   ARRAY_SIZE(two_bytes));
	expect_message_is_rejected(test->priv, one_byte, ARRAY_SIZE(one_byte));
}

/* Two bytes and the length in the second one are more than is kept. */
static void long_extended_message_is_rejected_at_its_end(struct kunit *test)
{
	static const struct fake_answer answers[] = {
		{ C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(EXTENDED_MESSAGE),
		ACCEPTED(MI), SENDS(8), ACCEPTED(MI), SENDS(0x7f), ACCEPTED(MI),
		SENDS(0), ACCEPTED(MI), SENDS(0), ACCEPTED(MI), SENDS(0),
		ACCEPTED(MI), SENDS(0), ACCEPTED(MI), SENDS(0), ACCEPTED(MI),
		SENDS(0), ACCEPTED(MI), SENDS(0), { C9X_CMD_SET_ATN },
		ACCEPTED(MO), { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0),
		BUS_GOES_FREE,
	};

	expect_message_is_rejected(test->priv, answers, ARRAY_SIZE(answers));
}

static void interrupted_message_is_restarted(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 },
	       SENDS(EXTENDED_MESSAGE), ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(DISCONNECT), BUS_GOES_FREE);
	start_and_disconnect(fake, c9x_cmd(fake, 0, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 1);
}

static void message_without_its_end_is_forgotten(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 },
	       SENDS(EXTENDED_MESSAGE), BUS_GOES_FREE,
	       { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, DID_ERROR << 16);
	start_and_disconnect(fake, c9x_cmd(fake, 1, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 1);
}

/* A target need not ask for the message that reports a parity error. */
static void unsent_message_is_not_for_the_next_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct c9x_cmd *b = c9x_cmd(fake, 1, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, ST | C9X_STAT_PARITY, BS,
		 .in = { 11 }, .len = 1 },
	       STATUS_IS(0), BUS_GOES_FREE, { C9X_CMD_SELECT, MO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, a);
	fake_c9x_expect_xfer(fake, a, 2);
	fake_c9x_move_in(fake, a, 2, 1);
	fake_c9x_expect_done(fake, a, DID_PARITY << 16);
	fake->nr_taken = 0;
	fake_c9x_start(fake, b);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->taken[7], NOP);
}

static void parity_error_after_a_message_is_reported(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(NOP),
	       ACCEPTED(DI), { C9X_CMD_TRANSFER, MO | C9X_STAT_PARITY, BS,
			       .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 2);
	fake_c9x_move_in(fake, c, 2, 1);
	fake_c9x_expect_done(fake, c, DID_PARITY << 16);
	KUNIT_EXPECT_EQ(test, fake->taken[7], INITIATOR_ERROR);
}

static void bus_may_go_free_after_the_command_has_ended(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);
	struct pioscsi_cmd *cmd;

	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       { C9X_CMD_ACCEPT });
	fake_c9x_start(fake, c);
	fake_c9x_expect_end(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c9x_service(fake->hba, &(struct pioscsi_xfer) {}),
			PIOSCSI_BUSY_POLL);
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_start(fake->hba, &c->cmd));
	fake_c9x_interrupt(fake, 0, DC);
	KUNIT_EXPECT_EQ(test, ask(fake, &cmd), PIOSCSI_WAIT);
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
	KUNIT_EXPECT_EQ(test, c9x_service(fake->hba, &(struct pioscsi_xfer) {}),
			PIOSCSI_WAIT);
}

static void bus_reset_after_the_command_is_reported(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);
	struct pioscsi_cmd *cmd;

	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       { C9X_CMD_ACCEPT, 0, C9X_INTR_RESET });
	fake_c9x_start(fake, c);
	fake_c9x_expect_end(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, ask(fake, &cmd), PIOSCSI_RESET);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(reselection_continues_at_the_saved_pointer),
	KUNIT_CASE(reselection_without_saved_pointer_rewinds),
	KUNIT_CASE(reselection_without_data_keeps_the_residual),
	KUNIT_CASE(restore_pointers_returns_to_the_saved_pointer),
	KUNIT_CASE(sync_request_is_rejected),
	KUNIT_CASE(rejected_tag_leaves_the_command_untagged),
	KUNIT_CASE(tag_of_a_connected_target_is_ignored),
	KUNIT_CASE(parity_error_is_reported_and_fails_command),
	KUNIT_CASE(completion_without_status_is_an_error),
	KUNIT_CASE(endless_messages_return_to_the_port),
	KUNIT_CASE(save_after_reselection_saves_restored_pointer),
	KUNIT_CASE(message_with_bad_parity_is_requested_again),
	KUNIT_CASE(status_with_bad_parity_is_not_used),
	KUNIT_CASE(parity_error_is_reported_once),
	KUNIT_CASE(reject_after_reselection_is_not_for_the_tag),
	KUNIT_CASE(reserved_messages_are_rejected_at_their_end),
	KUNIT_CASE(long_extended_message_is_rejected_at_its_end),
	KUNIT_CASE(interrupted_message_is_restarted),
	KUNIT_CASE(message_without_its_end_is_forgotten),
	KUNIT_CASE(unsent_message_is_not_for_the_next_command),
	KUNIT_CASE(parity_error_after_a_message_is_reported),
	KUNIT_CASE(bus_may_go_free_after_the_command_has_ended),
	KUNIT_CASE(bus_reset_after_the_command_is_reported),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_msg",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

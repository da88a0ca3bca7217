// SPDX-License-Identifier: GPL-2.0-only
/*
 * AM53C974: messages, and targets that leave the bus and come back.
 */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "../am53c974/data.h"
#include "../am53c974/nexus.h"
#include "../am53c974/phase.h"
#include "fake_am53.h"

#define STATUS_IS(status) \
	{ AM53_CMD_COMPLETE, MI, FC, .in = { status, 0 }, .len = 2 }
#define BUS_GOES_FREE	{ AM53_CMD_ACCEPT, 0, DC }

/* A byte of a message comes, and is accepted; then the bus has @phase. */
#define SAYS(byte) \
	{ AM53_CMD_TRANSFER, MI, FC, .in = { byte }, .len = 1 }
#define ACCEPTED(phase)	{ AM53_CMD_ACCEPT, phase, BS }

static enum pioscsi_next ask(struct fake_am53 *fake, struct pioscsi_cmd **cmd)
{
	struct pioscsi_xfer xfer;
	enum pioscsi_next next = fake_am53_ask(fake, &xfer);

	*cmd = xfer.cmd;
	return next;
}

static void start(struct fake_am53 *fake, struct am53_cmd *c)
{
	KUNIT_EXPECT_EQ(fake->test, 0, am53_start(fake->hba, &c->cmd));
}

static void expect_done(struct fake_am53 *fake, struct am53_cmd *c, int result)
{
	struct pioscsi_cmd *cmd;

	KUNIT_EXPECT_EQ(fake->test, ask(fake, &cmd), PIOSCSI_DONE);
	KUNIT_EXPECT_PTR_EQ(fake->test, cmd, &c->cmd);
	KUNIT_EXPECT_EQ(fake->test, c->cmd.result, result);
}

static void expect_wait(struct fake_am53 *fake)
{
	struct pioscsi_cmd *cmd;

	KUNIT_EXPECT_EQ(fake->test, ask(fake, &cmd), PIOSCSI_WAIT);
}

/* Target 2 comes back. */
static void come_back(struct fake_am53 *fake, u8 phase)
{
	const u8 byte[] = { BIT(2) | BIT(7), 0x80 };

	fake_am53_fill(fake, byte, 2);
	fake_am53_interrupt(fake, phase, RESEL);
}

static void leave(struct fake_am53 *fake, struct am53_cmd *c)
{
	start(fake, c);
	expect_wait(fake);
	KUNIT_EXPECT_EQ(fake->test, fake->am->bus, AM53_FREE);
}

static void untagged_command_comes_back(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 3, 6, DMA_NONE, 0);

	SCRIPT(fake, { AM53_CMD_SELECT, MI, BS | FC, 4 }, SAYS(DISCONNECT),
	       BUS_GOES_FREE);
	leave(fake, c);
	SCRIPT(fake, { AM53_CMD_ACCEPT, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	come_back(fake, MI);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->am->away, 0);
}

static void tag_tells_which_command_comes_back(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *a = am53_cmd(fake, 4, 6, DMA_NONE, 0);
	struct am53_cmd *b = am53_cmd(fake, 5, 6, DMA_NONE, 0);

	a->scmd.flags = SCMD_TAGGED;
	b->scmd.flags = SCMD_TAGGED;
	SCRIPT(fake, { AM53_CMD_SELECT3, MI, BS | FC, 4 }, SAYS(DISCONNECT),
	       BUS_GOES_FREE, { AM53_CMD_SELECT3, MI, BS | FC, 4 },
	       SAYS(DISCONNECT), BUS_GOES_FREE);
	leave(fake, a);
	leave(fake, b);
	SCRIPT(fake, { AM53_CMD_ACCEPT, MI, BS }, SAYS(SIMPLE_QUEUE_TAG),
	       ACCEPTED(MI), SAYS(5), ACCEPTED(ST), STATUS_IS(0),
	       BUS_GOES_FREE);
	come_back(fake, MI);
	expect_done(fake, b, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->am->away, 1);
}

static void unknown_tag_is_aborted(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *a = am53_cmd(fake, 4, 6, DMA_NONE, 0);

	a->scmd.flags = SCMD_TAGGED;
	SCRIPT(fake, { AM53_CMD_SELECT3, MI, BS | FC, 4 }, SAYS(DISCONNECT),
	       BUS_GOES_FREE);
	leave(fake, a);
	SCRIPT(fake, { AM53_CMD_ACCEPT, MI, BS }, SAYS(SIMPLE_QUEUE_TAG),
	       ACCEPTED(MI), SAYS(77), { AM53_CMD_SET_ATN }, ACCEPTED(MO),
	       { AM53_CMD_TRANSFER, 0, DC });
	come_back(fake, MI);
	expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->taken[fake->nr_taken - 1], ABORT_TASK);
	KUNIT_EXPECT_EQ(test, fake->am->away, 1);
}

static void unknown_target_is_aborted(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	SCRIPT(fake, { AM53_CMD_SET_ATN }, { AM53_CMD_ACCEPT, MO, BS },
	       { AM53_CMD_TRANSFER, 0, DC });
	come_back(fake, MI);
	expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->taken[0], ABORT_TASK_SET);
	KUNIT_EXPECT_EQ(test, fake->am->bus, AM53_FREE);
}

static void two_ids_cannot_come_back(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	const u8 byte[] = { BIT(1) | BIT(2) | BIT(7), 0x80 };
	struct pioscsi_cmd *cmd;

	fake_am53_fill(fake, byte, 2);
	fake_am53_interrupt(fake, MI, RESEL);
	KUNIT_EXPECT_EQ(test, ask(fake, &cmd), PIOSCSI_FAULT);
}

static void command_that_lost_the_bus_is_started_again(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *a = am53_cmd(fake, 0, 6, DMA_NONE, 0);
	struct am53_cmd *b = am53_cmd(fake, 1, 6, DMA_NONE, 0);

	b->sdev.id = 4;
	SCRIPT(fake, { AM53_CMD_SELECT, MI, BS | FC, 4 }, SAYS(DISCONNECT),
	       BUS_GOES_FREE, { AM53_CMD_SELECT });
	leave(fake, a);
	start(fake, b);
	SCRIPT(fake, { AM53_CMD_ACCEPT, ST, BS }, STATUS_IS(0), BUS_GOES_FREE,
	       { AM53_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(2),
	       BUS_GOES_FREE);
	come_back(fake, MI);
	expect_done(fake, a, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->target, 4);
	expect_done(fake, b, SAM_STAT_CHECK_CONDITION);
}

/* Reads two bytes, of which the target sends @saved before it leaves. */
static void read_and_leave(struct fake_am53 *fake, struct am53_cmd *c)
{
	struct pioscsi_cmd *cmd;

	start(fake, c);
	KUNIT_EXPECT_EQ(fake->test, ask(fake, &cmd), PIOSCSI_XFER);
	c->cmd.moved = am53_pio_in(fake->hba, c->buf, 2);
	KUNIT_EXPECT_EQ(fake->test, c->cmd.moved, 1);
	expect_wait(fake);
}

static void saved_pointer_is_restored(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, MI, BS, .in = { 11 }, .len = 1 },
	       SAYS(SAVE_POINTERS), ACCEPTED(MI), SAYS(DISCONNECT),
	       BUS_GOES_FREE);
	read_and_leave(fake, c);
	SCRIPT(fake, { AM53_CMD_ACCEPT, DI, BS });
	come_back(fake, MI);
	KUNIT_EXPECT_EQ(test, fake_am53_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, xfer.len, 1);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 1);
}

static void pointer_that_was_not_saved_goes_back(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, MI, BS, .in = { 11 }, .len = 1 },
	       SAYS(DISCONNECT), BUS_GOES_FREE);
	read_and_leave(fake, c);
	SCRIPT(fake, { AM53_CMD_ACCEPT, DI, BS });
	come_back(fake, MI);
	KUNIT_EXPECT_EQ(test, fake_am53_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, xfer.len, 2);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 0);
}

static void residual_stands_if_no_data_follows(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, MI, BS, .in = { 11 }, .len = 1 },
	       SAYS(DISCONNECT), BUS_GOES_FREE);
	read_and_leave(fake, c);
	SCRIPT(fake, { AM53_CMD_ACCEPT, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	come_back(fake, MI);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 1);
}

static void restored_pointer_is_the_saved_one(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, MI, BS, .in = { 11 }, .len = 1 },
	       SAYS(RESTORE_POINTERS), ACCEPTED(DI));
	start(fake, c);
	KUNIT_EXPECT_EQ(test, fake_am53_ask(fake, &xfer), PIOSCSI_XFER);
	c->cmd.moved = am53_pio_in(fake->hba, c->buf, 2);
	KUNIT_EXPECT_EQ(test, fake_am53_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, xfer.len, 2);
}

static void sync_request_is_rejected(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_NONE, 0);
	struct pioscsi_cmd *cmd;

	SCRIPT(fake, { AM53_CMD_SELECT, MI, BS | FC, 4 },
	       SAYS(EXTENDED_MESSAGE), ACCEPTED(MI), SAYS(3), ACCEPTED(MI),
	       SAYS(1), ACCEPTED(MI), SAYS(25), ACCEPTED(MI), SAYS(15),
	       { AM53_CMD_SET_ATN }, ACCEPTED(MO),
	       { AM53_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	/* It takes more than one turn. */
	while (ask(fake, &cmd) == PIOSCSI_WAIT)
		;
	KUNIT_EXPECT_PTR_EQ(test, cmd, &c->cmd);
	KUNIT_EXPECT_EQ(test, fake->taken[7], MESSAGE_REJECT);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 8);
}

static void rejected_tag_is_done_without(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 6, 6, DMA_NONE, 0);

	c->scmd.flags = SCMD_TAGGED;
	SCRIPT(fake, { AM53_CMD_SELECT3, MI, BS | FC, 2, .keep = 6 },
	       SAYS(MESSAGE_REJECT), ACCEPTED(CD),
	       { AM53_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_FALSE(test, fake->am->slot[6].tagged);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 3, c->scmd.cmnd, 6);
}

static void target_that_asks_for_nothing_gets_nothing(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { AM53_CMD_SELECT, MO, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->taken[7], NOP);
}

static void parity_error_is_told_and_fails_the_command(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_cmd *cmd;

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, MO | AM53_STAT_PARITY, BS,
		 .in = { 11 }, .len = 1 },
	       { AM53_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	start(fake, c);
	KUNIT_EXPECT_EQ(test, ask(fake, &cmd), PIOSCSI_XFER);
	am53_pio_in(fake->hba, c->buf, 2);
	expect_done(fake, c, DID_PARITY << 16);
	KUNIT_EXPECT_EQ(test, fake->taken[7], INITIATOR_ERROR);
}

static void end_without_status_is_an_error(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c = am53_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { AM53_CMD_SELECT, MI, BS | FC, 4 },
	       { AM53_CMD_TRANSFER, MI, FC, .len = 1 },
	       { AM53_CMD_ACCEPT, 0, DC });
	start(fake, c);
	expect_done(fake, c, DID_ERROR << 16);
}

static void endless_messages_end_the_turn(struct kunit *test)
{
	static struct fake_answer answers[64];
	struct fake_am53 *fake = test->priv;
	struct pioscsi_cmd *cmd;
	unsigned int i;

	answers[0] = (struct fake_answer){ AM53_CMD_SELECT, MI, BS | FC, 4 };
	for (i = 1; i + 1 < ARRAY_SIZE(answers); i += 2) {
		answers[i] = (struct fake_answer){ AM53_CMD_TRANSFER, MI, FC,
			.in = { NOP }, .len = 1 };
		answers[i + 1] = (struct fake_answer){ AM53_CMD_ACCEPT, MI,
			BS };
	}
	fake_am53_script(fake, answers, ARRAY_SIZE(answers));
	start(fake, am53_cmd(fake, 0, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, ask(fake, &cmd), PIOSCSI_WAIT);
	KUNIT_EXPECT_LT(test, fake->next, 16);
	KUNIT_EXPECT_TRUE(test, am53_claim(fake->hba));
	fake->next = fake->nr;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(untagged_command_comes_back),
	KUNIT_CASE(tag_tells_which_command_comes_back),
	KUNIT_CASE(unknown_tag_is_aborted),
	KUNIT_CASE(unknown_target_is_aborted),
	KUNIT_CASE(two_ids_cannot_come_back),
	KUNIT_CASE(command_that_lost_the_bus_is_started_again),
	KUNIT_CASE(saved_pointer_is_restored),
	KUNIT_CASE(pointer_that_was_not_saved_goes_back),
	KUNIT_CASE(residual_stands_if_no_data_follows),
	KUNIT_CASE(restored_pointer_is_the_saved_one),
	KUNIT_CASE(sync_request_is_rejected),
	KUNIT_CASE(rejected_tag_is_done_without),
	KUNIT_CASE(target_that_asks_for_nothing_gets_nothing),
	KUNIT_CASE(parity_error_is_told_and_fails_the_command),
	KUNIT_CASE(end_without_status_is_an_error),
	KUNIT_CASE(endless_messages_end_the_turn),
	{}
};

static struct kunit_suite suite = {
	.name = "am53_message",
	.init = fake_am53_init,
	.exit = fake_am53_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

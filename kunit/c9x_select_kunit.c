// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: selection, CDB, tag and status of a command.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/data.h"
#include "../ncr53c9x/phase.h"
#include "../ncr53c9x/select.h"
#include "fake_c9x.h"

static void command_without_data_ends_with_its_status(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_DEST_ID], 2);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 7);
	KUNIT_EXPECT_EQ(test, fake->taken[0], 0xc0);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 1, c->scmd.cmnd, 6);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

static void check_condition_status_becomes_the_result(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 12, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 },
	       STATUS_IS(SAM_STAT_CHECK_CONDITION), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_CHECK_CONDITION);
}

static void cdb_of_16_bytes_follows_the_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 16, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, ST, BS },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	/* IDENTIFY, NO OPERATION, CDB */
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 18);
	/* QEMU 10 and 7.2 need a NOP command before the bytes of a phase. */
	KUNIT_EXPECT_EQ(test, fake->nops, 2);
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
	fake_c9x_start(fake, c);
	KUNIT_EXPECT_EQ(test, fake->taken[1], SIMPLE_QUEUE_TAG);
	KUNIT_EXPECT_EQ(test, fake->taken[2], 9);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 3, c->scmd.cmnd, 10);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
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
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, messages, sizeof(messages));
}

/* The tag of a long CDB is a message of its own. */
static void rejected_tag_of_a_long_cdb_is_noticed(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 6, 16, DMA_NONE, 0);

	c->cmd.tagged = true;
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(MESSAGE_REJECT),
	       ACCEPTED(CD), { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	/* The chip has not sent the tag with the selection. */
	fake->chip->sent = 0;
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_FALSE(test, fake->chip->slot[6].tagged);
}

static void request_sense_of_the_port_is_sent_untagged(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 9, 6, DMA_NONE, 0);

	c->cmd.sensing = true;
	c->scmd.cmnd[0] = REQUEST_SENSE;
	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

static void interrupted_cdb_is_continued(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 10, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, CD, BS | FC, 3, .keep = 4 },
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 11);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 1, c->scmd.cmnd, 10);
}

/* The reset of the bus must neither repeat the command nor count as a fault. */
static void request_for_a_17th_cdb_byte_blames_the_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 16, DMA_NONE, 0);
	struct pioscsi_xfer xfer = { };

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, CD, BS }, { C9X_CMD_TRANSFER, CD, BS });
	fake_c9x_start(fake, c);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
	KUNIT_EXPECT_PTR_EQ(test, xfer.blame, &c->cmd);
	KUNIT_EXPECT_EQ(test, c->cmd.result, DID_ERROR << 16);
}

static void start_on_a_busy_bus_is_ebusy(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 1, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT });
	fake_c9x_start(fake, c9x_cmd(fake, 0, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_start(fake->hba, &c->cmd));
}

static void start_before_a_pending_interrupt_is_ebusy(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 1, 6, DMA_NONE, 0);

	fake_c9x_interrupt(fake, MI, RESEL);
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_start(fake->hba, &c->cmd));
	/* The interrupt is acknowledged, but not served. */
	KUNIT_EXPECT_TRUE(test, c9x_claim(fake->hba));
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_start(fake->hba, &c->cmd));
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
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_CHECK_CONDITION);
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
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_CHECK_CONDITION);
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
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
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
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
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

static void reselection_without_identify_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	const u8 ids = BIT(2) | BIT(7);
	struct pioscsi_xfer xfer;

	fake_c9x_fill(fake, &ids, 1);
	fake_c9x_interrupt(fake, MI, RESEL);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void reselection_connects_the_command_of_its_lun(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = c9x_cmd(fake, 3, 6, DMA_NONE, 0);
	struct c9x_cmd *b = c9x_cmd(fake, 4, 6, DMA_NONE, 0);
	struct pioscsi_xfer xfer;

	a->sdev.lun = 3;
	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE, { C9X_CMD_SELECT, MI, BS | FC, 4 },
	       SENDS(DISCONNECT), BUS_GOES_FREE, { C9X_CMD_ACCEPT, ST, BS },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, a);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_WAIT);
	fake_c9x_start(fake, b);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_WAIT);
	fake_c9x_reselect(fake, 3);
	fake_c9x_expect_done(fake, a, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 1);
}

static void each_long_cdb_is_sent_from_its_first_byte(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	unsigned int tag;

	for (tag = 0; tag < 2; tag++) {
		struct c9x_cmd *c = c9x_cmd(fake, tag, 16, DMA_NONE, 0);

		SCRIPT(fake, { C9X_CMD_SELECT_STOP, CD, BS | FC, 1 },
		       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0),
		       BUS_GOES_FREE);
		fake->nr_taken = 0;
		fake_c9x_start(fake, c);
		fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
		KUNIT_EXPECT_MEMEQ(test, fake->taken + 1, c->scmd.cmnd, 16);
	}
}

static void cdb_of_invalid_length_is_einval(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 0, DMA_NONE, 0);

	KUNIT_EXPECT_EQ(test, -EINVAL, c9x_start(fake->hba, &c->cmd));
	c->scmd.cmd_len = 17;
	KUNIT_EXPECT_EQ(test, -EINVAL, c9x_start(fake->hba, &c->cmd));
}

static void rest_of_a_cdb_is_zero(struct kunit *test)
{
	static const u8 rest[10];
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);
	u8 cdb[C9X_FIFO_SIZE];

	memset(cdb, 0xff, sizeof(cdb));
	KUNIT_EXPECT_EQ(test, c9x_cdb(&c->cmd, cdb), 6);
	KUNIT_EXPECT_MEMEQ(test, cdb + 6, rest, sizeof(rest));
}

static void target_leaving_during_selection_is_an_error(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, 0, DC, 2, .keep = 6 });
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, DID_ERROR << 16);
}

static void start_after_a_selection_timeout_succeeds(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, 0, DC, 0, .keep = C9X_FIFO_SIZE },
	       { C9X_CMD_SELECT });
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, DID_NO_CONNECT << 16);
	fake_c9x_start(fake, c);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 7);
}

/* Start a command for target 4, which loses to a reselection by target 2. */
static struct c9x_cmd *start_and_lose(struct fake_c9x *fake)
{
	struct c9x_cmd *c = c9x_cmd(fake, 1, 6, DMA_NONE, 0);

	c->sdev.id = 4;
	SCRIPT(fake, { C9X_CMD_SELECT }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_ACCEPT });
	fake_c9x_start(fake, c);
	fake_c9x_reselect(fake, 0);
	return c;
}

static void expect_fault(struct fake_c9x *fake)
{
	struct pioscsi_xfer xfer;

	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void second_report_of_a_lost_selection_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	start_and_lose(fake);
	fake->intr |= C9X_INTR_ILLEGAL;
	fake_c9x_expect_wait(fake);
	fake_c9x_interrupt(fake, MI, C9X_INTR_ILLEGAL);
	expect_fault(fake);
}

/* The chip dropped the selection without a report of an illegal command. */
static void illegal_command_of_the_next_selection_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	start_and_lose(fake);
	fake_c9x_expect_wait(fake);
	SCRIPT(fake, { C9X_CMD_SELECT, 0, C9X_INTR_ILLEGAL });
	fake_c9x_interrupt(fake, 0, DC);
	fake_c9x_expect_wait(fake);
	expect_fault(fake);
}

/* The chip reports the lost selection, but a target has answered it. */
static void illegal_command_with_an_answer_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake->chip->nr_disconnected = 1;
	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC | C9X_INTR_ILLEGAL, 4 });
	fake_c9x_start(fake, c9x_cmd(fake, 5, 6, DMA_NONE, 0));
	expect_fault(fake);
}

static void bad_parity_of_a_reselection_fails_no_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = start_and_lose(fake);

	fake->stat |= C9X_STAT_PARITY;
	fake_c9x_expect_wait(fake);
	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_interrupt(fake, 0, DC);
	fake_c9x_expect_wait(fake);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(command_without_data_ends_with_its_status),
	KUNIT_CASE(check_condition_status_becomes_the_result),
	KUNIT_CASE(cdb_of_16_bytes_follows_the_selection),
	KUNIT_CASE(tag_is_sent_with_the_selection),
	KUNIT_CASE(tag_of_a_cdb_of_16_bytes_follows_the_selection),
	KUNIT_CASE(rejected_tag_of_a_long_cdb_is_noticed),
	KUNIT_CASE(request_sense_of_the_port_is_sent_untagged),
	KUNIT_CASE(interrupted_cdb_is_continued),
	KUNIT_CASE(request_for_a_17th_cdb_byte_blames_the_command),
	KUNIT_CASE(start_on_a_busy_bus_is_ebusy),
	KUNIT_CASE(start_before_a_pending_interrupt_is_ebusy),
	KUNIT_CASE(short_cdb_is_padded_to_the_length_of_its_group),
	KUNIT_CASE(request_beyond_a_vendor_cdb_gets_zeros),
	KUNIT_CASE(cdb_of_7_bytes_follows_the_selection),
	KUNIT_CASE(request_sense_of_a_user_is_sent_tagged),
	KUNIT_CASE(start_during_a_reselection_is_ebusy),
	KUNIT_CASE(reselection_without_identify_is_a_fault),
	KUNIT_CASE(reselection_connects_the_command_of_its_lun),
	KUNIT_CASE(each_long_cdb_is_sent_from_its_first_byte),
	KUNIT_CASE(cdb_of_invalid_length_is_einval),
	KUNIT_CASE(rest_of_a_cdb_is_zero),
	KUNIT_CASE(target_leaving_during_selection_is_an_error),
	KUNIT_CASE(start_after_a_selection_timeout_succeeds),
	KUNIT_CASE(second_report_of_a_lost_selection_is_a_fault),
	KUNIT_CASE(illegal_command_of_the_next_selection_is_a_fault),
	KUNIT_CASE(illegal_command_with_an_answer_is_a_fault),
	KUNIT_CASE(bad_parity_of_a_reselection_fails_no_command),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_select",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

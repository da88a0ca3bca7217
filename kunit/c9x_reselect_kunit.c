// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: the command that a reselection connects, and selections that lose to
 * a reselection.
 */
#include <kunit/test.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

#include "../ncr53c9x/data.h"
#include "../ncr53c9x/nexus.h"
#include "../ncr53c9x/phase.h"
#include "../ncr53c9x/recover.h"
#include "fake_c9x.h"

static struct c9x_cmd *untagged_cmd(struct fake_c9x *fake, unsigned int tag)
{
	return c9x_cmd(fake, tag, 6, DMA_NONE, 0);
}

static struct c9x_cmd *tagged_cmd(struct fake_c9x *fake, unsigned int tag)
{
	struct c9x_cmd *c = untagged_cmd(fake, tag);

	c->cmd.tagged = true;
	return c;
}

/* Start a command whose target disconnects. */
static void start_and_disconnect(struct fake_c9x *fake, struct c9x_cmd *c)
{
	const struct fake_answer answers[] = {
		{ c->cmd.tagged ? C9X_CMD_SELECT3 : C9X_CMD_SELECT, MI,
		  BS | FC, 4 },
		SENDS(DISCONNECT), BUS_GOES_FREE,
	};

	fake_c9x_script(fake, answers, ARRAY_SIZE(answers));
	fake_c9x_start_and_wait(fake, c);
}

/* Let target 2 disconnect, and start a command for target 4. */
static struct c9x_cmd *start_beside(struct fake_c9x *fake, struct c9x_cmd *a)
{
	struct c9x_cmd *b = untagged_cmd(fake, 1);

	b->sdev.id = 4;
	start_and_disconnect(fake, a);
	SCRIPT(fake, { C9X_CMD_SELECT });
	fake_c9x_start(fake, b);
	return b;
}

static void untagged_reselection_connects_the_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = untagged_cmd(fake, 3);

	start_and_disconnect(fake, c);
	SCRIPT(fake, { C9X_CMD_ACCEPT, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 0);
}

static void tagged_reselection_connects_that_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *b = tagged_cmd(fake, 5);

	start_and_disconnect(fake, tagged_cmd(fake, 4));
	start_and_disconnect(fake, b);
	SCRIPT(fake, { C9X_CMD_ACCEPT, MI, BS }, SENDS(SIMPLE_QUEUE_TAG),
	       ACCEPTED(MI), SENDS(5), ACCEPTED(ST), STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 1);
}

static void reselection_with_an_unknown_tag_is_aborted(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	start_and_disconnect(fake, tagged_cmd(fake, 4));
	SCRIPT(fake, { C9X_CMD_ACCEPT, MI, BS }, SENDS(SIMPLE_QUEUE_TAG),
	       ACCEPTED(MI), SENDS(77), { C9X_CMD_SET_ATN }, ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, 0, DC });
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->taken[fake->nr_taken - 1], ABORT_TASK);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 1);
}

static void reselection_by_an_idle_target_is_aborted(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SET_ATN }, { C9X_CMD_ACCEPT, MO, BS },
	       { C9X_CMD_TRANSFER, 0, DC });
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->taken[0], ABORT_TASK_SET);
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
}

static void tag_selects_command_beside_untagged_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *untagged = untagged_cmd(fake, 3);
	struct c9x_cmd *tagged = tagged_cmd(fake, 5);

	start_and_disconnect(fake, tagged);
	start_and_disconnect(fake, untagged);
	SCRIPT(fake, { C9X_CMD_ACCEPT, MI, BS }, SENDS(SIMPLE_QUEUE_TAG),
	       ACCEPTED(MI), SENDS(5), ACCEPTED(ST), STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_done(fake, tagged, SAM_STAT_GOOD);
	SCRIPT(fake, { C9X_CMD_ACCEPT, MI, BS }, SENDS(SAVE_POINTERS),
	       ACCEPTED(ST), STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_done(fake, untagged, SAM_STAT_GOOD);
}

static void expect_tag_connects(struct fake_c9x *fake, u8 code)
{
	struct c9x_cmd *c = tagged_cmd(fake, 0);
	const struct fake_answer answers[] = {
		{ C9X_CMD_SELECT3, MI, BS | FC, 4 }, SENDS(DISCONNECT),
		BUS_GOES_FREE, ACCEPTED(MI), SENDS(code), ACCEPTED(MI),
		SENDS(0), ACCEPTED(ST), STATUS_IS(0), BUS_GOES_FREE,
	};

	fake_c9x_script(fake, answers, ARRAY_SIZE(answers));
	fake_c9x_start_and_wait(fake, c);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

static void all_queue_tag_messages_connect_command_0(struct kunit *test)
{
	expect_tag_connects(test->priv, SIMPLE_QUEUE_TAG);
	expect_tag_connects(test->priv, HEAD_OF_QUEUE_TAG);
	expect_tag_connects(test->priv, ORDERED_QUEUE_TAG);
}

static void tag_of_an_untagged_command_is_aborted(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	start_and_disconnect(fake, untagged_cmd(fake, 3));
	SCRIPT(fake, ACCEPTED(MI), SENDS(SIMPLE_QUEUE_TAG), ACCEPTED(MI),
	       SENDS(3), { C9X_CMD_SET_ATN }, ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, 0, DC });
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->taken[fake->nr_taken - 1], ABORT_TASK);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 1);
}

static void tag_of_a_command_not_yet_sent_is_aborted(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *b = tagged_cmd(fake, 5);

	start_and_disconnect(fake, tagged_cmd(fake, 4));
	SCRIPT(fake, { C9X_CMD_SELECT3 }, ACCEPTED(MI),
	       SENDS(SIMPLE_QUEUE_TAG), ACCEPTED(MI), SENDS(5),
	       { C9X_CMD_SET_ATN }, ACCEPTED(MO), { C9X_CMD_TRANSFER, 0, DC },
	       { C9X_CMD_SELECT3, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_start(fake, b);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 1);
}

/* Let the commands A and B disconnect, and expect that target 2 connects B. */
static void expect_second_connects(struct fake_c9x *fake, struct c9x_cmd *a,
				   struct c9x_cmd *b)
{
	start_and_disconnect(fake, a);
	start_and_disconnect(fake, b);
	SCRIPT(fake, ACCEPTED(ST), STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(fake->test, fake->chip->nr_disconnected, 1);
}

static void command_of_another_target_is_not_connected(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = untagged_cmd(fake, 3);

	a->sdev.id = 4;
	expect_second_connects(fake, a, untagged_cmd(fake, 5));
}

static void command_of_another_lun_is_not_connected(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = untagged_cmd(fake, 3);

	a->sdev.lun = 3;
	expect_second_connects(fake, a, untagged_cmd(fake, 5));
}

static void reselection_by_another_target_is_aborted(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = untagged_cmd(fake, 3);

	a->sdev.id = 4;
	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE, { C9X_CMD_SET_ATN }, ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, 0, DC });
	fake_c9x_start_and_wait(fake, a);
	/* This is no slot, but looks like a command of LUN 3 of target 2. */
	fake_disconnect_beyond(fake, 2, 3);
	fake_c9x_reselect(fake, 3);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->taken[fake->nr_taken - 1], ABORT_TASK_SET);
}

static void reselection_with_two_target_ids_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	const u8 byte[] = { BIT(1) | BIT(2) | BIT(7), 0x80 };
	struct pioscsi_xfer xfer;

	fake_c9x_fill(fake, byte, 2);
	fake_c9x_interrupt(fake, MI, RESEL);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void reselection_of_a_connected_chip_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 3, 6, DMA_FROM_DEVICE, 8);
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	fake_c9x_start(fake, c);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	fake_c9x_reselect(fake, 0);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
}

/* The target has announced that it leaves. */
static void reselection_after_a_transfer_clears_its_count(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x *chip = fake->chip;
	const u8 ids[] = { BIT(2) | BIT(7), IDENTIFY_BASE };

	SCRIPT(fake, { C9X_CMD_SET_ATN }, { C9X_CMD_ACCEPT });
	fake_c9x_fill(fake, ids, sizeof(ids));
	chip->bus = C9X_LEAVING;
	chip->in_flight = 1;
	chip->acked = 3;
	KUNIT_EXPECT_TRUE(test, c9x_reselected(chip, false));
	KUNIT_EXPECT_EQ(test, chip->in_flight, 0);
	KUNIT_EXPECT_EQ(test, chip->acked, 0);
}

static void selection_lost_to_a_reselection_is_repeated(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = untagged_cmd(fake, 0);
	struct c9x_cmd *b = start_beside(fake, a);

	SCRIPT(fake, ACCEPTED(ST), STATUS_IS(0), BUS_GOES_FREE,
	       { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(2),
	       BUS_GOES_FREE);
	fake_c9x_reselect(fake, 0);
	fake->written[C9X_DEST_ID] = 0;
	fake_c9x_expect_end(fake, a, SAM_STAT_GOOD);
	fake_c9x_expect_end(fake, b, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_DEST_ID], 4);
}

static void selection_lost_to_an_idle_target_is_repeated(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *b = untagged_cmd(fake, 1);

	b->sdev.id = 4;
	SCRIPT(fake, { C9X_CMD_SELECT }, { C9X_CMD_SET_ATN }, ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, 0, DC }, { C9X_CMD_SELECT, ST, BS | FC, 4 },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, b);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
}

static void command_to_be_repeated_is_aborted_at_once(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = untagged_cmd(fake, 0);
	struct c9x_cmd *b = start_beside(fake, a);

	SCRIPT(fake, { C9X_CMD_ACCEPT });
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &b->cmd));
	SCRIPT(fake, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_interrupt(fake, ST, BS);
	fake_c9x_expect_done(fake, a, SAM_STAT_GOOD);
}

/* The tag of a long CDB follows its selection. */
static void tag_of_a_lost_selection_is_not_sent(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = untagged_cmd(fake, 0);
	struct c9x_cmd *b = c9x_cmd(fake, 1, 16, DMA_NONE, 0);

	b->cmd.tagged = true;
	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE, { C9X_CMD_SELECT_STOP }, ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE,
	       { C9X_CMD_SELECT_STOP });
	fake_c9x_start_and_wait(fake, a);
	fake_c9x_start(fake, b);
	fake->nr_taken = 0;
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_end(fake, a, SAM_STAT_GOOD);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->taken[0], NOP);
}

static void illegal_command_of_a_lost_selection_is_ignored(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = untagged_cmd(fake, 0);
	struct c9x_cmd *b = start_beside(fake, a);

	SCRIPT(fake, ACCEPTED(ST), STATUS_IS(0), BUS_GOES_FREE,
	       { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	/* The chip was reselected before SELECT was written. */
	fake_c9x_reselect(fake, 0);
	fake->intr |= C9X_INTR_ILLEGAL;
	fake_c9x_expect_end(fake, a, SAM_STAT_GOOD);
	fake_c9x_expect_end(fake, b, SAM_STAT_GOOD);
}

static void second_illegal_command_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	const u8 of_the_selection = 0xc0;
	struct pioscsi_xfer xfer;

	start_beside(fake, untagged_cmd(fake, 0));
	SCRIPT(fake, { C9X_CMD_ACCEPT });
	fake_c9x_reselect(fake, 0);
	fake_c9x_fill(fake, &of_the_selection, 1);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->flushed, 1);
	fake_c9x_interrupt(fake, MI, C9X_INTR_ILLEGAL);
	fake_c9x_expect_wait(fake);
	fake_c9x_interrupt(fake, MI, C9X_INTR_ILLEGAL);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void data_is_rewound_once_after_a_reselection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 3);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, MI, BS, .in = { 11 }, .len = 1 },
	       SENDS(DISCONNECT), BUS_GOES_FREE, ACCEPTED(DI),
	       { C9X_CMD_TRANSFER, MI, BS, .in = { 11 }, .len = 1 },
	       SENDS(NOP), ACCEPTED(DI));
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 3);
	fake_c9x_move_in(fake, c, 3, 1);
	fake_c9x_expect_wait(fake);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_xfer(fake, c, 3);
	fake_c9x_move_in(fake, c, 3, 1);
	fake_c9x_expect_xfer(fake, c, 2);
}

static void target_leaving_before_its_tag_keeps_its_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *b = tagged_cmd(fake, 5);

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE, { C9X_CMD_ACCEPT, 0, DC },
	       { C9X_CMD_SELECT3, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_start_and_wait(fake, untagged_cmd(fake, 3));
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
	fake_c9x_start(fake, b);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 1);
}

/* IGNORE WIDE RESIDUE follows the queue tags, but is none. */
static void message_0x23_connects_the_untagged_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = untagged_cmd(fake, 3);
	struct pioscsi_xfer xfer = { };

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE, { C9X_CMD_SELECT3, MI, BS | FC, 4 },
	       SENDS(DISCONNECT), BUS_GOES_FREE, ACCEPTED(MI), SENDS(0x23),
	       ACCEPTED(MI), SENDS(1), { C9X_CMD_SET_ATN }, ACCEPTED(MI),
	       SENDS(SIMPLE_QUEUE_TAG), ACCEPTED(MI), SENDS(5), ACCEPTED(ST),
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start_and_wait(fake, a);
	fake_c9x_start_and_wait(fake, tagged_cmd(fake, 5));
	fake_c9x_reselect(fake, 0);
	while (fake_c9x_ask(fake, &xfer) == PIOSCSI_WAIT)
		;
	KUNIT_EXPECT_PTR_EQ(test, xfer.cmd, &a->cmd);
}

static void message_cut_off_by_a_free_bus_is_forgotten(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = tagged_cmd(fake, 4);
	struct c9x_cmd *b = untagged_cmd(fake, 3);

	b->sdev.id = 4;
	SCRIPT(fake, { C9X_CMD_SELECT3, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE, { C9X_CMD_SELECT, MI, BS | FC, 4 },
	       SENDS(EXTENDED_MESSAGE), BUS_GOES_FREE, ACCEPTED(MI),
	       SENDS(SIMPLE_QUEUE_TAG), ACCEPTED(MI), SENDS(4), ACCEPTED(ST),
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start_and_wait(fake, a);
	fake_c9x_start(fake, b);
	fake_c9x_expect_done(fake, b, DID_ERROR << 16);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_done(fake, a, SAM_STAT_GOOD);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(untagged_reselection_connects_the_command),
	KUNIT_CASE(tagged_reselection_connects_that_command),
	KUNIT_CASE(reselection_with_an_unknown_tag_is_aborted),
	KUNIT_CASE(reselection_by_an_idle_target_is_aborted),
	KUNIT_CASE(tag_selects_command_beside_untagged_command),
	KUNIT_CASE(all_queue_tag_messages_connect_command_0),
	KUNIT_CASE(tag_of_an_untagged_command_is_aborted),
	KUNIT_CASE(tag_of_a_command_not_yet_sent_is_aborted),
	KUNIT_CASE(command_of_another_target_is_not_connected),
	KUNIT_CASE(command_of_another_lun_is_not_connected),
	KUNIT_CASE(reselection_by_another_target_is_aborted),
	KUNIT_CASE(reselection_with_two_target_ids_is_a_fault),
	KUNIT_CASE(reselection_of_a_connected_chip_is_a_fault),
	KUNIT_CASE(reselection_after_a_transfer_clears_its_count),
	KUNIT_CASE(selection_lost_to_a_reselection_is_repeated),
	KUNIT_CASE(selection_lost_to_an_idle_target_is_repeated),
	KUNIT_CASE(command_to_be_repeated_is_aborted_at_once),
	KUNIT_CASE(tag_of_a_lost_selection_is_not_sent),
	KUNIT_CASE(illegal_command_of_a_lost_selection_is_ignored),
	KUNIT_CASE(second_illegal_command_is_a_fault),
	KUNIT_CASE(data_is_rewound_once_after_a_reselection),
	KUNIT_CASE(target_leaving_before_its_tag_keeps_its_command),
	KUNIT_CASE(message_0x23_connects_the_untagged_command),
	KUNIT_CASE(message_cut_off_by_a_free_bus_is_forgotten),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_reselect",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: defaults, resets, and the connection that a message is sent through.
 */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/nexus.h"
#include "../ncr53c9x/phase.h"
#include "../ncr53c9x/recover.h"
#include "fake_c9x.h"

static struct c9x_cmd *read_cmd(struct fake_c9x *fake, unsigned int tag)
{
	return c9x_cmd(fake, tag, 6, DMA_FROM_DEVICE, 64);
}

static void expect_announced(struct fake_c9x *fake, struct c9x_cmd *c)
{
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 64);
	fake->nr_taken = 0;
}

static void init_sets_defaults_of_chip_and_targets(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x *chip = fake->chip;
	unsigned int i;

	memset(chip->target, 0, sizeof(chip->target));
	chip->own_id = 0;
	chip->ctrl1 = 0x5a;
	chip->settle_ms = 0;
	c9x_init(chip, fake->hba, chip->board);
	KUNIT_EXPECT_EQ(test, chip->own_id, 7);
	/* CD-ROM drives need up to 3 s after a reset. */
	KUNIT_EXPECT_EQ(test, chip->settle_ms, 3000);
	for (i = 0; i < 8; i++) {
		KUNIT_EXPECT_TRUE(test, chip->target[i].parity);
		KUNIT_EXPECT_TRUE(test, chip->target[i].disconnect);
	}
	/* The value follows the last target in memory. */
	KUNIT_EXPECT_EQ(test, chip->ctrl1, 0x5a);
}

static void idle_chip_checks_parity_of_8_targets(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	/* This register value follows the last target in memory. */
	fake->chip->ctrl1 = 0;
	KUNIT_EXPECT_TRUE(test, c9x_idle_parity(fake->chip));
	fake->chip->target[7].parity = false;
	KUNIT_EXPECT_FALSE(test, c9x_idle_parity(fake->chip));
}

/* Set all state of a connection to values other than those of an idle bus. */
static void occupy(struct c9x *chip, struct c9x_cmd *c)
{
	atomic_set(&chip->event, C9X_EVENT_VALID);
	chip->bus = C9X_CONNECTED;
	chip->doing = C9X_DOING_COMPLETE;
	chip->nexus = &c->cmd;
	chip->departing = &c->cmd;
	chip->lost[0] = &c->cmd;
	chip->nr_lost = 1;
	chip->repeat_due = true;
	chip->unidentified = true;
	chip->ignore_illegal = true;
	chip->nr_disconnected = 1;
	chip->in.len = 1;
	chip->out.len = 1;
	chip->announced = 1;
	chip->in_flight = 1;
	chip->acked = 1;
	chip->fifo_unlocked = true;
	chip->slot[15].disconnected = true;
}

static void reset_forgets_the_connection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x *chip = fake->chip;

	occupy(chip, read_cmd(fake, 0));
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_chip(chip));
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
	KUNIT_EXPECT_FALSE(test, c9x_claim(fake->hba));
	KUNIT_EXPECT_EQ(test, chip->bus, C9X_FREE);
	KUNIT_EXPECT_EQ(test, chip->doing, C9X_DOING_TRANSFER);
	KUNIT_EXPECT_NULL(test, chip->nexus);
	KUNIT_EXPECT_NULL(test, chip->departing);
	KUNIT_EXPECT_EQ(test, chip->nr_lost, 0);
	KUNIT_EXPECT_FALSE(test, chip->repeat_due);
	KUNIT_EXPECT_FALSE(test, chip->unidentified);
	KUNIT_EXPECT_FALSE(test, chip->ignore_illegal);
	KUNIT_EXPECT_EQ(test, chip->nr_disconnected, 0);
	KUNIT_EXPECT_EQ(test, chip->in.len, 0);
	KUNIT_EXPECT_EQ(test, chip->out.len, 0);
	KUNIT_EXPECT_EQ(test, chip->announced, 0);
	KUNIT_EXPECT_EQ(test, chip->in_flight, 0);
	KUNIT_EXPECT_EQ(test, chip->acked, 0);
	KUNIT_EXPECT_FALSE(test, chip->fifo_unlocked);
	KUNIT_EXPECT_FALSE(test, chip->slot[15].disconnected);
}

static void bus_reset_follows_the_recovery_of_the_chip(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	const struct c9x_board *board = fake->chip->board;
	struct c9x_board slow = *board;

	slow.recovery_us = 100;
	fake->chip->board = &slow;
	SCRIPT(fake, { C9X_CMD_BUS_RESET, 0, C9X_INTR_RESET },
	       { C9X_CMD_BUS_RESET });
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_scsi(fake->chip));
	KUNIT_EXPECT_GE(test, fake->recovery_us, 100);
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_quietly(fake->chip));
	KUNIT_EXPECT_GE(test, fake->recovery_us, 100);
	fake->chip->board = board;
}

/* A chip may keep the cause although it raises no line. */
static void quiet_reset_leaves_no_cause_of_an_interrupt(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_BUS_RESET, 0, C9X_INTR_RESET });
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_quietly(fake->chip));
	KUNIT_EXPECT_FALSE(test, c9x_claim(fake->hba));
	KUNIT_EXPECT_EQ(test, fake->intr, 0);
}

static void reset_of_a_missing_card_is_enodev(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake->missing = true;
	KUNIT_EXPECT_EQ(test, -ENODEV, c9x_reset_bus(fake->hba));
	KUNIT_EXPECT_EQ(test, -ENODEV, c9x_reset_quietly(fake->chip));
}

static void card_missing_after_a_bus_reset_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;

	fake_c9x_interrupt(fake, 0, C9X_INTR_RESET);
	KUNIT_EXPECT_TRUE(test, c9x_claim(fake->hba));
	fake->missing = true;
	KUNIT_EXPECT_EQ(test, c9x_service(fake->hba, &xfer), PIOSCSI_FAULT);
}

/* The bus is reset for 25 us at least, and the chip holds the line longer. */
static void quiet_reset_waits_for_its_pulse(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	u64 before = ktime_get_ns();

	SCRIPT(fake, { C9X_CMD_BUS_RESET });
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_quietly(fake->chip));
	KUNIT_EXPECT_GE(test, ktime_get_ns() - before, 400 * NSEC_PER_USEC);
}

static void connected_lun_is_reset_without_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = read_cmd(fake, 0);

	c->sdev.lun = 3;
	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	expect_announced(fake, c);
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_lun(fake->hba, 2, 3));
	KUNIT_EXPECT_EQ(test, fake->taken[0], LOGICAL_UNIT_RESET);
}

static void target_of_any_connected_lun_is_reset(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = read_cmd(fake, 0);

	c->sdev.lun = 3;
	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	expect_announced(fake, c);
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_target(fake->hba, 2));
	KUNIT_EXPECT_EQ(test, fake->taken[0], TARGET_RESET);
}

static void reset_beside_another_connection_is_ebusy(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = read_cmd(fake, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	expect_announced(fake, c);
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_reset_target(fake->hba, 4));
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_reset_lun(fake->hba, 4, 0));
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_reset_lun(fake->hba, 2, 3));
	KUNIT_EXPECT_PTR_EQ(test, fake->chip->nexus, &c->cmd);
}

static void target_is_selected_after_its_command_has_ended(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, ST, BS, .len = 1 }, STATUS_IS(0),
	       BUS_GOES_FREE, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	expect_announced(fake, read_cmd(fake, 0));
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_target(fake->hba, 2));
	KUNIT_EXPECT_EQ(test, fake->taken[fake->nr_taken - 1], TARGET_RESET);
}

/* The message before was the same, and its target took it. */
static void target_leaving_before_its_reset_is_eio(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, DC }, { C9X_CMD_SELECT_STOP, 0, DC, 1 });
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_target(fake->hba, 2));
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_target(fake->hba, 2));
}

static void second_lun_reset_uses_the_open_connection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake->chip->target[4].parity = false;
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_chip(fake->chip));
	/* The target takes the first message, and does nothing. */
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER });
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_lun(fake->hba, 2, 3));
	KUNIT_EXPECT_EQ(test, fake->written[C9X_DEST_ID], 2);
	/* Target 2 generates parity. */
	KUNIT_EXPECT_TRUE(test, fake->written[C9X_CTRL1] & C9X_CTRL1_PARITY);
	SCRIPT(fake, { C9X_CMD_SET_ATN }, { C9X_CMD_TRANSFER, 0, DC });
	fake_c9x_interrupt(fake, MO, BS);
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_lun(fake->hba, 2, 3));
}

static void bus_reset_instead_of_a_message_is_eio(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, C9X_INTR_RESET });
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_target(fake->hba, 2));
}

static void reselection_before_a_message_is_ebusy(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SET_ATN }, { C9X_CMD_ACCEPT });
	fake_c9x_reselect(fake, 0);
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_reset_target(fake->hba, 4));
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_CONNECTED);
	KUNIT_EXPECT_EQ(test, fake->chip->id, 2);
}

static void reselection_of_a_connected_chip_fails_the_reset(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_SET_ATN });
	expect_announced(fake, read_cmd(fake, 0));
	fake_c9x_reselect(fake, 0);
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_target(fake->hba, 2));
}

static void abort_after_a_rejected_tag_succeeds(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = read_cmd(fake, 6);

	c->cmd.tagged = true;
	SCRIPT(fake, { C9X_CMD_SELECT3, MI, BS | FC, 4 },
	       SENDS(MESSAGE_REJECT), ACCEPTED(DI), { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	expect_announced(fake, c);
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->taken[0], ABORT_TASK_SET);
}

/* The status is read some 20 times, and far more often until a timeout. */
static void sent_abort_returns_before_the_timeout(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = read_cmd(fake, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	expect_announced(fake, c);
	fake->stat_reads = 0;
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_LT(test, fake->stat_reads, 100);
}

static void target_reset_keeps_commands_of_other_targets(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *other = read_cmd(fake, 0);

	other->sdev.id = 4;
	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE, { C9X_CMD_SELECT, MI, BS | FC, 4 },
	       SENDS(DISCONNECT), BUS_GOES_FREE,
	       { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	fake_c9x_start_and_wait(fake, other);
	fake_c9x_start_and_wait(fake, read_cmd(fake, 1));
	/* This is no slot, but looks like a command of target 2. */
	fake_disconnect_beyond(fake, 2, 0);
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_target(fake->hba, 2));
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 1);
	KUNIT_EXPECT_TRUE(test, fake->chip->slot[0].disconnected);
}

/* DISCONNECT counts as sent only if ATN is false when it is accepted. */
static void abort_that_is_taken_after_disconnect_succeeds(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = read_cmd(fake, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MI, BS, .len = 1 }, SENDS(DISCONNECT),
	       ACCEPTED(MO), { C9X_CMD_TRANSFER, 0, DC });
	expect_announced(fake, c);
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->taken[0], ABORT_TASK_SET);
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 0);
}

static void message_after_disconnect_keeps_the_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = read_cmd(fake, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, MI | C9X_STAT_PARITY, BS, .len = 1 },
	       SENDS(DISCONNECT), ACCEPTED(MO), { C9X_CMD_TRANSFER, ST, BS },
	       STATUS_IS(0), BUS_GOES_FREE);
	expect_announced(fake, c);
	fake_c9x_move_in(fake, c, 64, 1);
	fake_c9x_expect_done(fake, c, DID_PARITY << 16);
	KUNIT_EXPECT_EQ(test, fake->taken[0], INITIATOR_ERROR);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 0);
}

static void message_after_command_complete_is_sent(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = read_cmd(fake, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, ST | C9X_STAT_PARITY, BS, .len = 1 },
	       STATUS_IS(0), ACCEPTED(MO), { C9X_CMD_TRANSFER, 0, DC });
	expect_announced(fake, c);
	fake_c9x_move_in(fake, c, 64, 1);
	fake_c9x_expect_end(fake, c, DID_PARITY << 16);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->taken[0], INITIATOR_ERROR);
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
}

/* The chip takes SET ATN for an illegal command before a target answers. */
static void abort_waits_for_the_timeout_of_a_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = read_cmd(fake, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, 0, DC, 0, .keep = C9X_FIFO_SIZE });
	fake_c9x_start(fake, c);
	fake->late = 8;
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
	KUNIT_EXPECT_NULL(test, fake->chip->nexus);
}

static void abort_is_sent_after_the_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = read_cmd(fake, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	fake_c9x_start(fake, c);
	fake->nr_taken = 0;
	fake->late = 8;
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->late, 0);
	KUNIT_EXPECT_EQ(test, fake->taken[0], ABORT_TASK_SET);
}

static void abort_of_a_selection_that_is_lost_succeeds(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = read_cmd(fake, 0);

	SCRIPT(fake, { C9X_CMD_SELECT }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_ACCEPT });
	fake_c9x_start(fake, c);
	fake_c9x_reselect(fake, 3);
	fake->late = 8;
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->chip->nr_lost, 0);
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_CONNECTED);
}

static void abort_of_an_endless_selection_is_eio(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = read_cmd(fake, 0);

	SCRIPT(fake, { C9X_CMD_SELECT });
	fake_c9x_start(fake, c);
	KUNIT_EXPECT_EQ(test, -EIO, c9x_abort_cmd(fake->hba, &c->cmd));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(init_sets_defaults_of_chip_and_targets),
	KUNIT_CASE(idle_chip_checks_parity_of_8_targets),
	KUNIT_CASE(reset_forgets_the_connection),
	KUNIT_CASE(bus_reset_follows_the_recovery_of_the_chip),
	KUNIT_CASE(quiet_reset_leaves_no_cause_of_an_interrupt),
	KUNIT_CASE(reset_of_a_missing_card_is_enodev),
	KUNIT_CASE(card_missing_after_a_bus_reset_is_a_fault),
	KUNIT_CASE(quiet_reset_waits_for_its_pulse),
	KUNIT_CASE(connected_lun_is_reset_without_selection),
	KUNIT_CASE(target_of_any_connected_lun_is_reset),
	KUNIT_CASE(reset_beside_another_connection_is_ebusy),
	KUNIT_CASE(target_is_selected_after_its_command_has_ended),
	KUNIT_CASE(target_leaving_before_its_reset_is_eio),
	KUNIT_CASE(second_lun_reset_uses_the_open_connection),
	KUNIT_CASE(bus_reset_instead_of_a_message_is_eio),
	KUNIT_CASE(reselection_before_a_message_is_ebusy),
	KUNIT_CASE(reselection_of_a_connected_chip_fails_the_reset),
	KUNIT_CASE(abort_after_a_rejected_tag_succeeds),
	KUNIT_CASE(sent_abort_returns_before_the_timeout),
	KUNIT_CASE(target_reset_keeps_commands_of_other_targets),
	KUNIT_CASE(abort_that_is_taken_after_disconnect_succeeds),
	KUNIT_CASE(message_after_disconnect_keeps_the_command),
	KUNIT_CASE(message_after_command_complete_is_sent),
	KUNIT_CASE(abort_waits_for_the_timeout_of_a_selection),
	KUNIT_CASE(abort_is_sent_after_the_selection),
	KUNIT_CASE(abort_of_a_selection_that_is_lost_succeeds),
	KUNIT_CASE(abort_of_an_endless_selection_is_eio),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_reset",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

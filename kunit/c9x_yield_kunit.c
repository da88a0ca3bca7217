// SPDX-License-Identifier: GPL-2.0-only
/* 53C9x: selections that meet a reselection, and the illegal command. */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/recover.h"
#include "../ncr53c9x/select.h"
#include "fake_c9x.h"

/* The chip drops the bytes of the selection that are in the FIFO already. */
static void reselect_during_fill(struct fake_c9x *fake)
{
	fake->level = 0;
	fake_c9x_reselect(fake, 0);
}

/* Let target 2 reselect while the byte with this number is written. */
static void arm_reselection(struct fake_c9x *fake, unsigned int byte)
{
	fake->fill_hook = reselect_during_fill;
	fake->fill_in = byte;
}

/* SELECT would be illegal then. */
static void expect_start_yields_at(struct fake_c9x *fake, unsigned int byte)
{
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 5);

	arm_reselection(fake, byte);
	KUNIT_EXPECT_EQ(fake->test, -EBUSY, c9x_start(fake->hba, &b->cmd));
	KUNIT_EXPECT_NULL(fake->test, fake->chip->nexus);
	fake_c9x_end_reselected(fake, a, SAM_STAT_GOOD);
	SCRIPT(fake, { C9X_CMD_SELECT3, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_start(fake, b);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
}

static void start_yields_to_a_reselection_during_the_fill(struct kunit *test)
{
	expect_start_yields_at(test->priv, 1);
	expect_start_yields_at(test->priv, 9);
}

/* In hard IRQ context claim() of a chip without a mask takes the interrupt. */
static void take_interrupt(struct fake_c9x *fake)
{
	reselect_during_fill(fake);
	KUNIT_EXPECT_TRUE(fake->test, c9x_claim(fake->hba));
}

static void start_yields_to_a_claimed_reselection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake_c9x_disconnected(fake, 4);
	fake->fill_hook = take_interrupt;
	fake->fill_in = 2;
	KUNIT_EXPECT_EQ(test, -EBUSY,
			c9x_start(fake->hba,
				  &fake_c9x_tagged_cmd(fake, 5)->cmd));
}

static void start_yields_to_a_reselection_after_its_check(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake_c9x_disconnected(fake, 4);
	fake->hook = take_interrupt;
	KUNIT_EXPECT_EQ(test, -EBUSY,
			c9x_start(fake->hba,
				  &fake_c9x_tagged_cmd(fake, 5)->cmd));
}

/* Otherwise another CPU could store an event between the two checks. */
static void start_without_a_mask_excludes_claim(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake_c9x_disconnected(fake, 4);
	fake->hba->can_mask = false;
	fake->hook = take_interrupt;
	SCRIPT(fake, { C9X_CMD_SELECT3 });
	fake_c9x_start(fake, fake_c9x_tagged_cmd(fake, 5));
	KUNIT_EXPECT_NOT_NULL(test, fake->hook);
}

static void repeat_yields_to_a_reselection_during_the_fill(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *d = fake_c9x_disconnected(fake, 6);
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 5);

	SCRIPT(fake, { C9X_CMD_SELECT3 });
	fake_c9x_start(fake, b);
	fake_c9x_reselect_and_end(fake, a, SAM_STAT_GOOD);
	arm_reselection(fake, 3);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_lost, 1);
	fake_c9x_end_reselected(fake, d, SAM_STAT_GOOD);
	fake_c9x_expect_repeated(fake, b);
}

static void abort_yields_to_a_reselection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);

	SCRIPT(fake, { C9X_CMD_ACCEPT });
	arm_reselection(fake, 1);
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_abort_cmd(fake->hba, &a->cmd));
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_CONNECTED);
}

/* Let command 4 disconnect, and select for another when it reselects. */
static struct c9x_cmd *select_too_late(struct fake_c9x *fake, struct c9x_cmd *b)
{
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);

	SCRIPT(fake, { C9X_CMD_SELECT3 });
	fake_c9x_start(fake, b);
	fake_c9x_interrupt(fake, MI, C9X_INTR_ILLEGAL);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(fake->test, fake->chip->bus, C9X_SELECTING);
	return a;
}

static void illegal_command_before_a_reselection_is_ignored(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 5);

	fake_c9x_reselect_and_end(fake, select_too_late(fake, b),
				  SAM_STAT_GOOD);
	fake_c9x_expect_repeated(fake, b);
}

static void expect_fault(struct fake_c9x *fake, u8 stat, u8 intr)
{
	struct pioscsi_xfer xfer;

	fake_c9x_interrupt(fake, stat, intr);
	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void second_illegal_command_of_a_selection_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	select_too_late(fake, fake_c9x_tagged_cmd(fake, 5));
	expect_fault(fake, MI, C9X_INTR_ILLEGAL);
}

static void illegal_command_after_reselection_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	select_too_late(fake, fake_c9x_tagged_cmd(fake, 5));
	SCRIPT(fake, { C9X_CMD_ACCEPT });
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
	expect_fault(fake, MI, C9X_INTR_ILLEGAL);
}

static void illegal_command_of_an_answered_selection_is_a_fault(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 5, 6, DMA_FROM_DEVICE, 8);

	fake_c9x_disconnected(fake, 4);
	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 8);
	expect_fault(fake, DI, C9X_INTR_ILLEGAL);
}

/* Let a target leave unexpectedly, which ends its command. */
static void lose_target(struct fake_c9x *fake)
{
	struct c9x_cmd *c = c9x_cmd(fake, 5, 6, DMA_FROM_DEVICE, 8);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 8);
	fake_c9x_interrupt(fake, 0, DC);
	fake_c9x_expect_done(fake, c, DID_ERROR << 16);
}

/* The chip got a command after the target had left. */
static void illegal_command_after_a_disconnect_is_ignored_once(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;

	lose_target(fake);
	fake_c9x_interrupt(fake, 0, C9X_INTR_ILLEGAL);
	fake_c9x_expect_wait(fake);
	expect_fault(fake, 0, C9X_INTR_ILLEGAL);
}

/* No reselection flushes the bytes of that start. */
static void start_that_yields_to_an_illegal_command_is_repeated(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 6);

	lose_target(fake);
	fake_c9x_interrupt(fake, 0, C9X_INTR_ILLEGAL);
	KUNIT_EXPECT_EQ(t, -EBUSY, c9x_start(fake->hba, &b->cmd));
	fake_c9x_expect_wait(fake);
	SCRIPT(fake, { C9X_CMD_SELECT3, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_start(fake, b);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
}

/* Let a reselection come while the FIFO is filled for another command. */
static struct c9x_cmd *yield_to_reselection(struct fake_c9x *fake)
{
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 5);

	arm_reselection(fake, 9);
	KUNIT_EXPECT_EQ(fake->test, -EBUSY, c9x_start(fake->hba, &b->cmd));
	return a;
}

static void illegal_write_with_a_reselection_is_ignored(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = yield_to_reselection(fake);

	fake_c9x_interrupt(fake, MI, RESEL | C9X_INTR_ILLEGAL);
	fake_c9x_end_reselected(fake, a, SAM_STAT_GOOD);
}

static void illegal_write_before_a_reselection_is_ignored(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = yield_to_reselection(fake);

	fake_c9x_interrupt(fake, MI, C9X_INTR_ILLEGAL);
	fake_c9x_expect_wait(fake);
	fake_c9x_interrupt(fake, MI, RESEL);
	fake_c9x_end_reselected(fake, a, SAM_STAT_GOOD);
}

static void illegal_write_after_a_reselection_is_ignored_once(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;

	yield_to_reselection(fake);
	SCRIPT(fake, { C9X_CMD_ACCEPT });
	fake_c9x_expect_wait(fake);
	fake_c9x_interrupt(fake, MI, C9X_INTR_ILLEGAL);
	fake_c9x_expect_wait(fake);
	expect_fault(fake, MI, C9X_INTR_ILLEGAL);
}

/* Expect that the target is asked to send IDENTIFY again, and that it is. */
static void end_with_damaged_identify(struct fake_c9x *fake, struct c9x_cmd *a)
{
	SCRIPT(fake, { C9X_CMD_SET_ATN }, ACCEPTED(MO),
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(IDENTIFY(0, 0)),
	       ACCEPTED(MI), SENDS(SIMPLE_QUEUE_TAG), ACCEPTED(MI), SENDS(4),
	       ACCEPTED(ST), STATUS_IS(0), BUS_GOES_FREE);
	fake->nr_taken = 0;
	fake_c9x_expect_wait(fake);
	fake_c9x_expect_done(fake, a, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(fake->test, fake->taken[0], MSG_PARITY_ERROR);
}

/* A reselection comes first, and its IDENTIFY has a parity error. */
static struct c9x_cmd *start_with_parity_error(struct fake_c9x *fake)
{
	struct c9x_cmd *cmd = fake_c9x_tagged_cmd(fake, 5);

	SCRIPT(fake, { C9X_CMD_SELECT3 });
	fake_c9x_start(fake, cmd);
	fake_c9x_interrupt(fake, MI | C9X_STAT_PARITY, C9X_INTR_ILLEGAL);
	return cmd;
}

/* Reading the illegal command clears the parity error of the reselection. */
static void parity_error_with_an_illegal_command_is_of_identify(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *b = start_with_parity_error(fake);

	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(t, c9x_slot(fake->chip, &b->cmd)->parity,
			C9X_PARITY_GOOD);
	fake_c9x_reselect(fake, 0);
	end_with_damaged_identify(fake, a);
	fake_c9x_expect_repeated(fake, b);
}

static void parity_error_with_an_illegal_write_is_of_identify(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;
	struct c9x_cmd *a = yield_to_reselection(fake);

	fake_c9x_interrupt(fake, MI | C9X_STAT_PARITY, C9X_INTR_ILLEGAL);
	fake_c9x_expect_wait(fake);
	fake_c9x_interrupt(fake, MI, RESEL);
	end_with_damaged_identify(fake, a);
}

/* Both interrupts come before the port asks for the first one. */
static void parity_error_of_an_older_event_is_kept(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *b = start_with_parity_error(fake);

	KUNIT_EXPECT_TRUE(test, c9x_claim(fake->hba));
	fake_c9x_reselect(fake, 0);
	end_with_damaged_identify(fake, a);
	fake_c9x_expect_repeated(fake, b);
}

static void parity_error_of_an_answered_selection_is_forgotten(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *b = start_with_parity_error(fake);

	fake_c9x_expect_wait(fake);
	SCRIPT(fake, STATUS_IS(0), BUS_GOES_FREE);
	fake->step = 4;
	fake_c9x_interrupt(fake, ST, BS | FC);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
	fake_c9x_reselect_and_end(fake, a, SAM_STAT_GOOD);
}

/* The target leaves the bus again before the port asks for the interrupt. */
static void reselect_and_leave(struct fake_c9x *fake)
{
	fake_c9x_reselect(fake, 0);
	fake_c9x_interrupt(fake, 0, RESEL | DC);
	fake->enables = 0;
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(fake->test, fake->chip->bus, C9X_FREE);
	KUNIT_EXPECT_EQ(fake->test, fake->enables, 1);
	KUNIT_EXPECT_EQ(fake->test, fake->level, 0);
}

static void target_leaving_after_reselection_stays_disconnected(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);

	reselect_and_leave(fake);
	fake_c9x_reselect_and_end(fake, a, SAM_STAT_GOOD);
}

static void selection_lost_to_a_target_that_left_is_repeated(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 5);

	SCRIPT(fake, { C9X_CMD_SELECT3 });
	fake_c9x_start(fake, b);
	reselect_and_leave(fake);
	/* The chip reports the lost selection. */
	fake_c9x_interrupt(fake, 0, C9X_INTR_ILLEGAL);
	fake_c9x_expect_wait(fake);
	fake_c9x_expect_repeated(fake, b);
	fake_c9x_reselect_and_end(fake, a, SAM_STAT_GOOD);
}

/* The selection has timed out, and the target holds the bus. */
static void reselection_after_a_selection_timeout_is_served(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 5);

	SCRIPT(fake, { C9X_CMD_SELECT3 });
	fake_c9x_start(fake, b);
	fake_c9x_reselect(fake, 0);
	fake->intr |= DC;
	fake_c9x_end_reselected(fake, a, SAM_STAT_GOOD);
	fake_c9x_expect_repeated(fake, b);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(start_yields_to_a_reselection_during_the_fill),
	KUNIT_CASE(start_yields_to_a_claimed_reselection),
	KUNIT_CASE(repeat_yields_to_a_reselection_during_the_fill),
	KUNIT_CASE(abort_yields_to_a_reselection),
	KUNIT_CASE(illegal_command_before_a_reselection_is_ignored),
	KUNIT_CASE(second_illegal_command_of_a_selection_is_a_fault),
	KUNIT_CASE(illegal_command_after_reselection_is_a_fault),
	KUNIT_CASE(illegal_command_of_an_answered_selection_is_a_fault),
	KUNIT_CASE(illegal_command_after_a_disconnect_is_ignored_once),
	KUNIT_CASE(start_that_yields_to_an_illegal_command_is_repeated),
	KUNIT_CASE(start_yields_to_a_reselection_after_its_check),
	KUNIT_CASE(start_without_a_mask_excludes_claim),
	KUNIT_CASE(illegal_write_with_a_reselection_is_ignored),
	KUNIT_CASE(illegal_write_before_a_reselection_is_ignored),
	KUNIT_CASE(illegal_write_after_a_reselection_is_ignored_once),
	KUNIT_CASE(parity_error_with_an_illegal_command_is_of_identify),
	KUNIT_CASE(parity_error_with_an_illegal_write_is_of_identify),
	KUNIT_CASE(parity_error_of_an_older_event_is_kept),
	KUNIT_CASE(parity_error_of_an_answered_selection_is_forgotten),
	KUNIT_CASE(target_leaving_after_reselection_stays_disconnected),
	KUNIT_CASE(selection_lost_to_a_target_that_left_is_repeated),
	KUNIT_CASE(reselection_after_a_selection_timeout_is_served),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_yield",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/* 53C9x: selections that lost to a reselection and are repeated. */
#include <kunit/test.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/nexus.h"
#include "../ncr53c9x/recover.h"
#include "../ncr53c9x/select.h"
#include "../port.h"
#include "fake_c9x.h"

static struct c9x_cmd *tagged_cmd(struct fake_c9x *fake, unsigned int tag)
{
	struct c9x_cmd *c = c9x_cmd(fake, tag, 6, DMA_NONE, 0);

	c->cmd.tagged = true;
	return c;
}

/* Start a tagged command whose target disconnects. */
static struct c9x_cmd *disconnected(struct fake_c9x *fake, unsigned int tag)
{
	struct c9x_cmd *c = tagged_cmd(fake, tag);

	SCRIPT(fake, { C9X_CMD_SELECT3, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE);
	fake_c9x_start_and_wait(fake, c);
	return c;
}

/* The target has reselected the adapter for a command, and ends it. */
static void end_reselected(struct fake_c9x *fake, struct c9x_cmd *c, u8 status)
{
	const struct fake_answer answers[] = {
		ACCEPTED(MI), SENDS(SIMPLE_QUEUE_TAG), ACCEPTED(MI),
		SENDS(c->cmd.tag), ACCEPTED(ST), STATUS_IS(status),
		BUS_GOES_FREE,
	};

	fake_c9x_script(fake, answers, ARRAY_SIZE(answers));
	fake_c9x_expect_done(fake, c, status);
}

static void reselect_and_end(struct fake_c9x *fake, struct c9x_cmd *c,
			     u8 status)
{
	fake_c9x_reselect(fake, 0);
	end_reselected(fake, c, status);
}

/* Expect that a tagged command is started, and ends well. */
static void expect_repeated(struct fake_c9x *fake, struct c9x_cmd *c)
{
	SCRIPT(fake, { C9X_CMD_SELECT3, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

/* Start a command, which loses its selection to such a reselection. */
static void lose_to(struct fake_c9x *fake, struct c9x_cmd *b, struct c9x_cmd *a,
		    u8 status)
{
	SCRIPT(fake, { C9X_CMD_SELECT3 });
	fake_c9x_start(fake, b);
	reselect_and_end(fake, a, status);
}

/* The port sends a command again as REQUEST SENSE, without its tag. */
static void start_request_sense(struct fake_c9x *fake, struct c9x_cmd *c)
{
	c->cmd.tagged = false;
	c->cmd.sensing = true;
	fake_c9x_start(fake, c);
}

/* Any other command would make the target drop its sense data. */
static void request_sense_precedes_a_lost_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = disconnected(fake, 4);
	struct c9x_cmd *b = tagged_cmd(fake, 5);

	lose_to(fake, b, a, SAM_STAT_CHECK_CONDITION);
	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE, { C9X_CMD_SELECT3, ST, BS | FC, 4 },
	       STATUS_IS(0), BUS_GOES_FREE);
	start_request_sense(fake, a);
	fake_c9x_expect_done(fake, a, SAM_STAT_GOOD);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
}

static void request_sense_that_loses_its_selection_is_first(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = disconnected(fake, 4);
	struct c9x_cmd *d = disconnected(fake, 6);
	struct c9x_cmd *b = tagged_cmd(fake, 5);

	lose_to(fake, b, a, SAM_STAT_CHECK_CONDITION);
	SCRIPT(fake, { C9X_CMD_SELECT });
	start_request_sense(fake, a);
	reselect_and_end(fake, d, SAM_STAT_GOOD);
	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE, { C9X_CMD_SELECT3, ST, BS | FC, 4 },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_expect_done(fake, a, SAM_STAT_GOOD);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
}

/* Start commands 4 and 5. The REQUEST SENSE of 4, and 5, lose selections. */
static void lose_two_selections(struct fake_c9x *fake)
{
	struct c9x_cmd *a = disconnected(fake, 4);

	lose_to(fake, tagged_cmd(fake, 5), a, SAM_STAT_CHECK_CONDITION);
	SCRIPT(fake, { C9X_CMD_SELECT }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_ACCEPT });
	start_request_sense(fake, a);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
}

static void expect_one_command_is_repeated(struct fake_c9x *fake,
					   unsigned int tag, u8 select)
{
	const struct fake_answer answers[] = {
		{ select, ST, BS | FC, 4 }, STATUS_IS(0), BUS_GOES_FREE,
	};
	struct pioscsi_xfer xfer;

	fake_c9x_script(fake, answers, ARRAY_SIZE(answers));
	fake_c9x_interrupt(fake, 0, DC);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(fake->test, xfer.cmd->tag, tag);
	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), -1);
}

static void aborted_commands_are_not_repeated(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_port *port = pioscsi_port(fake->hba);

	lose_two_selections(fake);
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, port->active[5]));
	expect_one_command_is_repeated(fake, 4, C9X_CMD_SELECT);
	lose_two_selections(fake);
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, port->active[4]));
	expect_one_command_is_repeated(fake, 5, C9X_CMD_SELECT3);
}

/* Otherwise the commands that lost their selections would wait for ever. */
static void other_command_waits_for_a_lost_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = disconnected(fake, 4);
	struct c9x_cmd *b = tagged_cmd(fake, 5);
	struct c9x_cmd *other = tagged_cmd(fake, 6);

	lose_to(fake, b, a, SAM_STAT_GOOD);
	SCRIPT(fake, { C9X_CMD_SELECT3, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE, { C9X_CMD_SELECT3 });
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_start(fake->hba, &other->cmd));
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
	fake_c9x_start(fake, other);
}

static void only_request_sense_precedes_lost_commands(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = disconnected(fake, 4);
	struct c9x_cmd *other = tagged_cmd(fake, 6);

	lose_to(fake, tagged_cmd(fake, 5), a, SAM_STAT_CHECK_CONDITION);
	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_start(fake->hba, &other->cmd));
	start_request_sense(fake, a);
	fake_c9x_expect_done(fake, a, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_start(fake->hba, &other->cmd));
}

/* Two targets have ended a command with CHECK CONDITION. */
static void two_request_senses_precede_a_lost_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = disconnected(fake, 4);
	struct c9x_cmd *d = disconnected(fake, 6);
	struct c9x_cmd *b = tagged_cmd(fake, 5);

	lose_to(fake, b, a, SAM_STAT_CHECK_CONDITION);
	reselect_and_end(fake, d, SAM_STAT_CHECK_CONDITION);
	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE, { C9X_CMD_SELECT, ST, BS | FC, 4 },
	       STATUS_IS(0), BUS_GOES_FREE, { C9X_CMD_SELECT3, ST, BS | FC, 4 },
	       STATUS_IS(0), BUS_GOES_FREE);
	start_request_sense(fake, d);
	fake_c9x_expect_done(fake, d, SAM_STAT_GOOD);
	start_request_sense(fake, a);
	fake_c9x_expect_done(fake, a, SAM_STAT_GOOD);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
}

/* A lost command with a tag would be selected meanwhile. */
static void target_of_request_sense_must_not_disconnect(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = disconnected(fake, 4);

	reselect_and_end(fake, a, SAM_STAT_CHECK_CONDITION);
	fake->nr_taken = 0;
	SCRIPT(fake, { C9X_CMD_SELECT });
	start_request_sense(fake, a);
	KUNIT_EXPECT_EQ(test, fake->taken[0], IDENTIFY(0, 0));
}

/* A reselection may begin before the lost command is selected again. */
static void lost_selection_waits_for_the_next_reselection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = disconnected(fake, 4);
	struct c9x_cmd *d = disconnected(fake, 6);
	struct c9x_cmd *b = tagged_cmd(fake, 5);
	const u8 ids = BIT(2) | BIT(7);

	lose_to(fake, b, a, SAM_STAT_GOOD);
	fake_c9x_fill(fake, &ids, 1);
	fake_c9x_expect_wait(fake);
	/* The port need not ask before the reselection interrupts. */
	KUNIT_EXPECT_FALSE(test, c9x_claim(fake->hba));
	fake->level = 0;
	reselect_and_end(fake, d, SAM_STAT_GOOD);
	expect_repeated(fake, b);
}

/* Let the bus go free. Tell whether that sets the timer, and cancel it. */
static bool free_bus_sets_timer(struct fake_c9x *fake)
{
	struct pioscsi_port *port = pioscsi_port(fake->hba);
	unsigned long flags;
	bool active;

	local_irq_save(flags);
	c9x_bus_free(fake->chip);
	active = hrtimer_active(&port->timer);
	hrtimer_try_to_cancel(&port->timer);
	port->timer_fn = NULL;
	local_irq_restore(flags);
	return active;
}

/* The port may leave a chip without a mask before it asks the chip again. */
static void lost_selection_without_a_mask_sets_the_timer(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake->hba->can_mask = false;
	KUNIT_EXPECT_FALSE(test, free_bus_sets_timer(fake));
	fake->chip->lost[fake->chip->nr_lost++] = &tagged_cmd(fake, 5)->cmd;
	KUNIT_EXPECT_TRUE(test, free_bus_sets_timer(fake));
}

/* Let target 2 reselect for its data, before target 4 is selected. */
static struct c9x_cmd *reselected_before(struct fake_c9x *fake,
					 struct c9x_cmd *b)
{
	struct c9x_cmd *a = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 64);

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE, { C9X_CMD_SELECT3 }, ACCEPTED(DI));
	fake_c9x_start_and_wait(fake, a);
	fake_c9x_start(fake, b);
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_xfer(fake, a, 64);
	return a;
}

static void lun_reset_succeeds_before_a_lost_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *b = tagged_cmd(fake, 5);

	b->sdev.id = 4;
	reselected_before(fake, b);
	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC },
	       { C9X_CMD_SELECT3, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_lun(fake->hba, 2, 0));
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
}

static void expect_reset_forgets(struct fake_c9x *fake, struct c9x_cmd *b)
{
	struct pioscsi_xfer xfer;

	reselected_before(fake, b);
	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	if (b->sdev.lun)
		KUNIT_EXPECT_EQ(fake->test, 0, c9x_reset_target(fake->hba, 2));
	else
		KUNIT_EXPECT_EQ(fake->test, 0, c9x_reset_lun(fake->hba, 2, 0));
	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), -1);
}

/* The reset ends these commands too. */
static void reset_forgets_lost_selections_in_its_scope(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *b = tagged_cmd(fake, 6);

	expect_reset_forgets(fake, tagged_cmd(fake, 5));
	b->sdev.lun = 3;
	expect_reset_forgets(fake, b);
}

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
	struct c9x_cmd *a = disconnected(fake, 4);
	struct c9x_cmd *b = tagged_cmd(fake, 5);

	arm_reselection(fake, byte);
	KUNIT_EXPECT_EQ(fake->test, -EBUSY, c9x_start(fake->hba, &b->cmd));
	KUNIT_EXPECT_NULL(fake->test, fake->chip->nexus);
	end_reselected(fake, a, SAM_STAT_GOOD);
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

	disconnected(fake, 4);
	fake->fill_hook = take_interrupt;
	fake->fill_in = 2;
	KUNIT_EXPECT_EQ(test, -EBUSY,
			c9x_start(fake->hba, &tagged_cmd(fake, 5)->cmd));
}

static void repeat_yields_to_a_reselection_during_the_fill(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = disconnected(fake, 4);
	struct c9x_cmd *d = disconnected(fake, 6);
	struct c9x_cmd *b = tagged_cmd(fake, 5);

	lose_to(fake, b, a, SAM_STAT_GOOD);
	arm_reselection(fake, 3);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_lost, 1);
	end_reselected(fake, d, SAM_STAT_GOOD);
	expect_repeated(fake, b);
}

static void abort_yields_to_a_reselection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = disconnected(fake, 4);

	SCRIPT(fake, { C9X_CMD_ACCEPT });
	arm_reselection(fake, 1);
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_abort_cmd(fake->hba, &a->cmd));
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_CONNECTED);
}

/* Let command 4 disconnect, and select for another when it reselects. */
static struct c9x_cmd *select_too_late(struct fake_c9x *fake, struct c9x_cmd *b)
{
	struct c9x_cmd *a = disconnected(fake, 4);

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
	struct c9x_cmd *b = tagged_cmd(fake, 5);

	reselect_and_end(fake, select_too_late(fake, b), SAM_STAT_GOOD);
	expect_repeated(fake, b);
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

	select_too_late(fake, tagged_cmd(fake, 5));
	expect_fault(fake, MI, C9X_INTR_ILLEGAL);
}

static void illegal_command_after_reselection_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	select_too_late(fake, tagged_cmd(fake, 5));
	SCRIPT(fake, { C9X_CMD_ACCEPT });
	fake_c9x_reselect(fake, 0);
	fake_c9x_expect_wait(fake);
	expect_fault(fake, MI, C9X_INTR_ILLEGAL);
}

static void illegal_command_of_an_answered_selection_is_a_fault(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 5, 6, DMA_FROM_DEVICE, 8);

	disconnected(fake, 4);
	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 8);
	expect_fault(fake, DI, C9X_INTR_ILLEGAL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(request_sense_precedes_a_lost_selection),
	KUNIT_CASE(request_sense_that_loses_its_selection_is_first),
	KUNIT_CASE(aborted_commands_are_not_repeated),
	KUNIT_CASE(other_command_waits_for_a_lost_selection),
	KUNIT_CASE(only_request_sense_precedes_lost_commands),
	KUNIT_CASE(two_request_senses_precede_a_lost_selection),
	KUNIT_CASE(target_of_request_sense_must_not_disconnect),
	KUNIT_CASE(lost_selection_waits_for_the_next_reselection),
	KUNIT_CASE(lost_selection_without_a_mask_sets_the_timer),
	KUNIT_CASE(lun_reset_succeeds_before_a_lost_selection),
	KUNIT_CASE(reset_forgets_lost_selections_in_its_scope),
	KUNIT_CASE(start_yields_to_a_reselection_during_the_fill),
	KUNIT_CASE(start_yields_to_a_claimed_reselection),
	KUNIT_CASE(repeat_yields_to_a_reselection_during_the_fill),
	KUNIT_CASE(abort_yields_to_a_reselection),
	KUNIT_CASE(illegal_command_before_a_reselection_is_ignored),
	KUNIT_CASE(second_illegal_command_of_a_selection_is_a_fault),
	KUNIT_CASE(illegal_command_after_reselection_is_a_fault),
	KUNIT_CASE(illegal_command_of_an_answered_selection_is_a_fault),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_repeat",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

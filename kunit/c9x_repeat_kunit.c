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

/* Start a command, which loses its selection to such a reselection. */
static void lose_to(struct fake_c9x *fake, struct c9x_cmd *b, struct c9x_cmd *a,
		    u8 status)
{
	SCRIPT(fake, { C9X_CMD_SELECT3 });
	fake_c9x_start(fake, b);
	fake_c9x_reselect_and_end(fake, a, status);
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
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 5);

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
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *d = fake_c9x_disconnected(fake, 6);
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 5);

	lose_to(fake, b, a, SAM_STAT_CHECK_CONDITION);
	SCRIPT(fake, { C9X_CMD_SELECT });
	start_request_sense(fake, a);
	fake_c9x_reselect_and_end(fake, d, SAM_STAT_GOOD);
	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE, { C9X_CMD_SELECT3, ST, BS | FC, 4 },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_expect_done(fake, a, SAM_STAT_GOOD);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
}

/* Start commands 4 and 5. The REQUEST SENSE of 4, and 5, lose selections. */
static void lose_two_selections(struct fake_c9x *fake)
{
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);

	lose_to(fake, fake_c9x_tagged_cmd(fake, 5), a,
		SAM_STAT_CHECK_CONDITION);
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
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 5);
	struct c9x_cmd *other = fake_c9x_tagged_cmd(fake, 6);

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
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *other = fake_c9x_tagged_cmd(fake, 6);

	lose_to(fake, fake_c9x_tagged_cmd(fake, 5), a,
		SAM_STAT_CHECK_CONDITION);
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
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *d = fake_c9x_disconnected(fake, 6);
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 5);

	lose_to(fake, b, a, SAM_STAT_CHECK_CONDITION);
	fake_c9x_reselect_and_end(fake, d, SAM_STAT_CHECK_CONDITION);
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
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);

	fake_c9x_reselect_and_end(fake, a, SAM_STAT_CHECK_CONDITION);
	fake->nr_taken = 0;
	SCRIPT(fake, { C9X_CMD_SELECT });
	start_request_sense(fake, a);
	KUNIT_EXPECT_EQ(test, fake->taken[0], IDENTIFY(0, 0));
}

/* A reselection may begin before the lost command is selected again. */
static void lost_selection_waits_for_the_next_reselection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = fake_c9x_disconnected(fake, 4);
	struct c9x_cmd *d = fake_c9x_disconnected(fake, 6);
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 5);
	const u8 ids = BIT(2) | BIT(7);

	lose_to(fake, b, a, SAM_STAT_GOOD);
	fake_c9x_fill(fake, &ids, 1);
	fake_c9x_expect_wait(fake);
	/* The port need not ask before the reselection interrupts. */
	KUNIT_EXPECT_FALSE(test, c9x_claim(fake->hba));
	fake->level = 0;
	fake_c9x_reselect_and_end(fake, d, SAM_STAT_GOOD);
	fake_c9x_expect_repeated(fake, b);
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
	fake->chip->lost[fake->chip->nr_lost++] =
		&fake_c9x_tagged_cmd(fake, 5)->cmd;
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
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 5);

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
	struct c9x_cmd *b = fake_c9x_tagged_cmd(fake, 6);

	expect_reset_forgets(fake, fake_c9x_tagged_cmd(fake, 5));
	b->sdev.lun = 3;
	expect_reset_forgets(fake, b);
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
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_repeat",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

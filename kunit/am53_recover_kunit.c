// SPDX-License-Identifier: GPL-2.0-only
/*
 * AM53C974: what goes wrong on the bus, aborts and resets.
 */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "../am53c974/nexus.h"
#include "../am53c974/recover.h"
#include "fake_am53.h"

#define SAYS_IT_LEAVES \
	{ AM53_CMD_TRANSFER, MI, FC, .in = { DISCONNECT }, .len = 1 }
#define BUS_GOES_FREE	{ AM53_CMD_ACCEPT, 0, DC }

static enum pioscsi_next ask(struct fake_am53 *fake)
{
	struct pioscsi_xfer xfer;

	return fake_am53_ask(fake, &xfer);
}

static struct am53_cmd *started(struct fake_am53 *fake, unsigned int tag)
{
	struct am53_cmd *c = am53_cmd(fake, tag, 6, DMA_FROM_DEVICE, 64);

	c->scmd.flags = tag ? SCMD_TAGGED : 0;
	KUNIT_EXPECT_EQ(fake->test, 0, am53_start(fake->hba, &c->cmd));
	return c;
}

static void nobody_answers(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c;

	SCRIPT(fake, { AM53_CMD_SELECT, 0, DC, 0, .keep = 16 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, c->cmd.result, DID_NO_CONNECT << 16);
	KUNIT_EXPECT_EQ(test, fake->am->bus, AM53_FREE);
}

static void target_drops_off_the_bus(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c;

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_XFER);
	fake_am53_interrupt(fake, 0, DC);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, c->cmd.result, DID_ERROR << 16);
}

static void somebody_resets_the_bus(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	SCRIPT(fake, { AM53_CMD_SELECT });
	started(fake, 0);
	fake_am53_interrupt(fake, 0, AM53_INTR_RESET);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_RESET);
	KUNIT_EXPECT_EQ(test, fake->am->bus, AM53_FREE);
	KUNIT_EXPECT_NULL(test, fake->am->nexus);
}

static void illegal_command_is_a_fault(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	SCRIPT(fake, { AM53_CMD_SELECT, 0, AM53_INTR_ILLEGAL });
	started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_FAULT);
}

static void gross_error_is_a_fault(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	SCRIPT(fake, { AM53_CMD_SELECT, DI | AM53_STAT_GROSS, BS | FC, 4 });
	started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_FAULT);
}

static void phase_of_nobody_is_a_fault(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	fake_am53_interrupt(fake, DI, BS);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_FAULT);
}

static void interrupt_for_nothing_is_nothing(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	fake_am53_interrupt(fake, 0, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_WAIT);
}

static void card_that_is_gone_does_not_interrupt(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	fake_am53_interrupt(fake, 0xff, 0xff);
	KUNIT_EXPECT_FALSE(test, am53_claim(fake->hba));
}

static void connected_command_is_aborted(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c;

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_XFER);
	fake->nr_taken = 0;
	SCRIPT(fake, { AM53_CMD_SET_ATN, MO, BS },
	       { AM53_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, am53_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->taken[0], ABORT_TASK_SET);
	KUNIT_EXPECT_EQ(test, fake->am->bus, AM53_FREE);
	KUNIT_EXPECT_NULL(test, fake->am->nexus);
}

static void data_before_the_abort_is_padded(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c;

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_XFER);
	SCRIPT(fake, { AM53_CMD_SET_ATN, DI, BS },
	       { AM53_CMD_TRANSFER, DI, BS, .len = 1 },
	       { AM53_CMD_TRANSFER, MO, BS, .len = 1 },
	       { AM53_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, am53_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 0);
}

static void absent_command_is_aborted_by_its_tag(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	static const u8 said[] = { 0x80, SIMPLE_QUEUE_TAG, 5, ABORT_TASK };
	struct am53_cmd *c;

	SCRIPT(fake, { AM53_CMD_SELECT3, MI, BS | FC, 4 }, SAYS_IT_LEAVES,
	       BUS_GOES_FREE);
	c = started(fake, 5);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_WAIT);
	fake->nr_taken = 0;
	SCRIPT(fake, { AM53_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { AM53_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, am53_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_MEMEQ(test, fake->taken, said, sizeof(said));
	KUNIT_EXPECT_EQ(test, fake->am->away, 0);
}

static void abort_that_is_rejected_fails(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c;

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_XFER);
	SCRIPT(fake, { AM53_CMD_SET_ATN, MO, BS },
	       { AM53_CMD_TRANSFER, MI, BS },
	       { AM53_CMD_TRANSFER, MI, FC,
		 .in = { MESSAGE_REJECT }, .len = 1 },
	       { AM53_CMD_ACCEPT, DI, BS });
	KUNIT_EXPECT_EQ(test, -EIO, am53_abort_cmd(fake->hba, &c->cmd));
}

static void target_that_does_not_listen_costs_patience(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c;

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_XFER);
	SCRIPT(fake, { AM53_CMD_SET_ATN });
	KUNIT_EXPECT_EQ(test, -EIO, am53_abort_cmd(fake->hba, &c->cmd));
}

static void command_that_ends_need_not_be_aborted(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *c;

	SCRIPT(fake, { AM53_CMD_SELECT, DI, BS | FC, 4 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_XFER);
	SCRIPT(fake, { AM53_CMD_SET_ATN, ST, BS },
	       { AM53_CMD_COMPLETE, MI, FC, .len = 2 },
	       { AM53_CMD_ACCEPT, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, am53_abort_cmd(fake->hba, &c->cmd));
}

static void bus_of_another_command_is_left_alone(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;
	struct am53_cmd *a, *b;

	SCRIPT(fake, { AM53_CMD_SELECT3, MI, BS | FC, 4 }, SAYS_IT_LEAVES,
	       BUS_GOES_FREE, { AM53_CMD_SELECT, DI, BS | FC, 4 });
	a = started(fake, 5);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_WAIT);
	b = started(fake, 0);
	KUNIT_EXPECT_EQ(test, -EBUSY, am53_abort_cmd(fake->hba, &a->cmd));
	KUNIT_EXPECT_PTR_EQ(test, fake->am->nexus, &b->cmd);
}

static void target_reset_forgets_all_of_the_target(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	SCRIPT(fake, { AM53_CMD_SELECT3, MI, BS | FC, 4 }, SAYS_IT_LEAVES,
	       BUS_GOES_FREE, { AM53_CMD_SELECT3, MI, BS | FC, 4 },
	       SAYS_IT_LEAVES, BUS_GOES_FREE,
	       { AM53_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { AM53_CMD_TRANSFER, 0, DC });
	started(fake, 5);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_WAIT);
	started(fake, 6);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_WAIT);
	KUNIT_EXPECT_EQ(test, 0, am53_reset_target(fake->hba, 2));
	KUNIT_EXPECT_EQ(test, fake->taken[fake->nr_taken - 1], TARGET_RESET);
	KUNIT_EXPECT_EQ(test, fake->am->away, 0);
}

static void lun_reset_is_told_the_lun(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	SCRIPT(fake, { AM53_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { AM53_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, am53_reset_lun(fake->hba, 2, 3));
	KUNIT_EXPECT_EQ(test, fake->taken[0], 0x83);
	KUNIT_EXPECT_EQ(test, fake->taken[1], LOGICAL_UNIT_RESET);
}

static void target_that_goes_on_is_not_reset(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	SCRIPT(fake, { AM53_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { AM53_CMD_TRANSFER, CD, BS });
	KUNIT_EXPECT_EQ(test, -EIO, am53_reset_target(fake->hba, 2));
}

static void own_bus_reset_is_no_news(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	SCRIPT(fake, { AM53_CMD_SELECT });
	started(fake, 0);
	SCRIPT(fake, { AM53_CMD_BUS_RESET, 0, AM53_INTR_RESET });
	KUNIT_EXPECT_EQ(test, 0, am53_reset_bus(fake->hba));
	KUNIT_EXPECT_EQ(test, fake->am->bus, AM53_FREE);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_POLL);
}

static void bus_that_is_not_reset_is_an_error(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	SCRIPT(fake, { AM53_CMD_BUS_RESET });
	KUNIT_EXPECT_EQ(test, -EIO, am53_reset_hba(fake->hba));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(nobody_answers),
	KUNIT_CASE(target_drops_off_the_bus),
	KUNIT_CASE(somebody_resets_the_bus),
	KUNIT_CASE(illegal_command_is_a_fault),
	KUNIT_CASE(gross_error_is_a_fault),
	KUNIT_CASE(phase_of_nobody_is_a_fault),
	KUNIT_CASE(interrupt_for_nothing_is_nothing),
	KUNIT_CASE(card_that_is_gone_does_not_interrupt),
	KUNIT_CASE(connected_command_is_aborted),
	KUNIT_CASE(data_before_the_abort_is_padded),
	KUNIT_CASE(absent_command_is_aborted_by_its_tag),
	KUNIT_CASE(abort_that_is_rejected_fails),
	KUNIT_CASE(target_that_does_not_listen_costs_patience),
	KUNIT_CASE(command_that_ends_need_not_be_aborted),
	KUNIT_CASE(bus_of_another_command_is_left_alone),
	KUNIT_CASE(target_reset_forgets_all_of_the_target),
	KUNIT_CASE(lun_reset_is_told_the_lun),
	KUNIT_CASE(target_that_goes_on_is_not_reset),
	KUNIT_CASE(own_bus_reset_is_no_news),
	KUNIT_CASE(bus_that_is_not_reset_is_an_error),
	{}
};

static struct kunit_suite suite = {
	.name = "am53_recover",
	.init = fake_am53_init,
	.exit = fake_am53_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

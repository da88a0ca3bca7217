// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: error handling that fails while other commands are live. The port has
 * to learn what happened to them.
 */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/nexus.h"
#include "../ncr53c9x/recover.h"
#include "fake_c9x.h"

static int ask(struct fake_c9x *fake)
{
	struct pioscsi_xfer xfer;

	return fake_c9x_ask(fake, &xfer);
}

/* Start a command for a target, which disconnects. */
static struct c9x_cmd *disconnected(struct fake_c9x *fake, unsigned int tag,
				    unsigned int id)
{
	struct c9x_cmd *c = c9x_cmd(fake, tag, 6, DMA_NONE, 0);

	c->sdev.id = id;
	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE);
	fake_c9x_start_and_wait(fake, c);
	return c;
}

/* Start a command whose 64 bytes of data are announced, but not moved yet. */
static struct c9x_cmd *announced(struct fake_c9x *fake,
				 enum dma_data_direction dir)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, dir, 64);

	if (dir == DMA_FROM_DEVICE)
		SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	else
		SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 });
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 64);
	return c;
}

static void bus_reset_during_a_target_reset_is_reported(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	disconnected(fake, 1, 5);
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, C9X_INTR_RESET });
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_target(fake->hba, 2));
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_RESET);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 0);
}

static void gross_error_during_a_target_reset_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	disconnected(fake, 1, 5);
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO | C9X_STAT_GROSS, BS | FC, 1 });
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_target(fake->hba, 2));
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_FAULT);
}

/* The target ignores the message, and requests the CDB of a command. */
static void command_phase_during_a_target_reset_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	disconnected(fake, 1, 5);
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, CD, BS });
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_target(fake->hba, 2));
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_FAULT);
}

static void bus_reset_during_an_abort_ends_the_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = disconnected(fake, 0, 2);

	disconnected(fake, 1, 5);
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, C9X_INTR_RESET });
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_RESET);
}

/* The port has not served the bus reset yet. */
static void abort_after_a_bus_reset_selects_no_target(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *other = disconnected(fake, 1, 5);

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, C9X_INTR_RESET });
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_target(fake->hba, 2));
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &other->cmd));
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_RESET);
}

static void rejected_reset_after_lost_data_in_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	announced(fake, DMA_FROM_DEVICE);
	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, DI, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, MO, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(MESSAGE_REJECT),
	       ACCEPTED(DI));
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_lun(fake->hba, 2, 0));
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_FAULT);
}

static void rejected_reset_after_sent_data_out_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	announced(fake, DMA_TO_DEVICE);
	SCRIPT(fake, { C9X_CMD_SET_ATN }, { C9X_CMD_TRANSFER, DO, BS },
	       { C9X_CMD_TRANSFER, MO, BS, .keep = 15 },
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(MESSAGE_REJECT),
	       ACCEPTED(DO));
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_lun(fake->hba, 2, 0));
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_FAULT);
}

/* The target takes the message before it takes any data. */
static void rejected_reset_without_data_keeps_the_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = announced(fake, DMA_TO_DEVICE);

	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .keep = 16 },
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(MESSAGE_REJECT),
	       ACCEPTED(DO));
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_lun(fake->hba, 2, 0));
	fake_c9x_expect_xfer(fake, c, 64);
}

static void rejected_abort_after_lost_data_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = announced(fake, DMA_FROM_DEVICE);

	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(MESSAGE_REJECT),
	       ACCEPTED(DI));
	KUNIT_EXPECT_EQ(test, -EIO, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_FAULT);
}

/* The command ends before the message, and then the target does not answer. */
static void command_end_during_a_failed_reset_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	announced(fake, DMA_TO_DEVICE);
	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, ST, BS, .keep = 16 }, STATUS_IS(0),
	       BUS_GOES_FREE, { C9X_CMD_SELECT_STOP, 0, DC });
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_lun(fake->hba, 2, 0));
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_FAULT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(bus_reset_during_a_target_reset_is_reported),
	KUNIT_CASE(gross_error_during_a_target_reset_is_a_fault),
	KUNIT_CASE(command_phase_during_a_target_reset_is_a_fault),
	KUNIT_CASE(bus_reset_during_an_abort_ends_the_command),
	KUNIT_CASE(abort_after_a_bus_reset_selects_no_target),
	KUNIT_CASE(rejected_reset_after_lost_data_in_is_a_fault),
	KUNIT_CASE(rejected_reset_after_sent_data_out_is_a_fault),
	KUNIT_CASE(rejected_reset_without_data_keeps_the_command),
	KUNIT_CASE(rejected_abort_after_lost_data_is_a_fault),
	KUNIT_CASE(command_end_during_a_failed_reset_is_a_fault),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_failed_recovery",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

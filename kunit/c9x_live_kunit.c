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

static struct kunit_case cases[] = {
	KUNIT_CASE(bus_reset_during_a_target_reset_is_reported),
	KUNIT_CASE(gross_error_during_a_target_reset_is_a_fault),
	KUNIT_CASE(command_phase_during_a_target_reset_is_a_fault),
	KUNIT_CASE(bus_reset_during_an_abort_ends_the_command),
	KUNIT_CASE(abort_after_a_bus_reset_selects_no_target),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_live",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

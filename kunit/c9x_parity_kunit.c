// SPDX-License-Identifier: GPL-2.0-only
/* 53C9x: data with bad parity, which a target may send again. */
#include <kunit/test.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

#include "fake_c9x.h"

/* The target sends a data byte, the only one. */
#define DATA(byte, phase) \
	{ C9X_CMD_TRANSFER, phase, BS, .in = { byte }, .len = 1 }

/* Start a command that reads a byte, with bad parity. */
static struct c9x_cmd *read_damaged(struct fake_c9x *fake)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 1);

	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 1);
	fake_c9x_move_in(fake, c, 1, 1);
	return c;
}

static void read_again(struct fake_c9x *fake, struct c9x_cmd *c)
{
	fake_c9x_expect_xfer(fake, c, 1);
	fake_c9x_move_in(fake, c, 1, 1);
	KUNIT_EXPECT_EQ(fake->test, c->cmd.moved, 1);
}

/* A tape would lose the block if the command was retried as a whole. */
static void data_that_is_sent_again_without_error_is_good(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       DATA(11, MO | C9X_STAT_PARITY), { C9X_CMD_TRANSFER, MI, BS },
	       SENDS(RESTORE_POINTERS), ACCEPTED(DI), DATA(22, ST),
	       STATUS_IS(0), BUS_GOES_FREE);
	c = read_damaged(fake);
	read_again(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->buf[0], 22);
}

static void data_sent_again_after_a_disconnect_is_good(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       DATA(11, MO | C9X_STAT_PARITY), { C9X_CMD_TRANSFER, MI, BS },
	       SENDS(DISCONNECT), BUS_GOES_FREE, ACCEPTED(DI), DATA(22, ST),
	       STATUS_IS(0), BUS_GOES_FREE);
	c = read_damaged(fake);
	fake_c9x_expect_wait(fake);
	fake_c9x_reselect(fake, 0);
	read_again(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

static void data_damaged_again_is_a_parity_error(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       DATA(11, MO | C9X_STAT_PARITY), { C9X_CMD_TRANSFER, MI, BS },
	       SENDS(RESTORE_POINTERS), ACCEPTED(DI),
	       DATA(22, MO | C9X_STAT_PARITY), { C9X_CMD_TRANSFER, ST, BS },
	       STATUS_IS(0), BUS_GOES_FREE);
	c = read_damaged(fake);
	read_again(fake, c);
	fake_c9x_expect_done(fake, c, DID_PARITY << 16);
}

/* The pointer is restored to the end of the damaged data. */
static void damaged_data_before_a_save_is_a_parity_error(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       DATA(11, MO | C9X_STAT_PARITY), { C9X_CMD_TRANSFER, MI, BS },
	       SENDS(SAVE_POINTERS), ACCEPTED(MI), SENDS(RESTORE_POINTERS),
	       ACCEPTED(DI), DATA(22, ST), STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 2);
	fake_c9x_move_in(fake, c, 2, 1);
	fake_c9x_expect_xfer(fake, c, 1);
	fake_c9x_move_in(fake, c, 1, 1);
	fake_c9x_expect_done(fake, c, DID_PARITY << 16);
}

/* The target has not heard of the error, so it need not send all data again. */
static void unreported_damaged_data_is_a_parity_error(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       DATA(11, MI | C9X_STAT_PARITY), SENDS(RESTORE_POINTERS),
	       ACCEPTED(DI), DATA(22, ST), STATUS_IS(0), BUS_GOES_FREE);
	c = read_damaged(fake);
	read_again(fake, c);
	fake_c9x_expect_done(fake, c, DID_PARITY << 16);
}

/* No data follows RESTORE POINTERS. */
static void data_not_sent_again_is_a_parity_error(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       DATA(11, MO | C9X_STAT_PARITY), { C9X_CMD_TRANSFER, MI, BS },
	       SENDS(RESTORE_POINTERS), ACCEPTED(ST), STATUS_IS(0),
	       BUS_GOES_FREE);
	c = read_damaged(fake);
	fake_c9x_expect_done(fake, c, DID_PARITY << 16);
}

static void damaged_status_stays_a_parity_error(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, DATA(11, ST),
	       { C9X_CMD_COMPLETE, MI | C9X_STAT_PARITY, FC,
		 .in = { 2, COMMAND_COMPLETE }, .len = 2 },
	       { C9X_CMD_SET_ATN }, ACCEPTED(MO), { C9X_CMD_TRANSFER, MI, BS },
	       SENDS(RESTORE_POINTERS), ACCEPTED(DI), DATA(22, ST),
	       STATUS_IS(0), BUS_GOES_FREE);
	c = read_damaged(fake);
	read_again(fake, c);
	fake_c9x_expect_done(fake, c, DID_PARITY << 16);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(data_that_is_sent_again_without_error_is_good),
	KUNIT_CASE(data_sent_again_after_a_disconnect_is_good),
	KUNIT_CASE(data_damaged_again_is_a_parity_error),
	KUNIT_CASE(damaged_data_before_a_save_is_a_parity_error),
	KUNIT_CASE(unreported_damaged_data_is_a_parity_error),
	KUNIT_CASE(data_not_sent_again_is_a_parity_error),
	KUNIT_CASE(damaged_status_stays_a_parity_error),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_parity",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

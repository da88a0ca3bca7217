// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: bus errors, aborts and resets.
 */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/recover.h"
#include "../ncr53c9x/select.h"
#include "../port.h"
#include "../settle.h"
#include "fake_c9x.h"

static int ask(struct fake_c9x *fake)
{
	struct pioscsi_xfer xfer;

	return fake_c9x_ask(fake, &xfer);
}

static struct c9x_cmd *started(struct fake_c9x *fake, unsigned int tag)
{
	struct c9x_cmd *c = c9x_cmd(fake, tag, 6, DMA_FROM_DEVICE, 64);

	c->cmd.tagged = tag;
	KUNIT_EXPECT_EQ(fake->test, 0, c9x_start(fake->hba, &c->cmd));
	return c;
}

static void selection_timeout_ends_with_no_connect(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, 0, DC, 0, .keep = 16 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, c->cmd.result, DID_NO_CONNECT << 16);
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
}

static void unexpected_disconnect_ends_with_error(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_XFER);
	fake_c9x_interrupt(fake, 0, DC);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, c->cmd.result, DID_ERROR << 16);
	KUNIT_EXPECT_NULL(test, fake->chip->nexus);
}

static void foreign_bus_reset_is_reported(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT });
	started(fake, 0);
	fake_c9x_interrupt(fake, 0, C9X_INTR_RESET);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_RESET);
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
	KUNIT_EXPECT_NULL(test, fake->chip->nexus);
}

static void illegal_command_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT, 0, C9X_INTR_ILLEGAL });
	started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_FAULT);
}

static void gross_error_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT, DI | C9X_STAT_GROSS, BS | FC, 4 });
	started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_FAULT);
}

static void phase_without_a_connection_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake_c9x_interrupt(fake, DI, BS);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_FAULT);
}

static void interrupt_without_a_cause_is_ignored(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake_c9x_interrupt(fake, 0, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_WAIT);
}

static void missing_card_is_not_claimed(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake_c9x_interrupt(fake, 0xff, 0xff);
	KUNIT_EXPECT_FALSE(test, c9x_claim(fake->hba));
}

/* A command whose target has sent no data yet. */
static struct c9x_cmd *in_data_phase(struct fake_c9x *fake)
{
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(fake->test, ask(fake), PIOSCSI_XFER);
	fake->nr_taken = 0;
	return c;
}

static void connected_command_is_aborted(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = in_data_phase(fake);

	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->taken[0], ABORT_TASK_SET);
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
	KUNIT_EXPECT_NULL(test, fake->chip->nexus);
}

static void bad_parity_does_not_replace_the_abort(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = in_data_phase(fake);

	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, DI | C9X_STAT_PARITY, BS, .in = { 11 },
		 .len = 1 },
	       { C9X_CMD_TRANSFER, MO, BS, .in = { 22 }, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->taken[0], ABORT_TASK_SET);
}

/* Other commands of the LUN are tagged, and go on. */
static void abort_of_request_sense_ends_no_other_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = in_data_phase(fake);

	c->cmd.sensing = true;
	c->scmd.flags |= SCMD_TAGGED;
	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->taken[0], ABORT_TASK);
}

static void data_before_the_abort_is_drained(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = in_data_phase(fake);

	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, DI, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, MO, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, c->cmd.moved, 0);
}

static void disconnected_command_is_aborted_by_its_tag(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	static const u8 said[] = { 0x80, SIMPLE_QUEUE_TAG, 5, ABORT_TASK };
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT3, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE);
	c = started(fake, 5);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_WAIT);
	fake->nr_taken = 0;
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_MEMEQ(test, fake->taken, said, sizeof(said));
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 0);
	KUNIT_EXPECT_FALSE(test, fake->chip->slot[5].disconnected);
}

static void rejected_abort_fails(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_XFER);
	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, MI, BS },
	       { C9X_CMD_TRANSFER, MI, FC,
		 .in = { MESSAGE_REJECT }, .len = 1 },
	       { C9X_CMD_ACCEPT, DI, BS });
	KUNIT_EXPECT_EQ(test, -EIO, c9x_abort_cmd(fake->hba, &c->cmd));
}

static void abort_without_message_out_times_out(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_XFER);
	SCRIPT(fake, { C9X_CMD_SET_ATN }, { C9X_CMD_TRANSFER });
	KUNIT_EXPECT_EQ(test, -EIO, c9x_abort_cmd(fake->hba, &c->cmd));
}

static void abort_of_a_command_that_ends_succeeds(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	c = started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_XFER);
	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, ST, BS, .len = 1 },
	       { C9X_CMD_COMPLETE, MI, FC, .len = 2 },
	       { C9X_CMD_ACCEPT, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
}

static void abort_beside_a_connected_command_is_ebusy(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a, *b;

	SCRIPT(fake, { C9X_CMD_SELECT3, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	a = started(fake, 5);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_WAIT);
	b = started(fake, 0);
	KUNIT_EXPECT_EQ(test, -EBUSY, c9x_abort_cmd(fake->hba, &a->cmd));
	KUNIT_EXPECT_PTR_EQ(test, fake->chip->nexus, &b->cmd);
}

static void target_reset_forgets_commands_of_the_target(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT3, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE, { C9X_CMD_SELECT3, MI, BS | FC, 4 },
	       SENDS(DISCONNECT), BUS_GOES_FREE,
	       { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	started(fake, 5);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_WAIT);
	started(fake, 6);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_WAIT);
	/* An earlier command for the target that has ended. */
	fake->chip->slot[7].id = 2;
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_target(fake->hba, 2));
	KUNIT_EXPECT_EQ(test, fake->taken[fake->nr_taken - 1], TARGET_RESET);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 0);
	KUNIT_EXPECT_FALSE(test, fake->chip->slot[5].disconnected);
	KUNIT_EXPECT_FALSE(test, fake->chip->slot[6].disconnected);
}

static void lun_reset_keeps_commands_of_other_luns(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT3, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, DC },
	       { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	started(fake, 5);
	KUNIT_EXPECT_EQ(test, fake->enables, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_WAIT);
	/* The chip answers the reselection. */
	KUNIT_EXPECT_EQ(test, fake->enables, 1);
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_lun(fake->hba, 2, 3));
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 1);
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_lun(fake->hba, 2, 0));
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 0);
}

static void host_reset_begins_the_settle_time(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake->hba->settle_ms = 60000;
	SCRIPT(fake, { C9X_CMD_BUS_RESET, 0, C9X_INTR_RESET });
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_hba(fake->hba));
	KUNIT_EXPECT_NE(test, pioscsi_settle_ms(pioscsi_port(fake->hba)), 0);
}

static void lun_reset_names_the_lun(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_lun(fake->hba, 2, 3));
	KUNIT_EXPECT_EQ(test, fake->taken[0], 0x83);
	KUNIT_EXPECT_EQ(test, fake->taken[1], LOGICAL_UNIT_RESET);
}

static void ignored_target_reset_fails(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, CD, BS });
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_target(fake->hba, 2));
}

static void own_bus_reset_is_not_reported(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT });
	started(fake, 0);
	fake->chip->unidentified = true;
	fake->chip->out.len = 1;
	fake->chip->in_flight = 1;
	SCRIPT(fake, { C9X_CMD_BUS_RESET, 0, C9X_INTR_RESET });
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_bus(fake->hba));
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
	KUNIT_EXPECT_FALSE(test, fake->chip->unidentified);
	KUNIT_EXPECT_EQ(test, fake->chip->out.len, 0);
	KUNIT_EXPECT_EQ(test, fake->chip->in_flight, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), -1);
}

/* A bus reset lasts for 25 to 40 us. The interrupt comes at its end. */
static void bus_reset_without_its_interrupt_fails(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	u64 before = ktime_get_ns();

	SCRIPT(fake, { C9X_CMD_BUS_RESET });
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_hba(fake->hba));
	KUNIT_EXPECT_GE(test, ktime_get_ns() - before, NSEC_PER_MSEC);
}

/* Start a write whose first byte is not moved yet. */
static struct c9x_cmd *announced_write(struct fake_c9x *fake, unsigned int len)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, len);

	KUNIT_EXPECT_EQ(fake->test, 0, c9x_start(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(fake->test, ask(fake), PIOSCSI_XFER);
	fake->nr_taken = 0;
	return c;
}

static void data_out_before_the_abort_is_the_commands_own(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, DO, BS },
	       { C9X_CMD_TRANSFER, MO, BS, .keep = 15 },
	       { C9X_CMD_TRANSFER, 0, DC });
	c = announced_write(fake, 64);
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 18);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf, 17);
	KUNIT_EXPECT_EQ(test, fake->taken[17], ABORT_TASK_SET);
}

static void abort_makes_up_no_data_beyond_the_buffer(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, DO, BS });
	c = announced_write(fake, 4);
	fake->stat_reads = 0;
	KUNIT_EXPECT_EQ(test, -EIO, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 4);
	/* The abort returns before its timeout. */
	KUNIT_EXPECT_LT(test, fake->stat_reads, 100);
}

/* The target took no byte, and now takes long for its status. */
static void abort_after_the_data_phase_moves_no_data(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, ST, BS, .keep = 16 }, { C9X_CMD_COMPLETE },
	       { C9X_CMD_SET_ATN });
	c = announced_write(fake, 16);
	fake_c9x_move_out(fake, c, 16, 0);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_EQ(test, -EIO, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 0);
}

static void rejected_lun_reset_is_followed_by_an_abort(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, MI, BS },
	       { C9X_CMD_TRANSFER, MI, FC,
		 .in = { MESSAGE_REJECT }, .len = 1 },
	       { C9X_CMD_SET_ATN }, { C9X_CMD_ACCEPT, MO, BS },
	       { C9X_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_lun(fake->hba, 2, 3));
	KUNIT_EXPECT_EQ(test, fake->taken[2], ABORT_TASK_SET);
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
	SCRIPT(fake, { C9X_CMD_SELECT_STOP, MO, BS | FC, 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_target(fake->hba, 2));
}

static void connected_target_is_reset_without_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 });
	started(fake, 0);
	KUNIT_EXPECT_EQ(test, ask(fake), PIOSCSI_XFER);
	fake->nr_taken = 0;
	SCRIPT(fake, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, MO, BS, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC });
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_target(fake->hba, 2));
	KUNIT_EXPECT_EQ(test, fake->taken[0], TARGET_RESET);
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(selection_timeout_ends_with_no_connect),
	KUNIT_CASE(unexpected_disconnect_ends_with_error),
	KUNIT_CASE(foreign_bus_reset_is_reported),
	KUNIT_CASE(illegal_command_is_a_fault),
	KUNIT_CASE(gross_error_is_a_fault),
	KUNIT_CASE(phase_without_a_connection_is_a_fault),
	KUNIT_CASE(interrupt_without_a_cause_is_ignored),
	KUNIT_CASE(missing_card_is_not_claimed),
	KUNIT_CASE(connected_command_is_aborted),
	KUNIT_CASE(bad_parity_does_not_replace_the_abort),
	KUNIT_CASE(abort_of_request_sense_ends_no_other_command),
	KUNIT_CASE(data_before_the_abort_is_drained),
	KUNIT_CASE(disconnected_command_is_aborted_by_its_tag),
	KUNIT_CASE(rejected_abort_fails),
	KUNIT_CASE(abort_without_message_out_times_out),
	KUNIT_CASE(abort_of_a_command_that_ends_succeeds),
	KUNIT_CASE(abort_beside_a_connected_command_is_ebusy),
	KUNIT_CASE(target_reset_forgets_commands_of_the_target),
	KUNIT_CASE(lun_reset_keeps_commands_of_other_luns),
	KUNIT_CASE(host_reset_begins_the_settle_time),
	KUNIT_CASE(lun_reset_names_the_lun),
	KUNIT_CASE(ignored_target_reset_fails),
	KUNIT_CASE(own_bus_reset_is_not_reported),
	KUNIT_CASE(bus_reset_without_its_interrupt_fails),
	KUNIT_CASE(data_out_before_the_abort_is_the_commands_own),
	KUNIT_CASE(abort_makes_up_no_data_beyond_the_buffer),
	KUNIT_CASE(abort_after_the_data_phase_moves_no_data),
	KUNIT_CASE(rejected_lun_reset_is_followed_by_an_abort),
	KUNIT_CASE(connected_target_is_reset_without_selection),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_recover",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

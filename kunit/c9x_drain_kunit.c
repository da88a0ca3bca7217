// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: data that a target moves before it takes the message of an abort.
 */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/nexus.h"
#include "../ncr53c9x/recover.h"
#include "fake_c9x.h"

/* Start a write whose first byte is not moved yet. */
static struct c9x_cmd *announced_write(struct fake_c9x *fake, unsigned int len)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_TO_DEVICE, len);

	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, len);
	fake->nr_taken = 0;
	return c;
}

#define BYTE_IN(phase)	{ C9X_CMD_TRANSFER, phase, BS, .len = 1 }

/* The target takes no byte at first, and sends more than the buffer has. */
static void data_out_after_an_overrun_in_is_the_commands_own(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, DI, BS, .keep = 16 },
	       BYTE_IN(DI), BYTE_IN(DI), BYTE_IN(DI), BYTE_IN(DI),
	       BYTE_IN(DI), BYTE_IN(DI), BYTE_IN(DI), BYTE_IN(DI),
	       BYTE_IN(DI), BYTE_IN(DI), BYTE_IN(DI), BYTE_IN(DI),
	       BYTE_IN(DI), BYTE_IN(DI), BYTE_IN(DI), BYTE_IN(DI), BYTE_IN(DO),
	       { C9X_CMD_TRANSFER, MO, BS }, { C9X_CMD_TRANSFER, 0, DC });
	c = announced_write(fake, 16);
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 17);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf, 16);
	KUNIT_EXPECT_EQ(test, fake->taken[16], ABORT_TASK_SET);
}

static void data_out_after_restored_pointers_is_sent_again(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, DO, BS }, { C9X_CMD_TRANSFER, MI, BS },
	       SENDS(RESTORE_POINTERS), ACCEPTED(DO),
	       { C9X_CMD_TRANSFER, MO, BS }, { C9X_CMD_TRANSFER, 0, DC });
	c = announced_write(fake, 64);
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 49);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf, 32);
	KUNIT_EXPECT_MEMEQ(test, fake->taken + 32, c->buf, 16);
	KUNIT_EXPECT_EQ(test, fake->taken[48], ABORT_TASK_SET);
}

/* Pointers saved meanwhile include the bytes that the abort has sent. */
static void data_out_continues_at_the_saved_pointer(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, DO, BS }, { C9X_CMD_TRANSFER, MI, BS },
	       SENDS(SAVE_POINTERS), ACCEPTED(MI), SENDS(RESTORE_POINTERS),
	       ACCEPTED(DO), { C9X_CMD_TRANSFER, MO, BS },
	       { C9X_CMD_TRANSFER, 0, DC });
	c = announced_write(fake, 64);
	KUNIT_EXPECT_EQ(test, 0, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 49);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf, 48);
	KUNIT_EXPECT_EQ(test, fake->taken[48], ABORT_TASK_SET);
}

/* The bytes that the chip sends already must not be sent twice. */
static void burst_in_flight_after_a_failed_reset_is_kept(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER, .keep = 16 }, { C9X_CMD_TRANSFER, ST, BS });
	c = announced_write(fake, 64);
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_target(fake->hba, 2));
	/* The port continues with the transfer that was announced to it. */
	fake_c9x_move_out(fake, c, 64, 0);
	KUNIT_EXPECT_EQ(test, fake->chip->in_flight, 16);
	fake->level = 4;
	fake_c9x_interrupt(fake, DO, BS);
	fake_c9x_expect_xfer(fake, c, 64);
	fake_c9x_move_out(fake, c, 16, 12);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf + 12, 4);
}

static void byte_in_flight_after_a_failed_reset_is_kept(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 64);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_SET_ATN },
	       { C9X_CMD_TRANSFER });
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 64);
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_target(fake->hba, 2));
	fake_c9x_move_in(fake, c, 64, 0);
	KUNIT_EXPECT_EQ(test, fake->chip->in_flight, 1);
}

/*
 * Start a transfer whose interrupt comes late, with the status phase. Its bytes
 * are announced to the port, which has not moved them yet.
 */
static struct c9x_cmd *announced_late(struct fake_c9x *fake,
				      enum dma_data_direction dir,
				      unsigned int taken)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, dir, 64);

	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 64);
	if (dir == DMA_FROM_DEVICE) {
		fake_c9x_move_in(fake, c, 64, 0);
		fake_c9x_fill(fake, c->buf, taken);
	} else {
		fake_c9x_move_out(fake, c, 64, 0);
	}
	fake_c9x_interrupt(fake, ST, BS);
	fake_c9x_expect_xfer(fake, c, taken);
	return c;
}

/* The FIFO is flushed for the status, so the byte cannot be moved any more. */
static void byte_announced_before_a_failed_reset_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_TRANSFER },
	       { C9X_CMD_SET_ATN, .keep = 1 }, { C9X_CMD_COMPLETE });
	c = announced_late(fake, DMA_FROM_DEVICE, 1);
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_target(fake->hba, 2));
	fake_c9x_move_in(fake, c, 1, 0);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void burst_announced_before_a_failed_reset_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_TRANSFER },
	       { C9X_CMD_SET_ATN }, { C9X_CMD_COMPLETE });
	c = announced_late(fake, DMA_TO_DEVICE, 16);
	KUNIT_EXPECT_EQ(test, -EIO, c9x_reset_target(fake->hba, 2));
	fake_c9x_move_out(fake, c, 16, 0);
	KUNIT_EXPECT_EQ(test, fake->chip->announced, 0);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void interrupt_again(struct fake_c9x *fake)
{
	fake_c9x_interrupt(fake, DI, 0);
	fake->hook = interrupt_again;
}

/* A loop that sleeps reads the chip a few thousand times before its timeout. */
static void abort_beside_interrupts_of_no_cause_sleeps(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 64);

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_SET_ATN });
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 64);
	interrupt_again(fake);
	KUNIT_EXPECT_EQ(test, -EIO, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_LT(test, fake->stat_reads, 50000);
}

static void selection_beside_interrupts_of_no_cause_sleeps(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 64);

	SCRIPT(fake, { C9X_CMD_SELECT });
	fake_c9x_start(fake, c);
	fake->hook = interrupt_again;
	KUNIT_EXPECT_EQ(test, -EIO, c9x_abort_cmd(fake->hba, &c->cmd));
	KUNIT_EXPECT_LT(test, fake->stat_reads, 50000);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(data_out_after_an_overrun_in_is_the_commands_own),
	KUNIT_CASE(data_out_after_restored_pointers_is_sent_again),
	KUNIT_CASE(data_out_continues_at_the_saved_pointer),
	KUNIT_CASE(burst_in_flight_after_a_failed_reset_is_kept),
	KUNIT_CASE(byte_in_flight_after_a_failed_reset_is_kept),
	KUNIT_CASE(byte_announced_before_a_failed_reset_is_a_fault),
	KUNIT_CASE(burst_announced_before_a_failed_reset_is_a_fault),
	KUNIT_CASE(abort_beside_interrupts_of_no_cause_sleeps),
	KUNIT_CASE(selection_beside_interrupts_of_no_cause_sleeps),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_drain",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: transfers that are slow or fail, and a bus that goes free during one.
 */
#include <kunit/test.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/data.h"
#include "../ncr53c9x/nexus.h"
#include "../ncr53c9x/phase.h"
#include "../port.h"
#include "fake_c9x.h"

static int serve(struct fake_c9x *fake)
{
	struct pioscsi_xfer xfer = { };

	return c9x_service(fake->hba, &xfer);
}

/* Start a command with data, and expect that all of it is announced. */
static struct c9x_cmd *announced(struct fake_c9x *fake,
				 enum dma_data_direction dir, unsigned int len)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, dir, len);

	fake_c9x_start(fake, c);
	fake->nr_taken = 0;
	fake_c9x_expect_xfer(fake, c, len);
	return c;
}

static void expect_next_command(struct fake_c9x *fake)
{
	struct c9x_cmd *c = c9x_cmd(fake, 1, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

static void byte_in_is_awaited_for_a_few_reads(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, ST, BS, .in = { 11 }, .len = 1 });
	c = announced(fake, DMA_FROM_DEVICE, 1);
	fake->late = 3;
	fake_c9x_move_in(fake, c, 1, 1);
	KUNIT_EXPECT_EQ(test, c->buf[0], 11);
}

static void burst_out_is_awaited_for_a_few_reads(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DO, BS }, { C9X_CMD_TRANSFER });
	c = announced(fake, DMA_TO_DEVICE, 32);
	fake->late = 3;
	fake_c9x_move_out(fake, c, 32, 16);
}

/* Real targets take 5 to 11 us for 16 bytes. */
static void slow_burst_out_is_awaited_in_a_task(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DO, BS }, { C9X_CMD_TRANSFER });
	c = announced(fake, DMA_TO_DEVICE, 32);
	fake->late = 31;
	fake_c9x_move_out(fake, c, 32, 16);
}

static void slow_burst_out_is_not_awaited_in_irq_context(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DO, BS });
	c = announced(fake, DMA_TO_DEVICE, 32);
	pioscsi_port(fake->hba)->in_task = false;
	fake->late = 8;
	fake_c9x_move_out(fake, c, 32, 0);
	KUNIT_EXPECT_EQ(test, fake->late, 0);
}

static void only_a_byte_in_flight_is_polled(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_TRANSFER });
	KUNIT_EXPECT_EQ(test, serve(fake), PIOSCSI_WAIT);
	c = announced(fake, DMA_FROM_DEVICE, 2);
	KUNIT_EXPECT_EQ(test, serve(fake), PIOSCSI_WAIT);
	fake_c9x_move_in(fake, c, 2, 0);
	KUNIT_EXPECT_EQ(test, serve(fake), PIOSCSI_BUSY_POLL);
}

static void target_that_disconnects_is_polled(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       { C9X_CMD_ACCEPT });
	fake_c9x_start(fake, c9x_cmd(fake, 0, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_BUSY_POLL);
	/* A target that has announced to leave may request no phase. */
	fake_c9x_interrupt(fake, DI, BS);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void burst_in_flight_leaves_no_event(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_TRANSFER });
	c = announced(fake, DMA_TO_DEVICE, 32);
	fake_c9x_move_out(fake, c, 32, 0);
	KUNIT_EXPECT_FALSE(test, c9x_claim(fake->hba));
	KUNIT_EXPECT_EQ(test, serve(fake), PIOSCSI_WAIT);
}

static void taken_burst_is_not_in_flight(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DO, BS });
	c = announced(fake, DMA_TO_DEVICE, 32);
	fake_c9x_move_out(fake, c, 16, 16);
	KUNIT_EXPECT_EQ(test, fake->chip->in_flight, 0);
}

/* The next 16 bytes would not fit beside the three. */
static void bytes_that_a_burst_leaves_are_sent_again(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DO, BS, .keep = 3 },
	       { C9X_CMD_TRANSFER, DO, BS }, { C9X_CMD_TRANSFER });
	c = announced(fake, DMA_TO_DEVICE, 32);
	fake_c9x_move_out(fake, c, 32, 0);
	fake_c9x_expect_xfer(fake, c, 32);
	KUNIT_EXPECT_EQ(test, fake->chip->acked, 13);
	fake_c9x_move_out(fake, c, 32, 29);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 32);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->buf, 32);
}

/* Error handling has served the interrupt, and the bus has gone free. */
static void data_out_on_a_free_bus_is_not_sent(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	const u8 byte[4] = { 1, 2, 3, 4 };

	KUNIT_EXPECT_EQ(test, 0, c9x_pio_out(fake->hba, byte, sizeof(byte)));
	KUNIT_EXPECT_EQ(test, fake->chip->in_flight, 0);
	KUNIT_EXPECT_EQ(test, fake->level, 0);
	expect_next_command(fake);
}

/* The port serves the interrupt after the last byte. */
static void data_in_after_a_slow_byte_ends_at_the_last_byte(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	const u8 slow = 11;
	struct pioscsi_xfer xfer;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 }, { C9X_CMD_TRANSFER },
	       { C9X_CMD_TRANSFER, DI, BS, .in = { 22 }, .len = 1 });
	c = announced(fake, DMA_FROM_DEVICE, 2);
	fake_c9x_move_in(fake, c, 2, 0);
	fake_c9x_fill(fake, &slow, 1);
	fake_c9x_interrupt(fake, DI, BS);
	fake_c9x_expect_xfer(fake, c, 2);
	fake_c9x_move_in(fake, c, 2, 2);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, xfer.len, 4096);
}

static void disconnect_during_data_in_ends_with_error(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DI, DC, .in = { 11 }, .len = 1 });
	c = announced(fake, DMA_FROM_DEVICE, 3);
	fake_c9x_move_in(fake, c, 3, 1);
	fake_c9x_expect_done(fake, c, DID_ERROR << 16);
}

static void disconnect_during_data_out_ends_with_error(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DO, DC });
	c = announced(fake, DMA_TO_DEVICE, 32);
	fake_c9x_move_out(fake, c, 32, 0);
	fake_c9x_expect_done(fake, c, DID_ERROR << 16);
	expect_next_command(fake);
}

static void disconnect_before_a_byte_in_counts_no_byte(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, 0, DC });
	c = announced(fake, DMA_FROM_DEVICE, 3);
	fake_c9x_move_in(fake, c, 3, 0);
	fake_c9x_expect_done(fake, c, DID_ERROR << 16);
}

/* The target leaves before the chip gets the command for the next byte. */
static void illegal_read_of_an_absent_target_ends_one_command(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DI, BS, .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, 0, DC | C9X_INTR_ILLEGAL });
	c = announced(fake, DMA_FROM_DEVICE, 3);
	fake_c9x_move_in(fake, c, 3, 1);
	fake_c9x_expect_done(fake, c, DID_ERROR << 16);
	expect_next_command(fake);
}

static void illegal_write_of_an_absent_target_ends_one_command(struct kunit *t)
{
	struct fake_c9x *fake = t->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, 0, DC | C9X_INTR_ILLEGAL,
		 .keep = C9X_FIFO_SIZE });
	c = announced(fake, DMA_TO_DEVICE, 32);
	fake_c9x_move_out(fake, c, 32, 0);
	fake_c9x_expect_done(fake, c, DID_ERROR << 16);
	expect_next_command(fake);
}

/* The target leaves before the chip gets the command to accept DISCONNECT. */
static void illegal_accept_of_disconnect_keeps_the_command(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       { C9X_CMD_ACCEPT, 0, DC | C9X_INTR_ILLEGAL });
	fake_c9x_start_and_wait(fake, c9x_cmd(fake, 0, 6, DMA_NONE, 0));
	KUNIT_EXPECT_EQ(test, fake->chip->bus, C9X_FREE);
	KUNIT_EXPECT_EQ(test, fake->chip->nr_disconnected, 1);
}

static void acked_bytes_are_dropped_by_a_disconnect(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_TRANSFER });
	c = announced(fake, DMA_TO_DEVICE, 32);
	fake_c9x_move_out(fake, c, 32, 0);
	fake_c9x_interrupt(fake, DO, BS);
	fake_c9x_expect_xfer(fake, c, 32);
	fake_c9x_interrupt(fake, 0, DC);
	fake_c9x_expect_done(fake, c, DID_ERROR << 16);
	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 }, { C9X_CMD_TRANSFER });
	c = announced(fake, DMA_TO_DEVICE, 32);
	fake_c9x_move_out(fake, c, 32, 0);
}

static void disconnect_before_the_status_ends_with_error(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *a = c9x_cmd(fake, 0, 6, DMA_NONE, 0);
	struct c9x_cmd *b = c9x_cmd(fake, 1, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, ST, BS | FC, 4 },
	       { C9X_CMD_COMPLETE, 0, DC });
	fake_c9x_start(fake, a);
	fake_c9x_expect_done(fake, a, DID_ERROR << 16);
	/* Bytes in the FIFO after a selection are no status. */
	SCRIPT(fake,
	       { C9X_CMD_SELECT, ST, BS | FC, 4, .in = { 2, NOP }, .len = 2 },
	       STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, b);
	fake_c9x_expect_done(fake, b, SAM_STAT_GOOD);
}

static void parity_error_within_data_in_is_reported(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DI | C9X_STAT_PARITY, BS,
		 .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, MO, BS, .in = { 22 }, .len = 1 },
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	c = announced(fake, DMA_FROM_DEVICE, 3);
	fake_c9x_move_in(fake, c, 3, 1);
	fake_c9x_expect_xfer(fake, c, 2);
	fake_c9x_move_in(fake, c, 2, 1);
	fake_c9x_expect_done(fake, c, DID_PARITY << 16);
	KUNIT_EXPECT_EQ(test, fake->taken[0], INITIATOR_ERROR);
}

static void gross_error_within_data_out_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DO, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DO | C9X_STAT_GROSS, BS });
	c = announced(fake, DMA_TO_DEVICE, 32);
	fake_c9x_move_out(fake, c, 32, 0);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_FAULT);
}

static void two_interrupts_before_service_are_both_seen(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct pioscsi_xfer xfer;

	fake_c9x_interrupt(fake, 0, C9X_INTR_RESET);
	KUNIT_EXPECT_TRUE(test, c9x_claim(fake->hba));
	fake_c9x_interrupt(fake, 0, DC);
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_RESET);
	KUNIT_EXPECT_EQ(test, serve(fake), PIOSCSI_WAIT);
}

static void gross_error_before_an_interrupt_is_a_fault(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake_c9x_interrupt(fake, DI | C9X_STAT_GROSS, BS);
	KUNIT_EXPECT_TRUE(test, c9x_claim(fake->hba));
	fake_c9x_interrupt(fake, 0, DC);
	KUNIT_EXPECT_EQ(test, serve(fake), PIOSCSI_FAULT);
}

/* Tell whether a kept event sets the timer, and cancel the timer. */
static bool unclaim_sets_timer(struct fake_c9x *fake)
{
	struct pioscsi_port *port = pioscsi_port(fake->hba);
	unsigned long flags;
	bool active;

	local_irq_save(flags);
	c9x_unclaim(fake->chip, FIELD_PREP(C9X_EVENT_INTR, DC));
	active = hrtimer_active(&port->timer);
	hrtimer_try_to_cancel(&port->timer);
	port->timer_fn = NULL;
	local_irq_restore(flags);
	return active;
}

static void event_kept_without_a_mask_sets_the_timer(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	KUNIT_EXPECT_FALSE(test, unclaim_sets_timer(fake));
	fake->hba->can_mask = false;
	KUNIT_EXPECT_TRUE(test, unclaim_sets_timer(fake));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(byte_in_is_awaited_for_a_few_reads),
	KUNIT_CASE(burst_out_is_awaited_for_a_few_reads),
	KUNIT_CASE(slow_burst_out_is_awaited_in_a_task),
	KUNIT_CASE(slow_burst_out_is_not_awaited_in_irq_context),
	KUNIT_CASE(only_a_byte_in_flight_is_polled),
	KUNIT_CASE(target_that_disconnects_is_polled),
	KUNIT_CASE(burst_in_flight_leaves_no_event),
	KUNIT_CASE(taken_burst_is_not_in_flight),
	KUNIT_CASE(bytes_that_a_burst_leaves_are_sent_again),
	KUNIT_CASE(data_out_on_a_free_bus_is_not_sent),
	KUNIT_CASE(data_in_after_a_slow_byte_ends_at_the_last_byte),
	KUNIT_CASE(disconnect_during_data_in_ends_with_error),
	KUNIT_CASE(disconnect_during_data_out_ends_with_error),
	KUNIT_CASE(disconnect_before_a_byte_in_counts_no_byte),
	KUNIT_CASE(illegal_read_of_an_absent_target_ends_one_command),
	KUNIT_CASE(illegal_write_of_an_absent_target_ends_one_command),
	KUNIT_CASE(illegal_accept_of_disconnect_keeps_the_command),
	KUNIT_CASE(acked_bytes_are_dropped_by_a_disconnect),
	KUNIT_CASE(disconnect_before_the_status_ends_with_error),
	KUNIT_CASE(parity_error_within_data_in_is_reported),
	KUNIT_CASE(gross_error_within_data_out_is_a_fault),
	KUNIT_CASE(two_interrupts_before_service_are_both_seen),
	KUNIT_CASE(gross_error_before_an_interrupt_is_a_fault),
	KUNIT_CASE(event_kept_without_a_mask_sets_the_timer),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_pio",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

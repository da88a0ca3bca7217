// SPDX-License-Identifier: GPL-2.0-only
/* Lost interrupts, and interrupts that do not end. */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "../irq.h"
#include "../watch.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	4096U

/* Let the chip end a command without raising its interrupt. */
static struct fake_cmd *lost_end(struct fake_hba *fake)
{
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_NONE, 0);

	fake_say_done(c, SAM_STAT_GOOD);
	fake_trace(fake);
	return c;
}

static void watchdog_serves_lost_interrupt(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = lost_end(fake);

	KUNIT_EXPECT_TRUE(test, fake_watch(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask done0 unmask");
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_LOST], 1);
	fake_expect_idle(test);
}

static void lost_interrupt_with_much_data_is_deferred(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LEN);

	fake_slow(fake);
	fake_trace(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_watch(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask");
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "in4096 done0 unmask");
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_LOST], 1);
	fake_expect_idle(test);
}

static void quiet_chip_counts_no_lost_interrupt(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_NONE, 0);

	KUNIT_EXPECT_TRUE(test, fake_watch(fake));
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_LOST], 0);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_expect_idle(test);
}

/* A command may take minutes, during which the watchdog checks often. */
static void watchdog_checks_are_no_storm(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = lost_end(fake);
	unsigned int i;

	fake->said = fake->scripted;
	for (i = 0; i < 200; i++) {
		fake_watch(fake);
		fake->logged = 0;
	}
	fake->said = 0;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_STORM], 0);
}

static void watchdog_ignores_chip_with_progress(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = lost_end(fake);

	fake_queued(fake, c->scmd.device, DMA_NONE, 0);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	fake_trace(fake);
	KUNIT_EXPECT_TRUE(test, fake_watch(fake));
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
}

static void watchdog_serves_interrupt_lost_after_progress(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = lost_end(fake);

	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	c = fake_queued(fake, c->scmd.device, DMA_NONE, 0);
	KUNIT_EXPECT_TRUE(test, fake_watch(fake));
	fake_say_done(c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	KUNIT_EXPECT_TRUE(test, fake_watch(fake));
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_LOST], 1);
}

/* Warnings of the function below; only one test runs at a time. */
static unsigned int warnings;

static void count_warning(const struct pioscsi_port *port, u64 lost)
{
	warnings++;
}

/* Return the number of warnings after @n lost interrupts. */
static unsigned int warnings_after_lost(struct fake_hba *fake, unsigned int n)
{
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	unsigned int i;

	warnings = 0;
	kunit_activate_static_stub(fake->test, pioscsi_warn_no_irq,
				   count_warning);
	for (i = 0; i < n; i++) {
		fake_say_done(fake_queued(fake, sdev, DMA_NONE, 0),
			      SAM_STAT_GOOD);
		fake_watch(fake);
	}
	KUNIT_EXPECT_EQ(fake->test, fake->ended, n);
	KUNIT_EXPECT_EQ(fake->test,
			fake->port->stats.errors[PIOSCSI_ERR_LOST], n);
	return warnings;
}

static void third_lost_interrupt_is_reported_once(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, warnings_after_lost(test->priv, 5), 1);
}

static void two_lost_interrupts_are_not_reported(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, warnings_after_lost(test->priv, 2), 0);
}

static void interrupt_that_came_is_not_reported(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->stats.irqs = 1;
	KUNIT_EXPECT_EQ(test, warnings_after_lost(fake, 5), 0);
}

static void watchdog_ignores_owned_chip(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	fake_say(fake, PIOSCSI_FAULT);
	fake_raise(fake);
	fake_irq(fake);
	fake_trace(fake);
	KUNIT_EXPECT_TRUE(test, fake_watch(fake));
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
}

static void watchdog_stops_on_idle_chip(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev;

	KUNIT_EXPECT_FALSE(test, fake_watch(fake));
	sdev = lost_end(fake)->scmd.device;
	fake_interrupt(fake);
	KUNIT_EXPECT_TRUE(test, fake_watch(fake));
	KUNIT_EXPECT_FALSE(test, fake_watch(fake));

	fake_queued(fake, sdev, DMA_NONE, 0);
	KUNIT_EXPECT_TRUE(test, fake_watch(fake));
	KUNIT_EXPECT_TRUE(test, fake_watch(fake));
}

static void timeout_serves_lost_interrupt_first(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = lost_end(fake);

	KUNIT_EXPECT_EQ(test, pioscsi_eh_timed_out(&c->scmd),
			SCSI_EH_RESET_TIMER);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_LOST], 1);
}

static void timeout_without_interrupt_escalates(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_NONE, 0);

	KUNIT_EXPECT_EQ(test, pioscsi_eh_timed_out(&c->scmd),
			SCSI_EH_NOT_HANDLED);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_expect_idle(test);
}

static void raise_at_ask(struct fake_hba *fake, enum fake_op op)
{
	fake->logged = 0;
	if (op == FAKE_ASK && fake->count[FAKE_ASK] < 10000)
		fake_raise(fake);
}

/* A throttled HBA stays masked until the port's delayed work runs. */
static void expect_damped(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	KUNIT_EXPECT_TRUE(test, fake->masked);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_STORM], 1);
	KUNIT_EXPECT_LT(test, fake->count[FAKE_ASK], 1000);
	KUNIT_EXPECT_FALSE(test, list_empty(&fake->port->kick.work.node));

	fake->hook = NULL;
	fake->pending = false;
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	fake_expect_idle(test);
}

static void stuck_line_is_throttled(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hook = raise_at_ask;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	expect_damped(test);
}

static void spurious_interrupts_are_throttled(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i;

	for (i = 0; i < 1000 && fake->port->owner == PIOSCSI_IDLE; i++) {
		fake_raise(fake);
		KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
		fake->logged = 0;
	}
	expect_damped(test);
}

/* A chip may raise one interrupt too many after each command. */
static void useful_interrupts_are_no_storm(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		c = fake_queued(fake, sdev, DMA_NONE, 0);
		fake_say_done(c, SAM_STAT_GOOD);
		do
			fake_interrupt(fake);
		while (fake->count[FAKE_ASK] % 10);
		fake->logged = 0;
	}
	KUNIT_EXPECT_EQ(test, fake->ended, 20);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_STORM], 0);
}

static void lost_interrupt_is_acknowledged_first(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	lost_end(fake);
	fake_raise(fake);
	fake_watch(fake);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake),
			   "mask claim ack ask done0 claim unmask claim");
}

/* Data that does not fit, and a command that another CPU queues meanwhile. */
static void say_data_at_claim(struct fake_hba *fake, enum fake_op op)
{
	struct fake_cmd **c = fake->hook_arg;

	if (op != FAKE_CLAIM || !fake->ended)
		return;
	fake->hook = NULL;
	fake_say_xfer(c[0], DMA_FROM_DEVICE, LEN);
	fake_queue(c[1]);
}

static void late_command_with_deferred_data_is_no_storm(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c[2];

	c[0] = fake_queued(fake, sdev, DMA_FROM_DEVICE, LEN);
	fake_say_done(fake_queued(fake, sdev, DMA_NONE, 0), SAM_STAT_GOOD);
	c[1] = fake_cmd(fake, sdev, DMA_NONE, 0);
	fake_slow(fake);
	fake->hook = say_data_at_claim;
	fake->hook_arg = c;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_STORM], 0);
}

#define LATE	300U

/*
 * Another CPU queues one each time; the chip rejects it for good. The claim of
 * an idle chip holds the port's lock.
 */
static void queue_rejected_at_claim(struct fake_hba *fake, enum fake_op op)
{
	struct fake_cmd *c = fake->hook_arg;

	fake->logged = 0;
	if (op != FAKE_CLAIM || fake->count[FAKE_START] >= LATE ||
	    fake->port->owner == PIOSCSI_IDLE)
		return;
	c->done = 0;
	fake_fail(fake, FAKE_START, -EIO, 1);
	fake_queue(c);
}

static void say_fault(struct fake_hba *fake)
{
	fake_say(fake, PIOSCSI_FAULT);
	fake_raise(fake);
}

static void late_commands_end_the_hard_irq_handler(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hook = queue_rejected_at_claim;
	fake->hook_arg = fake_cmd(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	fake_raise(fake);
	fake_irq(fake);
	fake->hook = NULL;
	KUNIT_EXPECT_LT(test, fake->count[FAKE_START], 200);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
	fake_kick(fake);
	fake_thread(fake);
	fake_expect_idle(test);
}

static void late_commands_of_a_thread_are_no_storm(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	say_fault(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	fake->hook = queue_rejected_at_claim;
	fake->hook_arg = fake_cmd(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	fake_kick(fake);
	fake->hook = NULL;
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], LATE);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_STORM], 0);
	fake_expect_idle(test);
}

/* It interrupts whenever it may, and has something soon, but never now. */
static void say_soon_at_unmask(struct fake_hba *fake, enum fake_op op)
{
	fake->logged = 0;
	if (op != FAKE_UNMASK || fake->count[FAKE_UNMASK] > 1000)
		return;
	fake->said = 0;
	fake->scripted = 0;
	fake_say(fake, PIOSCSI_BUSY_POLL);
	fake_raise(fake);
}

static void busy_poll_after_each_unmask_is_a_storm(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	say_fault(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	fake->hook = say_soon_at_unmask;
	fake_kick(fake);
	expect_damped(test);
}

static void raise_at_first_unmask(struct fake_hba *fake, enum fake_op op)
{
	fake->logged = 0;
	if (op == FAKE_UNMASK && fake->count[FAKE_UNMASK] == 1)
		fake_raise(fake);
}

/* No timer is due, so these interrupts count although a timer polls. */
static void spurious_interrupt_after_each_poll_is_a_storm(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i;

	fake->hook = raise_at_first_unmask;
	for (i = 0; i < 1000 && fake->port->owner == PIOSCSI_IDLE; i++) {
		fake->count[FAKE_UNMASK] = 0;
		fake->count[FAKE_ASK] = 0;
		pioscsi_poll_chip(fake->port);
	}
	expect_damped(test);
}

static void data_ends_a_row_of_spurious_interrupts(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LEN);

	fake->port->spurious_count = 50;
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->at, LEN);
	KUNIT_EXPECT_LE(test, fake->port->spurious_count, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(watchdog_serves_lost_interrupt),
	KUNIT_CASE(lost_interrupt_with_much_data_is_deferred),
	KUNIT_CASE(quiet_chip_counts_no_lost_interrupt),
	KUNIT_CASE(watchdog_checks_are_no_storm),
	KUNIT_CASE(watchdog_ignores_chip_with_progress),
	KUNIT_CASE(watchdog_serves_interrupt_lost_after_progress),
	KUNIT_CASE(third_lost_interrupt_is_reported_once),
	KUNIT_CASE(two_lost_interrupts_are_not_reported),
	KUNIT_CASE(interrupt_that_came_is_not_reported),
	KUNIT_CASE(watchdog_ignores_owned_chip),
	KUNIT_CASE(watchdog_stops_on_idle_chip),
	KUNIT_CASE(timeout_serves_lost_interrupt_first),
	KUNIT_CASE(timeout_without_interrupt_escalates),
	KUNIT_CASE(stuck_line_is_throttled),
	KUNIT_CASE(spurious_interrupts_are_throttled),
	KUNIT_CASE(useful_interrupts_are_no_storm),
	KUNIT_CASE(lost_interrupt_is_acknowledged_first),
	KUNIT_CASE(late_command_with_deferred_data_is_no_storm),
	KUNIT_CASE(late_commands_end_the_hard_irq_handler),
	KUNIT_CASE(late_commands_of_a_thread_are_no_storm),
	KUNIT_CASE(busy_poll_after_each_unmask_is_a_storm),
	KUNIT_CASE(spurious_interrupt_after_each_poll_is_a_storm),
	KUNIT_CASE(data_ends_a_row_of_spurious_interrupts),
	{}
};

static struct kunit_suite suite = {
	.name = "port_watch",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chips that do not interrupt for each request. The port polls such a chip once
 * after the start of a command, for a moment, or until the command ends.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../irq.h"
#include "../wake.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN		4096U
#define LIMIT_MS	10000

static struct fake_cmd *command(struct fake_hba *fake)
{
	return fake_cmd(fake, fake_sdev(fake, 0, 0), DMA_TO_DEVICE, LEN);
}

/* Script the chip's answers to a started write. */
static void say_write(struct fake_cmd *c)
{
	fake_say_xfer(c, DMA_TO_DEVICE, LEN);
	fake_say_done(c, SAM_STAT_GOOD);
}

static void expect_done(struct kunit *test, struct fake_cmd *c)
{
	struct fake_hba *fake = test->priv;

	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->at, LEN);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_FALSE(test, fake->masked);
	KUNIT_EXPECT_FALSE(test, fake->port->query_due);
}

static void start_poll_serves_chip_after_start(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = command(fake);

	fake_fail(fake, FAKE_START, PIOSCSI_START_POLL, 1);
	say_write(c);
	fake_queue(c);
	KUNIT_EXPECT_STREQ(test, fake_story(fake),
			   "start0 mask out4096 done0 unmask");
	expect_done(test, c);
	KUNIT_EXPECT_EQ(test, fake->port->stats.irqs, 0);
}

/* The sender of a write starts it. The host's own thread serves the chip. */
static void expect_write_in_thread(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = command(fake);

	fake_fail(fake, FAKE_START, PIOSCSI_START_POLL, 1);
	say_write(c);
	fake_queue(c);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "start0 mask");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "out4096 done0 unmask");
	expect_done(test, c);
}

static void start_poll_defers_long_pio_of_submitter(struct kunit *test)
{
	fake_slow(test->priv);
	expect_write_in_thread(test);
}

static bool always(const struct pioscsi_port *port)
{
	return true;
}

/* On PREEMPT_RT the sender could be preempted while it owns the chip. */
static void sender_that_may_lose_cpu_leaves_chip_to_thread(struct kunit *test)
{
	kunit_activate_static_stub(test, pioscsi_task_may_lose_cpu, always);
	expect_write_in_thread(test);
}

/* The thread starts the second command before it releases the chip. */
static void start_poll_in_thread_serves_next_command(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *a = command(fake), *b = command(fake);

	fake_queue(a);
	fake_slow(fake);
	fake_fail(fake, FAKE_START, -EBUSY, 1);
	fake_queue(b);
	say_write(a);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	say_write(b);
	fake_fail(fake, FAKE_START, PIOSCSI_START_POLL, 1);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, a->done, 1);
	expect_done(test, b);
}

/* Queue a command after the owner has read the queue for the last time. */
static void queue_behind(struct fake_hba *fake, enum fake_op op)
{
	struct fake_cmd *c = fake->hook_arg;

	if (op != FAKE_DONE)
		return;
	fake->hook = NULL;
	fake_fail(fake, FAKE_START, PIOSCSI_START_POLL, 1);
	say_write(c);
	fake_queue(c);
}

static void start_poll_at_release_serves_chip(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *a = command(fake), *b = command(fake);

	fake_queue(a);
	fake->hook = queue_behind;
	fake->hook_arg = b;
	say_write(a);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, a->done, 1);
	expect_done(test, b);
}

static void busy_poll_in_thread_finds_next_data(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_TO_DEVICE, 2 * LEN);

	fake_slow(fake);
	fake_say_xfer(c, DMA_TO_DEVICE, LEN);
	fake_say(fake, PIOSCSI_BUSY_POLL);
	fake_say_xfer(c, DMA_TO_DEVICE, LEN);
	fake_say(fake, PIOSCSI_BUSY_POLL);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake),
			   "start0 mask out4096 out4096 done0 unmask");
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->at, 2 * LEN);
}

/* Let the thread find the announced data in time, which sets fast_data. */
static struct fake_cmd *make_brisk(struct fake_hba *fake)
{
	struct fake_cmd *c;

	busy_poll_in_thread_finds_next_data(fake->test);
	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_TO_DEVICE, 2 * LEN);
	fake_fast(fake);
	fake_story(fake);
	return c;
}

static void fast_data_defers_whole_command(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = make_brisk(fake);

	fake_say_xfer(c, DMA_TO_DEVICE, LEN);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask");
	fake_thread(fake);
}

static void last_fast_data_runs_in_hard_irq(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = make_brisk(fake);

	fake_say_xfer(c, DMA_TO_DEVICE, 2 * LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void busy_poll_in_hard_irq_returns(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = command(fake);

	fake_queue(c);
	fake_say(fake, PIOSCSI_BUSY_POLL);
	say_write(c);
	fake->port->fast_data = 2;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	/* It did not wait, so it did not find out that the chip is slow. */
	KUNIT_EXPECT_EQ(test, fake->port->fast_data, 2);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_ASK], 1);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_interrupt(fake);
	expect_done(test, c);
}

static void say_again(struct fake_hba *fake, enum fake_op op,
		      enum pioscsi_next next)
{
	fake->logged = 0;
	if (op != FAKE_ASK)
		return;
	fake->scripted = 0;
	fake->said = 0;
	fake_say(fake, next);
}

static void say_soon_again(struct fake_hba *fake, enum fake_op op)
{
	say_again(fake, op, PIOSCSI_BUSY_POLL);
}

static void say_poll_again(struct fake_hba *fake, enum fake_op op)
{
	say_again(fake, op, PIOSCSI_POLL);
}

static void endless_busy_poll_ends(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = command(fake);

	fake_queue(c);
	fake_slow(fake);
	say_write(c);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	fake->hook = say_soon_again;
	fake_thread(fake);
	fake->hook = NULL;
	KUNIT_EXPECT_GT(test, fake->count[FAKE_ASK], 1);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_FALSE(test, fake->masked);
	KUNIT_EXPECT_EQ(test, c->done, 0);
}

static void late_data_clears_fast_data(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	fake->port->fast_data = 1;
	endless_busy_poll_ends(test);
	c = fake_queued(fake, fake_sdev(fake, 0, 1), DMA_TO_DEVICE, 2 * LEN);
	fake_fast(fake);
	fake_story(fake);
	fake_say_xfer(c, DMA_TO_DEVICE, LEN);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "out4096");
}

/* The real timer polls the chip; the case itself serves the end. */
static void poll_answer_starts_polling(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = command(fake);
	unsigned int ms;

	fake->hook = say_poll_again;
	fake_fail(fake, FAKE_START, PIOSCSI_START_POLL, 1);
	fake_queue(c);
	for (ms = 0; ms < LIMIT_MS && READ_ONCE(fake->count[FAKE_ASK]) < 5;
	     ms++)
		usleep_range(1000, 2000);
	hrtimer_cancel(&fake->port->timer);
	KUNIT_EXPECT_GE(test, fake->count[FAKE_ASK], 5);
	KUNIT_EXPECT_TRUE(test, fake->port->polled);
	fake->hook = NULL;
	fake->said = fake->scripted;
	say_write(c);
	pioscsi_poll_chip(fake->port);
	expect_done(test, c);
	KUNIT_EXPECT_FALSE(test, fake->port->polled);
	KUNIT_EXPECT_EQ(test, fake->port->stats.irqs, 0);
}

/* The chip will interrupt for the next request, so polling is not needed. */
static void polling_ends_after_chip_interrupts_again(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = command(fake);
	unsigned int asked;

	fake_say(fake, PIOSCSI_POLL);
	fake_say_xfer(c, DMA_TO_DEVICE, LEN);
	fake_fail(fake, FAKE_START, PIOSCSI_START_POLL, 1);
	fake_queue(c);
	hrtimer_cancel(&fake->port->timer);
	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, c->at, LEN);
	KUNIT_EXPECT_FALSE(test, fake->port->polled);
	asked = fake->count[FAKE_ASK];
	pioscsi_poll_chip(fake->port);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_ASK], asked);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	expect_done(test, c);
}

static void queue_polled(struct fake_hba *fake, struct fake_cmd *c)
{
	fake_say(fake, PIOSCSI_POLL);
	fake_fail(fake, FAKE_START, PIOSCSI_START_POLL, 1);
	fake_queue(c);
}

/* The next command must find the polling stopped, or it would not be polled. */
static void polling_ends_with_abort_of_its_command(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = command(fake);

	queue_polled(fake, c);
	hrtimer_cancel(&fake->port->timer);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	fake_kick(fake);
	c = command(fake);
	queue_polled(fake, c);
	KUNIT_EXPECT_TRUE(test, hrtimer_active(&fake->port->timer));
	hrtimer_cancel(&fake->port->timer);
	say_write(c);
	pioscsi_poll_chip(fake->port);
	expect_done(test, c);
}

/* The chip answers so before it has a command, and does not interrupt then. */
static void polling_without_command_restarts_with_next(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = command(fake);

	fake_say(fake, PIOSCSI_POLL);
	fake_interrupt(fake);
	KUNIT_EXPECT_TRUE(test, fake->port->polled);
	hrtimer_cancel(&fake->port->timer);
	fake_queue(c);
	KUNIT_EXPECT_TRUE(test, hrtimer_active(&fake->port->timer));
	hrtimer_cancel(&fake->port->timer);
	say_write(c);
	pioscsi_poll_chip(fake->port);
	expect_done(test, c);
}

/* A chip that answers so without a command does not use up the polling. */
static void poll_answer_of_an_idle_chip_keeps_later_polling(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = command(fake);

	fake_say(fake, PIOSCSI_POLL);
	fake_interrupt(fake);
	hrtimer_cancel(&fake->port->timer);
	queue_polled(fake, c);
	KUNIT_EXPECT_TRUE(test, hrtimer_active(&fake->port->timer));
	hrtimer_cancel(&fake->port->timer);
	say_write(c);
	pioscsi_poll_chip(fake->port);
	expect_done(test, c);
}

/* The watchdog must not count an expected wait as a lost interrupt. */
static void busy_poll_answer_is_no_lost_interrupt(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = command(fake);

	fake_queue(c);
	fake_say(fake, PIOSCSI_BUSY_POLL);
	KUNIT_EXPECT_FALSE(test, pioscsi_check_lost(fake->port));
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_LOST], 0);
	say_write(c);
	fake_interrupt(fake);
	expect_done(test, c);
}

static void busy_poll_answer_starts_no_polling(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = command(fake);

	fake_queue(c);
	fake_say(fake, PIOSCSI_BUSY_POLL);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_FALSE(test, fake->port->polled);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&fake->port->timer));
	say_write(c);
	fake_interrupt(fake);
	expect_done(test, c);
}

/* Busy polling finds no request. Then an interrupt announces data. */
static void say_data_after_busy_poll(struct fake_hba *fake, enum fake_op op)
{
	say_again(fake, op, PIOSCSI_BUSY_POLL);
	if (op != FAKE_CLAIM)
		return;
	fake->hook = NULL;
	fake->said = fake->scripted;
	fake_say_xfer(fake->hook_arg, DMA_TO_DEVICE, LEN);
	fake_raise(fake);
}

static void data_after_failed_busy_poll_is_not_fast(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = command(fake);

	fake_queue(c);
	fake_slow(fake);
	fake_say(fake, PIOSCSI_FAULT);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	c = command(fake);
	fake_queue(c);
	fake->port->next = PIOSCSI_BUSY_POLL;
	fake_say(fake, PIOSCSI_BUSY_POLL);
	fake->hook = say_data_after_busy_poll;
	fake->hook_arg = c;
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, c->at, LEN);
	KUNIT_EXPECT_EQ(test, fake->port->fast_data, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(start_poll_serves_chip_after_start),
	KUNIT_CASE(start_poll_defers_long_pio_of_submitter),
	KUNIT_CASE(sender_that_may_lose_cpu_leaves_chip_to_thread),
	KUNIT_CASE(start_poll_in_thread_serves_next_command),
	KUNIT_CASE(start_poll_at_release_serves_chip),
	KUNIT_CASE(busy_poll_in_thread_finds_next_data),
	KUNIT_CASE(fast_data_defers_whole_command),
	KUNIT_CASE(last_fast_data_runs_in_hard_irq),
	KUNIT_CASE(late_data_clears_fast_data),
	KUNIT_CASE(busy_poll_in_hard_irq_returns),
	KUNIT_CASE(endless_busy_poll_ends),
	KUNIT_CASE(poll_answer_starts_polling),
	KUNIT_CASE(polling_ends_after_chip_interrupts_again),
	KUNIT_CASE(polling_ends_with_abort_of_its_command),
	KUNIT_CASE(polling_without_command_restarts_with_next),
	KUNIT_CASE(busy_poll_answer_is_no_lost_interrupt),
	KUNIT_CASE(poll_answer_of_an_idle_chip_keeps_later_polling),
	KUNIT_CASE(busy_poll_answer_starts_no_polling),
	KUNIT_CASE(data_after_failed_busy_poll_is_not_fast),
	{}
};

static struct kunit_suite suite = {
	.name = "port_busy_poll",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

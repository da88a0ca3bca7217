// SPDX-License-Identifier: GPL-2.0-only
/*
 * A front end that moves its data itself: its interrupt(), its run() in the
 * bottom half, and commands that start without the port's lock.
 */
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqflags.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../irq.h"
#include "../wake.h"
#include "fake_cmd.h"
#include "fake_port.h"

static struct fake_hba *fake_of(struct pioscsi_hba *hba)
{
	return *(struct fake_hba **)hba->priv;
}

/* The front end tells from its memory whether it has an answer. */
static bool has_answer(struct pioscsi_hba *hba)
{
	return fake_of(hba)->pending;
}

static enum pioscsi_next answer(struct pioscsi_hba *hba,
				struct pioscsi_xfer *xfer)
{
	fake_of(hba)->pending = false;
	return fake_hba_ops.service(hba, xfer);
}

static bool interrupt(struct pioscsi_hba *hba)
{
	struct fake_hba *fake = fake_of(hba);

	return fake->hook_arg != fake;
}

static void run_now(struct pioscsi_hba *hba)
{
	struct fake_hba *fake = fake_of(hba);

	if (irqs_disabled() || in_interrupt())
		fake_broke(fake, "run() was not called in a task");
	fake_log(fake, FAKE_RUN, 0);
}

static int begin_err;

/* The chip has a request before begin() fails. */
static void request_work(struct pioscsi_port *port)
{
	port->next = PIOSCSI_FAULT;
	port->irq_pending = true;
	port->query_due = true;
	port->stalled = true;
	port->resets = 1;
	pioscsi_retry_later(port);
}

static int begin(struct pioscsi_hba *hba)
{
	if (begin_err)
		request_work(pioscsi_port(hba));
	return begin_err;
}

static int stops;

/* The port calls it while the interrupt still has a handler. */
static void stop_now(struct pioscsi_hba *hba)
{
	if (!irq_has_action(hba->irq))
		fake_broke(fake_of(hba), "stop() was called too late");
	stops++;
}

static struct pioscsi_ops ops;

static struct pioscsi_driver direct_driver = {
	.name = "fake_direct",
	.ops = &ops,
	.priv_size = sizeof(struct fake_hba *),
};

static struct fake_hba *alloc_direct(struct kunit *test)
{
	struct fake_hba *fake;

	ops = fake_hba_ops;
	ops.claim = has_answer;
	ops.service = answer;
	ops.pio_in = NULL;
	ops.pio_out = NULL;
	ops.mask = NULL;
	ops.unmask = NULL;
	ops.interrupt = interrupt;
	ops.begin = begin;
	ops.stop = stop_now;
	ops.run = run_now;
	begin_err = 0;
	stops = 0;
	fake = fake_port_alloc_driver(test, &direct_driver);
	/* The port does not mask this chip. */
	fake->masked = false;
	return fake;
}

static int init(struct kunit *test)
{
	return fake_port_start(test, alloc_direct(test));
}

/* The handler of the line, which is not pioscsi_irq(). */
static irqreturn_t raise_line(struct fake_hba *fake)
{
	struct irqaction *action = irq_to_desc(fake->hba->irq)->action;
	unsigned long flags;
	irqreturn_t ret;

	local_irq_save(flags);
	ret = action->handler(fake->hba->irq, action->dev_id);
	local_irq_restore(flags);
	return ret;
}

/* The front end answers RUN to the next interrupt. */
static void defer_run(struct fake_hba *fake)
{
	fake_say(fake, PIOSCSI_RUN);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(fake->test, raise_line(fake), IRQ_WAKE_THREAD);
	KUNIT_ASSERT_EQ(fake->test, fake->port->next, PIOSCSI_RUN);
}

static void run_is_called_in_the_bottom_half_only(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	defer_run(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "");
	fake_thread(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "run");
	fake_expect_idle(test);
}

static void
run_is_called_in_the_thread_in_each_way_of_deferral(struct kunit *test)
{
	static const int ways[] = {
		PIOSCSI_DEFER_THREAD, PIOSCSI_DEFER_BH, PIOSCSI_DEFER_INLINE,
	};
	struct fake_hba *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		fake->port->defer = ways[i];
		defer_run(fake);
		KUNIT_EXPECT_FALSE(test, fake_bh(fake));
		fake_thread(fake);
		KUNIT_EXPECT_STREQ(test, fake_story(fake), "run");
	}
}

static void
run_found_by_a_timer_is_called_in_the_host_thread(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned long flags;

	fake_say(fake, PIOSCSI_RUN);
	local_irq_save(flags);
	pioscsi_serve_soon(fake->hba);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_RUN], 0);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_RUN], 1);
	fake_expect_idle(test);
}

static void forget_interrupt(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_RUN)
		fake->pending = false;
}

static void service_is_called_after_run_without_an_interrupt(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	defer_run(fake);
	fake_say_done(c, SAM_STAT_GOOD);
	fake->hook = forget_interrupt;
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	fake_expect_idle(test);
}

static bool always(const struct pioscsi_port *port)
{
	return true;
}

/* On PREEMPT_RT the sender could be preempted while it owns the chip. */
static void sender_that_may_lose_cpu_leaves_start_to_thread(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	kunit_activate_static_stub(test, pioscsi_task_may_lose_cpu, always);
	fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 0);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 1);

	fake_say(fake, PIOSCSI_RUN);
	pioscsi_serve_soon(fake->hba);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_RUN], 0);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_RUN], 1);
}

static void lun_reset_does_not_drop_run(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	defer_run(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_lun_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_RUN], 0);
	fake_thread(fake);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_RUN], 1);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	fake_expect_idle(test);
}

static void failed_abort_does_not_drop_run(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	defer_run(fake);
	fake_fail(fake, FAKE_ABORT, -EOPNOTSUPP, 1);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), FAILED);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_RUN], 1);
}

/* The front end still has the work, and answers with it again. */
static void host_reset_asks_for_run_again(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	defer_run(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	fake_say(fake, PIOSCSI_RUN);
	fake_raise(fake);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_RUN], 1);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	fake_expect_idle(test);
}

static void line_of_another_device_returns_irq_none(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hook_arg = fake;
	KUNIT_EXPECT_EQ(test, raise_line(fake), IRQ_NONE);
	fake->hook_arg = NULL;
	KUNIT_EXPECT_EQ(test, raise_line(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
}

/* A miniport may have drained its completions before it reads the interrupt. */
static void answer_without_an_interrupt_is_served(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hook_arg = fake;
	fake_say(fake, PIOSCSI_RUN);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, raise_line(fake), IRQ_WAKE_THREAD);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_RUN], 1);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, raise_line(fake), IRQ_HANDLED);
	fake->hook_arg = NULL;
}

static void foreign_interrupt_of_an_owned_chip_is_irq_none(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	defer_run(fake);
	fake_raise(fake);
	fake->hook_arg = fake;
	KUNIT_EXPECT_EQ(test, raise_line(fake), IRQ_NONE);
	fake->hook_arg = NULL;
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_RUN], 1);
}

/* The front end is called, although the bottom half owns the chip. */
static void interrupt_of_an_owned_chip_is_handled(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	defer_run(fake);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, raise_line(fake), IRQ_HANDLED);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_RUN], 1);
	fake_expect_idle(test);
}

static void expect_irqs_on(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_START && irqs_disabled())
		fake_broke(fake, "a command was started under the lock");
}

static void command_starts_without_the_lock(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hook = expect_irqs_on;
	fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 1);
	fake_expect_idle(test);
}

static void command_of_an_owned_chip_is_started_by_its_owner(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	defer_run(fake);
	fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 0);
	fake_thread(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "run start0");
}

/* The port has no operation that could move the data. */
static void data_of_a_front_end_without_pio_resets_the_hba(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 512);

	fake_say_xfer(c, DMA_FROM_DEVICE, 512);
	fake_raise(fake);
	raise_line(fake);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
	KUNIT_EXPECT_EQ(test, host_byte(c->result), DID_RESET);
}

static void command_of_a_dead_chip_ends(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	pioscsi_shutdown_hba(fake->hba);
	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, DID_NO_CONNECT << 16);
}

/* The port has not masked the chip, so it does not know the mask's state. */
static void failed_reset_at_shutdown_claims_no_mask(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct test_log log;

	fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	test_log_begin(&log);
	pioscsi_shutdown_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "leaving it as it is"), 1);
}

static void busy_unit_does_not_delay_others(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *busy = fake_sdev(fake, 0, 0);
	struct fake_cmd *c;

	c = fake_queued(fake, busy, DMA_NONE, 0);
	fake_fail(fake, FAKE_START, -EAGAIN, 1);
	fake_queued(fake, busy, DMA_NONE, 0);
	fake_story(fake);
	fake_queued(fake, fake_sdev(fake, 0, 1), DMA_NONE, 0);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "start2");
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	raise_line(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "done0 start1");
}

static void busy_unit_is_offered_again_on_request(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *busy = fake_sdev(fake, 0, 0);

	fake_queued(fake, busy, DMA_NONE, 0);
	fake_fail(fake, FAKE_START, -EAGAIN, 1);
	fake_queued(fake, busy, DMA_NONE, 0);
	fake_story(fake);
	pioscsi_offer_again(fake->hba);
	pioscsi_serve_soon(fake->hba);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "start1");
}

/* start() has much to do, and run() is called by a task. */
static void start_that_needs_a_task_is_called_after_run(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_fail(fake, FAKE_START, -EINPROGRESS, 1);
	fake_say(fake, PIOSCSI_RUN);
	fake_raise(fake);
	fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "start0");
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "run start0");
	KUNIT_EXPECT_EQ(test, fake->port->stats.busy, 0);
}

static void note_task(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_START)
		*(bool *)fake->hook_arg = pioscsi_in_task(fake->hba);
}

static void only_a_thread_of_the_port_counts_as_a_task(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	bool in_task = true;

	fake->hook = note_task;
	fake->hook_arg = &in_task;
	fake_queued(fake, sdev, DMA_NONE, 0);
	KUNIT_EXPECT_FALSE(test, in_task);
	fake->hook_arg = NULL;
	fake->hook = NULL;
	defer_run(fake);
	fake->hook = note_task;
	fake->hook_arg = &in_task;
	fake_queued(fake, sdev, DMA_NONE, 0);
	fake_thread(fake);
	KUNIT_EXPECT_TRUE(test, in_task);
	fake_queued(fake, sdev, DMA_NONE, 0);
	KUNIT_EXPECT_FALSE(test, in_task);
	fake->hook = NULL;
}

static void second_try_has_its_own_thread_and_answer(struct kunit *test)
{
	struct fake_hba *fake = alloc_direct(test);
	struct pioscsi_port *port = fake->port;

	begin_err = -EIO;
	KUNIT_EXPECT_EQ(test, pioscsi_add_hba(fake->hba), -EIO);
	KUNIT_EXPECT_FALSE(test, irq_has_action(fake->hba->irq));
	KUNIT_EXPECT_NULL(test, port->kick.work.worker);
	KUNIT_EXPECT_EQ(test, port->next, PIOSCSI_WAIT);
	KUNIT_EXPECT_FALSE(test, port->irq_pending);
	KUNIT_EXPECT_FALSE(test, port->query_due);
	KUNIT_EXPECT_FALSE(test, port->stalled);
	KUNIT_EXPECT_EQ(test, port->resets, 0);
	begin_err = 0;
	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	KUNIT_EXPECT_EQ(test, port->owner, PIOSCSI_IDLE);
	pioscsi_remove_hba(fake->hba);
}

static void chip_is_stopped_before_the_interrupt_is_freed(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_port_remove(fake);
	KUNIT_EXPECT_EQ(test, stops, 1);
}

static void suspended_chip_is_not_stopped(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	pioscsi_suspend_hba(fake->hba);
	fake_port_remove(fake);
	KUNIT_EXPECT_EQ(test, stops, 0);
}

static void chip_out_of_service_is_stopped(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_NONE, 0);

	fake_fail(fake, FAKE_HBA, -EIO, 1);
	KUNIT_ASSERT_EQ(test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	KUNIT_ASSERT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	fake_port_remove(fake);
	KUNIT_EXPECT_EQ(test, stops, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(run_is_called_in_the_bottom_half_only),
	KUNIT_CASE(run_is_called_in_the_thread_in_each_way_of_deferral),
	KUNIT_CASE(run_found_by_a_timer_is_called_in_the_host_thread),
	KUNIT_CASE(service_is_called_after_run_without_an_interrupt),
	KUNIT_CASE(sender_that_may_lose_cpu_leaves_start_to_thread),
	KUNIT_CASE(lun_reset_does_not_drop_run),
	KUNIT_CASE(failed_abort_does_not_drop_run),
	KUNIT_CASE(host_reset_asks_for_run_again),
	KUNIT_CASE(line_of_another_device_returns_irq_none),
	KUNIT_CASE(answer_without_an_interrupt_is_served),
	KUNIT_CASE(foreign_interrupt_of_an_owned_chip_is_irq_none),
	KUNIT_CASE(interrupt_of_an_owned_chip_is_handled),
	KUNIT_CASE(command_starts_without_the_lock),
	KUNIT_CASE(command_of_an_owned_chip_is_started_by_its_owner),
	KUNIT_CASE(data_of_a_front_end_without_pio_resets_the_hba),
	KUNIT_CASE(command_of_a_dead_chip_ends),
	KUNIT_CASE(failed_reset_at_shutdown_claims_no_mask),
	KUNIT_CASE(busy_unit_does_not_delay_others),
	KUNIT_CASE(busy_unit_is_offered_again_on_request),
	KUNIT_CASE(start_that_needs_a_task_is_called_after_run),
	KUNIT_CASE(only_a_thread_of_the_port_counts_as_a_task),
	KUNIT_CASE(chip_is_stopped_before_the_interrupt_is_freed),
	KUNIT_CASE(suspended_chip_is_not_stopped),
	KUNIT_CASE(chip_out_of_service_is_stopped),
	{}
};

static struct kunit_suite suite = {
	.name = "port_direct",
	.init = init,
	.test_cases = cases,
};

static struct kunit_case begin_cases[] = {
	KUNIT_CASE(second_try_has_its_own_thread_and_answer),
	{}
};

static struct kunit_suite begin_suite = {
	.name = "port_direct_begin",
	.test_cases = begin_cases,
};

kunit_test_suites(&suite, &begin_suite);

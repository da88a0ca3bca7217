// SPDX-License-Identifier: GPL-2.0-only
/* Bottom halves: each does its work once, and unmasks the HBA at the end. */
#include <kunit/test.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../wake.h"
#include "fake_cmd.h"
#include "fake_port.h"
#include "fake_task.h"

#define LEN	4096U

static struct fake_cmd *deferred_read(struct fake_hba *fake)
{
	return fake_deferred_read(fake, fake_sdev(fake, 0, 0), LEN);
}

static void expect_served(struct kunit *test, struct fake_cmd *c)
{
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->at, LEN);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, LEN, FAKE_POISON));
}

static void thread_moves_data_completes_and_unmasks(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = deferred_read(fake);

	KUNIT_EXPECT_EQ(test, fake_thread(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "in4096 done0 unmask");
	expect_served(test, c);
	KUNIT_EXPECT_TRUE(test, c->direct);
	fake_expect_idle(test);
	KUNIT_EXPECT_EQ(test, fake->port->stats.inline_bursts, 0);
}

static void command_queued_during_deferral_waits_for_thread(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = deferred_read(fake);

	fake_queued(fake, c->scmd.device, DMA_NONE, 0);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	fake_thread(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake),
			   "in4096 start1 done0 unmask");
}

static void long_computing_is_left_to_thread(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_NONE, 0);

	fake_say(fake, PIOSCSI_LONG);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	fake_expect_idle(test);
}

static void queue_at_last_look(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_CLAIM && fake->count[FAKE_DONE] && fake->hook_arg) {
		struct fake_cmd *c = fake->hook_arg;

		fake->hook_arg = NULL;
		fake_queue(c);
	}
}

/* Queue a command after the thread has read the queue, before it unmasks. */
static void command_queued_at_release_is_started(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = deferred_read(fake);

	fake->hook = queue_at_last_look;
	fake->hook_arg = fake_cmd(fake, c->scmd.device, DMA_NONE, 0);
	fake_thread(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake),
			   "in4096 done0 start1 unmask");
}

/* Let the chip end one more command at this access, once. */
static void end_at(struct fake_hba *fake, enum fake_op op, enum fake_op when)
{
	struct fake_cmd *c = fake->hook_arg;

	if (op != when || !c)
		return;
	fake->hook_arg = NULL;
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
}

static void end_at_done(struct fake_hba *fake, enum fake_op op)
{
	end_at(fake, op, FAKE_DONE);
}

static void end_at_unmask(struct fake_hba *fake, enum fake_op op)
{
	end_at(fake, op, FAKE_UNMASK);
}

static void release_checks_for_new_interrupt(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 1);

	fake->hook_arg = fake_queued(fake, sdev, DMA_NONE, 0);
	deferred_read(fake);
	fake->hook = end_at_done;
	fake_thread(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "in4096 done1 done0 unmask");
	fake_expect_idle(test);
}

static void interrupt_at_unmask_is_served_once(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 1);

	fake->hook_arg = fake_queued(fake, sdev, DMA_NONE, 0);
	deferred_read(fake);
	fake->hook = end_at_unmask;
	fake_thread(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake),
			   "in4096 done1 unmask mask done0 unmask");
	KUNIT_EXPECT_EQ(test, fake->port->stats.rearmed_pending, 1);

	/* The line was up for a moment; its interrupt finds no request. */
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_NONE);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "claim");
	fake_expect_idle(test);
}

static void raise_at_first_unmask(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_UNMASK && fake->count[FAKE_UNMASK] == 1)
		fake_raise(fake);
}

/* Any interrupt may mean that a busy chip can take commands again. */
static void interrupt_at_unmask_starts_stalled_queue(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = deferred_read(fake);

	fake_fail(fake, FAKE_START, -EBUSY, 2);
	fake_queued(fake, c->scmd.device, DMA_NONE, 0);
	fake->hook = raise_at_first_unmask;
	fake_thread(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake),
			   "in4096 start1 done0 start1 unmask mask start1 unmask");
	fake_expect_idle(test);
}

static void bh_moves_data_completes_and_unmasks(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	fake->port->defer = PIOSCSI_DEFER_BH;
	c = deferred_read(fake);
	KUNIT_EXPECT_TRUE(test, fake_bh(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "in4096 done0 unmask");
	expect_served(test, c);
	KUNIT_EXPECT_FALSE(test, c->direct);
	fake_expect_idle(test);
}

static void bh_mode_wakes_no_thread(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LEN);

	fake->port->defer = PIOSCSI_DEFER_BH;
	fake_slow(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_TRUE(test, fake->masked);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_IN], 0);
	KUNIT_EXPECT_TRUE(test, fake_bh(fake));
}

static void bh_ignores_the_budget(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->defer = PIOSCSI_DEFER_BH;
	deferred_read(fake);
	fake_bh(fake);
	KUNIT_EXPECT_EQ(test, fake->port->stats.inline_bursts, 0);
}

/* The reset after a fault sleeps, so a softirq leaves it to a task. */
static void fault_in_bh_is_handled_by_host_thread(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LEN);

	fake->port->defer = PIOSCSI_DEFER_BH;
	fake_slow(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_say(fake, PIOSCSI_FAULT);
	fake_raise(fake);
	fake_irq(fake);
	fake_trace(fake);
	KUNIT_EXPECT_TRUE(test, fake_bh(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "in4096");
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "hba done0 unmask");
	fake_expect_idle(test);
}

static void inline_never_masks(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LEN);

	fake->port->defer = PIOSCSI_DEFER_INLINE;
	fake_slow(fake);
	fake_trace(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "in4096 done0");
	expect_served(test, c);
	fake_expect_idle(test);
}

static void fault_in_inline_mode_is_handled_by_host_thread(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->defer = PIOSCSI_DEFER_INLINE;
	fake_say(fake, PIOSCSI_FAULT);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "claim ack ask mask");
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
	fake_expect_idle(test);
}

static void thread_at_forget(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_ABORT)
		fake_thread(fake);
}

/* The woken thread runs while error handling owns the chip. */
static void stale_thread_touches_no_chip(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = deferred_read(fake);

	fake->hook = thread_at_forget;
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "forget0");
	KUNIT_EXPECT_EQ(test, c->done, 0);

	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "unmask");
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_expect_idle(test);
}

/* The woken thread runs after the chip has become idle again. */
static void late_thread_touches_no_chip(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = deferred_read(fake);

	pioscsi_eh_abort(&c->scmd);
	fake_kick(fake);
	fake_trace(fake);
	KUNIT_EXPECT_EQ(test, fake_thread(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	fake_expect_idle(test);
}

/* Error handling waits for the chip but has not run yet; it must go first. */
static void thread_lets_waiting_error_handler_go_first(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = deferred_read(fake);

	WRITE_ONCE(fake->port->yield, true);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	KUNIT_EXPECT_FALSE(test, fake_kick(fake));
	WRITE_ONCE(fake->port->yield, false);
	fake_thread(fake);
	expect_served(test, c);
}

/* The thread runs before the work item that replaces it. */
static void one_deferral_is_served_by_one_context(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = deferred_read(fake);
	struct fake_cmd *other = fake_queued(fake, c->scmd.device, DMA_NONE, 0);

	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&other->scmd), SUCCESS);
	fake_thread(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "in4096 done0 unmask");
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	expect_served(test, c);
}

static void yielded_transfer_continues(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *other = fake_queued(fake, fake_sdev(fake, 0, 1),
					     DMA_NONE, 0);
	struct fake_cmd *c = deferred_read(fake);
	struct fake_task task = {
		.fake = fake, .fn = pioscsi_eh_abort, .scmd = &other->scmd
	};

	fake->hook = fake_yield_at_tenth_piece;
	fake->hook_arg = &task;
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake->pieces, 10);
	KUNIT_EXPECT_EQ(test, fake_task_wait(&task), SUCCESS);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake),
			   "in160 forget0 in3936 done1 unmask");
	expect_served(test, c);
	fake_expect_idle(test);
}

static void outlast_turn_at_tenth_piece(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_IN && fake->pieces == 10)
		fake->port->turn_ends = jiffies;
}

/* Other devices of the line wait in free_irq() until the thread returns. */
static void transfer_beyond_turn_continues_in_host_thread(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = deferred_read(fake);

	fake->hook = outlast_turn_at_tenth_piece;
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake->pieces, 10);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "in4096 done0 unmask");
	expect_served(test, c);
	fake_expect_idle(test);
}

/* The host's own thread has no turn that could end. */
static void host_thread_is_not_limited(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = deferred_read(fake);

	pioscsi_retry_later(fake->port);
	fake->hook = outlast_turn_at_tenth_piece;
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	expect_served(test, c);
}

static void bh_beyond_turn_is_queued_again(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	fake->port->defer = PIOSCSI_DEFER_BH;
	c = deferred_read(fake);
	fake->hook = outlast_turn_at_tenth_piece;
	KUNIT_EXPECT_TRUE(test, fake_bh(fake));
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
	KUNIT_EXPECT_TRUE(test, fake_bh(fake));
	expect_served(test, c);
}

static void yielded_transfer_can_be_aborted(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = deferred_read(fake);
	struct fake_task task = {
		.fake = fake, .fn = pioscsi_eh_abort, .scmd = &c->scmd
	};

	fake->hook = fake_yield_at_tenth_piece;
	fake->hook_arg = &task;
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake_task_wait(&task), SUCCESS);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "in160 forget0 unmask");
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_expect_idle(test);
}

/* Note an operation under the port's lock that counts as a task. */
static void check_locked_task(struct fake_hba *fake, enum fake_op op)
{
	if ((op == FAKE_CLAIM || op == FAKE_START || op == FAKE_UNMASK) &&
	    irqs_disabled() && pioscsi_in_task(fake->hba))
		fake_broke(fake, "counted the port's lock as a task");
}

static void operation_under_the_lock_is_in_no_task(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);

	fake_deferred_read(fake, sdev, LEN);
	fake->hook = check_locked_task;
	fake_thread(fake);
	KUNIT_ASSERT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	fake->count[FAKE_START] = 0;
	fake_queued(fake, sdev, DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 1);
	KUNIT_EXPECT_FALSE(test, pioscsi_in_task(fake->hba));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(thread_moves_data_completes_and_unmasks),
	KUNIT_CASE(long_computing_is_left_to_thread),
	KUNIT_CASE(command_queued_during_deferral_waits_for_thread),
	KUNIT_CASE(command_queued_at_release_is_started),
	KUNIT_CASE(release_checks_for_new_interrupt),
	KUNIT_CASE(interrupt_at_unmask_is_served_once),
	KUNIT_CASE(interrupt_at_unmask_starts_stalled_queue),
	KUNIT_CASE(bh_moves_data_completes_and_unmasks),
	KUNIT_CASE(bh_mode_wakes_no_thread),
	KUNIT_CASE(bh_ignores_the_budget),
	KUNIT_CASE(fault_in_bh_is_handled_by_host_thread),
	KUNIT_CASE(inline_never_masks),
	KUNIT_CASE(fault_in_inline_mode_is_handled_by_host_thread),
	KUNIT_CASE(stale_thread_touches_no_chip),
	KUNIT_CASE(late_thread_touches_no_chip),
	KUNIT_CASE(thread_lets_waiting_error_handler_go_first),
	KUNIT_CASE(one_deferral_is_served_by_one_context),
	KUNIT_CASE(yielded_transfer_continues),
	KUNIT_CASE(transfer_beyond_turn_continues_in_host_thread),
	KUNIT_CASE(host_thread_is_not_limited),
	KUNIT_CASE(bh_beyond_turn_is_queued_again),
	KUNIT_CASE(yielded_transfer_can_be_aborted),
	KUNIT_CASE(operation_under_the_lock_is_in_no_task),
	{}
};

static struct kunit_suite suite = {
	.name = "port_defer",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

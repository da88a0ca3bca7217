// SPDX-License-Identifier: GPL-2.0-only
/* A long transfer shares the CPU with other tasks of the same priority. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "fake_cmd.h"
#include "fake_port.h"
#include "other_task.h"

#define PIECES	256U

/* Estimate of the bus: 64 bytes take 6.4 ms. */
#define PS_PER_BYTE	100000000U

struct busy {
	struct other_task other;
	u32 estimate;	/* estimate of the bus after it ran */
	u64 interval_ns;	/* until the next call of the scheduler */
	bool charged;
};

/* Let each piece take 200 us. The other task becomes runnable at the first. */
static void wake_other_at_data(struct fake_hba *fake, enum fake_op op)
{
	struct other_task *other = fake->hook_arg;
	u64 end = ktime_get_ns() + 200 * NSEC_PER_USEC;

	if (op != FAKE_IN)
		return;
	fake->logged = 0;
	if (fake->pieces == 1)
		wake_up_process(other->task);
	if (fake->pieces == PIECES / 2)
		other->ran_in_time = READ_ONCE(other->ran);
	while (ktime_get_ns() < end)
		cpu_relax();
	/* The scheduler itself lets this task keep the CPU. */
	clear_tsk_need_resched(current);
}

/* The other task has the long slice of the port's threads, too. */
static void runnable_task_gets_the_cpu_during_a_transfer(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct other_task other = { };
	struct fake_cmd *c;

	other_task_make(test, &other);
	c = fake_deferred_read(fake, fake_sdev(fake, 0, 0), 16 * PIECES);
	fake->hook_arg = &other;
	fake->hook = wake_other_at_data;
	fake_thread(fake);
	fake->hook = NULL;
	/* This wakes the task if the transfer has not. */
	kthread_stop(other.task);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_GE(test, fake->pieces, PIECES / 2);
	KUNIT_EXPECT_TRUE(test, other.ran_in_time);
}

static int busy_fn(void *arg)
{
	struct other_task *other = arg;
	u64 end = ktime_get_ns() + 50 * NSEC_PER_MSEC;

	while (ktime_get_ns() < end)
		cpu_relax();
	WRITE_ONCE(other->ran, true);
	while (!kthread_should_stop())
		usleep_range(1000, 2000);
	return 0;
}

/* The other task runs between the first and the second piece. */
static void compare_estimate_after_other(struct fake_hba *fake, enum fake_op op)
{
	struct busy *busy = fake->hook_arg;
	u32 estimate = fake->port->budget.ps_per_byte[0];

	if (op != FAKE_IN)
		return;
	fake->logged = 0;
	if (fake->pieces == 1) {
		wake_up_process(busy->other.task);
		set_tsk_need_resched(current);
	} else if (fake->pieces == 2) {
		busy->other.ran_in_time = READ_ONCE(busy->other.ran);
		busy->estimate = estimate;
		busy->interval_ns = fake->port->share.interval_ns;
	} else if (fake->pieces == 10) {
		busy->charged = estimate > busy->estimate;
	}
}

static bool is_charged(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct busy busy = { };
	struct fake_cmd *c;

	busy.other.task = kthread_create(busy_fn, &busy.other, "fake_other");
	KUNIT_ASSERT_FALSE(test, IS_ERR(busy.other.task));
	sched_set_fifo_low(busy.other.task);
	c = fake_deferred_read(fake, fake_sdev(fake, 0, 0), 16 * PIECES);
	fake->port->budget.ps_per_byte[0] = PS_PER_BYTE;
	fake->port->share.interval_ns = 150 * NSEC_PER_USEC;
	fake->pieces = 0;
	fake->hook_arg = &busy;
	fake->hook = compare_estimate_after_other;
	fake_thread(fake);
	fake->hook = NULL;
	kthread_stop(busy.other.task);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_TRUE(test, busy.other.ran_in_time);
	/* It doubles, because another task ran. */
	KUNIT_EXPECT_EQ(test, busy.interval_ns, 300 * NSEC_PER_USEC);
	return busy.charged;
}

/* Call the scheduler for @us, and return the time until the next call, us. */
static u64 interval_after(struct pioscsi_share *share, u64 us)
{
	pioscsi_share_done(share, 0, us * NSEC_PER_USEC);
	return share->interval_ns / NSEC_PER_USEC;
}

static void interval_doubles_while_other_tasks_keep_the_cpu(struct kunit *test)
{
	struct pioscsi_share share = {};

	KUNIT_EXPECT_EQ(test, interval_after(&share, 19), 20);
	KUNIT_EXPECT_EQ(test, interval_after(&share, 20), 40);
	KUNIT_EXPECT_EQ(test, interval_after(&share, 39), 20);
	KUNIT_EXPECT_EQ(test, interval_after(&share, 20), 40);
	KUNIT_EXPECT_EQ(test, interval_after(&share, 40), 80);
	KUNIT_EXPECT_EQ(test, interval_after(&share, 4000), 160);
	KUNIT_EXPECT_EQ(test, interval_after(&share, 4000), 320);
	KUNIT_EXPECT_EQ(test, interval_after(&share, 4000), 400);
	KUNIT_EXPECT_EQ(test, interval_after(&share, 4000), 400);
	KUNIT_EXPECT_EQ(test, interval_after(&share, 1), 20);
}

/* The host of this kernel may stop it during a piece, so try more than once. */
static void time_of_another_task_does_not_raise_the_estimate(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 10 && is_charged(test); i++)
		;
	KUNIT_EXPECT_LT(test, i, 10);
}

static void reschedule_after_each_piece(struct fake_hba *fake, enum fake_op op)
{
	fake->logged = 0;
	if (op == FAKE_IN)
		set_tsk_need_resched(current);
}

/* Each piece is shorter than a sample. */
static void bytes_before_a_reschedule_are_no_sample(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	c = fake_deferred_read(fake, fake_sdev(fake, 0, 0), 16 * PIECES);
	fake->port->budget.ps_per_byte[0] = PS_PER_BYTE;
	fake->hook = reschedule_after_each_piece;
	fake_thread(fake);
	fake->hook = NULL;
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, fake->port->budget.ps_per_byte[0], PS_PER_BYTE);
}

static void wait_50_us_at_data(struct fake_hba *fake, enum fake_op op)
{
	u64 end = ktime_get_ns() + 50 * NSEC_PER_USEC;

	fake->logged = 0;
	while (op == FAKE_IN && ktime_get_ns() < end)
		cpu_relax();
}

/* 16 bytes take 50 us, and a bit more: 3.1 us a byte. */
static void each_sample_covers_its_own_pieces(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;
	u32 estimate;

	c = fake_deferred_read(fake, fake_sdev(fake, 0, 0), 16 * PIECES);
	fake->port->budget.ps_per_byte[0] = 20000000;
	fake->hook = wait_50_us_at_data;
	fake_thread(fake);
	fake->hook = NULL;
	estimate = fake->port->budget.ps_per_byte[0];
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_GE(test, estimate, 3100000);
	KUNIT_EXPECT_LT(test, estimate, 20000000);
}

/* Another task becomes runnable during the third answer of nine. */
static void want_cpu_at_third_answer(struct fake_hba *fake, enum fake_op op)
{
	bool *waits = fake->hook_arg;

	if (op != FAKE_ASK)
		return;
	if (fake->count[FAKE_ASK] == 3)
		set_tsk_need_resched(current);
	if (fake->count[FAKE_ASK] == 5)
		*waits = test_tsk_need_resched(current);
	if (fake->count[FAKE_ASK] < 9)
		fake_raise(fake);
}

/* Only the first command has data, in whose PIO the thread could yield. */
static void thread_yields_between_commands_without_data(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	bool waits = true;
	unsigned int i;

	fake_deferred_read(fake, sdev, 16 * PIECES);
	for (i = 1; i < FAKE_DEPTH; i++)
		fake_say_done(fake_queued(fake, sdev, DMA_NONE, 0),
			      SAM_STAT_GOOD);
	memset(fake->count, 0, sizeof(fake->count));
	fake->hook = want_cpu_at_third_answer;
	fake->hook_arg = &waits;
	fake_thread(fake);
	fake->hook = NULL;
	KUNIT_EXPECT_EQ(test, fake->ended, FAKE_DEPTH);
	KUNIT_EXPECT_FALSE(test, waits);
}

/* Another task becomes runnable when the command ends, as its sender does. */
static void want_cpu_at_end(struct fake_hba *fake, enum fake_op op)
{
	bool *waits = fake->hook_arg;

	if (op == FAKE_DONE)
		set_tsk_need_resched(current);
	if (op == FAKE_UNMASK)
		*waits = test_tsk_need_resched(current);
}

/* Return true if the thread did not call the scheduler at the end. */
static bool end_in_thread(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	bool waits = false, waits_still;
	struct fake_cmd *c;

	c = fake_deferred_read(fake, fake_sdev(fake, 0, 0), 16 * PIECES);
	clear_tsk_need_resched(current);
	fake->hook = want_cpu_at_end;
	fake->hook_arg = &waits;
	fake_thread(fake);
	/* The next lines may call it. */
	waits_still = test_tsk_need_resched(current);
	fake->hook = NULL;
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->at, 16 * PIECES);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, 16 * PIECES, FAKE_POISON));
	KUNIT_EXPECT_TRUE(test, waits);
	return waits_still;
}

/* The kernel of this test has no lazy preemption. */
static void thread_yields_after_release(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->rest_at = jiffies + HZ;
	KUNIT_EXPECT_FALSE(test, end_in_thread(test));
}

/* free_irq() of another device waits until the thread sleeps. */
static void thread_sleeps_once_a_turn(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->rest_at = jiffies;
	fake->port->turn_jiffies = 60 * HZ;
	KUNIT_EXPECT_TRUE(test, end_in_thread(test));
	KUNIT_EXPECT_TRUE(test, time_after(fake->port->rest_at, jiffies));
}

/* On 32 bits jiffies can run once around between two deferrals. */
static void thread_sleeps_after_a_very_long_pause(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->turn_jiffies = HZ;
	fake->port->rest_at = jiffies + LONG_MAX / 2;
	KUNIT_EXPECT_TRUE(test, end_in_thread(test));
	KUNIT_EXPECT_TRUE(test, time_before(fake->port->rest_at,
					    jiffies + 60 * HZ));
}

/* The kernel makes the thread of an interrupt SCHED_FIFO. */
static void first_turn_makes_the_thread_an_ordinary_task(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	sched_set_fifo_low(current);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, current->policy, SCHED_NORMAL);
}

static void policy_set_by_the_administrator_is_kept(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_thread(fake);
	sched_set_fifo_low(current);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, current->policy, SCHED_FIFO);
	sched_set_normal(current, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(runnable_task_gets_the_cpu_during_a_transfer),
	KUNIT_CASE(time_of_another_task_does_not_raise_the_estimate),
	KUNIT_CASE(interval_doubles_while_other_tasks_keep_the_cpu),
	KUNIT_CASE(bytes_before_a_reschedule_are_no_sample),
	KUNIT_CASE(each_sample_covers_its_own_pieces),
	KUNIT_CASE(thread_yields_between_commands_without_data),
	KUNIT_CASE(thread_yields_after_release),
	KUNIT_CASE(thread_sleeps_once_a_turn),
	KUNIT_CASE(thread_sleeps_after_a_very_long_pause),
	KUNIT_CASE(first_turn_makes_the_thread_an_ordinary_task),
	KUNIT_CASE(policy_set_by_the_administrator_is_kept),
	{}
};

static struct kunit_suite suite = {
	.name = "port_share",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

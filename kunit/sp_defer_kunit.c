// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules 27 to 33 of the ScsiPort API: the deferral. The fake miniport checks
 * the level of each routine, and that no other one is called meanwhile.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "../compat.h"
#include "../scsiport/cpu.h"
#include "fake_miniport.h"
#include "other_task.h"

#define DEFERRALS	10000U

static void rule_27_not_ours_returns_irq_none_after_one_read(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini->reads = 0;
	KUNIT_EXPECT_EQ(test, mini_irq(mini), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, mini->reads, 1);
	KUNIT_EXPECT_EQ(test, mini->callbacks, 0);
}

static void
rule_27_during_a_deferral_the_line_returns_irq_none(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini_deferred(mini);
	mini->reads = 0;
	KUNIT_EXPECT_EQ(test, mini_irq(mini), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, mini->reads, 0);
	mini_thread(mini);
}

static void rule_28_callback_runs_later_without_a_lock(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini_deferred(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "isr");
	KUNIT_EXPECT_EQ(test, mini->callbacks, 0);
	/* The fake checks the level. */
	mini_thread(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "enable disable");
}

static void rule_28_callback_runs_in_each_way_of_deferral(struct kunit *test)
{
	static const int ways[] = {
		PIOSCSI_DEFER_THREAD, PIOSCSI_DEFER_BH, PIOSCSI_DEFER_INLINE,
	};
	struct mini *mini = test->priv;
	unsigned int i;

	mini_load(mini);
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		mini->fake.port->defer = ways[i];
		mini_deferred(mini);
		mini_thread(mini);
		KUNIT_EXPECT_STREQ(test, mini_trace(mini),
				   "isr enable disable");
		KUNIT_EXPECT_EQ(test, mini->fake.port->owner, PIOSCSI_IDLE);
	}
}

struct bystander {
	struct hrtimer timer;
	unsigned int ticks;
	unsigned int ticks_in_callback;
};

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct bystander *other = container_of(timer, struct bystander, timer);

	other->ticks++;
	hrtimer_forward_now(timer, ms_to_ktime(1));
	return HRTIMER_RESTART;
}

/* udelay() is shorter than its argument in a user mode kernel. */
static void stall(unsigned int us)
{
	u64 end = ktime_get_ns() + us * NSEC_PER_USEC;

	while (ktime_get_ns() < end)
		cpu_relax();
}

static void linger(struct mini *mini, enum mini_step step)
{
	struct bystander *other = mini->arg;
	unsigned int before = other->ticks, n;

	if (step != MINI_ENABLE_BEGIN)
		return;
	for (n = 0; n < 10000 && READ_ONCE(other->ticks) == before; n++)
		stall(100);
	other->ticks_in_callback = other->ticks - before;
}

static void
rule_29_interrupts_of_others_are_served_in_the_callback(struct kunit *test)
{
	struct bystander other = {};
	struct mini *mini = test->priv;

	mini_load(mini);
	pioscsi_hrtimer_setup(&other.timer, tick, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL);
	mini->hook = linger;
	mini->arg = &other;
	hrtimer_start(&other.timer, ms_to_ktime(1), HRTIMER_MODE_REL);
	mini_deferred(mini);
	mini_thread(mini);
	hrtimer_cancel(&other.timer);
	KUNIT_EXPECT_GT(test, other.ticks_in_callback, 0);
}

static VOID note_timer(PVOID dx)
{
	struct mini *mini = *(struct mini **)dx;

	mini_note(mini, "timer");
	if (mini->deferring || mini->in_enable)
		KUNIT_FAIL(mini->test, "HwScsiTimer ran during a deferral");
}

/* All other contexts run while the callback does. */
static void disturb(struct mini *mini, enum mini_step step)
{
	if (step != MINI_ENABLE_BEGIN && step != MINI_ENABLE_UNMASKED)
		return;
	mini_irq(mini);
	fake_queue(mini->arg);
	ScsiPortNotification(RequestTimerCall, mini_dx(mini), note_timer, 1);
	msleep(30);
	mini->hook = NULL;
}

static void expect_closed_at(struct kunit *test, enum mini_step at)
{
	struct mini *mini = test->priv;
	struct scsi_device *sdev;

	sdev = fake_sdev(&mini->fake, 0, 0);
	mini_deferred(mini);
	mini_trace(mini);
	mini->arg = fake_cmd(&mini->fake, sdev, DMA_NONE, 0);
	mini->hook = disturb;
	mini_thread(mini);
	mini_settle(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "enable disable timer start");
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 1);
	mini_finish_all(mini);
}

static void rule_30_no_routine_runs_during_the_deferral(struct kunit *test)
{
	mini_load(test->priv);
	expect_closed_at(test, MINI_ENABLE_BEGIN);
}

static void rule_31_unmask_is_called_once_with_the_isr_lock(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini_deferred(mini);
	KUNIT_EXPECT_EQ(test, mini->unmasks, 0);
	mini_thread(mini);
	KUNIT_EXPECT_EQ(test, mini->unmasks, 1);
	KUNIT_EXPECT_EQ(test, mini->sp->routine[SP_DISABLE].calls, 1);
	KUNIT_EXPECT_FALSE(test, mini->masked);
}

static void missing_unmask_is_counted(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini->no_undefer = true;
	mini_deferred(mini);
	mini_thread(mini);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_UNMASK], 1);
	KUNIT_EXPECT_TRUE(test, mini->sp->deferred);
	KUNIT_EXPECT_EQ(test, mini_irq(mini), IRQ_NONE);
}

static void raise_once(struct mini *mini, enum mini_step step)
{
	if (step != *(enum mini_step *)mini->arg)
		return;
	mini->hook = NULL;
	mini_raise(mini);
}

static void rule_32_event_in_the_callback_is_served(struct kunit *test)
{
	enum mini_step at = MINI_ENABLE_ENDED;
	struct mini *mini = test->priv;

	mini_load(mini);
	mini->hook = raise_once;
	mini->arg = &at;
	mini_deferred(mini);
	mini_thread(mini);
	KUNIT_EXPECT_EQ(test, mini->served, 2);
	KUNIT_EXPECT_EQ(test, mini->sp->caught, 1);
	mini_settle(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "isr enable disable isr enable disable");
}

/* The chip interrupts again before the callback returns. */
static void raise_after_unmask(struct mini *mini, enum mini_step step)
{
	irqreturn_t *ret = mini->arg;

	if (step != MINI_ENABLE_UNMASKED)
		return;
	mini->hook = NULL;
	mini_raise(mini);
	*ret = mini_irq(mini);
}

/* A level-triggered line stays active until the handler has served it. */
static void
rule_30_line_after_the_unmask_is_served_in_the_handler(struct kunit *test)
{
	irqreturn_t ret = IRQ_NONE;
	struct mini *mini = test->priv;

	mini_load(mini);
	mini->hook = raise_after_unmask;
	mini->arg = &ret;
	mini_deferred(mini);
	mini_thread(mini);
	KUNIT_EXPECT_EQ(test, ret, IRQ_HANDLED);
	mini_settle(mini);
	KUNIT_EXPECT_EQ(test, mini->served, 2);
	KUNIT_EXPECT_EQ(test, mini->sp->caught, 0);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "isr enable disable isr enable disable");
}

/* The steps at which the sequence of a deferral can be interrupted. */
static const enum mini_step sequence[] = {
	MINI_ISR_BEGIN, MINI_ISR_MASKED, MINI_ISR_TAKEN, MINI_ISR_ASKED,
	MINI_ENABLE_BEGIN, MINI_ENABLE_ENDED, MINI_DISABLE_BEGIN,
	MINI_DISABLE_UNMASKED, MINI_ENABLE_UNMASKED, MINI_ISR_IDLE,
};

/*
 * The chip drops the edge of an event that comes while it is masked. Each event
 * must be served without a further edge, whatever step it comes at.
 */
static void rule_32_no_event_is_lost_in_10000_deferrals(struct kunit *test)
{
	unsigned int at_step[MINI_STEPS] = {};
	struct mini *mini = test->priv;
	unsigned int n = 0, i;
	enum mini_step at;

	mini_load(mini);
	mini->arg = &at;
	while (mini->callbacks < DEFERRALS) {
		at = sequence[n++ % ARRAY_SIZE(sequence)];
		mini->hook = raise_once;
		mini_raise(mini);
		mini_settle(mini);
		if (!mini->hook)
			at_step[at]++;
		if (mini->served != mini->raised || mini->masked)
			break;
		mini->log[0] = '\0';
	}
	mini->hook = NULL;
	KUNIT_EXPECT_EQ_MSG(test, mini->served, mini->raised,
			    "event at step %u of deferral %u", at,
			    mini->callbacks);
	KUNIT_EXPECT_GE(test, mini->callbacks, DEFERRALS);
	KUNIT_EXPECT_EQ(test, mini->unmasks, mini->callbacks);
	KUNIT_EXPECT_EQ(test, mini->sp->deferrals, mini->callbacks);
	for (i = 0; i < ARRAY_SIZE(sequence); i++)
		KUNIT_EXPECT_GE_MSG(test, at_step[sequence[i]],
				    n / ARRAY_SIZE(sequence) - 1, "step %u",
				    sequence[i]);
}

static void stall_in_isr(struct mini *mini, enum mini_step step)
{
	if (step == MINI_ISR_TAKEN)
		stall(60);
}

/* The budget of the hard IRQ handler is 50 µs. */
static void rule_33_stall_of_60_us_in_the_isr_is_reported(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini->hook = stall_in_isr;
	mini_deferred(mini);
	mini_thread(mini);
	KUNIT_EXPECT_GE(test, mini->sp->routine[SP_INTERRUPT].late, 1);
	KUNIT_EXPECT_GE(test, mini->sp->broken[SP_RULE_TIME], 1);
	KUNIT_EXPECT_GE(test, mini->sp->routine[SP_INTERRUPT].max_ns,
			60 * NSEC_PER_USEC);
}

static void stall_in_callback(struct mini *mini, enum mini_step step)
{
	if (step == MINI_ENABLE_BEGIN)
		stall(100000);
}

/*
 * The limit of the callback is 500 ms. The stall is longer than a usual stop of
 * the machine.
 */
static void rule_33_long_callback_does_not_count_as_hold(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct sp_routine_stats *isr;

	mini_load(mini);
	mini->hook = stall_in_callback;
	mini_deferred(mini);
	mini_thread(mini);
	isr = &mini->sp->routine[SP_INTERRUPT];
	KUNIT_EXPECT_GE(test, mini->sp->routine[SP_ENABLE].max_ns,
			100 * NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, mini->sp->routine[SP_ENABLE].late, 0);
	KUNIT_EXPECT_LT(test, isr->max_ns,
			mini->sp->routine[SP_ENABLE].max_ns);
}

/* Poll the chip for long. The scheduler itself lets this task keep the CPU. */
static void poll_for_long(struct other_task *other)
{
	unsigned int n;

	wake_up_process(other->task);
	for (n = 0; n < 100 && !READ_ONCE(other->ran); n++) {
		stall(200);
		clear_tsk_need_resched(current);
		ScsiPortStallExecution(1);
	}
	other->ran_in_time = READ_ONCE(other->ran);
}

static void poll_in_callback(struct mini *mini, enum mini_step step)
{
	if (step == MINI_ENABLE_BEGIN)
		poll_for_long(mini->arg);
}

static void runnable_task_gets_the_cpu_during_a_callback(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct other_task other = {};

	mini_load(mini);
	other_task_make(test, &other);
	mini->hook = poll_in_callback;
	mini->arg = &other;
	mini_deferred(mini);
	mini_thread(mini);
	/* This wakes the task if the callback has not. */
	kthread_stop(other.task);
	KUNIT_EXPECT_TRUE(test, other.ran_in_time);
}

/* HwScsiStartIo is called with the ISR lock, but not in an interrupt. */
static void poll_with_the_lock(struct mini *mini, enum mini_step step)
{
	if (step == MINI_START)
		poll_for_long(mini->arg);
}

static void stall_with_the_isr_lock_keeps_the_cpu(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct other_task other = {};

	mini_load(mini);
	other_task_make(test, &other);
	mini->hook = poll_with_the_lock;
	mini->arg = &other;
	fake_queued(&mini->fake, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 1);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
	kthread_stop(other.task);
	KUNIT_EXPECT_FALSE(test, other.ran_in_time);
}

#define WAITED_NS	(700 * NSEC_PER_MSEC)

static u64 waited;

static u64 fake_waited_ns(void)
{
	return waited;
}

/* Another task has the CPU for longer than the limit of the callback. */
static void wait_in_callback(struct mini *mini, enum mini_step step)
{
	u64 begun = ktime_get_ns();

	if (step != MINI_ENABLE_BEGIN)
		return;
	msleep(WAITED_NS / NSEC_PER_MSEC);
	waited = ktime_get_ns() - begun;
}

static void
time_of_another_task_does_not_count_for_a_callback(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct sp_routine_stats *stats;

	mini_load(mini);
	waited = 0;
	kunit_activate_static_stub(test, sp_waited_ns, fake_waited_ns);
	mini->hook = wait_in_callback;
	mini_deferred(mini);
	mini_thread(mini);
	stats = &mini->sp->routine[SP_ENABLE];
	KUNIT_EXPECT_GE(test, waited, WAITED_NS);
	KUNIT_EXPECT_LT(test, stats->max_ns, WAITED_NS);
	KUNIT_EXPECT_EQ(test, stats->late, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rule_27_not_ours_returns_irq_none_after_one_read),
	KUNIT_CASE(rule_27_during_a_deferral_the_line_returns_irq_none),
	KUNIT_CASE(rule_28_callback_runs_later_without_a_lock),
	KUNIT_CASE(rule_28_callback_runs_in_each_way_of_deferral),
	KUNIT_CASE(rule_29_interrupts_of_others_are_served_in_the_callback),
	KUNIT_CASE(rule_30_no_routine_runs_during_the_deferral),
	KUNIT_CASE(rule_30_line_after_the_unmask_is_served_in_the_handler),
	KUNIT_CASE(rule_31_unmask_is_called_once_with_the_isr_lock),
	KUNIT_CASE(missing_unmask_is_counted),
	KUNIT_CASE(rule_32_event_in_the_callback_is_served),
	KUNIT_CASE(rule_32_no_event_is_lost_in_10000_deferrals),
	KUNIT_CASE(rule_33_stall_of_60_us_in_the_isr_is_reported),
	KUNIT_CASE(rule_33_long_callback_does_not_count_as_hold),
	KUNIT_CASE(runnable_task_gets_the_cpu_during_a_callback),
	KUNIT_CASE(stall_with_the_isr_lock_keeps_the_cpu),
	KUNIT_CASE(time_of_another_task_does_not_count_for_a_callback),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_defer",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

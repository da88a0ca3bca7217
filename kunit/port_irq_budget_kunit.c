// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work of the hard IRQ handler without data: repeated requests, resets and
 * starts of commands. The budget bounds it too.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/processor.h>
#include <linux/time64.h>
#include <linux/workqueue.h>
#include <scsi/scsi.h>

#include "../complete.h"
#include "../irq.h"
#include "../owner.h"
#include "../serve.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define COMMANDS	4U

/* Use up the budget at the handler's next read of the clock. */
static void no_time(struct fake_hba *fake)
{
	fake->port->budget_us = 0;
}

static void raise_at_ask(struct fake_hba *fake, enum fake_op op)
{
	if (op != FAKE_ASK)
		return;
	fake->logged = 0;
	fake_raise(fake);
}

/* The budget ends the loop long before it counts as a storm. */
static void endless_requests_are_deferred(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	no_time(fake);
	fake->hook = raise_at_ask;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_LT(test, fake->count[FAKE_ASK], 10);
	KUNIT_EXPECT_TRUE(test, fake->masked);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_STORM], 0);

	fake->hook = NULL;
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_FALSE(test, fake->masked);
}

/* Each query of the chip takes longer than the budget. */
static void raise_at_slow_ask(struct fake_hba *fake, enum fake_op op)
{
	u64 end = ktime_get_ns() + 60 * NSEC_PER_USEC;

	while (op == FAKE_ASK && ktime_get_ns() < end)
		cpu_relax();
	raise_at_ask(fake, op);
}

static void slow_answers_without_request_are_deferred(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->budget_us = 50;
	fake->hook = raise_at_slow_ask;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_LE(test, fake->count[FAKE_ASK], 2);

	fake->hook = NULL;
	fake_thread(fake);
	fake_expect_idle(test);
}

/* More than a busy machine needs for an interrupt, and twice as much. */
#define BUDGET_US	(50 * USEC_PER_MSEC)
#define LINGER_NS	(100 * NSEC_PER_MSEC)

/* No machine is so busy. */
#define ENDLESS_US	(60 * USEC_PER_SEC)

struct slow_case {
	const char *desc;
	enum fake_op op;	/* the slow operation */
	bool waits;		/* the first answer has no request */
	unsigned int starts;	/* commands that wait */
	unsigned int done;	/* commands that the handler ends */
};

static const struct slow_case slow_cases[] = {
	{ "query without a request", FAKE_ASK, true, 0, 0 },
	{ "end of another command", FAKE_DONE, false, 0, 1 },
	{ "start of another command", FAKE_START, false, 1, 1 },
	{ "no slow operation", FAKE_OPS, false, 0, 2 },
	{ "no slow operation, first no request", FAKE_OPS, true, 0, 2 },
};

KUNIT_ARRAY_PARAM_DESC(slow, slow_cases, desc);

static void linger_once(struct fake_hba *fake, enum fake_op op)
{
	const struct slow_case *s = fake->hook_arg;
	u64 end = ktime_get_ns() + LINGER_NS;

	if (op == FAKE_ASK && s->waits && fake->said == 1)
		fake_raise(fake);
	if (op != s->op)
		return;
	fake->hook = NULL;
	while (ktime_get_ns() < end)
		cpu_relax();
}

/* The decision about an end includes all work of the handler before it. */
static void slow_work_before_an_end_counts(struct kunit *test)
{
	const struct slow_case *s = test->param_value;
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c[2];

	c[0] = fake_queued(fake, sdev, DMA_NONE, 0);
	c[1] = fake_queued(fake, sdev, DMA_NONE, 0);
	fake->hba->depth = s->starts ? 2 : FAKE_DEPTH;
	if (s->starts)
		fake_queued(fake, sdev, DMA_NONE, 0);
	fake->port->budget_us = s->op == FAKE_OPS ? ENDLESS_US : BUDGET_US;
	fake->hook_arg = (void *)s;
	fake->hook = linger_once;
	if (s->waits)
		fake_say(fake, PIOSCSI_WAIT);
	fake_say_done(c[0], SAM_STAT_GOOD);
	fake_say_done(c[1], SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake),
			s->done == 2 ? IRQ_HANDLED : IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, fake->ended, s->done);
	if (s->done != 2)
		fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake->ended, 2);
	fake_expect_idle(test);
}

/* A failed command costs the midlayer more time than a good one. */
static void failed_command_ends_in_bottom_half(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 4);

	fake_say_xfer(c, DMA_FROM_DEVICE, 4);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, c->at, 4);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

/* A reset ends all commands, each of which takes time. */
static void reset_of_a_full_bus_is_deferred(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	unsigned int i;

	for (i = 0; i < COMMANDS; i++)
		fake_queued(fake, sdev, DMA_NONE, 0);
	fake_say(fake, PIOSCSI_RESET);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, fake->ended, 0);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake->ended, COMMANDS);
}

static struct fake_cmd *queue_some(struct fake_hba *fake, unsigned int nr)
{
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *first = fake_queued(fake, sdev, DMA_NONE, 0);

	while (--nr)
		fake_queued(fake, sdev, DMA_NONE, 0);
	return first;
}

static void wait_20_ms_at_start(struct fake_hba *fake, enum fake_op op)
{
	u64 end = ktime_get_ns() + 20 * NSEC_PER_MSEC;

	while (op == FAKE_START && ktime_get_ns() < end)
		cpu_relax();
}

/* A full chip becomes free and takes all waiting commands. */
static void starts_beyond_budget_are_deferred(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queue_some(fake, 1);

	fake_fail(fake, FAKE_START, -EBUSY, 1);
	queue_some(fake, COMMANDS);
	fake->count[FAKE_START] = 0;
	fake->port->budget_us = 20000;
	fake_say_done(c, SAM_STAT_GOOD);
	fake->hook = wait_20_ms_at_start;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	fake->hook = NULL;
	KUNIT_EXPECT_LE(test, fake->count[FAKE_START], 1);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], COMMANDS);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

static void queue_all(struct fake_cmd **c)
{
	unsigned int i;

	for (i = 0; i < COMMANDS; i++)
		fake_queue(c[i]);
}

static void queue_at_first_claim(struct fake_hba *fake, enum fake_op op)
{
	if (op != FAKE_CLAIM || fake->port->owner != PIOSCSI_IRQ)
		return;
	fake->hook = NULL;
	queue_all(fake->hook_arg);
}

/* These commands are started without the lock too. */
static void late_starts_beyond_budget_are_deferred(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c[COMMANDS];
	unsigned int i;

	for (i = 0; i < COMMANDS; i++)
		c[i] = fake_cmd(fake, sdev, DMA_NONE, 0);
	fake->hook_arg = c;
	fake->hook = queue_at_first_claim;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake),
			   "claim ack ask claim ask start0 start1 start2 start3 claim");
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

static void say_again(struct fake_hba *fake, enum fake_op op)
{
	raise_at_ask(fake, op);
	fake->said = 0;
}

struct soon_case {
	const char *desc;
	enum pioscsi_next next;
	bool task;
};

static const struct soon_case soon_cases[] = {
	{ "soon, to the hard handler", PIOSCSI_BUSY_POLL, false },
	{ "to be polled, to the hard handler", PIOSCSI_POLL, false },
	{ "soon, to the thread", PIOSCSI_BUSY_POLL, true },
	{ "to be polled, to the thread", PIOSCSI_POLL, true },
};

KUNIT_ARRAY_PARAM_DESC(soon, soon_cases, desc);

/* The chip always announces data soon, and asks to be served. */
static void endless_busy_poll_is_a_storm(struct kunit *test)
{
	const struct soon_case *c = test->param_value;
	struct fake_hba *fake = test->priv;

	fake_say(fake, c->next);
	fake->hook = say_again;
	fake_raise(fake);
	if (c->task)
		no_time(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake),
			c->task ? IRQ_WAKE_THREAD : IRQ_HANDLED);
	if (c->task)
		fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_STORM], 1);

	fake->hook = NULL;
	fake->said = fake->scripted;
	fake->pending = false;
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

/* Execute a command once more. Otherwise the thread ends it. */
static bool is_ended_in_handler(struct fake_cmd *c)
{
	struct fake_hba *fake = c->fake;

	fake->scripted = 0;
	fake->said = 0;
	fake->logged = 0;
	c->done = 0;
	fake_queue(c);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	if (fake_irq(fake) == IRQ_HANDLED)
		return true;
	fake_thread(fake);
	return false;
}

/*
 * With an overhead estimate beyond the budget all work is deferred, so that no
 * later interrupt could correct the estimate.
 */
static void overhead_estimate_decays(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_cmd(fake, fake_sdev(fake, 0, 0), DMA_NONE,
				      0);
	unsigned int i;

	fake->port->budget_us = USEC_PER_SEC;
	fake->port->budget.overhead_ns = 750 * NSEC_PER_MSEC;
	for (i = 0; i < 1000; i++) {
		fake->port->budget.end_ns = 300 * NSEC_PER_MSEC;
		if (is_ended_in_handler(c))
			break;
	}
	KUNIT_EXPECT_GT(test, i, 10);
	KUNIT_EXPECT_LT(test, i, 1000);
}

/* In a task the midlayer does all of its work inside the end. */
static void end_slowly_in_task(struct scsi_cmnd *scmd, bool task)
{
	u64 end = ktime_get_ns() + 10 * NSEC_PER_MSEC;

	fake_done(scmd, task);
	while (task && ktime_get_ns() < end)
		cpu_relax();
}

/* The handler itself takes no sample while the estimate exceeds the budget. */
static void end_estimate_beyond_budget_is_corrected_in_task(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_cmd(fake, fake_sdev(fake, 0, 0), DMA_NONE,
				      0);
	unsigned int i;

	kunit_activate_static_stub(test, pioscsi_done, end_slowly_in_task);
	fake->port->budget_us = 5 * USEC_PER_MSEC;
	fake->port->budget.overhead_ns = 1;
	fake->port->budget.end_ns = 6 * NSEC_PER_MSEC;
	for (i = 0; i < 400; i++) {
		if (is_ended_in_handler(c))
			break;
	}
	KUNIT_EXPECT_GT(test, i, 1);
	KUNIT_EXPECT_LT(test, i, 400);
}

/* An end that is decided from now on exceeds the budget of a second. */
static void slow_ends_at_data(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_IN)
		fake->port->budget.end_ns = U32_MAX / 4;
}

/* The decision about the last data includes the end of its command only. */
static void planned_end_needs_no_second_decision(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = fake_queued(fake, sdev, DMA_FROM_DEVICE, 4);
	struct fake_cmd *other = fake_queued(fake, sdev, DMA_NONE, 0);

	fake->port->budget_us = USEC_PER_SEC;
	fake->hook = slow_ends_at_data;
	fake_say_xfer(c, DMA_FROM_DEVICE, 4);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_say_done(other, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, other->done, 0);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, other->done, 1);
}

/* Serve the first command of a port: its interrupt is a sample. */
static void serve_sampled_end(struct fake_hba *fake)
{
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_NONE, 0);

	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(fake->test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_EQ(fake->test, c->done, 1);
}

static void planned_time_is_no_overhead(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	/* More than the handler can take, even on a busy machine. */
	fake->port->budget.end_ns = U32_MAX / 4;
	serve_sampled_end(fake);
	KUNIT_EXPECT_EQ(test, fake->port->budget.overhead_ns, 1);
}

static void deferred_interrupt_lowers_the_overhead_a_little(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	const u32 before = 960 * NSEC_PER_MSEC;

	fake_slow(fake);
	fake->port->budget_us = USEC_PER_SEC;
	fake->port->budget.overhead_ns = before;
	fake_say_xfer(fake_queued(fake, fake_sdev(fake, 0, 0), DMA_FROM_DEVICE,
				  4096), DMA_FROM_DEVICE, 4096);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, fake->port->budget.overhead_ns,
			before - before / 32);
	fake_thread(fake);
}

/* Error handling may own the chip when the bottom half continues. */
static void dead_chip_is_not_served(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct pioscsi_service_ctx ctx = {
		.task = true,
		.may_sleep = true,
	};

	KUNIT_ASSERT_TRUE(test, pioscsi_own_polled(fake->port));
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	fake->port->next = PIOSCSI_FAULT;
	KUNIT_EXPECT_FALSE(test, pioscsi_serve_until_idle(fake->port, &ctx));
	KUNIT_EXPECT_TRUE(test, ctx.dead);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
}

/* The midlayer looks at each device of the host, of which it may have many. */
static void reset_of_an_empty_bus_is_deferred(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_say(fake, PIOSCSI_RESET);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test,
			fake->port->stats.errors[PIOSCSI_ERR_RESET_SEEN], 0);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test,
			fake->port->stats.errors[PIOSCSI_ERR_RESET_SEEN], 1);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(endless_requests_are_deferred),
	KUNIT_CASE(slow_answers_without_request_are_deferred),
	KUNIT_CASE_PARAM(slow_work_before_an_end_counts, slow_gen_params),
	KUNIT_CASE(failed_command_ends_in_bottom_half),
	KUNIT_CASE(reset_of_a_full_bus_is_deferred),
	KUNIT_CASE(starts_beyond_budget_are_deferred),
	KUNIT_CASE(late_starts_beyond_budget_are_deferred),
	KUNIT_CASE_PARAM(endless_busy_poll_is_a_storm, soon_gen_params),
	KUNIT_CASE(overhead_estimate_decays),
	KUNIT_CASE(end_estimate_beyond_budget_is_corrected_in_task),
	KUNIT_CASE(planned_end_needs_no_second_decision),
	KUNIT_CASE(planned_time_is_no_overhead),
	KUNIT_CASE(deferred_interrupt_lowers_the_overhead_a_little),
	KUNIT_CASE(dead_chip_is_not_served),
	KUNIT_CASE(reset_of_an_empty_bus_is_deferred),
	{}
};

static struct kunit_suite suite = {
	.name = "port_irq_budget",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

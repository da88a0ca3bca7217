// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timeouts of a slow host: a command that makes progress, or waits for its
 * turn, gets more time; a command that hangs is aborted.
 */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../progress.h"
#include "../watch.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	4096U
#define TIMEOUT	(30U * HZ)
#define SETTLE_MS	60000U	/* longer than TIMEOUT */

static struct fake_cmd *read_cmd(struct fake_hba *fake)
{
	struct fake_cmd *c = fake_cmd(fake, fake_sdev(fake, 0, 0),
				      DMA_FROM_DEVICE, LEN);

	c->rq.timeout = TIMEOUT;
	return c;
}

static struct fake_cmd *queued_read(struct fake_hba *fake)
{
	struct fake_cmd *c = read_cmd(fake);

	fake_queue(c);
	return c;
}

/* A command that the chip rejects for now, so that it stays queued. */
static struct fake_cmd *waiting_read(struct fake_hba *fake)
{
	fake_fail(fake, FAKE_START, -EBUSY, 1);
	return queued_read(fake);
}

static struct pioscsi_progress_record *record_of(struct fake_hba *fake,
						 const struct fake_cmd *c)
{
	return &fake->port->progress_records[c->rq.tag];
}

/* Move all past progress @ticks jiffies back. */
static void move_progress_back(struct fake_hba *fake, unsigned long ticks)
{
	unsigned int tag;

	for (tag = 0; tag < FAKE_DEPTH; tag++)
		fake->port->progress_records[tag].progress_at -= ticks;
	fake->port->progress_at -= ticks;
}

static void time_passes(struct fake_hba *fake, unsigned long ticks)
{
	pioscsi_progress_check(fake->port);
	move_progress_back(fake, ticks);
}

static void end_read(struct fake_cmd *c)
{
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(c->fake);
	KUNIT_EXPECT_EQ(c->fake->test, c->done, 1);
}

static void expect_more_time(struct fake_cmd *c)
{
	KUNIT_EXPECT_EQ(c->fake->test, pioscsi_eh_timed_out(&c->scmd),
			SCSI_EH_RESET_TIMER);
}

static void expect_abort(struct fake_cmd *c)
{
	KUNIT_EXPECT_EQ(c->fake->test, pioscsi_eh_timed_out(&c->scmd),
			SCSI_EH_NOT_HANDLED);
}

static void time_out_at_tenth_piece(struct fake_hba *fake, enum fake_op op)
{
	if (op != FAKE_IN || fake->pieces != 10)
		return;
	expect_more_time(fake->hook_arg);
	/* The number of timeouts does not matter. */
	expect_more_time(fake->hook_arg);
}

static void command_that_moves_data_gets_more_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	time_passes(fake, TIMEOUT);
	fake_slow(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	fake->hook = time_out_at_tenth_piece;
	fake->hook_arg = c;
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_GT(test, fake->pieces, 10);
}

static void command_behind_a_busy_one_gets_more_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *first = queued_read(fake);
	struct fake_cmd *second = queued_read(fake);

	time_passes(fake, TIMEOUT);
	fake_say_xfer(first, DMA_FROM_DEVICE, LEN / 2);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, first->at, LEN / 2);
	expect_more_time(second);
	expect_more_time(second);
}

static void queued_command_of_a_busy_host_gets_more_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *first = queued_read(fake);
	struct fake_cmd *second = waiting_read(fake);

	time_passes(fake, TIMEOUT);
	fake_say_xfer(first, DMA_FROM_DEVICE, LEN / 2);
	fake_interrupt(fake);
	fake->port->stalled = true;
	expect_more_time(second);
	expect_more_time(second);
}

/* The host was idle for long, so nothing else has made progress. */
static void command_queued_behind_a_new_start_gets_more_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *second;

	time_passes(fake, TIMEOUT);
	queued_read(fake);
	second = waiting_read(fake);
	expect_more_time(second);
	expect_more_time(second);
}

static void command_that_waited_gets_its_whole_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *first = queued_read(fake);
	struct fake_cmd *second = queued_read(fake);

	time_passes(fake, TIMEOUT / 10 * 9);
	end_read(first);
	time_passes(fake, TIMEOUT / 10);
	expect_more_time(second);
	time_passes(fake, TIMEOUT);
	expect_abort(second);
}

static void hung_command_of_an_idle_host_is_aborted(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	time_passes(fake, TIMEOUT);
	expect_abort(c);
}

/* The number of jiffies since the last progress has more than 31 bits. */
static void progress_older_than_long_max_jiffies_is_ignored(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	end_read(queued_read(fake));
	pioscsi_progress_check(fake->port);
	c = waiting_read(fake);
	move_progress_back(fake, LONG_MAX);
	move_progress_back(fake, TIMEOUT);
	expect_abort(c);
}

/* Its tag may be started again between two reads of jiffies. */
static void command_started_in_the_next_tick_gets_more_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	record_of(fake, c)->started_at = jiffies + HZ;
	expect_more_time(c);
	KUNIT_EXPECT_LE(test, fake->port->progress_at, get_jiffies_64());
	KUNIT_EXPECT_LE(test, record_of(fake, c)->progress_at,
			get_jiffies_64());
}

/* The midlayer's clock and that of the port differ by some ticks. */
static void start_a_tick_after_the_timer_is_no_progress(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	time_passes(fake, TIMEOUT - 2);
	expect_abort(c);
}

/* The command is aborted at most twice its timeout after its turn has come. */
static void hung_command_beside_busy_ones_is_aborted(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *first = queued_read(fake);
	struct fake_cmd *hung = queued_read(fake);
	unsigned int i;

	end_read(first);
	for (i = 0; i < 5; i++) {
		struct fake_cmd *c = queued_read(fake);

		time_passes(fake, TIMEOUT / 5);
		end_read(c);
	}
	expect_abort(hung);
}

static void queued_command_of_a_dead_host_is_aborted(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;
	unsigned int i;

	fake_fail(fake, FAKE_START, -EBUSY, 100);
	c = queued_read(fake);
	time_passes(fake, TIMEOUT);
	/* The chip rejects it again and again, which is no progress. */
	for (i = 0; i < 10; i++)
		fake_kick(fake);
	expect_abort(c);
}

/* A target may restore its pointers for ever. */
static void data_that_is_repeated_is_no_progress(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	fake_say_xfer(c, DMA_FROM_DEVICE, LEN / 2);
	fake_interrupt(fake);
	time_passes(fake, TIMEOUT);
	pioscsi_seek(&c->cmd, 0);
	c->at = 0;
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN / 2);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->at, LEN / 2);
	expect_abort(c);
}

static void reused_tag_has_no_old_progress(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_interrupt(fake);
	pioscsi_progress_check(fake->port);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	fake->next_tag = c->rq.tag;
	c = queued_read(fake);
	time_passes(fake, TIMEOUT);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN / 2);
	fake_interrupt(fake);
	expect_more_time(c);
}

/* Progress counts as made at the time of the check that finds it. */
static void watchdog_checks_progress(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	fake_say_xfer(c, DMA_FROM_DEVICE, LEN / 2);
	fake_interrupt(fake);
	fake_watch(fake);
	move_progress_back(fake, TIMEOUT);
	expect_abort(c);
}

/* A command may end, and its memory be freed with its device, meanwhile. */
static void check_does_not_access_a_command(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	KUNIT_ASSERT_PTR_EQ(test, fake->port->active[c->rq.tag], &c->cmd);
	c->cmd.moved = LEN;
	pioscsi_progress_check(fake->port);
	KUNIT_EXPECT_NE(test, record_of(fake, c)->checked_order, 0);
	KUNIT_EXPECT_EQ(test, record_of(fake, c)->checked_moved, 0);
}

/* Another initiator resets the bus. */
static void reset_bus(struct fake_hba *fake, unsigned int settle_ms)
{
	fake->hba->settle_ms = settle_ms;
	fake_say(fake, PIOSCSI_RESET);
	fake_interrupt(fake);
}

static void command_that_waits_for_targets_gets_more_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	reset_bus(fake, SETTLE_MS);
	c = queued_read(fake);
	time_passes(fake, TIMEOUT);
	expect_more_time(c);
	/* Targets may take longer than several timeouts. */
	expect_more_time(c);
	fake_settle(fake);
	fake_kick(fake);
	KUNIT_EXPECT_PTR_EQ(test, pioscsi_find_cmd(fake->hba, c->rq.tag),
			    &c->cmd);
}

/* The bus may be reset for ever. */
static void command_waits_for_targets_after_one_reset_only(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	reset_bus(fake, SETTLE_MS);
	c = queued_read(fake);
	time_passes(fake, TIMEOUT);
	expect_more_time(c);
	reset_bus(fake, 2 * SETTLE_MS);
	expect_abort(c);
}

static void started_command_does_not_wait_for_targets(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	pioscsi_settle(fake->hba);
	time_passes(fake, TIMEOUT);
	expect_abort(c);
}

/* The chip rejected nothing, so it needs no reset. */
static void abort_succeeds_while_targets_settle(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	reset_bus(fake, SETTLE_MS);
	c = queued_read(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	fake_settle(fake);
	while (fake_kick(fake))
		;
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 0);
}

static void time_out_at_reset(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_HBA)
		expect_more_time(fake->hook_arg);
}

/* The reset of a resume may take longer than the timeout. */
static void command_that_waits_for_resume_gets_more_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	pioscsi_suspend_hba(fake->hba);
	c = queued_read(fake);
	time_passes(fake, TIMEOUT);
	expect_more_time(c);
	fake->hook = time_out_at_reset;
	fake->hook_arg = c;
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	fake->hook = NULL;
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
	expect_abort(c);
}

/* As the watchdog does it on another CPU. */
static void check_at_start(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_START)
		pioscsi_progress_check(fake->port);
}

static void rejected_start_is_no_progress(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;
	unsigned int i;

	end_read(queued_read(fake));
	fake->next_tag = 0;
	fake_fail(fake, FAKE_START, -EBUSY, 100);
	c = queued_read(fake);
	time_passes(fake, TIMEOUT);
	fake->hook = check_at_start;
	for (i = 0; i < 3; i++)
		fake_kick(fake);
	fake->hook = NULL;
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 5);
	expect_abort(c);
}

static void time_out_at_start(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_START)
		expect_more_time(fake->hook_arg);
}

/* The last command with its tag made its last progress long ago. */
static void timeout_during_start_of_busy_hba_gets_more_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *busy, *c;

	end_read(queued_read(fake));
	busy = queued_read(fake);
	fake->next_tag = 0;
	c = waiting_read(fake);
	time_passes(fake, TIMEOUT);
	fake_say_xfer(busy, DMA_FROM_DEVICE, LEN / 2);
	fake->hook = time_out_at_start;
	fake->hook_arg = c;
	/* The first run of the watchdog sees the progress of the past. */
	fake_watch(fake);
	fake_watch(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 4);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(command_that_moves_data_gets_more_time),
	KUNIT_CASE(command_behind_a_busy_one_gets_more_time),
	KUNIT_CASE(queued_command_of_a_busy_host_gets_more_time),
	KUNIT_CASE(command_queued_behind_a_new_start_gets_more_time),
	KUNIT_CASE(command_that_waited_gets_its_whole_time),
	KUNIT_CASE(hung_command_of_an_idle_host_is_aborted),
	KUNIT_CASE(progress_older_than_long_max_jiffies_is_ignored),
	KUNIT_CASE(command_started_in_the_next_tick_gets_more_time),
	KUNIT_CASE(start_a_tick_after_the_timer_is_no_progress),
	KUNIT_CASE(hung_command_beside_busy_ones_is_aborted),
	KUNIT_CASE(queued_command_of_a_dead_host_is_aborted),
	KUNIT_CASE(data_that_is_repeated_is_no_progress),
	KUNIT_CASE(reused_tag_has_no_old_progress),
	KUNIT_CASE(watchdog_checks_progress),
	KUNIT_CASE(check_does_not_access_a_command),
	KUNIT_CASE(command_that_waits_for_targets_gets_more_time),
	KUNIT_CASE(command_waits_for_targets_after_one_reset_only),
	KUNIT_CASE(started_command_does_not_wait_for_targets),
	KUNIT_CASE(abort_succeeds_while_targets_settle),
	KUNIT_CASE(command_that_waits_for_resume_gets_more_time),
	KUNIT_CASE(rejected_start_is_no_progress),
	KUNIT_CASE(timeout_during_start_of_busy_hba_gets_more_time),
	{}
};

static struct kunit_suite suite = {
	.name = "port_progress",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verifier's reports in the kernel's log: one for each kind, or none.
 * Notifications without a routine are counted and have no other effect. Errors
 * that a miniport reports are in the log, too.
 */
#include <kunit/test.h>
#include <linux/irqflags.h>
#include <linux/time64.h>

#include "../scsiport/verify.h"
#include "fake_miniport.h"
#include "scsi_test.h"

#define BROKEN_LINE	"breaks a rule: HwScsiResetBus left requests active (7)"
#define LATE_LINE	"HwScsiInterrupt took 51 us, limit 50 us"
#define OTHER_LINE	"HwScsiTimer took 1001 us, limit 1000 us"

static void flush_log(struct mini *mini)
{
	pioscsi_log_flush(pioscsi_port(mini->sp->hba));
}

static void break_rule_twice(struct mini *mini, struct test_log *log)
{
	unsigned long flags;
	unsigned int early;

	test_log_begin(log);
	local_irq_save(flags);
	sp_broke_rule(mini->sp, SP_RULE_RESET, 7);
	sp_broke_rule(mini->sp, SP_RULE_RESET, 7);
	early = test_log_count(*log, "breaks a rule");
	local_irq_restore(flags);
	flush_log(mini);
	KUNIT_EXPECT_EQ(mini->test, early, 0);
	KUNIT_EXPECT_EQ(mini->test, mini->sp->broken[SP_RULE_RESET], 2);
}

static void broken_rule_is_reported_once(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct test_log log;

	mini->drv.verify = true;
	mini_load(mini);
	break_rule_twice(mini, &log);
	KUNIT_EXPECT_EQ(test, test_log_count(log, BROKEN_LINE), 1);
	/* Another rule has a report of its own. */
	sp_broke_rule(mini->sp, SP_RULE_NEXT_LU, 0);
	flush_log(mini);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "breaks a rule"), 2);
}

static void broken_rule_is_not_reported_without_verify(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct test_log log;

	mini->drv.verify = false;
	mini_load(mini);
	break_rule_twice(mini, &log);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "breaks a rule"), 0);
}

static void be_late_twice(struct mini *mini, struct test_log *log)
{
	struct sp_routine_stats *isr = &mini->sp->routine[SP_INTERRUPT];

	test_log_begin(log);
	sp_verify_time(mini->sp, SP_INTERRUPT, 50 * NSEC_PER_USEC);
	KUNIT_EXPECT_EQ(mini->test, isr->late, 0);
	sp_verify_time(mini->sp, SP_INTERRUPT, 51 * NSEC_PER_USEC);
	sp_verify_time(mini->sp, SP_INTERRUPT, 51 * NSEC_PER_USEC);
	flush_log(mini);
	KUNIT_EXPECT_EQ(mini->test, isr->late, 2);
}

static void late_routine_is_reported_once(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct test_log log;

	mini->drv.verify = true;
	mini_load(mini);
	be_late_twice(mini, &log);
	KUNIT_EXPECT_EQ(test, test_log_count(log, LATE_LINE), 1);
	/* Another routine has a report of its own. */
	sp_verify_time(mini->sp, SP_TIMER, 1001 * NSEC_PER_USEC);
	flush_log(mini);
	KUNIT_EXPECT_EQ(test, test_log_count(log, OTHER_LINE), 1);
}

static void late_routine_is_not_reported_without_verify(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct test_log log;

	mini->drv.verify = false;
	mini_load(mini);
	be_late_twice(mini, &log);
	KUNIT_EXPECT_EQ(test, test_log_count(log, " us, limit "), 0);
}

static const u64 limits[SP_NR_ROUTINES] = {
	[SP_FIND_ADAPTER] = U64_MAX,
	[SP_INITIALIZE] = 5ULL * NSEC_PER_SEC,
	[SP_START_IO] = NSEC_PER_MSEC,
	[SP_INTERRUPT] = 50 * NSEC_PER_USEC,
	[SP_ENABLE] = 500 * NSEC_PER_MSEC,
	[SP_DISABLE] = 50 * NSEC_PER_USEC,
	[SP_TIMER] = NSEC_PER_MSEC,
	[SP_RESET_BUS] = 500 * NSEC_PER_MSEC,
	[SP_CONTROL] = 500 * NSEC_PER_MSEC,
};

static void each_routine_has_its_limit(struct kunit *test)
{
	struct mini *mini = test->priv;
	enum sp_routine i;
	u64 *late;

	mini_load(mini);
	for (i = 0; i < SP_NR_ROUTINES; i++) {
		late = &mini->sp->routine[i].late;
		*late = 0;
		sp_verify_time(mini->sp, i, limits[i]);
		KUNIT_EXPECT_EQ_MSG(test, *late, 0, "routine %u", i);
		if (limits[i] == U64_MAX)
			continue;
		sp_verify_time(mini->sp, i, limits[i] + 1);
		KUNIT_EXPECT_EQ_MSG(test, *late, 1, "routine %u", i);
	}
}

static void ask_without_routine(struct mini *mini, enum mini_step step)
{
	if (step == MINI_ISR_ASKED)
		ScsiPortNotification(CallEnableInterrupts, mini_dx(mini), NULL);
}

static void enable_without_routine_keeps_the_due_callback(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini->hook = ask_without_routine;
	mini_deferred(mini);
	mini_thread(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "isr enable disable");
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_ROUTINE], 1);
	KUNIT_EXPECT_EQ(test, mini->sp->deferrals, 1);
}

static void enable_without_routine_begins_no_deferral(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	ScsiPortNotification(CallEnableInterrupts, mini_dx(mini), NULL);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_ROUTINE], 1);
	KUNIT_EXPECT_EQ(test, mini->sp->deferrals, 0);
	mini_raise(mini);
	mini_settle(mini);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "isr enable disable");
}

static void end_without_routine(struct mini *mini, enum mini_step step)
{
	if (step != MINI_ENABLE_BEGIN)
		return;
	ScsiPortNotification(CallDisableInterrupts, mini_dx(mini), NULL);
	KUNIT_EXPECT_TRUE(mini->test, mini->sp->deferred);
}

static void disable_without_routine_ends_no_deferral(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini->hook = end_without_routine;
	mini_deferred(mini);
	mini_thread(mini);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_ROUTINE], 1);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "isr enable disable");
	KUNIT_EXPECT_FALSE(test, mini->sp->deferred);
}

/* The routines of a miniport run with interrupts off. */
static void errors_of_a_miniport_are_logged_later(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct test_log log;
	unsigned long flags;
	unsigned int early;

	mini_load(mini);
	test_log_begin(&log);
	local_irq_save(flags);
	ScsiPortLogError(mini_dx(mini), NULL, 1, 2, 3, SP_BUS_PARITY_ERROR,
			 0x40);
	early = test_log_count(log, "miniport reports");
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, early, 0);
	flush_log(mini);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "detail 0x40) at 1:2:3"), 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(errors_of_a_miniport_are_logged_later),
	KUNIT_CASE(broken_rule_is_reported_once),
	KUNIT_CASE(broken_rule_is_not_reported_without_verify),
	KUNIT_CASE(late_routine_is_reported_once),
	KUNIT_CASE(late_routine_is_not_reported_without_verify),
	KUNIT_CASE(each_routine_has_its_limit),
	KUNIT_CASE(enable_without_routine_keeps_the_due_callback),
	KUNIT_CASE(enable_without_routine_begins_no_deferral),
	KUNIT_CASE(disable_without_routine_ends_no_deferral),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_verify",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Log lines that a task prints, because the context that reports them must not.
 */
#include <linux/irqflags.h>
#include <linux/kern_levels.h>
#include <linux/ratelimit.h>
#include <scsi/scsi_host.h>

#include "fake_port.h"
#include "scsi_test.h"

/* More lines than the limit. */
#define MORE	5
#define OFTEN	(PIOSCSI_LINES_OFTEN + MORE)

/* Report @lines lines while no task can run. Expect none of them yet. */
static void report(struct fake_hba *fake, struct test_log *log,
		   unsigned int lines)
{
	unsigned long flags;
	unsigned int early, i;

	test_log_begin(log);
	local_irq_save(flags);
	for (i = 0; i < lines; i++)
		pioscsi_log(fake->hba, KERN_INFO, "line %u of the test\n", i);
	early = test_log_count(*log, "of the test");
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(fake->test, early, 0);
}

/* Report @lines lines with a limit. */
static void report_limited(struct fake_hba *fake, unsigned int lines)
{
	unsigned int i;

	for (i = 0; i < lines; i++)
		pioscsi_log_ratelimited(fake->hba, KERN_INFO, "often %u\n", i);
}

static void a_task_prints_the_lines(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct test_log log;

	report(fake, &log, 2);
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "line 0 of the test"), 1);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "line 1 of the test"), 1);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "were lost"), 0);
	/* Each line names the device. */
	KUNIT_EXPECT_EQ(test, test_log_count(log, "fake_hba"), 2);
}

static void lines_without_space_are_counted(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct test_log log;

	report(fake, &log, PIOSCSI_LINES + 2);
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "of the test"),
			PIOSCSI_LINES);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "2 more lines were lost"), 1);
	/* The next lines have space again. */
	report(fake, &log, 1);
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "line 0 of the test"), 1);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "were lost"), 0);
}

static void frequent_lines_are_limited(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct test_log log;
	unsigned int i;

	test_log_begin(&log);
	for (i = 0; i < OFTEN; i++) {
		pioscsi_log_ratelimited(fake->hba, KERN_INFO, "often %u\n", i);
		pioscsi_log_flush(fake->port);
	}
	KUNIT_EXPECT_EQ(test, test_log_count(log, "often "),
			PIOSCSI_LINES_OFTEN);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "lines were lost"), MORE);
	/* The limit of such lines is none for others. */
	report(fake, &log, 1);
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "line 0 of the test"), 1);
}

/* A change of the state of the HBA is reported only once. */
static void limited_lines_leave_space_for_others(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct test_log log;
	unsigned long flags;

	test_log_begin(&log);
	local_irq_save(flags);
	report_limited(fake, PIOSCSI_LINES);
	pioscsi_log(fake->hba, KERN_INFO, "line of the state\n");
	local_irq_restore(flags);
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "line of the state"), 1);
}

/* The kernel's limit would print a line of its own at the end of its time. */
static void end_of_the_limit_prints_nothing_at_once(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned long flags;
	struct test_log log;

	test_log_begin(&log);
	local_irq_save(flags);
	report_limited(fake, OFTEN);
	fake->port->log.rate.begin -= DEFAULT_RATELIMIT_INTERVAL + HZ;
	report_limited(fake, 1);
	local_irq_restore(flags);
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "callbacks suppressed"), 0);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "lines were lost"), 1);
}

static void free_waits_for_the_lines(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct test_log log;

	KUNIT_ASSERT_NOT_NULL(test, scsi_host_get(fake->port->shost));
	report(fake, &log, 1);
	pioscsi_free_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "line 0 of the test"), 1);
}

/* The HBA is not in service yet. */
static int setup(struct kunit *test)
{
	test->priv = fake_port_alloc(test);
	return 0;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_task_prints_the_lines),
	KUNIT_CASE(lines_without_space_are_counted),
	KUNIT_CASE(frequent_lines_are_limited),
	KUNIT_CASE(limited_lines_leave_space_for_others),
	KUNIT_CASE(end_of_the_limit_prints_nothing_at_once),
	KUNIT_CASE(free_waits_for_the_lines),
	{}
};

static struct kunit_suite suite = {
	.name = "port_log",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/* A long transfer shares the CPU with other tasks of the same priority. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/processor.h>
#include <scsi/scsi.h>

#include "../wake.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define PIECES	256U

struct other {
	struct task_struct *task;
	bool ran;
	bool ran_in_time;
};

static int other_fn(void *arg)
{
	struct other *other = arg;

	WRITE_ONCE(other->ran, true);
	while (!kthread_should_stop())
		usleep_range(1000, 2000);
	return 0;
}

/* Let each piece take 200 us. The other task becomes runnable at the first. */
static void wake_other_at_data(struct fake_hba *fake, enum fake_op op)
{
	struct other *other = fake->hook_arg;
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
}

/* The other task has the long slice of the port's threads, too. */
static void runnable_task_gets_the_cpu_during_a_transfer(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct other other = { };
	struct fake_cmd *c;

	other.task = kthread_create(other_fn, &other, "fake_other");
	KUNIT_ASSERT_FALSE(test, IS_ERR(other.task));
	pioscsi_set_policy(other.task);
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

static struct kunit_case cases[] = {
	KUNIT_CASE(runnable_task_gets_the_cpu_during_a_transfer),
	{}
};

static struct kunit_suite suite = {
	.name = "port_share",
	.init = fake_port_init,
	.exit = fake_port_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

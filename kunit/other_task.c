// SPDX-License-Identifier: GPL-2.0-only
/* Shared by the tests that share the CPU with another task. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>

#include "../wake.h"
#include "other_task.h"

static int other_fn(void *arg)
{
	struct other_task *other = arg;

	WRITE_ONCE(other->ran, true);
	while (!kthread_should_stop())
		usleep_range(1000, 2000);
	return 0;
}

/**
 * other_task_make() - make a task with the slice of the port's threads
 * @test: the test, which wakes the task, and ends it by kthread_stop()
 * @other: the task
 *
 * Context: task; sleeps.
 */
void other_task_make(struct kunit *test, struct other_task *other)
{
	other->task = kthread_create(other_fn, other, "fake_other");
	KUNIT_ASSERT_FALSE(test, IS_ERR(other->task));
	pioscsi_set_policy(other->task);
}

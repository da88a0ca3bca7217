// SPDX-License-Identifier: GPL-2.0-only
/* A second task, which calls an error handler while the case moves data. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "../port.h"
#include "fake_task.h"

/* Timeout for the other task, long enough for a busy machine, ms. */
#define LIMIT_MS	10000

static int task_fn(void *arg)
{
	struct fake_task *task = arg;

	/* The stubs of the midlayer apply to this task too. */
	current->kunit_test = task->fake->test;
	task->ret = task->fn(task->scmd);
	current->kunit_test = NULL;
	complete(&task->ended);
	return 0;
}

/**
 * fake_task_run() - call an error handler from a second task
 * @task: chip, handler and command
 *
 * Return when the handler waits for the chip that the case's own task owns.
 * fake_task_wait() waits for its end.
 *
 * Context: task; sleeps.
 */
void fake_task_run(struct fake_task *task)
{
	struct task_struct *thread;
	unsigned int ms;

	init_completion(&task->ended);
	thread = kthread_run(task_fn, task, "fake_task");
	KUNIT_ASSERT_FALSE(task->fake->test, IS_ERR(thread));
	for (ms = 0; ms < LIMIT_MS; ms++) {
		if (READ_ONCE(task->fake->port->yield))
			return;
		usleep_range(1000, 2000);
	}
	fake_broke(task->fake, "error handler did not request the chip");
}

/**
 * fake_task_wait() - wait for the end of an error handler
 * @task: the task
 *
 * Context: task; sleeps.
 * Return: the handler's return value, or 0 if it did not return.
 */
int fake_task_wait(struct fake_task *task)
{
	if (!wait_for_completion_timeout(&task->ended,
					 msecs_to_jiffies(LIMIT_MS)))
		return 0;
	return task->ret;
}

/**
 * fake_yield_at_tenth_piece() - hook: run a task during a transfer
 * @fake: the chip; its @hook_arg is a struct fake_task
 * @op: the chip's operation
 *
 * Context: as the operation, which must be able to sleep.
 */
void fake_yield_at_tenth_piece(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_IN && fake->pieces == 10)
		fake_task_run(fake->hook_arg);
}

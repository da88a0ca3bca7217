/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_OTHER_TASK_H
#define _PIOSCSI_OTHER_TASK_H

#include <linux/types.h>

struct kunit;
struct task_struct;

/**
 * struct other_task - a task that wants the CPU while a case moves data
 * @task: the task, which other_task_make() has not started
 * @ran: it has had the CPU
 * @ran_in_time: for the case: it had the CPU before the data was moved
 */
struct other_task {
	struct task_struct *task;
	bool ran;
	bool ran_in_time;
};

void other_task_make(struct kunit *test, struct other_task *other);

#endif /* _PIOSCSI_OTHER_TASK_H */

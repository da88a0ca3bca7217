/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_KUNIT_FAKE_TASK_H
#define _PIOSCSI_KUNIT_FAKE_TASK_H

#include <linux/completion.h>

#include "fake_hba.h"

struct scsi_cmnd;

/**
 * struct fake_task - a second task, which calls an error handler
 * @fake: the chip
 * @fn: the handler
 * @scmd: its command
 * @ret: its return value
 * @ended: completed when the handler has returned
 */
struct fake_task {
	struct fake_hba *fake;
	int (*fn)(struct scsi_cmnd *scmd);
	struct scsi_cmnd *scmd;
	int ret;
	struct completion ended;
};

void fake_task_run(struct fake_task *task);
int fake_task_wait(struct fake_task *task);
void fake_yield_at_tenth_piece(struct fake_hba *fake, enum fake_op op);

#endif /* _PIOSCSI_KUNIT_FAKE_TASK_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The steps in which a target executes a SCSI command, and helpers for them.
 */
#ifndef _PIOSCSI_SIM_CMD_H
#define _PIOSCSI_SIM_CMD_H

#include <linux/compiler.h>
#include <linux/sizes.h>
#include <linux/types.h>
#include <pioscsi/cdb.h>

#include "target.h"

/*
 * Returned by a step that has set the final status: the task needs no further
 * step.
 */
#define SIM_SETTLED	1

/**
 * struct sim_cmd - the steps of a command
 * @exec: decodes the CDB, sets @dir and @len of the task, and prepares. The
 *	status is GOOD unless a step says otherwise. Mandatory.
 * @data_in: gives @len bytes from @offset of the data on; without it they
 *	come from the task's buf. Called in any context, must not sleep.
 * @data_out: takes @len bytes for @offset of the data and returns the number
 *	of bytes that it took: fewer if it lacks memory. Without it they go to
 *	the task's buf. Called in any context, must not sleep.
 * @prepare: gets the memory that @data_out lacked for the data from @offset
 *	on; needed by a command whose @data_out can return less than @len
 * @finish: does the work that needs all data; optional
 *
 * @exec, @prepare and @finish return 0 or SIM_SETTLED. If gfp does not allow
 * blocking, they return -EAGAIN, without having changed anything, rather than
 * sleep or do work that grows with the transfer. A step with a loop ends it
 * when sim_check_stop() says so. Offset and length given to @data_in and
 * @data_out are within the task's len. Only @data_out, @prepare and @finish may
 * change the medium.
 */
struct sim_cmd {
	int (*exec)(struct sim_task *task, gfp_t gfp);
	void (*data_in)(struct sim_task *task, void *buf, u32 offset, u32 len);
	u32 (*data_out)(struct sim_task *task, const void *buf, u32 offset,
			u32 len);
	int (*prepare)(struct sim_task *task, u32 offset, gfp_t gfp);
	int (*finish)(struct sim_task *task, gfp_t gfp);
};

/* The steps of a task whose status is not settled. */
static inline const struct sim_cmd *sim_task_cmd(const struct sim_task *task)
{
	return task->op->op;
}

static inline bool sim_task_cancelled(const struct sim_task *task)
{
	return READ_ONCE(task->cancelled);
}

int sim_check_medium(struct sim_task *task);
int sim_check_epoch(struct sim_task *task);
int sim_check_stop(struct sim_task *task);

int sim_reply(struct sim_task *task, u32 size, gfp_t gfp);
void sim_reply_len(struct sim_task *task, u32 size, u32 alloc_len);
int sim_expect(struct sim_task *task, u32 size, gfp_t gfp);

/**
 * struct sim_range - the blocks that a command is for
 * @lba: the first one
 * @count: number of blocks
 * @writes: the command writes them
 */
struct sim_range {
	u64 lba;
	u32 count;
	bool writes;
};

bool sim_cdb_range(const u8 *cdb, struct sim_range *range);
u64 sim_cdb_lba(const struct sim_task *task);
u32 sim_cdb_count(const struct sim_task *task);
int sim_check_count(struct sim_task *task, u32 count, u32 max);
int sim_check_range(struct sim_task *task, u64 lba, u64 count);

/* Parameter data that a command may allocate and clear without sleeping. */
#define SIM_REPLY_NOWAIT	SZ_4K

/* The limits in the Block Limits VPD page, in bytes. */
#define SIM_MAX_TRANSFER	SZ_4M
#define SIM_MAX_WRITE_SAME	SZ_1G
#define SIM_MAX_UNMAP		SZ_1G
#define SIM_MAX_UNMAP_DESC	256

/* inquiry.c */
extern const struct sim_cmd sim_cmd_inquiry;
/* primary.c */
extern const struct sim_cmd sim_cmd_test_unit_ready;
extern const struct sim_cmd sim_cmd_request_sense;
extern const struct sim_cmd sim_cmd_report_luns;
extern const struct sim_cmd sim_cmd_start_stop_unit;
extern const struct sim_cmd sim_cmd_prevent_removal;
extern const struct sim_cmd sim_cmd_send_diagnostic;
/* rsoc.c */
extern const struct sim_cmd sim_cmd_report_opcodes;
/* mode_cmd.c */
extern const struct sim_cmd sim_cmd_mode_sense;
extern const struct sim_cmd sim_cmd_mode_select;
/* rw.c */
extern const struct sim_cmd sim_cmd_read;
extern const struct sim_cmd sim_cmd_write;
extern const struct sim_cmd sim_cmd_verify;
extern const struct sim_cmd sim_cmd_sync_cache;
/* capacity.c */
extern const struct sim_cmd sim_cmd_read_capacity10;
extern const struct sim_cmd sim_cmd_read_capacity16;
/* lbp.c */
extern const struct sim_cmd sim_cmd_write_same;
extern const struct sim_cmd sim_cmd_unmap;
extern const struct sim_cmd sim_cmd_get_lba_status;

#endif /* _PIOSCSI_SIM_CMD_H */

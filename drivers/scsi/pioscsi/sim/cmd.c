// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers of the commands: parameter data, and CDBs with an LBA.
 */
#include <linux/minmax.h>
#include <linux/slab.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "cmd.h"
#include "lun.h"
#include "opcodes.h"
#include "sense.h"

/**
 * sim_reply() - get a buffer for parameter data
 * @task: the task
 * @size: bytes; may be 0
 * @gfp: how memory may be allocated
 *
 * Sets buf, zeroed, and buf_len of the task.
 *
 * Context: As @gfp allows.
 * Return: 0, or an error if there is no memory: -EAGAIN if @gfp does not allow
 * blocking, otherwise SIM_SETTLED (BUSY). Without blocking, more than
 * SIM_REPLY_NOWAIT bytes are -EAGAIN as well, because clearing them takes long.
 */
int sim_reply(struct sim_task *task, u32 size, gfp_t gfp)
{
	bool can_block = gfpflags_allow_blocking(gfp);

	if (size > SIM_REPLY_NOWAIT && !can_block)
		return -EAGAIN;
	if (can_block)
		gfp |= __GFP_RETRY_MAYFAIL;
	task->buf = kzalloc(size, gfp | __GFP_NOWARN);
	if (task->buf) {
		task->buf_len = size;
		return 0;
	}
	if (!can_block)
		return -EAGAIN;
	task->status = SAM_STAT_BUSY;
	return SIM_SETTLED;
}

/**
 * sim_reply_len() - send parameter data
 * @task: the task, with its buf filled
 * @size: bytes of parameter data in it
 * @alloc_len: ALLOCATION LENGTH, bytes, which truncates them
 *
 * Context: Any.
 */
void sim_reply_len(struct sim_task *task, u32 size, u32 alloc_len)
{
	task->len = min3(size, alloc_len, task->buf_len);
	task->dir = task->len ? SIM_DIR_IN : SIM_DIR_NONE;
}

/**
 * sim_expect() - get a buffer for parameter data from the initiator, and
 * request the data
 * @task: the task
 * @size: bytes; may be 0
 * @gfp: how memory may be allocated
 *
 * Context: As @gfp allows.
 * Return: as sim_reply().
 */
int sim_expect(struct sim_task *task, u32 size, gfp_t gfp)
{
	int ret = sim_reply(task, size, gfp);

	if (!ret) {
		task->len = size;
		task->dir = size ? SIM_DIR_OUT : SIM_DIR_NONE;
	}
	return ret;
}

static u64 sim_cdb_get_lba(const u8 *cdb, unsigned int cdb_len)
{
	switch (cdb_len) {
	case 6:
		return get_unaligned_be24(&cdb[1]) & 0x1fffff;
	case 16:
		return get_unaligned_be64(&cdb[2]);
	default:
		return get_unaligned_be32(&cdb[2]);
	}
}

static u32 sim_cdb_get_count(const u8 *cdb, unsigned int cdb_len)
{
	switch (cdb_len) {
	case 6:
		return cdb[4] ?: 256;
	case 10:
		return get_unaligned_be16(&cdb[7]);
	case 12:
		return get_unaligned_be32(&cdb[6]);
	default:
		return get_unaligned_be32(&cdb[10]);
	}
}

/**
 * sim_cdb_range() - find the blocks that a command is for
 * @cdb: the CDB
 * @range: set to the range
 *
 * Context: Any.
 * Return: true if the command has an LBA and a number of blocks.
 */
bool sim_cdb_range(const u8 *cdb, struct sim_range *range)
{
	const struct pioscsi_cdb *found =
		sim_opcode_find(cdb[0], cdb[1] & PIOSCSI_CDB_ACTION);

	if (!found || !(found->flags & SIM_OP_BLOCKS))
		return false;
	range->lba = sim_cdb_get_lba(cdb, found->len);
	range->count = sim_cdb_get_count(cdb, found->len);
	range->writes = found->flags & SIM_OP_WRITES;
	return true;
}

/**
 * sim_cdb_lba() - get LOGICAL BLOCK ADDRESS of a CDB
 * @task: the task, of a command that has one in the usual place
 *
 * Context: Any.
 * Return: the LBA.
 */
u64 sim_cdb_lba(const struct sim_task *task)
{
	return sim_cdb_get_lba(task->cdb, task->op->len);
}

/**
 * sim_cdb_count() - get TRANSFER LENGTH, or a similar field, of a CDB
 * @task: the task, of a command that has one in the usual place
 *
 * Context: Any.
 * Return: logical blocks.
 */
u32 sim_cdb_count(const struct sim_task *task)
{
	return sim_cdb_get_count(task->cdb, task->op->len);
}

/**
 * sim_check_count() - check the field that sim_cdb_count() returns
 * @task: the task
 * @count: the value of the field
 * @max: the largest valid value
 *
 * Context: Any.
 * Return: 0, or SIM_SETTLED (INVALID FIELD IN CDB).
 */
int sim_check_count(struct sim_task *task, u32 count, u32 max)
{
	static const u8 field[] = { [6] = 4, [10] = 7, [12] = 6, [16] = 10 };

	if (count <= max)
		return 0;
	return sim_invalid_cdb(task, field[task->op->len], 7);
}

/**
 * sim_check_range() - check that blocks are on the medium
 * @task: the task
 * @lba: the first block, which must exist even if @count is 0
 * @count: logical blocks
 *
 * INFORMATION of the sense data is the first invalid LBA (SBC-3 4.18).
 *
 * Context: Any.
 * Return: 0, or SIM_SETTLED (LOGICAL BLOCK ADDRESS OUT OF RANGE).
 */
int sim_check_range(struct sim_task *task, u64 lba, u64 count)
{
	u64 blocks = sim_unit_blocks(task->lu->unit);

	if (lba < blocks && count <= blocks - lba)
		return 0;
	return sim_check_info(task, ILLEGAL_REQUEST, SIM_ASC_LBA_RANGE,
			      max(lba, blocks));
}

/**
 * sim_check_medium() - check that the logical unit has a medium
 * @task: the task
 *
 * Context: Any.
 * Return: 0, or SIM_SETTLED (MEDIUM NOT PRESENT).
 */
int sim_check_medium(struct sim_task *task)
{
	if (likely(!READ_ONCE(task->lu->unit->ejected)))
		return 0;
	return sim_check(task, NOT_READY, SIM_ASC_NO_MEDIUM);
}

/**
 * sim_check_epoch() - check that the unit has lost no blocks meanwhile
 * @task: the task
 *
 * The lost blocks may be among those that the task has written.
 *
 * Context: Any.
 * Return: 0, or SIM_SETTLED: LOGICAL BLOCK ADDRESS OUT OF RANGE if the capacity
 * is too small for the command now, or else ABORTED COMMAND.
 */
int sim_check_epoch(struct sim_task *task)
{
	struct sim_range range;

	if (likely(!sim_task_stale(task)))
		return 0;
	if (sim_cdb_range(task->cdb, &range) &&
	    sim_check_range(task, range.lba, range.count))
		return SIM_SETTLED;
	return sim_check(task, ABORTED_COMMAND, SIM_ASC_NONE);
}

/**
 * sim_check_stop() - check whether a task has to stop its work
 * @task: the task
 *
 * The chip does not show the status of a task that it has cancelled.
 *
 * Context: Any.
 * Return: 0, or SIM_SETTLED: cancelled, or as sim_check_epoch().
 */
int sim_check_stop(struct sim_task *task)
{
	if (!sim_task_cancelled(task))
		return sim_check_epoch(task);
	task->status = SAM_STAT_TASK_ABORTED;
	return SIM_SETTLED;
}

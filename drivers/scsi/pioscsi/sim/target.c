// SPDX-License-Identifier: GPL-2.0-only
/*
 * The steps of a task from its CDB to its status.
 */
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "lun.h"
#include "opcode_check.h"
#include "opcodes.h"
#include "sense.h"

static int sim_check_ready(struct sim_task *task)
{
	int ret = sim_check_medium(task);

	if (!ret && unlikely(READ_ONCE(task->lu->unit->stopped)))
		ret = sim_check(task, NOT_READY, SIM_ASC_NEED_START);
	return ret;
}

/* The checks before the command itself. Returns 0, SIM_SETTLED or -EAGAIN. */
static int sim_task_admit(struct sim_task *task, gfp_t gfp)
{
	u8 action = task->cdb[1] & PIOSCSI_CDB_ACTION;
	const struct pioscsi_cdb *op = sim_opcode_find(task->cdb[0], action);
	struct sim_lun *lu = task->lu;
	int ret;

	if (!lu && !(op && op->flags & SIM_OP_ANY_LUN))
		return sim_check(task, ILLEGAL_REQUEST, SIM_ASC_NO_LUN);
	if (op && pioscsi_cdb_is_hidden(sim_opcode_table(&task->bus->config),
					op))
		op = NULL;
	if (lu && !(op && op->flags & SIM_OP_NO_UA)) {
		ret = sim_task_take_ua(task, gfp);
		if (unlikely(ret < 0))
			return ret;
		if (unlikely(ret))
			return sim_check(task, UNIT_ATTENTION, ret);
	}
	if (!op && sim_opcode_has_actions(task->cdb[0]))
		return sim_invalid_cdb(task, 1, 4);
	if (!op)
		return sim_check(task, ILLEGAL_REQUEST,
				 SIM_ASC_INVALID_OPCODE);
	ret = sim_opcode_check(task, op);
	if (ret)
		return ret;
	if (op->flags & SIM_OP_READY) {
		ret = sim_check_ready(task);
		if (ret)
			return ret;
	}
	if (op->flags & SIM_OP_WRITES && task->bus->config.wp)
		return sim_check(task, DATA_PROTECT, SIM_ASC_WRITE_PROTECTED);
	task->op = op;
	return 0;
}

/* Finds the LUN of a task, and the epoch of its unit. */
static struct sim_lun *sim_task_find_lun(struct sim_task *task)
{
	struct sim_lun *lu = sim_lun_find(task->bus, task->target, task->lun);

	if (!lu)
		return NULL;
	task->epoch = sim_unit_epoch(lu->unit);
	task->power_ons = READ_ONCE(lu->power_ons);
	/*
	 * The LUN may have been removed before this epoch. It can be added
	 * again only after that.
	 */
	return READ_ONCE(lu->absent) ? NULL : lu;
}

/**
 * sim_task_exec() - take a command and prepare its data phase
 * @bus: the bus on which it arrived
 * @task: the task, with cdb, target and lun set
 * @gfp: how memory may be allocated. Without __GFP_DIRECT_RECLAIM the function
 *	does not sleep and does no long work.
 *
 * Sets dir and len. A command that ends at once, in CHECK CONDITION or not,
 * has %SIM_DIR_NONE: every task goes on to sim_task_finish() nevertheless.
 *
 * Context: Any; may sleep if @gfp allows it.
 * Return: 0, or -EAGAIN if the command has to sleep and @gfp does not allow it.
 * Nothing has changed then. Call again from process context with GFP_NOIO,
 * which always returns 0.
 */
int sim_task_exec(struct sim_bus *bus, struct sim_task *task, gfp_t gfp)
{
	int ret;

	task->bus = bus;
	task->epoch = 0;
	task->ua = SIM_UA_NONE;
	task->lu = sim_task_find_lun(task);
	task->op = NULL;
	task->dir = SIM_DIR_NONE;
	task->len = 0;
	task->status = SAM_STAT_GOOD;
	task->sense_len = 0;
	task->buf = NULL;
	task->buf_len = 0;
	task->pos = 0;
	task->priv = 0;

	ret = sim_task_admit(task, gfp);
	if (!ret)
		ret = sim_task_cmd(task)->exec(task, gfp);
	if (!ret)
		return 0;
	sim_task_release(task);
	task->dir = SIM_DIR_NONE;
	task->len = 0;
	return ret == -EAGAIN ? ret : 0;
}

/**
 * sim_task_data_in() - get a piece of the data
 * @task: the task, with %SIM_DIR_IN
 * @buf: takes the data
 * @offset: position of the piece in the data, bytes
 * @len: bytes; those beyond the task's len are left out
 *
 * Context: Any, hard IRQ included.
 */
void sim_task_data_in(struct sim_task *task, void *buf, u32 offset, u32 len)
{
	const struct sim_cmd *cmd;

	if (!task->op || task->dir != SIM_DIR_IN || offset >= task->len)
		return;
	cmd = sim_task_cmd(task);
	len = min(len, task->len - offset);
	/* The status will be CHECK CONDITION. */
	if (unlikely(sim_task_stale(task)))
		memset(buf, 0, len);
	else if (cmd->data_in)
		cmd->data_in(task, buf, offset, len);
	else
		memcpy(buf, task->buf + offset, len);
}

/* Takes a piece that is within the task's len, or drops it. */
static u32 sim_task_take(struct sim_task *task, const void *buf, u32 offset,
			 u32 len)
{
	const struct sim_cmd *cmd = sim_task_cmd(task);

	/* The status will be CHECK CONDITION. */
	if (unlikely(sim_task_stale(task)))
		return len;
	if (cmd->data_out)
		return cmd->data_out(task, buf, offset, len);
	memcpy(task->buf + offset, buf, len);
	return len;
}

/**
 * sim_task_data_out() - give the target a piece of the data
 * @task: the task, with %SIM_DIR_OUT
 * @buf: the data
 * @offset: position of the piece in the data, bytes
 * @len: bytes; those beyond the task's len are dropped
 *
 * Context: Any, hard IRQ included.
 * Return: bytes taken, dropped ones included. If it is less than @len, the
 * target needs sim_task_prepare() before it takes more.
 */
u32 sim_task_data_out(struct sim_task *task, const void *buf, u32 offset,
		      u32 len)
{
	u32 used, taken;
	int idx;

	if (!task->op || task->dir != SIM_DIR_OUT || offset >= task->len)
		return len;
	used = min(len, task->len - offset);
	idx = srcu_read_lock(&sim_steps);
	taken = sim_task_take(task, buf, offset, used);
	srcu_read_unlock(&sim_steps, idx);
	return taken < used ? taken : len;
}

/**
 * sim_task_prepare() - let the target get memory for the next data
 * @task: the task, whose sim_task_data_out() took less than it was given
 * @offset: position of the next byte in the data
 * @gfp: as for sim_task_exec()
 *
 * Context: Any; may sleep if @gfp allows it.
 * Return: 0; -EAGAIN as sim_task_exec(); or SIM_SETTLED if the target takes no
 * more data, and sim_task_finish() is next.
 */
int sim_task_prepare(struct sim_task *task, u32 offset, gfp_t gfp)
{
	const struct sim_cmd *cmd;
	int idx, ret;

	if (!task->op)
		return 0;
	cmd = sim_task_cmd(task);
	idx = srcu_read_lock(&sim_steps);
	ret = sim_check_epoch(task);
	if (!ret && cmd->prepare)
		ret = cmd->prepare(task, offset, gfp);
	srcu_read_unlock(&sim_steps, idx);
	if (ret == SIM_SETTLED)
		task->op = NULL;
	return ret;
}

/**
 * sim_task_finish() - do the work that needs all data, and set the status
 * @task: the task; sim_task_exec() returned 0 and its data have moved
 * @gfp: as for sim_task_exec()
 *
 * Context: Any; may sleep if @gfp allows it.
 * Return: 0, or -EAGAIN as sim_task_exec(). Further calls change nothing.
 */
int sim_task_finish(struct sim_task *task, gfp_t gfp)
{
	const struct sim_cmd *cmd;
	int idx, ret;

	/* The work on parameter data grows with its length. */
	if (task->buf_len > SIM_REPLY_NOWAIT && task->dir == SIM_DIR_OUT &&
	    !gfpflags_allow_blocking(gfp))
		return -EAGAIN;
	if (!task->op)
		return 0;
	cmd = sim_task_cmd(task);
	idx = srcu_read_lock(&sim_steps);
	ret = sim_check_epoch(task);
	if (!ret && cmd->finish)
		ret = cmd->finish(task, gfp);
	srcu_read_unlock(&sim_steps, idx);
	if (ret == -EAGAIN)
		return ret;
	task->op = NULL;
	return 0;
}

/**
 * sim_task_release() - free the buffer of a task
 * @task: the task; sim_task_exec() was called for it, whatever it returned
 *
 * The status and the sense data remain valid.
 *
 * Context: Any.
 */
void sim_task_release(struct sim_task *task)
{
	task->op = NULL;
	if (!task->buf)
		return;
	kfree(task->buf);
	task->buf = NULL;
	task->buf_len = 0;
}

/**
 * sim_task_lost() - let a task report nothing, as its status gets lost
 * @task: the task, executed or not
 *
 * The unit attention condition that it has reported is pending again, unless
 * its LUN has been removed and added again meanwhile.
 *
 * Context: Any.
 */
void sim_task_lost(struct sim_task *task)
{
	if (task->ua && task->lu)
		sim_task_restore_ua(task);
	task->ua = SIM_UA_NONE;
}

/**
 * sim_task_fail() - end a task with an injected CHECK CONDITION
 * @bus: where it arrived
 * @task: the task, with cdb, target and lun set, executed or not
 * @sense: the sense data, which get the format that the logical unit uses
 *
 * Context: Any.
 */
void sim_task_fail(struct sim_bus *bus, struct sim_task *task,
		   const struct sim_sense *sense)
{
	task->lu = sim_lun_find(bus, task->target, task->lun);
	task->op = NULL;
	sim_check_sense(task, sense);
}

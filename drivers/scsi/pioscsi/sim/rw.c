// SPDX-License-Identifier: GPL-2.0-only
/*
 * READ, WRITE, VERIFY and SYNCHRONIZE CACHE.
 *
 * Data is copied directly between the chip's buffers and the medium. Memory for
 * written data is allocated when the data arrives. FUA and DPO have no effect,
 * because the medium is as fast as a cache and as volatile.
 */
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/math.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "cmd.h"
#include "lun.h"
#include "sense.h"

/* Bytes for which WRITE gets memory when it had to wait for some. */
#define SIM_WRITE_AHEAD		SZ_64K

/* BYTCHK of VERIFY, in its byte 1. */
#define SIM_BYTCHK(cdb)		(((cdb)[1] >> 1) & 3)
enum sim_bytchk {
	SIM_BYTCHK_NONE,	/* verify the medium alone */
	SIM_BYTCHK_ALL,		/* compare with data of all blocks */
	SIM_BYTCHK_RESERVED,
	SIM_BYTCHK_SAME,	/* compare each with one block of data */
};

/* Decodes and checks LBA and length. Sets pos, and priv to the bytes. */
static int sim_rw_decode(struct sim_task *task)
{
	unsigned int shift = task->lu->unit->medium.block_shift;
	u32 count = sim_cdb_count(task);
	u64 lba = sim_cdb_lba(task);
	int ret;

	ret = sim_check_count(task, count, SIM_MAX_TRANSFER >> shift);
	if (!ret)
		ret = sim_check_range(task, lba, count);
	if (ret)
		return ret;
	task->pos = lba << shift;
	task->priv = (u64)count << shift;
	return 0;
}

static void sim_rw_data(struct sim_task *task, enum sim_dir dir)
{
	task->len = task->priv;
	task->dir = task->len ? dir : SIM_DIR_NONE;
}

static int sim_read_exec(struct sim_task *task, gfp_t gfp)
{
	int ret = sim_rw_decode(task);

	if (!ret)
		sim_rw_data(task, SIM_DIR_IN);
	return ret;
}

static void sim_read_data(struct sim_task *task, void *buf, u32 offset,
			  u32 len)
{
	sim_medium_read(sim_lun_medium(task->lu), task->pos + offset, buf, len);
}

const struct sim_cmd sim_cmd_read = {
	.exec = sim_read_exec,
	.data_in = sim_read_data,
};

static int sim_write_exec(struct sim_task *task, gfp_t gfp)
{
	int ret = sim_rw_decode(task);

	if (!ret)
		sim_rw_data(task, SIM_DIR_OUT);
	return ret;
}

/* Maps the blocks that have bytes from @pos to @end. */
static int sim_write_map(struct sim_task *task, u64 pos, u64 end, gfp_t gfp)
{
	u32 block = sim_lun_block(task->lu);

	pos = round_down(pos, block);
	return sim_medium_map(sim_lun_medium(task->lu), pos,
			      round_up(end, block) - pos, gfp);
}

static u32 sim_write_data(struct sim_task *task, const void *buf, u32 offset,
			  u32 len)
{
	struct sim_medium *medium = sim_lun_medium(task->lu);
	u64 pos = task->pos + offset;
	u32 done = 0;

	for (;;) {
		done += sim_medium_write(medium, pos + done, buf + done,
					 len - done);
		if (done == len)
			return len;
		if (sim_write_map(task, pos + done, pos + done + 1,
				  GFP_NOWAIT))
			return done;
	}
}

/* Maps some blocks ahead or, if there is no memory for them, the next one. */
static int sim_write_prepare(struct sim_task *task, u32 offset, gfp_t gfp)
{
	u64 pos = task->pos + offset;
	u64 end = task->pos + task->len;

	if (!gfpflags_allow_blocking(gfp))
		return -EAGAIN;
	end = min(end, pos + SIM_WRITE_AHEAD);
	if (sim_write_map(task, pos, end, gfp) &&
	    sim_write_map(task, pos, pos + 1, gfp))
		return sim_check(task, DATA_PROTECT, SIM_ASC_NO_SPACE);
	return 0;
}

const struct sim_cmd sim_cmd_write = {
	.exec = sim_write_exec,
	.data_out = sim_write_data,
	.prepare = sim_write_prepare,
};

static int sim_verify_exec(struct sim_task *task, gfp_t gfp)
{
	unsigned int bytchk = SIM_BYTCHK(task->cdb);
	int ret;

	if (bytchk == SIM_BYTCHK_RESERVED)
		return sim_invalid_cdb(task, 1, 2);
	ret = sim_rw_decode(task);
	if (ret || !task->priv)
		return ret;
	if (bytchk == SIM_BYTCHK_SAME)
		return sim_expect(task, sim_lun_block(task->lu), gfp);
	if (bytchk == SIM_BYTCHK_ALL) {
		sim_rw_data(task, SIM_DIR_OUT);
		/* From now on @priv is the offset of the first difference. */
		task->priv = U64_MAX;
	}
	return 0;
}

/* Compares a piece, unless an earlier one differed already. */
static u32 sim_verify_data(struct sim_task *task, const void *buf, u32 offset,
			   u32 len)
{
	u32 same;

	if (task->buf)
		memcpy(task->buf + offset, buf, len);
	if (task->buf || task->priv <= offset)
		return len;
	same = sim_medium_compare(sim_lun_medium(task->lu), task->pos + offset,
				  buf, len);
	if (same < len)
		task->priv = min_t(u64, task->priv, offset + same);
	return len;
}

/* INFORMATION is the offset of the first difference in the data. */
static int sim_verify_failed(struct sim_task *task, u64 offset)
{
	return sim_check_info(task, MISCOMPARE, SIM_ASC_MISCOMPARE, offset);
}

static int sim_verify_same(struct sim_task *task, gfp_t gfp)
{
	u32 equal, block = sim_lun_block(task->lu);
	u64 end = task->pos + task->priv;
	u64 pos;
	int ret;

	if (!gfpflags_allow_blocking(gfp))
		return -EAGAIN;
	for (pos = task->pos; pos < end; pos += block) {
		ret = sim_check_stop(task);
		if (ret)
			return ret;
		equal = sim_medium_compare(sim_lun_medium(task->lu), pos,
					   task->buf, block);
		if (equal < block)
			return sim_verify_failed(task, equal);
		cond_resched();
	}
	return 0;
}

static int sim_verify_finish(struct sim_task *task, gfp_t gfp)
{
	if (task->dir != SIM_DIR_OUT)
		return 0;
	if (task->buf)
		return sim_verify_same(task, gfp);
	if (task->priv != U64_MAX)
		return sim_verify_failed(task, task->priv);
	return 0;
}

const struct sim_cmd sim_cmd_verify = {
	.exec = sim_verify_exec,
	.data_out = sim_verify_data,
	.finish = sim_verify_finish,
};

/* A length of 0 means all blocks up to the last one, and is always in range. */
static int sim_sync_cache_exec(struct sim_task *task, gfp_t gfp)
{
	return sim_check_range(task, sim_cdb_lba(task),
			       sim_cdb_count(task));
}

const struct sim_cmd sim_cmd_sync_cache = {
	.exec = sim_sync_cache_exec,
};

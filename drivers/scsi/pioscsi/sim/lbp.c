// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logical block provisioning: WRITE SAME, UNMAP and GET LBA STATUS.
 *
 * Their work grows with the range. It is done in process context, in steps,
 * and ends when the task has to stop.
 */
#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "cmd.h"
#include "lun.h"
#include "opcodes.h"
#include "sense.h"

/* Byte 1 of WRITE SAME. */
#define SIM_WS_NDOB		BIT(0)	/* (16) only */

/* Bytes that WRITE SAME writes between two checks for an abort. */
#define SIM_WS_STEP		SZ_64K

/* Bytes that are deallocated or examined between two such checks. */
#define SIM_UNMAP_STEP		SZ_1M
#define SIM_STATUS_STEP		SZ_16M

#define SIM_UNMAP_HEADER	8
#define SIM_UNMAP_DESC		16

#define SIM_STATUS_HEADER	8
#define SIM_STATUS_DESC		16
#define SIM_STATUS_MAX		255	/* descriptors in one answer */
#define SIM_DEALLOCATED		1	/* PROVISIONING STATUS */

static int sim_write_same_exec(struct sim_task *task, gfp_t gfp)
{
	unsigned int shift = task->lu->unit->medium.block_shift;
	u32 block = sim_lun_block(task->lu);
	u32 count = sim_cdb_count(task);
	u64 lba = sim_cdb_lba(task);
	int ret;

	/* WSNZ: 0 blocks are as invalid as too many. */
	ret = sim_check_count(task, count - 1,
			      (SIM_MAX_WRITE_SAME >> shift) - 1);
	if (!ret)
		ret = sim_check_range(task, lba, count);
	if (ret)
		return ret;
	task->pos = lba << shift;
	task->priv = (u64)count << shift;
	/* Without a data-out buffer, the block is all zeroes. */
	if (task->cdb[1] & SIM_WS_NDOB)
		return sim_reply(task, block, gfp);
	return sim_expect(task, block, gfp);
}

/* Writes the block to @len bytes from @pos on. Returns 0 or an error. */
static int sim_write_same_step(struct sim_task *task, u64 pos, u32 len,
			       gfp_t gfp)
{
	struct sim_medium *medium = sim_lun_medium(task->lu);
	u32 done, block = sim_lun_block(task->lu);
	int ret;

	ret = sim_medium_map(medium, pos, len, gfp);
	if (ret)
		return ret;
	for (done = 0; done < len; done += block)
		sim_medium_write(medium, pos + done, task->buf, block);
	return 0;
}

/* Deallocates blocks. Returns 0, or SIM_SETTLED if the task has to stop. */
static int sim_unmap_range(struct sim_task *task, u64 pos, u64 len)
{
	u64 end = pos + len, step;
	int ret;

	for (; pos < end; pos += step) {
		ret = sim_check_stop(task);
		if (ret)
			return ret;
		step = min_t(u64, end - pos, SIM_UNMAP_STEP);
		sim_medium_unmap(sim_lun_medium(task->lu), pos, step);
	}
	return 0;
}

static int sim_write_same_finish(struct sim_task *task, gfp_t gfp)
{
	u64 done;
	int ret;

	if (!gfpflags_allow_blocking(gfp))
		return -EAGAIN;
	/*
	 * Blocks may only be deallocated if the block to be written is all
	 * zeroes.
	 */
	if (task->cdb[1] & SIM_WS_UNMAP &&
	    !memchr_inv(task->buf, 0, sim_lun_block(task->lu)))
		return sim_unmap_range(task, task->pos, task->priv);
	for (done = 0; done < task->priv; done += SIM_WS_STEP) {
		u32 len = min_t(u64, task->priv - done, SIM_WS_STEP);

		ret = sim_check_stop(task);
		if (ret)
			return ret;
		if (sim_write_same_step(task, task->pos + done, len, gfp))
			return sim_check(task, DATA_PROTECT,
					 SIM_ASC_NO_SPACE);
		cond_resched();
	}
	return 0;
}

const struct sim_cmd sim_cmd_write_same = {
	.exec = sim_write_same_exec,
	.finish = sim_write_same_finish,
};

static int sim_unmap_exec(struct sim_task *task, gfp_t gfp)
{
	u32 len = get_unaligned_be16(&task->cdb[7]);

	if (len && len < SIM_UNMAP_HEADER)
		return sim_check(task, ILLEGAL_REQUEST,
				 SIM_ASC_PARAM_LENGTH);
	return sim_expect(task, len, gfp);
}

/*
 * Checks one descriptor. @left is the number of blocks that may still be
 * unmapped.
 */
static int sim_unmap_check_desc(struct sim_task *task, u32 off, u32 *left)
{
	const u8 *desc = &task->buf[off];
	u64 lba = get_unaligned_be64(&desc[0]);
	u32 count = get_unaligned_be32(&desc[8]);

	if (get_unaligned_be32(&desc[12]))
		return sim_invalid_param(task, off + 12, 7);
	if (count > *left)
		return sim_invalid_param(task, off + 8, 7);
	*left -= count;
	/* A descriptor of 0 blocks at the end of the medium is valid. */
	if (!count && lba <= sim_unit_blocks(task->lu->unit))
		return 0;
	return sim_check_range(task, lba, count);
}

/* Checks all of the parameter list. Sets the number of descriptors. */
static int sim_unmap_check(struct sim_task *task, unsigned int *count)
{
	u32 left = SIM_MAX_UNMAP >> task->lu->unit->medium.block_shift;
	const u8 *data = task->buf;
	unsigned int i;
	int ret = 0;

	if (get_unaligned_be32(&data[4]))
		return sim_invalid_param(task, 4, 7);
	/* A descriptor that is not complete is ignored. */
	*count = min_t(u32, get_unaligned_be16(&data[2]),
		       task->buf_len - SIM_UNMAP_HEADER) / SIM_UNMAP_DESC;
	if (*count > SIM_MAX_UNMAP_DESC)
		return sim_invalid_param(task, 2, 7);
	for (i = 0; !ret && i < *count; i++)
		ret = sim_unmap_check_desc(task, SIM_UNMAP_HEADER +
					   i * SIM_UNMAP_DESC, &left);
	return ret;
}

static int sim_unmap_finish(struct sim_task *task, gfp_t gfp)
{
	unsigned int shift = task->lu->unit->medium.block_shift;
	unsigned int i, count;
	const u8 *desc;
	u64 lba, blocks;
	int ret;

	if (!task->buf_len)
		return 0;
	if (!gfpflags_allow_blocking(gfp))
		return -EAGAIN;
	ret = sim_unmap_check(task, &count);
	if (ret)
		return ret;
	desc = task->buf + SIM_UNMAP_HEADER;
	for (i = 0; !ret && i < count; i++, desc += SIM_UNMAP_DESC) {
		lba = get_unaligned_be64(&desc[0]);
		blocks = get_unaligned_be32(&desc[8]);
		ret = sim_unmap_range(task, lba << shift, blocks << shift);
	}
	return ret;
}

const struct sim_cmd sim_cmd_unmap = {
	.exec = sim_unmap_exec,
	.finish = sim_unmap_finish,
};

/* SBC-3: all blocks of such a unit are mapped. */
static bool sim_is_fully_provisioned(const struct sim_lun *lu)
{
	const struct sim_bus_config *config = &lu->bus->config;

	return config->no_lbpu && config->no_lbpws;
}

/*
 * Returns the number of bytes from @pos to @end that are mapped, or not mapped,
 * like the first block. The number is smaller if the task is cancelled.
 */
static u64 sim_status_run(struct sim_task *task, u64 pos, u64 end, bool *mapped)
{
	struct sim_medium *medium = sim_lun_medium(task->lu);
	u64 at = pos, run, step;
	bool same = true;

	if (sim_is_fully_provisioned(task->lu)) {
		*mapped = true;
		return end - pos;
	}
	while (at < end && !sim_task_cancelled(task)) {
		step = min_t(u64, end - at, SIM_STATUS_STEP);
		run = sim_medium_run(medium, at, at + step, &same);
		if (at == pos)
			*mapped = same;
		else if (same != *mapped)
			break;
		at += run;
		if (run < step)
			break;
	}
	return at - pos;
}

/*
 * Describes the blocks from @lba to @end that have the same state. Returns
 * their number.
 */
static u32 sim_put_lba_status(struct sim_task *task, u64 lba, u64 end, u8 *desc)
{
	unsigned int shift = task->lu->unit->medium.block_shift;
	u64 count = min_t(u64, end - lba, U32_MAX);
	bool mapped = false;

	count = sim_status_run(task, lba << shift, (lba + count) << shift,
			       &mapped) >> shift;
	put_unaligned_be64(lba, &desc[0]);
	put_unaligned_be32(count, &desc[8]);
	desc[12] = mapped ? 0 : SIM_DEALLOCATED;
	return count;
}

static int sim_get_lba_status_exec(struct sim_task *task, gfp_t gfp)
{
	u32 alloc_len = get_unaligned_be32(&task->cdb[10]);
	/* The capacity may change meanwhile. */
	u64 end = sim_unit_blocks(task->lu->unit);
	u64 lba = sim_cdb_lba(task);
	u32 len = SIM_STATUS_HEADER;
	u32 descs;
	int ret;

	ret = sim_check_range(task, lba, 0);
	if (ret)
		return ret;
	if (!gfpflags_allow_blocking(gfp))
		return -EAGAIN;
	/*
	 * Return at most the requested number of descriptors, but at least one.
	 */
	descs = clamp_t(u32, alloc_len, SIM_STATUS_HEADER + 1,
			SIM_STATUS_HEADER +
			SIM_STATUS_MAX * SIM_STATUS_DESC);
	descs = DIV_ROUND_UP(descs - SIM_STATUS_HEADER, SIM_STATUS_DESC);
	ret = sim_reply(task, SIM_STATUS_HEADER + descs * SIM_STATUS_DESC,
			gfp);
	if (ret)
		return ret;
	while (lba < end && len < task->buf_len) {
		ret = sim_check_stop(task);
		if (ret)
			return ret;
		lba += sim_put_lba_status(task, lba, end, &task->buf[len]);
		len += SIM_STATUS_DESC;
		cond_resched();
	}
	put_unaligned_be32(len - 4, task->buf);
	sim_reply_len(task, len, alloc_len);
	return 0;
}

const struct sim_cmd sim_cmd_get_lba_status = {
	.exec = sim_get_lba_status_exec,
};

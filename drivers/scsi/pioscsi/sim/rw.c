// SPDX-License-Identifier: GPL-2.0-only
/*
 * READ, WRITE, VERIFY and SYNCHRONIZE CACHE.
 *
 * Data go straight between the chip's buffers and the medium. FUA and DPO
 * have nothing to do: the medium is as fast and as lasting as a cache.
 */
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "cmd.h"
#include "lun.h"
#include "sense.h"

/* BYTCHK of VERIFY, in its byte 1. */
#define PSIM_BYTCHK(cdb)	(((cdb)[1] >> 1) & 3)
enum psim_bytchk {
	PSIM_BYTCHK_NONE,	/* verify the medium alone */
	PSIM_BYTCHK_ALL,	/* compare with as many blocks */
	PSIM_BYTCHK_RESERVED,
	PSIM_BYTCHK_SAME,	/* compare each with the same block */
};

/* Decodes and checks LBA and length. Sets pos, and priv to the bytes. */
static int psim_rw_decode(struct psim_task *task)
{
	unsigned int shift = task->lu->medium.block_shift;
	u32 count = psim_cdb_count(task);
	u64 lba = psim_cdb_lba(task);
	int ret;

	ret = psim_check_count(task, count, PSIM_MAX_TRANSFER >> shift);
	if (!ret)
		ret = psim_check_range(task, lba, count);
	if (ret)
		return ret;
	task->pos = lba << shift;
	task->priv = (u64)count << shift;
	return 0;
}

static void psim_rw_data(struct psim_task *task, enum psim_dir dir)
{
	task->len = task->priv;
	task->dir = task->len ? dir : PSIM_DIR_NONE;
}

static int psim_read_exec(struct psim_task *task, gfp_t gfp)
{
	int ret = psim_rw_decode(task);

	if (!ret)
		psim_rw_data(task, PSIM_DIR_IN);
	return ret;
}

static void psim_read_data(struct psim_task *task, void *buf, u32 offset,
			   u32 len)
{
	psim_medium_read(&task->lu->medium, task->pos + offset, buf, len);
}

const struct psim_cmd psim_cmd_read = {
	.exec = psim_read_exec,
	.data_in = psim_read_data,
};

static int psim_write_exec(struct psim_task *task, gfp_t gfp)
{
	int ret = psim_rw_decode(task);

	if (ret)
		return ret;
	if (psim_medium_map(&task->lu->medium, task->pos, task->priv, gfp)) {
		if (!gfpflags_allow_blocking(gfp))
			return -EAGAIN;
		return psim_check(task, DATA_PROTECT, PSIM_ASC_NO_SPACE);
	}
	psim_rw_data(task, PSIM_DIR_OUT);
	return 0;
}

static void psim_write_data(struct psim_task *task, const void *buf,
			    u32 offset, u32 len)
{
	psim_medium_write(&task->lu->medium, task->pos + offset, buf, len);
}

const struct psim_cmd psim_cmd_write = {
	.exec = psim_write_exec,
	.data_out = psim_write_data,
};

static int psim_verify_exec(struct psim_task *task, gfp_t gfp)
{
	unsigned int bytchk = PSIM_BYTCHK(task->cdb);
	int ret;

	if (bytchk == PSIM_BYTCHK_RESERVED)
		return psim_invalid_cdb(task, 1, 2);
	ret = psim_rw_decode(task);
	if (ret || !task->priv)
		return ret;
	if (bytchk == PSIM_BYTCHK_SAME)
		return psim_expect(task, psim_lun_block(task->lu), gfp);
	if (bytchk == PSIM_BYTCHK_ALL) {
		psim_rw_data(task, PSIM_DIR_OUT);
		/* From here on: offset of the first difference. */
		task->priv = U64_MAX;
	}
	return 0;
}

/* Compares a piece, unless an earlier one differed already. */
static void psim_verify_data(struct psim_task *task, const void *buf,
			     u32 offset, u32 len)
{
	u32 same;

	if (task->buf) {
		memcpy(task->buf + offset, buf, len);
		return;
	}
	if (task->priv <= offset)
		return;
	same = psim_medium_compare(&task->lu->medium, task->pos + offset, buf,
				   len);
	if (same < len)
		task->priv = min_t(u64, task->priv, offset + same);
}

/* INFORMATION is the offset of the first difference in the data. */
static int psim_verify_failed(struct psim_task *task, u64 offset)
{
	return psim_check_info(task, MISCOMPARE, PSIM_ASC_MISCOMPARE, offset);
}

static int psim_verify_same(struct psim_task *task, gfp_t gfp)
{
	u32 equal, block = psim_lun_block(task->lu);
	u64 end = task->pos + task->priv;
	u64 pos;

	if (!gfpflags_allow_blocking(gfp))
		return -EAGAIN;
	for (pos = task->pos; pos < end; pos += block) {
		equal = psim_medium_compare(&task->lu->medium, pos, task->buf,
					    block);
		if (equal < block)
			return psim_verify_failed(task, equal);
		cond_resched();
	}
	return 0;
}

static int psim_verify_finish(struct psim_task *task, gfp_t gfp)
{
	if (task->dir != PSIM_DIR_OUT)
		return 0;
	if (task->buf)
		return psim_verify_same(task, gfp);
	if (task->priv != U64_MAX)
		return psim_verify_failed(task, task->priv);
	return 0;
}

const struct psim_cmd psim_cmd_verify = {
	.exec = psim_verify_exec,
	.data_out = psim_verify_data,
	.finish = psim_verify_finish,
};

/* A length of 0 means up to the last block, and is in range as such. */
static int psim_sync_cache_exec(struct psim_task *task, gfp_t gfp)
{
	return psim_check_range(task, psim_cdb_lba(task),
				psim_cdb_count(task));
}

const struct psim_cmd psim_cmd_sync_cache = {
	.exec = psim_sync_cache_exec,
};

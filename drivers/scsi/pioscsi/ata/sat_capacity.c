// SPDX-License-Identifier: GPL-2.0-only
/*
 * READ CAPACITY (10) and (16).
 */
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "../compat.h"
#include "dev.h"
#include "sat_cdb.h"

#define SAT_CAPACITY10_BYTES	8
#define SAT_CAPACITY16_BYTES	32

static enum sat_answer sat_read_capacity10(struct sat_cmd *cmd)
{
	const struct sat_dev *dev = cmd->dev;
	u32 last = min_t(u64, dev->sectors - 1, U32_MAX);

	put_unaligned_be32(last, &cmd->buf[0]);
	put_unaligned_be32(dev->sector_size, &cmd->buf[4]);
	return sat_reply(cmd, SAT_CAPACITY10_BYTES, SAT_CAPACITY10_BYTES);
}

const struct sat_op sat_op_read_capacity10 = {
	.begin = sat_read_capacity10,
};

static enum sat_answer sat_read_capacity16(struct sat_cmd *cmd)
{
	const struct sat_dev *dev = cmd->dev;

	memset(cmd->buf, 0, SAT_CAPACITY16_BYTES);
	put_unaligned_be64(dev->sectors - 1, &cmd->buf[0]);
	put_unaligned_be32(dev->sector_size, &cmd->buf[8]);
	cmd->buf[13] = dev->phys_exp;
	put_unaligned_be16(dev->lowest_aligned, &cmd->buf[14]);
	return sat_reply(cmd, SAT_CAPACITY16_BYTES,
			 get_unaligned_be32(&cmd->cdb[10]));
}

const struct sat_op sat_op_read_capacity16 = {
	.begin = sat_read_capacity16,
};

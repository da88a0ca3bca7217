// SPDX-License-Identifier: GPL-2.0-only
/*
 * READ, WRITE and VERIFY with CDBs of all lengths.
 *
 * FUA is not supported: many devices implement WRITE MULTIPLE FUA EXT wrong.
 * The block layer flushes the write cache instead, as it does with libata.
 */
#include <linux/ata.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include "dev.h"
#include "sat_priv.h"

static const struct sat_pair sat_cmd_read[] = {
	{ ATA_CMD_PIO_READ, ATA_CMD_PIO_READ_EXT },
	{ ATA_CMD_READ_MULTI, ATA_CMD_READ_MULTI_EXT },
};

static const struct sat_pair sat_cmd_write[] = {
	{ ATA_CMD_PIO_WRITE, ATA_CMD_PIO_WRITE_EXT },
	{ ATA_CMD_WRITE_MULTI, ATA_CMD_WRITE_MULTI_EXT },
};

static const struct sat_pair sat_cmd_verify = {
	ATA_CMD_VERIFY, ATA_CMD_VERIFY_EXT
};

/* Checks the range and the length of the buffer. */
static bool sat_rw_check(struct sat_cmd *cmd, enum dma_data_direction dir)
{
	return sat_extent_get(cmd) &&
	       sat_cdb_data(cmd, dir, cmd->left * cmd->dev->sector_size,
			    sat_extent_count_byte(cmd));
}

static enum sat_answer sat_rw_send(struct sat_cmd *cmd, struct sat_pair command,
				   enum sat_protocol protocol)
{
	const struct sat_dev *dev = cmd->dev;

	sat_extent_tf(cmd, command);
	cmd->tf.protocol = protocol;
	cmd->tf.bytes = cmd->chunk * dev->sector_size;
	cmd->tf.drq_bytes = max_t(u32, dev->multi, 1) * dev->sector_size;
	return SAT_TASKFILE;
}

static enum sat_answer sat_verify_send(struct sat_cmd *cmd)
{
	sat_extent_tf(cmd, sat_cmd_verify);
	return SAT_TASKFILE;
}

static enum sat_answer sat_read_send(struct sat_cmd *cmd)
{
	return sat_rw_send(cmd, sat_cmd_read[!!cmd->dev->multi], SAT_PIO_IN);
}

static enum sat_answer sat_read_begin(struct sat_cmd *cmd)
{
	if (!sat_rw_check(cmd, DMA_FROM_DEVICE))
		return SAT_CHECK;
	return cmd->left ? sat_read_send(cmd) : SAT_GOOD;
}

static enum sat_answer sat_read_next(struct sat_cmd *cmd,
				     const struct sat_regs *result)
{
	return sat_extent_next(cmd) ? sat_read_send(cmd) : SAT_GOOD;
}

const struct sat_op sat_op_read = {
	.begin = sat_read_begin,
	.next = sat_read_next,
};

static enum sat_answer sat_write_send(struct sat_cmd *cmd)
{
	return sat_rw_send(cmd, sat_cmd_write[!!cmd->dev->multi], SAT_PIO_OUT);
}

static enum sat_answer sat_write_begin(struct sat_cmd *cmd)
{
	if (!sat_rw_check(cmd, DMA_TO_DEVICE))
		return SAT_CHECK;
	return cmd->left ? sat_write_send(cmd) : SAT_GOOD;
}

static enum sat_answer sat_write_next(struct sat_cmd *cmd,
				      const struct sat_regs *result)
{
	return sat_extent_next(cmd) ? sat_write_send(cmd) : SAT_GOOD;
}

const struct sat_op sat_op_write = {
	.begin = sat_write_begin,
	.next = sat_write_next,
};

/*
 * The size of the buffer limits reads and writes. VERIFY has no buffer, and a
 * long one would keep both devices of the channel from all other commands.
 */
static enum sat_answer sat_verify_begin(struct sat_cmd *cmd)
{
	if (!sat_extent_get(cmd))
		return SAT_CHECK;
	if (cmd->left > SAT_TRANSFER_MAX)
		return sat_invalid_cdb(cmd, sat_extent_count_byte(cmd), 7);
	return cmd->left ? sat_verify_send(cmd) : SAT_GOOD;
}

static enum sat_answer sat_verify_next(struct sat_cmd *cmd,
				       const struct sat_regs *result)
{
	return sat_extent_next(cmd) ? sat_verify_send(cmd) : SAT_GOOD;
}

const struct sat_op sat_op_verify = {
	.begin = sat_verify_begin,
	.next = sat_verify_next,
};

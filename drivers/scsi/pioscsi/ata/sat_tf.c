// SPDX-License-Identifier: GPL-2.0-only
/* Taskfiles, and the split of a command's sectors into several taskfiles. */
#include <linux/ata.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "dev.h"
#include "sat_priv.h"

/*
 * Most sectors of one ATA command. 48-bit commands never have a count of 0000h,
 * which libata does not use either.
 */
#define SAT_LBA28_COUNT		256
#define SAT_LBA48_COUNT		65535

static u64 sat_chs_lba(const struct sat_dev *dev, const struct sat_regs *regs)
{
	u32 cyl = regs->lbam | regs->lbah << 8;

	return (cyl * dev->heads + (regs->device & 0x0f)) * dev->spt +
	       regs->lbal - 1;
}

/**
 * sat_result_lba() - get the LBA of an error out of the registers
 * @cmd: the command
 * @result: the registers at the end of its taskfile
 *
 * Context: Any.
 * Return: the LBA.
 */
u64 sat_result_lba(const struct sat_cmd *cmd, const struct sat_regs *result)
{
	u64 lba = result->lbal | result->lbam << 8 | result->lbah << 16;

	if (cmd->tf.ext)
		return lba | (u64)result->hob_lbal << 24 |
		       (u64)result->hob_lbam << 32 |
		       (u64)result->hob_lbah << 40;
	if (cmd->dev->heads && !(cmd->tf.regs.device & ATA_LBA))
		return sat_chs_lba(cmd->dev, result);
	return lba | (result->device & 0x0f) << 24;
}

/**
 * sat_is_multiple() - tell whether a command has several sectors in a DRQ block
 * @command: COMMAND
 *
 * Context: Any.
 * Return: true for a command of multiple mode.
 */
bool sat_is_multiple(u8 command)
{
	switch (command) {
	case ATA_CMD_READ_MULTI:
	case ATA_CMD_READ_MULTI_EXT:
	case ATA_CMD_WRITE_MULTI:
	case ATA_CMD_WRITE_MULTI_EXT:
	case ATA_CMD_WRITE_MULTI_FUA_EXT:
	case ATA_CMD_CFA_WRITE_MULT_NE:
		return true;
	default:
		return false;
	}
}

/**
 * sat_tf_flushes() - tell whether a taskfile is FLUSH CACHE (EXT)
 * @tf: the taskfile
 *
 * Context: Any.
 * Return: true for either form of the command.
 */
bool sat_tf_flushes(const struct sat_tf *tf)
{
	return tf->regs.command == ATA_CMD_FLUSH ||
	       tf->regs.command == ATA_CMD_FLUSH_EXT;
}

/**
 * sat_tf_writes() - tell whether a taskfile writes to the medium
 * @tf: the taskfile
 *
 * Context: Any.
 * Return: true for data to the device, for an erasure and for a flush.
 */
bool sat_tf_writes(const struct sat_tf *tf)
{
	return tf->protocol == SAT_PIO_OUT ||
	       tf->regs.command == ATA_CMD_CFA_ERASE || sat_tf_flushes(tf);
}

/**
 * sat_tf_command() - make a non-data taskfile without parameters
 * @cmd: for this command
 * @command: COMMAND
 *
 * Context: Any.
 */
void sat_tf_command(struct sat_cmd *cmd, u8 command)
{
	memset(&cmd->tf, 0, sizeof(cmd->tf));
	cmd->tf.regs.command = command;
	cmd->tf.regs.device = ATA_DEVICE_OBS;
	cmd->tf.protocol = SAT_NON_DATA;
	cmd->chunk = 0;
}

/**
 * sat_tf_set_features() - make a SET FEATURES taskfile
 * @cmd: for this command
 * @feature: the subcommand
 *
 * Context: Any.
 */
void sat_tf_set_features(struct sat_cmd *cmd, u8 feature)
{
	sat_tf_command(cmd, ATA_CMD_SET_FEATURES);
	cmd->tf.regs.feature = feature;
}

/**
 * sat_tf_flush() - make a taskfile that writes the device's cache to the medium
 * @cmd: for this command
 *
 * Drives before ATA-6 may have FLUSH CACHE without reporting it, so a write
 * cache that is on is always flushed.
 *
 * Context: Any.
 * Return: false if the write cache is off and FLUSH CACHE not reported.
 */
bool sat_tf_flush(struct sat_cmd *cmd)
{
	const struct sat_dev *dev = cmd->dev;

	if (!dev->flush && !dev->flush_ext && !dev->wcache)
		return false;
	sat_tf_command(cmd, dev->flush_ext ? ATA_CMD_FLUSH_EXT : ATA_CMD_FLUSH);
	cmd->tf.ext = dev->flush_ext;
	return true;
}

/**
 * sat_extent_count_byte() - find the number of blocks in a CDB
 * @cmd: a command for a range of blocks
 *
 * Context: Any.
 * Return: offset of the first byte of that field.
 */
unsigned int sat_extent_count_byte(const struct sat_cmd *cmd)
{
	switch (COMMAND_SIZE(cmd->cdb[0])) {
	case 6:
		return 4;
	case 10:
		return 7;
	case 12:
		return 6;
	default:
		return 10;
	}
}

/**
 * sat_extent_get() - read the range of blocks from a CDB
 * @cmd: a command for a range of blocks
 *
 * Sets &sat_cmd.lba and &sat_cmd.left; the latter may be 0.
 *
 * Context: Any.
 * Return: true, or false with sense data if the range leaves the medium.
 */
bool sat_extent_get(struct sat_cmd *cmd)
{
	const u8 *count = &cmd->cdb[sat_extent_count_byte(cmd)];
	const u8 *cdb = cmd->cdb;

	switch (COMMAND_SIZE(cdb[0])) {
	case 6:
		cmd->lba = get_unaligned_be24(&cdb[1]) & 0x1fffff;
		cmd->left = *count ?: 256;
		break;
	case 10:
		cmd->lba = get_unaligned_be32(&cdb[2]);
		cmd->left = get_unaligned_be16(count);
		break;
	case 12:
		cmd->lba = get_unaligned_be32(&cdb[2]);
		cmd->left = get_unaligned_be32(count);
		break;
	default:
		cmd->lba = get_unaligned_be64(&cdb[2]);
		cmd->left = get_unaligned_be32(count);
		break;
	}
	if (cmd->lba <= cmd->dev->sectors &&
	    cmd->left <= cmd->dev->sectors - cmd->lba)
		return true;
	sat_check(cmd, ILLEGAL_REQUEST, SAT_ASC_LBA_RANGE);
	/* The first LBA that is invalid. */
	scsi_set_sense_information(cmd->sense, SCSI_SENSE_BUFFERSIZE,
				   max(cmd->lba, cmd->dev->sectors));
	return false;
}

static void sat_chs_regs(const struct sat_dev *dev, u32 lba,
			 struct sat_regs *regs)
{
	u32 track = lba / dev->spt, cyl = track / dev->heads;

	regs->lbal = lba % dev->spt + 1;
	regs->lbam = cyl;
	regs->lbah = cyl >> 8;
	regs->device |= track % dev->heads;
}

/*
 * A 28-bit command costs half the register writes: use it where possible. Many
 * disks reject one that ends at the last sector of 28 bits.
 */
static bool sat_extent_needs_ext(const struct sat_cmd *cmd)
{
	return cmd->dev->lba48 &&
	       (cmd->left > SAT_LBA28_COUNT ||
		cmd->lba + cmd->left >= SAT_LBA28_SECTORS);
}

/**
 * sat_extent_tf() - make a taskfile for the next sectors of a range
 * @cmd: the command; &sat_cmd.left is not 0
 * @command: the ATA command, in both forms
 *
 * Makes a non-data taskfile, which the caller may turn into another. Sets
 * &sat_cmd.chunk.
 *
 * Context: Any.
 */
void sat_extent_tf(struct sat_cmd *cmd, struct sat_pair command)
{
	bool ext = !command.lba28 || sat_extent_needs_ext(cmd);
	struct sat_regs *regs = &cmd->tf.regs;
	u64 lba = cmd->lba;
	u32 chunk;

	chunk = min_t(u64, cmd->left, ext ? SAT_LBA48_COUNT : SAT_LBA28_COUNT);
	sat_tf_command(cmd, ext ? command.lba48 : command.lba28);
	cmd->chunk = chunk;
	cmd->tf.ext = ext;
	/* 256 sectors do not fit the register, where 0 stands for them. */
	regs->nsect = chunk;
	if (unlikely(cmd->dev->heads)) {
		sat_chs_regs(cmd->dev, lba, regs);
		return;
	}
	regs->lbal = lba;
	regs->lbam = lba >> 8;
	regs->lbah = lba >> 16;
	regs->device |= ATA_LBA;
	if (ext) {
		regs->hob_nsect = chunk >> 8;
		regs->hob_lbal = lba >> 24;
		regs->hob_lbam = lba >> 32;
		regs->hob_lbah = lba >> 40;
	} else {
		regs->device |= lba >> 24;
	}
}

/**
 * sat_extent_next() - advance past the sectors of the last taskfile
 * @cmd: the command
 *
 * Context: Any.
 * Return: true if sectors are left.
 */
bool sat_extent_next(struct sat_cmd *cmd)
{
	cmd->lba += cmd->chunk;
	cmd->left -= cmd->chunk;
	cmd->chunk = 0;
	return cmd->left;
}

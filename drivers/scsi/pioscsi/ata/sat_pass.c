// SPDX-License-Identifier: GPL-2.0-only
/*
 * ATA PASS-THROUGH (12) and (16), SAT-4 12.2.
 */
#include <linux/ata.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "dev.h"
#include "sat_priv.h"

/* Byte 1. */
#define SAT_PASS_EXTEND		0x01	/* (16) only */
#define SAT_PASS_PROTOCOL(b)	((b) >> 1 & 0x0f)
#define SAT_PASS_MULTIPLE(b)	((b) >> 5)

/* PROTOCOL. */
#define SAT_PASS_NON_DATA	3
#define SAT_PASS_PIO_IN		4
#define SAT_PASS_PIO_OUT	5

/* Byte 2. */
#define SAT_PASS_LENGTH		0x03
#define SAT_PASS_BYT_BLOK	0x04
#define SAT_PASS_T_DIR		0x08
#define SAT_PASS_T_TYPE		0x10
#define SAT_PASS_CK_COND	0x20

/* T_LENGTH: where the length is. */
#define SAT_PASS_NO_LENGTH	0
#define SAT_PASS_IN_FEATURES	1
#define SAT_PASS_IN_COUNT	2
#define SAT_PASS_IN_TPSIU	3	/* is that of the buffer */

/* READ and WRITE without retry, WRITE VERIFY: not in <linux/ata.h>. */
#define CMD_PIO_READ_ONCE	0x21
#define CMD_PIO_WRITE_ONCE	0x31
#define CMD_WRITE_VERIFY	0x3c

/* SET FEATURES of CompactFlash cards, not in <linux/ata.h>. */
#define SAT_FEATURE_8BIT_ON	0x01
#define SAT_FEATURE_8BIT_OFF	0x81

static bool sat_pass_is_16(const struct sat_cmd *cmd)
{
	return cmd->cdb[0] == ATA_16;
}

/**
 * sat_is_pass_through() - tell whether a command is ATA PASS-THROUGH
 * @cmd: the command, with its device and CDB
 *
 * An ATAPI device gets all other commands by PACKET. BLANK of MMC-6 has the
 * operation code of ATA PASS-THROUGH (12). The kernel lets users without
 * CAP_SYS_RAWIO send BLANK, so it must never become an ATA command of theirs.
 *
 * Context: Any.
 * Return: true for ATA PASS-THROUGH (16), and for (12) to a disk.
 */
bool sat_is_pass_through(const struct sat_cmd *cmd)
{
	return cmd->cdb[0] == ATA_16 ||
	       (cmd->cdb[0] == ATA_12 && !cmd->dev->packet);
}

/**
 * sat_pass_command() - get the ATA command of ATA PASS-THROUGH
 * @cmd: the command, for which sat_is_pass_through() is true
 *
 * Context: Any.
 * Return: COMMAND.
 */
u8 sat_pass_command(const struct sat_cmd *cmd)
{
	return cmd->cdb[sat_pass_is_16(cmd) ? 14 : 9];
}

static void sat_pass_regs(struct sat_cmd *cmd)
{
	struct sat_regs *regs = &cmd->tf.regs;
	const u8 *cdb = cmd->cdb;

	memset(&cmd->tf, 0, sizeof(cmd->tf));
	if (!sat_pass_is_16(cmd)) {
		regs->feature = cdb[3];
		regs->nsect = cdb[4];
		regs->lbal = cdb[5];
		regs->lbam = cdb[6];
		regs->lbah = cdb[7];
		regs->device = cdb[8];
		regs->command = cdb[9];
	} else {
		regs->feature = cdb[4];
		regs->nsect = cdb[6];
		regs->lbal = cdb[8];
		regs->lbam = cdb[10];
		regs->lbah = cdb[12];
		regs->device = cdb[13];
		regs->command = cdb[14];
		cmd->tf.ext = cdb[1] & SAT_PASS_EXTEND;
	}
	if (cmd->tf.ext) {
		regs->hob_feature = cdb[3];
		regs->hob_nsect = cdb[5];
		regs->hob_lbal = cdb[7];
		regs->hob_lbam = cdb[9];
		regs->hob_lbah = cdb[11];
	}
	regs->device = (regs->device | ATA_DEVICE_OBS) & ~ATA_DEV1;
	/* COUNT tells whether the device has applied its new firmware. */
	cmd->tf.want_regs = cdb[2] & SAT_PASS_CK_COND ||
			    regs->command == SAT_CMD_DOWNLOAD_MICROCODE;
}

/*
 * SET FEATURES that change the data transfer without the knowledge of driver
 * and controller: the transfer mode, and 8-bit transfers on and off.
 */
static bool sat_pass_sets_transfer(const struct sat_cmd *cmd)
{
	const struct sat_regs *regs = &cmd->tf.regs;

	return regs->command == ATA_CMD_SET_FEATURES &&
	       (regs->feature == SETFEATURES_XFER ||
		regs->feature == SAT_FEATURE_8BIT_ON ||
		regs->feature == SAT_FEATURE_8BIT_OFF);
}

/* Neither protocol here can execute these commands. */
static bool sat_pass_is_unsupported(const struct sat_cmd *cmd)
{
	switch (cmd->tf.regs.command) {
	/* Obsolete since ATA-4. The bytes after the sector are unknown. */
	case ATA_CMD_READ_LONG:
	case ATA_CMD_READ_LONG_ONCE:
	case ATA_CMD_WRITE_LONG:
	case ATA_CMD_WRITE_LONG_ONCE:
		return true;
	case ATA_CMD_PACKET:
	case ATA_CMD_SERVICE:
	case ATA_CMD_DEV_RESET:
		return cmd->dev->packet;
	default:
		return false;
	}
}

/* Commands with logical sectors as data. */
static bool sat_pass_is_sectors(u8 command)
{
	switch (command) {
	case ATA_CMD_PIO_READ:
	case CMD_PIO_READ_ONCE:
	case ATA_CMD_PIO_READ_EXT:
	case ATA_CMD_READ_STREAM_EXT:
	case ATA_CMD_WRITE_STREAM_EXT:
	case ATA_CMD_PIO_WRITE:
	case CMD_PIO_WRITE_ONCE:
	case ATA_CMD_PIO_WRITE_EXT:
	case ATA_CMD_CFA_WRITE_NE:
	case CMD_WRITE_VERIFY:
		return true;
	default:
		return sat_is_multiple(command);
	}
}

/* MULTIPLE_COUNT has to be that of the last SET MULTIPLE MODE. */
static bool sat_pass_check_multiple(struct sat_cmd *cmd)
{
	u8 exponent = SAT_PASS_MULTIPLE(cmd->cdb[1]);

	if (!exponent)
		return true;
	return sat_is_multiple(cmd->tf.regs.command) &&
	       1U << exponent == cmd->dev->multi;
}

/* The byte of the CDB that holds the length, by T_LENGTH. */
static unsigned int sat_pass_length_byte(const struct sat_cmd *cmd)
{
	switch (cmd->cdb[2] & SAT_PASS_LENGTH) {
	case SAT_PASS_IN_FEATURES:
		return 3;
	case SAT_PASS_IN_COUNT:
		return sat_pass_is_16(cmd) ? 5 : 4;
	default:
		return 2;
	}
}

/*
 * 0 blocks stand for the largest number that the field cannot hold. A command
 * that moves one block and ignores its count may have any count.
 */
static u32 sat_pass_zero_blocks(const struct sat_cmd *cmd)
{
	if (!sat_pass_is_sectors(cmd->tf.regs.command))
		return 1;
	return cmd->tf.ext ? 65536 : 256;
}

/* LBA LOW has the upper byte of the count of these commands. */
static bool sat_pass_has_long_count(u8 command)
{
	return command == SAT_CMD_DOWNLOAD_MICROCODE ||
	       command == ATA_CMD_TRUSTED_RCV || command == ATA_CMD_TRUSTED_SND;
}

static u64 sat_pass_bytes(const struct sat_cmd *cmd)
{
	const struct sat_regs *regs = &cmd->tf.regs;
	u8 flags = cmd->cdb[2];
	u32 number;

	switch (flags & SAT_PASS_LENGTH) {
	case SAT_PASS_IN_FEATURES:
		number = regs->hob_feature << 8 | regs->feature;
		break;
	case SAT_PASS_IN_COUNT:
		number = regs->hob_nsect << 8 | regs->nsect;
		if (sat_pass_has_long_count(regs->command))
			number |= regs->lbal << 8;
		break;
	case SAT_PASS_IN_TPSIU:
		return cmd->data_len;
	default:
		return 0;
	}
	if (!(flags & SAT_PASS_BYT_BLOK))
		return number;
	if (!number)
		number = sat_pass_zero_blocks(cmd);
	return (u64)number * (flags & SAT_PASS_T_TYPE ? cmd->dev->sector_size :
							ATA_SECT_SIZE);
}

/*
 * Move whole blocks only, because a device waits for ever for the rest of a
 * block.
 */
static enum sat_answer sat_pass_data(struct sat_cmd *cmd, bool in)
{
	u8 command = cmd->tf.regs.command;
	u64 bytes = sat_pass_bytes(cmd);
	u32 block = ATA_SECT_SIZE;

	if (sat_pass_is_sectors(command))
		block = cmd->dev->sector_size;
	if (!(cmd->cdb[2] & SAT_PASS_LENGTH))
		return sat_invalid_cdb(cmd, 2, 1);
	if (!(cmd->cdb[2] & SAT_PASS_T_DIR) == in)
		return sat_invalid_cdb(cmd, 2, 3);
	if (!bytes || bytes & (block - 1))
		return sat_invalid_cdb(cmd, sat_pass_length_byte(cmd), 7);
	if (!sat_cdb_data(cmd, in ? DMA_FROM_DEVICE : DMA_TO_DEVICE, bytes,
			  sat_pass_length_byte(cmd)))
		return SAT_CHECK;
	if (sat_is_multiple(command))
		block *= max_t(u32, cmd->dev->multi, 1);
	cmd->tf.protocol = in ? SAT_PIO_IN : SAT_PIO_OUT;
	cmd->tf.bytes = bytes;
	cmd->tf.drq_bytes = block;
	return SAT_TASKFILE;
}

static enum sat_answer sat_pass_begin(struct sat_cmd *cmd)
{
	sat_pass_regs(cmd);
	if (sat_pass_is_unsupported(cmd))
		return sat_invalid_cdb(cmd, sat_pass_is_16(cmd) ? 14 : 9, 7);
	if (sat_pass_sets_transfer(cmd))
		return sat_invalid_cdb(cmd, sat_pass_is_16(cmd) ? 4 : 3, 7);
	if (!sat_pass_check_multiple(cmd))
		return sat_invalid_cdb(cmd, 1, 7);
	switch (SAT_PASS_PROTOCOL(cmd->cdb[1])) {
	case SAT_PASS_NON_DATA:
		if (cmd->cdb[2] & SAT_PASS_LENGTH)
			return sat_invalid_cdb(cmd, 2, 1);
		cmd->tf.protocol = SAT_NON_DATA;
		return SAT_TASKFILE;
	case SAT_PASS_PIO_IN:
		return sat_pass_data(cmd, true);
	case SAT_PASS_PIO_OUT:
		return sat_pass_data(cmd, false);
	default:
		return sat_invalid_cdb(cmd, 1, 4);
	}
}

/* Keeps the device state that the translation uses up to date. */
static void sat_pass_learn(struct sat_cmd *cmd, bool failed)
{
	const struct sat_regs *regs = &cmd->tf.regs;
	struct sat_dev *dev = cmd->dev;

	if (regs->command == ATA_CMD_SET_FEATURES && !failed)
		sat_dev_features_set(dev, regs->feature);
	else if (regs->command == ATA_CMD_SMART && !failed)
		sat_dev_smart_set(dev, regs->feature);
	else if (regs->command == ATA_CMD_SET_MULTI)
		dev->multi = failed || regs->nsect > dev->multi_max ?
			     0 : regs->nsect;
	/* The disk spins again, and its write cache may have data. */
	if (cmd->tf.protocol == SAT_PIO_OUT &&
	    sat_pass_is_sectors(regs->command))
		dev->stopped = false;
}

static enum sat_answer sat_pass_next(struct sat_cmd *cmd,
				     const struct sat_regs *result)
{
	bool failed = sat_failed(result);

	sat_pass_learn(cmd, failed);
	if (failed || cmd->cdb[2] & SAT_PASS_CK_COND)
		return sat_pass_sense(cmd, result);
	return SAT_GOOD;
}

const struct sat_op sat_op_pass_through = {
	.begin = sat_pass_begin,
	.next = sat_pass_next,
	.raw = true,
};

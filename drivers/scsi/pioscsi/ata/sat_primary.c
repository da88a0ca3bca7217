// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that need at most a short taskfile: TEST UNIT READY, REQUEST SENSE,
 * REPORT LUNS, READ CAPACITY and REPORT SUPPORTED OPERATION CODES.
 */
#include <linux/ata.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include <pioscsi/cdb.h>

#include "../compat.h"
#include "dev.h"
#include "sat_priv.h"

#define SAT_FIXED_SENSE_BYTES	18
#define SAT_DESC_SENSE_BYTES	8

#define SAT_DESC		0x01	/* REQUEST SENSE, byte 1 */

#define SAT_LUN_LIST_BYTES	16	/* header, and one LUN */

/* SELECT REPORT. */
#define SAT_LUNS		0x00	/* all but well known ones */
#define SAT_LUNS_WELL_KNOWN	0x01
#define SAT_LUNS_ALL		0x02

/* Both commands end at once and leave the medium alone. */
static enum sat_answer sat_test_unit_ready(struct sat_cmd *cmd)
{
	if (cmd->dev->media_status)
		sat_tf_command(cmd, SAT_CMD_MEDIA_STATUS);
	else if (cmd->dev->power)
		sat_tf_command(cmd, ATA_CMD_CHK_POWER);
	else
		return SAT_GOOD;
	return SAT_TASKFILE;
}

/* A write-protected medium is ready, too. */
static enum sat_answer sat_test_unit_ready_next(struct sat_cmd *cmd,
						const struct sat_regs *result)
{
	struct sat_regs regs = *result;

	if (!sat_failed(result))
		return SAT_GOOD;
	if (!cmd->dev->media_status)
		return sat_ata_error(cmd, result);
	regs.feature = sat_media_error(result);
	if (regs.feature || result->command & (ATA_BUSY | ATA_DF))
		return sat_ata_error(cmd, &regs);
	return SAT_GOOD;
}

const struct sat_op sat_op_test_unit_ready = {
	.begin = sat_test_unit_ready,
	.next = sat_test_unit_ready_next,
	.raw = true,
};

/*
 * Each command ends with its own sense data, so REQUEST SENSE only reports the
 * state of the unit.
 */
static enum sat_answer sat_request_sense(struct sat_cmd *cmd)
{
	bool desc = cmd->cdb[1] & SAT_DESC;
	u8 key = NO_SENSE;
	u16 code = SAT_ASC_NONE;

	if (cmd->dev->stopped) {
		key = NOT_READY;
		code = SAT_ASC_NEED_START;
	}
	memset(cmd->buf, 0, SAT_FIXED_SENSE_BYTES);
	scsi_build_sense_buffer(desc, cmd->buf, key, code >> 8, code & 0xff);
	return sat_reply(cmd, desc ? SAT_DESC_SENSE_BYTES :
				     SAT_FIXED_SENSE_BYTES, cmd->cdb[4]);
}

const struct sat_op sat_op_request_sense = {
	.begin = sat_request_sense,
};

static enum sat_answer sat_report_luns(struct sat_cmd *cmd)
{
	u32 alloc_len = get_unaligned_be32(&cmd->cdb[6]);
	u32 len = SAT_LUN_LIST_BYTES;

	if (cmd->cdb[2] > SAT_LUNS_ALL)
		return sat_invalid_cdb(cmd, 2, 7);
	if (cmd->cdb[2] == SAT_LUNS_WELL_KNOWN)
		len = 8;
	memset(cmd->buf, 0, SAT_LUN_LIST_BYTES);
	put_unaligned_be32(len - 8, &cmd->buf[0]);
	return sat_reply(cmd, len, alloc_len);
}

const struct sat_op sat_op_report_luns = {
	.begin = sat_report_luns,
};

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

static enum sat_answer sat_report_opcodes(struct sat_cmd *cmd)
{
	u32 alloc_len = get_unaligned_be32(&cmd->cdb[6]);
	struct pioscsi_cdb_field bad;
	int len;

	BUILD_BUG_ON(PIOSCSI_CDB_REPORT_MAX(SAT_CDBS_MAX) > SAT_BUF_BYTES);

	if (WARN_ON_ONCE(sat_cdb_table.count > SAT_CDBS_MAX))
		return sat_check(cmd, ILLEGAL_REQUEST, SAT_ASC_INVALID_OPCODE);
	len = pioscsi_cdb_report(&sat_cdb_table, cmd->cdb, cmd->buf, &bad);
	if (len < 0)
		return sat_invalid_cdb(cmd, bad.byte, fls(bad.mask) - 1);
	return sat_reply(cmd, len, alloc_len);
}

const struct sat_op sat_op_report_opcodes = {
	.begin = sat_report_opcodes,
};

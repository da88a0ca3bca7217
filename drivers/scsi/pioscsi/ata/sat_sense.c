// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sense data for errors that the translation itself finds.
 */
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include "dev.h"
#include "sat_priv.h"

/**
 * sat_build_sense() - write sense data
 * @cmd: the command
 * @desc: descriptor format instead of fixed format
 * @key: sense key
 * @code: SAT_ASC_*
 *
 * Context: Any.
 */
void sat_build_sense(struct sat_cmd *cmd, bool desc, u8 key, u16 code)
{
	memset(cmd->sense, 0, SCSI_SENSE_BUFFERSIZE);
	scsi_build_sense_buffer(desc, cmd->sense, key, code >> 8, code & 0xff);
}

/**
 * sat_check() - end a command with CHECK CONDITION
 * @cmd: the command
 * @key: sense key
 * @code: SAT_ASC_*
 *
 * Context: Any.
 * Return: %SAT_CHECK.
 */
enum sat_answer sat_check(struct sat_cmd *cmd, u8 key, u16 code)
{
	sat_build_sense(cmd, cmd->dev->d_sense, key, code);
	return SAT_CHECK;
}

static enum sat_answer sat_invalid_field(struct sat_cmd *cmd, u16 code,
					 unsigned int byte, unsigned int bit,
					 bool cdb)
{
	sat_check(cmd, ILLEGAL_REQUEST, code);
	scsi_set_sense_field_pointer(cmd->sense, SCSI_SENSE_BUFFERSIZE, byte,
				     bit, cdb);
	return SAT_CHECK;
}

/**
 * sat_invalid_cdb() - end a command with INVALID FIELD IN CDB
 * @cmd: the command
 * @byte: first byte of the field
 * @bit: most significant bit of the field in that byte
 *
 * Context: Any.
 * Return: %SAT_CHECK.
 */
enum sat_answer sat_invalid_cdb(struct sat_cmd *cmd, unsigned int byte,
				unsigned int bit)
{
	return sat_invalid_field(cmd, SAT_ASC_INVALID_CDB, byte, bit, true);
}

/**
 * sat_invalid_param() - end a command with INVALID FIELD IN PARAMETER LIST
 * @cmd: the command
 * @byte: first byte of the field
 * @bit: most significant bit of the field in that byte
 *
 * Context: Any.
 * Return: %SAT_CHECK.
 */
enum sat_answer sat_invalid_param(struct sat_cmd *cmd, unsigned int byte,
				  unsigned int bit)
{
	return sat_invalid_field(cmd, SAT_ASC_INVALID_PARAM, byte, bit, false);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sense data for errors that the device reports: the translation of the STATUS
 * and ERROR registers (SAT-4 11).
 */
#include <linux/ata.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include "dev.h"
#include "sat_priv.h"

/* Another bit of ERROR for removable media: no medium. */
#define SAT_ERR_NM		ATA_TRK0NF

/* The ATA status return descriptor (SAT-4 12.2.7). */
#define SAT_DESC_TYPE		0x09
#define SAT_DESC_LEN		14
#define SAT_DESC_EXTEND		BIT(0)

/* Bits of byte 8 of the same information in fixed format. */
#define SAT_FIXED_EXTEND	BIT(7)
#define SAT_FIXED_COUNT		BIT(6)
#define SAT_FIXED_LBA		BIT(5)

/**
 * sat_failed() - tell whether a taskfile ended with an error
 * @result: the registers at its end
 *
 * Context: Any.
 * Return: true if STATUS has BSY, DF or ERR.
 */
bool sat_failed(const struct sat_regs *result)
{
	return result->command & (ATA_BUSY | ATA_DF | ATA_ERR);
}

/**
 * sat_media_error() - get the error bits of GET MEDIA STATUS
 * @result: the registers at its end
 *
 * Write protection is no error.
 *
 * Context: Any.
 * Return: the bits of ERROR without WP, or 0 if ERROR is invalid.
 */
u8 sat_media_error(const struct sat_regs *result)
{
	u8 status = result->command;

	if (!(status & ATA_ERR) || status & (ATA_BUSY | ATA_DF))
		return 0;
	return result->feature & ~SAT_ERR_WP;
}

/**
 * sat_lock_aborts() - tell whether a password is the cause of an abort
 * @dev: the device
 * @result: the registers at the end of its taskfile
 *
 * A locked disk aborts all commands that access its medium or flush its cache.
 *
 * Context: Any.
 * Return: true if a locked disk reports an abort, and no other error.
 */
bool sat_lock_aborts(const struct sat_dev *dev, const struct sat_regs *result)
{
	u8 status = result->command & (ATA_BUSY | ATA_DF | ATA_ERR);

	return status == ATA_ERR && result->feature == ATA_ABORTED &&
	       dev->locked;
}

/* The sense data of one kind of error. */
struct sat_error {
	u8 key;
	u16 code;
	bool lba;	/* true if the registers hold the LBA of the error */
};

/* Applies if ERROR has all of @bits. @code is for reads and for writes. */
struct sat_error_row {
	u8 bits;
	u8 key;
	u16 code[2];
	bool lba;
};

/* The first row that applies counts. ATA-4 dropped the last three bits. */
static const struct sat_error_row sat_errors[] = {
	{ ATA_UNC, MEDIUM_ERROR,
	  { SAT_ASC_READ_ERROR, SAT_ASC_WRITE_ERROR }, true },
	{ ATA_IDNF, MEDIUM_ERROR,
	  { SAT_ASC_RECORD_NOT_FOUND, SAT_ASC_RECORD_NOT_FOUND }, true },
	{ ATA_ICRC | ATA_ABORTED, ABORTED_COMMAND,
	  { SAT_ASC_CRC, SAT_ASC_CRC }, false },
	{ ATA_MC, UNIT_ATTENTION,
	  { SAT_ASC_MEDIUM_CHANGED, SAT_ASC_MEDIUM_CHANGED }, false },
	{ ATA_MCR, UNIT_ATTENTION,
	  { SAT_ASC_REMOVAL_REQUEST, SAT_ASC_REMOVAL_REQUEST }, false },
	{ ATA_BBK, MEDIUM_ERROR,
	  { SAT_ASC_READ_ERROR, SAT_ASC_WRITE_ERROR }, true },
	{ ATA_AMNF, MEDIUM_ERROR,
	  { SAT_ASC_NO_ADDRESS_MARK, SAT_ASC_NO_ADDRESS_MARK }, true },
	{ ATA_TRK0NF, HARDWARE_ERROR,
	  { SAT_ASC_NO_REFERENCE, SAT_ASC_NO_REFERENCE }, false },
};

static struct sat_error sat_find_error(u8 bits, bool write)
{
	struct sat_error error = { ABORTED_COMMAND, SAT_ASC_NONE, false };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sat_errors); i++) {
		const struct sat_error_row *row = &sat_errors[i];

		if ((bits & row->bits) != row->bits)
			continue;
		error.key = row->key;
		error.code = row->code[write];
		error.lba = row->lba;
		break;
	}
	return error;
}

static struct sat_error sat_decode_error(const struct sat_cmd *cmd,
					 const struct sat_regs *result)
{
	bool write = sat_tf_writes(&cmd->tf);
	u8 bits = result->feature;

	/* While BSY is set, no other bit is valid. */
	if (result->command & ATA_BUSY)
		return sat_find_error(0, write);
	if (result->command & ATA_DF)
		return (struct sat_error){ HARDWARE_ERROR, SAT_ASC_INTERNAL };
	if (cmd->dev->removable && bits & SAT_ERR_NM)
		return (struct sat_error){ NOT_READY, SAT_ASC_NO_MEDIUM };
	if (cmd->dev->removable && write && bits & SAT_ERR_WP)
		return (struct sat_error){ DATA_PROTECT,
					   SAT_ASC_WRITE_PROTECTED };
	/* ATA PASS-THROUGH is the only command without a range check. */
	if (!(bits & ATA_UNC) && bits & ATA_IDNF && !result->lba_invalid &&
	    sat_result_lba(cmd, result) >= cmd->dev->sectors)
		return (struct sat_error){ ILLEGAL_REQUEST, SAT_ASC_LBA_RANGE };
	return sat_find_error(bits, write);
}

/**
 * sat_is_medium_event() - tell whether an error reports a change of the medium
 * @cmd: the command
 * @result: the registers of its taskfile, which has failed
 *
 * The medium is another one, is missing, or is to be removed. The device has
 * not begun the taskfile.
 *
 * Context: Any.
 * Return: true if the device reports that, and no other error.
 */
bool sat_is_medium_event(const struct sat_cmd *cmd,
			 const struct sat_regs *result)
{
	u8 key = sat_decode_error(cmd, result).key;

	return key == UNIT_ATTENTION || key == NOT_READY;
}

/* Ignores an invalid LBA, and one outside the range of the taskfile. */
static bool sat_trusts_lba(const struct sat_cmd *cmd,
			   const struct sat_regs *result, u64 *lba)
{
	*lba = sat_result_lba(cmd, result);
	if (result->lba_invalid)
		return false;
	if (cmd->chunk)
		return *lba >= cmd->lba && *lba - cmd->lba < cmd->chunk;
	return *lba < cmd->dev->sectors;
}

/**
 * sat_ata_error() - end a command with the error that the device reports
 * @cmd: the command
 * @result: the registers of the taskfile that failed
 *
 * sd ignores the error of a locked disk when it flushes the cache at suspend,
 * and the midlayer does not retry the command.
 *
 * Context: Any.
 * Return: %SAT_CHECK.
 */
enum sat_answer sat_ata_error(struct sat_cmd *cmd,
			      const struct sat_regs *result)
{
	struct sat_error error = sat_decode_error(cmd, result);
	u64 lba;

	if (sat_lock_aborts(cmd->dev, result))
		return sat_check(cmd, DATA_PROTECT, SAT_ASC_LOCKED);
	sat_check(cmd, error.key, error.code);
	if (error.lba && sat_trusts_lba(cmd, result, &lba))
		scsi_set_sense_information(cmd->sense, SCSI_SENSE_BUFFERSIZE,
					   lba);
	return SAT_CHECK;
}

static void sat_pass_desc(struct sat_cmd *cmd, const struct sat_regs *result)
{
	u8 *desc = &cmd->sense[8 + cmd->sense[7]];

	cmd->sense[7] += SAT_DESC_LEN;
	desc[0] = SAT_DESC_TYPE;
	desc[1] = SAT_DESC_LEN - 2;
	desc[3] = result->feature;
	desc[5] = result->nsect;
	desc[7] = result->lbal;
	desc[9] = result->lbam;
	desc[11] = result->lbah;
	desc[12] = result->device;
	desc[13] = result->command;
	if (!cmd->tf.ext)
		return;
	desc[2] = SAT_DESC_EXTEND;
	desc[4] = result->hob_nsect;
	desc[6] = result->hob_lbal;
	desc[8] = result->hob_lbam;
	desc[10] = result->hob_lbah;
}

/* INFORMATION and COMMAND-SPECIFIC INFORMATION hold some of the registers. */
static void sat_pass_fixed(struct sat_cmd *cmd, const struct sat_regs *result)
{
	u8 *sense = cmd->sense;

	sense[0] |= 0x80;
	sense[3] = result->feature;
	sense[4] = result->command;
	sense[5] = result->device;
	sense[6] = result->nsect;
	sense[9] = result->lbal;
	sense[10] = result->lbam;
	sense[11] = result->lbah;
	if (!cmd->tf.ext)
		return;
	sense[8] = SAT_FIXED_EXTEND;
	if (result->hob_nsect)
		sense[8] |= SAT_FIXED_COUNT;
	if (result->hob_lbal || result->hob_lbam || result->hob_lbah)
		sense[8] |= SAT_FIXED_LBA;
}

static void sat_pass_regs_sense(struct sat_cmd *cmd,
				const struct sat_regs *result, bool desc,
				struct sat_error error)
{
	sat_build_sense(cmd, desc, error.key, error.code);
	if (desc)
		sat_pass_desc(cmd, result);
	else
		sat_pass_fixed(cmd, result);
}

/**
 * sat_pass_sense() - end ATA PASS-THROUGH with the registers in sense data
 * @cmd: the command
 * @result: the registers
 *
 * Without an error the sense data is in descriptor format, whatever D_SENSE is:
 * hdparm, hddtemp and udisks know no other, and libata uses no other.
 *
 * Context: Any.
 * Return: %SAT_CHECK.
 */
enum sat_answer sat_pass_sense(struct sat_cmd *cmd,
			       const struct sat_regs *result)
{
	struct sat_error error = { RECOVERED_ERROR, SAT_ASC_PASS_THROUGH };
	bool desc = true;

	if (sat_failed(result)) {
		error = sat_decode_error(cmd, result);
		desc = cmd->dev->d_sense;
	}
	sat_pass_regs_sense(cmd, result, desc, error);
	return SAT_CHECK;
}

/**
 * sat_pass_wrong_protocol() - write sense data for a protocol that does not fit
 * @cmd: an ATA PASS-THROUGH whose protocol is not that of its ATA command
 * @regs: the registers; STATUS may have no error bit
 *
 * The sense key is that of libata.
 *
 * Context: Any.
 */
void sat_pass_wrong_protocol(struct sat_cmd *cmd, const struct sat_regs *regs)
{
	const struct sat_error error = { ABORTED_COMMAND, SAT_ASC_NONE };

	sat_pass_regs_sense(cmd, regs, cmd->dev->d_sense, error);
}

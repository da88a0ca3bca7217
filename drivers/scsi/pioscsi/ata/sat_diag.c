// SPDX-License-Identifier: GPL-2.0-only
/*
 * SEND DIAGNOSTIC: self-tests (SAT-4 8.11).
 */
#include <linux/ata.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "dev.h"
#include "sat_priv.h"

/* CDB bits, byte 1. */
#define SAT_SELFTEST		0x04
#define SAT_SELF_TEST_CODE(b)	((b) >> 5)

#define SAT_SMART_OFFLINE	0xd4	/* EXECUTE OFF-LINE IMMEDIATE */

/* Subcommands of SMART EXECUTE OFF-LINE IMMEDIATE. */
#define SAT_SMART_SHORT		0x01
#define SAT_SMART_EXTENDED	0x02
#define SAT_SMART_ABORT		0x7f
#define SAT_SMART_CAPTIVE	0x80

/* LBA MID and LBA HIGH at the end of a test that failed. */
#define SAT_SMART_FAILED_LBAM	0xf4
#define SAT_SMART_FAILED_LBAH	0x2c

/* The purpose of the last taskfile. */
enum sat_diag_step {
	SAT_DIAG_SMART,
	SAT_DIAG_FIRST,
	SAT_DIAG_MIDDLE,
	SAT_DIAG_LAST,
};

static const struct sat_pair sat_cmd_verify_one = {
	ATA_CMD_VERIFY, ATA_CMD_VERIFY_EXT
};

/* SELF-TEST CODE to subcommand; 0 for a reserved code. */
static const u8 sat_self_tests[8] = {
	[1] = SAT_SMART_SHORT,
	[2] = SAT_SMART_EXTENDED,
	[4] = SAT_SMART_ABORT,
	[5] = SAT_SMART_CAPTIVE | SAT_SMART_SHORT,
	[6] = SAT_SMART_CAPTIVE | SAT_SMART_EXTENDED,
};

static enum sat_answer sat_smart_test(struct sat_cmd *cmd, u8 subcommand)
{
	sat_tf_command(cmd, ATA_CMD_SMART);
	cmd->tf.regs.feature = SAT_SMART_OFFLINE;
	cmd->tf.regs.lbal = subcommand;
	cmd->tf.regs.lbam = ATA_SMART_LBAM_PASS;
	cmd->tf.regs.lbah = ATA_SMART_LBAH_PASS;
	cmd->tf.want_regs = true;
	cmd->step = SAT_DIAG_SMART;
	return SAT_TASKFILE;
}

/* Without a self-test of the device, three sectors are verified. */
static enum sat_answer sat_verify_test(struct sat_cmd *cmd,
				       enum sat_diag_step step)
{
	u64 last = cmd->dev->sectors - 1;

	cmd->step = step;
	cmd->lba = step == SAT_DIAG_FIRST ? 0 :
		   step == SAT_DIAG_MIDDLE ? last / 2 : last;
	cmd->left = 1;
	sat_extent_tf(cmd, sat_cmd_verify_one);
	return SAT_TASKFILE;
}

static enum sat_answer sat_diag_begin(struct sat_cmd *cmd)
{
	u8 code = SAT_SELF_TEST_CODE(cmd->cdb[1]);

	/* There are no diagnostic pages. */
	if (get_unaligned_be16(&cmd->cdb[3]))
		return sat_invalid_cdb(cmd, 3, 7);
	if (cmd->cdb[1] & SAT_SELFTEST) {
		if (code)
			return sat_invalid_cdb(cmd, 1, 7);
		if (cmd->dev->self_test)
			return sat_smart_test(cmd, sat_self_tests[5]);
		return sat_verify_test(cmd, SAT_DIAG_FIRST);
	}
	if (!code)
		return SAT_GOOD;
	if (!sat_self_tests[code] || !cmd->dev->self_test)
		return sat_invalid_cdb(cmd, 1, 7);
	return sat_smart_test(cmd, sat_self_tests[code]);
}

static bool sat_smart_test_failed(const struct sat_regs *result)
{
	return result->lbam == SAT_SMART_FAILED_LBAM &&
	       result->lbah == SAT_SMART_FAILED_LBAH;
}

static enum sat_answer sat_diag_next(struct sat_cmd *cmd,
				     const struct sat_regs *result)
{
	bool smart = cmd->step == SAT_DIAG_SMART;

	if (smart && sat_failed(result) && !sat_smart_test_failed(result)) {
		/* The device has no captive mode: verify sectors instead. */
		if (cmd->cdb[1] & SAT_SELFTEST)
			return sat_verify_test(cmd, SAT_DIAG_FIRST);
		return sat_ata_error(cmd, result);
	}
	if (sat_failed(result) || (smart && sat_smart_test_failed(result)))
		return sat_check(cmd, HARDWARE_ERROR, SAT_ASC_SELF_TEST);
	if (smart || cmd->step == SAT_DIAG_LAST)
		return SAT_GOOD;
	return sat_verify_test(cmd, cmd->step + 1);
}

const struct sat_op sat_op_send_diagnostic = {
	.begin = sat_diag_begin,
	.next = sat_diag_next,
	.raw = true,
};

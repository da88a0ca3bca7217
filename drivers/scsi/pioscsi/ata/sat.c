// SPDX-License-Identifier: GPL-2.0-only
/*
 * The translation's two entries.
 */
#include "dev.h"
#include "sat.h"
#include "sat_cdb.h"
#include "sat_sense.h"

/**
 * sat_translate() - begin a SCSI command
 * @cmd: the command; the caller's fields are set, and no others need be
 *
 * Context: Any; the device's owner.
 * Return: what to do now.
 */
enum sat_answer sat_translate(struct sat_cmd *cmd)
{
	cmd->step = 0;
	cmd->chunk = 0;
	cmd->todo = 0;
	cmd->want = 0;
	cmd->len = 0;
	cmd->op = sat_cdb_check(cmd);
	return cmd->op ? cmd->op->begin(cmd) : SAT_CHECK;
}

/**
 * sat_next() - go on with a SCSI command
 * @cmd: the command, whose last answer was %SAT_TASKFILE or %SAT_PARAM
 * @result: the registers at the end of the taskfile; NULL after %SAT_PARAM
 *
 * Context: Any; the device's owner.
 * Return: what to do now.
 */
enum sat_answer sat_next(struct sat_cmd *cmd, const struct sat_regs *result)
{
	if (result && sat_failed(result) && !cmd->op->raw)
		return sat_ata_error(cmd, result);
	return cmd->op->next ? cmd->op->next(cmd, result) : SAT_GOOD;
}

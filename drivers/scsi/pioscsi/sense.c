// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sense data of targets that keep it until REQUEST SENSE. A command that ended
 * with CHECK CONDITION is sent to its LUN again as REQUEST SENSE.
 */
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_eh.h>

#include "pio.h"
#include "port.h"
#include "queue.h"
#include "sense.h"

/**
 * pioscsi_sense_due() - tell whether the target still keeps sense data
 * @port: the port
 * @cmd: a command that the chip has ended
 *
 * Context: owner of the chip.
 * Return: true if pioscsi_sense_begin() would fetch the sense data.
 */
bool pioscsi_sense_due(const struct pioscsi_port *port,
		       const struct pioscsi_cmd *cmd)
{
	return port->hba.needs_request_sense && !cmd->sensing &&
	       cmd->result == SAM_STAT_CHECK_CONDITION &&
	       !cmd->scmd->sense_buffer[0];
}

/**
 * pioscsi_sense_begin() - fetch sense data if the command needs it
 * @port: the port
 * @cmd: a command that the chip has ended
 *
 * REQUEST SENSE must be the next command of the LUN. Otherwise the target drops
 * the sense data.
 *
 * Source: SRB_FLAGS_DISABLE_AUTOSENSE, which is not set.
 * Context: owner of the chip.
 * Return: true if the command is queued again and ends later.
 */
bool pioscsi_sense_begin(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
{
	struct pioscsi_saved_cmd *saved = &cmd->saved;

	if (!pioscsi_sense_due(port, cmd))
		return false;
	saved->result = cmd->result;
	saved->moved = cmd->moved;
	saved->at = cmd->at;
	saved->overrun = cmd->overrun;
	saved->overrun_ok = cmd->overrun_ok;
	saved->overran = cmd->overran;
	scsi_eh_prep_cmnd(cmd->scmd, &saved->scmd, NULL, 0,
			  SCSI_SENSE_BUFFERSIZE);
	/* The timeout handler reads and sets flags during REQUEST SENSE. */
	cmd->scmd->eh_eflags |= saved->scmd.eh_eflags;
	cmd->sensing = true;
	cmd->result = 0;
	cmd->moved = 0;
	cmd->overrun = 0;
	cmd->overrun_ok = false;
	cmd->overran = false;
	pioscsi_pio_rewind(cmd);
	pioscsi_queue_first(port, cmd);
	return true;
}

/**
 * pioscsi_sense_end() - restore a command after REQUEST SENSE
 * @cmd: any command that will be ended
 *
 * If the target had no sense data, the command ends without it. Sense data
 * with a transfer error is dropped, because a wrong key would be worse than
 * none: the command ends with that error.
 *
 * Context: the command is neither queued nor started.
 */
void pioscsi_sense_end(struct pioscsi_cmd *cmd)
{
	struct pioscsi_saved_cmd *saved = &cmd->saved;
	const u8 error = host_byte(cmd->result);
	const int flags = cmd->scmd->eh_eflags;

	if (!cmd->sensing)
		return;
	cmd->sensing = false;
	scsi_eh_restore_cmnd(cmd->scmd, &saved->scmd);
	cmd->scmd->eh_eflags |= flags;
	cmd->result = saved->result | error << 16;
	if (error)
		memset(cmd->scmd->sense_buffer, 0, SCSI_SENSE_BUFFERSIZE);
	cmd->moved = saved->moved;
	cmd->at = saved->at;
	cmd->overrun = saved->overrun;
	cmd->overrun_ok = saved->overrun_ok;
	cmd->overran = saved->overran;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sense data of targets that keep it until they are asked: the command that
 * ended with CHECK CONDITION goes to its LUN once more, as REQUEST SENSE.
 */
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_eh.h>

#include "pio.h"
#include "port.h"
#include "queue.h"
#include "sense.h"

/**
 * pioscsi_sense_begin() - ask for sense data if there is need to
 * @port: the port
 * @cmd: a command that has ended and is not the chip's any more
 *
 * The LUN's next command has to be this one, or the target forgets.
 *
 * Source: SRB_FLAGS_DISABLE_AUTOSENSE, which is not set.
 * Context: owner of the chip.
 * Return: true if the command is queued again, and its end is yet to come.
 */
bool pioscsi_sense_begin(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
{
	struct pioscsi_saved_cmd *saved = &cmd->saved;

	if (!port->hba.needs_request_sense || cmd->sensing ||
	    cmd->result != SAM_STAT_CHECK_CONDITION ||
	    cmd->scmd->sense_buffer[0])
		return false;
	saved->result = cmd->result;
	saved->moved = cmd->moved;
	saved->at = cmd->at;
	saved->overrun = cmd->overrun;
	scsi_eh_prep_cmnd(cmd->scmd, &saved->scmd, NULL, 0,
			  SCSI_SENSE_BUFFERSIZE);
	cmd->sensing = true;
	cmd->result = 0;
	cmd->moved = 0;
	cmd->overrun = 0;
	pioscsi_pio_rewind(cmd);
	pioscsi_queue_first(port, cmd);
	return true;
}

/**
 * pioscsi_sense_end() - make of REQUEST SENSE the command again that it was
 * @cmd: any command that is to be ended
 *
 * Without sense data, if the target had none to give: then the midlayer sees
 * what can be done.
 *
 * Context: the command is neither queued nor started.
 */
void pioscsi_sense_end(struct pioscsi_cmd *cmd)
{
	struct pioscsi_saved_cmd *saved = &cmd->saved;

	if (!cmd->sensing)
		return;
	cmd->sensing = false;
	scsi_eh_restore_cmnd(cmd->scmd, &saved->scmd);
	cmd->result = saved->result;
	cmd->moved = saved->moved;
	cmd->at = saved->at;
	cmd->overrun = saved->overrun;
}

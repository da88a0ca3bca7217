// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completion from the chip to the midlayer: result and residual. The rest of
 * the buffer after a short read is cleared.
 */
#include <linux/blk-mq.h>
#include <linux/device.h>
#include <linux/irqflags.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_eh.h>

#include "compat.h"
#include "complete.h"
#include "event.h"
#include "pio.h"
#include "port.h"
#include "queue.h"
#include "sense.h"

/* Bytes of sense data in the log: all that SCSI-2 defines, and two more. */
#define LOGGED_SENSE	20

/**
 * pioscsi_done() - hand a command back to the midlayer
 * @scmd: the command, with its result
 * @task: whether this is task context, where the rest of the completion can
 *	run at once instead of in a softirq
 *
 * Context: any but NMI.
 */
void pioscsi_done(struct scsi_cmnd *scmd, bool task)
{
	KUNIT_STATIC_STUB_REDIRECT(pioscsi_done, scmd, task);

	if (task)
		scsi_done_direct(scmd);
	else
		scsi_done(scmd);
}

/*
 * Error handling and the sender of a passthrough command read the sense data
 * of their commands themselves.
 */
static bool midlayer_reads_sense(struct scsi_cmnd *scmd)
{
	return scmd->submitter == SUBMITTED_BY_BLOCK_LAYER &&
	       !blk_rq_is_passthrough(scsi_cmd_to_rq(scmd));
}

/*
 * The midlayer ignores NO SENSE, but takes no data for good then. It ends with
 * success after the last retry of a deferred RECOVERED ERROR. Either way it
 * sends a command with data again, and does not count that. A command without
 * data, such as a flush, ends with success, also after the last retry of any
 * deferred error.
 */
static bool sense_is_ignored(struct scsi_cmnd *scmd,
			     const struct scsi_sense_hdr *sshdr)
{
	bool deferred = scsi_sense_is_deferred(sshdr);

	if (!midlayer_reads_sense(scmd))
		return false;
	if (deferred && !scsi_bufflen(scmd))
		return true;
	return sshdr->sense_key == (deferred ? RECOVERED_ERROR : NO_SENSE);
}

/*
 * Tell whether the midlayer would take the command for a success, or send it
 * again without counting that. It sends it again after GOOD status with too
 * little data. After RECOVERED ERROR it takes the whole buffer for data. If the
 * port's REQUEST SENSE has brought no sense data, the midlayer would send
 * another one. A target that has sent its sense data answers it with NO SENSE.
 */
static bool needs_error(const struct pioscsi_port *port,
			const struct pioscsi_cmd *cmd)
{
	bool lacks_data = cmd->moved < cmd->scmd->underflow;
	struct scsi_sense_hdr sshdr;

	if (cmd->result == SAM_STAT_GOOD)
		return lacks_data;
	if (cmd->result != SAM_STAT_CHECK_CONDITION)
		return false;
	if (!scsi_command_normalize_sense(cmd->scmd, &sshdr))
		return port->hba.needs_request_sense &&
		       midlayer_reads_sense(cmd->scmd);
	return ((lacks_data || cmd->overran) &&
		sshdr.sense_key == RECOVERED_ERROR) ||
	       sense_is_ignored(cmd->scmd, &sshdr);
}

/* Tell whether the target has ended the command with CHECK CONDITION. */
static bool has_reported(const struct pioscsi_cmd *cmd)
{
	return cmd->sensing || (cmd->result & 0xff) == SAM_STAT_CHECK_CONDITION;
}

/* REQUEST SENSE has a buffer of its own. */
static bool has_buffer(struct scsi_cmnd *scmd)
{
	const struct pioscsi_cmd *cmd = scsi_cmd_priv(scmd);

	return cmd->sensing ? cmd->saved.scmd.sdb.length : scsi_bufflen(scmd);
}

/**
 * pioscsi_is_final() - tell whether a failed command must not be sent again
 * @scmd: the command, whose &pioscsi_cmd.result is that of the chip, if any
 *
 * A target may report an error once only, such as a failed write of its cache.
 * A second flush would succeed. The midlayer sends a command with data again,
 * which is right: its own data is not lost.
 *
 * Context: owner of the chip, or the chip does not have the command.
 * Return: true if the front end says so, or the target has reported an error of
 *	a command without data.
 */
bool pioscsi_is_final(struct scsi_cmnd *scmd)
{
	const struct pioscsi_cmd *cmd = scsi_cmd_priv(scmd);

	return cmd->final || (has_reported(cmd) && !has_buffer(scmd) &&
			      midlayer_reads_sense(scmd));
}

/* Log an error that only the log will name. */
static void log_dropped_sense(struct scsi_cmnd *scmd)
{
	const struct pioscsi_cmd *cmd = scsi_cmd_priv(scmd);
	const struct scsi_device *sdev = scmd->device;

	if (!scmd->allowed)
		return;
	pioscsi_log_ratelimited(&pioscsi_shost_port(sdev->host)->hba,
				KERN_WARNING,
				"target %u LUN %llu: opcode 0x%02x failed, sense data %*ph, ending the command without a retry\n",
				sdev->id, sdev->lun, cmd->sensing ?
				cmd->saved.scmd.cmnd[0] : scmd->cmnd[0],
				scmd->sense_buffer[0] ? LOGGED_SENSE : 0,
				scmd->sense_buffer);
}

/**
 * pioscsi_forbid_retry() - keep the midlayer from sending a command again
 * @scmd: the command, whose result and sense data the port drops
 *
 * Does nothing unless pioscsi_is_final(). Raising the count of retries is not
 * enough, because the midlayer ignores it if @allowed means no limit.
 *
 * Context: owner of the chip, or the chip does not have the command; any but
 *	NMI.
 * Return: true if the midlayer must not send the command again. It ignores
 *	@allowed after %DID_RESET.
 */
bool pioscsi_forbid_retry(struct scsi_cmnd *scmd)
{
	if (!pioscsi_is_final(scmd))
		return false;
	log_dropped_sense(scmd);
	scmd->allowed = 0;
	return true;
}

/**
 * pioscsi_drop_sense() - drop the sense data of a command with a host byte
 * @scmd: the command, which ends with a host byte or is aborted
 *
 * After the last retry the midlayer looks at the sense key alone. It takes
 * RECOVERED ERROR for a success, and uses the data before a MEDIUM ERROR. The
 * sender of a passthrough command gets both, so its sense data is kept.
 *
 * Context: any but NMI.
 */
void pioscsi_drop_sense(struct scsi_cmnd *scmd)
{
	if (blk_rq_is_passthrough(scsi_cmd_to_rq(scmd)))
		return;
	if (get_status_byte(scmd) == SAM_STAT_CHECK_CONDITION)
		set_status_byte(scmd, SAM_STAT_GOOD);
	memset(scmd->sense_buffer, 0, SCSI_SENSE_BUFFERSIZE);
}

/**
 * pioscsi_complete() - end a started command with the chip's result
 * @port: the port
 * @cmd: the command, whose result the front end has set
 * @task: whether this is task context
 *
 * Afterwards the port must not touch the command, unless its sense data is
 * fetched first.
 *
 * Context: owner of the chip.
 */
void pioscsi_complete(struct pioscsi_port *port, struct pioscsi_cmd *cmd,
		      bool task)
{
	struct scsi_cmnd *scmd = cmd->scmd;

	pioscsi_retire(port, cmd);
	port->resets = 0;
	if (unlikely(cmd->result) && pioscsi_sense_begin(port, cmd))
		return;
	pioscsi_sense_end(cmd);
	pioscsi_count(&port->stats.completed, 1);
	scmd->result = cmd->result;
	scsi_set_resid(scmd, scsi_bufflen(scmd) - cmd->moved);
	if (pioscsi_shortfall(cmd))
		pioscsi_pio_zero_rest(cmd);
	if (cmd->overrun) {
		pioscsi_count(&port->stats.overrun, cmd->overrun);
		/*
		 * After an unexpected overrun the data in the buffer may be
		 * wrong too.
		 */
		if (!cmd->overrun_ok)
			set_host_byte(scmd, DID_ERROR);
	}
	if (unlikely(cmd->final))
		scmd->allowed = 0;
	if (unlikely(needs_error(port, cmd)))
		set_host_byte(scmd, DID_ERROR);
	if (unlikely(host_byte(scmd->result))) {
		pioscsi_forbid_retry(scmd);
		pioscsi_drop_sense(scmd);
	}
	pioscsi_record_end(port, cmd);
	pioscsi_done(scmd, task);
}

/**
 * pioscsi_fail() - end a command that the chip does not have
 * @cmd: the command, neither queued nor started
 * @host_byte: reason, DID_*
 *
 * If the target has reported an error that it does not report again, the result
 * is %DID_ERROR instead of %DID_RESET.
 *
 * Context: any but NMI.
 */
void pioscsi_fail(struct pioscsi_cmd *cmd, int host_byte)
{
	struct scsi_cmnd *scmd = cmd->scmd;

	if (pioscsi_forbid_retry(scmd) && host_byte == DID_RESET)
		host_byte = DID_ERROR;
	/* With an error this drops incomplete sense data. */
	cmd->result = host_byte << 16;
	pioscsi_sense_end(cmd);
	scmd->result = host_byte << 16;
	pioscsi_drop_sense(scmd);
	scsi_set_resid(scmd, scsi_bufflen(scmd));
	trace_pioscsi_complete(pioscsi_shost_port(scmd->device->host), cmd);
	pioscsi_done(scmd, false);
}

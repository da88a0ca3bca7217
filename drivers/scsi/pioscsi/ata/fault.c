// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports of devices that break the protocol: the log line, and the command
 * that caused it.
 */
#include <linux/blk-mq.h>
#include <linux/ktime.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include "chan.h"

/*
 * The weight of a fault of the device, and of one that the sender of the
 * command may have caused.
 */
#define WEIGHT_DEVICE	4
#define WEIGHT_SENDER	1

/*
 * The device is ignored after faults in a row with this weight. That is before
 * the port takes the channel out of service for faults of the device, so the
 * other device of the channel remains usable.
 */
#define WEIGHT_MAX	(5 * WEIGHT_DEVICE)

#define FAULT_IGNORED \
	"ignoring the device until its SCSI device is deleted and found again"

/* The longest wait until a device has cleared DRQ, the same as libata's. */
#define DRQ_END_NS	(10ULL * NSEC_PER_MSEC)

static const char *phase_name(enum pioata_phase phase)
{
	switch (phase) {
	case PIOATA_NON_DATA:
		return "non-data";
	case PIOATA_DATA_IN:
		return "data-in";
	case PIOATA_DATA_FIRST:
	case PIOATA_DATA_OUT:
		return "data-out";
	case PIOATA_CDB:
		return "CDB";
	case PIOATA_PACKET:
		return "packet";
	default:
		return "idle";
	}
}

/*
 * The sender of ATA PASS-THROUGH has chosen a protocol that does not fit the
 * command. Return the registers in the sense data.
 */
static void end_bad_pass_through(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;
	struct sat_regs regs;

	job->tf.want_regs = true;
	pioata_tf_read(ch, &job->tf, status, &regs);
	sat_pass_wrong_protocol(&job->sat, &regs);
	pioata_job_end(ch, SAM_STAT_CHECK_CONDITION);
}

static void end_bad_packet(struct pioata_chan *ch)
{
	scsi_build_sense_buffer(0, ch->job.sat.sense, ABORTED_COMMAND, 0, 0);
	pioata_job_end(ch, SAM_STAT_CHECK_CONDITION);
}

/*
 * A program may give a PACKET command a buffer that is too short, or of the
 * wrong direction. The block layer's own commands are right. The kernel also
 * passes commands through, such as those that poll a drive.
 */
static bool sender_gave_too_little(struct pioata_chan *ch)
{
	const struct pioscsi_cmd *cmd = pioscsi_find_cmd(ch->hba, 0);

	return ch->job.lacks_data && cmd &&
	       blk_rq_is_passthrough(scsi_cmd_to_rq(cmd->scmd));
}

/*
 * A device may report the error of the command and still set DRQ. The LBA may
 * be that of a later sector then. It is not used, because the midlayer would
 * take the sectors before it as written.
 */
static bool end_with_error(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;
	struct sat_cmd sat = job->sat;
	struct sat_regs regs;

	if (!(status & (ATA_ERR | ATA_DF)) || job->phase == PIOATA_CDB ||
	    job->phase == PIOATA_PACKET)
		return false;
	pioata_tf_read(ch, &job->tf, status, &regs);
	regs.lba_invalid = true;
	pioata_note_medium(job, &regs);
	if (pioata_left_multiple(job, &regs)) {
		/* The reset after the first fault has set it up again. */
		if (job->target->faults)
			pioata_forgo_multiple(ch);
		return false;
	}
	if (sat_next(&job->sat, &regs) != SAT_CHECK) {
		/*
		 * The command is sent again after the reset, which lets the
		 * device be set up from the beginning.
		 */
		job->sat = sat;
		return false;
	}
	pioata_job_end(ch, SAM_STAT_CHECK_CONDITION);
	return true;
}

/*
 * Ends a command if the command, and not the protocol, may be the cause.
 * Returns the weight of the fault.
 */
static unsigned int blame_command(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;

	if (job->phase == PIOATA_STALE)
		return 0;
	if (job->step != PIOATA_STEP_COMMAND)
		return WEIGHT_DEVICE;
	if (end_with_error(ch, status))
		return 0;
	if (sat_is_pass_through(&job->sat)) {
		end_bad_pass_through(ch, status);
		return 0;
	}
	if (!sender_gave_too_little(ch))
		return WEIGHT_DEVICE;
	end_bad_packet(ch);
	return WEIGHT_SENDER;
}

/* Returns the action that the driver takes, for the log. */
static const char *count_fault(struct pioata_chan *ch, unsigned int weight)
{
	struct pioata_target *target = ch->job.target;

	target->faults += weight;
	target->sense_due = true;
	if (target->faults < WEIGHT_MAX)
		return "resetting the channel";
	target->broken = true;
	target->faults = 0;
	pioata_job_end(ch, DID_NO_CONNECT << 16);
	return FAULT_IGNORED;
}

/**
 * pioata_fault() - report that the device has violated the protocol
 * @ch: the channel
 * @status: STATUS
 * @what: the error of the device, for the log
 *
 * A command that a program may have passed through wrongly, or that has failed,
 * ends here. ATA PASS-THROUGH and errors do not count as faults of the device.
 *
 * This decides at once, even in the hard IRQ handler. Otherwise an abort or a
 * suspend could take the channel before, and a second flush would succeed. A
 * task prints the line.
 *
 * Context: owner of the channel.
 * Return: %PIOSCSI_FAULT; the port then resets the channel.
 */
enum pioscsi_next pioata_fault(struct pioata_chan *ch, u8 status,
			       const char *what)
{
	u8 error = pioata_read(ch, PIOATA_IO_ERROR);
	enum pioata_phase phase = ch->job.phase;
	struct pioata_job *job = &ch->job;
	const char *action;

	job->fault_phase = phase;
	action = count_fault(ch, blame_command(ch, status));
	pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
				"device %u, command %02xh, %s phase: %s (status %02xh, error %02xh, %u of %u bytes left); %s\n",
				pioata_target_id(ch, job->target),
				job->tf.regs.command, phase_name(phase), what,
				status, error, job->left, job->tf.bytes,
				action);
	return PIOSCSI_FAULT;
}

/**
 * pioata_late_drq() - wait until a device clears DRQ after the last block
 * @ch: the channel
 * @status: STATUS with DRQ
 *
 * A slow device may do so late. If it takes too long, it has more data than the
 * command.
 *
 * Context: owner of the channel.
 * Return: %PIOSCSI_POLL, or %PIOSCSI_FAULT when the time is up.
 */
enum pioscsi_next pioata_late_drq(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;
	u64 now = ktime_get_ns();

	if (!job->drq_since)
		job->drq_since = now;
	if (now - job->drq_since < DRQ_END_NS)
		return PIOSCSI_POLL;
	return pioata_fault(ch, status, "DRQ after the last block");
}

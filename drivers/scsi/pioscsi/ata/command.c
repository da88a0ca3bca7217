// SPDX-License-Identifier: GPL-2.0-only
/*
 * Executing a SCSI command by one or more taskfiles. A device that has not been
 * set up since the last reset is set up first.
 */
#include <linux/errno.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "chan.h"

/* SLEEP of drives before ATA-4, not in <linux/ata.h>. */
#define CMD_SLEEP_OLD		0x99

/*
 * SET SECTOR CONFIGURATION EXT and Accessible Max Address Configuration, not in
 * <linux/ata.h>.
 */
#define CMD_SET_SECTORS		0xb2
#define CMD_ACCESSIBLE_MAX	0x78
#define ACCESSIBLE_MAX_SET	0x01

/* DOWNLOAD MICROCODE: subcommands, and COUNT at the end. */
#define MICROCODE_SEGMENTS	0x03
#define MICROCODE_WHOLE		0x07
#define MICROCODE_ACTIVATE	0x0f
#define MICROCODE_NO_INDICATION	0x00
#define MICROCODE_APPLIED	0x02

/*
 * MODE SELECT or ATA PASS-THROUGH may have switched the write cache. A rescan
 * that was refused is requested again after the next command.
 */
static void end_translated(struct pioata_chan *ch, int result)
{
	struct pioata_target *target = ch->job.target;

	if (unlikely(sat_dev_outdated(&target->dev) ||
		     READ_ONCE(target->rescan.refused)))
		pioata_rescan_request(&target->rescan, &target->dev,
				      ch->job.sdev);
	pioata_job_end(ch, result);
}

/*
 * Tell whether an ATA command may change the capacity, the geometry or the
 * firmware. Only ATA PASS-THROUGH sends these commands. The change may come
 * with a loss of power, or although the command seems to have failed.
 */
static bool may_change_identity(u8 command)
{
	switch (command) {
	case ATA_CMD_INIT_DEV_PARAMS:
	case ATA_CMD_SEC_ERASE_UNIT:
	case ATA_CMD_SET_MAX:
	case ATA_CMD_SET_MAX_EXT:
	case CMD_SET_SECTORS:
	case CMD_ACCESSIBLE_MAX:
	case ATA_CMD_CONF_OVERLAY:
	case SAT_CMD_DOWNLOAD_MICROCODE:
		return true;
	default:
		return false;
	}
}

static void act_on_answer(struct pioata_chan *ch, enum sat_answer answer)
{
	struct pioata_job *job = &ch->job;

	if (unlikely(job->sat.note))
		pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
					"device %u: %s\n",
					pioata_target_id(ch, job->target),
					job->sat.note);
	switch (answer) {
	case SAT_TASKFILE:
		if (unlikely(may_change_identity(job->sat.tf.regs.command)))
			job->target->changed = true;
		pioata_issue(ch, &job->sat.tf);
		break;
	case SAT_PARAM:
		job->phase = PIOATA_PARAM;
		job->dir = DMA_TO_DEVICE;
		job->block = job->sat.len;
		break;
	case SAT_REPLY:
		job->phase = PIOATA_REPLY;
		job->dir = DMA_FROM_DEVICE;
		job->block = job->sat.len;
		break;
	case SAT_GOOD:
		end_translated(ch, SAM_STAT_GOOD);
		break;
	case SAT_CHECK:
		end_translated(ch, SAM_STAT_CHECK_CONDITION);
		break;
	}
}

static void begin_command(struct pioata_chan *ch)
{
	struct sat_cmd *sat = &ch->job.sat;

	ch->job.step = PIOATA_STEP_COMMAND;
	if (sat->dev->packet && !sat_is_pass_through(sat))
		pioata_packet_begin(ch);
	else
		act_on_answer(ch, sat_translate(sat));
}

/*
 * Let the device be set up before its next command. If no data has been moved,
 * execute the present command once more.
 */
static bool repeat_after_setup(struct pioata_chan *ch)
{
	const struct pioscsi_cmd *cmd = pioscsi_find_cmd(ch->hba, 0);

	ch->job.target->ready = false;
	if (ch->job.again || !cmd || cmd->moved)
		return false;
	ch->job.again = true;
	pioata_setup(ch);
	return true;
}

/*
 * The device has aborted the command twice: it lacks multiple mode, or the
 * command is wrong. Repeat the command without multiple mode. If it succeeds
 * then, the device lacks multiple mode.
 */
static bool repeat_single(struct pioata_chan *ch)
{
	const struct pioscsi_cmd *cmd = pioscsi_find_cmd(ch->hba, 0);

	if (!ch->job.again || ch->job.single || !cmd || cmd->moved ||
	    sat_is_pass_through(&ch->job.sat))
		return false;
	ch->job.single = true;
	ch->job.target->dev.multi = 0;
	begin_command(ch);
	return true;
}

static bool is_sleep(u8 command)
{
	return command == ATA_CMD_SLEEP || command == CMD_SLEEP_OLD;
}

/* Tell whether the segment of firmware may be the last one, or not. */
static bool is_vague_segment(const struct sat_regs *regs,
			     const struct sat_regs *result)
{
	return regs->command == SAT_CMD_DOWNLOAD_MICROCODE &&
	       regs->feature == MICROCODE_SEGMENTS &&
	       result->nsect == MICROCODE_NO_INDICATION;
}

/*
 * A disk that downloads its firmware in segments takes no other command before
 * the last segment. Not each disk tells which one is the last.
 */
static bool has_new_firmware(u8 subcommand, const struct sat_regs *result)
{
	switch (subcommand) {
	case MICROCODE_SEGMENTS:
		return result->nsect == MICROCODE_APPLIED ||
		       result->nsect == MICROCODE_NO_INDICATION;
	case MICROCODE_WHOLE:
	case MICROCODE_ACTIVATE:
		return true;
	default:
		return false;
	}
}

/* Tells whether ATA PASS-THROUGH has changed a value of IDENTIFY data. */
static bool changed_identity(const struct sat_regs *regs,
			     const struct sat_regs *result)
{
	if (regs->command == ATA_CMD_INIT_DEV_PARAMS)
		return true;	/* the translation of a disk */
	if (result->command & (ATA_ERR | ATA_DF))
		return false;
	switch (regs->command) {
	case ATA_CMD_SEC_SET_PASS:	/* word 128: the lock */
	case ATA_CMD_SEC_UNLOCK:
	case ATA_CMD_SEC_ERASE_UNIT:
	case ATA_CMD_SEC_DISABLE_PASS:
	case ATA_CMD_SET_MAX:		/* the capacity */
	case ATA_CMD_SET_MAX_EXT:
	case CMD_SET_SECTORS:
		return true;
	case CMD_ACCESSIBLE_MAX:
		return regs->feature == ACCESSIBLE_MAX_SET;
	case ATA_CMD_CONF_OVERLAY:
		return regs->feature == ATA_DCO_RESTORE ||
		       regs->feature == ATA_DCO_SET;
	case SAT_CMD_DOWNLOAD_MICROCODE:
		return has_new_firmware(regs->feature, result);
	default:
		return false;
	}
}

static void command_ended(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;
	struct sat_regs regs;

	pioata_tf_read(ch, &job->tf, status, &regs);
	if (unlikely(pioata_left_multiple(job, &regs)) &&
	    (repeat_after_setup(ch) || repeat_single(ch)))
		return;
	if (unlikely(job->single) && !(status & (ATA_ERR | ATA_DF))) {
		pioata_forgo_multiple(ch);
		job->target->ready = true;
	}
	if (is_sleep(job->tf.regs.command) && !(status & ATA_ERR))
		job->target->asleep = true;
	if (unlikely(changed_identity(&job->tf.regs, &regs))) {
		job->target->ready = false;
		job->target->loading = is_vague_segment(&job->tf.regs, &regs);
	}
	pioata_note_medium(job, &regs);
	act_on_answer(ch, sat_next(&job->sat, &regs));
}

/**
 * pioata_job_tf_ended() - begin the next step after the end of a taskfile
 * @ch: the channel
 * @status: STATUS at the end of the taskfile
 *
 * Context: owner of the channel.
 */
void pioata_job_tf_ended(struct pioata_chan *ch, u8 status)
{
	if (ch->job.step == PIOATA_STEP_COMMAND)
		command_ended(ch, status);
	else if (pioata_setup_next(ch, status))
		begin_command(ch);
}

/**
 * pioata_job_got_param() - translate a command after its parameter data has
 * arrived
 * @ch: the channel
 *
 * Context: owner of the channel.
 */
void pioata_job_got_param(struct pioata_chan *ch)
{
	act_on_answer(ch, sat_next(&ch->job.sat, NULL));
}

static bool is_scan(const struct pioata_job *job)
{
	return job->sdev->sdev_state == SDEV_CREATED &&
	       job->sat.cdb[0] == INQUIRY && !job->sat.cdb[1];
}

/* A device that was not ready after the last reset may be ready now. */
static bool has_appeared(struct pioata_chan *ch)
{
	struct pioata_target *target = ch->job.target;
	u8 status = pioata_reselect(ch, pioata_target_id(ch, target));

	if (status & (ATA_BUSY | ATA_DRQ) || !pioata_keeps_registers(ch))
		return false;
	target->absent = false;
	return true;
}

/* Another segment of firmware must follow the last one at once. */
static bool is_next_segment(const struct pioata_job *job)
{
	return job->target->loading && sat_is_pass_through(&job->sat) &&
	       sat_pass_command(&job->sat) == SAT_CMD_DOWNLOAD_MICROCODE;
}

/**
 * pioata_job_begin() - begin the first step of a command
 * @ch: the channel, whose selected device is ready for a command
 *
 * Context: owner of the channel.
 */
void pioata_job_begin(struct pioata_chan *ch)
{
	struct pioata_target *target = ch->job.target;

	target->gone = false;
	/* A scan may find another device than the last scan did. */
	if (is_scan(&ch->job)) {
		target->known = false;
		target->ready = false;
	}
	if (target->asleep)
		pioata_wake(ch);
	else if (target->ready || is_next_segment(&ch->job))
		begin_command(ch);
	else
		pioata_setup(ch);
}

/*
 * A device that is busy, as after a reset, may show any status for a moment.
 * Only the first command waits for that: the slot may have become empty.
 */
static void begin_without_device(struct pioata_chan *ch)
{
	const struct pioata_target *target = ch->job.target;

	if (target->known && !target->gone)
		ch->job.phase = PIOATA_APPEAR;
	else
		pioata_device_absent(ch);
}

static void fill_job(struct pioata_chan *ch, struct scsi_cmnd *scmd)
{
	struct pioata_job *job = &ch->job;

	pioata_job_clear(ch);
	job->target = &ch->targets[scmd->device->id];
	job->sdev = scmd->device;
	job->sat = (struct sat_cmd) {
		.dev = &job->target->dev,
		.cdb = scmd->cmnd,
		.cdb_len = scmd->cmd_len,
		.dir = scmd->sc_data_direction,
		.data_len = scsi_bufflen(scmd),
		.passthrough = blk_rq_is_passthrough(scsi_cmd_to_rq(scmd)),
		.buf = ch->buf,
		.sense = scmd->sense_buffer,
	};
}

/* No interrupt announces the first block of a write or data from memory. */
static bool needs_poll(const struct pioata_job *job)
{
	switch (job->phase) {
	case PIOATA_NON_DATA:
	case PIOATA_DATA_IN:
		return pioata_is_finding(job);
	default:
		return true;
	}
}

static bool has_bits(u8 status, u8 bits)
{
	return !pioata_no_device(status) && status & bits;
}

/*
 * service() then reports a fault, and the port resets the channel. The command
 * ends with DID_RESET. The midlayer retries it, unless it is one of sg or bsg.
 * The other device may be the one that requests data.
 */
static int report_stale_drq(struct pioata_chan *ch, struct scsi_cmnd *scmd)
{
	fill_job(ch, scmd);
	ch->job.target = &ch->targets[ch->selected];
	ch->job.phase = PIOATA_STALE;
	return PIOSCSI_START_POLL;
}

/*
 * A scan tests an absent device again, and tries a broken one again. The
 * midlayer scans only devices that have no SCSI device.
 */
static bool is_unusable(struct pioata_chan *ch)
{
	struct pioata_target *target = ch->job.target;

	if (target->broken && is_scan(&ch->job))
		target->broken = false;
	return target->broken ||
	       (target->absent && !(is_scan(&ch->job) && has_appeared(ch)));
}

/**
 * pioata_start_cmd() - begin a SCSI command
 * @hba: the HBA
 * @cmd: the command
 *
 * Context: owner of the channel, or the port's lock.
 * Return: as &pioscsi_ops.start.
 */
int pioata_start_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	unsigned int id = cmd->scmd->device->id;
	struct pioata_chan *ch = hba->priv;
	u8 status = pioata_read(ch, PIOATA_IO_ALT);

	if (!pioata_is_silent(&ch->targets[ch->selected]) &&
	    has_bits(status, ATA_BUSY | ATA_DRQ))
		return status & ATA_BUSY ? -EBUSY :
					   report_stale_drq(ch, cmd->scmd);
	fill_job(ch, cmd->scmd);
	cmd->overrun_ok = pioata_packet_may_overrun(&ch->job.sat);
	if (unlikely(is_unusable(ch))) {
		pioata_device_absent(ch);
		return PIOSCSI_START_POLL;
	}
	if (unlikely(ch->job.target->asleep)) {
		pioata_job_begin(ch);
		return PIOSCSI_START_POLL;
	}
	status = pioata_select(ch, id);
	if (has_bits(status, ATA_BUSY)) {
		pioata_job_clear(ch);
		return -EBUSY;
	}
	if (has_bits(status, ATA_DRQ))
		return report_stale_drq(ch, cmd->scmd);
	if (pioata_no_device(status))
		begin_without_device(ch);
	else
		pioata_job_begin(ch);
	return needs_poll(&ch->job) ? PIOSCSI_START_POLL : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Executing a SCSI command by one or more taskfiles. A device that has not been
 * set up since the last reset is set up first.
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "chan.h"

/* The command may have switched the write cache. */
static void end_translated(struct pioata_chan *ch, int result)
{
	struct pioata_target *target = ch->job.target;

	pioata_rescan_check(&target->rescan, &target->dev, ch->job.sdev);
	pioata_job_end(ch, result);
}

static void act_on_answer(struct pioata_chan *ch, enum sat_answer answer)
{
	struct pioata_job *job = &ch->job;

	if (unlikely(job->sat.note))
		dev_warn_ratelimited(ch->hba->dev, "device %u: %s\n",
				     pioata_target_id(ch, job->target),
				     job->sat.note);
	switch (answer) {
	case SAT_TASKFILE:
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
	if (sat->dev->packet && !sat_is_pass_through(sat->cdb, sat->cdb_len))
		pioata_packet_begin(ch);
	else
		act_on_answer(ch, sat_translate(sat));
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
	struct pioata_job *job = &ch->job;
	struct sat_regs regs;

	if (job->step == PIOATA_STEP_COMMAND) {
		pioata_tf_read(ch, &job->tf, status, &regs);
		act_on_answer(ch, sat_next(&job->sat, &regs));
	} else if (pioata_setup_next(ch, status)) {
		begin_command(ch);
	}
}

/**
 * pioata_job_got_param() - translate a command whose parameter data is there
 * @ch: the channel
 *
 * Context: owner of the channel.
 */
void pioata_job_got_param(struct pioata_chan *ch)
{
	act_on_answer(ch, sat_next(&ch->job.sat, NULL));
}

/* A scan may find another device than the last scan did. */
static void begin_job(struct pioata_chan *ch, const struct scsi_device *sdev)
{
	struct pioata_target *target = ch->job.target;

	if (sdev->sdev_state == SDEV_CREATED && !ch->job.sat.cdb[1] &&
	    ch->job.sat.cdb[0] == INQUIRY) {
		target->known = false;
		target->ready = false;
	}
	if (target->ready)
		begin_command(ch);
	else
		pioata_setup(ch);
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
		.buf = ch->buf,
		.sense = scmd->sense_buffer,
	};
}

/*
 * No interrupt announces the first block of a write or data from memory. An
 * absent device raises none during the set-up.
 */
static bool needs_poll(const struct pioata_job *job)
{
	switch (job->phase) {
	case PIOATA_NON_DATA:
		return false;
	case PIOATA_DATA_IN:
		return job->step != PIOATA_STEP_COMMAND;
	default:
		return true;
	}
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
	struct pioata_chan *ch = hba->priv;
	u8 status = pioata_read(ch, PIOATA_IO_ALT);

	if (!pioata_no_device(status) && status & (ATA_BUSY | ATA_DRQ))
		return -EBUSY;
	status = pioata_select(ch, cmd->scmd->device->id);
	if (!pioata_no_device(status) && status & (ATA_BUSY | ATA_DRQ))
		return -EBUSY;
	fill_job(ch, cmd->scmd);
	cmd->overrun_ok = pioata_packet_may_overrun(&ch->job.sat);
	if (pioata_no_device(status))
		pioata_device_absent(ch);
	else
		begin_job(ch, cmd->scmd->device);
	return needs_poll(&ch->job) ? PIOSCSI_START_POLL : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a SCSI command to its end, by way of as many taskfiles as it takes. A
 * device that has not been set up since the last reset is set up first.
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "chan.h"
#include "job.h"
#include "packet.h"
#include "tf.h"

/**
 * pioata_job_end() - the result of the command is known
 * @ch: the channel
 * @result: host byte and SAM status
 *
 * Context: owner of the channel.
 */
void pioata_job_end(struct pioata_chan *ch, int result)
{
	ch->job.phase = PIOATA_ENDED;
	ch->job.result = result;
}

/**
 * pioata_job_clear() - the command has been forgotten, or never was
 * @ch: the channel
 *
 * Context: owner of the channel.
 */
void pioata_job_clear(struct pioata_chan *ch)
{
	memset(&ch->job, 0, sizeof(ch->job));
	ch->acked = false;
}

/* And so nobody drives INTRQ: better have the other one selected. */
static void nobody_there(struct pioata_chan *ch)
{
	unsigned int other = !pioata_target_id(ch, ch->job.target);

	ch->job.target->ready = false;
	pioata_job_end(ch, DID_NO_CONNECT << 16);
	if (ch->targets[other].known)
		pioata_select(ch, other);
}

/*
 * Somebody is there, but cannot be made use of. If that is new, it may have
 * been the transfer, or a disk that is not ready yet: the midlayer tries again.
 */
static void not_taken(struct pioata_chan *ch, const char *why)
{
	struct pioata_target *target = ch->job.target;

	dev_warn_ratelimited(ch->hba->dev, "device %u is not taken: %s\n",
			     pioata_target_id(ch, target), why);
	nobody_there(ch);
	if (target->known)
		ch->job.result = DID_ERROR << 16;
}

static enum pioata_phase first_phase(enum sat_protocol protocol)
{
	switch (protocol) {
	case SAT_PIO_IN:
		return PIOATA_DATA_IN;
	case SAT_PIO_OUT:
		return PIOATA_DATA_FIRST;
	case SAT_NON_DATA:
		break;
	}
	return PIOATA_NON_DATA;
}

static void issue(struct pioata_chan *ch, const struct sat_tf *tf)
{
	struct pioata_job *job = &ch->job;

	job->tf = *tf;
	job->left = tf->bytes;
	job->block = 0;
	job->begun = false;
	job->settle = false;
	job->phase = first_phase(tf->protocol);
	pioata_tf_write(ch, tf);
}

/* What has just ended may have been what switches the write cache. */
static void translated(struct pioata_chan *ch, int result)
{
	struct pioata_target *target = ch->job.target;

	pioata_rescan_check(&target->rescan, &target->dev, ch->job.sdev);
	pioata_job_end(ch, result);
}

static void answer(struct pioata_chan *ch, enum sat_answer answer)
{
	struct pioata_job *job = &ch->job;

	switch (answer) {
	case SAT_TASKFILE:
		issue(ch, &job->sat.tf);
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
		translated(ch, SAM_STAT_GOOD);
		break;
	case SAT_CHECK:
		translated(ch, SAM_STAT_CHECK_CONDITION);
		break;
	}
}

static void begin_command(struct pioata_chan *ch)
{
	ch->job.step = PIOATA_STEP_COMMAND;
	if (ch->job.target->dev.packet)
		pioata_packet_begin(ch);
	else
		answer(ch, sat_translate(&ch->job.sat));
}

static void identify(struct pioata_chan *ch, enum pioata_step step)
{
	bool packet = step == PIOATA_STEP_IDENTIFY_PACKET;
	struct sat_tf tf = {
		.regs.command = packet ? ATA_CMD_ID_ATAPI : ATA_CMD_ID_ATA,
		.want_regs = true,
		.protocol = SAT_PIO_IN,
		.bytes = SAT_ID_BYTES,
		.drq_bytes = SAT_ID_BYTES,
	};

	ch->job.step = step;
	issue(ch, &tf);
}

static void set_multi(struct pioata_chan *ch, unsigned int sectors)
{
	struct sat_tf tf = {
		.regs.command = ATA_CMD_SET_MULTI,
		.regs.nsect = sectors,
	};

	ch->job.step = PIOATA_STEP_MULTI;
	issue(ch, &tf);
}

static void set_up(struct pioata_chan *ch)
{
	ch->job.target->ready = true;
	begin_command(ch);
}

static bool is_same(const struct sat_dev *a, const struct sat_dev *b)
{
	return a->packet == b->packet && !strcmp(a->model, b->model) &&
	       !strcmp(a->serial, b->serial);
}

/*
 * What the midlayer has been told of a device still holds, but for what there
 * is no more of. What there is more of it does not know.
 */
static void keep(struct sat_dev *fresh, const struct sat_dev *old)
{
	fresh->told = old->told;
	fresh->told_wcache = old->told_wcache;
	fresh->shrunk = old->shrunk || fresh->sectors < old->sectors;
	fresh->sectors = min(fresh->sectors, old->sectors);
}

/*
 * A card that answers as the second device, too, is one medium all the same,
 * and no place for two writers.
 */
static bool is_ghost(const struct pioata_chan *ch)
{
	const struct pioata_target *other =
		&ch->targets[!pioata_target_id(ch, ch->job.target)];

	return !ch->job.target->known && other->known && !ch->fresh.packet &&
	       ch->fresh.serial[0] && is_same(&other->dev, &ch->fresh) &&
	       !strcmp(other->dev.firmware, ch->fresh.firmware);
}

static const char *parse_error(int err)
{
	switch (err) {
	case -EBADMSG:
		return "the checksum of its IDENTIFY data is wrong";
	case -EINVAL:
		return "its capacity or sector size is none";
	default:
		return "it has no LBA, or is of no known kind";
	}
}

/*
 * A device that has been exchanged behind its SCSI device's back is none of its
 * business: a scan finds it when that has been deleted.
 */
static void identified(struct pioata_chan *ch, bool packet)
{
	struct pioata_target *target = ch->job.target;
	int err = sat_dev_parse(&ch->fresh, ch->buf, packet);
	unsigned int multi;

	if (err) {
		not_taken(ch, parse_error(err));
		return;
	}
	if (is_ghost(ch)) {
		not_taken(ch, "it is the other one, which answers twice");
		return;
	}
	if (target->known && !is_same(&target->dev, &ch->fresh)) {
		nobody_there(ch);
		return;
	}
	if (target->known)
		keep(&ch->fresh, &target->dev);
	target->dev = ch->fresh;
	target->known = true;
	multi = packet ? 0 : target->dev.multi_max;
	if (multi > 1)
		set_multi(ch, rounddown_pow_of_two(multi));
	else
		set_up(ch);
}

/*
 * Whoever does not execute a command, is not there; unless he was there before,
 * and has something to say.
 */
static void identify_ended(struct pioata_chan *ch, u8 status)
{
	bool packet = ch->job.step == PIOATA_STEP_IDENTIFY_PACKET;

	if (!(status & (ATA_ERR | ATA_DF)) && !ch->job.left)
		identified(ch, packet);
	else if (status & ATA_ERR && !packet)
		identify(ch, PIOATA_STEP_IDENTIFY_PACKET);
	else if (ch->job.target->known &&
		 status & (ATA_DRDY | ATA_ERR | ATA_DF))
		not_taken(ch, "it does not identify itself");
	else
		nobody_there(ch);
}

/**
 * pioata_job_tf_ended() - a taskfile has ended
 * @ch: the channel
 * @status: what STATUS said
 *
 * Begins what is next.
 *
 * Context: owner of the channel.
 */
void pioata_job_tf_ended(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;
	struct sat_regs regs;

	switch (job->step) {
	case PIOATA_STEP_COMMAND:
		pioata_tf_read(ch, &job->tf, status, &regs);
		answer(ch, sat_next(&job->sat, &regs));
		break;
	case PIOATA_STEP_IDENTIFY:
	case PIOATA_STEP_IDENTIFY_PACKET:
		identify_ended(ch, status);
		break;
	case PIOATA_STEP_MULTI:
		/* One that fails disables what has been set before. */
		job->target->dev.multi = status & (ATA_ERR | ATA_DF) ?
					 0 : job->tf.regs.nsect;
		set_up(ch);
		break;
	}
}

/**
 * pioata_job_got_param() - all parameter data has been received
 * @ch: the channel
 *
 * Context: owner of the channel.
 */
void pioata_job_got_param(struct pioata_chan *ch)
{
	answer(ch, sat_next(&ch->job.sat, NULL));
}

/* A device that is scanned for may be another than the last time. */
static void begin(struct pioata_chan *ch, const struct scsi_device *sdev)
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
		identify(ch, PIOATA_STEP_IDENTIFY);
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

/* Without an interrupt: data to write, data from memory, and whether at all. */
static bool is_to_be_asked(const struct pioata_job *job)
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
	if (pioata_no_device(status))
		nobody_there(ch);
	else
		begin(ch, cmd->scmd->device);
	return is_to_be_asked(&ch->job) ? PIOSCSI_ASK : 0;
}

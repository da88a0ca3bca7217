// SPDX-License-Identifier: GPL-2.0-only
/*
 * Setting a device up after a reset or for a scan: IDENTIFY (PACKET) DEVICE and
 * SET MULTIPLE MODE. If the device has changed the midlayer rescans it.
 */
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "../compat.h"
#include "chan.h"

/*
 * There is no sense data by which the midlayer would read the capacity and the
 * mode pages again: a unit attention condition makes it tell udev only.
 */
static void pioata_rescan_work(struct work_struct *work)
{
	struct pioata_rescan *rescan =
		container_of(work, struct pioata_rescan, work);
	struct scsi_device *sdev = rescan->sdev;

	pioscsi_rescan_device(sdev);
	put_device(&sdev->sdev_gendev);
	WRITE_ONCE(rescan->sdev, NULL);
}

/**
 * pioata_rescan_init() - initialise a target's rescan
 * @rescan: a target's
 *
 * Context: task.
 */
void pioata_rescan_init(struct pioata_rescan *rescan)
{
	INIT_WORK(&rescan->work, pioata_rescan_work);
}

/**
 * pioata_rescan_check() - rescan the SCSI device if its data is outdated
 * @rescan: its target's
 * @dev: the device
 * @sdev: its SCSI device
 *
 * Context: owner of the channel.
 */
void pioata_rescan_check(struct pioata_rescan *rescan, struct sat_dev *dev,
			 struct scsi_device *sdev)
{
	if (likely(!sat_dev_outdated(dev)) || READ_ONCE(rescan->sdev))
		return;
	/* Request one rescan only: the SCSI device may never ask again. */
	dev->told = false;
	dev->shrunk = false;
	get_device(&sdev->sdev_gendev);
	rescan->sdev = sdev;
	schedule_work(&rescan->work);
}

/**
 * pioata_rescan_cancel() - cancel the rescan of a target, or wait for its end
 * @rescan: a target's, which has no commands any more
 *
 * Context: task; sleeps.
 */
void pioata_rescan_cancel(struct pioata_rescan *rescan)
{
	if (cancel_work_sync(&rescan->work))
		put_device(&rescan->sdev->sdev_gendev);
}

/**
 * pioata_device_absent() - end the command because its device is not there
 * @ch: the channel
 *
 * An absent device does not drive INTRQ, so the other one is selected.
 *
 * Context: owner of the channel.
 */
void pioata_device_absent(struct pioata_chan *ch)
{
	unsigned int other = !pioata_target_id(ch, ch->job.target);

	ch->job.target->ready = false;
	pioata_job_end(ch, DID_NO_CONNECT << 16);
	if (ch->targets[other].known)
		pioata_select(ch, other);
}

/*
 * The device answers, but cannot be used. The midlayer repeats commands to a
 * device that it knows, as a bad transfer or a slow start may be the reason.
 */
static void ignore_device(struct pioata_chan *ch, const char *why)
{
	struct pioata_target *target = ch->job.target;

	dev_warn_ratelimited(ch->hba->dev, "ignoring device %u: %s\n",
			     pioata_target_id(ch, target), why);
	pioata_device_absent(ch);
	if (target->known)
		ch->job.result = DID_ERROR << 16;
}

static void issue_identify(struct pioata_chan *ch, enum pioata_step step)
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
	pioata_issue(ch, &tf);
}

static void issue_set_multi(struct pioata_chan *ch, unsigned int sectors)
{
	struct sat_tf tf = {
		.regs.command = ATA_CMD_SET_MULTI,
		.regs.nsect = sectors,
	};

	ch->job.step = PIOATA_STEP_MULTI;
	pioata_issue(ch, &tf);
}

static bool is_same(const struct sat_dev *a, const struct sat_dev *b)
{
	return a->packet == b->packet && !strcmp(a->model, b->model) &&
	       !strcmp(a->serial, b->serial);
}

/*
 * The midlayer keeps the capacity and the write cache state that it has read.
 * It learns of a smaller capacity by a rescan, of a larger one by a new scan.
 */
static void keep_reported(struct sat_dev *fresh, const struct sat_dev *old)
{
	fresh->told = old->told;
	fresh->told_wcache = old->told_wcache;
	fresh->shrunk = old->shrunk || fresh->sectors < old->sectors;
	fresh->sectors = min(fresh->sectors, old->sectors);
}

/*
 * Some cards answer as both devices. Two SCSI disks on one medium would corrupt
 * each other's data.
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
		return "wrong checksum of IDENTIFY data";
	case -EINVAL:
		return "IDENTIFY reports an invalid capacity or sector size";
	default:
		return "IDENTIFY reports no LBA, or an unknown kind of device";
	}
}

/*
 * The old SCSI device must not write to a device that has been exchanged. A
 * scan finds the new device after the old SCSI device has been deleted.
 *
 * Returns true if the device is ready for its command.
 */
static bool identified(struct pioata_chan *ch, bool packet)
{
	struct pioata_target *target = ch->job.target;
	int err = sat_dev_parse(&ch->fresh, ch->buf, packet);
	unsigned int multi;

	if (err) {
		ignore_device(ch, parse_error(err));
		return false;
	}
	if (is_ghost(ch)) {
		ignore_device(ch, "same serial number as the other device");
		return false;
	}
	if (target->known && !is_same(&target->dev, &ch->fresh)) {
		pioata_device_absent(ch);
		return false;
	}
	if (target->known)
		keep_reported(&ch->fresh, &target->dev);
	target->dev = ch->fresh;
	target->known = true;
	multi = packet ? 0 : target->dev.multi_max;
	if (multi <= 1)
		return true;
	issue_set_multi(ch, rounddown_pow_of_two(multi));
	return false;
}

/*
 * A device that executes neither IDENTIFY command is absent, unless it was
 * there before and reports a status.
 */
static bool identify_ended(struct pioata_chan *ch, u8 status)
{
	bool packet = ch->job.step == PIOATA_STEP_IDENTIFY_PACKET;

	if (!(status & (ATA_ERR | ATA_DF)) && !ch->job.left)
		return identified(ch, packet);
	if (status & ATA_ERR && !packet)
		issue_identify(ch, PIOATA_STEP_IDENTIFY_PACKET);
	else if (ch->job.target->known &&
		 status & (ATA_DRDY | ATA_ERR | ATA_DF))
		ignore_device(ch, "it does not identify itself");
	else
		pioata_device_absent(ch);
	return false;
}

/**
 * pioata_setup() - begin to set the device of the job up
 * @ch: the channel
 *
 * Context: owner of the channel.
 */
void pioata_setup(struct pioata_chan *ch)
{
	issue_identify(ch, PIOATA_STEP_IDENTIFY);
}

/**
 * pioata_setup_next() - continue with the set-up after one of its taskfiles
 * @ch: the channel
 * @status: STATUS at the end of the taskfile
 *
 * Context: owner of the channel.
 * Return: true if the device is ready for its command.
 */
bool pioata_setup_next(struct pioata_chan *ch, u8 status)
{
	struct pioata_target *target = ch->job.target;

	if (ch->job.step == PIOATA_STEP_MULTI)
		/* A device that fails the command has left multiple mode. */
		target->dev.multi = status & (ATA_ERR | ATA_DF) ?
					    0 : ch->job.tf.regs.nsect;
	else if (!identify_ended(ch, status))
		return false;
	target->ready = true;
	return true;
}

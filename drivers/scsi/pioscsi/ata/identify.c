// SPDX-License-Identifier: GPL-2.0-only
/*
 * Set-up of a device after a reset or for a scan: IDENTIFY (PACKET) DEVICE, the
 * PIO mode and SET MULTIPLE MODE. A sleeping device is woken first. The
 * midlayer is told to rescan a device that has changed.
 */
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "../compat.h"
#include "chan.h"

/*
 * Attempts of IDENTIFY, as a bad transfer or a slow start must not make the
 * disk fail.
 */
#define IDENTIFY_TRIES		3

/* Word 2 of a disk that powers up in standby. */
#define ID_SPECIFIC		2
#define ID_SPINUP_INCOMPLETE	0x37c8
#define ID_SPINUP_COMPLETE	0x738c

/* SRST is held for at least 5 us, and STATUS is valid 2 ms later. */
#define WAKE_HOLD_NS		(20ULL * NSEC_PER_USEC)
#define WAKE_SETTLE_NS		(3ULL * NSEC_PER_MSEC)

/*
 * Sense data cannot make the midlayer read the capacity and the mode pages
 * again: for a unit attention condition it only notifies udev. So rescan the
 * device.
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
 * pioata_rescan_init() - initialise the rescan of a target
 * @rescan: the rescan
 *
 * Context: task.
 */
void pioata_rescan_init(struct pioata_rescan *rescan)
{
	INIT_WORK(&rescan->work, pioata_rescan_work);
}

/**
 * pioata_rescan_check() - rescan the SCSI device if its data is outdated
 * @rescan: the target's rescan
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
	/*
	 * Request only one rescan, because the SCSI device may never read the
	 * values again.
	 */
	dev->told = false;
	dev->shrunk = false;
	get_device(&sdev->sdev_gendev);
	rescan->sdev = sdev;
	schedule_work(&rescan->work);
}

/**
 * pioata_rescan_cancel() - cancel the rescan of a target, or wait for its end
 * @rescan: the rescan of a target that has no commands any more
 *
 * Context: task; sleeps.
 */
void pioata_rescan_cancel(struct pioata_rescan *rescan)
{
	if (cancel_work_sync(&rescan->work))
		put_device(&rescan->sdev->sdev_gendev);
}

/**
 * pioata_device_absent() - end the command because its device is absent
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
	if (!ch->targets[other].absent)
		pioata_select(ch, other);
}

/*
 * End the command: the device answers, but cannot be used. The midlayer retries
 * commands of a device that it knows, because a bad transfer or a slow start
 * may be the cause.
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

static void issue_spinup(struct pioata_chan *ch)
{
	struct sat_tf tf = {
		.regs.command = ATA_CMD_SET_FEATURES,
		.regs.feature = SETFEATURES_SPINUP,
	};

	ch->job.step = PIOATA_STEP_SPINUP;
	pioata_issue(ch, &tf);
}

static void issue_set_mode(struct pioata_chan *ch, unsigned int pio)
{
	struct sat_tf tf = {
		.regs.command = ATA_CMD_SET_FEATURES,
		.regs.feature = SETFEATURES_XFER,
		.regs.nsect = XFER_PIO_0 + pio,
	};

	ch->job.step = PIOATA_STEP_MODE;
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
 * Begins to set the fastest PIO mode that device and controller have. Returns
 * false if the mode cannot be set, because only the firmware knows the
 * controller's timing.
 */
static bool begin_mode(struct pioata_chan *ch)
{
	const struct sat_dev *dev = &ch->job.target->dev;

	if (!ch->io.pio_modes)
		return false;
	issue_set_mode(ch, min_t(unsigned int, dev->pio,
				 ch->io.pio_modes - 1));
	return true;
}

/*
 * Old devices refuse the command, but support the modes without IORDY. Such a
 * device stays in the mode that it has, and the controller is set to mode 0.
 */
static void mode_ended(struct pioata_chan *ch, u8 status)
{
	unsigned int id = pioata_target_id(ch, ch->job.target);
	const struct sat_dev *dev = &ch->job.target->dev;
	struct pioata_mode mode = {
		.is_set = true,
		.pio = ch->job.tf.regs.nsect - XFER_PIO_0,
		.iordy = dev->iordy,
		.is_disk = !dev->packet,
	};

	if (status & (ATA_ERR | ATA_DF)) {
		dev_warn_ratelimited(ch->hba->dev,
				     "device %u refuses PIO mode %u (status %02xh); using mode 0\n",
				     id, mode.pio, status);
		mode.pio = 0;
	} else if (!ch->modes[id].is_set || ch->modes[id].pio != mode.pio) {
		dev_info(ch->hba->dev, "device %u uses PIO mode %u\n", id,
			 mode.pio);
	}
	ch->modes[id] = mode;
	if (ch->io.set_timing)
		ch->io.set_timing(&ch->io, ch->modes);
}

/* Returns false if the device does not need SET MULTIPLE MODE. */
static bool begin_multi(struct pioata_chan *ch)
{
	const struct sat_dev *dev = &ch->job.target->dev;
	unsigned int multi = dev->packet ? 0 : dev->multi_max;

	if (multi <= 1)
		return false;
	issue_set_multi(ch, rounddown_pow_of_two(multi));
	return true;
}

/*
 * Before a disk spins, its IDENTIFY data may be incomplete and its medium
 * inaccessible.
 */
static bool needs_spinup(const struct pioata_chan *ch)
{
	u16 specific = get_unaligned_le16(&ch->buf[2 * ID_SPECIFIC]);

	return !ch->job.spun_up && (specific == ID_SPINUP_INCOMPLETE ||
				    specific == ID_SPINUP_COMPLETE);
}

/*
 * The signature tells the kind of device, which decides which IDENTIFY command
 * is tried first.
 */
static enum pioata_step first_step(const struct pioata_target *target)
{
	bool packet = target->sign == PIOATA_SIGN_ATAPI ||
		      (target->sign == PIOATA_SIGN_NONE && target->known &&
		       target->dev.packet);

	return packet ? PIOATA_STEP_IDENTIFY_PACKET : PIOATA_STEP_IDENTIFY;
}

/* Returns false if IDENTIFY has failed too often. */
static bool try_again(struct pioata_chan *ch)
{
	if (++ch->job.tries >= IDENTIFY_TRIES)
		return false;
	ch->job.other_tried = false;
	issue_identify(ch, first_step(ch->job.target));
	return true;
}

/*
 * If the device has been exchanged, the old SCSI device must not write to the
 * new device. A scan finds the new device after the old SCSI device has been
 * deleted.
 *
 * Returns true if the device is ready for its command.
 */
static bool identified(struct pioata_chan *ch, bool packet)
{
	struct pioata_target *target = ch->job.target;
	int err;

	if (!packet && needs_spinup(ch)) {
		issue_spinup(ch);
		return false;
	}
	err = sat_dev_parse(&ch->fresh, ch->buf, packet);
	if (err) {
		if (!try_again(ch))
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
	return !begin_mode(ch) && !begin_multi(ch);
}

static bool is_abort(struct pioata_chan *ch, u8 status)
{
	return status & ATA_ERR &&
	       pioata_read(ch, PIOATA_IO_ERROR) & ATA_ABORTED;
}

/*
 * A device that executes neither IDENTIFY command is absent, unless it was
 * there before and reports a status.
 */
static void identify_failed(struct pioata_chan *ch, u8 status)
{
	bool packet = ch->job.step == PIOATA_STEP_IDENTIFY_PACKET;
	bool answers = status & (ATA_DRDY | ATA_ERR | ATA_DF);

	if (status & ATA_ERR && !ch->job.other_tried) {
		ch->job.other_tried = true;
		issue_identify(ch, packet ? PIOATA_STEP_IDENTIFY :
					    PIOATA_STEP_IDENTIFY_PACKET);
		return;
	}
	if (answers && !is_abort(ch, status) && try_again(ch))
		return;
	if (answers && ch->job.target->known)
		ignore_device(ch, "it does not identify itself");
	else
		pioata_device_absent(ch);
}

static bool identify_ended(struct pioata_chan *ch, u8 status)
{
	if (!(status & (ATA_ERR | ATA_DF)) && !ch->job.left)
		return identified(ch, ch->job.step ==
				      PIOATA_STEP_IDENTIFY_PACKET);
	identify_failed(ch, status);
	return false;
}

/**
 * pioata_setup() - begin to set up the device of the job
 * @ch: the channel
 *
 * Context: owner of the channel.
 */
void pioata_setup(struct pioata_chan *ch)
{
	ch->job.tries = 0;
	ch->job.other_tried = false;
	issue_identify(ch, first_step(ch->job.target));
}

/**
 * pioata_setup_next() - continue the set-up after one of its taskfiles
 * @ch: the channel
 * @status: STATUS at the end of the taskfile
 *
 * Context: owner of the channel.
 * Return: true if the device is ready for its command.
 */
bool pioata_setup_next(struct pioata_chan *ch, u8 status)
{
	struct pioata_target *target = ch->job.target;

	switch (ch->job.step) {
	case PIOATA_STEP_SPINUP:
		/*
		 * IDENTIFY data shows later whether the command had an effect.
		 */
		ch->job.spun_up = true;
		issue_identify(ch, PIOATA_STEP_IDENTIFY);
		return false;
	case PIOATA_STEP_MODE:
		mode_ended(ch, status);
		if (begin_multi(ch))
			return false;
		break;
	case PIOATA_STEP_MULTI:
		/*
		 * A device that fails SET MULTIPLE MODE has left multiple mode.
		 */
		target->dev.multi = status & (ATA_ERR | ATA_DF) ?
					    0 : ch->job.tf.regs.nsect;
		break;
	default:
		if (!identify_ended(ch, status))
			return false;
	}
	target->ready = true;
	return true;
}

/**
 * pioata_wake() - begin to wake the sleeping device of the job
 * @ch: the channel
 *
 * Only a reset wakes a device that has executed SLEEP. SRST resets both devices
 * of the channel. The other device has no command that the reset could abort.
 *
 * Context: owner of the channel.
 */
void pioata_wake(struct pioata_chan *ch)
{
	unsigned int id;

	dev_info_ratelimited(ch->hba->dev,
			     "device %u sleeps; waking it by a reset\n",
			     pioata_target_id(ch, ch->job.target));
	for (id = 0; id < PIOATA_CHAN_TARGETS; id++) {
		ch->targets[id].ready = false;
		ch->targets[id].asleep = false;
	}
	ch->job.phase = PIOATA_WAKE;
	ch->job.since = ktime_get_ns();
	ch->ctl |= ATA_SRST;
	pioata_write(ch, PIOATA_IO_CTL, ch->ctl);
}

/**
 * pioata_wake_next() - continue after pioata_wake()
 * @ch: the channel
 *
 * Context: owner of the channel.
 * Return: true when the device is awake and its set-up has begun, false if
 *	there is nothing to do yet.
 */
bool pioata_wake_next(struct pioata_chan *ch)
{
	unsigned int id = pioata_target_id(ch, ch->job.target);
	u64 now = ktime_get_ns();

	if (ch->ctl & ATA_SRST) {
		if (now - ch->job.since < WAKE_HOLD_NS)
			return false;
		ch->ctl &= ~ATA_SRST;
		pioata_write(ch, PIOATA_IO_CTL, ch->ctl);
		ch->job.since = now;
		return false;
	}
	if (now - ch->job.since < WAKE_SETTLE_NS)
		return false;
	if (pioata_reselect(ch, id) & ATA_BUSY)
		return false;
	ch->job.since = 0;
	pioata_setup(ch);
	return true;
}

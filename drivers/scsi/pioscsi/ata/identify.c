// SPDX-License-Identifier: GPL-2.0-only
/*
 * Identification of a device by IDENTIFY (PACKET) DEVICE.
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <scsi/scsi.h>

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

/* Word 82: the Host Protected Area feature set. */
#define ID_HPA			BIT(10)

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
	ch->job.target->loading = false;
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

	pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
				"ignoring device %u: %s\n",
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

static bool is_same(const struct sat_dev *a, const struct sat_dev *b)
{
	return a->packet == b->packet && !strcmp(a->model, b->model) &&
	       !strcmp(a->serial, b->serial);
}

static bool has_other_words(const u16 *a, const u16 *b, unsigned int word,
			    unsigned int n)
{
	return memcmp(&a[word], &b[word], n * sizeof(*a));
}

/*
 * Compare the words as the devices report them. The driver may use another
 * capacity, and the current translation changes.
 */
static bool has_other_size(const u16 *a, const u16 *b)
{
	return has_other_words(a, b, ATA_ID_CYLS, 1) ||
	       has_other_words(a, b, ATA_ID_HEADS, 1) ||
	       has_other_words(a, b, ATA_ID_SECTORS, 1) ||
	       (ata_id_has_lba(b) &&
		has_other_words(a, b, ATA_ID_LBA_CAPACITY, 2)) ||
	       (ata_id_has_lba48(b) &&
		has_other_words(a, b, ATA_ID_LBA_CAPACITY_2, 4));
}

/*
 * Cards of one model may have no serial number. Then only other values that the
 * same card cannot have prove that it is another card. A reset may end or
 * restore a host protected area, and may activate other firmware.
 */
static bool has_been_exchanged(const struct pioata_target *target,
			       const struct sat_dev *fresh)
{
	const struct sat_dev *old = &target->dev;

	if (!target->known || fresh->serial[0] || fresh->packet ||
	    target->changed || target->medium_changed)
		return false;
	if (old->wwn && fresh->wwn && old->wwn != fresh->wwn)
		return true;
	return has_other_size(old->id, fresh->id) &&
	       (strcmp(old->firmware, fresh->firmware) ||
		!(old->id[ATA_ID_COMMAND_SET_1] & ID_HPA));
}

/*
 * The midlayer keeps the sector size that it has read, and would write to wrong
 * sectors. It reads the size of a new medium.
 */
static bool has_other_sectors(const struct pioata_target *target,
			      const struct sat_dev *fresh)
{
	return target->known && !target->medium_changed &&
	       target->dev.sector_size != fresh->sector_size;
}

/*
 * The midlayer keeps the capacity and the write cache state that it has read.
 * It learns of a smaller capacity by a rescan, of a larger one by a new scan. A
 * unit attention condition makes it read the capacity of a new medium. A change
 * of D_SENSE would need a report, too. Only the old medium has lost a write.
 */
static void keep_reported(struct sat_dev *fresh,
			  const struct pioata_target *target)
{
	const struct sat_dev *old = &target->dev;

	fresh->d_sense = old->d_sense;
	fresh->told = old->told;
	fresh->told_wcache = old->told_wcache;
	fresh->shrunk = old->shrunk || fresh->sectors < old->sectors;
	if (target->medium_changed)
		return;
	fresh->sectors = min(fresh->sectors, old->sectors);
	fresh->lost_write = old->lost_write;
	fresh->lost_told = old->lost_told;
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

static const char *parse_error(const struct pioata_io *io, int err)
{
	if (err == -EILSEQ && io->swap_data)
		return "IDENTIFY data has its bytes swapped by our setting";
	switch (err) {
	case -EBADMSG:
		return "wrong checksum of IDENTIFY data";
	case -EINVAL:
		return "invalid capacity, geometry or sector size";
	case -EILSEQ:
		return "IDENTIFY data has its bytes swapped by the adapter";
	case -ENXIO:
		return "a quirk disables this model";
	default:
		return "IDENTIFY reports an unknown kind of device";
	}
}

/* Before it spins, IDENTIFY data is incomplete or the medium inaccessible. */
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
 * Tell whether each of the data lines has had both values, so that none is
 * stuck at one. Bit 15 may be 0 in all words of IDENTIFY data. If the line has
 * lost it, the sum of all bytes may lack 80h.
 */
static bool lines_are_alive(const u16 *id)
{
	u16 ones = 0, zeroes = 0;
	unsigned int i;
	u8 sum = 0;

	for (i = 0; i < ATA_ID_WORDS; i++) {
		ones |= id[i];
		zeroes |= ~id[i];
		sum += id[i] + (id[i] >> 8);
	}
	if (!(ones & BIT(15)) && sum == 0x80)
		return false;
	return (ones | BIT(15)) == U16_MAX && zeroes == U16_MAX;
}

/*
 * The firmware of some disks computes a wrong checksum. Noise does not give the
 * same data in each attempt, and a data line that is stuck is seen in the data.
 * Lines that also clear the signature leave no checksum, as in old disks.
 *
 * Returns true if the data is used in spite of its checksum.
 */
static bool accept_sum(struct pioata_chan *ch, bool same)
{
	struct pioata_job *job = &ch->job;

	job->same_sums = same && job->same_sums ? job->same_sums + 1 : 1;
	if (job->same_sums < IDENTIFY_TRIES || !lines_are_alive(ch->fresh.id))
		return false;
	if (!job->target->bad_sum)
		pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
					"device %u: wrong checksum of IDENTIFY data, but the same data %u times; using it\n",
					pioata_target_id(ch, job->target),
					job->same_sums);
	job->target->bad_sum = true;
	return true;
}

/* Returns 0 if the data is valid, as sat_dev_parse(). */
static int parse_identify(struct pioata_chan *ch, bool packet)
{
	bool same = sat_dev_is_of(&ch->fresh, ch->buf);
	int err = sat_dev_parse(&ch->fresh, ch->buf, packet);

	if (err == -EBADMSG)
		return accept_sum(ch, same) ? 0 : err;
	ch->job.same_sums = 0;
	if (!err)
		ch->job.target->bad_sum = false;
	return err;
}

/* An ioctl may copy the old data meanwhile. */
static void take_fresh(struct pioata_chan *ch)
{
	unsigned long flags;

	spin_lock_irqsave(&ch->id_lock, flags);
	ch->job.target->dev = ch->fresh;
	spin_unlock_irqrestore(&ch->id_lock, flags);
}

/*
 * If the device has been exchanged, or has another sector size, the old SCSI
 * device must not write to it. A scan finds the device after the old SCSI
 * device has been deleted.
 *
 * Returns true if the device is identified.
 */
static bool identified(struct pioata_chan *ch, bool packet)
{
	struct pioata_target *target = ch->job.target;
	int err;

	if (!packet && needs_spinup(ch)) {
		issue_spinup(ch);
		return false;
	}
	err = parse_identify(ch, packet);
	if (err) {
		if (err == -ENXIO || !try_again(ch))
			ignore_device(ch, parse_error(&ch->io, err));
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
	if (has_been_exchanged(target, &ch->fresh)) {
		pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
					"device %u has no serial number, but another size or world wide name now; ignoring it until its SCSI device is deleted and found again\n",
					pioata_target_id(ch, target));
		pioata_device_absent(ch);
		return false;
	}
	if (has_other_sectors(target, &ch->fresh)) {
		pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
					"device %u has sectors of %u bytes now instead of %u; ignoring it until its SCSI device is deleted and found again\n",
					pioata_target_id(ch, target),
					ch->fresh.sector_size,
					target->dev.sector_size);
		pioata_device_absent(ch);
		return false;
	}
	if (!target->known) {
		ch->job.is_new = true;
		target->no_multi = false;
		target->changed = false;
	} else if (!ch->job.is_new) {
		keep_reported(&ch->fresh, target);
	}
	take_fresh(ch);
	target->known = true;
	return true;
}

static bool is_abort(struct pioata_chan *ch, u8 status)
{
	return status & ATA_ERR &&
	       pioata_read_error(ch) & ATA_ABORTED;
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

/**
 * pioata_identify() - begin to identify the device of the job
 * @ch: the channel
 *
 * Context: owner of the channel.
 */
void pioata_identify(struct pioata_chan *ch)
{
	ch->job.tries = 0;
	ch->job.same_sums = 0;
	ch->job.other_tried = false;
	issue_identify(ch, first_step(ch->job.target));
}

/*
 * Tell whether IDENTIFY data has come through a data port of 8 bits. Either
 * each access has lost its upper byte, or one access was two of the bus, and
 * the data has ended in the middle.
 */
static bool is_narrow(const struct pioata_chan *ch)
{
	const u8 *id = ch->buf;
	bool differs = false;
	unsigned int i;

	if (ch->job.left)
		return ch->job.left == SAT_ID_BYTES / 2;
	for (i = 2; i < SAT_ID_BYTES; i += 2) {
		if (id[i + 1] != id[1])
			return false;
		differs |= id[i] != id[0];
	}
	return differs;
}

/**
 * pioata_identify_next() - continue after a taskfile of the identification
 * @ch: the channel
 * @status: STATUS at the end of the taskfile
 *
 * Context: owner of the channel.
 * Return: whether the device is identified, or needs 8-bit transfers for that.
 *	Otherwise another taskfile has been issued, or the job has ended.
 */
enum pioata_identity pioata_identify_next(struct pioata_chan *ch, u8 status)
{
	bool packet = ch->job.step == PIOATA_STEP_IDENTIFY_PACKET;

	if (ch->job.step == PIOATA_STEP_SPINUP) {
		/* If it failed, the IDENTIFY data will tell. */
		ch->job.spun_up = true;
		issue_identify(ch, PIOATA_STEP_IDENTIFY);
		return PIOATA_UNKNOWN;
	}
	if (status & (ATA_ERR | ATA_DF)) {
		identify_failed(ch, status);
		return PIOATA_UNKNOWN;
	}
	if (ch->io.narrow && is_narrow(ch)) {
		if (!ch->job.wide)
			return PIOATA_NARROW;
		ignore_device(ch,
			      "IDENTIFY data lacks every other byte, and the device refuses 8-bit transfers; if the adapter has a data port of 8 bits, load pioscsi_ata with isa_width=8 or data_width=8");
		return PIOATA_UNKNOWN;
	}
	if (!ch->job.left)
		return identified(ch, packet) ? PIOATA_IDENTIFIED :
						PIOATA_UNKNOWN;
	identify_failed(ch, status);
	return PIOATA_UNKNOWN;
}

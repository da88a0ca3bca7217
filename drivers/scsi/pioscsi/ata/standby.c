// SPDX-License-Identifier: GPL-2.0-only
/*
 * Standby of the disks of a channel that is about to lose its power. Before a
 * sleep of the machine, the midlayer has ended all commands and flushed the
 * write caches. If a bus suspends a channel alone, the midlayer does neither.
 */
#include <linux/device.h>

#include "chan.h"

/* A flush may take longer than 30 s, but a loss of power does not wait. */
#define LIMIT_MS	30000

/* A disk that sleeps has flushed its cache. */
static bool is_awake_disk(const struct pioata_target *target)
{
	return target->known && !target->asleep && !target->dev.packet;
}

static bool is_busy(u8 status)
{
	return !pioata_no_device(status) && status & (ATA_BUSY | ATA_DRQ);
}

/* A device that is absent or sleeps may read as busy. A reset would wake it. */
static bool needs_reset(struct pioata_chan *ch)
{
	u8 status = pioata_read(ch, PIOATA_IO_ALT);

	if (ch->job.phase == PIOATA_IDLE)
		return is_busy(status) &&
		       !pioata_is_silent(&ch->targets[ch->selected]);
	return !pioata_no_device(status);
}

/*
 * Select a device for a command. While another command is active, no register
 * may be written, and only a reset ends that command. A resume ends it as well.
 *
 * Return false if the device takes no command.
 */
static bool select_disk(struct pioata_chan *ch, unsigned int id)
{
	if (needs_reset(ch))
		pioata_reset_bus(ch->hba);
	return !ch->targets[id].absent &&
	       !(pioata_select(ch, id) & (ATA_BUSY | ATA_DRQ));
}

/* Returns the status after the end of the command, or at the time limit. */
static u8 execute(struct pioata_chan *ch, const struct sat_tf *tf)
{
	pioata_tf_write(ch, tf);
	pioata_wait_status(ch, ATA_BUSY, 0, LIMIT_MS, PIOATA_GONE_MS);
	return pioata_read_status(ch);
}

static bool has_failed(u8 status)
{
	return status & (ATA_BUSY | ATA_DF | ATA_ERR);
}

/* A device that reports FLUSH CACHE may set ABRT for a failed write. */
static bool rejects_flush(struct pioata_chan *ch, const struct sat_dev *dev,
			  u8 status)
{
	return !dev->flush && !dev->flush_ext &&
	       (status & (ATA_BUSY | ATA_DF | ATA_DRQ | ATA_ERR)) == ATA_ERR &&
	       pioata_read_error(ch) & ATA_ABORTED;
}

/* Turning the write cache off writes it to the medium, too. */
static u8 turn_cache_off(struct pioata_chan *ch, struct sat_dev *dev)
{
	static const struct sat_tf tf = {
		.regs.command = ATA_CMD_SET_FEATURES,
		.regs.feature = SETFEATURES_WC_OFF,
	};
	u8 status = execute(ch, &tf);

	if (!has_failed(status))
		sat_dev_features_set(dev, SETFEATURES_WC_OFF);
	return status;
}

/* FLUSH CACHE would spin up a stopped disk, and a locked disk aborts it. */
static bool needs_flush(const struct sat_dev *dev)
{
	return dev->wcache && !dev->stopped && !dev->locked;
}

/*
 * Drives before ATA-6 may have FLUSH CACHE without reporting it, and
 * CompactFlash cards may reject STANDBY IMMEDIATE.
 *
 * No initiator has requested this flush. The next SYNCHRONIZE CACHE reports its
 * error, because FLUSH CACHE would succeed then.
 */
static void flush(struct pioata_chan *ch, unsigned int id)
{
	struct sat_dev *dev = &ch->targets[id].dev;
	const struct sat_tf tf = {
		.ext = dev->flush_ext,
		.regs.command = dev->flush_ext ? ATA_CMD_FLUSH_EXT :
						 ATA_CMD_FLUSH,
	};
	u8 status;

	if (!needs_flush(dev))
		return;
	status = execute(ch, &tf);
	if (rejects_flush(ch, dev, status))
		status = turn_cache_off(ch, dev);
	if (!has_failed(status))
		return;
	sat_dev_lose_write(dev, false);
	dev_warn(ch->hba->dev,
		 "device %u has not flushed its write cache (status %02xh), suspending it anyway\n",
		 id, status);
}

/* The loss of power discards the data of earlier commands. */
static void lose_cache(struct pioata_chan *ch, unsigned int id)
{
	struct sat_dev *dev = &ch->targets[id].dev;

	if (!needs_flush(dev))
		return;
	sat_dev_lose_write(dev, false);
	dev_warn(ch->hba->dev,
		 "device %u takes no command to flush its write cache, suspending it anyway\n",
		 id);
}

static void stand_by(struct pioata_chan *ch, unsigned int id)
{
	static const struct sat_tf tf = {
		.regs.command = ATA_CMD_STANDBYNOW1,
	};
	u8 status = execute(ch, &tf);

	if (is_busy(status))
		dev_warn(ch->hba->dev,
			 "device %u does not stand by (status %02xh), suspending it anyway\n",
			 id, status);
}

/**
 * pioata_standby() - flush the write caches, and spin the disks down
 * @hba: the HBA, suspended
 *
 * A disk that fails does not keep the machine from suspending. A command that
 * is still active ends by a reset, and its data in the cache is flushed too.
 *
 * Context: owner of the channel, masked; task, sleeps.
 */
void pioata_standby(struct pioscsi_hba *hba)
{
	struct pioata_chan *ch = hba->priv;
	unsigned int id;

	for (id = 0; id < PIOATA_CHAN_TARGETS; id++) {
		const struct pioata_target *target = &ch->targets[id];

		if (!is_awake_disk(target))
			continue;
		if (target->absent || !select_disk(ch, id)) {
			lose_cache(ch, id);
			continue;
		}
		flush(ch, id);
		if (select_disk(ch, id))
			stand_by(ch, id);
	}
}

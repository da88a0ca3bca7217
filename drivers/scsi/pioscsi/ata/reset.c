// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a device gives up its command. A disk only knows the software reset,
 * which is for both of them; but then there is never more than one command.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "chan.h"

/* After a reset a disk may have to spin up: so long says ATA. */
#define RESET_LIMIT_MS		31000

/* How long SRST is held, at least 5 us, and when STATUS is right after it. */
#define SRST_HOLD_US		20
#define SRST_SETTLE_MS		3

/* A card may take no command yet when it is no longer busy. */
#define READY_LIMIT_MS		3000

#define DEVICE_RESET_LIMIT_MS	5000
#define STANDBY_LIMIT_MS	30000

/* Until the bits of @mask are @bits, or nobody answers. Sleeps. */
static int wait_status(struct pioata_chan *ch, u8 mask, u8 bits,
		       unsigned int ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms) + 1;
	unsigned int us = 100;
	u8 status;

	for (;;) {
		status = pioata_read(ch, PIOATA_IO_ALT);
		if ((status & mask) == bits || pioata_no_device(status))
			return 0;
		if (time_after(jiffies, end))
			return -ETIMEDOUT;
		usleep_range(us, 2 * us);
		us = min(2 * us, 20000U);
	}
}

/* The selected device, or whoever answers in its place. */
static int wait_idle(struct pioata_chan *ch, unsigned int ms)
{
	return wait_status(ch, ATA_BUSY, 0, ms);
}

/* If it does not become ready, what it is sent next will tell. */
static void wait_ready(struct pioata_chan *ch,
		       const struct pioata_target *target)
{
	if (target->known && !target->dev.packet)
		wait_status(ch, ATA_BUSY | ATA_DRDY, ATA_DRDY, READY_LIMIT_MS);
}

static void all_unready(struct pioata_chan *ch)
{
	unsigned int id;

	for (id = 0; id < PIOATA_CHAN_TARGETS; id++)
		ch->targets[id].ready = false;
}

/* Both devices, as far as they are there. */
static int wait_for_all(struct pioata_chan *ch)
{
	unsigned int id;
	int err = 0;

	for (id = 0; id < PIOATA_CHAN_TARGETS && !err; id++) {
		pioata_reselect(ch, id);
		err = wait_idle(ch, RESET_LIMIT_MS);
		if (!err)
			wait_ready(ch, &ch->targets[id]);
	}
	return err;
}

/**
 * pioata_reset_bus() - software reset of both devices
 * @hba: the HBA
 *
 * They are set up again before their next command.
 *
 * Context: owner of the channel, masked; task, sleeps.
 * Return: 0, or -ETIMEDOUT if one remains busy.
 */
int pioata_reset_bus(struct pioscsi_hba *hba)
{
	struct pioata_chan *ch = hba->priv;
	int err;

	pioata_job_clear(ch);
	all_unready(ch);
	ch->ctl = ATA_DEVCTL_OBS | ATA_NIEN;
	pioata_write(ch, PIOATA_IO_CTL, ch->ctl | ATA_SRST);
	usleep_range(SRST_HOLD_US, 5 * SRST_HOLD_US);
	pioata_write(ch, PIOATA_IO_CTL, ch->ctl);
	msleep(SRST_SETTLE_MS);
	err = wait_for_all(ch);
	/* Nobody drives INTRQ while who is not there is selected. */
	if (!ch->targets[1].known)
		pioata_reselect(ch, 0);
	/* Some interrupt, in spite of what they are told. */
	pioata_read(ch, PIOATA_IO_STATUS);
	return err;
}

/* DEVICE RESET, which only ATAPI devices have, works at any time. */
static int reset_device(struct pioata_chan *ch, unsigned int id)
{
	struct sat_tf tf = { .regs.command = ATA_CMD_DEV_RESET };

	pioata_job_clear(ch);
	ch->targets[id].ready = false;
	pioata_reselect(ch, id);
	pioata_tf_write(ch, &tf);
	return wait_idle(ch, DEVICE_RESET_LIMIT_MS);
}

static bool is_others(const struct pioata_chan *ch, unsigned int id)
{
	return ch->job.phase != PIOATA_IDLE &&
	       ch->job.target != &ch->targets[id];
}

/**
 * pioata_reset_lun() - reset a device
 * @hba: the HBA
 * @id: the device
 * @lun: 0
 *
 * Context: owner of the channel, masked; task, sleeps.
 * Return: 0 or a negative error; -EOPNOTSUPP for a disk, which cannot be reset
 *	by itself; -EBUSY while the other device has a command, which would not
 *	survive it.
 */
int pioata_reset_lun(struct pioscsi_hba *hba, unsigned int id, u64 lun)
{
	struct pioata_chan *ch = hba->priv;

	if (!ch->targets[id].known || !ch->targets[id].dev.packet)
		return -EOPNOTSUPP;
	if (is_others(ch, id))
		return -EBUSY;
	return reset_device(ch, id);
}

/**
 * pioata_reset_target() - likewise
 * @hba: the HBA
 * @id: the device
 *
 * Context: owner of the channel, masked; task, sleeps.
 * Return: 0 or a negative error.
 */
int pioata_reset_target(struct pioscsi_hba *hba, unsigned int id)
{
	return pioata_reset_lun(hba, id, 0);
}

/**
 * pioata_abort_cmd() - have the command given up
 * @hba: the HBA
 * @cmd: the one command that there is
 *
 * Context: owner of the channel, masked; task, sleeps.
 * Return: 0 or a negative error.
 */
int pioata_abort_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	int err = pioata_reset_target(hba, cmd->scmd->device->id);

	return err ? pioata_reset_bus(hba) : 0;
}

/**
 * pioata_standby() - spin the disks down
 * @hba: the HBA, suspended
 *
 * One that does not want to is no reason not to suspend.
 *
 * Context: owner of the channel, masked; task, sleeps.
 */
void pioata_standby(struct pioscsi_hba *hba)
{
	static const struct sat_tf tf = {
		.regs.command = ATA_CMD_STANDBYNOW1,
	};
	struct pioata_chan *ch = hba->priv;
	unsigned int id;

	for (id = 0; id < PIOATA_CHAN_TARGETS; id++) {
		const struct pioata_target *target = &ch->targets[id];

		if (!target->known || target->dev.packet || !target->dev.power)
			continue;
		if (pioata_select(ch, id) & (ATA_BUSY | ATA_DRQ))
			continue;
		pioata_tf_write(ch, &tf);
		if (wait_idle(ch, STANDBY_LIMIT_MS))
			dev_warn(hba->dev, "device %u does not stand by\n", id);
		pioata_read(ch, PIOATA_IO_STATUS);
	}
}

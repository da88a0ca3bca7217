// SPDX-License-Identifier: GPL-2.0-only
/*
 * Aborts and resets. A disk can only abort a command by the software reset,
 * which resets both devices. The channel never has more than one command, so no
 * other command is lost.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "../compat.h"
#include "chan.h"

/*
 * Retry the reset after this time: a device that has missed the first one gets
 * ready sooner.
 */
static const unsigned int reset_limits_ms[] = { 10000, PIOATA_SPINUP_MS };

/* The most data of one DRQ block, and the data after which other tasks run. */
#define DRAIN_MAX		SZ_64K
#define DRAIN_STEP		SZ_512

#define DEVICE_RESET_LIMIT_MS	5000

static void forget_setup(struct pioata_chan *ch)
{
	unsigned int id;

	for (id = 0; id < PIOATA_CHAN_TARGETS; id++) {
		ch->targets[id].ready = false;
		ch->targets[id].loading = false;
		ch->targets[id].asleep = false;
		ch->targets[id].absent = false;
		ch->targets[id].gone = false;
		ch->targets[id].sign = PIOATA_SIGN_NONE;
	}
}

/*
 * An access to an empty position with IORDY would never end on some
 * controllers. The timing may be that of a card that is no longer there.
 */
static void slow_down_both(struct pioata_chan *ch)
{
	unsigned int id;

	for (id = 0; id < PIOATA_CHAN_TARGETS; id++)
		pioata_slow_down(ch, id);
}

/* A command that a fault has ended may still have data in its device. */
static bool may_offer_data(const struct pioata_job *job)
{
	enum pioata_phase phase = job->phase == PIOATA_ENDED ?
				  job->fault_phase : job->phase;

	switch (phase) {
	case PIOATA_NON_DATA:
	case PIOATA_DATA_IN:
	case PIOATA_STALE:
		return true;
	case PIOATA_PACKET:
		return job->dir != DMA_TO_DEVICE;
	default:
		return false;
	}
}

/*
 * Some devices stay busy after a reset during a DRQ block. So move the rest of
 * the block first.
 */
static void drain_data(struct pioata_chan *ch)
{
	unsigned int bytes;
	u16 word;
	u8 status;

	if (!may_offer_data(&ch->job))
		return;
	for (bytes = 0; bytes < DRAIN_MAX; bytes += sizeof(word)) {
		status = pioata_read(ch, PIOATA_IO_ALT);
		if (pioata_no_device(status) || !(status & ATA_DRQ))
			break;
		if (bytes % DRAIN_STEP == 0)
			pioscsi_cond_resched();
		pioata_data_in(ch, &word, sizeof(word));
	}
}

/*
 * Return a bit for each device that is known, or whose registers keep a written
 * value.
 */
static unsigned int find_devices(struct pioata_chan *ch)
{
	unsigned int id, found = 0;

	for (id = 0; id < PIOATA_CHAN_TARGETS; id++) {
		pioata_reselect(ch, id);
		if (ch->targets[id].known || pioata_keeps_registers(ch))
			found |= BIT(id);
	}
	return found;
}

static void pulse_srst(struct pioata_chan *ch)
{
	ch->ctl = ATA_DEVCTL_OBS | ATA_NIEN;
	pioata_write(ch, PIOATA_IO_CTL, ch->ctl | ATA_SRST);
	usleep_range(PIOATA_SRST_HOLD_US, 5 * PIOATA_SRST_HOLD_US);
	pioata_write(ch, PIOATA_IO_CTL, ch->ctl);
	msleep(PIOATA_SRST_SETTLE_MS);
}

/*
 * An absent device does not drive INTRQ while it is selected, and may read as
 * busy.
 */
static void select_present(struct pioata_chan *ch)
{
	const struct pioata_target *targets = ch->targets;

	if (targets[1].absent || !targets[1].known)
		pioata_reselect(ch, targets[0].absent && !targets[1].absent);
}

static bool is_any_left(const struct pioata_chan *ch)
{
	unsigned int id;

	for (id = 0; id < PIOATA_CHAN_TARGETS; id++)
		if (!ch->targets[id].absent &&
		    (ch->targets[id].known ||
		     ch->targets[id].sign != PIOATA_SIGN_NONE))
			return true;
	return false;
}

/**
 * pioata_reset_bus() - reset both devices by SRST
 * @hba: the HBA
 *
 * The devices are set up again before their next command. A device that stays
 * busy, requests data, or does not drive the bus is absent until the next
 * reset.
 *
 * Context: owner of the channel, masked; task, sleeps.
 * Return: 0, or -ETIMEDOUT if a device remains busy or requests data, and no
 *	other one answers.
 */
int pioata_reset_bus(struct pioscsi_hba *hba)
{
	struct pioata_chan *ch = hba->priv;
	unsigned int found, try, stuck = 0;

	pioata_keep_flush_error(ch);
	drain_data(ch);
	pioata_job_clear(ch);
	slow_down_both(ch);
	found = find_devices(ch);
	for (try = 0; try < ARRAY_SIZE(reset_limits_ms); try++) {
		forget_setup(ch);
		pulse_srst(ch);
		stuck = pioata_wait_all(ch, found, reset_limits_ms[try]);
		if (!(stuck & found))
			break;
	}
	select_present(ch);
	/* Some devices interrupt in spite of nIEN. */
	pioata_read_status(ch);
	return stuck && !is_any_left(ch) ? -ETIMEDOUT : 0;
}

/* Only ATAPI devices have DEVICE RESET. It may be written while BSY is set. */
static int reset_device(struct pioata_chan *ch, unsigned int id)
{
	int err;

	pioata_job_clear(ch);
	ch->targets[id].ready = false;
	ch->targets[id].loading = false;
	pioata_reselect(ch, id);
	pioata_write(ch, PIOATA_IO_COMMAND, ATA_CMD_DEV_RESET);
	pioata_pause(ch);
	err = pioata_wait_status(ch, ATA_BUSY, 0, DEVICE_RESET_LIMIT_MS,
				 PIOATA_GONE_MS);
	/* It may have interrupted just now. */
	pioata_read_status(ch);
	return err;
}

static bool is_others(const struct pioata_chan *ch, unsigned int id)
{
	return ch->job.phase != PIOATA_IDLE &&
	       ch->job.target != &ch->targets[id];
}

/**
 * pioata_reset_lun() - reset a logical unit
 * @hba: the HBA
 * @id: the device
 * @lun: 0
 *
 * Context: owner of the channel, masked; task, sleeps.
 * Return: 0 or a negative error. -EOPNOTSUPP for a disk, which cannot be reset
 *	by itself. -EBUSY while the other device has a command, which would be
 *	lost, and while SRST wakes the device.
 */
int pioata_reset_lun(struct pioscsi_hba *hba, unsigned int id, u64 lun)
{
	struct pioata_chan *ch = hba->priv;

	if (!ch->targets[id].known || !ch->targets[id].dev.packet)
		return -EOPNOTSUPP;
	/* SRST would remain set: only the job that has set it clears it. */
	if (is_others(ch, id) || ch->job.phase == PIOATA_WAKE)
		return -EBUSY;
	return reset_device(ch, id);
}

/**
 * pioata_reset_target() - reset a device
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
 * pioata_abort_cmd() - abort the command of the channel
 * @hba: the HBA
 * @cmd: the only command of the channel
 *
 * Only a reset aborts a command, after which ATAPI devices report UNIT
 * ATTENTION.
 *
 * Context: owner of the channel, masked; task, sleeps.
 * Return: 0 or a negative error.
 */
int pioata_abort_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	int err = pioata_reset_target(hba, cmd->scmd->device->id);

	if (err)
		err = pioata_reset_bus(hba);
	if (!err)
		pioscsi_report_reset(hba);
	return err;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Aborts and resets. A disk can only abort a command by the software reset,
 * which resets both devices. The channel never has more than one command, so no
 * other command is lost.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "../compat.h"
#include "chan.h"

/* The time that ATA allows a disk to spin up after a reset. */
#define SPINUP_MS		31000

/*
 * Retry the reset after this time: a device that has missed the first one gets
 * ready sooner.
 */
static const unsigned int reset_limits_ms[] = { 10000, SPINUP_MS };

/* The end of a reset also ends a data request. */
#define DRQ_LIMIT_MS		100

/* The most data of one DRQ block, and the data after which other tasks run. */
#define DRAIN_MAX		SZ_64K
#define DRAIN_STEP		SZ_512

/* Diagnostic codes in ERROR: bit 7 of device 0's code is about device 1. */
#define DIAG_PASSED		0x01
#define DIAG_ONE_FAILED		0x81

/* LBA HIGH and MID after a reset. */
#define SIGN_ATA		0x0000
#define SIGN_SATA		0xc33c
#define SIGN_ATAPI		0xeb14
#define SIGN_SATAPI		0x9669

#define DEVICE_RESET_LIMIT_MS	5000

/**
 * pioata_wait_status() - wait for bits of STATUS, or until no device answers
 * @ch: the channel
 * @mask: the bits
 * @bits: their values
 * @ms: how long, ms
 * @gone_ms: how long the status may be that of no device, ms
 *
 * Some devices interrupt in spite of nIEN. So read STATUS, which withdraws that
 * interrupt. The kernel would disable the line if nothing did.
 *
 * Context: owner of the channel, masked; task, sleeps.
 * Return: 0 or -ETIMEDOUT.
 */
int pioata_wait_status(struct pioata_chan *ch, u8 mask, u8 bits,
		       unsigned int ms, unsigned int gone_ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms) + 1;
	unsigned long seen = jiffies;
	unsigned int us = 100;
	u8 status;

	KUNIT_STATIC_STUB_REDIRECT(pioata_wait_status, ch, mask, bits, ms,
				   gone_ms);

	for (;;) {
		status = pioata_read_status(ch);
		if (!pioata_no_device(status)) {
			seen = jiffies;
			if ((status & mask) == bits)
				return 0;
		} else if (time_after_eq(jiffies,
					 seen + msecs_to_jiffies(gone_ms))) {
			return 0;
		}
		if (time_after(jiffies, end))
			return -ETIMEDOUT;
		usleep_range(us, 2 * us);
		us = min(2 * us, 20000U);
	}
}

/* Wait for the end of BSY of a device that is present. */
static int wait_idle(struct pioata_chan *ch, unsigned int ms)
{
	return pioata_wait_status(ch, ATA_BUSY, 0, ms, PIOATA_GONE_MS);
}

/*
 * A new disk may still start. Device 0 answers for an absent device 1 with a
 * status of 00h, and with its own signature.
 */
static bool is_new_disk(struct pioata_chan *ch, unsigned int id)
{
	const struct pioata_target *target = &ch->targets[id];

	return !target->known && target->sign == PIOATA_SIGN_ATA &&
	       (!id || pioata_read(ch, PIOATA_IO_ALT));
}

/*
 * This does not fail: a device that is still not ready fails its next command.
 * An empty slot has been waited for.
 */
static void wait_ready(struct pioata_chan *ch, unsigned int id)
{
	const struct pioata_target *target = &ch->targets[id];

	if ((target->known && !target->dev.packet) || is_new_disk(ch, id))
		pioata_wait_status(ch, ATA_BUSY | ATA_DRDY, ATA_DRDY,
				   PIOATA_READY_MS, 0);
}

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
 * The signature is in the registers until the first command. A device that has
 * failed its diagnostics may show a wrong one.
 */
static enum pioata_sign read_signature(struct pioata_chan *ch, unsigned int id)
{
	u8 code = pioata_read(ch, PIOATA_IO_ERROR);
	u16 cyl;

	if (code != DIAG_PASSED && (id || code != DIAG_ONE_FAILED))
		return PIOATA_SIGN_NONE;
	if (pioata_read(ch, PIOATA_IO_NSECT) != 1 ||
	    pioata_read(ch, PIOATA_IO_LBAL) != 1)
		return PIOATA_SIGN_NONE;
	cyl = pioata_read(ch, PIOATA_IO_LBAH) << 8;
	cyl |= pioata_read(ch, PIOATA_IO_LBAM);
	if (cyl == SIGN_ATA || cyl == SIGN_SATA)
		return PIOATA_SIGN_ATA;
	return cyl == SIGN_ATAPI || cyl == SIGN_SATAPI ?
	       PIOATA_SIGN_ATAPI : PIOATA_SIGN_NONE;
}

/* A device that was found before may not drive the bus for a moment. */
static bool stays_undriven(struct pioata_chan *ch, unsigned int id,
			   bool is_found)
{
	unsigned long end = jiffies + msecs_to_jiffies(PIOATA_GONE_MS);

	while (pioata_is_undriven(ch, id)) {
		if (!is_found || time_after(jiffies, end))
			return true;
		usleep_range(5000, 10000);
	}
	return false;
}

/*
 * Device 0 does not wait for device 1 if the adapter does not connect PDIAG.
 * Then device 1 may be present, and still start. Say so once, at the probe.
 */
static void log_floating(struct pioata_chan *ch, u8 status)
{
	if (ch->targets[0].known || pioata_no_device(status))
		return;
	dev_info(ch->hba->dev,
		 "device 1 is busy and keeps no register after SRST (status %02xh); taking it for absent until a scan\n",
		 status);
}

/*
 * Device 0 stays busy until device 1 has ended its reset. So if device 1 is
 * still busy afterwards, and was not found before, the bus floats and there is
 * no device 1.
 */
static bool is_floating(struct pioata_chan *ch, unsigned int id, bool is_found,
			bool has_device0)
{
	u8 status = pioata_read(ch, PIOATA_IO_ALT);

	if (!(status & ATA_BUSY))
		return false;
	if (id && has_device0 && !is_found && !pioata_keeps_registers(ch)) {
		log_floating(ch, status);
		return true;
	}
	return stays_undriven(ch, id, is_found);
}

/**
 * pioata_ms_since() - tell how long ago a reset began
 * @srst: jiffies at SRST
 *
 * Context: any.
 * Return: ms.
 */
unsigned int pioata_ms_since(unsigned long srst)
{
	KUNIT_STATIC_STUB_REDIRECT(pioata_ms_since, srst);

	return jiffies_to_msecs(jiffies - srst);
}

/* Both devices have begun their reset at @srst, in jiffies. */
static unsigned int time_left(unsigned long srst, unsigned int ms)
{
	return ms - min(ms, pioata_ms_since(srst));
}

/*
 * After a reset, a device may report the status of an empty slot for a moment.
 * So wait for a device that was found before the reset.
 *
 * Returns false if the device is still busy @ms after the reset, or requests
 * data. While such a device is selected, no command can be sent.
 */
static bool wait_device(struct pioata_chan *ch, unsigned int id, bool is_found,
			unsigned long srst, unsigned int ms)
{
	unsigned int gone_ms = is_found ? PIOATA_GONE_MS : 0;
	struct pioata_target *target = &ch->targets[id];

	if (pioata_wait_status(ch, ATA_BUSY, 0,
			       max(time_left(srst, ms), gone_ms), gone_ms)) {
		dev_warn(ch->hba->dev,
			 "device %u is still busy %u ms after SRST (status %02xh)\n",
			 id, ms, pioata_read(ch, PIOATA_IO_ALT));
		return false;
	}
	if (pioata_wait_status(ch, ATA_BUSY | ATA_DRQ, 0, DRQ_LIMIT_MS, 0)) {
		dev_warn(ch->hba->dev,
			 "device %u still requests data after SRST (status %02xh)\n",
			 id, pioata_read(ch, PIOATA_IO_ALT));
		return false;
	}
	target->sign = read_signature(ch, id);
	wait_ready(ch, id);
	return true;
}

/*
 * Called right after SRST. Returns a bit for each device that remains busy or
 * requests data, and then counts as absent.
 */
static unsigned int wait_for_all(struct pioata_chan *ch, unsigned int found,
				 unsigned int ms)
{
	unsigned long srst = jiffies;
	bool has_device0 = false;
	unsigned int id, stuck = 0;

	for (id = 0; id < PIOATA_CHAN_TARGETS; id++) {
		bool is_found = found & BIT(id);

		pioata_reselect(ch, id);
		if (is_floating(ch, id, is_found, has_device0)) {
			ch->targets[id].absent = true;
		} else if (!wait_device(ch, id, is_found, srst,
					is_found ? ms : SPINUP_MS)) {
			ch->targets[id].absent = true;
			stuck |= BIT(id);
		} else if (!id) {
			has_device0 = !pioata_no_device(pioata_read(ch,
							PIOATA_IO_ALT));
		}
	}
	return stuck;
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
		stuck = wait_for_all(ch, found, reset_limits_ms[try]);
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
	err = wait_idle(ch, DEVICE_RESET_LIMIT_MS);
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

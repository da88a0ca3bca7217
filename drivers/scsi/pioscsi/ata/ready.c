// SPDX-License-Identifier: GPL-2.0-only
/*
 * The wait for the devices after a reset: which ones are there, and when they
 * are ready for a command.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>

#include "../compat.h"
#include "chan.h"

/* The end of a reset also ends a data request. */
#define DRQ_LIMIT_MS		100

/* Diagnostic codes in ERROR: bit 7 of device 0's code is about device 1. */
#define DIAG_PASSED		0x01
#define DIAG_ONE_FAILED		0x81

/* LBA HIGH and MID after a reset. */
#define SIGN_ATA		0x0000
#define SIGN_SATA		0xc33c
#define SIGN_ATAPI		0xeb14
#define SIGN_SATAPI		0x9669

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

/**
 * pioata_wait_all() - wait for both devices right after SRST
 * @ch: the channel
 * @found: a bit for each device that was found before the reset
 * @ms: the time limit of these devices, ms
 *
 * A device that remains busy, requests data, or does not drive the bus counts
 * as absent.
 *
 * Context: owner of the channel, masked; task, sleeps.
 * Return: a bit for each device that remains busy or requests data.
 */
unsigned int pioata_wait_all(struct pioata_chan *ch, unsigned int found,
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
					is_found ? ms : PIOATA_SPINUP_MS)) {
			ch->targets[id].absent = true;
			stuck |= BIT(id);
		} else if (!id) {
			has_device0 = !pioata_no_device(pioata_read(ch,
							PIOATA_IO_ALT));
		}
	}
	return stuck;
}

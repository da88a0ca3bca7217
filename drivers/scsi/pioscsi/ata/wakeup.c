// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waking a device that has executed SLEEP. Polls of the command that needs the
 * device set SRST and clear it, so no context sleeps.
 */
#include <linux/ktime.h>

#include "chan.h"

#define HOLD_NS		(PIOATA_SRST_HOLD_US * 1ULL * NSEC_PER_USEC)
#define SETTLE_NS	(PIOATA_SRST_SETTLE_MS * 1ULL * NSEC_PER_MSEC)
#define READY_NS	(PIOATA_READY_MS * 1ULL * NSEC_PER_MSEC)

/**
 * pioata_wake() - begin to wake the device of the job, which sleeps
 * @ch: the channel
 *
 * Only a reset wakes a device that has executed SLEEP. SRST resets both devices
 * of the channel. No command is lost, as the other device has none.
 *
 * Context: owner of the channel.
 */
void pioata_wake(struct pioata_chan *ch)
{
	unsigned int id;

	pioscsi_log_ratelimited(ch->hba, KERN_INFO,
				"device %u sleeps; waking it by a reset\n",
				pioata_target_id(ch, ch->job.target));
	for (id = 0; id < PIOATA_CHAN_TARGETS; id++) {
		ch->targets[id].ready = false;
		ch->targets[id].loading = false;
		ch->targets[id].asleep = false;
		if (ch->modes[id].is_set)
			pioata_slow_down(ch, id);
	}
	ch->job.phase = PIOATA_WAKE;
	ch->job.since = ktime_get_ns();
	ch->ctl |= ATA_SRST;
	pioata_write(ch, PIOATA_IO_CTL, ch->ctl);
	pioscsi_report_reset(ch->hba);
}

static bool is_busy(u8 status)
{
	return status & ATA_BUSY && !pioata_no_device(status);
}

/* SRST has reset device 0 as well, which may still use the bus. */
static bool device_0_is_busy(struct pioata_chan *ch)
{
	return !ch->targets[0].absent && is_busy(pioata_reselect(ch, 0));
}

/* A disk that does not report DRDY yet would abort the next command. */
static bool is_ready(const struct pioata_target *target, u8 status, u64 ns)
{
	return status & ATA_DRDY || pioata_no_device(status) ||
	       !target->known || target->dev.packet || ns >= READY_NS;
}

/**
 * pioata_wake_next() - continue after pioata_wake()
 * @ch: the channel
 *
 * Context: owner of the channel.
 * Return: false if there is nothing to do yet. True when the device is awake
 *	and its set-up has begun, or if the slot seems to be empty or the device
 *	requests data.
 */
bool pioata_wake_next(struct pioata_chan *ch)
{
	unsigned int id = pioata_target_id(ch, ch->job.target);
	u64 now = ktime_get_ns();
	u8 status = ATA_BUSY;

	if (ch->ctl & ATA_SRST) {
		if (now - ch->job.since < HOLD_NS)
			return false;
		ch->ctl &= ~ATA_SRST;
		pioata_write(ch, PIOATA_IO_CTL, ch->ctl);
		ch->job.since = now;
		return false;
	}
	if (now - ch->job.since < SETTLE_NS)
		return false;
	if (!id || !device_0_is_busy(ch))
		status = pioata_reselect(ch, id);
	if (is_busy(status)) {
		ch->job.since = now;
		return false;
	}
	if (!is_ready(ch->job.target, status, now - ch->job.since))
		return false;
	ch->job.since = 0;
	/* Only a reset ends DRQ. Then the command must not be sent. */
	if (pioata_no_device(status) || status & ATA_DRQ)
		ch->job.phase = PIOATA_APPEAR;
	else
		pioata_setup(ch);
	return true;
}

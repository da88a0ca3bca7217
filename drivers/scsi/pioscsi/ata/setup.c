// SPDX-License-Identifier: GPL-2.0-only
/*
 * The set-up of a device after a reset or for a scan. It sets the width of the
 * data port, the translation of a disk without LBA, the PIO mode, and the
 * sectors of a DRQ block.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>

#include "chan.h"
#include "quirk.h"

/* SET FEATURES: 8-bit transfers (CompactFlash), not in <linux/ata.h>. */
#define FEATURE_8BIT_ON		0x01

/*
 * SET FEATURES 03h: the default PIO mode without IORDY, not in <linux/ata.h>.
 */
#define XFER_NO_IORDY		0x01

/* For &pioata_target.logged_pio: the default mode, which no register tells. */
#define LOGGED_DEFAULT		U8_MAX

static void issue_set_features(struct pioata_chan *ch, enum pioata_step step,
			       u8 feature, u8 count)
{
	struct sat_tf tf = {
		.regs.command = ATA_CMD_SET_FEATURES,
		.regs.feature = feature,
		.regs.nsect = count,
	};

	ch->job.step = step;
	pioata_issue(ch, &tf);
}

/*
 * Set 8-bit transfers before the first data. Return false if the data port is
 * wider.
 */
static bool begin_width(struct pioata_chan *ch)
{
	if (ch->io.ops->width != 1)
		return false;
	issue_set_features(ch, PIOATA_STEP_WIDTH, FEATURE_8BIT_ON, 0);
	return true;
}

/*
 * Use 8 bits for the next commands. Both devices share the data lines. If the
 * device refuses this, width_ended() restores the old width. The device is then
 * identified once more, as a bad transfer may look like a data port of 8 bits.
 */
static void try_narrow(struct pioata_chan *ch)
{
	unsigned int id;

	pioscsi_log_ratelimited(ch->hba, KERN_INFO,
				"IDENTIFY data of device %u lacks every other byte; using 8-bit transfers\n",
				pioata_target_id(ch, ch->job.target));
	for (id = 0; id < PIOATA_CHAN_TARGETS; id++)
		ch->targets[id].ready = false;
	ch->job.wide = ch->io.ops;
	ch->io.ops = ch->io.narrow;
	ch->io.narrow = NULL;
	begin_width(ch);
}

static void width_ended(struct pioata_chan *ch, u8 status)
{
	if (!(status & (ATA_ERR | ATA_DF)))
		return;
	if (ch->job.wide) {
		ch->io.narrow = ch->io.ops;
		ch->io.ops = ch->job.wide;
	}
	pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
				"device %u refuses SET FEATURES 01h (8-bit transfers, status %02xh); using %u bits%s\n",
				pioata_target_id(ch, ch->job.target), status,
				8 * ch->io.ops->width,
				ch->job.wide ? "" :
				", as the data port requires");
}

/* The translation is the device's default one. */
static bool begin_params(struct pioata_chan *ch)
{
	const struct sat_dev *dev = &ch->job.target->dev;
	struct sat_tf tf = {
		.regs.command = ATA_CMD_INIT_DEV_PARAMS,
		.regs.nsect = dev->init_spt,
		.regs.device = dev->init_heads - 1,
	};

	if (!dev->init_heads)
		return false;
	ch->job.step = PIOATA_STEP_PARAMS;
	pioata_issue(ch, &tf);
	return true;
}

/* A device that aborts the command keeps the translation that it reports. */
static void params_ended(struct pioata_chan *ch, u8 status)
{
	const struct sat_dev *dev = &ch->job.target->dev;

	if (status & (ATA_ERR | ATA_DF) && dev->heads)
		pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
					"device %u refuses a geometry of %u heads, %u sectors (status %02xh); using %u heads, %u sectors\n",
					pioata_target_id(ch, ch->job.target),
					dev->init_heads, dev->init_spt, status,
					dev->heads, dev->spt);
}

/*
 * Begins to turn IORDY off. Returns false if the device does not use it, or
 * uses it always.
 */
static bool begin_no_iordy(struct pioata_chan *ch)
{
	const struct sat_dev *dev = &ch->job.target->dev;

	if (!dev->iordy || !ata_id_iordy_disable(dev->id))
		return false;
	issue_set_features(ch, PIOATA_STEP_MODE, SETFEATURES_XFER,
			   XFER_NO_IORDY);
	return true;
}

/*
 * Begins to set the best PIO mode of device and controller. Returns false if
 * there is nothing to set, as only the firmware knows the controller's timing.
 */
static bool begin_mode(struct pioata_chan *ch)
{
	const struct sat_dev *dev = &ch->job.target->dev;
	unsigned int pio;

	if (dev->quirks & SAT_QUIRK_NO_SETXFER)
		return false;
	if (ch->io.no_iordy)
		return begin_no_iordy(ch);
	if (!ch->io.pio_modes)
		return false;
	pio = min_t(unsigned int, dev->pio, ch->io.pio_modes - 1);
	issue_set_features(ch, PIOATA_STEP_MODE, SETFEATURES_XFER,
			   XFER_PIO_0 + pio);
	return true;
}

/*
 * Returns the mode of the controller for a device that refuses the command. An
 * old device aborts it, but supports the modes without IORDY, which are 0 to 2.
 * Another device stays in the mode that it has, which may be mode 0.
 */
static unsigned int refused_mode(struct pioata_chan *ch, unsigned int pio,
				 u8 status)
{
	if (ch->job.target->dev.iordy || status & ATA_DF ||
	    !(pioata_read_error(ch) & ATA_ABORTED))
		return 0;
	return pio;
}

/* The device alone knows its default mode, and no controller has to set it. */
static void no_iordy_ended(struct pioata_chan *ch, u8 status)
{
	struct pioata_target *target = ch->job.target;
	unsigned int id = pioata_target_id(ch, target);

	if (status & (ATA_ERR | ATA_DF)) {
		pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
					"device %u refuses to turn IORDY off (status %02xh); using it as it is\n",
					id, status);
		target->logged_pio = 0;
		return;
	}
	if (target->logged_pio != LOGGED_DEFAULT)
		pioscsi_log_ratelimited(ch->hba, KERN_INFO,
					"device %u uses its default PIO mode without IORDY\n",
					id);
	target->logged_pio = LOGGED_DEFAULT;
}

static void mode_ended(struct pioata_chan *ch, u8 status)
{
	struct pioata_target *target = ch->job.target;
	unsigned int id = pioata_target_id(ch, target);
	const struct sat_dev *dev = &target->dev;
	struct pioata_mode mode = {
		.is_set = true,
		.pio = ch->job.tf.regs.nsect - XFER_PIO_0,
		.iordy = dev->iordy,
		.is_disk = !dev->packet,
	};

	if (status & (ATA_ERR | ATA_DF)) {
		unsigned int asked = mode.pio;

		mode.pio = refused_mode(ch, asked, status);
		pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
					"device %u refuses PIO mode %u (status %02xh); using mode %u\n",
					id, asked, status, mode.pio);
	} else if (target->logged_pio != mode.pio + 1) {
		pioscsi_log_ratelimited(ch->hba, KERN_INFO,
					"device %u uses PIO mode %u\n", id,
					mode.pio);
	}
	target->logged_pio = mode.pio + 1;
	ch->modes[id] = mode;
	if (ch->io.set_timing)
		ch->io.set_timing(&ch->io, ch->modes);
}

/* Returns false if the device does without multiple mode. */
static bool begin_multi(struct pioata_chan *ch)
{
	struct pioata_target *target = ch->job.target;
	unsigned int multi = target->dev.packet ? 0 : target->dev.multi_max;
	struct sat_tf tf = { .regs.command = ATA_CMD_SET_MULTI };

	if (multi <= 1 || target->no_multi) {
		target->dev.multi = 0;
		return false;
	}
	tf.regs.nsect = rounddown_pow_of_two(multi);
	ch->job.step = PIOATA_STEP_MULTI;
	pioata_issue(ch, &tf);
	return true;
}

/* A device that fails the command has left multiple mode. */
static void multi_ended(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;

	job->multi = status & (ATA_ERR | ATA_DF) ? 0 : job->tf.regs.nsect;
	job->target->dev.multi = job->multi;
}

/*
 * IDENTIFY DEVICE once more shows the translation that is current now, and
 * whether a CompactFlash card reports the sectors per DRQ block that were set.
 */
static bool begin_check(struct pioata_chan *ch)
{
	const struct sat_dev *dev = &ch->job.target->dev;

	if (!dev->heads && !(dev->cfa && dev->multi))
		return false;
	ch->job.is_check = true;
	pioata_identify(ch);
	return true;
}

static void check_ended(struct pioata_chan *ch)
{
	struct pioata_job *job = &ch->job;
	struct sat_dev *dev = &job->target->dev;

	if (dev->multi == job->multi)
		return;
	pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
				"device %u reports %u sectors per block after SET MULTIPLE MODE %u; using 1\n",
				pioata_target_id(ch, job->target), dev->multi,
				job->multi);
	dev->multi = 0;
}

static bool (*const begins[])(struct pioata_chan *ch) = {
	begin_params, begin_mode, begin_multi, begin_check,
};

/* Begins the next step. Returns false if there is none left. */
static bool begin_next(struct pioata_chan *ch)
{
	while (ch->job.num_begun < ARRAY_SIZE(begins))
		if (begins[ch->job.num_begun++](ch))
			return true;
	return false;
}

/**
 * pioata_slow_down() - time a device for the mode that all devices support
 * @ch: the channel
 * @id: the device
 *
 * A reset, or a loss of power, may return a device to its default mode. Another
 * device may be in its place.
 *
 * Context: owner of the channel.
 */
void pioata_slow_down(struct pioata_chan *ch, unsigned int id)
{
	ch->modes[id] = (struct pioata_mode) { };
	if (ch->io.set_timing)
		ch->io.set_timing(&ch->io, ch->modes);
}

/**
 * pioata_setup() - begin to set the device of the job up
 * @ch: the channel
 *
 * The device may not have its PIO mode any more, so its IDENTIFY data is read
 * with the slowest timing.
 *
 * Context: owner of the channel.
 */
void pioata_setup(struct pioata_chan *ch)
{
	unsigned int id = pioata_target_id(ch, ch->job.target);

	if (ch->modes[id].is_set)
		pioata_slow_down(ch, id);
	ch->job.target->loading = false;
	ch->job.num_begun = 0;
	ch->job.is_check = false;
	ch->job.multi = 0;
	if (!begin_width(ch))
		pioata_identify(ch);
}

/* Returns false if the identification goes on, or has ended the job. */
static bool is_identified(struct pioata_chan *ch, u8 status)
{
	switch (pioata_identify_next(ch, status)) {
	case PIOATA_NARROW:
		try_narrow(ch);
		return false;
	case PIOATA_UNKNOWN:
		return false;
	case PIOATA_IDENTIFIED:
		break;
	}
	if (ch->job.is_check)
		check_ended(ch);
	return true;
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
	switch (ch->job.step) {
	case PIOATA_STEP_WIDTH:
		width_ended(ch, status);
		pioata_identify(ch);
		return false;
	case PIOATA_STEP_PARAMS:
		params_ended(ch, status);
		break;
	case PIOATA_STEP_MODE:
		if (ch->io.no_iordy)
			no_iordy_ended(ch, status);
		else
			mode_ended(ch, status);
		break;
	case PIOATA_STEP_MULTI:
		multi_ended(ch, status);
		break;
	default:
		if (!is_identified(ch, status))
			return false;
	}
	if (begin_next(ch))
		return false;
	ch->job.target->ready = true;
	ch->job.target->medium_changed = false;
	return true;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors that tell more than the end of a command: the device may have left
 * multiple mode, or has a new medium.
 */
#include <linux/ata.h>

#include "chan.h"

/**
 * pioata_left_multiple() - tell whether a device may have left multiple mode
 * @job: the job
 * @regs: the registers at the end of its taskfile
 *
 * A device that has reset itself aborts the commands of multiple mode. A disk
 * that a password locks aborts all reads and writes.
 *
 * Context: owner of the channel.
 * Return: true if it has aborted one, and is not locked.
 */
bool pioata_left_multiple(const struct pioata_job *job,
			  const struct sat_regs *regs)
{
	return (regs->command & (ATA_ERR | ATA_DF)) == ATA_ERR &&
	       regs->feature == ATA_ABORTED &&
	       sat_is_multiple(job->tf.regs.command) &&
	       !job->target->dev.locked;
}

/**
 * pioata_forgo_multiple() - don't use multiple mode with a device any more
 * @ch: the channel
 *
 * Context: owner of the channel.
 */
void pioata_forgo_multiple(struct pioata_chan *ch)
{
	struct pioata_target *target = ch->job.target;

	pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
				"device %u aborts READ and WRITE MULTIPLE; not using them\n",
				pioata_target_id(ch, target));
	target->no_multi = true;
}

/*
 * IDENTIFY DEVICE reports the capacity of the new medium. ERROR of an ATAPI
 * device holds a sense key instead.
 */
static bool has_new_medium(const struct pioata_job *job,
			   const struct sat_regs *regs)
{
	const struct sat_dev *dev = &job->target->dev;

	return dev->removable && !dev->packet &&
	       sat_media_error(regs) & ATA_MC;
}

/**
 * pioata_note_medium() - have a device with a new medium set up again
 * @job: the job
 * @regs: the registers at the end of its taskfile
 *
 * Context: owner of the channel.
 */
void pioata_note_medium(struct pioata_job *job, const struct sat_regs *regs)
{
	if (!has_new_medium(job, regs))
		return;
	job->target->ready = false;
	job->target->medium_changed = true;
}

/**
 * pioata_keep_flush_error() - remember the error of a flush before a reset
 * @ch: the channel
 *
 * The device may have ended the flush with an error that no context has served
 * yet. It forgets the error, and the midlayer sends the flush again.
 *
 * Context: owner of the channel.
 */
void pioata_keep_flush_error(struct pioata_chan *ch)
{
	const struct pioata_job *job = &ch->job;
	struct sat_regs regs = { };

	if (job->phase != PIOATA_NON_DATA || job->step != PIOATA_STEP_COMMAND)
		return;
	regs.command = pioata_read(ch, PIOATA_IO_ALT);
	if (pioata_no_device(regs.command) || regs.command & ATA_BUSY ||
	    !(regs.command & (ATA_DF | ATA_ERR)))
		return;
	regs.feature = pioata_read(ch, PIOATA_IO_ERROR);
	if (sat_loses_write(&job->sat, &regs))
		sat_dev_lose_write(&job->target->dev, false);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Log lines about a device that a command has caused. A line may take 100 ms on
 * a serial console, so it waits for a context that has that time.
 */
#include <linux/device.h>

#include "chan.h"

/**
 * pioata_note() - have a line about the device of the job logged
 * @ch: the channel
 * @note: the text
 * @is_warning: whether the line is a warning
 *
 * Context: owner of the channel, or the port's lock.
 */
void pioata_note(struct pioata_chan *ch, const char *note, bool is_warning)
{
	ch->job.note = note;
	ch->job.note_warns = is_warning;
}

/**
 * pioata_log_note() - log the line of pioata_note()
 * @ch: the channel
 *
 * Context: owner of the channel; a task, or any other bottom half.
 */
void pioata_log_note(struct pioata_chan *ch)
{
	struct pioata_job *job = &ch->job;
	unsigned int id;

	if (!job->note)
		return;
	id = pioata_target_id(ch, job->target);
	if (job->note_warns)
		dev_warn_ratelimited(ch->hba->dev, "device %u: %s\n",
				     id, job->note);
	else
		dev_info_ratelimited(ch->hba->dev, "device %u: %s\n",
				     id, job->note);
	job->note = NULL;
}

/**
 * pioata_leave_note() - log the line of pioata_note(), or leave it to a bottom
 *	half
 * @ch: the channel, which has such a line
 *
 * A host without bottom halves (defer=inline), and a BH, log it at their next
 * call.
 *
 * Context: owner of the channel.
 * Return: true if it is left.
 */
bool pioata_leave_note(struct pioata_chan *ch)
{
	struct pioata_job *job = &ch->job;

	job->left_note = !job->left_note && !pioscsi_in_task(ch->hba);
	if (!job->left_note)
		pioata_log_note(ch);
	return job->left_note;
}

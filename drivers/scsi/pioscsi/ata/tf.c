// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taskfiles: written to the registers, and read from them at the end.
 */
#include <linux/delay.h>
#include <linux/kernel.h>

#include "chan.h"

/* Reads of the status, each after 1 us. On ISA a read takes 1 us, too. */
#define READS_MAX	10U

/* The bits of STATUS that show what the device does next. */
#define WAIT_END	(ATA_BUSY | ATA_DRQ | ATA_ERR | ATA_DF)

/**
 * pioata_pause() - wait until STATUS is valid
 * @ch: the channel
 *
 * A device has 400 ns from the last write, or the last word of data, until its
 * status is right.
 *
 * Context: owner of the channel.
 * Return: the status, from ALTERNATE STATUS.
 */
u8 pioata_pause(struct pioata_chan *ch)
{
	pioata_read(ch, PIOATA_IO_ALT);
	ndelay(400);
	return pioata_read(ch, PIOATA_IO_ALT);
}

/**
 * pioata_leave_status() - leave the repeated read of a status to a bottom half
 * @ch: the channel
 *
 * pioata_status_again() takes up to 20 us, and a device may cause that more
 * than once for an interrupt. A host without bottom halves (defer=inline), and
 * a BH, read the status at their next call.
 *
 * Context: owner of the channel.
 * Return: false in a task, and if the last status was left, too.
 */
bool pioata_leave_status(struct pioata_chan *ch)
{
	struct pioata_job *job = &ch->job;

	job->left_status = !job->left_status && !pioscsi_in_task(ch->hba);
	return job->left_status;
}

/**
 * pioata_status_again() - read a status that lacks DRQ again, or has a late one
 * @ch: the channel
 * @status: STATUS, without BSY
 *
 * A device may clear BSY some microseconds before it sets DRQ, and may clear
 * DRQ some microseconds after the last block. A poll, or an interrupt of
 * another device on the line, may read the status between.
 *
 * Only BSY, DRQ or an error ends the wait. An old disk may change other bits:
 * bit 4 when the heads have settled, bit 1 once in a revolution.
 *
 * Context: owner of the channel.
 * Return: STATUS, after one of these bits has changed or 10 us have passed.
 */
u8 pioata_status_again(struct pioata_chan *ch, u8 status)
{
	u8 again = status;
	unsigned int i;

	for (i = 0; i < READS_MAX; i++) {
		udelay(1);
		again = pioata_read(ch, PIOATA_IO_ALT);
		if ((again ^ status) & WAIT_END)
			break;
	}
	return again == status ? status : pioata_read_status(ch);
}

/*
 * Wait until an old device has set BSY after data. ATA-1 gives it 5 us for
 * that, and the manuals of old disks 10 us. Until then the status may be that
 * of the block before.
 */
static void await_busy(struct pioata_chan *ch, bool is_last)
{
	unsigned int i;
	u8 status;

	for (i = 0; i < READS_MAX; i++) {
		udelay(1);
		status = pioata_read(ch, PIOATA_IO_ALT);
		if (status & ATA_BUSY || (is_last && !(status & ATA_DRQ)))
			break;
	}
}

/**
 * pioata_await_status() - wait until STATUS is that after the last word
 * @ch: the channel
 * @is_last: whether the device may end the command without BSY
 *
 * STATUS is valid one register access after the last word. An old device needs
 * more time. Wait in each context: if claim() ignored an interrupt in that
 * time, its edge would be lost.
 *
 * Context: owner of the channel.
 */
void pioata_await_status(struct pioata_chan *ch, bool is_last)
{
	ch->job.await_status = false;
	pioata_read(ch, PIOATA_IO_ALT);
	if (unlikely(ch->job.target->dev.late_busy))
		await_busy(ch, is_last);
}

/**
 * pioata_reselect() - select a device without waiting for the other one
 * @ch: the channel
 * @id: the device
 *
 * Context: owner of the channel.
 * Return: its status, from ALTERNATE STATUS.
 */
u8 pioata_reselect(struct pioata_chan *ch, unsigned int id)
{
	pioata_write(ch, PIOATA_IO_DEVICE,
		     ATA_DEVICE_OBS | (id ? ATA_DEV1 : 0));
	ch->selected = id;
	return pioata_pause(ch);
}

/**
 * pioata_select() - select a device
 * @ch: the channel, whose selected device has neither BSY nor DRQ set
 * @id: the device
 *
 * Context: owner of the channel.
 * Return: its status, from ALTERNATE STATUS.
 */
u8 pioata_select(struct pioata_chan *ch, unsigned int id)
{
	if (ch->selected == id)
		return pioata_read(ch, PIOATA_IO_ALT);
	return pioata_reselect(ch, id);
}

/**
 * pioata_keeps_registers() - tell whether a device is present
 * @ch: the channel, whose selected device has no command
 *
 * A bus that floats may read as a busy device, but keeps nothing.
 *
 * Context: owner of the channel.
 * Return: true if two registers keep the values that are written to them.
 */
bool pioata_keeps_registers(struct pioata_chan *ch)
{
	static const u8 values[][2] = { { 0x55, 0xaa }, { 0xaa, 0x55 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		pioata_write(ch, PIOATA_IO_NSECT, values[i][0]);
		pioata_write(ch, PIOATA_IO_LBAL, values[i][1]);
		if (pioata_read(ch, PIOATA_IO_NSECT) != values[i][0] ||
		    pioata_read(ch, PIOATA_IO_LBAL) != values[i][1])
			return false;
	}
	return true;
}

/**
 * pioata_is_undriven() - tell whether no device drives the bus
 * @ch: the channel
 * @id: the device, which is selected and may be busy
 *
 * A bus without pull-ups keeps the value that was last driven. It then reads as
 * DEVICE, whose bit 7 looks like BSY. A busy device drives its status instead.
 *
 * Context: owner of the channel.
 * Return: true if STATUS is the value last written to DEVICE, twice.
 */
bool pioata_is_undriven(struct pioata_chan *ch, unsigned int id)
{
	const u8 device = ATA_DEVICE_OBS | (id ? ATA_DEV1 : 0);
	bool is_kept;

	pioata_write(ch, PIOATA_IO_DEVICE, device | ATA_LBA);
	is_kept = pioata_pause(ch) == (device | ATA_LBA);
	return pioata_reselect(ch, id) == device && is_kept;
}

/**
 * pioata_tf_write() - issue a command
 * @ch: the channel, whose selected device is ready for a command
 * @tf: the command
 *
 * Context: owner of the channel.
 */
void pioata_tf_write(struct pioata_chan *ch, const struct sat_tf *tf)
{
	const struct sat_regs *regs = &tf->regs;

	if (tf->ext) {
		pioata_write(ch, PIOATA_IO_FEATURE, regs->hob_feature);
		pioata_write(ch, PIOATA_IO_NSECT, regs->hob_nsect);
		pioata_write(ch, PIOATA_IO_LBAL, regs->hob_lbal);
		pioata_write(ch, PIOATA_IO_LBAM, regs->hob_lbam);
		pioata_write(ch, PIOATA_IO_LBAH, regs->hob_lbah);
	}
	pioata_write(ch, PIOATA_IO_FEATURE, regs->feature);
	pioata_write(ch, PIOATA_IO_NSECT, regs->nsect);
	pioata_write(ch, PIOATA_IO_LBAL, regs->lbal);
	pioata_write(ch, PIOATA_IO_LBAM, regs->lbam);
	pioata_write(ch, PIOATA_IO_LBAH, regs->lbah);
	pioata_write(ch, PIOATA_IO_DEVICE,
		     regs->device | ATA_DEVICE_OBS |
			     (ch->selected ? ATA_DEV1 : 0));
	ch->acked = false;
	ch->job.failed = 0;
	ch->job.error = 0;
	pioata_write(ch, PIOATA_IO_COMMAND, regs->command);
	pioata_pause(ch);
}

static enum pioata_phase first_phase(enum sat_protocol protocol)
{
	switch (protocol) {
	case SAT_PIO_IN:
		return PIOATA_DATA_IN;
	case SAT_PIO_OUT:
		return PIOATA_DATA_FIRST;
	case SAT_NON_DATA:
		break;
	}
	return PIOATA_NON_DATA;
}

/**
 * pioata_issue() - begin a taskfile as the next step of the job
 * @ch: the channel
 * @tf: the taskfile
 *
 * Context: owner of the channel.
 */
void pioata_issue(struct pioata_chan *ch, const struct sat_tf *tf)
{
	struct pioata_job *job = &ch->job;

	job->tf = *tf;
	job->left = tf->bytes;
	job->begun = false;
	job->await_status = false;
	job->phase = first_phase(tf->protocol);
	pioata_tf_write(ch, tf);
}

/**
 * pioata_note_error() - remember an error that the device reports with data
 * @ch: the channel
 * @status: STATUS with DRQ
 *
 * Such data is invalid. The device may clear ERR after the host has read the
 * data.
 *
 * Context: owner of the channel.
 */
void pioata_note_error(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;

	if (!(status & (ATA_ERR | ATA_DF)) || job->failed)
		return;
	job->failed = status & (ATA_ERR | ATA_DF);
	job->error = pioata_read(ch, PIOATA_IO_ERROR);
}

/**
 * pioata_end_status() - add an earlier error to the status of a command
 * @ch: the channel
 * @status: STATUS at the end of the command
 *
 * Context: owner of the channel.
 * Return: @status with the bits that pioata_note_error() has seen.
 */
u8 pioata_end_status(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;

	/* ERROR is certain to be valid only without DRQ. */
	if (job->failed && status & (ATA_ERR | ATA_DF))
		job->error = pioata_read(ch, PIOATA_IO_ERROR) ?: job->error;
	return status | job->failed;
}

/**
 * pioata_read_error() - get ERROR of a command that has failed
 * @ch: the channel
 *
 * Context: owner of the channel.
 * Return: ERROR.
 */
u8 pioata_read_error(struct pioata_chan *ch)
{
	return ch->job.failed ? ch->job.error :
				pioata_read(ch, PIOATA_IO_ERROR);
}

/**
 * pioata_tf_read() - read the registers at the end of a command
 * @ch: the channel
 * @tf: the command
 * @status: STATUS at the end of the command
 * @regs: filled in as far as @tf or an error asks for it
 *
 * Context: owner of the channel.
 */
void pioata_tf_read(struct pioata_chan *ch, const struct sat_tf *tf, u8 status,
		    struct sat_regs *regs)
{
	*regs = (struct sat_regs) { .command = status };
	if (!(status & (ATA_ERR | ATA_DF)) && !tf->want_regs)
		return;
	regs->feature = pioata_read_error(ch);
	/* After an error with data, the LBA may be that of a later sector. */
	regs->lba_invalid = ch->job.failed;
	regs->nsect = pioata_read(ch, PIOATA_IO_NSECT);
	regs->lbal = pioata_read(ch, PIOATA_IO_LBAL);
	regs->lbam = pioata_read(ch, PIOATA_IO_LBAM);
	regs->lbah = pioata_read(ch, PIOATA_IO_LBAH);
	regs->device = pioata_read(ch, PIOATA_IO_DEVICE);
	if (!tf->ext)
		return;
	pioata_write(ch, PIOATA_IO_CTL, ch->ctl | ATA_HOB);
	regs->hob_nsect = pioata_read(ch, PIOATA_IO_NSECT);
	regs->hob_lbal = pioata_read(ch, PIOATA_IO_LBAL);
	regs->hob_lbam = pioata_read(ch, PIOATA_IO_LBAM);
	regs->hob_lbah = pioata_read(ch, PIOATA_IO_LBAH);
	pioata_write(ch, PIOATA_IO_CTL, ch->ctl);
}

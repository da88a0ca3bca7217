// SPDX-License-Identifier: GPL-2.0-only
/*
 * A taskfile to the registers, and back.
 */
#include <linux/delay.h>

#include "chan.h"
#include "tf.h"

/**
 * ata_pause() - wait until STATUS may be looked at
 * @ch: the channel
 *
 * A device has 400 ns from the last write, or the last word of data, until its
 * status is right.
 *
 * Context: owner of the channel.
 * Return: the status, from ALTERNATE STATUS.
 */
u8 ata_pause(struct ata_chan *ch)
{
	ata_read(ch, ATA_IO_ALT);
	ndelay(400);
	return ata_read(ch, ATA_IO_ALT);
}

/**
 * ata_select_anew() - have a device answer, whichever does by now
 * @ch: the channel
 * @id: the device
 *
 * Context: owner of the channel.
 * Return: its status, from ALTERNATE STATUS.
 */
u8 ata_select_anew(struct ata_chan *ch, unsigned int id)
{
	ata_write(ch, ATA_IO_DEVICE, ATA_DEVICE_OBS | (id ? ATA_DEV1 : 0));
	ch->selected = id;
	return ata_pause(ch);
}

/**
 * ata_select() - have a device answer
 * @ch: the channel, whose device is neither busy nor wants data
 * @id: the device
 *
 * Context: owner of the channel.
 * Return: its status, from ALTERNATE STATUS.
 */
u8 ata_select(struct ata_chan *ch, unsigned int id)
{
	if (ch->selected == id)
		return ata_read(ch, ATA_IO_ALT);
	return ata_select_anew(ch, id);
}

/**
 * ata_tf_write() - issue a command
 * @ch: the channel, whose selected device takes one
 * @tf: the command
 *
 * Context: owner of the channel.
 */
void ata_tf_write(struct ata_chan *ch, const struct sat_tf *tf)
{
	const struct sat_regs *regs = &tf->regs;

	if (tf->ext) {
		ata_write(ch, ATA_IO_FEATURE, regs->hob_feature);
		ata_write(ch, ATA_IO_NSECT, regs->hob_nsect);
		ata_write(ch, ATA_IO_LBAL, regs->hob_lbal);
		ata_write(ch, ATA_IO_LBAM, regs->hob_lbam);
		ata_write(ch, ATA_IO_LBAH, regs->hob_lbah);
	}
	ata_write(ch, ATA_IO_FEATURE, regs->feature);
	ata_write(ch, ATA_IO_NSECT, regs->nsect);
	ata_write(ch, ATA_IO_LBAL, regs->lbal);
	ata_write(ch, ATA_IO_LBAM, regs->lbam);
	ata_write(ch, ATA_IO_LBAH, regs->lbah);
	ata_write(ch, ATA_IO_DEVICE, regs->device | ATA_DEVICE_OBS |
		  (ch->selected ? ATA_DEV1 : 0));
	ch->acked = false;
	ata_write(ch, ATA_IO_COMMAND, regs->command);
	ata_pause(ch);
}

/**
 * ata_tf_read() - what the registers say at the end of a command
 * @ch: the channel
 * @tf: the command
 * @status: what STATUS has said
 * @regs: filled in as far as @tf or an error asks for it
 *
 * Context: owner of the channel.
 */
void ata_tf_read(struct ata_chan *ch, const struct sat_tf *tf, u8 status,
		 struct sat_regs *regs)
{
	*regs = (struct sat_regs) { .command = status };
	if (!(status & (ATA_ERR | ATA_DF)) && !tf->want_regs)
		return;
	regs->feature = ata_read(ch, ATA_IO_ERROR);
	regs->nsect = ata_read(ch, ATA_IO_NSECT);
	regs->lbal = ata_read(ch, ATA_IO_LBAL);
	regs->lbam = ata_read(ch, ATA_IO_LBAM);
	regs->lbah = ata_read(ch, ATA_IO_LBAH);
	regs->device = ata_read(ch, ATA_IO_DEVICE);
	if (!tf->ext)
		return;
	ata_write(ch, ATA_IO_CTL, ch->ctl | ATA_HOB);
	regs->hob_nsect = ata_read(ch, ATA_IO_NSECT);
	regs->hob_lbal = ata_read(ch, ATA_IO_LBAL);
	regs->hob_lbam = ata_read(ch, ATA_IO_LBAM);
	regs->hob_lbah = ata_read(ch, ATA_IO_LBAH);
	ata_write(ch, ATA_IO_CTL, ch->ctl);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages to the target.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "msg_out.h"

/**
 * c9x_send() - set the message for the next message out phase
 * @chip: the chip
 * @byte: the message
 * @len: its length; not longer than &c9x_msg.byte
 *
 * Context: owner.
 */
void c9x_send(struct c9x *chip, const u8 *byte, unsigned int len)
{
	chip->out.len = min_t(unsigned int, len, sizeof(chip->out.byte));
	memcpy(chip->out.byte, byte, chip->out.len);
}

/**
 * c9x_answer() - set a message of one byte, and request a message out phase
 * @chip: the chip, connected
 * @msg: the message
 *
 * Context: owner; before the message that is answered is accepted.
 */
void c9x_answer(struct c9x *chip, u8 msg)
{
	c9x_send(chip, &msg, 1);
	c9x_write(chip, C9X_CMD, C9X_CMD_SET_ATN);
}

/**
 * c9x_report_parity() - report a parity error in the next message out phase
 * @chip: the chip, which has asserted ATN by itself
 *
 * Context: owner.
 */
void c9x_report_parity(struct c9x *chip)
{
	const u8 msg = INITIATOR_ERROR;

	c9x_send(chip, &msg, 1);
}

/**
 * c9x_msg_out() - send the message that was set
 * @chip: the chip, in a message out phase
 *
 * The chip negates ATN with the last byte. Without a message NO OPERATION is
 * sent: the target may request one after IDENTIFY, or without a reason.
 *
 * Context: owner.
 */
void c9x_msg_out(struct c9x *chip)
{
	const u8 nop = NOP;

	if (!chip->out.len)
		c9x_send(chip, &nop, 1);
	/* QEMU 10 takes bytes written after a selection for a new selection. */
	c9x_write(chip, C9X_CMD, C9X_CMD_NOP);
	c9x_write_fifo(chip, chip->out.byte, chip->out.len);
	chip->sent = chip->out.byte[chip->out.len == 2 ? 0 : chip->out.len - 1];
	chip->out.len = 0;
	chip->doing = C9X_DOING_MSG_OUT;
	c9x_write(chip, C9X_CMD, C9X_CMD_TRANSFER);
}

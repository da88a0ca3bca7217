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
 * c9x_msg_sent() - note message bytes that are sent in this message out phase
 * @chip: the chip
 * @byte: the bytes
 * @len: number of bytes; not more than in &c9x_msg.byte
 *
 * If a phase has more bytes than can be kept, only the last ones are sent
 * again.
 *
 * Context: owner.
 */
void c9x_msg_sent(struct c9x *chip, const u8 *byte, unsigned int len)
{
	struct c9x_msg *again = &chip->again;

	if (again->len + len > sizeof(again->byte))
		again->len = 0;
	memcpy(again->byte + again->len, byte, len);
	again->len += len;
}

static void transfer_msg(struct c9x *chip, const struct c9x_msg *msg)
{
	/* QEMU 10 takes bytes written after a selection for a new selection. */
	c9x_write(chip, C9X_CMD, C9X_CMD_NOP);
	c9x_write_fifo(chip, msg->byte, msg->len);
	chip->doing = C9X_DOING_MSG_OUT;
	c9x_write(chip, C9X_CMD, C9X_CMD_TRANSFER);
}

/**
 * c9x_msg_out() - send the message that was set
 * @chip: the chip, in a message out phase
 *
 * The chip negates ATN with the last byte. A target that requests a message
 * afterwards, in the same phase, has received it with bad parity. It gets all
 * bytes of the phase again, with ATN asserted up to the last one. Without a
 * message NO OPERATION is sent, because a target may request one without a
 * reason.
 *
 * Context: owner.
 */
void c9x_msg_out(struct c9x *chip)
{
	const u8 nop = NOP;

	if (!chip->out.len && chip->again.len) {
		if (chip->again.len > 1)
			c9x_write(chip, C9X_CMD, C9X_CMD_SET_ATN);
		transfer_msg(chip, &chip->again);
		return;
	}
	if (!chip->out.len)
		c9x_send(chip, &nop, 1);
	transfer_msg(chip, &chip->out);
	c9x_msg_sent(chip, chip->out.byte, chip->out.len);
	chip->sent = chip->out.byte[chip->out.len == 2 ? 0 : chip->out.len - 1];
	chip->out.len = 0;
}

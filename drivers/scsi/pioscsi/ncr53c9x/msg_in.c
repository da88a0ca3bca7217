// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages from the target. Requests to negotiate are rejected: transfers are
 * asynchronous and eight bits wide.
 */
#include <linux/kernel.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_status.h>

#include "msg_in.h"
#include "msg_out.h"
#include "nexus.h"

/* Messages of two bytes have these codes. */
#define TWO_BYTES_FIRST	0x20
#define TWO_BYTES_LAST	0x2f

static void accept_msg(struct c9x *chip)
{
	chip->in.len = 0;
	c9x_write(chip, C9X_CMD, C9X_CMD_ACCEPT);
}

static int cmd_result(const struct c9x_slot *slot)
{
	if (slot->parity != C9X_PARITY_GOOD)
		return DID_PARITY << 16;
	return slot->has_status ? slot->status : DID_ERROR << 16;
}

/*
 * The target leaves the bus within a microsecond. Waiting for it here lets the
 * port start the next command at once.
 */
static enum pioscsi_next msg_complete(struct c9x *chip,
				      struct pioscsi_xfer *xfer)
{
	struct pioscsi_cmd *cmd = chip->nexus;
	int result;
	u32 event;

	if (!cmd)
		return PIOSCSI_FAULT;
	result = cmd_result(c9x_slot(chip, cmd));
	chip->bus = C9X_LEAVING;
	accept_msg(chip);
	event = c9x_await_event(chip);
	if ((event & C9X_EVENT_INTR) == C9X_INTR_DISCONNECT)
		c9x_bus_free(chip);
	else if (event)
		c9x_unclaim(chip, event);
	return c9x_end(chip, xfer, cmd, result);
}

/*
 * If no data was moved since the reselection, the saved pointer is still the
 * current one. The target does not send the data before it again.
 */
static void save_pointer(struct c9x *chip, const struct pioscsi_cmd *cmd)
{
	struct c9x_slot *slot = c9x_slot(chip, cmd);

	if (slot->rewind)
		return;
	slot->saved = cmd->moved;
	chip->saved_out = chip->drained_out;
	if (slot->parity != C9X_PARITY_GOOD)
		slot->parity = C9X_PARITY_BAD;
}

static enum pioscsi_next msg_save(struct c9x *chip, struct pioscsi_xfer *xfer)
{
	if (chip->nexus)
		save_pointer(chip, chip->nexus);
	accept_msg(chip);
	return PIOSCSI_WAIT;
}

/* The saved command pointer always is the start of the CDB. */
static enum pioscsi_next msg_restore(struct c9x *chip,
				     struct pioscsi_xfer *xfer)
{
	chip->cdb_at = 0;
	if (chip->nexus)
		c9x_slot(chip, chip->nexus)->rewind = true;
	accept_msg(chip);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next msg_disconnect(struct c9x *chip,
					struct pioscsi_xfer *xfer)
{
	if (!chip->nexus)
		return PIOSCSI_FAULT;
	c9x_depart(chip);
	accept_msg(chip);
	return PIOSCSI_WAIT;
}

/*
 * If the target rejects a queue tag, the command continues untagged. A target
 * that rejects a message without a command is told to abort, so that it leaves
 * the bus. If it does not send a damaged queue tag again, its command is not
 * known. ABORT TASK SET would also end others, which the driver keeps.
 */
static enum pioscsi_next msg_rejected(struct c9x *chip,
				      struct pioscsi_xfer *xfer)
{
	chip->rejected = true;
	if (!chip->nexus && chip->sent == MSG_PARITY_ERROR)
		return PIOSCSI_FAULT;
	if (chip->nexus && chip->sent == SIMPLE_QUEUE_TAG) {
		c9x_slot(chip, chip->nexus)->tagged = false;
		pioscsi_tags_rejected(chip->nexus);
	}
	if (!chip->nexus)
		c9x_answer(chip, ABORT_TASK_SET);
	accept_msg(chip);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next msg_tag(struct c9x *chip, struct pioscsi_xfer *xfer)
{
	if (!c9x_identify_tagged(chip, chip->in.byte[1]))
		c9x_answer(chip, ABORT_TASK);
	accept_msg(chip);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next msg_ignored(struct c9x *chip,
				     struct pioscsi_xfer *xfer)
{
	accept_msg(chip);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next msg_identify(struct c9x *chip,
				      struct pioscsi_xfer *xfer)
{
	c9x_identify_lun(chip, chip->in.byte[0] & (C9X_LUNS - 1));
	accept_msg(chip);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next msg_unknown(struct c9x *chip,
				     struct pioscsi_xfer *xfer)
{
	c9x_answer(chip, MESSAGE_REJECT);
	accept_msg(chip);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next (*const messages[])(struct c9x *chip,
					     struct pioscsi_xfer *xfer) = {
	[COMMAND_COMPLETE] = msg_complete,
	[SAVE_POINTERS] = msg_save,
	[RESTORE_POINTERS] = msg_restore,
	[DISCONNECT] = msg_disconnect,
	[MESSAGE_REJECT] = msg_rejected,
	[NOP] = msg_ignored,
	[SIMPLE_QUEUE_TAG] = msg_tag,
	[HEAD_OF_QUEUE_TAG] = msg_tag,
	[ORDERED_QUEUE_TAG] = msg_tag,
};

static bool is_queue_tag(u8 code)
{
	return code >= SIMPLE_QUEUE_TAG && code <= ORDERED_QUEUE_TAG;
}

/*
 * Return the length of a message, or as many bytes as are needed to find its
 * length.
 */
static unsigned int msg_length(const struct c9x_msg *msg)
{
	u8 code = msg->byte[0];

	if (code == EXTENDED_MESSAGE) {
		if (msg->len < 2)
			return 2;
		return 2 + (msg->byte[1] ?: 256U);
	}
	return code >= TWO_BYTES_FIRST && code <= TWO_BYTES_LAST ? 2 : 1;
}

/* The length of a message of which no byte is used. */
#define DROPPED		UINT_MAX

/**
 * c9x_msg_damaged() - have the target send a message again
 * @chip: the chip, with a message byte of bad parity that is not accepted yet
 *
 * The target may send the rest of the message before it responds to ATN.
 *
 * Context: owner.
 */
void c9x_msg_damaged(struct c9x *chip)
{
	c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	c9x_answer(chip, MSG_PARITY_ERROR);
	accept_msg(chip);
	chip->in.len = DROPPED;
}

/**
 * c9x_msg_in() - process a byte of a message
 * @chip: the chip
 * @xfer: the answer to the port
 * @byte: the byte, not accepted yet
 *
 * Context: owner.
 * Return: the answer to the port.
 */
enum pioscsi_next c9x_msg_in(struct c9x *chip, struct pioscsi_xfer *xfer,
			     u8 byte)
{
	struct c9x_msg *in = &chip->in;
	u8 code;

	if (in->len == DROPPED) {
		c9x_write(chip, C9X_CMD, C9X_CMD_ACCEPT);
		return PIOSCSI_WAIT;
	}
	if (in->len < sizeof(in->byte))
		in->byte[in->len] = byte;
	in->len++;
	if (in->len < msg_length(in)) {
		c9x_write(chip, C9X_CMD, C9X_CMD_ACCEPT);
		return PIOSCSI_WAIT;
	}
	code = in->byte[0];
	if (code & IDENTIFY_BASE)
		return msg_identify(chip, xfer);
	/* The target has not sent its damaged IDENTIFY again. */
	if (chip->unidentified && chip->lun == C9X_LUNS)
		return PIOSCSI_FAULT;
	if (!is_queue_tag(code))
		c9x_identify_untagged(chip);
	if (code < ARRAY_SIZE(messages) && messages[code])
		return messages[code](chip, xfer);
	return msg_unknown(chip, xfer);
}

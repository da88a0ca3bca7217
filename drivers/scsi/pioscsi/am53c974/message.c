// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages, in and out. What has to be negotiated is refused: transfers are
 * asynchronous and eight bits wide.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_status.h>

#include "message.h"
#include "nexus.h"

/**
 * am53_send() - set the message for the next message out phase
 * @am: the chip
 * @byte: the message
 * @len: its length; not longer than &am53_msg.byte
 *
 * Context: owner.
 */
void am53_send(struct am53 *am, const u8 *byte, unsigned int len)
{
	am->out.len = min_t(unsigned int, len, sizeof(am->out.byte));
	memcpy(am->out.byte, byte, am->out.len);
}

/**
 * am53_answer() - ask for a message out phase
 * @am: the chip, connected
 * @msg: what to say in it
 *
 * Context: owner; before the message that is answered is accepted.
 */
void am53_answer(struct am53 *am, u8 msg)
{
	am53_send(am, &msg, 1);
	am53_write(am, AM53_CMD, AM53_CMD_SET_ATN);
}

/* A byte with bad parity has come in: the chip has set ATN by itself. */
static u8 default_msg(struct am53 *am)
{
	if (am->nexus && am53_slot(am, am->nexus)->parity)
		return INITIATOR_ERROR;
	return NOP;
}

/**
 * am53_msg_out() - the target takes messages
 * @am: the chip, in message out phase
 *
 * ATN falls with the last byte. A target that asks without a reason, or
 * because of IDENTIFY and more to come of which there is none, gets something
 * harmless.
 *
 * Context: owner.
 */
void am53_msg_out(struct am53 *am)
{
	const u8 msg = default_msg(am);
	unsigned int i;

	if (!am->out.len)
		am53_send(am, &msg, 1);
	/* QEMU 10 takes what is written after a selection for a second one. */
	am53_write(am, AM53_CMD, AM53_CMD_NOP);
	for (i = 0; i < am->out.len; i++)
		am53_write(am, AM53_FIFO, am->out.byte[i]);
	am->sent = am->out.byte[am->out.len == 2 ? 0 : am->out.len - 1];
	am->out.len = 0;
	am53_write(am, AM53_CMD, AM53_CMD_TRANSFER);
}

static void accept(struct am53 *am)
{
	am->in.len = 0;
	am53_write(am, AM53_CMD, AM53_CMD_ACCEPT);
}

static void reject(struct am53 *am)
{
	am53_answer(am, MESSAGE_REJECT);
	accept(am);
}

/**
 * am53_end() - a command has ended, and leaves the bus
 * @am: the chip
 * @xfer: the answer to the port
 * @cmd: the command
 * @result: its result
 *
 * Context: owner.
 * Return: %PIOSCSI_DONE.
 */
enum pioscsi_next am53_end(struct am53 *am, struct pioscsi_xfer *xfer,
			   struct pioscsi_cmd *cmd, int result)
{
	am53_forget(am, cmd);
	cmd->result = result;
	xfer->cmd = cmd;
	return PIOSCSI_DONE;
}

static int result_of(const struct am53_slot *slot)
{
	if (slot->parity)
		return DID_PARITY << 16;
	return slot->has_status ? slot->status : DID_ERROR << 16;
}

/* The bus is free within a microsecond: if so, another one can be started. */
static enum pioscsi_next msg_complete(struct am53 *am,
				      struct pioscsi_xfer *xfer)
{
	struct pioscsi_cmd *cmd = am->nexus;
	int result;
	u32 event;

	if (!cmd)
		return PIOSCSI_FAULT;
	result = result_of(am53_slot(am, cmd));
	am->bus = AM53_LEAVING;
	accept(am);
	event = am53_await_event(am);
	if ((event & AM53_EVENT_INTR) == AM53_INTR_DISCONNECT)
		am53_bus_free(am);
	else if (event)
		am53_unclaim(am, event);
	return am53_end(am, xfer, cmd, result);
}

static enum pioscsi_next msg_save(struct am53 *am, struct pioscsi_xfer *xfer)
{
	struct pioscsi_cmd *cmd = am->nexus;

	if (cmd)
		am53_slot(am, cmd)->saved = cmd->moved;
	accept(am);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next msg_restore(struct am53 *am,
				     struct pioscsi_xfer *xfer)
{
	if (am->nexus)
		am53_slot(am, am->nexus)->rewind = true;
	accept(am);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next msg_disconnect(struct am53 *am,
					struct pioscsi_xfer *xfer)
{
	if (!am->nexus)
		return PIOSCSI_FAULT;
	am53_depart(am);
	accept(am);
	return PIOSCSI_WAIT;
}

/* Of a queue tag: then the command goes on without. */
static enum pioscsi_next msg_rejected(struct am53 *am,
				      struct pioscsi_xfer *xfer)
{
	am->rejected = true;
	if (am->nexus && am->sent == SIMPLE_QUEUE_TAG)
		am53_slot(am, am->nexus)->tagged = false;
	accept(am);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next msg_tag(struct am53 *am, struct pioscsi_xfer *xfer)
{
	if (!am->nexus && !am53_find_tagged(am, am->in.byte[1]))
		am53_answer(am, ABORT_TASK);
	accept(am);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next msg_ignored(struct am53 *am,
				     struct pioscsi_xfer *xfer)
{
	accept(am);
	return PIOSCSI_WAIT;
}

/* IDENTIFY has all codes from here on. */
static bool is_identify(u8 code)
{
	return code & IDENTIFY_BASE;
}

/* What is not here is rejected. */
static enum pioscsi_next (*const messages[])(struct am53 *am,
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

/* Bytes of a message, as far as it is known; an extended one tells it. */
static unsigned int length(const struct am53_msg *msg)
{
	u8 code = msg->byte[0];

	if (code == EXTENDED_MESSAGE) {
		if (msg->len < 2)
			return 2;
		return 2 + (msg->byte[1] ?: 256U);
	}
	return code >= 0x20 && code <= 0x2f ? 2 : 1;
}

/**
 * am53_msg_in() - a byte of a message has come
 * @am: the chip
 * @xfer: the answer to the port
 * @byte: the byte, not accepted yet
 *
 * Context: owner.
 * Return: the answer to the port.
 */
enum pioscsi_next am53_msg_in(struct am53 *am, struct pioscsi_xfer *xfer,
			      u8 byte)
{
	struct am53_msg *in = &am->in;
	u8 code;

	if (in->len < sizeof(in->byte))
		in->byte[in->len] = byte;
	in->len++;
	if (in->len < length(in)) {
		am53_write(am, AM53_CMD, AM53_CMD_ACCEPT);
		return PIOSCSI_WAIT;
	}
	code = in->byte[0];
	if (is_identify(code))
		return msg_ignored(am, xfer);
	if (code < ARRAY_SIZE(messages) && messages[code])
		return messages[code](am, xfer);
	reject(am);
	return PIOSCSI_WAIT;
}

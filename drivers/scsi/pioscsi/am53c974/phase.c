// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the chip wants, by the phase of the bus: one function each.
 */
#include <linux/minmax.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

#include "data.h"
#include "message.h"
#include "nexus.h"
#include "phase.h"

/* Phases that follow each other at once, until somebody else has a turn. */
#define STEPS_AT_ONCE	8

static enum pioscsi_next phase_data_out(struct am53 *am,
					struct pioscsi_xfer *xfer)
{
	return am53_announce(am, xfer, DMA_TO_DEVICE);
}

static enum pioscsi_next phase_data_in(struct am53 *am,
				       struct pioscsi_xfer *xfer)
{
	return am53_announce(am, xfer, DMA_FROM_DEVICE);
}

/* More than there is of it, no target may want. */
static enum pioscsi_next phase_command(struct am53 *am,
				       struct pioscsi_xfer *xfer)
{
	const struct scsi_cmnd *scmd;

	if (!am->nexus)
		return PIOSCSI_FAULT;
	scmd = am->nexus->scmd;
	if (am->cdb_at >= scmd->cmd_len)
		return PIOSCSI_FAULT;
	/* QEMU 7.2 interrupts for each byte behind a transfer. */
	am53_write(am, AM53_CMD, AM53_CMD_NOP);
	while (am->cdb_at < scmd->cmd_len)
		am53_write(am, AM53_FIFO, scmd->cmnd[am->cdb_at++]);
	am53_write(am, AM53_CMD, AM53_CMD_TRANSFER);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next phase_status(struct am53 *am,
				      struct pioscsi_xfer *xfer)
{
	if (!am->nexus)
		return PIOSCSI_FAULT;
	am53_write(am, AM53_CMD, AM53_CMD_FLUSH);
	am->doing = AM53_DOING_COMPLETE;
	am53_write(am, AM53_CMD, AM53_CMD_COMPLETE);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next phase_reserved(struct am53 *am,
					struct pioscsi_xfer *xfer)
{
	return PIOSCSI_FAULT;
}

static enum pioscsi_next phase_msg_out(struct am53 *am,
				       struct pioscsi_xfer *xfer)
{
	am53_msg_out(am);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next phase_msg_in(struct am53 *am,
				      struct pioscsi_xfer *xfer)
{
	am53_write(am, AM53_CMD, AM53_CMD_FLUSH);
	am->doing = AM53_DOING_MSG_IN;
	am53_write(am, AM53_CMD, AM53_CMD_TRANSFER);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next (*const phases[AM53_PHASES])
	(struct am53 *am, struct pioscsi_xfer *xfer) = {
	[AM53_PHASE_DATA_OUT] = phase_data_out,
	[AM53_PHASE_DATA_IN] = phase_data_in,
	[AM53_PHASE_COMMAND] = phase_command,
	[AM53_PHASE_STATUS] = phase_status,
	[4] = phase_reserved,
	[5] = phase_reserved,
	[AM53_PHASE_MSG_OUT] = phase_msg_out,
	[AM53_PHASE_MSG_IN] = phase_msg_in,
};

static enum pioscsi_next by_phase(struct am53 *am, struct pioscsi_xfer *xfer,
				  u32 event)
{
	unsigned int phase = am53_phase(am, FIELD_GET(AM53_EVENT_STAT, event));

	if (am->bus != AM53_CONNECTED)
		return PIOSCSI_FAULT;
	/* What a target broke off it will begin anew. */
	if (phase != AM53_PHASE_MSG_IN)
		am->in.len = 0;
	if (phase != AM53_PHASE_DATA_IN)
		am->unlocked = false;
	return phases[phase](am, xfer);
}

/* A status byte, and its message unless the target had another idea. */
static enum pioscsi_next took_status(struct am53 *am,
				     struct pioscsi_xfer *xfer, u32 event)
{
	u8 level = am53_read(am, AM53_LEVEL) & AM53_LEVEL_MASK;
	struct am53_slot *slot;

	if (!am->nexus)
		return PIOSCSI_FAULT;
	slot = am53_slot(am, am->nexus);
	if (level) {
		slot->status = am53_read(am, AM53_FIFO);
		slot->has_status = true;
	}
	if (level < 2)
		return by_phase(am, xfer, event);
	return am53_msg_in(am, xfer, am53_read(am, AM53_FIFO));
}

static enum pioscsi_next took_msg(struct am53 *am, struct pioscsi_xfer *xfer,
				  u32 event)
{
	if (!(am53_read(am, AM53_LEVEL) & AM53_LEVEL_MASK))
		return by_phase(am, xfer, event);
	return am53_msg_in(am, xfer, am53_read(am, AM53_FIFO));
}

/* The bus is free: as was said, as nobody answered, or against all rules. */
static enum pioscsi_next disconnected(struct am53 *am,
				      struct pioscsi_xfer *xfer, u32 event)
{
	struct pioscsi_cmd *cmd = am->nexus;
	bool timeout = am->bus == AM53_SELECTING &&
		       FIELD_GET(AM53_EVENT_STEP, event) == AM53_STEP_NONE;

	am53_bus_free(am);
	if (!cmd)
		return PIOSCSI_WAIT;
	return am53_end(am, xfer, cmd,
			(timeout ? DID_NO_CONNECT : DID_ERROR) << 16);
}

/* Whoever resets the bus has ended all there was. */
static enum pioscsi_next bus_reset(struct am53 *am)
{
	return am53_reset_chip(am) ? PIOSCSI_FAULT : PIOSCSI_RESET;
}

/**
 * am53_step() - serve one interrupt
 * @am: the chip
 * @xfer: the answer to the port
 * @event: the interrupt
 *
 * Context: owner.
 * Return: the answer to the port; %PIOSCSI_WAIT if the chip does something
 *	that will interrupt.
 */
enum pioscsi_next am53_step(struct am53 *am, struct pioscsi_xfer *xfer,
			    u32 event)
{
	enum am53_doing doing = am->doing;

	if (event & AM53_INTR_RESET)
		return bus_reset(am);
	if (event & (AM53_INTR_ILLEGAL | AM53_INTR_SELECTED |
		     AM53_EVENT_GROSS))
		return PIOSCSI_FAULT;
	if (event & AM53_EVENT_PARITY && am->nexus)
		am53_slot(am, am->nexus)->parity = true;
	if (event & AM53_INTR_RESELECTED)
		return am53_reselected(am) ? PIOSCSI_WAIT : PIOSCSI_FAULT;
	if (event & AM53_INTR_DISCONNECT)
		return disconnected(am, xfer, event);
	if (!(event & AM53_EVENT_INTR))
		return PIOSCSI_WAIT;
	if (am->bus == AM53_SELECTING)
		am53_selected(am, event);
	if (am->flying && am53_land(am, xfer, event))
		return PIOSCSI_XFER;
	am->doing = AM53_DOING_TRANSFER;
	switch (doing) {
	case AM53_DOING_COMPLETE:
		return took_status(am, xfer, event);
	case AM53_DOING_MSG_IN:
		return took_msg(am, xfer, event);
	case AM53_DOING_TRANSFER:
		break;
	}
	return by_phase(am, xfer, event);
}

/* What interrupts in a moment, and what when the target is ready. */
static enum pioscsi_next idle(const struct am53 *am)
{
	if (am->bus == AM53_LEAVING ||
	    (am->bus == AM53_CONNECTED && am->flying == 1))
		return PIOSCSI_BUSY_POLL;
	return PIOSCSI_WAIT;
}

/**
 * am53_service() - say what the chip wants next
 * @hba: the HBA
 * @xfer: the answer
 *
 * Phases without data are served here, as long as they follow each other.
 *
 * Context: owner; hard IRQ, softirq or task.
 * Return: the answer.
 */
enum pioscsi_next am53_service(struct pioscsi_hba *hba,
			       struct pioscsi_xfer *xfer)
{
	struct am53 *am = to_am53(hba);
	u32 event = am53_take_event(am);
	enum pioscsi_next next;
	unsigned int i;

	for (i = 0; i < STEPS_AT_ONCE && event; i++) {
		next = am53_step(am, xfer, event);
		if (next != PIOSCSI_WAIT)
			return next;
		if (am->bus == AM53_FREE)
			return PIOSCSI_WAIT;
		event = am53_await_event(am);
	}
	if (event)
		am53_unclaim(am, event);
	return idle(am);
}

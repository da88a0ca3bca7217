// SPDX-License-Identifier: GPL-2.0-only
/*
 * The chip's interrupts, served by the phase of the bus.
 */
#include <linux/minmax.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

#include "data.h"
#include "msg_in.h"
#include "msg_out.h"
#include "nexus.h"
#include "phase.h"

/* The number of phases that one call of service() serves, at most. */
#define STEPS_AT_ONCE	8

static enum pioscsi_next phase_data_out(struct c9x *chip,
					struct pioscsi_xfer *xfer)
{
	return c9x_announce(chip, xfer, DMA_TO_DEVICE);
}

static enum pioscsi_next phase_data_in(struct c9x *chip,
				       struct pioscsi_xfer *xfer)
{
	return c9x_announce(chip, xfer, DMA_FROM_DEVICE);
}

/* Send the rest of the CDB. */
static enum pioscsi_next phase_command(struct c9x *chip,
				       struct pioscsi_xfer *xfer)
{
	const struct scsi_cmnd *scmd;

	if (!chip->nexus)
		return PIOSCSI_FAULT;
	scmd = chip->nexus->scmd;
	if (chip->cdb_at >= scmd->cmd_len)
		return PIOSCSI_FAULT;
	/* QEMU 7.2 interrupts for each byte written after a transfer. */
	c9x_write(chip, C9X_CMD, C9X_CMD_NOP);
	c9x_write_fifo(chip, scmd->cmnd + chip->cdb_at,
		       scmd->cmd_len - chip->cdb_at);
	chip->cdb_at = scmd->cmd_len;
	c9x_write(chip, C9X_CMD, C9X_CMD_TRANSFER);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next phase_status(struct c9x *chip,
				      struct pioscsi_xfer *xfer)
{
	if (!chip->nexus)
		return PIOSCSI_FAULT;
	c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	chip->doing = C9X_DOING_COMPLETE;
	c9x_write(chip, C9X_CMD, C9X_CMD_COMPLETE);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next phase_reserved(struct c9x *chip,
					struct pioscsi_xfer *xfer)
{
	return PIOSCSI_FAULT;
}

static enum pioscsi_next phase_msg_out(struct c9x *chip,
				       struct pioscsi_xfer *xfer)
{
	c9x_msg_out(chip);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next phase_msg_in(struct c9x *chip,
				      struct pioscsi_xfer *xfer)
{
	c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	chip->doing = C9X_DOING_MSG_IN;
	c9x_write(chip, C9X_CMD, C9X_CMD_TRANSFER);
	return PIOSCSI_WAIT;
}

static enum pioscsi_next (*const phases[C9X_PHASES])
	(struct c9x *chip, struct pioscsi_xfer *xfer) = {
	[C9X_PHASE_DATA_OUT] = phase_data_out,
	[C9X_PHASE_DATA_IN] = phase_data_in,
	[C9X_PHASE_COMMAND] = phase_command,
	[C9X_PHASE_STATUS] = phase_status,
	[4] = phase_reserved,
	[5] = phase_reserved,
	[C9X_PHASE_MSG_OUT] = phase_msg_out,
	[C9X_PHASE_MSG_IN] = phase_msg_in,
};

static enum pioscsi_next serve_phase(struct c9x *chip,
				     struct pioscsi_xfer *xfer, u32 event)
{
	unsigned int phase = c9x_phase(chip, FIELD_GET(C9X_EVENT_STAT, event));

	if (chip->bus != C9X_CONNECTED)
		return PIOSCSI_FAULT;
	/* The target restarts an interrupted message. */
	if (phase != C9X_PHASE_MSG_IN)
		chip->in.len = 0;
	if (phase != C9X_PHASE_DATA_IN)
		chip->fifo_unlocked = false;
	return phases[phase](chip, xfer);
}

/* Take the status byte, and its message unless the target sent none. */
static enum pioscsi_next take_status(struct c9x *chip,
				     struct pioscsi_xfer *xfer, u32 event)
{
	unsigned int level = c9x_fifo_level(chip);
	struct c9x_slot *slot;

	if (!chip->nexus)
		return PIOSCSI_FAULT;
	slot = c9x_slot(chip, chip->nexus);
	if (level) {
		slot->status = c9x_read(chip, C9X_FIFO);
		slot->has_status = true;
	}
	if (level < 2)
		return serve_phase(chip, xfer, event);
	return c9x_msg_in(chip, xfer, c9x_read(chip, C9X_FIFO));
}

static enum pioscsi_next take_msg(struct c9x *chip, struct pioscsi_xfer *xfer,
				  u32 event)
{
	if (!c9x_fifo_level(chip))
		return serve_phase(chip, xfer, event);
	return c9x_msg_in(chip, xfer, c9x_read(chip, C9X_FIFO));
}

/*
 * The bus is free: the target has announced it, no target answered a selection,
 * or a target has left unexpectedly.
 */
static enum pioscsi_next disconnected(struct c9x *chip,
				      struct pioscsi_xfer *xfer, u32 event)
{
	struct pioscsi_cmd *cmd = chip->nexus;
	bool timeout = chip->bus == C9X_SELECTING &&
		       FIELD_GET(C9X_EVENT_STEP, event) == C9X_STEP_NONE;

	c9x_bus_free(chip);
	if (!cmd)
		return PIOSCSI_WAIT;
	return c9x_end(chip, xfer, cmd,
		       (timeout ? DID_NO_CONNECT : DID_ERROR) << 16);
}

/* Another device has reset the bus, which ends all commands. */
static enum pioscsi_next bus_reset(struct c9x *chip)
{
	return c9x_reset_chip(chip) ? PIOSCSI_FAULT : PIOSCSI_RESET;
}

/**
 * c9x_step() - serve one interrupt
 * @chip: the chip
 * @xfer: the answer to the port
 * @event: the interrupt
 *
 * Context: owner.
 * Return: the answer to the port; %PIOSCSI_WAIT if the chip executes a command
 *	whose end it will report by an interrupt.
 */
enum pioscsi_next c9x_step(struct c9x *chip, struct pioscsi_xfer *xfer,
			   u32 event)
{
	enum c9x_doing doing = chip->doing;

	if (event & C9X_INTR_RESET)
		return bus_reset(chip);
	if (event & (C9X_INTR_ILLEGAL | C9X_INTR_SELECTED |
		     C9X_EVENT_GROSS))
		return PIOSCSI_FAULT;
	if (event & C9X_EVENT_PARITY && chip->nexus)
		c9x_slot(chip, chip->nexus)->parity = true;
	if (event & C9X_INTR_RESELECTED)
		return c9x_reselected(chip) ? PIOSCSI_WAIT : PIOSCSI_FAULT;
	if (event & C9X_INTR_DISCONNECT)
		return disconnected(chip, xfer, event);
	if (!(event & C9X_EVENT_INTR))
		return PIOSCSI_WAIT;
	if (chip->bus == C9X_SELECTING)
		c9x_selected(chip, event);
	if (chip->in_flight && c9x_end_flight(chip, xfer, event))
		return PIOSCSI_XFER;
	chip->doing = C9X_DOING_TRANSFER;
	switch (doing) {
	case C9X_DOING_COMPLETE:
		return take_status(chip, xfer, event);
	case C9X_DOING_MSG_IN:
		return take_msg(chip, xfer, event);
	case C9X_DOING_TRANSFER:
		break;
	}
	return serve_phase(chip, xfer, event);
}

/* The answer without an event: whether the next interrupt is close. */
static enum pioscsi_next answer_idle(const struct c9x *chip)
{
	if (chip->bus == C9X_LEAVING ||
	    (chip->bus == C9X_CONNECTED && chip->in_flight == 1))
		return PIOSCSI_BUSY_POLL;
	return PIOSCSI_WAIT;
}

/**
 * c9x_service() - tell the port what the chip needs next
 * @hba: the HBA
 * @xfer: the answer
 *
 * Serves the phases without data, as long as they follow each other at once.
 *
 * Context: owner; hard IRQ, softirq or task.
 * Return: the answer.
 */
enum pioscsi_next c9x_service(struct pioscsi_hba *hba,
			      struct pioscsi_xfer *xfer)
{
	struct c9x *chip = to_c9x(hba);
	u32 event = c9x_take_event(chip);
	enum pioscsi_next next;
	unsigned int i;

	for (i = 0; i < STEPS_AT_ONCE && event; i++) {
		next = c9x_step(chip, xfer, event);
		if (next != PIOSCSI_WAIT)
			return next;
		if (chip->bus == C9X_FREE)
			return PIOSCSI_WAIT;
		event = c9x_await_event(chip);
	}
	if (event)
		c9x_unclaim(chip, event);
	return answer_idle(chip);
}

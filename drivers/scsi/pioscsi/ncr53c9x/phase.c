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
#include "select.h"

/*
 * The number of phases that one call of service() serves, at most. A phase may
 * take 18 register accesses, and the port reads its clock between calls only.
 */
#define STEPS_AT_ONCE	8
#define STEPS_IN_IRQ	2

/*
 * A target that requests a byte which the command does not have takes no
 * message, as it waits for the byte. Only a reset of the bus helps. The command
 * is the cause, so the port ends it and does not repeat it. The port also
 * bounds the number of such commands in a row.
 */
static enum pioscsi_next blame_command(struct c9x *chip,
				       struct pioscsi_xfer *xfer)
{
	chip->nexus->result = DID_ERROR << 16;
	xfer->blame = chip->nexus;
	return PIOSCSI_FAULT;
}

static enum pioscsi_next phase_data_out(struct c9x *chip,
					struct pioscsi_xfer *xfer)
{
	enum pioscsi_next next = c9x_announce(chip, xfer, DMA_TO_DEVICE);

	if (next != PIOSCSI_FAULT || !chip->nexus)
		return next;
	return blame_command(chip, xfer);
}

static enum pioscsi_next phase_data_in(struct c9x *chip,
				       struct pioscsi_xfer *xfer)
{
	return c9x_announce(chip, xfer, DMA_FROM_DEVICE);
}

/*
 * Send the rest of the CDB. A target that requests more, for a vendor specific
 * command of unknown length, gets zeros, and can then report an invalid CDB.
 */
static enum pioscsi_next phase_command(struct c9x *chip,
				       struct pioscsi_xfer *xfer)
{
	unsigned int end, at = chip->cdb_at;
	u8 cdb[C9X_FIFO_SIZE];

	if (!chip->nexus)
		return PIOSCSI_FAULT;
	if (at >= sizeof(cdb))
		return blame_command(chip, xfer);
	end = max(c9x_cdb(chip->nexus, cdb), at + 1);
	/* QEMU 7.2 interrupts for each byte written after a transfer. */
	c9x_write(chip, C9X_CMD, C9X_CMD_NOP);
	c9x_write_fifo(chip, cdb + at, end - at);
	chip->cdb_at = end;
	chip->doing = C9X_DOING_COMMAND;
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
	struct c9x_slot *slot;

	c9x_msg_out(chip);
	if (!chip->nexus || chip->sent != INITIATOR_ERROR)
		return PIOSCSI_WAIT;
	slot = c9x_slot(chip, chip->nexus);
	if (slot->parity == C9X_PARITY_DATA)
		slot->parity = C9X_PARITY_REPORTED;
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

	if (chip->bus == C9X_LEAVING && phase == C9X_PHASE_MSG_OUT)
		c9x_stay(chip);
	if (chip->bus != C9X_CONNECTED)
		return PIOSCSI_FAULT;
	/* The target restarts an interrupted message. */
	if (phase != C9X_PHASE_MSG_IN)
		chip->in.len = 0;
	/* After a message out the target may still send a queue tag. */
	if (phase != C9X_PHASE_MSG_IN && phase != C9X_PHASE_MSG_OUT)
		c9x_identify_untagged(chip);
	if (phase != C9X_PHASE_MSG_OUT)
		chip->again.len = 0;
	if (phase != C9X_PHASE_DATA_IN)
		chip->fifo_unlocked = false;
	return phases[phase](chip, xfer);
}

/*
 * One of the two bytes has bad parity, so use neither. The target may send them
 * again, or end the command by leaving the bus.
 */
static enum pioscsi_next refuse_status(struct c9x *chip,
				       struct pioscsi_xfer *xfer, u32 event,
				       unsigned int level)
{
	c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	if (level < 2)
		return serve_phase(chip, xfer, event);
	c9x_answer(chip, INITIATOR_ERROR);
	c9x_write(chip, C9X_CMD, C9X_CMD_ACCEPT);
	return PIOSCSI_WAIT;
}

/* Read the status byte, and the message byte if the target sent one. */
static enum pioscsi_next take_status(struct c9x *chip,
				     struct pioscsi_xfer *xfer, u32 event)
{
	unsigned int level = c9x_fifo_level(chip);
	struct c9x_slot *slot;

	if (!chip->nexus)
		return PIOSCSI_FAULT;
	slot = c9x_slot(chip, chip->nexus);
	if (event & C9X_EVENT_PARITY)
		return refuse_status(chip, xfer, event, level);
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
	if (event & C9X_EVENT_PARITY) {
		c9x_msg_damaged(chip);
		return PIOSCSI_WAIT;
	}
	return c9x_msg_in(chip, xfer, c9x_read(chip, C9X_FIFO));
}

/*
 * The target may have taken a part of a CDB or message only. The rest must not
 * become the data of the next phase. The rest of a CDB can be requested later.
 */
static void take_back_rest(struct c9x *chip, enum c9x_doing doing)
{
	unsigned int rest = c9x_fifo_level(chip);

	if (!rest)
		return;
	c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	if (doing == C9X_DOING_COMMAND)
		chip->cdb_at -= min(rest, chip->cdb_at);
}

/*
 * The bus is free: the target has announced it, no target answered a selection,
 * or a target has left unexpectedly.
 */
static enum pioscsi_next serve_disconnect(struct c9x *chip,
					  struct pioscsi_xfer *xfer, u32 event)
{
	bool connected = chip->bus == C9X_CONNECTED;
	struct pioscsi_cmd *cmd = chip->nexus;
	int host_byte = DID_ERROR;

	if (chip->bus == C9X_SELECTING &&
	    FIELD_GET(C9X_EVENT_STEP, event) == C9X_STEP_NONE)
		host_byte = DID_NO_CONNECT;
	else if (cmd && c9x_slot(chip, cmd)->parity != C9X_PARITY_GOOD)
		host_byte = DID_PARITY;
	c9x_bus_free(chip);
	/* The chip may yet report a command that followed the disconnect. */
	chip->ignore_illegal = connected;
	if (!cmd)
		return PIOSCSI_WAIT;
	return c9x_end(chip, xfer, cmd, host_byte << 16);
}

/* Another device has reset the bus, which ends all commands. */
static enum pioscsi_next serve_bus_reset(struct c9x *chip)
{
	if (c9x_reset_chip(chip))
		return PIOSCSI_FAULT;
	return PIOSCSI_RESET;
}

/*
 * A byte had bad parity; the chip has asserted ATN. Report it, except for a
 * message, which is requested again. A message that is to be sent already, such
 * as ABORT TASK, goes first: the command ends with DID_PARITY then. A target
 * that knows of an error in data may send the data again.
 */
static void note_parity_error(struct c9x *chip)
{
	struct c9x_slot *slot;

	if (chip->doing == C9X_DOING_MSG_IN || !chip->nexus)
		return;
	slot = c9x_slot(chip, chip->nexus);
	if (chip->doing != C9X_DOING_TRANSFER)
		slot->parity = C9X_PARITY_BAD;
	else if (slot->parity != C9X_PARITY_BAD)
		slot->parity = C9X_PARITY_DATA;
	if (!chip->out.len)
		c9x_report_parity(chip);
}

/*
 * Reading the interrupt of an illegal command clears the parity error of the
 * reselection that follows. A command that is being selected has no part in it.
 */
static u32 keep_parity_of_identify(struct c9x *chip, u32 event)
{
	if (chip->bus != C9X_SELECTING && chip->bus != C9X_FREE)
		return event;
	if (event & C9X_EVENT_PARITY)
		chip->identify_damaged = true;
	return event & ~(u32)C9X_EVENT_PARITY;
}

/*
 * A chip command that is written after the target has left is illegal, which is
 * no fault of the chip.
 */
static bool has_left(const struct c9x *chip, u32 event)
{
	return event & C9X_INTR_DISCONNECT &&
	       (chip->bus == C9X_CONNECTED || chip->bus == C9X_LEAVING);
}

/*
 * A start may have yielded to the interrupt of an illegal command, and no
 * reselection flushes its bytes. Without disconnected commands the FIFO has no
 * bytes of a reselection.
 */
static void drop_bytes_of_start(struct c9x *chip)
{
	if (chip->bus == C9X_FREE && !chip->nr_disconnected)
		c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
}

/*
 * The chip may be reselected while the FIFO is filled, or between the check in
 * begin_selection() and the SELECT command. A write of the FIFO and SELECT are
 * illegal then. The chip reports that once, before the reselection, with it or
 * after it, or not at all if the selection has begun. The command is started
 * again later. If no reselection follows the report, the command times out.
 */
static u32 drop_illegal(struct c9x *chip, u32 event)
{
	bool selecting = chip->bus == C9X_SELECTING;
	bool lost = event & C9X_INTR_RESELECTED && selecting;
	bool alone = (event & C9X_EVENT_INTR) == C9X_INTR_ILLEGAL;

	if (event & C9X_INTR_ILLEGAL &&
	    (lost || has_left(chip, event) ||
	     (chip->ignore_illegal && (alone || !selecting)))) {
		chip->ignore_illegal = false;
		event &= ~(u32)C9X_INTR_ILLEGAL;
		if (!alone)
			return event;
		drop_bytes_of_start(chip);
		return keep_parity_of_identify(chip, event);
	}
	/* begin_selection() has set it if any command was disconnected. */
	if (lost && !chip->nr_disconnected)
		chip->ignore_illegal = true;
	return event;
}

/*
 * Tell whether a target has reselected the adapter and has left the bus again.
 * During a selection the disconnection may be a timeout that came first. The
 * target holds the phase of IDENTIFY then.
 */
static bool has_reselected_and_left(struct c9x *chip, u32 event)
{
	if (!(event & C9X_INTR_DISCONNECT))
		return false;
	if (chip->bus != C9X_SELECTING)
		return chip->bus == C9X_FREE;
	return FIELD_GET(C9X_STAT_PHASE, c9x_read(chip, C9X_STAT)) !=
	       C9X_PHASE_MSG_IN;
}

/*
 * The command of a target that has left again stays disconnected. A lost
 * selection may yet be reported as illegal.
 */
static enum pioscsi_next serve_reselection(struct c9x *chip, u32 event)
{
	if (has_reselected_and_left(chip, event)) {
		c9x_lose_selection(chip);
		c9x_bus_free(chip);
		chip->ignore_illegal = true;
		return PIOSCSI_WAIT;
	}
	return c9x_reselected(chip, event & C9X_EVENT_PARITY) ? PIOSCSI_WAIT :
								PIOSCSI_FAULT;
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

	/* The interrupt ends the last announcement. */
	chip->announced = 0;
	if (event & C9X_INTR_RESET)
		return serve_bus_reset(chip);
	event = drop_illegal(chip, event);
	if (event & (C9X_INTR_ILLEGAL | C9X_INTR_SELECTED |
		     C9X_EVENT_GROSS))
		return PIOSCSI_FAULT;
	/* A command that lost its selection has no part in parity errors. */
	if (event & C9X_INTR_RESELECTED)
		return serve_reselection(chip, event);
	if (event & C9X_EVENT_PARITY)
		note_parity_error(chip);
	if (event & C9X_INTR_DISCONNECT)
		return serve_disconnect(chip, xfer, event);
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
	case C9X_DOING_COMMAND:
	case C9X_DOING_MSG_OUT:
		take_back_rest(chip, doing);
		break;
	case C9X_DOING_TRANSFER:
		break;
	}
	return serve_phase(chip, xfer, event);
}

/*
 * Answer without an event. It depends on whether the next interrupt is close. A
 * missing card raises none; the reset after the fault takes it out of service.
 */
static enum pioscsi_next answer_idle(struct c9x *chip)
{
	if (c9x_is_missing(chip))
		return PIOSCSI_FAULT;
	if (chip->bus == C9X_LEAVING ||
	    (chip->bus == C9X_CONNECTED && chip->in_flight == 1))
		return PIOSCSI_BUSY_POLL;
	return PIOSCSI_WAIT;
}

/**
 * c9x_service() - answer the port with the chip's next request
 * @hba: the HBA
 * @xfer: the answer
 *
 * Serves the phases without data, as long as they follow each other at once.
 * Without an event, starts a lost command again.
 *
 * Context: owner; hard IRQ, softirq or task.
 * Return: the answer.
 */
enum pioscsi_next c9x_service(struct pioscsi_hba *hba,
			      struct pioscsi_xfer *xfer)
{
	unsigned int steps = pioscsi_in_task(hba) ? STEPS_AT_ONCE :
						    STEPS_IN_IRQ;
	struct c9x *chip = to_c9x(hba);
	u32 event = c9x_take_event(chip);
	enum pioscsi_next next;

	if (!event && c9x_repeat(chip))
		event = c9x_take_event(chip);
	for (; steps && event; steps--) {
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

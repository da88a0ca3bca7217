// SPDX-License-Identifier: GPL-2.0-only
/*
 * Aborts and resets. A message tells the target to abort or reset. If the
 * target does not take the message, a reset of the bus is needed.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/scatterlist.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_status.h>

#include "../compat.h"
#include "data.h"
#include "msg_out.h"
#include "nexus.h"
#include "phase.h"
#include "recover.h"
#include "select.h"

/* A selection takes up to 250 ms, a target that takes a message far less. */
#define MSG_TIMEOUT_MS	300
#define POLL_US		50

/* Bytes that a target moves before it takes a message, at most. */
#define DRAIN_MAX	0x20000

/* A command ended before its target took the message. */
#define CMD_ENDED	1

/*
 * Copy data of the command behind the bytes that the target has taken. Return
 * the number of bytes; 0 at the end of the data.
 */
static unsigned int copy_data_out(struct c9x *chip, u8 *byte, unsigned int len)
{
	const struct pioscsi_cmd *cmd = chip->nexus;
	unsigned int at = cmd->moved + chip->drained_out;

	if (at >= scsi_bufflen(cmd->scmd))
		return 0;
	len = min(len, scsi_bufflen(cmd->scmd) - at);
	return sg_pcopy_to_buffer(scsi_sglist(cmd->scmd),
				  scsi_sg_count(cmd->scmd), byte, len, at);
}

/*
 * Move some of the announced data, so that the target can see ATN. Send only
 * the command's own data, because the target may write it to the medium. Return
 * false if no data is left, or the limit is exceeded.
 */
static bool drain_data(struct c9x *chip, unsigned int *drained)
{
	u8 byte[C9X_FIFO_SIZE];
	unsigned int moved, len;

	len = min_t(unsigned int, chip->announced, sizeof(byte));
	if (chip->dir == DMA_FROM_DEVICE) {
		moved = c9x_pio_in(chip->hba, byte, len);
	} else {
		len = copy_data_out(chip, byte, len);
		if (!len)
			return false;
		moved = c9x_pio_out(chip->hba, byte, len);
		chip->drained_out += moved;
	}
	*drained += moved;
	return *drained < DRAIN_MAX;
}

/*
 * Keep an answer for the port, which serves the chip after error handling. The
 * port then ends all commands, including those of other targets.
 */
static void keep_answer(struct c9x *chip, enum pioscsi_next next)
{
	c9x_unclaim(chip, next == PIOSCSI_RESET ? C9X_INTR_RESET :
						  C9X_EVENT_GROSS);
}

/* Let other tasks run. Sleep if the chip has made no progress. */
static void let_others_run(u32 event, enum pioscsi_next next)
{
	if (next == PIOSCSI_WAIT && !(event & C9X_EVENT_INTR))
		usleep_range(POLL_US, 2 * POLL_US);
	else
		pioscsi_cond_resched();
}

/*
 * Serve the bus until the target has taken the message and has left, or has
 * shown that it does not take the message. A reselection, a bus reset and a
 * fault are left to the port. Add the bytes moved meanwhile to @drained.
 *
 * Return 0 if the target took the message, %CMD_ENDED if @cmd ended before, or
 * a negative error.
 */
static int wait_for_msg(struct c9x *chip, const struct pioscsi_cmd *cmd,
			u8 msg, unsigned int *drained)
{
	unsigned long end = jiffies + msecs_to_jiffies(MSG_TIMEOUT_MS);
	struct pioscsi_xfer xfer = { };

	while (chip->bus != C9X_FREE && time_before(jiffies, end)) {
		enum pioscsi_next next = PIOSCSI_WAIT;
		u32 event = 0;

		/* The next event would drop the bytes that are announced. */
		if (!chip->announced || !chip->acked)
			event = c9x_await_event(chip);
		if (event)
			next = c9x_step(chip, &xfer, event);
		else if (chip->announced && !chip->in_flight)
			next = PIOSCSI_XFER;
		let_others_run(event, next);
		if (next == PIOSCSI_FAULT || next == PIOSCSI_RESET) {
			keep_answer(chip, next);
			return -EIO;
		}
		if (event & C9X_INTR_RESELECTED)
			return -EBUSY;
		if (next == PIOSCSI_DONE)
			return chip->sent == msg ? 0 : CMD_ENDED;
		/* Without a command, the rejection was answered by an abort. */
		if (chip->rejected && cmd)
			return -EIO;
		if (next == PIOSCSI_XFER && !drain_data(chip, drained))
			return -EIO;
	}
	return chip->bus == C9X_FREE && chip->sent == msg && !chip->rejected ?
	       0 : -EIO;
}

/*
 * Send a message to the connected target. If the target does not take the
 * message, its command continues. If data was drained before, the command's
 * position in its buffer is wrong, so have the port reset the chip.
 */
static int send_connected(struct c9x *chip, u8 msg)
{
	unsigned int drained = 0;
	int err;

	chip->rejected = false;
	c9x_answer(chip, msg);
	err = wait_for_msg(chip, chip->nexus, msg, &drained);
	chip->drained_out = 0;
	chip->saved_out = 0;
	if (err < 0 && drained)
		keep_answer(chip, PIOSCSI_FAULT);
	return err;
}

/*
 * Connect a target whose reselection has come first. A wider reset can then be
 * sent in its connection.
 */
static void serve_reselection(struct c9x *chip)
{
	enum pioscsi_next next = PIOSCSI_WAIT;
	u32 event = c9x_await_event(chip);
	struct pioscsi_xfer xfer = { };

	if (event)
		next = c9x_step(chip, &xfer, event);
	if (next == PIOSCSI_FAULT || next == PIOSCSI_RESET)
		keep_answer(chip, next);
}

static int select_and_send(struct c9x *chip, unsigned int id,
			   unsigned int lun, const u8 *msg, unsigned int len)
{
	unsigned int drained = 0;

	if (chip->bus != C9X_FREE)
		return -EBUSY;
	if (!c9x_select_stop(chip, id, lun)) {
		serve_reselection(chip);
		return -EBUSY;
	}
	c9x_send(chip, msg, len);
	return wait_for_msg(chip, NULL, msg[len - 1], &drained);
}

/*
 * Send a message to a target, connected or not. The connection of another
 * target is not touched. If the connected command ends before its target took
 * the message, the target is selected for the message. The end of the command
 * is not reported to the port: the reset ends the command. If the reset fails,
 * have the port reset the chip, which also ends the command.
 */
static int send_to(struct c9x *chip, unsigned int id, unsigned int lun,
		   bool any_lun, u8 msg)
{
	int err;

	if (chip->bus != C9X_CONNECTED || chip->id != id ||
	    (!any_lun && chip->lun != lun))
		return select_and_send(chip, id, lun, &msg, 1);
	err = send_connected(chip, msg);
	if (err != CMD_ENDED)
		return err;
	err = select_and_send(chip, id, lun, &msg, 1);
	if (err)
		keep_answer(chip, PIOSCSI_FAULT);
	return err;
}

/*
 * Wait until the selection of a command has ended, because the chip reports SET
 * ATN as illegal before. A bus reset and a fault are left to the port.
 *
 * Return 0 if the target is connected, %CMD_ENDED if no target has the command,
 * or a negative error.
 */
static int wait_for_selection(struct c9x *chip)
{
	unsigned long end = jiffies + msecs_to_jiffies(MSG_TIMEOUT_MS);
	struct pioscsi_xfer xfer = { };

	while (chip->bus == C9X_SELECTING && time_before(jiffies, end)) {
		enum pioscsi_next next = PIOSCSI_WAIT;
		u32 event = c9x_await_event(chip);

		if (event)
			next = c9x_step(chip, &xfer, event);
		let_others_run(event, next);
		if (next == PIOSCSI_FAULT || next == PIOSCSI_RESET) {
			keep_answer(chip, next);
			return -EIO;
		}
		if (next == PIOSCSI_DONE || event & C9X_INTR_RESELECTED)
			return CMD_ENDED;
	}
	return chip->bus == C9X_SELECTING ? -EIO : 0;
}

/*
 * ABORT TASK SET ends all commands of the LUN. REQUEST SENSE is sent untagged,
 * but may have tagged commands beside it.
 */
static u8 abort_msg(struct c9x *chip, const struct pioscsi_cmd *cmd)
{
	if (c9x_slot(chip, cmd)->tagged)
		return ABORT_TASK;
	return cmd->sensing && cmd->scmd->flags & SCMD_TAGGED ?
	       ABORT_TASK : ABORT_TASK_SET;
}

static int abort_connected(struct c9x *chip, const struct pioscsi_cmd *cmd)
{
	int err = wait_for_selection(chip);

	if (err)
		return err;
	return send_connected(chip, abort_msg(chip, cmd));
}

static int abort_disconnected(struct c9x *chip, const struct pioscsi_cmd *cmd)
{
	const struct c9x_slot *slot = c9x_slot(chip, cmd);
	const u8 tagged[] = { SIMPLE_QUEUE_TAG, cmd->tag, ABORT_TASK };
	const u8 msg = abort_msg(chip, cmd);

	if (slot->tagged)
		return select_and_send(chip, slot->id, slot->lun, tagged,
				       sizeof(tagged));
	return select_and_send(chip, slot->id, slot->lun, &msg, 1);
}

/* Tell whether a target has the command. */
static bool has_cmd(struct c9x *chip, const struct pioscsi_cmd *cmd)
{
	return chip->nexus == cmd || c9x_slot(chip, cmd)->disconnected;
}

/**
 * c9x_abort_cmd() - abort a command
 * @hba: the HBA
 * @cmd: the command
 *
 * Context: owner, masked; task, sleeps.
 * Return: 0; -EBUSY if another command uses the bus, -EIO if the target does
 *	not take the message.
 */
int c9x_abort_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	struct c9x *chip = to_c9x(hba);
	int err = 0;

	if (chip->nexus == cmd)
		err = abort_connected(chip, cmd);
	else if (c9x_slot(chip, cmd)->disconnected)
		err = abort_disconnected(chip, cmd);
	/*
	 * A command that has ended, was lost in a reset, or has lost its
	 * selection, needs no abort.
	 */
	if (err < 0 && has_cmd(chip, cmd))
		return err;
	c9x_forget(chip, cmd);
	return 0;
}

static bool is_in_scope(const struct c9x_slot *slot, unsigned int id, bool all,
			unsigned int lun)
{
	return slot->id == id && (all || slot->lun == lun);
}

/*
 * Forget the disconnected and the lost commands of a target, or of one logical
 * unit. The port ends them.
 */
static void forget_cmds(struct c9x *chip, unsigned int id, bool all,
			unsigned int lun)
{
	unsigned int i;

	for (i = 0; i < C9X_DEPTH; i++) {
		struct c9x_slot *slot = &chip->slot[i];

		if (!slot->disconnected || !is_in_scope(slot, id, all, lun))
			continue;
		slot->disconnected = false;
		chip->nr_disconnected--;
	}
	for (i = chip->nr_lost; i--;) {
		struct pioscsi_cmd *cmd = chip->lost[i];

		if (is_in_scope(c9x_slot(chip, cmd), id, all, lun))
			c9x_forget(chip, cmd);
	}
}

/**
 * c9x_reset_lun() - send LOGICAL UNIT RESET
 * @hba: the HBA
 * @id: target
 * @lun: logical unit
 *
 * A SCSI-2 target rejects the message. It is then told to abort and leaves the
 * bus, so that the wider resets can be sent.
 *
 * Context: owner, masked; task, sleeps.
 * Return: 0, -EBUSY or -EIO as c9x_abort_cmd().
 */
int c9x_reset_lun(struct pioscsi_hba *hba, unsigned int id, u64 lun)
{
	struct c9x *chip = to_c9x(hba);
	int err = send_to(chip, id, lun, false, LOGICAL_UNIT_RESET);

	if (!err)
		forget_cmds(chip, id, false, lun);
	return err;
}

/**
 * c9x_reset_target() - send BUS DEVICE RESET
 * @hba: the HBA
 * @id: target
 *
 * Context: owner, masked; task, sleeps.
 * Return: 0, -EBUSY or -EIO as c9x_abort_cmd().
 */
int c9x_reset_target(struct pioscsi_hba *hba, unsigned int id)
{
	struct c9x *chip = to_c9x(hba);
	int err = send_to(chip, id, 0, true, TARGET_RESET);

	if (!err)
		forget_cmds(chip, id, true, 0);
	return err;
}

/**
 * c9x_reset_bus() - reset the bus, and the chip with it
 * @hba: the HBA
 *
 * Context: owner, masked; task, sleeps.
 * Return: 0 or a negative error.
 */
int c9x_reset_bus(struct pioscsi_hba *hba)
{
	return c9x_reset_scsi(to_c9x(hba));
}

/**
 * c9x_reset_hba() - reset chip and bus
 * @hba: the HBA
 *
 * The port starts no command until the targets have settled.
 *
 * Context: owner, masked; task, sleeps.
 * Return: 0 or a negative error.
 */
int c9x_reset_hba(struct pioscsi_hba *hba)
{
	int err = c9x_reset_scsi(to_c9x(hba));

	if (!err)
		pioscsi_settle(hba);
	return err;
}

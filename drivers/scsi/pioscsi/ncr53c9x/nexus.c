// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reselection, and the bus going free: which command is connected, and which
 * commands are disconnected.
 */
#include <linux/log2.h>
#include <scsi/scsi.h>

#include "msg_out.h"
#include "nexus.h"

/*
 * Find the disconnected command of the target that reselected the adapter: the
 * one with this tag, or with @tag < 0 the untagged one.
 */
static struct pioscsi_cmd *find_disconnected(struct c9x *chip, int tag)
{
	struct pioscsi_cmd *cmd;
	unsigned int i;

	for (i = 0; i < C9X_DEPTH; i++) {
		const struct c9x_slot *slot = &chip->slot[i];

		if (!slot->disconnected || slot->id != chip->id ||
		    slot->lun != chip->lun ||
		    (tag < 0 ? slot->tagged : !slot->tagged || i != tag))
			continue;
		cmd = pioscsi_find_cmd(chip->hba, i);
		if (cmd)
			return cmd;
	}
	return NULL;
}

/*
 * A reselection restores the pointers. The command pointer is that of the first
 * byte: a target that has disconnected before the CDB requests all of it. The
 * data pointer is applied when data follows: if none does, the residual is that
 * of the data moved before.
 */
static void connect_cmd(struct c9x *chip, struct pioscsi_cmd *cmd)
{
	struct c9x_slot *slot = c9x_slot(chip, cmd);

	chip->nexus = cmd;
	chip->cdb_at = 0;
	slot->disconnected = false;
	slot->rewind = true;
	chip->nr_disconnected--;
}

static bool has_disconnected(const struct c9x *chip)
{
	unsigned int i;

	for (i = 0; i < C9X_DEPTH; i++)
		if (chip->slot[i].disconnected &&
		    chip->slot[i].id == chip->id &&
		    chip->slot[i].lun == chip->lun)
			return true;
	return false;
}

/**
 * c9x_lose_selection() - note that a selection, if any, lost to a reselection
 * @chip: the chip, not connected
 *
 * A started command is either the nexus or one of the lost ones.
 *
 * Context: owner.
 */
void c9x_lose_selection(struct c9x *chip)
{
	if (chip->bus == C9X_SELECTING && chip->nexus)
		chip->lost[chip->nr_lost++] = chip->nexus;
	chip->nexus = NULL;
}

/**
 * c9x_reselected() - note that a target has reselected the adapter
 * @chip: the chip, with both IDs and IDENTIFY in its FIFO
 * @damaged: whether IDENTIFY has bad parity, so that the target sends it again
 *
 * A queue tag may follow, which tells the command. So the command is identified
 * by the next message or phase. A target without disconnected commands is told
 * to abort.
 *
 * Context: owner.
 * Return: false if the bytes in the FIFO are invalid, or a target is connected.
 */
bool c9x_reselected(struct c9x *chip, bool damaged)
{
	u8 ids, identify;

	damaged |= chip->identify_damaged;
	chip->identify_damaged = false;
	if (chip->bus == C9X_CONNECTED || c9x_fifo_level(chip) < 2)
		return false;
	ids = c9x_read(chip, C9X_FIFO) & ~BIT(chip->own_id);
	identify = c9x_read(chip, C9X_FIFO);
	if (!is_power_of_2(ids) || !(damaged || identify & IDENTIFY_BASE))
		return false;
	c9x_lose_selection(chip);
	chip->departing = NULL;
	chip->unidentified = true;
	chip->sent = 0;
	WRITE_ONCE(chip->repeat_due, false);
	chip->bus = C9X_CONNECTED;
	chip->id = ilog2(ids);
	chip->lun = damaged ? C9X_LUNS : identify & (C9X_LUNS - 1);
	c9x_check_parity(chip, chip->target[chip->id].parity);
	chip->in.len = 0;
	chip->out.len = 0;
	chip->again.len = 0;
	chip->in_flight = 0;
	chip->acked = 0;
	c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	if (damaged)
		c9x_answer(chip, MSG_PARITY_ERROR);
	else if (!has_disconnected(chip))
		c9x_answer(chip, ABORT_TASK_SET);
	c9x_write(chip, C9X_CMD, C9X_CMD_ACCEPT);
	return true;
}

/**
 * c9x_identify_lun() - take the LUN of an IDENTIFY that a target sends again
 * @chip: the chip, connected
 * @lun: the logical unit
 *
 * Context: owner.
 */
void c9x_identify_lun(struct c9x *chip, unsigned int lun)
{
	if (!chip->unidentified)
		return;
	chip->lun = lun;
	if (!has_disconnected(chip))
		c9x_answer(chip, ABORT_TASK_SET);
}

/**
 * c9x_identify_tagged() - connect the command with the tag of a reselection
 * @chip: the chip, connected
 * @tag: the tag that the target sent
 *
 * Context: owner.
 * Return: false if a reselecting target has no such command.
 */
bool c9x_identify_tagged(struct c9x *chip, unsigned int tag)
{
	struct pioscsi_cmd *cmd;

	if (!chip->unidentified)
		return true;
	chip->unidentified = false;
	cmd = find_disconnected(chip, tag);
	if (cmd)
		connect_cmd(chip, cmd);
	return cmd;
}

/**
 * c9x_identify_untagged() - connect the untagged command of a reselection
 * @chip: the chip, connected
 *
 * To be called when anything but a queue tag follows a reselection.
 *
 * Context: owner.
 */
void c9x_identify_untagged(struct c9x *chip)
{
	struct pioscsi_cmd *cmd;

	if (!chip->unidentified)
		return;
	chip->unidentified = false;
	cmd = find_disconnected(chip, -1);
	if (cmd)
		connect_cmd(chip, cmd);
}

/**
 * c9x_depart() - note that the target disconnects and will reselect
 * @chip: the chip, with a nexus
 *
 * Context: owner.
 */
void c9x_depart(struct c9x *chip)
{
	c9x_slot(chip, chip->nexus)->disconnected = true;
	chip->nr_disconnected++;
	chip->departing = chip->nexus;
	chip->nexus = NULL;
	chip->bus = C9X_LEAVING;
}

/**
 * c9x_stay() - note that a target has not left the bus as announced
 * @chip: the chip
 *
 * A target that sees ATN when DISCONNECT or COMMAND COMPLETE is accepted takes
 * a message first, and may continue with its command after DISCONNECT.
 *
 * Context: owner.
 */
void c9x_stay(struct c9x *chip)
{
	chip->bus = C9X_CONNECTED;
	chip->nexus = chip->departing;
	chip->departing = NULL;
	if (!chip->nexus)
		return;
	c9x_slot(chip, chip->nexus)->disconnected = false;
	chip->nr_disconnected--;
}

/**
 * c9x_bus_free() - note that no target is connected any more
 * @chip: the chip
 *
 * The caller ends the command that was connected. A lost command is started
 * again later, when the port has had the chance to start REQUEST SENSE.
 *
 * Context: owner.
 */
void c9x_bus_free(struct c9x *chip)
{
	chip->bus = C9X_FREE;
	chip->doing = C9X_DOING_TRANSFER;
	chip->departing = NULL;
	chip->unidentified = false;
	chip->ignore_illegal = false;
	chip->identify_damaged = false;
	chip->in_flight = 0;
	chip->acked = 0;
	/* No reselection can come before the chip is enabled for it. */
	c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	c9x_check_parity(chip, c9x_idle_parity(chip));
	if (chip->nr_disconnected)
		c9x_write(chip, C9X_CMD, C9X_CMD_ENABLE);
	if (!chip->nr_lost)
		return;
	WRITE_ONCE(chip->repeat_due, true);
	c9x_call_back(chip);
}

static void forget_lost(struct c9x *chip, const struct pioscsi_cmd *cmd)
{
	unsigned int i, kept = 0;

	for (i = 0; i < chip->nr_lost; i++)
		if (chip->lost[i] != cmd)
			chip->lost[kept++] = chip->lost[i];
	chip->nr_lost = kept;
	if (!kept)
		WRITE_ONCE(chip->repeat_due, false);
}

/**
 * c9x_forget() - note that the target does not know a command any more
 * @chip: the chip
 * @cmd: the command
 *
 * Context: owner.
 */
void c9x_forget(struct c9x *chip, struct pioscsi_cmd *cmd)
{
	struct c9x_slot *slot = c9x_slot(chip, cmd);

	if (chip->nexus == cmd)
		chip->nexus = NULL;
	if (chip->departing == cmd)
		chip->departing = NULL;
	forget_lost(chip, cmd);
	if (slot->disconnected)
		chip->nr_disconnected--;
	slot->disconnected = false;
}

/**
 * c9x_end() - end a command
 * @chip: the chip
 * @xfer: the answer to the port
 * @cmd: the command
 * @result: its result
 *
 * Context: owner.
 * Return: %PIOSCSI_DONE.
 */
enum pioscsi_next c9x_end(struct c9x *chip, struct pioscsi_xfer *xfer,
			  struct pioscsi_cmd *cmd, int result)
{
	c9x_forget(chip, cmd);
	cmd->result = result;
	xfer->cmd = cmd;
	return PIOSCSI_DONE;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Selection, reselection, and the bus going free: which command is connected,
 * which commands are disconnected, and which has to be started again.
 */
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "msg_out.h"
#include "nexus.h"

/* The longest CDB that fits into the FIFO after IDENTIFY and a queue tag. */
#define CDB_AT_ONCE	12

/* Send REQUEST SENSE untagged: the target gives sense data to any command. */
static bool wants_tag(const struct scsi_cmnd *scmd)
{
	return scmd->flags & SCMD_TAGGED && scmd->cmnd[0] != REQUEST_SENSE;
}

static void begin_selection(struct c9x *chip, u8 cmd)
{
	chip->bus = C9X_SELECTING;
	chip->doing = C9X_DOING_TRANSFER;
	chip->in.len = 0;
	chip->rejected = false;
	chip->in_flight = 0;
	chip->acked = 0;
	chip->fifo_unlocked = false;
	c9x_write(chip, C9X_CMD, cmd);
}

/*
 * The chip sends one or three message bytes, and as much of the CDB as fits
 * into the FIFO. A longer CDB and its tag are sent after the selection.
 */
static void select_target(struct c9x *chip, struct pioscsi_cmd *cmd)
{
	const struct c9x_slot *slot = c9x_slot(chip, cmd);
	const u8 tag[] = { SIMPLE_QUEUE_TAG, cmd->tag };
	bool at_once = cmd->scmd->cmd_len <= CDB_AT_ONCE;
	u8 select = C9X_CMD_SELECT_STOP;

	chip->nexus = cmd;
	chip->cdb_at = 0;
	chip->out.len = 0;
	c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	c9x_write(chip, C9X_DEST_ID, slot->id);
	c9x_write(chip, C9X_FIFO, IDENTIFY(1, slot->lun));
	if (at_once) {
		if (slot->tagged)
			c9x_write_fifo(chip, tag, sizeof(tag));
		c9x_write_fifo(chip, cmd->scmd->cmnd, cmd->scmd->cmd_len);
		select = slot->tagged ? C9X_CMD_SELECT3 : C9X_CMD_SELECT;
	} else if (slot->tagged) {
		c9x_send(chip, tag, sizeof(tag));
	}
	begin_selection(chip, select);
	chip->sent = slot->tagged ? SIMPLE_QUEUE_TAG : 0;
}

/**
 * c9x_start() - begin a command: select its target
 * @hba: the HBA
 * @cmd: the command
 *
 * With an interrupt pending nothing is started: it may be a reselection, whose
 * bytes are in the FIFO.
 *
 * Context: owner, or the port's lock; hard IRQ, softirq or task.
 * Return: 0; -EBUSY while the bus is in use; -EINVAL for an invalid CDB length.
 */
int c9x_start(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	const struct scsi_device *sdev = cmd->scmd->device;
	struct c9x *chip = to_c9x(hba);

	if (chip->bus != C9X_FREE || chip->restart ||
	    atomic_read(&chip->event) ||
	    c9x_read(chip, C9X_STAT) & C9X_STAT_INT)
		return -EBUSY;
	if (!cmd->scmd->cmd_len || cmd->scmd->cmd_len > C9X_FIFO_SIZE)
		return -EINVAL;
	*c9x_slot(chip, cmd) = (struct c9x_slot) {
		.id = sdev->id,
		.lun = sdev->lun,
		.tagged = wants_tag(cmd->scmd),
	};
	select_target(chip, cmd);
	return 0;
}

/**
 * c9x_select_stop() - select a target for a message, without a command
 * @chip: the chip, whose bus is free
 * @id: the target
 * @lun: logical unit
 *
 * The message, set by c9x_send(), is sent when the target requests it.
 *
 * Context: owner, task.
 */
void c9x_select_stop(struct c9x *chip, unsigned int id, unsigned int lun)
{
	chip->nexus = NULL;
	c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	c9x_write(chip, C9X_DEST_ID, id);
	c9x_write(chip, C9X_FIFO, IDENTIFY(0, lun));
	begin_selection(chip, C9X_CMD_SELECT_STOP);
	chip->sent = 0;
}

/**
 * c9x_selected() - note that a target has answered a selection
 * @chip: the chip
 * @event: its interrupt
 *
 * The target requests the part of the CDB that it has not taken in a command
 * phase.
 *
 * Context: owner.
 */
void c9x_selected(struct c9x *chip, u32 event)
{
	unsigned int len, rest = 0;

	chip->bus = C9X_CONNECTED;
	if (!chip->nexus)
		return;
	len = chip->nexus->scmd->cmd_len;
	if (len > CDB_AT_ONCE)
		return;
	if (FIELD_GET(C9X_EVENT_STEP, event) != C9X_STEP_ALL) {
		rest = c9x_fifo_level(chip);
		c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	}
	chip->cdb_at = len - min(len, rest);
}

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
 * A reselection restores the data pointer. It is applied when data follows: if
 * none does, the residual is that of the data moved before.
 */
static void connect(struct c9x *chip, struct pioscsi_cmd *cmd)
{
	struct c9x_slot *slot = c9x_slot(chip, cmd);

	chip->nexus = cmd;
	chip->cdb_at = cmd->scmd->cmd_len;
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
 * c9x_reselected() - note that a target has reselected the adapter
 * @chip: the chip, with both IDs and IDENTIFY in its FIFO
 *
 * A queue tag may have to tell which command is connected. A target without
 * disconnected commands is told to abort.
 *
 * Context: owner.
 * Return: false if the bytes in the FIFO are invalid.
 */
bool c9x_reselected(struct c9x *chip)
{
	struct pioscsi_cmd *cmd;
	u8 ids, identify;

	if (c9x_fifo_level(chip) < 2)
		return false;
	ids = c9x_read(chip, C9X_FIFO) & ~BIT(chip->own_id);
	identify = c9x_read(chip, C9X_FIFO);
	if (!is_power_of_2(ids) || !(identify & IDENTIFY_BASE))
		return false;
	if (chip->bus == C9X_SELECTING && chip->nexus)
		chip->restart = chip->nexus;
	chip->nexus = NULL;
	chip->bus = C9X_CONNECTED;
	chip->doing = C9X_DOING_TRANSFER;
	chip->id = ilog2(ids);
	chip->lun = identify & (C9X_LUNS - 1);
	chip->in.len = 0;
	chip->out.len = 0;
	chip->in_flight = 0;
	chip->acked = 0;
	c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	cmd = find_disconnected(chip, -1);
	if (cmd)
		connect(chip, cmd);
	else if (!has_disconnected(chip))
		c9x_answer(chip, ABORT_TASK_SET);
	c9x_write(chip, C9X_CMD, C9X_CMD_ACCEPT);
	return true;
}

/**
 * c9x_find_tagged() - connect the command with the tag that the target sent
 * @chip: the chip, reselected
 * @tag: the tag
 *
 * Context: owner.
 * Return: false if there is no such command.
 */
bool c9x_find_tagged(struct c9x *chip, unsigned int tag)
{
	struct pioscsi_cmd *cmd = find_disconnected(chip, tag);

	if (cmd)
		connect(chip, cmd);
	return cmd;
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
	chip->nexus = NULL;
	chip->bus = C9X_LEAVING;
}

/**
 * c9x_bus_free() - note that no target is connected any more
 * @chip: the chip
 *
 * Context: owner.
 */
void c9x_bus_free(struct c9x *chip)
{
	struct pioscsi_cmd *restart = chip->restart;

	chip->bus = C9X_FREE;
	chip->doing = C9X_DOING_TRANSFER;
	chip->nexus = NULL;
	chip->restart = NULL;
	chip->in_flight = 0;
	chip->acked = 0;
	if (chip->nr_disconnected)
		c9x_write(chip, C9X_CMD, C9X_CMD_ENABLE);
	if (restart)
		select_target(chip, restart);
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
	if (chip->restart == cmd)
		chip->restart = NULL;
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

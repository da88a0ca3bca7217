// SPDX-License-Identifier: GPL-2.0-only
/*
 * Selection, reselection, and the bus going free: which command is connected,
 * which commands are disconnected, and which have to be started again.
 */
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "msg_out.h"
#include "nexus.h"

/* CDB lengths by group code; 0 where the standard does not define one. */
static const u8 group_len[] = { 6, 10, 10, 0, 16, 12, 0, 0 };

/**
 * c9x_cdb() - get the CDB as it is sent to the target
 * @cmd: the command
 * @cdb: %C9X_FIFO_SIZE bytes for the CDB
 *
 * The target takes as many bytes as the group code says, whatever the length of
 * the command. So a shorter CDB is padded with zeros, and so is @cdb.
 *
 * Context: any.
 * Return: length of the CDB.
 */
unsigned int c9x_cdb(const struct pioscsi_cmd *cmd, u8 *cdb)
{
	const struct scsi_cmnd *scmd = cmd->scmd;

	memset(cdb, 0, C9X_FIFO_SIZE);
	memcpy(cdb, scmd->cmnd, scmd->cmd_len);
	return max_t(unsigned int, scmd->cmd_len, group_len[cdb[0] >> 5]);
}

/* The chip's SELECT commands send CDBs of these lengths only. */
static bool fits_selection(unsigned int cdb_len)
{
	return cdb_len == 6 || cdb_len == 10 || cdb_len == 12;
}

/*
 * Another target may reselect the adapter before this one is selected. So the
 * parity of this one is checked only when it has answered.
 */
static void begin_selection(struct c9x *chip, u8 cmd)
{
	c9x_check_parity(chip, c9x_idle_parity(chip));
	chip->bus = C9X_SELECTING;
	WRITE_ONCE(chip->repeat_due, false);
	chip->in.len = 0;
	chip->rejected = false;
	chip->fifo_unlocked = false;
	c9x_write(chip, C9X_CMD, cmd);
}

static void send_identify(struct c9x *chip, bool disconnect)
{
	const u8 identify = IDENTIFY(disconnect, chip->lun);

	c9x_write(chip, C9X_FIFO, identify);
	chip->again.len = 0;
	c9x_msg_sent(chip, &identify, 1);
}

static void send_tag(struct c9x *chip, const u8 *tag, unsigned int len)
{
	c9x_write_fifo(chip, tag, len);
	c9x_msg_sent(chip, tag, len);
}

/*
 * The chip sends one or three message bytes and the CDB. Any other CDB and its
 * tag are sent after the selection. ATN stays asserted then, so without a tag
 * send NO OPERATION.
 *
 * The FIFO is empty: bus_free() has flushed it. It is not flushed here, as a
 * reselection may have put its bytes into it just now.
 */
static void select_target(struct c9x *chip, struct pioscsi_cmd *cmd)
{
	const struct c9x_slot *slot = c9x_slot(chip, cmd);
	const u8 tag[] = { SIMPLE_QUEUE_TAG, cmd->tag };
	const u8 nop = NOP;
	u8 select = C9X_CMD_SELECT_STOP, cdb[C9X_FIFO_SIZE];
	unsigned int len = c9x_cdb(cmd, cdb);

	chip->nexus = cmd;
	chip->id = slot->id;
	chip->lun = slot->lun;
	chip->cdb_at = 0;
	chip->out.len = 0;
	c9x_write(chip, C9X_DEST_ID, slot->id);
	/*
	 * The port's REQUEST SENSE has no tag. A command with a tag could be
	 * selected while the target is disconnected.
	 */
	send_identify(chip, chip->target[slot->id].disconnect && !cmd->sensing);
	if (fits_selection(len)) {
		if (slot->tagged)
			send_tag(chip, tag, sizeof(tag));
		c9x_write_fifo(chip, cdb, len);
		select = slot->tagged ? C9X_CMD_SELECT3 : C9X_CMD_SELECT;
	} else if (slot->tagged) {
		c9x_send(chip, tag, sizeof(tag));
	} else {
		c9x_send(chip, &nop, 1);
	}
	begin_selection(chip, select);
	chip->sent = slot->tagged ? SIMPLE_QUEUE_TAG : 0;
}

/* A reselection puts its bytes into the FIFO, and then interrupts. */
static bool is_reselected(struct c9x *chip)
{
	return atomic_read(&chip->event) ||
	       c9x_read(chip, C9X_STAT) & C9X_STAT_INT || c9x_fifo_level(chip);
}

/**
 * c9x_start() - begin a command: select its target
 * @hba: the HBA
 * @cmd: the command
 *
 * After a CHECK CONDITION the port starts REQUEST SENSE. It must precede the
 * lost commands, because any other command makes the target drop its sense
 * data.
 *
 * Context: owner, or the port's lock; hard IRQ, softirq or task.
 * Return: 0; -EBUSY while the bus is in use, or other commands are to be
 *	started again first; -EINVAL for an invalid CDB length.
 */
int c9x_start(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	const struct scsi_device *sdev = cmd->scmd->device;
	struct c9x *chip = to_c9x(hba);

	if (chip->bus != C9X_FREE || is_reselected(chip))
		return -EBUSY;
	if (chip->nr_lost && !cmd->sensing)
		return -EBUSY;
	if (!cmd->scmd->cmd_len || cmd->scmd->cmd_len > C9X_FIFO_SIZE)
		return -EINVAL;
	*c9x_slot(chip, cmd) = (struct c9x_slot) {
		.id = sdev->id,
		.lun = sdev->lun,
		.tagged = cmd->tagged,
	};
	select_target(chip, cmd);
	return 0;
}

/**
 * c9x_repeat() - start a command again whose selection was lost
 * @chip: the chip
 *
 * To be called when the port does not start a command itself. The command that
 * was lost last is the first: only REQUEST SENSE was started after another
 * lost one.
 *
 * Context: owner.
 * Return: true if a selection has begun.
 */
bool c9x_repeat(struct c9x *chip)
{
	if (!chip->nr_lost || chip->bus != C9X_FREE)
		return false;
	if (is_reselected(chip)) {
		/* The reselection will interrupt. */
		WRITE_ONCE(chip->repeat_due, false);
		return false;
	}
	select_target(chip, chip->lost[--chip->nr_lost]);
	return true;
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
	chip->id = id;
	chip->lun = lun;
	c9x_write(chip, C9X_DEST_ID, id);
	send_identify(chip, false);
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
	u8 cdb[C9X_FIFO_SIZE];

	chip->bus = C9X_CONNECTED;
	c9x_check_parity(chip, chip->target[chip->id].parity);
	/* A target that ignores ATN leaves IDENTIFY in the FIFO. */
	if (FIELD_GET(C9X_EVENT_STEP, event) != C9X_STEP_ALL) {
		rest = c9x_fifo_level(chip);
		c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	}
	if (!chip->nexus)
		return;
	len = c9x_cdb(chip->nexus, cdb);
	if (!fits_selection(len))
		return;
	chip->cdb_at = len - min(len, rest);
	/* A command phase has ended the message out phase. */
	if (chip->cdb_at)
		chip->again.len = 0;
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

	if (chip->bus == C9X_CONNECTED || c9x_fifo_level(chip) < 2)
		return false;
	ids = c9x_read(chip, C9X_FIFO) & ~BIT(chip->own_id);
	identify = c9x_read(chip, C9X_FIFO);
	if (!is_power_of_2(ids) || !(damaged || identify & IDENTIFY_BASE))
		return false;
	/* A started command is either the nexus or one of the lost ones. */
	if (chip->bus == C9X_SELECTING && chip->nexus)
		chip->lost[chip->nr_lost++] = chip->nexus;
	chip->nexus = NULL;
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

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Selection, reselection, and the bus going free: which command is connected,
 * which are away, and which has to try once more.
 */
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "message.h"
#include "nexus.h"

/* What fits the FIFO behind IDENTIFY and a queue tag. */
#define CDB_AT_ONCE	12

/* A target that gives sense data to whoever asks next is asked without tag. */
static bool wants_tag(const struct scsi_cmnd *scmd)
{
	return scmd->flags & SCMD_TAGGED && scmd->cmnd[0] != REQUEST_SENSE;
}

static void write_fifo(struct am53 *am, const u8 *byte, unsigned int len)
{
	while (len--)
		am53_write(am, AM53_FIFO, *byte++);
}

static void arbitrate(struct am53 *am, u8 cmd)
{
	am->bus = AM53_SELECTING;
	am->doing = AM53_DOING_TRANSFER;
	am->in.len = 0;
	am->rejected = false;
	am->flying = 0;
	am->landed = 0;
	am->unlocked = false;
	am53_write(am, AM53_CMD, cmd);
}

/*
 * The chip sends one message byte or three, and as much of the CDB as fits the
 * FIFO; a longer CDB goes by hand, and so does its tag.
 */
static void select_target(struct am53 *am, struct pioscsi_cmd *cmd)
{
	const struct am53_slot *slot = am53_slot(am, cmd);
	const u8 tag[] = { SIMPLE_QUEUE_TAG, cmd->tag };
	bool at_once = cmd->scmd->cmd_len <= CDB_AT_ONCE;
	u8 select = AM53_CMD_SELECT_STOP;

	am->nexus = cmd;
	am->cdb_at = 0;
	am->out.len = 0;
	am53_write(am, AM53_CMD, AM53_CMD_FLUSH);
	am53_write(am, AM53_DEST_ID, slot->id);
	am53_write(am, AM53_FIFO, IDENTIFY(1, slot->lun));
	if (at_once) {
		if (slot->tagged)
			write_fifo(am, tag, sizeof(tag));
		write_fifo(am, cmd->scmd->cmnd, cmd->scmd->cmd_len);
		select = slot->tagged ? AM53_CMD_SELECT3 : AM53_CMD_SELECT;
	} else if (slot->tagged) {
		am53_send(am, tag, sizeof(tag));
	}
	arbitrate(am, select);
	am->sent = slot->tagged ? SIMPLE_QUEUE_TAG : 0;
}

/**
 * am53_start() - begin a command: select its target
 * @hba: the HBA
 * @cmd: the command
 *
 * A target that comes back at the same time must find the FIFO as it is: with
 * an interrupt at the door nothing is started.
 *
 * Context: owner, or the port's lock; hard IRQ, softirq or task.
 * Return: 0; -EBUSY while the bus is in use; -EINVAL for a CDB of no use.
 */
int am53_start(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	const struct scsi_device *sdev = cmd->scmd->device;
	struct am53 *am = to_am53(hba);

	if (am->bus != AM53_FREE || am->again || atomic_read(&am->event) ||
	    am53_read(am, AM53_STAT) & AM53_STAT_INT)
		return -EBUSY;
	if (!cmd->scmd->cmd_len || cmd->scmd->cmd_len > AM53_FIFO_SIZE)
		return -EINVAL;
	*am53_slot(am, cmd) = (struct am53_slot) {
		.id = sdev->id,
		.lun = sdev->lun,
		.tagged = wants_tag(cmd->scmd),
	};
	select_target(am, cmd);
	return 0;
}

/**
 * am53_select_stop() - select a target for a message, without a command
 * @am: the chip, whose bus is free
 * @id: the target
 * @lun: logical unit
 *
 * The message, set by am53_send(), goes when the target asks for it.
 *
 * Context: owner, task.
 */
void am53_select_stop(struct am53 *am, unsigned int id, unsigned int lun)
{
	am->nexus = NULL;
	am53_write(am, AM53_CMD, AM53_CMD_FLUSH);
	am53_write(am, AM53_DEST_ID, id);
	am53_write(am, AM53_FIFO, IDENTIFY(0, lun));
	arbitrate(am, AM53_CMD_SELECT_STOP);
	am->sent = 0;
}

/**
 * am53_selected() - a target has answered
 * @am: the chip
 * @event: its interrupt
 *
 * What it has not taken of the CDB it will ask for in a command phase.
 *
 * Context: owner.
 */
void am53_selected(struct am53 *am, u32 event)
{
	unsigned int len, rest = 0;

	am->bus = AM53_CONNECTED;
	if (!am->nexus)
		return;
	len = am->nexus->scmd->cmd_len;
	if (len > CDB_AT_ONCE)
		return;
	if (FIELD_GET(AM53_EVENT_STEP, event) != AM53_STEP_ALL) {
		rest = am53_read(am, AM53_LEVEL) & AM53_LEVEL_MASK;
		am53_write(am, AM53_CMD, AM53_CMD_FLUSH);
	}
	am->cdb_at = len - min(len, rest);
}

/* The command of a target that came back; with @tag < 0 the one without tag. */
static struct pioscsi_cmd *find_away(struct am53 *am, int tag)
{
	struct pioscsi_cmd *cmd;
	unsigned int i;

	for (i = 0; i < AM53_DEPTH; i++) {
		const struct am53_slot *slot = &am->slot[i];

		if (!slot->away || slot->id != am->id ||
		    slot->lun != am->lun ||
		    (tag < 0 ? slot->tagged : !slot->tagged || i != tag))
			continue;
		cmd = pioscsi_find_cmd(am->hba, i);
		if (cmd)
			return cmd;
	}
	return NULL;
}

/* Pointers are restored when a target comes back; if it moves data, that is. */
static void come_back(struct am53 *am, struct pioscsi_cmd *cmd)
{
	struct am53_slot *slot = am53_slot(am, cmd);

	am->nexus = cmd;
	am->cdb_at = cmd->scmd->cmd_len;
	slot->away = false;
	slot->rewind = true;
	am->away--;
}

static bool expects(const struct am53 *am)
{
	unsigned int i;

	for (i = 0; i < AM53_DEPTH; i++)
		if (am->slot[i].away && am->slot[i].id == am->id &&
		    am->slot[i].lun == am->lun)
			return true;
	return false;
}

/**
 * am53_reselected() - a target has come back
 * @am: the chip, with both IDs and IDENTIFY in its FIFO
 *
 * Which of its commands it is for, a tag may have to tell. A target that
 * nobody waits for is told to abort.
 *
 * Context: owner.
 * Return: false if that cannot be.
 */
bool am53_reselected(struct am53 *am)
{
	u8 level = am53_read(am, AM53_LEVEL) & AM53_LEVEL_MASK, ids, identify;
	struct pioscsi_cmd *cmd;

	if (level < 2)
		return false;
	ids = am53_read(am, AM53_FIFO) & ~BIT(am->own_id);
	identify = am53_read(am, AM53_FIFO);
	if (!is_power_of_2(ids) || !(identify & IDENTIFY_BASE))
		return false;
	if (am->bus == AM53_SELECTING && am->nexus)
		am->again = am->nexus;
	am->nexus = NULL;
	am->bus = AM53_CONNECTED;
	am->doing = AM53_DOING_TRANSFER;
	am->id = ilog2(ids);
	am->lun = identify & (AM53_LUNS - 1);
	am->in.len = 0;
	am->out.len = 0;
	am->flying = 0;
	am->landed = 0;
	am53_write(am, AM53_CMD, AM53_CMD_FLUSH);
	cmd = find_away(am, -1);
	if (cmd)
		come_back(am, cmd);
	else if (!expects(am))
		am53_answer(am, ABORT_TASK_SET);
	am53_write(am, AM53_CMD, AM53_CMD_ACCEPT);
	return true;
}

/**
 * am53_find_tagged() - a target that came back has told the tag
 * @am: the chip
 * @tag: the tag
 *
 * Context: owner.
 * Return: false if there is no such command.
 */
bool am53_find_tagged(struct am53 *am, unsigned int tag)
{
	struct pioscsi_cmd *cmd = find_away(am, tag);

	if (cmd)
		come_back(am, cmd);
	return cmd;
}

/**
 * am53_depart() - the target disconnects and will come back
 * @am: the chip, with a nexus
 *
 * Context: owner.
 */
void am53_depart(struct am53 *am)
{
	am53_slot(am, am->nexus)->away = true;
	am->away++;
	am->nexus = NULL;
	am->bus = AM53_LEAVING;
}

/**
 * am53_bus_free() - nobody is connected any more
 * @am: the chip
 *
 * Context: owner.
 */
void am53_bus_free(struct am53 *am)
{
	struct pioscsi_cmd *again = am->again;

	am->bus = AM53_FREE;
	am->doing = AM53_DOING_TRANSFER;
	am->nexus = NULL;
	am->again = NULL;
	am->flying = 0;
	am->landed = 0;
	if (am->away)
		am53_write(am, AM53_CMD, AM53_CMD_ENABLE);
	if (again)
		select_target(am, again);
}

/**
 * am53_forget() - a command is no longer the target's
 * @am: the chip
 * @cmd: the command
 *
 * Context: owner.
 */
void am53_forget(struct am53 *am, struct pioscsi_cmd *cmd)
{
	struct am53_slot *slot = am53_slot(am, cmd);

	if (am->nexus == cmd)
		am->nexus = NULL;
	if (am->again == cmd)
		am->again = NULL;
	if (slot->away)
		am->away--;
	slot->away = false;
}

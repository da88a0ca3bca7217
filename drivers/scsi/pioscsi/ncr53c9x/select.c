// SPDX-License-Identifier: GPL-2.0-only
/*
 * Selection: the messages and the CDB that are sent with it, and the commands
 * that have to be started again.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "msg_out.h"
#include "select.h"

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
 * Tell whether the chip has an interrupt, or claim() has latched one. A claim()
 * between the two reads clears the status and stores the event. So read the
 * status first.
 */
static bool has_interrupt(struct c9x *chip)
{
	return c9x_read(chip, C9X_STAT) & C9X_STAT_INT ||
	       atomic_read(&chip->event);
}

/*
 * Without a mask, claim() may run on another CPU. It stores the event only
 * after it has cleared the status.
 */
static bool must_yield(struct c9x *chip)
{
	unsigned long flags;
	bool yields;

	if (chip->hba->can_mask)
		return has_interrupt(chip);
	raw_spin_lock_irqsave(&chip->lock, flags);
	yields = has_interrupt(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return yields;
}

/*
 * The bytes for the selection are in the FIFO. A reselection may have come
 * while they were written, and SELECT would be illegal then. The check is the
 * last access before SELECT, so that as few reselections as possible come in
 * between. The reselection flushes the bytes.
 *
 * Another target may reselect the adapter before this one is selected. So the
 * parity of this one is checked only when it has answered.
 */
static bool begin_selection(struct c9x *chip, u8 cmd)
{
	c9x_check_parity(chip, c9x_idle_parity(chip));
	if (must_yield(chip)) {
		/* The chip may report a write of the FIFO as illegal. */
		chip->ignore_illegal = true;
		return false;
	}
	chip->bus = C9X_SELECTING;
	/* Without disconnected commands the chip ignores reselections. */
	chip->ignore_illegal = chip->nr_disconnected;
	chip->identify_damaged = false;
	WRITE_ONCE(chip->repeat_due, false);
	chip->in.len = 0;
	chip->rejected = false;
	chip->fifo_unlocked = false;
	c9x_write(chip, C9X_CMD, cmd);
	return true;
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
 *
 * Returns false, and starts nothing, if a reselection is seen.
 */
static bool select_target(struct c9x *chip, struct pioscsi_cmd *cmd)
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
	chip->sent = slot->tagged ? SIMPLE_QUEUE_TAG : 0;
	if (begin_selection(chip, select))
		return true;
	chip->nexus = NULL;
	return false;
}

/*
 * A reselection puts its bytes into the FIFO, and then interrupts. Look at the
 * FIFO before a byte is written into it.
 */
static bool is_reselected(struct c9x *chip)
{
	return atomic_read(&chip->event) || c9x_fifo_level(chip);
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
	return select_target(chip, cmd) ? 0 : -EBUSY;
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
	if (is_reselected(chip) ||
	    !select_target(chip, chip->lost[chip->nr_lost - 1])) {
		/* The reselection will interrupt. */
		WRITE_ONCE(chip->repeat_due, false);
		return false;
	}
	chip->nr_lost--;
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
 * Return: false if a reselection has come before.
 */
bool c9x_select_stop(struct c9x *chip, unsigned int id, unsigned int lun)
{
	if (is_reselected(chip))
		return false;
	chip->id = id;
	chip->lun = lun;
	c9x_write(chip, C9X_DEST_ID, id);
	send_identify(chip, false);
	chip->sent = 0;
	return begin_selection(chip, C9X_CMD_SELECT_STOP);
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
	chip->ignore_illegal = false;
	chip->identify_damaged = false;
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

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Aborts and resets. A message tells the target to abort or reset. If the
 * target does not take the message, a reset of the bus is needed.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_status.h>

#include "data.h"
#include "msg_out.h"
#include "nexus.h"
#include "phase.h"
#include "recover.h"

/* A selection takes up to 250 ms, a target that takes a message far less. */
#define MSG_TIMEOUT_MS	300
#define POLL_US		50

/* Reset to selection time of SPI-4. */
#define SETTLE_MS	250

/* Bytes that a target moves before it takes a message, at most. */
#define DRAIN_MAX	0x20000

/* Move data that is not needed any more. Return false if it never ends. */
static bool drain(struct c9x *chip, const struct pioscsi_xfer *xfer,
		  unsigned int *drained)
{
	u8 byte[C9X_FIFO_SIZE] = { 0 };
	unsigned int len = min_t(unsigned int, xfer->len, sizeof(byte));

	if (xfer->dir == DMA_FROM_DEVICE)
		c9x_pio_in(chip->hba, byte, len);
	else
		c9x_pio_out(chip->hba, byte, len);
	*drained += len;
	return *drained < DRAIN_MAX;
}

/*
 * Serve the bus until the target has taken the message and has left, or has
 * shown that it does not take the message. If @cmd ends meanwhile, that is a
 * success, too. A reselection for another command is left to the port.
 */
static int wait_for_msg(struct c9x *chip, const struct pioscsi_cmd *cmd,
			u8 msg)
{
	unsigned long end = jiffies + msecs_to_jiffies(MSG_TIMEOUT_MS);
	enum pioscsi_next next = PIOSCSI_WAIT;
	struct pioscsi_xfer xfer = { };
	unsigned int drained = 0;

	while (chip->bus != C9X_FREE && time_before(jiffies, end)) {
		u32 event = c9x_await_event(chip);

		if (event)
			next = c9x_step(chip, &xfer, event);
		else
			usleep_range(POLL_US, 2 * POLL_US);
		if (next == PIOSCSI_DONE)
			return 0;
		if (chip->nexus && chip->nexus != cmd)
			return -EBUSY;
		if (next == PIOSCSI_FAULT || next == PIOSCSI_RESET ||
		    chip->rejected)
			break;
		if (next == PIOSCSI_XFER && !drain(chip, &xfer, &drained))
			break;
		next = PIOSCSI_WAIT;
	}
	return chip->bus == C9X_FREE && chip->sent == msg && !chip->rejected ?
	       0 : -EIO;
}

/* Abort the connected command. */
static int abort_connected(struct c9x *chip, const struct pioscsi_cmd *cmd)
{
	u8 msg = c9x_slot(chip, cmd)->tagged ? ABORT_TASK : ABORT_TASK_SET;

	c9x_answer(chip, msg);
	return wait_for_msg(chip, cmd, msg);
}

static int select_and_send(struct c9x *chip, unsigned int id,
			   unsigned int lun, const u8 *msg, unsigned int len)
{
	if (chip->bus != C9X_FREE)
		return -EBUSY;
	c9x_select_stop(chip, id, lun);
	c9x_send(chip, msg, len);
	return wait_for_msg(chip, NULL, msg[len - 1]);
}

static int abort_disconnected(struct c9x *chip, const struct pioscsi_cmd *cmd)
{
	const struct c9x_slot *slot = c9x_slot(chip, cmd);
	const u8 tagged[] = { SIMPLE_QUEUE_TAG, cmd->tag, ABORT_TASK };
	const u8 msg = ABORT_TASK_SET;

	if (slot->tagged)
		return select_and_send(chip, slot->id, slot->lun, tagged,
				       sizeof(tagged));
	return select_and_send(chip, slot->id, slot->lun, &msg, 1);
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
	else if (chip->restart != cmd)
		err = abort_disconnected(chip, cmd);
	if (!err)
		c9x_forget(chip, cmd);
	return err;
}

/* Forget the disconnected commands of a target, or of one logical unit. */
static void forget_disconnected(struct c9x *chip, unsigned int id, bool all,
				unsigned int lun)
{
	unsigned int i;

	for (i = 0; i < C9X_DEPTH; i++) {
		struct c9x_slot *slot = &chip->slot[i];

		if (!slot->disconnected || slot->id != id ||
		    (!all && slot->lun != lun))
			continue;
		slot->disconnected = false;
		chip->nr_disconnected--;
	}
}

/**
 * c9x_reset_lun() - send LOGICAL UNIT RESET
 * @hba: the HBA
 * @id: target
 * @lun: logical unit
 *
 * Context: owner, masked; task, sleeps.
 * Return: 0, -EBUSY or -EIO as c9x_abort_cmd().
 */
int c9x_reset_lun(struct pioscsi_hba *hba, unsigned int id, u64 lun)
{
	struct c9x *chip = to_c9x(hba);
	const u8 msg = LOGICAL_UNIT_RESET;
	int err = select_and_send(chip, id, lun, &msg, 1);

	if (!err)
		forget_disconnected(chip, id, false, lun);
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
	const u8 msg = TARGET_RESET;
	int err = select_and_send(chip, id, 0, &msg, 1);

	if (!err)
		forget_disconnected(chip, id, true, 0);
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
 * c9x_reset_hba() - reset chip and bus, and wait until the targets have settled
 * @hba: the HBA
 *
 * Context: owner, masked; task, sleeps.
 * Return: 0 or a negative error.
 */
int c9x_reset_hba(struct pioscsi_hba *hba)
{
	int err = c9x_reset_scsi(to_c9x(hba));

	if (!err)
		msleep(SETTLE_MS);
	return err;
}

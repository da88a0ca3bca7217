// SPDX-License-Identifier: GPL-2.0-only
/*
 * Aborts and resets. What can be told a target by a message is told; a target
 * that does not listen leaves the reset of the bus.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_status.h>

#include "data.h"
#include "nexus.h"
#include "message.h"
#include "phase.h"
#include "recover.h"

/* A selection takes up to 250 ms; a target that listens, far less. */
#define PATIENCE_MS	300
#define ASK_US		50

/* Until targets answer after a reset, SPI-4. */
#define SETTLE_MS	250

/* Data that a target insists on, before it listens. */
#define PADDING_MAX	0x20000

/* Move data that nobody wants any more; false if it never ends. */
static bool pad(struct am53 *am, const struct pioscsi_xfer *xfer,
		unsigned int *padded)
{
	u8 byte[AM53_FIFO_SIZE] = { 0 };
	unsigned int len = min_t(unsigned int, xfer->len, sizeof(byte));

	if (xfer->dir == DMA_FROM_DEVICE)
		am53_pio_in(am->hba, byte, len);
	else
		am53_pio_out(am->hba, byte, len);
	*padded += len;
	return *padded < PADDING_MAX;
}

/*
 * Serve the bus until the target has the message and has left, or has made
 * clear that it does not listen. @cmd may end meanwhile, which is as good; what
 * another command comes back for is not for us to do.
 */
static int converse(struct am53 *am, const struct pioscsi_cmd *cmd, u8 msg)
{
	unsigned long end = jiffies + msecs_to_jiffies(PATIENCE_MS);
	enum pioscsi_next next = PIOSCSI_WAIT;
	struct pioscsi_xfer xfer = { };
	unsigned int padded = 0;

	while (am->bus != AM53_FREE && time_before(jiffies, end)) {
		u32 event = am53_await_event(am);

		if (event)
			next = am53_step(am, &xfer, event);
		else
			usleep_range(ASK_US, 2 * ASK_US);
		if (next == PIOSCSI_DONE)
			return 0;
		if (am->nexus && am->nexus != cmd)
			return -EBUSY;
		if (next == PIOSCSI_FAULT || next == PIOSCSI_RESET ||
		    am->rejected)
			break;
		if (next == PIOSCSI_XFER && !pad(am, &xfer, &padded))
			break;
		next = PIOSCSI_WAIT;
	}
	return am->bus == AM53_FREE && am->sent == msg && !am->rejected ?
	       0 : -EIO;
}

/* A connected target is told by ATN that there is something to be told. */
static int tell_connected(struct am53 *am, const struct pioscsi_cmd *cmd)
{
	u8 msg = am53_slot(am, cmd)->tagged ? ABORT_TASK : ABORT_TASK_SET;

	am53_answer(am, msg);
	return converse(am, cmd, msg);
}

static int tell(struct am53 *am, unsigned int id, unsigned int lun,
		const u8 *msg, unsigned int len)
{
	if (am->bus != AM53_FREE)
		return -EBUSY;
	am53_select_stop(am, id, lun);
	am53_send(am, msg, len);
	return converse(am, NULL, msg[len - 1]);
}

static int tell_absent(struct am53 *am, const struct pioscsi_cmd *cmd)
{
	const struct am53_slot *slot = am53_slot(am, cmd);
	const u8 tagged[] = { SIMPLE_QUEUE_TAG, cmd->tag, ABORT_TASK };
	const u8 msg = ABORT_TASK_SET;

	if (slot->tagged)
		return tell(am, slot->id, slot->lun, tagged, sizeof(tagged));
	return tell(am, slot->id, slot->lun, &msg, 1);
}

/**
 * am53_abort_cmd() - abort a command
 * @hba: the HBA
 * @cmd: the command
 *
 * Context: owner, masked; task, sleeps.
 * Return: 0; -EBUSY if the bus is another's, -EIO if the target does not
 *	listen.
 */
int am53_abort_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	struct am53 *am = to_am53(hba);
	int err = 0;

	if (am->nexus == cmd)
		err = tell_connected(am, cmd);
	else if (am->again != cmd)
		err = tell_absent(am, cmd);
	if (!err)
		am53_forget(am, cmd);
	return err;
}

/* Those of a logical unit, or of a target, that are away do not come back. */
static void forget_away(struct am53 *am, unsigned int id, bool all,
			unsigned int lun)
{
	unsigned int i;

	for (i = 0; i < AM53_DEPTH; i++) {
		struct am53_slot *slot = &am->slot[i];

		if (!slot->away || slot->id != id ||
		    (!all && slot->lun != lun))
			continue;
		slot->away = false;
		am->away--;
	}
}

/**
 * am53_reset_lun() - LOGICAL UNIT RESET
 * @hba: the HBA
 * @id: target
 * @lun: logical unit
 *
 * Context: owner, masked; task, sleeps.
 * Return: 0, -EBUSY or -EIO as am53_abort_cmd().
 */
int am53_reset_lun(struct pioscsi_hba *hba, unsigned int id, u64 lun)
{
	struct am53 *am = to_am53(hba);
	const u8 msg = LOGICAL_UNIT_RESET;
	int err = tell(am, id, lun, &msg, 1);

	if (!err)
		forget_away(am, id, false, lun);
	return err;
}

/**
 * am53_reset_target() - BUS DEVICE RESET
 * @hba: the HBA
 * @id: target
 *
 * Context: owner, masked; task, sleeps.
 * Return: 0, -EBUSY or -EIO as am53_abort_cmd().
 */
int am53_reset_target(struct pioscsi_hba *hba, unsigned int id)
{
	struct am53 *am = to_am53(hba);
	const u8 msg = TARGET_RESET;
	int err = tell(am, id, 0, &msg, 1);

	if (!err)
		forget_away(am, id, true, 0);
	return err;
}

/**
 * am53_reset_bus() - reset the bus
 * @hba: the HBA
 *
 * The chip with it: what it had begun with a target is of no use any more.
 *
 * Context: owner, masked; task, sleeps.
 * Return: 0 or a negative error.
 */
int am53_reset_bus(struct pioscsi_hba *hba)
{
	return am53_reset_scsi(to_am53(hba));
}

/**
 * am53_reset_hba() - make chip and bus as new
 * @hba: the HBA
 *
 * Context: owner, masked; task, sleeps.
 * Return: 0 or a negative error.
 */
int am53_reset_hba(struct pioscsi_hba *hba)
{
	int err = am53_reset_scsi(to_am53(hba));

	if (!err)
		msleep(SETTLE_MS);
	return err;
}

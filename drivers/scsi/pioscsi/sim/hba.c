// SPDX-License-Identifier: GPL-2.0-only
/*
 * Front end for the simulated chip: its phases. It accesses only registers.
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "../compat.h"
#include "chip.h"
#include "hba.h"
#include "regs.h"

#define DATA_PORT_WIDTH	2

/* Number of resets before a chip that does not answer counts as dead. */
#define RESET_TRIES		10U
#define RESET_INTERVAL_MS	10

/* Number of polls for the end of an abort or a reset. */
#define BUSY_TRIES		5000U
#define BUSY_INTERVAL_US	100

static struct sim_hba *to_sim(struct pioscsi_hba *hba)
{
	return hba->priv;
}

static u32 reg_read(struct pioscsi_hba *hba, unsigned int reg)
{
	return sim_chip_read(to_sim(hba)->chip, reg);
}

static void reg_write(struct pioscsi_hba *hba, unsigned int reg, u32 val)
{
	sim_chip_write(to_sim(hba)->chip, reg, val);
}

static bool sim_claim(struct pioscsi_hba *hba)
{
	u32 isr = reg_read(hba, SIM_REG_ISR);

	/* Reserved bits are set, so there is no chip. */
	if (!isr || isr & ~SIM_ISR_ALL)
		return false;
	/*
	 * Without a mask, this function may interrupt the owner at any point.
	 */
	atomic_or(isr, &to_sim(hba)->isr);
	reg_write(hba, SIM_REG_ISR, isr);
	return true;
}

static u32 nexus(unsigned int id, u64 lun)
{
	return FIELD_PREP(SIM_NEXUS_TARGET, id) |
	       FIELD_PREP(SIM_NEXUS_LUN, lun);
}

static void request_abort(struct pioscsi_hba *hba,
			  const struct pioscsi_cmd *cmd)
{
	const struct scsi_device *sdev = cmd->scmd->device;

	reg_write(hba, SIM_REG_NEXUS, nexus(sdev->id, sdev->lun));
	reg_write(hba, SIM_REG_TAG, cmd->tag);
	reg_write(hba, SIM_REG_CMD, SIM_CMD_ABORT_TAG);
}

static bool is_refused(struct pioscsi_hba *hba)
{
	return reg_read(hba, SIM_REG_STAT) & SIM_STAT_REFUSED;
}

static enum pioscsi_next announce(struct pioscsi_hba *hba,
				  struct pioscsi_xfer *xfer,
				  enum dma_data_direction dir)
{
	xfer->cmd = pioscsi_find_cmd(hba, reg_read(hba, SIM_REG_CUR_TAG));
	xfer->dir = dir;
	xfer->len = reg_read(hba, SIM_REG_COUNT);
	return PIOSCSI_XFER;
}

static enum pioscsi_next phase_free(struct pioscsi_hba *hba,
				    struct pioscsi_xfer *xfer)
{
	return PIOSCSI_WAIT;
}

static enum pioscsi_next phase_data_in(struct pioscsi_hba *hba,
				       struct pioscsi_xfer *xfer)
{
	return announce(hba, xfer, DMA_FROM_DEVICE);
}

/* Return the number of bytes that a command still has to send. */
static unsigned int data_left(const struct pioscsi_cmd *cmd)
{
	struct scsi_cmnd *scmd = cmd->scmd;

	if (scmd->sc_data_direction != DMA_TO_DEVICE)
		return 0;
	return scsi_bufflen(scmd) - cmd->moved;
}

static enum pioscsi_next phase_data_out(struct pioscsi_hba *hba,
					struct pioscsi_xfer *xfer)
{
	announce(hba, xfer, DMA_TO_DEVICE);
	if (!xfer->cmd)
		return PIOSCSI_FAULT;
	if (data_left(xfer->cmd))
		return PIOSCSI_XFER;
	/* The target requests data that the initiator does not have. */
	request_abort(hba, xfer->cmd);
	/* A busy or stuck chip ignores the abort and stays connected. */
	if (is_refused(hba) ||
	    reg_read(hba, SIM_REG_CUR_TAG) == xfer->cmd->tag)
		return PIOSCSI_FAULT;
	xfer->cmd->result = DID_ERROR << 16;
	return PIOSCSI_DONE;
}

static int result_of(u32 result)
{
	if (result & SIM_RESULT_TIMEOUT)
		return DID_NO_CONNECT << 16;
	if (result & SIM_RESULT_OVERRUN)
		return DID_ERROR << 16;
	if (result & SIM_RESULT_PARITY)
		return DID_PARITY << 16;
	return FIELD_GET(SIM_RESULT_STATUS, result);
}

static enum pioscsi_next phase_status(struct pioscsi_hba *hba,
				      struct pioscsi_xfer *xfer)
{
	u32 result = reg_read(hba, SIM_REG_RESULT);
	unsigned int sense_len = FIELD_GET(SIM_RESULT_SENSE_LEN, result);

	xfer->cmd = pioscsi_find_cmd(hba, reg_read(hba, SIM_REG_CUR_TAG));
	if (!xfer->cmd)
		return PIOSCSI_FAULT;
	if (sense_len)
		sim_chip_read_rep(to_sim(hba)->chip,
				  xfer->cmd->scmd->sense_buffer,
				  min(sense_len, SCSI_SENSE_BUFFERSIZE));
	xfer->cmd->result = result_of(result);
	reg_write(hba, SIM_REG_CMD, SIM_CMD_ACCEPT);
	return PIOSCSI_DONE;
}

static enum pioscsi_next (*const phases[])(struct pioscsi_hba *hba,
					   struct pioscsi_xfer *xfer) = {
	[SIM_PHASE_FREE] = phase_free,
	[SIM_PHASE_DATA_IN] = phase_data_in,
	[SIM_PHASE_DATA_OUT] = phase_data_out,
	[SIM_PHASE_STATUS] = phase_status,
};

static enum pioscsi_next sim_service(struct pioscsi_hba *hba,
				     struct pioscsi_xfer *xfer)
{
	struct sim_hba *sim = to_sim(hba);
	u32 isr = atomic_xchg(&sim->isr, 0), stat, phase;

	if (isr & SIM_ISR_RESET)
		return PIOSCSI_RESET;
	stat = reg_read(hba, SIM_REG_STAT);
	phase = FIELD_GET(SIM_STAT_PHASE, stat);
	if (stat & ~SIM_STAT_ALL || phase >= ARRAY_SIZE(phases))
		return PIOSCSI_FAULT;
	return phases[phase](hba, xfer);
}

static unsigned int sim_pio_in(struct pioscsi_hba *hba, void *buf,
			       unsigned int len)
{
	sim_chip_read_rep(to_sim(hba)->chip, buf, len);
	return len;
}

static unsigned int sim_pio_out(struct pioscsi_hba *hba, const void *buf,
				unsigned int len)
{
	return sim_chip_write_rep(to_sim(hba)->chip, buf, len);
}

static void sim_mask(struct pioscsi_hba *hba)
{
	reg_write(hba, SIM_REG_IMR, 0);
}

static void sim_unmask(struct pioscsi_hba *hba)
{
	reg_write(hba, SIM_REG_IMR, SIM_ISR_ALL);
}

static int sim_start(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	const struct scsi_cmnd *scmd = cmd->scmd;
	u32 mbox[SIM_MBOX_WORDS];
	unsigned int i;

	/*
	 * A reset of the bus that is not served yet would also end this
	 * command.
	 */
	if (reg_read(hba, SIM_REG_STAT) & (SIM_STAT_FULL | SIM_STAT_BUSY) ||
	    atomic_read(&to_sim(hba)->isr) & SIM_ISR_RESET)
		return -EBUSY;
	for (i = 0; i < 4; i++)
		mbox[i] = get_unaligned_le32(scmd->cmnd + 4 * i);
	mbox[i++] = nexus(scmd->device->id, scmd->device->lun);
	mbox[i] = cmd->tag;
	sim_chip_write_mbox(to_sim(hba)->chip, mbox);
	reg_write(hba, SIM_REG_CMD, SIM_CMD_START);
	return 0;
}

/* Tell whether the chip answers and takes commands. */
static int check_chip(struct pioscsi_hba *hba)
{
	if (reg_read(hba, SIM_REG_ID) != SIM_ID)
		return -ENODEV;
	return reg_read(hba, SIM_REG_STAT) & SIM_STAT_BUSY ? -EBUSY : 0;
}

/*
 * An abort or a reset is complete when the chip is no longer busy. Until then a
 * target may still work on a command that it covers.
 */
static int wait_until_done(struct pioscsi_hba *hba)
{
	unsigned int tries = BUSY_TRIES;
	int err;

	while ((err = check_chip(hba)) == -EBUSY && --tries)
		usleep_range(BUSY_INTERVAL_US, 2 * BUSY_INTERVAL_US);
	return err;
}

/* Return the result of a requested abort or reset. */
static int wait_for_result(struct pioscsi_hba *hba)
{
	int err = wait_until_done(hba);

	return !err && is_refused(hba) ? -EIO : err;
}

static int command(struct pioscsi_hba *hba, u32 cmd)
{
	int err = check_chip(hba);

	if (err)
		return err;
	reg_write(hba, SIM_REG_CMD, cmd);
	return wait_for_result(hba);
}

static int sim_abort_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	int err = check_chip(hba);

	if (err)
		return err;
	request_abort(hba, cmd);
	return wait_for_result(hba);
}

static int sim_reset_lun(struct pioscsi_hba *hba, unsigned int id, u64 lun)
{
	reg_write(hba, SIM_REG_NEXUS, nexus(id, lun));
	return command(hba, SIM_CMD_LUN_RESET);
}

static int sim_reset_target(struct pioscsi_hba *hba, unsigned int id)
{
	reg_write(hba, SIM_REG_NEXUS, nexus(id, 0));
	return command(hba, SIM_CMD_TARGET_RESET);
}

static int sim_reset_bus(struct pioscsi_hba *hba)
{
	int err = check_chip(hba);

	if (err)
		return err;
	reg_write(hba, SIM_REG_CTRL, SIM_CTRL_BUS_RESET);
	/* Ignore the interrupt that our own reset raises. */
	reg_write(hba, SIM_REG_ISR, SIM_ISR_ALL);
	atomic_set(&to_sim(hba)->isr, 0);
	return wait_until_done(hba);
}

/**
 * sim_hba_power_cut() - reset the chip as a loss of power does
 * @hba: the HBA, suspended
 *
 * Context: task.
 */
void sim_hba_power_cut(struct pioscsi_hba *hba)
{
	reg_write(hba, SIM_REG_CTRL, SIM_CTRL_RESET);
	atomic_set(&to_sim(hba)->isr, 0);
}

static int sim_reset_hba(struct pioscsi_hba *hba)
{
	unsigned int tries = RESET_TRIES;
	int err;

	for (;;) {
		sim_hba_power_cut(hba);
		err = wait_until_done(hba);
		if (!err || err == -EBUSY || !--tries)
			return err;
		msleep(RESET_INTERVAL_MS);
	}
}

const struct pioscsi_ops sim_ops = {
	.claim = sim_claim,
	.service = sim_service,
	.pio_in = sim_pio_in,
	.pio_out = sim_pio_out,
	.mask = sim_mask,
	.unmask = sim_unmask,
	.start = sim_start,
	.abort_cmd = sim_abort_cmd,
	.reset_lun = sim_reset_lun,
	.reset_target = sim_reset_target,
	.reset_bus = sim_reset_bus,
	.reset_hba = sim_reset_hba,
};

/**
 * sim_hba_init() - reset the chip and describe it to the port
 * @hba: the HBA, whose chip is powered
 *
 * Context: task.
 * Return: 0, or -ENODEV if the chip does not answer.
 */
int sim_hba_init(struct pioscsi_hba *hba)
{
	if (sim_reset_hba(hba))
		return -ENODEV;
	hba->can_mask = !reg_read(hba, SIM_REG_IMR);
	hba->depth = reg_read(hba, SIM_REG_DEPTH);
	hba->max_id = reg_read(hba, SIM_REG_TARGETS);
	hba->max_lun = reg_read(hba, SIM_REG_LUNS);
	hba->max_cmd_len = 16;
	hba->align = DATA_PORT_WIDTH;
	hba->can_calibrate = true;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the midlayer to the port: start a command, queue it, or refuse it.
 */
#include <linux/list.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "complete.h"
#include "irq.h"
#include "pio.h"
#include "port.h"
#include "queue.h"
#include "submit.h"

/*
 * The owner starts the command, or the next owner if the chip has no room.
 * Returns 0, or DID_* if the command is to be ended without the lock:
 * DID_TIME_OUT sends it to the midlayer's error handling.
 */
static int queue_or_refuse(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	if (!port->refusal)
		pioscsi_enqueue(port, cmd);
	return port->refusal;
}

/* Returns 0, or DID_* if the command is to be ended without the lock. */
static int start_or_queue(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
	__must_hold(&port->lock)
{
	if (port->owner == PIOSCSI_IDLE && list_empty(&port->ready) &&
	    pioscsi_has_room(port))
		return pioscsi_start(port, cmd) ? DID_ERROR : 0;
	return queue_or_refuse(port, cmd);
}

/* The command holds the device, so that its removal waits. */
static void reduce_depth_if_due(struct scsi_device *sdev)
{
	const struct pioscsi_lun *lun = sdev->hostdata;

	if (unlikely(READ_ONCE(lun->depth_due)))
		pioscsi_reduce_depth(sdev);
}

static void init_cmd(struct pioscsi_cmd *cmd, struct scsi_cmnd *scmd)
{
	cmd->scmd = scmd;
	cmd->tag = scsi_cmd_to_rq(scmd)->tag;
	cmd->result = 0;
	cmd->moved = 0;
	cmd->overrun = 0;
	cmd->overrun_ok = false;
	cmd->final = false;
	cmd->overran = false;
	cmd->timeout_extended = false;
	cmd->settle_end = 0;
	cmd->sensing = false;
	pioscsi_pio_rewind(cmd);
}

/**
 * pioscsi_queuecommand() - take a command from the midlayer
 * @shost: the host
 * @scmd: the command
 *
 * Starts it at once if no context owns the chip. Otherwise the owner starts it
 * before it releases the chip.
 *
 * Context: any but NMI and hard IRQ.
 * Return: 0; the command's result reports any error.
 */
scsi_qc_status_t pioscsi_queuecommand(struct Scsi_Host *shost,
				      struct scsi_cmnd *scmd)
{
	struct pioscsi_port *port = pioscsi_shost_port(shost);
	struct pioscsi_cmd *cmd = scsi_cmd_priv(scmd);
	unsigned long flags;
	int host_byte;

	init_cmd(cmd, scmd);
	reduce_depth_if_due(scmd->device);
	spin_lock_irqsave(&port->lock, flags);
	host_byte = start_or_queue(port, cmd);
	spin_unlock_irqrestore(&port->lock, flags);
	if (host_byte)
		pioscsi_fail(cmd, host_byte);
	if (READ_ONCE(port->query_due))
		pioscsi_poll_chip(port);
	return 0;
}

/**
 * pioscsi_queuecommand_direct() - pioscsi_queuecommand() without a lock
 * @shost: the host
 * @scmd: the command
 *
 * For a front end that moves its data itself: its start() is called by the
 * owner of the chip, without the port's lock.
 *
 * Context: any but NMI and hard IRQ.
 * Return: 0; the command's result reports any error.
 */
scsi_qc_status_t pioscsi_queuecommand_direct(struct Scsi_Host *shost,
					     struct scsi_cmnd *scmd)
{
	struct pioscsi_port *port = pioscsi_shost_port(shost);
	struct pioscsi_cmd *cmd = scsi_cmd_priv(scmd);
	unsigned long flags;
	int host_byte;

	init_cmd(cmd, scmd);
	reduce_depth_if_due(scmd->device);
	spin_lock_irqsave(&port->lock, flags);
	host_byte = queue_or_refuse(port, cmd);
	spin_unlock_irqrestore(&port->lock, flags);
	if (host_byte)
		pioscsi_fail(cmd, host_byte);
	else if (pioscsi_can_start(port))
		pioscsi_poll_chip(port);
	return 0;
}

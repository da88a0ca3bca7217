// SPDX-License-Identifier: GPL-2.0-only
/*
 * The answers of a front end: query the chip's next request, and check it
 * before the port uses it.
 */
#include <linux/blk-mq.h>
#include <linux/sizes.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

#include "answer.h"
#include "pio.h"
#include "port.h"

/* Overrun bytes of a command that are tolerated; more are a fault. */
#define OVERRUN_MAX	SZ_64K

/* A command that has ended may be another command's memory by now. */
static bool is_started(const struct pioscsi_port *port,
		       const struct pioscsi_cmd *cmd)
{
	return cmd && port->active[cmd->tag] == cmd;
}

/*
 * Tell whether the chip requests data out of a command that has none left. Any
 * direction but data in counts as data out, because the port would send it.
 */
static bool lacks_data(const struct pioscsi_xfer *xfer)
{
	return xfer->dir != DMA_FROM_DEVICE && !pioscsi_pio_room(xfer);
}

/* Tell whether the port can handle an answer that is not about a command. */
static bool can_handle(const struct pioscsi_port *port)
{
	return likely(port->next < PIOSCSI_RUN) ||
	       port->next == PIOSCSI_FAULT ||
	       (port->next == PIOSCSI_RUN && port->hba.ops->run);
}

/* Reject answers that no working chip gives. */
static bool plausible(const struct pioscsi_port *port)
{
	const struct pioscsi_xfer *xfer = &port->xfer;

	if (port->next != PIOSCSI_XFER && port->next != PIOSCSI_DONE)
		return can_handle(port);
	if (!is_started(port, xfer->cmd))
		return false;
	if (port->next == PIOSCSI_DONE)
		return true;
	return xfer->len &&
	       xfer->len <= scsi_bufflen(xfer->cmd->scmd) + OVERRUN_MAX &&
	       xfer->cmd->overrun <= OVERRUN_MAX &&
	       !lacks_data(xfer) && likely(port->hba.ops->pio_in);
}

/*
 * A program may pass a CDB through with a buffer that is much too short. The
 * command is to blame then, and not the chip. So is a write whose target
 * requests more data than it has. Returns NULL for other commands.
 */
static struct pioscsi_cmd *find_culprit(const struct pioscsi_port *port)
{
	struct pioscsi_cmd *cmd = port->xfer.cmd;

	if (port->next != PIOSCSI_XFER || !port->xfer.len ||
	    !is_started(port, cmd))
		return NULL;
	if (!blk_rq_is_passthrough(scsi_cmd_to_rq(cmd->scmd)) &&
	    (cmd->scmd->sc_data_direction != DMA_TO_DEVICE ||
	     !lacks_data(&port->xfer)))
		return NULL;
	cmd->result = DID_ERROR << 16;
	return cmd;
}

/*
 * Shorten data out to the rest of the buffer. The target would write made-up
 * data to its medium. The chip need not interrupt for the rest of its request,
 * so it is queried again.
 */
static void cap_out(struct pioscsi_port *port)
{
	struct pioscsi_xfer *xfer = &port->xfer;
	unsigned int left = pioscsi_pio_room(xfer);

	if (likely(xfer->len <= left))
		return;
	xfer->len = left;
	WRITE_ONCE(port->query_due, true);
}

/**
 * pioscsi_query_chip() - query the chip's next request
 * @port: the port, whose &pioscsi_port.next is then the answer
 *
 * Context: owner of the chip.
 */
void pioscsi_query_chip(struct pioscsi_port *port)
{
	WRITE_ONCE(port->query_due, false);
	port->next = port->hba.ops->service(&port->hba, &port->xfer);
	if (unlikely(!plausible(port))) {
		port->xfer.blame = find_culprit(port);
		port->rejected = port->next;
		port->next = PIOSCSI_FAULT;
	} else if (unlikely(port->next == PIOSCSI_FAULT)) {
		port->rejected = PIOSCSI_FAULT;
	} else if (port->next == PIOSCSI_XFER &&
		   port->xfer.dir != DMA_FROM_DEVICE) {
		cap_out(port);
	}
	if (port->next == PIOSCSI_WAIT)
		port->spurious_count++;
	if (unlikely(port->polled) && port->next != PIOSCSI_POLL)
		WRITE_ONCE(port->polled, false);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Record the port's events in the host's ring and as trace events. A disabled
 * trace event costs a jump that is not taken, and reads its values only when it
 * is enabled. Each function belongs to one place in the port. It is called by
 * the owner of the chip, or under the port's lock while the chip has no owner.
 */
#ifndef _PIOSCSI_EVENT_H
#define _PIOSCSI_EVENT_H

#include <linux/dma-direction.h>
#include <linux/ktime.h>
#include <scsi/scsi_cmnd.h>

#include "port.h"
#include "ring.h"
#include "trace.h"

/**
 * pioscsi_record_irq() - record a call of the hard IRQ handler
 * @port: the port
 * @claim: result of the claim; the ring records %PIOSCSI_OURS only
 * @now: start time of the handler, ns
 *
 * Context: the port's lock.
 */
static inline void pioscsi_record_irq(struct pioscsi_port *port,
				      enum pioscsi_claim claim, u64 now)
{
	if (claim == PIOSCSI_OURS) {
		pioscsi_ring_time(&port->ring, now);
		pioscsi_ring_add(&port->ring, PIOSCSI_EV_CLAIM, PIOSCSI_NO_TAG,
				 0, 0);
	}
	trace_pioscsi_claim(port, claim != PIOSCSI_NOT_OURS);
}

/**
 * pioscsi_record_start() - record that a command was offered to the chip
 * @port: the port
 * @cmd: the command
 * @err: 0 if the chip took it, or the error code of start()
 *
 * A chip may refuse a command a thousand times a second. The ring records the
 * first refusal only.
 *
 * Context: owner of the chip, or the port's lock.
 */
static inline void pioscsi_record_start(struct pioscsi_port *port,
					const struct pioscsi_cmd *cmd, int err)
{
	u8 opcode = cmd->scmd->cmnd[0];

	pioscsi_ring_look(&port->ring);
	if (likely(!err) ||
	    !pioscsi_ring_repeats(&port->ring, PIOSCSI_EV_START, cmd->tag,
				  opcode, err))
		pioscsi_ring_add(&port->ring, PIOSCSI_EV_START, cmd->tag,
				 opcode, err);
	trace_pioscsi_start(port, cmd, err);
}

/**
 * pioscsi_record_decision() - record whether the answer is handled at once
 * @port: the port, with the transfer or the end of a command in question
 * @now: true if it is
 * @cost: estimated cost, ns; %U64_MAX if not known
 * @spent: time of the budget that was spent before, ns
 *
 * The ring records a deferral only, because other work has an event of its own.
 *
 * Context: owner of the chip.
 */
static inline void pioscsi_record_decision(struct pioscsi_port *port, bool now,
					   u64 cost, u64 spent)
{
	const struct pioscsi_xfer *xfer = &port->xfer;

	if (!now)
		pioscsi_ring_add(&port->ring, PIOSCSI_EV_LATER, xfer->cmd->tag,
				 port->next == PIOSCSI_XFER ? xfer->len : 0,
				 cost);
	trace_pioscsi_decide(port, now, cost, spent);
}

/**
 * pioscsi_record_mask() - record that the chip was masked
 * @port: the port
 *
 * Context: the port's lock.
 */
static inline void pioscsi_record_mask(struct pioscsi_port *port)
{
	pioscsi_ring_mask(&port->ring, port->masked_since);
	trace_pioscsi_mask(port);
}

/**
 * pioscsi_record_unmask() - record that the chip is about to be unmasked
 * @port: the port
 * @ns: masked time, ns
 *
 * Context: the port's lock.
 */
static inline void pioscsi_record_unmask(struct pioscsi_port *port, u64 ns)
{
	pioscsi_ring_unmask(&port->ring, port->masked_since + ns, ns);
	trace_pioscsi_unmask(port, ns);
}

/**
 * pioscsi_record_defer() - record that a bottom half is about to be woken
 * @port: the port
 * @path: the context of the bottom half
 *
 * Context: the port's lock; owner of the chip until now.
 */
static inline void pioscsi_record_defer(struct pioscsi_port *port,
					enum pioscsi_path path)
{
	pioscsi_ring_add(&port->ring, PIOSCSI_EV_DEFER, PIOSCSI_NO_TAG, path,
			 0);
	trace_pioscsi_defer(port, path);
}

/**
 * pioscsi_record_pio() - record that data was moved
 * @port: the port, with the transfer in question
 * @len: bytes
 * @begun: start time, ns; 0 if the clock was not read
 * @ended: end time, ns; 0 if the clock was not read
 *
 * Context: owner of the chip.
 */
static inline void pioscsi_record_pio(struct pioscsi_port *port,
				      unsigned int len, u64 begun, u64 ended)
{
	pioscsi_ring_time(&port->ring, ended);
	pioscsi_ring_add(&port->ring, port->xfer.dir == DMA_TO_DEVICE ?
			 PIOSCSI_EV_PIO_OUT : PIOSCSI_EV_PIO_IN,
			 port->xfer.cmd->tag, len, ended - begun);
	trace_pioscsi_pio(port, len, ended - begun);
}

/**
 * pioscsi_record_end() - record the end of a command
 * @port: the port
 * @cmd: the command, whose result and residual are set
 *
 * Context: owner of the chip.
 */
static inline void pioscsi_record_end(struct pioscsi_port *port,
				      const struct pioscsi_cmd *cmd)
{
	pioscsi_ring_add(&port->ring, PIOSCSI_EV_COMPLETE, cmd->tag,
			 cmd->scmd->result, scsi_get_resid(cmd->scmd));
	trace_pioscsi_complete(port, cmd);
}

/**
 * pioscsi_record_error() - count and record an error
 * @port: the port
 * @error: the error
 * @tag: tag of its command, or %PIOSCSI_NO_TAG
 * @err: 0, or the error code of a failed attempt
 *
 * Context: owner of the chip.
 */
static inline void pioscsi_record_error(struct pioscsi_port *port,
					enum pioscsi_error error, int tag,
					int err)
{
	pioscsi_count(&port->stats.errors[error], 1);
	pioscsi_ring_time(&port->ring, ktime_get_ns());
	pioscsi_ring_add(&port->ring, PIOSCSI_EV_ERROR, tag, error, err);
	trace_pioscsi_error(port, error, tag, err);
}

#endif /* _PIOSCSI_EVENT_H */

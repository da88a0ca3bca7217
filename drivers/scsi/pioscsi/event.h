/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens in the port, told once: to the host's ring of last events, and
 * to whoever traces it. A trace event that is off costs a jump that is not
 * taken; what it tells beyond the ring it finds out itself, when it is on.
 *
 * Each of these belongs to one point in the port, and is called there by the
 * owner of the chip, or under the port's lock while nobody owns it.
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
 * pioscsi_record_irq() - the hard handler was called, and knows for whom
 * @port: the port
 * @claim: for whom; the ring is told only if the hard handler owns the chip
 * @now: when the hard handler began, ns
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
 * pioscsi_record_start() - a command was offered to the chip
 * @port: the port
 * @cmd: the command
 * @err: 0, or why the chip did not take it
 *
 * Context: owner of the chip, or the port's lock.
 */
static inline void pioscsi_record_start(struct pioscsi_port *port,
					const struct pioscsi_cmd *cmd, int err)
{
	pioscsi_ring_look(&port->ring);
	pioscsi_ring_add(&port->ring, PIOSCSI_EV_START, cmd->tag,
			 cmd->scmd->cmnd[0], err);
	trace_pioscsi_start(port, cmd, err);
}

/**
 * pioscsi_record_decision() - record whether the answer is handled at once
 * @port: the port, with the transfer or the end of a command in question
 * @now: whether it is
 * @cost: what it is thought to take, ns; %U64_MAX if that is not known
 * @spent: what of the budget has been spent already, ns
 *
 * The ring is told if it is not; if it is, the thing itself comes next.
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
 * pioscsi_record_mask() - the chip was masked
 * @port: the port
 *
 * Context: the port's lock.
 */
static inline void pioscsi_record_mask(struct pioscsi_port *port)
{
	pioscsi_ring_time(&port->ring, port->masked_since);
	pioscsi_ring_add(&port->ring, PIOSCSI_EV_MASK, PIOSCSI_NO_TAG, 0, 0);
	trace_pioscsi_mask(port);
}

/**
 * pioscsi_record_unmask() - the chip is about to be unmasked
 * @port: the port
 * @ns: how long it has been masked
 *
 * Context: the port's lock.
 */
static inline void pioscsi_record_unmask(struct pioscsi_port *port, u64 ns)
{
	pioscsi_ring_time(&port->ring, port->masked_since + ns);
	pioscsi_ring_add(&port->ring, PIOSCSI_EV_UNMASK, PIOSCSI_NO_TAG, ns, 0);
	trace_pioscsi_unmask(port, ns);
}

/**
 * pioscsi_record_defer() - record that a bottom half is about to be woken
 * @port: the port
 * @path: which
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
 * pioscsi_record_pio() - data was moved
 * @port: the port, with the transfer in question
 * @len: bytes
 * @begun: when that began, ns; 0 if the clock was not looked at
 * @ended: when it ended, ns; 0 likewise
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
 * pioscsi_record_end() - a command ends
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
 * pioscsi_record_error() - something went wrong: count it and tell it
 * @port: the port
 * @error: what
 * @tag: the command's, or %PIOSCSI_NO_TAG
 * @err: 0, or why what was tried failed
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

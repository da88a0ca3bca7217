/* SPDX-License-Identifier: GPL-2.0-only */
/* The next request of a chip, as its front end answers to the port. */
#ifndef _PIOSCSI_REQUEST_H
#define _PIOSCSI_REQUEST_H

#include <linux/dma-direction.h>

struct pioscsi_cmd;

/**
 * enum pioscsi_next - the chip's next request, as service() answers it
 * @PIOSCSI_WAIT: no request before the next interrupt
 * @PIOSCSI_BUSY_POLL: no request yet, but the chip will interrupt for the next
 *	one within microseconds. A thread busy-polls the chip for 20 us, and may
 *	find the request sooner. Elsewhere this is %PIOSCSI_WAIT. If no
 *	interrupt comes, answer %PIOSCSI_POLL: otherwise the command waits for
 *	the watchdog
 * @PIOSCSI_POLL: no request yet, and no interrupt for the next one. A timer
 *	polls the chip at intervals of 10 us to 1 ms. Any other answer ends the
 *	polling, so repeat this answer until the chip has a request
 * @PIOSCSI_LONG: call service() again, because the front end has much to
 *	compute. The port calls it in a bottom half. If the chip cannot be
 *	masked, or the host has defer=inline, that may be the hard IRQ handler
 * @PIOSCSI_XFER: move data, as struct pioscsi_xfer describes
 * @PIOSCSI_DONE: complete &pioscsi_xfer.cmd, whose result is set. The port
 *	starts the next command at once, so answer this when start() can
 *	succeed. After -EBUSY the port may try again 1 ms later, see
 *	&pioscsi_ops.start
 * @PIOSCSI_RESET: another device, or the chip by itself, has reset the bus; all
 *	targets have dropped their commands. Not for a reset by an operation of
 *	the front end, which drops the interrupt of that reset
 * @PIOSCSI_RUN: call &pioscsi_ops.run in a thread of the port. The port resets
 *	an HBA whose front end gives this answer and has no run()
 * @PIOSCSI_FAULT: the chip is in an invalid state and needs a reset. The port
 *	treats a value above this one in the same way
 */
enum pioscsi_next {
	PIOSCSI_WAIT,
	PIOSCSI_BUSY_POLL,
	PIOSCSI_POLL,
	PIOSCSI_LONG,
	PIOSCSI_XFER,
	PIOSCSI_DONE,
	PIOSCSI_RESET,
	/* Only a thread handles the answers below. */
	PIOSCSI_RUN,
	PIOSCSI_FAULT,
};

/**
 * struct pioscsi_xfer - the context of an answer, saved across a deferral
 * @cmd: the command
 * @dir: %DMA_FROM_DEVICE or %DMA_TO_DEVICE, as the chip requests it. It may
 *	differ from the command's direction. The port resets an HBA that
 *	announces any other value
 * @len: number of bytes, at least 1. The chip may take or give fewer. At most
 *	the command's whole buffer and 64 KiB; the port resets an HBA that
 *	announces more. Data out is capped: the port sends no byte that the
 *	command does not have, and then calls service() again. If the chip
 *	requests data out, and the command has none left, the port resets the
 *	HBA. A write ends with DID_ERROR then, and counts as @blame.
 * @blame: with %PIOSCSI_FAULT, the command that caused it, or %NULL. It ends
 *	with its result, and its reset is not counted. After eight counted
 *	resets without a completed command the HBA is out of service.
 */
struct pioscsi_xfer {
	struct pioscsi_cmd *cmd;
	enum dma_data_direction dir;
	unsigned int len;
	struct pioscsi_cmd *blame;
};

#endif /* _PIOSCSI_REQUEST_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of the NCR 53C9x core, numbered as in its data sheets. A board
 * defines the distance between two of them (struct c9x_board).
 */
#ifndef _PIOSCSI_C9X_REGS_H
#define _PIOSCSI_C9X_REGS_H

#include <linux/bits.h>

#define C9X_FIFO		0x2	/* rw: 16 bytes deep */
#define C9X_CMD			0x3	/* rw: C9X_CMD_* */
#define C9X_STAT		0x4	/* ro: C9X_STAT_* */
#define C9X_DEST_ID		0x4	/* wo: target of the next selection */
#define C9X_INTR		0x5	/* ro: C9X_INTR_*; a read clears it */
#define C9X_TIMEOUT		0x5	/* wo: selection timeout */
#define C9X_STEP		0x6	/* ro: progress of a selection */
#define C9X_SYNC_PERIOD		0x6	/* wo */
#define C9X_LEVEL		0x7	/* ro: C9X_LEVEL_* */
#define C9X_SYNC_OFFSET		0x7	/* wo: 0 means asynchronous */
#define C9X_CTRL1		0x8	/* rw: C9X_CTRL1_* */
#define C9X_CLOCK		0x9	/* wo: clock factor */
#define C9X_CTRL2		0xb	/* rw: C9X_CTRL2_* */
#define C9X_CTRL3		0xc	/* rw: board specific */
#define C9X_CTRL4		0xd	/* rw: board specific */

#define C9X_CMD_DMA		BIT(7)	/* by DMA, not through the FIFO */
/* Allowed at any time. */
#define C9X_CMD_NOP		0x00
#define C9X_CMD_FLUSH		0x01	/* empty the FIFO */
#define C9X_CMD_RESET		0x02	/* reset the chip */
#define C9X_CMD_BUS_RESET	0x03
/* Allowed as a connected initiator. */
#define C9X_CMD_TRANSFER	0x10	/* in the present phase */
#define C9X_CMD_COMPLETE	0x11	/* status and message into the FIFO */
#define C9X_CMD_ACCEPT		0x12	/* acknowledge a received message */
#define C9X_CMD_SET_ATN		0x1a
/* Allowed while disconnected. */
#define C9X_CMD_SELECT		0x42	/* send one message byte and the CDB */
#define C9X_CMD_SELECT_STOP	0x43	/* send one message byte, keep ATN */
#define C9X_CMD_ENABLE		0x44	/* allow reselection */
#define C9X_CMD_SELECT3		0x46	/* send three message bytes, the CDB */

/* The phase of the bus: the signals MSG, C/D and I/O. */
#define C9X_STAT_PHASE		GENMASK(2, 0)
#define C9X_STAT_PARITY		BIT(5)
#define C9X_STAT_GROSS		BIT(6)
#define C9X_STAT_INT		BIT(7)

#define C9X_PHASE_DATA_OUT	0
#define C9X_PHASE_DATA_IN	1
#define C9X_PHASE_COMMAND	2
#define C9X_PHASE_STATUS	3
#define C9X_PHASE_MSG_OUT	6
#define C9X_PHASE_MSG_IN	7
#define C9X_PHASES		8

#define C9X_INTR_SELECTED	GENMASK(1, 0)	/* as a target */
#define C9X_INTR_RESELECTED	BIT(2)
#define C9X_INTR_DONE		BIT(3)	/* the chip's command has ended */
#define C9X_INTR_SERVICE	BIT(4)	/* the target requests a phase */
#define C9X_INTR_DISCONNECT	BIT(5)	/* or a selection timed out */
#define C9X_INTR_ILLEGAL	BIT(6)	/* illegal command */
#define C9X_INTR_RESET		BIT(7)	/* bus reset seen */

#define C9X_STEP_MASK		GENMASK(2, 0)
#define C9X_STEP_NONE		0	/* no target answered */
#define C9X_STEP_ALL		4	/* messages and CDB are sent */

#define C9X_LEVEL_MASK		GENMASK(4, 0)	/* bytes in the FIFO */
#define C9X_FIFO_SIZE		16U

#define C9X_CTRL1_ID		GENMASK(2, 0)	/* the adapter's own ID */
#define C9X_CTRL1_PARITY	BIT(4)		/* check parity */
#define C9X_CTRL1_QUIET_RESET	BIT(6)		/* report no bus reset */
#define C9X_CTRL2_FEATURES	BIT(6)		/* latch the phase */

#endif /* _PIOSCSI_C9X_REGS_H */

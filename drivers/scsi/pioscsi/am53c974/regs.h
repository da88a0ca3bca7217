/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of the AMD AM53C974: an NCR 53C9x core, each of its bytes in the
 * lowest of four. The DMA engine behind it, from 0x40 on, is kept idle.
 */
#ifndef _PIOSCSI_AM53_REGS_H
#define _PIOSCSI_AM53_REGS_H

#include <linux/bits.h>

#define AM53_FIFO		0x08	/* rw: 16 bytes deep */
#define AM53_CMD		0x0c	/* rw: AM53_CMD_* */
#define AM53_STAT		0x10	/* ro: AM53_STAT_* */
#define AM53_DEST_ID		0x10	/* wo: the target to be selected */
#define AM53_INTR		0x14	/* ro: AM53_INTR_*; a read clears it */
#define AM53_TIMEOUT		0x14	/* wo: for a selection */
#define AM53_STEP		0x18	/* ro: how far a selection came */
#define AM53_SYNC_PERIOD	0x18	/* wo */
#define AM53_LEVEL		0x1c	/* ro: AM53_LEVEL_* */
#define AM53_SYNC_OFFSET	0x1c	/* wo: 0 is asynchronous */
#define AM53_CTRL1		0x20	/* rw: AM53_CTRL1_* */
#define AM53_CLOCK		0x24	/* wo: clock factor */
#define AM53_CTRL2		0x2c	/* rw: AM53_CTRL2_* */
#define AM53_CTRL3		0x30	/* rw: AM53_CTRL3_* */
#define AM53_CTRL4		0x34	/* rw */

#define AM53_BAR_SIZE		0x80

#define AM53_DMA_CMD		0x40	/* rw: 0 is idle */

#define AM53_CMD_DMA		BIT(7)	/* by DMA, not through the FIFO */
/* Any time. */
#define AM53_CMD_NOP		0x00
#define AM53_CMD_FLUSH		0x01	/* the FIFO */
#define AM53_CMD_RESET		0x02	/* the chip */
#define AM53_CMD_BUS_RESET	0x03
/* As a connected initiator. */
#define AM53_CMD_TRANSFER	0x10	/* in whatever phase the bus is */
#define AM53_CMD_COMPLETE	0x11	/* status and a message into the FIFO */
#define AM53_CMD_ACCEPT		0x12	/* a message that came in */
#define AM53_CMD_SET_ATN	0x1a
/* Disconnected. */
#define AM53_CMD_SELECT		0x42	/* one message byte, the CDB */
#define AM53_CMD_SELECT_STOP	0x43	/* one message byte, ATN stays */
#define AM53_CMD_ENABLE		0x44	/* reselection */
#define AM53_CMD_SELECT3	0x46	/* three message bytes, the CDB */

/* The bus' phase: what MSG, C/D and I/O say. */
#define AM53_STAT_PHASE		GENMASK(2, 0)
#define AM53_STAT_PARITY	BIT(5)
#define AM53_STAT_GROSS		BIT(6)
#define AM53_STAT_INT		BIT(7)

#define AM53_PHASE_DATA_OUT	0
#define AM53_PHASE_DATA_IN	1
#define AM53_PHASE_COMMAND	2
#define AM53_PHASE_STATUS	3
#define AM53_PHASE_MSG_OUT	6
#define AM53_PHASE_MSG_IN	7
#define AM53_PHASES		8

#define AM53_INTR_SELECTED	GENMASK(1, 0)	/* as a target */
#define AM53_INTR_RESELECTED	BIT(2)
#define AM53_INTR_DONE		BIT(3)	/* the command */
#define AM53_INTR_SERVICE	BIT(4)	/* the target asks for another phase */
#define AM53_INTR_DISCONNECT	BIT(5)	/* or a selection timed out */
#define AM53_INTR_ILLEGAL	BIT(6)	/* command */
#define AM53_INTR_RESET		BIT(7)	/* of the bus */

#define AM53_STEP_MASK		GENMASK(2, 0)
#define AM53_STEP_NONE		0	/* nobody was selected */
#define AM53_STEP_ALL		4	/* messages and CDB are through */

#define AM53_LEVEL_MASK		GENMASK(4, 0)	/* bytes in the FIFO */
#define AM53_FIFO_SIZE		16U

#define AM53_CTRL1_ID		GENMASK(2, 0)	/* our own */
#define AM53_CTRL1_PARITY	BIT(4)		/* is checked */
#define AM53_CTRL2_FEATURES	BIT(6)		/* the phase is latched */
#define AM53_CTRL3_FAST_CLOCK	BIT(3)		/* of more than 25 MHz */

#endif /* _PIOSCSI_AM53_REGS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Register map of the simulated PIO SCSI chip.
 *
 * Registers are 32 bits wide and byte addressed. The data port is 16 bits wide.
 * The chip takes tagged commands into its mailbox, and serves one nexus at a
 * time on its data port. A nexus that needs the host connects and raises
 * SIM_ISR_SERVICE. It moves its data in bursts of at most the FIFO's size and
 * shows its status. SIM_CMD_ACCEPT releases it.
 *
 * The interrupt output is level: high while (ISR & IMR) is not zero.
 *
 * A write-only register reads 0, and so does any address not in this list.
 */
#ifndef _PIOSCSI_SIM_REGS_H
#define _PIOSCSI_SIM_REGS_H

#include <linux/bits.h>

#define SIM_REG_ID		0x00	/* ro: SIM_ID */
#define SIM_REG_CTRL		0x04	/* wo: SIM_CTRL_* */
#define SIM_REG_ISR		0x08	/* rw1c: SIM_ISR_* */
#define SIM_REG_IMR		0x0c	/* rw: 1 enables the ISR bit */
#define SIM_REG_STAT		0x10	/* ro: SIM_STAT_* */

/* The mailbox: filled in any order or at once, taken by SIM_CMD_START. */
#define SIM_REG_CDB		0x20	/* rw: 4 words, byte 0 lowest */
#define SIM_REG_NEXUS		0x30	/* rw: SIM_NEXUS() */
#define SIM_REG_TAG		0x34	/* rw: 0 to the depth less one */
#define SIM_MBOX_WORDS		6
#define SIM_REG_CMD		0x38	/* wo: SIM_CMD_* */

/* The connected nexus. */
#define SIM_REG_CUR_TAG		0x40	/* ro: its tag; all ones: no nexus */
#define SIM_REG_COUNT		0x44	/* ro: bytes left in this burst */
#define SIM_REG_RESULT		0x48	/* ro: in SIM_PHASE_STATUS */

/* Capabilities, fixed once the chip is powered. */
#define SIM_REG_DEPTH		0x50	/* ro: commands the mailbox takes */
#define SIM_REG_TARGETS		0x54	/* ro: IDs on the bus */
#define SIM_REG_LUNS		0x58	/* ro: LUNs of each target */

/*
 * The data port carries a stream of bytes, the low byte first. An access moves
 * two of them, or one if SIM_REG_COUNT is 1. Beyond SIM_REG_COUNT, or in the
 * wrong direction, a read returns all ones and a write is dropped. After the
 * last byte of a burst the next one begins. After the last byte of all, the
 * nexus shows its status, or disconnects and comes back with it. A nexus that
 * cannot take more data for the moment disconnects within a burst. The access
 * is then not complete, and the next burst begins with its bytes.
 */
#define SIM_REG_DATA		0x80	/* rw: data port, 16 bits */

#define SIM_ID			0x50494f31	/* "PIO1" */

#define SIM_CTRL_RESET		BIT(0)	/* the chip; forgets all commands */
#define SIM_CTRL_BUS_RESET	BIT(1)	/* the bus; sets SIM_ISR_RESET */

/*
 * SIM_ISR_SERVICE is set at the beginning of each burst and of the status
 * phase. This is a *call for service*. The bit is cleared by the host, or when
 * the nexus leaves the data port.
 */
#define SIM_ISR_SERVICE		BIT(0)	/* the connected nexus needs the host */
#define SIM_ISR_RESET		BIT(1)	/* the bus was reset */
#define SIM_ISR_ALL		GENMASK(1, 0)

#define SIM_STAT_IRQ		BIT(0)	/* the interrupt output */
#define SIM_STAT_CONNECTED	BIT(1)	/* a nexus is on the data port */
#define SIM_STAT_FULL		BIT(2)	/* the mailbox takes no command */
#define SIM_STAT_BUSY		BIT(3)	/* a command or reset is being done */
#define SIM_STAT_PHASE		GENMASK(6, 4)
#define SIM_STAT_REFUSED	BIT(7)	/* target refused abort or reset */
#define SIM_STAT_ALL		GENMASK(7, 0)

/* Phases, in SIM_STAT_PHASE. */
#define SIM_PHASE_FREE		0	/* no nexus, or not ready for service */
#define SIM_PHASE_DATA_IN	1
#define SIM_PHASE_DATA_OUT	2
#define SIM_PHASE_STATUS	3

/* Target ID and LUN of a mailbox command. */
#define SIM_NEXUS_TARGET	GENMASK(7, 0)
#define SIM_NEXUS_LUN		GENMASK(23, 8)

/*
 * SIM_CMD_START refuses a tag that is in use (as all are while SIM_STAT_FULL)
 * or not below the depth. Such a command is not executed. It connects under
 * that tag with SIM_RESULT_OVERRUN, and the older one under the tag is not
 * touched. If two such commands wait for the host already, it is ignored.
 *
 * SIM_CMD_ACCEPT in a data phase ends the command without its status. Without
 * a nexus it does nothing.
 *
 * A reset or an abort ends the commands that it covers without status, the
 * connected nexus included. Their tags are free at once. When another initiator
 * resets the bus, it ends all commands that are started before SIM_ISR_RESET is
 * acknowledged.
 *
 * SIM_STAT_BUSY is set while a target still works on a command that an abort or
 * a reset has ended. Meanwhile, only SIM_CMD_ACCEPT and SIM_CTRL_RESET do
 * anything. The chip is idle again before the target touches the medium for
 * another command that the host starts.
 */
#define SIM_CMD_START		1	/* take the mailbox */
#define SIM_CMD_ACCEPT		2	/* release the connected nexus */
#define SIM_CMD_ABORT_TAG	3	/* abort SIM_REG_TAG's command */
#define SIM_CMD_LUN_RESET	4	/* reset SIM_REG_NEXUS' LUN */
#define SIM_CMD_TARGET_RESET	5	/* reset SIM_REG_NEXUS' target */

/*
 * SIM_REG_RESULT is the result of the command. In the status phase the data
 * port yields the sense data, with SIM_REG_COUNT as in a burst.
 */
#define SIM_RESULT_STATUS	GENMASK(7, 0)	/* SAM status */
#define SIM_RESULT_SENSE_LEN	GENMASK(15, 8)	/* bytes of sense data */
#define SIM_RESULT_TIMEOUT	BIT(16)	/* no target answered selection */
#define SIM_RESULT_OVERRUN	BIT(17)	/* command refused by the chip */
#define SIM_RESULT_PARITY	BIT(18)	/* data arrived damaged */

#endif /* _PIOSCSI_SIM_REGS_H */

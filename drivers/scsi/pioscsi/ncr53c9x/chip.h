/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The NCR 53C9x chip: its registers, its interrupt, and the state that the
 * front end keeps about the bus behind it.
 *
 * The files of this directory call each other one way:
 *
 *   am53c974 -> recover -> phase -> msg_in -> nexus -> msg_out -> chip
 *                             |\--> data ----------------------> chip
 *                             \---> select -----------> msg_out -> chip
 *
 * am53c974.c is the only file that knows a board. Another board with a 53C9x
 * core is one more file like it, with a struct c9x_board of its own.
 */
#ifndef _PIOSCSI_C9X_CHIP_H
#define _PIOSCSI_C9X_CHIP_H

#include <linux/atomic.h>
#include <linux/bitfield.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

#include <pioscsi/pioscsi.h>

#include "regs.h"

/* Number of commands at a time. A command's index is also its queue tag. */
#define C9X_DEPTH	16U

#define C9X_IDS		8U
#define C9X_LUNS	8U

/* An event: a copy of the registers that one interrupt has changed. */
#define C9X_EVENT_INTR		GENMASK(7, 0)
#define C9X_EVENT_STEP		GENMASK(15, 8)
#define C9X_EVENT_STAT		GENMASK(23, 16)
#define C9X_EVENT_PHASE		GENMASK(18, 16)
#define C9X_EVENT_PARITY	BIT(21)
#define C9X_EVENT_GROSS		BIT(22)
#define C9X_EVENT_VALID		BIT(31)

/**
 * enum c9x_bus - state of the bus as seen by this adapter
 * @C9X_FREE: not connected
 * @C9X_SELECTING: the chip selects a target
 * @C9X_CONNECTED: connected to a target
 * @C9X_LEAVING: the target has announced that it leaves the bus
 */
enum c9x_bus {
	C9X_FREE,
	C9X_SELECTING,
	C9X_CONNECTED,
	C9X_LEAVING,
};

/**
 * enum c9x_doing - the chip command whose interrupt is to come
 * @C9X_DOING_TRANSFER: a transfer in the last phase; the next phase follows
 * @C9X_DOING_COMPLETE: reading status and message into the FIFO
 * @C9X_DOING_MSG_IN: reading a message byte into the FIFO
 * @C9X_DOING_COMMAND: sending a CDB
 * @C9X_DOING_MSG_OUT: sending a message
 */
enum c9x_doing {
	C9X_DOING_TRANSFER,
	C9X_DOING_COMPLETE,
	C9X_DOING_MSG_IN,
	C9X_DOING_COMMAND,
	C9X_DOING_MSG_OUT,
};

/**
 * enum c9x_parity - the parity of what the target of a command has sent
 * @C9X_PARITY_GOOD: right, or data with an error was sent again
 * @C9X_PARITY_DATA: an error in data after the saved pointer
 * @C9X_PARITY_REPORTED: such an error, and the target knows it
 * @C9X_PARITY_BAD: an error in other data or in the status
 */
enum c9x_parity {
	C9X_PARITY_GOOD,
	C9X_PARITY_DATA,
	C9X_PARITY_REPORTED,
	C9X_PARITY_BAD,
};

/**
 * struct c9x_slot - state of a started command, indexed by its tag
 * @id: its target
 * @lun: its logical unit
 * @tagged: the target knows it by its tag
 * @disconnected: the target has disconnected and will reselect the adapter
 * @has_status: @status was received
 * @parity: a parity error was seen; the command fails unless it is good
 * @rewind: the next data phase continues at @saved
 * @status: SAM status
 * @saved: the saved data pointer, bytes
 */
struct c9x_slot {
	u8 id;
	u8 lun;
	bool tagged;
	bool disconnected;
	bool has_status;
	enum c9x_parity parity;
	bool rewind;
	u8 status;
	unsigned int saved;
};

/**
 * struct c9x_msg - a message that is being received, or is to be sent
 * @byte: its first bytes
 * @len: number of bytes received so far, or to be sent
 */
struct c9x_msg {
	u8 byte[8];
	unsigned int len;
};

struct c9x;

/**
 * struct c9x_board - the differences between boards with a 53C9x core
 * @reg_shift: two registers are 1 << @reg_shift bytes apart
 * @clock_mhz: the chip's clock
 * @recovery_us: time that the chip needs between its reset and the reset of the
 *	bus, microseconds; 0 for none
 * @set_up: initialise the board's own registers after a reset of the chip
 * @unlock_fifo: make the FIFO readable during a data in phase, until that
 *	phase ends; %NULL if it always is
 */
struct c9x_board {
	unsigned int reg_shift;
	unsigned int clock_mhz;
	unsigned int recovery_us;
	void (*set_up)(struct c9x *chip);
	void (*unlock_fifo)(struct c9x *chip);
};

/**
 * struct c9x_target - settings for a target
 * @parity: check the parity of what it sends
 * @disconnect: allow it to disconnect
 */
struct c9x_target {
	bool parity;
	bool disconnect;
};

/**
 * struct c9x - a chip
 * @hba: the port's side
 * @board: the board that it is on
 * @regs: registers
 * @own_id: SCSI ID of the adapter
 * @no_negation: the board does not drive signals to their inactive level
 * @target: settings for each target
 * @ctrl1: last value written to the first control register
 * @lock: held while the registers of an interrupt are read, or an interrupt is
 *	looked for, if the HBA cannot be masked
 * @event: the last interrupt, 0 if it has been served; atomic, because claim()
 *	of an HBA that cannot be masked runs beside the owner of the chip
 * @all_ones: the status register was read as all ones, as from a missing card;
 *	written by claim() in any context
 * @bus: state of the bus
 * @doing: reason of the next interrupt
 * @nexus: the connected command, %NULL if none or not known yet
 * @departing: the command of a target that has sent DISCONNECT and has not left
 *	yet
 * @lost: commands whose selection lost to a reselection, the last one at the
 *	end. The front end starts them again, one each time that the bus is
 *	free.
 * @nr_lost: number of these commands
 * @repeat_due: the bus is free, and a lost command can be started again;
 *	written by the owner, and read by claim() in any context
 * @unidentified: a target reselected the adapter and @nexus is not known yet
 * @ignore_illegal: the chip may still report an illegal command, until a target
 *	answers a selection or the bus is free. A selection has lost or yielded
 *	to a reselection, or the last target has left unexpectedly
 * @identify_damaged: the chip has reported bad parity with an illegal command,
 *	so the IDENTIFY of the reselection that follows is damaged
 * @id: the target that is or was connected last
 * @lun: its logical unit; %C9X_LUNS after a damaged IDENTIFY
 * @nr_disconnected: number of disconnected commands
 * @cdb_at: index of the next CDB byte to be sent
 * @in: the message that is being received
 * @out: the message for the next message out phase
 * @again: message bytes sent since the message out phase began, which are sent
 *	again if the target requests them
 * @sent: first byte of the last message that was sent
 * @rejected: the target has rejected @sent
 * @dir: direction of the data
 * @announced: bytes announced to the port and not moved yet
 * @in_flight: bytes of a transfer whose interrupt has not come yet
 * @acked: bytes of it that the target took or sent, and that were not announced
 *	to the port yet
 * @drained_out: bytes that error handling has sent beyond &pioscsi_cmd.moved of
 *	the nexus; 0 unless an abort or reset is being sent
 * @saved_out: @drained_out when the target last saved its pointers
 * @settle_ms: time that the targets need after a reset, ms
 * @fifo_tested: whether @fifo_locked is known
 * @fifo_locked: the FIFO cannot be read during a data phase (QEMU 7.2)
 * @fifo_unlocked: &c9x_board.unlock_fifo was called for the present data phase
 * @slot: commands by tag
 *
 * Only the owner touches the fields. claim() of a chip without a mask reads
 * @bus and @repeat_due, and changes @event and @all_ones, in any context.
 */
struct c9x {
	struct pioscsi_hba *hba;
	const struct c9x_board *board;
	void __iomem *regs;
	u8 own_id;
	bool no_negation;
	struct c9x_target target[C9X_IDS];
	u8 ctrl1;

	raw_spinlock_t lock;
	atomic_t event;
	bool all_ones;
	enum c9x_bus bus;
	enum c9x_doing doing;
	struct pioscsi_cmd *nexus;
	struct pioscsi_cmd *departing;
	struct pioscsi_cmd *lost[C9X_DEPTH];
	unsigned int nr_lost;
	bool repeat_due;
	bool unidentified;
	bool ignore_illegal;
	bool identify_damaged;
	u8 id;
	u8 lun;
	unsigned int nr_disconnected;
	unsigned int cdb_at;
	struct c9x_msg in;
	struct c9x_msg out;
	struct c9x_msg again;
	u8 sent;
	bool rejected;

	enum dma_data_direction dir;
	unsigned int announced;
	unsigned int in_flight;
	unsigned int acked;
	unsigned int drained_out;
	unsigned int saved_out;

	unsigned int settle_ms;

	bool fifo_tested;
	bool fifo_locked;
	bool fifo_unlocked;

	struct c9x_slot slot[C9X_DEPTH];
};

static inline struct c9x *to_c9x(struct pioscsi_hba *hba)
{
	return hba->priv;
}

static inline struct c9x_slot *c9x_slot(struct c9x *chip,
					const struct pioscsi_cmd *cmd)
{
	return &chip->slot[cmd->tag % C9X_DEPTH];
}

u8 c9x_read(struct c9x *chip, unsigned int reg);
void c9x_write(struct c9x *chip, unsigned int reg, u8 val);
void c9x_write_fifo(struct c9x *chip, const u8 *byte, unsigned int len);
unsigned int c9x_fifo_level(struct c9x *chip);

bool c9x_claim(struct pioscsi_hba *hba);
u8 c9x_ack(struct c9x *chip);
void c9x_call_back(struct c9x *chip);
void c9x_unclaim(struct c9x *chip, u32 event);
u32 c9x_take_event(struct c9x *chip);
u32 c9x_await_event(struct c9x *chip);
bool c9x_is_missing(struct c9x *chip);

void c9x_init(struct c9x *chip, struct pioscsi_hba *hba,
	      const struct c9x_board *board);
void c9x_check_parity(struct c9x *chip, bool check);
bool c9x_idle_parity(const struct c9x *chip);
int c9x_reset_chip(struct c9x *chip);
int c9x_reset_scsi(struct c9x *chip);
int c9x_silence(struct c9x *chip);
int c9x_reset_quietly(struct c9x *chip);

#endif /* _PIOSCSI_C9X_CHIP_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data through the FIFO: one byte per chip command in, up to 16 bytes out.
 *
 * The chip interrupts after each such command. The functions here serve these
 * interrupts themselves, as long as the data phase continues. They leave the
 * interrupt after the last announced byte, and any interrupt that reports
 * something else, to be claimed by the port.
 *
 * A transfer that takes longer than some microseconds is in flight: its bytes
 * are not counted yet. Its interrupt tells how many of them the target took.
 */
#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

#include "../compat.h"
#include "data.h"

/* Announce data in beyond the end of the buffer in pieces of this size. */
#define OVERRUN		SZ_4K

/*
 * A target takes about as long for a byte as a register read takes, or twice as
 * long. A task waits for all bytes of a burst: an interrupt for each burst
 * costs more. The hard IRQ handler and a softirq have less time.
 */
#define WAIT_READS	8
#define WAIT_READS_BURST	(2 * C9X_FIFO_SIZE)

/*
 * Without a mask a hard IRQ handler reads no other byte after this time, as
 * nothing is deferred. A byte takes 4 to 11 register accesses.
 */
#define READ_NS		(20ULL * NSEC_PER_USEC)

/* Status bits that end a transfer like a change of the phase does. */
#define STAT_ERRORS	(C9X_STAT_PARITY | C9X_STAT_GROSS)

/**
 * c9x_clock() - read the clock
 *
 * Context: any.
 * Return: ns.
 */
u64 c9x_clock(void)
{
	KUNIT_STATIC_STUB_REDIRECT(c9x_clock);

	return ktime_get_ns();
}

/**
 * c9x_phase() - decode the phase of the bus
 * @chip: the chip
 * @stat: its status
 *
 * Context: owner.
 * Return: C9X_PHASE_*.
 */
unsigned int c9x_phase(const struct c9x *chip, u8 stat)
{
	unsigned int phase = FIELD_GET(C9X_STAT_PHASE, stat);

	return chip->fifo_unlocked && phase == C9X_PHASE_MSG_IN ?
	       C9X_PHASE_DATA_IN : phase;
}

static unsigned int bytes_left(const struct c9x *chip,
			       enum dma_data_direction dir)
{
	const struct pioscsi_cmd *cmd = chip->nexus;

	if (dir != cmd->scmd->sc_data_direction)
		return 0;
	return scsi_bufflen(cmd->scmd) - cmd->moved;
}

static void announce_bytes(struct c9x *chip, struct pioscsi_xfer *xfer,
			   enum dma_data_direction dir, unsigned int len)
{
	xfer->cmd = chip->nexus;
	xfer->dir = dir;
	xfer->len = len;
	chip->announced = len;
	chip->dir = dir;
}

/**
 * c9x_announce() - announce data to the port
 * @chip: the chip, in a data phase
 * @xfer: the answer to the port
 * @dir: direction
 *
 * The target does not tell how much data it moves. Announce the rest of the
 * buffer. If nothing is left of it, announce an overrun in. Refuse an overrun
 * out: the target may write made-up data to the medium.
 *
 * Context: owner.
 * Return: %PIOSCSI_XFER; %PIOSCSI_FAULT without a command, or if the command
 *	has no data to send.
 */
enum pioscsi_next c9x_announce(struct c9x *chip, struct pioscsi_xfer *xfer,
			       enum dma_data_direction dir)
{
	struct c9x_slot *slot;
	unsigned int len;

	if (!chip->nexus)
		return PIOSCSI_FAULT;
	slot = c9x_slot(chip, chip->nexus);
	if (slot->rewind) {
		slot->rewind = false;
		pioscsi_seek(chip->nexus, slot->saved);
		chip->drained_out = chip->saved_out;
		/* The target sends the data with the parity error again. */
		if (slot->parity == C9X_PARITY_REPORTED)
			slot->parity = C9X_PARITY_GOOD;
	}
	len = bytes_left(chip, dir);
	if (!len && dir == DMA_TO_DEVICE)
		return PIOSCSI_FAULT;
	len = len ?: OVERRUN;
	/* Without a mask, bound each interrupt to a FIFO of new bytes. */
	if (!chip->hba->can_mask)
		len = min(len, C9X_FIFO_SIZE + chip->acked);
	announce_bytes(chip, xfer, dir, len);
	return PIOSCSI_XFER;
}

static bool more_data_follows(const struct c9x *chip, u32 event)
{
	unsigned int phase = chip->dir == DMA_FROM_DEVICE ?
			     C9X_PHASE_DATA_IN : C9X_PHASE_DATA_OUT;

	return c9x_phase(chip, FIELD_GET(C9X_EVENT_STAT, event)) == phase &&
	       bytes_left(chip, chip->dir) > chip->acked;
}

/**
 * c9x_end_flight() - process the interrupt of a transfer in flight
 * @chip: the chip, with bytes in flight
 * @xfer: the answer to the port
 * @event: the interrupt
 *
 * If no more data follows, the acknowledged bytes are announced to the port and
 * the event is kept. Otherwise they are part of the next announcement.
 *
 * Context: owner.
 * Return: true if the answer to the port is %PIOSCSI_XFER.
 */
bool c9x_end_flight(struct c9x *chip, struct pioscsi_xfer *xfer, u32 event)
{
	unsigned int level = c9x_fifo_level(chip);
	unsigned int in_flight = chip->in_flight;

	chip->in_flight = 0;
	if (chip->dir == DMA_FROM_DEVICE) {
		chip->acked = min(level, in_flight);
	} else {
		chip->acked = in_flight - min(level, in_flight);
		if (level)
			c9x_write(chip, C9X_CMD, C9X_CMD_FLUSH);
	}
	if (!chip->nexus || !chip->acked || more_data_follows(chip, event))
		return false;
	c9x_unclaim(chip, event);
	announce_bytes(chip, xfer, chip->dir, chip->acked);
	return true;
}

/* Return the status with its interrupt, or 0 if none comes for @reads reads. */
static u8 wait_for_int(struct c9x *chip, unsigned int reads)
{
	u8 stat;

	while (reads--) {
		stat = c9x_read(chip, C9X_STAT);
		if (stat & C9X_STAT_INT)
			return stat;
		/*
		 * Without a mask, claim() may have taken the interrupt in hard
		 * IRQ context.
		 */
		if (atomic_read(&chip->event))
			break;
	}
	return 0;
}

/*
 * Acknowledge the interrupt of a transfer. Return false, and keep the event, if
 * the interrupt is more than a request for the next byte.
 */
static bool ack_transfer(struct c9x *chip, u8 stat)
{
	u8 intr = c9x_ack(chip);

	if ((intr | C9X_INTR_DONE) == (C9X_INTR_SERVICE | C9X_INTR_DONE))
		return true;
	c9x_unclaim(chip, FIELD_PREP(C9X_EVENT_STAT, stat) |
			  FIELD_PREP(C9X_EVENT_INTR, intr));
	return false;
}

static bool same_phase(const struct c9x *chip, u8 stat, unsigned int phase)
{
	return c9x_phase(chip, stat) == phase && !(stat & STAT_ERRORS);
}

static void unlock_fifo(struct c9x *chip)
{
	chip->board->unlock_fifo(chip);
	chip->fifo_unlocked = true;
}

/*
 * Read the first byte that this chip ever receives. If the byte stays in the
 * FIFO, the FIFO is locked.
 */
static u8 read_first_byte(struct c9x *chip)
{
	u8 byte = c9x_read(chip, C9X_FIFO);

	chip->fifo_tested = true;
	chip->fifo_locked = chip->board->unlock_fifo && c9x_fifo_level(chip);
	if (!chip->fifo_locked)
		return byte;
	unlock_fifo(chip);
	return c9x_read(chip, C9X_FIFO);
}

/* Return the time in ns after which no other byte is moved in. */
static u64 end_of_reads(const struct c9x *chip)
{
	if (chip->hba->can_mask || pioscsi_in_task(chip->hba))
		return U64_MAX;
	return c9x_clock() + READ_NS;
}

/*
 * Move one byte in. Return false if no other can be moved now. A target that
 * has left the bus, or has changed the phase before, sent no byte.
 */
static bool byte_in(struct c9x *chip, u8 *byte, unsigned int *moved, u64 ends)
{
	bool same;
	u8 stat;

	c9x_write(chip, C9X_CMD, C9X_CMD_TRANSFER);
	stat = wait_for_int(chip, WAIT_READS);
	if (!stat) {
		chip->in_flight = 1;
		return false;
	}
	same = same_phase(chip, stat, C9X_PHASE_DATA_IN);
	if (unlikely(!same) && !c9x_fifo_level(chip)) {
		chip->announced = 0;
		return false;
	}
	/* Read before acknowledging: QEMU 7.2 would interrupt once more. */
	if (likely(chip->fifo_tested || !same))
		*byte = c9x_read(chip, C9X_FIFO);
	else
		*byte = read_first_byte(chip);
	++*moved;
	chip->announced--;
	/* In another phase a transfer would take bytes that are not data. */
	if (!same)
		chip->announced = 0;
	/* The interrupt stays pending, so the port comes back for the rest. */
	if (unlikely(ends != U64_MAX) && c9x_clock() >= ends)
		chip->announced = 0;
	return chip->announced && ack_transfer(chip, stat);
}

/**
 * c9x_pio_in() - move data from the target
 * @hba: the HBA
 * @buf: destination
 * @len: number of bytes, at most
 *
 * Context: owner; hard IRQ, softirq or task.
 * Return: bytes moved; fewer than @len if the chip reports something else.
 */
unsigned int c9x_pio_in(struct pioscsi_hba *hba, void *buf, unsigned int len)
{
	struct c9x *chip = to_c9x(hba);
	u64 ends = end_of_reads(chip);
	unsigned int moved = 0;
	u8 *byte = buf;

	if (chip->acked) {
		byte[moved++] = c9x_read(chip, C9X_FIFO);
		chip->acked = 0;
		chip->announced--;
	}
	/* As in c9x_pio_out(). */
	if (chip->in_flight || atomic_read(&chip->event))
		return moved;
	if (chip->fifo_locked && !chip->fifo_unlocked) {
		unlock_fifo(chip);
		c9x_ack(chip);
	}
	while (moved < len && chip->announced &&
	       byte_in(chip, &byte[moved], &moved, ends))
		;
	return moved;
}

/*
 * Move up to a FIFO of bytes out. Return false if no others can be moved now.
 * After the last burst the target may take long, so don't wait for it. The next
 * burst would overflow a FIFO that still has bytes. c9x_end_flight() counts
 * such bytes.
 */
static bool burst_out(struct c9x *chip, const u8 *byte, unsigned int len,
		      unsigned int reads)
{
	bool last = chip->announced == len;
	u8 stat;

	c9x_write_fifo(chip, byte, len);
	c9x_write(chip, C9X_CMD, C9X_CMD_TRANSFER);
	chip->in_flight = len;
	if (last)
		return false;
	stat = wait_for_int(chip, reads);
	if (!stat || !same_phase(chip, stat, C9X_PHASE_DATA_OUT) ||
	    c9x_fifo_level(chip) || !ack_transfer(chip, stat))
		return false;
	chip->in_flight = 0;
	chip->announced -= len;
	return true;
}

/**
 * c9x_pio_out() - move data to the target
 * @hba: the HBA
 * @buf: source
 * @len: number of bytes, at most
 *
 * Context: owner; hard IRQ, softirq or task.
 * Return: bytes moved; fewer than @len if the chip reports something else.
 */
unsigned int c9x_pio_out(struct pioscsi_hba *hba, const void *buf,
			 unsigned int len)
{
	struct c9x *chip = to_c9x(hba);
	unsigned int reads = pioscsi_in_task(hba) ? WAIT_READS_BURST :
						    WAIT_READS;
	unsigned int moved = min(len, chip->acked);
	const u8 *byte = buf;

	chip->acked -= moved;
	chip->announced -= moved;
	/*
	 * Error handling may have served the interrupt of the announcement, or
	 * may have left a transfer in flight.
	 */
	if (!chip->announced || chip->in_flight || atomic_read(&chip->event))
		return moved;
	while (moved < len) {
		unsigned int part = min(len - moved, C9X_FIFO_SIZE);

		if (!burst_out(chip, byte + moved, part, reads))
			break;
		moved += part;
	}
	return moved;
}

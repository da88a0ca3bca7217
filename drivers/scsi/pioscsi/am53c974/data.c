// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data through the FIFO: a byte for each command of the chip in, up to 16 out.
 *
 * The interrupt behind the last byte of what was announced is left to be
 * claimed: by it the port learns what comes next. So is any other than that of
 * the next byte. A transfer that is not over within some microseconds is
 * flying: its bytes are not counted yet, and its interrupt tells which of them
 * have landed.
 */
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <scsi/scsi_cmnd.h>

#include "data.h"

/* What a target moves beyond the buffer is announced in pieces of this. */
#define SURPLUS		SZ_4K

/* A read takes about as long as a target takes for a byte. */
#define WAIT_READS	8

/* What stops a transfer besides a phase. */
#define STAT_ERRORS	(AM53_STAT_PARITY | AM53_STAT_GROSS)

/**
 * am53_phase() - the phase of the bus
 * @am: the chip
 * @stat: its status
 *
 * Context: owner.
 * Return: AM53_PHASE_*.
 */
unsigned int am53_phase(const struct am53 *am, u8 stat)
{
	unsigned int phase = FIELD_GET(AM53_STAT_PHASE, stat);

	return am->unlocked && phase == AM53_PHASE_MSG_IN ?
	       AM53_PHASE_DATA_IN : phase;
}

static unsigned int remaining(const struct am53 *am,
			      enum dma_data_direction dir)
{
	const struct pioscsi_cmd *cmd = am->nexus;

	if (dir != cmd->scmd->sc_data_direction)
		return 0;
	return scsi_bufflen(cmd->scmd) - cmd->moved;
}

static void fill_in(struct am53 *am, struct pioscsi_xfer *xfer,
		    enum dma_data_direction dir, unsigned int len)
{
	xfer->cmd = am->nexus;
	xfer->dir = dir;
	xfer->len = len;
	am->left = len;
	am->dir = dir;
}

/**
 * am53_announce() - the target is ready for data
 * @am: the chip, in a data phase
 * @xfer: the answer to the port
 * @dir: direction
 *
 * How much it wants it does not tell: all that there is of the buffer, and if
 * there is none left, the surplus has to be moved all the same.
 *
 * Context: owner.
 * Return: the answer to the port.
 */
enum pioscsi_next am53_announce(struct am53 *am, struct pioscsi_xfer *xfer,
				enum dma_data_direction dir)
{
	struct am53_slot *slot;
	unsigned int len;

	if (!am->nexus)
		return PIOSCSI_FAULT;
	slot = am53_slot(am, am->nexus);
	if (slot->rewind) {
		slot->rewind = false;
		pioscsi_seek(am->nexus, slot->saved);
	}
	len = remaining(am, dir) ?: SURPLUS;
	/* Each interrupt has to be short, but bring more than it counts. */
	if (!am->hba->can_mask)
		len = min(len, AM53_FIFO_SIZE + am->landed);
	fill_in(am, xfer, dir, len);
	return PIOSCSI_XFER;
}

static bool goes_on(const struct am53 *am, u32 event)
{
	unsigned int phase = am->dir == DMA_FROM_DEVICE ?
			     AM53_PHASE_DATA_IN : AM53_PHASE_DATA_OUT;

	return am53_phase(am, FIELD_GET(AM53_EVENT_STAT, event)) == phase &&
	       remaining(am, am->dir) > am->landed;
}

/**
 * am53_land() - the interrupt of a transfer that was not waited for
 * @am: the chip, with something flying
 * @xfer: the answer to the port
 * @event: the interrupt
 *
 * If nothing of that kind follows, the port is told what has landed, and the
 * event is kept.
 *
 * Context: owner.
 * Return: true if the answer is %PIOSCSI_XFER.
 */
bool am53_land(struct am53 *am, struct pioscsi_xfer *xfer, u32 event)
{
	unsigned int level = am53_read(am, AM53_LEVEL) & AM53_LEVEL_MASK;
	unsigned int flying = am->flying;

	am->flying = 0;
	if (am->dir == DMA_FROM_DEVICE) {
		am->landed = min(level, flying);
	} else {
		am->landed = flying - min(level, flying);
		if (level)
			am53_write(am, AM53_CMD, AM53_CMD_FLUSH);
	}
	if (!am->nexus || !am->landed || goes_on(am, event))
		return false;
	am53_unclaim(am, event);
	fill_in(am, xfer, am->dir, am->landed);
	return true;
}

/* The status with its interrupt, or 0 if that has to be waited for. */
static u8 wait_for_int(struct am53 *am)
{
	u8 stat;
	int i;

	for (i = 0; i < WAIT_READS; i++) {
		stat = am53_read(am, AM53_STAT);
		if (stat & AM53_STAT_INT)
			return stat;
		/* The hard handler may have been quicker. */
		if (atomic_read(&am->event))
			break;
	}
	return 0;
}

/* Acknowledge; false if it was no mere request for the next byte. */
static bool acknowledge(struct am53 *am, u8 stat)
{
	u8 intr = am53_read(am, AM53_INTR);

	if ((intr | AM53_INTR_DONE) == (AM53_INTR_SERVICE | AM53_INTR_DONE))
		return true;
	am53_unclaim(am, FIELD_PREP(AM53_EVENT_STAT, stat) |
			 FIELD_PREP(AM53_EVENT_INTR, intr));
	return false;
}

static bool same_phase(const struct am53 *am, u8 stat, unsigned int phase)
{
	return am53_phase(am, stat) == phase && !(stat & STAT_ERRORS);
}

/*
 * QEMU 7.2 gives zeroes instead of the FIFO while the bus is in a data
 * phase. The end of a command by a DMA engine that is idle moves nothing, but
 * makes it take the bus for being in a message phase until the data is over.
 */
static void unlock_fifo(struct am53 *am)
{
	am53_write(am, AM53_CMD, AM53_CMD_COMPLETE | AM53_CMD_DMA);
	am->unlocked = true;
}

/* Once: whether a byte that was read is still there. */
static u8 read_first_byte(struct am53 *am)
{
	u8 byte = am53_read(am, AM53_FIFO);

	am->fifo_known = true;
	am->locks = am53_read(am, AM53_LEVEL) & AM53_LEVEL_MASK;
	if (!am->locks)
		return byte;
	unlock_fifo(am);
	return am53_read(am, AM53_FIFO);
}

/* One byte in; false if it is the last for now. */
static bool byte_in(struct am53 *am, u8 *byte, unsigned int *moved)
{
	u8 stat;

	am53_write(am, AM53_CMD, AM53_CMD_TRANSFER);
	stat = wait_for_int(am);
	if (!stat) {
		am->flying = 1;
		return false;
	}
	/* Before the interrupt: QEMU 7.2 would raise another one. */
	if (likely(am->fifo_known || !same_phase(am, stat, AM53_PHASE_DATA_IN)))
		*byte = am53_read(am, AM53_FIFO);
	else
		*byte = read_first_byte(am);
	++*moved;
	am->left--;
	/* The next transfer would take of what is not data. */
	if (!same_phase(am, stat, AM53_PHASE_DATA_IN))
		am->left = 0;
	return am->left && acknowledge(am, stat);
}

/**
 * am53_pio_in() - move data from the target
 * @hba: the HBA
 * @buf: where it goes
 * @len: bytes at most
 *
 * Context: owner; hard IRQ, softirq or task.
 * Return: bytes moved; fewer if the chip has something else to say.
 */
unsigned int am53_pio_in(struct pioscsi_hba *hba, void *buf, unsigned int len)
{
	struct am53 *am = to_am53(hba);
	unsigned int moved = 0;
	u8 *byte = buf;

	if (am->landed) {
		byte[moved++] = am53_read(am, AM53_FIFO);
		am->landed = 0;
		am->left--;
	}
	if (atomic_read(&am->event))
		return moved;
	if (am->locks && !am->unlocked) {
		unlock_fifo(am);
		am53_read(am, AM53_INTR);
	}
	while (moved < len && am->left && byte_in(am, &byte[moved], &moved))
		;
	return moved;
}

/*
 * A FIFO full out; false if it is the last for now. What follows the last one
 * is the target's business, and takes its time.
 */
static bool burst_out(struct am53 *am, const u8 *byte, unsigned int len)
{
	bool last = am->left == len;
	unsigned int i;
	u8 stat;

	for (i = 0; i < len; i++)
		am53_write(am, AM53_FIFO, byte[i]);
	am53_write(am, AM53_CMD, AM53_CMD_TRANSFER);
	am->flying = len;
	if (last)
		return false;
	stat = wait_for_int(am);
	if (!stat || !same_phase(am, stat, AM53_PHASE_DATA_OUT) ||
	    !acknowledge(am, stat))
		return false;
	am->flying = 0;
	am->left -= len;
	return true;
}

/**
 * am53_pio_out() - move data to the target
 * @hba: the HBA
 * @buf: where it comes from
 * @len: bytes at most
 *
 * Context: owner; hard IRQ, softirq or task.
 * Return: bytes moved; fewer if the chip has something else to say.
 */
unsigned int am53_pio_out(struct pioscsi_hba *hba, const void *buf,
			  unsigned int len)
{
	struct am53 *am = to_am53(hba);
	unsigned int moved = min(len, am->landed);
	const u8 *byte = buf;

	am->landed -= moved;
	am->left -= moved;
	if (atomic_read(&am->event))
		return moved;
	while (moved < len) {
		unsigned int part = min(len - moved, AM53_FIFO_SIZE);

		if (!burst_out(am, byte + moved, part))
			break;
		moved += part;
	}
	return moved;
}

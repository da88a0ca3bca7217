// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register accesses, the interrupt, and set-up and resets of the chip.
 */
#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/math.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "../compat.h"
#include "chip.h"

/*
 * Time to wait for an answer of the target, which comes within microseconds or
 * much later.
 */
#define AWAIT_READS	4

/*
 * Delay of the timer; meanwhile the other devices on a shared line are served.
 */
#define REPEAT_US	5

/* The chip holds the bus' reset line for about 30 us. */
#define RESET_WAITS	50
#define RESET_WAIT_US	20
#define RESET_PULSE_US	400

#define DEFAULT_ID	7

/* Slow targets, such as CD-ROM drives, answer this long after a reset. */
#define DEFAULT_SETTLE_MS	3000

/* The clock factor divides the clock to 5 MHz at most; 8 is written as 0. */
#define FACTOR_MHZ	5
#define FACTOR_MASK	7

/* The unit of the selection timeout is this many cycles times the factor. */
#define TIMEOUT_CYCLES	8192
#define TIMEOUT_US	250000

static void count_access(struct c9x *chip)
{
	/*
	 * claim() of a chip without a mask runs beside its owner, and both
	 * count. A lost count does no harm.
	 */
	data_race(chip->hba->accesses++);
}

/**
 * c9x_read() - read a register
 * @chip: the chip
 * @reg: the register's number
 *
 * Context: any.
 * Return: its value.
 */
u8 c9x_read(struct c9x *chip, unsigned int reg)
{
	KUNIT_STATIC_STUB_REDIRECT(c9x_read, chip, reg);

	count_access(chip);
	return ioread8(chip->regs + (reg << chip->board->reg_shift));
}

/**
 * c9x_write() - write a register
 * @chip: the chip
 * @reg: the register's number
 * @val: its new value
 *
 * Context: any.
 */
void c9x_write(struct c9x *chip, unsigned int reg, u8 val)
{
	KUNIT_STATIC_STUB_REDIRECT(c9x_write, chip, reg, val);

	count_access(chip);
	iowrite8(val, chip->regs + (reg << chip->board->reg_shift));
}

/**
 * c9x_write_fifo() - put bytes into the FIFO
 * @chip: the chip
 * @byte: the bytes
 * @len: number of bytes, at most the free space of the FIFO
 *
 * Context: owner.
 */
void c9x_write_fifo(struct c9x *chip, const u8 *byte, unsigned int len)
{
	while (len--)
		c9x_write(chip, C9X_FIFO, *byte++);
}

/**
 * c9x_fifo_level() - count the bytes in the FIFO
 * @chip: the chip
 *
 * Context: owner.
 * Return: number of bytes.
 */
unsigned int c9x_fifo_level(struct c9x *chip)
{
	return c9x_read(chip, C9X_LEVEL) & C9X_LEVEL_MASK;
}

/* An older event that was not served yet keeps these bits. */
#define OLD_EVENT_BITS	(C9X_EVENT_INTR | C9X_EVENT_PARITY | C9X_EVENT_GROSS)

/* Keep an event. Add the causes of an older event to it. */
static void store_event(struct c9x *chip, u32 event)
{
	u32 old = atomic_xchg(&chip->event, event | C9X_EVENT_VALID);

	if (old)
		atomic_or(old & OLD_EVENT_BITS, &chip->event);
}

/*
 * Reading the interrupt register acknowledges the interrupt and clears the
 * status and step registers, so read these first. A missing card reads as all
 * ones.
 */
static bool read_event(struct c9x *chip)
{
	u8 stat = c9x_read(chip, C9X_STAT), step = 0, intr;

	WRITE_ONCE(chip->all_ones, stat == U8_MAX);
	if (!(stat & C9X_STAT_INT) || stat == U8_MAX)
		return false;
	if (chip->bus == C9X_SELECTING)
		step = c9x_read(chip, C9X_STEP) & C9X_STEP_MASK;
	intr = c9x_read(chip, C9X_INTR);
	store_event(chip, FIELD_PREP(C9X_EVENT_STAT, stat) |
			  FIELD_PREP(C9X_EVENT_STEP, step) |
			  FIELD_PREP(C9X_EVENT_INTR, intr));
	return true;
}

/*
 * The claim() of a chip without a mask runs beside its owner. One of them might
 * read the cause of an interrupt between the other's reads. The other would
 * then combine the status of that interrupt with the cause of the next one.
 */
static bool latch_event(struct c9x *chip)
{
	unsigned long flags;
	bool latched;

	if (chip->hba->can_mask)
		return read_event(chip);
	raw_spin_lock_irqsave(&chip->lock, flags);
	latched = read_event(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return latched;
}

/**
 * c9x_ack() - acknowledge an interrupt whose status is known
 * @chip: the chip
 *
 * Context: owner.
 * Return: the interrupt register; 0 if claim() has latched the interrupt.
 */
u8 c9x_ack(struct c9x *chip)
{
	unsigned long flags;
	u8 intr;

	if (chip->hba->can_mask)
		return c9x_read(chip, C9X_INTR);
	raw_spin_lock_irqsave(&chip->lock, flags);
	intr = c9x_read(chip, C9X_INTR);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return intr;
}

/**
 * c9x_claim() - acknowledge the chip's interrupt, if there is one
 * @hba: the HBA
 *
 * Context: owner, or the port's lock; hard IRQ, softirq or task.
 * Return: true if there is an interrupt, an earlier one was not served yet, or
 *	service() can start a lost command again.
 */
bool c9x_claim(struct pioscsi_hba *hba)
{
	struct c9x *chip = to_c9x(hba);
	bool unserved = atomic_read(&chip->event);

	/* Acknowledge a new interrupt in any case: it holds the line. */
	return latch_event(chip) || unserved || READ_ONCE(chip->repeat_due);
}

static void serve_again(struct pioscsi_hba *hba)
{
}

/**
 * c9x_call_back() - have the port ask the chip again
 * @chip: the chip, for which claim() returns true without a new interrupt
 *
 * Without a mask the port may leave the chip before it is asked again, so a
 * timer calls it back.
 *
 * Context: owner.
 */
void c9x_call_back(struct c9x *chip)
{
	if (!chip->hba->can_mask)
		pioscsi_request_timer(chip->hba, serve_again, REPEAT_US);
}

/**
 * c9x_unclaim() - keep an event until the port asks the chip again
 * @chip: the chip
 * @event: the event
 *
 * The interrupt of the event has been acknowledged and does not come again.
 *
 * Context: owner.
 */
void c9x_unclaim(struct c9x *chip, u32 event)
{
	store_event(chip, event);
	c9x_call_back(chip);
}

/**
 * c9x_take_event() - take the next event
 * @chip: the chip
 *
 * Context: owner.
 * Return: the event, or 0 if there is none.
 */
u32 c9x_take_event(struct c9x *chip)
{
	if (!c9x_claim(chip->hba))
		return 0;
	return atomic_xchg(&chip->event, 0);
}

/**
 * c9x_await_event() - take the next event, which may take some microseconds
 * @chip: the chip
 *
 * Context: owner.
 * Return: the event, or 0 if there is none.
 */
u32 c9x_await_event(struct c9x *chip)
{
	u32 event = 0;
	int i;

	for (i = 0; i < AWAIT_READS && !event; i++)
		event = c9x_take_event(chip);
	return event;
}

/**
 * c9x_is_missing() - tell whether the card seems to be gone
 * @chip: the chip, after c9x_take_event()
 *
 * All registers of a missing card read as ones. The control register of a chip
 * that is present has another value.
 *
 * Context: owner.
 * Return: true if the last read of the status, and the control register now,
 *	show that no chip answers.
 */
bool c9x_is_missing(struct c9x *chip)
{
	return READ_ONCE(chip->all_ones) &&
	       c9x_read(chip, C9X_CTRL1) != chip->ctrl1;
}

/**
 * c9x_init() - initialize a chip structure to defaults
 * @chip: the chip
 * @hba: the port's side
 * @board: the board
 *
 * Context: any.
 */
void c9x_init(struct c9x *chip, struct pioscsi_hba *hba,
	      const struct c9x_board *board)
{
	unsigned int i;

	raw_spin_lock_init(&chip->lock);
	chip->hba = hba;
	chip->board = board;
	chip->own_id = DEFAULT_ID;
	chip->settle_ms = DEFAULT_SETTLE_MS;
	for (i = 0; i < C9X_IDS; i++)
		chip->target[i] = (struct c9x_target) {
			.parity = true,
			.disconnect = true,
		};
}

/**
 * c9x_check_parity() - have the chip check parity, or not
 * @chip: the chip
 * @check: whether to check it
 *
 * This also ends the silence of c9x_silence().
 *
 * Context: owner.
 */
void c9x_check_parity(struct c9x *chip, bool check)
{
	u8 ctrl1 = chip->own_id | (check ? C9X_CTRL1_PARITY : 0);

	if (ctrl1 == chip->ctrl1)
		return;
	chip->ctrl1 = ctrl1;
	c9x_write(chip, C9X_CTRL1, ctrl1);
}

/**
 * c9x_idle_parity() - tell whether parity is checked while the bus is free
 * @chip: the chip
 *
 * A chip that checks parity ignores the reselection by a target that does not
 * generate it.
 *
 * Context: any.
 * Return: true if all targets generate parity.
 */
bool c9x_idle_parity(const struct c9x *chip)
{
	unsigned int i;

	for (i = 0; i < C9X_IDS; i++)
		if (!chip->target[i].parity)
			return false;
	return true;
}

/* After a reset neither the chip nor any target knows a command. */
static void forget_all(struct c9x *chip)
{
	atomic_set(&chip->event, 0);
	chip->bus = C9X_FREE;
	chip->doing = C9X_DOING_TRANSFER;
	chip->nexus = NULL;
	chip->departing = NULL;
	chip->nr_lost = 0;
	WRITE_ONCE(chip->repeat_due, false);
	chip->unidentified = false;
	chip->ignore_illegal = false;
	chip->nr_disconnected = 0;
	chip->in.len = 0;
	chip->out.len = 0;
	chip->announced = 0;
	chip->in_flight = 0;
	chip->acked = 0;
	chip->fifo_unlocked = false;
	memset(chip->slot, 0, sizeof(chip->slot));
}

static void set_clock(struct c9x *chip)
{
	unsigned int mhz = chip->board->clock_mhz;
	unsigned int factor = DIV_ROUND_UP(mhz, FACTOR_MHZ);

	c9x_write(chip, C9X_CLOCK, factor & FACTOR_MASK);
	c9x_write(chip, C9X_TIMEOUT,
		  DIV_ROUND_UP(TIMEOUT_US * mhz, TIMEOUT_CYCLES * factor));
}

/**
 * c9x_reset_chip() - reset the chip and set it up
 * @chip: the chip
 *
 * Context: owner.
 * Return: 0, or -ENODEV if there is no such chip.
 */
int c9x_reset_chip(struct c9x *chip)
{
	c9x_write(chip, C9X_CMD, C9X_CMD_RESET);
	c9x_write(chip, C9X_CMD, C9X_CMD_NOP);
	/* The reset has changed this register. */
	chip->ctrl1 = U8_MAX;
	c9x_check_parity(chip, c9x_idle_parity(chip));
	c9x_write(chip, C9X_CTRL2, C9X_CTRL2_FEATURES);
	set_clock(chip);
	c9x_write(chip, C9X_SYNC_PERIOD, 0);
	c9x_write(chip, C9X_SYNC_OFFSET, 0);
	chip->board->set_up(chip);
	forget_all(chip);
	return c9x_read(chip, C9X_CTRL1) == chip->ctrl1 ? 0 : -ENODEV;
}

static void let_recover(const struct c9x *chip)
{
	unsigned int us = chip->board->recovery_us;

	if (us)
		usleep_range(us, 2 * us);
}

/**
 * c9x_reset_scsi() - reset the chip and the bus
 * @chip: the chip
 *
 * The targets have not settled when this returns. The caller waits until they
 * have.
 *
 * Context: owner, task; sleeps.
 * Return: 0; -ENODEV if there is no such chip, -EIO if it sees no reset.
 */
int c9x_reset_scsi(struct c9x *chip)
{
	int i, err = c9x_reset_chip(chip);

	if (err)
		return err;
	let_recover(chip);
	c9x_write(chip, C9X_CMD, C9X_CMD_BUS_RESET);
	for (i = 0; i < RESET_WAITS; i++) {
		u32 event = c9x_take_event(chip);

		/* Ignore the interrupt caused by this reset. */
		if (event & C9X_INTR_RESET) {
			forget_all(chip);
			return 0;
		}
		usleep_range(RESET_WAIT_US, 2 * RESET_WAIT_US);
	}
	return -EIO;
}

/**
 * c9x_silence() - reset the chip so that it raises no interrupt any more
 * @chip: the chip
 *
 * Without a command, only a reset of the bus by another device could raise one.
 * c9x_reset_chip() ends the silence, and so does the next selection.
 *
 * Context: owner.
 * Return: 0, or -ENODEV if there is no such chip.
 */
int c9x_silence(struct c9x *chip)
{
	int err = c9x_reset_chip(chip);

	if (err)
		return err;
	chip->ctrl1 |= C9X_CTRL1_QUIET_RESET;
	c9x_write(chip, C9X_CTRL1, chip->ctrl1);
	return 0;
}

/**
 * c9x_reset_quietly() - reset the chip and the bus without an interrupt
 * @chip: the chip, which is not masked and has no interrupt handler yet
 *
 * On a shared line nothing would acknowledge the interrupt of the reset, and
 * the kernel would disable the line for the other devices too. A later reset of
 * the bus by another device raises no interrupt either, until the first
 * selection. The targets have not settled when this returns.
 *
 * Context: owner, task; sleeps.
 * Return: 0, or -ENODEV if there is no such chip.
 */
int c9x_reset_quietly(struct c9x *chip)
{
	int err = c9x_silence(chip);

	if (err)
		return err;
	let_recover(chip);
	c9x_write(chip, C9X_CMD, C9X_CMD_BUS_RESET);
	usleep_range(RESET_PULSE_US, 2 * RESET_PULSE_US);
	/* Clear a cause that the chip has kept although it raised no line. */
	c9x_read(chip, C9X_INTR);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register accesses, the interrupt, and the chip's set-up and resets.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/string.h>

#include "../compat.h"
#include "chip.h"

/* A target answers within some microseconds or by an interrupt. */
#define AWAIT_READS	4

/* As soon as other devices have had their turn. */
#define ASK_AGAIN_US	5

/* The bus' reset line is held for some 30 us. */
#define RESET_WAITS	50
#define RESET_WAIT_US	20

/* 40 MHz: 250 ms are this many units of 8192 * 8 cycles. */
#define CLOCK_FACTOR	0	/* means 8 */
#define TIMEOUT_250_MS	153

/**
 * am53_read() - read a register
 * @am: the chip
 * @reg: its offset
 *
 * Context: any.
 * Return: its value.
 */
u8 am53_read(struct am53 *am, unsigned int reg)
{
	KUNIT_STATIC_STUB_REDIRECT(am53_read, am, reg);

	am->hba->accesses++;
	return ioread8(am->regs + reg);
}

/**
 * am53_write() - write a register
 * @am: the chip
 * @reg: its offset
 * @val: its new value
 *
 * Context: any.
 */
void am53_write(struct am53 *am, unsigned int reg, u8 val)
{
	KUNIT_STATIC_STUB_REDIRECT(am53_write, am, reg, val);

	am->hba->accesses++;
	iowrite8(val, am->regs + reg);
}

/* What another event said that was not served is kept with it. */
static void store(struct am53 *am, u32 event)
{
	u32 old = atomic_xchg(&am->event, event | AM53_EVENT_VALID);

	if (old)
		atomic_or(old & AM53_EVENT_INTR, &am->event);
}

/*
 * Reading the interrupt register acknowledges it and destroys the others: they
 * are read before. All ones are a card that is not there.
 */
static bool latch(struct am53 *am)
{
	u8 stat = am53_read(am, AM53_STAT), step = 0, intr;

	if (!(stat & AM53_STAT_INT) || stat == U8_MAX)
		return false;
	if (am->bus == AM53_SELECTING)
		step = am53_read(am, AM53_STEP) & AM53_STEP_MASK;
	intr = am53_read(am, AM53_INTR);
	store(am, FIELD_PREP(AM53_EVENT_STAT, stat) |
		  FIELD_PREP(AM53_EVENT_STEP, step) |
		  FIELD_PREP(AM53_EVENT_INTR, intr));
	return true;
}

/**
 * am53_claim() - tell whether the chip interrupts, and acknowledge it
 * @hba: the HBA
 *
 * Context: owner, or the port's lock; hard IRQ, softirq or task.
 * Return: true if so, or if what it said last has not been served.
 */
bool am53_claim(struct pioscsi_hba *hba)
{
	struct am53 *am = to_am53(hba);
	bool said = atomic_read(&am->event);

	/* What is not acknowledged holds the line up, be it known or not. */
	return latch(am) || said;
}

static void ask_again(struct pioscsi_hba *hba)
{
}

/**
 * am53_unclaim() - keep an event for the next time that the chip is asked
 * @am: the chip
 * @event: the event
 *
 * Without a mask the hard handler may leave before that, and counts on the
 * next interrupt: this one has been acknowledged and will not come again.
 *
 * Context: owner.
 */
void am53_unclaim(struct am53 *am, u32 event)
{
	store(am, event);
	if (!am->hba->can_mask)
		pioscsi_request_timer(am->hba, ask_again, ASK_AGAIN_US);
}

/**
 * am53_take_event() - serve an interrupt
 * @am: the chip
 *
 * Context: owner.
 * Return: the event, or 0 if there is none.
 */
u32 am53_take_event(struct am53 *am)
{
	if (!am53_claim(am->hba))
		return 0;
	return atomic_xchg(&am->event, 0);
}

/**
 * am53_await_event() - serve an interrupt that will be there in a moment
 * @am: the chip
 *
 * Waits for a few microseconds at most.
 *
 * Context: owner.
 * Return: the event, or 0 if there is none.
 */
u32 am53_await_event(struct am53 *am)
{
	u32 event = 0;
	int i;

	for (i = 0; i < AWAIT_READS && !event; i++)
		event = am53_take_event(am);
	return event;
}

/* Nothing is known of any command. */
static void forget_all(struct am53 *am)
{
	atomic_set(&am->event, 0);
	am->bus = AM53_FREE;
	am->doing = AM53_DOING_TRANSFER;
	am->nexus = NULL;
	am->again = NULL;
	am->away = 0;
	am->in.len = 0;
	am->out.len = 0;
	am->left = 0;
	am->flying = 0;
	am->landed = 0;
	am->unlocked = false;
	memset(am->slot, 0, sizeof(am->slot));
}

/**
 * am53_reset_chip() - make the chip as new, and set it up
 * @am: the chip
 *
 * Context: owner.
 * Return: 0, or -ENODEV if there is no such chip.
 */
int am53_reset_chip(struct am53 *am)
{
	am53_write(am, AM53_CMD, AM53_CMD_RESET);
	am53_write(am, AM53_CMD, AM53_CMD_NOP);
	am53_write(am, AM53_DMA_CMD, 0);
	am53_write(am, AM53_CTRL1, AM53_CTRL1_PARITY | am->own_id);
	am53_write(am, AM53_CTRL2, AM53_CTRL2_FEATURES);
	am53_write(am, AM53_CTRL3, AM53_CTRL3_FAST_CLOCK);
	am53_write(am, AM53_CTRL4, 0);
	am53_write(am, AM53_CLOCK, CLOCK_FACTOR);
	am53_write(am, AM53_TIMEOUT, TIMEOUT_250_MS);
	am53_write(am, AM53_SYNC_PERIOD, 0);
	am53_write(am, AM53_SYNC_OFFSET, 0);
	forget_all(am);
	return am53_read(am, AM53_CTRL1) == (AM53_CTRL1_PARITY | am->own_id) ?
	       0 : -ENODEV;
}

/**
 * am53_reset_scsi() - reset chip and bus
 * @am: the chip
 *
 * The targets have not settled when this returns.
 *
 * Context: owner, task; sleeps.
 * Return: 0; -ENODEV if there is no such chip, -EIO if it sees no reset.
 */
int am53_reset_scsi(struct am53 *am)
{
	int i, err = am53_reset_chip(am);

	if (err)
		return err;
	am53_write(am, AM53_CMD, AM53_CMD_BUS_RESET);
	for (i = 0; i < RESET_WAITS; i++) {
		u32 event = am53_take_event(am);

		/* Our own reset is no news. */
		if (event & AM53_INTR_RESET) {
			forget_all(am);
			return 0;
		}
		usleep_range(RESET_WAIT_US, 2 * RESET_WAIT_US);
	}
	return -EIO;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of the simulated chip itself: its interrupt, its registers, and the
 * states that it may be left in.
 */
#include <linux/ktime.h>

#include "../compat.h"
#include "arbiter.h"
#include "damage.h"
#include "engine.h"
#include "fault.h"
#include "line.h"

/* Under chip->lock: whether any of it is left. */
static void update_state(struct psim_chip *chip)
{
	const struct psim_damage *d = &chip->damage;

	psim_faults_set_state(&chip->faults,
			      d->dead || d->stuck || d->bad || d->mute ||
			      d->late || d->held || d->again || d->full_until);
}

static enum hrtimer_restart timer_expired(struct hrtimer *timer)
{
	struct psim_chip *chip = container_of(timer, struct psim_chip,
					      damage.timer);
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	if (chip->damage.late && chip->cur)
		psim_reg_set(chip, PSIM_REG_ISR,
			     psim_reg_get(chip, PSIM_REG_ISR) |
			     PSIM_ISR_SERVICE);
	chip->damage.late = false;
	update_state(chip);
	psim_arb_update(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return HRTIMER_NORESTART;
}

/**
 * psim_damage_init() - a chip that is well
 * @chip: the chip
 * @seed: of the chance
 *
 * Context: process context.
 */
void psim_damage_init(struct psim_chip *chip, u32 seed)
{
	struct psim_damage *d = &chip->damage;

	psim_faults_init(&chip->faults, seed);
	d->delay_us = 10000;
	d->late_us = 1000;
	d->full_us = 1000;
	d->storm_len = 1000;
	d->sense_key = 0x0b;	/* ABORTED COMMAND */
	pioscsi_hrtimer_setup(&d->timer, timer_expired, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_HARD);
}

/**
 * psim_damage_exit() - undo psim_damage_init()
 * @chip: the chip, which nobody accesses any more
 *
 * Context: process context; may sleep.
 */
void psim_damage_exit(struct psim_chip *chip)
{
	hrtimer_cancel(&chip->damage.timer);
}

/**
 * psim_damage_reset() - the chip is reset: forget what it was about to do
 * @chip: the chip
 *
 * Context: any.
 */
void psim_damage_reset(struct psim_chip *chip)
{
	struct psim_damage *d = &chip->damage;
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	d->mute = false;
	d->late = false;
	WRITE_ONCE(d->held, false);
	d->again = 0;
	update_state(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

/**
 * psim_damage_set() - change a state of the chip
 * @chip: the chip
 * @state: which: dead, stuck or bad
 * @val: to what
 *
 * Context: any.
 */
void psim_damage_set(struct psim_chip *chip, bool *state, bool val)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	WRITE_ONCE(*state, val);
	update_state(chip);
	/* What it could not do meanwhile. */
	psim_arb_connect(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

/**
 * psim_damage_call() - here the chip calls for service: does that go wrong?
 * @chip: the chip
 *
 * Context: any, under chip->lock.
 * Return: true if the call is not to be made now.
 */
bool psim_damage_call(struct psim_chip *chip)
{
	struct psim_faults *faults = &chip->faults;
	struct psim_damage *d = &chip->damage;

	d->mute = psim_fault_hit(faults, PSIM_FAULT_LOST_IRQ);
	d->late = !d->mute && psim_fault_hit(faults, PSIM_FAULT_LATE_IRQ);
	if (d->late)
		hrtimer_start(&d->timer,
			      ns_to_ktime(READ_ONCE(d->late_us) * 1000ULL),
			      HRTIMER_MODE_REL_HARD);
	if (psim_fault_hit(faults, PSIM_FAULT_STORM))
		d->again = READ_ONCE(d->storm_len);
	else if (psim_fault_hit(faults, PSIM_FAULT_DOUBLE_IRQ))
		d->again = 1;
	update_state(chip);
	return d->late;
}

/**
 * psim_damage_ack() - the host acknowledges: does it come again?
 * @chip: the chip
 * @clear: PSIM_ISR_* that are acknowledged
 *
 * Context: any, under chip->lock.
 * Return: PSIM_ISR_* that are set nevertheless.
 */
u32 psim_damage_ack(struct psim_chip *chip, u32 clear)
{
	struct psim_damage *d = &chip->damage;
	u32 again = 0;

	if (clear & PSIM_ISR_RESET)
		WRITE_ONCE(d->held, false);
	if (clear & PSIM_ISR_SERVICE) {
		d->mute = false;
		if (d->again) {
			d->again--;
			again = PSIM_ISR_SERVICE;
		}
	}
	update_state(chip);
	return again;
}

/* Any number, small ones as often as great ones. */
static u32 nonsense(struct psim_faults *faults)
{
	return psim_fault_random(faults) >> psim_fault_random(faults) % 32;
}

/**
 * psim_damage_is_full() - whether the mailbox takes nothing though it could
 * @chip: the chip
 *
 * Context: any.
 * Return: true if so.
 */
bool psim_damage_is_full(const struct psim_chip *chip)
{
	ktime_t until = READ_ONCE(chip->damage.full_until);

	return until && ktime_before(ktime_get(), until);
}

/**
 * psim_damage_read() - what faults make of a register
 * @chip: the chip
 * @reg: PSIM_REG_*
 * @val: what it should read
 *
 * Context: any.
 * Return: what it reads.
 */
u32 psim_damage_read(struct psim_chip *chip, unsigned int reg, u32 val)
{
	const struct psim_damage *d = &chip->damage;

	if (READ_ONCE(d->dead))
		return ~0U;
	if (READ_ONCE(d->bad) ||
	    psim_fault_hit(&chip->faults, PSIM_FAULT_BAD_CHIP))
		return nonsense(&chip->faults);
	if (reg != PSIM_REG_STAT)
		return val;
	if (READ_ONCE(d->stuck))
		val |= PSIM_STAT_BUSY | PSIM_STAT_FULL;
	if (psim_damage_is_full(chip))
		val |= PSIM_STAT_FULL;
	return val;
}

/* A dead chip takes nothing, but a reset when its time has come. */
static bool is_dead_for(struct psim_chip *chip, unsigned int reg, u32 val)
{
	ktime_t until = READ_ONCE(chip->damage.dead_until);

	if (!READ_ONCE(chip->damage.dead))
		return false;
	return reg != PSIM_REG_CTRL || !(val & PSIM_CTRL_RESET) || !until ||
	       ktime_before(ktime_get(), until);
}

/* A stuck chip does no more than let go of a nexus. */
static bool is_stuck_for(struct psim_chip *chip, unsigned int reg, u32 val)
{
	struct psim_damage *d = &chip->damage;

	if (!READ_ONCE(d->stuck))
		return false;
	if (reg == PSIM_REG_CMD)
		return val != PSIM_CMD_ACCEPT;
	if (reg != PSIM_REG_CTRL)
		return false;
	if (READ_ONCE(d->stubborn) || !(val & PSIM_CTRL_RESET))
		return true;
	psim_damage_set(chip, &d->stuck, false);
	return false;
}

/**
 * psim_damage_swallows() - whether a write comes to nothing
 * @chip: the chip
 * @reg: PSIM_REG_*
 * @val: what is written
 *
 * Context: any.
 * Return: true if so.
 */
bool psim_damage_swallows(struct psim_chip *chip, unsigned int reg, u32 val)
{
	const struct psim_damage *d = &chip->damage;

	if (is_dead_for(chip, reg, val) || is_stuck_for(chip, reg, val))
		return true;
	return READ_ONCE(d->held) && reg == PSIM_REG_CMD &&
	       val == PSIM_CMD_START;
}

/**
 * psim_damage_bus_reset() - does another initiator reset the bus now?
 * @chip: the chip
 *
 * Context: any.
 * Return: true if so; then what is started is a victim as well, until the
 * host has acknowledged it.
 */
bool psim_damage_bus_reset(struct psim_chip *chip)
{
	if (!psim_fault_hit(&chip->faults, PSIM_FAULT_BUS_RESET))
		return false;
	psim_damage_set(chip, &chip->damage.held, true);
	return true;
}

/**
 * psim_damage_die() - the chip is dead from now on
 * @chip: the chip
 * @us: after so long a reset brings it back; 0 for never
 *
 * Context: any.
 */
void psim_damage_die(struct psim_chip *chip, u32 us)
{
	struct psim_damage *d = &chip->damage;

	WRITE_ONCE(d->dead_until, us ? ktime_add_us(ktime_get(), us) : 0);
	psim_damage_set(chip, &d->dead, true);
}

static void be_full(struct psim_chip *chip)
{
	struct psim_damage *d = &chip->damage;
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	WRITE_ONCE(d->full_until,
		   ktime_add_us(ktime_get(), READ_ONCE(d->full_us)));
	update_state(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

static bool hit(struct psim_chip *chip, enum psim_fault_kind kind)
{
	return psim_fault_hit(&chip->faults, kind);
}

/* Of those that end a command otherwise, at most one. */
static enum psim_fault_kind fate(struct psim_chip *chip)
{
	enum psim_fault_kind kind;

	for (kind = PSIM_FAULT_HANG; kind <= PSIM_FAULT_BUSY; kind++)
		if (hit(chip, kind))
			return kind;
	return PSIM_FAULT_NONE;
}

/**
 * psim_damage_command() - a command was taken: what goes wrong with it?
 * @chip: the chip
 * @nexus: the command; busy for the caller
 *
 * Context: any.
 */
void psim_damage_command(struct psim_chip *chip, struct psim_nexus *nexus)
{
	struct psim_damage *d = &chip->damage;

	if (hit(chip, PSIM_FAULT_DEAD))
		psim_damage_die(chip, READ_ONCE(d->dead_us));
	if (hit(chip, PSIM_FAULT_STUCK))
		psim_damage_set(chip, &d->stuck, true);
	if (hit(chip, PSIM_FAULT_FULL))
		be_full(chip);
	if (hit(chip, PSIM_FAULT_SPURIOUS_IRQ))
		psim_line_pulse(chip->line);
	if (hit(chip, PSIM_FAULT_DELAY))
		nexus->due = ktime_add_us(nexus->due ?: ktime_get(),
					  READ_ONCE(d->delay_us));
	nexus->fate = fate(chip);
}

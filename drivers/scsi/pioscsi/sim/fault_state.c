// SPDX-License-Identifier: GPL-2.0-only
/*
 * The decisions about faults of the simulated chip itself: of its interrupt and
 * of its registers. The arbiter and fault_chip.c carry the decisions out.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/ktime.h>

#include "chip_state.h"
#include "fault.h"
#include "fault_state.h"

/**
 * sim_chip_fault_set_number() - set a parameter of a fault
 * @number: the parameter
 * @val: its new value
 * @max: greatest value
 *
 * Context: any.
 * Return: 0, or -ERANGE if the value is out of range.
 */
int sim_chip_fault_set_number(u32 *number, u64 val, u32 max)
{
	if (val > max)
		return -ERANGE;
	WRITE_ONCE(*number, val);
	return 0;
}

/**
 * sim_chip_fault_update() - record whether any fault has left a state
 * @chip: the chip
 *
 * Context: any, under chip->lock.
 */
void sim_chip_fault_update(struct sim_chip *chip)
{
	const struct sim_fault_state *d = &chip->fault_state;

	sim_faults_set_state(&chip->window.faults,
			     d->dead || d->stuck || d->bad || d->mute ||
			     d->late || d->held || d->again || d->full_until);
}

/**
 * sim_chip_fault_call() - decide about faults of a call for service
 * @chip: the chip
 *
 * Context: any, under chip->lock.
 * Return: true if the call comes later.
 */
bool sim_chip_fault_call(struct sim_chip *chip)
{
	struct sim_faults *faults = &chip->window.faults;
	struct sim_fault_state *d = &chip->fault_state;
	u32 late_us = READ_ONCE(d->late_us);
	enum sim_fault_kind kind;

	/*
	 * The fault of a rule applies to the first call for service of the
	 * command.
	 */
	kind = chip->cur->fault;
	if (kind == SIM_FAULT_LATE_IRQ)
		late_us = chip->cur->inject.arg;
	if (sim_fault_is_of_call(kind)) {
		chip->cur->fault = SIM_FAULT_NONE;
		/* The rule has counted it. */
		chip->cur->inject.rule = 0;
	}
	d->mute = kind == SIM_FAULT_LOST_IRQ ||
		  sim_fault_hit(faults, SIM_FAULT_LOST_IRQ);
	d->late = !d->mute && (kind == SIM_FAULT_LATE_IRQ ||
			       sim_fault_hit(faults, SIM_FAULT_LATE_IRQ));
	if (d->late)
		hrtimer_start(&d->timer, ns_to_ktime(late_us * 1000ULL),
			      HRTIMER_MODE_REL_HARD);
	if (sim_fault_hit(faults, SIM_FAULT_STORM))
		d->again = READ_ONCE(d->storm_len);
	else if (kind == SIM_FAULT_DOUBLE_IRQ ||
		 sim_fault_hit(faults, SIM_FAULT_DOUBLE_IRQ))
		d->again = 1;
	sim_chip_fault_update(chip);
	return d->late;
}

/**
 * sim_chip_fault_unmute() - end the muting of a call for service
 * @chip: the chip, whose call has ended
 *
 * Context: any, under chip->lock.
 */
void sim_chip_fault_unmute(struct sim_chip *chip)
{
	chip->fault_state.mute = false;
	sim_chip_fault_update(chip);
}

/**
 * sim_chip_fault_ack() - decide whether an acknowledged call comes again
 * @chip: the chip
 * @clear: SIM_ISR_* that are acknowledged
 *
 * Context: any, under chip->lock.
 * Return: SIM_ISR_* that are set again.
 */
u32 sim_chip_fault_ack(struct sim_chip *chip, u32 clear)
{
	struct sim_fault_state *d = &chip->fault_state;
	u32 again = 0;

	if (clear & SIM_ISR_RESET)
		WRITE_ONCE(d->held, false);
	if (clear & SIM_ISR_SERVICE) {
		d->mute = false;
		if (d->again) {
			d->again--;
			again = SIM_ISR_SERVICE;
		}
	}
	sim_chip_fault_update(chip);
	return again;
}

/*
 * Returns a random number of random length, so that small numbers are frequent.
 */
static u32 nonsense(struct sim_faults *faults)
{
	return sim_fault_random(faults) >> sim_fault_random(faults) % 32;
}

/**
 * sim_chip_fault_is_full() - tell whether a fault keeps the mailbox full
 * @chip: the chip
 *
 * Context: any.
 * Return: true if so.
 */
bool sim_chip_fault_is_full(const struct sim_chip *chip)
{
	ktime_t until = READ_ONCE(chip->fault_state.full_until);

	return until && ktime_before(ktime_get(), until);
}

/**
 * sim_chip_fault_read() - apply faults to the value of a register
 * @chip: the chip
 * @reg: SIM_REG_*
 * @val: its value without faults
 *
 * Context: any.
 * Return: its value with faults.
 */
u32 sim_chip_fault_read(struct sim_chip *chip, unsigned int reg, u32 val)
{
	const struct sim_fault_state *d = &chip->fault_state;

	if (READ_ONCE(d->dead))
		return ~0U;
	if (READ_ONCE(d->bad) ||
	    sim_fault_hit(&chip->window.faults, SIM_FAULT_BAD_CHIP))
		return nonsense(&chip->window.faults);
	if (reg != SIM_REG_STAT)
		return val;
	if (READ_ONCE(d->stuck))
		val |= SIM_STAT_BUSY | SIM_STAT_FULL;
	if (sim_chip_fault_is_full(chip))
		val |= SIM_STAT_FULL;
	return val;
}

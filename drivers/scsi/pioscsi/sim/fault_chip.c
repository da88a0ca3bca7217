// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of the simulated chip itself. A command triggers them. They put the
 * chip in a state that a reset, a write to debugfs or a timer ends.
 */
#include <linux/ktime.h>
#include <linux/string.h>

#include "../compat.h"
#include "arbiter.h"
#include "fault_chip.h"
#include "fault_cmd.h"
#include "engine.h"
#include "fault.h"
#include "line.h"

static enum hrtimer_restart timer_expired(struct hrtimer *timer)
{
	struct sim_chip *chip = container_of(timer, struct sim_chip,
					     fault_state.timer);
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	if (chip->fault_state.late && chip->cur)
		sim_reg_set(chip, SIM_REG_ISR,
			    sim_reg_get(chip, SIM_REG_ISR) |
			    SIM_ISR_SERVICE);
	chip->fault_state.late = false;
	sim_chip_fault_update(chip);
	sim_arb_update(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return HRTIMER_NORESTART;
}

/**
 * sim_chip_fault_init() - prepare a chip without faults
 * @chip: the chip
 * @seed: for the random numbers
 *
 * Context: process context.
 */
void sim_chip_fault_init(struct sim_chip *chip, u32 seed)
{
	struct sim_fault_state *d = &chip->fault_state;

	sim_faults_init(&chip->window.faults, seed);
	d->delay_us = 10000;
	d->late_us = 1000;
	d->full_us = 1000;
	d->storm_len = 1000;
	d->sense_key = 0x0b;	/* ABORTED COMMAND */
	pioscsi_hrtimer_setup(&d->timer, timer_expired, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_HARD);
}

/**
 * sim_chip_fault_exit() - undo sim_chip_fault_init()
 * @chip: the chip, which no context accesses any more
 *
 * Context: process context; may sleep.
 */
void sim_chip_fault_exit(struct sim_chip *chip)
{
	hrtimer_cancel(&chip->fault_state.timer);
}

/**
 * sim_chip_fault_reset() - end the faults that a reset of the chip ends
 * @chip: the chip
 *
 * Context: any.
 */
void sim_chip_fault_reset(struct sim_chip *chip)
{
	struct sim_fault_state *d = &chip->fault_state;
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	d->mute = false;
	d->late = false;
	WRITE_ONCE(d->held, false);
	d->again = 0;
	sim_chip_fault_update(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

/**
 * sim_chip_fault_seed() - start the sequence of decisions again
 * @chip: the chip
 * @seed: the same seed makes the same decisions
 *
 * Context: any.
 */
void sim_chip_fault_seed(struct sim_chip *chip, u32 seed)
{
	sim_faults_seed(&chip->window.faults, seed);
	sim_rules_restart(&chip->rules);
}

/**
 * sim_chip_fault_set() - change a state of the chip
 * @chip: the chip
 * @state: dead, stuck or bad in the chip's fault state
 * @val: the new value
 *
 * Context: any.
 */
void sim_chip_fault_set(struct sim_chip *chip, bool *state, bool val)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	WRITE_ONCE(*state, val);
	sim_chip_fault_update(chip);
	/* A nexus may have waited for the state to end. */
	sim_arb_connect(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

/* A dead chip drops all writes except a reset after its time has passed. */
static bool is_dead_for(struct sim_chip *chip, unsigned int reg, u32 val)
{
	ktime_t until = READ_ONCE(chip->fault_state.dead_until);

	if (!READ_ONCE(chip->fault_state.dead))
		return false;
	return reg != SIM_REG_CTRL || !(val & SIM_CTRL_RESET) || !until ||
	       ktime_before(ktime_get(), until);
}

/* A stuck chip only releases a nexus. */
static bool is_stuck_for(struct sim_chip *chip, unsigned int reg, u32 val)
{
	struct sim_fault_state *d = &chip->fault_state;

	if (!READ_ONCE(d->stuck))
		return false;
	if (reg == SIM_REG_CMD)
		return val != SIM_CMD_ACCEPT;
	if (reg != SIM_REG_CTRL)
		return false;
	if (READ_ONCE(d->stubborn) || !(val & SIM_CTRL_RESET))
		return true;
	sim_chip_fault_set(chip, &d->stuck, false);
	return false;
}

/**
 * sim_chip_fault_swallows() - tell whether a fault drops a write to a register
 * @chip: the chip
 * @reg: SIM_REG_*
 * @val: the value written
 *
 * Context: any.
 * Return: true if so.
 */
bool sim_chip_fault_swallows(struct sim_chip *chip, unsigned int reg, u32 val)
{
	const struct sim_fault_state *d = &chip->fault_state;

	if (is_dead_for(chip, reg, val) || is_stuck_for(chip, reg, val))
		return true;
	return READ_ONCE(d->held) && reg == SIM_REG_CMD &&
	       val == SIM_CMD_START;
}

/**
 * sim_chip_fault_bus_reset() - decide whether another initiator resets the bus
 * @chip: the chip
 *
 * Context: any.
 * Return: true if so. Until the host acknowledges the reset, it also ends new
 * commands.
 */
bool sim_chip_fault_bus_reset(struct sim_chip *chip)
{
	if (!sim_fault_hit(&chip->window.faults, SIM_FAULT_BUS_RESET))
		return false;
	sim_chip_fault_set(chip, &chip->fault_state.held, true);
	return true;
}

/**
 * sim_chip_fault_die() - make the chip dead
 * @chip: the chip
 * @us: time after which a reset brings it back, us; 0 for never
 *
 * Context: any.
 */
void sim_chip_fault_die(struct sim_chip *chip, u32 us)
{
	struct sim_fault_state *d = &chip->fault_state;

	WRITE_ONCE(d->dead_until, us ? ktime_add_us(ktime_get(), us) : 0);
	sim_chip_fault_set(chip, &d->dead, true);
}

/* Copies the CDB of the command that the chip has under a tag. */
static bool copy_cdb(struct sim_chip *chip, u32 tag, u8 cdb[SIM_CDB_MAX])
{
	const struct sim_nexus *nexus;
	unsigned long flags;
	bool found = false;
	unsigned int i;

	raw_spin_lock_irqsave(&chip->lock, flags);
	for (i = 0; !found && i < chip->num_nexus; i++) {
		nexus = &chip->nexus[i];
		found = nexus->in_use && nexus->owns_tag && nexus->tag == tag;
		if (found)
			memcpy(cdb, nexus->task.cdb, SIM_CDB_MAX);
	}
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return found;
}

/**
 * sim_chip_fault_refuses() - decide whether a target refuses an abort or reset
 * @chip: the chip, whose mailbox has the tag of the command to abort
 * @action: SIM_RULE_FAIL_ABORT or SIM_RULE_FAIL_RESET
 * @target: target ID
 * @lun: LUN, or SIM_RULE_ANY for a reset of the target
 *
 * Context: any.
 * Return: true if it refuses.
 */
bool sim_chip_fault_refuses(struct sim_chip *chip, enum sim_rule_action action,
			    u32 target, u32 lun)
{
	u8 cdb[SIM_CDB_MAX];
	bool has_cdb = action == SIM_RULE_FAIL_ABORT &&
		       copy_cdb(chip, sim_reg_get(chip, SIM_REG_TAG), cdb);

	return sim_rules_refuse(&chip->rules, action, target, lun,
				has_cdb ? cdb : NULL);
}

static void be_full(struct sim_chip *chip)
{
	struct sim_fault_state *d = &chip->fault_state;
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	WRITE_ONCE(d->full_until,
		   ktime_add_us(ktime_get(), READ_ONCE(d->full_us)));
	sim_chip_fault_update(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

static bool hit(struct sim_chip *chip, enum sim_fault_kind kind)
{
	return sim_fault_hit(&chip->window.faults, kind);
}

/**
 * sim_chip_fault_command() - decide about the faults that a command triggers
 * @chip: the chip
 * @nexus: the command; busy for the caller
 *
 * Context: any.
 */
void sim_chip_fault_command(struct sim_chip *chip, struct sim_nexus *nexus)
{
	struct sim_fault_state *d = &chip->fault_state;

	if (hit(chip, SIM_FAULT_DEAD))
		sim_chip_fault_die(chip, READ_ONCE(d->dead_us));
	if (hit(chip, SIM_FAULT_STUCK))
		sim_chip_fault_set(chip, &d->stuck, true);
	if (hit(chip, SIM_FAULT_FULL))
		be_full(chip);
	if (hit(chip, SIM_FAULT_SPURIOUS_IRQ))
		sim_line_pulse(chip->line);
	if (hit(chip, SIM_FAULT_DELAY))
		nexus->due = ktime_add_us(nexus->due ?: ktime_get(),
					  READ_ONCE(d->delay_us));
	sim_cmd_fault_choose(chip, nexus);
}

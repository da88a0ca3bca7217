// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arbiter decides which nexus of the simulated chip uses the data port, and
 * sets the registers accordingly.
 */

#include <linux/bitfield.h>
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "../compat.h"
#include "arbiter.h"
#include "engine.h"
#include "fault_cmd.h"
#include "fault_state.h"
#include "line.h"

/* SIM_REG_CUR_TAG while no nexus is connected. */
#define SIM_NO_TAG	(~0U)

/**
 * sim_arb_update - set the status register and the interrupt output
 * @chip: the chip
 *
 * Context: any, under chip->lock with interrupts off.
 */
void sim_arb_update(struct sim_chip *chip)
{
	u32 isr = sim_reg_get(chip, SIM_REG_ISR);
	bool level = isr & sim_reg_get(chip, SIM_REG_IMR);

	lockdep_assert_held(&chip->lock);
	if (sim_chip_faulty(chip))
		level &= !chip->fault_state.dead && !chip->fault_state.mute;
	sim_reg_set(chip, SIM_REG_STAT,
		    chip->stat | (level ? SIM_STAT_IRQ : 0));

	if (level == chip->level)
		return;
	chip->level = level;
	if (level)
		sim_line_raise(chip->line);
	else
		sim_line_lower(chip->line);
}

static void sim_arb_show(struct sim_chip *chip, unsigned int phase,
			 u32 count, u32 result)
{
	sim_chip_set_phase(chip, phase);
	sim_reg_set(chip, SIM_REG_COUNT, count);
	sim_reg_set(chip, SIM_REG_RESULT, result);
	sim_reg_set(chip, SIM_REG_CUR_TAG,
		    chip->cur ? chip->cur->tag : SIM_NO_TAG);
}

static u32 sim_nexus_result(const struct sim_nexus *nexus)
{
	return nexus->result |
	       FIELD_PREP(SIM_RESULT_STATUS, nexus->task.status) |
	       FIELD_PREP(SIM_RESULT_SENSE_LEN, nexus->task.sense_len);
}

/**
 * sim_arb_present - call the host for the next step of chip->cur
 * @chip: the chip
 *
 * The step is a burst of data, or the status. The caller calls
 * sim_arb_update() afterwards.
 *
 * Context: any, under chip->lock; chip->cur is not busy.
 */
void sim_arb_present(struct sim_chip *chip)
{
	struct sim_nexus *nexus = chip->cur;
	struct sim_task *task = &nexus->task;
	u32 count;

	if (nexus->done) {
		sim_arb_show(chip, SIM_PHASE_STATUS, task->sense_len,
			     sim_nexus_result(nexus));
	} else {
		count = nexus->len - nexus->moved;
		if (chip->config.fifo_bytes)
			count = min(count, chip->config.fifo_bytes);
		sim_arb_show(chip, task->dir == SIM_DIR_IN ?
			     SIM_PHASE_DATA_IN : SIM_PHASE_DATA_OUT,
			     count, 0);
		if (unlikely(nexus->fault == SIM_FAULT_WRONG_PHASE))
			sim_cmd_fault_present(chip);
	}

	if (sim_chip_faulty(chip) && sim_chip_fault_call(chip))
		return;
	sim_reg_set(chip, SIM_REG_ISR,
		    sim_reg_get(chip, SIM_REG_ISR) | SIM_ISR_SERVICE);
}

/**
 * sim_arb_disconnect - take chip->cur off the data port
 * @chip: the chip
 *
 * This ends its call for service: %SIM_ISR_SERVICE is cleared, unless a storm
 * fault repeats it. The caller calls sim_arb_connect() afterwards.
 *
 * Context: any, under chip->lock.
 */
void sim_arb_disconnect(struct sim_chip *chip)
{
	chip->cur = NULL;
	sim_arb_show(chip, SIM_PHASE_FREE, 0, 0);
	if (sim_chip_faulty(chip)) {
		sim_chip_fault_unmute(chip);
		if (chip->fault_state.again)
			return;
	}
	sim_reg_set(chip, SIM_REG_ISR,
		    sim_reg_get(chip, SIM_REG_ISR) & ~SIM_ISR_SERVICE);
}

/* Tell whether a nexus may connect to the data port. */
static bool is_free(const struct sim_chip *chip)
{
	return !chip->cur && !chip->fault_state.stuck;
}

static void connect(struct sim_chip *chip, struct sim_nexus *nexus)
{
	chip->cur = nexus;
	sim_arb_present(chip);
}

/**
 * sim_arb_connect - give the data port to the next nexus, if it is free
 * @chip: the chip
 *
 * Does sim_arb_update() too.
 *
 * Context: any, under chip->lock with interrupts off.
 */
void sim_arb_connect(struct sim_chip *chip)
{
	struct sim_nexus *nexus;

	nexus = list_first_entry_or_null(&chip->ready, struct sim_nexus, node);
	if (nexus && is_free(chip)) {
		list_del_init(&nexus->node);
		connect(chip, nexus);
	}
	sim_arb_update(chip);
}

/**
 * sim_arb_queue - queue a nexus for the data port
 * @chip: the chip
 * @nexus: in no list, and not busy
 *
 * It is ready now, or when its latency has passed. The caller calls
 * sim_arb_connect() afterwards.
 *
 * Context: any, under chip->lock with interrupts off.
 */
void sim_arb_queue(struct sim_chip *chip, struct sim_nexus *nexus)
{
	struct list_head *prev = &chip->waiting;
	struct sim_nexus *pos;

	if (!nexus->due || ktime_compare(nexus->due, ktime_get()) <= 0) {
		if (is_free(chip) && list_empty(&chip->ready))
			connect(chip, nexus);
		else
			list_add_tail(&nexus->node, &chip->ready);
		return;
	}

	list_for_each_entry_reverse(pos, &chip->waiting, node)
		if (ktime_compare(pos->due, nexus->due) <= 0) {
			prev = &pos->node;
			break;
		}
	list_add(&nexus->node, prev);
	if (list_is_first(&nexus->node, &chip->waiting))
		hrtimer_start(&chip->timer, nexus->due, HRTIMER_MODE_ABS_HARD);
}

static enum hrtimer_restart sim_arb_timer(struct hrtimer *timer)
{
	struct sim_chip *chip = container_of(timer, struct sim_chip, timer);
	struct sim_nexus *nexus, *next;
	ktime_t now = ktime_get();
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	list_for_each_entry_safe(nexus, next, &chip->waiting, node) {
		if (ktime_compare(nexus->due, now) > 0) {
			/*
			 * A new command may have set the timer again, so do not
			 * change its time.
			 */
			hrtimer_start(timer, nexus->due, HRTIMER_MODE_ABS_HARD);
			break;
		}
		list_move_tail(&nexus->node, &chip->ready);
	}
	sim_arb_connect(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return HRTIMER_NORESTART;
}

/**
 * sim_arb_init - prepare the arbiter
 * @chip: the chip
 *
 * Context: process context.
 */
void sim_arb_init(struct sim_chip *chip)
{
	INIT_LIST_HEAD(&chip->waiting);
	INIT_LIST_HEAD(&chip->ready);
	pioscsi_hrtimer_setup(&chip->timer, sim_arb_timer, CLOCK_MONOTONIC,
			      HRTIMER_MODE_ABS_HARD);
	raw_spin_lock_irq(&chip->lock);
	sim_arb_show(chip, SIM_PHASE_FREE, 0, 0);
	raw_spin_unlock_irq(&chip->lock);
}

/**
 * sim_arb_exit - undo sim_arb_init()
 * @chip: the chip, all of whose nexuses are aborted; it takes no others
 *
 * Context: process context; may sleep.
 */
void sim_arb_exit(struct sim_chip *chip)
{
	hrtimer_cancel(&chip->timer);
}

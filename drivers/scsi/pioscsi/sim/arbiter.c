// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who of the simulated chip's nexuses has the data port, and what the
 * registers show of it.
 */

#include <linux/bitfield.h>
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "../compat.h"
#include "arbiter.h"
#include "engine.h"
#include "line.h"

/* PSIM_REG_CUR_TAG while no nexus is connected. */
#define PSIM_NO_TAG	(~0U)

/**
 * psim_arb_update - let the status and the interrupt follow the state
 * @chip: the chip
 *
 * Context: any, under chip->lock with interrupts off.
 */
void psim_arb_update(struct psim_chip *chip)
{
	u32 isr = psim_reg_get(chip, PSIM_REG_ISR);
	bool level = isr & psim_reg_get(chip, PSIM_REG_IMR);
	u32 stat = FIELD_PREP(PSIM_STAT_PHASE, chip->phase);

	lockdep_assert_held(&chip->lock);
	if (psim_faults_active(&chip->faults))
		level &= !chip->damage.dead && !chip->damage.mute;
	if (level)
		stat |= PSIM_STAT_IRQ;
	if (chip->cur)
		stat |= PSIM_STAT_CONNECTED;
	if (chip->live == chip->config.depth)
		stat |= PSIM_STAT_FULL;
	psim_reg_set(chip, PSIM_REG_STAT, stat);

	if (level == chip->level)
		return;
	chip->level = level;
	if (level)
		psim_line_raise(chip->line);
	else
		psim_line_lower(chip->line);
}

static void psim_arb_show(struct psim_chip *chip, unsigned int phase,
			  u32 count, u32 result)
{
	chip->phase = phase;
	psim_reg_set(chip, PSIM_REG_COUNT, count);
	psim_reg_set(chip, PSIM_REG_RESULT, result);
	psim_reg_set(chip, PSIM_REG_CUR_TAG,
		     chip->cur ? chip->cur->tag : PSIM_NO_TAG);
}

static u32 psim_nexus_result(const struct psim_nexus *nexus)
{
	return nexus->result |
	       FIELD_PREP(PSIM_RESULT_STATUS, nexus->task.status) |
	       FIELD_PREP(PSIM_RESULT_SENSE_LEN, nexus->task.sense_len);
}

/**
 * psim_arb_present - call the host for the next step of chip->cur
 * @chip: the chip
 *
 * The step is a burst of data, or the status. psim_arb_update() is left to
 * the caller.
 *
 * Context: any, under chip->lock; chip->cur is not busy.
 */
void psim_arb_present(struct psim_chip *chip)
{
	struct psim_nexus *nexus = chip->cur;
	struct psim_task *task = &nexus->task;
	u32 count;

	if (nexus->done) {
		psim_arb_show(chip, PSIM_PHASE_STATUS, task->sense_len,
			      psim_nexus_result(nexus));
	} else {
		count = nexus->len - nexus->moved;
		if (chip->config.fifo_bytes)
			count = min(count, chip->config.fifo_bytes);
		psim_arb_show(chip, task->dir == PSIM_DIR_IN ?
			      PSIM_PHASE_DATA_IN : PSIM_PHASE_DATA_OUT,
			      count, 0);
		if (unlikely(nexus->fate == PSIM_FAULT_WRONG_PHASE))
			psim_damage_present(chip);
	}

	if (psim_faults_active(&chip->faults) && psim_damage_call(chip))
		return;
	psim_reg_set(chip, PSIM_REG_ISR,
		     psim_reg_get(chip, PSIM_REG_ISR) | PSIM_ISR_SERVICE);
}

/**
 * psim_arb_disconnect - take chip->cur off the data port
 * @chip: the chip
 *
 * What it wanted from the host is no longer wanted, so that
 * %PSIM_ISR_SERVICE goes with it, unless that storms. psim_arb_connect() is
 * left to the caller.
 *
 * Context: any, under chip->lock.
 */
void psim_arb_disconnect(struct psim_chip *chip)
{
	chip->cur = NULL;
	psim_arb_show(chip, PSIM_PHASE_FREE, 0, 0);
	if (psim_faults_active(&chip->faults) && chip->damage.again)
		return;
	psim_reg_set(chip, PSIM_REG_ISR,
		     psim_reg_get(chip, PSIM_REG_ISR) & ~PSIM_ISR_SERVICE);
}

/* Whether the data port can be had. */
static bool is_free(const struct psim_chip *chip)
{
	return !chip->cur && !chip->damage.stuck;
}

static void connect(struct psim_chip *chip, struct psim_nexus *nexus)
{
	chip->cur = nexus;
	psim_arb_present(chip);
}

/**
 * psim_arb_connect - give the data port to the next nexus, if it is free
 * @chip: the chip
 *
 * Does psim_arb_update() too.
 *
 * Context: any, under chip->lock with interrupts off.
 */
void psim_arb_connect(struct psim_chip *chip)
{
	struct psim_nexus *nexus;

	nexus = list_first_entry_or_null(&chip->ready, struct psim_nexus, node);
	if (nexus && is_free(chip)) {
		list_del_init(&nexus->node);
		connect(chip, nexus);
	}
	psim_arb_update(chip);
}

/**
 * psim_arb_queue - line a nexus up for the data port
 * @chip: the chip
 * @nexus: in no list, and not busy
 *
 * It is ready, or lets the latency pass first. psim_arb_connect() is left to
 * the caller.
 *
 * Context: any, under chip->lock with interrupts off.
 */
void psim_arb_queue(struct psim_chip *chip, struct psim_nexus *nexus)
{
	struct list_head *prev = &chip->waiting;
	struct psim_nexus *pos;

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

static enum hrtimer_restart psim_arb_timer(struct hrtimer *timer)
{
	struct psim_chip *chip = container_of(timer, struct psim_chip, timer);
	struct psim_nexus *nexus, *next;
	ktime_t now = ktime_get();
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	list_for_each_entry_safe(nexus, next, &chip->waiting, node) {
		if (ktime_compare(nexus->due, now) > 0) {
			/* Not by forwarding: a START may have armed it. */
			hrtimer_start(timer, nexus->due, HRTIMER_MODE_ABS_HARD);
			break;
		}
		list_move_tail(&nexus->node, &chip->ready);
	}
	psim_arb_connect(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return HRTIMER_NORESTART;
}

/**
 * psim_arb_init - prepare the arbiter
 * @chip: the chip
 *
 * Context: process context.
 */
void psim_arb_init(struct psim_chip *chip)
{
	INIT_LIST_HEAD(&chip->waiting);
	INIT_LIST_HEAD(&chip->ready);
	pioscsi_hrtimer_setup(&chip->timer, psim_arb_timer, CLOCK_MONOTONIC,
			      HRTIMER_MODE_ABS_HARD);
	psim_arb_show(chip, PSIM_PHASE_FREE, 0, 0);
}

/**
 * psim_arb_exit - undo psim_arb_init()
 * @chip: the chip; all nexuses are forgotten, and no more are taken
 *
 * Context: process context; may sleep.
 */
void psim_arb_exit(struct psim_chip *chip)
{
	hrtimer_cancel(&chip->timer);
}

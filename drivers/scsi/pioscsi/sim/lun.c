// SPDX-License-Identifier: GPL-2.0-only
/*
 * LUNs: the paths of the hosts to logical units, and their unit attention
 * conditions.
 */
#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/minmax.h>

#include "../compat.h"
#include "lun.h"
#include "sense.h"

static const u16 sim_ua_code[] = {
	[SIM_UA_NONE] = SIM_ASC_NONE,
	[SIM_UA_LUNS_CHANGED] = SIM_ASC_LUNS_CHANGED,
	[SIM_UA_MODE] = SIM_ASC_MODE_CHANGED,
	[SIM_UA_CAPACITY] = SIM_ASC_CAPACITY,
	[SIM_UA_REMOVED] = SIM_ASC_NO_MEDIUM,
	[SIM_UA_MEDIUM] = SIM_ASC_MEDIUM_CHANGED,
	[SIM_UA_LUN_RESET] = SIM_ASC_DEVICE_RESET,
	[SIM_UA_BUS_RESET] = SIM_ASC_BUS_RESET,
	[SIM_UA_POWER_ON] = SIM_ASC_POWER_ON,
};

static void set_attention(struct sim_lun *lu, enum sim_ua ua)
{
	u16 resets = GENMASK(SIM_UA_POWER_ON, SIM_UA_LUN_RESET);
	u16 pending = lu->ua;

	lockdep_assert_held(&lu->unit->lock);
	/* A load replaces the eject before it, even if its status was lost. */
	if (ua == SIM_UA_REMOVED && !lu->unit->ejected)
		return;
	if (ua == SIM_UA_MEDIUM)
		pending &= ~BIT(SIM_UA_REMOVED);
	if (ua >= SIM_UA_LUN_RESET) {
		if (pending & resets & GENMASK(SIM_UA_POWER_ON, ua))
			return;
		pending &= ~resets;
	}
	WRITE_ONCE(lu->ua, pending | BIT(ua));
}

/**
 * sim_lun_power_on() - let a LUN begin as after power on
 * @lu: the LUN, which commands do not find yet
 *
 * Its host does not prevent removal of the medium, and has missed no event.
 *
 * Context: Any.
 */
void sim_lun_power_on(struct sim_lun *lu)
{
	unsigned long flags;

	spin_lock_irqsave(&lu->unit->lock, flags);
	lu->prevent = false;
	WRITE_ONCE(lu->power_ons, lu->power_ons + 1);
	WRITE_ONCE(lu->ua, 0);
	set_attention(lu, SIM_UA_POWER_ON);
	spin_unlock_irqrestore(&lu->unit->lock, flags);
}

/**
 * sim_lun_init() - connect a LUN to its logical unit
 * @lu: the LUN
 * @bus: where it is
 * @unit: the logical unit, with a reference that the LUN takes over
 * @target: ID of its target
 * @lun: its number
 *
 * Context: Any.
 */
void sim_lun_init(struct sim_lun *lu, struct sim_bus *bus,
		  struct sim_unit *unit, unsigned int target, unsigned int lun)
{
	unsigned long flags;

	lu->bus = bus;
	lu->unit = unit;
	lu->target = target;
	lu->lun = lun;
	spin_lock_irqsave(&unit->lock, flags);
	list_add_tail(&lu->node, &unit->paths);
	spin_unlock_irqrestore(&unit->lock, flags);
	sim_lun_power_on(lu);
}

/**
 * sim_lun_exit() - take a LUN off its logical unit
 * @lu: the LUN; no task of it is left
 *
 * Context: Process context, with sim_units_mutex.
 */
void sim_lun_exit(struct sim_lun *lu)
{
	unsigned long flags;

	spin_lock_irqsave(&lu->unit->lock, flags);
	list_del(&lu->node);
	spin_unlock_irqrestore(&lu->unit->lock, flags);
	sim_unit_put(lu->unit);
}

/**
 * sim_lun_find() - look a LUN up
 * @bus: the bus
 * @target: target ID
 * @lun: LUN
 *
 * Unit tests count the calls.
 *
 * Context: Any.
 * Return: the LUN, or %NULL if it has no logical unit.
 */
struct sim_lun *sim_lun_find(const struct sim_bus *bus, unsigned int target,
			     unsigned int lun)
{
	struct sim_lun *lu;

	KUNIT_STATIC_STUB_REDIRECT(sim_lun_find, bus, target, lun);

	if (target >= bus->config.num_tgts || lun >= bus->slots)
		return NULL;
	/* Pairs with sim_bus_publish_lun(): the LUN is initialised. */
	lu = smp_load_acquire(&bus->lun[target * bus->slots + lun]);
	return lu && !READ_ONCE(lu->absent) ? lu : NULL;
}

/**
 * sim_lun_attention() - establish a unit attention condition for one LUN
 * @lu: the LUN
 * @ua: the event
 *
 * Context: Any.
 */
void sim_lun_attention(struct sim_lun *lu, enum sim_ua ua)
{
	unsigned long flags;

	spin_lock_irqsave(&lu->unit->lock, flags);
	set_attention(lu, ua);
	spin_unlock_irqrestore(&lu->unit->lock, flags);
}

/**
 * sim_task_restore_ua() - make the condition that a task reports pending again
 * @task: the task, which reports a condition of its LUN
 *
 * Nothing happens if the LUN has been removed and added again: the condition is
 * that of the old one.
 *
 * Context: Any.
 */
void sim_task_restore_ua(struct sim_task *task)
{
	struct sim_lun *lu = task->lu;
	unsigned long flags;

	spin_lock_irqsave(&lu->unit->lock, flags);
	if (lu->power_ons == task->power_ons)
		set_attention(lu, task->ua);
	spin_unlock_irqrestore(&lu->unit->lock, flags);
}

/* Returns true if the condition was pending. */
static bool clear_attention(struct sim_lun *lu, enum sim_ua ua)
{
	unsigned long flags;
	bool pending;

	spin_lock_irqsave(&lu->unit->lock, flags);
	pending = lu->ua & BIT(ua);
	WRITE_ONCE(lu->ua, lu->ua & ~BIT(ua));
	spin_unlock_irqrestore(&lu->unit->lock, flags);
	return pending;
}

/**
 * sim_luns_reported() - clear REPORTED LUNS DATA HAS CHANGED of a whole target
 * @task: a task that reports the change, or lists the LUNs of the target
 *
 * The initiator gets to know a change of LUNs once for each target (LUICLR in
 * SPC-4). It does so by a unit attention condition of any LUN, or by REPORT
 * LUNS. If the status of the task gets lost, the condition is pending again for
 * the LUN of the task.
 *
 * Context: Process context: the work grows with the number of LUNs.
 */
void sim_luns_reported(struct sim_task *task)
{
	struct sim_lun *lu;
	unsigned int lun;

	for (lun = 0; lun < task->bus->slots; lun++) {
		lu = sim_lun_find(task->bus, task->target, lun);
		if (lu && clear_attention(lu, SIM_UA_LUNS_CHANGED))
			task->ua = SIM_UA_LUNS_CHANGED;
	}
}

/**
 * sim_lun_notify() - establish a unit attention condition for other hosts
 * @lu: the LUN through which the change has come; it gets none
 * @ua: the event
 *
 * Context: Any, with the lock of the logical unit.
 */
void sim_lun_notify(struct sim_lun *lu, enum sim_ua ua)
{
	struct sim_lun *path;

	lockdep_assert_held(&lu->unit->lock);
	list_for_each_entry(path, &lu->unit->paths, node)
		if (path != lu)
			set_attention(path, ua);
}

/**
 * sim_lun_attention_all() - establish a unit attention condition for all hosts
 * @lu: a LUN of the logical unit
 * @ua: the event
 *
 * Context: Any.
 */
void sim_lun_attention_all(struct sim_lun *lu, enum sim_ua ua)
{
	unsigned long flags;

	spin_lock_irqsave(&lu->unit->lock, flags);
	set_attention(lu, ua);
	sim_lun_notify(lu, ua);
	spin_unlock_irqrestore(&lu->unit->lock, flags);
}

/**
 * sim_lun_prevent() - prevent or allow that the medium is ejected
 * @lu: the LUN of the host that wants so
 * @prevent: prevent
 *
 * Context: Any.
 */
void sim_lun_prevent(struct sim_lun *lu, bool prevent)
{
	unsigned long flags;

	spin_lock_irqsave(&lu->unit->lock, flags);
	lu->prevent = prevent;
	spin_unlock_irqrestore(&lu->unit->lock, flags);
}

/**
 * sim_lun_eject() - eject the medium, which keeps its data
 * @lu: the LUN of the host that ejects it; the other hosts get to know
 *
 * Context: Any.
 * Return: true, or false if a host prevents that.
 */
bool sim_lun_eject(struct sim_lun *lu)
{
	struct sim_unit *unit = lu->unit;
	struct sim_lun *path;
	unsigned long flags;
	bool prevented = false;

	spin_lock_irqsave(&unit->lock, flags);
	list_for_each_entry(path, &unit->paths, node)
		prevented |= path->prevent && !READ_ONCE(path->absent);
	if (!prevented && !unit->ejected) {
		WRITE_ONCE(unit->ejected, true);
		sim_lun_notify(lu, SIM_UA_REMOVED);
	}
	spin_unlock_irqrestore(&unit->lock, flags);
	return !prevented;
}

/**
 * sim_lun_load() - load the medium, which each host gets to know
 * @lu: a LUN of the logical unit
 *
 * Context: Any.
 */
void sim_lun_load(struct sim_lun *lu)
{
	struct sim_unit *unit = lu->unit;
	unsigned long flags;

	spin_lock_irqsave(&unit->lock, flags);
	if (unit->ejected) {
		WRITE_ONCE(unit->ejected, false);
		set_attention(lu, SIM_UA_MEDIUM);
		sim_lun_notify(lu, SIM_UA_MEDIUM);
	}
	spin_unlock_irqrestore(&unit->lock, flags);
}

/**
 * sim_lun_is_shared() - tell whether another LUN leads to the same unit
 * @lu: the LUN
 *
 * Context: Any.
 * Return: true if there is one that was not removed.
 */
bool sim_lun_is_shared(struct sim_lun *lu)
{
	struct sim_lun *path;
	unsigned long flags;
	bool shared = false;

	spin_lock_irqsave(&lu->unit->lock, flags);
	list_for_each_entry(path, &lu->unit->paths, node)
		shared |= path != lu && !READ_ONCE(path->absent);
	spin_unlock_irqrestore(&lu->unit->lock, flags);
	return shared;
}

/**
 * sim_lun_event() - power on or reset a logical unit
 * @lu: the LUN through which the event has come
 * @ua: the event
 *
 * Mode parameters and power condition become those after power on. The unit
 * attention condition becomes pending, unless one of higher precedence is. For
 * the other hosts that share the unit, each event is a reset of the unit. The
 * medium may be ejected afterwards.
 *
 * Context: Any.
 */
void sim_lun_event(struct sim_lun *lu, enum sim_ua ua)
{
	struct sim_unit *unit = lu->unit;
	struct sim_lun *path;
	unsigned long flags;

	spin_lock_irqsave(&unit->lock, flags);
	list_for_each_entry(path, &unit->paths, node)
		path->prevent = false;
	sim_mode_reset(&unit->mode);
	WRITE_ONCE(unit->stopped, false);
	set_attention(lu, ua);
	sim_lun_notify(lu, SIM_UA_LUN_RESET);
	spin_unlock_irqrestore(&unit->lock, flags);
}

/**
 * sim_task_take_ua() - report a unit attention condition, which clears it
 * @task: the task of a LUN, which reports the condition
 * @gfp: as for sim_task_exec()
 *
 * REPORTED LUNS DATA HAS CHANGED is cleared for all LUNs of the target.
 *
 * Context: As @gfp allows.
 * Return: the additional sense code and qualifier (SIM_ASC_*) of the one with
 * the highest precedence. SIM_ASC_NONE if no condition is pending. -EAGAIN if
 * the work needs process context and @gfp does not allow it.
 */
int sim_task_take_ua(struct sim_task *task, gfp_t gfp)
{
	struct sim_lun *lu = task->lu;
	unsigned int ua = SIM_UA_NONE;
	unsigned long flags;
	bool later = false;

	if (likely(!READ_ONCE(lu->ua)))
		return SIM_ASC_NONE;

	spin_lock_irqsave(&lu->unit->lock, flags);
	if (lu->ua) {
		ua = fls(lu->ua) - 1;
		later = ua == SIM_UA_LUNS_CHANGED &&
			!gfpflags_allow_blocking(gfp);
		if (!later)
			WRITE_ONCE(lu->ua, lu->ua & ~BIT(ua));
	}
	spin_unlock_irqrestore(&lu->unit->lock, flags);
	if (later)
		return -EAGAIN;
	task->ua = ua;
	if (ua == SIM_UA_LUNS_CHANGED)
		sim_luns_reported(task);
	return sim_ua_code[ua];
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logical units: their life, alone or shared by the hosts, and their capacity.
 */
#include <linux/log2.h>
#include <linux/slab.h>

#include "unit.h"

DEFINE_MUTEX(sim_units_mutex);	/* for sim_units, and capacities */
DEFINE_SRCU(sim_steps);

static LIST_HEAD(sim_units);

static struct sim_unit *find_shared(unsigned int target, unsigned int lun)
{
	struct sim_unit *unit;

	list_for_each_entry(unit, &sim_units, node)
		if (unit->shared && unit->target == target && unit->lun == lun)
			return unit;
	return NULL;
}

static struct sim_unit *make_unit(const struct sim_bus_config *config,
				  unsigned int target, unsigned int lun)
{
	struct sim_unit *unit = kzalloc(sizeof(*unit), GFP_KERNEL);
	unsigned int shift = ilog2(config->sector_size);

	if (!unit)
		return NULL;
	unit->shared = config->shared;
	unit->host_no = config->shared ? 0 : config->host_no;
	unit->target = target;
	unit->lun = lun;
	atomic64_set(&unit->blocks, config->dev_size >> shift);
	sim_medium_init(&unit->medium, shift);
	unit->medium.fake = config->fake;
	spin_lock_init(&unit->lock);
	sim_mode_reset(&unit->mode);
	INIT_LIST_HEAD(&unit->paths);
	list_add_tail(&unit->node, &sim_units);
	return unit;
}

/**
 * sim_unit_get() - make a logical unit, or find the shared one
 * @config: the bus that has it; valid
 * @target: ID of its target
 * @lun: its LUN
 *
 * Context: Process context, with sim_units_mutex.
 * Return: the unit, with a reference for the caller, or %NULL without memory.
 */
struct sim_unit *sim_unit_get(const struct sim_bus_config *config,
			      unsigned int target, unsigned int lun)
{
	struct sim_unit *unit = NULL;

	lockdep_assert_held(&sim_units_mutex);
	if (config->shared)
		unit = find_shared(target, lun);
	if (!unit)
		unit = make_unit(config, target, lun);
	if (unit)
		unit->users++;
	return unit;
}

/**
 * sim_unit_put() - drop a reference to a logical unit
 * @unit: the unit; its medium is freed with the last reference
 *
 * The caller calls rcu_barrier() before the module is unloaded.
 *
 * Context: Process context, with sim_units_mutex.
 */
void sim_unit_put(struct sim_unit *unit)
{
	lockdep_assert_held(&sim_units_mutex);
	if (--unit->users)
		return;
	list_del(&unit->node);
	sim_medium_destroy(&unit->medium);
	kfree(unit);
}

/*
 * Ends the commands that have begun: each later step sees the new epoch. Waits
 * for the steps that have not seen it.
 */
static void raise_epoch(struct sim_unit *unit)
{
	/* Pairs with sim_unit_epoch(). */
	smp_store_release(&unit->epoch, unit->epoch + 1);
	synchronize_srcu(&sim_steps);
}

/* Sets the capacity. Data from byte @keep on is lost. */
static void set_size(struct sim_unit *unit, u64 size, u64 keep)
{
	unsigned int shift = unit->medium.block_shift;
	u64 old = sim_unit_blocks(unit) << shift;

	lockdep_assert_held(&sim_units_mutex);
	atomic64_set(&unit->blocks, size >> shift);
	if (keep >= old)
		return;
	raise_epoch(unit);
	sim_medium_unmap(&unit->medium, keep, old - keep);
}

/**
 * sim_unit_clear() - make a logical unit empty
 * @unit: the unit
 * @size: new capacity in bytes, valid
 *
 * Commands that have begun end with CHECK CONDITION.
 *
 * Context: Process context, with sim_units_mutex. Sleeps.
 */
void sim_unit_clear(struct sim_unit *unit, u64 size)
{
	set_size(unit, size, 0);
}

/**
 * sim_unit_resize() - set the capacity of a logical unit
 * @unit: the unit
 * @size: capacity in bytes, valid
 *
 * Blocks beyond a smaller capacity are lost, and commands that have begun end
 * with CHECK CONDITION.
 *
 * Context: Process context, with sim_units_mutex. Sleeps.
 */
void sim_unit_resize(struct sim_unit *unit, u64 size)
{
	set_size(unit, size, size);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bus: its targets and logical units, which come and go, and its resets.
 */
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "lun.h"
#include "opcodes.h"
#include "unit.h"

/* The limits of flat space addressing, and of a bus. */
#define SIM_LUNS_MAX		16384
#define SIM_TARGETS_MAX		256

static bool sim_config_valid(const struct sim_bus_config *config)
{
	u64 chunks = config->dev_size >> SIM_CHUNK_SHIFT;

	return config->num_tgts && config->num_tgts <= SIM_TARGETS_MAX &&
	       config->max_luns && config->max_luns <= SIM_LUNS_MAX &&
	       config->sector_size >= 512 &&
	       config->sector_size <= SIM_CHUNK_SIZE &&
	       is_power_of_2(config->sector_size) && config->dev_size &&
	       !(config->dev_size & (config->sector_size - 1)) &&
	       chunks <= ULONG_MAX - 1;
}

/* Makes a LUN that commands do not find yet. */
static struct sim_lun *sim_bus_make_lun(struct sim_bus *bus,
					unsigned int target, unsigned int lun)
{
	struct sim_lun *lu = kzalloc(sizeof(*lu), GFP_KERNEL);
	struct sim_unit *unit;

	if (!lu)
		return NULL;
	unit = sim_unit_get(&bus->config, target, lun);
	if (!unit) {
		kfree(lu);
		return NULL;
	}
	sim_lun_init(lu, bus, unit, target, lun);
	return lu;
}

static void sim_bus_publish_lun(struct sim_bus *bus, struct sim_lun *lu)
{
	/* Pairs with sim_lun_find(). */
	smp_store_release(&bus->lun[lu->target * bus->slots + lu->lun], lu);
}

/* Makes the unit of a LUN new, before commands find it, unless it is shared. */
static void sim_bus_power_on(struct sim_lun *lu, u64 size)
{
	sim_lun_power_on(lu);
	if (sim_lun_is_shared(lu))
		return;
	sim_unit_clear(lu->unit, size);
	WRITE_ONCE(lu->unit->ejected, false);
	sim_lun_event(lu, SIM_UA_POWER_ON);
}

/* All hosts may have removed their LUN of a unit, which still exists. */
static bool sim_unit_was_made_before(const struct sim_unit *unit)
{
	return unit->users > 1;
}

static int sim_bus_make_luns(struct sim_bus *bus)
{
	unsigned int i, luns = bus->config.num_tgts * bus->config.max_luns;
	struct sim_lun *lu;
	int err = 0;

	mutex_lock(&sim_units_mutex);
	for (i = 0; i < luns; i++) {
		lu = sim_bus_make_lun(bus, i / bus->config.max_luns,
				      i % bus->config.max_luns);
		if (!lu) {
			err = -ENOMEM;
			break;
		}
		if (sim_unit_was_made_before(lu->unit))
			sim_bus_power_on(lu, bus->config.dev_size);
		sim_bus_publish_lun(bus, lu);
	}
	mutex_unlock(&sim_units_mutex);
	return err;
}

/**
 * sim_bus_create() - make a bus and power its logical units on
 * @config: targets, logical units and geometry; copied
 *
 * At most 256 targets and 16384 logical units each.
 *
 * Context: Process context.
 * Return: the bus, ERR_PTR(-EINVAL) for a config that is not valid, or
 * ERR_PTR(-ENOMEM).
 */
struct sim_bus *sim_bus_create(const struct sim_bus_config *config)
{
	struct sim_bus *bus;

	sim_opcodes_init();
	if (!sim_config_valid(config))
		return ERR_PTR(-EINVAL);
	bus = kzalloc(sizeof(*bus), GFP_KERNEL);
	if (!bus)
		return ERR_PTR(-ENOMEM);
	bus->config = *config;
	bus->slots = max_t(unsigned int, config->max_luns, SIM_LUN_SLOTS);
	bus->lun = kvcalloc((size_t)config->num_tgts * bus->slots,
			    sizeof(*bus->lun), GFP_KERNEL);
	if (!bus->lun) {
		kfree(bus);
		return ERR_PTR(-ENOMEM);
	}
	if (sim_bus_make_luns(bus)) {
		sim_bus_destroy(bus);
		return ERR_PTR(-ENOMEM);
	}
	return bus;
}

/**
 * sim_bus_destroy() - free a bus and all on it
 * @bus: the bus; all its tasks have been released
 *
 * Context: Process context. Sleeps.
 */
void sim_bus_destroy(struct sim_bus *bus)
{
	size_t i;

	mutex_lock(&sim_units_mutex);
	for (i = 0; i < (size_t)bus->config.num_tgts * bus->slots; i++)
		if (bus->lun[i]) {
			sim_lun_exit(bus->lun[i]);
			kfree(bus->lun[i]);
		}
	mutex_unlock(&sim_units_mutex);
	/* RCU callbacks may still free memory of the media. */
	rcu_barrier();
	kvfree(bus->lun);
	kfree(bus);
}

/**
 * sim_bus_has_target() - tell whether a target answers selection
 * @bus: the bus
 * @target: target ID
 *
 * Context: Any.
 * Return: true if there is such a target.
 */
bool sim_bus_has_target(const struct sim_bus *bus, unsigned int target)
{
	return target < bus->config.num_tgts;
}

static void sim_target_event(struct sim_bus *bus, unsigned int target,
			     enum sim_ua ua)
{
	struct sim_lun *lu;
	unsigned int lun;

	for (lun = 0; lun < bus->slots; lun++) {
		lu = sim_lun_find(bus, target, lun);
		if (lu)
			sim_lun_event(lu, ua);
	}
}

/**
 * sim_bus_reset() - reset all targets, as a reset of the bus does
 * @bus: the bus
 *
 * The chip forgets the tasks; the media keep their data.
 *
 * Context: Any.
 */
void sim_bus_reset(struct sim_bus *bus)
{
	unsigned int target;

	for (target = 0; target < bus->config.num_tgts; target++)
		sim_target_event(bus, target, SIM_UA_BUS_RESET);
}

/**
 * sim_target_reset() - reset all logical units of a target
 * @bus: the bus
 * @target: target ID; nothing happens if there is no such target
 *
 * Context: Any.
 */
void sim_target_reset(struct sim_bus *bus, unsigned int target)
{
	sim_target_event(bus, target, SIM_UA_LUN_RESET);
}

/**
 * sim_lun_reset() - logical unit reset
 * @bus: the bus
 * @target: target ID
 * @lun: LUN; nothing happens if there is no such logical unit
 *
 * Context: Any.
 */
void sim_lun_reset(struct sim_bus *bus, unsigned int target,
		   unsigned int lun)
{
	struct sim_lun *lu = sim_lun_find(bus, target, lun);

	if (lu)
		sim_lun_event(lu, SIM_UA_LUN_RESET);
}

/* Let the other logical units of a target report that its LUNs have changed. */
static void sim_target_luns_changed(struct sim_bus *bus, unsigned int target,
				    unsigned int changed)
{
	struct sim_lun *lu;
	unsigned int lun;

	for (lun = 0; lun < bus->slots; lun++) {
		lu = sim_lun_find(bus, target, lun);
		if (lu && lun != changed)
			sim_lun_attention(lu, SIM_UA_LUNS_CHANGED);
	}
}

static bool sim_bus_has_slot(const struct sim_bus *bus, unsigned int target,
			     unsigned int lun)
{
	return target < bus->config.num_tgts && lun < bus->slots;
}

static bool sim_bus_size_valid(const struct sim_bus *bus, u64 size)
{
	struct sim_bus_config config = bus->config;

	config.dev_size = size;
	return sim_config_valid(&config);
}

/* Adds a LUN that was removed. */
static void sim_bus_restore_lun(struct sim_lun *lu, u64 size)
{
	sim_bus_power_on(lu, size);
	WRITE_ONCE(lu->absent, false);
}

/* Adds a LUN that there has never been. */
static int sim_bus_new_lun(struct sim_bus *bus, unsigned int target,
			   unsigned int lun, u64 size)
{
	struct sim_lun *lu = sim_bus_make_lun(bus, target, lun);

	if (!lu)
		return -ENOMEM;
	sim_bus_power_on(lu, size);
	sim_bus_publish_lun(bus, lu);
	return 0;
}

/**
 * sim_bus_add_lun() - add a logical unit, or one that was removed
 * @bus: the bus
 * @target: target ID
 * @lun: LUN
 * @size: capacity in bytes, or 0 for that of the others; ignored if another
 *	host shares the unit
 *
 * Its medium is empty, unless another host shares it. The other logical units
 * of the target report REPORTED LUNS DATA HAS CHANGED.
 *
 * Context: Process context. Sleeps.
 * Return: 0; -EINVAL for numbers out of range; -EEXIST; -ENOMEM.
 */
int sim_bus_add_lun(struct sim_bus *bus, unsigned int target, unsigned int lun,
		    u64 size)
{
	struct sim_lun *lu;
	int err = 0;

	size = size ?: bus->config.dev_size;
	if (!sim_bus_has_slot(bus, target, lun) ||
	    !sim_bus_size_valid(bus, size))
		return -EINVAL;
	mutex_lock(&sim_units_mutex);
	lu = bus->lun[target * bus->slots + lun];
	if (!lu)
		err = sim_bus_new_lun(bus, target, lun, size);
	else if (lu->absent)
		sim_bus_restore_lun(lu, size);
	else
		err = -EEXIST;
	if (!err)
		sim_target_luns_changed(bus, target, lun);
	mutex_unlock(&sim_units_mutex);
	return err;
}

/**
 * sim_bus_remove_lun() - remove a logical unit
 * @bus: the bus
 * @target: target ID
 * @lun: LUN
 *
 * Commands that the logical unit has already received are completed. The other
 * logical units of the target report REPORTED LUNS DATA HAS CHANGED. Other
 * hosts that share the unit keep it.
 *
 * Context: Process context. Sleeps.
 * Return: 0, or -ENOENT if there is none.
 */
int sim_bus_remove_lun(struct sim_bus *bus, unsigned int target,
		       unsigned int lun)
{
	struct sim_lun *lu;

	mutex_lock(&sim_units_mutex);
	lu = sim_lun_find(bus, target, lun);
	if (lu) {
		WRITE_ONCE(lu->absent, true);
		sim_target_luns_changed(bus, target, lun);
	}
	mutex_unlock(&sim_units_mutex);
	return lu ? 0 : -ENOENT;
}

/**
 * sim_bus_resize_lun() - change the capacity of a logical unit
 * @bus: the bus
 * @target: target ID
 * @lun: LUN
 * @size: capacity in bytes
 *
 * It reports CAPACITY DATA HAS CHANGED, to each host that shares the unit.
 * Blocks beyond the capacity are lost.
 *
 * Context: Process context. Sleeps.
 * Return: 0; -EINVAL for a size that is out of range; -ENOENT.
 */
int sim_bus_resize_lun(struct sim_bus *bus, unsigned int target,
		       unsigned int lun, u64 size)
{
	struct sim_lun *lu;

	if (!sim_bus_size_valid(bus, size))
		return -EINVAL;
	mutex_lock(&sim_units_mutex);
	lu = sim_lun_find(bus, target, lun);
	if (lu) {
		sim_unit_resize(lu->unit, size);
		sim_lun_attention_all(lu, SIM_UA_CAPACITY);
	}
	mutex_unlock(&sim_units_mutex);
	return lu ? 0 : -ENOENT;
}

/**
 * sim_bus_show_luns() - list the logical units
 * @bus: the bus
 * @seq: takes a line for each: target ID, LUN, capacity in blocks
 *
 * Context: Process context.
 */
void sim_bus_show_luns(struct sim_bus *bus, struct seq_file *seq)
{
	unsigned int target, lun;
	struct sim_lun *lu;

	for (target = 0; target < bus->config.num_tgts; target++)
		for (lun = 0; lun < bus->slots; lun++) {
			lu = sim_lun_find(bus, target, lun);
			if (lu)
				seq_printf(seq, "%u %u %llu\n", target, lun,
					   sim_unit_blocks(lu->unit));
		}
}

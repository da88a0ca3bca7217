// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logical units: their making, and what resets do to them.
 */
#include <linux/log2.h>

#include "lun.h"
#include "sense.h"

static const u16 sim_ua_code[] = {
	[SIM_UA_NONE] = SIM_ASC_NONE,
	[SIM_UA_LUN_RESET] = SIM_ASC_DEVICE_RESET,
	[SIM_UA_BUS_RESET] = SIM_ASC_BUS_RESET,
	[SIM_UA_POWER_ON] = SIM_ASC_POWER_ON,
};

/**
 * sim_lun_init() - power a logical unit on
 * @lu: the logical unit
 * @bus: where it is; its config is valid
 * @target: ID of its target
 * @lun: its number
 *
 * Context: Any.
 */
void sim_lun_init(struct sim_lun *lu, struct sim_bus *bus,
		  unsigned int target, unsigned int lun)
{
	unsigned int shift = ilog2(bus->config.sector_size);

	lu->bus = bus;
	lu->target = target;
	lu->lun = lun;
	lu->blocks = bus->config.dev_size >> shift;
	sim_medium_init(&lu->medium, shift);
	lu->medium.fake = bus->config.fake;
	spin_lock_init(&lu->lock);
	sim_lun_event(lu, SIM_UA_POWER_ON);
}

/**
 * sim_lun_exit() - free what a logical unit has
 * @lu: the logical unit; no task of it is left
 *
 * Context: Process context.
 */
void sim_lun_exit(struct sim_lun *lu)
{
	sim_medium_destroy(&lu->medium);
}

/**
 * sim_lun_find() - look a logical unit up
 * @bus: the bus
 * @target: target ID
 * @lun: LUN
 *
 * Context: Any.
 * Return: the logical unit, or %NULL if there is none.
 */
struct sim_lun *sim_lun_find(const struct sim_bus *bus, unsigned int target,
			     unsigned int lun)
{
	const struct sim_bus_config *config = &bus->config;

	if (target >= config->num_tgts || lun >= config->max_luns)
		return NULL;
	return &bus->lun[(size_t)target * config->max_luns + lun];
}

/**
 * sim_lun_event() - power on or reset a logical unit
 * @lu: the logical unit
 * @ua: what happened
 *
 * Mode parameters and power condition are those after power on again, and the
 * unit attention condition becomes pending unless a weightier one is.
 *
 * Context: Any.
 */
void sim_lun_event(struct sim_lun *lu, enum sim_ua ua)
{
	unsigned long flags;

	spin_lock_irqsave(&lu->lock, flags);
	sim_mode_reset(&lu->mode);
	WRITE_ONCE(lu->stopped, false);
	if (ua > lu->ua)
		WRITE_ONCE(lu->ua, ua);
	spin_unlock_irqrestore(&lu->lock, flags);
}

/**
 * sim_lun_take_ua() - report a unit attention condition, which clears it
 * @lu: the logical unit
 *
 * Context: Any.
 * Return: the additional sense code and qualifier (SIM_ASC_*), SIM_ASC_NONE
 * if no condition is pending.
 */
u16 sim_lun_take_ua(struct sim_lun *lu)
{
	unsigned long flags;
	enum sim_ua ua;

	if (likely(READ_ONCE(lu->ua) == SIM_UA_NONE))
		return SIM_ASC_NONE;

	spin_lock_irqsave(&lu->lock, flags);
	ua = lu->ua;
	WRITE_ONCE(lu->ua, SIM_UA_NONE);
	spin_unlock_irqrestore(&lu->lock, flags);
	return sim_ua_code[ua];
}

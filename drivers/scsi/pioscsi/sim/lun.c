// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logical units: how they are made, and the effect of resets.
 */
#include <linux/bitops.h>
#include <linux/log2.h>

#include "lun.h"
#include "sense.h"

static const u16 sim_ua_code[] = {
	[SIM_UA_NONE] = SIM_ASC_NONE,
	[SIM_UA_LUNS_CHANGED] = SIM_ASC_LUNS_CHANGED,
	[SIM_UA_CAPACITY] = SIM_ASC_CAPACITY,
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
 * sim_lun_exit() - free the medium of a logical unit
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
	struct sim_lun *lu;

	if (target >= bus->config.num_tgts || lun >= bus->slots)
		return NULL;
	/* Pairs with sim_bus_make_lun(): what it points to is initialised. */
	lu = smp_load_acquire(&bus->lun[target * bus->slots + lun]);
	return lu && !READ_ONCE(lu->absent) ? lu : NULL;
}

static void set_attention(struct sim_lun *lu, enum sim_ua ua)
{
	u8 resets = GENMASK(SIM_UA_POWER_ON, SIM_UA_LUN_RESET);
	u8 pending = lu->ua;

	lockdep_assert_held(&lu->lock);
	if (ua >= SIM_UA_LUN_RESET) {
		if (pending & resets & GENMASK(SIM_UA_POWER_ON, ua))
			return;
		pending &= ~resets;
	}
	WRITE_ONCE(lu->ua, pending | BIT(ua));
}

/**
 * sim_lun_attention() - establish a unit attention condition, without a reset
 * @lu: the logical unit
 * @ua: the event
 *
 * Context: Any.
 */
void sim_lun_attention(struct sim_lun *lu, enum sim_ua ua)
{
	unsigned long flags;

	spin_lock_irqsave(&lu->lock, flags);
	set_attention(lu, ua);
	spin_unlock_irqrestore(&lu->lock, flags);
}

/**
 * sim_lun_event() - power on or reset a logical unit
 * @lu: the logical unit
 * @ua: the event
 *
 * Mode parameters and power condition become those after power on. The unit
 * attention condition becomes pending, unless one of higher precedence is.
 *
 * Context: Any.
 */
void sim_lun_event(struct sim_lun *lu, enum sim_ua ua)
{
	unsigned long flags;

	spin_lock_irqsave(&lu->lock, flags);
	sim_mode_reset(&lu->mode);
	WRITE_ONCE(lu->stopped, false);
	set_attention(lu, ua);
	spin_unlock_irqrestore(&lu->lock, flags);
}

/**
 * sim_lun_take_ua() - report a unit attention condition, which clears it
 * @lu: the logical unit
 *
 * Context: Any.
 * Return: the additional sense code and qualifier (SIM_ASC_*) of the one with
 * the highest precedence, SIM_ASC_NONE if no condition is pending.
 */
u16 sim_lun_take_ua(struct sim_lun *lu)
{
	unsigned int ua = SIM_UA_NONE;
	unsigned long flags;

	if (likely(!READ_ONCE(lu->ua)))
		return SIM_ASC_NONE;

	spin_lock_irqsave(&lu->lock, flags);
	if (lu->ua) {
		ua = fls(lu->ua) - 1;
		WRITE_ONCE(lu->ua, lu->ua & ~BIT(ua));
	}
	spin_unlock_irqrestore(&lu->lock, flags);
	return sim_ua_code[ua];
}

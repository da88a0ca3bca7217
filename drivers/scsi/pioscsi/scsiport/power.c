// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend, shutdown and removal: an HBA with a cache is flushed, then stopped.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/pm.h>

#include "adapter.h"
#include "defer.h"
#include "power.h"
#include "reset.h"
#include "srb.h"

/* Time for a flush of the cache, ms. */
#define FLUSH_MS	60000

/* Wait for the own request, whether its interrupt comes or not. */
static bool wait_for_own(struct sp_hba *sp)
{
	const struct sp_slot *slot = sp_own_slot(sp);
	unsigned long end = jiffies + msecs_to_jiffies(FLUSH_MS);

	while (READ_ONCE(slot->state) == SP_ACTIVE) {
		if (time_after(jiffies, end))
			return false;
		if (sp->hw.HwInterrupt)
			sp_interrupt(sp);
		while (READ_ONCE(sp->enable_fn))
			sp_run_callback(sp);
		if (READ_ONCE(slot->state) == SP_ACTIVE)
			usleep_range(100, 1000);
	}
	return true;
}

static void send(struct sp_hba *sp, struct sp_lu *lu, UCHAR function)
{
	struct sp_slot *slot = sp_own_slot(sp);
	bool ended;

	sp_srb_fill_own(sp, slot, lu, function);
	ended = sp_srb_start_own(sp, slot) && wait_for_own(sp);
	if (!ended)
		dev_warn(sp->place.dev,
			 "request 0x%02x for %u:%u:%u did not end, stopping the HBA\n",
			 function, lu->path, lu->id, lu->lun);
	slot->state = SP_FREE;
}

static void flush_caches(struct sp_hba *sp)
{
	struct sp_lu *lu;

	if (!sp->cfg.CachesData)
		return;
	list_for_each_entry(lu, &sp->lus, node) {
		send(sp, lu, SRB_FUNCTION_FLUSH);
		send(sp, lu, SRB_FUNCTION_SHUTDOWN);
	}
}

static bool has_requests(const struct sp_hba *sp)
{
	unsigned int tag;

	for (tag = 0; tag < sp_nr_slots(sp); tag++)
		if (READ_ONCE(sp->slot[tag].state) == SP_ACTIVE)
			return true;
	return false;
}

/**
 * sp_power_stop() - have the miniport stop its HBA (ScsiStopAdapter)
 * @sp: the HBA
 *
 * Requests that the miniport still has end by a reset. Afterwards no routine is
 * called before sp_adapter_restart().
 *
 * Context: task, sleeps; the port uses the HBA no more.
 */
void sp_power_stop(struct sp_hba *sp)
{
	if (sp->stopped)
		return;
	while (READ_ONCE(sp->enable_fn))
		sp_run_callback(sp);
	if (has_requests(sp))
		sp_reset(sp);
	if (!sp->lost)
		flush_caches(sp);
	/* A reset that failed may have stopped it. */
	if (!sp->stopped)
		sp_adapter_stop(sp);
}

static int suspend(struct device *dev)
{
	struct list_head *found = dev_get_drvdata(dev);
	struct sp_hba *sp;

	list_for_each_entry(sp, found, node) {
		pioscsi_suspend_hba(sp->hba);
		sp_power_stop(sp);
	}
	return 0;
}

static int resume(struct device *dev)
{
	struct list_head *found = dev_get_drvdata(dev);
	struct sp_hba *sp;

	list_for_each_entry(sp, found, node) {
		sp_adapter_restart(sp);
		pioscsi_resume_hba(sp->hba);
	}
	return 0;
}

DEFINE_SIMPLE_DEV_PM_OPS(sp_pm_ops, suspend, resume);

/**
 * sp_power_shutdown() - stop all HBAs of a device before the machine restarts
 * @found: list of HBAs
 *
 * Context: task; sleeps.
 */
void sp_power_shutdown(struct list_head *found)
{
	struct sp_hba *sp;

	list_for_each_entry(sp, found, node) {
		pioscsi_shutdown_hba(sp->hba);
		sp_power_stop(sp);
	}
}

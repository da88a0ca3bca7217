// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend, shutdown and removal: an HBA with a cache is flushed, then stopped.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/pm.h>

#include "../compat.h"
#include "adapter.h"
#include "defer.h"
#include "power.h"
#include "reset.h"
#include "routine.h"
#include "srb.h"

/* Time for a flush of the cache, ms. */
#define FLUSH_MS	60000

/**
 * sp_power_flush_ms() - tell how long a flush of the cache may take
 *
 * Context: any.
 * Return: the time, ms.
 */
unsigned int sp_power_flush_ms(void)
{
	KUNIT_STATIC_STUB_REDIRECT(sp_power_flush_ms);

	return FLUSH_MS;
}

/* The miniport has ended the own request, and has asked for the next one. */
static bool is_ready(struct sp_hba *sp)
{
	return READ_ONCE(sp_own_slot(sp)->state) == SP_FREE &&
	       READ_ONCE(sp->next);
}

/* Wait for the miniport, whether its interrupt comes or not. */
static bool wait_until_ready(struct sp_hba *sp)
{
	unsigned long end = jiffies + msecs_to_jiffies(sp_power_flush_ms());

	while (!is_ready(sp)) {
		if (time_after(jiffies, end))
			return false;
		if (sp->hw.HwInterrupt)
			sp_interrupt(sp);
		while (READ_ONCE(sp->enable_fn))
			sp_run_callback(sp);
		if (!is_ready(sp))
			usleep_range(100, 1000);
	}
	return true;
}

/*
 * Start the own request, after a callback that is due. Return false if the
 * miniport did not take it.
 */
static bool start_own(struct sp_hba *sp, struct sp_slot *slot)
{
	struct sp_call call;
	bool ok;

	sp_enter_after_callbacks(sp, &call);
	spin_lock(&sp->lock);
	sp_srb_activate(sp, slot);
	spin_unlock(&sp->lock);
	ok = sp->hw.HwStartIo(sp->dx, &slot->srb);
	if (!ok)
		sp_srb_withdraw(sp, slot);
	sp_leave(sp, &call, SP_START_IO);
	return ok;
}

/* Return false if the miniport is not ready for another request. */
static bool send(struct sp_hba *sp, struct sp_lu *lu, UCHAR function)
{
	struct sp_slot *slot = sp_own_slot(sp);

	sp_srb_fill_own(sp, slot, lu, function);
	if (!start_own(sp, slot))
		dev_warn(sp->place.dev,
			 "miniport refuses request 0x%02x for %u:%u:%u, continuing without\n",
			 function, lu->path, lu->id, lu->lun);
	return wait_until_ready(sp);
}

static void flush_caches(struct sp_hba *sp)
{
	struct sp_lu *lu;
	bool ready;

	if (!sp->cfg.CachesData)
		return;
	pioscsi_settle_wait(sp->hba);
	ready = wait_until_ready(sp);
	list_for_each_entry(lu, &sp->lus, node)
		if (lu->present)
			ready = ready && send(sp, lu, SRB_FUNCTION_FLUSH) &&
				send(sp, lu, SRB_FUNCTION_SHUTDOWN);
	if (ready)
		return;
	/* The miniport must not have a request when it stops its HBA. */
	dev_warn(sp->place.dev,
		 "flush of the cache did not end within %u ms, resetting the HBA\n",
		 sp_power_flush_ms());
	sp_reset(sp);
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

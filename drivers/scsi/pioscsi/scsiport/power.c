// SPDX-License-Identifier: GPL-2.0-only
/*
 * HwScsiAdapterControl: stop and restart, for suspend, shutdown and removal.
 * An HBA with a cache is flushed before. A miniport without the types for a
 * restart is initialised again as at first.
 */
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/pm.h>
#include <linux/string.h>

#include "config.h"
#include "defer.h"
#include "dma.h"
#include "power.h"
#include "range.h"
#include "reset.h"
#include "routine.h"
#include "srb.h"
#include "timer.h"

/* Time for a flush of the cache, ms. */
#define FLUSH_MS	60000

/* The list of a query, with its elements. */
union control_list {
	SCSI_SUPPORTED_CONTROL_TYPE_LIST head;
	UCHAR bytes[sizeof(SCSI_SUPPORTED_CONTROL_TYPE_LIST) +
		    ScsiAdapterControlMax];
};

/**
 * sp_power_query() - ask which types of HwScsiAdapterControl are supported
 * @sp: the HBA, after HwScsiInitialize
 *
 * Context: task; no lock is held.
 */
void sp_power_query(struct sp_hba *sp)
{
	union control_list list = { };
	unsigned int i;

	list.head.MaxControlType = ScsiAdapterControlMax;
	sp->controls = 0;
	if (!sp->hw.HwAdapterControl ||
	    sp->hw.HwAdapterControl(sp->dx, ScsiQuerySupportedControlTypes,
				    &list) != ScsiAdapterControlSuccess)
		return;
	for (i = 0; i < ScsiAdapterControlMax; i++)
		if (list.head.SupportedTypeList[i])
			sp->controls |= BIT(i);
}

/* Stop and restart are synchronised with HwScsiInterrupt. */
static bool control(struct sp_hba *sp, SCSI_ADAPTER_CONTROL_TYPE type)
{
	SCSI_ADAPTER_CONTROL_STATUS status;
	struct sp_call call;

	if (!(sp->controls & BIT(type)))
		return false;
	sp_enter(sp, &call);
	status = sp->hw.HwAdapterControl(sp->dx, type, NULL);
	sp_leave(sp, &call, SP_CONTROL);
	return status == ScsiAdapterControlSuccess;
}

/* The other types run in task context, and may access data of the bus. */
static void configure(struct sp_hba *sp, SCSI_ADAPTER_CONTROL_TYPE type)
{
	if (!(sp->controls & BIT(type)))
		return;
	sp->finding = true;
	sp->hw.HwAdapterControl(sp->dx, type, NULL);
	sp->finding = false;
}

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
 * called before sp_power_restart().
 *
 * Context: task, sleeps; the port uses the HBA no more.
 */
void sp_power_stop(struct sp_hba *sp)
{
	struct sp_call call;

	if (sp->stopped)
		return;
	while (READ_ONCE(sp->enable_fn))
		sp_run_callback(sp);
	if (has_requests(sp))
		sp_reset(sp);
	flush_caches(sp);
	control(sp, ScsiStopAdapter);
	sp_enter(sp, &call);
	sp->stopped = true;
	/* An interrupt may have come since; its callback has no request. */
	sp->enable_fn = NULL;
	sp->deferred = false;
	sp_leave(sp, &call, SP_CONTROL);
	sp_timer_stop(sp);
	configure(sp, ScsiSetBootConfig);
}

/* As after a load of the module: a zeroed extension, and new ranges. */
static bool start_again(struct sp_hba *sp)
{
	BOOLEAN again;

	sp_range_free_all(sp);
	sp_shared_free(sp, &sp->uncached);
	memset(sp->dx, 0, sp->hw.DeviceExtensionSize);
	sp_config_init(sp);
	return sp_find_adapter(sp, &again) == SP_RETURN_FOUND;
}

static bool initialize(struct sp_hba *sp, bool found)
{
	struct sp_call call;
	bool ok = found;

	sp_enter(sp, &call);
	sp->stopped = false;
	sp->next = true;
	if (found)
		ok = sp->hw.HwInitialize(sp->dx);
	else
		ok = sp->hw.HwAdapterControl(sp->dx, ScsiRestartAdapter,
					     NULL) == ScsiAdapterControlSuccess;
	sp->stopped = !ok;
	sp_leave(sp, &call, found ? SP_INITIALIZE : SP_CONTROL);
	return ok;
}

/**
 * sp_power_restart() - have the miniport start its HBA again
 * @sp: the HBA, after sp_power_stop()
 *
 * Context: task; sleeps.
 * Return: false if the HBA cannot be used any more.
 */
bool sp_power_restart(struct sp_hba *sp)
{
	bool restarts = sp->controls & BIT(ScsiRestartAdapter);

	configure(sp, ScsiSetRunningConfig);
	if ((restarts || start_again(sp)) && initialize(sp, !restarts))
		return true;
	dev_err(sp->place.dev,
		"the miniport could not restart the HBA, not using it\n");
	return false;
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
		sp_power_restart(sp);
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

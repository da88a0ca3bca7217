// SPDX-License-Identifier: GPL-2.0-only
/*
 * HwScsiAdapterControl: stop and restart of an HBA. A miniport without the
 * types for a restart is initialised again as at first.
 */
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/sched/mm.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "adapter.h"
#include "config.h"
#include "defer.h"
#include "dma.h"
#include "lu.h"
#include "range.h"
#include "routine.h"
#include "timer.h"

/* The list of a query, with its elements. */
union control_list {
	SCSI_SUPPORTED_CONTROL_TYPE_LIST head;
	UCHAR bytes[sizeof(SCSI_SUPPORTED_CONTROL_TYPE_LIST) +
		    ScsiAdapterControlMax];
};

/**
 * sp_adapter_query() - ask which types of HwScsiAdapterControl are supported
 * @sp: the HBA, after HwScsiInitialize
 *
 * Context: task; no lock is held.
 */
void sp_adapter_query(struct sp_hba *sp)
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

/* The other types run in task context, and may access data of the bus. */
static void configure(struct sp_hba *sp, SCSI_ADAPTER_CONTROL_TYPE type)
{
	if (!(sp->controls & BIT(type)))
		return;
	sp->finding = true;
	sp->hw.HwAdapterControl(sp->dx, type, NULL);
	sp->finding = false;
}

/**
 * sp_adapter_ignore_interrupts() - call HwScsiInterrupt no more
 * @sp: the HBA, which is stopped
 *
 * The callback of a deferral is not called either.
 *
 * Context: ISR lock.
 */
void sp_adapter_ignore_interrupts(struct sp_hba *sp)
{
	sp->acks = false;
	sp->enable_fn = NULL;
	sp->deferred = false;
}

/**
 * sp_adapter_stop() - have the miniport stop its HBA (ScsiStopAdapter)
 * @sp: the HBA
 *
 * A callback that is due runs first: it uses the miniport's context of the
 * deferral.
 *
 * Afterwards no routine is called before sp_adapter_restart(). A miniport
 * without ScsiStopAdapter leaves its HBA as it is. Such an HBA may interrupt
 * once more, so HwScsiInterrupt is called until sp_adapter_end_interrupts().
 *
 * Context: task; sleeps; owner of the chip.
 */
void sp_adapter_stop(struct sp_hba *sp)
{
	struct sp_call call;

	/* No routine may come between the stop and the flag. */
	sp_enter_after_callbacks(sp, &call);
	sp->stopped = true;
	sp->acks = true;
	if (sp->controls & BIT(ScsiStopAdapter)) {
		sp->hw.HwAdapterControl(sp->dx, ScsiStopAdapter, NULL);
		sp_adapter_ignore_interrupts(sp);
	}
	sp_leave(sp, &call, SP_CONTROL);
	configure(sp, ScsiSetBootConfig);
	/* Stop the timer last: both calls may have requested it. */
	sp_timer_stop(sp);
}

/**
 * sp_adapter_end_interrupts() - call HwScsiInterrupt no more
 * @sp: the HBA, after sp_adapter_stop()
 *
 * A stopped HBA may still interrupt until this call.
 *
 * Context: task.
 */
void sp_adapter_end_interrupts(struct sp_hba *sp)
{
	struct sp_call call;

	sp_enter(sp, &call);
	sp_adapter_ignore_interrupts(sp);
	sp_cancel(sp, &call);
}

/*
 * As after a load of the module: zeroed extensions, and new ranges. An HBA that
 * was not stopped accesses its memory until HwScsiInitialize has started it
 * again. HwScsiFindAdapter may already use new memory for DMA, so the old
 * memory is kept until then.
 */
static bool start_again(struct sp_hba *sp)
{
	BOOLEAN again;

	sp_dma_stop(sp);
	if (sp_dma_retire(sp))
		return false;
	sp_range_free_all(sp);
	sp_lu_reset_all(sp);
	memset(sp->dx, 0, sp->hw.DeviceExtensionSize);
	sp_config_init(sp);
	if (sp_find_adapter(sp, &again) != SP_RETURN_FOUND ||
	    !sp_config_fits(sp))
		return false;
	/* The HBA may interrupt before HwScsiInitialize. */
	sp->acks = true;
	return true;
}

static bool initialize(struct sp_hba *sp, bool found)
{
	struct sp_call call;
	bool ok;

	/* Before this a running HBA must not write to its old buffers. */
	sp_dma_start(sp);
	sp_enter_after_callbacks(sp, &call);
	sp->stopped = false;
	sp->next = true;
	if (found)
		ok = sp->hw.HwInitialize(sp->dx);
	else
		ok = sp->hw.HwAdapterControl(sp->dx, ScsiRestartAdapter,
					     NULL) == ScsiAdapterControlSuccess;
	sp->stopped = !ok;
	if (!ok)
		sp_adapter_ignore_interrupts(sp);
	sp_leave(sp, &call, found ? SP_INITIALIZE : SP_CONTROL);
	return ok;
}

static bool start_hba(struct sp_hba *sp)
{
	bool restarts = sp->controls & BIT(ScsiRestartAdapter);

	sp_adapter_end_interrupts(sp);
	/* HwScsiInterrupt may have requested the timer after the stop. */
	sp_timer_stop(sp);
	configure(sp, ScsiSetRunningConfig);
	if (!(restarts || start_again(sp)) || !initialize(sp, !restarts)) {
		dev_err(sp->place.dev,
			"the miniport could not restart the HBA, not using it\n");
		sp_adapter_end_interrupts(sp);
		/* The failed routine may have requested the timer. */
		sp_timer_stop(sp);
		/* The buffers of ended commands have new users. */
		if (sp->lost)
			sp_dma_stop(sp);
		return false;
	}
	sp_dma_free_retired(sp);
	/* The zeroed extension has forgotten the first query. */
	if (!restarts)
		sp_adapter_query(sp);
	sp_timer_run_due(sp);
	if (READ_ONCE(sp->changed))
		queue_work(system_freezable_wq, &sp->change);
	return true;
}

/**
 * sp_adapter_restart() - have the miniport start its HBA again
 * @sp: the HBA, after sp_adapter_stop()
 *
 * Context: task; sleeps; owner of the chip.
 * Return: false if the HBA cannot be used any more.
 */
bool sp_adapter_restart(struct sp_hba *sp)
{
	/* This may be error handling, for which writes to the disk wait. */
	unsigned int noio = memalloc_noio_save();
	bool ok = start_hba(sp);

	memalloc_noio_restore(noio);
	return ok;
}

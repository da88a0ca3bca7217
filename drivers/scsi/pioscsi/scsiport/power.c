// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend, shutdown and removal: an HBA with a cache is flushed, then stopped.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pm.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "adapter.h"
#include "defer.h"
#include "dma.h"
#include "find.h"
#include "intx.h"
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

static unsigned long flush_end(void)
{
	return jiffies + msecs_to_jiffies(sp_power_flush_ms());
}

/* Wait for the miniport, whether its interrupt comes or not. */
static bool wait_until_ready(struct sp_hba *sp, unsigned long end)
{
	while (!is_ready(sp)) {
		if (time_after(jiffies, end))
			return false;
		if (sp->hw.HwInterrupt)
			sp_interrupt(sp);
		sp_run_callbacks(sp);
		if (!is_ready(sp))
			usleep_range(100, 1000);
	}
	return true;
}

/* Start the own request. A miniport that does not take it gives a status. */
static void start_own(struct sp_hba *sp, struct sp_slot *slot,
		      struct sp_call *call)
{
	spin_lock(&sp->lock);
	sp_srb_activate(sp, slot);
	spin_unlock(&sp->lock);
	if (!sp->hw.HwStartIo(sp->dx, &slot->srb))
		sp_srb_withdraw(sp, slot);
	sp_leave(sp, call, SP_START_IO);
}

/* Return false if the miniport is not ready for another request. */
static bool send_once(struct sp_hba *sp, struct sp_lu *lu, UCHAR function)
{
	struct sp_slot *slot = sp_own_slot(sp);
	struct sp_call call;

	if (!sp_enter_after_callbacks(sp, &call)) {
		sp_cancel(sp, &call);
		return false;
	}
	sp_srb_fill_own(sp, slot, lu, function);
	start_own(sp, slot, &call);
	return wait_until_ready(sp, flush_end());
}

/* A target reports its reset to the next request. */
static bool has_unit_attention(const SCSI_REQUEST_BLOCK *srb)
{
	struct scsi_sense_hdr sshdr;

	return srb->SrbStatus & SRB_STATUS_AUTOSENSE_VALID &&
	       scsi_normalize_sense(srb->SenseInfoBuffer,
				    srb->SenseInfoBufferLength, &sshdr) &&
	       sshdr.sense_key == UNIT_ATTENTION;
}

/* Tell whether the midlayer would repeat a command that ends so. */
static bool must_repeat(const SCSI_REQUEST_BLOCK *srb)
{
	switch (SRB_STATUS(srb->SrbStatus)) {
	case SRB_STATUS_BUSY:
	case SRB_STATUS_BUS_RESET:
		return true;
	case SRB_STATUS_ERROR:
		return srb->ScsiStatus == SAM_STAT_BUSY ||
		       srb->ScsiStatus == SAM_STAT_TASK_SET_FULL ||
		       has_unit_attention(srb);
	default:
		return false;
	}
}

/*
 * A busy request is sent again, as ScsiPort does it, until @end. One unit that
 * stays busy does not keep the others from being flushed. Return false if the
 * miniport is not ready for another request.
 */
static bool send(struct sp_hba *sp, struct sp_lu *lu, UCHAR function,
		 unsigned long end)
{
	UCHAR status;

	for (;;) {
		if (!send_once(sp, lu, function))
			return false;
		if (!must_repeat(&sp_own_slot(sp)->srb) ||
		    time_after(jiffies, end))
			break;
		usleep_range(1000, 10000);
		/* A reset of the bus may have come. */
		pioscsi_settle_wait(sp->hba);
	}
	status = SRB_STATUS(sp_own_slot(sp)->srb.SrbStatus);
	if (status != SRB_STATUS_SUCCESS)
		dev_warn(sp->place.dev,
			 "SRB function 0x%02x for %u:%u:%u failed (SrbStatus 0x%02x), continuing with the next one\n",
			 function, lu->path, lu->id, lu->lun, status);
	return true;
}

static void flush_caches(struct sp_hba *sp)
{
	unsigned long end;
	struct sp_lu *lu;
	bool ready;

	if (!sp->cfg.CachesData)
		return;
	pioscsi_settle_wait(sp->hba);
	end = flush_end();
	ready = wait_until_ready(sp, end);
	list_for_each_entry(lu, &sp->lus, node)
		if (lu->present)
			ready = ready &&
				send(sp, lu, SRB_FUNCTION_FLUSH, end) &&
				send(sp, lu, SRB_FUNCTION_SHUTDOWN, end);
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

static void stop_adapter(struct sp_hba *sp)
{
	sp_run_callbacks(sp);
	if (has_requests(sp))
		sp_reset(sp);
	if (!sp->lost)
		flush_caches(sp);
	/* A reset that failed may have stopped it. */
	if (!sp->stopped)
		sp_adapter_stop(sp);
}

/* An HBA that is being added is not in the list of its device yet. */
static bool is_last(const struct sp_hba *sp)
{
	const struct list_head *found = dev_get_drvdata(sp->place.dev);
	const struct sp_hba *other;

	list_for_each_entry(other, found, node)
		if (other != sp && !sp_is_silent(other))
			return false;
	return true;
}

/**
 * sp_power_stop() - have the miniport stop its HBA (ScsiStopAdapter)
 * @sp: the HBA, which may be stopped already
 *
 * Requests that the miniport still has end by a reset. A cache is flushed.
 * Afterwards no routine but HwScsiInterrupt is called before
 * sp_adapter_restart(): see sp_adapter_stop(). The last HBA of a PCI function
 * takes the interrupt of the function with it.
 *
 * Context: task, sleeps; lock of the device; the port uses the HBA no more, but
 *	its interrupt has not been freed.
 */
void sp_power_stop(struct sp_hba *sp)
{
	if (!sp->stopped)
		stop_adapter(sp);
	if (is_last(sp))
		sp_intx_disable(&sp->place);
}

static int suspend(struct device *dev)
{
	struct list_head *found = dev_get_drvdata(dev);
	struct sp_hba *sp;
	int err;

	list_for_each_entry(sp, found, node) {
		/* The first one refuses, so that none is suspended. */
		err = pioscsi_suspend_hba(sp->hba);
		if (err < 0)
			return err;
		sp_power_stop(sp);
	}
	return 0;
}

/* The kernel may resume several devices at a time. */
static void restart_all(struct list_head *found)
{
	struct sp_hba *sp = list_first_entry(found, struct sp_hba, node);
	struct scsiport_state *state = sp->drv->state;

	mutex_lock(&state->device_lock);
	list_for_each_entry(sp, found, node)
		sp_adapter_restart(sp);
	mutex_unlock(&state->device_lock);
}

/* Return the first error, after all HBAs have been resumed. */
static int resume(struct device *dev)
{
	struct list_head *found = dev_get_drvdata(dev);
	struct sp_hba *sp;
	int ret = 0, err;

	/* The restart of an HBA stops the DMA of all HBAs of the function. */
	restart_all(found);
	list_for_each_entry(sp, found, node) {
		if (!sp_is_silent(sp)) {
			sp_dma_start(sp);
			sp_intx_enable(sp);
		}
		err = pioscsi_resume_hba(sp->hba);
		ret = ret ?: err;
	}
	return ret;
}

/* From here on the kernel calls no interrupt handler of the device. */
static int end_interrupts(struct device *dev)
{
	struct list_head *found = dev_get_drvdata(dev);
	struct sp_hba *sp;

	list_for_each_entry(sp, found, node)
		sp_adapter_end_interrupts(sp);
	return 0;
}

/*
 * An HBA keeps its power while a hibernation image is made (freeze, thaw), so
 * it may interrupt. The kernel that loaded an image has left its HBA in an
 * unknown state (restore).
 */
const struct dev_pm_ops sp_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(suspend, resume)
	.suspend_noirq = pm_sleep_ptr(end_interrupts),
	.poweroff_noirq = pm_sleep_ptr(end_interrupts),
	.restore_noirq = pm_sleep_ptr(end_interrupts),
};

/**
 * sp_power_shutdown() - stop all HBAs of a device before the machine restarts
 * @found: list of HBAs
 *
 * Context: task; sleeps.
 */
void sp_power_shutdown(struct list_head *found)
{
	struct sp_hba *sp;

	list_for_each_entry(sp, found, node)
		pioscsi_shutdown_hba(sp->hba);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of an HBA: HwScsiFindAdapter, which may ask to be called again, then
 * the port, and the way back.
 */
#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "config.h"
#include "control.h"
#include "debug.h"
#include "dma.h"
#include "find.h"
#include "intx.h"
#include "lu.h"
#include "ops.h"
#include "range.h"
#include "srb.h"
#include "timer.h"

/* HwScsiFindAdapter is called at most this many times for a device. */
#define AGAIN_MAX	16

/* Any routine may have requested the timer or a scan, and failed afterwards. */
static void free_one(struct sp_hba *sp)
{
	sp_timer_stop(sp);
	cancel_work_sync(&sp->change);
	if (sp->hba) {
		sp_srb_free(sp);
		pioscsi_free_hba(sp->hba);
	}
	sp_range_free_all(sp);
	sp_range_forget(sp);
	sp_lu_free_all(sp);
	sp_shared_free(sp, &sp->uncached);
	sp_dma_free_retired(sp);
	kfree(sp->bus_data);
	if (sp->dx)
		kvfree(container_of(sp->dx, struct sp_dx, ext));
	kfree(sp);
}

/* Free an HBA that is not added to the port, or no more. */
static void free_sp(struct sp_hba *sp)
{
	struct sp_hba *kept, *next;

	list_for_each_entry_safe(kept, next, &sp->kept, node)
		free_one(kept);
	free_one(sp);
}

/* BusChangeDetected: look for new devices on the buses that it named. */
static void scan_changed(struct work_struct *work)
{
	struct sp_hba *sp = container_of(work, struct sp_hba, change);
	unsigned int path;

	for (path = 0; path < SCSI_MAXIMUM_BUSES; path++)
		if (test_and_clear_bit(path, &sp->changed))
			pioscsi_scan_channel(sp->hba, path);
}

/* Each call of HwScsiFindAdapter gets a zeroed device extension. */
static struct sp_hba *alloc_sp(const struct sp_init *init,
			       const struct sp_place *place)
{
	struct sp_hba *sp;
	struct sp_dx *dx;

	sp = kzalloc(struct_size(sp, range, init->hw.NumberOfAccessRanges),
		     GFP_KERNEL);
	if (!sp)
		return NULL;
	sp->drv = init->drv;
	sp->hw = init->hw;
	sp->context = init->context;
	sp->place = *place;
	sp->stopped = true;
	sp->next = true;
	spin_lock_init(&sp->isr_lock);
	spin_lock_init(&sp->lock);
	INIT_LIST_HEAD(&sp->bases);
	INIT_LIST_HEAD(&sp->accepted_bases);
	INIT_LIST_HEAD(&sp->retired);
	INIT_LIST_HEAD(&sp->lus);
	INIT_LIST_HEAD(&sp->completed);
	INIT_LIST_HEAD(&sp->done);
	INIT_LIST_HEAD(&sp->kept);
	sp_timer_init(sp);
	INIT_WORK(&sp->change, scan_changed);
	dx = kvzalloc(sizeof(*dx) + sp->hw.DeviceExtensionSize, GFP_KERNEL);
	if (!dx) {
		free_sp(sp);
		return NULL;
	}
	dx->sp = sp;
	sp->dx = dx->ext;
	sp_config_init(sp);
	return sp;
}

/* Memory of the port for the HBA, with the front end's part. */
static bool alloc_hba(struct sp_hba *sp)
{
	struct sp_priv *priv;

	sp->hba = pioscsi_alloc_hba(sp->place.dev, &sp->drv->state->port);
	if (!sp->hba)
		return false;
	priv = sp->hba->priv;
	priv->sp = sp;
	mutex_init(&priv->control_lock);
	return true;
}

/* The configuration has been checked. */
static int add_sp(struct sp_hba *sp)
{
	int err;

	if (sp_range_accept(sp) || !alloc_hba(sp))
		return -ENOMEM;
	sp_config_apply(sp);
	if (sp->was_reset)
		pioscsi_settle(sp->hba);
	err = sp_srb_alloc(sp);
	if (err)
		return err;
	/* The HBA may interrupt before HwScsiInitialize. */
	sp->acks = true;
	err = pioscsi_start_hba(sp->hba);
	if (!err)
		sp_debug_add(sp);
	return err;
}

/**
 * struct search - the calls of HwScsiFindAdapter for a device
 * @valid: HBAs that are to be added
 * @failed: HBAs that are not used, and whose memory the chip may access
 * @again: the miniport asks for another call
 */
struct search {
	struct list_head valid;
	struct list_head failed;
	BOOLEAN again;
};

/*
 * A device of an enumerable bus is an HBA. A miniport may ask for another call
 * all the same, because another device may be on the bus. But it may also have
 * several HBAs in one device, with registers of their own.
 */
static struct sp_hba *find_same(const struct sp_hba *sp,
				const struct list_head *valid)
{
	struct sp_hba *old, *same = NULL;

	if (sp->place.type == Isa || list_empty(&sp->bases))
		return NULL;
	list_for_each_entry(old, valid, node) {
		if (!sp_range_has_all(old, sp))
			continue;
		same = old;
		if (sp_range_has_all(sp, old))
			break;
	}
	return same;
}

/*
 * HwScsiFindAdapter sets up the chip, also with addresses in the memory of the
 * call. So the last call for an HBA counts. A call that has mapped a part of
 * its ranges only is not taken for that: two HBAs may share them. The chip may
 * access the memory of both calls.
 */
static void keep_one(struct search *search, struct sp_hba *sp,
		     struct sp_hba *same)
{
	dev_info(sp->place.dev,
		 "HwScsiFindAdapter has found the same HBA again, using it once\n");
	search->again = FALSE;
	if (!sp_range_has_all(sp, same)) {
		list_add_tail(&sp->node, &same->kept);
		return;
	}
	sp->was_reset |= same->was_reset;
	list_replace(&same->node, &sp->node);
	list_splice_init(&same->kept, &sp->kept);
	list_add_tail(&same->node, &sp->kept);
}

/*
 * Give up an HBA that failed. The chip of a bus master may access its memory
 * until the DMA of the device is stopped, so that memory is kept.
 */
static void drop(struct sp_hba *sp, struct list_head *failed)
{
	list_splice_tail_init(&sp->kept, failed);
	if (!sp_dma_may_access(sp)) {
		free_sp(sp);
		return;
	}
	sp_timer_stop(sp);
	cancel_work_sync(&sp->change);
	sp_range_free_all(sp);
	list_add_tail(&sp->node, failed);
}

static int find_one(const struct sp_init *init, const struct sp_place *place,
		    struct search *search)
{
	struct sp_hba *sp = alloc_sp(init, place);
	struct sp_hba *same;
	int err = -ENODEV;
	ULONG ret;

	search->again = FALSE;
	if (!sp)
		return -ENOMEM;
	ret = sp_find_adapter(sp, &search->again);
	if (ret == SP_RETURN_FOUND)
		err = sp_config_check(sp);
	else if (ret != SP_RETURN_NOT_FOUND)
		dev_err(place->dev,
			"HwScsiFindAdapter returned %u, ignoring the HBA\n",
			ret);
	if (err) {
		drop(sp, &search->failed);
		return err;
	}
	same = find_same(sp, &search->valid);
	if (same)
		keep_one(search, sp, same);
	else
		list_add_tail(&sp->node, &search->valid);
	return 0;
}

static int add_all(struct search *search, struct list_head *found)
{
	struct sp_hba *sp, *next;
	int err, ret = 0;

	list_for_each_entry_safe(sp, next, &search->valid, node) {
		if (!list_empty(found))
			sp->number = list_last_entry(found, struct sp_hba,
						     node)->number + 1;
		list_del(&sp->node);
		err = add_sp(sp);
		if (!err) {
			list_add_tail(&sp->node, found);
			continue;
		}
		drop(sp, &search->failed);
		ret = err;
	}
	return ret;
}

/*
 * Without another HBA of the device nothing needs its DMA. Otherwise the memory
 * of the failed ones is freed by sp_remove().
 */
static void end_failed(struct list_head *failed, struct list_head *found)
{
	struct sp_hba *sp, *next;

	if (!list_empty(found)) {
		sp = list_first_entry(found, struct sp_hba, node);
		list_splice_tail(failed, &sp->kept);
		return;
	}
	list_for_each_entry(sp, failed, node)
		sp_dma_stop(sp);
	list_for_each_entry_safe(sp, next, failed, node)
		free_sp(sp);
}

/*
 * The HBAs of a function share its interrupt, and a scan may take long. So no
 * bus is scanned before all of them handle their interrupts. The lock of the
 * device keeps it from being suspended or removed meanwhile.
 */
static void scan_all(struct list_head *found)
{
	struct sp_hba *sp;

	list_for_each_entry(sp, found, node)
		pioscsi_scan_hba(sp->hba);
}

/**
 * sp_find() - let the miniport find the HBAs of a place
 * @init: data of ScsiPortInitialize()
 * @place: the place; a function on PCI has just been enabled
 * @found: list for the HBAs
 *
 * HwScsiFindAdapter may reset a chip that an earlier call has found. So no HBA
 * is in service before the last call. The scan of the buses does not delay the
 * probe or the restart of other devices.
 *
 * Context: task; sleeps; lock of the device.
 * Return: 0 if there is one, else the last error.
 */
int sp_find(const struct sp_init *init, const struct sp_place *place,
	    struct list_head *found)
{
	struct scsiport_state *state = init->drv->state;
	struct search search = {
		.valid = LIST_HEAD_INIT(search.valid),
		.failed = LIST_HEAD_INIT(search.failed),
	};
	unsigned int calls = 0;
	int err;

	/*
	 * Nothing handles the interrupt of the HBAs before begin(). An event
	 * may be pending already, and the mutex may be held for long.
	 */
	sp_intx_disable(place);
	mutex_lock(&state->device_lock);
	do {
		err = find_one(init, place, &search);
	} while (search.again && ++calls < AGAIN_MAX);
	if (!list_empty(&search.valid))
		err = add_all(&search, found);
	mutex_unlock(&state->device_lock);
	end_failed(&search.failed, found);
	scan_all(found);
	return list_empty(found) ? err : 0;
}

/*
 * A scan may wait for an INQUIRY, which the removal of a suspended host ends.
 * So the scan is cancelled afterwards. The midlayer scans no removed host.
 */
static void remove_host(struct sp_hba *sp)
{
	sp_debug_remove(sp);
	pioscsi_remove_hba(sp->hba);
}

/* The HBAs that were kept may be bus masters though @sp is none. */
static void stop_dma(struct sp_hba *sp)
{
	struct sp_hba *kept;

	sp_dma_stop(sp);
	list_for_each_entry(kept, &sp->kept, node)
		sp_dma_stop(kept);
}

/**
 * sp_remove() - remove all HBAs of a device
 * @found: list of HBAs
 *
 * An HBA whose miniport cannot stop it may access its memory until its DMA is
 * stopped. That stops the DMA of all HBAs of the device.
 *
 * Context: task; sleeps.
 */
void sp_remove(struct list_head *found)
{
	struct sp_hba *sp, *next;

	list_for_each_entry(sp, found, node)
		remove_host(sp);
	list_for_each_entry(sp, found, node)
		stop_dma(sp);
	list_for_each_entry_safe(sp, next, found, node) {
		list_del(&sp->node);
		free_sp(sp);
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logical units with the miniport's extensions. A unit is created for its first
 * request, and lives until the HBA is removed. A new device at its address gets
 * it as if it were new.
 */
#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "lu.h"

/**
 * sp_lu_find() - find a logical unit that had a request
 * @sp: the HBA
 * @path: PathId
 * @id: TargetId
 * @lun: Lun
 *
 * Context: list lock.
 * Return: the unit, or %NULL.
 */
struct sp_lu *sp_lu_find(struct sp_hba *sp, u8 path, u8 id, u8 lun)
{
	struct sp_lu *lu;

	lockdep_assert_held(&sp->lock);
	list_for_each_entry(lu, &sp->lus, node)
		if (lu->path == path && lu->id == id && lu->lun == lun)
			return lu;
	return NULL;
}

static struct sp_lu *lu_alloc(struct sp_hba *sp, u8 path, u8 id, u8 lun)
{
	struct sp_lu *lu = kzalloc(sizeof(*lu), GFP_ATOMIC);

	if (!lu)
		return NULL;
	if (sp->accepted.SpecificLuExtensionSize) {
		lu->ext = kzalloc(sp->accepted.SpecificLuExtensionSize,
				  GFP_ATOMIC);
		if (!lu->ext) {
			kfree(lu);
			return NULL;
		}
	}
	lu->path = path;
	lu->id = id;
	lu->lun = lun;
	return lu;
}

/**
 * sp_lu_get() - find or create a logical unit
 * @sp: the HBA
 * @path: PathId
 * @id: TargetId
 * @lun: Lun
 *
 * Context: owner of the chip; any but NMI.
 * Return: the unit, or %NULL without memory.
 */
struct sp_lu *sp_lu_get(struct sp_hba *sp, u8 path, u8 id, u8 lun)
{
	unsigned long flags;
	struct sp_lu *lu;

	spin_lock_irqsave(&sp->lock, flags);
	lu = sp_lu_find(sp, path, id, lun);
	spin_unlock_irqrestore(&sp->lock, flags);
	if (lu)
		return lu;
	lu = lu_alloc(sp, path, id, lun);
	if (!lu)
		return NULL;
	spin_lock_irqsave(&sp->lock, flags);
	list_add_tail(&lu->node, &sp->lus);
	spin_unlock_irqrestore(&sp->lock, flags);
	return lu;
}

/**
 * sp_lu_use_next() - note that a request is started
 * @sp: the HBA
 * @lu: its logical unit
 *
 * Each NextRequest and each NextLuRequest admits one request, whichever logical
 * unit gets it. A busy unit for which a NextLuRequest came still takes one more
 * request, until it gets it.
 *
 * Context: list lock.
 */
void sp_lu_use_next(struct sp_hba *sp, struct sp_lu *lu)
{
	lockdep_assert_held(&sp->lock);
	sp->next = false;
	sp->next_busy = false;
	lu->next = false;
}

/**
 * sp_lu_free_all() - free all logical units
 * @sp: the HBA, whose miniport has no request and is not called
 *
 * Context: task.
 */
void sp_lu_free_all(struct sp_hba *sp)
{
	struct sp_lu *lu, *next;

	list_for_each_entry_safe(lu, next, &sp->lus, node) {
		kfree(lu->ext);
		kfree(lu);
	}
	INIT_LIST_HEAD(&sp->lus);
}

static void clear_ext(const struct sp_hba *sp, struct sp_lu *lu)
{
	if (lu->ext)
		memset(lu->ext, 0, sp->accepted.SpecificLuExtensionSize);
}

/**
 * sp_lu_reset_all() - reset all logical units as if each were new
 * @sp: the HBA, whose miniport has no request and is not called
 *
 * The port still knows which ones have answered: a target that has just got its
 * power back may miss a selection.
 *
 * Context: task.
 */
void sp_lu_reset_all(struct sp_hba *sp)
{
	struct sp_lu *lu;

	list_for_each_entry(lu, &sp->lus, node) {
		lu->next = false;
		lu->present = false;
		clear_ext(sp, lu);
	}
}

/**
 * sp_lu_renew() - forget the device that had the address of a logical unit
 * @sp: the HBA
 * @path: PathId
 * @id: TargetId
 * @lun: Lun
 *
 * A flush of the cache may still be active.
 *
 * Context: ISR lock; no command of the unit is left.
 */
void sp_lu_renew(struct sp_hba *sp, u8 path, u8 id, u8 lun)
{
	struct sp_lu *lu;

	lockdep_assert_held(&sp->isr_lock);
	spin_lock(&sp->lock);
	lu = sp_lu_find(sp, path, id, lun);
	if (lu && !lu->nr_active) {
		lu->next = false;
		lu->present = false;
		lu->answered = false;
		lu->missed = 0;
		clear_ext(sp, lu);
	}
	spin_unlock(&sp->lock);
}

PVOID ScsiPortGetLogicalUnit(PVOID HwDeviceExtension, UCHAR PathId,
			     UCHAR TargetId, UCHAR Lun)
{
	struct sp_hba *sp = sp_of_dx(HwDeviceExtension);
	unsigned long flags;
	struct sp_lu *lu;

	spin_lock_irqsave(&sp->lock, flags);
	lu = sp_lu_find(sp, PathId, TargetId, Lun);
	spin_unlock_irqrestore(&sp->lock, flags);
	return lu ? lu->ext : NULL;
}
EXPORT_SYMBOL_GPL(ScsiPortGetLogicalUnit);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bus-master DMA: memory that miniport and HBA share, and the addresses of a
 * request's data. Data is mapped before HwScsiStartIo, which cannot wait for a
 * mapping, and unmapped before the command ends. The CPU owns the data until
 * the miniport asks for its first address: a miniport that answers a command by
 * itself writes to the buffer.
 */
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <scsi/scsi_cmnd.h>

#include "../compat.h"
#include "data.h"
#include "dma.h"
#include "verify.h"

/* Address lines of an ISA bus master. */
#define ISA_BITS	24

/**
 * sp_is_master() - tell whether the HBA accesses memory by itself
 * @sp: the HBA, whose miniport has filled in the configuration
 *
 * Context: any.
 * Return: true if it does.
 */
bool sp_is_master(const struct sp_hba *sp)
{
	return sp->cfg.Master;
}

static u64 address_mask(const PORT_CONFIGURATION_INFORMATION *cfg)
{
	if (cfg->Dma64BitAddresses & SCSI_DMA64_MINIPORT_SUPPORTED)
		return DMA_BIT_MASK(64);
	return DMA_BIT_MASK(cfg->Dma32BitAddresses ? 32 : ISA_BITS);
}

/**
 * sp_dma_is_narrow() - tell whether an HBA with DMA reaches less than 4 GiB
 * @sp: the HBA, whose miniport has filled in the configuration
 *
 * The pages of a command are out of its reach, and so are the buffers by which
 * the kernel's DMA API replaces such pages.
 *
 * Context: any.
 * Return: true if so.
 */
bool sp_dma_is_narrow(const struct sp_hba *sp)
{
	return sp_is_master(sp) && address_mask(&sp->cfg) < DMA_BIT_MASK(32);
}

/**
 * sp_dma_reaches_accepted() - tell whether an HBA still reaches its memory
 * @sp: the HBA, after another HwScsiFindAdapter
 *
 * Context: any.
 * Return: true if it has as many address lines as when it was added.
 */
bool sp_dma_reaches_accepted(const struct sp_hba *sp)
{
	return !sp_is_master(sp) ||
	       address_mask(&sp->cfg) >= address_mask(&sp->accepted);
}

/**
 * sp_dma_gfp() - return the flags for memory that is mapped for DMA
 * @sp: the HBA
 *
 * Context: any.
 * Return: flags for an allocation that may sleep.
 */
gfp_t sp_dma_gfp(const struct sp_hba *sp)
{
	return GFP_KERNEL | (sp_dma_is_narrow(sp) ? GFP_DMA : 0);
}

/**
 * sp_dma_set_master() - set the bus master bit of a PCI function
 * @sp: an HBA of the function, or of another bus
 *
 * Context: task.
 */
void sp_dma_set_master(struct sp_hba *sp)
{
	KUNIT_STATIC_STUB_REDIRECT(sp_dma_set_master, sp);

	if (sp->place.pdev)
		pci_set_master(sp->place.pdev);
}

/**
 * sp_dma_clear_master() - clear the bus master bit of a PCI function
 * @sp: an HBA of the function, or of another bus
 *
 * Context: task.
 */
void sp_dma_clear_master(struct sp_hba *sp)
{
	KUNIT_STATIC_STUB_REDIRECT(sp_dma_clear_master, sp);

#ifdef CONFIG_PCI
	if (sp->place.pdev)
		pci_clear_master(sp->place.pdev);
#endif
}

/**
 * sp_dma_enable() - enable bus mastering, and set the address mask
 * @sp: the HBA
 *
 * After a failed reset the HBA may have addresses of buffers that are reused.
 * Then sp_dma_start() enables bus mastering before HwScsiInitialize.
 *
 * Context: task.
 * Return: 0, or a negative error if the machine has no memory for that mask.
 */
int sp_dma_enable(struct sp_hba *sp)
{
	struct device *dev = sp->place.dev;
	int err;

	KUNIT_STATIC_STUB_REDIRECT(sp_dma_enable, sp);

	if (!sp->lost)
		sp_dma_set_master(sp);
	err = dma_set_mask_and_coherent(dev, address_mask(&sp->cfg));
	/* Only buffers between memory and device (SWIOTLB) limit the size. */
	sp->dma_copies = !err && dma_max_mapping_size(dev) != SIZE_MAX;
	return err;
}

/**
 * sp_dma_may_access() - tell whether the HBA may access its memory
 * @sp: the HBA
 *
 * A restart that failed may have cleared the configuration.
 *
 * Context: any.
 * Return: true if the HBA is a bus master, or was one.
 */
bool sp_dma_may_access(const struct sp_hba *sp)
{
	return sp_is_master(sp) || sp->exts.is_dma || sp->uncached.is_dma;
}

/**
 * sp_dma_stop() - keep the HBA from accessing memory
 * @sp: the HBA, which may be no bus master
 *
 * Only PCI has a switch for that. It is one for all HBAs of the device.
 *
 * Context: task.
 */
void sp_dma_stop(struct sp_hba *sp)
{
	if (sp_dma_may_access(sp))
		sp_dma_clear_master(sp);
}

/**
 * sp_dma_start() - undo sp_dma_stop()
 * @sp: the HBA
 *
 * Context: task.
 */
void sp_dma_start(struct sp_hba *sp)
{
	if (sp_is_master(sp))
		sp_dma_set_master(sp);
}

/**
 * sp_shared_alloc() - allocate zeroed memory that the HBA can access
 * @sp: the HBA
 * @shared: the memory
 * @len: bytes
 *
 * Context: task; may sleep.
 * Return: 0 or -ENOMEM.
 */
int sp_shared_alloc(struct sp_hba *sp, struct sp_shared *shared, size_t len)
{
	shared->len = len;
	shared->is_dma = sp_is_master(sp);
	if (shared->is_dma)
		shared->va = dma_alloc_coherent(sp->place.dev, len,
						&shared->dma, GFP_KERNEL);
	else
		shared->va = kvzalloc(len, GFP_KERNEL);
	return shared->va ? 0 : -ENOMEM;
}

/**
 * sp_shared_free() - undo sp_shared_alloc()
 * @sp: the HBA
 * @shared: the memory, which may not be allocated; the HBA does not access it
 *
 * Context: task; may sleep.
 */
void sp_shared_free(struct sp_hba *sp, struct sp_shared *shared)
{
	KUNIT_STATIC_STUB_REDIRECT(sp_shared_free, sp, shared);

	if (!shared->va)
		return;
	if (shared->is_dma)
		dma_free_coherent(sp->place.dev, shared->len, shared->va,
				  shared->dma);
	else
		kvfree(shared->va);
	shared->va = NULL;
}

/* Uncached memory from before a restart. */
struct retired {
	struct list_head node;
	struct sp_shared mem;
};

/**
 * sp_dma_retire() - keep the uncached extension until a restart succeeds
 * @sp: the HBA, whose DMA is stopped
 *
 * The miniport can allocate a new one. After failed restarts the HBA may have
 * the addresses of all earlier ones.
 *
 * Context: task; may sleep.
 * Return: 0 or -ENOMEM.
 */
int sp_dma_retire(struct sp_hba *sp)
{
	struct retired *retired;

	if (!sp->uncached.va)
		return 0;
	retired = kmalloc(sizeof(*retired), GFP_KERNEL);
	if (!retired)
		return -ENOMEM;
	retired->mem = sp->uncached;
	list_add_tail(&retired->node, &sp->retired);
	sp->uncached.va = NULL;
	return 0;
}

/**
 * sp_dma_free_retired() - free the memory that sp_dma_retire() has kept
 * @sp: the HBA, which does not access that memory any more
 *
 * Context: task; may sleep.
 */
void sp_dma_free_retired(struct sp_hba *sp)
{
	struct retired *retired, *next;

	list_for_each_entry_safe(retired, next, &sp->retired, node) {
		sp_shared_free(sp, &retired->mem);
		list_del(&retired->node);
		kfree(retired);
	}
}

static int map_single(struct sp_hba *sp, struct sp_slot *slot, void *va,
		      unsigned int len, unsigned long attrs)
{
	struct device *dev = sp->place.dev;
	dma_addr_t dma = dma_map_single_attrs(dev, va, len, slot->dir, attrs);

	if (dma_mapping_error(dev, dma))
		return -ENOMEM;
	sg_init_one(&slot->single, va, len);
	sg_dma_address(&slot->single) = dma;
	sg_dma_len(&slot->single) = len;
	slot->map = &slot->single;
	slot->nr_maps = 1;
	return 0;
}

/*
 * Tell whether the HBA owns the data from the map on. The copy of long data
 * must not be done later, when the miniport asks for an address with interrupts
 * off. A miniport does not change the data of a long write.
 */
static bool is_handed_over(const struct sp_hba *sp, const struct sp_slot *slot)
{
	return sp->dma_copies && slot->dir == DMA_TO_DEVICE &&
	       slot->len > SP_LONG_BYTES;
}

/**
 * sp_dma_map() - give the data of a request addresses for the HBA
 * @sp: the HBA
 * @slot: the request, which has data
 *
 * The CPU owns the data until the miniport asks for its first address, except
 * that of a long write which the DMA API copies.
 *
 * Context: any but NMI.
 * Return: 0 or -ENOMEM.
 */
int sp_dma_map(struct sp_hba *sp, struct sp_slot *slot)
{
	struct scsi_cmnd *scmd = slot->cmd->scmd;
	struct scatterlist *sgl = scsi_sglist(scmd);
	unsigned long attrs;

	KUNIT_STATIC_STUB_REDIRECT(sp_dma_map, sp, slot);

	slot->dir = slot->control ? DMA_BIDIRECTIONAL : scmd->sc_data_direction;
	slot->asked = is_handed_over(sp, slot);
	attrs = slot->asked ? 0 : DMA_ATTR_SKIP_CPU_SYNC;
	if (!slot->direct)
		return map_single(sp, slot, slot->bounce, slot->len, attrs);
	slot->nr_maps = dma_map_sg_attrs(sp->place.dev, sgl,
					 scsi_sg_count(scmd), slot->dir, attrs);
	slot->map = slot->nr_maps ? sgl : NULL;
	return slot->map ? 0 : -ENOMEM;
}

/* The HBA owns the data from the first address on. */
static void hand_over(struct sp_hba *sp, struct sp_slot *slot)
{
	struct device *dev = sp->place.dev;

	if (slot->asked)
		return;
	slot->asked = true;
	if (slot->map == &slot->single)
		dma_sync_single_for_device(dev, sg_dma_address(&slot->single),
					   sg_dma_len(&slot->single),
					   slot->dir);
	else
		dma_sync_sg_for_device(dev, slot->map,
				       scsi_sg_count(slot->cmd->scmd),
				       slot->dir);
}

/**
 * sp_dma_unmap() - unmap the data of a request
 * @sp: the HBA
 * @slot: the request, whose data may not be mapped
 *
 * Context: any but NMI.
 */
void sp_dma_unmap(struct sp_hba *sp, struct sp_slot *slot)
{
	unsigned long attrs = slot->asked ? 0 : DMA_ATTR_SKIP_CPU_SYNC;
	struct device *dev = sp->place.dev;

	if (!slot->map)
		return;
	if (slot->map == &slot->single)
		dma_unmap_single_attrs(dev, sg_dma_address(&slot->single),
				       sg_dma_len(&slot->single), slot->dir,
				       attrs);
	else
		dma_unmap_sg_attrs(dev, slot->map,
				   scsi_sg_count(slot->cmd->scmd), slot->dir,
				   attrs);
	slot->map = NULL;
}

/* A piece of memory as the HBA sees it; no bytes if it does not see it. */
struct piece {
	u64 address;
	size_t len;
};

static struct piece piece_of_data(struct sp_hba *sp, struct sp_slot *slot,
				  size_t offset)
{
	struct scatterlist *sg;
	int i;

	/* The miniport did not announce that it needs addresses. */
	if (!slot->map && sp_dma_map(sp, slot))
		return (struct piece){};
	hand_over(sp, slot);
	for_each_sg(slot->map, sg, slot->nr_maps, i) {
		if (offset < sg_dma_len(sg))
			return (struct piece){
				sg_dma_address(sg) + offset,
				sg_dma_len(sg) - offset
			};
		offset -= sg_dma_len(sg);
	}
	return (struct piece){};
}

static struct piece piece_of_shared(const struct sp_shared *shared,
				    const void *va)
{
	if (!shared->va || va < shared->va || va >= shared->va + shared->len)
		return (struct piece){};
	return (struct piece){
		shared->dma + (va - shared->va),
		shared->len - (va - shared->va)
	};
}

/*
 * A request that the miniport has copied or completed has no data any more. It
 * may also have changed DataBuffer. The lock keeps the data mapped.
 */
static struct piece piece_of_request(struct sp_hba *sp,
				     PSCSI_REQUEST_BLOCK srb, const void *va)
{
	struct piece piece = {};
	struct sp_slot *slot;
	unsigned long flags;

	spin_lock_irqsave(&sp->lock, flags);
	slot = sp_active_slot(sp, srb);
	if (slot && slot->cmd && va >= slot->data &&
	    va < slot->data + slot->len)
		piece = piece_of_data(sp, slot, va - slot->data);
	spin_unlock_irqrestore(&sp->lock, flags);
	return piece;
}

static struct piece find_piece(struct sp_hba *sp, PSCSI_REQUEST_BLOCK srb,
			       const void *va)
{
	struct piece piece = {};

	if (srb)
		piece = piece_of_request(sp, srb, va);
	if (!piece.len)
		piece = piece_of_shared(&sp->exts, va);
	if (!piece.len && !srb)
		piece = piece_of_shared(&sp->uncached, va);
	return piece;
}

SCSI_PHYSICAL_ADDRESS
ScsiPortGetPhysicalAddress(PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb,
			   PVOID VirtualAddress, ULONG *Length)
{
	struct sp_hba *sp = sp_of_dx(HwDeviceExtension);
	struct piece piece = {};

	if (sp_is_master(sp))
		piece = find_piece(sp, Srb, VirtualAddress);
	if (!piece.len)
		sp_broke_rule(sp, SP_RULE_ADDRESS, 0);
	*Length = piece.len;
	return (SCSI_PHYSICAL_ADDRESS){ .QuadPart = piece.address };
}
EXPORT_SYMBOL_GPL(ScsiPortGetPhysicalAddress);

static void *va_in(const struct sp_shared *shared, u64 address)
{
	if (!shared->va || address < shared->dma ||
	    address >= shared->dma + shared->len)
		return NULL;
	return shared->va + (address - shared->dma);
}

PVOID ScsiPortGetVirtualAddress(PVOID HwDeviceExtension,
				SCSI_PHYSICAL_ADDRESS PhysicalAddress)
{
	struct sp_hba *sp = sp_of_dx(HwDeviceExtension);
	u64 address = PhysicalAddress.QuadPart;

	return va_in(&sp->uncached, address) ?: va_in(&sp->exts, address);
}
EXPORT_SYMBOL_GPL(ScsiPortGetVirtualAddress);

PVOID ScsiPortGetUncachedExtension(PVOID HwDeviceExtension,
				   PPORT_CONFIGURATION_INFORMATION ConfigInfo,
				   ULONG NumberOfBytes)
{
	struct sp_hba *sp = sp_of_dx(HwDeviceExtension);

	if (!sp->finding) {
		sp_broke_rule(sp, SP_RULE_CONFIG, 0);
		return NULL;
	}
	if (sp->uncached.va || !sp_is_master(sp) || !NumberOfBytes ||
	    NumberOfBytes > SP_UNCACHED_MAX || sp_dma_enable(sp) ||
	    sp_shared_alloc(sp, &sp->uncached, NumberOfBytes))
		return NULL;
	return sp->uncached.va;
}
EXPORT_SYMBOL_GPL(ScsiPortGetUncachedExtension);

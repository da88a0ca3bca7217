// SPDX-License-Identifier: GPL-2.0-only
/*
 * The configuration: what HwScsiFindAdapter is told, and what the port and the
 * midlayer learn of its answer.
 */
#include <linux/device.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/sched/mm.h>

#include "config.h"
#include "cpu.h"
#include "dma.h"
#include "find.h"
#include "range.h"
#include "verify.h"

/* Bits of the class of an IDE controller: both channels are in native mode. */
#define IDE_NATIVE	0x05

/**
 * sp_config_init() - fill in the configuration for HwScsiFindAdapter
 * @sp: the HBA, with its place
 *
 * Context: task.
 */
void sp_config_init(struct sp_hba *sp)
{
	const struct sp_place *place = &sp->place;
	const HW_INITIALIZATION_DATA *hw = &sp->hw;
	ULONG i, nr = hw->NumberOfAccessRanges;

	for (i = 0; i < nr; i++)
		sp->range[i] = i < place->nr_ranges ? place->range[i] :
			       (ACCESS_RANGE) {};
	sp->cfg = (PORT_CONFIGURATION_INFORMATION) {
		.Length = sizeof(sp->cfg),
		.SystemIoBusNumber = place->bus,
		.AdapterInterfaceType = hw->AdapterInterfaceType,
		.BusInterruptLevel = place->irq,
		.BusInterruptVector = place->irq,
		.InterruptMode = place->pdev ? LevelSensitive : Latched,
		.MaximumTransferLength = SP_UNINITIALIZED_VALUE,
		.NumberOfPhysicalBreaks = SP_UNINITIALIZED_VALUE,
		.DmaChannel = SP_UNINITIALIZED_VALUE,
		.DmaPort = SP_UNINITIALIZED_VALUE,
		.NumberOfAccessRanges = nr,
		.AccessRanges = nr ? (void *)sp->range : NULL,
		.Dma64BitAddresses = SCSI_DMA64_SYSTEM_SUPPORTED,
		.MapBuffers = hw->MapBuffers,
		.NeedPhysicalAddresses = hw->NeedPhysicalAddresses,
		.TaggedQueuing = hw->TaggedQueuing,
		.AutoRequestSense = hw->AutoRequestSense,
		.MultipleRequestPerLu = hw->MultipleRequestPerLu,
		.ReceiveEvent = hw->ReceiveEvent,
		.MaximumNumberOfTargets = SCSI_MAXIMUM_TARGETS,
		.SlotNumber = place->slot,
		.DeviceExtensionSize = hw->DeviceExtensionSize,
		.SpecificLuExtensionSize = hw->SpecificLuExtensionSize,
		.SrbExtensionSize = hw->SrbExtensionSize,
		.MaximumNumberOfLogicalUnits = SCSI_MAXIMUM_LOGICAL_UNITS,
	};
	memset(sp->cfg.InitiatorBusId, 0xff, sizeof(sp->cfg.InitiatorBusId));
}

/**
 * sp_find_adapter() - call HwScsiFindAdapter
 * @sp: the HBA, with a zeroed device extension
 * @again: set by the miniport to be called for another HBA
 *
 * Error handling takes the same lock. So an allocation under it must not wait
 * for the disk of another HBA.
 *
 * Context: task; sleeps.
 * Return: the result of the routine.
 */
ULONG sp_find_adapter(struct sp_hba *sp, BOOLEAN *again)
{
	struct mutex *lock = &sp->drv->state->find_lock;
	unsigned int noio;
	u64 begun;
	ULONG ret;

	*again = FALSE;
	mutex_lock(lock);
	noio = memalloc_noio_save();
	begun = sp_cpu_ns();
	sp->finding = true;
	ret = sp->hw.HwFindAdapter(sp->dx, sp->context, NULL,
				   (PCHAR)sp->drv->argument, &sp->cfg, again);
	sp->finding = false;
	sp_verify_time(sp, SP_FIND_ADAPTER, sp_cpu_ns_since(begun));
	memalloc_noio_restore(noio);
	mutex_unlock(lock);
	return ret;
}

/*
 * Tell whether the miniport needs a DMA channel of the system, or physical
 * addresses without being a bus master.
 */
static bool needs_system_dma(const PORT_CONFIGURATION_INFORMATION *cfg)
{
	return cfg->DmaChannel != SP_UNINITIALIZED_VALUE ||
	       (cfg->NeedPhysicalAddresses && !cfg->Master);
}

/* Their memory is allocated for each request and each logical unit. */
static bool has_valid_sizes(const struct sp_hba *sp)
{
	const PORT_CONFIGURATION_INFORMATION *cfg = &sp->cfg;

	if (cfg->SrbExtensionSize <= SP_EXT_MAX &&
	    cfg->SpecificLuExtensionSize <= SP_EXT_MAX)
		return true;
	dev_err(sp->place.dev,
		"invalid SrbExtensionSize %u or SpecificLuExtensionSize %u, at most %u bytes; ignoring the HBA\n",
		cfg->SrbExtensionSize, cfg->SpecificLuExtensionSize,
		SP_EXT_MAX);
	return false;
}

/**
 * sp_config_check() - tell whether the miniport's configuration is supported
 * @sp: the HBA, after HwScsiFindAdapter
 *
 * Context: task.
 * Return: 0 or a negative error, with its reason in the log.
 */
int sp_config_check(struct sp_hba *sp)
{
	const PORT_CONFIGURATION_INFORMATION *cfg = &sp->cfg;

	if (needs_system_dma(cfg)) {
		dev_err(sp->place.dev,
			"the miniport needs system DMA, which is not supported; ignoring the HBA\n");
		return -EOPNOTSUPP;
	}
	if (cfg->NumberOfBuses > SCSI_MAXIMUM_BUSES) {
		dev_err(sp->place.dev,
			"invalid NumberOfBuses %u, at most %u; ignoring the HBA\n",
			cfg->NumberOfBuses, SCSI_MAXIMUM_BUSES);
		return -EINVAL;
	}
	if (cfg->AlignmentMask > 7 || !is_power_of_2(cfg->AlignmentMask + 1)) {
		dev_err(sp->place.dev,
			"invalid AlignmentMask %u, must be 0, 1, 3 or 7; ignoring the HBA\n",
			cfg->AlignmentMask);
		return -EINVAL;
	}
	if (cfg->MaximumTransferLength < PAGE_SIZE) {
		dev_err(sp->place.dev,
			"invalid MaximumTransferLength %u, at least %lu (a page); ignoring the HBA\n",
			cfg->MaximumTransferLength, PAGE_SIZE);
		return -EINVAL;
	}
	if (!has_valid_sizes(sp))
		return -EINVAL;
	return sp_is_master(sp) ? sp_dma_enable(sp) : 0;
}

/* Requests and extensions of logical units keep their memory. */
static bool fits_memory(struct sp_hba *sp)
{
	const PORT_CONFIGURATION_INFORMATION *cfg = &sp->cfg;
	const PORT_CONFIGURATION_INFORMATION *old = &sp->accepted;

	if (cfg->SrbExtensionSize <= old->SrbExtensionSize &&
	    cfg->SpecificLuExtensionSize <= old->SpecificLuExtensionSize &&
	    !cfg->Master == !old->Master &&
	    sp_dma_reaches_accepted(sp))
		return true;
	dev_err(sp->place.dev,
		"the miniport needs other memory than before: SrbExtensionSize %u (%u), SpecificLuExtensionSize %u (%u), Master %u (%u), or fewer address lines\n",
		cfg->SrbExtensionSize, old->SrbExtensionSize,
		cfg->SpecificLuExtensionSize, old->SpecificLuExtensionSize,
		cfg->Master, old->Master);
	return false;
}

/**
 * sp_config_fits() - tell whether the miniport has found the same HBA again
 * @sp: the HBA, after another HwScsiFindAdapter
 *
 * Context: task.
 * Return: true if the HBA has its old ranges and can use its old memory,
 *	otherwise false, with a message in the log.
 */
bool sp_config_fits(struct sp_hba *sp)
{
	if (sp_range_fits(sp))
		return fits_memory(sp);
	dev_err(sp->place.dev,
		"HwScsiFindAdapter has mapped other ranges than before, which another HBA may have\n");
	return false;
}

/**
 * sp_config_own_id() - return the HBA's own ID on a bus
 * @sp: the HBA
 * @path: the bus, PathId
 *
 * Context: any.
 * Return: the ID, or -1 if no target could have it.
 */
int sp_config_own_id(const struct sp_hba *sp, unsigned int path)
{
	UCHAR id = sp->cfg.InitiatorBusId[path];

	return id < sp->cfg.MaximumNumberOfTargets ? id : -1;
}

/* The midlayer leaves out one ID, on all buses. */
static int common_id(const struct sp_hba *sp)
{
	int id = sp_config_own_id(sp, 0);
	unsigned int path;

	for (path = 1; path < sp->cfg.NumberOfBuses; path++)
		if (sp_config_own_id(sp, path) != id)
			return -1;
	return id;
}

/* In this mode a channel has interrupt 14 or 15, which the miniport knows. */
static bool is_compat_ide(const struct pci_dev *pdev)
{
	return pdev->class >> 8 == PCI_CLASS_STORAGE_IDE &&
	       (pdev->class & IDE_NATIVE) != IDE_NATIVE;
}

/**
 * sp_config_irq() - return the interrupt of an HBA
 * @sp: the HBA, with the miniport's configuration
 *
 * A miniport may take the level from the Interrupt Line register, which is not
 * the kernel's number if there is an IO-APIC.
 *
 * Context: any.
 * Return: the number, or 0 if the miniport polls the HBA.
 */
unsigned int sp_config_irq(const struct sp_hba *sp)
{
	const struct sp_place *place = &sp->place;
	ULONG level = sp->cfg.BusInterruptLevel;

	if (!sp->hw.HwInterrupt || !level || level == SP_UNINITIALIZED_VALUE)
		return 0;
	if (place->pdev && place->irq && !is_compat_ide(place->pdev))
		return place->irq;
	return level;
}

/*
 * Several requests of a logical unit need autosense. A REQUEST SENSE of the
 * port would wait for the other requests, and these wait for it.
 */
static bool takes_several(const PORT_CONFIGURATION_INFORMATION *cfg)
{
	return cfg->AutoRequestSense &&
	       (cfg->TaggedQueuing || cfg->MultipleRequestPerLu);
}

/* One more segment than breaks. A copied buffer is one segment. */
static unsigned int segments(const struct sp_hba *sp)
{
	ULONG breaks = sp->cfg.NumberOfPhysicalBreaks;

	if (!sp_is_master(sp) || sp->cfg.MapBuffers || sp_dma_is_narrow(sp))
		return 0;
	if (!sp->cfg.ScatterGather)
		return 1;
	if (breaks == SP_UNINITIALIZED_VALUE)
		breaks = SCSI_MINIMUM_PHYSICAL_BREAKS;
	return min(breaks, SCSI_MAXIMUM_PHYSICAL_BREAKS) + 1;
}

/* Each request of a narrow HBA has a buffer in scarce memory. */
static unsigned int depth_of(const struct sp_hba *sp)
{
	if (sp_dma_is_narrow(sp))
		return SP_DEPTH_NARROW;
	return takes_several(&sp->cfg) ? SP_DEPTH_TAGGED : SP_DEPTH_UNTAGGED;
}

/**
 * sp_config_apply() - hand the configuration to the port
 * @sp: the HBA, not yet added
 *
 * Context: task.
 */
void sp_config_apply(struct sp_hba *sp)
{
	const PORT_CONFIGURATION_INFORMATION *cfg = &sp->cfg;
	struct pioscsi_hba *hba = sp->hba;

	sp->accepted = *cfg;
	hba->irq = sp_config_irq(sp);
	hba->depth = depth_of(sp);
	/* All other units get one request at a time. */
	hba->no_tags = takes_several(cfg) ? 0 : PIOSCSI_NO_TAGS_ALL;
	hba->nr_channels = cfg->NumberOfBuses;
	hba->max_id = cfg->MaximumNumberOfTargets;
	hba->max_lun = cfg->MaximumNumberOfLogicalUnits;
	hba->this_id = common_id(sp);
	hba->max_cmd_len = sizeof_field(SCSI_REQUEST_BLOCK, Cdb);
	hba->max_sectors = min(cfg->MaximumTransferLength,
			       SP_TRANSFER_MAX) / 512;
	hba->max_segments = segments(sp);
	if (hba->max_segments > 1)
		hba->virt_boundary = SP_PAGE_SIZE - 1;
	hba->align = 1;
	hba->bounds_irqs = true;
	hba->needs_request_sense = !cfg->AutoRequestSense;
	if (cfg->CachesData)
		dev_warn(sp->place.dev,
			 "the miniport caches data (CachesData), and fsync() does not flush it; flushing it at suspend, shutdown and removal only\n");
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The configuration: what HwScsiFindAdapter is told, and what the port and the
 * midlayer learn of its answer.
 */
#include <linux/device.h>
#include <linux/minmax.h>

#include "config.h"

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
	unsigned int i, nr;

	nr = min_t(unsigned int, hw->NumberOfAccessRanges, SP_RANGES_MAX);
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

/* The HBA has no part of system DMA or bus-master DMA here. */
static bool needs_dma(const PORT_CONFIGURATION_INFORMATION *cfg)
{
	return cfg->Master || cfg->NeedPhysicalAddresses ||
	       cfg->DmaChannel != SP_UNINITIALIZED_VALUE;
}

/**
 * sp_config_check() - tell whether the miniport's configuration is supported
 * @sp: the HBA, after HwScsiFindAdapter
 *
 * Context: task.
 * Return: 0 or a negative error, with its reason in the log.
 */
int sp_config_check(const struct sp_hba *sp)
{
	const PORT_CONFIGURATION_INFORMATION *cfg = &sp->cfg;

	if (needs_dma(cfg)) {
		dev_err(sp->place.dev,
			"the miniport needs DMA, which is not supported; ignoring the HBA\n");
		return -EOPNOTSUPP;
	}
	if (cfg->NumberOfBuses > SCSI_MAXIMUM_BUSES) {
		dev_err(sp->place.dev,
			"invalid NumberOfBuses %u, at most %u; ignoring the HBA\n",
			cfg->NumberOfBuses, SCSI_MAXIMUM_BUSES);
		return -EINVAL;
	}
	if (cfg->MaximumTransferLength < 512) {
		dev_err(sp->place.dev,
			"invalid MaximumTransferLength %u, at least 512; ignoring the HBA\n",
			cfg->MaximumTransferLength);
		return -EINVAL;
	}
	return 0;
}

static int initiator(const PORT_CONFIGURATION_INFORMATION *cfg)
{
	return cfg->InitiatorBusId[0] < cfg->MaximumNumberOfTargets ?
		cfg->InitiatorBusId[0] : -1;
}

static unsigned int irq_of(const struct sp_hba *sp)
{
	ULONG level = sp->cfg.BusInterruptLevel;

	if (!sp->hw.HwInterrupt || level == SP_UNINITIALIZED_VALUE)
		return 0;
	return level;
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

	hba->irq = irq_of(sp);
	hba->depth = cfg->TaggedQueuing ? SP_DEPTH_TAGGED : SP_DEPTH_UNTAGGED;
	/* Without tags a unit gets one request at a time. */
	hba->no_tags = cfg->TaggedQueuing ? 0 : ~0U;
	hba->nr_channels = cfg->NumberOfBuses;
	hba->max_id = cfg->MaximumNumberOfTargets;
	hba->max_lun = cfg->MaximumNumberOfLogicalUnits;
	hba->this_id = initiator(cfg);
	hba->max_cmd_len = sizeof_field(SCSI_REQUEST_BLOCK, Cdb);
	hba->max_sectors = min(cfg->MaximumTransferLength,
			       SP_TRANSFER_MAX) / 512;
	hba->align = 1;
	hba->bounds_irqs = true;
	hba->needs_request_sense = !cfg->AutoRequestSense;
}

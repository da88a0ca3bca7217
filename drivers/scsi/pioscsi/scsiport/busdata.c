// SPDX-License-Identifier: GPL-2.0-only
/* Data of the bus: the configuration space of PCI. */
#include <linux/export.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "sp.h"
#include "verify.h"

/* ScsiPortGetBusData(): the slot is empty. */
#define NO_DEVICE_LEN	2

/* Only the HBA's own slot belongs to the miniport. */
static bool is_own_slot(struct sp_hba *sp, ULONG type, ULONG bus, ULONG slot)
{
	if (!sp->finding) {
		sp_broke_rule(sp, SP_RULE_CONFIG, 0);
		return false;
	}
	return type == PCIConfiguration && sp->place.pdev;
}

static ULONG read_config(struct sp_hba *sp, UCHAR *to, ULONG len)
{
	ULONG i;

	len = min_t(ULONG, len, PCI_CFG_SPACE_SIZE);
	for (i = 0; i < len; i++)
		pci_read_config_byte(sp->place.pdev, i, to + i);
	return len;
}

ULONG ScsiPortGetBusData(PVOID DeviceExtension, ULONG BusDataType,
			 ULONG SystemIoBusNumber, ULONG SlotNumber,
			 PVOID Buffer, ULONG Length)
{
	struct sp_hba *sp = sp_of_dx(DeviceExtension);

	if (!is_own_slot(sp, BusDataType, SystemIoBusNumber, SlotNumber))
		return 0;
	if (SystemIoBusNumber != sp->place.bus ||
	    SlotNumber != sp->place.slot) {
		if (Length >= NO_DEVICE_LEN)
			memset(Buffer, 0xff, NO_DEVICE_LEN);
		return NO_DEVICE_LEN;
	}
	if (Length)
		return read_config(sp, Buffer, Length);
	kfree(sp->bus_data);
	sp->bus_data = kzalloc(PCI_CFG_SPACE_SIZE, GFP_KERNEL);
	if (!sp->bus_data)
		return 0;
	*(void **)Buffer = sp->bus_data;
	return read_config(sp, sp->bus_data, PCI_CFG_SPACE_SIZE);
}
EXPORT_SYMBOL_GPL(ScsiPortGetBusData);

ULONG ScsiPortSetBusDataByOffset(PVOID DeviceExtension, ULONG BusDataType,
				 ULONG SystemIoBusNumber, ULONG SlotNumber,
				 PVOID Buffer, ULONG Offset, ULONG Length)
{
	struct sp_hba *sp = sp_of_dx(DeviceExtension);
	const UCHAR *from = Buffer;
	ULONG i;

	if (!is_own_slot(sp, BusDataType, SystemIoBusNumber, SlotNumber) ||
	    SystemIoBusNumber != sp->place.bus ||
	    SlotNumber != sp->place.slot || Offset > PCI_CFG_SPACE_SIZE ||
	    Length > PCI_CFG_SPACE_SIZE - Offset)
		return 0;
	for (i = 0; i < Length; i++)
		pci_write_config_byte(sp->place.pdev, Offset + i, from[i]);
	return Length;
}
EXPORT_SYMBOL_GPL(ScsiPortSetBusDataByOffset);

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_FIND_H
#define _SCSIPORT_FIND_H

#include <linux/mutex.h>
#include <linux/platform_device.h>

#include "ids.h"
#include "sp.h"

/**
 * struct sp_init - one call of ScsiPortInitialize()
 * @drv: the miniport's module
 * @hw: copy of the data
 * @context: HwContext
 * @id: IDs of the devices on PCI
 * @pci: driver for PCI, if registered
 * @ids: table of @pci
 * @platform: driver for platform devices and ISA, if registered
 * @name: name of the driver, unless that is the name of the module
 * @isa: the device for an HBA on ISA, or %NULL
 */
struct sp_init {
	struct scsiport_driver *drv;
	HW_INITIALIZATION_DATA hw;
	void *context;
	struct sp_id id;
	struct pci_driver pci;
	struct pci_device_id *ids;
	struct platform_driver platform;
	char name[64];
	struct platform_device *isa;
};

/**
 * struct scsiport_state - the front end's part of a miniport's module
 * @port: driver for the port
 * @init: calls of ScsiPortInitialize()
 * @nr_inits: number of calls
 * @device_lock: held while the HBAs of a device are found or restarted
 * @find_lock: held in HwScsiFindAdapter
 *
 * Windows calls HwScsiFindAdapter for one HBA after the other. The miniport may
 * count the HBAs of a device in HwContext, so no call for another device comes
 * between. Error handling takes only @find_lock: a holder of @device_lock
 * allocates memory, and may wait for a disk in error handling.
 */
struct scsiport_state {
	struct pioscsi_driver port;
	struct sp_init init[SP_INITS_MAX];
	unsigned int nr_inits;
	struct mutex device_lock;	/* one device at a time */
	struct mutex find_lock;		/* one HwScsiFindAdapter at a time */
};

int sp_find(const struct sp_init *init, const struct sp_place *place,
	    struct list_head *found);
void sp_remove(struct list_head *found);

#endif /* _SCSIPORT_FIND_H */

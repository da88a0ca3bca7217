/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_IDS_H
#define _SCSIPORT_IDS_H

#include "nt.h"

struct pci_device_id;
struct scsiport_driver;
struct sp_init;

/* Most IDs of the parameter "ids". */
#define SP_IDS_MAX	4U

/**
 * struct sp_id - the IDs of a miniport's devices on PCI
 * @vendor: the vendor ID
 * @device: the first digits of the device IDs
 * @digits: number of these digits; 0 if the miniport gives no valid IDs
 */
struct sp_id {
	u16 vendor;
	u16 device;
	unsigned int digits;
};

int sp_id_parse(struct sp_id *id, const HW_INITIALIZATION_DATA *hw);
int sp_ids_check(const struct scsiport_driver *drv);
struct pci_device_id *sp_ids_alloc(const struct sp_init *init);

#endif /* _SCSIPORT_IDS_H */

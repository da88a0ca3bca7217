// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bus glue for PCI. The IDs come from a parameter, or from VendorId and
 * DeviceId of the miniport. No alias is made of them, so that no module takes a
 * device from its stock driver.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "bus.h"
#include "find.h"
#include "power.h"

static const struct sp_init *init_of(struct pci_dev *pdev)
{
	return container_of(pdev->dev.driver, struct sp_init, pci.driver);
}

static void append_range(struct sp_place *place, const struct resource *res)
{
	ACCESS_RANGE *range = &place->range[place->nr_ranges++];

	range->RangeStart.QuadPart = res->start;
	range->RangeLength = resource_size(res);
	range->RangeInMemory = !(res->flags & IORESOURCE_IO);
}

/* A range that the device lacks is all zero, and keeps the place of the BAR. */
static void fill_place(struct sp_place *place, struct pci_dev *pdev)
{
	unsigned int bar;

	*place = (struct sp_place){
		.dev = &pdev->dev,
		.pdev = pdev,
		.type = PCIBus,
		.bus = pdev->bus->number,
		.slot = PCI_SLOT(pdev->devfn) | PCI_FUNC(pdev->devfn) << 5,
		.irq = pdev->irq,
	};
	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		if (pci_resource_len(pdev, bar))
			append_range(place, &pdev->resource[bar]);
		else
			place->nr_ranges++;
	}
}

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct list_head *found;
	struct sp_place place;
	int err;

	found = devm_kzalloc(&pdev->dev, sizeof(*found), GFP_KERNEL);
	if (!found)
		return -ENOMEM;
	INIT_LIST_HEAD(found);
	err = pcim_enable_device(pdev);
	if (err)
		return err;
	fill_place(&place, pdev);
	pci_set_drvdata(pdev, found);
	return sp_find(init_of(pdev), &place, found);
}

static void remove(struct pci_dev *pdev)
{
	sp_remove(pci_get_drvdata(pdev));
}

static void shutdown(struct pci_dev *pdev)
{
	sp_power_shutdown(pci_get_drvdata(pdev));
}

/* "VVVV:DDDD" in hexadecimal, several with commas. */
static int parse_ids(struct sp_init *init, const char *ids)
{
	unsigned int vendor, device, nr = 0;
	int used;

	while (*ids) {
		if (nr == ARRAY_SIZE(init->ids) - 1 ||
		    sscanf(ids, "%4x:%4x%n", &vendor, &device, &used) != 2)
			return -EINVAL;
		init->ids[nr++] = (struct pci_device_id){
			PCI_DEVICE(vendor, device)
		};
		ids += used;
		if (*ids == ',')
			ids++;
	}
	return nr ? 0 : -EINVAL;
}

/* The miniport gives digits as text, at most four, without a final zero. */
static int number_of(const void *text, unsigned int len, unsigned int *number)
{
	char digits[5] = "";

	if (!text || !len || len > 4)
		return -EINVAL;
	memcpy(digits, text, len);
	return kstrtouint(digits, 16, number);
}

static int own_ids(struct sp_init *init)
{
	unsigned int vendor, device;
	int err;

	err = number_of(init->hw.VendorId, init->hw.VendorIdLength, &vendor) ?:
	      number_of(init->hw.DeviceId, init->hw.DeviceIdLength, &device);
	if (err)
		return err;
	init->ids[0] = (struct pci_device_id){ PCI_DEVICE(vendor, device) };
	return 0;
}

/**
 * sp_pci_register() - bind the miniport to devices on PCI
 * @init: data of ScsiPortInitialize()
 *
 * Without IDs the driver is bound by the file driver_override only.
 *
 * Context: task; sleeps.
 * Return: 0 or a negative error.
 */
int sp_pci_register(struct sp_init *init)
{
	const struct scsiport_driver *drv = init->drv;

	if (drv->ids && parse_ids(init, drv->ids)) {
		pr_err("%s: invalid parameter ids=%s: must be VVVV:DDDD in hexadecimal, at most %zu\n",
		       drv->name, drv->ids, ARRAY_SIZE(init->ids) - 1);
		return -EINVAL;
	}
	if (!drv->ids)
		own_ids(init);
	init->pci = (struct pci_driver){
		.name = drv->name,
		.id_table = init->ids,
		.probe = probe,
		.remove = remove,
		.shutdown = shutdown,
		.driver.owner = drv->owner,
		.driver.pm = pm_sleep_ptr(&sp_pm_ops),
	};
	return __pci_register_driver(&init->pci, drv->owner, drv->name);
}

/**
 * sp_pci_unregister() - undo sp_pci_register()
 * @init: data of ScsiPortInitialize()
 *
 * Context: task; sleeps.
 */
void sp_pci_unregister(struct sp_init *init)
{
	pci_unregister_driver(&init->pci);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bus glue for PCI. No alias is made of the IDs, so that no module takes a
 * device from its stock driver.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "bus.h"
#include "find.h"
#include "ids.h"
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

/**
 * sp_pci_fill_place() - describe a PCI function for HwScsiFindAdapter
 * @place: the place
 * @pdev: the function, enabled
 *
 * As on Windows, the ranges that the function has follow each other. A BAR that
 * it lacks, such as the upper half of a 64-bit one, has no range.
 *
 * Context: task.
 */
void sp_pci_fill_place(struct sp_place *place, struct pci_dev *pdev)
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
	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++)
		if (pci_resource_len(pdev, bar))
			append_range(place, &pdev->resource[bar]);
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
	sp_pci_fill_place(&place, pdev);
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

/* A miniport may call ScsiPortInitialize() for each of its models. */
static const char *name_of(struct sp_init *init)
{
	const struct scsiport_driver *drv = init->drv;
	const struct sp_init *other;
	unsigned int nr = 0;

	for (other = drv->state->init; other < init; other++)
		nr += other->hw.AdapterInterfaceType == PCIBus;
	if (!nr)
		return drv->name;
	snprintf(init->name, sizeof(init->name), "%s.%u", drv->name, nr);
	return init->name;
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
	int err;

	init->ids = sp_ids_alloc(init);
	if (IS_ERR(init->ids))
		return PTR_ERR(init->ids);
	init->pci = (struct pci_driver){
		.name = name_of(init),
		.id_table = init->ids,
		.probe = probe,
		.remove = remove,
		.shutdown = shutdown,
		.driver.owner = drv->owner,
		.driver.pm = pm_sleep_ptr(&sp_pm_ops),
	};
	err = __pci_register_driver(&init->pci, drv->owner, drv->name);
	if (err)
		kvfree(init->ids);
	return err;
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
	kvfree(init->ids);
}

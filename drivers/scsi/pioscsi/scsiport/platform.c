// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bus glue for platform devices, and for HBAs on ISA, whose addresses and
 * interrupt are parameters.
 */
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "../compat.h"
#include "bus.h"
#include "find.h"
#include "power.h"

static const struct sp_init *init_of(struct platform_device *pdev)
{
	return container_of(pdev->dev.driver, struct sp_init, platform.driver);
}

static bool is_isa(const struct sp_init *init)
{
	return init->hw.AdapterInterfaceType == Isa;
}

static void append_range(struct sp_place *place, const struct resource *res)
{
	ACCESS_RANGE *range = &place->range[place->nr_ranges++];

	range->RangeStart.QuadPart = res->start;
	range->RangeLength = resource_size(res);
	range->RangeInMemory = resource_type(res) == IORESOURCE_MEM;
}

/* The parameters name the ports of an HBA on ISA. */
static void append_ports(struct sp_place *place,
			 const struct scsiport_driver *drv)
{
	unsigned int i;

	for (i = 0; i < drv->nr_io; i++) {
		const struct resource ports =
			DEFINE_RES_IO(drv->io[i], drv->io_len[i]);

		append_range(place, &ports);
	}
}

/**
 * sp_platform_irq() - get the interrupt of a platform device
 * @pdev: the device
 *
 * Context: task.
 * Return: its number, -ENXIO if the device has none, or another error.
 */
int sp_platform_irq(struct platform_device *pdev)
{
	KUNIT_STATIC_STUB_REDIRECT(sp_platform_irq, pdev);

	return platform_get_irq_optional(pdev, 0);
}

/* Return 0, or an error if the interrupt cannot be used, or not yet. */
static int fill_place(struct sp_place *place, struct platform_device *pdev,
		      const struct sp_init *init)
{
	int irq = sp_platform_irq(pdev);
	unsigned int i;

	if (irq < 0 && irq != -ENXIO)
		return irq;

	*place = (struct sp_place){
		.dev = &pdev->dev,
		.type = init->hw.AdapterInterfaceType,
		.irq = max(irq, 0),
	};
	if (is_isa(init))
		append_ports(place, init->drv);
	for (i = 0; i < pdev->num_resources; i++)
		if (resource_type(&pdev->resource[i]) != IORESOURCE_IRQ &&
		    place->nr_ranges < SP_PLACE_RANGES_MAX)
			append_range(place, &pdev->resource[i]);
	return 0;
}

static int probe(struct platform_device *pdev)
{
	const struct sp_init *init = init_of(pdev);
	struct list_head *found;
	struct sp_place place;
	int err;

	found = devm_kzalloc(&pdev->dev, sizeof(*found), GFP_KERNEL);
	if (!found)
		return -ENOMEM;
	INIT_LIST_HEAD(found);
	err = fill_place(&place, pdev, init);
	if (err)
		return err;
	platform_set_drvdata(pdev, found);
	return sp_find(init, &place, found);
}

static void remove(struct platform_device *pdev)
{
	sp_remove(platform_get_drvdata(pdev));
}

static void shutdown(struct platform_device *pdev)
{
	sp_power_shutdown(platform_get_drvdata(pdev));
}

/*
 * The device has no resources for the ports. The kernel would put them into its
 * tree around the ports that another driver has requested, and remove both
 * later. HwScsiFindAdapter requests the ports.
 */
static struct platform_device *make_isa(const struct scsiport_driver *drv)
{
	const struct resource irq = DEFINE_RES_IRQ(drv->irq);

	return platform_device_register_simple(drv->name, PLATFORM_DEVID_NONE,
					       &irq, drv->irq ? 1 : 0);
}

/**
 * sp_platform_register() - bind the miniport to platform devices or to ISA
 * @init: data of ScsiPortInitialize()
 *
 * A platform device for the bus type Internal is named after the module, with
 * ".internal".
 *
 * Context: task; sleeps.
 * Return: 0 or a negative error.
 */
int sp_platform_register(struct sp_init *init)
{
	struct scsiport_driver *drv = init->drv;
	int err;

	snprintf(init->name, sizeof(init->name), "%s%s", drv->name,
		 is_isa(init) ? "" : ".internal");
	init->platform = (struct platform_driver){
		.driver.name = init->name,
		.driver.pm = pm_sleep_ptr(&sp_pm_ops),
		.probe = probe,
		.platform_remove = remove,
		.shutdown = shutdown,
	};
	/* Sysfs shows this library as the driver's module. */
	err = platform_driver_register(&init->platform);
	if (err || !is_isa(init) || (!drv->nr_io && !drv->probe))
		return err;
	init->isa = make_isa(drv);
	if (IS_ERR(init->isa)) {
		err = PTR_ERR(init->isa);
		init->isa = NULL;
		platform_driver_unregister(&init->platform);
	}
	return err;
}

/**
 * sp_platform_unregister() - undo sp_platform_register()
 * @init: data of ScsiPortInitialize()
 *
 * Context: task; sleeps.
 */
void sp_platform_unregister(struct sp_init *init)
{
	if (init->isa)
		platform_device_unregister(init->isa);
	platform_driver_unregister(&init->platform);
}

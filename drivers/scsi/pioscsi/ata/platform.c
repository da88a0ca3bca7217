// SPDX-License-Identifier: GPL-2.0-only
/*
 * Platform devices as pata_platform has them: the command block, the control
 * block, an interrupt, and a register shift; or "ata-generic" in a device tree.
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/mod_devicetable.h>
#include <linux/platform_device.h>
#include <linux/property.h>
/* Needs <linux/types.h> for bool. */
#include <linux/ata_platform.h>

#include <pioscsi/pioscsi.h>

#include "../compat.h"
#include "glue.h"
#include "io.h"

/* The chip with the largest known distance, STx7108, has a shift of 17. */
#define SHIFT_MAX	24
#define PIO_MODE_MAX	6

/*
 * The command block is the first resource, the control block the second, both
 * either ports or memory.
 */
enum reg_block {
	BLOCK_CMD,
	BLOCK_CTL,
	BLOCKS
};

/* The offset of the last register of a block. */
static resource_size_t last_reg(enum reg_block block, unsigned int shift)
{
	return block == BLOCK_CMD ? (PIOATA_IO_CMD_BYTES - 1) << shift : 0;
}

/* Only ISA channels have the property: others have resources. */
static bool has_ports(struct platform_device *pdev, u32 ports[BLOCKS])
{
	return !dev_of_node(&pdev->dev) &&
	       !device_property_read_u32_array(&pdev->dev, PIOATA_GLUE_PORTS,
					       ports, BLOCKS);
}

/* Returns -EINVAL, with a message about a resource. */
static void __iomem *reject_short(struct platform_device *pdev,
				  const struct resource *res,
				  unsigned int shift)
{
	dev_err(&pdev->dev,
		"%pR is too short for registers %u bytes apart; ignoring the channel\n",
		res, 1U << shift);
	return IOMEM_ERR_PTR(-EINVAL);
}

static int reserve(struct platform_device *pdev, resource_size_t start,
		   resource_size_t bytes)
{
	const struct resource mem = DEFINE_RES_MEM(start, bytes);

	if (devm_request_mem_region(&pdev->dev, start, bytes, PIOATA_GLUE_NAME))
		return 0;
	dev_err(&pdev->dev, "another driver has %pR; ignoring the channel\n",
		&mem);
	return -EBUSY;
}

/*
 * The memory of some boards ends before its last register. The stock driver
 * works there, because it maps whole pages. So use the registers of the last
 * page, unless they belong to another device or to the control block.
 */
static void __iomem *map_short(struct platform_device *pdev,
			       const struct resource *res, unsigned int shift)
{
	resource_size_t last = res->start + last_reg(BLOCK_CMD, shift);
	void __iomem *mem;
	int err;

	if (last > (res->end | ~PAGE_MASK))
		return reject_short(pdev, res, shift);
	dev_warn(&pdev->dev,
		 "%pR is too short for registers %u bytes apart; using the memory behind it\n",
		 res, 1U << shift);
	err = reserve(pdev, res->start, resource_size(res)) ?:
	      reserve(pdev, res->end + 1, last - res->end);
	if (err)
		return IOMEM_ERR_PTR(err);
	mem = devm_ioremap(&pdev->dev, res->start, last - res->start + 1);
	return mem ?: IOMEM_ERR_PTR(-ENOMEM);
}

static void __iomem *map_resource(struct platform_device *pdev,
				  const struct resource *res,
				  enum reg_block block, unsigned int shift)
{
	bool is_whole = resource_size(res) > last_reg(block, shift);

	if (resource_type(res) == IORESOURCE_MEM)
		return is_whole ? devm_ioremap_resource(&pdev->dev, res) :
				  map_short(pdev, res, shift);
	if (!is_whole)
		return reject_short(pdev, res, shift);
	return pioata_glue_ports(&pdev->dev, res->start, resource_size(res));
}

static void __iomem *map_block(struct platform_device *pdev,
			       enum reg_block block, unsigned int shift)
{
	const unsigned int sizes[BLOCKS] = { PIOATA_IO_CMD_BYTES << shift, 1 };
	struct resource *res;
	u32 ports[BLOCKS];

	if (has_ports(pdev, ports))
		return pioata_glue_ports(&pdev->dev, ports[block],
					 sizes[block]);
	res = platform_get_resource(pdev, IORESOURCE_IO, block) ?:
	      platform_get_resource(pdev, IORESOURCE_MEM, block);
	if (!res) {
		dev_err(&pdev->dev,
			"no %s block in the resources; ignoring the channel\n",
			block == BLOCK_CMD ? "command" : "control");
		return IOMEM_ERR_PTR(-EINVAL);
	}
	return map_resource(pdev, res, block, shift);
}

/* Set the width of the data port in bits, or 0 without the property. */
static int read_width(struct platform_device *pdev, u32 *width)
{
	u32 bytes;

	*width = 0;
	if (device_property_read_u32(&pdev->dev, "reg-io-width", &bytes))
		return 0;
	if (bytes != 1 && bytes != 2 && bytes != 4) {
		dev_err(&pdev->dev,
			"invalid reg-io-width %u: must be 1, 2 or 4 bytes; ignoring the channel\n",
			bytes);
		return -EINVAL;
	}
	*width = bytes * BITS_PER_BYTE;
	return 0;
}

/* The fastest mode that the board's timing allows. */
static int read_pio_mode(struct platform_device *pdev, struct pioata_io *io)
{
	u32 mode;

	if (device_property_read_u32(&pdev->dev, "pio-mode", &mode))
		return 0;
	if (mode > PIO_MODE_MAX) {
		dev_err(&pdev->dev,
			"invalid pio-mode %u: must be 0 to %u; ignoring the channel\n",
			mode, PIO_MODE_MAX);
		return -EINVAL;
	}
	io->pio_modes = mode + 1;
	return 0;
}

static int read_properties(struct platform_device *pdev, struct pioata_io *io,
			   u32 *width)
{
	const struct pata_platform_info *info = dev_get_platdata(&pdev->dev);
	u32 shift = info ? info->ioport_shift : 0;

	if (!info)
		device_property_read_u32(&pdev->dev, "reg-shift", &shift);
	if (shift > SHIFT_MAX) {
		dev_err(&pdev->dev,
			"invalid reg-shift %u: must be 0 to %u; ignoring the channel\n",
			shift, SHIFT_MAX);
		return -EINVAL;
	}
	io->shift = shift;
	io->exclusive_irq = device_property_read_bool(&pdev->dev,
						      PIOATA_GLUE_EXCLUSIVE);
	io->swap_data = device_property_read_bool(&pdev->dev,
						  PIOATA_GLUE_SWAP_DATA);
	io->no_iordy = device_property_read_bool(&pdev->dev,
						 PIOATA_GLUE_NO_IORDY);
	return read_width(pdev, width) ?: read_pio_mode(pdev, io);
}

static int map_registers(struct platform_device *pdev, struct pioata_io *io,
			 u32 *width)
{
	int err = read_properties(pdev, io, width);

	if (err)
		return err;
	io->cmd = map_block(pdev, BLOCK_CMD, io->shift);
	if (IS_ERR(io->cmd))
		return PTR_ERR(io->cmd);
	io->ctl = map_block(pdev, BLOCK_CTL, io->shift);
	return PTR_ERR_OR_ZERO(io->ctl);
}

/*
 * Nothing drives a bus without a device, and it reads as ones. Other platform
 * devices are known to be there, with or without a card in the slot.
 */
static int check_presence(struct platform_device *pdev,
			  const struct pioata_io *io)
{
	u32 ports[BLOCKS];

	if (!has_ports(pdev, ports) ||
	    ioread8(io->cmd + (PIOATA_IO_STATUS << io->shift)) != 0xff ||
	    ioread8(io->ctl) != 0xff)
		return 0;
	dev_err(&pdev->dev,
		"nothing answers at the ports %#x and %#x (status ffh); ignoring the channel\n",
		ports[BLOCK_CMD], ports[BLOCK_CTL]);
	return -ENODEV;
}

/* Returns the interrupt, 0 to poll, or a negative error, with a message. */
static int find_irq(struct platform_device *pdev)
{
	int irq = platform_get_irq_optional(pdev, 0);
	struct device *dev = &pdev->dev;

	if (irq < 0 && irq != -ENXIO)
		return dev_err_probe(dev, irq,
				     "cannot get the interrupt; ignoring the channel\n");
	if (irq > 0)
		return irq;
	if (device_property_present(dev, "interrupts") ||
	    device_property_present(dev, "interrupts-extended"))
		dev_warn(dev,
			 "the interrupt of the device tree cannot be used\n");
	return 0;
}

static int pioata_platform_probe(struct platform_device *pdev)
{
	int err, irq = find_irq(pdev);
	struct pioscsi_hba *hba;
	struct pioata_io io = { };
	u32 width = 0;

	if (irq < 0)
		return irq;
	err = map_registers(pdev, &io, &width) ?: check_presence(pdev, &io);
	if (err)
		return err;
	if (!irq)
		dev_info(&pdev->dev, "no interrupt; polling the channel\n");
	hba = pioata_glue_add(&pdev->dev, &io, width, irq);
	if (IS_ERR(hba))
		return PTR_ERR(hba);
	platform_set_drvdata(pdev, hba);
	return 0;
}

static void pioata_platform_remove(struct platform_device *pdev)
{
	pioata_glue_remove(platform_get_drvdata(pdev));
}

static void pioata_platform_shutdown(struct platform_device *pdev)
{
	pioscsi_shutdown_hba(platform_get_drvdata(pdev));
}

static int pioata_platform_freeze(struct device *dev)
{
	return pioata_glue_freeze(dev_get_drvdata(dev));
}

static int pioata_platform_suspend(struct device *dev)
{
	return pioata_glue_suspend(dev_get_drvdata(dev));
}

/*
 * An external bus may have no clock before the resume of its driver. An access
 * would be a bus error. The kernel has turned on power domains and other buses.
 */
static bool is_accessible(const struct device *dev)
{
	const struct device_driver *drv;

	while ((dev = dev->parent)) {
		drv = dev->driver;
		if (drv && drv->pm && drv->pm->resume)
			return false;
	}
	return true;
}

static int pioata_platform_resume_noirq(struct device *dev)
{
	return is_accessible(dev) ? pioata_glue_mask(dev_get_drvdata(dev)) : 0;
}

static int pioata_platform_resume(struct device *dev)
{
	return pioata_glue_resume(dev_get_drvdata(dev));
}

static const struct dev_pm_ops pioata_platform_pm_ops = {
	.suspend = pm_sleep_ptr(pioata_platform_suspend),
	.resume_noirq = pm_sleep_ptr(pioata_platform_resume_noirq),
	.resume = pm_sleep_ptr(pioata_platform_resume),
	.freeze = pm_sleep_ptr(pioata_platform_freeze),
	.thaw = pm_sleep_ptr(pioata_platform_resume),
	.poweroff = pm_sleep_ptr(pioata_platform_suspend),
	.restore_noirq = pm_sleep_ptr(pioata_platform_resume_noirq),
	.restore = pm_sleep_ptr(pioata_platform_resume),
};

static const struct of_device_id of_ids[] = {
	{ .compatible = "ata-generic" },
	{ }
};

static const struct platform_device_id platform_ids[] = {
	{ PIOATA_GLUE_NAME },
	{ "pata_platform" },
	{ }
};

static struct platform_driver platform_driver = {
	.driver.name = PIOATA_GLUE_NAME,
	.driver.of_match_table = of_ids,
	.driver.pm = pm_sleep_ptr(&pioata_platform_pm_ops),
	.id_table = platform_ids,
	.probe = pioata_platform_probe,
	.platform_remove = pioata_platform_remove,
	.shutdown = pioata_platform_shutdown,
};

/**
 * pioata_platform_init() - take platform devices into service
 *
 * Context: task; may sleep.
 * Return: 0 or a negative error.
 */
int pioata_platform_init(void)
{
	return platform_driver_register(&platform_driver);
}

/**
 * pioata_platform_exit() - undo pioata_platform_init()
 *
 * Context: task; sleeps.
 */
void pioata_platform_exit(void)
{
	platform_driver_unregister(&platform_driver);
}

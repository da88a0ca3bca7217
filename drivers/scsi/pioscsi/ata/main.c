// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module, and what its buses have in common: a channel whose registers have
 * been found becomes an HBA.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/module.h>

#include "chan.h"
#include "glue.h"
#include "reset.h"

static unsigned int data_width;
module_param(data_width, uint, 0444);
MODULE_PARM_DESC(data_width,
		 "Bits of an access to the data port: 16, 32, or 0 for what is known to work");

static struct pioscsi_driver ata_driver = {
	.name = ATA_GLUE_NAME,
	.owner = THIS_MODULE,
	.ops = &ata_chan_ops,
	.priv_size = sizeof(struct ata_chan),
};

/**
 * ata_glue_ports() - claim I/O ports for a device's lifetime
 * @dev: the device
 * @first: the first port
 * @n: how many
 *
 * Context: task; may sleep.
 * Return: where ioread8() finds them, or an ERR_PTR(): -EBUSY if somebody else
 *	has them, which the log is told.
 */
void __iomem *ata_glue_ports(struct device *dev, unsigned long first,
			     unsigned int n)
{
	void __iomem *io;

	if (!devm_request_region(dev, first, n, ATA_GLUE_NAME)) {
		dev_err(dev, "another driver has the ports %#lx-%#lx\n", first,
			first + n - 1);
		return IOMEM_ERR_PTR(-EBUSY);
	}
	io = devm_ioport_map(dev, first, n);
	return io ?: IOMEM_ERR_PTR(-ENOMEM);
}

/**
 * ata_glue_add() - put a channel into service
 * @dev: the device that it belongs to
 * @io: its registers; the operations are chosen here
 * @width: bits that an access to the data port can have on this bus
 * @irq: its interrupt, or 0 to poll
 *
 * Context: task; sleeps.
 * Return: the HBA, or an ERR_PTR().
 */
struct pioscsi_hba *ata_glue_add(struct device *dev, struct ata_io *io,
				 unsigned int width, int irq)
{
	struct pioscsi_hba *hba;
	int err;

	hba = pioscsi_alloc_hba(dev, &ata_driver);
	if (!hba)
		return ERR_PTR(-ENOMEM);
	if (data_width)
		width = data_width;
	io->ops = width == 32 ? &ata_io32_ops : &ata_io16_ops;
	hba->irq = irq;
	ata_chan_init(hba, io);
	err = ata_reset_bus(hba);
	if (err) {
		dev_err(dev, "a device does not come out of reset\n");
		goto free_hba;
	}
	err = pioscsi_add_hba(hba);
	if (err)
		goto free_hba;
	return hba;

free_hba:
	pioscsi_free_hba(hba);
	return ERR_PTR(err);
}

/**
 * ata_glue_remove() - take a channel out of service
 * @hba: the HBA
 *
 * Context: task; sleeps.
 */
void ata_glue_remove(struct pioscsi_hba *hba)
{
	struct ata_chan *ch = hba->priv;
	unsigned int i;

	pioscsi_remove_hba(hba);
	for (i = 0; i < ATA_CHAN_TARGETS; i++)
		ata_rescan_cancel(&ch->targets[i].rescan);
	pioscsi_free_hba(hba);
}

/**
 * ata_glue_suspend() - let a channel rest, and its disks stand by
 * @hba: the HBA
 *
 * Context: task; sleeps.
 * Return: 0 or a negative error.
 */
int ata_glue_suspend(struct pioscsi_hba *hba)
{
	pioscsi_suspend_hba(hba);
	ata_standby(hba);
	return 0;
}

/**
 * ata_glue_resume() - undo ata_glue_suspend()
 * @hba: the HBA
 *
 * Context: task; sleeps.
 * Return: 0 or a negative error.
 */
int ata_glue_resume(struct pioscsi_hba *hba)
{
	return pioscsi_resume_hba(hba);
}

static int __init ata_init(void)
{
	int err;

	if (data_width && data_width != 16 && data_width != 32) {
		pr_err("data_width=%u: must be 16, 32 or 0\n", data_width);
		return -EINVAL;
	}
	err = pioscsi_register_driver(&ata_driver);
	if (err)
		return err;
	err = ata_platform_init();
	if (err)
		return err;
	err = ata_isa_init();
	if (err)
		goto platform_exit;
	err = ata_pci_init();
	if (err)
		goto isa_exit;
	return 0;

isa_exit:
	ata_isa_exit();
platform_exit:
	ata_platform_exit();
	return err;
}

static void __exit ata_exit(void)
{
	ata_pci_exit();
	ata_isa_exit();
	ata_platform_exit();
}

module_init(ata_init);
module_exit(ata_exit);
MODULE_DESCRIPTION("ATA and ATAPI devices by programmed I/O");
MODULE_LICENSE("GPL");

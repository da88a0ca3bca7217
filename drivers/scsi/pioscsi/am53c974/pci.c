// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bus glue: the AM53C974 as a PCI function, alone or on a Tekram DC-390.
 */
#include <linux/bitfield.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "chip.h"
#include "data.h"
#include "nexus.h"
#include "phase.h"
#include "recover.h"

#define DRV_NAME	"pioscsi_am53c974"

/* What QEMU moves at a time; beyond it, its PIO gets stuck. */
#define SECTORS_MAX	256

static bool mask = true;
module_param(mask, bool, 0444);
MODULE_PARM_DESC(mask, "mask the function by its interrupt disable bit, if it has one that works (default: yes)");

static unsigned int host_id = 7;
module_param(host_id, uint, 0444);
MODULE_PARM_DESC(host_id, "SCSI ID of the adapters, 0 to 7 (default: 7)");

static void am53_mask(struct pioscsi_hba *hba)
{
	pci_intx(to_pci_dev(hba->dev), 0);
}

static void am53_unmask(struct pioscsi_hba *hba)
{
	pci_intx(to_pci_dev(hba->dev), 1);
}

static const struct pioscsi_ops am53_ops = {
	.claim = am53_claim,
	.service = am53_service,
	.pio_in = am53_pio_in,
	.pio_out = am53_pio_out,
	.mask = am53_mask,
	.unmask = am53_unmask,
	.start = am53_start,
	.abort_cmd = am53_abort_cmd,
	.reset_lun = am53_reset_lun,
	.reset_target = am53_reset_target,
	.reset_bus = am53_reset_bus,
	.reset_hba = am53_reset_hba,
};

static struct pioscsi_driver am53_driver = {
	.name = DRV_NAME,
	.owner = THIS_MODULE,
	.ops = &am53_ops,
	.priv_size = sizeof(struct am53),
};

static int map(struct pci_dev *pdev, struct am53 *am)
{
	int err = pci_enable_device(pdev);

	if (err)
		return err;
	if (pci_resource_len(pdev, 0) < AM53_BAR_SIZE) {
		err = -ENODEV;
		goto disable;
	}
	err = pci_request_region(pdev, 0, DRV_NAME);
	if (err)
		goto disable;
	am->regs = pci_iomap(pdev, 0, AM53_BAR_SIZE);
	if (am->regs)
		return 0;
	err = -ENOMEM;
	pci_release_region(pdev, 0);
disable:
	pci_disable_device(pdev);
	return err;
}

static void unmap(struct pci_dev *pdev, struct am53 *am)
{
	pci_iounmap(pdev, am->regs);
	pci_release_region(pdev, 0);
	pci_disable_device(pdev);
}

static void fill_in(struct pioscsi_hba *hba, struct pci_dev *pdev)
{
	hba->irq = pdev->irq;
	hba->can_mask = mask && pci_intx_mask_supported(pdev);
	hba->depth = AM53_DEPTH;
	hba->max_id = AM53_IDS;
	hba->max_lun = AM53_LUNS;
	hba->this_id = host_id;
	hba->max_cmd_len = AM53_FIFO_SIZE;
	hba->max_sectors = SECTORS_MAX;
	/* A FIFO full at a time, or the chip is asked more than it has to. */
	hba->align = AM53_FIFO_SIZE;
	hba->needs_request_sense = true;
}

/* Masked from the beginning, and nothing may be left pending in the chip. */
static int add(struct pioscsi_hba *hba, struct pci_dev *pdev)
{
	int err;

	fill_in(hba, pdev);
	if (hba->can_mask)
		am53_mask(hba);
	else
		dev_info(&pdev->dev, "its interrupt cannot be masked\n");
	err = am53_reset_hba(hba);
	if (err) {
		dev_err(&pdev->dev, "no answer from the chip: %d\n", err);
		return err;
	}
	return pioscsi_add_hba(hba);
}

static int am53_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct pioscsi_hba *hba = pioscsi_alloc_hba(&pdev->dev, &am53_driver);
	struct am53 *am;
	int err;

	if (!hba)
		return -ENOMEM;
	am = to_am53(hba);
	am->hba = hba;
	am->own_id = host_id;
	err = map(pdev, am);
	if (err)
		goto free_hba;
	err = add(hba, pdev);
	if (err)
		goto unmap;
	pci_set_drvdata(pdev, hba);
	return 0;

unmap:
	/* As it was found: the next driver may not know about it. */
	pci_intx(pdev, 1);
	unmap(pdev, am);
free_hba:
	pioscsi_free_hba(hba);
	return err;
}

static void am53_remove(struct pci_dev *pdev)
{
	struct pioscsi_hba *hba = pci_get_drvdata(pdev);

	pioscsi_remove_hba(hba);
	am53_reset_chip(to_am53(hba));
	pci_intx(pdev, 1);
	unmap(pdev, to_am53(hba));
	pioscsi_free_hba(hba);
}

static int am53_suspend(struct device *dev)
{
	pioscsi_suspend_hba(dev_get_drvdata(dev));
	return 0;
}

static int am53_resume(struct device *dev)
{
	return pioscsi_resume_hba(dev_get_drvdata(dev));
}

static DEFINE_SIMPLE_DEV_PM_OPS(am53_pm_ops, am53_suspend, am53_resume);

static const struct pci_device_id am53_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_AMD, PCI_DEVICE_ID_AMD_SCSI) },
	{ }
};
MODULE_DEVICE_TABLE(pci, am53_ids);

static struct pci_driver am53_pci_driver = {
	.name = DRV_NAME,
	.id_table = am53_ids,
	.probe = am53_probe,
	.remove = am53_remove,
	.driver.pm = pm_sleep_ptr(&am53_pm_ops),
};

static int __init am53_init(void)
{
	int err;

	if (host_id >= AM53_IDS) {
		pr_err("%s: host_id=%u: must be 0 to 7\n", DRV_NAME, host_id);
		return -EINVAL;
	}
	err = pioscsi_register_driver(&am53_driver);
	if (err)
		return err;
	return pci_register_driver(&am53_pci_driver);
}

static void __exit am53_exit(void)
{
	pci_unregister_driver(&am53_pci_driver);
}

module_init(am53_init);
module_exit(am53_exit);
MODULE_DESCRIPTION("AMD AM53C974 SCSI host adapter by programmed I/O");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI IDE controllers: two channels, each in compatibility mode (the ports and
 * interrupts of the PC/AT) or in native mode (BARs, the device's interrupt).
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/pci.h>

#include <pioscsi/pioscsi.h>

#include "glue.h"
#include "io.h"

#define CHANNELS	2

/* Programming interface: bit 0 for the first channel, bit 2 for the second. */
#define NATIVE(channel)	BIT(2 * (channel))

/* Of a native control block of four ports, which one is ours. */
#define NATIVE_CTL	2

/* Intel PIIX: IDETIM of each channel, and the bit that turns its ports on. */
#define PIIX_IDETIM(channel)	(0x40 + 2 * (channel))
#define PIIX_IDE_ENABLE		BIT(15)

/**
 * struct pioata_pci - a controller
 * @hba: its channels, %NULL for one that is not in service
 */
struct pioata_pci {
	struct pioscsi_hba *hba[CHANNELS];
};

static const int compat_irq[CHANNELS] = { 14, 15 };

/* Only a controller of the IDE class can be in compatibility mode. */
static bool is_native(const struct pci_dev *pdev, unsigned int channel)
{
	return pdev->class >> 8 != PCI_CLASS_STORAGE_IDE ||
	       pdev->class & NATIVE(channel);
}

static bool is_enabled(struct pci_dev *pdev, unsigned int channel,
		       kernel_ulong_t is_piix)
{
	u16 timing;

	if (!pci_resource_start(pdev, 2 * channel) ||
	    !pci_resource_start(pdev, 2 * channel + 1))
		return false;
	if (!is_piix)
		return true;
	pci_read_config_word(pdev, PIIX_IDETIM(channel), &timing);
	return timing & PIIX_IDE_ENABLE;
}

/* In compatibility mode the kernel has put the fixed ports into the BARs. */
static int map_channel(struct pci_dev *pdev, unsigned int channel,
		       struct pioata_io *io)
{
	unsigned long ctl = pci_resource_start(pdev, 2 * channel + 1);

	if (is_native(pdev, channel))
		ctl += NATIVE_CTL;
	io->cmd = pioata_glue_ports(&pdev->dev,
				    pci_resource_start(pdev, 2 * channel),
				    PIOATA_IO_CMD_BYTES);
	if (IS_ERR(io->cmd))
		return PTR_ERR(io->cmd);
	io->ctl = pioata_glue_ports(&pdev->dev, ctl, 1);
	return PTR_ERR_OR_ZERO(io->ctl);
}

/* All of Intel's take 32 bits at a time; of others it is not known. */
static struct pioscsi_hba *add_channel(struct pci_dev *pdev,
				       unsigned int channel,
				       kernel_ulong_t is_piix)
{
	struct pioata_io io = { };
	int err = map_channel(pdev, channel, &io);

	if (err)
		return ERR_PTR(err);
	return pioata_glue_add(&pdev->dev, &io, is_piix ? 32 : 16,
			       is_native(pdev, channel) ? pdev->irq :
							  compat_irq[channel]);
}

/* A channel that does not work is no reason to do without the other. */
static int pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int err = -ENODEV, got = 0;
	struct pioata_pci *pci;
	unsigned int i;

	pci = devm_kzalloc(&pdev->dev, sizeof(*pci), GFP_KERNEL);
	if (!pci)
		return -ENOMEM;
	if (pcim_enable_device(pdev))
		return -ENODEV;
	pci_set_drvdata(pdev, pci);
	for (i = 0; i < CHANNELS; i++) {
		struct pioscsi_hba *hba;

		if (!is_enabled(pdev, i, id->driver_data))
			continue;
		hba = add_channel(pdev, i, id->driver_data);
		if (IS_ERR(hba)) {
			err = PTR_ERR(hba);
			continue;
		}
		pci->hba[i] = hba;
		got++;
	}
	return got ? 0 : err;
}

static void pci_remove(struct pci_dev *pdev)
{
	struct pioata_pci *pci = pci_get_drvdata(pdev);
	unsigned int i;

	for (i = CHANNELS; i-- > 0;)
		if (pci->hba[i])
			pioata_glue_remove(pci->hba[i]);
}

static int on_channels(struct device *dev,
		       int (*fn)(struct pioscsi_hba *hba))
{
	struct pioata_pci *pci = dev_get_drvdata(dev);
	int err = 0, ret;
	unsigned int i;

	for (i = 0; i < CHANNELS; i++) {
		ret = pci->hba[i] ? fn(pci->hba[i]) : 0;
		err = err ?: ret;
	}
	return err;
}

static int shutdown_channel(struct pioscsi_hba *hba)
{
	pioscsi_shutdown_hba(hba);
	return 0;
}

static void pci_shutdown(struct pci_dev *pdev)
{
	on_channels(&pdev->dev, shutdown_channel);
}

static int pci_suspend(struct device *dev)
{
	return on_channels(dev, pioata_glue_suspend);
}

static int pci_resume(struct device *dev)
{
	return on_channels(dev, pioata_glue_resume);
}

static DEFINE_SIMPLE_DEV_PM_OPS(pioata_pci_pm_ops, pci_suspend, pci_resume);

/*
 * Not for udev: who has libata prefers that for his disks, unless he says
 * otherwise; see Documentation/ata.rst.
 */
static const struct pci_device_id pci_ids[] = {
	{ PCI_VDEVICE(INTEL, PCI_DEVICE_ID_INTEL_82371SB_1), .driver_data = 1 },
	{ PCI_VDEVICE(INTEL, PCI_DEVICE_ID_INTEL_82371AB), .driver_data = 1 },
	{ PCI_DEVICE_CLASS(PCI_CLASS_STORAGE_IDE << 8, 0xffff00) },
	{ }
};

static struct pci_driver pci_driver = {
	.name = PIOATA_GLUE_NAME,
	.id_table = pci_ids,
	.probe = pci_probe,
	.remove = pci_remove,
	.shutdown = pci_shutdown,
	.driver.pm = pm_sleep_ptr(&pioata_pci_pm_ops),
};

/**
 * pioata_pci_init() - take PCI IDE controllers into service
 *
 * Context: task; may sleep.
 * Return: 0 or a negative error.
 */
int pioata_pci_init(void)
{
	return pci_register_driver(&pci_driver);
}

/**
 * pioata_pci_exit() - undo pioata_pci_init()
 *
 * Context: task; sleeps.
 */
void pioata_pci_exit(void)
{
	pci_unregister_driver(&pci_driver);
}

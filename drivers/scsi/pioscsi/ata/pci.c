// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI IDE controllers: two channels, each in compatibility mode (the ports and
 * interrupts of the PC/AT) or in native mode (BARs, the device's interrupt).
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/pci.h>

#include <pioscsi/pioscsi.h>

#include "../pci_irq.h"
#include "glue.h"
#include "io.h"
#include "pci.h"

#define CHANNELS	2

/* Programming interface: bit 0 for the first channel, bit 2 for the second. */
#define NATIVE(channel)	BIT(2 * (channel))

/* The control register in a native control block of four ports. */
#define NATIVE_CTL	2

/* Bus master registers: the fifth BAR, eight for each channel. */
#define BMDMA_BAR		4
#define BMDMA_STATUS(channel)	(8 * (channel) + 2)

/**
 * struct pioata_pci - a controller
 * @chip: its kind
 * @idetim: PIIX: the timing and the enable bits as the firmware has set them
 * @bmdma: bus master registers, %NULL if it has none, or an ERR_PTR()
 * @io: the registers of its channels
 * @mapped: bit for each channel whose @io is valid, in service or not
 * @hba: its channels, %NULL for a channel that is not in service
 */
struct pioata_pci {
	const struct pioata_pci_chip *chip;
	u16 idetim[CHANNELS];
	void __iomem *bmdma;
	struct pioata_io io[CHANNELS];
	u8 mapped;
	struct pioscsi_hba *hba[CHANNELS];
};

static const int compat_irq[CHANNELS] = { 14, 15 };

/* Only a controller of the IDE class can be in compatibility mode. */
static bool is_native(const struct pci_dev *pdev, unsigned int channel)
{
	return pdev->class >> 8 != PCI_CLASS_STORAGE_IDE ||
	       pdev->class & NATIVE(channel);
}

/* Controllers of other classes may have memory there. */
static bool has_ports(struct pci_dev *pdev, unsigned int bar, unsigned int n)
{
	if (!pci_resource_start(pdev, bar))
		return false;
	if (pci_resource_flags(pdev, bar) & IORESOURCE_IO &&
	    pci_resource_len(pdev, bar) >= n)
		return true;
	pci_err(pdev,
		"BAR %u has no %u I/O ports, but %pR; ignoring the channel\n",
		bar, n, &pdev->resource[bar]);
	return false;
}

static bool is_enabled(struct pci_dev *pdev, unsigned int channel)
{
	const struct pioata_pci *pci = pci_get_drvdata(pdev);
	unsigned int ctl = is_native(pdev, channel) ? NATIVE_CTL : 0;

	if (!has_ports(pdev, 2 * channel, PIOATA_IO_CMD_BYTES) ||
	    !has_ports(pdev, 2 * channel + 1, ctl + 1))
		return false;
	return !pci->chip->is_piix ||
	       pci->idetim[channel] & PIOATA_PIIX_ENABLE;
}

static void save_timing(struct pci_dev *pdev)
{
	struct pioata_pci *pci = pci_get_drvdata(pdev);
	unsigned int i;

	if (!pci->chip->is_piix)
		return;
	for (i = 0; i < CHANNELS; i++)
		pci_read_config_word(pdev, PIOATA_PIIX_IDETIM(i),
				     &pci->idetim[i]);
}

/*
 * The PCI core restores the standard registers only. The devices may be others
 * now, so their timing is the slowest.
 */
static void restore_enable(struct pci_dev *pdev)
{
	const struct pioata_pci *pci = pci_get_drvdata(pdev);
	unsigned int i;

	if (!pci->chip->is_piix)
		return;
	for (i = 0; i < CHANNELS; i++)
		pci_write_config_word(pdev, PIOATA_PIIX_IDETIM(i),
				      pci->idetim[i] & PIOATA_PIIX_ENABLE);
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

/* The channels share the registers, which only native mode needs. */
static void map_bmdma(struct pci_dev *pdev)
{
	unsigned long bmdma = pci_resource_start(pdev, BMDMA_BAR);
	struct pioata_pci *pci = pci_get_drvdata(pdev);

	if (!is_native(pdev, 0) && !is_native(pdev, 1))
		return;
	if (bmdma && pci_resource_flags(pdev, BMDMA_BAR) & IORESOURCE_IO)
		pci->bmdma = pioata_glue_ports(&pdev->dev, bmdma,
					       pci_resource_len(pdev,
								BMDMA_BAR));
}

/*
 * A controller with bus master registers latches the interrupt of a channel in
 * native mode. An interrupt that stays latched would keep the line asserted.
 */
static int add_ack(struct pci_dev *pdev, struct pioata_io *io)
{
	const struct pioata_pci *pci = pci_get_drvdata(pdev);

	if (!is_native(pdev, io->channel))
		return 0;
	io->ack = pci->chip->ack;
	if (IS_ERR_OR_NULL(pci->bmdma))
		return PTR_ERR_OR_ZERO(pci->bmdma);
	if (!has_ports(pdev, BMDMA_BAR, BMDMA_STATUS(io->channel) + 1))
		return -ENODEV;
	io->bmdma = pci->bmdma + BMDMA_STATUS(io->channel);
	if (pci->chip->has_mrdmode)
		io->mrdmode = pci->bmdma + PIOATA_CMD_MRDMODE_BAR4;
	return 0;
}

/* The firmware may have given the line of an idle channel to PCI devices. */
static bool has_exclusive_irq(struct pci_dev *pdev, unsigned int channel)
{
	return !is_native(pdev, channel) &&
	       pioata_glue_is_edge(compat_irq[channel]);
}

/*
 * The firmware may have left the timing of other devices. With IORDY an access
 * to an empty position would never end on some controllers.
 */
static void set_slowest_timing(const struct pioata_io *io)
{
	const struct pioata_mode modes[PIOATA_IO_DEVICES] = { };

	if (io->set_timing)
		io->set_timing(io, modes);
}

/* Map the registers of an enabled channel, and mask it. */
static int map_masked(struct pci_dev *pdev, unsigned int channel,
		      struct pioata_io *io)
{
	const struct pioata_pci *pci = pci_get_drvdata(pdev);
	int err;

	*io = (struct pioata_io) {
		.dev = &pdev->dev,
		.channel = channel,
		.exclusive_irq = has_exclusive_irq(pdev, channel),
		.pio_modes = pci->chip->pio_modes,
		.set_timing = pci->chip->set_timing,
	};
	err = add_ack(pdev, io);
	if (err)
		return err;
	err = map_channel(pdev, channel, io);
	if (err)
		return err;
	set_slowest_timing(io);
	pioata_io_mask(io);
	return 0;
}

static struct pioscsi_hba *add_channel(struct pci_dev *pdev,
				       struct pioata_io *io)
{
	const struct pioata_pci *pci = pci_get_drvdata(pdev);

	return pioata_glue_add(&pdev->dev, io, pci->chip->width,
			       is_native(pdev, io->channel) ?
			       pioscsi_pci_irq(pdev) :
			       compat_irq[io->channel]);
}

/*
 * In native mode the channels share a line, which the first one enables. So
 * mask both before, and do not leave one unmasked that cannot be added.
 * If one channel fails, the other one is still used.
 */
static int add_channels(struct pci_dev *pdev)
{
	struct pioata_pci *pci = pci_get_drvdata(pdev);
	int ret, err = -ENODEV, got = 0;
	unsigned int i;

	for (i = 0; i < CHANNELS; i++) {
		if (!is_enabled(pdev, i))
			continue;
		ret = map_masked(pdev, i, &pci->io[i]);
		if (!ret)
			pci->mapped |= BIT(i);
		err = ret ?: err;
	}
	for (i = 0; i < CHANNELS; i++) {
		struct pioscsi_hba *hba;

		if (!(pci->mapped & BIT(i)))
			continue;
		hba = add_channel(pdev, &pci->io[i]);
		if (IS_ERR(hba)) {
			err = PTR_ERR(hba);
			continue;
		}
		pci->hba[i] = hba;
		got++;
	}
	return got ? 0 : err;
}

static int pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	const struct pioata_pci_chip *chip = &pioata_chip_generic;
	struct pioata_pci *pci;

	if (id->driver_data)
		chip = (const struct pioata_pci_chip *)id->driver_data;
	chip = pioata_pci_revision(chip, pdev->revision);
	if (chip->refuse) {
		pci_err(pdev, "%s; ignoring the controller\n", chip->refuse);
		return -ENODEV;
	}
	pci = devm_kzalloc(&pdev->dev, sizeof(*pci), GFP_KERNEL);
	if (!pci)
		return -ENOMEM;
	if (pcim_enable_device(pdev))
		return -ENODEV;
	pci->chip = chip;
	pci_set_drvdata(pdev, pci);
	if (chip->init)
		chip->init(pdev);
	save_timing(pdev);
	map_bmdma(pdev);
	return add_channels(pdev);
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

static int pci_freeze(struct device *dev)
{
	return on_channels(dev, pioata_glue_freeze);
}

static int pci_suspend(struct device *dev)
{
	return on_channels(dev, pioata_glue_suspend);
}

/*
 * The handlers of suspended channels reject all interrupts, so a pending one
 * would keep the line asserted. A channel that could not be added has no
 * handler, and may share the line.
 */
static int pci_resume_noirq(struct device *dev)
{
	const struct pioata_pci *pci = dev_get_drvdata(dev);
	unsigned int i;

	restore_enable(to_pci_dev(dev));
	for (i = 0; i < CHANNELS; i++)
		if (pci->mapped & BIT(i))
			pioata_io_mask(&pci->io[i]);
	return 0;
}

static int pci_resume(struct device *dev)
{
	const struct pioata_pci *pci = dev_get_drvdata(dev);

	if (pci->chip->init)
		pci->chip->init(to_pci_dev(dev));
	return on_channels(dev, pioata_glue_resume);
}

static const struct dev_pm_ops pioata_pci_pm_ops = {
	.suspend = pm_sleep_ptr(pci_suspend),
	.resume_noirq = pm_sleep_ptr(pci_resume_noirq),
	.resume = pm_sleep_ptr(pci_resume),
	.freeze = pm_sleep_ptr(pci_freeze),
	.thaw = pm_sleep_ptr(pci_resume),
	.poweroff = pm_sleep_ptr(pci_suspend),
	.restore_noirq = pm_sleep_ptr(pci_resume_noirq),
	.restore = pm_sleep_ptr(pci_resume),
};

#define CHIP(vendor, device, chip) \
	{ PCI_DEVICE(vendor, device), .driver_data = (kernel_ulong_t)&(chip) }
#define INTEL(device, chip)	CHIP(PCI_VENDOR_ID_INTEL, device, chip)
#define CMD(device, chip)	CHIP(PCI_VENDOR_ID_CMD, device, chip)

/*
 * Without aliases for udev: libata's drivers are the default for these devices,
 * see Documentation/ata.rst. The class comes last.
 */
static const struct pci_device_id pci_ids[] = {
	INTEL(0x1230, pioata_chip_piix),	/* PIIX */
	INTEL(0x7010, pioata_chip_piix3),	/* PIIX3 */
	INTEL(0x7111, pioata_chip_piix3),	/* PIIX4 */
	INTEL(0x7199, pioata_chip_piix3),	/* 440MX */
	INTEL(0x7601, pioata_chip_piix3),	/* 82372FB */
	INTEL(0x84ca, pioata_chip_piix3),	/* 450NX */
	INTEL(0x2411, pioata_chip_piix3),	/* ICH */
	INTEL(0x2421, pioata_chip_piix3),	/* ICH0 */
	INTEL(0x244a, pioata_chip_piix3),	/* ICH2-M */
	INTEL(0x244b, pioata_chip_piix3),	/* ICH2 */
	INTEL(0x245b, pioata_chip_piix3),	/* C-ICH */
	INTEL(0x248a, pioata_chip_piix3),	/* ICH3-M */
	INTEL(0x248b, pioata_chip_piix3),	/* ICH3 */
	INTEL(0x24ca, pioata_chip_piix3),	/* ICH4-M */
	INTEL(0x24cb, pioata_chip_piix3),	/* ICH4 */
	INTEL(0x24db, pioata_chip_piix3),	/* ICH5 */
	INTEL(0x25a2, pioata_chip_piix3),	/* 6300ESB */
	INTEL(0x266f, pioata_chip_piix3),	/* ICH6 */
	INTEL(0x269e, pioata_chip_piix3),	/* 631xESB */
	INTEL(0x27df, pioata_chip_piix3),	/* ICH7 */
	INTEL(0x2850, pioata_chip_piix3),	/* ICH8-M */
	CHIP(PCI_VENDOR_ID_PCTECH, 0x1000, pioata_chip_rz1000),
	CHIP(PCI_VENDOR_ID_PCTECH, 0x1001, pioata_chip_rz1000),
	CMD(0x0640, pioata_chip_cmd640),
	CMD(PCI_DEVICE_ID_CMD_643, pioata_chip_cmd643),
	CMD(PCI_DEVICE_ID_CMD_646, pioata_chip_cmd646),
	CMD(PCI_DEVICE_ID_CMD_648, pioata_chip_cmd648),
	CMD(PCI_DEVICE_ID_CMD_649, pioata_chip_cmd648),
	/*
	 * new_id accepts only values of driver_data from this table, and
	 * passes 0 if none is written.
	 */
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

// SPDX-License-Identifier: GPL-2.0-only
/*
 * PC Cards with the function ATA: CompactFlash cards and disks in a PCMCIA
 * slot. A module of its own, so that pioscsi_ata does not need the modules of
 * PCMCIA.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/module.h>

#include <pcmcia/cistpl.h>
#include <pcmcia/ds.h>

#include <pioscsi/pioscsi.h>
#include <pioscsi/version.h>

#include "glue.h"
#include "io.h"

/* A card has one range of ports, or another one for its control block. */
enum port_range {
	RANGE_CMD,
	RANGE_CTL,
};

/* The only range has all registers, and the control register at this one. */
#define CONTIGUOUS_PORTS	16
#define CONTIGUOUS_CTL		0x0e

static bool has_ctl_range(const struct pcmcia_device *pdev)
{
	return pdev->resource[RANGE_CTL]->end;
}

static unsigned int path_width(const struct pcmcia_device *pdev)
{
	return pdev->resource[RANGE_CMD]->flags & IO_DATA_PATH_WIDTH;
}

static void set_path_width(struct pcmcia_device *pdev, enum port_range range,
			   unsigned int width)
{
	pdev->resource[range]->flags &= ~IO_DATA_PATH_WIDTH;
	pdev->resource[range]->flags |= width;
}

/*
 * Until the core has assigned ports, the end of a range is its length. A card
 * that is wider than 8 bits tells the width of each access itself.
 */
static int request_ports(struct pcmcia_device *pdev, void *unused)
{
	if (path_width(pdev) != IO_DATA_PATH_WIDTH_8)
		set_path_width(pdev, RANGE_CMD, IO_DATA_PATH_WIDTH_AUTO);
	set_path_width(pdev, RANGE_CTL, IO_DATA_PATH_WIDTH_8);
	if (has_ctl_range(pdev)) {
		pdev->resource[RANGE_CMD]->end = PIOATA_IO_CMD_BYTES;
		pdev->resource[RANGE_CTL]->end = 1;
	} else if (pdev->resource[RANGE_CMD]->end < CONTIGUOUS_PORTS) {
		return -ENODEV;
	}
	return pcmcia_request_io(pdev);
}

/* Many cards report a supply voltage that they do not need. */
static int configure(struct pcmcia_device *pdev)
{
	int err;

	pdev->config_flags |= CONF_ENABLE_IRQ | CONF_AUTO_SET_IO |
			      CONF_AUTO_SET_VPP | CONF_AUTO_CHECK_VCC;
	err = pcmcia_loop_config(pdev, request_ports, NULL);
	if (err) {
		pdev->config_flags &= ~CONF_AUTO_CHECK_VCC;
		err = pcmcia_loop_config(pdev, request_ports, NULL);
	}
	if (err) {
		dev_err(&pdev->dev,
			"the card has no configuration with ports for ATA (%d); ignoring the card\n",
			err);
		return err;
	}
	return pcmcia_enable_device(pdev);
}

/* The core has requested the ports. */
static int map_ports(struct pcmcia_device *pdev, struct pioata_io *io)
{
	resource_size_t cmd = pdev->resource[RANGE_CMD]->start;
	resource_size_t ctl = has_ctl_range(pdev) ?
			      pdev->resource[RANGE_CTL]->start :
			      cmd + CONTIGUOUS_CTL;

	io->cmd = pioata_glue_map_ports(&pdev->dev, cmd, PIOATA_IO_CMD_BYTES);
	if (IS_ERR(io->cmd))
		return PTR_ERR(io->cmd);
	io->ctl = pioata_glue_map_ports(&pdev->dev, ctl, 1);
	return PTR_ERR_OR_ZERO(io->ctl);
}

static int add(struct pcmcia_device *pdev)
{
	unsigned int width = path_width(pdev) == IO_DATA_PATH_WIDTH_8 ? 8 : 0;
	struct pioscsi_hba *hba;
	struct pioata_io io = { };
	int err = map_ports(pdev, &io);

	if (err)
		return err;
	hba = pioata_glue_add(&pdev->dev, &io, width, pdev->irq);
	if (IS_ERR(hba))
		return PTR_ERR(hba);
	pdev->priv = hba;
	return 0;
}

static int pioata_pcmcia_probe(struct pcmcia_device *pdev)
{
	int err = configure(pdev) ?: add(pdev);

	if (err)
		pcmcia_disable_device(pdev);
	return err;
}

static void pioata_pcmcia_remove(struct pcmcia_device *pdev)
{
	pioata_glue_remove(pdev->priv);
	pcmcia_disable_device(pdev);
}

static int pioata_pcmcia_suspend(struct pcmcia_device *pdev)
{
	return pioata_glue_suspend(pdev->priv);
}

static int pioata_pcmcia_resume(struct pcmcia_device *pdev)
{
	return pioata_glue_resume(pdev->priv);
}

static void pioata_pcmcia_shutdown(struct device *dev)
{
	pioscsi_shutdown_hba(to_pcmcia_dev(dev)->priv);
}

/* Only aliases of a module need the hashes of the strings. */
#define PRODUCT(maker, name)	PCMCIA_DEVICE_PROD_ID12(maker, name, 0, 0)

/*
 * Without aliases for udev: pata_pcmcia is the default for these cards. The
 * core matches a card by its function only if user space allows that for the
 * card. So common cards are also matched by their numbers or names.
 */
static const struct pcmcia_device_id pcmcia_ids[] = {
	/* Manufacturer, card. */
	PCMCIA_DEVICE_MANF_CARD(0x0007, 0x0000),	/* Hitachi */
	PCMCIA_DEVICE_MANF_CARD(0x000a, 0x0000),	/* I-O Data */
	PCMCIA_DEVICE_MANF_CARD(0x001c, 0x0001),	/* Mitsubishi */
	PCMCIA_DEVICE_MANF_CARD(0x0045, 0x0401),	/* SanDisk */
	PCMCIA_DEVICE_MANF_CARD(0x004f, 0x0000),	/* Kingston */
	PCMCIA_DEVICE_MANF_CARD(0x0098, 0x0000),	/* Toshiba */
	PCMCIA_DEVICE_MANF_CARD(0x00ce, 0x0000),	/* Samsung */
	PCMCIA_DEVICE_MANF_CARD(0x00f1, 0x0101),	/* SanDisk, over 8 GB */
	PCMCIA_DEVICE_MANF_CARD(0x0319, 0x0000),	/* Hitachi */
	PCMCIA_DEVICE_MANF_CARD(0x4e01, 0x0100),	/* Viking */
	PCMCIA_DEVICE_MANF_CARD(0x4e01, 0x0200),	/* Lexar, Viking */
	PRODUCT("HITACHI", "FLASH"),
	PRODUCT("HITACHI", "microdrive"),
	PRODUCT("IBM", "microdrive"),
	PRODUCT("KINGSTON", "CF CARD 1GB"),
	PRODUCT("KINGSTON", "CF CARD 4GB"),
	PRODUCT("KINGSTON", "CF8GB"),
	PRODUCT("M-Systems", "CF300"),
	PRODUCT("M-Systems", "CF500"),
	PRODUCT("SEAGATE", "ST1"),
	PRODUCT("TOSHIBA", "MK2001MPL"),
	PRODUCT("TRANSCEND", "TS1GCF45"),
	PRODUCT("TRANSCEND", "TS1GCF80"),
	PRODUCT("TRANSCEND", "TS2GCF120"),
	PRODUCT("TRANSCEND", "TS4GCF120"),
	PRODUCT("TRANSCEND", "TS4GCF133"),
	PRODUCT("TRANSCEND", "TS8GCF133"),
	PCMCIA_DEVICE_FUNC_ID(CISTPL_FUNCID_FIXED),
	PCMCIA_DEVICE_NULL
};

static struct pcmcia_driver pcmcia_driver = {
	.name = PIOATA_GLUE_NAME,
	.owner = THIS_MODULE,
	.id_table = pcmcia_ids,
	.probe = pioata_pcmcia_probe,
	.remove = pioata_pcmcia_remove,
	.suspend = pioata_pcmcia_suspend,
	.resume = pioata_pcmcia_resume,
	.drv.shutdown = pioata_pcmcia_shutdown,
};
module_pcmcia_driver(pcmcia_driver);

MODULE_AUTHOR("Seed b4971795 maintainers <maintainers@users.noreply.h-seed-b4971795.example>");
MODULE_DESCRIPTION("ATA PC Cards by programmed I/O");
MODULE_VERSION(PIOSCSI_VERSION);
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0-only
/* Common to all buses: add an HBA for a channel whose registers were found. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/irq.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/workqueue.h>
#include <scsi/scsi_device.h>

#include "../compat.h"
#include "chan.h"
#include "glue.h"
#include "quirk.h"

#define PIO_MODE_MAX	6

/* Without memory for a worker too: the disks may have the swap space. */
static struct workqueue_struct *resumes;

static unsigned int max_sectors(struct pioscsi_hba *hba,
				const struct scsi_device *sdev)
{
	const struct pioata_chan *ch = hba->priv;

	return sat_dev_max_sectors(&ch->targets[sdev->id].dev);
}

static struct pioscsi_driver pioata_driver = {
	.name = PIOATA_GLUE_NAME,
	.owner = THIS_MODULE,
	.ops = &pioata_chan_ops,
	.priv_size = sizeof(struct pioata_chan),
	.lba_geometry = true,
	.ioctl = pioata_ioctl,
	.max_sectors = max_sectors,
};

static unsigned int data_width;
module_param(data_width, uint, 0444);
MODULE_PARM_DESC(data_width,
		 "width of an access to the data port in bits: 8, 16 or 32; 8 only if the width of the port is unknown; 0: chosen by the driver (default 0)");

static int pio_mode = -1;
module_param(pio_mode, int, 0444);
MODULE_PARM_DESC(pio_mode,
		 "fastest PIO mode, 0 to 6; -1: the controller's fastest (default -1)");

static char *quirks[SAT_QUIRKS_ADDED];
static unsigned int num_quirks;
module_param_array(quirks, charp, &num_quirks, 0444);
MODULE_PARM_DESC(quirks,
		 "MODEL[/FIRMWARE]=QUIRK[+QUIRK...] for up to 8 models, with * and ? as wildcards; quirks: disable, no_multi, no_lba, no_lba48, no_setxfer, slow_cdb, max_sec_64, max_sec_128, max_sec_1024 (default none)");

/* A slower mode than the controller's, or one for a controller without any. */
static u8 limit_pio_modes(u8 modes)
{
	if (pio_mode < 0)
		return modes;
	return modes ? min_t(u8, modes, pio_mode + 1) : pio_mode + 1;
}

/* A data port of 8 bits has no bytes to swap. */
static const struct pioata_io_ops *width_ops(unsigned int bits, bool swap)
{
	switch (bits) {
	case 8:
		return &pioata_io8_ops;
	case 16:
		return swap ? &pioata_io16_swap_ops : &pioata_io16_ops;
	case 32:
		return swap ? &pioata_io32_swap_ops : &pioata_io32_ops;
	default:
		return NULL;
	}
}

static int add_quirks(void)
{
	unsigned int i;

	for (i = 0; i < num_quirks; i++) {
		int err = sat_quirks_add(quirks[i]);

		if (err) {
			pr_err("invalid quirks=%s: must be MODEL[/FIRMWARE]=QUIRK[+QUIRK...] with known quirks\n",
			       quirks[i]);
			return err;
		}
	}
	return 0;
}

/**
 * pioata_glue_init() - check the parameters and register the front end
 *
 * Context: task; may sleep.
 * Return: 0 or a negative error.
 */
int pioata_glue_init(void)
{
	int err;

	if (data_width && !width_ops(data_width, false)) {
		pr_err("invalid data_width=%u: must be 8, 16, 32 or 0\n",
		       data_width);
		return -EINVAL;
	}
	if (pio_mode < -1 || pio_mode > PIO_MODE_MAX) {
		pr_err("invalid pio_mode=%d: must be 0 to 6, or -1\n",
		       pio_mode);
		return -EINVAL;
	}
	err = add_quirks();
	if (err)
		return err;
	resumes = alloc_workqueue(KBUILD_MODNAME, WQ_MEM_RECLAIM | WQ_UNBOUND,
				  0);
	if (!resumes)
		return -ENOMEM;
	err = pioscsi_register_driver(&pioata_driver);
	if (err)
		destroy_workqueue(resumes);
	return err;
}

/**
 * pioata_glue_exit() - undo pioata_glue_init()
 *
 * Context: task; sleeps. No channel is left.
 */
void pioata_glue_exit(void)
{
	pioscsi_unregister_driver(&pioata_driver);
	destroy_workqueue(resumes);
}

/**
 * pioata_glue_map_ports() - map I/O ports for a device's lifetime
 * @dev: the device
 * @first: the first port
 * @n: how many
 *
 * Context: task; may sleep.
 * Return: the address for ioread8(), or an ERR_PTR().
 */
void __iomem *pioata_glue_map_ports(struct device *dev, unsigned long first,
				    unsigned int n)
{
	void __iomem *io;

	KUNIT_STATIC_STUB_REDIRECT(pioata_glue_map_ports, dev, first, n);

	io = devm_ioport_map(dev, first, n);
	return io ?: IOMEM_ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL_GPL(pioata_glue_map_ports);

/**
 * pioata_glue_ports() - claim I/O ports for a device's lifetime
 * @dev: the device
 * @first: number of the first port
 * @n: how many
 *
 * Context: task; may sleep.
 * Return: the address for ioread8(), or an ERR_PTR(). -EBUSY, with a message,
 *	if another driver has the ports.
 */
void __iomem *pioata_glue_ports(struct device *dev, unsigned long first,
				unsigned int n)
{
	if (!IS_ENABLED(CONFIG_HAS_IOPORT_MAP)) {
		dev_err(dev,
			"this kernel has no port I/O for the ports %#lx-%#lx; ignoring the channel\n",
			first, first + n - 1);
		return IOMEM_ERR_PTR(-EOPNOTSUPP);
	}
	if (!devm_request_region(dev, first, n, PIOATA_GLUE_NAME)) {
		dev_err(dev,
			"another driver has the ports %#lx-%#lx; ignoring the channel\n",
			first, first + n - 1);
		return IOMEM_ERR_PTR(-EBUSY);
	}
	return pioata_glue_map_ports(dev, first, n);
}

/**
 * pioata_glue_is_edge() - tell whether no other device can use a line of ISA
 * @irq: the line
 *
 * Other devices cannot use an edge-triggered line. A level-triggered one may be
 * that of PCI devices.
 *
 * Context: task.
 * Return: true if the line is edge-triggered.
 */
bool pioata_glue_is_edge(unsigned int irq)
{
	struct irq_data *line;

	KUNIT_STATIC_STUB_REDIRECT(pioata_glue_is_edge, irq);

	line = irq_get_irq_data(irq);
	return line && !irqd_is_level_type(line);
}

/* The port reports an error, and takes the channel out of service. */
static void resume_channel(struct work_struct *work)
{
	struct pioata_chan *ch = container_of(work, struct pioata_chan, resume);

	pioscsi_resume_hba(ch->hba);
}

/**
 * pioata_glue_set_width() - choose the accesses to the data port of a channel
 * @io: its registers; the operations are chosen here
 * @width: bits of the data port as for pioata_glue_add(), or 0
 * @wish: bits of an access as the administrator wants it, or 0
 *
 * The wish is for all channels, so it may be that for another one. A data port
 * of 16 bits loses every other byte by accesses of 8 bits. One of 8 bits has no
 * wider ones.
 *
 * Context: any.
 */
void pioata_glue_set_width(struct pioata_io *io, unsigned int width,
			   unsigned int wish)
{
	if (width && (width == 8 || wish == 8))
		wish = 0;
	io->ops = width_ops(wish ?: width ?: 16, io->swap_data);
	io->narrow = wish || width || io->swap_data ? NULL : &pioata_io8_ops;
}

/**
 * pioata_glue_add() - put a channel into service
 * @dev: the device that it belongs to
 * @io: its registers; the operations are chosen here
 * @width: bits of an access to the data port: 8, 16 or 32; 0 for 16, or 8 if
 *	the device turns out to need it
 * @irq: its interrupt, or 0 to poll
 *
 * Context: task; sleeps.
 * Return: the HBA, or an ERR_PTR().
 */
struct pioscsi_hba *pioata_glue_add(struct device *dev, struct pioata_io *io,
				    unsigned int width, int irq)
{
	struct pioata_chan *ch;
	struct pioscsi_hba *hba;
	int err;

	KUNIT_STATIC_STUB_REDIRECT(pioata_glue_add, dev, io, width, irq);

	hba = pioscsi_alloc_hba(dev, &pioata_driver);
	if (!hba)
		return ERR_PTR(-ENOMEM);
	pioata_glue_set_width(io, width, data_width);
	io->dev = dev;
	io->pio_modes = limit_pio_modes(io->pio_modes);
	hba->irq = irq;
	hba->exclusive_irq = io->exclusive_irq;
	pioata_chan_init(hba, io);
	ch = hba->priv;
	INIT_WORK(&ch->resume, resume_channel);
	err = pioata_reset_bus(hba);
	if (err) {
		dev_err(dev, "reset failed (%d), ignoring the channel\n", err);
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
EXPORT_SYMBOL_GPL(pioata_glue_add);

/**
 * pioata_glue_remove() - take a channel out of service
 * @hba: the HBA
 *
 * Context: task; sleeps.
 */
void pioata_glue_remove(struct pioscsi_hba *hba)
{
	struct pioata_chan *ch = hba->priv;
	unsigned int i;

	flush_work(&ch->resume);
	pioscsi_remove_hba(hba);
	for (i = 0; i < PIOATA_CHAN_TARGETS; i++)
		pioata_rescan_cancel(&ch->targets[i].rescan);
	pioscsi_free_hba(hba);
}
EXPORT_SYMBOL_GPL(pioata_glue_remove);

/* As pioscsi_suspend_hba(). */
static int suspend_channel(struct pioscsi_hba *hba)
{
	struct pioata_chan *ch = hba->priv;

	flush_work(&ch->resume);
	return pioscsi_suspend_hba(hba);
}

/**
 * pioata_glue_freeze() - suspend a channel, and leave its disks spinning
 * @hba: the HBA
 *
 * For hibernation: the kernel writes its image to one of the disks afterwards.
 *
 * Context: task; sleeps.
 * Return: 0, or a negative error of pioscsi_suspend_hba().
 */
int pioata_glue_freeze(struct pioscsi_hba *hba)
{
	return min(suspend_channel(hba), 0);
}

/**
 * pioata_glue_suspend() - suspend a channel, and put its disks into standby
 * @hba: the HBA
 *
 * A channel that was not resumed may be suspended again. Its registers may be
 * those of another device now, so they are not accessed.
 *
 * Context: task; sleeps.
 * Return: 0, or a negative error of pioscsi_suspend_hba().
 */
int pioata_glue_suspend(struct pioscsi_hba *hba)
{
	int ret = suspend_channel(hba);

	if (ret > 0)
		pioata_standby(hba);
	return min(ret, 0);
}
EXPORT_SYMBOL_GPL(pioata_glue_suspend);

/**
 * pioata_glue_mask() - mask a suspended channel again after a loss of power
 * @hba: the HBA
 *
 * The handler of a suspended channel does not serve it. So a pending interrupt
 * would keep the line asserted, from the time when the kernel enables its lines
 * to the reset by pioata_glue_resume().
 *
 * Context: task; the kernel has not enabled its interrupt lines yet.
 * Return: 0.
 */
int pioata_glue_mask(struct pioscsi_hba *hba)
{
	const struct pioata_chan *ch = hba->priv;

	pioata_io_mask(&ch->io);
	return 0;
}

/**
 * pioata_glue_resume() - undo pioata_glue_suspend() or pioata_glue_freeze()
 * @hba: the HBA
 *
 * A disk needs up to 31 s to spin up. Other devices do not wait for it, and its
 * own commands wait in the queue.
 *
 * Context: task.
 * Return: 0.
 */
int pioata_glue_resume(struct pioscsi_hba *hba)
{
	struct pioata_chan *ch = hba->priv;

	queue_work(resumes, &ch->resume);
	return 0;
}
EXPORT_SYMBOL_GPL(pioata_glue_resume);

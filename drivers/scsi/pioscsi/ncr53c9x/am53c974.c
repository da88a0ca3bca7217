// SPDX-License-Identifier: GPL-2.0-only
/*
 * The board: the AMD AM53C974 as a PCI function, alone or on a Tekram DC-390.
 * It is a 53C9x core with its registers four bytes apart, and a DMA engine that
 * this driver keeps idle.
 */
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <pioscsi/version.h>

#include "../pci_irq.h"
#include "am53c974.h"
#include "data.h"
#include "dc390.h"
#include "phase.h"
#include "recover.h"
#include "select.h"

#define DRV_NAME	"pioscsi_am53c974"

#define REG_SHIFT	2
#define CLOCK_MHZ	40
#define BAR_SIZE	0x80

/* Between the reset of the chip and that of the bus, as other drivers wait. */
#define RECOVERY_US	100

#define CTRL3_FAST_CLOCK	BIT(3)	/* the clock is above 25 MHz */

/* Suppress pulses on REQ and ACK of up to 25 ns; 0 is 12 ns. */
#define CTRL4_GLITCH_25NS	BIT(7)
/* Drive REQ, ACK and the data to their inactive level, too. */
#define CTRL4_NEGATION		(BIT(3) | BIT(2))

/* QEMU 10 accepts writes of 128 KiB at most, and then waits for ever. */
#define QEMU_SECTORS_MAX	256

#define SETTLE_MAX	120000

static bool mask = true;
module_param(mask, bool, 0444);
MODULE_PARM_DESC(mask, "mask the function by its interrupt disable bit, if it has one that works, 0 or 1 (default 1)");

static bool mask_line = true;
module_param(mask_line, bool, 0444);
MODULE_PARM_DESC(mask_line, "mask a function without interrupt disable bit, or with mask=0, by disabling its interrupt line, if no other function may use the line, 0 or 1 (default 1)");

static int host_id = -1;
module_param(host_id, int, 0444);
MODULE_PARM_DESC(host_id, "SCSI ID of the adapters, 0 to 7; -1: the EEPROM's, or 7 (default -1)");

static bool parity = true;
module_param(parity, bool, 0444);
MODULE_PARM_DESC(parity, "check the parity of targets, except where the EEPROM forbids it, 0 or 1 (default 1)");

static int settle_ms = -1;
module_param(settle_ms, int, 0444);
MODULE_PARM_DESC(settle_ms, "time in ms that the targets need after a reset of the bus, 0 to 120000; -1: the EEPROM's, or 3000 (default -1)");

static void am53_set_up(struct c9x *chip)
{
	c9x_write(chip, AM53_DMA_CMD, 0);
	c9x_write(chip, C9X_CTRL3, CTRL3_FAST_CLOCK);
	/* The filter of 12 ns is for fast synchronous transfers only. */
	c9x_write(chip, C9X_CTRL4, CTRL4_GLITCH_25NS |
				   (chip->no_negation ? 0 : CTRL4_NEGATION));
}

/*
 * QEMU 7.2 reads zeros from the FIFO during a data phase. A COMPLETE command
 * for the idle DMA engine moves nothing, but makes the emulation report a
 * message phase until the data has ended. A real chip would execute it.
 */
static void am53_unlock_fifo(struct c9x *chip)
{
	c9x_write(chip, C9X_CMD, C9X_CMD_COMPLETE | C9X_CMD_DMA);
}

const struct c9x_board am53_board = {
	.reg_shift = REG_SHIFT,
	.clock_mhz = CLOCK_MHZ,
	.recovery_us = RECOVERY_US,
	.set_up = am53_set_up,
};

const struct c9x_board am53_qemu_board = {
	.reg_shift = REG_SHIFT,
	.clock_mhz = CLOCK_MHZ,
	.recovery_us = RECOVERY_US,
	.set_up = am53_set_up,
	.unlock_fifo = am53_unlock_fifo,
};

static void am53_mask(struct pioscsi_hba *hba)
{
	pci_intx(to_pci_dev(hba->dev), 0);
}

static void am53_unmask(struct pioscsi_hba *hba)
{
	pci_intx(to_pci_dev(hba->dev), 1);
}

static void am53_stop(struct pioscsi_hba *hba)
{
	c9x_silence(to_c9x(hba));
}

static const struct pioscsi_ops am53_ops = {
	.claim = c9x_claim,
	.service = c9x_service,
	.pio_in = c9x_pio_in,
	.pio_out = c9x_pio_out,
	.mask = am53_mask,
	.unmask = am53_unmask,
	.start = c9x_start,
	.abort_cmd = c9x_abort_cmd,
	.reset_lun = c9x_reset_lun,
	.reset_target = c9x_reset_target,
	.reset_bus = c9x_reset_bus,
	.reset_hba = c9x_reset_hba,
	.stop = am53_stop,
};

static struct pioscsi_driver am53_driver = {
	.name = DRV_NAME,
	.owner = THIS_MODULE,
	.ops = &am53_ops,
	.priv_size = sizeof(struct c9x),
};

/* BAR 0 has all registers, in ports or in memory. */
static int am53_check_bar(struct pci_dev *pdev)
{
	const struct resource *bar = &pdev->resource[0];

	if (pci_resource_len(pdev, 0) < BAR_SIZE) {
		pci_err(pdev, "BAR 0 %pR has fewer than %u bytes, the adapter is not used\n",
			bar, BAR_SIZE);
		return -ENODEV;
	}
	if (bar->flags & IORESOURCE_IO && !IS_ENABLED(CONFIG_HAS_IOPORT_MAP)) {
		pci_err(pdev, "this kernel has no port I/O for BAR 0 %pR, the adapter is not used\n",
			bar);
		return -ENODEV;
	}
	return 0;
}

static int am53_map(struct pci_dev *pdev, struct c9x *chip)
{
	int err = am53_check_bar(pdev) ?: pci_enable_device(pdev);

	if (err)
		return err;
	err = pci_request_region(pdev, 0, DRV_NAME);
	if (err)
		goto disable;
	chip->regs = pci_iomap(pdev, 0, BAR_SIZE);
	if (chip->regs)
		return 0;
	pci_err(pdev, "cannot map BAR 0 %pR, the adapter is not used\n",
		&pdev->resource[0]);
	err = -ENOMEM;
	pci_release_region(pdev, 0);
disable:
	pci_disable_device(pdev);
	return err;
}

/*
 * A function that is masked stays so. pci_enable_device() clears its interrupt
 * disable bit for the next driver, but only if the function is not enabled yet.
 */
static void am53_unmap(struct pci_dev *pdev, struct c9x *chip)
{
	pci_iounmap(pdev, chip->regs);
	pci_release_region(pdev, 0);
	pci_disable_device(pdev);
}

/*
 * A target that must not disconnect gets no tags either: some drives answer a
 * tag without the privilege to disconnect with BUSY, for ever.
 */
static void apply_eeprom(struct c9x *chip, const struct dc390_settings *s)
{
	unsigned int i;

	chip->own_id = s->own_id;
	chip->settle_ms = s->delay_ms;
	chip->no_negation = s->no_negation;
	chip->hba->lun_depth = min(s->max_tags, C9X_DEPTH);
	chip->hba->no_tags = s->no_tags | s->no_disconnect;
	for (i = 0; i < C9X_IDS; i++) {
		chip->target[i].parity = !(s->no_parity & BIT(i));
		chip->target[i].disconnect = !(s->no_disconnect & BIT(i));
	}
}

/* A parameter has precedence over the EEPROM. */
static void apply_parameters(struct c9x *chip)
{
	unsigned int i;

	if (host_id >= 0)
		chip->own_id = host_id;
	if (settle_ms >= 0)
		chip->settle_ms = settle_ms;
	for (i = 0; i < C9X_IDS; i++)
		chip->target[i].parity &= parity;
}

static void am53_configure(struct c9x *chip, struct pci_dev *pdev)
{
	struct dc390_settings settings;
	u16 word[DC390_WORDS];

	if (dc390_read(pdev, word)) {
		if (dc390_decode(word, &settings)) {
			apply_eeprom(chip, &settings);
			dev_info(&pdev->dev,
				 "DC-390 EEPROM: own ID %u, %u tagged commands, settle time %u ms; targets without parity check 0x%x, without disconnection 0x%x, without tags 0x%x\n",
				 settings.own_id, chip->hba->lun_depth,
				 settings.delay_ms, settings.no_parity,
				 settings.no_disconnect, chip->hba->no_tags);
		} else {
			dev_warn(&pdev->dev,
				 "DC-390 EEPROM: invalid contents, using defaults\n");
		}
	}
	apply_parameters(chip);
}

/*
 * Read the interrupt line as firmware has noted it; 0 and 255 are unknown. On
 * other architectures than x86 the kernel may have written its own number.
 */
static u8 firmware_line(struct pci_dev *pdev)
{
	u8 line = 0;

	if (!IS_ENABLED(CONFIG_X86))
		return 0;
	pci_read_config_byte(pdev, PCI_INTERRUPT_LINE, &line);
	return line == PIOSCSI_PCI_NO_LINE ? 0 : line;
}

/*
 * Tell whether another function may use the interrupt line of this one, now or
 * when its driver enables it. The kernel routes the interrupt of a function
 * then. Until then the number is not comparable, even if the function has a
 * driver. Compare what firmware has noted for both. A wrong yes only costs the
 * deferral.
 */
static bool may_share_line(struct pci_dev *pdev, struct pci_dev *other)
{
	u8 line;

	if (other == pdev || !other->pin || pci_dev_msi_enabled(other))
		return false;
	if (other->irq == pdev->irq)
		return true;
	if (other->irq_managed || pci_is_enabled(other))
		return false;
	line = firmware_line(other);
	return !line || !firmware_line(pdev) || line == firmware_line(pdev);
}

static bool line_is_shared(struct pci_dev *pdev)
{
	struct pci_dev *other = NULL;

	for_each_pci_dev(other) {
		if (!may_share_line(pdev, other))
			continue;
		pci_info(pdev, "interrupt %u is or may be shared with %s\n",
			 pdev->irq, pci_name(other));
		pci_dev_put(other);
		return true;
	}
	return false;
}

/* Both of QEMU's models, am53c974 and dc390, have QEMU's default IDs. */
static bool is_qemu(const struct pci_dev *pdev)
{
	return pdev->subsystem_vendor == PCI_SUBVENDOR_ID_REDHAT_QUMRANET &&
	       pdev->subsystem_device == PCI_SUBDEVICE_ID_QEMU;
}

static void am53_describe(struct pioscsi_hba *hba, struct pci_dev *pdev)
{
	hba->irq = pioscsi_pci_irq(pdev);
	/* No handler runs beside the owner of a polled chip. */
	hba->can_mask = !hba->irq || (mask && pci_intx_mask_supported(pdev));
	hba->may_mask_line = mask_line && !hba->can_mask &&
			     !line_is_shared(pdev);
	/* Without a mask each interrupt moves one FIFO of data. */
	hba->bounds_irqs = true;
	/* 0 would mean the port's default. */
	hba->settle_ms = max(to_c9x(hba)->settle_ms, 1U);
	hba->depth = C9X_DEPTH;
	hba->max_id = C9X_IDS;
	hba->max_lun = C9X_LUNS;
	hba->this_id = to_c9x(hba)->own_id;
	hba->max_cmd_len = C9X_FIFO_SIZE;
	hba->max_sectors = is_qemu(pdev) ? QEMU_SECTORS_MAX : 0;
	/* Move whole FIFOs: each transfer costs the same register accesses. */
	hba->align = C9X_FIFO_SIZE;
	hba->needs_request_sense = true;
}

/*
 * The port handles the interrupt only later, so the reset of a chip that is not
 * masked must not raise one. Wait here, so that the context that queues the
 * first command also starts it. If the host's own thread started it,
 * QEMU's chip without a mask sometimes sent data without an end.
 */
static int am53_first_reset(struct c9x *chip)
{
	int err;

	if (chip->hba->can_mask)
		return c9x_reset_hba(chip->hba);
	err = c9x_reset_quietly(chip);
	if (!err)
		msleep(chip->settle_ms);
	return err;
}

/* The port reports whether it masks the function by its interrupt line. */
static void log_no_mask(struct pci_dev *pdev)
{
	if (mask)
		pci_info(pdev, "no working interrupt disable bit\n");
	else
		pci_info(pdev, "mask=0: not using the interrupt disable bit\n");
}

/* Mask the chip first: its reset may cause an interrupt. */
static int am53_add(struct pioscsi_hba *hba, struct pci_dev *pdev)
{
	int err;

	am53_describe(hba, pdev);
	if (hba->can_mask)
		am53_mask(hba);
	else
		log_no_mask(pdev);
	err = am53_first_reset(to_c9x(hba));
	if (err) {
		dev_err(&pdev->dev, "reset of the chip failed (%d), ignoring the adapter\n",
			err);
		return err;
	}
	/* The last driver may have left the function masked. */
	if (!hba->can_mask)
		am53_unmask(hba);
	return pioscsi_add_hba(hba);
}

static int am53_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct pioscsi_hba *hba = pioscsi_alloc_hba(&pdev->dev, &am53_driver);
	struct c9x *chip;
	int err;

	if (!hba)
		return -ENOMEM;
	chip = to_c9x(hba);
	c9x_init(chip, hba, is_qemu(pdev) ? &am53_qemu_board : &am53_board);
	err = am53_map(pdev, chip);
	if (err)
		goto free_hba;
	/* Nothing handles a pending interrupt while the EEPROM is read. */
	c9x_silence(chip);
	am53_configure(chip, pdev);
	err = am53_add(hba, pdev);
	if (err)
		goto silence;
	pci_set_drvdata(pdev, hba);
	return 0;

silence:
	/* The port stops only a chip that it has put into service. */
	c9x_silence(chip);
	am53_unmap(pdev, chip);
free_hba:
	pioscsi_free_hba(hba);
	return err;
}

static void am53_remove(struct pci_dev *pdev)
{
	struct pioscsi_hba *hba = pci_get_drvdata(pdev);

	pioscsi_remove_hba(hba);
	am53_unmap(pdev, to_c9x(hba));
	pioscsi_free_hba(hba);
}

static void am53_shutdown(struct pci_dev *pdev)
{
	pioscsi_shutdown_hba(pci_get_drvdata(pdev));
}

/* Until the resume nothing acknowledges an interrupt of the chip. */
static int am53_suspend(struct device *dev)
{
	struct pioscsi_hba *hba = dev_get_drvdata(dev);
	int ret = pioscsi_suspend_hba(hba);

	if (ret > 0 && !hba->can_mask)
		am53_stop(hba);
	return min(ret, 0);
}

static int am53_resume(struct device *dev)
{
	return pioscsi_resume_hba(dev_get_drvdata(dev));
}

/*
 * A loss of power has ended the silence. Until am53_resume() the handler of the
 * port rejects all interrupts, so the next reset of the bus by another device
 * would keep the line asserted.
 */
static int am53_resume_noirq(struct device *dev)
{
	struct pioscsi_hba *hba = dev_get_drvdata(dev);

	if (!hba->can_mask)
		am53_stop(hba);
	return 0;
}

static const struct dev_pm_ops am53_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(am53_suspend, am53_resume)
	.resume_noirq = pm_sleep_ptr(am53_resume_noirq),
	.restore_noirq = pm_sleep_ptr(am53_resume_noirq),
};

/*
 * Without MODULE_DEVICE_TABLE, as in pioscsi_ata: the stock driver serves this
 * chip well, so an installed module must not be loaded by itself.
 */
static const struct pci_device_id am53_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_AMD, PCI_DEVICE_ID_AMD_SCSI) },
	{ }
};

static struct pci_driver am53_pci_driver = {
	.name = DRV_NAME,
	.id_table = am53_ids,
	.probe = am53_probe,
	.remove = am53_remove,
	.shutdown = am53_shutdown,
	.driver.pm = pm_sleep_ptr(&am53_pm_ops),
};

static int __init am53_init(void)
{
	int err;

	if (host_id < -1 || host_id >= (int)C9X_IDS) {
		pr_err("%s: invalid host_id=%d: must be 0 to 7, or -1\n",
		       DRV_NAME, host_id);
		return -EINVAL;
	}
	if (settle_ms < -1 || settle_ms > SETTLE_MAX) {
		pr_err("%s: invalid settle_ms=%d: must be 0 to %d, or -1\n",
		       DRV_NAME, settle_ms, SETTLE_MAX);
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
MODULE_AUTHOR("Seed b4971795 maintainers <maintainers@users.noreply.h-seed-b4971795.example>");
MODULE_DESCRIPTION("AMD AM53C974 SCSI host adapter by programmed I/O");
MODULE_VERSION(PIOSCSI_VERSION);
MODULE_LICENSE("GPL");

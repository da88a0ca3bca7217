/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt of a PCI function, for the glue of all front ends.
 */
#ifndef _PIOSCSI_PCI_IRQ_H
#define _PIOSCSI_PCI_IRQ_H

#include <linux/interrupt.h>
#include <linux/kconfig.h>
#include <linux/pci.h>

/* On x86 firmware writes this value into the register of the line. */
#define PIOSCSI_PCI_NO_LINE	0xff

/**
 * pioscsi_pci_irq() - get the interrupt of a function for &pioscsi_hba.irq
 * @pdev: the function, enabled
 *
 * Firmware may report that the pin is connected to no interrupt controller. A
 * request of that interrupt would fail.
 *
 * Context: task.
 * Return: the interrupt, or 0 if the HBA has to be polled.
 */
static inline int pioscsi_pci_irq(struct pci_dev *pdev)
{
	if (pdev->irq != IRQ_NOTCONNECTED &&
	    !(IS_ENABLED(CONFIG_X86) && !pdev->irq_managed &&
	      pdev->irq == PIOSCSI_PCI_NO_LINE))
		return pdev->irq;
	pci_info(pdev, "no interrupt; polling the HBA\n");
	return 0;
}

#endif /* _PIOSCSI_PCI_IRQ_H */

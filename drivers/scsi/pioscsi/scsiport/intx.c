// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupt of a PCI function (INTx), which all its HBAs share. A function
 * before PCI 2.3 has no switch for it and ignores the bit. So does one that
 * interrupts at the lines of ISA.
 */
#include <linux/pci.h>

#include "../compat.h"
#include "intx.h"

/*
 * Some kernels undo pci_intx() when the driver is unbound. The bit must stay
 * set until the next driver is bound. pci_enable_device() clears it only if the
 * function is not enabled yet.
 */
static void change(struct pci_dev *pdev, bool disable)
{
	u16 command, wanted;

	pci_read_config_word(pdev, PCI_COMMAND, &command);
	wanted = command & ~PCI_COMMAND_INTX_DISABLE;
	if (disable)
		wanted |= PCI_COMMAND_INTX_DISABLE;
	if (wanted != command)
		pci_write_config_word(pdev, PCI_COMMAND, wanted);
}

/**
 * sp_intx_disable() - keep a PCI function from raising its interrupt line
 * @place: the function; all its HBAs are stopped, or not in service yet
 *
 * Context: task.
 */
void sp_intx_disable(const struct sp_place *place)
{
	KUNIT_STATIC_STUB_REDIRECT(sp_intx_disable, place);

	if (place->pdev)
		change(place->pdev, true);
}

/**
 * sp_intx_enable() - undo sp_intx_disable()
 * @sp: an HBA of the function, whose miniport starts it or has started it
 *
 * Nothing handles the interrupt of an HBA that is polled.
 *
 * Context: task.
 */
void sp_intx_enable(struct sp_hba *sp)
{
	if (!sp->hba->irq)
		return;
	KUNIT_STATIC_STUB_REDIRECT(sp_intx_enable, sp);

	if (sp->place.pdev)
		change(sp->place.pdev, false);
}

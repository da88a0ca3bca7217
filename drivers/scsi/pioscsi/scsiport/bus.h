/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_BUS_H
#define _SCSIPORT_BUS_H

#include <linux/errno.h>
#include <linux/kconfig.h>

struct pci_dev;
struct platform_device;
struct sp_init;
struct sp_place;

#if IS_ENABLED(CONFIG_PCI)
void sp_pci_fill_place(struct sp_place *place, struct pci_dev *pdev);
int sp_pci_register(struct sp_init *init);
void sp_pci_unregister(struct sp_init *init);
#else
static inline int sp_pci_register(struct sp_init *init)
{
	return -ENODEV;
}

static inline void sp_pci_unregister(struct sp_init *init)
{
}
#endif

int sp_platform_irq(struct platform_device *pdev);
int sp_platform_register(struct sp_init *init);
void sp_platform_unregister(struct sp_init *init);

#endif /* _SCSIPORT_BUS_H */

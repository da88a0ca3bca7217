/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the buses have in common, and each bus' own.
 */
#ifndef _PIOSCSI_ATA_GLUE_H
#define _PIOSCSI_ATA_GLUE_H

#include <linux/types.h>

#define ATA_GLUE_NAME	"pioscsi_ata"

/* The first ports of a device's command block and control block. */
#define ATA_GLUE_PORTS	"pioscsi,ports"

struct ata_io;
struct device;
struct pioscsi_hba;

void __iomem *ata_glue_ports(struct device *dev, unsigned long first,
			     unsigned int n);
struct pioscsi_hba *ata_glue_add(struct device *dev, struct ata_io *io,
				 unsigned int width, int irq);
void ata_glue_remove(struct pioscsi_hba *hba);
int ata_glue_suspend(struct pioscsi_hba *hba);
int ata_glue_resume(struct pioscsi_hba *hba);

int ata_platform_init(void);
void ata_platform_exit(void);
int ata_isa_init(void);
void ata_isa_exit(void);
int ata_pci_init(void);
void ata_pci_exit(void);

#endif /* _PIOSCSI_ATA_GLUE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions common to all buses, and the entries of each bus.
 */
#ifndef _PIOSCSI_ATA_GLUE_H
#define _PIOSCSI_ATA_GLUE_H

#include <linux/types.h>

#define PIOATA_GLUE_NAME	"pioscsi_ata"

/* The first ports of a device's command block and control block. */
#define PIOATA_GLUE_PORTS	"pioscsi,ports"

/* The property of a platform device whose interrupt line is not shared. */
#define PIOATA_GLUE_EXCLUSIVE	"pioscsi,exclusive-irq"

/* The property of a platform device whose adapter does not connect IORDY. */
#define PIOATA_GLUE_NO_IORDY	"pioscsi,no-iordy"

/* The property of a platform device whose adapter swaps the bytes of data. */
#define PIOATA_GLUE_SWAP_DATA	"pioscsi,swap-data"

struct pioata_io;
struct device;
struct pioscsi_hba;

int pioata_glue_init(void);
void pioata_glue_exit(void);
void __iomem *pioata_glue_map_ports(struct device *dev, unsigned long first,
				    unsigned int n);
void __iomem *pioata_glue_ports(struct device *dev, unsigned long first,
				unsigned int n);
void pioata_glue_set_width(struct pioata_io *io, unsigned int width,
			   unsigned int wish);
struct pioscsi_hba *pioata_glue_add(struct device *dev, struct pioata_io *io,
				    unsigned int width, int irq);
bool pioata_glue_is_edge(unsigned int irq);
void pioata_glue_remove(struct pioscsi_hba *hba);
int pioata_glue_freeze(struct pioscsi_hba *hba);
int pioata_glue_suspend(struct pioscsi_hba *hba);
int pioata_glue_mask(struct pioscsi_hba *hba);
int pioata_glue_resume(struct pioscsi_hba *hba);

int pioata_platform_init(void);
void pioata_platform_exit(void);

/* ISA and PCI channels have I/O ports. Some architectures have none. */
#ifdef CONFIG_HAS_IOPORT_MAP
int pioata_isa_init(void);
void pioata_isa_exit(void);
#else
static inline int pioata_isa_init(void) { return 0; }
static inline void pioata_isa_exit(void) { }
#endif

#if defined(CONFIG_HAS_IOPORT_MAP) && defined(CONFIG_PCI)
int pioata_pci_init(void);
void pioata_pci_exit(void);
#else
static inline int pioata_pci_init(void) { return 0; }
static inline void pioata_pci_exit(void) { }
#endif

#endif /* _PIOSCSI_ATA_GLUE_H */

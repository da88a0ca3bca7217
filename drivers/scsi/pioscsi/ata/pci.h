/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Properties of PCI IDE controllers.
 */
#ifndef _PIOSCSI_ATA_PCI_H
#define _PIOSCSI_ATA_PCI_H

#include <linux/bits.h>
#include <linux/types.h>

struct pci_dev;
struct pioata_io;
struct pioata_mode;

/**
 * struct pioata_pci_chip - a kind of PCI IDE controller
 * @refuse: reason not to use it, %NULL to use it
 * @is_piix: has Intel's IDETIM registers
 * @width: bits of an access to the data port
 * @pio_modes: number of PIO modes, 0 if only the firmware knows its timing
 * @init: prepares the controller, %NULL if nothing is needed
 * @ack: see &pioata_io.ack, %NULL for the bus master status alone
 * @set_timing: see &pioata_io.set_timing
 */
struct pioata_pci_chip {
	const char *refuse;
	bool is_piix;
	u8 width;
	u8 pio_modes;
	void (*init)(struct pci_dev *pdev);
	void (*ack)(const struct pioata_io *io);
	void (*set_timing)(const struct pioata_io *io,
			   const struct pioata_mode *modes);
};

/* Intel: the timing of a channel with its enable bit, and of drives 1. */
#define PIOATA_PIIX_IDETIM(channel)	(0x40 + 2 * (channel))
#define PIOATA_PIIX_SIDETIM		0x44
#define PIOATA_PIIX_ENABLE		BIT(15)

extern const struct pioata_pci_chip pioata_chip_generic;
extern const struct pioata_pci_chip pioata_chip_piix;
extern const struct pioata_pci_chip pioata_chip_piix3;
extern const struct pioata_pci_chip pioata_chip_rz1000;
extern const struct pioata_pci_chip pioata_chip_cmd640;
extern const struct pioata_pci_chip pioata_chip_cmd64x;

#endif /* _PIOSCSI_ATA_PCI_H */

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
 * @has_mrdmode: has the interrupts of both channels in CMD's register MRDMODE
 * @width: bits of an access to the data port
 * @pio_modes: number of PIO modes, 0 if only the firmware knows its timing
 * @later: kind of the later revisions of the same ID, or %NULL
 * @later_rev: the first of these revisions
 * @init: prepares the controller, %NULL if nothing is needed
 * @ack: see &pioata_io.ack, %NULL for the bus master status alone
 * @set_timing: see &pioata_io.set_timing
 */
struct pioata_pci_chip {
	const char *refuse;
	bool is_piix;
	bool has_mrdmode;
	u8 width;
	u8 pio_modes;
	const struct pioata_pci_chip *later;
	u8 later_rev;
	void (*init)(struct pci_dev *pdev);
	void (*ack)(const struct pioata_io *io);
	void (*set_timing)(const struct pioata_io *io,
			   const struct pioata_mode *modes);
};

/* CMD: MRDMODE is a bus master register, and also in configuration space. */
#define PIOATA_CMD_MRDMODE_BAR4		1
#define PIOATA_CMD_MRDMODE		0x71

/* Intel: the timing of a channel with its enable bit, and of drives 1. */
#define PIOATA_PIIX_IDETIM(channel)	(0x40 + 2 * (channel))
#define PIOATA_PIIX_SIDETIM		0x44
#define PIOATA_PIIX_ENABLE		BIT(15)

const struct pioata_pci_chip *
pioata_pci_revision(const struct pioata_pci_chip *chip, u8 revision);

extern const struct pioata_pci_chip pioata_chip_generic;
extern const struct pioata_pci_chip pioata_chip_piix;
extern const struct pioata_pci_chip pioata_chip_piix3;
extern const struct pioata_pci_chip pioata_chip_rz1000;
extern const struct pioata_pci_chip pioata_chip_cmd640;
extern const struct pioata_pci_chip pioata_chip_cmd643;
extern const struct pioata_pci_chip pioata_chip_cmd646;
extern const struct pioata_pci_chip pioata_chip_cmd648;

#endif /* _PIOSCSI_ATA_PCI_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI IDE controllers that need more than their registers: timing, read-ahead
 * that corrupts data, and interrupts that the controller latches.
 */
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/pci.h>
#include <linux/spinlock.h>

#include "io.h"
#include "pci.h"

/* IDETIM: the bits of drive 0; those of drive 1 are four bits higher. */
#define IDETIM_TIME		BIT(0)	/* fast timing of the data port */
#define IDETIM_IORDY		BIT(1)	/* sample IORDY */
#define IDETIM_PREFETCH		BIT(2)	/* prefetch and posting */
#define IDETIM_DMA_ONLY		BIT(3)	/* fast timing for DMA only */
#define IDETIM_DRIVE_MASK	0x000f
#define IDETIM_SIDETIM		BIT(14)	/* SIDETIM has the timing of drive 1 */
#define IDETIM_TIMING_MASK	0x3300

/* SIDETIM: four bits for drive 1 of each channel. */
#define SIDETIM_SHIFT(channel)	(4 * (channel))

/* RZ1000: bit 13 of register 40h enables its read-ahead. */
#define RZ1000_MODE		0x40
#define RZ1000_READ_AHEAD	BIT(13)

/* CMD 643, early 646: reading these clears the interrupt of a channel. */
#define CMD_CFR			0x50
#define CMD_ARTTIM23		0x57

/* CMD MRDMODE: writing 1 to an interrupt clears it. */
#define MRDMODE_INTR(channel)	(BIT(2) << (channel))
#define MRDMODE_INTR_MASK	(BIT(2) | BIT(3))
#define MRDMODE_BLOCK_MASK	(BIT(4) | BIT(5))	/* mask interrupts */

/* From this revision on a CMD 646 reports its interrupts in MRDMODE. */
#define CMD646_MRDMODE_REV	3

/* Bus master status: the interrupt is cleared by writing 1. */
#define BMDMA_KEEP		0x60
#define BMDMA_INTR		BIT(2)

/*
 * PIO modes 0 to 4 as clocks of 30 ns: ISP, the sample point of IORDY (5 less
 * the value), and RTC, the recovery time (4 less the value).
 */
static const struct {
	u8 isp;
	u8 rtc;
} piix_clocks[] = { { 0, 0 }, { 0, 0 }, { 1, 0 }, { 2, 1 }, { 2, 3 } };

/* The bits of IDETIM for one drive; without a known mode all are 0. */
static u16 piix_drive_bits(const struct pioata_mode *mode)
{
	u16 bits = 0;

	if (!mode->is_set)
		return 0;
	if (mode->pio > 1)
		bits |= IDETIM_TIME;
	if (mode->iordy)
		bits |= IDETIM_IORDY;
	if (mode->is_disk)
		bits |= IDETIM_PREFETCH;
	return bits;
}

static unsigned int piix_mode(const struct pioata_mode *mode)
{
	return mode->is_set ? min_t(unsigned int, mode->pio,
				    ARRAY_SIZE(piix_clocks) - 1) : 0;
}

static u16 piix_idetim(u16 idetim, unsigned int pio,
		       const struct pioata_mode *modes)
{
	idetim &= ~(IDETIM_TIMING_MASK | IDETIM_SIDETIM |
		    IDETIM_DRIVE_MASK | IDETIM_DRIVE_MASK << 4);
	idetim |= piix_clocks[pio].isp << 12 | piix_clocks[pio].rtc << 8;
	return idetim | piix_drive_bits(&modes[0]) |
	       piix_drive_bits(&modes[1]) << 4;
}

/* The first PIIX has one timing for both drives: that of the slower one. */
static void piix_set_timing(const struct pioata_io *io,
			    const struct pioata_mode *modes)
{
	struct pci_dev *pdev = to_pci_dev(io->dev);
	unsigned int pio;
	u16 idetim;

	if (modes[0].is_set && modes[1].is_set)
		pio = min(piix_mode(&modes[0]), piix_mode(&modes[1]));
	else
		pio = max(piix_mode(&modes[0]), piix_mode(&modes[1]));
	pci_read_config_word(pdev, PIOATA_PIIX_IDETIM(io->channel), &idetim);
	pci_write_config_word(pdev, PIOATA_PIIX_IDETIM(io->channel),
			      piix_idetim(idetim, pio, modes));
}

/* Both channels of a controller set up their devices at the same time. */
static DEFINE_RAW_SPINLOCK(sidetim_lock);

/* SIDETIM is shared by the channels, each of which has an owner of its own. */
static void piix3_set_sidetim(struct pci_dev *pdev, unsigned int channel,
			      unsigned int pio)
{
	unsigned int shift = SIDETIM_SHIFT(channel);
	unsigned long flags;
	u8 sidetim;

	raw_spin_lock_irqsave(&sidetim_lock, flags);
	pci_read_config_byte(pdev, PIOATA_PIIX_SIDETIM, &sidetim);
	sidetim &= ~(0xf << shift);
	sidetim |= (piix_clocks[pio].isp << 2 | piix_clocks[pio].rtc) << shift;
	pci_write_config_byte(pdev, PIOATA_PIIX_SIDETIM, sidetim);
	raw_spin_unlock_irqrestore(&sidetim_lock, flags);
}

/* PIIX3 and later have a separate timing for drive 1. */
static void piix3_set_timing(const struct pioata_io *io,
			     const struct pioata_mode *modes)
{
	struct pci_dev *pdev = to_pci_dev(io->dev);
	u16 idetim;

	piix3_set_sidetim(pdev, io->channel, piix_mode(&modes[1]));
	pci_read_config_word(pdev, PIOATA_PIIX_IDETIM(io->channel), &idetim);
	idetim = piix_idetim(idetim, piix_mode(&modes[0]), modes);
	pci_write_config_word(pdev, PIOATA_PIIX_IDETIM(io->channel),
			      idetim | IDETIM_SIDETIM);
}

/* Its read-ahead returns wrong data when other PCI accesses come between. */
static void rz1000_init(struct pci_dev *pdev)
{
	u16 mode;

	pci_read_config_word(pdev, RZ1000_MODE, &mode);
	pci_write_config_word(pdev, RZ1000_MODE, mode & ~RZ1000_READ_AHEAD);
	pci_info(pdev, "RZ1000: read-ahead corrupts data, disabled\n");
}

static void bmdma_ack(const struct pioata_io *io)
{
	u8 status;

	if (!io->bmdma)
		return;
	status = ioread8(io->bmdma);
	iowrite8((status & BMDMA_KEEP) | BMDMA_INTR, io->bmdma);
}

/*
 * On machines without a PC's firmware the interrupts are still blocked. A
 * pending interrupt reads as 1, so writing the value back clears it.
 */
static void cmd_init(struct pci_dev *pdev)
{
	u8 mode;

	pci_read_config_byte(pdev, PIOATA_CMD_MRDMODE, &mode);
	pci_write_config_byte(pdev, PIOATA_CMD_MRDMODE,
			      mode & ~MRDMODE_BLOCK_MASK);
}

static void cmd643_ack(const struct pioata_io *io)
{
	u8 val;

	bmdma_ack(io);
	pci_read_config_byte(to_pci_dev(io->dev),
			     io->channel ? CMD_ARTTIM23 : CMD_CFR, &val);
}

/* Clear the interrupt of this channel only. */
static void cmd648_ack(const struct pioata_io *io)
{
	u8 mode;

	bmdma_ack(io);
	if (!io->mrdmode)
		return;
	mode = ioread8(io->mrdmode) & ~MRDMODE_INTR_MASK;
	iowrite8(mode | MRDMODE_INTR(io->channel), io->mrdmode);
}

/**
 * pioata_pci_revision() - choose the kind of a controller by its revision
 * @chip: the kind for its ID
 * @revision: its revision
 *
 * Context: Any.
 * Return: the kind.
 */
const struct pioata_pci_chip *
pioata_pci_revision(const struct pioata_pci_chip *chip, u8 revision)
{
	return chip->later && revision >= chip->later_rev ? chip->later : chip;
}

const struct pioata_pci_chip pioata_chip_generic = {
	.width = 16,
	.ack = bmdma_ack,
};

const struct pioata_pci_chip pioata_chip_piix = {
	.is_piix = true,
	.width = 32,
	.pio_modes = ARRAY_SIZE(piix_clocks),
	.ack = bmdma_ack,
	.set_timing = piix_set_timing,
};

const struct pioata_pci_chip pioata_chip_piix3 = {
	.is_piix = true,
	.width = 32,
	.pio_modes = ARRAY_SIZE(piix_clocks),
	.ack = bmdma_ack,
	.set_timing = piix3_set_timing,
};

const struct pioata_pci_chip pioata_chip_rz1000 = {
	.width = 16,
	.init = rz1000_init,
	.ack = bmdma_ack,
};

const struct pioata_pci_chip pioata_chip_cmd640 = {
	.refuse = "CMD640 corrupts data when both channels work",
};

const struct pioata_pci_chip pioata_chip_cmd643 = {
	.width = 16,
	.init = cmd_init,
	.ack = cmd643_ack,
};

const struct pioata_pci_chip pioata_chip_cmd646 = {
	.width = 16,
	.later = &pioata_chip_cmd648,
	.later_rev = CMD646_MRDMODE_REV,
	.init = cmd_init,
	.ack = cmd643_ack,
};

const struct pioata_pci_chip pioata_chip_cmd648 = {
	.has_mrdmode = true,
	.width = 16,
	.init = cmd_init,
	.ack = cmd648_ack,
};

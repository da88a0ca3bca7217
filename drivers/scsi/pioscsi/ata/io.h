/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registers of an ATA channel. Their bits are in <linux/ata.h>.
 */
#ifndef _PIOSCSI_ATA_IO_H
#define _PIOSCSI_ATA_IO_H

#include <linux/types.h>

/**
 * enum pioata_io_reg - the 8-bit registers, numbered as in the command block
 * @PIOATA_IO_FEATURE: FEATURES, when written
 * @PIOATA_IO_ERROR: ERROR, when read
 * @PIOATA_IO_NSECT: SECTOR COUNT; INTERRUPT REASON of a PACKET command
 * @PIOATA_IO_LBAL: LBA LOW
 * @PIOATA_IO_LBAM: LBA MID; BYTE COUNT LOW of a PACKET command
 * @PIOATA_IO_LBAH: LBA HIGH; BYTE COUNT HIGH of a PACKET command
 * @PIOATA_IO_DEVICE: DEVICE
 * @PIOATA_IO_COMMAND: COMMAND, when written
 * @PIOATA_IO_STATUS: STATUS, when read, which acknowledges an interrupt
 * @PIOATA_IO_CTL: DEVICE CONTROL, when written; of the control block
 * @PIOATA_IO_ALT: ALTERNATE STATUS, when read; of the control block
 */
enum pioata_io_reg {
	PIOATA_IO_FEATURE = 1,
	PIOATA_IO_ERROR = 1,
	PIOATA_IO_NSECT = 2,
	PIOATA_IO_LBAL = 3,
	PIOATA_IO_LBAM = 4,
	PIOATA_IO_LBAH = 5,
	PIOATA_IO_DEVICE = 6,
	PIOATA_IO_COMMAND = 7,
	PIOATA_IO_STATUS = 7,
	PIOATA_IO_CTL = 8,
	PIOATA_IO_ALT = 8,
};

/* Bytes of the command block, with a stride of one. */
#define PIOATA_IO_CMD_BYTES	8

/* The devices of a channel. */
#define PIOATA_IO_DEVICES	2

struct device;
struct pioata_io;

/**
 * struct pioata_io_ops - how the registers are accessed
 * @width: bytes of an access to the data port, 1, 2 or 4
 * @read: read an 8-bit register
 * @write: write an 8-bit register
 * @in: read from the data port; a last odd byte is read as a whole word
 * @out: write to the data port; a last odd byte is written as a whole word
 *
 * Context: owner of the channel; any but NMI.
 */
struct pioata_io_ops {
	unsigned int width;
	u8 (*read)(const struct pioata_io *io, enum pioata_io_reg reg);
	void (*write)(const struct pioata_io *io, enum pioata_io_reg reg,
		      u8 val);
	void (*in)(const struct pioata_io *io, void *buf, unsigned int len);
	void (*out)(const struct pioata_io *io, const void *buf,
		    unsigned int len);
};

/**
 * struct pioata_mode - the transfer mode of a device
 * @is_set: SET FEATURES has set the mode in the device; otherwise the
 *	controller is to use its slowest timing
 * @pio: PIO mode
 * @iordy: the device uses IORDY
 * @is_disk: the device is no ATAPI device, so that the controller may prefetch
 */
struct pioata_mode {
	bool is_set;
	u8 pio;
	bool iordy;
	bool is_disk;
};

/**
 * struct pioata_io - the registers of a channel, and its controller
 * @ops: how the registers are accessed
 * @narrow: the same with a data port of 8 bits, to be used if the device turns
 *	out to need it; %NULL if the width is known
 * @cmd: command block
 * @ctl: the control block's one register
 * @shift: log2 of the stride of the command block, bytes
 * @bmdma: bus master status, if the controller latches interrupts there
 * @mrdmode: CMD: modes and interrupts of both channels, if the controller
 *	latches interrupts there
 * @dev: the controller
 * @channel: number of the channel at the controller
 * @exclusive_irq: whether no other device can use the channel's interrupt line
 * @swap_data: the adapter swaps the bytes of each 16-bit word of data
 * @no_iordy: the line IORDY is not connected, so no device may use it
 * @pio_modes: number of PIO modes of the controller, or 0 if only the firmware
 *	knows its timing
 * @ack: acknowledges an interrupt that the controller latches, %NULL if it does
 *	not. Context: as &pioata_io_ops.
 * @set_timing: sets the timing of both devices, %NULL if the firmware has set
 *	it. Context: as &pioata_io_ops.
 */
struct pioata_io {
	const struct pioata_io_ops *ops;
	const struct pioata_io_ops *narrow;
	void __iomem *cmd;
	void __iomem *ctl;
	unsigned int shift;
	void __iomem *bmdma;
	void __iomem *mrdmode;
	struct device *dev;
	unsigned int channel;
	bool exclusive_irq;
	bool swap_data;
	bool no_iordy;
	u8 pio_modes;
	void (*ack)(const struct pioata_io *io);
	void (*set_timing)(const struct pioata_io *io,
			   const struct pioata_mode *modes);
};

extern const struct pioata_io_ops pioata_io8_ops;
extern const struct pioata_io_ops pioata_io16_ops;
extern const struct pioata_io_ops pioata_io32_ops;
extern const struct pioata_io_ops pioata_io16_swap_ops;
extern const struct pioata_io_ops pioata_io32_swap_ops;

void pioata_io_mask(const struct pioata_io *io);

#endif /* _PIOSCSI_ATA_IO_H */

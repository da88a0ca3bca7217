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

struct pioata_io;

/**
 * struct pioata_io_ops - how the registers are accessed
 * @width: bytes of an access to the data port, 2 or 4
 * @read: read an 8-bit register
 * @write: write one
 * @in: read from the data port; an odd byte comes with a whole word
 * @out: write to it; an odd byte goes with a whole word
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
 * struct pioata_io - where the registers are
 * @ops: how they are accessed
 * @cmd: command block
 * @ctl: the control block's one register
 * @shift: log2 of the stride of the command block, bytes
 */
struct pioata_io {
	const struct pioata_io_ops *ops;
	void __iomem *cmd;
	void __iomem *ctl;
	unsigned int shift;
};

extern const struct pioata_io_ops pioata_io16_ops;
extern const struct pioata_io_ops pioata_io32_ops;

#endif /* _PIOSCSI_ATA_IO_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registers of an ATA channel. Their bits are in <linux/ata.h>.
 */
#ifndef _PIOSCSI_ATA_IO_H
#define _PIOSCSI_ATA_IO_H

#include <linux/types.h>

/**
 * enum ata_io_reg - the 8-bit registers, by their number in the command block
 * @ATA_IO_FEATURE: FEATURES, when written
 * @ATA_IO_ERROR: ERROR, when read
 * @ATA_IO_NSECT: SECTOR COUNT; INTERRUPT REASON of a PACKET command
 * @ATA_IO_LBAL: LBA LOW
 * @ATA_IO_LBAM: LBA MID; BYTE COUNT LOW of a PACKET command
 * @ATA_IO_LBAH: LBA HIGH; BYTE COUNT HIGH of a PACKET command
 * @ATA_IO_DEVICE: DEVICE
 * @ATA_IO_COMMAND: COMMAND, when written
 * @ATA_IO_STATUS: STATUS, when read, which acknowledges an interrupt
 * @ATA_IO_CTL: DEVICE CONTROL, when written; of the control block
 * @ATA_IO_ALT: ALTERNATE STATUS, when read; of the control block
 */
enum ata_io_reg {
	ATA_IO_FEATURE = 1,
	ATA_IO_ERROR = 1,
	ATA_IO_NSECT = 2,
	ATA_IO_LBAL = 3,
	ATA_IO_LBAM = 4,
	ATA_IO_LBAH = 5,
	ATA_IO_DEVICE = 6,
	ATA_IO_COMMAND = 7,
	ATA_IO_STATUS = 7,
	ATA_IO_CTL = 8,
	ATA_IO_ALT = 8,
};

/* Bytes of the command block, with a stride of one. */
#define ATA_IO_CMD_BYTES	8

struct ata_io;

/**
 * struct ata_io_ops - how the registers are accessed
 * @width: bytes of an access to the data port, 2 or 4
 * @read: read an 8-bit register
 * @write: write one
 * @in: read from the data port; an odd byte comes with a whole word
 * @out: write to it; an odd byte goes with a whole word
 *
 * Context: owner of the channel; any but NMI.
 */
struct ata_io_ops {
	unsigned int width;
	u8 (*read)(const struct ata_io *io, enum ata_io_reg reg);
	void (*write)(const struct ata_io *io, enum ata_io_reg reg, u8 val);
	void (*in)(const struct ata_io *io, void *buf, unsigned int len);
	void (*out)(const struct ata_io *io, const void *buf, unsigned int len);
};

/**
 * struct ata_io - where the registers are
 * @ops: how they are accessed
 * @cmd: command block
 * @ctl: the control block's one register
 * @shift: log2 of the stride of the command block, bytes
 */
struct ata_io {
	const struct ata_io_ops *ops;
	void __iomem *cmd;
	void __iomem *ctl;
	unsigned int shift;
};

extern const struct ata_io_ops ata_io16_ops;
extern const struct ata_io_ops ata_io32_ops;

#endif /* _PIOSCSI_ATA_IO_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers in I/O ports or memory, with a data port of 8, 16 or 32 bits.
 */
#include <linux/ata.h>
#include <linux/io.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/swab.h>

#include "../compat.h"
#include "io.h"

/* Bytes of a write that are swapped at a time. */
#define SWAP_BYTES	64U

static u8 read_io(const struct pioata_io *io, enum pioata_io_reg reg)
{
	if (reg == PIOATA_IO_ALT)
		return ioread8(io->ctl);
	return ioread8(io->cmd + (reg << io->shift));
}

static void write_io(const struct pioata_io *io, enum pioata_io_reg reg, u8 val)
{
	if (reg == PIOATA_IO_CTL)
		iowrite8(val, io->ctl);
	else
		iowrite8(val, io->cmd + (reg << io->shift));
}

static void in8(const struct pioata_io *io, void *buf, unsigned int len)
{
	ioread8_rep(io->cmd, buf, len);
}

static void out8(const struct pioata_io *io, const void *buf, unsigned int len)
{
	iowrite8_rep(io->cmd, buf, len);
}

static void in16(const struct pioata_io *io, void *buf, unsigned int len)
{
	u16 last;

	ioread16_rep(io->cmd, buf, len / 2);
	if (len % 2) {
		ioread16_rep(io->cmd, &last, 1);
		memcpy(buf + len - 1, &last, 1);
	}
}

static void out16(const struct pioata_io *io, const void *buf, unsigned int len)
{
	u16 last = 0;

	iowrite16_rep(io->cmd, buf, len / 2);
	if (len % 2) {
		memcpy(&last, buf + len - 1, 1);
		iowrite16_rep(io->cmd, &last, 1);
	}
}

static void in32(const struct pioata_io *io, void *buf, unsigned int len)
{
	unsigned int whole = round_down(len, 4);

	ioread32_rep(io->cmd, buf, len / 4);
	if (len != whole)
		in16(io, buf + whole, len - whole);
}

static void out32(const struct pioata_io *io, const void *buf, unsigned int len)
{
	unsigned int whole = round_down(len, 4);

	iowrite32_rep(io->cmd, buf, len / 4);
	if (len != whole)
		out16(io, buf + whole, len - whole);
}

static void swap_bytes(void *buf, unsigned int len)
{
	u8 *p;

	for (p = buf; p < (u8 *)buf + len; p += sizeof(u16))
		put_unaligned(swab16(get_unaligned((u16 *)p)), (u16 *)p);
}

static void in16_swap(const struct pioata_io *io, void *buf, unsigned int len)
{
	unsigned int whole = round_down(len, 2);
	u16 last;

	ioread16_rep(io->cmd, buf, whole / 2);
	swap_bytes(buf, whole);
	if (len != whole) {
		in16_swap(io, &last, sizeof(last));
		memcpy(buf + whole, &last, 1);
	}
}

static void in32_swap(const struct pioata_io *io, void *buf, unsigned int len)
{
	unsigned int whole = round_down(len, 4);

	ioread32_rep(io->cmd, buf, whole / 4);
	swap_bytes(buf, whole);
	if (len != whole)
		in16_swap(io, buf + whole, len - whole);
}

/* The buffer of a write stays as it is, so its words are swapped in a copy. */
static void out_swap(const struct pioata_io *io, const void *buf,
		     unsigned int len,
		     void (*out)(const struct pioata_io *io, const void *buf,
				 unsigned int len))
{
	u32 copy[SWAP_BYTES / sizeof(u32)];
	unsigned int n;

	for (; len; len -= n, buf += n) {
		n = min(len, SWAP_BYTES);
		if (n % 2)
			copy[n / 4] = 0;
		memcpy(copy, buf, n);
		swap_bytes(copy, round_up(n, 2));
		out(io, copy, round_up(n, 2));
	}
}

static void out16_swap(const struct pioata_io *io, const void *buf,
		       unsigned int len)
{
	out_swap(io, buf, len, out16);
}

static void out32_swap(const struct pioata_io *io, const void *buf,
		       unsigned int len)
{
	out_swap(io, buf, len, out32);
}

/**
 * pioata_io_mask() - keep a channel that is not in service from interrupting
 * @io: its registers; the operations need not be chosen yet
 *
 * Reading STATUS, and acknowledging at the controller, clears an interrupt that
 * is pending in spite of nIEN.
 *
 * Context: no other context touches the channel; any.
 */
void pioata_io_mask(const struct pioata_io *io)
{
	KUNIT_STATIC_STUB_REDIRECT(pioata_io_mask, io);

	write_io(io, PIOATA_IO_CTL, ATA_DEVCTL_OBS | ATA_NIEN);
	read_io(io, PIOATA_IO_STATUS);
	if (io->ack)
		io->ack(io);
}

const struct pioata_io_ops pioata_io8_ops = {
	.width = 1,
	.read = read_io,
	.write = write_io,
	.in = in8,
	.out = out8,
};

const struct pioata_io_ops pioata_io16_ops = {
	.width = 2,
	.read = read_io,
	.write = write_io,
	.in = in16,
	.out = out16,
};

const struct pioata_io_ops pioata_io32_ops = {
	.width = 4,
	.read = read_io,
	.write = write_io,
	.in = in32,
	.out = out32,
};

const struct pioata_io_ops pioata_io16_swap_ops = {
	.width = 2,
	.read = read_io,
	.write = write_io,
	.in = in16_swap,
	.out = out16_swap,
};

const struct pioata_io_ops pioata_io32_swap_ops = {
	.width = 4,
	.read = read_io,
	.write = write_io,
	.in = in32_swap,
	.out = out32_swap,
};

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ATA registers in memory: user mode Linux' emulation of it, with a channel
 * behind it that has no devices.
 */
#ifndef _PIOSCSI_KUNIT_FAKE_MEM_H
#define _PIOSCSI_KUNIT_FAKE_MEM_H

#include <kunit/test.h>
#include <linux/bitmap.h>

#define FAKE_MEM_WHERE	0x7e500000
#define FAKE_MEM_BYTES	0x1000
#define FAKE_MEM_CTL	0x800

/**
 * struct fake_mem - the accesses since the case began
 * @touched: their offsets
 * @accesses: their number
 * @width: width of the last one, bytes
 * @written: the value that it wrote
 * @says: the value of all registers but the data port
 * @next: the next byte out of the data port, from 0 on
 */
struct fake_mem {
	DECLARE_BITMAP(touched, FAKE_MEM_BYTES);
	unsigned int accesses;
	unsigned int width;
	unsigned long written;
	u8 says;
	u8 next;
};

extern struct fake_mem fake_mem;

int fake_mem_setup_suite(struct kunit_suite *suite);
int fake_mem_setup(struct kunit *test);

#endif /* _PIOSCSI_KUNIT_FAKE_MEM_H */

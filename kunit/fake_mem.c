// SPDX-License-Identifier: GPL-2.0-only
/* ATA registers in the memory that user mode Linux emulates. */
#include <linux/ioport.h>
#include <linux/logic_iomem.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "fake_mem.h"

#define REGION_BYTES	SZ_2M

struct fake_mem fake_mem;

static void note(unsigned int offset, int size)
{
	if (offset < FAKE_MEM_BYTES)
		set_bit(offset, fake_mem.touched);
	fake_mem.accesses++;
	fake_mem.width = size;
}

static unsigned long chip_read(void *priv, unsigned int offset, int size)
{
	unsigned long val = 0;
	int i;

	note(offset, size);
	if (offset)
		return fake_mem.says;
	for (i = 0; i < size; i++)
		val |= (unsigned long)fake_mem.next++ << (8 * i);
	return val;
}

static void chip_write(void *priv, unsigned int offset, int size,
		       unsigned long val)
{
	note(offset, size);
	fake_mem.written = val;
}

static const struct logic_iomem_ops chip_ops = {
	.read = chip_read,
	.write = chip_write,
};

static long chip_map(unsigned long offset, size_t size,
		     const struct logic_iomem_ops **ops, void **priv)
{
	*ops = &chip_ops;
	return offset;
}

static const struct logic_iomem_region_ops region_ops = { .map = chip_map };

static struct resource region = {
	.name = "fake_mem",
	.start = FAKE_MEM_WHERE,
	.end = FAKE_MEM_WHERE + REGION_BYTES - 1,
	.flags = IORESOURCE_MEM,
};

/* The region is never removed. */
int fake_mem_setup_suite(struct kunit_suite *suite)
{
	return region.parent ? 0 : logic_iomem_add_region(&region, &region_ops);
}

int fake_mem_setup(struct kunit *test)
{
	memset(&fake_mem, 0, sizeof(fake_mem));
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: register accesses of the AM53C974, whose registers are four bytes
 * apart. User mode Linux emulates the memory.
 */
#include <kunit/test.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/logic_iomem.h>
#include <linux/string.h>

#include "../ncr53c9x/am53c974.h"

#define WHERE		0x7e800000
#define BYTES		0x80

#define CTRL1_OFFSET	0x20
#define STAT_OFFSET	0x10

/* The last access, and the value that a read returns. */
static struct {
	unsigned int offset;
	int size;
	unsigned long written;
	u8 value;
} access;

static unsigned long regs_read(void *priv, unsigned int offset, int size)
{
	access.offset = offset;
	access.size = size;
	return access.value;
}

static void regs_write(void *priv, unsigned int offset, int size,
		       unsigned long val)
{
	access.offset = offset;
	access.size = size;
	access.written = val;
}

static const struct logic_iomem_ops regs_ops = {
	.read = regs_read,
	.write = regs_write,
};

static long map_regs(unsigned long offset, size_t size,
		     const struct logic_iomem_ops **ops, void **priv)
{
	*ops = &regs_ops;
	return offset;
}

static const struct logic_iomem_region_ops region_ops = { .map = map_regs };

static struct resource region = {
	.name = "c9x_regs",
	.start = WHERE,
	.end = WHERE + BYTES - 1,
	.flags = IORESOURCE_MEM,
};

/* The region is never removed. */
static int setup_suite(struct kunit_suite *suite)
{
	return region.parent ? 0 : logic_iomem_add_region(&region, &region_ops);
}

static void unmap(void *chip)
{
	iounmap(((struct c9x *)chip)->regs);
}

static int setup(struct kunit *test)
{
	struct c9x *chip = kunit_kzalloc(test, sizeof(*chip), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, chip);
	chip->hba = kunit_kzalloc(test, sizeof(*chip->hba), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, chip->hba);
	chip->board = &am53_board;
	chip->regs = ioremap(WHERE, BYTES);
	KUNIT_ASSERT_NOT_NULL(test, chip->regs);
	memset(&access, 0, sizeof(access));
	test->priv = chip;
	return kunit_add_action_or_reset(test, unmap, chip);
}

static void register_is_written_at_four_times_its_number(struct kunit *test)
{
	struct c9x *chip = test->priv;

	c9x_write(chip, C9X_CTRL1, 0x17);
	KUNIT_EXPECT_EQ(test, access.offset, CTRL1_OFFSET);
	KUNIT_EXPECT_EQ(test, access.size, 1);
	KUNIT_EXPECT_EQ(test, access.written, 0x17);
	/* The port learns the time of an access. */
	KUNIT_EXPECT_EQ(test, chip->hba->accesses, 1);
}

static void register_is_read_at_four_times_its_number(struct kunit *test)
{
	struct c9x *chip = test->priv;

	access.value = 0x93;
	KUNIT_EXPECT_EQ(test, c9x_read(chip, C9X_STAT), 0x93);
	KUNIT_EXPECT_EQ(test, access.offset, STAT_OFFSET);
	KUNIT_EXPECT_EQ(test, access.size, 1);
	KUNIT_EXPECT_EQ(test, chip->hba->accesses, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(register_is_written_at_four_times_its_number),
	KUNIT_CASE(register_is_read_at_four_times_its_number),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_regs",
	.suite_init = setup_suite,
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

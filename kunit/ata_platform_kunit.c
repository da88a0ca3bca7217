// SPDX-License-Identifier: GPL-2.0-only
/* Platform devices: the registers that resources and properties describe. */
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/ata_platform.h>
#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/platform_device.h>
#include <linux/property.h>

#include "../ata/chan.h"
#include "../ata/glue.h"
#include "../ata/io.h"
#include "fake_mem.h"

#define REGS		8
#define BLOCKS		2

/* A platform device that exists only while its registers are searched. */
static bool is_bound(struct kunit *test, const char *name,
		     const struct resource res[BLOCKS],
		     const struct pata_platform_info *info,
		     const struct property_entry *properties)
{
	const struct platform_device_info device = {
		.name = name,
		.id = PLATFORM_DEVID_NONE,
		.res = res,
		.num_res = BLOCKS,
		.data = info,
		.size_data = info ? sizeof(*info) : 0,
		.properties = properties,
	};
	struct platform_device *pdev = platform_device_register_full(&device);
	bool taken;

	KUNIT_ASSERT_FALSE(test, IS_ERR(pdev));
	taken = device_is_bound(&pdev->dev);
	platform_device_unregister(pdev);
	return taken;
}

static bool is_taken(struct kunit *test, const char *name, unsigned int bytes,
		     const struct pata_platform_info *info,
		     const struct property_entry *properties)
{
	const struct resource res[BLOCKS] = {
		DEFINE_RES_MEM(FAKE_MEM_WHERE, bytes),
		DEFINE_RES_MEM(FAKE_MEM_WHERE + FAKE_MEM_CTL, 1),
	};

	return is_bound(test, name, res, info, properties);
}

/* The addresses that a search for devices accesses at least. */
static void expect_stride(struct kunit *test, unsigned int shift)
{
	unsigned int offset;

	for_each_set_bit(offset, fake_mem.touched, FAKE_MEM_CTL)
		KUNIT_EXPECT_EQ(test, offset % (1 << shift), 0);
	KUNIT_EXPECT_TRUE(test, test_bit(PIOATA_IO_DEVICE << shift,
					 fake_mem.touched));
	KUNIT_EXPECT_TRUE(test, test_bit(PIOATA_IO_STATUS << shift,
					 fake_mem.touched));
	KUNIT_EXPECT_TRUE(test, test_bit(FAKE_MEM_CTL, fake_mem.touched));
}

static void board_tells_the_stride(struct kunit *test)
{
	const struct pata_platform_info info = { .ioport_shift = 3 };

	KUNIT_EXPECT_TRUE(test, is_taken(test, "pata_platform", REGS << 3,
					 &info, NULL));
	expect_stride(test, 3);
}

static void property_tells_the_stride(struct kunit *test)
{
	static const struct property_entry properties[] = {
		PROPERTY_ENTRY_U32("reg-shift", 2),
		{ }
	};

	KUNIT_EXPECT_TRUE(test, is_taken(test, "pioscsi_ata", REGS << 2, NULL,
					 properties));
	expect_stride(test, 2);
}

static struct pioscsi_hba *note_io(struct device *dev, struct pioata_io *io,
				   unsigned int width, int irq)
{
	struct pioata_io *seen = kunit_get_current_test()->priv;

	*seen = *io;
	return ERR_PTR(-ENODEV);
}

/* The registers as a device with one property without a value has them. */
static struct pioata_io flagged_io(struct kunit *test, const char *name)
{
	const struct property_entry properties[] = {
		PROPERTY_ENTRY_BOOL(name),
		{ }
	};
	struct pioata_io io = { };

	test->priv = &io;
	kunit_activate_static_stub(test, pioata_glue_add, note_io);
	KUNIT_EXPECT_FALSE(test, is_taken(test, "pioscsi_ata", REGS, NULL,
					  properties));
	KUNIT_EXPECT_NOT_NULL(test, io.cmd);
	return io;
}

static void properties_without_a_value_set_flags(struct kunit *test)
{
	struct pioata_io none = flagged_io(test, "pioscsi,no-such");

	KUNIT_EXPECT_FALSE(test, none.exclusive_irq);
	KUNIT_EXPECT_FALSE(test, none.no_iordy);
	KUNIT_EXPECT_FALSE(test, none.swap_data);
	KUNIT_EXPECT_TRUE(test, flagged_io(test, "pioscsi,exclusive-irq")
					.exclusive_irq);
	KUNIT_EXPECT_TRUE(test, flagged_io(test, "pioscsi,no-iordy").no_iordy);
	KUNIT_EXPECT_TRUE(test,
			  flagged_io(test, "pioscsi,swap-data").swap_data);
}

/* For pioata_wait_status(), which the first reset of a channel calls. */
static int note_ops(struct pioata_chan *ch, u8 mask, u8 bits, unsigned int ms,
		    unsigned int gone_ms)
{
	struct pioata_io *seen = kunit_get_current_test()->priv;

	*seen = ch->io;
	return 0;
}

static void expect_swap_ops(struct kunit *test, u32 width,
			    const struct pioata_io_ops *ops)
{
	const struct property_entry properties[] = {
		PROPERTY_ENTRY_BOOL("pioscsi,swap-data"),
		PROPERTY_ENTRY_U32("reg-io-width", width),
		{ }
	};
	struct pioata_io io = { };

	test->priv = &io;
	kunit_activate_static_stub(test, pioata_wait_status, note_ops);
	KUNIT_EXPECT_TRUE(test, is_taken(test, "pioscsi_ata", REGS, NULL,
					 properties));
	KUNIT_EXPECT_PTR_EQ(test, io.ops, ops);
	KUNIT_EXPECT_NULL(test, io.narrow);
}

/* A data port of 8 bits has no bytes to swap. */
static void swapped_data_port_has_operations_of_its_own(struct kunit *test)
{
	expect_swap_ops(test, 1, &pioata_io8_ops);
	expect_swap_ops(test, 2, &pioata_io16_swap_ops);
	expect_swap_ops(test, 4, &pioata_io32_swap_ops);
}

static void expect_refusal(struct kunit *test, const char *name, u32 value)
{
	const struct property_entry properties[] = {
		PROPERTY_ENTRY_U32(name, value),
		{ }
	};

	KUNIT_EXPECT_FALSE_MSG(test, is_taken(test, "pioscsi_ata", REGS, NULL,
					      properties),
			       "%s = %u", name, value);
	KUNIT_EXPECT_EQ(test, fake_mem.accesses, 0);
}

static void invalid_width_of_the_data_port_is_refused(struct kunit *test)
{
	expect_refusal(test, "reg-io-width", 0);
	expect_refusal(test, "reg-io-width", 3);
	/* In bits, 32 bits hold 8 of this number. */
	expect_refusal(test, "reg-io-width", 0x20000001);
}

static void invalid_pio_mode_is_refused(struct kunit *test)
{
	expect_refusal(test, "pio-mode", 7);
	expect_refusal(test, "pio-mode", U32_MAX);
}

static void device_without_stride_has_stride_1(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, is_taken(test, "pata_platform", REGS, NULL,
					 NULL));
	expect_stride(test, 0);
}

/*
 * As the board files and device trees of SH have it: 8 or 14 bytes with a shift
 * of 1. Their stock drivers map whole pages.
 */
static void short_block_of_memory_is_used(struct kunit *test)
{
	static const unsigned int bytes[] = { REGS, (REGS - 1) << 1 };
	const struct pata_platform_info info = { .ioport_shift = 1 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bytes); i++) {
		fake_mem_setup(test);
		KUNIT_EXPECT_TRUE(test, is_taken(test, "pata_platform",
						 bytes[i], &info, NULL));
		expect_stride(test, 1);
	}
}

/* The last register of a block of 14 bytes with a shift of 1 is at 14. */
static void short_block_before_memory_in_use_is_refused(struct kunit *test)
{
	const struct pata_platform_info info = { .ioport_shift = 1 };

	KUNIT_ASSERT_NOT_NULL(test, request_mem_region(FAKE_MEM_WHERE + 14, 1,
						       "test"));
	KUNIT_EXPECT_FALSE(test, is_taken(test, "pata_platform",
					  (REGS - 1) << 1, &info, NULL));
	KUNIT_EXPECT_EQ(test, fake_mem.accesses, 0);
	release_mem_region(FAKE_MEM_WHERE + 14, 1);
}

static void short_block_before_control_block_is_refused(struct kunit *test)
{
	const struct pata_platform_info info = { .ioport_shift = 1 };
	const struct resource res[BLOCKS] = {
		DEFINE_RES_MEM(FAKE_MEM_WHERE, (REGS - 1) << 1),
		DEFINE_RES_MEM(FAKE_MEM_WHERE + 14, 1),
	};

	KUNIT_EXPECT_FALSE(test, is_bound(test, "pata_platform", res, &info,
					  NULL));
	KUNIT_EXPECT_EQ(test, fake_mem.accesses, 0);
}

/* The chip STx7108 has registers 128 KiB apart. */
static void registers_may_be_128_kib_apart(struct kunit *test)
{
	const struct pata_platform_info info = { .ioport_shift = 17 };
	const struct resource res[BLOCKS] = {
		DEFINE_RES_MEM(FAKE_MEM_WHERE, REGS << 17),
		DEFINE_RES_MEM(FAKE_MEM_WHERE + (REGS << 17), 1),
	};
	struct pioata_io io = { };

	test->priv = &io;
	kunit_activate_static_stub(test, pioata_glue_add, note_io);
	is_bound(test, "pata_platform", res, &info, NULL);
	KUNIT_EXPECT_EQ(test, io.shift, 17);
}

/* A wrong shift must not access the registers of another device. */
static void short_block_that_leaves_its_page_is_refused(struct kunit *test)
{
	const struct pata_platform_info info = { .ioport_shift = 10 };

	KUNIT_EXPECT_FALSE(test, is_taken(test, "pata_platform", REGS, &info,
					  NULL));
	KUNIT_EXPECT_EQ(test, fake_mem.accesses, 0);
}

static unsigned int num_maps;

static void __iomem *count_map(struct device *dev, unsigned long first,
			       unsigned int n)
{
	num_maps++;
	return IOMEM_ERR_PTR(-ENOMEM);
}

/* Ports behind the block may be those of another device. */
static void short_block_of_ports_is_refused(struct kunit *test)
{
	const struct pata_platform_info info = { .ioport_shift = 1 };
	const struct resource whole[BLOCKS] = {
		DEFINE_RES_IO(0x300, ((REGS - 1) << 1) + 1),
		DEFINE_RES_IO(0x31c, 1),
	};
	const struct resource cut[BLOCKS] = {
		DEFINE_RES_IO(0x300, (REGS - 1) << 1),
		DEFINE_RES_IO(0x31c, 1),
	};

	if (!IS_ENABLED(CONFIG_HAS_IOPORT_MAP))
		kunit_skip(test, "no port I/O");
	num_maps = 0;
	kunit_activate_static_stub(test, pioata_glue_map_ports, count_map);
	KUNIT_EXPECT_FALSE(test, is_bound(test, "pata_platform", cut, &info,
					  NULL));
	KUNIT_EXPECT_EQ(test, num_maps, 0);
	is_bound(test, "pata_platform", whole, &info, NULL);
	KUNIT_EXPECT_EQ(test, num_maps, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(board_tells_the_stride),
	KUNIT_CASE(property_tells_the_stride),
	KUNIT_CASE(properties_without_a_value_set_flags),
	KUNIT_CASE(swapped_data_port_has_operations_of_its_own),
	KUNIT_CASE(invalid_width_of_the_data_port_is_refused),
	KUNIT_CASE(invalid_pio_mode_is_refused),
	KUNIT_CASE(device_without_stride_has_stride_1),
	KUNIT_CASE(short_block_of_memory_is_used),
	KUNIT_CASE(short_block_that_leaves_its_page_is_refused),
	KUNIT_CASE(short_block_before_memory_in_use_is_refused),
	KUNIT_CASE(short_block_before_control_block_is_refused),
	KUNIT_CASE(registers_may_be_128_kib_apart),
	KUNIT_CASE(short_block_of_ports_is_refused),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_platform",
	.suite_init = fake_mem_setup_suite,
	.init = fake_mem_setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * ATA registers in memory: where they are, how wide they are accessed, and what
 * platform devices say of them. The memory is user mode Linux' emulation of it,
 * with a channel behind it that has no devices.
 */
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/ata.h>
#include <linux/ata_platform.h>
#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/logic_iomem.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/sizes.h>

#include "../ata/chan.h"
#include "../ata/glue.h"
#include "../ata/io.h"
#include "../ata/pci.h"

#define WHERE		0x7e500000
#define REGION_BYTES	SZ_2M
#define BYTES		0x1000
#define CTL		0x800

#define REGS		8
#define SHIFTS		4

/*
 * The accesses since the case began: their offsets and number, the width of
 * the last one, and the value that it wrote. Out of the data port come
 * 0, 1, 2, ...
 */
static struct {
	DECLARE_BITMAP(touched, BYTES);
	unsigned int accesses;
	unsigned int width;
	unsigned long written;
	u8 says;
	u8 next;
} chip;

static void note(unsigned int offset, int size)
{
	if (offset < BYTES)
		set_bit(offset, chip.touched);
	chip.accesses++;
	chip.width = size;
}

static unsigned long chip_read(void *priv, unsigned int offset, int size)
{
	unsigned long val = 0;
	int i;

	note(offset, size);
	if (offset)
		return chip.says;
	for (i = 0; i < size; i++)
		val |= (unsigned long)chip.next++ << (8 * i);
	return val;
}

static void chip_write(void *priv, unsigned int offset, int size,
		       unsigned long val)
{
	note(offset, size);
	chip.written = val;
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
	.name = "ata_memory",
	.start = WHERE,
	.end = WHERE + REGION_BYTES - 1,
	.flags = IORESOURCE_MEM,
};

/* The region is never removed. */
static int setup_suite(struct kunit_suite *suite)
{
	return region.parent ? 0 : logic_iomem_add_region(&region, &region_ops);
}

static int setup(struct kunit *test)
{
	memset(&chip, 0, sizeof(chip));
	return 0;
}

static void unmap(void *addr)
{
	iounmap((void __iomem *)addr);
}

static struct pioata_io map(struct kunit *test, const struct pioata_io_ops *ops,
			    unsigned int shift)
{
	void __iomem *mem = ioremap(WHERE, BYTES);
	struct pioata_io io = {
		.ops = ops,
		.cmd = mem,
		.ctl = mem + CTL,
		.shift = shift,
	};

	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, unmap, mem));
	return io;
}

static void expect_access(struct kunit *test, unsigned int offset)
{
	KUNIT_EXPECT_TRUE(test, test_bit(offset, chip.touched));
	KUNIT_EXPECT_EQ(test, bitmap_weight(chip.touched, BYTES), 1);
	KUNIT_EXPECT_EQ(test, chip.accesses, 1);
	KUNIT_EXPECT_EQ(test, chip.width, 1);
	setup(test);
}

static void registers_are_a_stride_apart(struct kunit *test)
{
	unsigned int shift, reg;

	for (shift = 0; shift < SHIFTS; shift++) {
		struct pioata_io io = map(test, &pioata_io16_ops, shift);

		for (reg = PIOATA_IO_ERROR; reg < REGS; reg++) {
			chip.says = 0x50 + reg;
			KUNIT_EXPECT_EQ(test, io.ops->read(&io, reg),
					0x50 + reg);
			expect_access(test, reg << shift);
			io.ops->write(&io, reg, 0xa0 + reg);
			KUNIT_EXPECT_EQ(test, chip.written, 0xa0 + reg);
			expect_access(test, reg << shift);
		}
		io.ops->read(&io, PIOATA_IO_ALT);
		expect_access(test, CTL);
		io.ops->write(&io, PIOATA_IO_CTL, 0);
		expect_access(test, CTL);
	}
}

/* A last odd byte uses a whole word, and no byte behind it is written. */
static void data_comes(struct kunit *test, const struct pioata_io_ops *ops,
		       unsigned int len, unsigned int accesses)
{
	struct pioata_io io = map(test, ops, 2);
	u8 buf[16];
	unsigned int i;

	memset(buf, 0xee, sizeof(buf));
	io.ops->in(&io, buf, len);
	for (i = 0; i < len; i++)
		KUNIT_EXPECT_EQ(test, buf[i], i);
	for (; i < sizeof(buf); i++)
		KUNIT_EXPECT_EQ(test, buf[i], 0xee);
	KUNIT_EXPECT_EQ(test, chip.accesses, accesses);
	KUNIT_EXPECT_EQ(test, bitmap_weight(chip.touched, BYTES), 1);
	KUNIT_EXPECT_TRUE(test, test_bit(0, chip.touched));
	setup(test);
}

static void data_goes(struct kunit *test, const struct pioata_io_ops *ops,
		      unsigned int len, unsigned int accesses,
		      unsigned long last)
{
	static const u8 buf[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct pioata_io io = map(test, ops, 2);

	io.ops->out(&io, buf, len);
	KUNIT_EXPECT_EQ(test, chip.accesses, accesses);
	KUNIT_EXPECT_EQ(test, chip.written, last);
	KUNIT_EXPECT_EQ(test, bitmap_weight(chip.touched, BYTES), 1);
	KUNIT_EXPECT_TRUE(test, test_bit(0, chip.touched));
	setup(test);
}

static void data_moves_in_bytes(struct kunit *test)
{
	data_comes(test, &pioata_io8_ops, 8, 8);
	data_comes(test, &pioata_io8_ops, 7, 7);
	data_goes(test, &pioata_io8_ops, 8, 8, 0x08);
	data_goes(test, &pioata_io8_ops, 7, 7, 0x07);
}

static void data_moves_in_words_of_16_bits(struct kunit *test)
{
	data_comes(test, &pioata_io16_ops, 8, 4);
	data_comes(test, &pioata_io16_ops, 7, 4);
	data_goes(test, &pioata_io16_ops, 8, 4, 0x0807);
	data_goes(test, &pioata_io16_ops, 7, 4, 0x0007);
}

static void data_moves_in_words_of_32_bits(struct kunit *test)
{
	data_comes(test, &pioata_io32_ops, 8, 2);
	data_comes(test, &pioata_io32_ops, 7, 3);
	data_goes(test, &pioata_io32_ops, 8, 2, 0x08070605);
	data_goes(test, &pioata_io32_ops, 6, 2, 0x0605);
	data_goes(test, &pioata_io32_ops, 7, 3, 0x0007);
}

/* The bytes of each word come in the other order. */
static void swapped_data_comes(struct kunit *test,
			       const struct pioata_io_ops *ops,
			       unsigned int len, unsigned int accesses)
{
	struct pioata_io io = map(test, ops, 2);
	u8 buf[16];
	unsigned int i;

	memset(buf, 0xee, sizeof(buf));
	io.ops->in(&io, buf, len);
	for (i = 0; i < len; i++)
		KUNIT_EXPECT_EQ(test, buf[i], i ^ 1);
	for (; i < sizeof(buf); i++)
		KUNIT_EXPECT_EQ(test, buf[i], 0xee);
	KUNIT_EXPECT_EQ(test, chip.accesses, accesses);
	KUNIT_EXPECT_EQ(test, bitmap_weight(chip.touched, BYTES), 1);
	KUNIT_EXPECT_TRUE(test, test_bit(0, chip.touched));
	setup(test);
}

static void bytes_of_16_bit_words_are_swapped(struct kunit *test)
{
	swapped_data_comes(test, &pioata_io16_swap_ops, 8, 4);
	swapped_data_comes(test, &pioata_io16_swap_ops, 7, 4);
	data_goes(test, &pioata_io16_swap_ops, 8, 4, 0x0708);
	data_goes(test, &pioata_io16_swap_ops, 7, 4, 0x0700);
}

static void bytes_of_32_bit_words_are_swapped_in_pairs(struct kunit *test)
{
	swapped_data_comes(test, &pioata_io32_swap_ops, 8, 2);
	swapped_data_comes(test, &pioata_io32_swap_ops, 7, 3);
	data_goes(test, &pioata_io32_swap_ops, 8, 2, 0x07080506);
	data_goes(test, &pioata_io32_swap_ops, 6, 2, 0x0506);
	data_goes(test, &pioata_io32_swap_ops, 7, 2, 0x07000506);
}

/* A copy holds 64 bytes. The buffer itself is not changed. */
static void long_write_is_swapped_in_pieces(struct kunit *test)
{
	struct pioata_io io = map(test, &pioata_io16_swap_ops, 0);
	u8 buf[512];
	unsigned int i;

	for (i = 0; i < sizeof(buf); i++)
		buf[i] = i;
	for (i = 2; i <= sizeof(buf); i += 2) {
		setup(test);
		io.ops->out(&io, buf, i);
		KUNIT_EXPECT_EQ(test, chip.accesses, i / 2);
		KUNIT_EXPECT_EQ(test, chip.written,
				buf[i - 2] << 8 | buf[i - 1]);
	}
	for (i = 0; i < sizeof(buf); i++)
		KUNIT_EXPECT_EQ(test, buf[i], (u8)i);
}

static int config_read(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 *val)
{
	*val = 0;
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops config_ops = { .read = config_read };

static const struct pioata_pci_chip *const pci_chips[] = {
	&pioata_chip_generic, &pioata_chip_piix, &pioata_chip_piix3,
	&pioata_chip_rz1000, &pioata_chip_cmd643, &pioata_chip_cmd646,
	&pioata_chip_cmd648,
};

static unsigned int num_acks;

static void count_ack(const struct pioata_io *io)
{
	KUNIT_EXPECT_EQ(kunit_get_current_test(), chip.accesses, 2);
	num_acks++;
}

/* The controller may have latched the interrupt that STATUS clears. */
static void masking_sets_nien_and_clears_the_interrupt(struct kunit *test)
{
	struct pioata_io io = map(test, NULL, 2);

	pioata_io_mask(&io);
	KUNIT_EXPECT_EQ(test, chip.accesses, 2);
	KUNIT_EXPECT_TRUE(test, test_bit(CTL, chip.touched));
	KUNIT_EXPECT_EQ(test, chip.written, ATA_DEVCTL_OBS | ATA_NIEN);
	KUNIT_EXPECT_TRUE(test, test_bit(PIOATA_IO_STATUS << 2, chip.touched));

	setup(test);
	io.ack = count_ack;
	num_acks = 0;
	pioata_io_mask(&io);
	KUNIT_EXPECT_EQ(test, num_acks, 1);
}

/* The latched interrupt is bit 2, which 1 clears, as it does bit 1. */
static void bus_master_status_is_acknowledged(struct kunit *test)
{
	struct pioata_io io = map(test, &pioata_io16_ops, 0);
	struct pci_dev *pdev = kunit_kzalloc(test, sizeof(*pdev), GFP_KERNEL);
	struct pci_bus *bus = kunit_kzalloc(test, sizeof(*bus), GFP_KERNEL);
	void __iomem *status = io.cmd + 2;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, pdev);
	KUNIT_ASSERT_NOT_NULL(test, bus);
	bus->ops = &config_ops;
	pdev->bus = bus;
	io.dev = &pdev->dev;
	for (i = 0; i < ARRAY_SIZE(pci_chips); i++) {
		io.bmdma = NULL;
		pci_chips[i]->ack(&io);
		KUNIT_EXPECT_EQ(test, chip.accesses, 0);
		io.bmdma = status;
		chip.says = 0xe7;
		pci_chips[i]->ack(&io);
		KUNIT_EXPECT_EQ(test, chip.written, 0x64);
		KUNIT_EXPECT_EQ(test, chip.accesses, 2);
		KUNIT_EXPECT_TRUE(test, test_bit(2, chip.touched));
		setup(test);
	}
}

/* Writing 1 clears an interrupt. That of the other channel stays pending. */
static void cmd648_acknowledges_one_channel_in_mrdmode(struct kunit *test)
{
	struct pioata_io io = map(test, &pioata_io16_ops, 0);

	io.mrdmode = io.cmd + 1;
	chip.says = 0x0e;
	pioata_chip_cmd648.ack(&io);
	KUNIT_EXPECT_TRUE(test, test_bit(1, chip.touched));
	KUNIT_EXPECT_EQ(test, chip.written, 0x06);
	io.channel = 1;
	pioata_chip_cmd648.ack(&io);
	KUNIT_EXPECT_EQ(test, chip.written, 0x0a);
	KUNIT_EXPECT_EQ(test, chip.accesses, 4);
}

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
		DEFINE_RES_MEM(WHERE, bytes),
		DEFINE_RES_MEM(WHERE + CTL, 1),
	};

	return is_bound(test, name, res, info, properties);
}

/* The addresses that a search for devices accesses at least. */
static void expect_stride(struct kunit *test, unsigned int shift)
{
	unsigned int offset;

	for_each_set_bit(offset, chip.touched, CTL)
		KUNIT_EXPECT_EQ(test, offset % (1 << shift), 0);
	KUNIT_EXPECT_TRUE(test,
			  test_bit(PIOATA_IO_DEVICE << shift, chip.touched));
	KUNIT_EXPECT_TRUE(test,
			  test_bit(PIOATA_IO_STATUS << shift, chip.touched));
	KUNIT_EXPECT_TRUE(test, test_bit(CTL, chip.touched));
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
	KUNIT_EXPECT_EQ(test, chip.accesses, 0);
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
		setup(test);
		KUNIT_EXPECT_TRUE(test, is_taken(test, "pata_platform",
						 bytes[i], &info, NULL));
		expect_stride(test, 1);
	}
}

/* The last register of a block of 14 bytes with a shift of 1 is at 14. */
static void short_block_before_memory_in_use_is_refused(struct kunit *test)
{
	const struct pata_platform_info info = { .ioport_shift = 1 };

	KUNIT_ASSERT_NOT_NULL(test, request_mem_region(WHERE + 14, 1, "test"));
	KUNIT_EXPECT_FALSE(test, is_taken(test, "pata_platform",
					  (REGS - 1) << 1, &info, NULL));
	KUNIT_EXPECT_EQ(test, chip.accesses, 0);
	release_mem_region(WHERE + 14, 1);
}

static void short_block_before_control_block_is_refused(struct kunit *test)
{
	const struct pata_platform_info info = { .ioport_shift = 1 };
	const struct resource res[BLOCKS] = {
		DEFINE_RES_MEM(WHERE, (REGS - 1) << 1),
		DEFINE_RES_MEM(WHERE + 14, 1),
	};

	KUNIT_EXPECT_FALSE(test, is_bound(test, "pata_platform", res, &info,
					  NULL));
	KUNIT_EXPECT_EQ(test, chip.accesses, 0);
}

/* The chip STx7108 has registers 128 KiB apart. */
static void registers_may_be_128_kib_apart(struct kunit *test)
{
	const struct pata_platform_info info = { .ioport_shift = 17 };
	const struct resource res[BLOCKS] = {
		DEFINE_RES_MEM(WHERE, REGS << 17),
		DEFINE_RES_MEM(WHERE + (REGS << 17), 1),
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
	KUNIT_EXPECT_EQ(test, chip.accesses, 0);
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
	KUNIT_CASE(registers_are_a_stride_apart),
	KUNIT_CASE(data_moves_in_bytes),
	KUNIT_CASE(data_moves_in_words_of_16_bits),
	KUNIT_CASE(data_moves_in_words_of_32_bits),
	KUNIT_CASE(bytes_of_16_bit_words_are_swapped),
	KUNIT_CASE(bytes_of_32_bit_words_are_swapped_in_pairs),
	KUNIT_CASE(long_write_is_swapped_in_pieces),
	KUNIT_CASE(masking_sets_nien_and_clears_the_interrupt),
	KUNIT_CASE(bus_master_status_is_acknowledged),
	KUNIT_CASE(cmd648_acknowledges_one_channel_in_mrdmode),
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
	.name = "ata_memory",
	.suite_init = setup_suite,
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

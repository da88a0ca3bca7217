// SPDX-License-Identifier: GPL-2.0-only
/* ATA registers in memory: where they are, and how wide they are accessed. */
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/ata.h>
#include <linux/bitmap.h>
#include <linux/io.h>
#include <linux/pci.h>

#include "../ata/io.h"
#include "../ata/pci.h"
#include "fake_mem.h"

#define REGS		8
#define SHIFTS		4

static void unmap(void *addr)
{
	iounmap((void __iomem *)addr);
}

static struct pioata_io map(struct kunit *test, const struct pioata_io_ops *ops,
			    unsigned int shift)
{
	void __iomem *mem = ioremap(FAKE_MEM_WHERE, FAKE_MEM_BYTES);
	struct pioata_io io = {
		.ops = ops,
		.cmd = mem,
		.ctl = mem + FAKE_MEM_CTL,
		.shift = shift,
	};

	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, unmap, mem));
	return io;
}

static void expect_access(struct kunit *test, unsigned int offset)
{
	KUNIT_EXPECT_TRUE(test, test_bit(offset, fake_mem.touched));
	KUNIT_EXPECT_EQ(test, 1, bitmap_weight(fake_mem.touched,
					       FAKE_MEM_BYTES));
	KUNIT_EXPECT_EQ(test, fake_mem.accesses, 1);
	KUNIT_EXPECT_EQ(test, fake_mem.width, 1);
	fake_mem_setup(test);
}

static void registers_are_a_stride_apart(struct kunit *test)
{
	unsigned int shift, reg;

	for (shift = 0; shift < SHIFTS; shift++) {
		struct pioata_io io = map(test, &pioata_io16_ops, shift);

		for (reg = PIOATA_IO_ERROR; reg < REGS; reg++) {
			fake_mem.says = 0x50 + reg;
			KUNIT_EXPECT_EQ(test, io.ops->read(&io, reg),
					0x50 + reg);
			expect_access(test, reg << shift);
			io.ops->write(&io, reg, 0xa0 + reg);
			KUNIT_EXPECT_EQ(test, fake_mem.written, 0xa0 + reg);
			expect_access(test, reg << shift);
		}
		io.ops->read(&io, PIOATA_IO_ALT);
		expect_access(test, FAKE_MEM_CTL);
		io.ops->write(&io, PIOATA_IO_CTL, 0);
		expect_access(test, FAKE_MEM_CTL);
	}
}

/*
 * A last odd byte uses a whole word, and no byte behind it is written. If the
 * data is swapped, the bytes of each word come in the other order.
 */
static void data_comes(struct kunit *test, const struct pioata_io_ops *ops,
		       unsigned int len, unsigned int accesses, bool swapped)
{
	struct pioata_io io = map(test, ops, 2);
	u8 buf[16];
	unsigned int i;

	memset(buf, 0xee, sizeof(buf));
	io.ops->in(&io, buf, len);
	for (i = 0; i < len; i++)
		KUNIT_EXPECT_EQ(test, buf[i], i ^ swapped);
	for (; i < sizeof(buf); i++)
		KUNIT_EXPECT_EQ(test, buf[i], 0xee);
	KUNIT_EXPECT_EQ(test, fake_mem.accesses, accesses);
	KUNIT_EXPECT_EQ(test, 1, bitmap_weight(fake_mem.touched,
					       FAKE_MEM_BYTES));
	KUNIT_EXPECT_TRUE(test, test_bit(0, fake_mem.touched));
	fake_mem_setup(test);
}

static void data_goes(struct kunit *test, const struct pioata_io_ops *ops,
		      unsigned int len, unsigned int accesses,
		      unsigned long last)
{
	static const u8 buf[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct pioata_io io = map(test, ops, 2);

	io.ops->out(&io, buf, len);
	KUNIT_EXPECT_EQ(test, fake_mem.accesses, accesses);
	KUNIT_EXPECT_EQ(test, fake_mem.written, last);
	KUNIT_EXPECT_EQ(test, 1, bitmap_weight(fake_mem.touched,
					       FAKE_MEM_BYTES));
	KUNIT_EXPECT_TRUE(test, test_bit(0, fake_mem.touched));
	fake_mem_setup(test);
}

static void data_moves_in_bytes(struct kunit *test)
{
	data_comes(test, &pioata_io8_ops, 8, 8, false);
	data_comes(test, &pioata_io8_ops, 7, 7, false);
	data_goes(test, &pioata_io8_ops, 8, 8, 0x08);
	data_goes(test, &pioata_io8_ops, 7, 7, 0x07);
}

static void data_moves_in_words_of_16_bits(struct kunit *test)
{
	data_comes(test, &pioata_io16_ops, 8, 4, false);
	data_comes(test, &pioata_io16_ops, 7, 4, false);
	data_goes(test, &pioata_io16_ops, 8, 4, 0x0807);
	data_goes(test, &pioata_io16_ops, 7, 4, 0x0007);
}

static void data_moves_in_words_of_32_bits(struct kunit *test)
{
	data_comes(test, &pioata_io32_ops, 8, 2, false);
	data_comes(test, &pioata_io32_ops, 7, 3, false);
	data_goes(test, &pioata_io32_ops, 8, 2, 0x08070605);
	data_goes(test, &pioata_io32_ops, 6, 2, 0x0605);
	data_goes(test, &pioata_io32_ops, 7, 3, 0x0007);
}

static void bytes_of_16_bit_words_are_swapped(struct kunit *test)
{
	data_comes(test, &pioata_io16_swap_ops, 8, 4, true);
	data_comes(test, &pioata_io16_swap_ops, 7, 4, true);
	data_goes(test, &pioata_io16_swap_ops, 8, 4, 0x0708);
	data_goes(test, &pioata_io16_swap_ops, 7, 4, 0x0700);
}

static void bytes_of_32_bit_words_are_swapped_in_pairs(struct kunit *test)
{
	data_comes(test, &pioata_io32_swap_ops, 8, 2, true);
	data_comes(test, &pioata_io32_swap_ops, 7, 3, true);
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
		fake_mem_setup(test);
		io.ops->out(&io, buf, i);
		KUNIT_EXPECT_EQ(test, fake_mem.accesses, i / 2);
		KUNIT_EXPECT_EQ(test, fake_mem.written,
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
	KUNIT_EXPECT_EQ(kunit_get_current_test(), fake_mem.accesses, 2);
	num_acks++;
}

/* The controller may have latched the interrupt that STATUS clears. */
static void masking_sets_nien_and_clears_the_interrupt(struct kunit *test)
{
	struct pioata_io io = map(test, NULL, 2);

	pioata_io_mask(&io);
	KUNIT_EXPECT_EQ(test, fake_mem.accesses, 2);
	KUNIT_EXPECT_TRUE(test, test_bit(FAKE_MEM_CTL, fake_mem.touched));
	KUNIT_EXPECT_EQ(test, fake_mem.written, ATA_DEVCTL_OBS | ATA_NIEN);
	KUNIT_EXPECT_TRUE(test, test_bit(PIOATA_IO_STATUS << 2,
					 fake_mem.touched));

	fake_mem_setup(test);
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
		KUNIT_EXPECT_EQ(test, fake_mem.accesses, 0);
		io.bmdma = status;
		fake_mem.says = 0xe7;
		pci_chips[i]->ack(&io);
		KUNIT_EXPECT_EQ(test, fake_mem.written, 0x64);
		KUNIT_EXPECT_EQ(test, fake_mem.accesses, 2);
		KUNIT_EXPECT_TRUE(test, test_bit(2, fake_mem.touched));
		fake_mem_setup(test);
	}
}

/* Writing 1 clears an interrupt. That of the other channel stays pending. */
static void cmd648_acknowledges_one_channel_in_mrdmode(struct kunit *test)
{
	struct pioata_io io = map(test, &pioata_io16_ops, 0);

	io.mrdmode = io.cmd + 1;
	fake_mem.says = 0x0e;
	pioata_chip_cmd648.ack(&io);
	KUNIT_EXPECT_TRUE(test, test_bit(1, fake_mem.touched));
	KUNIT_EXPECT_EQ(test, fake_mem.written, 0x06);
	io.channel = 1;
	pioata_chip_cmd648.ack(&io);
	KUNIT_EXPECT_EQ(test, fake_mem.written, 0x0a);
	KUNIT_EXPECT_EQ(test, fake_mem.accesses, 4);
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
	{}
};

static struct kunit_suite suite = {
	.name = "ata_memory",
	.suite_init = fake_mem_setup_suite,
	.init = fake_mem_setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The configuration registers of PCI IDE controllers, which are memory here.
 * The expected values are from Intel's data sheet of the 82371SB.
 */
#include <kunit/test.h>
#include <linux/irqflags.h>
#include <linux/pci.h>
#include <linux/string.h>

#include "../ata/io.h"
#include "../ata/pci.h"

#define CONFIG_BYTES	256

static struct {
	struct pci_bus bus;
	struct pci_dev pdev;
	u8 config[CONFIG_BYTES];
	unsigned int num_reads;
	int last_read;
	bool sidetim_unlocked;
} *fake;

/*
 * The kernel of the unit tests accesses the configuration space without a lock
 * (PCI_LOCKLESS_CONFIG), so the driver's own lock has disabled interrupts.
 */
static void check_lock(int where)
{
	if (where == PIOATA_PIIX_SIDETIM && !irqs_disabled())
		fake->sidetim_unlocked = true;
}

static int config_read(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 *val)
{
	*val = 0;
	fake->num_reads++;
	fake->last_read = where;
	check_lock(where);
	memcpy(val, &fake->config[where], size);
	return PCIBIOS_SUCCESSFUL;
}

static int config_write(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 val)
{
	check_lock(where);
	memcpy(&fake->config[where], &val, size);
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops config_ops = {
	.read = config_read,
	.write = config_write,
};

static int setup(struct kunit *test)
{
	fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	if (!fake)
		return -ENOMEM;
	fake->bus.ops = &config_ops;
	fake->pdev.bus = &fake->bus;
	return 0;
}

static void config_word(unsigned int where, u16 val)
{
	memcpy(&fake->config[where], &val, sizeof(val));
}

static void expect_word(struct kunit *test, unsigned int where, u16 expected)
{
	u16 val;

	memcpy(&val, &fake->config[where], sizeof(val));
	KUNIT_EXPECT_EQ_MSG(test, val, expected, "register %02xh", where);
}

static const struct pioata_mode pio4_disk = {
	.is_set = true, .pio = 4, .iordy = true, .is_disk = true,
};

static const struct pioata_mode pio3_cdrom = {
	.is_set = true, .pio = 3, .iordy = true,
};

static const struct pioata_mode pio0_disk = {
	.is_set = true, .pio = 0, .is_disk = true,
};

static void set_timing(const struct pioata_pci_chip *chip, unsigned int channel,
		       const struct pioata_mode *first,
		       const struct pioata_mode *second)
{
	const struct pioata_io io = {
		.dev = &fake->pdev.dev,
		.channel = channel,
	};
	const struct pioata_mode none = { };
	const struct pioata_mode modes[] = {
		first ? *first : none, second ? *second : none,
	};

	chip->set_timing(&io, modes);
}

static void piix3_times_each_drive_for_its_mode(struct kunit *test)
{
	config_word(0x40, 0x8000);
	config_word(0x42, 0x8000);
	set_timing(&pioata_chip_piix3, 0, &pio4_disk, NULL);
	expect_word(test, 0x40, 0x8000 | 0x4000 | 0x2300 | 0x07);
	KUNIT_EXPECT_EQ(test, fake->config[0x44], 0);

	set_timing(&pioata_chip_piix3, 0, &pio4_disk, &pio3_cdrom);
	expect_word(test, 0x40, 0x8000 | 0x4000 | 0x2300 | 0x37);
	KUNIT_EXPECT_EQ(test, fake->config[0x44], 0x09);

	set_timing(&pioata_chip_piix3, 1, &pio3_cdrom, &pio4_disk);
	expect_word(test, 0x42, 0x8000 | 0x4000 | 0x2100 | 0x73);
	KUNIT_EXPECT_EQ(test, fake->config[0x44], 0xb9);
	/* The other channel keeps its timing. */
	expect_word(test, 0x40, 0x8000 | 0x4000 | 0x2300 | 0x37);
}

/* The channels share a register, and set up their devices at the same time. */
static void register_of_both_channels_is_changed_under_lock(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_PCI_LOCKLESS_CONFIG))
		kunit_skip(test, "the PCI core disables interrupts");
	set_timing(&pioata_chip_piix3, 0, &pio4_disk, &pio4_disk);
	KUNIT_EXPECT_EQ(test, fake->config[0x44], 0x0b);
	KUNIT_EXPECT_FALSE(test, fake->sidetim_unlocked);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
}

static void piix_times_both_drives_for_the_slower(struct kunit *test)
{
	config_word(0x40, 0x8000);
	set_timing(&pioata_chip_piix, 0, &pio4_disk, &pio3_cdrom);
	expect_word(test, 0x40, 0x8000 | 0x2100 | 0x37);
	set_timing(&pioata_chip_piix, 0, &pio4_disk, NULL);
	expect_word(test, 0x40, 0x8000 | 0x2300 | 0x07);
	set_timing(&pioata_chip_piix, 0, &pio4_disk, &pio0_disk);
	expect_word(test, 0x40, 0x8000 | 0x47);
	KUNIT_EXPECT_EQ(test, fake->config[0x44], 0);
}

/* The firmware may have set fast timing for DMA only, which slows PIO down. */
static void piix3_clears_fast_timing_for_dma_only(struct kunit *test)
{
	config_word(0x40, 0xb3ff);
	set_timing(&pioata_chip_piix3, 0, &pio0_disk, NULL);
	expect_word(test, 0x40, 0x8000 | 0x4000 | 0x04);
}

static void rz1000_read_ahead_is_disabled(struct kunit *test)
{
	config_word(0x40, 0xffff);
	pioata_chip_rz1000.init(&fake->pdev);
	expect_word(test, 0x40, 0xdfff);
}

/* Reading CFR or ARTTIM23 clears the interrupt of a channel. */
static void cmd643_acknowledges_by_reading_its_registers(struct kunit *test)
{
	struct pioata_io io = { .dev = &fake->pdev.dev };

	pioata_chip_cmd643.ack(&io);
	KUNIT_EXPECT_EQ(test, fake->num_reads, 1);
	KUNIT_EXPECT_EQ(test, fake->last_read, 0x50);
	io.channel = 1;
	pioata_chip_cmd643.ack(&io);
	KUNIT_EXPECT_EQ(test, fake->num_reads, 2);
	KUNIT_EXPECT_EQ(test, fake->last_read, 0x57);
}

static void cmd64x_interrupts_are_unblocked(struct kunit *test)
{
	const struct pioata_pci_chip *chips[] = {
		&pioata_chip_cmd643, &pioata_chip_cmd646, &pioata_chip_cmd648,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(chips); i++) {
		fake->config[0x71] = 0xff;
		KUNIT_ASSERT_NOT_NULL(test, chips[i]->init);
		chips[i]->init(&fake->pdev);
		KUNIT_EXPECT_EQ(test, fake->config[0x71], 0xcf);
	}
}

static void cmd646_has_mrdmode_since_revision_3(struct kunit *test)
{
	const struct pioata_pci_chip *chip = &pioata_chip_cmd646;

	KUNIT_EXPECT_PTR_EQ(test, pioata_pci_revision(chip, 2), chip);
	chip = pioata_pci_revision(chip, 3);
	KUNIT_EXPECT_PTR_EQ(test, chip, &pioata_chip_cmd648);
	KUNIT_EXPECT_PTR_EQ(test, pioata_pci_revision(chip, 255), chip);
}

static void cmd640_is_refused(struct kunit *test)
{
	KUNIT_EXPECT_NOT_NULL(test, pioata_chip_cmd640.refuse);
	KUNIT_EXPECT_NULL(test, pioata_chip_generic.refuse);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(piix3_times_each_drive_for_its_mode),
	KUNIT_CASE(register_of_both_channels_is_changed_under_lock),
	KUNIT_CASE(piix_times_both_drives_for_the_slower),
	KUNIT_CASE(piix3_clears_fast_timing_for_dma_only),
	KUNIT_CASE(rz1000_read_ahead_is_disabled),
	KUNIT_CASE(cmd643_acknowledges_by_reading_its_registers),
	KUNIT_CASE(cmd64x_interrupts_are_unblocked),
	KUNIT_CASE(cmd646_has_mrdmode_since_revision_3),
	KUNIT_CASE(cmd640_is_refused),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_pci",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

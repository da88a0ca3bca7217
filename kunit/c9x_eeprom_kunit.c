// SPDX-License-Identifier: GPL-2.0-only
/*
 * The EEPROM of a Tekram DC-390, read through a configuration space. Behind it
 * is a 93C46 by its data sheet. A word follows a start bit, the opcode 10b, six
 * address bits and a dummy bit. Each bit moves at a rising edge of the clock.
 * The output is tied to the input, so a low input pulls it low.
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/pci.h>

#include "../ncr53c9x/dc390.h"

#define REG_PINS	0x80
#define REG_SELECT	0xc0
#define PIN_CLOCK	BIT(7)
#define PIN_DATA	BIT(6)

#define CMD_BITS	9
#define CMD_READ	6	/* start bit and opcode */

static struct {
	struct pci_bus bus;
	struct pci_dev pdev;
	u16 word[DC390_WORDS];
	u8 pins;
	unsigned int clocks;	/* rising edges since the chip was selected */
	unsigned int cmd;
	bool out;
	unsigned int reads;	/* commands to read a word */
	bool by_pins;		/* only two writes of zeros deselect the chip */
	bool selected;
} *fake;

static void clock_up(bool data)
{
	unsigned int bit = fake->clocks++;

	if (bit < CMD_BITS) {
		fake->cmd = fake->cmd << 1 | data;
		fake->out = false;
		fake->reads += bit == CMD_BITS - 1 &&
			       fake->cmd >> 6 == CMD_READ;
		return;
	}
	fake->out = fake->word[fake->cmd % DC390_WORDS] &
		    BIT(15 - (bit - CMD_BITS) % 16);
}

static int config_read(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 *val)
{
	bool out = fake->out && fake->pins & PIN_DATA;

	*val = where == PCI_VENDOR_ID && out ? PCI_VENDOR_ID_AMD & 0xff : 0;
	return PCIBIOS_SUCCESSFUL;
}

/* A board may start a new command at each selection. */
static void select_chip(void)
{
	if (fake->by_pins && fake->selected)
		return;
	fake->selected = true;
	fake->clocks = 0;
	fake->cmd = 0;
}

static int config_write(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 val)
{
	if (where == REG_SELECT)
		select_chip();
	if (where != REG_PINS)
		return PCIBIOS_SUCCESSFUL;
	if (!val && !fake->pins)
		fake->selected = false;
	if (val & PIN_CLOCK && !(fake->pins & PIN_CLOCK) &&
	    (fake->selected || !fake->by_pins))
		clock_up(val & PIN_DATA);
	fake->pins = val;
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

static void expect_words_in_order(struct kunit *test)
{
	u16 word[DC390_WORDS] = { };
	unsigned int i;

	for (i = 0; i < DC390_WORDS; i++)
		fake->word[i] = 0x9d31 * (i + 1);
	KUNIT_EXPECT_TRUE(test, dc390_read(&fake->pdev, word));
	for (i = 0; i < DC390_WORDS; i++)
		KUNIT_EXPECT_EQ_MSG(test, word[i], fake->word[i], "word %u", i);
	KUNIT_EXPECT_EQ(test, fake->reads, (unsigned int)DC390_WORDS);
}

static void eeprom_words_are_read_in_order(struct kunit *test)
{
	expect_words_in_order(test);
}

/* As if the register at C0h only selected the chip, and never deselected it. */
static void eeprom_deselected_by_its_pins_is_read(struct kunit *test)
{
	fake->by_pins = true;
	expect_words_in_order(test);
	KUNIT_EXPECT_FALSE(test, fake->selected);
}

/* Without an EEPROM all bits read as ones, so not all words are tried. */
static void missing_eeprom_is_noticed_after_four_words(struct kunit *test)
{
	u16 word[DC390_WORDS];

	memset(fake->word, 0xff, sizeof(fake->word));
	KUNIT_EXPECT_FALSE(test, dc390_read(&fake->pdev, word));
	KUNIT_EXPECT_EQ(test, fake->reads, 4U);
	KUNIT_EXPECT_FALSE(test, fake->selected);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(eeprom_words_are_read_in_order),
	KUNIT_CASE(eeprom_deselected_by_its_pins_is_read),
	KUNIT_CASE(missing_eeprom_is_noticed_after_four_words),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_eeprom",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

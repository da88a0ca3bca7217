// SPDX-License-Identifier: GPL-2.0-only
/*
 * The EEPROM of a Tekram DC-390: a 93C46 whose pins are bits in the function's
 * configuration space. The board ANDs its data output with the lowest byte of
 * the vendor ID.
 */
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/pci.h>

#include "dc390.h"

/* Configuration space: the clock and data input pins; select the chip. */
#define REG_PINS	0x80
#define PIN_CLOCK	BIT(7)
#define PIN_DATA	BIT(6)
#define REG_SELECT	0xc0

#define BIT_US		160

/* Start bit and opcode of a read, in front of six bits of the address. */
#define READ_OPCODE	0x180
#define READ_BITS	9

/* The sum of all words. */
#define CHECKSUM	0x1234

/* Without an EEPROM all bits read as ones, which is no valid setting. */
#define PROBE_WORDS	4

/* Byte offsets: four bytes for each target, then the adapter. */
#define TARGET_BYTES	4
#define BYTE_OWN_ID	64
#define BYTE_MODE	65
#define BYTE_DELAY	66
#define BYTE_TAGS	67

#define TARGET_PARITY		BIT(0)
#define TARGET_DISCONNECT	BIT(2)
#define TARGET_TAGS		BIT(4)

#define ADAPTER_NEGATION	BIT(3)

#define TAGS_SHIFT_MAX	7U

static const u8 delay_s[] = { 1, 3, 5, 10, 16, 30, 60, 120 };

static u8 get_byte(const u16 *word, unsigned int nr)
{
	return word[nr / 2] >> (nr % 2 * 8);
}

/**
 * dc390_decode() - decode the contents of the EEPROM
 * @word: all words
 * @settings: the settings
 *
 * Context: any.
 * Return: false if the contents are invalid.
 */
bool dc390_decode(const u16 *word, struct dc390_settings *settings)
{
	unsigned int i, own_id = get_byte(word, BYTE_OWN_ID);
	u16 sum = 0;

	for (i = 0; i < DC390_WORDS; i++)
		sum += word[i];
	if (sum != CHECKSUM || own_id >= DC390_IDS)
		return false;
	*settings = (struct dc390_settings) {
		.own_id = own_id,
		.max_tags = 2U << min_t(unsigned int, TAGS_SHIFT_MAX,
					get_byte(word, BYTE_TAGS)),
		.no_negation = !(get_byte(word, BYTE_MODE) & ADAPTER_NEGATION),
		.delay_ms = 1000U * delay_s[get_byte(word, BYTE_DELAY) %
					    ARRAY_SIZE(delay_s)],
	};
	for (i = 0; i < DC390_IDS; i++) {
		u8 mode = get_byte(word, i * TARGET_BYTES);

		if (!(mode & TARGET_PARITY))
			settings->no_parity |= BIT(i);
		if (!(mode & TARGET_DISCONNECT))
			settings->no_disconnect |= BIT(i);
		if (!(mode & TARGET_TAGS))
			settings->no_tags |= BIT(i);
	}
	return true;
}

static void set_pins(struct pci_dev *pdev, u8 pins)
{
	pci_write_config_byte(pdev, REG_PINS, pins);
	usleep_range(BIT_US, 2 * BIT_US);
}

/*
 * These accesses are known to work on the board. Two writes of zeros deselect
 * the chip, so no bit begins with a write of zeros.
 */
static void select_chip(struct pci_dev *pdev)
{
	pci_write_config_byte(pdev, REG_SELECT, 0);
	usleep_range(BIT_US, 2 * BIT_US);
}

static void deselect_chip(struct pci_dev *pdev)
{
	pci_write_config_byte(pdev, REG_PINS, 0);
	set_pins(pdev, 0);
}

/* The EEPROM takes and gives a bit at the rising edge of the clock. */
static void write_bit(struct pci_dev *pdev, bool bit)
{
	u8 data = bit ? PIN_DATA : 0;

	if (bit)
		set_pins(pdev, data);
	set_pins(pdev, data | PIN_CLOCK);
	set_pins(pdev, 0);
}

/*
 * A board may connect the data output to the data input. A low input would pull
 * the output low then, so keep the input high while the output is read.
 */
static bool read_bit(struct pci_dev *pdev)
{
	u8 vendor;

	set_pins(pdev, PIN_CLOCK);
	set_pins(pdev, PIN_DATA);
	pci_read_config_byte(pdev, PCI_VENDOR_ID, &vendor);
	return vendor == (PCI_VENDOR_ID_AMD & 0xff);
}

static u16 read_word(struct pci_dev *pdev, unsigned int address)
{
	unsigned int cmd = READ_OPCODE | address;
	u16 word = 0;
	int i;

	select_chip(pdev);
	for (i = READ_BITS - 1; i >= 0; i--)
		write_bit(pdev, cmd & BIT(i));
	for (i = 0; i < 16; i++)
		word = word << 1 | read_bit(pdev);
	deselect_chip(pdev);
	return word;
}

/**
 * dc390_read() - read the EEPROM
 * @pdev: the function
 * @word: all words
 *
 * Context: task; sleeps for about a second.
 * Return: false if there is no EEPROM.
 */
bool dc390_read(struct pci_dev *pdev, u16 *word)
{
	unsigned int i;
	u16 all = U16_MAX;

	for (i = 0; i < DC390_WORDS; i++) {
		word[i] = read_word(pdev, i);
		all &= word[i];
		if (i + 1 == PROBE_WORDS && all == U16_MAX)
			break;
	}
	return i == DC390_WORDS;
}

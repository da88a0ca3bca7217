// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mode pages (SPC-4 7.5, SBC-3 6.4, SAT-4 10.1.7).
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "dev.h"
#include "sat_priv.h"

/* A bit of a page, and the switch that it shows. */
struct sat_page_bit {
	u8 byte;
	u8 mask;
	u8 sw;		/* SAT_SWITCH_* */
	bool inverted;
};

/* Bytes up to @len without an initialiser are 0. */
struct sat_page {
	u8 len;
	u8 bytes[SAT_PAGE_MAX];
	struct sat_page_bit bit[2];
};

static const struct sat_page sat_pages[SAT_PAGES] = {
	{
		.len = 12,
		.bytes = { SAT_PAGE_RECOVERY, 10, 0x80 },	/* AWRE */
	}, {
		.len = 20,
		.bytes = { SAT_PAGE_CACHING, 18 },
		.bit = {
			{ 2, 0x04, SAT_SWITCH_WCACHE, false },	   /* WCE */
			{ 12, 0x20, SAT_SWITCH_LOOK_AHEAD, true }, /* DRA */
		},
	}, {
		.len = 12,
		/* GLTSD; BUSY TIMEOUT PERIOD: unlimited. */
		.bytes = { SAT_PAGE_CONTROL, 10, 0x02, [8] = 0xff, 0xff },
		.bit = {
			{ 2, 0x04, SAT_SWITCH_D_SENSE, false },
		},
	},
};

/**
 * sat_switches() - return the switches of a device that are on
 * @dev: the device
 *
 * Context: Any; the device's owner.
 * Return: SAT_SWITCH_*.
 */
u8 sat_switches(const struct sat_dev *dev)
{
	return (dev->wcache ? SAT_SWITCH_WCACHE : 0) |
	       (dev->look_ahead ? SAT_SWITCH_LOOK_AHEAD : 0) |
	       (dev->d_sense ? SAT_SWITCH_D_SENSE : 0);
}

static u8 sat_switches_changeable(const struct sat_dev *dev)
{
	return (dev->can_wcache ? SAT_SWITCH_WCACHE : 0) |
	       (dev->can_look_ahead ? SAT_SWITCH_LOOK_AHEAD : 0) |
	       SAT_SWITCH_D_SENSE;
}

/* Get the switches that were on when the device was identified. */
static u8 sat_switches_default(const struct sat_dev *dev)
{
	return (ata_id_wcache_enabled(dev->id) ? SAT_SWITCH_WCACHE : 0) |
	       (ata_id_rahead_enabled(dev->id) ? SAT_SWITCH_LOOK_AHEAD : 0);
}

/**
 * sat_page_find() - find a mode page
 * @code: PAGE CODE
 *
 * Context: Any.
 * Return: its index, or -1.
 */
int sat_page_find(u8 code)
{
	int i;

	for (i = 0; i < SAT_PAGES; i++)
		if (sat_pages[i].bytes[0] == code)
			return i;
	return -1;
}

/**
 * sat_page_len() - return the length of a mode page
 * @index: the page
 *
 * Context: Any.
 * Return: bytes, with its header.
 */
unsigned int sat_page_len(unsigned int index)
{
	return sat_pages[index].len;
}

/* Writes a page whose switches are @on. */
static void sat_page_put(unsigned int index, u8 on, u8 *buf)
{
	const struct sat_page *page = &sat_pages[index];
	unsigned int i;

	memcpy(buf, page->bytes, page->len);
	for (i = 0; i < ARRAY_SIZE(page->bit); i++) {
		const struct sat_page_bit *bit = &page->bit[i];

		if (bit->sw && !!(on & bit->sw) != bit->inverted)
			buf[bit->byte] |= bit->mask;
	}
}

static void sat_page_put_changeable(const struct sat_dev *dev,
				    unsigned int index, u8 *buf)
{
	const struct sat_page *page = &sat_pages[index];
	u8 changeable = sat_switches_changeable(dev);
	unsigned int i;

	memset(buf, 0, page->len);
	memcpy(buf, page->bytes, 2);
	for (i = 0; i < ARRAY_SIZE(page->bit); i++)
		if (changeable & page->bit[i].sw)
			buf[page->bit[i].byte] |= page->bit[i].mask;
}

/**
 * sat_page_get() - write a mode page
 * @dev: the device
 * @index: the page
 * @control: which of its values; %SAT_PAGE_SAVED gives the default
 * @buf: destination, %SAT_PAGE_MAX bytes
 *
 * Context: Any; the device's owner.
 * Return: bytes written.
 */
unsigned int sat_page_get(const struct sat_dev *dev, unsigned int index,
			  enum sat_page_control control, u8 *buf)
{
	if (control == SAT_PAGE_CHANGEABLE)
		sat_page_put_changeable(dev, index, buf);
	else if (control == SAT_PAGE_CURRENT)
		sat_page_put(index, sat_switches(dev), buf);
	else
		sat_page_put(index, sat_switches_default(dev), buf);
	return sat_pages[index].len;
}

/**
 * sat_page_check() - check the new values of a mode page
 * @dev: the device
 * @index: the page
 * @page: the new bytes, sat_page_len() of them, with a valid header
 * @byte: set to the first byte in error
 * @bit: set to the first bit in error there
 *
 * Context: Any; the device's owner.
 * Return: false if a bit that is not changeable would change.
 */
bool sat_page_check(const struct sat_dev *dev, unsigned int index,
		    const u8 *page, unsigned int *byte, unsigned int *bit)
{
	u8 is[SAT_PAGE_MAX], changeable[SAT_PAGE_MAX];
	unsigned int i;
	u8 bad;

	sat_page_get(dev, index, SAT_PAGE_CURRENT, is);
	sat_page_get(dev, index, SAT_PAGE_CHANGEABLE, changeable);
	/* The header was checked before, so begin after it. */
	for (i = 2; i < sat_pages[index].len; i++) {
		bad = (page[i] ^ is[i]) & ~changeable[i];
		if (bad) {
			*byte = i;
			*bit = fls(bad) - 1;
			return false;
		}
	}
	return true;
}

/**
 * sat_page_switches() - apply a mode page to a set of switches
 * @index: the page
 * @page: its bytes, sat_page_len() of them
 * @switches: the switches that are on before it
 *
 * Context: Any.
 * Return: SAT_SWITCH_*.
 */
u8 sat_page_switches(unsigned int index, const u8 *page, u8 switches)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sat_pages[index].bit); i++) {
		const struct sat_page_bit *bit = &sat_pages[index].bit[i];

		if (!!(page[bit->byte] & bit->mask) != bit->inverted)
			switches |= bit->sw;
		else
			switches &= ~bit->sw;
	}
	return switches;
}

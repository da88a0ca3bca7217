// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mode pages: a table of defaults and masks.
 */
#include <linux/bits.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "mode.h"

#define SIM_D_SENSE	BIT(2)	/* byte 2 of the Control mode page */

/* A mode page: its bytes at power on, and the bits MODE SELECT may change. */
struct sim_mode_page {
	u8 len;
	u8 initial[SIM_MODE_PAGE_MAX];
	u8 changeable[SIM_MODE_PAGE_MAX];
};

static const struct sim_mode_page sim_mode_pages[SIM_MODE_PAGES] = {
	[SIM_MODE_RW_ERROR] = {
		.len = 12,
		.initial = { 0x01, 10 },
	},
	[SIM_MODE_CACHING] = {
		.len = 20,
		.initial = { 0x08, 18, BIT(2) },	/* WCE */
		.changeable = { 0, 0, BIT(2) },
	},
	[SIM_MODE_CONTROL] = {
		.len = 12,
		/* GLTSD; QUEUE ALGORITHM MODIFIER: unrestricted reordering */
		.initial = { 0x0a, 10, BIT(1), 1 << 4 },
		.changeable = { 0, 0, SIM_D_SENSE },
	},
	[SIM_MODE_EXCEPTIONS] = {
		.len = 12,
		.initial = { 0x1c, 10, BIT(3) },	/* DEXCPT */
	},
};

/**
 * sim_mode_reset() - set all mode pages to their default values
 * @mode: the mode pages
 *
 * Context: Any, with the logical unit's lock held.
 */
void sim_mode_reset(struct sim_mode *mode)
{
	unsigned int i;

	for (i = 0; i < SIM_MODE_PAGES; i++)
		memcpy(mode->page[i], sim_mode_pages[i].initial,
		       SIM_MODE_PAGE_MAX);
}

/**
 * sim_mode_find() - find a mode page
 * @code: PAGE CODE
 *
 * Context: Any.
 * Return: its index, or -ENOENT if it is not supported.
 */
int sim_mode_find(u8 code)
{
	unsigned int i;

	for (i = 0; i < SIM_MODE_PAGES; i++)
		if (sim_mode_pages[i].initial[0] == code)
			return i;
	return -ENOENT;
}

/**
 * sim_mode_page_len() - return the length of a mode page
 * @index: the page
 *
 * Context: Any.
 * Return: bytes, those of the header included.
 */
unsigned int sim_mode_page_len(unsigned int index)
{
	return sim_mode_pages[index].len;
}

/**
 * sim_mode_get() - write a mode page
 * @mode: the mode pages
 * @index: the page
 * @control: which of its values; SIM_MODE_SAVED gives the default
 * @buf: destination, SIM_MODE_PAGE_MAX bytes
 *
 * Context: Any, with the logical unit's lock held.
 * Return: bytes written.
 */
unsigned int sim_mode_get(const struct sim_mode *mode, unsigned int index,
			  enum sim_mode_control control, u8 *buf)
{
	const struct sim_mode_page *page = &sim_mode_pages[index];
	const u8 *from = page->initial;

	if (control == SIM_MODE_CURRENT)
		from = mode->page[index];
	else if (control == SIM_MODE_CHANGEABLE)
		from = page->changeable;
	memcpy(buf, from, page->len);
	memcpy(buf, page->initial, 2);
	return page->len;
}

/**
 * sim_mode_check() - check that a mode page has only changeable bits changed
 * @index: the page
 * @page: its bytes, sim_mode_page_len() of them
 * @byte: set to the first byte in error
 * @bit: set to the first bit in error there
 *
 * Context: Any.
 * Return: 0, or -EINVAL if a bit that is not changeable would change.
 */
int sim_mode_check(unsigned int index, const u8 *page, unsigned int *byte,
		   unsigned int *bit)
{
	const struct sim_mode_page *is = &sim_mode_pages[index];
	unsigned int i;
	u8 bad;

	for (i = 0; i < is->len; i++) {
		bad = (page[i] ^ is->initial[i]) & ~is->changeable[i];
		if (bad) {
			*byte = i;
			*bit = fls(bad) - 1;
			return -EINVAL;
		}
	}
	return 0;
}

/**
 * sim_mode_set() - set the current values of a mode page
 * @mode: the mode pages
 * @index: the page
 * @page: its bytes, which sim_mode_check() has accepted
 *
 * Context: Any, with the logical unit's lock held.
 * Return: true if a value has changed.
 */
bool sim_mode_set(struct sim_mode *mode, unsigned int index, const u8 *page)
{
	unsigned int i, len = sim_mode_pages[index].len;
	bool changed = memcmp(mode->page[index], page, len);

	for (i = 0; i < len; i++)
		WRITE_ONCE(mode->page[index][i], page[i]);
	return changed;
}

/**
 * sim_mode_d_sense() - tell whether sense data is in descriptor format
 * @mode: the mode pages
 *
 * Context: Any, no lock needed.
 * Return: D_SENSE.
 */
bool sim_mode_d_sense(const struct sim_mode *mode)
{
	return READ_ONCE(mode->page[SIM_MODE_CONTROL][2]) & SIM_D_SENSE;
}

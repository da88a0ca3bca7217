/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mode pages: which there are, their values, and what may become of them.
 */
#ifndef _PIOSCSI_ATA_SAT_MODE_H
#define _PIOSCSI_ATA_SAT_MODE_H

#include <linux/bits.h>
#include <linux/types.h>

struct sat_dev;

#define SAT_PAGE_RECOVERY	0x01
#define SAT_PAGE_CACHING	0x08
#define SAT_PAGE_CONTROL	0x0a
#define SAT_PAGE_ALL		0x3f

#define SAT_PAGE_MAX		20
#define SAT_PAGES		3

/* PAGE CONTROL. */
enum sat_page_control {
	SAT_PAGE_CURRENT,
	SAT_PAGE_CHANGEABLE,
	SAT_PAGE_DEFAULT,
	SAT_PAGE_SAVED,
};

/* The switches that mode pages show. */
#define SAT_SWITCH_WCACHE	BIT(0)
#define SAT_SWITCH_LOOK_AHEAD	BIT(1)
#define SAT_SWITCH_D_SENSE	BIT(2)

u8 sat_switches(const struct sat_dev *dev);
int sat_page_find(u8 code);
unsigned int sat_page_len(unsigned int index);
unsigned int sat_page_get(const struct sat_dev *dev, unsigned int index,
			  enum sat_page_control control, u8 *buf);
bool sat_page_check(const struct sat_dev *dev, unsigned int index,
		    const u8 *page, unsigned int *byte, unsigned int *bit);
u8 sat_page_switches(unsigned int index, const u8 *page, u8 switches);

#endif /* _PIOSCSI_ATA_SAT_MODE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mode pages: their values, and what of them may change.
 */
#ifndef _PIOSCSI_SIM_MODE_H
#define _PIOSCSI_SIM_MODE_H

#include <linux/types.h>

/* In the order in which page code 3Fh returns them. */
enum psim_mode_index {
	PSIM_MODE_RW_ERROR,
	PSIM_MODE_CACHING,
	PSIM_MODE_CONTROL,
	PSIM_MODE_EXCEPTIONS,
	PSIM_MODE_PAGES,
};

#define PSIM_MODE_ALL_PAGES	0x3f
#define PSIM_MODE_PAGE_MAX	20

/* PAGE CONTROL of MODE SENSE. */
enum psim_mode_control {
	PSIM_MODE_CURRENT,
	PSIM_MODE_CHANGEABLE,
	PSIM_MODE_DEFAULT,
	PSIM_MODE_SAVED,
};

/**
 * struct psim_mode - the current values of all mode pages
 * @page: the pages with their headers
 *
 * The lock of the logical unit guards them.
 */
struct psim_mode {
	u8 page[PSIM_MODE_PAGES][PSIM_MODE_PAGE_MAX];
};

void psim_mode_reset(struct psim_mode *mode);
int psim_mode_find(u8 code);
unsigned int psim_mode_page_len(unsigned int index);
unsigned int psim_mode_get(const struct psim_mode *mode, unsigned int index,
			   enum psim_mode_control control, u8 *buf);
int psim_mode_check(unsigned int index, const u8 *page, unsigned int *byte,
		    unsigned int *bit);
void psim_mode_set(struct psim_mode *mode, unsigned int index,
		   const u8 *page);
bool psim_mode_d_sense(const struct psim_mode *mode);

#endif /* _PIOSCSI_SIM_MODE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mode pages: their values, and the bits that may change.
 */
#ifndef _PIOSCSI_SIM_MODE_H
#define _PIOSCSI_SIM_MODE_H

#include <linux/types.h>

/* In the order in which page code 3Fh returns them. */
enum sim_mode_index {
	SIM_MODE_RW_ERROR,
	SIM_MODE_CACHING,
	SIM_MODE_CONTROL,
	SIM_MODE_EXCEPTIONS,
	SIM_MODE_PAGES,
};

#define SIM_MODE_ALL_PAGES	0x3f
#define SIM_MODE_PAGE_MAX	20

/* PAGE CONTROL of MODE SENSE. */
enum sim_mode_control {
	SIM_MODE_CURRENT,
	SIM_MODE_CHANGEABLE,
	SIM_MODE_DEFAULT,
	SIM_MODE_SAVED,
};

/**
 * struct sim_mode - the current values of all mode pages
 * @page: the pages with their headers
 *
 * The lock of the logical unit guards them.
 */
struct sim_mode {
	u8 page[SIM_MODE_PAGES][SIM_MODE_PAGE_MAX];
};

void sim_mode_reset(struct sim_mode *mode);
int sim_mode_find(u8 code);
unsigned int sim_mode_page_len(unsigned int index);
unsigned int sim_mode_get(const struct sim_mode *mode, unsigned int index,
			  enum sim_mode_control control, u8 *buf);
int sim_mode_check(unsigned int index, const u8 *page, unsigned int *byte,
		   unsigned int *bit);
bool sim_mode_set(struct sim_mode *mode, unsigned int index,
		  const u8 *page);
bool sim_mode_d_sense(const struct sim_mode *mode);

#endif /* _PIOSCSI_SIM_MODE_H */

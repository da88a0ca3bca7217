/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Vital product data.
 */
#ifndef _PIOSCSI_ATA_SAT_VPD_H
#define _PIOSCSI_ATA_SAT_VPD_H

#include <linux/types.h>

struct sat_dev;

#define SAT_VENDOR		"ATA     "

u32 sat_vpd_page(const struct sat_dev *dev, u8 code, u8 *buf);

#endif /* _PIOSCSI_ATA_SAT_VPD_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Quirks: devices whose IDENTIFY data or behaviour is known to be wrong, by
 * model and firmware.
 */
#ifndef _PIOSCSI_ATA_QUIRK_H
#define _PIOSCSI_ATA_QUIRK_H

#include <linux/bits.h>
#include <linux/types.h>

/* The device is ignored. */
#define SAT_QUIRK_DISABLE	BIT(0)
/* READ and WRITE MULTIPLE are not used. */
#define SAT_QUIRK_NO_MULTI	BIT(1)
/* Sectors are addressed by cylinder, head and sector. */
#define SAT_QUIRK_NO_LBA	BIT(2)
/* 48-bit commands are not used. */
#define SAT_QUIRK_NO_LBA48	BIT(3)
/* The PIO mode is not set. */
#define SAT_QUIRK_NO_SETXFER	BIT(4)
/* No command moves more than 128 sectors of 512 bytes. */
#define SAT_QUIRK_MAX_SEC_128	BIT(5)
/* Likewise, 1024 sectors. */
#define SAT_QUIRK_MAX_SEC_1024	BIT(6)
/* Likewise, 64 sectors. */
#define SAT_QUIRK_MAX_SEC_64	BIT(7)
/* The device takes a CDB only some time after it has set DRQ. */
#define SAT_QUIRK_SLOW_CDB	BIT(8)

/* Devices that the parameter can add. */
#define SAT_QUIRKS_ADDED	8

int sat_quirks_add(const char *entry);
void sat_quirks_clear(void);
u32 sat_quirks_find(const char *model, const char *firmware);

#endif /* _PIOSCSI_ATA_QUIRK_H */

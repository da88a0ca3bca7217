// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of quirks, and the entries that the parameter adds to it.
 *
 * The table has the entries of libata's list that concern PIO, and a drive that
 * ide-floppy treated specially. Many others of libata's list concern DMA, NCQ,
 * TRIM, FUA or the link. ERR that remains set after an error (libata's
 * STUCK_ERR) needs no entry: DRQ alone tells that a device takes a CDB. All
 * ATAPI devices are treated so.
 */
#include <linux/ata.h>
#include <linux/errno.h>
#include <linux/glob.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "quirk.h"

/**
 * struct sat_quirk - the quirks of a model
 * @model: pattern for the model number, as glob_match() has it
 * @firmware: the same for the firmware revision, %NULL for any
 * @flags: its quirks
 */
struct sat_quirk {
	const char *model;
	const char *firmware;
	u32 flags;
};

static const struct sat_quirk table[] = {
	/* This takes no CDB right after DRQ. Longer transfers lock it up. */
	{ "IOMEGA*ZIP 100*ATAPI*", NULL,
	  SAT_QUIRK_SLOW_CDB | SAT_QUIRK_MAX_SEC_64 },
	/* Configuration interfaces of bridges, which are no disks. */
	{ "Config  Disk", NULL, SAT_QUIRK_DISABLE },
	{ "ASMT109x- Config", NULL, SAT_QUIRK_DISABLE },
	{ "TORiSAN DVD-ROM DRD-N216", NULL, SAT_QUIRK_MAX_SEC_128 },
	{ "ST380013AS", "3.20", SAT_QUIRK_MAX_SEC_1024 },
	{ "LITEON CX1-JB*-HP", NULL, SAT_QUIRK_MAX_SEC_1024 },
	{ "LITEON EP1-*", NULL, SAT_QUIRK_MAX_SEC_1024 },
	/* Behind a bridge these hang after SET FEATURES 03h. */
	{ "PIONEER DVD-RW  DVRTD08", NULL, SAT_QUIRK_NO_SETXFER },
	{ "PIONEER DVD-RW  DVRTD08A", NULL, SAT_QUIRK_NO_SETXFER },
	{ "PIONEER DVD-RW  DVR-215", NULL, SAT_QUIRK_NO_SETXFER },
	{ "PIONEER DVD-RW  DVR-212D", NULL, SAT_QUIRK_NO_SETXFER },
	{ "PIONEER DVD-RW  DVR-216D", NULL, SAT_QUIRK_NO_SETXFER },
};

static const struct {
	const char *name;
	u32 flag;
} names[] = {
	{ "disable", SAT_QUIRK_DISABLE },
	{ "no_multi", SAT_QUIRK_NO_MULTI },
	{ "no_lba", SAT_QUIRK_NO_LBA },
	{ "no_lba48", SAT_QUIRK_NO_LBA48 },
	{ "no_setxfer", SAT_QUIRK_NO_SETXFER },
	{ "slow_cdb", SAT_QUIRK_SLOW_CDB },
	{ "max_sec_64", SAT_QUIRK_MAX_SEC_64 },
	{ "max_sec_128", SAT_QUIRK_MAX_SEC_128 },
	{ "max_sec_1024", SAT_QUIRK_MAX_SEC_1024 },
};

/*
 * Room for a model number, a firmware revision and all quirks. The text is
 * without its quirks, and the pattern of a model or of MODEL/FIRMWARE.
 */
#define SAT_QUIRK_TEXT	144

static struct {
	char text[SAT_QUIRK_TEXT];
	u32 flags;
} added[SAT_QUIRKS_ADDED];
static unsigned int num_added;

static u32 find_flag(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i].name, name))
			return names[i].flag;
	return 0;
}

/* Returns 0 if one of the names, which "+" separates, is unknown. */
static u32 parse_flags(char *list)
{
	u32 flags = 0;
	char *name;

	while ((name = strsep(&list, "+"))) {
		u32 flag = find_flag(name);

		if (!flag)
			return 0;
		flags |= flag;
	}
	return flags;
}

/**
 * sat_quirks_add() - add an entry to the table
 * @entry: "MODEL=QUIRK[+QUIRK...]" or "MODEL/FIRMWARE=QUIRK[+QUIRK...]"
 *
 * Context: task, before any device is identified.
 * Return: 0, -EINVAL for an invalid entry, -ENOSPC if the table is full.
 */
int sat_quirks_add(const char *entry)
{
	char *text = added[num_added].text;
	char *flags;

	if (num_added == SAT_QUIRKS_ADDED)
		return -ENOSPC;
	if (strscpy(text, entry, sizeof(added->text)) < 0)
		return -EINVAL;
	flags = strrchr(text, '=');
	if (!flags || flags == text)
		return -EINVAL;
	*flags++ = '\0';
	added[num_added].flags = parse_flags(flags);
	if (!added[num_added].flags)
		return -EINVAL;
	num_added++;
	return 0;
}

/**
 * sat_quirks_clear() - remove all added entries
 *
 * Context: task, while no device is identified.
 */
void sat_quirks_clear(void)
{
	num_added = 0;
}

static u32 match(const struct sat_quirk *quirk, const char *model,
		 const char *firmware)
{
	if (!glob_match(quirk->model, model))
		return 0;
	if (quirk->firmware && !glob_match(quirk->firmware, firmware))
		return 0;
	return quirk->flags;
}

/* A model may have a "/" in its name, so the text is compared as a whole. */
static u32 match_added(unsigned int i, const char *model, const char *firmware)
{
	char both[ATA_ID_PROD_LEN + ATA_ID_FW_REV_LEN + 2];

	snprintf(both, sizeof(both), "%s/%s", model, firmware);
	if (glob_match(added[i].text, model) ||
	    glob_match(added[i].text, both))
		return added[i].flags;
	return 0;
}

/**
 * sat_quirks_find() - get the quirks of a device
 * @model: its model number, without spaces at the ends
 * @firmware: its firmware revision, likewise
 *
 * Context: Any.
 * Return: the quirks of all entries that match.
 */
u32 sat_quirks_find(const char *model, const char *firmware)
{
	unsigned int i;
	u32 flags = 0;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		flags |= match(&table[i], model, firmware);
	for (i = 0; i < num_added; i++)
		flags |= match_added(i, model, firmware);
	return flags;
}

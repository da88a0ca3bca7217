/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The settings that the BIOS of a Tekram DC-390 keeps in an EEPROM.
 */
#ifndef _PIOSCSI_DC390_H
#define _PIOSCSI_DC390_H

#include <linux/types.h>

#define DC390_WORDS	64U
#define DC390_IDS	8U

struct pci_dev;

/**
 * struct dc390_settings - the settings
 * @own_id: SCSI ID of the adapter
 * @max_tags: number of tagged commands of a target, at most
 * @delay_ms: time that the targets need after a reset, ms
 * @no_negation: whether signals are not driven to their inactive level
 * @no_parity: targets whose parity is not to be checked, a bit for each ID
 * @no_disconnect: targets that are not to disconnect
 * @no_tags: targets that get no queue tags
 */
struct dc390_settings {
	unsigned int own_id;
	unsigned int max_tags;
	unsigned int delay_ms;
	bool no_negation;
	unsigned int no_parity;
	unsigned int no_disconnect;
	unsigned int no_tags;
};

bool dc390_decode(const u16 *word, struct dc390_settings *settings);
bool dc390_read(struct pci_dev *pdev, u16 *word);

#endif /* _PIOSCSI_DC390_H */

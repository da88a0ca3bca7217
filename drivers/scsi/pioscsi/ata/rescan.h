/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Telling the midlayer that a disk is not as it was told.
 */
#ifndef _PIOSCSI_ATA_RESCAN_H
#define _PIOSCSI_ATA_RESCAN_H

#include <linux/workqueue.h>

struct sat_dev;
struct scsi_device;

/**
 * struct pioata_rescan - a rescan of a SCSI device that is due
 * @work: does it
 * @sdev: the device, referenced while @work is pending or runs
 */
struct pioata_rescan {
	struct work_struct work;
	struct scsi_device *sdev;
};

void pioata_rescan_init(struct pioata_rescan *rescan);
void pioata_rescan_check(struct pioata_rescan *rescan, struct sat_dev *dev,
			 struct scsi_device *sdev);
void pioata_rescan_cancel(struct pioata_rescan *rescan);

#endif /* _PIOSCSI_ATA_RESCAN_H */

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
 * struct ata_rescan - a rescan of a SCSI device that is due
 * @work: does it
 * @sdev: the device, referenced while @work is pending or runs
 */
struct ata_rescan {
	struct work_struct work;
	struct scsi_device *sdev;
};

void ata_rescan_init(struct ata_rescan *rescan);
void ata_rescan_check(struct ata_rescan *rescan, struct sat_dev *dev,
		      struct scsi_device *sdev);
void ata_rescan_cancel(struct ata_rescan *rescan);

#endif /* _PIOSCSI_ATA_RESCAN_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Telling the midlayer that a disk is not as it was told. There is no sense
 * data for it: a unit attention condition makes it tell udev, not ask again.
 */
#include <linux/compiler.h>
#include <linux/device.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "../compat.h"
#include "dev.h"
#include "rescan.h"

static void pioata_rescan_work(struct work_struct *work)
{
	struct pioata_rescan *rescan =
		container_of(work, struct pioata_rescan, work);
	struct scsi_device *sdev = rescan->sdev;

	pioscsi_rescan_device(sdev);
	put_device(&sdev->sdev_gendev);
	WRITE_ONCE(rescan->sdev, NULL);
}

/**
 * pioata_rescan_init() - make ready for use
 * @rescan: a target's
 *
 * Context: task.
 */
void pioata_rescan_init(struct pioata_rescan *rescan)
{
	INIT_WORK(&rescan->work, pioata_rescan_work);
}

/**
 * pioata_rescan_check() - have a device scanned again if that is necessary
 * @rescan: its target's
 * @dev: the device
 * @sdev: the same for the midlayer
 *
 * Context: owner of the channel.
 */
void pioata_rescan_check(struct pioata_rescan *rescan, struct sat_dev *dev,
			 struct scsi_device *sdev)
{
	if (likely(!sat_dev_outdated(dev)) || READ_ONCE(rescan->sdev))
		return;
	/* Once: nobody may be there to ask again. */
	dev->told = false;
	dev->shrunk = false;
	get_device(&sdev->sdev_gendev);
	rescan->sdev = sdev;
	schedule_work(&rescan->work);
}

/**
 * pioata_rescan_cancel() - no rescan is due or runs when this returns
 * @rescan: a target's, which has no commands any more
 *
 * Context: task; sleeps.
 */
void pioata_rescan_cancel(struct pioata_rescan *rescan)
{
	if (cancel_work_sync(&rescan->work))
		put_device(&rescan->sdev->sdev_gendev);
}

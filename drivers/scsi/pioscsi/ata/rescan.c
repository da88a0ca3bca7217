// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rescan of a SCSI device by the midlayer, after its IDENTIFY data has changed.
 */
#include <linux/compiler.h>
#include <linux/device.h>
#include <scsi/scsi_device.h>

#include "../compat.h"
#include "chan.h"

/*
 * Sense data cannot make the midlayer read the capacity and the mode pages
 * again: for a unit attention condition it only notifies udev. So rescan the
 * device. The midlayer refuses that while the device resumes.
 */
static void pioata_rescan_work(struct work_struct *work)
{
	struct pioata_rescan *rescan =
		container_of(work, struct pioata_rescan, work);
	struct scsi_device *sdev = rescan->sdev;

	if (pioscsi_rescan_device(sdev))
		WRITE_ONCE(rescan->refused, true);
	put_device(&sdev->sdev_gendev);
	/* From here on the owner of the channel may clear @refused. */
	smp_store_release(&rescan->sdev, NULL);
}

/**
 * pioata_rescan_init() - initialise the rescan of a target
 * @rescan: the rescan
 *
 * Context: task.
 */
void pioata_rescan_init(struct pioata_rescan *rescan)
{
	INIT_WORK(&rescan->work, pioata_rescan_work);
}

/**
 * pioata_rescan_request() - request a rescan of the SCSI device
 * @rescan: the target's rescan
 * @dev: the device
 * @sdev: its SCSI device
 *
 * Context: owner of the channel.
 */
void pioata_rescan_request(struct pioata_rescan *rescan, struct sat_dev *dev,
			   struct scsi_device *sdev)
{
	/* Pairs with the release in pioata_rescan_work(). */
	if (smp_load_acquire(&rescan->sdev))
		return;
	/*
	 * Request only one rescan, because the SCSI device may never read the
	 * values again.
	 */
	dev->told = false;
	dev->shrunk = false;
	rescan->refused = false;
	get_device(&sdev->sdev_gendev);
	rescan->sdev = sdev;
	schedule_work(&rescan->work);
}

/**
 * pioata_rescan_cancel() - cancel the rescan of a target, or wait for its end
 * @rescan: the rescan of a target that has no commands any more
 *
 * Context: task; sleeps.
 */
void pioata_rescan_cancel(struct pioata_rescan *rescan)
{
	if (cancel_work_sync(&rescan->work))
		put_device(&rescan->sdev->sdev_gendev);
}

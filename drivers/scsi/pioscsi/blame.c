// SPDX-License-Identifier: GPL-2.0-only
/* Logical units whose commands cause one reset of the HBA after the other. */
#include <linux/atomic.h>
#include <linux/blk-mq.h>
#include <linux/device.h>
#include <linux/mutex.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "blame.h"
#include "port.h"
#include "queue.h"

/*
 * After so many commands in a row that caused a reset, a logical unit is taken
 * offline. The kernel polls a CD-ROM drive, so the resets would never end.
 */
#define BLAMED_MAX		16U

/* Count the commands of a logical unit that ended well. */
static unsigned int nr_successes(const struct scsi_device *sdev)
{
	return atomic_read(&sdev->iodone_cnt) - atomic_read(&sdev->ioerr_cnt);
}

/* Take a logical unit offline. An administrator may put it online again. */
static void set_offline(struct pioscsi_port *port, struct scsi_device *sdev,
			unsigned int nr_blamed)
{
	int err;

	mutex_lock(&sdev->state_mutex);
	err = scsi_device_set_state(sdev, SDEV_OFFLINE);
	mutex_unlock(&sdev->state_mutex);
	if (err)
		return;
	dev_err(port->hba.dev,
		"target %u LUN %llu: %u commands in a row caused a reset, taking it offline\n",
		sdev->id, sdev->lun, nr_blamed);
}

/* The kernel polls other devices, also if they say that they are fixed. */
static bool is_fixed_disk(const struct scsi_device *sdev)
{
	return !sdev->removable && (sdev->type == TYPE_DISK ||
				    sdev->type == TYPE_ZBC);
}

/**
 * pioscsi_blame_count() - count a command that caused a reset
 * @port: the port
 * @scmd: the command, which has not been ended
 *
 * Takes its logical unit offline if its commands keep causing resets. It may
 * send too much data, so no command is to blame. The kernel does not poll a
 * fixed disk. So a program sends its passed-through commands, and must not be
 * able to take a mounted disk offline.
 *
 * Context: owner of the chip, task; sleeps.
 */
void pioscsi_blame_count(struct pioscsi_port *port, struct scsi_cmnd *scmd)
{
	struct scsi_device *sdev = scmd->device;
	unsigned int successes = nr_successes(sdev);
	struct pioscsi_lun *lun = sdev->hostdata;

	if (is_fixed_disk(sdev) && blk_rq_is_passthrough(scsi_cmd_to_rq(scmd)))
		return;
	if (lun->successes != successes)
		lun->nr_blamed = 0;
	lun->successes = successes;
	if (++lun->nr_blamed < BLAMED_MAX)
		return;
	set_offline(port, sdev, lun->nr_blamed);
	lun->nr_blamed = 0;
}

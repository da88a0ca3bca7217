/* SPDX-License-Identifier: GPL-2.0-only */
/* A front end, as its module registers it. */
#ifndef _PIOSCSI_DRIVER_H
#define _PIOSCSI_DRIVER_H

#include <linux/types.h>
#include <scsi/scsi_host.h>

struct module;
struct pioscsi_hba;
struct pioscsi_ops;
struct scsi_device;

/**
 * struct pioscsi_driver - a front end, as its module registers it
 * @name: short name, for sysfs and messages
 * @owner: the module, held while a device of its hosts is open
 * @ops: the mechanism
 * @priv_size: bytes of &pioscsi_hba.priv
 * @lba_geometry: report 255 heads and 63 sectors a track for a disk without a
 *	geometry, as Linux' drivers for ATA disks do
 * @ioctl: execute an ioctl of a device, also for a 32-bit program on a 64-bit
 *	kernel; return -ENOTTY for an unknown one. The port checks no
 *	permission: test capable() before a command reaches the device
 *	unfiltered. May be %NULL. Context: task; may sleep.
 * @max_sectors: return the longest transfer of a device that has just been
 *	scanned, in units of 512 bytes, at least a page, or 0 for the HBA's
 *	limit. May be %NULL. Context: task; may sleep.
 * @new_device: forget the device that had the address of a new one, of which no
 *	command is left. The new one may turn out to be absent. May be %NULL.
 *	Context: task; may sleep.
 */
struct pioscsi_driver {
	const char *name;
	struct module *owner;
	const struct pioscsi_ops *ops;
	size_t priv_size;
	bool lba_geometry;
	int (*ioctl)(struct pioscsi_hba *hba, struct scsi_device *sdev,
		     unsigned int cmd, void __user *arg);
	unsigned int (*max_sectors)(struct pioscsi_hba *hba,
				    const struct scsi_device *sdev);
	void (*new_device)(struct pioscsi_hba *hba,
			   const struct scsi_device *sdev);

	/* private: the port's template for the midlayer */
	struct scsi_host_template sht;
};

#endif /* _PIOSCSI_DRIVER_H */

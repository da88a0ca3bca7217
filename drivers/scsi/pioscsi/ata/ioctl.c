// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls of ATA disks that hdparm and smartctl use (linux/hdreg.h). ATA
 * PASS-THROUGH (16) sends the command of an ioctl to the device.
 */
#include <linux/ata.h>
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/errno.h>
#include <linux/hdreg.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "chan.h"

/* Time for a command, as libata allows. */
#define IOCTL_TIMEOUT		(10 * HZ)

/* ATA PASS-THROUGH, bytes 1 and 2. */
#define PROTOCOL_NON_DATA	(3 << 1)
#define PROTOCOL_PIO_IN		(4 << 1)
#define CK_COND			0x20
#define T_DIR_IN		0x08
#define T_LENGTH_BUFFER		0x03

/* First byte of sense data with registers: fixed format, INFORMATION valid. */
#define FIXED_WITH_REGS		0xf0

/* The ATA status return descriptor, behind the header of the sense data. */
#define DESC_FORMAT		0x72
#define DESC_OFFSET		8
#define DESC_TYPE		0x09

/* Arguments of HDIO_DRIVE_CMD and HDIO_DRIVE_TASK; the results replace them. */
#define CMD_ARGS		4
#define TASK_ARGS		7

/**
 * struct pass_through - an ATA command of an ioctl, and its result
 * @regs: the registers of the command, and afterwards those that the device
 * reports
 * @data: data from the device, or %NULL
 * @len: length of @data in bytes
 */
struct pass_through {
	struct sat_regs regs;
	void *data;
	unsigned int len;
};

static void build_cdb(u8 *cdb, const struct pass_through *pass)
{
	cdb[0] = ATA_16;
	if (pass->len) {
		cdb[1] = PROTOCOL_PIO_IN;
		cdb[2] = CK_COND | T_DIR_IN | T_LENGTH_BUFFER;
	} else {
		cdb[1] = PROTOCOL_NON_DATA;
		cdb[2] = CK_COND;
	}
	cdb[4] = pass->regs.feature;
	cdb[6] = pass->regs.nsect;
	cdb[8] = pass->regs.lbal;
	cdb[10] = pass->regs.lbam;
	cdb[12] = pass->regs.lbah;
	cdb[13] = pass->regs.device;
	cdb[14] = pass->regs.command;
}

/* Takes the registers from sense data in one of the two formats of SAT-4. */
static void take_regs(struct pass_through *pass, const u8 *sense)
{
	const u8 *desc = sense + DESC_OFFSET;

	if (sense[0] == FIXED_WITH_REGS)
		pass->regs = (struct sat_regs) {
			.feature = sense[3],
			.command = sense[4],
			.device = sense[5],
			.nsect = sense[6],
			.lbal = sense[9],
			.lbam = sense[10],
			.lbah = sense[11],
		};
	if (sense[0] != DESC_FORMAT || desc[0] != DESC_TYPE)
		return;
	pass->regs = (struct sat_regs) {
		.feature = desc[3],
		.nsect = desc[5],
		.lbal = desc[7],
		.lbam = desc[9],
		.lbah = desc[11],
		.device = desc[12],
		.command = desc[13],
	};
}

/* Returns 0, -EIO for a command that failed, or another negative error. */
static int execute(struct scsi_device *sdev, struct pass_through *pass)
{
	u8 sense[SCSI_SENSE_BUFFERSIZE] = { };
	struct scsi_sense_hdr hdr;
	u8 cdb[16] = { };
	int result;

	build_cdb(cdb, pass);
	result = pioscsi_execute(sdev, cdb, pass->data, pass->len, sense,
				 IOCTL_TIMEOUT);
	if (result < 0)
		return result;
	if (!scsi_normalize_sense(sense, sizeof(sense), &hdr))
		return result ? -EIO : 0;
	take_regs(pass, sense);
	return hdr.sense_key == RECOVERED_ERROR ? 0 : -EIO;
}

/* A string has its first character in the high byte of a word. */
static void swap_string(u16 *id, unsigned int word, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len / 2; i++)
		id[word + i] = (__force u16)cpu_to_be16(id[word + i]);
}

/*
 * The ioctl returns the data that the driver has read last, with the settings
 * that commands have changed since. A command would wake a disk that sleeps, by
 * a reset of both devices.
 */
static int get_identity(struct pioata_chan *ch, const struct scsi_device *sdev,
			void __user *arg)
{
	unsigned long flags;
	int err = 0;
	u16 *id;

	id = kmalloc(SAT_ID_BYTES, GFP_KERNEL);
	if (!id)
		return -ENOMEM;
	spin_lock_irqsave(&ch->id_lock, flags);
	sat_dev_get_id(&ch->targets[sdev->id].dev, id);
	spin_unlock_irqrestore(&ch->id_lock, flags);
	swap_string(id, ATA_ID_SERNO, ATA_ID_SERNO_LEN);
	swap_string(id, ATA_ID_FW_REV, ATA_ID_FW_REV_LEN);
	swap_string(id, ATA_ID_PROD, ATA_ID_PROD_LEN);
	if (copy_to_user(arg, id, SAT_ID_BYTES))
		err = -EFAULT;
	kfree(id);
	return err;
}

static int get_32bit(const struct pioata_chan *ch, void __user *arg)
{
	unsigned long is_32bit = ch->io.ops->width == 4;

	if (in_compat_syscall())
		return put_user(is_32bit, (compat_ulong_t __user *)arg);
	return put_user(is_32bit, (unsigned long __user *)arg);
}

/*
 * The module parameter data_width sets the width, so the ioctl accepts only the
 * present width.
 */
static int set_32bit(const struct pioata_chan *ch, void __user *arg)
{
	bool is_32bit = ch->io.ops->width == 4;

	return (unsigned long)arg == is_32bit ? 0 : -EINVAL;
}

/*
 * The arguments are COMMAND, COUNT (with SMART, LBA LOW), FEATURES, and the
 * number of blocks of 512 bytes from the device. The results are STATUS, ERROR
 * and COUNT, and then the data.
 */
static int drive_cmd(struct scsi_device *sdev, void __user *arg)
{
	struct pass_through pass = { };
	u8 args[CMD_ARGS];
	int err;

	if (copy_from_user(args, arg, sizeof(args)))
		return -EFAULT;
	pass.regs.command = args[0];
	pass.regs.nsect = args[1];
	pass.regs.feature = args[2];
	if (args[0] == ATA_CMD_SMART) {
		pass.regs.nsect = args[3];
		pass.regs.lbal = args[1];
		pass.regs.lbam = ATA_SMART_LBAM_PASS;
		pass.regs.lbah = ATA_SMART_LBAH_PASS;
	}
	if (args[3]) {
		pass.len = args[3] * ATA_SECT_SIZE;
		pass.data = kzalloc(pass.len, GFP_KERNEL);
		if (!pass.data)
			return -ENOMEM;
	}
	err = execute(sdev, &pass);
	args[0] = pass.regs.command;
	args[1] = pass.regs.feature;
	args[2] = pass.regs.nsect;
	if (copy_to_user(arg, args, sizeof(args)) ||
	    (!err && pass.len &&
	     copy_to_user(arg + sizeof(args), pass.data, pass.len)))
		err = -EFAULT;
	kfree(pass.data);
	return err;
}

/* The arguments and results are the registers, COMMAND or STATUS first. */
static int drive_task(struct scsi_device *sdev, void __user *arg)
{
	struct pass_through pass = { };
	u8 args[TASK_ARGS];
	int err;

	if (copy_from_user(args, arg, sizeof(args)))
		return -EFAULT;
	pass.regs.command = args[0];
	pass.regs.feature = args[1];
	pass.regs.nsect = args[2];
	pass.regs.lbal = args[3];
	pass.regs.lbam = args[4];
	pass.regs.lbah = args[5];
	/*
	 * Keep only the LBA bits of DEVICE: the upper bits would select a
	 * device.
	 */
	pass.regs.device = args[6] & (ATA_LBA | 0x0f);
	err = execute(sdev, &pass);
	args[0] = pass.regs.command;
	args[1] = pass.regs.feature;
	args[2] = pass.regs.nsect;
	args[3] = pass.regs.lbal;
	args[4] = pass.regs.lbam;
	args[5] = pass.regs.lbah;
	args[6] = pass.regs.device;
	return copy_to_user(arg, args, sizeof(args)) ? -EFAULT : err;
}

/**
 * pioata_ioctl() - execute an ioctl of an ATA or ATAPI device
 * @hba: the HBA
 * @sdev: the device
 * @cmd: the ioctl
 * @arg: its argument
 *
 * Context: task; sleeps.
 * Return: 0 or a negative error; -ENOTTY for an unknown ioctl.
 */
int pioata_ioctl(struct pioscsi_hba *hba, struct scsi_device *sdev,
		 unsigned int cmd, void __user *arg)
{
	struct pioata_chan *ch = hba->priv;
	bool raw = cmd == HDIO_DRIVE_CMD || cmd == HDIO_DRIVE_TASK;

	if (raw && !(capable(CAP_SYS_ADMIN) && capable(CAP_SYS_RAWIO)))
		return -EACCES;
	/* Old versions of hdparm wait for a flush by this, as with libata. */
	if (raw && !arg)
		return -EINVAL;
	switch (cmd) {
	case HDIO_GET_IDENTITY:
		return get_identity(ch, sdev, arg);
	case HDIO_GET_32BIT:
		return get_32bit(ch, arg);
	case HDIO_SET_32BIT:
		return set_32bit(ch, arg);
	case HDIO_DRIVE_CMD:
		return drive_cmd(sdev, arg);
	case HDIO_DRIVE_TASK:
		return drive_task(sdev, arg);
	default:
		return -ENOTTY;
	}
}

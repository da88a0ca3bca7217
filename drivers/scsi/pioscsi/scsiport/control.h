/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_CONTROL_H
#define _SCSIPORT_CONTROL_H

#include <linux/mutex.h>

#include "sp.h"

struct request;

/**
 * struct sp_control - the private request that an HBA executes
 * @rq: its request in the block layer while it is executed, else %NULL
 * @buf: SRB_IO_CONTROL and data, from and for the user
 * @len: bytes of @buf
 * @moved: bytes that the miniport returned
 * @status: the miniport's status, SRB_STATUS_PENDING if there is none
 */
struct sp_control {
	struct request *rq;
	void *buf;
	unsigned int len;
	unsigned int moved;
	u8 status;
};

/**
 * struct sp_priv - the front end's part of &pioscsi_hba
 * @sp: the HBA
 * @control_lock: held while @control is executed
 * @control: the private request
 *
 * @sp may be removed while an ioctl waits. So an ioctl uses only @control_lock
 * and @control, which live as long as the host.
 */
struct sp_priv {
	struct sp_hba *sp;
	struct mutex control_lock;	/* one private request at a time */
	struct sp_control control;
};

int sp_control_ioctl(struct pioscsi_hba *hba, struct scsi_device *sdev,
		     unsigned int cmd, void __user *arg);
int sp_control_run(struct pioscsi_hba *hba, struct scsi_device *sdev, void *buf,
		   unsigned int len);
int sp_control_execute(struct scsi_device *sdev, struct sp_control *control,
		       unsigned int seconds);
bool sp_control_begins_long(struct sp_hba *sp, struct scsi_cmnd *scmd);
bool sp_control_begin(struct sp_hba *sp, struct sp_slot *slot);
int sp_control_end(struct sp_hba *sp, struct sp_slot *slot);

#endif /* _SCSIPORT_CONTROL_H */

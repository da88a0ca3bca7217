// SPDX-License-Identifier: GPL-2.0-only
/*
 * Private requests (SRB_FUNCTION_IO_CONTROL), which a user sends by an ioctl. A
 * private request is a command of the midlayer, so that the queue, the timeout
 * and the resets are those of all commands. Its data goes through the bounce
 * buffer of its tag: a late access of the miniport cannot reach freed memory.
 */
#include <linux/blk-mq.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "../compat.h"
#include "control.h"
#include "data.h"
#include "dma.h"
#include "status.h"

/*
 * The vendor-specific operation code of the command. Error handling sends its
 * own commands in the same request, which have other ones.
 */
#define CONTROL_OPCODE		0xff
#define CONTROL_CDB_BYTES	6

/* SRB_IO_CONTROL.Timeout, seconds: for 0, and at most. */
#define TIMEOUT_DEFAULT		60U
#define TIMEOUT_MAX		3600U

static struct sp_control *control_of(struct sp_hba *sp)
{
	struct sp_priv *priv = sp->hba->priv;

	return &priv->control;
}

static bool is_private(const struct sp_control *control, struct scsi_cmnd *scmd)
{
	return READ_ONCE(control->rq) == scsi_cmd_to_rq(scmd) &&
	       scmd->cmnd[0] == CONTROL_OPCODE;
}

/**
 * sp_control_begins_long() - tell whether a command is a private request with
 * much data
 * @sp: the HBA
 * @scmd: the command
 *
 * Context: owner of the chip.
 * Return: true if only a task may copy the data.
 */
bool sp_control_begins_long(struct sp_hba *sp, struct scsi_cmnd *scmd)
{
	const struct sp_control *control = control_of(sp);

	return is_private(control, scmd) && control->len > SP_LONG_BYTES;
}

/**
 * sp_control_begin() - fill in a request if its command is a private one
 * @sp: the HBA
 * @slot: the request, filled in as for a SCSI command, but for its data
 *
 * Context: owner of the chip.
 * Return: true if it is.
 */
bool sp_control_begin(struct sp_hba *sp, struct sp_slot *slot)
{
	struct sp_control *control = control_of(sp);
	struct scsi_cmnd *scmd = slot->cmd->scmd;
	PSCSI_REQUEST_BLOCK srb = &slot->srb;

	slot->control = NULL;
	if (!is_private(control, scmd))
		return false;
	slot->control = control;
	slot->direct = false;
	slot->len = control->len;
	sp_data_copy(slot->bounce, control->buf, control->len);
	memset(srb->Cdb, 0, sizeof(srb->Cdb));
	srb->CdbLength = 0;
	srb->Function = SRB_FUNCTION_IO_CONTROL;
	srb->SrbFlags |= SRB_FLAGS_UNSPECIFIED_DIRECTION;
	slot->data = slot->bounce;
	srb->DataBuffer = slot->data;
	srb->DataTransferLength = control->len;
	return true;
}

/**
 * sp_control_end() - take the result of a private request
 * @sp: the HBA
 * @slot: the request, completed by the miniport
 *
 * Context: owner of the chip.
 * Return: the result for the midlayer, which sends a busy request again.
 */
int sp_control_end(struct sp_hba *sp, struct sp_slot *slot)
{
	struct sp_control *control = slot->control;

	sp_dma_unmap(sp, slot);
	slot->control = NULL;
	control->status = SRB_STATUS(slot->srb.SrbStatus);
	if (control->status == SRB_STATUS_BUSY)
		return SAM_STAT_BUSY;
	if (sp_is_overrun(&slot->srb, control->len))
		control->status = SRB_STATUS_ERROR;
	control->moved = min(slot->srb.DataTransferLength, control->len);
	sp_data_copy(control->buf, slot->bounce, control->moved);
	return SAM_STAT_GOOD;
}

/**
 * sp_control_execute() - send a private request to the midlayer, and wait
 * @sdev: the device
 * @control: the request
 * @seconds: its timeout
 *
 * Context: task; sleeps.
 * Return: 0 or a negative error.
 */
int sp_control_execute(struct scsi_device *sdev, struct sp_control *control,
		       unsigned int seconds)
{
	struct scsi_cmnd *scmd;
	struct request *rq;
	blk_status_t status;
	bool timed_out;

	KUNIT_STATIC_STUB_REDIRECT(sp_control_execute, sdev, control, seconds);
	rq = scsi_alloc_request(sdev->request_queue, REQ_OP_DRV_IN, 0);
	if (IS_ERR(rq))
		return PTR_ERR(rq);
	scmd = blk_mq_rq_to_pdu(rq);
	scmd->cmnd[0] = CONTROL_OPCODE;
	scmd->cmd_len = CONTROL_CDB_BYTES;
	rq->timeout = seconds * HZ;
	rq->rq_flags |= RQF_QUIET;
	WRITE_ONCE(control->rq, rq);
	status = blk_execute_rq(rq, false);
	WRITE_ONCE(control->rq, NULL);
	timed_out = host_byte(scmd->result) == DID_TIME_OUT;
	blk_mq_free_request(rq);
	return timed_out ? -ETIMEDOUT : blk_status_to_errno(status);
}

/* A miniport that has completed the request decides; else the midlayer does. */
static int error_of(u8 status, int err)
{
	if (sp_is_absent(status))
		return -ENXIO;
	switch (status) {
	case SRB_STATUS_SUCCESS:
	case SRB_STATUS_DATA_OVERRUN:
		return 0;
	case SRB_STATUS_PENDING:
		return err ?: -EIO;
	case SRB_STATUS_INVALID_REQUEST:
	case SRB_STATUS_BAD_FUNCTION:
		return -EOPNOTSUPP;
	case SRB_STATUS_TIMEOUT:
	case SRB_STATUS_COMMAND_TIMEOUT:
		return -ETIMEDOUT;
	case SRB_STATUS_BUSY:
		return -EBUSY;
	default:
		return -EIO;
	}
}

/**
 * sp_control_run() - execute a private request
 * @hba: the HBA
 * @sdev: the device whose address the request has
 * @buf: SRB_IO_CONTROL and data; the miniport's answer replaces them
 * @len: bytes of @buf
 *
 * Context: task; sleeps.
 * Return: the number of valid bytes in @buf, or a negative error.
 */
int sp_control_run(struct pioscsi_hba *hba, struct scsi_device *sdev, void *buf,
		   unsigned int len)
{
	const SRB_IO_CONTROL *head = buf;
	unsigned int seconds = head->Timeout ?: TIMEOUT_DEFAULT;
	struct sp_priv *priv = hba->priv;
	struct sp_control *control = &priv->control;
	int err;

	if (head->HeaderLength != sizeof(*head))
		return -EINVAL;
	err = mutex_lock_interruptible(&priv->control_lock);
	if (err)
		return err;
	control->buf = buf;
	control->len = len;
	control->moved = 0;
	control->status = SRB_STATUS_PENDING;
	err = sp_control_execute(sdev, control, min(seconds, TIMEOUT_MAX));
	err = error_of(control->status, err) ?: (int)control->moved;
	mutex_unlock(&priv->control_lock);
	return err;
}

/* Copy the header, which has been read already, only once. */
static void *copy_request(const SRB_IO_CONTROL *head, void __user *arg,
			  unsigned int len)
{
	void *buf = kvmalloc(len, GFP_KERNEL);

	if (!buf)
		return ERR_PTR(-ENOMEM);
	memcpy(buf, head, sizeof(*head));
	if (!copy_from_user(buf + sizeof(*head), arg + sizeof(*head),
			    len - sizeof(*head)))
		return buf;
	kvfree(buf);
	return ERR_PTR(-EFAULT);
}

/**
 * sp_control_ioctl() - execute an ioctl of a device
 * @hba: the HBA
 * @sdev: the device
 * @cmd: the ioctl
 * @arg: SRB_IO_CONTROL, with its data behind it
 *
 * Context: task; sleeps.
 * Return: 0 or a negative error; -ENOTTY for an unknown ioctl.
 */
int sp_control_ioctl(struct pioscsi_hba *hba, struct scsi_device *sdev,
		     unsigned int cmd, void __user *arg)
{
	SRB_IO_CONTROL head;
	unsigned int len;
	void *buf;
	int ret;

	if (cmd != IOCTL_SCSI_MINIPORT)
		return -ENOTTY;
	if (!(capable(CAP_SYS_ADMIN) && capable(CAP_SYS_RAWIO)))
		return -EACCES;
	if (copy_from_user(&head, arg, sizeof(head)))
		return -EFAULT;
	if (head.Length > SP_TRANSFER_MAX - sizeof(head))
		return -EINVAL;
	len = sizeof(head) + head.Length;
	buf = copy_request(&head, arg, len);
	if (IS_ERR(buf))
		return PTR_ERR(buf);
	ret = sp_control_run(hba, sdev, buf, len);
	if (ret > 0 && copy_to_user(arg, buf, ret))
		ret = -EFAULT;
	kvfree(buf);
	return min(ret, 0);
}

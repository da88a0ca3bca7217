/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_STATUS_H
#define _SCSIPORT_STATUS_H

#include <linux/types.h>

#include "nt.h"
#include "sp.h"

/**
 * sp_is_absent() - tell whether a status reports an absent device
 * @status: SRB_STATUS() of a completed request
 *
 * Context: any.
 * Return: true if so.
 */
static inline bool sp_is_absent(UCHAR status)
{
	switch (status) {
	case SRB_STATUS_SELECTION_TIMEOUT:
	case SRB_STATUS_NO_DEVICE:
	case SRB_STATUS_NO_HBA:
	case SRB_STATUS_INVALID_PATH_ID:
	case SRB_STATUS_INVALID_TARGET_ID:
	case SRB_STATUS_INVALID_LUN:
		return true;
	default:
		return false;
	}
}

/**
 * sp_is_overrun() - tell whether a request had more data than its buffer holds
 * @srb: the completed request
 * @len: bytes of its buffer
 *
 * An underrun has the same status, and fewer bytes.
 *
 * Context: any.
 * Return: true if so.
 */
static inline bool sp_is_overrun(const SCSI_REQUEST_BLOCK *srb,
				 unsigned int len)
{
	return SRB_STATUS(srb->SrbStatus) == SRB_STATUS_DATA_OVERRUN &&
	       srb->DataTransferLength >= len;
}

int sp_result_of(const SCSI_REQUEST_BLOCK *srb, const struct sp_lu *lu,
		 unsigned int len);
void sp_note_presence(struct sp_lu *lu, UCHAR status);
unsigned int sp_moved_by(const SCSI_REQUEST_BLOCK *srb, unsigned int len);

#endif /* _SCSIPORT_STATUS_H */

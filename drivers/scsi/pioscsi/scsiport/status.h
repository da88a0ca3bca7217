/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_STATUS_H
#define _SCSIPORT_STATUS_H

#include <linux/types.h>

#include "nt.h"

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

#endif /* _SCSIPORT_STATUS_H */

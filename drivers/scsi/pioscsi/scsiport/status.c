// SPDX-License-Identifier: GPL-2.0-only
/* The status of a completed request. */
#include <linux/minmax.h>
#include <scsi/scsi.h>

#include "status.h"

/* More selections in a row than a command has retries: the target is gone. */
#define MISSED_MAX	6

/* A miniport may report CHECK CONDITION by its sense data alone. */
static UCHAR scsi_status_of(const SCSI_REQUEST_BLOCK *srb)
{
	if (!srb->ScsiStatus && srb->SrbStatus & SRB_STATUS_AUTOSENSE_VALID)
		return SAM_STAT_CHECK_CONDITION;
	return srb->ScsiStatus;
}

/**
 * sp_result_of() - translate the end of a request for the midlayer
 * @srb: the completed request
 * @lu: its logical unit
 * @len: bytes of its buffer
 *
 * ScsiPort and its class drivers retry a selection that timed out, and a
 * request that the miniport has aborted by itself. The midlayer retries
 * DID_ERROR, up to a limit. A scan must not wait for retries of absent targets.
 *
 * Context: owner of the chip.
 * Return: the result of its command.
 */
int sp_result_of(const SCSI_REQUEST_BLOCK *srb, const struct sp_lu *lu,
		 unsigned int len)
{
	UCHAR status = SRB_STATUS(srb->SrbStatus);

	if (status == SRB_STATUS_SELECTION_TIMEOUT && lu->answered)
		return DID_ERROR << 16;
	if (sp_is_absent(status))
		return DID_NO_CONNECT << 16;
	if (sp_is_overrun(srb, len))
		return scsi_status_of(srb) ?: DID_ERROR << 16;
	switch (status) {
	case SRB_STATUS_SUCCESS:
		return srb->ScsiStatus;
	case SRB_STATUS_DATA_OVERRUN:
		return scsi_status_of(srb);
	case SRB_STATUS_ERROR:
		return scsi_status_of(srb) ?: DID_ERROR << 16;
	case SRB_STATUS_BUSY:
		return SAM_STAT_BUSY;
	case SRB_STATUS_BUS_RESET:
		return DID_RESET << 16;
	case SRB_STATUS_PARITY_ERROR:
		return DID_PARITY << 16;
	default:
		/* A timeout too: DID_TIME_OUT would reset all buses. */
		return DID_ERROR << 16;
	}
}

/**
 * sp_note_presence() - note whether there is a target
 * @lu: the logical unit
 * @status: SRB_STATUS() of a completed request of the unit
 *
 * Other results do not tell.
 *
 * Context: owner of the chip.
 */
void sp_note_presence(struct sp_lu *lu, UCHAR status)
{
	if (sp_is_absent(status)) {
		lu->present = false;
		if (++lu->missed > MISSED_MAX)
			lu->answered = false;
	} else if (status == SRB_STATUS_SUCCESS || status == SRB_STATUS_ERROR ||
		   status == SRB_STATUS_DATA_OVERRUN) {
		lu->present = true;
		lu->answered = true;
		lu->missed = 0;
	}
}

/**
 * sp_moved_by() - tell how much data a request has moved
 * @srb: the completed request
 * @len: bytes of its buffer
 *
 * An error leaves an unknown number of valid bytes.
 *
 * Context: any.
 * Return: bytes.
 */
unsigned int sp_moved_by(const SCSI_REQUEST_BLOCK *srb, unsigned int len)
{
	switch (SRB_STATUS(srb->SrbStatus)) {
	case SRB_STATUS_SUCCESS:
	case SRB_STATUS_DATA_OVERRUN:
	case SRB_STATUS_ERROR:
		return min(srb->DataTransferLength, len);
	default:
		return 0;
	}
}

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SUBMIT_H
#define _PIOSCSI_SUBMIT_H

#include "compat.h"

scsi_qc_status_t pioscsi_queuecommand(struct Scsi_Host *shost,
				      struct scsi_cmnd *scmd);
scsi_qc_status_t pioscsi_queuecommand_direct(struct Scsi_Host *shost,
					     struct scsi_cmnd *scmd);

#endif /* _PIOSCSI_SUBMIT_H */

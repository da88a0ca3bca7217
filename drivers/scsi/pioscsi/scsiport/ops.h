/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_OPS_H
#define _SCSIPORT_OPS_H

#include "sp.h"

extern const struct pioscsi_ops sp_ops;

void sp_new_device(struct pioscsi_hba *hba, const struct scsi_device *sdev);

#endif /* _SCSIPORT_OPS_H */

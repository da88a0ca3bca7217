/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_DATA_H
#define _SCSIPORT_DATA_H

#include "sp.h"

bool sp_data_is_long(const struct sp_hba *sp, struct scsi_cmnd *scmd);
void sp_data_begin(struct sp_hba *sp, struct sp_slot *slot);
void sp_data_end(struct sp_hba *sp, struct sp_slot *slot, unsigned int moved);

#endif /* _SCSIPORT_DATA_H */

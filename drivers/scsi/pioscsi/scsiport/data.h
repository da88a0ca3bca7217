/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_DATA_H
#define _SCSIPORT_DATA_H

#include <linux/sizes.h>

#include "sp.h"

/* Only a task copies or clears more bytes. */
#define SP_LONG_BYTES	SZ_4K

bool sp_data_begins_long(const struct sp_hba *sp, struct scsi_cmnd *scmd);
bool sp_data_ends_long(const struct sp_hba *sp, const struct sp_slot *slot);
void sp_data_copy(void *to, const void *from, unsigned int len);
void sp_data_flush(struct page *page);
void sp_data_begin(struct sp_hba *sp, struct sp_slot *slot);
void sp_data_end(struct sp_hba *sp, struct sp_slot *slot, unsigned int moved);

#endif /* _SCSIPORT_DATA_H */

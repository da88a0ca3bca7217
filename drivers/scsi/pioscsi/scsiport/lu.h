/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_LU_H
#define _SCSIPORT_LU_H

#include "sp.h"

struct sp_lu *sp_lu_find(struct sp_hba *sp, u8 path, u8 id, u8 lun);
struct sp_lu *sp_lu_get(struct sp_hba *sp, u8 path, u8 id, u8 lun);
void sp_lu_use_next(struct sp_hba *sp, struct sp_lu *lu);
void sp_lu_reset_all(struct sp_hba *sp);
void sp_lu_renew(struct sp_hba *sp, u8 path, u8 id, u8 lun);
void sp_lu_free_all(struct sp_hba *sp);

#endif /* _SCSIPORT_LU_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_SRB_H
#define _SCSIPORT_SRB_H

#include "sp.h"

int sp_srb_alloc(struct sp_hba *sp);
void sp_srb_free(struct sp_hba *sp);
void sp_srb_fill(struct sp_hba *sp, struct sp_slot *slot,
		 struct pioscsi_cmd *cmd, struct sp_lu *lu);
void sp_srb_fill_own(struct sp_hba *sp, struct sp_slot *slot, struct sp_lu *lu,
		     UCHAR function);
void sp_srb_activate(struct sp_hba *sp, struct sp_slot *slot);
struct pioscsi_cmd *sp_srb_finish(struct sp_hba *sp, struct sp_slot *slot);
void sp_srb_drop(struct sp_hba *sp, struct sp_slot *slot);
void sp_srb_complete(struct sp_hba *sp, PSCSI_REQUEST_BLOCK srb);
void sp_srb_answer(struct sp_hba *sp, struct sp_slot *slot, UCHAR status);
void sp_srb_withdraw(struct sp_hba *sp, struct sp_slot *slot);
unsigned int sp_srb_complete_all(struct sp_hba *sp, u8 path, u8 id, u8 lun,
				 u8 status);

#endif /* _SCSIPORT_SRB_H */

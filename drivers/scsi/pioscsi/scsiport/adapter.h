/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_ADAPTER_H
#define _SCSIPORT_ADAPTER_H

#include "sp.h"

void sp_adapter_query(struct sp_hba *sp);
void sp_adapter_ignore_interrupts(struct sp_hba *sp);
void sp_adapter_stop(struct sp_hba *sp);
void sp_adapter_end_interrupts(struct sp_hba *sp);
bool sp_adapter_restart(struct sp_hba *sp);

#endif /* _SCSIPORT_ADAPTER_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_DEBUG_H
#define _SCSIPORT_DEBUG_H

#include "sp.h"

void sp_debug_add(struct sp_hba *sp);
void sp_debug_remove(struct sp_hba *sp);
void sp_debug_start(void);
void sp_debug_stop(void);

#endif /* _SCSIPORT_DEBUG_H */

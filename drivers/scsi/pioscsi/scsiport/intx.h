/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_INTX_H
#define _SCSIPORT_INTX_H

#include "sp.h"

void sp_intx_disable(const struct sp_place *place);
void sp_intx_enable(struct sp_hba *sp);

#endif /* _SCSIPORT_INTX_H */

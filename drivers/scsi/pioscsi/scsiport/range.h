/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_RANGE_H
#define _SCSIPORT_RANGE_H

#include "sp.h"

void sp_range_free_all(struct sp_hba *sp);

#endif /* _SCSIPORT_RANGE_H */

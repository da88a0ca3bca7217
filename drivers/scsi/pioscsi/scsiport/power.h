/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_POWER_H
#define _SCSIPORT_POWER_H

#include "sp.h"

void sp_power_stop(struct sp_hba *sp);

#endif /* _SCSIPORT_POWER_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_POWER_H
#define _SCSIPORT_POWER_H

#include <linux/pm.h>

#include "sp.h"

extern const struct dev_pm_ops sp_pm_ops;

unsigned int sp_power_flush_ms(void);
void sp_power_stop(struct sp_hba *sp);
void sp_power_shutdown(struct list_head *found);

#endif /* _SCSIPORT_POWER_H */

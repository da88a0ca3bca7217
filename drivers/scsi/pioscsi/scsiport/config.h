/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_CONFIG_H
#define _SCSIPORT_CONFIG_H

#include "sp.h"

void sp_config_init(struct sp_hba *sp);
ULONG sp_find_adapter(struct sp_hba *sp, BOOLEAN *again);
int sp_config_own_id(const struct sp_hba *sp, unsigned int path);
unsigned int sp_config_irq(const struct sp_hba *sp);
int sp_config_check(struct sp_hba *sp);
bool sp_config_fits(struct sp_hba *sp);
void sp_config_apply(struct sp_hba *sp);

#endif /* _SCSIPORT_CONFIG_H */

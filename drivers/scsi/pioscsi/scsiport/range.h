/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_RANGE_H
#define _SCSIPORT_RANGE_H

#include <linux/types.h>

#include "sp.h"

void __iomem *sp_range_map(resource_size_t start, ULONG len, bool ports);
void sp_range_unmap(void __iomem *mapped, bool ports);
bool sp_range_has_all(const struct sp_hba *sp, const struct sp_hba *other);
int sp_range_accept(struct sp_hba *sp);
bool sp_range_fits(const struct sp_hba *sp);
void sp_range_forget(struct sp_hba *sp);
void sp_range_free_all(struct sp_hba *sp);

#endif /* _SCSIPORT_RANGE_H */

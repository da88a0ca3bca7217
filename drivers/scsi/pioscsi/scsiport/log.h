/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_LOG_H
#define _SCSIPORT_LOG_H

#include <linux/compiler_attributes.h>

#include "sp.h"

__printf(3, 4)
void sp_warn(struct sp_hba *sp, bool often, const char *fmt, ...);

#endif /* _SCSIPORT_LOG_H */

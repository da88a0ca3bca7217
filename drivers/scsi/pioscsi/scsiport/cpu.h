/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_CPU_H
#define _SCSIPORT_CPU_H

#include <linux/types.h>

void sp_share_cpu(void);
u64 sp_waited_ns(void);
u64 sp_cpu_ns(void);
u64 sp_cpu_ns_since(u64 begun);

#endif /* _SCSIPORT_CPU_H */

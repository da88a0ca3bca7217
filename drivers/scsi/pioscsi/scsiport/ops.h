/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_OPS_H
#define _SCSIPORT_OPS_H

#include "sp.h"

extern const struct pioscsi_ops sp_ops;

#endif /* _SCSIPORT_OPS_H */

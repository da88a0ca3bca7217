/* SPDX-License-Identifier: GPL-2.0-only */
/* The headers of miniports, for sources that include headers of Linux too. */
#ifndef _SCSIPORT_NT_H
#define _SCSIPORT_NT_H

#include <linux/string.h>
#include <linux/types.h>

/* Leaves out what the kernel has by the same name. */
#define __KERNEL_SOURCE_OF_SCSIPORT__
#include <pioscsi/scsiport/ntddscsi.h>
#include <pioscsi/scsiport/srb.h>

#endif /* _SCSIPORT_NT_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trace events themselves: see trace.h.
 */
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

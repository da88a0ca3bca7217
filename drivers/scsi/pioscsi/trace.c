// SPDX-License-Identifier: GPL-2.0-only
/* Definitions of the trace events in trace.h. */
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

// SPDX-License-Identifier: GPL-2.0-only
/*
 * HwScsiAdapterControl: stop and restart. A miniport without it keeps its HBA
 * as it is, and is reset after a suspend.
 */
#include <linux/kernel.h>

#include "defer.h"
#include "power.h"
#include "routine.h"

/* The list of a query, with its elements. */
struct control_list {
	SCSI_SUPPORTED_CONTROL_TYPE_LIST head;
	BOOLEAN supported[ScsiAdapterControlMax];
};

static bool supports(struct sp_hba *sp, SCSI_ADAPTER_CONTROL_TYPE type)
{
	struct control_list list = {
		.head.MaxControlType = ScsiAdapterControlMax,
	};

	if (!sp->hw.HwAdapterControl ||
	    sp->hw.HwAdapterControl(sp->dx, ScsiQuerySupportedControlTypes,
				    &list) != ScsiAdapterControlSuccess)
		return false;
	return list.supported[type];
}

static bool control(struct sp_hba *sp, SCSI_ADAPTER_CONTROL_TYPE type)
{
	SCSI_ADAPTER_CONTROL_STATUS status;
	struct sp_call call;

	if (!supports(sp, type))
		return false;
	sp_enter(sp, &call);
	status = sp->hw.HwAdapterControl(sp->dx, type, NULL);
	sp_leave(sp, &call, SP_CONTROL);
	return status == ScsiAdapterControlSuccess;
}

/**
 * sp_power_stop() - have the miniport stop its HBA (ScsiStopAdapter)
 * @sp: the HBA, which has no request
 *
 * Context: task; no other context calls the miniport.
 */
void sp_power_stop(struct sp_hba *sp)
{
	control(sp, ScsiStopAdapter);
}

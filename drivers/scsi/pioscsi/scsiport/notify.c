// SPDX-License-Identifier: GPL-2.0-only
/*
 * ScsiPortNotification(): the miniport tells what it has done, or asks to be
 * called back. No routine of the miniport is called from here, except
 * HwScsiDisableInterruptsCallback.
 */
#include <linux/export.h>
#include <linux/stdarg.h>
#include <linux/workqueue.h>

#include "defer.h"
#include "lu.h"
#include "sp.h"
#include "srb.h"
#include "timer.h"
#include "verify.h"

static void next_request(struct sp_hba *sp)
{
	sp->next = true;
	WRITE_ONCE(sp->event, true);
}

/* HwScsiFindAdapter may reset the bus before the port has the HBA. */
static void reset_detected(struct sp_hba *sp)
{
	if (sp->hba)
		pioscsi_settle(sp->hba);
	else
		sp->was_reset = true;
}

static void next_lu_request(struct sp_hba *sp, u8 path, u8 id, u8 lun)
{
	struct sp_lu *lu = sp_lu_find(sp, path, id, lun);

	if (lu && lu->nr_untagged)
		sp_broke_rule(sp, SP_RULE_NEXT_LU, id);
	else if (lu && lu->nr_active)
		lu->next = true;
	sp->next_lu = true;
	sp->next_busy = true;
	/*
	 * Each NextLuRequest admits one request, which may also be for another,
	 * idle unit.
	 */
	next_request(sp);
}

/*
 * The work sends INQUIRY commands, so it cannot run here. It is frozen during a
 * suspend: a suspended HBA answers no command. A stopped HBA is scanned after
 * its restart.
 */
static void bus_changed(struct sp_hba *sp, u8 path)
{
	if (path >= SCSI_MAXIMUM_BUSES)
		return;
	set_bit(path, &sp->changed);
	if (!sp->stopped)
		queue_work(system_freezable_wq, &sp->change);
}

static void notify_locked(struct sp_hba *sp, SCSI_NOTIFICATION_TYPE type,
			  va_list *args)
{
	u8 path, id, lun;

	switch (type) {
	case RequestComplete:
		sp_srb_complete(sp, va_arg(*args, PSCSI_REQUEST_BLOCK));
		break;
	case NextRequest:
		next_request(sp);
		break;
	case NextLuRequest:
		path = va_arg(*args, int);
		id = va_arg(*args, int);
		lun = va_arg(*args, int);
		next_lu_request(sp, path, id, lun);
		break;
	case ResetDetected:
		reset_detected(sp);
		break;
	case CallEnableInterrupts:
		sp_defer(sp, va_arg(*args, PHW_INTERRUPT));
		break;
	case BusChangeDetected:
		bus_changed(sp, va_arg(*args, int));
		break;
	default:
		/* Notifications for WMI have no effect. */
		break;
	}
}

void ScsiPortNotification(SCSI_NOTIFICATION_TYPE NotificationType,
			  PVOID HwDeviceExtension, ...)
{
	struct sp_hba *sp = sp_of_dx(HwDeviceExtension);
	unsigned long flags;
	PHW_TIMER timer;
	va_list args;

	va_start(args, HwDeviceExtension);
	switch (NotificationType) {
	case CallDisableInterrupts:
		sp_undefer(sp, va_arg(args, PHW_INTERRUPT));
		break;
	case RequestTimerCall:
		timer = va_arg(args, PHW_TIMER);
		sp_timer_request(sp, timer, va_arg(args, ULONG));
		break;
	default:
		spin_lock_irqsave(&sp->lock, flags);
		notify_locked(sp, NotificationType, &args);
		spin_unlock_irqrestore(&sp->lock, flags);
		break;
	}
	va_end(args);
}
EXPORT_SYMBOL_GPL(ScsiPortNotification);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors that a miniport reports for the kernel's log. Its routines run with
 * interrupts off, and a line may take 100 ms on a serial console. So a work
 * item writes the lines.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "log.h"

static const char *error_name(ULONG code)
{
	static const char * const names[] = {
		[SP_BUS_PARITY_ERROR] = "parity error on the bus",
		[SP_UNEXPECTED_DISCONNECT] = "unexpected disconnect",
		[SP_INVALID_RESELECTION] = "invalid reselection",
		[SP_BUS_TIME_OUT] = "timeout on the bus",
		[SP_PROTOCOL_ERROR] = "protocol error",
		[SP_INTERNAL_ADAPTER_ERROR] = "internal error of the HBA",
		[SP_REQUEST_TIMEOUT] = "timeout of a request",
		[SP_IRQ_NOT_RESPONDING] = "no interrupt from the HBA",
		[SP_BAD_FW_WARNING] = "outdated firmware",
		[SP_BAD_FW_ERROR] = "unusable firmware",
	};

	if (code >= ARRAY_SIZE(names) || !names[code])
		return "unknown error";
	return names[code];
}

static void log_one(const struct sp_hba *sp, const struct sp_error *error)
{
	dev_warn_ratelimited(sp->place.dev,
			     "miniport reports: %s (code %u, detail 0x%x) at %u:%u:%u%s\n",
			     error_name(error->code), error->code,
			     error->detail, error->path, error->id, error->lun,
			     error->has_srb ? ", with a request" : "");
}

static void log_errors(struct work_struct *work)
{
	struct sp_hba *sp = container_of(work, struct sp_hba, log.work);
	struct sp_error errors[SP_ERRORS_MAX];
	unsigned int nr, lost, i;
	unsigned long flags;

	spin_lock_irqsave(&sp->lock, flags);
	nr = sp->log.nr;
	lost = sp->log.lost;
	memcpy(errors, sp->log.errors, nr * sizeof(errors[0]));
	sp->log.nr = 0;
	sp->log.lost = 0;
	spin_unlock_irqrestore(&sp->lock, flags);
	for (i = 0; i < nr; i++)
		log_one(sp, &errors[i]);
	if (lost)
		dev_warn_ratelimited(sp->place.dev,
				     "miniport reports: %u more errors\n",
				     lost);
}

/**
 * sp_log_init() - prepare the log of a new HBA
 * @sp: the HBA
 *
 * Context: task.
 */
void sp_log_init(struct sp_hba *sp)
{
	INIT_WORK(&sp->log.work, log_errors);
}

/**
 * sp_log_flush() - write all errors into the log
 * @sp: the HBA, whose miniport reports no more errors
 *
 * Context: task; sleeps.
 */
void sp_log_flush(struct sp_hba *sp)
{
	flush_work(&sp->log.work);
}

void ScsiPortLogError(PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb,
		      UCHAR PathId, UCHAR TargetId, UCHAR Lun, ULONG ErrorCode,
		      ULONG UniqueId)
{
	struct sp_hba *sp = sp_of_dx(HwDeviceExtension);
	struct sp_error error = {
		.code = ErrorCode,
		.detail = UniqueId,
		.path = PathId,
		.id = TargetId,
		.lun = Lun,
		.has_srb = Srb,
	};
	unsigned long flags;

	spin_lock_irqsave(&sp->lock, flags);
	if (sp->log.nr < SP_ERRORS_MAX)
		sp->log.errors[sp->log.nr++] = error;
	else
		sp->log.lost++;
	spin_unlock_irqrestore(&sp->lock, flags);
	schedule_work(&sp->log.work);
}
EXPORT_SYMBOL_GPL(ScsiPortLogError);

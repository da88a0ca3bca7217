// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors that a miniport reports for the kernel's log. Its routines run with
 * interrupts off, so a task of the port prints the lines.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/stdarg.h>

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

/**
 * sp_warn() - log a warning about an HBA
 * @sp: the HBA
 * @often: the line may come often, so limit its rate
 * @fmt: format of the line, and its values
 *
 * A task of the port prints the line if the HBA has a port.
 *
 * Context: task, or any but NMI after HwScsiFindAdapter.
 */
void sp_warn(struct sp_hba *sp, bool often, const char *fmt, ...)
{
	struct va_format line = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	line.va = &args;
	if (!sp->hba)
		dev_warn(sp->place.dev, "%pV", &line);
	else if (often)
		pioscsi_log_ratelimited(sp->hba, KERN_WARNING, "%pV", &line);
	else
		pioscsi_log(sp->hba, KERN_WARNING, "%pV", &line);
	va_end(args);
}

void ScsiPortLogError(PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb,
		      UCHAR PathId, UCHAR TargetId, UCHAR Lun, ULONG ErrorCode,
		      ULONG UniqueId)
{
	struct sp_hba *sp = sp_of_dx(HwDeviceExtension);

	sp_warn(sp, true,
		"miniport reports: %s (code %u, detail 0x%x) at %u:%u:%u%s\n",
		error_name(ErrorCode), ErrorCode, UniqueId, PathId, TargetId,
		Lun, Srb ? ", with a request" : "");
}
EXPORT_SYMBOL_GPL(ScsiPortLogError);

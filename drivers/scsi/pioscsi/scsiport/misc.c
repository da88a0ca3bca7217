// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions that need no HBA: time, memory, addresses and messages.
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/printk.h>

#include "cpu.h"
#include "sp.h"

/* From 1601 to 1970, in units of 100 ns. */
#define EPOCH_1601	116444736000000000LL

/* Longest wait between two calls of the scheduler; udelay() takes 1000. */
#define STALL_US	100U

/* A miniport may poll its HBA for long in its callback. */
void ScsiPortStallExecution(ULONG Delay)
{
	for (; Delay > STALL_US; Delay -= STALL_US) {
		udelay(STALL_US);
		sp_share_cpu();
	}
	udelay(Delay);
	sp_share_cpu();
}
EXPORT_SYMBOL_GPL(ScsiPortStallExecution);

void ScsiPortQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
	CurrentTime->QuadPart = EPOCH_1601 +
				div_s64(ktime_get_real_fast_ns(), 100);
}
EXPORT_SYMBOL_GPL(ScsiPortQuerySystemTime);

void ScsiPortMoveMemory(PVOID WriteBuffer, PVOID ReadBuffer, ULONG Length)
{
	memmove(WriteBuffer, ReadBuffer, Length);
}
EXPORT_SYMBOL_GPL(ScsiPortMoveMemory);

SCSI_PHYSICAL_ADDRESS
ScsiPortConvertUlongToPhysicalAddress(ULONG_PTR UlongAddress)
{
	return (SCSI_PHYSICAL_ADDRESS){ .QuadPart = UlongAddress };
}
EXPORT_SYMBOL_GPL(ScsiPortConvertUlongToPhysicalAddress);

void ScsiDebugPrint(ULONG DebugPrintLevel, PCCHAR DebugMessage, ...)
{
	struct va_format vaf;
	va_list args;

	va_start(args, DebugMessage);
	vaf.fmt = DebugMessage;
	vaf.va = &args;
	pr_debug("%u: %pV", DebugPrintLevel, &vaf);
	va_end(args);
}
EXPORT_SYMBOL_GPL(ScsiDebugPrint);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranges of registers: reserved and mapped for HwScsiFindAdapter, and released
 * with the HBA.
 */
#include <linux/export.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/slab.h>

#include "range.h"
#include "verify.h"

/**
 * struct sp_base - a mapped range
 * @node: in &sp_hba.bases
 * @mapped: the address that the miniport got
 * @start: first address
 * @len: bytes
 * @ports: I/O ports
 */
struct sp_base {
	struct list_head node;
	void __iomem *mapped;
	resource_size_t start;
	ULONG len;
	bool ports;
};

static bool reserve(struct sp_hba *sp, struct sp_base *base)
{
	if (base->ports)
		return request_region(base->start, base->len, sp->drv->name);
	return request_mem_region(base->start, base->len, sp->drv->name);
}

static void release(struct sp_base *base)
{
	if (base->ports)
		release_region(base->start, base->len);
	else
		release_mem_region(base->start, base->len);
}

static void __iomem *map(const struct sp_base *base)
{
	if (!base->ports)
		return ioremap(base->start, base->len);
#ifdef CONFIG_HAS_IOPORT_MAP
	return ioport_map(base->start, base->len);
#else
	return NULL;
#endif
}

static void unmap(const struct sp_base *base)
{
	if (!base->ports)
		iounmap(base->mapped);
#ifdef CONFIG_HAS_IOPORT_MAP
	else
		ioport_unmap(base->mapped);
#endif
}

static void free_base(struct sp_base *base)
{
	list_del(&base->node);
	unmap(base);
	release(base);
	kfree(base);
}

/* Configuration functions have an effect in HwScsiFindAdapter only. */
static bool is_finding(struct sp_hba *sp)
{
	if (!sp->finding)
		sp_broke_rule(sp, SP_RULE_CONFIG, 0);
	return sp->finding;
}

BOOLEAN ScsiPortValidateRange(PVOID HwDeviceExtension, INTERFACE_TYPE BusType,
			      ULONG SystemIoBusNumber,
			      SCSI_PHYSICAL_ADDRESS IoAddress,
			      ULONG NumberOfBytes, BOOLEAN InIoSpace)
{
	struct sp_hba *sp = sp_of_dx(HwDeviceExtension);
	struct sp_base base = {
		.start = IoAddress.QuadPart,
		.len = NumberOfBytes,
		.ports = InIoSpace,
	};

	if (!is_finding(sp) || !NumberOfBytes || !reserve(sp, &base))
		return FALSE;
	release(&base);
	return TRUE;
}
EXPORT_SYMBOL_GPL(ScsiPortValidateRange);

PVOID ScsiPortGetDeviceBase(PVOID HwDeviceExtension, INTERFACE_TYPE BusType,
			    ULONG SystemIoBusNumber,
			    SCSI_PHYSICAL_ADDRESS IoAddress,
			    ULONG NumberOfBytes, BOOLEAN InIoSpace)
{
	struct sp_hba *sp = sp_of_dx(HwDeviceExtension);
	struct sp_base *base;

	if (!is_finding(sp) || !NumberOfBytes)
		return NULL;
	base = kzalloc(sizeof(*base), GFP_KERNEL);
	if (!base)
		return NULL;
	base->start = IoAddress.QuadPart;
	base->len = NumberOfBytes;
	base->ports = InIoSpace;
	if (!reserve(sp, base)) {
		dev_warn(sp->place.dev,
			 "another driver has the %s from 0x%llx, %u bytes; not mapping them\n",
			 InIoSpace ? "ports" : "memory",
			 (u64)base->start, base->len);
		goto free;
	}
	base->mapped = map(base);
	if (!base->mapped)
		goto release;
	list_add(&base->node, &sp->bases);
	return (void __force *)base->mapped;

release:
	release(base);
free:
	kfree(base);
	return NULL;
}
EXPORT_SYMBOL_GPL(ScsiPortGetDeviceBase);

VOID ScsiPortFreeDeviceBase(PVOID HwDeviceExtension, PVOID MappedAddress)
{
	struct sp_hba *sp = sp_of_dx(HwDeviceExtension);
	struct sp_base *base, *next;

	if (!is_finding(sp))
		return;
	list_for_each_entry_safe(base, next, &sp->bases, node)
		if ((void __force *)base->mapped == MappedAddress)
			free_base(base);
}
EXPORT_SYMBOL_GPL(ScsiPortFreeDeviceBase);

/**
 * sp_range_free_all() - release all ranges of an HBA
 * @sp: the HBA, whose miniport is not called any more
 *
 * Context: task; may sleep.
 */
void sp_range_free_all(struct sp_hba *sp)
{
	struct sp_base *base, *next;

	list_for_each_entry_safe(base, next, &sp->bases, node)
		free_base(base);
}

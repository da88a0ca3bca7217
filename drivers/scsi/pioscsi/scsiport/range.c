// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranges of registers: reserved and mapped for HwScsiFindAdapter, and released
 * with the HBA.
 */
#include <linux/export.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "../compat.h"
#include "range.h"
#include "verify.h"

/**
 * struct reservation - a range that a device has, for all of its HBAs
 * @node: in @reservations
 * @dev: the device
 * @start: first address
 * @len: bytes
 * @ports: I/O ports
 * @users: mapped ranges in it, and calls of ScsiPortValidateRange()
 */
struct reservation {
	struct list_head node;
	struct device *dev;
	resource_size_t start;
	ULONG len;
	bool ports;
	unsigned int users;
};

/**
 * struct sp_base - a mapped range
 * @node: in &sp_hba.bases
 * @mapped: the address that the miniport got
 * @start: first address
 * @len: bytes
 * @ports: I/O ports
 * @reservation: the reservation that covers it
 */
struct sp_base {
	struct list_head node;
	void __iomem *mapped;
	resource_size_t start;
	ULONG len;
	bool ports;
	struct reservation *reservation;
};

static LIST_HEAD(reservations);
static DEFINE_MUTEX(reservations_lock);	/* protects the list */

/* Whether a reservation of the same device covers the range @wanted. */
static bool covers(const struct reservation *old,
		   const struct reservation *wanted)
{
	return old->dev == wanted->dev && old->ports == wanted->ports &&
	       wanted->start >= old->start && wanted->len <= old->len &&
	       wanted->start - old->start <= old->len - wanted->len;
}

static bool request(const struct reservation *wanted, const char *name)
{
	if (wanted->ports)
		return request_region(wanted->start, wanted->len, name);
	return request_mem_region(wanted->start, wanted->len, name);
}

static struct reservation *add_reservation(const struct reservation *wanted,
					   const char *name)
{
	struct reservation *new = kmemdup(wanted, sizeof(*new), GFP_KERNEL);

	if (!new)
		return NULL;
	if (!request(new, name)) {
		kfree(new);
		return NULL;
	}
	list_add(&new->node, &reservations);
	return new;
}

/*
 * HBAs of a device may share registers. The kernel's list of resources knows no
 * device, so it would refuse the second user of a range.
 */
static struct reservation *reserve(struct sp_hba *sp, u64 start, ULONG len,
				   bool ports)
{
	struct reservation *found = NULL, *old;
	const struct reservation wanted = {
		.dev = sp->place.dev,
		.start = start,
		.len = len,
		.ports = ports,
	};

	mutex_lock(&reservations_lock);
	list_for_each_entry(old, &reservations, node)
		if (covers(old, &wanted))
			found = old;
	if (!found)
		found = add_reservation(&wanted, sp->drv->name);
	if (found)
		found->users++;
	mutex_unlock(&reservations_lock);
	return found;
}

static void release(struct reservation *old)
{
	mutex_lock(&reservations_lock);
	if (!--old->users) {
		list_del(&old->node);
		if (old->ports)
			release_region(old->start, old->len);
		else
			release_mem_region(old->start, old->len);
		kfree(old);
	}
	mutex_unlock(&reservations_lock);
}

/**
 * sp_range_map() - map a range of registers
 * @start: first address
 * @len: bytes
 * @ports: whether they are I/O ports
 *
 * Context: task; may sleep.
 * Return: an address for sp_range_unmap(), or %NULL.
 */
void __iomem *sp_range_map(resource_size_t start, ULONG len, bool ports)
{
	KUNIT_STATIC_STUB_REDIRECT(sp_range_map, start, len, ports);

	if (!ports)
		return ioremap(start, len);
#ifdef CONFIG_HAS_IOPORT_MAP
	return ioport_map(start, len);
#else
	return NULL;
#endif
}

/**
 * sp_range_unmap() - undo sp_range_map()
 * @mapped: its result
 * @ports: whether the range has I/O ports
 *
 * Context: task; may sleep.
 */
void sp_range_unmap(void __iomem *mapped, bool ports)
{
	KUNIT_STATIC_STUB_REDIRECT(sp_range_unmap, mapped, ports);

	if (!ports)
		iounmap(mapped);
#ifdef CONFIG_HAS_IOPORT_MAP
	else
		ioport_unmap(mapped);
#endif
}

static void free_base(struct sp_base *base)
{
	list_del(&base->node);
	sp_range_unmap(base->mapped, base->ports);
	release(base->reservation);
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
	struct reservation *reservation;

	if (!is_finding(sp) || !NumberOfBytes)
		return FALSE;
	reservation = reserve(sp, IoAddress.QuadPart, NumberOfBytes, InIoSpace);
	if (!reservation)
		return FALSE;
	release(reservation);
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
	base->reservation = reserve(sp, IoAddress.QuadPart, NumberOfBytes,
				    InIoSpace);
	if (!base->reservation) {
		dev_warn(sp->place.dev,
			 "cannot reserve the %s from 0x%llx, %u bytes, which another driver or an overlapping range has; not mapping them\n",
			 InIoSpace ? "ports" : "memory",
			 (u64)IoAddress.QuadPart, NumberOfBytes);
		goto free;
	}
	base->mapped = sp_range_map(IoAddress.QuadPart, NumberOfBytes,
				    InIoSpace);
	if (!base->mapped)
		goto release;
	list_add(&base->node, &sp->bases);
	return (void __force *)base->mapped;

release:
	release(base->reservation);
free:
	kfree(base);
	return NULL;
}
EXPORT_SYMBOL_GPL(ScsiPortGetDeviceBase);

VOID ScsiPortFreeDeviceBase(PVOID HwDeviceExtension, PVOID MappedAddress)
{
	struct sp_hba *sp = sp_of_dx(HwDeviceExtension);
	struct sp_base *base;

	if (!is_finding(sp))
		return;
	/* A range that was mapped twice may have one address. */
	list_for_each_entry(base, &sp->bases, node) {
		if ((void __force *)base->mapped != MappedAddress)
			continue;
		free_base(base);
		break;
	}
}
EXPORT_SYMBOL_GPL(ScsiPortFreeDeviceBase);

static bool is_among(const struct list_head *bases,
		     const struct sp_base *wanted)
{
	const struct sp_base *base;

	list_for_each_entry(base, bases, node)
		if (base->start == wanted->start && base->len == wanted->len &&
		    base->ports == wanted->ports)
			return true;
	return false;
}

static bool are_all_among(const struct list_head *bases,
			  const struct list_head *wanted)
{
	const struct sp_base *base;

	list_for_each_entry(base, wanted, node)
		if (!is_among(bases, base))
			return false;
	return true;
}

/**
 * sp_range_has_all() - tell whether an HBA has mapped all ranges of another one
 * @sp: the HBA
 * @other: the other one
 *
 * Context: task.
 * Return: true if so.
 */
bool sp_range_has_all(const struct sp_hba *sp, const struct sp_hba *other)
{
	return are_all_among(&sp->bases, &other->bases);
}

/**
 * sp_range_accept() - note the mapped ranges of an HBA for its restarts
 * @sp: the HBA, after its first HwScsiFindAdapter
 *
 * Context: task; may sleep.
 * Return: 0 or -ENOMEM.
 */
int sp_range_accept(struct sp_hba *sp)
{
	const struct sp_base *base;
	struct sp_base *copy;

	list_for_each_entry(base, &sp->bases, node) {
		copy = kmemdup(base, sizeof(*base), GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
		list_add(&copy->node, &sp->accepted_bases);
	}
	return 0;
}

/**
 * sp_range_fits() - tell whether a restarted HBA has its old ranges
 * @sp: the HBA, after another HwScsiFindAdapter
 *
 * The other HBAs of the device may have the other ranges.
 *
 * Context: task.
 * Return: true if it has mapped no other ranges, and some if it had any.
 */
bool sp_range_fits(const struct sp_hba *sp)
{
	return are_all_among(&sp->accepted_bases, &sp->bases) &&
	       list_empty(&sp->bases) == list_empty(&sp->accepted_bases);
}

/**
 * sp_range_forget() - undo sp_range_accept()
 * @sp: the HBA
 *
 * Context: task.
 */
void sp_range_forget(struct sp_hba *sp)
{
	struct sp_base *copy, *next;

	list_for_each_entry_safe(copy, next, &sp->accepted_bases, node) {
		list_del(&copy->node);
		kfree(copy);
	}
}

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

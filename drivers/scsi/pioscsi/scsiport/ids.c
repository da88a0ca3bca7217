// SPDX-License-Identifier: GPL-2.0-only
/*
 * IDs of a miniport's devices on PCI: from VendorId and DeviceId, or from the
 * module's parameter.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "../compat.h"
#include "find.h"
#include "ids.h"

/* Digits of an ID, hexadecimal. */
#define ID_DIGITS	4U

/* The miniport gives digits as text, without a final zero. */
static int number_of(const char *text, unsigned int len, u16 *number)
{
	int digit;

	if (!text || !len || len > ID_DIGITS)
		return -EINVAL;
	for (*number = 0; len; len--) {
		digit = hex_to_bin(*text++);
		if (digit < 0)
			return -EINVAL;
		*number = *number << 4 | digit;
	}
	return 0;
}

/**
 * sp_id_parse() - read VendorId and DeviceId
 * @id: the IDs
 * @hw: data of ScsiPortInitialize()
 *
 * A DeviceId of fewer than four digits stands for all IDs that begin with it.
 *
 * Context: ScsiPortInitialize(); DriverEntry may reuse the texts afterwards.
 * Return: 0, also without IDs, or -EINVAL.
 */
int sp_id_parse(struct sp_id *id, const HW_INITIALIZATION_DATA *hw)
{
	id->digits = 0;
	if (!hw->VendorIdLength && !hw->DeviceIdLength)
		return 0;
	if (number_of(hw->VendorId, hw->VendorIdLength, &id->vendor) ||
	    number_of(hw->DeviceId, hw->DeviceIdLength, &id->device))
		return -EINVAL;
	id->digits = hw->DeviceIdLength;
	return 0;
}

/* The device IDs that begin with the given digits. */
static unsigned int nr_devices(const struct sp_id *id)
{
	return id->digits ? 1U << 4 * (ID_DIGITS - id->digits) : 0;
}

static void fill(struct pci_device_id *ids, const struct sp_id *id)
{
	unsigned int n, nr = nr_devices(id);

	for (n = 0; n < nr; n++)
		ids[n] = (struct pci_device_id){
			PCI_DEVICE(id->vendor, id->device * nr + n)
		};
}

/* "VVVV:DDDD" in hexadecimal, several with commas. */
static int parse(struct pci_device_id *ids, const char *text)
{
	unsigned int vendor, device, nr = 0;
	int used;

	while (*text) {
		if (nr == SP_IDS_MAX ||
		    sscanf(text, "%4x:%4x%n", &vendor, &device, &used) != 2)
			return -EINVAL;
		ids[nr++] = (struct pci_device_id){
			PCI_DEVICE(vendor, device)
		};
		text += used;
		if (*text == ',')
			text++;
	}
	return nr ? 0 : -EINVAL;
}

/**
 * sp_ids_check() - check the parameter "ids", and log what is wrong
 * @drv: the miniport
 *
 * Context: task.
 * Return: 0, also without the parameter, or -EINVAL.
 */
int sp_ids_check(const struct scsiport_driver *drv)
{
	struct pci_device_id ids[SP_IDS_MAX];

	if (!drv->ids || !parse(ids, drv->ids))
		return 0;
	pr_err("%s: invalid ids=%s: must be VVVV:DDDD in hexadecimal, at most %u\n",
	       drv->name, drv->ids, SP_IDS_MAX);
	return -EINVAL;
}

/**
 * sp_ids_alloc() - make the table of a driver for PCI
 * @init: data of ScsiPortInitialize()
 *
 * The parameter takes the place of the miniport's IDs. sp_ids_check() has
 * accepted it.
 *
 * Context: task; may sleep.
 * Return: the table, freed by kvfree(), or an error pointer.
 */
struct pci_device_id *sp_ids_alloc(const struct sp_init *init)
{
	const struct scsiport_driver *drv = init->drv;
	unsigned int nr = drv->ids ? SP_IDS_MAX : nr_devices(&init->id);
	struct pci_device_id *ids;

	ids = kvcalloc(nr + 1, sizeof(*ids), GFP_KERNEL);
	if (!ids)
		return ERR_PTR(-ENOMEM);
	if (drv->ids)
		parse(ids, drv->ids);
	else
		fill(ids, &init->id);
	return ids;
}

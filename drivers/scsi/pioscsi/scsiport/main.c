// SPDX-License-Identifier: GPL-2.0-only
/*
 * ScsiPort miniports as front ends. Each miniport is a module of its own: its
 * DriverEntry calls ScsiPortInitialize() for each type of bus, or of HBA.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/slab.h>
#include <pioscsi/version.h>

#include "bus.h"
#include "control.h"
#include "debug.h"
#include "find.h"
#include "ids.h"
#include "ops.h"

static bool is_complete(const HW_INITIALIZATION_DATA *hw)
{
	return hw->HwInitialize && hw->HwStartIo && hw->HwFindAdapter &&
	       hw->HwResetBus;
}

/* Each fault has one line in the log. */
static bool is_valid(const struct scsiport_driver *drv,
		     const HW_INITIALIZATION_DATA *hw)
{
	if (hw->HwInitializationDataSize != sizeof(*hw)) {
		pr_err("%s: invalid HwInitializationDataSize %u, must be %zu: not registering it\n",
		       drv->name, hw->HwInitializationDataSize, sizeof(*hw));
		return false;
	}
	if (!is_complete(hw)) {
		pr_err("%s lacks a routine, not registering it\n", drv->name);
		return false;
	}
	if (hw->NumberOfAccessRanges > SP_RANGES_MAX) {
		pr_err("%s: invalid NumberOfAccessRanges %u, at most %u: not registering it\n",
		       drv->name, hw->NumberOfAccessRanges, SP_RANGES_MAX);
		return false;
	}
	if (hw->DeviceExtensionSize > SP_DX_MAX) {
		pr_err("%s: invalid DeviceExtensionSize %u, at most %u bytes: not registering it\n",
		       drv->name, hw->DeviceExtensionSize, SP_DX_MAX);
		return false;
	}
	return true;
}

ULONG ScsiPortInitialize(PVOID Argument1, PVOID Argument2,
			 struct _HW_INITIALIZATION_DATA *HwInitializationData,
			 PVOID HwContext)
{
	struct scsiport_driver *drv = Argument1;
	struct scsiport_state *state = drv->state;
	struct sp_init *init = &state->init[state->nr_inits];
	const HW_INITIALIZATION_DATA *hw = HwInitializationData;

	if (!is_valid(drv, hw))
		return STATUS_UNSUCCESSFUL;
	if (state->nr_inits == SP_INITS_MAX) {
		pr_err("%s: more than %u calls of %s(), ignoring this one\n",
		       drv->name, SP_INITS_MAX, __func__);
		return STATUS_UNSUCCESSFUL;
	}
	if (hw->AdapterInterfaceType == PCIBus && sp_id_parse(&init->id, hw))
		pr_warn("%s: invalid VendorId (%u bytes) or DeviceId (%u bytes), must be 1 to 4 hexadecimal digits: binding no device by them\n",
			drv->name, hw->VendorIdLength, hw->DeviceIdLength);
	init->drv = drv;
	init->hw = *hw;
	/* DriverEntry may reuse the memory of VendorId and DeviceId. */
	init->hw.VendorId = NULL;
	init->hw.DeviceId = NULL;
	init->context = HwContext;
	state->nr_inits++;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(ScsiPortInitialize);

static int register_init(struct sp_init *init)
{
	switch (init->hw.AdapterInterfaceType) {
	case PCIBus:
		return sp_pci_register(init);
	case Internal:
	case Isa:
		return sp_platform_register(init);
	default:
		return -EOPNOTSUPP;
	}
}

static void unregister_init(struct sp_init *init)
{
	switch (init->hw.AdapterInterfaceType) {
	case PCIBus:
		sp_pci_unregister(init);
		break;
	default:
		sp_platform_unregister(init);
		break;
	}
}

/* Keep the data of those that could be registered. */
static int register_all(struct scsiport_state *state)
{
	unsigned int i, kept = 0;
	int err = -ENODEV;

	for (i = 0; i < state->nr_inits; i++) {
		if (kept != i)
			state->init[kept] = state->init[i];
		err = register_init(&state->init[kept]);
		if (!err)
			kept++;
		else
			pr_warn("%s: cannot register for bus type %d (error %d), ignoring this bus type\n",
				state->init[i].drv->name,
				state->init[i].hw.AdapterInterfaceType, err);
	}
	state->nr_inits = kept;
	return kept ? 0 : err;
}

/**
 * scsiport_register() - run a miniport's DriverEntry and bind it to its bus
 * @drv: the miniport
 *
 * Context: task; module initialisation; sleeps.
 * Return: 0 or a negative error.
 */
int scsiport_register(struct scsiport_driver *drv)
{
	struct scsiport_state *state;
	unsigned int status;
	int err;

	err = sp_ids_check(drv);
	if (err)
		return err;
	state = kzalloc(sizeof(*state), GFP_KERNEL);
	if (!state)
		return -ENOMEM;
	drv->state = state;
	mutex_init(&state->device_lock);
	mutex_init(&state->find_lock);
	state->port = (struct pioscsi_driver){
		.name = drv->name,
		.owner = drv->owner,
		.ops = &sp_ops,
		.priv_size = sizeof(struct sp_priv),
		.lba_geometry = true,
		.ioctl = sp_control_ioctl,
		.new_device = sp_new_device,
	};
	err = pioscsi_register_driver(&state->port);
	if (err)
		goto free;
	status = drv->entry(drv, NULL);
	if (!state->nr_inits) {
		pr_err("%s: DriverEntry registered nothing, status 0x%x\n",
		       drv->name, status);
		err = -ENODEV;
		goto free;
	}
	err = register_all(state);
	if (err)
		goto free;
	return 0;

free:
	drv->state = NULL;
	kfree(state);
	return err;
}
EXPORT_SYMBOL_GPL(scsiport_register);

/**
 * scsiport_unregister() - undo scsiport_register()
 * @drv: the miniport
 *
 * Context: task; sleeps.
 */
void scsiport_unregister(struct scsiport_driver *drv)
{
	struct scsiport_state *state = drv->state;

	while (state->nr_inits)
		unregister_init(&state->init[--state->nr_inits]);
	drv->state = NULL;
	kfree(state);
}
EXPORT_SYMBOL_GPL(scsiport_unregister);

static int __init scsiport_init(void)
{
	sp_debug_start();
	return 0;
}
module_init(scsiport_init);

static void __exit scsiport_exit(void)
{
	sp_debug_stop();
}
module_exit(scsiport_exit);

MODULE_AUTHOR("Seed b4971795 maintainers <maintainers@users.noreply.h-seed-b4971795.example>");
MODULE_DESCRIPTION("Runs ScsiPort miniports by the pioscsi port");
MODULE_VERSION(PIOSCSI_VERSION);
MODULE_LICENSE("GPL");

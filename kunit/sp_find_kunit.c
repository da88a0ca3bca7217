// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules 2 to 7 of the ScsiPort API: how a miniport is loaded, and how its HBAs
 * are found.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/irq.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/string.h>

#include "../scsiport/find.h"
#include "../scsiport/ids.h"
#include "fake_miniport.h"

#define DX_BYTES	128

static void expect_zeroed_dx(struct mini *mini, enum mini_step step)
{
	void **seen = mini->arg;

	if (step != MINI_FIND)
		return;
	KUNIT_EXPECT_NULL(mini->test, memchr_inv(mini_dx(mini), 0, DX_BYTES));
	memset(mini_dx(mini), 0xa5, DX_BYTES);
	seen[mini->finds - 1] = mini_dx(mini);
}

static void rule_02_each_find_gets_a_new_zeroed_extension(struct kunit *test)
{
	struct mini *mini = test->priv;
	void *seen[8] = {};

	mini->hook = expect_zeroed_dx;
	mini->arg = seen;
	mini->again = 2;
	KUNIT_ASSERT_EQ(test, mini_try(mini), 3);
	mini->hook = NULL;
	KUNIT_EXPECT_EQ(test, mini->finds, 3);
	KUNIT_EXPECT_PTR_NE(test, seen[0], seen[1]);
	KUNIT_EXPECT_PTR_NE(test, seen[1], seen[2]);
	KUNIT_EXPECT_PTR_NE(test, seen[0], seen[2]);
}

/* The number is in the name of the directory in debugfs. */
static void hbas_of_a_device_are_numbered_from_0(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct sp_hba *second;

	mini->again = 2;
	mini->find_ret[1] = SP_RETURN_NOT_FOUND;
	KUNIT_ASSERT_EQ(test, mini_try(mini), 2);
	second = list_next_entry(mini->sp, node);
	KUNIT_EXPECT_EQ(test, mini->sp->number, 0);
	KUNIT_EXPECT_EQ(test, second->number, 1);
}

struct seen_config {
	PORT_CONFIGURATION_INFORMATION cfg;
	ACCESS_RANGE range[2];
};

static void change_all(struct mini *mini, enum mini_step step)
{
	PPORT_CONFIGURATION_INFORMATION cfg = &mini->sp->cfg;
	struct seen_config *seen = mini->arg;

	if (step != MINI_FIND)
		return;
	seen += mini->finds - 1;
	seen->cfg = *cfg;
	seen->cfg.AccessRanges = NULL;
	memcpy(seen->range, *cfg->AccessRanges, sizeof(seen->range));
	memset(*cfg->AccessRanges, 0x11, sizeof(seen->range));
	cfg->TaggedQueuing = FALSE;
	cfg->MaximumTransferLength = 512;
	cfg->BusInterruptLevel = 3;
	cfg->DeviceExtensionSize = 7;
}

static void rule_03_each_find_gets_the_same_configuration(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct seen_config *seen;

	seen = kunit_kcalloc(test, 3, sizeof(*seen), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, seen);
	mini->hook = change_all;
	mini->arg = seen;
	mini->again = 2;
	mini->find_ret[0] = SP_RETURN_NOT_FOUND;
	mini->find_ret[1] = SP_RETURN_NOT_FOUND;
	mini->find_ret[2] = SP_RETURN_NOT_FOUND;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
	KUNIT_EXPECT_EQ(test, mini->finds, 3);
	KUNIT_EXPECT_EQ(test, seen[0].cfg.BusInterruptLevel, mini->drv.irq);
	KUNIT_EXPECT_MEMEQ(test, &seen[0], &seen[1], sizeof(seen[0]));
	KUNIT_EXPECT_MEMEQ(test, &seen[0], &seen[2], sizeof(seen[0]));
}

static void remove_device(void *pdev)
{
	platform_device_unregister(pdev);
}

static void rule_04_not_found_ends_one_bus_only(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct platform_device *pdev;
	struct list_head *found;

	mini->nr_hw = 2;
	mini->find_ret[0] = SP_RETURN_NOT_FOUND;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
	KUNIT_EXPECT_EQ(test, mini->finds, 1);
	pdev = platform_device_register_simple("fake_miniport.internal",
					       PLATFORM_DEVID_NONE, NULL, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pdev));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, remove_device, pdev));
	KUNIT_EXPECT_EQ(test, mini->finds, 2);
	found = platform_get_drvdata(pdev);
	KUNIT_ASSERT_NOT_NULL(test, found);
	KUNIT_EXPECT_TRUE(test, list_is_singular(found));
}

static void endless_again_is_ended(struct kunit *test)
{
	struct mini *mini = test->priv;

	memset(mini->find_ret, 0, sizeof(mini->find_ret));
	mini->again = UINT_MAX;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
	KUNIT_EXPECT_EQ(test, mini->finds, 16);
}

static void bad_config_ends_the_bus(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->find_ret[0] = SP_RETURN_BAD_CONFIG;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
	KUNIT_EXPECT_EQ(test, mini->finds, 1);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "find");
}

static void rule_05_find_initialize_query_and_start_in_order(struct kunit *test)
{
	struct mini *mini = test->priv;

	KUNIT_ASSERT_EQ(test, mini_try(mini), 1);
	mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "find init query start");
	mini_finish_all(mini);
}

static void rule_06_failed_initialize_leaves_no_host(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->init_fails = true;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "find init");
	KUNIT_EXPECT_NULL(test, irq_to_desc(mini->drv.irq)->action);
}

/* Two buses, on which the HBA has different IDs. */
static void use_two_ids(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->NumberOfBuses = 2;
	cfg->MaximumNumberOfTargets = 2;
	cfg->InitiatorBusId[0] = 0;
	cfg->InitiatorBusId[1] = 1;
}

/* Note the address of a request. There is no target. */
static void note_address(struct mini *mini, enum mini_step step)
{
	PSCSI_REQUEST_BLOCK srb;
	char word[8];

	if (step != MINI_START)
		return;
	srb = mini->srb[mini->nr_srbs - 1];
	snprintf(word, sizeof(word), "%u:%u", srb->PathId, srb->TargetId);
	mini_note(mini, word);
	srb->SrbStatus = SRB_STATUS_SELECTION_TIMEOUT;
	ScsiPortNotification(RequestComplete, mini_dx(mini), srb);
	ScsiPortNotification(NextRequest, mini_dx(mini), NULL);
}

static void own_id_of_each_bus_gets_no_request(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = use_two_ids;
	mini->hook = note_address;
	KUNIT_ASSERT_EQ(test, mini_try(mini), 1);
	KUNIT_EXPECT_EQ(test, mini->fake.hba->this_id, -1);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "find init query start 0:1 start 1:0");
}

static void use_one_id(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	use_two_ids(mini, cfg);
	cfg->InitiatorBusId[1] = 0;
}

static void own_id_of_all_buses_is_not_scanned(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = use_one_id;
	mini->hook = note_address;
	KUNIT_ASSERT_EQ(test, mini_try(mini), 1);
	KUNIT_EXPECT_EQ(test, mini->fake.hba->this_id, 0);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "find init query start 0:1 start 1:1");
}

static void call_configuration_functions(struct mini *mini, enum mini_step step)
{
	SCSI_PHYSICAL_ADDRESS at = { .QuadPart = 0x1000 };
	UCHAR buffer[4] = {};
	void *dx;

	if (step != MINI_START)
		return;
	dx = mini_dx(mini);
	KUNIT_EXPECT_FALSE(mini->test,
			   ScsiPortValidateRange(dx, Isa, 0, at, 8, TRUE));
	KUNIT_EXPECT_NULL(mini->test,
			  ScsiPortGetDeviceBase(dx, Isa, 0, at, 8, TRUE));
	KUNIT_EXPECT_EQ(mini->test, 0,
			ScsiPortGetBusData(dx, PCIConfiguration, 0, 0, buffer,
					   4));
	KUNIT_EXPECT_EQ(mini->test, 0,
			ScsiPortSetBusDataByOffset(dx, PCIConfiguration, 0, 0,
						   buffer, 0, 4));
	ScsiPortFreeDeviceBase(dx, buffer);
}

static void rule_07_configuration_outside_find_is_refused(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini->hook = call_configuration_functions;
	mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_CONFIG], 5);
	mini_finish_all(mini);
}

static void find_adapter_gets_the_argument(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->drv.argument = "x=1";
	mini_load(mini);
	KUNIT_EXPECT_STREQ(test, mini->argument, "x=1");
}

#define MANY_RANGES	200U

/* A miniport may fill in all ranges for which it has registered. */
static void fill_ranges(struct mini *mini, enum mini_step step)
{
	PPORT_CONFIGURATION_INFORMATION cfg = &mini->sp->cfg;
	size_t bytes;

	if (step != MINI_FIND)
		return;
	KUNIT_EXPECT_EQ(mini->test, cfg->NumberOfAccessRanges, MANY_RANGES);
	bytes = cfg->NumberOfAccessRanges * sizeof(ACCESS_RANGE);
	KUNIT_EXPECT_NULL(mini->test,
			  memchr_inv(*cfg->AccessRanges, 0, bytes));
	memset(*cfg->AccessRanges, 0x5a, bytes);
}

static void all_registered_ranges_are_given(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->hw[0].NumberOfAccessRanges = MANY_RANGES;
	mini->hook = fill_ranges;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 1);
	mini->hook = NULL;
}

static void absurd_number_of_ranges_is_not_registered(struct kunit *test)
{
	struct mini *mini = test->priv;
	int err;

	mini->hw[0].NumberOfAccessRanges = SP_UNINITIALIZED_VALUE;
	err = scsiport_register(&mini->drv);
	KUNIT_EXPECT_EQ(test, err, -ENODEV);
	KUNIT_EXPECT_EQ(test, mini->finds, 0);
	if (!err)
		scsiport_unregister(&mini->drv);
}

static void long_device_extension_is_not_registered(struct kunit *test)
{
	static const ULONG sizes[] = { SP_DX_MAX, SP_DX_MAX + 1, 0xffffffffU };
	struct mini *mini = test->priv;
	unsigned int i;
	int err;

	/* A miniport that is registered is not called. */
	mini->drv.probe = false;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		mini->hw[0].DeviceExtensionSize = sizes[i];
		err = scsiport_register(&mini->drv);
		KUNIT_EXPECT_EQ_MSG(test, err, i ? -ENODEV : 0, "size %u", i);
		if (!err)
			scsiport_unregister(&mini->drv);
	}
}

static void wrong_size_of_data_is_not_registered(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->hw[0].HwInitializationDataSize--;
	KUNIT_EXPECT_EQ(test, scsiport_register(&mini->drv), -ENODEV);
	KUNIT_EXPECT_EQ(test, mini->finds, 0);
}

static void missing_routine_is_not_registered(struct kunit *test)
{
	static const size_t routines[] = {
		offsetof(HW_INITIALIZATION_DATA, HwInitialize),
		offsetof(HW_INITIALIZATION_DATA, HwStartIo),
		offsetof(HW_INITIALIZATION_DATA, HwFindAdapter),
		offsetof(HW_INITIALIZATION_DATA, HwResetBus),
	};
	struct mini *mini = test->priv;
	unsigned int i;
	int err;

	/* A miniport that is registered all the same is not called. */
	mini->drv.probe = false;
	for (i = 0; i < ARRAY_SIZE(routines); i++) {
		mini->hw[0] = mini_hw;
		memset((u8 *)&mini->hw[0] + routines[i], 0, sizeof(void *));
		err = scsiport_register(&mini->drv);
		KUNIT_EXPECT_EQ_MSG(test, err, -ENODEV, "routine %u", i);
		if (!err)
			scsiport_unregister(&mini->drv);
	}
}

/* VendorId and DeviceId of a miniport on PCI, and the IDs made of them. */
struct id_texts {
	const char *vendor;
	const char *device;
	struct sp_id id;
};

/* The texts are gone when DriverEntry has returned. */
static unsigned int local_entry(void *object, void *argument)
{
	struct mini *mini = container_of(object, struct mini, drv);
	struct id_texts *texts = mini->arg;
	HW_INITIALIZATION_DATA *hw = &mini->hw[0];
	char vendor[8], device[8];
	unsigned int status;

	strscpy(vendor, texts->vendor);
	strscpy(device, texts->device);
	hw->AdapterInterfaceType = PCIBus;
	hw->VendorId = vendor;
	hw->VendorIdLength = strlen(vendor);
	hw->DeviceId = device;
	hw->DeviceIdLength = strlen(device);
	status = mini_entry(object, argument);
	texts->id = mini->drv.state->init[0].id;
	memset(vendor, 'z', sizeof(vendor));
	memset(device, 'z', sizeof(device));
	return status;
}

static void free_ids(void *ids)
{
	kvfree(ids);
}

/* Return the table; without PCI the miniport cannot be registered. */
static const struct pci_device_id *ids_of(struct kunit *test,
					  struct id_texts *texts)
{
	struct mini *mini = test->priv;
	struct sp_init init = { .drv = &mini->drv };
	struct pci_device_id *ids;

	mini->arg = texts;
	mini->drv.entry = local_entry;
	if (!scsiport_register(&mini->drv))
		scsiport_unregister(&mini->drv);
	init.id = texts->id;
	ids = sp_ids_alloc(&init);
	KUNIT_ASSERT_FALSE(test, IS_ERR(ids));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, free_ids, ids));
	return ids;
}

static void ids_in_memory_of_driver_entry_are_read_at_once(struct kunit *test)
{
	struct id_texts texts = { "10a9", "20B8" };
	const struct pci_device_id *ids = ids_of(test, &texts);

	KUNIT_EXPECT_EQ(test, ids[0].vendor, 0x10a9);
	KUNIT_EXPECT_EQ(test, ids[0].device, 0x20b8);
	KUNIT_EXPECT_EQ(test, ids[1].vendor, 0);
}

static void short_device_id_matches_all_longer_ids(struct kunit *test)
{
	struct id_texts texts = { "10a9", "19" };
	const struct pci_device_id *ids = ids_of(test, &texts);

	KUNIT_EXPECT_EQ(test, ids[0].vendor, 0x10a9);
	KUNIT_EXPECT_EQ(test, ids[0].device, 0x1900);
	KUNIT_EXPECT_EQ(test, ids[0xff].vendor, 0x10a9);
	KUNIT_EXPECT_EQ(test, ids[0xff].device, 0x19ff);
	KUNIT_EXPECT_EQ(test, ids[0x100].vendor, 0);
}

static void invalid_id_matches_no_device(struct kunit *test)
{
	struct id_texts texts = { "10a9", "x1" };

	KUNIT_EXPECT_EQ(test, ids_of(test, &texts)->vendor, 0);
}

/* A miniport may call ScsiPortInitialize() once for each DeviceId. */
static void each_model_on_pci_has_a_driver(struct kunit *test)
{
	struct mini *mini = test->priv;

	if (!IS_ENABLED(CONFIG_PCI))
		kunit_skip(test, "needs PCI");
	mini->nr_hw = 2;
	mini->hw[0].AdapterInterfaceType = PCIBus;
	mini->hw[1].AdapterInterfaceType = PCIBus;
	KUNIT_ASSERT_EQ(test, scsiport_register(&mini->drv), 0);
	KUNIT_EXPECT_EQ(test, mini->drv.state->nr_inits, 2);
	scsiport_unregister(&mini->drv);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rule_02_each_find_gets_a_new_zeroed_extension),
	KUNIT_CASE(rule_03_each_find_gets_the_same_configuration),
	KUNIT_CASE(rule_04_not_found_ends_one_bus_only),
	KUNIT_CASE(hbas_of_a_device_are_numbered_from_0),
	KUNIT_CASE(endless_again_is_ended),
	KUNIT_CASE(bad_config_ends_the_bus),
	KUNIT_CASE(rule_05_find_initialize_query_and_start_in_order),
	KUNIT_CASE(rule_06_failed_initialize_leaves_no_host),
	KUNIT_CASE(own_id_of_each_bus_gets_no_request),
	KUNIT_CASE(own_id_of_all_buses_is_not_scanned),
	KUNIT_CASE(rule_07_configuration_outside_find_is_refused),
	KUNIT_CASE(find_adapter_gets_the_argument),
	KUNIT_CASE(all_registered_ranges_are_given),
	KUNIT_CASE(absurd_number_of_ranges_is_not_registered),
	KUNIT_CASE(long_device_extension_is_not_registered),
	KUNIT_CASE(wrong_size_of_data_is_not_registered),
	KUNIT_CASE(missing_routine_is_not_registered),
	KUNIT_CASE(ids_in_memory_of_driver_entry_are_read_at_once),
	KUNIT_CASE(short_device_id_matches_all_longer_ids),
	KUNIT_CASE(invalid_id_matches_no_device),
	KUNIT_CASE(each_model_on_pci_has_a_driver),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_find",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/* Ranges of registers that HwScsiFindAdapter maps. */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/limits.h>
#include <linux/platform_device.h>

#include "../scsiport/power.h"
#include "../scsiport/range.h"
#include "fake_miniport.h"

/* A range of memory that no device of the test machine has. */
#define REGISTERS	0x7000000000ULL

static void __iomem *fake_map(resource_size_t start, ULONG len, bool ports)
{
	return (void __force __iomem *)(uintptr_t)start;
}

static void fake_unmap(void __iomem *mapped, bool ports)
{
}

static void *map_registers(struct mini *mini, unsigned int offset, ULONG len)
{
	SCSI_PHYSICAL_ADDRESS at = { .QuadPart = REGISTERS + offset };

	KUNIT_EXPECT_EQ(mini->test, !!mini->arg,
			ScsiPortValidateRange(mini_dx(mini), Isa, 0, at, len,
					      FALSE));
	return ScsiPortGetDeviceBase(mini_dx(mini), Isa, 0, at, len, FALSE);
}

/* Each HBA maps the registers, and a part of them once more. */
static void map_shared_registers(struct mini *mini, enum mini_step step)
{
	if (step != MINI_FIND)
		return;
	KUNIT_EXPECT_NOT_NULL(mini->test, map_registers(mini, 0, 16));
	KUNIT_EXPECT_NOT_NULL(mini->test, map_registers(mini, 8, 8));
}

static void use_fake_map(struct kunit *test)
{
	kunit_activate_static_stub(test, sp_range_map, fake_map);
	kunit_activate_static_stub(test, sp_range_unmap, fake_unmap);
}

static void hbas_of_a_device_share_its_registers(struct kunit *test)
{
	struct mini *mini = test->priv;

	use_fake_map(test);
	mini->hook = map_shared_registers;
	mini->arg = mini;
	mini->again = 2;
	mini->find_ret[1] = SP_RETURN_NOT_FOUND;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 2);
	KUNIT_EXPECT_NULL(test, request_mem_region(REGISTERS, 16, "test"));
	mini_remove(mini);
	KUNIT_EXPECT_NOT_NULL(test, request_mem_region(REGISTERS, 16, "test"));
	release_mem_region(REGISTERS, 16);
}

/* Both maps have the same address. */
static void free_second_map(struct mini *mini, enum mini_step step)
{
	PVOID map;

	if (step != MINI_FIND)
		return;
	map_registers(mini, 0, 16);
	map = map_registers(mini, 0, 8);
	ScsiPortFreeDeviceBase(mini_dx(mini), map);
	KUNIT_EXPECT_NULL(mini->test,
			  request_mem_region(REGISTERS, 16, "test"));
}

static void free_of_a_shared_range_keeps_the_other_map(struct kunit *test)
{
	struct mini *mini = test->priv;

	use_fake_map(test);
	mini->hook = free_second_map;
	mini->arg = mini;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 1);
	mini_remove(mini);
}

static void map_foreign_registers(struct mini *mini, enum mini_step step)
{
	if (step != MINI_FIND)
		return;
	KUNIT_EXPECT_NULL(mini->test, map_registers(mini, 0, 16));
	KUNIT_EXPECT_NULL(mini->test, map_registers(mini, 12, 8));
}

static void registers_of_another_driver_are_refused(struct kunit *test)
{
	struct mini *mini = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, request_mem_region(REGISTERS, 16, "test"));
	use_fake_map(test);
	mini->hook = map_foreign_registers;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 1);
	release_mem_region(REGISTERS, 16);
}

static void remove_device(void *pdev)
{
	platform_device_unregister(pdev);
}

/*
 * Add a device on an enumerable bus, whose HBAs @hook finds. The miniport asks
 * for another call each time. Return the number of HBAs; the first is mini->sp.
 */
static size_t find_on_internal(struct mini *mini,
			       void (*hook)(struct mini *mini,
					    enum mini_step step))
{
	struct platform_device *pdev;
	struct list_head *found;

	use_fake_map(mini->test);
	mini->nr_hw = 2;
	mini->find_ret[0] = SP_RETURN_NOT_FOUND;
	KUNIT_EXPECT_EQ(mini->test, mini_try(mini), 0);
	mini_trace(mini);
	mini->finds = 0;
	mini->find_ret[0] = SP_RETURN_FOUND;
	mini->again = UINT_MAX;
	mini->hook = hook;
	mini->arg = mini;
	pdev = platform_device_register_simple("fake_miniport.internal",
					       PLATFORM_DEVID_NONE, NULL, 0);
	KUNIT_ASSERT_FALSE(mini->test, IS_ERR(pdev));
	KUNIT_ASSERT_EQ(mini->test, 0,
			kunit_add_action_or_reset(mini->test, remove_device,
						  pdev));
	mini->hook = NULL;
	found = platform_get_drvdata(pdev);
	KUNIT_ASSERT_NOT_NULL(mini->test, found);
	mini->sp = list_first_entry(found, struct sp_hba, node);
	return list_count_nodes(found);
}

static void miniport_that_always_asks_again_has_one_hba(struct kunit *test)
{
	struct mini *mini = test->priv;

	KUNIT_EXPECT_EQ(test, find_on_internal(mini, map_shared_registers), 1);
	KUNIT_EXPECT_EQ(test, mini->finds, 2);
}

static void map_and_note_dx(struct mini *mini, enum mini_step step)
{
	map_shared_registers(mini, step);
	if (step == MINI_FIND)
		mini->arg = mini_dx(mini);
}

/* HwScsiFindAdapter tells the chip addresses in the memory of the call. */
static void last_of_two_calls_for_an_hba_is_used(struct kunit *test)
{
	struct mini *mini = test->priv;

	KUNIT_EXPECT_EQ(test, find_on_internal(mini, map_and_note_dx), 1);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   MINI_WORD_FIND MINI_WORD_FIND "init query");
	KUNIT_EXPECT_PTR_EQ(test, mini_dx(mini), mini->arg);
}

/* The third call maps only the range that both channels share. */
static void map_less_at_third(struct mini *mini, enum mini_step step)
{
	if (step != MINI_FIND)
		return;
	map_registers(mini, 0, 16);
	if (mini->finds < 3)
		map_registers(mini, 8 + mini->finds * 8, 8);
	if (mini->finds == 1)
		mini->arg = mini_dx(mini);
}

static void call_with_fewer_ranges_is_not_used(struct kunit *test)
{
	struct mini *mini = test->priv;

	KUNIT_EXPECT_EQ(test, find_on_internal(mini, map_less_at_third), 2);
	KUNIT_EXPECT_EQ(test, mini->finds, 3);
	KUNIT_EXPECT_PTR_EQ(test, mini_dx(mini), mini->arg);
}

static void map_nothing(struct mini *mini, enum mini_step step)
{
}

static void hbas_without_ranges_are_all_added(struct kunit *test)
{
	struct mini *mini = test->priv;

	KUNIT_EXPECT_EQ(test, find_on_internal(mini, map_nothing), 16);
}

/* Both channels of a function share a range, and have one of their own. */
static void map_channel(struct mini *mini, enum mini_step step)
{
	if (step != MINI_FIND)
		return;
	map_registers(mini, 16 + mini->finds % 2 * 8, 8);
	map_registers(mini, 0, 16);
}

static void note_scan(struct pioscsi_hba *hba)
{
	mini_note(kunit_get_current_test()->priv, "scan");
}

/* The second HBA may interrupt during the scan of the first one. */
static void channels_are_scanned_when_both_are_in_service(struct kunit *test)
{
	struct mini *mini = test->priv;

	kunit_activate_static_stub(test, pioscsi_scan_hba, note_scan);
	find_on_internal(mini, map_channel);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   MINI_WORD_FIND MINI_WORD_FIND MINI_WORD_FIND
			   "init query init query scan scan");
}

static void channels_of_a_device_are_two_hbas(struct kunit *test)
{
	struct mini *mini = test->priv;

	KUNIT_EXPECT_EQ(test, find_on_internal(mini, map_channel), 2);
	KUNIT_EXPECT_EQ(test, mini->finds, 3);
}

/* Let the HBA map other ranges at each restart, as @hook decides. */
static void expect_restart(struct kunit *test,
			   void (*hook)(struct mini *mini,
					enum mini_step step),
			   const char *trace)
{
	struct mini *mini = test->priv;

	use_fake_map(test);
	mini->hook = hook;
	mini->arg = mini;
	mini_load(mini);
	sp_pm_ops.suspend(mini->sp->place.dev);
	sp_pm_ops.resume(mini->sp->place.dev);
	mini->hook = NULL;
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), trace);
}

/* A miniport that counts its calls finds the HBA of the other channel. */
static void restart_with_ranges_of_another_hba_fails(struct kunit *test)
{
	struct mini *mini = test->priv;

	expect_restart(test, map_channel, "find");
	KUNIT_EXPECT_EQ(test, mini->fake.port->owner, PIOSCSI_DEAD);
}

static void map_at_first(struct mini *mini, enum mini_step step)
{
	if (step == MINI_FIND && mini->finds == 1)
		map_registers(mini, 0, 16);
}

static void restart_without_ranges_fails(struct kunit *test)
{
	expect_restart(test, map_at_first, "find");
}

static void map_less(struct mini *mini, enum mini_step step)
{
	if (step != MINI_FIND)
		return;
	map_registers(mini, 0, 16);
	if (mini->finds == 1)
		map_registers(mini, 16, 8);
}

static void restart_with_fewer_ranges_keeps_the_service(struct kunit *test)
{
	struct mini *mini = test->priv;

	expect_restart(test, map_less, "find init query reset");
	mini_run_one(mini);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(hbas_of_a_device_share_its_registers),
	KUNIT_CASE(free_of_a_shared_range_keeps_the_other_map),
	KUNIT_CASE(registers_of_another_driver_are_refused),
	KUNIT_CASE(miniport_that_always_asks_again_has_one_hba),
	KUNIT_CASE(last_of_two_calls_for_an_hba_is_used),
	KUNIT_CASE(call_with_fewer_ranges_is_not_used),
	KUNIT_CASE(channels_of_a_device_are_two_hbas),
	KUNIT_CASE(channels_are_scanned_when_both_are_in_service),
	KUNIT_CASE(hbas_without_ranges_are_all_added),
	KUNIT_CASE(restart_with_ranges_of_another_hba_fails),
	KUNIT_CASE(restart_without_ranges_fails),
	KUNIT_CASE(restart_with_fewer_ranges_keeps_the_service),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_range",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

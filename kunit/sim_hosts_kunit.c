// SPDX-License-Identifier: GPL-2.0-only
/*
 * Simulated host adapters that are added and removed. They are real hosts, like
 * those that the module makes.
 */
#include <kunit/test.h>
#include <linux/platform_device.h>

#include "../sim/chip.h"
#include "../sim/hosts.h"
#include "../sim/params.h"
#include "../port.h"
#include "pm_ops.h"

static struct device *find_host(unsigned int id)
{
	char name[32];

	snprintf(name, sizeof(name), SIM_DRV_NAME ".%u", id);
	return bus_find_device_by_name(&platform_bus_type, NULL, name);
}

static bool is_present(unsigned int id)
{
	struct device *dev = find_host(id);

	put_device(dev);
	return dev;
}

/* Leave as many hosts as before, also after a case that failed. */
static void restore_hosts(struct kunit *test)
{
	sim_hosts_exit();
	KUNIT_EXPECT_EQ(test, sim_hosts_init(), 0);
}

static void added_host_gets_the_first_free_number(struct kunit *test)
{
	int first = sim_hosts_add(), second = sim_hosts_add();

	KUNIT_EXPECT_EQ(test, first, sim_num_hosts());
	KUNIT_EXPECT_EQ(test, second, first + 1);
	KUNIT_EXPECT_EQ(test, sim_hosts_remove(first), 0);
	KUNIT_EXPECT_FALSE(test, is_present(first));
	KUNIT_EXPECT_TRUE(test, is_present(second));
	KUNIT_EXPECT_EQ(test, sim_hosts_add(), first);
	KUNIT_EXPECT_TRUE(test, is_present(first));
	KUNIT_EXPECT_EQ(test, sim_hosts_remove(second), 0);
	KUNIT_EXPECT_EQ(test, sim_hosts_remove(first), 0);
}

static void unknown_host_is_not_removed(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sim_hosts_remove(sim_num_hosts()), -ENOENT);
	KUNIT_EXPECT_EQ(test, sim_hosts_remove(SIM_HOSTS_MAX - 1), -ENOENT);
	KUNIT_EXPECT_EQ(test, sim_hosts_remove(SIM_HOSTS_MAX), -ENOENT);
	KUNIT_EXPECT_EQ(test, sim_hosts_remove(UINT_MAX), -ENOENT);
}

/* Unloading the module does the first half, loading it the second. */
static void all_hosts_are_removed_and_made_again(struct kunit *test)
{
	unsigned int id;

	KUNIT_EXPECT_GE(test, sim_hosts_add(), 0);
	sim_hosts_exit();
	for (id = 0; id < SIM_HOSTS_MAX; id++)
		KUNIT_EXPECT_FALSE(test, is_present(id));
	KUNIT_EXPECT_EQ(test, sim_hosts_init(), 0);
	for (id = 0; id < SIM_HOSTS_MAX; id++)
		KUNIT_EXPECT_EQ(test, is_present(id), id < sim_num_hosts());
}

static void added_host_has_the_limits_of_its_chip(struct kunit *test)
{
	struct sim_chip_config config;
	struct pioscsi_hba *hba;
	struct device *dev;
	int id = sim_hosts_add();

	KUNIT_ASSERT_GE(test, id, 0);
	sim_params_chip(&config, id);
	dev = find_host(id);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	hba = dev_get_drvdata(dev);
	KUNIT_EXPECT_EQ(test, hba->depth, config.depth);
	KUNIT_EXPECT_EQ(test, hba->max_id, config.num_tgts);
	KUNIT_EXPECT_EQ(test, hba->max_lun, config.max_luns);
	KUNIT_EXPECT_EQ(test, hba->max_cmd_len, 16);
	KUNIT_EXPECT_EQ(test, hba->align, 2);
	KUNIT_EXPECT_TRUE(test, hba->can_mask);
	KUNIT_EXPECT_TRUE(test, hba->can_calibrate);
	KUNIT_EXPECT_NE(test, hba->irq, 0);
	put_device(dev);
	KUNIT_EXPECT_EQ(test, sim_hosts_remove(id), 0);
}

static void hibernation_suspends_and_resumes_the_hosts(struct kunit *test)
{
	const struct dev_pm_ops *pm = find_pm_ops(test, SIM_DRV_NAME,
						  &platform_bus_type);

	expect_pm_ops(test, pm);
	KUNIT_EXPECT_PTR_EQ(test, pm->freeze, pm->suspend);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(added_host_gets_the_first_free_number),
	KUNIT_CASE(unknown_host_is_not_removed),
	KUNIT_CASE(all_hosts_are_removed_and_made_again),
	KUNIT_CASE(added_host_has_the_limits_of_its_chip),
	KUNIT_CASE(hibernation_suspends_and_resumes_the_hosts),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_hosts",
	.exit = restore_hosts,
	.test_cases = cases,
};

kunit_test_suite(suite);

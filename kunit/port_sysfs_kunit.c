// SPDX-License-Identifier: GPL-2.0-only
/* The attributes of a host: values, and rejected writes. */
#include <kunit/test.h>
#include <linux/device.h>
#include <linux/gfp.h>
#include <linux/string.h>
#include <scsi/scsi_host.h>

#include "../host.h"
#include "../params.h"
#include "fake_port.h"

static struct device_attribute *find(struct kunit *test, const char *name)
{
	struct attribute **attr = pioscsi_host_groups[0]->attrs;

	while (*attr && strcmp((*attr)->name, name))
		attr++;
	KUNIT_ASSERT_NOT_NULL_MSG(test, *attr, "no attribute %s", name);
	return container_of(*attr, struct device_attribute, attr);
}

static void expect_value(struct kunit *test, const char *name,
			 const char *expected)
{
	struct fake_hba *fake = test->priv;
	struct device_attribute *attr = find(test, name);
	char *buf = (char *)__get_free_page(GFP_KERNEL);
	ssize_t len;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	len = attr->show(&fake->port->shost->shost_dev, attr, buf);
	KUNIT_EXPECT_EQ(test, len, strlen(expected));
	KUNIT_EXPECT_STREQ_MSG(test, buf, expected, "%s", name);
	free_page((unsigned long)buf);
}

static ssize_t write(struct kunit *test, const char *name, const char *text)
{
	struct fake_hba *fake = test->priv;
	struct device_attribute *attr = find(test, name);

	return attr->store(&fake->port->shost->shost_dev, attr, text,
			   strlen(text));
}

static void defer_accepts_its_three_values(struct kunit *test)
{
	static const char *const names[] = { "bh\n", "inline\n", "thread\n" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		KUNIT_EXPECT_EQ(test, write(test, "defer", names[i]),
				strlen(names[i]));
		expect_value(test, "defer", names[i]);
	}
}

static void invalid_defer_changes_nothing(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, write(test, "defer", "softirq\n"), -EINVAL);
	expect_value(test, "defer", "thread\n");
}

static void budget_is_accepted_up_to_its_maximum(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	KUNIT_EXPECT_EQ(test, write(test, "hardirq_budget_us", "0\n"), 2);
	expect_value(test, "hardirq_budget_us", "0\n");
	KUNIT_EXPECT_EQ(test, write(test, "hardirq_budget_us", "1000\n"), 5);
	expect_value(test, "hardirq_budget_us", "1000\n");
	KUNIT_EXPECT_EQ(test, fake->port->budget_us, PIOSCSI_BUDGET_MAX_US);
}

static void invalid_budget_changes_nothing(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->budget_us = 50;
	KUNIT_EXPECT_EQ(test, write(test, "hardirq_budget_us", "1001\n"),
			-ERANGE);
	KUNIT_EXPECT_EQ(test, write(test, "hardirq_budget_us", "-1\n"),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, write(test, "hardirq_budget_us", "long\n"),
			-EINVAL);
	expect_value(test, "hardirq_budget_us", "50\n");
}

static void each_direction_has_its_rate(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->port->budget.ps_per_byte[0] = 1234;
	fake->port->budget.ps_per_byte[1] = 567;
	expect_value(test, "pio_in_ps_per_byte", "1234\n");
	expect_value(test, "pio_out_ps_per_byte", "567\n");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(defer_accepts_its_three_values),
	KUNIT_CASE(invalid_defer_changes_nothing),
	KUNIT_CASE(budget_is_accepted_up_to_its_maximum),
	KUNIT_CASE(invalid_budget_changes_nothing),
	KUNIT_CASE(each_direction_has_its_rate),
	{}
};

static struct kunit_suite suite = {
	.name = "port_sysfs",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parameters of ISA channels, which become properties of platform devices.
 * ../ata/isa.c is compiled into this file, so that no channel is needed.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/string.h>

#define pioata_isa_init			fake_isa_init
#define pioata_isa_exit			fake_isa_exit
#include "../ata/glue.h"

#define CHANNELS	2

/* Bytes of an access, as each channel was registered; 0 without a property. */
static u32 registered[CHANNELS];
static unsigned int num_registered;

static u32 find_width(const struct property_entry *property)
{
	for (; property->name; property++)
		if (!strcmp(property->name, "reg-io-width"))
			return property->value.u32_data[0];
	return 0;
}

static struct platform_device *
fake_register(const struct platform_device_info *info)
{
	static struct platform_device pdev;

	if (num_registered < CHANNELS)
		registered[num_registered++] = find_width(info->properties);
	return &pdev;
}

static void fake_unregister(struct platform_device *pdev)
{
}

#define platform_device_register_full	fake_register
#define platform_device_unregister	fake_unregister
#undef pr_fmt	/* isa.c has its own */
#include "../ata/isa.c"

static int setup(struct kunit *test)
{
	isa_cmd[0] = 0x1f0;
	isa_cmd[1] = 0x300;
	num_isa = CHANNELS;
	memset(isa_width, 0, sizeof(isa_width));
	num_width = CHANNELS;
	num_registered = 0;
	return 0;
}

/* An XT-CF adapter beside a channel of 16 bits. */
static void width_is_that_of_each_channel(struct kunit *test)
{
	isa_width[1] = 8;
	KUNIT_ASSERT_EQ(test, 0, fake_isa_init());
	KUNIT_ASSERT_EQ(test, num_registered, CHANNELS);
	KUNIT_EXPECT_EQ(test, registered[0], 0);
	KUNIT_EXPECT_EQ(test, registered[1], 1);

	isa_width[0] = 16;
	num_registered = 0;
	KUNIT_ASSERT_EQ(test, 0, fake_isa_init());
	KUNIT_EXPECT_EQ(test, registered[0], 2);
}

static void invalid_width_is_refused(struct kunit *test)
{
	isa_width[1] = 32;
	KUNIT_EXPECT_EQ(test, -EINVAL, fake_isa_init());
	isa_width[1] = 8;
	num_isa = 1;
	KUNIT_EXPECT_EQ(test, -EINVAL, fake_isa_init());
	KUNIT_EXPECT_EQ(test, num_registered, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(width_is_that_of_each_channel),
	KUNIT_CASE(invalid_width_is_refused),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_isa",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parameters of a miniport's module, and the driver that the module
 * registers. The module's source is part of this file, without its initcall.
 */
#include <kunit/test.h>
#include <linux/init.h>
#include <linux/module.h>
#include <pioscsi/scsiport/module.h>

static const struct scsiport_driver *registered;

static int note_driver(struct scsiport_driver *drv)
{
	registered = drv;
	return 0;
}

static void forget_driver(struct scsiport_driver *drv)
{
	registered = NULL;
}

#undef pr_fmt
#undef module_init
#undef module_exit
#undef __init
#undef __exit
#define module_init(...)
#define module_exit(...)
#define __init
#define __exit
#define scsiport_register	note_driver
#define scsiport_unregister	forget_driver
#define MINIPORT_LICENSE	"GPL"
#include "../scsiport/miniport/module.c"

unsigned int DriverEntry(void *object, void *argument)
{
	return 0;
}

static void defaults_of_the_module_match_documentation(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, miniport_init(), 0);
	KUNIT_ASSERT_NOT_NULL(test, registered);
	KUNIT_EXPECT_STREQ(test, registered->name, KBUILD_MODNAME);
	KUNIT_EXPECT_PTR_EQ(test, registered->entry, &DriverEntry);
	KUNIT_EXPECT_EQ(test, registered->nr_io, 0);
	KUNIT_EXPECT_EQ(test, registered->irq, 0);
	KUNIT_EXPECT_FALSE(test, registered->probe);
	KUNIT_EXPECT_NULL(test, registered->argument);
	KUNIT_EXPECT_NULL(test, registered->ids);
	KUNIT_EXPECT_TRUE(test, registered->verify);
	miniport_exit();
	KUNIT_EXPECT_NULL(test, registered);
}

static void parameters_reach_the_driver(struct kunit *test)
{
	io[0] = 0x1f0;
	io[1] = 0x3f6;
	nr_io = 2;
	io_len[0] = 8;
	nr_len = 1;
	irq = 14;
	probe = true;
	argument = (char *)"x=1";
	ids = (char *)"8086:7010";
	verify = false;
	KUNIT_ASSERT_EQ(test, miniport_init(), 0);
	KUNIT_ASSERT_NOT_NULL(test, registered);
	KUNIT_EXPECT_EQ(test, registered->nr_io, 2);
	KUNIT_EXPECT_EQ(test, registered->io[0], 0x1f0);
	KUNIT_EXPECT_EQ(test, registered->io_len[0], 8);
	KUNIT_EXPECT_EQ(test, registered->io[1], 0x3f6);
	KUNIT_EXPECT_EQ(test, registered->io_len[1], 1);
	KUNIT_EXPECT_EQ(test, registered->irq, 14);
	KUNIT_EXPECT_TRUE(test, registered->probe);
	KUNIT_EXPECT_STREQ(test, registered->argument, "x=1");
	KUNIT_EXPECT_STREQ(test, registered->ids, "8086:7010");
	KUNIT_EXPECT_FALSE(test, registered->verify);
	miniport_exit();
}

/* The parameters keep the values of the last case. */
static struct kunit_case cases[] = {
	KUNIT_CASE(defaults_of_the_module_match_documentation),
	KUNIT_CASE(parameters_reach_the_driver),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_module",
	.test_cases = cases,
};

kunit_test_suite(suite);

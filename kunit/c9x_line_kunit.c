// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: the interrupt line of the AM53C974's function on x86, and the other
 * functions that may share it. The driver is compiled into this file.
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <pioscsi/version.h>

#include "../ncr53c9x/am53c974.h"
#include "../ncr53c9x/data.h"
#include "../ncr53c9x/dc390.h"
#include "../ncr53c9x/phase.h"
#include "../ncr53c9x/recover.h"
#include "../ncr53c9x/select.h"

/**
 * struct fake_bus - the adapter and another function
 * @test: the test
 * @pdev: the adapter
 * @line: the interrupt line that firmware has noted for it
 * @other: the other function
 * @other_line: the interrupt line that firmware has noted for that function
 */
static struct fake_bus {
	struct kunit *test;
	struct pci_dev pdev;
	u8 line;
	struct pci_dev other;
	u8 other_line;
} *bus;

static int fake_register(struct pci_driver *drv)
{
	return 0;
}

static void fake_unregister(struct pci_driver *drv)
{
}

static int fake_read_config_byte(const struct pci_dev *pdev, int where, u8 *val)
{
	KUNIT_EXPECT_EQ(bus->test, where, PCI_INTERRUPT_LINE);
	*val = pdev == &bus->pdev ? bus->line : bus->other_line;
	return 0;
}

#undef pci_register_driver
#define pci_register_driver		fake_register
#define pci_unregister_driver		fake_unregister
#define pci_read_config_byte		fake_read_config_byte
#define am53_board			line_am53_board
#define am53_qemu_board			line_am53_qemu_board
/* All headers of the kernel are included above, so they do not see this. */
#undef CONFIG_X86
#define CONFIG_X86			1
#include "../ncr53c9x/am53c974.c"

static int setup(struct kunit *test)
{
	bus = kunit_kzalloc(test, sizeof(*bus), GFP_KERNEL);
	if (!bus)
		return -ENOMEM;
	bus->test = test;
	return 0;
}

/* The kernel takes 255 as an interrupt only if it has routed it. */
static void only_a_routed_line_255_is_requested(struct kunit *test)
{
	bus->pdev.irq = 255;
	KUNIT_EXPECT_EQ(test, pioscsi_pci_irq(&bus->pdev), 0);
	bus->pdev.irq_managed = 1;
	KUNIT_EXPECT_EQ(test, pioscsi_pci_irq(&bus->pdev), 255);
}

/* Let the adapter be routed, beside a function that has no driver yet. */
static bool shares_with_unrouted(u8 line, u8 other_line)
{
	bus->pdev.irq = 19;
	bus->line = line;
	bus->other.pin = 1;
	bus->other.irq = other_line;
	bus->other_line = other_line;
	return may_share_line(&bus->pdev, &bus->other);
}

/* The kernel changes the number when a driver enables the other function. */
static void line_of_a_function_without_driver_may_be_shared(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, shares_with_unrouted(11, 11));
	KUNIT_EXPECT_FALSE(test, shares_with_unrouted(11, 10));
	bus->other.irq = 19;
	KUNIT_EXPECT_TRUE(test, may_share_line(&bus->pdev, &bus->other));
}

static void line_unknown_to_firmware_may_be_shared(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, shares_with_unrouted(11, 0));
	KUNIT_EXPECT_TRUE(test, shares_with_unrouted(11, 255));
	KUNIT_EXPECT_TRUE(test, shares_with_unrouted(0, 11));
	KUNIT_EXPECT_TRUE(test, shares_with_unrouted(255, 11));
}

static void line_of_a_routed_function_is_compared(struct kunit *test)
{
	shares_with_unrouted(11, 11);
	bus->other.irq = 16;
	bus->other.irq_managed = 1;
	KUNIT_EXPECT_FALSE(test, may_share_line(&bus->pdev, &bus->other));
	bus->other.irq_managed = 0;
	atomic_set(&bus->other.enable_cnt, 1);
	KUNIT_EXPECT_FALSE(test, may_share_line(&bus->pdev, &bus->other));
	bus->other.irq = 19;
	KUNIT_EXPECT_TRUE(test, may_share_line(&bus->pdev, &bus->other));
}

/* A driver such as vfio-pci enables its function only when it is opened. */
static void
line_of_a_bound_function_that_is_disabled_may_be_shared(struct kunit *test)
{
	struct device_driver driver = { };

	bus->other.dev.driver = &driver;
	KUNIT_EXPECT_TRUE(test, shares_with_unrouted(11, 11));
	KUNIT_EXPECT_FALSE(test, shares_with_unrouted(11, 10));
}

static void function_without_a_pin_or_with_msi_shares_no_line(struct kunit *t)
{
	shares_with_unrouted(11, 11);
	bus->other.pin = 0;
	KUNIT_EXPECT_FALSE(t, may_share_line(&bus->pdev, &bus->other));
	bus->other.pin = 1;
	bus->other.msi_enabled = 1;
	KUNIT_EXPECT_FALSE(t, may_share_line(&bus->pdev, &bus->other));
	bus->pdev.pin = 1;
	KUNIT_EXPECT_FALSE(t, may_share_line(&bus->pdev, &bus->pdev));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(only_a_routed_line_255_is_requested),
	KUNIT_CASE(line_of_a_function_without_driver_may_be_shared),
	KUNIT_CASE(line_unknown_to_firmware_may_be_shared),
	KUNIT_CASE(line_of_a_routed_function_is_compared),
	KUNIT_CASE(line_of_a_bound_function_that_is_disabled_may_be_shared),
	KUNIT_CASE(function_without_a_pin_or_with_msi_shares_no_line),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_line",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

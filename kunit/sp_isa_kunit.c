// SPDX-License-Identifier: GPL-2.0-only
/* Parameters of a miniport: the ports of an HBA on ISA, and PCI IDs. */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/ioport.h>

#include "../scsiport/bus.h"
#include "../scsiport/find.h"
#include "fake_miniport.h"

/* Ports that no device of the test machine has. */
#define PORTS		0x1f0
#define PORTS_LEN	8

static void keep_range(struct mini *mini, enum mini_step step)
{
	ACCESS_RANGE *seen = mini->arg;

	if (step == MINI_FIND)
		*seen = (*mini->sp->cfg.AccessRanges)[0];
}

static unsigned int try_with_ports(struct mini *mini, ACCESS_RANGE *seen)
{
	mini->hook = keep_range;
	mini->arg = seen;
	mini->drv.io[0] = PORTS;
	mini->drv.io_len[0] = PORTS_LEN;
	mini->drv.nr_io = 1;
	return mini_try(mini);
}

static void ports_are_the_first_range_of_the_hba(struct kunit *test)
{
	ACCESS_RANGE seen = {};

	KUNIT_EXPECT_EQ(test, try_with_ports(test->priv, &seen), 1);
	KUNIT_EXPECT_EQ(test, seen.RangeStart.QuadPart, PORTS);
	KUNIT_EXPECT_EQ(test, seen.RangeLength, PORTS_LEN);
	KUNIT_EXPECT_FALSE(test, seen.RangeInMemory);
}

static void ports_of_another_driver_stay_in_the_tree(struct kunit *test)
{
	struct resource *others;
	ACCESS_RANGE seen;

	others = request_region(PORTS, PORTS_LEN, "other");
	KUNIT_ASSERT_NOT_NULL(test, others);
	try_with_ports(test->priv, &seen);
	KUNIT_EXPECT_PTR_EQ(test, others->parent, &ioport_resource);
	mini_exit(test);
	test->priv = NULL;
	KUNIT_EXPECT_NULL(test, request_region(PORTS, PORTS_LEN, "stolen"));
	release_region(PORTS, PORTS_LEN);
}

static void hba_is_searched_with_probe_only(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->drv.probe = false;
	KUNIT_ASSERT_EQ(test, scsiport_register(&mini->drv), 0);
	KUNIT_EXPECT_NULL(test, mini->drv.state->init[0].isa);
	KUNIT_EXPECT_EQ(test, mini->finds, 0);
	scsiport_unregister(&mini->drv);
	mini->drv.probe = true;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 1);
}

static void wrong_ids_make_loading_fail(struct kunit *test)
{
	static const char * const wrong[] = {
		"8086-7010", "", "8086:", "8086:7010,x",
		"1:1,2:2,3:3,4:4,5:5",
	};
	struct mini *mini = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		mini->drv.ids = wrong[i];
		KUNIT_EXPECT_EQ_MSG(test, scsiport_register(&mini->drv),
				    -EINVAL, "ids=%s", wrong[i]);
	}
	KUNIT_EXPECT_EQ(test, mini->finds, 0);
}

static int no_irq_yet(struct platform_device *pdev)
{
	return -EPROBE_DEFER;
}

/* The driver of the interrupt controller may be loaded later. */
static void hba_waits_for_its_interrupt_controller(struct kunit *test)
{
	struct mini *mini = test->priv;

	kunit_activate_static_stub(test, sp_platform_irq, no_irq_yet);
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
	KUNIT_EXPECT_EQ(test, mini->finds, 0);
	KUNIT_EXPECT_NULL(test, mini->drv.state->init[0].isa->dev.driver);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(ports_are_the_first_range_of_the_hba),
	KUNIT_CASE(ports_of_another_driver_stay_in_the_tree),
	KUNIT_CASE(hba_is_searched_with_probe_only),
	KUNIT_CASE(hba_waits_for_its_interrupt_controller),
	KUNIT_CASE(wrong_ids_make_loading_fail),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_isa",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Failures while a host is added: each step is undone, and a second attempt
 * succeeds.
 */
#include <kunit/test.h>
#include <linux/irq.h>

#include "fake_port.h"

#define NR_OPS	(sizeof(struct pioscsi_ops) / sizeof(void *))

static void missing_operation_is_rejected(struct kunit *test)
{
	struct pioscsi_ops ops;
	struct pioscsi_driver drv = { .name = "lacking", .ops = &ops };
	void **op = (void **)&ops;
	unsigned int i;

	for (i = 0; i < NR_OPS; i++) {
		ops = fake_hba_ops;
		op[i] = NULL;
		KUNIT_EXPECT_EQ(test, pioscsi_register_driver(&drv), -EINVAL);
	}
	ops = fake_hba_ops;
	KUNIT_EXPECT_EQ(test, pioscsi_register_driver(&drv), 0);
}

/* The first attempt left no trace, and a second one succeeds. */
static void expect_second_try(struct fake_hba *fake)
{
	struct kunit *test = fake->test;

	KUNIT_EXPECT_TRUE(test, fake->masked);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_FALSE(test, irq_has_action(fake->hba->irq));
	fake->hba->depth = FAKE_DEPTH;
	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	KUNIT_EXPECT_FALSE(test, fake->masked);
	KUNIT_EXPECT_TRUE(test, irq_has_action(fake->hba->irq));
	pioscsi_remove_hba(fake->hba);
	KUNIT_EXPECT_TRUE(test, fake->masked);
	KUNIT_EXPECT_FALSE(test, irq_has_action(fake->hba->irq));
	KUNIT_EXPECT_STREQ(test, fake->broke ?: "", "");
}

static void failed_request_irq_is_undone(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);

	irq_modify_status(fake->hba->irq, 0, IRQ_NOREQUEST);
	KUNIT_EXPECT_EQ(test, pioscsi_add_hba(fake->hba), -EINVAL);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_UNMASK], 0);
	irq_modify_status(fake->hba->irq, IRQ_NOREQUEST, 0);
	expect_second_try(fake);
}

/* The midlayer rejects a host whose depth is 0. */
static void failed_scsi_add_host_is_undone(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);

	fake->hba->depth = 0;
	KUNIT_EXPECT_EQ(test, pioscsi_add_hba(fake->hba), -EINVAL);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_UNMASK], 1);
	expect_second_try(fake);
}

struct width_case {
	const char *desc;
	unsigned int align;
	int err;
};

static const struct width_case width_cases[] = {
	{ "none", 0, -EINVAL },
	{ "not a power of two", 6, -EINVAL },
	{ "beyond the bounce buffer", 128, -EINVAL },
	{ "a byte", 1, 0 },
	{ "the widest", 64, 0 },
};

KUNIT_ARRAY_PARAM_DESC(width, width_cases, desc);

static void invalid_data_port_width_is_rejected(struct kunit *test)
{
	const struct width_case *w = test->param_value;
	struct fake_hba *fake = fake_port_alloc(test);
	int err;

	fake->hba->align = w->align;
	err = pioscsi_add_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, err, w->err);
	KUNIT_EXPECT_EQ(test, irq_has_action(fake->hba->irq), !w->err);
	if (!err)
		pioscsi_remove_hba(fake->hba);
}

static void host_never_added_is_freed(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);

	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(missing_operation_is_rejected),
	KUNIT_CASE(failed_request_irq_is_undone),
	KUNIT_CASE(failed_scsi_add_host_is_undone),
	KUNIT_CASE_PARAM(invalid_data_port_width_is_rejected, width_gen_params),
	KUNIT_CASE(host_never_added_is_freed),
	{}
};

static struct kunit_suite suite = {
	.name = "port_host",
	.test_cases = cases,
};

kunit_test_suite(suite);

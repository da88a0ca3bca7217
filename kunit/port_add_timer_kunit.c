// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers that a front end requests before its HBA is in service. They end if
 * the HBA is not added.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/irq.h>
#include <linux/time64.h>
#include <scsi/scsi_host.h>

#include "fake_port.h"

static void never(struct pioscsi_hba *hba)
{
}

static void request_timer_at_unmask(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_UNMASK)
		pioscsi_request_timer(fake->hba, never, USEC_PER_SEC * 1000);
}

static void timer_request_ends_with_a_failed_add(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);

	fake_refuse_host(fake, true);
	fake->hook = request_timer_at_unmask;
	KUNIT_EXPECT_EQ(test, pioscsi_add_hba(fake->hba), -EINVAL);
	KUNIT_EXPECT_PTR_EQ(test, fake->port->timer_fn, NULL);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&fake->port->timer));
}

/* Free an HBA, and keep the memory of its port until the case ends. */
static void expect_free_ends_timer(struct fake_hba *fake)
{
	KUNIT_EXPECT_TRUE(fake->test, hrtimer_active(&fake->port->timer));
	KUNIT_ASSERT_NOT_NULL(fake->test, scsi_host_get(fake->port->shost));
	pioscsi_free_hba(fake->hba);
	KUNIT_EXPECT_FALSE(fake->test, hrtimer_active(&fake->port->timer));
	hrtimer_cancel(&fake->port->timer);
}

/* A front end may request the timer while it resets its chip for the probe. */
static void timer_requested_before_add_ends_with_the_hba(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);

	pioscsi_request_timer(fake->hba, never, 1000 * USEC_PER_SEC);
	expect_free_ends_timer(fake);
}

static void timer_requested_before_add_ends_with_a_failed_line(struct kunit *t)
{
	struct fake_hba *fake = fake_port_alloc(t);

	pioscsi_request_timer(fake->hba, never, 1000 * USEC_PER_SEC);
	irq_modify_status(fake->hba->irq, 0, IRQ_NOREQUEST);
	KUNIT_EXPECT_EQ(t, pioscsi_add_hba(fake->hba), -EINVAL);
	irq_modify_status(fake->hba->irq, IRQ_NOREQUEST, 0);
	expect_free_ends_timer(fake);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(timer_request_ends_with_a_failed_add),
	KUNIT_CASE(timer_requested_before_add_ends_with_the_hba),
	KUNIT_CASE(timer_requested_before_add_ends_with_a_failed_line),
	{}
};

static struct kunit_suite suite = {
	.name = "port_add_timer",
	.test_cases = cases,
};

kunit_test_suite(suite);

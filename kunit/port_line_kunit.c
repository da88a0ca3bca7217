// SPDX-License-Identifier: GPL-2.0-only
/*
 * An HBA that cannot be masked and is masked by disabling its interrupt line.
 * An interrupt that has one thread.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/limits.h>
#include <linux/sched.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../line.h"
#include "../owner.h"
#include "../rate.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	4096U

static int line_init(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);

	fake->hba->can_mask = false;
	fake->hba->may_mask_line = true;
	test->priv = fake;
	return 0;
}

static bool line_is_disabled(struct fake_hba *fake)
{
	return irqd_irq_disabled(irq_get_irq_data(fake->hba->irq));
}

static void line_of_its_own_is_disabled_as_the_mask(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	KUNIT_ASSERT_EQ(test, 0, pioscsi_add_hba(fake->hba));
	KUNIT_EXPECT_TRUE(test, fake->hba->can_mask);
	KUNIT_EXPECT_FALSE(test, line_is_disabled(fake));
	KUNIT_ASSERT_TRUE(test, pioscsi_own_polled(fake->port));
	KUNIT_EXPECT_TRUE(test, line_is_disabled(fake));
	KUNIT_EXPECT_TRUE(test, pioscsi_release(fake->port, false));
	KUNIT_EXPECT_FALSE(test, line_is_disabled(fake));
	pioscsi_remove_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_MASK], 0);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_UNMASK], 0);
}

struct keeps_case {
	const char *desc;
	bool can_mask;
	bool may_mask_line;
};

static const struct keeps_case keeps_cases[] = {
	{ "can be masked itself", true, true },
	{ "front end does not permit it", false, false },
};

KUNIT_ARRAY_PARAM_DESC(keeps, keeps_cases, desc);

static void maskable_hba_or_no_permission_keeps_line_enabled(struct kunit *test)
{
	const struct keeps_case *k = test->param_value;
	struct fake_hba *fake = test->priv;

	fake->hba->can_mask = k->can_mask;
	fake->hba->may_mask_line = k->may_mask_line;
	KUNIT_ASSERT_EQ(test, 0, pioscsi_add_hba(fake->hba));
	KUNIT_EXPECT_FALSE(test, fake->port->masks_line);
	KUNIT_ASSERT_TRUE(test, pioscsi_own_polled(fake->port));
	KUNIT_EXPECT_FALSE(test, line_is_disabled(fake));
	KUNIT_EXPECT_TRUE(test, pioscsi_release(fake->port, false));
	pioscsi_remove_hba(fake->hba);
}

static void line_that_does_not_exist_fails_the_add(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hba->irq = INT_MAX;
	KUNIT_EXPECT_EQ(test, -EINVAL, pioscsi_add_hba(fake->hba));
}

static irqreturn_t other_irq(int irq, void *data)
{
	return IRQ_NONE;
}

static void shared_line_is_never_disabled(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct test_log log;

	KUNIT_ASSERT_EQ(test, 0, request_irq(fake->hba->irq, other_irq,
					     IRQF_SHARED, "other", test));
	test_log_begin(&log);
	KUNIT_EXPECT_EQ(test, 0, pioscsi_add_hba(fake->hba));
	KUNIT_EXPECT_EQ(test, test_log_count(log, "is shared"), 1);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "Flags mismatch"), 0);
	KUNIT_EXPECT_FALSE(test, fake->hba->can_mask);
	KUNIT_EXPECT_TRUE(test, pioscsi_own_polled(fake->port));
	KUNIT_EXPECT_FALSE(test, line_is_disabled(fake));
	KUNIT_EXPECT_TRUE(test, pioscsi_release(fake->port, false));
	pioscsi_remove_hba(fake->hba);
	free_irq(fake->hba->irq, test);
}

/* Add the HBA, and let the reset for a command fail. */
static struct fake_cmd *make_dead(struct fake_hba *fake)
{
	struct fake_cmd *c;

	fake_port_start(fake->test, fake);
	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	KUNIT_EXPECT_EQ(fake->test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	return c;
}

/* The kernel counts how often a line was disabled. */
static void reset_that_fails_disables_the_line_once(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = make_dead(fake);

	KUNIT_EXPECT_TRUE(test, line_is_disabled(fake));
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_FALSE(test, line_is_disabled(fake));
}

static void line_of_a_dead_hba_stays_disabled_after_resume(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = make_dead(fake);

	pioscsi_suspend_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	KUNIT_EXPECT_TRUE(test, line_is_disabled(fake));
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_FALSE(test, line_is_disabled(fake));
}

static void line_is_no_mask_after_a_failed_add(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_refuse_host(fake, true);
	KUNIT_ASSERT_EQ(test, -EINVAL, pioscsi_add_hba(fake->hba));
	KUNIT_EXPECT_FALSE(test, fake->hba->can_mask);
	KUNIT_EXPECT_FALSE(test, fake->port->masks_line);
}

/* The chip itself is not masked, and the next kernel enables the line. */
static void hba_masked_by_its_line_is_reset_at_shutdown(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake_port_start(test, fake);
	pioscsi_shutdown_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
	KUNIT_EXPECT_TRUE(test, line_is_disabled(fake));
}

static void hba_that_bounds_its_interrupts_is_not_capped(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hba->max_sectors = 256;
	fake->hba->bounds_irqs = true;
	KUNIT_EXPECT_EQ(test, 256, pioscsi_rate_sectors(fake->port));
}

static bool yes(void)
{
	return true;
}

struct thread_case {
	const char *desc;
	bool exclusive;
	bool handler_is_thread;
	bool one_thread;
};

static const struct thread_case thread_cases[] = {
	{ "own line where handlers are threads", true, true, true },
	{ "shared line where handlers are threads", false, true, false },
	{ "own line", true, false, false },
};

KUNIT_ARRAY_PARAM_DESC(thread, thread_cases, desc);

/* Make the real line interrupt. Return how often that masked the HBA. */
static unsigned int interrupt_by_line(struct fake_hba *fake)
{
	unsigned int masks = fake->count[FAKE_MASK];
	unsigned long flags;

	fake_raise(fake);
	local_irq_save(flags);
	generic_handle_irq(fake->hba->irq);
	masks = fake->count[FAKE_MASK] - masks;
	local_irq_restore(flags);
	return masks;
}

static void add_for_threads(struct kunit *test, const struct thread_case *t)
{
	struct fake_hba *fake = test->priv;

	if (t->handler_is_thread)
		kunit_activate_static_stub(test, pioscsi_line_handler_is_thread,
					   yes);
	fake->hba->can_mask = true;
	fake->hba->exclusive_irq = t->exclusive;
	fake_port_start(test, fake);
}

static void interrupt_and_its_deferral_are_served(struct kunit *test)
{
	const struct thread_case *t = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	add_for_threads(test, t);
	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_FROM_DEVICE, LEN);
	fake_slow(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	/* The one thread masks the HBA; nothing is done in hard IRQ context. */
	KUNIT_EXPECT_EQ(test, interrupt_by_line(fake), t->one_thread ? 0 : 1);
	synchronize_irq(fake->hba->irq);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_MASK], 1);
	KUNIT_EXPECT_EQ(test, c->at, LEN);
	fake_expect_idle(test);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void line_with_one_thread_is_not_shared(struct kunit *test)
{
	const struct thread_case *t = test->param_value;
	struct fake_hba *fake = test->priv;
	int err;

	add_for_threads(test, t);
	err = request_irq(fake->hba->irq, other_irq,
			  IRQF_SHARED | IRQF_PROBE_SHARED, "other", test);
	KUNIT_EXPECT_EQ(test, err, t->one_thread ? -EBUSY : 0);
	if (!err)
		free_irq(fake->hba->irq, test);
}

static void line_in_use_is_shared_with_two_threads(struct kunit *test)
{
	const struct thread_case *t = &thread_cases[0];
	struct fake_hba *fake = test->priv;
	struct test_log log;

	KUNIT_ASSERT_EQ(test, 0, request_irq(fake->hba->irq, other_irq,
					     IRQF_SHARED, "other", test));
	test_log_begin(&log);
	add_for_threads(test, t);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "Flags mismatch"), 0);
	fake_say(fake, PIOSCSI_WAIT);
	interrupt_by_line(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_ASK], 1);
	free_irq(fake->hba->irq, test);
}

/* Behind a GPIO expander, for example. */
static void add_for_nested_line(struct kunit *test, const struct thread_case *t)
{
	struct fake_hba *fake = test->priv;

	irq_set_nested_thread(fake->hba->irq, true);
	add_for_threads(test, t);
}

/* Other devices of the expander wait for the thread of its own interrupt. */
static void nested_line_is_served_and_its_deferral_kicked(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	add_for_nested_line(test, test->param_value);
	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_FROM_DEVICE, LEN);
	fake_slow(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_raise(fake);
	handle_nested_irq(fake->hba->irq);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_MASK], 1);
	KUNIT_EXPECT_EQ(test, c->at, 0);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, c->at, LEN);
	fake_expect_idle(test);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	handle_nested_irq(fake->hba->irq);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

/* A bus is needed to disable it, which the port's lock does not permit. */
static void nested_line_is_never_disabled(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	irq_set_nested_thread(fake->hba->irq, true);
	KUNIT_ASSERT_EQ(test, 0, pioscsi_add_hba(fake->hba));
	KUNIT_EXPECT_FALSE(test, fake->hba->can_mask);
	KUNIT_EXPECT_TRUE(test, pioscsi_own_polled(fake->port));
	KUNIT_EXPECT_FALSE(test, line_is_disabled(fake));
	KUNIT_EXPECT_TRUE(test, pioscsi_release(fake->port, false));
	pioscsi_remove_hba(fake->hba);
}

/* As the scheduler counts it. */
static void leave_cpu_during_query(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_ASK)
		current->nivcsw++;
}

static void handler_that_left_the_cpu_counts_no_hold(struct kunit *test)
{
	const struct thread_case *t = &thread_cases[0];
	struct fake_hba *fake = test->priv;
	atomic64_t *max;
	unsigned int i;

	add_for_threads(test, t);
	max = &fake->port->stats.hold.max;
	atomic64_set(max, 0);
	fake->hook = leave_cpu_during_query;
	interrupt_by_line(fake);
	synchronize_irq(fake->hba->irq);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_ASK], 1);
	KUNIT_EXPECT_EQ(test, atomic64_read(max), 0);

	/* On a busy machine the thread may really leave the CPU. */
	fake->hook = NULL;
	for (i = 0; i < 50 && !atomic64_read(max); i++) {
		interrupt_by_line(fake);
		synchronize_irq(fake->hba->irq);
	}
	KUNIT_EXPECT_GT(test, atomic64_read(max), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(interrupt_and_its_deferral_are_served,
			 thread_gen_params),
	KUNIT_CASE_PARAM(line_with_one_thread_is_not_shared, thread_gen_params),
	KUNIT_CASE(line_in_use_is_shared_with_two_threads),
	KUNIT_CASE_PARAM(nested_line_is_served_and_its_deferral_kicked,
			 thread_gen_params),
	KUNIT_CASE(nested_line_is_never_disabled),
	KUNIT_CASE(handler_that_left_the_cpu_counts_no_hold),
	KUNIT_CASE(line_of_its_own_is_disabled_as_the_mask),
	KUNIT_CASE(shared_line_is_never_disabled),
	KUNIT_CASE_PARAM(maskable_hba_or_no_permission_keeps_line_enabled,
			 keeps_gen_params),
	KUNIT_CASE(line_that_does_not_exist_fails_the_add),
	KUNIT_CASE(reset_that_fails_disables_the_line_once),
	KUNIT_CASE(line_of_a_dead_hba_stays_disabled_after_resume),
	KUNIT_CASE(line_is_no_mask_after_a_failed_add),
	KUNIT_CASE(hba_masked_by_its_line_is_reset_at_shutdown),
	KUNIT_CASE(hba_that_bounds_its_interrupts_is_not_capped),
	{}
};

static struct kunit_suite suite = {
	.name = "port_line",
	.init = line_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

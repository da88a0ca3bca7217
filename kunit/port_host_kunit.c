// SPDX-License-Identifier: GPL-2.0-only
/*
 * Failures while a host is added: each step is undone. A second attempt
 * succeeds if the midlayer has not seen the host.
 */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/kthread.h>
#include <linux/stddef.h>
#include <scsi/scsi.h>

#include "../params.h"
#include "../port.h"
#include "../wake.h"
#include "fake_cmd.h"
#include "fake_port.h"

struct op_case {
	const char *name;
	size_t offset;
};

#define OP(op)	{ #op, offsetof(struct pioscsi_ops, op) }

static const struct op_case mandatory_cases[] = {
	OP(claim), OP(service), OP(pio_in), OP(pio_out), OP(mask), OP(unmask),
	OP(start), OP(reset_bus), OP(reset_hba),
};

KUNIT_ARRAY_PARAM_DESC(mandatory, mandatory_cases, name);

static void **nth_op(struct pioscsi_ops *ops, const struct op_case *op)
{
	return (void **)((u8 *)ops + op->offset);
}

/* The log names the operation. */
static void expect_missing(struct kunit *test, const struct pioscsi_ops *ops,
			   const struct op_case *op)
{
	struct pioscsi_driver drv = { .name = "lacking", .ops = ops };
	struct test_log log;
	char words[48];

	snprintf(words, sizeof(words), "lacks the operation %s,", op->name);
	test_log_begin(&log);
	KUNIT_EXPECT_EQ(test, pioscsi_register_driver(&drv), -EINVAL);
	KUNIT_EXPECT_EQ(test, test_log_count(log, words), 1);
}

static void missing_operation_is_rejected(struct kunit *test)
{
	struct pioscsi_ops ops = fake_hba_ops;
	const struct op_case *op = test->param_value;

	*nth_op(&ops, op) = NULL;
	expect_missing(test, &ops, op);
}

static void front_end_without_narrow_resets_is_registered(struct kunit *test)
{
	struct pioscsi_ops ops = fake_hba_ops;
	struct pioscsi_driver drv = { .name = "short", .ops = &ops };

	KUNIT_EXPECT_EQ(test, pioscsi_register_driver(&drv), 0);
	ops.abort_cmd = NULL;
	ops.reset_lun = NULL;
	ops.reset_target = NULL;
	ops.withdraw = NULL;
	KUNIT_EXPECT_EQ(test, pioscsi_register_driver(&drv), 0);
}

/* Otherwise commands may be sent with preemption off. */
static void commands_are_sent_where_a_task_may_sleep(struct kunit *test)
{
	struct pioscsi_driver drv = {
		.name = "sent", .ops = &fake_hba_ops,
	};

	KUNIT_ASSERT_EQ(test, pioscsi_register_driver(&drv), 0);
	KUNIT_EXPECT_TRUE(test, drv.sht.queuecommand_may_block);
}

static const struct op_case direct_cases[] = {
	OP(interrupt), OP(begin), OP(run),
};

KUNIT_ARRAY_PARAM_DESC(direct, direct_cases, name);

static const struct op_case pio_cases[] = {
	OP(pio_in), OP(pio_out), OP(mask), OP(unmask),
};

KUNIT_ARRAY_PARAM_DESC(pio, pio_cases, name);

/* Remove the operations of a front end whose data the port moves. */
static void drop_pio_ops(struct pioscsi_ops *ops)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pio_cases); i++)
		*nth_op(ops, &pio_cases[i]) = NULL;
}

static void single_operation_for_own_data_is_rejected(struct kunit *test)
{
	struct pioscsi_ops ops = fake_hba_ops;
	struct pioscsi_driver drv = { .name = "lacking", .ops = &ops };
	const struct op_case *op = test->param_value;
	unsigned int i;

	*nth_op(&ops, op) = ops.claim;
	KUNIT_EXPECT_EQ(test, pioscsi_register_driver(&drv), -EINVAL);
	drop_pio_ops(&ops);
	for (i = 0; i < ARRAY_SIZE(direct_cases); i++)
		*nth_op(&ops, &direct_cases[i]) = ops.claim;
	KUNIT_EXPECT_EQ(test, pioscsi_register_driver(&drv), 0);
	*nth_op(&ops, op) = NULL;
	expect_missing(test, &ops, op);
}

/* Otherwise the port might call it, because some code tests the pointer. */
static void unused_operation_of_own_data_is_rejected(struct kunit *test)
{
	struct pioscsi_ops ops = fake_hba_ops;
	struct pioscsi_driver drv = { .name = "direct", .ops = &ops };
	const struct op_case *op = test->param_value;
	struct test_log log;
	char words[48];
	unsigned int i;

	drop_pio_ops(&ops);
	for (i = 0; i < ARRAY_SIZE(direct_cases); i++)
		*nth_op(&ops, &direct_cases[i]) = ops.claim;
	*nth_op(&ops, op) = ops.claim;
	snprintf(words, sizeof(words), "has the operation %s,", op->name);
	test_log_begin(&log);
	KUNIT_EXPECT_EQ(test, pioscsi_register_driver(&drv), -EINVAL);
	KUNIT_EXPECT_EQ(test, test_log_count(log, words), 1);
}

static void front_end_that_moves_its_data_needs_no_pio(struct kunit *test)
{
	struct pioscsi_ops ops = fake_hba_ops;
	struct pioscsi_driver drv = { .name = "direct", .ops = &ops };
	unsigned int i;

	drop_pio_ops(&ops);
	KUNIT_EXPECT_EQ(test, pioscsi_register_driver(&drv), -EINVAL);
	for (i = 0; i < ARRAY_SIZE(direct_cases); i++)
		*nth_op(&ops, &direct_cases[i]) = ops.claim;
	KUNIT_EXPECT_EQ(test, pioscsi_register_driver(&drv), 0);
}

/* A built-in module's initialisation may be left out. */
static void unregistered_driver_gets_no_hba(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "unregistered");
	struct pioscsi_driver drv = { .name = "none", .ops = &fake_hba_ops };
	struct test_log log;

	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	test_log_begin(&log);
	KUNIT_EXPECT_NULL(test, pioscsi_alloc_hba(dev, &drv));
	KUNIT_EXPECT_EQ(test,
			test_log_count(log, "none is not initialised"), 1);
}

/* The first attempt left no trace, and a second one succeeds. */
static void expect_second_try(struct fake_hba *fake)
{
	struct kunit *test = fake->test;

	KUNIT_EXPECT_TRUE(test, fake->masked);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_EQ(test, fake->port->refusal, DID_NO_CONNECT);
	KUNIT_EXPECT_FALSE(test, irq_has_action(fake->hba->irq));
	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	KUNIT_EXPECT_FALSE(test, fake->masked);
	KUNIT_EXPECT_TRUE(test, irq_has_action(fake->hba->irq));
	pioscsi_remove_hba(fake->hba);
	KUNIT_EXPECT_TRUE(test, fake->masked);
	KUNIT_EXPECT_FALSE(test, irq_has_action(fake->hba->irq));
}

static void failed_request_irq_is_undone(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);
	struct test_log log;

	irq_modify_status(fake->hba->irq, 0, IRQ_NOREQUEST);
	test_log_begin(&log);
	KUNIT_EXPECT_EQ(test, pioscsi_add_hba(fake->hba), -EINVAL);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "request failed (-22)"), 1);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_UNMASK], 0);
	irq_modify_status(fake->hba->irq, IRQ_NOREQUEST, 0);
	expect_second_try(fake);
}

static irqreturn_t other_handler(int irq, void *data)
{
	return IRQ_NONE;
}

/*
 * ACPI's SCI is such an interrupt: its line is masked until its thread has
 * ended.
 */
static void line_of_a_oneshot_handler_is_refused(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);
	int irq = fake->hba->irq;
	struct test_log log;

	KUNIT_ASSERT_EQ(test, 0,
			request_threaded_irq(irq, NULL, other_handler,
					     IRQF_SHARED | IRQF_ONESHOT,
					     "other", fake));
	test_log_begin(&log);
	KUNIT_EXPECT_EQ(test, pioscsi_add_hba(fake->hba), -EBUSY);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "IRQF_ONESHOT"), 1);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_UNMASK], 0);
	free_irq(irq, fake);
	expect_second_try(fake);
}

static void failed_scsi_add_host_is_undone(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);

	fake_refuse_host(fake, true);
	KUNIT_EXPECT_EQ(test, pioscsi_add_hba(fake->hba), -EINVAL);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_UNMASK], 1);
	KUNIT_EXPECT_TRUE(test, fake->masked);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_EQ(test, fake->port->refusal, DID_NO_CONNECT);
	KUNIT_EXPECT_FALSE(test, irq_has_action(fake->hba->irq));
}

/* The midlayer may have dropped references that a second attempt needs. */
static void host_that_the_midlayer_has_seen_is_not_added_again(struct kunit *t)
{
	struct fake_hba *fake = fake_port_alloc(t);
	struct test_log log;

	fake_refuse_host(fake, true);
	KUNIT_EXPECT_EQ(t, pioscsi_add_hba(fake->hba), -EINVAL);
	fake_refuse_host(fake, false);
	test_log_begin(&log);
	KUNIT_EXPECT_EQ(t, pioscsi_add_hba(fake->hba), -EINVAL);
	KUNIT_EXPECT_EQ(t, test_log_count(log, "can only be freed"), 1);
	KUNIT_EXPECT_EQ(t, fake->count[FAKE_UNMASK], 1);
	KUNIT_EXPECT_FALSE(t, irq_has_action(fake->hba->irq));
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

struct limit_case {
	const char *desc;
	unsigned int max_sectors;
	int err;
};

static const struct limit_case limit_cases[] = {
	{ "a sector", 1, -EINVAL },
	{ "below a page", PAGE_SECTORS - 1, -EINVAL },
	{ "a page", PAGE_SECTORS, 0 },
	{ "the port's limit", 0, 0 },
};

KUNIT_ARRAY_PARAM_DESC(limit, limit_cases, desc);

/* The block layer warns about it, and no disk of the host can be used. */
static void limit_below_a_page_is_rejected(struct kunit *test)
{
	const struct limit_case *l = test->param_value;
	struct fake_hba *fake = fake_port_alloc(test);
	struct test_log log;
	int err;

	fake->hba->max_sectors = l->max_sectors;
	test_log_begin(&log);
	err = pioscsi_add_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, err, l->err);
	KUNIT_EXPECT_EQ(test, !!test_log_count(log, "at least"), !!l->err);
	KUNIT_EXPECT_EQ(test, irq_has_action(fake->hba->irq), !l->err);
	if (!err)
		pioscsi_remove_hba(fake->hba);
}

struct needed_case {
	const char *field;
	size_t offset;
};

#define NEEDED(field) { #field, offsetof(struct pioscsi_hba, field) }

static const struct needed_case needed_cases[] = {
	NEEDED(depth),
	NEEDED(max_id),
	NEEDED(max_lun),
	NEEDED(max_cmd_len),
};

KUNIT_ARRAY_PARAM_DESC(needed, needed_cases, field);

/* Without an ID no target is scanned, and without a CDB each command fails. */
static void field_of_zero_is_rejected(struct kunit *test)
{
	const struct needed_case *n = test->param_value;
	struct fake_hba *fake = fake_port_alloc(test);
	unsigned int *field = (void *)fake->hba + n->offset;
	unsigned int value = *field;
	struct test_log log;
	int err;

	*field = 0;
	test_log_begin(&log);
	err = pioscsi_add_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, err, -EINVAL);
	KUNIT_EXPECT_EQ(test, test_log_count(log, n->field), 1);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "at least 1"), 1);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_UNMASK], 0);
	*field = value;
	if (err)
		expect_second_try(fake);
	else
		pioscsi_remove_hba(fake->hba);
}

/*
 * The thread of the first attempt has set its policy. The thread of the next
 * attempt must do so too.
 */
static void thread_of_second_try_sets_its_policy(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);

	fake->port->policy_set = true;
	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	KUNIT_EXPECT_FALSE(test, fake->port->policy_set);
	pioscsi_remove_hba(fake->hba);
}

static void removal_ends_watchdog(struct kunit *test)
{
	struct pioscsi_port *port;
	struct fake_hba *fake;
	struct fake_cmd *c;

	fake_port_init(test);
	fake = test->priv;
	port = fake->port;
	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_TRUE(test, port->watching);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	fake_port_remove(fake);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&port->watch));
}

static void host_never_added_is_freed(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);

	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
}

static void host_without_an_interrupt_is_added(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);
	int irq = fake->hba->irq;

	fake->hba->irq = 0;
	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	KUNIT_EXPECT_FALSE(test, irq_has_action(irq));
	KUNIT_EXPECT_FALSE(test, fake->masked);
	pioscsi_remove_hba(fake->hba);
	KUNIT_EXPECT_TRUE(test, fake->masked);
}

/* The kernel warns if a thread ends before its work. */
static void removal_cancels_work_of_the_host_thread(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);
	struct pioscsi_port *port = fake->port;

	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	kthread_queue_delayed_work(port->worker, &port->kick, 1000 * HZ);
	pioscsi_remove_hba(fake->hba);
	KUNIT_EXPECT_TRUE(test, list_empty(&port->kick.work.node));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(missing_operation_is_rejected, mandatory_gen_params),
	KUNIT_CASE(front_end_without_narrow_resets_is_registered),
	KUNIT_CASE(commands_are_sent_where_a_task_may_sleep),
	KUNIT_CASE_PARAM(single_operation_for_own_data_is_rejected,
			 direct_gen_params),
	KUNIT_CASE_PARAM(unused_operation_of_own_data_is_rejected,
			 pio_gen_params),
	KUNIT_CASE(front_end_that_moves_its_data_needs_no_pio),
	KUNIT_CASE(unregistered_driver_gets_no_hba),
	KUNIT_CASE(failed_request_irq_is_undone),
	KUNIT_CASE(failed_scsi_add_host_is_undone),
	KUNIT_CASE(host_that_the_midlayer_has_seen_is_not_added_again),
	KUNIT_CASE_PARAM(invalid_data_port_width_is_rejected, width_gen_params),
	KUNIT_CASE_PARAM(limit_below_a_page_is_rejected, limit_gen_params),
	KUNIT_CASE_PARAM(field_of_zero_is_rejected, needed_gen_params),
	KUNIT_CASE(removal_ends_watchdog),
	KUNIT_CASE(host_never_added_is_freed),
	KUNIT_CASE(line_of_a_oneshot_handler_is_refused),
	KUNIT_CASE(thread_of_second_try_sets_its_policy),
	KUNIT_CASE(host_without_an_interrupt_is_added),
	KUNIT_CASE(removal_cancels_work_of_the_host_thread),
	{}
};

static struct kunit_suite suite = {
	.name = "port_host",
	.test_cases = cases,
};

kunit_test_suite(suite);

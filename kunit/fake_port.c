// SPDX-License-Identifier: GPL-2.0-only
/*
 * A port on a fake chip. Production code adds and removes the host. Only its
 * bottom halves are held back until the case runs them.
 */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/blk-mq.h>
#include <linux/bottom_half.h>
#include <linux/err.h>
#include <linux/irq.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/processor.h>
#include <linux/workqueue.h>

#include "../complete.h"
#include "../irq.h"
#include "../rate.h"
#include "fake_cmd.h"
#include "fake_port.h"

static struct pioscsi_driver fake_driver = {
	.name = "fake_hba",
	.ops = &fake_hba_ops,
	.priv_size = sizeof(struct fake_hba *),
};

/* The chips of a case whose bottom halves are held back. */
static struct fake_hba *held[4];

/* Another front end than that of the fake chip has no pointer to the fake. */
static struct fake_hba *fake_of(struct pioscsi_port *port)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(held) - 1; i++)
		if (held[i] && held[i]->port == port)
			break;
	return held[i];
}

static void replace_held(struct fake_hba *from, struct fake_hba *to)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(held); i++) {
		if (held[i] == from) {
			held[i] = to;
			return;
		}
	}
}

static void hold_kick(struct kthread_work *work)
{
	struct pioscsi_port *port = container_of(work, struct pioscsi_port,
						 kick.work);

	fake_of(port)->kicked = true;
}

static void hold_watch(struct work_struct *work)
{
	struct pioscsi_port *port = container_of(to_delayed_work(work),
						 struct pioscsi_port, watch);

	fake_of(port)->watched = true;
}

static void hold_bh(struct pioscsi_bh *bh)
{
	struct pioscsi_port *port = container_of(bh, struct pioscsi_port, bh);

	fake_of(port)->bh_queued = true;
}

static void remove_irq(void *irq)
{
	irq_free_desc((unsigned long)irq);
}

/**
 * fake_add_irq() - allocate an interrupt line that is never raised
 * @test: the test
 *
 * Context: task.
 * Return: its number, until the test ends.
 */
int fake_add_irq(struct kunit *test)
{
	int irq = irq_alloc_desc(NUMA_NO_NODE);

	KUNIT_ASSERT_GT(test, irq, 0);
	irq_set_chip_and_handler(irq, &dummy_irq_chip, handle_simple_irq);
	irq_modify_status(irq, IRQ_NOREQUEST, 0);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, remove_irq,
						  (void *)(long)irq));
	return irq;
}

static void free_hba(void *hba)
{
	pioscsi_free_hba(hba);
}

/* Also the removal of the HBA, before this, must break no rule. */
static void check_rules(void *arg)
{
	struct fake_hba *fake = arg;

	if (fake->broke)
		KUNIT_FAIL(fake->test, "%s", fake->broke);
}

/**
 * fake_hold() - hold the bottom halves back until the case runs them
 * @fake: the chip, whose HBA is added
 *
 * Context: task.
 */
void fake_hold(struct fake_hba *fake)
{
	replace_held(NULL, fake);
	/* A test on a busy machine may take longer than a turn. */
	fake->port->turn_jiffies = 1000 * HZ;
	fake->kick = fake->port->kick.work.func;
	fake->port->kick.work.func = hold_kick;
	fake->watch = fake->port->watch.work.func;
	fake->port->watch.work.func = hold_watch;
	fake->bh = fake->port->bh.fn;
	fake->port->bh.fn = hold_bh;
}

/*
 * A bottom half that still waits for its CPU must not run with the production
 * function: the commands of the case are freed before this.
 */
static void cancel_held(struct pioscsi_port *port)
{
	kthread_cancel_delayed_work_sync(&port->kick);
	cancel_delayed_work_sync(&port->watch);
	pioscsi_bh_cancel(&port->bh);
}

/**
 * fake_let_go() - undo fake_hold()
 * @fake: the chip
 *
 * Context: task.
 */
void fake_let_go(struct fake_hba *fake)
{
	fake->port->kick.work.func = fake->kick;
	fake->port->watch.work.func = fake->watch;
	fake->port->bh.fn = fake->bh;
	replace_held(fake, NULL);
}

static void remove_hba(void *arg)
{
	struct fake_hba *fake = arg;

	fake->hook = NULL;
	cancel_held(fake->port);
	fake_let_go(fake);
	pioscsi_remove_hba(fake->hba);
}

/**
 * fake_port_alloc_driver() - make a fake chip with an HBA of another driver
 * @test: the test
 * @drv: the driver, with the operations of the fake or others
 *
 * If the port breaks a rule of the interface, the test fails when it ends.
 *
 * Context: task.
 * Return: the fake, until the test ends; its HBA is not added yet.
 */
struct fake_hba *fake_port_alloc_driver(struct kunit *test,
					struct pioscsi_driver *drv)
{
	struct fake_hba *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	struct device *dev = kunit_device_register(test, "fake_hba");
	struct pioscsi_hba *hba;

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->test = test;
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, check_rules, fake));
	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	KUNIT_ASSERT_EQ(test, 0, pioscsi_register_driver(drv));
	hba = pioscsi_alloc_hba(dev, drv);
	KUNIT_ASSERT_NOT_NULL(test, hba);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, free_hba, hba));
	fake->masked = true;
	fake->hba = hba;
	fake->port = pioscsi_port(hba);
	*(struct fake_hba **)hba->priv = fake;
	hba->irq = fake_add_irq(test);
	hba->depth = FAKE_DEPTH;
	hba->max_lun = 8;
	hba->max_cmd_len = 16;
	hba->align = FAKE_ALIGN;
	hba->settle_ms = 1;
	/* The scan finds no target, because the only ID is the HBA's own. */
	hba->max_id = 1;
	hba->this_id = 0;
	return fake;
}

/**
 * fake_port_alloc() - make a fake chip with an HBA that is not added yet
 * @test: the test
 *
 * Context: task.
 * Return: the fake, until the test ends.
 */
struct fake_hba *fake_port_alloc(struct kunit *test)
{
	return fake_port_alloc_driver(test, &fake_driver);
}

/* The clock of this kernel has longer ticks than the fake's bursts. */
static u32 fine_tick(void)
{
	return 0;
}

/**
 * fake_port_start() - set test->priv to a fake chip, and add its HBA
 * @test: the test
 * @fake: the chip
 *
 * Context: task.
 * Return: 0.
 */
int fake_port_start(struct kunit *test, struct fake_hba *fake)
{
	kunit_activate_static_stub(test, pioscsi_rate_tick, fine_tick);
	KUNIT_ASSERT_EQ(test, 0, pioscsi_add_hba(fake->hba));
	fake_hold(fake);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, remove_hba, fake));
	kunit_activate_static_stub(test, pioscsi_done, fake_done);

	fake->port->defer = PIOSCSI_DEFER_THREAD;
	fake->port->budget.end_ns = 1;
	/* The next end is no sample, so a task completes it directly. */
	fake->port->budget.ends = 1;
	fake_fast(fake);
	fake->logged = 0;
	memset(fake->count, 0, sizeof(fake->count));
	test->priv = fake;
	return 0;
}

/**
 * fake_port_init() - set test->priv to a fake chip whose HBA is added
 * @test: the test
 *
 * Context: task.
 * Return: 0.
 */
int fake_port_init(struct kunit *test)
{
	return fake_port_start(test, fake_port_alloc(test));
}

/**
 * fake_port_remove() - remove the HBA of a fake chip before the test ends
 * @fake: the chip, after fake_port_start()
 *
 * Context: task; sleeps.
 */
void fake_port_remove(struct fake_hba *fake)
{
	kunit_release_action(fake->test, remove_hba, fake);
}

/**
 * fake_refuse_host() - let the midlayer refuse the host, or take it
 * @fake: the chip, whose HBA is not added yet
 * @refuse: whether scsi_add_host() fails with -EINVAL
 *
 * Context: task.
 */
void fake_refuse_host(struct fake_hba *fake, bool refuse)
{
	fake->port->shost->nr_maps = refuse ? HCTX_MAX_TYPES + 1 : 0;
}

/**
 * fake_fast() - make all data fit the budget
 * @fake: the chip
 *
 * Context: task.
 */
void fake_fast(struct fake_hba *fake)
{
	fake->port->budget.ps_per_byte[0] = FAKE_PS_FAST;
	fake->port->budget.ps_per_byte[1] = FAKE_PS_FAST;
	fake->port->budget_us = 1000 * USEC_PER_SEC;
}

/**
 * fake_slow() - make 4 KiB of data exceed the budget
 * @fake: the chip
 *
 * Work without data fits the budget, even on a slow machine.
 *
 * Context: task.
 */
void fake_slow(struct fake_hba *fake)
{
	fake->port->budget.ps_per_byte[0] = FAKE_PS_SLOW;
	fake->port->budget.ps_per_byte[1] = FAKE_PS_SLOW;
	fake->port->budget_us = 3 * USEC_PER_SEC;
}

/**
 * fake_irq() - run the hard IRQ handler
 * @fake: the chip
 *
 * Context: task.
 * Return: the return value of the handler.
 */
irqreturn_t fake_irq(struct fake_hba *fake)
{
	unsigned long flags;
	irqreturn_t ret;

	local_irq_save(flags);
	ret = pioscsi_irq(fake->hba->irq, fake->port);
	local_irq_restore(flags);
	return ret;
}

/**
 * fake_thread() - run the threaded IRQ handler
 * @fake: the chip
 *
 * Context: task.
 * Return: the return value of the handler.
 */
irqreturn_t fake_thread(struct fake_hba *fake)
{
	return pioscsi_irq_thread(fake->hba->irq, fake->port);
}

/**
 * fake_interrupt() - raise the interrupt and run both handlers
 * @fake: the chip
 *
 * The host's own thread runs, too, if there is a fault to handle.
 *
 * Context: task.
 */
void fake_interrupt(struct fake_hba *fake)
{
	fake_raise(fake);
	if (fake_irq(fake) == IRQ_WAKE_THREAD)
		fake_thread(fake);
	if (fake->port->owner == PIOSCSI_DEFERRED &&
	    fake->port->next == PIOSCSI_FAULT)
		fake_kick(fake);
}

/**
 * fake_kick() - run the work of the host's own thread if it is queued
 * @fake: the chip
 *
 * Context: task; sleeps.
 * Return: true if it was queued.
 */
bool fake_kick(struct fake_hba *fake)
{
	if (kthread_cancel_delayed_work_sync(&fake->port->kick))
		fake->kicked = true;
	if (!fake->kicked)
		return false;
	fake->kicked = false;
	fake->kick(&fake->port->kick.work);
	return true;
}

/**
 * fake_settle() - end the time that the targets need after a reset of the bus
 * @fake: the chip
 *
 * Context: task.
 */
void fake_settle(struct fake_hba *fake)
{
	atomic64_set(&fake->port->settled_at, get_jiffies_64());
}

/**
 * fake_watch() - run the watchdog if it is queued
 * @fake: the chip
 *
 * Context: task; sleeps.
 * Return: true if it was queued.
 */
bool fake_watch(struct fake_hba *fake)
{
	flush_delayed_work(&fake->port->watch);
	if (!fake->watched)
		return false;
	fake->watched = false;
	fake->watch(&fake->port->watch.work);
	return true;
}

/**
 * fake_bh() - run the port's BH work item if it is queued
 * @fake: the chip
 *
 * Context: task.
 * Return: true if it was queued.
 */
bool fake_bh(struct fake_hba *fake)
{
	bool queued;

	local_bh_disable();
	local_bh_enable();
	queued = fake->bh_queued;
	fake->bh_queued = false;
	if (queued) {
		local_bh_disable();
		fake->bh(&fake->port->bh);
		local_bh_enable();
	}
	return queued;
}

/**
 * fake_deferred_read() - let the hard IRQ handler defer a read
 * @fake: the chip
 * @sdev: the logical unit
 * @len: bytes to read
 *
 * The chip's answers are the data, and then GOOD status.
 *
 * Context: task.
 * Return: the command, until the test ends.
 */
struct fake_cmd *fake_deferred_read(struct fake_hba *fake,
				    struct scsi_device *sdev, unsigned int len)
{
	struct fake_cmd *c = fake_queued(fake, sdev, DMA_FROM_DEVICE, len);

	fake_slow(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, len);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	fake_irq(fake);
	KUNIT_ASSERT_EQ(fake->test, fake->port->owner, PIOSCSI_DEFERRED);
	fake_trace(fake);
	return c;
}

/**
 * fake_deferred_fault() - let the hard IRQ handler defer a fault
 * @fake: the chip; new commands wait in their queues until a bottom half runs
 *
 * Context: task.
 */
void fake_deferred_fault(struct fake_hba *fake)
{
	fake_say(fake, PIOSCSI_FAULT);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(fake->test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_ASSERT_EQ(fake->test, fake->port->owner, PIOSCSI_DEFERRED);
	fake_trace(fake);
}

/**
 * fake_expect_idle() - expect that the chip has no owner and can interrupt
 * @test: the case
 *
 * Context: task.
 */
void fake_expect_idle(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_FALSE(test, fake->masked);
}

/**
 * fake_linger_at_data() - hook: let data in take 30 ms
 * @fake: the chip
 * @op: the chip's operation
 *
 * Context: as the operation.
 */
void fake_linger_at_data(struct fake_hba *fake, enum fake_op op)
{
	u64 end = ktime_get_ns() + 30 * NSEC_PER_MSEC;

	while (op == FAKE_IN && ktime_get_ns() < end)
		cpu_relax();
}

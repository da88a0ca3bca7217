// SPDX-License-Identifier: GPL-2.0-only
/*
 * The port over a fake miniport. The production code loads it, finds its HBA
 * and removes it. Only the bottom halves of the port are held back until the
 * case runs them, and the case raises the interrupt itself.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/hardirq.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/platform_device.h>
#include <scsi/scsi.h>
#include <scsi/scsi_host.h>

#include "../complete.h"
#include "../scsiport/dma.h"
#include "../scsiport/find.h"
#include "../scsiport/intx.h"
#include "fake_miniport.h"

/**
 * mini_init() - set test->priv to a fake miniport that is not loaded yet
 * @test: the test
 *
 * Context: task.
 * Return: 0.
 */
int mini_init(struct kunit *test)
{
	struct mini *mini = kunit_kzalloc(test, sizeof(*mini), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, mini);
	mini->test = test;
	mini->fake.test = test;
	mini->hw[0] = mini_hw;
	mini->hw[1] = mini_hw;
	mini->hw[1].AdapterInterfaceType = Internal;
	mini->nr_hw = 1;
	for (i = 0; i < ARRAY_SIZE(mini->find_ret); i++)
		mini->find_ret[i] = SP_RETURN_FOUND;
	mini->drv = (struct scsiport_driver){
		.name = "fake_miniport",
		.owner = THIS_MODULE,
		.entry = mini_entry,
		.irq = fake_add_irq(test),
		.probe = true,
		.verify = false,
	};
	test->priv = mini;
	return 0;
}

static void unload(void *arg)
{
	struct mini *mini = arg;

	mini->hook = NULL;
	if (mini->fake.port)
		fake_let_go(&mini->fake);
	scsiport_unregister(&mini->drv);
}

/**
 * mini_exit() - unload the miniport, and fail if a rule was broken
 * @test: the test
 *
 * The commands of a failed case still exist here.
 *
 * Context: task.
 */
void mini_exit(struct kunit *test)
{
	struct mini *mini = test->priv;

	if (!mini)
		return;
	kunit_release_action(test, unload, mini);
	if (mini->broke)
		KUNIT_FAIL(test, "%s", mini->broke);
	if (mini->fake.broke)
		KUNIT_FAIL(test, "%s", mini->fake.broke);
}

/**
 * mini_try() - load the miniport, which may find no HBA
 * @mini: the miniport
 *
 * Context: task; sleeps.
 * Return: the number of HBAs; @mini->sp is the first.
 */
int mini_try(struct mini *mini)
{
	struct list_head *found;
	int err;

	err = scsiport_register(&mini->drv);
	KUNIT_ASSERT_EQ(mini->test, 0, err);
	err = kunit_add_action_or_reset(mini->test, unload, mini);
	KUNIT_ASSERT_EQ(mini->test, 0, err);
	found = platform_get_drvdata(mini->drv.state->init[0].isa);
	if (!found || list_empty(found))
		return 0;
	mini->sp = list_first_entry(found, struct sp_hba, node);
	mini->fake.hba = mini->sp->hba;
	mini->fake.port = pioscsi_port(mini->sp->hba);
	fake_hold(&mini->fake);
	kunit_activate_static_stub(mini->test, pioscsi_done, fake_done);
	mini->fake.port->defer = PIOSCSI_DEFER_THREAD;
	mini->fake.port->budget.end_ns = 1;
	fake_fast(&mini->fake);
	return list_count_nodes(found);
}

/**
 * mini_load() - load the miniport, which finds one HBA
 * @mini: the miniport
 *
 * Context: task; sleeps.
 */
void mini_load(struct mini *mini)
{
	KUNIT_ASSERT_EQ(mini->test, mini_try(mini), 1);
	mini_trace(mini);
}

static struct mini *mini_of_test(void)
{
	return kunit_get_current_test()->priv;
}

static void note_intx_off(const struct sp_place *place)
{
	mini_note(mini_of_test(), "intx_off");
}

static void note_intx_on(struct sp_hba *sp)
{
	mini_note(mini_of_test(), "intx_on");
}

/**
 * mini_note_intx() - add the switch of a PCI function's interrupt to the log
 * @mini: the miniport
 *
 * Context: task.
 */
void mini_note_intx(struct mini *mini)
{
	kunit_activate_static_stub(mini->test, sp_intx_disable, note_intx_off);
	kunit_activate_static_stub(mini->test, sp_intx_enable, note_intx_on);
}

static void note_dma_off(struct sp_hba *sp)
{
	mini_note(mini_of_test(), "dma_off");
}

static void note_dma_on(struct sp_hba *sp)
{
	mini_note(mini_of_test(), "dma_on");
}

static void note_free(struct sp_hba *sp, struct sp_shared *shared)
{
	struct kunit *test = kunit_get_current_test();

	if (!shared->va)
		return;
	mini_note(mini_of_test(), shared == &sp->exts ? "free_exts" :
		  shared == &sp->uncached ? "free_uncached" : "free_retired");
	kunit_deactivate_static_stub(test, sp_shared_free);
	sp_shared_free(sp, shared);
	kunit_activate_static_stub(test, sp_shared_free, note_free);
}

/**
 * mini_note_dma() - add the switch for DMA, and freed memory, to the log
 * @mini: the miniport
 *
 * Context: task.
 */
void mini_note_dma(struct mini *mini)
{
	kunit_activate_static_stub(mini->test, sp_dma_clear_master,
				   note_dma_off);
	kunit_activate_static_stub(mini->test, sp_dma_set_master,
				   note_dma_on);
	kunit_activate_static_stub(mini->test, sp_shared_free, note_free);
}

/**
 * mini_make_master() - configure a bus master with uncached memory
 * @mini: the miniport, whose HwScsiFindAdapter calls this
 * @cfg: the configuration
 *
 * Context: task.
 */
void mini_make_master(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->Master = TRUE;
	cfg->Dma32BitAddresses = TRUE;
	KUNIT_EXPECT_NOT_NULL(mini->test,
			      ScsiPortGetUncachedExtension(mini_dx(mini), cfg,
							   512));
}

static void put_host(void *shost)
{
	scsi_host_put(shost);
}

/**
 * mini_remove() - remove the HBA before the test ends
 * @mini: the miniport, after mini_load()
 *
 * The port's memory is kept until the test ends.
 *
 * Context: task; sleeps.
 */
void mini_remove(struct mini *mini)
{
	struct Scsi_Host *shost = scsi_host_get(mini->fake.port->shost);

	KUNIT_ASSERT_NOT_NULL(mini->test, shost);
	KUNIT_ASSERT_EQ(mini->test, 0,
			kunit_add_action_or_reset(mini->test, put_host, shost));
	fake_let_go(&mini->fake);
	sp_remove(platform_get_drvdata(mini->drv.state->init[0].isa));
}

/**
 * mini_dx() - return the device extension
 * @mini: the miniport, after mini_load()
 *
 * Context: any.
 * Return: the first argument of the functions for miniports.
 */
void *mini_dx(struct mini *mini)
{
	return mini->sp->dx;
}

/**
 * mini_raise() - have the chip report an event
 * @mini: the miniport
 *
 * The line is edge-triggered, and a masked chip raises no edge, then or later.
 *
 * Context: any.
 */
void mini_raise(struct mini *mini)
{
	mini->raised++;
	mini->pending++;
	if (!mini->masked)
		mini->edge = true;
}

/**
 * mini_irq() - run the hard IRQ handler
 * @mini: the miniport
 *
 * Context: task, interrupts on.
 * Return: the handler's return value.
 */
irqreturn_t mini_irq(struct mini *mini)
{
	struct irqaction *action = irq_to_desc(mini->drv.irq)->action;
	unsigned long flags;
	irqreturn_t ret;

	mini->edge = false;
	local_irq_save(flags);
	irq_enter();
	ret = action->handler(mini->drv.irq, action->dev_id);
	irq_exit();
	local_irq_restore(flags);
	return ret;
}

/**
 * mini_thread() - run the threaded IRQ handler
 * @mini: the miniport
 *
 * Context: task.
 */
void mini_thread(struct mini *mini)
{
	struct irqaction *action = irq_to_desc(mini->drv.irq)->action;

	action->thread_fn(mini->drv.irq, action->dev_id);
}

/**
 * mini_settle() - run the interrupt and the bottom halves until all is done
 * @mini: the miniport
 *
 * Context: task; sleeps.
 */
void mini_settle(struct mini *mini)
{
	bool more = true;

	while (more) {
		more = mini->edge;
		if (mini->edge && mini_irq(mini) == IRQ_WAKE_THREAD)
			mini_thread(mini);
		if (mini->fake.port->owner == PIOSCSI_DEFERRED)
			more |= fake_kick(&mini->fake);
	}
}

/**
 * mini_deferred() - have HwScsiInterrupt ask for its callback
 * @mini: the miniport; the bottom half does not run yet
 *
 * Context: task.
 */
void mini_deferred(struct mini *mini)
{
	mini_raise(mini);
	KUNIT_ASSERT_EQ(mini->test, mini_irq(mini), IRQ_WAKE_THREAD);
	KUNIT_ASSERT_TRUE(mini->test, mini->deferring);
}

/**
 * mini_finish() - have the chip interrupt for the end of a request
 * @mini: the miniport
 * @srb: the request
 * @status: its SrbStatus
 *
 * Context: task; sleeps.
 */
void mini_finish(struct mini *mini, PSCSI_REQUEST_BLOCK srb, UCHAR status)
{
	KUNIT_ASSERT_NOT_NULL(mini->test, srb);
	mini->end[mini->nr_ends++] = (struct mini_end){ srb, status };
	mini_raise(mini);
	mini_settle(mini);
}

/**
 * mini_end_in_isr() - have HwScsiInterrupt end the first request with success
 * @mini: the miniport; the bottom half does not run yet
 *
 * Context: task.
 * Return: the result of the hard IRQ handler.
 */
irqreturn_t mini_end_in_isr(struct mini *mini)
{
	mini->in_isr = true;
	mini->end[mini->nr_ends++] = (struct mini_end){
		mini->srb[0], SRB_STATUS_SUCCESS
	};
	mini_raise(mini);
	return mini_irq(mini);
}

/**
 * mini_finish_all() - end all started requests with success, one by one
 * @mini: the miniport; its requests have not ended yet
 *
 * Context: task; sleeps.
 */
void mini_finish_all(struct mini *mini)
{
	unsigned int i;

	for (i = 0; i < mini->nr_srbs; i++)
		mini_finish(mini, mini->srb[i], SRB_STATUS_SUCCESS);
}

/**
 * mini_started() - queue a command, which is started at once
 * @mini: the miniport
 * @sdev: the logical unit
 * @dir: direction
 * @len: bytes; 0 without data
 *
 * Context: task.
 * Return: the command, until the test ends; its request is the last started.
 */
struct fake_cmd *mini_started(struct mini *mini, struct scsi_device *sdev,
			      enum dma_data_direction dir, unsigned int len)
{
	unsigned int before = mini->nr_srbs;
	struct fake_cmd *c = fake_queued(&mini->fake, sdev, dir, len);

	KUNIT_ASSERT_EQ(mini->test, mini->nr_srbs, before + 1);
	return c;
}

/**
 * mini_run_one() - run a command of unit 0:0 to its end, with success
 * @mini: the miniport
 *
 * The targets have settled. After a reset or a resume the bottom half starts
 * the command.
 *
 * Context: task.
 */
void mini_run_one(struct mini *mini)
{
	unsigned int before = mini->nr_srbs;
	struct fake_cmd *c;

	fake_settle(&mini->fake);
	c = fake_queued(&mini->fake, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	fake_kick(&mini->fake);
	KUNIT_ASSERT_EQ(mini->test, mini->nr_srbs, before + 1);
	mini_finish(mini, mini->srb[before], SRB_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(mini->test, c->done, 1);
	KUNIT_EXPECT_EQ(mini->test, c->result, SAM_STAT_GOOD);
}

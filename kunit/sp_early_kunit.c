// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts between HwScsiFindAdapter and HwScsiInitialize: the chip may
 * report its reset.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/freezer.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/workqueue.h>
#include <scsi/scsi.h>

#include "../compat.h"
#include "../line.h"
#include "../scsiport/dma.h"
#include "../scsiport/intx.h"
#include "../scsiport/power.h"
#include "fake_miniport.h"

/* The port has the line, and calls HwScsiInitialize next. */
static void raise_before_init(struct sp_hba *sp)
{
	struct mini *mini = kunit_get_current_test()->priv;

	mini_raise(mini);
	KUNIT_EXPECT_EQ(mini->test, mini_irq(mini),
			mini->in_isr ? IRQ_HANDLED : IRQ_WAKE_THREAD);
	if (mini->arg)
		mini_thread(mini);
}

/* The line is up when the port requests it; no context owns the chip. */
static int raise_at_request(struct pioscsi_port *port)
{
	struct mini *mini = kunit_get_current_test()->priv;
	int err;

	kunit_deactivate_static_stub(mini->test, pioscsi_line_request);
	err = pioscsi_line_request(port);
	mini_raise(mini);
	KUNIT_EXPECT_EQ(mini->test, mini_irq(mini), IRQ_HANDLED);
	return err;
}

static void expect_trace(struct mini *mini, const char *trace)
{
	struct kunit *test = mini->test;

	KUNIT_ASSERT_EQ(test, mini_try(mini), 1);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), trace);
	mini->hook = NULL;
	mini->in_isr = false;
	if (mini->fake.port->owner == PIOSCSI_DEFERRED)
		mini_thread(mini);
	mini_run_one(mini);
}

static void expect_load(struct mini *mini, const char *trace)
{
	struct kunit *test = mini->test;

	kunit_activate_static_stub(test, sp_intx_enable, raise_before_init);
	expect_trace(mini, trace);
	kunit_deactivate_static_stub(test, sp_intx_enable);
}

static void interrupt_before_initialize_is_acknowledged(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->in_isr = true;
	expect_load(mini, "find isr init query");
}

static void deferral_ends_before_initialize(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->arg = mini;
	expect_load(mini, "find isr enable disable init query");
}

static void expect_deferral_at_request(struct mini *mini)
{
	struct kunit *test = mini->test;

	kunit_activate_static_stub(test, pioscsi_line_request,
				   raise_at_request);
	expect_trace(mini, "find isr enable disable init query");
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_RECUR], 0);
}

static void deferral_before_service_ends_before_initialize(struct kunit *test)
{
	expect_deferral_at_request(test->priv);
}

static void sleep_in_callback(struct mini *mini, enum mini_step step)
{
	if (step == MINI_ENABLE_BEGIN)
		msleep(50);
}

static void initialize_waits_for_the_end_of_a_callback(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->hook = sleep_in_callback;
	expect_deferral_at_request(mini);
}

/* HwScsiInitialize sets up the whole chip. */
static void unmask_in_init(struct mini *mini, enum mini_step step)
{
	if (step != MINI_INIT)
		return;
	mini->deferring = false;
	mini->masked = false;
}

/* No thread runs the callback. */
static void callback_that_does_not_run_is_dropped(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->hook = unmask_in_init;
	expect_load(mini, "find isr init query");
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_RECUR], 1);
}

static void interrupt_after_a_failed_initialize_is_ignored(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini->init_fails = true;
	sp_pm_ops.suspend(mini->sp->place.dev);
	sp_pm_ops.resume(mini->sp->place.dev);
	mini->reads = 0;
	mini_raise(mini);
	KUNIT_EXPECT_EQ(test, mini_irq(mini), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, mini->reads, 0);
}

/* The failed load stops the HBA before it frees the interrupt. */
static void raise_at_stop(const struct sp_place *place)
{
	struct mini *mini = kunit_get_current_test()->priv;

	mini_raise(mini);
	KUNIT_EXPECT_EQ(mini->test, mini_irq(mini), IRQ_NONE);
}

/* The interrupt has been turned off before HwScsiFindAdapter as well. */
static void note_stop(struct mini *mini, enum mini_step step)
{
	if (step == MINI_FIND)
		kunit_activate_static_stub(mini->test, sp_intx_disable,
					   raise_at_stop);
}

static void interrupt_after_a_failed_load_is_ignored(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->init_fails = true;
	mini->hook = note_stop;
	KUNIT_EXPECT_EQ(test, mini_try(mini), 0);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "find init");
	KUNIT_EXPECT_EQ(test, mini->raised, 1);
}

/* An interrupt that comes as soon as HwScsiInitialize has failed. */
struct late_irq {
	struct hrtimer timer;
	struct mini *mini;
	irqreturn_t ret;
};

static enum hrtimer_restart raise_late(struct hrtimer *timer)
{
	struct late_irq *late = container_of(timer, struct late_irq, timer);

	mini_raise(late->mini);
	late->ret = mini_irq(late->mini);
	return HRTIMER_NORESTART;
}

/* The timer expires when the ISR lock is released. */
static void start_late_irq(struct mini *mini, enum mini_step step)
{
	struct late_irq *late = mini->arg;

	if (step != MINI_INIT)
		return;
	hrtimer_start(&late->timer, 0, HRTIMER_MODE_REL_HARD);
	mdelay(5);
}

static void interrupt_at_the_end_of_a_failed_init_is_ignored(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct late_irq *late = kunit_kzalloc(test, sizeof(*late), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, late);
	mini_load(mini);
	sp_pm_ops.suspend(mini->sp->place.dev);
	mini->reads = 0;
	mini->init_fails = true;
	late->mini = mini;
	pioscsi_hrtimer_setup(&late->timer, raise_late, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_HARD);
	mini->arg = late;
	mini->hook = start_late_irq;
	sp_pm_ops.resume(mini->sp->place.dev);
	mini->hook = NULL;
	msleep(20);
	hrtimer_cancel(&late->timer);
	KUNIT_EXPECT_EQ(test, mini->raised, 1);
	KUNIT_EXPECT_EQ(test, late->ret, IRQ_NONE);
	KUNIT_EXPECT_EQ(test, mini->reads, 0);
}

static void make_master(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->Master = TRUE;
	cfg->Dma32BitAddresses = TRUE;
}

/* The front end turns on DMA before it calls HwScsiInitialize. */
static void raise_at_dma_start(struct sp_hba *sp)
{
	struct mini *mini = kunit_get_current_test()->priv;

	kunit_deactivate_static_stub(mini->test, sp_dma_set_master);
	mini_raise(mini);
	KUNIT_EXPECT_EQ(mini->test, mini_irq(mini), IRQ_HANDLED);
}

static void expect_resume(struct mini *mini, const char *trace)
{
	struct kunit *test = mini->test;

	mini->configure = make_master;
	mini_load(mini);
	sp_pm_ops.suspend(mini->sp->place.dev);
	kunit_activate_static_stub(test, sp_dma_set_master, raise_at_dma_start);
	sp_pm_ops.resume(mini->sp->place.dev);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), trace);
	mini->in_isr = false;
	mini_run_one(mini);
}

static void interrupt_of_an_hba_found_again_is_acknowledged(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->in_isr = true;
	expect_resume(mini, "find isr init query reset");
}

static void deferral_of_an_hba_found_again_ends_before_init(struct kunit *test)
{
	expect_resume(test->priv, "find isr enable disable init query reset");
}

static VOID note_timer(PVOID dx)
{
	mini_note(kunit_get_current_test()->priv, "timer");
}

static void request_timer(struct mini *mini, enum mini_step step)
{
	if (step == MINI_ISR_BEGIN && mini->pending)
		ScsiPortNotification(RequestTimerCall, mini_dx(mini),
				     note_timer, 1);
}

static void raise_and_expire(struct sp_hba *sp)
{
	raise_before_init(sp);
	msleep(20);
}

static void timer_expired_before_initialize_runs_afterwards(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->in_isr = true;
	mini->hook = request_timer;
	kunit_activate_static_stub(test, sp_intx_enable, raise_and_expire);
	expect_trace(mini, "find isr init query timer");
}

static void raise_at_dma_and_expire(struct sp_hba *sp)
{
	raise_at_dma_start(sp);
	msleep(20);
}

static void timer_expired_before_a_restart_runs_afterwards(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = make_master;
	mini_load(mini);
	sp_pm_ops.suspend(mini->sp->place.dev);
	mini->in_isr = true;
	mini->hook = request_timer;
	kunit_activate_static_stub(test, sp_dma_set_master,
				   raise_at_dma_and_expire);
	sp_pm_ops.resume(mini->sp->place.dev);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "find isr init query timer reset");
	mini->hook = NULL;
	mini->in_isr = false;
	mini_run_one(mini);
}

static void change_the_bus(struct mini *mini, enum mini_step step)
{
	if (step != MINI_ISR_BEGIN)
		return;
	mini->hook = NULL;
	ScsiPortNotification(BusChangeDetected, mini_dx(mini), 0);
}

static void change_in_find(struct mini *mini, enum mini_step step)
{
	if (step == MINI_FIND)
		ScsiPortNotification(BusChangeDetected, mini_dx(mini), 0);
}

/* A restart would scan the bus once more. */
static void bus_change_before_the_first_scan_is_forgotten(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->hook = change_in_find;
	mini_load(mini);
	KUNIT_EXPECT_EQ(test, mini->sp->changed, 0);
}

static void bus_change_before_a_restart_scans_the_bus(struct kunit *test)
{
#ifdef CONFIG_FREEZER
	struct mini *mini = test->priv;

	mini->in_isr = true;
	mini->hook = change_the_bus;
	freeze_workqueues_begin();
	expect_resume(mini, "find isr init query reset");
	KUNIT_EXPECT_EQ(test, mini->sp->changed, 1);
	thaw_workqueues();
	flush_work(&mini->sp->change);
	KUNIT_EXPECT_EQ(test, mini->sp->changed, 0);
#else
	kunit_skip(test, "needs the freezer");
#endif
}

/*
 * HwScsiFindAdapter may leave an event pending, which nothing handles before
 * the port has requested the interrupt.
 */
static void interrupt_is_off_until_hba_is_in_service(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_note_intx(mini);
	KUNIT_EXPECT_EQ(test, mini_try(mini), 1);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "intx_off find intx_on init query");
}

static void expect_interrupt_off(struct mini *mini)
{
	mini_note_intx(mini);
	KUNIT_EXPECT_EQ(mini->test, mini_try(mini), 0);
	KUNIT_EXPECT_STREQ(mini->test, mini_trace(mini), "intx_off find");
}

static void interrupt_is_off_if_no_hba_is_found(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->find_ret[0] = SP_RETURN_NOT_FOUND;
	expect_interrupt_off(mini);
}

static void make_system_dma(struct mini *mini,
			    PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->DmaChannel = 3;
}

static void interrupt_is_off_if_the_hba_is_refused(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->configure = make_system_dma;
	expect_interrupt_off(mini);
}

static int fail_request(struct pioscsi_port *port)
{
	return -EBUSY;
}

static void interrupt_is_off_if_its_line_is_not_shared(struct kunit *test)
{
	kunit_activate_static_stub(test, pioscsi_line_request, fail_request);
	expect_interrupt_off(test->priv);
}

static void interrupt_of_a_polled_hba_stays_off(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->hw[0].HwInterrupt = NULL;
	mini_note_intx(mini);
	KUNIT_EXPECT_EQ(test, mini_try(mini), 1);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "intx_off find init query");
}

static void interrupt_is_off_until_all_calls_have_returned(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->again = 1;
	mini->find_ret[1] = SP_RETURN_NOT_FOUND;
	mini_note_intx(mini);
	KUNIT_EXPECT_EQ(test, mini_try(mini), 1);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "intx_off " MINI_WORD_FIND MINI_WORD_FIND
			   "intx_on init query");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(interrupt_is_off_until_hba_is_in_service),
	KUNIT_CASE(interrupt_is_off_if_no_hba_is_found),
	KUNIT_CASE(interrupt_is_off_if_the_hba_is_refused),
	KUNIT_CASE(interrupt_is_off_if_its_line_is_not_shared),
	KUNIT_CASE(interrupt_of_a_polled_hba_stays_off),
	KUNIT_CASE(interrupt_is_off_until_all_calls_have_returned),
	KUNIT_CASE(interrupt_before_initialize_is_acknowledged),
	KUNIT_CASE(deferral_ends_before_initialize),
	KUNIT_CASE(deferral_before_service_ends_before_initialize),
	KUNIT_CASE(initialize_waits_for_the_end_of_a_callback),
	KUNIT_CASE(callback_that_does_not_run_is_dropped),
	KUNIT_CASE(interrupt_after_a_failed_initialize_is_ignored),
	KUNIT_CASE(interrupt_after_a_failed_load_is_ignored),
	KUNIT_CASE(interrupt_at_the_end_of_a_failed_init_is_ignored),
	KUNIT_CASE(interrupt_of_an_hba_found_again_is_acknowledged),
	KUNIT_CASE(deferral_of_an_hba_found_again_ends_before_init),
	KUNIT_CASE(timer_expired_before_initialize_runs_afterwards),
	KUNIT_CASE(timer_expired_before_a_restart_runs_afterwards),
	KUNIT_CASE(bus_change_before_the_first_scan_is_forgotten),
	KUNIT_CASE(bus_change_before_a_restart_scans_the_bus),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_early",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

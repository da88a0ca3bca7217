// SPDX-License-Identifier: GPL-2.0-only
/*
 * HwScsiFindAdapter for several devices, which the kernel probes, resumes and
 * resets at the same time. HwContext is the same for all of them. A probe that
 * waits for another one must not disturb its shared line.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../scsiport/find.h"
#include "../scsiport/power.h"
#include "fake_miniport.h"

/* Time for another context to call HwScsiFindAdapter meanwhile, ms. */
#define INSIDE_MS	100

/* Number of the second device. */
#define SECOND		2

/**
 * struct calls - calls of HwScsiFindAdapter
 * @mini: the miniport
 * @other: the other context, which the first call starts
 * @pdev: the second device
 * @c: a command of the HBA that @other resets
 * @log: a letter for each call: the first device is A, the second one is B
 * @inside: a call runs
 * @overlap: two calls ran at a time
 */
struct calls {
	struct mini *mini;
	struct work_struct other;
	struct platform_device *pdev;
	struct fake_cmd *c;
	char log[16];
	bool inside;
	bool overlap;
};

static bool is_second(const struct sp_hba *sp)
{
	struct platform_device *pdev = to_platform_device(sp->place.dev);

	return sp->place.type == Internal && pdev->id == SECOND;
}

static void note_find(struct mini *mini, enum mini_step step)
{
	struct calls *calls = mini->arg;

	if (step != MINI_FIND)
		return;
	/* Reclaim of memory must not wait for a disk in error handling. */
	KUNIT_EXPECT_TRUE(mini->test, current->flags & PF_MEMALLOC_NOIO);
	calls->overlap |= calls->inside;
	calls->inside = true;
	strlcat(calls->log, is_second(mini->sp) ? "B" : "A",
		sizeof(calls->log));
	if (!calls->log[1])
		queue_work(system_unbound_wq, &calls->other);
	msleep(INSIDE_MS);
	calls->inside = false;
}

static struct platform_device *add_device(struct mini *mini, int id)
{
	struct platform_device *pdev;

	pdev = platform_device_register_simple("fake_miniport.internal", id,
					       NULL, 0);
	KUNIT_EXPECT_FALSE(mini->test, IS_ERR(pdev));
	return pdev;
}

static void remove_device(struct platform_device *pdev)
{
	if (!IS_ERR(pdev))
		platform_device_unregister(pdev);
}

static void probe_second(struct work_struct *work)
{
	struct calls *calls = container_of(work, struct calls, other);

	/* The stubs of the test apply to this task, too. */
	current->kunit_test = calls->mini->test;
	calls->pdev = add_device(calls->mini, SECOND);
	current->kunit_test = NULL;
}

static void reset_first(struct work_struct *work)
{
	struct calls *calls = container_of(work, struct calls, other);

	calls->mini->reset_fails = false;
	pioscsi_eh_host_reset(&calls->c->scmd);
}

/* From here on the calls are noted. */
static void watch(struct mini *mini, struct calls *calls, work_func_t other)
{
	calls->mini = mini;
	INIT_WORK_ONSTACK(&calls->other, other);
	mini->arg = calls;
	mini->hook = note_find;
}

static void expect_calls(struct mini *mini, const char *log)
{
	struct calls *calls = mini->arg;

	flush_work(&calls->other);
	destroy_work_on_stack(&calls->other);
	mini->hook = NULL;
	KUNIT_EXPECT_STREQ(mini->test, calls->log, log);
	KUNIT_EXPECT_FALSE(mini->test, calls->overlap);
}

static void calls_of_a_probe_come_before_those_of_another(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct platform_device *pdev;
	struct calls calls = {};

	mini->nr_hw = 2;
	memset(mini->find_ret, 0, sizeof(mini->find_ret));
	KUNIT_ASSERT_EQ(test, mini_try(mini), 0);
	mini->finds = 0;
	mini->again = 1;
	watch(mini, &calls, probe_second);
	pdev = add_device(mini, SECOND - 1);
	expect_calls(mini, "AAB");
	remove_device(calls.pdev);
	remove_device(pdev);
}

static void calls_of_a_resume_come_before_those_of_a_probe(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct calls calls = {};
	struct device *dev;

	mini->nr_hw = 2;
	mini->again = 1;
	mini->find_ret[4] = SP_RETURN_NOT_FOUND;
	KUNIT_ASSERT_EQ(test, mini_try(mini), 2);
	dev = mini->sp->place.dev;
	sp_pm_ops.suspend(dev);
	watch(mini, &calls, probe_second);
	sp_pm_ops.resume(dev);
	expect_calls(mini, "AAB");
	remove_device(calls.pdev);
}

/* The miniport stops its HBA when a reset fails, and is asked to find it. */
static void call_of_a_reset_waits_for_that_of_a_probe(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct platform_device *pdev;
	struct calls calls = {};

	mini->nr_hw = 2;
	mini->controls = BIT(ScsiStopAdapter);
	mini->find_ret[1] = SP_RETURN_NOT_FOUND;
	mini_load(mini);
	calls.c = mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	mini->reset_fails = true;
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&calls.c->scmd), FAILED);
	watch(mini, &calls, reset_first);
	pdev = add_device(mini, SECOND);
	expect_calls(mini, "BA");
	remove_device(pdev);
}

/* Until a miniport has found its HBA, no handler acknowledges interrupts. */
static void interrupt_is_off_while_a_probe_waits_for_another(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct calls calls = { .mini = mini };

	mini->nr_hw = 2;
	memset(mini->find_ret, 0, sizeof(mini->find_ret));
	KUNIT_ASSERT_EQ(test, mini_try(mini), 0);
	mini_trace(mini);
	mini_note_intx(mini);
	INIT_WORK_ONSTACK(&calls.other, probe_second);
	mutex_lock(&mini->drv.state->device_lock);
	queue_work(system_unbound_wq, &calls.other);
	msleep(INSIDE_MS);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "intx_off");
	mutex_unlock(&mini->drv.state->device_lock);
	flush_work(&calls.other);
	destroy_work_on_stack(&calls.other);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "find");
	remove_device(calls.pdev);
}

/* The scan of the first HBA takes as long as its targets do. */
static void probe_another_in_scan(struct pioscsi_hba *hba)
{
	struct mini *mini = kunit_get_current_test()->priv;
	struct calls *calls = mini->arg;

	queue_work(system_unbound_wq, &calls->other);
	msleep(INSIDE_MS);
	mini_note(mini, "scanned");
}

static void scan_of_an_hba_does_not_delay_another_probe(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct calls calls = { .mini = mini };
	struct platform_device *pdev;

	mini->nr_hw = 2;
	memset(mini->find_ret, 0, sizeof(mini->find_ret));
	mini->find_ret[1] = SP_RETURN_FOUND;
	KUNIT_ASSERT_EQ(test, mini_try(mini), 0);
	mini_trace(mini);
	mini->arg = &calls;
	INIT_WORK_ONSTACK(&calls.other, probe_second);
	kunit_activate_static_stub(test, pioscsi_scan_hba,
				   probe_another_in_scan);
	pdev = add_device(mini, SECOND - 1);
	flush_work(&calls.other);
	destroy_work_on_stack(&calls.other);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini),
			   "find init query find scanned");
	remove_device(calls.pdev);
	remove_device(pdev);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(calls_of_a_probe_come_before_those_of_another),
	KUNIT_CASE(calls_of_a_resume_come_before_those_of_a_probe),
	KUNIT_CASE(call_of_a_reset_waits_for_that_of_a_probe),
	KUNIT_CASE(interrupt_is_off_while_a_probe_waits_for_another),
	KUNIT_CASE(scan_of_an_hba_does_not_delay_another_probe),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_serial",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

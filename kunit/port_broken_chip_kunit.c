// SPDX-License-Identifier: GPL-2.0-only
/*
 * A chip that stays broken: retries are bounded, and a later host reset can
 * bring the HBA back into service.
 */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../queue.h"
#include "../watch.h"
#include "fake_cmd.h"
#include "fake_port.h"

/* The port's limits, in eh.c and serve.c. */
#define RESETS_MAX	8
#define SPURIOUS_MAX	100

static struct fake_cmd *queued(struct fake_hba *fake)
{
	return fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
}

/* Clear the script, to make room for more answers. */
static void replace_script(struct fake_hba *fake, enum pioscsi_next next)
{
	fake_trace(fake);
	fake->said = 0;
	fake->scripted = 0;
	fake_say(fake, next);
}

/* Queue a command and let the chip give an invalid answer. */
static struct fake_cmd *fault(struct fake_hba *fake)
{
	struct fake_cmd *c = queued(fake);

	replace_script(fake, PIOSCSI_FAULT);
	fake_interrupt(fake);
	return c;
}

static void expect_faults(struct kunit *test, unsigned int n, int host_byte)
{
	while (n--)
		KUNIT_EXPECT_EQ(test, fault(test->priv)->result,
				host_byte << 16);
}

static void eight_resets_take_hba_out_of_service(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	expect_faults(test, RESETS_MAX, DID_RESET);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], RESETS_MAX);
	expect_faults(test, 1, DID_TIME_OUT);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], RESETS_MAX);
	KUNIT_EXPECT_EQ(test, fake->port->resets, RESETS_MAX);
}

static void completed_command_clears_reset_count(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	expect_faults(test, RESETS_MAX, DID_RESET);
	c = queued(fake);
	fake->said = 0;
	fake->scripted = 0;
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	expect_faults(test, RESETS_MAX, DID_RESET);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

static void faults_of_blamed_commands_are_not_counted(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i;

	for (i = 0; i < 3 * RESETS_MAX; i++) {
		struct fake_cmd *c = queued(fake);

		c->scmd.sense_buffer[0] = 0x70;
		c->scmd.sense_buffer[2] = HARDWARE_ERROR;
		fake_trace(fake);
		fake->said = 0;
		fake->scripted = 0;
		fake_say_blame(c, SAM_STAT_CHECK_CONDITION);
		fake_interrupt(fake);
		KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	}
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 3 * RESETS_MAX);
}

struct answer_case {
	const char *desc;
	enum pioscsi_next next;
};

/* The front end of the fake chip has no operation run(). */
static const struct answer_case answer_cases[] = {
	{ "beyond the last one", PIOSCSI_FAULT + 1 },
	{ "negative", -EIO },
	{ "run, without the operation", PIOSCSI_RUN },
};

KUNIT_ARRAY_PARAM_DESC(answer, answer_cases, desc);

static void answer_of_no_front_end_resets_the_hba(struct kunit *test)
{
	const struct answer_case *a = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake);

	replace_script(fake, a->next);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
	KUNIT_EXPECT_EQ(test, fake->port->resets, 1);
	KUNIT_EXPECT_EQ(test, fake->port->rejected, a->next);
	KUNIT_EXPECT_EQ(test, c->result, DID_RESET << 16);
	fake_expect_idle(test);
}

struct out_case {
	const char *desc;
	void (*run)(struct fake_hba *fake, struct fake_cmd *c);
	int host_byte;
};

static void fail_host_reset(struct fake_hba *fake, struct fake_cmd *c)
{
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	KUNIT_EXPECT_EQ(fake->test, pioscsi_eh_host_reset(&c->scmd), FAILED);
}

static void fail_resume(struct fake_hba *fake, struct fake_cmd *c)
{
	pioscsi_suspend_hba(fake->hba);
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	KUNIT_EXPECT_EQ(fake->test, pioscsi_resume_hba(fake->hba), -EIO);
}

static void fail_fault(struct fake_hba *fake, struct fake_cmd *c)
{
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	replace_script(fake, PIOSCSI_FAULT);
	fake_interrupt(fake);
}

static void shut_down(struct fake_hba *fake, struct fake_cmd *c)
{
	pioscsi_shutdown_hba(fake->hba);
}

static const struct out_case out_cases[] = {
	{ "host reset fails", fail_host_reset, DID_TIME_OUT },
	{ "reset after resume fails", fail_resume, DID_TIME_OUT },
	{ "reset after a fault fails", fail_fault, DID_TIME_OUT },
	{ "shutdown", shut_down, DID_NO_CONNECT },
};

KUNIT_ARRAY_PARAM_DESC(out, out_cases, desc);

/* An abort would succeed at once if the chip were dead already. */
static void queue_at_first_end(struct fake_hba *fake, enum fake_op op)
{
	struct fake_cmd *late = fake->hook_arg;

	if (op != FAKE_DONE)
		return;
	KUNIT_EXPECT_NE(fake->test, fake->port->owner, PIOSCSI_DEAD);
	fake->hook_arg = NULL;
	if (late)
		fake_queue(late);
}

static void commands_end_before_the_hba_is_dead(struct kunit *test)
{
	const struct out_case *o = test->param_value;
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *started = queued(fake), *waiting, *late;

	waiting = fake_queued_held(fake, sdev);
	late = fake_cmd(fake, sdev, DMA_NONE, 0);
	fake->hook_arg = late;
	fake->hook = queue_at_first_end;
	o->run(fake, started);
	fake->hook = NULL;
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_EQ(test, started->result, o->host_byte << 16);
	KUNIT_EXPECT_EQ(test, waiting->result, o->host_byte << 16);
	KUNIT_EXPECT_EQ(test, late->result, o->host_byte << 16);
	KUNIT_EXPECT_EQ(test, late->done, 1);
}

static void host_reset_revives_dead_hba(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake);

	fake_fail(fake, FAKE_HBA, -EIO, 2);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, c->result, DID_TIME_OUT << 16);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_EQ(test, queued(fake)->result, DID_TIME_OUT << 16);

	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_FALSE(test, fake->masked);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 3);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	c = queued(fake);
	KUNIT_EXPECT_PTR_EQ(test, pioscsi_find_cmd(fake->hba, c->cmd.tag),
			    &c->cmd);
}

static void shutdown_ends_the_retries_of_a_dead_hba(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake);

	fail_host_reset(fake, c);
	pioscsi_shutdown_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
	KUNIT_EXPECT_EQ(test, queued(fake)->result, DID_NO_CONNECT << 16);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEAD);
}

static void idle_busy_chip_is_retried(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	fake_fail(fake, FAKE_START, -EBUSY, 3);
	c = queued(fake);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 3);
	KUNIT_EXPECT_NULL(test, pioscsi_find_cmd(fake->hba, c->cmd.tag));
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_PTR_EQ(test, pioscsi_find_cmd(fake->hba, c->cmd.tag),
			    &c->cmd);
	KUNIT_EXPECT_FALSE(test, fake_kick(fake));
}

/* The failed reset owned the chip when the first retry was due. */
static void idle_busy_chip_is_retried_after_a_failed_reset(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	fake_fail(fake, FAKE_START, -EBUSY, 1);
	c = queued(fake);
	fake_fail(fake, FAKE_LUN, -EIO, 1);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_lun_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 1);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_PTR_EQ(test, pioscsi_find_cmd(fake->hba, c->cmd.tag),
			    &c->cmd);
}

static void busy_chip_with_commands_is_not_retried(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	queued(fake);
	fake_fail(fake, FAKE_START, -EBUSY, 1);
	queued(fake);
	KUNIT_EXPECT_FALSE(test, fake_kick(fake));
}

static void watchdog_retries_queue_of_idle_chip(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	fake_fail(fake, FAKE_START, -EBUSY, 1);
	c = queued(fake);
	KUNIT_EXPECT_TRUE(test, fake_watch(fake));
	KUNIT_EXPECT_PTR_EQ(test, pioscsi_find_cmd(fake->hba, c->cmd.tag),
			    &c->cmd);
}

/* As on a bus that another initiator uses, beside a disconnected command. */
static void watchdog_retries_queue_beside_a_started_command(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	queued(fake);
	fake_fail(fake, FAKE_START, -EBUSY, 1);
	c = queued(fake);
	KUNIT_EXPECT_NULL(test, pioscsi_find_cmd(fake->hba, c->cmd.tag));
	KUNIT_EXPECT_TRUE(test, fake_watch(fake));
	KUNIT_EXPECT_PTR_EQ(test, pioscsi_find_cmd(fake->hba, c->cmd.tag),
			    &c->cmd);
}

static void abort_on_idle_busy_chip_fails(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	fake_fail(fake, FAKE_START, -EBUSY, 1);
	c = queued(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), FAILED);
	/* The command is aborted all the same: it is not started any more. */
	while (fake_kick(fake))
		;
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], 1);
	KUNIT_EXPECT_EQ(test, c->done, 0);
}

static void repeated_bus_resets_are_throttled(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i;

	for (i = 0; i < SPURIOUS_MAX + FAKE_DEPTH; i++) {
		replace_script(fake, PIOSCSI_RESET);
		fake_interrupt(fake);
	}
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_STORM], 0);
	replace_script(fake, PIOSCSI_RESET);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_STORM], 1);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_DEFERRED);
}

static void lost_interrupt_extends_timeout_once(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *hung = queued(fake);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		fake_say_done(queued(fake), SAM_STAT_GOOD);
		KUNIT_EXPECT_EQ(test, pioscsi_eh_timed_out(&hung->scmd),
				i ? SCSI_EH_NOT_HANDLED : SCSI_EH_RESET_TIMER);
	}
	KUNIT_EXPECT_EQ(test, hung->done, 0);
}

/* Count the events of a kind in the ring, with this second value. */
static unsigned int count_events(struct fake_hba *fake,
				 enum pioscsi_event event, s64 b)
{
	struct pioscsi_entry *copy;
	unsigned int i, n, found = 0;

	copy = kunit_kcalloc(fake->test, PIOSCSI_RING_SIZE, sizeof(*copy),
			     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(fake->test, copy);
	n = pioscsi_ring_copy(&fake->port->ring, copy);
	for (i = 0; i < n; i++)
		found += copy[i].event == event && copy[i].b == b;
	return found;
}

/* The log of the abort shows the events before the chip became busy. */
static void retries_keep_earlier_events(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake);
	unsigned int i;

	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	fake_fail(fake, FAKE_START, -EBUSY, 101);
	queued(fake);
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_TRUE(test, fake_kick(fake));
		fake_trace(fake);
	}
	KUNIT_EXPECT_EQ(test, count_events(fake, PIOSCSI_EV_COMPLETE, 0), 1);
	KUNIT_EXPECT_EQ(test, count_events(fake, PIOSCSI_EV_START, -EBUSY), 1);
	/* Another error, and the end of the retries, are events. */
	fake_fail(fake, FAKE_START, -EAGAIN, 2);
	for (i = 0; i < 3; i++)
		fake_kick(fake);
	KUNIT_EXPECT_EQ(test, count_events(fake, PIOSCSI_EV_START, -EAGAIN), 1);
	KUNIT_EXPECT_EQ(test, count_events(fake, PIOSCSI_EV_START, 0), 2);
}

static void rejected_start_of_another_command_is_an_event(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	fake_fail(fake, FAKE_START, -EBUSY, 2);
	c = queued(fake);
	spin_lock_irq(&fake->port->lock);
	KUNIT_EXPECT_TRUE(test, pioscsi_unqueue(fake->port, &c->cmd));
	spin_unlock_irq(&fake->port->lock);
	queued(fake);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, count_events(fake, PIOSCSI_EV_START, -EBUSY), 2);
}

/* The watchdog masks the HBA twice a second until the command times out. */
static void watchdog_keeps_earlier_events(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i;

	queued(fake);
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_TRUE(test, fake_watch(fake));
		fake_trace(fake);
	}
	KUNIT_EXPECT_GE(test, fake->count[FAKE_MASK], 99);
	KUNIT_EXPECT_EQ(test, count_events(fake, PIOSCSI_EV_START, 0), 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(eight_resets_take_hba_out_of_service),
	KUNIT_CASE(completed_command_clears_reset_count),
	KUNIT_CASE(faults_of_blamed_commands_are_not_counted),
	KUNIT_CASE_PARAM(answer_of_no_front_end_resets_the_hba,
			 answer_gen_params),
	KUNIT_CASE_PARAM(commands_end_before_the_hba_is_dead, out_gen_params),
	KUNIT_CASE(host_reset_revives_dead_hba),
	KUNIT_CASE(shutdown_ends_the_retries_of_a_dead_hba),
	KUNIT_CASE(idle_busy_chip_is_retried),
	KUNIT_CASE(idle_busy_chip_is_retried_after_a_failed_reset),
	KUNIT_CASE(busy_chip_with_commands_is_not_retried),
	KUNIT_CASE(watchdog_retries_queue_of_idle_chip),
	KUNIT_CASE(watchdog_retries_queue_beside_a_started_command),
	KUNIT_CASE(abort_on_idle_busy_chip_fails),
	KUNIT_CASE(repeated_bus_resets_are_throttled),
	KUNIT_CASE(lost_interrupt_extends_timeout_once),
	KUNIT_CASE(retries_keep_earlier_events),
	KUNIT_CASE(rejected_start_of_another_command_is_an_event),
	KUNIT_CASE(watchdog_keeps_earlier_events),
	{}
};

static struct kunit_suite suite = {
	.name = "port_broken_chip",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

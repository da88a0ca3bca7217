// SPDX-License-Identifier: GPL-2.0-only
/*
 * An HBA without an interrupt: polls are frequent while the chip makes
 * progress, become rarer while it does not, and stop when it is idle.
 */
#include <kunit/test.h>
#include <linux/hrtimer.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	512U

/* The real timer has expired, and the poll is still to come. */
static bool held;

static enum hrtimer_restart hold_poll(struct hrtimer *timer)
{
	held = true;
	return HRTIMER_NORESTART;
}

static int poll_init(struct kunit *test)
{
	struct fake_hba *fake;
	int err = fake_port_init(test);

	fake = test->priv;
	fake->irq = fake->hba->irq;
	fake->hba->irq = 0;
	fake->poll = fake->port->timer.function;
	held = false;
	fake->port->timer.function = hold_poll;
	return err;
}

static void poll_exit(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	hrtimer_cancel(&fake->port->timer);
	fake->port->timer.function = fake->poll;
	fake->hba->irq = fake->irq;
}

/* The real timer is stopped; run its next expiry now. */
static void expire(struct fake_hba *fake)
{
	struct hrtimer *timer = &fake->port->timer;

	hrtimer_cancel(timer);
	held = false;
	fake->poll(timer);
}

static bool is_armed(struct fake_hba *fake)
{
	return hrtimer_active(&fake->port->timer) || held;
}

static struct fake_cmd *queued_read(struct fake_hba *fake)
{
	return fake_queued(fake, fake_sdev(fake, 0, 0), DMA_FROM_DEVICE, LEN);
}

static void idle_hba_is_not_polled(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	KUNIT_EXPECT_FALSE(test, is_armed(fake));
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_CLAIM], 0);
}

static void active_command_is_polled_until_done(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);

	KUNIT_EXPECT_TRUE(test, is_armed(fake));
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	expire(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, LEN, 0));
	KUNIT_EXPECT_FALSE(test, is_armed(fake));
}

static void silent_chip_lengthens_poll_interval(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	u64 ns, before;
	unsigned int i;

	queued_read(fake);
	for (i = 0, before = fake->port->poll_ns; i < 20; i++, before = ns) {
		expire(fake);
		ns = fake->port->poll_ns;
		KUNIT_EXPECT_GE(test, ns, before);
		KUNIT_EXPECT_LE(test, ns, 2 * before);
		KUNIT_EXPECT_TRUE(test, is_armed(fake));
	}
	KUNIT_EXPECT_EQ(test, before, NSEC_PER_MSEC);
}

static void progress_shortens_poll_interval(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake);
	u64 quick = fake->port->poll_ns;
	unsigned int i;

	for (i = 0; i < 5; i++)
		expire(fake);
	KUNIT_EXPECT_GT(test, fake->port->poll_ns, quick);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_raise(fake);
	expire(fake);
	KUNIT_EXPECT_EQ(test, fake->port->poll_ns, quick);
	expire(fake);
	KUNIT_EXPECT_GT(test, fake->port->poll_ns, quick);
}

static void do_nothing(struct pioscsi_hba *hba)
{
}

/* The polls of the command have replaced the expiry for the front end. */
static void last_poll_leaves_the_front_end_timer_armed(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	pioscsi_request_timer(fake->hba, do_nothing, 1000000000);
	c = queued_read(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	expire(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_TRUE(test, is_armed(fake));
	pioscsi_request_timer(fake->hba, do_nothing, 0);
}

/* A polled HBA does not interrupt, so masking does not matter. */
static void poll_defers_long_pio(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 4096);

	fake->hba->can_mask = *(const bool *)test->param_value;
	fake_slow(fake);
	fake_say_xfer(c, DMA_FROM_DEVICE, 4096);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	expire(fake);
	KUNIT_EXPECT_EQ(test, c->at, 0);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->at, 4096);
}

static const bool masks[] = { true, false };

static void mask_desc(const bool *mask, char *desc)
{
	strscpy(desc, *mask ? "can be masked" : "cannot be masked",
		KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(masks, masks, mask_desc);

static void say_poll_at_ask(struct fake_hba *fake, enum fake_op op)
{
	fake->logged = 0;
	if (op != FAKE_ASK)
		return;
	fake->said = 0;
	fake->scripted = 0;
	fake_say(fake, PIOSCSI_POLL);
}

/* It has an interrupt, but not for this. */
static void silent_chip_with_interrupt_is_polled_less_often(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	unsigned int i;
	u64 before;

	fake->hba->irq = fake->irq;
	fake->hook = say_poll_at_ask;
	fake_say(fake, PIOSCSI_POLL);
	fake_fail(fake, FAKE_START, PIOSCSI_START_POLL, 1);
	/* The interval of an earlier command does not matter. */
	fake->port->poll_ns = NSEC_PER_MSEC;
	queued_read(fake);
	KUNIT_EXPECT_LE(test, fake->port->poll_ns, 20 * NSEC_PER_USEC);
	for (i = 0; i < 5; i++) {
		KUNIT_EXPECT_TRUE(test, is_armed(fake));
		before = fake->port->poll_ns;
		expire(fake);
		KUNIT_EXPECT_EQ(test, fake->port->poll_ns, 2 * before);
	}
	fake->hook = NULL;
	fake->hba->irq = 0;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(idle_hba_is_not_polled),
	KUNIT_CASE(active_command_is_polled_until_done),
	KUNIT_CASE(silent_chip_lengthens_poll_interval),
	KUNIT_CASE(progress_shortens_poll_interval),
	KUNIT_CASE(last_poll_leaves_the_front_end_timer_armed),
	KUNIT_CASE_PARAM(poll_defers_long_pio, masks_gen_params),
	KUNIT_CASE(silent_chip_with_interrupt_is_polled_less_often),
	{}
};

static struct kunit_suite suite = {
	.name = "port_poll",
	.init = poll_init,
	.exit = poll_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

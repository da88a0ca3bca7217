// SPDX-License-Identifier: GPL-2.0-only
/* The check for a lost interrupt: which requests of the chip it counts. */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "../irq.h"
#include "fake_cmd.h"
#include "fake_port.h"

/* Queue a command that ends with the second of two interrupts. */
static struct fake_cmd *end_after_wait(struct fake_hba *fake)
{
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_NONE, 0);

	fake_say(fake, PIOSCSI_WAIT);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_trace(fake);
	return c;
}

/* A front end may answer before it has served all of the chip's requests. */
static void lost_interrupt_with_two_answers_is_counted(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = end_after_wait(fake);

	fake_raise(fake);
	KUNIT_EXPECT_TRUE(test, pioscsi_check_lost(fake->port));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask done0 unmask");
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_LOST], 1);
	fake_expect_idle(test);
}

static void interrupt_during_the_check_is_not_counted(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = end_after_wait(fake);

	KUNIT_EXPECT_FALSE(test, pioscsi_check_lost(fake->port));
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_LOST], 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(lost_interrupt_with_two_answers_is_counted),
	KUNIT_CASE(interrupt_during_the_check_is_not_counted),
	{}
};

static struct kunit_suite suite = {
	.name = "port_lost",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A chip that is known to interrupt in spite of its mask. Each of its
 * interrupts is withdrawn at the first call of the handler.
 */
#include <kunit/test.h>

#include "../owner.h"
#include "fake_cmd.h"
#include "fake_port.h"

/* The gap between calls for a line that stays up, and on a slow CPU. */
#define GAP_STUCK	(50 * NSEC_PER_USEC)
#define GAP_SLOW	(100 * NSEC_PER_USEC)

/* Call the handler @calls times, and count the calls that are for the HBA. */
static unsigned int handled_of(struct fake_hba *fake, unsigned int calls,
			       u64 gap)
{
	static u64 now;
	unsigned int i, n = 0;

	for (i = 0; i < calls; i++) {
		now += gap;
		n += pioscsi_own_irq(fake->port, now) != PIOSCSI_NOT_OURS;
	}
	return n;
}

/* The owner moves the next block. */
static void make_progress(struct fake_hba *fake)
{
	WRITE_ONCE(fake->port->progress, fake->port->progress + 1);
}

struct leak_case {
	const char *desc;
	unsigned int calls;	/* before the first withdrawal */
	u64 gap;
};

static const struct leak_case leak_cases[] = {
	{ "usual CPU", 100, GAP_STUCK },
	{ "slow CPU", 10000, GAP_SLOW },
};

KUNIT_ARRAY_PARAM_DESC(leak, leak_cases, desc);

static void begin(struct fake_hba *fake, const struct leak_case *l)
{
	fake->port->owner = PIOSCSI_RUNNING;
	KUNIT_EXPECT_EQ(fake->test, handled_of(fake, l->calls, l->gap), 1);
	KUNIT_EXPECT_EQ(fake->test, fake->withdrawn, 1);
	make_progress(fake);
}

static void end(struct fake_hba *fake)
{
	fake->port->owner = PIOSCSI_IDLE;
}

static void known_leak_is_withdrawn_at_the_first_call(struct kunit *test)
{
	const struct leak_case *l = test->param_value;
	struct fake_hba *fake = test->priv;
	unsigned int i;

	begin(fake, l);
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_EQ(test, handled_of(fake, 1, l->gap), 1);
		KUNIT_EXPECT_EQ(test, fake->withdrawn, 2 + i);
		make_progress(fake);
	}
	end(fake);
}

/* The line is asserted by another device, so the kernel has to disable it. */
static void withdrawals_that_do_not_help_end(struct kunit *test)
{
	const struct leak_case *l = test->param_value;
	struct fake_hba *fake = test->priv;

	begin(fake, l);
	KUNIT_EXPECT_EQ(test, handled_of(fake, 20000, GAP_STUCK), 10);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 11);
	make_progress(fake);
	KUNIT_EXPECT_EQ(test, handled_of(fake, 99, GAP_STUCK), 0);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 11);
	KUNIT_EXPECT_EQ(test, handled_of(fake, 1, GAP_STUCK), 1);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 12);
	end(fake);
}

/* Another device interrupts after the withdrawal, before each progress. */
static void second_call_ends_early_withdrawals(struct kunit *test)
{
	const struct leak_case *l = test->param_value;
	struct fake_hba *fake = test->priv;
	unsigned int i;

	begin(fake, l);
	for (i = 0; i < 100; i++) {
		handled_of(fake, 2, l->gap);
		make_progress(fake);
	}
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 2);
	end(fake);
}

/* The calls go on after the withdrawal: they were for another device. */
static void useless_withdrawal_does_not_mark_mask_as_broken(struct kunit *test)
{
	const struct leak_case *l = test->param_value;
	struct fake_hba *fake = test->priv;

	fake->port->owner = PIOSCSI_RUNNING;
	KUNIT_EXPECT_EQ(test, handled_of(fake, l->calls + 1, l->gap), 1);
	make_progress(fake);
	KUNIT_EXPECT_EQ(test, handled_of(fake, 99, GAP_STUCK), 0);
	KUNIT_EXPECT_EQ(test, fake->withdrawn, 1);
	end(fake);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(known_leak_is_withdrawn_at_the_first_call,
			 leak_gen_params),
	KUNIT_CASE_PARAM(withdrawals_that_do_not_help_end, leak_gen_params),
	KUNIT_CASE_PARAM(second_call_ends_early_withdrawals, leak_gen_params),
	KUNIT_CASE_PARAM(useless_withdrawal_does_not_mark_mask_as_broken,
			 leak_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "port_leak",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

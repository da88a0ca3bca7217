// SPDX-License-Identifier: GPL-2.0-only
/*
 * The owner of the chip changes as the drawing in Documentation/design.rst
 * says, and in no other way.
 */
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/string.h>

#include "../owner.h"
#include "fake_cmd.h"
#include "fake_port.h"

static const char *const names[PIOSCSI_NR_OWNERS] = {
	[PIOSCSI_IDLE] = "IDLE",
	[PIOSCSI_IRQ] = "IRQ",
	[PIOSCSI_DEFERRED] = "DEFERRED",
	[PIOSCSI_RUNNING] = "RUNNING",
	[PIOSCSI_RECOVERY] = "RECOVERY",
	[PIOSCSI_SUSPENDED] = "SUSPENDED",
	[PIOSCSI_DEAD] = "DEAD",
};

/* The arrows of the diagram in Documentation/design.rst, one on each line. */
static const enum pioscsi_owner drawn[][2] = {
	{ PIOSCSI_DEAD, PIOSCSI_IDLE },			/* add_hba */
	{ PIOSCSI_IDLE, PIOSCSI_IRQ },			/* claim */
	{ PIOSCSI_IRQ, PIOSCSI_IDLE },			/* no work left */
	{ PIOSCSI_IRQ, PIOSCSI_DEFERRED },		/* does not fit */
	{ PIOSCSI_DEFERRED, PIOSCSI_RUNNING },		/* bottom half */
	{ PIOSCSI_RUNNING, PIOSCSI_DEFERRED },		/* yield */
	{ PIOSCSI_RUNNING, PIOSCSI_IDLE },		/* no work left */
	{ PIOSCSI_IDLE, PIOSCSI_RUNNING },		/* timer, watchdog */
	{ PIOSCSI_RUNNING, PIOSCSI_DEAD },		/* cannot be reset */
	{ PIOSCSI_IDLE, PIOSCSI_RECOVERY },		/* error handling */
	{ PIOSCSI_DEFERRED, PIOSCSI_RECOVERY },		/* stale deferral */
	{ PIOSCSI_RECOVERY, PIOSCSI_DEFERRED },		/* recovered */
	{ PIOSCSI_RECOVERY, PIOSCSI_DEAD },		/* remove_hba */
	{ PIOSCSI_RECOVERY, PIOSCSI_SUSPENDED },	/* suspend */
	{ PIOSCSI_SUSPENDED, PIOSCSI_RECOVERY },	/* resume */
	{ PIOSCSI_SUSPENDED, PIOSCSI_DEAD },		/* remove_hba */
	{ PIOSCSI_DEAD, PIOSCSI_SUSPENDED },		/* suspend */
	{ PIOSCSI_DEAD, PIOSCSI_RECOVERY },		/* retry */
	{ PIOSCSI_DEAD, PIOSCSI_DEAD },			/* remove_hba */
};

static bool is_drawn(enum pioscsi_owner from, enum pioscsi_owner to)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(drawn); i++)
		if (drawn[i][0] == from && drawn[i][1] == to)
			return true;
	return false;
}

static void only_changes_of_the_diagram_are_legal(struct kunit *test)
{
	unsigned int from, to;
	bool legal;

	for (from = 0; from < PIOSCSI_NR_OWNERS; from++) {
		for (to = 0; to < PIOSCSI_NR_OWNERS; to++) {
			legal = pioscsi_owner_change_is_legal(from, to);
			KUNIT_EXPECT_EQ_MSG(test, legal, is_drawn(from, to),
					    "%s to %s", names[from], names[to]);
		}
	}
}

static void note_warning(const struct pioscsi_port *port,
			 enum pioscsi_owner owner)
{
	struct fake_hba *fake = kunit_get_current_test()->priv;

	*(unsigned int *)fake->hook_arg += 1;
}

/*
 * While no context owns the chip, call functions that only its owner may call.
 */
static void illegal_change_warns_and_changes_nothing(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct pioscsi_port *port = fake->port;
	unsigned int warnings = 0;

	kunit_activate_static_stub(test, pioscsi_warn_owner, note_warning);
	fake->hook_arg = &warnings;

	pioscsi_own_deferred(port, PIOSCSI_PATH_HOST_THREAD);
	KUNIT_EXPECT_EQ(test, warnings, 1);
	KUNIT_EXPECT_EQ(test, port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_FALSE(test, fake_kick(fake));

	spin_lock_irq(&port->lock);
	pioscsi_own_dead(port);
	spin_unlock_irq(&port->lock);
	KUNIT_EXPECT_EQ(test, warnings, 2);
	KUNIT_EXPECT_EQ(test, port->owner, PIOSCSI_IDLE);

	pioscsi_own_idle(port);
	KUNIT_EXPECT_EQ(test, warnings, 3);
	KUNIT_EXPECT_EQ(test, port->owner, PIOSCSI_IDLE);

	pioscsi_recovered(port);
	KUNIT_EXPECT_EQ(test, warnings, 4);
	KUNIT_EXPECT_EQ(test, port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_FALSE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, port->owner, PIOSCSI_IDLE);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
}

static void change_of_owner_records_its_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct pioscsi_port *port = fake->port;

	port->owner_since = jiffies - 1000 * HZ;
	KUNIT_ASSERT_TRUE(test, pioscsi_own_polled(port));
	KUNIT_EXPECT_LT(test, jiffies - port->owner_since, 1000 * HZ);
	KUNIT_EXPECT_TRUE(test, pioscsi_release(port, false));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(only_changes_of_the_diagram_are_legal),
	KUNIT_CASE(illegal_change_warns_and_changes_nothing),
	KUNIT_CASE(change_of_owner_records_its_time),
	{}
};

static struct kunit_suite suite = {
	.name = "port_owner",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

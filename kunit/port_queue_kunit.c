// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue from the midlayer to the chip: order, depth, and commands that the
 * chip does not take.
 */
#include <kunit/test.h>
#include <linux/preempt.h>
#include <scsi/scsi.h>

#include "fake_cmd.h"
#include "fake_port.h"

static struct fake_cmd *queued(struct fake_hba *fake, struct scsi_device *sdev)
{
	return fake_queued(fake, sdev, DMA_NONE, 0);
}

/* Return the started command with the lowest tag, or NULL. */
static struct fake_cmd *started(struct fake_hba *fake)
{
	struct pioscsi_cmd *cmd = NULL;
	unsigned int tag;

	for (tag = 0; !cmd && tag < FAKE_DEPTH; tag++)
		cmd = pioscsi_find_cmd(fake->hba, tag);
	return cmd ? container_of(cmd, struct fake_cmd, cmd) : NULL;
}

/* Release the chip, which is reset and then takes the waiting commands. */
static const char *end_backlog(struct fake_hba *fake)
{
	fake_kick(fake);
	return fake_story(fake);
}

static void idle_chip_starts_command_at_once(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	queued(fake, fake_sdev(fake, 0, 0));
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "start0");
}

static void started_command_is_found(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));

	KUNIT_EXPECT_PTR_EQ(test, pioscsi_find_cmd(fake->hba, 0), &c->cmd);
}

static void commands_of_a_lun_start_in_order(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);

	fake_deferred_fault(fake);
	queued(fake, sdev);
	queued(fake, sdev);
	queued(fake, sdev);
	KUNIT_EXPECT_STREQ(test, end_backlog(fake),
			   "hba start0 start1 start2 unmask");
}

static void luns_take_turns(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *a = fake_sdev(fake, 0, 0);
	struct scsi_device *b = fake_sdev(fake, 0, 1);
	struct scsi_device *c = fake_sdev(fake, 1, 0);

	fake_deferred_fault(fake);
	queued(fake, a);
	queued(fake, a);
	queued(fake, a);
	queued(fake, b);
	queued(fake, c);
	queued(fake, c);
	KUNIT_EXPECT_STREQ(test, end_backlog(fake),
			   "hba start0 start3 start4 start1 start5 start2 unmask");
}

static void queued_while_hard_handler_runs(struct fake_hba *fake,
					   enum fake_op op)
{
	if (op == FAKE_ASK && fake->hook_arg) {
		struct fake_cmd *c = fake->hook_arg;

		fake->hook_arg = NULL;
		fake_queue(c);
	}
}

static void command_queued_in_hard_irq_starts_there(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hook = queued_while_hard_handler_runs;
	fake->hook_arg = fake_cmd(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "start0");
}

static void full_chip_starts_no_command(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *first = queued(fake, sdev);
	unsigned int i;

	for (i = 1; i < FAKE_DEPTH; i++)
		queued(fake, sdev);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], FAKE_DEPTH);
	queued(fake, sdev);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], FAKE_DEPTH);

	fake_trace(fake);
	fake_say_done(first, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "done0 start0");
}

static void busy_chip_is_not_retried_at_once(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);

	fake_fail(fake, FAKE_START, -EBUSY, 1);
	queued(fake, sdev);
	queued(fake, sdev);
	queued(fake, fake_sdev(fake, 0, 1));
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "start0");
	KUNIT_EXPECT_EQ(test, fake->ended, 0);
	KUNIT_EXPECT_EQ(test, fake->port->stats.busy, 1);
}

static void busy_chip_is_retried_after_interrupt(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);

	fake_fail(fake, FAKE_START, -EBUSY, 1);
	queued(fake, sdev);
	queued(fake, sdev);
	fake_trace(fake);
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "start0 start1");
}

static void busy_chip_is_retried_after_completion(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = queued(fake, sdev);

	fake_say_done(c, SAM_STAT_GOOD);
	fake_fail(fake, FAKE_START, -EBUSY, 2);
	queued(fake, sdev);
	fake_trace(fake);
	/* The chip is still busy right after the end of a command. */
	fake_interrupt(fake);
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "done0 start1 start1");
}

static void busy_chip_keeps_order_of_lun(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);

	fake_deferred_fault(fake);
	queued(fake, sdev);
	queued(fake, sdev);
	queued(fake, sdev);
	fake_fail(fake, FAKE_START, -EBUSY, 1);
	KUNIT_EXPECT_STREQ(test, end_backlog(fake), "hba start0 unmask");
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "start0 start1 start2");
}

static void busy_chip_keeps_turn_of_lun(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *a = fake_sdev(fake, 0, 0);
	struct scsi_device *b = fake_sdev(fake, 0, 1);

	fake_deferred_fault(fake);
	queued(fake, a);
	queued(fake, a);
	queued(fake, b);
	fake_fail(fake, FAKE_START, -EBUSY, 1);
	KUNIT_EXPECT_STREQ(test, end_backlog(fake), "hba start0 unmask");
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "start0 start2 start1");
}

/* Let the chip take one command at a time, and be busy for another. */
static void one_at_a_time(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_START)
		fake_fail(fake, FAKE_START, -EBUSY, fake->port->nr_active > 1);
}

static void busy_chip_starves_no_lun(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *a = fake_sdev(fake, 0, 0);
	struct scsi_device *b = fake_sdev(fake, 0, 1);
	struct fake_cmd *c[6];
	unsigned int i;

	fake->hook = one_at_a_time;
	fake_deferred_fault(fake);
	for (i = 0; i < ARRAY_SIZE(c); i++)
		c[i] = queued(fake, i < 3 ? a : b);
	end_backlog(fake);
	for (i = 0; i < 4; i++) {
		struct fake_cmd *now = started(fake);

		KUNIT_ASSERT_NOT_NULL(test, now);
		fake_say_done(now, SAM_STAT_GOOD);
		fake_interrupt(fake);
	}
	KUNIT_EXPECT_EQ(test, c[0]->done + c[1]->done + c[2]->done, 2);
	KUNIT_EXPECT_EQ(test, c[3]->done + c[4]->done + c[5]->done, 2);
}

static bool ring_has_refusal(const struct pioscsi_port *port, int err)
{
	unsigned int i;

	for (i = 0; i < PIOSCSI_RING_SIZE; i++) {
		const struct pioscsi_entry *entry = &port->ring.entry[i];

		if (entry->event == PIOSCSI_EV_ERROR &&
		    entry->a == PIOSCSI_ERR_REFUSED && entry->b == err)
			return true;
	}
	return false;
}

static void refused_command_ends_with_did_error(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c;

	fake_fail(fake, FAKE_START, -EIO, 1);
	c = queued(fake, sdev);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
	KUNIT_EXPECT_NULL(test, pioscsi_find_cmd(fake->hba, 0));
	queued(fake, sdev);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "start0 done0 start1");
	KUNIT_EXPECT_TRUE(test, ring_has_refusal(fake->port, -EIO));
}

static void refused_command_does_not_block_queue(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);

	fake_deferred_fault(fake);
	queued(fake, sdev);
	queued(fake, sdev);
	fake_fail(fake, FAKE_START, -EIO, 1);
	KUNIT_EXPECT_STREQ(test, end_backlog(fake),
			   "hba start0 done0 start1 unmask");
	KUNIT_EXPECT_TRUE(test, ring_has_refusal(fake->port, -EIO));
}

static void dead_chip_ends_command_not_connected(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	fake->port->owner = PIOSCSI_DEAD;
	fake->port->refusal = DID_NO_CONNECT;
	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_FROM_DEVICE, 512);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, DID_NO_CONNECT << 16);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), 512);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "done0");
	fake->port->refusal = 0;
	fake->port->owner = PIOSCSI_IDLE;
}

/* The midlayer retries a command without clearing its old state. */
static void retried_command_keeps_no_old_state(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 512);

	fake_say_xfer(c, DMA_FROM_DEVICE, 600);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_ASSERT_EQ(test, c->done, 1);

	c->done = 0;
	fake_queue(c);
	fake_say_xfer(c, DMA_FROM_DEVICE, 512);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, 512, 0));
}

/* The memory of a command may be that of an earlier one. */
static void new_command_clears_state_of_earlier_command(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_cmd(fake, fake_sdev(fake, 0, 0),
				      DMA_FROM_DEVICE, 512);

	c->cmd.moved = 100;
	c->cmd.overrun = 100;
	c->cmd.overrun_ok = true;
	c->cmd.timeout_extended = true;
	c->cmd.sensing = true;
	fake_queue(c);
	KUNIT_EXPECT_FALSE(test, c->cmd.timeout_extended);
	KUNIT_EXPECT_FALSE(test, c->cmd.sensing);
	fake_say_xfer(c, DMA_FROM_DEVICE, 520);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, host_byte(c->result), DID_ERROR);
	KUNIT_EXPECT_EQ(test, fake->port->stats.overrun, 8);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, 512, 0));
}

static void raise_at_start(struct fake_hba *fake, enum fake_op op)
{
	if (op != FAKE_START)
		return;
	fake->hook = NULL;
	fake_raise(fake);
}

/* The chip rejects the command, and interrupts during the hard IRQ handler. */
static void busy_chip_with_interrupt_is_retried_at_once(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);

	queued(fake, sdev);
	fake_fail(fake, FAKE_START, -EBUSY, 2);
	queued(fake, sdev);
	fake_trace(fake);
	fake->hook = raise_at_start;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "start1 start1");
	KUNIT_EXPECT_EQ(test, fake->port->nr_active, 2);
}

static bool served_preemptibly;

static void note_preemption(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_ASK)
		served_preemptibly = preemptible();
}

/* A task of low priority might get the CPU again only much later. */
static void sender_that_owns_the_chip_is_not_preempted(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		kunit_skip(test, "the kernel does not count preempt_disable()");
	served_preemptibly = true;
	fake->hook = note_preemption;
	fake_fail(fake, FAKE_START, PIOSCSI_START_POLL, 1);
	fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_ASK], 1);
	KUNIT_EXPECT_FALSE(test, served_preemptibly);
	KUNIT_EXPECT_TRUE(test, preemptible());
}

static struct kunit_case cases[] = {
	KUNIT_CASE(sender_that_owns_the_chip_is_not_preempted),
	KUNIT_CASE(idle_chip_starts_command_at_once),
	KUNIT_CASE(started_command_is_found),
	KUNIT_CASE(commands_of_a_lun_start_in_order),
	KUNIT_CASE(luns_take_turns),
	KUNIT_CASE(command_queued_in_hard_irq_starts_there),
	KUNIT_CASE(full_chip_starts_no_command),
	KUNIT_CASE(busy_chip_is_not_retried_at_once),
	KUNIT_CASE(busy_chip_is_retried_after_interrupt),
	KUNIT_CASE(busy_chip_is_retried_after_completion),
	KUNIT_CASE(busy_chip_keeps_order_of_lun),
	KUNIT_CASE(busy_chip_keeps_turn_of_lun),
	KUNIT_CASE(busy_chip_starves_no_lun),
	KUNIT_CASE(refused_command_ends_with_did_error),
	KUNIT_CASE(refused_command_does_not_block_queue),
	KUNIT_CASE(dead_chip_ends_command_not_connected),
	KUNIT_CASE(retried_command_keeps_no_old_state),
	KUNIT_CASE(new_command_clears_state_of_earlier_command),
	KUNIT_CASE(busy_chip_with_interrupt_is_retried_at_once),
	{}
};

static struct kunit_suite suite = {
	.name = "port_queue",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

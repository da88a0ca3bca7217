// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tagged and untagged commands of a LUN: an untagged one runs alone.
 */
#include <kunit/test.h>
#include <linux/irqflags.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../queue.h"
#include "fake_cmd.h"
#include "fake_port.h"
#include "scsi_test.h"

static struct fake_cmd *tagged(struct fake_hba *fake, struct scsi_device *sdev)
{
	return fake_queued(fake, sdev, DMA_NONE, 0);
}

static struct fake_cmd *untagged(struct fake_hba *fake,
				 struct scsi_device *sdev)
{
	struct fake_cmd *c = fake_cmd(fake, sdev, DMA_NONE, 0);

	c->scmd.flags &= ~SCMD_TAGGED;
	fake_queue(c);
	return c;
}

static bool is_started(struct fake_cmd *c)
{
	return pioscsi_find_cmd(c->fake->hba, c->rq.tag) == &c->cmd;
}

static void end_with(struct fake_cmd *c, int result)
{
	fake_say_done(c, result);
	fake_interrupt(c->fake);
}

static void untagged_command_waits_for_tagged_commands(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *a = tagged(fake, sdev), *b = tagged(fake, sdev);
	struct fake_cmd *alone = untagged(fake, sdev);

	KUNIT_EXPECT_FALSE(test, is_started(alone));
	KUNIT_EXPECT_TRUE(test, pioscsi_has_queued(fake->port));
	end_with(a, SAM_STAT_GOOD);
	KUNIT_EXPECT_FALSE(test, is_started(alone));
	end_with(b, SAM_STAT_GOOD);
	KUNIT_EXPECT_TRUE(test, is_started(alone));
	KUNIT_EXPECT_FALSE(test, pioscsi_has_queued(fake->port));
	KUNIT_EXPECT_FALSE(test, alone->cmd.tagged);
}

static void tagged_commands_wait_for_untagged_command(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *alone = untagged(fake, sdev);
	struct fake_cmd *a = tagged(fake, sdev), *b = tagged(fake, sdev);

	KUNIT_EXPECT_TRUE(test, is_started(alone));
	KUNIT_EXPECT_FALSE(test, is_started(a));
	end_with(alone, SAM_STAT_GOOD);
	KUNIT_EXPECT_TRUE(test, is_started(a));
	KUNIT_EXPECT_TRUE(test, is_started(b));
	KUNIT_EXPECT_TRUE(test, b->cmd.tagged);
}

static void tagged_command_keeps_its_place_in_queue(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *a = tagged(fake, sdev);
	struct fake_cmd *alone = untagged(fake, sdev);
	struct fake_cmd *late = tagged(fake, sdev);

	KUNIT_EXPECT_FALSE(test, is_started(late));
	end_with(a, SAM_STAT_GOOD);
	KUNIT_EXPECT_TRUE(test, is_started(alone));
	KUNIT_EXPECT_FALSE(test, is_started(late));
	end_with(alone, SAM_STAT_GOOD);
	KUNIT_EXPECT_TRUE(test, is_started(late));
}

static void draining_lun_does_not_stop_others(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);

	tagged(fake, sdev);
	untagged(fake, sdev);
	sdev = fake_sdev(fake, 0, 1);
	KUNIT_EXPECT_TRUE(test, is_started(tagged(fake, sdev)));
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
}

static void refused_command_of_drained_lun_is_retried(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *a = tagged(fake, sdev);
	struct fake_cmd *alone = untagged(fake, sdev);

	fake_fail(fake, FAKE_START, -EBUSY, 1);
	end_with(a, SAM_STAT_GOOD);
	KUNIT_EXPECT_FALSE(test, is_started(alone));
	fake_interrupt(fake);
	KUNIT_EXPECT_TRUE(test, is_started(alone));
}

static void request_sense_passes_tagged_commands(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *a = tagged(fake, sdev), *b = tagged(fake, sdev), *c;

	fake->hba->needs_request_sense = true;
	end_with(a, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_TRUE(test, is_started(a));
	KUNIT_EXPECT_TRUE(test, a->cmd.sensing);
	KUNIT_EXPECT_FALSE(test, a->cmd.tagged);
	/* Another command would clear the sense data. */
	c = tagged(fake, sdev);
	KUNIT_EXPECT_FALSE(test, is_started(c));
	end_with(b, SAM_STAT_GOOD);
	KUNIT_EXPECT_FALSE(test, is_started(c));
	end_with(a, SAM_STAT_GOOD);
	KUNIT_EXPECT_TRUE(test, is_started(c));
}

static void reset_ends_commands_of_a_draining_lun(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *a = tagged(fake, sdev);
	struct fake_cmd *alone = untagged(fake, sdev);

	KUNIT_EXPECT_EQ(test, pioscsi_eh_lun_reset(&a->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, a->done, 1);
	KUNIT_EXPECT_EQ(test, alone->done, 1);
	fake_kick(fake);
	KUNIT_EXPECT_TRUE(test, is_started(untagged(fake, sdev)));
}

/* The LUN that was drained first has its turn first. */
static void luns_drained_by_a_fault_keep_their_turns(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *a = fake_sdev(fake, 0, 0);
	struct scsi_device *b = fake_sdev(fake, 0, 1);

	tagged(fake, a);
	tagged(fake, b);
	tagged(fake, a);
	untagged(fake, a);
	untagged(fake, b);
	fake_trace(fake);
	fake_say(fake, PIOSCSI_FAULT);
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake),
			   "mask hba done0 done1 done2 start3 start4 unmask");
}

/* This may come in the hard IRQ handler, which has no time for the line. */
static void reject_tag(struct fake_hba *fake, struct fake_cmd *c)
{
	struct test_log log;
	unsigned long flags;
	unsigned int early;

	test_log_begin(&log);
	local_irq_save(flags);
	pioscsi_tags_rejected(&c->cmd);
	early = test_log_count(log, "rejects queue tags");
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(fake->test, early, 0);
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(fake->test, test_log_count(log, "rejects queue tags"),
			1);
}

static void rejected_tag_reduces_the_queue_depth(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *a = tagged(fake, sdev), *b;

	sdev->queue_depth = 8;
	sdev->max_queue_depth = 8;
	reject_tag(fake, a);
	/* An I/O controller may enable interrupts when the depth changes. */
	KUNIT_EXPECT_EQ(test, sdev->queue_depth, 8);
	b = tagged(fake, sdev);
	KUNIT_EXPECT_EQ(test, sdev->queue_depth, 1);
	/* The midlayer raises the depth up to this one. */
	KUNIT_EXPECT_EQ(test, sdev->max_queue_depth, 1);
	KUNIT_EXPECT_FALSE(test, is_started(b));
	end_with(a, SAM_STAT_GOOD);
	KUNIT_EXPECT_TRUE(test, is_started(b));
	KUNIT_EXPECT_FALSE(test, b->cmd.tagged);
}

/* It keeps its place among the untagged commands until it ends. */
static void command_whose_tag_was_rejected_counts_once(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct pioscsi_lun *lun = sdev->hostdata;
	struct fake_cmd *a = tagged(fake, sdev);

	pioscsi_tags_rejected(&a->cmd);
	KUNIT_EXPECT_FALSE(test, a->cmd.tagged);
	KUNIT_EXPECT_EQ(test, lun->nr_untagged, 1);
	pioscsi_tags_rejected(&a->cmd);
	KUNIT_EXPECT_EQ(test, lun->nr_untagged, 1);
	end_with(a, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, lun->nr_untagged, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(untagged_command_waits_for_tagged_commands),
	KUNIT_CASE(tagged_commands_wait_for_untagged_command),
	KUNIT_CASE(tagged_command_keeps_its_place_in_queue),
	KUNIT_CASE(draining_lun_does_not_stop_others),
	KUNIT_CASE(refused_command_of_drained_lun_is_retried),
	KUNIT_CASE(request_sense_passes_tagged_commands),
	KUNIT_CASE(reset_ends_commands_of_a_draining_lun),
	KUNIT_CASE(luns_drained_by_a_fault_keep_their_turns),
	KUNIT_CASE(rejected_tag_reduces_the_queue_depth),
	KUNIT_CASE(command_whose_tag_was_rejected_counts_once),
	{}
};

static struct kunit_suite suite = {
	.name = "port_tags",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

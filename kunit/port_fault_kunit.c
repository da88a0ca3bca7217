// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalid answers of a chip, and bus resets by other initiators. The port
 * rejects impossible answers and loses no command.
 */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/sizes.h>
#include <linux/timer.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../settle.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	4096U

static struct fake_cmd *queued(struct fake_hba *fake, struct scsi_device *sdev)
{
	return fake_queued(fake, sdev, DMA_NONE, 0);
}

static void fault_is_handled_by_the_host_thread(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = queued(fake, sdev);

	fake_queued_held(fake, sdev);
	fake_trace(fake);
	fake_say(fake, PIOSCSI_FAULT);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask");
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "hba done0 start1 unmask");
	KUNIT_EXPECT_EQ(test, c->result, DID_RESET << 16);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_FAULT], 1);
}

static void blamed_command_ends_with_its_own_result(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = queued(fake, sdev);
	struct fake_cmd *d = queued(fake, sdev);

	c->scmd.sense_buffer[0] = 0x70;
	c->scmd.sense_buffer[2] = HARDWARE_ERROR;
	fake_queued_held(fake, sdev);
	fake_trace(fake);
	fake_say_blame(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake),
			   "mask done0 hba done1 start2 unmask");
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, d->result, DID_RESET << 16);
	KUNIT_EXPECT_NULL(test, fake->port->xfer.cmd);
	fake_expect_idle(test);
}

/* The midlayer sends the command again, with another fault meanwhile. */
static void blame_is_for_one_fault_only(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));

	c->scmd.sense_buffer[0] = 0x70;
	c->scmd.sense_buffer[2] = HARDWARE_ERROR;
	fake_say_blame(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	c->done = 0;
	fake_queue(c);
	fake_say(fake, PIOSCSI_FAULT);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, DID_RESET << 16);
}

static void foreign_bus_reset_ends_all_commands(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = queued(fake, sdev);
	struct fake_cmd *d = queued(fake, sdev);

	fake_queued_held(fake, sdev);
	fake_trace(fake);
	fake->hba->settle_ms = 0;
	fake_say(fake, PIOSCSI_RESET);
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask done0 done1 unmask");
	fake_settle(fake);
	fake_kick(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask start2 unmask");
	KUNIT_EXPECT_EQ(test, c->result, DID_RESET << 16);
	KUNIT_EXPECT_EQ(test, d->result, DID_RESET << 16);
}

struct settle_case {
	const char *desc;
	unsigned int ms;
	unsigned int expected_ms;
};

static const struct settle_case settle_cases[] = {
	{ "time of SPI-4", 0, 250 },
	{ "time of the HBA", 3000, 3000 },
};

KUNIT_ARRAY_PARAM_DESC(settle, settle_cases, desc);

/* The chip has no owner while the second command comes. */
static void command_waits_until_targets_have_settled(struct kunit *test)
{
	const struct settle_case *s = test->param_value;
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	u64 least = get_jiffies_64() + msecs_to_jiffies(s->expected_ms);
	unsigned long soon = jiffies + msecs_to_jiffies(30000);

	queued(fake, sdev);
	fake->hba->settle_ms = s->ms;
	fake_say(fake, PIOSCSI_RESET);
	fake_interrupt(fake);
	/* The present jiffy is not a whole one. */
	KUNIT_EXPECT_GT(test, atomic64_read(&fake->port->settled_at), least);
	/* The targets settle at fake_settle(), even if the machine is slow. */
	atomic64_add(msecs_to_jiffies(60000), &fake->port->settled_at);
	fake_trace(fake);
	queued(fake, sdev);
	/* It is offered again once, after that time. */
	KUNIT_EXPECT_TRUE(test, timer_pending(&fake->port->kick.timer));
	KUNIT_EXPECT_TRUE(test, time_after(fake->port->kick.timer.expires,
					   soon));
	fake_kick(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask unmask");
	KUNIT_EXPECT_TRUE(test, pioscsi_settle_ms(fake->port));
	fake_settle(fake);
	KUNIT_EXPECT_FALSE(test, pioscsi_settle_ms(fake->port));
	fake_kick(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake), "mask start1 unmask");
}

struct told_case {
	const char *desc;
	enum pioscsi_next next;
	unsigned int failures;
};

static const struct told_case told_cases[] = {
	{ "by another initiator", PIOSCSI_RESET, 0 },
	{ "after a fault", PIOSCSI_FAULT, 0 },
	{ "after a fault, without success", PIOSCSI_FAULT, 1 },
};

KUNIT_ARRAY_PARAM_DESC(told, told_cases, desc);

/* Check at the completion, because the midlayer may retry at once. */
static void look_when_done(struct fake_hba *fake, enum fake_op op)
{
	struct scsi_device *sdev = fake->hook_arg;

	if (op == FAKE_DONE)
		KUNIT_EXPECT_TRUE(fake->test, sdev->expecting_cc_ua);
}

/* Otherwise the midlayer takes the UNIT ATTENTION for a new medium. */
static void bus_reset_is_reported_to_midlayer(struct kunit *test)
{
	const struct told_case *t = test->param_value;
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_known_sdev(fake);

	queued(fake, sdev);
	fake->hook = look_when_done;
	fake->hook_arg = sdev;
	fake_fail(fake, FAKE_HBA, -EIO, t->failures);
	fake_say(fake, t->next);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, fake->ended, 1);
}

/* The log names it; that line is rate-limited. */
static void rejected_answer_is_kept(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = queued(fake, sdev), *ended = queued(fake, sdev);

	fake_say_xfer(c, DMA_FROM_DEVICE, SZ_1M);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, fake->port->rejected, PIOSCSI_XFER);
	fake_say_done(ended, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, fake->port->rejected, PIOSCSI_DONE);
	fake_say(fake, PIOSCSI_FAULT);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, fake->port->rejected, PIOSCSI_FAULT);
}

static int (*const wide_fns[])(struct scsi_cmnd *scmd) = {
	pioscsi_eh_bus_reset,
	pioscsi_eh_host_reset,
};

static void each_bus_of_the_hba_gets_the_report(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_known_sdev(fake);
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 1, 0));
	unsigned int i;

	fake->port->shost->max_channel = 1;
	sdev->channel = 1;
	fake_say(fake, PIOSCSI_RESET);
	fake_interrupt(fake);
	KUNIT_EXPECT_TRUE(test, sdev->expecting_cc_ua);
	for (i = 0; i < ARRAY_SIZE(wide_fns); i++) {
		sdev->expecting_cc_ua = 0;
		KUNIT_EXPECT_EQ(test, wide_fns[i](&c->scmd), SUCCESS);
		KUNIT_EXPECT_TRUE(test, sdev->expecting_cc_ua);
		fake_kick(fake);
	}
}

struct tag_case {
	const char *desc;
	unsigned int tag;
};

static const struct tag_case tag_cases[] = {
	{ "never started", 1 },
	{ "ended", 0 },
	{ "waiting", 2 },
	{ "one too high", FAKE_DEPTH },
	{ "a bit too high", 255 },
	{ "as high as can be", UINT_MAX },
};

KUNIT_ARRAY_PARAM_DESC(tag, tag_cases, desc);

static void invalid_tag_finds_no_command(struct kunit *test)
{
	const struct tag_case *t = test->param_value;
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = queued(fake, sdev);

	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	fake_cmd(fake, sdev, DMA_NONE, 0);
	fake_queued_held(fake, sdev);
	KUNIT_EXPECT_NULL(test, pioscsi_find_cmd(fake->hba, t->tag));
}

struct lie_case {
	const char *desc;
	unsigned int len;
	bool fault;
};

#define MOST	(LEN + 65536)

static const struct lie_case lie_cases[] = {
	{ "no data", 0, true },
	{ "more than a buffer", LEN + 1, false },
	{ "as much as a target may err", MOST, false },
	{ "more than that", MOST + 1, true },
	{ "as much as fits the register", UINT_MAX, true },
};

KUNIT_ARRAY_PARAM_DESC(lie, lie_cases, desc);

static void implausible_length_resets_the_hba(struct kunit *test)
{
	const struct lie_case *l = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LEN);

	fake_say_xfer(c, DMA_FROM_DEVICE, l->len);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], l->fault);
	KUNIT_EXPECT_EQ(test, c->at, l->fault ? 0 : l->len);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, host_byte(c->result),
			l->fault ? DID_RESET : DID_ERROR);
}

static void endless_overrun_resets_the_hba(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, 4);
	unsigned int i;

	for (i = 0; i < 30; i++)
		fake_say_xfer(c, DMA_FROM_DEVICE, 8192);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
	KUNIT_EXPECT_LE(test, c->at, 4 + 65536 + 2 * 8192);
	KUNIT_EXPECT_EQ(test, c->result, DID_RESET << 16);
}

struct overrun_case {
	const char *desc;
	unsigned int before;
	bool fault;
};

static const struct overrun_case overrun_cases[] = {
	{ "as much as a target may err", 65536, false },
	{ "a byte more", 65537, true },
};

KUNIT_ARRAY_PARAM_DESC(overrun, overrun_cases, desc);

static void data_after_too_much_overrun_is_a_fault(struct kunit *test)
{
	const struct overrun_case *o = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LEN);

	c->cmd.overrun = o->before;
	fake_say_xfer(c, DMA_FROM_DEVICE, 8);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], o->fault);
	KUNIT_EXPECT_EQ(test, c->at, o->fault ? 0 : 8);
}

/* Twelve of them do not take the HBA out of service. */
static void passed_command_with_short_buffer_is_blamed(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	unsigned int i;

	for (i = 0; i < 12; i++) {
		struct fake_cmd *c = fake_queued(fake, sdev, DMA_FROM_DEVICE,
						 LEN);

		c->rq.cmd_flags = REQ_OP_DRV_IN;
		fake_say_xfer(c, DMA_FROM_DEVICE, MOST + 1);
		fake_interrupt(fake);
		KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
	}
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 12);
	fake_expect_idle(test);
}

/* The chip, or its front end, names a command that has ended already. */
static void stale_answer_is_a_fault(struct kunit *test)
{
	const enum pioscsi_next *next = test->param_value;
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = fake_queued(fake, sdev, DMA_FROM_DEVICE, LEN);
	struct fake_cmd *other = queued(fake, sdev);

	fake_say_done(c, SAM_STAT_GOOD);
	if (*next == PIOSCSI_DONE)
		fake_say_done(c, SAM_STAT_GOOD);
	else
		fake_say_xfer(c, DMA_FROM_DEVICE, LEN);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_IN], 0);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
	KUNIT_EXPECT_EQ(test, other->result, DID_RESET << 16);
	fake_expect_idle(test);
}

static const enum pioscsi_next stale_answers[] = {
	PIOSCSI_DONE, PIOSCSI_XFER
};

static void stale_desc(const enum pioscsi_next *next, char *desc)
{
	strscpy(desc, *next == PIOSCSI_DONE ? "end" : "data",
		KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(stale, stale_answers, stale_desc);

struct nobody_case {
	const char *desc;
	enum pioscsi_next next;
};

static const struct nobody_case nobody_cases[] = {
	{ "data", PIOSCSI_XFER },
	{ "end", PIOSCSI_DONE },
};

KUNIT_ARRAY_PARAM_DESC(nobody, nobody_cases, desc);

static void answer_without_command_resets_the_hba(struct kunit *test)
{
	const struct nobody_case *n = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));

	fake_say(fake, n->next);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
	KUNIT_EXPECT_EQ(test, c->result, DID_RESET << 16);
	fake_expect_idle(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(fault_is_handled_by_the_host_thread),
	KUNIT_CASE(blamed_command_ends_with_its_own_result),
	KUNIT_CASE(blame_is_for_one_fault_only),
	KUNIT_CASE(foreign_bus_reset_ends_all_commands),
	KUNIT_CASE_PARAM(command_waits_until_targets_have_settled,
			 settle_gen_params),
	KUNIT_CASE_PARAM(bus_reset_is_reported_to_midlayer, told_gen_params),
	KUNIT_CASE(each_bus_of_the_hba_gets_the_report),
	KUNIT_CASE(rejected_answer_is_kept),
	KUNIT_CASE_PARAM(invalid_tag_finds_no_command, tag_gen_params),
	KUNIT_CASE_PARAM(implausible_length_resets_the_hba, lie_gen_params),
	KUNIT_CASE(endless_overrun_resets_the_hba),
	KUNIT_CASE_PARAM(data_after_too_much_overrun_is_a_fault,
			 overrun_gen_params),
	KUNIT_CASE(passed_command_with_short_buffer_is_blamed),
	KUNIT_CASE_PARAM(answer_without_command_resets_the_hba,
			 nobody_gen_params),
	KUNIT_CASE_PARAM(stale_answer_is_a_fault, stale_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "port_fault",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

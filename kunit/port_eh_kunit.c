// SPDX-License-Identifier: GPL-2.0-only
/* Error handling: each handler ends the commands in its scope, once. */
#include <kunit/test.h>
#include <linux/ktime.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "fake_cmd.h"
#include "fake_port.h"
#include "fake_task.h"

#define LEN	4096U

static struct fake_cmd *queued(struct fake_hba *fake, struct scsi_device *sdev)
{
	return fake_queued(fake, sdev, DMA_NONE, 0);
}

/* A saved answer about a bus reset concerns all commands, not the last one. */
static void narrow_reset_keeps_pending_bus_reset(struct kunit *test)
{
	int (*const *fn)(struct scsi_cmnd *scmd) = test->param_value;
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = fake_queued(fake, sdev, DMA_FROM_DEVICE, 8);
	struct fake_cmd *other = queued(fake, fake_sdev(fake, 1, 0));

	fake_say_xfer(c, DMA_FROM_DEVICE, 4);
	fake_say(fake, PIOSCSI_RESET);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_ASSERT_EQ(test, fake->port->next, PIOSCSI_RESET);
	KUNIT_EXPECT_EQ(test, (*fn)(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, other->done, 0);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, other->done, 1);
	KUNIT_EXPECT_EQ(test, host_byte(other->result), DID_RESET);
	fake_expect_idle(test);
}

static int (*const narrow_fns[])(struct scsi_cmnd *scmd) = {
	pioscsi_eh_abort,
	pioscsi_eh_lun_reset,
	pioscsi_eh_target_reset,
};

static void narrow_desc(int (*const *fn)(struct scsi_cmnd *scmd), char *desc)
{
	static const char *const words[] = {
		"abort", "logical unit", "target",
	};

	strscpy(desc, words[fn - narrow_fns], KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(narrow, narrow_fns, narrow_desc);

/* The midlayer goes on to the next wider operation. */
static void operation_that_front_end_lacks_fails(struct kunit *test)
{
	int (*const *fn)(struct scsi_cmnd *scmd) = test->param_value;
	struct fake_hba *fake = test->priv;
	struct pioscsi_ops ops = fake_hba_ops;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));

	ops.abort_cmd = NULL;
	ops.reset_lun = NULL;
	ops.reset_target = NULL;
	fake->hba->ops = &ops;
	KUNIT_EXPECT_EQ(test, (*fn)(&c->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake->hba->ops = &fake_hba_ops;
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_bus_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

struct reset_case {
	const char *desc;
	int (*fn)(struct scsi_cmnd *scmd);
	enum fake_op op;
	enum pioscsi_error error;
	bool covers[4];	/* 0:0, 0:1, 1:0, 1:1 */
};

static const struct reset_case reset_cases[] = {
	{ "logical unit", pioscsi_eh_lun_reset, FAKE_LUN,
	  PIOSCSI_ERR_LUN_RESET, { false, true, false, false } },
	{ "target", pioscsi_eh_target_reset, FAKE_TARGET,
	  PIOSCSI_ERR_TARGET_RESET, { true, true, false, false } },
	{ "bus", pioscsi_eh_bus_reset, FAKE_BUS,
	  PIOSCSI_ERR_BUS_RESET, { true, true, true, true } },
	{ "host", pioscsi_eh_host_reset, FAKE_HBA,
	  PIOSCSI_ERR_HOST_RESET, { true, true, true, true } },
};

KUNIT_ARRAY_PARAM_DESC(reset, reset_cases, desc);

/* Give each of four logical units one started and one queued command. */
static void four_luns(struct fake_hba *fake, struct fake_cmd *c[2][4])
{
	struct scsi_device *sdev[4];
	unsigned int i;

	for (i = 0; i < 4; i++) {
		sdev[i] = fake_sdev(fake, i / 2, i % 2);
		c[0][i] = queued(fake, sdev[i]);
	}
	c[1][0] = fake_queued_held(fake, sdev[0]);
	for (i = 1; i < 4; i++)
		c[1][i] = queued(fake, sdev[i]);
}

static void reset_ends_commands_in_its_scope(struct kunit *test)
{
	const struct reset_case *r = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c[2][4];
	unsigned int i;

	four_luns(fake, c);
	KUNIT_EXPECT_EQ(test, r->fn(&c[0][1]->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, fake->count[r->op], 1);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[r->error], 1);
	for (i = 0; i < 8; i++) {
		struct fake_cmd *cmd = c[i / 4][i % 4];

		KUNIT_EXPECT_EQ(test, cmd->done, r->covers[i % 4]);
		if (cmd->done)
			KUNIT_EXPECT_EQ(test, cmd->result, DID_RESET << 16);
	}
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	fake_expect_idle(test);
}

static void reset_keeps_other_commands_in_order(struct kunit *test)
{
	const struct reset_case *r = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c[2][4];
	unsigned int i;

	four_luns(fake, c);
	r->fn(&c[0][1]->scmd);
	fake_kick(fake);
	for (i = 0; i < 8; i++) {
		struct fake_cmd *cmd = c[i / 4][i % 4];

		/*
		 * The chip takes commands again, so queued ones have been
		 * started.
		 */
		KUNIT_EXPECT_PTR_EQ(test, pioscsi_find_cmd(fake->hba, i),
				    cmd->done ? NULL : &cmd->cmd);
	}
}

/* The operation is not told the bus, so it might reset another device. */
static void narrow_reset_beside_several_buses_fails(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));

	fake->hba->nr_channels = 2;
	fake_trace(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_lun_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_target_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_LUN], 0);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_TARGET], 0);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_bus_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	fake_kick(fake);
}

static void failed_reset_ends_no_command(struct kunit *test)
{
	const struct reset_case *r = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c[2][4];

	if (r->op == FAKE_HBA)
		kunit_skip(test, "a failed HBA reset ends all commands");
	four_luns(fake, c);
	fake_fail(fake, r->op, -EIO, 1);
	KUNIT_EXPECT_EQ(test, r->fn(&c[0][1]->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, fake->ended, 0);
	fake_kick(fake);
	fake_expect_idle(test);
}

/* The reset comes during the command's transfer, after some of its data. */
static void reset_during_transfer_ends_the_command(struct kunit *test)
{
	const struct reset_case *r = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_deferred_read(fake, fake_sdev(fake, 0, 0),
						LEN);
	struct fake_task task = {
		.fake = fake, .fn = r->fn, .scmd = &c->scmd
	};

	fake->hook = fake_yield_at_tenth_piece;
	fake->hook_arg = &task;
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, fake_task_wait(&task), SUCCESS);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, DID_RESET << 16);
	KUNIT_EXPECT_TRUE(test, fake_kick(fake));
	KUNIT_EXPECT_EQ(test, fake->pieces, 10);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	fake_expect_idle(test);
}

/* The chip interrupts for the reset that the front end has made. */
static void report_own_reset(struct fake_hba *fake, enum fake_op op)
{
	if (op != FAKE_DONE)
		return;
	fake->hook = NULL;
	fake_say(fake, PIOSCSI_RESET);
	fake_raise(fake);
}

static void event_of_own_reset_ends_no_new_command(struct kunit *test)
{
	int (*const *fn)(struct scsi_cmnd *scmd) = test->param_value;
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = queued(fake, sdev);

	fake->hook = report_own_reset;
	KUNIT_EXPECT_EQ(test, (*fn)(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	c = queued(fake, sdev);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	KUNIT_EXPECT_PTR_EQ(test, pioscsi_find_cmd(fake->hba, c->rq.tag),
			    &c->cmd);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
	fake_expect_idle(test);
}

static int (*const wide_fns[])(struct scsi_cmnd *scmd) = {
	pioscsi_eh_bus_reset,
	pioscsi_eh_host_reset,
};

static void wide_desc(int (*const *fn)(struct scsi_cmnd *scmd), char *desc)
{
	strscpy(desc, fn == wide_fns ? "bus" : "host", KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(wide, wide_fns, wide_desc);

/* The bottom half handles a fault that the reset has left. */
static void report_fault(struct fake_hba *fake, enum fake_op op)
{
	if (op != FAKE_DONE)
		return;
	fake->hook = NULL;
	fake_say(fake, PIOSCSI_FAULT);
	fake_raise(fake);
}

static void fault_after_a_reset_is_kept(struct kunit *test)
{
	int (*const *fn)(struct scsi_cmnd *scmd) = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));
	unsigned int resets;

	fake->hook = report_fault;
	KUNIT_EXPECT_EQ(test, (*fn)(&c->scmd), SUCCESS);
	resets = fake->count[FAKE_HBA];
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], resets + 1);
	fake_expect_idle(test);
}

static void expect_given_up(struct kunit *test, struct fake_cmd *c[2][4])
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *late;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		struct fake_cmd *cmd = c[i / 4][i % 4];

		KUNIT_EXPECT_EQ(test, cmd->done, 1);
		KUNIT_EXPECT_EQ(test, cmd->result, DID_TIME_OUT << 16);
	}
	fake_trace(fake);
	fake_kick(fake);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_NONE);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	KUNIT_EXPECT_TRUE(test, fake->masked);

	late = fake_cmd(fake, c[0][0]->scmd.device, DMA_NONE, 0);
	fake_queue(late);
	KUNIT_EXPECT_EQ(test, late->result, DID_TIME_OUT << 16);
}

static void failed_hba_reset_takes_hba_out_of_service(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c[2][4];

	four_luns(fake, c);
	/* The bottom half has not handled this reset by another initiator. */
	fake_say(fake, PIOSCSI_RESET);
	fake_raise(fake);
	KUNIT_ASSERT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c[0][0]->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, fake->port->next, PIOSCSI_WAIT);
	expect_given_up(test, c);
}

static void error_handlers_do_not_touch_dead_chip(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));

	fake_fail(fake, FAKE_HBA, -EIO, 1);
	pioscsi_eh_host_reset(&c->scmd);
	fake_trace(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_lun_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_target_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_bus_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void failed_reset_after_fault_takes_hba_out(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c[2][4];

	four_luns(fake, c);
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	fake_say(fake, PIOSCSI_FAULT);
	fake_interrupt(fake);
	expect_given_up(test, c);
}

static void queue_at_second_end(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_DONE && fake->ended == 2)
		fake_queue(fake->hook_arg);
}

/* The port has ended what was queued: it would not look there again. */
static void command_during_a_failing_reset_ends_at_once(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = queued(fake, sdev), *late;

	fake_queued_held(fake, sdev);
	late = fake_cmd(fake, sdev, DMA_NONE, 0);
	fake->hook = queue_at_second_end;
	fake->hook_arg = late;
	fake_fail(fake, FAKE_HBA, -EIO, 1);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, late->done, 1);
	KUNIT_EXPECT_EQ(test, late->result, DID_TIME_OUT << 16);
}

/* SPI-4: reset to selection time. */
static void bus_reset_waits_until_targets_have_settled(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));
	u64 before = ktime_get_ns();

	fake->hba->settle_ms = 0;
	KUNIT_EXPECT_EQ(test, pioscsi_eh_bus_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_GE(test, ktime_get_ns() - before, 250 * NSEC_PER_MSEC);
}

static void settle_at_reset(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_HBA)
		pioscsi_settle(fake->hba);
}

static void host_reset_waits_until_targets_have_settled(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));
	u64 before = ktime_get_ns();

	fake->hba->settle_ms = 50;
	fake->hook = settle_at_reset;
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), SUCCESS);
	KUNIT_EXPECT_GE(test, ktime_get_ns() - before, 50 * NSEC_PER_MSEC);
}

static void host_reset_of_removed_chip_fails_untouched(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake, fake_sdev(fake, 0, 0));

	fake->port->owner = PIOSCSI_DEAD;
	fake_trace(fake);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_host_reset(&c->scmd), FAILED);
	KUNIT_EXPECT_STREQ(test, fake_trace(fake), "");
	fake->port->owner = PIOSCSI_IDLE;
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(narrow_reset_keeps_pending_bus_reset,
			 narrow_gen_params),
	KUNIT_CASE_PARAM(operation_that_front_end_lacks_fails,
			 narrow_gen_params),
	KUNIT_CASE_PARAM(reset_ends_commands_in_its_scope, reset_gen_params),
	KUNIT_CASE_PARAM(reset_keeps_other_commands_in_order, reset_gen_params),
	KUNIT_CASE(narrow_reset_beside_several_buses_fails),
	KUNIT_CASE_PARAM(failed_reset_ends_no_command, reset_gen_params),
	KUNIT_CASE_PARAM(reset_during_transfer_ends_the_command,
			 reset_gen_params),
	KUNIT_CASE_PARAM(event_of_own_reset_ends_no_new_command,
			 wide_gen_params),
	KUNIT_CASE_PARAM(fault_after_a_reset_is_kept, wide_gen_params),
	KUNIT_CASE(failed_hba_reset_takes_hba_out_of_service),
	KUNIT_CASE(error_handlers_do_not_touch_dead_chip),
	KUNIT_CASE(failed_reset_after_fault_takes_hba_out),
	KUNIT_CASE(command_during_a_failing_reset_ends_at_once),
	KUNIT_CASE(bus_reset_waits_until_targets_have_settled),
	KUNIT_CASE(host_reset_waits_until_targets_have_settled),
	KUNIT_CASE(host_reset_of_removed_chip_fails_untouched),
	{}
};

static struct kunit_suite suite = {
	.name = "port_eh",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

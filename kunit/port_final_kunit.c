// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors that a target reports once only. A second flush would succeed,
 * although data is lost. So the midlayer must not send such a command again.
 * Error handling or a suspend may take the chip before the port has ended the
 * command.
 */
#include <kunit/test.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	4096U

/* Retries that the midlayer permits. */
#define RETRIES	5

/* Make a command without data a flush. */
static struct fake_cmd *new_cmd(struct fake_hba *fake, unsigned int len)
{
	struct fake_cmd *c = fake_cmd(fake, fake_sdev(fake, 0, 0),
				      DMA_FROM_DEVICE, len);

	c->rq.cmd_flags = len ? REQ_OP_READ : REQ_OP_FLUSH;
	c->scmd.allowed = RETRIES;
	return c;
}

/* Let the chip end or blame a command, and defer that to a bottom half. */
static void save_end(struct fake_cmd *c, bool blame)
{
	if (blame)
		fake_say_blame(c, SAM_STAT_CHECK_CONDITION);
	else
		fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_raise(c->fake);
	fake_irq(c->fake);
	KUNIT_ASSERT_EQ(c->fake->test, c->done, 0);
}

struct saved_case {
	const char *desc;
	unsigned int len;
	bool blame;
	bool final;
	u8 response_code;
	int allowed;	/* retries after the abort */
};

static const struct saved_case saved_cases[] = {
	{ "final end", 0, false, true, 0x70, 0 },
	{ "final end of a read", LEN, false, true, 0x70, 0 },
	{ "final blame", 0, true, true, 0x70, 0 },
	{ "deferred error of a flush", 0, false, false, 0x71, 0 },
	{ "flush without sense data", 0, false, false, 0, 0 },
	{ "read", LEN, false, false, 0x70, RETRIES },
	{ "read that is blamed", LEN, true, false, 0x70, RETRIES },
};

KUNIT_ARRAY_PARAM_DESC(saved, saved_cases, desc);

static void abort_of_a_saved_error_forbids_retry(struct kunit *test)
{
	const struct saved_case *s = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = new_cmd(fake, s->len);

	c->sense[0] = s->response_code;
	c->sense[2] = MEDIUM_ERROR;
	fake_queue(c);
	c->cmd.final = s->final;
	save_end(c, s->blame);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, c->scmd.allowed, s->allowed);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, c->done, 0);
}

/* The end of the command comes between its timeout and its abort. */
static void abort_of_an_ended_flush_forbids_retry(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = new_cmd(fake, 0);

	c->sense[0] = 0x70;
	c->sense[2] = MEDIUM_ERROR;
	fake_queue(c);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->scmd.allowed, RETRIES);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, c->scmd.allowed, 0);
	fake_kick(fake);
}

static int suspend_and_resume(struct scsi_cmnd *scmd)
{
	struct pioscsi_hba *hba = &pioscsi_shost_port(scmd->device->host)->hba;

	pioscsi_suspend_hba(hba);
	return pioscsi_resume_hba(hba) ? FAILED : SUCCESS;
}

struct reset_case {
	const char *desc;
	int (*fn)(struct scsi_cmnd *scmd);
};

static const struct reset_case reset_cases[] = {
	{ "logical unit", pioscsi_eh_lun_reset },
	{ "target", pioscsi_eh_target_reset },
	{ "bus", pioscsi_eh_bus_reset },
	{ "host", pioscsi_eh_host_reset },
	{ "suspend", suspend_and_resume },
};

KUNIT_ARRAY_PARAM_DESC(reset, reset_cases, desc);

static void expect_own_result(struct fake_cmd *c)
{
	struct kunit *test = c->fake->test;

	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, c->sense[2], MEDIUM_ERROR);
	KUNIT_EXPECT_EQ(test, c->scmd.allowed, 0);
}

/* After DID_RESET the midlayer would send it again. */
static void reset_ends_saved_final_command_with_its_result(struct kunit *test)
{
	const struct reset_case *r = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		c = new_cmd(fake, 0);
		c->sense[0] = 0x70;
		c->sense[2] = MEDIUM_ERROR;
		fake_queue(c);
		c->cmd.final = true;
		save_end(c, i);
		fake->port->resets = 3;
		KUNIT_EXPECT_EQ(test, r->fn(&c->scmd), SUCCESS);
		expect_own_result(c);
		/* This end does not prove that the chip works. */
		KUNIT_EXPECT_EQ(test, fake->port->resets, 3);
		KUNIT_EXPECT_NULL(test, fake->port->xfer.cmd);
		KUNIT_EXPECT_NULL(test, fake->port->xfer.blame);
		fake_kick(fake);
		KUNIT_EXPECT_EQ(test, c->done, 1);
		fake_expect_idle(test);
	}
}

static void reset_ends_saved_read_with_reset_status(struct kunit *test)
{
	const struct reset_case *r = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = new_cmd(fake, LEN);

	fake_queue(c);
	save_end(c, false);
	KUNIT_EXPECT_EQ(test, r->fn(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, DID_RESET << 16);
	KUNIT_EXPECT_EQ(test, c->scmd.allowed, RETRIES);
	fake_kick(fake);
}

/* The reset has cleared the target's sense data. */
static void reset_fetches_no_sense_of_a_flush(struct kunit *test)
{
	const struct reset_case *r = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;
	unsigned int i;

	fake->hba->needs_request_sense = true;
	for (i = 0; i < 2; i++) {
		c = new_cmd(fake, 0);
		fake_queue(c);
		save_end(c, false);
		/* The second time REQUEST SENSE has been started. */
		if (i)
			fake_thread(fake);
		KUNIT_EXPECT_EQ(test, c->cmd.sensing, i);
		KUNIT_EXPECT_EQ(test, r->fn(&c->scmd), SUCCESS);
		KUNIT_EXPECT_EQ(test, c->done, 1);
		KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
		KUNIT_EXPECT_EQ(test, c->scmd.allowed, 0);
		fake_kick(fake);
	}
	fake->hba->needs_request_sense = false;
}

static void abort_of_flush_that_fetches_sense_forbids_retry(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = new_cmd(fake, 0);

	fake->hba->needs_request_sense = true;
	fake_queue(c);
	save_end(c, false);
	fake_thread(fake);
	KUNIT_EXPECT_TRUE(test, c->cmd.sensing);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	KUNIT_EXPECT_EQ(test, c->scmd.allowed, 0);
	fake_kick(fake);
	fake->hba->needs_request_sense = false;
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(abort_of_a_saved_error_forbids_retry,
			 saved_gen_params),
	KUNIT_CASE(abort_of_an_ended_flush_forbids_retry),
	KUNIT_CASE_PARAM(reset_ends_saved_final_command_with_its_result,
			 reset_gen_params),
	KUNIT_CASE_PARAM(reset_ends_saved_read_with_reset_status,
			 reset_gen_params),
	KUNIT_CASE_PARAM(reset_fetches_no_sense_of_a_flush, reset_gen_params),
	KUNIT_CASE(abort_of_flush_that_fetches_sense_forbids_retry),
	{}
};

static struct kunit_suite suite = {
	.name = "port_final",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of commands, also of those with less data than they need. The
 * midlayer would send such a command with GOOD status again without counting
 * that.
 */
#include <kunit/test.h>
#include <linux/blk-mq.h>
#include <linux/preempt.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_eh.h>

#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	4096U

/* Retries that the midlayer permits. */
#define RETRIES	5

struct underflow_case {
	const char *desc;
	enum dma_data_direction dir;
	unsigned int moved;
	unsigned int underflow;
	int status;
	u8 sense_key;
	int host_byte;
};

static const struct underflow_case underflow_cases[] = {
	{ "read, nothing came", DMA_FROM_DEVICE, 0, LEN,
	  SAM_STAT_GOOD, 0, DID_ERROR },
	{ "read, one word less", DMA_FROM_DEVICE, LEN - 4, LEN,
	  SAM_STAT_GOOD, 0, DID_ERROR },
	{ "read, all came", DMA_FROM_DEVICE, LEN, LEN,
	  SAM_STAT_GOOD, 0, DID_OK },
	{ "read, as much as it needs", DMA_FROM_DEVICE, 512, 512,
	  SAM_STAT_GOOD, 0, DID_OK },
	{ "read, needs nothing", DMA_FROM_DEVICE, 0, 0,
	  SAM_STAT_GOOD, 0, DID_OK },
	{ "write, one word less", DMA_TO_DEVICE, LEN - 4, LEN,
	  SAM_STAT_GOOD, 0, DID_ERROR },
	{ "write, all went", DMA_TO_DEVICE, LEN, LEN,
	  SAM_STAT_GOOD, 0, DID_OK },
	/* With this status the midlayer uses all data of the buffer. */
	{ "recovered error, less", DMA_FROM_DEVICE, 512, LEN,
	  SAM_STAT_CHECK_CONDITION, RECOVERED_ERROR, DID_ERROR },
	{ "recovered error, all came", DMA_FROM_DEVICE, LEN, LEN,
	  SAM_STAT_CHECK_CONDITION, RECOVERED_ERROR, DID_OK },
	/* A damaged transfer, whose status the front end drops. */
	{ "recovered error, parity error", DMA_FROM_DEVICE, LEN, LEN,
	  DID_PARITY << 16, RECOVERED_ERROR, DID_PARITY },
	/* The status already reports the error. */
	{ "medium error, less", DMA_FROM_DEVICE, 512, LEN,
	  SAM_STAT_CHECK_CONDITION, MEDIUM_ERROR, DID_OK },
	/* The midlayer repeats the command without counting. */
	{ "no sense, nothing came", DMA_FROM_DEVICE, 0, LEN,
	  SAM_STAT_CHECK_CONDITION, NO_SENSE, DID_ERROR },
	{ "no sense, all came", DMA_FROM_DEVICE, LEN, LEN,
	  SAM_STAT_CHECK_CONDITION, NO_SENSE, DID_ERROR },
	{ "no sense, all went", DMA_TO_DEVICE, LEN, LEN,
	  SAM_STAT_CHECK_CONDITION, NO_SENSE, DID_ERROR },
	{ "busy, nothing came", DMA_FROM_DEVICE, 0, LEN,
	  SAM_STAT_BUSY, 0, DID_OK },
};

KUNIT_ARRAY_PARAM_DESC(underflow, underflow_cases, desc);

static void expect_no_sense(struct fake_cmd *c)
{
	KUNIT_EXPECT_NULL(c->fake->test,
			  memchr_inv(c->sense, 0, SCSI_SENSE_BUFFERSIZE));
}

static void less_than_underflow_is_an_error(struct kunit *test)
{
	const struct underflow_case *u = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_cmd(fake, fake_sdev(fake, 0, 0), u->dir, LEN);

	c->scmd.underflow = u->underflow;
	if (u->sense_key || u->status == SAM_STAT_CHECK_CONDITION)
		scsi_build_sense_buffer(0, c->sense, u->sense_key, 0x11, 0);
	fake_queue(c);
	if (u->moved)
		fake_say_xfer(c, u->dir, u->moved);
	fake_say_done(c, u->status);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, u->host_byte ? u->host_byte << 16 :
							u->status);
	if (u->host_byte)
		expect_no_sense(c);
	else
		KUNIT_EXPECT_EQ(test, c->sense[2], u->sense_key);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), LEN - u->moved);
}

/* Let the target send too much data, and then CHECK CONDITION. */
static struct fake_cmd *overrun_with_sense(struct fake_hba *fake, u8 key,
					   blk_opf_t op)
{
	struct fake_cmd *c = fake_cmd(fake, fake_sdev(fake, 0, 0),
				      DMA_FROM_DEVICE, LEN);

	c->rq.cmd_flags = op;
	scsi_build_sense_buffer(0, c->sense, key, 0x11, 0);
	fake_queue(c);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN + 4);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(fake->test, c->done, 1);
	KUNIT_EXPECT_EQ(fake->test, host_byte(c->result), DID_ERROR);
	return c;
}

/* After MEDIUM ERROR the midlayer uses the data before the bad block. */
static void overrun_drops_sense(struct kunit *test)
{
	static const u8 keys[] = { RECOVERED_ERROR, MEDIUM_ERROR };
	struct fake_cmd *c;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		c = overrun_with_sense(test->priv, keys[i], REQ_OP_READ);
		KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
		expect_no_sense(c);
	}
}

/* The sender of a passthrough command gets the host byte too. */
static void overrun_of_passthrough_keeps_sense(struct kunit *test)
{
	struct fake_cmd *c = overrun_with_sense(test->priv, RECOVERED_ERROR,
						REQ_OP_DRV_IN);

	KUNIT_EXPECT_EQ(test, c->result & 0xff, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, c->sense[2], RECOVERED_ERROR);
}

/* Let a command end with this sense data after all its data. */
static void end_with_sense(struct fake_cmd *c, u8 response_code, u8 key)
{
	c->sense[0] = response_code;
	c->sense[2] = key;
	c->sense[7] = 10;
	fake_queue(c);
	if (c->len)
		fake_say_xfer(c, DMA_FROM_DEVICE, c->len);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(c->fake);
	KUNIT_EXPECT_EQ(c->fake->test, c->done, 1);
}

static struct fake_cmd *ended_with_sense(struct fake_hba *fake,
					 unsigned int len, u8 response_code,
					 u8 key, blk_opf_t op)
{
	struct fake_cmd *c = fake_cmd(fake, fake_sdev(fake, 0, 0),
				      len ? DMA_FROM_DEVICE : DMA_NONE, len);

	c->rq.cmd_flags = op;
	c->scmd.allowed = RETRIES;
	end_with_sense(c, response_code, key);
	return c;
}

static void expect_sense_is_kept(struct fake_hba *fake, unsigned int len,
				 u8 response_code, blk_opf_t op)
{
	struct fake_cmd *c = ended_with_sense(fake, len, response_code,
					      NO_SENSE, op);

	KUNIT_EXPECT_EQ(fake->test, c->result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(fake->test, c->sense[0], response_code);
	KUNIT_EXPECT_EQ(fake->test, c->scmd.allowed, RETRIES);
}

/* A tape reports FILEMARK, EOM and ILI with this key. */
static void passthrough_with_key_no_sense_keeps_sense_data(struct kunit *test)
{
	expect_sense_is_kept(test->priv, LEN, 0x70, REQ_OP_DRV_IN);
}

static void expect_error_without_sense(struct fake_hba *fake, unsigned int len,
				       u8 response_code, u8 key, blk_opf_t op)
{
	struct fake_cmd *c = ended_with_sense(fake, len, response_code, key,
					      op);

	KUNIT_EXPECT_EQ(fake->test, c->result, DID_ERROR << 16);
	expect_no_sense(c);
	/* A second flush would succeed, although data is lost. */
	KUNIT_EXPECT_EQ(fake->test, c->scmd.allowed, len ? RETRIES : 0);
}

/* The midlayer would end it with success. */
static void flush_with_key_no_sense_is_an_error(struct kunit *test)
{
	expect_error_without_sense(test->priv, 0, 0x70, NO_SENSE, REQ_OP_FLUSH);
}

/* The target has reported the error, and REQUEST SENSE brings nothing. */
static void flush_whose_sense_data_is_lost_is_not_retried(struct kunit *test)
{
	static const int results[] = { SAM_STAT_GOOD, DID_PARITY << 16 };
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;
	unsigned int i;

	fake->hba->needs_request_sense = true;
	for (i = 0; i < ARRAY_SIZE(results); i++) {
		c = fake_cmd(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
		c->rq.cmd_flags = REQ_OP_FLUSH;
		c->scmd.allowed = RETRIES;
		fake_queue(c);
		fake_say_done(c, SAM_STAT_CHECK_CONDITION);
		fake_say_done(c, results[i]);
		fake_interrupt(fake);
		KUNIT_EXPECT_EQ(test, c->done, 1);
		KUNIT_EXPECT_NE(test, host_byte(c->result), DID_OK);
		KUNIT_EXPECT_EQ(test, c->scmd.allowed, 0);
	}
	fake->hba->needs_request_sense = false;
}

/* The log names the lost block, also if the hard IRQ handler ends the flush. */
static void dropped_sense_of_flush_is_logged(struct kunit *test)
{
	static const char *const text = "sense data 71 00 03 00 00";
	struct fake_hba *fake = test->priv;
	struct test_log log;

	test_log_begin(&log);
	ended_with_sense(fake, 0, 0x71, MEDIUM_ERROR, REQ_OP_FLUSH);
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, text), 1);
	ended_with_sense(fake, LEN, 0x71, RECOVERED_ERROR, REQ_OP_READ);
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "sense data"), 1);
	fake->port->defer = PIOSCSI_DEFER_INLINE;
	ended_with_sense(fake, 0, 0x71, MEDIUM_ERROR, REQ_OP_FLUSH);
	pioscsi_log_flush(fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, text), 2);
}

/* The midlayer would end it with success after the last retry. */
static void flush_with_deferred_sense_is_an_error(struct kunit *test)
{
	static const u8 keys[] = { NO_SENSE, RECOVERED_ERROR, MEDIUM_ERROR };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		expect_error_without_sense(test->priv, 0, 0x71, keys[i],
					   REQ_OP_FLUSH);
}

static void flush_with_recovered_error_keeps_sense(struct kunit *test)
{
	struct fake_cmd *c = ended_with_sense(test->priv, 0, 0x70,
					      RECOVERED_ERROR, REQ_OP_FLUSH);

	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, c->sense[2], RECOVERED_ERROR);
}

/* Error handling sends TEST UNIT READY in the request of the failed command. */
static void command_of_error_handling_keeps_sense(struct kunit *test)
{
	static const u8 codes[] = { 0x70, 0x71 };
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		c = fake_cmd(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
		c->rq.cmd_flags = REQ_OP_FLUSH;
		c->scmd.cmnd[0] = TEST_UNIT_READY;
		c->scmd.submitter = SUBMITTED_BY_SCSI_ERROR_HANDLER;
		end_with_sense(c, codes[i], NO_SENSE);
		KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
		KUNIT_EXPECT_EQ(test, c->sense[0], codes[i]);
	}
}

/* The midlayer counts the retries after such sense data. */
static void deferred_key_no_sense_keeps_sense_data(struct kunit *test)
{
	expect_sense_is_kept(test->priv, LEN, 0x71, REQ_OP_READ);
}

/* The midlayer counts the retries, but does not end after the last one. */
static void deferred_recovered_error_is_an_error(struct kunit *test)
{
	expect_error_without_sense(test->priv, LEN, 0x71, RECOVERED_ERROR,
				   REQ_OP_READ);
}

/* REQUEST SENSE requests more bytes than a target has. */
static void short_sense_data_is_no_error(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_cmd(fake, fake_sdev(fake, 0, 0),
				      DMA_FROM_DEVICE, LEN);

	fake->hba->needs_request_sense = true;
	c->rq.cmd_flags = REQ_OP_DRV_IN;
	c->scmd.underflow = LEN;
	fake_queue(c);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_say_xfer(c, DMA_FROM_DEVICE, 8);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	fake->hba->needs_request_sense = false;
}

/* A second flush would succeed, although data is lost. */
static void final_error_is_not_retried(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = fake_cmd(fake, sdev, DMA_NONE, 0);

	c->scmd.allowed = 5;
	fake_queue(c);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->scmd.allowed, 5);

	c = fake_cmd(fake, sdev, DMA_NONE, 0);
	c->scmd.allowed = -1;	/* without a limit */
	c->cmd.final = true;
	fake_queue(c);
	KUNIT_EXPECT_FALSE(test, c->cmd.final);
	c->cmd.final = true;
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->scmd.allowed, 0);
}

/* The hard IRQ handler ends no command before a task has timed one. */
static void first_end_is_timed_in_task(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct pioscsi_budget *budget = &fake->port->budget;
	struct fake_cmd *c;

	budget->end_ns = 0;
	c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	/* Otherwise the softirq would wait for its own thread. */
	KUNIT_EXPECT_FALSE(test, c->direct);
	KUNIT_EXPECT_TRUE(test, c->bh_off);
	KUNIT_EXPECT_EQ(test, softirq_count(), 0);
	KUNIT_EXPECT_GT(test, budget->end_ns, 0);
	KUNIT_EXPECT_LT(test, budget->end_ns, NSEC_PER_SEC);
}

/* The hard IRQ handler leaves failed commands to a task. */
static void end_of_failed_command_is_no_sample(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE,
					 0);

	fake->port->budget.end_ns = 0;
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_TRUE(test, c->direct);
	KUNIT_EXPECT_EQ(test, fake->port->budget.end_ns, 0);
}

static struct kunit_case cases[] = {
	/* First, because the lines are rate-limited. */
	KUNIT_CASE(dropped_sense_of_flush_is_logged),
	KUNIT_CASE_PARAM(less_than_underflow_is_an_error,
			 underflow_gen_params),
	KUNIT_CASE(overrun_drops_sense),
	KUNIT_CASE(overrun_of_passthrough_keeps_sense),
	KUNIT_CASE(passthrough_with_key_no_sense_keeps_sense_data),
	KUNIT_CASE(flush_with_key_no_sense_is_an_error),
	KUNIT_CASE(flush_with_deferred_sense_is_an_error),
	KUNIT_CASE(flush_whose_sense_data_is_lost_is_not_retried),
	KUNIT_CASE(flush_with_recovered_error_keeps_sense),
	KUNIT_CASE(command_of_error_handling_keeps_sense),
	KUNIT_CASE(deferred_key_no_sense_keeps_sense_data),
	KUNIT_CASE(deferred_recovered_error_is_an_error),
	KUNIT_CASE(short_sense_data_is_no_error),
	KUNIT_CASE(final_error_is_not_retried),
	KUNIT_CASE(first_end_is_timed_in_task),
	KUNIT_CASE(end_of_failed_command_is_no_sample),
	{}
};

static struct kunit_suite suite = {
	.name = "port_complete",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/* Targets that keep their sense data until REQUEST SENSE. */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/limits.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define LEN		512U
#define CAME		100U	/* bytes moved before the CHECK CONDITION */
#define SENSE_LEN	18U
#define ABORTED		BIT(1)	/* SCSI_EH_ABORT_SCHEDULED of scsi_priv.h */
#define FILEMARK	BIT(7)	/* in byte 2 of sense data */
#define LONG_LEN	(4 * 4096U)	/* too long to be cleared in hard IRQ */

static int sense_init(struct kunit *test)
{
	struct fake_hba *fake;
	int err = fake_port_init(test);

	fake = test->priv;
	fake->hba->needs_request_sense = true;
	return err;
}

static struct fake_cmd *queued_read(struct fake_hba *fake,
				    struct scsi_device *sdev)
{
	struct fake_cmd *c = fake_cmd(fake, sdev, DMA_FROM_DEVICE, LEN);

	c->scmd.cmnd[0] = READ_10;
	c->scmd.cmd_len = 10;
	fake_queue(c);
	return c;
}

/* Let the target end with CHECK CONDITION, so that the port fetches sense. */
static void check_condition(struct fake_cmd *c)
{
	struct kunit *test = c->fake->test;

	fake_say_xfer(c, DMA_FROM_DEVICE, CAME);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(c->fake);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	KUNIT_EXPECT_EQ(test, c->scmd.cmnd[0], REQUEST_SENSE);
	KUNIT_EXPECT_EQ(test, c->scmd.cmnd[4], SCSI_SENSE_BUFFERSIZE);
	KUNIT_EXPECT_EQ(test, c->scmd.cmd_len, 6);
	KUNIT_EXPECT_PTR_EQ(test, c->fake->port->active[c->rq.tag], &c->cmd);
}

static void expect_itself_again(struct fake_cmd *c)
{
	struct kunit *test = c->fake->test;

	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->scmd.cmnd[0], READ_10);
	KUNIT_EXPECT_EQ(test, c->scmd.cmd_len, 10);
	KUNIT_EXPECT_EQ(test, scsi_bufflen(&c->scmd), LEN);
	KUNIT_EXPECT_FALSE(test, c->cmd.sensing);
}

static void expect_no_sense(struct fake_cmd *c)
{
	KUNIT_EXPECT_NULL(c->fake->test,
			  memchr_inv(c->sense, 0, SCSI_SENSE_BUFFERSIZE));
}

/* The midlayer would find no sense key in these bytes, so it must not look. */
static void check_condition_fetches_sense(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));
	unsigned int i;

	c->rq.cmd_flags = REQ_OP_DRV_IN;
	check_condition(c);
	fake_say_xfer(c, DMA_FROM_DEVICE, SENSE_LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	expect_itself_again(c);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), LEN - CAME);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, CAME, 0));
	for (i = 0; i < SCSI_SENSE_BUFFERSIZE; i++)
		KUNIT_EXPECT_EQ(test, c->sense[i],
				i < SENSE_LEN ? fake_byte(i) : 0);
	KUNIT_EXPECT_EQ(test, fake->port->stats.completed, 1);
}

/* Let the target send too much, and then its sense data. */
static void expect_overrun_error(struct fake_cmd *c)
{
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN + 88);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_say_xfer(c, DMA_FROM_DEVICE, SENSE_LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(c->fake);
	expect_itself_again(c);
	KUNIT_EXPECT_EQ(c->fake->test, host_byte(c->result), DID_ERROR);
}

/* The bytes beyond the buffer are those of the command. */
static void fetched_sense_keeps_the_overrun(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	expect_overrun_error(c);
	KUNIT_EXPECT_EQ(test, fake->port->stats.overrun, 88);
}

/* A front end permits it for commands whose length the target chooses. */
static void permit_overrun_of_sense(struct fake_hba *fake, enum fake_op op)
{
	struct fake_cmd *c = fake->hook_arg;

	if (op == FAKE_START) {
		KUNIT_EXPECT_FALSE(fake->test, c->cmd.overrun_ok);
		c->cmd.overrun_ok = true;
	}
}

static void overrun_permitted_only_for_sense_fails_command(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	fake->hook = permit_overrun_of_sense;
	fake->hook_arg = c;
	expect_overrun_error(c);
}

/* No command may have more than 64 KiB too many in two transfers. */
static void request_sense_has_its_own_overrun_limit(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	fake_say_xfer(c, DMA_FROM_DEVICE, LEN + 65536);
	fake_say_xfer(c, DMA_FROM_DEVICE, 4);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_say_xfer(c, DMA_FROM_DEVICE, SENSE_LEN);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	expect_itself_again(c);
	KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_FAULT], 0);
}

static void other_status_fetches_no_sense(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *a = queued_read(fake, sdev);
	struct fake_cmd *b = queued_read(fake, sdev);

	fake_say_done(a, SAM_STAT_BUSY);
	fake_say_done(b, DID_NO_CONNECT << 16);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, a->done, 1);
	KUNIT_EXPECT_EQ(test, a->result, SAM_STAT_BUSY);
	KUNIT_EXPECT_EQ(test, b->done, 1);
	KUNIT_EXPECT_EQ(test, b->result, DID_NO_CONNECT << 16);
}

static void autosense_target_gets_no_request_sense(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	fake->hba->needs_request_sense = false;
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
}

static void sense_of_front_end_is_kept(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	c->sense[0] = 0x70;
	c->sense[2] = MEDIUM_ERROR;
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->sense[0], 0x70);
}

/* Any other command would make the target drop its sense data. */
static void request_sense_precedes_queued_commands(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = queued_read(fake, sdev);
	unsigned int i;

	fake_fail(fake, FAKE_START, -EBUSY, 1);
	for (i = 0; i < 3; i++)
		queued_read(fake, i ? sdev : fake_sdev(fake, 0, 1));
	fake_story(fake);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake),
			   "mask start0 start1 unmask");
	/* The others of the LUN wait until the sense data has come. */
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_STREQ(test, fake_story(fake),
			   "mask done0 start2 start3 unmask");
}

/* Let REQUEST SENSE end with this status, and without sense data. */
static void fetch_no_sense(struct fake_cmd *c, int status)
{
	check_condition(c);
	fake_say_done(c, status);
	fake_interrupt(c->fake);
	expect_itself_again(c);
}

/* A REQUEST SENSE of the midlayer would come too late. */
static void missing_sense_is_an_error(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	fetch_no_sense(c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
	expect_no_sense(c);
}

static void passthrough_ends_without_sense(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	c->rq.cmd_flags = REQ_OP_DRV_IN;
	fetch_no_sense(c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
}

static void failed_request_sense_is_not_retried(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	fetch_no_sense(c, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
	KUNIT_EXPECT_EQ(test, c->sense[0], 0);
}

static void damaged_sense_is_dropped(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	check_condition(c);
	fake_say_xfer(c, DMA_FROM_DEVICE, SENSE_LEN);
	fake_say_done(c, DID_PARITY << 16);
	fake_interrupt(fake);
	expect_itself_again(c);
	KUNIT_EXPECT_EQ(test, c->result, DID_PARITY << 16);
	expect_no_sense(c);
}

/* The target has sent no data, so the whole buffer is to be cleared. */
static void expect_end_in_bottom_half(struct kunit *test,
				      unsigned int sense_len)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = fake_queued(fake, fake_sdev(fake, 0, 0),
					 DMA_FROM_DEVICE, LONG_LEN);

	c->rq.cmd_flags = REQ_OP_DRV_IN;
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_ASSERT_TRUE(test, c->cmd.sensing);
	fake_say_xfer(c, DMA_FROM_DEVICE, sense_len);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	fake_thread(fake);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_TRUE(test, fake_holds(c, 0, 0));
}

static void command_with_sense_ends_in_bottom_half(struct kunit *test)
{
	expect_end_in_bottom_half(test, SENSE_LEN);
}

/* The end of a command that has all its data may be planned with the data. */
static void command_with_full_sense_ends_in_bottom_half(struct kunit *test)
{
	expect_end_in_bottom_half(test, SCSI_SENSE_BUFFERSIZE);
}

static void reset_ends_command_that_fetches_sense(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	check_condition(c);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_lun_reset(&c->scmd), SUCCESS);
	fake_kick(fake);
	expect_itself_again(c);
	KUNIT_EXPECT_EQ(test, host_byte(c->result), DID_RESET);
	KUNIT_EXPECT_EQ(test, scsi_get_resid(&c->scmd), LEN);
}

static void abort_restores_command_that_fetches_sense(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	check_condition(c);
	c->scmd.eh_eflags = ABORTED;
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	KUNIT_EXPECT_EQ(test, c->scmd.eh_eflags, ABORTED);
	KUNIT_EXPECT_EQ(test, c->scmd.cmnd[0], READ_10);
	KUNIT_EXPECT_EQ(test, scsi_bufflen(&c->scmd), LEN);
}

/* Fetch sense data without the status that follows. */
static struct fake_cmd *cut_off_sense(struct fake_hba *fake)
{
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	check_condition(c);
	fake_say_xfer(c, DMA_FROM_DEVICE, SENSE_LEN);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(fake->test, c->sense[1], fake_byte(1));
	return c;
}

/* With RECOVERED ERROR the midlayer would ignore the host byte. */
static void reset_drops_cut_off_sense(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = cut_off_sense(fake);

	KUNIT_EXPECT_EQ(test, pioscsi_eh_lun_reset(&c->scmd), SUCCESS);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, host_byte(c->result), DID_RESET);
	expect_no_sense(c);
}

static void reset_drops_cut_off_sense_of_passthrough(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = cut_off_sense(fake);

	c->rq.cmd_flags = REQ_OP_DRV_IN;
	KUNIT_EXPECT_EQ(test, pioscsi_eh_lun_reset(&c->scmd), SUCCESS);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, host_byte(c->result), DID_RESET);
	expect_no_sense(c);
}

static void abort_drops_cut_off_sense(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = cut_off_sense(fake);

	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	fake_kick(fake);
	KUNIT_EXPECT_FALSE(test, c->cmd.sensing);
	expect_no_sense(c);
}

static void abort_drops_cut_off_sense_of_passthrough(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = cut_off_sense(fake);

	c->rq.cmd_flags = REQ_OP_DRV_IN;
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	fake_kick(fake);
	KUNIT_EXPECT_FALSE(test, c->cmd.sensing);
	expect_no_sense(c);
}

/* Let a command end after its timeout, and before its abort. */
static struct fake_cmd *aborted_after_end(struct fake_hba *fake, blk_opf_t op)
{
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	c->rq.cmd_flags = op;
	c->sense[0] = 0x70;
	c->sense[2] = FILEMARK | MEDIUM_ERROR;
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(fake->test, c->done, 1);
	KUNIT_EXPECT_EQ(fake->test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	return c;
}

/* The sender of a passthrough command gets both DID_TIME_OUT and this. */
static void abort_keeps_sense_of_ended_passthrough(struct kunit *test)
{
	struct fake_cmd *c = aborted_after_end(test->priv, REQ_OP_DRV_IN);

	KUNIT_EXPECT_EQ(test, get_status_byte(&c->scmd),
			SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, c->sense[2], FILEMARK | MEDIUM_ERROR);
}

static void abort_drops_sense_of_ended_read(struct kunit *test)
{
	struct fake_cmd *c = aborted_after_end(test->priv, REQ_OP_READ);

	KUNIT_EXPECT_EQ(test, get_status_byte(&c->scmd), SAM_STAT_GOOD);
	expect_no_sense(c);
}

/* If REQUEST SENSE hangs too, the midlayer must reset instead of abort. */
static void request_sense_keeps_flag_of_last_abort(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	c->scmd.eh_eflags = ABORTED;
	check_condition(c);
	KUNIT_EXPECT_EQ(test, c->scmd.eh_eflags, ABORTED);
	fake_say_done(c, SAM_STAT_GOOD);
	fake_interrupt(fake);
	expect_itself_again(c);
	KUNIT_EXPECT_EQ(test, c->scmd.eh_eflags, ABORTED);
}

/* The target takes no command any more, and the abort fails. */
static void failed_abort_restores_command(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued_read(fake, fake_sdev(fake, 0, 0));

	fake_fail(fake, FAKE_START, -EBUSY, UINT_MAX);
	fake_say_done(c, SAM_STAT_CHECK_CONDITION);
	fake_interrupt(fake);
	KUNIT_ASSERT_EQ(test, c->scmd.cmnd[0], REQUEST_SENSE);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), FAILED);
	KUNIT_EXPECT_EQ(test, c->done, 0);
	KUNIT_EXPECT_EQ(test, c->scmd.cmnd[0], READ_10);
	KUNIT_EXPECT_EQ(test, scsi_bufflen(&c->scmd), LEN);
	fake_fail(fake, FAKE_START, 0, 0);
	fake_kick(fake);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(check_condition_fetches_sense),
	KUNIT_CASE(fetched_sense_keeps_the_overrun),
	KUNIT_CASE(overrun_permitted_only_for_sense_fails_command),
	KUNIT_CASE(request_sense_has_its_own_overrun_limit),
	KUNIT_CASE(other_status_fetches_no_sense),
	KUNIT_CASE(autosense_target_gets_no_request_sense),
	KUNIT_CASE(sense_of_front_end_is_kept),
	KUNIT_CASE(request_sense_precedes_queued_commands),
	KUNIT_CASE(missing_sense_is_an_error),
	KUNIT_CASE(passthrough_ends_without_sense),
	KUNIT_CASE(failed_request_sense_is_not_retried),
	KUNIT_CASE(damaged_sense_is_dropped),
	KUNIT_CASE(command_with_sense_ends_in_bottom_half),
	KUNIT_CASE(command_with_full_sense_ends_in_bottom_half),
	KUNIT_CASE(reset_ends_command_that_fetches_sense),
	KUNIT_CASE(abort_restores_command_that_fetches_sense),
	KUNIT_CASE(reset_drops_cut_off_sense),
	KUNIT_CASE(reset_drops_cut_off_sense_of_passthrough),
	KUNIT_CASE(abort_drops_cut_off_sense),
	KUNIT_CASE(abort_drops_cut_off_sense_of_passthrough),
	KUNIT_CASE(abort_keeps_sense_of_ended_passthrough),
	KUNIT_CASE(abort_drops_sense_of_ended_read),
	KUNIT_CASE(request_sense_keeps_flag_of_last_abort),
	KUNIT_CASE(failed_abort_restores_command),
	{}
};

static struct kunit_suite suite = {
	.name = "port_sense",
	.init = sense_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Private requests of the ScsiPort API (SRB_FUNCTION_IO_CONTROL). The cases
 * replace the block layer, and the copies from and to the user.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "../scsiport/control.h"
#include "fake_miniport.h"

#define DATA_BYTES	100U
#define ALL_BYTES	(sizeof(SRB_IO_CONTROL) + DATA_BYTES)

/**
 * struct rig - a private request and its parts
 * @mini: the miniport
 * @c: its command
 * @buf: header and data of the user
 * @seconds: the timeout that the midlayer got
 * @opcode: operation code of the command
 * @act: acts as the miniport, after HwScsiStartIo
 */
struct rig {
	struct mini *mini;
	struct fake_cmd *c;
	u8 buf[ALL_BYTES];
	unsigned int seconds;
	u8 opcode;
	void (*act)(struct rig *rig);
};

static struct rig *rig_of(struct kunit *test)
{
	struct mini *mini = test->priv;

	return mini->arg;
}

/* The block layer: a command with a vendor-specific operation code. */
static int fake_execute(struct scsi_device *sdev, struct sp_control *control,
			unsigned int seconds)
{
	struct rig *rig = rig_of(kunit_get_current_test());

	rig->seconds = seconds;
	rig->c = fake_cmd(&rig->mini->fake, sdev, DMA_NONE, 0);
	rig->c->scmd.cmnd[0] = rig->opcode;
	control->rq = &rig->c->rq;
	fake_queue(rig->c);
	if (rig->act)
		rig->act(rig);
	control->rq = NULL;
	return rig->c->result ? -EIO : 0;
}

/* Without a hook the fake completes other functions than SCSI at once. */
static void no_hook(struct mini *mini, enum mini_step step)
{
}

static struct rig *make(struct kunit *test, void (*act)(struct rig *rig))
{
	struct rig *rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);
	SRB_IO_CONTROL *head;

	KUNIT_ASSERT_NOT_NULL(test, rig);
	rig->mini = test->priv;
	rig->mini->arg = rig;
	rig->opcode = 0xff;
	rig->act = act;
	head = (SRB_IO_CONTROL *)rig->buf;
	*head = (SRB_IO_CONTROL){
		.HeaderLength = sizeof(*head),
		.Signature = "MINIPORT",
		.Timeout = 7,
		.ControlCode = 0x1234,
		.Length = DATA_BYTES,
	};
	memset(head + 1, 0x11, DATA_BYTES);
	mini_load(rig->mini);
	rig->mini->hook = no_hook;
	kunit_activate_static_stub(test, sp_control_execute, fake_execute);
	return rig;
}

static int run(struct rig *rig)
{
	return sp_control_run(rig->mini->fake.hba,
			      fake_sdev(&rig->mini->fake, 1, 2), rig->buf,
			      sizeof(rig->buf));
}

static void answer(struct rig *rig)
{
	PSCSI_REQUEST_BLOCK srb = rig->mini->srb[0];
	SRB_IO_CONTROL *head = srb->DataBuffer;

	head->ReturnCode = 5;
	memset(head + 1, 0x22, DATA_BYTES);
	mini_finish(rig->mini, srb, SRB_STATUS_SUCCESS);
}

static void io_control_reaches_the_miniport(struct kunit *test)
{
	struct rig *rig = make(test, answer);
	const SRB_IO_CONTROL *head = (const SRB_IO_CONTROL *)rig->buf;
	PSCSI_REQUEST_BLOCK srb;

	KUNIT_EXPECT_EQ(test, run(rig), (int)ALL_BYTES);
	srb = rig->mini->srb[0];
	KUNIT_EXPECT_EQ(test, srb->Function, SRB_FUNCTION_IO_CONTROL);
	KUNIT_EXPECT_EQ(test, srb->PathId, 0);
	KUNIT_EXPECT_EQ(test, srb->TargetId, 1);
	KUNIT_EXPECT_EQ(test, srb->Lun, 2);
	KUNIT_EXPECT_EQ(test, srb->CdbLength, 0);
	KUNIT_EXPECT_EQ(test, srb->DataTransferLength, ALL_BYTES);
	KUNIT_EXPECT_EQ(test, rig->seconds, 7);
	KUNIT_EXPECT_EQ(test, head->ReturnCode, 5);
	KUNIT_EXPECT_EQ(test, head->ControlCode, 0x1234);
	KUNIT_EXPECT_NULL(test, memchr_inv(head + 1, 0x22, DATA_BYTES));
	KUNIT_EXPECT_EQ(test, rig->c->result, SAM_STAT_GOOD);
}

static void look_at_the_data(struct rig *rig)
{
	PSCSI_REQUEST_BLOCK srb = rig->mini->srb[0];

	KUNIT_EXPECT_MEMEQ(rig->mini->test, srb->DataBuffer, rig->buf,
			   ALL_BYTES);
	KUNIT_EXPECT_PTR_NE(rig->mini->test, srb->DataBuffer,
			    (PVOID)rig->buf);
	/* Shorter than asked, and a write beyond it. */
	memset(srb->DataBuffer + 32, 0x33, SP_TRANSFER_MAX - 32);
	srb->DataTransferLength = 36;
	mini_finish(rig->mini, srb, SRB_STATUS_SUCCESS);
}

static void io_control_returns_the_bytes_of_the_miniport(struct kunit *test)
{
	struct rig *rig = make(test, look_at_the_data);

	KUNIT_EXPECT_EQ(test, run(rig), 36);
	KUNIT_EXPECT_NULL(test, memchr_inv(rig->buf + 28, 0x11, 4));
	KUNIT_EXPECT_NULL(test, memchr_inv(rig->buf + 32, 0x33, 4));
	KUNIT_EXPECT_NULL(test, memchr_inv(rig->buf + 36, 0x11,
					   ALL_BYTES - 36));
}

static void claim_more(struct rig *rig)
{
	rig->mini->srb[0]->DataTransferLength = SP_TRANSFER_MAX;
	mini_finish(rig->mini, rig->mini->srb[0], SRB_STATUS_SUCCESS);
}

/* KASAN finds a copy beyond the buffer. */
static void io_control_returns_at_most_the_buffer(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, run(make(test, claim_more)), (int)ALL_BYTES);
}

static void refuse(struct rig *rig)
{
	mini_finish(rig->mini, rig->mini->srb[0], SRB_STATUS_INVALID_REQUEST);
}

static void unknown_io_control_is_not_supported(struct kunit *test)
{
	struct rig *rig = make(test, refuse);

	KUNIT_EXPECT_EQ(test, run(rig), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, rig->c->result, SAM_STAT_GOOD);
}

static const u8 absent[] = {
	SRB_STATUS_NO_DEVICE, SRB_STATUS_SELECTION_TIMEOUT, SRB_STATUS_NO_HBA,
	SRB_STATUS_INVALID_PATH_ID, SRB_STATUS_INVALID_TARGET_ID,
	SRB_STATUS_INVALID_LUN,
};

static void find_no_device(struct rig *rig)
{
	struct mini *mini = rig->mini;
	unsigned int last = mini->nr_srbs - 1;

	mini_finish(mini, mini->srb[last], absent[last]);
}

static void io_control_of_an_absent_device_is_enxio(struct kunit *test)
{
	struct rig *rig = make(test, find_no_device);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(absent); i++)
		KUNIT_EXPECT_EQ_MSG(test, run(rig), -ENXIO, "status %u",
				    absent[i]);
}

/* The port must not fetch sense data for it. */
static void fail_with_sense(struct rig *rig)
{
	rig->mini->srb[0]->ScsiStatus = SAM_STAT_CHECK_CONDITION;
	mini_finish(rig->mini, rig->mini->srb[0], SRB_STATUS_ERROR);
	KUNIT_EXPECT_EQ(rig->mini->test, rig->mini->nr_srbs, 1);
}

static void failed_io_control_is_an_error(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini->hw[0].AutoRequestSense = FALSE;
	mini->hw[0].TaggedQueuing = FALSE;
	KUNIT_EXPECT_EQ(test, run(make(test, fail_with_sense)), -EIO);
}

static void overrun_all(struct rig *rig)
{
	mini_finish(rig->mini, rig->mini->srb[0], SRB_STATUS_DATA_OVERRUN);
}

static void overrun_of_an_io_control_is_an_error(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, run(make(test, overrun_all)), -EIO);
}

static void be_busy_once(struct rig *rig)
{
	struct mini *mini = rig->mini;

	memset(mini->srb[0]->DataBuffer, 0, ALL_BYTES);
	mini_finish(mini, mini->srb[0], SRB_STATUS_BUSY);
	KUNIT_EXPECT_EQ(mini->test, rig->c->result, SAM_STAT_BUSY);
	/* The midlayer sends it again. */
	rig->c->done = 0;
	fake_queue(rig->c);
	KUNIT_ASSERT_EQ(mini->test, mini->nr_srbs, 2);
	KUNIT_EXPECT_MEMEQ(mini->test, mini->srb[1]->DataBuffer, rig->buf,
			   ALL_BYTES);
	mini_finish(mini, mini->srb[1], SRB_STATUS_SUCCESS);
}

static void busy_io_control_is_sent_again(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, run(make(test, be_busy_once)), (int)ALL_BYTES);
}

static void time_out(struct rig *rig)
{
	struct mini *mini = rig->mini;

	KUNIT_EXPECT_EQ(mini->test, pioscsi_eh_abort(&rig->c->scmd), FAILED);
	KUNIT_EXPECT_EQ(mini->test, pioscsi_eh_bus_reset(&rig->c->scmd),
			SUCCESS);
}

/* A late completion must not find the private request. */
static void io_control_that_times_out_ends_by_a_reset(struct kunit *test)
{
	struct rig *rig = make(test, time_out);
	struct mini *mini = rig->mini;

	KUNIT_EXPECT_EQ(test, run(rig), -EIO);
	KUNIT_EXPECT_STREQ(test, mini_trace(mini), "start reset");
	KUNIT_EXPECT_EQ(test, rig->c->done, 1);
	memset(mini->srb[0]->DataBuffer, 0x44, ALL_BYTES);
	mini->srb[0]->SrbStatus = SRB_STATUS_SUCCESS;
	ScsiPortNotification(RequestComplete, mini_dx(mini), mini->srb[0]);
	mini_settle(mini);
	KUNIT_EXPECT_EQ(test, mini->sp->broken[SP_RULE_COMPLETE], 1);
	KUNIT_EXPECT_NULL(test, memchr_inv(rig->buf + 28, 0x11, DATA_BYTES));
}

#define LONG_BYTES	(3 * SZ_4K)

/* HwScsiInterrupt completes the request. */
static void answer_in_isr(struct rig *rig)
{
	struct mini *mini = rig->mini;
	struct kunit *test = mini->test;
	SRB_IO_CONTROL *head;

	KUNIT_EXPECT_EQ(test, mini->nr_srbs, 0);
	KUNIT_EXPECT_TRUE(test, fake_kick(&mini->fake));
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	KUNIT_EXPECT_EQ(test, mini->srb[0]->DataTransferLength, LONG_BYTES);
	head = mini->srb[0]->DataBuffer;
	KUNIT_EXPECT_NULL(test, memchr_inv(head + 1, 0x11,
					   LONG_BYTES - sizeof(*head)));
	memset(head, 0x22, LONG_BYTES);
	KUNIT_EXPECT_EQ(test, mini_end_in_isr(mini), IRQ_WAKE_THREAD);
	KUNIT_EXPECT_EQ(test, rig->c->done, 0);
	mini_thread(mini);
	KUNIT_EXPECT_EQ(test, rig->c->done, 1);
}

static void only_a_task_copies_a_long_io_control(struct kunit *test)
{
	struct rig *rig = make(test, answer_in_isr);
	u8 *buf = kunit_kzalloc(test, LONG_BYTES, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	memset(buf, 0x11, LONG_BYTES);
	memcpy(buf, rig->buf, sizeof(SRB_IO_CONTROL));
	KUNIT_EXPECT_EQ(test, sp_control_run(rig->mini->fake.hba,
					     fake_sdev(&rig->mini->fake, 1, 2),
					     buf, LONG_BYTES), LONG_BYTES);
	KUNIT_EXPECT_NULL(test, memchr_inv(buf, 0x22, LONG_BYTES));
}

static void finish(struct rig *rig)
{
	mini_finish(rig->mini, rig->mini->srb[0], SRB_STATUS_SUCCESS);
}

/* Error handling sends TEST UNIT READY in the request of the command. */
static void other_command_of_the_request_is_a_scsi_command(struct kunit *test)
{
	struct rig *rig = make(test, finish);

	rig->opcode = TEST_UNIT_READY;
	KUNIT_EXPECT_EQ(test, run(rig), -EIO);
	KUNIT_EXPECT_EQ(test, rig->mini->srb[0]->Function,
			SRB_FUNCTION_EXECUTE_SCSI);
}

static void user_command_with_the_opcode_is_a_scsi_command(struct kunit *test)
{
	struct rig *rig = make(test, NULL);
	struct mini *mini = rig->mini;
	struct fake_cmd *c = fake_cmd(&mini->fake,
				      fake_sdev(&mini->fake, 0, 0), DMA_NONE,
				      0);

	c->scmd.cmnd[0] = 0xff;
	fake_queue(c);
	KUNIT_ASSERT_EQ(test, mini->nr_srbs, 1);
	KUNIT_EXPECT_EQ(test, mini->srb[0]->Function,
			SRB_FUNCTION_EXECUTE_SCSI);
	KUNIT_EXPECT_EQ(test, mini->srb[0]->Cdb[0], 0xff);
	mini_finish(mini, mini->srb[0], SRB_STATUS_SUCCESS);
}

static void invalid_header_length_is_refused(struct kunit *test)
{
	struct rig *rig = make(test, finish);

	((SRB_IO_CONTROL *)rig->buf)->HeaderLength = 27;
	KUNIT_EXPECT_EQ(test, run(rig), -EINVAL);
	KUNIT_EXPECT_EQ(test, rig->mini->nr_srbs, 0);
}

static void timeout_is_bounded(struct kunit *test)
{
	struct rig *rig = make(test, finish);

	((SRB_IO_CONTROL *)rig->buf)->Timeout = 0;
	run(rig);
	KUNIT_EXPECT_EQ(test, rig->seconds, 60);
	((SRB_IO_CONTROL *)rig->buf)->Timeout = ~0U;
	rig->mini->nr_srbs = 0;
	run(rig);
	KUNIT_EXPECT_EQ(test, rig->seconds, 3600);
}

static void other_ioctl_is_unknown(struct kunit *test)
{
	struct rig *rig = make(test, NULL);

	KUNIT_EXPECT_EQ(test, -ENOTTY,
			sp_control_ioctl(rig->mini->fake.hba, NULL, 0x301,
					 NULL));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(io_control_reaches_the_miniport),
	KUNIT_CASE(only_a_task_copies_a_long_io_control),
	KUNIT_CASE(io_control_returns_the_bytes_of_the_miniport),
	KUNIT_CASE(io_control_returns_at_most_the_buffer),
	KUNIT_CASE(unknown_io_control_is_not_supported),
	KUNIT_CASE(io_control_of_an_absent_device_is_enxio),
	KUNIT_CASE(failed_io_control_is_an_error),
	KUNIT_CASE(overrun_of_an_io_control_is_an_error),
	KUNIT_CASE(busy_io_control_is_sent_again),
	KUNIT_CASE(io_control_that_times_out_ends_by_a_reset),
	KUNIT_CASE(other_command_of_the_request_is_a_scsi_command),
	KUNIT_CASE(user_command_with_the_opcode_is_a_scsi_command),
	KUNIT_CASE(invalid_header_length_is_refused),
	KUNIT_CASE(timeout_is_bounded),
	KUNIT_CASE(other_ioctl_is_unknown),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_control",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

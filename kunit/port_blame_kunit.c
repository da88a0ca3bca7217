// SPDX-License-Identifier: GPL-2.0-only
/* A logical unit whose commands cause one reset of the HBA after the other. */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/sizes.h>
#include <scsi/scsi.h>

#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	4096U

/* The port accepts at most this many excess bytes from a target. */
#define OVERRUN	SZ_64K

/* Send a command once more. The chip has given all answers of its script. */
static void queue_again(struct fake_cmd *c)
{
	c->fake->said = 0;
	c->fake->scripted = 0;
	fake_trace(c->fake);
	c->done = 0;
	fake_queue(c);
}

/* The buffer of the command is much too short. The midlayer counts commands. */
static void overrun_passed_command(struct fake_cmd *c)
{
	struct scsi_device *sdev = c->scmd.device;

	queue_again(c);
	fake_say_xfer(c, DMA_FROM_DEVICE, LEN + OVERRUN + 1);
	fake_interrupt(c->fake);
	KUNIT_EXPECT_EQ(c->fake->test, c->result, DID_ERROR << 16);
	atomic_inc(&sdev->iodone_cnt);
	atomic_inc(&sdev->ioerr_cnt);
}

/* The kernel polls a CD-ROM drive, so it would reset the bus for ever. */
static void lun_whose_commands_keep_resetting_goes_offline(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = fake_cmd(fake, sdev, DMA_FROM_DEVICE, LEN);
	unsigned int i;

	c->rq.cmd_flags = REQ_OP_DRV_IN;
	sdev->removable = true;
	sdev->sdev_state = SDEV_RUNNING;
	for (i = 0; i < 15; i++)
		overrun_passed_command(c);
	/* A successful command begins the count again. */
	atomic_inc(&sdev->iodone_cnt);
	for (i = 0; i < 15; i++)
		overrun_passed_command(c);
	KUNIT_EXPECT_EQ(test, sdev->sdev_state, SDEV_RUNNING);
	overrun_passed_command(c);
	KUNIT_EXPECT_EQ(test, sdev->sdev_state, SDEV_OFFLINE);
	KUNIT_EXPECT_EQ(test, fake->port->resets, 0);
	/* The administrator may put it online again. */
	sdev->sdev_state = SDEV_RUNNING;
	overrun_passed_command(c);
	KUNIT_EXPECT_EQ(test, sdev->sdev_state, SDEV_RUNNING);
}

static void
expect_state_after(struct kunit *test, u8 type, unsigned int commands,
		   enum scsi_device_state state)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = fake_cmd(fake, sdev, DMA_FROM_DEVICE, LEN);

	c->rq.cmd_flags = REQ_OP_DRV_IN;
	sdev->type = type;
	sdev->sdev_state = SDEV_RUNNING;
	while (commands--)
		overrun_passed_command(c);
	KUNIT_EXPECT_EQ(test, sdev->sdev_state, state);
	KUNIT_EXPECT_EQ(test, fake->port->resets, 0);
}

/* A program must not be able to take a mounted disk offline. */
static void passed_through_commands_leave_fixed_disk_online(struct kunit *test)
{
	expect_state_after(test, TYPE_DISK, 17, SDEV_RUNNING);
}

/* The kernel polls each CD-ROM drive, also one that says that it is fixed. */
static void passed_through_commands_take_fixed_drive_offline(struct kunit *test)
{
	expect_state_after(test, TYPE_ROM, 16, SDEV_OFFLINE);
}

/* A removed unit cannot be taken offline, so the log must not claim it. */
static void removed_lun_is_not_logged_as_offline(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = fake_cmd(fake, sdev, DMA_FROM_DEVICE, LEN);
	struct test_log log;
	unsigned int i;

	test_log_begin(&log);
	c->rq.cmd_flags = REQ_OP_DRV_IN;
	sdev->removable = true;
	sdev->sdev_state = SDEV_DEL;
	for (i = 0; i < 17; i++)
		overrun_passed_command(c);
	KUNIT_EXPECT_EQ(test, sdev->sdev_state, SDEV_DEL);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "offline"), 0);
}

/* Send 16 commands that the front end blames for a reset. */
static enum scsi_device_state blame_16_commands(struct fake_hba *fake)
{
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = fake_cmd(fake, sdev, DMA_NONE, 0);
	unsigned int i;

	sdev->sdev_state = SDEV_RUNNING;
	for (i = 0; i < 16; i++) {
		KUNIT_EXPECT_EQ(fake->test, sdev->sdev_state, SDEV_RUNNING);
		queue_again(c);
		fake_say_blame(c, DID_ERROR << 16);
		fake_interrupt(fake);
		KUNIT_EXPECT_EQ(fake->test, c->result, DID_ERROR << 16);
	}
	KUNIT_EXPECT_EQ(fake->test, fake->count[FAKE_HBA], 16);
	KUNIT_EXPECT_EQ(fake->test, fake->port->resets, 0);
	return sdev->sdev_state;
}

static void commands_blamed_by_front_end_take_lun_offline(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blame_16_commands(test->priv), SDEV_OFFLINE);
}

static void
blame_by_front_end_with_its_own_limit_takes_no_lun_offline(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hba->limits_faults = true;
	KUNIT_EXPECT_EQ(test, blame_16_commands(fake), SDEV_RUNNING);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(lun_whose_commands_keep_resetting_goes_offline),
	KUNIT_CASE(passed_through_commands_leave_fixed_disk_online),
	KUNIT_CASE(passed_through_commands_take_fixed_drive_offline),
	KUNIT_CASE(removed_lun_is_not_logged_as_offline),
	KUNIT_CASE(commands_blamed_by_front_end_take_lun_offline),
	KUNIT_CASE(blame_by_front_end_with_its_own_limit_takes_no_lun_offline),
	{}
};

static struct kunit_suite suite = {
	.name = "port_blame",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

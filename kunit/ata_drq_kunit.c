// SPDX-License-Identifier: GPL-2.0-only
/* A device that requests data without a command, and does so after SRST. */
#include <kunit/static_stub.h>
#include <linux/errno.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"

#define READY	FAKE_ATA_READY

/* Two disks, both set up. */
static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);
	struct pioata_target *targets = fake->chan.targets;

	test->priv = fake;
	targets[1].dev = targets[0].dev;
	targets[1].known = true;
	targets[1].ready = true;
	fake->second = READY;
	kunit_activate_static_stub(test, pioata_wait_status,
				   fake_ata_wait_briefly);
	return 0;
}

/* Expect that a command for the other device finds no DRQ. */
static void expect_command_begins(struct fake_ata *fake, unsigned int id)
{
	struct kunit *test = fake->test;

	KUNIT_EXPECT_TRUE(test, fake->chan.targets[!id].absent);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[id].absent);
	KUNIT_EXPECT_EQ(test, fake->chan.selected, id);
	fake->sdev.id = id;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	KUNIT_EXPECT_EQ(test, !!(fake->out[PIOATA_IO_DEVICE] & ATA_DEV1), id);
}

/* The command would report DRQ of the selected device for ever. */
static void disk_with_drq_after_srst_leaves_other_device_in_service(struct kunit
								    *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = READY | ATA_DRQ;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	/* A second SRST may help. */
	KUNIT_EXPECT_EQ(test, fake->resets, 2);
	expect_command_begins(fake, 0);

	fake->second = READY;
	fake->in[PIOATA_IO_STATUS] = READY | ATA_DRQ;
	fake->chan.job.phase = PIOATA_IDLE;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	expect_command_begins(fake, 1);
}

static void reset_fails_if_the_only_device_keeps_drq(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = 0xff;
	fake->chan.targets[1].known = false;
	fake->in[PIOATA_IO_STATUS] = READY | ATA_DRQ;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT,
			pioata_chan_ops.reset_bus(&fake->port.hba));
}

/* Seven reads precede the wait for the end of DRQ. */
static void drq_that_ends_shortly_after_srst_is_waited_for(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->script = (const u8 *)"\x58\x58\x58\x58\x58\x58\x58\x58\x58\x58";
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_EQ(test, *fake->script, 0);
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].absent);
}

/* Also the time for the end of DRQ is limited. */
static void drq_after_srst_costs_a_bounded_time(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned long begun = jiffies;

	kunit_deactivate_static_stub(test, pioata_wait_status);
	fake->second = READY | ATA_DRQ;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_LT(test, jiffies_to_msecs(jiffies - begun), 5000);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[1].absent);
}

static void scan_of_a_device_that_keeps_drq_ends_with_no_connect(struct kunit
								 *test)
{
	const u8 cdb[6] = { INQUIRY, 0, 0, 0, 36 };
	struct fake_ata *fake = test->priv;

	fake->second = READY | ATA_DRQ;
	fake->keeps = true;
	pioata_chan_ops.reset_bus(&fake->port.hba);
	fake->sdev.id = 1;
	fake->sdev.sdev_state = SDEV_CREATED;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb, sizeof(cdb));
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
	KUNIT_EXPECT_EQ(test, fake->chan.selected, 0);
}

/* The command is for the other device. */
static void drq_is_reported_for_the_selected_device(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = READY | ATA_DRQ;
	pioata_reselect(&fake->chan, 1);
	KUNIT_EXPECT_EQ(test, PIOSCSI_START_POLL,
			fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512));
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_STALE);
	KUNIT_EXPECT_PTR_EQ(test, fake->chan.job.target,
			    &fake->chan.targets[1]);
	fake_ata_expect(fake, READY, PIOSCSI_FAULT);
	KUNIT_EXPECT_NULL(test, fake->port.xfer.blame);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(disk_with_drq_after_srst_leaves_other_device_in_service),
	KUNIT_CASE(reset_fails_if_the_only_device_keeps_drq),
	KUNIT_CASE(drq_that_ends_shortly_after_srst_is_waited_for),
	KUNIT_CASE(drq_after_srst_costs_a_bounded_time),
	KUNIT_CASE(scan_of_a_device_that_keeps_drq_ends_with_no_connect),
	KUNIT_CASE(drq_is_reported_for_the_selected_device),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_drq",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

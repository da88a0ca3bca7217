// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resets and standby of an ATA channel, over registers that say what the case
 * has put into them.
 */
#include <linux/errno.h>
#include <scsi/scsi_cmnd.h>

#include "fake_ata.h"

/* A disk and a CD-ROM, both set up, and a command for the disk. */
static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);
	struct pioata_target *targets = fake->chan.targets;

	test->priv = fake;
	targets[0].dev.power = true;
	targets[1].known = true;
	targets[1].ready = true;
	targets[1].dev.packet = true;
	targets[1].dev.power = true;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
	fake->num_commands = 0;
	return 0;
}

static void expect_software_reset(struct fake_ata *fake)
{
	struct kunit *test = fake->test;

	KUNIT_EXPECT_EQ(test, fake->first[PIOATA_IO_CTL],
			ATA_DEVCTL_OBS | ATA_NIEN | ATA_SRST);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_CTL],
			ATA_DEVCTL_OBS | ATA_NIEN);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_IDLE);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].ready);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[1].ready);
}

static void expect_device_reset(struct fake_ata *fake)
{
	struct kunit *test = fake->test;

	KUNIT_EXPECT_EQ(test, fake->num_commands, 1);
	KUNIT_EXPECT_EQ(test, fake->commands[0], ATA_CMD_DEV_RESET);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_IDLE);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].ready);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[1].ready);
}

static void software_reset_is_for_both(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	expect_software_reset(fake);
}

/* Who is not there does not keep the other waiting. */
static void software_reset_of_one(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = 0xff;
	fake->chan.targets[1].known = false;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	expect_software_reset(fake);
	/* Nor is it selected, as nobody would drive INTRQ. */
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
	KUNIT_EXPECT_EQ(test, fake->chan.selected, 0);
}

static void known_disk_is_waited_for(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->ready_after = 5;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_GE(test, fake->looks, 5);
	KUNIT_EXPECT_FALSE(test, fake->ready_after);
	expect_software_reset(fake);
}

static void disk_is_not_reset_alone(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			pioata_chan_ops.reset_lun(&fake->port.hba, 0, 0));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			pioata_chan_ops.reset_target(&fake->port.hba, 0));
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
	KUNIT_EXPECT_NE(test, fake->chan.job.phase, PIOATA_IDLE);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].ready);
}

static void cdrom_is_reset_alone(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.job.phase = PIOATA_IDLE;
	KUNIT_EXPECT_EQ(test, 0,
			pioata_chan_ops.reset_lun(&fake->port.hba, 1, 0));
	expect_device_reset(fake);
}

/* The registers are those of the disk's command. */
static void cdrom_is_not_reset_beside_a_command(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	KUNIT_EXPECT_EQ(test, -EBUSY,
			pioata_chan_ops.reset_lun(&fake->port.hba, 1, 0));
	KUNIT_EXPECT_EQ(test, -EBUSY,
			pioata_chan_ops.reset_target(&fake->port.hba, 1));
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_DATA_IN);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[1].ready);
}

static void commands_are_forgotten_by_a_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->sdev.id = 1;
	fake->chan.job.target = &fake->chan.targets[1];
	KUNIT_EXPECT_EQ(test, 0,
			pioata_chan_ops.abort_cmd(&fake->port.hba,
						   &fake->cmd));
	expect_device_reset(fake);
	fake->sdev.id = 0;
	fake->num_commands = 0;
	KUNIT_EXPECT_EQ(test, 0,
			pioata_chan_ops.abort_cmd(&fake->port.hba,
						   &fake->cmd));
	expect_software_reset(fake);
}

static void disk_stands_by(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	/* Though it had no command since it woke up the last time. */
	fake->chan.targets[0].ready = false;
	pioata_standby(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 1);
	KUNIT_EXPECT_EQ(test, fake->commands[0], ATA_CMD_STANDBYNOW1);
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
}

static void both_disks_stand_by(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[1].dev = fake->chan.targets[0].dev;
	pioata_standby(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 2);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
}

/* Who cannot, is not there, or is busy. */
static void disk_does_not_stand_by(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.power = false;
	pioata_standby(&fake->port.hba);
	fake->chan.targets[0].dev.power = true;
	fake->chan.targets[0].known = false;
	pioata_standby(&fake->port.hba);
	fake->chan.targets[0].known = true;
	fake->in[PIOATA_IO_STATUS] = ATA_BUSY;
	pioata_standby(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(software_reset_is_for_both),
	KUNIT_CASE(software_reset_of_one),
	KUNIT_CASE(known_disk_is_waited_for),
	KUNIT_CASE(disk_is_not_reset_alone),
	KUNIT_CASE(cdrom_is_reset_alone),
	KUNIT_CASE(cdrom_is_not_reset_beside_a_command),
	KUNIT_CASE(commands_are_forgotten_by_a_reset),
	KUNIT_CASE(disk_stands_by),
	KUNIT_CASE(both_disks_stand_by),
	KUNIT_CASE(disk_does_not_stand_by),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_reset",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rescan of a SCSI device whose write cache has been switched or whose
 * capacity has shrunk. The handler of the SCSI device counts the rescans.
 */
#include <linux/atomic.h>
#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/kref.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_dh.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"

static unsigned int num_rescans;

static void count_rescan(struct scsi_device *sdev)
{
	num_rescans++;
}

static struct scsi_device_handler handler = { .rescan = count_rescan };

static int setup(struct kunit *test)
{
	struct fake_ata *fake;
	int err = fake_ata_setup(test);

	if (err)
		return err;
	fake = test->priv;
	fake->chan.targets[0].ready = true;
	fake->sdev.handler = &handler;
	fake->sdev.request_queue =
		kunit_kzalloc(test, sizeof(struct request_queue), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, fake->sdev.request_queue);
	/* Its reference stays until the end of the case. */
	device_initialize(&fake->sdev.sdev_gendev);
	num_rescans = 0;
	return 0;
}

/* The midlayer takes the write cache for off, and the disk has it on. */
static void switch_cache(struct fake_ata *fake)
{
	struct sat_dev *dev = &fake->chan.targets[0].dev;

	dev->wcache = true;
	dev->told = true;
	dev->told_wcache = false;
}

/* TEST UNIT READY, which the disk executes as CHECK POWER MODE. */
static void execute_command(struct fake_ata *fake)
{
	const u8 cdb[6] = { TEST_UNIT_READY };

	fake->in[PIOATA_IO_STATUS] = FAKE_ATA_READY;
	fake->in[PIOATA_IO_NSECT] = 0xff;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	fake_ata_expect(fake, FAKE_ATA_READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(fake->test, fake->cmd.result, SAM_STAT_GOOD);
}

static struct pioata_rescan *rescan_of(struct fake_ata *fake)
{
	return &fake->chan.targets[0].rescan;
}

/* Execute a command, and wait for the rescan that it may request. */
static void execute_and_rescan(struct fake_ata *fake)
{
	execute_command(fake);
	flush_work(&rescan_of(fake)->work);
}

static unsigned int num_references(struct fake_ata *fake)
{
	return kref_read(&fake->sdev.sdev_gendev.kobj.kref);
}

static void unchanged_device_is_not_rescanned(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	execute_and_rescan(fake);
	KUNIT_EXPECT_EQ(test, num_rescans, 0);
	KUNIT_EXPECT_EQ(test, num_references(fake), 1);
}

/* The SCSI device may never read the values again. */
static void switched_write_cache_is_rescanned_once(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	switch_cache(fake);
	execute_and_rescan(fake);
	KUNIT_EXPECT_EQ(test, num_rescans, 1);
	KUNIT_EXPECT_EQ(test, num_references(fake), 1);
	execute_and_rescan(fake);
	KUNIT_EXPECT_EQ(test, num_rescans, 1);

	/* MODE SENSE has told a value, and a program has changed it since. */
	switch_cache(fake);
	execute_and_rescan(fake);
	KUNIT_EXPECT_EQ(test, num_rescans, 2);
}

static void smaller_capacity_is_rescanned_once(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.shrunk = true;
	execute_and_rescan(fake);
	KUNIT_EXPECT_EQ(test, num_rescans, 1);
	execute_and_rescan(fake);
	KUNIT_EXPECT_EQ(test, num_rescans, 1);
	KUNIT_EXPECT_EQ(test, num_references(fake), 1);
}

/* The first rescan may run before the second change. */
static void rescans_of_two_changes_keep_no_reference(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	switch_cache(fake);
	execute_command(fake);
	switch_cache(fake);
	execute_and_rescan(fake);
	KUNIT_EXPECT_EQ(test, num_references(fake), 1);
}

/* It may run before it is cancelled. */
static void cancelled_rescan_drops_its_reference(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	pioata_rescan_cancel(rescan_of(fake));
	KUNIT_EXPECT_EQ(test, num_references(fake), 1);
	switch_cache(fake);
	execute_command(fake);
	pioata_rescan_cancel(rescan_of(fake));
	KUNIT_EXPECT_EQ(test, num_references(fake), 1);
}

/* While a disk resumes, START STOP UNIT is the command that sets it up. */
static void refused_rescan_is_repeated_by_the_next_command(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	atomic_t *pm_only = &fake->sdev.request_queue->pm_only;

	switch_cache(fake);
	atomic_inc(pm_only);
	execute_and_rescan(fake);
	KUNIT_EXPECT_EQ(test, num_rescans, 0);
	KUNIT_EXPECT_EQ(test, num_references(fake), 1);

	atomic_dec(pm_only);
	execute_and_rescan(fake);
	KUNIT_EXPECT_EQ(test, num_rescans, 1);
	KUNIT_EXPECT_EQ(test, num_references(fake), 1);
	execute_and_rescan(fake);
	KUNIT_EXPECT_EQ(test, num_rescans, 1);
}

static void rescan_of_smaller_disk_is_repeated_until_done(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	fake->chan.targets[0].dev.shrunk = true;
	fake->sdev.sdev_state = SDEV_QUIESCE;
	for (i = 0; i < 3; i++)
		execute_and_rescan(fake);
	KUNIT_EXPECT_EQ(test, num_rescans, 0);
	fake->sdev.sdev_state = SDEV_RUNNING;
	execute_and_rescan(fake);
	KUNIT_EXPECT_EQ(test, num_rescans, 1);
	KUNIT_EXPECT_EQ(test, num_references(fake), 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(unchanged_device_is_not_rescanned),
	KUNIT_CASE(switched_write_cache_is_rescanned_once),
	KUNIT_CASE(smaller_capacity_is_rescanned_once),
	KUNIT_CASE(rescans_of_two_changes_keep_no_reference),
	KUNIT_CASE(cancelled_rescan_drops_its_reference),
	KUNIT_CASE(refused_rescan_is_repeated_by_the_next_command),
	KUNIT_CASE(rescan_of_smaller_disk_is_repeated_until_done),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_rescan",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

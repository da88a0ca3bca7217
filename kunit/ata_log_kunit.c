// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of the log about an ATA device. One may take 100 ms on a serial
 * console, so the hard IRQ handler, timers and start() leave it to the bottom
 * half.
 */
#include <kunit/static_stub.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"

#define READY	FAKE_ATA_READY
#define FAILED	(READY | ATA_ERR)

static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);

	test->priv = fake;
	kunit_activate_static_stub(test, pioata_wait_status,
				   fake_ata_wait_briefly);
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	return 0;
}

static void start_flush(struct fake_ata *fake)
{
	const u8 cdb[10] = { SYNCHRONIZE_CACHE };

	fake->chan.targets[0].dev.wcache = true;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	KUNIT_ASSERT_EQ(fake->test, fake_ata_sent(fake), ATA_CMD_FLUSH);
}

/* Expect this answer, after the port had to call a bottom half for it. */
static void expect_deferred(struct fake_ata *fake, u8 status,
			    enum pioscsi_next next)
{
	fake_ata_expect(fake, status, next);
	KUNIT_EXPECT_TRUE(fake->test, fake->deferred);
}

static void rejected_flush_is_logged_by_the_bottom_half(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_flush(fake);
	fake_ata_expect(fake, FAILED, PIOSCSI_WAIT);
	KUNIT_EXPECT_FALSE(test, fake->deferred);
	expect_deferred(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);

	/* The cache cannot be turned off, either. */
	start_flush(fake);
	fake_ata_expect(fake, FAILED, PIOSCSI_WAIT);
	expect_deferred(fake, FAILED, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_TRUE(test, fake->cmd.final);
}

/* A read without multiple mode succeeds after it was aborted with it. */
static void lack_of_multiple_mode_is_logged_by_the_bottom_half(struct kunit *t)
{
	struct fake_ata *fake = t->priv;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
	fake->chan.job.again = true;
	fake->chan.job.single = true;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 512);
	expect_deferred(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(t, fake->cmd.result, SAM_STAT_GOOD);
	KUNIT_EXPECT_TRUE(t, fake->chan.targets[0].no_multi);
}

/* start() may have been called under the port's lock. */
static void wake_up_is_logged_by_the_bottom_half(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].asleep = true;
	KUNIT_EXPECT_EQ(test, fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512),
			PIOSCSI_START_POLL);
	expect_deferred(fake, ATA_BUSY, PIOSCSI_POLL);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
	KUNIT_EXPECT_FALSE(test, fake->deferred);
}

static void task_logs_at_once(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->port.in_task = true;
	fake->chan.targets[0].asleep = true;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
	KUNIT_EXPECT_FALSE(test, fake->deferred);
}

/* A command without such a line needs no bottom half. */
static void good_command_is_not_deferred(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.flush = true;
	start_flush(fake);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_FALSE(test, fake->deferred);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rejected_flush_is_logged_by_the_bottom_half),
	KUNIT_CASE(lack_of_multiple_mode_is_logged_by_the_bottom_half),
	KUNIT_CASE(wake_up_is_logged_by_the_bottom_half),
	KUNIT_CASE(task_logs_at_once),
	KUNIT_CASE(good_command_is_not_deferred),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_log",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

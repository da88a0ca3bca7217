// SPDX-License-Identifier: GPL-2.0-only
/* The status of an empty slot at the start of a command. */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <scsi/scsi_cmnd.h>

#include "fake_ata.h"
#include "scsi_test.h"

#define BLOCK	FAKE_ATA_BLOCK
#define READY	FAKE_ATA_READY

static int setup(struct kunit *test)
{
	test->priv = fake_ata_create(test);
	return 0;
}

static void absent_device_ends_command_with_no_connect(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].known = false;
	fake->in[PIOATA_IO_STATUS] = 0x7f;
	KUNIT_EXPECT_EQ(test, fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK),
			PIOSCSI_START_POLL);
	fake_ata_expect(fake, 0x7f, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);
}

static void start_in_empty_slot(struct fake_ata *fake, u8 status)
{
	fake->in[PIOATA_IO_STATUS] = status;
	KUNIT_EXPECT_EQ(fake->test, PIOSCSI_START_POLL,
			fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK));
	fake_ata_expect(fake, status, PIOSCSI_POLL);
}

/* The midlayer does not retry DID_NO_CONNECT, and the disk comes back. */
static void known_device_may_show_an_empty_slot_for_a_moment(struct kunit *test)
{
	static const u8 empty[] = { 0xff, 0x7f };
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(empty); i++) {
		fake->num_commands = 0;
		start_in_empty_slot(fake, empty[i]);
		KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
		fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
		fake_ata_expect(fake, READY, PIOSCSI_WAIT);
		KUNIT_EXPECT_EQ(test, fake->commands[0], ATA_CMD_READ_MULTI);
		fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
		fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
		fake_ata_expect(fake, READY, PIOSCSI_DONE);
		KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
	}
	start_in_empty_slot(fake, 0xff);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_FAULT);
	KUNIT_EXPECT_NULL(test, fake->port.xfer.blame);
}

/* The port queries the chip again at once when claim() is true. */
static void status_of_an_empty_slot_is_no_interrupt(struct kunit *test)
{
	static const u8 empty[] = { 0xff, 0x7f };
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(empty); i++) {
		start_in_empty_slot(fake, empty[i]);
		KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, empty[i]));
		KUNIT_EXPECT_TRUE(test, fake_ata_claim(fake, READY));
		fake->chan.job.phase = PIOATA_IDLE;
	}
}

/* Only the first of the commands for an empty slot waits. */
static void slot_that_stays_empty_ends_with_no_connect(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_in_empty_slot(fake, 0xff);
	fake->chan.job.since -= NSEC_PER_SEC;
	fake_ata_expect(fake, 0xff, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);

	fake->cmd.result = 0;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, 0xff, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);

	/* A device that is there again may hesitate again. */
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->chan.targets[0].ready = true;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake->chan.job.phase = PIOATA_IDLE;
	start_in_empty_slot(fake, 0xff);
}

/* The timer that polls runs in the hard IRQ context. */
static void empty_slot_is_logged_by_a_task(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int early;
	struct test_log log;
	unsigned long flags;

	start_in_empty_slot(fake, 0xff);
	fake->chan.job.since -= NSEC_PER_SEC;
	test_log_begin(&log);
	local_irq_save(flags);
	fake_ata_expect(fake, 0xff, PIOSCSI_DONE);
	early = test_log_count(log, "device 0 is gone");
	local_irq_restore(flags);
	KUNIT_EXPECT_FALSE(test, fake->deferred);
	KUNIT_EXPECT_EQ(test, early, 0);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);
	pioscsi_log_flush(&fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "device 0 is gone"), 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(absent_device_ends_command_with_no_connect),
	KUNIT_CASE(known_device_may_show_an_empty_slot_for_a_moment),
	KUNIT_CASE(status_of_an_empty_slot_is_no_interrupt),
	KUNIT_CASE(slot_that_stays_empty_ends_with_no_connect),
	KUNIT_CASE(empty_slot_is_logged_by_a_task),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_slot",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

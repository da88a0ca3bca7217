// SPDX-License-Identifier: GPL-2.0-only
/* The time that a reset waits for devices which were not known before it. */
#include <kunit/static_stub.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"

/* In this time a call of pioata_wait_status() fails in these cases. */
#define STUCK_MS	200

static unsigned int limits_ms[8];
static unsigned int num_limits;

/* For pioata_wait_status(): record the limit, and let some time pass. */
static int wait_in_vain(struct pioata_chan *ch, u8 mask, u8 bits,
			unsigned int ms, unsigned int gone_ms)
{
	if (num_limits < ARRAY_SIZE(limits_ms))
		limits_ms[num_limits++] = ms;
	msleep(STUCK_MS);
	return -ETIMEDOUT;
}

/* No device is known, and the first one has the signature of a disk. */
static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);

	test->priv = fake;
	fake->chan.targets[0] = (struct pioata_target) { };
	fake->in[PIOATA_IO_ERROR] = 1;
	fake->in[PIOATA_IO_NSECT] = 1;
	fake->in[PIOATA_IO_LBAL] = 1;
	fake->answers_for_second = true;
	kunit_activate_static_stub(test, pioata_wait_status,
				   fake_ata_wait_briefly);
	return 0;
}

/* It would abort IDENTIFY, and count as absent. */
static void new_disk_is_waited_for(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->ready_after = 12;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].sign, PIOATA_SIGN_ATA);
	KUNIT_EXPECT_EQ(test, fake->ready_after, 0);
}

/* Device 0 shows its own registers for an absent device 1. */
static void absent_second_device_is_not_waited_for(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->looks = 0;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_EQ(test, fake->chan.targets[1].sign, PIOATA_SIGN_ATA);
	KUNIT_EXPECT_LT(test, fake->looks, 20);
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
}

/* ATAPI devices set DRDY with their first command. */
static void atapi_device_without_drdy_is_not_waited_for(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_STATUS] = 0;
	fake->in[PIOATA_IO_LBAM] = 0x14;
	fake->in[PIOATA_IO_LBAH] = 0xeb;
	fake->looks = 0;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].sign, PIOATA_SIGN_ATAPI);
	KUNIT_EXPECT_LT(test, fake->looks, 20);
}

static void disk_that_never_gets_ready_ends_the_wait(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_STATUS] = 0;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].absent);
}

/* The bus reads as busy. */
static void both_absent_devices_share_one_deadline(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	kunit_deactivate_static_stub(test, pioata_wait_status);
	kunit_activate_static_stub(test, pioata_wait_status, wait_in_vain);
	fake->answers_for_second = false;
	fake->in[PIOATA_IO_STATUS] = ATA_BUSY;
	num_limits = 0;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT,
			pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
	KUNIT_ASSERT_EQ(test, num_limits, 2);
	KUNIT_EXPECT_GT(test, limits_ms[0], 30000);
	KUNIT_EXPECT_LE(test, limits_ms[0], 31000);
	KUNIT_EXPECT_LE(test, limits_ms[1], limits_ms[0] - STUCK_MS / 2);
}

/* Reset a channel with two known devices, twice, as they stay busy. */
static void reset_two_busy_devices(struct fake_ata *fake)
{
	struct kunit *test = fake->test;

	kunit_deactivate_static_stub(test, pioata_wait_status);
	kunit_activate_static_stub(test, pioata_wait_status, wait_in_vain);
	fake->chan.targets[0].known = true;
	fake->chan.targets[1].known = true;
	fake->in[PIOATA_IO_STATUS] = ATA_BUSY;
	num_limits = 0;
	pioata_chan_ops.reset_bus(&fake->port.hba);
	KUNIT_ASSERT_EQ(test, num_limits, 4);
}

static void known_devices_share_one_deadline(struct kunit *test)
{
	reset_two_busy_devices(test->priv);
	KUNIT_EXPECT_GT(test, limits_ms[0], 9000);
	KUNIT_EXPECT_LE(test, limits_ms[1], limits_ms[0] - STUCK_MS / 2);
	KUNIT_EXPECT_GT(test, limits_ms[2], 30000);
	KUNIT_EXPECT_LE(test, limits_ms[3], limits_ms[2] - STUCK_MS / 2);
}

static unsigned int long_ago(unsigned long srst)
{
	return 100000;
}

/* A device may show the status of an empty slot for that time. */
static void known_device_gets_a_minimum_of_time(struct kunit *test)
{
	unsigned int i;

	kunit_activate_static_stub(test, pioata_ms_since, long_ago);
	reset_two_busy_devices(test->priv);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, limits_ms[i], PIOATA_GONE_MS);
}

/* An empty slot whose bus keeps the last value, which has bit 7 set: BSY. */
static void empty_slot_that_keeps_last_value_costs_no_time(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->undriven = true;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].absent);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[1].absent);
	KUNIT_EXPECT_EQ(test, fake->wait_ms, 0);
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
	KUNIT_EXPECT_EQ(test, fake->chan.selected, 0);
}

static void card_is_found_in_slot_that_kept_last_value(struct kunit *test)
{
	const u8 cdb[6] = { INQUIRY, 0, 0, 0, 36 };
	struct fake_ata *fake = test->priv;

	fake->undriven = true;
	pioata_chan_ops.reset_bus(&fake->port.hba);
	fake->sdev.sdev_state = SDEV_CREATED;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb, sizeof(cdb));
	fake_ata_expect(fake, FAKE_ATA_READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);

	fake->undriven = false;
	fake->keeps = true;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb, sizeof(cdb));
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].absent);
}

/* As one that shows FFh, it may not drive the bus for a moment. */
static void card_taken_out_is_waited_for_200_ms(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned long start = jiffies;

	fake->chan.targets[0].known = true;
	fake->undriven = true;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_GE(test, jiffies_to_msecs(jiffies - start),
			PIOATA_GONE_MS);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].absent);
	KUNIT_EXPECT_EQ(test, fake->wait_ms, 0);
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
}

/* It drives its status, and does not show the value last written. */
static void busy_first_device_is_waited_for(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->busy_reads = 12;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].absent);
	KUNIT_EXPECT_GT(test, fake->wait_ms, 30000);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].sign, PIOATA_SIGN_ATA);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(new_disk_is_waited_for),
	KUNIT_CASE(absent_second_device_is_not_waited_for),
	KUNIT_CASE(atapi_device_without_drdy_is_not_waited_for),
	KUNIT_CASE(disk_that_never_gets_ready_ends_the_wait),
	KUNIT_CASE(both_absent_devices_share_one_deadline),
	KUNIT_CASE(known_devices_share_one_deadline),
	KUNIT_CASE(known_device_gets_a_minimum_of_time),
	KUNIT_CASE(empty_slot_that_keeps_last_value_costs_no_time),
	KUNIT_CASE(card_is_found_in_slot_that_kept_last_value),
	KUNIT_CASE(card_taken_out_is_waited_for_200_ms),
	KUNIT_CASE(busy_first_device_is_waited_for),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_ready",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

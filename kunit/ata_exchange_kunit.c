// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another device in the place of a known one. The SCSI device of the old one
 * must not access it.
 */
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"
#include "sat_rig.h"

#define READY	FAKE_ATA_READY
#define GONE	(DID_NO_CONNECT << 16)

static void expect_gone(struct kunit *test, const u8 *id)
{
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_STATUS] = READY;
	fake->cmd.result = 0;
	fake->data = id;
	fake->chan.targets[0].ready = false;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_IDLE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, GONE);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].ready);
}

/* The SCSI device of the old disk must not access a new disk. */
static void exchanged_device_ends_command_with_no_connect(struct kunit *test)
{
	u8 *id = sat_id_create(test);

	sat_id_string(id, 10, 20, "  SN12346");
	expect_gone(test, id);
	id = sat_id_create(test);
	sat_id_string(id, 27, 40, "PIOSCSI TEST DISK 1235");
	expect_gone(test, id);
}

/* Set the capacity, which is below 2^32 sectors, in words 100 to 103. */
static void set_sectors(u8 *id, u32 sectors)
{
	sat_id_word(id, 100, sectors & 0xffff);
	sat_id_word(id, 101, sectors >> 16);
	sat_id_word(id, 102, 0);
}

static void expect_used(struct kunit *test, const u8 *id)
{
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_STATUS] = READY;
	fake->data = id;
	fake->chan.job.phase = PIOATA_IDLE;
	fake->chan.targets[0].ready = false;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].ready);
	fake->chan.job.phase = PIOATA_IDLE;
}

/* A card without a serial number is known, and has been reset. */
static u8 *create_unnamed(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *id = sat_id_create(test);

	sat_id_string(id, 10, 20, "");
	set_sectors(id, 0x20000000);
	KUNIT_ASSERT_EQ(test, 0, sat_dev_parse(&fake->chan.targets[0].dev, id,
					       false));
	return id;
}

/* The same model may have other capacities. */
static void card_without_serial_number_may_be_another_card(struct kunit *test)
{
	u8 *id = create_unnamed(test);

	set_sectors(id, 0x20000001);
	expect_gone(test, id);
	set_sectors(id, 0x1fffffff);
	expect_gone(test, id);
	set_sectors(id, 0x20000000);
	sat_id_word(id, 3, 15);
	expect_gone(test, id);
	sat_id_word(id, 3, 0);
	sat_id_word(id, 111, 1);
	expect_gone(test, id);
}

/* Firmware that was downloaded before may become active by a loss of power. */
static void card_without_serial_number_is_used_after_a_reset(struct kunit *t)
{
	u8 *id = create_unnamed(t);

	expect_used(t, id);
	sat_id_string(id, 23, 8, "FW01AB35");
	expect_used(t, id);
	/* A card that reports no world wide name any more proves nothing. */
	sat_id_word(id, 108, 0);
	expect_used(t, id);
}

/*
 * A loss of power ends a host protected area, which the firmware of the machine
 * may have set.
 */
static void end_of_host_protected_area_is_no_exchange(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *id = create_unnamed(test);

	sat_id_word(id, 82, 0x0468);
	KUNIT_ASSERT_EQ(test, 0, sat_dev_parse(&fake->chan.targets[0].dev, id,
					       false));
	set_sectors(id, 0x20000001);
	sat_id_word(id, 1, 16382);
	expect_used(test, id);
	set_sectors(id, 0x20000000);
	expect_used(test, id);
	set_sectors(id, 0x20000001);
	sat_id_string(id, 23, 8, "FW01AB35");
	expect_gone(test, id);
}

/* hdparm -N, for a card without a serial number. */
static void set_max(struct fake_ata *fake, u8 status)
{
	const u8 cdb[16] = { 0x85, 3 << 1, [14] = ATA_CMD_SET_MAX };

	fake->chan.targets[0].ready = true;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	fake_ata_expect(fake, status, PIOSCSI_DONE);
}

/* The driver uses the smaller capacity until the next scan. */
static void passed_through_change_is_no_exchange(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *id = create_unnamed(test);

	set_max(fake, READY);
	set_sectors(id, 0x30000000);
	expect_used(test, id);
	expect_used(test, id);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].dev.sectors, 0x20000000);
	/* A loss of power may undo it. */
	set_sectors(id, 0x20000000);
	expect_used(test, id);
}

static void enlarged_card_is_used_after_each_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *id = create_unnamed(test);

	set_sectors(id, 0x30000000);
	fake->chan.targets[0].changed = true;
	expect_used(test, id);
	/* Its capacity is compared, and not the one that the driver uses. */
	fake->chan.targets[0].changed = false;
	expect_used(test, id);
}

/* The device may have executed a command that seems to have failed. */
static void failed_change_is_no_exchange(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *id = create_unnamed(test);

	set_max(fake, READY | ATA_ERR);
	set_sectors(id, 0x10000000);
	expect_used(test, id);
}

static void other_command_proves_no_change(struct kunit *test)
{
	const u8 cdb[16] = { 0x85, 3 << 1, [14] = ATA_CMD_CHK_POWER };
	struct fake_ata *fake = test->priv;
	u8 *id = create_unnamed(test);

	fake->chan.targets[0].ready = true;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	set_sectors(id, 0x10000000);
	expect_gone(test, id);
}

/*
 * A scan accepts the present device, and commands go to this device from now
 * on.
 */
static void scan_finds_an_exchanged_device(struct kunit *test)
{
	const u8 cdb[6] = { INQUIRY, 0, 0, 0, 36 };
	struct fake_ata *fake = test->priv;
	u8 *id = sat_id_create(test);

	sat_id_string(id, 10, 20, "  SN12346");
	fake->data = id;
	fake->chan.targets[0].ready = true;
	fake->chan.targets[0].changed = true;
	fake->sdev.sdev_state = SDEV_CREATED;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb, sizeof(cdb));
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake_ata_identify(fake);
	fake_ata_expect(fake, READY, PIOSCSI_XFER);
	KUNIT_EXPECT_STREQ(test, fake->chan.targets[0].dev.serial, "SN12346");
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].changed);

	fake->sdev.sdev_state = SDEV_RUNNING;
	expect_gone(test, sat_id_create(test));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(exchanged_device_ends_command_with_no_connect),
	KUNIT_CASE(card_without_serial_number_may_be_another_card),
	KUNIT_CASE(card_without_serial_number_is_used_after_a_reset),
	KUNIT_CASE(end_of_host_protected_area_is_no_exchange),
	KUNIT_CASE(passed_through_change_is_no_exchange),
	KUNIT_CASE(enlarged_card_is_used_after_each_reset),
	KUNIT_CASE(failed_change_is_no_exchange),
	KUNIT_CASE(other_command_proves_no_change),
	KUNIT_CASE(scan_finds_an_exchanged_device),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_exchange",
	.init = fake_ata_setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

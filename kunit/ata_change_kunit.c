// SPDX-License-Identifier: GPL-2.0-only
/* ATA PASS-THROUGH that changes the capacity or the firmware of a disk. */
#include <kunit/static_stub.h>

#include "fake_ata.h"
#include "sat_rig.h"

#define READY	FAKE_ATA_READY

static const struct change_case {
	const char *desc;
	u8 command;
	u8 feature;
	u8 status;
	u8 count;		/* at the end */
	bool ready;
} change_cases[] = {
	{ "SET MAX ADDRESS", 0xf9, 0, READY, 0, false },
	{ "SET MAX ADDRESS with an error", 0xf9, 0, READY | ATA_ERR, 0, true },
	{ "SET MAX ADDRESS EXT", 0x37, 0, READY, 0, false },
	{ "SET ACCESSIBLE MAX ADDRESS", 0x78, 1, READY, 0, false },
	{ "GET NATIVE MAX ADDRESS", 0x78, 0, READY, 0, true },
	{ "DCO RESTORE", 0xb1, 0xc0, READY, 0, false },
	{ "DCO SET", 0xb1, 0xc3, READY, 0, false },
	{ "DCO FREEZE LOCK", 0xb1, 0xc1, READY, 0, true },
	{ "SET SECTOR CONFIGURATION", 0xb2, 0, READY, 0, false },
	{ "DOWNLOAD MICROCODE, all", 0x92, 7, READY, 0, false },
	{ "DOWNLOAD MICROCODE, activate", 0x92, 15, READY, 0, false },
	{ "DOWNLOAD MICROCODE, a segment", 0x92, 3, READY, 1, true },
	{ "DOWNLOAD MICROCODE, any segment", 0x92, 3, READY, 0, false },
	{ "DOWNLOAD MICROCODE, the last one", 0x92, 3, READY, 2, false },
	{ "DOWNLOAD MICROCODE for later", 0x92, 14, READY, 3, true },
};

KUNIT_ARRAY_PARAM_DESC(change, change_cases, desc);

/* The protocol of the command does not matter here. */
static void passed_through_change_sets_disk_up_again(struct kunit *test)
{
	const struct change_case *c = test->param_value;
	const u8 cdb[16] = { 0x85, 3 << 1, [4] = c->feature,
			     [14] = c->command };
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].ready = true;
	fake->in[PIOATA_IO_NSECT] = c->count;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	/* It may take effect after an abort, or after a loss of power. */
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].changed);
	fake_ata_expect(fake, c->status, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].ready, c->ready);
}

static const u8 segment[16] = { 0x85, 3 << 1, [4] = 3, [14] = 0x92 };

/* The disk does not tell which segment is the last one. */
static struct fake_ata *load_segment(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].ready = true;
	fake_ata_start(fake, DMA_NONE, 0, segment, sizeof(segment));
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	return fake;
}

static void next_segment_of_firmware_follows_without_setup(struct kunit *test)
{
	struct fake_ata *fake = load_segment(test);

	fake->num_commands = 0;
	fake_ata_start(fake, DMA_NONE, 0, segment, sizeof(segment));
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), 0x92);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 1);
	fake_ata_start_one(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
}

static void segment_of_firmware_after_reset_comes_after_setup(struct kunit *t)
{
	struct fake_ata *fake = load_segment(t);

	kunit_activate_static_stub(t, pioata_wait_status,
				   fake_ata_wait_briefly);
	pioata_reset_bus(&fake->port.hba);
	fake_ata_start(fake, DMA_NONE, 0, segment, sizeof(segment));
	KUNIT_EXPECT_EQ(t, fake_ata_sent(fake), ATA_CMD_ID_ATA);
}

/* hdparm -N; the midlayer would read beyond the end. */
static void disk_that_set_max_has_shrunk_is_outdated(struct kunit *test)
{
	const u8 cdb[16] = { 0x85, 3 << 1, [14] = 0xf9 };
	struct fake_ata *fake = test->priv;
	struct sat_dev *dev = &fake->chan.targets[0].dev;
	u8 *id = sat_id_create(test);
	u64 sectors = dev->sectors - 4096;

	sat_id_word(id, 100, sectors);
	sat_id_word(id, 101, sectors >> 16);
	sat_id_word(id, 102, sectors >> 32);
	fake->data = id;
	fake->chan.targets[0].ready = true;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	fake_ata_start_one(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, dev->sectors, sectors);
	KUNIT_EXPECT_TRUE(test, sat_dev_outdated(dev));
}

/* SET SECTOR CONFIGURATION EXT from 4096 to 512 bytes a sector. */
static struct fake_ata *shrink_sectors(struct kunit *test)
{
	const u8 cdb[16] = { 0x85, 3 << 1, [14] = 0xb2 };
	struct fake_ata *fake = test->priv;
	u8 *id = sat_id_create(test);

	sat_id_word(id, 106, 0x5000);
	sat_id_word(id, 117, 2048);
	sat_id_word(id, 118, 0);
	KUNIT_ASSERT_EQ(test, 0, sat_dev_parse(&fake->chan.targets[0].dev, id,
					       false));
	KUNIT_ASSERT_EQ(test, fake->chan.targets[0].dev.sector_size, 4096);
	fake->chan.targets[0].ready = true;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	return fake;
}

static void write_after_change_of_sector_size_is_not_sent(struct kunit *test)
{
	const u8 write[10] = { WRITE_10, [8] = 1 };
	struct fake_ata *fake = shrink_sectors(test);

	fake_ata_start(fake, DMA_TO_DEVICE, 4096, write, sizeof(write));
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].dev.sector_size, 4096);
}

/* A scan comes after the old SCSI device has been deleted. */
static void scan_finds_disk_with_its_new_sector_size(struct kunit *test)
{
	const u8 inquiry[6] = { INQUIRY, [4] = 36 };
	struct fake_ata *fake = shrink_sectors(test);

	fake->sdev.sdev_state = SDEV_CREATED;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, inquiry, sizeof(inquiry));
	fake_ata_identify(fake);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].ready);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].dev.sector_size, 512);
}

/* The midlayer reads the capacity of the new medium. */
static void new_medium_may_have_another_sector_size(struct kunit *test)
{
	struct fake_ata *fake = shrink_sectors(test);

	fake->chan.targets[0].medium_changed = true;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].dev.sector_size, 512);
}

/* The file system of the old medium has sent the write that was lost. */
static void new_medium_has_no_lost_write(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].medium_changed = true;
	fake->chan.targets[0].dev.lost_write = true;
	fake->chan.targets[0].dev.lost_told = true;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].dev.lost_write);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].dev.lost_told);
}

static const struct setting_case {
	const char *desc;
	u8 command;
	u8 feature;
	u8 count;
	u8 status;
	u16 word;
	u16 before;
	u16 after;
} setting_cases[] = {
	{ "write cache off", 0xef, 0x82, 0, READY, 85, 0x0069, 0x0049 },
	{ "write cache on", 0xef, 0x02, 0, READY, 85, 0x0049, 0x0069 },
	{ "write cache fails", 0xef, 0x82, 0, READY | ATA_ERR, 85, 0x69, 0x69 },
	{ "look-ahead off", 0xef, 0x55, 0, READY, 85, 0x0069, 0x0029 },
	{ "look-ahead on", 0xef, 0xaa, 0, READY, 85, 0x0028, 0x0068 },
	{ "SMART off", 0xb0, 0xd9, 0, READY, 85, 0x0069, 0x0068 },
	{ "SMART on", 0xb0, 0xd8, 0, READY, 85, 0x0068, 0x0069 },
	{ "8 sectors a block", 0xc6, 0, 8, READY, 59, 0x0110, 0x0108 },
	{ "no multiple mode", 0xc6, 0, 0, READY, 59, 0x0110, 0x0000 },
};

KUNIT_ARRAY_PARAM_DESC(setting, setting_cases, desc);

/* HDIO_GET_IDENTITY returns this data. */
static void identify_data_shows_changed_setting(struct kunit *test)
{
	const struct setting_case *c = test->param_value;
	const u8 cdb[16] = { 0x85, 3 << 1, [4] = c->feature, [6] = c->count,
			     [14] = c->command };
	struct fake_ata *fake = test->priv;
	struct sat_dev *dev = &fake->chan.targets[0].dev;
	u8 *id = sat_id_create(test);
	u16 got[ATA_ID_WORDS];
	unsigned int i;
	u8 sum = 0;

	sat_id_word(id, c->word, c->before);
	sat_id_sum(id);
	KUNIT_ASSERT_EQ(test, 0, sat_dev_parse(dev, id, false));
	fake->chan.targets[0].ready = true;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	fake_ata_expect(fake, c->status, PIOSCSI_DONE);
	sat_dev_get_id(dev, got);
	KUNIT_EXPECT_EQ(test, got[c->word], c->after);
	for (i = 0; i < ATA_ID_WORDS; i++) {
		sum += got[i] + (got[i] >> 8);
		if (i != c->word && i != 255)
			KUNIT_EXPECT_EQ(test, got[i], dev->id[i]);
	}
	KUNIT_EXPECT_EQ(test, sum, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(passed_through_change_sets_disk_up_again,
			 change_gen_params),
	KUNIT_CASE_PARAM(identify_data_shows_changed_setting,
			 setting_gen_params),
	KUNIT_CASE(next_segment_of_firmware_follows_without_setup),
	KUNIT_CASE(segment_of_firmware_after_reset_comes_after_setup),
	KUNIT_CASE(disk_that_set_max_has_shrunk_is_outdated),
	KUNIT_CASE(write_after_change_of_sector_size_is_not_sent),
	KUNIT_CASE(scan_finds_disk_with_its_new_sector_size),
	KUNIT_CASE(new_medium_may_have_another_sector_size),
	KUNIT_CASE(new_medium_has_no_lost_write),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_change",
	.init = fake_ata_setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

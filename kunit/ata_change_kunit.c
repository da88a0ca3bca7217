// SPDX-License-Identifier: GPL-2.0-only
/* ATA PASS-THROUGH that changes the capacity or the firmware of a disk. */
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
	fake_ata_expect(fake, c->status, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].ready, c->ready);
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

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(passed_through_change_sets_disk_up_again,
			 change_gen_params),
	KUNIT_CASE(disk_that_set_max_has_shrunk_is_outdated),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_change",
	.init = fake_ata_setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

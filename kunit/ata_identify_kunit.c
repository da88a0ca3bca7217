// SPDX-License-Identifier: GPL-2.0-only
/*
 * Identification of a device at a scan and after a reset, over registers that
 * say what the case has put into them.
 */
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"
#include "sat_rig.h"

#define READY	FAKE_ATA_READY
#define GONE	(DID_NO_CONNECT << 16)

static void device_is_set_up_after_a_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.told = true;
	fake->chan.targets[0].dev.told_wcache = true;
	KUNIT_EXPECT_EQ(test, fake_ata_start_one(fake), PIOSCSI_START_POLL);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_WAIT);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_NSECT], SAT_RIG_MULTI);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
	/* The values that the midlayer has read are kept. */
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].dev.told);
	fake->data = NULL;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 512);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
	/* Once. */
	fake_ata_start_one(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
}

/* The first of it by the interrupt, and the rest not in the same handler. */
static void identify_data_is_read_by_polling(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_one(fake);
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, ATA_BUSY));
	KUNIT_EXPECT_TRUE(test, fake_ata_claim(fake, READY | ATA_DRQ));
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	KUNIT_EXPECT_LT(test, fake->at, 64);
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, READY | ATA_DRQ));
	while (fake->at < SAT_ID_BYTES && fake->at > 0)
		fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, READY));
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	KUNIT_EXPECT_TRUE(test, fake_ata_claim(fake, READY));
}

static void device_that_aborts_both_identify_is_absent(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake->chan.targets[0].known = false;
	fake_ata_start_one(fake);
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATAPI);
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, GONE);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 2);
}

/* A device fails IDENTIFY, or reports its end without any data. */
static void device_is_absent_after_three_failed_identify(struct kunit *test)
{
	static const u8 ends[] = { READY | ATA_DF, READY };
	struct fake_ata *fake = test->priv;
	unsigned int i;

	fake->chan.targets[0].known = false;
	/* Data of another device is not taken for data of this one. */
	memcpy(fake->chan.buf, fake->data, SAT_ID_BYTES);
	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		fake->num_commands = 0;
		fake->cmd.result = 0;
		fake->in[PIOATA_IO_STATUS] = READY;
		fake_ata_start_one(fake);
		fake_ata_ask(fake, ends[i]);
		fake_ata_ask(fake, ends[i]);
		KUNIT_EXPECT_EQ(test, fake->cmd.result, 0);
		fake_ata_expect(fake, ends[i], PIOSCSI_DONE);
		KUNIT_EXPECT_EQ(test, fake->cmd.result, GONE);
		KUNIT_EXPECT_EQ(test, fake->num_commands, 3);
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	}
}

static void wrong_checksum_once_costs_no_disk(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	const u8 *good = fake->data;
	u8 *bad = sat_id_create(test);

	sat_id_sum(bad);
	bad[20]++;
	fake->chan.targets[0].known = false;
	fake->data = bad;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake->data = good;
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].known);
}

static void expect_error(struct fake_ata *fake)
{
	struct kunit *test = fake->test;

	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_IDLE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_ERROR << 16);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].ready);
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->cmd.result = 0;
	fake_ata_start_one(fake);
}

/* The midlayer repeats commands to a device that was there before. */
static void known_device_fails_to_identify_command_is_repeated(struct kunit *t)
{
	struct fake_ata *fake = t->priv;
	u8 *id = sat_id_create(t);
	unsigned int i;

	sat_id_sum(id);
	id[20]++;
	fake->data = id;
	fake_ata_start_one(fake);
	for (i = 0; i < 3; i++)
		fake_ata_identify(fake);
	expect_error(fake);
	for (i = 0; i < 3; i++)
		fake_ata_ask(fake, READY | ATA_DF);
	expect_error(fake);
	for (i = 0; i < 3; i++)
		fake_ata_ask(fake, READY);
	expect_error(fake);
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake_ata_ask(fake, ATA_ERR);
	fake_ata_ask(fake, ATA_ERR);
	expect_error(fake);

	/* 00h is the status of no device. */
	fake_ata_expect(fake, 0, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(t, fake->cmd.result, GONE);
}

static void signature_decides_which_identify_comes_first(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].sign = PIOATA_SIGN_ATAPI;
	fake_ata_start_one(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATAPI);
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
}

static void disk_that_powers_up_in_standby_is_spun_up(struct kunit *test)
{
	static const u16 words[] = { 0x37c8, 0x738c };
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		u8 *id = sat_id_create(test);

		sat_id_word(id, 2, words[i]);
		fake->data = id;
		fake->chan.job.phase = PIOATA_IDLE;
		fake->in[PIOATA_IO_STATUS] = READY;
		fake_ata_start_one(fake);
		fake_ata_identify(fake);
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake),
				ATA_CMD_SET_FEATURES);
		KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_FEATURE],
				SETFEATURES_SPINUP);
		fake_ata_ask(fake, READY);
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
		/* A disk that still says so is told only once. */
		fake_ata_identify(fake);
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	}
}

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

/* Another disk is none of this SCSI device's business. */
static void exchanged_device_is_gone(struct kunit *test)
{
	u8 *id = sat_id_create(test);

	sat_id_string(id, 10, 20, "  SN12346");
	expect_gone(test, id);
	id = sat_id_create(test);
	sat_id_string(id, 27, 40, "PIOSCSI TEST DISK 1235");
	expect_gone(test, id);
}

/* A host protected area may come and go with a reset: it is the same disk. */
static void capacity_changes_by_a_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct sat_dev *dev = &fake->chan.targets[0].dev;
	u8 *id = sat_id_create(test);
	u64 sectors = dev->sectors;

	sat_id_word(id, 102, 0x0101);
	fake->data = id;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	KUNIT_EXPECT_EQ(test, dev->sectors, sectors);
	KUNIT_EXPECT_FALSE(test, sat_dev_outdated(dev));

	/* The midlayer has to know of a smaller capacity. */
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->chan.targets[0].ready = false;
	sat_id_word(id, 101, 0x1000);
	sat_id_word(id, 102, 0);
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	KUNIT_EXPECT_LT(test, dev->sectors, sectors);
	KUNIT_EXPECT_GT(test, dev->sectors, 0);
	KUNIT_EXPECT_TRUE(test, sat_dev_outdated(dev));
}

/* A scan takes who is there now, and it is that one from then on. */
static void new_device_is_found_by_a_scan(struct kunit *test)
{
	const u8 cdb[6] = { INQUIRY, 0, 0, 0, 36 };
	struct fake_ata *fake = test->priv;
	u8 *id = sat_id_create(test);

	sat_id_string(id, 10, 20, "  SN12346");
	fake->data = id;
	fake->chan.targets[0].ready = true;
	fake->sdev.sdev_state = SDEV_CREATED;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb, sizeof(cdb));
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake_ata_identify(fake);
	fake_ata_expect(fake, READY, PIOSCSI_XFER);
	KUNIT_EXPECT_STREQ(test, fake->chan.targets[0].dev.serial, "SN12346");

	fake->sdev.sdev_state = SDEV_RUNNING;
	expect_gone(test, sat_id_create(test));
}

static void scan_second(struct fake_ata *fake, const u8 *id)
{
	const u8 cdb[6] = { INQUIRY, 0, 0, 0, 36 };

	fake->in[PIOATA_IO_STATUS] = READY;
	fake->cmd.result = 0;
	fake->data = id;
	fake->sdev.id = 1;
	fake->sdev.sdev_state = SDEV_CREATED;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb, sizeof(cdb));
	fake_ata_identify(fake);
}

/* Some cards do not look at DEV: one medium is not to be two disks. */
static void ghost_of_the_first_device(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct pioata_target *second = &fake->chan.targets[1];
	u8 *id = sat_id_create(test);

	scan_second(fake, id);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, GONE);
	KUNIT_EXPECT_FALSE(test, second->known);

	sat_id_string(id, 10, 20, "  SN12346");
	scan_second(fake, id);
	KUNIT_EXPECT_TRUE(test, second->known);

	/* Without a serial number the two devices may differ. */
	fake->chan.job.phase = PIOATA_IDLE;
	sat_id_string(id, 10, 20, "");
	fake->chan.targets[0].dev.serial[0] = '\0';
	scan_second(fake, id);
	KUNIT_EXPECT_TRUE(test, second->known);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(device_is_set_up_after_a_reset),
	KUNIT_CASE(identify_data_is_read_by_polling),
	KUNIT_CASE(device_that_aborts_both_identify_is_absent),
	KUNIT_CASE(device_is_absent_after_three_failed_identify),
	KUNIT_CASE(wrong_checksum_once_costs_no_disk),
	KUNIT_CASE(known_device_fails_to_identify_command_is_repeated),
	KUNIT_CASE(signature_decides_which_identify_comes_first),
	KUNIT_CASE(disk_that_powers_up_in_standby_is_spun_up),
	KUNIT_CASE(exchanged_device_is_gone),
	KUNIT_CASE(capacity_changes_by_a_reset),
	KUNIT_CASE(new_device_is_found_by_a_scan),
	KUNIT_CASE(ghost_of_the_first_device),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_identify",
	.init = fake_ata_setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

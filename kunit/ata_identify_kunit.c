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
	fake->chan.targets[0].dev.d_sense = true;
	fake->chan.targets[0].dev.lost_write = true;
	fake->chan.targets[0].dev.lost_told = true;
	KUNIT_EXPECT_EQ(test, fake_ata_start_one(fake), PIOSCSI_START_POLL);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_WAIT);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_NSECT], SAT_RIG_MULTI);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
	/* The values that the midlayer has read or set remain. */
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].dev.told);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].dev.d_sense);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].dev.lost_write);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].dev.lost_told);
	fake->data = NULL;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 512);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
	/* Once. */
	fake_ata_start_one(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
}

/*
 * The handler moves the first piece. The other pieces are not moved in the same
 * handler.
 */
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

/* Old devices have no checksum that would show the error. */
static void identify_data_with_an_error_is_ignored(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_one(fake);
	fake->in[PIOATA_IO_ERROR] = ATA_UNC;
	fake_ata_expect(fake, READY | ATA_DRQ | ATA_ERR, PIOSCSI_POLL);
	fake->in[PIOATA_IO_ERROR] = 0;
	while (fake->at < SAT_ID_BYTES && fake->at > 0)
		fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATAPI);
	fake->data = NULL;
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake_ata_expect(fake, READY | ATA_DRQ | ATA_ERR, PIOSCSI_POLL);
	fake->in[PIOATA_IO_ERROR] = 0;
	while (fake->chan.job.left)
		fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_ERROR << 16);
}

/* A device fails IDENTIFY, or reports its end without any data. */
static void device_is_absent_after_three_failed_identify(struct kunit *test)
{
	static const u8 ends[] = { READY | ATA_DF, READY };
	struct fake_ata *fake = test->priv;
	unsigned int i;

	fake->chan.targets[0].known = false;
	/* IDENTIFY data of another device is not used for this device. */
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

/* An error other than ABRT does not tell which of the two commands is right. */
static void identify_ending_with_idnf_sends_both_each_time(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	fake->in[PIOATA_IO_ERROR] = ATA_IDNF;
	fake_ata_start_one(fake);
	for (i = 0; i < 6; i++) {
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake),
				i % 2 ? ATA_CMD_ID_ATAPI : ATA_CMD_ID_ATA);
		fake_ata_ask(fake, READY | ATA_ERR);
	}
	KUNIT_EXPECT_EQ(test, fake->num_commands, 6);
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_IDLE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_ERROR << 16);
}

static void single_wrong_checksum_is_retried(struct kunit *test)
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

/*
 * Identify a new device whose checksum is always wrong. Before the attempt
 * @changes one more byte of its data changes; 0 for none.
 */
static void identify_with_wrong_sums(struct fake_ata *fake,
				     unsigned int changes)
{
	u8 *bad = sat_id_create(fake->test);
	unsigned int i;

	sat_id_sum(bad);
	bad[300]++;
	fake->chan.targets[0].known = false;
	fake->data = bad;
	fake_ata_start_one(fake);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(fake->test, fake_ata_sent(fake),
				ATA_CMD_ID_ATA);
		if (i && i == changes)
			bad[302]++;
		fake_ata_identify(fake);
	}
}

/* The firmware of some disks has the fault: the data itself is right. */
static void same_wrong_checksum_three_times_is_accepted(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	identify_with_wrong_sums(fake, 0);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].known);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	KUNIT_EXPECT_STREQ(test, fake->chan.targets[0].dev.serial, "SN12345");
}

/* Other stuck lines clear bits of the signature, so there is no checksum. */
static void wrong_checksum_by_a_stuck_data_line_is_refused(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int line, i;

	for (line = 0; line < 15; line++) {
		u8 *bad = sat_id_create(test);

		if (BIT(line) & 0xa5)
			continue;
		sat_id_sum(bad);
		for (i = line / 8; i < SAT_ID_BYTES; i += 2)
			bad[i] &= ~BIT(line % 8);
		fake->chan.targets[0].known = false;
		fake->cmd.result = 0;
		fake->in[PIOATA_IO_STATUS] = READY;
		fake->data = bad;
		fake_ata_start_one(fake);
		for (i = 0; i < 3; i++)
			fake_ata_identify(fake);
		KUNIT_EXPECT_FALSE_MSG(test, fake->chan.targets[0].known,
				       "line %u", line);
	}
}

/* The checksum detects the loss of one bit 15, and not that of two. */
static void loss_of_the_highest_data_line_is_refused(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *bad = sat_id_create(test);
	unsigned int i, num_set = 0;

	bad[2 * 129 + 1] = 0x80;
	sat_id_sum(bad);
	for (i = 1; i < SAT_ID_BYTES; i += 2)
		num_set += bad[i] >> 7;
	/* This bit inverts the highest bit of the checksum. */
	bad[2 * 129] = num_set % 2 ? 0 : 0x80;
	sat_id_sum(bad);
	for (i = 1; i < SAT_ID_BYTES; i += 2)
		bad[i] &= ~BIT(7);
	fake->chan.targets[0].known = false;
	fake->data = bad;
	fake_ata_start_one(fake);
	for (i = 0; i < 3; i++)
		fake_ata_identify(fake);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].known);
}

/* The transfer may have caused it. */
static void wrong_checksum_of_changing_data_is_refused(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 1; i < 3; i++) {
		fake->cmd.result = 0;
		fake->in[PIOATA_IO_STATUS] = READY;
		identify_with_wrong_sums(fake, i);
		KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_IDLE);
		KUNIT_EXPECT_EQ(test, fake->cmd.result, GONE);
		KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].known);
	}
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
static void known_device_failing_identify_is_retried(struct kunit *t)
{
	struct fake_ata *fake = t->priv;
	u8 *id = sat_id_create(t);
	unsigned int i;

	sat_id_sum(id);
	fake->data = id;
	fake_ata_start_one(fake);
	for (i = 0; i < 3; i++) {
		id[20]++;
		fake_ata_identify(fake);
	}
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
		/*
		 * A disk that still reports standby gets the command to spin up
		 * only once.
		 */
		fake_ata_identify(fake);
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	}
}

/*
 * A reset may hide or show a host protected area, so a different capacity can
 * belong to the same disk.
 */
static void smaller_capacity_after_reset_is_reported(struct kunit *test)
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

	/* The midlayer must be told of a smaller capacity. */
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

/*
 * Some cards ignore the DEV bit and answer as both devices. One medium must not
 * become two disks.
 */
static void second_device_with_same_serial_is_ignored(struct kunit *test)
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

	/* Without serial numbers the two devices may be different ones. */
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
	KUNIT_CASE(identify_data_with_an_error_is_ignored),
	KUNIT_CASE(device_is_absent_after_three_failed_identify),
	KUNIT_CASE(identify_ending_with_idnf_sends_both_each_time),
	KUNIT_CASE(single_wrong_checksum_is_retried),
	KUNIT_CASE(same_wrong_checksum_three_times_is_accepted),
	KUNIT_CASE(wrong_checksum_by_a_stuck_data_line_is_refused),
	KUNIT_CASE(loss_of_the_highest_data_line_is_refused),
	KUNIT_CASE(wrong_checksum_of_changing_data_is_refused),
	KUNIT_CASE(known_device_failing_identify_is_retried),
	KUNIT_CASE(signature_decides_which_identify_comes_first),
	KUNIT_CASE(disk_that_powers_up_in_standby_is_spun_up),
	KUNIT_CASE(smaller_capacity_after_reset_is_reported),
	KUNIT_CASE(second_device_with_same_serial_is_ignored),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_identify",
	.init = fake_ata_setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a SCSI command to taskfiles: registers, multiple mode, and data that
 * comes from memory. The registers have the values that a case has set.
 */
#include <linux/delay.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"
#include "sat_rig.h"

#define READY	FAKE_ATA_READY
#define GONE	(DID_NO_CONNECT << 16)

static void start_ready_read(struct fake_ata *fake)
{
	fake->chan.targets[0].ready = true;
	fake_ata_start_one(fake);
	KUNIT_EXPECT_EQ(fake->test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
}

/* The device has reset itself. */
static void aborted_multiple_sets_device_up_again(struct kunit *test)
{
	const u8 *id = ((struct fake_ata *)test->priv)->data;
	struct fake_ata *fake = test->priv;

	start_ready_read(fake);
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);

	/* The second time it is tried without multiple mode. */
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_PIO_READ);
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	/* The command was wrong, and the device is set up as before. */
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->data = id;
	fake_ata_start_one(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
}

/* A card reports multiple mode, but has READ SECTORS only. */
static void multiple_aborted_by_all_is_not_used_again(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	const u8 *id = fake->data;

	start_ready_read(fake);
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake_ata_ask(fake, READY | ATA_ERR);
	fake_ata_identify(fake);
	fake_ata_ask(fake, READY);
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_PIO_READ);
	fake->data = NULL;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 512);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
	fake_ata_start_one(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_PIO_READ);

	/* It stays so after a reset. */
	fake->chan.job.phase = PIOATA_IDLE;
	fake->chan.targets[0].ready = false;
	fake->data = id;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_PIO_READ);
}

static void multiple_aborted_by_a_locked_disk_is_sent_once(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.locked = true;
	start_ready_read(fake);
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 1);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, DATA_PROTECT);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].ready);
}

/* Starts a command that the device aborts, and sets the device up again. */
static void abort_until_set_up(struct fake_ata *fake, const u8 *id)
{
	struct kunit *test = fake->test;

	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake_ata_ask(fake, READY | ATA_ERR);
	fake->data = id;
	fake_ata_identify(fake);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
}

/* The word that tells whether a disk is locked has another meaning. */
static void multiple_aborted_without_security_is_repeated(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *id = sat_id_create(test);

	sat_id_word(id, ATA_ID_DLF, 0xffff);
	sat_dev_parse(&fake->chan.targets[0].dev, id, false);
	start_ready_read(fake);
	abort_until_set_up(fake, id);
}

static void multiple_with_media_error_needs_no_set_up(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_ready_read(fake);
	fake->in[PIOATA_IO_ERROR] = ATA_UNC;
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].ready);
}

/* Data that has been moved must not be moved twice. */
static void multiple_aborted_after_data_ends_in_error(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_ready_read(fake);
	fake->cmd.moved = 512;
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].ready);
}

/* The power of the disk has failed: IDENTIFY tells that it is locked now. */
static void disk_locked_meanwhile_reports_data_protect(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *id = sat_id_create(test);

	start_ready_read(fake);
	sat_id_lock(id);
	abort_until_set_up(fake, id);
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, DATA_PROTECT);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].ready);
}

static void repeated_multiple_aborted_after_data_is_an_error(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_ready_read(fake);
	abort_until_set_up(fake, fake->data);
	fake->cmd.moved = 512;
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
}

/* The program has chosen the command. */
static void passed_through_multiple_uses_no_single_sectors(struct kunit *test)
{
	const u8 cdb[16] = { 0x85, 4 << 1, 0x0e, [6] = 1, [13] = 0x40,
			     [14] = ATA_CMD_READ_MULTI };
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].ready = true;
	fake_ata_start(fake, DMA_FROM_DEVICE, 512, cdb, sizeof(cdb));
	abort_until_set_up(fake, fake->data);
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
}

/* The device reports the change once, and IDENTIFY the new capacity. */
static void changed_medium_is_identified_with_its_capacity(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct pioata_target *target = &fake->chan.targets[0];
	u8 *id = sat_id_create(test);

	target->dev.removable = true;
	start_ready_read(fake);
	fake->in[PIOATA_IO_ERROR] = ATA_MC;
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, UNIT_ATTENTION);

	sat_id_word(id, 0, 0x00c0);
	sat_id_word(id, 102, 2 * SAT_RIG_SECTORS >> 32);
	fake->data = id;
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->in[PIOATA_IO_ERROR] = 0;
	fake_ata_start_one(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, target->dev.sectors, 2 * SAT_RIG_SECTORS);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);

	/* After a reset a larger capacity is that of a protected area. */
	sat_id_word(id, 102, 4 * SAT_RIG_SECTORS >> 32);
	fake->chan.job.phase = PIOATA_IDLE;
	target->ready = false;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, target->dev.sectors, 2 * SAT_RIG_SECTORS);
}

static const struct no_change_case {
	const char *desc;
	bool removable;
	u8 status;
} no_change_cases[] = {
	{ "fixed disk", false, READY | ATA_ERR },
	{ "device fault, ERROR is invalid", true, READY | ATA_ERR | ATA_DF },
};

KUNIT_ARRAY_PARAM_DESC(no_change, no_change_cases, desc);

static void other_error_needs_no_set_up(struct kunit *test)
{
	const struct no_change_case *n = test->param_value;
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.removable = n->removable;
	start_ready_read(fake);
	fake->in[PIOATA_IO_ERROR] = ATA_MC;
	fake_ata_expect(fake, n->status, PIOSCSI_DONE);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].ready);
}

/* A busy device may show FFh for a moment. */
static void removed_device_ends_command_with_no_connect(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_ready_read(fake);
	fake_ata_expect(fake, 0xff, PIOSCSI_POLL);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_WAIT);
	KUNIT_EXPECT_EQ(test, fake->chan.job.since, 0);
	fake_ata_expect(fake, 0xff, PIOSCSI_POLL);
	fake->chan.job.since -= NSEC_PER_SEC;
	fake_ata_expect(fake, 0xff, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, GONE);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].ready);
}

static void device_that_went_away_is_identified_again(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].ready = true;
	fake->in[PIOATA_IO_STATUS] = 0x7f;
	fake_ata_start_one(fake);
	fake_ata_expect(fake, 0x7f, PIOSCSI_POLL);
	fake->chan.job.since -= NSEC_PER_SEC;
	fake_ata_expect(fake, 0x7f, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, GONE);
	fake->in[PIOATA_IO_STATUS] = READY;
	fake_ata_start_one(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
}

/* An absent device does not drive INTRQ. */
static void absent_device_leaves_other_device_selected(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = ATA_ERR;
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake->sdev.id = 1;
	fake_ata_start_one(fake);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
	fake_ata_ask(fake, READY);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, GONE);
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
	KUNIT_EXPECT_EQ(test, fake->chan.selected, 0);
}

static void command_for_device_1_sets_the_dev_bit(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = READY;
	fake->sdev.id = 1;
	fake_ata_start_one(fake);
	KUNIT_EXPECT_TRUE(test, fake->first[PIOATA_IO_DEVICE] & ATA_DEV1);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
}

/*
 * The upper bytes of a 48-bit command are written first, and read while HOB is
 * set.
 */
static void lba48_command_writes_upper_bytes_first(struct kunit *test)
{
	const u8 cdb[16] = { READ_16, [4] = 0x9a, 0x78, 0x56, 0x34, 0x12, 0x01,
			     [12] = 1, 2 };
	struct fake_ata *fake = test->priv;
	struct sat_dev *dev = &fake->chan.targets[0].dev;

	fake->chan.targets[0].ready = true;
	dev->d_sense = true;
	dev->sectors = SAT_LBA48_SECTORS;
	fake_ata_start(fake, DMA_FROM_DEVICE, 0x102 * 512, cdb, sizeof(cdb));
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI_EXT);
	KUNIT_EXPECT_EQ(test, fake->first[PIOATA_IO_NSECT], 0x01);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_NSECT], 0x02);
	KUNIT_EXPECT_EQ(test, fake->first[PIOATA_IO_LBAL], 0x56);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_LBAL], 0x01);
	KUNIT_EXPECT_EQ(test, fake->first[PIOATA_IO_LBAM], 0x78);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_LBAM], 0x12);
	KUNIT_EXPECT_EQ(test, fake->first[PIOATA_IO_LBAH], 0x9a);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_LBAH], 0x34);

	fake->in[PIOATA_IO_ERROR] = ATA_UNC;
	memcpy(&fake->in[PIOATA_IO_LBAL], &fake->out[PIOATA_IO_LBAL], 3);
	memcpy(&fake->hob[PIOATA_IO_LBAL], &fake->first[PIOATA_IO_LBAL], 3);
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->sense[1], MEDIUM_ERROR);
	/* The INFORMATION descriptor. */
	KUNIT_EXPECT_EQ(test, 0, memcmp(&fake->sense[12], &cdb[2], 8));
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_CTL] & ATA_HOB);
}

/* Each taskfile waits for an interrupt before its first data. */
static void second_taskfile_waits_for_interrupt(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct sat_dev *dev = &fake->chan.targets[0].dev;

	fake->chan.targets[0].ready = true;
	fake->data = NULL;
	dev->lba48 = false;
	dev->multi = 255;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 257 * 512);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 255 * 512);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 512);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 1);
	fake_ata_expect(fake, READY, PIOSCSI_WAIT);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 2);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_WAIT);
}

static void reply_is_moved_from_memory(struct kunit *test)
{
	const u8 cdb[6] = { INQUIRY, 0, 0, 0, 36 };
	struct fake_ata *fake = test->priv;
	u8 buf[36];

	fake->chan.targets[0].ready = true;
	KUNIT_EXPECT_EQ(test, PIOSCSI_START_POLL,
			fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb,
				       sizeof(cdb)));
	fake_ata_expect(fake, READY, PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, fake->port.xfer.dir, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, fake->port.xfer.len, sizeof(buf));
	pioata_chan_ops.pio_in(&fake->port.hba, buf, 10);
	fake_ata_expect(fake, READY, PIOSCSI_XFER);
	pioata_chan_ops.pio_in(&fake->port.hba, buf + 10, 26);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, 0,
			memcmp(buf + 8, "ATA     PIOSCSI TEST DIS", 24));
	KUNIT_EXPECT_EQ(test, fake->bytes_in, 0);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
}

/* The caching page without WCE. */
static void parameter_data_is_moved_to_memory(struct kunit *test)
{
	const u8 cdb[6] = { MODE_SELECT, 0x10, 0, 0, 24 };
	u8 list[24] = { [4] = 0x08, 18 };
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].ready = true;
	KUNIT_EXPECT_EQ(test, PIOSCSI_START_POLL,
			fake_ata_start(fake, DMA_TO_DEVICE, sizeof(list), cdb,
				       sizeof(cdb)));
	fake_ata_expect(fake, READY, PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, fake->port.xfer.dir, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, fake->port.xfer.len, sizeof(list));
	pioata_chan_ops.pio_out(&fake->port.hba, list, 6);
	fake_ata_expect(fake, READY, PIOSCSI_XFER);
	pioata_chan_ops.pio_out(&fake->port.hba, list + 6, 18);
	KUNIT_EXPECT_EQ(test, fake->bytes_out, 0);
	fake_ata_expect(fake, READY, PIOSCSI_WAIT);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_FEATURES);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_FEATURE], SETFEATURES_WC_OFF);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(aborted_multiple_sets_device_up_again),
	KUNIT_CASE(multiple_aborted_by_all_is_not_used_again),
	KUNIT_CASE(multiple_aborted_by_a_locked_disk_is_sent_once),
	KUNIT_CASE(multiple_aborted_without_security_is_repeated),
	KUNIT_CASE(disk_locked_meanwhile_reports_data_protect),
	KUNIT_CASE(multiple_with_media_error_needs_no_set_up),
	KUNIT_CASE(multiple_aborted_after_data_ends_in_error),
	KUNIT_CASE(repeated_multiple_aborted_after_data_is_an_error),
	KUNIT_CASE(passed_through_multiple_uses_no_single_sectors),
	KUNIT_CASE(changed_medium_is_identified_with_its_capacity),
	KUNIT_CASE_PARAM(other_error_needs_no_set_up, no_change_gen_params),
	KUNIT_CASE(removed_device_ends_command_with_no_connect),
	KUNIT_CASE(device_that_went_away_is_identified_again),
	KUNIT_CASE(absent_device_leaves_other_device_selected),
	KUNIT_CASE(command_for_device_1_sets_the_dev_bit),
	KUNIT_CASE(lba48_command_writes_upper_bytes_first),
	KUNIT_CASE(second_taskfile_waits_for_interrupt),
	KUNIT_CASE(reply_is_moved_from_memory),
	KUNIT_CASE(parameter_data_is_moved_to_memory),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_command",
	.init = fake_ata_setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

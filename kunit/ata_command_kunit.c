// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a SCSI command to taskfiles: identification, registers, and data that
 * comes from memory, over registers that say what the case has put into them.
 */
#include <linux/delay.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"
#include "sat_rig.h"

#define BLOCK	FAKE_ATA_BLOCK
#define READY	FAKE_ATA_READY
#define GONE	(DID_NO_CONNECT << 16)

/* The disk is as it was when it was found, and has been reset since. */
static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);
	struct pioata_target *target = &fake->chan.targets[0];

	test->priv = fake;
	fake->data = sat_id_create(test);
	target->ready = false;
	return sat_dev_parse(&target->dev, fake->data, false);
}

/* The IDENTIFY data comes in pieces, without interrupts between them. */
static void say_who(struct fake_ata *fake)
{
	unsigned int i;

	fake->at = 0;
	for (i = 0; i < SAT_ID_BYTES && fake->at < SAT_ID_BYTES; i++)
		fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	KUNIT_EXPECT_EQ(fake->test, fake->at, SAT_ID_BYTES);
	fake_ata_ask(fake, READY);
}

static int start_read(struct fake_ata *fake)
{
	return fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
}

static u8 last_command(const struct fake_ata *fake)
{
	return fake->out[PIOATA_IO_COMMAND];
}

static void device_is_set_up_after_a_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.told = true;
	fake->chan.targets[0].dev.told_wcache = true;
	KUNIT_EXPECT_EQ(test, start_read(fake), PIOSCSI_START_POLL);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_ID_ATA);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_WAIT);
	say_who(fake);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_MULTI);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_NSECT], SAT_RIG_MULTI);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_READ_MULTI);
	/* The values that the midlayer has read are kept. */
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].dev.told);
	fake->data = NULL;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 512);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
	/* Once. */
	start_read(fake);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_READ_MULTI);
}

/* The first of it by the interrupt, and the rest not in the same handler. */
static void identify_data_is_read_by_polling(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_read(fake);
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, ATA_BUSY));
	KUNIT_EXPECT_TRUE(test, fake_ata_claim(fake, READY | ATA_DRQ));
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	KUNIT_EXPECT_LT(test, fake->at, 64);
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, READY | ATA_DRQ));
	while (fake->at < SAT_ID_BYTES && fake->at > 0)
		fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, READY));
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_MULTI);
	KUNIT_EXPECT_TRUE(test, fake_ata_claim(fake, READY));
}

/* It takes 7,000 instructions, more than a hard IRQ handler has time for. */
static void setup_continues_in_bottom_half(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_read(fake);
	say_who(fake);
	KUNIT_EXPECT_TRUE(test, fake->deferred);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_MULTI);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_TRUE(test, fake->deferred);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_READ_MULTI);
	fake->data = NULL;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	KUNIT_EXPECT_FALSE(test, fake->deferred);
}

static struct pioata_mode timed[2];

static void record_timing(const struct pioata_io *io,
			  const struct pioata_mode *modes)
{
	memcpy(timed, modes, sizeof(timed));
}

static void identify_on_timed_controller(struct fake_ata *fake, u16 old,
					 u16 modes, u16 capabilities)
{
	u8 *id = sat_id_create(fake->test);

	sat_id_word(id, 49, 0x0200 | capabilities);
	sat_id_word(id, 51, old);
	sat_id_word(id, 53, 0x0002);
	sat_id_word(id, 64, modes);
	fake->data = id;
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->chan.job.phase = PIOATA_IDLE;
	fake->chan.targets[0].ready = false;
	fake->chan.io.set_timing = record_timing;
	memset(timed, 0, sizeof(timed));
	start_read(fake);
	say_who(fake);
	KUNIT_EXPECT_EQ(fake->test, last_command(fake), ATA_CMD_SET_FEATURES);
	KUNIT_EXPECT_EQ(fake->test, fake->out[PIOATA_IO_FEATURE],
			SETFEATURES_XFER);
}

/* IORDY is bit 11 of word 49; modes 3 and 4 need it. */
static void fastest_common_pio_mode_is_set(struct kunit *test)
{
	static const struct {
		u16 old, modes, capabilities;
		u8 controller, expected;
	} rows[] = {
		{ 0x0200, 3, 0x0800, 5, 4 }, { 0x0200, 1, 0x0800, 5, 3 },
		{ 0x0200, 3, 0x0800, 4, 3 }, { 0x0200, 3, 0x0800, 1, 0 },
		{ 0x0200, 3, 0, 5, 2 }, { 0x0100, 0, 0x0800, 5, 1 },
	};
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		fake->chan.io.pio_modes = rows[i].controller;
		identify_on_timed_controller(fake, rows[i].old, rows[i].modes,
					     rows[i].capabilities);
		KUNIT_EXPECT_EQ_MSG(test, fake->out[PIOATA_IO_NSECT],
				    XFER_PIO_0 + rows[i].expected, "row %u", i);
		KUNIT_EXPECT_FALSE(test, timed[0].is_set);
		fake_ata_ask(fake, READY);
		KUNIT_EXPECT_TRUE(test, timed[0].is_set);
		KUNIT_EXPECT_EQ(test, timed[0].pio, rows[i].expected);
		KUNIT_EXPECT_TRUE(test, timed[0].is_disk);
		KUNIT_EXPECT_FALSE(test, timed[1].is_set);
		KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_MULTI);
	}
}

static void refused_pio_mode_sets_controller_to_mode_0(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.io.pio_modes = 5;
	identify_on_timed_controller(fake, 0x0200, 3, 0x0800);
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_TRUE(test, timed[0].is_set);
	KUNIT_EXPECT_EQ(test, timed[0].pio, 0);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_MULTI);
}

/* Blocks have a number of sectors that is a power of two. */
static void odd_multiple_is_rounded_down(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *id = sat_id_create(test);

	sat_id_word(id, 47, 0x8000 | 24);
	fake->data = id;
	start_read(fake);
	say_who(fake);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_NSECT], 16);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].dev.multi, 16);
}

static void refused_multiple_is_done_without(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	/* Word 59 says what was set before. */
	start_read(fake);
	say_who(fake);
	KUNIT_EXPECT_NE(test, fake->chan.targets[0].dev.multi, 0);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_MULTI);
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_PIO_READ);
}

static void device_that_aborts_both_identify_is_absent(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake->chan.targets[0].known = false;
	start_read(fake);
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_ID_ATAPI);
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
		start_read(fake);
		fake_ata_ask(fake, ends[i]);
		fake_ata_ask(fake, ends[i]);
		KUNIT_EXPECT_EQ(test, fake->cmd.result, 0);
		fake_ata_expect(fake, ends[i], PIOSCSI_DONE);
		KUNIT_EXPECT_EQ(test, fake->cmd.result, GONE);
		KUNIT_EXPECT_EQ(test, fake->num_commands, 3);
		KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_ID_ATA);
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
	start_read(fake);
	say_who(fake);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_ID_ATA);
	fake->data = good;
	say_who(fake);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_MULTI);
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
	start_read(fake);
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
	start_read(fake);
	for (i = 0; i < 3; i++)
		say_who(fake);
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
	start_read(fake);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_ID_ATAPI);
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_ID_ATA);
	say_who(fake);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_MULTI);
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
		start_read(fake);
		say_who(fake);
		KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_FEATURES);
		KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_FEATURE],
				SETFEATURES_SPINUP);
		fake_ata_ask(fake, READY);
		KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_ID_ATA);
		/* A disk that still says so is told only once. */
		say_who(fake);
		KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_MULTI);
	}
}

static void start_ready_read(struct fake_ata *fake)
{
	fake->chan.targets[0].ready = true;
	start_read(fake);
	KUNIT_EXPECT_EQ(fake->test, last_command(fake), ATA_CMD_READ_MULTI);
}

/* The device has reset itself. */
static void aborted_multiple_sets_device_up_again(struct kunit *test)
{
	const u8 *id = ((struct fake_ata *)test->priv)->data;
	struct fake_ata *fake = test->priv;

	start_ready_read(fake);
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_ID_ATA);
	say_who(fake);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_MULTI);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_READ_MULTI);

	/* The second time it is an error, but not for all later commands. */
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->data = id;
	start_read(fake);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_ID_ATA);
}

static void multiple_fails_otherwise_device_stays_ready(struct kunit *test)
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

/* hdparm -Y */
static void sleeping_device_is_woken_by_srst(struct kunit *test)
{
	const u8 sleep[16] = { 0x85, 3 << 1, [14] = ATA_CMD_SLEEP };
	struct fake_ata *fake = test->priv;
	unsigned int i;

	fake->chan.targets[0].ready = true;
	fake_ata_start(fake, DMA_NONE, 0, sleep, sizeof(sleep));
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SLEEP);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);

	KUNIT_EXPECT_EQ(test, start_read(fake), PIOSCSI_START_POLL);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
	/* Masking the channel does not end the reset. */
	pioata_chan_ops.mask(&fake->port.hba);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
	for (i = 0; i < 1000 && last_command(fake) == ATA_CMD_SLEEP; i++) {
		fake_ata_ask(fake, READY);
		usleep_range(100, 200);
	}
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_ID_ATA);
	say_who(fake);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_READ_MULTI);
}

/* FFh may be seen for a moment while a device is busy. */
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

static void expect_gone(struct kunit *test, const u8 *id)
{
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_STATUS] = READY;
	fake->cmd.result = 0;
	fake->data = id;
	fake->chan.targets[0].ready = false;
	start_read(fake);
	say_who(fake);
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
	start_read(fake);
	say_who(fake);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_MULTI);
	KUNIT_EXPECT_EQ(test, dev->sectors, sectors);
	KUNIT_EXPECT_FALSE(test, sat_dev_outdated(dev));

	/* The midlayer has to know of a smaller capacity. */
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->chan.targets[0].ready = false;
	sat_id_word(id, 101, 0x1000);
	sat_id_word(id, 102, 0);
	start_read(fake);
	say_who(fake);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_MULTI);
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
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_ID_ATA);
	say_who(fake);
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
	say_who(fake);
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

static void device_that_went_away_is_identified_again(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].ready = true;
	fake->in[PIOATA_IO_STATUS] = 0x7f;
	start_read(fake);
	fake_ata_expect(fake, 0x7f, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, GONE);
	fake->in[PIOATA_IO_STATUS] = READY;
	start_read(fake);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_ID_ATA);
}

/* An absent device does not drive INTRQ. */
static void other_device_is_selected_then(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = ATA_ERR;
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake->sdev.id = 1;
	start_read(fake);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
	fake_ata_ask(fake, READY);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, GONE);
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
	KUNIT_EXPECT_EQ(test, fake->chan.selected, 0);
}

static void second_device_is_addressed(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = READY;
	fake->sdev.id = 1;
	start_read(fake);
	KUNIT_EXPECT_TRUE(test, fake->first[PIOATA_IO_DEVICE] & ATA_DEV1);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
}

/* The upper bits of 48 are written first, and read while HOB is set. */
static void registers_of_48_bits(struct kunit *test)
{
	const u8 cdb[16] = { READ_16, [4] = 0x9a, 0x78, 0x56, 0x34, 0x12, 0x01,
			     [12] = 1, 2 };
	struct fake_ata *fake = test->priv;
	struct sat_dev *dev = &fake->chan.targets[0].dev;

	fake->chan.targets[0].ready = true;
	dev->d_sense = true;
	dev->sectors = SAT_LBA48_SECTORS;
	fake_ata_start(fake, DMA_FROM_DEVICE, 0x102 * 512, cdb, sizeof(cdb));
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_READ_MULTI_EXT);
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

/* Each taskfile takes its time until its first data. */
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

static void data_from_memory(struct kunit *test)
{
	const u8 cdb[6] = { INQUIRY, 0, 0, 0, 36 };
	struct fake_ata *fake = test->priv;
	u8 buf[36];

	fake->chan.targets[0].ready = true;
	KUNIT_EXPECT_EQ(test, PIOSCSI_START_POLL,
			fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb,
				       sizeof(cdb)));
	fake_ata_expect(fake, READY, PIOSCSI_XFER);
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
static void data_to_memory(struct kunit *test)
{
	const u8 cdb[6] = { MODE_SELECT, 0x10, 0, 0, 24 };
	u8 list[24] = { [4] = 0x08, 18 };
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].ready = true;
	KUNIT_EXPECT_EQ(test, PIOSCSI_START_POLL,
			fake_ata_start(fake, DMA_TO_DEVICE, sizeof(list), cdb,
				       sizeof(cdb)));
	fake_ata_expect(fake, READY, PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, fake->port.xfer.len, sizeof(list));
	pioata_chan_ops.pio_out(&fake->port.hba, list, 6);
	fake_ata_expect(fake, READY, PIOSCSI_XFER);
	pioata_chan_ops.pio_out(&fake->port.hba, list + 6, 18);
	KUNIT_EXPECT_EQ(test, fake->bytes_out, 0);
	fake_ata_expect(fake, READY, PIOSCSI_WAIT);
	KUNIT_EXPECT_EQ(test, last_command(fake), ATA_CMD_SET_FEATURES);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_FEATURE], SETFEATURES_WC_OFF);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(device_is_set_up_after_a_reset),
	KUNIT_CASE(identify_data_is_read_by_polling),
	KUNIT_CASE(setup_continues_in_bottom_half),
	KUNIT_CASE(fastest_common_pio_mode_is_set),
	KUNIT_CASE(refused_pio_mode_sets_controller_to_mode_0),
	KUNIT_CASE(odd_multiple_is_rounded_down),
	KUNIT_CASE(refused_multiple_is_done_without),
	KUNIT_CASE(device_that_aborts_both_identify_is_absent),
	KUNIT_CASE(device_is_absent_after_three_failed_identify),
	KUNIT_CASE(wrong_checksum_once_costs_no_disk),
	KUNIT_CASE(known_device_fails_to_identify_command_is_repeated),
	KUNIT_CASE(signature_decides_which_identify_comes_first),
	KUNIT_CASE(disk_that_powers_up_in_standby_is_spun_up),
	KUNIT_CASE(aborted_multiple_sets_device_up_again),
	KUNIT_CASE(multiple_fails_otherwise_device_stays_ready),
	KUNIT_CASE(multiple_aborted_after_data_ends_in_error),
	KUNIT_CASE(sleeping_device_is_woken_by_srst),
	KUNIT_CASE(removed_device_ends_command_with_no_connect),
	KUNIT_CASE(exchanged_device_is_gone),
	KUNIT_CASE(capacity_changes_by_a_reset),
	KUNIT_CASE(new_device_is_found_by_a_scan),
	KUNIT_CASE(ghost_of_the_first_device),
	KUNIT_CASE(device_that_went_away_is_identified_again),
	KUNIT_CASE(other_device_is_selected_then),
	KUNIT_CASE(second_device_is_addressed),
	KUNIT_CASE(registers_of_48_bits),
	KUNIT_CASE(second_taskfile_waits_for_interrupt),
	KUNIT_CASE(data_from_memory),
	KUNIT_CASE(data_to_memory),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_command",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

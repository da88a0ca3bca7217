// SPDX-License-Identifier: GPL-2.0-only
/*
 * Standby of the disks of an ATA channel before they lose their power. No data
 * is left in a write cache.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"
#include "scsi_test.h"

/* Two disks without a command, of which only the first one is known. */
static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);
	struct pioata_target *targets = fake->chan.targets;

	test->priv = fake;
	targets[0].dev.power = true;
	targets[1].dev = targets[0].dev;
	kunit_activate_static_stub(test, pioata_wait_status,
				   fake_ata_wait_briefly);
	return 0;
}

/* Call the function under test, and compare the commands that it sends. */
static void expect_commands(struct fake_ata *fake, const u8 *commands,
			    unsigned int n)
{
	fake->num_commands = 0;
	pioata_standby(&fake->port.hba);
	KUNIT_ASSERT_EQ(fake->test, fake->num_commands, n);
	KUNIT_EXPECT_EQ(fake->test, 0, memcmp(fake->commands, commands, n));
}

static void expect_standby(struct fake_ata *fake)
{
	static const u8 standby = ATA_CMD_STANDBYNOW1;

	expect_commands(fake, &standby, 1);
}

static void disk_stands_by(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	/* The device had no command since it was woken. */
	fake->chan.targets[0].ready = false;
	fake->looks = 0;
	expect_standby(fake);
	/* Two in each of two selections, two after the command, the wait. */
	KUNIT_EXPECT_EQ(test, fake->looks, 7);
	KUNIT_EXPECT_EQ(test, fake->resets, 0);
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
}

static void both_disks_stand_by(struct kunit *test)
{
	static const u8 commands[] = {
		ATA_CMD_STANDBYNOW1, ATA_CMD_STANDBYNOW1
	};
	struct fake_ata *fake = test->priv;

	fake->chan.targets[1].known = true;
	expect_commands(fake, commands, ARRAY_SIZE(commands));
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
}

/* Disks before ATA-4 do not report power management. */
static void disk_without_power_management_bit_stands_by(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.power = false;
	expect_standby(fake);
}

static void absent_or_sleeping_disk_gets_no_standby(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct pioata_target *target = &fake->chan.targets[0];

	target->known = false;
	expect_commands(fake, NULL, 0);
	target->known = true;
	target->absent = true;
	expect_commands(fake, NULL, 0);
	target->absent = false;
	target->asleep = true;
	expect_commands(fake, NULL, 0);
	KUNIT_EXPECT_EQ(test, fake->looks, 0);
}

static void empty_slot_gets_no_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_STATUS] = 0xff;
	expect_commands(fake, NULL, 0);
	KUNIT_EXPECT_EQ(test, fake->resets, 0);
}

/* The command waits for the device, which may still appear. */
static void empty_slot_of_a_waiting_command_gets_no_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_STATUS] = 0xff;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
	KUNIT_ASSERT_EQ(test, fake->chan.job.phase, PIOATA_APPEAR);
	expect_commands(fake, NULL, 0);
	KUNIT_EXPECT_EQ(test, fake->resets, 0);
}

static void busy_disk_stands_by_after_a_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->stuck = 1;
	expect_standby(fake);
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
}

/* It waits for data from the host. */
static void disk_with_a_data_request_stands_by_after_a_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	static const u8 script[] = { FAKE_ATA_READY | ATA_DRQ, 0 };

	fake->script = script;
	expect_standby(fake);
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
}

/* SRST is set, until the job that wakes the disk clears it. */
static void disk_that_is_being_woken_stands_by_after_a_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].asleep = true;
	fake_ata_start_rw(fake, DMA_TO_DEVICE, 512);
	KUNIT_ASSERT_TRUE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
	expect_standby(fake);
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
}

static void disk_that_is_busy_after_the_reset_gets_no_standby(struct kunit *t)
{
	struct fake_ata *fake = t->priv;

	fake->stuck = 100;
	expect_commands(fake, NULL, 0);
	KUNIT_EXPECT_TRUE(t, fake->chan.targets[0].absent);
}

static int time_out(struct pioata_chan *ch, u8 mask, u8 bits, unsigned int ms,
		    unsigned int gone_ms)
{
	return -ETIMEDOUT;
}

/* The reset has taken the disk for absent. */
static void disk_that_is_late_after_the_reset_gets_no_standby(struct kunit *t)
{
	struct fake_ata *fake = t->priv;

	kunit_activate_static_stub(t, pioata_wait_status, time_out);
	fake->stuck = 1;
	expect_commands(fake, NULL, 0);
	KUNIT_EXPECT_TRUE(t, fake->chan.targets[0].absent);
}

/* DEVICE must not be written while the first disk is busy. */
static void second_disk_beside_a_busy_disk_stands_by(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[1].known = true;
	fake->second = FAKE_ATA_READY;
	fake->stuck = 100;
	expect_standby(fake);
	KUNIT_EXPECT_EQ(test, fake->resets, 2);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
}

/* The status of a device that sleeps may read as 80h. A reset would wake it. */
static void second_disk_beside_a_sleeping_disk_stands_by(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].asleep = true;
	fake->chan.targets[1].known = true;
	fake->in[PIOATA_IO_STATUS] = ATA_BUSY;
	fake->second = FAKE_ATA_READY;
	expect_standby(fake);
	KUNIT_EXPECT_EQ(test, fake->resets, 0);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].asleep);
}

static void start_cdb(struct fake_ata *fake, u8 opcode)
{
	const u8 cdb[10] = { opcode };

	fake->in[PIOATA_IO_STATUS] = FAKE_ATA_READY;
	fake->num_commands = 0;
	fake->cmd.result = 0;
	fake->cmd.final = false;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
}

/* Send SYNCHRONIZE CACHE after the resume. */
static void start_flush(struct fake_ata *fake)
{
	start_cdb(fake, SYNCHRONIZE_CACHE);
}

static void expect_flush(struct fake_ata *fake)
{
	start_flush(fake);
	KUNIT_EXPECT_EQ(fake->test, fake->num_commands, 1);
	fake_ata_expect(fake, FAKE_ATA_READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(fake->test, fake->cmd.result, SAM_STAT_GOOD);
}

/*
 * The device has reported its error, and a second flush would succeed. So the
 * next flush of the midlayer ends with that error, once.
 */
static void expect_lost_write(struct fake_ata *fake)
{
	struct kunit *test = fake->test;

	start_flush(fake);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
	fake_ata_expect(fake, FAKE_ATA_READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, MEDIUM_ERROR);
	KUNIT_EXPECT_EQ(test, fake->sense[12], 0x0c);
	KUNIT_EXPECT_TRUE(test, fake->cmd.final);
	expect_flush(fake);
}

/* The resume resets the disk well. */
static void recover(struct fake_ata *fake)
{
	fake->stuck = 0;
	fake->chan.targets[0].absent = false;
	fake->chan.targets[0].ready = true;
}

/* The loss of power discards the data in the cache. */
static void cache_of_a_disk_that_takes_no_command_is_lost(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct test_log log;

	fake->chan.targets[0].dev.wcache = true;
	fake->stuck = 100;
	test_log_begin(&log);
	expect_commands(fake, NULL, 0);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "takes no command"), 1);
	recover(fake);
	expect_lost_write(fake);

	/* An earlier reset has found that. */
	fake->chan.targets[0].absent = true;
	expect_commands(fake, NULL, 0);
	recover(fake);
	expect_lost_write(fake);
}

static void disk_without_write_cache_loses_nothing(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.flush = true;
	fake->chan.targets[0].absent = true;
	expect_commands(fake, NULL, 0);
	recover(fake);
	expect_flush(fake);
}

static const struct reset_case {
	const char *desc;
	u8 opcode;
	bool flush;
	bool locked;
	bool lost;
} reset_cases[] = {
	{ "SYNCHRONIZE CACHE", SYNCHRONIZE_CACHE, true, false, true },
	{ "START STOP UNIT", START_STOP, true, false, true },
	{ "unknown command", SYNCHRONIZE_CACHE, false, false, false },
	{ "locked disk", SYNCHRONIZE_CACHE, true, true, false },
};

KUNIT_ARRAY_PARAM_DESC(reset, reset_cases, desc);

/*
 * The reset comes between the end of the flush and its interrupt. The midlayer
 * sends the flush again, or a file system its own one.
 */
static void reset_keeps_the_error_of_a_flush(struct kunit *test)
{
	const struct reset_case *r = test->param_value;
	struct fake_ata *fake = test->priv;
	struct sat_dev *dev = &fake->chan.targets[0].dev;

	dev->wcache = true;
	dev->flush = r->flush;
	dev->locked = r->locked;
	start_cdb(fake, r->opcode);
	fake->in[PIOATA_IO_STATUS] = FAKE_ATA_READY | ATA_ERR;
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	pioata_chan_ops.reset_bus(&fake->port.hba);
	recover(fake);
	if (r->lost)
		expect_lost_write(fake);
	else
		expect_flush(fake);
}

/* sd flushes the cache before a suspend, and ignores an error then. */
static void lost_write_is_kept_for_the_block_layer(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.wcache = true;
	fake->chan.targets[0].dev.lost_write = true;
	fake->rq.cmd_flags = REQ_OP_DRV_IN;
	expect_lost_write(fake);
	fake->rq.cmd_flags = REQ_OP_FLUSH;
	expect_lost_write(fake);
}

static void write_cache_is_flushed_before_standby(struct kunit *test)
{
	static const u8 commands[] = { ATA_CMD_FLUSH, ATA_CMD_STANDBYNOW1 };
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.wcache = true;
	expect_commands(fake, commands, ARRAY_SIZE(commands));
	KUNIT_EXPECT_EQ(test, fake->wait_ms, 30000);
	expect_flush(fake);
}

static void large_disk_gets_flush_cache_ext(struct kunit *test)
{
	static const u8 commands[] = { ATA_CMD_FLUSH_EXT, ATA_CMD_STANDBYNOW1 };
	struct fake_ata *fake = test->priv;
	struct sat_dev *dev = &fake->chan.targets[0].dev;

	dev->flush_ext = true;
	expect_standby(fake);
	dev->wcache = true;
	expect_commands(fake, commands, ARRAY_SIZE(commands));
}

/*
 * The midlayer has flushed a disk before START STOP UNIT has stopped it, so
 * FLUSH CACHE would only spin it up.
 */
static void stopped_disk_is_not_flushed(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.wcache = true;
	fake->chan.targets[0].dev.stopped = true;
	expect_standby(fake);
}

/* A locked disk aborts FLUSH CACHE, but executes STANDBY IMMEDIATE. */
static void locked_disk_is_not_flushed(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.wcache = true;
	fake->chan.targets[0].dev.locked = true;
	expect_standby(fake);
}

static const struct failed_flush {
	const char *desc;
	bool flush;
	bool flush_ext;
	u8 status;
	u8 error;
} failed_flushes[] = {
	{ "FLUSH CACHE", true, false, ATA_ERR, ATA_ABORTED },
	{ "FLUSH CACHE EXT", false, true, ATA_ERR, ATA_ABORTED },
	{ "another error", false, false, ATA_ERR, ATA_IDNF },
	{ "a device fault", false, false, ATA_ERR | ATA_DF, ATA_ABORTED },
};

KUNIT_ARRAY_PARAM_DESC(failed_flush, failed_flushes, desc);

/* The device continues with its other sectors at the next command. */
static void disk_that_fails_its_flush_stands_by(struct kunit *test)
{
	const struct failed_flush *f = test->param_value;
	struct fake_ata *fake = test->priv;
	struct sat_dev *dev = &fake->chan.targets[0].dev;
	const u8 commands[] = {
		f->flush_ext ? ATA_CMD_FLUSH_EXT : ATA_CMD_FLUSH,
		ATA_CMD_STANDBYNOW1
	};

	dev->wcache = true;
	dev->flush = f->flush;
	dev->flush_ext = f->flush_ext;
	fake->in[PIOATA_IO_STATUS] = FAKE_ATA_READY | f->status;
	fake->in[PIOATA_IO_ERROR] = f->error;
	expect_commands(fake, commands, ARRAY_SIZE(commands));
	KUNIT_EXPECT_TRUE(test, dev->wcache);
	expect_lost_write(fake);
}

static const u8 commands_without_flush[] = {
	ATA_CMD_FLUSH, ATA_CMD_SET_FEATURES, ATA_CMD_STANDBYNOW1
};

/* An old card has a write cache, but not FLUSH CACHE. */
static void cache_of_a_disk_that_rejects_a_flush_is_turned_off(struct kunit *t)
{
	static const u8 error = FAKE_ATA_READY | ATA_ERR;
	const u8 script[] = {
		FAKE_ATA_READY, FAKE_ATA_READY, error, error, error, error, 0
	};
	struct fake_ata *fake = t->priv;

	/* The selection reads twice. The rest reads the end of the flush. */
	fake->script = script;
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake->chan.targets[0].dev.wcache = true;
	expect_commands(fake, commands_without_flush,
			ARRAY_SIZE(commands_without_flush));
	/* STANDBY IMMEDIATE has overwritten the register. */
	KUNIT_EXPECT_EQ(t, fake->first[PIOATA_IO_FEATURE], SETFEATURES_WC_OFF);
	KUNIT_EXPECT_FALSE(t, fake->chan.targets[0].dev.wcache);
	fake->script = NULL;
}

static void disk_that_cannot_turn_its_cache_off_stands_by(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_STATUS] = FAKE_ATA_READY | ATA_ERR;
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake->chan.targets[0].dev.wcache = true;
	expect_commands(fake, commands_without_flush,
			ARRAY_SIZE(commands_without_flush));
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].dev.wcache);
}

static void disk_that_does_not_end_its_flush_is_reset(struct kunit *test)
{
	static const u8 commands[] = { ATA_CMD_FLUSH, ATA_CMD_STANDBYNOW1 };
	struct fake_ata *fake = test->priv;
	u8 script[32] = { FAKE_ATA_READY, FAKE_ATA_READY };

	/* The selection reads twice. The wait, and the rest, read 14 times. */
	memset(script + 2, ATA_BUSY, 14);
	fake->script = script;
	fake->chan.targets[0].dev.wcache = true;
	expect_commands(fake, commands, ARRAY_SIZE(commands));
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
	fake->script = NULL;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(disk_stands_by),
	KUNIT_CASE(both_disks_stand_by),
	KUNIT_CASE(disk_without_power_management_bit_stands_by),
	KUNIT_CASE(absent_or_sleeping_disk_gets_no_standby),
	KUNIT_CASE(empty_slot_gets_no_reset),
	KUNIT_CASE(empty_slot_of_a_waiting_command_gets_no_reset),
	KUNIT_CASE(busy_disk_stands_by_after_a_reset),
	KUNIT_CASE(disk_with_a_data_request_stands_by_after_a_reset),
	KUNIT_CASE(disk_that_is_being_woken_stands_by_after_a_reset),
	KUNIT_CASE(disk_that_is_busy_after_the_reset_gets_no_standby),
	KUNIT_CASE(disk_that_is_late_after_the_reset_gets_no_standby),
	KUNIT_CASE(second_disk_beside_a_busy_disk_stands_by),
	KUNIT_CASE(second_disk_beside_a_sleeping_disk_stands_by),
	KUNIT_CASE(cache_of_a_disk_that_takes_no_command_is_lost),
	KUNIT_CASE(disk_without_write_cache_loses_nothing),
	KUNIT_CASE_PARAM(reset_keeps_the_error_of_a_flush, reset_gen_params),
	KUNIT_CASE(lost_write_is_kept_for_the_block_layer),
	KUNIT_CASE(write_cache_is_flushed_before_standby),
	KUNIT_CASE(large_disk_gets_flush_cache_ext),
	KUNIT_CASE(stopped_disk_is_not_flushed),
	KUNIT_CASE(locked_disk_is_not_flushed),
	KUNIT_CASE_PARAM(disk_that_fails_its_flush_stands_by,
			 failed_flush_gen_params),
	KUNIT_CASE(cache_of_a_disk_that_rejects_a_flush_is_turned_off),
	KUNIT_CASE(disk_that_cannot_turn_its_cache_off_stands_by),
	KUNIT_CASE(disk_that_does_not_end_its_flush_is_reset),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_standby",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

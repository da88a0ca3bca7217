// SPDX-License-Identifier: GPL-2.0-only
/*
 * SYNCHRONIZE CACHE and START STOP UNIT.
 */
#include <kunit/test.h>
#include <scsi/scsi_proto.h>

#include "sat_rig.h"

static void sat_start_stop(struct sat_rig *rig, u8 how)
{
	SAT_SEND_NONE(rig, START_STOP, 0, 0, 0, how, 0);
}

static void flush_uses_the_command_of_the_device(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_command(rig, 0xea);
	KUNIT_EXPECT_TRUE(test, rig->cmd.tf.ext);
	sat_expect_data(rig, SAT_NON_DATA, 0, 0);
	sat_done(rig);
	sat_expect_good(rig);
	/* The whole cache is flushed for any range, with or without IMMED. */
	sat_rw(rig, 0x91, 0x02, 5, 6);
	sat_expect_command(rig, 0xea);

	rig->dev.flush_ext = false;
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_command(rig, 0xe7);
	KUNIT_EXPECT_FALSE(test, rig->cmd.tf.ext);
	sat_done(rig);
	sat_expect_good(rig);
}

/* The midlayer must not repeat the command, because a flush would succeed. */
static void write_lost_at_a_suspend_fails_the_next_flush(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.lost_write = true;
	/* START STOP UNIT has no status for the data of earlier commands. */
	sat_start_stop(rig, 0);
	sat_expect_command(rig, 0xea);
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x0c00);
	KUNIT_EXPECT_TRUE(test, rig->cmd.final);
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_command(rig, 0xea);
}

/* A drive of ATA-4 or ATA-5: IDENTIFY word 83 bits 12 and 13 are 0. */
static struct sat_rig *sat_rig_without_flush(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 83, 0x4400);
	sat_rig_identify(rig, id);
	KUNIT_ASSERT_FALSE(test, rig->dev.flush);
	KUNIT_ASSERT_FALSE(test, rig->dev.flush_ext);
	KUNIT_ASSERT_TRUE(test, rig->dev.wcache);
	return rig;
}

/* WCE of the current Caching page. */
static bool sat_reports_wce(struct sat_rig *rig)
{
	SAT_SEND_IN(rig, 64, MODE_SENSE, 0x08, 0x08, 0, 64, 0);
	sat_expect_reply(rig, 24);
	return rig->cmd.buf[4 + 2] & 0x04;
}

static void cache_on_is_flushed_without_flush_bits(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_without_flush(test);

	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_command(rig, 0xe7);
	KUNIT_EXPECT_FALSE(test, rig->cmd.tf.ext);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_TRUE(test, sat_reports_wce(rig));
	KUNIT_EXPECT_NULL(test, rig->cmd.note);
}

static void cache_off_without_flush_bits_sends_nothing(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_without_flush(test);

	rig->dev.wcache = false;
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_good(rig);
}

/* The data is on the medium: the cache was written when it was turned off. */
static void rejected_flush_turns_cache_off(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_without_flush(test);

	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_command(rig, 0xe7);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_command(rig, 0xef);
	KUNIT_EXPECT_EQ(test, rig->cmd.tf.regs.feature, 0x82);
	KUNIT_EXPECT_NOT_NULL(test, rig->cmd.note);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_FALSE(test, sat_reports_wce(rig));
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_good(rig);
}

static void rejected_flush_and_cache_off_is_an_error_once(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_without_flush(test);

	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_command(rig, 0xef);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, ABORTED_COMMAND, 0);
	KUNIT_EXPECT_NOT_NULL(test, rig->cmd.note);
	KUNIT_EXPECT_FALSE(test, sat_reports_wce(rig));
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_good(rig);
}

/* ABRT of a device that has the command is a write that failed (ATA-7). */
static void failed_flush_is_always_an_error(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, ABORTED_COMMAND, 0);
	KUNIT_EXPECT_TRUE(test, sat_reports_wce(rig));

	rig = sat_rig_without_flush(test);
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_fails(rig, 0x71, 0x04, 0);
	sat_expect_sense(rig, HARDWARE_ERROR, 0x4400);
	KUNIT_EXPECT_TRUE(test, sat_reports_wce(rig));
}

/* The device has dropped the sector, so a second flush would succeed. */
static void failed_flush_is_final(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_fails(rig, 0x51, 0x40, 7);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x0c00);
	KUNIT_EXPECT_TRUE(test, rig->cmd.final);
	sat_rw(rig, WRITE_10, 0, 0, 1);
	KUNIT_EXPECT_FALSE(test, rig->cmd.final);
	sat_fails(rig, 0x51, 0x40, 7);
	KUNIT_EXPECT_FALSE(test, rig->cmd.final);

	rig = sat_rig_without_flush(test);
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_fails(rig, 0x51, 0x04, 0);
	KUNIT_EXPECT_FALSE(test, rig->cmd.final);
	sat_fails(rig, 0x51, 0x04, 0);
	KUNIT_EXPECT_TRUE(test, rig->cmd.final);
}

static void stop_flushes_without_flush_bits(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_without_flush(test);

	sat_start_stop(rig, 0x00);
	sat_expect_command(rig, 0xe7);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_command(rig, 0xef);
	sat_done(rig);
	sat_expect_command(rig, 0xe0);
	KUNIT_EXPECT_FALSE(test, rig->dev.wcache);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_TRUE(test, rig->dev.stopped);
}

static void stopped_disk_needs_start(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sat_start_stop(rig, 0x00);
	sat_expect_command(rig, 0xea);
	sat_done(rig);
	sat_expect_command(rig, 0xe0);
	sat_expect_data(rig, SAT_NON_DATA, 0, 0);
	KUNIT_EXPECT_FALSE(test, rig->dev.stopped);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_TRUE(test, rig->dev.stopped);
	sat_rw(rig, READ_10, 0, 0, 1);
	sat_expect_sense(rig, NOT_READY, 0x0402);
	/* The midlayer would start the disk for a flush that it refuses. */
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_command(rig, 0xea);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_TRUE(test, rig->dev.stopped);

	/* A disk spins up by a read, because ATA has no command for it. */
	sat_start_stop(rig, 0x01);
	sat_expect_tf(rig, 0x40, false, 0, 1);
	sat_expect_data(rig, SAT_NON_DATA, 0, 0);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_FALSE(test, rig->dev.stopped);
	sat_rw(rig, READ_10, 0, 0, 1);
	sat_expect_command(rig, 0xc4);
}

/* A disk whose flush failed must not stop. */
static void failed_flush_or_stop_leaves_the_disk_started(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sat_start_stop(rig, 0x00);
	sat_fails(rig, 0x51, 0x40, 7);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x0c00);
	KUNIT_EXPECT_FALSE(test, rig->dev.stopped);
	sat_start_stop(rig, 0x00);
	sat_done(rig);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, ABORTED_COMMAND, 0);
	KUNIT_EXPECT_FALSE(test, rig->dev.stopped);

	rig->dev.stopped = true;
	sat_start_stop(rig, 0x01);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, ABORTED_COMMAND, 0);
	KUNIT_EXPECT_TRUE(test, rig->dev.stopped);
}

struct sat_unreadable_case {
	const char *desc;
	u8 error;
	u16 code;
};

static const struct sat_unreadable_case sat_unreadable_cases[] = {
	{ "UNC", 0x40, 0x1100 },
	{ "IDNF", 0x10, 0x1401 },
	{ "BBK", 0x80, 0x1100 },
	{ "AMNF", 0x01, 0x1300 },
};

KUNIT_ARRAY_PARAM_DESC(sat_unreadable, sat_unreadable_cases, desc);

/* A disk that does not spin reports none of these errors. */
static void start_at_an_unreadable_sector_starts_the_disk(struct kunit *test)
{
	const struct sat_unreadable_case *u = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.stopped = true;
	sat_start_stop(rig, 0x01);
	sat_expect_tf(rig, 0x40, false, 0, 1);
	sat_fails(rig, 0x51, u->error, 0);
	sat_expect_sense(rig, MEDIUM_ERROR, u->code);
	KUNIT_EXPECT_FALSE(test, rig->dev.stopped);
	sat_rw(rig, READ_10, 0, 1, 1);
	sat_expect_command(rig, 0xc4);

	/* A device fault tells nothing about the medium. */
	rig->dev.stopped = true;
	sat_start_stop(rig, 0x01);
	sat_fails(rig, 0x71, u->error, 0);
	KUNIT_EXPECT_TRUE(test, rig->dev.stopped);
}

struct sat_power_param {
	const char *desc;
	u8 how;
	u8 command[2];
	bool stopped;
};

static const struct sat_power_param sat_power_params[] = {
	{ "stop", 0x00, { 0xea, 0xe0 }, true },
	{ "stop without flush", 0x04, { 0xe0 }, true },
	{ "start", 0x01, { 0x40 }, false },
	{ "active", 0x10, { 0x40 }, false },
	{ "active, and start", 0x11, { 0x40 }, false },
	{ "idle", 0x20, { 0xea, 0xe1 }, false },
	{ "idle without flush", 0x24, { 0xe1 }, false },
	{ "standby", 0x30, { 0xea, 0xe0 }, false },
	{ "standby, and start and load", 0x33, { 0xea, 0xe0 }, false },
};

KUNIT_ARRAY_PARAM_DESC(sat_power, sat_power_params, desc);

static void power_condition_becomes_ata_commands(struct kunit *test)
{
	const struct sat_power_param *param = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int i;

	sat_start_stop(rig, param->how);
	for (i = 0; i < 2 && param->command[i]; i++) {
		sat_expect_command(rig, param->command[i]);
		sat_done(rig);
	}
	sat_expect_good(rig);
	KUNIT_EXPECT_EQ(test, rig->dev.stopped, param->stopped);
}

static void invalid_power_condition_is_refused(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int power;

	sat_start_stop(rig, 0x02);	/* eject */
	sat_expect_field(rig, 0x2400, 4, 1);
	sat_start_stop(rig, 0x03);	/* load */
	sat_expect_field(rig, 0x2400, 4, 1);
	for (power = 4; power < 16; power++) {
		sat_start_stop(rig, power << 4);
		sat_expect_field(rig, 0x2400, 4, 7);
	}
}

/*
 * Disks before ATA-4 do not report power management, but may have it. A disk
 * that aborts the command is stopped as well.
 */
static void disk_without_power_management_bit_is_stopped(struct kunit *t)
{
	struct sat_rig *rig = sat_rig_create(t);

	rig->dev.power = false;
	sat_start_stop(rig, 0x04);
	sat_expect_command(rig, 0xe0);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_TRUE(t, rig->dev.stopped);

	rig->dev.stopped = false;
	sat_start_stop(rig, 0x04);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_good(rig);
	KUNIT_EXPECT_TRUE(t, rig->dev.stopped);

	/* Other errors are reported. */
	sat_start_stop(rig, 0x04);
	sat_fails(rig, 0x71, 0x04, 0);
	sat_expect_sense(rig, HARDWARE_ERROR, 0x4400);
	sat_start_stop(rig, 0x01);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, ABORTED_COMMAND, 0);
}

static void disk_without_cache_is_not_flushed(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.flush = false;
	rig->dev.flush_ext = false;
	rig->dev.wcache = false;
	sat_start_stop(rig, 0x30);
	sat_expect_command(rig, 0xe0);
	sat_done(rig);
	sat_expect_good(rig);
}

static void lock_disk(struct sat_rig *rig)
{
	u8 *id = sat_id_create(rig->test);

	sat_id_lock(id);
	sat_rig_identify(rig, id);
}

/* A locked disk aborts a flush, but executes STANDBY IMMEDIATE. */
static void locked_disk_that_aborts_a_flush_is_stopped(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	lock_disk(rig);
	sat_start_stop(rig, 0x00);
	sat_expect_command(rig, 0xea);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_command(rig, 0xe0);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_TRUE(test, rig->dev.stopped);
}

static void locked_disk_that_fails_to_stop_is_an_error(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	lock_disk(rig);
	sat_start_stop(rig, 0x00);
	sat_fails(rig, 0x71, 0x04, 0);
	sat_expect_sense(rig, HARDWARE_ERROR, 0x4400);
	sat_start_stop(rig, 0x00);
	sat_done(rig);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, DATA_PROTECT, 0x7471);
	KUNIT_EXPECT_FALSE(test, rig->dev.stopped);
}

/* A runtime resume that failed would also keep SECURITY UNLOCK away. */
static void locked_disk_that_aborts_verify_is_started(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	lock_disk(rig);
	rig->dev.stopped = true;
	sat_start_stop(rig, 0x01);
	sat_expect_command(rig, 0x40);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_good(rig);
	KUNIT_EXPECT_FALSE(test, rig->dev.stopped);
}

static void flush_aborted_by_a_lock_leaves_the_cache_on(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_without_flush(test);

	lock_disk(rig);
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, DATA_PROTECT, 0x7471);
	KUNIT_EXPECT_TRUE(test, sat_reports_wce(rig));
	KUNIT_EXPECT_NULL(test, rig->cmd.note);
}

static struct kunit_case sat_power_cases[] = {
	KUNIT_CASE(flush_uses_the_command_of_the_device),
	KUNIT_CASE(write_lost_at_a_suspend_fails_the_next_flush),
	KUNIT_CASE(cache_on_is_flushed_without_flush_bits),
	KUNIT_CASE(cache_off_without_flush_bits_sends_nothing),
	KUNIT_CASE(rejected_flush_turns_cache_off),
	KUNIT_CASE(rejected_flush_and_cache_off_is_an_error_once),
	KUNIT_CASE(failed_flush_is_always_an_error),
	KUNIT_CASE(failed_flush_is_final),
	KUNIT_CASE(stop_flushes_without_flush_bits),
	KUNIT_CASE(stopped_disk_needs_start),
	KUNIT_CASE(failed_flush_or_stop_leaves_the_disk_started),
	KUNIT_CASE_PARAM(start_at_an_unreadable_sector_starts_the_disk,
			 sat_unreadable_gen_params),
	KUNIT_CASE_PARAM(power_condition_becomes_ata_commands,
			 sat_power_gen_params),
	KUNIT_CASE(invalid_power_condition_is_refused),
	KUNIT_CASE(disk_without_power_management_bit_is_stopped),
	KUNIT_CASE(disk_without_cache_is_not_flushed),
	KUNIT_CASE(locked_disk_that_aborts_a_flush_is_stopped),
	KUNIT_CASE(locked_disk_that_fails_to_stop_is_an_error),
	KUNIT_CASE(locked_disk_that_aborts_verify_is_started),
	KUNIT_CASE(flush_aborted_by_a_lock_leaves_the_cache_on),
	{}
};

static struct kunit_suite sat_power_suite = {
	.name = "sat_power",
	.test_cases = sat_power_cases,
};

kunit_test_suite(sat_power_suite);

MODULE_DESCRIPTION("KUnit tests of translated flushes and power conditions");
MODULE_LICENSE("GPL");

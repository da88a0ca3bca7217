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

static void sat_flush(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_command(rig, 0xea);
	KUNIT_EXPECT_TRUE(test, rig->cmd.tf.ext);
	sat_expect_data(rig, SAT_NON_DATA, 0, 0);
	sat_done(rig);
	sat_expect_good(rig);
	/* All of the cache, whatever the range. IMMED changes nothing. */
	sat_rw(rig, 0x91, 0x02, 5, 6);
	sat_expect_command(rig, 0xea);

	rig->dev.flush_ext = false;
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_command(rig, 0xe7);
	KUNIT_EXPECT_FALSE(test, rig->cmd.tf.ext);
	sat_done(rig);
	sat_expect_good(rig);

	rig->dev.flush = false;
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_expect_good(rig);
}

static void sat_stop(struct kunit *test)
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

	/* There is no command for it but to read something. */
	sat_start_stop(rig, 0x01);
	sat_expect_tf(rig, 0x40, false, 0, 1);
	sat_expect_data(rig, SAT_NON_DATA, 0, 0);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_FALSE(test, rig->dev.stopped);
	sat_rw(rig, READ_10, 0, 0, 1);
	sat_expect_command(rig, 0xc4);
}

/* What could not be flushed must not be stopped. */
static void sat_stop_errors(struct kunit *test)
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

static void sat_power_conditions(struct kunit *test)
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

static void sat_power_invalid(struct kunit *test)
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

/* A device without power management or a cache is stopped all the same. */
static void sat_power_without(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.power = false;
	sat_start_stop(rig, 0x00);
	sat_expect_command(rig, 0xea);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_TRUE(test, rig->dev.stopped);
	rig->dev.flush = false;
	rig->dev.flush_ext = false;
	sat_start_stop(rig, 0x30);
	sat_expect_good(rig);
	KUNIT_EXPECT_FALSE(test, rig->dev.stopped);
}

static struct kunit_case sat_power_cases[] = {
	KUNIT_CASE(sat_flush),
	KUNIT_CASE(sat_stop),
	KUNIT_CASE(sat_stop_errors),
	KUNIT_CASE_PARAM(sat_power_conditions, sat_power_gen_params),
	KUNIT_CASE(sat_power_invalid),
	KUNIT_CASE(sat_power_without),
	{}
};

static struct kunit_suite sat_power_suite = {
	.name = "sat_power",
	.test_cases = sat_power_cases,
};

kunit_test_suite(sat_power_suite);

MODULE_DESCRIPTION("KUnit tests of translated flushes and power conditions");
MODULE_LICENSE("GPL");

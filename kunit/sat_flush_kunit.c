// SPDX-License-Identifier: GPL-2.0-only
/*
 * Failed flushes of programs. The device has dropped the data of a file system,
 * which learns of that by its own next flush.
 */
#include <kunit/test.h>
#include <scsi/scsi_proto.h>

#include "sat_rig.h"

#define SAT_NON		(3 << 1)	/* ATA PASS-THROUGH, byte 1 */

static void sync_cache(struct sat_rig *rig, bool passthrough)
{
	rig->cmd.passthrough = passthrough;
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
}

static void start_stop(struct sat_rig *rig, u8 how)
{
	rig->cmd.passthrough = true;
	SAT_SEND_NONE(rig, START_STOP, 0, 0, 0, how, 0);
}

static void pass_through(struct sat_rig *rig, u8 command, u8 feature)
{
	rig->cmd.passthrough = true;
	SAT_SEND_NONE(rig, ATA_16, SAT_NON, 0, 0, feature, 0, 0, 0, 0, 0, 0, 0,
		      0, 0, command, 0);
}

static void expect_lost_write(struct sat_rig *rig)
{
	sat_expect_sense(rig, MEDIUM_ERROR, 0x0c00);
	KUNIT_EXPECT_TRUE(rig->test, rig->cmd.final);
}

static void expect_flush(struct sat_rig *rig)
{
	sat_expect_command(rig, rig->dev.flush_ext ? 0xea : 0xe7);
	sat_done(rig);
	sat_expect_good(rig);
}

/* The device forgets its error, so its next flush would succeed. */
static void expect_report(struct sat_rig *rig)
{
	sync_cache(rig, false);
	expect_lost_write(rig);
	sync_cache(rig, false);
	expect_flush(rig);
}

static void expect_no_report(struct sat_rig *rig)
{
	sync_cache(rig, false);
	expect_flush(rig);
}

/* A drive of ATA-4 or ATA-5: IDENTIFY word 83 bits 12 and 13 are 0. */
static struct sat_rig *rig_without_flush(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 83, 0x4400);
	sat_rig_identify(rig, id);
	return rig;
}

static struct sat_rig *rig_locked(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	sat_id_lock(id);
	sat_rig_identify(rig, id);
	return rig;
}

static struct sat_rig *rig_removable(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.removable = true;
	return rig;
}

struct stop_case {
	const char *desc;
	u8 how;
};

static const struct stop_case stop_cases[] = {
	{ "stop", 0x00 },
	{ "idle", 0x20 },
	{ "standby", 0x30 },
};

KUNIT_ARRAY_PARAM_DESC(stop, stop_cases, desc);

static void failed_flush_of_a_stop_fails_the_next_flush(struct kunit *test)
{
	const struct stop_case *s = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);

	start_stop(rig, s->how);
	sat_expect_command(rig, 0xea);
	sat_fails(rig, 0x51, 0x40, 7);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x0c00);
	expect_report(rig);

	/* The error of the power condition itself loses no data. */
	start_stop(rig, s->how);
	sat_done(rig);
	sat_fails(rig, 0x51, 0x04, 0);
	expect_no_report(rig);
}

static void rejected_flush_of_a_stop_is_lost_with_the_cache_on(struct kunit *t)
{
	struct sat_rig *rig = rig_without_flush(t);

	start_stop(rig, 0);
	sat_expect_command(rig, 0xe7);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_command(rig, 0xef);
	sat_done(rig);
	sat_expect_command(rig, 0xe0);
	sat_done(rig);
	KUNIT_EXPECT_FALSE(t, rig->dev.lost_write);

	rig = rig_without_flush(t);
	start_stop(rig, 0);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, ABORTED_COMMAND, 0);
	sync_cache(rig, false);
	expect_lost_write(rig);
}

static void flush_of_a_stop_aborted_by_a_lock_loses_nothing(struct kunit *test)
{
	struct sat_rig *rig = rig_locked(test);

	start_stop(rig, 0);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_command(rig, 0xe0);
	sat_done(rig);
	expect_no_report(rig);
}

/* sd sends such a command before a suspend, and no file system gets its end. */
static void passed_flush_leaves_a_lost_write_pending(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.lost_write = true;
	sync_cache(rig, true);
	expect_lost_write(rig);
	sync_cache(rig, true);
	expect_flush(rig);
	expect_report(rig);
	/* A later write is reported to a program again. */
	rig->dev.lost_write = true;
	sync_cache(rig, true);
	expect_lost_write(rig);
}

static void failed_passed_flush_fails_the_next_flush(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sync_cache(rig, true);
	sat_fails(rig, 0x51, 0x40, 7);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x0c00);
	/* The program has been told. */
	sync_cache(rig, true);
	expect_flush(rig);
	expect_report(rig);

	/* The block layer gets the error of its own flush at once. */
	sync_cache(rig, false);
	sat_fails(rig, 0x51, 0x40, 7);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x0c00);
	expect_no_report(rig);
}

struct pass_case {
	const char *desc;
	u8 command;
	u8 status;
	u8 error;
	struct sat_rig *(*create)(struct kunit *test);
	bool lost;
};

static const struct pass_case pass_cases[] = {
	{ "FLUSH CACHE EXT", 0xea, 0x51, 0x40, sat_rig_create, true },
	{ "FLUSH CACHE", 0xe7, 0x51, 0x40, sat_rig_create, true },
	{ "ABRT", 0xea, 0x51, 0x04, sat_rig_create, true },
	{ "device fault", 0xe7, 0x71, 0x04, rig_without_flush, true },
	{ "other error", 0xe7, 0x51, 0x10, rig_without_flush, true },
	{ "unknown command", 0xe7, 0x51, 0x04, rig_without_flush, false },
	{ "unknown command EXT", 0xea, 0x51, 0x04, rig_without_flush, false },
	{ "locked", 0xea, 0x51, 0x04, rig_locked, false },
	{ "locked, other error", 0xea, 0x51, 0x40, rig_locked, true },
	{ "new medium", 0xea, 0x51, 0x20, rig_removable, false },
	{ "removal request", 0xea, 0x51, 0x0c, rig_removable, false },
	{ "no medium", 0xea, 0x51, 0x06, rig_removable, false },
	{ "new medium, device fault", 0xea, 0x71, 0x20, rig_removable, true },
	{ "new medium, other error", 0xea, 0x51, 0x30, rig_removable, true },
	{ "success", 0xea, 0x50, 0x00, sat_rig_create, false },
	{ "another command", 0xe5, 0x51, 0x04, sat_rig_create, false },
	{ "write cache off", 0xef, 0x51, 0x04, sat_rig_create, false },
};

KUNIT_ARRAY_PARAM_DESC(pass, pass_cases, desc);

static void failed_flush_of_pass_through_fails_the_next_flush(struct kunit *t)
{
	const struct pass_case *p = t->param_value;
	struct sat_rig *rig = p->create(t);

	pass_through(rig, p->command, p->command == 0xef ? 0x82 : 0);
	sat_expect_command(rig, p->command);
	sat_fails(rig, p->status, p->error, 7);
	if (p->lost)
		expect_report(rig);
	else
		expect_no_report(rig);
}

/* Only FLUSH CACHE EXT is reported, and the program has sent the other one. */
static void flush_in_the_unreported_form_is_no_unknown_command(struct kunit *t)
{
	struct sat_rig *rig = sat_rig_create(t);

	rig->dev.flush = false;
	pass_through(rig, 0xe7, 0);
	sat_fails(rig, 0x51, 0x04, 0);
	expect_report(rig);

	rig->dev.flush = true;
	rig->dev.flush_ext = false;
	pass_through(rig, 0xea, 0);
	sat_fails(rig, 0x51, 0x04, 0);
	expect_no_report(rig);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(failed_flush_of_a_stop_fails_the_next_flush,
			 stop_gen_params),
	KUNIT_CASE(rejected_flush_of_a_stop_is_lost_with_the_cache_on),
	KUNIT_CASE(flush_of_a_stop_aborted_by_a_lock_loses_nothing),
	KUNIT_CASE(passed_flush_leaves_a_lost_write_pending),
	KUNIT_CASE(failed_passed_flush_fails_the_next_flush),
	KUNIT_CASE_PARAM(failed_flush_of_pass_through_fails_the_next_flush,
			 pass_gen_params),
	KUNIT_CASE(flush_in_the_unreported_form_is_no_unknown_command),
	{}
};

static struct kunit_suite suite = {
	.name = "sat_flush",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit tests of flushes of programs that fail");
MODULE_LICENSE("GPL");

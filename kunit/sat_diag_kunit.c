// SPDX-License-Identifier: GPL-2.0-only
/*
 * SEND DIAGNOSTIC: self-tests of the device, or verified sectors instead.
 */
#include <kunit/test.h>
#include <scsi/scsi_proto.h>

#include "sat_rig.h"

#define SMART		0xb0
#define VERIFY28	0x40
#define VERIFY48	0x42

/* The rig's disk with SMART self-tests: words 84 bit 1, 85 bit 0. */
static struct sat_rig *rig_with_smart(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 84, 0x4142);
	sat_id_word(id, 85, 0x0069);
	sat_rig_identify(rig, id);
	return rig;
}

static void send_diagnostic(struct sat_rig *rig, u8 byte1)
{
	SAT_SEND_NONE(rig, SEND_DIAGNOSTIC, byte1, 0, 0, 0, 0);
}

static void expect_smart(struct sat_rig *rig, u8 subcommand)
{
	sat_expect_command(rig, SMART);
	KUNIT_EXPECT_EQ(rig->test, rig->cmd.tf.regs.feature, 0xd4);
	KUNIT_EXPECT_EQ(rig->test, rig->cmd.tf.regs.lbal, subcommand);
	KUNIT_EXPECT_EQ(rig->test, rig->cmd.tf.regs.lbam, 0x4f);
	KUNIT_EXPECT_EQ(rig->test, rig->cmd.tf.regs.lbah, 0xc2);
	KUNIT_EXPECT_TRUE(rig->test, rig->cmd.tf.want_regs);
	sat_expect_data(rig, SAT_NON_DATA, 0, 0);
}

/* The SMART command ends with these registers. */
static void smart_ends(struct sat_rig *rig, u8 status, u8 lbam, u8 lbah)
{
	struct sat_regs result = {
		.command = status, .lbam = lbam, .lbah = lbah,
		.feature = status & 1 ? 0x04 : 0,
	};

	KUNIT_ASSERT_EQ(rig->test, rig->answer, SAT_TASKFILE);
	rig->answer = sat_next(&rig->cmd, &result);
}

static void expect_verified_sectors(struct sat_rig *rig)
{
	sat_expect_tf(rig, VERIFY28, false, 0, 1);
	sat_done(rig);
	sat_expect_tf(rig, VERIFY48, true, (SAT_RIG_SECTORS - 1) / 2, 1);
	sat_done(rig);
	sat_expect_tf(rig, VERIFY48, true, SAT_RIG_SECTORS - 1, 1);
	sat_done(rig);
	sat_expect_good(rig);
}

static void self_test_without_smart_verifies_sectors(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	send_diagnostic(rig, 0x04);
	expect_verified_sectors(rig);
}

static void bad_sector_fails_the_self_test(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	send_diagnostic(rig, 0x04);
	sat_done(rig);
	sat_fails(rig, 0x51, 0x40, (SAT_RIG_SECTORS - 1) / 2);
	sat_expect_sense(rig, HARDWARE_ERROR, 0x3e03);
}

static void self_test_with_smart_is_captive(struct kunit *test)
{
	struct sat_rig *rig = rig_with_smart(test);

	send_diagnostic(rig, 0x04);
	expect_smart(rig, 0x81);
	smart_ends(rig, 0x50, 0x4f, 0xc2);
	sat_expect_good(rig);
}

static void failed_captive_test_is_reported(struct kunit *test)
{
	struct sat_rig *rig = rig_with_smart(test);

	send_diagnostic(rig, 0x04);
	smart_ends(rig, 0x51, 0xf4, 0x2c);
	sat_expect_sense(rig, HARDWARE_ERROR, 0x3e03);
	send_diagnostic(rig, 0xa0);
	smart_ends(rig, 0x50, 0xf4, 0x2c);
	sat_expect_sense(rig, HARDWARE_ERROR, 0x3e03);
}

static void rejected_captive_test_verifies_sectors(struct kunit *test)
{
	struct sat_rig *rig = rig_with_smart(test);

	send_diagnostic(rig, 0x04);
	smart_ends(rig, 0x51, 0x4f, 0xc2);
	expect_verified_sectors(rig);
}

static void code_selects_the_smart_test(struct kunit *test)
{
	static const u8 subcommands[8] = { 0, 0x01, 0x02, 0, 0x7f, 0x81, 0x82 };
	struct sat_rig *rig = rig_with_smart(test);
	unsigned int code;

	for (code = 1; code < 8; code++) {
		send_diagnostic(rig, code << 5);
		if (!subcommands[code]) {
			sat_expect_field(rig, 0x2400, 1, 7);
			continue;
		}
		expect_smart(rig, subcommands[code]);
		smart_ends(rig, 0x50, 0x4f, 0xc2);
		sat_expect_good(rig);
		send_diagnostic(rig, code << 5);
		smart_ends(rig, 0x51, 0x4f, 0xc2);
		sat_expect_sense(rig, ABORTED_COMMAND, 0);
	}
}

static void code_without_smart_is_invalid(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int code;

	for (code = 1; code < 8; code++) {
		send_diagnostic(rig, code << 5);
		sat_expect_field(rig, 0x2400, 1, 7);
	}
}

static void disabled_smart_is_not_used(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 84, 0x4142);
	sat_rig_identify(rig, id);
	send_diagnostic(rig, 0x20);
	sat_expect_field(rig, 0x2400, 1, 7);
}

static void self_test_with_a_code_is_invalid(struct kunit *test)
{
	struct sat_rig *rig = rig_with_smart(test);

	send_diagnostic(rig, 0x24);
	sat_expect_field(rig, 0x2400, 1, 7);
}

static void parameter_list_is_invalid(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	SAT_SEND_OUT(rig, 4, SEND_DIAGNOSTIC, 0x10, 0, 0, 4, 0);
	sat_expect_field(rig, 0x2400, 3, 7);
	send_diagnostic(rig, 0x10);
	sat_expect_good(rig);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(self_test_without_smart_verifies_sectors),
	KUNIT_CASE(bad_sector_fails_the_self_test),
	KUNIT_CASE(self_test_with_smart_is_captive),
	KUNIT_CASE(failed_captive_test_is_reported),
	KUNIT_CASE(rejected_captive_test_verifies_sectors),
	KUNIT_CASE(code_selects_the_smart_test),
	KUNIT_CASE(code_without_smart_is_invalid),
	KUNIT_CASE(disabled_smart_is_not_used),
	KUNIT_CASE(self_test_with_a_code_is_invalid),
	KUNIT_CASE(parameter_list_is_invalid),
	{}
};

static struct kunit_suite suite = {
	.name = "sat_diag",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit tests of translated self-tests");
MODULE_LICENSE("GPL");

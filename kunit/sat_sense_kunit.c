// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sense data for the STATUS and ERROR registers.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "sat_rig.h"

#define SAT_LBA		0x1234567

struct sat_error_param {
	const char *desc;
	u8 status;
	u8 error;
	bool removable;
	u8 key;
	u16 read;
	u16 write;
	bool info;
	u8 write_key;	/* for a write, if it differs */
};

static const struct sat_error_param sat_error_params[] = {
	{ "UNC", 0x51, 0x40, false, MEDIUM_ERROR, 0x1100, 0x0c00, true },
	{ "IDNF", 0x51, 0x10, false, MEDIUM_ERROR, 0x1401, 0x1401, true },
	{ "ABRT", 0x51, 0x04, false, ABORTED_COMMAND, 0, 0, false },
	{ "ICRC", 0x51, 0x84, false, ABORTED_COMMAND, 0x4703, 0x4703, false },
	{ "MC", 0x51, 0x20, false, UNIT_ATTENTION, 0x2800, 0x2800, false },
	{ "MCR", 0x51, 0x08, false, UNIT_ATTENTION, 0x5a01, 0x5a01, false },
	{ "BBK", 0x51, 0x80, false, MEDIUM_ERROR, 0x1100, 0x0c00, true },
	{ "AMNF", 0x51, 0x01, false, MEDIUM_ERROR, 0x1300, 0x1300, true },
	{ "TK0NF", 0x51, 0x02, false, HARDWARE_ERROR, 0x0600, 0x0600, false },
	{ "NM", 0x51, 0x02, true, NOT_READY, 0x3a00, 0x3a00, false },
	{ "WP", 0x51, 0x40, true, MEDIUM_ERROR, 0x1100, 0x2700, true,
	  DATA_PROTECT },
	{ "UNC and IDNF", 0x51, 0x50, false, MEDIUM_ERROR, 0x1100, 0x0c00,
	  true },
	{ "IDNF and ABRT", 0x51, 0x14, false, MEDIUM_ERROR, 0x1401, 0x1401,
	  true },
	{ "nothing in ERROR", 0x51, 0x00, false, ABORTED_COMMAND, 0, 0, false },
	{ "DF", 0x70, 0x00, false, HARDWARE_ERROR, 0x4400, 0x4400, false },
	{ "DF and all", 0x71, 0xff, false, HARDWARE_ERROR, 0x4400, 0x4400,
	  false },
	{ "BSY", 0x80, 0x00, false, ABORTED_COMMAND, 0, 0, false },
	{ "BSY and all", 0xff, 0xff, false, ABORTED_COMMAND, 0, 0, false },
};

KUNIT_ARRAY_PARAM_DESC(sat_error, sat_error_params, desc);

static void sat_error_fails(struct sat_rig *rig, u8 opcode)
{
	const struct sat_error_param *param = rig->test->param_value;

	rig->dev.removable = param->removable;
	sat_rw(rig, opcode, 0, SAT_LBA - 3, 8);
	sat_fails(rig, param->status, param->error, SAT_LBA);
}

static void error_of_a_read_becomes_sense_data(struct kunit *test)
{
	const struct sat_error_param *param = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);

	sat_error_fails(rig, READ_10);
	sat_expect_sense(rig, param->key, param->read);
	sat_expect_info(rig, param->info, SAT_LBA);
	KUNIT_EXPECT_EQ(test, rig->cmd.sense[0] & 0x7f, 0x70);
	KUNIT_EXPECT_EQ(test, rig->cmd.sense[7], 10);
	KUNIT_EXPECT_FALSE(test, memchr_inv(&rig->cmd.sense[18], 0,
					    SCSI_SENSE_BUFFERSIZE - 18));
	rig->dev.d_sense = true;
	sat_error_fails(rig, READ_10);
	KUNIT_EXPECT_EQ(test, rig->cmd.sense[0], 0x72);
	KUNIT_EXPECT_EQ(test, rig->cmd.sense[7], param->info ? 12 : 0);
	sat_expect_sense(rig, param->key, param->read);
	sat_expect_info(rig, param->info, SAT_LBA);
}

static void error_of_a_write_becomes_sense_data(struct kunit *test)
{
	const struct sat_error_param *param = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);

	sat_error_fails(rig, WRITE_10);
	sat_expect_sense(rig, param->write_key ?: param->key, param->write);
	sat_expect_info(rig, param->info && !param->write_key, SAT_LBA);
}

/* Other status bits do not report an error. */
static void error_register_without_err_is_ignored(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sat_rw(rig, READ_10, 0, 0, 1);
	sat_fails(rig, 0x5e, 0xff, 0);
	sat_expect_good(rig);
}

/* An LBA outside the command's range is ignored. */
static void lba_outside_the_command_is_ignored(struct kunit *test)
{
	static const u64 lbas[] = { SAT_LBA - 1, SAT_LBA + 8, 0, 0xfffffff };
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lbas); i++) {
		sat_rw(rig, READ_10, 0, SAT_LBA, 8);
		sat_fails(rig, 0x51, 0x40, lbas[i]);
		sat_expect_sense(rig, MEDIUM_ERROR, 0x1100);
		sat_expect_info(rig, false, 0);
	}
	for (i = 0; i < 8; i++) {
		sat_rw(rig, READ_10, 0, SAT_LBA, 8);
		sat_fails(rig, 0x51, 0x40, SAT_LBA + i);
		sat_expect_info(rig, true, SAT_LBA + i);
	}
	/* ID NOT FOUND beyond the end is reported as an LBA out of range. */
	rig->dev.sectors = SAT_LBA + 8;
	sat_rw(rig, READ_10, 0, SAT_LBA, 8);
	sat_fails(rig, 0x51, 0x10, SAT_LBA + 8);
	sat_expect_sense(rig, ILLEGAL_REQUEST, 0x2100);
	sat_rw(rig, READ_10, 0, SAT_LBA, 8);
	sat_fails(rig, 0x51, 0x50, SAT_LBA + 8);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x1100);
	sat_expect_info(rig, false, 0);
}

/* The registers have advanced beyond the end with the data of the error. */
static void invalid_lba_beyond_the_end_is_a_medium_error(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	const struct sat_regs result = {
		.command = 0x51,
		.feature = 0x10,
		.lbal = 0xff,
		.lbam = 0xff,
		.lbah = 0xff,
		.device = 0xef,
		.lba_invalid = true,
	};

	rig->dev.sectors = SAT_LBA + 8;
	sat_rw(rig, READ_10, 0, SAT_LBA, 8);
	rig->answer = sat_next(&rig->cmd, &result);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x1401);
	sat_expect_info(rig, false, 0);
}

/* An LBA of 48 bits fits the descriptor format, but not the fixed format. */
static void lba_beyond_32_bits_needs_descriptor_format(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u64 lba = 0x9876543210;

	sat_rw(rig, READ_16, 0, lba, 8);
	sat_fails(rig, 0x51, 0x40, lba + 1);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x1100);
	sat_expect_info(rig, false, 0);
	rig->dev.d_sense = true;
	sat_rw(rig, READ_16, 0, lba, 8);
	sat_fails(rig, 0x51, 0x40, lba + 1);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x1100);
	sat_expect_info(rig, true, lba + 1);
	sat_rw(rig, READ_16, 0, 0xffffffff, 1);
	sat_fails(rig, 0x51, 0x40, 0xffffffff);
	sat_expect_info(rig, true, 0xffffffff);
}

/* A flush may fail at any LBA. */
static void error_of_a_flush_has_an_lba(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.d_sense = true;
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_fails(rig, 0x51, 0x40, SAT_RIG_SECTORS - 1);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x0c00);
	sat_expect_info(rig, true, SAT_RIG_SECTORS - 1);
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_fails(rig, 0x51, 0x40, SAT_RIG_SECTORS);
	sat_expect_info(rig, false, 0);
}

/* Words 82 and 128 of IDENTIFY data: the features, and the security state. */
static void identify_lock(struct sat_rig *rig, u16 word82, u16 word128)
{
	u8 *id = sat_id_create(rig->test);

	sat_id_word(id, 82, word82);
	sat_id_word(id, ATA_ID_DLF, word128);
	sat_rig_identify(rig, id);
}

static void abort_of_a_locked_disk_is_data_protect(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	identify_lock(rig, 0x006a, 0x0007);
	sat_rw(rig, READ_10, 0, 0, 1);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, DATA_PROTECT, 0x7471);
	sat_expect_info(rig, false, 0);
	sat_rw(rig, SYNCHRONIZE_CACHE, 0, 0, 0);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, DATA_PROTECT, 0x7471);
}

/* Before ATA-3, word 128 was vendor specific. */
static const struct sat_unlocked_case {
	const char *desc;
	u16 word82;
	u16 word128;
	u8 status;
	u8 error;
	u8 key;
	u16 code;
} sat_unlocked_cases[] = {
	{ "unlocked", 0x006a, 0x0003, 0x51, 0x04, ABORTED_COMMAND, 0 },
	{ "no security", 0x0068, 0x0004, 0x51, 0x04, ABORTED_COMMAND, 0 },
	{ "before ATA-3", 0x0068, 0xffff, 0x51, 0x04, ABORTED_COMMAND, 0 },
	{ "UNC", 0x006a, 0x0007, 0x51, 0x40, MEDIUM_ERROR, 0x1100 },
	{ "ICRC", 0x006a, 0x0007, 0x51, 0x84, ABORTED_COMMAND, 0x4703 },
	{ "DF", 0x006a, 0x0007, 0x71, 0x04, HARDWARE_ERROR, 0x4400 },
	{ "BSY", 0x006a, 0x0007, 0xd1, 0x04, ABORTED_COMMAND, 0 },
};

KUNIT_ARRAY_PARAM_DESC(sat_unlocked, sat_unlocked_cases, desc);

static void other_error_is_not_that_of_a_lock(struct kunit *test)
{
	const struct sat_unlocked_case *u = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);

	identify_lock(rig, u->word82, u->word128);
	sat_rw(rig, READ_10, 0, 0, 1);
	sat_fails(rig, u->status, u->error, 0);
	sat_expect_sense(rig, u->key, u->code);
}

/* Tools for ATA expect the sense key of the ATA error. */
static void abort_of_a_pass_through_is_not_that_of_a_lock(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	identify_lock(rig, 0x006a, 0x0007);
	SAT_SEND_NONE(rig, ATA_16, 3 << 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
		      0x40, 0x40, 0);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, ABORTED_COMMAND, 0);
}

static void field_pointer_has_descriptor_format(struct kunit *test)
{
	static const u8 sense[16] = { 0x72, 0x05, 0x24, 0x00, 0, 0, 0, 8,
				      0x02, 0x06, 0, 0, 0xcc, 0x00, 0x03 };
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.d_sense = true;
	SAT_SEND_NONE(rig, TEST_UNIT_READY, 0, 0, 0x10, 0, 0);
	KUNIT_EXPECT_EQ(test, 0, memcmp(rig->cmd.sense, sense, sizeof(sense)));
}

static struct kunit_case sat_sense_cases[] = {
	KUNIT_CASE_PARAM(error_of_a_read_becomes_sense_data,
			 sat_error_gen_params),
	KUNIT_CASE_PARAM(error_of_a_write_becomes_sense_data,
			 sat_error_gen_params),
	KUNIT_CASE(error_register_without_err_is_ignored),
	KUNIT_CASE(lba_outside_the_command_is_ignored),
	KUNIT_CASE(invalid_lba_beyond_the_end_is_a_medium_error),
	KUNIT_CASE(lba_beyond_32_bits_needs_descriptor_format),
	KUNIT_CASE(error_of_a_flush_has_an_lba),
	KUNIT_CASE(abort_of_a_locked_disk_is_data_protect),
	KUNIT_CASE_PARAM(other_error_is_not_that_of_a_lock,
			 sat_unlocked_gen_params),
	KUNIT_CASE(abort_of_a_pass_through_is_not_that_of_a_lock),
	KUNIT_CASE(field_pointer_has_descriptor_format),
	{}
};

static struct kunit_suite sat_sense_suite = {
	.name = "sat_sense",
	.test_cases = sat_sense_cases,
};

kunit_test_suite(sat_sense_suite);

MODULE_DESCRIPTION("KUnit tests of ATA errors as sense data");
MODULE_LICENSE("GPL");

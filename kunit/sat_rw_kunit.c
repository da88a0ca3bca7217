// SPDX-License-Identifier: GPL-2.0-only
/*
 * READ, WRITE and VERIFY: ranges, and the ATA commands for them.
 */
#include <kunit/test.h>
#include <scsi/scsi_proto.h>

#include "sat_rig.h"

/* The first LBA beyond 28 bits. */
#define SAT_28		((1ULL << 28) - 1)
#define SAT_DRQ		(SAT_RIG_MULTI * 512)

static struct sat_rig *sat_rig_lba28(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 83, 0x4000);
	sat_rig_identify(rig, id);
	KUNIT_ASSERT_EQ(test, rig->dev.sectors, SAT_28);
	return rig;
}

struct sat_rw_param {
	const char *desc;
	u8 opcode;
	u64 lba;
	u32 count;
	u8 command;
	bool ext;
	u32 sectors;
};

static const struct sat_rw_param sat_rw_params[] = {
	{ "READ (6) of 1", READ_6, 0x1fffff, 1, 0xc4, false, 1 },
	{ "READ (6) of 0, which is 256", READ_6, 0, 0, 0xc4, false, 256 },
	{ "WRITE (6) of 0, which is 256", WRITE_6, 5, 0, 0xc5, false, 256 },
	{ "READ (10) of 1", READ_10, 0x1234567, 1, 0xc4, false, 1 },
	{ "READ (10) of 256", READ_10, 8, 256, 0xc4, false, 256 },
	{ "READ (10) of 257", READ_10, 8, 257, 0x29, true, 257 },
	{ "READ (10) of 65535", READ_10, 8, 65535, 0x29, true, 65535 },
	{ "READ (12) of 65535", READ_12, 8, 65535, 0x29, true, 65535 },
	{ "READ (16) of 1", READ_16, 0x123456789a, 1, 0x29, true, 1 },
	{ "WRITE (10) of 1", WRITE_10, 0x1234567, 1, 0xc5, false, 1 },
	{ "WRITE (10) of 256", WRITE_10, 8, 256, 0xc5, false, 256 },
	{ "WRITE (10) of 257", WRITE_10, 8, 257, 0x39, true, 257 },
	{ "WRITE (12) of 65535", WRITE_12, 8, 65535, 0x39, true, 65535 },
	{ "WRITE (16) of 1", WRITE_16, 0xfedcba9876, 1, 0x39, true, 1 },
	{ "the last of 28 bits", READ_10, SAT_28 - 1, 1, 0x29, true, 1 },
	{ "up to the last of 28 bits", READ_10, SAT_28 - 256, 256, 0x29, true,
	  256 },
	{ "the last but one", READ_10, SAT_28 - 2, 1, 0xc4, false, 1 },
	{ "past the last of 28 bits", READ_10, SAT_28 - 1, 2, 0x29, true, 2 },
	{ "2^28 - 1", READ_10, SAT_28, 1, 0x29, true, 1 },
	{ "2^28", WRITE_10, SAT_28 + 1, 1, 0x39, true, 1 },
	{ "the last of all", READ_16, SAT_RIG_SECTORS - 1, 1, 0x29, true, 1 },
};

KUNIT_ARRAY_PARAM_DESC(sat_rw, sat_rw_params, desc);

static bool sat_rw_writes(u8 opcode)
{
	return opcode == WRITE_6 || opcode == WRITE_10 || opcode == WRITE_12 ||
	       opcode == WRITE_16;
}

static void short_transfer_is_one_taskfile(struct kunit *test)
{
	const struct sat_rw_param *param = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);

	sat_rw(rig, param->opcode, 0, param->lba, param->count);
	sat_expect_tf(rig, param->command, param->ext, param->lba,
		      param->sectors);
	sat_expect_data(rig, sat_rw_writes(param->opcode) ? SAT_PIO_OUT :
			SAT_PIO_IN, param->sectors * 512, SAT_DRQ);
	sat_done(rig);
	sat_expect_good(rig);
}

/* Without multiple mode, and without LBA48. */
static void transfer_without_multiple_mode_has_small_blocks(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.multi = 0;
	sat_rw(rig, READ_10, 0, 7, 8);
	sat_expect_tf(rig, 0x20, false, 7, 8);
	sat_expect_data(rig, SAT_PIO_IN, 8 * 512, 512);
	sat_rw(rig, WRITE_10, 0, 7, 8);
	sat_expect_tf(rig, 0x30, false, 7, 8);
	sat_expect_data(rig, SAT_PIO_OUT, 8 * 512, 512);
	sat_rw(rig, READ_10, 0, SAT_28, 8);
	sat_expect_tf(rig, 0x24, true, SAT_28, 8);
	sat_rw(rig, WRITE_10, 0, SAT_28, 8);
	sat_expect_tf(rig, 0x34, true, SAT_28, 8);

	/* Sectors of another size. */
	rig->dev.sector_size = 4096;
	sat_rw(rig, WRITE_10, 0, 7, 8);
	sat_expect_data(rig, SAT_PIO_OUT, 8 * 4096, 4096);
	rig->dev.multi = 2;
	sat_rw(rig, WRITE_10, 0, 7, 8);
	sat_expect_data(rig, SAT_PIO_OUT, 8 * 4096, 8192);
}

/* A transfer that exceeds one ATA command is split. */
static void long_28_bit_transfer_is_split(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_lba28(test);

	sat_rw(rig, READ_10, 0, 100, 600);
	sat_expect_tf(rig, 0xc4, false, 100, 256);
	sat_expect_data(rig, SAT_PIO_IN, 256 * 512, SAT_DRQ);
	sat_done(rig);
	sat_expect_tf(rig, 0xc4, false, 356, 256);
	sat_done(rig);
	sat_expect_tf(rig, 0xc4, false, 612, 88);
	sat_expect_data(rig, SAT_PIO_IN, 88 * 512, SAT_DRQ);
	sat_done(rig);
	sat_expect_good(rig);

	sat_rw(rig, WRITE_10, 0, SAT_28 - 257, 257);
	sat_expect_tf(rig, 0xc5, false, SAT_28 - 257, 256);
	sat_done(rig);
	sat_expect_tf(rig, 0xc5, false, SAT_28 - 1, 1);
	sat_done(rig);
	sat_expect_good(rig);

	sat_rw(rig, VERIFY, 0, 0, 512);
	sat_expect_tf(rig, 0x40, false, 0, 256);
	sat_done(rig);
	sat_expect_tf(rig, 0x40, false, 256, 256);
	sat_done(rig);
	sat_expect_good(rig);
}

/* Like libata: a disk may take a count of 0000h for no sectors. */
static void long_48_bit_transfer_is_split(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u64 lba = SAT_RIG_SECTORS - 131071;

	sat_rw(rig, WRITE_16, 0, lba, 131071);
	sat_expect_tf(rig, 0x39, true, lba, 65535);
	sat_done(rig);
	sat_expect_tf(rig, 0x39, true, lba + 65535, 65535);
	sat_done(rig);
	sat_expect_tf(rig, 0x39, true, lba + 131070, 1);
	sat_expect_data(rig, SAT_PIO_OUT, 512, SAT_DRQ);
	sat_done(rig);
	sat_expect_good(rig);

	/* The last part fits the 28-bit command again. */
	sat_rw(rig, READ_16, 0, 0, 65536);
	sat_expect_tf(rig, 0x29, true, 0, 65535);
	sat_done(rig);
	sat_expect_tf(rig, 0xc4, false, 65535, 1);
	sat_done(rig);
	sat_expect_good(rig);
}

/* No other device of the channel gets a command before VERIFY has ended. */
static void verify_of_too_many_blocks_is_refused(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	struct sat_rig *rig28 = sat_rig_lba28(test);
	unsigned int i;

	sat_rw(rig, VERIFY_16, 0, 1, 65535);
	sat_expect_tf(rig, 0x42, true, 1, 65535);
	sat_done(rig);
	sat_expect_good(rig);
	sat_rw(rig, VERIFY_16, 0, 0, 65536);
	sat_expect_field(rig, 0x2400, 10, 7);
	sat_rw(rig, VERIFY_16, 0, 0, U32_MAX);
	sat_expect_field(rig, 0x2400, 10, 7);
	sat_rw(rig, VERIFY_12, 0, 0, 65536);
	sat_expect_field(rig, 0x2400, 6, 7);

	sat_rw(rig28, VERIFY_12, 0, 0, 65536);
	sat_expect_field(rig28, 0x2400, 6, 7);
	sat_rw(rig28, VERIFY_12, 0, 0, 65535);
	for (i = 0; i < 256; i++) {
		sat_expect_tf(rig28, 0x40, false, 256 * i, i < 255 ? 256 : 255);
		sat_done(rig28);
	}
	sat_expect_good(rig28);
}

/* An error of any taskfile ends the command. */
static void error_of_one_taskfile_ends_the_transfer(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_lba28(test);

	sat_rw(rig, READ_10, 0, 100, 600);
	sat_done(rig);
	sat_expect_tf(rig, 0xc4, false, 356, 256);
	sat_fails(rig, 0x51, 0x40, 360);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x1100);
	sat_expect_info(rig, true, 360);
}

/* INFORMATION has the first LBA that is invalid. */
static void expect_out_of_range(struct sat_rig *rig, u64 lba)
{
	sat_expect_sense(rig, ILLEGAL_REQUEST, 0x2100);
	sat_expect_info(rig, rig->dev.d_sense || lba <= U32_MAX, lba);
}

static void range_beyond_the_end_is_refused(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	struct sat_rig *rig28 = sat_rig_lba28(test);
	static const u8 opcodes[] = { READ_16, WRITE_16, VERIFY_16,
				      0x91 /* SYNCHRONIZE CACHE (16) */ };
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(opcodes); i++) {
		u8 opcode = opcodes[i / 2];

		/* Fixed format has no room for an LBA above 32 bits. */
		rig->dev.d_sense = i & 1;
		sat_rw(rig, opcode, 0, SAT_RIG_SECTORS, 1);
		expect_out_of_range(rig, SAT_RIG_SECTORS);
		sat_rw(rig, opcode, 0, SAT_RIG_SECTORS - 1, 2);
		expect_out_of_range(rig, SAT_RIG_SECTORS);
		sat_rw(rig, opcode, 0, U64_MAX, 1);
		expect_out_of_range(rig, U64_MAX);
		sat_rw(rig, opcode, 0, U64_MAX - 4, 65535);
		expect_out_of_range(rig, U64_MAX - 4);
		sat_rw(rig, opcode, 0, 1ULL << 48, 1);
		expect_out_of_range(rig, 1ULL << 48);
		sat_rw(rig, opcode, 0, SAT_RIG_SECTORS + 1, 0);
		expect_out_of_range(rig, SAT_RIG_SECTORS + 1);
	}
	sat_rw(rig28, READ_10, 0, SAT_28, 1);
	expect_out_of_range(rig28, SAT_28);
	sat_rw(rig28, READ_10, 0, SAT_28 - 1, 2);
	expect_out_of_range(rig28, SAT_28);
	sat_rw(rig28, READ_10, 0, U32_MAX, 65535);
	expect_out_of_range(rig28, U32_MAX);

	/* Use the whole range. */
	rig->dev.sectors = SAT_LBA48_SECTORS;
	sat_rw(rig, READ_16, 0, SAT_LBA48_SECTORS - 1, 1);
	sat_expect_tf(rig, 0x29, true, SAT_LBA48_SECTORS - 1, 1);
	sat_rw(rig, READ_16, 0, SAT_LBA48_SECTORS, 1);
	expect_out_of_range(rig, SAT_LBA48_SECTORS);

	/* The smallest disk. */
	rig->dev.sectors = 1;
	sat_rw(rig, READ_6, 0, 0, 0);
	expect_out_of_range(rig, 1);
	sat_rw(rig, READ_6, 0, 0, 1);
	sat_expect_tf(rig, 0xc4, false, 0, 1);
}

/*
 * A length of 0 means no blocks, except in 6-byte CDBs. It is valid even just
 * behind the last block.
 */
static void transfer_of_no_blocks_ends_at_once(struct kunit *test)
{
	static const u8 opcodes[] = {
		READ_10, WRITE_10, VERIFY, READ_12, WRITE_12, VERIFY_12,
	};
	static const u8 opcodes16[] = { READ_16, WRITE_16, VERIFY_16 };
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++) {
		sat_rw(rig, opcodes[i], 0, 7, 0);
		sat_expect_good(rig);
	}
	for (i = 0; i < ARRAY_SIZE(opcodes16); i++) {
		sat_rw(rig, opcodes16[i], 0, SAT_RIG_SECTORS, 0);
		sat_expect_good(rig);
	}
}

/* The buffer must have room for the data. */
static void buffer_shorter_than_the_data_is_refused(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	SAT_SEND_IN(rig, 1023, READ_10, 0, 0, 0, 0, 0, 0, 0, 2, 0);
	sat_expect_field(rig, 0x2400, 7, 7);
	SAT_SEND_IN(rig, 1025, READ_10, 0, 0, 0, 0, 0, 0, 0, 2, 0);
	sat_expect_tf(rig, 0xc4, false, 0, 2);
	sat_expect_data(rig, SAT_PIO_IN, 1024, SAT_DRQ);
	SAT_SEND_OUT(rig, 1024, READ_10, 0, 0, 0, 0, 0, 0, 0, 2, 0);
	sat_expect_field(rig, 0x2400, 7, 7);
	SAT_SEND_IN(rig, 1024, WRITE_6, 0, 0, 0, 2, 0);
	sat_expect_field(rig, 0x2400, 4, 7);
	SAT_SEND_NONE(rig, WRITE_12, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0);
	sat_expect_field(rig, 0x2400, 6, 7);
	/* A length of slightly more than 4 GiB does not wrap around. */
	SAT_SEND_IN(rig, 512, READ_16, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		    0, 0x80, 0, 1, 0, 0);
	sat_expect_field(rig, 0x2400, 10, 7);
}

/*
 * MODE SENSE reports DPOFUA 0: no READ, WRITE or VERIFY supports either bit. In
 * the CDBs of 6 bytes both are bits of the LBA.
 */
static void dpo_and_fua_end_with_invalid_field(struct kunit *test)
{
	static const u8 opcodes[] = {
		READ_10, READ_12, READ_16, WRITE_10, WRITE_12, WRITE_16,
		VERIFY, VERIFY_12, VERIFY_16,
	};
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++) {
		sat_rw(rig, opcodes[i], 0x08, 5, 3);
		sat_expect_field(rig, 0x2400, 1, 3);
		sat_rw(rig, opcodes[i], 0x10, 5, 3);
		sat_expect_field(rig, 0x2400, 1, 4);
	}
	sat_rw(rig, WRITE_6, 0, 0x180000, 1);
	sat_expect_tf(rig, 0xc5, false, 0x180000, 1);
}

static void verify_reports_the_bad_sector(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sat_rw(rig, VERIFY, 0, 0x1234567, 256);
	sat_expect_tf(rig, 0x40, false, 0x1234567, 256);
	sat_expect_data(rig, SAT_NON_DATA, 0, 0);
	sat_done(rig);
	sat_expect_good(rig);
	sat_rw(rig, VERIFY_12, 0, SAT_28, 1);
	sat_expect_tf(rig, 0x42, true, SAT_28, 1);
	sat_fails(rig, 0x51, 0x40, SAT_28);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x1100);
	sat_expect_info(rig, true, SAT_28);
}

static struct kunit_case sat_rw_cases[] = {
	KUNIT_CASE_PARAM(short_transfer_is_one_taskfile, sat_rw_gen_params),
	KUNIT_CASE(transfer_without_multiple_mode_has_small_blocks),
	KUNIT_CASE(long_28_bit_transfer_is_split),
	KUNIT_CASE(long_48_bit_transfer_is_split),
	KUNIT_CASE(verify_of_too_many_blocks_is_refused),
	KUNIT_CASE(error_of_one_taskfile_ends_the_transfer),
	KUNIT_CASE(range_beyond_the_end_is_refused),
	KUNIT_CASE(transfer_of_no_blocks_ends_at_once),
	KUNIT_CASE(buffer_shorter_than_the_data_is_refused),
	KUNIT_CASE(dpo_and_fua_end_with_invalid_field),
	KUNIT_CASE(verify_reports_the_bad_sector),
	{}
};

static struct kunit_suite sat_rw_suite = {
	.name = "sat_rw",
	.test_cases = sat_rw_cases,
};

kunit_test_suite(sat_rw_suite);

MODULE_DESCRIPTION("KUnit tests of translated reads and writes");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The CDBs that the translation supports, and the bits of each.
 */
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>

#include "sat_rig.h"

struct sat_cdb_param {
	const char *desc;
	u8 len;
	u8 cdb[16];	/* a valid CDB */
	u8 usage[16];	/* bits of the CDB that may be set */
	u8 fields[3][2];	/* byte and bits of unsupported fields */
};

#define SAT_RW_FIELDS(group, wide) \
	{ { 1, 0xe0 }, { group, 0x1f }, { 1, wide } }

#define SAT_RW10_USAGE(bits) \
	{ 0xff, bits, 0xff, 0xff, 0xff, 0xff, 0, 0xff, 0xff }
#define SAT_RW12_USAGE(bits) \
	{ 0xff, bits, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }
#define SAT_RW16_USAGE(bits) \
	{ 0xff, bits, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, \
	  0xff, 0xff, 0xff, 0xff }

static const struct sat_cdb_param sat_cdb_params[] = {
	{ "TEST UNIT READY", 6, { 0x00 }, { 0xff } },
	{ "REQUEST SENSE", 6, { 0x03 }, { 0xff, 0x01, 0, 0, 0xff } },
	{ "READ (6)", 6, { 0x08 }, { 0xff, 0x1f, 0xff, 0xff, 0xff } },
	{ "WRITE (6)", 6, { 0x0a }, { 0xff, 0x1f, 0xff, 0xff, 0xff } },
	{ "INQUIRY", 6, { 0x12 }, { 0xff, 0x01, 0xff, 0xff, 0xff } },
	{ "MODE SELECT (6)", 6, { 0x15, 0x10 }, { 0xff, 0x10, 0, 0, 0xff } },
	{ "MODE SENSE (6)", 6, { 0x1a, 0, 0x3f },
	  { 0xff, 0x08, 0xff, 0xff, 0xff } },
	{ "START STOP UNIT", 6, { 0x1b }, { 0xff, 0x01, 0, 0, 0xf7 },
	  { { 3, 0x0f } } },
	{ "SEND DIAGNOSTIC", 6, { 0x1d },
	  { 0xff, 0xf7, 0, 0xff, 0xff } },
	{ "READ CAPACITY (10)", 10, { 0x25 }, { 0xff } },
	{ "READ (10)", 10, { 0x28 }, SAT_RW10_USAGE(0),
	  SAT_RW_FIELDS(6, 0) },
	{ "WRITE (10)", 10, { 0x2a }, SAT_RW10_USAGE(0),
	  SAT_RW_FIELDS(6, 0) },
	{ "VERIFY (10)", 10, { 0x2f }, SAT_RW10_USAGE(0),
	  SAT_RW_FIELDS(6, 0x06) },
	{ "SYNCHRONIZE CACHE (10)", 10, { 0x35 }, SAT_RW10_USAGE(0x02),
	  SAT_RW_FIELDS(6, 0) },
	{ "MODE SELECT (10)", 10, { 0x55, 0x10 },
	  { 0xff, 0x10, 0, 0, 0, 0, 0, 0xff, 0xff } },
	{ "MODE SENSE (10)", 10, { 0x5a, 0, 0x3f },
	  { 0xff, 0x18, 0xff, 0xff, 0, 0, 0, 0xff, 0xff } },
	{ "ATA PASS-THROUGH (16)", 16, { 0x85, 0x06 },
	  { 0xff, 0xff, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, { { 2, 0xc0 } } },
	{ "READ (16)", 16, { 0x88 }, SAT_RW16_USAGE(0),
	  SAT_RW_FIELDS(14, 0) },
	{ "WRITE (16)", 16, { 0x8a }, SAT_RW16_USAGE(0),
	  SAT_RW_FIELDS(14, 0) },
	{ "VERIFY (16)", 16, { 0x8f }, SAT_RW16_USAGE(0),
	  SAT_RW_FIELDS(14, 0x06) },
	{ "SYNCHRONIZE CACHE (16)", 16, { 0x91 }, SAT_RW16_USAGE(0x02),
	  SAT_RW_FIELDS(14, 0) },
	{ "READ CAPACITY (16)", 16, { 0x9e, 0x10 },
	  { 0xff, 0x1f, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff } },
	{ "REPORT LUNS", 12, { 0xa0, [9] = 16 },
	  { 0xff, 0, 0xff, 0, 0, 0, 0xff, 0xff, 0xff, 0xff } },
	{ "ATA PASS-THROUGH (12)", 12, { 0xa1, 0x06 },
	  { 0xff, 0xfe, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	  { { 2, 0xc0 } } },
	{ "REPORT SUPPORTED OPERATION CODES", 12, { 0xa3, 0x0c },
	  { 0xff, 0x1f, 0x87, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
	{ "READ (12)", 12, { 0xa8 }, SAT_RW12_USAGE(0),
	  SAT_RW_FIELDS(10, 0) },
	{ "WRITE (12)", 12, { 0xaa }, SAT_RW12_USAGE(0),
	  SAT_RW_FIELDS(10, 0) },
	{ "VERIFY (12)", 12, { 0xaf }, SAT_RW12_USAGE(0),
	  SAT_RW_FIELDS(10, 0x06) },
};

KUNIT_ARRAY_PARAM_DESC(sat_cdb, sat_cdb_params, desc);

static void sat_cdb_send(struct sat_rig *rig, const u8 *cdb, unsigned int len)
{
	bool out = cdb[0] == WRITE_6;

	sat_send(rig, out ? DMA_TO_DEVICE : DMA_FROM_DEVICE, 1 << 20, cdb, len);
}

/* Returns the first bit of the field of a bit, or that bit without a field. */
static unsigned int first_bit(const struct sat_cdb_param *param,
			      unsigned int byte, unsigned int bit)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(param->fields); i++)
		if (param->fields[i][0] == byte &&
		    param->fields[i][1] & BIT(bit))
			return fls(param->fields[i][1]) - 1;
	return bit;
}

/* Each unsupported bit is refused, and sense data points to its field. */
static void unsupported_cdb_bit_is_refused(struct kunit *test)
{
	const struct sat_cdb_param *param = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int byte, bit;
	u8 cdb[16];

	sat_cdb_send(rig, param->cdb, param->len);
	KUNIT_ASSERT_NE(test, rig->answer, SAT_CHECK);
	for (byte = 1; byte < param->len; byte++) {
		for (bit = 0; bit < 8; bit++) {
			if (param->usage[byte] & BIT(bit))
				continue;
			memcpy(cdb, param->cdb, sizeof(cdb));
			cdb[byte] |= BIT(bit);
			sat_cdb_send(rig, cdb, param->len);
			sat_expect_sense(rig, ILLEGAL_REQUEST, 0x2400);
			KUNIT_EXPECT_EQ(test, rig->cmd.sense[17], byte);
			KUNIT_EXPECT_EQ(test, rig->cmd.sense[15] & 7,
					first_bit(param, byte, bit));
			KUNIT_EXPECT_EQ(test, rig->cmd.sense[15] & 0xf8, 0xc8);
		}
	}
}

/* No byte beyond the end of a short CDB is read, which KASAN checks. */
static void short_cdb_is_refused(struct kunit *test)
{
	const struct sat_cdb_param *param = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int len;

	for (len = 1; len < param->len; len++) {
		sat_cdb_send(rig, param->cdb, len);
		sat_expect_sense(rig, ILLEGAL_REQUEST, 0x2400);
	}
	sat_cdb_send(rig, param->cdb, 16);
	KUNIT_EXPECT_NE(test, rig->answer, SAT_CHECK);
}

/* Sense data points to the first bit of a field of several bits. */
static void sense_points_to_the_whole_field(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sat_rw(rig, READ_10, 0x20, 0, 1);	/* RDPROTECT */
	sat_expect_field(rig, 0x2400, 1, 7);
	sat_rw(rig, VERIFY, 0x02, 0, 1);	/* BYTCHK */
	sat_expect_field(rig, 0x2400, 1, 2);
	SAT_SEND_NONE(rig, START_STOP, 0, 0, 0x01, 0, 0);
	sat_expect_field(rig, 0x2400, 3, 3);
	SAT_SEND_NONE(rig, VERIFY, 0, 0, 0, 0, 0, 0x01, 0, 0, 0);
	sat_expect_field(rig, 0x2400, 6, 4);	/* GROUP NUMBER */
}

/* All other operation codes and service actions are refused. */
static void unknown_opcode_is_refused(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int opcode, i, known = 0;
	u8 cdb[16] = { };

	for (opcode = 0; opcode < 256; opcode++) {
		for (i = 0; i < ARRAY_SIZE(sat_cdb_params); i++)
			if (sat_cdb_params[i].cdb[0] == opcode)
				break;
		if (i < ARRAY_SIZE(sat_cdb_params)) {
			known++;
			continue;
		}
		cdb[0] = opcode;
		cdb[1] = 0xff;
		sat_send(rig, DMA_NONE, 0, cdb, sizeof(cdb));
		sat_expect_sense(rig, ILLEGAL_REQUEST, 0x2000);
	}
	KUNIT_EXPECT_EQ(test, known, ARRAY_SIZE(sat_cdb_params));

	cdb[0] = MAINTENANCE_IN;
	cdb[1] = 0x0a;
	sat_send(rig, DMA_NONE, 0, cdb, sizeof(cdb));
	sat_expect_field(rig, 0x2400, 1, 4);
	cdb[0] = SERVICE_ACTION_IN_16;
	for (i = 0; i < 32; i++) {
		cdb[1] = i;
		if (i == SAI_READ_CAPACITY_16)
			continue;
		sat_send(rig, DMA_NONE, 0, cdb, sizeof(cdb));
		sat_expect_field(rig, 0x2400, 1, 4);
	}
	sat_send(rig, DMA_NONE, 0, cdb, 0);
	sat_expect_sense(rig, ILLEGAL_REQUEST, 0x2000);
}

/* A stopped unit executes commands that do not need the medium. */
static void stopped_unit_refuses_medium_commands(struct kunit *test)
{
	static const u8 needs[] = {
		TEST_UNIT_READY, SEND_DIAGNOSTIC, READ_6, WRITE_6, READ_10,
		WRITE_10, VERIFY, READ_16, WRITE_16, VERIFY_16, READ_12,
		WRITE_12, VERIFY_12,
	};
	const struct sat_cdb_param *param = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.stopped = true;
	sat_cdb_send(rig, param->cdb, param->len);
	if (memchr(needs, param->cdb[0], sizeof(needs)))
		sat_expect_sense(rig, NOT_READY, 0x0402);
	else
		KUNIT_EXPECT_NE(test, rig->answer, SAT_CHECK);
}

/* The reply fits both the buffer and the allocation length. */
static void reply_fits_buffer_and_allocation_length(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	SAT_SEND_IN(rig, 96, INQUIRY, 0, 0, 0, 255, 0);
	sat_expect_reply(rig, 96);
	SAT_SEND_IN(rig, 255, INQUIRY, 0, 0, 0, 5, 0);
	sat_expect_reply(rig, 5);
	SAT_SEND_IN(rig, 3, INQUIRY, 0, 0, 0, 36, 0);
	sat_expect_reply(rig, 3);
	SAT_SEND_IN(rig, 36, INQUIRY, 0, 0, 0, 0, 0);
	sat_expect_good(rig);
	SAT_SEND_NONE(rig, INQUIRY, 0, 0, 0, 36, 0);
	sat_expect_good(rig);
	SAT_SEND_OUT(rig, 36, INQUIRY, 0, 0, 0, 36, 0);
	sat_expect_good(rig);
}

/*
 * REPORT SUPPORTED OPERATION CODES for one command: the reported bits are those
 * of the standards above, and the longest report has a place.
 */
static void report_shows_the_usage_of_a_command(struct kunit *test)
{
	const struct sat_cdb_param *param = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);
	u8 action = param->cdb[0] == SERVICE_ACTION_IN_16 ||
		    param->cdb[0] == MAINTENANCE_IN ? param->cdb[1] : 0;
	u8 usage[16];

	memcpy(usage, param->usage, sizeof(usage));
	usage[0] = param->cdb[0];
	if (action)
		usage[1] = action;
	SAT_SEND_IN(rig, 64, MAINTENANCE_IN, 0x0c, 0x03, param->cdb[0], 0,
		    action, 0, 0, 0, 64, 0, 0);
	sat_expect_reply(rig, 4 + param->len);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[1], 3);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[3], param->len);
	sat_expect_bytes(rig, 4, usage, param->len);
}

static void report_lists_all_commands(struct kunit *test)
{
	const u32 num = ARRAY_SIZE(sat_cdb_params);
	struct sat_rig *rig = sat_rig_create(test);

	SAT_SEND_IN(rig, 4096, MAINTENANCE_IN, 0x0c, 0x80, 0, 0, 0, 0, 0, 16,
		    0, 0, 0);
	sat_expect_reply(rig, 4 + 20 * num);
	SAT_SEND_IN(rig, 4096, MAINTENANCE_IN, 0x0c, 0x00, 0, 0, 0, 0, 0, 0,
		    4, 0, 0);
	sat_expect_reply(rig, 4);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[3], 8 * num);
	SAT_SEND_IN(rig, 4096, MAINTENANCE_IN, 0x0c, 0x05, 0, 0, 0, 0, 0, 16,
		    0, 0, 0);
	sat_expect_field(rig, 0x2400, 2, 2);
}

static struct kunit_case sat_cdb_cases[] = {
	KUNIT_CASE_PARAM(unsupported_cdb_bit_is_refused, sat_cdb_gen_params),
	KUNIT_CASE_PARAM(short_cdb_is_refused, sat_cdb_gen_params),
	KUNIT_CASE_PARAM(stopped_unit_refuses_medium_commands,
			 sat_cdb_gen_params),
	KUNIT_CASE_PARAM(report_shows_the_usage_of_a_command,
			 sat_cdb_gen_params),
	KUNIT_CASE(report_lists_all_commands),
	KUNIT_CASE(sense_points_to_the_whole_field),
	KUNIT_CASE(unknown_opcode_is_refused),
	KUNIT_CASE(reply_fits_buffer_and_allocation_length),
	{}
};

static struct kunit_suite sat_cdb_suite = {
	.name = "sat_cdb",
	.test_cases = sat_cdb_cases,
};

kunit_test_suite(sat_cdb_suite);

MODULE_DESCRIPTION("KUnit tests of the CDBs that are translated");
MODULE_LICENSE("GPL");

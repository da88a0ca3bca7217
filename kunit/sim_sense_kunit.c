// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sense data, byte by byte, and which format is used when.
 */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../sim/sense.h"
#include "sim_initiator.h"

struct sim_sense_param {
	const char *desc;
	struct sim_sense sense;
	bool is_desc;
	unsigned int len;
	u8 bytes[SIM_SENSE_DESC_MAX];
};

static const struct sim_sense_param sim_sense_params[] = {
	{
		.desc = "fixed",
		.sense = { .key = UNIT_ATTENTION, .code = 0x2900 },
		.len = 18,
		.bytes = { 0x70, 0, 0x06, [7] = 10, [12] = 0x29 },
	}, {
		.desc = "fixed with information",
		.sense = { .key = ILLEGAL_REQUEST, .code = 0x2100,
			   .info_valid = true, .info = 0xfedcba98 },
		.len = 18,
		.bytes = { 0xf0, 0, 0x05, 0xfe, 0xdc, 0xba, 0x98, 10,
			   [12] = 0x21 },
	}, {
		.desc = "fixed with information that does not fit",
		.sense = { .key = ILLEGAL_REQUEST, .code = 0x2100,
			   .info_valid = true, .info = 0x100000000 },
		.len = 18,
		.bytes = { 0x70, 0, 0x05, [7] = 10, [12] = 0x21 },
	}, {
		.desc = "fixed with field pointer",
		.sense = { .key = ILLEGAL_REQUEST, .code = 0x2400,
			   .sks_valid = true, .sks = { 0xcf, 0x01, 0x02 } },
		.len = 18,
		.bytes = { 0x70, 0, 0x05, [7] = 10, [12] = 0x24,
			   [15] = 0xcf, 0x01, 0x02 },
	}, {
		.desc = "descriptors",
		.sense = { .key = NOT_READY, .code = 0x0402 },
		.is_desc = true,
		.len = 8,
		.bytes = { 0x72, 0x02, 0x04, 0x02 },
	}, {
		.desc = "descriptor with information",
		.sense = { .key = MISCOMPARE, .code = 0x1d00,
			   .info_valid = true, .info = 0x123456789abcdef0 },
		.is_desc = true,
		.len = 20,
		.bytes = { 0x72, 0x0e, 0x1d, 0x00, 0, 0, 0, 12,
			   0x00, 0x0a, 0x80, 0, 0x12, 0x34, 0x56, 0x78,
			   0x9a, 0xbc, 0xde, 0xf0 },
	}, {
		.desc = "descriptor with field pointer",
		.sense = { .key = ILLEGAL_REQUEST, .code = 0x2600,
			   .sks_valid = true, .sks = { 0x8b, 0x00, 0x11 } },
		.is_desc = true,
		.len = 16,
		.bytes = { 0x72, 0x05, 0x26, 0x00, 0, 0, 0, 8,
			   0x02, 0x06, 0, 0, 0x8b, 0x00, 0x11, 0 },
	}, {
		.desc = "both descriptors",
		.sense = { .key = ILLEGAL_REQUEST, .code = 0x2400,
			   .info_valid = true, .info = 1,
			   .sks_valid = true, .sks = { 0xc8, 0x00, 0x02 } },
		.is_desc = true,
		.len = 28,
		.bytes = { 0x72, 0x05, 0x24, 0x00, 0, 0, 0, 20,
			   0x00, 0x0a, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 1,
			   0x02, 0x06, 0, 0, 0xc8, 0x00, 0x02, 0 },
	},
};

KUNIT_ARRAY_PARAM_DESC(sim_sense, sim_sense_params, desc);

static void sense_data_is_packed_in_both_formats(struct kunit *test)
{
	const struct sim_sense_param *param = test->param_value;
	u8 buf[SIM_SENSE_DESC_MAX];

	memset(buf, 0xee, sizeof(buf));
	KUNIT_EXPECT_EQ(test, param->len,
			sim_sense_pack(&param->sense, param->is_desc, buf));
	KUNIT_EXPECT_EQ(test, 0, memcmp(buf, param->bytes, param->len));
}

/* D_SENSE of the Control mode page chooses the format of autosense. */
static void d_sense_selects_the_sense_format(struct kunit *test)
{
	static const u8 control[] = { 0, 0, 0, 0, 0x0a, 10, 0x06, 0x10 };
	struct sim_initiator *ini = sim_initiator_create(test, SZ_1M, 512);

	sim_rw(ini, READ_16, 0, 0x123456789a, 1);
	KUNIT_EXPECT_EQ(test, 0x70, ini->task.sense[0]);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
	sim_expect_info(ini, false, 0);

	memcpy(ini->data, control, sizeof(control));
	memset(ini->data + sizeof(control), 0, 8);
	SIM_SEND_GOOD(ini, MODE_SELECT, 0x10, 0, 0, 16, 0);
	sim_rw(ini, READ_16, 0, 0x123456789a, 1);
	KUNIT_EXPECT_EQ(test, 0x72, ini->task.sense[0]);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
	sim_expect_info(ini, true, 0x123456789a);
	SIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0x10, 0, 0);
	KUNIT_EXPECT_EQ(test, 0x72, ini->task.sense[0]);
	sim_expect_field(ini, 0x2400, 3, 4);

	/* A reset brings the default back. */
	sim_lun_reset(ini->bus, 0, 0);
	SIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, 0x70, ini->task.sense[0]);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x2903);
}

static struct kunit_case sim_sense_cases[] = {
	KUNIT_CASE_PARAM(sense_data_is_packed_in_both_formats,
			 sim_sense_gen_params),
	KUNIT_CASE(d_sense_selects_the_sense_format),
	{}
};

static struct kunit_suite sim_sense_suite = {
	.name = "sim_sense",
	.test_cases = sim_sense_cases,
};

kunit_test_suite(sim_sense_suite);

MODULE_DESCRIPTION("KUnit tests of sense data");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0-only
/*
 * REPORT SUPPORTED OPERATION CODES of the simulated target, against commands
 * made from the standards.
 */
#include <kunit/test.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "sim_cdbs.h"
#include "sim_initiator.h"

KUNIT_ARRAY_PARAM_DESC(sim_cdb, sim_cdb_params, desc);

static struct sim_initiator *sim_rsoc_ini(struct kunit *test)
{
	return sim_initiator_create(test, SZ_1M, 512);
}

static void sim_rsoc(struct sim_initiator *ini, u8 options, u8 opcode,
		     u16 action, u32 alloc_len)
{
	u8 cdb[12] = { MAINTENANCE_IN, 0x0c, options, opcode };

	put_unaligned_be16(action, &cdb[4]);
	put_unaligned_be32(alloc_len, &cdb[6]);
	memset(ini->data, 0xff, 4096);
	sim_send(ini, cdb, sizeof(cdb));
}

static void rsoc_all_lists_the_table(struct kunit *test)
{
	struct sim_initiator *ini = sim_rsoc_ini(test);
	unsigned int i, count = ARRAY_SIZE(sim_cdb_params);
	const u8 *data = ini->data;

	sim_rsoc(ini, 0, 0, 0, 65536);
	KUNIT_ASSERT_EQ(test, 4 + 8 * count, ini->task.len);
	KUNIT_EXPECT_EQ(test, 8 * count, get_unaligned_be32(data));
	for (i = 0; i < count; i++) {
		const struct sim_cdb_param *param = &sim_cdb_params[i];
		const u8 *desc = &data[4 + 8 * i];

		KUNIT_EXPECT_EQ(test, param->good[0], desc[0]);
		KUNIT_EXPECT_EQ(test, 0, desc[1]);
		KUNIT_EXPECT_EQ(test, sim_action(param),
				get_unaligned_be16(&desc[2]));
		KUNIT_EXPECT_EQ(test, 0, desc[4]);
		KUNIT_EXPECT_EQ(test, sim_has_action(param), desc[5]);
		KUNIT_EXPECT_EQ(test, param->len, get_unaligned_be16(&desc[6]));
	}
}

static void rsoc_all_lists_the_table_with_timeouts(struct kunit *test)
{
	struct sim_initiator *ini = sim_rsoc_ini(test);
	unsigned int i, count = ARRAY_SIZE(sim_cdb_params);

	sim_rsoc(ini, 0x80, 0, 0, 65536);
	KUNIT_ASSERT_EQ(test, 4 + 20 * count, ini->task.len);
	KUNIT_EXPECT_EQ(test, 20 * count, get_unaligned_be32(ini->data));
	for (i = 0; i < count; i++) {
		const struct sim_cdb_param *param = &sim_cdb_params[i];
		const u8 *desc = &ini->data[4 + 20 * i];

		KUNIT_EXPECT_EQ(test, param->good[0], desc[0]);
		KUNIT_EXPECT_EQ(test, 2 | sim_has_action(param), desc[5]);
		KUNIT_EXPECT_EQ(test, 10, get_unaligned_be16(&desc[8]));
		KUNIT_EXPECT_GT(test, get_unaligned_be32(&desc[16]), 0);
	}
	/* Truncated, but the length is that of all. */
	sim_rsoc(ini, 0x80, 0, 0, 30);
	KUNIT_EXPECT_EQ(test, 30, ini->task.len);
	KUNIT_EXPECT_EQ(test, 20 * count, get_unaligned_be32(ini->data));
}

/* The usage map has exactly the bits that are not reserved. */
static void sim_expect_usage(struct sim_initiator *ini,
			     const struct sim_cdb_param *param)
{
	const u8 *data = ini->data;
	struct kunit *test = ini->test;
	u8 usage[16];

	memcpy(usage, param->used, sizeof(usage));
	usage[0] = param->good[0];
	if (sim_has_action(param))
		usage[1] = sim_action(param);
	KUNIT_EXPECT_EQ(test, SAM_STAT_GOOD, ini->task.status);
	KUNIT_EXPECT_EQ(test, 0, data[0]);
	KUNIT_EXPECT_EQ(test, 3, data[1] & 0x7f);
	KUNIT_EXPECT_EQ(test, param->len, get_unaligned_be16(&data[2]));
	KUNIT_EXPECT_EQ_MSG(test, 0, memcmp(&data[4], usage, param->len),
			    "%16ph instead of %16ph", &data[4], usage);
}

static void rsoc_one_reports_usage(struct kunit *test)
{
	const struct sim_cdb_param *param = test->param_value;
	struct sim_initiator *ini = sim_rsoc_ini(test);
	bool has_action = sim_has_action(param);
	u8 opcode = param->good[0];
	u32 len = param->len;

	sim_rsoc(ini, has_action ? 2 : 1, opcode, sim_action(param), 255);
	sim_expect_usage(ini, param);
	KUNIT_EXPECT_EQ(test, 4 + len, ini->task.len);
	KUNIT_EXPECT_EQ(test, 3, ini->data[1]);

	sim_rsoc(ini, 0x83, opcode, sim_action(param), 255);
	sim_expect_usage(ini, param);
	KUNIT_EXPECT_EQ(test, 4 + len + 12, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0x83, ini->data[1]);
	KUNIT_EXPECT_EQ(test, 10, get_unaligned_be16(&ini->data[4 + len]));
	KUNIT_EXPECT_GT(test, get_unaligned_be32(&ini->data[12 + len]), 0);

	/* Each of these options is for one kind of opcode only. */
	sim_rsoc(ini, has_action ? 1 : 2, opcode, sim_action(param), 255);
	sim_expect_field(ini, 0x2400, 3, 7);

	/*
	 * Another service action is not supported, for opcodes with and without
	 * service actions.
	 */
	sim_rsoc(ini, 3, opcode, 0x1000 | sim_action(param), 255);
	KUNIT_EXPECT_EQ(test, SAM_STAT_GOOD, ini->task.status);
	KUNIT_EXPECT_EQ(test, 4, ini->task.len);
	KUNIT_EXPECT_EQ(test, 1, ini->data[1]);
}

static void rsoc_reports_unknown_command_as_unsupported(struct kunit *test)
{
	struct sim_initiator *ini = sim_rsoc_ini(test);
	unsigned int options, opcode;

	for (opcode = 0; opcode < 256; opcode++) {
		if (sim_cdb_lookup(opcode))
			continue;
		for (options = 1; options < 4; options++) {
			sim_rsoc(ini, options, opcode, 0, 255);
			KUNIT_EXPECT_EQ(test, SAM_STAT_GOOD, ini->task.status);
			KUNIT_EXPECT_EQ(test, 4, ini->task.len);
			KUNIT_EXPECT_EQ(test, 0, memcmp(ini->data,
							"\0\x01\0\0", 4));
		}
	}
	for (options = 4; options < 8; options++) {
		sim_rsoc(ini, options, 0, 0, 255);
		sim_expect_field(ini, 0x2400, 2, 2);
	}
}

static void rsoc_without_lbpu_has_no_unmap(struct kunit *test)
{
	const struct sim_bus_config config = {
		.num_tgts = 1,
		.max_luns = 1,
		.dev_size = SZ_1M,
		.sector_size = 512,
		.no_lbpu = true,
	};
	struct sim_initiator *ini = sim_initiator_on(test, &config);
	unsigned int i, count = ARRAY_SIZE(sim_cdb_params) - 1;

	sim_rsoc(ini, 0, 0, 0, 65536);
	KUNIT_ASSERT_EQ(test, 4 + 8 * count, ini->task.len);
	KUNIT_EXPECT_EQ(test, 8 * count, get_unaligned_be32(ini->data));
	for (i = 0; i < count; i++)
		KUNIT_EXPECT_NE(test, UNMAP, ini->data[4 + 8 * i]);
	sim_rsoc(ini, 3, UNMAP, 0, 255);
	KUNIT_EXPECT_EQ(test, 4, ini->task.len);
	KUNIT_EXPECT_EQ(test, 1, ini->data[1]);
}

static void rsoc_without_lbpws_has_no_unmap_bit(struct kunit *test)
{
	const struct sim_bus_config config = {
		.num_tgts = 1,
		.max_luns = 1,
		.dev_size = SZ_1M,
		.sector_size = 512,
		.no_lbpws = true,
	};
	struct sim_initiator *ini = sim_initiator_on(test, &config);

	sim_rsoc(ini, 1, WRITE_SAME, 0, 255);
	KUNIT_EXPECT_EQ(test, 14, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0, ini->data[4 + 1]);
	sim_rsoc(ini, 0x83, WRITE_SAME_16, 0, 255);
	KUNIT_EXPECT_EQ(test, 32, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0x01, ini->data[4 + 1]);
	sim_rsoc(ini, 1, WRITE_16, 0, 255);
	KUNIT_EXPECT_EQ(test, 0x18, ini->data[4 + 1]);
	/* Another service action is not supported, so there is no map. */
	sim_rsoc(ini, 3, WRITE_SAME_16, 1, 255);
	KUNIT_EXPECT_EQ(test, 4, ini->task.len);
	SIM_SEND(ini, WRITE_SAME, 0x08, 0, 0, 0, 0, 0, 0, 1, 0);
	sim_expect_field(ini, 0x2400, 1, 3);
}

static struct kunit_case sim_rsoc_cases[] = {
	KUNIT_CASE(rsoc_all_lists_the_table),
	KUNIT_CASE(rsoc_all_lists_the_table_with_timeouts),
	KUNIT_CASE_PARAM(rsoc_one_reports_usage, sim_cdb_gen_params),
	KUNIT_CASE(rsoc_reports_unknown_command_as_unsupported),
	KUNIT_CASE(rsoc_without_lbpu_has_no_unmap),
	KUNIT_CASE(rsoc_without_lbpws_has_no_unmap_bit),
	{}
};

static struct kunit_suite sim_rsoc_suite = {
	.name = "sim_rsoc",
	.test_cases = sim_rsoc_cases,
};

kunit_test_suite(sim_rsoc_suite);

MODULE_DESCRIPTION("KUnit tests of REPORT SUPPORTED OPERATION CODES");
MODULE_LICENSE("GPL");

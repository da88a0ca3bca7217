// SPDX-License-Identifier: GPL-2.0-only
/*
 * VERIFY: without data, with all data, and with one block for all.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../sim/lun.h"
#include "scsi_test.h"
#include "sim_initiator.h"

#define SIM_BLOCKS	4096

struct sim_verify_param {
	const char *desc;
	u8 opcode;
};

static const struct sim_verify_param sim_verify_params[] = {
	{ "(10)", VERIFY },
	{ "(12)", VERIFY_12 },
	{ "(16)", VERIFY_16 },
};

KUNIT_ARRAY_PARAM_DESC(sim_verify, sim_verify_params, desc);

static struct sim_initiator *sim_verify_ini(struct kunit *test)
{
	return sim_initiator_create(test, SIM_BLOCKS * 512, 512);
}

static void verify_of_each_cdb_size_compares(struct kunit *test)
{
	const struct sim_verify_param *param = test->param_value;
	struct sim_initiator *ini = sim_verify_ini(test);
	static const u32 at[] = { 0, 1, 511, 512, 5000, 10 * 512 - 1 };
	unsigned int i;

	test_fill(ini->data, 1, 10 * 512);
	sim_rw(ini, WRITE_16, 0, 9, 10);
	/* BYTCHK 0: no data */
	sim_rw(ini, param->opcode, 0x10, 0, 100);
	sim_expect_good(ini, 0);
	/* BYTCHK 1: all data */
	sim_rw(ini, param->opcode, 0x02, 9, 10);
	sim_expect_good(ini, 10 * 512);
	KUNIT_EXPECT_EQ(test, SIM_DIR_OUT, ini->task.dir);
	for (i = 0; i < ARRAY_SIZE(at); i++) {
		ini->data[at[i]] ^= 1;
		sim_rw(ini, param->opcode, 0x02, 9, 10);
		sim_expect_sense(ini, MISCOMPARE, 0x1d00);
		sim_expect_info(ini, true, at[i]);
		ini->data[at[i]] ^= 1;
	}
	/* BYTCHK 2: reserved */
	sim_rw(ini, param->opcode, 0x04, 9, 10);
	sim_expect_field(ini, 0x2400, 1, 2);
	sim_rw(ini, param->opcode, 0x02, 9, 0);
	sim_expect_good(ini, 0);
}

/* With more than one difference, the first counts. */
static void verify_reports_the_first_difference(struct kunit *test)
{
	struct sim_initiator *ini = sim_verify_ini(test);

	memset(ini->data, 0, 4 * 512);
	ini->data[1500] = 1;
	ini->data[1700] = 1;
	ini->data[2047] = 1;
	for (ini->piece = 1; ini->piece < 2500; ini->piece += 333) {
		sim_rw(ini, VERIFY_16, 0x02, 9, 4);
		sim_expect_sense(ini, MISCOMPARE, 0x1d00);
		sim_expect_info(ini, true, 1500);
	}
}

/* BYTCHK 3: one block for all. */
static void verify_compares_each_block_with_one_block(struct kunit *test)
{
	const struct sim_verify_param *param = test->param_value;
	struct sim_initiator *ini = sim_verify_ini(test);

	memset(ini->data, 0x3c, 20 * 512);
	sim_rw(ini, WRITE_16, 0, 100, 20);
	sim_rw(ini, param->opcode, 0x06, 100, 20);
	sim_expect_good(ini, 512);
	sim_rw(ini, param->opcode, 0x06, 100, 21);
	sim_expect_sense(ini, MISCOMPARE, 0x1d00);
	sim_expect_info(ini, true, 0);
	memset(ini->data, 0, 512);
	sim_rw(ini, param->opcode, 0x06, 1000, 200);
	sim_expect_good(ini, 512);
	ini->data[77] = 1;
	sim_rw(ini, param->opcode, 0x06, 1000, 200);
	sim_expect_sense(ini, MISCOMPARE, 0x1d00);
	sim_expect_info(ini, true, 77);
	sim_rw(ini, param->opcode, 0x06, 1000, 0);
	sim_expect_good(ini, 0);
}

static struct kunit_case sim_verify_cases[] = {
	KUNIT_CASE_PARAM(verify_of_each_cdb_size_compares,
			 sim_verify_gen_params),
	KUNIT_CASE(verify_reports_the_first_difference),
	KUNIT_CASE_PARAM(verify_compares_each_block_with_one_block,
			 sim_verify_gen_params),
	{}
};

static struct kunit_suite sim_verify_suite = {
	.name = "sim_verify",
	.test_cases = sim_verify_cases,
};

kunit_test_suite(sim_verify_suite);

MODULE_DESCRIPTION("KUnit tests of VERIFY");
MODULE_LICENSE("GPL");

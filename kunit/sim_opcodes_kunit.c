// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which commands the simulated target has, and which bits of their CDBs are
 * reserved. Commands made from the standards are sent.
 */
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../sim/opcodes.h"
#include "sim_cdbs.h"
#include "sim_initiator.h"

KUNIT_ARRAY_PARAM_DESC(sim_cdb, sim_cdb_params, desc);

static struct sim_initiator *sim_opcode_ini(struct kunit *test)
{
	return sim_initiator_create(test, SZ_1M, 512);
}

static void each_command_ends_with_good(struct kunit *test)
{
	const struct sim_cdb_param *param = test->param_value;
	struct sim_initiator *ini = sim_opcode_ini(test);

	sim_send_good(ini, param->good, param->len);
}

/* Return the leftmost bit of the field that has this bit. */
static unsigned int sim_leftmost(const struct sim_cdb_param *param,
				 unsigned int byte, unsigned int bit)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(param->field); i++)
		if (param->field[i].byte == byte &&
		    param->field[i].mask & BIT(bit))
			return fls(param->field[i].mask) - 1;
	return bit;
}

static void reserved_cdb_bit_is_refused(struct kunit *test)
{
	const struct sim_cdb_param *param = test->param_value;
	struct sim_initiator *ini = sim_opcode_ini(test);
	unsigned int i, byte, bit;
	u8 cdb[16];

	for (i = 8; i < 8 * param->len; i++) {
		byte = i / 8;
		bit = i % 8;
		if (param->used[byte] & BIT(bit))
			continue;
		memcpy(cdb, param->good, sizeof(cdb));
		cdb[byte] |= BIT(bit);
		sim_send(ini, cdb, param->len);
		sim_expect_field(ini, 0x2400, byte,
				 sim_leftmost(param, byte, bit));
		KUNIT_EXPECT_EQ(test, 0, ini->task.len);
	}
	/* The unit still works. */
	sim_send_good(ini, param->good, param->len);
}

/* Bytes behind the CDB are ignored. */
static void bytes_behind_the_cdb_are_ignored(struct kunit *test)
{
	const struct sim_cdb_param *param = test->param_value;
	struct sim_initiator *ini = sim_opcode_ini(test);
	u8 cdb[16];

	memset(cdb, 0xff, sizeof(cdb));
	memcpy(cdb, param->good, param->len);
	sim_send_good(ini, cdb, sizeof(cdb));
}

static void unknown_opcode_is_refused(struct kunit *test)
{
	struct sim_initiator *ini = sim_opcode_ini(test);
	unsigned int opcode;
	u8 cdb[16] = { };

	for (opcode = 0; opcode < 256; opcode++) {
		if (sim_cdb_lookup(opcode))
			continue;
		cdb[0] = opcode;
		sim_send(ini, cdb, sizeof(cdb));
		sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2000);
	}
}

static void unknown_service_action_is_refused(struct kunit *test)
{
	static const u8 opcodes[] = { SERVICE_ACTION_IN_16, MAINTENANCE_IN };
	struct sim_initiator *ini = sim_opcode_ini(test);
	unsigned int i, action;
	u8 cdb[16] = { };

	for (i = 0; i < ARRAY_SIZE(opcodes); i++) {
		cdb[0] = opcodes[i];
		for (action = 0; action < 32; action++) {
			if (sim_opcode_find(opcodes[i], action))
				continue;
			cdb[1] = action;
			sim_send(ini, cdb, sizeof(cdb));
			sim_expect_field(ini, 0x2400, 1, 4);
		}
	}
}

/* The search in the table relies on its order. */
static void table_of_commands_is_sorted(struct kunit *test)
{
	const struct sim_bus_config config = { };
	const struct pioscsi_cdb_table *table = sim_opcode_table(&config);
	unsigned int i;

	for (i = 1; i < table->count; i++) {
		const struct pioscsi_cdb *op = &table->cdbs[i];

		KUNIT_EXPECT_LT(test, op[-1].opcode << 16 | op[-1].action,
				op->opcode << 16 | op->action);
	}
}

/* The field pointer is that of the first byte of the length. */
static void parameter_list_of_send_diagnostic_is_refused(struct kunit *test)
{
	struct sim_initiator *ini = sim_opcode_ini(test);

	SIM_SEND(ini, SEND_DIAGNOSTIC, 0x10, 0, 0, 4, 0);
	sim_expect_field(ini, 0x2400, 3, 7);
	SIM_SEND(ini, SEND_DIAGNOSTIC, 0x10, 0, 1, 0, 0);
	sim_expect_field(ini, 0x2400, 3, 7);
	SIM_SEND_GOOD(ini, SEND_DIAGNOSTIC, 0x10, 0, 0, 0, 0);
}

static struct kunit_case sim_opcodes_cases[] = {
	KUNIT_CASE_PARAM(each_command_ends_with_good, sim_cdb_gen_params),
	KUNIT_CASE_PARAM(reserved_cdb_bit_is_refused, sim_cdb_gen_params),
	KUNIT_CASE_PARAM(bytes_behind_the_cdb_are_ignored, sim_cdb_gen_params),
	KUNIT_CASE(unknown_opcode_is_refused),
	KUNIT_CASE(unknown_service_action_is_refused),
	KUNIT_CASE(parameter_list_of_send_diagnostic_is_refused),
	KUNIT_CASE(table_of_commands_is_sorted),
	{}
};

static struct kunit_suite sim_opcodes_suite = {
	.name = "sim_opcodes",
	.test_cases = sim_opcodes_cases,
};

kunit_test_suite(sim_opcodes_suite);

MODULE_DESCRIPTION("KUnit tests of the table of commands");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which commands there are, which bits of their CDBs are reserved, and what
 * REPORT SUPPORTED OPERATION CODES says about it.
 *
 * The table is made from the standards, not from that of the target.
 */
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "../sim/opcodes.h"
#include "sim_initiator.h"

/*
 * A command: a CDB that ends with GOOD, and the bits of the CDB that may be
 * set.
 * @field are fields of several bits that must be zero.
 */
struct sim_cdb_param {
	const char *desc;
	unsigned int len;
	u8 good[16];
	u8 used[16];
	struct {
		u8 byte;
		u8 mask;
	} field[2];
};

static const struct sim_cdb_param sim_cdb_params[] = {
	{
		.desc = "TEST UNIT READY",
		.len = 6,
		.good = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 },
		.used = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 },
	}, {
		.desc = "REQUEST SENSE",
		.len = 6,
		.good = { 0x03, 0x00, 0x00, 0x00, 0x12, 0x00 },
		.used = { 0x00, 0x01, 0x00, 0x00, 0xff, 0x00 },
	}, {
		.desc = "READ(6)",
		.len = 6,
		.good = { 0x08, 0x00, 0x00, 0x01, 0x01, 0x00 },
		.used = { 0x00, 0x1f, 0xff, 0xff, 0xff, 0x00 },
	}, {
		.desc = "WRITE(6)",
		.len = 6,
		.good = { 0x0a, 0x00, 0x00, 0x01, 0x01, 0x00 },
		.used = { 0x00, 0x1f, 0xff, 0xff, 0xff, 0x00 },
	}, {
		.desc = "INQUIRY",
		.len = 6,
		.good = { 0x12, 0x00, 0x00, 0x00, 0x60, 0x00 },
		.used = { 0x00, 0x01, 0xff, 0xff, 0xff, 0x00 },
	}, {
		.desc = "MODE SELECT(6)",
		.len = 6,
		.good = { 0x15, 0x10, 0x00, 0x00, 0x00, 0x00 },
		.used = { 0x00, 0x10, 0x00, 0x00, 0xff, 0x00 },
	}, {
		.desc = "MODE SENSE(6)",
		.len = 6,
		.good = { 0x1a, 0x00, 0x3f, 0x00, 0xff, 0x00 },
		.used = { 0x00, 0x08, 0xff, 0xff, 0xff, 0x00 },
	}, {
		.desc = "START STOP UNIT",
		.len = 6,
		.good = { 0x1b, 0x00, 0x00, 0x00, 0x01, 0x00 },
		.used = { 0x00, 0x01, 0x00, 0x00, 0x01, 0x00 },
		.field = { { 3, 0x0f }, { 4, 0xf0 } },
	}, {
		.desc = "SEND DIAGNOSTIC",
		.len = 6,
		.good = { 0x1d, 0x04, 0x00, 0x00, 0x00, 0x00 },
		.used = { 0x00, 0xf7, 0x00, 0x00, 0x00, 0x00 },
	}, {
		.desc = "READ CAPACITY(10)",
		.len = 10,
		.good = { 0x25, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x00 },
		.used = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x00 },
	}, {
		.desc = "READ(10)",
		.len = 10,
		.good = { 0x28, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x01,
			  0x00 },
		.used = { 0x00, 0x18, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff,
			  0x00 },
		.field = { { 1, 0xe0 }, { 6, 0x1f } },
	}, {
		.desc = "WRITE(10)",
		.len = 10,
		.good = { 0x2a, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x01,
			  0x00 },
		.used = { 0x00, 0x18, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff,
			  0x00 },
		.field = { { 1, 0xe0 }, { 6, 0x1f } },
	}, {
		.desc = "VERIFY(10)",
		.len = 10,
		.good = { 0x2f, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x01,
			  0x00 },
		.used = { 0x00, 0x16, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff,
			  0x00 },
		.field = { { 1, 0xe0 }, { 6, 0x1f } },
	}, {
		.desc = "SYNCHRONIZE CACHE(10)",
		.len = 10,
		.good = { 0x35, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x01,
			  0x00 },
		.used = { 0x00, 0x02, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff,
			  0x00 },
		.field = { { 6, 0x1f } },
	}, {
		.desc = "WRITE SAME(10)",
		.len = 10,
		.good = { 0x41, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x01,
			  0x00 },
		.used = { 0x00, 0x08, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff,
			  0x00 },
		.field = { { 1, 0xe0 }, { 6, 0x1f } },
	}, {
		.desc = "UNMAP",
		.len = 10,
		.good = { 0x42, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x00 },
		.used = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff,
			  0x00 },
		.field = { { 6, 0x1f } },
	}, {
		.desc = "MODE SELECT(10)",
		.len = 10,
		.good = { 0x55, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x00 },
		.used = { 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff,
			  0x00 },
	}, {
		.desc = "MODE SENSE(10)",
		.len = 10,
		.good = { 0x5a, 0x00, 0x3f, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00,
			  0x00 },
		.used = { 0x00, 0x18, 0xff, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff,
			  0x00 },
	}, {
		.desc = "READ(16)",
		.len = 16,
		.good = { 0x88, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00 },
		.used = { 0x00, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.field = { { 1, 0xe0 }, { 14, 0x1f } },
	}, {
		.desc = "WRITE(16)",
		.len = 16,
		.good = { 0x8a, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00 },
		.used = { 0x00, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.field = { { 1, 0xe0 }, { 14, 0x1f } },
	}, {
		.desc = "VERIFY(16)",
		.len = 16,
		.good = { 0x8f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00 },
		.used = { 0x00, 0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.field = { { 1, 0xe0 }, { 14, 0x1f } },
	}, {
		.desc = "SYNCHRONIZE CACHE(16)",
		.len = 16,
		.good = { 0x91, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00 },
		.used = { 0x00, 0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.field = { { 14, 0x1f } },
	}, {
		.desc = "WRITE SAME(16)",
		.len = 16,
		.good = { 0x93, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00 },
		.used = { 0x00, 0x09, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.field = { { 1, 0xe0 }, { 14, 0x1f } },
	}, {
		.desc = "READ CAPACITY(16)",
		.len = 16,
		.good = { 0x9e, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x00, 0x00, 0x00, 0x00, 0x20, 0x00, 0x00 },
		.used = { 0x00, 0x1f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x00, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
	}, {
		.desc = "GET LBA STATUS",
		.len = 16,
		.good = { 0x9e, 0x12, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x01, 0x00, 0x00, 0x00, 0x18, 0x00, 0x00 },
		.used = { 0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
	}, {
		.desc = "REPORT LUNS",
		.len = 12,
		.good = { 0xa0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			  0x40, 0x00, 0x00 },
		.used = { 0x00, 0x00, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
			  0xff, 0x00, 0x00 },
	}, {
		.desc = "REPORT SUPPORTED OPERATION CODES",
		.len = 12,
		.good = { 0xa3, 0x0c, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04,
			  0x00, 0x00, 0x00 },
		.used = { 0x00, 0x1f, 0x87, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0x00, 0x00 },
	}, {
		.desc = "READ(12)",
		.len = 12,
		.good = { 0xa8, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
			  0x01, 0x00, 0x00 },
		.used = { 0x00, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0x00, 0x00 },
		.field = { { 1, 0xe0 }, { 10, 0x1f } },
	}, {
		.desc = "WRITE(12)",
		.len = 12,
		.good = { 0xaa, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
			  0x01, 0x00, 0x00 },
		.used = { 0x00, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0x00, 0x00 },
		.field = { { 1, 0xe0 }, { 10, 0x1f } },
	}, {
		.desc = "VERIFY(12)",
		.len = 12,
		.good = { 0xaf, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
			  0x01, 0x00, 0x00 },
		.used = { 0x00, 0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0x00, 0x00 },
		.field = { { 1, 0xe0 }, { 10, 0x1f } },
	},
};

KUNIT_ARRAY_PARAM_DESC(sim_cdb, sim_cdb_params, desc);

/* Return the offset of the service action, if the command has one. */
static bool sim_has_action(const struct sim_cdb_param *param)
{
	return param->good[0] == MAINTENANCE_IN ||
	       param->good[0] == SERVICE_ACTION_IN_16;
}

static u16 sim_action(const struct sim_cdb_param *param)
{
	return sim_has_action(param) ? param->good[1] & 0x1f : 0;
}

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

static const struct sim_cdb_param *sim_cdb_lookup(u8 opcode)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sim_cdb_params); i++)
		if (sim_cdb_params[i].good[0] == opcode)
			return &sim_cdb_params[i];
	return NULL;
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
	unsigned int i;

	for (i = 1; i < sim_num_opcodes; i++) {
		const struct sim_opcode *op = &sim_opcodes[i];

		KUNIT_EXPECT_LT(test, op[-1].opcode << 16 |
				op[-1].service_action,
				op->opcode << 16 | op->service_action);
	}
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
	struct sim_initiator *ini = sim_opcode_ini(test);
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
	struct sim_initiator *ini = sim_opcode_ini(test);
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
	struct sim_initiator *ini = sim_opcode_ini(test);
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
	struct sim_initiator *ini = sim_opcode_ini(test);
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

static struct kunit_case sim_opcodes_cases[] = {
	KUNIT_CASE_PARAM(each_command_ends_with_good, sim_cdb_gen_params),
	KUNIT_CASE_PARAM(reserved_cdb_bit_is_refused, sim_cdb_gen_params),
	KUNIT_CASE_PARAM(bytes_behind_the_cdb_are_ignored, sim_cdb_gen_params),
	KUNIT_CASE(unknown_opcode_is_refused),
	KUNIT_CASE(unknown_service_action_is_refused),
	KUNIT_CASE(table_of_commands_is_sorted),
	KUNIT_CASE(rsoc_all_lists_the_table),
	KUNIT_CASE(rsoc_all_lists_the_table_with_timeouts),
	KUNIT_CASE_PARAM(rsoc_one_reports_usage, sim_cdb_gen_params),
	KUNIT_CASE(rsoc_reports_unknown_command_as_unsupported),
	{}
};

static struct kunit_suite sim_opcodes_suite = {
	.name = "sim_opcodes",
	.test_cases = sim_opcodes_cases,
};

kunit_test_suite(sim_opcodes_suite);

MODULE_DESCRIPTION("KUnit tests of the table of commands");
MODULE_LICENSE("GPL");

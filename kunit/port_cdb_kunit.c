// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of supported commands: checks of CDBs, and the data of REPORT
 * SUPPORTED OPERATION CODES byte by byte, as SPC-4 6.35 describes it.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include <pioscsi/cdb.h>

#define RCTD		0x80
#define BUF_BYTES	PIOSCSI_CDB_REPORT_MAX(ARRAY_SIZE(cdbs))

static const struct pioscsi_cdb cdbs[] = {
	{
		.opcode = 0x12, .len = 6, .timeout = 30,
		.field = { { 1, 0xe0 } },
		.usage = { 0, 0x01, 0xff, 0xff, 0xff },
	}, {
		.opcode = 0x9e, .has_action = true, .action = 0x10, .len = 16,
		.timeout = 0x1234,
		.usage = { [10] = 0xff, 0xff, 0xff, 0xff },
	}, {
		.opcode = 0x9e, .has_action = true, .action = 0x12, .len = 16,
		.usage = { 0, 0, 0xff },
	},
};

static const struct pioscsi_cdb_table table = { cdbs, ARRAY_SIZE(cdbs) };

struct report {
	u8 *buf;
	int len;
	struct pioscsi_cdb_field bad;
};

/* Ask with those REPORTING OPTIONS for that opcode and service action. */
static struct report report(struct kunit *test, u8 options, u8 opcode,
			    u16 action)
{
	const u8 cdb[12] = {
		0xa3, 0x0c, options, opcode, action >> 8, action & 0xff,
	};
	struct report r = { .buf = kunit_kzalloc(test, BUF_BYTES, GFP_KERNEL) };

	KUNIT_ASSERT_NOT_NULL(test, r.buf);
	memset(r.buf, 0xee, BUF_BYTES);
	r.len = pioscsi_cdb_report(&table, cdb, r.buf, &r.bad);
	return r;
}

static void expect_report(struct kunit *test, struct report r, const u8 *bytes,
			  unsigned int len)
{
	unsigned int i;

	KUNIT_ASSERT_EQ(test, r.len, len);
	for (i = 0; i < len; i++)
		KUNIT_EXPECT_EQ_MSG(test, r.buf[i], bytes[i], "byte %u", i);
}

static void find_needs_the_service_action(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, pioscsi_cdb_find(&table, 0x12, 0x1f),
			    &cdbs[0]);
	KUNIT_EXPECT_PTR_EQ(test, pioscsi_cdb_find(&table, 0x9e, 0x12),
			    &cdbs[2]);
	KUNIT_EXPECT_NULL(test, pioscsi_cdb_find(&table, 0x9e, 0x11));
	KUNIT_EXPECT_NULL(test, pioscsi_cdb_find(&table, 0x9e, 0x110));
	KUNIT_EXPECT_NULL(test, pioscsi_cdb_find(&table, 0x28, 0));
	KUNIT_EXPECT_TRUE(test, pioscsi_cdb_has_opcode(&table, 0x9e));
	KUNIT_EXPECT_FALSE(test, pioscsi_cdb_has_opcode(&table, 0x28));
}

static void unsupported_bit_fails_the_check(struct kunit *test)
{
	struct pioscsi_cdb_field bad;
	unsigned int byte, bit;
	u8 cdb[16];

	for (byte = 1; byte < cdbs[1].len; byte++) {
		for (bit = 0; bit < 8; bit++) {
			bool used = cdbs[1].usage[byte] & BIT(bit) ||
				    (byte == 1 && bit < 5);

			memset(cdb, 0, sizeof(cdb));
			cdb[1] = 0x10;
			cdb[byte] |= BIT(bit);
			KUNIT_EXPECT_EQ(test, used,
					pioscsi_cdb_check(&cdbs[1], cdb, &bad));
			if (used)
				continue;
			KUNIT_EXPECT_EQ(test, bad.byte, byte);
			KUNIT_EXPECT_EQ(test, bad.mask, BIT(bit));
		}
	}
}

static void bit_of_a_field_stands_for_the_field(struct kunit *test)
{
	struct pioscsi_cdb_field bad = { };
	const u8 cdb[6] = { 0x12, 0x20 };

	KUNIT_EXPECT_FALSE(test, pioscsi_cdb_check(&cdbs[0], cdb, &bad));
	KUNIT_EXPECT_EQ(test, bad.byte, 1);
	KUNIT_EXPECT_EQ(test, bad.mask, 0xe0);
}

static void all_commands_without_timeouts(struct kunit *test)
{
	static const u8 expect[] = {
		0, 0, 0, 24,
		0x12, 0, 0, 0, 0, 0x00, 0, 6,
		0x9e, 0, 0, 0x10, 0, 0x01, 0, 16,
		0x9e, 0, 0, 0x12, 0, 0x01, 0, 16,
	};

	expect_report(test, report(test, 0, 0, 0), expect, sizeof(expect));
}

static void all_commands_with_timeouts(struct kunit *test)
{
	static const u8 expect[] = {
		0, 0, 0, 60,
		0x12, 0, 0, 0, 0, 0x02, 0, 6,
		0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30,
		0x9e, 0, 0, 0x10, 0, 0x03, 0, 16,
		0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x34,
		0x9e, 0, 0, 0x12, 0, 0x03, 0, 16,
		0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	};

	expect_report(test, report(test, RCTD, 0, 0), expect, sizeof(expect));
}

static void one_command_reports_its_usage(struct kunit *test)
{
	static const u8 inquiry[] = {
		0, 0x03, 0, 6, 0x12, 0x01, 0xff, 0xff, 0xff, 0,
	};
	static const u8 capacity[] = {
		0, 0x83, 0, 16,
		0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
		0, 0,
		0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x34,
	};

	expect_report(test, report(test, 1, 0x12, 0), inquiry, sizeof(inquiry));
	expect_report(test, report(test, 3, 0x12, 0), inquiry, sizeof(inquiry));
	expect_report(test, report(test, RCTD | 2, 0x9e, 0x10), capacity,
		      sizeof(capacity));
	expect_report(test, report(test, RCTD | 3, 0x9e, 0x10), capacity,
		      sizeof(capacity));
}

static void unknown_command_is_reported_as_unsupported(struct kunit *test)
{
	static const u8 expect[] = { 0, 0x01, 0, 0 };
	static const struct {
		u8 options;
		u8 opcode;
		u16 action;
	} rows[] = {
		{ 1, 0x28, 0 }, { 2, 0x28, 0 }, { 3, 0x28, 0 },
		{ RCTD | 1, 0x28, 0 }, { 2, 0x9e, 0x11 }, { 3, 0x9e, 0 },
		{ 2, 0x9e, 0x110 }, { 3, 0x12, 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		expect_report(test, report(test, rows[i].options,
					   rows[i].opcode, rows[i].action),
			      expect, sizeof(expect));
}

static void option_for_the_other_kind_is_invalid(struct kunit *test)
{
	static const struct {
		u8 options;
		u8 opcode;
		struct pioscsi_cdb_field bad;
	} rows[] = {
		{ 1, 0x9e, { 3, 0xff } }, { 2, 0x12, { 3, 0xff } },
		{ 4, 0x12, { 2, 0x07 } }, { 7, 0x12, { 2, 0x07 } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct report r = report(test, rows[i].options, rows[i].opcode,
					 0x10);

		KUNIT_EXPECT_EQ(test, r.len, -EINVAL);
		KUNIT_EXPECT_EQ(test, r.bad.byte, rows[i].bad.byte);
		KUNIT_EXPECT_EQ(test, r.bad.mask, rows[i].bad.mask);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(find_needs_the_service_action),
	KUNIT_CASE(unsupported_bit_fails_the_check),
	KUNIT_CASE(bit_of_a_field_stands_for_the_field),
	KUNIT_CASE(all_commands_without_timeouts),
	KUNIT_CASE(all_commands_with_timeouts),
	KUNIT_CASE(one_command_reports_its_usage),
	KUNIT_CASE(unknown_command_is_reported_as_unsupported),
	KUNIT_CASE(option_for_the_other_kind_is_invalid),
	{}
};

static struct kunit_suite suite = {
	.name = "port_cdb",
	.test_cases = cases,
};

kunit_test_suite(suite);

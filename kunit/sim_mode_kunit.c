// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SENSE and MODE SELECT.
 */
#include <kunit/test.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "sim_initiator.h"

#define SIM_BLOCKS	2048	/* blocks of 512 bytes */

/* PAGE CONTROL. */
#define SIM_PC_CHANGEABLE	0x40
#define SIM_PC_DEFAULT		0x80
#define SIM_PC_SAVED		0xc0

static const u8 sim_page_01[12] = { 0x01, 10 };
static const u8 sim_page_08[20] = { 0x08, 18, 0x04 };
static const u8 sim_page_0a[12] = { 0x0a, 10, 0x02, 0x10 };
static const u8 sim_page_1c[12] = { 0x1c, 10, 0x08 };

static struct sim_initiator *sim_mode_ini(struct kunit *test)
{
	return sim_initiator_create(test, SIM_BLOCKS * 512, 512);
}

static void sim_sense6(struct sim_initiator *ini, u8 flags, u8 page,
		       u8 subpage, u8 alloc_len)
{
	memset(ini->data, 0xff, 256);
	SIM_SEND(ini, MODE_SENSE, flags, page, subpage, alloc_len, 0);
}

static void sim_sense10(struct sim_initiator *ini, u8 flags, u8 page,
			u8 subpage, u16 alloc_len)
{
	memset(ini->data, 0xff, 256);
	SIM_SEND(ini, MODE_SENSE_10, flags, page, subpage, 0, 0, 0,
		 alloc_len >> 8, alloc_len & 0xff, 0);
}

struct sim_page_param {
	const char *desc;
	u8 page;
	u8 subpage;
	u8 len;
	u8 bytes[56];
	u8 changeable[56];
};

static const struct sim_page_param sim_page_params[] = {
	{
		.desc = "read-write error recovery",
		.page = 0x01,
		.len = 12,
		.bytes = { 0x01, 10 },
		.changeable = { 0x01, 10 },
	}, {
		.desc = "caching",
		.page = 0x08,
		.len = 20,
		.bytes = { 0x08, 18, 0x04 },
		.changeable = { 0x08, 18, 0x04 },
	}, {
		.desc = "control",
		.page = 0x0a,
		.len = 12,
		.bytes = { 0x0a, 10, 0x02, 0x10 },
		.changeable = { 0x0a, 10, 0x04 },
	}, {
		.desc = "informational exceptions",
		.page = 0x1c,
		.len = 12,
		.bytes = { 0x1c, 10, 0x08 },
		.changeable = { 0x1c, 10 },
	}, {
		.desc = "control with all subpages",
		.page = 0x0a,
		.subpage = 0xff,
		.len = 12,
		.bytes = { 0x0a, 10, 0x02, 0x10 },
		.changeable = { 0x0a, 10, 0x04 },
	}, {
		.desc = "all",
		.page = 0x3f,
		.len = 56,
		.bytes = { 0x01, 10, [12] = 0x08, 18, 0x04,
			   [32] = 0x0a, 10, 0x02, 0x10,
			   [44] = 0x1c, 10, 0x08 },
		.changeable = { 0x01, 10, [12] = 0x08, 18, 0x04,
				[32] = 0x0a, 10, 0x04, [44] = 0x1c, 10 },
	}, {
		.desc = "all with all subpages",
		.page = 0x3f,
		.subpage = 0xff,
		.len = 56,
		.bytes = { 0x01, 10, [12] = 0x08, 18, 0x04,
			   [32] = 0x0a, 10, 0x02, 0x10,
			   [44] = 0x1c, 10, 0x08 },
		.changeable = { 0x01, 10, [12] = 0x08, 18, 0x04,
				[32] = 0x0a, 10, 0x04, [44] = 0x1c, 10 },
	},
};

KUNIT_ARRAY_PARAM_DESC(sim_page, sim_page_params, desc);

/* Expect the page behind a header and descriptor of @off bytes. */
static void sim_expect_page(struct sim_initiator *ini, const u8 *bytes,
			    unsigned int off)
{
	const struct sim_page_param *param = ini->test->param_value;

	KUNIT_EXPECT_EQ(ini->test, SAM_STAT_GOOD, ini->task.status);
	KUNIT_ASSERT_EQ(ini->test, off + param->len, ini->task.len);
	KUNIT_EXPECT_EQ(ini->test, 0,
			memcmp(&ini->data[off], bytes, param->len));
}

static void mode_sense_returns_each_page(struct kunit *test)
{
	const struct sim_page_param *param = test->param_value;
	struct sim_initiator *ini = sim_mode_ini(test);
	u8 page = param->page, sub = param->subpage;

	sim_sense6(ini, 0, page, sub, 255);
	sim_expect_page(ini, param->bytes, 12);
	sim_sense6(ini, 0x08, page, sub, 255);
	sim_expect_page(ini, param->bytes, 4);
	sim_sense10(ini, 0, page, sub, 255);
	sim_expect_page(ini, param->bytes, 16);
	sim_sense10(ini, 0x08, page, sub, 65535);
	sim_expect_page(ini, param->bytes, 8);
	sim_sense10(ini, 0x10, page, sub, 255);
	sim_expect_page(ini, param->bytes, 24);
	sim_sense6(ini, 0x08, page | SIM_PC_DEFAULT, sub, 255);
	sim_expect_page(ini, param->bytes, 4);
	sim_sense6(ini, 0x08, page | SIM_PC_CHANGEABLE, sub, 255);
	sim_expect_page(ini, param->changeable, 4);
	sim_sense6(ini, 0x08, page | SIM_PC_SAVED, sub, 255);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x3900);
	sim_sense10(ini, 0, page | SIM_PC_SAVED, sub, 255);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x3900);
}

static void mode_sense_headers_fit_their_form(struct kunit *test)
{
	struct sim_initiator *ini = sim_mode_ini(test);
	const u8 *data = ini->data;

	sim_sense6(ini, 0, 0x0a, 0, 255);
	KUNIT_EXPECT_EQ(test, 0, memcmp(data, "\x17\0\x10\x08", 4));
	KUNIT_EXPECT_EQ(test, SIM_BLOCKS, get_unaligned_be32(&data[4]));
	KUNIT_EXPECT_EQ(test, 512, get_unaligned_be32(&data[8]));
	sim_sense6(ini, 0x08, 0x0a, 0, 255);
	KUNIT_EXPECT_EQ(test, 0, memcmp(data, "\x0f\0\x10\0", 4));
	sim_sense10(ini, 0, 0x0a, 0, 255);
	KUNIT_EXPECT_EQ(test, 0, memcmp(data, "\0\x1a\0\x10\0\0\0\x08", 8));
	KUNIT_EXPECT_EQ(test, SIM_BLOCKS, get_unaligned_be32(&data[8]));
	KUNIT_EXPECT_EQ(test, 512, get_unaligned_be32(&data[12]));
	sim_sense10(ini, 0x10, 0x0a, 0, 255);
	KUNIT_EXPECT_EQ(test, 0, memcmp(data, "\0\x22\0\x10\x01\0\0\x10", 8));
	KUNIT_EXPECT_EQ(test, SIM_BLOCKS, get_unaligned_be64(&data[8]));
	KUNIT_EXPECT_EQ(test, 512, get_unaligned_be64(&data[16]));
	sim_sense10(ini, 0x18, 0x0a, 0, 255);
	KUNIT_EXPECT_EQ(test, 0, memcmp(data, "\0\x12\0\x10\0\0\0\0", 8));
}

static void mode_sense_of_huge_unit_reports_its_capacity(struct kunit *test)
{
	struct sim_initiator *ini;

	ini = sim_initiator_create(test, 1ULL << 50, 512);
	sim_sense6(ini, 0, 0x0a, 0, 255);
	KUNIT_EXPECT_EQ(test, U32_MAX, get_unaligned_be32(&ini->data[4]));
	sim_sense10(ini, 0x10, 0x0a, 0, 255);
	KUNIT_EXPECT_EQ(test, 1ULL << 41, get_unaligned_be64(&ini->data[8]));
}

static void mode_sense_is_truncated_to_allocation_length(struct kunit *test)
{
	struct sim_initiator *ini = sim_mode_ini(test);
	unsigned int alloc;

	for (alloc = 0; alloc < 80; alloc++) {
		sim_sense6(ini, 0, 0x3f, 0, alloc);
		KUNIT_EXPECT_EQ(test, min(alloc, 68U), ini->task.len);
		if (alloc)
			KUNIT_EXPECT_EQ(test, 67, ini->data[0]);
	}
}

static void mode_sense_of_unknown_page_is_refused(struct kunit *test)
{
	struct sim_initiator *ini = sim_mode_ini(test);
	static const u8 pages[] = { 0x01, 0x08, 0x0a, 0x1c, 0x3f };
	unsigned int page, sub;

	for (page = 0; page < 0x40; page++) {
		if (memchr(pages, page, sizeof(pages)))
			continue;
		sim_sense6(ini, 0, page, 0, 255);
		sim_expect_field(ini, 0x2400, 2, 5);
		sim_sense10(ini, 0, page, 0xff, 255);
		sim_expect_field(ini, 0x2400, 2, 5);
	}
	for (sub = 1; sub < 255; sub++) {
		sim_sense6(ini, 0, 0x0a, sub, 255);
		sim_expect_field(ini, 0x2400, 3, 7);
		sim_sense10(ini, 0, 0x3f, sub, 255);
		sim_expect_field(ini, 0x2400, 3, 7);
	}
}

/*
 * A parameter list and its result. Field pointers count with code 2600h only.
 */
struct sim_select_param {
	const char *desc;
	bool ten;
	u8 len;
	u8 list[64];
	u16 code;
	u8 byte;
	u8 bit;
};

static const struct sim_select_param sim_select_params[] = {
	{ "nothing", .len = 0 },
	{ "header only", .len = 4 },
	{ "WP is ignored", .len = 4, .list = { 0, 0, 0x80 } },
	{ "descriptor", .len = 12,
	  .list = { 0, 0, 0, 8, 0, 0, 8, 0, 0, 0, 2, 0 } },
	{ "descriptor that keeps the capacity", .len = 12,
	  .list = { 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 2, 0 } },
	{ "descriptor that asks for the largest capacity", .len = 12,
	  .list = { 0, 0, 0, 8, 0xff, 0xff, 0xff, 0xff, 0, 0, 2, 0 } },
	{ "other capacity", .len = 12,
	  .list = { 0, 0, 0, 8, 0, 0, 7, 0xff, 0, 0, 2, 0 } },
	{ "other capacity, long", true, .len = 24,
	  .list = { 0, 0, 0, 0, 1, 0, 0, 16, 0, 0, 0, 1, 0, 0, 8, 0, 0, 0, 0, 0,
		    0, 0, 2, 0 } },
	{ "long descriptor", true, .len = 24,
	  .list = { 0, 0, 0, 0, 1, 0, 0, 16, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0,
		    0, 0, 2, 0 } },
	{ "pages as they are", .len = 28,
	  .list = { 0, 0, 0, 0, 0x01, 10, [16] = 0x1c, 10, 0x08 } },

	{ "header truncated", .len = 3, .code = 0x1a00 },
	{ "header (10) truncated", true, .len = 7, .code = 0x1a00 },
	{ "descriptor truncated", .len = 11,
	  .list = { 0, 0, 0, 8, 0, 0, 8, 0, 0, 0, 2, 0 },
	  .code = 0x1a00 },
	{ "long descriptor truncated", true, .len = 23,
	  .list = { 0, 0, 0, 0, 1, 0, 0, 16 }, .code = 0x1a00 },
	{ "page header truncated", .len = 5, .list = { 0, 0, 0, 0, 0x08 },
	  .code = 0x1a00 },
	{ "page truncated", .len = 23, .list = { 0, 0, 0, 0, 0x08, 18 },
	  .code = 0x1a00 },
	{ "second page truncated", .len = 27,
	  .list = { 0, 0, 0, 0, 0x01, 10, [16] = 0x1c, 10, 0x08 },
	  .code = 0x1a00 },

	{ "medium type", .len = 4, .list = { 0, 1 }, .code = 0x2600,
	  .byte = 1, .bit = 7 },
	{ "medium type (10)", true, .len = 8, .list = { 0, 0, 1 },
	  .code = 0x2600, .byte = 2, .bit = 7 },
	{ "DPOFUA is reserved", .len = 4, .list = { 0, 0, 0x10 },
	  .code = 0x2600, .byte = 2, .bit = 4 },
	{ "reserved beside LONGLBA", true, .len = 8,
	  .list = { 0, 0, 0, 0, 0x03 }, .code = 0x2600, .byte = 4, .bit = 1 },
	{ "reserved header byte", true, .len = 8,
	  .list = { 0, 0, 0, 0, 0, 1 }, .code = 0x2600, .byte = 5, .bit = 7 },
	{ "descriptor length", .len = 20, .list = { 0, 0, 0, 16 },
	  .code = 0x2600, .byte = 3, .bit = 7 },
	{ "descriptor length without LONGLBA", true, .len = 24,
	  .list = { 0, 0, 0, 0, 0, 0, 0, 16 }, .code = 0x2600, .byte = 6,
	  .bit = 7 },
	{ "descriptor length with LONGLBA", true, .len = 16,
	  .list = { 0, 0, 0, 0, 1, 0, 0, 8 }, .code = 0x2600, .byte = 6,
	  .bit = 7 },
	{ "other block length", .len = 12,
	  .list = { 0, 0, 0, 8, 0, 0, 8, 0, 0, 0, 4, 0 },
	  .code = 0x2600, .byte = 9, .bit = 7 },
	{ "reserved descriptor byte", .len = 12,
	  .list = { 0, 0, 0, 8, 0, 0, 8, 0, 1, 0, 2, 0 },
	  .code = 0x2600, .byte = 8, .bit = 7 },
	{ "reserved descriptor bytes, long", true, .len = 24,
	  .list = { 0, 0, 0, 0, 1, 0, 0, 16, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1,
		    0, 0, 2, 0 },
	  .code = 0x2600, .byte = 16, .bit = 7 },
	{ "other block length, long", true, .len = 24,
	  .list = { 0, 0, 0, 0, 1, 0, 0, 16, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0,
		    0, 0, 0, 0 },
	  .code = 0x2600, .byte = 20, .bit = 7 },
	{ "unknown page", .len = 16, .list = { 0, 0, 0, 0, 0x02, 10 },
	  .code = 0x2600, .byte = 4, .bit = 5 },
	{ "all pages", .len = 16, .list = { 0, 0, 0, 0, 0x3f, 10 },
	  .code = 0x2600, .byte = 4, .bit = 5 },
	{ "PS", .len = 16, .list = { 0, 0, 0, 0, 0x8a, 10 },
	  .code = 0x2600, .byte = 4, .bit = 7 },
	{ "SPF", .len = 16, .list = { 0, 0, 0, 0, 0x4a, 10 },
	  .code = 0x2600, .byte = 4, .bit = 6 },
	{ "page length", .len = 16, .list = { 0, 0, 0, 0, 0x0a, 11 },
	  .code = 0x2600, .byte = 5, .bit = 7 },
	{ "bit that cannot change", .len = 16,
	  .list = { 0, 0, 0, 0, 0x0a, 10, 0x02, 0x00 },
	  .code = 0x2600, .byte = 7, .bit = 4 },
	{ "last byte that cannot change", .len = 24,
	  .list = { 0, 0, 0, 0, 0x08, 18, 0x04, [23] = 0x01 },
	  .code = 0x2600, .byte = 23, .bit = 0 },
	{ "bad page behind one that would change", .len = 36,
	  .list = { 0, 0, 0, 0, 0x08, 18, 0, [24] = 0x1c, 10, 0x00 },
	  .code = 0x2600, .byte = 26, .bit = 3 },
};

KUNIT_ARRAY_PARAM_DESC(sim_select, sim_select_params, desc);

static void sim_select(struct sim_initiator *ini, bool ten, const u8 *list,
		       u8 len)
{
	memcpy(ini->data, list, len);
	if (ten)
		SIM_SEND(ini, MODE_SELECT_10, 0x10, 0, 0, 0, 0, 0, 0, len, 0);
	else
		SIM_SEND(ini, MODE_SELECT, 0x10, 0, 0, len, 0);
}

/* An invalid list changes nothing. */
static void mode_select_accepts_valid_lists_only(struct kunit *test)
{
	const struct sim_select_param *param = test->param_value;
	struct sim_initiator *ini = sim_mode_ini(test);
	u8 before[64];

	sim_sense6(ini, 0x08, 0x3f, 0, 60);
	memcpy(before, ini->data, 60);
	sim_select(ini, param->ten, param->list, param->len);
	if (!param->code)
		KUNIT_EXPECT_EQ(test, SAM_STAT_GOOD, ini->task.status);
	else if (param->code == 0x2600)
		sim_expect_field(ini, 0x2600, param->byte, param->bit);
	else
		sim_expect_sense(ini, ILLEGAL_REQUEST, param->code);
	sim_sense6(ini, 0x08, 0x3f, 0, 60);
	KUNIT_EXPECT_EQ(test, 0, memcmp(before, ini->data, 60));
}

/* Try each bit of each page. Only two bits may change. */
static void mode_select_changes_only_changeable_bits(struct kunit *test)
{
	static const struct {
		const u8 *page;
		unsigned int len;
	} pages[] = {
		{ sim_page_01, sizeof(sim_page_01) },
		{ sim_page_08, sizeof(sim_page_08) },
		{ sim_page_0a, sizeof(sim_page_0a) },
		{ sim_page_1c, sizeof(sim_page_1c) },
	};
	struct sim_initiator *ini = sim_mode_ini(test);
	unsigned int i, bit, byte;
	u8 list[24];

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		for (bit = 16; bit < 8 * pages[i].len; bit++) {
			byte = bit / 8;
			memset(list, 0, sizeof(list));
			memcpy(&list[4], pages[i].page, pages[i].len);
			list[4 + byte] ^= BIT(bit % 8);
			sim_select(ini, false, list, 4 + pages[i].len);
			if ((i == 1 || i == 2) && bit == 8 * 2 + 2)
				KUNIT_EXPECT_EQ(test, SAM_STAT_GOOD,
						ini->task.status);
			else
				sim_expect_field(ini, 0x2600, 4 + byte,
						 bit % 8);
		}
	}
}

/* SPC: the field is reserved in MODE SELECT. Real disks ignore it. */
static void mode_select_ignores_mode_data_length(struct kunit *test)
{
	struct sim_initiator *ini = sim_mode_ini(test);
	static const u8 list6[4] = { 23 }, list10[8] = { 0x01, 30 };

	sim_select(ini, false, list6, 4);
	KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
	sim_select(ini, true, list10, 8);
	KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
}

static void mode_select_switches_the_write_cache_bit(struct kunit *test)
{
	static const u8 off[24] = { 0, 0, 0, 0, 0x08, 18 };
	struct sim_initiator *ini = sim_mode_ini(test);

	sim_select(ini, false, off, sizeof(off));
	KUNIT_EXPECT_EQ(test, SAM_STAT_GOOD, ini->task.status);
	sim_sense6(ini, 0x08, 0x08, 0, 255);
	KUNIT_EXPECT_EQ(test, 0, ini->data[4 + 2]);
	sim_sense6(ini, 0x08, 0x08 | SIM_PC_DEFAULT, 0, 255);
	KUNIT_EXPECT_EQ(test, 0x04, ini->data[4 + 2]);

	/* The other logical units do not change. */
	ini->lun = 1;
	SIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	sim_sense6(ini, 0x08, 0x08, 0, 255);
	KUNIT_EXPECT_EQ(test, 0x04, ini->data[4 + 2]);

	ini->lun = 0;
	sim_bus_reset(ini->bus);
	SIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	sim_sense6(ini, 0x08, 0x08, 0, 255);
	KUNIT_EXPECT_EQ(test, 0x04, ini->data[4 + 2]);
}

/*
 * If a list has the same page twice, the last one counts. This list has the
 * maximum length.
 */
static void mode_select_takes_the_longest_list(struct kunit *test)
{
	struct sim_initiator *ini = sim_mode_ini(test);
	unsigned int off, len = 8 + 20 * 3276;

	memset(ini->data, 0, len);
	for (off = 8; off < len; off += 20)
		memcpy(&ini->data[off], sim_page_08, 20);
	ini->data[len - 20 + 2] = 0;
	SIM_SEND_GOOD(ini, MODE_SELECT_10, 0x10, 0, 0, 0, 0, 0, len >> 8,
		      len & 0xff, 0);
	sim_sense6(ini, 0x08, 0x08, 0, 255);
	KUNIT_EXPECT_EQ(test, 0, ini->data[4 + 2]);
}

static void mode_select_without_pf_is_refused(struct kunit *test)
{
	struct sim_initiator *ini = sim_mode_ini(test);

	SIM_SEND(ini, MODE_SELECT, 0, 0, 0, 4, 0);
	sim_expect_field(ini, 0x2400, 1, 4);
	SIM_SEND(ini, MODE_SELECT_10, 0x11, 0, 0, 0, 0, 0, 0, 8, 0);
	sim_expect_field(ini, 0x2400, 1, 0);
}

static struct kunit_case sim_mode_cases[] = {
	KUNIT_CASE_PARAM(mode_sense_returns_each_page, sim_page_gen_params),
	KUNIT_CASE(mode_sense_headers_fit_their_form),
	KUNIT_CASE(mode_sense_of_huge_unit_reports_its_capacity),
	KUNIT_CASE(mode_sense_is_truncated_to_allocation_length),
	KUNIT_CASE(mode_sense_of_unknown_page_is_refused),
	KUNIT_CASE_PARAM(mode_select_accepts_valid_lists_only,
			 sim_select_gen_params),
	KUNIT_CASE(mode_select_changes_only_changeable_bits),
	KUNIT_CASE(mode_select_ignores_mode_data_length),
	KUNIT_CASE(mode_select_switches_the_write_cache_bit),
	KUNIT_CASE(mode_select_takes_the_longest_list),
	KUNIT_CASE(mode_select_without_pf_is_refused),
	{}
};

static struct kunit_suite sim_mode_suite = {
	.name = "sim_mode",
	.test_cases = sim_mode_cases,
};

kunit_test_suite(sim_mode_suite);

MODULE_DESCRIPTION("KUnit tests of MODE SENSE and MODE SELECT");
MODULE_LICENSE("GPL");

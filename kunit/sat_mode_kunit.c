// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SENSE and MODE SELECT.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "sat_rig.h"

/* PAGE CONTROL. */
#define SAT_PC_CHANGEABLE	0x40
#define SAT_PC_DEFAULT		0x80
#define SAT_PC_SAVED		0xc0

static const u8 sat_page_01[12] = { 0x01, 10, 0x80 };
static const u8 sat_page_08[20] = { 0x08, 18, 0x04 };
static const u8 sat_page_0a[12] = { 0x0a, 10, 0x02, [8] = 0xff, 0xff };

static void sat_sense6(struct sat_rig *rig, u8 flags, u8 page, u8 subpage)
{
	SAT_SEND_IN(rig, 255, MODE_SENSE, flags, page, subpage, 255, 0);
}

static void sat_sense10(struct sat_rig *rig, u8 flags, u8 page)
{
	SAT_SEND_IN(rig, 512, MODE_SENSE_10, flags, page, 0, 0, 0, 0, 2, 0, 0);
}

static enum sat_answer sat_select6(struct sat_rig *rig, const u8 *list, u8 len)
{
	SAT_SEND_OUT(rig, len, MODE_SELECT, 0x10, 0, 0, len, 0);
	return sat_param(rig, list, len);
}

static enum sat_answer sat_select10(struct sat_rig *rig, const u8 *list, u8 len)
{
	SAT_SEND_OUT(rig, len, MODE_SELECT_10, 0x10, 0, 0, 0, 0, 0, 0, len, 0);
	return sat_param(rig, list, len);
}

#define SAT_SELECT6(_rig, ...) \
({ \
	const u8 _list[] = { __VA_ARGS__ }; \
	\
	sat_select6(_rig, _list, sizeof(_list)); \
})

/* A list of one page, with one byte set. */
static void sat_select_page(struct sat_rig *rig, const u8 *page, u8 byte,
			    u8 value)
{
	u8 list[4 + 20] = { };

	memcpy(&list[4], page, page[1] + 2);
	list[4 + byte] = value;
	sat_select6(rig, list, 4 + page[1] + 2);
}

static void mode_sense_returns_each_page(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	static const u8 *const pages[] = { sat_page_01, sat_page_08,
					   sat_page_0a };
	unsigned int i, code, off = 4;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		u8 len = pages[i][1] + 2;

		sat_sense6(rig, 0x08, pages[i][0], 0);
		sat_expect_reply(rig, 4 + len);
		sat_expect_bytes(rig, 4, pages[i], len);
		KUNIT_EXPECT_EQ(test, rig->cmd.buf[0], 3 + len);
		KUNIT_EXPECT_EQ(test, rig->cmd.buf[1], 0);
		KUNIT_EXPECT_EQ(test, rig->cmd.buf[2], 0);	/* no DPOFUA */
		KUNIT_EXPECT_EQ(test, rig->cmd.buf[3], 0);
	}
	sat_sense6(rig, 0x08, 0x3f, 0xff);
	sat_expect_reply(rig, 4 + 12 + 20 + 12);
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		sat_expect_bytes(rig, off, pages[i], pages[i][1] + 2);
		off += pages[i][1] + 2;
	}
	for (code = 0; code < 0x3f; code++) {
		if (code == 0x01 || code == 0x08 || code == 0x0a)
			continue;
		sat_sense6(rig, 0, code, 0);
		sat_expect_field(rig, 0x2400, 2, 5);
	}
	sat_sense6(rig, 0, 0x08, 1);
	sat_expect_field(rig, 0x2400, 3, 7);
	sat_sense6(rig, 0, SAT_PC_SAVED | 0x08, 0);
	sat_expect_sense(rig, ILLEGAL_REQUEST, 0x3900);
}

static void page_control_selects_the_values(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	const u8 *buf = rig->cmd.buf;
	static const u8 changeable_08[20] = { 0x08, 18, 0x04, [12] = 0x20 };
	static const u8 changeable_0a[12] = { 0x0a, 10, 0x04 };
	static const u8 changeable_01[12] = { 0x01, 10 };

	sat_sense6(rig, 0x08, SAT_PC_CHANGEABLE | 0x08, 0);
	sat_expect_bytes(rig, 4, changeable_08, sizeof(changeable_08));
	sat_sense6(rig, 0x08, SAT_PC_CHANGEABLE | 0x0a, 0);
	sat_expect_bytes(rig, 4, changeable_0a, sizeof(changeable_0a));
	sat_sense6(rig, 0x08, SAT_PC_CHANGEABLE | 0x01, 0);
	sat_expect_bytes(rig, 4, changeable_01, sizeof(changeable_01));

	/*
	 * The default is the state at identification. The current values may
	 * differ.
	 */
	rig->dev.wcache = false;
	rig->dev.look_ahead = false;
	rig->dev.d_sense = true;
	sat_sense6(rig, 0x08, 0x08, 0);
	KUNIT_EXPECT_EQ(test, buf[4 + 2], 0);
	KUNIT_EXPECT_EQ(test, buf[4 + 12], 0x20);
	sat_sense6(rig, 0x08, 0x0a, 0);
	KUNIT_EXPECT_EQ(test, buf[4 + 2], 0x06);
	sat_sense6(rig, 0x08, SAT_PC_DEFAULT | 0x08, 0);
	sat_expect_bytes(rig, 4, sat_page_08, sizeof(sat_page_08));
	sat_sense6(rig, 0x08, SAT_PC_DEFAULT | 0x0a, 0);
	sat_expect_bytes(rig, 4, sat_page_0a, sizeof(sat_page_0a));

	/* A switch that the device lacks is not changeable. */
	rig->dev.can_wcache = false;
	rig->dev.can_look_ahead = false;
	sat_sense6(rig, 0x08, SAT_PC_CHANGEABLE | 0x08, 0);
	KUNIT_EXPECT_EQ(test, buf[4 + 2], 0);
	KUNIT_EXPECT_EQ(test, buf[4 + 12], 0);
}

/* A removable disk with the Removable Media feature set: word 85 bit 2. */
static struct sat_rig *rig_with_media_status(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 0, 0x0080);
	sat_id_word(id, 85, 0x006c);
	sat_rig_identify(rig, id);
	KUNIT_ASSERT_TRUE(test, rig->dev.media_status);
	return rig;
}

struct media_case {
	const char *desc;
	u8 status;
	u8 error;
	u8 wp;
};

static const struct media_case media_cases[] = {
	{ "writable", 0x50, 0x00, 0x00 },
	{ "write-protected", 0x51, 0x40, 0x80 },
	{ "no medium", 0x51, 0x02, 0x00 },
	{ "command rejected", 0x51, 0x04, 0x00 },
};

KUNIT_ARRAY_PARAM_DESC(media, media_cases, desc);

static void mode_sense_reports_write_protection(struct kunit *test)
{
	const struct media_case *m = test->param_value;
	struct sat_rig *rig = rig_with_media_status(test);

	sat_sense6(rig, 0x08, 0x3f, 0);
	sat_expect_command(rig, 0xda);
	KUNIT_EXPECT_TRUE(test, rig->cmd.tf.want_regs);
	sat_expect_data(rig, SAT_NON_DATA, 0, 0);
	sat_fails(rig, m->status, m->error, 0);
	sat_expect_reply(rig, 4 + 12 + 20 + 12);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[2], m->wp);
	sat_sense10(rig, 0x08, 0x3f);
	sat_fails(rig, m->status, m->error, 0);
	sat_expect_reply(rig, 8 + 12 + 20 + 12);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[3], m->wp);
}

/* The device reports a changed medium, or a request, only once. */
static void mode_sense_reports_pending_unit_attention(struct kunit *test)
{
	static const struct {
		u8 error;
		u16 code;
	} rows[] = {
		{ 0x20, 0x2800 }, { 0x60, 0x2800 }, { 0x22, 0x2800 },
		{ 0x28, 0x2800 }, { 0x08, 0x5a01 }, { 0x48, 0x5a01 },
	};
	struct sat_rig *rig = rig_with_media_status(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		sat_sense6(rig, 0x08, 0x3f, 0);
		sat_fails(rig, 0x51, rows[i].error, 0);
		sat_expect_sense(rig, UNIT_ATTENTION, rows[i].code);
	}
	/* ERROR is invalid without ERR, and in a device fault. */
	sat_sense6(rig, 0x08, 0x3f, 0);
	sat_fails(rig, 0x50, 0x20, 0);
	sat_expect_reply(rig, 4 + 12 + 20 + 12);
	sat_sense6(rig, 0x08, 0x3f, 0);
	sat_fails(rig, 0x71, 0x20, 0);
	sat_expect_reply(rig, 4 + 12 + 20 + 12);
}

static void block_descriptor_describes_the_capacity(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	static const u8 list6[] = { 23, 0, 0, 8, 0xff, 0xff, 0xff, 0xff,
				    0, 0, 2, 0, 0x0a };
	static const u8 list10[] = { 0, 26, 0, 0, 0, 0, 0, 8,
				     0xff, 0xff, 0xff, 0xff, 0, 0, 2, 0, 0x0a };
	static const u8 list10_long[] = { 0, 34, 0, 0, 1, 0, 0, 16,
					  0, 0, 1, 0, 0, 0, 0, 0,
					  0, 0, 0, 0, 0, 0, 2, 0, 0x0a };

	sat_sense6(rig, 0, 0x0a, 0);
	sat_expect_reply(rig, 24);
	sat_expect_bytes(rig, 0, list6, sizeof(list6));
	sat_sense10(rig, 0, 0x0a);
	sat_expect_reply(rig, 28);
	sat_expect_bytes(rig, 0, list10, sizeof(list10));
	sat_sense10(rig, 0x10, 0x0a);
	sat_expect_reply(rig, 36);
	sat_expect_bytes(rig, 0, list10_long, sizeof(list10_long));
	sat_sense10(rig, 0x18, 0x0a);
	sat_expect_reply(rig, 20);
	SAT_SEND_IN(rig, 3, MODE_SENSE, 0, 0x3f, 0, 3, 0);
	sat_expect_reply(rig, 3);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[0], 55);
}

struct sat_switch_param {
	const char *desc;
	const u8 *page;
	u8 byte;
	u8 value;
	u8 feature;
	bool wcache;
	bool look_ahead;
};

static const struct sat_switch_param sat_switch_params[] = {
	{ "write cache off", sat_page_08, 2, 0x00, 0x82, false, true },
	{ "look-ahead off", sat_page_08, 12, 0x20, 0x55, true, false },
};

KUNIT_ARRAY_PARAM_DESC(sat_switch, sat_switch_params, desc);

static void mode_select_switches_a_feature(struct kunit *test)
{
	const struct sat_switch_param *param = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);

	sat_select_page(rig, param->page, param->byte, param->value);
	sat_expect_command(rig, 0xef);
	KUNIT_EXPECT_EQ(test, rig->cmd.tf.regs.feature, param->feature);
	sat_expect_data(rig, SAT_NON_DATA, 0, 0);
	KUNIT_EXPECT_TRUE(test, rig->dev.wcache && rig->dev.look_ahead);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_EQ(test, rig->dev.wcache, param->wcache);
	KUNIT_EXPECT_EQ(test, rig->dev.look_ahead, param->look_ahead);

	/* Switch the feature back. */
	sat_select_page(rig, param->page, 0, param->page[0]);
	sat_expect_command(rig, 0xef);
	KUNIT_EXPECT_EQ(test, rig->cmd.tf.regs.feature,
			param->feature == 0x82 ? 0x02 : 0xaa);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_TRUE(test, rig->dev.wcache && rig->dev.look_ahead);
}

/* Two switches need two taskfiles, of which the second fails. */
static void mode_select_switches_two_features(struct kunit *test)
{
	static const u8 list[28] = { [3] = 8, [10] = 2, [12] = 0x08, 18,
				     [24] = 0x20 };
	u8 full[32] = { };
	struct sat_rig *rig = sat_rig_create(test);

	memcpy(full, list, sizeof(list));
	sat_select6(rig, full, sizeof(full));
	KUNIT_EXPECT_EQ(test, rig->cmd.tf.regs.feature, 0x82);
	sat_done(rig);
	sat_expect_command(rig, 0xef);
	KUNIT_EXPECT_EQ(test, rig->cmd.tf.regs.feature, 0x55);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, ABORTED_COMMAND, 0);
	KUNIT_EXPECT_FALSE(test, rig->dev.wcache);
	KUNIT_EXPECT_TRUE(test, rig->dev.look_ahead);

	/* The same list again switches the other feature. */
	sat_select6(rig, full, sizeof(full));
	KUNIT_EXPECT_EQ(test, rig->cmd.tf.regs.feature, 0x55);
	sat_done(rig);
	sat_expect_good(rig);
	KUNIT_EXPECT_FALSE(test, rig->dev.look_ahead);
}

static void d_sense_selects_descriptor_format(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	static const u8 list10[8 + 12] = { [8] = 0x0a, 10, 0x02,
					   [16] = 0xff, 0xff };

	sat_select_page(rig, sat_page_0a, 2, 0x06);
	sat_expect_good(rig);
	KUNIT_EXPECT_TRUE(test, rig->dev.d_sense);
	SAT_SEND_NONE(rig, 0xff);
	KUNIT_EXPECT_EQ(test, rig->cmd.sense[0], 0x72);
	sat_select10(rig, list10, sizeof(list10));
	sat_expect_good(rig);
	KUNIT_EXPECT_FALSE(test, rig->dev.d_sense);
}

/* A list that changes nothing sends no command. */
static void unchanged_page_sends_no_command(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	static const u8 long_list[8 + 16] = { [4] = 1, [7] = 16, [15] = 1,
					      [22] = 2 };

	SAT_SELECT6(rig, 0, 0, 0, 0);
	sat_expect_good(rig);
	sat_select_page(rig, sat_page_08, 2, 0x04);
	sat_expect_good(rig);
	sat_select_page(rig, sat_page_01, 2, 0x80);
	sat_expect_good(rig);
	SAT_SEND_OUT(rig, 0, MODE_SELECT, 0x10, 0, 0, 0, 0);
	sat_expect_good(rig);
	/* SBC-4: the capacity of a disk with a fixed one is ignored. */
	SAT_SELECT6(rig, 0, 0, 0x80, 8, 0xff, 0xff, 0xff, 0xff, 0, 0, 2, 0);
	sat_expect_good(rig);
	SAT_SELECT6(rig, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 2, 0);
	sat_expect_good(rig);
	SAT_SELECT6(rig, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 2, 0);
	sat_expect_good(rig);
	sat_select10(rig, long_list, sizeof(long_list));
	sat_expect_good(rig);
}

struct sat_bad_param {
	const char *desc;
	u8 len;
	u8 list[40];
	u16 code;
	u8 byte;
	u8 bit;
};

static const struct sat_bad_param sat_bad_params[] = {
	{ "header cut off", 3, { }, 0x1a00 },
	{ "mode data length", 4, { 1 }, 0x2600, 0, 7 },
	{ "medium type", 4, { 0, 1 }, 0x2600, 1, 7 },
	{ "device specific", 4, { 0, 0, 0x08 }, 0x2600, 2, 3 },
	{ "DPOFUA", 4, { 0, 0, 0x10 }, 0x2600, 2, 4 },
	{ "descriptor length", 12, { 0, 0, 0, 7 }, 0x2600, 3, 7 },
	{ "descriptor cut off", 11, { 0, 0, 0, 8 }, 0x1a00 },
	{ "reserved in descriptor", 12, { 0, 0, 0, 8, [8] = 1, [10] = 2 },
	  0x2600, 8, 7 },
	{ "block length", 12, { 0, 0, 0, 8, [10] = 4 }, 0x2600, 9, 7 },
	{ "unknown page", 24, { [4] = 0x02, 18 }, 0x2600, 4, 5 },
	{ "PS", 24, { [4] = 0x88, 18, 0x04 }, 0x2600, 4, 7 },
	{ "SPF", 24, { [4] = 0x48, 18, 0x04 }, 0x2600, 4, 6 },
	{ "page header cut off", 5, { [4] = 0x08 }, 0x1a00 },
	{ "page length", 24, { [4] = 0x08, 10, 0x04 }, 0x2600, 5, 7 },
	{ "page length at the end", 6, { [4] = 0x08, 10 }, 0x2600, 5, 7 },
	{ "page cut off", 23, { [4] = 0x08, 18, 0x04 }, 0x1a00 },
	{ "not changeable", 24, { [4] = 0x08, 18, 0x05 }, 0x2600, 6, 0 },
	{ "not changeable at the end", 24, { [4] = 0x08, 18, 0x04, [23] = 2 },
	  0x2600, 23, 1 },
	{ "second page", 36, { [4] = 0x08, 18, 0x00, [24] = 0x01, 10, 0x00 },
	  0x2600, 26, 7 },
};

KUNIT_ARRAY_PARAM_DESC(sat_bad, sat_bad_params, desc);

/* A list with an error changes nothing. */
static void bad_parameter_list_changes_nothing(struct kunit *test)
{
	const struct sat_bad_param *param = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);

	sat_select6(rig, param->list, param->len);
	if (param->code == 0x1a00)
		sat_expect_sense(rig, ILLEGAL_REQUEST, 0x1a00);
	else
		sat_expect_field(rig, param->code, param->byte, param->bit);
	KUNIT_EXPECT_TRUE(test, rig->dev.wcache);
}

static void missing_switch_cannot_be_changed(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.can_wcache = false;
	rig->dev.can_look_ahead = false;
	sat_select_page(rig, sat_page_08, 2, 0x00);
	sat_expect_field(rig, 0x2600, 6, 2);
	sat_select_page(rig, sat_page_08, 12, 0x20);
	sat_expect_field(rig, 0x2600, 16, 5);
}

static void bad_mode_select_cdb_is_refused(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	SAT_SEND_OUT(rig, 4, MODE_SELECT, 0x00, 0, 0, 4, 0);	/* no PF */
	sat_expect_field(rig, 0x2400, 1, 4);
	SAT_SEND_OUT(rig, 4, MODE_SELECT, 0x11, 0, 0, 4, 0);	/* SP */
	sat_expect_field(rig, 0x2400, 1, 0);
	SAT_SEND_OUT(rig, 3, MODE_SELECT, 0x10, 0, 0, 4, 0);
	sat_expect_field(rig, 0x2400, 4, 7);
	SAT_SEND_IN(rig, 4, MODE_SELECT, 0x10, 0, 0, 4, 0);
	sat_expect_field(rig, 0x2400, 4, 7);
	SAT_SEND_OUT(rig, 4096, MODE_SELECT_10, 0x10, 0, 0, 0, 0, 0, 0x02, 0x85,
		     0);
	sat_expect_field(rig, 0x2400, 7, 7);
	SAT_SEND_OUT(rig, 4096, MODE_SELECT_10, 0x10, 0, 0, 0, 0, 0, 0x02, 0x84,
		     0);
	KUNIT_EXPECT_EQ(test, rig->answer, SAT_PARAM);
}

/* An initiator that has read WCE gets a rescan when the cache is switched. */
static void reported_cache_state_becomes_outdated(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.wcache = false;
	KUNIT_EXPECT_FALSE(test, sat_dev_outdated(&rig->dev));
	sat_sense6(rig, 0, 0x01, 0);
	sat_sense6(rig, 0, 0x0a, 0);
	sat_sense6(rig, 0, SAT_PC_CHANGEABLE | 0x08, 0);
	rig->dev.wcache = true;
	KUNIT_EXPECT_FALSE(test, sat_dev_outdated(&rig->dev));
	sat_sense6(rig, 0, 0x08, 0);
	KUNIT_EXPECT_FALSE(test, sat_dev_outdated(&rig->dev));
	rig->dev.wcache = false;
	KUNIT_EXPECT_TRUE(test, sat_dev_outdated(&rig->dev));
	/* This may be another program than the initiator. */
	sat_sense10(rig, 0, 0x3f);
	KUNIT_EXPECT_TRUE(test, sat_dev_outdated(&rig->dev));
	/* The rescan is requested. */
	rig->dev.told = false;
	sat_sense10(rig, 0, 0x3f);
	KUNIT_EXPECT_FALSE(test, sat_dev_outdated(&rig->dev));
}

static struct kunit_case sat_mode_cases[] = {
	KUNIT_CASE(reported_cache_state_becomes_outdated),
	KUNIT_CASE(mode_sense_returns_each_page),
	KUNIT_CASE(page_control_selects_the_values),
	KUNIT_CASE_PARAM(mode_sense_reports_write_protection, media_gen_params),
	KUNIT_CASE(mode_sense_reports_pending_unit_attention),
	KUNIT_CASE(block_descriptor_describes_the_capacity),
	KUNIT_CASE_PARAM(mode_select_switches_a_feature, sat_switch_gen_params),
	KUNIT_CASE(mode_select_switches_two_features),
	KUNIT_CASE(d_sense_selects_descriptor_format),
	KUNIT_CASE(unchanged_page_sends_no_command),
	KUNIT_CASE_PARAM(bad_parameter_list_changes_nothing,
			 sat_bad_gen_params),
	KUNIT_CASE(missing_switch_cannot_be_changed),
	KUNIT_CASE(bad_mode_select_cdb_is_refused),
	{}
};

static struct kunit_suite sat_mode_suite = {
	.name = "sat_mode",
	.test_cases = sat_mode_cases,
};

kunit_test_suite(sat_mode_suite);

MODULE_DESCRIPTION("KUnit tests of translated mode pages");
MODULE_LICENSE("GPL");

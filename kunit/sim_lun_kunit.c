// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buses and logical units: unit attentions, resets, LUNs without a logical
 * unit, and their commands.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "sim_initiator.h"

static struct sim_initiator *sim_lun_ini(struct kunit *test)
{
	return sim_initiator_create(test, SZ_1M, 512);
}

static void sim_ready(struct sim_initiator *ini)
{
	SIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
}

static void sim_expect_ready(struct sim_initiator *ini)
{
	sim_ready(ini);
	KUNIT_EXPECT_EQ(ini->test, SAM_STAT_GOOD, ini->task.status);
}

struct sim_config_param {
	const char *desc;
	struct sim_bus_config config;
	bool valid;
};

static const struct sim_config_param sim_config_params[] = {
	{ "smallest", { 1, 1, 512, 512, 0 }, true },
	{ "largest", { 2, 16384, U64_MAX - 4095, 4096, 0 }, true },
	{ "most targets", { 256, 1, SZ_1M, 1024, 0 }, true },
	{ "no target", { 0, 1, SZ_1M, 512, 0 } },
	{ "no LUN", { 1, 0, SZ_1M, 512, 0 } },
	{ "too many targets", { 257, 1, SZ_1M, 512, 0 } },
	{ "too many LUNs", { 1, 16385, SZ_1M, 512, 0 } },
	{ "no capacity", { 1, 1, 0, 512, 0 } },
	{ "part of a block", { 1, 1, 4096 + 512, 1024, 0 } },
	{ "block of 0", { 1, 1, SZ_1M, 0, 0 } },
	{ "block of 256", { 1, 1, SZ_1M, 256, 0 } },
	{ "block of 768", { 1, 1, 768 * 1024, 768, 0 } },
	{ "block of 8192", { 1, 1, SZ_1M, 8192, 0 } },
};

KUNIT_ARRAY_PARAM_DESC(sim_config, sim_config_params, desc);

static void invalid_bus_config_is_refused(struct kunit *test)
{
	const struct sim_config_param *param = test->param_value;
	struct sim_bus *bus = sim_bus_create(&param->config);
	unsigned int targets = param->config.num_tgts;

	if (!param->valid) {
		KUNIT_EXPECT_PTR_EQ(test, bus, ERR_PTR(-EINVAL));
		return;
	}
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bus);
	KUNIT_EXPECT_TRUE(test, sim_bus_has_target(bus, 0));
	KUNIT_EXPECT_TRUE(test, sim_bus_has_target(bus, targets - 1));
	KUNIT_EXPECT_FALSE(test, sim_bus_has_target(bus, targets));
	sim_bus_destroy(bus);
}

typedef void (*sim_event_t)(struct sim_bus *bus);

/* The unit attention condition that is reported after events. */
struct sim_ua_param {
	const char *desc;
	bool power_on;	/* its condition is still pending */
	sim_event_t event[2];
	u16 code;
};

static void sim_event_target(struct sim_bus *bus)
{
	sim_target_reset(bus, 0);
}

static void sim_event_lun(struct sim_bus *bus)
{
	sim_lun_reset(bus, 0, 0);
}

static const struct sim_ua_param sim_ua_params[] = {
	{ "power on", true, { }, 0x2900 },
	{ "bus reset", false, { sim_bus_reset }, 0x2902 },
	{ "target reset", false, { sim_event_target }, 0x2903 },
	{ "LUN reset", false, { sim_event_lun }, 0x2903 },
	{ "bus reset, then LUN reset", false,
	  { sim_bus_reset, sim_event_lun }, 0x2902 },
	{ "LUN reset, then bus reset", false,
	  { sim_event_lun, sim_bus_reset }, 0x2902 },
	{ "power on, then bus reset", true, { sim_bus_reset }, 0x2900 },
	{ "power on, then target reset", true, { sim_event_target }, 0x2900 },
};

KUNIT_ARRAY_PARAM_DESC(sim_ua, sim_ua_params, desc);

static struct sim_initiator *sim_ua_ini(struct kunit *test)
{
	const struct sim_ua_param *param = test->param_value;
	struct sim_initiator *ini = sim_lun_ini(test);
	unsigned int i;

	/* LUN 0 of target 0 is ready, but all others are fresh. */
	ini->target = param->power_on ? 1 : 0;
	if (!param->power_on)
		sim_expect_ready(ini);
	for (i = 0; i < ARRAY_SIZE(param->event) && param->event[i]; i++)
		param->event[i](ini->bus);
	return ini;
}

static void unit_attention_is_reported_once(struct kunit *test)
{
	const struct sim_ua_param *param = test->param_value;
	struct sim_initiator *ini = sim_ua_ini(test);

	sim_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, param->code);
	sim_expect_ready(ini);
}

/* INQUIRY and REPORT LUNS are executed and leave the condition pending. */
static void inquiry_and_report_luns_leave_unit_attention(struct kunit *test)
{
	const struct sim_ua_param *param = test->param_value;
	struct sim_initiator *ini = sim_ua_ini(test);

	SIM_SEND_GOOD(ini, INQUIRY, 0, 0, 0, 96, 0);
	SIM_SEND_GOOD(ini, REPORT_LUNS, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0);
	SIM_SEND(ini, INQUIRY, 0x02, 0, 0, 96, 0);
	sim_expect_field(ini, 0x2400, 1, 1);
	/* Even an unknown command reports the condition. */
	SIM_SEND(ini, 0xff, 0, 0, 0, 0, 0);
	sim_expect_sense(ini, UNIT_ATTENTION, param->code);
	SIM_SEND(ini, 0xff, 0, 0, 0, 0, 0);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2000);
}

static void request_sense_reports_unit_attention(struct kunit *test)
{
	const struct sim_ua_param *param = test->param_value;
	struct sim_initiator *ini = sim_ua_ini(test);

	SIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 252, 0);
	KUNIT_EXPECT_EQ(test, 18, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0x70, ini->data[0]);
	KUNIT_EXPECT_EQ(test, UNIT_ATTENTION, ini->data[2]);
	KUNIT_EXPECT_EQ(test, param->code, get_unaligned_be16(&ini->data[12]));
	sim_expect_ready(ini);
}

static void request_sense_without_data_clears_unit_attention(struct kunit *test)
{
	struct sim_initiator *ini = sim_ua_ini(test);

	SIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, 0, ini->task.len);
	sim_expect_ready(ini);
}

static void reset_affects_units_in_its_scope(struct kunit *test)
{
	struct sim_initiator *ini = sim_lun_ini(test);
	unsigned int i;

	for (i = 0; i < SIM_TEST_TARGETS * SIM_TEST_LUNS; i++) {
		ini->target = i / SIM_TEST_LUNS;
		ini->lun = i % SIM_TEST_LUNS;
		sim_ready(ini);
	}
	sim_target_reset(ini->bus, 1);
	sim_lun_reset(ini->bus, 0, 2);
	/* A reset of an absent target or LUN does nothing. */
	sim_target_reset(ini->bus, 99);
	sim_lun_reset(ini->bus, 0, SIM_TEST_LUNS);
	for (i = 0; i < SIM_TEST_TARGETS * SIM_TEST_LUNS; i++) {
		ini->target = i / SIM_TEST_LUNS;
		ini->lun = i % SIM_TEST_LUNS;
		sim_ready(ini);
		if (i < 2)
			KUNIT_EXPECT_EQ(test, SAM_STAT_GOOD, ini->task.status);
		else
			sim_expect_sense(ini, UNIT_ATTENTION, 0x2903);
	}
}

static void reset_keeps_the_data_of_media(struct kunit *test)
{
	struct sim_initiator *ini = sim_lun_ini(test);

	memset(ini->data, 0xab, 4096);
	sim_rw(ini, WRITE_16, 0, 8, 8);
	sim_bus_reset(ini->bus);
	sim_ready(ini);
	memset(ini->data, 0, 4096);
	sim_rw(ini, READ_16, 0, 8, 8);
	KUNIT_EXPECT_EQ(test, SAM_STAT_GOOD, ini->task.status);
	KUNIT_EXPECT_NULL(test, memchr_inv(ini->data, 0xab, 4096));
}

/* LUNs without a logical unit, at an existing and at an absent target. */
static const struct sim_absent_param {
	const char *desc;
	unsigned int target;
	unsigned int lun;
} sim_absent_params[] = {
	{ "first LUN too many", 0, SIM_TEST_LUNS },
	{ "LUN of the next target", 1, SIM_TEST_LUNS },
	{ "largest LUN", 0, U32_MAX },
	{ "no target", SIM_TEST_TARGETS, 0 },
	{ "largest of both", U32_MAX, U32_MAX },
};

KUNIT_ARRAY_PARAM_DESC(sim_absent, sim_absent_params, desc);

static struct sim_initiator *sim_absent_ini(struct kunit *test)
{
	const struct sim_absent_param *param = test->param_value;
	struct sim_initiator *ini = sim_lun_ini(test);

	ini->target = param->target;
	ini->lun = param->lun;
	return ini;
}

static void command_for_absent_lun_is_refused(struct kunit *test)
{
	struct sim_initiator *ini = sim_absent_ini(test);
	unsigned int opcode;
	u8 cdb[16] = { };

	for (opcode = 0; opcode < 256; opcode++) {
		if (opcode == INQUIRY || opcode == REQUEST_SENSE ||
		    opcode == REPORT_LUNS)
			continue;
		cdb[0] = opcode;
		sim_send(ini, cdb, sizeof(cdb));
		sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2500);
	}
}

static void inquiry_of_absent_lun_reports_no_device(struct kunit *test)
{
	struct sim_initiator *ini = sim_absent_ini(test);

	SIM_SEND_GOOD(ini, INQUIRY, 0, 0, 0, 255, 0);
	KUNIT_EXPECT_EQ(test, 96, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0x7f, ini->data[0]);
	SIM_SEND_GOOD(ini, INQUIRY, 1, 0x00, 0, 255, 0);
	KUNIT_EXPECT_EQ(test, 0, memcmp(ini->data, "\x7f\0\0\x01\0", 5));
	KUNIT_EXPECT_EQ(test, 5, ini->task.len);
	SIM_SEND(ini, INQUIRY, 1, 0x83, 0, 255, 0);
	sim_expect_field(ini, 0x2400, 2, 7);
}

static void request_sense_of_absent_lun_reports_no_unit(struct kunit *test)
{
	struct sim_initiator *ini = sim_absent_ini(test);

	SIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 18, 0);
	KUNIT_EXPECT_EQ(test, ILLEGAL_REQUEST, ini->data[2]);
	KUNIT_EXPECT_EQ(test, 0x2500, get_unaligned_be16(&ini->data[12]));
	SIM_SEND_GOOD(ini, REQUEST_SENSE, 1, 0, 0, 255, 0);
	KUNIT_EXPECT_EQ(test, 8, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0,
			memcmp(ini->data, "\x72\x05\x25\0\0\0\0\0", 8));
}

static void report_luns_of_absent_lun_lists_the_target(struct kunit *test)
{
	struct sim_initiator *ini = sim_absent_ini(test);
	unsigned int luns = ini->target < SIM_TEST_TARGETS ? SIM_TEST_LUNS : 0;

	SIM_SEND_GOOD(ini, REPORT_LUNS, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, 8 + 8 * luns, ini->task.len);
}

static void report_luns_lists_all_luns(struct kunit *test)
{
	static const u8 want[8 + 8 * SIM_TEST_LUNS] = {
		[3] = 8 * SIM_TEST_LUNS, [8 + 8 + 1] = 1, [8 + 16 + 1] = 2,
	};
	struct sim_initiator *ini = sim_lun_ini(test);
	unsigned int alloc, i;

	for (alloc = 0; alloc < 64; alloc++) {
		memset(ini->data, 0xff, 64);
		SIM_SEND_GOOD(ini, REPORT_LUNS, 0, 0, 0, 0, 0, 0, 0, 0, alloc,
			      0, 0);
		KUNIT_ASSERT_EQ(test, min_t(u32, alloc, sizeof(want)),
				ini->task.len);
		KUNIT_EXPECT_EQ(test, 0,
				memcmp(ini->data, want, ini->task.len));
	}
	SIM_SEND_GOOD(ini, REPORT_LUNS, 0, 2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
		      0, 0);
	KUNIT_EXPECT_EQ(test, sizeof(want), ini->task.len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(ini->data, want, sizeof(want)));
	/* Well known logical units: there is none. */
	SIM_SEND_GOOD(ini, REPORT_LUNS, 0, 1, 0, 0, 0, 0, 0, 0, 64, 0, 0);
	KUNIT_EXPECT_EQ(test, 8, ini->task.len);
	sim_expect_zeroes(ini, 0, 8);
	for (i = 3; i < 256; i++) {
		SIM_SEND(ini, REPORT_LUNS, 0, i, 0, 0, 0, 0, 0, 0, 64, 0, 0);
		sim_expect_field(ini, 0x2400, 2, 7);
	}
}

static void luns_above_255_use_flat_space_addressing(struct kunit *test)
{
	struct sim_bus_config config = { 1, 16384, SZ_1M, 512, 0 };
	struct sim_initiator *ini = sim_lun_ini(test);
	static const struct {
		unsigned int lun;
		u16 entry;
	} luns[] = {
		{ 0, 0 }, { 255, 255 }, { 256, 0x4100 }, { 16383, 0x7fff },
	};
	unsigned int i;

	sim_bus_destroy(ini->bus);
	ini->bus = sim_bus_create(&config);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ini->bus);
	SIM_SEND_GOOD(ini, REPORT_LUNS, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 0, 0);
	KUNIT_ASSERT_EQ(test, 8 + 8 * 16384, ini->task.len);
	for (i = 0; i < ARRAY_SIZE(luns); i++)
		KUNIT_EXPECT_EQ(test, (u64)luns[i].entry << 48,
				get_unaligned_be64(&ini->data[8 + 8 *
							      luns[i].lun]));
}

static void request_sense_of_idle_unit_has_no_sense(struct kunit *test)
{
	struct sim_initiator *ini = sim_lun_ini(test);

	SIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 18, 0);
	KUNIT_EXPECT_EQ(test, 0, memcmp(ini->data, "\x70\0\0\0\0\0\0\x0a", 8));
	sim_expect_zeroes(ini, 8, 10);
	SIM_SEND_GOOD(ini, REQUEST_SENSE, 1, 0, 0, 18, 0);
	KUNIT_EXPECT_EQ(test, 8, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(ini->data, "\x72\0\0\0\0\0\0\0", 8));
	SIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 5, 0);
	KUNIT_EXPECT_EQ(test, 5, ini->task.len);
}

static void sim_stop(struct sim_initiator *ini)
{
	SIM_SEND_GOOD(ini, START_STOP, 0x01, 0, 0, 0, 0);
}

static void stopped_unit_refuses_medium_access(struct kunit *test)
{
	struct sim_initiator *ini = sim_lun_ini(test);

	sim_stop(ini);
	sim_ready(ini);
	sim_expect_sense(ini, NOT_READY, 0x0402);
	sim_rw(ini, READ_16, 0, 0, 1);
	sim_expect_sense(ini, NOT_READY, 0x0402);
	sim_rw(ini, WRITE_16, 0, 0, 1);
	sim_expect_sense(ini, NOT_READY, 0x0402);
	sim_rw(ini, SYNCHRONIZE_CACHE_16, 0, 0, 0);
	sim_expect_sense(ini, NOT_READY, 0x0402);
	SIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 18, 0);
	KUNIT_EXPECT_EQ(test, NOT_READY, ini->data[2]);
	KUNIT_EXPECT_EQ(test, 0x0402, get_unaligned_be16(&ini->data[12]));
	SIM_SEND_GOOD(ini, INQUIRY, 0, 0, 0, 36, 0);
	SIM_SEND_GOOD(ini, MODE_SENSE, 0, 0x3f, 0, 255, 0);
	SIM_SEND_GOOD(ini, READ_CAPACITY, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	ini->lun = 1;
	sim_ready(ini);
	sim_expect_ready(ini);

	ini->lun = 0;
	SIM_SEND_GOOD(ini, START_STOP, 0x01, 0, 0, 1, 0);
	sim_expect_ready(ini);
}

/* NO_FLUSH: there is no cache to flush. */
static void stop_with_no_flush_is_accepted(struct kunit *test)
{
	struct sim_initiator *ini = sim_lun_ini(test);

	SIM_SEND_GOOD(ini, START_STOP, 0x01, 0, 0, 0x04, 0);
	sim_ready(ini);
	sim_expect_sense(ini, NOT_READY, 0x0402);
	SIM_SEND_GOOD(ini, START_STOP, 0x01, 0, 0, 0x05, 0);
	sim_expect_ready(ini);
}

static void reset_starts_a_stopped_unit(struct kunit *test)
{
	struct sim_initiator *ini = sim_lun_ini(test);

	sim_stop(ini);
	sim_lun_reset(ini->bus, 0, 0);
	sim_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x2903);
	sim_expect_ready(ini);
}

static struct kunit_case sim_lun_cases[] = {
	KUNIT_CASE_PARAM(invalid_bus_config_is_refused, sim_config_gen_params),
	KUNIT_CASE_PARAM(unit_attention_is_reported_once, sim_ua_gen_params),
	KUNIT_CASE_PARAM(inquiry_and_report_luns_leave_unit_attention,
			 sim_ua_gen_params),
	KUNIT_CASE_PARAM(request_sense_reports_unit_attention,
			 sim_ua_gen_params),
	KUNIT_CASE_PARAM(request_sense_without_data_clears_unit_attention,
			 sim_ua_gen_params),
	KUNIT_CASE(reset_affects_units_in_its_scope),
	KUNIT_CASE(reset_keeps_the_data_of_media),
	KUNIT_CASE_PARAM(command_for_absent_lun_is_refused,
			 sim_absent_gen_params),
	KUNIT_CASE_PARAM(inquiry_of_absent_lun_reports_no_device,
			 sim_absent_gen_params),
	KUNIT_CASE_PARAM(request_sense_of_absent_lun_reports_no_unit,
			 sim_absent_gen_params),
	KUNIT_CASE_PARAM(report_luns_of_absent_lun_lists_the_target,
			 sim_absent_gen_params),
	KUNIT_CASE(report_luns_lists_all_luns),
	KUNIT_CASE(luns_above_255_use_flat_space_addressing),
	KUNIT_CASE(request_sense_of_idle_unit_has_no_sense),
	KUNIT_CASE(stopped_unit_refuses_medium_access),
	KUNIT_CASE(stop_with_no_flush_is_accepted),
	KUNIT_CASE(reset_starts_a_stopped_unit),
	{}
};

static struct kunit_suite sim_lun_suite = {
	.name = "sim_lun",
	.test_cases = sim_lun_cases,
};

kunit_test_suite(sim_lun_suite);

MODULE_DESCRIPTION("KUnit tests of simulated logical units");
MODULE_LICENSE("GPL");

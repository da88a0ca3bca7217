// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buses and logical units: unit attentions, resets, LUNs without a logical
 * unit, and the commands that are about these.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "psim_initiator.h"

static struct psim_initiator *psim_lun_ini(struct kunit *test)
{
	return psim_initiator_create(test, SZ_1M, 512);
}

static void psim_ready(struct psim_initiator *ini)
{
	PSIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
}

static void psim_expect_ready(struct psim_initiator *ini)
{
	psim_ready(ini);
	KUNIT_EXPECT_EQ(ini->test, SAM_STAT_GOOD, ini->task.status);
}

struct psim_config_param {
	const char *desc;
	struct psim_bus_config config;
	bool valid;
};

static const struct psim_config_param psim_config_params[] = {
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

KUNIT_ARRAY_PARAM_DESC(psim_config, psim_config_params, desc);

static void psim_bus_config(struct kunit *test)
{
	const struct psim_config_param *param = test->param_value;
	struct psim_bus *bus = psim_bus_create(&param->config);
	unsigned int targets = param->config.num_tgts;

	if (!param->valid) {
		KUNIT_EXPECT_PTR_EQ(test, bus, ERR_PTR(-EINVAL));
		return;
	}
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bus);
	KUNIT_EXPECT_TRUE(test, psim_bus_has_target(bus, 0));
	KUNIT_EXPECT_TRUE(test, psim_bus_has_target(bus, targets - 1));
	KUNIT_EXPECT_FALSE(test, psim_bus_has_target(bus, targets));
	psim_bus_destroy(bus);
}

typedef void (*psim_event_t)(struct psim_bus *bus);

/* What the unit attention condition says after some events. */
struct psim_ua_param {
	const char *desc;
	bool power_on;	/* its condition is still pending */
	psim_event_t event[2];
	u16 code;
};

static void psim_event_target(struct psim_bus *bus)
{
	psim_target_reset(bus, 0);
}

static void psim_event_lun(struct psim_bus *bus)
{
	psim_lun_reset(bus, 0, 0);
}

static const struct psim_ua_param psim_ua_params[] = {
	{ "power on", true, { }, 0x2900 },
	{ "bus reset", false, { psim_bus_reset }, 0x2902 },
	{ "target reset", false, { psim_event_target }, 0x2903 },
	{ "LUN reset", false, { psim_event_lun }, 0x2903 },
	{ "bus reset, then LUN reset", false,
	  { psim_bus_reset, psim_event_lun }, 0x2902 },
	{ "LUN reset, then bus reset", false,
	  { psim_event_lun, psim_bus_reset }, 0x2902 },
	{ "power on, then bus reset", true, { psim_bus_reset }, 0x2900 },
	{ "power on, then target reset", true, { psim_event_target }, 0x2900 },
};

KUNIT_ARRAY_PARAM_DESC(psim_ua, psim_ua_params, desc);

static struct psim_initiator *psim_ua_ini(struct kunit *test)
{
	const struct psim_ua_param *param = test->param_value;
	struct psim_initiator *ini = psim_lun_ini(test);
	unsigned int i;

	/* LUN 0 of target 0 is ready, but all others are fresh. */
	ini->target = param->power_on ? 1 : 0;
	if (!param->power_on)
		psim_expect_ready(ini);
	for (i = 0; i < ARRAY_SIZE(param->event) && param->event[i]; i++)
		param->event[i](ini->bus);
	return ini;
}

static void psim_ua_reported_once(struct kunit *test)
{
	const struct psim_ua_param *param = test->param_value;
	struct psim_initiator *ini = psim_ua_ini(test);

	psim_ready(ini);
	psim_expect_sense(ini, UNIT_ATTENTION, param->code);
	psim_expect_ready(ini);
}

/* INQUIRY and REPORT LUNS go through and leave it. */
static void psim_ua_passed_by(struct kunit *test)
{
	const struct psim_ua_param *param = test->param_value;
	struct psim_initiator *ini = psim_ua_ini(test);

	PSIM_SEND_GOOD(ini, INQUIRY, 0, 0, 0, 96, 0);
	PSIM_SEND_GOOD(ini, REPORT_LUNS, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0);
	PSIM_SEND(ini, INQUIRY, 0x02, 0, 0, 96, 0);
	psim_expect_field(ini, 0x2400, 1, 1);
	/* Even a command that does not exist reports it. */
	PSIM_SEND(ini, 0xff, 0, 0, 0, 0, 0);
	psim_expect_sense(ini, UNIT_ATTENTION, param->code);
	PSIM_SEND(ini, 0xff, 0, 0, 0, 0, 0);
	psim_expect_sense(ini, ILLEGAL_REQUEST, 0x2000);
}

static void psim_ua_in_request_sense(struct kunit *test)
{
	const struct psim_ua_param *param = test->param_value;
	struct psim_initiator *ini = psim_ua_ini(test);

	/* Nothing is transferred, so nothing has been reported. */
	PSIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 0, 0);
	PSIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 252, 0);
	KUNIT_EXPECT_EQ(test, 18, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0x70, ini->data[0]);
	KUNIT_EXPECT_EQ(test, UNIT_ATTENTION, ini->data[2]);
	KUNIT_EXPECT_EQ(test, param->code, get_unaligned_be16(&ini->data[12]));
	psim_expect_ready(ini);
}

static void psim_reset_reaches(struct kunit *test)
{
	struct psim_initiator *ini = psim_lun_ini(test);
	unsigned int i;

	for (i = 0; i < PSIM_TEST_TARGETS * PSIM_TEST_LUNS; i++) {
		ini->target = i / PSIM_TEST_LUNS;
		ini->lun = i % PSIM_TEST_LUNS;
		psim_ready(ini);
	}
	psim_target_reset(ini->bus, 1);
	psim_lun_reset(ini->bus, 0, 2);
	/* No such thing: nothing happens. */
	psim_target_reset(ini->bus, 99);
	psim_lun_reset(ini->bus, 0, PSIM_TEST_LUNS);
	for (i = 0; i < PSIM_TEST_TARGETS * PSIM_TEST_LUNS; i++) {
		ini->target = i / PSIM_TEST_LUNS;
		ini->lun = i % PSIM_TEST_LUNS;
		psim_ready(ini);
		if (i < 2)
			KUNIT_EXPECT_EQ(test, SAM_STAT_GOOD, ini->task.status);
		else
			psim_expect_sense(ini, UNIT_ATTENTION, 0x2903);
	}
}

static void psim_reset_keeps_data(struct kunit *test)
{
	struct psim_initiator *ini = psim_lun_ini(test);

	memset(ini->data, 0xab, 4096);
	psim_rw(ini, WRITE_16, 0, 8, 8);
	psim_bus_reset(ini->bus);
	psim_ready(ini);
	memset(ini->data, 0, 4096);
	psim_rw(ini, READ_16, 0, 8, 8);
	KUNIT_EXPECT_EQ(test, SAM_STAT_GOOD, ini->task.status);
	KUNIT_EXPECT_NULL(test, memchr_inv(ini->data, 0xab, 4096));
}

/* LUNs that do not exist, at a target that does or not. */
static const struct psim_absent_param {
	const char *desc;
	unsigned int target;
	unsigned int lun;
} psim_absent_params[] = {
	{ "first LUN too many", 0, PSIM_TEST_LUNS },
	{ "LUN of the next target", 1, PSIM_TEST_LUNS },
	{ "largest LUN", 0, U32_MAX },
	{ "no target", PSIM_TEST_TARGETS, 0 },
	{ "largest of both", U32_MAX, U32_MAX },
};

KUNIT_ARRAY_PARAM_DESC(psim_absent, psim_absent_params, desc);

static struct psim_initiator *psim_absent_ini(struct kunit *test)
{
	const struct psim_absent_param *param = test->param_value;
	struct psim_initiator *ini = psim_lun_ini(test);

	ini->target = param->target;
	ini->lun = param->lun;
	return ini;
}

static void psim_absent_commands(struct kunit *test)
{
	struct psim_initiator *ini = psim_absent_ini(test);
	unsigned int opcode;
	u8 cdb[16] = { };

	for (opcode = 0; opcode < 256; opcode++) {
		if (opcode == INQUIRY || opcode == REQUEST_SENSE ||
		    opcode == REPORT_LUNS)
			continue;
		cdb[0] = opcode;
		psim_send(ini, cdb, sizeof(cdb));
		psim_expect_sense(ini, ILLEGAL_REQUEST, 0x2500);
	}
}

static void psim_absent_inquiry(struct kunit *test)
{
	struct psim_initiator *ini = psim_absent_ini(test);

	PSIM_SEND_GOOD(ini, INQUIRY, 0, 0, 0, 255, 0);
	KUNIT_EXPECT_EQ(test, 96, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0x7f, ini->data[0]);
	PSIM_SEND_GOOD(ini, INQUIRY, 1, 0x00, 0, 255, 0);
	KUNIT_EXPECT_EQ(test, 0, memcmp(ini->data, "\x7f\0\0\x01\0", 5));
	KUNIT_EXPECT_EQ(test, 5, ini->task.len);
	PSIM_SEND(ini, INQUIRY, 1, 0x83, 0, 255, 0);
	psim_expect_field(ini, 0x2400, 2, 7);
}

static void psim_absent_request_sense(struct kunit *test)
{
	struct psim_initiator *ini = psim_absent_ini(test);

	PSIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 18, 0);
	KUNIT_EXPECT_EQ(test, ILLEGAL_REQUEST, ini->data[2]);
	KUNIT_EXPECT_EQ(test, 0x2500, get_unaligned_be16(&ini->data[12]));
	PSIM_SEND_GOOD(ini, REQUEST_SENSE, 1, 0, 0, 255, 0);
	KUNIT_EXPECT_EQ(test, 8, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0,
			memcmp(ini->data, "\x72\x05\x25\0\0\0\0\0", 8));
}

static void psim_absent_report_luns(struct kunit *test)
{
	struct psim_initiator *ini = psim_absent_ini(test);

	PSIM_SEND_GOOD(ini, REPORT_LUNS, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, 8 + 8 * PSIM_TEST_LUNS, ini->task.len);
}

static void psim_report_luns_lists(struct kunit *test)
{
	static const u8 want[8 + 8 * PSIM_TEST_LUNS] = {
		[3] = 8 * PSIM_TEST_LUNS, [8 + 8 + 1] = 1, [8 + 16 + 1] = 2,
	};
	struct psim_initiator *ini = psim_lun_ini(test);
	unsigned int alloc, i;

	for (alloc = 0; alloc < 64; alloc++) {
		memset(ini->data, 0xff, 64);
		PSIM_SEND_GOOD(ini, REPORT_LUNS, 0, 0, 0, 0, 0, 0, 0, 0, alloc,
			       0, 0);
		KUNIT_ASSERT_EQ(test, min_t(u32, alloc, sizeof(want)),
				ini->task.len);
		KUNIT_EXPECT_EQ(test, 0,
				memcmp(ini->data, want, ini->task.len));
	}
	PSIM_SEND_GOOD(ini, REPORT_LUNS, 0, 2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
		       0, 0);
	KUNIT_EXPECT_EQ(test, sizeof(want), ini->task.len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(ini->data, want, sizeof(want)));
	/* Well known logical units: there is none. */
	PSIM_SEND_GOOD(ini, REPORT_LUNS, 0, 1, 0, 0, 0, 0, 0, 0, 64, 0, 0);
	KUNIT_EXPECT_EQ(test, 8, ini->task.len);
	psim_expect_zeroes(ini, 0, 8);
	for (i = 3; i < 256; i++) {
		PSIM_SEND(ini, REPORT_LUNS, 0, i, 0, 0, 0, 0, 0, 0, 64, 0, 0);
		psim_expect_field(ini, 0x2400, 2, 7);
	}
}

static void psim_report_luns_flat_space(struct kunit *test)
{
	struct psim_bus_config config = { 1, 16384, SZ_1M, 512, 0 };
	struct psim_initiator *ini = psim_lun_ini(test);
	static const struct {
		unsigned int lun;
		u16 entry;
	} luns[] = {
		{ 0, 0 }, { 255, 255 }, { 256, 0x4100 }, { 16383, 0x7fff },
	};
	unsigned int i;

	psim_bus_destroy(ini->bus);
	ini->bus = psim_bus_create(&config);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ini->bus);
	PSIM_SEND_GOOD(ini, REPORT_LUNS, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 0, 0);
	KUNIT_ASSERT_EQ(test, 8 + 8 * 16384, ini->task.len);
	for (i = 0; i < ARRAY_SIZE(luns); i++)
		KUNIT_EXPECT_EQ(test, (u64)luns[i].entry << 48,
				get_unaligned_be64(&ini->data[8 + 8 *
							      luns[i].lun]));
}

static void psim_request_sense_idle(struct kunit *test)
{
	struct psim_initiator *ini = psim_lun_ini(test);

	PSIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 18, 0);
	KUNIT_EXPECT_EQ(test, 0, memcmp(ini->data, "\x70\0\0\0\0\0\0\x0a", 8));
	psim_expect_zeroes(ini, 8, 10);
	PSIM_SEND_GOOD(ini, REQUEST_SENSE, 1, 0, 0, 18, 0);
	KUNIT_EXPECT_EQ(test, 8, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(ini->data, "\x72\0\0\0\0\0\0\0", 8));
	PSIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 5, 0);
	KUNIT_EXPECT_EQ(test, 5, ini->task.len);
}

static void psim_stop(struct psim_initiator *ini)
{
	PSIM_SEND_GOOD(ini, START_STOP, 0x01, 0, 0, 0, 0);
}

static void psim_stopped_unit(struct kunit *test)
{
	struct psim_initiator *ini = psim_lun_ini(test);

	psim_stop(ini);
	psim_ready(ini);
	psim_expect_sense(ini, NOT_READY, 0x0402);
	psim_rw(ini, READ_16, 0, 0, 1);
	psim_expect_sense(ini, NOT_READY, 0x0402);
	psim_rw(ini, WRITE_16, 0, 0, 1);
	psim_expect_sense(ini, NOT_READY, 0x0402);
	psim_rw(ini, SYNCHRONIZE_CACHE_16, 0, 0, 0);
	psim_expect_sense(ini, NOT_READY, 0x0402);
	PSIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 18, 0);
	KUNIT_EXPECT_EQ(test, NOT_READY, ini->data[2]);
	KUNIT_EXPECT_EQ(test, 0x0402, get_unaligned_be16(&ini->data[12]));
	PSIM_SEND_GOOD(ini, INQUIRY, 0, 0, 0, 36, 0);
	PSIM_SEND_GOOD(ini, MODE_SENSE, 0, 0x3f, 0, 255, 0);
	PSIM_SEND_GOOD(ini, READ_CAPACITY, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	ini->lun = 1;
	psim_ready(ini);
	psim_expect_ready(ini);

	ini->lun = 0;
	PSIM_SEND_GOOD(ini, START_STOP, 0x01, 0, 0, 1, 0);
	psim_expect_ready(ini);
}

static void psim_reset_starts_unit(struct kunit *test)
{
	struct psim_initiator *ini = psim_lun_ini(test);

	psim_stop(ini);
	psim_lun_reset(ini->bus, 0, 0);
	psim_ready(ini);
	psim_expect_sense(ini, UNIT_ATTENTION, 0x2903);
	psim_expect_ready(ini);
}

static struct kunit_case psim_lun_cases[] = {
	KUNIT_CASE_PARAM(psim_bus_config, psim_config_gen_params),
	KUNIT_CASE_PARAM(psim_ua_reported_once, psim_ua_gen_params),
	KUNIT_CASE_PARAM(psim_ua_passed_by, psim_ua_gen_params),
	KUNIT_CASE_PARAM(psim_ua_in_request_sense, psim_ua_gen_params),
	KUNIT_CASE(psim_reset_reaches),
	KUNIT_CASE(psim_reset_keeps_data),
	KUNIT_CASE_PARAM(psim_absent_commands, psim_absent_gen_params),
	KUNIT_CASE_PARAM(psim_absent_inquiry, psim_absent_gen_params),
	KUNIT_CASE_PARAM(psim_absent_request_sense, psim_absent_gen_params),
	KUNIT_CASE_PARAM(psim_absent_report_luns, psim_absent_gen_params),
	KUNIT_CASE(psim_report_luns_lists),
	KUNIT_CASE(psim_report_luns_flat_space),
	KUNIT_CASE(psim_request_sense_idle),
	KUNIT_CASE(psim_stopped_unit),
	KUNIT_CASE(psim_reset_starts_unit),
	{}
};

static struct kunit_suite psim_lun_suite = {
	.name = "psim_lun",
	.test_cases = psim_lun_cases,
};

kunit_test_suite(psim_lun_suite);

MODULE_DESCRIPTION("KUnit tests of simulated logical units");
MODULE_LICENSE("GPL");

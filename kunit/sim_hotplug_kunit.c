// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logical units that are added, removed and resized, and the configured
 * geometry of a bus.
 */
#include <kunit/static_stub.h>
#include <linux/bitops.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "../sim/lun.h"
#include "sim_initiator.h"

static struct sim_initiator *make_ini(struct kunit *test)
{
	return sim_initiator_create(test, SZ_1M, 512);
}

static void test_ready(struct sim_initiator *ini)
{
	SIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
}

/* Return the LUNs that REPORT LUNS lists, as a bitmap. */
static unsigned long reported_luns(struct sim_initiator *ini)
{
	unsigned long luns = 0;
	u32 off;

	SIM_SEND_GOOD(ini, REPORT_LUNS, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0);
	for (off = 8; off < 8 + get_unaligned_be32(ini->data); off += 8)
		luns |= BIT(ini->data[off + 1]);
	return luns;
}

/* LUN 1 is removed at this call of sim_lun_find(). */
static unsigned int remove_at;

static struct sim_lun *find_and_remove(const struct sim_bus *bus,
				       unsigned int target, unsigned int lun)
{
	if (!--remove_at)
		WRITE_ONCE(bus->lun[1]->absent, true);
	return READ_ONCE(bus->lun[lun]) && !READ_ONCE(bus->lun[lun]->absent) ?
	       bus->lun[lun] : NULL;
}

static void lun_removed_during_report_luns_leaves_no_gap(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);
	unsigned int call;
	unsigned long luns;

	for (call = 1; call < 3 * SIM_LUN_SLOTS; call += 16) {
		WRITE_ONCE(ini->bus->lun[1]->absent, false);
		remove_at = call;
		kunit_activate_static_stub(test, sim_lun_find, find_and_remove);
		luns = reported_luns(ini);
		kunit_deactivate_static_stub(test, sim_lun_find);
		KUNIT_EXPECT_EQ_MSG(test, luns | 0x2, 0x7UL, "call %u", call);
		KUNIT_EXPECT_EQ_MSG(test, get_unaligned_be32(ini->data),
				    8 * hweight_long(luns), "call %u", call);
	}
}

static void added_lun_is_reported(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);

	KUNIT_EXPECT_EQ(test, reported_luns(ini), 0x7UL);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_add_lun(ini->bus, 0, 5, SZ_2M));
	test_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x3f0e);
	test_ready(ini);
	KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, reported_luns(ini), 0x27UL);

	ini->lun = 5;
	test_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x2900);
	SIM_SEND_GOOD(ini, READ_CAPACITY, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(ini->data),
			SZ_2M / 512 - 1);
}

static void report_luns_clears_the_change_of_luns(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);
	unsigned int i;

	for (ini->lun = 1; ini->lun < SIM_TEST_LUNS; ini->lun++)
		test_ready(ini);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_resize_lun(ini->bus, 0, 2, SZ_2M));
	KUNIT_EXPECT_EQ(test, 0, sim_bus_add_lun(ini->bus, 0, 5, 0));
	/* A LUN without a logical unit clears nothing. */
	ini->lun = 9;
	reported_luns(ini);
	ini->lun = 0;
	test_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x3f0e);

	ini->lun = 1;
	KUNIT_EXPECT_EQ(test, reported_luns(ini), 0x27UL);
	for (i = 0; i < 2; i++) {
		ini->lun = i;
		test_ready(ini);
		KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
	}
	/* Other conditions remain. */
	ini->lun = 2;
	test_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x2a09);
	test_ready(ini);
	KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
	/* The next change is reported again. */
	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(ini->bus, 0, 5));
	test_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x3f0e);
}

static void report_luns_leaves_the_change_of_other_targets(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);

	ini->target = 1;
	test_ready(ini);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_add_lun(ini->bus, 1, 5, 0));
	ini->target = 0;
	reported_luns(ini);
	ini->target = 1;
	test_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x3f0e);
}

/* Reports pending sense data in fixed format. Returns its code. */
static u16 request_sense(struct sim_initiator *ini)
{
	SIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 18, 0);
	return get_unaligned_be16(&ini->data[12]);
}

static void change_of_luns_is_reported_by_one_lun_only(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);

	for (ini->lun = 1; ini->lun < SIM_TEST_LUNS; ini->lun++)
		test_ready(ini);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_resize_lun(ini->bus, 0, 2, SZ_2M));
	KUNIT_EXPECT_EQ(test, 0, sim_bus_add_lun(ini->bus, 0, 5, 0));
	ini->lun = 0;
	test_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x3f0e);
	KUNIT_EXPECT_EQ(test, ini->again, 1U);
	ini->lun = 1;
	test_ready(ini);
	KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
	/* Other conditions remain. */
	ini->lun = 2;
	test_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x2a09);
	test_ready(ini);
	KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);

	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(ini->bus, 0, 5));
	KUNIT_EXPECT_EQ(test, request_sense(ini), 0x3f0e);
	KUNIT_EXPECT_EQ(test, ini->again, 1U);
	for (ini->lun = 0; ini->lun < SIM_TEST_LUNS; ini->lun++) {
		test_ready(ini);
		KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
	}
}

static void reported_change_of_luns_leaves_other_targets(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);
	unsigned int target;

	ini->target = 1;
	test_ready(ini);
	for (target = 0; target < SIM_TEST_TARGETS; target++)
		KUNIT_EXPECT_EQ(test, 0,
				sim_bus_add_lun(ini->bus, target, 5, 0));
	for (ini->target = 0; ini->target < SIM_TEST_TARGETS; ini->target++) {
		test_ready(ini);
		sim_expect_sense(ini, UNIT_ATTENTION, 0x3f0e);
	}
}

static void other_target_has_no_unit_attention(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);

	KUNIT_EXPECT_EQ(test, 0, sim_bus_add_lun(ini->bus, 1, 5, 0));
	test_ready(ini);
	KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
}

static void removed_lun_is_not_supported(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);

	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(ini->bus, 0, 1));
	test_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x3f0e);
	KUNIT_EXPECT_EQ(test, reported_luns(ini), 0x5UL);
	ini->lun = 1;
	test_ready(ini);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2500);
}

static void lun_that_was_removed_comes_back_empty(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);

	memset(ini->data, 0x5a, 512);
	sim_rw(ini, WRITE_16, 0, 0, 1);
	/* The unit attention of this is that of the removed LUN. */
	KUNIT_EXPECT_EQ(test, 0, sim_bus_resize_lun(ini->bus, 0, 0, SZ_2M));
	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(ini->bus, 0, 0));
	KUNIT_EXPECT_EQ(test, 0, sim_bus_add_lun(ini->bus, 0, 0, 0));
	test_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x2900);
	sim_rw(ini, READ_16, 0, 0, 1);
	KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
	sim_expect_zeroes(ini, 0, 512);
}

static void removal_of_lun_completes_its_command(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);
	struct sim_task task = { .cdb = { READ_10, [8] = 1 } };
	u8 buf[512];

	KUNIT_EXPECT_EQ(test, 0, sim_task_exec(ini->bus, &task, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(ini->bus, 0, 0));
	sim_task_data_in(&task, buf, 0, sizeof(buf));
	KUNIT_EXPECT_EQ(test, 0, sim_task_finish(&task, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, task.status, SAM_STAT_GOOD);
	sim_task_release(&task);
}

static void wrong_lun_is_refused(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);
	struct sim_bus *bus = ini->bus;

	KUNIT_EXPECT_EQ(test, -EEXIST, sim_bus_add_lun(bus, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, sim_bus_add_lun(bus, 2, 0, 0));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			sim_bus_add_lun(bus, 0, SIM_LUN_SLOTS, 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, sim_bus_add_lun(bus, 0, 9, 100));
	KUNIT_EXPECT_EQ(test, -ENOENT, sim_bus_remove_lun(bus, 0, 9));
	KUNIT_EXPECT_EQ(test, -ENOENT, sim_bus_resize_lun(bus, 0, 9, SZ_1M));
	KUNIT_EXPECT_EQ(test, -EINVAL, sim_bus_resize_lun(bus, 0, 0, 0));
}

static void resized_lun_reports_capacity_change(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);

	memset(ini->data, 0x5a, 512);
	sim_rw(ini, WRITE_16, 0, SZ_1M / 512 - 1, 1);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_resize_lun(ini->bus, 0, 0, SZ_512K));
	test_ready(ini);
	sim_expect_sense(ini, UNIT_ATTENTION, 0x2a09);
	sim_rw(ini, READ_16, 0, SZ_512K / 512, 1);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_resize_lun(ini->bus, 0, 0, SZ_1M));
	test_ready(ini);
	/* Blocks that were beyond the capacity are lost. */
	sim_rw(ini, READ_16, 0, SZ_1M / 512 - 1, 1);
	sim_expect_zeroes(ini, 0, 512);
}

static void pending_unit_attentions_are_reported_in_turn(struct kunit *test)
{
	static const u16 codes[] = { 0x2902, 0x2a09, 0x3f0e };
	struct sim_initiator *ini = make_ini(test);
	unsigned int i;

	sim_bus_resize_lun(ini->bus, 0, 0, SZ_512K);
	sim_bus_add_lun(ini->bus, 0, 7, 0);
	sim_lun_reset(ini->bus, 0, 0);
	sim_bus_reset(ini->bus);
	sim_lun_reset(ini->bus, 0, 0);
	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		test_ready(ini);
		sim_expect_sense(ini, UNIT_ATTENTION, codes[i]);
	}
	test_ready(ini);
	KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
}

static void write_protected_medium_takes_no_write(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);

	ini->bus->config.wp = true;
	sim_rw(ini, WRITE_16, 0, 0, 1);
	sim_expect_sense(ini, DATA_PROTECT, 0x2700);
	SIM_SEND(ini, UNMAP, 0, 0, 0, 0, 0, 0, 0, 8, 0);
	sim_expect_sense(ini, DATA_PROTECT, 0x2700);
	sim_rw(ini, READ_16, 0, 0, 1);
	KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
	SIM_SEND_GOOD(ini, MODE_SENSE, 0x08, 0x3f, 0, 0xff, 0);
	KUNIT_EXPECT_EQ(test, ini->data[2], 0x90);
}

static void geometry_is_reported(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);
	struct sim_bus_config *config = &ini->bus->config;

	config->physblk_exp = 3;
	config->lowest_aligned = 7;
	config->removable = true;
	config->unmap_granularity = 64;
	config->unmap_alignment = 8;
	SIM_SEND_GOOD(ini, SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, 0, 0, 0,
		      0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0);
	KUNIT_EXPECT_EQ(test, ini->data[13], 3);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(&ini->data[14]), 0xc007);
	SIM_SEND_GOOD(ini, INQUIRY, 0, 0, 0, 36, 0);
	KUNIT_EXPECT_EQ(test, ini->data[1], 0x80);
	SIM_SEND_GOOD(ini, INQUIRY, 1, 0xb0, 0, 64, 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(&ini->data[28]), 64U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(&ini->data[32]), 0x80000008U);
}

struct lbp_case {
	const char *desc;
	bool no_lbpu;
	bool no_lbpws;
	bool no_lbprz;
	u8 page[2];
	u16 capacity;
};

static const struct lbp_case lbp_cases[] = {
	{ "all", .page = { 0xe4, 2 }, .capacity = 0xc000 },
	{ "no UNMAP", .no_lbpu = true, .page = { 0x64, 2 },
	  .capacity = 0xc000 },
	{ "no WRITE SAME", .no_lbpws = true, .page = { 0x84, 2 },
	  .capacity = 0xc000 },
	{ "not zeroes", .no_lbprz = true, .page = { 0xe0, 2 },
	  .capacity = 0x8000 },
	{ "none", true, true, .page = { 0x00, 0 }, .capacity = 0 },
};

KUNIT_ARRAY_PARAM_DESC(lbp, lbp_cases, desc);

static void provisioning_is_reported_as_configured(struct kunit *test)
{
	const struct lbp_case *c = test->param_value;
	struct sim_initiator *ini = make_ini(test);
	struct sim_bus_config *config = &ini->bus->config;

	config->no_lbpu = c->no_lbpu;
	config->no_lbpws = c->no_lbpws;
	config->no_lbprz = c->no_lbprz;
	SIM_SEND_GOOD(ini, INQUIRY, 1, 0xb2, 0, 64, 0);
	KUNIT_EXPECT_EQ(test, ini->data[5], c->page[0]);
	KUNIT_EXPECT_EQ(test, ini->data[6], c->page[1]);
	SIM_SEND_GOOD(ini, SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, 0, 0, 0,
		      0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(&ini->data[14]), c->capacity);

	SIM_SEND(ini, UNMAP, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	if (c->no_lbpu)
		sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2000);
	else
		KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
	SIM_SEND_GOOD(ini, MAINTENANCE_IN, MI_REPORT_SUPPORTED_OPERATION_CODES,
		      1, UNMAP, 0, 0, 0, 0, 0, 32, 0, 0);
	KUNIT_EXPECT_EQ(test, ini->data[1] & 7, c->no_lbpu ? 1 : 3);

	/* No block has been written. */
	SIM_SEND_GOOD(ini, SERVICE_ACTION_IN_16, SAI_GET_LBA_STATUS, 0, 0, 0,
		      0, 0, 0, 0, 0, 0, 0, 0, 24, 0, 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(&ini->data[16]),
			sim_unit_blocks(ini->bus->lun[0]->unit));
	KUNIT_EXPECT_EQ(test, ini->data[20], c->no_lbpu && c->no_lbpws ? 0 : 1);

	memset(ini->data, 0, 512);
	sim_rw(ini, WRITE_SAME_16, 0x08, 0, 1);
	if (c->no_lbpws)
		sim_expect_field(ini, 0x2400, 1, 3);
	else
		KUNIT_EXPECT_EQ(test, ini->task.status, SAM_STAT_GOOD);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(lun_removed_during_report_luns_leaves_no_gap),
	KUNIT_CASE(added_lun_is_reported),
	KUNIT_CASE(report_luns_clears_the_change_of_luns),
	KUNIT_CASE(report_luns_leaves_the_change_of_other_targets),
	KUNIT_CASE(change_of_luns_is_reported_by_one_lun_only),
	KUNIT_CASE(reported_change_of_luns_leaves_other_targets),
	KUNIT_CASE(other_target_has_no_unit_attention),
	KUNIT_CASE(removed_lun_is_not_supported),
	KUNIT_CASE(lun_that_was_removed_comes_back_empty),
	KUNIT_CASE(removal_of_lun_completes_its_command),
	KUNIT_CASE(wrong_lun_is_refused),
	KUNIT_CASE(resized_lun_reports_capacity_change),
	KUNIT_CASE(pending_unit_attentions_are_reported_in_turn),
	KUNIT_CASE(write_protected_medium_takes_no_write),
	KUNIT_CASE(geometry_is_reported),
	KUNIT_CASE_PARAM(provisioning_is_reported_as_configured,
			 lbp_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_hotplug",
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logical block provisioning: WRITE SAME and GET LBA STATUS.
 */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "../sim/lun.h"
#include "sim_initiator.h"

#define SIM_BLOCKS	4096

#define SIM_WS_UNMAP	0x08
#define SIM_WS_NDOB	0x01

static struct sim_initiator *sim_lbp_ini(struct kunit *test)
{
	return sim_initiator_create(test, SIM_BLOCKS * 512, 512);
}

KUNIT_ARRAY_PARAM(sim_sectors, sim_sectors, sim_sector_desc);

/* GET LBA STATUS, with room for some descriptors. */
static void sim_get_status(struct sim_initiator *ini, u64 lba, u32 descs)
{
	memset(ini->data, 0xff, 8192);
	sim_rw(ini, SERVICE_ACTION_IN_16, SAI_GET_LBA_STATUS, lba,
	       8 + 16 * descs);
	KUNIT_EXPECT_EQ(ini->test, SAM_STAT_GOOD, ini->task.status);
}

static void sim_expect_status(struct sim_initiator *ini, unsigned int index,
			      u64 lba, u32 count, bool mapped)
{
	const u8 *desc = &ini->data[8 + 16 * index];
	struct kunit *test = ini->test;

	KUNIT_ASSERT_GE(test, ini->task.len, 8 + 16 * (index + 1));
	KUNIT_EXPECT_EQ(test, lba, get_unaligned_be64(&desc[0]));
	KUNIT_EXPECT_EQ(test, count, get_unaligned_be32(&desc[8]));
	KUNIT_EXPECT_EQ(test, mapped ? 0 : 1, desc[12]);
	KUNIT_EXPECT_EQ(test, 0, desc[13] | desc[14] | desc[15]);
}

static void lba_status_of_new_unit_is_deallocated(struct kunit *test)
{
	struct sim_initiator *ini = sim_lbp_ini(test);

	sim_get_status(ini, 0, 10);
	KUNIT_ASSERT_EQ(test, 24, ini->task.len);
	KUNIT_EXPECT_EQ(test, 20, get_unaligned_be32(ini->data));
	KUNIT_EXPECT_EQ(test, 0, get_unaligned_be32(ini->data + 4));
	sim_expect_status(ini, 0, 0, SIM_BLOCKS, false);
	sim_get_status(ini, SIM_BLOCKS - 1, 10);
	sim_expect_status(ini, 0, SIM_BLOCKS - 1, 1, false);
}

static void lba_status_is_right_with_any_sector_size(struct kunit *test)
{
	u32 sector = *(const unsigned int *)test->param_value;
	struct sim_initiator *ini;

	ini = sim_initiator_create(test, 1ULL << 50, sector);
	sim_write_byte(ini, 3, 1, 0);
	sim_write_byte(ini, 5, 20, 1);
	sim_write_byte(ini, 1ULL << 33, 2, 1);
	sim_get_status(ini, 0, 10);
	sim_expect_status(ini, 0, 0, 3, false);
	sim_expect_status(ini, 1, 3, 1, true);
	sim_expect_status(ini, 2, 4, 1, false);
	sim_expect_status(ini, 3, 5, 20, true);
	/*
	 * A descriptor describes at most as many blocks as its count can hold.
	 */
	sim_expect_status(ini, 4, 25, U32_MAX, false);
	sim_expect_status(ini, 5, 25 + (u64)U32_MAX,
			  (1ULL << 33) - 25 - U32_MAX, false);
	sim_expect_status(ini, 6, 1ULL << 33, 2, true);
	sim_get_status(ini, 10, 1);
	KUNIT_EXPECT_EQ(test, 24, ini->task.len);
	sim_expect_status(ini, 0, 10, 15, true);
}

static void lba_status_is_truncated_to_allocation_length(struct kunit *test)
{
	struct sim_initiator *ini = sim_lbp_ini(test);
	u32 alloc;

	sim_write_byte(ini, 8, 8, 1);
	for (alloc = 0; alloc < 80; alloc++) {
		sim_rw(ini, SERVICE_ACTION_IN_16, SAI_GET_LBA_STATUS, 0,
		       alloc);
		sim_expect_good(ini, min(alloc, 56U));
	}
	sim_rw(ini, SERVICE_ACTION_IN_16, SAI_GET_LBA_STATUS, 0, U32_MAX);
	sim_expect_good(ini, 56);
	sim_rw(ini, SERVICE_ACTION_IN_16, SAI_GET_LBA_STATUS, SIM_BLOCKS,
	       24);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
	sim_expect_info(ini, true, SIM_BLOCKS);
	sim_rw(ini, SERVICE_ACTION_IN_16, SAI_GET_LBA_STATUS, U64_MAX, 24);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
}

/* More extents than one answer can hold. */
static void lba_status_reports_many_extents(struct kunit *test)
{
	struct sim_initiator *ini = sim_lbp_ini(test);
	unsigned int i;

	for (i = 0; i < 300; i++)
		sim_write_byte(ini, 2 * i, 1, 1);
	sim_get_status(ini, 0, 4000);
	KUNIT_ASSERT_EQ(test, 8 + 16 * 255, ini->task.len);
	for (i = 0; i < 255; i++)
		sim_expect_status(ini, i, i, 1, !(i % 2));
}

static void write_same_fills_the_range(struct kunit *test)
{
	u32 sector = *(const unsigned int *)test->param_value;
	struct sim_initiator *ini;
	u32 i;

	ini = sim_initiator_create(test, SZ_4M, sector);
	for (i = 0; i < sector; i++)
		ini->data[i] = i ^ (i >> 8);
	sim_rw(ini, WRITE_SAME_16, 0, 3, 333);
	sim_expect_good(ini, sector);
	sim_rw(ini, READ_16, 0, 2, 335);
	sim_expect_zeroes(ini, 0, sector);
	sim_expect_zeroes(ini, 334 * sector, sector);
	for (i = 0; i < 333 * sector; i++)
		if (ini->data[sector + i] !=
		    (u8)((i % sector) ^ ((i % sector) >> 8)))
			break;
	KUNIT_EXPECT_EQ(test, 333 * sector, i);
}

static void write_same_10_fills_the_range(struct kunit *test)
{
	struct sim_initiator *ini = sim_lbp_ini(test);

	memset(ini->data, 0x42, 512);
	SIM_SEND_GOOD(ini, WRITE_SAME, 0, 0, 0, 0, 16, 0, 0, 64, 0);
	KUNIT_EXPECT_EQ(test, 512, ini->task.len);
	sim_expect_byte(ini, 16, 64, 0x42);
	KUNIT_EXPECT_EQ(test, 8, sim_chunks(ini));
	memset(ini->data, 0, 512);
	SIM_SEND_GOOD(ini, WRITE_SAME, SIM_WS_UNMAP, 0, 0, 0, 16, 0, 0, 64,
		      0);
	sim_expect_byte(ini, 16, 64, 0);
	KUNIT_EXPECT_EQ(test, 0, sim_chunks(ini));
	/* (10) has no NDOB. */
	SIM_SEND(ini, WRITE_SAME, 0x01, 0, 0, 0, 16, 0, 0, 64, 0);
	sim_expect_field(ini, 0x2400, 1, 0);
}

static void write_same_with_unmap_deallocates(struct kunit *test)
{
	struct sim_initiator *ini = sim_lbp_ini(test);

	/* Data that are not zero are written. */
	memset(ini->data, 0, 512);
	ini->data[511] = 1;
	sim_rw(ini, WRITE_SAME_16, SIM_WS_UNMAP, 0, 80);
	sim_expect_good(ini, 512);
	KUNIT_EXPECT_EQ(test, 10, sim_chunks(ini));
	/* Zeroes are also written without UNMAP. */
	memset(ini->data, 0, 512);
	sim_rw(ini, WRITE_SAME_16, 0, 0, 80);
	KUNIT_EXPECT_EQ(test, 10, sim_chunks(ini));
	sim_expect_byte(ini, 0, 80, 0);
	sim_get_status(ini, 0, 4);
	sim_expect_status(ini, 0, 0, 80, true);

	memset(ini->data, 0, 512);
	sim_rw(ini, WRITE_SAME_16, SIM_WS_UNMAP, 4, 72);
	sim_expect_good(ini, 512);
	sim_get_status(ini, 0, 4);
	sim_expect_status(ini, 0, 0, 4, true);
	sim_expect_status(ini, 1, 4, 72, false);
	sim_expect_status(ini, 2, 76, 4, true);
	KUNIT_EXPECT_EQ(test, 2, sim_chunks(ini));
}

static void write_same_without_data_writes_zeroes(struct kunit *test)
{
	struct sim_initiator *ini = sim_lbp_ini(test);

	sim_write_byte(ini, 0, 32, 0x99);
	sim_rw(ini, WRITE_SAME_16, SIM_WS_NDOB, 0, 8);
	sim_expect_good(ini, 0);
	sim_expect_byte(ini, 0, 8, 0);
	sim_expect_byte(ini, 8, 24, 0x99);
	KUNIT_EXPECT_EQ(test, 4, sim_chunks(ini));
	sim_rw(ini, WRITE_SAME_16, SIM_WS_NDOB | SIM_WS_UNMAP, 0, 16);
	sim_expect_good(ini, 0);
	sim_expect_byte(ini, 0, 16, 0);
	sim_expect_byte(ini, 16, 16, 0x99);
	KUNIT_EXPECT_EQ(test, 2, sim_chunks(ini));
}

static void write_same_beyond_its_limits_is_refused(struct kunit *test)
{
	struct sim_initiator *ini;

	ini = sim_initiator_create(test, 4ULL << 30, 512);
	sim_rw(ini, WRITE_SAME_16, 0, 0, 0);
	sim_expect_field(ini, 0x2400, 10, 7);
	SIM_SEND(ini, WRITE_SAME, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	sim_expect_field(ini, 0x2400, 7, 7);
	sim_rw(ini, WRITE_SAME_16, SIM_WS_UNMAP | SIM_WS_NDOB, 0,
	       SZ_1G / 512 + 1);
	sim_expect_field(ini, 0x2400, 10, 7);
	sim_rw(ini, WRITE_SAME_16, SIM_WS_UNMAP | SIM_WS_NDOB, 0,
	       SZ_1G / 512);
	sim_expect_good(ini, 0);
	/* ANCHOR is not supported: ANC_SUP says so. */
	sim_rw(ini, WRITE_SAME_16, 0x18, 0, 8);
	sim_expect_field(ini, 0x2400, 1, 4);
	sim_rw(ini, WRITE_SAME_16, 0, SZ_4M * 2 - 1, 2);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
	sim_expect_info(ini, true, SZ_4M * 2);
}

/* Long work is refused, and not begun, in a context that must not sleep. */
static void long_provisioning_work_needs_process_context(struct kunit *test)
{
	struct sim_initiator *ini = sim_lbp_ini(test);
	struct sim_task task = {
		.cdb = { WRITE_SAME_16, SIM_WS_NDOB | SIM_WS_UNMAP,
			 [13] = 16 },
	};

	sim_write_byte(ini, 0, 16, 0x77);
	KUNIT_ASSERT_EQ(test, 0, sim_task_exec(ini->bus, &task, GFP_NOWAIT));
	KUNIT_EXPECT_EQ(test, -EAGAIN, sim_task_finish(&task, GFP_NOWAIT));
	KUNIT_EXPECT_EQ(test, -EAGAIN, sim_task_finish(&task, GFP_ATOMIC));
	sim_expect_byte(ini, 0, 16, 0x77);
	KUNIT_EXPECT_EQ(test, 0, sim_task_finish(&task, GFP_NOIO));
	KUNIT_EXPECT_EQ(test, SAM_STAT_GOOD, task.status);
	sim_expect_byte(ini, 0, 16, 0);
	/* Work that was done is not done again. */
	sim_write_byte(ini, 0, 16, 0x78);
	KUNIT_EXPECT_EQ(test, 0, sim_task_finish(&task, GFP_NOIO));
	sim_expect_byte(ini, 0, 16, 0x78);
	sim_task_release(&task);

	memset(&task, 0, sizeof(task));
	task.cdb[0] = SERVICE_ACTION_IN_16;
	task.cdb[1] = SAI_GET_LBA_STATUS;
	task.cdb[13] = 24;
	KUNIT_EXPECT_EQ(test, -EAGAIN,
			sim_task_exec(ini->bus, &task, GFP_NOWAIT));
	KUNIT_EXPECT_EQ(test, 0, sim_task_exec(ini->bus, &task, GFP_NOIO));
	KUNIT_EXPECT_EQ(test, 24, task.len);
	sim_task_release(&task);
}

static struct kunit_case sim_lbp_cases[] = {
	KUNIT_CASE(lba_status_of_new_unit_is_deallocated),
	KUNIT_CASE_PARAM(lba_status_is_right_with_any_sector_size,
			 sim_sectors_gen_params),
	KUNIT_CASE(lba_status_is_truncated_to_allocation_length),
	KUNIT_CASE(lba_status_reports_many_extents),
	KUNIT_CASE_PARAM(write_same_fills_the_range, sim_sectors_gen_params),
	KUNIT_CASE(write_same_10_fills_the_range),
	KUNIT_CASE(write_same_with_unmap_deallocates),
	KUNIT_CASE(write_same_without_data_writes_zeroes),
	KUNIT_CASE(write_same_beyond_its_limits_is_refused),
	KUNIT_CASE(long_provisioning_work_needs_process_context),
	{}
};

static struct kunit_suite sim_lbp_suite = {
	.name = "sim_lbp",
	.test_cases = sim_lbp_cases,
};

kunit_test_suite(sim_lbp_suite);

MODULE_DESCRIPTION("KUnit tests of logical block provisioning");
MODULE_LICENSE("GPL");

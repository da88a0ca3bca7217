// SPDX-License-Identifier: GPL-2.0-only
/*
 * READ, WRITE, SYNCHRONIZE CACHE and READ CAPACITY.
 */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "../sim/lun.h"
#include "scsi_test.h"
#include "sim_initiator.h"

#define SIM_BLOCKS	4096

/* The operation codes of each CDB size. */
struct sim_size_param {
	const char *desc;
	u8 len;
	u8 read;
	u8 write;
	u8 verify;
	u8 sync;
};

static const struct sim_size_param sim_size_params[] = {
	{ "(6)", 6, READ_6, WRITE_6 },
	{ "(10)", 10, READ_10, WRITE_10, VERIFY, SYNCHRONIZE_CACHE },
	{ "(12)", 12, READ_12, WRITE_12, VERIFY_12 },
	{ "(16)", 16, READ_16, WRITE_16, VERIFY_16, SYNCHRONIZE_CACHE_16 },
};

KUNIT_ARRAY_PARAM_DESC(sim_size, sim_size_params, desc);

KUNIT_ARRAY_PARAM(sim_sectors, sim_sectors, sim_sector_desc);

static struct sim_initiator *sim_rw_ini(struct kunit *test)
{
	return sim_initiator_create(test, SIM_BLOCKS * 512, 512);
}

static void sim_expect_pattern(struct sim_initiator *ini, u32 len, u8 seed)
{
	KUNIT_EXPECT_TRUE(ini->test, test_is_data(ini->data, seed, 0, len));
}

static void each_cdb_size_reads_and_writes(struct kunit *test)
{
	const struct sim_size_param *param = test->param_value;
	struct sim_initiator *ini = sim_rw_ini(test);

	test_fill(ini->data, 3, 20 * 512);
	sim_rw(ini, param->write, 0, 0x123, 20);
	sim_expect_good(ini, 20 * 512);
	memset(ini->data, 0xff, 22 * 512);
	sim_rw(ini, READ_16, 0, 0x122, 22);
	sim_expect_zeroes(ini, 0, 512);
	sim_expect_zeroes(ini, 21 * 512, 512);
	sim_rw(ini, param->read, 0, 0x123, 20);
	sim_expect_good(ini, 20 * 512);
	KUNIT_EXPECT_EQ(test, SIM_DIR_IN, ini->task.dir);
	sim_expect_pattern(ini, 20 * 512, 3);
}

static void fua_and_dpo_are_accepted(struct kunit *test)
{
	const struct sim_size_param *param = test->param_value;
	struct sim_initiator *ini = sim_rw_ini(test);
	unsigned int flags;

	if (param->len == 6)
		kunit_skip(test, "(6) has neither");
	for (flags = 0; flags <= 0x18; flags += 8) {
		test_fill(ini->data, flags, 512);
		sim_rw(ini, param->write, flags, 5, 1);
		sim_expect_good(ini, 512);
		ini->data[0] = ~ini->data[0];
		sim_rw(ini, param->read, flags, 5, 1);
		sim_expect_good(ini, 512);
		sim_expect_pattern(ini, 512, flags);
	}
}

/*
 * A length of 0 means 256 blocks in 6-byte CDBs, and no blocks in all others.
 */
static void length_0_means_256_blocks_in_6_byte_cdbs(struct kunit *test)
{
	const struct sim_size_param *param = test->param_value;
	struct sim_initiator *ini = sim_rw_ini(test);
	u32 len = param->len == 6 ? 256 * 512 : 0;

	sim_rw(ini, param->read, 0, 0, 0);
	sim_expect_good(ini, len);
	test_fill(ini->data, 9, 256 * 512);
	sim_rw(ini, param->write, 0, 100, 0);
	sim_expect_good(ini, len);
	KUNIT_EXPECT_EQ(test, len ? 33 : 0, sim_chunks(ini));
	/* Even then the first LBA must exist. */
	sim_rw(ini, param->read, 0, SIM_BLOCKS, 0);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
}

static void range_beyond_the_end_is_refused(struct kunit *test)
{
	const struct sim_size_param *param = test->param_value;
	struct sim_initiator *ini = sim_rw_ini(test);
	static const struct {
		u32 lba;
		u32 count;
		bool good;
		u32 info;	/* the first LBA that does not exist */
	} range[] = {
		{ SIM_BLOCKS - 1, 1, true },
		{ SIM_BLOCKS - 255, 255, true },
		{ SIM_BLOCKS, 1, false, SIM_BLOCKS },
		{ SIM_BLOCKS - 1, 2, false, SIM_BLOCKS },
		{ SIM_BLOCKS - 254, 255, false, SIM_BLOCKS },
		{ SIM_BLOCKS + 1, 1, false, SIM_BLOCKS + 1 },
		{ 0x1fffff, 255, false, 0x1fffff },
	};
	const u8 opcode[] = { param->read, param->write, param->verify,
			      param->sync };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(range) * ARRAY_SIZE(opcode); i++) {
		j = i % ARRAY_SIZE(range);
		if (!opcode[i / ARRAY_SIZE(range)])
			continue;
		sim_rw(ini, opcode[i / ARRAY_SIZE(range)], 0,
		       range[j].lba, range[j].count);
		if (range[j].good) {
			KUNIT_EXPECT_EQ(test, SAM_STAT_GOOD,
					ini->task.status);
			continue;
		}
		sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
		sim_expect_info(ini, true, range[j].info);
		KUNIT_EXPECT_EQ(test, 0, ini->task.len);
	}
}

/* The LBA arithmetic must not wrap around. */
static void range_near_2_to_the_64_does_not_wrap(struct kunit *test)
{
	static const u8 opcode[] = { READ_16, WRITE_16, VERIFY_16,
				     SYNCHRONIZE_CACHE_16, WRITE_SAME_16 };
	static const struct {
		u64 lba;
		u32 count;
	} range[] = {
		{ U32_MAX, 1 }, { 1ULL << 32, 1 }, { (1ULL << 32) + 1, 255 },
		{ 1ULL << 55, 1 }, { 1ULL << 63, 1 }, { U64_MAX, 1 },
		{ U64_MAX - 3, 4 }, { U64_MAX, 8192 }, { U64_MAX - 99, 200 },
		{ U64_MAX - 8191, 8192 },
	};
	struct sim_initiator *ini = sim_rw_ini(test);
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(opcode); i++)
		for (j = 0; j < ARRAY_SIZE(range); j++) {
			sim_rw(ini, opcode[i], 0, range[j].lba,
			       range[j].count);
			sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
			sim_expect_info(ini, range[j].lba <= U32_MAX,
					range[j].lba);
		}
	sim_rw(ini, SYNCHRONIZE_CACHE_16, 0, 1, U32_MAX);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
	sim_expect_info(ini, true, SIM_BLOCKS);
}

static void last_block_of_huge_unit_is_accessible(struct kunit *test)
{
	struct sim_initiator *ini;
	u64 last;

	ini = sim_initiator_create(test, U64_MAX - 511, 512);
	last = (U64_MAX >> 9) - 1;
	test_fill(ini->data, 1, 512);
	sim_rw(ini, WRITE_16, 0, last, 1);
	sim_expect_good(ini, 512);
	test_fill(ini->data, 2, 512);
	sim_rw(ini, WRITE_16, 0, 1ULL << 32, 1);
	sim_expect_good(ini, 512);
	KUNIT_EXPECT_EQ(test, 2, sim_chunks(ini));
	sim_rw(ini, READ_16, 0, last, 1);
	sim_expect_pattern(ini, 512, 1);
	sim_rw(ini, READ_16, 0, 1ULL << 32, 1);
	sim_expect_pattern(ini, 512, 2);
	sim_rw(ini, READ_16, 0, 0, 1);
	sim_expect_zeroes(ini, 0, 512);
	sim_rw(ini, READ_16, 0, last, 2);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
}

static void each_sector_size_reads_and_writes(struct kunit *test)
{
	u32 sector = *(const unsigned int *)test->param_value;
	struct sim_initiator *ini;
	u32 max = SZ_4M / sector;

	ini = sim_initiator_create(test, SZ_8M, sector);
	test_fill(ini->data, 5, 3 * sector);
	sim_rw(ini, WRITE_16, 0, 2 * max - 3, 3);
	sim_expect_good(ini, 3 * sector);
	memset(ini->data, 0, 3 * sector);
	sim_rw(ini, READ_16, 0, 2 * max - 3, 3);
	sim_expect_good(ini, 3 * sector);
	sim_expect_pattern(ini, 3 * sector, 5);
	sim_rw(ini, READ_16, 0, 2 * max - 2, 3);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);

	test_fill(ini->data, 6, SZ_4M);
	ini->piece = 65537;
	sim_rw(ini, WRITE_16, 0, 1, max);
	sim_expect_good(ini, SZ_4M);
	memset(ini->data, 0, SZ_4M);
	sim_rw(ini, READ_16, 0, 1, max);
	sim_expect_good(ini, SZ_4M);
	sim_expect_pattern(ini, SZ_4M, 6);
	sim_rw(ini, READ_16, 0, 0, max + 1);
	sim_expect_field(ini, 0x2400, 10, 7);
	sim_rw(ini, VERIFY_16, 0, 0, U32_MAX);
	sim_expect_field(ini, 0x2400, 10, 7);
	SIM_SEND(ini, WRITE_12, 0, 0, 0, 0, 0, 0xff, 0, 0, 0, 0, 0);
	sim_expect_field(ini, 0x2400, 6, 7);
}

/* The data arrives complete, in pieces of any size. */
static void data_arrives_whole_in_pieces_of_any_size(struct kunit *test)
{
	static const u32 piece[] = { 1, 2, 16, 511, 512, 4096, 4097, SZ_1M };
	struct sim_initiator *ini = sim_rw_ini(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(piece); i++) {
		ini->piece = piece[i];
		test_fill(ini->data, i, 33 * 512);
		sim_rw(ini, WRITE_16, 0, 3, 33);
		memset(ini->data, 0, 33 * 512);
		sim_rw(ini, READ_16, 0, 3, 33);
		sim_expect_pattern(ini, 33 * 512, i);
	}
}

/* Pieces are cut at the end of the data. */
static void pieces_beyond_the_data_are_cut(struct kunit *test)
{
	struct sim_initiator *ini = sim_rw_ini(test);
	struct sim_task task = {
		.cdb = { READ_10, [8] = 1 },
	};
	u8 *buf = kunit_kzalloc(test, 1024, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	test_fill(ini->data, 0, 1024);
	sim_rw(ini, WRITE_16, 0, 0, 2);
	KUNIT_ASSERT_EQ(test, 0,
			sim_task_exec(ini->bus, &task, GFP_NOWAIT));
	memset(buf, 0xee, 1024);
	sim_task_data_in(&task, buf, 512, 512);
	sim_task_data_in(&task, buf, U32_MAX, 512);
	sim_task_data_out(&task, buf, 0, 512);
	KUNIT_EXPECT_NULL(test, memchr_inv(buf, 0xee, 1024));
	sim_task_data_in(&task, buf, 500, U32_MAX);
	KUNIT_EXPECT_EQ(test, 0, memcmp(buf, ini->data + 500, 12));
	KUNIT_EXPECT_NULL(test, memchr_inv(buf + 12, 0xee, 1024 - 12));
	KUNIT_EXPECT_EQ(test, 0, sim_task_finish(&task, GFP_NOWAIT));
	sim_task_data_in(&task, buf + 12, 0, 512);
	KUNIT_EXPECT_NULL(test, memchr_inv(buf + 12, 0xee, 1024 - 12));
	sim_task_release(&task);
	sim_task_data_in(&task, buf + 12, 0, 512);
	KUNIT_EXPECT_NULL(test, memchr_inv(buf + 12, 0xee, 1024 - 12));

	/* Only 12 of these bytes are within the block. */
	task.cdb[0] = WRITE_10;
	KUNIT_ASSERT_EQ(test, 0,
			sim_task_exec(ini->bus, &task, GFP_NOWAIT));
	sim_task_data_out(&task, buf + 12, 512, 512);
	sim_task_data_out(&task, buf + 12, 500, 1012);
	KUNIT_EXPECT_EQ(test, 0, sim_task_finish(&task, GFP_NOWAIT));
	sim_task_release(&task);
	sim_rw(ini, READ_16, 0, 0, 2);
	KUNIT_EXPECT_NULL(test, memchr_inv(ini->data + 500, 0xee, 12));
	memcpy(buf, ini->data, 1024);
	test_fill(ini->data, 0, 1024);
	KUNIT_EXPECT_EQ(test, 0, memcmp(buf, ini->data, 500));
	KUNIT_EXPECT_EQ(test, 0, memcmp(buf + 512, ini->data + 512, 512));
}

/* Plain I/O never asks for process context while there is memory. */
static void read_and_write_need_no_process_context(struct kunit *test)
{
	struct sim_initiator *ini = sim_rw_ini(test);

	sim_rw(ini, WRITE_16, 0, 0, 256);
	KUNIT_EXPECT_EQ(test, 0, ini->again);
	sim_rw(ini, READ_16, 0, 0, 256);
	KUNIT_EXPECT_EQ(test, 0, ini->again);
	sim_rw(ini, VERIFY_16, 0x02, 0, 256);
	KUNIT_EXPECT_EQ(test, 0, ini->again);
}

static void only_written_blocks_take_memory(struct kunit *test)
{
	struct sim_initiator *ini = sim_rw_ini(test);
	struct sim_medium *medium = sim_lun_medium(sim_initiator_lun(ini));

	sim_rw(ini, READ_16, 0, 0, SIM_BLOCKS);
	sim_expect_good(ini, SIM_BLOCKS * 512);
	KUNIT_EXPECT_EQ(test, 0, sim_medium_chunks(medium));
	sim_rw(ini, WRITE_16, 0, 7, 2);
	KUNIT_EXPECT_EQ(test, 2, sim_medium_chunks(medium));
	sim_rw(ini, WRITE_16, 0, SIM_BLOCKS, 2);
	KUNIT_EXPECT_EQ(test, 2, sim_medium_chunks(medium));
	sim_rw(ini, VERIFY_16, 0x06, 0, SIM_BLOCKS);
	KUNIT_EXPECT_EQ(test, 2, sim_medium_chunks(medium));
}

static void synchronize_cache_accepts_ranges_on_the_medium(struct kunit *test)
{
	const struct sim_size_param *param = test->param_value;
	struct sim_initiator *ini = sim_rw_ini(test);
	unsigned int immed;

	if (!param->sync)
		kunit_skip(test, "there is none");
	for (immed = 0; immed <= 2; immed += 2) {
		sim_rw(ini, param->sync, immed, 0, 0);
		sim_expect_good(ini, 0);
		sim_rw(ini, param->sync, immed, 1, SIM_BLOCKS - 1);
		sim_expect_good(ini, 0);
		sim_rw(ini, param->sync, immed, SIM_BLOCKS - 1, 0);
		sim_expect_good(ini, 0);
		sim_rw(ini, param->sync, immed, SIM_BLOCKS, 0);
		sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
	}
}

struct sim_capacity_param {
	const char *desc;
	u64 size;
	u32 sector;
	u32 last10;
};

static const struct sim_capacity_param sim_capacity_params[] = {
	{ "one block", 512, 512, 0 },
	{ "8 MiB", SZ_8M, 512, 16383 },
	{ "8 MiB of 4 KiB", SZ_8M, 4096, 2047 },
	{ "last LBA fits", 0xffffffffULL << 9, 512, 0xfffffffe },
	{ "last LBA is ffffffffh", 0x100000000ULL << 10, 1024, U32_MAX },
	{ "last LBA does not fit", 0x100000001ULL << 11, 2048, U32_MAX },
	{ "largest", U64_MAX - 511, 512, U32_MAX },
};

KUNIT_ARRAY_PARAM_DESC(sim_capacity, sim_capacity_params, desc);

static void read_capacity_reports_the_last_lba(struct kunit *test)
{
	const struct sim_capacity_param *param = test->param_value;
	struct sim_initiator *ini;
	const u8 *data;
	unsigned int alloc;
	u8 whole[32];

	ini = sim_initiator_create(test, param->size, param->sector);
	data = ini->data;
	SIM_SEND_GOOD(ini, READ_CAPACITY, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	KUNIT_ASSERT_EQ(test, 8, ini->task.len);
	KUNIT_EXPECT_EQ(test, param->last10, get_unaligned_be32(&data[0]));
	KUNIT_EXPECT_EQ(test, param->sector, get_unaligned_be32(&data[4]));

	memset(ini->data, 0xff, 64);
	sim_rw(ini, SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, 0, 64);
	sim_expect_good(ini, 32);
	KUNIT_EXPECT_EQ(test, param->size / param->sector - 1,
			get_unaligned_be64(&data[0]));
	KUNIT_EXPECT_EQ(test, param->sector, get_unaligned_be32(&data[8]));
	KUNIT_EXPECT_EQ(test, 0, memcmp(&data[12], "\0\0\xc0\0", 4));
	sim_expect_zeroes(ini, 16, 16);
	memcpy(whole, data, 32);
	for (alloc = 0; alloc < 40; alloc++) {
		sim_rw(ini, SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, 0,
		       alloc);
		sim_expect_good(ini, min(alloc, 32U));
		KUNIT_EXPECT_EQ(test, 0, memcmp(data, whole, ini->task.len));
	}
}

static struct kunit_case sim_rw_cases[] = {
	KUNIT_CASE_PARAM(each_cdb_size_reads_and_writes, sim_size_gen_params),
	KUNIT_CASE_PARAM(fua_and_dpo_are_accepted, sim_size_gen_params),
	KUNIT_CASE_PARAM(length_0_means_256_blocks_in_6_byte_cdbs,
			 sim_size_gen_params),
	KUNIT_CASE_PARAM(range_beyond_the_end_is_refused, sim_size_gen_params),
	KUNIT_CASE(range_near_2_to_the_64_does_not_wrap),
	KUNIT_CASE(last_block_of_huge_unit_is_accessible),
	KUNIT_CASE_PARAM(each_sector_size_reads_and_writes,
			 sim_sectors_gen_params),
	KUNIT_CASE(data_arrives_whole_in_pieces_of_any_size),
	KUNIT_CASE(pieces_beyond_the_data_are_cut),
	KUNIT_CASE(read_and_write_need_no_process_context),
	KUNIT_CASE(only_written_blocks_take_memory),
	KUNIT_CASE_PARAM(synchronize_cache_accepts_ranges_on_the_medium,
			 sim_size_gen_params),
	KUNIT_CASE_PARAM(read_capacity_reports_the_last_lba,
			 sim_capacity_gen_params),
	{}
};

static struct kunit_suite sim_rw_suite = {
	.name = "sim_rw",
	.test_cases = sim_rw_cases,
};

kunit_test_suite(sim_rw_suite);

MODULE_DESCRIPTION("KUnit tests of READ and WRITE");
MODULE_LICENSE("GPL");

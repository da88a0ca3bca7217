// SPDX-License-Identifier: GPL-2.0-only
/*
 * UNMAP: its parameter list, and the ranges that it deallocates.
 */
#include <kunit/test.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "../sim/cmd.h"
#include "../sim/lun.h"
#include "sim_initiator.h"

#define SIM_BLOCKS	4096

KUNIT_ARRAY_PARAM(sim_sectors, sim_sectors, sim_sector_desc);

static struct sim_initiator *sim_unmap_ini(struct kunit *test)
{
	return sim_initiator_create(test, SIM_BLOCKS * 512, 512);
}

/* Begin an UNMAP parameter list. */
static void sim_unmap_list(struct sim_initiator *ini, unsigned int descs)
{
	memset(ini->data, 0, 8 + 16 * descs);
	put_unaligned_be16(6 + 16 * descs, &ini->data[0]);
	put_unaligned_be16(16 * descs, &ini->data[2]);
}

static void sim_unmap_desc(struct sim_initiator *ini, unsigned int index,
			   u64 lba, u32 count)
{
	put_unaligned_be64(lba, &ini->data[8 + 16 * index]);
	put_unaligned_be32(count, &ini->data[8 + 16 * index + 8]);
}

static void sim_send_unmap(struct sim_initiator *ini, u32 len)
{
	SIM_SEND(ini, UNMAP, 0, 0, 0, 0, 0, 0, len >> 8, len & 0xff, 0);
}

static void unmap_deallocates_its_ranges(struct kunit *test)
{
	struct sim_initiator *ini = sim_unmap_ini(test);

	sim_write_byte(ini, 0, 800, 0x77);
	sim_unmap_list(ini, 3);
	sim_unmap_desc(ini, 0, 8, 16);
	sim_unmap_desc(ini, 1, 101, 0);
	sim_unmap_desc(ini, 2, 101, 21);
	sim_send_unmap(ini, 8 + 48);
	sim_expect_good(ini, 56);
	KUNIT_EXPECT_EQ(test, 100 - 2 - 2, sim_chunks(ini));
	sim_expect_byte(ini, 0, 8, 0x77);
	sim_expect_byte(ini, 8, 16, 0);
	sim_expect_byte(ini, 24, 77, 0x77);
	sim_expect_byte(ini, 101, 21, 0);
	sim_expect_byte(ini, 122, 678, 0x77);
}

static void unmap_works_with_any_sector_size(struct kunit *test)
{
	u32 sector = *(const unsigned int *)test->param_value;
	u32 blocks = SZ_4M / sector;
	struct sim_initiator *ini;

	ini = sim_initiator_create(test, SZ_4M, sector);
	sim_write_byte(ini, 0, blocks, 0x55);
	KUNIT_EXPECT_EQ(test, 1024, sim_chunks(ini));
	sim_unmap_list(ini, 1);
	sim_unmap_desc(ini, 0, 0, blocks - 1);
	sim_send_unmap(ini, 24);
	sim_expect_good(ini, 24);
	KUNIT_EXPECT_EQ(test, 1, sim_chunks(ini));
	sim_expect_byte(ini, 0, blocks - 1, 0);
	sim_expect_byte(ini, blocks - 1, 1, 0x55);
	sim_unmap_list(ini, 1);
	sim_unmap_desc(ini, 0, blocks - 1, 1);
	sim_send_unmap(ini, 24);
	KUNIT_EXPECT_EQ(test, 0, sim_chunks(ini));
}

/* An incomplete descriptor is ignored. Any of the three lengths may cut it. */
static void incomplete_unmap_descriptor_is_ignored(struct kunit *test)
{
	struct sim_initiator *ini = sim_unmap_ini(test);
	unsigned int len;

	sim_write_byte(ini, 0, 64, 0x77);
	for (len = 8; len < 24; len++) {
		sim_unmap_list(ini, 1);
		sim_unmap_desc(ini, 0, 0, 64);
		sim_send_unmap(ini, len);
		sim_expect_good(ini, len);
		sim_unmap_list(ini, 1);
		sim_unmap_desc(ini, 0, 0, 64);
		put_unaligned_be16(len - 8, &ini->data[2]);
		sim_send_unmap(ini, 24);
		sim_expect_good(ini, 24);
	}
	sim_send_unmap(ini, 0);
	sim_expect_good(ini, 0);
	sim_expect_byte(ini, 0, 64, 0x77);
	for (len = 1; len < 8; len++) {
		sim_send_unmap(ini, len);
		sim_expect_sense(ini, ILLEGAL_REQUEST, 0x1a00);
		KUNIT_EXPECT_EQ(test, 0, ini->task.len);
	}
}

/* A list with one error changes nothing. */
static void bad_unmap_list_changes_nothing(struct kunit *test)
{
	struct sim_initiator *ini = sim_unmap_ini(test);
	unsigned int i;

	sim_write_byte(ini, 0, 64, 0x77);
	for (i = 4; i < 8; i++) {
		sim_unmap_list(ini, 1);
		sim_unmap_desc(ini, 0, 0, 64);
		ini->data[i] = 1;
		sim_send_unmap(ini, 24);
		sim_expect_field(ini, 0x2600, 4, 7);
	}
	for (i = 12; i < 16; i++) {
		sim_unmap_list(ini, 2);
		sim_unmap_desc(ini, 0, 0, 64);
		ini->data[24 + i] = 1;
		sim_send_unmap(ini, 40);
		sim_expect_field(ini, 0x2600, 24 + 12, 7);
	}
	sim_unmap_list(ini, 257);
	sim_unmap_desc(ini, 0, 0, 64);
	sim_send_unmap(ini, 8 + 16 * 257);
	sim_expect_field(ini, 0x2600, 2, 7);
	/* The sum of the blocks is too large. */
	sim_unmap_list(ini, 2);
	sim_unmap_desc(ini, 0, 0, 64);
	sim_unmap_desc(ini, 1, 0, SZ_1G / 512 - 63);
	sim_send_unmap(ini, 40);
	sim_expect_field(ini, 0x2600, 24 + 8, 7);
	sim_unmap_list(ini, 1);
	sim_unmap_desc(ini, 0, 0, U32_MAX);
	sim_send_unmap(ini, 24);
	sim_expect_field(ini, 0x2600, 8 + 8, 7);
	sim_expect_byte(ini, 0, 64, 0x77);
}

static void unmap_beyond_the_end_is_refused(struct kunit *test)
{
	static const struct {
		u64 lba;
		u32 count;
		u64 info;	/* 0: there is no error */
	} range[] = {
		{ SIM_BLOCKS - 1, 1 },
		{ SIM_BLOCKS, 0 },
		{ SIM_BLOCKS, 1, SIM_BLOCKS },
		{ SIM_BLOCKS + 1, 0, SIM_BLOCKS + 1 },
		{ SIM_BLOCKS - 1, 2, SIM_BLOCKS },
		{ 1, SIM_BLOCKS, SIM_BLOCKS },
		{ 0xffffffff, 1, 0xffffffff },
		{ U64_MAX, 1, U64_MAX },
		{ U64_MAX, 2, U64_MAX },
	};
	struct sim_initiator *ini = sim_unmap_ini(test);
	unsigned int i;

	sim_write_byte(ini, 0, 64, 0x77);
	for (i = 0; i < ARRAY_SIZE(range); i++) {
		sim_unmap_list(ini, 2);
		sim_unmap_desc(ini, 0, 8 * i, range[i].info ? 64 : 0);
		sim_unmap_desc(ini, 1, range[i].lba, range[i].count);
		sim_send_unmap(ini, 40);
		if (!range[i].info) {
			sim_expect_good(ini, 40);
			continue;
		}
		sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2100);
		sim_expect_info(ini, range[i].info <= U32_MAX, range[i].info);
	}
	sim_expect_byte(ini, 0, 64, 0x77);
}

static void unmap_list_of_many_descriptors_is_done(struct kunit *test)
{
	struct sim_initiator *ini = sim_unmap_ini(test);
	unsigned int i;

	sim_write_byte(ini, 0, SIM_BLOCKS, 0x77);
	sim_unmap_list(ini, 256);
	for (i = 0; i < 256; i++)
		sim_unmap_desc(ini, i, 16 * i, 8);
	sim_send_unmap(ini, 8 + 16 * 256);
	sim_expect_good(ini, 8 + 16 * 256);
	KUNIT_EXPECT_EQ(test, 256, sim_chunks(ini));
}

static struct kunit_case sim_unmap_cases[] = {
	KUNIT_CASE(unmap_deallocates_its_ranges),
	KUNIT_CASE_PARAM(unmap_works_with_any_sector_size,
			 sim_sectors_gen_params),
	KUNIT_CASE(incomplete_unmap_descriptor_is_ignored),
	KUNIT_CASE(bad_unmap_list_changes_nothing),
	KUNIT_CASE(unmap_beyond_the_end_is_refused),
	KUNIT_CASE(unmap_list_of_many_descriptors_is_done),
	{}
};

static struct kunit_suite sim_unmap_suite = {
	.name = "sim_unmap",
	.test_cases = sim_unmap_cases,
};

kunit_test_suite(sim_unmap_suite);

MODULE_DESCRIPTION("KUnit tests of UNMAP");
MODULE_LICENSE("GPL");

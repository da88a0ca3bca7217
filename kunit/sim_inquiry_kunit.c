// SPDX-License-Identifier: GPL-2.0-only
/*
 * INQUIRY: standard data and the vital product data pages.
 */
#include <kunit/test.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "sim_initiator.h"

static struct sim_initiator *sim_inquiry_ini(struct kunit *test)
{
	return sim_initiator_create(test, SZ_1M, 512);
}

static void sim_vpd(struct sim_initiator *ini, u8 page)
{
	memset(ini->data, 0xff, 256);
	SIM_SEND_GOOD(ini, INQUIRY, 1, page, 0, 255, 0);
	KUNIT_ASSERT_GE(ini->test, ini->task.len, 4);
	KUNIT_EXPECT_EQ(ini->test, 0, ini->data[0]);
	KUNIT_EXPECT_EQ(ini->test, page, ini->data[1]);
	KUNIT_EXPECT_EQ(ini->test, ini->task.len,
			4 + get_unaligned_be16(&ini->data[2]));
}

static void standard_inquiry_data_is_complete(struct kunit *test)
{
	struct sim_initiator *ini = sim_inquiry_ini(test);
	const u8 *data = ini->data;

	SIM_SEND_GOOD(ini, INQUIRY, 0, 0, 0xff, 0xff, 0);
	KUNIT_ASSERT_EQ(test, 96, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0,
			memcmp(data, "\0\0\x06\x12\x5b\0\0\x02PIOSCSI ", 16));
	KUNIT_EXPECT_EQ(test, 0, memcmp(&data[16], "SIMULATED DISK  ", 16));
	KUNIT_EXPECT_EQ(test, 0, memcmp(&data[32], "0001", 4));
	KUNIT_EXPECT_EQ(test, 0x0080, get_unaligned_be16(&data[58]));
	KUNIT_EXPECT_EQ(test, 0x0460, get_unaligned_be16(&data[60]));
	KUNIT_EXPECT_EQ(test, 0x04c0, get_unaligned_be16(&data[62]));
	sim_expect_zeroes(ini, 36, 22);
	sim_expect_zeroes(ini, 64, 32);
}

static void inquiry_data_is_truncated_to_allocation_length(struct kunit *test)
{
	struct sim_initiator *ini = sim_inquiry_ini(test);
	u8 whole[96];
	u32 alloc;

	SIM_SEND_GOOD(ini, INQUIRY, 0, 0, 0, 96, 0);
	memcpy(whole, ini->data, sizeof(whole));
	for (alloc = 0; alloc < 120; alloc++) {
		SIM_SEND_GOOD(ini, INQUIRY, 0, 0, 0, alloc, 0);
		KUNIT_EXPECT_EQ(test, min(alloc, 96U), ini->task.len);
		KUNIT_EXPECT_EQ(test, 0,
				memcmp(ini->data, whole, ini->task.len));
	}
}

static void page_code_without_evpd_is_invalid(struct kunit *test)
{
	struct sim_initiator *ini = sim_inquiry_ini(test);

	SIM_SEND(ini, INQUIRY, 0, 0x80, 0, 96, 0);
	sim_expect_field(ini, 0x2400, 2, 7);
}

static void vpd_page_00_lists_the_pages(struct kunit *test)
{
	static const u8 pages[] = { 0x00, 0x80, 0x83, 0xb0, 0xb1, 0xb2 };
	struct sim_initiator *ini = sim_inquiry_ini(test);
	unsigned int page;

	sim_vpd(ini, 0);
	KUNIT_ASSERT_EQ(test, 4 + sizeof(pages), ini->task.len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(&ini->data[4], pages, sizeof(pages)));
	for (page = 0; page < 256; page++) {
		if (memchr(pages, page, sizeof(pages))) {
			sim_vpd(ini, page);
			continue;
		}
		SIM_SEND(ini, INQUIRY, 1, page, 0, 255, 0);
		sim_expect_field(ini, 0x2400, 2, 7);
	}
}

static void vpd_page_is_truncated_to_allocation_length(struct kunit *test)
{
	struct sim_initiator *ini = sim_inquiry_ini(test);
	u32 alloc;

	for (alloc = 0; alloc < 80; alloc++) {
		SIM_SEND_GOOD(ini, INQUIRY, 1, 0xb0, 0, alloc, 0);
		KUNIT_EXPECT_EQ(test, min(alloc, 64U), ini->task.len);
		if (alloc >= 4)
			KUNIT_EXPECT_EQ(test, 0x3c, ini->data[3]);
	}
}

/* Every logical unit has names that differ from all others. */
static void vpd_names_differ_between_logical_units(struct kunit *test)
{
	struct sim_initiator *ini = sim_inquiry_ini(test);
	const u8 *id = &ini->data[4 + 40];	/* behind the T10 designator */
	u64 unit_naa[6], port_naa[6];
	unsigned int i, j;
	u8 serial[6][12];

	for (i = 0; i < 6; i++) {
		ini->target = i / SIM_TEST_LUNS;
		ini->lun = i % SIM_TEST_LUNS;
		sim_vpd(ini, 0x80);
		KUNIT_ASSERT_EQ(test, 4 + sizeof(serial[i]), ini->task.len);
		memcpy(serial[i], &ini->data[4], sizeof(serial[i]));
		sim_vpd(ini, 0x83);
		unit_naa[i] = get_unaligned_be64(&id[4]);
		port_naa[i] = get_unaligned_be64(&id[12 + 4]);
	}
	for (i = 0; i < 6; i++)
		for (j = 0; j < 6; j++) {
			KUNIT_EXPECT_EQ(test, i == j,
					!memcmp(serial[i], serial[j],
						sizeof(serial[i])));
			KUNIT_EXPECT_EQ(test, i == j,
					unit_naa[i] == unit_naa[j]);
			KUNIT_EXPECT_NE(test, unit_naa[i], port_naa[j]);
			/* Each target has one port. */
			KUNIT_EXPECT_EQ(test,
					i / SIM_TEST_LUNS == j / SIM_TEST_LUNS,
					port_naa[i] == port_naa[j]);
		}
}

static void vpd_page_83_has_designators(struct kunit *test)
{
	struct sim_initiator *ini = sim_inquiry_ini(test);
	const u8 *id = &ini->data[4];
	u8 serial[12];

	sim_vpd(ini, 0x80);
	KUNIT_ASSERT_EQ(test, 16, ini->task.len);
	memcpy(serial, &ini->data[4], sizeof(serial));

	sim_vpd(ini, 0x83);
	KUNIT_ASSERT_EQ(test, 4 + 40 + 12 + 12 + 8, ini->task.len);
	/* T10 vendor ID based, ASCII */
	KUNIT_EXPECT_EQ(test, 0, memcmp(id, "\x02\x01\0\x24PIOSCSI ", 12));
	KUNIT_EXPECT_EQ(test, 0, memcmp(&id[4 + 24], serial, sizeof(serial)));
	/* NAA locally assigned, binary */
	id += 4 + 36;
	KUNIT_EXPECT_EQ(test, 0, memcmp(id, "\x01\x03\0\x08", 4));
	KUNIT_EXPECT_EQ(test, 0x3, id[4] >> 4);
	/* target port: SPI, NAA, and the relative identifier */
	id += 4 + 8;
	KUNIT_EXPECT_EQ(test, 0, memcmp(id, "\x11\x93\0\x08", 4));
	KUNIT_EXPECT_EQ(test, 0x3, id[4] >> 4);
	id += 4 + 8;
	KUNIT_EXPECT_EQ(test, 0, memcmp(id, "\x11\x94\0\x04\0\0\0\1", 8));
}

KUNIT_ARRAY_PARAM(sim_sectors, sim_sectors, sim_sector_desc);

static void vpd_page_b0_has_the_limits(struct kunit *test)
{
	u32 sector = *(const unsigned int *)test->param_value;
	struct sim_initiator *ini = sim_initiator_create(test, SZ_1M, sector);
	const u8 *data = ini->data;

	sim_vpd(ini, 0xb0);
	KUNIT_ASSERT_EQ(test, 64, ini->task.len);
	KUNIT_EXPECT_EQ(test, 1, data[4]);	/* WSNZ */
	KUNIT_EXPECT_EQ(test, 0, data[5]);	/* no COMPARE AND WRITE */
	KUNIT_EXPECT_EQ(test, SZ_4M / sector, get_unaligned_be32(&data[8]));
	KUNIT_EXPECT_EQ(test, SZ_1G / sector, get_unaligned_be32(&data[20]));
	KUNIT_EXPECT_EQ(test, 256, get_unaligned_be32(&data[24]));
	KUNIT_EXPECT_EQ(test, 4096 / sector, get_unaligned_be32(&data[28]));
	KUNIT_EXPECT_EQ(test, 0x80000000, get_unaligned_be32(&data[32]));
	KUNIT_EXPECT_EQ(test, SZ_1G / sector, get_unaligned_be64(&data[36]));
	sim_expect_zeroes(ini, 44, 20);
}

static void vpd_page_b1_describes_the_medium(struct kunit *test)
{
	struct sim_initiator *ini = sim_inquiry_ini(test);

	sim_vpd(ini, 0xb1);
	KUNIT_ASSERT_EQ(test, 64, ini->task.len);
	KUNIT_EXPECT_EQ(test, 1, get_unaligned_be16(&ini->data[4]));
	sim_expect_zeroes(ini, 6, 2);
	KUNIT_EXPECT_EQ(test, 1, ini->data[8]);	/* VBULS */
	sim_expect_zeroes(ini, 9, 55);
}

static void vpd_page_b2_describes_provisioning(struct kunit *test)
{
	struct sim_initiator *ini = sim_inquiry_ini(test);

	sim_vpd(ini, 0xb2);
	KUNIT_ASSERT_EQ(test, 8, ini->task.len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(&ini->data[4], "\0\xe4\x02\0", 4));
}

static struct kunit_case sim_inquiry_cases[] = {
	KUNIT_CASE(standard_inquiry_data_is_complete),
	KUNIT_CASE(inquiry_data_is_truncated_to_allocation_length),
	KUNIT_CASE(page_code_without_evpd_is_invalid),
	KUNIT_CASE(vpd_page_00_lists_the_pages),
	KUNIT_CASE(vpd_page_is_truncated_to_allocation_length),
	KUNIT_CASE(vpd_names_differ_between_logical_units),
	KUNIT_CASE(vpd_page_83_has_designators),
	KUNIT_CASE_PARAM(vpd_page_b0_has_the_limits, sim_sectors_gen_params),
	KUNIT_CASE(vpd_page_b1_describes_the_medium),
	KUNIT_CASE(vpd_page_b2_describes_provisioning),
	{}
};

static struct kunit_suite sim_inquiry_suite = {
	.name = "sim_inquiry",
	.test_cases = sim_inquiry_cases,
};

kunit_test_suite(sim_inquiry_suite);

MODULE_DESCRIPTION("KUnit tests of INQUIRY");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0-only
/*
 * INQUIRY, vital product data, READ CAPACITY, REPORT LUNS.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "sat_rig.h"

static void sat_vpd(struct sat_rig *rig, u8 code)
{
	SAT_SEND_IN(rig, 1024, INQUIRY, 0x01, code, 4, 0, 0);
}

static void sat_expect_string(struct sat_rig *rig, unsigned int off,
			      const char *string)
{
	sat_expect_bytes(rig, off, string, strlen(string));
}

static void inquiry_describes_the_disk(struct kunit *test)
{
	static const u8 head[] = { 0, 0, 0x06, 0x02, 91, 0, 0, 0 };
	static const u8 versions[] = { 0x00, 0xa0, 0x04, 0x60, 0x04, 0xc0,
				       0x1e, 0xe0, 0, 0 };
	struct sat_rig *rig = sat_rig_create(test);

	SAT_SEND_IN(rig, 96, INQUIRY, 0, 0, 0, 96, 0);
	sat_expect_reply(rig, 96);
	sat_expect_bytes(rig, 0, head, sizeof(head));
	sat_expect_string(rig, 8, "ATA     PIOSCSI TEST DISAB34");
	sat_expect_bytes(rig, 58, versions, sizeof(versions));
	SAT_SEND_IN(rig, 96, INQUIRY, 0, 0x80, 0, 96, 0);
	sat_expect_field(rig, 0x2400, 2, 7);
}

static void inquiry_follows_the_identify_data(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	/* A short firmware revision, and a removable medium. */
	sat_id_word(id, 0, 0x0080);
	sat_id_string(id, 23, 8, "1.2");
	sat_id_string(id, 27, 40, "CF");
	sat_rig_identify(rig, id);
	SAT_SEND_IN(rig, 96, INQUIRY, 0, 0, 0, 96, 0);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[1], 0x80);
	sat_expect_string(rig, 16, "CF              1.2 ");
}

static void vpd_page_00_lists_the_pages(struct kunit *test)
{
	static const u8 page[] = { 0, 0, 0, 6, 0x00, 0x80, 0x83, 0x89, 0xb0,
				   0xb1 };
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int code;

	sat_vpd(rig, 0x00);
	sat_expect_reply(rig, sizeof(page));
	sat_expect_bytes(rig, 0, page, sizeof(page));
	for (code = 0; code < 256; code++) {
		sat_vpd(rig, code);
		if (memchr(&page[4], code, 6))
			KUNIT_EXPECT_EQ(test, rig->answer, SAT_REPLY);
		else
			sat_expect_field(rig, 0x2400, 2, 7);
	}
}

static void vpd_page_80_has_the_serial_number(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	static const u8 head[] = { 0, 0x80, 0, 20 };

	sat_vpd(rig, 0x80);
	sat_expect_reply(rig, 24);
	sat_expect_bytes(rig, 0, head, 4);
	sat_expect_string(rig, 4, "  SN12345           ");
}

static void vpd_page_83_has_the_designators(struct kunit *test)
{
	static const u8 head[] = { 0, 0x83, 0, 108, 0x02, 0x00, 0, 20 };
	static const u8 naa[] = { 0x01, 0x03, 0, 8, 0x50, 0x00, 0xc5, 0x00,
				  0xa1, 0xb2, 0xc3, 0xd4 };
	static const u8 t10[] = { 0x02, 0x01, 0, 68 };
	struct sat_rig *rig = sat_rig_create(test);

	sat_vpd(rig, 0x83);
	sat_expect_reply(rig, 112);
	sat_expect_bytes(rig, 0, head, sizeof(head));
	sat_expect_string(rig, 8, "  SN12345           ");
	sat_expect_bytes(rig, 28, naa, sizeof(naa));
	sat_expect_bytes(rig, 40, t10, sizeof(t10));
	sat_expect_string(rig, 44, "ATA     PIOSCSI TEST DISK 1234");
	sat_expect_string(rig, 92, "  SN12345           ");

	rig->dev.wwn = 0;
	sat_vpd(rig, 0x83);
	sat_expect_reply(rig, 100);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[3], 96);
	sat_expect_bytes(rig, 28, t10, sizeof(t10));
	sat_expect_string(rig, 32, "ATA     PIOSCSI TEST DISK 1234");
}

/* The data of IDENTIFY DEVICE, byte for byte. */
static void vpd_page_89_has_the_identify_data(struct kunit *test)
{
	static const u8 head[] = { 0, 0x89, 0x02, 0x38, 0, 0, 0, 0 };
	/* FIS, STATUS, ERROR, LBA (7:0) and COUNT (7:0), and COMMAND. */
	static const u8 signature[24] = { 0x34, 0x80, 0x40, 0x01, 0x01,
					  [12] = 0x01, [20] = 0xec };
	struct sat_rig *rig = sat_rig_create(test);

	sat_vpd(rig, 0x89);
	sat_expect_reply(rig, 572);
	sat_expect_bytes(rig, 0, head, sizeof(head));
	sat_expect_string(rig, 8, "PIOSCSI SAT             0001");
	sat_expect_bytes(rig, 36, signature, sizeof(signature));
	sat_expect_bytes(rig, 60, sat_id_create(test), SAT_ID_BYTES);
}

static u8 sum_of_identify_data(const struct sat_rig *rig)
{
	unsigned int i;
	u8 sum = 0;

	for (i = 0; i < SAT_ID_BYTES; i++)
		sum += rig->cmd.buf[60 + i];
	return sum;
}

/* As HDIO_GET_IDENTITY shows it, and MODE SENSE the write cache. */
static void vpd_page_89_has_the_present_settings(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	sat_id_sum(id);
	sat_rig_identify(rig, id);
	SAT_SEND_NONE(rig, ATA_16, 3 << 1, 0, 0, 0x82, 0, 0, 0, 0, 0, 0, 0, 0,
		      0, 0xef, 0);
	sat_done(rig);
	rig->dev.multi = 8;
	sat_vpd(rig, 0x89);
	sat_expect_reply(rig, 572);
	sat_id_word(id, 85, 0x0048);
	sat_id_word(id, 59, 0x0108);
	sat_expect_bytes(rig, 60, id, SAT_ID_BYTES - 2);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[60 + 510], 0xa5);
	KUNIT_EXPECT_EQ(test, sum_of_identify_data(rig), 0);
}

/* drivetemp reads the temperature of such a disk only. */
static void vpd_page_89_tells_a_serial_disk(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	rig->dev.id[80] = 0x01f0;
	rig->dev.id[93] = 0x604b;
	sat_vpd(rig, 0x89);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[36], 0);
	rig->dev.id[93] = 0;
	sat_vpd(rig, 0x89);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[36], 0x34);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[37], 0x80);
	rig->dev.id[93] = 0x604b;
	rig->dev.id[222] = 0x1020;
	sat_vpd(rig, 0x89);
	KUNIT_EXPECT_EQ(test, rig->cmd.buf[36], 0x34);
}

static void vpd_pages_b0_and_b1_describe_the_medium(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	static const u8 limits[64] = { 0, 0xb0, 0, 60, 0, 0, 0, 8,
				       0, 0, 0xff, 0xff };
	static const u8 device[64] = { 0, 0xb1, 0, 60, 0x1c, 0x20, 0, 3 };

	sat_vpd(rig, 0xb0);
	sat_expect_reply(rig, 64);
	sat_expect_bytes(rig, 0, limits, sizeof(limits));
	sat_vpd(rig, 0xb1);
	sat_expect_reply(rig, 64);
	sat_expect_bytes(rig, 0, device, sizeof(device));

	rig->dev.phys_exp = 15;
	sat_vpd(rig, 0xb0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(&rig->cmd.buf[6]), 32768);
}

struct sat_capacity_param {
	const char *desc;
	u64 sectors;
	u32 sector_size;
	u32 last10;
};

static const struct sat_capacity_param sat_capacity_params[] = {
	{ "one", 1, 512, 0 },
	{ "28 bits", (1 << 28) - 1, 512, (1 << 28) - 2 },
	{ "32 bits less one", U32_MAX, 512, U32_MAX - 1 },
	{ "32 bits", 1ULL << 32, 512, U32_MAX },
	{ "more", (1ULL << 32) + 1, 4096, U32_MAX },
	{ "48 bits", SAT_LBA48_SECTORS, 512, U32_MAX },
};

KUNIT_ARRAY_PARAM_DESC(sat_capacity, sat_capacity_params, desc);

static void read_capacity_reports_the_last_lba(struct kunit *test)
{
	const struct sat_capacity_param *param = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);
	const u8 *buf = rig->cmd.buf;

	rig->dev.sectors = param->sectors;
	rig->dev.sector_size = param->sector_size;
	SAT_SEND_IN(rig, 8, READ_CAPACITY, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	sat_expect_reply(rig, 8);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(&buf[0]), param->last10);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(&buf[4]), param->sector_size);

	SAT_SEND_IN(rig, 32, SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, 0, 0,
		    0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0);
	sat_expect_reply(rig, 32);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(&buf[0]), param->sectors - 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(&buf[8]), param->sector_size);
	/* No protection, 8 logical blocks, the first aligned one is 7. */
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(&buf[12]), 0x00030007);
	KUNIT_EXPECT_FALSE(test, memchr_inv(&buf[16], 0, 16));
}

static void report_luns_lists_lun_0(struct kunit *test)
{
	static const u8 one[16] = { 0, 0, 0, 8 };
	static const u8 none[8] = { };
	struct sat_rig *rig = sat_rig_create(test);
	u8 cdb[12] = { REPORT_LUNS, [9] = 255 };

	for (cdb[2] = 0; cdb[2] < 3; cdb[2]++) {
		sat_send(rig, DMA_FROM_DEVICE, 255, cdb, sizeof(cdb));
		if (cdb[2] == 1) {
			sat_expect_reply(rig, sizeof(none));
			sat_expect_bytes(rig, 0, none, sizeof(none));
		} else {
			sat_expect_reply(rig, sizeof(one));
			sat_expect_bytes(rig, 0, one, sizeof(one));
		}
	}
	sat_send(rig, DMA_FROM_DEVICE, 255, cdb, sizeof(cdb));
	sat_expect_field(rig, 0x2400, 2, 7);
	/* SPC-4: ALLOCATION LENGTH truncates the data. */
	cdb[2] = 0;
	for (cdb[9] = 1; cdb[9] < 16; cdb[9]++) {
		sat_send(rig, DMA_FROM_DEVICE, 255, cdb, sizeof(cdb));
		sat_expect_reply(rig, cdb[9]);
		sat_expect_bytes(rig, 0, one, cdb[9]);
	}
	cdb[9] = 0;
	sat_send(rig, DMA_FROM_DEVICE, 255, cdb, sizeof(cdb));
	sat_expect_good(rig);
}

static void request_sense_reports_a_stopped_unit(struct kunit *test)
{
	static const u8 fixed[18] = { 0x70, [7] = 10 };
	static const u8 desc[8] = { 0x72 };
	static const u8 stopped[8] = { 0x72, 0x02, 0x04, 0x02 };
	static const u8 stopped_fixed[18] = { 0x70, 0, 0x02, [7] = 10,
					      [12] = 0x04, 0x02 };
	struct sat_rig *rig = sat_rig_create(test);

	SAT_SEND_IN(rig, 96, REQUEST_SENSE, 0, 0, 0, 96, 0);
	sat_expect_reply(rig, 18);
	sat_expect_bytes(rig, 0, fixed, sizeof(fixed));
	SAT_SEND_IN(rig, 96, REQUEST_SENSE, 1, 0, 0, 96, 0);
	sat_expect_reply(rig, 8);
	sat_expect_bytes(rig, 0, desc, sizeof(desc));
	rig->dev.stopped = true;
	SAT_SEND_IN(rig, 96, REQUEST_SENSE, 1, 0, 0, 96, 0);
	sat_expect_reply(rig, 8);
	sat_expect_bytes(rig, 0, stopped, sizeof(stopped));
	SAT_SEND_IN(rig, 96, REQUEST_SENSE, 0, 0, 0, 96, 0);
	sat_expect_reply(rig, 18);
	sat_expect_bytes(rig, 0, stopped_fixed, sizeof(stopped_fixed));
}

static void test_unit_ready_checks_the_power_mode(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	SAT_SEND_NONE(rig, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	sat_expect_command(rig, 0xe5);
	sat_expect_data(rig, SAT_NON_DATA, 0, 0);
	sat_done(rig);
	sat_expect_good(rig);
	SAT_SEND_NONE(rig, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	sat_fails(rig, 0x71, 0x04, 0);
	sat_expect_sense(rig, HARDWARE_ERROR, 0x4400);

	rig->dev.power = false;
	SAT_SEND_NONE(rig, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	sat_expect_good(rig);
}

static void test_unit_ready_asks_for_the_media_status(struct kunit *test)
{
	static const struct {
		u8 status;
		u8 error;
		u8 key;
		u16 code;
	} rows[] = {
		{ 0x51, 0x02, NOT_READY, 0x3a00 },
		{ 0x51, 0x20, UNIT_ATTENTION, 0x2800 },
		{ 0x51, 0x60, UNIT_ATTENTION, 0x2800 },
		{ 0x51, 0x08, UNIT_ATTENTION, 0x5a01 },
		/* In a device fault ERROR is invalid. */
		{ 0x70, 0x00, HARDWARE_ERROR, 0x4400 },
		{ 0x70, 0x40, HARDWARE_ERROR, 0x4400 },
		{ 0x71, 0x40, HARDWARE_ERROR, 0x4400 },
		{ 0xd0, 0x00, ABORTED_COMMAND, 0x0000 },
	};
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int i;

	rig->dev.removable = true;
	rig->dev.media_status = true;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		SAT_SEND_NONE(rig, TEST_UNIT_READY, 0, 0, 0, 0, 0);
		sat_expect_command(rig, 0xda);
		sat_fails(rig, rows[i].status, rows[i].error, 0);
		sat_expect_sense(rig, rows[i].key, rows[i].code);
	}
	/* A write-protected medium is ready. */
	SAT_SEND_NONE(rig, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	sat_fails(rig, 0x51, 0x40, 0);
	sat_expect_good(rig);
}

static struct kunit_case sat_inquiry_cases[] = {
	KUNIT_CASE(inquiry_describes_the_disk),
	KUNIT_CASE(inquiry_follows_the_identify_data),
	KUNIT_CASE(vpd_page_00_lists_the_pages),
	KUNIT_CASE(vpd_page_80_has_the_serial_number),
	KUNIT_CASE(vpd_page_83_has_the_designators),
	KUNIT_CASE(vpd_page_89_has_the_identify_data),
	KUNIT_CASE(vpd_page_89_has_the_present_settings),
	KUNIT_CASE(vpd_page_89_tells_a_serial_disk),
	KUNIT_CASE(vpd_pages_b0_and_b1_describe_the_medium),
	KUNIT_CASE_PARAM(read_capacity_reports_the_last_lba,
			 sat_capacity_gen_params),
	KUNIT_CASE(report_luns_lists_lun_0),
	KUNIT_CASE(request_sense_reports_a_stopped_unit),
	KUNIT_CASE(test_unit_ready_checks_the_power_mode),
	KUNIT_CASE(test_unit_ready_asks_for_the_media_status),
	{}
};

static struct kunit_suite sat_inquiry_suite = {
	.name = "sat_inquiry",
	.test_cases = sat_inquiry_cases,
};

kunit_test_suite(sat_inquiry_suite);

MODULE_DESCRIPTION("KUnit tests of the data that a translated disk reports");
MODULE_LICENSE("GPL");

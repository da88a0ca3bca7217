// SPDX-License-Identifier: GPL-2.0-only
/*
 * Quirks by model, and disks that need one or do not report the truth: the
 * geometry, the capacity and multiple mode.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../ata/quirk.h"
#include "sat_rig.h"

static void clear(void *unused)
{
	sat_quirks_clear();
}

static int setup(struct kunit *test)
{
	return kunit_add_action_or_reset(test, clear, NULL);
}

static void models_of_the_table_have_their_quirks(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, SAT_QUIRK_MAX_SEC_128,
			sat_quirks_find("TORiSAN DVD-ROM DRD-N216", "1.0"));
	KUNIT_EXPECT_EQ(test, SAT_QUIRK_SLOW_CDB | SAT_QUIRK_MAX_SEC_64,
			sat_quirks_find("IOMEGA  ZIP 100       ATAPI", "12.A"));
	KUNIT_EXPECT_EQ(test, SAT_QUIRK_MAX_SEC_1024,
			sat_quirks_find("LITEON CX1-JB256-HP", ""));
	KUNIT_EXPECT_EQ(test, SAT_QUIRK_MAX_SEC_1024,
			sat_quirks_find("ST380013AS", "3.20"));
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_find("ST380013AS", "3.21"));
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_find("ST380013ASX", "3.20"));
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_find("", ""));
}

static void parameter_adds_quirks_to_a_model(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_add("A?B*=no_lba+no_multi"));
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_add("A B/F2=no_setxfer"));
	KUNIT_EXPECT_EQ(test, SAT_QUIRK_NO_LBA | SAT_QUIRK_NO_MULTI,
			sat_quirks_find("A B", "F1"));
	KUNIT_EXPECT_EQ(test, SAT_QUIRK_NO_LBA | SAT_QUIRK_NO_MULTI |
			SAT_QUIRK_NO_SETXFER, sat_quirks_find("A B", "F2"));
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_find("B A B", "F2"));
}

static void model_of_an_added_entry_may_have_a_slash(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_add("A/B=no_lba"));
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_add("A/B/F2=no_multi"));
	KUNIT_EXPECT_EQ(test, SAT_QUIRK_NO_LBA, sat_quirks_find("A/B", "F1"));
	KUNIT_EXPECT_EQ(test, SAT_QUIRK_NO_LBA | SAT_QUIRK_NO_MULTI,
			sat_quirks_find("A/B", "F2"));
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_find("A", "F2"));
}

static void longest_entry_is_accepted(struct kunit *test)
{
	char model[41] = "", firmware[9] = "", entry[160];

	memset(model, 'M', 40);
	memset(firmware, 'F', 8);
	snprintf(entry, sizeof(entry), "%s/%s=%s+%s", model, firmware,
		 "disable+no_multi+no_lba+no_lba48",
		 "no_setxfer+slow_cdb+max_sec_64+max_sec_128+max_sec_1024");
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_add(entry));
	KUNIT_EXPECT_NE(test, 0, sat_quirks_find(model, firmware));
	firmware[7] = 'G';
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_find(model, firmware));
}

static void invalid_entry_is_refused(struct kunit *test)
{
	static const char *const entries[] = {
		"", "=", "A", "A=", "=no_lba", "A=no_lba+", "A=+no_lba",
		"A=NO_LBA", "A=no_lba,no_multi",
	};
	char entry[160] = "";
	unsigned int i;

	memset(entry, 'A', 144);
	strcat(entry, "=no_lba");
	KUNIT_EXPECT_EQ(test, -EINVAL, sat_quirks_add(entry));
	for (i = 0; i < ARRAY_SIZE(entries); i++)
		KUNIT_EXPECT_EQ_MSG(test, -EINVAL, sat_quirks_add(entries[i]),
				    "%s", entries[i]);
	for (i = 0; i < SAT_QUIRKS_ADDED; i++)
		KUNIT_EXPECT_EQ(test, 0, sat_quirks_add("A=no_lba"));
	KUNIT_EXPECT_EQ(test, -ENOSPC, sat_quirks_add("A=no_lba"));
}

static struct sat_rig *chs_rig_create(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sat_rig_identify(rig, sat_chs_id_create(test));
	return rig;
}

static void disk_without_lba_has_capacity_of_its_geometry(struct kunit *test)
{
	struct sat_rig *rig = chs_rig_create(test);
	u8 *id = sat_chs_id_create(test);

	KUNIT_EXPECT_EQ(test, rig->dev.sectors, 500 * 16 * 32);
	KUNIT_EXPECT_EQ(test, rig->dev.heads, 16);
	KUNIT_EXPECT_EQ(test, rig->dev.spt, 32);
	KUNIT_EXPECT_FALSE(test, rig->dev.lba48);

	/* The current translation counts. */
	sat_id_word(id, 53, 0x0001);
	sat_id_word(id, 54, 1000);
	sat_id_word(id, 55, 8);
	sat_id_word(id, 56, 31);
	sat_rig_identify(rig, id);
	KUNIT_EXPECT_EQ(test, rig->dev.sectors, 1000 * 8 * 31);
	KUNIT_EXPECT_EQ(test, rig->dev.heads, 8);
	KUNIT_EXPECT_EQ(test, rig->dev.init_heads, 16);
	KUNIT_EXPECT_EQ(test, rig->dev.init_spt, 32);
}

static void impossible_geometry_is_refused(struct kunit *test)
{
	static const u16 rows[][3] = {
		{ 0, 16, 32 }, { 500, 0, 32 }, { 500, 17, 32 }, { 500, 16, 0 },
		{ 500, 16, 256 },
	};
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u8 *id = sat_chs_id_create(test);

		sat_id_word(id, 1, rows[i][0]);
		sat_id_word(id, 3, rows[i][1]);
		sat_id_word(id, 6, rows[i][2]);
		KUNIT_EXPECT_EQ(test, -EINVAL,
				sat_dev_parse(&rig->dev, id, false));
	}
}

/* A disk of ATA-4 or later with LBA does not need the command. */
static void only_old_disks_need_initialize_device_parameters(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 3, 16);
	sat_id_word(id, 6, 63);
	sat_rig_identify(rig, id);
	KUNIT_EXPECT_EQ(test, rig->dev.init_heads, 0);
	sat_id_word(id, 80, 0x000e);
	sat_rig_identify(rig, id);
	KUNIT_EXPECT_EQ(test, rig->dev.init_heads, 16);
	KUNIT_EXPECT_EQ(test, rig->dev.init_spt, 63);
	KUNIT_EXPECT_EQ(test, rig->dev.heads, 0);
}

static void expect_chs(struct sat_rig *rig, u32 lba, u16 cyl, u8 head,
		       u8 sector)
{
	const struct sat_regs *regs = &rig->cmd.tf.regs;
	struct kunit *test = rig->test;

	sat_rw(rig, READ_10, 0, lba, 1);
	sat_expect_command(rig, 0xc4);
	KUNIT_EXPECT_EQ(test, regs->device, 0xa0 | head);
	KUNIT_EXPECT_EQ(test, regs->lbah << 8 | regs->lbam, cyl);
	KUNIT_EXPECT_EQ(test, regs->lbal, sector);
	KUNIT_EXPECT_EQ(test, regs->nsect, 1);
}

static void sectors_are_addressed_by_geometry(struct kunit *test)
{
	struct sat_rig *rig = chs_rig_create(test);

	expect_chs(rig, 0, 0, 0, 1);
	expect_chs(rig, 31, 0, 0, 32);
	expect_chs(rig, 32, 0, 1, 1);
	expect_chs(rig, 511, 0, 15, 32);
	expect_chs(rig, 512, 1, 0, 1);
	expect_chs(rig, 300 * 512 + 5 * 32 + 7, 300, 5, 8);
	expect_chs(rig, 500 * 512 - 1, 499, 15, 32);
	sat_rw(rig, READ_10, 0, 500 * 512, 1);
	sat_expect_sense(rig, ILLEGAL_REQUEST, 0x2100);
}

static void long_transfer_by_geometry_is_split(struct kunit *test)
{
	struct sat_rig *rig = chs_rig_create(test);
	const struct sat_regs *regs = &rig->cmd.tf.regs;

	sat_rw(rig, WRITE_10, 0, 500, 600);
	KUNIT_EXPECT_EQ(test, regs->nsect, 0);
	sat_expect_data(rig, SAT_PIO_OUT, 256 * 512, SAT_RIG_MULTI * 512);
	sat_done(rig);
	/* Sector 756 is cylinder 1, head 7, sector 21. */
	KUNIT_EXPECT_EQ(test, regs->lbam, 1);
	KUNIT_EXPECT_EQ(test, regs->device, 0xa7);
	KUNIT_EXPECT_EQ(test, regs->lbal, 21);
}

static void error_by_geometry_reports_the_lba(struct kunit *test)
{
	struct sat_rig *rig = chs_rig_create(test);
	struct sat_regs result = {
		.command = 0x51, .feature = 0x40, .device = 0xa5,
		.lbal = 8, .lbam = 44, .lbah = 1,
	};

	sat_rw(rig, READ_10, 0, 300 * 512 + 5 * 32, 16);
	rig->answer = sat_next(&rig->cmd, &result);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x1100);
	sat_expect_info(rig, true, 300 * 512 + 5 * 32 + 7);
}

static void quirk_no_lba_uses_the_geometry(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_chs_id_create(test);

	sat_id_word(id, 49, 0x0200);
	sat_id_word(id, 60, 0xf000);
	sat_id_word(id, 61, 0x0003);
	sat_rig_identify(rig, id);
	KUNIT_EXPECT_EQ(test, rig->dev.heads, 0);
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_add("PIOSCSI TEST*=no_lba"));
	sat_rig_identify(rig, id);
	KUNIT_EXPECT_EQ(test, rig->dev.heads, 16);
	expect_chs(rig, 512, 1, 0, 1);
}

static void lba_without_capacity_is_no_lba(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_chs_id_create(test);

	sat_id_word(id, 49, 0x0200);
	sat_id_word(id, 60, 0);
	sat_id_word(id, 61, 0);
	sat_rig_identify(rig, id);
	KUNIT_EXPECT_EQ(test, rig->dev.heads, 16);
	KUNIT_EXPECT_EQ(test, rig->dev.sectors, 500 * 512);
}

static void capacity_with_swapped_words_is_corrected(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_chs_id_create(test);

	/* 256000 is 3e800h. */
	sat_id_word(id, 49, 0x0200);
	sat_id_word(id, 60, 0x0003);
	sat_id_word(id, 61, 0xe800);
	sat_rig_identify(rig, id);
	KUNIT_EXPECT_EQ(test, rig->dev.sectors, 256000);
	sat_id_word(id, 60, 0xe800);
	sat_id_word(id, 61, 0x0003);
	sat_rig_identify(rig, id);
	KUNIT_EXPECT_EQ(test, rig->dev.sectors, 256000);
	/* A large disk exceeds its geometry. */
	sat_id_word(id, 1, 16383);
	sat_id_word(id, 61, 0x0103);
	sat_rig_identify(rig, id);
	KUNIT_EXPECT_EQ(test, rig->dev.sectors, 0x103e800);
}

/* The geometry has 256000 sectors. The limits are a tenth below and above. */
static void swapped_capacity_is_within_a_tenth_of_the_geometry(struct kunit *t)
{
	static const struct {
		u16 low, high;
		u64 sectors;
	} rows[] = {
		{ 3, 0x83ff, SAT_LBA28_SECTORS }, { 3, 0x8400, 230400 },
		{ 4, 0x4c00, 281600 }, { 4, 0x4c01, SAT_LBA28_SECTORS },
	};
	struct sat_rig *rig = sat_rig_create(t);
	u8 *id = sat_chs_id_create(t);
	unsigned int i;

	sat_id_word(id, 49, 0x0200);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		sat_id_word(id, 60, rows[i].low);
		sat_id_word(id, 61, rows[i].high);
		sat_rig_identify(rig, id);
		KUNIT_EXPECT_EQ(t, rig->dev.sectors, rows[i].sectors);
	}
}

static void quirks_change_the_parsed_device(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	KUNIT_EXPECT_EQ(test, 0, sat_dev_max_sectors(&rig->dev));
	KUNIT_EXPECT_EQ(test, 0,
			sat_quirks_add("PIO*=no_multi+no_lba48+max_sec_128"));
	sat_rig_identify(rig, id);
	KUNIT_EXPECT_EQ(test, rig->dev.multi_max, 0);
	KUNIT_EXPECT_EQ(test, rig->dev.multi, 0);
	KUNIT_EXPECT_FALSE(test, rig->dev.lba48);
	KUNIT_EXPECT_EQ(test, 128, sat_dev_max_sectors(&rig->dev));
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_add("*1234=disable"));
	KUNIT_EXPECT_EQ(test, -ENXIO, sat_dev_parse(&rig->dev, id, false));
}

static void expect_atapi_limit(struct sat_rig *rig, u8 *id, u8 type,
			       unsigned int limit)
{
	sat_id_word(id, 0, 0x8080 | type << 8);
	KUNIT_ASSERT_EQ(rig->test, 0, sat_dev_parse(&rig->dev, id, true));
	KUNIT_EXPECT_EQ(rig->test, limit, sat_dev_max_sectors(&rig->dev));
}

/* The limits of libata. A tape may have longer blocks. */
static void atapi_device_but_a_tape_gets_short_commands(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	expect_atapi_limit(rig, id, TYPE_ROM, 256);
	expect_atapi_limit(rig, id, TYPE_DISK, 256);
	expect_atapi_limit(rig, id, TYPE_TAPE, 0);
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_add("PIO*=max_sec_128"));
	expect_atapi_limit(rig, id, TYPE_ROM, 128);
	KUNIT_EXPECT_EQ(test, 0, sat_quirks_add("PIO*=max_sec_64"));
	expect_atapi_limit(rig, id, TYPE_ROM, 64);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(models_of_the_table_have_their_quirks),
	KUNIT_CASE(parameter_adds_quirks_to_a_model),
	KUNIT_CASE(model_of_an_added_entry_may_have_a_slash),
	KUNIT_CASE(longest_entry_is_accepted),
	KUNIT_CASE(invalid_entry_is_refused),
	KUNIT_CASE(disk_without_lba_has_capacity_of_its_geometry),
	KUNIT_CASE(impossible_geometry_is_refused),
	KUNIT_CASE(only_old_disks_need_initialize_device_parameters),
	KUNIT_CASE(sectors_are_addressed_by_geometry),
	KUNIT_CASE(long_transfer_by_geometry_is_split),
	KUNIT_CASE(error_by_geometry_reports_the_lba),
	KUNIT_CASE(quirk_no_lba_uses_the_geometry),
	KUNIT_CASE(lba_without_capacity_is_no_lba),
	KUNIT_CASE(capacity_with_swapped_words_is_corrected),
	KUNIT_CASE(swapped_capacity_is_within_a_tenth_of_the_geometry),
	KUNIT_CASE(quirks_change_the_parsed_device),
	KUNIT_CASE(atapi_device_but_a_tape_gets_short_commands),
	{}
};

static struct kunit_suite suite = {
	.name = "sat_quirk",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

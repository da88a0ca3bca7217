// SPDX-License-Identifier: GPL-2.0-only
/*
 * IDENTIFY data: valid, invalid and random.
 */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include "sat_rig.h"

static int sat_parse(struct kunit *test, struct sat_dev *dev, const u8 *id)
{
	/* Parsing must overwrite all earlier content. */
	memset(dev, 0xee, sizeof(*dev));
	return sat_dev_parse(dev, id, false);
}

static struct sat_dev *sat_dev_alloc(struct kunit *test)
{
	struct sat_dev *dev = kunit_kzalloc(test, sizeof(*dev), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, dev);
	return dev;
}

static void disk_with_all_features_is_parsed(struct kunit *test)
{
	struct sat_dev *dev = sat_dev_alloc(test);

	KUNIT_ASSERT_EQ(test, 0, sat_parse(test, dev, sat_id_create(test)));
	KUNIT_EXPECT_STREQ(test, dev->model, "PIOSCSI TEST DISK 1234");
	KUNIT_EXPECT_STREQ(test, dev->serial, "SN12345");
	KUNIT_EXPECT_STREQ(test, dev->firmware, "FW01AB34");
	KUNIT_EXPECT_FALSE(test, dev->packet);
	KUNIT_EXPECT_FALSE(test, dev->removable);
	KUNIT_EXPECT_EQ(test, dev->sectors, SAT_RIG_SECTORS);
	KUNIT_EXPECT_EQ(test, dev->sector_size, 512);
	KUNIT_EXPECT_EQ(test, dev->phys_exp, 3);
	KUNIT_EXPECT_EQ(test, dev->lowest_aligned, 7);
	KUNIT_EXPECT_TRUE(test, dev->lba48);
	KUNIT_EXPECT_TRUE(test, dev->flush);
	KUNIT_EXPECT_TRUE(test, dev->flush_ext);
	KUNIT_EXPECT_TRUE(test, dev->power);
	KUNIT_EXPECT_TRUE(test, dev->can_wcache);
	KUNIT_EXPECT_TRUE(test, dev->can_look_ahead);
	KUNIT_EXPECT_TRUE(test, dev->wcache);
	KUNIT_EXPECT_TRUE(test, dev->look_ahead);
	KUNIT_EXPECT_EQ(test, dev->multi_max, SAT_RIG_MULTI);
	KUNIT_EXPECT_EQ(test, dev->multi, SAT_RIG_MULTI);
	KUNIT_EXPECT_EQ(test, dev->wwn, SAT_RIG_WWN);
	KUNIT_EXPECT_EQ(test, dev->rotation, 7200);
	KUNIT_EXPECT_EQ(test, dev->form_factor, 3);
	KUNIT_EXPECT_FALSE(test, dev->d_sense);
	KUNIT_EXPECT_FALSE(test, dev->stopped);
}

/* An old device, for example a CompactFlash card, has no words from 80 on. */
static void disk_before_ata4_is_parsed(struct kunit *test)
{
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 0, 0x848a);
	memset(&id[2 * 80], 0, SAT_ID_BYTES - 2 * 80);
	sat_id_word(id, 60, 0x1234);
	sat_id_word(id, 61, 0x0001);
	KUNIT_ASSERT_EQ(test, 0, sat_parse(test, dev, id));
	KUNIT_EXPECT_TRUE(test, dev->removable);
	KUNIT_EXPECT_FALSE(test, dev->media_status);
	KUNIT_EXPECT_EQ(test, dev->sectors, 0x11234);
	KUNIT_EXPECT_FALSE(test, dev->lba48);
	KUNIT_EXPECT_FALSE(test, dev->flush);
	KUNIT_EXPECT_FALSE(test, dev->flush_ext);
	KUNIT_EXPECT_FALSE(test, dev->power);
	KUNIT_EXPECT_FALSE(test, dev->can_wcache);
	KUNIT_EXPECT_FALSE(test, dev->wcache);
	KUNIT_EXPECT_EQ(test, dev->phys_exp, 0);
	KUNIT_EXPECT_EQ(test, dev->lowest_aligned, 0);
	KUNIT_EXPECT_EQ(test, dev->wwn, 0);
	KUNIT_EXPECT_EQ(test, dev->rotation, 0);
	KUNIT_EXPECT_EQ(test, dev->form_factor, 0);
}

struct media_status_param {
	const char *desc;
	u16 word0;
	u16 word85;
	u16 word86;
	u16 word127;
	bool media_status;
};

static const struct media_status_param media_status_params[] = {
	{ "fixed disk", 0x0040, 0x006c, 0x3410, 0x0001, false },
	{ "feature set", 0x0080, 0x006c, 0x3400, 0x0000, true },
	{ "notification", 0x0080, 0x0068, 0x3410, 0x0001, true },
	{ "notification disabled", 0x0080, 0x0068, 0x3400, 0x0001, false },
	{ "neither", 0x0080, 0x0068, 0x3410, 0x0000, false },
	{ "CompactFlash card", 0x848a, 0x006c, 0x3400, 0x0000, true },
};

KUNIT_ARRAY_PARAM_DESC(media_status, media_status_params, desc);

static void media_status_needs_an_enabled_feature(struct kunit *test)
{
	const struct media_status_param *param = test->param_value;
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 0, param->word0);
	sat_id_word(id, 85, param->word85);
	sat_id_word(id, 86, param->word86);
	sat_id_word(id, 127, param->word127);
	KUNIT_ASSERT_EQ(test, 0, sat_parse(test, dev, id));
	KUNIT_EXPECT_EQ(test, dev->media_status, param->media_status);
	KUNIT_EXPECT_EQ(test, dev->removable, !!(param->word0 & 0x80));
}

static const struct lock_param {
	const char *desc;
	u16 word82;
	u16 word83;
	u16 word128;
	bool locked;
} lock_params[] = {
	{ "locked", 0x006a, 0x7400, 0x0007, true },
	{ "unlocked", 0x006a, 0x7400, 0x0003, false },
	{ "security disabled", 0x006a, 0x7400, 0x0005, false },
	{ "no security", 0x0068, 0x7400, 0xffff, false },
	{ "words without signature", 0x006a, 0x3400, 0x0007, false },
	{ "words of FFFFh", 0xffff, 0xffff, 0xffff, false },
};

KUNIT_ARRAY_PARAM_DESC(lock, lock_params, desc);

static void lock_needs_the_security_feature_set(struct kunit *test)
{
	const struct lock_param *param = test->param_value;
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 82, param->word82);
	sat_id_word(id, 83, param->word83);
	sat_id_word(id, ATA_ID_DLF, param->word128);
	KUNIT_ASSERT_EQ(test, 0, sat_parse(test, dev, id));
	KUNIT_EXPECT_EQ(test, dev->locked, param->locked);
}

static void atapi_device_is_parsed(struct kunit *test)
{
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 0, 0x85a1);
	memset(dev, 0xee, sizeof(*dev));
	KUNIT_ASSERT_EQ(test, 0, sat_dev_parse(dev, id, true));
	KUNIT_EXPECT_TRUE(test, dev->packet);
	KUNIT_EXPECT_TRUE(test, dev->removable);
	KUNIT_EXPECT_EQ(test, dev->cdb_len, 16);
	KUNIT_EXPECT_STREQ(test, dev->serial, "SN12345");
	KUNIT_EXPECT_EQ(test, dev->sectors, 0);

	sat_id_word(id, 0, 0x85c0);
	KUNIT_ASSERT_EQ(test, 0, sat_dev_parse(dev, id, true));
	KUNIT_EXPECT_EQ(test, dev->cdb_len, 12);

	sat_id_word(id, 0, 0x85c2);
	KUNIT_EXPECT_EQ(test, -ENODEV, sat_dev_parse(dev, id, true));
	sat_id_word(id, 0, 0x0040);
	KUNIT_EXPECT_EQ(test, -ENODEV, sat_dev_parse(dev, id, true));
}

static void wrong_checksum_is_refused(struct kunit *test)
{
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);

	sat_id_sum(id);
	KUNIT_EXPECT_EQ(test, 0, sat_parse(test, dev, id));
	id[2 * 60] ^= 1;
	KUNIT_EXPECT_EQ(test, -EBADMSG, sat_parse(test, dev, id));
	/* Without its signature, word 255 has no checksum. */
	id[510] = 0;
	KUNIT_EXPECT_EQ(test, 0, sat_parse(test, dev, id));
}

/* The device names its standard in word 80. ATA-3 bounds the time. */
static void busy_is_late_before_ata_3(struct kunit *test)
{
	static const struct {
		u16 version;
		bool late;
	} rows[] = {
		{ 0, true }, { 0xffff, true }, { 0x0002, true },
		{ 0x0006, true }, { 0x0008, false }, { 0x000e, false },
		{ 0x00f0, false }, { 0x01f0, false },
	};
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		sat_id_word(id, 0, 0x0040);
		sat_id_word(id, 80, rows[i].version);
		KUNIT_EXPECT_EQ(test, 0, sat_parse(test, dev, id));
		KUNIT_EXPECT_EQ_MSG(test, dev->late_busy, rows[i].late,
				    "row %u", i);
		sat_id_word(id, 0, 0x85c0);
		KUNIT_EXPECT_EQ(test, 0, sat_dev_parse(dev, id, true));
		KUNIT_EXPECT_EQ_MSG(test, dev->late_busy, rows[i].late,
				    "row %u, ATAPI", i);
	}
}

static void strings_are_trimmed(struct kunit *test)
{
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);
	char buf[21];

	sat_id_string(id, 10, 20, "12345678901234567890");
	sat_id_string(id, 23, 8, "");
	sat_id_string(id, 27, 40, " \001A\177B\377~ ");
	KUNIT_ASSERT_EQ(test, 0, sat_parse(test, dev, id));
	KUNIT_EXPECT_STREQ(test, dev->serial, "12345678901234567890");
	KUNIT_EXPECT_STREQ(test, dev->firmware, "");
	KUNIT_EXPECT_STREQ(test, dev->model, "A B ~");
	/* The string itself is not terminated. */
	memset(buf, 'x', sizeof(buf));
	sat_dev_string(dev, 10, 20, buf);
	KUNIT_EXPECT_EQ(test, 0, memcmp(buf, "12345678901234567890x",
					sizeof(buf)));
}

struct sat_word_param {
	const char *desc;
	struct {
		u16 word;
		u16 value;
	} set[4];
	int ret;
	u64 sectors;
	u32 sector_size;
};

static const struct sat_word_param sat_word_params[] = {
	{ "no LBA and no geometry", { { 49, 0 } }, -EINVAL },
	{ "not an ATA device", { { 0, 0xffff } }, -ENODEV },
	{ "an ATAPI device", { { 0, 0x85c0 }, { 83, 0x7400 } }, -ENODEV },
	{ "no capacity", { { 83, 0x4000 }, { 60, 0 }, { 61, 0 } }, -EINVAL },
	{ "LBA48 without capacity", { { 102, 0 } }, 0, 0x0fffffff, 512 },
	{ "LBA48 not valid", { { 83, 0xb400 } }, 0, 0x0fffffff, 512 },
	{ "LBA28 beyond what can be", { { 83, 0 }, { 61, 0xffff } }, 0,
	  0x0fffffff, 512 },
	{ "LBA48 beyond what can be", { { 103, 0xffff } }, 0,
	  0xffffffffffff, 512 },
	{ "one sector", { { 102, 0 }, { 100, 1 } }, 0, 1, 512 },
	{ "4096 bytes", { { 106, 0x5000 }, { 117, 2048 } }, 0,
	  SAT_RIG_SECTORS, 4096 },
	{ "0 bytes", { { 106, 0x5000 } }, -EINVAL },
	{ "256 bytes", { { 106, 0x5000 }, { 117, 128 } }, -EINVAL },
	{ "520 bytes", { { 106, 0x5000 }, { 117, 260 } }, -EINVAL },
	{ "8192 bytes", { { 106, 0x5000 }, { 117, 4096 } }, -EINVAL },
	{ "bytes that overflow",
	  { { 106, 0x5000 }, { 117, 0x0100 }, { 118, 0x8000 } }, -EINVAL },
	{ "bytes in an invalid word", { { 106, 0xd000 }, { 117, 2048 } }, 0,
	  SAT_RIG_SECTORS, 512 },
};

KUNIT_ARRAY_PARAM_DESC(sat_word, sat_word_params, desc);

static void capacity_and_sector_size_are_validated(struct kunit *test)
{
	const struct sat_word_param *param = test->param_value;
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(param->set); i++)
		if (param->set[i].word || param->set[i].value)
			sat_id_word(id, param->set[i].word,
				    param->set[i].value);
	KUNIT_ASSERT_EQ(test, param->ret, sat_parse(test, dev, id));
	if (param->ret)
		return;
	KUNIT_EXPECT_EQ(test, dev->sectors, param->sectors);
	KUNIT_EXPECT_EQ(test, dev->sector_size, param->sector_size);
}

static void alignment_is_reduced_to_a_physical_sector(struct kunit *test)
{
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);

	/* No valid word 209: the first sector is aligned. */
	sat_id_word(id, 209, 0x0001);
	KUNIT_ASSERT_EQ(test, 0, sat_parse(test, dev, id));
	KUNIT_EXPECT_EQ(test, dev->lowest_aligned, 0);
	/* An offset larger than a physical sector. */
	sat_id_word(id, 209, 0x7fff);
	KUNIT_ASSERT_EQ(test, 0, sat_parse(test, dev, id));
	KUNIT_EXPECT_EQ(test, dev->lowest_aligned, 1);
	/* The largest physical sector, and more than 14 bits. */
	sat_id_word(id, 106, 0x600f);
	sat_id_word(id, 209, 0x4001);
	KUNIT_ASSERT_EQ(test, 0, sat_parse(test, dev, id));
	KUNIT_EXPECT_EQ(test, dev->phys_exp, 15);
	KUNIT_EXPECT_EQ(test, dev->lowest_aligned, 0);
}

static void invalid_multiple_count_is_ignored(struct kunit *test)
{
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);

	/* Not set. */
	sat_id_word(id, 59, 0x0010);
	KUNIT_ASSERT_EQ(test, 0, sat_parse(test, dev, id));
	KUNIT_EXPECT_EQ(test, dev->multi, 0);
	KUNIT_EXPECT_EQ(test, dev->multi_max, 16);
	/* Set to more than the maximum. */
	sat_id_word(id, 59, 0x0120);
	KUNIT_ASSERT_EQ(test, 0, sat_parse(test, dev, id));
	KUNIT_EXPECT_EQ(test, dev->multi, 0);
	sat_id_word(id, 47, 0x8000);
	KUNIT_ASSERT_EQ(test, 0, sat_parse(test, dev, id));
	KUNIT_EXPECT_EQ(test, dev->multi_max, 0);
}

static void invalid_wwn_is_ignored(struct kunit *test)
{
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 108, 0x0000);
	KUNIT_ASSERT_EQ(test, 0, sat_parse(test, dev, id));
	KUNIT_EXPECT_EQ(test, dev->wwn, 0);
}

static void constant_data_is_refused(struct kunit *test)
{
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);

	memset(id, 0, SAT_ID_BYTES);
	KUNIT_EXPECT_EQ(test, -EINVAL, sat_parse(test, dev, id));
	memset(id, 0xff, SAT_ID_BYTES);
	KUNIT_EXPECT_EQ(test, -ENODEV, sat_parse(test, dev, id));
	/* Data of an empty bus. */
	memset(id, 0x7f, SAT_ID_BYTES);
	KUNIT_EXPECT_NE(test, 0, sat_parse(test, dev, id));
}

static void swap_all(u8 *id)
{
	unsigned int i;

	for (i = 0; i < SAT_ID_BYTES; i += 2)
		swap(id[i], id[i + 1]);
}

/* An adapter that swaps the bytes of each word is reported as such. */
static void data_with_swapped_bytes_is_refused(struct kunit *test)
{
	static const u16 cards[] = { 0x848a, 0x844a, 0x044a };
	struct sat_dev *dev = sat_dev_alloc(test);
	u8 *id = sat_id_create(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cards); i++) {
		id = sat_id_create(test);
		sat_id_word(id, 0, cards[i]);
		KUNIT_EXPECT_EQ(test, 0, sat_parse(test, dev, id));
		swap_all(id);
		KUNIT_EXPECT_EQ_MSG(test, -EILSEQ, sat_parse(test, dev, id),
				    "card %04x", cards[i]);
	}
	/* A disk is known by its checksum only. */
	id = sat_id_create(test);
	sat_id_sum(id);
	KUNIT_EXPECT_EQ(test, 0, sat_parse(test, dev, id));
	swap_all(id);
	KUNIT_EXPECT_EQ(test, -EILSEQ, sat_parse(test, dev, id));
	id[100]++;
	KUNIT_EXPECT_EQ(test, -EINVAL, sat_parse(test, dev, id));
}

/* Random data that is accepted has values in range. */
static void random_data_is_refused_or_in_range(struct kunit *test)
{
	struct sat_dev *dev = sat_dev_alloc(test);
	unsigned int i, believed = 0;
	struct rnd_state rnd;
	u8 *id;

	prandom_seed_state(&rnd, 1);
	for (i = 0; i < 20000; i++) {
		id = sat_id_create(test);
		/*
		 * Fill all words, or only a part, so that parsing gets further.
		 */
		if (i & 1)
			prandom_bytes_state(&rnd, id, SAT_ID_BYTES);
		else
			prandom_bytes_state(&rnd, &id[2 * 100],
					    SAT_ID_BYTES - 2 * 100);
		if (sat_parse(test, dev, id) == 0) {
			believed++;
			KUNIT_EXPECT_NE(test, dev->sectors, 0);
			KUNIT_EXPECT_LE(test, dev->sectors, SAT_LBA48_SECTORS);
			KUNIT_EXPECT_GE(test, dev->sector_size, 512);
			KUNIT_EXPECT_LE(test, dev->sector_size, 4096);
			KUNIT_EXPECT_LE(test, dev->multi, dev->multi_max);
			KUNIT_EXPECT_LT(test, strlen(dev->model), 41);
		}
		kunit_kfree(test, id);
	}
	KUNIT_EXPECT_GT(test, believed, 1000);
}

/*
 * Word 51 has modes 0 to 2, word 64 modes 3 and 4, and word 163 of a
 * CompactFlash card modes 5 and 6.
 */
static void fastest_pio_mode_is_found(struct kunit *test)
{
	static const struct {
		u16 config, old, modes, cfa;
		u8 expected;
	} rows[] = {
		{ 0x848a, 0x0200, 3, 0, 4 }, { 0x848a, 0x0200, 3, 1, 5 },
		{ 0x848a, 0x0200, 3, 2, 6 }, { 0x848a, 0x0200, 3, 7, 6 },
		{ 0x848a, 0x0200, 1, 2, 3 }, { 0x848a, 0x0200, 0, 2, 2 },
		{ 0x848a, 0x0300, 0, 0, 2 }, { 0x0040, 0x0200, 3, 2, 4 },
	};
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);
	unsigned int i;

	sat_id_word(id, 49, 0x0a00);
	sat_id_word(id, 53, 0x0002);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		sat_id_word(id, 0, rows[i].config);
		sat_id_word(id, 51, rows[i].old);
		sat_id_word(id, 64, rows[i].modes);
		sat_id_word(id, 163, rows[i].cfa);
		sat_rig_identify(rig, id);
		KUNIT_EXPECT_EQ_MSG(test, rig->dev.pio, rows[i].expected,
				    "row %u", i);
	}
}

static struct kunit_case sat_dev_cases[] = {
	KUNIT_CASE(disk_with_all_features_is_parsed),
	KUNIT_CASE(disk_before_ata4_is_parsed),
	KUNIT_CASE_PARAM(media_status_needs_an_enabled_feature,
			 media_status_gen_params),
	KUNIT_CASE_PARAM(lock_needs_the_security_feature_set, lock_gen_params),
	KUNIT_CASE(atapi_device_is_parsed),
	KUNIT_CASE(wrong_checksum_is_refused),
	KUNIT_CASE(busy_is_late_before_ata_3),
	KUNIT_CASE(strings_are_trimmed),
	KUNIT_CASE_PARAM(capacity_and_sector_size_are_validated,
			 sat_word_gen_params),
	KUNIT_CASE(alignment_is_reduced_to_a_physical_sector),
	KUNIT_CASE(invalid_multiple_count_is_ignored),
	KUNIT_CASE(invalid_wwn_is_ignored),
	KUNIT_CASE(fastest_pio_mode_is_found),
	KUNIT_CASE(constant_data_is_refused),
	KUNIT_CASE(data_with_swapped_bytes_is_refused),
	KUNIT_CASE(random_data_is_refused_or_in_range),
	{}
};

static struct kunit_suite sat_dev_suite = {
	.name = "sat_dev",
	.test_cases = sat_dev_cases,
};

kunit_test_suite(sat_dev_suite);

MODULE_DESCRIPTION("KUnit tests of IDENTIFY data");
MODULE_LICENSE("GPL");

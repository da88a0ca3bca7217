// SPDX-License-Identifier: GPL-2.0-only
/*
 * ATA PASS-THROUGH (12) and (16).
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "sat_rig.h"

/* Byte 1: PROTOCOL, and EXTEND. */
#define SAT_NON		(3 << 1)
#define SAT_IN		(4 << 1)
#define SAT_OUT		(5 << 1)
#define SAT_EXT		1

/* Byte 2. */
#define SAT_CK		0x20
#define SAT_T_TYPE	0x10
#define SAT_T_IN	0x08
#define SAT_BLOCKS	0x04
#define SAT_FEATURES	0x01
#define SAT_COUNT	0x02
#define SAT_TPSIU	0x03

/* A (16) with EXTEND 0 or 1; the registers are all different. */
static void sat_pass16(struct sat_rig *rig, enum dma_data_direction dir,
		       u32 data_len, u8 byte1, u8 byte2, u8 count, u8 command)
{
	SAT_SEND(rig, dir, data_len, ATA_16, byte1, byte2, 0x00, 0x22, 0x00,
		 count, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x5f, command, 0);
}

/* IDENTIFY DEVICE, as most tools send it. */
static void identify_is_passed_through(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	static const struct sat_regs regs = {
		.nsect = 1, .device = 0xa0, .command = 0xec,
	};

	SAT_SEND_IN(rig, 512, ATA_16, SAT_IN, SAT_T_IN | SAT_BLOCKS | SAT_COUNT,
		    0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xec, 0);
	sat_expect_command(rig, 0xec);
	KUNIT_EXPECT_EQ(test, 0,
			memcmp(&rig->cmd.tf.regs, &regs, sizeof(regs)));
	sat_expect_data(rig, SAT_PIO_IN, 512, 512);
	KUNIT_EXPECT_FALSE(test, rig->cmd.tf.ext);
	KUNIT_EXPECT_FALSE(test, rig->cmd.tf.want_regs);
	sat_done(rig);
	sat_expect_good(rig);

	SAT_SEND_IN(rig, 512, ATA_12, SAT_IN, SAT_T_IN | SAT_BLOCKS | SAT_COUNT,
		    0, 1, 0, 0, 0, 0, 0xec, 0, 0);
	sat_expect_command(rig, 0xec);
	KUNIT_EXPECT_EQ(test, 0,
			memcmp(&rig->cmd.tf.regs, &regs, sizeof(regs)));
	sat_expect_data(rig, SAT_PIO_IN, 512, 512);
}

/* Every register is passed through, except the DEV bit. */
static void all_registers_are_passed_through(struct kunit *test)
{
	static const struct sat_regs regs12 = {
		.feature = 1, .nsect = 2, .lbal = 3, .lbam = 4, .lbah = 5,
		.device = 0xef, .command = 7,
	};
	static const struct sat_regs regs16 = {
		.feature = 2, .nsect = 4, .lbal = 6, .lbam = 8, .lbah = 10,
		.device = 0xef, .command = 12,
	};
	static const struct sat_regs regs16_ext = {
		.hob_feature = 1, .feature = 2, .hob_nsect = 3, .nsect = 4,
		.hob_lbal = 5, .lbal = 6, .hob_lbam = 7, .lbam = 8,
		.hob_lbah = 9, .lbah = 10, .device = 0xef, .command = 12,
	};
	struct sat_rig *rig = sat_rig_create(test);

	SAT_SEND_NONE(rig, ATA_12, SAT_NON, SAT_CK, 1, 2, 3, 4, 5, 0x5f, 7, 0,
		      0);
	sat_expect_command(rig, 7);
	KUNIT_EXPECT_EQ(test, 0,
			memcmp(&rig->cmd.tf.regs, &regs12, sizeof(regs12)));
	KUNIT_EXPECT_TRUE(test, rig->cmd.tf.want_regs);
	SAT_SEND_NONE(rig, ATA_16, SAT_NON, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
		      0x5f, 12, 0);
	KUNIT_EXPECT_EQ(test, 0,
			memcmp(&rig->cmd.tf.regs, &regs16, sizeof(regs16)));
	KUNIT_EXPECT_FALSE(test, rig->cmd.tf.ext);
	SAT_SEND_NONE(rig, ATA_16, SAT_NON | SAT_EXT, 0, 1, 2, 3, 4, 5, 6, 7,
		      8, 9, 10, 0x5f, 12, 0);
	KUNIT_EXPECT_EQ(test, 0, memcmp(&rig->cmd.tf.regs, &regs16_ext,
					sizeof(regs16_ext)));
	KUNIT_EXPECT_TRUE(test, rig->cmd.tf.ext);
	sat_expect_data(rig, SAT_NON_DATA, 0, 0);
}

static void other_protocol_is_refused(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int protocol;

	for (protocol = 0; protocol < 16; protocol++) {
		if (protocol >= 3 && protocol <= 5)
			continue;
		sat_pass16(rig, DMA_FROM_DEVICE, 512, protocol << 1,
			   SAT_T_IN | SAT_BLOCKS | SAT_COUNT, 1, 0xc8);
		sat_expect_field(rig, 0x2400, 1, 4);
	}
}

struct sat_length_param {
	const char *desc;
	u8 byte1;
	u8 byte2;
	u8 count;
	u8 command;
	u32 data_len;
	u32 bytes;		/* 0: refused */
	u8 byte;		/* there */
	u8 bit;
};

static const struct sat_length_param sat_length_params[] = {
	{ "blocks in COUNT", SAT_IN, SAT_T_IN | SAT_BLOCKS | SAT_COUNT, 3,
	  0xb0, 1536, 1536 },
	{ "and a longer buffer", SAT_IN, SAT_T_IN | SAT_BLOCKS | SAT_COUNT, 3,
	  0xb0, 4096, 1536 },
	{ "and a shorter one", SAT_IN, SAT_T_IN | SAT_BLOCKS | SAT_COUNT, 3,
	  0xb0, 1535, 0, 5, 7 },
	{ "blocks in FEATURES", SAT_IN, SAT_T_IN | SAT_BLOCKS | SAT_FEATURES,
	  3, 0xb0, 0x22 * 512, 0x22 * 512 },
	{ "the length of the buffer", SAT_IN, SAT_T_IN | SAT_TPSIU, 3, 0xb0,
	  1024, 1024 },
	{ "that is none", SAT_IN, SAT_T_IN | SAT_TPSIU, 3, 0xb0, 0, 0, 2, 7 },
	{ "that is odd", SAT_IN, SAT_T_IN | SAT_TPSIU, 3, 0xb0, 513, 0, 2, 7 },
	{ "bytes, not whole blocks", SAT_IN, SAT_T_IN | SAT_COUNT, 255, 0xb0,
	  512, 0, 5, 7 },
	{ "no bytes", SAT_IN, SAT_T_IN | SAT_COUNT, 0, 0xb0, 512, 0, 5, 7 },
	{ "0 blocks, which is 256", SAT_IN, SAT_T_IN | SAT_BLOCKS | SAT_COUNT,
	  0, 0x20, 256 * 512, 256 * 512 },
	{ "0 blocks, which is 65536", SAT_IN | SAT_EXT,
	  SAT_T_IN | SAT_BLOCKS | SAT_COUNT, 0, 0x24, 65536 * 512,
	  65536 * 512 },
	{ "0 blocks of a stream", SAT_IN | SAT_EXT,
	  SAT_T_IN | SAT_BLOCKS | SAT_COUNT, 0, 0x2b, 65536 * 512,
	  65536 * 512 },
	{ "0 blocks, and no place", SAT_IN, SAT_T_IN | SAT_BLOCKS | SAT_COUNT,
	  0, 0x20, 512, 0, 5, 7 },
	{ "0 blocks of a command without a count", SAT_OUT,
	  SAT_BLOCKS | SAT_COUNT, 0, 0xf1, 512, 512 },
	{ "and a long buffer", SAT_IN, SAT_T_IN | SAT_BLOCKS | SAT_COUNT, 0,
	  0xec, 256 * 512, 512 },
	{ "0 blocks, which is 256 without retry", SAT_IN,
	  SAT_T_IN | SAT_BLOCKS | SAT_COUNT, 0, 0x21, 256 * 512, 256 * 512 },
	{ "0 blocks of WRITE VERIFY, which is 256", SAT_OUT,
	  SAT_BLOCKS | SAT_COUNT, 0, 0x3c, 256 * 512, 256 * 512 },
	{ "and no place", SAT_IN, SAT_T_IN | SAT_BLOCKS | SAT_COUNT, 0, 0x21,
	  512, 0, 5, 7 },
	{ "no length", SAT_IN, SAT_T_IN, 1, 0xec, 512, 0, 2, 1 },
	{ "the other direction", SAT_IN, SAT_BLOCKS | SAT_COUNT, 1, 0xec, 512,
	  0, 2, 3 },
	{ "out", SAT_OUT, SAT_BLOCKS | SAT_COUNT, 1, 0x3f, 512, 512 },
	{ "out the other direction", SAT_OUT,
	  SAT_T_IN | SAT_BLOCKS | SAT_COUNT, 1, 0x3f, 512, 0, 2, 3 },
	{ "non-data with a length", SAT_NON, SAT_COUNT, 1, 0xe5, 0, 0, 2, 1 },
};

KUNIT_ARRAY_PARAM_DESC(sat_length, sat_length_params, desc);

static void length_follows_the_cdb_or_is_refused(struct kunit *test)
{
	const struct sat_length_param *param = test->param_value;
	bool out = (param->byte1 & ~SAT_EXT) == SAT_OUT;
	struct sat_rig *rig = sat_rig_create(test);

	sat_pass16(rig, out ? DMA_TO_DEVICE : DMA_FROM_DEVICE, param->data_len,
		   param->byte1, param->byte2, param->count, param->command);
	if (!param->bytes) {
		sat_expect_field(rig, 0x2400, param->byte, param->bit);
		return;
	}
	sat_expect_command(rig, param->command);
	sat_expect_data(rig, out ? SAT_PIO_OUT : SAT_PIO_IN, param->bytes, 512);
}

/* The CDB of 12 bytes has its fields at other offsets. */
static void wrong_length_in_12_bytes_points_to_its_field(struct kunit *test)
{
	const u8 in_count = SAT_T_IN | SAT_BLOCKS | SAT_COUNT;
	const u8 in_features = SAT_T_IN | SAT_BLOCKS | SAT_FEATURES;
	struct sat_rig *rig = sat_rig_create(test);

	SAT_SEND_IN(rig, 1023, ATA_12, SAT_IN, in_count, 0, 2, 0, 0, 0, 0,
		    0xec, 0, 0);
	sat_expect_field(rig, 0x2400, 4, 7);
	SAT_SEND_IN(rig, 1023, ATA_12, SAT_IN, in_features, 2, 0, 0, 0, 0, 0,
		    0xec, 0, 0);
	sat_expect_field(rig, 0x2400, 3, 7);
	SAT_SEND_IN(rig, 512, ATA_12, SAT_IN, SAT_T_IN | SAT_COUNT, 0, 255, 0,
		    0, 0, 0, 0xec, 0, 0);
	sat_expect_field(rig, 0x2400, 4, 7);
}

/* LBA LOW has the upper byte of the number of blocks. */
static void expect_long_count(struct kunit *test, u8 command, u32 blocks)
{
	struct sat_rig *rig = sat_rig_create(test);

	SAT_SEND_OUT(rig, blocks * 512, ATA_16, SAT_OUT, SAT_BLOCKS | SAT_COUNT,
		     0, 7, 0, blocks & 0xff, 0, blocks >> 8, 0, 0, 0, 0, 0xe0,
		     command, 0);
	sat_expect_command(rig, command);
	sat_expect_data(rig, SAT_PIO_OUT, blocks * 512, 512);
}

static void long_count_has_its_upper_byte_in_lba_low(struct kunit *test)
{
	expect_long_count(test, 0x92, 300);
	expect_long_count(test, ATA_CMD_TRUSTED_SND, 256);
}

/* The buffer must have the direction of the command. */
static void buffer_for_the_other_direction_is_refused(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sat_pass16(rig, DMA_TO_DEVICE, 512, SAT_IN,
		   SAT_T_IN | SAT_BLOCKS | SAT_COUNT, 1, 0xec);
	sat_expect_field(rig, 0x2400, 5, 7);
	sat_pass16(rig, DMA_FROM_DEVICE, 512, SAT_OUT, SAT_BLOCKS | SAT_COUNT,
		   1, 0x30);
	sat_expect_field(rig, 0x2400, 5, 7);
}

/* A block is a logical sector for those commands whose data are such. */
static void block_length_follows_the_command(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	const u8 in = SAT_T_IN | SAT_BLOCKS | SAT_COUNT;

	rig->dev.sector_size = 4096;
	sat_pass16(rig, DMA_FROM_DEVICE, 8192, SAT_IN, in | SAT_T_TYPE, 2,
		   0x20);
	sat_expect_data(rig, SAT_PIO_IN, 8192, 4096);
	sat_pass16(rig, DMA_FROM_DEVICE, 8192, SAT_IN, in, 2, 0x20);
	sat_expect_field(rig, 0x2400, 5, 7);
	sat_pass16(rig, DMA_FROM_DEVICE, 8192, SAT_IN, in, 2, 0xb0);
	sat_expect_data(rig, SAT_PIO_IN, 1024, 512);
	sat_pass16(rig, DMA_TO_DEVICE, 8192, SAT_OUT,
		   SAT_BLOCKS | SAT_COUNT | SAT_T_TYPE, 2, 0x3b);
	sat_expect_data(rig, SAT_PIO_OUT, 8192, 4096);
}

static void multiple_count_has_to_match(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	const u8 in = SAT_T_IN | SAT_BLOCKS | SAT_COUNT;

	/* 2^4 sectors, the present setting. */
	sat_pass16(rig, DMA_FROM_DEVICE, 65536, SAT_IN | 4 << 5, in, 128, 0xc4);
	sat_expect_data(rig, SAT_PIO_IN, 65536, 8192);
	sat_pass16(rig, DMA_FROM_DEVICE, 65536, SAT_IN, in, 128, 0xc4);
	sat_expect_data(rig, SAT_PIO_IN, 65536, 8192);
	sat_pass16(rig, DMA_FROM_DEVICE, 65536, SAT_IN | 3 << 5, in, 128, 0xc4);
	sat_expect_field(rig, 0x2400, 1, 7);
	sat_pass16(rig, DMA_FROM_DEVICE, 65536, SAT_IN | 4 << 5, in, 128, 0x20);
	sat_expect_field(rig, 0x2400, 1, 7);
	rig->dev.multi = 0;
	sat_pass16(rig, DMA_FROM_DEVICE, 65536, SAT_IN, in, 128, 0xc4);
	sat_expect_data(rig, SAT_PIO_IN, 65536, 512);
}

/* CK_COND: the registers are returned as sense data. */
static void ck_cond_returns_the_registers(struct kunit *test)
{
	static const struct sat_regs result = {
		.feature = 0x01, .nsect = 0x02, .lbal = 0x03, .lbam = 0x4f,
		.lbah = 0xc2, .device = 0x06, .command = 0x50,
		.hob_nsect = 0x12, .hob_lbal = 0x13, .hob_lbam = 0x14,
		.hob_lbah = 0x15,
	};
	static const u8 desc[22] = {
		0x72, 0x01, 0x00, 0x1d, 0, 0, 0, 14,
		0x09, 12, 0, 0x01, 0, 0x02, 0, 0x03, 0, 0x4f, 0, 0xc2, 0x06,
		0x50,
	};
	static const u8 desc_ext[22] = {
		0x72, 0x01, 0x00, 0x1d, 0, 0, 0, 14,
		0x09, 12, 1, 0x01, 0x12, 0x02, 0x13, 0x03, 0x14, 0x4f, 0x15,
		0xc2, 0x06, 0x50,
	};
	struct sat_rig *rig = sat_rig_create(test);

	sat_pass16(rig, DMA_NONE, 0, SAT_NON, SAT_CK, 0, 0xb0);
	KUNIT_EXPECT_TRUE(test, rig->cmd.tf.want_regs);
	rig->answer = sat_next(&rig->cmd, &result);
	sat_expect_sense(rig, RECOVERED_ERROR, 0x001d);
	KUNIT_EXPECT_EQ(test, 0, memcmp(rig->cmd.sense, desc, sizeof(desc)));

	sat_pass16(rig, DMA_NONE, 0, SAT_NON | SAT_EXT, SAT_CK, 0, 0xb0);
	rig->answer = sat_next(&rig->cmd, &result);
	sat_expect_sense(rig, RECOVERED_ERROR, 0x001d);
	KUNIT_EXPECT_EQ(test, 0,
			memcmp(rig->cmd.sense, desc_ext, sizeof(desc_ext)));
}

/* An error returns the registers with or without CK_COND. */
static void error_returns_the_registers(struct kunit *test)
{
	static const struct sat_regs result = {
		.feature = 0x04, .nsect = 0x02, .lbal = 0x03, .lbam = 0x4f,
		.lbah = 0xc2, .device = 0xa0, .command = 0x51,
	};
	static const u8 fixed[18] = {
		0xf0, 0, 0x0b, 0x04, 0x51, 0xa0, 0x02, 10, 0, 0x03, 0x4f, 0xc2,
	};
	static const u8 desc[22] = {
		0x72, 0x0b, 0, 0, 0, 0, 0, 14,
		0x09, 12, 0, 0x04, 0, 0x02, 0, 0x03, 0, 0x4f, 0, 0xc2, 0xa0,
		0x51,
	};
	struct sat_rig *rig = sat_rig_create(test);

	sat_pass16(rig, DMA_NONE, 0, SAT_NON, 0, 0, 0xb0);
	rig->answer = sat_next(&rig->cmd, &result);
	sat_expect_sense(rig, ABORTED_COMMAND, 0);
	KUNIT_EXPECT_EQ(test, 0, memcmp(rig->cmd.sense, fixed, sizeof(fixed)));

	rig->dev.d_sense = true;
	sat_pass16(rig, DMA_NONE, 0, SAT_NON, SAT_CK, 0, 0xb0);
	rig->answer = sat_next(&rig->cmd, &result);
	sat_expect_sense(rig, ABORTED_COMMAND, 0);
	KUNIT_EXPECT_EQ(test, 0, memcmp(rig->cmd.sense, desc, sizeof(desc)));
}

/*
 * Fixed format has no room for the upper bytes. A bit tells whether any of them
 * is set.
 */
static void fixed_format_flags_the_upper_registers(struct kunit *test)
{
	static const struct {
		struct sat_regs result;
		u8 flags;
	} rows[] = {
		{ { .feature = 0x04, .command = 0x51 }, 0x80 },
		{ { .command = 0x51, .hob_nsect = 1 }, 0xc0 },
		{ { .command = 0x51, .hob_lbal = 1 }, 0xa0 },
		{ { .command = 0x51, .hob_lbam = 1 }, 0xa0 },
		{ { .command = 0x51, .hob_lbah = 1 }, 0xa0 },
	};
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		sat_pass16(rig, DMA_NONE, 0, SAT_NON | SAT_EXT, 0, 0, 0xb0);
		rig->answer = sat_next(&rig->cmd, &rows[i].result);
		KUNIT_EXPECT_EQ(test, rig->cmd.sense[8], rows[i].flags);
	}
}

/* Only the device checks the range of ATA PASS-THROUGH. */
static void range_of_pass_through_is_not_checked(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);

	sat_pass16(rig, DMA_NONE, 0, SAT_NON | SAT_EXT, 0, 1, 0x42);
	sat_fails(rig, 0x51, 0x10, SAT_RIG_SECTORS);
	sat_expect_sense(rig, ILLEGAL_REQUEST, 0x2100);
	sat_pass16(rig, DMA_NONE, 0, SAT_NON | SAT_EXT, 0, 1, 0x42);
	sat_fails(rig, 0x51, 0x10, SAT_RIG_SECTORS - 1);
	sat_expect_sense(rig, MEDIUM_ERROR, 0x1401);
}

static void sat_set_features(struct sat_rig *rig, u8 feature)
{
	SAT_SEND_NONE(rig, ATA_16, SAT_NON, SAT_CK, 0, feature, 0, 0, 0, 0, 0,
		      0, 0, 0, 0, 0xef, 0);
}

static void sat_set_multi(struct sat_rig *rig, u8 count)
{
	SAT_SEND_NONE(rig, ATA_16, SAT_NON, 0, 0, 0, 0, count, 0, 0, 0, 0, 0,
		      0, 0, 0xc6, 0);
}

/* The translation follows the changes that hdparm makes. */
static void translation_follows_passed_commands(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	struct sat_dev *dev = &rig->dev;

	sat_set_features(rig, 0x82);
	sat_done(rig);
	KUNIT_EXPECT_FALSE(test, dev->wcache);
	sat_set_features(rig, 0x02);
	sat_fails(rig, 0x51, 0x04, 0);
	KUNIT_EXPECT_FALSE(test, dev->wcache);
	sat_set_features(rig, 0x02);
	sat_done(rig);
	KUNIT_EXPECT_TRUE(test, dev->wcache);
	sat_set_features(rig, 0x55);
	sat_done(rig);
	KUNIT_EXPECT_FALSE(test, dev->look_ahead);
	sat_set_features(rig, 0xaa);
	sat_done(rig);
	KUNIT_EXPECT_TRUE(test, dev->look_ahead);

	sat_set_multi(rig, 8);
	sat_done(rig);
	KUNIT_EXPECT_EQ(test, dev->multi, 8);
	sat_rw(rig, READ_10, 0, 0, 64);
	sat_expect_tf(rig, 0xc4, false, 0, 64);
	sat_expect_data(rig, SAT_PIO_IN, 32768, 4096);
	/* After a failure the setting is unknown. */
	sat_set_multi(rig, 3);
	sat_fails(rig, 0x51, 0x04, 0);
	KUNIT_EXPECT_EQ(test, dev->multi, 0);
	sat_set_multi(rig, 32);
	sat_done(rig);
	KUNIT_EXPECT_EQ(test, dev->multi, 0);
	sat_rw(rig, READ_10, 0, 0, 64);
	sat_expect_tf(rig, 0x20, false, 0, 64);
}

static void smart(struct sat_rig *rig, u8 subcommand)
{
	SAT_SEND_NONE(rig, ATA_16, SAT_NON, 0, 0, subcommand, 0, 0, 0, 0, 0,
		      0x4f, 0, 0xc2, 0, 0xb0, 0);
}

static void self_test_follows_passed_smart_commands(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	struct sat_dev *dev = &rig->dev;

	dev->id[84] = 0x4002;
	dev->id[87] = 0x4000;
	dev->self_test = false;
	smart(rig, 0xd8);
	sat_fails(rig, 0x51, 0x04, 0);
	KUNIT_EXPECT_FALSE(test, dev->self_test);
	smart(rig, 0xd8);
	sat_done(rig);
	KUNIT_EXPECT_TRUE(test, dev->self_test);
	smart(rig, 0xda);
	sat_done(rig);
	KUNIT_EXPECT_TRUE(test, dev->self_test);
	smart(rig, 0xd9);
	sat_done(rig);
	KUNIT_EXPECT_FALSE(test, dev->self_test);
	dev->id[84] = 0x4000;
	smart(rig, 0xd8);
	sat_done(rig);
	KUNIT_EXPECT_FALSE(test, dev->self_test);
}

static const struct stopped_case {
	const char *desc;
	u8 command;
	bool out;
	bool stopped;
} stopped_cases[] = {
	{ "WRITE SECTORS", 0x30, true, false },
	{ "WRITE MULTIPLE", 0xc5, true, false },
	{ "READ SECTORS", 0x20, false, true },
	{ "SMART WRITE LOG", 0xb0, true, true },
};

KUNIT_ARRAY_PARAM_DESC(stopped, stopped_cases, desc);

/* The disk spins again, and a suspend has to flush its write cache. */
static void passed_write_starts_a_stopped_disk(struct kunit *test)
{
	const struct stopped_case *s = test->param_value;
	struct sat_rig *rig = sat_rig_create(test);
	const u8 out[16] = { ATA_16, SAT_OUT, SAT_BLOCKS | SAT_COUNT, [6] = 1,
			     [14] = s->command };
	const u8 in[16] = { ATA_16, SAT_IN, SAT_T_IN | SAT_BLOCKS | SAT_COUNT,
			    [6] = 1, [14] = s->command };

	rig->dev.stopped = true;
	if (s->out)
		sat_send(rig, DMA_TO_DEVICE, 512, out, sizeof(out));
	else
		sat_send(rig, DMA_FROM_DEVICE, 512, in, sizeof(in));
	KUNIT_EXPECT_TRUE(test, rig->dev.stopped);
	sat_done(rig);
	KUNIT_EXPECT_EQ(test, rig->dev.stopped, s->stopped);
}

/* libata refuses the first one as well. */
static void change_of_the_transfer_is_refused(struct kunit *test)
{
	static const u8 features[] = { 0x03, 0x01, 0x81 };
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(features); i++) {
		sat_set_features(rig, features[i]);
		sat_expect_field(rig, 0x2400, 4, 7);
	}
	SAT_SEND_NONE(rig, ATA_12, SAT_NON, 0, 0x03, 0, 0, 0, 0, 0, 0xef, 0,
		      0);
	sat_expect_field(rig, 0x2400, 3, 7);
}

/* CFA: the commands without erasure move sectors, or blocks of them. */
static void commands_of_compactflash_are_passed_through(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	const u8 out = SAT_BLOCKS | SAT_COUNT;

	sat_pass16(rig, DMA_TO_DEVICE, 65536, SAT_OUT, out, 128, 0xcd);
	sat_expect_data(rig, SAT_PIO_OUT, 65536, SAT_RIG_MULTI * 512);
	sat_pass16(rig, DMA_TO_DEVICE, 4096, SAT_OUT, out, 8, 0x38);
	sat_expect_data(rig, SAT_PIO_OUT, 4096, 512);
	sat_pass16(rig, DMA_FROM_DEVICE, 512, SAT_IN,
		   SAT_T_IN | SAT_BLOCKS | SAT_COUNT, 1, 0x87);
	sat_expect_data(rig, SAT_PIO_IN, 512, 512);
	/* REQUEST EXTENDED ERROR, ERASE SECTORS, WEAR LEVEL. */
	sat_pass16(rig, DMA_NONE, 0, SAT_NON, SAT_CK, 0, 0x03);
	sat_expect_command(rig, 0x03);
	sat_pass16(rig, DMA_NONE, 0, SAT_NON, 0, 0, 0xf5);
	sat_expect_command(rig, 0xf5);
	sat_pass16(rig, DMA_NONE, 0, SAT_NON, 0, 8, 0xc0);
	sat_expect_command(rig, 0xc0);
	/* An erasure writes: this bit is write protection, as for a write. */
	rig->dev.removable = true;
	sat_fails(rig, 0x51, 0x40, 0);
	sat_expect_sense(rig, DATA_PROTECT, 0x2700);
}

static struct sat_rig *rig_with_atapi_device(struct kunit *test)
{
	struct sat_rig *rig = sat_rig_create(test);
	u8 *id = sat_id_create(test);

	sat_id_word(id, 0, 0x8580);
	KUNIT_ASSERT_EQ(test, 0, sat_dev_parse(&rig->dev, id, true));
	return rig;
}

static void identify_packet_device_reaches_atapi_device(struct kunit *test)
{
	struct sat_rig *rig = rig_with_atapi_device(test);
	const u8 in = SAT_T_IN | SAT_BLOCKS | SAT_COUNT;

	SAT_SEND_IN(rig, 512, ATA_16, SAT_IN, in, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
		    0, 0xa1, 0);
	sat_expect_command(rig, 0xa1);
	sat_expect_data(rig, SAT_PIO_IN, 512, 512);
	sat_done(rig);
	sat_expect_good(rig);
	SAT_SEND_IN(rig, 512, ATA_16, SAT_IN, in | SAT_T_TYPE, 0, 0, 0, 1, 0, 0,
		    0, 0, 0, 0, 0, 0xa1, 0);
	sat_expect_command(rig, 0xa1);
	sat_expect_data(rig, SAT_PIO_IN, 512, 512);
	sat_fails(rig, 0x51, 0x04, 0);
	sat_expect_sense(rig, ABORTED_COMMAND, 0);
}

static void expect_invalid(struct sat_rig *rig, u8 command)
{
	SAT_SEND_NONE(rig, ATA_16, SAT_NON, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		      command, 0);
	sat_expect_field(rig, 0x2400, 14, 7);
	SAT_SEND_NONE(rig, ATA_12, SAT_NON, 0, 0, 0, 0, 0, 0, 0, command, 0, 0);
	sat_expect_field(rig, 0x2400, 9, 7);
}

/* These commands would wait for a CDB, or end without an interrupt. */
static void packet_and_device_reset_are_invalid_for_atapi(struct kunit *test)
{
	static const u8 commands[] = { 0x08, 0xa0, 0xa2 };
	struct sat_rig *rig = rig_with_atapi_device(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		expect_invalid(rig, commands[i]);
}

/* After the sector the device would wait for more bytes. */
static void read_long_and_write_long_are_invalid(struct kunit *test)
{
	static const u8 commands[] = { 0x22, 0x23, 0x32, 0x33 };
	struct sat_rig *rig = sat_rig_create(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		expect_invalid(rig, commands[i]);
}

static void opcode_a1h_is_pass_through_for_disks_only(struct kunit *test)
{
	static const struct {
		u8 opcode;
		bool disk;
		bool packet;
	} rows[] = {
		{ ATA_12, true, false },	/* BLANK of MMC-6 */
		{ ATA_16, true, true },
		{ READ_12, false, false },
	};
	struct sat_dev disk = { }, packet = { .packet = true };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const u8 cdb[16] = { rows[i].opcode, SAT_IN, [9] = 0xa1,
				     [14] = 0xa1 };
		struct sat_cmd cmd = { .cdb = cdb, .cdb_len = 12 };

		cmd.dev = &disk;
		KUNIT_EXPECT_EQ(test, sat_is_pass_through(&cmd),
				rows[i].disk);
		cmd.dev = &packet;
		KUNIT_EXPECT_EQ(test, sat_is_pass_through(&cmd),
				rows[i].packet);
	}
}

static struct kunit_case sat_pass_cases[] = {
	KUNIT_CASE(identify_is_passed_through),
	KUNIT_CASE(all_registers_are_passed_through),
	KUNIT_CASE(other_protocol_is_refused),
	KUNIT_CASE_PARAM(length_follows_the_cdb_or_is_refused,
			 sat_length_gen_params),
	KUNIT_CASE(wrong_length_in_12_bytes_points_to_its_field),
	KUNIT_CASE(long_count_has_its_upper_byte_in_lba_low),
	KUNIT_CASE(buffer_for_the_other_direction_is_refused),
	KUNIT_CASE(block_length_follows_the_command),
	KUNIT_CASE(multiple_count_has_to_match),
	KUNIT_CASE(ck_cond_returns_the_registers),
	KUNIT_CASE(error_returns_the_registers),
	KUNIT_CASE(fixed_format_flags_the_upper_registers),
	KUNIT_CASE(range_of_pass_through_is_not_checked),
	KUNIT_CASE(translation_follows_passed_commands),
	KUNIT_CASE(self_test_follows_passed_smart_commands),
	KUNIT_CASE_PARAM(passed_write_starts_a_stopped_disk,
			 stopped_gen_params),
	KUNIT_CASE(change_of_the_transfer_is_refused),
	KUNIT_CASE(commands_of_compactflash_are_passed_through),
	KUNIT_CASE(identify_packet_device_reaches_atapi_device),
	KUNIT_CASE(packet_and_device_reset_are_invalid_for_atapi),
	KUNIT_CASE(read_long_and_write_long_are_invalid),
	KUNIT_CASE(opcode_a1h_is_pass_through_for_disks_only),
	{}
};

static struct kunit_suite sat_pass_suite = {
	.name = "sat_pass",
	.test_cases = sat_pass_cases,
};

kunit_test_suite(sat_pass_suite);

MODULE_DESCRIPTION("KUnit tests of ATA PASS-THROUGH");
MODULE_LICENSE("GPL");

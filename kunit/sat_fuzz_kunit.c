// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random commands to random devices that answer at random. Each command ends
 * after a bounded number of steps and moves no more data than its buffer holds.
 * KASAN watches the accesses.
 */
#include <kunit/test.h>
#include <linux/minmax.h>
#include <linux/prandom.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "sat_rig.h"

#define SAT_FUZZ_COMMANDS	20000

struct sat_fuzz {
	struct sat_rig *rig;
	struct rnd_state rnd;
	bool healthy;	/* no taskfile of the command fails */
	unsigned int taskfiles;
	unsigned int params;
	unsigned int replies;
	unsigned int good;
};

static const u8 sat_fuzz_opcodes[] = {
	TEST_UNIT_READY, REQUEST_SENSE, READ_6, WRITE_6, INQUIRY, MODE_SELECT,
	MODE_SENSE, START_STOP, READ_CAPACITY, READ_10, WRITE_10, VERIFY,
	SYNCHRONIZE_CACHE, MODE_SELECT_10, MODE_SENSE_10, ATA_16, READ_16,
	WRITE_16, VERIFY_16, SERVICE_ACTION_IN_16, REPORT_LUNS, ATA_12,
	SEND_DIAGNOSTIC, MAINTENANCE_IN,
	READ_12, WRITE_12, VERIFY_12, ATA_16, ATA_12, MODE_SELECT, READ_16,
};

static u32 sat_random(struct sat_fuzz *fuzz, u32 below)
{
	return prandom_u32_state(&fuzz->rnd) % below;
}

/* Choose any device whose IDENTIFY data was accepted. */
static void sat_fuzz_device(struct sat_fuzz *fuzz)
{
	struct kunit *test = fuzz->rig->test;
	u8 *id = sat_id_create(test);
	unsigned int i;

	do {
		for (i = sat_random(fuzz, 8); i; i--)
			sat_id_word(id, sat_random(fuzz, 255),
				    prandom_u32_state(&fuzz->rnd));
		sat_id_word(id, 49, 0x0200);
		sat_id_word(id, 0, 0x0040);
	} while (sat_dev_parse(&fuzz->rig->dev, id, false));
	kunit_kfree(test, id);
	if (!sat_random(fuzz, 4))
		fuzz->rig->dev.sectors = 1 + sat_random(fuzz, 300);
}

/* Offset of the low byte of the length field in most CDBs of this length. */
static unsigned int sat_fuzz_length_byte(u8 opcode)
{
	switch (COMMAND_SIZE(opcode)) {
	case 6:
		return 4;
	case 10:
		return 8;
	case 12:
		return 9;
	default:
		return 13;
	}
}

/* Set few bits, so that some CDBs pass the checks. */
static void sat_fuzz_cdb(struct sat_fuzz *fuzz, u8 *cdb)
{
	unsigned int i;

	memset(cdb, 0, 16);
	cdb[0] = sat_random(fuzz, 16) ?
		 sat_fuzz_opcodes[sat_random(fuzz,
					     ARRAY_SIZE(sat_fuzz_opcodes))] :
		 sat_random(fuzz, 256);
	switch (sat_random(fuzz, 4)) {
	case 0:
		prandom_bytes_state(&fuzz->rnd, &cdb[1], 15);
		break;
	case 1:
		for (i = sat_random(fuzz, 4); i; i--)
			cdb[sat_random(fuzz, 16)] = sat_random(fuzz, 256);
		fallthrough;
	default:
		cdb[sat_fuzz_length_byte(cdb[0])] |= sat_random(fuzz, 256);
		if (cdb[0] == ATA_16 || cdb[0] == ATA_12) {
			cdb[1] = (3 + sat_random(fuzz, 3)) << 1;
			cdb[2] = sat_random(fuzz, 64);
		} else if (cdb[0] == MODE_SELECT || cdb[0] == MODE_SELECT_10) {
			cdb[1] = 0x10;
			cdb[sat_fuzz_length_byte(cdb[0])] &= 31;
		} else if (cdb[0] == SERVICE_ACTION_IN_16) {
			cdb[1] = SAI_READ_CAPACITY_16;
		} else if (cdb[0] == MAINTENANCE_IN) {
			cdb[1] = 0x0c;
			cdb[2] = sat_random(fuzz, 256) & 0x87;
		} else if (cdb[0] == INQUIRY) {
			cdb[1] = 1;
			cdb[2] = sat_random(fuzz, 2) ? 0x89 : 0xb0;
		}
	}
}

static void sat_fuzz_send(struct sat_fuzz *fuzz)
{
	static const enum dma_data_direction dirs[] = {
		DMA_NONE, DMA_FROM_DEVICE, DMA_FROM_DEVICE, DMA_TO_DEVICE,
	};
	enum dma_data_direction dir = dirs[sat_random(fuzz, 4)];
	unsigned int len = 16;
	u32 data_len = 0;
	u8 cdb[16];

	sat_fuzz_cdb(fuzz, cdb);
	/* The list may end at any byte. */
	if (!sat_random(fuzz, 8))
		len = 1 + sat_random(fuzz, 16);
	if (dir != DMA_NONE)
		data_len = sat_random(fuzz, 4) ? U32_MAX :
						 sat_random(fuzz, 1024);
	fuzz->rig->cmd.passthrough = sat_random(fuzz, 2);
	sat_send(fuzz->rig, dir, data_len, cdb, len);
}

/* Checks the rules that every taskfile obeys. */
static void sat_fuzz_check_tf(struct sat_fuzz *fuzz, u64 *moved)
{
	const struct sat_cmd *cmd = &fuzz->rig->cmd;
	struct kunit *test = fuzz->rig->test;
	const struct sat_tf *tf = &cmd->tf;

	KUNIT_EXPECT_EQ(test, tf->regs.device & ATA_DEV1, 0);
	*moved += tf->bytes;
	KUNIT_EXPECT_LE(test, *moved, cmd->data_len);
	if (tf->protocol == SAT_NON_DATA) {
		KUNIT_EXPECT_EQ(test, tf->bytes, 0);
		return;
	}
	KUNIT_EXPECT_GT(test, tf->bytes, 0);
	KUNIT_EXPECT_GE(test, tf->drq_bytes, 512);
	KUNIT_EXPECT_EQ(test, tf->drq_bytes % 512, 0);
	KUNIT_EXPECT_EQ(test, tf->bytes % 512, 0);
	KUNIT_EXPECT_EQ(test, cmd->dir, tf->protocol == SAT_PIO_IN ?
			DMA_FROM_DEVICE : DMA_TO_DEVICE);
}

/* Let the device answer at random. */
static void sat_fuzz_result(struct sat_fuzz *fuzz)
{
	struct sat_rig *rig = fuzz->rig;
	struct sat_regs result;

	prandom_bytes_state(&fuzz->rnd, &result, sizeof(result));
	result.lba_invalid = sat_random(fuzz, 2);
	if (fuzz->healthy || sat_random(fuzz, 8))
		result.command = 0x50;
	rig->answer = sat_next(&rig->cmd, &result);
}

static void sat_fuzz_param(struct sat_fuzz *fuzz)
{
	struct sat_rig *rig = fuzz->rig;
	static const u8 page[][2] = { { 0x08, 18 }, { 0x0a, 10 } };

	KUNIT_EXPECT_LE(rig->test, rig->cmd.len, SAT_BUF_BYTES);
	KUNIT_EXPECT_LE(rig->test, rig->cmd.len, rig->cmd.data_len);
	memset(rig->cmd.buf, 0, SAT_BUF_BYTES);
	if (sat_random(fuzz, 4))
		memcpy(&rig->cmd.buf[rig->cmd.cdb[0] == MODE_SELECT ? 4 : 8],
		       page[sat_random(fuzz, 2)], 2);
	else
		prandom_bytes_state(&fuzz->rnd, rig->cmd.buf, rig->cmd.len);
	rig->answer = sat_next(&rig->cmd, NULL);
}

static void sat_fuzz_check_sense(struct sat_fuzz *fuzz)
{
	struct kunit *test = fuzz->rig->test;
	const u8 *sense = fuzz->rig->cmd.sense;
	struct scsi_sense_hdr hdr;

	KUNIT_EXPECT_TRUE(test,
			  scsi_normalize_sense(sense, SCSI_SENSE_BUFFERSIZE,
					       &hdr));
	KUNIT_EXPECT_NE(test, hdr.sense_key, NO_SENSE);
	KUNIT_EXPECT_LE(test, 8 + sense[7], SCSI_SENSE_BUFFERSIZE);
}

static void sat_fuzz_one(struct sat_fuzz *fuzz)
{
	struct sat_rig *rig = fuzz->rig;
	struct kunit *test = rig->test;
	unsigned int steps;
	u64 moved = 0;

	fuzz->healthy = sat_random(fuzz, 2);
	sat_fuzz_send(fuzz);
	/* A split one of 4 GiB would take 2^15 taskfiles. */
	for (steps = 0; steps < 100; steps++) {
		if (rig->answer == SAT_TASKFILE) {
			fuzz->taskfiles++;
			sat_fuzz_check_tf(fuzz, &moved);
			sat_fuzz_result(fuzz);
		} else if (rig->answer == SAT_PARAM) {
			fuzz->params++;
			sat_fuzz_param(fuzz);
		} else {
			break;
		}
	}
	KUNIT_EXPECT_NE(test, rig->answer, SAT_PARAM);
	if (rig->answer == SAT_TASKFILE) {
		/* Only a split command needs that many taskfiles. */
		KUNIT_EXPECT_GT(test, rig->cmd.chunk, 0);
		KUNIT_EXPECT_GT(test, rig->cmd.left, rig->cmd.chunk);
	} else if (rig->answer == SAT_REPLY) {
		fuzz->replies++;
		KUNIT_EXPECT_GT(test, rig->cmd.len, 0);
		KUNIT_EXPECT_LE(test, rig->cmd.len, rig->cmd.data_len);
		KUNIT_EXPECT_LE(test, rig->cmd.len, SAT_BUF_BYTES);
		KUNIT_EXPECT_EQ(test, rig->cmd.dir, DMA_FROM_DEVICE);
	} else if (rig->answer == SAT_CHECK) {
		sat_fuzz_check_sense(fuzz);
	} else if (rig->answer == SAT_GOOD) {
		fuzz->good++;
	}
}

static void random_commands_end_within_bounds(struct kunit *test)
{
	struct sat_fuzz fuzz = { .rig = sat_rig_create(test) };
	unsigned int i;

	prandom_seed_state(&fuzz.rnd, 1);
	for (i = 0; i < SAT_FUZZ_COMMANDS; i++) {
		if (i % 64 == 0)
			sat_fuzz_device(&fuzz);
		sat_fuzz_one(&fuzz);
	}
	/* Otherwise most commands failed at the first check. */
	KUNIT_EXPECT_GT(test, fuzz.taskfiles, SAT_FUZZ_COMMANDS / 10);
	KUNIT_EXPECT_GT(test, fuzz.params, SAT_FUZZ_COMMANDS / 100);
	KUNIT_EXPECT_GT(test, fuzz.replies, SAT_FUZZ_COMMANDS / 50);
	kunit_info(test, "%u taskfiles, %u lists, %u replies, %u good",
		   fuzz.taskfiles, fuzz.params, fuzz.replies, fuzz.good);
}

static struct kunit_case sat_fuzz_cases[] = {
	KUNIT_CASE(random_commands_end_within_bounds),
	{}
};

static struct kunit_suite sat_fuzz_suite = {
	.name = "sat_fuzz",
	.test_cases = sat_fuzz_cases,
};

kunit_test_suite(sat_fuzz_suite);

MODULE_DESCRIPTION("KUnit fuzzing of the SCSI/ATA translation");
MODULE_LICENSE("GPL");

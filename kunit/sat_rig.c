// SPDX-License-Identifier: GPL-2.0-only
/* A disk for the tests of the translation, and the expected results. */
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_eh.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "sat_rig.h"
#include "scsi_test.h"

#define SAT_STATUS_GOOD		(ATA_DRDY | ATA_DSC)

void sat_id_word(u8 *id, unsigned int word, u16 value)
{
	put_unaligned_le16(value, &id[2 * word]);
}

void sat_id_string(u8 *id, unsigned int word, unsigned int len,
		   const char *string)
{
	unsigned int i, n = strlen(string);

	for (i = 0; i < len; i++)
		id[2 * word + (i ^ 1)] = i < n ? string[i] : ' ';
}

/* Sets word 255 to the signature and the checksum of the words before it. */
void sat_id_sum(u8 *id)
{
	unsigned int i;
	u8 sum = 0;

	id[510] = 0xa5;
	for (i = 0; i < 511; i++)
		sum += id[i];
	id[511] = -sum;
}

/* A password locks the disk of sat_id_create(). */
void sat_id_lock(u8 *id)
{
	sat_id_word(id, 82, 0x006a);
	sat_id_word(id, ATA_ID_DLF, 0x0007);
}

/* IDENTIFY data of a disk with all features, without a checksum. */
u8 *sat_id_create(struct kunit *test)
{
	u8 *id = kunit_kzalloc(test, SAT_ID_BYTES, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, id);
	sat_id_word(id, 0, 0x0040);
	sat_id_string(id, 10, 20, "  SN12345");
	sat_id_string(id, 23, 8, "FW01AB34");
	sat_id_string(id, 27, 40, "PIOSCSI TEST DISK 1234");
	sat_id_word(id, 47, 0x8000 | SAT_RIG_MULTI);
	sat_id_word(id, 49, 0x0b00);
	sat_id_word(id, 59, 0x0100 | SAT_RIG_MULTI);
	sat_id_word(id, 60, 0xffff);
	sat_id_word(id, 61, 0x0fff);
	sat_id_word(id, 80, 0x01f0);
	sat_id_word(id, 82, 0x0068);
	sat_id_word(id, 83, 0x7400);
	sat_id_word(id, 84, 0x4140);
	sat_id_word(id, 85, 0x0068);
	sat_id_word(id, 86, 0x3400);
	sat_id_word(id, 87, 0x4140);
	sat_id_word(id, 102, SAT_RIG_SECTORS >> 32);
	sat_id_word(id, 106, 0x6003);
	sat_id_word(id, 108, SAT_RIG_WWN >> 48);
	sat_id_word(id, 109, SAT_RIG_WWN >> 32 & 0xffff);
	sat_id_word(id, 110, SAT_RIG_WWN >> 16 & 0xffff);
	sat_id_word(id, 111, SAT_RIG_WWN & 0xffff);
	sat_id_word(id, 168, 0x0003);
	sat_id_word(id, 209, 0x4001);
	sat_id_word(id, 217, 7200);
	return id;
}

/* The same, of a disk without LBA: 500 cylinders, 16 heads, 32 sectors. */
u8 *sat_chs_id_create(struct kunit *test)
{
	u8 *id = sat_id_create(test);

	sat_id_word(id, 1, 500);
	sat_id_word(id, 3, 16);
	sat_id_word(id, 6, 32);
	sat_id_word(id, 49, 0);
	sat_id_word(id, 83, 0x4000);
	return id;
}

static u8 *sat_rig_bytes(struct kunit *test, unsigned int len)
{
	u8 *bytes = kunit_kzalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	return bytes;
}

struct sat_rig *sat_rig_create(struct kunit *test)
{
	struct sat_rig *rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rig);
	rig->test = test;
	rig->cmd.dev = &rig->dev;
	rig->cmd.buf = sat_rig_bytes(test, SAT_BUF_BYTES);
	rig->cmd.sense = sat_rig_bytes(test, SCSI_SENSE_BUFFERSIZE);
	sat_rig_identify(rig, sat_id_create(test));
	return rig;
}

void sat_rig_identify(struct sat_rig *rig, const u8 *id)
{
	KUNIT_ASSERT_EQ(rig->test, 0, sat_dev_parse(&rig->dev, id, false));
}

enum sat_answer sat_send(struct sat_rig *rig, enum dma_data_direction dir,
			 u32 data_len, const u8 *cdb, unsigned int cdb_len)
{
	struct sat_cmd *cmd = &rig->cmd;

	if (rig->cdb)
		kunit_kfree(rig->test, rig->cdb);
	rig->cdb = sat_rig_bytes(rig->test, cdb_len);
	memcpy(rig->cdb, cdb, cdb_len);
	cmd->cdb = rig->cdb;
	cmd->cdb_len = cdb_len;
	cmd->dir = dir;
	cmd->data_len = data_len;
	memset(cmd->buf, 0xee, SAT_BUF_BYTES);
	memset(cmd->sense, 0xee, SCSI_SENSE_BUFFERSIZE);
	memset(&cmd->tf, 0xee, sizeof(cmd->tf));
	rig->answer = sat_translate(cmd);
	return rig->answer;
}

/* End the taskfile without an error. */
enum sat_answer sat_done(struct sat_rig *rig)
{
	struct sat_regs result = { .command = SAT_STATUS_GOOD };

	KUNIT_ASSERT_EQ(rig->test, rig->answer, SAT_TASKFILE);
	rig->answer = sat_next(&rig->cmd, &result);
	return rig->answer;
}

/* End the taskfile with an error at @lba. */
enum sat_answer sat_fails(struct sat_rig *rig, u8 status, u8 error, u64 lba)
{
	struct sat_regs result = {
		.command = status,
		.feature = error,
		.lbal = lba,
		.lbam = lba >> 8,
		.lbah = lba >> 16,
		.device = ATA_DEVICE_OBS | ATA_LBA,
	};

	KUNIT_ASSERT_EQ(rig->test, rig->answer, SAT_TASKFILE);
	if (rig->cmd.tf.ext) {
		result.hob_lbal = lba >> 24;
		result.hob_lbam = lba >> 32;
		result.hob_lbah = lba >> 40;
	} else {
		result.device |= lba >> 24 & 0x0f;
	}
	rig->answer = sat_next(&rig->cmd, &result);
	return rig->answer;
}

/* Let the parameter data arrive in the requested length. */
enum sat_answer sat_param(struct sat_rig *rig, const u8 *data, u32 len)
{
	KUNIT_ASSERT_EQ(rig->test, rig->answer, SAT_PARAM);
	KUNIT_ASSERT_EQ(rig->test, rig->cmd.len, len);
	memcpy(rig->cmd.buf, data, len);
	rig->answer = sat_next(&rig->cmd, NULL);
	return rig->answer;
}

/*
 * Send READ, WRITE, VERIFY or SYNCHRONIZE CACHE with a buffer of the right
 * length.
 */
enum sat_answer sat_rw(struct sat_rig *rig, u8 opcode, u8 flags, u64 lba,
		       u32 count)
{
	enum dma_data_direction dir = DMA_NONE;
	u32 blocks = opcode == READ_6 || opcode == WRITE_6 ?
		count ?: 256 : count;
	u8 cdb[16];
	unsigned int len = test_rw_cdb(cdb, opcode, flags, lba, count);

	switch (opcode) {
	case READ_6:
	case READ_10:
	case READ_12:
	case READ_16:
		dir = DMA_FROM_DEVICE;
		break;
	case WRITE_6:
	case WRITE_10:
	case WRITE_12:
	case WRITE_16:
		dir = DMA_TO_DEVICE;
		break;
	}
	return sat_send(rig, dir, dir == DMA_NONE ? 0 :
			blocks * rig->dev.sector_size, cdb, len);
}

void sat_expect_good(struct sat_rig *rig)
{
	KUNIT_EXPECT_EQ(rig->test, rig->answer, SAT_GOOD);
}

void sat_expect_reply(struct sat_rig *rig, u32 len)
{
	KUNIT_ASSERT_EQ(rig->test, rig->answer, SAT_REPLY);
	KUNIT_EXPECT_EQ(rig->test, rig->cmd.len, len);
}

void sat_expect_bytes(struct sat_rig *rig, unsigned int off, const u8 *bytes,
		      unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		KUNIT_EXPECT_EQ_MSG(rig->test, rig->cmd.buf[off + i], bytes[i],
				    "byte %u", off + i);
}

static struct ended_cmd sat_ended(const struct sat_rig *rig)
{
	return (struct ended_cmd){
		.cdb = rig->cmd.cdb,
		.cdb_len = rig->cmd.cdb_len,
		.sense = rig->cmd.sense,
		.sense_len = SCSI_SENSE_BUFFERSIZE,
	};
}

void sat_expect_sense(struct sat_rig *rig, u8 key, u16 code)
{
	struct ended_cmd cmd = sat_ended(rig);

	KUNIT_ASSERT_EQ(rig->test, rig->answer, SAT_CHECK);
	expect_sense(rig->test, &cmd, key, code);
}

/* ILLEGAL REQUEST with a field pointer, in fixed format. */
void sat_expect_field(struct sat_rig *rig, u16 code, unsigned int byte,
		      unsigned int bit)
{
	struct ended_cmd cmd = sat_ended(rig);

	KUNIT_ASSERT_EQ(rig->test, rig->answer, SAT_CHECK);
	KUNIT_EXPECT_EQ(rig->test, cmd.sense[0], 0x70);
	expect_sense_field(rig->test, &cmd, code, byte, bit);
}

void sat_expect_info(struct sat_rig *rig, bool valid, u64 info)
{
	struct ended_cmd cmd = sat_ended(rig);

	expect_sense_info(rig->test, &cmd, valid, info);
}

void sat_expect_command(struct sat_rig *rig, u8 command)
{
	KUNIT_ASSERT_EQ(rig->test, rig->answer, SAT_TASKFILE);
	KUNIT_EXPECT_EQ(rig->test, rig->cmd.tf.regs.command, command);
}

/* All registers of a command with LBA and count. */
void sat_expect_tf(struct sat_rig *rig, u8 command, bool ext, u64 lba,
		   u32 count)
{
	struct sat_regs regs = {
		.command = command,
		.nsect = count,
		.lbal = lba,
		.lbam = lba >> 8,
		.lbah = lba >> 16,
		.device = 0xe0,
	};

	if (ext) {
		regs.hob_nsect = count >> 8;
		regs.hob_lbal = lba >> 24;
		regs.hob_lbam = lba >> 32;
		regs.hob_lbah = lba >> 40;
	} else {
		regs.device |= lba >> 24;
	}
	sat_expect_command(rig, command);
	KUNIT_EXPECT_EQ(rig->test, rig->cmd.tf.ext, ext);
	KUNIT_EXPECT_EQ(rig->test, 0,
			memcmp(&rig->cmd.tf.regs, &regs, sizeof(regs)));
}

void sat_expect_data(struct sat_rig *rig, enum sat_protocol protocol,
		     u32 bytes, u32 drq_bytes)
{
	KUNIT_EXPECT_EQ(rig->test, rig->cmd.tf.protocol, protocol);
	KUNIT_EXPECT_EQ(rig->test, rig->cmd.tf.bytes, bytes);
	KUNIT_EXPECT_EQ(rig->test, rig->cmd.tf.drq_bytes, drq_bytes);
}

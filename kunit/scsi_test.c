// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shared by the tests of translation, targets and chips: test data, CDBs with
 * an LBA and a length, and expected sense data.
 */
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_eh.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "scsi_test.h"

/* Sense data descriptors (SPC-4). */
#define DESC_INFO	0x00
#define DESC_SKS	0x02

/* Code and qualifier of an invalid field in the CDB. */
#define FIELD_IN_CDB	0x2400

/**
 * test_log_begin() - find the end of the kernel's log
 * @log: the position
 *
 * Context: task.
 */
void test_log_begin(struct test_log *log)
{
	kmsg_dump_rewind(&log->iter);
	while (kmsg_dump_get_line(&log->iter, false, NULL, 0, NULL))
		;
}

/**
 * test_log_count() - count lines in the kernel's log
 * @log: position of the first line
 * @text: part of the line
 *
 * Context: task.
 * Return: number of lines from there on that have this text.
 */
unsigned int test_log_count(struct test_log log, const char *text)
{
	unsigned int n = 0;
	char line[256];
	size_t len;

	while (kmsg_dump_get_line(&log.iter, false, line, sizeof(line) - 1,
				  &len)) {
		line[len] = '\0';
		n += !!strstr(line, text);
	}
	return n;
}

/**
 * struct old_param - a module parameter whose value a case has changed
 * @kp: the parameter
 * @value: its value before
 */
struct old_param {
	const struct kernel_param *kp;
	char value[64];
};

static void restore_param(void *arg)
{
	struct old_param *old = arg;

	old->kp->ops->set(old->value, old->kp);
}

static const struct kernel_param *find_param(const char *name)
{
	const struct kernel_param *kp;

	for (kp = __start___param; kp < __stop___param; kp++)
		if (!strcmp(kp->name, name))
			return kp;
	return NULL;
}

/**
 * test_set_param() - set a module parameter until the test ends
 * @test: the test
 * @name: name of the module, a dot, and name of the parameter
 * @value: new value
 *
 * Context: task.
 */
void test_set_param(struct kunit *test, const char *name, const char *value)
{
	struct old_param *old = kunit_kzalloc(test, sizeof(*old), GFP_KERNEL);
	char *page = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, old);
	KUNIT_ASSERT_NOT_NULL(test, page);
	old->kp = find_param(name);
	KUNIT_ASSERT_NOT_NULL_MSG(test, old->kp, "no parameter %s", name);
	KUNIT_ASSERT_GT(test, old->kp->ops->get(page, old->kp), 0);
	strscpy(old->value, strim(page), sizeof(old->value));
	KUNIT_ASSERT_EQ(test, 0, old->kp->ops->set(value, old->kp));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, restore_param, old));
}

/**
 * test_expect_param() - expect the value of a module parameter
 * @test: the test
 * @name: name of the module, a dot, and name of the parameter
 * @value: expected value
 *
 * Context: task.
 */
void test_expect_param(struct kunit *test, const char *name, const char *value)
{
	char *page = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	const struct kernel_param *kp = find_param(name);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_NOT_NULL_MSG(test, kp, "no parameter %s", name);
	KUNIT_ASSERT_GT(test, kp->ops->get(page, kp), 0);
	KUNIT_EXPECT_STREQ_MSG(test, strim(page), value, "%s", name);
}

/**
 * test_fill() - fill a buffer with test data
 * @buf: the buffer
 * @seed: seed of the data
 * @len: bytes
 *
 * Context: any.
 */
void test_fill(u8 *buf, u8 seed, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		buf[i] = test_byte(seed, i);
}

/**
 * test_is_data() - compare a buffer with a piece of test data
 * @buf: the buffer
 * @seed: seed of the data
 * @from: position of the piece's first byte in the data
 * @to: position behind its last byte
 *
 * Context: any.
 * Return: true if the buffer begins with the piece.
 */
bool test_is_data(const u8 *buf, u8 seed, u32 from, u32 to)
{
	u32 i;

	for (i = from; i < to; i++)
		if (buf[i - from] != test_byte(seed, i))
			return false;
	return true;
}

/**
 * test_rw_cdb() - build a CDB with an LBA and a length
 * @cdb: takes the CDB
 * @opcode: OPERATION CODE; its group gives the length of the CDB
 * @flags: byte 1, apart from the LBA
 * @lba: LOGICAL BLOCK ADDRESS
 * @count: number of blocks
 *
 * Context: any.
 * Return: length of the CDB, bytes.
 */
unsigned int test_rw_cdb(u8 cdb[16], u8 opcode, u8 flags, u64 lba, u32 count)
{
	unsigned int len = COMMAND_SIZE(opcode);

	memset(cdb, 0, 16);
	cdb[0] = opcode;
	cdb[1] = flags;
	switch (len) {
	case 6:
		put_unaligned_be24(lba, &cdb[1]);
		cdb[4] = count;
		break;
	case 10:
		put_unaligned_be32(lba, &cdb[2]);
		put_unaligned_be16(count, &cdb[7]);
		break;
	case 12:
		put_unaligned_be32(lba, &cdb[2]);
		put_unaligned_be32(count, &cdb[6]);
		break;
	default:
		put_unaligned_be64(lba, &cdb[2]);
		put_unaligned_be32(count, &cdb[10]);
	}
	return len;
}

static bool has_descriptors(const struct ended_cmd *cmd)
{
	return cmd->sense[0] == 0x72;
}

/**
 * expect_sense() - expect a sense key and an additional sense code
 * @test: the case
 * @cmd: the command
 * @key: sense key
 * @code: additional sense code, and its qualifier in the low byte
 *
 * Context: task.
 */
void expect_sense(struct kunit *test, const struct ended_cmd *cmd, u8 key,
		  u16 code)
{
	struct scsi_sense_hdr hdr;
	u16 got;

	KUNIT_ASSERT_TRUE(test, scsi_normalize_sense(cmd->sense, cmd->sense_len,
						     &hdr));
	KUNIT_EXPECT_EQ(test, hdr.response_code,
			has_descriptors(cmd) ? 0x72 : 0x70);
	KUNIT_EXPECT_LE(test, 8 + cmd->sense[7], cmd->sense_len);
	got = hdr.asc << 8 | hdr.ascq;
	KUNIT_EXPECT_EQ_MSG(test, key, hdr.sense_key, "CDB %*ph",
			    (int)cmd->cdb_len, cmd->cdb);
	KUNIT_EXPECT_EQ_MSG(test, code, got,
			    "CDB %*ph: code %04x, expected %04x",
			    (int)cmd->cdb_len, cmd->cdb, got, code);
}

/**
 * expect_sense_info() - expect a value, or none, in INFORMATION
 * @test: the case
 * @cmd: the command
 * @valid: true if there is a value
 * @info: the value
 *
 * Context: task.
 */
void expect_sense_info(struct kunit *test, const struct ended_cmd *cmd,
		       bool valid, u64 info)
{
	const u8 *desc;
	u64 got = 0;

	KUNIT_ASSERT_EQ(test, valid,
			scsi_get_sense_info_fld(cmd->sense, cmd->sense_len,
						&got));
	if (valid)
		KUNIT_EXPECT_EQ(test, info, got);
	if (!valid || !has_descriptors(cmd))
		return;
	desc = scsi_sense_desc_find(cmd->sense, cmd->sense_len, DESC_INFO);
	KUNIT_ASSERT_NOT_NULL(test, desc);
	KUNIT_EXPECT_EQ(test, 0x80, desc[2]);
}

/**
 * expect_sense_field() - expect ILLEGAL REQUEST with a field pointer
 * @test: the case
 * @cmd: the command
 * @code: 2400h for a field of the CDB, 2600h for one of the parameter list
 * @byte: FIELD POINTER
 * @bit: BIT POINTER
 *
 * Context: task.
 */
void expect_sense_field(struct kunit *test, const struct ended_cmd *cmd,
			u16 code, unsigned int byte, unsigned int bit)
{
	u8 want = 0x88 | (code == FIELD_IN_CDB ? 0x40 : 0) | bit;
	const u8 *desc, *sks = &cmd->sense[15];

	expect_sense(test, cmd, ILLEGAL_REQUEST, code);
	if (has_descriptors(cmd)) {
		desc = scsi_sense_desc_find(cmd->sense, cmd->sense_len,
					    DESC_SKS);
		KUNIT_ASSERT_NOT_NULL(test, desc);
		KUNIT_EXPECT_EQ(test, 6, desc[1]);
		sks = &desc[4];
	}
	KUNIT_EXPECT_EQ_MSG(test, want, sks[0], "CDB %*ph", (int)cmd->cdb_len,
			    cmd->cdb);
	KUNIT_EXPECT_EQ_MSG(test, byte, get_unaligned_be16(&sks[1]), "CDB %*ph",
			    (int)cmd->cdb_len, cmd->cdb);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the tests of translation, targets and chips: test data, CDBs with
 * an LBA and a length, and expected sense data.
 */
#ifndef _PIOSCSI_KUNIT_SCSI_TEST_H
#define _PIOSCSI_KUNIT_SCSI_TEST_H

#include <kunit/test.h>
#include <linux/kmsg_dump.h>
#include <linux/types.h>

/**
 * struct ended_cmd - a command that has ended with sense data
 * @cdb: its CDB
 * @cdb_len: length of @cdb, bytes
 * @sense: its sense data
 * @sense_len: length of @sense, bytes
 */
struct ended_cmd {
	const u8 *cdb;
	unsigned int cdb_len;
	const u8 *sense;
	unsigned int sense_len;
};

/**
 * test_byte() - compute a byte of test data
 * @seed: different for each piece of data
 * @pos: position in the data, bytes
 *
 * The period is prime, so that data at a wrong position differs.
 *
 * Context: any.
 * Return: the byte.
 */
static inline u8 test_byte(u8 seed, u32 pos)
{
	return seed + pos % 251;
}

/**
 * struct test_log - a position in the kernel's log
 * @iter: the position
 */
struct test_log {
	struct kmsg_dump_iter iter;
};

void test_log_begin(struct test_log *log);
unsigned int test_log_count(struct test_log log, const char *text);

void test_set_param(struct kunit *test, const char *name, const char *value);
void test_expect_param(struct kunit *test, const char *name,
		       const char *value);

void test_fill(u8 *buf, u8 seed, u32 len);
bool test_is_data(const u8 *buf, u8 seed, u32 from, u32 to);

unsigned int test_rw_cdb(u8 cdb[16], u8 opcode, u8 flags, u64 lba, u32 count);

void expect_sense(struct kunit *test, const struct ended_cmd *cmd, u8 key,
		  u16 code);
void expect_sense_info(struct kunit *test, const struct ended_cmd *cmd,
		       bool valid, u64 info);
void expect_sense_field(struct kunit *test, const struct ended_cmd *cmd,
			u16 code, unsigned int byte, unsigned int bit);

#endif /* _PIOSCSI_KUNIT_SCSI_TEST_H */

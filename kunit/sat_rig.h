/* SPDX-License-Identifier: GPL-2.0-only */
/* A disk for the tests of the translation, and the expected results. */
#ifndef _PIOSCSI_KUNIT_SAT_RIG_H
#define _PIOSCSI_KUNIT_SAT_RIG_H

#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/types.h>

#include "../ata/dev.h"
#include "../ata/sat.h"

#define SAT_RIG_SECTORS		BIT_ULL(40)
#define SAT_RIG_MULTI		16
#define SAT_RIG_WWN		0x5000c500a1b2c3d4ULL

/**
 * struct sat_rig - one disk, one command
 * @test: the test
 * @dev: the disk
 * @cmd: the last command
 * @cdb: its CDB, in memory of exactly its length
 * @answer: the last answer
 */
struct sat_rig {
	struct kunit *test;
	struct sat_dev dev;
	struct sat_cmd cmd;
	u8 *cdb;
	enum sat_answer answer;
};

void sat_id_word(u8 *id, unsigned int word, u16 value);
void sat_id_string(u8 *id, unsigned int word, unsigned int len,
		   const char *string);
void sat_id_sum(u8 *id);
void sat_id_lock(u8 *id);
u8 *sat_id_create(struct kunit *test);
u8 *sat_chs_id_create(struct kunit *test);

struct sat_rig *sat_rig_create(struct kunit *test);
void sat_rig_identify(struct sat_rig *rig, const u8 *id);

enum sat_answer sat_send(struct sat_rig *rig, enum dma_data_direction dir,
			 u32 data_len, const u8 *cdb, unsigned int cdb_len);
enum sat_answer sat_done(struct sat_rig *rig);
enum sat_answer sat_fails(struct sat_rig *rig, u8 status, u8 error, u64 lba);
enum sat_answer sat_param(struct sat_rig *rig, const u8 *data, u32 len);

#define SAT_SEND(_rig, _dir, _len, ...) \
({ \
	const u8 _cdb[] = { __VA_ARGS__ }; \
	\
	sat_send(_rig, _dir, _len, _cdb, sizeof(_cdb)); \
})

#define SAT_SEND_NONE(_rig, ...) SAT_SEND(_rig, DMA_NONE, 0, __VA_ARGS__)
#define SAT_SEND_IN(_rig, _len, ...) \
	SAT_SEND(_rig, DMA_FROM_DEVICE, _len, __VA_ARGS__)
#define SAT_SEND_OUT(_rig, _len, ...) \
	SAT_SEND(_rig, DMA_TO_DEVICE, _len, __VA_ARGS__)

enum sat_answer sat_rw(struct sat_rig *rig, u8 opcode, u8 flags, u64 lba,
		       u32 count);

void sat_expect_good(struct sat_rig *rig);
void sat_expect_reply(struct sat_rig *rig, u32 len);
void sat_expect_bytes(struct sat_rig *rig, unsigned int off, const u8 *bytes,
		      unsigned int len);
void sat_expect_sense(struct sat_rig *rig, u8 key, u16 code);
void sat_expect_field(struct sat_rig *rig, u16 code, unsigned int byte,
		      unsigned int bit);
void sat_expect_info(struct sat_rig *rig, bool valid, u64 info);
void sat_expect_command(struct sat_rig *rig, u8 command);
void sat_expect_tf(struct sat_rig *rig, u8 command, bool ext, u64 lba,
		   u32 count);
void sat_expect_data(struct sat_rig *rig, enum sat_protocol protocol,
		     u32 bytes, u32 drq_bytes);

#endif /* _PIOSCSI_KUNIT_SAT_RIG_H */

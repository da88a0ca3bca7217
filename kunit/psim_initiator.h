/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An initiator for the tests of the simulated targets: sends CDBs through the
 * seam as a chip would, and looks at what comes back.
 */
#ifndef _PSIM_INITIATOR_H
#define _PSIM_INITIATOR_H

#include <kunit/test.h>
#include <linux/types.h>

#include "../sim/target.h"

/* Logical units of psim_initiator_create(): two targets with three each. */
#define PSIM_TEST_TARGETS	2
#define PSIM_TEST_LUNS		3

#define PSIM_TEST_DATA		(5U << 20)

/**
 * struct psim_initiator - a bus of targets, and the last command to one
 * @test: the test it is for
 * @bus: the bus
 * @target: where commands go
 * @lun: where commands go
 * @data: data for the command, or from it; PSIM_TEST_DATA bytes
 * @task: the last command; its status, sense data, dir and len are valid
 * @piece: bytes moved at a time
 * @again: calls that returned -EAGAIN
 */
struct psim_initiator {
	struct kunit *test;
	struct psim_bus *bus;
	unsigned int target;
	unsigned int lun;
	u8 *data;
	struct psim_task task;
	u32 piece;
	unsigned int again;
};

struct psim_initiator *psim_initiator_create(struct kunit *test, u64 dev_size,
					     unsigned int sector_size);
struct psim_lun *psim_initiator_lun(struct psim_initiator *ini);

u8 psim_send(struct psim_initiator *ini, const u8 *cdb, unsigned int len);
void psim_send_good(struct psim_initiator *ini, const u8 *cdb,
		    unsigned int len);
void psim_rw(struct psim_initiator *ini, u8 opcode16, u8 flags, u64 lba,
	     u32 count);

/* Sends the bytes given as a CDB. */
#define PSIM_SEND(ini, ...) \
	psim_send(ini, (const u8 []){ __VA_ARGS__ }, \
		  sizeof((const u8 []){ __VA_ARGS__ }))
#define PSIM_SEND_GOOD(ini, ...) \
	psim_send_good(ini, (const u8 []){ __VA_ARGS__ }, \
		       sizeof((const u8 []){ __VA_ARGS__ }))

void psim_expect_sense(struct psim_initiator *ini, u8 key, u16 code);
void psim_expect_info(struct psim_initiator *ini, bool valid, u64 info);
void psim_expect_field(struct psim_initiator *ini, u16 code, unsigned int byte,
		       unsigned int bit);
void psim_expect_zeroes(struct psim_initiator *ini, u32 offset, u32 len);

#endif /* _PSIM_INITIATOR_H */

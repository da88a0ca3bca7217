/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An initiator for the tests of the simulated targets. It sends CDBs to the
 * targets as the chip does, and checks the answers.
 */
#ifndef _SIM_INITIATOR_H
#define _SIM_INITIATOR_H

#include <kunit/test.h>
#include <linux/types.h>

#include "../sim/target.h"

/* Logical units of sim_initiator_create(): two targets with three each. */
#define SIM_TEST_TARGETS	2
#define SIM_TEST_LUNS		3

#define SIM_TEST_DATA		(5U << 20)

/**
 * struct sim_initiator - a bus of targets, and the last command to one
 * @test: the test it is for
 * @bus: the bus
 * @target: target ID of the commands
 * @lun: LUN of the commands
 * @data: data of the command, SIM_TEST_DATA bytes
 * @task: the last command; its status, sense data, dir and len are valid
 * @piece: bytes moved at a time
 * @again: calls that returned -EAGAIN, and pieces that needed memory
 * @moved: bytes of data moved
 * @cancel: the chip cancels each command before its last step
 * @in_flight: called for each command between its first step and its data
 */
struct sim_initiator {
	struct kunit *test;
	struct sim_bus *bus;
	unsigned int target;
	unsigned int lun;
	u8 *data;
	struct sim_task task;
	u32 piece;
	unsigned int again;
	u32 moved;
	bool cancel;
	void (*in_flight)(struct sim_initiator *ini);
};

struct sim_initiator *sim_initiator_on(struct kunit *test,
				       const struct sim_bus_config *config);
struct sim_initiator *sim_initiator_create(struct kunit *test, u64 dev_size,
					   unsigned int sector_size);
struct sim_lun *sim_initiator_lun(struct sim_initiator *ini);

u8 sim_send(struct sim_initiator *ini, const u8 *cdb, unsigned int len);
void sim_send_good(struct sim_initiator *ini, const u8 *cdb,
		   unsigned int len);
void sim_rw(struct sim_initiator *ini, u8 opcode, u8 flags, u64 lba,
	    u32 count);

/* Sends the bytes given as a CDB. */
#define SIM_SEND(ini, ...) \
	sim_send(ini, (const u8 []){ __VA_ARGS__ }, \
		 sizeof((const u8 []){ __VA_ARGS__ }))
#define SIM_SEND_GOOD(ini, ...) \
	sim_send_good(ini, (const u8 []){ __VA_ARGS__ }, \
		      sizeof((const u8 []){ __VA_ARGS__ }))

void sim_expect_sense(struct sim_initiator *ini, u8 key, u16 code);
void sim_expect_info(struct sim_initiator *ini, bool valid, u64 info);
void sim_expect_field(struct sim_initiator *ini, u16 code, unsigned int byte,
		      unsigned int bit);
void sim_expect_zeroes(struct sim_initiator *ini, u32 offset, u32 len);
void sim_expect_good(struct sim_initiator *ini, u32 len);

unsigned long sim_chunks(struct sim_initiator *ini);
void sim_write_byte(struct sim_initiator *ini, u64 lba, u32 count, u8 byte);
void sim_expect_byte(struct sim_initiator *ini, u64 lba, u32 count, u8 byte);

/* Parameters of a test for each logical block length. */
#define SIM_SECTORS	4
extern const unsigned int sim_sectors[SIM_SECTORS];
void sim_sector_desc(const unsigned int *sector, char *desc);

#endif /* _SIM_INITIATOR_H */

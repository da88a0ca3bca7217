/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An ATA channel whose registers read as random values.
 */
#ifndef _PIOSCSI_KUNIT_FUZZ_ATA_H
#define _PIOSCSI_KUNIT_FUZZ_ATA_H

#include <linux/prandom.h>

#include "fake_ata.h"

#define FUZZ_PIECE	64U

/**
 * struct fuzz_rules - how the registers answer
 * @seed: seed of the random numbers
 * @sane: reads, of 16, that have the value that the command needs next
 * @stuck: each other register has this value always
 * @is_stuck: whether @stuck is valid
 * @reads: number of reads after which the device is gone, or 0
 * @drq_sticks: DRQ stays set after the last block
 */
struct fuzz_rules {
	unsigned int seed;
	unsigned int sane;
	u8 stuck;
	bool is_stuck;
	unsigned int reads;
	bool drq_sticks;
};

/**
 * struct fuzz - a channel, its present command, and the record of all commands
 * @test: the test
 * @fake: the channel
 * @rules: how its registers answer
 * @ops: the registers; the second ones are of 8 bits
 * @rnd: the random numbers
 * @last: last value of the status
 * @reads: register reads so far
 * @accesses: register accesses of the present call
 * @in_reset: a reset may drain data
 * @is_rw: the command is READ or WRITE of a disk with a buffer of its length
 * @ended: the command has ended
 * @at: bytes that have passed the data port in the direction of the command
 * @mem: a piece of data between canaries
 * @id: IDENTIFY data of a disk, and of an ATAPI device
 * @phases: a bit for each phase that was reached
 * @most: most register accesses of one call outside a task
 * @commands: number of commands
 * @resets: number of resets
 * @good: number of READ and WRITE commands that ended well
 * @done: number of commands that ended without a fault or an abort
 * @endless: number of commands that had not ended at their timeout
 */
struct fuzz {
	struct kunit *test;
	struct fake_ata *fake;
	struct fuzz_rules rules;
	struct pioata_io_ops ops[2];
	struct rnd_state rnd;
	u8 last;
	unsigned int reads;
	unsigned int accesses;
	bool in_reset;
	bool is_rw;
	bool ended;
	u32 at;
	u8 mem[3 * FUZZ_PIECE];
	const u8 *id[2];
	unsigned long phases;
	unsigned int most;
	unsigned int commands;
	unsigned int resets;
	unsigned int good;
	unsigned int done;
	unsigned int endless;
};

#define fuzz_expect(_fuzz, _cond) \
do { \
	const struct fuzz *_f = (_fuzz); \
	\
	KUNIT_EXPECT_TRUE_MSG(_f->test, _cond, \
			      "seed %u, command %u, opcode %02xh, phase %u", \
			      _f->rules.seed, _f->commands, \
			      _f->fake->scmd.cmnd[0], \
			      _f->fake->chan.job.phase); \
} while (0)

u32 fuzz_pick(struct fuzz *fuzz, u32 below);
u8 fuzz_pattern(u32 at);
u32 fuzz_bytes_left(const struct fuzz *fuzz);
struct fuzz *fuzz_create(struct kunit *test, const struct fuzz_rules *rules);

#endif /* _PIOSCSI_KUNIT_FUZZ_ATA_H */

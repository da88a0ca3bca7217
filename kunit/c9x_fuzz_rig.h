/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A loop that calls the 53C9x's front end as the port does, on registers that
 * read at random. It checks the front end's state after each call.
 */
#ifndef _PIOSCSI_KUNIT_C9X_FUZZ_RIG_H
#define _PIOSCSI_KUNIT_C9X_FUZZ_RIG_H

#include <linux/scatterlist.h>

#include "fake_c9x.h"
#include "c9x_fuzz_regs.h"

#define FUZZ_BUF_SIZE	256U
#define FUZZ_PIECE	64U
#define FUZZ_REDZONE	16U

/**
 * struct fuzz_cmd - a command, with more data than the fake's
 * @c: the command
 * @sg: its scatter list, of two entries
 * @buf: its data
 * @active: it was started and has not ended
 */
struct fuzz_cmd {
	struct c9x_cmd *c;
	struct scatterlist sg[2];
	u8 buf[FUZZ_BUF_SIZE];
	bool active;
};

/**
 * struct fuzz - the state of a run
 * @test: the test
 * @fake: the scripted chip, which is used for a good target
 * @chip: the front end's state
 * @regs: its registers
 * @seed: seed of the random numbers, for messages
 * @step: number of the step, for messages
 * @accesses: register accesses of the present call
 * @claiming: an interrupt handler runs beside the owner
 * @sending: the front end sends data
 * @recovering: an abort or a reset runs
 * @send_at: position of the next byte that it may send
 * @rounds: rounds left before the timeout of the present call
 * @cmd: commands by tag
 * @piece: data, between redzones
 * @nr_xfer: number of announcements
 * @nr_done: number of commands that the front end ended
 * @nr_faults: number of faults
 * @nr_sent: number of bytes sent
 * @nr_lost: number of lost selections seen
 * @nr_disconnected: number of disconnected commands seen
 * @nr_recovered: number of aborts and resets that succeeded
 */
struct fuzz {
	struct kunit *test;
	struct fake_c9x *fake;
	struct c9x *chip;
	struct fuzz_regs regs;
	unsigned int seed;
	unsigned int step;
	unsigned int accesses;
	bool claiming;
	bool sending;
	bool recovering;
	unsigned int send_at;
	unsigned int rounds;
	struct fuzz_cmd cmd[C9X_DEPTH];
	u8 piece[FUZZ_REDZONE + FUZZ_PIECE + FUZZ_REDZONE];
	unsigned int nr_xfer;
	unsigned int nr_done;
	unsigned int nr_faults;
	unsigned int nr_sent;
	unsigned int nr_lost;
	unsigned int nr_disconnected;
	unsigned int nr_recovered;
};

/* A run ends with the first check that fails. */
static inline bool fuzz_failed(const struct fuzz *fuzz)
{
	return READ_ONCE(fuzz->test->status) == KUNIT_FAILURE;
}

struct fuzz *c9x_fuzz_create(struct kunit *test);
void c9x_fuzz_begin(enum fuzz_mode mode, unsigned int seed);
void c9x_fuzz_step(void);
void c9x_fuzz_end(void);

#endif /* _PIOSCSI_KUNIT_C9X_FUZZ_RIG_H */

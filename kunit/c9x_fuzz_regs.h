/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of a 53C9x that read at random.
 */
#ifndef _PIOSCSI_KUNIT_C9X_FUZZ_REGS_H
#define _PIOSCSI_KUNIT_C9X_FUZZ_REGS_H

#include <linux/prandom.h>
#include <linux/types.h>

#include "../ncr53c9x/regs.h"

/**
 * enum fuzz_mode - how the registers read
 * @FUZZ_RANDOM: at random, with an interrupt in most reads
 * @FUZZ_ZEROS: as zeros
 * @FUZZ_ONES: as ones
 * @FUZZ_NO_CAUSE: with an interrupt that has no cause
 * @FUZZ_REMOVED: at random at first, and then as ones
 */
enum fuzz_mode {
	FUZZ_RANDOM,
	FUZZ_ZEROS,
	FUZZ_ONES,
	FUZZ_NO_CAUSE,
	FUZZ_REMOVED,
};

/**
 * struct fuzz_regs - the registers
 * @mode: how they read
 * @rnd: state of the random numbers
 * @reads: number of reads so far
 * @lifetime: number of reads before the card is removed, with %FUZZ_REMOVED
 * @phase: present phase of the bus
 * @ctrl1: last value written to the first control register
 * @cmd: last command of the chip whose end raises an interrupt
 * @quiet: number of reads of the status before the next interrupt, at least
 * @bus_reset: the bus was reset, so that the next interrupt reports the reset
 * @reselected: the last interrupt was a reselection
 * @identify: the next byte of the FIFO is IDENTIFY, after a reselection
 * @phases: number of interrupts that were read in each phase
 */
struct fuzz_regs {
	enum fuzz_mode mode;
	struct rnd_state rnd;
	unsigned int reads;
	unsigned int lifetime;
	u8 phase;
	u8 ctrl1;
	u8 cmd;
	unsigned int quiet;
	bool bus_reset;
	bool reselected;
	bool identify;
	unsigned int phases[C9X_PHASES];
};

u32 c9x_fuzz_below(struct fuzz_regs *regs, u32 limit);
void c9x_fuzz_regs_begin(struct fuzz_regs *regs, enum fuzz_mode mode,
			 unsigned int seed);
u8 c9x_fuzz_regs_read(struct fuzz_regs *regs, unsigned int reg);
void c9x_fuzz_regs_write(struct fuzz_regs *regs, unsigned int reg, u8 val);

#endif /* _PIOSCSI_KUNIT_C9X_FUZZ_REGS_H */

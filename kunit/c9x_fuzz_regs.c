// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of a 53C9x that read at random. Most values are those of a target
 * that follows the protocol, so that the front end gets beyond its checks.
 */
#include <linux/kernel.h>
#include <scsi/scsi.h>

#include "fake_c9x.h"
#include "c9x_fuzz_regs.h"

/* Number of reads before a card is removed, at most. */
#define LIFETIME_MAX	4096

/**
 * c9x_fuzz_below() - get a random number
 * @regs: the registers
 * @limit: a number above the highest one
 *
 * Context: any.
 * Return: the number.
 */
u32 c9x_fuzz_below(struct fuzz_regs *regs, u32 limit)
{
	return prandom_u32_state(&regs->rnd) % limit;
}

/**
 * c9x_fuzz_regs_begin() - begin a run
 * @regs: the registers
 * @mode: how they read
 * @seed: seed of the random numbers
 *
 * Context: any.
 */
void c9x_fuzz_regs_begin(struct fuzz_regs *regs, enum fuzz_mode mode,
			 unsigned int seed)
{
	regs->mode = mode;
	regs->reads = 0;
	prandom_seed_state(&regs->rnd, seed);
	regs->lifetime = c9x_fuzz_below(regs, LIFETIME_MAX);
}

static bool seldom(struct fuzz_regs *regs)
{
	return !c9x_fuzz_below(regs, 16);
}

static u8 random_stat(struct fuzz_regs *regs)
{
	u8 stat;

	if (regs->bus_reset)
		return C9X_STAT_INT;
	/* Most phases last for more than one byte. */
	if (!c9x_fuzz_below(regs, 4))
		regs->phase = c9x_fuzz_below(regs, C9X_PHASES);
	if (regs->cmd == C9X_CMD_COMPLETE && !seldom(regs))
		regs->phase = MI;
	stat = regs->phase;
	/* Now and then a target takes long. */
	if (!c9x_fuzz_below(regs, 128))
		regs->quiet = c9x_fuzz_below(regs, 64);
	if (regs->quiet)
		regs->quiet--;
	else if (c9x_fuzz_below(regs, 4))
		stat |= C9X_STAT_INT;
	if (seldom(regs))
		stat |= C9X_STAT_PARITY;
	if (!c9x_fuzz_below(regs, 256))
		stat |= C9X_STAT_GROSS;
	return stat;
}

/* The interrupt that the last command of the chip may cause. */
static u8 expected_intr(struct fuzz_regs *regs)
{
	switch (regs->cmd) {
	case C9X_CMD_SELECT:
	case C9X_CMD_SELECT3:
	case C9X_CMD_SELECT_STOP:
		return c9x_fuzz_below(regs, 4) ? BS | FC : RESEL;
	case C9X_CMD_ENABLE:
		return RESEL;
	case C9X_CMD_ACCEPT:
		return c9x_fuzz_below(regs, 2) ? BS : DC;
	case C9X_CMD_COMPLETE:
		return FC;
	case C9X_CMD_TRANSFER:
		return regs->phase == MO && c9x_fuzz_below(regs, 2) ? DC : BS;
	default:
		return BS;
	}
}

static u8 random_intr(struct fuzz_regs *regs)
{
	u8 intr;

	if (regs->bus_reset) {
		regs->bus_reset = false;
		return C9X_INTR_RESET;
	}
	intr = expected_intr(regs);
	if (!c9x_fuzz_below(regs, 32))
		intr = BIT(c9x_fuzz_below(regs, 8));
	else if (!c9x_fuzz_below(regs, 128))
		intr = c9x_fuzz_below(regs, 256);
	regs->phases[regs->phase]++;
	regs->reselected = intr & RESEL;
	/* The chip has executed the command. */
	if (regs->reselected || intr & DC)
		regs->cmd = C9X_CMD_NOP;
	return intr;
}

static unsigned int random_level(struct fuzz_regs *regs)
{
	if (seldom(regs))
		return c9x_fuzz_below(regs, 32);
	if (regs->reselected || regs->cmd == C9X_CMD_COMPLETE)
		return 2;
	if (regs->cmd == C9X_CMD_TRANSFER)
		return regs->phase == MI;
	return 0;
}

static u8 random_fifo(struct fuzz_regs *regs)
{
	static const u8 bytes[] = {
		COMMAND_COMPLETE, SAVE_POINTERS, RESTORE_POINTERS, DISCONNECT,
		DISCONNECT, MESSAGE_REJECT, NOP, SIMPLE_QUEUE_TAG,
		EXTENDED_MESSAGE,
	};

	if (seldom(regs))
		return c9x_fuzz_below(regs, 256);
	/* A reselection gives both IDs, and then IDENTIFY. */
	if (regs->reselected) {
		regs->identify = !regs->identify;
		return regs->identify ?
		       BIT(7) | BIT(1 + c9x_fuzz_below(regs, 2)) :
		       0x80 | c9x_fuzz_below(regs, 2);
	}
	if (regs->cmd == C9X_CMD_COMPLETE)
		return c9x_fuzz_below(regs, 4) ? 0 : SAM_STAT_CHECK_CONDITION;
	if (!c9x_fuzz_below(regs, 4))
		return c9x_fuzz_below(regs, C9X_DEPTH);
	return bytes[c9x_fuzz_below(regs, ARRAY_SIZE(bytes))];
}

static u8 random_reg(struct fuzz_regs *regs, unsigned int reg)
{
	switch (reg) {
	case C9X_STAT:
		return random_stat(regs);
	case C9X_INTR:
		return random_intr(regs);
	case C9X_STEP:
		return seldom(regs) ? C9X_STEP_NONE : C9X_STEP_ALL;
	case C9X_LEVEL:
		return random_level(regs);
	case C9X_FIFO:
		return random_fifo(regs);
	case C9X_CTRL1:
		return seldom(regs) ? 0 : regs->ctrl1;
	default:
		return c9x_fuzz_below(regs, 256);
	}
}

/**
 * c9x_fuzz_regs_read() - read a register
 * @regs: the registers
 * @reg: the register's number
 *
 * Context: any.
 * Return: its value.
 */
u8 c9x_fuzz_regs_read(struct fuzz_regs *regs, unsigned int reg)
{
	regs->reads++;
	switch (regs->mode) {
	case FUZZ_ZEROS:
		return 0;
	case FUZZ_ONES:
		return U8_MAX;
	case FUZZ_NO_CAUSE:
		return reg == C9X_STAT ? C9X_STAT_INT : 0;
	case FUZZ_REMOVED:
		if (regs->reads > regs->lifetime)
			return U8_MAX;
		fallthrough;
	default:
		return random_reg(regs, reg);
	}
}

/**
 * c9x_fuzz_regs_write() - write a register
 * @regs: the registers
 * @reg: the register's number
 * @val: its new value
 *
 * Context: any.
 */
void c9x_fuzz_regs_write(struct fuzz_regs *regs, unsigned int reg, u8 val)
{
	if (reg == C9X_CTRL1)
		regs->ctrl1 = val;
	if (reg != C9X_CMD)
		return;
	regs->bus_reset = val == C9X_CMD_BUS_RESET;
	switch (val) {
	case C9X_CMD_NOP:
	case C9X_CMD_FLUSH:
		break;
	case C9X_CMD_SET_ATN:
		if (c9x_fuzz_below(regs, 2))
			regs->phase = MO;
		break;
	default:
		regs->cmd = val;
		regs->reselected = false;
	}
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The simulated PIO SCSI chip, at register level; see regs.h.
 */
#ifndef _PIOSCSI_SIM_CHIP_H
#define _PIOSCSI_SIM_CHIP_H

#include <linux/types.h>

#include "fault.h"
#include "regs.h"

/* Highest depth a chip can have. */
#define SIM_DEPTH_MAX	1024

#define SIM_REG_WORDS	(SIM_REG_DATA / 4)

struct sim_bus;
struct sim_chip;
struct sim_line;
struct sim_target_ops;

/**
 * struct sim_chip_config - the properties of a chip and the costs it models
 * @bus_ns: time for which an access of the data port stalls the CPU, ns
 * @reg_ns: time for which an access of another register stalls the CPU, ns
 * @latency_us: time from SIM_CMD_START until the nexus connects, us; 0 means
 *	that the target runs the command inside the write of the register
 * @fifo_bytes: most bytes of data in one burst; 0 means no limit
 * @depth: commands that the mailbox takes, 1 to SIM_DEPTH_MAX
 * @num_tgts: value of SIM_REG_TARGETS
 * @max_luns: value of SIM_REG_LUNS
 * @ops: the operations of the targets, or %NULL for those of target.h
 * @no_mask: SIM_REG_IMR cannot be changed: all interrupts are enabled
 * @shared_luns: the other chips with this property have the same logical units
 * @seed: seed of the random numbers that decide about faults
 */
struct sim_chip_config {
	unsigned int bus_ns;
	unsigned int reg_ns;
	unsigned int latency_us;
	unsigned int fifo_bytes;
	unsigned int depth;
	unsigned int num_tgts;
	unsigned int max_luns;
	const struct sim_target_ops *ops;
	bool no_mask;
	bool shared_luns;
	u32 seed;
};

struct sim_chip *sim_chip_create(const struct sim_chip_config *config,
				 struct sim_bus *bus,
				 struct sim_line *line);
void sim_chip_destroy(struct sim_chip *chip);
void sim_chip_reset(struct sim_chip *chip);

/**
 * struct sim_window - the first part of a chip, for accesses of its registers
 * @reg: the registers as the host reads them
 * @faults: the faults of the chip. While any is active, an access may cost time
 *	or read another value.
 */
struct sim_window {
	u32 reg[SIM_REG_WORDS];
	struct sim_faults faults;
};

u32 sim_chip_read_checked(struct sim_chip *chip, unsigned int reg);

/**
 * sim_chip_read - read a register
 * @chip: the chip
 * @reg: SIM_REG_*
 *
 * Context: any. No other context accesses the data port and the mailbox.
 * Return: its value; 0 if there is nothing to read.
 */
static inline u32 sim_chip_read(struct sim_chip *chip, unsigned int reg)
{
	const struct sim_window *window = (const struct sim_window *)chip;

	if (reg >= SIM_REG_DATA || reg % 4 ||
	    sim_faults_active(&window->faults))
		return sim_chip_read_checked(chip, reg);
	return READ_ONCE(window->reg[reg / 4]);
}

void sim_chip_write(struct sim_chip *chip, unsigned int reg, u32 val);
void sim_chip_write_mbox(struct sim_chip *chip,
			 const u32 words[SIM_MBOX_WORDS]);
void sim_chip_read_rep(struct sim_chip *chip, void *buf, unsigned int bytes);
unsigned int sim_chip_write_rep(struct sim_chip *chip, const void *buf,
				unsigned int bytes);

#endif /* _PIOSCSI_SIM_CHIP_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The simulated PIO SCSI chip, at register level; see regs.h.
 */
#ifndef _PIOSCSI_SIM_CHIP_H
#define _PIOSCSI_SIM_CHIP_H

#include <linux/types.h>

#include "regs.h"

/* Highest depth a chip can have. */
#define PSIM_DEPTH_MAX	1024

struct psim_bus;
struct psim_chip;
struct psim_line;
struct psim_seam;

/**
 * struct psim_chip_config - a chip's build and the costs that it models
 * @bus_ns: time for which an access of the data port stalls the CPU, ns
 * @latency_us: time from PSIM_CMD_START until the nexus connects, us; 0 means
 *	that the target runs the command inside the write of the register
 * @fifo_bytes: most bytes of data in one burst; 0 means no limit
 * @depth: commands that the mailbox takes, 1 to PSIM_DEPTH_MAX
 * @num_tgts: what PSIM_REG_TARGETS shows
 * @max_luns: what PSIM_REG_LUNS shows
 * @seam: how to reach the targets, or %NULL for those of target.h
 * @no_mask: PSIM_REG_IMR is stuck, all interrupts are enabled for good
 * @seed: of the chance by which faults happen
 */
struct psim_chip_config {
	unsigned int bus_ns;
	unsigned int latency_us;
	unsigned int fifo_bytes;
	unsigned int depth;
	unsigned int num_tgts;
	unsigned int max_luns;
	const struct psim_seam *seam;
	bool no_mask;
	u32 seed;
};

struct psim_chip *psim_chip_create(const struct psim_chip_config *config,
				   struct psim_bus *bus,
				   struct psim_line *line);
void psim_chip_destroy(struct psim_chip *chip);
void psim_chip_reset(struct psim_chip *chip);

u32 psim_chip_read(struct psim_chip *chip, unsigned int reg);
void psim_chip_write(struct psim_chip *chip, unsigned int reg, u32 val);
void psim_chip_write_mbox(struct psim_chip *chip,
			  const u32 words[PSIM_MBOX_WORDS]);
void psim_chip_read_rep(struct psim_chip *chip, void *buf, unsigned int bytes);
void psim_chip_write_rep(struct psim_chip *chip, const void *buf,
			 unsigned int bytes);

#endif /* _PIOSCSI_SIM_CHIP_H */

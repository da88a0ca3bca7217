/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_BUDGET_H
#define _PIOSCSI_BUDGET_H

#include <linux/dma-direction.h>
#include <linux/types.h>

/**
 * struct pioscsi_budget - a running estimate of what PIO costs
 * @ps_per_byte: picoseconds a byte, reading and writing; 0 while not known
 * @end_ns: what it takes to end a command, ns; 0 while not known
 * @overhead_ns: what else an interrupt takes in which something is done, ns: to
 *	claim it, to ask the chip, to start the next command; hard IRQ's
 *
 * Belongs to the owner of the chip; others may read it.
 */
struct pioscsi_budget {
	u32 ps_per_byte[2];
	u32 end_ns;
	u32 overhead_ns;
};

bool pioscsi_budget_known(const struct pioscsi_budget *budget,
			  enum dma_data_direction dir);
u64 pioscsi_budget_cost_ns(const struct pioscsi_budget *budget,
			   enum dma_data_direction dir, unsigned int len);
unsigned int pioscsi_budget_bytes(const struct pioscsi_budget *budget,
				  enum dma_data_direction dir, u64 ns);
bool pioscsi_budget_learn(struct pioscsi_budget *budget,
			  enum dma_data_direction dir, unsigned int len,
			  u64 ns);
void pioscsi_budget_learn_end(struct pioscsi_budget *budget, u64 ns);
void pioscsi_budget_learn_overhead(struct pioscsi_budget *budget, u64 ns,
				   u64 most);
void pioscsi_budget_decay_overhead(struct pioscsi_budget *budget, u64 least);

#endif /* _PIOSCSI_BUDGET_H */

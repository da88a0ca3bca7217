/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_BUDGET_H
#define _PIOSCSI_BUDGET_H

#include <linux/dma-direction.h>
#include <linux/types.h>

/**
 * struct pioscsi_budget - running estimates of the cost of PIO
 * @ps_per_byte: picoseconds for a byte, reading and writing; 0 if not known
 * @end_ns: time to end a command, ns; 0 if not known
 * @overhead_ns: other time of an interrupt with work, ns: to claim it, to query
 *	the chip, to start the next command; hard IRQ only
 *
 * The owner of the chip writes it; any context may read it.
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

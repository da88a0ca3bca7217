/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_BUDGET_H
#define _PIOSCSI_BUDGET_H

#include <linux/compiler.h>
#include <linux/dma-direction.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define PIOSCSI_PS_PER_NS	1000U

/*
 * One event of this number is a sample. It is odd, so that the samples of a
 * repeating pattern of events are not all of the same event.
 */
#define PIOSCSI_SAMPLE_PERIOD	17U

/**
 * struct pioscsi_budget - running estimates of the cost of PIO
 * @ps_per_byte: picoseconds for a byte, reading and writing; 0 if not known
 * @end_ns: time that the hard IRQ handler takes to end a command, ns; 0 if not
 *	known
 * @overhead_ns: other time of an interrupt with work, ns: to claim it, to query
 *	the chip, to start the next command; hard IRQ only
 * @overhead_mean_ns: mean of the samples of @overhead_ns, ns; 0 if not known
 * @least_ns: shortest sample of @ps_per_byte that the clock measures well, ns
 * @end_calm: samples since the last one that exceeded @end_ns, up to a limit
 * @overhead_calm: the same for @overhead_ns
 * @bursts: bursts until the next sample of @ps_per_byte
 * @ends: ends until the next sample of @end_ns
 * @irqs: interrupts with work until the next sample of @overhead_ns
 * @deferrals: interrupts that deferred everything until @overhead_ns decays
 *
 * The owner of the chip writes @ps_per_byte, @least_ns, @end_ns, @end_calm,
 * @bursts and @ends. The hard IRQ handler and the timer write the other fields
 * after they have released the chip. Any context may read all fields.
 */
struct pioscsi_budget {
	u32 ps_per_byte[2];
	u32 end_ns;
	u32 overhead_ns;
	u32 overhead_mean_ns;
	u32 least_ns;
	u8 end_calm;
	u8 overhead_calm;
	u8 bursts;
	u8 ends;
	u8 irqs;
	u8 deferrals;
};

/**
 * pioscsi_budget_sample_due() - tell whether an event is a sample
 * @left: events of this kind until the next sample
 *
 * The clock costs as much as a register access, so few events are samples. Each
 * kind has its own count: in a count of all events, those of one kind may never
 * have a multiple of the period.
 *
 * Context: owner of the chip; or hard IRQ, where another handler of this chip
 *	may call this at the same time. One of the events is not counted then.
 * Return: true once in %PIOSCSI_SAMPLE_PERIOD calls, beginning with the first.
 */
static inline bool pioscsi_budget_sample_due(u8 *left)
{
	u8 now = READ_ONCE(*left);

	WRITE_ONCE(*left, now ? now - 1 : PIOSCSI_SAMPLE_PERIOD - 1);
	return !now;
}

/**
 * pioscsi_budget_known() - tell whether a rate is known
 * @budget: the estimate
 * @dir: %DMA_FROM_DEVICE or %DMA_TO_DEVICE
 *
 * Context: any.
 * Return: true once a sample was taken.
 */
static inline bool
pioscsi_budget_known(const struct pioscsi_budget *budget,
		     enum dma_data_direction dir)
{
	return READ_ONCE(budget->ps_per_byte[dir == DMA_TO_DEVICE]);
}

/**
 * pioscsi_budget_cost_ns() - estimate the time of a transfer
 * @budget: the estimate
 * @dir: %DMA_FROM_DEVICE or %DMA_TO_DEVICE
 * @len: bytes
 *
 * Context: any.
 * Return: nanoseconds; %U64_MAX if not known, which exceeds any budget.
 */
static inline u64
pioscsi_budget_cost_ns(const struct pioscsi_budget *budget,
		       enum dma_data_direction dir, unsigned int len)
{
	u32 ps = READ_ONCE(budget->ps_per_byte[dir == DMA_TO_DEVICE]);

	if (!ps)
		return U64_MAX;
	return div_u64((u64)len * ps, PIOSCSI_PS_PER_NS);
}

/**
 * pioscsi_budget_exceeds() - compare the estimated time of a transfer
 * @budget: the estimate
 * @dir: %DMA_FROM_DEVICE or %DMA_TO_DEVICE
 * @len: bytes
 * @ns: the time to compare with, nanoseconds
 *
 * Unlike pioscsi_budget_cost_ns(), this divides nothing.
 *
 * Context: any.
 * Return: true if the transfer takes longer than @ns; false if not known.
 */
static inline bool
pioscsi_budget_exceeds(const struct pioscsi_budget *budget,
		       enum dma_data_direction dir, unsigned int len, u32 ns)
{
	u32 ps = READ_ONCE(budget->ps_per_byte[dir == DMA_TO_DEVICE]);

	return (u64)len * ps > (u64)ns * PIOSCSI_PS_PER_NS;
}

/**
 * pioscsi_budget_end_known() - tell whether the end of a command was timed
 * @budget: the estimate
 *
 * Context: any.
 * Return: true once a sample was taken.
 */
static inline bool pioscsi_budget_end_known(const struct pioscsi_budget *budget)
{
	return READ_ONCE(budget->end_ns);
}

/**
 * pioscsi_budget_end_ns() - estimate the time to end a command
 * @budget: the estimate
 *
 * Context: any.
 * Return: nanoseconds; %U64_MAX if not known, which exceeds any budget.
 */
static inline u64 pioscsi_budget_end_ns(const struct pioscsi_budget *budget)
{
	return READ_ONCE(budget->end_ns) ?: U64_MAX;
}

void pioscsi_budget_set_tick(struct pioscsi_budget *budget, u32 tick_ns);
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

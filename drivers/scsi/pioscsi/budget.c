// SPDX-License-Identifier: GPL-2.0-only
/*
 * What PIO costs: known before it starts, so that the decision whether the
 * hard handler may do it is made before and not regretted after.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "budget.h"

#define PS_PER_NS	1000U

/* Below this the fixed cost of a call drowns that of its bytes. */
#define LEARN_MIN	64U

/* A new sample counts an eighth: an interrupted one must not weigh much. */
#define LEARN_SHIFT	3

/* What nothing has shown is forgotten more slowly. */
#define DOUBT_SHIFT	5

/* More than half a year is as good as for ever. */
static u64 ns_to_ps(u64 ns)
{
	return min(ns, U64_MAX / PS_PER_NS) * PS_PER_NS;
}

static unsigned int direction(enum dma_data_direction dir)
{
	return dir == DMA_TO_DEVICE;
}

/*
 * A sample is bounded by twice and half the estimate, so that one that was
 * interrupted or preempted moves it by no more than an eighth.
 */
static void average(u32 *est, u64 sample)
{
	u32 old = READ_ONCE(*est);

	sample = clamp_t(u64, sample, 1, U32_MAX / 4);
	if (old) {
		sample = clamp_t(u64, sample, old / 2, old * 2ULL);
		sample = old - (old >> LEARN_SHIFT) +
			 ((sample + BIT(LEARN_SHIFT) - 1) >> LEARN_SHIFT);
	}
	WRITE_ONCE(*est, sample);
}

/**
 * pioscsi_budget_known() - whether anything is known yet
 * @budget: the estimate
 * @dir: %DMA_FROM_DEVICE or %DMA_TO_DEVICE
 *
 * Context: any.
 * Return: true once a sample was taken.
 */
bool pioscsi_budget_known(const struct pioscsi_budget *budget,
			  enum dma_data_direction dir)
{
	return READ_ONCE(budget->ps_per_byte[direction(dir)]);
}

/**
 * pioscsi_budget_cost_ns() - the time that a transfer will take
 * @budget: the estimate
 * @dir: %DMA_FROM_DEVICE or %DMA_TO_DEVICE
 * @len: bytes
 *
 * Context: any.
 * Return: nanoseconds; %U64_MAX while nothing is known, which no budget fits.
 */
u64 pioscsi_budget_cost_ns(const struct pioscsi_budget *budget,
			   enum dma_data_direction dir, unsigned int len)
{
	u32 ps = READ_ONCE(budget->ps_per_byte[direction(dir)]);

	if (!ps)
		return U64_MAX;
	return div_u64((u64)len * ps, PS_PER_NS);
}

/**
 * pioscsi_budget_bytes() - how much can be moved in a given time
 * @budget: the estimate
 * @dir: %DMA_FROM_DEVICE or %DMA_TO_DEVICE
 * @ns: the time, nanoseconds
 *
 * Context: any.
 * Return: bytes; a cautious guess while nothing is known.
 */
unsigned int pioscsi_budget_bytes(const struct pioscsi_budget *budget,
				  enum dma_data_direction dir, u64 ns)
{
	u32 ps = READ_ONCE(budget->ps_per_byte[direction(dir)]);

	if (!ps)
		return LEARN_MIN;
	return min_t(u64, div_u64(ns_to_ps(ns), ps), UINT_MAX);
}

/**
 * pioscsi_budget_learn() - correct the estimate by what was measured
 * @budget: the estimate
 * @dir: %DMA_FROM_DEVICE or %DMA_TO_DEVICE
 * @len: bytes that were moved
 * @ns: time it took, nanoseconds
 *
 * Context: owner of the chip.
 * Return: false if that was too little to learn from.
 */
bool pioscsi_budget_learn(struct pioscsi_budget *budget,
			  enum dma_data_direction dir, unsigned int len,
			  u64 ns)
{
	if (len < LEARN_MIN)
		return false;
	average(&budget->ps_per_byte[direction(dir)],
		div_u64(ns_to_ps(ns), len));
	return true;
}

/* It rises at once, to no more than twice what it was, and falls slowly. */
static void rise(u32 *est, u64 sample)
{
	u32 old = READ_ONCE(*est);
	u64 most = old * 2ULL;

	if (sample > old && old)
		WRITE_ONCE(*est, min3(sample, most, U32_MAX / 4ULL));
	else
		average(est, sample);
}

/**
 * pioscsi_budget_learn_end() - correct what it takes to end a command
 * @budget: the estimate
 * @ns: time that it took, nanoseconds
 *
 * On a slow machine that is more than a short transfer takes: the midlayer and
 * those above it may have all their work done inside scsi_done(). How much that
 * is differs from one command to the next.
 *
 * Context: owner of the chip.
 */
void pioscsi_budget_learn_end(struct pioscsi_budget *budget, u64 ns)
{
	rise(&budget->end_ns, ns);
}

/**
 * pioscsi_budget_learn_overhead() - raise or correct the overhead estimate
 * @budget: the estimate
 * @ns: time that it took, nanoseconds
 * @most: less than the budget, or nothing would ever fit and nothing be
 *	learned; nanoseconds
 *
 * Context: hard IRQ. An interrupt and a timer may be at it at the same time, of
 * which one is forgotten then.
 */
void pioscsi_budget_learn_overhead(struct pioscsi_budget *budget, u64 ns,
				   u64 most)
{
	rise(&budget->overhead_ns, min(ns, most));
}

/**
 * pioscsi_budget_decay_overhead() - decay the overhead estimate
 * @budget: the estimate
 * @least: but nothing when it is no more than this; nanoseconds
 *
 * For an interrupt that had nothing done, so that it shows nothing: were it for
 * too high an estimate, that would never be seen.
 *
 * Context: as pioscsi_budget_learn_overhead().
 */
void pioscsi_budget_decay_overhead(struct pioscsi_budget *budget, u64 least)
{
	u32 rest = READ_ONCE(budget->overhead_ns);

	if (rest > least)
		WRITE_ONCE(budget->overhead_ns, rest - (rest >> DOUBT_SHIFT));
}

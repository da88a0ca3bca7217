// SPDX-License-Identifier: GPL-2.0-only
/*
 * Estimates of the cost of PIO. The hard IRQ handler decides before the first
 * byte whether a transfer fits the budget.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "budget.h"

/* For fewer bytes the fixed cost of a call is most of the time. */
#define LEARN_MIN	64U

/* A sample covers this many ticks of the clock: it is 25 % off at most. */
#define LEARN_TICKS	4U

/* A sample counts an eighth, so that an interrupted one does little harm. */
#define LEARN_SHIFT	3

/*
 * After this many samples in a row at or below the estimate, one higher sample
 * counts as an accident.
 */
#define CALM		16U

/* The overhead estimate decays more slowly than a sample would lower it. */
#define DECAY_SHIFT	5

/* Saturate: picoseconds of more than half a year overflow 64 bits. */
static u64 ns_to_ps(u64 ns)
{
	return min(ns, U64_MAX / PIOSCSI_PS_PER_NS) * PIOSCSI_PS_PER_NS;
}

/*
 * Bound a sample by half and twice the estimate. An interrupted or preempted
 * sample then moves the estimate by an eighth at most.
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
 * pioscsi_budget_set_tick() - set the resolution of the clock
 * @budget: the estimate
 * @tick_ns: the resolution, nanoseconds; 0 for less than one
 *
 * Most times shorter than a tick would be 0 ns, and the others a whole tick.
 *
 * Context: owner of the chip.
 */
void pioscsi_budget_set_tick(struct pioscsi_budget *budget, u32 tick_ns)
{
	budget->least_ns = min_t(u64, (u64)tick_ns * LEARN_TICKS, U32_MAX);
}

/**
 * pioscsi_budget_bytes() - estimate the bytes that can be moved in a time
 * @budget: the estimate
 * @dir: %DMA_FROM_DEVICE or %DMA_TO_DEVICE
 * @ns: the time, nanoseconds
 *
 * Context: any.
 * Return: bytes; a small number if the rate is not known.
 */
unsigned int pioscsi_budget_bytes(const struct pioscsi_budget *budget,
				  enum dma_data_direction dir, u64 ns)
{
	u32 ps = READ_ONCE(budget->ps_per_byte[dir == DMA_TO_DEVICE]);

	if (!ps)
		return LEARN_MIN;
	return min_t(u64, div_u64(ns_to_ps(ns), ps), UINT_MAX);
}

/**
 * pioscsi_budget_learn() - correct the estimate by a sample
 * @budget: the estimate
 * @dir: %DMA_FROM_DEVICE or %DMA_TO_DEVICE
 * @len: bytes moved
 * @ns: measured time, nanoseconds
 *
 * Context: owner of the chip.
 * Return: false if @len or @ns is too short for a sample.
 */
bool pioscsi_budget_learn(struct pioscsi_budget *budget,
			  enum dma_data_direction dir, unsigned int len,
			  u64 ns)
{
	if (len < LEARN_MIN || !ns || ns < budget->least_ns)
		return false;
	average(&budget->ps_per_byte[dir == DMA_TO_DEVICE],
		div_u64(ns_to_ps(ns), len));
	return true;
}

/*
 * Raise an estimate at once, at most to twice its value; lower it slowly. A
 * single high sample after many lower ones is an accident, such as the work of
 * another virtual machine. It moves the estimate by an eighth at most.
 * Otherwise the estimate might exceed the budget. All work would then be
 * deferred until tasks or the decay have corrected the estimate.
 */
static void update_estimate(u32 *est, u8 *calm, u64 sample)
{
	u32 old = READ_ONCE(*est);
	u64 most = old * 2ULL;

	if (!old || sample <= old) {
		average(est, sample);
		*calm = min(*calm + 1U, CALM);
		return;
	}
	if (*calm < CALM)
		WRITE_ONCE(*est, min3(sample, most, U32_MAX / 4ULL));
	else
		average(est, sample);
	*calm = 0;
}

/**
 * pioscsi_budget_learn_end() - correct the estimate of a command's end
 * @budget: the estimate
 * @ns: time that it took, nanoseconds
 *
 * Context: owner of the chip.
 */
void pioscsi_budget_learn_end(struct pioscsi_budget *budget, u64 ns)
{
	update_estimate(&budget->end_ns, &budget->end_calm, ns);
}

/**
 * pioscsi_budget_learn_overhead() - raise or correct the overhead estimate
 * @budget: the estimate
 * @ns: measured time, nanoseconds
 * @most: limit of the estimate, nanoseconds; below the budget, because work
 *	that never fits gives no sample
 *
 * Context: hard IRQ. If an interrupt and a timer call this at the same time,
 * one of the samples is lost.
 */
void pioscsi_budget_learn_overhead(struct pioscsi_budget *budget, u64 ns,
				   u64 most)
{
	average(&budget->overhead_mean_ns, min(ns, most));
	update_estimate(&budget->overhead_ns, &budget->overhead_calm,
			min(ns, most));
}

/**
 * pioscsi_budget_decay_overhead() - decay the overhead estimate
 * @budget: the estimate
 * @least: limit at which the decay ends if samples have no lower mean, ns
 *
 * The port calls this after an interrupt that deferred everything. Without
 * decay, an estimate that is too high would defer for ever, without a sample to
 * correct it. The mean of the samples is a limit too: single long interrupts
 * raise it little.
 *
 * Context: as pioscsi_budget_learn_overhead().
 */
void pioscsi_budget_decay_overhead(struct pioscsi_budget *budget, u64 least)
{
	u32 rest = READ_ONCE(budget->overhead_ns);
	u32 mean = READ_ONCE(budget->overhead_mean_ns);

	if (mean)
		least = min_t(u64, least, mean);
	if (rest > least)
		WRITE_ONCE(budget->overhead_ns, rest - (rest >> DECAY_SHIFT));
}

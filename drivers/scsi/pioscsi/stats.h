/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_STATS_H
#define _PIOSCSI_STATS_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/types.h>

#include "ring.h"

struct pioscsi_port;

/*
 * Bucket n counts the times from 2^(n-1) to 2^n - 1 ns. The last one counts all
 * times from 2^38 ns, which is 275 s. A reset may keep an HBA masked for half a
 * minute.
 */
#define PIOSCSI_HIST_BUCKETS	40

/**
 * struct pioscsi_hist - a log2 histogram of times
 * @bucket: the counts
 * @max: the longest time, ns
 */
struct pioscsi_hist {
	atomic64_t bucket[PIOSCSI_HIST_BUCKETS];
	atomic64_t max;
};

/**
 * struct pioscsi_stats - counters of a host
 * @irqs: interrupts of the HBA
 * @irq_none: calls of the hard IRQ handler for another device, or while another
 *	context owned the HBA; under the port's lock
 * @inline_bursts: data bursts that the hard IRQ handler moved
 * @deferred: times that the HBA was masked and a bottom half was woken
 * @rearmed_pending: times that a bottom half had to keep the HBA: an interrupt,
 *	a due timer or a requested query was pending at its release
 * @completed: commands that were completed
 * @bytes_in: data bytes read by PIO
 * @bytes_out: data bytes written by PIO
 * @overrun: data bytes in beyond the buffer, or of a command that is no read
 * @busy: times that the chip could not take a command
 * @timer: calls of the front end's timer function
 * @errors: errors and their handling, by enum pioscsi_error
 * @hold: times that the hard IRQ handler, or a timer in its place, held the
 *	CPU; written by both
 * @masked: times that the HBA was masked, without suspended time
 *
 * The owner of the chip writes them; any context reads them.
 */
struct pioscsi_stats {
	u64 irqs;
	u64 irq_none;
	u64 inline_bursts;
	u64 deferred;
	u64 rearmed_pending;
	u64 completed;
	u64 bytes_in;
	u64 bytes_out;
	u64 overrun;
	u64 busy;
	u64 timer;
	u64 errors[PIOSCSI_NR_ERRORS];
	struct pioscsi_hist hold;
	struct pioscsi_hist masked;
};

/**
 * pioscsi_count() - add to a counter that has one writer at a time
 * @counter: the counter
 * @n: the number to add
 *
 * Context: owner of the chip.
 */
static inline void pioscsi_count(u64 *counter, u64 n)
{
	WRITE_ONCE(*counter, *counter + n);
}

/**
 * pioscsi_hist_add() - count a time
 * @hist: the histogram
 * @ns: the time
 *
 * The hold time is known only after the release of the chip, so there may be
 * two writers.
 *
 * Context: any.
 */
static inline void pioscsi_hist_add(struct pioscsi_hist *hist, u64 ns)
{
	unsigned int n = ns ? ilog2(ns) + 1 : 0;
	s64 max = atomic64_read(&hist->max);

	atomic64_inc(&hist->bucket[min(n, PIOSCSI_HIST_BUCKETS - 1U)]);
	while ((s64)ns > max && !atomic64_try_cmpxchg(&hist->max, &max, ns))
		;
}

void pioscsi_stats_init(void);
void pioscsi_stats_exit(void);
void pioscsi_stats_add_host(struct pioscsi_port *port);
void pioscsi_stats_remove_host(struct pioscsi_port *port);

#endif /* _PIOSCSI_STATS_H */

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

/* Bucket n counts the times from 2^(n-1) to 2^n - 1 ns; the last, the rest. */
#define PIOSCSI_HIST_BUCKETS	32

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
 * struct pioscsi_stats - what is counted for a host
 * @irqs: interrupts that were the HBA's
 * @irq_none: hard handler calls that were not, or while somebody else owned the
 *	HBA; under the port's lock
 * @inline_bursts: data bursts that were moved in the hard handler
 * @deferred: times that the HBA was masked and a bottom half was woken
 * @rearmed_pending: times that the HBA wanted more right after it was unmasked
 * @completed: commands that ended
 * @bytes_in: data bytes read by PIO
 * @bytes_out: data bytes written by PIO
 * @overrun: data bytes beyond the buffer, or in the wrong direction
 * @busy: times that the chip refused a command for the moment
 * @timer: times that the front end's timer was served
 * @errors: what went wrong, by enum pioscsi_error
 * @hold: how long the hard handler held the CPU, or a timer that did what it
 *	would have done; written by both
 * @masked: how long the HBA was masked, but for the time that it was asleep
 *
 * Written by the owner of the chip, read by anyone.
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
 * @n: how much
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
 * Who has held the CPU knows that only when somebody else may own the chip.
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

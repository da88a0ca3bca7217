/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_RING_H
#define _PIOSCSI_RING_H

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/ratelimit_types.h>
#include <linux/types.h>
#include <asm/barrier.h>

struct pioscsi_port;

/* Events that are kept; a power of two. */
#define PIOSCSI_RING_SIZE	64U

/* Tag of an event that concerns no command, or all of them. */
#define PIOSCSI_NO_TAG		(-1)

/**
 * enum pioscsi_path - the context of a bottom half
 * @PIOSCSI_PATH_THREAD: the interrupt's thread
 * @PIOSCSI_PATH_BH: a BH work queue or tasklet
 * @PIOSCSI_PATH_HOST_THREAD: the host's own thread
 * @PIOSCSI_PATH_THROTTLED: the host's own thread, after the throttle delay
 */
enum pioscsi_path {
	PIOSCSI_PATH_THREAD,
	PIOSCSI_PATH_BH,
	PIOSCSI_PATH_HOST_THREAD,
	PIOSCSI_PATH_THROTTLED,
};

/**
 * enum pioscsi_error - errors and their handling
 * @PIOSCSI_ERR_LOST: an interrupt was lost and is being served
 * @PIOSCSI_ERR_STORM: the chip was throttled after spurious interrupts
 * @PIOSCSI_ERR_FAULT: the chip gave an invalid answer and is reset
 * @PIOSCSI_ERR_REFUSED: the front end refused to start a command
 * @PIOSCSI_ERR_ABORT: a command was aborted
 * @PIOSCSI_ERR_LUN_RESET: a logical unit was reset
 * @PIOSCSI_ERR_TARGET_RESET: a target was reset
 * @PIOSCSI_ERR_BUS_RESET: the bus was reset
 * @PIOSCSI_ERR_HOST_RESET: the HBA was reset
 * @PIOSCSI_ERR_RESET_SEEN: another initiator has reset the bus
 * @PIOSCSI_NR_ERRORS: number of values
 */
enum pioscsi_error {
	PIOSCSI_ERR_LOST,
	PIOSCSI_ERR_STORM,
	PIOSCSI_ERR_FAULT,
	PIOSCSI_ERR_REFUSED,
	PIOSCSI_ERR_ABORT,
	PIOSCSI_ERR_LUN_RESET,
	PIOSCSI_ERR_TARGET_RESET,
	PIOSCSI_ERR_BUS_RESET,
	PIOSCSI_ERR_HOST_RESET,
	PIOSCSI_ERR_RESET_SEEN,
	PIOSCSI_NR_ERRORS,
};

/**
 * enum pioscsi_event - events, each with up to two values
 * @PIOSCSI_EV_START: a command was offered to the chip: opcode, error
 * @PIOSCSI_EV_CLAIM: the HBA interrupted
 * @PIOSCSI_EV_LATER: PIO is deferred, or with 0 bytes the end of a command:
 *	bytes, estimated ns, -1 if not known
 * @PIOSCSI_EV_MASK: the chip was masked
 * @PIOSCSI_EV_DEFER: a bottom half was woken: enum pioscsi_path
 * @PIOSCSI_EV_PIO_IN: data was read: bytes, ns, 0 if not known
 * @PIOSCSI_EV_PIO_OUT: data was written: bytes, ns, 0 if not known
 * @PIOSCSI_EV_UNMASK: the chip was unmasked: ns that it was masked
 * @PIOSCSI_EV_COMPLETE: a command ended: result, residual
 * @PIOSCSI_EV_ERROR: an error: enum pioscsi_error, error code
 */
enum pioscsi_event {
	PIOSCSI_EV_START,
	PIOSCSI_EV_CLAIM,
	PIOSCSI_EV_LATER,
	PIOSCSI_EV_MASK,
	PIOSCSI_EV_DEFER,
	PIOSCSI_EV_PIO_IN,
	PIOSCSI_EV_PIO_OUT,
	PIOSCSI_EV_UNMASK,
	PIOSCSI_EV_COMPLETE,
	PIOSCSI_EV_ERROR,
};

/**
 * struct pioscsi_entry - an event in the ring
 * @ns: time, CLOCK_MONOTONIC
 * @event: the event
 * @tag: tag of its command, or %PIOSCSI_NO_TAG
 * @a: its first value
 * @b: its second value
 */
struct pioscsi_entry {
	u64 ns;
	enum pioscsi_event event;
	int tag;
	s64 a;
	s64 b;
};

/**
 * struct pioscsi_ring - the last events of a host
 * @begun: number of events whose writing has begun
 * @head: number of events written
 * @now: time of the last read of the clock, ns
 * @tick: jiffies at the last read of the clock for the ring alone
 * @masked_at: time of a mask that is not recorded yet, ns, or 0
 * @entry: the last events, each at its number modulo the size
 * @dumps: rate limit of the dumps to the log
 *
 * The owner of the chip writes it, or a context with the port's lock while the
 * chip has no owner. Any context reads it through pioscsi_ring_copy().
 */
struct pioscsi_ring {
	unsigned long begun;
	unsigned long head;
	u64 now;
	unsigned long tick;
	u64 masked_at;
	struct pioscsi_entry entry[PIOSCSI_RING_SIZE];
	struct ratelimit_state dumps;
};

/**
 * pioscsi_ring_time() - set the time of the next events
 * @ring: the ring
 * @ns: time, CLOCK_MONOTONIC; ignored unless it is later than the last one
 *
 * The clock costs as much as a register access, so events have the time of its
 * last read by the port.
 *
 * Context: as pioscsi_ring_add().
 */
static inline void pioscsi_ring_time(struct pioscsi_ring *ring, u64 ns)
{
	if (ns > ring->now)
		ring->now = ns;
}

/**
 * pioscsi_ring_look() - read the clock, unless that was done in this tick
 * @ring: the ring
 *
 * For an event an unknown time after the last one.
 *
 * Context: as pioscsi_ring_add().
 */
static inline void pioscsi_ring_look(struct pioscsi_ring *ring)
{
	unsigned long tick = jiffies;

	if (tick == ring->tick)
		return;
	ring->tick = tick;
	pioscsi_ring_time(ring, ktime_get_ns());
}

/**
 * pioscsi_ring_write() - write an event with a given time
 * @ring: the ring
 * @ns: the time, not earlier than that of the last event
 * @event: the event
 * @tag: tag of its command, or %PIOSCSI_NO_TAG
 * @a: first value
 * @b: second value
 *
 * Context: as pioscsi_ring_add().
 */
static inline void pioscsi_ring_write(struct pioscsi_ring *ring, u64 ns,
				      enum pioscsi_event event, int tag,
				      s64 a, s64 b)
{
	unsigned long head = ring->head;
	struct pioscsi_entry *entry = &ring->entry[head % PIOSCSI_RING_SIZE];

	WRITE_ONCE(ring->begun, head + 1);
	/* Pairs with pioscsi_ring_copy(): begun is written before the entry. */
	smp_wmb();
	WRITE_ONCE(entry->ns, ns);
	WRITE_ONCE(entry->event, event);
	WRITE_ONCE(entry->tag, tag);
	WRITE_ONCE(entry->a, a);
	WRITE_ONCE(entry->b, b);
	/* Pairs with pioscsi_ring_copy(): head is written after the entry. */
	smp_store_release(&ring->head, head + 1);
}

void pioscsi_ring_write_mask(struct pioscsi_ring *ring);

/**
 * pioscsi_ring_add() - record an event
 * @ring: the ring
 * @event: the event
 * @tag: tag of its command, or %PIOSCSI_NO_TAG
 * @a: first value
 * @b: second value
 *
 * Context: owner of the chip, or the port's lock while the chip has no owner.
 */
static inline void pioscsi_ring_add(struct pioscsi_ring *ring,
				    enum pioscsi_event event, int tag,
				    s64 a, s64 b)
{
	if (ring->masked_at)
		pioscsi_ring_write_mask(ring);
	pioscsi_ring_write(ring, ring->now, event, tag, a, b);
}

/**
 * pioscsi_ring_mask() - record that the chip was masked, once an event follows
 * @ring: the ring
 * @ns: time, CLOCK_MONOTONIC
 *
 * A timer or the watchdog masks the chip whenever it looks at the chip. These
 * masks alone would overwrite all other events within seconds.
 *
 * Context: as pioscsi_ring_add().
 */
static inline void pioscsi_ring_mask(struct pioscsi_ring *ring, u64 ns)
{
	pioscsi_ring_time(ring, ns);
	if (!ring->masked_at)
		ring->masked_at = ring->now;
}

/**
 * pioscsi_ring_unmask() - record that the chip is about to be unmasked
 * @ring: the ring
 * @ns: time, CLOCK_MONOTONIC
 * @masked_ns: masked time, ns
 *
 * Without an event since pioscsi_ring_mask(), neither is recorded.
 *
 * Context: as pioscsi_ring_add().
 */
static inline void pioscsi_ring_unmask(struct pioscsi_ring *ring, u64 ns,
				       u64 masked_ns)
{
	pioscsi_ring_time(ring, ns);
	if (ring->masked_at)
		ring->masked_at = 0;
	else
		pioscsi_ring_add(ring, PIOSCSI_EV_UNMASK, PIOSCSI_NO_TAG,
				 masked_ns, 0);
}

bool pioscsi_ring_repeats(const struct pioscsi_ring *ring,
			  enum pioscsi_event event, int tag, s64 a, s64 b);
void pioscsi_ring_init(struct pioscsi_ring *ring);
unsigned int pioscsi_ring_copy(const struct pioscsi_ring *ring,
			       struct pioscsi_entry *to);
void pioscsi_ring_format(const struct pioscsi_entry *entry, char *buf,
			 size_t size);
void pioscsi_ring_dump(struct pioscsi_port *port, unsigned int tag);
void pioscsi_ring_add_host(struct pioscsi_port *port);

#endif /* _PIOSCSI_RING_H */

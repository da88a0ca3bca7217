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

/* The tag of an event that concerns no command, or none in particular. */
#define PIOSCSI_NO_TAG		(-1)

/**
 * enum pioscsi_path - how a bottom half is woken
 * @PIOSCSI_PATH_THREAD: the interrupt's thread
 * @PIOSCSI_PATH_BH: a BH work queue or tasklet
 * @PIOSCSI_PATH_KICK: a work item: no interrupt began this
 * @PIOSCSI_PATH_THROTTLED: a work item, after the chip has rested
 */
enum pioscsi_path {
	PIOSCSI_PATH_THREAD,
	PIOSCSI_PATH_BH,
	PIOSCSI_PATH_KICK,
	PIOSCSI_PATH_THROTTLED,
};

/**
 * enum pioscsi_error - what went wrong, and what was done about it
 * @PIOSCSI_ERR_LOST: an interrupt was lost and is being served
 * @PIOSCSI_ERR_STORM: the chip interrupts for nothing and is let rest
 * @PIOSCSI_ERR_FAULT: the chip contradicts itself and was reset
 * @PIOSCSI_ERR_REFUSED: the front end would not start a command
 * @PIOSCSI_ERR_ABORT: a command was aborted
 * @PIOSCSI_ERR_LUN_RESET: a logical unit was reset
 * @PIOSCSI_ERR_TARGET_RESET: a target was reset
 * @PIOSCSI_ERR_BUS_RESET: the bus was reset
 * @PIOSCSI_ERR_HOST_RESET: the HBA was reset
 * @PIOSCSI_ERR_RESET_SEEN: somebody else has reset the bus
 * @PIOSCSI_NR_ERRORS: how many there are
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
 * enum pioscsi_event - what happened, and what its two values are
 * @PIOSCSI_EV_START: a command was offered to the chip: opcode, error
 * @PIOSCSI_EV_CLAIM: an interrupt was the HBA's
 * @PIOSCSI_EV_LATER: PIO is put off, or without bytes the end of a command:
 *	bytes, estimated ns, -1 if not known
 * @PIOSCSI_EV_MASK: the chip was masked
 * @PIOSCSI_EV_DEFER: a bottom half was woken: enum pioscsi_path
 * @PIOSCSI_EV_PIO_IN: data was read: bytes, ns, 0 if not known
 * @PIOSCSI_EV_PIO_OUT: data was written: bytes, ns, 0 if not known
 * @PIOSCSI_EV_UNMASK: the chip was unmasked: ns that it was masked
 * @PIOSCSI_EV_COMPLETE: a command ended: result, residual
 * @PIOSCSI_EV_ERROR: something went wrong: enum pioscsi_error, error
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
 * @ns: when, by CLOCK_MONOTONIC
 * @event: what
 * @tag: of which command, or %PIOSCSI_NO_TAG
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
 * @begun: how many have been begun to be written
 * @head: how many have been written
 * @now: the last time that is known, ns
 * @tick: the tick in which the clock was looked at for the ring alone
 * @entry: the last of them, each at its number modulo the size
 * @dumps: how often they are told to the log
 *
 * Written by the owner of the chip, or under the port's lock while nobody owns
 * it. Read by anyone, through pioscsi_ring_copy().
 */
struct pioscsi_ring {
	unsigned long begun;
	unsigned long head;
	u64 now;
	unsigned long tick;
	struct pioscsi_entry entry[PIOSCSI_RING_SIZE];
	struct ratelimit_state dumps;
};

/**
 * pioscsi_ring_time() - the time of the events to come
 * @ring: the ring
 * @ns: it, by CLOCK_MONOTONIC; if it is not later than the last, nothing
 *
 * The clock costs as much as a register: events bear the time at which the
 * port has last looked at it.
 *
 * Context: as pioscsi_ring_add().
 */
static inline void pioscsi_ring_time(struct pioscsi_ring *ring, u64 ns)
{
	if (ns > ring->now)
		ring->now = ns;
}

/**
 * pioscsi_ring_look() - look at the clock, unless that was done in this tick
 * @ring: the ring
 *
 * For an event that comes after nobody knows how long.
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
 * pioscsi_ring_add() - keep an event
 * @ring: the ring
 * @event: what happened
 * @tag: to which command, or %PIOSCSI_NO_TAG
 * @a: first value
 * @b: second value
 *
 * Context: owner of the chip, or the port's lock while nobody owns it.
 */
static inline void pioscsi_ring_add(struct pioscsi_ring *ring,
				    enum pioscsi_event event, int tag,
				    s64 a, s64 b)
{
	unsigned long head = ring->head;
	struct pioscsi_entry *entry = &ring->entry[head % PIOSCSI_RING_SIZE];

	WRITE_ONCE(ring->begun, head + 1);
	/* Pairs with pioscsi_ring_copy(): begun before any of the rest. */
	smp_wmb();
	WRITE_ONCE(entry->ns, ring->now);
	WRITE_ONCE(entry->event, event);
	WRITE_ONCE(entry->tag, tag);
	WRITE_ONCE(entry->a, a);
	WRITE_ONCE(entry->b, b);
	/* Pairs with pioscsi_ring_copy(): there after it is complete. */
	smp_store_release(&ring->head, head + 1);
}

void pioscsi_ring_init(struct pioscsi_ring *ring);
unsigned int pioscsi_ring_copy(const struct pioscsi_ring *ring,
			       struct pioscsi_entry *to);
void pioscsi_ring_format(const struct pioscsi_entry *entry, char *buf,
			 size_t size);
void pioscsi_ring_dump(struct pioscsi_port *port, unsigned int tag);
void pioscsi_ring_add_host(struct pioscsi_port *port);

#endif /* _PIOSCSI_RING_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The data port of the simulated chip.
 *
 * It is 16 bits wide and moves the burst of the connected nexus. With a bus
 * cost, each access stalls the CPU as a slow bus does. The CPU takes interrupts
 * meanwhile, and may run another task.
 */

#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/processor.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "../compat.h"
#include "arbiter.h"
#include "dataport.h"
#include "engine.h"
#include "fault_cmd.h"

#define SIM_DATAPORT_WIDTH	2U	/* bytes */

/* A clock that has not moved during this many reads stands still. */
#define SIM_DATAPORT_READS	1000U

/* Most accesses between two reads of the clock. */
#define SIM_DATAPORT_CHUNK	(8 * SIM_DATAPORT_WIDTH)

/**
 * sim_dataport_clock() - read the clock of the bus
 *
 * Context: any.
 * Return: ns.
 */
u64 sim_dataport_clock(void)
{
	KUNIT_STATIC_STUB_REDIRECT(sim_dataport_clock);

	return ktime_get_mono_fast_ns();
}

/**
 * struct sim_burst - one string access of the data port
 * @chip: the chip
 * @nexus: the nexus, set busy by this access, or %NULL if no byte can be moved
 * @phase: SIM_PHASE_* at the beginning
 * @pos: position of the next byte in the task's data, or in its sense data
 * @left: bytes that may still be moved
 * @moved: bytes moved so far
 * @free_at: time at which the bus has completed the accesses so far, ns
 */
struct sim_burst {
	struct sim_chip *chip;
	struct sim_nexus *nexus;
	unsigned int phase;
	u32 pos;
	u32 left;
	u32 moved;
	u64 free_at;
};

static void sim_burst_begin(struct sim_burst *burst, struct sim_chip *chip,
			    unsigned int bytes, bool in)
{
	struct sim_nexus *nexus;
	unsigned long flags;
	bool out;
	u32 count;

	*burst = (struct sim_burst) { .chip = chip };
	if (chip->config.bus_ns)
		burst->free_at = sim_dataport_clock();

	raw_spin_lock_irqsave(&chip->lock, flags);
	nexus = chip->cur;
	count = sim_reg_get(chip, SIM_REG_COUNT);
	out = chip->phase == SIM_PHASE_DATA_OUT;
	if (nexus && !nexus->busy && count && in != out) {
		nexus->busy = true;
		burst->nexus = nexus;
		burst->phase = chip->phase;
		burst->left = min(bytes, count);
		burst->pos = chip->phase == SIM_PHASE_STATUS ?
			     nexus->task.sense_len - count : nexus->moved;
	}
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

static void sim_burst_end(struct sim_burst *burst)
{
	struct sim_nexus *nexus = burst->nexus;
	struct sim_chip *chip = burst->chip;
	unsigned long flags;
	bool aborted;
	u32 count;

	if (!nexus)
		return;
	if (burst->phase != SIM_PHASE_STATUS) {
		nexus->moved += burst->moved;
		if (nexus->moved == nexus->len || nexus->starved) {
			sim_engine_run(chip, nexus,
				       GFP_NOWAIT | __GFP_NOWARN);
			return;
		}
	}

	raw_spin_lock_irqsave(&chip->lock, flags);
	aborted = sim_engine_release(chip, nexus);
	if (!aborted) {
		count = sim_reg_get(chip, SIM_REG_COUNT) - burst->moved;
		sim_reg_set(chip, SIM_REG_COUNT, count);
		if (!count && burst->phase != SIM_PHASE_STATUS) {
			sim_arb_present(chip);
			sim_arb_update(chip);
		}
	}
	raw_spin_unlock_irqrestore(&chip->lock, flags);

	if (aborted)
		sim_engine_put(chip, nexus);
}

static u32 sim_burst_advance(struct sim_burst *burst, u32 bytes)
{
	u32 n = min(bytes, burst->left);

	burst->pos += n;
	burst->left -= n;
	burst->moved += n;
	return n;
}

static void sim_burst_in(const struct sim_burst *burst, void *buf, u32 pos,
			 u32 len)
{
	struct sim_nexus *nexus = burst->nexus;

	if (burst->phase == SIM_PHASE_STATUS)
		memcpy(buf, nexus->task.sense + pos, len);
	else if (unlikely(nexus->fault))
		sim_cmd_fault_data_in(burst->chip, nexus, buf, pos, len);
	else
		burst->chip->ops->data_in(&nexus->task, buf, pos, len);
}

/*
 * Returns the number of bytes that the target took. If it took fewer than
 * offered, the nexus needs memory.
 */
static u32 sim_burst_out(const struct sim_burst *burst, const void *buf,
			 u32 pos, u32 len)
{
	struct sim_nexus *nexus = burst->nexus;
	u32 taken;

	if (unlikely(nexus->fault))
		taken = sim_cmd_fault_data_out(burst->chip, nexus, buf, pos,
					       len);
	else
		taken = burst->chip->ops->data_out(&nexus->task, buf, pos, len);
	if (unlikely(taken < len))
		nexus->starved = true;
	return taken;
}

/* End the burst with the bytes that the target took of its last piece. */
static void sim_burst_cut(struct sim_burst *burst, u32 piece, u32 taken)
{
	burst->pos -= piece - taken;
	burst->moved -= piece - taken;
	burst->left = 0;
}

/* Return the number of bytes to move before the next read of the clock. */
static unsigned int sim_burst_piece(const struct sim_burst *burst,
				    unsigned int bytes)
{
	return burst->chip->config.bus_ns ?
	       min(bytes, SIM_DATAPORT_CHUNK) : bytes;
}

/*
 * Waits until the bus is free. Returns the time, or 0 if the clock stands
 * still. A clock that counts jiffies does so while interrupts are off.
 */
static u64 sim_burst_wait(const struct sim_burst *burst)
{
	unsigned int reads = 0;
	u64 now, last = 0;

	while ((now = sim_dataport_clock()) < burst->free_at) {
		reads = now == last ? reads + 1 : 0;
		if (reads == SIM_DATAPORT_READS)
			return 0;
		last = now;
		cpu_relax();
	}
	return now;
}

/*
 * Waits as long as the bus takes for the piece. While the caller is interrupted
 * or preempted, the bus works ahead by the time of one piece at most.
 */
static void sim_burst_stall(struct sim_burst *burst, unsigned int bytes)
{
	u64 cost = (u64)DIV_ROUND_UP(bytes, SIM_DATAPORT_WIDTH) *
		   burst->chip->config.bus_ns;
	u64 now;

	burst->free_at += cost;
	now = sim_burst_wait(burst);
	if (unlikely(!now)) {
		udelay(DIV_ROUND_UP_ULL(cost, NSEC_PER_USEC));
		burst->free_at -= cost;
		return;
	}
	if (now - burst->free_at > cost)
		burst->free_at = now;
}

/**
 * sim_dataport_read - read the data port repeatedly
 * @chip: the chip
 * @buf: takes the bytes; bytes beyond the burst become 0xff
 * @bytes: number of bytes; if it is odd, the last access moves one byte
 *
 * Context: any; no other context accesses the chip. Stalls for the modelled
 * time of the accesses.
 */
void sim_dataport_read(struct sim_chip *chip, void *buf, unsigned int bytes)
{
	struct sim_burst burst;
	unsigned int piece;
	u32 pos, n;

	sim_burst_begin(&burst, chip, bytes, true);
	for (; bytes; bytes -= piece, buf += piece) {
		piece = sim_burst_piece(&burst, bytes);
		pos = burst.pos;
		n = sim_burst_advance(&burst, piece);
		if (n)
			sim_burst_in(&burst, buf, pos, n);
		if (n < piece)
			memset(buf + n, 0xff, piece - n);
		if (chip->config.bus_ns)
			sim_burst_stall(&burst, piece);
	}
	sim_burst_end(&burst);
}

/**
 * sim_dataport_write - write the data port repeatedly
 * @chip: the chip
 * @buf: the bytes; bytes beyond the burst are dropped
 * @bytes: number of bytes; if it is odd, the last access moves one byte
 *
 * Context: any; no other context accesses the chip. Stalls for the modelled
 * time of the accesses.
 * Return: bytes that the target took, or that were dropped.
 */
unsigned int sim_dataport_write(struct sim_chip *chip, const void *buf,
				unsigned int bytes)
{
	unsigned int piece, left = bytes;
	struct sim_burst burst;
	u32 pos, n, taken;

	sim_burst_begin(&burst, chip, bytes, false);
	for (; left; left -= piece, buf += piece) {
		piece = sim_burst_piece(&burst, left);
		pos = burst.pos;
		n = sim_burst_advance(&burst, piece);
		taken = n ? sim_burst_out(&burst, buf, pos, n) : 0;
		if (chip->config.bus_ns)
			sim_burst_stall(&burst, taken < n ? taken : piece);
		if (unlikely(taken < n)) {
			sim_burst_cut(&burst, n, taken);
			left -= taken;
			break;
		}
	}
	sim_burst_end(&burst);
	return bytes - left;
}

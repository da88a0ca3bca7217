// SPDX-License-Identifier: GPL-2.0-only
/*
 * The data port of the simulated chip.
 *
 * 16 bits wide, fed by the connected nexus' burst. With a bus cost, each
 * access stalls the CPU, as an access of a slow bus does: the CPU waits, but
 * an interrupt or another task may come in between.
 */

#include <linux/gfp.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "arbiter.h"
#include "dataport.h"
#include "engine.h"

#define PSIM_DATAPORT_WIDTH	2U	/* bytes */

/* Most accesses between two looks at the clock. */
#define PSIM_DATAPORT_CHUNK	(8 * PSIM_DATAPORT_WIDTH)

/**
 * struct psim_burst - one string access of the data port
 * @chip: the chip
 * @nexus: busy for us, or %NULL if no byte can be moved
 * @phase: PSIM_PHASE_* at the beginning
 * @pos: of the next byte in the task's data, or in its sense data
 * @left: bytes that may still be moved
 * @moved: bytes moved so far
 * @free_at: when the bus is through with the accesses made so far, ns
 */
struct psim_burst {
	struct psim_chip *chip;
	struct psim_nexus *nexus;
	unsigned int phase;
	u32 pos;
	u32 left;
	u32 moved;
	u64 free_at;
};

static void psim_burst_begin(struct psim_burst *burst, struct psim_chip *chip,
			     unsigned int bytes, bool in)
{
	struct psim_nexus *nexus;
	unsigned long flags;
	bool out;
	u32 count;

	*burst = (struct psim_burst) { .chip = chip };
	if (chip->config.bus_ns)
		burst->free_at = ktime_get_mono_fast_ns();

	raw_spin_lock_irqsave(&chip->lock, flags);
	nexus = chip->cur;
	count = psim_reg_get(chip, PSIM_REG_COUNT);
	out = chip->phase == PSIM_PHASE_DATA_OUT;
	if (nexus && !nexus->busy && count && in != out) {
		nexus->busy = true;
		burst->nexus = nexus;
		burst->phase = chip->phase;
		burst->left = min(bytes, count);
		burst->pos = chip->phase == PSIM_PHASE_STATUS ?
			     nexus->task.sense_len - count : nexus->moved;
	}
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

static void psim_burst_end(struct psim_burst *burst)
{
	struct psim_nexus *nexus = burst->nexus;
	struct psim_chip *chip = burst->chip;
	unsigned long flags;
	bool gone;
	u32 count;

	if (!nexus)
		return;
	if (burst->phase != PSIM_PHASE_STATUS) {
		nexus->moved += burst->moved;
		if (nexus->moved == nexus->len) {
			psim_engine_run(chip, nexus,
					GFP_NOWAIT | __GFP_NOWARN);
			return;
		}
	}

	raw_spin_lock_irqsave(&chip->lock, flags);
	gone = nexus->gone;
	if (!gone) {
		count = psim_reg_get(chip, PSIM_REG_COUNT) - burst->moved;
		psim_reg_set(chip, PSIM_REG_COUNT, count);
		nexus->busy = false;
		if (!count && burst->phase != PSIM_PHASE_STATUS) {
			psim_arb_present(chip);
			psim_arb_update(chip);
		}
	}
	raw_spin_unlock_irqrestore(&chip->lock, flags);

	if (gone)
		psim_engine_put(chip, nexus);
}

static u32 psim_burst_advance(struct psim_burst *burst, u32 bytes)
{
	u32 n = min(bytes, burst->left);

	burst->pos += n;
	burst->left -= n;
	burst->moved += n;
	return n;
}

static void psim_burst_in(const struct psim_burst *burst, void *buf, u32 pos,
			  u32 len)
{
	struct psim_nexus *nexus = burst->nexus;

	if (burst->phase == PSIM_PHASE_STATUS)
		memcpy(buf, nexus->task.sense + pos, len);
	else if (unlikely(nexus->fate))
		psim_damage_data_in(burst->chip, nexus, buf, pos, len);
	else
		burst->chip->seam->data_in(&nexus->task, buf, pos, len);
}

static void psim_burst_out(const struct psim_burst *burst, const void *buf,
			   u32 pos, u32 len)
{
	struct psim_nexus *nexus = burst->nexus;

	if (unlikely(nexus->fate))
		psim_damage_data_out(burst->chip, nexus, buf, pos, len);
	else
		burst->chip->seam->data_out(&nexus->task, buf, pos, len);
}

/* What moves between two looks at the clock. */
static unsigned int psim_burst_piece(const struct psim_burst *burst,
				     unsigned int bytes)
{
	return burst->chip->config.bus_ns ?
	       min(bytes, PSIM_DATAPORT_CHUNK) : bytes;
}

/*
 * Wait as long as the bus takes for the piece. The bus does not work ahead
 * while the caller is interrupted or preempted, beyond a piece's time.
 */
static void psim_burst_stall(struct psim_burst *burst, unsigned int bytes)
{
	u64 cost = (u64)DIV_ROUND_UP(bytes, PSIM_DATAPORT_WIDTH) *
		   burst->chip->config.bus_ns;
	u64 now;

	burst->free_at += cost;
	while ((now = ktime_get_mono_fast_ns()) < burst->free_at)
		cpu_relax();
	if (now - burst->free_at > cost)
		burst->free_at = now;
}

/**
 * psim_dataport_read - read the data port repeatedly
 * @chip: the chip
 * @buf: takes the bytes; those that the burst does not have become 0xff
 * @bytes: how many; of an odd number, the last access moves one byte
 *
 * Context: any; the chip is accessed by nobody else. Stalls for the modelled
 * time of the accesses.
 */
void psim_dataport_read(struct psim_chip *chip, void *buf, unsigned int bytes)
{
	struct psim_burst burst;
	unsigned int piece;
	u32 pos, n;

	psim_burst_begin(&burst, chip, bytes, true);
	for (; bytes; bytes -= piece, buf += piece) {
		piece = psim_burst_piece(&burst, bytes);
		pos = burst.pos;
		n = psim_burst_advance(&burst, piece);
		if (n)
			psim_burst_in(&burst, buf, pos, n);
		if (n < piece)
			memset(buf + n, 0xff, piece - n);
		if (chip->config.bus_ns)
			psim_burst_stall(&burst, piece);
	}
	psim_burst_end(&burst);
}

/**
 * psim_dataport_write - write the data port repeatedly
 * @chip: the chip
 * @buf: the bytes; those that the burst does not take are dropped
 * @bytes: how many; of an odd number, the last access moves one byte
 *
 * Context: any; the chip is accessed by nobody else. Stalls for the modelled
 * time of the accesses.
 */
void psim_dataport_write(struct psim_chip *chip, const void *buf,
			 unsigned int bytes)
{
	struct psim_burst burst;
	unsigned int piece;
	u32 pos, n;

	psim_burst_begin(&burst, chip, bytes, false);
	for (; bytes; bytes -= piece, buf += piece) {
		piece = psim_burst_piece(&burst, bytes);
		pos = burst.pos;
		n = psim_burst_advance(&burst, piece);
		if (n)
			psim_burst_out(&burst, buf, pos, n);
		if (chip->config.bus_ns)
			psim_burst_stall(&burst, piece);
	}
	psim_burst_end(&burst);
}

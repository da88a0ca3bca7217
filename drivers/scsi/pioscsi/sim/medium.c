// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sparse memory for logical blocks: which blocks are mapped.
 *
 * A chunk that is unmapped is freed after a grace period. All media together
 * have no more chunks than a limit.
 */
#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../compat.h"
#include "medium.h"
#include "medium_entry.h"
#include "rcu_batch.h"

/* Chunks of all media, and the most that they may have. */
static atomic_long_t sim_chunks = ATOMIC_LONG_INIT(0);
static unsigned long sim_chunks_max = LONG_MAX;

/**
 * sim_medium_set_limit() - set a limit for the memory of all media together
 * @chunks: the most chunks, of SIM_CHUNK_SIZE bytes
 *
 * Chunks that exist already are kept.
 *
 * Context: Any.
 */
void sim_medium_set_limit(unsigned long chunks)
{
	WRITE_ONCE(sim_chunks_max, min_t(unsigned long, chunks, LONG_MAX));
}

/**
 * sim_medium_total() - return the memory in use by all media
 *
 * Context: Any.
 * Return: chunks of SIM_CHUNK_SIZE bytes.
 */
unsigned long sim_medium_total(void)
{
	return atomic_long_read(&sim_chunks);
}

/* Returns a zeroed chunk, or ERR_PTR(): -ENOSPC at the limit, -ENOMEM. */
static u8 *sim_chunk_alloc(gfp_t gfp)
{
	long max = READ_ONCE(sim_chunks_max);
	u8 *chunk;

	if (atomic_long_inc_return(&sim_chunks) > max) {
		atomic_long_dec(&sim_chunks);
		return ERR_PTR(-ENOSPC);
	}
	chunk = kzalloc(SIM_CHUNK_SIZE, gfp);
	if (chunk)
		return chunk;
	atomic_long_dec(&sim_chunks);
	return ERR_PTR(-ENOMEM);
}

/* Frees a chunk that no reader has seen. */
static void sim_chunk_free(u8 *chunk)
{
	if (!chunk)
		return;
	atomic_long_dec(&sim_chunks);
	kfree(chunk);
}

/**
 * sim_medium_init() - make an empty medium
 * @medium: the medium
 * @block_shift: log2 of the logical block length in bytes, 9 to
 *	SIM_CHUNK_SHIFT
 *
 * Context: Any.
 */
void sim_medium_init(struct sim_medium *medium, unsigned int block_shift)
{
	BUILD_BUG_ON(SIM_MAP_SHIFT + (SIM_CHUNK_SIZE >> 9) >
		     SIM_CHUNK_SHIFT);

	xa_init_flags(&medium->chunks, XA_FLAGS_LOCK_IRQ);
	atomic_long_set(&medium->count, 0);
	medium->block_shift = block_shift;
	medium->whole = sim_map_bits(medium, 0, SIM_CHUNK_SIZE);
	medium->fake = false;
}

/**
 * sim_medium_entry() - find a chunk
 * @medium: the medium
 * @index: byte address >> SIM_CHUNK_SHIFT
 *
 * Work that grows with the number of blocks calls this for each chunk. Unit
 * tests count the calls.
 *
 * Context: Any; under RCU if the chunk is accessed.
 * Return: the entry, or %NULL.
 */
void *sim_medium_entry(struct sim_medium *medium, unsigned long index)
{
	KUNIT_STATIC_STUB_REDIRECT(sim_medium_entry, medium, index);

	return xa_load(&medium->chunks, index);
}

/**
 * sim_medium_destroy() - free all memory of a medium
 * @medium: the medium; no context uses it any more
 *
 * Chunks that were unmapped may still wait for a grace period. The caller calls
 * rcu_barrier() before the module is unloaded.
 *
 * Context: Process context.
 */
void sim_medium_destroy(struct sim_medium *medium)
{
	unsigned long index;
	void *entry;

	xa_for_each(&medium->chunks, index, entry) {
		sim_chunk_free(sim_entry_chunk(entry));
		cond_resched();
	}
	xa_destroy(&medium->chunks);
	atomic_long_set(&medium->count, 0);
}

/*
 * Zeroes the blocks of a chunk whose bit is in @bits, because they still have
 * the data from before they were unmapped.
 */
static void sim_chunk_clear(const struct sim_medium *medium, u8 *chunk,
			    unsigned long bits)
{
	u32 block = 1U << medium->block_shift;

	for (bits >>= SIM_MAP_SHIFT; bits; bits >>= 1, chunk += block)
		if (bits & 1)
			memset(chunk, 0, block);
}

/*
 * Stores the entry of a chunk, @old or else @fresh, with the map bits @want.
 * Returns 0, -EAGAIN if the entry is not @old any more, or -ENOMEM.
 */
static int sim_chunk_store(struct sim_medium *medium, unsigned long index,
			   void *old, u8 *fresh, unsigned long want, gfp_t gfp)
{
	void *new = (void *)((unsigned long)(old ?: fresh) | want);
	struct xarray *xa = &medium->chunks;
	unsigned long flags;
	void *seen;

	xa_lock_irqsave(xa, flags);
	if (old && xa_load(xa, index) == old)
		sim_chunk_clear(medium, sim_entry_chunk(old),
				want & ~sim_entry_map(old));
	/* May drop the lock to allocate, but not if there is an entry. */
	seen = __xa_cmpxchg(xa, index, old, new, gfp);
	xa_unlock_irqrestore(xa, flags);
	if (xa_is_err(seen))
		return xa_err(seen);
	return seen == old ? 0 : -EAGAIN;
}

/* Sets the map bits @want of the chunk @index, which may not exist yet. */
static int sim_chunk_map(struct sim_medium *medium, unsigned long index,
			 unsigned long want, gfp_t gfp)
{
	u8 *fresh = NULL;
	void *old;
	int err;

	do {
		old = sim_medium_entry(medium, index);
		if (!old && !fresh) {
			fresh = sim_chunk_alloc(gfp);
			if (IS_ERR(fresh))
				return PTR_ERR(fresh);
		}
		err = sim_chunk_store(medium, index, old, fresh, want, gfp);
	} while (err == -EAGAIN);

	if (!err && !old)
		atomic_long_inc(&medium->count);
	else
		sim_chunk_free(fresh);
	return err;
}

/**
 * sim_medium_map() - provide memory for logical blocks
 * @medium: the medium
 * @pos: byte address of the first block
 * @len: bytes, whole blocks
 * @gfp: how memory may be allocated
 *
 * Blocks that were not mapped hold zeroes afterwards. Blocks that were mapped
 * keep their data. An allocation may fail, but never starts the OOM killer.
 *
 * Context: As @gfp allows.
 * Return: 0; -ENOSPC if all media have reached their limit; -ENOMEM. On an
 * error some of the blocks may be mapped.
 */
int sim_medium_map(struct sim_medium *medium, u64 pos, u64 len, gfp_t gfp)
{
	if (medium->fake)
		return 0;
	gfp |= __GFP_NOWARN;
	if (gfpflags_allow_blocking(gfp))
		gfp |= __GFP_RETRY_MAYFAIL;
	while (len) {
		u32 part = sim_chunk_part(pos, len);
		unsigned long want = sim_map_bits(medium, pos, part);
		unsigned long index = pos >> SIM_CHUNK_SHIFT;
		void *entry = sim_medium_entry(medium, index);
		int err;

		if ((sim_entry_map(entry) & want) != want) {
			err = sim_chunk_map(medium, index, want, gfp);
			if (err)
				return err;
		}
		pos += part;
		len -= part;
	}
	return 0;
}

/* Returns the chunk if none of its blocks is mapped any more, to be freed. */
static u8 *sim_chunk_unmap(struct sim_medium *medium, u64 pos, u32 part)
{
	unsigned long bits = sim_map_bits(medium, pos, part);
	unsigned long index = pos >> SIM_CHUNK_SHIFT;
	struct xarray *xa = &medium->chunks;
	unsigned long flags, left;
	u8 *chunk = NULL;
	void *entry;

	xa_lock_irqsave(xa, flags);
	entry = xa_load(xa, index);
	left = sim_entry_map(entry) & ~bits;
	if (entry && !left) {
		__xa_erase(xa, index);
		chunk = sim_entry_chunk(entry);
	} else if (entry) {
		/* Replacing an entry needs no memory. */
		__xa_store(xa, index,
			   (void *)((unsigned long)entry & ~bits), GFP_NOWAIT);
	}
	xa_unlock_irqrestore(xa, flags);
	return chunk;
}

/**
 * sim_medium_unmap() - deallocate logical blocks
 * @medium: the medium
 * @pos: byte address of the first block
 * @len: bytes, whole blocks
 *
 * The time needed grows with the memory freed, not with @len.
 *
 * Context: Process context. Sleeps.
 */
void sim_medium_unmap(struct sim_medium *medium, u64 pos, u64 len)
{
	struct sim_rcu_batch *batch = NULL;
	unsigned long index, last;
	u64 end = pos + len;
	void *entry;
	u8 *chunk;

	if (!len)
		return;
	last = (end - 1) >> SIM_CHUNK_SHIFT;
	index = pos >> SIM_CHUNK_SHIFT;
	xa_for_each_range(&medium->chunks, index, entry, index, last) {
		u64 from = max(pos, (u64)index << SIM_CHUNK_SHIFT);

		chunk = sim_chunk_unmap(medium, from,
					sim_chunk_part(from, end - from));
		if (chunk) {
			atomic_long_dec(&medium->count);
			atomic_long_dec(&sim_chunks);
			batch = sim_rcu_batch_add(batch, chunk);
		}
		cond_resched();
	}
	sim_rcu_batch_submit(batch);
}

/**
 * sim_medium_run() - count the blocks that are mapped, or not, like the first
 * @medium: the medium
 * @pos: byte address of the first block
 * @end: byte address of the block behind the last one to examine; above @pos
 * @mapped: set to whether the blocks are mapped
 *
 * Context: Process context. May sleep.
 * Return: bytes from @pos on that are mapped, or not, like the first block.
 */
u64 sim_medium_run(struct sim_medium *medium, u64 pos, u64 end, bool *mapped)
{
	unsigned long last = (end - 1) >> SIM_CHUNK_SHIFT;
	u32 block = 1U << medium->block_shift;
	unsigned long index;
	u64 at = pos;
	void *entry;
	bool now;

	*mapped = medium->fake;
	if (medium->fake)
		return end - pos;
	while (at < end) {
		index = at >> SIM_CHUNK_SHIFT;
		entry = sim_medium_entry(medium, index);
		now = sim_entry_map(entry) & sim_map_bits(medium, at, block);
		/* A write beside this may map the block after this lookup. */
		if (at == pos)
			*mapped = now;
		if (!entry && !*mapped) {
			if (!xa_find_after(&medium->chunks, &index, last,
					   XA_PRESENT))
				return end - pos;
			at = (u64)index << SIM_CHUNK_SHIFT;
			continue;
		}
		if (now != *mapped)
			break;
		at += block;
		cond_resched();
	}
	return at - pos;
}

/**
 * sim_medium_chunks() - count the chunks of memory in use
 * @medium: the medium
 *
 * Context: Any.
 * Return: chunks of SIM_CHUNK_SIZE bytes.
 */
unsigned long sim_medium_chunks(const struct sim_medium *medium)
{
	return atomic_long_read(&medium->count);
}

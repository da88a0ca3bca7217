/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The entries of a medium's xarray. For the files of the medium only.
 */
#ifndef _PIOSCSI_SIM_MEDIUM_ENTRY_H
#define _PIOSCSI_SIM_MEDIUM_ENTRY_H

#include <linux/bits.h>
#include <linux/minmax.h>

#include "medium.h"

/*
 * An entry is the chunk's address, which is aligned to its size, and the map
 * of its blocks, one bit each. The xarray wants the two lowest bits to be 0.
 */
#define SIM_MAP_SHIFT	2
#define SIM_MAP_ALL	GENMASK(SIM_CHUNK_SHIFT - 1, SIM_MAP_SHIFT)

static inline u8 *sim_entry_chunk(const void *entry)
{
	return (u8 *)((unsigned long)entry & ~SIM_MAP_ALL);
}

static inline unsigned long sim_entry_map(const void *entry)
{
	return (unsigned long)entry & SIM_MAP_ALL;
}

/* The map bits of @len bytes at @pos, which lie within one chunk. */
static inline unsigned long
sim_map_bits(const struct sim_medium *medium, u64 pos, u32 len)
{
	u32 off = pos & (SIM_CHUNK_SIZE - 1);
	unsigned int first = off >> medium->block_shift;
	unsigned int last = (off + len - 1) >> medium->block_shift;

	return GENMASK(last + SIM_MAP_SHIFT, first + SIM_MAP_SHIFT);
}

/* How many of @len bytes at @pos lie in the chunk of @pos. */
static inline u32 sim_chunk_part(u64 pos, u64 len)
{
	return min_t(u64, len, SIM_CHUNK_SIZE - (pos & (SIM_CHUNK_SIZE - 1)));
}

#endif /* _PIOSCSI_SIM_MEDIUM_ENTRY_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The medium of a logical unit: sparse memory that records for each logical
 * block whether it is mapped.
 */
#ifndef _PIOSCSI_SIM_MEDIUM_H
#define _PIOSCSI_SIM_MEDIUM_H

#include <linux/atomic.h>
#include <linux/sizes.h>
#include <linux/types.h>
#include <linux/xarray.h>

/* The unit of allocation; also the largest logical block. */
#define SIM_CHUNK_SHIFT		12
#define SIM_CHUNK_SIZE		SZ_4K

/**
 * struct sim_medium - sparse memory for logical blocks
 * @chunks: the chunks that exist, by byte address >> SIM_CHUNK_SHIFT. The
 *	low bits of an entry tell which of its blocks are mapped; at least one
 *	is. Entries change under the xarray's own lock and are looked up under
 *	RCU.
 * @count: number of entries
 * @block_shift: log2 of the logical block length in bytes, 9 to
 *	SIM_CHUNK_SHIFT
 * @whole: map of an entry whose blocks are all mapped
 * @fake: no memory: writes are dropped, and all blocks read as zeroes
 *
 * Blocks that are not mapped read as zeroes. All addresses and lengths are in
 * bytes; the caller keeps them within the capacity.
 */
struct sim_medium {
	struct xarray chunks;
	atomic_long_t count;
	unsigned int block_shift;
	unsigned long whole;
	bool fake;
};

void sim_medium_set_limit(unsigned long chunks);
unsigned long sim_medium_total(void);

void sim_medium_init(struct sim_medium *medium, unsigned int block_shift);
void sim_medium_destroy(struct sim_medium *medium);

int sim_medium_map(struct sim_medium *medium, u64 pos, u64 len, gfp_t gfp);
void sim_medium_unmap(struct sim_medium *medium, u64 pos, u64 len);
u64 sim_medium_run(struct sim_medium *medium, u64 pos, u64 end,
		   bool *mapped);
unsigned long sim_medium_chunks(const struct sim_medium *medium);
void *sim_medium_entry(struct sim_medium *medium, unsigned long index);

void sim_medium_read(struct sim_medium *medium, u64 pos, void *buf, u32 len);
u32 sim_medium_write(struct sim_medium *medium, u64 pos, const void *buf,
		     u32 len);
u32 sim_medium_compare(struct sim_medium *medium, u64 pos, const void *buf,
		       u32 len);

#endif /* _PIOSCSI_SIM_MEDIUM_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The data of a medium.
 *
 * Chunks are looked up under RCU alone, so that data moves without a lock in
 * any context.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "medium.h"
#include "medium_entry.h"

/*
 * Finds @pos. Returns where it is in memory, or %NULL if it reads as zeroes,
 * and in @part how many of @len bytes are alike. RCU protects the result.
 */
static u8 *sim_medium_at(struct sim_medium *medium, u64 pos, u32 len,
			 u32 *part)
{
	void *entry = sim_medium_entry(medium, pos >> SIM_CHUNK_SHIFT);
	u32 off = pos & (SIM_CHUNK_SIZE - 1);
	unsigned long bits, map;
	u32 block;

	*part = sim_chunk_part(pos, len);
	if (!entry)
		return NULL;
	/* The usual case: all blocks of the chunk are mapped. */
	if (sim_entry_map(entry) == medium->whole)
		return sim_entry_chunk(entry) + off;
	bits = sim_map_bits(medium, pos, *part);
	map = sim_entry_map(entry) & bits;
	if (map && map != bits) {
		block = 1U << medium->block_shift;
		*part = min(*part, block - (off & (block - 1)));
		map &= sim_map_bits(medium, pos, *part);
	}
	return map ? sim_entry_chunk(entry) + off : NULL;
}

/* copy_page() and clear_page() are the fastest way to move a whole page. */
static bool is_page(const void *buf, u32 len)
{
	return len == PAGE_SIZE && PAGE_ALIGNED(buf);
}

static void copy(void *to, const void *from, u32 len)
{
	if (is_page(to, len) && is_page(from, len))
		copy_page(to, (void *)from);
	else
		memcpy(to, from, len);
}

static void clear(void *to, u32 len)
{
	if (is_page(to, len))
		clear_page(to);
	else
		memset(to, 0, len);
}

/**
 * sim_medium_read() - copy from the medium
 * @medium: the medium
 * @pos: byte address
 * @buf: where to
 * @len: bytes
 *
 * Context: Any.
 */
void sim_medium_read(struct sim_medium *medium, u64 pos, void *buf, u32 len)
{
	const u8 *data;
	u32 part;

	while (len) {
		rcu_read_lock();
		data = sim_medium_at(medium, pos, len, &part);
		if (data)
			copy(buf, data, part);
		else
			clear(buf, part);
		rcu_read_unlock();
		buf += part;
		pos += part;
		len -= part;
	}
}

/**
 * sim_medium_write() - copy to mapped blocks of the medium
 * @medium: the medium
 * @pos: byte address
 * @buf: the data
 * @len: bytes
 *
 * Context: Any.
 * Return: bytes written, which ends before the first block that is not mapped.
 */
u32 sim_medium_write(struct sim_medium *medium, u64 pos, const void *buf,
		     u32 len)
{
	u32 done, part;
	u8 *data;

	if (medium->fake)
		return len;
	for (done = 0; done < len; done += part) {
		rcu_read_lock();
		data = sim_medium_at(medium, pos + done, len - done, &part);
		if (data)
			copy(data, buf + done, part);
		rcu_read_unlock();
		if (!data)
			break;
	}
	return done;
}

/* The leading bytes in which @a and @b agree; @a %NULL means zeroes. */
static u32 sim_equal(const u8 *a, const u8 *b, u32 len)
{
	u32 i = 0;

	if (a ? !memcmp(a, b, len) : !memchr_inv(b, 0, len))
		return len;
	while (i < len && b[i] == (a ? a[i] : 0))
		i++;
	return i;
}

/**
 * sim_medium_compare() - compare with the medium
 * @medium: the medium
 * @pos: byte address
 * @buf: the data
 * @len: bytes
 *
 * Context: Any.
 * Return: bytes up to the first that differs, @len if none does.
 */
u32 sim_medium_compare(struct sim_medium *medium, u64 pos, const void *buf,
		       u32 len)
{
	u32 done = 0, same, part;
	const u8 *data;

	if (medium->fake)
		return len;
	while (done < len) {
		rcu_read_lock();
		data = sim_medium_at(medium, pos + done, len - done, &part);
		same = sim_equal(data, buf + done, part);
		rcu_read_unlock();
		done += same;
		if (same < part)
			break;
	}
	return done;
}

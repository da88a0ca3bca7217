// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frees memory after a grace period, many pieces at a time: what is to be
 * freed cannot hold an rcu_head, since it is still being read.
 */
#include <linux/build_bug.h>
#include <linux/container_of.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "grave.h"

#define SIM_GRAVE_MAX	500

/*
 * A grave is its user's own until it is closed; then it belongs to RCU.
 */
struct sim_grave {
	struct rcu_head rcu;
	unsigned int count;
	void *mem[SIM_GRAVE_MAX];
};

static void sim_grave_free(struct rcu_head *rcu)
{
	struct sim_grave *grave = container_of(rcu, struct sim_grave, rcu);
	unsigned int i;

	for (i = 0; i < grave->count; i++)
		kfree(grave->mem[i]);
	kfree(grave);
}

/**
 * sim_grave_close() - free what is in a grave after a grace period
 * @grave: the grave, or %NULL
 *
 * Before this code goes away, rcu_barrier() must have been called.
 *
 * Context: Any.
 */
void sim_grave_close(struct sim_grave *grave)
{
	if (grave)
		call_rcu(&grave->rcu, sim_grave_free);
}

/**
 * sim_grave_add() - put memory from kmalloc() into a grave
 * @grave: the grave, or %NULL to begin one
 * @mem: the memory; no new reader can find it
 *
 * Context: Process context. May sleep.
 * Return: the grave to go on with, and to close in the end; may be %NULL.
 */
struct sim_grave *sim_grave_add(struct sim_grave *grave, void *mem)
{
	BUILD_BUG_ON(sizeof(*grave) > SZ_4K);

	if (!grave)
		grave = kzalloc(sizeof(*grave), GFP_NOIO | __GFP_NOWARN);
	if (!grave) {
		synchronize_rcu();
		kfree(mem);
		return NULL;
	}
	grave->mem[grave->count++] = mem;
	if (grave->count < SIM_GRAVE_MAX)
		return grave;
	sim_grave_close(grave);
	return NULL;
}

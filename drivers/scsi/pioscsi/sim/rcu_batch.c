// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frees memory after an RCU grace period, many pieces at a time. The memory
 * itself cannot hold an rcu_head, because readers may still use all of it.
 */
#include <linux/build_bug.h>
#include <linux/container_of.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "rcu_batch.h"

#define SIM_RCU_BATCH_MAX	500

/* Owned by its user until sim_rcu_batch_submit(), then by RCU. */
struct sim_rcu_batch {
	struct rcu_head rcu;
	unsigned int count;
	void *mem[SIM_RCU_BATCH_MAX];
};

static void sim_rcu_batch_free(struct rcu_head *rcu)
{
	struct sim_rcu_batch *batch;
	unsigned int i;

	batch = container_of(rcu, struct sim_rcu_batch, rcu);
	for (i = 0; i < batch->count; i++)
		kfree(batch->mem[i]);
	kfree(batch);
}

/**
 * sim_rcu_batch_submit() - free the memory in a batch after a grace period
 * @batch: the batch, or %NULL
 *
 * The caller calls rcu_barrier() before the module is unloaded.
 *
 * Context: Any.
 */
void sim_rcu_batch_submit(struct sim_rcu_batch *batch)
{
	if (batch)
		call_rcu(&batch->rcu, sim_rcu_batch_free);
}

/**
 * sim_rcu_batch_add() - add memory from kmalloc() to a batch
 * @batch: the batch, or %NULL to start a new one
 * @mem: the memory; no new reader can find it
 *
 * Context: Process context. May sleep.
 * Return: the batch for the next call, and to be submitted at the end; may be
 * %NULL.
 */
struct sim_rcu_batch *sim_rcu_batch_add(struct sim_rcu_batch *batch, void *mem)
{
	BUILD_BUG_ON(sizeof(*batch) > SZ_4K);

	if (!batch)
		batch = kzalloc(sizeof(*batch), GFP_NOIO | __GFP_NOWARN);
	if (!batch) {
		synchronize_rcu();
		kfree(mem);
		return NULL;
	}
	batch->mem[batch->count++] = mem;
	if (batch->count < SIM_RCU_BATCH_MAX)
		return batch;
	sim_rcu_batch_submit(batch);
	return NULL;
}

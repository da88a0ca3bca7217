/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that is freed after an RCU grace period. */
#ifndef _PIOSCSI_SIM_RCU_BATCH_H
#define _PIOSCSI_SIM_RCU_BATCH_H

struct sim_rcu_batch;

struct sim_rcu_batch *sim_rcu_batch_add(struct sim_rcu_batch *batch, void *mem);
void sim_rcu_batch_submit(struct sim_rcu_batch *batch);

#endif /* _PIOSCSI_SIM_RCU_BATCH_H */

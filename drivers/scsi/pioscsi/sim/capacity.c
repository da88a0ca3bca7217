// SPDX-License-Identifier: GPL-2.0-only
/*
 * READ CAPACITY (10) and (16).
 */
#include <linux/bits.h>
#include <linux/minmax.h>

#include "../compat.h"
#include "cmd.h"
#include "lun.h"

#define SIM_CAPACITY10_LEN	8
/* Beside LOWEST ALIGNED LOGICAL BLOCK ADDRESS. */
#define SIM_LBPME		BIT(15)
#define SIM_LBPRZ		BIT(14)

#define SIM_CAPACITY16_LEN	32

static int sim_read_capacity10_exec(struct sim_task *task, gfp_t gfp)
{
	struct sim_lun *lu = task->lu;
	int ret = sim_check_medium(task);

	if (!ret)
		ret = sim_reply(task, SIM_CAPACITY10_LEN, gfp);
	if (ret)
		return ret;
	/* All ones refers to READ CAPACITY (16). */
	put_unaligned_be32(min_t(u64, sim_unit_blocks(lu->unit) - 1,
				 U32_MAX),
			   &task->buf[0]);
	put_unaligned_be32(sim_lun_block(lu), &task->buf[4]);
	sim_reply_len(task, SIM_CAPACITY10_LEN, SIM_CAPACITY10_LEN);
	return 0;
}

const struct sim_cmd sim_cmd_read_capacity10 = {
	.exec = sim_read_capacity10_exec,
};

static int sim_read_capacity16_exec(struct sim_task *task, gfp_t gfp)
{
	const struct sim_bus_config *config = &task->bus->config;
	u32 alloc_len = get_unaligned_be32(&task->cdb[10]);
	struct sim_lun *lu = task->lu;
	u16 lowest;
	int ret = sim_check_medium(task);

	if (!ret)
		ret = sim_reply(task, SIM_CAPACITY16_LEN, gfp);
	if (ret)
		return ret;
	put_unaligned_be64(sim_unit_blocks(lu->unit) - 1, &task->buf[0]);
	put_unaligned_be32(sim_lun_block(lu), &task->buf[8]);
	task->buf[13] = config->physblk_exp;
	lowest = config->lowest_aligned;
	if (!config->no_lbpu || !config->no_lbpws)
		lowest |= SIM_LBPME | (config->no_lbprz ? 0 : SIM_LBPRZ);
	put_unaligned_be16(lowest, &task->buf[14]);
	sim_reply_len(task, SIM_CAPACITY16_LEN, alloc_len);
	return 0;
}

const struct sim_cmd sim_cmd_read_capacity16 = {
	.exec = sim_read_capacity16_exec,
};

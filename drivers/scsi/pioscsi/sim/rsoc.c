// SPDX-License-Identifier: GPL-2.0-only
/*
 * REPORT SUPPORTED OPERATION CODES: shows the table of commands.
 */
#include <linux/string.h>

#include "../compat.h"
#include "cmd.h"
#include "lun.h"
#include "opcodes.h"
#include "sense.h"

#define SIM_RCTD		BIT(7)	/* byte 2 of the CDB */

/* SUPPORT, byte 1 of the one command format. */
#define SIM_NOT_SUPPORTED	1
#define SIM_SUPPORTED		3	/* as the standard has it */

#define SIM_CTDP_ONE		BIT(7)	/* byte 1 of the one command format */
#define SIM_CTDP_ALL		BIT(1)	/* byte 5 of a command descriptor */
#define SIM_SERVACTV		BIT(0)	/* byte 5 of a command descriptor */

#define SIM_DESCRIPTOR_LEN	8
#define SIM_TIMEOUTS_LEN	12

/* REPORTING OPTIONS. */
enum sim_report {
	SIM_REPORT_ALL,
	SIM_REPORT_OPCODE,
	SIM_REPORT_ACTION,
	SIM_REPORT_EITHER,
};

/* Writes the command timeouts descriptor; no nominal time is indicated. */
static u32 sim_put_timeouts(const struct sim_opcode *op, u8 *data)
{
	put_unaligned_be16(SIM_TIMEOUTS_LEN - 2, &data[0]);
	put_unaligned_be32(op->timeout, &data[8]);
	return SIM_TIMEOUTS_LEN;
}

static int sim_report_all(struct sim_task *task, bool rctd, u32 alloc_len,
			  gfp_t gfp)
{
	u32 each = SIM_DESCRIPTOR_LEN + (rctd ? SIM_TIMEOUTS_LEN : 0);
	unsigned int i;
	u32 len;
	u8 *data;
	int ret;

	ret = sim_reply(task, 4 + sim_num_opcodes * each, gfp);
	if (ret)
		return ret;
	data = task->buf + 4;
	for (i = 0; i < sim_num_opcodes; i++) {
		const struct sim_opcode *op = &sim_opcodes[i];

		if (!sim_opcode_supported(op, &task->bus->config))
			continue;
		data[0] = op->opcode;
		put_unaligned_be16(op->service_action, &data[2]);
		data[5] = op->flags & SIM_OP_SA ? SIM_SERVACTV : 0;
		put_unaligned_be16(op->cdb_len, &data[6]);
		if (rctd) {
			data[5] |= SIM_CTDP_ALL;
			sim_put_timeouts(op, &data[SIM_DESCRIPTOR_LEN]);
		}
		data += each;
	}
	len = data - task->buf;
	put_unaligned_be32(len - 4, task->buf);
	sim_reply_len(task, len, alloc_len);
	return 0;
}

static int sim_report_one(struct sim_task *task, const struct sim_opcode *op,
			  bool rctd, u32 alloc_len, gfp_t gfp)
{
	u32 len = 4;
	int ret;

	ret = sim_reply(task, 4 + SIM_CDB_MAX + SIM_TIMEOUTS_LEN, gfp);
	if (ret)
		return ret;
	task->buf[1] = SIM_NOT_SUPPORTED;
	if (op) {
		task->buf[1] = SIM_SUPPORTED;
		put_unaligned_be16(op->cdb_len, &task->buf[2]);
		memcpy(&task->buf[4], op->usage, op->cdb_len);
		len += op->cdb_len;
		if (rctd) {
			task->buf[1] |= SIM_CTDP_ONE;
			len += sim_put_timeouts(op, &task->buf[len]);
		}
	}
	sim_reply_len(task, len, alloc_len);
	return 0;
}

static int sim_report_opcodes_exec(struct sim_task *task, gfp_t gfp)
{
	u32 alloc_len = get_unaligned_be32(&task->cdb[6]);
	u16 action = get_unaligned_be16(&task->cdb[4]);
	u8 opcode = task->cdb[3], options = task->cdb[2] & 7;
	const struct sim_opcode *op = sim_opcode_first(opcode);
	bool rctd = task->cdb[2] & SIM_RCTD;
	bool has_action = op && op->flags & SIM_OP_SA;

	if (options > SIM_REPORT_EITHER)
		return sim_invalid_cdb(task, 2, 2);
	if (options == SIM_REPORT_ALL)
		return sim_report_all(task, rctd, alloc_len, gfp);
	/* The option and the requested opcode must agree on this. */
	if (op && ((options == SIM_REPORT_OPCODE && has_action) ||
		   (options == SIM_REPORT_ACTION && !has_action)))
		return sim_invalid_cdb(task, 3, 7);
	if (has_action)
		op = sim_opcode_find(opcode, action);
	else if (options == SIM_REPORT_EITHER && action)
		op = NULL;
	if (op && !sim_opcode_supported(op, &task->bus->config))
		op = NULL;
	return sim_report_one(task, op, rctd, alloc_len, gfp);
}

const struct sim_cmd sim_cmd_report_opcodes = {
	.exec = sim_report_opcodes_exec,
};

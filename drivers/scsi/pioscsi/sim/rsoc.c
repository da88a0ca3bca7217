// SPDX-License-Identifier: GPL-2.0-only
/*
 * REPORT SUPPORTED OPERATION CODES: shows the table of commands.
 */
#include <linux/string.h>

#include "../compat.h"
#include "cmd.h"
#include "opcodes.h"
#include "sense.h"

#define PSIM_RCTD		BIT(7)	/* byte 2 of the CDB */

/* SUPPORT, byte 1 of the one command format. */
#define PSIM_NOT_SUPPORTED	1
#define PSIM_SUPPORTED		3	/* as the standard has it */

#define PSIM_CTDP_ONE		BIT(7)	/* byte 1 of the one command format */
#define PSIM_CTDP_ALL		BIT(1)	/* byte 5 of a command descriptor */
#define PSIM_SERVACTV		BIT(0)	/* byte 5 of a command descriptor */

#define PSIM_DESCRIPTOR_LEN	8
#define PSIM_TIMEOUTS_LEN	12

/* REPORTING OPTIONS. */
enum psim_report {
	PSIM_REPORT_ALL,
	PSIM_REPORT_OPCODE,
	PSIM_REPORT_ACTION,
	PSIM_REPORT_EITHER,
};

/* Writes the command timeouts descriptor; no nominal time is indicated. */
static u32 psim_put_timeouts(const struct psim_opcode *op, u8 *data)
{
	put_unaligned_be16(PSIM_TIMEOUTS_LEN - 2, &data[0]);
	put_unaligned_be32(op->timeout, &data[8]);
	return PSIM_TIMEOUTS_LEN;
}

static int psim_report_all(struct psim_task *task, bool rctd, u32 alloc_len,
			   gfp_t gfp)
{
	u32 each = PSIM_DESCRIPTOR_LEN + (rctd ? PSIM_TIMEOUTS_LEN : 0);
	u32 len = 4 + psim_num_opcodes * each;
	unsigned int i;
	u8 *data;
	int ret;

	ret = psim_reply(task, len, gfp);
	if (ret)
		return ret;
	put_unaligned_be32(len - 4, task->buf);
	data = task->buf + 4;
	for (i = 0; i < psim_num_opcodes; i++, data += each) {
		const struct psim_opcode *op = &psim_opcodes[i];

		data[0] = op->opcode;
		put_unaligned_be16(op->service_action, &data[2]);
		data[5] = op->flags & PSIM_OP_SA ? PSIM_SERVACTV : 0;
		put_unaligned_be16(op->cdb_len, &data[6]);
		if (rctd) {
			data[5] |= PSIM_CTDP_ALL;
			psim_put_timeouts(op, &data[PSIM_DESCRIPTOR_LEN]);
		}
	}
	psim_reply_len(task, len, alloc_len);
	return 0;
}

static int psim_report_one(struct psim_task *task, const struct psim_opcode *op,
			   bool rctd, u32 alloc_len, gfp_t gfp)
{
	u32 len = 4;
	int ret;

	ret = psim_reply(task, 4 + PSIM_CDB_MAX + PSIM_TIMEOUTS_LEN, gfp);
	if (ret)
		return ret;
	task->buf[1] = PSIM_NOT_SUPPORTED;
	if (op) {
		task->buf[1] = PSIM_SUPPORTED;
		put_unaligned_be16(op->cdb_len, &task->buf[2]);
		memcpy(&task->buf[4], op->usage, op->cdb_len);
		len += op->cdb_len;
		if (rctd) {
			task->buf[1] |= PSIM_CTDP_ONE;
			len += psim_put_timeouts(op, &task->buf[len]);
		}
	}
	psim_reply_len(task, len, alloc_len);
	return 0;
}

static int psim_report_opcodes_exec(struct psim_task *task, gfp_t gfp)
{
	u32 alloc_len = get_unaligned_be32(&task->cdb[6]);
	u16 action = get_unaligned_be16(&task->cdb[4]);
	u8 opcode = task->cdb[3], options = task->cdb[2] & 7;
	const struct psim_opcode *op = psim_opcode_first(opcode);
	bool rctd = task->cdb[2] & PSIM_RCTD;
	bool has_action = op && op->flags & PSIM_OP_SA;

	if (options > PSIM_REPORT_EITHER)
		return psim_invalid_cdb(task, 2, 2);
	if (options == PSIM_REPORT_ALL)
		return psim_report_all(task, rctd, alloc_len, gfp);
	/* The option and the requested opcode must agree on this. */
	if (op && ((options == PSIM_REPORT_OPCODE && has_action) ||
		   (options == PSIM_REPORT_ACTION && !has_action)))
		return psim_invalid_cdb(task, 3, 7);
	if (has_action)
		op = psim_opcode_find(opcode, action);
	else if (options == PSIM_REPORT_EITHER && action)
		op = NULL;
	return psim_report_one(task, op, rctd, alloc_len, gfp);
}

const struct psim_cmd psim_cmd_report_opcodes = {
	.exec = psim_report_opcodes_exec,
};

// SPDX-License-Identifier: GPL-2.0-only
/*
 * REPORT SUPPORTED OPERATION CODES: shows the table of commands.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/gfp.h>

#include "../compat.h"
#include "cmd.h"
#include "lun.h"
#include "opcodes.h"
#include "sense.h"

#define SIM_REPORTING_OPTIONS	0x07	/* byte 2 of the CDB; 0: all commands */

static int sim_report_opcodes_exec(struct sim_task *task, gfp_t gfp)
{
	const struct pioscsi_cdb_table *table =
		sim_opcode_table(&task->bus->config);
	bool all = !(task->cdb[2] & SIM_REPORTING_OPTIONS);
	struct pioscsi_cdb_field bad;
	int ret;

	/* The descriptors of all commands take too long with interrupts off. */
	if (all && !gfpflags_allow_blocking(gfp))
		return -EAGAIN;
	ret = sim_reply(task, PIOSCSI_CDB_REPORT_MAX(table->count), gfp);
	if (ret)
		return ret;
	ret = pioscsi_cdb_report(table, task->cdb, task->buf, &bad);
	if (ret < 0)
		return sim_invalid_cdb(task, bad.byte, fls(bad.mask) - 1);
	sim_reply_len(task, ret, get_unaligned_be32(&task->cdb[6]));
	return 0;
}

const struct sim_cmd sim_cmd_report_opcodes = {
	.exec = sim_report_opcodes_exec,
};

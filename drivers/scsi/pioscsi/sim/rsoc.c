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
#include "opcode_check.h"
#include "opcodes.h"
#include "sense.h"

#define SIM_REPORTING_OPTIONS	0x07	/* byte 2 of the CDB; 0: all commands */
#define SIM_USAGE		4	/* CDB USAGE DATA of one command */

/* Shows no bits that the logical unit does not support. */
static void sim_hide_missing(struct sim_task *task)
{
	u16 action = get_unaligned_be16(&task->cdb[4]);
	const struct pioscsi_cdb *cdb = sim_opcode_find(task->cdb[3], action);
	struct pioscsi_cdb_field missing;

	if (!cdb || !(cdb->flags & SIM_OP_OPTION))
		return;
	missing = sim_opcode_missing(&task->bus->config, cdb);
	task->buf[SIM_USAGE + missing.byte] &= ~missing.mask;
}

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
	if (!all)
		sim_hide_missing(task);
	sim_reply_len(task, ret, get_unaligned_be32(&task->cdb[6]));
	return 0;
}

const struct sim_cmd sim_cmd_report_opcodes = {
	.exec = sim_report_opcodes_exec,
};

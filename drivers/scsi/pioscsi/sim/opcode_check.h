/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The check of a CDB against its command in the table.
 */
#ifndef _PIOSCSI_SIM_OPCODE_CHECK_H
#define _PIOSCSI_SIM_OPCODE_CHECK_H

struct pioscsi_cdb;
struct sim_task;

int sim_opcode_check(struct sim_task *task, const struct pioscsi_cdb *cdb);

#endif /* _PIOSCSI_SIM_OPCODE_CHECK_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The check of a CDB against its command in the table.
 */
#ifndef _PIOSCSI_SIM_OPCODE_CHECK_H
#define _PIOSCSI_SIM_OPCODE_CHECK_H

#include <pioscsi/cdb.h>

struct sim_bus_config;
struct sim_task;

struct pioscsi_cdb_field sim_opcode_missing(const struct sim_bus_config *config,
					    const struct pioscsi_cdb *cdb);
int sim_opcode_check(struct sim_task *task, const struct pioscsi_cdb *cdb);

#endif /* _PIOSCSI_SIM_OPCODE_CHECK_H */

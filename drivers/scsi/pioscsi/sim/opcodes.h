/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands a target supports.
 */
#ifndef _PIOSCSI_SIM_OPCODES_H
#define _PIOSCSI_SIM_OPCODES_H

#include <linux/bits.h>
#include <linux/types.h>
#include <pioscsi/cdb.h>

#include "cmd.h"

#define SIM_OP_SA	BIT(0)	/* has a service action */
#define SIM_OP_ANY_LUN	BIT(1)	/* for LUNs without a logical unit, too */
#define SIM_OP_NO_UA	BIT(2)	/* goes past a unit attention condition */
#define SIM_OP_READY	BIT(3)	/* needs the unit started */
#define SIM_OP_BLOCKS	BIT(4)	/* has an LBA and a number of blocks */
#define SIM_OP_WRITES	BIT(5)	/* writes those blocks */

/* The field of the service action, byte 1. */
#define SIM_SA_MASK	0x1f

/**
 * struct sim_opcode - a command, as its CDB shows it
 * @opcode: OPERATION CODE
 * @service_action: SERVICE ACTION, if SIM_OP_SA
 * @cdb_len: bytes of the CDB
 * @flags: SIM_OP_*
 * @timeout: recommended command timeout, seconds
 * @field: fields that the target does not support; sense data points to such
 *	a field as a whole
 * @usage: the bits of the CDB that the target evaluates; all others must be
 *	0. In place of the opcode and the service action, their values.
 * @cmd: its steps
 */
struct sim_opcode {
	u8 opcode;
	u8 service_action;
	u8 cdb_len;
	u8 flags;
	u8 timeout;
	struct pioscsi_cdb_field field[2];
	u8 usage[SIM_CDB_MAX];
	const struct sim_cmd *cmd;
};

extern const struct sim_opcode sim_opcodes[];
extern const unsigned int sim_num_opcodes;

void sim_opcodes_init(void);
bool sim_opcode_supported(const struct sim_opcode *op,
			  const struct sim_bus_config *config);
bool sim_opcode_has_actions(u8 opcode);
const struct sim_opcode *sim_opcode_first(u8 opcode);
const struct sim_opcode *sim_opcode_find(u8 opcode, u16 service_action);
int sim_opcode_check(struct sim_task *task, const struct sim_opcode *op);

#endif /* _PIOSCSI_SIM_OPCODES_H */

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

#define SIM_OP_ANY_LUN	BIT(0)	/* for LUNs without a logical unit, too */
#define SIM_OP_NO_UA	BIT(1)	/* reports no unit attention condition */
#define SIM_OP_READY	BIT(2)	/* needs the unit started */
#define SIM_OP_BLOCKS	BIT(3)	/* has an LBA and a number of blocks */
#define SIM_OP_WRITES	BIT(4)	/* writes those blocks */
#define SIM_OP_LBPU	BIT(5)	/* needs logical block provisioning */
#define SIM_OP_OPTION	BIT(6)	/* has a field that not all units support */
#define SIM_OP_REMOVABLE BIT(7)	/* needs a removable medium */

/* Byte 1 of WRITE SAME. */
#define SIM_WS_UNMAP	BIT(3)

/* Byte 4 of START STOP UNIT. */
#define SIM_LOEJ	BIT(1)	/* load or eject */

void sim_opcodes_init(void);
const struct pioscsi_cdb_table *
sim_opcode_table(const struct sim_bus_config *config);
bool sim_opcode_has_actions(u8 opcode);
const struct pioscsi_cdb *sim_opcode_find(u8 opcode, u16 action);

#endif /* _PIOSCSI_SIM_OPCODES_H */

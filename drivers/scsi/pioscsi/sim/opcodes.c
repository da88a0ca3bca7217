// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of all commands.
 */
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <pioscsi/cdb.h>
#include <scsi/scsi_proto.h>

#include "opcodes.h"

/* Recommended command timeouts, seconds. */
#define SIM_TIMEOUT		30
#define SIM_TIMEOUT_LONG	120

/* All commands, by rising opcode and service action. */
static const struct pioscsi_cdb sim_cdbs[] = {
	{
		.opcode = TEST_UNIT_READY,
		.len = 6,
		.flags = SIM_OP_READY,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 },
		.op = &sim_cmd_test_unit_ready,
	},
	{
		.opcode = REQUEST_SENSE,
		.len = 6,
		.flags = SIM_OP_ANY_LUN | SIM_OP_NO_UA,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x01, 0x00, 0x00, 0xff, 0x00 },
		.op = &sim_cmd_request_sense,
	},
	{
		.opcode = READ_6,
		.len = 6,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x1f, 0xff, 0xff, 0xff, 0x00 },
		.op = &sim_cmd_read,
	},
	{
		.opcode = WRITE_6,
		.len = 6,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS | SIM_OP_WRITES,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x1f, 0xff, 0xff, 0xff, 0x00 },
		.op = &sim_cmd_write,
	},
	{
		.opcode = INQUIRY,
		.len = 6,
		.flags = SIM_OP_ANY_LUN | SIM_OP_NO_UA,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x01, 0xff, 0xff, 0xff, 0x00 },
		.op = &sim_cmd_inquiry,
	},
	{
		.opcode = MODE_SELECT,
		.len = 6,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x10, 0x00, 0x00, 0xff, 0x00 },
		.op = &sim_cmd_mode_select,
	},
	{
		.opcode = MODE_SENSE,
		.len = 6,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x08, 0xff, 0xff, 0xff, 0x00 },
		.op = &sim_cmd_mode_sense,
	},
	{
		.opcode = START_STOP,
		.len = 6,
		.flags = SIM_OP_OPTION,
		.timeout = SIM_TIMEOUT,
		.field = { { 3, 0x0f }, { 4, 0xf0 } },
		.usage = { 0x00, 0x01, 0x00, 0x00, 0x07, 0x00 },
		.op = &sim_cmd_start_stop_unit,
	},
	{
		.opcode = SEND_DIAGNOSTIC,
		.len = 6,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0xf7, 0x00, 0xff, 0xff, 0x00 },
		.op = &sim_cmd_send_diagnostic,
	},
	{
		.opcode = ALLOW_MEDIUM_REMOVAL,
		.len = 6,
		.flags = SIM_OP_REMOVABLE,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x00, 0x00, 0x00, 0x03, 0x00 },
		.op = &sim_cmd_prevent_removal,
	},
	{
		.opcode = READ_CAPACITY,
		.len = 10,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			   0x00 },
		.op = &sim_cmd_read_capacity10,
	},
	{
		.opcode = READ_10,
		.len = 10,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT,
		.field = { { 1, 0xe0 }, { 6, 0x1f } },
		.usage = { 0x00, 0x18, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff,
			   0x00 },
		.op = &sim_cmd_read,
	},
	{
		.opcode = WRITE_10,
		.len = 10,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS | SIM_OP_WRITES,
		.timeout = SIM_TIMEOUT,
		.field = { { 1, 0xe0 }, { 6, 0x1f } },
		.usage = { 0x00, 0x18, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff,
			   0x00 },
		.op = &sim_cmd_write,
	},
	{
		.opcode = VERIFY,
		.len = 10,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT_LONG,
		.field = { { 1, 0xe0 }, { 6, 0x1f } },
		.usage = { 0x00, 0x16, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff,
			   0x00 },
		.op = &sim_cmd_verify,
	},
	{
		.opcode = SYNCHRONIZE_CACHE,
		.len = 10,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT,
		.field = { { 6, 0x1f } },
		.usage = { 0x00, 0x02, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff,
			   0x00 },
		.op = &sim_cmd_sync_cache,
	},
	{
		.opcode = WRITE_SAME,
		.len = 10,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS | SIM_OP_WRITES |
			 SIM_OP_OPTION,
		.timeout = SIM_TIMEOUT_LONG,
		.field = { { 1, 0xe0 }, { 6, 0x1f } },
		.usage = { 0x00, 0x08, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff,
			   0x00 },
		.op = &sim_cmd_write_same,
	},
	{
		.opcode = UNMAP,
		.len = 10,
		.flags = SIM_OP_READY | SIM_OP_WRITES | SIM_OP_LBPU,
		.timeout = SIM_TIMEOUT_LONG,
		.field = { { 6, 0x1f } },
		.usage = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff,
			   0x00 },
		.op = &sim_cmd_unmap,
	},
	{
		.opcode = MODE_SELECT_10,
		.len = 10,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff,
			   0x00 },
		.op = &sim_cmd_mode_select,
	},
	{
		.opcode = MODE_SENSE_10,
		.len = 10,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x18, 0xff, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff,
			   0x00 },
		.op = &sim_cmd_mode_sense,
	},
	{
		.opcode = READ_16,
		.len = 16,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT,
		.field = { { 1, 0xe0 }, { 14, 0x1f } },
		.usage = { 0x00, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.op = &sim_cmd_read,
	},
	{
		.opcode = WRITE_16,
		.len = 16,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS | SIM_OP_WRITES,
		.timeout = SIM_TIMEOUT,
		.field = { { 1, 0xe0 }, { 14, 0x1f } },
		.usage = { 0x00, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.op = &sim_cmd_write,
	},
	{
		.opcode = VERIFY_16,
		.len = 16,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT_LONG,
		.field = { { 1, 0xe0 }, { 14, 0x1f } },
		.usage = { 0x00, 0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.op = &sim_cmd_verify,
	},
	{
		.opcode = SYNCHRONIZE_CACHE_16,
		.len = 16,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT,
		.field = { { 14, 0x1f } },
		.usage = { 0x00, 0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.op = &sim_cmd_sync_cache,
	},
	{
		.opcode = WRITE_SAME_16,
		.len = 16,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS | SIM_OP_WRITES |
			 SIM_OP_OPTION,
		.timeout = SIM_TIMEOUT_LONG,
		.field = { { 1, 0xe0 }, { 14, 0x1f } },
		.usage = { 0x00, 0x09, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.op = &sim_cmd_write_same,
	},
	{
		.opcode = SERVICE_ACTION_IN_16,
		.has_action = true,
		.action = SAI_READ_CAPACITY_16,
		.len = 16,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			   0x00, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.op = &sim_cmd_read_capacity16,
	},
	{
		.opcode = SERVICE_ACTION_IN_16,
		.has_action = true,
		.action = SAI_GET_LBA_STATUS,
		.len = 16,
		.flags = SIM_OP_READY,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.op = &sim_cmd_get_lba_status,
	},
	{
		.opcode = REPORT_LUNS,
		.len = 12,
		.flags = SIM_OP_ANY_LUN | SIM_OP_NO_UA,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x00, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
			   0xff, 0x00, 0x00 },
		.op = &sim_cmd_report_luns,
	},
	{
		.opcode = MAINTENANCE_IN,
		.has_action = true,
		.action = MI_REPORT_SUPPORTED_OPERATION_CODES,
		.len = 12,
		.timeout = SIM_TIMEOUT,
		.usage = { 0x00, 0x00, 0x87, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0x00, 0x00 },
		.op = &sim_cmd_report_opcodes,
	},
	{
		.opcode = READ_12,
		.len = 12,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT,
		.field = { { 1, 0xe0 }, { 10, 0x1f } },
		.usage = { 0x00, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0x00, 0x00 },
		.op = &sim_cmd_read,
	},
	{
		.opcode = WRITE_12,
		.len = 12,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS | SIM_OP_WRITES,
		.timeout = SIM_TIMEOUT,
		.field = { { 1, 0xe0 }, { 10, 0x1f } },
		.usage = { 0x00, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0x00, 0x00 },
		.op = &sim_cmd_write,
	},
	{
		.opcode = VERIFY_12,
		.len = 12,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT_LONG,
		.field = { { 1, 0xe0 }, { 10, 0x1f } },
		.usage = { 0x00, 0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0x00, 0x00 },
		.op = &sim_cmd_verify,
	},
};

#define SIM_TABLE(_hidden) \
	{ .cdbs = sim_cdbs, .count = ARRAY_SIZE(sim_cdbs), .hidden = (_hidden) }

/*
 * Commands of logical units with and without logical block provisioning, and
 * with and without removable media.
 */
static const struct pioscsi_cdb_table sim_tables[2][2] = {
	{ SIM_TABLE(0), SIM_TABLE(SIM_OP_REMOVABLE) },
	{ SIM_TABLE(SIM_OP_LBPU), SIM_TABLE(SIM_OP_LBPU | SIM_OP_REMOVABLE) },
};

/* Place of each opcode's first command in the table, plus one; 0 for none. */
static u8 sim_opcode_place[256];

/**
 * sim_opcodes_init() - make the commands known
 *
 * May be called again; there is nothing to undo.
 *
 * Context: task; before the first command is looked up.
 */
void sim_opcodes_init(void)
{
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(sim_cdbs) > U8_MAX);
	for (i = ARRAY_SIZE(sim_cdbs); i-- > 0;)
		WRITE_ONCE(sim_opcode_place[sim_cdbs[i].opcode], i + 1);
}

/**
 * sim_opcode_table() - get the commands that the logical units of a bus support
 * @config: the bus
 *
 * Context: Any.
 * Return: the table.
 */
const struct pioscsi_cdb_table *
sim_opcode_table(const struct sim_bus_config *config)
{
	return &sim_tables[config->no_lbpu][!config->removable];
}

/* Finds the first command with an operation code, or returns %NULL. */
static const struct pioscsi_cdb *sim_opcode_first(u8 opcode)
{
	unsigned int place = READ_ONCE(sim_opcode_place[opcode]);

	return place ? &sim_cdbs[place - 1] : NULL;
}

/**
 * sim_opcode_has_actions() - tell whether an operation code has service actions
 * @opcode: OPERATION CODE
 *
 * Context: Any.
 * Return: true if it has.
 */
bool sim_opcode_has_actions(u8 opcode)
{
	const struct pioscsi_cdb *cdb = sim_opcode_first(opcode);

	return cdb && cdb->has_action;
}

/**
 * sim_opcode_find() - find a command, faster than pioscsi_cdb_find()
 * @opcode: OPERATION CODE
 * @action: SERVICE ACTION; ignored if the operation code has none
 *
 * Context: Any.
 * Return: the command, even if a table hides it, or %NULL.
 */
const struct pioscsi_cdb *sim_opcode_find(u8 opcode, u16 action)
{
	const struct pioscsi_cdb *cdb = sim_opcode_first(opcode);

	if (!cdb || !cdb->has_action)
		return cdb;
	for (; cdb < sim_cdbs + ARRAY_SIZE(sim_cdbs); cdb++)
		if (cdb->opcode != opcode)
			break;
		else if (cdb->action == action)
			return cdb;
	return NULL;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of all commands, and the checks that it drives.
 */
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <pioscsi/cdb.h>
#include <scsi/scsi_proto.h>

#include "opcodes.h"
#include "sense.h"

/* Recommended command timeouts, seconds. */
#define SIM_TIMEOUT		30
#define SIM_TIMEOUT_LONG	120

/* All commands, by rising opcode and service action. */
const struct sim_opcode sim_opcodes[] = {
	{
		.opcode = TEST_UNIT_READY,
		.cdb_len = 6,
		.flags = SIM_OP_READY,
		.timeout = SIM_TIMEOUT,
		.usage = { TEST_UNIT_READY, 0x00, 0x00, 0x00, 0x00, 0x00 },
		.cmd = &sim_cmd_test_unit_ready,
	},
	{
		.opcode = REQUEST_SENSE,
		.cdb_len = 6,
		.flags = SIM_OP_ANY_LUN | SIM_OP_NO_UA,
		.timeout = SIM_TIMEOUT,
		.usage = { REQUEST_SENSE, 0x01, 0x00, 0x00, 0xff, 0x00 },
		.cmd = &sim_cmd_request_sense,
	},
	{
		.opcode = READ_6,
		.cdb_len = 6,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT,
		.usage = { READ_6, 0x1f, 0xff, 0xff, 0xff, 0x00 },
		.cmd = &sim_cmd_read,
	},
	{
		.opcode = WRITE_6,
		.cdb_len = 6,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS | SIM_OP_WRITES,
		.timeout = SIM_TIMEOUT,
		.usage = { WRITE_6, 0x1f, 0xff, 0xff, 0xff, 0x00 },
		.cmd = &sim_cmd_write,
	},
	{
		.opcode = INQUIRY,
		.cdb_len = 6,
		.flags = SIM_OP_ANY_LUN | SIM_OP_NO_UA,
		.timeout = SIM_TIMEOUT,
		.usage = { INQUIRY, 0x01, 0xff, 0xff, 0xff, 0x00 },
		.cmd = &sim_cmd_inquiry,
	},
	{
		.opcode = MODE_SELECT,
		.cdb_len = 6,
		.timeout = SIM_TIMEOUT,
		.usage = { MODE_SELECT, 0x10, 0x00, 0x00, 0xff, 0x00 },
		.cmd = &sim_cmd_mode_select,
	},
	{
		.opcode = MODE_SENSE,
		.cdb_len = 6,
		.timeout = SIM_TIMEOUT,
		.usage = { MODE_SENSE, 0x08, 0xff, 0xff, 0xff, 0x00 },
		.cmd = &sim_cmd_mode_sense,
	},
	{
		.opcode = START_STOP,
		.cdb_len = 6,
		.timeout = SIM_TIMEOUT,
		.field = { { 3, 0x0f }, { 4, 0xf0 } },
		.usage = { START_STOP, 0x01, 0x00, 0x00, 0x01, 0x00 },
		.cmd = &sim_cmd_start_stop_unit,
	},
	{
		.opcode = SEND_DIAGNOSTIC,
		.cdb_len = 6,
		.timeout = SIM_TIMEOUT,
		.usage = { SEND_DIAGNOSTIC, 0xf7, 0x00, 0x00, 0x00, 0x00 },
		.cmd = &sim_cmd_send_diagnostic,
	},
	{
		.opcode = READ_CAPACITY,
		.cdb_len = 10,
		.timeout = SIM_TIMEOUT,
		.usage = { READ_CAPACITY, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
			   0x00, 0x00, 0x00 },
		.cmd = &sim_cmd_read_capacity10,
	},
	{
		.opcode = READ_10,
		.cdb_len = 10,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT,
		.field = { { 1, 0xe0 }, { 6, 0x1f } },
		.usage = { READ_10, 0x18, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff,
			   0xff, 0x00 },
		.cmd = &sim_cmd_read,
	},
	{
		.opcode = WRITE_10,
		.cdb_len = 10,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS | SIM_OP_WRITES,
		.timeout = SIM_TIMEOUT,
		.field = { { 1, 0xe0 }, { 6, 0x1f } },
		.usage = { WRITE_10, 0x18, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff,
			   0xff, 0x00 },
		.cmd = &sim_cmd_write,
	},
	{
		.opcode = VERIFY,
		.cdb_len = 10,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT_LONG,
		.field = { { 1, 0xe0 }, { 6, 0x1f } },
		.usage = { VERIFY, 0x16, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff,
			   0xff, 0x00 },
		.cmd = &sim_cmd_verify,
	},
	{
		.opcode = SYNCHRONIZE_CACHE,
		.cdb_len = 10,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT,
		.field = { { 6, 0x1f } },
		.usage = { SYNCHRONIZE_CACHE, 0x02, 0xff, 0xff, 0xff, 0xff,
			   0x00, 0xff, 0xff, 0x00 },
		.cmd = &sim_cmd_sync_cache,
	},
	{
		.opcode = WRITE_SAME,
		.cdb_len = 10,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS | SIM_OP_WRITES,
		.timeout = SIM_TIMEOUT_LONG,
		.field = { { 1, 0xe0 }, { 6, 0x1f } },
		.usage = { WRITE_SAME, 0x08, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff,
			   0xff, 0x00 },
		.cmd = &sim_cmd_write_same,
	},
	{
		.opcode = UNMAP,
		.cdb_len = 10,
		.flags = SIM_OP_READY | SIM_OP_WRITES,
		.timeout = SIM_TIMEOUT_LONG,
		.field = { { 6, 0x1f } },
		.usage = { UNMAP, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff,
			   0xff, 0x00 },
		.cmd = &sim_cmd_unmap,
	},
	{
		.opcode = MODE_SELECT_10,
		.cdb_len = 10,
		.timeout = SIM_TIMEOUT,
		.usage = { MODE_SELECT_10, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00,
			   0xff, 0xff, 0x00 },
		.cmd = &sim_cmd_mode_select,
	},
	{
		.opcode = MODE_SENSE_10,
		.cdb_len = 10,
		.timeout = SIM_TIMEOUT,
		.usage = { MODE_SENSE_10, 0x18, 0xff, 0xff, 0x00, 0x00, 0x00,
			   0xff, 0xff, 0x00 },
		.cmd = &sim_cmd_mode_sense,
	},
	{
		.opcode = READ_16,
		.cdb_len = 16,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT,
		.field = { { 1, 0xe0 }, { 14, 0x1f } },
		.usage = { READ_16, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.cmd = &sim_cmd_read,
	},
	{
		.opcode = WRITE_16,
		.cdb_len = 16,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS | SIM_OP_WRITES,
		.timeout = SIM_TIMEOUT,
		.field = { { 1, 0xe0 }, { 14, 0x1f } },
		.usage = { WRITE_16, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.cmd = &sim_cmd_write,
	},
	{
		.opcode = VERIFY_16,
		.cdb_len = 16,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT_LONG,
		.field = { { 1, 0xe0 }, { 14, 0x1f } },
		.usage = { VERIFY_16, 0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00 },
		.cmd = &sim_cmd_verify,
	},
	{
		.opcode = SYNCHRONIZE_CACHE_16,
		.cdb_len = 16,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT,
		.field = { { 14, 0x1f } },
		.usage = { SYNCHRONIZE_CACHE_16, 0x02, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
			   0x00 },
		.cmd = &sim_cmd_sync_cache,
	},
	{
		.opcode = WRITE_SAME_16,
		.cdb_len = 16,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS | SIM_OP_WRITES,
		.timeout = SIM_TIMEOUT_LONG,
		.field = { { 1, 0xe0 }, { 14, 0x1f } },
		.usage = { WRITE_SAME_16, 0x09, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
			   0x00 },
		.cmd = &sim_cmd_write_same,
	},
	{
		.opcode = SERVICE_ACTION_IN_16,
		.service_action = SAI_READ_CAPACITY_16,
		.cdb_len = 16,
		.flags = SIM_OP_SA,
		.timeout = SIM_TIMEOUT,
		.usage = { SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, 0x00,
			   0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff,
			   0xff, 0xff, 0x00, 0x00 },
		.cmd = &sim_cmd_read_capacity16,
	},
	{
		.opcode = SERVICE_ACTION_IN_16,
		.service_action = SAI_GET_LBA_STATUS,
		.cdb_len = 16,
		.flags = SIM_OP_SA | SIM_OP_READY,
		.timeout = SIM_TIMEOUT,
		.usage = { SERVICE_ACTION_IN_16, SAI_GET_LBA_STATUS, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0x00, 0x00 },
		.cmd = &sim_cmd_get_lba_status,
	},
	{
		.opcode = REPORT_LUNS,
		.cdb_len = 12,
		.flags = SIM_OP_ANY_LUN | SIM_OP_NO_UA,
		.timeout = SIM_TIMEOUT,
		.usage = { REPORT_LUNS, 0x00, 0xff, 0x00, 0x00, 0x00, 0xff,
			   0xff, 0xff, 0xff, 0x00, 0x00 },
		.cmd = &sim_cmd_report_luns,
	},
	{
		.opcode = MAINTENANCE_IN,
		.service_action = MI_REPORT_SUPPORTED_OPERATION_CODES,
		.cdb_len = 12,
		.flags = SIM_OP_SA,
		.timeout = SIM_TIMEOUT,
		.usage = { MAINTENANCE_IN, MI_REPORT_SUPPORTED_OPERATION_CODES,
			   0x87, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
			   0x00 },
		.cmd = &sim_cmd_report_opcodes,
	},
	{
		.opcode = READ_12,
		.cdb_len = 12,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT,
		.field = { { 1, 0xe0 }, { 10, 0x1f } },
		.usage = { READ_12, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0x00, 0x00 },
		.cmd = &sim_cmd_read,
	},
	{
		.opcode = WRITE_12,
		.cdb_len = 12,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS | SIM_OP_WRITES,
		.timeout = SIM_TIMEOUT,
		.field = { { 1, 0xe0 }, { 10, 0x1f } },
		.usage = { WRITE_12, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0x00, 0x00 },
		.cmd = &sim_cmd_write,
	},
	{
		.opcode = VERIFY_12,
		.cdb_len = 12,
		.flags = SIM_OP_READY | SIM_OP_BLOCKS,
		.timeout = SIM_TIMEOUT_LONG,
		.field = { { 1, 0xe0 }, { 10, 0x1f } },
		.usage = { VERIFY_12, 0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0x00, 0x00 },
		.cmd = &sim_cmd_verify,
	},
};

const unsigned int sim_num_opcodes = ARRAY_SIZE(sim_opcodes);

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

	BUILD_BUG_ON(ARRAY_SIZE(sim_opcodes) > U8_MAX);
	for (i = ARRAY_SIZE(sim_opcodes); i-- > 0;)
		WRITE_ONCE(sim_opcode_place[sim_opcodes[i].opcode], i + 1);
}

/**
 * sim_opcode_first() - look an operation code up
 * @opcode: OPERATION CODE
 *
 * Context: Any.
 * Return: the command with it, the first if it has service actions, or %NULL.
 */
const struct sim_opcode *sim_opcode_first(u8 opcode)
{
	unsigned int place = READ_ONCE(sim_opcode_place[opcode]);

	return place ? &sim_opcodes[place - 1] : NULL;
}

/**
 * sim_opcode_has_actions() - whether an operation code has service actions
 * @opcode: OPERATION CODE
 *
 * Context: Any.
 * Return: true if so.
 */
bool sim_opcode_has_actions(u8 opcode)
{
	const struct sim_opcode *op = sim_opcode_first(opcode);

	return op && op->flags & SIM_OP_SA;
}

/**
 * sim_opcode_supported() - whether the logical units of a bus have a command
 * @op: the command
 * @config: the bus
 *
 * Context: Any.
 * Return: false if the configuration excludes it.
 */
bool sim_opcode_supported(const struct sim_opcode *op,
			  const struct sim_bus_config *config)
{
	return op->opcode != UNMAP || !config->no_lbpu;
}

/**
 * sim_opcode_find() - look a command up
 * @opcode: OPERATION CODE
 * @service_action: SERVICE ACTION; ignored if the opcode has none
 *
 * Context: Any.
 * Return: the command, or %NULL.
 */
const struct sim_opcode *sim_opcode_find(u8 opcode, u16 service_action)
{
	const struct sim_opcode *op = sim_opcode_first(opcode);

	if (!op || !(op->flags & SIM_OP_SA))
		return op;
	for (; op < sim_opcodes + ARRAY_SIZE(sim_opcodes); op++)
		if (op->opcode != opcode)
			break;
		else if (op->service_action == service_action)
			return op;
	return NULL;
}

/* The most significant bit of the field that the bits @bad belong to. */
static unsigned int sim_field_bit(const struct sim_opcode *op,
				  unsigned int byte, u8 bad)
{
	unsigned int i, bit = fls(bad) - 1;

	for (i = 0; i < ARRAY_SIZE(op->field); i++)
		if (op->field[i].byte == byte && op->field[i].mask & BIT(bit))
			return fls(op->field[i].mask) - 1;
	return bit;
}

/* The usual case, decided by two comparisons of eight bytes. */
static bool sim_all_supported(const struct sim_task *task,
			      const struct sim_opcode *op)
{
	u64 cdb[SIM_CDB_MAX / sizeof(u64)], usage[ARRAY_SIZE(cdb)];

	memcpy(cdb, task->cdb, sizeof(cdb));
	memcpy(usage, op->usage, sizeof(usage));
	return !((cdb[0] & ~usage[0]) | (cdb[1] & ~usage[1]));
}

/**
 * sim_opcode_check() - check that a CDB has no bit that is not supported
 * @task: the task
 * @op: its command
 *
 * Context: Any.
 * Return: 0, or SIM_SETTLED (INVALID FIELD IN CDB).
 */
int sim_opcode_check(struct sim_task *task, const struct sim_opcode *op)
{
	u8 bad, sa = op->flags & SIM_OP_SA ? SIM_SA_MASK : 0;
	unsigned int i;

	if (likely(sim_all_supported(task, op)))
		return 0;
	for (i = 1; i < op->cdb_len; i++) {
		bad = task->cdb[i] & ~(op->usage[i] | sa);
		if (unlikely(bad))
			return sim_invalid_cdb(task, i,
					       sim_field_bit(op, i, bad));
		sa = 0;
	}
	return 0;
}

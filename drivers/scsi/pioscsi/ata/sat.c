// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions that begin and continue a translation, and the table of all
 * commands with the checks of their CDBs.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <scsi/scsi_proto.h>

#include <pioscsi/cdb.h>

#include "dev.h"
#include "sat_priv.h"

/* Flag of a command that a stopped device executes, too. */
#define SAT_CDB_STOPPED		0x01

/* Recommended command timeouts in seconds. */
#define SAT_TIMEOUT		30
#define SAT_TIMEOUT_LONG	60
#define SAT_TIMEOUT_SELF_TEST	120

/*
 * READ, WRITE, VERIFY and SYNCHRONIZE CACHE. @_bits are the supported bits of
 * byte 1, and @_wide is an unsupported field of it.
 */
#define SAT_CDB_6(_opcode, _op) \
	{ \
		.opcode = (_opcode), .len = 6, \
		.timeout = SAT_TIMEOUT_LONG, \
		.usage = { 0, 0x1f, 0xff, 0xff, 0xff }, \
		.op = (_op), \
	}

#define SAT_CDB_10(_opcode, _bits, _wide, _flags, _op) \
	{ \
		.opcode = (_opcode), .len = 10, \
		.timeout = SAT_TIMEOUT_LONG, .flags = (_flags), \
		.field = { { 1, 0xe0 }, { 6, 0x1f }, { 1, (_wide) } }, \
		.usage = { 0, (_bits), 0xff, 0xff, 0xff, 0xff, 0, \
			   0xff, 0xff }, \
		.op = (_op), \
	}

#define SAT_CDB_12(_opcode, _bits, _wide, _op) \
	{ \
		.opcode = (_opcode), .len = 12, \
		.timeout = SAT_TIMEOUT_LONG, \
		.field = { { 1, 0xe0 }, { 10, 0x1f }, { 1, (_wide) } }, \
		.usage = { 0, (_bits), 0xff, 0xff, 0xff, 0xff, 0xff, \
			   0xff, 0xff, 0xff }, \
		.op = (_op), \
	}

#define SAT_CDB_16(_opcode, _bits, _wide, _flags, _op) \
	{ \
		.opcode = (_opcode), .len = 16, \
		.timeout = SAT_TIMEOUT_LONG, .flags = (_flags), \
		.field = { { 1, 0xe0 }, { 14, 0x1f }, { 1, (_wide) } }, \
		.usage = { 0, (_bits), 0xff, 0xff, 0xff, 0xff, 0xff, \
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, \
		.op = (_op), \
	}

#define SAT_BYTCHK		0x06
#define SAT_IMMED		0x02

static const struct pioscsi_cdb sat_cdbs[] = {
	SAT_CDB_10(READ_10, 0, 0, 0, &sat_op_read),
	SAT_CDB_10(WRITE_10, 0, 0, 0, &sat_op_write),
	SAT_CDB_16(READ_16, 0, 0, 0, &sat_op_read),
	SAT_CDB_16(WRITE_16, 0, 0, 0, &sat_op_write),
	SAT_CDB_10(SYNCHRONIZE_CACHE, SAT_IMMED, 0, SAT_CDB_STOPPED,
		   &sat_op_sync_cache),
	SAT_CDB_16(SYNCHRONIZE_CACHE_16, SAT_IMMED, 0, SAT_CDB_STOPPED,
		   &sat_op_sync_cache),
	SAT_CDB_6(READ_6, &sat_op_read),
	SAT_CDB_6(WRITE_6, &sat_op_write),
	SAT_CDB_12(READ_12, 0, 0, &sat_op_read),
	SAT_CDB_12(WRITE_12, 0, 0, &sat_op_write),
	SAT_CDB_10(VERIFY, 0, SAT_BYTCHK, 0, &sat_op_verify),
	SAT_CDB_12(VERIFY_12, 0, SAT_BYTCHK, &sat_op_verify),
	SAT_CDB_16(VERIFY_16, 0, SAT_BYTCHK, 0, &sat_op_verify),
	{
		.opcode = TEST_UNIT_READY, .len = 6,
		.timeout = SAT_TIMEOUT,
		.op = &sat_op_test_unit_ready,
	}, {
		.opcode = REQUEST_SENSE, .len = 6,
		.timeout = SAT_TIMEOUT,
		.flags = SAT_CDB_STOPPED,
		.usage = { 0, 0x01, 0, 0, 0xff },
		.op = &sat_op_request_sense,
	}, {
		.opcode = INQUIRY, .len = 6,
		.timeout = SAT_TIMEOUT,
		.flags = SAT_CDB_STOPPED,
		.usage = { 0, 0x01, 0xff, 0xff, 0xff },
		.op = &sat_op_inquiry,
	}, {
		.opcode = MODE_SELECT, .len = 6,
		.timeout = SAT_TIMEOUT,
		.flags = SAT_CDB_STOPPED,
		.usage = { 0, 0x10, 0, 0, 0xff },
		.op = &sat_op_mode_select,
	}, {
		.opcode = MODE_SELECT_10, .len = 10,
		.timeout = SAT_TIMEOUT,
		.flags = SAT_CDB_STOPPED,
		.usage = { 0, 0x10, 0, 0, 0, 0, 0, 0xff, 0xff },
		.op = &sat_op_mode_select,
	}, {
		.opcode = MODE_SENSE, .len = 6,
		.timeout = SAT_TIMEOUT,
		.flags = SAT_CDB_STOPPED,
		.usage = { 0, 0x08, 0xff, 0xff, 0xff },
		.op = &sat_op_mode_sense,
	}, {
		.opcode = MODE_SENSE_10, .len = 10,
		.timeout = SAT_TIMEOUT,
		.flags = SAT_CDB_STOPPED,
		.usage = { 0, 0x18, 0xff, 0xff, 0, 0, 0,
			   0xff, 0xff },
		.op = &sat_op_mode_sense,
	}, {
		.opcode = START_STOP, .len = 6,
		.timeout = SAT_TIMEOUT_LONG,
		.flags = SAT_CDB_STOPPED,
		.field = { { 3, 0x0f } },
		.usage = { 0, 0x01, 0, 0, 0xf7 },
		.op = &sat_op_start_stop,
	}, {
		.opcode = SEND_DIAGNOSTIC, .len = 6,
		.timeout = SAT_TIMEOUT_SELF_TEST,
		.usage = { 0, 0xf7, 0, 0xff, 0xff },
		.op = &sat_op_send_diagnostic,
	}, {
		.opcode = READ_CAPACITY, .len = 10,
		.timeout = SAT_TIMEOUT,
		.flags = SAT_CDB_STOPPED,
		.op = &sat_op_read_capacity10,
	}, {
		.opcode = SERVICE_ACTION_IN_16, .len = 16,
		.has_action = true, .action = SAI_READ_CAPACITY_16,
		.timeout = SAT_TIMEOUT,
		.flags = SAT_CDB_STOPPED,
		.usage = { [10] = 0xff, 0xff, 0xff, 0xff },
		.op = &sat_op_read_capacity16,
	}, {
		.opcode = REPORT_LUNS, .len = 12,
		.timeout = SAT_TIMEOUT,
		.flags = SAT_CDB_STOPPED,
		.usage = { 0, 0, 0xff, 0, 0, 0,
			   0xff, 0xff, 0xff, 0xff },
		.op = &sat_op_report_luns,
	}, {
		.opcode = MAINTENANCE_IN, .len = 12,
		.has_action = true,
		.action = MI_REPORT_SUPPORTED_OPERATION_CODES,
		.timeout = SAT_TIMEOUT,
		.flags = SAT_CDB_STOPPED,
		.usage = { 0, 0, 0x87, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff },
		.op = &sat_op_report_opcodes,
	}, {
		.opcode = ATA_12, .len = 12,
		.timeout = SAT_TIMEOUT,
		.flags = SAT_CDB_STOPPED,
		.field = { { 2, 0xc0 } },
		.usage = { 0, 0xfe, 0x3f, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff },
		.op = &sat_op_pass_through,
	}, {
		.opcode = ATA_16, .len = 16,
		.timeout = SAT_TIMEOUT,
		.flags = SAT_CDB_STOPPED,
		.field = { { 2, 0xc0 } },
		.usage = { 0, 0xff, 0x3f, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.op = &sat_op_pass_through,
	},
};

const struct pioscsi_cdb_table sat_cdb_table = {
	.cdbs = sat_cdbs,
	.count = ARRAY_SIZE(sat_cdbs),
};

/* Finds the command of a CDB, or writes sense data and returns NULL. */
static const struct pioscsi_cdb *sat_cdb_find(struct sat_cmd *cmd)
{
	u8 action = cmd->cdb_len > 1 ? cmd->cdb[1] & PIOSCSI_CDB_ACTION : 0;
	const struct pioscsi_cdb *supported = NULL;

	if (cmd->cdb_len)
		supported = pioscsi_cdb_find(&sat_cdb_table, cmd->cdb[0],
					     action);
	if (supported)
		return supported;
	if (cmd->cdb_len &&
	    pioscsi_cdb_has_opcode(&sat_cdb_table, cmd->cdb[0]))
		sat_invalid_cdb(cmd, 1, 4);
	else
		sat_check(cmd, ILLEGAL_REQUEST, SAT_ASC_INVALID_OPCODE);
	return NULL;
}

/*
 * Returns the operation of a CDB. Returns NULL with sense data if the command
 * is unknown, has unsupported bits set, or needs the unit to be started.
 */
static const struct sat_op *sat_cdb_check(struct sat_cmd *cmd)
{
	const struct pioscsi_cdb *supported = sat_cdb_find(cmd);
	struct pioscsi_cdb_field bad;

	if (!supported)
		return NULL;
	if (cmd->cdb_len < supported->len) {
		sat_invalid_cdb(cmd, cmd->cdb_len, 7);
		return NULL;
	}
	if (!pioscsi_cdb_check(supported, cmd->cdb, &bad)) {
		sat_invalid_cdb(cmd, bad.byte, fls(bad.mask) - 1);
		return NULL;
	}
	if (cmd->dev->stopped && !(supported->flags & SAT_CDB_STOPPED)) {
		sat_check(cmd, NOT_READY, SAT_ASC_NEED_START);
		return NULL;
	}
	return supported->op;
}

/**
 * sat_cdb_data() - check the initiator's buffer against a CDB
 * @cmd: the command
 * @dir: direction of the data that the CDB asks for
 * @bytes: length of that data in bytes
 * @field: byte of the CDB with the length, for the sense data
 *
 * The buffer may be longer than the data.
 *
 * Context: Any.
 * Return: true, or false with sense data if the buffer is too short or for the
 *	other direction.
 */
bool sat_cdb_data(struct sat_cmd *cmd, enum dma_data_direction dir, u64 bytes,
		  unsigned int field)
{
	if (!bytes || (cmd->dir == dir && cmd->data_len >= bytes))
		return true;
	sat_invalid_cdb(cmd, field, 7);
	return false;
}

/**
 * sat_reply() - end a command with data of &sat_cmd.buf
 * @cmd: the command
 * @len: length of the data in bytes
 * @alloc_len: ALLOCATION LENGTH
 *
 * Context: Any.
 * Return: %SAT_REPLY, or %SAT_GOOD if the initiator has no room for data.
 */
enum sat_answer sat_reply(struct sat_cmd *cmd, u32 len, u32 alloc_len)
{
	if (cmd->dir != DMA_FROM_DEVICE)
		return SAT_GOOD;
	cmd->len = min3(len, alloc_len, cmd->data_len);
	return cmd->len ? SAT_REPLY : SAT_GOOD;
}

/**
 * sat_translate() - begin a SCSI command
 * @cmd: the command, with the caller's fields set
 *
 * Context: Any; the device's owner.
 * Return: the next thing to do.
 */
enum sat_answer sat_translate(struct sat_cmd *cmd)
{
	cmd->chunk = 0;
	cmd->len = 0;
	cmd->note = NULL;
	cmd->final = false;
	cmd->op = sat_cdb_check(cmd);
	return cmd->op ? cmd->op->begin(cmd) : SAT_CHECK;
}

/**
 * sat_next() - continue a SCSI command
 * @cmd: the command, whose last answer was %SAT_TASKFILE or %SAT_PARAM
 * @result: the registers at the end of the taskfile; NULL after %SAT_PARAM
 *
 * Context: Any; the device's owner.
 * Return: the next thing to do.
 */
enum sat_answer sat_next(struct sat_cmd *cmd, const struct sat_regs *result)
{
	cmd->note = NULL;
	if (result && sat_failed(result)) {
		sat_keep_lost_write(cmd, result);
		if (!cmd->op->raw)
			return sat_ata_error(cmd, result);
	}
	return cmd->op->next ? cmd->op->next(cmd, result) : SAT_GOOD;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The entries of the translation, and the table of all commands with the checks
 * of their CDBs.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <scsi/scsi_proto.h>

#include "dev.h"
#include "sat_priv.h"

#define SAT_SA_ANY		0xff	/* no service action */
#define SAT_SA_MASK		0x1f

/* A field of more than one bit that is not supported, so that sense data can
 * point to it as a whole. Byte 0 is none.
 */
struct sat_cdb_field {
	u8 byte;
	u8 mask;
};

/*
 * A command, as its CDB shows it. @usage are the bits that are evaluated or
 * may be anything: all others are to be 0. Without @stopped the unit has to be
 * started.
 */
struct sat_cdb {
	u8 opcode;
	u8 action;
	u8 len;
	bool stopped;
	struct sat_cdb_field field[3];
	u8 usage[SAT_CDB_MAX];
	const struct sat_op *op;
};

/*
 * READ, WRITE, VERIFY and SYNCHRONIZE CACHE: @_bits may be set in byte 1, and
 * @_wide is a field there.
 */
#define SAT_CDB_6(_opcode, _op) \
	{ \
		.opcode = (_opcode), .action = SAT_SA_ANY, .len = 6, \
		.usage = { 0xff, 0x1f, 0xff, 0xff, 0xff }, \
		.op = (_op), \
	}

#define SAT_CDB_10(_opcode, _bits, _wide, _op) \
	{ \
		.opcode = (_opcode), .action = SAT_SA_ANY, .len = 10, \
		.field = { { 1, 0xe0 }, { 6, 0x1f }, { 1, (_wide) } }, \
		.usage = { 0xff, (_bits), 0xff, 0xff, 0xff, 0xff, 0, \
			   0xff, 0xff }, \
		.op = (_op), \
	}

#define SAT_CDB_12(_opcode, _bits, _wide, _op) \
	{ \
		.opcode = (_opcode), .action = SAT_SA_ANY, .len = 12, \
		.field = { { 1, 0xe0 }, { 10, 0x1f }, { 1, (_wide) } }, \
		.usage = { 0xff, (_bits), 0xff, 0xff, 0xff, 0xff, 0xff, \
			   0xff, 0xff, 0xff }, \
		.op = (_op), \
	}

#define SAT_CDB_16(_opcode, _bits, _wide, _op) \
	{ \
		.opcode = (_opcode), .action = SAT_SA_ANY, .len = 16, \
		.field = { { 1, 0xe0 }, { 14, 0x1f }, { 1, (_wide) } }, \
		.usage = { 0xff, (_bits), 0xff, 0xff, 0xff, 0xff, 0xff, \
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, \
		.op = (_op), \
	}

#define SAT_BYTCHK		0x06
#define SAT_IMMED		0x02

static const struct sat_cdb sat_cdbs[] = {
	SAT_CDB_10(READ_10, 0, 0, &sat_op_read),
	SAT_CDB_10(WRITE_10, 0, 0, &sat_op_write),
	SAT_CDB_16(READ_16, 0, 0, &sat_op_read),
	SAT_CDB_16(WRITE_16, 0, 0, &sat_op_write),
	SAT_CDB_10(SYNCHRONIZE_CACHE, SAT_IMMED, 0, &sat_op_sync_cache),
	SAT_CDB_16(SYNCHRONIZE_CACHE_16, SAT_IMMED, 0, &sat_op_sync_cache),
	SAT_CDB_6(READ_6, &sat_op_read),
	SAT_CDB_6(WRITE_6, &sat_op_write),
	SAT_CDB_12(READ_12, 0, 0, &sat_op_read),
	SAT_CDB_12(WRITE_12, 0, 0, &sat_op_write),
	SAT_CDB_10(VERIFY, 0, SAT_BYTCHK, &sat_op_verify),
	SAT_CDB_12(VERIFY_12, 0, SAT_BYTCHK, &sat_op_verify),
	SAT_CDB_16(VERIFY_16, 0, SAT_BYTCHK, &sat_op_verify),
	{
		.opcode = TEST_UNIT_READY, .action = SAT_SA_ANY, .len = 6,
		.usage = { 0xff },
		.op = &sat_op_test_unit_ready,
	}, {
		.opcode = REQUEST_SENSE, .action = SAT_SA_ANY, .len = 6,
		.stopped = true,
		.usage = { 0xff, 0x01, 0, 0, 0xff },
		.op = &sat_op_request_sense,
	}, {
		.opcode = INQUIRY, .action = SAT_SA_ANY, .len = 6,
		.stopped = true,
		.usage = { 0xff, 0x01, 0xff, 0xff, 0xff },
		.op = &sat_op_inquiry,
	}, {
		.opcode = MODE_SELECT, .action = SAT_SA_ANY, .len = 6,
		.stopped = true,
		.usage = { 0xff, 0x10, 0, 0, 0xff },
		.op = &sat_op_mode_select,
	}, {
		.opcode = MODE_SELECT_10, .action = SAT_SA_ANY, .len = 10,
		.stopped = true,
		.usage = { 0xff, 0x10, 0, 0, 0, 0, 0, 0xff, 0xff },
		.op = &sat_op_mode_select,
	}, {
		.opcode = MODE_SENSE, .action = SAT_SA_ANY, .len = 6,
		.stopped = true,
		.usage = { 0xff, 0x08, 0xff, 0xff, 0xff },
		.op = &sat_op_mode_sense,
	}, {
		.opcode = MODE_SENSE_10, .action = SAT_SA_ANY, .len = 10,
		.stopped = true,
		.usage = { 0xff, 0x18, 0xff, 0xff, 0, 0, 0, 0xff, 0xff },
		.op = &sat_op_mode_sense,
	}, {
		.opcode = START_STOP, .action = SAT_SA_ANY, .len = 6,
		.stopped = true,
		.field = { { 3, 0x0f } },
		.usage = { 0xff, 0x01, 0, 0, 0xf7 },
		.op = &sat_op_start_stop,
	}, {
		.opcode = READ_CAPACITY, .action = SAT_SA_ANY, .len = 10,
		.stopped = true,
		.usage = { 0xff },
		.op = &sat_op_read_capacity10,
	}, {
		.opcode = SERVICE_ACTION_IN_16, .len = 16,
		.action = SAI_READ_CAPACITY_16,
		.stopped = true,
		.usage = { 0xff, SAT_SA_MASK, 0, 0, 0, 0, 0, 0, 0, 0,
			   0xff, 0xff, 0xff, 0xff },
		.op = &sat_op_read_capacity16,
	}, {
		.opcode = REPORT_LUNS, .action = SAT_SA_ANY, .len = 12,
		.stopped = true,
		.usage = { 0xff, 0, 0xff, 0, 0, 0, 0xff, 0xff, 0xff, 0xff },
		.op = &sat_op_report_luns,
	}, {
		.opcode = ATA_12, .action = SAT_SA_ANY, .len = 12,
		.stopped = true,
		.field = { { 2, 0xc0 } },
		.usage = { 0xff, 0xfe, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff },
		.op = &sat_op_pass_through,
	}, {
		.opcode = ATA_16, .action = SAT_SA_ANY, .len = 16,
		.stopped = true,
		.field = { { 2, 0xc0 } },
		.usage = { 0xff, 0xff, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff,
			   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		.op = &sat_op_pass_through,
	},
};

/* Looks the CDB up; *@known if at least its opcode is. */
static const struct sat_cdb *sat_cdb_find(const struct sat_cmd *cmd,
					  bool *known)
{
	unsigned int i;

	*known = false;
	for (i = 0; i < ARRAY_SIZE(sat_cdbs); i++) {
		const struct sat_cdb *is = &sat_cdbs[i];

		if (cmd->cdb[0] != is->opcode)
			continue;
		*known = true;
		if (is->action == SAT_SA_ANY ||
		    (cmd->cdb_len > 1 &&
		     (cmd->cdb[1] & SAT_SA_MASK) == is->action))
			return is;
	}
	return NULL;
}

/* The bit to point to when @bad are wrong in byte @byte. */
static unsigned int sat_cdb_bit(const struct sat_cdb *is, unsigned int byte,
				u8 bad)
{
	unsigned int top = fls(bad) - 1;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(is->field); i++)
		if (is->field[i].byte == byte && is->field[i].mask & BIT(top))
			return fls(is->field[i].mask) - 1;
	return top;
}

/*
 * Returns the operation of a CDB, or NULL with sense data if the command is not
 * known, has reserved bits set, or needs the unit to be started.
 */
static const struct sat_op *sat_cdb_check(struct sat_cmd *cmd)
{
	const struct sat_cdb *is;
	unsigned int i;
	bool known;
	u8 bad;

	if (!cmd->cdb_len) {
		sat_check(cmd, ILLEGAL_REQUEST, SAT_ASC_INVALID_OPCODE);
		return NULL;
	}
	is = sat_cdb_find(cmd, &known);
	if (!is) {
		if (known)
			sat_invalid_cdb(cmd, 1, 4);
		else
			sat_check(cmd, ILLEGAL_REQUEST, SAT_ASC_INVALID_OPCODE);
		return NULL;
	}
	if (cmd->cdb_len < is->len) {
		sat_invalid_cdb(cmd, cmd->cdb_len, 7);
		return NULL;
	}
	for (i = 0; i < is->len; i++) {
		bad = cmd->cdb[i] & ~is->usage[i];
		if (bad) {
			sat_invalid_cdb(cmd, i, sat_cdb_bit(is, i, bad));
			return NULL;
		}
	}
	if (cmd->dev->stopped && !is->stopped) {
		sat_check(cmd, NOT_READY, SAT_ASC_NEED_START);
		return NULL;
	}
	return is->op;
}

/**
 * sat_cdb_data() - check that the initiator's buffer does for a CDB
 * @cmd: the command
 * @dir: the direction that the CDB means
 * @bytes: how much it means
 * @field: the byte of the CDB that says so, for the sense data
 *
 * A buffer that is longer is good enough.
 *
 * Context: Any.
 * Return: true, or false with sense data.
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
 * sat_reply() - end a command with what is in its buffer
 * @cmd: the command
 * @len: bytes of it
 * @alloc_len: ALLOCATION LENGTH
 *
 * Context: Any.
 * Return: %SAT_REPLY, or %SAT_GOOD if there is no room for any of it.
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
 * @cmd: the command; the caller's fields are set, and no others need be
 *
 * Context: Any; the device's owner.
 * Return: what to do now.
 */
enum sat_answer sat_translate(struct sat_cmd *cmd)
{
	cmd->step = 0;
	cmd->chunk = 0;
	cmd->todo = 0;
	cmd->want = 0;
	cmd->len = 0;
	cmd->note = NULL;
	cmd->op = sat_cdb_check(cmd);
	return cmd->op ? cmd->op->begin(cmd) : SAT_CHECK;
}

/**
 * sat_next() - go on with a SCSI command
 * @cmd: the command, whose last answer was %SAT_TASKFILE or %SAT_PARAM
 * @result: the registers at the end of the taskfile; NULL after %SAT_PARAM
 *
 * Context: Any; the device's owner.
 * Return: what to do now.
 */
enum sat_answer sat_next(struct sat_cmd *cmd, const struct sat_regs *result)
{
	cmd->note = NULL;
	if (result && sat_failed(result) && !cmd->op->raw)
		return sat_ata_error(cmd, result);
	return cmd->op->next ? cmd->op->next(cmd, result) : SAT_GOOD;
}

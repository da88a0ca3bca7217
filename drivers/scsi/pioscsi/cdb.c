// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks of CDBs against a table of supported commands, and the data of REPORT
 * SUPPORTED OPERATION CODES, which shows the table.
 */
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <pioscsi/cdb.h>

#include "compat.h"

/* CDB bits of REPORT SUPPORTED OPERATION CODES, byte 2. */
#define REPORT_RCTD		0x80	/* return command timeouts descriptor */
#define REPORT_OPTIONS		0x07

/* REPORTING OPTIONS. */
#define REPORT_ALL		0
#define REPORT_OPCODE		1
#define REPORT_ACTION		2
#define REPORT_EITHER		3

/* SUPPORT, in byte 1 of the format for one command. */
#define SUPPORT_NONE		1
#define SUPPORT_STANDARD	3

#define CTDP_ONE		0x80	/* byte 1 of that format */
#define CTDP_ALL		0x02	/* byte 5 of a command descriptor */
#define SERVACTV		0x01	/* byte 5 of a command descriptor */

#define HEADER_BYTES		4
#define DESCRIPTOR_BYTES	8
#define TIMEOUTS_BYTES		12

/**
 * pioscsi_cdb_has_opcode() - tell whether an operation code is supported
 * @table: the supported commands
 * @opcode: OPERATION CODE
 *
 * Context: Any.
 * Return: true if the table has it with any service action, or without one.
 */
bool pioscsi_cdb_has_opcode(const struct pioscsi_cdb_table *table, u8 opcode)
{
	unsigned int i;

	for (i = 0; i < table->count; i++)
		if (table->cdbs[i].opcode == opcode &&
		    !pioscsi_cdb_is_hidden(table, &table->cdbs[i]))
			return true;
	return false;
}
EXPORT_SYMBOL_GPL(pioscsi_cdb_has_opcode);

/**
 * pioscsi_cdb_find() - find a supported command
 * @table: the supported commands
 * @opcode: OPERATION CODE
 * @action: SERVICE ACTION; ignored for an operation code without one
 *
 * Context: Any.
 * Return: the command, or %NULL.
 */
const struct pioscsi_cdb *
pioscsi_cdb_find(const struct pioscsi_cdb_table *table, u8 opcode, u16 action)
{
	const struct pioscsi_cdb *cdb;
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		cdb = &table->cdbs[i];
		if (cdb->opcode == opcode &&
		    (!cdb->has_action || cdb->action == action) &&
		    !pioscsi_cdb_is_hidden(table, cdb))
			return cdb;
	}
	return NULL;
}
EXPORT_SYMBOL_GPL(pioscsi_cdb_find);

/* Widens the bits @bad of byte @byte to the field that they are part of. */
static u8 widen_to_field(const struct pioscsi_cdb *supported,
			 unsigned int byte, u8 bad)
{
	unsigned int i, top = fls(bad) - 1;

	for (i = 0; i < ARRAY_SIZE(supported->field); i++)
		if (supported->field[i].byte == byte &&
		    supported->field[i].mask & BIT(top))
			return supported->field[i].mask;
	return BIT(top);
}

/**
 * pioscsi_cdb_check() - check a CDB for bits that are not supported
 * @supported: the supported command
 * @cdb: the CDB, at least @supported->len bytes
 * @bad: set to the first unsupported field with a bit set, if there is one
 *
 * Context: Any.
 * Return: true if the CDB has only supported bits set.
 */
bool pioscsi_cdb_check(const struct pioscsi_cdb *supported, const u8 *cdb,
		       struct pioscsi_cdb_field *bad)
{
	u8 action = supported->has_action ? PIOSCSI_CDB_ACTION : 0;
	unsigned int i;
	u8 bits;

	for (i = 1; i < supported->len; i++) {
		bits = cdb[i] & ~(supported->usage[i] | action);
		if (bits) {
			bad->byte = i;
			bad->mask = widen_to_field(supported, i, bits);
			return false;
		}
		action = 0;
	}
	return true;
}
EXPORT_SYMBOL_GPL(pioscsi_cdb_check);

/* Writes the command timeouts descriptor, without a nominal time. */
static unsigned int put_timeouts(const struct pioscsi_cdb *cdb, u8 *buf)
{
	put_unaligned_be16(TIMEOUTS_BYTES - 2, &buf[0]);
	put_unaligned_be32(cdb->timeout, &buf[8]);
	return TIMEOUTS_BYTES;
}

static int report_all(const struct pioscsi_cdb_table *table, bool timeouts,
		      u8 *buf)
{
	unsigned int i, len = HEADER_BYTES;

	BUILD_BUG_ON(HEADER_BYTES + DESCRIPTOR_BYTES + TIMEOUTS_BYTES !=
		     PIOSCSI_CDB_REPORT_MAX(1));

	for (i = 0; i < table->count; i++) {
		const struct pioscsi_cdb *cdb = &table->cdbs[i];
		u8 *descriptor = &buf[len];

		if (pioscsi_cdb_is_hidden(table, cdb))
			continue;
		descriptor[0] = cdb->opcode;
		put_unaligned_be16(cdb->action, &descriptor[2]);
		descriptor[5] = cdb->has_action ? SERVACTV : 0;
		put_unaligned_be16(cdb->len, &descriptor[6]);
		len += DESCRIPTOR_BYTES;
		if (timeouts) {
			descriptor[5] |= CTDP_ALL;
			len += put_timeouts(cdb, &buf[len]);
		}
	}
	put_unaligned_be32(len - HEADER_BYTES, &buf[0]);
	return len;
}

static int report_one(const struct pioscsi_cdb *cdb, bool timeouts, u8 *buf)
{
	unsigned int len = HEADER_BYTES;

	if (!cdb) {
		buf[1] = SUPPORT_NONE;
		return len;
	}
	buf[1] = SUPPORT_STANDARD;
	put_unaligned_be16(cdb->len, &buf[2]);
	memcpy(&buf[len], cdb->usage, cdb->len);
	buf[len] = cdb->opcode;
	buf[len + 1] |= cdb->action;
	len += cdb->len;
	if (timeouts) {
		buf[1] |= CTDP_ONE;
		len += put_timeouts(cdb, &buf[len]);
	}
	return len;
}

static int invalid(struct pioscsi_cdb_field *bad, u8 byte, u8 mask)
{
	bad->byte = byte;
	bad->mask = mask;
	return -EINVAL;
}

/**
 * pioscsi_cdb_report() - write the data of REPORT SUPPORTED OPERATION CODES
 * @table: the supported commands
 * @cdb: the CDB, already checked by pioscsi_cdb_check()
 * @buf: buffer of PIOSCSI_CDB_REPORT_MAX() bytes for at least two commands
 * @bad: set to the invalid field of the CDB, if there is one
 *
 * The caller truncates the data to the allocation length.
 *
 * Context: Any.
 * Return: length of the data in bytes, or -EINVAL.
 */
int pioscsi_cdb_report(const struct pioscsi_cdb_table *table, const u8 *cdb,
		       u8 *buf, struct pioscsi_cdb_field *bad)
{
	u8 options = cdb[2] & REPORT_OPTIONS, opcode = cdb[3];
	u16 action = get_unaligned_be16(&cdb[4]);
	bool timeouts = cdb[2] & REPORT_RCTD;
	const struct pioscsi_cdb *found;
	bool known, has_action;

	if (options > REPORT_EITHER)
		return invalid(bad, 2, REPORT_OPTIONS);
	memset(buf, 0, PIOSCSI_CDB_REPORT_MAX(max(table->count, 2U)));
	if (options == REPORT_ALL)
		return report_all(table, timeouts, buf);
	found = pioscsi_cdb_find(table, opcode, action);
	known = found || pioscsi_cdb_has_opcode(table, opcode);
	has_action = known && (!found || found->has_action);
	/* SPC-4: each of these options is for one kind of command only. */
	if (known && ((options == REPORT_OPCODE && has_action) ||
		      (options == REPORT_ACTION && !has_action)))
		return invalid(bad, 3, 0xff);
	if (options == REPORT_EITHER && !has_action && action)
		found = NULL;
	return report_one(found, timeouts, buf);
}
EXPORT_SYMBOL_GPL(pioscsi_cdb_report);

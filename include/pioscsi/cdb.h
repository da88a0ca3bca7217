/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A table of the commands that a front end's device server supports: checks of
 * CDBs against it, and REPORT SUPPORTED OPERATION CODES (SPC-4 6.35).
 *
 * A front end that only passes CDBs to its targets needs none of this.
 */
#ifndef _PIOSCSI_CDB_H
#define _PIOSCSI_CDB_H

#include <linux/types.h>

#define PIOSCSI_CDB_MAX		16

/* The field SERVICE ACTION in byte 1. */
#define PIOSCSI_CDB_ACTION	0x1f

/**
 * struct pioscsi_cdb_field - bits of one byte of a CDB
 * @byte: offset of the byte in the CDB
 * @mask: the bits, 0 for none
 */
struct pioscsi_cdb_field {
	u8 byte;
	u8 mask;
};

/**
 * struct pioscsi_cdb - one supported command
 * @opcode: OPERATION CODE
 * @has_action: byte 1 holds a service action
 * @action: SERVICE ACTION, if @has_action
 * @len: length of the CDB in bytes
 * @flags: free for the front end
 * @timeout: recommended command timeout in seconds, 0 for none
 * @field: unsupported fields of more than one bit. Sense data points to the
 *	first bit of such a field, even if another bit of the field is set.
 * @usage: CDB USAGE DATA: the supported bits are 1. The operation code and the
 *	service action are added, so their places are 0 here.
 * @op: the implementation; free for the front end
 */
struct pioscsi_cdb {
	u8 opcode;
	bool has_action;
	u8 action;
	u8 len;
	u8 flags;
	u16 timeout;
	struct pioscsi_cdb_field field[3];
	u8 usage[PIOSCSI_CDB_MAX];
	const void *op;
};

/**
 * struct pioscsi_cdb_table - all commands that a device server supports
 * @cdbs: the commands; those with the same operation code are neighbours
 * @count: number of commands
 * @hidden: a command with one of these flags is not supported; lets device
 *	servers with different options share @cdbs
 */
struct pioscsi_cdb_table {
	const struct pioscsi_cdb *cdbs;
	unsigned int count;
	u8 hidden;
};

/**
 * pioscsi_cdb_is_hidden() - tell whether a table hides one of its commands
 * @table: the table
 * @cdb: one of its commands
 *
 * Context: Any.
 * Return: true if the command is not supported.
 */
static inline bool pioscsi_cdb_is_hidden(const struct pioscsi_cdb_table *table,
					 const struct pioscsi_cdb *cdb)
{
	return cdb->flags & table->hidden;
}

/* The longest data of REPORT SUPPORTED OPERATION CODES for @_count commands. */
#define PIOSCSI_CDB_REPORT_MAX(_count)	(4 + 20 * (_count))

const struct pioscsi_cdb *
pioscsi_cdb_find(const struct pioscsi_cdb_table *table, u8 opcode, u16 action);
bool pioscsi_cdb_has_opcode(const struct pioscsi_cdb_table *table, u8 opcode);
bool pioscsi_cdb_check(const struct pioscsi_cdb *supported, const u8 *cdb,
		       struct pioscsi_cdb_field *bad);
int pioscsi_cdb_report(const struct pioscsi_cdb_table *table, const u8 *cdb,
		       u8 *buf, struct pioscsi_cdb_field *bad);

#endif /* _PIOSCSI_CDB_H */

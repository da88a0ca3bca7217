/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CDBs: which are known, and what their fields say.
 */
#ifndef _PIOSCSI_ATA_SAT_CDB_H
#define _PIOSCSI_ATA_SAT_CDB_H

#include <linux/types.h>

#include "sat.h"

#define SAT_CDB_MAX		16

/* CDB bits of READ, WRITE and VERIFY, byte 1. */
#define SAT_FUA			0x08
#define SAT_DPO			0x10

/**
 * struct sat_op - what a command does
 * @begin: the first answer; the CDB has been checked as far as
 *	sat_cdb_check() goes
 * @next: called by sat_next(); without it a successful taskfile ends the
 *	command
 * @raw: @next sees results that are errors, too, and makes the sense data
 */
struct sat_op {
	enum sat_answer (*begin)(struct sat_cmd *cmd);
	enum sat_answer (*next)(struct sat_cmd *cmd,
				const struct sat_regs *result);
	bool raw;
};

extern const struct sat_op sat_op_test_unit_ready;
extern const struct sat_op sat_op_request_sense;
extern const struct sat_op sat_op_report_luns;
extern const struct sat_op sat_op_inquiry;
extern const struct sat_op sat_op_mode_sense;
extern const struct sat_op sat_op_mode_select;
extern const struct sat_op sat_op_read_capacity10;
extern const struct sat_op sat_op_read_capacity16;
extern const struct sat_op sat_op_read;
extern const struct sat_op sat_op_write;
extern const struct sat_op sat_op_verify;
extern const struct sat_op sat_op_sync_cache;
extern const struct sat_op sat_op_start_stop;
extern const struct sat_op sat_op_pass_through;

const struct sat_op *sat_cdb_check(struct sat_cmd *cmd);
bool sat_cdb_data(struct sat_cmd *cmd, enum dma_data_direction dir, u64 bytes,
		  unsigned int field);
enum sat_answer sat_reply(struct sat_cmd *cmd, u32 len, u32 alloc_len);

#endif /* _PIOSCSI_ATA_SAT_CDB_H */

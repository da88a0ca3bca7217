/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SCSI / ATA translation: declarations that only its own files use.
 */
#ifndef _PIOSCSI_ATA_SAT_PRIV_H
#define _PIOSCSI_ATA_SAT_PRIV_H

#include <linux/ata.h>
#include <linux/bits.h>
#include <linux/types.h>

#include <pioscsi/cdb.h>

#include "sat.h"

struct sat_dev;

/* Commands and their CDBs: sat.c */

/* Commands that SAT_BUF_BYTES has room to report. */
#define SAT_CDBS_MAX		32

/**
 * struct sat_op - the translation of a command
 * @begin: returns the first answer; the CDB has been checked against the
 *	table of commands
 * @next: called by sat_next(); without it a successful taskfile ends the
 *	command
 * @raw: @next is called for failed taskfiles, too, and writes the sense data
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
extern const struct sat_op sat_op_report_opcodes;
extern const struct sat_op sat_op_send_diagnostic;
extern const struct sat_op sat_op_pass_through;

extern const struct pioscsi_cdb_table sat_cdb_table;

bool sat_cdb_data(struct sat_cmd *cmd, enum dma_data_direction dir, u64 bytes,
		  unsigned int field);
enum sat_answer sat_reply(struct sat_cmd *cmd, u32 len, u32 alloc_len);

/* Sense data: sat_sense.c */

/* Additional sense code and qualifier, as SPC-4 numbers them. */
#define SAT_ASC_NONE			0x0000
#define SAT_ASC_PASS_THROUGH		0x001d	/* ATA information available */
#define SAT_ASC_NEED_START		0x0402	/* initializing cmd required */
#define SAT_ASC_NO_REFERENCE		0x0600	/* position found */
#define SAT_ASC_WRITE_ERROR		0x0c00
#define SAT_ASC_READ_ERROR		0x1100
#define SAT_ASC_NO_ADDRESS_MARK		0x1300
#define SAT_ASC_RECORD_NOT_FOUND	0x1401
#define SAT_ASC_PARAM_LENGTH		0x1a00
#define SAT_ASC_INVALID_OPCODE		0x2000
#define SAT_ASC_LBA_RANGE		0x2100
#define SAT_ASC_INVALID_CDB		0x2400
#define SAT_ASC_INVALID_PARAM		0x2600
#define SAT_ASC_WRITE_PROTECTED		0x2700
#define SAT_ASC_MEDIUM_CHANGED		0x2800
#define SAT_ASC_NO_SAVED		0x3900
#define SAT_ASC_NO_MEDIUM		0x3a00
#define SAT_ASC_SELF_TEST		0x3e03	/* self-test failed */
#define SAT_ASC_INTERNAL		0x4400	/* target failure */
#define SAT_ASC_CRC			0x4703
#define SAT_ASC_REMOVAL_REQUEST		0x5a01
#define SAT_ASC_LOCKED			0x7471	/* access not authorized */

void sat_build_sense(struct sat_cmd *cmd, bool desc, u8 key, u16 code);
enum sat_answer sat_check(struct sat_cmd *cmd, u8 key, u16 code);
enum sat_answer sat_invalid_cdb(struct sat_cmd *cmd, unsigned int byte,
				unsigned int bit);
enum sat_answer sat_invalid_param(struct sat_cmd *cmd, unsigned int byte,
				  unsigned int bit);

/* Errors that the device reports: sat_error.c */

/* A bit of ERROR for removable media: of a write, and of GET MEDIA STATUS. */
#define SAT_ERR_WP		ATA_UNC

bool sat_failed(const struct sat_regs *result);
bool sat_lock_aborts(const struct sat_dev *dev, const struct sat_regs *result);
bool sat_is_medium_event(const struct sat_cmd *cmd,
			 const struct sat_regs *result);
enum sat_answer sat_ata_error(struct sat_cmd *cmd,
			      const struct sat_regs *result);
enum sat_answer sat_pass_sense(struct sat_cmd *cmd,
			       const struct sat_regs *result);

/* Flushes: sat_power.c */

void sat_keep_lost_write(struct sat_cmd *cmd, const struct sat_regs *result);

/* Taskfiles, and the sectors of a command: sat_tf.c */

/**
 * struct sat_pair - the 28-bit and the 48-bit form of an ATA command
 * @lba28: 28-bit form, 0 if there is none
 * @lba48: 48-bit form
 */
struct sat_pair {
	u8 lba28;
	u8 lba48;
};

#define SAT_CMD_MEDIA_STATUS	0xda	/* not in <linux/ata.h> */

u64 sat_result_lba(const struct sat_cmd *cmd, const struct sat_regs *result);
bool sat_tf_flushes(const struct sat_tf *tf);
bool sat_tf_writes(const struct sat_tf *tf);

void sat_tf_command(struct sat_cmd *cmd, u8 command);
void sat_tf_set_features(struct sat_cmd *cmd, u8 feature);
bool sat_tf_flush(struct sat_cmd *cmd);

/* MAXIMUM TRANSFER LENGTH in logical blocks: those of a 48-bit command. */
#define SAT_TRANSFER_MAX	65535

bool sat_extent_get(struct sat_cmd *cmd);
unsigned int sat_extent_count_byte(const struct sat_cmd *cmd);
void sat_extent_tf(struct sat_cmd *cmd, struct sat_pair command);
bool sat_extent_next(struct sat_cmd *cmd);

/* Mode pages: sat_mode.c */

#define SAT_PAGE_RECOVERY	0x01
#define SAT_PAGE_CACHING	0x08
#define SAT_PAGE_CONTROL	0x0a
#define SAT_PAGE_ALL		0x3f

#define SAT_PAGE_MAX		20
#define SAT_PAGES		3

/* PAGE CONTROL. */
enum sat_page_control {
	SAT_PAGE_CURRENT,
	SAT_PAGE_CHANGEABLE,
	SAT_PAGE_DEFAULT,
	SAT_PAGE_SAVED,
};

/* The switches that mode pages show. */
#define SAT_SWITCH_WCACHE	BIT(0)
#define SAT_SWITCH_LOOK_AHEAD	BIT(1)
#define SAT_SWITCH_D_SENSE	BIT(2)

u8 sat_switches(const struct sat_dev *dev);
int sat_page_find(u8 code);
unsigned int sat_page_len(unsigned int index);
unsigned int sat_page_get(const struct sat_dev *dev, unsigned int index,
			  enum sat_page_control control, u8 *buf);
bool sat_page_check(const struct sat_dev *dev, unsigned int index,
		    const u8 *page, unsigned int *byte, unsigned int *bit);
u8 sat_page_switches(unsigned int index, const u8 *page, u8 switches);

#endif /* _PIOSCSI_ATA_SAT_PRIV_H */

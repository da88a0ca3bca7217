/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sense data: of the translation itself, and of what the device reports.
 */
#ifndef _PIOSCSI_ATA_SAT_SENSE_H
#define _PIOSCSI_ATA_SAT_SENSE_H

#include <linux/types.h>

#include "sat.h"

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
#define SAT_ASC_INTERNAL		0x4400	/* target failure */
#define SAT_ASC_CRC			0x4703
#define SAT_ASC_REMOVAL_REQUEST		0x5a01

enum sat_answer sat_check(struct sat_cmd *cmd, u8 key, u16 code);
enum sat_answer sat_invalid_cdb(struct sat_cmd *cmd, unsigned int byte,
				unsigned int bit);
enum sat_answer sat_invalid_param(struct sat_cmd *cmd, unsigned int byte,
				  unsigned int bit);

bool sat_failed(const struct sat_regs *result);
enum sat_answer sat_ata_error(struct sat_cmd *cmd,
			      const struct sat_regs *result);
enum sat_answer sat_pass_sense(struct sat_cmd *cmd,
			       const struct sat_regs *result);

#endif /* _PIOSCSI_ATA_SAT_SENSE_H */

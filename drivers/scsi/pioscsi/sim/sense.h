/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sense data, and the ways to end a task with it.
 */
#ifndef _PIOSCSI_SIM_SENSE_H
#define _PIOSCSI_SIM_SENSE_H

#include <linux/types.h>

struct psim_task;

/* Additional sense code and qualifier, as SPC-4 numbers them. */
#define PSIM_ASC_NONE			0x0000
#define PSIM_ASC_NEED_START		0x0402	/* initializing cmd required */
#define PSIM_ASC_PARAM_LENGTH		0x1a00
#define PSIM_ASC_MISCOMPARE		0x1d00	/* during verify operation */
#define PSIM_ASC_INVALID_OPCODE		0x2000
#define PSIM_ASC_LBA_RANGE		0x2100
#define PSIM_ASC_INVALID_CDB		0x2400
#define PSIM_ASC_NO_LUN			0x2500
#define PSIM_ASC_INVALID_PARAM		0x2600
#define PSIM_ASC_NO_SPACE		0x2707	/* write protect */
#define PSIM_ASC_POWER_ON		0x2900
#define PSIM_ASC_BUS_RESET		0x2902
#define PSIM_ASC_DEVICE_RESET		0x2903
#define PSIM_ASC_NO_SAVED		0x3900

#define PSIM_SENSE_FIXED_LEN		18
#define PSIM_SENSE_DESC_MIN		8
#define PSIM_SENSE_DESC_MAX		(8 + 12 + 8)

/**
 * struct psim_sense - sense data, whatever the format
 * @key: sense key
 * @code: PSIM_ASC_*
 * @info_valid: @info means something
 * @info: INFORMATION
 * @sks_valid: @sks means something
 * @sks: sense key specific bytes, SKSV included
 */
struct psim_sense {
	u8 key;
	u16 code;
	bool info_valid;
	u64 info;
	bool sks_valid;
	u8 sks[3];
};

unsigned int psim_sense_pack(const struct psim_sense *sense, bool desc,
			     u8 *buf);

int psim_check(struct psim_task *task, u8 key, u16 code);
int psim_check_info(struct psim_task *task, u8 key, u16 code, u64 info);
int psim_invalid_cdb(struct psim_task *task, unsigned int byte,
		     unsigned int bit);
int psim_invalid_param(struct psim_task *task, unsigned int byte,
		       unsigned int bit);

#endif /* _PIOSCSI_SIM_SENSE_H */

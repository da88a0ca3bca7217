/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sense data, and the ways to end a task with it.
 */
#ifndef _PIOSCSI_SIM_SENSE_H
#define _PIOSCSI_SIM_SENSE_H

#include <linux/types.h>

struct sim_task;

/* Additional sense code and qualifier, as SPC-4 numbers them. */
#define SIM_ASC_NONE			0x0000
#define SIM_ASC_NEED_START		0x0402	/* initializing cmd required */
#define SIM_ASC_PARAM_LENGTH		0x1a00
#define SIM_ASC_MISCOMPARE		0x1d00	/* during verify operation */
#define SIM_ASC_INVALID_OPCODE		0x2000
#define SIM_ASC_LBA_RANGE		0x2100
#define SIM_ASC_INVALID_CDB		0x2400
#define SIM_ASC_NO_LUN			0x2500
#define SIM_ASC_INVALID_PARAM		0x2600
#define SIM_ASC_WRITE_PROTECTED		0x2700
#define SIM_ASC_NO_SPACE		0x2707	/* write protect */
#define SIM_ASC_MEDIUM_CHANGED		0x2800	/* not ready to ready */
#define SIM_ASC_POWER_ON		0x2900
#define SIM_ASC_BUS_RESET		0x2902
#define SIM_ASC_DEVICE_RESET		0x2903
#define SIM_ASC_MODE_CHANGED		0x2a01	/* mode parameters */
#define SIM_ASC_CAPACITY		0x2a09	/* data has changed */
#define SIM_ASC_NO_SAVED		0x3900
#define SIM_ASC_NO_MEDIUM		0x3a00
#define SIM_ASC_LUNS_CHANGED		0x3f0e	/* reported LUNs data */
#define SIM_ASC_REMOVAL_PREVENTED	0x5302

#define SIM_SENSE_FIXED_LEN		18
#define SIM_SENSE_DESC_MIN		8
#define SIM_SENSE_DESC_MAX		(8 + 12 + 8)

/**
 * struct sim_sense - sense data, whatever the format
 * @key: sense key
 * @code: SIM_ASC_*
 * @info_valid: @info is valid
 * @info: INFORMATION
 * @sks_valid: @sks is valid
 * @sks: sense key specific bytes, SKSV included
 */
struct sim_sense {
	u8 key;
	u16 code;
	bool info_valid;
	u64 info;
	bool sks_valid;
	u8 sks[3];
};

unsigned int sim_sense_pack(const struct sim_sense *sense, bool desc,
			    u8 *buf);

int sim_check_sense(struct sim_task *task, const struct sim_sense *sense);
int sim_check(struct sim_task *task, u8 key, u16 code);
int sim_check_info(struct sim_task *task, u8 key, u16 code, u64 info);
int sim_invalid_cdb(struct sim_task *task, unsigned int byte,
		    unsigned int bit);
int sim_invalid_param(struct sim_task *task, unsigned int byte,
		      unsigned int bit);

#endif /* _PIOSCSI_SIM_SENSE_H */

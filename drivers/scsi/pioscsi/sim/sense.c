// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sense data in fixed and in descriptor format (SPC-4 4.5).
 */
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "cmd.h"
#include "lun.h"
#include "sense.h"

#define SIM_SENSE_VALID		BIT(7)

/* Bits of the first sense key specific byte for ILLEGAL REQUEST. */
#define SIM_SKS_SKSV		BIT(7)
#define SIM_SKS_CD		BIT(6)
#define SIM_SKS_BPV		BIT(3)

static unsigned int sim_sense_fixed(const struct sim_sense *sense, u8 *buf)
{
	memset(buf, 0, SIM_SENSE_FIXED_LEN);
	buf[0] = 0x70;
	buf[2] = sense->key;
	/* INFORMATION that does not fit the field is not marked as valid. */
	if (sense->info_valid && sense->info <= U32_MAX) {
		buf[0] |= SIM_SENSE_VALID;
		put_unaligned_be32(sense->info, &buf[3]);
	}
	buf[7] = SIM_SENSE_FIXED_LEN - 8;
	put_unaligned_be16(sense->code, &buf[12]);
	if (sense->sks_valid)
		memcpy(&buf[15], sense->sks, sizeof(sense->sks));
	return SIM_SENSE_FIXED_LEN;
}

static unsigned int sim_sense_desc(const struct sim_sense *sense, u8 *buf)
{
	unsigned int len = SIM_SENSE_DESC_MIN;

	memset(buf, 0, SIM_SENSE_DESC_MAX);
	buf[0] = 0x72;
	buf[1] = sense->key;
	put_unaligned_be16(sense->code, &buf[2]);
	if (sense->info_valid) {
		buf[len] = 0x00;
		buf[len + 1] = 0x0a;
		buf[len + 2] = SIM_SENSE_VALID;
		put_unaligned_be64(sense->info, &buf[len + 4]);
		len += 12;
	}
	if (sense->sks_valid) {
		buf[len] = 0x02;
		buf[len + 1] = 0x06;
		memcpy(&buf[len + 4], sense->sks, sizeof(sense->sks));
		len += 8;
	}
	buf[7] = len - 8;
	return len;
}

/**
 * sim_sense_pack() - write sense data in one of its formats
 * @sense: the sense data
 * @desc: descriptor format instead of fixed
 * @buf: destination, SIM_SENSE_DESC_MAX bytes
 *
 * Context: Any.
 * Return: bytes of sense data.
 */
unsigned int sim_sense_pack(const struct sim_sense *sense, bool desc,
			    u8 *buf)
{
	return desc ? sim_sense_desc(sense, buf) :
		      sim_sense_fixed(sense, buf);
}

/**
 * sim_check_sense() - end a task with CHECK CONDITION and any sense data
 * @task: the task
 * @sense: the sense data
 *
 * Context: Any.
 * Return: SIM_SETTLED.
 */
int sim_check_sense(struct sim_task *task, const struct sim_sense *sense)
{
	bool desc = task->lu && sim_mode_d_sense(&task->lu->unit->mode);

	BUILD_BUG_ON(SIM_SENSE_DESC_MAX > SIM_SENSE_MAX);
	BUILD_BUG_ON(SIM_SENSE_FIXED_LEN > SIM_SENSE_DESC_MAX);

	task->status = SAM_STAT_CHECK_CONDITION;
	task->sense_len = sim_sense_pack(sense, desc, task->sense);
	return SIM_SETTLED;
}

/**
 * sim_check() - end a task with CHECK CONDITION
 * @task: the task
 * @key: sense key
 * @code: SIM_ASC_*
 *
 * Context: Any.
 * Return: SIM_SETTLED.
 */
int sim_check(struct sim_task *task, u8 key, u16 code)
{
	struct sim_sense sense = { .key = key, .code = code };

	return sim_check_sense(task, &sense);
}

/**
 * sim_check_info() - end a task with CHECK CONDITION and INFORMATION
 * @task: the task
 * @key: sense key
 * @code: SIM_ASC_*
 * @info: INFORMATION, whose meaning depends on @key and @code
 *
 * Context: Any.
 * Return: SIM_SETTLED.
 */
int sim_check_info(struct sim_task *task, u8 key, u16 code, u64 info)
{
	struct sim_sense sense = {
		.key = key,
		.code = code,
		.info_valid = true,
		.info = info,
	};

	return sim_check_sense(task, &sense);
}

/* The field pointer sense key specific data (SPC-4 4.5.2.4.2). */
static int sim_invalid_field(struct sim_task *task, u16 code, u8 cd,
			     unsigned int byte, unsigned int bit)
{
	struct sim_sense sense = {
		.key = ILLEGAL_REQUEST,
		.code = code,
		.sks_valid = true,
	};

	sense.sks[0] = SIM_SKS_SKSV | cd | SIM_SKS_BPV | (bit & 7);
	put_unaligned_be16(byte, &sense.sks[1]);
	return sim_check_sense(task, &sense);
}

/**
 * sim_invalid_cdb() - end a task with INVALID FIELD IN CDB
 * @task: the task
 * @byte: first byte of the field
 * @bit: most significant bit of the field in that byte
 *
 * Context: Any.
 * Return: SIM_SETTLED.
 */
int sim_invalid_cdb(struct sim_task *task, unsigned int byte,
		    unsigned int bit)
{
	return sim_invalid_field(task, SIM_ASC_INVALID_CDB, SIM_SKS_CD,
				 byte, bit);
}

/**
 * sim_invalid_param() - end a task with INVALID FIELD IN PARAMETER LIST
 * @task: the task
 * @byte: first byte of the field
 * @bit: most significant bit of the field in that byte
 *
 * Context: Any.
 * Return: SIM_SETTLED.
 */
int sim_invalid_param(struct sim_task *task, unsigned int byte,
		      unsigned int bit)
{
	return sim_invalid_field(task, SIM_ASC_INVALID_PARAM, 0, byte, bit);
}

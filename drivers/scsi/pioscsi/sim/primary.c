// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands about the logical unit itself: TEST UNIT READY, REQUEST SENSE,
 * REPORT LUNS, START STOP UNIT, PREVENT ALLOW MEDIUM REMOVAL, SEND DIAGNOSTIC.
 */
#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "cmd.h"
#include "lun.h"
#include "opcodes.h"
#include "sense.h"

/* The checks before every command are all that this command needs. */
static int sim_test_unit_ready_exec(struct sim_task *task, gfp_t gfp)
{
	return 0;
}

const struct sim_cmd sim_cmd_test_unit_ready = {
	.exec = sim_test_unit_ready_exec,
};

/* The sense data that is pending, except a unit attention. */
static void sim_sense_pending(struct sim_lun *lu, struct sim_sense *sense)
{
	if (!lu) {
		sense->key = ILLEGAL_REQUEST;
		sense->code = SIM_ASC_NO_LUN;
	} else if (READ_ONCE(lu->unit->ejected)) {
		sense->key = NOT_READY;
		sense->code = SIM_ASC_NO_MEDIUM;
	} else if (READ_ONCE(lu->unit->stopped)) {
		sense->key = NOT_READY;
		sense->code = SIM_ASC_NEED_START;
	}
}

static int sim_request_sense_exec(struct sim_task *task, gfp_t gfp)
{
	struct sim_sense sense = { .key = NO_SENSE };
	bool desc = task->cdb[1] & BIT(0);
	u8 alloc_len = task->cdb[4];
	int ret;

	ret = sim_reply(task, SIM_SENSE_DESC_MAX, gfp);
	if (ret)
		return ret;
	/* Any allocation length, even 0, clears the condition (SPC-4 6.39). */
	if (task->lu)
		ret = sim_task_take_ua(task, gfp);
	if (ret < 0)
		return ret;
	if (ret) {
		sense.key = UNIT_ATTENTION;
		sense.code = ret;
	} else {
		sim_sense_pending(task->lu, &sense);
	}
	sim_reply_len(task, sim_sense_pack(&sense, desc, task->buf),
		      alloc_len);
	return 0;
}

const struct sim_cmd sim_cmd_request_sense = {
	.exec = sim_request_sense_exec,
};

/*
 * Uses peripheral device addressing for LUNs below 256, and flat space
 * addressing above.
 */
static void sim_put_lun(unsigned int lun, u8 *data)
{
	put_unaligned_be16(lun < 256 ? lun : 0x4000 | lun, data);
}

/*
 * Lists the LUNs, as many as fit into the buffer. Returns the number of all of
 * them.
 */
static unsigned int sim_put_luns(struct sim_task *task)
{
	u8 *data = task->buf + 8, *end = task->buf + task->buf_len;
	unsigned int lun, count = 0;

	for (lun = 0; lun < task->bus->slots; lun++) {
		if (!sim_lun_find(task->bus, task->target, lun))
			continue;
		count++;
		if (data < end)
			sim_put_lun(lun, data);
		data += 8;
	}
	return count;
}

static int sim_report_luns_exec(struct sim_task *task, gfp_t gfp)
{
	u32 alloc_len = get_unaligned_be32(&task->cdb[6]);
	unsigned int count = 0;
	u8 select = task->cdb[2];
	u32 fits;
	int ret;

	if (select > 2)
		return sim_invalid_cdb(task, 2, 7);
	/* The work grows with the number of LUNs. */
	if (!gfpflags_allow_blocking(gfp))
		return -EAGAIN;
	/*
	 * Make room for all LUNs that the target can have, because their number
	 * may change meanwhile. A part of the last entry may be transferred.
	 */
	fits = clamp(alloc_len, 8U, 8 + 8 * task->bus->slots);
	fits = DIV_ROUND_UP(fits - 8, 8);
	ret = sim_reply(task, 8 + 8 * fits, gfp);
	if (ret)
		return ret;
	/* A change from now on is reported again (SPC-3 6.21). */
	if (task->lu)
		sim_luns_reported(task);
	if (select != 1)	/* well known logical units: none */
		count = sim_put_luns(task);
	put_unaligned_be32(8 * count, task->buf);
	sim_reply_len(task, 8 + 8 * count, alloc_len);
	return 0;
}

const struct sim_cmd sim_cmd_report_luns = {
	.exec = sim_report_luns_exec,
};

/* LOEJ is not supported if the medium is not removable. */
static int sim_start_stop_unit_exec(struct sim_task *task, gfp_t gfp)
{
	bool start = task->cdb[4] & BIT(0);
	bool load_eject = task->cdb[4] & SIM_LOEJ;
	int ret = 0;

	if (load_eject && !start) {
		if (!sim_lun_eject(task->lu))
			ret = sim_check(task, ILLEGAL_REQUEST,
					SIM_ASC_REMOVAL_PREVENTED);
		return ret;
	}
	if (load_eject)
		sim_lun_load(task->lu);
	if (start)
		ret = sim_check_medium(task);
	if (!ret)
		WRITE_ONCE(task->lu->unit->stopped, !start);
	return ret;
}

const struct sim_cmd sim_cmd_start_stop_unit = {
	.exec = sim_start_stop_unit_exec,
};

/* PREVENT values above 1 are obsolete (SBC-4). */
static int sim_prevent_removal_exec(struct sim_task *task, gfp_t gfp)
{
	u8 prevent = task->cdb[4];

	if (prevent > 1)
		return sim_invalid_cdb(task, 4, 1);
	sim_lun_prevent(task->lu, prevent);
	return 0;
}

const struct sim_cmd sim_cmd_prevent_removal = {
	.exec = sim_prevent_removal_exec,
};

/* SELF-TEST CODE. */
enum sim_self_test {
	SIM_SELF_TEST_DEFAULT,
	SIM_SELF_TEST_SHORT = 5,	/* in the foreground, as the next one */
	SIM_SELF_TEST_EXTENDED = 6,
};

/*
 * Each self-test passes at once. There are none in the background, and no
 * diagnostic pages.
 */
static int sim_send_diagnostic_exec(struct sim_task *task, gfp_t gfp)
{
	unsigned int code = task->cdb[1] >> 5;
	bool self_test = task->cdb[1] & BIT(2);

	if (get_unaligned_be16(&task->cdb[3]))
		return sim_invalid_cdb(task, 3, 7);
	if (code == SIM_SELF_TEST_DEFAULT)
		return 0;
	if (!self_test && (code == SIM_SELF_TEST_SHORT ||
			   code == SIM_SELF_TEST_EXTENDED))
		return 0;
	return sim_invalid_cdb(task, 1, 7);
}

const struct sim_cmd sim_cmd_send_diagnostic = {
	.exec = sim_send_diagnostic_exec,
};

// SPDX-License-Identifier: GPL-2.0-only
/*
 * SYNCHRONIZE CACHE and START STOP UNIT.
 */
#include <linux/ata.h>
#include <scsi/scsi_proto.h>

#include "dev.h"
#include "sat_priv.h"

/* START STOP UNIT, byte 4. */
#define SAT_START		0x01
#define SAT_LOEJ		0x02
#define SAT_NO_FLUSH		0x04
#define SAT_POWER_SHIFT		4

/* POWER CONDITION. */
#define SAT_POWER_START_VALID	0x0
#define SAT_POWER_ACTIVE	0x1
#define SAT_POWER_IDLE		0x2
#define SAT_POWER_STANDBY	0x3

/* What the last taskfile was. */
enum sat_power_step {
	SAT_POWER_FLUSH,
	SAT_POWER_SWITCH,
};

static const struct sat_pair sat_cmd_verify_one = {
	ATA_CMD_VERIFY, ATA_CMD_VERIFY_EXT
};

/*
 * The device flushes all of its cache, whatever the range. With IMMED status
 * may come before that is done; it need not.
 */
static enum sat_answer sat_sync_cache(struct sat_cmd *cmd)
{
	if (!sat_extent_get(cmd))
		return SAT_CHECK;
	return sat_tf_flush(cmd) ? SAT_TASKFILE : SAT_GOOD;
}

const struct sat_op sat_op_sync_cache = {
	.begin = sat_sync_cache,
};

/* There is no ATA command to spin up: reading anything does it. */
static enum sat_answer sat_power_up(struct sat_cmd *cmd)
{
	cmd->step = SAT_POWER_SWITCH;
	cmd->lba = 0;
	cmd->left = 1;
	sat_extent_tf(cmd, sat_cmd_verify_one);
	return SAT_TASKFILE;
}

static bool sat_stops(const struct sat_cmd *cmd)
{
	return cmd->cdb[4] >> SAT_POWER_SHIFT == SAT_POWER_START_VALID &&
	       !(cmd->cdb[4] & SAT_START);
}

static enum sat_answer sat_power_done(struct sat_cmd *cmd)
{
	cmd->dev->stopped = sat_stops(cmd);
	return SAT_GOOD;
}

static enum sat_answer sat_power_down(struct sat_cmd *cmd)
{
	bool idle = cmd->cdb[4] >> SAT_POWER_SHIFT == SAT_POWER_IDLE;

	if (!cmd->dev->power)
		return sat_power_done(cmd);
	cmd->step = SAT_POWER_SWITCH;
	sat_tf_command(cmd, idle ? ATA_CMD_IDLEIMMEDIATE : ATA_CMD_STANDBYNOW1);
	return SAT_TASKFILE;
}

static enum sat_answer sat_start_stop_begin(struct sat_cmd *cmd)
{
	u8 power = cmd->cdb[4] >> SAT_POWER_SHIFT;

	if (power == SAT_POWER_START_VALID && cmd->cdb[4] & SAT_LOEJ)
		return sat_invalid_cdb(cmd, 4, 1);
	if (power > SAT_POWER_STANDBY)
		return sat_invalid_cdb(cmd, 4, 7);
	/* START and LOEJ mean nothing with a power condition. */
	if (power == SAT_POWER_ACTIVE ||
	    (power == SAT_POWER_START_VALID && cmd->cdb[4] & SAT_START))
		return sat_power_up(cmd);
	if (!(cmd->cdb[4] & SAT_NO_FLUSH) && sat_tf_flush(cmd)) {
		cmd->step = SAT_POWER_FLUSH;
		return SAT_TASKFILE;
	}
	return sat_power_down(cmd);
}

static enum sat_answer sat_start_stop_next(struct sat_cmd *cmd,
					   const struct sat_regs *result)
{
	if (cmd->step == SAT_POWER_FLUSH)
		return sat_power_down(cmd);
	return sat_power_done(cmd);
}

const struct sat_op sat_op_start_stop = {
	.begin = sat_start_stop_begin,
	.next = sat_start_stop_next,
};

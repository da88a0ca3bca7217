// SPDX-License-Identifier: GPL-2.0-only
/*
 * SYNCHRONIZE CACHE and START STOP UNIT.
 */
#include <linux/ata.h>
#include <linux/compiler.h>
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

#define SAT_NOTE_NO_FLUSH \
	"rejects FLUSH CACHE; turning its write cache off"
#define SAT_NOTE_NO_OFF \
	"its write cache can be neither flushed nor turned off; reporting it as off"

/* The purpose of the last taskfile. */
enum sat_power_step {
	SAT_POWER_FLUSH,
	SAT_POWER_CACHE_OFF,	/* turn the cache off instead of a flush */
	SAT_POWER_SWITCH,
};

static const struct sat_pair sat_cmd_verify_one = {
	ATA_CMD_VERIFY, ATA_CMD_VERIFY_EXT
};

/* Begins a flush. Returns false if there is no cache to write. */
static bool sat_flush_begin(struct sat_cmd *cmd)
{
	cmd->step = SAT_POWER_FLUSH;
	return sat_tf_flush(cmd);
}

/*
 * A device that reports FLUSH CACHE may set ABRT for a failed write. Any other
 * device sets ABRT for an unknown command.
 */
static bool sat_flush_unknown(const struct sat_cmd *cmd,
			      const struct sat_regs *result)
{
	const struct sat_dev *dev = cmd->dev;
	bool reported = dev->flush_ext ||
			(dev->flush && cmd->tf.regs.command == ATA_CMD_FLUSH);

	return sat_tf_flushes(&cmd->tf) && !reported &&
	       result->feature & ATA_ABORTED &&
	       !(result->command & (ATA_BUSY | ATA_DF)) &&
	       !sat_lock_aborts(dev, result);
}

/* Any other SET FEATURES may fail because the device lacks that feature. */
static bool sat_replaces_flush(const struct sat_cmd *cmd)
{
	return cmd->tf.regs.command == ATA_CMD_SET_FEATURES &&
	       (cmd->op == &sat_op_sync_cache || cmd->op == &sat_op_start_stop);
}

/**
 * sat_loses_write() - tell whether a failed taskfile is a flush that has lost
 * data
 * @cmd: the command
 * @result: the registers at the end of its taskfile
 *
 * Context: Any.
 * Return: true if the device may have dropped data of its write cache, or can
 *	neither flush it nor turn it off.
 */
bool sat_loses_write(const struct sat_cmd *cmd, const struct sat_regs *result)
{
	if (!sat_failed(result) || sat_lock_aborts(cmd->dev, result) ||
	    sat_is_medium_event(cmd, result))
		return false;
	return sat_tf_flushes(&cmd->tf) ? !sat_flush_unknown(cmd, result) :
					  sat_replaces_flush(cmd);
}

/**
 * sat_keep_lost_write() - keep the error of a flush for the block layer
 * @cmd: the command
 * @result: the registers of its taskfile, which has failed
 *
 * The data is that of file systems. If the sender of the flush is a program,
 * no file system gets the error.
 *
 * Context: Any; the device's owner.
 */
void sat_keep_lost_write(struct sat_cmd *cmd, const struct sat_regs *result)
{
	if (cmd->op == &sat_op_sync_cache && !cmd->passthrough)
		return;
	if (sat_loses_write(cmd, result))
		sat_dev_lose_write(cmd->dev, true);
}

/*
 * A device drops the sector that it could not write, and the next FLUSH CACHE
 * continues with the others (ATA-7 6.16). So a second flush would succeed.
 *
 * Turning the write cache off writes it to the medium, too. If the device
 * rejects even that, the initiator gets an error for this flush. MODE SENSE
 * then reports the cache as off: no later flush could work.
 */
static enum sat_answer sat_flush_failed(struct sat_cmd *cmd,
					const struct sat_regs *result)
{
	if (sat_flush_unknown(cmd, result)) {
		cmd->note = SAT_NOTE_NO_FLUSH;
		cmd->step = SAT_POWER_CACHE_OFF;
		sat_tf_set_features(cmd, SETFEATURES_WC_OFF);
		return SAT_TASKFILE;
	}
	if (cmd->step == SAT_POWER_CACHE_OFF) {
		cmd->note = SAT_NOTE_NO_OFF;
		cmd->dev->wcache = false;
	}
	cmd->final = cmd->step != SAT_POWER_SWITCH;
	return sat_ata_error(cmd, result);
}

/* Ends a successful flush. Returns false if another step follows. */
static bool sat_flush_ended(struct sat_cmd *cmd)
{
	if (cmd->step == SAT_POWER_CACHE_OFF)
		sat_dev_features_set(cmd->dev, SETFEATURES_WC_OFF);
	return cmd->step != SAT_POWER_SWITCH;
}

/*
 * Report the error of a flush that the block layer has not got. The device has
 * forgotten it. A passed-through command leaves the error pending, because no
 * file system gets the end of that command.
 */
static enum sat_answer sat_report_lost_write(struct sat_cmd *cmd)
{
	cmd->dev->lost_write = cmd->passthrough;
	cmd->dev->lost_told = cmd->passthrough;
	cmd->final = true;
	return sat_check(cmd, MEDIUM_ERROR, SAT_ASC_WRITE_ERROR);
}

/*
 * FLUSH CACHE has no range: the device flushes all of its cache. IMMED permits
 * status before the flush has ended, but does not demand it.
 */
static enum sat_answer sat_sync_cache_begin(struct sat_cmd *cmd)
{
	if (!sat_extent_get(cmd))
		return SAT_CHECK;
	if (unlikely(cmd->dev->lost_write) &&
	    !(cmd->passthrough && cmd->dev->lost_told))
		return sat_report_lost_write(cmd);
	return sat_flush_begin(cmd) ? SAT_TASKFILE : SAT_GOOD;
}

static enum sat_answer sat_sync_cache_next(struct sat_cmd *cmd,
					   const struct sat_regs *result)
{
	if (sat_failed(result))
		return sat_flush_failed(cmd, result);
	sat_flush_ended(cmd);
	return SAT_GOOD;
}

const struct sat_op sat_op_sync_cache = {
	.begin = sat_sync_cache_begin,
	.next = sat_sync_cache_next,
	.raw = true,
};

/* ATA has no command to spin a disk up, so access the medium. */
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

/*
 * Disks before ATA-4 may have power management without reporting it, so the
 * command is always sent. libata does the same.
 */
static enum sat_answer sat_power_down(struct sat_cmd *cmd)
{
	bool idle = cmd->cdb[4] >> SAT_POWER_SHIFT == SAT_POWER_IDLE;

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
	/* A power condition makes START and LOEJ invalid. */
	if (power == SAT_POWER_ACTIVE ||
	    (power == SAT_POWER_START_VALID && cmd->cdb[4] & SAT_START))
		return sat_power_up(cmd);
	if (!(cmd->cdb[4] & SAT_NO_FLUSH) && sat_flush_begin(cmd))
		return SAT_TASKFILE;
	return sat_power_down(cmd);
}

/* A device that aborts a power condition that it does not report. */
static bool sat_power_unknown(const struct sat_cmd *cmd,
			      const struct sat_regs *result)
{
	return cmd->step == SAT_POWER_SWITCH && !cmd->dev->power &&
	       result->feature & ATA_ABORTED &&
	       !(result->command & (ATA_BUSY | ATA_DF)) && !cmd->chunk;
}

/*
 * A device that has looked for the sector spins. The sector is bad, but other
 * sectors may be good.
 */
static bool sat_has_spun_up(const struct sat_cmd *cmd,
			    const struct sat_regs *result)
{
	return cmd->step == SAT_POWER_SWITCH && cmd->chunk &&
	       !(result->command & (ATA_BUSY | ATA_DF)) &&
	       result->feature & (ATA_UNC | ATA_IDNF | ATA_BBK | ATA_AMNF);
}

/*
 * A locked disk aborts a flush and VERIFY, but executes the power conditions.
 * An error of START STOP UNIT would make a runtime resume fail. No program
 * could unlock the disk then.
 */
static bool sat_power_ignores(const struct sat_cmd *cmd,
			      const struct sat_regs *result)
{
	return (cmd->step != SAT_POWER_SWITCH || cmd->chunk) &&
	       sat_lock_aborts(cmd->dev, result);
}

static enum sat_answer sat_start_stop_next(struct sat_cmd *cmd,
					   const struct sat_regs *result)
{
	if (sat_power_ignores(cmd, result))
		return cmd->chunk ? sat_power_done(cmd) : sat_power_down(cmd);
	if (sat_failed(result) && sat_power_unknown(cmd, result))
		return sat_power_done(cmd);
	if (sat_failed(result) && sat_has_spun_up(cmd, result))
		sat_power_done(cmd);
	if (sat_failed(result))
		return sat_flush_failed(cmd, result);
	return sat_flush_ended(cmd) ? sat_power_down(cmd) : sat_power_done(cmd);
}

const struct sat_op sat_op_start_stop = {
	.begin = sat_start_stop_begin,
	.next = sat_start_stop_next,
	.raw = true,
};

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of one command at the simulated chip: its data and its status.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "fault_chip.h"
#include "engine.h"
#include "fault.h"
#include "sense.h"

/* Long data are longer by up to so much, bytes. */
#define LONGER_MAX	512U

/* SPC-4 annex F. */
#define ASC_PARITY	0x4700	/* SCSI PARITY ERROR */
#define ASC_DATA_PHASE	0x4b00	/* DATA PHASE ERROR */

/* How a phase can be wrong. */
enum {
	WRONG_PHASE_RESERVED,
	WRONG_PHASE_DIRECTION,
	WRONG_PHASE_TAG,
	WRONG_PHASE_COUNT,
	WRONG_PHASES,
};

static void check(struct sim_nexus *nexus, u8 key, u16 code)
{
	const struct sim_sense sense = { .key = key, .code = code };

	nexus->task.status = SAM_STAT_CHECK_CONDITION;
	nexus->task.sense_len = sim_sense_pack(&sense, false,
					       nexus->task.sense);
}

/**
 * sim_cmd_fault_instead() - end a command before the target gets it
 * @chip: the chip
 * @nexus: the command, with a fault; busy for the caller
 *
 * Context: any.
 * Return: true if it has its status.
 */
bool sim_cmd_fault_instead(struct sim_chip *chip, struct sim_nexus *nexus)
{
	const struct sim_fault_state *d = &chip->fault_state;

	switch (nexus->fault) {
	case SIM_FAULT_CHECK:
		check(nexus, READ_ONCE(d->sense_key) & 0xf,
		      READ_ONCE(d->asc) << 8 | READ_ONCE(d->ascq));
		return true;
	case SIM_FAULT_QUEUE_FULL:
		nexus->task.status = SAM_STAT_TASK_SET_FULL;
		return true;
	case SIM_FAULT_BUSY:
		nexus->task.status = SAM_STAT_BUSY;
		return true;
	default:
		return false;
	}
}

/**
 * sim_cmd_fault_data() - a command will move data: what goes wrong with that?
 * @chip: the chip
 * @nexus: the command; busy for the caller
 *
 * Context: any.
 */
void sim_cmd_fault_data(struct sim_chip *chip, struct sim_nexus *nexus)
{
	struct sim_faults *faults = &chip->faults;
	u32 len = nexus->task.len;

	if (nexus->fault != SIM_FAULT_NONE)
		return;
	if (sim_fault_hit(faults, SIM_FAULT_SHORT_DATA)) {
		nexus->fault = SIM_FAULT_SHORT_DATA;
		nexus->len = sim_fault_random(faults) % len;
	} else if (sim_fault_hit(faults, SIM_FAULT_LONG_DATA)) {
		nexus->fault = SIM_FAULT_LONG_DATA;
		nexus->len = len + 1 + sim_fault_random(faults) % LONGER_MAX;
	} else if (sim_fault_hit(faults, SIM_FAULT_WRONG_PHASE)) {
		nexus->fault = SIM_FAULT_WRONG_PHASE;
		nexus->variant = sim_fault_random(faults) % WRONG_PHASES;
	} else if (sim_fault_hit(faults, SIM_FAULT_PARITY)) {
		nexus->fault = SIM_FAULT_PARITY;
	}
}

/**
 * sim_cmd_fault_present() - show a data phase that is wrong
 * @chip: the chip, whose connected nexus has the fault, and whose registers
 *	are right
 *
 * Context: any, under chip->lock.
 */
void sim_cmd_fault_present(struct sim_chip *chip)
{
	switch (chip->cur->variant) {
	case WRONG_PHASE_RESERVED:
		chip->phase = SIM_PHASE_STATUS + 1;
		break;
	case WRONG_PHASE_DIRECTION:
		chip->phase = SIM_PHASE_DATA_IN + SIM_PHASE_DATA_OUT -
			      chip->phase;
		break;
	case WRONG_PHASE_TAG:
		sim_reg_set(chip, SIM_REG_CUR_TAG, chip->config.depth);
		break;
	case WRONG_PHASE_COUNT:
		sim_reg_set(chip, SIM_REG_COUNT, 0);
		break;
	}
}

/* How much of a piece the target really has. */
static u32 real_part(const struct sim_task *task, enum sim_dir dir, u32 pos,
		     u32 len)
{
	if (task->dir != dir || pos >= task->len)
		return 0;
	return min(len, task->len - pos);
}

/**
 * sim_cmd_fault_data_in() - a piece of the data of a command with a fault
 * @chip: the chip
 * @nexus: the command
 * @buf: where to
 * @pos: of the piece in the data, bytes
 * @len: bytes
 *
 * Context: any.
 */
void sim_cmd_fault_data_in(struct sim_chip *chip, struct sim_nexus *nexus,
			   u8 *buf, u32 pos, u32 len)
{
	u32 n = real_part(&nexus->task, SIM_DIR_IN, pos, len);

	if (n)
		chip->ops->data_in(&nexus->task, buf, pos, n);
	memset(buf + n, 0xff, len - n);
	if (nexus->fault == SIM_FAULT_PARITY && !pos)
		buf[0] ^= 0x10;
}

/**
 * sim_cmd_fault_data_out() - take a piece of data for a command with a fault
 * @chip: the chip
 * @nexus: the command
 * @buf: the data
 * @pos: of the piece in the data, bytes
 * @len: bytes
 *
 * Context: any.
 * Return: bytes taken or dropped; see sim_task_data_out().
 */
u32 sim_cmd_fault_data_out(struct sim_chip *chip, struct sim_nexus *nexus,
			   const u8 *buf, u32 pos, u32 len)
{
	u32 n = real_part(&nexus->task, SIM_DIR_OUT, pos, len);

	u32 taken;

	/* The target drops data with a parity error. */
	if (!n || nexus->fault == SIM_FAULT_PARITY)
		return len;
	taken = chip->ops->data_out(&nexus->task, buf, pos, n);
	return taken < n ? taken : len;
}

/**
 * sim_cmd_fault_end() - the data of a command with a fault have moved
 * @nexus: the command; busy for the caller
 *
 * A target that did not get what it was to have says so. What it sent and did
 * not arrive, only the chip can know.
 *
 * Context: any.
 * Return: true if the target's own status does not count.
 */
bool sim_cmd_fault_end(struct sim_nexus *nexus)
{
	bool out = nexus->task.dir == SIM_DIR_OUT;

	switch (nexus->fault) {
	case SIM_FAULT_SHORT_DATA:
	case SIM_FAULT_WRONG_PHASE:
		if (out)
			check(nexus, ABORTED_COMMAND, ASC_DATA_PHASE);
		return out;
	case SIM_FAULT_PARITY:
		if (out)
			check(nexus, ABORTED_COMMAND, ASC_PARITY);
		return out;
	default:
		return false;
	}
}

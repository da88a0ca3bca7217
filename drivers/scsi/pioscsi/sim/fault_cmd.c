// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of one command at the simulated chip: its data and its status.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "chip_state.h"
#include "cmd.h"
#include "fault.h"
#include "fault_cmd.h"
#include "sense.h"

/* Most bytes that long data has in addition. */
#define LONGER_MAX	512U

/* SPC-4 annex F. */
#define ASC_PARITY	0x4700	/* SCSI PARITY ERROR */
#define ASC_DATA_PHASE	0x4b00	/* DATA PHASE ERROR */

/* The kinds of wrong phases. */
enum {
	WRONG_PHASE_RESERVED,
	WRONG_PHASE_DIRECTION,
	WRONG_PHASE_TAG,
	WRONG_PHASE_COUNT,
	WRONG_PHASES,
};

/* The fault for each action of a rule. */
static const enum sim_fault_kind rule_faults[] = {
	[SIM_RULE_SENSE]	= SIM_FAULT_CHECK,
	[SIM_RULE_STATUS]	= SIM_FAULT_BUSY,
	[SIM_RULE_TIMEOUT]	= SIM_FAULT_HANG,
	[SIM_RULE_SHORT]	= SIM_FAULT_SHORT_DATA,
	[SIM_RULE_LONG]		= SIM_FAULT_LONG_DATA,
	[SIM_RULE_LOST_IRQ]	= SIM_FAULT_LOST_IRQ,
	[SIM_RULE_LATE_IRQ]	= SIM_FAULT_LATE_IRQ,
	[SIM_RULE_DOUBLE_IRQ]	= SIM_FAULT_DOUBLE_IRQ,
};

static void fail(struct sim_chip *chip, struct sim_nexus *nexus, u8 key,
		 u16 code)
{
	const struct sim_sense sense = { .key = key, .code = code };

	chip->ops->fail(chip->bus, &nexus->task, &sense);
}

/* From now on the rule keeps the fault that it has counted. */
static void happened(struct sim_nexus *nexus)
{
	nexus->inject.rule = 0;
}

/* With this sense key the target executes the command (SPC-4 4.5.6). */
static bool recovers(const struct sim_nexus *nexus)
{
	return nexus->fault == SIM_FAULT_CHECK &&
	       nexus->inject.sense.key == RECOVERED_ERROR;
}

static void fail_injected(struct sim_chip *chip, struct sim_nexus *nexus)
{
	chip->ops->fail(chip->bus, &nexus->task, &nexus->inject.sense);
	happened(nexus);
}

/* The sense data that debugfs sets, with the first block of the command. */
static void choose_sense(const struct sim_chip *chip, struct sim_nexus *nexus)
{
	const struct sim_fault_state *d = &chip->fault_state;
	struct sim_sense *sense = &nexus->inject.sense;
	struct sim_range range;

	sense->key = READ_ONCE(d->sense_key);
	sense->code = READ_ONCE(d->asc) << 8 | READ_ONCE(d->ascq);
	if (sim_cdb_range(nexus->task.cdb, &range)) {
		sense->info_valid = true;
		sense->info = range.lba;
	}
}

/**
 * sim_cmd_fault_choose() - choose the fault of a command, at most one
 * @chip: the chip
 * @nexus: the command; busy for the caller
 *
 * Context: any.
 */
void sim_cmd_fault_choose(struct sim_chip *chip, struct sim_nexus *nexus)
{
	enum sim_fault_kind kind;

	for (kind = SIM_FAULT_HANG; kind <= SIM_FAULT_BUSY; kind++)
		if (sim_fault_hit(&chip->window.faults, kind)) {
			nexus->fault = kind;
			nexus->inject.status = kind == SIM_FAULT_BUSY ?
					       SAM_STAT_BUSY :
					       SAM_STAT_TASK_SET_FULL;
			choose_sense(chip, nexus);
			return;
		}
	if (!sim_rules_choose(&chip->rules, &nexus->task, &nexus->inject))
		return;
	nexus->fault = rule_faults[nexus->inject.action];
	/* An error that the target finds before it reads has precedence. */
	if (nexus->inject.reads && !recovers(nexus))
		nexus->fault = SIM_FAULT_SHORT_DATA;
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
	switch (nexus->fault) {
	case SIM_FAULT_CHECK:
		if (recovers(nexus))
			return false;
		fail_injected(chip, nexus);
		return true;
	case SIM_FAULT_QUEUE_FULL:
	case SIM_FAULT_BUSY:
		nexus->task.status = nexus->inject.status;
		happened(nexus);
		return true;
	default:
		return false;
	}
}

/* Sets the length of the data phase by the rule. */
static void rule_data(struct sim_nexus *nexus)
{
	const struct sim_inject *inject = &nexus->inject;
	u32 len = nexus->task.len;
	struct sim_range range;

	switch (inject->action) {
	case SIM_RULE_SENSE:
		if (!recovers(nexus) && nexus->task.dir == SIM_DIR_IN &&
		    sim_cdb_range(nexus->task.cdb, &range))
			nexus->len = inject->blocks * (len / range.count);
		break;
	case SIM_RULE_SHORT:
		nexus->len = len - min(len, inject->arg);
		happened(nexus);
		break;
	case SIM_RULE_LONG:
		nexus->len = len + inject->arg;
		happened(nexus);
		break;
	default:
		break;
	}
}

/**
 * sim_cmd_fault_data() - choose the fault of a data phase
 * @chip: the chip
 * @nexus: the command; busy for the caller
 *
 * Context: any.
 */
void sim_cmd_fault_data(struct sim_chip *chip, struct sim_nexus *nexus)
{
	struct sim_faults *faults = &chip->window.faults;
	u32 len = nexus->task.len;

	if (nexus->fault != SIM_FAULT_NONE) {
		rule_data(nexus);
		return;
	}
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
 * sim_cmd_fault_present() - show a wrong data phase
 * @chip: the chip, whose connected nexus has the fault, and whose registers do
 *	not show it yet
 *
 * Context: any, under chip->lock.
 */
void sim_cmd_fault_present(struct sim_chip *chip)
{
	switch (chip->cur->variant) {
	case WRONG_PHASE_RESERVED:
		sim_chip_set_phase(chip, SIM_PHASE_STATUS + 1);
		break;
	case WRONG_PHASE_DIRECTION:
		sim_chip_set_phase(chip, SIM_PHASE_DATA_IN +
				   SIM_PHASE_DATA_OUT - chip->phase);
		break;
	case WRONG_PHASE_TAG:
		sim_reg_set(chip, SIM_REG_CUR_TAG, chip->config.depth);
		break;
	case WRONG_PHASE_COUNT:
		sim_reg_set(chip, SIM_REG_COUNT, 0);
		break;
	}
}

/* Return the number of bytes of a piece that are within the target's data. */
static u32 real_part(const struct sim_task *task, enum sim_dir dir, u32 pos,
		     u32 len)
{
	if (task->dir != dir || pos >= task->len)
		return 0;
	return min(len, task->len - pos);
}

/**
 * sim_cmd_fault_data_in() - send a piece of data of a command with a fault
 * @chip: the chip
 * @nexus: the command
 * @buf: takes the data
 * @pos: position of the piece in the data, bytes
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
 * @pos: position of the piece in the data, bytes
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
 * sim_cmd_fault_end() - end a command with a fault after its data phase
 * @chip: the chip
 * @nexus: the command; busy for the caller
 *
 * The target reports an error of the data that it received. Only the chip can
 * report an error of the data that the initiator received. A command that the
 * target has already ended with an error keeps that status.
 *
 * Context: any.
 * Return: true if the command has its status.
 */
bool sim_cmd_fault_end(struct sim_chip *chip, struct sim_nexus *nexus)
{
	bool out = nexus->task.dir == SIM_DIR_OUT;

	if (nexus->task.status != SAM_STAT_GOOD)
		return false;
	switch (nexus->fault) {
	case SIM_FAULT_SHORT_DATA:
	case SIM_FAULT_WRONG_PHASE:
		if (nexus->inject.action == SIM_RULE_SENSE) {
			fail_injected(chip, nexus);
			return true;
		}
		if (out)
			fail(chip, nexus, ABORTED_COMMAND, ASC_DATA_PHASE);
		return out;
	case SIM_FAULT_PARITY:
		if (out)
			fail(chip, nexus, ABORTED_COMMAND, ASC_PARITY);
		return out;
	default:
		return false;
	}
}

/**
 * sim_cmd_fault_recovered() - report that a command needed recovery
 * @chip: the chip
 * @nexus: the command, which the target has executed; busy for the caller
 *
 * Context: any.
 */
void sim_cmd_fault_recovered(struct sim_chip *chip, struct sim_nexus *nexus)
{
	if (nexus->task.status == SAM_STAT_GOOD && recovers(nexus))
		fail_injected(chip, nexus);
}

/**
 * sim_cmd_fault_close() - tell the rules if a fault has not happened
 * @chip: the chip
 * @nexus: the command, which has its status or is aborted; busy for the caller
 *
 * An earlier error, for example, ends a command before the error that a rule
 * injects.
 *
 * Context: any.
 */
void sim_cmd_fault_close(struct sim_chip *chip, struct sim_nexus *nexus)
{
	if (!nexus->inject.rule)
		return;
	sim_rules_give_back(&chip->rules, nexus->inject.rule);
	nexus->inject.rule = 0;
}

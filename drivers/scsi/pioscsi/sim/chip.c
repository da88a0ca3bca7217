// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated PIO SCSI chip: its registers and its commands.
 */

#include <linux/bitfield.h>
#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "arbiter.h"
#include "chip.h"
#include "dataport.h"
#include "engine.h"
#include "fault_chip.h"
#include "fault_state.h"
#include "rule_heal.h"

static const struct sim_target_ops sim_chip_target_ops = {
	.has_target	= sim_bus_has_target,
	.bus_reset	= sim_bus_reset,
	.target_reset	= sim_target_reset,
	.lun_reset	= sim_lun_reset,
	.exec		= sim_task_exec,
	.data_in	= sim_task_data_in,
	.data_out	= sim_task_data_out,
	.prepare	= sim_task_prepare,
	.finish		= sim_task_finish,
	.release	= sim_task_release,
	.lost		= sim_task_lost,
	.fail		= sim_task_fail,
};

static u32 sim_mbox_target(const struct sim_chip *chip)
{
	return FIELD_GET(SIM_NEXUS_TARGET, sim_reg_get(chip, SIM_REG_NEXUS));
}

static u32 sim_mbox_lun(const struct sim_chip *chip)
{
	return FIELD_GET(SIM_NEXUS_LUN, sim_reg_get(chip, SIM_REG_NEXUS));
}

static bool sim_covers_tag(const struct sim_chip *chip,
			   const struct sim_nexus *nexus)
{
	return nexus->tag == sim_reg_get(chip, SIM_REG_TAG);
}

static bool sim_covers_target(const struct sim_chip *chip,
			      const struct sim_nexus *nexus)
{
	return nexus->task.target == sim_mbox_target(chip);
}

static bool sim_covers_lun(const struct sim_chip *chip,
			   const struct sim_nexus *nexus)
{
	return sim_covers_target(chip, nexus) &&
	       nexus->task.lun == sim_mbox_lun(chip);
}

static bool sim_covers_all(const struct sim_chip *chip,
			   const struct sim_nexus *nexus)
{
	return true;
}

static void sim_chip_set_isr(struct sim_chip *chip, u32 clear, u32 set)
{
	unsigned long flags;
	u32 isr;

	raw_spin_lock_irqsave(&chip->lock, flags);
	if (sim_chip_faulty(chip))
		set |= sim_chip_fault_ack(chip, clear);
	isr = sim_reg_get(chip, SIM_REG_ISR);
	sim_reg_set(chip, SIM_REG_ISR, (isr & ~clear) | set);
	sim_arb_update(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

static void sim_chip_bus_reset(struct sim_chip *chip)
{
	sim_engine_abort(chip, sim_covers_all);
	chip->ops->bus_reset(chip->bus);
	sim_chip_set_isr(chip, 0, SIM_ISR_RESET);
}

/* Not inline, so that a write of another register saves no registers. */
static noinline void sim_cmd_start(struct sim_chip *chip)
{
	struct sim_nexus *nexus = sim_engine_take(chip);

	if (!nexus)
		return;
	if (sim_chip_faulty(chip))
		sim_chip_fault_command(chip, nexus);
	sim_engine_run(chip, nexus, GFP_NOWAIT | __GFP_NOWARN);
	if (sim_chip_faulty(chip) && sim_chip_fault_bus_reset(chip))
		sim_chip_bus_reset(chip);
}

/*
 * Tell whether a fault rule makes the target refuse an abort or a reset. The
 * chip shows the refusal until the next abort or reset.
 */
static bool sim_chip_refuses(struct sim_chip *chip, enum sim_rule_action action,
			     u32 target, u32 lun)
{
	unsigned long flags;
	bool refuses;

	refuses = sim_chip_faulty(chip) &&
		  sim_chip_fault_refuses(chip, action, target, lun);
	raw_spin_lock_irqsave(&chip->lock, flags);
	chip->stat &= ~SIM_STAT_REFUSED;
	if (refuses)
		chip->stat |= SIM_STAT_REFUSED;
	sim_arb_update(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return refuses;
}

static void sim_cmd_abort_tag(struct sim_chip *chip)
{
	if (sim_chip_refuses(chip, SIM_RULE_FAIL_ABORT, sim_mbox_target(chip),
			     sim_mbox_lun(chip)))
		return;
	sim_engine_abort(chip, sim_covers_tag);
}

static void sim_cmd_lun_reset(struct sim_chip *chip)
{
	if (sim_chip_refuses(chip, SIM_RULE_FAIL_RESET, sim_mbox_target(chip),
			     sim_mbox_lun(chip)))
		return;
	sim_engine_abort(chip, sim_covers_lun);
	chip->ops->lun_reset(chip->bus, sim_mbox_target(chip),
			     sim_mbox_lun(chip));
}

static void sim_cmd_target_reset(struct sim_chip *chip)
{
	if (sim_chip_refuses(chip, SIM_RULE_FAIL_RESET, sim_mbox_target(chip),
			     SIM_RULE_ANY))
		return;
	sim_engine_abort(chip, sim_covers_target);
	chip->ops->target_reset(chip->bus, sim_mbox_target(chip));
}

static noinline void sim_chip_recover(struct sim_chip *chip, u32 cmd)
{
	switch (cmd) {
	case SIM_CMD_ABORT_TAG:
		sim_cmd_abort_tag(chip);
		break;
	case SIM_CMD_LUN_RESET:
		sim_cmd_lun_reset(chip);
		break;
	case SIM_CMD_TARGET_RESET:
		sim_cmd_target_reset(chip);
		break;
	}
}

/* Tell whether work on an aborted command has not ended yet. */
static bool sim_chip_busy(struct sim_chip *chip)
{
	return sim_reg_get(chip, SIM_REG_STAT) & SIM_STAT_BUSY;
}

static void sim_chip_command(struct sim_chip *chip, u32 cmd)
{
	if (cmd != SIM_CMD_ACCEPT && sim_chip_busy(chip))
		return;
	switch (cmd) {
	case SIM_CMD_START:
		sim_cmd_start(chip);
		break;
	case SIM_CMD_ACCEPT:
		sim_engine_accept(chip);
		break;
	default:
		sim_chip_recover(chip, cmd);
		break;
	}
}

static noinline void sim_chip_set_imr(struct sim_chip *chip, u32 imr)
{
	unsigned long flags;

	if (chip->config.no_mask)
		imr = SIM_ISR_ALL;
	raw_spin_lock_irqsave(&chip->lock, flags);
	sim_reg_set(chip, SIM_REG_IMR, imr & SIM_ISR_ALL);
	sim_arb_update(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

/**
 * sim_chip_reset - reset the chip as power on does, and revive a dead chip
 * @chip: the chip
 *
 * Context: any.
 */
void sim_chip_reset(struct sim_chip *chip)
{
	unsigned int reg;

	sim_chip_set_imr(chip, 0);
	if (sim_chip_faulty(chip))
		sim_chip_fault_reset(chip);
	sim_engine_abort(chip, sim_covers_all);
	sim_chip_set_isr(chip, SIM_ISR_ALL, 0);
	for (reg = SIM_REG_CDB; reg <= SIM_REG_TAG; reg += 4)
		sim_reg_set(chip, reg, 0);
	/* Revive a dead chip last, because it keeps its line low until then. */
	if (sim_chip_faulty(chip))
		sim_chip_fault_set(chip, &chip->fault_state.dead, false);
}

static noinline void sim_chip_control(struct sim_chip *chip, u32 ctrl)
{
	if (ctrl & SIM_CTRL_BUS_RESET && !sim_chip_busy(chip))
		sim_chip_bus_reset(chip);
	if (ctrl & SIM_CTRL_RESET)
		sim_chip_reset(chip);
}

/* Keep single accesses, which are rare, out of the fast path. */
static noinline u16 sim_data_in(struct sim_chip *chip)
{
	__le16 data;

	sim_chip_read_rep(chip, &data, sizeof(data));
	return le16_to_cpu(data);
}

static noinline void sim_data_out(struct sim_chip *chip, u16 val)
{
	__le16 data = cpu_to_le16(val);

	sim_chip_write_rep(chip, &data, sizeof(data));
}

/* Waits for the time that the bus takes for accesses of registers. */
static noinline void sim_chip_stall(const struct sim_chip *chip,
				    unsigned int accesses)
{
	u64 cost = (u64)accesses * chip->config.reg_ns;
	u64 begin = ktime_get_mono_fast_ns();

	while (ktime_get_mono_fast_ns() - begin < cost)
		cpu_relax();
}

/**
 * sim_chip_read_checked - read a register of any chip
 * @chip: the chip, which may have faults, or take time for an access
 * @reg: SIM_REG_*
 *
 * Called by sim_chip_read() for a chip that needs checks.
 *
 * Context: any. No other context accesses the data port and the mailbox.
 * Return: its value; 0 if there is nothing to read.
 */
u32 sim_chip_read_checked(struct sim_chip *chip, unsigned int reg)
{
	u32 val;

	/*
	 * sim_chip_read() relies on @window being the first field of the chip.
	 */
	BUILD_BUG_ON(offsetof(struct sim_chip, window));

	if (unlikely(reg >= SIM_REG_DATA || reg % 4))
		return reg == SIM_REG_DATA ? sim_data_in(chip) : 0;
	if (chip->config.reg_ns)
		sim_chip_stall(chip, 1);
	val = sim_reg_get(chip, reg);
	if (sim_chip_faulty(chip))
		val = sim_chip_fault_read(chip, reg, val);
	return val;
}

static bool sim_reg_is_mbox(unsigned int reg)
{
	return reg >= SIM_REG_CDB && reg <= SIM_REG_TAG && reg % 4 == 0;
}

/* Write a register that no fault affects. */
static __always_inline void
sim_chip_do_write(struct sim_chip *chip, unsigned int reg, u32 val)
{
	if (sim_reg_is_mbox(reg)) {
		sim_reg_set(chip, reg, val);
		return;
	}
	switch (reg) {
	case SIM_REG_CMD:
		sim_chip_command(chip, val);
		break;
	case SIM_REG_ISR:
		sim_chip_set_isr(chip, val, 0);
		break;
	case SIM_REG_IMR:
		sim_chip_set_imr(chip, val);
		break;
	case SIM_REG_CTRL:
		sim_chip_control(chip, val);
		break;
	case SIM_REG_DATA:
		sim_data_out(chip, val);
		break;
	}
}

/* Write a register, which may cost time, unless a fault drops the write. */
static noinline void sim_chip_write_checked(struct sim_chip *chip,
					    unsigned int reg, u32 val)
{
	if (chip->config.reg_ns && reg != SIM_REG_DATA)
		sim_chip_stall(chip, 1);
	if (sim_reg_is_mbox(reg) || !sim_chip_fault_swallows(chip, reg, val))
		sim_chip_do_write(chip, reg, val);
}

/**
 * sim_chip_write - write a register
 * @chip: the chip
 * @reg: SIM_REG_*; writes of other and of read-only registers are ignored
 * @val: the value
 *
 * A write to SIM_REG_CMD or SIM_REG_CTRL may do the target's work on a command.
 * Work that sleeps or takes long goes to a work item.
 *
 * Context: any. No other context accesses the data port, the mailbox and
 * SIM_REG_CMD.
 */
void sim_chip_write(struct sim_chip *chip, unsigned int reg, u32 val)
{
	if (sim_chip_faulty(chip))
		sim_chip_write_checked(chip, reg, val);
	else
		sim_chip_do_write(chip, reg, val);
}

/**
 * sim_chip_write_mbox - fill the mailbox in one copy
 * @chip: the chip
 * @words: for %SIM_REG_CDB and the registers behind it, to %SIM_REG_TAG
 *
 * Context: any. No other context accesses the mailbox.
 */
void sim_chip_write_mbox(struct sim_chip *chip,
			 const u32 words[SIM_MBOX_WORDS])
{
	if (chip->config.reg_ns)
		sim_chip_stall(chip, SIM_MBOX_WORDS);
	memcpy(&chip->window.reg[SIM_REG_CDB / 4], words,
	       SIM_MBOX_WORDS * sizeof(*words));
}

/**
 * sim_chip_read_rep - read the data port into memory
 * @chip: the chip
 * @buf: takes @bytes bytes, as the target sent them
 * @bytes: number of bytes; if it is odd, the last access yields one byte
 *
 * Bytes beyond SIM_REG_COUNT, or in a phase that has none, are 0xff.
 *
 * Context: any. No other context accesses the data port. Takes the modelled
 * time.
 */
void sim_chip_read_rep(struct sim_chip *chip, void *buf, unsigned int bytes)
{
	if (sim_chip_faulty(chip) &&
	    READ_ONCE(chip->fault_state.dead))
		memset(buf, 0xff, bytes);
	else
		sim_dataport_read(chip, buf, bytes);
}

/**
 * sim_chip_write_rep - write the data port from memory
 * @chip: the chip
 * @buf: the bytes in the order in which the target gets them
 * @bytes: number of bytes; if it is odd, the last access carries one byte
 *
 * Bytes beyond SIM_REG_COUNT, or in a phase that takes none, are dropped.
 *
 * Context: any. No other context accesses the data port. Takes the modelled
 * time.
 * Return: bytes taken or dropped. If it is less than @bytes, the target has
 * disconnected within the burst and reselects for the rest.
 */
unsigned int sim_chip_write_rep(struct sim_chip *chip, const void *buf,
				unsigned int bytes)
{
	if (sim_chip_faulty(chip) &&
	    READ_ONCE(chip->fault_state.dead))
		return bytes;
	return sim_dataport_write(chip, buf, bytes);
}

/**
 * sim_chip_create - make a chip
 * @config: its properties
 * @bus: its targets, which exist longer than the chip and belong to no other
 *	chip
 * @line: the line of its interrupt output, which exists longer than the chip
 *
 * Context: process context; may sleep.
 * Return: the chip, with all interrupts masked, or an ERR_PTR(): -EINVAL for
 * a depth out of range, -ENOMEM.
 */
struct sim_chip *sim_chip_create(const struct sim_chip_config *config,
				 struct sim_bus *bus,
				 struct sim_line *line)
{
	struct sim_chip *chip;
	int err;

	if (!config->depth || config->depth > SIM_DEPTH_MAX)
		return ERR_PTR(-EINVAL);
	chip = kzalloc(sizeof(*chip), GFP_KERNEL);
	if (!chip)
		return ERR_PTR(-ENOMEM);

	chip->config = *config;
	chip->bus = bus;
	chip->ops = config->ops ?: &sim_chip_target_ops;
	chip->line = line;
	sim_reg_set(chip, SIM_REG_ID, SIM_ID);
	sim_reg_set(chip, SIM_REG_DEPTH, config->depth);
	sim_reg_set(chip, SIM_REG_TARGETS, config->num_tgts);
	sim_reg_set(chip, SIM_REG_LUNS, config->max_luns);
	err = sim_engine_init(chip);
	if (err) {
		kfree(chip);
		return ERR_PTR(err);
	}
	sim_chip_fault_init(chip, config->seed);
	sim_faults_set_cost(&chip->window.faults, config->reg_ns);
	sim_rules_init(&chip->rules, &chip->window.faults);
	if (config->shared_luns)
		sim_rules_share(&chip->rules);
	if (config->no_mask)
		sim_reg_set(chip, SIM_REG_IMR, SIM_ISR_ALL);
	return chip;
}

/**
 * sim_chip_destroy - undo sim_chip_create()
 * @chip: the chip; no context accesses it any more, and its interrupt is freed
 *
 * Commands that it still has are aborted.
 *
 * Context: process context; may sleep.
 */
void sim_chip_destroy(struct sim_chip *chip)
{
	sim_chip_reset(chip);
	sim_chip_fault_exit(chip);
	sim_rules_unshare(&chip->rules);
	sim_rules_exit(&chip->rules);
	sim_engine_exit(chip);
	kfree(chip);
}

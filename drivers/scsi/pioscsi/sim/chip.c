// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated PIO SCSI chip: its registers and its commands.
 */

#include <linux/bitfield.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "arbiter.h"
#include "chip.h"
#include "dataport.h"
#include "engine.h"

static const struct psim_seam psim_seam_targets = {
	.has_target	= psim_bus_has_target,
	.bus_reset	= psim_bus_reset,
	.target_reset	= psim_target_reset,
	.lun_reset	= psim_lun_reset,
	.exec		= psim_task_exec,
	.data_in	= psim_task_data_in,
	.data_out	= psim_task_data_out,
	.finish		= psim_task_finish,
	.release	= psim_task_release,
};

static u32 psim_mbox_target(const struct psim_chip *chip)
{
	return FIELD_GET(PSIM_NEXUS_TARGET, psim_reg_get(chip, PSIM_REG_NEXUS));
}

static u32 psim_mbox_lun(const struct psim_chip *chip)
{
	return FIELD_GET(PSIM_NEXUS_LUN, psim_reg_get(chip, PSIM_REG_NEXUS));
}

static bool psim_covers_tag(const struct psim_chip *chip,
			    const struct psim_nexus *nexus)
{
	return nexus->tag == psim_reg_get(chip, PSIM_REG_TAG);
}

static bool psim_covers_target(const struct psim_chip *chip,
			       const struct psim_nexus *nexus)
{
	return nexus->task.target == psim_mbox_target(chip);
}

static bool psim_covers_lun(const struct psim_chip *chip,
			    const struct psim_nexus *nexus)
{
	return psim_covers_target(chip, nexus) &&
	       nexus->task.lun == psim_mbox_lun(chip);
}

static bool psim_covers_all(const struct psim_chip *chip,
			    const struct psim_nexus *nexus)
{
	return true;
}

static void psim_chip_set_isr(struct psim_chip *chip, u32 clear, u32 set)
{
	unsigned long flags;
	u32 isr;

	raw_spin_lock_irqsave(&chip->lock, flags);
	if (psim_faults_active(&chip->faults))
		set |= psim_damage_ack(chip, clear);
	isr = psim_reg_get(chip, PSIM_REG_ISR);
	psim_reg_set(chip, PSIM_REG_ISR, (isr & ~clear) | set);
	psim_arb_update(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

static void psim_chip_bus_reset(struct psim_chip *chip)
{
	psim_engine_forget(chip, psim_covers_all);
	chip->seam->bus_reset(chip->bus);
	psim_chip_set_isr(chip, 0, PSIM_ISR_RESET);
}

static void psim_cmd_start(struct psim_chip *chip)
{
	struct psim_nexus *nexus = psim_engine_take(chip);

	if (!nexus)
		return;
	if (psim_faults_active(&chip->faults))
		psim_damage_command(chip, nexus);
	psim_engine_run(chip, nexus, GFP_NOWAIT | __GFP_NOWARN);
	if (psim_faults_active(&chip->faults) && psim_damage_bus_reset(chip))
		psim_chip_bus_reset(chip);
}

static void psim_cmd_abort_tag(struct psim_chip *chip)
{
	psim_engine_forget(chip, psim_covers_tag);
}

static void psim_cmd_lun_reset(struct psim_chip *chip)
{
	psim_engine_forget(chip, psim_covers_lun);
	chip->seam->lun_reset(chip->bus, psim_mbox_target(chip),
			      psim_mbox_lun(chip));
}

static void psim_cmd_target_reset(struct psim_chip *chip)
{
	psim_engine_forget(chip, psim_covers_target);
	chip->seam->target_reset(chip->bus, psim_mbox_target(chip));
}

typedef void (*psim_cmd_t)(struct psim_chip *chip);

static const psim_cmd_t psim_cmds[] = {
	[PSIM_CMD_START]	= psim_cmd_start,
	[PSIM_CMD_ACCEPT]	= psim_engine_accept,
	[PSIM_CMD_ABORT_TAG]	= psim_cmd_abort_tag,
	[PSIM_CMD_LUN_RESET]	= psim_cmd_lun_reset,
	[PSIM_CMD_TARGET_RESET]	= psim_cmd_target_reset,
};

static void psim_chip_command(struct psim_chip *chip, u32 cmd)
{
	if (cmd < ARRAY_SIZE(psim_cmds) && psim_cmds[cmd])
		psim_cmds[cmd](chip);
}

static void psim_chip_set_imr(struct psim_chip *chip, u32 imr)
{
	unsigned long flags;

	if (chip->config.no_mask)
		imr = PSIM_ISR_ALL;
	raw_spin_lock_irqsave(&chip->lock, flags);
	psim_reg_set(chip, PSIM_REG_IMR, imr & PSIM_ISR_ALL);
	psim_arb_update(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

/**
 * psim_chip_reset - reset the chip, as power on does; it is not dead then
 * @chip: the chip
 *
 * Context: any.
 */
void psim_chip_reset(struct psim_chip *chip)
{
	unsigned int reg;

	psim_chip_set_imr(chip, 0);
	if (psim_faults_active(&chip->faults))
		psim_damage_reset(chip);
	psim_engine_forget(chip, psim_covers_all);
	psim_chip_set_isr(chip, PSIM_ISR_ALL, 0);
	for (reg = PSIM_REG_CDB; reg <= PSIM_REG_TAG; reg += 4)
		psim_reg_set(chip, reg, 0);
	/* Not earlier: a dead one had its line low, and keeps it so. */
	if (psim_faults_active(&chip->faults))
		psim_damage_set(chip, &chip->damage.dead, false);
}

static void psim_chip_control(struct psim_chip *chip, u32 ctrl)
{
	if (ctrl & PSIM_CTRL_BUS_RESET)
		psim_chip_bus_reset(chip);
	if (ctrl & PSIM_CTRL_RESET)
		psim_chip_reset(chip);
}

/* A single access, which is rare; kept out of the way of the others. */
static noinline u16 psim_data_in(struct psim_chip *chip)
{
	__le16 data;

	psim_chip_read_rep(chip, &data, sizeof(data));
	return le16_to_cpu(data);
}

static noinline void psim_data_out(struct psim_chip *chip, u16 val)
{
	__le16 data = cpu_to_le16(val);

	psim_chip_write_rep(chip, &data, sizeof(data));
}

/**
 * psim_chip_read - read a register
 * @chip: the chip
 * @reg: PSIM_REG_*
 *
 * Context: any. The data port and the mailbox: nobody else accesses them.
 * Return: its value; 0 if there is nothing to read.
 */
u32 psim_chip_read(struct psim_chip *chip, unsigned int reg)
{
	u32 val;

	if (unlikely(reg >= PSIM_REG_DATA || reg % 4))
		return reg == PSIM_REG_DATA ? psim_data_in(chip) : 0;
	val = psim_reg_get(chip, reg);
	if (psim_faults_active(&chip->faults))
		val = psim_damage_read(chip, reg, val);
	return val;
}

/**
 * psim_chip_write - write a register
 * @chip: the chip
 * @reg: PSIM_REG_*; all but these, and those that are read-only, are ignored
 * @val: the value
 *
 * With PSIM_REG_CMD and PSIM_REG_CTRL, this is where the target works on a
 * command that has no latency; what would have to sleep goes to a work item.
 *
 * Context: any. The data port, the mailbox and PSIM_REG_CMD: nobody else
 * accesses them.
 */
void psim_chip_write(struct psim_chip *chip, unsigned int reg, u32 val)
{
	/* The mailbox first: it is written most often. */
	if (reg >= PSIM_REG_CDB && reg <= PSIM_REG_TAG && reg % 4 == 0) {
		psim_reg_set(chip, reg, val);
		return;
	}
	if (psim_faults_active(&chip->faults) &&
	    psim_damage_swallows(chip, reg, val))
		return;
	switch (reg) {
	case PSIM_REG_CMD:
		psim_chip_command(chip, val);
		break;
	case PSIM_REG_ISR:
		psim_chip_set_isr(chip, val, 0);
		break;
	case PSIM_REG_IMR:
		psim_chip_set_imr(chip, val);
		break;
	case PSIM_REG_CTRL:
		psim_chip_control(chip, val);
		break;
	case PSIM_REG_DATA:
		psim_data_out(chip, val);
		break;
	}
}

/**
 * psim_chip_write_mbox - fill the mailbox, as one copies to a window of memory
 * @chip: the chip
 * @words: for %PSIM_REG_CDB and the registers behind it, to %PSIM_REG_TAG
 *
 * Context: any. Nobody else accesses the mailbox.
 */
void psim_chip_write_mbox(struct psim_chip *chip,
			  const u32 words[PSIM_MBOX_WORDS])
{
	unsigned int i;

	for (i = 0; i < PSIM_MBOX_WORDS; i++)
		psim_reg_set(chip, PSIM_REG_CDB + 4 * i, words[i]);
}

/**
 * psim_chip_read_rep - read the data port into memory
 * @chip: the chip
 * @buf: takes @bytes bytes, as the target sent them
 * @bytes: how many; of an odd number, the last access yields one byte
 *
 * Bytes beyond PSIM_REG_COUNT, or in a phase that has none, are 0xff.
 *
 * Context: any. Nobody else accesses the data port. Takes the modelled time.
 */
void psim_chip_read_rep(struct psim_chip *chip, void *buf, unsigned int bytes)
{
	if (psim_faults_active(&chip->faults) && READ_ONCE(chip->damage.dead))
		memset(buf, 0xff, bytes);
	else
		psim_dataport_read(chip, buf, bytes);
}

/**
 * psim_chip_write_rep - write the data port from memory
 * @chip: the chip
 * @buf: the bytes, as the target shall get them
 * @bytes: how many; of an odd number, the last access carries one byte
 *
 * Bytes beyond PSIM_REG_COUNT, or in a phase that takes none, are dropped.
 *
 * Context: any. Nobody else accesses the data port. Takes the modelled time.
 */
void psim_chip_write_rep(struct psim_chip *chip, const void *buf,
			 unsigned int bytes)
{
	if (psim_faults_active(&chip->faults) && READ_ONCE(chip->damage.dead))
		return;
	psim_dataport_write(chip, buf, bytes);
}

/**
 * psim_chip_create - make a chip
 * @config: how it is built
 * @bus: what is behind it; outlives it, and belongs to no other chip
 * @line: takes its interrupt output; outlives it
 *
 * Context: process context; may sleep.
 * Return: the chip, with all interrupts masked, or an ERR_PTR(): -EINVAL for
 * a depth out of range, -ENOMEM.
 */
struct psim_chip *psim_chip_create(const struct psim_chip_config *config,
				   struct psim_bus *bus,
				   struct psim_line *line)
{
	struct psim_chip *chip;
	int err;

	if (!config->depth || config->depth > PSIM_DEPTH_MAX)
		return ERR_PTR(-EINVAL);
	chip = kzalloc(sizeof(*chip), GFP_KERNEL);
	if (!chip)
		return ERR_PTR(-ENOMEM);

	chip->config = *config;
	chip->bus = bus;
	chip->seam = config->seam ?: &psim_seam_targets;
	chip->line = line;
	psim_reg_set(chip, PSIM_REG_ID, PSIM_ID);
	psim_reg_set(chip, PSIM_REG_DEPTH, config->depth);
	psim_reg_set(chip, PSIM_REG_TARGETS, config->num_tgts);
	psim_reg_set(chip, PSIM_REG_LUNS, config->max_luns);
	err = psim_engine_init(chip);
	if (err) {
		kfree(chip);
		return ERR_PTR(err);
	}
	psim_damage_init(chip, config->seed);
	if (config->no_mask)
		psim_reg_set(chip, PSIM_REG_IMR, PSIM_ISR_ALL);
	return chip;
}

/**
 * psim_chip_destroy - undo psim_chip_create()
 * @chip: the chip; nobody accesses it any more, and its interrupt is freed
 *
 * Commands that it still has are forgotten.
 *
 * Context: process context; may sleep.
 */
void psim_chip_destroy(struct psim_chip *chip)
{
	psim_chip_reset(chip);
	psim_damage_exit(chip);
	psim_engine_exit(chip);
	kfree(chip);
}

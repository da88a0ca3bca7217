// SPDX-License-Identifier: GPL-2.0-only
/*
 * The seam, seen from the targets: the bus and its resets, and the way of a
 * task from its CDB to its status.
 */
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "lun.h"
#include "opcodes.h"
#include "sense.h"

/* What REPORT LUNS can say in flat space addressing, and a bus can have. */
#define PSIM_LUNS_MAX		16384
#define PSIM_TARGETS_MAX	256

static bool psim_config_valid(const struct psim_bus_config *config)
{
	u64 chunks = config->dev_size >> PSIM_CHUNK_SHIFT;

	return config->num_tgts && config->num_tgts <= PSIM_TARGETS_MAX &&
	       config->max_luns && config->max_luns <= PSIM_LUNS_MAX &&
	       config->sector_size >= 512 &&
	       config->sector_size <= PSIM_CHUNK_SIZE &&
	       is_power_of_2(config->sector_size) && config->dev_size &&
	       !(config->dev_size & (config->sector_size - 1)) &&
	       chunks <= ULONG_MAX - 1;
}

/**
 * psim_bus_create() - make a bus and power its logical units on
 * @config: what shall be there; copied
 *
 * At most 256 targets and 16384 logical units each.
 *
 * Context: Process context.
 * Return: the bus, ERR_PTR(-EINVAL) for a config that is not valid, or
 * ERR_PTR(-ENOMEM).
 */
struct psim_bus *psim_bus_create(const struct psim_bus_config *config)
{
	unsigned int target, lun;
	struct psim_bus *bus;

	psim_opcodes_init();
	if (!psim_config_valid(config))
		return ERR_PTR(-EINVAL);
	bus = kzalloc(sizeof(*bus), GFP_KERNEL);
	if (!bus)
		return ERR_PTR(-ENOMEM);
	bus->config = *config;
	bus->lun = kvcalloc((size_t)config->num_tgts * config->max_luns,
			    sizeof(*bus->lun), GFP_KERNEL);
	if (!bus->lun) {
		kfree(bus);
		return ERR_PTR(-ENOMEM);
	}
	for (target = 0; target < config->num_tgts; target++)
		for (lun = 0; lun < config->max_luns; lun++)
			psim_lun_init(psim_lun_find(bus, target, lun), bus,
				      target, lun);
	return bus;
}

/**
 * psim_bus_destroy() - free a bus and what is on it
 * @bus: the bus; all its tasks have been released
 *
 * Context: Process context. Sleeps.
 */
void psim_bus_destroy(struct psim_bus *bus)
{
	unsigned int target, lun;

	for (target = 0; target < bus->config.num_tgts; target++)
		for (lun = 0; lun < bus->config.max_luns; lun++)
			psim_lun_exit(psim_lun_find(bus, target, lun));
	/* Memory of the media may still wait for our RCU callback. */
	rcu_barrier();
	kvfree(bus->lun);
	kfree(bus);
}

/**
 * psim_bus_has_target() - does a target answer selection?
 * @bus: the bus
 * @target: target ID
 *
 * Context: Any.
 * Return: whether there is such a target.
 */
bool psim_bus_has_target(const struct psim_bus *bus, unsigned int target)
{
	return target < bus->config.num_tgts;
}

/**
 * psim_bus_reset() - hard reset of all targets
 * @bus: the bus
 *
 * The chip forgets the tasks; the media keep their data.
 *
 * Context: Any.
 */
void psim_bus_reset(struct psim_bus *bus)
{
	unsigned int target, lun;

	for (target = 0; target < bus->config.num_tgts; target++)
		for (lun = 0; lun < bus->config.max_luns; lun++)
			psim_lun_event(psim_lun_find(bus, target, lun),
				       PSIM_UA_BUS_RESET);
}

/**
 * psim_target_reset() - logical unit reset of all logical units of a target
 * @bus: the bus
 * @target: target ID; nothing happens if there is no such target
 *
 * Context: Any.
 */
void psim_target_reset(struct psim_bus *bus, unsigned int target)
{
	unsigned int lun;

	for (lun = 0; lun < bus->config.max_luns; lun++)
		psim_lun_reset(bus, target, lun);
}

/**
 * psim_lun_reset() - logical unit reset
 * @bus: the bus
 * @target: target ID
 * @lun: LUN; nothing happens if there is no such logical unit
 *
 * Context: Any.
 */
void psim_lun_reset(struct psim_bus *bus, unsigned int target,
		    unsigned int lun)
{
	struct psim_lun *lu = psim_lun_find(bus, target, lun);

	if (lu)
		psim_lun_event(lu, PSIM_UA_LUN_RESET);
}

/* What comes before the command itself. Returns 0 or PSIM_SETTLED. */
static int psim_task_admit(struct psim_task *task)
{
	const struct psim_opcode *op = psim_opcode_find(task->cdb[0],
					task->cdb[1] & PSIM_SA_MASK);
	struct psim_lun *lu = task->lu;
	int ret;
	u16 ua;

	if (!lu && !(op && op->flags & PSIM_OP_ANY_LUN))
		return psim_check(task, ILLEGAL_REQUEST, PSIM_ASC_NO_LUN);
	if (lu && !(op && op->flags & PSIM_OP_NO_UA)) {
		ua = psim_lun_take_ua(lu);
		if (unlikely(ua))
			return psim_check(task, UNIT_ATTENTION, ua);
	}
	if (!op && psim_opcode_first(task->cdb[0]))
		return psim_invalid_cdb(task, 1, 4);
	if (!op)
		return psim_check(task, ILLEGAL_REQUEST,
				  PSIM_ASC_INVALID_OPCODE);
	ret = psim_opcode_check(task, op);
	if (ret)
		return ret;
	if (op->flags & PSIM_OP_READY && READ_ONCE(lu->stopped))
		return psim_check(task, NOT_READY, PSIM_ASC_NEED_START);
	task->op = op;
	return 0;
}

/**
 * psim_task_exec() - take a command and prepare its data phase
 * @bus: where it arrived
 * @task: the task, with cdb, target and lun set
 * @gfp: how memory may be allocated; without __GFP_DIRECT_RECLAIM nothing
 *	that sleeps or takes long is done
 *
 * Sets dir and len. A command that ends at once, in CHECK CONDITION or not,
 * has %PSIM_DIR_NONE: every task goes on to psim_task_finish() nevertheless.
 *
 * Context: Any; may sleep if @gfp allows it.
 * Return: 0, or -EAGAIN if @gfp is not enough: nothing has changed, call again
 * from process context with GFP_NOIO. With that gfp it always returns 0.
 */
int psim_task_exec(struct psim_bus *bus, struct psim_task *task, gfp_t gfp)
{
	int ret;

	task->bus = bus;
	task->lu = psim_lun_find(bus, task->target, task->lun);
	task->op = NULL;
	task->dir = PSIM_DIR_NONE;
	task->len = 0;
	task->status = SAM_STAT_GOOD;
	task->sense_len = 0;
	task->buf = NULL;
	task->buf_len = 0;
	task->pos = 0;
	task->priv = 0;

	ret = psim_task_admit(task);
	if (!ret)
		ret = task->op->cmd->exec(task, gfp);
	if (!ret)
		return 0;
	psim_task_release(task);
	task->dir = PSIM_DIR_NONE;
	task->len = 0;
	return ret == -EAGAIN ? ret : 0;
}

/**
 * psim_task_data_in() - get a piece of the data
 * @task: the task, with %PSIM_DIR_IN
 * @buf: where to
 * @offset: of the piece in the data, bytes
 * @len: bytes; what goes beyond the task's len is left out
 *
 * Context: Any, hard IRQ included.
 */
void psim_task_data_in(struct psim_task *task, void *buf, u32 offset, u32 len)
{
	const struct psim_cmd *cmd;

	if (!task->op || task->dir != PSIM_DIR_IN || offset >= task->len)
		return;
	cmd = task->op->cmd;
	len = min(len, task->len - offset);
	if (cmd->data_in)
		cmd->data_in(task, buf, offset, len);
	else
		memcpy(buf, task->buf + offset, len);
}

/**
 * psim_task_data_out() - put a piece of the data
 * @task: the task, with %PSIM_DIR_OUT
 * @buf: the data
 * @offset: of the piece in the data, bytes
 * @len: bytes; what goes beyond the task's len is left out
 *
 * Context: Any, hard IRQ included.
 */
void psim_task_data_out(struct psim_task *task, const void *buf, u32 offset,
			u32 len)
{
	const struct psim_cmd *cmd;

	if (!task->op || task->dir != PSIM_DIR_OUT || offset >= task->len)
		return;
	cmd = task->op->cmd;
	len = min(len, task->len - offset);
	if (cmd->data_out)
		cmd->data_out(task, buf, offset, len);
	else
		memcpy(task->buf + offset, buf, len);
}

/**
 * psim_task_finish() - do what needs all data, and settle the status
 * @task: the task; psim_task_exec() returned 0 and its data have moved
 * @gfp: as for psim_task_exec()
 *
 * Context: Any; may sleep if @gfp allows it.
 * Return: 0, or -EAGAIN as psim_task_exec(). Further calls change nothing.
 */
int psim_task_finish(struct psim_task *task, gfp_t gfp)
{
	int ret = 0;

	if (task->op && task->op->cmd->finish)
		ret = task->op->cmd->finish(task, gfp);
	if (ret == -EAGAIN)
		return ret;
	task->op = NULL;
	return 0;
}

/**
 * psim_task_release() - free what a task has
 * @task: the task; psim_task_exec() was called for it, whatever it returned
 *
 * The status, and the sense data, stay.
 *
 * Context: Any.
 */
void psim_task_release(struct psim_task *task)
{
	task->op = NULL;
	if (!task->buf)
		return;
	kfree(task->buf);
	task->buf = NULL;
	task->buf_len = 0;
}

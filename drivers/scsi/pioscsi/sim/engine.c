// SPDX-License-Identifier: GPL-2.0-only
/*
 * The nexuses of the simulated chip.
 *
 * A nexus is taken from the mailbox, runs at its target and goes to the
 * arbiter. It moves its data, goes to the target again, shows its status and is
 * freed. The target works in the context of the register access if the work is
 * short. If the target has to sleep or to do long work, a work item runs it.
 */

#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/gfp.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "arbiter.h"
#include "engine.h"
#include "fault_cmd.h"
#include "rule_heal.h"

/* Refused commands that wait for the host; more are dropped. */
#define SIM_REFUSED_MAX		2

/*
 * Number of nexuses. There are more than tags, because a reset frees all tags
 * at once, but the tasks one by one. Two more nexuses may be aborted and busy:
 * one in the host's context, one in the work item.
 */
#define SIM_NEXUS_NUM(depth)	(2 * (depth) + SIM_REFUSED_MAX + 2)

static void add_free(struct sim_chip *chip, struct sim_nexus *nexus)
{
	lockdep_assert_held(&chip->lock);
	nexus->next_free = chip->free;
	chip->free = nexus;
}

/* Fills a nexus from the mailbox. */
static void sim_nexus_fill(const struct sim_chip *chip,
			   struct sim_nexus *nexus)
{
	u32 where = sim_reg_get(chip, SIM_REG_NEXUS);
	struct sim_task *task = &nexus->task;
	__le32 cdb[SIM_CDB_MAX / 4];

	/* The target initialises the rest when it executes the task. */
	task->dir = SIM_DIR_NONE;
	task->status = 0;
	task->sense_len = 0;
	task->cancelled = false;
	task->ua = 0;
	memset_startat(nexus, 0, node);
	INIT_LIST_HEAD(&nexus->node);
	nexus->tag = sim_reg_get(chip, SIM_REG_TAG);
	task->target = FIELD_GET(SIM_NEXUS_TARGET, where);
	task->lun = FIELD_GET(SIM_NEXUS_LUN, where);
	cdb[0] = cpu_to_le32(sim_reg_get(chip, SIM_REG_CDB));
	cdb[1] = cpu_to_le32(sim_reg_get(chip, SIM_REG_CDB + 4));
	cdb[2] = cpu_to_le32(sim_reg_get(chip, SIM_REG_CDB + 8));
	cdb[3] = cpu_to_le32(sim_reg_get(chip, SIM_REG_CDB + 12));
	memcpy(task->cdb, cdb, sizeof(task->cdb));
}

/**
 * sim_engine_take - take the command in the mailbox
 * @chip: the chip
 *
 * A command whose tag is in use or too high is taken, too. It ends with
 * SIM_RESULT_OVERRUN and is not executed.
 *
 * Context: any.
 * Return: the nexus, busy for the caller, which passes it to sim_engine_run();
 * or %NULL if too many refused commands wait.
 */
struct sim_nexus *sim_engine_take(struct sim_chip *chip)
{
	u32 tag = sim_reg_get(chip, SIM_REG_TAG);
	struct sim_nexus *nexus;
	unsigned long flags;
	bool owns_tag;

	raw_spin_lock_irqsave(&chip->lock, flags);
	owns_tag = tag < chip->config.depth && !test_bit(tag, chip->tags) &&
		   !(sim_chip_faulty(chip) &&
		     sim_chip_fault_is_full(chip));
	nexus = chip->free;
	if (!owns_tag && chip->refused == SIM_REFUSED_MAX)
		nexus = NULL;
	if (!nexus)
		goto unlock;

	chip->free = nexus->next_free;
	sim_nexus_fill(chip, nexus);
	nexus->in_use = true;
	nexus->busy = true;
	nexus->owns_tag = owns_tag;
	if (owns_tag) {
		__set_bit(tag, chip->tags);
		if (++chip->live == chip->config.depth) {
			chip->stat |= SIM_STAT_FULL;
			sim_arb_update(chip);
		}
	} else {
		nexus->result = SIM_RESULT_OVERRUN;
		chip->refused++;
	}
unlock:
	raw_spin_unlock_irqrestore(&chip->lock, flags);

	if (nexus && chip->config.latency_us)
		nexus->due = ktime_add_us(ktime_get(), chip->config.latency_us);
	return nexus;
}

/* The target releases the task. */
static void sim_nexus_release(struct sim_chip *chip,
			      struct sim_nexus *nexus)
{
	if (nexus->executed)
		chip->ops->release(&nexus->task);
	nexus->executed = false;
}

/* The target executes the command. */
static int sim_nexus_exec(struct sim_chip *chip, struct sim_nexus *nexus,
			  gfp_t gfp)
{
	int err = chip->ops->exec(chip->bus, &nexus->task, gfp);

	if (err)
		return err;
	nexus->executed = true;
	nexus->len = nexus->task.len;
	if (nexus->len && sim_chip_faulty(chip))
		sim_cmd_fault_data(chip, nexus);
	return 0;
}

/*
 * The target allocates the memory that it needs for the next data. Without
 * memory, the data phase ends.
 */
static int sim_nexus_prepare(struct sim_chip *chip, struct sim_nexus *nexus,
			     gfp_t gfp)
{
	int ret = chip->ops->prepare(&nexus->task, nexus->moved, gfp);

	if (ret < 0)
		return ret;
	nexus->starved = false;
	if (ret)
		nexus->len = nexus->moved;
	return 0;
}

/* The target settles the status. */
static int sim_nexus_finish(struct sim_chip *chip, struct sim_nexus *nexus,
			    gfp_t gfp)
{
	int err;

	if (unlikely(nexus->fault) && sim_cmd_fault_end(chip, nexus))
		return 0;
	err = chip->ops->finish(&nexus->task, gfp);
	if (!err && unlikely(nexus->fault == SIM_FAULT_PARITY))
		nexus->result = SIM_RESULT_PARITY;
	if (!err && nexus->task.status == SAM_STAT_GOOD &&
	    (sim_chip_faulty(chip) || sim_rules_are_shared(&chip->rules)))
		sim_rules_heal(&chip->rules, &nexus->task);
	if (!err && unlikely(nexus->fault))
		sim_cmd_fault_recovered(chip, nexus);
	return err;
}

/* Let the target work until data has to move, or until the status is known. */
static int sim_nexus_advance(struct sim_chip *chip, struct sim_nexus *nexus,
			     gfp_t gfp)
{
	int err;

	if (!nexus->executed && !nexus->result) {
		if (unlikely(nexus->fault) &&
		    sim_cmd_fault_instead(chip, nexus)) {
			nexus->done = true;
			return 0;
		}
		if (chip->ops->has_target(chip->bus, nexus->task.target)) {
			err = sim_nexus_exec(chip, nexus, gfp);
			if (err)
				return err;
		} else {
			nexus->result = SIM_RESULT_TIMEOUT;
		}
	}

	if (unlikely(nexus->starved)) {
		err = sim_nexus_prepare(chip, nexus, gfp);
		if (err)
			return err;
	}
	if (!nexus->result) {
		if (nexus->moved < nexus->len)
			return 0;
		err = sim_nexus_finish(chip, nexus, gfp);
		if (err)
			return err;
		sim_nexus_release(chip, nexus);
	}
	/* The call for service of the command is still to come. */
	if (unlikely(nexus->fault) && !sim_fault_is_of_call(nexus->fault))
		sim_cmd_fault_close(chip, nexus);
	nexus->done = true;
	return 0;
}

/**
 * sim_engine_release - end the work on a nexus
 * @chip: the chip
 * @nexus: busy for the caller
 *
 * Context: any, under chip->lock.
 * Return: true if it was aborted meanwhile: the caller unlocks and calls
 * sim_engine_put(). The chip stays busy until then.
 */
bool sim_engine_release(struct sim_chip *chip, struct sim_nexus *nexus)
{
	lockdep_assert_held(&chip->lock);
	nexus->busy = false;
	return nexus->aborted;
}

/**
 * sim_engine_run - let the target execute its next steps
 * @chip: the chip
 * @nexus: busy for the caller, which must not use it afterwards
 * @gfp: GFP_NOWAIT | __GFP_NOWARN, or GFP_NOIO if the caller may sleep; with
 *	the former the work item does the step if it has to sleep
 *
 * Context: as @gfp says.
 */
void sim_engine_run(struct sim_chip *chip, struct sim_nexus *nexus,
		    gfp_t gfp)
{
	int err = sim_nexus_advance(chip, nexus, gfp);
	bool slow = err == -EAGAIN && !gfpflags_allow_blocking(gfp);
	unsigned long flags;

	if (err && !slow) {
		nexus->result = SIM_RESULT_OVERRUN;
		nexus->done = true;
	}

	raw_spin_lock_irqsave(&chip->lock, flags);
	if (sim_engine_release(chip, nexus)) {
		raw_spin_unlock_irqrestore(&chip->lock, flags);
		sim_engine_put(chip, nexus);
		return;
	}
	if (slow) {
		/* Another nexus may use the data port in the meantime. */
		if (chip->cur == nexus)
			sim_arb_disconnect(chip);
		list_add_tail(&nexus->node, &chip->slow);
	} else if (unlikely(nexus->fault == SIM_FAULT_HANG)) {
		/* The nexus is in no list until it is aborted. */
	} else if (chip->cur == nexus) {
		sim_arb_present(chip);
	} else {
		sim_arb_queue(chip, nexus);
	}
	sim_arb_connect(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);

	if (slow)
		irq_work_queue(&chip->kick);
}

static struct sim_nexus *take_slow(struct sim_chip *chip)
{
	struct sim_nexus *nexus;

	lockdep_assert_held(&chip->lock);
	nexus = list_first_entry_or_null(&chip->slow, struct sim_nexus, node);
	if (!nexus)
		return NULL;
	list_del_init(&nexus->node);
	nexus->busy = true;
	return nexus;
}

static struct sim_nexus *sim_engine_next_slow(struct sim_chip *chip)
{
	struct sim_nexus *nexus;
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	nexus = take_slow(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return nexus;
}

static void sim_engine_work(struct work_struct *work)
{
	struct sim_chip *chip = container_of(work, struct sim_chip, work);
	struct sim_nexus *nexus;

	while ((nexus = sim_engine_next_slow(chip)))
		sim_engine_run(chip, nexus, GFP_NOIO);
}

static void sim_engine_kick(struct irq_work *kick)
{
	struct sim_chip *chip = container_of(kick, struct sim_chip, kick);

	queue_work(chip->wq, &chip->work);
}

/**
 * sim_engine_put - free an aborted nexus
 * @chip: the chip
 * @nexus: aborted, in no list, and no other context is busy with it
 *
 * Context: any.
 */
void sim_engine_put(struct sim_chip *chip, struct sim_nexus *nexus)
{
	unsigned long flags;

	sim_nexus_release(chip, nexus);
	chip->ops->lost(&nexus->task);
	if (unlikely(nexus->fault))
		sim_cmd_fault_close(chip, nexus);
	raw_spin_lock_irqsave(&chip->lock, flags);
	add_free(chip, nexus);
	if (nexus->task.cancelled) {
		if (!--chip->leaving)
			chip->stat &= ~SIM_STAT_BUSY;
		sim_arb_update(chip);
	}
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

/*
 * Removes a nexus from the chip. Returns true if the caller has to free it. If
 * a context works on the nexus, that work is cancelled, and that context frees
 * it.
 */
static bool sim_engine_detach(struct sim_chip *chip, struct sim_nexus *nexus)
{
	if (!list_empty(&nexus->node))
		list_del_init(&nexus->node);
	nexus->in_use = false;
	nexus->aborted = true;
	if (nexus->busy) {
		WRITE_ONCE(nexus->task.cancelled, true);
		chip->leaving++;
		chip->stat |= SIM_STAT_BUSY;
	}
	if (nexus->owns_tag) {
		__clear_bit(nexus->tag, chip->tags);
		chip->live--;
		chip->stat &= ~SIM_STAT_FULL;
	} else {
		chip->refused--;
	}
	if (chip->cur == nexus)
		sim_arb_disconnect(chip);
	return !nexus->busy;
}

/**
 * sim_engine_accept - release the connected nexus
 * @chip: the chip
 *
 * The next nexus connects.
 *
 * Context: any.
 */
void sim_engine_accept(struct sim_chip *chip)
{
	struct sim_nexus *nexus;
	unsigned long flags;
	bool put = false;

	raw_spin_lock_irqsave(&chip->lock, flags);
	nexus = chip->cur;
	if (nexus) {
		put = sim_engine_detach(chip, nexus);
		/* The usual case: the target has released it already. */
		if (put && !nexus->executed) {
			add_free(chip, nexus);
			put = false;
		}
		sim_arb_connect(chip);
	}
	raw_spin_unlock_irqrestore(&chip->lock, flags);

	if (put)
		sim_engine_put(chip, nexus);
}

/**
 * sim_engine_abort - abort nexuses, all at the same instant
 * @chip: the chip
 * @covers: selects them; called under chip->lock
 *
 * They show no status. If the work item is at work on one of them, that work is
 * cancelled, and the chip shows SIM_STAT_BUSY until it has ended.
 *
 * Context: any.
 */
void sim_engine_abort(struct sim_chip *chip, sim_covers_t covers)
{
	struct sim_nexus *nexus, *next;
	unsigned long flags;
	LIST_HEAD(aborted);
	unsigned int i;

	raw_spin_lock_irqsave(&chip->lock, flags);
	for (i = 0; i < chip->num_nexus; i++) {
		nexus = &chip->nexus[i];
		if (nexus->in_use && covers(chip, nexus) &&
		    sim_engine_detach(chip, nexus))
			list_add_tail(&nexus->node, &aborted);
	}
	sim_arb_connect(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);

	list_for_each_entry_safe(nexus, next, &aborted, node) {
		list_del(&nexus->node);
		sim_engine_put(chip, nexus);
	}
}

/**
 * sim_engine_init - prepare a chip's nexuses
 * @chip: the chip; config, bus, ops and line are set, all else is 0
 *
 * Context: process context; may sleep.
 * Return: 0, or -ENOMEM with nothing left to undo.
 */
int sim_engine_init(struct sim_chip *chip)
{
	unsigned int depth = chip->config.depth;
	unsigned int i;

	raw_spin_lock_init(&chip->lock);
	INIT_LIST_HEAD(&chip->slow);
	INIT_WORK(&chip->work, sim_engine_work);
	init_irq_work(&chip->kick, sim_engine_kick);

	chip->num_nexus = SIM_NEXUS_NUM(depth);
	chip->nexus = kvcalloc(chip->num_nexus, sizeof(*chip->nexus),
			       GFP_KERNEL);
	chip->tags = bitmap_zalloc(depth, GFP_KERNEL);
	/*
	 * Write-back may depend on this work, so that it needs a rescuer. It is
	 * a single item that sleeps for memory: neither a high priority nor
	 * the CPU on which it is queued would speed it up.
	 */
	chip->wq = alloc_ordered_workqueue("pioscsi-sim", WQ_MEM_RECLAIM);
	if (!chip->nexus || !chip->tags || !chip->wq)
		goto err_free;

	raw_spin_lock_irq(&chip->lock);
	for (i = 0; i < chip->num_nexus; i++)
		add_free(chip, &chip->nexus[i]);
	raw_spin_unlock_irq(&chip->lock);
	sim_arb_init(chip);
	return 0;

err_free:
	if (chip->wq)
		destroy_workqueue(chip->wq);
	bitmap_free(chip->tags);
	kvfree(chip->nexus);
	return -ENOMEM;
}

/**
 * sim_engine_exit - undo sim_engine_init()
 * @chip: the chip; all nexuses are aborted, and no more are taken
 *
 * Context: process context; may sleep.
 */
void sim_engine_exit(struct sim_chip *chip)
{
	sim_arb_exit(chip);
	irq_work_sync(&chip->kick);
	destroy_workqueue(chip->wq);
	bitmap_free(chip->tags);
	kvfree(chip->nexus);
}

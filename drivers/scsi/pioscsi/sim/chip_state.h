/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of the simulated chip and of its nexuses. For the files of the chip
 * only.
 */
#ifndef _PIOSCSI_SIM_CHIP_STATE_H
#define _PIOSCSI_SIM_CHIP_STATE_H

#include <linux/bitfield.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "chip.h"
#include "fault.h"
#include "fault_state.h"
#include "regs.h"
#include "rules.h"
#include "sense.h"
#include "target_ops.h"
#include "target.h"

/**
 * struct sim_nexus - a command that the chip has taken
 * @task: the command at the target (owner)
 * @node: in one of the chip's lists; in none while busy or connected (lock)
 * @next_free: the next one in the list of free nexuses (lock)
 * @due: time from which it may connect; 0 without a latency (owner)
 * @tag: the host's name for it; constant while in use
 * @len: bytes of its data phase (owner)
 * @moved: bytes that have passed the data port (owner)
 * @result: SIM_RESULT_TIMEOUT, SIM_RESULT_OVERRUN, SIM_RESULT_PARITY (owner)
 * @fault: the fault that it has (owner)
 * @variant: kind of wrong phase that it shows (owner)
 * @inject: the parameters of its fault (owner)
 * @in_use: taken from the mailbox, and not aborted (lock)
 * @owns_tag: its tag is set in chip->tags (lock)
 * @busy: a context works on it without the lock (lock)
 * @aborted: the busy context frees it when it is done (lock)
 * @executed: the target has executed the task and not released it (owner)
 * @starved: the target needs memory before it takes more data (owner)
 * @done: the status is known (owner)
 *
 * "lock" is chip->lock. The owner is the context that set @busy. Without @busy
 * it is the context that holds the lock.
 */
struct sim_nexus {
	struct sim_task task;
	struct list_head node;
	struct sim_nexus *next_free;
	ktime_t due;
	u32 tag;
	u32 len;
	u32 moved;
	u32 result;
	enum sim_fault_kind fault;
	unsigned int variant;
	struct sim_inject inject;
	bool in_use;
	bool owns_tag;
	bool busy;
	bool aborted;
	bool executed;
	bool starved;
	bool done;
};

/**
 * struct sim_chip - a chip
 * @window: the registers as the host reads them, and the faults. The registers
 *	are written with WRITE_ONCE() under @lock, and read without; the mailbox
 *	is the host's own.
 * @config: its properties; constant
 * @bus: its targets
 * @ops: their operations
 * @line: its interrupt output goes there
 * @lock: taken inside no other lock of the chip, and outside those of the line
 *	and the timer only. It protects the state of registers. It is never held
 *	while a target works, data moves or the bus stalls.
 * @stat: SIM_STAT_* without SIM_STAT_IRQ (@lock)
 * @level: state of the interrupt output (@lock)
 * @phase: SIM_PHASE_* of the data port (@lock)
 * @cur: the connected nexus, or %NULL (@lock)
 * @free: a stack of nexuses that are not in use (@lock)
 * @slow: nexuses whose target needs process context (@lock)
 * @waiting: nexuses whose latency has not passed, soonest first (@lock)
 * @ready: nexuses that want to connect, in that order (@lock)
 * @tags: bitmap of the tags in use, config.depth bits (@lock)
 * @live: bits set in @tags (@lock)
 * @refused: nexuses in use without a tag of their own (@lock)
 * @leaving: aborted nexuses on which a context still works; the chip shows
 *	SIM_STAT_BUSY while there are any (@lock)
 * @timer: expires when the first of @waiting is due
 * @wq: workqueue of @work
 * @work: serves @slow
 * @kick: queues @work. Waking its task takes long on a slow CPU, so that a
 *	register access does not do so itself.
 * @fault_state: parameters of the faults, and the state that they have left
 * @rules: faults of single commands, by LUN and block
 * @debugfs: debugfs directory of the faults
 * @num_nexus: nexuses in @nexus
 * @nexus: memory for all nexuses
 */
struct sim_chip {
	struct sim_window window;
	struct sim_chip_config config;
	struct sim_bus *bus;
	const struct sim_target_ops *ops;
	struct sim_line *line;

	raw_spinlock_t lock;
	u32 stat;
	bool level;
	unsigned int phase;
	struct sim_nexus *cur;
	struct sim_nexus *free;
	struct list_head slow;
	struct list_head waiting;
	struct list_head ready;
	unsigned long *tags;
	unsigned int live;
	unsigned int refused;
	unsigned int leaving;

	struct hrtimer timer;
	struct workqueue_struct *wq;
	struct work_struct work;
	struct irq_work kick;

	struct sim_fault_state fault_state;
	struct sim_rules rules;
	struct dentry *debugfs;

	unsigned int num_nexus;
	struct sim_nexus *nexus;
};

static inline u32 sim_reg_get(const struct sim_chip *chip, unsigned int reg)
{
	return READ_ONCE(chip->window.reg[reg / 4]);
}

static inline void sim_reg_set(struct sim_chip *chip, unsigned int reg,
			       u32 val)
{
	WRITE_ONCE(chip->window.reg[reg / 4], val);
}

/* Sets the phase that SIM_REG_STAT shows after the next sim_arb_update(). */
static inline void sim_chip_set_phase(struct sim_chip *chip, unsigned int phase)
{
	lockdep_assert_held(&chip->lock);
	chip->phase = phase;
	chip->stat &= ~(SIM_STAT_PHASE | SIM_STAT_CONNECTED);
	chip->stat |= FIELD_PREP(SIM_STAT_PHASE, phase);
	if (chip->cur)
		chip->stat |= SIM_STAT_CONNECTED;
}

/*
 * Tell whether an access needs checks for faults and for the time that it
 * costs.
 */
static inline bool sim_chip_faulty(const struct sim_chip *chip)
{
	return sim_faults_active(&chip->window.faults);
}

#endif /* _PIOSCSI_SIM_CHIP_STATE_H */

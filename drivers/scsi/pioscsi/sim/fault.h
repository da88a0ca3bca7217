/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The faults that can be injected into the simulated chip: their kinds, how
 * often they happen, and the decision whether one happens now.
 */
#ifndef _PIOSCSI_SIM_FAULT_H
#define _PIOSCSI_SIM_FAULT_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/prandom.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define SIM_FAULT_PER_MILLE	1000U

/**
 * enum sim_fault_kind - the kinds of faults
 * @SIM_FAULT_NONE: no fault
 * @SIM_FAULT_LOST_IRQ: a call for service does not raise the line
 * @SIM_FAULT_LATE_IRQ: SIM_ISR_SERVICE of a call for service is set late
 * @SIM_FAULT_DOUBLE_IRQ: an acknowledged call for service comes once more
 * @SIM_FAULT_STORM: an acknowledged call for service comes many times more
 * @SIM_FAULT_SPURIOUS_IRQ: the line is raised without a reason
 * @SIM_FAULT_DEAD: the chip is dead: all registers read ones
 * @SIM_FAULT_STUCK: the chip is stuck: it is busy and executes no command
 * @SIM_FAULT_FULL: the mailbox takes no command for some time
 * @SIM_FAULT_BAD_CHIP: a register reads a random value
 * @SIM_FAULT_BUS_RESET: another initiator resets the bus
 * @SIM_FAULT_DELAY: a command takes longer
 * @SIM_FAULT_HANG: a command never ends
 * @SIM_FAULT_CHECK: a command ends in CHECK CONDITION instead
 * @SIM_FAULT_QUEUE_FULL: a command ends in TASK SET FULL instead
 * @SIM_FAULT_BUSY: a command ends in BUSY instead
 * @SIM_FAULT_SHORT_DATA: the target moves less than it should
 * @SIM_FAULT_LONG_DATA: the target moves more than it should
 * @SIM_FAULT_WRONG_PHASE: the data phase is a wrong or an invalid one
 * @SIM_FAULT_PARITY: a byte is damaged on the bus, and the parity shows it
 * @SIM_FAULT_KINDS: number of kinds, including %SIM_FAULT_NONE
 */
enum sim_fault_kind {
	SIM_FAULT_NONE,
	SIM_FAULT_LOST_IRQ,
	SIM_FAULT_LATE_IRQ,
	SIM_FAULT_DOUBLE_IRQ,
	SIM_FAULT_STORM,
	SIM_FAULT_SPURIOUS_IRQ,
	SIM_FAULT_DEAD,
	SIM_FAULT_STUCK,
	SIM_FAULT_FULL,
	SIM_FAULT_BAD_CHIP,
	SIM_FAULT_BUS_RESET,
	SIM_FAULT_DELAY,
	SIM_FAULT_HANG,
	SIM_FAULT_CHECK,
	SIM_FAULT_QUEUE_FULL,
	SIM_FAULT_BUSY,
	SIM_FAULT_SHORT_DATA,
	SIM_FAULT_LONG_DATA,
	SIM_FAULT_WRONG_PHASE,
	SIM_FAULT_PARITY,
	SIM_FAULT_KINDS,
};

/*
 * In &sim_faults.active: a fault has left a state, there are rules, and
 * accesses of registers cost time.
 */
#define SIM_FAULT_STATE		BIT(31)
#define SIM_FAULT_RULES		BIT(30)
#define SIM_FAULT_COST		BIT(29)

struct sim_faults;

/* Tell whether a fault is one of a command's call for service. */
static inline bool sim_fault_is_of_call(enum sim_fault_kind kind)
{
	return kind >= SIM_FAULT_LOST_IRQ && kind <= SIM_FAULT_DOUBLE_IRQ;
}

/**
 * struct sim_fault - one kind of fault
 * @faults: the chip's
 * @probability: share of the opportunities, per mille
 * @interval: N, and the fault happens at each Nth opportunity; 0 for never
 * @times: number of faults after which it is disarmed, 0 for no limit
 * @seen: opportunities since it was last hit by @interval
 * @injected: number of faults so far
 *
 * Written under &sim_faults.lock, and read without it.
 */
struct sim_fault {
	struct sim_faults *faults;
	u32 probability;
	u32 interval;
	u32 times;
	u32 seen;
	u64 injected;
};

/**
 * struct sim_faults - the faults of a chip
 * @active: a bit for each kind that is armed, SIM_FAULT_STATE, SIM_FAULT_RULES
 *	and SIM_FAULT_COST. The hot path only tests whether it is 0 (@lock)
 * @lock: no other lock is taken inside it
 * @seed: seed of @rnd (@lock)
 * @rnd: state of the random numbers (@lock)
 * @injected: number of faults so far (@lock)
 * @kind: the faults
 */
struct sim_faults {
	u32 active;
	raw_spinlock_t lock;	/* for all but constants */
	u32 seed;
	struct rnd_state rnd;
	u64 injected;
	struct sim_fault kind[SIM_FAULT_KINDS];
};

/**
 * sim_faults_active() - tell whether any fault is armed or has left a state
 * @faults: the chip's faults
 *
 * Context: any.
 * Return: true if the faults have to be checked.
 */
static inline bool sim_faults_active(const struct sim_faults *faults)
{
	return unlikely(READ_ONCE(faults->active));
}

void sim_faults_init(struct sim_faults *faults, u32 seed);
void sim_faults_seed(struct sim_faults *faults, u32 seed);
void sim_faults_set_state(struct sim_faults *faults, bool state);
void sim_faults_set_rules(struct sim_faults *faults, bool rules);
void sim_faults_set_cost(struct sim_faults *faults, bool cost);
int sim_fault_set(struct sim_fault *fault, u32 *field, u64 val);
bool sim_fault_hit(struct sim_faults *faults, enum sim_fault_kind kind);
u32 sim_fault_random(struct sim_faults *faults);

#endif /* _PIOSCSI_SIM_FAULT_H */

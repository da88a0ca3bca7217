/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults that the simulated chip can be made to have: which, how often, and
 * the decision whether one happens now.
 */
#ifndef _PIOSCSI_SIM_FAULT_H
#define _PIOSCSI_SIM_FAULT_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/prandom.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define PSIM_FAULT_PER_MILLE	1000U

/**
 * enum psim_fault_kind - what can go wrong
 * @PSIM_FAULT_NONE: nothing
 * @PSIM_FAULT_LOST_IRQ: a call for service does not raise the line
 * @PSIM_FAULT_LATE_IRQ: the bit of a call for service is set late
 * @PSIM_FAULT_DOUBLE_IRQ: a call that was acknowledged comes once more
 * @PSIM_FAULT_STORM: the same many times
 * @PSIM_FAULT_SPURIOUS_IRQ: the line is raised for nothing
 * @PSIM_FAULT_DEAD: all registers read ones
 * @PSIM_FAULT_STUCK: the chip is busy and does not do what it is told
 * @PSIM_FAULT_FULL: the mailbox takes no command for a while
 * @PSIM_FAULT_BAD_CHIP: a register reads nonsense
 * @PSIM_FAULT_BUS_RESET: another initiator resets the bus
 * @PSIM_FAULT_DELAY: a command takes longer
 * @PSIM_FAULT_HANG: a command never comes back
 * @PSIM_FAULT_CHECK: a command ends in CHECK CONDITION instead
 * @PSIM_FAULT_QUEUE_FULL: a command ends in TASK SET FULL instead
 * @PSIM_FAULT_BUSY: a command ends in BUSY instead
 * @PSIM_FAULT_SHORT_DATA: the target moves less than it should
 * @PSIM_FAULT_LONG_DATA: the target moves more than it should
 * @PSIM_FAULT_WRONG_PHASE: the data phase is another, or makes no sense
 * @PSIM_FAULT_PARITY: a byte is damaged on the bus, and that is noticed
 * @PSIM_FAULT_KINDS: how many there are, with the first
 */
enum psim_fault_kind {
	PSIM_FAULT_NONE,
	PSIM_FAULT_LOST_IRQ,
	PSIM_FAULT_LATE_IRQ,
	PSIM_FAULT_DOUBLE_IRQ,
	PSIM_FAULT_STORM,
	PSIM_FAULT_SPURIOUS_IRQ,
	PSIM_FAULT_DEAD,
	PSIM_FAULT_STUCK,
	PSIM_FAULT_FULL,
	PSIM_FAULT_BAD_CHIP,
	PSIM_FAULT_BUS_RESET,
	PSIM_FAULT_DELAY,
	PSIM_FAULT_HANG,
	PSIM_FAULT_CHECK,
	PSIM_FAULT_QUEUE_FULL,
	PSIM_FAULT_BUSY,
	PSIM_FAULT_SHORT_DATA,
	PSIM_FAULT_LONG_DATA,
	PSIM_FAULT_WRONG_PHASE,
	PSIM_FAULT_PARITY,
	PSIM_FAULT_KINDS,
};

/* In &psim_faults.active: the chip is in a state that a fault has left. */
#define PSIM_FAULT_STATE	BIT(31)

struct psim_faults;

/**
 * struct psim_fault - one kind of fault
 * @faults: the chip's
 * @probability: of each opportunity, per mille
 * @interval: every so many opportunities, 0 for never
 * @times: after so many it disarms itself, 0 for no limit
 * @seen: opportunities since it was last hit by @interval
 * @injected: how often it has happened
 *
 * All under &psim_faults.lock, and read without.
 */
struct psim_fault {
	struct psim_faults *faults;
	u32 probability;
	u32 interval;
	u32 times;
	u32 seen;
	u64 injected;
};

/**
 * struct psim_faults - the faults of a chip
 * @active: a bit for each kind that is armed, and PSIM_FAULT_STATE; 0 is what
 *	the hot path looks for (@lock)
 * @lock: a leaf
 * @seed: that of @rnd (@lock)
 * @rnd: the chance (@lock)
 * @injected: how many have happened (@lock)
 * @kind: the faults
 */
struct psim_faults {
	u32 active;
	raw_spinlock_t lock;	/* for all but constants */
	u32 seed;
	struct rnd_state rnd;
	u64 injected;
	struct psim_fault kind[PSIM_FAULT_KINDS];
};

/**
 * psim_faults_active() - whether anything can go wrong at all
 * @faults: the chip's faults
 *
 * Context: any.
 * Return: true if more is to be asked.
 */
static inline bool psim_faults_active(const struct psim_faults *faults)
{
	return unlikely(READ_ONCE(faults->active));
}

void psim_faults_init(struct psim_faults *faults, u32 seed);
void psim_faults_seed(struct psim_faults *faults, u32 seed);
void psim_faults_set_state(struct psim_faults *faults, bool state);
int psim_fault_set(struct psim_fault *fault, u32 *field, u64 val);
bool psim_fault_hit(struct psim_faults *faults, enum psim_fault_kind kind);
u32 psim_fault_random(struct psim_faults *faults);

#endif /* _PIOSCSI_SIM_FAULT_H */

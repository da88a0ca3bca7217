// SPDX-License-Identifier: GPL-2.0-only
/*
 * The decision whether a fault happens now. The random numbers have a seed, so
 * that a sequence of faults can be repeated.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "fault.h"

static bool is_armed(const struct sim_fault *fault)
{
	return fault->probability || fault->interval;
}

/* Updates the single word that the fast path reads. */
static void update(struct sim_faults *faults, u32 other)
{
	u32 active = other & ~(SIM_FAULT_COST - 1);
	unsigned int kind;

	lockdep_assert_held(&faults->lock);
	for (kind = 0; kind < SIM_FAULT_KINDS; kind++)
		if (is_armed(&faults->kind[kind]))
			active |= BIT(kind);
	WRITE_ONCE(faults->active, active);
}

static void set_other(struct sim_faults *faults, u32 bit, bool on)
{
	update(faults, on ? faults->active | bit : faults->active & ~bit);
}

/**
 * sim_faults_seed() - restart the random numbers
 * @faults: the chip's faults
 * @seed: the same seed makes the same decisions
 *
 * Context: any.
 */
void sim_faults_seed(struct sim_faults *faults, u32 seed)
{
	unsigned long flags;
	unsigned int kind;

	raw_spin_lock_irqsave(&faults->lock, flags);
	WRITE_ONCE(faults->seed, seed);
	prandom_seed_state(&faults->rnd, seed);
	for (kind = 0; kind < SIM_FAULT_KINDS; kind++)
		faults->kind[kind].seen = 0;
	raw_spin_unlock_irqrestore(&faults->lock, flags);
}

/**
 * sim_faults_init() - prepare a chip without faults
 * @faults: the chip's faults, zeroed
 * @seed: for the random numbers
 *
 * Context: any.
 */
void sim_faults_init(struct sim_faults *faults, u32 seed)
{
	unsigned int kind;

	BUILD_BUG_ON(BIT(SIM_FAULT_KINDS - 1) >= SIM_FAULT_COST);

	raw_spin_lock_init(&faults->lock);
	for (kind = 0; kind < SIM_FAULT_KINDS; kind++)
		faults->kind[kind].faults = faults;
	sim_faults_seed(faults, seed);
}

/**
 * sim_faults_set_state() - record whether a fault has left a state
 * @faults: the chip's faults
 * @state: whether register accesses have to be checked
 *
 * Context: any.
 */
void sim_faults_set_state(struct sim_faults *faults, bool state)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&faults->lock, flags);
	set_other(faults, SIM_FAULT_STATE, state);
	raw_spin_unlock_irqrestore(&faults->lock, flags);
}

/**
 * sim_faults_set_rules() - record whether there are fault rules
 * @faults: the chip's faults
 * @rules: whether commands have to be compared with rules
 *
 * Context: any.
 */
void sim_faults_set_rules(struct sim_faults *faults, bool rules)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&faults->lock, flags);
	set_other(faults, SIM_FAULT_RULES, rules);
	raw_spin_unlock_irqrestore(&faults->lock, flags);
}

/**
 * sim_faults_set_cost() - record whether accesses of registers cost time
 * @faults: the chip's faults
 * @cost: whether they do
 *
 * Context: any.
 */
void sim_faults_set_cost(struct sim_faults *faults, bool cost)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&faults->lock, flags);
	set_other(faults, SIM_FAULT_COST, cost);
	raw_spin_unlock_irqrestore(&faults->lock, flags);
}

/**
 * sim_fault_set() - arm or disarm a fault
 * @fault: the fault
 * @field: &sim_fault.probability, &sim_fault.interval or &sim_fault.times of
 *	@fault
 * @val: its new value
 *
 * Context: any.
 * Return: 0, or -ERANGE if the value is out of range.
 */
int sim_fault_set(struct sim_fault *fault, u32 *field, u64 val)
{
	struct sim_faults *faults = fault->faults;
	u64 max = field == &fault->probability ? SIM_FAULT_PER_MILLE : U32_MAX;
	unsigned long flags;

	if (val > max)
		return -ERANGE;
	raw_spin_lock_irqsave(&faults->lock, flags);
	WRITE_ONCE(*field, val);
	if (field == &fault->interval)
		fault->seen = 0;
	update(faults, faults->active);
	raw_spin_unlock_irqrestore(&faults->lock, flags);
	return 0;
}

static bool chance(struct sim_fault *fault)
{
	return fault->probability &&
	       prandom_u32_state(&fault->faults->rnd) % SIM_FAULT_PER_MILLE <
	       fault->probability;
}

static bool turn(struct sim_fault *fault)
{
	if (!fault->interval || ++fault->seen < fault->interval)
		return false;
	fault->seen = 0;
	return true;
}

static void count(struct sim_fault *fault)
{
	WRITE_ONCE(fault->injected, fault->injected + 1);
	WRITE_ONCE(fault->faults->injected, fault->faults->injected + 1);
	if (!fault->times)
		return;
	WRITE_ONCE(fault->times, fault->times - 1);
	if (fault->times)
		return;
	WRITE_ONCE(fault->probability, 0);
	WRITE_ONCE(fault->interval, 0);
	update(fault->faults, fault->faults->active);
}

/**
 * sim_fault_hit() - decide whether a fault happens at this opportunity
 * @faults: the chip's faults
 * @kind: the kind of fault
 *
 * Context: any.
 * Return: true if so; it is counted then.
 */
bool sim_fault_hit(struct sim_faults *faults, enum sim_fault_kind kind)
{
	struct sim_fault *fault = &faults->kind[kind];
	unsigned long flags;
	bool hit;

	if (!(READ_ONCE(faults->active) & BIT(kind)))
		return false;
	raw_spin_lock_irqsave(&faults->lock, flags);
	hit = turn(fault);
	hit |= chance(fault);
	if (hit)
		count(fault);
	raw_spin_unlock_irqrestore(&faults->lock, flags);
	return hit;
}

/**
 * sim_fault_random() - draw a random number
 * @faults: the chip's faults
 *
 * Context: any.
 * Return: a random number.
 */
u32 sim_fault_random(struct sim_faults *faults)
{
	unsigned long flags;
	u32 val;

	raw_spin_lock_irqsave(&faults->lock, flags);
	val = prandom_u32_state(&faults->rnd);
	raw_spin_unlock_irqrestore(&faults->lock, flags);
	return val;
}

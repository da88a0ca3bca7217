/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parameters of faults of the simulated chip, the state that they leave it
 * in, and the decisions that follow. Called only if sim_faults_active().
 */
#ifndef _PIOSCSI_SIM_FAULT_STATE_H
#define _PIOSCSI_SIM_FAULT_STATE_H

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/types.h>

struct sim_chip;

/**
 * struct sim_fault_state - parameters of faults, and the state that they leave
 * @delay_us: additional time of a command, us
 * @late_us: delay of a call for service, us
 * @full_us: time for which the mailbox is full, us
 * @dead_us: time after which a reset revives a dead chip, us; 0 for never
 * @storm_len: repetitions of a call for service in a storm
 * @sense_key: sense key of the injected CHECK CONDITION
 * @asc: its additional sense code
 * @ascq: its qualifier
 * @stubborn: a stuck chip ignores a reset
 * @dead: all registers read ones, writes are dropped, the line is low
 * @stuck: the chip is busy, executes no command and connects no nexus
 * @bad: every register reads a random number
 * @mute: the present call for service does not raise the line
 * @late: the present call for service has not set its bit yet
 * @held: another initiator's reset is not acknowledged yet, and ends all new
 *	commands
 * @again: number of times that the acknowledged call comes again
 * @full_until: time at which the mailbox takes commands again
 * @dead_until: time from which a reset revives the chip; 0 for never
 * @timer: ends @late
 *
 * The parameters, from @delay_us to @stubborn, are single words read without
 * a lock; the rest is written under chip->lock.
 */
struct sim_fault_state {
	u32 delay_us;
	u32 late_us;
	u32 full_us;
	u32 dead_us;
	u32 storm_len;
	u32 sense_key;
	u32 asc;
	u32 ascq;
	bool stubborn;

	bool dead;
	bool stuck;
	bool bad;
	bool mute;
	bool late;
	bool held;
	u32 again;
	ktime_t full_until;
	ktime_t dead_until;
	struct hrtimer timer;
};

int sim_chip_fault_set_number(u32 *number, u64 val, u32 max);
void sim_chip_fault_update(struct sim_chip *chip);
bool sim_chip_fault_call(struct sim_chip *chip);
void sim_chip_fault_unmute(struct sim_chip *chip);
u32 sim_chip_fault_ack(struct sim_chip *chip, u32 clear);
u32 sim_chip_fault_read(struct sim_chip *chip, unsigned int reg, u32 val);
bool sim_chip_fault_is_full(const struct sim_chip *chip);

#endif /* _PIOSCSI_SIM_FAULT_STATE_H */

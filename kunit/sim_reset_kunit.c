// SPDX-License-Identifier: GPL-2.0-only
/*
 * Aborts and resets of the simulated chip, with a command in every state that
 * it can be in.
 */

#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/jiffies.h>

#include "sim_rig.h"

#define VICTIM_TAG	1	/* at target 0, LUN 0 */
#define OTHER_TAG	0	/* at target 1, LUN 0 */
#define OTHER_STATUS	10
#define AGAIN_STATUS	0x55

/*
 * Brings the command to be reset into a state, if needed by means of another
 * command. A target may be executing one of the two.
 */
struct state {
	const char *desc;
	unsigned int latency_us;
	bool other;
	bool victim_works;
	bool other_works;
	void (*enter)(struct kunit *test, struct sim_rig *rig);
};

struct reset {
	const char *desc;
	bool all;
	void (*act)(struct sim_rig *rig);
};

static void start_victim(struct sim_rig *rig, u8 dir, u8 flags)
{
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = VICTIM_TAG, .dir = dir, .len = dir ? 64 : 0,
		.flags = flags, .sense_len = 18,
	});
}

static void start_other(struct sim_rig *rig, u8 flags)
{
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = OTHER_TAG, .target = 1, .status = OTHER_STATUS,
		.flags = flags,
	});
}

static void enter_waiting(struct kunit *test, struct sim_rig *rig)
{
	start_victim(rig, SIM_DIR_IN, 0);
}

static void enter_ready(struct kunit *test, struct sim_rig *rig)
{
	start_other(rig, 0);
	start_victim(rig, SIM_DIR_IN, 0);
}

static void enter_data_in(struct kunit *test, struct sim_rig *rig)
{
	start_victim(rig, SIM_DIR_IN, 0);
	sim_rig_read(rig, SIM_REG_DATA);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_DATA_IN);
}

static void enter_data_out(struct kunit *test, struct sim_rig *rig)
{
	start_victim(rig, SIM_DIR_OUT, 0);
	sim_rig_write(rig, SIM_REG_DATA, 0);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_DATA_OUT);
}

static void enter_status(struct kunit *test, struct sim_rig *rig)
{
	start_victim(rig, SIM_DIR_NONE, 0);
	sim_rig_read(rig, SIM_REG_DATA);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_STATUS);
}

static void enter_status_before_other(struct kunit *test, struct sim_rig *rig)
{
	start_victim(rig, SIM_DIR_NONE, 0);
	start_other(rig, 0);
}

static void enter_slow(struct kunit *test, struct sim_rig *rig)
{
	start_other(rig, SIM_RIG_SLOW_EXEC | SIM_RIG_HOLD);
	start_victim(rig, SIM_DIR_IN, SIM_RIG_SLOW_EXEC);
	wait_for_completion(&rig->entered);
}

static void enter_slow_exec(struct kunit *test, struct sim_rig *rig)
{
	start_victim(rig, SIM_DIR_IN, SIM_RIG_SLOW_EXEC | SIM_RIG_HOLD);
	wait_for_completion(&rig->entered);
}

static void enter_slow_prepare(struct kunit *test, struct sim_rig *rig)
{
	start_victim(rig, SIM_DIR_OUT, SIM_RIG_STARVE | SIM_RIG_HOLD);
	KUNIT_EXPECT_EQ(test, sim_chip_write_rep(rig->chip, sim_rig_buf(test),
						 64), 0U);
	wait_for_completion(&rig->entered);
}

static void enter_slow_finish(struct kunit *test, struct sim_rig *rig)
{
	start_victim(rig, SIM_DIR_IN, SIM_RIG_SLOW_FINISH | SIM_RIG_HOLD);
	sim_chip_read_rep(rig->chip, sim_rig_buf(test), 64);
	wait_for_completion(&rig->entered);
}

static const struct state states[] = {
	{ "waiting", SIM_RIG_FOREVER, .enter = enter_waiting },
	{ "ready", .other = true, .enter = enter_ready },
	{ "data in", .enter = enter_data_in },
	{ "data out", .enter = enter_data_out },
	{ "status", .enter = enter_status },
	{ "status, another ready", .other = true,
	  .enter = enter_status_before_other },
	{ "queued for the work", .other = true, .other_works = true,
	  .enter = enter_slow },
	{ "executed by the work", .victim_works = true,
	  .enter = enter_slow_exec },
	{ "prepared by the work", .victim_works = true,
	  .enter = enter_slow_prepare },
	{ "finished by the work", .victim_works = true,
	  .enter = enter_slow_finish },
};

static void act_abort_tag(struct sim_rig *rig)
{
	sim_rig_write(rig, SIM_REG_TAG, VICTIM_TAG);
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
}

static void act_lun_reset(struct sim_rig *rig)
{
	sim_rig_write(rig, SIM_REG_NEXUS, 0);
	sim_rig_do(rig, SIM_CMD_LUN_RESET);
}

static void act_target_reset(struct sim_rig *rig)
{
	sim_rig_write(rig, SIM_REG_NEXUS, 0);
	sim_rig_do(rig, SIM_CMD_TARGET_RESET);
}

static void act_bus_reset(struct sim_rig *rig)
{
	sim_rig_write(rig, SIM_REG_CTRL, SIM_CTRL_BUS_RESET);
}

static void act_chip_reset(struct sim_rig *rig)
{
	sim_rig_write(rig, SIM_REG_CTRL, SIM_CTRL_RESET);
}

static const struct reset resets[] = {
	{ "abort tag", false, act_abort_tag },
	{ "LUN reset", false, act_lun_reset },
	{ "target reset", false, act_target_reset },
	{ "bus reset", true, act_bus_reset },
	{ "chip reset", true, act_chip_reset },
};

/* All states with all resets: the parameter is a byte of this. */
static const char reset_params[ARRAY_SIZE(states) * ARRAY_SIZE(resets)];
static const char state_params[ARRAY_SIZE(states)];

static void reset_desc(const char *param, char *desc)
{
	unsigned int i = param - reset_params;

	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s: %s",
		 resets[i % ARRAY_SIZE(resets)].desc,
		 states[i / ARRAY_SIZE(resets)].desc);
}

/* The macro writes the generator in the form of each kernel version. */
KUNIT_ARRAY_PARAM(reset, reset_params, reset_desc);

static void state_desc(const char *param, char *desc)
{
	strscpy(desc, states[param - state_params].desc,
		KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(state, state_params, state_desc);

static struct sim_rig *build_in_state(struct kunit *test,
				      const struct state *state)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.latency_us = state->latency_us,
	});
	state->enter(test, rig);
	return rig;
}

/* Accepts commands that end. Each tag in the bitmap @tags must end once. */
static void expect_ends(struct kunit *test, struct sim_rig *rig, u32 tags)
{
	u32 tag;

	while (tags) {
		KUNIT_ASSERT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
		tag = sim_rig_read(rig, SIM_REG_CUR_TAG);
		KUNIT_ASSERT_TRUE(test, tag < 32 && tags & BIT(tag));
		tags &= ~BIT(tag);
		KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_RESULT),
				tag == OTHER_TAG ? OTHER_STATUS : AGAIN_STATUS);
		sim_rig_do(rig, SIM_CMD_ACCEPT);
	}
}

static bool wait_for_targets(struct sim_rig *rig)
{
	unsigned long end = jiffies + 10 * HZ;

	while (atomic_read(&rig->live)) {
		if (time_after(jiffies, end))
			return false;
		fsleep(1000);
	}
	return true;
}

static bool is_busy(struct sim_rig *rig)
{
	return sim_rig_read(rig, SIM_REG_STAT) & SIM_STAT_BUSY;
}

static bool wait_until_done(struct sim_rig *rig)
{
	unsigned long end = jiffies + 10 * HZ;

	while (is_busy(rig)) {
		if (time_after(jiffies, end))
			return false;
		fsleep(1000);
	}
	return true;
}

static void reset_drops_command_in_any_state(struct kunit *test)
{
	unsigned int i = (const char *)test->param_value - reset_params;
	const struct reset *reset = &resets[i % ARRAY_SIZE(resets)];
	const struct state *state = &states[i / ARRAY_SIZE(resets)];
	bool other = state->other && !reset->all;
	bool works = state->victim_works || (state->other_works && reset->all);
	struct sim_rig *rig = build_in_state(test, state);

	reset->act(rig);
	if (!other)
		KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));

	/* The abort is not complete before the target has stopped its work. */
	KUNIT_EXPECT_EQ(test, is_busy(rig), works);
	KUNIT_EXPECT_EQ(test, rig->cancelled, 0U);
	complete_all(&rig->go);
	KUNIT_EXPECT_TRUE(test, wait_until_done(rig));
	KUNIT_EXPECT_EQ(test, rig->cancelled, (unsigned int)works);

	/* The tag is free. */
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = VICTIM_TAG, .status = AGAIN_STATUS,
	});
	if (state->latency_us) {
		KUNIT_EXPECT_EQ(test, rig->execs, 2U);
		return;
	}
	expect_ends(test, rig, BIT(VICTIM_TAG) | (other ? BIT(OTHER_TAG) : 0));
	KUNIT_EXPECT_TRUE(test, wait_for_targets(rig));
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
}

static void destroyed_chip_drops_command_in_any_state(struct kunit *test)
{
	unsigned int i = (const char *)test->param_value - state_params;
	struct sim_rig *rig = build_in_state(test, &states[i]);

	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_ALL);
	sim_rig_destroy_chip(rig);
	KUNIT_EXPECT_EQ(test, atomic_read(&rig->live), 0);
}

static void busy_chip_takes_no_command(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	enter_slow_exec(test, rig);
	act_abort_tag(rig);
	KUNIT_EXPECT_TRUE(test, is_busy(rig));
	start_other(rig, 0);
	act_lun_reset(rig);
	act_bus_reset(rig);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	KUNIT_EXPECT_EQ(test, rig->lun_resets, 0U);
	KUNIT_EXPECT_EQ(test, rig->bus_resets, 0U);

	complete_all(&rig->go);
	KUNIT_EXPECT_TRUE(test, wait_until_done(rig));
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	start_other(rig, 0);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, OTHER_TAG, OTHER_STATUS));
}

/* A connected command with data, and a reset that does not cover it. */
static void expect_left_alone(struct kunit *test, u32 command, u32 tag,
			      u32 target, u32 lun)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = 2, .target = 1, .lun = 2, .dir = SIM_DIR_IN,
		.len = 32, .seed = 8, .status = 3,
	});
	sim_chip_read_rep(rig->chip, buf, 5);
	sim_rig_write(rig, SIM_REG_TAG, tag);
	sim_rig_write(rig, SIM_REG_NEXUS,
		      FIELD_PREP(SIM_NEXUS_TARGET, target) |
		      FIELD_PREP(SIM_NEXUS_LUN, lun));
	sim_rig_do(rig, command);
	sim_chip_read_rep(rig->chip, buf + 5, 27);
	KUNIT_EXPECT_TRUE(test, test_is_data(buf, 8, 0, 32));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 2, 3));
}

static void abort_leaves_other_tag(struct kunit *test)
{
	expect_left_alone(test, SIM_CMD_ABORT_TAG, 1, 1, 2);
}

static void lun_reset_leaves_other_lun(struct kunit *test)
{
	expect_left_alone(test, SIM_CMD_LUN_RESET, 2, 1, 1);
}

static void lun_reset_leaves_other_target(struct kunit *test)
{
	expect_left_alone(test, SIM_CMD_LUN_RESET, 2, 0, 2);
}

static void target_reset_leaves_other_target(struct kunit *test)
{
	expect_left_alone(test, SIM_CMD_TARGET_RESET, 2, 0, 2);
}

static void target_reset_covers_all_luns(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 1, .lun = 0 });
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 2, .lun = 2 });
	act_target_reset(rig);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
}

static void resets_reach_the_targets(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_write(rig, SIM_REG_NEXUS,
		      FIELD_PREP(SIM_NEXUS_TARGET, 0x81) |
		      FIELD_PREP(SIM_NEXUS_LUN, 0x8002));
	sim_rig_do(rig, SIM_CMD_LUN_RESET);
	KUNIT_EXPECT_EQ(test, rig->lun_resets, 1U);
	KUNIT_EXPECT_EQ(test, rig->reset_target, 0x81U);
	KUNIT_EXPECT_EQ(test, rig->reset_lun, 0x8002U);

	sim_rig_write(rig, SIM_REG_NEXUS, FIELD_PREP(SIM_NEXUS_TARGET, 7));
	sim_rig_do(rig, SIM_CMD_TARGET_RESET);
	KUNIT_EXPECT_EQ(test, rig->target_resets, 1U);
	KUNIT_EXPECT_EQ(test, rig->reset_target, 7U);

	act_bus_reset(rig);
	KUNIT_EXPECT_EQ(test, rig->bus_resets, 1U);
	act_chip_reset(rig);
	act_abort_tag(rig);
	KUNIT_EXPECT_EQ(test, rig->bus_resets, 1U);
	KUNIT_EXPECT_EQ(test, rig->target_resets, 1U);
	KUNIT_EXPECT_EQ(test, rig->lun_resets, 1U);
}

static void bus_reset_raises_an_interrupt(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_RESET);
	sim_rig_start(rig, (struct sim_rig_cmd) {});
	act_bus_reset(rig);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR), SIM_ISR_RESET);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_IMR), SIM_ISR_RESET);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_STAT), SIM_STAT_IRQ);
}

static void chip_reset_clears_registers(struct kunit *test)
{
	static const unsigned int regs[] = {
		SIM_REG_ISR, SIM_REG_IMR, SIM_REG_STAT, SIM_REG_CDB,
		SIM_REG_CDB + 4, SIM_REG_CDB + 8, SIM_REG_CDB + 12,
		SIM_REG_NEXUS, SIM_REG_TAG, SIM_REG_COUNT, SIM_REG_RESULT,
	};
	struct sim_rig *rig;
	unsigned int i;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_ALL);
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = 1, .target = 1, .dir = SIM_DIR_IN, .len = 4,
	});
	sim_rig_write(rig, SIM_REG_CDB + 12, 1);
	act_bus_reset(rig);
	act_chip_reset(rig);
	for (i = 0; i < ARRAY_SIZE(regs); i++)
		KUNIT_EXPECT_EQ_MSG(test, sim_rig_read(rig, regs[i]), 0U,
				    "register 0x%x", regs[i]);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ID), SIM_ID);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_DEPTH),
			SIM_RIG_DEPTH);
}

static void control_write_of_zero_resets_nothing(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 1 });
	sim_rig_write(rig, SIM_REG_CTRL,
		      U32_MAX ^ (SIM_CTRL_RESET | SIM_CTRL_BUS_RESET));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, 0));
}

static void abort_covers_refused_command(struct kunit *test)
{
	struct sim_rig *rig;
	unsigned int i;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	for (i = 0; i < 10; i++) {
		start_victim(rig, SIM_DIR_NONE, 0);
		start_victim(rig, SIM_DIR_NONE, 0);
		act_abort_tag(rig);
		KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	}

	/* No nexus has leaked: one more command is refused as before. */
	start_other(rig, 0);
	start_other(rig, 0);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, OTHER_TAG, OTHER_STATUS));
	KUNIT_EXPECT_TRUE(test,
			  sim_rig_ends(rig, OTHER_TAG, SIM_RESULT_OVERRUN));
}

static void abort_lowers_the_output(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_ALL);
	start_victim(rig, SIM_DIR_NONE, 0);
	KUNIT_EXPECT_TRUE(test, sim_rig_read(rig, SIM_REG_STAT) &
			  SIM_STAT_IRQ);
	act_abort_tag(rig);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_STAT), 0U);
}

static struct kunit_case reset_cases[] = {
	KUNIT_CASE_PARAM(reset_drops_command_in_any_state, reset_gen_params),
	KUNIT_CASE_PARAM(destroyed_chip_drops_command_in_any_state,
			 state_gen_params),
	KUNIT_CASE(busy_chip_takes_no_command),
	KUNIT_CASE(abort_leaves_other_tag),
	KUNIT_CASE(lun_reset_leaves_other_lun),
	KUNIT_CASE(lun_reset_leaves_other_target),
	KUNIT_CASE(target_reset_leaves_other_target),
	KUNIT_CASE(target_reset_covers_all_luns),
	KUNIT_CASE(resets_reach_the_targets),
	KUNIT_CASE(bus_reset_raises_an_interrupt),
	KUNIT_CASE(chip_reset_clears_registers),
	KUNIT_CASE(control_write_of_zero_resets_nothing),
	KUNIT_CASE(abort_covers_refused_command),
	KUNIT_CASE(abort_lowers_the_output),
	{}
};

static struct kunit_suite reset_suite = {
	.name = "sim_reset",
	.init = sim_rig_init,
	.exit = sim_rig_exit,
	.test_cases = reset_cases,
};

kunit_test_suite(reset_suite);

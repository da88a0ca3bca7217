// SPDX-License-Identifier: GPL-2.0-only
/*
 * The effect of each fault of the simulated chip: on a command, on its data,
 * and on the registers.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "../sim/chip_state.h"
#include "sim_rig.h"

#define LEN		64U
#define SEED		5
#define ASC_PARITY	0x4700
#define ASC_DATA_PHASE	0x4b00

/* Arm a fault for the next @times opportunities, or all with 0. */
static void arm(struct sim_rig *rig, enum sim_fault_kind kind, u32 times)
{
	struct sim_fault *fault = &rig->chip->window.faults.kind[kind];

	sim_fault_set(fault, &fault->times, times);
	sim_fault_set(fault, &fault->interval, 1);
}

static struct sim_rig *armed(struct kunit *test, enum sim_fault_kind kind)
{
	struct sim_rig *rig = sim_rig_build(test, (struct sim_chip_config) {});

	arm(rig, kind, 1);
	return rig;
}

static void start(struct sim_rig *rig, u8 dir)
{
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = 1, .dir = dir, .len = dir == SIM_DIR_NONE ? 0 : LEN,
		.seed = SEED,
	});
}

static u8 status(struct sim_rig *rig)
{
	return sim_rig_read(rig, SIM_REG_RESULT) & SIM_RESULT_STATUS;
}

static bool has_bit(struct sim_rig *rig, unsigned int reg, u32 bit)
{
	return sim_rig_read(rig, reg) & bit;
}

/* Move all data of the connected command out of the case's buffer. */
static void send(struct sim_rig *rig)
{
	u8 *buf = sim_rig_buf(rig->test);

	test_fill(buf, SEED, SIM_RIG_BUF);
	while (sim_rig_phase(rig) == SIM_PHASE_DATA_OUT)
		sim_chip_write_rep(rig->chip, buf,
				   sim_rig_read(rig, SIM_REG_COUNT));
}

struct instead_case {
	const char *desc;
	enum sim_fault_kind kind;
	u8 status;
};

static const struct instead_case instead_cases[] = {
	{ "check", SIM_FAULT_CHECK, SAM_STAT_CHECK_CONDITION },
	{ "task set full", SIM_FAULT_QUEUE_FULL, SAM_STAT_TASK_SET_FULL },
	{ "busy", SIM_FAULT_BUSY, SAM_STAT_BUSY },
};

KUNIT_ARRAY_PARAM_DESC(instead, instead_cases, desc);

static void status_fault_replaces_the_command(struct kunit *test)
{
	const struct instead_case *c = test->param_value;
	struct sim_rig *rig = armed(test, c->kind);

	start(rig, SIM_DIR_IN);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_STATUS);
	KUNIT_EXPECT_EQ(test, status(rig), c->status);
	KUNIT_EXPECT_EQ(test, rig->execs, 0U);
	sim_rig_do(rig, SIM_CMD_ACCEPT);
	/* The fault was armed for one command only. */
	start(rig, SIM_DIR_NONE);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
}

static void injected_sense_has_the_lba_of_the_command(struct kunit *test)
{
	static const u8 cdb[SIM_CDB_MAX] = { READ_10, [5] = 100, [8] = 16 };
	struct sim_rig *rig = armed(test, SIM_FAULT_CHECK);
	unsigned int i;

	rig->chip->fault_state.sense_key = MEDIUM_ERROR;
	rig->chip->fault_state.asc = 0x11;
	for (i = 0; i < SIM_CDB_MAX; i += 4)
		sim_rig_write(rig, SIM_REG_CDB + i,
			      get_unaligned_le32(&cdb[i]));
	sim_rig_do(rig, SIM_CMD_START);
	KUNIT_EXPECT_EQ(test, rig->failed.key, MEDIUM_ERROR);
	KUNIT_EXPECT_EQ(test, rig->failed.code, 0x1100);
	KUNIT_EXPECT_TRUE(test, rig->failed.info_valid);
	KUNIT_EXPECT_EQ(test, rig->failed.info, 100ULL);
}

static void short_data_in_ends_with_good(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_SHORT_DATA);
	u8 *buf = sim_rig_buf(test);
	u32 count;

	start(rig, SIM_DIR_IN);
	count = sim_rig_read(rig, SIM_REG_COUNT);
	KUNIT_EXPECT_LT(test, count, LEN);
	sim_chip_read_rep(rig->chip, buf, count);
	KUNIT_EXPECT_TRUE(test, test_is_data(buf, SEED, 0, count));
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_STATUS);
	KUNIT_EXPECT_EQ(test, status(rig), SAM_STAT_GOOD);
}

static void short_data_out_is_reported_by_the_target(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_SHORT_DATA);

	start(rig, SIM_DIR_OUT);
	KUNIT_EXPECT_LT(test, sim_rig_read(rig, SIM_REG_COUNT), LEN);
	send(rig);
	KUNIT_EXPECT_EQ(test, status(rig), SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, rig->failed.key, ABORTED_COMMAND);
	KUNIT_EXPECT_EQ(test, rig->failed.code, ASC_DATA_PHASE);
}

static void long_data_in_is_filled_with_0xff(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_LONG_DATA);
	u8 *buf = sim_rig_buf(test);
	u32 count;

	start(rig, SIM_DIR_IN);
	count = sim_rig_read(rig, SIM_REG_COUNT);
	KUNIT_ASSERT_GT(test, count, LEN);
	KUNIT_ASSERT_LE(test, count, SIM_RIG_BUF);
	sim_chip_read_rep(rig->chip, buf, count);
	KUNIT_EXPECT_TRUE(test, test_is_data(buf, SEED, 0, LEN));
	KUNIT_EXPECT_NULL(test, memchr_inv(buf + LEN, 0xff, count - LEN));
	KUNIT_EXPECT_EQ(test, status(rig), SAM_STAT_GOOD);
}

static void long_data_out_is_dropped_beyond_the_command(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_LONG_DATA);

	start(rig, SIM_DIR_OUT);
	KUNIT_ASSERT_GT(test, sim_rig_read(rig, SIM_REG_COUNT), LEN);
	send(rig);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_STATUS);
	KUNIT_EXPECT_TRUE(test, test_is_data(rig->out, SEED, 0, LEN));
	KUNIT_EXPECT_NULL(test, memchr_inv(rig->out + LEN, 0,
					   SIM_RIG_OUT - LEN));
	KUNIT_EXPECT_EQ(test, status(rig), SAM_STAT_GOOD);
}

static void parity_error_in_damages_a_byte_and_is_shown(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_PARITY);
	u8 *buf = sim_rig_buf(test);

	start(rig, SIM_DIR_IN);
	sim_chip_read_rep(rig->chip, buf, LEN);
	KUNIT_EXPECT_NE(test, buf[0], test_byte(SEED, 0));
	KUNIT_EXPECT_TRUE(test, test_is_data(buf + 1, SEED, 1, LEN));
	KUNIT_EXPECT_TRUE(test, has_bit(rig, SIM_REG_RESULT,
					SIM_RESULT_PARITY));
}

static void parity_error_out_is_reported_by_the_target(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_PARITY);

	start(rig, SIM_DIR_OUT);
	send(rig);
	KUNIT_EXPECT_NULL(test, memchr_inv(rig->out, 0, SIM_RIG_OUT));
	KUNIT_EXPECT_EQ(test, status(rig), SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, rig->failed.code, ASC_PARITY);
}

/* The registers contradict each other in one of four ways. */
static int contradiction(struct sim_rig *rig)
{
	if (sim_rig_phase(rig) > SIM_PHASE_STATUS)
		return 0;
	if (sim_rig_phase(rig) != SIM_PHASE_DATA_IN)
		return 1;
	if (sim_rig_read(rig, SIM_REG_CUR_TAG) >= SIM_RIG_DEPTH)
		return 2;
	return sim_rig_read(rig, SIM_REG_COUNT) ? -1 : 3;
}

static void wrong_phase_has_four_forms(struct kunit *test)
{
	struct sim_rig *rig = sim_rig_build(test, (struct sim_chip_config) {});
	unsigned int i, seen = 0;
	int form;

	arm(rig, SIM_FAULT_WRONG_PHASE, 0);
	for (i = 0; i < 64; i++) {
		start(rig, SIM_DIR_IN);
		form = contradiction(rig);
		KUNIT_ASSERT_GE(test, form, 0);
		seen |= BIT(form);
		sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	}
	KUNIT_EXPECT_EQ(test, seen, 0xfU);
}

static void dead_chip_reads_ones_and_ignores_reset(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_DEAD);

	start(rig, SIM_DIR_NONE);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ID), U32_MAX);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_STAT), U32_MAX);
	sim_rig_write(rig, SIM_REG_CTRL, SIM_CTRL_RESET);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ID), U32_MAX);
}

static void dead_chip_is_revived_by_reset_after_its_time(struct kunit *test)
{
	struct sim_rig *rig = sim_rig_build(test, (struct sim_chip_config) {});

	rig->chip->fault_state.dead_us = 1;
	arm(rig, SIM_FAULT_DEAD, 1);
	start(rig, SIM_DIR_NONE);
	fsleep(1000);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ID), U32_MAX);
	sim_rig_write(rig, SIM_REG_CTRL, SIM_CTRL_RESET);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ID), SIM_ID);
	start(rig, SIM_DIR_NONE);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
}

static void stuck_chip_is_busy_until_reset(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_STUCK);
	u32 stuck = SIM_STAT_BUSY | SIM_STAT_FULL;

	start(rig, SIM_DIR_NONE);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_STAT) & stuck, stuck);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_FREE);
	sim_rig_write(rig, SIM_REG_CTRL, SIM_CTRL_RESET);
	KUNIT_EXPECT_FALSE(test, has_bit(rig, SIM_REG_STAT, stuck));
	start(rig, SIM_DIR_NONE);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
}

static void stubborn_stuck_chip_ignores_reset(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_STUCK);

	rig->chip->fault_state.stubborn = true;
	start(rig, SIM_DIR_NONE);
	sim_rig_write(rig, SIM_REG_CTRL, SIM_CTRL_RESET);
	KUNIT_EXPECT_TRUE(test, has_bit(rig, SIM_REG_STAT, SIM_STAT_BUSY));
}

static void fault_parameters_have_their_defaults(struct kunit *test)
{
	struct sim_rig *rig = sim_rig_build(test, (struct sim_chip_config) {});
	const struct sim_fault_state *d = &rig->chip->fault_state;

	KUNIT_EXPECT_EQ(test, d->delay_us, 10000);
	KUNIT_EXPECT_EQ(test, d->late_us, 1000);
	KUNIT_EXPECT_EQ(test, d->full_us, 1000);
	KUNIT_EXPECT_EQ(test, d->storm_len, 1000);
	KUNIT_EXPECT_EQ(test, d->sense_key, ABORTED_COMMAND);
}

static void fault_parameter_out_of_range_is_refused(struct kunit *test)
{
	u32 number = 5;

	KUNIT_EXPECT_EQ(test, sim_chip_fault_set_number(&number, 0x110, 0xff),
			-ERANGE);
	KUNIT_EXPECT_EQ(test, sim_chip_fault_set_number(&number, 1ULL << 32,
							U32_MAX), -ERANGE);
	KUNIT_EXPECT_EQ(test, number, 5U);
	KUNIT_EXPECT_EQ(test, sim_chip_fault_set_number(&number, 0xff, 0xff),
			0);
	KUNIT_EXPECT_EQ(test, number, 0xffU);
}

static void full_mailbox_refuses_a_command(struct kunit *test)
{
	struct sim_rig *rig = sim_rig_build(test, (struct sim_chip_config) {});

	rig->chip->fault_state.full_us = SIM_RIG_FOREVER;
	arm(rig, SIM_FAULT_FULL, 1);
	start(rig, SIM_DIR_NONE);
	KUNIT_EXPECT_TRUE(test, has_bit(rig, SIM_REG_STAT, SIM_STAT_FULL));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
	start(rig, SIM_DIR_NONE);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SIM_RESULT_OVERRUN));
}

static void full_mailbox_takes_commands_after_its_time(struct kunit *test)
{
	struct sim_rig *rig = sim_rig_build(test, (struct sim_chip_config) {});
	unsigned long end = jiffies + 10 * HZ;

	rig->chip->fault_state.full_us = 1000;
	arm(rig, SIM_FAULT_FULL, 1);
	start(rig, SIM_DIR_NONE);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
	while (has_bit(rig, SIM_REG_STAT, SIM_STAT_FULL) &&
	       time_before(jiffies, end))
		fsleep(1000);
	start(rig, SIM_DIR_NONE);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
}

static void late_call_sets_its_bit_after_a_delay(struct kunit *test)
{
	struct sim_rig *rig = sim_rig_build(test, (struct sim_chip_config) {});
	unsigned long end = jiffies + 10 * HZ;

	rig->chip->fault_state.late_us = SIM_RIG_FOREVER;
	arm(rig, SIM_FAULT_LATE_IRQ, 1);
	start(rig, SIM_DIR_NONE);
	msleep(20);
	KUNIT_EXPECT_FALSE(test, has_bit(rig, SIM_REG_ISR, SIM_ISR_SERVICE));
	sim_rig_write(rig, SIM_REG_CTRL, SIM_CTRL_RESET);

	rig->chip->fault_state.late_us = 1000;
	arm(rig, SIM_FAULT_LATE_IRQ, 1);
	start(rig, SIM_DIR_NONE);
	while (!has_bit(rig, SIM_REG_ISR, SIM_ISR_SERVICE) &&
	       time_before(jiffies, end))
		fsleep(1000);
	KUNIT_EXPECT_TRUE(test, has_bit(rig, SIM_REG_ISR, SIM_ISR_SERVICE));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
}

static void bus_reset_drops_commands_until_acknowledged(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_BUS_RESET);

	start(rig, SIM_DIR_NONE);
	KUNIT_EXPECT_TRUE(test, has_bit(rig, SIM_REG_ISR, SIM_ISR_RESET));
	KUNIT_EXPECT_EQ(test, rig->bus_resets, 1U);
	start(rig, SIM_DIR_NONE);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_FREE);
	sim_rig_write(rig, SIM_REG_ISR, SIM_ISR_RESET);
	start(rig, SIM_DIR_NONE);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
}

static void bad_chip_reads_nonsense_while_armed(struct kunit *test)
{
	struct sim_rig *rig = sim_rig_build(test, (struct sim_chip_config) {});
	unsigned int i, wrong = 0;

	arm(rig, SIM_FAULT_BAD_CHIP, 10);
	for (i = 0; i < 20; i++)
		wrong += sim_rig_read(rig, SIM_REG_ID) != SIM_ID;
	KUNIT_EXPECT_EQ(test, wrong, 10U);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(status_fault_replaces_the_command, instead_gen_params),
	KUNIT_CASE(injected_sense_has_the_lba_of_the_command),
	KUNIT_CASE(short_data_in_ends_with_good),
	KUNIT_CASE(short_data_out_is_reported_by_the_target),
	KUNIT_CASE(long_data_in_is_filled_with_0xff),
	KUNIT_CASE(long_data_out_is_dropped_beyond_the_command),
	KUNIT_CASE(parity_error_in_damages_a_byte_and_is_shown),
	KUNIT_CASE(parity_error_out_is_reported_by_the_target),
	KUNIT_CASE(wrong_phase_has_four_forms),
	KUNIT_CASE(dead_chip_reads_ones_and_ignores_reset),
	KUNIT_CASE(dead_chip_is_revived_by_reset_after_its_time),
	KUNIT_CASE(stuck_chip_is_busy_until_reset),
	KUNIT_CASE(stubborn_stuck_chip_ignores_reset),
	KUNIT_CASE(fault_parameters_have_their_defaults),
	KUNIT_CASE(fault_parameter_out_of_range_is_refused),
	KUNIT_CASE(full_mailbox_refuses_a_command),
	KUNIT_CASE(full_mailbox_takes_commands_after_its_time),
	KUNIT_CASE(late_call_sets_its_bit_after_a_delay),
	KUNIT_CASE(bus_reset_drops_commands_until_acknowledged),
	KUNIT_CASE(bad_chip_reads_nonsense_while_armed),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_inject",
	.init = sim_rig_init,
	.exit = sim_rig_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

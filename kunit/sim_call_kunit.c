// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of the calls for service of the simulated chip. Calls are lost, late
 * or repeated, and a reset ends the fault.
 */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <scsi/scsi_proto.h>

#include "../sim/chip_state.h"
#include "sim_rig.h"

#define READ_LEN	16U

static void arm_once(struct sim_rig *rig, enum sim_fault_kind kind)
{
	struct sim_fault *fault = &rig->chip->window.faults.kind[kind];

	sim_fault_set(fault, &fault->times, 1);
	sim_fault_set(fault, &fault->interval, 1);
}

/* The chip has one armed fault, and its interrupt is enabled. */
static struct sim_rig *armed(struct kunit *test, enum sim_fault_kind kind)
{
	struct sim_rig *rig = sim_rig_build(test, (struct sim_chip_config) {});

	arm_once(rig, kind);
	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_ALL);
	return rig;
}

static void start(struct sim_rig *rig)
{
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 1 });
}

static bool calls(struct sim_rig *rig)
{
	return sim_rig_read(rig, SIM_REG_ISR) & SIM_ISR_SERVICE;
}

static bool is_high(struct sim_rig *rig)
{
	return sim_rig_read(rig, SIM_REG_STAT) & SIM_STAT_IRQ;
}

static bool is_faulty(struct sim_rig *rig)
{
	return sim_faults_active(&rig->chip->window.faults);
}

static void expect_good_command(struct sim_rig *rig)
{
	struct kunit *test = rig->test;

	KUNIT_EXPECT_FALSE(test, is_faulty(rig));
	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_ALL);
	start(rig);
	KUNIT_EXPECT_TRUE(test, calls(rig));
	KUNIT_EXPECT_TRUE(test, is_high(rig));
	sim_rig_ack(rig);
	KUNIT_EXPECT_FALSE(test, calls(rig));
	KUNIT_EXPECT_FALSE(test, is_high(rig));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
}

static void lost_call_leaves_the_output_low(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_LOST_IRQ);

	start(rig);
	KUNIT_EXPECT_TRUE(test, calls(rig));
	KUNIT_EXPECT_FALSE(test, is_high(rig));
	sim_rig_ack(rig);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
	expect_good_command(rig);
}

static void bus_reset_after_aborted_lost_call_interrupts(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_LOST_IRQ);

	start(rig);
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	sim_rig_write(rig, SIM_REG_CTRL, SIM_CTRL_BUS_RESET);
	KUNIT_EXPECT_TRUE(test, is_high(rig));
}

static void expect_calls(struct kunit *test, enum sim_fault_kind kind,
			 unsigned int repeats)
{
	struct sim_rig *rig = armed(test, kind);
	unsigned int i;

	rig->chip->fault_state.storm_len = repeats;
	start(rig);
	for (i = 0; i < repeats; i++) {
		sim_rig_ack(rig);
		KUNIT_EXPECT_TRUE(test, calls(rig));
		KUNIT_EXPECT_TRUE(test, is_high(rig));
	}
	sim_rig_ack(rig);
	KUNIT_EXPECT_FALSE(test, calls(rig));
	KUNIT_EXPECT_FALSE(test, is_high(rig));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
	expect_good_command(rig);
}

static void double_call_is_repeated_once(struct kunit *test)
{
	expect_calls(test, SIM_FAULT_DOUBLE_IRQ, 1);
}

static void storm_repeats_the_call_as_often_as_set(struct kunit *test)
{
	expect_calls(test, SIM_FAULT_STORM, 3);
}

static void storm_goes_on_after_the_command(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_STORM);

	rig->chip->fault_state.storm_len = 2;
	start(rig);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
	KUNIT_EXPECT_TRUE(test, calls(rig));
	sim_rig_ack(rig);
	sim_rig_ack(rig);
	KUNIT_EXPECT_TRUE(test, calls(rig));
	sim_rig_ack(rig);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	expect_good_command(rig);
}

static void wait_until_late(struct sim_rig *rig)
{
	unsigned long end = jiffies + 10 * HZ;

	while (READ_ONCE(rig->chip->fault_state.late) &&
	       time_before(jiffies, end))
		fsleep(1000);
	KUNIT_EXPECT_FALSE(rig->test, READ_ONCE(rig->chip->fault_state.late));
}

static void late_call_leaves_the_output_low_at_first(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_LATE_IRQ);

	rig->chip->fault_state.late_us = SIM_RIG_FOREVER;
	start(rig);
	KUNIT_EXPECT_FALSE(test, calls(rig));
	KUNIT_EXPECT_FALSE(test, is_high(rig));
}

static void late_call_raises_the_output(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_LATE_IRQ);

	rig->chip->fault_state.late_us = 1000;
	start(rig);
	wait_until_late(rig);
	KUNIT_EXPECT_TRUE(test, is_high(rig));
	sim_rig_ack(rig);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
	expect_good_command(rig);
}

static void late_call_for_an_aborted_command_is_dropped(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_LATE_IRQ);

	rig->chip->fault_state.late_us = 1000;
	start(rig);
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	wait_until_late(rig);
	KUNIT_EXPECT_FALSE(test, is_high(rig));
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	expect_good_command(rig);
}

static void delayed_command_connects_later(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_DELAY);

	rig->chip->fault_state.delay_us = SIM_RIG_FOREVER;
	start(rig);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	rig->chip->fault_state.delay_us = 1000;
	arm_once(rig, SIM_FAULT_DELAY);
	start(rig);
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
}

static void hanging_command_ends_by_an_abort(struct kunit *test)
{
	struct sim_rig *rig = armed(test, SIM_FAULT_HANG);

	start(rig);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	expect_good_command(rig);
}

static irqreturn_t count_irq(int irq, void *data)
{
	struct sim_rig *rig = data;

	rig->irqs++;
	return IRQ_HANDLED;
}

static void spurious_interrupt_has_no_call(struct kunit *test)
{
	struct sim_rig *rig = sim_rig_build(test, (struct sim_chip_config) {});
	struct sim_line *line = sim_lines_get(rig->lines, 0);

	KUNIT_ASSERT_EQ(test, 0, request_irq(sim_line_irq(line), count_irq, 0,
					     "sim_call_kunit", rig));
	start(rig);
	sim_line_sync(line);
	KUNIT_EXPECT_EQ(test, rig->irqs, 0U);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
	arm_once(rig, SIM_FAULT_SPURIOUS_IRQ);
	start(rig);
	sim_line_sync(line);
	KUNIT_EXPECT_EQ(test, rig->irqs, 1U);
	KUNIT_EXPECT_FALSE(test, is_high(rig));
	free_irq(sim_line_irq(line), rig);
}

/* Start a read, which calls for its data and for its status. */
static struct sim_rig *read_under_rule(struct kunit *test, const char *rule)
{
	struct sim_rig *rig = sim_rig_build(test, (struct sim_chip_config) {});
	struct sim_rule_error error = { };

	KUNIT_ASSERT_EQ(test, 0, sim_rules_command(&rig->chip->rules, rule,
						   &error));
	rig->chip->fault_state.late_us = SIM_RIG_FOREVER;
	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_ALL);
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = 1, .dir = SIM_DIR_IN, .len = READ_LEN,
	});
	return rig;
}

static void expect_status_call(struct sim_rig *rig)
{
	struct kunit *test = rig->test;

	sim_rig_ack(rig);
	KUNIT_EXPECT_FALSE(test, calls(rig));
	sim_chip_read_rep(rig->chip, sim_rig_buf(test), READ_LEN);
	KUNIT_EXPECT_TRUE(test, calls(rig));
	KUNIT_EXPECT_TRUE(test, is_high(rig));
	sim_rig_ack(rig);
	KUNIT_EXPECT_FALSE(test, calls(rig));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SAM_STAT_GOOD));
}

static void rule_affects_only_the_first_call(struct kunit *test)
{
	struct sim_rig *rig = read_under_rule(test, "lost_irq");

	KUNIT_EXPECT_TRUE(test, calls(rig));
	KUNIT_EXPECT_FALSE(test, is_high(rig));
	expect_status_call(rig);
	sim_rig_destroy_chip(rig);

	rig = read_under_rule(test, "double_irq");
	sim_rig_ack(rig);
	KUNIT_EXPECT_TRUE(test, calls(rig));
	expect_status_call(rig);
	sim_rig_destroy_chip(rig);

	rig = read_under_rule(test, "late_irq=10000000");
	KUNIT_EXPECT_FALSE(test, is_high(rig));
	sim_rig_destroy_chip(rig);

	rig = read_under_rule(test, "late_irq=1000");
	wait_until_late(rig);
	KUNIT_EXPECT_TRUE(test, is_high(rig));
	expect_status_call(rig);
}

static const struct reset_case {
	const char *desc;
	enum sim_fault_kind kind;
} reset_cases[] = {
	{ "lost", SIM_FAULT_LOST_IRQ },
	{ "late", SIM_FAULT_LATE_IRQ },
	{ "double", SIM_FAULT_DOUBLE_IRQ },
	{ "storm", SIM_FAULT_STORM },
	{ "bus reset", SIM_FAULT_BUS_RESET },
};

KUNIT_ARRAY_PARAM_DESC(reset, reset_cases, desc);

static void chip_reset_ends_the_fault(struct kunit *test)
{
	const struct reset_case *param = test->param_value;
	struct sim_rig *rig = armed(test, param->kind);

	rig->chip->fault_state.late_us = SIM_RIG_FOREVER;
	start(rig);
	KUNIT_EXPECT_TRUE(test, is_faulty(rig));
	sim_rig_write(rig, SIM_REG_CTRL, SIM_CTRL_RESET);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR), 0U);
	expect_good_command(rig);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(lost_call_leaves_the_output_low),
	KUNIT_CASE(bus_reset_after_aborted_lost_call_interrupts),
	KUNIT_CASE(double_call_is_repeated_once),
	KUNIT_CASE(storm_repeats_the_call_as_often_as_set),
	KUNIT_CASE(storm_goes_on_after_the_command),
	KUNIT_CASE(late_call_leaves_the_output_low_at_first),
	KUNIT_CASE(late_call_raises_the_output),
	KUNIT_CASE(late_call_for_an_aborted_command_is_dropped),
	KUNIT_CASE(rule_affects_only_the_first_call),
	KUNIT_CASE(delayed_command_connects_later),
	KUNIT_CASE(hanging_command_ends_by_an_abort),
	KUNIT_CASE(spurious_interrupt_has_no_call),
	KUNIT_CASE_PARAM(chip_reset_ends_the_fault, reset_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_call",
	.init = sim_rig_init,
	.exit = sim_rig_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

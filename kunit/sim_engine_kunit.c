// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nexuses of the simulated chip that do not end at once. They wait for their
 * latency to pass, or their target has to sleep.
 */

#include <linux/delay.h>
#include <linux/ktime.h>

#include "sim_rig.h"

#define LATENCY_US	3000

static void engine_waits_for_latency(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.latency_us = SIM_RIG_FOREVER,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) {});
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
}

static void engine_waits_for_absent_target(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.latency_us = SIM_RIG_FOREVER,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) { .target = SIM_RIG_TGTS });
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
}

static void engine_connects_after_latency(struct kunit *test)
{
	struct sim_rig *rig;
	ktime_t start;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.latency_us = LATENCY_US,
	});
	start = ktime_get();
	sim_rig_start(rig, (struct sim_rig_cmd) { .status = 1 });
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start), LATENCY_US);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR),
			SIM_ISR_SERVICE);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 1));
}

static void start_with_tag(struct sim_rig *rig, u32 tag)
{
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = tag, .status = tag,
	});
}

static void engine_keeps_order_with_latency(struct kunit *test)
{
	struct sim_rig *rig;
	unsigned int i;
	u32 tag;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.latency_us = LATENCY_US,
	});
	for (i = 0; i < 3; i++)
		start_with_tag(rig, i);
	for (i = 0; i < 9; i++) {
		tag = i % 3;
		KUNIT_ASSERT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
		KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, tag, tag));
		start_with_tag(rig, tag);
	}
}

/* The second command is not due yet when the timer expires for the first. */
static void engine_rearms_timer(struct kunit *test)
{
	struct sim_rig *rig;
	u32 tag;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.latency_us = 20 * LATENCY_US,
	});
	start_with_tag(rig, 0);
	fsleep(10 * LATENCY_US);
	start_with_tag(rig, 1);
	for (tag = 0; tag < 2; tag++) {
		KUNIT_ASSERT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
		KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, tag, tag));
	}
}

static void engine_moves_data_after_latency(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.latency_us = LATENCY_US,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_IN, .len = 64, .seed = 7, .status = 3,
	});
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_DATA_IN));
	sim_chip_read_rep(rig->chip, buf, 64);
	KUNIT_EXPECT_TRUE(test, test_is_data(buf, 7, 0, 64));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 3));
}

static void engine_executes_slow_command(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = 1, .status = 5,
		.flags = SIM_RIG_SLOW_EXEC | SIM_RIG_HOLD,
	});
	wait_for_completion(&rig->entered);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	complete(&rig->go);
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
	KUNIT_EXPECT_EQ(test, rig->blocking, 1U);
	KUNIT_EXPECT_EQ(test, rig->execs, 1U);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, 5));
}

static void engine_moves_data_of_slow_command(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	test_fill(buf, 7, 64);
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_OUT, .len = 64, .status = 3,
		.flags = SIM_RIG_SLOW_EXEC | SIM_RIG_SLOW_FINISH,
	});
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_DATA_OUT));
	sim_chip_write_rep(rig->chip, buf, 64);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
	KUNIT_EXPECT_TRUE(test, test_is_data(rig->out, 7, 0, 64));
	KUNIT_EXPECT_EQ(test, rig->blocking, 2U);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 3));
}

/*
 * Writes up to @len bytes, whenever the nexus reconnects. Returns the number of
 * bytes that it took.
 */
static unsigned int write_starving(struct kunit *test, struct sim_rig *rig,
				   unsigned int len)
{
	u8 *buf = sim_rig_buf(test);
	unsigned int done = 0;

	test_fill(buf, 7, len);
	while (done < len && sim_rig_wait_data(rig))
		done += sim_chip_write_rep(rig->chip, buf + done, len - done);
	return done;
}

static void starving_command_comes_back_for_the_rest(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.fifo_bytes = 128,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_OUT, .len = 430, .status = 3,
		.flags = SIM_RIG_STARVE,
	});
	KUNIT_EXPECT_EQ(test, write_starving(test, rig, 430), 430U);
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
	KUNIT_EXPECT_TRUE(test, test_is_data(rig->out, 7, 0, 430));
	KUNIT_EXPECT_EQ(test, rig->blocking, 5U);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 3));
}

static void command_without_memory_ends_its_data_phase(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_OUT, .len = 1000, .status = 3,
		.flags = SIM_RIG_STARVE,
	});
	KUNIT_EXPECT_EQ(test, write_starving(test, rig, 1000),
			SIM_RIG_ROOM_MAX);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 3));
}

static void engine_slow_exec_leaves_others_running(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = 1, .flags = SIM_RIG_SLOW_EXEC | SIM_RIG_HOLD,
	});
	wait_for_completion(&rig->entered);
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 2 });
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 2, 0));
	complete(&rig->go);
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, 0));
}

static void engine_slow_finish_frees_data_port(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = 1, .dir = SIM_DIR_IN, .len = 8,
		.flags = SIM_RIG_SLOW_FINISH | SIM_RIG_HOLD,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 2, .status = 4 });
	sim_rig_ack(rig);
	sim_chip_read_rep(rig->chip, buf, 8);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR),
			SIM_ISR_SERVICE);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 2, 4));
	wait_for_completion(&rig->entered);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	complete(&rig->go);
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, 0));
}

/* The second command ends before the first one, which is overdue then. */
static void engine_serves_overdue_command(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.latency_us = LATENCY_US,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = 1, .flags = SIM_RIG_SLOW_EXEC | SIM_RIG_HOLD,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 2 });
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 2, 0));
	complete(&rig->go);
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, 0));
}

static struct kunit_case engine_cases[] = {
	KUNIT_CASE(engine_waits_for_latency),
	KUNIT_CASE(engine_waits_for_absent_target),
	KUNIT_CASE(engine_connects_after_latency),
	KUNIT_CASE(engine_keeps_order_with_latency),
	KUNIT_CASE(engine_rearms_timer),
	KUNIT_CASE(engine_moves_data_after_latency),
	KUNIT_CASE(engine_executes_slow_command),
	KUNIT_CASE(engine_moves_data_of_slow_command),
	KUNIT_CASE(starving_command_comes_back_for_the_rest),
	KUNIT_CASE(command_without_memory_ends_its_data_phase),
	KUNIT_CASE(engine_slow_exec_leaves_others_running),
	KUNIT_CASE(engine_slow_finish_frees_data_port),
	KUNIT_CASE(engine_serves_overdue_command),
	{}
};

static struct kunit_suite engine_suite = {
	.name = "sim_engine",
	.init = sim_rig_init,
	.exit = sim_rig_exit,
	.test_cases = engine_cases,
};

kunit_test_suite(engine_suite);

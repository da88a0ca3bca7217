// SPDX-License-Identifier: GPL-2.0-only
/*
 * The data port of the simulated chip.
 */

#include <kunit/static_stub.h>
#include <linux/bitfield.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "../sim/dataport.h"
#include "sim_rig.h"

struct burst_case {
	const char *desc;
	unsigned int len;
	unsigned int fifo;
};

static const struct burst_case bursts[] = {
	{ "no FIFO limit", 1536, 0 },
	{ "one byte", 1, 512 },
	{ "one byte, no FIFO limit", 1, 0 },
	{ "less than the FIFO", 511, 512 },
	{ "the FIFO", 512, 512 },
	{ "a byte more than the FIFO", 513, 512 },
	{ "three FIFOs", 1536, 512 },
	{ "an odd rest", 1027, 512 },
	{ "an odd FIFO", 100, 7 },
	{ "a FIFO of one byte", 5, 1 },
};

static void burst_desc(const struct burst_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(bursts, bursts, burst_desc);

/* The host is called for each burst, and only at its beginning. */
static void rig_expect_burst(struct kunit *test, struct sim_rig *rig,
			     const struct burst_case *c, unsigned int pos,
			     u32 phase)
{
	unsigned int left = c->len - pos;

	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), phase);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_COUNT),
			c->fifo ? min(c->fifo, left) : left);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR),
			SIM_ISR_SERVICE);
	sim_rig_ack(rig);
}

/* Move all but the last byte of the burst, and then the last byte. */
static void rig_move_burst(struct kunit *test, struct sim_rig *rig, u8 *buf,
			   void (*move)(struct sim_rig *rig, u8 *buf,
					unsigned int len))
{
	u32 count = sim_rig_read(rig, SIM_REG_COUNT);

	KUNIT_ASSERT_NE(test, count, 0U);
	move(rig, buf, count - 1);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_COUNT), 1U);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR), 0U);
	move(rig, buf + count - 1, 1);
}

static void rig_move(struct kunit *test, u8 dir, u32 phase, u8 *buf,
		     void (*move)(struct sim_rig *rig, u8 *buf,
				  unsigned int len))
{
	const struct burst_case *c = test->param_value;
	struct sim_rig *rig;
	unsigned int pos, n;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.fifo_bytes = c->fifo,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = dir, .len = c->len, .seed = 9, .status = 6,
	});
	for (pos = 0; pos < c->len; pos += n) {
		rig_expect_burst(test, rig, c, pos, phase);
		n = sim_rig_read(rig, SIM_REG_COUNT);
		rig_move_burst(test, rig, buf + pos, move);
	}
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR),
			SIM_ISR_SERVICE);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 6));
}

static void rig_move_in(struct sim_rig *rig, u8 *buf, unsigned int len)
{
	sim_chip_read_rep(rig->chip, buf, len);
}

static void rig_move_out(struct sim_rig *rig, u8 *buf, unsigned int len)
{
	sim_chip_write_rep(rig->chip, buf, len);
}

static void dataport_moves_data_in(struct kunit *test)
{
	const struct burst_case *c = test->param_value;
	u8 *buf = sim_rig_buf(test);

	rig_move(test, SIM_DIR_IN, SIM_PHASE_DATA_IN, buf, rig_move_in);
	KUNIT_EXPECT_TRUE(test, test_is_data(buf, 9, 0, c->len));
	KUNIT_EXPECT_EQ(test, buf[c->len], 0);
}

static void dataport_moves_data_out(struct kunit *test)
{
	const struct burst_case *c = test->param_value;
	struct sim_rig *rig = test->priv;
	u8 *buf = sim_rig_buf(test);

	test_fill(buf, 9, c->len);
	rig_move(test, SIM_DIR_OUT, SIM_PHASE_DATA_OUT, buf, rig_move_out);
	KUNIT_EXPECT_TRUE(test, test_is_data(rig->out, 9, 0, c->len));
	KUNIT_EXPECT_EQ(test, rig->out[c->len], 0);
}

static void dataport_reads_words(struct kunit *test)
{
	struct sim_rig *rig;
	u32 first, last;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_IN, .len = 3, .seed = 0x41,
	});
	first = sim_rig_read(rig, SIM_REG_DATA);
	last = sim_rig_read(rig, SIM_REG_DATA);
	KUNIT_EXPECT_EQ(test, first, 0x4241U);
	KUNIT_EXPECT_EQ(test, last, 0xff43U);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 0));
}

static void dataport_writes_words(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_OUT, .len = 3,
	});
	sim_rig_write(rig, SIM_REG_DATA, 0xffff4241);
	sim_rig_write(rig, SIM_REG_DATA, 0x6643);
	KUNIT_EXPECT_MEMEQ(test, rig->out, "ABC\0", 4);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 0));
}

static void dataport_read_ends_with_burst(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.fifo_bytes = 16,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_IN, .len = 32, .seed = 1,
	});
	sim_chip_read_rep(rig->chip, buf, 20);
	KUNIT_EXPECT_TRUE(test, test_is_data(buf, 1, 0, 16));
	KUNIT_EXPECT_EQ(test, buf[16], 0xff);
	KUNIT_EXPECT_EQ(test, buf[19], 0xff);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_COUNT), 16U);
	sim_chip_read_rep(rig->chip, buf, 16);
	KUNIT_EXPECT_TRUE(test, test_is_data(buf, 1, 16, 32));
}

static void dataport_write_ends_with_burst(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.fifo_bytes = 16,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_OUT, .len = 32,
	});
	test_fill(buf, 1, 20);
	sim_chip_write_rep(rig->chip, buf, 20);
	KUNIT_EXPECT_TRUE(test, test_is_data(rig->out, 1, 0, 16));
	KUNIT_EXPECT_EQ(test, rig->out[16], 0);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_COUNT), 16U);
}

static void read_in_data_out_phase_returns_0xff(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_OUT, .len = 8,
	});
	sim_chip_read_rep(rig->chip, buf, 8);
	KUNIT_EXPECT_NULL(test, memchr_inv(buf, 0xff, 8));
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_COUNT), 8U);
}

static void dataport_data_in_drops_writes(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_IN, .len = 8,
	});
	sim_chip_write_rep(rig->chip, buf, 8);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_COUNT), 8U);
}

static void dataport_without_nexus_moves_nothing(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_chip_write_rep(rig->chip, buf, 7);
	sim_chip_read_rep(rig->chip, buf, 7);
	KUNIT_EXPECT_NULL(test, memchr_inv(buf, 0xff, 7));
	KUNIT_EXPECT_EQ(test, buf[7], 0);
}

static void dataport_yields_sense_data(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);
	u32 result = 2 | FIELD_PREP(SIM_RESULT_SENSE_LEN, 19);

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.status = 2, .sense_len = 19, .seed = 5,
	});
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_COUNT), 19U);
	sim_chip_write_rep(rig->chip, buf, 4);
	sim_chip_read_rep(rig->chip, buf, 10);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_COUNT), 9U);
	sim_chip_read_rep(rig->chip, buf + 10, 11);
	KUNIT_EXPECT_TRUE(test, test_is_data(buf, 5, 0, 19));
	KUNIT_EXPECT_EQ(test, buf[19], 0xff);
	KUNIT_EXPECT_EQ(test, buf[20], 0xff);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, result));
}

/*
 * 2.5 accesses more than a chunk, so that a part of a chunk and a part of an
 * access are left.
 */
#define STALL_LEN	21
#define STALL_NS	100000

static void reads_take_the_time_of_the_bus(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);
	ktime_t start;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.bus_ns = STALL_NS,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_IN, .len = STALL_LEN, .seed = 3,
	});
	start = ktime_get();
	sim_chip_read_rep(rig->chip, buf, STALL_LEN + 2);
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start),
			12 * STALL_NS / 1000);
	KUNIT_EXPECT_TRUE(test, test_is_data(buf, 3, 0, STALL_LEN));
	KUNIT_EXPECT_EQ(test, buf[STALL_LEN], 0xff);
	KUNIT_EXPECT_EQ(test, buf[STALL_LEN + 1], 0xff);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 0));
}

static void writes_take_the_time_of_the_bus(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);
	ktime_t start;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.bus_ns = STALL_NS,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_OUT, .len = STALL_LEN,
	});
	test_fill(buf, 3, STALL_LEN + 2);
	start = ktime_get();
	sim_chip_write_rep(rig->chip, buf, STALL_LEN + 2);
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start),
			12 * STALL_NS / 1000);
	KUNIT_EXPECT_TRUE(test, test_is_data(rig->out, 3, 0, STALL_LEN));
	KUNIT_EXPECT_EQ(test, rig->out[STALL_LEN], 0);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 0));
}

/* More reads than the driver needs to find that the clock stands still. */
#define READS_MAX	100000

static unsigned int clock_reads;

/* After too many reads it goes on, so that the case ends. */
static u64 read_still_clock(void)
{
	return ++clock_reads < READS_MAX ? 1 : U64_MAX;
}

/* A clock of jiffies, while interrupts are off. */
static void read_with_a_still_clock_ends(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);
	ktime_t start;

	kunit_activate_static_stub(test, sim_dataport_clock, read_still_clock);
	clock_reads = 0;
	rig = sim_rig_build(test, (struct sim_chip_config) {
		.bus_ns = STALL_NS,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.dir = SIM_DIR_IN, .len = STALL_LEN, .seed = 3,
	});
	start = ktime_get();
	sim_chip_read_rep(rig->chip, buf, STALL_LEN);
	KUNIT_EXPECT_LT(test, clock_reads, READS_MAX);
	/* In a user mode kernel udelay() is not exact. */
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start),
			STALL_LEN / 2 * STALL_NS / 4000);
	KUNIT_EXPECT_TRUE(test, test_is_data(buf, 3, 0, STALL_LEN));
}

static void wrong_phase_accesses_take_the_time_of_the_bus(struct kunit *test)
{
	struct sim_rig *rig;
	u8 *buf = sim_rig_buf(test);
	ktime_t start;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.bus_ns = STALL_NS,
	});
	start = ktime_get();
	sim_chip_read_rep(rig->chip, buf, 20);
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start),
			10 * STALL_NS / 1000);
}

/* Eight reads, six writes, and the six words of the mailbox at once. */
static void register_accesses_take_their_time(struct kunit *test)
{
	static const u32 words[SIM_MBOX_WORDS];
	struct sim_rig *rig;
	unsigned int i;
	ktime_t start;

	rig = sim_rig_build(test, (struct sim_chip_config) {
		.reg_ns = STALL_NS,
	});
	start = ktime_get();
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ID), SIM_ID);
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start),
			8 * STALL_NS / 1000);
	start = ktime_get();
	for (i = 0; i < 6; i++)
		sim_rig_write(rig, SIM_REG_ISR, 0);
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start),
			6 * STALL_NS / 1000);
	start = ktime_get();
	sim_chip_write_mbox(rig->chip, words);
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start),
			6 * STALL_NS / 1000);
}

static struct kunit_case dataport_cases[] = {
	KUNIT_CASE_PARAM(dataport_moves_data_in, bursts_gen_params),
	KUNIT_CASE_PARAM(dataport_moves_data_out, bursts_gen_params),
	KUNIT_CASE(dataport_reads_words),
	KUNIT_CASE(dataport_writes_words),
	KUNIT_CASE(dataport_read_ends_with_burst),
	KUNIT_CASE(dataport_write_ends_with_burst),
	KUNIT_CASE(read_in_data_out_phase_returns_0xff),
	KUNIT_CASE(dataport_data_in_drops_writes),
	KUNIT_CASE(dataport_without_nexus_moves_nothing),
	KUNIT_CASE(dataport_yields_sense_data),
	KUNIT_CASE(reads_take_the_time_of_the_bus),
	KUNIT_CASE(writes_take_the_time_of_the_bus),
	KUNIT_CASE(read_with_a_still_clock_ends),
	KUNIT_CASE(register_accesses_take_their_time),
	KUNIT_CASE(wrong_phase_accesses_take_the_time_of_the_bus),
	{}
};

static struct kunit_suite dataport_suite = {
	.name = "sim_dataport",
	.init = sim_rig_init,
	.exit = sim_rig_exit,
	.test_cases = dataport_cases,
};

kunit_test_suite(dataport_suite);

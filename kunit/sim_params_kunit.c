// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameters of the simulator: valid ranges, and the chip and bus that they
 * describe.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "../sim/chip.h"
#include "../sim/lun.h"
#include "../sim/medium.h"
#include "../sim/params.h"
#include "scsi_test.h"

static void set(struct kunit *test, const char *name, const char *value)
{
	char full[48];

	snprintf(full, sizeof(full), "pioscsi_sim.%s", name);
	test_set_param(test, full, value);
}

static void set_number(struct kunit *test, const char *name, s64 value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", value);
	set(test, name, text);
}

struct limit_case {
	const char *name;
	s64 min;
	s64 max;
	/* Another parameter, with which the whole range is valid. */
	const char *other;
	s64 value;
};

static const struct limit_case limit_cases[] = {
	{ "num_hosts", 1, 32 },
	{ "num_tgts", 1, 16 },
	{ "max_luns", 1, 256 },
	{ "dev_size_mb", 1, 4194304 },
	{ "sector_size", 512, 4096 },
	{ "max_queue", 1, 1024 },
	{ "bus_ns", 0, 100000 },
	{ "reg_ns", 0, 100000 },
	{ "latency_us", 0, 10000000 },
	{ "fifo_bytes", 0, 1048576 },
	{ "can_mask", 0, 1 },
	{ "has_irq", 0, 1 },
	{ "tagged", 0, 1 },
	{ "num_dead", 0, 32 },
	{ "fake_rw", 0, 1 },
	{ "shared_luns", 0, 1 },
	{ "physblk_exp", 0, 15 },
	{ "lowest_aligned", 0, 0x3fff, "physblk_exp", 15 },
	{ "removable", 0, 1 },
	{ "wp", 0, 1 },
	{ "unmap_alignment", 0, S32_MAX, "unmap_granularity", U32_MAX },
	{ "lbpu", 0, 1 },
	{ "lbpws", 0, 1 },
	{ "lbprz", 0, 1 },
};

KUNIT_ARRAY_PARAM_DESC(limit, limit_cases, name);

static void parameter_is_accepted_in_its_range_only(struct kunit *test)
{
	const struct limit_case *c = test->param_value;
	s64 above = min_t(s64, 2 * c->max + 2 * !c->min, U32_MAX);

	if (c->other)
		set_number(test, c->other, c->value);
	set_number(test, c->name, c->min);
	KUNIT_EXPECT_EQ(test, sim_params_check(), 0);
	set_number(test, c->name, c->max);
	KUNIT_EXPECT_EQ(test, sim_params_check(), 0);
	/* The next size of a block, and a FIFO of an even size. */
	set_number(test, c->name, above);
	KUNIT_EXPECT_EQ(test, sim_params_check(), -EINVAL);
	if (!c->min)
		return;
	set_number(test, c->name, c->min / 2);
	KUNIT_EXPECT_EQ(test, sim_params_check(), -EINVAL);
}

static const struct default_case {
	const char *name;
	const char *value;
} default_cases[] = {
	{ "num_hosts", "1" },
	{ "num_tgts", "1" },
	{ "max_luns", "1" },
	{ "dev_size_mb", "64" },
	{ "sector_size", "512" },
	{ "max_queue", "32" },
	{ "num_lines", "0" },
	{ "bus_ns", "120" },
	{ "reg_ns", "0" },
	{ "latency_us", "20" },
	{ "fifo_bytes", "4096" },
	{ "line", "level" },
	{ "can_mask", "1" },
	{ "has_irq", "1" },
	{ "tagged", "1" },
	{ "num_dead", "0" },
	{ "mem_mb", "0" },
	{ "fake_rw", "0" },
	{ "shared_luns", "0" },
	{ "physblk_exp", "0" },
	{ "lowest_aligned", "0" },
	{ "removable", "0" },
	{ "wp", "0" },
	{ "unmap_granularity", "0" },
	{ "unmap_alignment", "0" },
	{ "lbpu", "1" },
	{ "lbpws", "1" },
	{ "lbprz", "1" },
};

static void defaults_match_documentation(struct kunit *test)
{
	char name[48];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(default_cases); i++) {
		snprintf(name, sizeof(name), "pioscsi_sim.%s",
			 default_cases[i].name);
		test_expect_param(test, name, default_cases[i].value);
	}
}

struct pair_case {
	const char *desc;
	const char *name[2];
	const char *value[2];
	int err;
};

static const struct pair_case pair_cases[] = {
	{ "block of 768 bytes", { "sector_size" }, { "768" }, -EINVAL },
	{ "odd FIFO", { "fifo_bytes" }, { "3" }, -EINVAL },
	{ "even FIFO", { "fifo_bytes" }, { "2" }, 0 },
	{ "unknown trigger", { "line" }, { "rising" }, -EINVAL },
	{ "level", { "line" }, { "level" }, 0 },
	{ "edge", { "line" }, { "edge" }, 0 },
	{ "shared edge", { "line", "num_lines" }, { "edge", "1" }, -EINVAL },
	{ "shared level", { "line", "num_lines" }, { "level", "1" }, 0 },
	{ "a line for each host", { "num_hosts", "num_lines" },
	  { "2", "2" }, 0 },
	{ "more lines than hosts", { "num_hosts", "num_lines" },
	  { "2", "3" }, -EINVAL },
	{ "first block beyond a block", { "lowest_aligned" }, { "1" },
	  -EINVAL },
	{ "first block beyond a physical block",
	  { "lowest_aligned", "physblk_exp" }, { "8", "3" }, -EINVAL },
	{ "first block in a physical block",
	  { "lowest_aligned", "physblk_exp" }, { "7", "3" }, 0 },
	{ "unmap alignment beyond 4 KiB", { "unmap_alignment" }, { "8" },
	  -EINVAL },
	{ "unmap alignment within 4 KiB", { "unmap_alignment" }, { "7" }, 0 },
	{ "unmap alignment beyond a large block",
	  { "unmap_alignment", "sector_size" }, { "1", "4096" }, -EINVAL },
	{ "unmap alignment beyond the granularity",
	  { "unmap_alignment", "unmap_granularity" }, { "16", "16" },
	  -EINVAL },
	{ "unmap alignment within the granularity",
	  { "unmap_alignment", "unmap_granularity" }, { "15", "16" }, 0 },
	{ "some memory", { "mem_mb" }, { "1" }, 0 },
	{ "more memory than the machine", { "mem_mb" }, { "4000000000" },
	  -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(pair, pair_cases, desc);

static void parameters_that_contradict_are_rejected(struct kunit *test)
{
	const struct pair_case *c = test->param_value;
	struct test_log log;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(c->name) && c->name[i]; i++)
		set(test, c->name[i], c->value[i]);
	test_log_begin(&log);
	KUNIT_EXPECT_EQ(test, sim_params_check(), c->err);
	KUNIT_EXPECT_EQ(test, test_log_count(log, c->name[0]), !!c->err);
}

static void last_hosts_are_dead(struct kunit *test)
{
	set(test, "num_hosts", "3");
	KUNIT_EXPECT_FALSE(test, sim_is_dead(2));
	set(test, "num_dead", "2");
	KUNIT_EXPECT_FALSE(test, sim_is_dead(0));
	KUNIT_EXPECT_TRUE(test, sim_is_dead(1));
	KUNIT_EXPECT_TRUE(test, sim_is_dead(2));
	KUNIT_EXPECT_FALSE(test, sim_is_dead(3));
}

static void media_use_the_given_memory(struct kunit *test)
{
	set(test, "mem_mb", "3");
	KUNIT_EXPECT_EQ(test, sim_params_chunks() << SIM_CHUNK_SHIFT, 3 << 20);
	/* The default is a part of the machine's memory. */
	set(test, "mem_mb", "0");
	KUNIT_EXPECT_GT(test, sim_params_chunks(), 0UL);
}

static void chip_gets_its_parameters(struct kunit *test)
{
	struct sim_chip_config config;

	set(test, "bus_ns", "11");
	set(test, "reg_ns", "12");
	set(test, "latency_us", "13");
	set(test, "fifo_bytes", "14");
	set(test, "max_queue", "15");
	set(test, "can_mask", "0");
	set(test, "shared_luns", "1");
	sim_params_chip(&config, 4);
	KUNIT_EXPECT_EQ(test, config.bus_ns, 11U);
	KUNIT_EXPECT_EQ(test, config.reg_ns, 12U);
	KUNIT_EXPECT_EQ(test, config.latency_us, 13U);
	KUNIT_EXPECT_EQ(test, config.fifo_bytes, 14U);
	KUNIT_EXPECT_EQ(test, config.depth, 15U);
	KUNIT_EXPECT_TRUE(test, config.no_mask);
	KUNIT_EXPECT_TRUE(test, config.shared_luns);
	KUNIT_EXPECT_EQ(test, config.seed, 5U);
}

static void bus_gets_its_parameters(struct kunit *test)
{
	struct sim_bus_config config;

	set(test, "num_tgts", "5");
	set(test, "max_luns", "6");
	set(test, "dev_size_mb", "7");
	set(test, "sector_size", "2048");
	set(test, "tagged", "0");
	set(test, "lbprz", "0");
	sim_params_bus(&config, 8);
	KUNIT_EXPECT_EQ(test, config.num_tgts, 5U);
	KUNIT_EXPECT_EQ(test, config.max_luns, 6U);
	KUNIT_EXPECT_EQ(test, config.dev_size, 7ULL << 20);
	KUNIT_EXPECT_EQ(test, config.sector_size, 2048U);
	KUNIT_EXPECT_EQ(test, config.host_no, 8U);
	KUNIT_EXPECT_TRUE(test, config.untagged);
	KUNIT_EXPECT_TRUE(test, config.no_lbprz);
	KUNIT_EXPECT_FALSE(test, config.no_lbpu);
	KUNIT_EXPECT_FALSE(test, config.no_lbpws);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(defaults_match_documentation),
	KUNIT_CASE_PARAM(parameter_is_accepted_in_its_range_only,
			 limit_gen_params),
	KUNIT_CASE_PARAM(parameters_that_contradict_are_rejected,
			 pair_gen_params),
	KUNIT_CASE(last_hosts_are_dead),
	KUNIT_CASE(media_use_the_given_memory),
	KUNIT_CASE(chip_gets_its_parameters),
	KUNIT_CASE(bus_gets_its_parameters),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_params",
	.test_cases = cases,
};

kunit_test_suite(suite);

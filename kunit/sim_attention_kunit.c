// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit attention conditions of the simulated targets behind the simulated chip:
 * a condition stays pending until the host has accepted the status that reports
 * it.
 */
#include <linux/bitfield.h>
#include <linux/sizes.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>

#include "../sim/engine.h"
#include "../sim/fault_chip.h"
#include "../sim/lun.h"
#include "../sim/rules.h"
#include "sim_initiator.h"
#include "sim_rig.h"

/* A chip with one target, which has two logical units. */
static struct sim_bus *make_disk(struct kunit *test)
{
	const struct sim_chip_config config = { .depth = SIM_RIG_DEPTH };
	const struct sim_bus_config bus_config = {
		.num_tgts = 1,
		.max_luns = 2,
		.dev_size = SZ_1M,
		.sector_size = 512,
	};
	struct sim_initiator *ini = sim_initiator_on(test, &bus_config);
	struct sim_rig *rig = test->priv;

	ini->lun = 1;
	SIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	rig->chip = sim_chip_create(&config, ini->bus,
				    sim_lines_get(rig->lines, 0));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rig->chip);
	return ini->bus;
}

static void start_cdb(struct sim_rig *rig, unsigned int lun,
		      const u8 cdb[SIM_CDB_MAX])
{
	unsigned int i;

	for (i = 0; i < SIM_CDB_MAX; i += 4)
		sim_rig_write(rig, SIM_REG_CDB + i,
			      get_unaligned_le32(&cdb[i]));
	sim_rig_write(rig, SIM_REG_NEXUS, FIELD_PREP(SIM_NEXUS_LUN, lun));
	sim_rig_do(rig, SIM_CMD_START);
}

static void test_ready(struct sim_rig *rig, unsigned int lun)
{
	const u8 cdb[SIM_CDB_MAX] = { TEST_UNIT_READY };

	start_cdb(rig, lun, cdb);
}

/* Expects a unit attention condition of the next command to a LUN. */
static void expect_attention(struct sim_rig *rig, unsigned int lun, u16 code)
{
	u8 *sense = sim_rig_buf(rig->test);
	struct kunit *test = rig->test;

	test_ready(rig, lun);
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_STATUS));
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_RESULT) & 0xff,
			SAM_STAT_CHECK_CONDITION);
	sim_chip_read_rep(rig->chip, sense, 18);
	KUNIT_EXPECT_EQ(test, sense[2], UNIT_ATTENTION);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(&sense[12]), code);
	sim_rig_do(rig, SIM_CMD_ACCEPT);
}

static void expect_ready(struct sim_rig *rig, unsigned int lun)
{
	test_ready(rig, lun);
	KUNIT_EXPECT_TRUE(rig->test, sim_rig_ends(rig, 0, SAM_STAT_GOOD));
}

/* Reset a LUN, and start a command that takes the condition and has no end. */
static void take_attention(struct sim_rig *rig, struct sim_bus *bus)
{
	struct sim_rule_error error = { };

	KUNIT_ASSERT_EQ(rig->test, 0,
			sim_rules_command(&rig->chip->rules, "timeout times=1",
					  &error));
	sim_lun_reset(bus, 0, 0);
	test_ready(rig, 0);
}

static void attention_of_a_command_without_end_stays_pending(struct kunit *test)
{
	struct sim_bus *bus = make_disk(test);
	struct sim_rig *rig = test->priv;

	take_attention(rig, bus);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	expect_attention(rig, 0, 0x2903);
	expect_ready(rig, 0);
}

static void attention_stays_pending_in_a_unit_that_shrinks(struct kunit *test)
{
	struct sim_bus *bus = make_disk(test);
	struct sim_rig *rig = test->priv;

	take_attention(rig, bus);
	KUNIT_ASSERT_EQ(test, 0, sim_bus_resize_lun(bus, 0, 0, SZ_512K));
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	expect_attention(rig, 0, 0x2903);
	expect_attention(rig, 0, 0x2a09);
	expect_ready(rig, 0);
}

static void attention_of_an_aborted_status_stays_pending(struct kunit *test)
{
	struct sim_bus *bus = make_disk(test);
	struct sim_rig *rig = test->priv;

	sim_lun_reset(bus, 0, 0);
	test_ready(rig, 0);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_STATUS);
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	expect_attention(rig, 0, 0x2903);
	expect_ready(rig, 0);
}

static void bus_reset_keeps_attention_of_the_command(struct kunit *test)
{
	struct sim_bus *bus = make_disk(test);
	struct sim_rig *rig = test->priv;
	struct sim_fault *fault;

	fault = &rig->chip->window.faults.kind[SIM_FAULT_BUS_RESET];
	KUNIT_ASSERT_EQ(test, 0, sim_fault_set(fault, &fault->times, 1));
	KUNIT_ASSERT_EQ(test, 0, sim_fault_set(fault, &fault->interval, 1));
	KUNIT_ASSERT_EQ(test, 0, sim_bus_resize_lun(bus, 0, 0, SZ_2M));
	test_ready(rig, 0);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	sim_rig_write(rig, SIM_REG_ISR, SIM_ISR_RESET);
	expect_attention(rig, 0, 0x2902);
	expect_attention(rig, 0, 0x2a09);
	expect_ready(rig, 0);
}

static void lun_reset_keeps_the_higher_attention(struct kunit *test)
{
	struct sim_bus *bus = make_disk(test);
	struct sim_rig *rig = test->priv;

	sim_bus_reset(bus);
	test_ready(rig, 0);
	sim_rig_do(rig, SIM_CMD_LUN_RESET);
	expect_attention(rig, 0, 0x2902);
	expect_ready(rig, 0);
}

struct data_case {
	const char *desc;
	u8 cdb[SIM_CDB_MAX];
	u32 end;	/* SIM_CMD_* in the data phase */
};

static const struct data_case data_cases[] = {
	{ "REPORT LUNS aborted", { REPORT_LUNS, [9] = 32 },
	  SIM_CMD_ABORT_TAG },
	{ "REPORT LUNS accepted early", { REPORT_LUNS, [9] = 32 },
	  SIM_CMD_ACCEPT },
	{ "REQUEST SENSE aborted", { REQUEST_SENSE, [4] = 18 },
	  SIM_CMD_ABORT_TAG },
};

KUNIT_ARRAY_PARAM_DESC(data, data_cases, desc);

static void attention_of_data_without_status_stays_pending(struct kunit *test)
{
	const struct data_case *c = test->param_value;
	struct sim_bus *bus = make_disk(test);
	struct sim_rig *rig = test->priv;

	KUNIT_ASSERT_EQ(test, 0, sim_bus_add_lun(bus, 0, 5, 0));
	start_cdb(rig, 0, c->cdb);
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_DATA_IN));
	sim_rig_do(rig, c->end);
	expect_attention(rig, 0, 0x3f0e);
	expect_ready(rig, 1);
}

static void aborted_report_luns_makes_no_attention(struct kunit *test)
{
	struct sim_rig *rig = test->priv;

	make_disk(test);
	start_cdb(rig, 0, data_cases[0].cdb);
	KUNIT_EXPECT_TRUE(test, sim_rig_wait(rig, SIM_PHASE_DATA_IN));
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	expect_ready(rig, 0);
	expect_ready(rig, 1);
}

static void abort_restores_no_attention_of_a_removed_lun(struct kunit *test)
{
	struct sim_bus *bus = make_disk(test);
	struct sim_rig *rig = test->priv;

	KUNIT_ASSERT_EQ(test, 0, sim_bus_resize_lun(bus, 0, 1, SZ_2M));
	test_ready(rig, 1);
	KUNIT_ASSERT_EQ(test, 0, sim_bus_remove_lun(bus, 0, 1));
	KUNIT_ASSERT_EQ(test, 0, sim_bus_add_lun(bus, 0, 1, 0));
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	expect_attention(rig, 1, 0x2900);
	expect_ready(rig, 1);
}

static void abort_after_removal_of_the_lun_restores_nothing(struct kunit *test)
{
	const u8 cdb[SIM_CDB_MAX] = { REQUEST_SENSE, [4] = 18 };
	struct sim_bus *bus = make_disk(test);
	struct sim_rule_error error = { };
	struct sim_rig *rig = test->priv;

	KUNIT_ASSERT_EQ(test, 0, sim_rules_command(&rig->chip->rules,
						   "sense=1/17/01 times=1",
						   &error));
	KUNIT_ASSERT_EQ(test, 0, sim_bus_resize_lun(bus, 0, 1, SZ_2M));
	start_cdb(rig, 1, cdb);
	KUNIT_ASSERT_EQ(test, sim_rig_phase(rig), SIM_PHASE_DATA_IN);
	KUNIT_ASSERT_EQ(test, 0, sim_bus_remove_lun(bus, 0, 1));
	/* The chip injects sense data of a LUN that it does not find. */
	sim_chip_read_rep(rig->chip, sim_rig_buf(test), 18);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_STATUS);
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	expect_attention(rig, 0, 0x3f0e);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(attention_of_a_command_without_end_stays_pending),
	KUNIT_CASE(attention_stays_pending_in_a_unit_that_shrinks),
	KUNIT_CASE(attention_of_an_aborted_status_stays_pending),
	KUNIT_CASE(bus_reset_keeps_attention_of_the_command),
	KUNIT_CASE(lun_reset_keeps_the_higher_attention),
	KUNIT_CASE_PARAM(attention_of_data_without_status_stays_pending,
			 data_gen_params),
	KUNIT_CASE(aborted_report_luns_makes_no_attention),
	KUNIT_CASE(abort_restores_no_attention_of_a_removed_lun),
	KUNIT_CASE(abort_after_removal_of_the_lun_restores_nothing),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_attention",
	.init = sim_rig_init,
	.exit = sim_rig_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault rules of the simulated chip: their effect on its commands.
 */
#include <linux/sizes.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>

#include "../sim/engine.h"
#include "../sim/rules.h"
#include "sim_initiator.h"
#include "sim_rig.h"

#define DATA_LEN	(8 * 512)	/* the last blocks of the disk */

static struct sim_rig *make_rig(struct kunit *test)
{
	return sim_rig_build(test, (struct sim_chip_config) {});
}

static void add(struct sim_rig *rig, const char *text)
{
	struct sim_rule_error error = { };

	KUNIT_ASSERT_EQ_MSG(rig->test, 0,
			    sim_rules_command(&rig->chip->rules, text, &error),
			    "%s", error.reason);
}

/* The end of a command for the fake target under a rule. */
struct end_case {
	const char *desc;
	const char *text;
	u8 status;
	u32 moved;
};

static const struct end_case end_cases[] = {
	{ "sense", "sense=3/11/00", SAM_STAT_CHECK_CONDITION, 0 },
	{ "busy", "status=busy", SAM_STAT_BUSY, 0 },
	{ "task set full", "status=task_set_full", SAM_STAT_TASK_SET_FULL, 0 },
	{ "reservation conflict", "status=reservation_conflict",
	  SAM_STAT_RESERVATION_CONFLICT, 0 },
	{ "short", "short=24", SAM_STAT_GOOD, 40 },
	{ "shorter than nothing", "short=1000", SAM_STAT_GOOD, 0 },
	{ "long", "long=8", SAM_STAT_GOOD, 72 },
	{ "another LUN", "lun=1 sense=3/11/00", SAM_STAT_GOOD, 64 },
};

KUNIT_ARRAY_PARAM_DESC(end, end_cases, desc);

static void command_ends_as_its_rule_says(struct kunit *test)
{
	const struct end_case *c = test->param_value;
	struct sim_rig *rig = make_rig(test);

	add(rig, c->text);
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = 1, .dir = SIM_DIR_IN, .len = 64,
	});
	if (c->moved) {
		KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_DATA_IN);
		KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_COUNT),
				c->moved);
		sim_chip_read_rep(rig->chip, sim_rig_buf(test), c->moved);
	}
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_STATUS);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_RESULT) & 0xff,
			c->status);
}

static void start_cdb(struct sim_rig *rig, const u8 cdb[SIM_CDB_MAX])
{
	unsigned int i;

	for (i = 0; i < SIM_CDB_MAX; i += 4)
		sim_rig_write(rig, SIM_REG_CDB + i,
			      get_unaligned_le32(&cdb[i]));
	sim_rig_do(rig, SIM_CMD_START);
}

/* Send a command for blocks from 2040 on. The last block is 2047. */
static void start_blocks(struct sim_rig *rig, u8 opcode, u8 count)
{
	const u8 cdb[SIM_CDB_MAX] = { opcode, [4] = 7, 0xf8, [8] = count };

	start_cdb(rig, cdb);
}

static void start_test_unit_ready(struct sim_rig *rig)
{
	const u8 cdb[SIM_CDB_MAX] = { TEST_UNIT_READY };

	start_cdb(rig, cdb);
}

static void expect_chip_sense(struct sim_rig *rig, u8 key, u16 code)
{
	u32 result = sim_rig_read(rig, SIM_REG_RESULT);
	u8 *sense = sim_rig_buf(rig->test);
	struct kunit *test = rig->test;

	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_STATUS);
	KUNIT_EXPECT_EQ(test, result & 0xff, SAM_STAT_CHECK_CONDITION);
	sim_chip_read_rep(rig->chip, sense, 18);
	KUNIT_EXPECT_EQ(test, sense[2], key);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(&sense[12]), code);
	sim_rig_do(rig, SIM_CMD_ACCEPT);
}

/* A chip with the targets of sim_initiator, which have blocks. */
static struct sim_initiator *make_disk(struct kunit *test)
{
	const struct sim_chip_config config = { .depth = SIM_RIG_DEPTH };
	const struct sim_bus_config bus_config = {
		.num_tgts = 1,
		.max_luns = 2,
		.dev_size = SZ_1M,
		.sector_size = 512,
		.removable = true,
	};
	struct sim_initiator *ini = sim_initiator_on(test, &bus_config);
	struct sim_rig *rig = test->priv;

	rig->chip = sim_chip_create(&config, ini->bus,
				    sim_lines_get(rig->lines, 0));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rig->chip);
	return ini;
}

/* Expect data of the connected command, and move it. */
static void expect_data_in(struct sim_rig *rig, u32 bytes)
{
	struct kunit *test = rig->test;
	u8 *buf;

	if (bytes) {
		buf = kunit_kzalloc(test, bytes, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, buf);
		KUNIT_ASSERT_EQ(test, sim_rig_phase(rig), SIM_PHASE_DATA_IN);
		KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_COUNT), bytes);
		sim_chip_read_rep(rig->chip, buf, bytes);
	}
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_STATUS);
}

struct medium_case {
	const char *desc;
	const char *text;
	u8 opcode;
	u32 bytes;	/* that a command for the last 8 blocks moves */
};

static const struct medium_case medium_cases[] = {
	{ "bad block", "lba=2044 medium", READ_10, 4 * 512 },
	{ "bad first block", "lba=2040 medium", READ_10, 0 },
	{ "sense data of a block", "lba=2044 sense=3/11/00", READ_10, 4 * 512 },
	{ "sense data of the first block", "lba=0-2047 sense=3/11/00", READ_10,
	  0 },
	{ "verified block", "lba=2044 medium", VERIFY, 0 },
	{ "verified first block", "lba=2040 medium", VERIFY, 0 },
};

KUNIT_ARRAY_PARAM_DESC(medium, medium_cases, desc);

static void medium_error_does_not_hide_an_earlier_error(struct kunit *test)
{
	const struct medium_case *c = test->param_value;
	struct sim_initiator *ini = make_disk(test);
	struct sim_rig *rig = test->priv;

	add(rig, c->text);
	start_blocks(rig, c->opcode, 8);
	expect_data_in(rig, c->bytes);
	expect_chip_sense(rig, MEDIUM_ERROR, 0x1100);
	sim_lun_reset(ini->bus, 0, 0);
	start_blocks(rig, c->opcode, 8);
	expect_chip_sense(rig, UNIT_ATTENTION, 0x2903);
	start_blocks(rig, c->opcode, 9);
	expect_chip_sense(rig, ILLEGAL_REQUEST, 0x2100);
	SIM_SEND_GOOD(ini, START_STOP, 0, 0, 0, 0, 0);
	start_blocks(rig, c->opcode, 8);
	expect_chip_sense(rig, NOT_READY, 0x0402);
	SIM_SEND_GOOD(ini, START_STOP, 0, 0, 0, 0x02, 0);
	start_blocks(rig, c->opcode, 8);
	expect_chip_sense(rig, NOT_READY, 0x3a00);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(ini->bus, 0, 0));
	start_blocks(rig, c->opcode, 8);
	expect_chip_sense(rig, ILLEGAL_REQUEST, 0x2500);
}

/* Expect this number of faults of the only rule. */
static void expect_hits(struct sim_rig *rig, u64 hits)
{
	const struct sim_rule *rule;

	rule = list_first_entry(&rig->chip->rules.list, struct sim_rule, node);
	KUNIT_EXPECT_EQ(rig->test, rule->hits, hits);
}

static void accept_good(struct sim_rig *rig)
{
	KUNIT_EXPECT_TRUE(rig->test, sim_rig_ends(rig, 0, SAM_STAT_GOOD));
}

struct data_case {
	const char *desc;
	const char *text;
	u32 bytes;
};

static const struct data_case data_cases[] = {
	{ "short", "short=512 times=1", DATA_LEN - 512 },
	{ "long", "long=512 times=1", DATA_LEN + 512 },
};

KUNIT_ARRAY_PARAM_DESC(data, data_cases, desc);

static void data_fault_waits_for_a_command_with_data(struct kunit *test)
{
	const struct data_case *c = test->param_value;
	struct sim_initiator *ini = make_disk(test);
	struct sim_rig *rig = test->priv;

	add(rig, c->text);
	start_test_unit_ready(rig);
	accept_good(rig);
	sim_lun_reset(ini->bus, 0, 0);
	start_blocks(rig, READ_10, 8);
	expect_chip_sense(rig, UNIT_ATTENTION, 0x2903);
	expect_hits(rig, 0);
	start_blocks(rig, READ_10, 8);
	expect_data_in(rig, c->bytes);
	accept_good(rig);
	expect_hits(rig, 1);
	start_blocks(rig, READ_10, 8);
	expect_data_in(rig, DATA_LEN);
	accept_good(rig);
}

static void medium_error_waits_for_a_command_that_reads(struct kunit *test)
{
	struct sim_initiator *ini = make_disk(test);
	struct sim_rig *rig = test->priv;

	add(rig, "lba=2044 medium times=1");
	sim_lun_reset(ini->bus, 0, 0);
	start_blocks(rig, READ_10, 8);
	expect_chip_sense(rig, UNIT_ATTENTION, 0x2903);
	start_blocks(rig, READ_10, 8);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_DATA_IN);
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	expect_hits(rig, 0);
	start_blocks(rig, READ_10, 8);
	expect_data_in(rig, 4 * 512);
	expect_chip_sense(rig, MEDIUM_ERROR, 0x1100);
	expect_hits(rig, 1);
	start_blocks(rig, READ_10, 8);
	expect_data_in(rig, DATA_LEN);
	accept_good(rig);
}

static void recovered_error_waits_for_a_good_command(struct kunit *test)
{
	struct sim_initiator *ini = make_disk(test);
	struct sim_rig *rig = test->priv;

	add(rig, "sense=1/17/01 times=1");
	sim_lun_reset(ini->bus, 0, 0);
	start_test_unit_ready(rig);
	expect_chip_sense(rig, UNIT_ATTENTION, 0x2903);
	expect_hits(rig, 0);
	start_test_unit_ready(rig);
	expect_chip_sense(rig, RECOVERED_ERROR, 0x1701);
	expect_hits(rig, 1);
}

static void command_with_recovered_error_is_executed(struct kunit *test)
{
	struct sim_rig *rig = test->priv;
	u8 *buf;

	make_disk(test);
	add(rig, "lba=2044 sense=1/17/01");
	start_blocks(rig, WRITE_10, 8);
	KUNIT_ASSERT_EQ(test, sim_rig_phase(rig), SIM_PHASE_DATA_OUT);
	buf = kunit_kzalloc(test, DATA_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	memset(buf, 0xa5, DATA_LEN);
	sim_chip_write_rep(rig->chip, buf, DATA_LEN);
	expect_chip_sense(rig, RECOVERED_ERROR, 0x1701);
	start_blocks(rig, READ_10, 8);
	KUNIT_ASSERT_EQ(test, sim_rig_phase(rig), SIM_PHASE_DATA_IN);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_COUNT), DATA_LEN);
	memset(buf, 0, DATA_LEN);
	sim_chip_read_rep(rig->chip, buf, DATA_LEN);
	expect_chip_sense(rig, RECOVERED_ERROR, 0x1701);
	KUNIT_EXPECT_NULL(test, memchr_inv(buf, 0xa5, DATA_LEN));
}

static void rule_is_for_reads_that_begin_before_its_blocks(struct kunit *test)
{
	struct sim_rig *rig = test->priv;

	make_disk(test);
	add(rig, "lba=2044 status=busy times=1");
	add(rig, "lba=2044 timeout times=1");
	start_blocks(rig, READ_10, 8);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_STATUS);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_RESULT) & 0xff,
			SAM_STAT_BUSY);
	sim_rig_do(rig, SIM_CMD_ACCEPT);
	start_blocks(rig, READ_10, 8);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
}

static void command_without_end_can_be_aborted(struct kunit *test)
{
	struct sim_rig *rig = make_rig(test);

	add(rig, "timeout times=1");
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 1 });
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	sim_rig_write(rig, SIM_REG_TAG, 1);
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 1, .status = 2 });
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, 2));
}

static bool refused(struct sim_rig *rig)
{
	return sim_rig_read(rig, SIM_REG_STAT) & SIM_STAT_REFUSED;
}

static void refused_abort_leaves_command(struct kunit *test)
{
	struct sim_rig *rig = make_rig(test);

	add(rig, "lun=0 fail_abort times=1");
	add(rig, "lun=0 fail_reset times=2");
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 1, .status = 2 });
	sim_rig_write(rig, SIM_REG_TAG, 1);
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	KUNIT_EXPECT_TRUE(test, refused(rig));
	sim_rig_do(rig, SIM_CMD_LUN_RESET);
	KUNIT_EXPECT_TRUE(test, refused(rig));
	sim_rig_do(rig, SIM_CMD_TARGET_RESET);
	KUNIT_EXPECT_TRUE(test, refused(rig));
	KUNIT_EXPECT_EQ(test, rig->lun_resets + rig->target_resets, 0U);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_STATUS);

	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	KUNIT_EXPECT_FALSE(test, refused(rig));
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
}

struct abort_case {
	const char *desc;
	const char *text;
	bool refused;
};

/* For READ (10) of the last 8 blocks, from 2040 on. */
static const struct abort_case abort_cases[] = {
	{ "all commands", "fail_abort", true },
	{ "this opcode", "opcode=28 fail_abort", true },
	{ "another opcode", "opcode=2a fail_abort", false },
	{ "these blocks", "lba=2047 fail_abort", true },
	{ "other blocks", "lba=0-2039 fail_abort", false },
	{ "another LUN", "lun=1 opcode=28 fail_abort", false },
};

KUNIT_ARRAY_PARAM_DESC(abort, abort_cases, desc);

static void abort_of_selected_command_is_refused(struct kunit *test)
{
	const struct abort_case *c = test->param_value;
	struct sim_rig *rig = test->priv;

	make_disk(test);
	add(rig, c->text);
	start_blocks(rig, READ_10, 8);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig), SIM_PHASE_DATA_IN);
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	KUNIT_EXPECT_EQ(test, refused(rig), c->refused);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig),
			c->refused ? SIM_PHASE_DATA_IN : SIM_PHASE_FREE);
}

static void abort_without_command_matches_no_opcode_rule(struct kunit *test)
{
	struct sim_rig *rig = make_rig(test);

	add(rig, "opcode=00 fail_abort");
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	KUNIT_EXPECT_FALSE(test, refused(rig));
	add(rig, "fail_abort");
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	KUNIT_EXPECT_TRUE(test, refused(rig));
}

static void rule_for_one_lun_spares_the_call_of_another(struct kunit *test)
{
	struct sim_rig *rig = make_rig(test);

	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_ALL);
	add(rig, "lun=0 lost_irq");
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 0, .lun = 1 });
	KUNIT_EXPECT_TRUE(test, sim_rig_read(rig, SIM_REG_STAT) &
			  SIM_STAT_IRQ);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 0));
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 0, .lun = 0 });
	KUNIT_EXPECT_FALSE(test, sim_rig_read(rig, SIM_REG_STAT) &
			   SIM_STAT_IRQ);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 0));
}

/* It is aborted while another command is connected, before its first call. */
static void lost_call_of_an_aborted_command_is_not_counted(struct kunit *test)
{
	struct sim_rig *rig = make_rig(test);

	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_ALL);
	add(rig, "lun=0 lost_irq times=1");
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 1, .lun = 1 });
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 2, .lun = 0 });
	sim_rig_write(rig, SIM_REG_TAG, 2);
	sim_rig_do(rig, SIM_CMD_ABORT_TAG);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, 0));
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 0, .lun = 0 });
	KUNIT_EXPECT_FALSE(test, sim_rig_read(rig, SIM_REG_STAT) &
			   SIM_STAT_IRQ);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 0));
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 0, .lun = 0 });
	KUNIT_EXPECT_TRUE(test, sim_rig_read(rig, SIM_REG_STAT) &
			  SIM_STAT_IRQ);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 0));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(command_ends_as_its_rule_says, end_gen_params),
	KUNIT_CASE_PARAM(medium_error_does_not_hide_an_earlier_error,
			 medium_gen_params),
	KUNIT_CASE_PARAM(data_fault_waits_for_a_command_with_data,
			 data_gen_params),
	KUNIT_CASE(medium_error_waits_for_a_command_that_reads),
	KUNIT_CASE(recovered_error_waits_for_a_good_command),
	KUNIT_CASE(command_with_recovered_error_is_executed),
	KUNIT_CASE(rule_is_for_reads_that_begin_before_its_blocks),
	KUNIT_CASE(command_without_end_can_be_aborted),
	KUNIT_CASE(lost_call_of_an_aborted_command_is_not_counted),
	KUNIT_CASE(refused_abort_leaves_command),
	KUNIT_CASE_PARAM(abort_of_selected_command_is_refused,
			 abort_gen_params),
	KUNIT_CASE(abort_without_command_matches_no_opcode_rule),
	KUNIT_CASE(rule_for_one_lun_spares_the_call_of_another),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_rule_cmd",
	.init = sim_rig_init,
	.exit = sim_rig_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated chip, as the host sees it: registers and commands.
 */

#include <linux/interrupt.h>

#include "sim_rig.h"

/* Registers */

struct reg_case {
	const char *desc;
	unsigned int reg;
	u32 val;
};

static const struct reg_case reset_values[] = {
	{ "ID", SIM_REG_ID, SIM_ID },
	{ "CTRL, write only", SIM_REG_CTRL, 0 },
	{ "ISR", SIM_REG_ISR, 0 },
	{ "IMR", SIM_REG_IMR, 0 },
	{ "STAT", SIM_REG_STAT, 0 },
	{ "CMD, write only", SIM_REG_CMD, 0 },
	{ "CUR_TAG", SIM_REG_CUR_TAG, U32_MAX },
	{ "COUNT", SIM_REG_COUNT, 0 },
	{ "RESULT", SIM_REG_RESULT, 0 },
	{ "DEPTH", SIM_REG_DEPTH, SIM_RIG_DEPTH },
	{ "TARGETS", SIM_REG_TARGETS, SIM_RIG_TGTS },
	{ "LUNS", SIM_REG_LUNS, SIM_RIG_LUNS },
	{ "DATA", SIM_REG_DATA, 0xffff },
	{ "not aligned", SIM_REG_ID + 1, 0 },
	{ "a gap", 0x14, 0 },
	{ "the last before DATA", 0x7c, 0 },
	{ "beyond DATA", 0x84, 0 },
	{ "far out", UINT_MAX - 3, 0 },
};

static void reg_desc(const struct reg_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(reset_values, reset_values, reg_desc);

static void chip_shows_reset_value(struct kunit *test)
{
	const struct reg_case *c = test->param_value;
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, c->reg), c->val);
}

static void chip_ignores_write_to_read_only(struct kunit *test)
{
	const struct reg_case *c = test->param_value;
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	if (c->reg != SIM_REG_IMR)
		sim_rig_write(rig, c->reg, 0xffffff80);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, c->reg), c->val);
}

static void mailbox_keeps_written_values(struct kunit *test)
{
	static const unsigned int regs[] = {
		SIM_REG_CDB, SIM_REG_CDB + 4, SIM_REG_CDB + 8,
		SIM_REG_CDB + 12, SIM_REG_NEXUS, SIM_REG_TAG,
	};
	struct sim_rig *rig;
	unsigned int i;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	for (i = 0; i < ARRAY_SIZE(regs); i++)
		sim_rig_write(rig, regs[i], 0xa5000000 + i);
	for (i = 0; i < ARRAY_SIZE(regs); i++)
		KUNIT_EXPECT_EQ(test, sim_rig_read(rig, regs[i]),
				0xa5000000 + i);
}

static void chip_clears_isr_bits_written_1(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_write(rig, SIM_REG_CTRL, SIM_CTRL_BUS_RESET);
	sim_rig_start(rig, (struct sim_rig_cmd) {});
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR),
			SIM_ISR_SERVICE | SIM_ISR_RESET);
	sim_rig_write(rig, SIM_REG_ISR, 0);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR),
			SIM_ISR_SERVICE | SIM_ISR_RESET);
	sim_rig_write(rig, SIM_REG_ISR, SIM_ISR_RESET);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR),
			SIM_ISR_SERVICE);
	sim_rig_ack(rig);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR), 0UL);
}

static void interrupt_output_follows_isr_and_imr(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {});
	KUNIT_EXPECT_FALSE(test, sim_rig_read(rig, SIM_REG_STAT) &
			   SIM_STAT_IRQ);
	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_RESET);
	KUNIT_EXPECT_FALSE(test, sim_rig_read(rig, SIM_REG_STAT) &
			   SIM_STAT_IRQ);
	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_SERVICE);
	KUNIT_EXPECT_TRUE(test, sim_rig_read(rig, SIM_REG_STAT) &
			  SIM_STAT_IRQ);
	sim_rig_ack(rig);
	KUNIT_EXPECT_FALSE(test, sim_rig_read(rig, SIM_REG_STAT) &
			   SIM_STAT_IRQ);
}

static void imr_keeps_isr_bits_only(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_write(rig, SIM_REG_IMR, U32_MAX);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_IMR), SIM_ISR_ALL);
}

/* Masks the chip, as the port does. */
static irqreturn_t rig_handler(int irq, void *data)
{
	struct sim_rig *rig = data;

	if (!sim_rig_read(rig, SIM_REG_ISR))
		return IRQ_NONE;
	sim_rig_write(rig, SIM_REG_IMR, 0);
	rig->irqs++;
	return IRQ_HANDLED;
}

static void chip_interrupts_until_masked(struct kunit *test)
{
	struct sim_rig *rig;
	struct sim_line *line;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	line = sim_lines_get(rig->lines, 0);
	KUNIT_ASSERT_EQ(test, 0, request_irq(sim_line_irq(line), rig_handler,
					     0, "sim_chip_kunit", rig));
	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_ALL);
	sim_rig_start(rig, (struct sim_rig_cmd) {});
	sim_line_sync(line);
	KUNIT_EXPECT_EQ(test, rig->irqs, 1U);

	/* Without an acknowledge, the interrupt returns at the unmask. */
	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_ALL);
	sim_line_sync(line);
	KUNIT_EXPECT_EQ(test, rig->irqs, 2U);

	sim_rig_ack(rig);
	sim_rig_write(rig, SIM_REG_IMR, SIM_ISR_ALL);
	sim_line_sync(line);
	KUNIT_EXPECT_EQ(test, rig->irqs, 2U);
	free_irq(sim_line_irq(line), rig);
}

static void depth_out_of_range_is_refused(struct kunit *test)
{
	struct sim_chip_config config = { .depth = 0 };
	struct sim_rig *rig = test->priv;
	struct sim_line *line = sim_lines_get(rig->lines, 0);

	KUNIT_EXPECT_EQ(test, PTR_ERR(sim_chip_create(&config, NULL, line)),
			-EINVAL);
	config.depth = SIM_DEPTH_MAX + 1;
	KUNIT_EXPECT_EQ(test, PTR_ERR(sim_chip_create(&config, NULL, line)),
			-EINVAL);
}

/* Commands */

static void chip_passes_cdb_and_nexus_on(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = 3, .target = 1, .lun = 0x1234, .seed = 0x77,
		.len = 0xa1b2c3d4, .dir = SIM_DIR_OUT,
	});
	KUNIT_EXPECT_EQ(test, rig->execs, 1U);
	KUNIT_EXPECT_EQ(test, rig->last.target, 1U);
	KUNIT_EXPECT_EQ(test, rig->last.lun, 0x1234U);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_CUR_TAG), 3U);
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_COUNT), 0xa1b2c3d4U);
}

static void chip_shows_status(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 2, .status = 0x28 });
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR),
			SIM_ISR_SERVICE);
	KUNIT_EXPECT_EQ(test, rig->blocking, 0U);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 2, 0x28));
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	KUNIT_EXPECT_EQ(test, atomic_read(&rig->live), 0);
}

static void commands_are_served_in_order(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 1, .status = 11 });
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 0, .status = 10 });
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 2, .status = 12 });
	sim_rig_ack(rig);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, 11));
	KUNIT_EXPECT_EQ(test, sim_rig_read(rig, SIM_REG_ISR),
			SIM_ISR_SERVICE);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 0, 10));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 2, 12));
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
}

static void selection_without_target_times_out(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = 1, .target = SIM_RIG_TGTS, .len = 8, .dir = SIM_DIR_IN,
	});
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SIM_RESULT_TIMEOUT));
	KUNIT_EXPECT_EQ(test, rig->execs, 0U);
}

static void chip_refuses_tag_in_use(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 1, .status = 8 });
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 1, .status = 9 });
	KUNIT_EXPECT_EQ(test, rig->execs, 1U);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, 8));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, SIM_RESULT_OVERRUN));
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 1, .status = 7 });
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, 7));
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
}

static void chip_refuses_tag_beyond_depth(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = SIM_RIG_DEPTH });
	KUNIT_EXPECT_TRUE(test,
			  sim_rig_ends(rig, SIM_RIG_DEPTH,
				       SIM_RESULT_OVERRUN));
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = U32_MAX });
	KUNIT_EXPECT_TRUE(test,
			  sim_rig_ends(rig, U32_MAX, SIM_RESULT_OVERRUN));
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
}

static void chip_takes_as_many_commands_as_its_depth(struct kunit *test)
{
	struct sim_rig *rig;
	u32 i;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	for (i = 0; i < SIM_RIG_DEPTH; i++) {
		KUNIT_EXPECT_FALSE(test, sim_rig_read(rig, SIM_REG_STAT) &
				   SIM_STAT_FULL);
		sim_rig_start(rig, (struct sim_rig_cmd) { .tag = i });
	}
	KUNIT_EXPECT_TRUE(test, sim_rig_read(rig, SIM_REG_STAT) &
			  SIM_STAT_FULL);

	/* Two of these commands are refused, and the others are ignored. */
	for (i = 0; i < 20; i++)
		sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 3 });
	for (i = 0; i < SIM_RIG_DEPTH; i++)
		KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, i, 0));
	KUNIT_EXPECT_FALSE(test, sim_rig_read(rig, SIM_REG_STAT) &
			   SIM_STAT_FULL);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 3, SIM_RESULT_OVERRUN));
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 3, SIM_RESULT_OVERRUN));
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
}

static void chip_ignores_unknown_command(struct kunit *test)
{
	static const u32 commands[] = { 0, 6, 7, 0x101, 0x80000001, U32_MAX };
	struct sim_rig *rig;
	unsigned int i;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 1, .status = 4 });
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		sim_rig_do(rig, commands[i]);
	KUNIT_EXPECT_EQ(test, rig->execs, 1U);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 1, 4));
}

static void accept_without_nexus_does_nothing(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_do(rig, SIM_CMD_ACCEPT);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
}

static void accept_in_data_phase_ends_the_command(struct kunit *test)
{
	struct sim_rig *rig;

	rig = sim_rig_build(test, (struct sim_chip_config) {});
	sim_rig_start(rig, (struct sim_rig_cmd) {
		.tag = 1, .dir = SIM_DIR_IN, .len = 64,
	});
	sim_rig_start(rig, (struct sim_rig_cmd) { .tag = 2 });
	sim_rig_read(rig, SIM_REG_DATA);
	sim_rig_do(rig, SIM_CMD_ACCEPT);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig, 2, 0));
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	KUNIT_EXPECT_EQ(test, atomic_read(&rig->live), 0);
}

static struct kunit_case chip_cases[] = {
	KUNIT_CASE_PARAM(chip_shows_reset_value, reset_values_gen_params),
	KUNIT_CASE_PARAM(chip_ignores_write_to_read_only,
			 reset_values_gen_params),
	KUNIT_CASE(mailbox_keeps_written_values),
	KUNIT_CASE(chip_clears_isr_bits_written_1),
	KUNIT_CASE(interrupt_output_follows_isr_and_imr),
	KUNIT_CASE(imr_keeps_isr_bits_only),
	KUNIT_CASE(chip_interrupts_until_masked),
	KUNIT_CASE(depth_out_of_range_is_refused),
	KUNIT_CASE(chip_passes_cdb_and_nexus_on),
	KUNIT_CASE(chip_shows_status),
	KUNIT_CASE(commands_are_served_in_order),
	KUNIT_CASE(selection_without_target_times_out),
	KUNIT_CASE(chip_refuses_tag_in_use),
	KUNIT_CASE(chip_refuses_tag_beyond_depth),
	KUNIT_CASE(chip_takes_as_many_commands_as_its_depth),
	KUNIT_CASE(chip_ignores_unknown_command),
	KUNIT_CASE(accept_without_nexus_does_nothing),
	KUNIT_CASE(accept_in_data_phase_ends_the_command),
	{}
};

static struct kunit_suite chip_suite = {
	.name = "sim_chip",
	.init = sim_rig_init,
	.exit = sim_rig_exit,
	.test_cases = chip_cases,
};

kunit_test_suite(chip_suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated chip, as the host sees it: registers and commands.
 */

#include <linux/interrupt.h>

#include "psim_rig.h"

/* Registers */

struct reg_case {
	const char *desc;
	unsigned int reg;
	u32 val;
};

static const struct reg_case reset_values[] = {
	{ "ID", PSIM_REG_ID, PSIM_ID },
	{ "CTRL, write only", PSIM_REG_CTRL, 0 },
	{ "ISR", PSIM_REG_ISR, 0 },
	{ "IMR", PSIM_REG_IMR, 0 },
	{ "STAT", PSIM_REG_STAT, 0 },
	{ "CMD, write only", PSIM_REG_CMD, 0 },
	{ "CUR_TAG", PSIM_REG_CUR_TAG, U32_MAX },
	{ "COUNT", PSIM_REG_COUNT, 0 },
	{ "RESULT", PSIM_REG_RESULT, 0 },
	{ "DEPTH", PSIM_REG_DEPTH, PSIM_RIG_DEPTH },
	{ "TARGETS", PSIM_REG_TARGETS, PSIM_RIG_TGTS },
	{ "LUNS", PSIM_REG_LUNS, PSIM_RIG_LUNS },
	{ "DATA", PSIM_REG_DATA, 0xffff },
	{ "not aligned", PSIM_REG_ID + 1, 0 },
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
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	KUNIT_EXPECT_EQ(test, psim_rig_read(rig, c->reg), c->val);
}

static void chip_ignores_write_to_read_only(struct kunit *test)
{
	const struct reg_case *c = test->param_value;
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	if (c->reg != PSIM_REG_IMR)
		psim_rig_write(rig, c->reg, 0xffffff80);
	KUNIT_EXPECT_EQ(test, psim_rig_read(rig, c->reg), c->val);
}

static void chip_keeps_mailbox(struct kunit *test)
{
	static const unsigned int regs[] = {
		PSIM_REG_CDB, PSIM_REG_CDB + 4, PSIM_REG_CDB + 8,
		PSIM_REG_CDB + 12, PSIM_REG_NEXUS, PSIM_REG_TAG,
	};
	struct psim_rig *rig;
	unsigned int i;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	for (i = 0; i < ARRAY_SIZE(regs); i++)
		psim_rig_write(rig, regs[i], 0xa5000000 + i);
	for (i = 0; i < ARRAY_SIZE(regs); i++)
		KUNIT_EXPECT_EQ(test, psim_rig_read(rig, regs[i]),
				0xa5000000 + i);
}

static void chip_clears_isr_bits_written_1(struct kunit *test)
{
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	psim_rig_write(rig, PSIM_REG_CTRL, PSIM_CTRL_BUS_RESET);
	psim_rig_start(rig, (struct psim_rig_cmd) {});
	KUNIT_EXPECT_EQ(test, psim_rig_read(rig, PSIM_REG_ISR),
			PSIM_ISR_SERVICE | PSIM_ISR_RESET);
	psim_rig_write(rig, PSIM_REG_ISR, 0);
	KUNIT_EXPECT_EQ(test, psim_rig_read(rig, PSIM_REG_ISR),
			PSIM_ISR_SERVICE | PSIM_ISR_RESET);
	psim_rig_write(rig, PSIM_REG_ISR, PSIM_ISR_RESET);
	KUNIT_EXPECT_EQ(test, psim_rig_read(rig, PSIM_REG_ISR),
			PSIM_ISR_SERVICE);
	psim_rig_ack(rig);
	KUNIT_EXPECT_EQ(test, psim_rig_read(rig, PSIM_REG_ISR), 0UL);
}

static void chip_output_is_isr_and_imr(struct kunit *test)
{
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	psim_rig_start(rig, (struct psim_rig_cmd) {});
	KUNIT_EXPECT_FALSE(test, psim_rig_read(rig, PSIM_REG_STAT) &
			   PSIM_STAT_IRQ);
	psim_rig_write(rig, PSIM_REG_IMR, PSIM_ISR_RESET);
	KUNIT_EXPECT_FALSE(test, psim_rig_read(rig, PSIM_REG_STAT) &
			   PSIM_STAT_IRQ);
	psim_rig_write(rig, PSIM_REG_IMR, PSIM_ISR_SERVICE);
	KUNIT_EXPECT_TRUE(test, psim_rig_read(rig, PSIM_REG_STAT) &
			  PSIM_STAT_IRQ);
	psim_rig_ack(rig);
	KUNIT_EXPECT_FALSE(test, psim_rig_read(rig, PSIM_REG_STAT) &
			   PSIM_STAT_IRQ);
}

static void chip_imr_has_only_isr_bits(struct kunit *test)
{
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	psim_rig_write(rig, PSIM_REG_IMR, U32_MAX);
	KUNIT_EXPECT_EQ(test, psim_rig_read(rig, PSIM_REG_IMR), PSIM_ISR_ALL);
}

/* Masks the chip, as the port does. */
static irqreturn_t rig_handler(int irq, void *data)
{
	struct psim_rig *rig = data;

	if (!psim_rig_read(rig, PSIM_REG_ISR))
		return IRQ_NONE;
	psim_rig_write(rig, PSIM_REG_IMR, 0);
	rig->irqs++;
	return IRQ_HANDLED;
}

static void chip_interrupts_until_masked(struct kunit *test)
{
	struct psim_rig *rig;
	struct psim_line *line;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	line = psim_lines_get(rig->lines, 0);
	KUNIT_ASSERT_EQ(test, 0, request_irq(psim_line_irq(line), rig_handler,
					     0, "psim_chip_kunit", rig));
	psim_rig_write(rig, PSIM_REG_IMR, PSIM_ISR_ALL);
	psim_rig_start(rig, (struct psim_rig_cmd) {});
	psim_line_sync(line);
	KUNIT_EXPECT_EQ(test, rig->irqs, 1U);

	/* Not acknowledged: unmasking brings it back. */
	psim_rig_write(rig, PSIM_REG_IMR, PSIM_ISR_ALL);
	psim_line_sync(line);
	KUNIT_EXPECT_EQ(test, rig->irqs, 2U);

	psim_rig_ack(rig);
	psim_rig_write(rig, PSIM_REG_IMR, PSIM_ISR_ALL);
	psim_line_sync(line);
	KUNIT_EXPECT_EQ(test, rig->irqs, 2U);
	free_irq(psim_line_irq(line), rig);
}

static void chip_needs_depth_in_range(struct kunit *test)
{
	struct psim_chip_config config = { .depth = 0 };
	struct psim_rig *rig = test->priv;
	struct psim_line *line = psim_lines_get(rig->lines, 0);

	KUNIT_EXPECT_EQ(test, PTR_ERR(psim_chip_create(&config, NULL, line)),
			-EINVAL);
	config.depth = PSIM_DEPTH_MAX + 1;
	KUNIT_EXPECT_EQ(test, PTR_ERR(psim_chip_create(&config, NULL, line)),
			-EINVAL);
}

/* Commands */

static void chip_passes_cdb_and_nexus_on(struct kunit *test)
{
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	psim_rig_start(rig, (struct psim_rig_cmd) {
		.tag = 3, .target = 1, .lun = 0x1234, .seed = 0x77,
		.len = 0xa1b2c3d4, .dir = PSIM_DIR_OUT,
	});
	KUNIT_EXPECT_EQ(test, rig->execs, 1U);
	KUNIT_EXPECT_EQ(test, rig->last.target, 1U);
	KUNIT_EXPECT_EQ(test, rig->last.lun, 0x1234U);
	KUNIT_EXPECT_EQ(test, psim_rig_read(rig, PSIM_REG_CUR_TAG), 3U);
	KUNIT_EXPECT_EQ(test, psim_rig_read(rig, PSIM_REG_COUNT), 0xa1b2c3d4U);
}

static void chip_shows_status(struct kunit *test)
{
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	psim_rig_start(rig, (struct psim_rig_cmd) { .tag = 2, .status = 0x28 });
	KUNIT_EXPECT_EQ(test, psim_rig_read(rig, PSIM_REG_ISR),
			PSIM_ISR_SERVICE);
	KUNIT_EXPECT_EQ(test, rig->blocking, 0U);
	KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, 2, 0x28));
	KUNIT_EXPECT_TRUE(test, psim_rig_is_idle(rig));
	KUNIT_EXPECT_EQ(test, atomic_read(&rig->live), 0);
}

static void chip_serves_in_order(struct kunit *test)
{
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	psim_rig_start(rig, (struct psim_rig_cmd) { .tag = 1, .status = 11 });
	psim_rig_start(rig, (struct psim_rig_cmd) { .tag = 0, .status = 10 });
	psim_rig_start(rig, (struct psim_rig_cmd) { .tag = 2, .status = 12 });
	psim_rig_ack(rig);
	KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, 1, 11));
	KUNIT_EXPECT_EQ(test, psim_rig_read(rig, PSIM_REG_ISR),
			PSIM_ISR_SERVICE);
	KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, 0, 10));
	KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, 2, 12));
	KUNIT_EXPECT_TRUE(test, psim_rig_is_idle(rig));
}

static void chip_times_out_without_target(struct kunit *test)
{
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	psim_rig_start(rig, (struct psim_rig_cmd) {
		.tag = 1, .target = PSIM_RIG_TGTS, .len = 8, .dir = PSIM_DIR_IN,
	});
	KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, 1, PSIM_RESULT_TIMEOUT));
	KUNIT_EXPECT_EQ(test, rig->execs, 0U);
}

static void chip_refuses_tag_in_use(struct kunit *test)
{
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	psim_rig_start(rig, (struct psim_rig_cmd) { .tag = 1, .status = 8 });
	psim_rig_start(rig, (struct psim_rig_cmd) { .tag = 1, .status = 9 });
	KUNIT_EXPECT_EQ(test, rig->execs, 1U);
	KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, 1, 8));
	KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, 1, PSIM_RESULT_OVERRUN));
	psim_rig_start(rig, (struct psim_rig_cmd) { .tag = 1, .status = 7 });
	KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, 1, 7));
	KUNIT_EXPECT_TRUE(test, psim_rig_is_idle(rig));
}

static void chip_refuses_tag_beyond_depth(struct kunit *test)
{
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	psim_rig_start(rig, (struct psim_rig_cmd) { .tag = PSIM_RIG_DEPTH });
	KUNIT_EXPECT_TRUE(test,
			  psim_rig_ends(rig, PSIM_RIG_DEPTH,
					PSIM_RESULT_OVERRUN));
	psim_rig_start(rig, (struct psim_rig_cmd) { .tag = U32_MAX });
	KUNIT_EXPECT_TRUE(test,
			  psim_rig_ends(rig, U32_MAX, PSIM_RESULT_OVERRUN));
	KUNIT_EXPECT_TRUE(test, psim_rig_is_idle(rig));
}

static void chip_takes_depth_commands(struct kunit *test)
{
	struct psim_rig *rig;
	u32 i;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	for (i = 0; i < PSIM_RIG_DEPTH; i++) {
		KUNIT_EXPECT_FALSE(test, psim_rig_read(rig, PSIM_REG_STAT) &
				   PSIM_STAT_FULL);
		psim_rig_start(rig, (struct psim_rig_cmd) { .tag = i });
	}
	KUNIT_EXPECT_TRUE(test, psim_rig_read(rig, PSIM_REG_STAT) &
			  PSIM_STAT_FULL);

	/* Two of these are refused, the others ignored. */
	for (i = 0; i < 20; i++)
		psim_rig_start(rig, (struct psim_rig_cmd) { .tag = 3 });
	for (i = 0; i < PSIM_RIG_DEPTH; i++)
		KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, i, 0));
	KUNIT_EXPECT_FALSE(test, psim_rig_read(rig, PSIM_REG_STAT) &
			   PSIM_STAT_FULL);
	KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, 3, PSIM_RESULT_OVERRUN));
	KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, 3, PSIM_RESULT_OVERRUN));
	KUNIT_EXPECT_TRUE(test, psim_rig_is_idle(rig));
}

static void chip_ignores_unknown_command(struct kunit *test)
{
	static const u32 commands[] = { 0, 6, 7, 0x101, 0x80000001, U32_MAX };
	struct psim_rig *rig;
	unsigned int i;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	psim_rig_start(rig, (struct psim_rig_cmd) { .tag = 1, .status = 4 });
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		psim_rig_do(rig, commands[i]);
	KUNIT_EXPECT_EQ(test, rig->execs, 1U);
	KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, 1, 4));
}

static void chip_accepts_nothing_when_free(struct kunit *test)
{
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	psim_rig_do(rig, PSIM_CMD_ACCEPT);
	KUNIT_EXPECT_TRUE(test, psim_rig_is_idle(rig));
}

static void chip_accept_gives_data_up(struct kunit *test)
{
	struct psim_rig *rig;

	rig = psim_rig_build(test, (struct psim_chip_config) {});
	psim_rig_start(rig, (struct psim_rig_cmd) {
		.tag = 1, .dir = PSIM_DIR_IN, .len = 64,
	});
	psim_rig_start(rig, (struct psim_rig_cmd) { .tag = 2 });
	psim_rig_read(rig, PSIM_REG_DATA);
	psim_rig_do(rig, PSIM_CMD_ACCEPT);
	KUNIT_EXPECT_TRUE(test, psim_rig_ends(rig, 2, 0));
	KUNIT_EXPECT_TRUE(test, psim_rig_is_idle(rig));
	KUNIT_EXPECT_EQ(test, atomic_read(&rig->live), 0);
}

static struct kunit_case chip_cases[] = {
	KUNIT_CASE_PARAM(chip_shows_reset_value, reset_values_gen_params),
	KUNIT_CASE_PARAM(chip_ignores_write_to_read_only,
			 reset_values_gen_params),
	KUNIT_CASE(chip_keeps_mailbox),
	KUNIT_CASE(chip_clears_isr_bits_written_1),
	KUNIT_CASE(chip_output_is_isr_and_imr),
	KUNIT_CASE(chip_imr_has_only_isr_bits),
	KUNIT_CASE(chip_interrupts_until_masked),
	KUNIT_CASE(chip_needs_depth_in_range),
	KUNIT_CASE(chip_passes_cdb_and_nexus_on),
	KUNIT_CASE(chip_shows_status),
	KUNIT_CASE(chip_serves_in_order),
	KUNIT_CASE(chip_times_out_without_target),
	KUNIT_CASE(chip_refuses_tag_in_use),
	KUNIT_CASE(chip_refuses_tag_beyond_depth),
	KUNIT_CASE(chip_takes_depth_commands),
	KUNIT_CASE(chip_ignores_unknown_command),
	KUNIT_CASE(chip_accepts_nothing_when_free),
	KUNIT_CASE(chip_accept_gives_data_up),
	{}
};

static struct kunit_suite chip_suite = {
	.name = "psim_chip",
	.init = psim_rig_init,
	.exit = psim_rig_exit,
	.test_cases = chip_cases,
};

kunit_test_suite(chip_suite);

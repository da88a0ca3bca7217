// SPDX-License-Identifier: GPL-2.0-only
/*
 * The boards with a 53C9x core: set-up of the chip, per-target settings,
 * the DC-390's EEPROM, and the AM53C974's quirks.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/am53c974.h"
#include "../ncr53c9x/data.h"
#include "../ncr53c9x/dc390.h"
#include "../ncr53c9x/select.h"
#include "fake_c9x.h"

static void reset_sets_the_clock_of_25_mhz(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	/* A second reset writes all registers again. */
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_chip(fake->chip));
	memset(fake->written, 0xff, sizeof(fake->written));
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_chip(fake->chip));
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CLOCK], 5);
	/* 153 units of 8192 * 5 cycles are 250 ms. */
	KUNIT_EXPECT_EQ(test, fake->written[C9X_TIMEOUT], 153);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CTRL1] & C9X_CTRL1_ID, 7);
	/* All targets generate parity. */
	KUNIT_EXPECT_TRUE(test, fake->written[C9X_CTRL1] & C9X_CTRL1_PARITY);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CTRL2], C9X_CTRL2_FEATURES);
	/* Asynchronous transfers. */
	KUNIT_EXPECT_EQ(test, fake->written[C9X_SYNC_PERIOD], 0);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_SYNC_OFFSET], 0);
	/* The data sheet requires a NOP after a reset. */
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CMD], C9X_CMD_NOP);
}

static void reset_sets_the_clock_of_an_am53c974(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake->chip->board = &am53_board;
	fake->written[AM53_DMA_CMD] = 0xff;
	fake->written[C9X_CTRL4] = 0xff;
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_chip(fake->chip));
	/* The factor 8 is written as 0. */
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CLOCK], 0);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_TIMEOUT], 153);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CTRL3], BIT(3));
	KUNIT_EXPECT_EQ(test, fake->written[AM53_DMA_CMD], 0);
	/* Glitch filter of 25 ns, active negation of all signals. */
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CTRL4], 0x8c);
	fake->chip->no_negation = true;
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_chip(fake->chip));
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CTRL4], 0x80);
}

static void quiet_reset_raises_no_interrupt(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	SCRIPT(fake, { C9X_CMD_BUS_RESET });
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_quietly(fake->chip));
	KUNIT_EXPECT_EQ(test, fake->quiet_resets, 1);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CTRL1], fake->chip->ctrl1);
}

/* Another device may reset the bus before the interrupt has a handler. */
static void quietly_reset_chip_is_silent_until_a_selection(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_BUS_RESET }, { C9X_CMD_SELECT });
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_quietly(fake->chip));
	KUNIT_EXPECT_NE(test, fake->written[C9X_CTRL1] & BIT(6), 0);
	KUNIT_EXPECT_FALSE(test, c9x_is_missing(fake->chip));
	fake_c9x_start(fake, c);
	KUNIT_EXPECT_EQ(test, fake->written[C9X_CTRL1] & BIT(6), 0);
}

static void locked_fifo_of_qemu_7_2_is_unlocked(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_xfer xfer;

	fake->chip->board = &am53_qemu_board;
	fake->chip->fifo_tested = false;
	/*
	 * The second byte simulates a byte that stays in the FIFO after it was
	 * read.
	 */
	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DI, BS, .in = { 0, 11 }, .len = 2 },
	       { C9X_CMD_COMPLETE | C9X_CMD_DMA, MI, BS | FC, .keep = 16 },
	       { C9X_CMD_TRANSFER, ST, BS, .in = { 22 }, .len = 1 });
	KUNIT_EXPECT_EQ(test, 0, c9x_start(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, 2, c9x_pio_in(fake->hba, c->buf, 2));
	KUNIT_EXPECT_TRUE(test, fake->chip->fifo_locked);
	KUNIT_EXPECT_EQ(test, c->buf[0], 11);
	KUNIT_EXPECT_EQ(test, c->buf[1], 22);
}

/* Let the fake be QEMU 7.2's AM53C974, as a first byte has shown. */
static struct c9x_cmd *read_of_a_locked_fifo(struct fake_c9x *fake)
{
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 3);

	fake->chip->board = &am53_qemu_board;
	fake->chip->fifo_locked = true;
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 3);
	return c;
}

/* The unlocked chip reports a message phase for data. */
static void message_phase_after_unlocked_data_is_a_message(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_COMPLETE | C9X_CMD_DMA, MI, BS | FC },
	       { C9X_CMD_TRANSFER, MI, BS, .in = { 11 }, .len = 1 },
	       { C9X_CMD_TRANSFER, MO, BS, .in = { 22 }, .len = 1 },
	       { C9X_CMD_TRANSFER, MI, BS }, SENDS(NOP), ACCEPTED(ST),
	       STATUS_IS(0), BUS_GOES_FREE);
	c = read_of_a_locked_fifo(fake);
	fake_c9x_move_in(fake, c, 3, 2);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

static void fifo_is_locked_again_after_a_disconnect(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c;

	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_COMPLETE | C9X_CMD_DMA, MI, BS | FC },
	       { C9X_CMD_TRANSFER, MI, DC, .in = { 11 }, .len = 1 },
	       { C9X_CMD_SELECT, MI, BS | FC, 4 }, SENDS(NOP), ACCEPTED(ST),
	       STATUS_IS(0), BUS_GOES_FREE);
	c = read_of_a_locked_fifo(fake);
	fake_c9x_move_in(fake, c, 3, 1);
	fake_c9x_expect_done(fake, c, DID_ERROR << 16);
	fake_c9x_start(fake, c);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

/* QEMU 7.2 locks the FIFO during the data phase only. */
static void byte_before_another_phase_is_no_test_of_the_fifo(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);

	fake->chip->board = &am53_qemu_board;
	fake->chip->fifo_tested = false;
	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, ST, BS, .in = { 11 }, .len = 1 });
	fake_c9x_start(fake, c);
	fake_c9x_expect_xfer(fake, c, 2);
	fake_c9x_move_in(fake, c, 2, 1);
	KUNIT_EXPECT_EQ(test, c->buf[0], 11);
	KUNIT_EXPECT_FALSE(test, fake->chip->fifo_tested);
}

static void fifo_of_another_board_is_never_unlocked(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_FROM_DEVICE, 2);
	struct pioscsi_xfer xfer;

	fake->chip->fifo_tested = false;
	SCRIPT(fake, { C9X_CMD_SELECT, DI, BS | FC, 4 },
	       { C9X_CMD_TRANSFER, DI, BS, .in = { 11, 22 }, .len = 2 },
	       { C9X_CMD_TRANSFER, ST, BS, .in = { 33 }, .len = 1 });
	KUNIT_EXPECT_EQ(test, 0, c9x_start(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, 2, c9x_pio_in(fake->hba, c->buf, 2));
	KUNIT_EXPECT_FALSE(test, fake->chip->fifo_locked);
}

/* An EEPROM as QEMU's dc390 has it: ID 7, all options on, 32 tags, 1 s. */
static void eeprom_fill(u16 *word)
{
	u16 sum = 0;
	unsigned int i;

	memset(word, 0, DC390_WORDS * sizeof(*word));
	for (i = 0; i < 16; i++)
		word[i] = 0x57;
	word[32] = 0x0f07;
	word[33] = 0x0400;
	for (i = 0; i < DC390_WORDS; i++)
		sum += word[i];
	word[63] = 0x1234 - sum;
}

static void eeprom_with_a_wrong_checksum_is_invalid(struct kunit *test)
{
	struct dc390_settings s;
	u16 word[DC390_WORDS];

	eeprom_fill(word);
	KUNIT_EXPECT_TRUE(test, dc390_decode(word, &s));
	word[5]++;
	KUNIT_EXPECT_FALSE(test, dc390_decode(word, &s));
}

static void eeprom_with_an_id_above_7_is_invalid(struct kunit *test)
{
	struct dc390_settings s;
	u16 word[DC390_WORDS];

	eeprom_fill(word);
	word[32] += 1;
	word[63] -= 1;
	KUNIT_EXPECT_FALSE(test, dc390_decode(word, &s));
}

static void eeprom_settings_are_decoded(struct kunit *test)
{
	struct dc390_settings s;
	u16 word[DC390_WORDS];

	eeprom_fill(word);
	KUNIT_EXPECT_TRUE(test, dc390_decode(word, &s));
	KUNIT_EXPECT_EQ(test, s.own_id, 7);
	KUNIT_EXPECT_EQ(test, s.max_tags, 32);
	KUNIT_EXPECT_EQ(test, s.delay_ms, 1000);
	KUNIT_EXPECT_EQ(test, s.no_parity | s.no_disconnect | s.no_tags, 0);
	KUNIT_EXPECT_FALSE(test, s.no_negation);
	/*
	 * ID 6, without active negation; target 1 without parity, 2 without
	 * disconnect, 3 untagged.
	 */
	word[32] -= 1 + (BIT(3) << 8);
	word[33] += 3;
	word[2] -= BIT(0);
	word[4] -= BIT(2);
	word[6] -= BIT(4);
	word[63] += 1 + (BIT(3) << 8) - 3 + 0x15;
	KUNIT_EXPECT_TRUE(test, dc390_decode(word, &s));
	KUNIT_EXPECT_EQ(test, s.own_id, 6);
	KUNIT_EXPECT_TRUE(test, s.no_negation);
	KUNIT_EXPECT_EQ(test, s.delay_ms, 10000);
	KUNIT_EXPECT_EQ(test, s.no_parity, BIT(1));
	KUNIT_EXPECT_EQ(test, s.no_disconnect, BIT(2));
	KUNIT_EXPECT_EQ(test, s.no_tags, BIT(3));
}

/* Tell whether the chip checks parity now. */
static bool checks_parity(struct fake_c9x *fake)
{
	return fake->written[C9X_CTRL1] & C9X_CTRL1_PARITY;
}

static void parity_is_checked_for_targets_with_parity(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *with = c9x_cmd(fake, 0, 6, DMA_NONE, 0);
	struct c9x_cmd *without = c9x_cmd(fake, 1, 6, DMA_NONE, 0);

	without->sdev.id = 4;
	fake->chip->target[4].parity = false;
	SCRIPT(fake, { C9X_CMD_SELECT }, { C9X_CMD_COMPLETE },
	       { C9X_CMD_SELECT }, { C9X_CMD_COMPLETE });
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_chip(fake->chip));
	KUNIT_EXPECT_FALSE(test, checks_parity(fake));
	KUNIT_EXPECT_EQ(test, 0, c9x_start(fake->hba, &with->cmd));
	/* A chip that checks parity would ignore a reselection by target 4. */
	KUNIT_EXPECT_FALSE(test, checks_parity(fake));
	fake_c9x_interrupt(fake, ST, BS | FC);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_TRUE(test, checks_parity(fake));
	fake_c9x_interrupt(fake, 0, DC);
	fake_c9x_expect_done(fake, with, DID_ERROR << 16);
	KUNIT_EXPECT_FALSE(test, checks_parity(fake));
	KUNIT_EXPECT_EQ(test, 0, c9x_start(fake->hba, &without->cmd));
	fake_c9x_interrupt(fake, ST, BS | FC);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_FALSE(test, checks_parity(fake));
}

static void message_checks_parity_when_its_target_answers(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake->chip->target[4].parity = false;
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_chip(fake->chip));
	SCRIPT(fake, { C9X_CMD_SELECT_STOP }, { C9X_CMD_TRANSFER });
	c9x_select_stop(fake->chip, 2, 0);
	KUNIT_EXPECT_FALSE(test, checks_parity(fake));
	fake_c9x_interrupt(fake, MO, BS | FC);
	fake_c9x_expect_wait(fake);
	KUNIT_EXPECT_TRUE(test, checks_parity(fake));
}

static void parity_follows_the_reselecting_target(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	fake->chip->target[4].parity = false;
	KUNIT_EXPECT_EQ(test, 0, c9x_reset_chip(fake->chip));
	SCRIPT(fake, { C9X_CMD_SET_ATN }, { C9X_CMD_ACCEPT });
	fake_c9x_reselect(fake, 0);
	fake_c9x_ask(fake, &(struct pioscsi_xfer) { });
	KUNIT_EXPECT_TRUE(test, checks_parity(fake));
}

static void target_without_disconnect_is_not_allowed_to(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 6, DMA_NONE, 0);

	fake->chip->target[2].disconnect = false;
	SCRIPT(fake, { C9X_CMD_SELECT });
	KUNIT_EXPECT_EQ(test, 0, c9x_start(fake->hba, &c->cmd));
	KUNIT_EXPECT_EQ(test, fake->taken[0], 0x80);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(reset_sets_the_clock_of_25_mhz),
	KUNIT_CASE(reset_sets_the_clock_of_an_am53c974),
	KUNIT_CASE(quiet_reset_raises_no_interrupt),
	KUNIT_CASE(quietly_reset_chip_is_silent_until_a_selection),
	KUNIT_CASE(locked_fifo_of_qemu_7_2_is_unlocked),
	KUNIT_CASE(message_phase_after_unlocked_data_is_a_message),
	KUNIT_CASE(fifo_is_locked_again_after_a_disconnect),
	KUNIT_CASE(byte_before_another_phase_is_no_test_of_the_fifo),
	KUNIT_CASE(fifo_of_another_board_is_never_unlocked),
	KUNIT_CASE(eeprom_with_a_wrong_checksum_is_invalid),
	KUNIT_CASE(eeprom_with_an_id_above_7_is_invalid),
	KUNIT_CASE(eeprom_settings_are_decoded),
	KUNIT_CASE(parity_is_checked_for_targets_with_parity),
	KUNIT_CASE(message_checks_parity_when_its_target_answers),
	KUNIT_CASE(parity_follows_the_reselecting_target),
	KUNIT_CASE(target_without_disconnect_is_not_allowed_to),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_board",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

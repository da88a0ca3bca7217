// SPDX-License-Identifier: GPL-2.0-only
/*
 * Set-up of a device that has been identified: translation, PIO mode and
 * multiple mode.
 */
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../ata/quirk.h"
#include "fake_ata.h"
#include "sat_rig.h"

#define READY	FAKE_ATA_READY

/*
 * Parsing takes 7,000 instructions, more than a hard IRQ handler has time for.
 */
static void setup_continues_in_bottom_half(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_TRUE(test, fake->deferred);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_TRUE(test, fake->deferred);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
	fake->data = NULL;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	KUNIT_EXPECT_FALSE(test, fake->deferred);
}

static struct pioata_mode timed[2];

static void record_timing(const struct pioata_io *io,
			  const struct pioata_mode *modes)
{
	memcpy(timed, modes, sizeof(timed));
}

static void identify_on_timed_controller(struct fake_ata *fake, u16 old,
					 u16 modes, u16 capabilities)
{
	u8 *id = sat_id_create(fake->test);

	sat_id_word(id, 49, 0x0200 | capabilities);
	sat_id_word(id, 51, old);
	sat_id_word(id, 53, 0x0002);
	sat_id_word(id, 64, modes);
	fake->data = id;
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->chan.job.phase = PIOATA_IDLE;
	fake->chan.targets[0].ready = false;
	fake->chan.io.set_timing = record_timing;
	memset(timed, 0, sizeof(timed));
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(fake->test, fake_ata_sent(fake), ATA_CMD_SET_FEATURES);
	KUNIT_EXPECT_EQ(fake->test, fake->out[PIOATA_IO_FEATURE],
			SETFEATURES_XFER);
}

/* IORDY is bit 11 of word 49; modes 3 and 4 need it. */
static void fastest_common_pio_mode_is_set(struct kunit *test)
{
	static const struct {
		u16 old, modes, capabilities;
		u8 controller, expected;
	} rows[] = {
		{ 0x0200, 3, 0x0800, 5, 4 }, { 0x0200, 1, 0x0800, 5, 3 },
		{ 0x0200, 3, 0x0800, 4, 3 }, { 0x0200, 3, 0x0800, 1, 0 },
		{ 0x0200, 3, 0, 5, 2 }, { 0x0100, 0, 0x0800, 5, 1 },
	};
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		fake->chan.io.pio_modes = rows[i].controller;
		identify_on_timed_controller(fake, rows[i].old, rows[i].modes,
					     rows[i].capabilities);
		KUNIT_EXPECT_EQ_MSG(test, fake->out[PIOATA_IO_NSECT],
				    XFER_PIO_0 + rows[i].expected, "row %u", i);
		KUNIT_EXPECT_FALSE(test, timed[0].is_set);
		fake_ata_ask(fake, READY);
		KUNIT_EXPECT_TRUE(test, timed[0].is_set);
		KUNIT_EXPECT_EQ(test, timed[0].pio, rows[i].expected);
		KUNIT_EXPECT_TRUE(test, timed[0].is_disk);
		KUNIT_EXPECT_FALSE(test, timed[1].is_set);
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	}
}

/* A device may ignore or abort the command. Modes 0 to 2 need no IORDY. */
static void refused_pio_mode_sets_controller_to_safe_mode(struct kunit *test)
{
	static const struct {
		u16 old, modes, capabilities;
		u8 status, error, expected;
	} rows[] = {
		{ 0x0200, 3, 0x0800, ATA_ERR, ATA_ABORTED, 0 },
		{ 0x0200, 0, 0, ATA_ERR, ATA_ABORTED, 2 },
		{ 0x0200, 3, 0, ATA_ERR, ATA_ABORTED, 2 },
		{ 0x0100, 0, 0, ATA_ERR, ATA_ABORTED, 1 },
		{ 0x0200, 0, 0, ATA_ERR, ATA_IDNF, 0 },
		{ 0x0200, 0, 0, ATA_DF, ATA_ABORTED, 0 },
	};
	struct fake_ata *fake = test->priv;
	unsigned int i;

	fake->chan.io.pio_modes = 5;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		fake->in[PIOATA_IO_ERROR] = 0;
		identify_on_timed_controller(fake, rows[i].old, rows[i].modes,
					     rows[i].capabilities);
		fake->in[PIOATA_IO_ERROR] = rows[i].error;
		fake_ata_ask(fake, READY | rows[i].status);
		KUNIT_EXPECT_TRUE(test, timed[0].is_set);
		KUNIT_EXPECT_EQ_MSG(test, timed[0].pio, rows[i].expected,
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, fake->chan.targets[0].logged_pio,
				rows[i].expected + 1);
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	}
}

/* Some devices raise no interrupt for it. */
static void end_of_set_pio_mode_is_polled(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.io.pio_modes = 5;
	identify_on_timed_controller(fake, 0x0200, 3, 0x0800);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
	/* The interrupt of SET MULTIPLE MODE is awaited. */
	fake_ata_expect(fake, READY, PIOSCSI_WAIT);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
}

/* SECTOR COUNT 01h is the default PIO mode without IORDY. */
static void adapter_without_iordy_turns_iordy_off(struct kunit *test)
{
	static const struct {
		u8 controller, status, logged_pio;
	} rows[] = {
		{ 5, ATA_ERR, 0 }, { 5, 0, U8_MAX }, { 0, 0, U8_MAX },
		{ 2, 0, U8_MAX }, { 5, ATA_ERR, 0 },
	};
	struct fake_ata *fake = test->priv;
	unsigned int i;

	fake->chan.io.no_iordy = true;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		fake->chan.io.pio_modes = rows[i].controller;
		fake->in[PIOATA_IO_ERROR] = 0;
		identify_on_timed_controller(fake, 0x0200, 3, 0x0c00);
		KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_NSECT], 0x01);
		fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
		fake_ata_ask(fake, READY | rows[i].status);
		KUNIT_EXPECT_EQ_MSG(test, fake->chan.targets[0].logged_pio,
				    rows[i].logged_pio, "row %u", i);
		/* The driver does not know the mode. */
		KUNIT_EXPECT_FALSE(test, fake->chan.modes[0].is_set);
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	}
}

/* Word 49: bit 11 IORDY is supported, bit 10 it may be disabled. */
static void device_that_keeps_its_iordy_gets_no_mode(struct kunit *test)
{
	static const u16 capabilities[] = { 0x0200, 0x0600, 0x0a00 };
	struct fake_ata *fake = test->priv;
	unsigned int i;

	fake->chan.io.no_iordy = true;
	fake->chan.io.pio_modes = 5;
	for (i = 0; i < ARRAY_SIZE(capabilities); i++) {
		u8 *id = sat_id_create(test);

		sat_id_word(id, 49, capabilities[i]);
		fake->data = id;
		fake->in[PIOATA_IO_STATUS] = READY;
		fake->chan.job.phase = PIOATA_IDLE;
		fake->chan.targets[0].ready = false;
		fake_ata_start_one(fake);
		fake_ata_identify(fake);
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	}
}

static const u8 inquiry[6] = { INQUIRY, 0, 0, 0, 36 };

static void set_both_to_mode_4(struct fake_ata *fake)
{
	const struct pioata_mode pio4 = { .is_set = true, .pio = 4 };

	fake->chan.io.pio_modes = 5;
	fake->chan.io.set_timing = record_timing;
	fake->chan.modes[0] = pio4;
	fake->chan.modes[1] = pio4;
	timed[0] = pio4;
	timed[1] = pio4;
}

/* Old devices have no checksum that would show wrong IDENTIFY data. */
static void new_device_of_a_scan_is_identified_slowly(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	set_both_to_mode_4(fake);
	fake->chan.targets[0].ready = true;
	fake->sdev.sdev_state = SDEV_CREATED;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, inquiry, sizeof(inquiry));
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	KUNIT_EXPECT_FALSE(test, timed[0].is_set);
	KUNIT_EXPECT_TRUE(test, timed[1].is_set);
}

/* It may have lost its PIO mode as well. */
static void device_that_left_multiple_mode_is_identified_slowly(struct kunit *t)
{
	struct fake_ata *fake = t->priv;

	set_both_to_mode_4(fake);
	fake->chan.targets[0].ready = true;
	fake_ata_start_one(fake);
	KUNIT_EXPECT_TRUE(t, timed[0].is_set);
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(t, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	KUNIT_EXPECT_FALSE(t, timed[0].is_set);
	KUNIT_EXPECT_TRUE(t, timed[1].is_set);
}

/* Only the firmware knows the timing. */
static void set_up_without_set_timing_keeps_timing(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	set_both_to_mode_4(fake);
	fake->chan.io.set_timing = NULL;
	fake_ata_start_one(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	KUNIT_EXPECT_TRUE(test, timed[0].is_set);
}

/* Blocks have a number of sectors that is a power of two. */
static void odd_multiple_is_rounded_down(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *id = sat_id_create(test);

	sat_id_word(id, 47, 0x8000 | 24);
	fake->data = id;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_NSECT], 16);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].dev.multi, 16);
}

static void refused_set_multiple_uses_single_sectors(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	/* Word 59 has the setting from before. */
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_NE(test, fake->chan.targets[0].dev.multi, 0);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_PIO_READ);
}

/* A disk before ATA-3, which reports neither its standard nor its commands. */
static u8 *chs_id_create(struct kunit *test)
{
	u8 *id = sat_chs_id_create(test);

	sat_id_word(id, 80, 0);
	sat_id_word(id, 83, 0);
	return id;
}

/* The order that disks before ATA-4 expect. */
static void disk_without_lba_gets_its_geometry(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *id = chs_id_create(test);

	fake->chan.targets[0].known = false;
	fake->data = id;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake),
			ATA_CMD_INIT_DEV_PARAMS);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_NSECT], 32);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_DEVICE] & 0x0f, 15);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	fake_ata_ask(fake, READY);

	/* The translation that it has now is read again. */
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	sat_id_word(id, 53, 1);
	sat_id_word(id, 54, 600);
	sat_id_word(id, 55, 16);
	sat_id_word(id, 56, 32);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].dev.sectors, 600 * 512);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_LBAL], 1);
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_DEVICE] & ATA_LBA);
}

static void refused_geometry_does_not_stop_the_setup(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].known = false;
	fake->data = chs_id_create(test);
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	fake_ata_ask(fake, READY);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
}

/* INITIALIZE DEVICE PARAMETERS of a program undoes the set-up. */
static void passed_through_geometry_sets_disk_up_again(struct kunit *test)
{
	const u8 cdb[16] = { 0x85, 3 << 1, [6] = 17,
			     [14] = ATA_CMD_INIT_DEV_PARAMS };
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].ready = true;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].ready);
}

static const struct security_case {
	const char *desc;
	u8 command;
	u8 status;
	bool ready;
} security_cases[] = {
	{ "SET PASSWORD", ATA_CMD_SEC_SET_PASS, READY, false },
	{ "UNLOCK", ATA_CMD_SEC_UNLOCK, READY, false },
	{ "ERASE UNIT", ATA_CMD_SEC_ERASE_UNIT, READY, false },
	{ "DISABLE PASSWORD", ATA_CMD_SEC_DISABLE_PASS, READY, false },
	{ "UNLOCK with an error", ATA_CMD_SEC_UNLOCK, READY | ATA_ERR, true },
	{ "UNLOCK with a device fault", ATA_CMD_SEC_UNLOCK, READY | ATA_DF,
	  true },
	{ "FREEZE LOCK", ATA_CMD_SEC_FREEZE_LOCK, READY, true },
};

KUNIT_ARRAY_PARAM_DESC(security, security_cases, desc);

/* IDENTIFY tells whether the disk is still locked. */
static void passed_through_unlock_sets_disk_up_again(struct kunit *test)
{
	const struct security_case *s = test->param_value;
	const u8 cdb[16] = { 0x85, 5 << 1, 0x06, [6] = 1, [14] = s->command };
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].ready = true;
	fake_ata_start(fake, DMA_TO_DEVICE, 512, cdb, sizeof(cdb));
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_TO_DEVICE, 512);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake_ata_expect(fake, s->status, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].ready, s->ready);
}

static u8 *cfa_id_create(struct kunit *test)
{
	u8 *id = sat_id_create(test);

	sat_id_word(id, 0, 0x848a);
	sat_id_word(id, 59, 0);
	return id;
}

static void identify_card(struct fake_ata *fake, u8 *id, u16 word59)
{
	fake->chan.targets[0].known = false;
	fake->chan.targets[0].ready = false;
	fake->chan.job.phase = PIOATA_IDLE;
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->data = id;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(fake->test, fake_ata_sent(fake),
			ATA_CMD_SET_MULTI);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(fake->test, fake_ata_sent(fake),
			ATA_CMD_ID_ATA);
	sat_id_word(id, 59, word59);
	fake_ata_identify(fake);
}

/* Word 59 has to be what SET MULTIPLE MODE has set, as libata demands. */
static void card_with_wrong_multiple_mode_is_read_singly(struct kunit *t)
{
	struct fake_ata *fake = t->priv;

	identify_card(fake, cfa_id_create(t), 0x0100 | SAT_RIG_MULTI);
	KUNIT_EXPECT_EQ(t, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
	KUNIT_EXPECT_EQ(t, fake->chan.targets[0].dev.multi, SAT_RIG_MULTI);
	identify_card(fake, cfa_id_create(t), 0x0101);
	KUNIT_EXPECT_EQ(t, fake_ata_sent(fake), ATA_CMD_PIO_READ);
	identify_card(fake, cfa_id_create(t), 0);
	KUNIT_EXPECT_EQ(t, fake_ata_sent(fake), ATA_CMD_PIO_READ);
	KUNIT_EXPECT_EQ(t, fake->chan.targets[0].dev.multi, 0);
	KUNIT_EXPECT_TRUE(t, fake->chan.targets[0].ready);
}

/* A wrong signature makes each identification begin with the wrong command. */
static void check_after_set_up_has_tries_of_its_own(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *id = cfa_id_create(test);

	fake->chan.targets[0].sign = PIOATA_SIGN_ATAPI;
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	fake->data = id;
	fake_ata_start_one(fake);
	fake_ata_ask(fake, READY | ATA_DF);
	fake_ata_ask(fake, READY | ATA_DF);
	fake_ata_ask(fake, READY | ATA_ERR);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	fake_ata_ask(fake, READY);

	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATAPI);
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake_ata_ask(fake, READY | ATA_DF);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATAPI);
	fake_ata_ask(fake, READY | ATA_ERR);
	sat_id_word(id, 59, 0x0100 | SAT_RIG_MULTI);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
}

static void quirk_keeps_the_pio_mode(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	KUNIT_EXPECT_EQ(test, 0, sat_quirks_add("PIOSCSI*=no_setxfer"));
	fake->chan.io.pio_modes = 5;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	sat_quirks_clear();
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(setup_continues_in_bottom_half),
	KUNIT_CASE(fastest_common_pio_mode_is_set),
	KUNIT_CASE(refused_pio_mode_sets_controller_to_safe_mode),
	KUNIT_CASE(end_of_set_pio_mode_is_polled),
	KUNIT_CASE(adapter_without_iordy_turns_iordy_off),
	KUNIT_CASE(device_that_keeps_its_iordy_gets_no_mode),
	KUNIT_CASE(new_device_of_a_scan_is_identified_slowly),
	KUNIT_CASE(device_that_left_multiple_mode_is_identified_slowly),
	KUNIT_CASE(set_up_without_set_timing_keeps_timing),
	KUNIT_CASE(odd_multiple_is_rounded_down),
	KUNIT_CASE(refused_set_multiple_uses_single_sectors),
	KUNIT_CASE(disk_without_lba_gets_its_geometry),
	KUNIT_CASE(refused_geometry_does_not_stop_the_setup),
	KUNIT_CASE(passed_through_geometry_sets_disk_up_again),
	KUNIT_CASE_PARAM(passed_through_unlock_sets_disk_up_again,
			 security_gen_params),
	KUNIT_CASE(card_with_wrong_multiple_mode_is_read_singly),
	KUNIT_CASE(check_after_set_up_has_tries_of_its_own),
	KUNIT_CASE(quirk_keeps_the_pio_mode),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_setup",
	.init = fake_ata_setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A data port of 8 bits: it is known from the beginning, or found out by the
 * data of IDENTIFY. A device that is absent is polled.
 */
#include <scsi/scsi_proto.h>

#include "../ata/glue.h"
#include "fake_ata.h"
#include "sat_rig.h"

#define READY	FAKE_ATA_READY

/* Like those of the fake, of which one access moves 8 bits. */
static void narrow_port(struct fake_ata *fake, struct pioata_io_ops *ops)
{
	*ops = *fake->chan.io.ops;
	ops->width = 1;
}

static void port_of_8_bits_is_announced_before_identify(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct pioata_io_ops ops;

	narrow_port(fake, &ops);
	fake->chan.io.ops = &ops;
	fake_ata_start_one(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake),
			ATA_CMD_SET_FEATURES);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_FEATURE], 0x01);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
}

/* An absent device raises no interrupt. Its status of 00h is not busy. */
static void absent_device_on_port_of_8_bits_is_found_by_polling(struct kunit *t)
{
	struct fake_ata *fake = t->priv;
	struct pioata_io_ops ops;

	narrow_port(fake, &ops);
	fake->chan.io.ops = &ops;
	fake->sdev.id = 1;
	KUNIT_EXPECT_EQ(t, fake_ata_start_one(fake), PIOSCSI_START_POLL);
	KUNIT_EXPECT_EQ(t, fake_ata_sent(fake), ATA_CMD_SET_FEATURES);
	fake_ata_expect(fake, 0, PIOSCSI_POLL);
	KUNIT_EXPECT_EQ(t, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	fake_ata_expect(fake, 0, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(t, fake->cmd.result, DID_NO_CONNECT << 16);
}

/* The status of device 0 is read in place of that of an absent device 1. */
static void second_identify_of_absent_device_is_polled(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->sdev.id = 1;
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	KUNIT_EXPECT_EQ(test, fake_ata_start_one(fake), PIOSCSI_START_POLL);
	fake_ata_expect(fake, ATA_ERR, PIOSCSI_POLL);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATAPI);
	fake_ata_expect(fake, ATA_ERR, PIOSCSI_DONE);
}

/* A device that is busy is present, and raises an interrupt. */
static void present_device_is_identified_by_interrupt(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct pioata_io_ops ops;

	narrow_port(fake, &ops);
	fake->chan.io.ops = &ops;
	fake_ata_start_one(fake);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_WAIT);
	fake_ata_expect(fake, READY, PIOSCSI_POLL);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_WAIT);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
}

/* The upper half of each word is what the bus reads where there is nothing. */
static const u8 *make_narrow(u8 *id, u8 upper)
{
	unsigned int i;

	for (i = 1; i < SAT_ID_BYTES; i += 2)
		id[i] = upper;
	return id;
}

static void find_narrow(struct fake_ata *fake, const struct pioata_io_ops *ops,
			const u8 *id)
{
	fake->chan.io.narrow = ops;
	fake->data = id;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(fake->test, fake_ata_sent(fake),
			ATA_CMD_SET_FEATURES);
	KUNIT_EXPECT_EQ(fake->test, fake->out[PIOATA_IO_FEATURE], 0x01);
}

static void port_of_8_bits_is_found_out_by_identify_data(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	const u8 *good = fake->data;
	struct pioata_io_ops ops;

	narrow_port(fake, &ops);
	find_narrow(fake, &ops, make_narrow(sat_id_create(test), 0x01));
	KUNIT_EXPECT_PTR_EQ(test, fake->chan.io.ops, &ops);
	fake_ata_ask(fake, READY);
	fake->data = good;
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
}

/* One access of 16 bits is two of the bus, so that the data ends early. */
static void identify_data_that_ends_early_is_of_8_bits(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct pioata_io_ops ops;

	narrow_port(fake, &ops);
	fake->chan.io.narrow = &ops;
	fake_ata_start_one(fake);
	while (fake->at < SAT_ID_BYTES / 2)
		fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake),
			ATA_CMD_SET_FEATURES);
	KUNIT_EXPECT_PTR_EQ(test, fake->chan.io.ops, &ops);
}

struct refused_case {
	const char *desc;
	u8 upper;
	u8 *(*create)(struct kunit *test);
};

/* The last row is valid data of a disk without LBA. */
static const struct refused_case refused_cases[] = {
	{ "the upper bytes are FFh", 0xff, sat_id_create },
	{ "the upper bytes are 00h", 0x00, sat_id_create },
	{ "the upper bytes are 00h, no LBA", 0x00, sat_chs_id_create },
};

KUNIT_ARRAY_PARAM_DESC(refused, refused_cases, desc);

/* Reads would lose every other byte, and writes would destroy data. */
static void refused_8_bit_transfers_ignore_the_device(struct kunit *test)
{
	const struct refused_case *r = test->param_value;
	struct fake_ata *fake = test->priv;
	const struct pioata_io_ops *wide = fake->chan.io.ops;
	struct pioata_io_ops ops;
	unsigned int i;

	narrow_port(fake, &ops);
	fake->chan.targets[0].known = false;
	/* The next command finds it out again. */
	for (i = 0; i < 2; i++) {
		fake->in[PIOATA_IO_STATUS] = READY;
		find_narrow(fake, &ops, make_narrow(r->create(test), r->upper));
		fake_ata_ask(fake, READY | ATA_ERR);
		KUNIT_EXPECT_PTR_EQ(test, fake->chan.io.ops, wide);
		KUNIT_EXPECT_PTR_EQ(test, fake->chan.io.narrow,
				    (const struct pioata_io_ops *)&ops);
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
		fake_ata_identify(fake);
		KUNIT_ASSERT_EQ(test, fake->chan.job.phase, PIOATA_IDLE);
		KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);
		KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].known);
	}
}

/* A single bad transfer looks like a data port of 8 bits. */
static void good_data_after_refused_8_bit_transfers_is_used(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	const struct pioata_io_ops *wide = fake->chan.io.ops;
	const u8 *good = fake->data;
	struct pioata_io_ops ops;

	narrow_port(fake, &ops);
	find_narrow(fake, &ops, make_narrow(sat_id_create(test), 0xff));
	fake_ata_ask(fake, READY | ATA_ERR);
	KUNIT_EXPECT_PTR_EQ(test, fake->chan.io.ops, wide);
	fake->data = good;
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
}

static void known_width_is_not_changed(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.io.narrow = NULL;
	fake->data = make_narrow(sat_id_create(test), 0x01);
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
}

static const struct set_case {
	const char *desc;
	unsigned int width;	/* bits of the port */
	unsigned int wish;	/* data_width */
	unsigned int bytes;	/* bytes of an access */
	bool is_fixed;
} set_cases[] = {
	{ "unknown", 0, 0, 2, false },
	{ "unknown, 8 wanted", 0, 8, 1, true },
	{ "unknown, 32 wanted", 0, 32, 4, true },
	{ "PIIX", 32, 0, 4, true },
	{ "PIIX, 8 wanted", 32, 8, 4, true },
	{ "PIIX, 16 wanted", 32, 16, 2, true },
	{ "other PCI, 8 wanted", 16, 8, 2, true },
	{ "other PCI, 32 wanted", 16, 32, 4, true },
	{ "8 bits", 8, 0, 1, true },
	{ "8 bits, 16 wanted", 8, 16, 1, true },
	{ "8 bits, 8 wanted", 8, 8, 1, true },
};

KUNIT_ARRAY_PARAM_DESC(set, set_cases, desc);

/* The parameter is for all channels. It may name the width of another one. */
static void parameter_keeps_a_width_that_does_not_fit(struct kunit *test)
{
	const struct set_case *c = test->param_value;
	struct pioata_io io = { };

	pioata_glue_set_width(&io, c->width, c->wish);
	KUNIT_EXPECT_EQ(test, io.ops->width, c->bytes);
	KUNIT_EXPECT_EQ(test, !io.narrow, c->is_fixed);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(port_of_8_bits_is_announced_before_identify),
	KUNIT_CASE(absent_device_on_port_of_8_bits_is_found_by_polling),
	KUNIT_CASE(second_identify_of_absent_device_is_polled),
	KUNIT_CASE(present_device_is_identified_by_interrupt),
	KUNIT_CASE(port_of_8_bits_is_found_out_by_identify_data),
	KUNIT_CASE(identify_data_that_ends_early_is_of_8_bits),
	KUNIT_CASE_PARAM(refused_8_bit_transfers_ignore_the_device,
			 refused_gen_params),
	KUNIT_CASE(good_data_after_refused_8_bit_transfers_is_used),
	KUNIT_CASE(known_width_is_not_changed),
	KUNIT_CASE_PARAM(parameter_keeps_a_width_that_does_not_fit,
			 set_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_width",
	.init = fake_ata_setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

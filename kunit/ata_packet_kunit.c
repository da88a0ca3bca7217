// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands by PACKET, over registers that say what the case has put into them.
 */
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"

#define READY	FAKE_ATA_READY

static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);

	fake->chan.targets[0].dev.packet = true;
	test->priv = fake;
	return 0;
}

static int start(struct fake_ata *fake, enum dma_data_direction dir, u32 len,
		 unsigned int cdb_len)
{
	const u8 cdb[16] = { READ_12, [15] = 0xcd };

	return fake_ata_start(fake, dir, len, cdb, cdb_len);
}

/* Start a command, and continue until the device has taken the CDB. */
static void start_and_give_cdb(struct fake_ata *fake,
			       enum dma_data_direction dir, u32 len)
{
	KUNIT_EXPECT_EQ(fake->test, start(fake, dir, len, 12),
			PIOSCSI_START_POLL);
	fake->in[PIOATA_IO_NSECT] = FAKE_ATA_TAKES_CDB;
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
}

static void announce(struct fake_ata *fake, u8 reason, u16 bytes)
{
	fake->in[PIOATA_IO_NSECT] = reason;
	fake->in[PIOATA_IO_LBAM] = bytes & 0xff;
	fake->in[PIOATA_IO_LBAH] = bytes >> 8;
}

static void data_in_of_odd_length_is_moved(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	KUNIT_EXPECT_EQ(test, start(fake, DMA_FROM_DEVICE, 5, 12),
			PIOSCSI_START_POLL);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_COMMAND], ATA_CMD_PACKET);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_LBAM], 6);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
	fake->in[PIOATA_IO_NSECT] = FAKE_ATA_TAKES_CDB;
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	KUNIT_EXPECT_EQ(test, fake->bytes_out, 12);
	announce(fake, FAKE_ATA_TO_HOST, 5);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 5);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
}

/* The device has reset itself. */
static void status_without_drdy_or_error_is_a_fault(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_and_give_cdb(fake, DMA_TO_DEVICE, 24);
	announce(fake, 0, 24);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_TO_DEVICE, 24);
	fake->cmd.moved = 24;
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, 0, PIOSCSI_FAULT);
}

/* The last byte takes a whole word, and some devices count both bytes. */
static void announced_pad_byte_is_discarded(struct kunit *test)
{
	static const struct {
		enum dma_data_direction dir;
		u8 reason;
	} rows[] = {
		{ DMA_FROM_DEVICE, FAKE_ATA_TO_HOST }, { DMA_TO_DEVICE, 0 },
	};
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		fake->in[PIOATA_IO_STATUS] = READY;
		fake->cmd.moved = 0;
		start_and_give_cdb(fake, rows[i].dir, 5);
		announce(fake, rows[i].reason, 6);
		fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
		fake_ata_move(fake, rows[i].dir, 5);

		fake->chan.job.phase = PIOATA_IDLE;
		fake->in[PIOATA_IO_STATUS] = READY;
		fake->cmd.moved = 0;
		start_and_give_cdb(fake, rows[i].dir, 7);
		announce(fake, rows[i].reason, 6);
		fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
		fake_ata_move(fake, rows[i].dir, 6);
		fake->cmd.moved = 6;
		announce(fake, rows[i].reason, 2);
		fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
		fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
		fake_ata_move(fake, rows[i].dir, 1);
	}
	/* A longer overrun is an error. */
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->cmd.moved = 0;
	start_and_give_cdb(fake, DMA_FROM_DEVICE, 5);
	announce(fake, FAKE_ATA_TO_HOST, 8);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, fake->port.xfer.len, 8);
}

struct overrun_case {
	const char *desc;
	u8 opcode;
	enum dma_data_direction dir;
	u8 reason;
	bool ok;
};

static const struct overrun_case overrun_cases[] = {
	{ "INQUIRY", INQUIRY, DMA_FROM_DEVICE, FAKE_ATA_TO_HOST, true },
	{ "MODE SENSE", MODE_SENSE_10, DMA_FROM_DEVICE, FAKE_ATA_TO_HOST,
	  true },
	{ "READ (10)", READ_10, DMA_FROM_DEVICE, FAKE_ATA_TO_HOST, false },
	{ "READ (12)", READ_12, DMA_FROM_DEVICE, FAKE_ATA_TO_HOST, false },
	{ "READ CD", 0xbe, DMA_FROM_DEVICE, FAKE_ATA_TO_HOST, false },
	{ "READ CD MSF", 0xb9, DMA_FROM_DEVICE, FAKE_ATA_TO_HOST, false },
	{ "no data", TEST_UNIT_READY, DMA_NONE, FAKE_ATA_TO_HOST, false },
};

KUNIT_ARRAY_PARAM_DESC(overrun, overrun_cases, desc);

/* Sectors that do not fit are never discarded. */
static void overrun_of_parameter_data_is_permitted(struct kunit *test)
{
	const struct overrun_case *o = test->param_value;
	struct fake_ata *fake = test->priv;
	const u8 cdb[12] = { o->opcode };

	fake_ata_start(fake, o->dir, o->dir == DMA_NONE ? 0 : 8, cdb, 12);
	fake->in[PIOATA_IO_NSECT] = FAKE_ATA_TAKES_CDB;
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	announce(fake, o->reason, 36);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, fake->port.xfer.len, 36);
	KUNIT_EXPECT_EQ(test, fake->cmd.overrun_ok, o->ok);
}

struct lack_case {
	const char *desc;
	enum dma_data_direction dir;
	u32 len;
	u32 first;		/* bytes that the device requests first, or 0 */
	u32 bytes;		/* bytes that it requests then */
};

static const struct lack_case lack_cases[] = {
	{ "buffer too short", DMA_TO_DEVICE, 8, 0, 36 },
	{ "second block too long", DMA_TO_DEVICE, 24, 16, 16 },
	{ "more than a pad byte", DMA_TO_DEVICE, 5, 0, 8 },
	{ "buffer of the other direction", DMA_FROM_DEVICE, 8, 0, 8 },
	{ "no buffer", DMA_NONE, 0, 0, 2048 },
};

KUNIT_ARRAY_PARAM_DESC(lack, lack_cases, desc);

/* The port would send zeros, which a WRITE puts on the medium. */
static void request_for_data_not_given_sends_no_byte(struct kunit *test)
{
	const struct lack_case *l = test->param_value;
	struct fake_ata *fake = test->priv;
	const u8 cdb[12] = { WRITE_10, [8] = 1 };
	unsigned int sent = 12 + l->first;

	fake->rq.cmd_flags = REQ_OP_DRV_OUT;
	fake_ata_start(fake, l->dir, l->len, cdb, 12);
	fake->in[PIOATA_IO_NSECT] = FAKE_ATA_TAKES_CDB;
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	if (l->first) {
		announce(fake, 0, l->first);
		fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
		fake_ata_move(fake, DMA_TO_DEVICE, l->first);
		fake->cmd.moved = l->first;
		fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	}
	announce(fake, 0, l->bytes);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_FAULT);
	KUNIT_EXPECT_EQ(test, fake->bytes_out, sent);
	KUNIT_EXPECT_EQ(test, fake->chan.job.block, 0);
	KUNIT_EXPECT_PTR_EQ(test, fake->port.xfer.blame, &fake->cmd);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0x0f, ABORTED_COMMAND);
}

struct inquiry_case {
	const char *desc;
	u8 evpd;
	u8 version;
	u8 expect[2];
	unsigned int piece;
};

static const struct inquiry_case inquiry_cases[] = {
	{ "version 0", 0, 0, { 0x05, 0x32 }, 36 },
	{ "version 0, word by word", 0, 0, { 0x05, 0x32 }, 2 },
	{ "version 0, byte by byte", 0, 0, { 0x05, 0x32 }, 1 },
	{ "version 3", 0, 3, { 3, 0x21 }, 36 },
	{ "version 3, byte by byte", 0, 3, { 3, 0x21 }, 1 },
	{ "vital product data", 1, 0, { 0, 0x21 }, 36 },
};

KUNIT_ARRAY_PARAM_DESC(inquiry, inquiry_cases, desc);

static void version_0_of_inquiry_data_becomes_5(struct kunit *test)
{
	const struct inquiry_case *q = test->param_value;
	struct fake_ata *fake = test->priv;
	const u8 cdb[12] = { INQUIRY, q->evpd, 0, 0, 36 };
	u8 data[36] = { 0x05, 0x80, q->version, 0x21, 31 }, is[36];
	unsigned int at;

	fake->data = data;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb, 12);
	fake->in[PIOATA_IO_NSECT] = FAKE_ATA_TAKES_CDB;
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	announce(fake, FAKE_ATA_TO_HOST, 36);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
	for (at = 0; at < 36; at += q->piece) {
		fake->cmd.moved = at;
		pioata_chan_ops.pio_in(&fake->port.hba, is + at, q->piece);
	}
	data[2] = q->expect[0];
	data[3] = q->expect[1];
	KUNIT_EXPECT_MEMEQ(test, is, data, 36);
}

/* The byte count gives the size of each block. */
static void data_in_moves_in_blocks_of_the_byte_count(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_and_give_cdb(fake, DMA_FROM_DEVICE, 2560);
	announce(fake, FAKE_ATA_TO_HOST, 2048);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 2048);
	announce(fake, FAKE_ATA_TO_HOST, 512);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 512);
	fake_ata_expect(fake, READY, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
}

static void data_out_moves_in_blocks_of_the_byte_count(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_and_give_cdb(fake, DMA_TO_DEVICE, 24);
	announce(fake, 0, 24);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_TO_DEVICE, 24);
	KUNIT_EXPECT_EQ(test, fake->bytes_out, 12 + 24);
}

/* The limit is not 0, which some devices reject, and fits 16 bits. */
static void byte_count_limit_follows_buffer(struct kunit *test)
{
	static const struct {
		u32 len;
		u16 limit;
	} rows[] = {
		{ 0, 2 }, { 1, 2 }, { 36, 36 }, { 2048, 2048 },
		{ 31 * 2048, 31 * 2048 }, { 65535, 31 * 2048 },
		{ 1 << 20, 31 * 2048 },
	};
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		start(fake, DMA_FROM_DEVICE, rows[i].len, 12);
		KUNIT_EXPECT_EQ(test, rows[i].limit,
				fake->out[PIOATA_IO_LBAM] |
					fake->out[PIOATA_IO_LBAH] << 8);
	}
}

/*
 * A CDB is padded to the length that the device takes. A longer CDB is refused.
 */
static void cdb_is_padded_to_the_length_of_the_device(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_and_give_cdb(fake, DMA_FROM_DEVICE, 36);
	KUNIT_EXPECT_EQ(test, fake->bytes_out, 12);
	KUNIT_EXPECT_EQ(test, fake->last[0], READ_12);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 1);

	fake->in[PIOATA_IO_STATUS] = READY;
	KUNIT_EXPECT_EQ(test, start(fake, DMA_FROM_DEVICE, 36, 16),
			PIOSCSI_START_POLL);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 1);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[2], ILLEGAL_REQUEST);
	KUNIT_EXPECT_EQ(test, fake->sense[12], 0x20);

	fake->chan.targets[0].dev.cdb_len = 16;
	fake->bytes_out = 0;
	start(fake, DMA_FROM_DEVICE, 36, 16);
	fake->in[PIOATA_IO_NSECT] = FAKE_ATA_TAKES_CDB;
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	KUNIT_EXPECT_EQ(test, fake->bytes_out, 16);
	KUNIT_EXPECT_EQ(test, fake->last[15], 0xcd);
}

/* An error, and a device fault; the port asks for the sense data. */
static void error_status_ends_with_check_condition(struct kunit *test)
{
	static const u8 bits[] = { ATA_ERR, ATA_DF };
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bits); i++) {
		fake->in[PIOATA_IO_STATUS] = READY;
		start_and_give_cdb(fake, DMA_FROM_DEVICE, 36);
		fake_ata_expect(fake, READY | bits[i], PIOSCSI_DONE);
		KUNIT_EXPECT_EQ(test, fake->cmd.result,
				SAM_STAT_CHECK_CONDITION);
	}
	/* The device ends the command before it takes the CDB. */
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->cmd.result = 0;
	start(fake, DMA_FROM_DEVICE, 36, 12);
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
}

/* The device may clear ERR after the data has been read. */
static void error_with_data_ends_with_check_condition(struct kunit *test)
{
	static const u8 bits[] = { ATA_ERR, ATA_DF };
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bits); i++) {
		fake->in[PIOATA_IO_STATUS] = READY;
		fake->cmd.result = 0;
		start_and_give_cdb(fake, DMA_FROM_DEVICE, 36);
		announce(fake, FAKE_ATA_TO_HOST, 36);
		fake_ata_expect(fake, ATA_DRQ | bits[i], PIOSCSI_XFER);
		fake_ata_move(fake, DMA_FROM_DEVICE, 36);
		fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
		fake_ata_expect(fake, READY, PIOSCSI_DONE);
		KUNIT_EXPECT_EQ(test, fake->cmd.result,
				SAM_STAT_CHECK_CONDITION);
	}
}

/* Interrupt reasons that are invalid for the CDB and for data. */
static void wrong_reason_or_byte_count_is_a_fault(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start(fake, DMA_FROM_DEVICE, 36, 12);
	fake_ata_expect(fake, READY, PIOSCSI_FAULT);
	KUNIT_EXPECT_EQ(test, fake->bytes_out, 0);

	fake->in[PIOATA_IO_STATUS] = READY;
	start_and_give_cdb(fake, DMA_FROM_DEVICE, 36);
	announce(fake, FAKE_ATA_TO_HOST, 0);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_FAULT);
	announce(fake, FAKE_ATA_TO_HOST | FAKE_ATA_TAKES_CDB, 36);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_FAULT);
}

/* Some tape drives also show the error of the command before. */
static void cdb_is_sent_with_any_interrupt_reason(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int reason;

	for (reason = 0; reason < 4; reason++) {
		fake->in[PIOATA_IO_STATUS] = READY;
		fake->in[PIOATA_IO_NSECT] = reason;
		fake->bytes_out = 0;
		start(fake, DMA_FROM_DEVICE, 36, 12);
		fake_ata_expect(fake, ATA_DRQ | ATA_ERR, PIOSCSI_BUSY_POLL);
		KUNIT_EXPECT_EQ(test, fake->bytes_out, 12);
	}
}

/*
 * The kernel lets a user without CAP_SYS_RAWIO send BLANK. Its operation code
 * is that of ATA PASS-THROUGH (12).
 */
static void blank_with_any_byte_9_is_sent_by_packet(struct kunit *test)
{
	static const u8 commands[] = { 0, ATA_CMD_ID_ATAPI, ATA_CMD_EDD };
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		const u8 cdb[12] = { 0xa1, 4 << 1, 0x0e, [4] = 1,
				     [9] = commands[i] };

		fake->in[PIOATA_IO_STATUS] = READY;
		fake->chan.job.phase = PIOATA_IDLE;
		fake_ata_start(fake, DMA_FROM_DEVICE, 512, cdb, 12);
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_PACKET);
		fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
		KUNIT_EXPECT_MEMEQ(test, fake->last, cdb, 12);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(data_in_of_odd_length_is_moved),
	KUNIT_CASE(status_without_drdy_or_error_is_a_fault),
	KUNIT_CASE(announced_pad_byte_is_discarded),
	KUNIT_CASE_PARAM(overrun_of_parameter_data_is_permitted,
			 overrun_gen_params),
	KUNIT_CASE_PARAM(request_for_data_not_given_sends_no_byte,
			 lack_gen_params),
	KUNIT_CASE_PARAM(version_0_of_inquiry_data_becomes_5,
			 inquiry_gen_params),
	KUNIT_CASE(data_in_moves_in_blocks_of_the_byte_count),
	KUNIT_CASE(data_out_moves_in_blocks_of_the_byte_count),
	KUNIT_CASE(byte_count_limit_follows_buffer),
	KUNIT_CASE(cdb_is_padded_to_the_length_of_the_device),
	KUNIT_CASE(error_status_ends_with_check_condition),
	KUNIT_CASE(error_with_data_ends_with_check_condition),
	KUNIT_CASE(wrong_reason_or_byte_count_is_a_fault),
	KUNIT_CASE(cdb_is_sent_with_any_interrupt_reason),
	KUNIT_CASE(blank_with_any_byte_9_is_sent_by_packet),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_packet",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

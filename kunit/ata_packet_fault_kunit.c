// SPDX-License-Identifier: GPL-2.0-only
/* Faults of passed-through commands by PACKET: the device, or its sender. */
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"

#define READY	FAKE_ATA_READY

static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);

	fake->chan.targets[0].dev.packet = true;
	fake->rq.cmd_flags = REQ_OP_DRV_IN;
	test->priv = fake;
	return 0;
}

static void start_opcode(struct fake_ata *fake, enum dma_data_direction dir,
			 u32 len, u8 opcode)
{
	const u8 cdb[12] = { opcode };

	fake->in[PIOATA_IO_STATUS] = READY;
	fake->chan.job.phase = PIOATA_IDLE;
	fake->chan.targets[0].ready = true;
	fake->cmd.result = 0;
	fake_ata_start(fake, dir, len, cdb, sizeof(cdb));
}

static void start(struct fake_ata *fake, enum dma_data_direction dir, u32 len)
{
	start_opcode(fake, dir, len,
		     dir == DMA_NONE ? TEST_UNIT_READY : MODE_SENSE_10);
}

static void announce(struct fake_ata *fake, u8 reason, u16 bytes)
{
	fake->in[PIOATA_IO_NSECT] = reason;
	fake->in[PIOATA_IO_LBAM] = bytes & 0xff;
	fake->in[PIOATA_IO_LBAH] = bytes >> 8;
}

/* Give the CDB. The next status is a fault. With DRQ it requests 36 bytes. */
static void end_by_fault(struct fake_ata *fake, enum dma_data_direction dir,
			 u32 len, u8 status)
{
	start(fake, dir, len);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	announce(fake, 0, 36);
	fake_ata_expect(fake, status, PIOSCSI_FAULT);
}

/*
 * The reset after a fault is followed by UNIT ATTENTION, which the port fetches
 * by REQUEST SENSE.
 */
static void fetch_unit_attention(struct fake_ata *fake)
{
	start(fake, DMA_NONE, 0);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(fake->test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	start_opcode(fake, DMA_FROM_DEVICE, 18, REQUEST_SENSE);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	announce(fake, FAKE_ATA_TO_HOST, 18);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 18);
	fake->cmd.moved = 18;
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(fake->test, fake->cmd.result, SAM_STAT_GOOD);
	fake->cmd.moved = 0;
}

/*
 * The kernel polls a CD-ROM drive by passed-through commands. So a broken drive
 * would reset its channel for ever.
 */
static void five_bad_ends_of_polls_make_target_broken(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		end_by_fault(fake, DMA_NONE, 0, 0);
		KUNIT_EXPECT_NULL(test, fake->port.xfer.blame);
		KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].broken);
	}
	end_by_fault(fake, DMA_NONE, 0, 0);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].broken);
	KUNIT_EXPECT_PTR_EQ(test, fake->port.xfer.blame, &fake->cmd);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);
}

static const struct device_fault {
	const char *desc;
	u8 cdb_status;
	u8 reason;
	u16 bytes;
} device_faults[] = {
	{ "no DRQ for the CDB", READY },
	{ "wrong interrupt reason", ATA_DRQ,
	  FAKE_ATA_TO_HOST | FAKE_ATA_TAKES_CDB, 36 },
	{ "0 bytes", ATA_DRQ, FAKE_ATA_TO_HOST, 0 },
};

KUNIT_ARRAY_PARAM_DESC(device_fault, device_faults, desc);

/* No sender can cause these. */
static void fault_of_the_device_blames_no_passed_packet(struct kunit *test)
{
	const struct device_fault *d = test->param_value;
	struct fake_ata *fake = test->priv;

	start(fake, DMA_FROM_DEVICE, 36);
	if (d->cdb_status == ATA_DRQ)
		fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	announce(fake, d->reason, d->bytes);
	fake_ata_expect(fake, d->cdb_status, PIOSCSI_FAULT);
	KUNIT_EXPECT_NULL(test, fake->port.xfer.blame);
}

/*
 * The sender may have given too little data, or the device is broken. Only the
 * number of such commands in a row can tell.
 */
static void twenty_requests_for_data_not_given_break_target(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < 19; i++) {
		end_by_fault(fake, DMA_TO_DEVICE, 8, ATA_DRQ);
		KUNIT_EXPECT_EQ(test, fake->cmd.result,
				SAM_STAT_CHECK_CONDITION);
		KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].broken);
	}
	end_by_fault(fake, DMA_TO_DEVICE, 8, ATA_DRQ);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].broken);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);
}

static void sense_of_unit_attention_does_not_end_the_row(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		end_by_fault(fake, DMA_NONE, 0, 0);
		fetch_unit_attention(fake);
	}
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].broken);
	end_by_fault(fake, DMA_NONE, 0, 0);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].broken);
}

/* An empty drive answers each poll with CHECK CONDITION. */
static void sense_of_later_polls_ends_the_row(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < 10; i++) {
		end_by_fault(fake, DMA_NONE, 0, 0);
		fetch_unit_attention(fake);
		fetch_unit_attention(fake);
	}
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].broken);
}

static void twenty_requests_with_sense_between_break_target(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < 19; i++) {
		end_by_fault(fake, DMA_TO_DEVICE, 8, ATA_DRQ);
		fetch_unit_attention(fake);
	}
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].broken);
	end_by_fault(fake, DMA_TO_DEVICE, 8, ATA_DRQ);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].broken);
}

static void successful_poll_ends_the_row(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < 4; i++)
		end_by_fault(fake, DMA_NONE, 0, 0);
	start(fake, DMA_NONE, 0);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	for (i = 0; i < 4; i++)
		end_by_fault(fake, DMA_NONE, 0, 0);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].broken);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(five_bad_ends_of_polls_make_target_broken),
	KUNIT_CASE_PARAM(fault_of_the_device_blames_no_passed_packet,
			 device_fault_gen_params),
	KUNIT_CASE(twenty_requests_for_data_not_given_break_target),
	KUNIT_CASE(sense_of_unit_attention_does_not_end_the_row),
	KUNIT_CASE(sense_of_later_polls_ends_the_row),
	KUNIT_CASE(twenty_requests_with_sense_between_break_target),
	KUNIT_CASE(successful_poll_ends_the_row),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_packet_fault",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The microseconds after a block of data or a CDB, and those before DRQ. The
 * status does not yet show what the device does.
 */
#include <linux/ktime.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"
#include "sat_rig.h"

#define BLOCK	FAKE_ATA_BLOCK
#define READY	FAKE_ATA_READY

/* Ready, seek complete: the status between two phases. */
#define BETWEEN	0x50

static int setup(struct kunit *test)
{
	test->priv = fake_ata_create(test);
	return 0;
}

static void set_script(struct fake_ata *fake, const char *script)
{
	fake->script = (const u8 *)script;
}

static void expect_script_is_read(struct fake_ata *fake)
{
	KUNIT_EXPECT_EQ(fake->test, *fake->script, 0);
	fake->script = NULL;
}

static void announce(struct fake_ata *fake, u8 reason, u16 bytes)
{
	fake->in[PIOATA_IO_NSECT] = reason;
	fake->in[PIOATA_IO_LBAM] = bytes & 0xff;
	fake->in[PIOATA_IO_LBAH] = bytes >> 8;
}

static void start_packet(struct fake_ata *fake)
{
	const u8 cdb[12] = { READ_12, [9] = 2 };

	fake->chan.targets[0].dev.packet = true;
	KUNIT_EXPECT_EQ(fake->test, PIOSCSI_START_POLL,
			fake_ata_start(fake, DMA_FROM_DEVICE, 4096, cdb,
				       sizeof(cdb)));
	fake->in[PIOATA_IO_NSECT] = FAKE_ATA_TAKES_CDB;
}

struct drq_case {
	const char *desc;
	enum dma_data_direction dir;
};

static const struct drq_case drq_cases[] = {
	{ "read", DMA_FROM_DEVICE },
	{ "write", DMA_TO_DEVICE },
};

KUNIT_ARRAY_PARAM_DESC(drq, drq_cases, desc);

/* Move the only block of a command. */
static void move_all(struct fake_ata *fake, enum dma_data_direction dir)
{
	fake->in[PIOATA_IO_STATUS] = READY;
	fake_ata_start_rw(fake, dir, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, dir, BLOCK);
	if (dir == DMA_TO_DEVICE)
		fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_BUSY_POLL);
}

/* The device clears BSY before it sets DRQ. */
static void drq_shortly_after_busy_is_no_fault(struct kunit *test)
{
	const struct drq_case *d = test->param_value;
	struct fake_ata *fake = test->priv;
	unsigned int i;

	fake_ata_start_rw(fake, d->dir, 2 * BLOCK);
	for (i = 0; i < 2; i++) {
		/* The status after a block is read once before. */
		if (i)
			fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
		set_script(fake, "\x50\x50");
		fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
		expect_script_is_read(fake);
		fake_ata_move(fake, d->dir, BLOCK);
	}
}

/* The heads settle, and the index passes. */
static void drq_after_a_change_of_other_bits_is_no_fault(struct kunit *test)
{
	const struct drq_case *d = test->param_value;
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, d->dir, BLOCK);
	set_script(fake, "\x40\x50\x52\x50");
	fake_ata_expect(fake, BETWEEN | ATA_DRQ, PIOSCSI_XFER);
	expect_script_is_read(fake);
}

static void drq_for_the_cdb_shortly_after_busy_is_no_fault(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_packet(fake);
	set_script(fake, "\x40\x50\x50");
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_BUSY_POLL);
	expect_script_is_read(fake);
	KUNIT_EXPECT_EQ(test, fake->bytes_out, 12);
}

static void data_shortly_after_busy_is_moved(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_packet(fake);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_BUSY_POLL);
	announce(fake, FAKE_ATA_TO_HOST, 2048);
	set_script(fake, "\x40\x50\x50");
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	expect_script_is_read(fake);
	fake_ata_move(fake, DMA_FROM_DEVICE, 2048);
	/* The same after the first block. */
	fake->cmd.moved = 2048;
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	set_script(fake, "\x50\x50");
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	expect_script_is_read(fake);
	fake_ata_move(fake, DMA_FROM_DEVICE, 2048);
	/* A command whose data has been moved ends at once. */
	fake->cmd.moved = 4096;
	fake_ata_expect(fake, BETWEEN, PIOSCSI_BUSY_POLL);
	fake->looks = 0;
	fake_ata_expect(fake, BETWEEN, PIOSCSI_DONE);
	KUNIT_EXPECT_LE(test, fake->looks, 1);
}

/* The device may have less data than the command has asked for. */
static void early_end_of_packet_command_ends_with_good(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_packet(fake);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_BUSY_POLL);
	announce(fake, FAKE_ATA_TO_HOST, 2048);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 2048);
	fake->cmd.moved = 2048;
	fake_ata_expect(fake, BETWEEN, PIOSCSI_BUSY_POLL);
	fake->looks = 0;
	/* The last status counts: here DRDY comes late. */
	set_script(fake, "\x10\x10");
	fake_ata_expect(fake, BETWEEN, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
	KUNIT_EXPECT_LE(test, fake->looks, 11);
}

static void busy_shortly_after_ready_is_waited_for(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK);
	set_script(fake, "\x50\x50");
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
	expect_script_is_read(fake);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
}

/* To read the status again takes longer than a hard IRQ handler has. */
static void missing_drq_is_left_to_a_bottom_half(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct pioscsi_hba *hba = &fake->port.hba;
	unsigned int i;

	fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK);
	for (i = 0; i < 2; i++) {
		fake->looks = 0;
		KUNIT_EXPECT_EQ(test, PIOSCSI_LONG,
				pioata_chan_ops.service(hba, &fake->port.xfer));
		KUNIT_EXPECT_EQ(test, fake->looks, 0);
		set_script(fake, "\x50\x50\xd0\xd0");
		KUNIT_EXPECT_EQ(test, PIOSCSI_POLL,
				pioata_chan_ops.service(hba, &fake->port.xfer));
		expect_script_is_read(fake);
	}
	fake->port.in_task = true;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	KUNIT_EXPECT_FALSE(test, fake->deferred);
}

static void each_missing_drq_is_left_to_a_bottom_half(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct pioscsi_hba *hba = &fake->port.hba;
	unsigned int i;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 3 * BLOCK);
	for (i = 0; i < 3; i++) {
		fake->port.in_task = false;
		fake->in[PIOATA_IO_STATUS] = READY;
		fake->looks = 0;
		KUNIT_EXPECT_EQ(test, PIOSCSI_LONG,
				pioata_chan_ops.service(hba, &fake->port.xfer));
		KUNIT_EXPECT_EQ(test, fake->looks, 0);
		fake->port.in_task = true;
		fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
		fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
		fake_ata_expect(fake, ATA_BUSY, i < 2 ? PIOSCSI_BUSY_POLL :
							PIOSCSI_POLL);
	}
}

/* An error is no missing DRQ, and neither is the end of a command. */
static void status_is_read_again_only_before_a_fault(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK);
	fake->looks = 0;
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->looks, 0);

	fake->in[PIOATA_IO_STATUS] = READY;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	fake->looks = 0;
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->looks, 1);

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake->looks = 0;
	fake_ata_expect(fake, READY, PIOSCSI_FAULT);
	KUNIT_EXPECT_GT(test, fake->looks, 0);
	KUNIT_EXPECT_LE(test, fake->looks, 10);
}

static void late_busy_after_last_written_block_is_seen(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.late_busy = true;
	fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_TO_DEVICE, BLOCK);
	set_script(fake, "\x50\x50\x50\x80");
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	expect_script_is_read(fake);
	fake->in[PIOATA_IO_ERROR] = ATA_UNC;
	fake_ata_expect(fake, BETWEEN | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, MEDIUM_ERROR);
}

struct late_case {
	const char *desc;
	enum dma_data_direction dir;
	const char *script;
};

static const struct late_case late_cases[] = {
	{ "read, DRQ is cleared", DMA_FROM_DEVICE, "\x50\x50\x50\x80" },
	{ "read, DRQ remains set", DMA_FROM_DEVICE, "\x58\x58\x58\x80" },
	{ "write, DRQ is cleared", DMA_TO_DEVICE, "\x50\x50\x50\x80" },
	{ "write, DRQ remains set", DMA_TO_DEVICE, "\x58\x58\x58\x80" },
};

KUNIT_ARRAY_PARAM_DESC(late, late_cases, desc);

static void late_busy_between_two_blocks_is_seen(struct kunit *test)
{
	const struct late_case *l = test->param_value;
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.late_busy = true;
	fake_ata_start_rw(fake, l->dir, 2 * BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, l->dir, BLOCK);
	set_script(fake, l->script);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	expect_script_is_read(fake);
	KUNIT_EXPECT_EQ(test, fake->bytes_in + fake->bytes_out, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, l->dir, BLOCK);
}

/* After the CDB, and between two blocks of the data. */
static void late_busy_of_packet_command_is_seen(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.late_busy = true;
	start_packet(fake);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_BUSY_POLL);
	set_script(fake, "\x58\x58\x50\x80");
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_WAIT);
	expect_script_is_read(fake);
	announce(fake, FAKE_ATA_TO_HOST, 2048);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 2048);
	set_script(fake, "\x50\x50\x50\x80");
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	expect_script_is_read(fake);
	fake_ata_expect(fake, ATA_DRQ, PIOSCSI_XFER);
}

/* A device need not become busy after the last block of a read. */
static void late_end_of_drq_after_a_read_is_seen(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.late_busy = true;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	set_script(fake, "\x58\x58\x50");
	fake_ata_expect(fake, BETWEEN, PIOSCSI_DONE);
	expect_script_is_read(fake);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
}

/* The device was busy for less than an access, or will never be. */
static void busy_that_never_comes_costs_a_bounded_time(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.late_busy = true;
	fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_TO_DEVICE, BLOCK);
	fake->looks = 0;
	fake_ata_expect(fake, BETWEEN, PIOSCSI_BUSY_POLL);
	KUNIT_EXPECT_GT(test, fake->looks, 1);
	KUNIT_EXPECT_LE(test, fake->looks, 11);
	fake_ata_expect(fake, BETWEEN, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
}

/* DRQ ends within microseconds, during which it is read again. */
static void drq_shortly_after_the_last_block_is_no_fault(struct kunit *test)
{
	const struct drq_case *d = test->param_value;
	struct fake_ata *fake = test->priv;

	move_all(fake, d->dir);
	set_script(fake, d->dir == DMA_FROM_DEVICE ? "\x58\x58\x58" :
						     "\x58\x58");
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	expect_script_is_read(fake);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].faults, 0);
}

static void drq_long_after_the_last_block_is_polled(struct kunit *test)
{
	const struct drq_case *d = test->param_value;
	struct fake_ata *fake = test->priv;

	move_all(fake, d->dir);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	/* No context queries the device in a loop. */
	fake->acks = 0;
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, READY | ATA_DRQ));
	KUNIT_EXPECT_EQ(test, fake->acks, 1);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	KUNIT_EXPECT_TRUE(test, fake_ata_claim(fake, READY));
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);

	/* The next command has a time of its own. */
	move_all(fake, d->dir);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	fake_ata_expect(fake, ATA_BUSY, d->dir == DMA_FROM_DEVICE ?
					PIOSCSI_POLL : PIOSCSI_BUSY_POLL);
	/* Another request for data is not the late one. */
	KUNIT_EXPECT_TRUE(test, fake_ata_claim(fake, READY | ATA_DRQ));
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
}

/* The port's timer polls less and less often. */
static void late_drq_is_read_again_only_once(struct kunit *test)
{
	const struct drq_case *d = test->param_value;
	struct fake_ata *fake = test->priv;
	struct pioscsi_hba *hba = &fake->port.hba;

	move_all(fake, d->dir);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	fake->port.in_task = false;
	fake->looks = 0;
	KUNIT_EXPECT_EQ(test, PIOSCSI_POLL,
			pioata_chan_ops.service(hba, &fake->port.xfer));
	KUNIT_EXPECT_EQ(test, fake->looks, 0);
}

/* A slot without a device may show DRQ. */
static void status_of_an_empty_slot_is_no_late_drq(struct kunit *test)
{
	const struct drq_case *d = test->param_value;
	struct fake_ata *fake = test->priv;

	move_all(fake, d->dir);
	fake->in[PIOATA_IO_STATUS] = 0x7f;
	KUNIT_EXPECT_EQ(test, PIOSCSI_POLL,
			pioata_chan_ops.service(&fake->port.hba,
						&fake->port.xfer));
	KUNIT_EXPECT_EQ(test, fake->chan.job.drq_since, 0);
}

static void drq_10_ms_after_the_last_block_is_a_fault(struct kunit *test)
{
	const struct drq_case *d = test->param_value;
	struct fake_ata *fake = test->priv;

	move_all(fake, d->dir);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	fake->chan.job.drq_since = ktime_get_ns() - 9 * NSEC_PER_MSEC;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	fake->chan.job.drq_since -= 10 * NSEC_PER_MSEC;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_FAULT);
	KUNIT_EXPECT_GT(test, fake->chan.targets[0].faults, 0);
}

/* A taskfile of the set-up is followed by others in the same job. */
static void late_drq_of_identify_data_is_no_fault(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	fake->data = sat_id_create(test);
	fake->chan.targets[0].ready = false;
	fake->chan.targets[0].known = false;
	fake_ata_start_one(fake);
	for (i = 0; i < SAT_ID_BYTES && fake->at < SAT_ID_BYTES; i++)
		fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	KUNIT_EXPECT_NE(test, fake->chan.job.drq_since, 0);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_MULTI);
	KUNIT_EXPECT_EQ(test, fake->chan.job.drq_since, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(drq_shortly_after_busy_is_no_fault, drq_gen_params),
	KUNIT_CASE_PARAM(drq_after_a_change_of_other_bits_is_no_fault,
			 drq_gen_params),
	KUNIT_CASE(drq_for_the_cdb_shortly_after_busy_is_no_fault),
	KUNIT_CASE(data_shortly_after_busy_is_moved),
	KUNIT_CASE(early_end_of_packet_command_ends_with_good),
	KUNIT_CASE(busy_shortly_after_ready_is_waited_for),
	KUNIT_CASE(missing_drq_is_left_to_a_bottom_half),
	KUNIT_CASE(each_missing_drq_is_left_to_a_bottom_half),
	KUNIT_CASE(status_is_read_again_only_before_a_fault),
	KUNIT_CASE(late_busy_after_last_written_block_is_seen),
	KUNIT_CASE_PARAM(late_busy_between_two_blocks_is_seen,
			 late_gen_params),
	KUNIT_CASE(late_busy_of_packet_command_is_seen),
	KUNIT_CASE(late_end_of_drq_after_a_read_is_seen),
	KUNIT_CASE(busy_that_never_comes_costs_a_bounded_time),
	KUNIT_CASE_PARAM(drq_shortly_after_the_last_block_is_no_fault,
			 drq_gen_params),
	KUNIT_CASE_PARAM(drq_long_after_the_last_block_is_polled,
			 drq_gen_params),
	KUNIT_CASE_PARAM(late_drq_is_read_again_only_once, drq_gen_params),
	KUNIT_CASE_PARAM(status_of_an_empty_slot_is_no_late_drq,
			 drq_gen_params),
	KUNIT_CASE_PARAM(drq_10_ms_after_the_last_block_is_a_fault,
			 drq_gen_params),
	KUNIT_CASE(late_drq_of_identify_data_is_no_fault),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_await_status",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The phases of an ATA channel, over registers that say what the case has put
 * into them.
 */
#include <scsi/scsi_proto.h>

#include "fake_ata.h"

#define BLOCK	FAKE_ATA_BLOCK
#define READY	FAKE_ATA_READY

static int setup(struct kunit *test)
{
	test->priv = fake_ata_create(test);
	return 0;
}

static void read_of_two_drq_blocks_ends_with_good(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	KUNIT_EXPECT_EQ(test, 0,
			fake_ata_start_rw(fake, DMA_FROM_DEVICE, 2 * BLOCK));
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_COMMAND], ATA_CMD_READ_MULTI);
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, ATA_BUSY));
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_WAIT);
	fake->acks = 0;
	KUNIT_EXPECT_TRUE(test, fake_ata_claim(fake, READY | ATA_DRQ));
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, fake->acks, 1);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	/* The status is not valid yet. */
	fake->looks = 0;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_BUSY_POLL);
	KUNIT_EXPECT_EQ(test, fake->looks, 1);
	KUNIT_EXPECT_EQ(test, fake->acks, 1);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	/* No interrupt comes for the end of a read. */
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->bytes_in, 2 * BLOCK);
	/* The read has ended. */
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, READY));
	fake_ata_expect(fake, READY, PIOSCSI_WAIT);
}

static void drq_block_is_moved_in_two_pieces(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 some[512];

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	pioata_chan_ops.pio_in(&fake->port.hba, some, sizeof(some));
	/*
	 * The interrupt for the data was withdrawn, and no other one is
	 * expected.
	 */
	fake->acks = 0;
	pioata_chan_ops.mask(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->acks, 0);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK - sizeof(some));
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
}

static void last_drq_block_is_shorter(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK + 1536);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 1536);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
}

/* Only a task has the time for several reads of the status. */
static void task_reads_busy_status_several_times(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 2 * BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_BUSY_POLL);
	fake->looks = 0;
	fake->busy_reads = 4;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_BUSY_POLL);
	KUNIT_EXPECT_EQ(test, fake->looks, 0);
	fake->port.in_task = true;
	fake->acks = 0;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, fake->looks, 3);
	/* The last read of STATUS withdraws the interrupt. */
	KUNIT_EXPECT_EQ(test, fake->acks, 2);
	/* A device that stays busy ends the reads. */
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
	KUNIT_EXPECT_EQ(test, fake->looks, 3 + 1 + 8);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
}

static void write_begins_without_an_interrupt(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK),
			PIOSCSI_START_POLL);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_TO_DEVICE, BLOCK);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->bytes_out, BLOCK);
}

static void error_ends_a_read_with_sense(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake->in[PIOATA_IO_ERROR] = ATA_UNC;
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, MEDIUM_ERROR);
}

static void device_fault_ends_a_read_with_sense(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DF, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, HARDWARE_ERROR);
}

struct junk_case {
	const char *desc;
	u8 bits;		/* error bits of the status with DRQ */
	u8 error;
	u32 len;
	u8 end_bits;		/* error bits at the end */
	u8 end_error;
	u8 key;
};

static const struct junk_case junk_cases[] = {
	{ "ERR with the first block", ATA_ERR, ATA_UNC, 2 * BLOCK, 0, 0,
	  MEDIUM_ERROR },
	{ "ERR with the only block", ATA_ERR, ATA_UNC, BLOCK, 0, 0,
	  MEDIUM_ERROR },
	{ "DF with the only block", ATA_DF, 0, BLOCK, 0, 0, HARDWARE_ERROR },
	{ "ERR also at the end", ATA_ERR, 0, BLOCK, ATA_ERR, ATA_UNC,
	  MEDIUM_ERROR },
	{ "ERR at the end, ERROR cleared", ATA_ERR, ATA_UNC, BLOCK, ATA_ERR, 0,
	  MEDIUM_ERROR },
	{ "stale ERROR at the end", ATA_ERR, ATA_UNC, BLOCK, 0, ATA_ABORTED,
	  MEDIUM_ERROR },
};

KUNIT_ARRAY_PARAM_DESC(junk, junk_cases, desc);

/* The device may clear ERR and ERROR after the block has been read. */
static void error_with_a_block_ends_a_read_with_sense(struct kunit *test)
{
	const struct junk_case *j = test->param_value;
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, j->len);
	fake->in[PIOATA_IO_ERROR] = j->error;
	fake_ata_expect(fake, READY | ATA_DRQ | j->bits, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_ask(fake, ATA_BUSY);
	fake->in[PIOATA_IO_ERROR] = j->end_error;
	fake_ata_expect(fake, READY | j->end_bits, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, j->key);
	/* No LBA: the midlayer would take the data before it as valid. */
	KUNIT_EXPECT_EQ(test, fake->sense[0], 0x70);
	/* The next command begins without the error. */
	fake->in[PIOATA_IO_STATUS] = READY;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
}

/* A reset would not help, and faults make the driver ignore the device. */
static void device_may_continue_after_a_block_with_an_error(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 2 * BLOCK);
	fake->in[PIOATA_IO_ERROR] = ATA_UNC;
	fake_ata_expect(fake, READY | ATA_DRQ | ATA_ERR, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_BUSY_POLL);
	fake->in[PIOATA_IO_ERROR] = 0;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, MEDIUM_ERROR);
}

static void error_ends_a_write_with_sense(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK);
	fake->in[PIOATA_IO_ERROR] = ATA_IDNF;
	fake_ata_expect(fake, READY | ATA_ERR, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, MEDIUM_ERROR);
}

static void busy_channel_takes_no_command(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_STATUS] = ATA_BUSY;
	KUNIT_EXPECT_EQ(test, -EBUSY,
			fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK));
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_IDLE);
}

/* Each of the devices has a status of its own. */
static void busy_device_takes_no_command(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = ATA_BUSY;
	fake->sdev.id = 1;
	KUNIT_EXPECT_EQ(test, -EBUSY,
			fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK));
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
}

static void mask_withdraws_pending_interrupt(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake->acks = 0;
	pioata_chan_ops.mask(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_CTL],
			ATA_DEVCTL_OBS | ATA_NIEN);
	KUNIT_EXPECT_EQ(test, fake->acks, 1);
	/* The status of the other device was not lost. */
	pioata_chan_ops.unmask(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_CTL], ATA_DEVCTL_OBS);
	KUNIT_EXPECT_TRUE(test, fake_ata_claim(fake, READY | ATA_DRQ));
}

/* Some controllers interrupt although nIEN is set. */
static void withdrawn_interrupt_leaves_the_block(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	pioata_chan_ops.mask(&fake->port.hba);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake->acks = 0;
	pioata_chan_ops.withdraw(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->acks, 1);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	/* Also before the block is announced. */
	pioata_chan_ops.withdraw(&fake->port.hba);
	KUNIT_EXPECT_TRUE(test, fake_ata_claim(fake, READY));
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
}

static unsigned int controller_acks;

static void count_ack(const struct pioata_io *io)
{
	controller_acks++;
}

/* The interrupt that a controller in native mode latches goes with STATUS. */
static void controller_is_acknowledged_with_the_status(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	controller_acks = 0;
	fake->chan.io.ack = count_ack;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, ATA_BUSY));
	KUNIT_EXPECT_EQ(test, controller_acks, 0);
	KUNIT_EXPECT_TRUE(test, fake_ata_claim(fake, READY | ATA_DRQ));
	KUNIT_EXPECT_EQ(test, controller_acks, 1);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, controller_acks, 1);
}

static void idle_channel_claims_no_interrupt(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, READY));
	KUNIT_EXPECT_EQ(test, fake->acks, 1);
	fake_ata_expect(fake, READY, PIOSCSI_WAIT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(read_of_two_drq_blocks_ends_with_good),
	KUNIT_CASE(drq_block_is_moved_in_two_pieces),
	KUNIT_CASE(last_drq_block_is_shorter),
	KUNIT_CASE(task_reads_busy_status_several_times),
	KUNIT_CASE(write_begins_without_an_interrupt),
	KUNIT_CASE(error_ends_a_read_with_sense),
	KUNIT_CASE(device_fault_ends_a_read_with_sense),
	KUNIT_CASE_PARAM(error_with_a_block_ends_a_read_with_sense,
			 junk_gen_params),
	KUNIT_CASE(device_may_continue_after_a_block_with_an_error),
	KUNIT_CASE(error_ends_a_write_with_sense),
	KUNIT_CASE(busy_channel_takes_no_command),
	KUNIT_CASE(busy_device_takes_no_command),
	KUNIT_CASE(mask_withdraws_pending_interrupt),
	KUNIT_CASE(withdrawn_interrupt_leaves_the_block),
	KUNIT_CASE(controller_is_acknowledged_with_the_status),
	KUNIT_CASE(idle_channel_claims_no_interrupt),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_phase",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

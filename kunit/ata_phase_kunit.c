// SPDX-License-Identifier: GPL-2.0-only
/*
 * The phases of an ATA channel, over registers that say what the case has put
 * into them.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "../ata/chan.h"
#include "../port.h"

#define BLOCK	8192U
#define READY	ATA_DRDY

/* INTERRUPT REASON */
#define TAKES_CDB	1
#define TO_HOST		2

/**
 * struct regs - registers, and what was done to them
 * @port: the HBA they belong to, as far as it is needed
 * @chan: the channel
 * @scmd: the command
 * @sdev: its device
 * @cmd: likewise
 * @active: likewise
 * @sense: its sense data
 * @in: what the registers say
 * @out: what was written to them
 * @acks: how often STATUS was read
 * @bytes_in: bytes that were read from the data port
 * @bytes_out: bytes that were written to it
 */
struct regs {
	struct pioscsi_port port;
	struct ata_chan chan;
	struct scsi_cmnd scmd;
	struct scsi_device sdev;
	struct pioscsi_cmd cmd;
	struct pioscsi_cmd *active[1];
	u8 sense[SCSI_SENSE_BUFFERSIZE];
	u8 in[9];
	u8 out[9];
	unsigned int acks;
	unsigned int bytes_in;
	unsigned int bytes_out;
};

static struct regs *to_regs(const struct ata_io *io)
{
	return container_of(io, struct regs, chan.io);
}

static u8 fake_read(const struct ata_io *io, enum ata_io_reg reg)
{
	struct regs *regs = to_regs(io);

	if (reg == ATA_IO_ALT)
		return regs->in[ATA_IO_STATUS];
	regs->acks += reg == ATA_IO_STATUS;
	return regs->in[reg];
}

static void fake_write(const struct ata_io *io, enum ata_io_reg reg, u8 val)
{
	to_regs(io)->out[reg] = val;
}

static void fake_in(const struct ata_io *io, void *buf, unsigned int len)
{
	to_regs(io)->bytes_in += len;
	memset(buf, 0, len);
}

static void fake_out(const struct ata_io *io, const void *buf, unsigned int len)
{
	to_regs(io)->bytes_out += len;
}

static const struct ata_io_ops fake_io_ops = {
	.width = 2,
	.read = fake_read,
	.write = fake_write,
	.in = fake_in,
	.out = fake_out,
};

static int setup(struct kunit *test)
{
	const struct ata_io io = { .ops = &fake_io_ops };
	struct regs *regs = kunit_kzalloc(test, sizeof(*regs), GFP_KERNEL);
	struct sat_dev *dev;

	KUNIT_ASSERT_NOT_NULL(test, regs);
	test->priv = regs;
	regs->port.hba.priv = &regs->chan;
	regs->port.active = regs->active;
	ata_chan_init(&regs->port.hba, &io);
	dev = &regs->chan.targets[0].dev;
	dev->sectors = 1 << 20;
	dev->sector_size = 512;
	dev->cdb_len = 12;
	dev->multi = BLOCK / 512;
	regs->chan.targets[0].known = true;
	regs->chan.targets[0].ready = true;
	regs->sdev.sdev_state = SDEV_RUNNING;
	regs->scmd.device = &regs->sdev;
	regs->scmd.sense_buffer = regs->sense;
	regs->cmd.scmd = &regs->scmd;
	regs->in[ATA_IO_STATUS] = READY;
	return 0;
}

static int start(struct regs *regs, enum dma_data_direction dir, u32 len,
		 const u8 *cdb, unsigned int cdb_len)
{
	regs->active[0] = &regs->cmd;
	regs->scmd.sc_data_direction = dir;
	regs->scmd.sdb.length = len;
	regs->scmd.cmd_len = cdb_len;
	memcpy(regs->scmd.cmnd, cdb, cdb_len);
	return ata_chan_ops.start(&regs->port.hba, &regs->cmd);
}

static int start_rw(struct regs *regs, enum dma_data_direction dir, u32 len)
{
	const u8 cdb[10] = {
		[0] = dir == DMA_TO_DEVICE ? WRITE_10 : READ_10,
		[8] = len / 512,
	};

	return start(regs, dir, len, cdb, sizeof(cdb));
}

static int start_packet(struct regs *regs, u32 len)
{
	const u8 cdb[6] = { INQUIRY, 0, 0, 0, len };

	regs->chan.targets[0].dev.packet = true;
	return start(regs, DMA_FROM_DEVICE, len, cdb, sizeof(cdb));
}

static bool claim(struct regs *regs, u8 status)
{
	regs->in[ATA_IO_STATUS] = status;
	return ata_chan_ops.claim(&regs->port.hba);
}

/* What the channel wants when the status is that. */
static enum pioscsi_next ask(struct regs *regs, u8 status)
{
	regs->in[ATA_IO_STATUS] = status;
	return ata_chan_ops.service(&regs->port.hba, &regs->port.xfer);
}

/* All that was announced; then the port asks without an interrupt. */
static void move(struct kunit *test, enum dma_data_direction dir, u32 len)
{
	struct regs *regs = test->priv;
	u8 *buf = kunit_kzalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_EXPECT_PTR_EQ(test, regs->port.xfer.cmd, &regs->cmd);
	KUNIT_EXPECT_EQ(test, regs->port.xfer.dir, dir);
	KUNIT_ASSERT_EQ(test, regs->port.xfer.len, len);
	if (dir == DMA_FROM_DEVICE)
		ata_chan_ops.pio_in(&regs->port.hba, buf, len);
	else
		ata_chan_ops.pio_out(&regs->port.hba, buf, len);
	KUNIT_EXPECT_TRUE(test, claim(regs, ATA_BUSY));
}

static void read_in_two_blocks(struct kunit *test)
{
	struct regs *regs = test->priv;

	KUNIT_EXPECT_EQ(test, start_rw(regs, DMA_FROM_DEVICE, 2 * BLOCK), 0);
	KUNIT_EXPECT_EQ(test, regs->out[ATA_IO_COMMAND], ATA_CMD_READ_MULTI);
	KUNIT_EXPECT_FALSE(test, claim(regs, ATA_BUSY));
	KUNIT_EXPECT_EQ(test, ask(regs, ATA_BUSY), PIOSCSI_WAIT);
	KUNIT_EXPECT_TRUE(test, claim(regs, READY | ATA_DRQ));
	KUNIT_EXPECT_EQ(test, ask(regs, READY | ATA_DRQ), PIOSCSI_XFER);
	move(test, DMA_FROM_DEVICE, BLOCK);
	KUNIT_EXPECT_EQ(test, ask(regs, ATA_BUSY), PIOSCSI_SOON);
	KUNIT_EXPECT_EQ(test, ask(regs, ATA_BUSY), PIOSCSI_SOON);
	KUNIT_EXPECT_EQ(test, ask(regs, READY | ATA_DRQ), PIOSCSI_XFER);
	move(test, DMA_FROM_DEVICE, BLOCK);
	/* No interrupt comes for the end of a read. */
	KUNIT_EXPECT_EQ(test, ask(regs, ATA_BUSY), PIOSCSI_POLL);
	KUNIT_EXPECT_EQ(test, ask(regs, READY), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, regs->cmd.result, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, regs->bytes_in, 2 * BLOCK);
}

static void write_begins_without_an_interrupt(struct kunit *test)
{
	struct regs *regs = test->priv;

	KUNIT_EXPECT_EQ(test, start_rw(regs, DMA_TO_DEVICE, BLOCK),
			PIOSCSI_ASK);
	KUNIT_EXPECT_EQ(test, ask(regs, ATA_BUSY), PIOSCSI_POLL);
	KUNIT_EXPECT_EQ(test, ask(regs, READY | ATA_DRQ), PIOSCSI_XFER);
	move(test, DMA_TO_DEVICE, BLOCK);
	KUNIT_EXPECT_EQ(test, ask(regs, ATA_BUSY), PIOSCSI_SOON);
	KUNIT_EXPECT_EQ(test, ask(regs, READY), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, regs->bytes_out, BLOCK);
}

static void error_ends_a_read_with_sense(struct kunit *test)
{
	struct regs *regs = test->priv;

	start_rw(regs, DMA_FROM_DEVICE, BLOCK);
	regs->in[ATA_IO_ERROR] = ATA_UNC;
	KUNIT_EXPECT_EQ(test, ask(regs, READY | ATA_ERR), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, regs->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, regs->sense[2] & 0xf, MEDIUM_ERROR);
}

static void data_beyond_the_end_is_a_fault(struct kunit *test)
{
	struct regs *regs = test->priv;

	start_rw(regs, DMA_FROM_DEVICE, BLOCK);
	KUNIT_EXPECT_EQ(test, ask(regs, READY | ATA_DRQ), PIOSCSI_XFER);
	move(test, DMA_FROM_DEVICE, BLOCK);
	KUNIT_EXPECT_EQ(test, ask(regs, READY | ATA_DRQ), PIOSCSI_FAULT);
}

static void end_before_the_data_is_a_fault(struct kunit *test)
{
	struct regs *regs = test->priv;

	start_rw(regs, DMA_FROM_DEVICE, BLOCK);
	KUNIT_EXPECT_EQ(test, ask(regs, READY), PIOSCSI_FAULT);
}

static void packet_of_odd_length(struct kunit *test)
{
	struct regs *regs = test->priv;

	KUNIT_EXPECT_EQ(test, start_packet(regs, 5), PIOSCSI_ASK);
	KUNIT_EXPECT_EQ(test, regs->out[ATA_IO_COMMAND], ATA_CMD_PACKET);
	KUNIT_EXPECT_EQ(test, regs->out[ATA_IO_LBAM], 6);
	KUNIT_EXPECT_EQ(test, ask(regs, ATA_BUSY), PIOSCSI_POLL);
	regs->in[ATA_IO_NSECT] = TAKES_CDB;
	KUNIT_EXPECT_EQ(test, ask(regs, ATA_DRQ), PIOSCSI_SOON);
	KUNIT_EXPECT_EQ(test, regs->bytes_out, 12);
	regs->in[ATA_IO_NSECT] = TO_HOST;
	regs->in[ATA_IO_LBAM] = 5;
	KUNIT_EXPECT_EQ(test, ask(regs, ATA_DRQ), PIOSCSI_XFER);
	move(test, DMA_FROM_DEVICE, 5);
	KUNIT_EXPECT_EQ(test, ask(regs, ATA_BUSY), PIOSCSI_SOON);
	KUNIT_EXPECT_EQ(test, ask(regs, READY), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, regs->cmd.result, SAM_STAT_GOOD);
}

static void packet_without_a_byte_count_is_a_fault(struct kunit *test)
{
	struct regs *regs = test->priv;

	start_packet(regs, 36);
	regs->in[ATA_IO_NSECT] = TAKES_CDB;
	ask(regs, ATA_DRQ);
	regs->in[ATA_IO_NSECT] = TO_HOST;
	KUNIT_EXPECT_EQ(test, ask(regs, ATA_DRQ), PIOSCSI_FAULT);
}

static void nobody_is_there(struct kunit *test)
{
	struct regs *regs = test->priv;

	regs->in[ATA_IO_STATUS] = 0x7f;
	KUNIT_EXPECT_EQ(test, start_rw(regs, DMA_FROM_DEVICE, BLOCK),
			PIOSCSI_ASK);
	KUNIT_EXPECT_EQ(test, ask(regs, 0x7f), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, regs->cmd.result, DID_NO_CONNECT << 16);
}

static void busy_channel_takes_no_command(struct kunit *test)
{
	struct regs *regs = test->priv;

	regs->in[ATA_IO_STATUS] = ATA_BUSY;
	KUNIT_EXPECT_EQ(test, start_rw(regs, DMA_FROM_DEVICE, BLOCK), -EBUSY);
	regs->in[ATA_IO_STATUS] = READY | ATA_DRQ;
	KUNIT_EXPECT_EQ(test, start_rw(regs, DMA_FROM_DEVICE, BLOCK), -EBUSY);
}

/* Whoever takes neither command, is no device. */
static void device_is_identified_after_a_reset(struct kunit *test)
{
	struct regs *regs = test->priv;

	regs->chan.targets[0].ready = false;
	KUNIT_EXPECT_EQ(test, start_rw(regs, DMA_FROM_DEVICE, BLOCK),
			PIOSCSI_ASK);
	KUNIT_EXPECT_EQ(test, regs->out[ATA_IO_COMMAND], ATA_CMD_ID_ATA);
	KUNIT_EXPECT_EQ(test, ask(regs, ATA_BUSY), PIOSCSI_WAIT);
	ask(regs, READY | ATA_ERR);
	KUNIT_EXPECT_EQ(test, regs->out[ATA_IO_COMMAND], ATA_CMD_ID_ATAPI);
	KUNIT_EXPECT_EQ(test, ask(regs, READY | ATA_ERR), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, regs->cmd.result, DID_NO_CONNECT << 16);
}

static void mask_takes_back_what_is_pending(struct kunit *test)
{
	struct regs *regs = test->priv;

	start_rw(regs, DMA_FROM_DEVICE, BLOCK);
	regs->acks = 0;
	ata_chan_ops.mask(&regs->port.hba);
	KUNIT_EXPECT_EQ(test, regs->out[ATA_IO_CTL], ATA_NIEN);
	KUNIT_EXPECT_EQ(test, regs->acks, 1);
	/* And yet it is not lost. */
	ata_chan_ops.unmask(&regs->port.hba);
	KUNIT_EXPECT_EQ(test, regs->out[ATA_IO_CTL], 0);
	KUNIT_EXPECT_TRUE(test, claim(regs, READY | ATA_DRQ));
}

static void idle_channel_claims_nothing(struct kunit *test)
{
	struct regs *regs = test->priv;

	KUNIT_EXPECT_FALSE(test, claim(regs, READY));
	KUNIT_EXPECT_EQ(test, regs->acks, 1);
	KUNIT_EXPECT_EQ(test, ask(regs, READY), PIOSCSI_WAIT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(read_in_two_blocks),
	KUNIT_CASE(write_begins_without_an_interrupt),
	KUNIT_CASE(error_ends_a_read_with_sense),
	KUNIT_CASE(data_beyond_the_end_is_a_fault),
	KUNIT_CASE(end_before_the_data_is_a_fault),
	KUNIT_CASE(packet_of_odd_length),
	KUNIT_CASE(packet_without_a_byte_count_is_a_fault),
	KUNIT_CASE(nobody_is_there),
	KUNIT_CASE(busy_channel_takes_no_command),
	KUNIT_CASE(device_is_identified_after_a_reset),
	KUNIT_CASE(mask_takes_back_what_is_pending),
	KUNIT_CASE(idle_channel_claims_nothing),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_phase",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

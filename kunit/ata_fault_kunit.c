// SPDX-License-Identifier: GPL-2.0-only
/* An ATA device that violates the protocol. */
#include <linux/time64.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"

#define BLOCK	FAKE_ATA_BLOCK
#define READY	FAKE_ATA_READY

static int setup(struct kunit *test)
{
	test->priv = fake_ata_create(test);
	return 0;
}

/* DRQ after the last block is a fault when its time is up. */
static void expect_late_drq_is_fault(struct fake_ata *fake, u8 status)
{
	fake_ata_expect(fake, status, PIOSCSI_POLL);
	fake->chan.job.drq_since -= NSEC_PER_SEC;
	fake_ata_expect(fake, status, PIOSCSI_FAULT);
}

static void wrong_status_during_a_write_is_a_fault(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	/* The device requests data after an error, */
	fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_ERR | ATA_DRQ, PIOSCSI_FAULT);
	/* more data than the command has, */
	fake->in[PIOATA_IO_STATUS] = READY;
	fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_TO_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_BUSY_POLL);
	expect_late_drq_is_fault(fake, READY | ATA_DRQ);
	/* or less data. */
	fake->in[PIOATA_IO_STATUS] = READY;
	fake_ata_start_rw(fake, DMA_TO_DEVICE, 2 * BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_TO_DEVICE, BLOCK);
	fake_ata_expect(fake, READY, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, READY, PIOSCSI_FAULT);
}

/* The disk remains in service: the sector is bad, not the protocol. */
static void write_error_with_drq_ends_the_command(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	fake->in[PIOATA_IO_ERROR] = ATA_IDNF;
	for (i = 0; i < 6; i++) {
		fake->in[PIOATA_IO_STATUS] = READY;
		fake->chan.job.phase = PIOATA_IDLE;
		fake->cmd.result = 0;
		fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK);
		fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
		fake_ata_move(fake, DMA_TO_DEVICE, BLOCK);
		fake_ata_ask(fake, ATA_BUSY);
		fake_ata_expect(fake, 0x59, PIOSCSI_FAULT);
		KUNIT_EXPECT_PTR_EQ(test, fake->port.xfer.blame, &fake->cmd);
		KUNIT_EXPECT_EQ(test, fake->cmd.result,
				SAM_STAT_CHECK_CONDITION);
		KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, MEDIUM_ERROR);
		KUNIT_EXPECT_EQ(test, fake->sense[12], 0x14);
		KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].broken);
	}
}

/* Start a write and end it with an error and DRQ. */
static void fail_write_with_drq(struct fake_ata *fake, u8 error, u8 status)
{
	fake->in[PIOATA_IO_ERROR] = error;
	fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_TO_DEVICE, BLOCK);
	fake_ata_ask(fake, ATA_BUSY);
	fake_ata_expect(fake, READY | ATA_DRQ | status, PIOSCSI_FAULT);
}

static void new_medium_reported_with_drq_is_noted(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.removable = true;
	fail_write_with_drq(fake, ATA_MC, ATA_ERR);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, UNIT_ATTENTION);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].medium_changed);
}

/* The device may have left multiple mode. The port repeats the write. */
static void two_aborts_with_drq_end_multiple_mode(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct pioata_target *target = &fake->chan.targets[0];
	unsigned int i;

	target->dev.multi = 16;
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_FALSE(test, target->no_multi);
		fake->in[PIOATA_IO_STATUS] = READY;
		fake->chan.job.phase = PIOATA_IDLE;
		fail_write_with_drq(fake, ATA_ABORTED, ATA_ERR);
		KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_WRITE_MULTI);
		KUNIT_EXPECT_NULL(test, fake->port.xfer.blame);
	}
	KUNIT_EXPECT_TRUE(test, target->no_multi);
	KUNIT_EXPECT_FALSE(test, target->broken);
}

static void device_fault_in_multiple_mode_is_reported(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.multi = 16;
	fail_write_with_drq(fake, ATA_ABORTED, ATA_ERR | ATA_DF);
	KUNIT_EXPECT_PTR_EQ(test, fake->port.xfer.blame, &fake->cmd);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, HARDWARE_ERROR);
}

static void flush_error_with_drq_ends_the_command(struct kunit *test)
{
	const u8 cdb[10] = { SYNCHRONIZE_CACHE };
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.flush = true;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	fake_ata_expect(fake, READY | ATA_DF | ATA_DRQ, PIOSCSI_FAULT);
	KUNIT_EXPECT_PTR_EQ(test, fake->port.xfer.blame, &fake->cmd);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, HARDWARE_ERROR);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].faults, 0);
	/* A second flush would succeed, and hide that data is lost. */
	KUNIT_EXPECT_TRUE(test, fake->cmd.final);
}

/* The error of the device is reported, and not that of the program. */
static void pass_through_error_with_drq_keeps_the_error(struct kunit *test)
{
	const u8 cdb[16] = { ATA_16, 5 << 1, 0x06, [6] = 1,
			     [14] = ATA_CMD_PIO_WRITE };
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_ERROR] = ATA_IDNF;
	fake_ata_start(fake, DMA_TO_DEVICE, 512, cdb, sizeof(cdb));
	fake_ata_expect(fake, 0x59, PIOSCSI_FAULT);
	KUNIT_EXPECT_PTR_EQ(test, fake->port.xfer.blame, &fake->cmd);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[2] & 0xf, MEDIUM_ERROR);
	KUNIT_EXPECT_EQ(test, fake->sense[3], ATA_IDNF);
	KUNIT_EXPECT_EQ(test, fake->sense[4], 0x59);
}

static void data_request_of_non_data_command_is_a_fault(struct kunit *test)
{
	const u8 cdb[10] = { SYNCHRONIZE_CACHE };
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.flush = true;
	KUNIT_EXPECT_EQ(test, 0, fake_ata_start(fake, DMA_NONE, 0, cdb,
						sizeof(cdb)));
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_COMMAND], ATA_CMD_FLUSH);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_WAIT);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_FAULT);
}

static void data_beyond_the_end_is_a_fault(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	expect_late_drq_is_fault(fake, READY | ATA_DRQ);
}

static void end_before_the_data_is_a_fault(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY, PIOSCSI_FAULT);
}

/* A device that is gone reports 00h. */
static void end_that_is_not_ready_is_a_fault(struct kunit *test)
{
	const u8 cdb[10] = { SYNCHRONIZE_CACHE };
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.flush = true;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	fake_ata_expect(fake, 0, PIOSCSI_FAULT);

	fake->in[PIOATA_IO_STATUS] = READY;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, 0, PIOSCSI_FAULT);

	fake->in[PIOATA_IO_STATUS] = READY;
	fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_TO_DEVICE, BLOCK);
	fake_ata_expect(fake, 0, PIOSCSI_BUSY_POLL);
	fake_ata_expect(fake, 0, PIOSCSI_FAULT);
}

struct wrong_case {
	const char *desc;
	u8 protocol;
	u8 flags;
	enum dma_data_direction dir;
	u8 status[2];		/* the first has DRQ for one block, if any */
};

/* ATA PASS-THROUGH with another protocol than the device follows. */
static const struct wrong_case wrong_cases[] = {
	{ "non-data, device has data", 3 << 1, 0x20, DMA_NONE,
	  { READY | ATA_DRQ } },
	{ "data-in, device has more data", 4 << 1, 0x0e, DMA_FROM_DEVICE,
	  { READY | ATA_DRQ, READY | ATA_DRQ } },
	{ "data-in, device has none", 4 << 1, 0x0e, DMA_FROM_DEVICE,
	  { READY } },
	{ "data-out, device takes more", 5 << 1, 0x06, DMA_TO_DEVICE,
	  { READY | ATA_DRQ, READY | ATA_DRQ } },
	{ "data-out, device takes none", 5 << 1, 0x06, DMA_TO_DEVICE,
	  { READY } },
	{ "non-data, device is not ready", 3 << 1, 0, DMA_NONE, { 0 } },
};

KUNIT_ARRAY_PARAM_DESC(wrong, wrong_cases, desc);

/*
 * The command ends with the registers in its sense data, and is blamed for the
 * fault.
 */
static void pass_through_with_wrong_protocol_is_blamed(struct kunit *test)
{
	const struct wrong_case *w = test->param_value;
	struct fake_ata *fake = test->priv;
	const u8 cdb[16] = {
		ATA_16, w->protocol, w->flags, [6] = 1, [14] = 0xec,
	};
	unsigned int in;

	fake->in[PIOATA_IO_ERROR] = 0x12;
	fake->in[PIOATA_IO_NSECT] = 0x34;
	fake_ata_start(fake, w->dir, w->dir == DMA_NONE ? 0 : 512, cdb, 16);
	if (w->status[1]) {
		fake_ata_expect(fake, w->status[0], PIOSCSI_XFER);
		fake_ata_move(fake, w->dir, 512);
		if (w->dir == DMA_TO_DEVICE)
			fake_ata_expect(fake, w->status[1], PIOSCSI_BUSY_POLL);
		expect_late_drq_is_fault(fake, w->status[1]);
	} else {
		fake_ata_expect(fake, w->status[0], PIOSCSI_FAULT);
	}
	KUNIT_EXPECT_PTR_EQ(test, fake->port.xfer.blame, &fake->cmd);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, fake->sense[0], 0xf0);
	KUNIT_EXPECT_EQ(test, fake->sense[2], ABORTED_COMMAND);
	KUNIT_EXPECT_EQ(test, fake->sense[3], 0x12);
	KUNIT_EXPECT_EQ(test, fake->sense[4], w->status[!!w->status[1]]);
	KUNIT_EXPECT_EQ(test, fake->sense[6], 0x34);
	/* SRST would lock up some devices that have data. */
	fake->bytes_in = 0;
	fake->full = w->status[!!w->status[1]] & ATA_DRQ ? 300 : 0;
	in = w->dir == DMA_TO_DEVICE ? 0 : 2 * fake->full;
	fake->in[PIOATA_IO_STATUS] = READY;
	pioata_chan_ops.reset_bus(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->bytes_in, in);
}

static void read_with_wrong_status_blames_no_command(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->port.xfer.blame = &fake->cmd;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY, PIOSCSI_FAULT);
	KUNIT_EXPECT_NULL(test, fake->port.xfer.blame);
}

/* Nothing but a reset ends it, so the command need not wait for its timeout. */
static void drq_without_a_command_is_a_fault(struct kunit *test)
{
	const u8 cdb[16] = { 0x85, 3 << 1, [14] = ATA_CMD_CHK_POWER };
	struct fake_ata *fake = test->priv;

	fake->in[PIOATA_IO_STATUS] = READY | ATA_DRQ;
	KUNIT_EXPECT_EQ(test, PIOSCSI_START_POLL,
			fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK));
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_FAULT);
	KUNIT_EXPECT_NULL(test, fake->port.xfer.blame);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);

	/* A program that passes a command through is not to blame. */
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_FAULT);
	KUNIT_EXPECT_NULL(test, fake->port.xfer.blame);
}

/* A reset that fails clears the job, and the port still has the answer. */
static void announced_data_is_not_moved_after_a_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *buf = kunit_kzalloc(test, BLOCK, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	fake_ata_start_rw(fake, DMA_TO_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	pioata_job_clear(&fake->chan);
	KUNIT_EXPECT_EQ(test, pioata_chan_ops.pio_out(&fake->port.hba, buf,
						      BLOCK), 0);
	KUNIT_EXPECT_EQ(test, pioata_chan_ops.pio_in(&fake->port.hba, buf,
						     BLOCK), 0);
	KUNIT_EXPECT_EQ(test, fake->chan.job.block, 0);
	KUNIT_EXPECT_EQ(test, fake->at, 0);
}

static void violate_protocol(struct fake_ata *fake)
{
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->chan.job.phase = PIOATA_IDLE;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY, PIOSCSI_FAULT);
	fake->chan.targets[0].ready = true;
}

static void read_well(struct fake_ata *fake)
{
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->chan.job.phase = PIOATA_IDLE;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
}

/* The port would take the channel with both devices out of service. */
static void device_with_five_faults_in_a_row_is_ignored(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < 4; i++)
		violate_protocol(fake);
	KUNIT_EXPECT_NULL(test, fake->port.xfer.blame);
	/* A command that ends well begins the count again. */
	read_well(fake);
	for (i = 0; i < 4; i++)
		violate_protocol(fake);
	KUNIT_EXPECT_NULL(test, fake->port.xfer.blame);
	violate_protocol(fake);
	KUNIT_EXPECT_PTR_EQ(test, fake->port.xfer.blame, &fake->cmd);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);

	fake->in[PIOATA_IO_STATUS] = READY;
	fake->chan.job.phase = PIOATA_IDLE;
	fake->num_commands = 0;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, BLOCK);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
}

/* A scan sends no INQUIRY to an existing SCSI device, but a program may. */
static void inquiry_of_an_ignored_scsi_device_changes_nothing(struct kunit *t)
{
	const u8 cdb[6] = { INQUIRY, 0, 0, 0, 36 };
	struct fake_ata *fake = t->priv;
	unsigned int i;

	for (i = 0; i < 5; i++)
		violate_protocol(fake);
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->chan.job.phase = PIOATA_IDLE;
	fake->num_commands = 0;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb, sizeof(cdb));
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(t, fake->cmd.result, DID_NO_CONNECT << 16);
	KUNIT_EXPECT_EQ(t, fake->num_commands, 0);
	KUNIT_EXPECT_TRUE(t, fake->chan.targets[0].broken);
}

static void scan_tries_ignored_device_again(struct kunit *test)
{
	const u8 cdb[6] = { INQUIRY, 0, 0, 0, 36 };
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < 5; i++)
		violate_protocol(fake);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].broken);
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->chan.job.phase = PIOATA_IDLE;
	fake->num_commands = 0;
	fake->sdev.sdev_state = SDEV_CREATED;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb, sizeof(cdb));
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].broken);
	KUNIT_EXPECT_EQ(test, fake->commands[0], ATA_CMD_ID_ATA);

	/* Its faults before the scan do not count. */
	fake->sdev.sdev_state = SDEV_RUNNING;
	fake->chan.targets[0].ready = true;
	violate_protocol(fake);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].broken);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(wrong_status_during_a_write_is_a_fault),
	KUNIT_CASE(write_error_with_drq_ends_the_command),
	KUNIT_CASE(new_medium_reported_with_drq_is_noted),
	KUNIT_CASE(two_aborts_with_drq_end_multiple_mode),
	KUNIT_CASE(device_fault_in_multiple_mode_is_reported),
	KUNIT_CASE(flush_error_with_drq_ends_the_command),
	KUNIT_CASE(pass_through_error_with_drq_keeps_the_error),
	KUNIT_CASE(data_request_of_non_data_command_is_a_fault),
	KUNIT_CASE(data_beyond_the_end_is_a_fault),
	KUNIT_CASE(end_before_the_data_is_a_fault),
	KUNIT_CASE(end_that_is_not_ready_is_a_fault),
	KUNIT_CASE_PARAM(pass_through_with_wrong_protocol_is_blamed,
			 wrong_gen_params),
	KUNIT_CASE(read_with_wrong_status_blames_no_command),
	KUNIT_CASE(drq_without_a_command_is_a_fault),
	KUNIT_CASE(announced_data_is_not_moved_after_a_reset),
	KUNIT_CASE(device_with_five_faults_in_a_row_is_ignored),
	KUNIT_CASE(inquiry_of_an_ignored_scsi_device_changes_nothing),
	KUNIT_CASE(scan_tries_ignored_device_again),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_fault",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

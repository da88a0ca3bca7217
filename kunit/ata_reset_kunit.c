// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resets of an ATA channel, over registers that say what the case has put into
 * them.
 */
#include <kunit/static_stub.h>
#include <linux/errno.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"

/* A disk and a CD-ROM, both set up, and a command for the disk. */
static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);
	struct pioata_target *targets = fake->chan.targets;

	test->priv = fake;
	targets[0].dev.power = true;
	targets[1].known = true;
	targets[1].ready = true;
	targets[1].dev.packet = true;
	targets[1].dev.power = true;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
	fake->num_commands = 0;
	kunit_activate_static_stub(test, pioata_wait_status,
				   fake_ata_wait_briefly);
	return 0;
}

static void expect_software_reset(struct fake_ata *fake)
{
	struct kunit *test = fake->test;

	KUNIT_EXPECT_EQ(test, fake->first[PIOATA_IO_CTL],
			ATA_DEVCTL_OBS | ATA_NIEN | ATA_SRST);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_CTL],
			ATA_DEVCTL_OBS | ATA_NIEN);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_IDLE);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].ready);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[1].ready);
}

static void expect_device_reset(struct fake_ata *fake)
{
	struct kunit *test = fake->test;

	KUNIT_EXPECT_EQ(test, fake->num_commands, 1);
	KUNIT_EXPECT_EQ(test, fake->commands[0], ATA_CMD_DEV_RESET);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_IDLE);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].ready);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[1].ready);
}

static void software_reset_covers_both_devices(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[1].asleep = true;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	expect_software_reset(fake);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[1].asleep);
}

static struct pioata_mode timed[2];
static bool slow_at_select;

static void record_timing(const struct pioata_io *io,
			  const struct pioata_mode *modes)
{
	const struct fake_ata *fake =
		container_of(io, struct fake_ata, chan.io);

	memcpy(timed, modes, sizeof(timed));
	if (!fake->out[PIOATA_IO_DEVICE])
		slow_at_select = !timed[0].is_set && !timed[1].is_set;
}

/* The devices may be in their default modes, as after a loss of power. */
static void reset_times_both_devices_for_the_slowest_mode(struct kunit *test)
{
	const struct pioata_mode pio4 = { .is_set = true, .pio = 4 };
	struct fake_ata *fake = test->priv;

	timed[0] = pio4;
	timed[1] = pio4;
	fake->chan.modes[0] = pio4;
	fake->chan.modes[1] = pio4;
	fake->chan.io.set_timing = record_timing;
	slow_at_select = false;
	fake->out[PIOATA_IO_DEVICE] = 0;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_TRUE(test, slow_at_select);
	KUNIT_EXPECT_FALSE(test, timed[0].is_set);
	KUNIT_EXPECT_FALSE(test, timed[1].is_set);

	/* At probe the firmware's timing is that of an earlier system. */
	timed[0] = pio4;
	timed[1] = pio4;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_FALSE(test, timed[0].is_set);
	KUNIT_EXPECT_FALSE(test, timed[1].is_set);
}

/* An absent device does not delay the reset. */
static void absent_device_does_not_delay_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = 0xff;
	fake->chan.targets[1].known = false;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	expect_software_reset(fake);
	/* The absent device is not selected, as it does not drive INTRQ. */
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
	KUNIT_EXPECT_EQ(test, fake->chan.selected, 0);
}

static void known_disk_is_waited_for(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->ready_after = 5;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_GE(test, fake->looks, 5);
	KUNIT_EXPECT_FALSE(test, fake->ready_after);
	expect_software_reset(fake);
}

static void disk_is_not_reset_alone(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			pioata_chan_ops.reset_lun(&fake->port.hba, 0, 0));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			pioata_chan_ops.reset_target(&fake->port.hba, 0));
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
	KUNIT_EXPECT_NE(test, fake->chan.job.phase, PIOATA_IDLE);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].ready);
}

static void cdrom_is_reset_alone(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.job.phase = PIOATA_IDLE;
	KUNIT_EXPECT_EQ(test, 0,
			pioata_chan_ops.reset_lun(&fake->port.hba, 1, 0));
	expect_device_reset(fake);
}

/* The registers are those of the disk's command. */
static void cdrom_is_not_reset_beside_a_command(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	KUNIT_EXPECT_EQ(test, -EBUSY,
			pioata_chan_ops.reset_lun(&fake->port.hba, 1, 0));
	KUNIT_EXPECT_EQ(test, -EBUSY,
			pioata_chan_ops.reset_target(&fake->port.hba, 1));
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_DATA_IN);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[1].ready);
}

/* The abort then resets the bus, which ends with SRST cleared. */
static void reset_of_a_device_being_woken_clears_srst(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.job.phase = PIOATA_IDLE;
	fake->chan.targets[1].asleep = true;
	fake->sdev.id = 1;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
	KUNIT_EXPECT_EQ(test, -EBUSY,
			pioata_chan_ops.reset_lun(&fake->port.hba, 1, 0));
	KUNIT_EXPECT_EQ(test, -EBUSY,
			pioata_chan_ops.reset_target(&fake->port.hba, 1));
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
	KUNIT_EXPECT_EQ(test, 0,
			pioata_chan_ops.abort_cmd(&fake->port.hba,
						   &fake->cmd));
	expect_software_reset(fake);
	pioata_chan_ops.unmask(&fake->port.hba);
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
}

static void commands_are_forgotten_by_a_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->sdev.id = 1;
	fake->chan.job.target = &fake->chan.targets[1];
	KUNIT_EXPECT_EQ(test, 0,
			pioata_chan_ops.abort_cmd(&fake->port.hba,
						   &fake->cmd));
	expect_device_reset(fake);
	KUNIT_EXPECT_EQ(test, fake->reports, 1);
	fake->sdev.id = 0;
	fake->num_commands = 0;
	KUNIT_EXPECT_EQ(test, 0,
			pioata_chan_ops.abort_cmd(&fake->port.hba,
						   &fake->cmd));
	expect_software_reset(fake);
	KUNIT_EXPECT_EQ(test, fake->reports, 2);
}

static void signature(struct fake_ata *fake, u8 code, u8 lbam, u8 lbah)
{
	fake->in[PIOATA_IO_ERROR] = code;
	fake->in[PIOATA_IO_NSECT] = 1;
	fake->in[PIOATA_IO_LBAL] = 1;
	fake->in[PIOATA_IO_LBAM] = lbam;
	fake->in[PIOATA_IO_LBAH] = lbah;
}

static void reset_reads_signature(struct kunit *test)
{
	static const struct {
		u8 code, lbam, lbah;
		enum pioata_sign signs[2];
	} rows[] = {
		{ 1, 0, 0, { PIOATA_SIGN_ATA, PIOATA_SIGN_ATA } },
		{ 0x81, 0, 0, { PIOATA_SIGN_ATA, PIOATA_SIGN_NONE } },
		{ 1, 0x14, 0xeb, { PIOATA_SIGN_ATAPI, PIOATA_SIGN_ATAPI } },
		{ 1, 0x69, 0x96, { PIOATA_SIGN_ATAPI, PIOATA_SIGN_ATAPI } },
		{ 0, 0x14, 0xeb, { PIOATA_SIGN_NONE, PIOATA_SIGN_NONE } },
		{ 1, 0xff, 0xff, { PIOATA_SIGN_NONE, PIOATA_SIGN_NONE } },
	};
	struct fake_ata *fake = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		signature(fake, rows[i].code, rows[i].lbam, rows[i].lbah);
		pioata_reset_bus(&fake->port.hba);
		KUNIT_EXPECT_EQ_MSG(test, fake->chan.targets[0].sign,
				    rows[i].signs[0], "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, fake->chan.targets[1].sign,
				    rows[i].signs[1], "row %u", i);
	}
}

/* With the times of the driver. */
static void known_device_may_show_an_empty_slot_after_reset(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	kunit_deactivate_static_stub(test, pioata_wait_status);
	signature(fake, 1, 0, 0);
	fake->empty_reads = 8;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_EQ(test, fake->empty_reads, 0);
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].sign, PIOATA_SIGN_ATA);
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
}

static void reset_of_an_empty_slot_ends(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	kunit_deactivate_static_stub(test, pioata_wait_status);
	fake->chan.targets[1].known = false;
	fake->empty_reads = UINT_MAX;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_EQ(test, fake->chan.targets[0].sign, PIOATA_SIGN_NONE);
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
}

/* A floating bus reads as busy, and keeps no written value. */
static void absent_second_device_on_floating_bus_costs_no_time(struct kunit *t)
{
	struct fake_ata *fake = t->priv;
	unsigned int commands;

	fake->second = ATA_BUSY;
	fake->floats = true;
	fake->chan.targets[1] = (struct pioata_target) { };
	fake->looks = 0;
	KUNIT_EXPECT_EQ(t, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_LT(t, fake->looks, 20);
	KUNIT_EXPECT_EQ(t, fake->resets, 1);
	KUNIT_EXPECT_TRUE(t, fake->chan.targets[1].absent);
	KUNIT_EXPECT_FALSE(t, fake->chan.targets[0].absent);
	KUNIT_EXPECT_EQ(t, fake->chan.selected, 0);

	commands = fake->num_commands;
	fake->sdev.id = 1;
	KUNIT_EXPECT_EQ(t, fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512),
			PIOSCSI_START_POLL);
	fake_ata_expect(fake, FAKE_ATA_READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(t, fake->cmd.result, DID_NO_CONNECT << 16);
	KUNIT_EXPECT_EQ(t, fake->num_commands, commands);
	fake->sdev.id = 0;
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
	KUNIT_EXPECT_EQ(t, fake->out[PIOATA_IO_COMMAND], ATA_CMD_ID_ATA);
}

static void scan_finds_device_that_was_absent(struct kunit *test)
{
	const u8 cdb[6] = { INQUIRY, 0, 0, 0, 36 };
	struct fake_ata *fake = test->priv;

	fake->second = ATA_BUSY;
	fake->floats = true;
	fake->chan.targets[1] = (struct pioata_target) { };
	pioata_chan_ops.reset_bus(&fake->port.hba);
	fake->sdev.id = 1;
	fake->sdev.sdev_state = SDEV_CREATED;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb, sizeof(cdb));
	fake_ata_expect(fake, FAKE_ATA_READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, DID_NO_CONNECT << 16);
	KUNIT_EXPECT_EQ(test, fake->chan.selected, 0);

	fake->second = FAKE_ATA_READY;
	fake->keeps = true;
	fake_ata_start(fake, DMA_FROM_DEVICE, 36, cdb, sizeof(cdb));
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_COMMAND], ATA_CMD_ID_ATA);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[1].absent);
}

static void stuck_disk_is_reset_again(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = FAKE_ATA_READY;
	fake->stuck = 2;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_EQ(test, fake->resets, 2);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].absent);
}

static void stuck_disk_leaves_other_device_in_service(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = FAKE_ATA_READY;
	fake->stuck = 100;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].absent);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[1].absent);
	KUNIT_EXPECT_EQ(test, fake->chan.selected, 1);
}

static void reset_fails_if_the_only_device_is_stuck(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->second = 0xff;
	fake->chan.targets[1].known = false;
	fake->stuck = 100;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT,
			pioata_chan_ops.reset_bus(&fake->port.hba));
}

static void full_buffer_is_drained_before_srst(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->full = 300;
	KUNIT_EXPECT_EQ(test, 0, pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_EQ(test, fake->bytes_in, 600);

	/* Data that never ends does not keep the reset waiting for ever. */
	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
	fake->chan.job.phase = PIOATA_DATA_IN;
	fake->bytes_in = 0;
	fake->full = UINT_MAX;
	pioata_chan_ops.reset_bus(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->bytes_in, 65536);

	/* A device that waits for data from the host has no data to drain. */
	fake->chan.job.phase = PIOATA_DATA_OUT;
	fake->bytes_in = 0;
	pioata_chan_ops.reset_bus(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->bytes_in, 0);
	fake->chan.job.phase = PIOATA_PACKET;
	fake->chan.job.dir = DMA_TO_DEVICE;
	pioata_chan_ops.reset_bus(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->bytes_in, 0);

	/* A device that sends the data of a PACKET command has. */
	fake->full = 300;
	fake->chan.job.phase = PIOATA_PACKET;
	fake->chan.job.dir = DMA_FROM_DEVICE;
	pioata_chan_ops.reset_bus(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->bytes_in, 600);
}

/* The device may be busy: it takes no other register then. */
static void device_reset_writes_select_and_command_only(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 before[FAKE_ATA_REGS];
	unsigned int reg;

	fake->chan.job.phase = PIOATA_IDLE;
	for (reg = PIOATA_IO_FEATURE; reg <= PIOATA_IO_LBAH; reg++)
		fake->out[reg] = 0x70 + reg;
	memcpy(before, fake->out, sizeof(before));
	KUNIT_EXPECT_EQ(test, 0,
			pioata_chan_ops.reset_lun(&fake->port.hba, 1, 0));
	KUNIT_EXPECT_EQ(test, fake->commands[0], ATA_CMD_DEV_RESET);
	KUNIT_EXPECT_EQ(test, 0, memcmp(&before[PIOATA_IO_FEATURE],
					&fake->out[PIOATA_IO_FEATURE], 5));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(software_reset_covers_both_devices),
	KUNIT_CASE(reset_times_both_devices_for_the_slowest_mode),
	KUNIT_CASE(absent_device_does_not_delay_reset),
	KUNIT_CASE(known_disk_is_waited_for),
	KUNIT_CASE(disk_is_not_reset_alone),
	KUNIT_CASE(cdrom_is_reset_alone),
	KUNIT_CASE(cdrom_is_not_reset_beside_a_command),
	KUNIT_CASE(reset_of_a_device_being_woken_clears_srst),
	KUNIT_CASE(commands_are_forgotten_by_a_reset),
	KUNIT_CASE(reset_reads_signature),
	KUNIT_CASE(known_device_may_show_an_empty_slot_after_reset),
	KUNIT_CASE(reset_of_an_empty_slot_ends),
	KUNIT_CASE(absent_second_device_on_floating_bus_costs_no_time),
	KUNIT_CASE(scan_finds_device_that_was_absent),
	KUNIT_CASE(stuck_disk_is_reset_again),
	KUNIT_CASE(stuck_disk_leaves_other_device_in_service),
	KUNIT_CASE(reset_fails_if_the_only_device_is_stuck),
	KUNIT_CASE(full_buffer_is_drained_before_srst),
	KUNIT_CASE(device_reset_writes_select_and_command_only),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_reset",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/* nIEN: a device that ignores it, and a channel without an interrupt. */
#include <kunit/static_stub.h>
#include <linux/errno.h>

#include "fake_ata.h"

static unsigned int controller_acks;

static void count_ack(const struct pioata_io *io)
{
	controller_acks++;
}

static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);

	test->priv = fake;
	fake->chan.targets[0].dev.packet = true;
	fake->chan.io.ack = count_ack;
	controller_acks = 0;
	return 0;
}

/* The kernel would disable a line that stays asserted. */
static void wait_during_reset_withdraws_interrupts(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->busy_reads = 5;
	KUNIT_EXPECT_EQ(test, 0, pioata_wait_status(&fake->chan, ATA_BUSY, 0,
						    10000, 0));
	KUNIT_EXPECT_GE(test, fake->acks, 5);
	KUNIT_EXPECT_GE(test, controller_acks, 5);
}

static void device_reset_withdraws_its_interrupt(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	KUNIT_EXPECT_EQ(test, 0,
			pioata_chan_ops.reset_target(&fake->port.hba, 0));
	KUNIT_EXPECT_EQ(test, fake->commands[0], ATA_CMD_DEV_RESET);
	KUNIT_EXPECT_GT(test, fake->acks, 0);
	KUNIT_EXPECT_GT(test, controller_acks, 0);
}

/* A device that is still busy may interrupt later. */
static void failed_device_reset_withdraws_its_interrupt(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	kunit_activate_static_stub(test, pioata_wait_status,
				   fake_ata_wait_briefly);
	fake->in[PIOATA_IO_STATUS] = ATA_BUSY;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT,
			pioata_chan_ops.reset_target(&fake->port.hba, 0));
	KUNIT_EXPECT_EQ(test, fake->acks, 1);
}

/* With nIEN set, the device does not drive its line. */
static void channel_without_interrupt_keeps_nien(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->port.hba.irq = 0;
	pioata_chan_ops.mask(&fake->port.hba);
	pioata_chan_ops.unmask(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_CTL],
			ATA_DEVCTL_OBS | ATA_NIEN);
	KUNIT_EXPECT_TRUE(test, fake->chan.ctl & ATA_NIEN);

	fake->port.hba.irq = 14;
	pioata_chan_ops.unmask(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->out[PIOATA_IO_CTL], ATA_DEVCTL_OBS);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(wait_during_reset_withdraws_interrupts),
	KUNIT_CASE(device_reset_withdraws_its_interrupt),
	KUNIT_CASE(failed_device_reset_withdraws_its_interrupt),
	KUNIT_CASE(channel_without_interrupt_keeps_nien),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_nien",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

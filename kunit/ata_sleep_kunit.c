// SPDX-License-Identifier: GPL-2.0-only
/* A device that has executed SLEEP is woken by SRST. */
#include <linux/delay.h>
#include <scsi/scsi_cmnd.h>

#include "fake_ata.h"
#include "sat_rig.h"

#define READY	FAKE_ATA_READY
#define GONE	(DID_NO_CONNECT << 16)

/* The second code is that of drives before ATA-4. */
static const struct sleep_case {
	const char *desc;
	u8 command;
} sleep_cases[] = {
	{ "E6h", ATA_CMD_SLEEP }, { "99h", 0x99 },
};

KUNIT_ARRAY_PARAM_DESC(sleep, sleep_cases, desc);

static void start_sleep(struct fake_ata *fake, u8 command)
{
	const u8 sleep[16] = { 0x85, 3 << 1, [14] = command };

	fake->chan.targets[0].ready = true;
	fake_ata_start(fake, DMA_NONE, 0, sleep, sizeof(sleep));
	KUNIT_EXPECT_EQ(fake->test, fake_ata_sent(fake), command);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(fake->test, fake->cmd.result, SAM_STAT_GOOD);
}

/* The next command finds the device asleep. */
static void start_wake_up(struct fake_ata *fake)
{
	start_sleep(fake, ATA_CMD_SLEEP);
	fake_ata_start_one(fake);
}

/* The card was removed while it slept. */
static void empty_slot_after_sleep_ends_with_no_connect(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	start_wake_up(fake);
	for (i = 0; i < 1000 && fake->chan.job.phase == PIOATA_WAKE; i++) {
		fake_ata_ask(fake, 0xff);
		usleep_range(100, 200);
	}
	fake_ata_expect(fake, 0xff, PIOSCSI_POLL);
	fake->chan.job.since -= NSEC_PER_SEC;
	fake_ata_expect(fake, 0xff, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, GONE);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SLEEP);
}

static unsigned int num_timings;

static void record_timing(const struct pioata_io *io,
			  const struct pioata_mode *modes)
{
	const struct fake_ata *fake =
		container_of(io, struct fake_ata, chan.io);

	num_timings++;
	KUNIT_EXPECT_FALSE(fake->test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
}

/* SRST may return each device to its default mode. */
static void wake_up_times_both_devices_for_the_slowest_mode(struct kunit *test)
{
	const struct pioata_mode pio4 = { .is_set = true, .pio = 4 };
	struct fake_ata *fake = test->priv;

	fake->chan.modes[0] = pio4;
	fake->chan.modes[1] = pio4;
	fake->chan.io.set_timing = record_timing;
	num_timings = 0;
	start_wake_up(fake);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
	KUNIT_EXPECT_EQ(test, num_timings, 2);
	KUNIT_EXPECT_FALSE(test, fake->chan.modes[0].is_set);
	KUNIT_EXPECT_FALSE(test, fake->chan.modes[1].is_set);
}

/* The port then resets the channel. */
static void drq_after_the_end_of_sleep_is_a_fault(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;

	start_wake_up(fake);
	for (i = 0; i < 1000 && fake->chan.job.phase == PIOATA_WAKE; i++) {
		fake_ata_ask(fake, READY | ATA_DRQ);
		usleep_range(100, 200);
	}
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_FAULT);
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_STALE);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SLEEP);
}

/* hdparm -Y */
static void sleeping_device_is_woken_by_srst(struct kunit *test)
{
	const struct sleep_case *s = test->param_value;
	struct fake_ata *fake = test->priv;
	unsigned int i;

	start_sleep(fake, s->command);
	KUNIT_EXPECT_EQ(test, fake_ata_start_one(fake), PIOSCSI_START_POLL);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
	/* SRST has reset the other device too. */
	KUNIT_EXPECT_EQ(test, fake->reports, 1);
	/* Masking the channel does not end the reset. */
	pioata_chan_ops.mask(&fake->port.hba);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
	for (i = 0; i < 1000 && fake_ata_sent(fake) == s->command; i++) {
		fake_ata_claim(fake, READY);
		fake_ata_ask(fake, READY);
		usleep_range(100, 200);
	}
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	/* The status before the command is not that of the command. */
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_WAIT);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 2);
	fake_ata_identify(fake);
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_READ_MULTI);
}

static const struct silent_case {
	const char *desc;
	u8 status;
} silent_cases[] = {
	{ "7Fh", 0x7f }, { "FFh", 0xff }, { "BSY", ATA_BUSY },
	{ "DRQ", READY | ATA_DRQ },
};

KUNIT_ARRAY_PARAM_DESC(silent, silent_cases, desc);

/* A device need not drive its registers while it sleeps. */
static void status_of_a_sleeping_device_is_ignored(struct kunit *test)
{
	const struct silent_case *s = test->param_value;
	struct fake_ata *fake = test->priv;

	start_sleep(fake, ATA_CMD_SLEEP);
	fake->in[PIOATA_IO_STATUS] = s->status;
	KUNIT_EXPECT_EQ(test, fake_ata_start_one(fake), PIOSCSI_START_POLL);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, PIOATA_WAKE);
}

static void other_device_is_selected_during_sleep(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_sleep(fake, ATA_CMD_SLEEP);
	fake->in[PIOATA_IO_STATUS] = ATA_BUSY;
	fake->second = READY;
	fake->sdev.id = 1;
	KUNIT_EXPECT_GE(test, fake_ata_start_one(fake), 0);
	KUNIT_EXPECT_EQ(test, fake->chan.selected, 1);
}

/* Poll with this status until a command is sent, or @ms have passed. */
static void poll_ms(struct fake_ata *fake, u8 status, unsigned int ms)
{
	unsigned int before = fake->num_commands, i;

	for (i = 0; i < 10 * ms && fake->num_commands == before; i++) {
		fake_ata_ask(fake, status);
		usleep_range(100, 200);
	}
}

/* Until then a disk may abort commands. */
static void woken_disk_is_waited_for_until_drdy(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_wake_up(fake);
	poll_ms(fake, ATA_BUSY, 20);
	fake->chan.job.since = ktime_get_ns() - NSEC_PER_SEC;
	fake_ata_ask(fake, 0x10);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SLEEP);
	poll_ms(fake, READY, 20);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
}

static void disk_that_never_reports_drdy_is_tried(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_wake_up(fake);
	poll_ms(fake, 0x10, 20);
	fake->chan.job.since -= PIOATA_READY_MS * NSEC_PER_MSEC;
	poll_ms(fake, 0x10, 20);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
}

/* The time for DRDY begins when the disk is not busy any more. */
static void disk_that_was_busy_for_long_is_waited_for(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u64 before;

	start_wake_up(fake);
	poll_ms(fake, ATA_BUSY, 20);
	fake->chan.job.since -= PIOATA_READY_MS * NSEC_PER_MSEC;
	before = ktime_get_ns();
	fake_ata_ask(fake, ATA_BUSY);
	KUNIT_EXPECT_GE(test, fake->chan.job.since, before);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_SLEEP);
}

/* Another task may run between, so the time may have passed. Then try again. */
#define TRIES	100

/* Tell whether SRST is still set if it has just been set. */
static bool is_held(struct fake_ata *fake)
{
	unsigned int i;

	for (i = 0; i < TRIES; i++) {
		fake->chan.ctl |= ATA_SRST;
		fake->chan.job.since = ktime_get_ns();
		fake_ata_ask(fake, READY);
		if (fake->chan.ctl & ATA_SRST)
			return true;
	}
	return false;
}

static void srst_is_held_and_then_cleared(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u64 before = ktime_get_ns();

	start_wake_up(fake);
	KUNIT_EXPECT_GE(test, fake->chan.job.since, before);
	KUNIT_EXPECT_TRUE(test, is_held(fake));
	before = ktime_get_ns();
	fake->chan.job.since = before - NSEC_PER_MSEC;
	fake_ata_expect(fake, READY, PIOSCSI_POLL);
	KUNIT_EXPECT_FALSE(test, fake->out[PIOATA_IO_CTL] & ATA_SRST);
	KUNIT_EXPECT_GE(test, fake->chan.job.since, before);
}

/* Clear SRST, and let the time @us pass. */
static void end_srst(struct fake_ata *fake, unsigned int us)
{
	fake->chan.job.since -= NSEC_PER_MSEC;
	fake_ata_ask(fake, ATA_BUSY);
	fake->chan.job.since = ktime_get_ns() - us * NSEC_PER_USEC;
}

static void status_is_not_read_for_2_ms_after_srst(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int i;
	u64 begun;

	start_wake_up(fake);
	end_srst(fake, 0);
	for (i = 0; i < TRIES; i++) {
		begun = ktime_get_ns();
		fake->chan.job.since = begun;
		fake_ata_ask(fake, ATA_BUSY);
		if (ktime_get_ns() - begun < 2 * NSEC_PER_MSEC)
			break;
	}
	KUNIT_EXPECT_EQ(test, fake->chan.job.since, begun);
	fake->chan.job.since -= 4 * NSEC_PER_MSEC;
	fake_ata_ask(fake, READY);
	KUNIT_EXPECT_EQ(test, fake_ata_sent(fake), ATA_CMD_ID_ATA);
	KUNIT_EXPECT_EQ(test, fake->chan.job.since, 0);
}

static void both_devices_are_set_up_after_srst(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	struct pioata_target *other = &fake->chan.targets[1];

	*other = fake->chan.targets[0];
	other->ready = true;
	other->asleep = true;
	start_wake_up(fake);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].ready);
	KUNIT_EXPECT_FALSE(test, fake->chan.targets[0].asleep);
	KUNIT_EXPECT_FALSE(test, other->ready);
	KUNIT_EXPECT_FALSE(test, other->asleep);
}

static const struct awake_case {
	const char *desc;
	bool known;
	bool packet;
	u8 status;
	enum pioata_phase phase;
} awake_cases[] = {
	{ "a disk that is not ready", true, false, 0x10, PIOATA_WAKE },
	{ "an unknown device", false, false, 0x10, PIOATA_DATA_IN },
	{ "an ATAPI device", true, true, 0, PIOATA_DATA_IN },
	{ "an empty slot", true, false, 0xff, PIOATA_APPEAR },
};

KUNIT_ARRAY_PARAM_DESC(awake, awake_cases, desc);

static void only_a_disk_is_waited_for_until_drdy(struct kunit *test)
{
	const struct awake_case *a = test->param_value;
	struct fake_ata *fake = test->priv;

	start_wake_up(fake);
	fake->chan.targets[0].known = a->known;
	fake->chan.targets[0].dev.packet = a->packet;
	end_srst(fake, 4000);
	fake_ata_ask(fake, a->status);
	KUNIT_EXPECT_EQ(test, fake->chan.job.phase, a->phase);
}

/* Polls serve the wake-up, so claims would count as spurious interrupts. */
static void claim_during_the_wake_up_is_false(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_wake_up(fake);
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, 0x10));
	KUNIT_EXPECT_FALSE(test, fake->chan.acked);
}

/* SRST has reset both devices. */
static void device_0_is_waited_for_before_device_1(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[1] = fake->chan.targets[0];
	fake->chan.targets[1].asleep = true;
	fake->in[PIOATA_IO_STATUS] = READY;
	fake->second = READY;
	fake->sdev.id = 1;
	fake_ata_start_one(fake);
	poll_ms(fake, ATA_BUSY, 20);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
	poll_ms(fake, READY, 20);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 1);
	KUNIT_EXPECT_TRUE(test, fake->out[PIOATA_IO_DEVICE] & ATA_DEV1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(sleeping_device_is_woken_by_srst, sleep_gen_params),
	KUNIT_CASE(empty_slot_after_sleep_ends_with_no_connect),
	KUNIT_CASE(wake_up_times_both_devices_for_the_slowest_mode),
	KUNIT_CASE(drq_after_the_end_of_sleep_is_a_fault),
	KUNIT_CASE_PARAM(status_of_a_sleeping_device_is_ignored,
			 silent_gen_params),
	KUNIT_CASE(other_device_is_selected_during_sleep),
	KUNIT_CASE(woken_disk_is_waited_for_until_drdy),
	KUNIT_CASE(disk_that_never_reports_drdy_is_tried),
	KUNIT_CASE(disk_that_was_busy_for_long_is_waited_for),
	KUNIT_CASE(srst_is_held_and_then_cleared),
	KUNIT_CASE(status_is_not_read_for_2_ms_after_srst),
	KUNIT_CASE(both_devices_are_set_up_after_srst),
	KUNIT_CASE_PARAM(only_a_disk_is_waited_for_until_drdy,
			 awake_gen_params),
	KUNIT_CASE(claim_during_the_wake_up_is_false),
	KUNIT_CASE(device_0_is_waited_for_before_device_1),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_sleep",
	.init = fake_ata_setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

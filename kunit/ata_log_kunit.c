// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of the log about an ATA device. One may take 100 ms on a serial
 * console, so the hard IRQ handler, timers and start() leave it to a task.
 */
#include <kunit/static_stub.h>
#include <linux/irqflags.h>
#include <scsi/scsi_proto.h>

#include "fake_ata.h"
#include "sat_rig.h"
#include "scsi_test.h"

#define READY	FAKE_ATA_READY
#define FAILED	(READY | ATA_ERR)

static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);

	test->priv = fake;
	kunit_activate_static_stub(test, pioata_wait_status,
				   fake_ata_wait_briefly);
	fake->in[PIOATA_IO_ERROR] = ATA_ABORTED;
	return 0;
}

static void start_flush(struct fake_ata *fake)
{
	const u8 cdb[10] = { SYNCHRONIZE_CACHE };

	fake->chan.targets[0].dev.wcache = true;
	fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb));
	KUNIT_ASSERT_EQ(fake->test, fake_ata_sent(fake), ATA_CMD_FLUSH);
}

/* Expect this answer, and a line only when a task can run. */
static void expect_later(struct fake_ata *fake, u8 status,
			 enum pioscsi_next next, const char *line)
{
	struct kunit *test = fake->test;
	unsigned int early;
	struct test_log log;
	unsigned long flags;

	test_log_begin(&log);
	local_irq_save(flags);
	fake_ata_expect(fake, status, next);
	early = test_log_count(log, line);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, early, 0);
	pioscsi_log_flush(&fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, line), 1);
}

/* As above, and at once. An abort or a suspend could precede a bottom half. */
static void expect_silent(struct fake_ata *fake, u8 status,
			  enum pioscsi_next next, const char *line)
{
	expect_later(fake, status, next, line);
	KUNIT_EXPECT_FALSE(fake->test, fake->deferred);
}

static void rejected_flush_ends_at_once_and_is_logged_later(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_flush(fake);
	expect_silent(fake, FAILED, PIOSCSI_WAIT, "FLUSH CACHE");
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);

	/* The cache cannot be turned off, either. */
	start_flush(fake);
	fake_ata_expect(fake, FAILED, PIOSCSI_WAIT);
	expect_silent(fake, FAILED, PIOSCSI_DONE,
		      "neither flushed nor turned off");
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_TRUE(test, fake->cmd.final);
}

/* A read without multiple mode succeeds after it was aborted with it. */
static void lack_of_multiple_mode_is_logged_later(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
	fake->chan.job.again = true;
	fake->chan.job.single = true;
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_XFER);
	fake_ata_move(fake, DMA_FROM_DEVICE, 512);
	expect_silent(fake, READY, PIOSCSI_DONE,
		      "device 0 aborts READ and WRITE MULTIPLE");
	KUNIT_EXPECT_EQ(test, fake->cmd.result, SAM_STAT_GOOD);
	KUNIT_EXPECT_TRUE(test, fake->chan.targets[0].no_multi);
}

/* start() may be called under the port's lock. */
static void wake_up_is_logged_later(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int early;
	struct test_log log;
	unsigned long flags;

	fake->chan.targets[0].asleep = true;
	test_log_begin(&log);
	local_irq_save(flags);
	KUNIT_EXPECT_EQ(test, fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512),
			PIOSCSI_START_POLL);
	early = test_log_count(log, "device 0 sleeps");
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, early, 0);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
	KUNIT_EXPECT_FALSE(test, fake->deferred);
	pioscsi_log_flush(&fake->port);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "device 0 sleeps"), 1);
}

static void ignore_timing(const struct pioata_io *io,
			  const struct pioata_mode *modes)
{
}

/* With defer=inline the hard IRQ handler sets devices up. */
static void pio_mode_is_logged_later(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	u8 *id = sat_id_create(test);

	sat_id_word(id, 49, 0x0a00);
	sat_id_word(id, 51, 0x0200);
	sat_id_word(id, 53, 0x0002);
	sat_id_word(id, 64, 0x0003);
	KUNIT_ASSERT_EQ(test, sat_dev_parse(&fake->chan.targets[0].dev, id,
					    false), 0);
	fake->data = id;
	fake->chan.targets[0].ready = false;
	fake->chan.io.pio_modes = 5;
	fake->chan.io.set_timing = ignore_timing;
	fake_ata_start_one(fake);
	fake_ata_identify(fake);
	KUNIT_ASSERT_EQ(test, fake_ata_sent(fake), ATA_CMD_SET_FEATURES);
	expect_later(fake, READY, PIOSCSI_WAIT, "device 0 uses PIO mode 4");
}

/* The status is not that of a command without data. */
static void start_flush_with_drq(struct fake_ata *fake)
{
	fake->chan.targets[0].dev.flush = true;
	start_flush(fake);
	fake->in[PIOATA_IO_STATUS] = READY | ATA_DRQ;
}

/*
 * A line of the log may take 100 ms on a serial console. The result must not
 * wait for that: after an abort or a suspend, a second flush would succeed.
 */
static void fault_is_decided_at_once_and_logged_later(struct kunit *t)
{
	struct fake_ata *fake = t->priv;
	enum pioscsi_next next;
	unsigned int early;
	struct test_log log;
	unsigned long flags;

	start_flush_with_drq(fake);
	fake->in[PIOATA_IO_STATUS] |= ATA_ERR;
	test_log_begin(&log);
	local_irq_save(flags);
	next = pioata_chan_ops.service(&fake->port.hba, &fake->port.xfer);
	early = test_log_count(log, "DRQ without data");
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(t, next, PIOSCSI_FAULT);
	KUNIT_EXPECT_EQ(t, early, 0);
	KUNIT_EXPECT_PTR_EQ(t, fake->port.xfer.blame, &fake->cmd);
	KUNIT_EXPECT_EQ(t, fake->cmd.result, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_TRUE(t, fake->cmd.final);

	fake->in[PIOATA_IO_STATUS] = READY;
	fake->full = 300;
	fake->bytes_in = 0;
	pioata_chan_ops.reset_bus(&fake->port.hba);
	KUNIT_EXPECT_EQ(t, fake->bytes_in, 600);
	pioscsi_log_flush(&fake->port);
	KUNIT_EXPECT_EQ(t, test_log_count(log, "DRQ without data"), 1);
}

/* With defer=inline, no bottom half follows either. */
static void protocol_fault_counts_at_once(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start_flush_with_drq(fake);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_FAULT);
	KUNIT_EXPECT_FALSE(test, fake->deferred);
	KUNIT_EXPECT_GT(test, fake->chan.targets[0].faults, 0);
}

/* A command without such a line needs no bottom half. */
static void good_command_is_not_deferred(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.flush = true;
	start_flush(fake);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_FALSE(test, fake->deferred);
}

static void expect_lines_about_device_1(struct fake_ata *fake,
					unsigned int lines)
{
	struct test_log log;

	test_log_begin(&log);
	KUNIT_EXPECT_EQ(fake->test, 0,
			pioata_chan_ops.reset_bus(&fake->port.hba));
	KUNIT_EXPECT_TRUE(fake->test, fake->chan.targets[1].absent);
	KUNIT_EXPECT_EQ(fake->test,
			test_log_count(log, "device 1 is busy and keeps no"),
			lines);
}

/* It may still start, if device 0 has not waited for it. */
static void busy_device_1_is_logged_at_the_probe_only(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->floats = true;
	fake->second = ATA_BUSY;
	expect_lines_about_device_1(fake, 0);
	fake->chan.targets[0].known = false;
	expect_lines_about_device_1(fake, 1);
	fake->second = 0xff;
	expect_lines_about_device_1(fake, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rejected_flush_ends_at_once_and_is_logged_later),
	KUNIT_CASE(lack_of_multiple_mode_is_logged_later),
	KUNIT_CASE(wake_up_is_logged_later),
	KUNIT_CASE(pio_mode_is_logged_later),
	KUNIT_CASE(fault_is_decided_at_once_and_logged_later),
	KUNIT_CASE(protocol_fault_counts_at_once),
	KUNIT_CASE(good_command_is_not_deferred),
	KUNIT_CASE(busy_device_1_is_logged_at_the_probe_only),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_log",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

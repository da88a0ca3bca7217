// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend of an ATA channel. Its disks get a command, unless the registers may
 * be those of another device.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/platform_device.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <scsi/scsi.h>

#include "../ata/glue.h"
#include "fake_ata.h"
#include "pm_ops.h"

static void no_work(struct work_struct *work)
{
}

static int no_resume(struct device *dev)
{
	return 0;
}

/* A disk on a channel that is in service. */
static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);
	struct pioscsi_port *port = &fake->port;

	test->priv = fake;
	INIT_WORK(&fake->chan.resume, no_work);
	spin_lock_init(&port->lock);
	init_waitqueue_head(&port->owner_wait);
	pioscsi_ring_init(&port->ring);
	port->hba.ops = &pioata_chan_ops;
	port->hba.can_mask = true;
	port->owner = PIOSCSI_IDLE;
	return 0;
}

static void suspend(struct fake_ata *fake)
{
	KUNIT_EXPECT_EQ(fake->test, pioata_glue_suspend(&fake->port.hba), 0);
}

static void suspended_disk_stands_by(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	suspend(fake);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 1);
	KUNIT_EXPECT_EQ(test, fake->commands[0], ATA_CMD_STANDBYNOW1);
	KUNIT_EXPECT_EQ(test, fake->port.owner, PIOSCSI_SUSPENDED);
}

/*
 * A bus may suspend the channel alone. The disk has earlier writes in its
 * cache, and executes another one.
 */
static void channel_suspended_beside_a_command_stands_by(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	fake->chan.targets[0].dev.wcache = true;
	fake_ata_start_rw(fake, DMA_TO_DEVICE, 512);
	fake->num_commands = 0;
	fake->stuck = 1;
	suspend(fake);
	KUNIT_EXPECT_EQ(test, fake->resets, 1);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 2);
	KUNIT_EXPECT_EQ(test, fake->commands[0], ATA_CMD_FLUSH);
	KUNIT_EXPECT_EQ(test, fake->commands[1], ATA_CMD_STANDBYNOW1);
	KUNIT_EXPECT_EQ(test, fake->port.owner, PIOSCSI_SUSPENDED);
}

/* The bus could not resume the card, whose configuration is released. */
static void channel_suspended_again_is_not_accessed(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	unsigned int looks, acks;

	suspend(fake);
	looks = fake->looks;
	acks = fake->acks;
	memset(fake->out, 0, sizeof(fake->out));
	suspend(fake);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 1);
	KUNIT_EXPECT_EQ(test, fake->looks, looks);
	KUNIT_EXPECT_EQ(test, fake->acks, acks);
	KUNIT_EXPECT_TRUE(test, mem_is_zero(fake->out, sizeof(fake->out)));
}

/* Its last reset may have failed because the card is gone. */
static void channel_out_of_service_is_not_accessed(struct kunit *test)
{
	struct fake_ata *fake = test->priv;
	static const int refusals[] = { DID_TIME_OUT, DID_NO_CONNECT };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		fake->port.owner = PIOSCSI_DEAD;
		fake->port.yield = false;
		fake->port.refusal = refusals[i];
		suspend(fake);
	}
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
	KUNIT_EXPECT_EQ(test, fake->looks, 0);
	KUNIT_EXPECT_EQ(test, fake->acks, 0);
	KUNIT_EXPECT_TRUE(test, mem_is_zero(fake->out, sizeof(fake->out)));
}

/* The kernel writes its image to one of the disks afterwards. */
static void frozen_channel_leaves_its_disk_spinning(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	KUNIT_EXPECT_EQ(test, pioata_glue_freeze(&fake->port.hba), 0);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 0);
	KUNIT_EXPECT_EQ(test, fake->port.owner, PIOSCSI_SUSPENDED);
}

static void hibernation_freezes_platform_devices(struct kunit *test)
{
	const struct dev_pm_ops *pm = find_pm_ops(test, PIOATA_GLUE_NAME,
						  &platform_bus_type);

	expect_pm_ops(test, pm);
	KUNIT_EXPECT_PTR_NE(test, pm->freeze, pm->suspend);
}

static void count_mask(const struct pioata_io *io)
{
	struct fake_ata *fake = container_of(io, struct fake_ata, chan.io);

	KUNIT_EXPECT_EQ(fake->test, fake->port.owner, PIOSCSI_SUSPENDED);
	fake->reports++;
}

/* Resume the platform device of a channel, two levels below a bus. */
static void resume_noirq(struct fake_ata *fake, struct device_driver *bus)
{
	const struct dev_pm_ops *pm = find_pm_ops(fake->test, PIOATA_GLUE_NAME,
						  &platform_bus_type);
	struct device *dev = kunit_kcalloc(fake->test, 3, sizeof(*dev),
					   GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(fake->test, dev);
	KUNIT_ASSERT_NOT_NULL(fake->test, pm->resume_noirq);
	KUNIT_EXPECT_PTR_EQ(fake->test, pm->restore_noirq, pm->resume_noirq);
	kunit_activate_static_stub(fake->test, pioata_io_mask, count_mask);
	dev_set_drvdata(&dev[0], &fake->port.hba);
	dev[0].parent = &dev[1];
	dev[1].parent = &dev[2];
	dev[2].driver = bus;
	KUNIT_EXPECT_EQ(fake->test, pm->resume_noirq(dev), 0);
}

/* Its handler does not serve it before it has been reset. */
static void
resume_masks_platform_device_before_lines_are_enabled(struct kunit *test)
{
	static const struct dev_pm_ops early = { .resume_noirq = no_resume };
	struct device_driver plain_bus = { }, early_bus = { .pm = &early };
	struct fake_ata *fake = test->priv;

	suspend(fake);
	resume_noirq(fake, NULL);
	KUNIT_EXPECT_EQ(test, fake->reports, 1);
	resume_noirq(fake, &plain_bus);
	KUNIT_EXPECT_EQ(test, fake->reports, 2);
	resume_noirq(fake, &early_bus);
	KUNIT_EXPECT_EQ(test, fake->reports, 3);
}

/* An access to an external bus without its clock may be a bus error. */
static void
resume_does_not_access_a_bus_that_is_still_suspended(struct kunit *test)
{
	static const struct dev_pm_ops late = { .resume = no_resume };
	struct device_driver late_bus = { .pm = &late };
	struct fake_ata *fake = test->priv;

	suspend(fake);
	resume_noirq(fake, &late_bus);
	KUNIT_EXPECT_EQ(test, fake->reports, 0);
}

/* As the resume of the channel, which waits for its devices. */
static void slow_resume(struct work_struct *work)
{
	struct pioata_chan *ch = container_of(work, struct pioata_chan, resume);
	struct pioscsi_port *port = pioscsi_port(ch->hba);

	msleep(50);
	spin_lock_irq(&port->lock);
	port->yield = false;
	WRITE_ONCE(port->owner, PIOSCSI_IDLE);
	spin_unlock_irq(&port->lock);
}

static void begin_slow_resume(struct fake_ata *fake)
{
	suspend(fake);
	INIT_WORK(&fake->chan.resume, slow_resume);
	schedule_work(&fake->chan.resume);
}

static void channel_suspended_during_its_resume_stands_by(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	begin_slow_resume(fake);
	suspend(fake);
	KUNIT_EXPECT_EQ(test, fake->num_commands, 2);
	KUNIT_EXPECT_EQ(test, fake->port.owner, PIOSCSI_SUSPENDED);
	flush_work(&fake->chan.resume);
}

static void expect_resumed(struct pioscsi_hba *hba)
{
	struct fake_ata *fake = container_of(hba, struct fake_ata, port.hba);

	KUNIT_EXPECT_EQ(fake->test, READ_ONCE(fake->port.owner), PIOSCSI_IDLE);
	fake->reports++;
}

static void keep_hba(struct pioscsi_hba *hba)
{
}

static void channel_is_removed_after_its_resume(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	kunit_activate_static_stub(test, pioscsi_remove_hba, expect_resumed);
	kunit_activate_static_stub(test, pioscsi_free_hba, keep_hba);
	begin_slow_resume(fake);
	pioata_glue_remove(&fake->port.hba);
	KUNIT_EXPECT_EQ(test, fake->reports, 1);
	flush_work(&fake->chan.resume);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(suspended_disk_stands_by),
	KUNIT_CASE(channel_suspended_beside_a_command_stands_by),
	KUNIT_CASE(channel_suspended_again_is_not_accessed),
	KUNIT_CASE(channel_out_of_service_is_not_accessed),
	KUNIT_CASE(frozen_channel_leaves_its_disk_spinning),
	KUNIT_CASE(hibernation_freezes_platform_devices),
	KUNIT_CASE(resume_masks_platform_device_before_lines_are_enabled),
	KUNIT_CASE(resume_does_not_access_a_bus_that_is_still_suspended),
	KUNIT_CASE(channel_suspended_during_its_resume_stands_by),
	KUNIT_CASE(channel_is_removed_after_its_resume),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_suspend",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

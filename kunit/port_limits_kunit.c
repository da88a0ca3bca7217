// SPDX-License-Identifier: GPL-2.0-only
/* The settings of a host and of its logical units. */
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>

#include "../complete.h"
#include "../params.h"
#include "../port.h"
#include "../queue.h"
#include "fake_cmd.h"
#include "fake_port.h"

/* The midlayer aligns a host's data for an unsigned long of 4 bytes. */
static void port_is_aligned_for_64_bit_counters(struct kunit *test)
{
	size_t priv_size = 100, size = pioscsi_hostdata_size(priv_size);
	unsigned int offset;

	for (offset = 0; offset < 64; offset += 4) {
		u8 *hostdata = (u8 *)0x10000 + offset;
		struct pioscsi_port *port = pioscsi_port_at(hostdata);

		KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)port,
						   sizeof(u64)));
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)(port + 1),
						   sizeof(u64)));
		KUNIT_EXPECT_TRUE(test, (u8 *)port >= hostdata);
		KUNIT_EXPECT_TRUE(test, (u8 *)(port + 1) + priv_size <=
				  hostdata + size);
	}
}

struct rate_case {
	const char *desc;
	u32 ps_per_byte[2];
	unsigned int depth;
	unsigned int max_sectors;	/* limit of the front end */
	unsigned int got_depth;
	unsigned int got_sectors;
};

/* 15 s, half of the timeout of a disk, for a full queue. */
static const struct rate_case rate_cases[] = {
	{ "fast", { 10000, 10000 }, 32, 0, 32, 2048 },
	{ "slow, one command", { 1000000, 1000000 }, 1, 0, 1, 2048 },
	{ "slow, many commands", { 1000000, 1000000 }, 32, 0, 32, 915 },
	{ "slow in one direction", { 10000, 1000000 }, 32, 0, 32, 915 },
	{ "slow in the other", { 1000000, 10000 }, 32, 0, 32, 915 },
	{ "slow, front end has less", { 1000000, 1000000 }, 32, 256, 32, 256 },
	{ "very slow", { 100000000, 100000000 }, 1024, 0, 36, 8 },
	{ "slower than that", { 536870911, 536870911 }, 32, 0, 6, 9 },
	{ "unknown, few commands", { 0, 0 }, 2, 0, 2, 2048 },
	{ "unknown, many commands", { 0, 0 }, 1024, 0, 1024, 28 },
	{ "unknown writing", { 10000, 0 }, 32, 0, 32, 915 },
	{ "unknown reading", { 0, 10000 }, 32, 0, 32, 915 },
};

KUNIT_ARRAY_PARAM_DESC(rate, rate_cases, desc);

static void full_queue_ends_before_its_timeout(struct kunit *test)
{
	const struct rate_case *r = test->param_value;
	struct fake_hba *fake = fake_port_alloc(test);
	struct pioscsi_port *port = fake->port;

	port->budget.ps_per_byte[0] = r->ps_per_byte[0];
	port->budget.ps_per_byte[1] = r->ps_per_byte[1];
	fake->hba->depth = r->depth;
	fake->hba->max_sectors = r->max_sectors;
	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	KUNIT_EXPECT_EQ(test, port->shost->can_queue, r->got_depth);
	KUNIT_EXPECT_EQ(test, port->shost->cmd_per_lun, r->got_depth);
	KUNIT_EXPECT_EQ(test, port->shost->max_sectors, r->got_sectors);
	pioscsi_remove_hba(fake->hba);
}

#define DEEP	256U

struct backlog {
	struct fake_cmd *cmd[DEEP];
	unsigned int next;
};

/* Other CPUs queue a command each time that the handler would leave. */
static void queue_at_claim(struct fake_hba *fake, enum fake_op op)
{
	struct backlog *b = fake->hook_arg;

	fake->logged = 0;
	if (op == FAKE_CLAIM && fake->port->owner == PIOSCSI_IRQ &&
	    b->next < DEEP)
		fake_queue(b->cmd[b->next++]);
}

static void commands_for_a_deep_chip_are_no_storm(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);
	struct backlog *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, b);
	fake->hba->depth = DEEP;
	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	kunit_activate_static_stub(test, pioscsi_done, fake_done);
	fake_fast(fake);
	for (i = 0; i < DEEP; i++)
		b->cmd[i] = fake_cmd(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
	fake->hook = queue_at_claim;
	fake->hook_arg = b;
	fake_raise(fake);
	KUNIT_EXPECT_EQ(test, fake_irq(fake), IRQ_HANDLED);
	fake->hook = NULL;
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_START], DEEP);
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_STORM], 0);
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	pioscsi_remove_hba(fake->hba);
}

static void new_host_gets_the_parameters(struct kunit *test)
{
	struct pioscsi_port *port;

	test_set_param(test, "pioscsi.defer", "inline");
	test_set_param(test, "pioscsi.hardirq_budget_us", "123");
	test_set_param(test, "pioscsi.turn_ms", "20");
	port = fake_port_alloc(test)->port;
	KUNIT_EXPECT_EQ(test, port->defer, PIOSCSI_DEFER_INLINE);
	KUNIT_EXPECT_EQ(test, port->budget_us, 123);
	KUNIT_EXPECT_EQ(test, port->turn_jiffies, msecs_to_jiffies(20));
}

static void host_gets_the_limits_of_its_front_end(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);
	struct Scsi_Host *shost = fake->port->shost;

	fake->hba->nr_channels = 2;
	fake->hba->max_lun = 5;
	fake->hba->max_cmd_len = 17;
	fake->hba->max_segments = 18;
	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	KUNIT_EXPECT_EQ(test, shost->max_channel, 1);
	KUNIT_EXPECT_EQ(test, shost->max_id, 1);
	KUNIT_EXPECT_EQ(test, shost->max_lun, 5);
	KUNIT_EXPECT_EQ(test, shost->this_id, 0);
	KUNIT_EXPECT_EQ(test, shost->max_cmd_len, 17);
	KUNIT_EXPECT_EQ(test, shost->sg_tablesize, 18);
	KUNIT_EXPECT_EQ(test, shost->irq, fake->hba->irq);
	pioscsi_remove_hba(fake->hba);
}

static int configure(struct scsi_device *sdev)
{
	struct queue_limits lim = { };

	return sdev->host->hostt->sdev_configure(sdev, &lim);
}

static void logical_unit_gets_the_settings_of_its_host(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);
	struct scsi_device *sdev;

	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	sdev = fake_sdev(fake, 0, 0);
	fake->hba->use_10_for_ms = true;
	fake->hba->manage_start_stop = true;
	KUNIT_EXPECT_EQ(test, configure(sdev), 0);
	KUNIT_EXPECT_TRUE(test, sdev->use_10_for_ms);
	KUNIT_EXPECT_TRUE(test, sdev->manage_runtime_start_stop);
	KUNIT_EXPECT_TRUE(test, sdev->manage_shutdown);
	KUNIT_EXPECT_TRUE(test, sdev->force_runtime_start_on_system_start);
	KUNIT_EXPECT_EQ(test, sdev->queue_depth, FAKE_DEPTH);
	pioscsi_remove_hba(fake->hba);
}

static void logical_unit_without_tags_takes_one_command(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);
	struct scsi_device *sdev;

	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	sdev = fake_sdev(fake, 0, 0);
	sdev->tagged_supported = 0;
	KUNIT_EXPECT_EQ(test, configure(sdev), 0);
	KUNIT_EXPECT_EQ(test, sdev->queue_depth, 1);
	sdev->host->hostt->change_queue_depth(sdev, 4);
	KUNIT_EXPECT_EQ(test, sdev->queue_depth, 1);
	sdev->tagged_supported = 1;
	sdev->host->hostt->change_queue_depth(sdev, 4);
	KUNIT_EXPECT_EQ(test, sdev->queue_depth, 4);
	((struct pioscsi_lun *)sdev->hostdata)->no_tags = true;
	sdev->host->hostt->change_queue_depth(sdev, 4);
	KUNIT_EXPECT_EQ(test, sdev->queue_depth, 1);
	pioscsi_remove_hba(fake->hba);
}

/* Other devices use the rest of the chip's depth. */
static void logical_unit_takes_as_many_commands_as_its_limit(struct kunit *t)
{
	struct fake_hba *fake = fake_port_alloc(t);
	struct scsi_device *sdev;

	fake->hba->lun_depth = 2;
	KUNIT_ASSERT_EQ(t, pioscsi_add_hba(fake->hba), 0);
	sdev = fake_sdev(fake, 0, 0);
	KUNIT_EXPECT_EQ(t, configure(sdev), 0);
	KUNIT_EXPECT_EQ(t, sdev->host->can_queue, FAKE_DEPTH);
	KUNIT_EXPECT_EQ(t, sdev->queue_depth, 2);
	sdev->host->hostt->change_queue_depth(sdev, 4);
	KUNIT_EXPECT_EQ(t, sdev->queue_depth, 2);
	sdev->host->hostt->change_queue_depth(sdev, 1);
	KUNIT_EXPECT_EQ(t, sdev->queue_depth, 1);
	pioscsi_remove_hba(fake->hba);
}

static void limit_beyond_the_depth_of_the_chip_is_ignored(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);
	struct scsi_device *sdev;

	fake->hba->lun_depth = FAKE_DEPTH + 1;
	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	sdev = fake_sdev(fake, 0, 0);
	KUNIT_EXPECT_EQ(test, configure(sdev), 0);
	KUNIT_EXPECT_EQ(test, sdev->queue_depth, FAKE_DEPTH);
	pioscsi_remove_hba(fake->hba);
}

struct no_tags_case {
	const char *desc;
	unsigned int mask;
	unsigned int id;
	bool no_tags;
};

static const struct no_tags_case no_tags_cases[] = {
	{ "its bit is set", BIT(3), 3, true },
	{ "another bit is set", BIT(3), 4, false },
	{ "the highest bit is set", BIT(31), 31, true },
	{ "ID beyond the bits", BIT(3), 35, false },
	{ "all, ID beyond the bits", PIOSCSI_NO_TAGS_ALL, 32, true },
};

KUNIT_ARRAY_PARAM_DESC(no_tags, no_tags_cases, desc);

static void front_end_chooses_targets_without_tags(struct kunit *test)
{
	const struct no_tags_case *n = test->param_value;
	struct fake_hba *fake = fake_port_alloc(test);
	const struct scsi_host_template *sht = fake->port->shost->hostt;
	struct scsi_device *sdev = kunit_kzalloc(test, sizeof(*sdev),
						 GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sdev);
	fake->hba->no_tags = n->mask;
	sdev->host = fake->port->shost;
	sdev->id = n->id;
	KUNIT_ASSERT_EQ(test, sht->sdev_init(sdev), 0);
	KUNIT_EXPECT_EQ(test, ((struct pioscsi_lun *)sdev->hostdata)->no_tags,
			n->no_tags);
	sht->sdev_destroy(sdev);
}

/* For the midlayer max_lun is a valid LUN if REPORT LUNS has it. */
static void lun_beyond_the_limit_of_the_front_end_is_enxio(struct kunit *test)
{
	struct fake_hba *fake = fake_port_alloc(test);
	struct Scsi_Host *shost = fake->port->shost;
	struct scsi_device *sdev = kunit_kzalloc(test, sizeof(*sdev),
						 GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sdev);
	sdev->host = shost;
	shost->max_lun = 8;
	sdev->lun = 8;
	KUNIT_EXPECT_EQ(test, shost->hostt->sdev_init(sdev), -ENXIO);
	KUNIT_EXPECT_NULL(test, sdev->hostdata);
	sdev->lun = 7;
	KUNIT_ASSERT_EQ(test, shost->hostt->sdev_init(sdev), 0);
	shost->hostt->sdev_destroy(sdev);
}

static unsigned int one_page(struct pioscsi_hba *hba,
			     const struct scsi_device *sdev)
{
	return 8;
}

static int echo(struct pioscsi_hba *hba, struct scsi_device *sdev,
		unsigned int cmd, void __user *arg)
{
	return cmd;
}

static void host_has_the_operations_of_its_front_end(struct kunit *test)
{
	static struct pioscsi_driver drv = {
		.name = "fake_hba",
		.ops = &fake_hba_ops,
		.priv_size = sizeof(struct fake_hba *),
		.max_sectors = one_page,
		.ioctl = echo,
	};
	struct fake_hba *fake = fake_port_alloc_driver(test, &drv);
	struct queue_limits lim = { .max_hw_sectors = 2048 };
	struct scsi_device *sdev;

	KUNIT_ASSERT_EQ(test, pioscsi_add_hba(fake->hba), 0);
	sdev = fake_sdev(fake, 0, 0);
	KUNIT_EXPECT_EQ(test, drv.sht.sdev_configure(sdev, &lim), 0);
	KUNIT_EXPECT_EQ(test, lim.max_hw_sectors, 8);
	KUNIT_EXPECT_EQ(test, drv.sht.ioctl(sdev, 5, NULL), 5);
	KUNIT_EXPECT_TRUE(test, !drv.sht.bios_param);
	pioscsi_remove_hba(fake->hba);
}

/* The geometry of a BIOS for a disk with LBA. */
static void disk_with_lba_has_255_heads_and_63_sectors(struct kunit *test)
{
	static struct pioscsi_driver drv = {
		.name = "fake_hba",
		.ops = &fake_hba_ops,
		.lba_geometry = true,
	};
	int geometry[3] = { };

	KUNIT_ASSERT_EQ(test, pioscsi_register_driver(&drv), 0);
	drv.sht.bios_param(NULL, NULL, 255 * 63 * 1000 + 5, geometry);
	KUNIT_EXPECT_EQ(test, geometry[0], 255);
	KUNIT_EXPECT_EQ(test, geometry[1], 63);
	KUNIT_EXPECT_EQ(test, geometry[2], 1000);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(front_end_chooses_targets_without_tags,
			 no_tags_gen_params),
	KUNIT_CASE(port_is_aligned_for_64_bit_counters),
	KUNIT_CASE_PARAM(full_queue_ends_before_its_timeout, rate_gen_params),
	KUNIT_CASE(commands_for_a_deep_chip_are_no_storm),
	KUNIT_CASE(new_host_gets_the_parameters),
	KUNIT_CASE(host_gets_the_limits_of_its_front_end),
	KUNIT_CASE(logical_unit_gets_the_settings_of_its_host),
	KUNIT_CASE(logical_unit_without_tags_takes_one_command),
	KUNIT_CASE(logical_unit_takes_as_many_commands_as_its_limit),
	KUNIT_CASE(limit_beyond_the_depth_of_the_chip_is_ignored),
	KUNIT_CASE(lun_beyond_the_limit_of_the_front_end_is_enxio),
	KUNIT_CASE(host_has_the_operations_of_its_front_end),
	KUNIT_CASE(disk_with_lba_has_255_heads_and_63_sectors),
	{}
};

static struct kunit_suite suite = {
	.name = "port_limits",
	.test_cases = cases,
};

kunit_test_suite(suite);

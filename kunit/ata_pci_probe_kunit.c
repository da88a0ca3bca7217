// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order in which the channels of a PCI IDE controller are masked and added.
 * The driver is compiled into this file, so that a device without a bus will
 * do.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/pci.h>
#include <linux/seq_buf.h>

#include <pioscsi/pioscsi.h>

#include "../ata/chan.h"
#include "pm_ops.h"

#define CHANNEL_IRQ	11

/**
 * struct fake_controller - a controller, and what was done to it
 * @test: the test
 * @bus: the bus of @pdev
 * @pdev: its PCI device
 * @hba: the HBAs that pioata_glue_add() returns, one for each channel
 * @chan: the channel of each HBA
 * @taken: the first port of a block that another driver has
 * @irq: the interrupt that both channels are expected to get
 * @add_error: error of pioata_glue_add() for each channel
 * @config: its configuration registers
 * @kind: its kind, %NULL for any
 * @trace: the calls
 * @text: the text of @trace
 */
static struct fake_controller {
	struct kunit *test;
	struct pci_bus bus;
	struct pci_dev pdev;
	struct pioscsi_hba hba[2];
	struct pioata_chan chan[2];
	unsigned long taken;
	int irq;
	int add_error[2];
	u8 config[256];
	const struct pioata_pci_chip *kind;
	struct seq_buf trace;
	char text[128];
} *fake;

static void __iomem *fake_ports(struct device *dev, unsigned long first,
				unsigned int n)
{
	return first == fake->taken ? IOMEM_ERR_PTR(-EBUSY) :
				      (void __iomem *)first;
}

static void *fake_kzalloc(struct device *dev, size_t size, gfp_t gfp)
{
	return kunit_kzalloc(fake->test, size, gfp);
}

static int fake_enable(struct pci_dev *pdev)
{
	return 0;
}

#define devm_kzalloc		fake_kzalloc
#define pcim_enable_device	fake_enable
#define pioata_glue_ports	fake_ports
#define pioata_pci_init		fake_pci_init
#define pioata_pci_exit		fake_pci_exit
#include "../ata/pci.c"

static void fake_mask(const struct pioata_io *io)
{
	KUNIT_EXPECT_PTR_EQ(fake->test, io->dev, &fake->pdev.dev);
	KUNIT_EXPECT_PTR_EQ(fake->test, io->ack, pioata_chip_generic.ack);
	KUNIT_EXPECT_NOT_NULL(fake->test, io->bmdma);
	seq_buf_printf(&fake->trace, "mask%u ", io->channel);
}

static struct pioscsi_hba *fake_add(struct device *dev, struct pioata_io *io,
				    unsigned int width, int irq)
{
	KUNIT_EXPECT_EQ(fake->test, irq, fake->irq);
	seq_buf_printf(&fake->trace, "add%u ", io->channel);
	if (fake->add_error[io->channel])
		return ERR_PTR(fake->add_error[io->channel]);
	fake->chan[io->channel].io = *io;
	fake->hba[io->channel].priv = &fake->chan[io->channel];
	return &fake->hba[io->channel];
}

static int config_read(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 *val)
{
	*val = 0;
	memcpy(val, &fake->config[where], size);
	return PCIBIOS_SUCCESSFUL;
}

static int config_write(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 val)
{
	seq_buf_printf(&fake->trace, "%x=%04x ", where, val);
	memcpy(&fake->config[where], &val, size);
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops config_ops = {
	.read = config_read,
	.write = config_write,
};

static void set_bar(unsigned int bar, unsigned long first, unsigned int n)
{
	fake->pdev.resource[bar] = (struct resource) {
		.start = first,
		.end = first + n - 1,
		.flags = IORESOURCE_IO,
	};
}

/* Both channels are in native mode. */
static int setup(struct kunit *test)
{
	fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	if (!fake)
		return -ENOMEM;
	fake->test = test;
	fake->pdev.class = PCI_CLASS_STORAGE_IDE << 8 | NATIVE(0) | NATIVE(1);
	fake->bus.ops = &config_ops;
	fake->pdev.bus = &fake->bus;
	fake->pdev.irq = CHANNEL_IRQ;
	fake->irq = CHANNEL_IRQ;
	set_bar(0, 0x1000, 8);
	set_bar(1, 0x1010, 4);
	set_bar(2, 0x1020, 8);
	set_bar(3, 0x1030, 4);
	set_bar(BMDMA_BAR, 0x1040, 16);
	seq_buf_init(&fake->trace, fake->text, sizeof(fake->text));
	kunit_activate_static_stub(test, pioata_io_mask, fake_mask);
	kunit_activate_static_stub(test, pioata_glue_add, fake_add);
	return 0;
}

static void expect_probe(struct kunit *test, int err, const char *trace)
{
	const struct pci_device_id id = {
		.driver_data = (kernel_ulong_t)fake->kind,
	};

	KUNIT_EXPECT_EQ(test, err, pci_probe(&fake->pdev, &id));
	KUNIT_EXPECT_STREQ(test, seq_buf_str(&fake->trace), trace);
}

static void expect_masked_at_resume(struct kunit *test, const char *trace)
{
	KUNIT_ASSERT_NOT_NULL(test, pioata_pci_pm_ops.resume_noirq);
	KUNIT_EXPECT_PTR_EQ(test, pioata_pci_pm_ops.restore_noirq,
			    pioata_pci_pm_ops.resume_noirq);
	seq_buf_clear(&fake->trace);
	KUNIT_EXPECT_EQ(test, 0,
			pioata_pci_pm_ops.resume_noirq(&fake->pdev.dev));
	KUNIT_EXPECT_STREQ(test, seq_buf_str(&fake->trace), trace);
}

/*
 * An interrupt that is pending in the second channel would raise the line as
 * soon as the first channel requests it.
 */
static void both_channels_are_masked_before_one_is_added(struct kunit *test)
{
	expect_probe(test, 0, "mask0 mask1 add0 add1 ");
}

static void channel_whose_add_fails_has_been_masked(struct kunit *test)
{
	fake->add_error[0] = -ENOMEM;
	fake->add_error[1] = -ENOMEM;
	expect_probe(test, -ENOMEM, "mask0 mask1 add0 add1 ");
}

static void channel_of_another_driver_is_not_touched(struct kunit *test)
{
	fake->taken = 0x1020;
	expect_probe(test, 0, "mask0 add0 ");
}

static void error_of_the_only_channel_is_returned(struct kunit *test)
{
	set_bar(2, 0, 0);
	fake->taken = 0x1000;
	expect_probe(test, -EBUSY, "");
}

static bool edge(unsigned int irq)
{
	KUNIT_EXPECT_EQ(fake->test, irq, 15);
	return true;
}

static bool no_edge(unsigned int irq)
{
	return false;
}

/* Firmware routes PCI interrupts to lines that it thinks are free. */
static void level_triggered_compatibility_line_is_shared(struct kunit *test)
{
	fake->pdev.class = PCI_CLASS_STORAGE_IDE << 8 | NATIVE(0);
	kunit_activate_static_stub(test, pioata_glue_is_edge, edge);
	KUNIT_EXPECT_FALSE(test, has_exclusive_irq(&fake->pdev, 0));
	KUNIT_EXPECT_TRUE(test, has_exclusive_irq(&fake->pdev, 1));
	kunit_activate_static_stub(test, pioata_glue_is_edge, no_edge);
	KUNIT_EXPECT_FALSE(test, has_exclusive_irq(&fake->pdev, 1));
}

static void memory_is_not_taken_for_ports(struct kunit *test)
{
	fake->pdev.resource[3].flags = IORESOURCE_MEM;
	expect_probe(test, 0, "mask0 add0 ");
}

static void channel_with_too_few_ports_is_not_touched(struct kunit *test)
{
	set_bar(2, 0x1020, 4);
	expect_probe(test, 0, "mask0 add0 ");
}

/* The control register is the third of a native control block. */
static void channel_without_control_register_is_not_touched(struct kunit *test)
{
	set_bar(3, 0x1030, 2);
	expect_probe(test, 0, "mask0 add0 ");
}

/* Without its register, a latched interrupt would never be cleared. */
static void channel_whose_latch_is_no_port_is_not_touched(struct kunit *test)
{
	set_bar(BMDMA_BAR, 0x1040, 8);
	expect_probe(test, 0, "mask0 add0 ");
	KUNIT_EXPECT_PTR_EQ(test, fake->chan[0].io.bmdma,
			    (void __iomem *)0x1042);
}

static void latches_of_another_driver_are_not_touched(struct kunit *test)
{
	fake->taken = 0x1040;
	expect_probe(test, -EBUSY, "");
}

static void controller_with_memory_only_is_ignored(struct kunit *test)
{
	fake->pdev.resource[0].flags = IORESOURCE_MEM;
	fake->pdev.resource[2].flags = IORESOURCE_MEM;
	expect_probe(test, -ENODEV, "");
}

static void channels_without_a_connected_interrupt_are_polled(struct kunit *t)
{
	fake->pdev.irq = IRQ_NOTCONNECTED;
	fake->irq = 0;
	expect_probe(t, 0, "mask0 mask1 add0 add1 ");
}

/* Their handlers do not serve them before both have been reset. */
static void resume_masks_channels_before_lines_are_enabled(struct kunit *test)
{
	expect_probe(test, 0, "mask0 mask1 add0 add1 ");
	expect_masked_at_resume(test, "mask0 mask1 ");
}

/* The handler of the other channel does not serve it either. */
static void resume_masks_channel_that_could_not_be_added(struct kunit *test)
{
	fake->add_error[1] = -ETIMEDOUT;
	expect_probe(test, 0, "mask0 mask1 add0 add1 ");
	expect_masked_at_resume(test, "mask0 mask1 ");
}

static void resume_ignores_channel_of_another_driver(struct kunit *test)
{
	fake->taken = 0x1000;
	expect_probe(test, 0, "mask1 add1 ");
	expect_masked_at_resume(test, "mask1 ");
}

/* The disks that get the image must not stand by. */
static void hibernation_freezes_and_resumes_the_channels(struct kunit *test)
{
	expect_pm_ops(test, pci_driver.driver.pm);
	KUNIT_EXPECT_PTR_NE(test, pioata_pci_pm_ops.freeze,
			    pioata_pci_pm_ops.suspend);
}

/*
 * The firmware's timing has IORDY for an empty position. There an access would
 * never end on some controllers.
 */
static void iordy_is_off_before_the_first_access(struct kunit *test)
{
	fake->kind = &pioata_chip_piix;
	memset(&fake->config[PIOATA_PIIX_IDETIM(0)], 0xb3, 4);
	expect_probe(test, 0, "40=8000 mask0 42=8000 mask1 add0 add1 ");
	/* A loss of power has disabled the channels. */
	memset(&fake->config[PIOATA_PIIX_IDETIM(0)], 0, 4);
	expect_masked_at_resume(test, "40=8000 42=8000 mask0 mask1 ");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(both_channels_are_masked_before_one_is_added),
	KUNIT_CASE(channel_whose_add_fails_has_been_masked),
	KUNIT_CASE(channel_of_another_driver_is_not_touched),
	KUNIT_CASE(error_of_the_only_channel_is_returned),
	KUNIT_CASE(level_triggered_compatibility_line_is_shared),
	KUNIT_CASE(memory_is_not_taken_for_ports),
	KUNIT_CASE(channel_with_too_few_ports_is_not_touched),
	KUNIT_CASE(channel_without_control_register_is_not_touched),
	KUNIT_CASE(channel_whose_latch_is_no_port_is_not_touched),
	KUNIT_CASE(latches_of_another_driver_are_not_touched),
	KUNIT_CASE(controller_with_memory_only_is_ignored),
	KUNIT_CASE(channels_without_a_connected_interrupt_are_polled),
	KUNIT_CASE(resume_masks_channels_before_lines_are_enabled),
	KUNIT_CASE(resume_masks_channel_that_could_not_be_added),
	KUNIT_CASE(resume_ignores_channel_of_another_driver),
	KUNIT_CASE(iordy_is_off_before_the_first_access),
	KUNIT_CASE(hibernation_freezes_and_resumes_the_channels),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_pci_probe",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

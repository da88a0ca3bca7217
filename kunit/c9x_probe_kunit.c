// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: the probe of the AM53C974's driver, from the EEPROM to the port. The
 * driver is compiled into this file, so that a device without a bus will do.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/pci.h>
#include <linux/string.h>

#include <pioscsi/pioscsi.h>

#include "../ncr53c9x/chip.h"
#include "../ncr53c9x/dc390.h"
#include "fake_cmd.h"
#include "fake_port.h"
#include "pm_ops.h"

#define REGS	32U

/* The settings for a target in the EEPROM. */
#define MODE_PARITY	BIT(0)
#define MODE_DISCONNECT	BIT(2)
#define MODE_TAGS	BIT(4)

/**
 * struct fake_slot - a PCI slot with an adapter whose targets never answer
 * @test: the test
 * @fake: the HBA under the port; the fake chip in it is not used
 * @pdev: the adapter's PCI device
 * @written: last value written to each register
 * @add_err: error of the port, which then adds no HBA
 * @has_eeprom: the adapter is a DC-390
 * @own_id: its SCSI ID in the EEPROM
 * @delay: its delay after a reset, in the form of the EEPROM
 * @tags: its number of tagged commands of a target, in the form of the EEPROM
 * @mode: its settings for each target, in the form of the EEPROM
 * @line: the interrupt line that firmware has noted for it
 * @other: another function
 * @other_line: the interrupt line that firmware has noted for that function
 * @slept_ms: time for which the probe has waited, ms
 * @quiet: bus resets raised no interrupt when the HBA was given to the port
 */
static struct fake_slot {
	struct kunit *test;
	struct fake_hba *fake;
	struct pci_dev pdev;
	u8 written[REGS];
	int add_err;
	bool has_eeprom;
	u8 own_id;
	u8 delay;
	u8 tags;
	u8 mode[DC390_IDS];
	u8 line;
	struct pci_dev other;
	u8 other_line;
	unsigned int slept_ms;
	bool quiet;
} *slot;

static int fake_register(struct pci_driver *drv)
{
	return 0;
}

static void fake_unregister(struct pci_driver *drv)
{
}

/* The device of the HBA is no PCI device. */
static void fake_intx(struct pci_dev *pdev, int on)
{
}

static int fake_enable_device(struct pci_dev *pdev)
{
	return 0;
}

static void fake_disable_device(struct pci_dev *pdev)
{
}

static int fake_request_region(struct pci_dev *pdev, int bar, const char *name)
{
	return 0;
}

static void fake_release_region(struct pci_dev *pdev, int bar)
{
}

/* Static stubs replace the accesses to the registers. */
static void __iomem *fake_iomap(struct pci_dev *pdev, int bar,
				unsigned long len)
{
	return (void __iomem *)slot->written;
}

static void fake_iounmap(struct pci_dev *pdev, void __iomem *regs)
{
}

/* The contents are valid, and all other settings are zeros. */
static bool fake_read_eeprom(struct pci_dev *pdev, u16 *word)
{
	unsigned int i;
	u16 sum = 0;

	if (!slot->has_eeprom)
		return false;
	memset(word, 0, DC390_WORDS * sizeof(*word));
	for (i = 0; i < DC390_IDS; i++)
		word[2 * i] = slot->mode[i];
	word[32] = slot->own_id;
	word[33] = slot->tags << 8 | slot->delay;
	for (i = 0; i < DC390_WORDS - 1; i++)
		sum += word[i];
	word[DC390_WORDS - 1] = 0x1234 - sum;
	return true;
}

static int fake_read_config_byte(const struct pci_dev *pdev, int where, u8 *val)
{
	KUNIT_EXPECT_EQ(slot->test, where, PCI_INTERRUPT_LINE);
	*val = pdev == &slot->pdev ? slot->line : slot->other_line;
	return 0;
}

static void fake_msleep(unsigned int ms)
{
	slot->slept_ms += ms;
}

static bool is_quiet(void)
{
	return slot->written[C9X_CTRL1] & C9X_CTRL1_QUIET_RESET;
}

static struct pioscsi_hba *fake_alloc_hba(struct device *dev,
					  struct pioscsi_driver *drv)
{
	slot->fake = fake_port_alloc_driver(slot->test, drv);
	slot->pdev.irq = slot->fake->hba->irq;
	return slot->fake->hba;
}

/* The scan finds no target, because the only ID is the HBA's own. */
static int fake_add_hba(struct pioscsi_hba *hba)
{
	slot->quiet = is_quiet();
	if (slot->add_err)
		return slot->add_err;
	hba->max_id = 1;
	hba->this_id = 0;
	return fake_port_start(slot->test, slot->fake);
}

/* The fake frees its HBA when the test ends. */
static void fake_free_hba(struct pioscsi_hba *hba)
{
}

#undef pci_register_driver
#define pci_register_driver		fake_register
#define pci_unregister_driver		fake_unregister
#define pci_intx			fake_intx
#define pci_enable_device		fake_enable_device
#define pci_disable_device		fake_disable_device
#define pci_request_region		fake_request_region
#define pci_release_region		fake_release_region
#define pci_iomap			fake_iomap
#define pci_iounmap			fake_iounmap
#define dc390_read			fake_read_eeprom
#define msleep				fake_msleep
#define pci_read_config_byte		fake_read_config_byte
#define pioscsi_alloc_hba		fake_alloc_hba
#define pioscsi_add_hba			fake_add_hba
#define pioscsi_free_hba		fake_free_hba
#define am53_board			probed_am53_board
#define am53_qemu_board			probed_am53_qemu_board
/* The suite c9x_line is that of x86. */
#undef CONFIG_X86
#include "../ncr53c9x/am53c974.c"

static u8 read_reg(struct c9x *chip, unsigned int reg)
{
	switch (reg) {
	case C9X_STAT:
	case C9X_INTR:
	case C9X_STEP:
	case C9X_LEVEL:
		return 0;
	default:
		return slot->written[reg % REGS];
	}
}

static void write_reg(struct c9x *chip, unsigned int reg, u8 val)
{
	slot->written[reg % REGS] = val;
}

static int setup(struct kunit *test)
{
	slot = kunit_kzalloc(test, sizeof(*slot), GFP_KERNEL);
	if (!slot)
		return -ENOMEM;
	slot->test = test;
	slot->pdev.resource[0] = DEFINE_RES_MEM(0, BAR_SIZE);
	/* The chip is older than PCI's interrupt disable bit. */
	slot->pdev.broken_intx_masking = 1;
	settle_ms = 1;
	kunit_activate_static_stub(test, c9x_read, read_reg);
	kunit_activate_static_stub(test, c9x_write, write_reg);
	return 0;
}

static void restore_parameters(struct kunit *test)
{
	host_id = -1;
	settle_ms = -1;
	parity = true;
	mask_line = true;
}

static int probe(void)
{
	return am53_probe(&slot->pdev, &am53_ids[0]);
}

/* On a shared line the kernel would disable the line for all its devices. */
static void chip_without_a_handler_reports_no_bus_reset(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, probe(), 0);
	KUNIT_EXPECT_TRUE(test, slot->quiet);
	fake_queued(slot->fake, fake_sdev(slot->fake, 0, 0), DMA_NONE, 0);
	KUNIT_EXPECT_FALSE(test, is_quiet());
}

static void chip_that_is_not_added_reports_no_bus_reset(struct kunit *test)
{
	slot->add_err = -EBUSY;
	KUNIT_EXPECT_EQ(test, probe(), -EBUSY);
	KUNIT_EXPECT_TRUE(test, is_quiet());
}

/* Two long commands of one device would delay all others. */
static void eeprom_limits_a_logical_unit_and_not_the_host(struct kunit *test)
{
	slot->has_eeprom = true;
	slot->tags = 0;
	KUNIT_ASSERT_EQ(test, probe(), 0);
	KUNIT_EXPECT_EQ(test, slot->fake->hba->depth, C9X_DEPTH);
	KUNIT_EXPECT_EQ(test, slot->fake->hba->lun_depth, 2);
}

static void large_number_of_the_eeprom_is_the_depth_of_the_chip(struct kunit *t)
{
	slot->has_eeprom = true;
	slot->tags = 4;
	KUNIT_ASSERT_EQ(t, probe(), 0);
	KUNIT_EXPECT_EQ(t, slot->fake->hba->lun_depth, C9X_DEPTH);
}

static void eeprom_sets_id_and_delay_of_the_adapter(struct kunit *test)
{
	struct c9x *chip;

	settle_ms = -1;
	slot->has_eeprom = true;
	slot->own_id = 5;
	slot->delay = 2;
	KUNIT_ASSERT_EQ(test, probe(), 0);
	chip = to_c9x(slot->fake->hba);
	KUNIT_EXPECT_EQ(test, chip->own_id, 5);
	KUNIT_EXPECT_TRUE(test, chip->no_negation);
	KUNIT_EXPECT_EQ(test, chip->settle_ms, 5000);
	KUNIT_EXPECT_EQ(test, slot->fake->hba->settle_ms, 5000);
	KUNIT_EXPECT_EQ(test, slot->slept_ms, 5000);
}

static void enable_by_id(void)
{
	unsigned int i;

	slot->has_eeprom = true;
	for (i = 0; i < DC390_IDS; i++)
		slot->mode[i] = (i & 1 ? MODE_PARITY : 0) |
				(i & 2 ? MODE_DISCONNECT : 0) |
				(i & 4 ? MODE_TAGS : 0);
}

static void eeprom_sets_parity_disconnection_and_tags(struct kunit *test)
{
	const struct c9x_target *target;
	unsigned int i;

	enable_by_id();
	KUNIT_ASSERT_EQ(test, probe(), 0);
	target = to_c9x(slot->fake->hba)->target;
	for (i = 0; i < DC390_IDS; i++) {
		KUNIT_EXPECT_EQ(test, target[i].parity, !!(i & 1));
		KUNIT_EXPECT_EQ(test, target[i].disconnect, !!(i & 2));
	}
	/* Only targets 6 and 7 may both disconnect and have tags. */
	KUNIT_EXPECT_EQ(test, slot->fake->hba->no_tags, 0x3f);
}

static void parameters_override_the_eeprom(struct kunit *test)
{
	struct c9x *chip;
	unsigned int i;

	host_id = 3;
	settle_ms = 7;
	parity = false;
	enable_by_id();
	slot->own_id = 5;
	slot->delay = 2;
	KUNIT_ASSERT_EQ(test, probe(), 0);
	chip = to_c9x(slot->fake->hba);
	KUNIT_EXPECT_EQ(test, chip->own_id, 3);
	KUNIT_EXPECT_EQ(test, chip->settle_ms, 7);
	for (i = 0; i < DC390_IDS; i++) {
		KUNIT_EXPECT_FALSE(test, chip->target[i].parity);
		KUNIT_EXPECT_EQ(test, chip->target[i].disconnect, !!(i & 2));
	}
}

static void parameters_apply_without_an_eeprom(struct kunit *test)
{
	struct c9x *chip;

	host_id = 0;
	settle_ms = 0;
	KUNIT_ASSERT_EQ(test, probe(), 0);
	chip = to_c9x(slot->fake->hba);
	KUNIT_EXPECT_EQ(test, chip->own_id, 0);
	KUNIT_EXPECT_EQ(test, chip->settle_ms, 0);
	KUNIT_EXPECT_TRUE(test, chip->target[7].parity);
	KUNIT_EXPECT_FALSE(test, chip->no_negation);
}

static unsigned int max_sectors(u16 vendor, u16 device)
{
	struct pioscsi_hba *hba = slot->fake->hba;

	slot->pdev.subsystem_vendor = vendor;
	slot->pdev.subsystem_device = device;
	am53_describe(hba, &slot->pdev);
	return hba->max_sectors;
}

static void only_qemu_limits_the_length_of_a_transfer(struct kunit *test)
{
	slot->add_err = -EBUSY;
	KUNIT_ASSERT_EQ(test, probe(), -EBUSY);
	KUNIT_EXPECT_EQ(test, max_sectors(0, 0), 0);
	KUNIT_EXPECT_EQ(test, max_sectors(0x1af4, 0), 0);
	KUNIT_EXPECT_EQ(test, max_sectors(0, 0x1100), 0);
	KUNIT_EXPECT_EQ(test, max_sectors(0x1af4, 0x1100), 256);
}

static struct pioscsi_hba *described_with_irq(struct kunit *test,
					      unsigned int irq)
{
	slot->add_err = -EBUSY;
	KUNIT_ASSERT_EQ(test, probe(), -EBUSY);
	slot->pdev.irq = irq;
	am53_describe(slot->fake->hba, &slot->pdev);
	return slot->fake->hba;
}

static void chip_without_a_connected_interrupt_is_polled(struct kunit *test)
{
	struct pioscsi_hba *hba = described_with_irq(test, IRQ_NOTCONNECTED);

	KUNIT_EXPECT_EQ(test, hba->irq, 0);
	KUNIT_EXPECT_FALSE(test, hba->may_mask_line);
	/* No handler runs beside its owner. */
	KUNIT_EXPECT_TRUE(test, hba->can_mask);
}

static void connected_interrupt_is_requested(struct kunit *test)
{
	struct pioscsi_hba *hba = described_with_irq(test, 11);

	KUNIT_EXPECT_EQ(test, hba->irq, 11);
	KUNIT_EXPECT_TRUE(test, hba->may_mask_line);
	KUNIT_EXPECT_FALSE(test, hba->can_mask);
}

/* There the kernel may have written its own numbers into the registers. */
static void line_of_a_disabled_function_is_not_compared_off_x86(struct kunit *t)
{
	slot->pdev.irq = 19;
	slot->line = 11;
	slot->other.pin = 1;
	slot->other.irq = 10;
	slot->other_line = 10;
	KUNIT_EXPECT_TRUE(t, may_share_line(&slot->pdev, &slot->other));
}

/* A real chip would execute the COMPLETE command that unlocks QEMU's FIFO. */
static void only_the_fifo_of_qemu_is_unlocked(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, probe(), 0);
	KUNIT_EXPECT_NULL(test, to_c9x(slot->fake->hba)->board->unlock_fifo);
}

static void fifo_of_qemu_can_be_unlocked(struct kunit *test)
{
	slot->pdev.subsystem_vendor = 0x1af4;
	slot->pdev.subsystem_device = 0x1100;
	KUNIT_ASSERT_EQ(test, probe(), 0);
	KUNIT_EXPECT_NOT_NULL(test,
			      to_c9x(slot->fake->hba)->board->unlock_fifo);
}

static void hibernation_suspends_and_resumes_the_chip(struct kunit *test)
{
	expect_pm_ops(test, am53_pci_driver.driver.pm);
	KUNIT_EXPECT_PTR_EQ(test, am53_pm_ops.freeze, am53_pm_ops.suspend);
}

/* The power is back, but the chip has lost its settings. */
static void resume_noirq(struct kunit *test)
{
	KUNIT_ASSERT_NOT_NULL(test, am53_pm_ops.resume_noirq);
	KUNIT_EXPECT_PTR_EQ(test, am53_pm_ops.restore_noirq,
			    am53_pm_ops.resume_noirq);
	KUNIT_ASSERT_EQ(test, probe(), 0);
	KUNIT_ASSERT_EQ(test, am53_suspend(&slot->pdev.dev), 0);
	memset(slot->written, 0, sizeof(slot->written));
	KUNIT_EXPECT_EQ(test, am53_pm_ops.resume_noirq(&slot->pdev.dev), 0);
}

/* Its handler acknowledges nothing before the resume has reset it. */
static void resume_silences_chip_without_mask_first(struct kunit *test)
{
	mask_line = false;
	resume_noirq(test);
	KUNIT_EXPECT_TRUE(test, is_quiet());
}

static void resume_does_not_touch_masked_chip_first(struct kunit *test)
{
	resume_noirq(test);
	KUNIT_EXPECT_TRUE(test, slot->fake->hba->can_mask);
	KUNIT_EXPECT_TRUE(test, mem_is_zero(slot->written,
					    sizeof(slot->written)));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(chip_without_a_handler_reports_no_bus_reset),
	KUNIT_CASE(chip_that_is_not_added_reports_no_bus_reset),
	KUNIT_CASE(eeprom_limits_a_logical_unit_and_not_the_host),
	KUNIT_CASE(large_number_of_the_eeprom_is_the_depth_of_the_chip),
	KUNIT_CASE(eeprom_sets_id_and_delay_of_the_adapter),
	KUNIT_CASE(eeprom_sets_parity_disconnection_and_tags),
	KUNIT_CASE(parameters_override_the_eeprom),
	KUNIT_CASE(parameters_apply_without_an_eeprom),
	KUNIT_CASE(only_qemu_limits_the_length_of_a_transfer),
	KUNIT_CASE(chip_without_a_connected_interrupt_is_polled),
	KUNIT_CASE(connected_interrupt_is_requested),
	KUNIT_CASE(line_of_a_disabled_function_is_not_compared_off_x86),
	KUNIT_CASE(only_the_fifo_of_qemu_is_unlocked),
	KUNIT_CASE(fifo_of_qemu_can_be_unlocked),
	KUNIT_CASE(hibernation_suspends_and_resumes_the_chip),
	KUNIT_CASE(resume_silences_chip_without_mask_first),
	KUNIT_CASE(resume_does_not_touch_masked_chip_first),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_probe",
	.init = setup,
	.exit = restore_parameters,
	.test_cases = cases,
};

kunit_test_suite(suite);

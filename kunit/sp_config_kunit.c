// SPDX-License-Identifier: GPL-2.0-only
/*
 * A miniport's configuration: the ranges of a PCI function, the interrupt, and
 * sizes of extensions that are refused.
 */
#include <kunit/test.h>
#include <linux/pci.h>

#include "../scsiport/bus.h"
#include "../scsiport/config.h"
#include "fake_miniport.h"
#include "scsi_test.h"

/* The Interrupt Line register, and the kernel's number of the interrupt. */
#define LINE		11U
#define IRQ		35U
#define LEGACY		14U

/* Classes of PCI functions: an IDE controller in each mode. */
#define CLASS_SCSI	0x010000U
#define CLASS_COMPAT	0x01018aU
#define CLASS_NATIVE	0x01018fU

static const struct {
	const char *name;
	bool is_pci;
	unsigned int class;
	unsigned int irq;
	ULONG level;
	unsigned int expected;
} choices[] = {
	{ "line register", true, CLASS_SCSI, IRQ, LINE, IRQ },
	{ "unchanged", true, CLASS_SCSI, IRQ, IRQ, IRQ },
	{ "polled", true, CLASS_SCSI, IRQ, 0, 0 },
	{ "unknown", true, CLASS_SCSI, IRQ, SP_UNINITIALIZED_VALUE, 0 },
	{ "function without an interrupt", true, CLASS_SCSI, 0, LEGACY,
	  LEGACY },
	{ "compatibility mode", true, CLASS_COMPAT, IRQ, LEGACY, LEGACY },
	{ "native mode", true, CLASS_NATIVE, IRQ, LINE, IRQ },
	{ "no PCI", false, 0, LINE, LEGACY, LEGACY },
};

static void pci_hba_has_the_interrupt_of_its_function(struct kunit *test)
{
	struct pci_dev *pdev;
	struct sp_hba *sp;
	unsigned int i;

	pdev = kunit_kzalloc(test, sizeof(*pdev), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	sp = kunit_kzalloc(test, sizeof(*sp), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, sp);
	sp->hw.HwInterrupt = mini_hw.HwInterrupt;
	for (i = 0; i < ARRAY_SIZE(choices); i++) {
		pdev->class = choices[i].class;
		sp->place.pdev = choices[i].is_pci ? pdev : NULL;
		sp->place.irq = choices[i].irq;
		sp->cfg.BusInterruptLevel = choices[i].level;
		KUNIT_EXPECT_EQ_MSG(test, sp_config_irq(sp),
				    choices[i].expected, "%s",
				    choices[i].name);
	}
}

/* Miniports for Windows use fixed indices. BAR 1 has 64 bits, and so has 3. */
static void ranges_of_a_function_follow_each_other(struct kunit *test)
{
	struct pci_bus *bus = kunit_kzalloc(test, sizeof(*bus), GFP_KERNEL);
	struct pci_dev *pdev = kunit_kzalloc(test, sizeof(*pdev), GFP_KERNEL);
	struct sp_place place;

	KUNIT_ASSERT_NOT_NULL(test, bus);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	pdev->bus = bus;
	pdev->resource[0] = (struct resource)DEFINE_RES_IO(0x1000, 256);
	pdev->resource[1] = (struct resource)DEFINE_RES_MEM(0x20000, 4096);
	pdev->resource[3] = (struct resource)DEFINE_RES_MEM(0x30000, 8192);
	sp_pci_fill_place(&place, pdev);
	KUNIT_EXPECT_EQ(test, place.nr_ranges, 3);
	KUNIT_EXPECT_EQ(test, place.range[0].RangeStart.QuadPart, 0x1000);
	KUNIT_EXPECT_FALSE(test, place.range[0].RangeInMemory);
	KUNIT_EXPECT_EQ(test, place.range[1].RangeStart.QuadPart, 0x20000);
	KUNIT_EXPECT_EQ(test, place.range[2].RangeStart.QuadPart, 0x30000);
	KUNIT_EXPECT_EQ(test, place.range[2].RangeLength, 8192);
	KUNIT_EXPECT_TRUE(test, place.range[2].RangeInMemory);
}

static void hba_without_a_routine_has_no_interrupt(struct kunit *test)
{
	struct sp_hba *sp = kunit_kzalloc(test, sizeof(*sp), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sp);
	sp->cfg.BusInterruptLevel = LINE;
	KUNIT_EXPECT_EQ(test, sp_config_irq(sp), 0);
}

static const struct {
	ULONG srb;
	ULONG lu;
	int expected;
} sizes[] = {
	{ 0, 0, 0 },
	{ SP_EXT_MAX, SP_EXT_MAX, 0 },
	{ SP_EXT_MAX + 1, 0, -EINVAL },
	{ 0, SP_EXT_MAX + 1, -EINVAL },
	/* The next multiple of 16 has 33 bits. */
	{ 0xfffffff1U, 0, -EINVAL },
	{ 0, SP_UNINITIALIZED_VALUE, -EINVAL },
};

static void long_extension_is_refused_with_one_line(struct kunit *test)
{
	struct sp_hba *sp = kunit_kzalloc(test, sizeof(*sp), GFP_KERNEL);
	struct test_log log;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, sp);
	sp->cfg.DmaChannel = SP_UNINITIALIZED_VALUE;
	sp->cfg.MaximumTransferLength = PAGE_SIZE;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		sp->cfg.SrbExtensionSize = sizes[i].srb;
		sp->cfg.SpecificLuExtensionSize = sizes[i].lu;
		test_log_begin(&log);
		KUNIT_EXPECT_EQ_MSG(test, sp_config_check(sp),
				    sizes[i].expected, "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, test_log_count(log, "ignoring"),
				    !!sizes[i].expected, "case %u", i);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(pci_hba_has_the_interrupt_of_its_function),
	KUNIT_CASE(ranges_of_a_function_follow_each_other),
	KUNIT_CASE(hba_without_a_routine_has_no_interrupt),
	KUNIT_CASE(long_extension_is_refused_with_one_line),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_config",
	.test_cases = cases,
};

kunit_test_suite(suite);

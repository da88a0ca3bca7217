// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x under the port: removal, a missing card, a lost interrupt, and the
 * settle time. The AM53C974's driver is compiled into this file, so that a
 * device without a bus will do.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/io.h>
#include <linux/irq.h>
#include <linux/pci.h>
#include <scsi/scsi.h>

#include <pioscsi/pioscsi.h>

#include "../irq.h"
#include "../ncr53c9x/chip.h"
#include "../settle.h"
#include "fake_cmd.h"
#include "fake_port.h"

#define REGS	32U

/**
 * struct card_answer - the answer of a target to a chip command
 * @cmd: the chip command
 * @stat: the phase afterwards
 * @intr: interrupt bits; 0 after the last answer
 * @in: bytes that the target puts into the FIFO
 * @len: number of @in
 */
struct card_answer {
	u8 cmd;
	u8 stat;
	u8 intr;
	u8 in[2];
	u8 len;
};

/**
 * struct fake_card - an adapter whose targets answer only in @script
 * @test: the test
 * @fake: the HBA under the port; the fake chip in it is not used
 * @pdev: its PCI device
 * @written: last value written to each register
 * @stat: status register
 * @intr: interrupt register
 * @script: the next answer of the target, or %NULL
 * @fifo: bytes in the FIFO that targets have sent
 * @level: number of these bytes
 * @missing: the card was pulled: all registers read as ones
 * @accesses: number of register accesses
 * @selects: number of selections
 * @resets: number of RESET CHIP commands
 * @bus_resets: number of RESET SCSI BUS commands
 * @unhandled_resets: number of these while the interrupt had no handler
 * @intx: number of changes of the interrupt disable bit
 * @masked: this bit is set
 */
static struct fake_card {
	struct kunit *test;
	struct fake_hba *fake;
	struct pci_dev pdev;
	u8 written[REGS];
	u8 stat;
	u8 intr;
	const struct card_answer *script;
	u8 fifo[2];
	unsigned int level;
	bool missing;
	unsigned int accesses;
	unsigned int selects;
	unsigned int resets;
	unsigned int bus_resets;
	unsigned int unhandled_resets;
	unsigned int intx;
	bool masked;
} *card;

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
	card->intx++;
	card->masked = !on;
}

static void fake_iounmap(struct pci_dev *pdev, void __iomem *regs)
{
}

static void fake_release_region(struct pci_dev *pdev, int bar)
{
}

static void fake_disable_device(struct pci_dev *pdev)
{
}

static void fake_remove_hba(struct pioscsi_hba *hba)
{
	fake_port_remove(card->fake);
}

/* The fake frees its HBA when the test ends. */
static void fake_free_hba(struct pioscsi_hba *hba)
{
}

#undef pci_register_driver
#define pci_register_driver		fake_register
#define pci_unregister_driver		fake_unregister
#define pci_intx			fake_intx
#define pci_iounmap			fake_iounmap
#define pci_release_region		fake_release_region
#define pci_disable_device		fake_disable_device
#define pioscsi_remove_hba		fake_remove_hba
#define pioscsi_free_hba		fake_free_hba
#define am53_board			fake_am53_board
#define am53_qemu_board			fake_am53_qemu_board
#include "../ncr53c9x/am53c974.c"

static u8 pop_fifo(void)
{
	u8 byte = card->fifo[0];

	card->fifo[0] = card->fifo[1];
	card->level -= !!card->level;
	return byte;
}

static u8 read_reg(struct c9x *chip, unsigned int reg)
{
	u8 intr = card->intr;

	card->accesses++;
	if (card->missing)
		return U8_MAX;
	switch (reg) {
	case C9X_STAT:
		return card->stat;
	case C9X_INTR:
		card->intr = 0;
		card->stat = 0;
		return intr;
	case C9X_LEVEL:
		return card->level;
	case C9X_FIFO:
		return pop_fifo();
	case C9X_STEP:
		return 0;
	default:
		return card->written[reg % REGS];
	}
}

/* The target sends bytes, and the chip interrupts. */
static void interrupt_with(u8 stat, u8 intr, const u8 *in, unsigned int len)
{
	memcpy(card->fifo, in, len);
	card->level = len;
	card->stat = stat | C9X_STAT_INT;
	card->intr = intr;
}

static void answer_cmd(u8 cmd)
{
	const struct card_answer *a = card->script;

	if (!a || !a->intr || a->cmd != cmd)
		return;
	card->script++;
	interrupt_with(a->stat, a->intr, a->in, a->len);
}

static void write_cmd(u8 cmd)
{
	switch (cmd) {
	case C9X_CMD_RESET:
		card->resets++;
		if (!irq_has_action(card->fake->hba->irq))
			card->unhandled_resets++;
		break;
	case C9X_CMD_BUS_RESET:
		card->bus_resets++;
		if (card->written[C9X_CTRL1] & C9X_CTRL1_QUIET_RESET)
			break;
		card->stat = C9X_STAT_INT;
		card->intr = C9X_INTR_RESET;
		break;
	case C9X_CMD_SELECT:
	case C9X_CMD_SELECT3:
		card->selects++;
		break;
	case C9X_CMD_FLUSH:
		card->level = 0;
		break;
	}
	answer_cmd(cmd);
}

static void write_reg(struct c9x *chip, unsigned int reg, u8 val)
{
	card->accesses++;
	card->written[reg % REGS] = val;
	if (reg == C9X_CMD)
		write_cmd(val);
}

static int setup(struct kunit *test)
{
	struct fake_hba *fake;
	struct c9x *chip;

	card = kunit_kzalloc(test, sizeof(*card), GFP_KERNEL);
	if (!card)
		return -ENOMEM;
	kunit_activate_static_stub(test, c9x_read, read_reg);
	kunit_activate_static_stub(test, c9x_write, write_reg);
	fake = fake_port_alloc_driver(test, &am53_driver);
	card->test = test;
	card->fake = fake;
	pci_set_drvdata(&card->pdev, fake->hba);
	chip = to_c9x(fake->hba);
	c9x_init(chip, fake->hba, &fake_am53_board);
	KUNIT_ASSERT_EQ(test, c9x_reset_chip(chip), 0);
	fake_port_start(test, fake);
	card->resets = 0;
	card->bus_resets = 0;
	card->unhandled_resets = 0;
	card->accesses = 0;
	return 0;
}

static struct fake_cmd *queued(struct fake_hba *fake)
{
	return fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
}

static void removal_of_a_suspended_chip_accesses_no_register(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, am53_suspend(&card->pdev.dev), 0);
	card->accesses = 0;
	card->intx = 0;
	am53_remove(&card->pdev);
	KUNIT_EXPECT_EQ(test, card->accesses, 0);
	KUNIT_EXPECT_EQ(test, card->intx, 0);
}

/* An interrupt without a mask and a handler keeps a shared line asserted. */
static void removal_resets_the_chip_with_a_handler(struct kunit *test)
{
	am53_remove(&card->pdev);
	KUNIT_EXPECT_EQ(test, card->resets, 1);
	KUNIT_EXPECT_EQ(test, card->unhandled_resets, 0);
}

static bool reports_resets_of_the_bus(void)
{
	return !(card->written[C9X_CTRL1] & C9X_CTRL1_QUIET_RESET);
}

/* Another initiator or a target may reset the bus later. */
static void removed_chip_reports_no_bus_reset(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, reports_resets_of_the_bus());
	am53_remove(&card->pdev);
	KUNIT_EXPECT_FALSE(test, reports_resets_of_the_bus());
}

static void
chip_without_mask_reports_no_bus_reset_after_shutdown(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	bool *can_mask = &fake->hba->can_mask;

	*can_mask = false;
	am53_shutdown(&card->pdev);
	KUNIT_EXPECT_FALSE(test, reports_resets_of_the_bus());
	*can_mask = true;
}

/* A bus reset would start disks that the midlayer has stopped. */
static void suspended_chip_without_mask_raises_no_interrupt(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	bool *can_mask = &fake->hba->can_mask;

	*can_mask = false;
	KUNIT_EXPECT_EQ(test, am53_suspend(&card->pdev.dev), 0);
	KUNIT_EXPECT_EQ(test, card->resets, 1);
	KUNIT_EXPECT_EQ(test, card->bus_resets, 0);
	KUNIT_EXPECT_FALSE(test, reports_resets_of_the_bus());
	KUNIT_EXPECT_EQ(test, am53_suspend(&card->pdev.dev), 0);
	KUNIT_EXPECT_EQ(test, card->resets, 1);
	KUNIT_EXPECT_EQ(test, am53_resume(&card->pdev.dev), 0);
	KUNIT_EXPECT_TRUE(test, reports_resets_of_the_bus());
	*can_mask = true;
}

static void suspended_chip_with_mask_is_not_touched(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, am53_suspend(&card->pdev.dev), 0);
	KUNIT_EXPECT_EQ(test, card->accesses, 0);
	KUNIT_EXPECT_EQ(test, am53_resume(&card->pdev.dev), 0);
}

/* The kernel unmasks the function when another driver enables it. */
static void removed_function_stays_masked(struct kunit *test)
{
	am53_remove(&card->pdev);
	KUNIT_EXPECT_TRUE(test, card->masked);
}

static void expect_out_of_service(struct fake_hba *fake, struct fake_cmd *c)
{
	KUNIT_EXPECT_TRUE(fake->test, pioscsi_check_lost(fake->port));
	fake_kick(fake);
	KUNIT_EXPECT_EQ(fake->test, fake->port->owner, PIOSCSI_DEAD);
	KUNIT_EXPECT_EQ(fake->test, c->done, 1);
	KUNIT_EXPECT_EQ(fake->test, host_byte(c->result), DID_TIME_OUT);
}

static void card_pulled_with_a_command_is_taken_out(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake);

	KUNIT_ASSERT_EQ(test, card->selects, 1);
	card->missing = true;
	expect_out_of_service(fake, c);
}

static void card_pulled_before_a_command_is_taken_out(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	card->missing = true;
	c = queued(fake);
	KUNIT_ASSERT_EQ(test, card->selects, 0);
	KUNIT_ASSERT_EQ(test, c->done, 0);
	expect_out_of_service(fake, c);
}

/* A chip may report all causes at once. Its control register is different. */
static void status_of_all_ones_from_a_chip_is_no_fault(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	queued(fake);
	card->stat = U8_MAX;
	KUNIT_EXPECT_FALSE(test, pioscsi_check_lost(fake->port));
	KUNIT_EXPECT_EQ(test, fake->port->owner, PIOSCSI_IDLE);
	card->stat = 0;
}

/* A tagged command whose target disconnects, reselects, and ends it. */
static const struct card_answer reselected[] = {
	{ C9X_CMD_SELECT3, C9X_PHASE_MSG_IN, C9X_INTR_SERVICE | C9X_INTR_DONE },
	{ C9X_CMD_TRANSFER, C9X_PHASE_MSG_IN, C9X_INTR_DONE, { DISCONNECT },
	  1 },
	{ C9X_CMD_ACCEPT, 0, C9X_INTR_DISCONNECT },
	/* The target reselects the adapter. */
	{ C9X_CMD_ACCEPT, C9X_PHASE_MSG_IN, C9X_INTR_SERVICE },
	{ C9X_CMD_TRANSFER, C9X_PHASE_MSG_IN, C9X_INTR_DONE,
	  { SIMPLE_QUEUE_TAG }, 1 },
	{ C9X_CMD_ACCEPT, C9X_PHASE_MSG_IN, C9X_INTR_SERVICE },
	{ C9X_CMD_TRANSFER, C9X_PHASE_MSG_IN, C9X_INTR_DONE, { 0 }, 1 },
	{ C9X_CMD_ACCEPT, C9X_PHASE_STATUS, C9X_INTR_SERVICE },
	{ C9X_CMD_COMPLETE, C9X_PHASE_MSG_IN, C9X_INTR_DONE,
	  { SAM_STAT_GOOD, COMMAND_COMPLETE }, 2 },
	{ C9X_CMD_ACCEPT, 0, C9X_INTR_DISCONNECT },
	{ }
};

/* Outside a task the front end serves two of the phases at once. */
static void lost_interrupt_of_a_reselection_is_counted(struct kunit *test)
{
	const u8 ids_and_identify[] = { BIT(7) | BIT(0), IDENTIFY_BASE };
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c;

	card->script = reselected;
	c = queued(fake);
	fake_irq(fake);
	KUNIT_ASSERT_EQ(test, to_c9x(fake->hba)->nr_disconnected, 1);
	interrupt_with(C9X_PHASE_MSG_IN, C9X_INTR_RESELECTED, ids_and_identify,
		       sizeof(ids_and_identify));
	KUNIT_EXPECT_TRUE(test, pioscsi_check_lost(fake->port));
	KUNIT_EXPECT_EQ(test, fake->port->stats.errors[PIOSCSI_ERR_LOST], 1);
	KUNIT_EXPECT_EQ(test, c->done, 1);
	KUNIT_EXPECT_EQ(test, c->result, SAM_STAT_GOOD);
}

/* The target requests a byte of the CDB. */
#define CDB_BYTE { C9X_CMD_TRANSFER, C9X_PHASE_COMMAND, C9X_INTR_SERVICE }

/* A command whose target requests bytes of the CDB without an end. */
static const struct card_answer endless_cdb[] = {
	{ C9X_CMD_SELECT3, C9X_PHASE_COMMAND,
	  C9X_INTR_SERVICE | C9X_INTR_DONE },
	CDB_BYTE, CDB_BYTE, CDB_BYTE, CDB_BYTE, CDB_BYTE, CDB_BYTE, CDB_BYTE,
	CDB_BYTE, CDB_BYTE, CDB_BYTE, { }
};

/* The kernel polls a CD-ROM drive, so it would reset the bus for ever. */
static void target_with_endless_command_phases_goes_offline(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);
	struct fake_cmd *c = fake_cmd(fake, sdev, DMA_NONE, 0);
	unsigned int i;

	to_c9x(fake->hba)->settle_ms = 1;
	sdev->removable = true;
	sdev->sdev_state = SDEV_RUNNING;
	for (i = 0; i < 16; i++) {
		KUNIT_EXPECT_EQ(test, sdev->sdev_state, SDEV_RUNNING);
		c->done = 0;
		card->script = endless_cdb;
		fake_settle(fake);
		fake_queue(c);
		fake_interrupt(fake);
		KUNIT_EXPECT_EQ(test, c->done, 1);
		KUNIT_EXPECT_EQ(test, c->result, DID_ERROR << 16);
	}
	KUNIT_EXPECT_EQ(test, card->bus_resets, 16);
	KUNIT_EXPECT_EQ(test, sdev->sdev_state, SDEV_OFFLINE);
}

static void resume_leaves_the_wait_for_targets_to_commands(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hba->settle_ms = 60000;
	to_c9x(fake->hba)->settle_ms = 1;
	am53_suspend(&card->pdev.dev);
	queued(fake);
	KUNIT_EXPECT_EQ(test, am53_resume(&card->pdev.dev), 0);
	fake_kick(fake);
	KUNIT_EXPECT_NE(test, pioscsi_settle_ms(fake->port), 0);
	KUNIT_EXPECT_EQ(test, card->selects, 0);
	fake_settle(fake);
	fake_kick(fake);
	KUNIT_EXPECT_EQ(test, card->selects, 1);
}

/* Without a mask the reset waits until the targets have settled. */
static void first_reset_begins_the_settle_time(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	bool *can_mask = &fake->hba->can_mask;

	fake->hba->settle_ms = 60000;
	to_c9x(fake->hba)->settle_ms = 1;
	*can_mask = false;
	fake_settle(fake);
	KUNIT_EXPECT_EQ(test, am53_first_reset(to_c9x(fake->hba)), 0);
	KUNIT_EXPECT_EQ(test, pioscsi_settle_ms(fake->port), 0);
	*can_mask = true;
	KUNIT_EXPECT_EQ(test, am53_first_reset(to_c9x(fake->hba)), 0);
	KUNIT_EXPECT_NE(test, pioscsi_settle_ms(fake->port), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(removal_of_a_suspended_chip_accesses_no_register),
	KUNIT_CASE(removal_resets_the_chip_with_a_handler),
	KUNIT_CASE(removed_chip_reports_no_bus_reset),
	KUNIT_CASE(chip_without_mask_reports_no_bus_reset_after_shutdown),
	KUNIT_CASE(suspended_chip_without_mask_raises_no_interrupt),
	KUNIT_CASE(suspended_chip_with_mask_is_not_touched),
	KUNIT_CASE(removed_function_stays_masked),
	KUNIT_CASE(card_pulled_with_a_command_is_taken_out),
	KUNIT_CASE(card_pulled_before_a_command_is_taken_out),
	KUNIT_CASE(status_of_all_ones_from_a_chip_is_no_fault),
	KUNIT_CASE(lost_interrupt_of_a_reselection_is_counted),
	KUNIT_CASE(target_with_endless_command_phases_goes_offline),
	KUNIT_CASE(resume_leaves_the_wait_for_targets_to_commands),
	KUNIT_CASE(first_reset_begins_the_settle_time),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_port",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

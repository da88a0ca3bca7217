// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver of PC Cards, over a PCMCIA core that does what the case demands.
 * User mode Linux has no PCMCIA, so the driver is compiled into this file.
 */
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/seq_buf.h>
#include <linux/string.h>

#include <pcmcia/cistpl.h>
#include <pcmcia/ds.h>

#include <pioscsi/pioscsi.h>

#include "../ata/glue.h"
#include "../ata/io.h"

#define CMD_PORT	0x180
#define CTL_PORT	0x386
#define CARD_IRQ	7

/**
 * struct fake_card - a card, and what was done to it
 * @pdev: the PCMCIA device
 * @res: its ranges of I/O ports
 * @range_end: the ends of the ranges, as a configuration reports them
 * @width: the width of the data port, likewise
 * @bad_vcc: no configuration has the socket's voltage
 * @no_ports: all ports are taken
 * @add_error: error of pioata_glue_add()
 * @suspend_error: error of pioata_glue_suspend()
 * @enabled: the card is
 * @ports: the ports that were mapped
 * @num_ports: how many of them
 * @added_width: the width that was told
 * @added_irq: the interrupt that was told
 * @hba: its HBA
 * @trace: the calls for an HBA in service
 * @text: the text of @trace
 */
static struct fake_card {
	struct pcmcia_device pdev;
	struct resource res[PCMCIA_NUM_RESOURCES];
	resource_size_t range_end[2];
	unsigned int width;
	bool bad_vcc;
	bool no_ports;
	int add_error;
	int suspend_error;
	bool enabled;
	unsigned long ports[2];
	unsigned int num_ports;
	unsigned int added_width;
	int added_irq;
	struct pioscsi_hba hba;
	struct seq_buf trace;
	char text[64];
} *card;

static struct pcmcia_driver *driver;

static int fake_register(struct pcmcia_driver *drv)
{
	driver = drv;
	return 0;
}

static void fake_unregister(struct pcmcia_driver *drv)
{
}

static int fake_loop_config(struct pcmcia_device *pdev,
			    int (*check)(struct pcmcia_device *pdev,
					 void *priv),
			    void *priv)
{
	unsigned int i;

	if (card->bad_vcc && pdev->config_flags & CONF_AUTO_CHECK_VCC)
		return -ENODEV;
	for (i = 0; i < 2; i++) {
		pdev->resource[i]->end = card->range_end[i];
		pdev->resource[i]->flags = card->width;
	}
	return check(pdev, priv);
}

static int fake_request_io(struct pcmcia_device *pdev)
{
	if (card->no_ports)
		return -EBUSY;
	pdev->resource[0]->start = CMD_PORT;
	pdev->resource[1]->start = CTL_PORT;
	return 0;
}

static int fake_enable(struct pcmcia_device *pdev)
{
	card->enabled = true;
	return 0;
}

static void fake_disable(struct pcmcia_device *pdev)
{
	card->enabled = false;
	seq_buf_puts(&card->trace, "disable ");
}

static void record(const struct pioscsi_hba *hba, const char *call)
{
	KUNIT_EXPECT_PTR_EQ(kunit_get_current_test(), hba, &card->hba);
	seq_buf_puts(&card->trace, call);
}

static void fake_remove(struct pioscsi_hba *hba)
{
	record(hba, "remove ");
}

static int fake_suspend(struct pioscsi_hba *hba)
{
	record(hba, "suspend ");
	return card->suspend_error;
}

static int fake_resume(struct pioscsi_hba *hba)
{
	record(hba, "resume ");
	return 0;
}

static void fake_shutdown(struct pioscsi_hba *hba)
{
	record(hba, "shutdown ");
}

/* THIS_MODULE is NULL in a driver that is built in. */
static char fake_module;

#undef THIS_MODULE
#define THIS_MODULE		((struct module *)&fake_module)
#define pcmcia_register_driver	fake_register
#define pcmcia_unregister_driver fake_unregister
#define pcmcia_loop_config	fake_loop_config
#define pcmcia_request_io	fake_request_io
#define pcmcia_enable_device	fake_enable
#define pcmcia_disable_device	fake_disable
#define pioata_glue_remove	fake_remove
#define pioata_glue_suspend	fake_suspend
#define pioata_glue_resume	fake_resume
#define pioscsi_shutdown_hba	fake_shutdown
#include "../ata/pcmcia.c"

static void __iomem *fake_map(struct device *dev, unsigned long first,
			      unsigned int n)
{
	card->ports[card->num_ports++ % 2] = first;
	return (void __iomem *)first;
}

static struct pioscsi_hba *fake_add(struct device *dev, struct pioata_io *io,
				    unsigned int width, int irq)
{
	if (card->add_error)
		return ERR_PTR(card->add_error);
	card->added_width = width;
	card->added_irq = irq;
	return &card->hba;
}

/* A card with two ranges and 16 bits, in a socket that has its voltage. */
static int setup(struct kunit *test)
{
	unsigned int i;

	card = kunit_kzalloc(test, sizeof(*card), GFP_KERNEL);
	if (!card)
		return -ENOMEM;
	for (i = 0; i < PCMCIA_NUM_RESOURCES; i++)
		card->pdev.resource[i] = &card->res[i];
	card->range_end[0] = 8;
	card->range_end[1] = 2;
	card->width = IO_DATA_PATH_WIDTH_16;
	card->pdev.irq = CARD_IRQ;
	seq_buf_init(&card->trace, card->text, sizeof(card->text));
	kunit_activate_static_stub(test, pioata_glue_map_ports, fake_map);
	kunit_activate_static_stub(test, pioata_glue_add, fake_add);
	return 0;
}

#define MATCH_NUMBERS \
	(PCMCIA_DEV_ID_MATCH_MANF_ID | PCMCIA_DEV_ID_MATCH_CARD_ID)
#define MATCH_NAMES \
	(PCMCIA_DEV_ID_MATCH_PROD_ID1 | PCMCIA_DEV_ID_MATCH_PROD_ID2)

/* As the core, which does not match by function before user space allows it. */
static bool matches(const struct pcmcia_device_id *id, u16 manf, u16 card_id,
		    const char *maker, const char *name)
{
	if (id->match_flags == MATCH_NUMBERS)
		return id->manf_id == manf && id->card_id == card_id;
	return id->match_flags == MATCH_NAMES &&
	       !strcmp(id->prod_id[0], maker) && !strcmp(id->prod_id[1], name);
}

static bool is_matched(u16 manf, u16 card_id, const char *maker,
		       const char *name)
{
	const struct pcmcia_device_id *id;

	for (id = driver->id_table; id->match_flags; id++)
		if (matches(id, manf, card_id, maker, name))
			return true;
	return false;
}

static void common_cards_match_without_user_space(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, is_matched(0x45, 0x401, "SanDisk", "SDP"));
	KUNIT_EXPECT_TRUE(test, is_matched(0x4e01, 0x200, "LEXAR", "CF"));
	KUNIT_EXPECT_TRUE(test, is_matched(1, 2, "HITACHI", "microdrive"));
	KUNIT_EXPECT_TRUE(test, is_matched(1, 2, "TRANSCEND", "TS4GCF133"));
	KUNIT_EXPECT_FALSE(test, is_matched(0x45, 0x402, "HITACHI", "ST1"));
	/* This card needs more than the driver does. */
	KUNIT_EXPECT_FALSE(test, is_matched(0x97, 0x1620, "TI", "CF"));
}

static void other_cards_match_by_function(struct kunit *test)
{
	const struct pcmcia_device_id *id = driver->id_table;

	while (id->match_flags && !(id->match_flags &
				    PCMCIA_DEV_ID_MATCH_FUNC_ID))
		id++;
	KUNIT_EXPECT_EQ(test, id->match_flags, PCMCIA_DEV_ID_MATCH_FUNC_ID);
	KUNIT_EXPECT_EQ(test, id->func_id, 4);
}

static void card_with_two_ranges_is_put_into_service(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, driver->probe(&card->pdev));
	KUNIT_EXPECT_TRUE(test, card->enabled);
	KUNIT_EXPECT_TRUE(test, card->pdev.config_flags & CONF_ENABLE_IRQ);
	KUNIT_EXPECT_EQ(test, card->ports[0], CMD_PORT);
	KUNIT_EXPECT_EQ(test, card->ports[1], CTL_PORT);
	KUNIT_EXPECT_EQ(test, card->added_irq, CARD_IRQ);
	KUNIT_EXPECT_EQ(test, card->added_width, 0);
	KUNIT_EXPECT_EQ(test, card->res[0].end, 8);
	KUNIT_EXPECT_EQ(test, card->res[0].flags & IO_DATA_PATH_WIDTH,
			IO_DATA_PATH_WIDTH_AUTO);
	KUNIT_EXPECT_PTR_EQ(test, card->pdev.priv, &card->hba);
}

static void single_range_includes_the_control_register(struct kunit *test)
{
	card->range_end[0] = 16;
	card->range_end[1] = 0;
	KUNIT_ASSERT_EQ(test, 0, driver->probe(&card->pdev));
	KUNIT_EXPECT_EQ(test, card->ports[0], CMD_PORT);
	KUNIT_EXPECT_EQ(test, card->ports[1], CMD_PORT + 0x0e);
}

static void range_without_control_register_is_refused(struct kunit *test)
{
	card->range_end[0] = 8;
	card->range_end[1] = 0;
	KUNIT_EXPECT_EQ(test, -ENODEV, driver->probe(&card->pdev));
	KUNIT_EXPECT_FALSE(test, card->enabled);
	KUNIT_EXPECT_EQ(test, card->num_ports, 0);
}

static void card_of_8_bits_gets_8_bit_transfers(struct kunit *test)
{
	card->width = IO_DATA_PATH_WIDTH_8;
	KUNIT_ASSERT_EQ(test, 0, driver->probe(&card->pdev));
	KUNIT_EXPECT_EQ(test, card->added_width, 8);
}

static void wrong_voltage_in_the_card_is_ignored(struct kunit *test)
{
	card->bad_vcc = true;
	KUNIT_EXPECT_EQ(test, 0, driver->probe(&card->pdev));
	KUNIT_EXPECT_TRUE(test, card->enabled);
}

static void failed_probe_disables_the_card(struct kunit *test)
{
	card->add_error = -ENODEV;
	KUNIT_EXPECT_EQ(test, -ENODEV, driver->probe(&card->pdev));
	KUNIT_EXPECT_FALSE(test, card->enabled);
	card->no_ports = true;
	KUNIT_EXPECT_EQ(test, -EBUSY, driver->probe(&card->pdev));
	KUNIT_EXPECT_FALSE(test, card->enabled);
}

static void expect_trace(struct kunit *test, const char *trace)
{
	KUNIT_EXPECT_STREQ(test, seq_buf_str(&card->trace), trace);
}

/* Without its configuration the card would not answer. */
static void removed_card_is_disabled_after_its_hba(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, driver->probe(&card->pdev));
	driver->remove(&card->pdev);
	expect_trace(test, "remove disable ");
}

static void card_is_suspended_and_resumed(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, driver->probe(&card->pdev));
	KUNIT_ASSERT_NOT_NULL(test, driver->suspend);
	KUNIT_ASSERT_NOT_NULL(test, driver->resume);
	KUNIT_EXPECT_EQ(test, 0, driver->suspend(&card->pdev));
	KUNIT_EXPECT_EQ(test, 0, driver->resume(&card->pdev));
	expect_trace(test, "suspend resume ");
}

/* The machine is about to sleep or to restart. */
static void refused_suspend_is_reported_to_the_core(struct kunit *test)
{
	card->suspend_error = -EBUSY;
	KUNIT_ASSERT_NOT_NULL(test, driver->suspend);
	KUNIT_ASSERT_EQ(test, 0, driver->probe(&card->pdev));
	KUNIT_EXPECT_EQ(test, -EBUSY, driver->suspend(&card->pdev));
}

static void restart_of_the_machine_shuts_the_hba_down(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, driver->probe(&card->pdev));
	KUNIT_ASSERT_NOT_NULL(test, driver->drv.shutdown);
	driver->drv.shutdown(&card->pdev.dev);
	expect_trace(test, "shutdown ");
}

/* The core takes a reference to the module of the driver. */
static void driver_of_a_bound_card_cannot_be_unloaded(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, (void *)driver->owner, (void *)&fake_module);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(common_cards_match_without_user_space),
	KUNIT_CASE(other_cards_match_by_function),
	KUNIT_CASE(card_with_two_ranges_is_put_into_service),
	KUNIT_CASE(single_range_includes_the_control_register),
	KUNIT_CASE(range_without_control_register_is_refused),
	KUNIT_CASE(card_of_8_bits_gets_8_bit_transfers),
	KUNIT_CASE(wrong_voltage_in_the_card_is_ignored),
	KUNIT_CASE(failed_probe_disables_the_card),
	KUNIT_CASE(removed_card_is_disabled_after_its_hba),
	KUNIT_CASE(card_is_suspended_and_resumed),
	KUNIT_CASE(refused_suspend_is_reported_to_the_core),
	KUNIT_CASE(restart_of_the_machine_shuts_the_hba_down),
	KUNIT_CASE(driver_of_a_bound_card_cannot_be_unloaded),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_pcmcia",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fake AM53C974. Its answers are the case's: a command that is not the one
 * that has to come next is a failure, and so is one that never came.
 */
#include <kunit/device.h>
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "../am53c974/data.h"
#include "../am53c974/nexus.h"
#include "../am53c974/phase.h"
#include "../am53c974/recover.h"
#include "../port.h"
#include "fake_am53.h"

static void no_mask(struct pioscsi_hba *hba)
{
}

static const struct pioscsi_ops fake_ops = {
	.claim = am53_claim,
	.service = am53_service,
	.pio_in = am53_pio_in,
	.pio_out = am53_pio_out,
	.mask = no_mask,
	.unmask = no_mask,
	.start = am53_start,
	.abort_cmd = am53_abort_cmd,
	.reset_lun = am53_reset_lun,
	.reset_target = am53_reset_target,
	.reset_bus = am53_reset_bus,
	.reset_hba = am53_reset_hba,
};

static struct pioscsi_driver fake_driver = {
	.name = "fake_am53",
	.ops = &fake_ops,
	.priv_size = sizeof(struct am53),
};

static u8 pop(struct fake_am53 *fake)
{
	u8 byte = fake->fifo[0];

	if (!fake->level)
		return 0;
	memmove(fake->fifo, fake->fifo + 1, --fake->level);
	return byte;
}

static u8 fake_read(struct am53 *am, unsigned int reg)
{
	struct fake_am53 *fake = kunit_get_current_test()->priv;
	u8 intr = fake->intr;

	switch (reg) {
	case AM53_STAT:
		return fake->stat;
	case AM53_STEP:
		return fake->step;
	case AM53_LEVEL:
		return fake->level;
	case AM53_FIFO:
		return pop(fake);
	case AM53_CTRL1:
		return fake->ctrl1;
	case AM53_INTR:
		fake->intr = 0;
		fake->stat &= AM53_STAT_PHASE;
		return intr;
	}
	KUNIT_FAIL(fake->test, "read of register %#x", reg);
	return 0;
}

/* The target takes what there is, but for the last @keep bytes. */
static void take(struct fake_am53 *fake, unsigned int keep)
{
	while (fake->level > keep &&
	       fake->nr_taken < ARRAY_SIZE(fake->taken))
		fake->taken[fake->nr_taken++] = pop(fake);
}

static void answer(struct fake_am53 *fake, u8 cmd)
{
	const struct fake_answer *a = &fake->answers[fake->next];

	if (fake->next >= fake->nr || a->cmd != cmd) {
		KUNIT_FAIL(fake->test, "command %#x is not number %u", cmd,
			   fake->next);
		return;
	}
	fake->next++;
	take(fake, a->keep);
	fake_am53_fill(fake, a->in, a->len);
	fake->step = a->step;
	if (a->intr)
		fake_am53_interrupt(fake, a->stat, a->intr);
}

static void command(struct fake_am53 *fake, u8 cmd)
{
	switch (cmd) {
	case AM53_CMD_NOP:
	case AM53_CMD_RESET:
	case AM53_CMD_ENABLE:
		break;
	case AM53_CMD_FLUSH:
		fake->flushed += !!fake->level;
		fake->level = 0;
		break;
	default:
		answer(fake, cmd);
	}
}

static void fake_write(struct am53 *am, unsigned int reg, u8 val)
{
	struct fake_am53 *fake = kunit_get_current_test()->priv;

	switch (reg) {
	case AM53_FIFO:
		if (fake->level == AM53_FIFO_SIZE)
			KUNIT_FAIL(fake->test, "the FIFO is full");
		else
			fake->fifo[fake->level++] = val;
		break;
	case AM53_CMD:
		command(fake, val);
		break;
	case AM53_DEST_ID:
		fake->target = val;
		break;
	case AM53_CTRL1:
		fake->ctrl1 = val;
		break;
	}
}

static void free_hba(void *hba)
{
	pioscsi_free_hba(hba);
}

static void add_hba(struct kunit *test, struct fake_am53 *fake)
{
	struct device *dev = kunit_device_register(test, "fake_am53");
	struct pioscsi_port *port;

	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	KUNIT_ASSERT_EQ(test, 0, pioscsi_register_driver(&fake_driver));
	fake->hba = pioscsi_alloc_hba(dev, &fake_driver);
	KUNIT_ASSERT_NOT_NULL(test, fake->hba);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, free_hba, fake->hba));
	fake->hba->depth = AM53_DEPTH;
	fake->hba->can_mask = true;
	port = pioscsi_port(fake->hba);
	port->active = kunit_kcalloc(test, AM53_DEPTH, sizeof(*port->active),
				     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, port->active);
}

/**
 * fake_am53_init() - a suite's init: test->priv is the fake
 * @test: the test
 *
 * Context: task.
 * Return: 0.
 */
int fake_am53_init(struct kunit *test)
{
	struct fake_am53 *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->test = test;
	test->priv = fake;
	add_hba(test, fake);
	fake->am = to_am53(fake->hba);
	fake->am->hba = fake->hba;
	fake->am->own_id = 7;
	fake->am->fifo_known = true;
	kunit_activate_static_stub(test, am53_read, fake_read);
	kunit_activate_static_stub(test, am53_write, fake_write);
	return 0;
}

/**
 * fake_am53_exit() - a suite's exit: all commands have come
 * @test: the test
 *
 * Context: task.
 */
void fake_am53_exit(struct kunit *test)
{
	struct fake_am53 *fake = test->priv;

	if (fake)
		KUNIT_EXPECT_EQ(test, fake->next, fake->nr);
}

/**
 * fake_am53_script() - what the chip is going to answer
 * @fake: the chip
 * @answers: the answers, in order
 * @nr: how many
 *
 * Context: task.
 */
void fake_am53_script(struct fake_am53 *fake,
		      const struct fake_answer *answers, unsigned int nr)
{
	KUNIT_EXPECT_EQ(fake->test, fake->next, fake->nr);
	fake->answers = answers;
	fake->nr = nr;
	fake->next = 0;
}

/**
 * fake_am53_interrupt() - the chip interrupts
 * @fake: the chip
 * @stat: phase and errors
 * @intr: the interrupt register
 *
 * Context: task.
 */
void fake_am53_interrupt(struct fake_am53 *fake, u8 stat, u8 intr)
{
	fake->stat = stat | AM53_STAT_INT;
	fake->intr = intr;
}

/**
 * fake_am53_fill() - bytes come into the FIFO
 * @fake: the chip
 * @byte: the bytes
 * @len: how many
 *
 * Context: task.
 */
void fake_am53_fill(struct fake_am53 *fake, const u8 *byte, unsigned int len)
{
	while (len-- && fake->level < AM53_FIFO_SIZE)
		fake->fifo[fake->level++] = *byte++;
}

/**
 * am53_cmd() - a command for target 2
 * @fake: the chip
 * @tag: its tag
 * @cdb_len: bytes of its CDB: 1, 2, 3...
 * @dir: direction of its data
 * @len: bytes of data, at most 64
 *
 * Context: task.
 * Return: the command, until the test ends, known to the port.
 */
struct am53_cmd *am53_cmd(struct fake_am53 *fake, unsigned int tag,
			  unsigned int cdb_len, enum dma_data_direction dir,
			  unsigned int len)
{
	struct am53_cmd *c = kunit_kzalloc(fake->test, sizeof(*c), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(fake->test, c);
	c->sdev.id = 2;
	c->scmd.device = &c->sdev;
	c->scmd.cmd_len = cdb_len;
	for (i = 0; i < cdb_len; i++)
		c->scmd.cmnd[i] = i + 1;
	for (i = 0; i < sizeof(c->buf); i++)
		c->buf[i] = 0x80 + i;
	c->scmd.sc_data_direction = dir;
	c->scmd.sdb.length = len;
	sg_init_one(&c->sg, c->buf, sizeof(c->buf));
	c->scmd.sdb.table.sgl = &c->sg;
	c->scmd.sdb.table.nents = 1;
	c->cmd.scmd = &c->scmd;
	c->cmd.tag = tag;
	pioscsi_port(fake->hba)->active[tag] = &c->cmd;
	return c;
}

/**
 * fake_am53_ask() - the port asks after an interrupt
 * @fake: the chip
 * @xfer: the answer
 *
 * Context: task.
 * Return: the answer; %PIOSCSI_POLL, which it never is, without an interrupt.
 */
enum pioscsi_next fake_am53_ask(struct fake_am53 *fake,
				struct pioscsi_xfer *xfer)
{
	memset(xfer, 0, sizeof(*xfer));
	if (!am53_claim(fake->hba))
		return PIOSCSI_POLL;
	return am53_service(fake->hba, xfer);
}

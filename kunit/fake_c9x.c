// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fake 53C9x. The test writes its answers into a script. A chip command that
 * differs from the next one in the script fails the test. So does a command of
 * the script that never comes.
 */
#include <kunit/device.h>
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "../ncr53c9x/data.h"
#include "../ncr53c9x/phase.h"
#include "../ncr53c9x/recover.h"
#include "../ncr53c9x/select.h"
#include "../port.h"
#include "../timer.h"
#include "fake_c9x.h"

static void no_mask(struct pioscsi_hba *hba)
{
}

static const struct pioscsi_ops fake_ops = {
	.claim = c9x_claim,
	.service = c9x_service,
	.pio_in = c9x_pio_in,
	.pio_out = c9x_pio_out,
	.mask = no_mask,
	.unmask = no_mask,
	.start = c9x_start,
	.abort_cmd = c9x_abort_cmd,
	.reset_lun = c9x_reset_lun,
	.reset_target = c9x_reset_target,
	.reset_bus = c9x_reset_bus,
	.reset_hba = c9x_reset_hba,
};

static struct pioscsi_driver fake_driver = {
	.name = "fake_c9x",
	.ops = &fake_ops,
	.priv_size = sizeof(struct fake_priv),
};

static u8 pop_fifo(struct fake_c9x *fake)
{
	u8 byte = fake->fifo[0];

	if (!fake->level)
		return 0;
	memmove(fake->fifo, fake->fifo + 1, --fake->level);
	return byte;
}

/**
 * fake_c9x_run_hook() - run the hook, unless it has run already
 * @fake: the chip
 *
 * Context: task.
 */
void fake_c9x_run_hook(struct fake_c9x *fake)
{
	void (*hook)(struct fake_c9x *fake) = fake->hook;

	fake->hook = NULL;
	if (hook)
		hook(fake);
}

static u8 read_stat(struct fake_c9x *fake)
{
	u8 stat = fake->stat;

	fake->stat_reads++;
	if (fake->late) {
		fake->late--;
		stat &= ~C9X_STAT_INT;
	}
	if (!irqs_disabled())
		fake_c9x_run_hook(fake);
	return stat;
}

static u8 fake_read(struct c9x *chip, unsigned int reg)
{
	struct fake_c9x *fake = kunit_get_current_test()->priv;
	u8 intr = fake->intr;

	if (fake->missing)
		return U8_MAX;
	switch (reg) {
	case C9X_STAT:
		return read_stat(fake);
	case C9X_STEP:
		return fake->step;
	case C9X_LEVEL:
		return fake->level;
	case C9X_FIFO:
		if (!fake->level)
			KUNIT_FAIL(fake->test, "read of the empty FIFO");
		return pop_fifo(fake);
	case C9X_CTRL1:
		return fake->written[C9X_CTRL1];
	case C9X_INTR:
		fake->intr = 0;
		fake->step = 0;
		fake->stat &= C9X_STAT_PHASE;
		return intr;
	}
	KUNIT_FAIL(fake->test, "unexpected read of register %#x", reg);
	return 0;
}

/* The time passes only where a test lets it pass. */
static u64 fake_clock(void)
{
	struct fake_c9x *fake = kunit_get_current_test()->priv;

	return fake->now;
}

/* A board without quirks, unlike the AM53C974. */
static void fake_set_up(struct c9x *chip)
{
}

static const struct c9x_board fake_board = {
	.reg_shift = 0,
	.clock_mhz = 25,
	.set_up = fake_set_up,
};

/* The target takes all bytes but the last @keep ones. */
static void target_takes(struct fake_c9x *fake, unsigned int keep)
{
	while (fake->level > keep &&
	       fake->nr_taken < ARRAY_SIZE(fake->taken))
		fake->taken[fake->nr_taken++] = pop_fifo(fake);
}

static void answer_cmd(struct fake_c9x *fake, u8 cmd)
{
	const struct fake_answer *a = &fake->answers[fake->next];

	/* A front end that repeats the command for ever would not end. */
	KUNIT_ASSERT_TRUE_MSG(fake->test,
			      fake->next < fake->nr && a->cmd == cmd,
			      "unexpected command %#x, step %u", cmd,
			      fake->next);
	if (cmd == C9X_CMD_SET_ATN && a->intr)
		KUNIT_FAIL(fake->test, "SET ATN does not interrupt");
	if (cmd >= C9X_CMD_TRANSFER && cmd <= C9X_CMD_ACCEPT && fake->intr)
		KUNIT_FAIL(fake->test, "command %#x before intr %#x is read",
			   cmd, fake->intr);
	fake->next++;
	target_takes(fake, a->keep);
	fake_c9x_fill(fake, a->in, a->len);
	fake->step = a->step;
	if (a->intr)
		fake_c9x_interrupt(fake, a->stat, a->intr);
}

static void write_cmd(struct fake_c9x *fake, u8 cmd)
{
	switch (cmd) {
	case C9X_CMD_NOP:
		fake->nops += !fake->level;
		break;
	case C9X_CMD_RESET:
		fake->resets++;
		fake->reset_at = ktime_get();
		break;
	case C9X_CMD_ENABLE:
		fake->enables++;
		break;
	case C9X_CMD_FLUSH:
		fake->flushed += !!fake->level;
		fake->level = 0;
		break;
	case C9X_CMD_BUS_RESET:
		fake->recovery_us = ktime_us_delta(ktime_get(),
						   fake->reset_at);
		fake->quiet_resets += !!(fake->written[C9X_CTRL1] & BIT(6));
		answer_cmd(fake, cmd);
		break;
	default:
		answer_cmd(fake, cmd);
	}
}

static void fake_write(struct c9x *chip, unsigned int reg, u8 val)
{
	struct fake_c9x *fake = kunit_get_current_test()->priv;

	if (reg < ARRAY_SIZE(fake->written))
		fake->written[reg] = val;
	switch (reg) {
	case C9X_FIFO:
		if (fake->fill_hook && !--fake->fill_in)
			fake->fill_hook(fake);
		if (fake->level == C9X_FIFO_SIZE)
			KUNIT_FAIL(fake->test, "write to a full FIFO");
		else
			fake->fifo[fake->level++] = val;
		break;
	case C9X_CMD:
		write_cmd(fake, val);
		break;
	}
}

/**
 * fake_c9x_activate() - let the front end access the fake chip
 * @test: the test
 *
 * Context: task.
 */
void fake_c9x_activate(struct kunit *test)
{
	kunit_activate_static_stub(test, c9x_read, fake_read);
	kunit_activate_static_stub(test, c9x_write, fake_write);
	kunit_activate_static_stub(test, c9x_clock, fake_clock);
}

static void free_hba(void *hba)
{
	/* A chip that cannot be masked requests the timer. */
	pioscsi_timer_stop(pioscsi_port(hba));
	pioscsi_free_hba(hba);
}

static void add_hba(struct kunit *test, struct fake_c9x *fake)
{
	struct device *dev = kunit_device_register(test, "fake_c9x");
	struct pioscsi_port *port;

	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	KUNIT_ASSERT_EQ(test, 0, pioscsi_register_driver(&fake_driver));
	fake->hba = pioscsi_alloc_hba(dev, &fake_driver);
	KUNIT_ASSERT_NOT_NULL(test, fake->hba);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, free_hba, fake->hba));
	fake->hba->depth = C9X_DEPTH;
	fake->hba->can_mask = true;
	port = pioscsi_port(fake->hba);
	port->in_task = true;
	port->shost->can_queue = C9X_DEPTH;
	port->active = kunit_kcalloc(test, C9X_DEPTH, sizeof(*port->active),
				     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, port->active);
}

/**
 * fake_c9x_init() - set up test->priv as a fake chip on a board without quirks
 * @test: the test
 *
 * Context: task.
 * Return: 0.
 */
int fake_c9x_init(struct kunit *test)
{
	struct fake_c9x *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->test = test;
	test->priv = fake;
	add_hba(test, fake);
	fake->chip = to_c9x(fake->hba);
	c9x_init(fake->chip, fake->hba, &fake_board);
	fake->chip->fifo_tested = true;
	fake_c9x_activate(test);
	return 0;
}

/**
 * fake_c9x_exit() - check that all commands of the script have come
 * @test: the test
 *
 * Context: task.
 */
void fake_c9x_exit(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;

	if (!fake)
		return;
	KUNIT_EXPECT_EQ(test, fake->next, fake->nr);
	KUNIT_EXPECT_MEMEQ(test, fake_slot_beyond(fake), &fake->beyond,
			   sizeof(fake->beyond));
}

/**
 * fake_c9x_script() - set the answers to the next chip commands
 * @fake: the chip
 * @answers: the answers, in order
 * @nr: number of answers
 *
 * Context: task.
 */
void fake_c9x_script(struct fake_c9x *fake,
		     const struct fake_answer *answers, unsigned int nr)
{
	struct fake_answer *copy = kunit_kmalloc_array(fake->test, nr,
						       sizeof(*copy),
						       GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(fake->test, copy);
	memcpy(copy, answers, nr * sizeof(*copy));
	KUNIT_EXPECT_EQ(fake->test, fake->next, fake->nr);
	fake->answers = copy;
	fake->nr = nr;
	fake->next = 0;
}

/**
 * fake_c9x_interrupt() - raise an interrupt
 * @fake: the chip
 * @stat: phase and errors
 * @intr: the interrupt register
 *
 * Context: task.
 */
void fake_c9x_interrupt(struct fake_c9x *fake, u8 stat, u8 intr)
{
	fake->stat = stat | C9X_STAT_INT;
	fake->intr = intr;
}

/**
 * fake_c9x_fill() - put bytes into the FIFO
 * @fake: the chip
 * @byte: the bytes
 * @len: number of bytes
 *
 * Context: task.
 */
void fake_c9x_fill(struct fake_c9x *fake, const u8 *byte, unsigned int len)
{
	while (len-- && fake->level < C9X_FIFO_SIZE)
		fake->fifo[fake->level++] = *byte++;
}

/**
 * fake_c9x_reselect() - let target 2 reselect the adapter, with IDENTIFY
 * @fake: the chip
 * @lun: the logical unit in IDENTIFY
 *
 * Context: task.
 */
void fake_c9x_reselect(struct fake_c9x *fake, u8 lun)
{
	const u8 byte[] = { BIT(2) | BIT(7), 0x80 | lun };

	fake_c9x_fill(fake, byte, 2);
	fake_c9x_interrupt(fake, MI, RESEL);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands for the fake 53C9x, and the answers of the front end that a test
 * expects for them.
 */
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../ncr53c9x/data.h"
#include "../ncr53c9x/phase.h"
#include "../ncr53c9x/select.h"
#include "../port.h"
#include "../queue.h"
#include "fake_c9x.h"
#include "fake_cmd.h"

/**
 * c9x_cmd() - a command for target 2
 * @fake: the chip
 * @tag: its tag
 * @cdb_len: bytes of its CDB: 1, 2, 3...
 * @dir: direction of its data
 * @len: bytes of data, at most 64
 *
 * Context: task.
 * Return: the command, known to the port until the test ends.
 */
struct c9x_cmd *c9x_cmd(struct fake_c9x *fake, unsigned int tag,
			unsigned int cdb_len, enum dma_data_direction dir,
			unsigned int len)
{
	struct c9x_cmd *c = kunit_kzalloc(fake->test, sizeof(*c), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(fake->test, c);
	c->sdev.id = 2;
	c->sdev.host = pioscsi_port(fake->hba)->shost;
	c->sdev.queue_depth = C9X_DEPTH;
	fake_budget(fake->test, &c->sdev);
	c->sdev.hostdata = kunit_kzalloc(fake->test, sizeof(struct pioscsi_lun),
					 GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(fake->test, c->sdev.hostdata);
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
 * fake_c9x_ask() - claim the interrupt and ask what the chip needs
 * @fake: the chip
 * @xfer: the answer
 *
 * Context: task.
 * Return: the answer; -1, which no answer is, without an interrupt.
 */
int fake_c9x_ask(struct fake_c9x *fake, struct pioscsi_xfer *xfer)
{
	memset(xfer, 0, sizeof(*xfer));
	if (!c9x_claim(fake->hba))
		return -1;
	return c9x_service(fake->hba, xfer);
}

/**
 * fake_c9x_expect_wait() - expect that the front end waits for an interrupt
 * @fake: the chip
 *
 * Context: task.
 */
void fake_c9x_expect_wait(struct fake_c9x *fake)
{
	struct pioscsi_xfer xfer;

	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), PIOSCSI_WAIT);
}

/**
 * fake_c9x_start() - start a command, which must succeed
 * @fake: the chip
 * @c: the command
 *
 * Context: task.
 */
void fake_c9x_start(struct fake_c9x *fake, struct c9x_cmd *c)
{
	KUNIT_EXPECT_EQ(fake->test, 0, c9x_start(fake->hba, &c->cmd));
}

/**
 * fake_c9x_start_and_wait() - start a command, and serve its first interrupts
 * @fake: the chip
 * @c: the command
 *
 * Context: task.
 */
void fake_c9x_start_and_wait(struct fake_c9x *fake, struct c9x_cmd *c)
{
	fake_c9x_start(fake, c);
	fake_c9x_expect_wait(fake);
}

/**
 * fake_c9x_expect_end() - expect the end of a command as the next answer
 * @fake: the chip
 * @c: the command
 * @result: its expected result
 *
 * Context: task.
 */
void fake_c9x_expect_end(struct fake_c9x *fake, struct c9x_cmd *c, int result)
{
	struct pioscsi_xfer xfer;

	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), PIOSCSI_DONE);
	KUNIT_EXPECT_PTR_EQ(fake->test, xfer.cmd, &c->cmd);
	KUNIT_EXPECT_EQ(fake->test, c->cmd.result, result);
}

/**
 * fake_c9x_expect_done() - expect the end of a command, and a free bus
 * @fake: the chip
 * @c: the command
 * @result: its expected result
 *
 * Context: task.
 */
void fake_c9x_expect_done(struct fake_c9x *fake, struct c9x_cmd *c, int result)
{
	fake_c9x_expect_end(fake, c, result);
	KUNIT_EXPECT_EQ(fake->test, fake->chip->bus, C9X_FREE);
}

/**
 * fake_c9x_expect_xfer() - expect data of a command as the next answer
 * @fake: the chip
 * @c: the command
 * @len: expected bytes
 *
 * Context: task.
 */
void fake_c9x_expect_xfer(struct fake_c9x *fake, struct c9x_cmd *c,
			  unsigned int len)
{
	struct pioscsi_xfer xfer;

	KUNIT_EXPECT_EQ(fake->test, fake_c9x_ask(fake, &xfer), PIOSCSI_XFER);
	KUNIT_EXPECT_PTR_EQ(fake->test, xfer.cmd, &c->cmd);
	KUNIT_EXPECT_EQ(fake->test, xfer.len, len);
	KUNIT_EXPECT_EQ(fake->test, xfer.dir, c->scmd.sc_data_direction);
}

/**
 * fake_c9x_move_in() - read data of a command
 * @fake: the chip
 * @c: the command
 * @len: bytes to read
 * @moved: bytes that the chip is expected to have
 *
 * Context: task.
 */
void fake_c9x_move_in(struct fake_c9x *fake, struct c9x_cmd *c,
		      unsigned int len, unsigned int moved)
{
	KUNIT_EXPECT_EQ(fake->test, moved,
			c9x_pio_in(fake->hba, c->buf + c->cmd.moved, len));
	c->cmd.moved += moved;
}

/**
 * fake_c9x_move_out() - write data of a command
 * @fake: the chip
 * @c: the command
 * @len: bytes to write
 * @moved: bytes that the chip is expected to take
 *
 * Context: task.
 */
void fake_c9x_move_out(struct fake_c9x *fake, struct c9x_cmd *c,
		       unsigned int len, unsigned int moved)
{
	KUNIT_EXPECT_EQ(fake->test, moved,
			c9x_pio_out(fake->hba, c->buf + c->cmd.moved, len));
	c->cmd.moved += moved;
}

/**
 * fake_c9x_tagged_cmd() - make a tagged command for target 2, without data
 * @fake: the chip
 * @tag: its tag
 *
 * Context: task.
 * Return: the command.
 */
struct c9x_cmd *fake_c9x_tagged_cmd(struct fake_c9x *fake, unsigned int tag)
{
	struct c9x_cmd *c = c9x_cmd(fake, tag, 6, DMA_NONE, 0);

	c->cmd.tagged = true;
	return c;
}

/**
 * fake_c9x_disconnected() - start a tagged command whose target disconnects
 * @fake: the chip
 * @tag: its tag
 *
 * Context: task.
 * Return: the command.
 */
struct c9x_cmd *fake_c9x_disconnected(struct fake_c9x *fake, unsigned int tag)
{
	struct c9x_cmd *c = fake_c9x_tagged_cmd(fake, tag);

	SCRIPT(fake, { C9X_CMD_SELECT3, MI, BS | FC, 4 }, SENDS(DISCONNECT),
	       BUS_GOES_FREE);
	fake_c9x_start_and_wait(fake, c);
	return c;
}

/**
 * fake_c9x_end_reselected() - end a tagged command
 * @fake: the chip, reselected by the target of the command
 * @c: the command
 * @status: its SAM status
 *
 * Context: task.
 */
void fake_c9x_end_reselected(struct fake_c9x *fake, struct c9x_cmd *c,
			     u8 status)
{
	const struct fake_answer answers[] = {
		ACCEPTED(MI), SENDS(SIMPLE_QUEUE_TAG), ACCEPTED(MI),
		SENDS(c->cmd.tag), ACCEPTED(ST), STATUS_IS(status),
		BUS_GOES_FREE,
	};

	fake_c9x_script(fake, answers, ARRAY_SIZE(answers));
	fake_c9x_expect_done(fake, c, status);
}

/**
 * fake_c9x_reselect_and_end() - let target 2 reselect, and end a tagged command
 * @fake: the chip
 * @c: the command
 * @status: its SAM status
 *
 * Context: task.
 */
void fake_c9x_reselect_and_end(struct fake_c9x *fake, struct c9x_cmd *c,
			       u8 status)
{
	fake_c9x_reselect(fake, 0);
	fake_c9x_end_reselected(fake, c, status);
}

/**
 * fake_c9x_expect_repeated() - expect that a tagged command starts and succeeds
 * @fake: the chip
 * @c: the command
 *
 * Context: task.
 */
void fake_c9x_expect_repeated(struct fake_c9x *fake, struct c9x_cmd *c)
{
	SCRIPT(fake, { C9X_CMD_SELECT3, ST, BS | FC, 4 }, STATUS_IS(0),
	       BUS_GOES_FREE);
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
}

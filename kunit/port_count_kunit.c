// SPDX-License-Identifier: GPL-2.0-only
/*
 * Front ends whose pio_in() or pio_out() returns more bytes than the port
 * asked for, for example a negative error. The port resets the chip.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <scsi/scsi.h>

#include "fake_cmd.h"
#include "fake_port.h"

#define LEN	512U

struct count_case {
	const char *desc;
	enum dma_data_direction dir;
	unsigned int len;	/* bytes of the buffer */
	unsigned int count;	/* that the front end returns once */
};

static const struct count_case count_cases[] = {
	{ "read, two bytes more", DMA_FROM_DEVICE, LEN, LEN + 2 },
	{ "read, an error code", DMA_FROM_DEVICE, LEN, -EIO },
	{ "read, bounced, an error code", DMA_FROM_DEVICE, 2, -EIO },
	{ "written, two bytes more", DMA_TO_DEVICE, LEN, LEN + 2 },
	{ "written, an error code", DMA_TO_DEVICE, LEN, -EIO },
	{ "written, within a word, an error code", DMA_TO_DEVICE, 2, -EIO },
};

KUNIT_ARRAY_PARAM_DESC(count, count_cases, desc);

/* Return the wrong count once, so that a port that takes it does not loop. */
static unsigned int wrong_count(struct pioscsi_hba *hba, unsigned int moved)
{
	struct fake_hba *fake = *(struct fake_hba **)hba->priv;
	const unsigned int *count = fake->hook_arg;

	fake->hook_arg = NULL;
	return count ? *count : moved;
}

static unsigned int wrong_pio_in(struct pioscsi_hba *hba, void *buf,
				 unsigned int len)
{
	return wrong_count(hba, fake_hba_ops.pio_in(hba, buf, len));
}

static unsigned int wrong_pio_out(struct pioscsi_hba *hba, const void *buf,
				  unsigned int len)
{
	return wrong_count(hba, fake_hba_ops.pio_out(hba, buf, len));
}

/* KASAN reports an access beyond the buffer. */
static void count_beyond_piece_resets_the_hba(struct kunit *test)
{
	const struct count_case *c = test->param_value;
	static struct pioscsi_ops ops;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *cmd = fake_queued(fake, fake_sdev(fake, 0, 0), c->dir,
					   c->len);
	unsigned int count = c->count;

	ops = fake_hba_ops;
	ops.pio_in = wrong_pio_in;
	ops.pio_out = wrong_pio_out;
	fake->hba->ops = &ops;
	fake->hook_arg = &count;
	fake_say_xfer(cmd, c->dir, max(c->len, FAKE_ALIGN));
	fake_say_done(cmd, SAM_STAT_GOOD);
	fake_interrupt(fake);
	KUNIT_EXPECT_EQ(test, fake->pieces, 1);
	KUNIT_EXPECT_LE(test, cmd->cmd.moved, c->len);
	KUNIT_EXPECT_EQ(test, fake->count[FAKE_HBA], 1);
	KUNIT_EXPECT_EQ(test, fake->port->rejected, PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, cmd->result, DID_RESET << 16);
	fake_expect_idle(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(count_beyond_piece_resets_the_hba, count_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "port_count",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);

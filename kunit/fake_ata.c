// SPDX-License-Identifier: GPL-2.0-only
/*
 * An ATA channel over registers that say what the case has put into them.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "fake_ata.h"
#include "sat_rig.h"

static_assert(offsetof(struct fake_ata, scmd) ==
	      offsetof(struct fake_ata, rq) + sizeof(struct request));

static struct fake_ata *to_fake(const struct pioata_io *io)
{
	return container_of(io, struct fake_ata, chan.io);
}

static bool is_second(const struct fake_ata *fake)
{
	return fake->second && fake->out[PIOATA_IO_DEVICE] & ATA_DEV1;
}

static bool is_empty(const struct fake_ata *fake)
{
	return fake->resets && fake->empty_reads;
}

static u8 status(struct fake_ata *fake)
{
	if (fake->script && *fake->script)
		return *fake->script++;
	if (fake->undriven)
		return fake->bus;
	if (fake->answers_for_second &&
	    fake->out[PIOATA_IO_DEVICE] & ATA_DEV1)
		return 0;
	if (is_empty(fake)) {
		fake->empty_reads--;
		return 0xff;
	}
	if (fake->resets < fake->stuck && !is_second(fake))
		return ATA_BUSY;
	if (fake->busy_reads) {
		fake->busy_reads--;
		return ATA_BUSY;
	}
	if (fake->full && !is_second(fake))
		return fake->in[PIOATA_IO_STATUS] | ATA_DRQ;
	if (fake->ready_after && !(fake->out[PIOATA_IO_DEVICE] & ATA_DEV1) &&
	    --fake->ready_after)
		return fake->in[PIOATA_IO_STATUS] & ~ATA_DRDY;
	if (is_second(fake))
		return fake->second;
	return fake->in[PIOATA_IO_STATUS];
}

static u8 fake_read(const struct pioata_io *io, enum pioata_io_reg reg)
{
	struct fake_ata *fake = to_fake(io);

	if (reg == PIOATA_IO_ALT) {
		fake->looks++;
		return status(fake);
	}
	if (reg == PIOATA_IO_STATUS) {
		fake->acks++;
		return status(fake);
	}
	if (is_empty(fake))
		return 0xff;
	if (fake->undriven)
		return fake->bus;
	if (fake->keeps && (reg == PIOATA_IO_NSECT || reg == PIOATA_IO_LBAL))
		return fake->out[reg];
	if (is_second(fake) && fake->floats)
		return fake->second;
	return fake->out[PIOATA_IO_CTL] & ATA_HOB ? fake->hob[reg] :
						    fake->in[reg];
}

static void fake_write(const struct pioata_io *io, enum pioata_io_reg reg,
		       u8 val)
{
	struct fake_ata *fake = to_fake(io);

	if (reg == PIOATA_IO_CTL && fake->out[reg] & ATA_SRST &&
	    !(val & ATA_SRST))
		fake->resets++;
	fake->first[reg] = fake->out[reg];
	fake->out[reg] = val;
	fake->bus = val;
	if (reg == PIOATA_IO_COMMAND)
		fake->commands[fake->num_commands++ % FAKE_ATA_COMMANDS] = val;
}

static void fake_in(const struct pioata_io *io, void *buf, unsigned int len)
{
	struct fake_ata *fake = to_fake(io);

	fake->bytes_in += len;
	if (fake->full)
		fake->full--;
	if (!fake->data) {
		memset(buf, 0, len);
		return;
	}
	memcpy(buf, fake->data + fake->at, len);
	fake->at += len;
}

static void fake_out(const struct pioata_io *io, const void *buf,
		     unsigned int len)
{
	struct fake_ata *fake = to_fake(io);

	fake->bytes_out += len;
	memset(fake->last, 0, sizeof(fake->last));
	memcpy(fake->last, buf, min_t(unsigned int, len, sizeof(fake->last)));
}

static const struct pioata_io_ops fake_io_ops = {
	.width = 2,
	.read = fake_read,
	.write = fake_write,
	.in = fake_in,
	.out = fake_out,
};

static void flush_log(void *port)
{
	pioscsi_log_flush(port);
}

/* The channel has a disk that has been set up. */
static void count_report(struct pioscsi_hba *hba)
{
	struct fake_ata *fake = container_of(hba, struct fake_ata, port.hba);

	fake->reports++;
}

struct fake_ata *fake_ata_create(struct kunit *test)
{
	const struct pioata_io io = { .ops = &fake_io_ops };
	struct fake_ata *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	struct sat_dev *dev;

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->test = test;
	fake->port.hba.priv = &fake->chan;
	fake->port.hba.irq = 14;
	fake->port.active = fake->active;
	pioscsi_log_init(&fake->port);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, flush_log,
							   &fake->port));
	pioata_chan_init(&fake->port.hba, &io);
	dev = &fake->chan.targets[0].dev;
	dev->sectors = 1 << 20;
	dev->sector_size = 512;
	dev->cdb_len = 12;
	dev->multi = FAKE_ATA_BLOCK / 512;
	fake->chan.targets[0].known = true;
	fake->chan.targets[0].ready = true;
	fake->sdev.sdev_state = SDEV_RUNNING;
	fake->scmd.device = &fake->sdev;
	fake->scmd.sense_buffer = fake->sense;
	fake->cmd.scmd = &fake->scmd;
	fake->in[PIOATA_IO_STATUS] = FAKE_ATA_READY;
	kunit_activate_static_stub(test, pioscsi_report_reset, count_report);
	return fake;
}

int fake_ata_start(struct fake_ata *fake, enum dma_data_direction dir, u32 len,
		   const u8 *cdb, unsigned int cdb_len)
{
	fake->active[0] = &fake->cmd;
	fake->scmd.sc_data_direction = dir;
	fake->scmd.sdb.length = len;
	fake->scmd.cmd_len = cdb_len;
	memcpy(fake->scmd.cmnd, cdb, cdb_len);
	return pioata_chan_ops.start(&fake->port.hba, &fake->cmd);
}

int fake_ata_start_rw(struct fake_ata *fake, enum dma_data_direction dir,
		      u32 len)
{
	const u8 cdb[10] = {
		[0] = dir == DMA_TO_DEVICE ? WRITE_10 : READ_10,
		[7] = len / 512 >> 8,
		[8] = len / 512,
	};

	return fake_ata_start(fake, dir, len, cdb, sizeof(cdb));
}

bool fake_ata_claim(struct fake_ata *fake, u8 status)
{
	fake->in[PIOATA_IO_STATUS] = status;
	return pioata_chan_ops.claim(&fake->port.hba);
}

/* Query the front end like the port: again if it has long work to do. */
enum pioscsi_next fake_ata_ask(struct fake_ata *fake, u8 status)
{
	enum pioscsi_next next;

	fake->in[PIOATA_IO_STATUS] = status;
	fake->deferred = false;
	for (;;) {
		next = pioata_chan_ops.service(&fake->port.hba,
					       &fake->port.xfer);
		if (next != PIOSCSI_LONG)
			return next;
		fake->deferred = true;
	}
}

/*
 * Move all announced data; then the port queries the chip without an interrupt.
 */
void fake_ata_move(struct fake_ata *fake, enum dma_data_direction dir, u32 len)
{
	struct kunit *test = fake->test;
	u8 *buf = kunit_kzalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_EXPECT_PTR_EQ(test, fake->port.xfer.cmd, &fake->cmd);
	KUNIT_EXPECT_EQ(test, fake->port.xfer.dir, dir);
	KUNIT_ASSERT_EQ(test, fake->port.xfer.len, len);
	if (dir == DMA_FROM_DEVICE)
		pioata_chan_ops.pio_in(&fake->port.hba, buf, len);
	else
		pioata_chan_ops.pio_out(&fake->port.hba, buf, len);
	KUNIT_EXPECT_TRUE(test, fake_ata_claim(fake, ATA_BUSY));
}

/* The disk is as it was when it was found, and has been reset since. */
int fake_ata_setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);
	struct pioata_target *target = &fake->chan.targets[0];

	test->priv = fake;
	fake->data = sat_id_create(test);
	target->ready = false;
	return sat_dev_parse(&target->dev, fake->data, false);
}

/* The IDENTIFY data comes in pieces, without interrupts between them. */
void fake_ata_identify(struct fake_ata *fake)
{
	unsigned int i;

	fake->at = 0;
	for (i = 0; i < SAT_ID_BYTES && fake->at < SAT_ID_BYTES; i++)
		fake_ata_expect(fake, FAKE_ATA_READY | ATA_DRQ, PIOSCSI_POLL);
	KUNIT_EXPECT_EQ(fake->test, fake->at, SAT_ID_BYTES);
	fake_ata_ask(fake, FAKE_ATA_READY);
}

int fake_ata_start_one(struct fake_ata *fake)
{
	return fake_ata_start_rw(fake, DMA_FROM_DEVICE, 512);
}

u8 fake_ata_sent(const struct fake_ata *fake)
{
	return fake->out[PIOATA_IO_COMMAND];
}

/* For pioata_wait_status(): a device that does not change is not waited for. */
int fake_ata_wait_briefly(struct pioata_chan *ch, u8 mask, u8 bits,
			  unsigned int ms, unsigned int gone_ms)
{
	struct fake_ata *fake = container_of(ch, struct fake_ata, chan);
	unsigned int i;
	u8 status;

	fake->wait_ms = max(fake->wait_ms, ms);
	for (i = 0; i < 10; i++) {
		status = pioata_read(ch, PIOATA_IO_ALT);
		if ((status & mask) == bits || pioata_no_device(status))
			return 0;
	}
	return -ETIMEDOUT;
}

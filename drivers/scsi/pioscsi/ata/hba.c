// SPDX-License-Identifier: GPL-2.0-only
/*
 * A channel as an HBA of the port: its operations, the data port and the mask.
 */
#include <linux/compiler.h>
#include <linux/leds.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "chan.h"

static struct pioata_chan *to_chan(struct pioscsi_hba *hba)
{
	return hba->priv;
}

/*
 * Blink the disk LED when the first data of a command moves. The end of a
 * command is reported in the hard IRQ handler, which has less time.
 */
static void show_activity(const struct pioata_job *job)
{
	if (!job->begun)
		ledtrig_disk_activity(job->dir == DMA_TO_DEVICE);
}

static void count_moved(struct pioata_job *job, unsigned int len)
{
	job->block -= len;
	job->begun = true;
	job->await_status = !job->block;
}

static u8 *buf_position(struct pioata_chan *ch)
{
	return ch->buf + ch->job.sat.len - ch->job.block;
}

static unsigned int chan_pio_in(struct pioscsi_hba *hba, void *buf,
				unsigned int len)
{
	struct pioata_chan *ch = to_chan(hba);

	/* A reset that failed has ended the announcement. */
	if (!ch->job.block)
		return 0;
	if (ch->job.phase == PIOATA_REPLY) {
		memcpy(buf, buf_position(ch), len);
	} else {
		show_activity(&ch->job);
		pioata_data_in(ch, buf, len);
	}
	if (unlikely(ch->job.inquiry))
		pioata_packet_fix_inquiry(ch, buf, len);
	count_moved(&ch->job, len);
	return len;
}

static unsigned int chan_pio_out(struct pioscsi_hba *hba, const void *buf,
				 unsigned int len)
{
	struct pioata_chan *ch = to_chan(hba);

	if (!ch->job.block)
		return 0;
	if (ch->job.phase == PIOATA_PARAM) {
		memcpy(buf_position(ch), buf, len);
	} else {
		show_activity(&ch->job);
		pioata_data_out(ch, buf, len);
	}
	count_moved(&ch->job, len);
	return len;
}

/*
 * Many controllers do not mask a pending interrupt, and some raise one when
 * nIEN is set. Reading the status withdraws it.
 */
static void chan_mask(struct pioscsi_hba *hba)
{
	struct pioata_chan *ch = to_chan(hba);

	ch->ctl |= ATA_NIEN;
	pioata_write(ch, PIOATA_IO_CTL, ch->ctl);
	if (!ch->job.block)
		pioata_read_status(ch);
}

/*
 * Some controllers ignore nIEN. Reading the status changes nothing else:
 * service() does not depend on the interrupt. The access is not counted: the
 * owner counts beside this.
 */
static void chan_withdraw(struct pioscsi_hba *hba)
{
	const struct pioata_io *io = &to_chan(hba)->io;

	io->ops->read(io, PIOATA_IO_STATUS);
	if (io->ack)
		io->ack(io);
}

/*
 * A channel that is polled keeps nIEN. Otherwise its devices would drive an
 * interrupt line that has no handler.
 */
static void chan_unmask(struct pioscsi_hba *hba)
{
	struct pioata_chan *ch = to_chan(hba);

	if (!hba->irq)
		return;
	ch->ctl &= ~ATA_NIEN;
	pioata_write(ch, PIOATA_IO_CTL, ch->ctl);
}

const struct pioscsi_ops pioata_chan_ops = {
	.claim = pioata_claim,
	.service = pioata_service,
	.pio_in = chan_pio_in,
	.pio_out = chan_pio_out,
	.mask = chan_mask,
	.withdraw = chan_withdraw,
	.unmask = chan_unmask,
	.start = pioata_start_cmd,
	.abort_cmd = pioata_abort_cmd,
	.reset_lun = pioata_reset_lun,
	.reset_target = pioata_reset_target,
	.reset_bus = pioata_reset_bus,
	.reset_hba = pioata_reset_bus,
};

/**
 * pioata_chan_init() - describe a channel to the port
 * @hba: the HBA
 * @io: the channel's registers
 *
 * Context: task.
 */
void pioata_chan_init(struct pioscsi_hba *hba, const struct pioata_io *io)
{
	struct pioata_chan *ch = to_chan(hba);
	unsigned int i;

	ch->hba = hba;
	ch->io = *io;
	ch->ctl = ATA_DEVCTL_OBS | ATA_NIEN;
	spin_lock_init(&ch->id_lock);
	for (i = 0; i < PIOATA_CHAN_TARGETS; i++)
		pioata_rescan_init(&ch->targets[i].rescan);
	hba->depth = 1;
	hba->max_id = PIOATA_CHAN_TARGETS;
	hba->max_lun = 1;
	hba->max_cmd_len = ATAPI_CDB_LEN;
	hba->align = io->ops->width;
	hba->needs_request_sense = true;
	hba->use_10_for_ms = true;
	/* The driver ignores a device that keeps breaking the protocol. */
	hba->limits_faults = true;
	/* At power-off a disk that has not been stopped retracts its heads. */
	hba->manage_start_stop = true;
}

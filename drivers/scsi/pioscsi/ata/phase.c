// SPDX-License-Identifier: GPL-2.0-only
/*
 * The phases of a command: claim() and service() of a channel.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/processor.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>

#include "chan.h"

/* Bytes of IDENTIFY data that a hard IRQ handler has time to read. */
#define ID_PIECE	32U

#define GONE_NS		(PIOATA_GONE_MS * 1ULL * NSEC_PER_MSEC)

/* Reads of the status in one poll of a task. On ISA each takes up to 1 us. */
#define POLL_READS	8U

/* Tell whether the job waits for the device, and not for the port. */
static bool is_waiting(const struct pioata_chan *ch)
{
	switch (ch->job.phase) {
	case PIOATA_IDLE:
	case PIOATA_REPLY:
	case PIOATA_PARAM:
	case PIOATA_SETUP:
	case PIOATA_STALE:
	case PIOATA_ENDED:
		return false;
	default:
		return true;
	}
}

/*
 * Tell whether IDENTIFY data is being read. A poll reads each piece of it,
 * because all pieces together would exceed the time of a hard IRQ handler.
 */
static bool is_reading_id(const struct pioata_job *job)
{
	return job->step != PIOATA_STEP_COMMAND &&
	       job->phase == PIOATA_DATA_IN && job->left < job->tf.bytes;
}

/**
 * pioata_claim() - tell whether the device has ended its present step
 * @hba: the HBA
 *
 * This looks at BSY instead of the interrupt, because an interrupt during the
 * mask may not come again. After data, and for data from memory, there may be
 * no interrupt at all, so service() decides.
 *
 * Context: as &pioscsi_ops.claim.
 * Return: true if service() is to be called.
 */
bool pioata_claim(struct pioscsi_hba *hba)
{
	struct pioata_chan *ch = hba->priv;
	u8 status;

	if (ch->job.phase == PIOATA_IDLE || ch->job.phase == PIOATA_WAKE ||
	    ch->job.cdb_since || is_reading_id(&ch->job)) {
		/* No interrupt is expected now, so only withdraw it. */
		pioata_read_status(ch);
		return false;
	}
	if (!is_waiting(ch) || ch->job.await_status)
		return true;
	status = pioata_read(ch, PIOATA_IO_ALT);
	/* Polls serve an empty slot. */
	if (status & ATA_BUSY || pioata_no_device(status))
		return false;
	ch->status = pioata_read_status(ch);
	/* Polls wait for the end of DRQ, too. */
	ch->acked = !(ch->job.drq_since && ch->status & ATA_DRQ);
	return ch->acked;
}

/* The status that claim() has read. Reading it acknowledges an interrupt. */
static u8 take_status(struct pioata_chan *ch)
{
	if (!ch->acked)
		return pioata_read_status(ch);
	ch->acked = false;
	return ch->status;
}

/* Choose how to wait for a busy device: for its interrupt, or by polling. */
static enum pioscsi_next wait_device(const struct pioata_chan *ch)
{
	const struct pioata_job *job = &ch->job;

	/* Some devices raise no interrupt at the end of SET FEATURES 03h. */
	if (unlikely(job->step == PIOATA_STEP_MODE))
		return PIOSCSI_POLL;
	switch (job->phase) {
	case PIOATA_APPEAR:
	case PIOATA_DATA_FIRST:
	case PIOATA_CDB:
	case PIOATA_WAKE:
		return PIOSCSI_POLL;
	case PIOATA_DATA_IN:
		if (!job->left)
			return PIOSCSI_POLL;
		fallthrough;
	default:
		return job->begun ? PIOSCSI_BUSY_POLL : PIOSCSI_WAIT;
	}
}

/* Return the answer for the port after a step has been completed. */
static enum pioscsi_next next_step(const struct pioata_chan *ch)
{
	if (is_waiting(ch))
		return pioata_is_finding(&ch->job) ? PIOSCSI_POLL :
						     wait_device(ch);
	return ch->job.phase == PIOATA_ENDED ? PIOSCSI_DONE : PIOSCSI_XFER;
}

static enum pioscsi_next tf_ended(struct pioata_chan *ch, u8 status)
{
	/* Parsing IDENTIFY data takes longer than a hard IRQ handler has. */
	if (ch->job.step != PIOATA_STEP_COMMAND) {
		ch->status = status;
		ch->job.phase = PIOATA_SETUP;
		return PIOSCSI_LONG;
	}
	if (!pioata_has_ended(status))
		return pioata_fault(ch, status, "neither ready nor an error");
	pioata_job_tf_ended(ch, status);
	return next_step(ch);
}

static enum pioscsi_next next_block(struct pioata_chan *ch,
				    enum dma_data_direction dir)
{
	struct pioata_job *job = &ch->job;

	job->dir = dir;
	job->block = min(job->left, job->tf.drq_bytes);
	job->left -= job->block;
	return PIOSCSI_XFER;
}

/* The device reports a valid status now: begin its command. */
static enum pioscsi_next phase_appear(struct pioata_chan *ch, u8 status)
{
	if (status & ATA_DRQ) {
		ch->job.phase = PIOATA_STALE;
		return pioata_fault(ch, status, "DRQ without a command");
	}
	pioata_job_begin(ch);
	return next_step(ch);
}

static enum pioscsi_next phase_non_data(struct pioata_chan *ch, u8 status)
{
	if (status & ATA_DRQ)
		return pioata_fault(ch, status, "DRQ without data");
	return tf_ended(ch, status);
}

/* The data of the driver's own command stays in the driver. */
static enum pioscsi_next read_id_piece(struct pioata_chan *ch)
{
	struct pioata_job *job = &ch->job;
	u32 len = min(job->left, ID_PIECE);

	pioata_data_in(ch, ch->buf + SAT_ID_BYTES - job->left, len);
	job->left -= len;
	return PIOSCSI_POLL;
}

static enum pioscsi_next phase_data_in(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;

	if (status & ATA_DRQ && job->left) {
		pioata_note_error(ch, status);
		return job->step == PIOATA_STEP_COMMAND ?
			       next_block(ch, DMA_FROM_DEVICE) :
			       read_id_piece(ch);
	}
	if (status & ATA_DRQ)
		return pioata_late_drq(ch, status);
	status = pioata_end_status(ch, status);
	if (job->left && !(status & (ATA_ERR | ATA_DF)) &&
	    job->step == PIOATA_STEP_COMMAND)
		return pioata_fault(ch, status, "end before the last block");
	return tf_ended(ch, status);
}

static enum pioscsi_next phase_data_out(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;
	bool error = status & (ATA_ERR | ATA_DF);

	if (status & ATA_DRQ && job->left && !error) {
		job->phase = PIOATA_DATA_OUT;
		return next_block(ch, DMA_TO_DEVICE);
	}
	if (status & ATA_DRQ)
		return error ? pioata_fault(ch, status, "DRQ with an error") :
			       pioata_late_drq(ch, status);
	if (job->left && !error)
		return pioata_fault(ch, status, "end before the last block");
	return tf_ended(ch, status);
}

static enum pioscsi_next (*const phases[])(struct pioata_chan *ch,
					   u8 status) = {
	[PIOATA_APPEAR] = phase_appear,
	[PIOATA_NON_DATA] = phase_non_data,
	[PIOATA_DATA_IN] = phase_data_in,
	[PIOATA_DATA_FIRST] = phase_data_out,
	[PIOATA_DATA_OUT] = phase_data_out,
	[PIOATA_CDB] = pioata_packet_cdb,
	[PIOATA_PACKET] = pioata_packet_data,
};

/*
 * Tell whether more data, or an interrupt, follows the block that has been
 * moved.
 */
static bool expects_more(const struct pioata_job *job)
{
	return job->phase != PIOATA_DATA_IN || job->left;
}

/*
 * A status that no device reports means an empty slot if it lasts for this
 * time. A busy device may show any value for a moment.
 */
static enum pioscsi_next wait_gone(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;
	u64 now = ktime_get_ns();

	if (!job->since)
		job->since = now;
	if (now - job->since < GONE_NS)
		return PIOSCSI_POLL;
	pioscsi_log_ratelimited(ch->hba, KERN_WARNING,
				"device %u is gone (status %02xh); failing SCSI command %02xh\n",
				pioata_target_id(ch, job->target), status,
				job->sat.cdb[0]);
	job->target->gone = true;
	pioata_device_absent(ch);
	return next_step(ch);
}

/*
 * A poll by the port costs ten times as much as the register access. So a task
 * reads the status of a busy device several times in one poll.
 */
static u8 poll_busy(struct pioata_chan *ch, u8 status)
{
	unsigned int i;

	if (wait_device(ch) == PIOSCSI_WAIT || !pioscsi_in_task(ch->hba))
		return status;
	for (i = 0; i < POLL_READS && status & ATA_BUSY; i++) {
		cpu_relax();
		status = pioata_read(ch, PIOATA_IO_ALT);
	}
	return status & ATA_BUSY ? status : pioata_read_status(ch);
}

/*
 * Tell whether the command cannot go on without DRQ. Then the status would be a
 * fault, or end a PACKET command whose buffer is not full. IDENTIFY has retries
 * of its own.
 */
static bool lacks_drq(const struct pioata_chan *ch, u8 status)
{
	const struct pioata_job *job = &ch->job;

	return !(status & (ATA_BUSY | ATA_DRQ | ATA_ERR | ATA_DF)) &&
	       (job->left || job->phase == PIOATA_CDB ||
		(job->phase == PIOATA_PACKET &&
		 pioata_packet_expects_data(ch))) &&
	       job->step == PIOATA_STEP_COMMAND;
}

/* Tell whether the device requests data although it has moved all blocks. */
static bool has_late_drq(const struct pioata_job *job, u8 status)
{
	return status & ATA_DRQ && !(status & ATA_BUSY) && !job->left &&
	       (job->phase == PIOATA_DATA_IN ||
		job->phase == PIOATA_DATA_OUT) && !pioata_no_device(status);
}

/* Polls serve DRQ that is late for longer. */
static bool is_to_be_read_again(const struct pioata_chan *ch, u8 status)
{
	return lacks_drq(ch, status) ||
	       (has_late_drq(&ch->job, status) && !ch->job.drq_since);
}

static enum pioscsi_next serve_device(struct pioata_chan *ch)
{
	u8 status;

	if (ch->job.await_status) {
		bool is_last = !expects_more(&ch->job);

		pioata_await_status(ch, is_last);
		if (!is_last)
			return PIOSCSI_BUSY_POLL;
	}
	if (ch->job.phase == PIOATA_WAKE)
		return pioata_wake_next(ch) ? next_step(ch) : PIOSCSI_POLL;
	status = take_status(ch);
	if (status & ATA_BUSY)
		status = poll_busy(ch, status);
	if (unlikely(is_to_be_read_again(ch, status))) {
		if (pioata_leave_status(ch))
			return PIOSCSI_LONG;
		status = pioata_status_again(ch, status);
	} else {
		ch->job.left_status = false;
	}
	if (pioata_no_device(status))
		return wait_gone(ch, status);
	ch->job.since = 0;
	if (unlikely(ch->job.drq_since) && !has_late_drq(&ch->job, status))
		ch->job.drq_since = 0;
	if (status & ATA_BUSY)
		return wait_device(ch);
	return phases[ch->job.phase](ch, status);
}

/* Serve a phase whose data is in memory, which needs no device. */
static enum pioscsi_next serve_memory(struct pioata_chan *ch)
{
	switch (ch->job.phase) {
	case PIOATA_REPLY:
		pioata_job_end(ch, SAM_STAT_GOOD);
		break;
	case PIOATA_PARAM:
		pioata_job_got_param(ch);
		break;
	case PIOATA_ENDED:
		break;
	default:
		return PIOSCSI_WAIT;
	}
	return next_step(ch);
}

/*
 * Serve the present phase. Announced data that was not moved is announced
 * again.
 */
static enum pioscsi_next serve_phase(struct pioata_chan *ch)
{
	if (ch->job.block)
		return PIOSCSI_XFER;
	if (unlikely(ch->job.phase == PIOATA_STALE))
		return pioata_fault(ch, pioata_read_status(ch),
				    "DRQ without a command");
	if (ch->job.phase == PIOATA_SETUP) {
		pioata_job_tf_ended(ch, ch->status);
		return next_step(ch);
	}
	return is_waiting(ch) ? serve_device(ch) : serve_memory(ch);
}

/*
 * Only faults in a row count. A successful command with data ends the row, and
 * so does any successful command of an ATAPI device. The first REQUEST SENSE
 * does not: the reset after a fault is followed by UNIT ATTENTION, so it would
 * end each row.
 */
static void forget_faults(struct pioata_job *job)
{
	struct pioata_target *target = job->target;

	if (job->result || !(job->sat.tf.bytes || target->dev.packet))
		return;
	if (job->sat.cdb[0] != REQUEST_SENSE || !target->sense_due)
		target->faults = 0;
	target->sense_due = false;
}

static void set_result(const struct pioata_job *job, struct pioscsi_cmd *cmd)
{
	cmd->result = job->result;
	cmd->final = job->sat.final;
}

/**
 * pioata_service() - serve the present phase
 * @hba: the HBA
 * @xfer: the announced data, or the command that has ended
 *
 * Context: owner of the channel.
 * Return: the request of the channel.
 */
enum pioscsi_next pioata_service(struct pioscsi_hba *hba,
				 struct pioscsi_xfer *xfer)
{
	struct pioata_chan *ch = hba->priv;
	struct pioata_job *job = &ch->job;
	enum pioscsi_next next = serve_phase(ch);

	if (next == PIOSCSI_FAULT) {
		xfer->blame = job->phase == PIOATA_ENDED ?
			      pioscsi_find_cmd(hba, 0) : NULL;
		if (xfer->blame)
			set_result(job, xfer->blame);
	}
	if (next != PIOSCSI_XFER && next != PIOSCSI_DONE)
		return next;
	xfer->cmd = pioscsi_find_cmd(hba, 0);
	xfer->dir = job->dir;
	xfer->len = job->block;
	if (next == PIOSCSI_DONE) {
		if (xfer->cmd)
			set_result(job, xfer->cmd);
		if (unlikely(job->target->faults))
			forget_faults(job);
		pioata_job_clear(ch);
	}
	return next;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * ATAPI: SCSI commands sent by PACKET. The byte count of the device tells how
 * much data it moves next.
 */
#include <linux/cdrom.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include "chan.h"
#include "quirk.h"

/* INTERRUPT REASON */
#define REASON_COMMAND		BIT(0)
#define REASON_TO_HOST		BIT(1)

/*
 * Byte count limit: the most bytes that a device moves at a time, whole sectors
 * of a CD-ROM.
 */
#define LIMIT_MAX		(31 * 2048)

/* Byte count limit of a command without data: some devices reject 0. */
#define LIMIT_MIN		2

/*
 * Time from DRQ to the CDB: of devices that raise an interrupt for the CDB, and
 * of those with the quirk. 25 ms were too short for a ZIP drive.
 */
#define CDB_INTR_NS		(1 * NSEC_PER_MSEC)
#define SLOW_CDB_NS		(50 * NSEC_PER_MSEC)

#define INVALID_OPCODE		0x20

/* Standard INQUIRY data. */
#define INQUIRY_VERSION		2
#define INQUIRY_FORMAT		3
#define VERSION_SPC3		0x05
#define FORMAT_ATAPI		0x32	/* ATAPI version 3, format 2 */
#define EVPD			0x01	/* CDB byte 1 */

/* No device supports a CDB that is longer than its packets. */
static void reject_cdb(struct pioata_chan *ch)
{
	scsi_build_sense_buffer(0, ch->job.sat.sense, ILLEGAL_REQUEST,
				INVALID_OPCODE, 0);
	pioata_job_end(ch, SAM_STAT_CHECK_CONDITION);
}

/**
 * pioata_packet_may_overrun() - tell whether a device may send too much data
 * @cmd: the command
 *
 * Many devices send all of their INQUIRY, MODE SENSE or other parameter data,
 * whatever the allocation length. The overrun is discarded. A buffer that is
 * too short for sectors of the medium is an error.
 *
 * Context: Any.
 * Return: true if data beyond the buffer is no error.
 */
bool pioata_packet_may_overrun(const struct sat_cmd *cmd)
{
	switch (cmd->cdb[0]) {
	case READ_6:
	case READ_10:
	case READ_12:
	case READ_16:
	case GPCMD_READ_CD:
	case GPCMD_READ_CD_MSF:
		return false;
	default:
		return cmd->dir == DMA_FROM_DEVICE;
	}
}

/**
 * pioata_packet_fix_inquiry() - correct the version in INQUIRY data
 * @ch: the channel
 * @buf: a piece of the data
 * @len: its length in bytes
 *
 * ATAPI devices report version 0 and various formats. The midlayer would treat
 * such a device as one of SCSI-1. The values are those of libata.
 *
 * Context: owner of the channel.
 */
void pioata_packet_fix_inquiry(struct pioata_chan *ch, u8 *buf, u32 len)
{
	const struct pioscsi_cmd *cmd = pioscsi_find_cmd(ch->hba, 0);
	u32 i, at = cmd ? cmd->moved : 0;

	for (i = 0; i < len && at + i <= INQUIRY_FORMAT; i++) {
		if (at + i == INQUIRY_VERSION && !buf[i]) {
			buf[i] = VERSION_SPC3;
			ch->job.old_version = true;
		} else if (at + i == INQUIRY_FORMAT && ch->job.old_version) {
			buf[i] = FORMAT_ATAPI;
		}
	}
}

/**
 * pioata_packet_begin() - send a command by PACKET
 * @ch: the channel, whose job is the command
 *
 * Context: owner of the channel.
 */
void pioata_packet_begin(struct pioata_chan *ch)
{
	struct pioata_job *job = &ch->job;
	u32 limit = clamp_t(u32, round_up(job->sat.data_len, 2), LIMIT_MIN,
			    LIMIT_MAX);

	if (job->sat.cdb_len > job->target->dev.cdb_len) {
		reject_cdb(ch);
		return;
	}
	job->tf = (struct sat_tf) {
		.regs.command = ATA_CMD_PACKET,
		.regs.lbam = limit & 0xff,
		.regs.lbah = limit >> 8,
	};
	job->phase = PIOATA_CDB;
	job->inquiry = job->sat.cdb[0] == INQUIRY && !(job->sat.cdb[1] & EVPD);
	pioata_tf_write(ch, &job->tf);
}

/* Without GOOD status, the port sends REQUEST SENSE. */
static enum pioscsi_next packet_ended(struct pioata_chan *ch, u8 status)
{
	if (!pioata_has_ended(status))
		return pioata_fault(ch, status, "neither ready nor an error");
	pioata_job_end(ch, status & (ATA_ERR | ATA_DF) ?
				   SAM_STAT_CHECK_CONDITION :
				   SAM_STAT_GOOD);
	return PIOSCSI_DONE;
}

/* Return the time from DRQ to the CDB, ns. */
static u64 cdb_delay_ns(const struct sat_dev *dev)
{
	if (dev->quirks & SAT_QUIRK_SLOW_CDB)
		return SLOW_CDB_NS;
	return ata_id_cdb_intr(dev->id) ? CDB_INTR_NS : 0;
}

/*
 * Tell whether the device may not take the CDB yet. Such a device raises an
 * interrupt when it is ready. A poll may take that interrupt before the handler
 * sees it, so only the time counts.
 */
static bool is_too_early(struct pioata_job *job, u8 status)
{
	u64 now, delay = cdb_delay_ns(&job->target->dev);

	if (!delay)
		return false;
	now = ktime_get_ns();
	if (!job->cdb_since && status & ATA_DRQ)
		job->cdb_since = now;
	return job->cdb_since && now - job->cdb_since < delay;
}

/**
 * pioata_packet_cdb() - send the CDB to the device
 * @ch: the channel, whose device is not busy
 * @status: its status
 *
 * Context: owner of the channel.
 * Return: the answer for the port.
 */
enum pioscsi_next pioata_packet_cdb(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;
	u8 cdb[ATAPI_CDB_LEN] = { };

	if (status & ATA_ERR && !(status & ATA_DRQ))
		return packet_ended(ch, status);
	/* A device that is not ready may clear DRQ again. */
	if (is_too_early(job, status))
		return PIOSCSI_POLL;
	job->cdb_since = 0;
	/*
	 * Some devices report a wrong interrupt reason here, or the error of
	 * the last command. So look only at DRQ to tell whether the device
	 * takes the CDB.
	 */
	if (!(status & ATA_DRQ))
		return pioata_fault(ch, status, "no DRQ for the CDB");
	memcpy(cdb, job->sat.cdb, min_t(size_t, job->sat.cdb_len, sizeof(cdb)));
	job->phase = PIOATA_PACKET;
	pioata_data_out(ch, cdb,
			min_t(u32, job->target->dev.cdb_len, sizeof(cdb)));
	pioata_pause(ch);
	job->await_status = job->target->dev.late_busy;
	return PIOSCSI_BUSY_POLL;
}

/* Return the bytes of the initiator's buffer that have not been moved. */
static u32 bytes_left(const struct pioata_chan *ch)
{
	const struct pioscsi_cmd *cmd = pioscsi_find_cmd(ch->hba, 0);

	return cmd ? ch->job.sat.data_len - cmd->moved : 0;
}

/**
 * pioata_packet_expects_data() - tell whether data may still come
 * @ch: the channel
 *
 * Context: owner of the channel, in the phase %PIOATA_PACKET.
 * Return: true for a command whose buffer has not been moved completely.
 */
bool pioata_packet_expects_data(const struct pioata_chan *ch)
{
	const struct pioscsi_cmd *cmd = pioscsi_find_cmd(ch->hba, 0);

	return cmd && cmd->moved < ch->job.sat.data_len;
}

/* Data of an odd length ends in a word of which only one byte is valid. */
static bool has_pad(const struct pioata_chan *ch, u32 bytes)
{
	u32 left = bytes_left(ch);

	return left % 2 && bytes == left + 1;
}

/*
 * Tell whether the device requests more data than the initiator has given. Such
 * a command fails before the first byte, not after a part of the data.
 */
static bool lacks_data(const struct pioata_chan *ch,
		       enum dma_data_direction dir, u32 bytes)
{
	return dir == DMA_TO_DEVICE &&
	       (ch->job.sat.dir != DMA_TO_DEVICE || bytes > bytes_left(ch));
}

/**
 * pioata_packet_data() - announce data, or end the command
 * @ch: the channel, whose device is not busy
 * @status: its status
 *
 * Context: owner of the channel.
 * Return: the answer for the port.
 */
enum pioscsi_next pioata_packet_data(struct pioata_chan *ch, u8 status)
{
	struct pioata_job *job = &ch->job;
	struct pioscsi_cmd *cmd;
	u32 bytes;
	u8 reason;

	if (!(status & ATA_DRQ))
		return packet_ended(ch, pioata_end_status(ch, status));
	pioata_note_error(ch, status);
	reason = pioata_read(ch, PIOATA_IO_NSECT);
	bytes = pioata_read(ch, PIOATA_IO_LBAM) |
		pioata_read(ch, PIOATA_IO_LBAH) << 8;
	if (reason & REASON_COMMAND)
		return pioata_fault(ch, status, "wrong interrupt reason");
	if (!bytes)
		return pioata_fault(ch, status, "data request of 0 bytes");
	if (has_pad(ch, bytes))
		bytes--;
	job->dir = reason & REASON_TO_HOST ? DMA_FROM_DEVICE : DMA_TO_DEVICE;
	job->lacks_data = lacks_data(ch, job->dir, bytes);
	if (job->lacks_data)
		return pioata_fault(ch, status,
				    "request for more data than the command has");
	cmd = pioscsi_find_cmd(ch->hba, 0);
	if (cmd && job->dir != job->sat.dir)
		cmd->overrun_ok = false;
	job->block = bytes;
	return PIOSCSI_XFER;
}

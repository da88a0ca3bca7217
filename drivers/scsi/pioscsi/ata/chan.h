/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An ATA channel: its registers, its two devices, and the command that one of
 * them is busy with.
 */
#ifndef _PIOSCSI_ATA_CHAN_H
#define _PIOSCSI_ATA_CHAN_H

#include <linux/ata.h>
#include <linux/types.h>

#include <pioscsi/pioscsi.h>

#include "dev.h"
#include "io.h"
#include "rescan.h"
#include "sat.h"

#define ATA_CHAN_TARGETS	2

/**
 * enum ata_phase - what a channel is at
 * @ATA_IDLE: no command
 * @ATA_NON_DATA: a command without data; it ends with an interrupt
 * @ATA_DATA_IN: an interrupt comes for each DRQ block, none for the end
 * @ATA_DATA_FIRST: the first DRQ block of a command that writes comes without
 *	an interrupt
 * @ATA_DATA_OUT: an interrupt comes for each further block, and for the end
 * @ATA_CDB: the device is about to take the CDB, without an interrupt
 * @ATA_PACKET: an interrupt comes for each data block, and for the end
 * @ATA_REPLY: the data comes from memory
 * @ATA_PARAM: the data goes to memory
 * @ATA_ENDED: the result is known
 */
enum ata_phase {
	ATA_IDLE,
	ATA_NON_DATA,
	ATA_DATA_IN,
	ATA_DATA_FIRST,
	ATA_DATA_OUT,
	ATA_CDB,
	ATA_PACKET,
	ATA_REPLY,
	ATA_PARAM,
	ATA_ENDED,
};

/**
 * enum ata_step - what a taskfile is for
 * @ATA_STEP_COMMAND: for the SCSI command
 * @ATA_STEP_IDENTIFY: to learn whether a disk is there
 * @ATA_STEP_IDENTIFY_PACKET: to learn whether an ATAPI device is there
 * @ATA_STEP_MULTI: to set the blocks of READ and WRITE MULTIPLE
 */
enum ata_step {
	ATA_STEP_COMMAND,
	ATA_STEP_IDENTIFY,
	ATA_STEP_IDENTIFY_PACKET,
	ATA_STEP_MULTI,
};

/**
 * struct ata_target - one of the devices
 * @dev: what it says about itself
 * @known: it was found when its SCSI device was scanned for
 * @ready: it has been set up since the last reset
 * @rescan: for when @dev has changed without the midlayer's knowledge
 */
struct ata_target {
	struct sat_dev dev;
	bool known;
	bool ready;
	struct ata_rescan rescan;
};

/**
 * struct ata_job - the command that the channel is at
 * @phase: what comes next
 * @step: what @tf is for
 * @target: for whom
 * @sdev: the same for the midlayer
 * @sat: the command, and how it is translated
 * @tf: the taskfile
 * @left: its bytes that have not been announced yet
 * @block: bytes that have been announced and not been moved yet
 * @dir: their direction
 * @begun: data has been moved: what is next will not take long
 * @settle: the last word of a block has only just been moved
 * @result: of the command, for %ATA_ENDED
 */
struct ata_job {
	enum ata_phase phase;
	enum ata_step step;
	struct ata_target *target;
	struct scsi_device *sdev;
	struct sat_cmd sat;
	struct sat_tf tf;
	u32 left;
	u32 block;
	enum dma_data_direction dir;
	bool begun;
	bool settle;
	int result;
};

/**
 * struct ata_chan - a channel, the front end's state of an HBA
 * @hba: the HBA
 * @io: its registers
 * @ctl: DEVICE CONTROL as it was last written
 * @selected: which device is
 * @acked: an interrupt was acknowledged, and has not been served
 * @status: STATUS as it was then
 * @targets: the devices
 * @fresh: what a device has just said about itself
 * @job: the command
 * @buf: data that comes from memory, or goes there
 *
 * All of it belongs to the owner of the channel.
 */
struct ata_chan {
	struct pioscsi_hba *hba;
	struct ata_io io;
	u8 ctl;
	u8 selected;
	bool acked;
	u8 status;
	struct ata_target targets[ATA_CHAN_TARGETS];
	struct sat_dev fresh;
	struct ata_job job;
	u8 buf[SAT_BUF_BYTES] __aligned(4);
};

extern const struct pioscsi_ops ata_chan_ops;

void ata_chan_init(struct pioscsi_hba *hba, const struct ata_io *io);

static inline u8 ata_read(struct ata_chan *ch, enum ata_io_reg reg)
{
	ch->hba->accesses++;
	return ch->io.ops->read(&ch->io, reg);
}

static inline void ata_write(struct ata_chan *ch, enum ata_io_reg reg, u8 val)
{
	ch->hba->accesses++;
	ch->io.ops->write(&ch->io, reg, val);
}

static inline void ata_data_in(struct ata_chan *ch, void *buf, u32 len)
{
	ch->hba->accesses += DIV_ROUND_UP(len, ch->io.ops->width);
	ch->io.ops->in(&ch->io, buf, len);
}

static inline void ata_data_out(struct ata_chan *ch, const void *buf, u32 len)
{
	ch->hba->accesses += DIV_ROUND_UP(len, ch->io.ops->width);
	ch->io.ops->out(&ch->io, buf, len);
}

static inline unsigned int ata_target_id(const struct ata_chan *ch,
					 const struct ata_target *target)
{
	return target - ch->targets;
}

#endif /* _PIOSCSI_ATA_CHAN_H */

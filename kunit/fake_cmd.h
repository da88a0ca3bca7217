/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fake midlayer over the port: devices, commands with their data buffers,
 * and what became of them.
 */
#ifndef _PIOSCSI_KUNIT_FAKE_CMD_H
#define _PIOSCSI_KUNIT_FAKE_CMD_H

#include <linux/blk-mq.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "../port.h"

#define FAKE_POISON	0xff	/* in a buffer before it is read into */

struct fake_hba;

/**
 * struct fake_seg - an entry of a scatter list
 * @offset: of its first byte in its page
 * @len: bytes; may go on over any number of pages
 */
struct fake_seg {
	unsigned int offset;
	unsigned int len;
};

/**
 * struct fake_cmd - a command as the block layer would lay it out
 * @rq: the request
 * @scmd: the midlayer's part, behind @rq
 * @cmd: the port's part, behind @scmd
 * @fake: the chip that it is for
 * @len: bytes in its data buffer
 * @at: of the next byte that the chip gives or takes
 * @done: how often it was ended
 * @direct: the last time by scsi_done_direct()
 * @result: the last time with this
 * @sense: its sense buffer
 */
struct fake_cmd {
	struct request rq;
	struct scsi_cmnd scmd;
	struct pioscsi_cmd cmd;

	struct fake_hba *fake;
	unsigned int len;
	unsigned int at;
	unsigned int done;
	bool direct;
	int result;
	u8 sense[SCSI_SENSE_BUFFERSIZE];
};

/**
 * fake_byte() - the byte at an offset of any command's data
 * @at: the offset
 *
 * Neither zero nor %FAKE_POISON, and of a period that divides no page.
 *
 * Return: the byte.
 */
static inline u8 fake_byte(unsigned int at)
{
	return at % 251 + 1;
}

struct scsi_device *fake_sdev(struct fake_hba *fake, unsigned int id, u64 lun);
struct scsi_device *fake_known_sdev(struct fake_hba *fake);

struct fake_cmd *fake_cmd(struct fake_hba *fake, struct scsi_device *sdev,
			  enum dma_data_direction dir, unsigned int len);
struct fake_cmd *fake_cmd_sg(struct fake_hba *fake, struct scsi_device *sdev,
			     enum dma_data_direction dir,
			     const struct fake_seg *segs, unsigned int nr);
struct fake_cmd *fake_queued(struct fake_hba *fake, struct scsi_device *sdev,
			     enum dma_data_direction dir, unsigned int len);
void fake_queue(struct fake_cmd *c);
void fake_done(struct scsi_cmnd *scmd, bool task);
u8 *fake_data(struct fake_cmd *c);
bool fake_holds(struct fake_cmd *c, unsigned int good, u8 rest);

#endif /* _PIOSCSI_KUNIT_FAKE_CMD_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fake midlayer over the port: devices, and commands with their data buffers
 * and results.
 */
#ifndef _PIOSCSI_KUNIT_FAKE_CMD_H
#define _PIOSCSI_KUNIT_FAKE_CMD_H

#include <linux/blk-mq.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "../port.h"
#include "scsi_test.h"

#define FAKE_POISON	0xff	/* initial byte of a read buffer */

struct fake_hba;

/**
 * struct fake_seg - an entry of a scatter list
 * @offset: offset of its first byte in its page
 * @len: bytes, on any number of pages
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
 * @at: offset of the next byte that the chip gives or takes
 * @done: number of completions
 * @direct: the last completion was scsi_done_direct()
 * @bh_off: BHs were off at the last completion
 * @result: result of the last completion
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
	bool bh_off;
	int result;
	u8 sense[SCSI_SENSE_BUFFERSIZE];
};

/**
 * fake_byte() - compute the byte at an offset of any command's data
 * @at: the offset
 *
 * It is neither zero nor %FAKE_POISON, and its period divides no page.
 *
 * Return: the byte.
 */
static inline u8 fake_byte(unsigned int at)
{
	return test_byte(1, at);
}

void fake_budget(struct kunit *test, struct scsi_device *sdev);
struct scsi_device *fake_sdev(struct fake_hba *fake, unsigned int id, u64 lun);
struct scsi_device *fake_known_sdev(struct fake_hba *fake);

struct fake_cmd *fake_cmd(struct fake_hba *fake, struct scsi_device *sdev,
			  enum dma_data_direction dir, unsigned int len);
struct fake_cmd *fake_cmd_sg(struct fake_hba *fake, struct scsi_device *sdev,
			     enum dma_data_direction dir,
			     const struct fake_seg *segs, unsigned int nr);
struct fake_cmd *fake_queued(struct fake_hba *fake, struct scsi_device *sdev,
			     enum dma_data_direction dir, unsigned int len);
struct fake_cmd *fake_queued_held(struct fake_hba *fake,
				  struct scsi_device *sdev);
void fake_queue(struct fake_cmd *c);
void fake_done(struct scsi_cmnd *scmd, bool task);
u8 *fake_data(struct fake_cmd *c);
bool fake_holds(struct fake_cmd *c, unsigned int good, u8 rest);

#endif /* _PIOSCSI_KUNIT_FAKE_CMD_H */

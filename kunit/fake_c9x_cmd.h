/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands for the fake 53C9x chip. fake_c9x.h includes this file.
 */
#ifndef _PIOSCSI_KUNIT_FAKE_C9X_CMD_H
#define _PIOSCSI_KUNIT_FAKE_C9X_CMD_H

#include <linux/dma-direction.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include <pioscsi/pioscsi.h>

struct fake_c9x;

/**
 * struct c9x_cmd - a command for the fake chip
 * @scmd: the midlayer's part
 * @sdev: its logical unit
 * @sg: its data
 * @cmd: the port's part
 * @buf: its data
 */
struct c9x_cmd {
	struct scsi_cmnd scmd;
	struct scsi_device sdev;
	struct scatterlist sg;
	struct pioscsi_cmd cmd;
	u8 buf[64];
};

struct c9x_cmd *c9x_cmd(struct fake_c9x *fake, unsigned int tag,
			unsigned int cdb_len, enum dma_data_direction dir,
			unsigned int len);
int fake_c9x_ask(struct fake_c9x *fake, struct pioscsi_xfer *xfer);
void fake_c9x_expect_wait(struct fake_c9x *fake);
void fake_c9x_start(struct fake_c9x *fake, struct c9x_cmd *c);
void fake_c9x_start_and_wait(struct fake_c9x *fake, struct c9x_cmd *c);
void fake_c9x_expect_end(struct fake_c9x *fake, struct c9x_cmd *c, int result);
void fake_c9x_expect_done(struct fake_c9x *fake, struct c9x_cmd *c, int result);
void fake_c9x_expect_xfer(struct fake_c9x *fake, struct c9x_cmd *c,
			  unsigned int len);
void fake_c9x_move_in(struct fake_c9x *fake, struct c9x_cmd *c,
		      unsigned int len, unsigned int moved);
void fake_c9x_move_out(struct fake_c9x *fake, struct c9x_cmd *c,
		       unsigned int len, unsigned int moved);

struct c9x_cmd *fake_c9x_tagged_cmd(struct fake_c9x *fake, unsigned int tag);
struct c9x_cmd *fake_c9x_disconnected(struct fake_c9x *fake, unsigned int tag);
void fake_c9x_end_reselected(struct fake_c9x *fake, struct c9x_cmd *c,
			     u8 status);
void fake_c9x_reselect_and_end(struct fake_c9x *fake, struct c9x_cmd *c,
			       u8 status);
void fake_c9x_expect_repeated(struct fake_c9x *fake, struct c9x_cmd *c);

#endif /* _PIOSCSI_KUNIT_FAKE_C9X_CMD_H */

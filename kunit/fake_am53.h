/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fake AM53C974: a FIFO, an interrupt, and answers to its commands that the
 * case has written down beforehand.
 */
#ifndef _PIOSCSI_KUNIT_FAKE_AM53_H
#define _PIOSCSI_KUNIT_FAKE_AM53_H

#include <kunit/test.h>
#include <linux/scatterlist.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "../am53c974/chip.h"

/* What the interrupt register says. */
#define BS	AM53_INTR_SERVICE
#define FC	AM53_INTR_DONE
#define DC	AM53_INTR_DISCONNECT
#define RESEL	AM53_INTR_RESELECTED

/* The phases, in short. */
#define DO	AM53_PHASE_DATA_OUT
#define DI	AM53_PHASE_DATA_IN
#define CD	AM53_PHASE_COMMAND
#define ST	AM53_PHASE_STATUS
#define MO	AM53_PHASE_MSG_OUT
#define MI	AM53_PHASE_MSG_IN

/**
 * struct fake_answer - what the chip makes of a command
 * @cmd: the command that has to come
 * @stat: then the phase, and errors
 * @intr: and the interrupt; 0: none yet
 * @step: of a selection
 * @keep: bytes that the target does not take out of the FIFO
 * @in: bytes that come into the FIFO instead
 * @len: number of @in
 */
struct fake_answer {
	u8 cmd;
	u8 stat;
	u8 intr;
	u8 step;
	u8 keep;
	u8 in[2];
	u8 len;
};

/**
 * struct fake_am53 - the chip
 * @test: the test
 * @hba: the HBA
 * @am: the front end's state
 * @answers: what is to come
 * @nr: how many
 * @next: the next one
 * @stat: status register
 * @intr: interrupt register
 * @step: step register
 * @fifo: the FIFO
 * @level: bytes in it
 * @ctrl1: first control register
 * @target: destination ID
 * @taken: bytes that the target took, over all
 * @nr_taken: how many
 * @flushed: FIFO flushes of what was not empty
 */
struct fake_am53 {
	struct kunit *test;
	struct pioscsi_hba *hba;
	struct am53 *am;
	const struct fake_answer *answers;
	unsigned int nr;
	unsigned int next;
	u8 stat;
	u8 intr;
	u8 step;
	u8 fifo[AM53_FIFO_SIZE];
	unsigned int level;
	u8 ctrl1;
	u8 target;
	u8 taken[256];
	unsigned int nr_taken;
	unsigned int flushed;
};

/**
 * struct am53_cmd - a command for it
 * @scmd: the midlayer's part
 * @sdev: its logical unit
 * @sg: its data
 * @cmd: the port's part
 * @buf: its data
 */
struct am53_cmd {
	struct scsi_cmnd scmd;
	struct scsi_device sdev;
	struct scatterlist sg;
	struct pioscsi_cmd cmd;
	u8 buf[64];
};

int fake_am53_init(struct kunit *test);
void fake_am53_exit(struct kunit *test);

void fake_am53_script(struct fake_am53 *fake,
		      const struct fake_answer *answers, unsigned int nr);
void fake_am53_interrupt(struct fake_am53 *fake, u8 stat, u8 intr);
void fake_am53_fill(struct fake_am53 *fake, const u8 *byte, unsigned int len);
struct am53_cmd *am53_cmd(struct fake_am53 *fake, unsigned int tag,
			  unsigned int cdb_len, enum dma_data_direction dir,
			  unsigned int len);
enum pioscsi_next fake_am53_ask(struct fake_am53 *fake,
				struct pioscsi_xfer *xfer);

#define SCRIPT(fake, ...) do {						\
	static const struct fake_answer answers[] = { __VA_ARGS__ };	\
									\
	fake_am53_script(fake, answers, ARRAY_SIZE(answers));		\
} while (0)

#endif /* _PIOSCSI_KUNIT_FAKE_AM53_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SCSI / ATA translation (SAT-4): the SCSI commands of a direct access device
 * as ATA commands of the PIO and the non-data protocol.
 *
 * The translation touches no register, allocates no memory, and does not know
 * the midlayer. The caller fills in the first part of struct sat_cmd and calls
 * sat_translate(), which returns the next thing to do. Until the command has
 * ended, sat_next() returns the one after that.
 *
 * - SAT_TASKFILE: issue cmd->tf, move its data, and read the registers. Then
 *   call sat_next(cmd, &registers).
 * - SAT_PARAM: move cmd->len bytes from the initiator to cmd->buf. Then call
 *   sat_next(cmd, NULL).
 * - SAT_REPLY: move cmd->len bytes from cmd->buf to the initiator. The status
 *   is GOOD.
 * - SAT_GOOD: the status is GOOD.
 * - SAT_CHECK: the status is CHECK CONDITION.
 *
 * After an abort or a reset, the caller may drop a command at any point.
 */
#ifndef _PIOSCSI_ATA_SAT_H
#define _PIOSCSI_ATA_SAT_H

#include <linux/dma-direction.h>
#include <linux/types.h>

struct sat_dev;
struct sat_op;

/* DOWNLOAD MICROCODE, not in <linux/ata.h>. */
#define SAT_CMD_DOWNLOAD_MICROCODE	0x92

/* The longest reply is that of REPORT SUPPORTED OPERATION CODES. */
#define SAT_BUF_BYTES		644

/**
 * enum sat_answer - the next thing to do with a command
 * @SAT_TASKFILE: issue &sat_cmd.tf, then call sat_next() with its result
 * @SAT_PARAM: receive &sat_cmd.len bytes of parameter data in &sat_cmd.buf,
 *	then call sat_next() without a result
 * @SAT_REPLY: send &sat_cmd.len bytes of &sat_cmd.buf: at least one, and not
 *	more than the initiator's buffer takes; status GOOD
 * @SAT_GOOD: status GOOD
 * @SAT_CHECK: status CHECK CONDITION; &sat_cmd.sense is written. After a
 *	taskfile its data remains valid as far as it was moved.
 */
enum sat_answer {
	SAT_TASKFILE,
	SAT_PARAM,
	SAT_REPLY,
	SAT_GOOD,
	SAT_CHECK,
};

/**
 * enum sat_protocol - how a taskfile moves its data
 * @SAT_NON_DATA: not at all
 * @SAT_PIO_IN: from the device
 * @SAT_PIO_OUT: to the device
 */
enum sat_protocol {
	SAT_NON_DATA,
	SAT_PIO_IN,
	SAT_PIO_OUT,
};

/**
 * struct sat_regs - the registers of a command, or of its end
 * @feature: FEATURES; at the end of a command, ERROR
 * @nsect: SECTOR COUNT
 * @lbal: LBA LOW
 * @lbam: LBA MID
 * @lbah: LBA HIGH
 * @device: DEVICE. The translation leaves the DEV bit 0, and ignores it.
 * @command: COMMAND; at the end of a command, STATUS
 * @hob_feature: the byte written to FEATURES before @feature
 * @hob_nsect: the byte written to SECTOR COUNT before @nsect, or read with HOB
 * set
 * @hob_lbal: the same for @lbal
 * @hob_lbam: the same for @lbam
 * @hob_lbah: the same for @lbah
 * @lba_invalid: at the end of a command, the LBA is not that of the error
 */
struct sat_regs {
	u8 feature;
	u8 nsect;
	u8 lbal;
	u8 lbam;
	u8 lbah;
	u8 device;
	u8 command;
	u8 hob_feature;
	u8 hob_nsect;
	u8 hob_lbal;
	u8 hob_lbam;
	u8 hob_lbah;
	bool lba_invalid;
};

/**
 * struct sat_tf - an ATA command to be issued
 * @regs: its registers
 * @ext: also write the hob_ registers, and read them at the end
 * @want_regs: read all registers at the end. Otherwise ERROR, SECTOR COUNT
 *	and the LBA are only needed if STATUS has ERR or DF.
 * @protocol: direction of the data
 * @bytes: bytes of data, 0 for %SAT_NON_DATA; at most the size of the
 *	initiator's buffer
 * @drq_bytes: bytes in each DRQ block; the last block may be shorter
 */
struct sat_tf {
	struct sat_regs regs;
	bool ext;
	bool want_regs;
	enum sat_protocol protocol;
	u32 bytes;
	u32 drq_bytes;
};

/**
 * struct sat_cmd - a SCSI command on its way through the translation
 * @dev: the device; for an ATAPI device, the command is ATA PASS-THROUGH
 * @cdb: the CDB
 * @cdb_len: bytes of @cdb
 * @dir: %DMA_FROM_DEVICE, %DMA_TO_DEVICE or %DMA_NONE
 * @data_len: bytes of the initiator's buffer
 * @passthrough: the command is one of a program or of sd. No file system gets
 *	its end.
 * @buf: %SAT_BUF_BYTES bytes for replies and parameter data
 * @sense: %SCSI_SENSE_BUFFERSIZE bytes for sense data
 * @tf: the taskfile of %SAT_TASKFILE
 * @len: the bytes of %SAT_PARAM and %SAT_REPLY
 * @note: a message about the device for the log, or %NULL; set with each answer
 * @final: after %SAT_CHECK: the initiator must learn of this error even if the
 *	same command would now succeed
 *
 * The fields up to @sense are the caller's, and stay as they are until the
 * end of the command. @buf is aligned for a u16. The data of several taskfiles,
 * one after the other, is the data of the command.
 */
struct sat_cmd {
	struct sat_dev *dev;
	const u8 *cdb;
	unsigned int cdb_len;
	enum dma_data_direction dir;
	u32 data_len;
	bool passthrough;
	u8 *buf;
	u8 *sense;

	struct sat_tf tf;
	u32 len;
	const char *note;
	bool final;

	/* private: the translation's */
	const struct sat_op *op;
	u8 step;		/* the purpose of the last answer; the op's */
	u64 lba;		/* first LBA of the next taskfile */
	u64 left;		/* sectors from @lba on that are left */
	u32 chunk;		/* sectors of the last taskfile */
	u8 todo;		/* MODE SELECT: switches to change */
	u8 want;		/* MODE SELECT: switches on afterwards */
};

bool sat_loses_write(const struct sat_cmd *cmd, const struct sat_regs *result);
bool sat_is_multiple(u8 command);
u8 sat_media_error(const struct sat_regs *result);
u8 sat_pass_command(const struct sat_cmd *cmd);
bool sat_is_pass_through(const struct sat_cmd *cmd);
void sat_pass_wrong_protocol(struct sat_cmd *cmd, const struct sat_regs *regs);
enum sat_answer sat_translate(struct sat_cmd *cmd);
enum sat_answer sat_next(struct sat_cmd *cmd, const struct sat_regs *result);

#endif /* _PIOSCSI_ATA_SAT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* A SCSI command, as the port and the front ends share it. */
#ifndef _PIOSCSI_CMD_H
#define _PIOSCSI_CMD_H

#include <linux/list.h>
#include <linux/types.h>
#include <scsi/scsi_eh.h>

struct scatterlist;
struct scsi_cmnd;

/**
 * struct pioscsi_cursor - a position in a scatter list
 * @sg: the entry, %NULL after the last one
 * @offset: offset in the entry, bytes
 */
struct pioscsi_cursor {
	struct scatterlist *sg;
	unsigned int offset;
};

/**
 * struct pioscsi_saved_cmd - state of a command during its REQUEST SENSE
 * @scmd: state that the midlayer saves and restores
 * @result: &pioscsi_cmd.result
 * @moved: &pioscsi_cmd.moved
 * @at: position at which its data ended
 * @overrun: bytes beyond its buffer
 * @overrun_ok: &pioscsi_cmd.overrun_ok
 * @overran: &pioscsi_cmd.overran
 */
struct pioscsi_saved_cmd {
	struct scsi_eh_save scmd;
	int result;
	unsigned int moved;
	struct pioscsi_cursor at;
	u64 overrun;
	bool overrun_ok;
	bool overran;
};

/**
 * struct pioscsi_cmd - the port's part of a SCSI command
 * @scmd: the command; the front end reads its CDB, device and buffer length,
 *	and writes its sense buffer
 * @tag: unique among the commands of the HBA, from 0 to &pioscsi_hba.depth - 1
 * @tagged: whether the command is sent with a queue tag, if the bus has any;
 *	set by the port before start(). The tag is a SIMPLE one: the port knows
 *	neither ORDERED nor HEAD OF QUEUE
 * @sensing: whether the port fetches sense data: @scmd is REQUEST SENSE now,
 *	see &pioscsi_hba.needs_request_sense. The front end only reads it
 * @result: set by the front end before it answers %PIOSCSI_DONE: host byte and
 *	SAM status, as in &scsi_cmnd.result
 * @overrun_ok: set by start(): data beyond the buffer is discarded and is no
 *	error. The port clears it before.
 * @final: set before the answer %PIOSCSI_DONE: the midlayer must not send the
 *	command again, because that would hide an error. The port clears it
 *	before start().
 * @overran: set by a front end that moves the data itself, before the answer
 *	%PIOSCSI_DONE: the target had more data than the buffer holds. RECOVERED
 *	ERROR is an error then. The port clears it before start().
 * @moved: bytes of the data buffer that the port has moved so far
 *
 * The HBA's owner may access it from start() until the end of the command.
 */
struct pioscsi_cmd {
	struct scsi_cmnd *scmd;
	unsigned int tag;
	bool tagged;
	bool sensing;
	int result;
	bool overrun_ok;
	bool final;
	bool overran;
	unsigned int moved;

	/* private: the port's */
	struct list_head node;		/* in its LUN's queue; port's lock */
	bool queued;			/* @node is in a queue; port's lock */
	bool timeout_extended;		/* once; timeout handler */
	u64 settle_end;			/* its settle time; timeout handler */
	struct pioscsi_cursor at;	/* position of the next byte; owner */
	u64 overrun;			/* bytes beyond the buffer; owner */
	struct pioscsi_saved_cmd saved;	/* valid while @sensing; owner */
};

#endif /* _PIOSCSI_CMD_H */

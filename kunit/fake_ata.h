/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An ATA channel over registers that say what the case has put into them.
 */
#ifndef _PIOSCSI_KUNIT_FAKE_ATA_H
#define _PIOSCSI_KUNIT_FAKE_ATA_H

#include <kunit/test.h>
#include <linux/blk-mq.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "../ata/chan.h"
#include "../port.h"

#define FAKE_ATA_BLOCK		8192U
#define FAKE_ATA_READY		ATA_DRDY

/* INTERRUPT REASON */
#define FAKE_ATA_TAKES_CDB	1
#define FAKE_ATA_TO_HOST	2

#define FAKE_ATA_REGS		9
#define FAKE_ATA_LAST		16
#define FAKE_ATA_COMMANDS	8

/**
 * struct fake_ata - registers, and a record of their accesses
 * @test: the test
 * @port: the HBA of the registers, with the fields that the tests need
 * @chan: the channel
 * @rq: the request
 * @scmd: the command, behind @rq
 * @sdev: its device
 * @cmd: likewise
 * @active: likewise
 * @sense: its sense data
 * @in: the values that are read from the registers
 * @hob: the same while HOB is set
 * @second: the second device's status, 0 if it is that of @in
 * @floats: the second device is absent, its registers keep nothing
 * @answers_for_second: the second device is absent, and the first one answers
 *	for it: with a status of 00h, and with its own other registers
 * @undriven: no device drives the bus, which keeps its last value @bus
 * @bus: see @undriven
 * @keeps: SECTOR COUNT and LBA LOW keep what is written to them
 * @stuck: number of SRST after which the first device is no longer busy
 * @resets: number of these writes
 * @full: number of words to be read from the first device before it clears DRQ
 * @busy_reads: number of reads of the status in which BSY is set
 * @wait_ms: the longest time limit of a wait for a status, ms
 * @empty_reads: number of reads of the status after SRST that show an empty
 *	slot
 * @ready_after: if not 0, the read of the first device's STATUS from which on
 *	DRDY is set
 * @script: the next values of the status, up to a 0; may be %NULL
 * @data: the bytes of the data port, from @at on; %NULL for zeros
 * @at: see @data
 * @out: the values that were written
 * @first: the values that were written before these
 * @last: the last bytes written to the data port
 * @commands: the commands that were written
 * @num_commands: number of @commands
 * @acks: number of reads of STATUS
 * @looks: number of reads of ALTERNATE STATUS
 * @deferred: the last answer came from the bottom half
 * @reports: resets that the midlayer was told
 * @bytes_in: bytes that were read from the data port
 * @bytes_out: bytes that were written to it
 */
struct fake_ata {
	struct kunit *test;
	struct pioscsi_port port;
	struct pioata_chan chan;
	struct request rq;
	struct scsi_cmnd scmd;
	struct scsi_device sdev;
	struct pioscsi_cmd cmd;
	struct pioscsi_cmd *active[1];
	u8 sense[SCSI_SENSE_BUFFERSIZE];
	u8 in[FAKE_ATA_REGS];
	u8 hob[FAKE_ATA_REGS];
	u8 second;
	bool floats;
	bool answers_for_second;
	bool undriven;
	u8 bus;
	bool keeps;
	unsigned int stuck;
	unsigned int resets;
	unsigned int full;
	unsigned int busy_reads;
	unsigned int wait_ms;
	unsigned int empty_reads;
	unsigned int ready_after;
	const u8 *script;
	const u8 *data;
	unsigned int at;
	u8 out[FAKE_ATA_REGS];
	u8 first[FAKE_ATA_REGS];
	u8 last[FAKE_ATA_LAST];
	u8 commands[FAKE_ATA_COMMANDS];
	unsigned int num_commands;
	unsigned int acks;
	unsigned int looks;
	bool deferred;
	unsigned int reports;
	unsigned int bytes_in;
	unsigned int bytes_out;
};

struct fake_ata *fake_ata_create(struct kunit *test);
int fake_ata_start(struct fake_ata *fake, enum dma_data_direction dir, u32 len,
		   const u8 *cdb, unsigned int cdb_len);
int fake_ata_start_rw(struct fake_ata *fake, enum dma_data_direction dir,
		      u32 len);
bool fake_ata_claim(struct fake_ata *fake, u8 status);
enum pioscsi_next fake_ata_ask(struct fake_ata *fake, u8 status);
void fake_ata_move(struct fake_ata *fake, enum dma_data_direction dir,
		   u32 len);

int fake_ata_setup(struct kunit *test);
void fake_ata_identify(struct fake_ata *fake);
int fake_ata_start_one(struct fake_ata *fake);
u8 fake_ata_sent(const struct fake_ata *fake);

int fake_ata_wait_briefly(struct pioata_chan *ch, u8 mask, u8 bits,
			  unsigned int ms, unsigned int gone_ms);

/* Expects the answer @_next to the status @_status. */
#define fake_ata_expect(_fake, _status, _next) \
do { \
	struct fake_ata *_f = (_fake); \
	\
	KUNIT_EXPECT_EQ(_f->test, fake_ata_ask(_f, _status), _next); \
} while (0)

#endif /* _PIOSCSI_KUNIT_FAKE_ATA_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An ATA channel: its registers, its two devices, and the command that one of
 * them executes.
 */
#ifndef _PIOSCSI_ATA_CHAN_H
#define _PIOSCSI_ATA_CHAN_H

#include <linux/ata.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <pioscsi/pioscsi.h>

#include "dev.h"
#include "io.h"
#include "sat.h"

#define PIOATA_CHAN_TARGETS	PIOATA_IO_DEVICES

/* SRST is held for at least 5 us, and STATUS is valid 2 ms later. */
#define PIOATA_SRST_HOLD_US	20
#define PIOATA_SRST_SETTLE_MS	3

/* Until then a device that has ended its reset may report no DRDY. */
#define PIOATA_READY_MS		3000

/* A slot is empty if its status is that of no device for this time. */
#define PIOATA_GONE_MS		200

/* The time that ATA allows a disk to spin up after a reset. */
#define PIOATA_SPINUP_MS	31000

/**
 * enum pioata_phase - the phase of the present command
 * @PIOATA_IDLE: no command
 * @PIOATA_APPEAR: the status is that of no device, or has DRQ. This may end. No
 *	command has been issued
 * @PIOATA_NON_DATA: a command without data; it ends with an interrupt
 * @PIOATA_DATA_IN: an interrupt comes for each DRQ block, none for the end
 * @PIOATA_DATA_FIRST: no interrupt announces the first DRQ block of a write
 * @PIOATA_DATA_OUT: an interrupt comes for each further block, and for the end
 * @PIOATA_CDB: the device is about to take the CDB, without an interrupt
 * @PIOATA_PACKET: an interrupt comes for each data block, and for the end
 * @PIOATA_REPLY: the data comes from memory
 * @PIOATA_PARAM: the data goes to memory
 * @PIOATA_SETUP: a taskfile of the set-up has ended; the bottom half continues
 * @PIOATA_WAKE: SRST wakes a device that sleeps
 * @PIOATA_STALE: the device requests data without a command; only a reset
 *	ends that
 * @PIOATA_ENDED: the result is known
 */
enum pioata_phase {
	PIOATA_IDLE,
	PIOATA_APPEAR,
	PIOATA_NON_DATA,
	PIOATA_DATA_IN,
	PIOATA_DATA_FIRST,
	PIOATA_DATA_OUT,
	PIOATA_CDB,
	PIOATA_PACKET,
	PIOATA_REPLY,
	PIOATA_PARAM,
	PIOATA_SETUP,
	PIOATA_WAKE,
	PIOATA_STALE,
	PIOATA_ENDED,
};

/**
 * enum pioata_step - the purpose of a taskfile
 * @PIOATA_STEP_COMMAND: for the SCSI command
 * @PIOATA_STEP_IDENTIFY: to find out whether the device is a disk
 * @PIOATA_STEP_IDENTIFY_PACKET: to find out whether it is an ATAPI device
 * @PIOATA_STEP_SPINUP: to spin up a disk that powers up in standby
 * @PIOATA_STEP_WIDTH: to set 8-bit transfers
 * @PIOATA_STEP_PARAMS: to set the translation of a disk without LBA
 * @PIOATA_STEP_MODE: to set the PIO mode
 * @PIOATA_STEP_MULTI: to set the blocks of READ and WRITE MULTIPLE
 */
enum pioata_step {
	PIOATA_STEP_COMMAND,
	PIOATA_STEP_IDENTIFY,
	PIOATA_STEP_IDENTIFY_PACKET,
	PIOATA_STEP_SPINUP,
	PIOATA_STEP_WIDTH,
	PIOATA_STEP_PARAMS,
	PIOATA_STEP_MODE,
	PIOATA_STEP_MULTI,
};

/**
 * struct pioata_rescan - a pending rescan of a SCSI device
 * @work: the work item of the rescan
 * @sdev: the device, referenced while @work is pending or runs
 * @refused: the midlayer has refused the last rescan
 */
struct pioata_rescan {
	struct work_struct work;
	struct scsi_device *sdev;
	bool refused;
};

/**
 * enum pioata_sign - the signature in the registers of a device after a reset
 * @PIOATA_SIGN_NONE: none, or an invalid one
 * @PIOATA_SIGN_ATA: that of an ATA device
 * @PIOATA_SIGN_ATAPI: that of an ATAPI device
 */
enum pioata_sign {
	PIOATA_SIGN_NONE,
	PIOATA_SIGN_ATA,
	PIOATA_SIGN_ATAPI,
};

/**
 * enum pioata_identity - the result of a step of the identification
 * @PIOATA_UNKNOWN: none yet, or the job has ended
 * @PIOATA_IDENTIFIED: the device is known now
 * @PIOATA_NARROW: the data port has 8 bits
 */
enum pioata_identity {
	PIOATA_UNKNOWN,
	PIOATA_IDENTIFIED,
	PIOATA_NARROW,
};

/**
 * struct pioata_target - one of the two devices of a channel
 * @dev: its IDENTIFY data
 * @known: a scan has found its SCSI device
 * @ready: it has been set up since the last reset
 * @absent: after the last reset it stayed busy, requested data, or did not
 *	drive the bus
 * @gone: its last command found an empty slot
 * @asleep: it has executed SLEEP, and needs a reset to wake up
 * @medium_changed: it has reported another medium since its last set-up
 * @changed: ATA PASS-THROUGH may have changed its IDENTIFY data since the scan
 *	that found it
 * @no_multi: it reports multiple mode, but aborts the commands
 * @loading: it has taken a segment of firmware that may be the last one. The
 *	next command is preceded by the set-up, unless it is another segment.
 * @broken: it has violated the protocol too often; ignored until a scan finds
 *	it as a new SCSI device
 * @bad_sum: its IDENTIFY data is used in spite of a wrong checksum
 * @faults: weight of the commands in a row in which it has violated the
 *	protocol
 * @sense_due: it has not been sent REQUEST SENSE since the last fault
 * @logged_pio: its PIO mode in the last log line, plus 1; %U8_MAX for its
 *	default mode, 0 if there was none
 * @sign: its signature after the last reset
 * @rescan: rescans the SCSI device when @dev has changed and the midlayer does
 * not know it
 */
struct pioata_target {
	struct sat_dev dev;
	bool known;
	bool ready;
	bool absent;
	bool gone;
	bool asleep;
	bool medium_changed;
	bool changed;
	bool no_multi;
	bool loading;
	bool broken;
	bool bad_sum;
	u8 faults;
	bool sense_due;
	u8 logged_pio;
	enum pioata_sign sign;
	struct pioata_rescan rescan;
};

/**
 * struct pioata_job - the SCSI command that the channel executes
 * @phase: the present phase
 * @fault_phase: the phase of the last fault, which may have ended the command
 * @step: the purpose of @tf
 * @target: the device
 * @sdev: its SCSI device
 * @sat: the command, and its translation
 * @tf: the taskfile
 * @left: bytes of @tf that have not been announced yet
 * @block: bytes that have been announced and not been moved yet
 * @dir: their direction
 * @inquiry: the command reads standard INQUIRY data of an ATAPI device
 * @old_version: that INQUIRY data had version 0, which has been corrected
 * @begun: data has been moved, so the device changes its status soon
 * @await_status: the last word of a block or of a CDB has just been moved, so
 *	STATUS is not valid yet
 * @left_status: the last status is to be read again by a bottom half
 * @failed: ERR and DF of a status that came with data
 * @error: ERROR for @failed
 * @lacks_data: the device has requested more data than the command has
 * @tries: number of failed IDENTIFY commands
 * @same_sums: attempts in a row that gave the same IDENTIFY data with a wrong
 *	checksum
 * @other_tried: the other of the two IDENTIFY commands has been tried
 * @spun_up: the disk has been told to spin up
 * @is_new: the device was not known before this command
 * @is_check: IDENTIFY DEVICE checks the set-up
 * @num_begun: steps of the set-up that have been looked at
 * @multi: sectors of a DRQ block as SET MULTIPLE MODE has set it, or 0
 * @wide: accesses to restore if the device refuses 8-bit transfers, or %NULL
 * @again: the device has been set up again for this command
 * @single: the command is tried without multiple mode
 * @since: start of the present wait for a reset or a device that is gone, ns
 * @drq_since: start of the wait for the end of DRQ after the last block of @tf,
 *	ns; 0 if there is none
 * @cdb_since: first DRQ for the CDB of a device that does not take the CDB at
 *	once, ns; 0 if there is none
 * @result: result of the command, for %PIOATA_ENDED
 */
struct pioata_job {
	enum pioata_phase phase;
	enum pioata_phase fault_phase;
	enum pioata_step step;
	struct pioata_target *target;
	struct scsi_device *sdev;
	struct sat_cmd sat;
	struct sat_tf tf;
	u32 left;
	u32 block;
	enum dma_data_direction dir;
	bool begun;
	bool await_status;
	bool left_status;
	u8 failed;
	u8 error;
	bool lacks_data;
	bool inquiry;
	bool old_version;
	u8 tries;
	u8 same_sums;
	bool other_tried;
	bool spun_up;
	bool is_new;
	bool is_check;
	u8 num_begun;
	u8 multi;
	const struct pioata_io_ops *wide;
	bool again;
	bool single;
	u64 since;
	u64 drq_since;
	u64 cdb_since;
	int result;
};

/**
 * struct pioata_chan - a channel, the front end's state of an HBA
 * @hba: the HBA
 * @io: its registers
 * @ctl: DEVICE CONTROL as it was last written
 * @selected: number of the selected device
 * @acked: an interrupt was acknowledged and has not been served
 * @status: STATUS at the acknowledge
 * @targets: the devices
 * @modes: transfer modes of the devices
 * @fresh: IDENTIFY data that is being read
 * @id_lock: held by the owner while it changes &sat_dev.id of @targets
 * @job: the command
 * @resume: ends the sleep of the channel
 * @buf: buffer for data from memory or to memory
 *
 * Only the owner of the channel accesses the fields. An ioctl reads
 * &sat_dev.id of a target under @id_lock. The owner may change the settings of
 * the target meanwhile, each of which is one byte.
 */
struct pioata_chan {
	struct pioscsi_hba *hba;
	struct pioata_io io;
	u8 ctl;
	u8 selected;
	bool acked;
	u8 status;
	struct pioata_target targets[PIOATA_CHAN_TARGETS];
	struct pioata_mode modes[PIOATA_CHAN_TARGETS];
	struct sat_dev fresh;
	spinlock_t id_lock;	/* protects sat_dev.id of the targets */
	struct pioata_job job;
	struct work_struct resume;
	u8 buf[SAT_BUF_BYTES] __aligned(4);
};

/* hba.c */
extern const struct pioscsi_ops pioata_chan_ops;

void pioata_chan_init(struct pioscsi_hba *hba, const struct pioata_io *io);

/* phase.c */
bool pioata_claim(struct pioscsi_hba *hba);
enum pioscsi_next pioata_service(struct pioscsi_hba *hba,
				 struct pioscsi_xfer *xfer);

/* ready.c */
int pioata_wait_status(struct pioata_chan *ch, u8 mask, u8 bits,
		       unsigned int ms, unsigned int gone_ms);
unsigned int pioata_ms_since(unsigned long srst);
unsigned int pioata_wait_all(struct pioata_chan *ch, unsigned int found,
			     unsigned int ms);

/* reset.c */
int pioata_abort_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);
int pioata_reset_lun(struct pioscsi_hba *hba, unsigned int id, u64 lun);
int pioata_reset_target(struct pioscsi_hba *hba, unsigned int id);
int pioata_reset_bus(struct pioscsi_hba *hba);

/* standby.c */
void pioata_standby(struct pioscsi_hba *hba);

/* wakeup.c */
void pioata_wake(struct pioata_chan *ch);
bool pioata_wake_next(struct pioata_chan *ch);

/* command.c */
int pioata_start_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);
void pioata_job_begin(struct pioata_chan *ch);
void pioata_job_tf_ended(struct pioata_chan *ch, u8 status);
void pioata_job_got_param(struct pioata_chan *ch);

/* packet.c */
bool pioata_packet_may_overrun(const struct sat_cmd *cmd);
void pioata_packet_begin(struct pioata_chan *ch);
void pioata_packet_fix_inquiry(struct pioata_chan *ch, u8 *buf, u32 len);
enum pioscsi_next pioata_packet_cdb(struct pioata_chan *ch, u8 status);
bool pioata_packet_expects_data(const struct pioata_chan *ch);
enum pioscsi_next pioata_packet_data(struct pioata_chan *ch, u8 status);

/* rescan.c */
void pioata_rescan_init(struct pioata_rescan *rescan);
void pioata_rescan_request(struct pioata_rescan *rescan, struct sat_dev *dev,
			   struct scsi_device *sdev);
void pioata_rescan_cancel(struct pioata_rescan *rescan);

/* identify.c */
void pioata_device_absent(struct pioata_chan *ch);
void pioata_identify(struct pioata_chan *ch);
enum pioata_identity pioata_identify_next(struct pioata_chan *ch, u8 status);

/* setup.c */
void pioata_slow_down(struct pioata_chan *ch, unsigned int id);
void pioata_setup(struct pioata_chan *ch);
bool pioata_setup_next(struct pioata_chan *ch, u8 status);

/* error.c */
bool pioata_left_multiple(const struct pioata_job *job,
			  const struct sat_regs *regs);
void pioata_forgo_multiple(struct pioata_chan *ch);
void pioata_keep_flush_error(struct pioata_chan *ch);
void pioata_note_medium(struct pioata_job *job, const struct sat_regs *regs);

/* fault.c */
enum pioscsi_next pioata_fault(struct pioata_chan *ch, u8 status,
			       const char *what);
enum pioscsi_next pioata_late_drq(struct pioata_chan *ch, u8 status);

/* ioctl.c */
int pioata_ioctl(struct pioscsi_hba *hba, struct scsi_device *sdev,
		 unsigned int cmd, void __user *arg);

/* tf.c */
u8 pioata_pause(struct pioata_chan *ch);
bool pioata_leave_status(struct pioata_chan *ch);
u8 pioata_status_again(struct pioata_chan *ch, u8 status);
void pioata_await_status(struct pioata_chan *ch, bool is_last);
u8 pioata_reselect(struct pioata_chan *ch, unsigned int id);
u8 pioata_select(struct pioata_chan *ch, unsigned int id);
bool pioata_keeps_registers(struct pioata_chan *ch);
bool pioata_is_undriven(struct pioata_chan *ch, unsigned int id);
void pioata_tf_write(struct pioata_chan *ch, const struct sat_tf *tf);
void pioata_issue(struct pioata_chan *ch, const struct sat_tf *tf);
void pioata_note_error(struct pioata_chan *ch, u8 status);
u8 pioata_end_status(struct pioata_chan *ch, u8 status);
u8 pioata_read_error(struct pioata_chan *ch);
void pioata_tf_read(struct pioata_chan *ch, const struct sat_tf *tf, u8 status,
		    struct sat_regs *regs);

/*
 * Values of STATUS without a device: the bus is pulled up, or only D7 is pulled
 * down.
 */
static inline bool pioata_no_device(u8 status)
{
	return status == 0xff || status == 0x7f;
}

/*
 * Tells whether nothing drives the registers of a device. They may read as busy
 * for ever then. A device that sleeps need not answer either.
 */
static inline bool pioata_is_silent(const struct pioata_target *target)
{
	return target->absent || target->asleep;
}

/*
 * A device that has ended a command reports DRDY or an error. The other device
 * shows 00h for an absent one. So does a bus that is pulled down, and a device
 * that has reset itself.
 */
static inline bool pioata_has_ended(u8 status)
{
	return status & (ATA_DRDY | ATA_ERR | ATA_DF);
}

/*
 * Tells whether the taskfile is one of those that find out whether the device
 * is present. An absent device raises no interrupt, and is not busy.
 */
static inline bool pioata_is_finding(const struct pioata_job *job)
{
	switch (job->step) {
	case PIOATA_STEP_WIDTH:
	case PIOATA_STEP_IDENTIFY:
	case PIOATA_STEP_IDENTIFY_PACKET:
		return true;
	default:
		return false;
	}
}

/* Ends the command: @result is its host byte and SAM status. */
static inline void pioata_job_end(struct pioata_chan *ch, int result)
{
	ch->job.phase = PIOATA_ENDED;
	ch->job.result = result;
}

/* Forgets the command, and the interrupt that was acknowledged for it. */
static inline void pioata_job_clear(struct pioata_chan *ch)
{
	memset(&ch->job, 0, sizeof(ch->job));
	ch->acked = false;
}

static inline u8 pioata_read(struct pioata_chan *ch, enum pioata_io_reg reg)
{
	ch->hba->accesses++;
	return ch->io.ops->read(&ch->io, reg);
}

static inline void pioata_write(struct pioata_chan *ch, enum pioata_io_reg reg,
				u8 val)
{
	ch->hba->accesses++;
	ch->io.ops->write(&ch->io, reg, val);
}

/* Reads STATUS, and acknowledges the interrupt at device and controller. */
static inline u8 pioata_read_status(struct pioata_chan *ch)
{
	u8 status = pioata_read(ch, PIOATA_IO_STATUS);

	if (ch->io.ack)
		ch->io.ack(&ch->io);
	return status;
}

static inline void pioata_data_in(struct pioata_chan *ch, void *buf, u32 len)
{
	ch->hba->accesses += DIV_ROUND_UP(len, ch->io.ops->width);
	ch->io.ops->in(&ch->io, buf, len);
}

static inline void pioata_data_out(struct pioata_chan *ch, const void *buf,
				   u32 len)
{
	ch->hba->accesses += DIV_ROUND_UP(len, ch->io.ops->width);
	ch->io.ops->out(&ch->io, buf, len);
}

static inline unsigned int pioata_target_id(const struct pioata_chan *ch,
					    const struct pioata_target *target)
{
	return target - ch->targets;
}

#endif /* _PIOSCSI_ATA_CHAN_H */

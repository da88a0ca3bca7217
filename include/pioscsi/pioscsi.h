/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The miniport interface: what a front end for one kind of chip gives the
 * port, and what it gets.
 *
 * Writing a front end, in order:
 *
 *  1. One file of registers: offsets and bits, nothing else.
 *  2. One file of phases: a const struct pioscsi_ops over a private struct.
 *  3. claim(): one register read that tells whether the chip interrupted.
 *     If it did, acknowledge it there and keep what reading it
 *     destroys (a status register that is cleared by it, say).
 *  4. service(): look at the chip and answer one question: what now? Do the
 *     short things of a phase there (a message, a status byte); data is only
 *     announced, with pioscsi_xfer.len bytes ready to be moved at once.
 *  5. pio_in() and pio_out(): move bytes through the data port. No budget, no
 *     loop over pages, no rescheduling: the port calls them in short pieces.
 *  6. start(): begin a command; -EBUSY while the chip takes none.
 *  7. mask() and unmask(): one register each. A chip that cannot be masked
 *     says so in struct pioscsi_hba and leaves them empty.
 *  8. abort_cmd() to reset_hba(): how the chip gives up one command, all of
 *     a LUN's, a target's, the bus' or its own.
 *  9. One file of bus glue: a module init that calls
 *     pioscsi_register_driver(); a probe that finds the registers, calls
 *     pioscsi_alloc_hba(), fills in struct pioscsi_hba, readies the chip with
 *     its interrupts masked and calls pioscsi_add_hba(), which unmasks them;
 *     a remove that calls pioscsi_remove_hba(), after which the chip is
 *     masked and has no command, and pioscsi_free_hba(). Sleep is
 *     pioscsi_suspend_hba() and pioscsi_resume_hba(), around what the bus
 *     needs.
 *
 * What a front end never does: decide when to move data, take a lock against
 * the port, complete a scsi_cmnd, or wait for longer than a few microseconds.
 */
#ifndef _PIOSCSI_PIOSCSI_H
#define _PIOSCSI_PIOSCSI_H

#include <linux/dma-direction.h>
#include <linux/list.h>
#include <linux/types.h>
#include <scsi/scsi_eh.h>
#include <scsi/scsi_host.h>

struct scatterlist;
struct pioscsi_hba;

/**
 * struct pioscsi_cursor - a place in a scatter list
 * @sg: the entry, %NULL behind the last one
 * @offset: bytes into it
 */
struct pioscsi_cursor {
	struct scatterlist *sg;
	unsigned int offset;
};

/**
 * struct pioscsi_saved_cmd - a command while it is REQUEST SENSE
 * @scmd: what the midlayer would restore
 * @result: &pioscsi_cmd.result
 * @moved: &pioscsi_cmd.moved
 * @at: where its data ended
 * @overrun: how much had no place
 */
struct pioscsi_saved_cmd {
	struct scsi_eh_save scmd;
	int result;
	unsigned int moved;
	struct pioscsi_cursor at;
	u64 overrun;
};

/**
 * struct pioscsi_cmd - a SCSI command on its way through the port
 * @scmd: the command; the front end reads its CDB, device and buffer length,
 *	and writes its sense buffer
 * @tag: unique among the commands of the HBA, from 0 to &pioscsi_hba.depth - 1
 * @result: set by the front end before it answers %PIOSCSI_DONE: host byte and
 *	SAM status, as in &scsi_cmnd.result
 * @moved: bytes of the data buffer that have been moved so far (port)
 *
 * Belongs to the HBA's owner from start() until the command has ended.
 */
struct pioscsi_cmd {
	struct scsi_cmnd *scmd;
	unsigned int tag;
	int result;
	unsigned int moved;

	/* private: the port's */
	struct list_head node;		/* in its LUN's queue; port's lock */
	bool queued;			/* on that queue; port's lock */
	bool timeout_extended; /* from a timeout, once; timeout */
	struct pioscsi_cursor at;	/* of the next byte; owner */
	u64 overrun; /* bytes without a place; owner */
	bool sensing;			/* it asks for sense data; owner */
	struct pioscsi_saved_cmd saved; /* while it does; owner */
};

/* What start() may return besides 0: ask the chip, it will not interrupt. */
#define PIOSCSI_START_POLL	1

/**
 * enum pioscsi_next - what the chip wants of the port now
 * @PIOSCSI_WAIT: nothing before its next interrupt
 * @PIOSCSI_BUSY_POLL: nothing yet, but data or a result will come within
 *	microseconds, so that querying the chip again may be worth while
 * @PIOSCSI_POLL: nothing yet, and no interrupt will tell when
 * @PIOSCSI_XFER: data to be moved, as struct pioscsi_xfer says
 * @PIOSCSI_DONE: &pioscsi_xfer.cmd has ended and its result is set
 * @PIOSCSI_RESET: the bus was reset; no command is left at any target
 * @PIOSCSI_FAULT: the chip contradicts itself; only a reset can help
 */
enum pioscsi_next {
	PIOSCSI_WAIT,
	PIOSCSI_BUSY_POLL,
	PIOSCSI_POLL,
	PIOSCSI_XFER,
	PIOSCSI_DONE,
	PIOSCSI_RESET,
	PIOSCSI_FAULT,
};

/**
 * struct pioscsi_xfer - the context that is saved across a deferral
 * @cmd: the command concerned
 * @dir: %DMA_FROM_DEVICE or %DMA_TO_DEVICE
 * @len: bytes that the chip takes or gives without another interrupt, at most
 */
struct pioscsi_xfer {
	struct pioscsi_cmd *cmd;
	enum dma_data_direction dir;
	unsigned int len;
};

/**
 * struct pioscsi_ops - the mechanism of one kind of chip
 *
 * The owner of an HBA is the only context that touches its chip: see
 * Documentation/design.rst. No operation sleeps unless it says so, and none
 * may be left out.
 */
struct pioscsi_ops {
	/**
	 * @claim: Tell whether this HBA interrupts now, masked or not. If not,
	 * return false after one register read. If so, acknowledge the
	 * interrupt at the chip, keep what that destroys, and return true.
	 *
	 * Source: HwScsiInterrupt.
	 * Context: owner, or the port's lock; hard IRQ, softirq or task.
	 */
	bool (*claim)(struct pioscsi_hba *hba);

	/**
	 * @service: Say what the chip wants next, and fill in @xfer as far as
	 * the answer needs it. Called after each interrupt that was claimed,
	 * when start() or the last answer asked for it, and now and then in
	 * case an interrupt was lost. Moves no data.
	 *
	 * Context: owner; hard IRQ, softirq or task.
	 */
	enum pioscsi_next (*service)(struct pioscsi_hba *hba,
				     struct pioscsi_xfer *xfer);

	/**
	 * @pio_in: Move @len bytes from the data port to @buf. @len is never
	 * more than is left of what was announced, and a multiple of
	 * &pioscsi_hba.align but for the last piece of it. Return the number
	 * of bytes moved. If it is less than @len the chip has something else
	 * to say, and is asked what; the rest of what it announced is void.
	 *
	 * Context: owner; hard IRQ, softirq or task.
	 */
	unsigned int (*pio_in)(struct pioscsi_hba *hba, void *buf,
			       unsigned int len);

	/**
	 * @pio_out: The same from @buf to the data port.
	 *
	 * Context: owner; hard IRQ, softirq or task.
	 */
	unsigned int (*pio_out)(struct pioscsi_hba *hba, const void *buf,
				unsigned int len);

	/**
	 * @mask: Keep the chip from interrupting. What it would have
	 * interrupted for stays pending in it.
	 *
	 * Source: the first of the four steps of a deferral.
	 * Context: owner, or the port's lock; hard IRQ, softirq or task.
	 */
	void (*mask)(struct pioscsi_hba *hba);

	/**
	 * @unmask: Undo @mask, and nothing else. What is pending interrupts.
	 *
	 * Source: HwScsiDisableInterruptsCallback.
	 * Context: the port's lock, interrupts off.
	 */
	void (*unmask)(struct pioscsi_hba *hba);

	/**
	 * @start: Begin a command. Return 0, or %PIOSCSI_START_POLL if the chip
	 * raises no interrupt for the first phase: then the port queries it. Or
	 * -EBUSY if the chip takes none just now: the command is offered
	 * again after the chip's next interrupt or end of a command, and if
	 * it has no command every millisecond. Any other error ends it with
	 * DID_ERROR.
	 *
	 * Source: HwScsiStartIo.
	 * Context: owner, or the port's lock; hard IRQ, softirq or task.
	 */
	int (*start)(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);

	/**
	 * @abort_cmd: Abort one started command: neither the chip nor the
	 * target know it any more when this returns 0. On an error the next
	 * wider operation is tried.
	 *
	 * Context: owner, masked; task, may sleep.
	 */
	int (*abort_cmd)(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);

	/**
	 * @reset_lun: LOGICAL UNIT RESET, which aborts its commands.
	 *
	 * Context: owner, masked; task, may sleep.
	 */
	int (*reset_lun)(struct pioscsi_hba *hba, unsigned int id, u64 lun);

	/**
	 * @reset_target: TARGET RESET, which aborts its commands.
	 *
	 * Context: owner, masked; task, may sleep.
	 */
	int (*reset_target)(struct pioscsi_hba *hba, unsigned int id);

	/**
	 * @reset_bus: Reset the bus, and with it every command. The port waits
	 * until the targets have settled.
	 *
	 * Source: HwScsiResetBus.
	 * Context: owner, masked; task, may sleep.
	 */
	int (*reset_bus)(struct pioscsi_hba *hba);

	/**
	 * @reset_hba: Make the chip as new, masked, without any command. If
	 * it fails the HBA is given up.
	 *
	 * Context: owner, masked; task, may sleep.
	 */
	int (*reset_hba)(struct pioscsi_hba *hba);
};

/**
 * struct pioscsi_driver - a front end, as its module registers it
 * @name: short name, for sysfs and messages
 * @owner: the module, held while a device of its hosts is open
 * @ops: the mechanism
 * @priv_size: bytes of &pioscsi_hba.priv
 */
struct pioscsi_driver {
	const char *name;
	struct module *owner;
	const struct pioscsi_ops *ops;
	size_t priv_size;

	/* private: what the port tells the midlayer */
	struct scsi_host_template sht;
};

/**
 * struct pioscsi_hba - one host bus adapter, as port and front end share it
 * @ops: the front end's mechanism
 * @dev: the device it belongs to
 * @priv: the front end's own state, &pioscsi_driver.priv_size zeroed bytes
 * @irq: Linux interrupt number, or 0 for an HBA that has none and is polled
 * @can_mask: whether &pioscsi_ops.mask works; true unless the front end says
 *	otherwise. If not, claim() may be called while somebody else owns the
 *	chip, and transfers are kept short, if it has an interrupt at all.
 * @can_calibrate: whether the data port may be accessed while no command is
 *	active; if so, the port measures its cost before the first command
 * @needs_request_sense: whether targets keep sense data until fetched; the
 *	port sends REQUEST SENSE after each CHECK CONDITION for which the
 *	front end has written no sense data
 * @use_10_for_ms: whether the midlayer sends MODE SENSE (10), as some targets
 *	have no MODE SENSE (6)
 * @depth: commands that the chip takes at a time, at least 1
 * @max_id: number of target IDs
 * @max_lun: number of LUNs of each target
 * @this_id: the HBA's own ID, or -1
 * @max_cmd_len: longest CDB, bytes
 * @max_sectors: longest transfer in units of 512 bytes, 0 for the port's limit
 * @align: access width of the data port, bytes, a power of two and at most 64
 * @accesses: register accesses so far, for statistics, if the front end counts
 *	them; owner of the chip
 *
 * All fields from @irq to @align are filled in between pioscsi_alloc_hba() and
 * pioscsi_add_hba(), and constant afterwards.
 */
struct pioscsi_hba {
	const struct pioscsi_ops *ops;
	struct device *dev;
	void *priv;

	int irq;
	bool can_mask;
	bool can_calibrate;
	bool needs_request_sense;
	bool use_10_for_ms;
	unsigned int depth;
	unsigned int max_id;
	u64 max_lun;
	int this_id;
	unsigned int max_cmd_len;
	unsigned int max_sectors;
	unsigned int align;
	u64 accesses;
};

int pioscsi_register_driver(struct pioscsi_driver *drv);

struct pioscsi_hba *pioscsi_alloc_hba(struct device *dev,
				      struct pioscsi_driver *drv);
int pioscsi_add_hba(struct pioscsi_hba *hba);
void pioscsi_remove_hba(struct pioscsi_hba *hba);
void pioscsi_free_hba(struct pioscsi_hba *hba);

void pioscsi_suspend_hba(struct pioscsi_hba *hba);
int pioscsi_resume_hba(struct pioscsi_hba *hba);

void pioscsi_request_timer(struct pioscsi_hba *hba,
			   void (*fn)(struct pioscsi_hba *hba),
			   unsigned int us);
struct pioscsi_cmd *pioscsi_find_cmd(struct pioscsi_hba *hba,
				     unsigned int tag);
void pioscsi_seek(struct pioscsi_cmd *cmd, unsigned int offset);

#endif /* _PIOSCSI_PIOSCSI_H */

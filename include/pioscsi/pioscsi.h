/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interface between the port and the front ends, each of which drives one
 * kind of chip.
 *
 * Steps to write a front end:
 *
 *  1. One file of registers: offsets and bits, nothing else.
 *  2. One file of phases: a const struct pioscsi_ops over a private struct.
 *  3. claim(): one register read that tells whether the chip interrupted.
 *     If it did, acknowledge the interrupt, and save registers that the
 *     acknowledge clears.
 *  4. service(): read the chip's state and answer with its next request. Do
 *     short phases at once (a message, a status byte). Only announce data, see
 *     pioscsi_xfer.len.
 *  5. pio_in() and pio_out(): move bytes through the data port. No budget, no
 *     loop over pages, no rescheduling: the port calls them in short pieces.
 *  6. start(): begin a command; -EBUSY while the chip cannot take one.
 *  7. mask() and unmask(): one register each. For a chip that cannot be
 *     masked they are empty, and pioscsi_hba.can_mask is false.
 *  8. abort_cmd() to reset_hba(): abort one command, or all commands of a LUN,
 *     of a target, of the bus or of the chip.
 *  9. One file of bus glue. Its module init calls pioscsi_register_driver().
 *     Its probe finds the registers, calls pioscsi_alloc_hba(), fills in
 *     struct pioscsi_hba and resets the chip, masked. The reset of a chip that
 *     cannot be masked must leave no interrupt pending. The line has no handler
 *     yet, and the kernel disables a line whose interrupts are not handled. If
 *     the reset resets a bus, probe calls pioscsi_settle() before
 *     pioscsi_add_hba(), which unmasks the chip and scans the bus at once.
 *     Its remove calls pioscsi_remove_hba(), after which the chip is masked, if
 *     it can be, and has no command, and pioscsi_free_hba(). Its shutdown calls
 *     pioscsi_shutdown_hba(). Its suspend and resume call pioscsi_suspend_hba()
 *     and pioscsi_resume_hba(), and return their negative errors. The resume
 *     makes its call even if it cannot turn on the chip. Otherwise all commands
 *     wait for ever. A bus may call remove, shutdown or suspend for a device
 *     that it has suspended and not resumed.
 *
 * A front end never decides when to move data, takes no lock against the port
 * and completes no scsi_cmnd. It waits for some 10 us at most, except in
 * operations that may sleep. Only interrupt(), withdraw() and claim() run
 * beside other operations. claim() does so if the chip cannot be masked, see
 * &pioscsi_hba.can_mask, or if the front end has interrupt().
 *
 * Documentation/frontend.rst has the rules that the compiler does not check,
 * and a table of the functions at the end of this file. The .c files of the
 * port document each function.
 */
#ifndef _PIOSCSI_PIOSCSI_H
#define _PIOSCSI_PIOSCSI_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>
#include <scsi/scsi_host.h>

#include <pioscsi/cmd.h>
#include <pioscsi/driver.h>
#include <pioscsi/request.h>

struct scsi_device;
struct pioscsi_hba;

/* Value of no_tags for all targets, also those with an ID of 32 or more. */
#define PIOSCSI_NO_TAGS_ALL	(~0U)

/* Result of start(): the chip will not interrupt; the port polls it at once. */
#define PIOSCSI_START_POLL	1

/**
 * struct pioscsi_ops - the mechanism of one kind of chip
 *
 * The owner of an HBA is the only context that touches its chip: see
 * Documentation/design.rst. An operation may sleep only if its context allows
 * it. There are two kinds of front ends, and a table of their operations is in
 * Documentation/frontend.rst. The port moves the data if the front end has
 * @pio_in, @pio_out, @mask and @unmask. A front end with @interrupt, @begin and
 * @run moves its data itself. @claim, @service, @start, @reset_bus and
 * @reset_hba are mandatory for both, and all others may be %NULL.
 *
 * A front end that moves its data itself masks its chip itself, too. The port
 * does not register it if it has @mask, @unmask, @pio_in or @pio_out. The port
 * calls claim() under the port's lock, and after interrupt() also without the
 * lock, beside the owner of the chip. So claim() accesses no register. It tells
 * whether service() has an answer other than %PIOSCSI_WAIT. The port calls
 * start() without the lock.
 */
struct pioscsi_ops {
	/**
	 * @claim: Tell whether this HBA interrupts now, masked or not. If not,
	 * return false after one register read. If so, acknowledge the
	 * interrupt at the chip and return true. Save the registers that the
	 * acknowledge clears. A status with reserved bits set, such as all ones
	 * from a missing chip, is no interrupt.
	 *
	 * Also return true while an interrupt that was acknowledged before has
	 * not been served, or service() has other work to do. After each
	 * answer of service() that it has handled, the port calls claim(), and
	 * calls service() again only if claim() returns true.
	 *
	 * If the chip cannot be masked, the hard IRQ handler may call this
	 * while another context is in any other operation. See
	 * &pioscsi_hba.can_mask. The handler leaves such a chip without another
	 * claim() when the budget is used up, and comes back by the next
	 * interrupt. So request a timer (pioscsi_request_timer()) for work that
	 * is left and for which the chip raises no interrupt. Otherwise that
	 * work waits for the watchdog.
	 *
	 * Source: HwScsiInterrupt.
	 * Context: owner, or the port's lock; hard IRQ, softirq or task. After
	 *	@interrupt, beside the owner.
	 */
	bool (*claim)(struct pioscsi_hba *hba);

	/**
	 * @service: Answer with the chip's next request, and fill in the parts
	 * of @xfer that the answer needs. Move no data. The port calls
	 * service() after each claimed interrupt, and if start() or the last
	 * answer asked for polling. The port also calls service() in these
	 * cases:
	 *
	 * * to find a lost interrupt,
	 * * after the front end's timer function,
	 * * after data out that the port has capped,
	 * * before the port releases a chip for which a command waits.
	 *
	 * The chip may then have an interrupt that no claim() has acknowledged.
	 * So service() looks for an interrupt itself, and serves it. If the
	 * chip has no request, the answer is %PIOSCSI_WAIT.
	 *
	 * Context: owner; hard IRQ, softirq or task.
	 */
	enum pioscsi_next (*service)(struct pioscsi_hba *hba,
				     struct pioscsi_xfer *xfer);

	/**
	 * @pio_in: Move @len bytes from the data port to @buf, and return the
	 * number of bytes moved: at most @len, and never a negative error. The
	 * port resets an HBA whose count is more. @len never exceeds the rest
	 * of the announced bytes. It is a multiple of &pioscsi_hba.align,
	 * except in the last piece of an announcement. @buf may have any
	 * alignment. Its bytes have the order of the bus, also in a last word
	 * that is not whole: use ioread16_rep() and the like. If fewer bytes
	 * are moved, the port drops the rest of the announcement, and then
	 * calls claim() as after each answer. So if fewer bytes are moved,
	 * claim() then returns true, or the chip interrupts later. Otherwise
	 * the command waits for the watchdog.
	 *
	 * If &pioscsi_hba.can_calibrate is true, pioscsi_add_hba() also calls
	 * @pio_in and @pio_out, some times with 64 bytes each, while the chip
	 * has no command and nothing was announced.
	 *
	 * Context: owner; hard IRQ, softirq or task.
	 */
	unsigned int (*pio_in)(struct pioscsi_hba *hba, void *buf,
			       unsigned int len);

	/**
	 * @pio_out: Move @len bytes from @buf to the data port, as @pio_in
	 * does in the other direction.
	 *
	 * Context: owner; hard IRQ, softirq or task.
	 */
	unsigned int (*pio_out)(struct pioscsi_hba *hba, const void *buf,
				unsigned int len);

	/**
	 * @mask: Keep the chip from interrupting. Its requests stay pending.
	 * The chip may be masked already: the port calls this again after each
	 * abort and reset. So one @unmask undoes all calls.
	 *
	 * Source: the first of the four steps of a deferral.
	 * Context: owner, or the port's lock; hard IRQ, softirq or task.
	 */
	void (*mask)(struct pioscsi_hba *hba);

	/**
	 * @unmask: Undo @mask, without any other effect. Pending requests
	 * raise an interrupt.
	 *
	 * Source: HwScsiDisableInterruptsCallback.
	 * Context: the port's lock.
	 */
	void (*unmask)(struct pioscsi_hba *hba);

	/**
	 * @start: Begin a command, and return 0. Return %PIOSCSI_START_POLL
	 * if the chip raises no interrupt for the first phase; the port then
	 * calls service() at once. Return -EBUSY if the chip cannot take a
	 * command now. The port then retries after the next interrupt or
	 * completion, or every millisecond if the chip has no command. Beside
	 * a started command only the watchdog retries without an interrupt,
	 * within a second. If the chip becomes ready earlier without an
	 * interrupt, request a timer (pioscsi_request_timer()).
	 *
	 * A front end with @interrupt may return -EAGAIN if only the command's
	 * logical unit takes no command beside its started ones. The port then
	 * retries after one of those has ended, or after
	 * pioscsi_offer_again(). Such a front end returns -EINPROGRESS if it
	 * has much to do first and pioscsi_in_task() is false. The front end
	 * then answers %PIOSCSI_RUN, and the port retries after @run. Any other
	 * error ends the command with DID_ERROR.
	 *
	 * Source: HwScsiStartIo.
	 * Context: owner, or the port's lock; hard IRQ, softirq or task.
	 */
	int (*start)(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);

	/**
	 * @abort_cmd: Abort one started command, and leave the chip masked. On
	 * success neither the chip nor the target has the command any more. If
	 * the chip has ended it meanwhile, discard that end, also one that
	 * claim() has saved, and return 0. But store the status and the sense
	 * data of a failed command without data. It may be a flush, and the
	 * next flush would succeed. The port gives the tag to the next
	 * command at once. On an error the midlayer tries the next wider
	 * operation. If the chip aborts by a reset, this calls
	 * pioscsi_report_reset(). May be %NULL if the chip cannot abort one
	 * command.
	 *
	 * The port may hold an answer %PIOSCSI_XFER or %PIOSCSI_DONE that it
	 * has not served. On success it drops an answer about @cmd. All other
	 * answers are continued afterwards: of another command, and after an
	 * error also of @cmd. So the port may call pio_in() or pio_out() for
	 * data that this operation has moved, or that is gone. They return 0
	 * then, and the next claim() returns true. If commands cannot continue,
	 * the next service() answers %PIOSCSI_FAULT, which ends them all.
	 *
	 * Context: owner, masked; task, may sleep.
	 * Return: 0 or a negative error.
	 */
	int (*abort_cmd)(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);

	/**
	 * @reset_lun: LOGICAL UNIT RESET, which aborts its commands. Discard
	 * their ends, and leave the chip masked, as @abort_cmd does. The port
	 * does not call this if &pioscsi_hba.nr_channels is more than 1,
	 * because the operation is not told the bus. May be %NULL. The port may
	 * hold an answer that it continues afterwards, see @abort_cmd.
	 *
	 * Context: owner, masked; task, may sleep.
	 * Return: 0 or a negative error. The midlayer then resets the target.
	 */
	int (*reset_lun)(struct pioscsi_hba *hba, unsigned int id, u64 lun);

	/**
	 * @reset_target: TARGET RESET, which aborts its commands. Discard their
	 * ends, and leave the chip masked, as @abort_cmd does. The port does
	 * not call this if &pioscsi_hba.nr_channels is more than 1. May be
	 * %NULL. The port may hold an answer that it continues afterwards, see
	 * @abort_cmd.
	 *
	 * Context: owner, masked; task, may sleep.
	 * Return: 0 or a negative error. The midlayer then resets the bus.
	 */
	int (*reset_target)(struct pioscsi_hba *hba, unsigned int id);

	/**
	 * @reset_bus: Reset the bus, or all buses if there are several, and
	 * with it every command of the HBA. Leave the chip masked, also if this
	 * resets the chip. The port waits until the targets have settled. A
	 * call of pioscsi_settle() here is not needed and does no harm.
	 *
	 * Source: HwScsiResetBus.
	 * Context: owner, masked; task, may sleep.
	 * Return: 0 or a negative error. The midlayer then resets the HBA.
	 */
	int (*reset_bus)(struct pioscsi_hba *hba);

	/**
	 * @reset_hba: Reset the chip: masked, without any command. If that
	 * resets a bus whose targets need time to settle, call
	 * pioscsi_settle(), and do not wait.
	 *
	 * Context: owner, masked; task, may sleep.
	 * Return: 0 or a negative error. The port then takes the HBA out of
	 *	service.
	 */
	int (*reset_hba)(struct pioscsi_hba *hba);

	/**
	 * @interrupt: Handle an interrupt of the line, and return false if the
	 * chip did not raise it. The port calls it for each interrupt,
	 * whichever context owns the chip, and then claim() in any case.
	 *
	 * Source: HwScsiInterrupt.
	 * Context: hard IRQ, or a thread where the kernel forces that or the
	 *	line is nested. BHs are off there. A lock of the front end is
	 *	taken with spin_lock_irqsave().
	 */
	bool (*interrupt)(struct pioscsi_hba *hba);

	/**
	 * @begin: Start the chip after its interrupt was requested, and before
	 * the first command. On an error pioscsi_add_hba() fails.
	 *
	 * Source: HwScsiInitialize.
	 * Context: task, may sleep.
	 */
	int (*begin)(struct pioscsi_hba *hba);

	/**
	 * @stop: Stop the chip for good: without any command, and without an
	 * interrupt even after another driver has unmasked it. The port calls
	 * it before it frees the interrupt, unless the chip is suspended. The
	 * chip may be out of service, or missing. May be %NULL if the chip
	 * needs no more than @mask.
	 *
	 * Source: ScsiStopAdapter of HwScsiAdapterControl.
	 * Context: owner, or a dead chip; masked; task, may sleep.
	 */
	void (*stop)(struct pioscsi_hba *hba);

	/**
	 * @withdraw: Withdraw the interrupt of a masked chip, without any other
	 * effect. For chips that may interrupt in spite of @mask; may be %NULL.
	 * The port calls this if the handler is called 100 times within 5 ms
	 * while the owner makes no progress, as an asserted line does. At a
	 * lower rate it does so after 10,000 calls of the handler. If the
	 * handler is not called again before the owner makes progress, the
	 * port calls this at its next call. Otherwise the kernel would disable
	 * the line for all its devices. The call may come beside any other
	 * operation.
	 *
	 * Context: the port's lock; hard IRQ, or a thread where the kernel
	 *	forces that or the line is nested.
	 */
	void (*withdraw)(struct pioscsi_hba *hba);

	/**
	 * @run: Do the work for which service() answered %PIOSCSI_RUN. The port
	 * calls service() afterwards.
	 *
	 * Source: HwScsiEnableInterruptsCallback.
	 * Context: owner; task, interrupts and preemption on.
	 */
	void (*run)(struct pioscsi_hba *hba);
};

/**
 * struct pioscsi_hba - one host bus adapter, as port and front end share it
 * @ops: the front end's mechanism
 * @dev: the device it belongs to
 * @priv: the front end's own state, &pioscsi_driver.priv_size zeroed bytes
 * @irq: Linux interrupt number, or 0 for an HBA that has none and is polled
 * @can_mask: whether &pioscsi_ops.mask works; true unless the front end clears
 *	it. If false and the HBA has an interrupt, transfers are kept short.
 *	The hard IRQ handler then calls claim() even while another context owns
 *	the chip and executes another operation. So the state that claim()
 *	shares with other operations is atomic, and claim() accesses registers
 *	beside the owner. Protect a sequence of accesses that claim() must not
 *	interrupt by a raw spinlock of the front end, held for a few accesses.
 *	Do not count accesses in claim() then, as the owner counts too.
 * @can_calibrate: whether the data port may be accessed while no command is
 *	active; if so, the port measures its cost before the first command
 * @may_mask_line: whether an HBA with @can_mask false is masked by disabling
 *	its interrupt line, if no other device uses the line. If so,
 *	pioscsi_add_hba() sets @can_mask to true
 * @exclusive_irq: whether no other device can use the interrupt line. Then one
 *	thread handles the interrupt on PREEMPT_RT, instead of two
 * @bounds_irqs: whether the front end bounds the time of each interrupt by
 *	itself, so that an HBA that cannot be masked needs no short transfers
 * @no_tags: targets whose commands are sent without queue tags, one at a time:
 *	a bit for each target ID below 32, of all buses, or
 *	%PIOSCSI_NO_TAGS_ALL
 * @settle_ms: time that the targets need after a reset of the bus, ms; 0 for
 *	the 250 ms of SPI-4, 1 for almost no time
 * @needs_request_sense: whether targets keep sense data until fetched. If so,
 *	the port sends REQUEST SENSE after each CHECK CONDITION without sense
 *	data from the front end. It calls start() again, with the same
 *	&struct pioscsi_cmd and the same tag. @scmd then has the CDB and the
 *	buffer of REQUEST SENSE. The command is sent untagged, also beside
 *	tagged commands of the logical unit
 * @use_10_for_ms: whether the midlayer sends MODE SENSE (10), as some targets
 *	have no MODE SENSE (6)
 * @manage_start_stop: whether sd sends START STOP UNIT to disks at power-off
 *	and for runtime power management. A sleep of the machine starts such
 *	disks, so sd then counts them as started
 * @limits_faults: whether the front end itself limits the faults in a row that
 *	commands cause (&pioscsi_xfer.blame). Otherwise the port takes a logical
 *	unit offline after 16 such commands without a success
 * @depth: commands that the chip takes at a time, at least 1. At most 256 if
 *	the tag is sent in the one byte of a SCSI-2 queue tag message. The port
 *	does not check that, because other chips take more
 * @lun_depth: most commands of a logical unit that are started, 0 for @depth
 * @nr_channels: number of buses, 0 means 1. The commands of several buses
 *	differ in &scsi_device.channel. Error handling does not tell the bus:
 *	see &pioscsi_ops.reset_lun.
 * @max_id: number of target IDs, at least 1
 * @max_lun: number of LUNs of each target, at least 1
 * @this_id: the HBA's own ID, or -1
 * @max_cmd_len: longest CDB, bytes, at least 1
 * @max_sectors: longest transfer in units of 512 bytes, at least a page; 0 for
 *	the port's limit
 * @max_segments: most segments of a transfer, 0 for no limit
 * @virt_boundary: mask of a boundary, or 0: all segments but the first begin at
 *	it, and all but the last end at it
 * @align: access width of the data port, bytes, a power of two and at most 64
 * @accesses: register accesses so far, for statistics, if the front end counts
 *	them; owner of the chip
 *
 * All fields from @irq to @align are filled in between pioscsi_alloc_hba() and
 * pioscsi_add_hba(), or pioscsi_start_hba(), its first part. The front end does
 * not change them afterwards. A front end sets at least @depth, @max_id,
 * @max_lun, @max_cmd_len and @align. All other fields may keep their initial
 * values: @can_mask true, @this_id -1, and the rest 0.
 */
struct pioscsi_hba {
	const struct pioscsi_ops *ops;
	struct device *dev;
	void *priv;
	int irq;
	bool can_mask;
	bool can_calibrate;
	bool may_mask_line;
	bool exclusive_irq;
	bool bounds_irqs;
	unsigned int no_tags;
	unsigned int settle_ms;
	bool needs_request_sense;
	bool use_10_for_ms;
	bool manage_start_stop;
	bool limits_faults;
	unsigned int depth;
	unsigned int lun_depth;
	unsigned int nr_channels;
	unsigned int max_id;
	u64 max_lun;
	int this_id;
	unsigned int max_cmd_len;
	unsigned int max_sectors;
	unsigned int max_segments;
	unsigned long virt_boundary;
	unsigned int align;
	u64 accesses;
};

int pioscsi_register_driver(struct pioscsi_driver *drv);
void pioscsi_unregister_driver(struct pioscsi_driver *drv);

struct pioscsi_hba *pioscsi_alloc_hba(struct device *dev,
				      struct pioscsi_driver *drv);
int pioscsi_add_hba(struct pioscsi_hba *hba);
int pioscsi_start_hba(struct pioscsi_hba *hba);
void pioscsi_scan_hba(struct pioscsi_hba *hba);
void pioscsi_remove_hba(struct pioscsi_hba *hba);
void pioscsi_free_hba(struct pioscsi_hba *hba);
void pioscsi_shutdown_hba(struct pioscsi_hba *hba);
int pioscsi_suspend_hba(struct pioscsi_hba *hba);
int pioscsi_resume_hba(struct pioscsi_hba *hba);

void pioscsi_request_timer(struct pioscsi_hba *hba,
			   void (*fn)(struct pioscsi_hba *hba),
			   unsigned int us);
void pioscsi_serve_soon(struct pioscsi_hba *hba);
void pioscsi_report_reset(struct pioscsi_hba *hba);
void pioscsi_settle(struct pioscsi_hba *hba);
void pioscsi_settle_wait(struct pioscsi_hba *hba);
bool pioscsi_in_task(const struct pioscsi_hba *hba);
void pioscsi_offer_again(struct pioscsi_hba *hba);
void pioscsi_scan_channel(struct pioscsi_hba *hba, unsigned int channel);
struct pioscsi_cmd *pioscsi_find_cmd(struct pioscsi_hba *hba,
				     unsigned int tag);
void pioscsi_tags_rejected(struct pioscsi_cmd *cmd);
void pioscsi_seek(struct pioscsi_cmd *cmd, unsigned int offset);
__printf(3, 4) void pioscsi_log(struct pioscsi_hba *hba, const char *level,
				const char *fmt, ...);
__printf(3, 4)
void pioscsi_log_ratelimited(struct pioscsi_hba *hba, const char *level,
			     const char *fmt, ...);

#endif /* _PIOSCSI_PIOSCSI_H */

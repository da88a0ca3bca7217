/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of an HBA in the port: its owner, its queues, its timers.
 */
#ifndef _PIOSCSI_PORT_H
#define _PIOSCSI_PORT_H

#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <scsi/scsi.h>
#include <scsi/scsi_host.h>

#include <pioscsi/pioscsi.h>

#include "budget.h"
#include "compat.h"
#include "log.h"
#include "params.h"
#include "ring.h"
#include "share_cpu.h"
#include "stats.h"

/**
 * enum pioscsi_owner - the only context that may touch the chip
 * @PIOSCSI_IDLE: whichever context holds the port's lock, for a few registers
 * @PIOSCSI_IRQ: the hard IRQ handler; the chip is not masked
 * @PIOSCSI_DEFERRED: none: a deferral waits for its bottom half; masked
 * @PIOSCSI_RUNNING: the bottom half, a timer, the watchdog, or a task that
 *	sends a command; masked
 * @PIOSCSI_RECOVERY: error handling; masked
 * @PIOSCSI_SUSPENDED: none: the HBA is suspended; masked
 * @PIOSCSI_DEAD: none: the host is not in service; masked
 * @PIOSCSI_NR_OWNERS: number of states
 */
enum pioscsi_owner {
	PIOSCSI_IDLE,
	PIOSCSI_IRQ,
	PIOSCSI_DEFERRED,
	PIOSCSI_RUNNING,
	PIOSCSI_RECOVERY,
	PIOSCSI_SUSPENDED,
	PIOSCSI_DEAD,
	PIOSCSI_NR_OWNERS,
};

/**
 * enum pioscsi_claim - the cause of a call of the hard IRQ handler
 * @PIOSCSI_NOT_OURS: another device on the line
 * @PIOSCSI_HAS_OWNER: the HBA, while another context owns the chip and will
 *	serve it
 * @PIOSCSI_OURS: the HBA; the hard IRQ handler owns the chip now
 */
enum pioscsi_claim {
	PIOSCSI_NOT_OURS,
	PIOSCSI_HAS_OWNER,
	PIOSCSI_OURS,
};

/**
 * struct pioscsi_port - the port's state of an HBA
 * @hba: state shared with the front end
 * @drv: the front end
 * @shost: the midlayer's host
 * @lock: taken by the hard IRQ handler; never held while data is moved
 * @owner: the context that owns the chip; @lock
 * @owner_since: jiffies at the last change of @owner; @lock
 * @yield: error handling waits for the chip; written under @lock
 * @pm_node: the HBA in the list of those that are added
 * @resume_due: the HBA is suspended, or its resume has not ended; written under
 *	@lock
 * @owner_wait: woken when a bottom half releases the chip
 * @ready: LUNs that have commands to start, the next one first; @lock
 * @draining: LUNs whose next command waits for their started ones; @lock
 * @stalled: the chip refused a command; no command is offered until the chip
 *	interrupts, ends a command, is polled or is reset; @lock
 * @settled_at: no command is started before these jiffies; 0 if the bus was
 *	never reset
 * @active: started commands by their tag; owner of the chip
 * @nr_active: number of started commands; owner of the chip
 * @start_order: number of the last start, odd; owner of the chip
 * @progress_lock: protects the results of the progress checks
 * @progress_records: for each tag, its last start and its state at the last
 *	progress check; owner of the chip and @progress_lock
 * @progress_at: jiffies when any command last made progress; @progress_lock
 * @next: last answer of the chip, saved over a deferral; owner of the chip
 * @rejected: the answer that the last fault is about: %PIOSCSI_FAULT if the
 *	front end reported the fault; owner of the chip
 * @xfer: context of @next; owner of the chip
 * @masks_line: the chip is masked by disabling its interrupt line
 * @nested_line: the interrupt has no thread of its own
 * @masked_since: when the chip was masked, ns; owner of the chip
 * @share: shares the CPU during PIO of the bottom half; owner of the chip
 * @defer: where deferred work is done, enum pioscsi_defer
 * @budget_us: longest hold of the CPU in the hard IRQ handler, µs
 * @budget: cost estimates; owner of the chip
 * @resets: resets for an invalid answer since the last command ended; owner of
 *	the chip
 * @refusal: DID_* with which new commands end, 0 if the HBA is in service.
 *	%DID_TIME_OUT if the chip could not be reset: only error handling may
 *	reset it once more; @lock
 * @added: the HBA is added, so its chip has registers, in service or not; @lock
 * @host_used: scsi_add_host() was called, which the midlayer permits once only
 * @spurious_count: spurious interrupts in a row; owner of the chip
 * @query_due: the chip is to be queried without an interrupt; owner of the
 *	chip, or @lock
 * @polled: the chip reported that no interrupt will come; owner of the chip
 * @fast_data: not 0 while the chip has the next data of a command at once. A
 *	busy poll that finds data sets it to FAST_DATA_MAX, and one that finds
 *	none decrements it; owner of the chip
 * @progress: transfers, ends and resets so far; owner of the chip
 * @irq_pending: an interrupt was acknowledged while another context owned a
 *	chip that cannot be masked; @lock
 * @nr_owned_irqs: calls of the handler for a chip that had an owner, since the
 *	last progress of the owner or the last withdrawal; @lock
 * @nr_withdrawals: attempts to withdraw the interrupt since the last progress
 *	of the owner; @lock
 * @owned_irq_progress: @progress at the last such call; @lock
 * @owned_irqs_since: when the present series of such calls began, ns; @lock
 * @mask_leaks: the chip interrupts in spite of its mask, and a withdrawal has
 *	helped; @lock
 * @withdrawal_logged: the log has the warning about such calls; @lock
 * @bh: the bottom half for %PIOSCSI_DEFER_BH
 * @worker: the host's own thread, "pioscsi/N"
 * @kick: work of @worker: a deferral for the host's own thread, the rest of a
 *	turn, throttling, or retrying a refused command
 * @turn_jiffies: longest turn of the interrupt's thread or a BH, jiffies
 * @turn_limited: the present bottom half has to hand over at @turn_ends; owner
 *	of the chip
 * @in_task: the present owner is a task that may be preempted; false while the
 *	chip is started or released under @lock; owner of the chip.
 *	pioscsi_note_owned_irq() keeps it for its claim()
 * @turn_ends: jiffies; owner of the chip
 * @rest_at: jiffies after which the interrupt's thread sleeps if the chip is
 *	idle; that thread
 * @policy_set: the policy of the interrupt's thread has been set; that thread
 * @timer: expires for the front end's request, and to poll the chip
 * @timer_fn: the front end's request, %NULL for none; owner of the chip
 * @timer_at: when to call @timer_fn; owner of the chip
 * @poll_at: when to poll the chip, if it needs that; owner of the chip
 * @poll_ns: present polling interval; owner of the chip
 * @poll_progress: @progress when @poll_at was set; owner of the chip
 * @watch: looks for lost interrupts
 * @watching: a command has queued @watch, and @watch has not found the chip
 *	idle since. Stays true after the host has stopped @watch; owner of the
 *	chip
 * @watched: @progress at the last run of @watch; @watch
 * @stats: counters; owner of the chip
 * @ring: the last events; owner of the chip
 * @log: lines that a task will print
 * @debugfs: the host's directory
 * @bounce: bounce buffer for overrun data and straddling words; owner of the
 *	chip
 */
struct pioscsi_port {
	struct pioscsi_hba hba;
	struct pioscsi_driver *drv;
	struct Scsi_Host *shost;

	spinlock_t lock;	/* protects owner, yield and the queues */
	enum pioscsi_owner owner;
	unsigned long owner_since;
	bool yield;
	struct list_head pm_node;
	bool resume_due;
	wait_queue_head_t owner_wait;

	struct list_head ready;
	struct list_head draining;
	bool stalled;
	atomic64_t settled_at;

	struct pioscsi_cmd **active;
	unsigned int nr_active;
	unsigned int start_order;
	spinlock_t progress_lock;	/* protects the checks' results */
	struct pioscsi_progress_record *progress_records;
	u64 progress_at;
	enum pioscsi_next next;
	enum pioscsi_next rejected;
	struct pioscsi_xfer xfer;
	bool masks_line;
	bool nested_line;
	u64 masked_since;
	struct pioscsi_share share;

	int defer;
	unsigned int budget_us;
	struct pioscsi_budget budget;
	unsigned int resets;
	int refusal;
	bool added;
	bool host_used;
	unsigned int spurious_count;
	bool query_due;
	bool polled;
	unsigned int fast_data;
	unsigned int progress;
	bool irq_pending;
	unsigned int nr_owned_irqs;
	unsigned int nr_withdrawals;
	unsigned int owned_irq_progress;
	u64 owned_irqs_since;
	bool mask_leaks;
	bool withdrawal_logged;
	struct pioscsi_bh bh;
	struct kthread_worker *worker;
	struct kthread_delayed_work kick;
	unsigned long turn_jiffies;
	bool turn_limited;
	bool in_task;
	unsigned long turn_ends;
	unsigned long rest_at;
	bool policy_set;

	struct hrtimer timer;
	void (*timer_fn)(struct pioscsi_hba *hba);
	ktime_t timer_at;
	ktime_t poll_at;
	u64 poll_ns;
	unsigned int poll_progress;
	struct delayed_work watch;
	bool watching;
	unsigned int watched;

	struct pioscsi_stats stats;
	struct pioscsi_ring ring;
	struct pioscsi_log log;
	struct dentry *debugfs;
	u8 bounce[64];
} __aligned(__alignof__(atomic64_t));

/* The front end's state is behind the port. */
static_assert(__alignof__(struct pioscsi_port) >= __alignof__(u64));
static_assert(sizeof(struct pioscsi_port) % __alignof__(u64) == 0);

/**
 * pioscsi_hostdata_size() - compute the memory that a host needs behind it
 * @priv_size: bytes of the front end's state
 *
 * Context: any.
 * Return: bytes for port, front end, and pioscsi_port_at().
 */
static inline size_t pioscsi_hostdata_size(size_t priv_size)
{
	return sizeof(struct pioscsi_port) + priv_size +
	       __alignof__(struct pioscsi_port) - 1;
}

/**
 * pioscsi_port_at() - find the port in the memory behind its host
 * @hostdata: this memory
 *
 * The midlayer aligns it for an unsigned long. A 32-bit machine may need more
 * for 64-bit counters: ldrexd of ARM faults otherwise.
 *
 * Context: any.
 * Return: the port.
 */
static inline struct pioscsi_port *pioscsi_port_at(void *hostdata)
{
	return PTR_ALIGN(hostdata, __alignof__(struct pioscsi_port));
}

/**
 * pioscsi_shost_port() - find the port of a host
 * @shost: the host
 *
 * Context: any.
 * Return: the port.
 */
static inline struct pioscsi_port *pioscsi_shost_port(struct Scsi_Host *shost)
{
	return pioscsi_port_at(shost_priv(shost));
}

static inline struct pioscsi_port *pioscsi_port(struct pioscsi_hba *hba)
{
	return container_of(hba, struct pioscsi_port, hba);
}

/**
 * pioscsi_owner_name() - name an owner
 * @owner: the owner
 *
 * Context: any.
 * Return: the name, for debugfs.
 */
static inline const char *pioscsi_owner_name(enum pioscsi_owner owner)
{
	static const char * const names[PIOSCSI_NR_OWNERS] = {
		[PIOSCSI_IDLE] = "idle",
		[PIOSCSI_IRQ] = "irq",
		[PIOSCSI_DEFERRED] = "deferred",
		[PIOSCSI_RUNNING] = "running",
		[PIOSCSI_RECOVERY] = "recovery",
		[PIOSCSI_SUSPENDED] = "suspended",
		[PIOSCSI_DEAD] = "dead",
	};

	return names[owner];
}

/**
 * pioscsi_can_defer() - tell whether the hard IRQ handler can defer data
 * @port: the port
 *
 * A chip that cannot be masked would go on interrupting until the bottom half
 * is done. Its transfers are kept short instead.
 *
 * Context: any.
 * Return: false if the handler can defer errors and a front end's own work
 *	only.
 */
static inline bool pioscsi_can_defer(const struct pioscsi_port *port)
{
	return port->hba.can_mask || !port->hba.irq;
}

/**
 * pioscsi_may_retry() - tell whether error handling may reset a dead chip
 * @port: the port
 *
 * Context: the port's lock.
 * Return: true if the chip is dead, or will be, but not for good.
 */
static inline bool pioscsi_may_retry(const struct pioscsi_port *port)
{
	return port->refusal == DID_TIME_OUT;
}

/**
 * pioscsi_must_hand_over() - tell whether a bottom half has to stop
 * @port: the port
 *
 * Other devices of the line wait in free_irq() and synchronize_irq() until the
 * interrupt's thread has returned.
 *
 * Context: owner of the chip.
 * Return: true if error handling waits for the chip, or the turn is over.
 */
static inline bool pioscsi_must_hand_over(const struct pioscsi_port *port)
{
	return READ_ONCE(port->yield) ||
	       (port->turn_limited && time_after_eq(jiffies, port->turn_ends));
}

/**
 * pioscsi_has_pending() - tell whether commands wait to be started
 * @port: the port
 *
 * Context: any; without the port's lock, a hint.
 * Return: true if a LUN that does not wait for its started commands has one.
 */
static inline bool pioscsi_has_pending(const struct pioscsi_port *port)
{
	return READ_ONCE(port->ready.next) != &port->ready;
}

/**
 * pioscsi_has_queued() - tell whether a command waits in any queue
 * @port: the port
 *
 * Context: any; without the port's lock, a hint.
 * Return: true if so, also if the LUN waits for its started commands.
 */
static inline bool pioscsi_has_queued(const struct pioscsi_port *port)
{
	return pioscsi_has_pending(port) || !list_empty(&port->draining);
}

/**
 * pioscsi_has_room() - tell whether the chip takes another command
 * @port: the port
 *
 * Context: owner of the chip, or the port's lock.
 * Return: true if it does.
 */
static inline bool pioscsi_has_room(const struct pioscsi_port *port)
{
	return !port->stalled && port->nr_active < port->hba.depth;
}

/**
 * pioscsi_can_start() - tell whether a command waits and the chip takes it
 * @port: the port
 *
 * Context: owner of the chip; without the port's lock, a hint.
 * Return: true if so.
 */
static inline bool pioscsi_can_start(const struct pioscsi_port *port)
{
	return pioscsi_has_pending(port) && pioscsi_has_room(port);
}

/**
 * pioscsi_timer_due() - tell whether the front end's timer is to be called
 * @port: the port
 *
 * Context: owner of the chip, or the port's lock.
 * Return: true if its time has come.
 */
static inline bool pioscsi_timer_due(const struct pioscsi_port *port)
{
	return port->timer_fn &&
	       ktime_compare(ktime_get(), port->timer_at) >= 0;
}

/**
 * pioscsi_needs_poll() - tell whether the chip has to be polled
 * @port: the port
 *
 * Context: owner of the chip, or the port's lock.
 * Return: true if the chip has to be polled.
 */
static inline bool pioscsi_needs_poll(const struct pioscsi_port *port)
{
	return port->nr_active && (port->polled || !port->hba.irq);
}

#endif /* _PIOSCSI_PORT_H */

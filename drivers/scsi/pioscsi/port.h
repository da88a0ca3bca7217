/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The port's own view of an HBA: who owns it, what waits for it.
 */
#ifndef _PIOSCSI_PORT_H
#define _PIOSCSI_PORT_H

#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <scsi/scsi_host.h>

#include <pioscsi/pioscsi.h>

#include "budget.h"
#include "compat.h"
#include "params.h"
#include "ring.h"
#include "stats.h"

/**
 * enum pioscsi_owner - the only context that touches the chip
 * @PIOSCSI_IDLE: nobody for longer; whoever holds the port's lock
 * @PIOSCSI_IRQ: the hard handler; the chip is not masked, its line is
 * @PIOSCSI_DEFERRED: a deferral that waits for its bottom half; masked
 * @PIOSCSI_RUNNING: the bottom half; masked
 * @PIOSCSI_RECOVERY: error handling; masked
 * @PIOSCSI_SUSPENDED: nobody: the HBA is suspended; masked
 * @PIOSCSI_DEAD: nobody: the host is not yet or no longer there; masked
 */
enum pioscsi_owner {
	PIOSCSI_IDLE,
	PIOSCSI_IRQ,
	PIOSCSI_DEFERRED,
	PIOSCSI_RUNNING,
	PIOSCSI_RECOVERY,
	PIOSCSI_SUSPENDED,
	PIOSCSI_DEAD,
};

/**
 * struct pioscsi_port - the port's side of an HBA
 * @hba: what it shares with the front end
 * @drv: the front end
 * @shost: the midlayer's side
 * @lock: taken by the hard handler; never held over data
 * @owner: who owns the chip; @lock
 * @yield: error handling waits for the chip; written under @lock
 * @owner_wait: woken when a bottom half gives up the chip
 * @ready: LUNs that have commands to start, in turn; @lock
 * @refused: commands that the chip will never take, to be ended without the
 *	lock; @lock
 * @stalled: the chip refused a command, nothing is offered until it has
 *	interrupted or ended one; @lock
 * @active: started commands by their tag; owner of the chip
 * @nr_active: how many; owner of the chip
 * @next: what the chip wants, saved over a deferral; owner of the chip
 * @xfer: the context of @next; owner of the chip
 * @masked_since: when the chip was masked, ns; owner of the chip
 * @last_resched: when a task that does PIO last called the scheduler, ns; owner
 *	of the chip
 * @resched_interval_ns: shortest time between two such calls while other tasks
 *	are runnable, ns; owner of the chip
 * @defer: how long work is deferred, enum pioscsi_defer
 * @budget_us: longest hold of the CPU in the hard handler, µs
 * @budget: what PIO costs; owner of the chip
 * @resets: times in a row that the chip was reset because it contradicted
 *	itself, without having done a command; owner of the chip
 * @dead: the chip could not be reset and is out of service; only error handling
 *	may try again; @lock
 * @spurious_count: spurious interrupts in a row; owner of the chip
 * @query_due: the chip must be queried although it did not interrupt; owner of
 *	the chip, or @lock
 * @polled: it said that no interrupt will come; owner of the chip
 * @fast_data: more than 0 while the chip has the next data of a command ready;
 *	counts down each time that it has not; owner of the chip
 * @progress: transfers, ends and resets so far; owner of the chip
 * @irq_pending: an interrupt came while another context owned a chip
 *	that cannot be masked; @lock
 * @nr_unowned_irqs: number of such interrupts since the last progress; @lock
 * @unowned_irq_progress: @progress at the last of them; @lock
 * @bh: the bottom half for %PIOSCSI_DEFER_BH
 * @kick: the bottom half of a deferral that no interrupt began
 * @policy_set: the scheduling policy of the IRQ thread has been set once; IRQ
 *	thread
 * @timer: the front end's timer
 * @timer_fn: what it asked for, %NULL for nothing; owner of the chip
 * @timer_at: when; owner of the chip
 * @poll_timer: polls a chip that does not interrupt
 * @poll_ns: its present interval; owner of the chip
 * @watch: looks for lost interrupts
 * @watching: @watch is pending; owner of the chip
 * @watched: @progress when it last looked; @watch
 * @stats: what was counted; owner of the chip
 * @ring: the last events; owner of the chip
 * @debugfs: the host's directory
 * @bounce: bounce buffer for overrun data; owner of the chip
 */
struct pioscsi_port {
	struct pioscsi_hba hba;
	struct pioscsi_driver *drv;
	struct Scsi_Host *shost;

	spinlock_t lock;	/* guards owner, yield and the queues */
	enum pioscsi_owner owner;
	bool yield;
	wait_queue_head_t owner_wait;

	struct list_head ready;
	struct list_head refused;
	bool stalled;

	struct pioscsi_cmd **active;
	unsigned int nr_active;
	enum pioscsi_next next;
	struct pioscsi_xfer xfer;
	u64 masked_since;
	u64 last_resched;
	u64 resched_interval_ns;

	int defer;
	unsigned int budget_us;
	struct pioscsi_budget budget;
	unsigned int resets;
	bool dead;
	unsigned int spurious_count;
	bool query_due;
	bool polled;
	unsigned int fast_data;
	unsigned int progress;
	bool irq_pending;
	unsigned int nr_unowned_irqs;
	unsigned int unowned_irq_progress;
	struct pioscsi_bh bh;
	struct delayed_work kick;
	bool policy_set;

	struct hrtimer timer;
	void (*timer_fn)(struct pioscsi_hba *hba);
	ktime_t timer_at;
	struct hrtimer poll_timer;
	u64 poll_ns;
	struct delayed_work watch;
	bool watching;
	unsigned int watched;

	struct pioscsi_stats stats;
	struct pioscsi_ring ring;
	struct dentry *debugfs;
	u8 bounce[64];
};

static inline struct pioscsi_port *pioscsi_port(struct pioscsi_hba *hba)
{
	return container_of(hba, struct pioscsi_port, hba);
}

/**
 * pioscsi_can_defer() - whether work can be left to a bottom half
 * @port: the port
 *
 * A chip that cannot be masked goes on interrupting until all is done: there
 * transfers are short instead.
 *
 * Context: any.
 * Return: true if so; false if only errors can.
 */
static inline bool pioscsi_can_defer(const struct pioscsi_port *port)
{
	return port->hba.can_mask || !port->hba.irq;
}

/**
 * pioscsi_has_pending() - whether commands wait to be started
 * @port: the port
 *
 * Context: any; without the port's lock, a hint.
 * Return: true if some LUN has one.
 */
static inline bool pioscsi_has_pending(const struct pioscsi_port *port)
{
	return READ_ONCE(port->ready.next) != &port->ready;
}

/**
 * pioscsi_has_refused() - whether commands wait to be ended
 * @port: the port
 *
 * Context: any; without the port's lock, a hint that is true for whoever has
 * put one there.
 * Return: true if there are some.
 */
static inline bool pioscsi_has_refused(const struct pioscsi_port *port)
{
	return READ_ONCE(port->refused.next) != &port->refused;
}

#endif /* _PIOSCSI_PORT_H */

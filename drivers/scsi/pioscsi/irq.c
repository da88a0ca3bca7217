// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hard IRQ handler and the bottom halves. The hard IRQ handler claims the
 * interrupt and does the work that fits its budget. For the rest it masks the
 * chip and wakes a bottom half.
 */
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "answer.h"
#include "compat.h"
#include "event.h"
#include "irq.h"
#include "owner.h"
#include "params.h"
#include "port.h"
#include "queue.h"
#include "serve.h"
#include "wake.h"

/* Count how often this task has left the CPU. Interrupts do not count. */
static unsigned long count_switches(void)
{
	return current->nvcsw + current->nivcsw;
}

static struct pioscsi_service_ctx make_ctx(const struct pioscsi_port *port,
					   bool bounded)
{
	u64 budget = (u64)READ_ONCE(port->budget_us) * NSEC_PER_USEC;
	unsigned long switches = count_switches();
	u64 now = ktime_get_ns();

	return (struct pioscsi_service_ctx) {
		.bounded = bounded && pioscsi_can_defer(port),
		.budget = bounded ? budget : U64_MAX,
		.start = now,
		.now = now,
		.switches = switches,
	};
}

/* Note the context of the new owner, which front ends and PIO ask for. */
static void set_owner_context(struct pioscsi_port *port, bool task,
			      bool limited)
{
	port->in_task = task;
	port->turn_limited = limited;
	if (limited)
		port->turn_ends = jiffies + port->turn_jiffies;
}

/* Return true if the front end's timer function was called. */
static bool serve_timer(struct pioscsi_port *port,
			struct pioscsi_service_ctx *ctx)
{
	void (*fn)(struct pioscsi_hba *hba) = port->timer_fn;

	if (!pioscsi_timer_due(port))
		return false;
	port->timer_fn = NULL;
	ctx->timer_called = true;
	pioscsi_count(&port->stats.timer, 1);
	fn(&port->hba);
	return true;
}

/*
 * The release failed: the chip interrupts, the front end's timer is due, or a
 * command waits.
 */
static void query_again(struct pioscsi_port *port,
			struct pioscsi_service_ctx *ctx)
{
	bool others = pioscsi_can_start(port);

	/* A task may serve requests that keep coming. */
	if (others && ctx->task)
		ctx->idle_answers = 0;
	if (serve_timer(port, ctx))
		others = true;
	pioscsi_query_chip(port);
	/*
	 * The timer or the queue caused this call; don't count it as spurious.
	 */
	if (others && port->next == PIOSCSI_WAIT)
		port->spurious_count--;
}

/* Serve until the chip is idle and released; false if work is left. */
static bool serve_and_release(struct pioscsi_port *port,
			      struct pioscsi_service_ctx *ctx)
{
	while (pioscsi_serve_until_idle(port, ctx)) {
		if (pioscsi_release(port, ctx->yielded && ctx->timer_called))
			return true;
		query_again(port, ctx);
	}
	return false;
}

/* Throttle the chip if interrupts keep being spurious. */
static bool throttle(struct pioscsi_port *port)
{
	if (!pioscsi_is_storm(port))
		return false;
	port->spurious_count = 0;
	pioscsi_record_error(port, PIOSCSI_ERR_STORM, PIOSCSI_NO_TAG, 0);
	return true;
}

/*
 * A fault needs the host's own thread, because its reset sleeps. A front end's
 * own work needs any thread. Only the hard IRQ handler can wake the interrupt's
 * thread.
 */
static enum pioscsi_path choose_path(struct pioscsi_port *port, bool has_thread)
{
	if (throttle(port))
		return PIOSCSI_PATH_THROTTLED;
	if (READ_ONCE(port->defer) == PIOSCSI_DEFER_BH &&
	    port->next < PIOSCSI_RUN)
		return PIOSCSI_PATH_BH;
	if (has_thread && port->next != PIOSCSI_FAULT)
		return PIOSCSI_PATH_THREAD;
	return PIOSCSI_PATH_HOST_THREAD;
}

/*
 * Defer the rest to a bottom half, with the chip masked. If error handling
 * waits for the chip, that bottom half returns at once. pioscsi_recovered()
 * then wakes another one.
 */
static irqreturn_t defer(struct pioscsi_port *port, bool has_thread)
{
	enum pioscsi_path path = choose_path(port, has_thread);

	pioscsi_own_deferred(port, path);
	return path == PIOSCSI_PATH_THREAD ? IRQ_WAKE_THREAD : IRQ_HANDLED;
}

/*
 * Serve as a bottom half, until the chip is idle, error handling waits, or the
 * turn is over. Only the host's own thread has no limit, as no other device
 * waits for it. Returns false if the deferral is stale.
 */
static bool run_deferred(struct pioscsi_port *port, bool task, bool limited)
{
	struct pioscsi_service_ctx ctx = {
		.task = task,
		.deferred = true,
		.may_sleep = !limited,
		.budget = U64_MAX,
	};

	if (!pioscsi_own_running(port))
		return false;
	set_owner_context(port, task, limited);
	if (!serve_and_release(port, &ctx) && !ctx.dead)
		defer(port, false);
	return true;
}

static void run_bh(struct pioscsi_bh *bh)
{
	run_deferred(container_of(bh, struct pioscsi_port, bh), false, true);
}

/*
 * A chip that refused a command while it had no other does not interrupt. If
 * this work served a deferral (@served), retry the command after a delay.
 * Otherwise this work is that retry, and the chip is polled.
 */
static void retry_refused(struct pioscsi_port *port, bool served)
{
	if (!READ_ONCE(port->stalled) || READ_ONCE(port->nr_active))
		return;
	if (served)
		pioscsi_retry_later(port);
	else
		pioscsi_poll_chip(port);
}

/* The work of the host's own thread. */
static void run_kick(struct kthread_work *work)
{
	struct pioscsi_port *port = container_of(work, struct pioscsi_port,
						 kick.work);

	retry_refused(port, run_deferred(port, true, false));
}

/*
 * Count the hold time, and sometimes learn its unplanned part. On PREEMPT_RT
 * the handler is a thread: it did not hold the CPU if another task has had it.
 */
static void learn_hold(struct pioscsi_port *port,
		       const struct pioscsi_service_ctx *ctx)
{
	u64 ns = ktime_get_ns() - ctx->start;

	if (count_switches() != ctx->switches)
		return;
	pioscsi_hist_add(&port->stats.hold, ns);
	if (!pioscsi_budget_sample_due(ctx->planned_ns ? &port->budget.irqs :
				       &port->budget.deferrals) &&
	    ns <= ctx->budget)
		return;
	/* The plan included data that was not moved. */
	if (ctx->cut)
		return;
	if (ctx->planned_ns)
		pioscsi_budget_learn_overhead(&port->budget,
					      ns - min(ns, ctx->planned_ns),
					      ctx->budget / 4 * 3);
	else
		pioscsi_budget_decay_overhead(&port->budget, ctx->budget / 2);
}

/**
 * pioscsi_irq() - handle an interrupt of the line (HwScsiInterrupt)
 * @irq: interrupt number
 * @data: the port
 *
 * Context: hard IRQ, or a thread where the kernel forces that or the line is
 *	nested.
 * Return: %IRQ_NONE if another device interrupted, else %IRQ_HANDLED or
 *	%IRQ_WAKE_THREAD.
 */
irqreturn_t pioscsi_irq(int irq, void *data)
{
	struct pioscsi_port *port = data;
	bool bounded = READ_ONCE(port->defer) != PIOSCSI_DEFER_INLINE;
	struct pioscsi_service_ctx ctx = make_ctx(port, bounded);
	irqreturn_t ret = IRQ_HANDLED;

	switch (pioscsi_own_irq(port, ctx.start)) {
	case PIOSCSI_NOT_OURS:
		return IRQ_NONE;
	case PIOSCSI_HAS_OWNER:
		return IRQ_HANDLED;
	case PIOSCSI_OURS:
		break;
	}
	set_owner_context(port, false, false);
	pioscsi_query_chip(port);
	if (!serve_and_release(port, &ctx))
		ret = defer(port, !port->nested_line);
	learn_hold(port, &ctx);
	return ret;
}

/**
 * pioscsi_irq_direct() - handle an interrupt of a front end that moves its data
 *	itself
 * @irq: interrupt number
 * @data: the port
 *
 * The front end has its own lock, and is called whichever context owns the
 * chip. It may have an answer for the port even if it has not found an
 * interrupt. Then the call counts as an interrupt of this HBA if the answer can
 * be served.
 *
 * Context: as pioscsi_irq().
 * Return: as pioscsi_irq().
 */
irqreturn_t pioscsi_irq_direct(int irq, void *data)
{
	struct pioscsi_port *port = data;
	const struct pioscsi_ops *ops = port->hba.ops;
	bool ours = ops->interrupt(&port->hba);
	irqreturn_t ret = IRQ_NONE;

	if (ops->claim(&port->hba))
		ret = pioscsi_irq(irq, data);
	return ours && ret == IRQ_NONE ? IRQ_HANDLED : ret;
}

/*
 * The kernel makes an interrupt's thread SCHED_FIFO, which would keep every
 * ordinary task from the CPU during PIO. Do this once, so that a policy set
 * later by the administrator is kept.
 */
static void set_thread_policy(struct pioscsi_port *port)
{
	if (port->policy_set)
		return;
	port->policy_set = true;
	pioscsi_set_policy(current);
}

/**
 * pioscsi_irq_serve() - serve a deferral in the interrupt's thread
 *	(HwScsiEnableInterruptsCallback)
 * @port: the port
 *
 * Context: the interrupt's thread; interrupts and preemption on.
 */
void pioscsi_irq_serve(struct pioscsi_port *port)
{
	set_thread_policy(port);
	run_deferred(port, true, true);
}

/*
 * When a command has ended, the task that sent it may be runnable. Its next
 * command may interrupt before this thread sleeps. An interrupt would have to
 * wake a sleeping thread, which might wait until the slice of a third task is
 * over.
 *
 * free_irq() and synchronize_irq() of each driver on the line wait for this
 * thread. So it sleeps once in turn_ms, even if commands follow each other.
 */
static void yield_before_sleep(struct pioscsi_port *port)
{
	/* A past @rest_at seems to be ahead after half a wrap of jiffies. */
	if (time_in_range_open(jiffies, port->rest_at - port->turn_jiffies,
			       port->rest_at))
		pioscsi_cond_resched();
	else
		port->rest_at = jiffies + port->turn_jiffies;
}

/**
 * pioscsi_irq_thread() - serve a deferral, and let other tasks run
 * @irq: interrupt number
 * @data: the port
 *
 * Context: the thread of an interrupt whose line is not masked meanwhile;
 *	interrupts and preemption on.
 * Return: %IRQ_HANDLED.
 */
irqreturn_t pioscsi_irq_thread(int irq, void *data)
{
	pioscsi_irq_serve(data);
	yield_before_sleep(data);
	return IRQ_HANDLED;
}

/*
 * A task that sends a command must not lose the CPU while it owns the chip. It
 * might get the CPU again only much later. The budget bounds the time. On
 * PREEMPT_RT spinlocks sleep, so that is not possible.
 */
static void keep_cpu(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_disable();
}

static void release_cpu(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_enable();
}

/*
 * Serve like the hard IRQ handler, without an interrupt; the chip is RUNNING.
 */
static void run_polled(struct pioscsi_port *port)
{
	struct pioscsi_service_ctx ctx = make_ctx(port, true);

	set_owner_context(port, false, false);
	if (!serve_and_release(port, &ctx))
		defer(port, false);
	/* Timers run in hard IRQ context, except on PREEMPT_RT. */
	if (in_hardirq())
		learn_hold(port, &ctx);
}

static void own_and_poll(struct pioscsi_port *port)
{
	if (!pioscsi_own_polled(port))
		return;
	if (port->polled)
		WRITE_ONCE(port->query_due, true);
	/* The administrator sets the priority of the host's own thread. */
	if (pioscsi_task_may_lose_cpu(port))
		pioscsi_own_deferred(port, PIOSCSI_PATH_HOST_THREAD);
	else
		run_polled(port);
}

/**
 * pioscsi_poll_chip() - serve a chip without an interrupt
 * @port: the port
 *
 * Do nothing while another context owns the chip, because its owner serves it.
 *
 * Context: any but NMI.
 * Return: true if the chip had a request.
 */
bool pioscsi_poll_chip(struct pioscsi_port *port)
{
	unsigned int before = READ_ONCE(port->progress);

	keep_cpu();
	own_and_poll(port);
	release_cpu();
	return READ_ONCE(port->progress) != before;
}

/**
 * pioscsi_serve_soon() - have service() called without an interrupt
 * @hba: the HBA
 *
 * If the chip has an owner, which may be the caller, that owner calls service()
 * before it releases the chip.
 *
 * Context: any but NMI. No lock is held, so not start(), claim(), mask() or
 *	unmask(), which the port may call under its lock.
 */
void pioscsi_serve_soon(struct pioscsi_hba *hba)
{
	struct pioscsi_port *port = pioscsi_port(hba);

	lockdep_assert_not_held(&port->lock);
	WRITE_ONCE(port->query_due, true);
	pioscsi_poll_chip(port);
}
EXPORT_SYMBOL_GPL(pioscsi_serve_soon);

/*
 * Tell whether the chip has more requests than service() has served, which may
 * serve only a few phases in one call. Query the chip again then, because the
 * claim may have taken a request from it.
 */
static bool has_unserved(struct pioscsi_port *port)
{
	if (port->next == PIOSCSI_POLL || !port->hba.ops->claim(&port->hba))
		return false;
	WRITE_ONCE(port->query_due, true);
	return true;
}

/**
 * pioscsi_check_lost() - check for a lost interrupt
 * @port: the port
 *
 * Query the chip even if it does not report an interrupt. A request counts as a
 * lost interrupt, and so does an interrupt that one answer has not served.
 *
 * Context: any but NMI.
 * Return: true if the chip had a request.
 */
bool pioscsi_check_lost(struct pioscsi_port *port)
{
	bool claimed, lost;

	if (!pioscsi_own_polled(port))
		return false;
	set_owner_context(port, false, false);
	claimed = port->hba.ops->claim(&port->hba);
	pioscsi_query_chip(port);
	lost = pioscsi_needs_action(port->next) ||
	       (claimed && has_unserved(port));
	if (lost)
		pioscsi_record_error(port, PIOSCSI_ERR_LOST, PIOSCSI_NO_TAG, 0);
	else
		port->spurious_count = 0;
	run_polled(port);
	return lost;
}

/**
 * pioscsi_irq_init() - prepare the bottom halves of a new port
 * @port: the port
 *
 * Context: task.
 */
void pioscsi_irq_init(struct pioscsi_port *port)
{
	pioscsi_bh_init(&port->bh, run_bh);
	kthread_init_delayed_work(&port->kick, run_kick);
	port->rest_at = jiffies;
}

/**
 * pioscsi_irq_stop() - end the bottom halves
 * @port: the port, whose chip is dead, and whose interrupt has been freed
 *
 * If begin() has failed, the HBA may be added again. It has another thread
 * then, and the answer of the chip that was saved is void.
 *
 * Context: task; sleeps.
 */
void pioscsi_irq_stop(struct pioscsi_port *port)
{
	pioscsi_bh_cancel(&port->bh);
	kthread_cancel_delayed_work_sync(&port->kick);
	kthread_init_delayed_work(&port->kick, run_kick);
	port->next = PIOSCSI_WAIT;
	port->irq_pending = false;
	port->query_due = false;
	port->stalled = false;
	port->resets = 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two halves of the interrupt. The hard handler claims and does what fits
 * its budget; for the rest it masks the chip and wakes a bottom half.
 */
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <uapi/linux/sched/types.h>

#include "event.h"
#include "irq.h"
#include "owner.h"
#include "params.h"
#include "port.h"
#include "queue.h"
#include "serve.h"
#include "wake.h"

/* How long a chip that interrupts for nothing is kept masked. */
#define STORM_MS	10

/*
 * The scheduler's longest slice: PIO has no hurry once it has the CPU, and a
 * task that wakes up with a shorter slice goes before it.
 */
#define SLICE_NS	(100ULL * NSEC_PER_MSEC)

static void init_ctx(const struct pioscsi_port *port,
		     struct pioscsi_service_ctx *ctx, bool bounded)
{
	u64 budget = (u64)READ_ONCE(port->budget_us) * NSEC_PER_USEC;
	u64 now = ktime_get_ns();

	*ctx = (struct pioscsi_service_ctx) {
		.bounded = bounded && pioscsi_can_defer(port),
		.budget = bounded ? budget : U64_MAX,
		.start = now,
		.now = now,
	};
}

/* Returns whether the front end's timer was called. */
static bool serve_timer(struct pioscsi_port *port)
{
	void (*fn)(struct pioscsi_hba *hba) = port->timer_fn;

	if (!pioscsi_timer_due(port))
		return false;
	port->timer_fn = NULL;
	pioscsi_count(&port->stats.timer, 1);
	fn(&port->hba);
	return true;
}

/*
 * It had more to say when it was to be opened, or the front end's timer has, or
 * there is one more command for it.
 */
static void query_again(struct pioscsi_port *port,
			struct pioscsi_service_ctx *ctx)
{
	bool others = pioscsi_can_start(port);

	/* A task has the time for what keeps coming. */
	if (others && ctx->task)
		ctx->idle_polls = 0;
	if (serve_timer(port))
		others = true;
	pioscsi_query_chip(port);
	/* It was not the chip that wanted to be asked. */
	if (others && port->next == PIOSCSI_WAIT)
		port->spurious_count--;
}

/* Serve until the chip is content and open; false if something is left. */
static bool serve_and_release(struct pioscsi_port *port,
			      struct pioscsi_service_ctx *ctx)
{
	while (pioscsi_serve_until_idle(port, ctx)) {
		if (pioscsi_release(port))
			return true;
		query_again(port, ctx);
	}
	return false;
}

/* Whether a storm goes on: then the chip is let rest. */
static bool throttle(struct pioscsi_port *port)
{
	if (!pioscsi_is_storm(port))
		return false;
	port->spurious_count = 0;
	pioscsi_record_error(port, PIOSCSI_ERR_STORM, PIOSCSI_NO_TAG, 0);
	return true;
}

/* A fault ends in a task; a thread is only there for who was interrupted. */
static enum pioscsi_path choose_path(struct pioscsi_port *port, bool has_thread)
{
	if (throttle(port))
		return PIOSCSI_PATH_THROTTLED;
	if (READ_ONCE(port->defer) == PIOSCSI_DEFER_BH &&
	    port->next != PIOSCSI_FAULT)
		return PIOSCSI_PATH_BH;
	return has_thread ? PIOSCSI_PATH_THREAD : PIOSCSI_PATH_KICK;
}

/*
 * Leave the rest to a bottom half, with the chip masked. Error handling that
 * asked for the chip sees to the rest itself, but it is no harm to kick.
 */
static irqreturn_t defer(struct pioscsi_port *port, bool has_thread)
{
	enum pioscsi_path path = choose_path(port, has_thread);

	pioscsi_own_deferred(port, path);
	switch (path) {
	case PIOSCSI_PATH_THREAD:
		return IRQ_WAKE_THREAD;
	case PIOSCSI_PATH_BH:
		pioscsi_bh_queue(&port->bh);
		break;
	case PIOSCSI_PATH_KICK:
		pioscsi_kick(port, 0);
		break;
	case PIOSCSI_PATH_THROTTLED:
		pioscsi_kick(port, STORM_MS);
		break;
	}
	return IRQ_HANDLED;
}

/* Serve as the bottom half, until the chip is content or wanted by others. */
static void run_deferred(struct pioscsi_port *port, bool task)
{
	struct pioscsi_service_ctx ctx = { .task = task, .budget = U64_MAX };

	if (pioscsi_own_running(port) && !serve_and_release(port, &ctx) &&
	    !ctx.dead)
		defer(port, false);
}

static void run_bh(struct pioscsi_bh *bh)
{
	run_deferred(container_of(bh, struct pioscsi_port, bh), false);
}

static void run_kick(struct work_struct *work)
{
	struct pioscsi_port *port = container_of(to_delayed_work(work),
						 struct pioscsi_port, kick);

	run_deferred(port, true);
	if (READ_ONCE(port->stalled) && !READ_ONCE(port->nr_active))
		pioscsi_poll_chip(port);
}

/* How long the CPU was held, and now and then what of that was not foreseen. */
static void learn_hold(struct pioscsi_port *port,
		       const struct pioscsi_service_ctx *ctx)
{
	u64 ns = ktime_get_ns() - ctx->start;
	bool sample = ns > ctx->budget || READ_ONCE(port->progress) % 16 == 0;

	pioscsi_hist_add(&port->stats.hold, ns);
	if (!sample)
		return;
	if (ctx->planned_ns)
		pioscsi_budget_learn_overhead(&port->budget,
					      ns - min(ns, ctx->planned_ns),
					      ctx->budget / 4 * 3);
	else
		pioscsi_budget_decay_overhead(&port->budget, ctx->budget / 2);
}

/**
 * pioscsi_irq() - the hard half (HwScsiInterrupt)
 * @irq: interrupt number
 * @data: the port
 *
 * Context: hard IRQ, or a thread where the kernel forces that.
 * Return: %IRQ_NONE if the interrupt is not this HBA's, else %IRQ_HANDLED or
 *	%IRQ_WAKE_THREAD.
 */
irqreturn_t pioscsi_irq(int irq, void *data)
{
	struct pioscsi_port *port = data;
	struct pioscsi_service_ctx ctx;
	irqreturn_t ret = IRQ_HANDLED;

	init_ctx(port, &ctx, READ_ONCE(port->defer) != PIOSCSI_DEFER_INLINE);
	switch (pioscsi_own_irq(port, ctx.start)) {
	case PIOSCSI_NOT_OURS:
		return IRQ_NONE;
	case PIOSCSI_UNOWNED:
		return IRQ_HANDLED;
	case PIOSCSI_OURS:
		break;
	}
	pioscsi_query_chip(port);
	if (!serve_and_release(port, &ctx))
		ret = defer(port, true);
	learn_hold(port, &ctx);
	return ret;
}

/*
 * The kernel makes an interrupt's thread SCHED_FIFO, and with PIO to do it
 * would keep every ordinary task from the CPU. Once: who sets it otherwise
 * later on, knows why.
 */
static void set_thread_policy(struct pioscsi_port *port)
{
	struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_NORMAL,
		.sched_runtime = SLICE_NS,
	};

	if (port->policy_set)
		return;
	port->policy_set = true;
	sched_setattr_nocheck(current, &attr);
}

/**
 * pioscsi_irq_thread() - the threaded half (HwScsiEnableInterruptsCallback)
 * @irq: interrupt number
 * @data: the port
 *
 * Context: the interrupt's thread; interrupts and preemption on.
 * Return: %IRQ_HANDLED.
 */
irqreturn_t pioscsi_irq_thread(int irq, void *data)
{
	set_thread_policy(data);
	run_deferred(data, true);
	return IRQ_HANDLED;
}

/* As the hard handler would, though nobody interrupted; chip is RUNNING. */
static void run_polled(struct pioscsi_port *port)
{
	struct pioscsi_service_ctx ctx;

	init_ctx(port, &ctx, true);
	if (!serve_and_release(port, &ctx))
		defer(port, false);
	/* Where a timer is an interrupt. */
	if (in_hardirq())
		learn_hold(port, &ctx);
}

/**
 * pioscsi_poll_chip() - serve a chip whose time has come
 * @port: the port
 *
 * Does nothing while somebody else owns the chip: he will see to it.
 *
 * Context: any but NMI.
 * Return: true if there was something to serve.
 */
bool pioscsi_poll_chip(struct pioscsi_port *port)
{
	unsigned int before = READ_ONCE(port->progress);

	if (pioscsi_own_polled(port)) {
		if (port->polled)
			WRITE_ONCE(port->query_due, true);
		run_polled(port);
	}
	return READ_ONCE(port->progress) != before;
}

/**
 * pioscsi_check_lost() - check for a lost interrupt
 * @port: the port
 *
 * Asks the chip even if it does not claim to have interrupted. What is found
 * counts as a lost interrupt.
 *
 * Context: any but NMI.
 * Return: true if there was something to serve.
 */
bool pioscsi_check_lost(struct pioscsi_port *port)
{
	bool lost;

	if (!pioscsi_own_polled(port))
		return false;
	port->hba.ops->claim(&port->hba);
	pioscsi_query_chip(port);
	lost = pioscsi_needs_action(port->next);
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
	INIT_DELAYED_WORK(&port->kick, run_kick);
}

/**
 * pioscsi_irq_request() - attach to the interrupt, if there is one
 * @port: the port, whose chip is masked
 *
 * Without IRQF_ONESHOT: the line may be shared with anybody, and it is the
 * HBA that is masked, not the line.
 *
 * Context: task; may sleep.
 * Return: 0 or a negative error.
 */
int pioscsi_irq_request(struct pioscsi_port *port)
{
	if (!port->hba.irq)
		return 0;
	return request_threaded_irq(port->hba.irq, pioscsi_irq,
				    pioscsi_irq_thread, IRQF_SHARED,
				    port->drv->name, port);
}

/**
 * pioscsi_irq_free() - undo pioscsi_irq_request() and end the bottom halves
 * @port: the port, whose chip is gone
 *
 * Context: task; sleeps.
 */
void pioscsi_irq_free(struct pioscsi_port *port)
{
	if (port->hba.irq)
		free_irq(port->hba.irq, port);
	pioscsi_bh_cancel(&port->bh);
	cancel_delayed_work_sync(&port->kick);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The port's state machine: query the chip, handle or defer its request, start
 * the next command, and query the chip again.
 */
#include <linux/bottom_half.h>
#include <linux/ktime.h>
#include <linux/sizes.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

#include "answer.h"
#include "compat.h"
#include "complete.h"
#include "eh.h"
#include "event.h"
#include "pio.h"
#include "port.h"
#include "queue.h"
#include "serve.h"
#include "wake.h"

/* After a short read the hard IRQ handler clears fewer bytes than this. */
#define CLEAR_MAX	SZ_4K

/* Spurious interrupts in a row that are tolerated; more are a storm. */
#define SPURIOUS_MAX	100U

/* Less time than unmasking, an interrupt and its thread would take. */
#define BUSY_POLL_NS	(20ULL * NSEC_PER_USEC)

/* Misses in a row after which the chip is not fast any more. */
#define FAST_DATA_MAX	16U

/*
 * A failed command costs the midlayer more, because it may handle and log the
 * error at once. The end of REQUEST SENSE ends a failed command, too, and the
 * port may have to clear the rest of its buffer.
 */
static bool ends_failed(const struct pioscsi_cmd *cmd)
{
	return cmd->result || cmd->sensing;
}

/* A bounded context never ends such a command. */
static bool ends_slowly(const struct pioscsi_cmd *cmd)
{
	return ends_failed(cmd) || pioscsi_shortfall(cmd) > CLEAR_MAX;
}

/* Estimate the end of a command. */
static u64 end_cost(const struct pioscsi_port *port)
{
	if (ends_slowly(port->xfer.cmd))
		return U64_MAX;
	return pioscsi_budget_end_ns(&port->budget);
}

/* Estimate the time of an answer, ns. */
static u64 cost(const struct pioscsi_port *port)
{
	const struct pioscsi_xfer *xfer = &port->xfer;

	switch (port->next) {
	case PIOSCSI_XFER:
		return pioscsi_budget_cost_ns(&port->budget, xfer->dir,
					      xfer->len);
	case PIOSCSI_DONE:
		return end_cost(port);
	case PIOSCSI_RESET:
		/* The midlayer looks at each device of the host. */
		return U64_MAX;
	default:
		return 0;
	}
}

/* Estimate the end of the command after its last data, ns. */
static u64 end_cost_after(const struct pioscsi_port *port)
{
	const struct pioscsi_cmd *cmd = port->xfer.cmd;

	if (port->next != PIOSCSI_XFER ||
	    cmd->moved + port->xfer.len < scsi_bufflen(cmd->scmd))
		return 0;
	return pioscsi_budget_end_ns(&port->budget);
}

/* Each started command may cause one spurious interrupt; that is no error. */
static unsigned int storm_limit(const struct pioscsi_port *port)
{
	return SPURIOUS_MAX + port->hba.depth;
}

/**
 * pioscsi_is_storm() - tell whether too many interrupts were spurious
 * @port: the port
 *
 * Context: owner of the chip.
 * Return: true if the chip should be throttled.
 */
bool pioscsi_is_storm(const struct pioscsi_port *port)
{
	return port->spurious_count > storm_limit(port);
}

/*
 * A fast chip has the next data at once, up to the end of the command. One
 * wake-up of the thread serves all of it, so don't hold the CPU first.
 */
static bool expect_more_data(const struct pioscsi_port *port)
{
	const struct pioscsi_cmd *cmd = port->xfer.cmd;

	return port->fast_data && port->next == PIOSCSI_XFER &&
	       cmd->moved + port->xfer.len < scsi_bufflen(cmd->scmd);
}

/* The decision about the last data included the end of its command. */
static bool end_is_planned(const struct pioscsi_port *port,
			   struct pioscsi_service_ctx *ctx)
{
	if (port->next != PIOSCSI_DONE || !ctx->end_planned ||
	    ends_failed(port->xfer.cmd) || pioscsi_shortfall(port->xfer.cmd))
		return false;
	ctx->end_planned = false;
	return true;
}

/*
 * Compute the time that is left for this answer. Subtract from the budget the
 * time spent, the overhead, and the end of the command after its last data
 * (@behind). While no overhead is known, reserve half of the budget for it.
 */
static u64 left_ns(const struct pioscsi_port *port,
		   const struct pioscsi_service_ctx *ctx, u64 spent, u64 behind)
{
	u64 left = ctx->budget;
	u64 rest = READ_ONCE(port->budget.overhead_ns) ?: left / 2;

	left -= min(left, spent + rest);
	return left - min(left, behind);
}

/* Decide whether a context without a limit of time handles the answer. */
static bool may_handle(const struct pioscsi_port *port,
		       const struct pioscsi_service_ctx *ctx)
{
	if (ctx->deferred && pioscsi_must_hand_over(port))
		return false;
	/* A front end's own work may take long. */
	if (port->next == PIOSCSI_RUN)
		return ctx->task;
	/* The reset after a fault sleeps. */
	return port->next != PIOSCSI_FAULT || ctx->may_sleep;
}

/*
 * Tell whether the answer, and the end of its command after its last data
 * (@behind), fit what is left of the budget.
 */
static bool has_room(struct pioscsi_port *port,
		     const struct pioscsi_service_ctx *ctx, u64 more, u64 spent,
		     u64 behind)
{
	u64 left = left_ns(port, ctx, spent, behind);

	return left && more <= left && !expect_more_data(port);
}

/* Decide before the work begins whether this context does it. */
static bool fits_budget(struct pioscsi_port *port,
			struct pioscsi_service_ctx *ctx)
{
	u64 more, spent, behind = 0;
	bool ok;

	if (!ctx->bounded)
		return may_handle(port, ctx);
	if (port->next >= PIOSCSI_RUN || port->next == PIOSCSI_LONG)
		return false;
	if (end_is_planned(port, ctx))
		return true;
	more = cost(port);
	/*
	 * The clock costs as much as a register access. Don't read it if the
	 * first query has found this request: @overhead_ns includes that query.
	 */
	if (ctx->worked)
		ctx->now = ktime_get_ns();
	spent = ctx->now - ctx->start;
	/* The usual long transfer needs no further look. */
	ok = more <= ctx->budget;
	if (ok) {
		behind = end_cost_after(port);
		ok = has_room(port, ctx, more, spent, behind);
	}
	if (port->next == PIOSCSI_XFER || (port->next == PIOSCSI_DONE && !ok))
		pioscsi_record_decision(port, ok, more, spent);
	if (ok) {
		ctx->until = ctx->start + ctx->budget - behind;
		ctx->planned_ns += more + behind;
		ctx->end_planned = behind;
	}
	return ok;
}

/*
 * Leave an unmaskable chip if another answer as long as the last would exceed
 * the budget. The hard IRQ handler comes back by the chip's next interrupt,
 * after other devices. A timer hands the chip over to a bottom half, because it
 * cannot tell whether there will be an interrupt.
 */
static bool must_yield_line(const struct pioscsi_port *port,
			    struct pioscsi_service_ctx *ctx)
{
	u64 before = ctx->now;

	/* A context with a budget is bounded, unless the chip cannot defer. */
	if (ctx->bounded || ctx->budget == U64_MAX)
		return false;
	ctx->now = ktime_get_ns();
	ctx->yielded = 2 * ctx->now - before - ctx->start >= ctx->budget;
	return ctx->yielded;
}

/*
 * Tell whether to stop serving: too many answers in a row had no request, or
 * this context has used up its budget. A busy-poll answer counts as no request.
 */
static bool budget_spent(struct pioscsi_port *port,
			 struct pioscsi_service_ctx *ctx)
{
	/* The usual case is quick: the chip has just had a request. */
	if (!ctx->idle_answers++ && !port->spurious_count)
		return false;
	if (ctx->idle_answers > storm_limit(port))
		port->spurious_count = ctx->idle_answers;
	if (pioscsi_is_storm(port))
		return true;
	/* A query may take long, so read the clock after each, from the 2nd. */
	if (!ctx->bounded || ctx->idle_answers < 2)
		return false;
	ctx->now = ktime_get_ns();
	return ctx->now - ctx->start >= ctx->budget;
}

/* End a command as the hard IRQ handler does it, and time the end. */
static void end_timed(struct pioscsi_port *port)
{
	u64 before = ktime_get_ns();

	pioscsi_complete(port, port->xfer.cmd, false);
	pioscsi_budget_learn_end(&port->budget, ktime_get_ns() - before);
}

/*
 * In a task the midlayer does all of its work inside the end. In the hard IRQ
 * handler it leaves most of this work to a softirq. A timed end does the same
 * in a task. So the handler knows the time of an end before its first one. If
 * the estimate exceeds the budget, the handler ends nothing, and the bottom
 * half corrects it.
 */
static void end_command(struct pioscsi_port *port, bool task)
{
	struct pioscsi_cmd *cmd = port->xfer.cmd;

	if (likely(!pioscsi_budget_sample_due(&port->budget.ends) &&
		   pioscsi_budget_end_known(&port->budget)) ||
	    ends_slowly(cmd)) {
		pioscsi_complete(port, cmd, task);
		return;
	}
	/* The softirq must not wait for its own thread. */
	if (task)
		local_bh_disable();
	end_timed(port);
	if (task)
		local_bh_enable();
}

/* Return false if this context could not finish the answer. */
static bool handle_answer(struct pioscsi_port *port,
			  struct pioscsi_service_ctx *ctx)
{
	WRITE_ONCE(port->progress, port->progress + 1);
	/* A reset moves no data, so resets in a row count as spurious. */
	if (port->next == PIOSCSI_RESET)
		port->spurious_count++;
	else if (port->next != PIOSCSI_XFER)
		port->spurious_count = 0;
	switch (port->next) {
	case PIOSCSI_WAIT:
	case PIOSCSI_BUSY_POLL:
	case PIOSCSI_POLL:
		break;
	case PIOSCSI_LONG:
		WRITE_ONCE(port->query_due, true);
		break;
	case PIOSCSI_XFER:
		if (port->owner == PIOSCSI_IRQ)
			pioscsi_count(&port->stats.inline_bursts, 1);
		/*
		 * A transfer that moves no bytes counts as a spurious
		 * interrupt.
		 */
		if (pioscsi_pio(port, ctx->task, ctx->until))
			port->spurious_count = 0;
		else
			port->spurious_count++;
		ctx->cut = port->xfer.len;
		return !ctx->cut;
	case PIOSCSI_DONE:
		end_command(port, ctx->task);
		WRITE_ONCE(port->stalled, false);
		break;
	case PIOSCSI_RESET:
		pioscsi_record_error(port, PIOSCSI_ERR_RESET_SEEN,
				     PIOSCSI_NO_TAG, 0);
		pioscsi_settle(&port->hba);
		pioscsi_eh_commands_lost(port);
		break;
	case PIOSCSI_RUN:
		port->hba.ops->run(&port->hba);
		WRITE_ONCE(port->query_due, true);
		break;
	case PIOSCSI_FAULT:
		ctx->dead = !pioscsi_eh_fault(port);
		return !ctx->dead;
	}
	return true;
}

/* Start more commands on the idle chip; false if the budget ends first. */
static bool start_more(struct pioscsi_port *port,
		       struct pioscsi_service_ctx *ctx)
{
	struct pioscsi_cmd *refused;
	bool first = true;

	while (pioscsi_can_start(port)) {
		if (ctx->bounded && !first &&
		    ktime_get_ns() - ctx->start >= ctx->budget)
			return false;
		first = false;
		refused = pioscsi_start_next(port);
		if (refused)
			pioscsi_fail(refused, DID_ERROR);
	}
	return true;
}

/* Check for a new interrupt after the chip has taken its commands. */
static bool chip_has_more(struct pioscsi_port *port)
{
	if (port->query_due || port->hba.ops->claim(&port->hba)) {
		WRITE_ONCE(port->stalled, false);
		return true;
	}
	return false;
}

/*
 * Tell whether a context that leaves the chip leaves work for another one. The
 * claim takes the request from the chip, and so did a hard IRQ handler that
 * came meanwhile. So the next owner has to query it.
 */
static bool leaves_work(struct pioscsi_port *port)
{
	if (!READ_ONCE(port->irq_pending) && !chip_has_more(port))
		return false;
	WRITE_ONCE(port->query_due, true);
	return true;
}

static bool is_soon(enum pioscsi_next next)
{
	return next == PIOSCSI_BUSY_POLL || next == PIOSCSI_POLL;
}

/*
 * The chip will have data in a moment. A task busy-polls for it. Afterwards the
 * chip interrupts for it or is polled.
 */
static void busy_poll_chip(struct pioscsi_port *port,
			   struct pioscsi_service_ctx *ctx)
{
	u64 begun = ctx->task ? ktime_get_ns() : 0;

	ctx->busy_poll = port->next == PIOSCSI_BUSY_POLL;
	while (ctx->task && is_soon(port->next) && !READ_ONCE(port->yield) &&
	       ktime_get_ns() - begun < BUSY_POLL_NS) {
		pioscsi_cond_resched();
		cpu_relax();
		pioscsi_query_chip(port);
	}
	if (port->next == PIOSCSI_POLL && !port->polled) {
		WRITE_ONCE(port->polled, true);
		pioscsi_poll_start(port);
	}
	if (!is_soon(port->next))
		return;
	port->next = PIOSCSI_WAIT;
	if (!ctx->task || !ctx->busy_poll)
		return;
	ctx->busy_poll = false;
	if (port->fast_data)
		port->fast_data--;
}

/* The data came while the thread was busy-polling. */
static void note_fast_data(struct pioscsi_port *port,
			   struct pioscsi_service_ctx *ctx)
{
	if (!ctx->busy_poll)
		return;
	ctx->busy_poll = false;
	port->fast_data = FAST_DATA_MAX;
}

/**
 * pioscsi_serve_until_idle() - serve the chip until it is idle
 * @port: the port, whose &pioscsi_port.next is the chip's first request
 * @ctx: permissions and state of this context
 *
 * Each answer and its action::
 *
 *   WAIT             start commands; without a claim the chip is idle
 *   BUSY_POLL, POLL  a task busy-polls; it becomes WAIT without a request
 *   LONG             query again; not within the budget of a hard IRQ handler
 *   XFER, DONE       move data, end a command: now, or after a deferral
 *   RESET            end all started commands: now, or after a deferral
 *   RUN              call run(), in a thread only
 *   FAULT            reset the chip, in the host's own thread only
 *
 * An answer that was handled becomes WAIT, too, so that the loop continues with
 * the start of commands and the next claim.
 *
 * Context: owner of the chip. No lock is held.
 * Return: true if the chip is idle until its next interrupt, false if
 *	&pioscsi_port.next is left for another context.
 */
bool pioscsi_serve_until_idle(struct pioscsi_port *port,
			      struct pioscsi_service_ctx *ctx)
{
	for (;;) {
		if (port->next == PIOSCSI_WAIT) {
			ctx->worked = true;
			if (budget_spent(port, ctx))
				return false;
			if (!start_more(port, ctx))
				return false;
			if (must_yield_line(port, ctx))
				return port->owner == PIOSCSI_IRQ ||
				       !leaves_work(port);
			if (!chip_has_more(port))
				return true;
			/*
			 * Commands without data have no other preemption point.
			 * A chip without a request is released first.
			 */
			if (ctx->task)
				pioscsi_cond_resched();
			pioscsi_query_chip(port);
		}
		if (is_soon(port->next))
			busy_poll_chip(port, ctx);
		if (port->next == PIOSCSI_WAIT)
			continue;
		note_fast_data(port, ctx);
		if (!fits_budget(port, ctx))
			return false;
		if (!handle_answer(port, ctx))
			return false;
		ctx->idle_answers = 0;
		port->next = PIOSCSI_WAIT;
	}
}

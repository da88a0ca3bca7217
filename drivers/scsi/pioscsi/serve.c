// SPDX-License-Identifier: GPL-2.0-only
/*
 * The port's state machine: ask the chip what it wants, do it or put it off,
 * start the next command, and ask again.
 */
#include <linux/ktime.h>
#include <linux/sizes.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

#include "complete.h"
#include "eh.h"
#include "event.h"
#include "pio.h"
#include "port.h"
#include "queue.h"
#include "serve.h"
#include "wake.h"

/* A short read leaves more to clear than the hard handler should. */
#define CLEAR_MAX	SZ_4K

/* A chip may answer now and then that it wants nothing, but not this often. */
#define SPURIOUS_MAX	100U

/* More than this beyond a buffer is no target's doing but a broken chip's. */
#define OVERRUN_MAX	SZ_64K

/* Less than an interrupt, its thread and an unmasked chip would cost. */
#define BUSY_POLL_NS	(20ULL * NSEC_PER_USEC)

/* Of so many short things, one is worth a look at the clock. */
#define CLOCK_RARE	4U

/* How often in a row a chip has to disappoint before it is thought slow. */
#define FAST_DATA_MAX	16U

/* A command that has ended may be another command's memory by now. */
static bool is_started(const struct pioscsi_port *port,
		       const struct pioscsi_cmd *cmd)
{
	return cmd && port->active[cmd->tag] == cmd;
}

/* Whether an answer can be true. */
static bool plausible(const struct pioscsi_port *port)
{
	const struct pioscsi_xfer *xfer = &port->xfer;

	if (port->next != PIOSCSI_XFER && port->next != PIOSCSI_DONE)
		return true;
	if (!is_started(port, xfer->cmd))
		return false;
	if (port->next == PIOSCSI_DONE)
		return true;
	return xfer->len &&
	       xfer->len <= scsi_bufflen(xfer->cmd->scmd) + OVERRUN_MAX &&
	       xfer->cmd->overrun <= OVERRUN_MAX;
}

/*
 * What the end of a command costs. The midlayer, which may see to it at once,
 * has more to do with one that failed, and may have something to print.
 */
static u64 end_cost(const struct pioscsi_port *port)
{
	const struct pioscsi_cmd *cmd = port->xfer.cmd;

	if (cmd->result || pioscsi_shortfall(cmd) > CLEAR_MAX)
		return U64_MAX;
	return port->budget.end_ns ?: U64_MAX;
}

/* What an answer will cost, as far as it can be known; ns. */
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
		return port->nr_active ? U64_MAX : 0;
	default:
		return 0;
	}
}

/* The last of a command's data has its end behind it; ns. */
static u64 end_cost_after(const struct pioscsi_port *port)
{
	const struct pioscsi_cmd *cmd = port->xfer.cmd;

	if (port->next != PIOSCSI_XFER ||
	    cmd->moved + port->xfer.len < scsi_bufflen(cmd->scmd))
		return 0;
	return port->budget.end_ns ?: U64_MAX;
}

/* Each started command may cause one idle answer without being at fault. */
static unsigned int storm_limit(const struct pioscsi_port *port)
{
	return SPURIOUS_MAX + port->hba.depth;
}

/**
 * pioscsi_is_storm() - whether the chip interrupts again and again for nothing
 * @port: the port
 *
 * Context: owner of the chip.
 * Return: true if it should be let rest.
 */
bool pioscsi_is_storm(const struct pioscsi_port *port)
{
	return port->spurious_count > storm_limit(port);
}

/*
 * The clock costs as much as a register: it is not read for the first answer,
 * as the turn has only just begun, nor for each short one.
 */
static void update_clock(const struct pioscsi_port *port,
			 struct pioscsi_service_ctx *ctx)
{
	unsigned int nth = ctx->nr_answers++;

	if (nth && (port->next == PIOSCSI_XFER || nth % CLOCK_RARE == 0))
		ctx->now = ktime_get_ns();
}

/*
 * A chip that has the next data of a command at once goes on like that to its
 * end: that is one wake-up for the thread, and no use to hold the CPU before.
 */
static bool expect_more_data(const struct pioscsi_port *port)
{
	const struct pioscsi_cmd *cmd = port->xfer.cmd;

	return port->fast_data && port->next == PIOSCSI_XFER &&
	       cmd->moved + port->xfer.len < scsi_bufflen(cmd->scmd);
}

/* The end of a command whose last data was moved now was decided with it. */
static bool end_is_planned(const struct pioscsi_port *port,
			   struct pioscsi_service_ctx *ctx)
{
	if (port->next != PIOSCSI_DONE || !ctx->end_planned ||
	    port->xfer.cmd->result || pioscsi_shortfall(port->xfer.cmd))
		return false;
	ctx->end_planned = false;
	return true;
}

/*
 * What is left of the budget for this answer, and not for what comes of it. As
 * long as nothing is known, half of it is thought to be needed for all else.
 */
static u64 left_ns(const struct pioscsi_port *port,
		   const struct pioscsi_service_ctx *ctx, u64 spent, u64 behind)
{
	u64 left = ctx->budget;
	u64 rest = READ_ONCE(port->budget.overhead_ns) ?: left / 2;

	left -= min(left, spent + rest);
	return left - min(left, behind);
}

/* Whether this context does what the chip wants; decided before it begins. */
static bool fits_budget(struct pioscsi_port *port,
			struct pioscsi_service_ctx *ctx)
{
	u64 more, behind, spent, left;
	bool ok;

	if (ctx->task)
		return !READ_ONCE(port->yield);
	/* The way out of a fault sleeps. */
	if (port->next == PIOSCSI_FAULT)
		return false;
	if (!ctx->bounded)
		return true;
	if (end_is_planned(port, ctx))
		return true;
	more = cost(port);
	update_clock(port, ctx);
	spent = ctx->now - ctx->start;
	behind = end_cost_after(port);
	left = left_ns(port, ctx, spent, behind);
	ok = left && more <= left && !expect_more_data(port);
	if (port->next == PIOSCSI_XFER || (port->next == PIOSCSI_DONE && !ok))
		pioscsi_record_decision(port, ok, more, spent);
	if (ok) {
		ctx->now += more;
		ctx->planned_ns += more + behind;
		ctx->end_planned = behind;
	}
	return ok;
}

/*
 * A chip that cannot be masked is left when the time would be up after as much
 * again as it wanted last: what it wants next it says by another interrupt, and
 * other devices get their turn before.
 */
static bool must_yield_line(const struct pioscsi_port *port,
			    struct pioscsi_service_ctx *ctx)
{
	u64 before = ctx->now;

	if (pioscsi_can_defer(port) || ctx->budget == U64_MAX)
		return false;
	ctx->now = ktime_get_ns();
	return 2 * ctx->now - before - ctx->start >= ctx->budget;
}

/*
 * Whether it is no use, or not the time, to go on asking a chip that always has
 * a reason to be asked and then nothing. However it says so: soon, and again
 * soon, is nothing as well.
 */
static bool budget_spent(struct pioscsi_port *port,
			 struct pioscsi_service_ctx *ctx)
{
	if (++ctx->idle_polls > storm_limit(port))
		port->spurious_count = ctx->idle_polls;
	if (pioscsi_is_storm(port))
		return true;
	if (!ctx->bounded || ctx->idle_polls % CLOCK_RARE)
		return false;
	ctx->now = ktime_get_ns();
	return ctx->now - ctx->start >= ctx->budget;
}

/* The clock costs as much as a register: a sample now and then will do. */
static void end_command(struct pioscsi_port *port, bool task)
{
	bool timed = !port->budget.end_ns || port->progress % 32 < 2;
	u64 before = timed ? ktime_get_ns() : 0;

	pioscsi_complete(port, port->xfer.cmd, task);
	if (timed)
		pioscsi_budget_learn_end(&port->budget,
					 ktime_get_ns() - before);
}

/* Returns false if it could not be finished here. */
static bool handle_answer(struct pioscsi_port *port,
			  struct pioscsi_service_ctx *ctx)
{
	WRITE_ONCE(port->progress, port->progress + 1);
	/* Nothing comes of a reset: one after the other is a storm as well. */
	if (port->next == PIOSCSI_RESET)
		port->spurious_count++;
	else if (port->next != PIOSCSI_XFER)
		port->spurious_count = 0;
	switch (port->next) {
	case PIOSCSI_WAIT:
	case PIOSCSI_BUSY_POLL:
	case PIOSCSI_POLL:
		break;
	case PIOSCSI_XFER:
		if (port->owner == PIOSCSI_IRQ)
			pioscsi_count(&port->stats.inline_bursts, 1);
		/* Nor of data that is announced and does not come. */
		if (pioscsi_pio(port, ctx->task))
			port->spurious_count = 0;
		else
			port->spurious_count++;
		return !port->xfer.len;
	case PIOSCSI_DONE:
		end_command(port, ctx->task);
		WRITE_ONCE(port->stalled, false);
		break;
	case PIOSCSI_RESET:
		pioscsi_record_error(port, PIOSCSI_ERR_RESET_SEEN,
				     PIOSCSI_NO_TAG, 0);
		pioscsi_eh_commands_lost(port, DID_RESET);
		break;
	case PIOSCSI_FAULT:
		ctx->dead = !pioscsi_eh_fault(port);
		return !ctx->dead;
	}
	return true;
}

/* The chip is content: give it more commands. False if the time is up first. */
static bool start_more(struct pioscsi_port *port,
		       struct pioscsi_service_ctx *ctx)
{
	u64 deadline = ctx->start + ctx->budget;
	struct pioscsi_cmd *refused;
	bool first = true;

	while (pioscsi_can_start(port)) {
		if (ctx->bounded && !first && ktime_get_ns() >= deadline)
			return false;
		first = false;
		refused = pioscsi_start_next(port);
		if (refused)
			pioscsi_fail(refused, DID_ERROR);
	}
	return true;
}

/* It has all commands that it takes: whether it has more to say. */
static bool chip_has_more(struct pioscsi_port *port)
{
	if (port->query_due || port->hba.ops->claim(&port->hba)) {
		WRITE_ONCE(port->stalled, false);
		return true;
	}
	return false;
}

static bool is_soon(enum pioscsi_next next)
{
	return next == PIOSCSI_BUSY_POLL || next == PIOSCSI_POLL;
}

/*
 * The chip has nothing yet, but soon. Who may, asks again for a while. What
 * then has not come will interrupt, or has to be polled for.
 */
static void busy_poll_chip(struct pioscsi_port *port,
			   struct pioscsi_service_ctx *ctx)
{
	u64 begun = ctx->task ? ktime_get_ns() : 0;

	ctx->busy_poll = port->next == PIOSCSI_BUSY_POLL;
	while (ctx->task && is_soon(port->next) && !READ_ONCE(port->yield) &&
	       ktime_get_ns() - begun < BUSY_POLL_NS) {
		cond_resched();
		cpu_relax();
		pioscsi_query_chip(port);
	}
	/* Without a command there is nothing to poll for. */
	if (port->next == PIOSCSI_POLL && port->nr_active && !port->polled) {
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

/* It said soon, and has something now. */
static void note_fast_data(struct pioscsi_port *port,
			   struct pioscsi_service_ctx *ctx)
{
	if (!ctx->busy_poll)
		return;
	ctx->busy_poll = false;
	port->fast_data = FAST_DATA_MAX;
}

/**
 * pioscsi_query_chip() - ask the chip what it wants
 * @port: the port, whose &pioscsi_port.next is then the answer
 *
 * Context: owner of the chip.
 */
void pioscsi_query_chip(struct pioscsi_port *port)
{
	WRITE_ONCE(port->query_due, false);
	port->next = port->hba.ops->service(&port->hba, &port->xfer);
	if (!plausible(port))
		port->next = PIOSCSI_FAULT;
	if (port->next == PIOSCSI_WAIT)
		port->spurious_count++;
	if (unlikely(port->polled) && port->next != PIOSCSI_POLL)
		WRITE_ONCE(port->polled, false);
}

/**
 * pioscsi_serve_until_idle() - serve the chip until it is content
 * @port: the port, whose &pioscsi_port.next is what the chip wants first
 * @ctx: what this context may do
 *
 * Context: owner of the chip. No lock is held.
 * Return: true if the chip is content until its next interrupt, false if
 *	&pioscsi_port.next is left for somebody else to do.
 */
bool pioscsi_serve_until_idle(struct pioscsi_port *port,
			      struct pioscsi_service_ctx *ctx)
{
	for (;;) {
		if (port->next == PIOSCSI_WAIT) {
			if (budget_spent(port, ctx))
				return false;
			if (!start_more(port, ctx))
				return false;
			if (must_yield_line(port, ctx) || !chip_has_more(port))
				return true;
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
		ctx->idle_polls = 0;
		port->next = PIOSCSI_WAIT;
	}
}

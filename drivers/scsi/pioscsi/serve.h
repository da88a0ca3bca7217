/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SERVE_H
#define _PIOSCSI_SERVE_H

#include <linux/types.h>

#include <pioscsi/pioscsi.h>

struct pioscsi_port;

/**
 * struct pioscsi_service_ctx - one context's turn at the chip
 * @task: task context: may reschedule
 * @bounded: the budget applies, and what does not fit can be left to a thread
 * @budget: how long the turn may be, ns; %U64_MAX for as long as it takes
 * @start: when the turn began, ns
 * @now: time of the last look at the clock, and what was done since, ns
 * @planned_ns: what the budget was asked for and gave, ns
 * @end_planned: the budget has the end of the present command in it already
 * @nr_answers: how often the chip was asked
 * @busy_poll: the chip has said that it will have something soon
 * @idle_polls: times in a row that it had nothing after all
 * @dead: the chip was given up, and is not the caller's any more
 */
struct pioscsi_service_ctx {
	bool task;
	bool bounded;
	u64 budget;
	u64 start;
	u64 now;
	u64 planned_ns;
	bool end_planned;
	unsigned int nr_answers;
	bool busy_poll;
	unsigned int idle_polls;
	bool dead;
};

/**
 * pioscsi_needs_action() - whether an answer asks for anything to be done
 * @next: the answer
 *
 * Context: any.
 * Return: false if it is only a matter of when to ask again.
 */
static inline bool pioscsi_needs_action(enum pioscsi_next next)
{
	return next > PIOSCSI_POLL;
}

bool pioscsi_is_storm(const struct pioscsi_port *port);
void pioscsi_query_chip(struct pioscsi_port *port);
bool pioscsi_serve_until_idle(struct pioscsi_port *port,
			      struct pioscsi_service_ctx *ctx);

#endif /* _PIOSCSI_SERVE_H */

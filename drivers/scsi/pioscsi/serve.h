/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SERVE_H
#define _PIOSCSI_SERVE_H

#include <linux/types.h>

#include <pioscsi/pioscsi.h>

struct pioscsi_port;

/**
 * struct pioscsi_turn - one context's turn at the chip
 * @task: task context: may reschedule
 * @bounded: the budget applies, and what does not fit can be left to a thread
 * @budget: how long the turn may be, ns; %U64_MAX for as long as it takes
 * @start: when the turn began, ns
 * @now: time of the last look at the clock, and what was done since, ns
 * @counted: what the budget was asked for and gave, ns
 * @end_counted: the budget has the end of the present command in it already
 * @answers: how often the chip was asked
 * @soon: the chip has said that it will have something soon
 * @waits: times in a row that it had nothing after all
 * @gone: the chip was given up, and is not the caller's any more
 */
struct pioscsi_turn {
	bool task;
	bool bounded;
	u64 budget;
	u64 start;
	u64 now;
	u64 counted;
	bool end_counted;
	unsigned int answers;
	bool soon;
	unsigned int waits;
	bool gone;
};

/**
 * pioscsi_wants() - whether an answer asks for anything to be done
 * @next: the answer
 *
 * Context: any.
 * Return: false if it is only a matter of when to ask again.
 */
static inline bool pioscsi_wants(enum pioscsi_next next)
{
	return next > PIOSCSI_POLL;
}

bool pioscsi_is_storm(const struct pioscsi_port *port);
void pioscsi_ask(struct pioscsi_port *port);
bool pioscsi_serve(struct pioscsi_port *port, struct pioscsi_turn *turn);

#endif /* _PIOSCSI_SERVE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SERVE_H
#define _PIOSCSI_SERVE_H

#include <linux/types.h>

struct pioscsi_port;

/**
 * struct pioscsi_service_ctx - state of one context that serves the chip
 * @budget: longest time of this context, ns; %U64_MAX without a limit
 * @start: start time, ns
 * @now: time of the last read of the clock, ns
 * @until: when to stop moving data, ns; 0 without a limit. The rest of the
 *	budget is for the end of the command
 * @planned_ns: estimated time of the answers that fitted the budget, ns
 * @switches: how often this task had left the CPU before @start
 * @idle_answers: answers in a row without a request
 * @task: task context: may reschedule
 * @deferred: bottom half: stop when the turn is over or error handling waits
 * @may_sleep: the host's own thread, which may handle a fault
 * @bounded: the budget applies, and work beyond it can be deferred
 * @end_planned: the estimate includes the end of the present command
 * @worked: the chip was queried again, or a command started or ended, so @now
 *	is old
 * @cut: data is left, because it took longer than estimated
 * @yielded: the budget of a chip that cannot defer is used up; a timer function
 *	that requests itself again is not called again then
 * @timer_called: the front end's timer function has been called
 * @busy_poll: the last answer was %PIOSCSI_BUSY_POLL
 * @dead: the HBA is out of service; the caller does not own it any more
 */
struct pioscsi_service_ctx {
	u64 budget;
	u64 start;
	u64 now;
	u64 until;
	u64 planned_ns;
	unsigned long switches;
	unsigned int idle_answers;
	bool task;
	bool deferred;
	bool may_sleep;
	bool bounded;
	bool end_planned;
	bool worked;
	bool cut;
	bool yielded;
	bool timer_called;
	bool busy_poll;
	bool dead;
};

bool pioscsi_is_storm(const struct pioscsi_port *port);
bool pioscsi_serve_until_idle(struct pioscsi_port *port,
			      struct pioscsi_service_ctx *ctx);

#endif /* _PIOSCSI_SERVE_H */

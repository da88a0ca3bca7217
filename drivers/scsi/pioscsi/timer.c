// SPDX-License-Identifier: GPL-2.0-only
/*
 * The front end's timer (RequestTimerCall, HwScsiTimer): one a host, and
 * synchronised with the hard handler by ownership like all else.
 */
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>

#include "irq.h"
#include "port.h"
#include "timer.h"

/**
 * pioscsi_request_timer() - have a function called after a while
 * @hba: the HBA
 * @fn: called once as the chip's owner, with what the hard handler may do; may
 *	request the timer again. Afterwards the port asks service().
 * @us: after this time, µs; 0 cancels
 *
 * A new request replaces one that has not been served. If somebody else owns
 * the chip when the time is up, he calls @fn before he gives it up.
 *
 * Source: RequestTimerCall.
 * Context: owner of the chip; any but NMI.
 */
void pioscsi_request_timer(struct pioscsi_hba *hba,
			   void (*fn)(struct pioscsi_hba *hba),
			   unsigned int us)
{
	struct pioscsi_port *port = pioscsi_port(hba);
	ktime_t delay = ns_to_ktime((u64)us * NSEC_PER_USEC);

	port->timer_fn = us ? fn : NULL;
	port->timer_at = ktime_add(ktime_get(), delay);
	if (us)
		hrtimer_start(&port->timer, delay, HRTIMER_MODE_REL);
	else
		hrtimer_try_to_cancel(&port->timer);
}
EXPORT_SYMBOL_GPL(pioscsi_request_timer);

/*
 * Looks at the deadline instead of trusting the expiry, which may be that of a
 * request that has been replaced.
 */
static enum hrtimer_restart timer_expired(struct hrtimer *timer)
{
	pioscsi_poll_chip(container_of(timer, struct pioscsi_port, timer));
	return HRTIMER_NORESTART;
}

/**
 * pioscsi_timer_serve() - serve the front end's timer if its time is up
 * @port: the port
 *
 * The chip is to be asked afterwards what it wants.
 *
 * Context: owner of the chip.
 * Return: true if it was.
 */
bool pioscsi_timer_serve(struct pioscsi_port *port)
{
	void (*fn)(struct pioscsi_hba *hba) = port->timer_fn;

	if (!pioscsi_timer_due(port))
		return false;
	port->timer_fn = NULL;
	pioscsi_count(&port->stats.timer, 1);
	fn(&port->hba);
	return true;
}

/**
 * pioscsi_timer_init() - prepare the timer of a new port
 * @port: the port
 *
 * Context: task.
 */
void pioscsi_timer_init(struct pioscsi_port *port)
{
	pioscsi_hrtimer_setup(&port->timer, timer_expired, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL);
}

/**
 * pioscsi_timer_stop() - end the timer for good
 * @port: the port, whose chip is gone
 *
 * Context: task; sleeps.
 */
void pioscsi_timer_stop(struct pioscsi_port *port)
{
	port->timer_fn = NULL;
	hrtimer_cancel(&port->timer);
}

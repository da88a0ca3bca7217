// SPDX-License-Identifier: GPL-2.0-only
/*
 * The port's timer: it calls the front end (RequestTimerCall, HwScsiTimer), and
 * polls a chip that does not interrupt. Only the owner of the chip does either.
 */
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>

#include "irq.h"
#include "port.h"
#include "timer.h"
#include "wake.h"

/**
 * pioscsi_request_timer() - request the call of a function after a delay
 * @hba: the HBA
 * @fn: called once by the owner of the chip, under the rules of the hard IRQ
 *	handler; may request the timer again. Afterwards the port calls
 *	service().
 * @us: delay, µs; 0 cancels the request
 *
 * A new request replaces one that has not been served. If another context owns
 * the chip when the time has come, that context calls @fn before it releases
 * the chip.
 *
 * Source: RequestTimerCall.
 * Context: owner of the chip, or start() under the port's lock; any but NMI.
 *	Also claim() if the chip can be masked, and the front end has no
 *	interrupt().
 */
void pioscsi_request_timer(struct pioscsi_hba *hba,
			   void (*fn)(struct pioscsi_hba *hba),
			   unsigned int us)
{
	struct pioscsi_port *port = pioscsi_port(hba);

	port->timer_fn = us ? fn : NULL;
	port->timer_at = ktime_add_us(ktime_get(), us);
	pioscsi_timer_arm(port);
}
EXPORT_SYMBOL_GPL(pioscsi_request_timer);

/* Deadlines are compared again, as an old request may have set the expiry. */
static enum hrtimer_restart timer_expired(struct hrtimer *timer)
{
	pioscsi_poll_chip(container_of(timer, struct pioscsi_port, timer));
	return HRTIMER_NORESTART;
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
			      HRTIMER_MODE_ABS);
}

/**
 * pioscsi_timer_stop() - end the timer for good
 * @port: the port, whose chip is dead
 *
 * Context: task; sleeps.
 */
void pioscsi_timer_stop(struct pioscsi_port *port)
{
	port->timer_fn = NULL;
	hrtimer_cancel(&port->timer);
}

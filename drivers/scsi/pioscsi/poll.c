// SPDX-License-Identifier: GPL-2.0-only
/*
 * An HBA without an interrupt, or one that will not interrupt for what is to
 * come, is polled from a timer: soon after each sign of life, less and less
 * often while there is none, and not at all when idle.
 */
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "irq.h"
#include "poll.h"
#include "port.h"

#define POLL_MIN_NS	(10ULL * NSEC_PER_USEC)
#define POLL_MAX_NS	(1ULL * NSEC_PER_MSEC)

static void arm_poll(struct pioscsi_port *port, u64 ns)
{
	WRITE_ONCE(port->poll_ns, ns);
	hrtimer_start(&port->poll_timer, ns_to_ktime(ns), HRTIMER_MODE_REL);
}

static enum hrtimer_restart poll_expired(struct hrtimer *timer)
{
	struct pioscsi_port *port = container_of(timer, struct pioscsi_port,
						 poll_timer);
	bool progress = pioscsi_poll_chip(port);
	u64 ns = READ_ONCE(port->poll_ns);

	if (READ_ONCE(port->owner) != PIOSCSI_DEAD &&
	    READ_ONCE(port->nr_active) &&
	    (!port->hba.irq || READ_ONCE(port->polled)))
		arm_poll(port,
			 progress ? POLL_MIN_NS : min(2 * ns, POLL_MAX_NS));
	return HRTIMER_NORESTART;
}

/**
 * pioscsi_poll_init() - prepare the polling of a new port
 * @port: the port
 *
 * Context: task.
 */
void pioscsi_poll_init(struct pioscsi_port *port)
{
	pioscsi_hrtimer_setup(&port->poll_timer, poll_expired, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL);
}

/**
 * pioscsi_poll_start() - poll, as no interrupt will come
 * @port: the port
 *
 * Context: owner of the chip, or the port's lock.
 */
void pioscsi_poll_start(struct pioscsi_port *port)
{
	arm_poll(port, POLL_MIN_NS);
}

/**
 * pioscsi_poll_stop() - end the polling for good
 * @port: the port, whose chip is gone
 *
 * Context: task; sleeps.
 */
void pioscsi_poll_stop(struct pioscsi_port *port)
{
	hrtimer_cancel(&port->poll_timer);
}

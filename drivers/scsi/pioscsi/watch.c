// SPDX-License-Identifier: GPL-2.0-only
/*
 * The watchdog: an interrupt that was lost is noticed within a second, long
 * before the midlayer's patience ends, and costs no reset.
 */
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "irq.h"
#include "port.h"
#include "watch.h"

/* Lost is what has not moved between two looks. */
#define WATCH_INTERVAL	(HZ / 2)

/* Whether there is anything left to watch. */
static bool still_busy(struct pioscsi_port *port)
{
	bool busy = true;

	spin_lock_irq(&port->lock);
	if (port->owner == PIOSCSI_DEAD ||
	    (port->owner == PIOSCSI_IDLE && !port->nr_active &&
	     !port->stalled)) {
		port->watching = false;
		busy = false;
	}
	spin_unlock_irq(&port->lock);
	return busy;
}

static void watch(struct work_struct *work)
{
	struct pioscsi_port *port = container_of(to_delayed_work(work),
						 struct pioscsi_port, watch);

	if (READ_ONCE(port->progress) == port->watched &&
	    (READ_ONCE(port->nr_active) || READ_ONCE(port->stalled)))
		pioscsi_check_lost(port);
	port->watched = READ_ONCE(port->progress);
	if (still_busy(port))
		queue_delayed_work(pioscsi_wq, &port->watch, WATCH_INTERVAL);
}

/**
 * pioscsi_watch_init() - prepare the watchdog of a new port
 * @port: the port
 *
 * Context: task.
 */
void pioscsi_watch_init(struct pioscsi_port *port)
{
	INIT_DELAYED_WORK(&port->watch, watch);
}

/**
 * pioscsi_watch_start() - a command has been started: watch over it
 * @port: the port, which is not watched yet
 *
 * Context: owner of the chip, or the port's lock.
 */
void pioscsi_watch_start(struct pioscsi_port *port)
{
	port->watching = true;
	queue_delayed_work(pioscsi_wq, &port->watch, WATCH_INTERVAL);
}

/**
 * pioscsi_watch_stop() - end the watchdog for good
 * @port: the port, whose chip is gone
 *
 * Context: task; sleeps.
 */
void pioscsi_watch_stop(struct pioscsi_port *port)
{
	cancel_delayed_work_sync(&port->watch);
}

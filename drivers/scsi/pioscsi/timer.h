/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_TIMER_H
#define _PIOSCSI_TIMER_H

#include <linux/ktime.h>
#include <linux/types.h>

#include "port.h"

void pioscsi_timer_init(struct pioscsi_port *port);
void pioscsi_timer_stop(struct pioscsi_port *port);
bool pioscsi_timer_serve(struct pioscsi_port *port);

/**
 * pioscsi_timer_due() - whether the front end's timer waits to be served
 * @port: the port
 *
 * Context: owner of the chip, or the port's lock.
 * Return: true if its time is up.
 */
static inline bool pioscsi_timer_due(const struct pioscsi_port *port)
{
	return port->timer_fn &&
	       ktime_compare(ktime_get(), port->timer_at) >= 0;
}

#endif /* _PIOSCSI_TIMER_H */

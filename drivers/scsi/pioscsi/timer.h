/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_TIMER_H
#define _PIOSCSI_TIMER_H

struct pioscsi_port;

void pioscsi_timer_init(struct pioscsi_port *port);
void pioscsi_timer_stop(struct pioscsi_port *port);

#endif /* _PIOSCSI_TIMER_H */

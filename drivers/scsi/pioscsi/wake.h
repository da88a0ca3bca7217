/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_WAKE_H
#define _PIOSCSI_WAKE_H

#include "ring.h"

struct pioscsi_port;

void pioscsi_wake(struct pioscsi_port *port, enum pioscsi_path path);
void pioscsi_kick(struct pioscsi_port *port, unsigned int ms);
void pioscsi_timer_arm(struct pioscsi_port *port);
void pioscsi_poll_start(struct pioscsi_port *port);
void pioscsi_timer_rearm(struct pioscsi_port *port);
void pioscsi_watch_arm(struct pioscsi_port *port);

int pioscsi_wake_start(void);
void pioscsi_wake_stop(void);

#endif /* _PIOSCSI_WAKE_H */

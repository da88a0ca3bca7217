/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_WAKE_H
#define _PIOSCSI_WAKE_H

#include "ring.h"

struct pioscsi_port;
struct task_struct;

void pioscsi_wake(struct pioscsi_port *port, enum pioscsi_path path);
void pioscsi_set_policy(struct task_struct *task);
int pioscsi_worker_start(struct pioscsi_port *port);
void pioscsi_worker_stop(struct pioscsi_port *port);
void pioscsi_retry_later(struct pioscsi_port *port);
bool pioscsi_task_may_lose_cpu(const struct pioscsi_port *port);
void pioscsi_timer_arm(struct pioscsi_port *port);
void pioscsi_poll_start(struct pioscsi_port *port);
void pioscsi_timer_rearm(struct pioscsi_port *port);
void pioscsi_watch_arm(struct pioscsi_port *port);

int pioscsi_wake_start(void);
void pioscsi_wake_stop(void);

#endif /* _PIOSCSI_WAKE_H */

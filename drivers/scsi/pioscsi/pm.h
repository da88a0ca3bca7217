/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_PM_H
#define _PIOSCSI_PM_H

struct notifier_block;
struct pioscsi_port;

/* The kernel calls them before a restart and before a sleep. */
extern struct notifier_block pioscsi_restart_nb;
extern struct notifier_block pioscsi_sleep_nb;

void pioscsi_unresumed_stop(struct pioscsi_port *port);
void pioscsi_pm_add(struct pioscsi_port *port);
void pioscsi_pm_remove(struct pioscsi_port *port);

int pioscsi_pm_start(void);
void pioscsi_pm_stop(void);

#endif /* _PIOSCSI_PM_H */

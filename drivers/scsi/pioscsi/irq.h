/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_IRQ_H
#define _PIOSCSI_IRQ_H

#include <linux/irqreturn.h>
#include <linux/types.h>

struct pioscsi_port;

irqreturn_t pioscsi_irq(int irq, void *data);
irqreturn_t pioscsi_irq_direct(int irq, void *data);
irqreturn_t pioscsi_irq_thread(int irq, void *data);
void pioscsi_irq_serve(struct pioscsi_port *port);
bool pioscsi_poll_chip(struct pioscsi_port *port);
bool pioscsi_check_lost(struct pioscsi_port *port);

void pioscsi_irq_init(struct pioscsi_port *port);
void pioscsi_irq_stop(struct pioscsi_port *port);

#endif /* _PIOSCSI_IRQ_H */

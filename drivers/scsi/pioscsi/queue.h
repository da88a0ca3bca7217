/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_QUEUE_H
#define _PIOSCSI_QUEUE_H

#include <linux/list.h>
#include <linux/types.h>

struct pioscsi_cmd;
struct pioscsi_port;

/**
 * struct pioscsi_lun - the queue of a logical unit
 * @ready: link in &pioscsi_port.ready, empty while @pending is
 * @pending: waiting commands in the order in which they came
 *
 * Protected by the port's lock.
 */
struct pioscsi_lun {
	struct list_head ready;
	struct list_head pending;
};

struct pioscsi_lun *pioscsi_lun_alloc(void);
void pioscsi_enqueue(struct pioscsi_port *port, struct pioscsi_cmd *cmd);
int pioscsi_start(struct pioscsi_port *port, struct pioscsi_cmd *cmd);
struct pioscsi_cmd *pioscsi_start_next(struct pioscsi_port *port);
void pioscsi_queue_first(struct pioscsi_port *port, struct pioscsi_cmd *cmd);
bool pioscsi_unqueue(struct pioscsi_port *port, struct pioscsi_cmd *cmd);
void pioscsi_retire(struct pioscsi_port *port, struct pioscsi_cmd *cmd);

#endif /* _PIOSCSI_QUEUE_H */

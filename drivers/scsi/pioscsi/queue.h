/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_QUEUE_H
#define _PIOSCSI_QUEUE_H

#include <linux/list.h>
#include <linux/types.h>

struct pioscsi_cmd;
struct pioscsi_port;
struct scsi_device;

/**
 * struct pioscsi_lun - the queue of a logical unit
 * @ready: link in &pioscsi_port.ready or .draining, empty while @pending is;
 *	port's lock
 * @pending: waiting commands in the order in which they came; port's lock
 * @draining: @ready is in &pioscsi_port.draining; port's lock
 * @nr_active: number of started commands; owner of the chip
 * @nr_untagged: number of these without a queue tag; owner of the chip
 * @no_tags: no command is sent with a queue tag; owner of the chip
 * @depth_due: the next command reduces the queue depth to 1
 * @nr_blamed: commands in a row that caused a reset; owner of the chip
 * @successes: number of successful commands at the last such command, as the
 *	midlayer counts them; owner of the chip
 */
struct pioscsi_lun {
	struct list_head ready;
	struct list_head pending;
	bool draining;
	unsigned int nr_active;
	unsigned int nr_untagged;
	bool no_tags;
	bool depth_due;
	unsigned int nr_blamed;
	unsigned int successes;
};

struct pioscsi_lun *pioscsi_lun_alloc(void);
void pioscsi_reduce_depth(struct scsi_device *sdev);
void pioscsi_enqueue(struct pioscsi_port *port, struct pioscsi_cmd *cmd);
int pioscsi_start(struct pioscsi_port *port, struct pioscsi_cmd *cmd);
struct pioscsi_cmd *pioscsi_start_next(struct pioscsi_port *port);
void pioscsi_queue_first(struct pioscsi_port *port, struct pioscsi_cmd *cmd);
void pioscsi_renew_ages(struct pioscsi_port *port);
bool pioscsi_unqueue(struct pioscsi_port *port, struct pioscsi_cmd *cmd);
void pioscsi_retire(struct pioscsi_port *port, struct pioscsi_cmd *cmd);

#endif /* _PIOSCSI_QUEUE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_PROGRESS_H
#define _PIOSCSI_PROGRESS_H

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/types.h>

struct pioscsi_cmd;
struct pioscsi_port;

/**
 * struct pioscsi_slot - progress of the started command that has a tag
 * @node: link in &pioscsi_port.started; owner of the chip
 * @order: number of the start, or 0 while no command with this tag is started
 * @at: jiffies when this command last made progress, or when the command
 *	started before it ended
 * @most: bytes that the command had moved at most; owner of the chip
 *
 * Written by the owner of the chip, read by any context.
 */
struct pioscsi_slot {
	struct list_head node;
	unsigned int order;
	unsigned long at;
	unsigned int most;
};

int pioscsi_progress_alloc(struct pioscsi_port *port);
void pioscsi_progress_free(struct pioscsi_port *port);
void pioscsi_progress_start(struct pioscsi_port *port, unsigned int tag);
void pioscsi_progress_moved(struct pioscsi_port *port,
			    const struct pioscsi_cmd *cmd);
void pioscsi_progress_end(struct pioscsi_port *port, unsigned int tag);
bool pioscsi_progress_since(const struct pioscsi_port *port,
			    const struct pioscsi_cmd *cmd,
			    unsigned long period);

#endif /* _PIOSCSI_PROGRESS_H */

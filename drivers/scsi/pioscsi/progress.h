/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_PROGRESS_H
#define _PIOSCSI_PROGRESS_H

#include <linux/types.h>

struct pioscsi_cmd;
struct pioscsi_port;

/**
 * struct pioscsi_look - a command at the last look
 * @order: number of its start, or 0 if no command was started with this tag
 * @most: bytes that the command had moved at most
 * @at: jiffies when this command last made progress, or one that was started
 *	earlier
 */
struct pioscsi_look {
	unsigned int order;
	unsigned int most;
	u64 at;
};

int pioscsi_progress_alloc(struct pioscsi_port *port);
void pioscsi_progress_free(struct pioscsi_port *port);
void pioscsi_progress_look(struct pioscsi_port *port);
bool pioscsi_progress_since(struct pioscsi_port *port,
			    const struct pioscsi_cmd *cmd,
			    unsigned long period);

#endif /* _PIOSCSI_PROGRESS_H */
